//! When people can have lived: dates of birth and death that fit each other, the family and the day they are recorded.
//! Must not know: any number of its own; the limits are the policy's.

use super::{
    kinship::descents,
    particulars::Particulars,
    person::{Person, person_get, person_list, person_put},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::sharing::conversation::last_heard,
    db::UtcDate,
    error::{Error, Result},
    ids::PersonId,
    policy::DateLimits,
};

/// A date of death that stood on record until it was corrected or taken back, and why.
#[derive(Clone, PartialEq, minicbor::Encode, minicbor::Decode)]
pub struct DeathCorrection {
    #[n(0)]
    pub stood: UtcDate,
    #[n(1)]
    pub corrected_on: UtcDate,
    #[n(2)]
    pub reason: String,
    /// It was no death at all: the person is alive.
    #[n(3)]
    #[cbor(default)]
    pub alive: bool,
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

/// # Errors
/// A death before the birth, also where only the year of birth is known.
pub(super) fn life_possible(person: &Person, died: UtcDate) -> Result<()> {
    let before = match (person.birth_date, person.particulars.birth_year) {
        (Some(born), _) => (died < born).then(|| format!("the date of birth, {}", born.shown())),
        (None, Some(year)) => (died.ymd().0 < year).then(|| format!("the year of birth, {year}")),
        (None, None) => None,
    };
    match before {
        None => Ok(()),
        Some(birth) => Err(Error::bad_input(format!(
            "The date of death, {}, is before {birth}. Check both. Nothing was saved.",
            died.shown()
        ))),
    }
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

fn death_possible(act: &mut Act<'_>, proof: &InFamily, person: &Person, on: UtcDate) -> Result<()> {
    if on > act.at.date() {
        return Err(Error::bad_input("The date of death is in the future. Check it. Nothing was saved.")
            .at("died_on"));
    }
    life_possible(person, on).map_err(|problem| problem.at("died_on"))?;
    heard_possible(act, proof, person.id, on).map_err(|problem| problem.at("died_on"))
}

/// # Errors
/// A death before a conversation with the same person. The day of that is not told: whoever records a death need not be one
/// who reads conversations.
pub(super) fn heard_possible(act: &mut Act<'_>, proof: &InFamily, id: PersonId, died: UtcDate) -> Result<()> {
    if last_heard(act.conn(), proof, id)?.is_none_or(|heard| heard <= died) {
        return Ok(());
    }
    Err(Error::bad_input(
        "A conversation with this person is on record for a later day than this death. Check the date, and ask a counsellor to compare it with the conversations on the result's page. Nothing was saved.",
    ))
}

/// Records a death. What hangs on it is moved by the cascade in the same act.
///
/// # Errors
/// A date that cannot be; another date than the one that stands: correcting it is an act of its own, with a reason.
pub fn person_died(act: &mut Act<'_>, proof: &InFamily, id: PersonId, on: UtcDate) -> Result<()> {
    let person = person_get(act.conn(), proof, id)?;
    death_possible(act, proof, &person, on)?;
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
    death_possible(act, proof, &person, on)?;
    if stood == on {
        return Err(
            Error::bad_input("This is the date of death that stands. Nothing was changed.").at("died_on")
        );
    }
    if reason.trim().is_empty() {
        return Err(
            Error::bad_input("Say why the date of death is corrected. Nothing was saved.").at("reason")
        );
    }
    let mut death_corrections = person.death_corrections.clone();
    death_corrections.push(DeathCorrection {
        stood,
        corrected_on: act.at.date(),
        reason: reason.trim().to_owned(),
        alive: false,
    });
    person_put(act, proof, &Person { died_on: Some(on), death_corrections, ..person })?;
    act.record(Deed::DeathCorrected, ("person", id.as_str()), Some(proof.family()), "")
}

/// Takes a death back that was recorded by mistake; its date is kept with the reason. What hangs on it is moved by the
/// cascade in the same act.
///
/// # Errors
/// Nobody whose death is on record with its date; no reason.
pub fn death_take_back(act: &mut Act<'_>, proof: &InFamily, id: PersonId, reason: &str) -> Result<()> {
    let person = person_get(act.conn(), proof, id)?;
    let Some(stood) = person.died_on else {
        return Err(Error::not_now(
            "No date of death is on record for this person. If they are said to have died without a date, say that they are alive in their place in the tree. Nothing was changed.",
        ));
    };
    if reason.trim().is_empty() {
        return Err(Error::bad_input("Say how the death came to be recorded by mistake. Nothing was saved.")
            .at("alive_reason"));
    }
    let mut death_corrections = person.death_corrections.clone();
    death_corrections.push(DeathCorrection {
        stood,
        corrected_on: act.at.date(),
        reason: reason.trim().to_owned(),
        alive: true,
    });
    // Whoever is alive has neither died nor been born dead.
    let life = person.particulars.life.filter(|life| !life.is_over());
    let particulars = Particulars { life, ..person.particulars.clone() };
    person_put(act, proof, &Person { died_on: None, death_corrections, particulars, ..person })?;
    act.record(Deed::DeathTakenBack, ("person", id.as_str()), Some(proof.family()), "")
}
