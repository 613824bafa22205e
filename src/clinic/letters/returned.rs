//! A letter that came back in the post: its code no longer opens it, its address is not written to again, and somebody looks for
//! the right one. Must not know: what the letter says, or who lives at the address now.

use super::{
    ground::{Ground, ground_of},
    letter::{LetterRow, LetterState},
    list::letter_by_invitation,
};
use crate::{
    access::{Caller, InFamily, family::family_reference},
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
    relative::{
        invitation::invitation_by_code,
        outbox::{OnceGone, recall},
    },
};
use kinward_family::{invitation::InvitationCode, kind::Form};

/// The letter that carries a code, as whoever holds the paper reads it off.
///
/// # Errors
/// No such code; a letter that went from hand to hand, or has not left; one of a family that is none of the caller's.
pub fn returned_open(act: &mut Act<'_>, caller: &Caller, code: &str) -> Result<(LetterRow, InFamily)> {
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
    let reference = family_reference(act.conn(), caller.service, row.family_id)?;
    let proof = caller.in_family(act.conn(), row.family_id).map_err(|_| {
        Error::not_now(format!(
            "This letter is of family {reference}, which is none of yours. Claim the family first, or give the letter to whoever follows it.",
        ))
    })?;
    if row.state != LetterState::Sent || row.kind()?.form() != Form::Person {
        return Err(Error::not_now(
            "This letter was not sent by post, or has not left. Nothing was changed.",
        ));
    }
    Ok((row, proof))
}

/// Records that it came back. Its words cannot be read online from now on, because who held it is not known.
pub fn letter_returned(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    let task = task_row(act.conn(), row.service_id, row.task_id)?;
    recall(act, &Cascade, row.invitation_id, OnceGone::Withheld)?;
    contact_came_back(act, proof, row.reader(&task))?;
    if ground_of(row.kind()?) == Ground::OwnResult {
        let own = release_basis(act.conn, row.service_id, row.release_id)?;
        let own = own.parse().map_err(|_| Error::inner("a letter rests on no relative's result"))?;
        telling_came_back(act, (own, row.family_id), proof.staff())?;
    }
    act.record(Deed::LetterCameBack, ("letter", row.id.as_str()), Some(proof.family()), &row.level)?;
    if step(task.state, TaskCommand::ReturnPost).is_some() {
        task_move(act, &task, TaskCommand::ReturnPost, None)?;
    }
    Ok(())
}
