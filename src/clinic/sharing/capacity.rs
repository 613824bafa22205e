//! That somebody can decide about telling a relative, found on a day. Adults are taken to be able to; where it was found that
//! they could not, an agreement needs a later finding that they can. Must not know: which relative a stance is about.

use super::{
    consent::{ConsentEntry, Stance, consents_of_family},
    unasked::Cause,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::cascade::task::{Task, task_list},
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::TaskId,
    policy::DateLimits,
};

/// A finding of capacity for this one decision. Sealed with the words about it. Source: Mental Capacity Act 2005,
/// sections 1 to 3.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Able {
    #[n(0)]
    pub on: UtcDate,
    /// Who found so, and how.
    #[n(1)]
    pub how: String,
}

impl Able {
    pub fn words(&self) -> String {
        format!("{}: {}", self.on.shown(), self.how)
    }
}

/// When capacity can have been assessed.
///
/// # Errors
/// A day that lies ahead; a year in which nobody of this family was assessed for this.
pub(in crate::clinic) fn assessed_possible(
    on: UtcDate,
    field: &str,
    limits: DateLimits,
    today: UtcDate,
) -> Result<()> {
    if on > today {
        return Err(Error::bad_input(
            "The day on which capacity was assessed lies ahead. Check it. Nothing was saved.",
        )
        .at(field));
    }
    if on.ymd().0 < limits.earliest_assessment_year {
        return Err(Error::bad_input(format!(
            "The day on which capacity was assessed is before {}. Write the year with four digits. Nothing was saved.",
            limits.earliest_assessment_year
        ))
        .at(field));
    }
    Ok(())
}

/// The finding that goes with a stance, as far as there is one. A refusal waits for none.
///
/// # Errors
/// An agreement after it was found that they cannot decide, without a later finding that they can; half a finding; a day
/// that cannot be.
pub(super) fn able_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    entry: &ConsentEntry,
) -> Result<Option<Able>> {
    if entry.stance == Stance::NotObtainable {
        return Ok(None);
    }
    let doubt = if entry.stance.is_agreement() { unable_since(act.conn(), proof, task)? } else { None };
    let how = entry.able_how.as_deref().map(str::trim).filter(|how| how.chars().count() > 2);
    let (on, how) = match (entry.able_on, how, doubt) {
        (None, None, None) => return Ok(None),
        (Some(on), Some(how), _) => (on, how),
        (None, _, Some(found)) => {
            return Err(Error::bad_input(format!(
                "On {} it was found that the proband could not decide about telling a relative. Give the day on which it was found that they can, for this decision, or record that they cannot be asked. Nothing was saved.",
                found.shown()
            ))
            .at("able_on"));
        }
        (None, Some(_), None) => {
            return Err(Error::bad_input(
                "Give the day on which it was found that they can decide this. Nothing was saved.",
            )
            .at("able_on"));
        }
        (Some(_), None, _) => {
            return Err(Error::bad_input(
                "Write who found that they can decide this, and how. Nothing was saved.",
            )
            .at("able_how"));
        }
    };
    assessed_possible(on, "able_on", act.policy().dates, act.at.date())?;
    if let Some(found) = doubt.filter(|found| on < *found) {
        return Err(Error::bad_input(format!(
            "{} is before {}, when it was found that they cannot decide this. Only a later finding answers it. Nothing was saved.",
            on.shown(),
            found.shown()
        ))
        .at("able_on"));
    }
    Ok(Some(Able { on, how: how.to_owned() }))
}

/// The day on which the proband was last found unable to decide about telling a relative of this result; none where a
/// later finding says that they can, or nobody doubted it.
pub fn unable_since(conn: &mut Conn, proof: &InFamily, task: &Task) -> Result<Option<UtcDate>> {
    let tasks = task_list(conn, proof)?;
    let tasks: Vec<TaskId> =
        tasks.iter().filter(|one| one.result_id == task.result_id).map(|one| one.id).collect();
    let mut unable = None;
    for consent in consents_of_family(conn, proof)?.iter().filter(|one| tasks.contains(&one.task_id)) {
        if consent.able(proof)?.is_some() {
            unable = None;
        }
        let unasked = consent.unasked(proof)?.filter(|unasked| unasked.cause == Cause::NoCapacity);
        unable = unasked.and_then(|unasked| unasked.assessed_on).or(unable);
    }
    Ok(unable)
}
