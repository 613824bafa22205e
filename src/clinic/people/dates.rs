//! When people can have lived: dates of birth and death that fit each other, the family and the day they are recorded.
//! Must not know: any number of its own; the limits are the policy's.

use super::{
    kinship::descents,
    person::{Person, person_get, person_list, person_put},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::UtcDate,
    error::{Error, Result},
    ids::PersonId,
    policy::DateLimits,
};

/// A date of death that stood on record until it was corrected, and why.
#[derive(Clone, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct DeathCorrection {
    #[n(0)]
    pub stood: UtcDate,
    #[n(1)]
    pub corrected_on: UtcDate,
    #[n(2)]
    pub reason: String,
}

/// # Errors
/// A date of birth in the future, or before anybody could be in a family file.
pub fn birth_possible(born: UtcDate, limits: DateLimits, today: UtcDate) -> Result<()> {
    if born > today {
        return Err(Error::bad_input("The date of birth is in the future. Check it. Nothing was saved.")
            .at("birth_date"));
    }
    if born.ymd().0 < limits.earliest_birth_year {
        return Err(Error::bad_input(format!(
            "The date of birth, {}, is before {}. Check the year. Nothing was saved.",
            born.shown(),
            limits.earliest_birth_year
        )));
    }
    Ok(())
}

pub(super) fn life_possible(born: UtcDate, died: UtcDate) -> Result<()> {
    if died < born {
        return Err(Error::bad_input(format!(
            "The date of death, {}, is before the date of birth, {}. Check both. Nothing was saved.",
            died.shown(),
            born.shown()
        )));
    }
    Ok(())
}

/// Compares a person's date of birth with those of their parents and children by descent.
///
/// # Errors
/// A child born before a parent, or when the parent was younger than the policy's limit.
pub(super) fn descent_possible(act: &mut Act<'_>, proof: &InFamily, id: PersonId) -> Result<()> {
    let youngest = act.policy().dates.youngest_parent_age;
    let people = person_list(act.conn(), proof)?;
    let born = |id: PersonId| {
        people.iter().find(|person| person.id == id).and_then(|person| Some((person, person.birth_date?)))
    };
    for descent in descents(act.conn(), proof)? {
        let by_descent = descent.kinds.iter().any(|kind| kind.is_by_descent());
        if !by_descent || (descent.child != id && descent.parent != id) {
            continue;
        }
        let (Some((child, later)), Some((parent, earlier))) = (born(descent.child), born(descent.parent))
        else {
            continue;
        };
        if earlier.age_on(later) < youngest {
            return Err(Error::bad_input(format!(
                "{} is born on {} and their parent {} on {}. A parent by descent is at least {youngest} years older. Check both dates of birth, and whose child this is. Nothing was saved.",
                child.shown(),
                later.shown(),
                parent.shown(),
                earlier.shown()
            )));
        }
    }
    Ok(())
}

fn death_possible(person: &Person, on: UtcDate, today: UtcDate) -> Result<()> {
    if on > today {
        return Err(Error::bad_input("The date of death is in the future. Check it. Nothing was saved.")
            .at("died_on"));
    }
    person.birth_date.map_or(Ok(()), |born| life_possible(born, on))
}

/// Records a death. What hangs on it is moved by the cascade in the same act.
///
/// # Errors
/// A date that cannot be; another date than the one that stands: correcting it is an act of its own, with a reason.
pub fn person_died(act: &mut Act<'_>, proof: &InFamily, id: PersonId, on: UtcDate) -> Result<()> {
    let person = person_get(act.conn(), proof, id)?;
    death_possible(&person, on, act.at.date())?;
    if let Some(stands) = person.died_on.filter(|stands| *stands != on) {
        return Err(Error::not_now(format!(
            "This person's death is on record: {}. If that date is wrong, correct it on their page and say why. Nothing was changed.",
            stands.shown()
        )));
    }
    person_put(act, proof, &Person { died_on: Some(on), ..person })?;
    act.record(Deed::PersonDied, ("person", id.as_str()), Some(proof.family()), "")
}

/// Puts another date of death in the place of the one that stands, which is kept with the reason.
///
/// # Errors
/// Nobody whose death is on record; a date that cannot be, or is the one that stands; no reason.
pub fn death_correct(
    act: &mut Act<'_>,
    proof: &InFamily,
    id: PersonId,
    on: UtcDate,
    reason: &str,
) -> Result<()> {
    let person = person_get(act.conn(), proof, id)?;
    let Some(stood) = person.died_on else {
        return Err(Error::not_now("No death is on record for this person. Record it first."));
    };
    death_possible(&person, on, act.at.date())?;
    if stood == on {
        return Err(Error::bad_input("This is the date of death that stands. Nothing was changed."));
    }
    if reason.trim().is_empty() {
        return Err(Error::bad_input("Say why the date of death is corrected. Nothing was saved."));
    }
    let mut death_corrections = person.death_corrections.clone();
    death_corrections.push(DeathCorrection {
        stood,
        corrected_on: act.at.date(),
        reason: reason.trim().to_owned(),
    });
    person_put(act, proof, &Person { died_on: Some(on), death_corrections, ..person })?;
    act.record(Deed::DeathCorrected, ("person", id.as_str()), Some(proof.family()), "")
}
