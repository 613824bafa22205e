//! What somebody is looked for by: a number, or a surname with a date of birth.
//! Must not know: what is stored.

use super::identity::nhs_number;
use crate::{db::UtcDate, error::Result};

/// A surname with a date of birth, so that the same person is found however the name was written.
pub(super) fn folded(family_name: &str, born: UtcDate) -> String {
    let name: String = family_name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    format!("{name}|{born}")
}

pub(super) const NHS_NUMBER: &str = "nhs number";
pub(super) const NAMED: &str = "name and birth date";

/// What somebody is looked for by.
pub enum Sought {
    /// Ten digits whose check digit holds.
    Number(String),
    Named(String, UtcDate),
}

impl Sought {
    /// # Errors
    /// A number whose check digit does not fit.
    pub fn number(text: &str) -> Result<Self> {
        nhs_number(text).map(Self::Number)
    }

    /// What kind of search it was, for the record.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Number(_) => NHS_NUMBER,
            Self::Named(_, _) => NAMED,
        }
    }
}
