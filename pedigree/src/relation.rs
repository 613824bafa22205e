//! A relation in words, "mother's sister", as a chain of steps from one person to another.
//! Must not know: any particular family; `plan.rs` walks a relation through one.

use crate::model::Sex;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One step of a relation. A half-sibling's step says through which parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Mother,
    Father,
    Sister,
    Brother,
    MaternalHalfSister,
    MaternalHalfBrother,
    PaternalHalfSister,
    PaternalHalfBrother,
    Son,
    Daughter,
}

/// Where a step leads: to a parent, across to a sibling, or to a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Up,
    Across,
    Down,
}

impl Step {
    /// Every step, in the order staff ask about relatives.
    pub const ALL: [Step; 10] = [
        Step::Mother,
        Step::Father,
        Step::Sister,
        Step::Brother,
        Step::MaternalHalfSister,
        Step::MaternalHalfBrother,
        Step::PaternalHalfSister,
        Step::PaternalHalfBrother,
        Step::Son,
        Step::Daughter,
    ];

    /// "mother", "maternal half-sister".
    pub fn word(self) -> &'static str {
        match self {
            Step::Mother => "mother",
            Step::Father => "father",
            Step::Sister => "sister",
            Step::Brother => "brother",
            Step::MaternalHalfSister => "maternal half-sister",
            Step::MaternalHalfBrother => "maternal half-brother",
            Step::PaternalHalfSister => "paternal half-sister",
            Step::PaternalHalfBrother => "paternal half-brother",
            Step::Son => "son",
            Step::Daughter => "daughter",
        }
    }

    /// The sex of whoever the step leads to.
    pub fn sex(self) -> Sex {
        match self {
            Step::Mother
            | Step::Sister
            | Step::MaternalHalfSister
            | Step::PaternalHalfSister
            | Step::Daughter => Sex::Female,
            Step::Father
            | Step::Brother
            | Step::MaternalHalfBrother
            | Step::PaternalHalfBrother
            | Step::Son => Sex::Male,
        }
    }

    pub(crate) fn way(self) -> Way {
        match self {
            Step::Mother | Step::Father => Way::Up,
            Step::Sister
            | Step::Brother
            | Step::MaternalHalfSister
            | Step::MaternalHalfBrother
            | Step::PaternalHalfSister
            | Step::PaternalHalfBrother => Way::Across,
            Step::Son | Step::Daughter => Way::Down,
        }
    }
}

/// Why a relation could not be read; never repeats what was typed, which may be a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelationError {
    #[error("Say how this person is related, for example: mother's sister.")]
    Empty,
    #[error(
        "Part {0} of the relation is not one we know. Use mother, father, sister, brother, son, daughter, or maternal or paternal half-sister or half-brother."
    )]
    UnknownPart(usize),
    #[error(
        "Say the relation the short way: parents first, then at most one brother or sister, then children. For example: mother's sister's daughter."
    )]
    Crooked,
    #[error("A relation has at most {} parts. Add the people on the way first.", Relation::MOST_STEPS)]
    TooLong,
}

/// A relation without detours: parents, then at most one sibling, then children.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Relation(Vec<Step>);

impl Relation {
    pub const MOST_STEPS: usize = 6;

    /// # Errors
    /// No step, too many steps, or steps in another order than parents, one sibling, children.
    pub fn new(steps: Vec<Step>) -> Result<Relation, RelationError> {
        if steps.is_empty() {
            return Err(RelationError::Empty);
        }
        if steps.len() > Relation::MOST_STEPS {
            return Err(RelationError::TooLong);
        }
        let straight =
            steps.iter().zip(steps.iter().skip(1)).all(|(&step, &next)| match (step.way(), next.way()) {
                (Way::Up, Way::Up | Way::Across) | (Way::Across | Way::Down, Way::Down) => true,
                // A parent's child is the person or a sibling, and must be called so.
                (Way::Up, Way::Down)
                | (Way::Across, Way::Up | Way::Across)
                | (Way::Down, Way::Up | Way::Across) => false,
            });
        if straight { Ok(Relation(steps)) } else { Err(RelationError::Crooked) }
    }

    /// Reads "mother's sister"; capitals, spaces at the ends and the kind of apostrophe do not matter.
    ///
    /// # Errors
    /// A part that is not a step, or a chain that [`Relation::new`] refuses.
    pub fn parse(text: &str) -> Result<Relation, RelationError> {
        let plain = text.trim().to_lowercase().replace('\u{2019}', "'");
        if plain.is_empty() {
            return Err(RelationError::Empty);
        }
        let parts = plain.split("'s ").enumerate();
        let steps = parts.map(|(at, part)| {
            let word = part.split_whitespace().collect::<Vec<_>>().join(" ");
            Step::ALL.into_iter().find(|step| step.word() == word).ok_or(RelationError::UnknownPart(at + 1))
        });
        Relation::new(steps.collect::<Result<Vec<_>, _>>()?)
    }

    /// What the picker offers, in the order staff ask: parents, siblings, children, then outward.
    pub fn all() -> Vec<Relation> {
        use Step::{Brother, Daughter, Father, Mother, Sister, Son};
        let (parents, siblings, children) = ([Mother, Father], [Sister, Brother], [Son, Daughter]);
        let mut all: Vec<Vec<Step>> = Step::ALL.into_iter().map(|step| vec![step]).collect();
        let pairs =
            |first: [Step; 2], then: [Step; 2]| first.into_iter().flat_map(move |a| then.map(|b| vec![a, b]));
        all.extend(pairs(parents, parents));
        all.extend(pairs(parents, siblings));
        all.extend(
            pairs(parents, siblings)
                .flat_map(|aunt| children.map(|child| aunt.iter().copied().chain([child]).collect())),
        );
        all.extend(pairs(siblings, children));
        all.extend(pairs(children, children));
        all.into_iter().map(Relation).collect()
    }

    /// "mother's sister's daughter"; [`Relation::parse`] reads it back.
    pub fn label(&self) -> String {
        self.0.iter().map(|step| step.word()).collect::<Vec<_>>().join("'s ")
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl TryFrom<String> for Relation {
    type Error = RelationError;

    fn try_from(text: String) -> Result<Relation, RelationError> {
        Relation::parse(&text)
    }
}

impl From<Relation> for String {
    fn from(relation: Relation) -> String {
        relation.label()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_relation_of_the_picker_is_read_back_from_its_label() {
        for relation in Relation::all() {
            assert_eq!(Relation::parse(&relation.label()), Ok(relation.clone()), "{relation}");
        }
        let labels: BTreeSet<String> = Relation::all().iter().map(Relation::label).collect();
        assert_eq!(labels.len(), Relation::all().len(), "no two read the same");
        assert_eq!(labels.len(), 10 + 4 + 4 + 8 + 4 + 4);
    }

    #[test]
    fn the_picker_has_the_relatives_a_counsellor_asks_for() {
        let labels: BTreeSet<String> = Relation::all().iter().map(Relation::label).collect();
        for wanted in [
            "mother",
            "maternal half-sister",
            "paternal half-brother",
            "mother's mother",
            "father's sister",
            "mother's sister's daughter",
            "sister's son",
            "son's daughter",
        ] {
            assert!(labels.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn people_may_type_as_they_write() {
        let aunt = Relation::new(vec![Step::Mother, Step::Sister]);
        assert_eq!(Relation::parse("  Mother\u{2019}s  sister "), aunt);
        assert_eq!(Relation::parse("mother's mother's brother").map(|r| r.steps().len()), Ok(3));
    }

    #[test]
    fn detours_and_unknown_words_are_refused_without_repeating_them() {
        assert_eq!(Relation::parse(" "), Err(RelationError::Empty));
        assert_eq!(Relation::parse("mother's son"), Err(RelationError::Crooked));
        assert_eq!(Relation::parse("sister's brother"), Err(RelationError::Crooked));
        assert_eq!(Relation::parse("son's mother"), Err(RelationError::Crooked));
        assert_eq!(Relation::parse("mother's friend Ann"), Err(RelationError::UnknownPart(2)));
        assert!(!RelationError::UnknownPart(2).to_string().contains("Ann"));
        let far = ["mother"; 7].join("'s ");
        assert_eq!(Relation::parse(&far), Err(RelationError::TooLong));
    }
}
