//! One person of a family as a drawing and a calculation need them.
//! Must not know: a name, or who anyone descends from; that is the family's matter.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Whatever the caller calls a person; compared and ordered as text, never interpreted.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(String);

impl PersonId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PersonId {
    fn from(id: &str) -> PersonId {
        PersonId(id.to_owned())
    }
}

impl From<String> for PersonId {
    fn from(id: String) -> PersonId {
        PersonId(id)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sex assigned at birth, which inheritance goes by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
    #[default]
    Unknown,
}

/// What somebody is, apart from the sex assigned at birth. It gives the symbol its shape (NSGC 2022).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Man,
    Woman,
    NonBinary,
}

/// Alive, dead, not yet born, or lost before birth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Life {
    #[default]
    Living,
    Deceased,
    /// Carried now.
    Pregnancy,
    /// Born dead: drawn as a person, not as a loss.
    Stillbirth,
    Miscarriage,
    /// Ended by decision.
    Termination,
    Ectopic,
}

impl Life {
    /// A pregnancy that ended before there was a birth; drawn as a small triangle.
    pub fn is_loss(self) -> bool {
        match self {
            Life::Miscarriage | Life::Termination | Life::Ectopic => true,
            Life::Living | Life::Deceased | Life::Pregnancy | Life::Stillbirth => false,
        }
    }

    /// Dead, or born dead.
    pub fn is_over(self) -> bool {
        match self {
            Life::Deceased | Life::Stillbirth => true,
            Life::Living | Life::Pregnancy | Life::Miscarriage | Life::Termination | Life::Ectopic => false,
        }
    }

    /// Was born, alive or dead.
    pub fn is_born(self) -> bool {
        match self {
            Life::Living | Life::Deceased | Life::Stillbirth => true,
            Life::Pregnancy | Life::Miscarriage | Life::Termination | Life::Ectopic => false,
        }
    }
}

/// Whether somebody has the condition that the drawing is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Affected {
    Yes,
    No,
    #[default]
    Unknown,
}

/// One condition of a person, in the caller's own word for it, with the age at which it began.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    pub code: String,
    /// Years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<u16>,
}

/// How many people one symbol stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    #[default]
    One,
    Several(u16),
    /// "n": several, and nobody knows how many.
    Unknown,
}

/// Why somebody, or a couple, has no children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Childless {
    /// By choice, or for a reason nobody knows.
    Choice,
    Infertile,
}

/// One person of the family. Everything but id and sex may stay at its default, which says "not known".
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    pub id: PersonId,
    pub sex: Sex,
    /// None: not recorded apart from the sex assigned at birth.
    pub gender: Option<Gender>,
    pub life: Life,
    /// Weeks of a pregnancy, or at which one ended.
    pub weeks: Option<u8>,
    pub proband: bool,
    /// Who asks for advice, where it is not the proband.
    pub consultand: bool,
    pub affected: Affected,
    pub conditions: Vec<Condition>,
    /// Calendar year.
    pub birth_year: Option<i32>,
    /// Years, when last heard of; at death for the dead.
    pub age: Option<u16>,
    /// Place among brothers and sisters, eldest first, where it is known without the years.
    pub birth_order: Option<u16>,
    pub count: Count,
    pub childless: Option<Childless>,
}

impl Person {
    /// Someone of whom no more than this is known.
    pub fn new(id: impl Into<PersonId>, sex: Sex) -> Person {
        Person { id: id.into(), sex, ..Person::default() }
    }

    /// Man, woman or neither, as far as recorded: the gender, and where none is, the sex assigned at birth.
    pub fn shown_gender(&self) -> Option<Gender> {
        self.gender.or(match self.sex {
            Sex::Male => Some(Gender::Man),
            Sex::Female => Some(Gender::Woman),
            Sex::Unknown => None,
        })
    }
}

/// Id and sex only: health and years stay out of logs.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).field("sex", &self.sex).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_health_nor_year_of_birth_is_printed() {
        let person =
            Person { affected: Affected::Yes, birth_year: Some(1961), ..Person::new("p", Sex::Female) };
        let shown = format!("{person:?}");
        assert!(!shown.contains("1961") && !shown.to_lowercase().contains("affected"), "{shown}");
    }

    #[test]
    fn the_sex_at_birth_speaks_where_no_gender_is_recorded() {
        assert_eq!(Person::new("a", Sex::Male).shown_gender(), Some(Gender::Man));
        let trans = Person { gender: Some(Gender::Woman), ..Person::new("a", Sex::Male) };
        assert_eq!(trans.shown_gender(), Some(Gender::Woman));
        assert_eq!(Person::new("a", Sex::Unknown).shown_gender(), None);
    }
}
