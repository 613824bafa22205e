//! What follows once a letter has left: the relative's way goes on, what it takes the place of closes, and whoever was to be told
//! has been. Must not know: how it left.

use super::{
    follow_up,
    ground::{Ground, carries_task, ground_of, stands_beside},
    letter::{LetterRow, LetterState, letter_by_invitation, letter_state, letters},
    list::letter_rows,
    stop::Stop,
    stopping::recalled,
};
use crate::{
    audit::Act,
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, task_move, task_row},
        },
        people::safety::is_held,
        recontact, referral,
        result::release::release_basis,
        sharing::consent::stance_follow,
        tested::telling::told_by_letter,
    },
    error::{Error, Result},
    ids::InvitationId,
    relative::outbox::OnceGone,
};
use diesel::prelude::*;
use kinward_family::kind::Kind;

/// It has been made safe to reach somebody again. A letter that had left was withheld then, for good, because whoever opened
/// it may not have been its reader; so where they still wait for an answer to it, another can be written, with a code of its
/// own.
pub fn letter_write_again(act: &mut Act<'_>, task: &Task) -> Result<()> {
    let mut rows = letter_rows(act.conn, act.service, task.id)?;
    rows.retain(|row| row.kind().is_ok_and(|kind| !stands_beside(kind)));
    let sent =
        |why: Option<Stop>| rows.iter().any(|row| row.state == LetterState::Sent && row.ended_why == why);
    // One that went since then stands, and is waited for.
    let withheld = sent(Some(Stop::Safeguarding)) && !sent(None);
    if withheld && step(task.state, TaskCommand::WriteAgain).is_some() {
        task_move(act, task, TaskCommand::WriteAgain, None)?;
        stance_follow(act, task.id)?;
    }
    Ok(())
}

/// The outbox says that a letter's paper has gone.
pub fn letter_sent(act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
    let row = letter_by_invitation(act.conn, act.service, invitation)?;
    match row.state {
        LetterState::Approved => letter_state(act, &row, LetterState::Sent)?,
        LetterState::Draft | LetterState::Submitted | LetterState::Sent | LetterState::Stopped => {
            return Ok(());
        }
    }
    let task = task_row(act.conn, act.service, row.task_id)?;
    let carries = carries_task(row.kind()?);
    if carries && step(task.state, TaskCommand::Send).is_some() {
        task_move(act, &task, TaskCommand::Send, None)?;
    }
    follow_up::followed_up(act, &task, &row)?;
    recontact::letter_moved(act, row.family_id, task.result_id)?;
    referral::follow::letter_left(act, &row)?;
    after_it(act, &row)?;
    if stands_beside(row.kind()?) {
        return Ok(());
    }
    // It was stopped while nobody knew whether it had left: what that asks for follows now.
    let task = task_row(act.conn, act.service, row.task_id)?;
    if row.ended_why == Some(Stop::NotUpheld) && step(task.state, TaskCommand::Reconsider).is_some() {
        task_move(act, &task, TaskCommand::Reconsider, None)?;
    } else if !is_held(act.conn, act.service, task.person_id)? {
        letter_write_again(act, &task)?;
    }
    Ok(())
}

/// What a letter does once it has left: what it takes the place of can be read online no more, and whoever it tells of their
/// own result has been told.
fn after_it(act: &mut Act<'_>, row: &LetterRow) -> Result<()> {
    let kind = row.kind()?;
    if let Some(elder) = row.follows_id.filter(|_| kind == Kind::Replaced) {
        let elder: LetterRow = letters::table.find(elder).first(act.conn())?;
        recalled(act, &elder, OnceGone::Withheld)?;
    }
    if ground_of(kind) == Ground::OwnResult {
        let own = release_basis(act.conn, act.service, row.release_id)?;
        let own = own.parse().map_err(|_| Error::inner("a letter rests on no relative's result"))?;
        told_by_letter(act, (own, row.family_id), row.author_id)?;
    }
    Ok(())
}
