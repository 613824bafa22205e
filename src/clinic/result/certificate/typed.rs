//! What staff add to a certificate: how relatives are tested, and whether there is a positive control. Short, and it names nobody.
//! Must not know: findings, or how a certificate looks.

use crate::{
    access::InFamily,
    clinic::people::person::{Person, person_list},
    db::Conn,
    error::{Error, Result},
};
use kinward_family::lint::{Forbidden, scan};
use serde::{Deserialize, Serialize};

const LONGEST_METHOD: usize = 80;
const LONGEST_REFERENCE: usize = 40;

/// Whether the laboratory has a sample to compare a relative's with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    pub available: bool,
    /// The laboratory's own reference for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Control {
    /// As paper and page say it.
    pub(super) fn in_words(&self) -> String {
        match (self.available, &self.reference) {
            (true, Some(reference)) => format!("Available, the laboratory's reference {reference}"),
            (true, None) => "Available on request".to_owned(),
            (false, Some(_) | None) => "Not available".to_owned(),
        }
    }
}

/// What staff add.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Added {
    pub(super) method: Option<String>,
    pub(super) control: Control,
}

impl Added {
    /// # Errors
    /// Which field holds what it may not, and what it may.
    pub fn parse(method: Option<&str>, available: bool, reference: Option<&str>) -> Result<Self> {
        let told =
            |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let (method, reference) = (told(method), told(reference));
        if let Some(method) = &method {
            let signs = |c: char| c.is_ascii_alphanumeric() || " .,/()+-:;".contains(c);
            let many_digits = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() > 4);
            if method.len() > LONGEST_METHOD || !method.chars().all(signs) {
                return Err(Error::bad_input(format!(
                    "The method holds at most {LONGEST_METHOD} plain letters, digits and . , / ( ) + - : ; such as 'Sanger sequencing of exon 11'. Nothing was saved."
                ))
                .at("method"));
            }
            if many_digits(method) {
                return Err(Error::bad_input(
                    "The method holds a long number, which may be somebody's sample. Put the laboratory's control into its own field. Nothing was saved.",
                )
                .at("method"));
            }
        }
        if let Some(reference) = &reference {
            let signs = |c: char| c.is_ascii_alphanumeric() || " ./-_:".contains(c);
            if reference.len() > LONGEST_REFERENCE || !reference.chars().all(signs) {
                return Err(Error::bad_input(format!(
                    "The reference of the control holds at most {LONGEST_REFERENCE} plain letters, digits and . / - _ : such as PC-2026-114. Nothing was saved."
                ))
                .at("control_reference"));
            }
            if !available {
                return Err(Error::bad_input(
                    "There is a reference for a positive control, but it is said that none is available. Choose one of the two. Nothing was saved.",
                )
                .at("control"));
            }
        }
        Ok(Self { method, control: Control { available, reference } })
    }

    /// Looks for the family's names, dates of birth and NHS numbers in what was typed.
    ///
    /// # Errors
    /// That there is one; it is not repeated.
    pub(super) fn name_nobody(&self, conn: &mut Conn, proof: &InFamily) -> Result<()> {
        let typed: Vec<&String> = self.method.iter().chain(self.control.reference.iter()).collect();
        if typed.is_empty() {
            return Ok(());
        }
        let people = person_list(conn, proof)?;
        let forbidden: Vec<Forbidden> = people.iter().flat_map(forbidden_of).collect();
        // Names are also looked for inside words: "ASHDOWN24" names somebody, too.
        let plain = |text: &str| {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
        };
        let names: Vec<String> =
            people.iter().flat_map(names_of).map(plain).filter(|name| name.chars().count() >= 4).collect();
        let names_somebody = typed.iter().any(|text| {
            !scan(text, &forbidden).is_empty() || names.iter().any(|name| plain(text).contains(name))
        });
        if names_somebody {
            return Err(Error::bad_input(
                "The method or the reference of the control holds a name, a date of birth or an NHS number of this family. A certificate goes to other laboratories: write it without. Nothing was saved.",
            ));
        }
        Ok(())
    }
}

fn names_of(person: &Person) -> impl Iterator<Item = &str> {
    [&person.given_name, &person.family_name, &person.letter_given_name, &person.letter_family_name]
        .into_iter()
        .flatten()
        .flat_map(|name| name.split_whitespace())
}

fn forbidden_of(person: &Person) -> Vec<Forbidden> {
    let mut words: Vec<Forbidden> =
        names_of(person).map(|name| Forbidden::new(name, "a name of this family")).collect();
    words.extend(person.nhs_number.iter().map(|number| Forbidden::new(number.clone(), "an NHS number")));
    if let Some((year, month, day)) = person.birth_date.map(|born| born.ymd())
        && let (Ok(year), Ok(month), Ok(day)) = (u16::try_from(year), u8::try_from(month), u8::try_from(day))
    {
        words.extend(Forbidden::date(year, month, day, "a date of birth"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_add_is_short_and_plain() {
        let added = Added::parse(Some(" Sanger sequencing, exon 11 (MLPA P002) "), true, Some("PC-2026/114"));
        assert_eq!(added.unwrap().method.as_deref(), Some("Sanger sequencing, exon 11 (MLPA P002)"));
        assert_eq!(Added::parse(Some("  "), false, None).unwrap(), Added::default());
        let long = "a".repeat(81);
        for method in [long.as_str(), "Sanger\nBcc: x", "<b>", "Séquençage", "sample 0061873", "{{gene}}"] {
            assert!(Added::parse(Some(method), true, None).is_err(), "{method}");
        }
        for reference in [&long[..41], "PC (the proband's)", "a\tb"] {
            assert!(Added::parse(None, true, Some(reference)).is_err(), "{reference}");
        }
        assert!(Added::parse(None, false, Some("PC-1")).is_err(), "a reference of nothing");
    }
}
