//! What a relative's result can say at all: by inheritance, by sex, by date, and about which variant.
//! Must not know: what anybody else's test said.

use super::said::Says;
use crate::{
    clinic::people::person::SexAtBirth,
    db::UtcDate,
    error::{Error, Result},
};
use kinward_family::fact::Inheritance;

/// What the laboratory could have said of somebody of this sex.
pub fn possible(inheritance: Inheritance, sex: SexAtBirth) -> Vec<Says> {
    let copies: &[Says] = match (inheritance, sex) {
        (Inheritance::AutosomalDominant | Inheritance::AutosomalRecessive, _) => {
            &[Says::Het, Says::Hom, Says::Carrier]
        }
        (Inheritance::XLinked, SexAtBirth::Male) => &[Says::Hemi],
        (Inheritance::XLinked, SexAtBirth::Female) => &[Says::Het, Says::Hom, Says::Carrier],
        (Inheritance::XLinked, SexAtBirth::Unknown) => &[Says::Het, Says::Hom, Says::Hemi, Says::Carrier],
        (Inheritance::Mitochondrial, _) => &[Says::Carrier],
    };
    [copies, &[Says::NonCarrier, Says::Uninformative]].concat()
}

/// # Errors
/// What cannot be said of this person, in words.
pub fn says_possible(says: Says, inheritance: Inheritance, sex: SexAtBirth) -> Result<()> {
    if possible(inheritance, sex).contains(&says) {
        return Ok(());
    }
    let why = match (says, inheritance) {
        (Says::Void, _) => "Only a correction can take a result away.",
        (_, Inheritance::XLinked) => {
            "A man has one X: a variant on it is 'on the only X', never one or two copies. Check the report, and the sex on record."
        }
        (_, Inheritance::Mitochondrial) => {
            "A mitochondrial variant is there or not there; copies are not counted."
        }
        (_, Inheritance::AutosomalDominant | Inheritance::AutosomalRecessive) => {
            "This variant is not on the X: nobody has it 'on the only X'. Check which variant the report is about."
        }
    };
    Err(Error::bad_input(format!("{why} Nothing was saved.")).at("says"))
}

/// # Errors
/// A day in the future, or before the person was born.
pub fn day_possible(tested_on: UtcDate, born: Option<UtcDate>, today: UtcDate) -> Result<()> {
    let told = |words: &str| Err(Error::bad_input(format!("{words} Nothing was saved.")).at("tested_on"));
    if tested_on > today {
        return told("The day of the test is in the future.");
    }
    // A test before birth belongs to the pregnancy, and is the parents' to share.
    if born.is_some_and(|born| tested_on < born) {
        return told("The day of the test is before this person was born. Check whose report it is.");
    }
    Ok(())
}

/// The variant as their report names it must be the family's: the whole name, or the part behind the colon.
///
/// # Errors
/// Another variant's name, with what was expected.
pub fn variant_is_ours(typed: &str, ours: &[String]) -> Result<()> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let change = |text: &str| text.rsplit(':').next().unwrap_or_default().to_owned();
    let typed = plain(typed);
    let told = |words: String| Err(Error::bad_input(words).at("variant"));
    if typed.is_empty() {
        return told(
            "Copy the variant's name from their report, so that another variant is found out. Nothing was saved."
                .into(),
        );
    }
    let is_it = |ours: &String| {
        let ours = plain(ours);
        if typed.contains(':') { typed == ours } else { typed == change(&ours) }
    };
    if ours.iter().any(is_it) {
        return Ok(());
    }
    told(format!(
        "This is not the family's variant, which is {}. If their report is about another variant, it says nothing about this one. Nothing was saved.",
        ours.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_man_never_has_one_of_two_copies_on_the_x() {
        assert!(says_possible(Says::Hemi, Inheritance::XLinked, SexAtBirth::Male).is_ok());
        for says in [Says::Het, Says::Hom, Says::Carrier] {
            assert!(says_possible(says, Inheritance::XLinked, SexAtBirth::Male).is_err(), "{says}");
        }
        assert!(says_possible(Says::Hemi, Inheritance::AutosomalDominant, SexAtBirth::Male).is_err());
        assert!(says_possible(Says::Hemi, Inheritance::XLinked, SexAtBirth::Female).is_err());
    }

    #[test]
    fn nothing_is_recorded_as_void_from_the_start() {
        for inheritance in Inheritance::ALL {
            for sex in SexAtBirth::ALL {
                assert!(says_possible(Says::Void, inheritance, *sex).is_err());
                assert!(says_possible(Says::NonCarrier, inheritance, *sex).is_ok());
            }
        }
    }

    #[test]
    fn another_variant_is_found_out() {
        let ours = ["NM_000059.4:c.5946del".to_owned()];
        for typed in ["NM_000059.4:c.5946del", "c.5946del", " c.5946 del "] {
            assert!(variant_is_ours(typed, &ours).is_ok(), "{typed}");
        }
        for typed in ["", "c.5946dup", "NM_000059.3:c.5946del", "5946del"] {
            assert!(variant_is_ours(typed, &ours).is_err(), "{typed}");
        }
    }

    #[test]
    fn a_test_is_of_somebody_who_was_born_by_then() {
        let day = |year| UtcDate::new(year, 5, 1).unwrap();
        assert!(day_possible(day(2020), Some(day(1990)), day(2026)).is_ok());
        assert!(day_possible(day(1989), Some(day(1990)), day(2026)).is_err());
        assert!(day_possible(day(2027), None, day(2026)).is_err());
    }
}
