//! A letter that came back in the post: its code no longer opens it, its address is not written to again, and somebody looks for
//! the right one. Must not know: what the letter says, or who lives at the address now.

use super::{
    ground::{Ground, ground_of},
    letter::{LetterRow, LetterState, letters},
    list::letter_by_invitation,
};
use crate::{
    access::{Caller, conflict::is_barred},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            listener::Cascade,
            steps::step,
            task::{TaskCommand, task_move, task_row},
        },
        people::contact::contact_came_back,
        result::release::release_basis,
        tested::telling::telling_came_back,
    },
    error::{Error, Result},
    keys::Compartment,
    relative::{
        invitation::invitation_by_code,
        outbox::{OnceGone, recall},
    },
};
use diesel::prelude::*;
use kinward_family::{invitation::InvitationCode, kind::Form};

/// The letter that carries a code, as whoever holds the paper reads it off. They need have nothing to do with its family:
/// they hold the letter, and are shown nothing that does not stand on it.
///
/// # Errors
/// No such code; a letter that went from hand to hand, or has not left, or was entered already; a family from which the caller
/// is kept out.
pub fn returned_find(act: &mut Act<'_>, caller: &Caller, code: &str) -> Result<LetterRow> {
    let unknown = || {
        Error::bad_input("No letter of this service that was approved has this code. Check what you typed.")
            .at("code")
    };
    let code = InvitationCode::parse(code).map_err(|_| unknown())?;
    let hash = act.keys().code_index(code.canonical());
    let invitation = invitation_by_code(act.conn, &hash)?
        .filter(|invitation| invitation.service_id == act.service)
        .ok_or_else(unknown)?;
    let row = letter_by_invitation(act.conn, act.service, invitation.id)?;
    if is_barred(act.conn(), caller.service, caller.staff, row.family_id)? {
        return Err(Error::not_now(
            "You are kept out of this letter's family. Give the letter to a colleague, unopened. Nothing was changed.",
        ));
    }
    if let Some(at) = row.came_back_at {
        return Err(Error::not_now(format!(
            "This letter was entered already, on {}. Nothing more is needed, and nothing was changed.",
            at.shown()
        )));
    }
    if row.state != LetterState::Sent || row.kind()?.form() != Form::Person {
        return Err(Error::not_now(
            "This letter was not sent by post, or has not left. Nothing was changed.",
        ));
    }
    Ok(row)
}

/// Records that it came back. Its words cannot be read online from now on, because who held it is not known.
/// Said again, by whoever holds it or by the provider, it is not recorded again. Of a letter to a practice or service nothing
/// follows for the relative: their own address may be right.
pub fn letter_returned(act: &mut Act<'_>, row: &LetterRow) -> Result<()> {
    if row.came_back_at.is_some() {
        return Ok(());
    }
    let (service, at) = (row.service_id, act.at);
    let of_reader = row.kind()?.form() == Form::Person;
    let task = task_row(act.conn(), service, row.task_id)?;
    recall(act, &Cascade, row.invitation_id, OnceGone::Withheld)?;
    // Only the two addresses are compared, and nobody is shown either.
    let unlocked = act.unlock(row.family_id.as_str(), &[Compartment::Familial, Compartment::Contact])?;
    let letter = row.reopen(act.keys(), unlocked.grant()?)?;
    if let Some(posted) = letter.to().address().filter(|_| of_reader) {
        contact_came_back(act, unlocked.grant()?, row.family_id, row.reader(&task), posted)?;
    }
    if ground_of(row.kind()?) == Ground::OwnResult {
        let own = release_basis(act.conn, row.service_id, row.release_id)?;
        let own = own.parse().map_err(|_| Error::inner("a letter rests on no relative's result"))?;
        // Whoever signed the letter told them by it, and did not reach them.
        telling_came_back(act, (own, row.family_id), row.author_id)?;
    }
    diesel::update(letters::table.find(row.id)).set(letters::came_back_at.eq(at)).execute(act.conn())?;
    act.record(Deed::LetterCameBack, ("letter", row.id.as_str()), Some(row.family_id), &row.level)?;
    if of_reader && step(task.state, TaskCommand::ReturnPost).is_some() {
        task_move(act, &task, TaskCommand::ReturnPost, None)?;
    }
    Ok(())
}
