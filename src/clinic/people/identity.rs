//! Who a person is, as staff give it: names, date of birth, number, each checked before it is kept.
//! Must not know: what is stored.

use super::{dates::birth_possible, printed::name_for_letters_possible, shown::Shown};
use crate::{
    db::UtcDate,
    error::{Error, Result},
    policy::DateLimits,
};
use kinward_family::person::{BadContact, RecipientName};

/// Who a person is, as staff give it. Every part may be missing: a placeholder in a pedigree has none.
#[derive(Clone, Default)]
pub struct Identity {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<UtcDate>,
    pub nhs_number: Option<String>,
    /// In letters that can be printed; both or neither.
    pub letter_given_name: Option<String>,
    pub letter_family_name: Option<String>,
}

impl Identity {
    /// # Errors
    /// A name or number that cannot be one, a date of birth outside what the policy takes for possible.
    pub fn checked(self, limits: DateLimits, today: UtcDate) -> Result<Self> {
        let names = [("given_name", &self.given_name), ("family_name", &self.family_name)];
        // One name alone is kept as it is said: only a whole name can come to stand in a letter.
        let whole = self.given_name.is_some() && self.family_name.is_some();
        for (field, name) in names.into_iter().filter_map(|(field, name)| Some((field, name.as_ref()?))) {
            match RecipientName::parse(name, name) {
                Err(problem) if whole || problem == BadContact::NameLength => {
                    return Err(Error::bad_input(format!("{problem} Nothing was saved.")).at(field));
                }
                Ok(_) | Err(_) => {}
            }
        }
        name_for_letters_possible(&self)?;
        if let Some(born) = self.birth_date {
            birth_possible(born, limits, today)?;
        }
        let nhs_number = match self.nhs_number {
            None => None,
            Some(text) => Some(nhs_number(&text)?),
        };
        Ok(Self { nhs_number, ..self })
    }

    /// As the form on a page shows it.
    pub fn shown(&self) -> Shown {
        let digits = |text: &String| text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        Shown(vec![
            ("given names", self.given_name.clone()),
            ("family name", self.family_name.clone()),
            ("date of birth", self.birth_date.map(UtcDate::shown)),
            ("NHS number", self.nhs_number.as_ref().map(digits)),
            ("given names for letters", self.letter_given_name.clone()),
            ("family name for letters", self.letter_family_name.clone()),
        ])
    }
}

/// Ten digits whose check digit holds (modulus 11), without spaces.
pub(super) fn nhs_number(text: &str) -> Result<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let number: std::result::Result<nhs_number::NHSNumber, _> = digits.parse();
    match number {
        // Nought ten times fits its check digit, and is what systems write where there is no number.
        Ok(number) if number.validate_check_digit() && digits.len() == 10 && digits != "0000000000" => {
            Ok(digits)
        }
        Ok(_) | Err(_) => {
            Err(Error::bad_input("This is not an NHS number: the check digit does not fit. Copy it again.")
                .at("nhs_number"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nhs_number_must_check() {
        assert!(nhs_number("999 000 0018").is_ok() || nhs_number("999 000 0026").is_ok());
        assert!(nhs_number("9990000000").is_err() || nhs_number("9990000001").is_err());
        assert!(nhs_number("000 000 0000").is_err(), "it checks, and is nobody's");
        assert!(nhs_number("12").is_err());
        assert!(nhs_number("abcdefghij").is_err());
    }
}
