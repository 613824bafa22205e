//! The name a letter prints: as on record, or the name for letters where one is given, in letters that can be printed.
//! Must not know: what letters say.

use super::person::{Identity, Person};
use crate::{
    error::{Error, Result},
    pdf,
};
use kinward_family::person::RecipientName;

impl Person {
    /// Given and family name as a letter prints them, where there is a whole name.
    pub fn name_for_letters(&self) -> Option<(&str, &str)> {
        let whole =
            |given: &'_ Option<String>, family: &'_ Option<String>| given.is_some() && family.is_some();
        let (given, family) = if whole(&self.letter_given_name, &self.letter_family_name) {
            (&self.letter_given_name, &self.letter_family_name)
        } else {
            (&self.given_name, &self.family_name)
        };
        given.as_deref().zip(family.as_deref())
    }

    /// What no letter can print of this person's name, in words for staff; nothing where all can be printed.
    pub fn unprintable(&self) -> Option<String> {
        let (given, family) = self.name_for_letters()?;
        let bad = listed(&pdf::unprintable(&format!("{given} {family}")))?;
        Some(format!("Letters cannot print {bad}. A letter needs this name in Latin letters."))
    }
}

fn listed(letters: &[char]) -> Option<String> {
    let shown: Vec<String> = letters.iter().map(|letter| letter.escape_debug().to_string()).collect();
    (!shown.is_empty()).then(|| shown.join(" "))
}

/// # Errors
/// Half a name for letters, or one that letters cannot print either.
pub(super) fn name_for_letters_possible(identity: &Identity) -> Result<()> {
    let (given, family) = match (&identity.letter_given_name, &identity.letter_family_name) {
        (None, None) => return Ok(()),
        (Some(given), Some(family)) => (given, family),
        (Some(_), None) | (None, Some(_)) => {
            return Err(Error::bad_input(
                "The name for letters needs given names and a family name, or neither. Nothing was saved.",
            ));
        }
    };
    RecipientName::parse(given, family).map_err(|e| Error::bad_input(e.to_string()))?;
    match listed(&pdf::unprintable(&format!("{given} {family}"))) {
        None => Ok(()),
        Some(bad) => Err(Error::bad_input(format!(
            "The name for letters holds {bad}, which letters cannot print. Write it in Latin letters. Nothing was saved."
        ))),
    }
}
