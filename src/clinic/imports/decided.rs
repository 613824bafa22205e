//! Questions of an import answered by a person: one by one, or together where number and birth are the same.
//! Must not know: what is shown of them.

use super::{
    family::{Which, families_list, family_decided, family_get},
    question::Said,
    state::{Import, ImportState},
    step::comes_into,
};
use crate::{
    access::{Caller, Permission, permission::allows},
    audit::{Act, Deed},
    error::{Error, Result},
    ids::ImportFamilyId,
};

/// Families whose questions are answered together in one act.
const TOGETHER: i64 = 10_000;

fn may_tie(caller: &Caller) -> bool {
    allows(&caller.roles, Permission::PedigreeEdit)
}

fn is_open(import: &Import) -> Result<()> {
    match import.state {
        ImportState::Ready => Ok(()),
        ImportState::Brought
        | ImportState::Reading
        | ImportState::Running
        | ImportState::Cancelled
        | ImportState::Done
        | ImportState::Undoing
        | ImportState::Undone
        | ImportState::Dropped => {
            Err(Error::not_now("Nothing is asked of this import now. Nothing was saved."))
        }
    }
}

/// Answers one question of a family, by its place.
///
/// # Errors
/// A question that is not asked; an answer that cannot be given to it, or does not go with the others of the family.
pub fn question_decide(
    act: &mut Act<'_>,
    caller: &Caller,
    import: &Import,
    (family, place): (ImportFamilyId, usize),
    said: Said,
) -> Result<()> {
    is_open(import)?;
    let family = family_get(act.conn, act.service, family)?;
    if family.import_id != import.id {
        return Err(Error::not_found());
    }
    let unlocked = import.keys(act)?;
    let mut rows = family.open(unlocked.grant()?)?;
    rows.questions.get_mut(place).ok_or_else(Error::not_found)?.decide(said, may_tie(caller))?;
    comes_into(&rows)?;
    family_decided(act, &family, unlocked.grant()?, &rows)?;
    act.record(Deed::ImportDecided, ("import", import.id.as_str()), None, said.as_str())
}

/// Answers every open question whose two have the same number and the same birth. Where an answer cannot be given, the question
/// stays open. Answers how many were answered.
///
/// # Errors
/// An import of which nothing is asked.
pub fn exact_decide(act: &mut Act<'_>, caller: &Caller, import: &Import, said: Said) -> Result<usize> {
    is_open(import)?;
    let unlocked = import.keys(act)?;
    let may_tie = may_tie(caller);
    let mut decided = 0;
    for family in families_list(act.conn(), import, Which::Asked, 0, TOGETHER)? {
        let was = family.open(unlocked.grant()?)?;
        let (mut rows, mut some) = (was, 0);
        for question in rows.questions.iter_mut().filter(|question| question.exact && question.said.is_none())
        {
            some += usize::from(question.decide(said, may_tie).is_ok());
        }
        if some > 0 && comes_into(&rows).is_ok() {
            family_decided(act, &family, unlocked.grant()?, &rows)?;
            decided += some;
        }
    }
    act.record(
        Deed::ImportDecided,
        ("import", import.id.as_str()),
        None,
        &format!("{said}, {decided} together"),
    )?;
    Ok(decided)
}
