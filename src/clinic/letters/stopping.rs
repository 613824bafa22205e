//! Stops letters, and what hangs on them: one, those of a task, or those that were addressed to a person about a child.
//! Must not know: why; whoever stops one says so.

use super::{
    ground::{carries_task, stands_beside},
    letter::{LetterRow, LetterState, letter_state, letters, within_basis},
    list::{letter_rows, letters_read_by},
    stop::Stop,
};
use crate::{
    audit::{Act, Deed},
    clinic::{
        answers::stop::answers_stop,
        cascade::{
            listener::Cascade,
            steps::step,
            task::{TaskCommand, task_move, task_row},
        },
        recontact,
        sharing::run_out::basis_taken,
    },
    error::Result,
    ids::{PersonId, TaskId},
    relative::outbox::{self, OnceGone},
};
use diesel::prelude::*;
use kinward_family::kind::Form;

/// Stops every letter of a task that has not left the house, with the sendings that hang on it, and the way back to
/// writing. What has left cannot be unsent: it stays, listed as sent, and `once_gone` says whether it can still be read
/// online. Answers how many it stopped.
pub fn letters_stop(act: &mut Act<'_>, task: TaskId, why: Stop, once_gone: OnceGone) -> Result<usize> {
    let rows = letter_rows(act.conn, act.service, task)?;
    let mut stopped = 0;
    for row in rows {
        stopped += usize::from(letter_stop(act, &row, why, once_gone)?);
    }
    Ok(stopped)
}

/// Stops one letter, and with it every other of its task unless it stands beside the relative's way.
pub(in crate::clinic) fn letter_stop_all(
    act: &mut Act<'_>,
    row: &LetterRow,
    why: Stop,
    once_gone: OnceGone,
) -> Result<()> {
    if stands_beside(row.kind()?) {
        letter_stop(act, row, why, once_gone).map(|_| ())
    } else {
        letters_stop(act, row.task_id, why, once_gone).map(|_| ())
    }
}

/// Stops every letter that was addressed to a person about a child, as `letters_stop` does those of a task.
pub(in crate::clinic) fn letters_stop_read_by(
    act: &mut Act<'_>,
    person: PersonId,
    why: Stop,
    once_gone: OnceGone,
) -> Result<()> {
    for row in letters_read_by(act.conn, act.service, person)? {
        letter_stop(act, &row, why, once_gone)?;
    }
    Ok(())
}

/// As `letters_stop`, for one letter. Answers true where it had not left.
pub(super) fn letter_stop(
    act: &mut Act<'_>,
    row: &LetterRow,
    why: Stop,
    once_gone: OnceGone,
) -> Result<bool> {
    // A narrower agreement takes back only what tells more than it allows.
    let today = act.at.date();
    let withholds = once_gone == OnceGone::Withheld
        && (why != Stop::ConsentChanged || !within_basis(act.conn, row, today)?);
    let once_gone = if withholds { OnceGone::Withheld } else { OnceGone::StaysReadable };
    answers_stop(act, row, why, withholds)?;
    let stops = match row.state {
        LetterState::Draft | LetterState::Submitted => true,
        LetterState::Approved => recalled(act, row, once_gone)?,
        LetterState::Sent => {
            if withholds {
                recalled(act, row, once_gone)?;
            }
            false
        }
        // Given up without knowing whether it left: it may still arrive, and its code admits.
        LetterState::Stopped => {
            if withholds && row.approved_at.is_some() {
                recalled(act, row, once_gone)?;
            }
            false
        }
    };
    let withheld = withholds && matches!(row.state, LetterState::Approved | LetterState::Sent);
    if (stops || withheld) && row.ended_why.is_none() {
        diesel::update(letters::table.find(row.id)).set(letters::ended_why.eq(why)).execute(act.conn())?;
    }
    if stops {
        letter_state(act, row, LetterState::Stopped)?;
        act.record(Deed::LetterStopped, ("letter", row.id.as_str()), Some(row.family_id), why.as_str())?;
        let task = task_row(act.conn(), row.service_id, row.task_id)?;
        recontact::letter_moved(act, row.family_id, task.result_id)?;
        if carries_task(row.kind()?) && step(task.state, TaskCommand::StopLetter).is_some() {
            let back = task_move(act, &task, TaskCommand::StopLetter, None)?;
            // Without a basis there is nothing to write on: somebody must weigh the stance first.
            if basis_taken(act, task.id)? && step(back, TaskCommand::Withdraw).is_some() {
                task_move(act, &task, TaskCommand::Withdraw, None)?;
            }
        }
    }
    Ok(stops)
}

/// Calls back what hangs on an approved letter. A letter without a code has nothing in the outbox: it has not left before
/// somebody says that it was handed over.
pub(super) fn recalled(act: &mut Act<'_>, row: &LetterRow, once_gone: OnceGone) -> Result<bool> {
    match row.kind()?.form() {
        Form::Whoever => Ok(true),
        Form::Person | Form::ByHand | Form::House => {
            outbox::recall(act, &Cascade, row.invitation_id, once_gone)
        }
    }
}
