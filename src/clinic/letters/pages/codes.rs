//! The code on a letter: whether it is locked, and opening it again once somebody has spoken to the person.
//! Must not know: the code itself, or any date of birth.

use super::{Nothing, short};
use crate::{
    access::{Answer, Caller, Input, Staff, family::family_get, pages::Here, permission::may},
    clinic::{
        cascade::listener::Cascade,
        letters::letter::{LetterRow, letter_by_invitation},
    },
    db::Conn,
    error::Result,
    ids::{FamilyId, InvitationId, LetterId, TaskId},
    relative::invitation::{InvitationState, Readable, invitation_get, invitation_reopen},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct View {
    invitation: InvitationId,
    letter: LetterId,
    task: TaskId,
    family: FamilyId,
    reference: String,
    state: InvitationState,
    state_words: &'static str,
    locked: bool,
    withheld: bool,
    wrong_dates: i32,
    ends_on: String,
}

fn state_words(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Waiting => "Not yet in the post: it opens nothing",
        InvitationState::Open => "Open",
        InvitationState::Locked => "Locked after too many wrong dates of birth",
        InvitationState::Closed => "Closed",
    }
}

/// The letter that carries a code; its family must be one of the caller's.
fn letter_of(conn: &mut Conn, caller: &Caller, id: InvitationId) -> Result<(LetterRow, String)> {
    let row = letter_by_invitation(conn, caller.service, id)?;
    let proof = caller.in_family(conn, row.family_id)?;
    let reference = family_get(conn, &proof)?.reference;
    Ok((row, reference))
}

pub(super) async fn page(
    staff: Staff<may::CodeReopen>,
    house: Here,
    id: web::Path<InvitationId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .read(move |conn, _| {
            let (row, reference) = letter_of(conn, &of, id)?;
            // Before a letter is approved its code stands in no table: then there is nothing to see here.
            let invitation = invitation_get(conn, of.service, id)?;
            Ok(View {
                invitation: id,
                letter: row.id,
                task: row.task_id,
                family: row.family_id,
                reference,
                state: invitation.state,
                state_words: state_words(invitation.state),
                locked: invitation.state == InvitationState::Locked,
                withheld: invitation.reading == Readable::Withheld,
                wrong_dates: invitation.wrong_dates,
                ends_on: invitation.ends_on.shown(),
            })
        })
        .await?;
    let title = format!("Code {}, {}", short(id.as_str()), view.reference);
    Answer::page("invitation", title, &caller, view)
}

pub(super) async fn reopen(
    staff: Staff<may::CodeReopen>,
    house: Here,
    id: web::Path<InvitationId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            letter_of(act.conn(), &of, id)?;
            invitation_reopen(act, &Cascade, id)
        })
        .await?;
    Ok(Answer::done(format!("/invitations/{id}"), json!({"invitation": id, "state": InvitationState::Open})))
}
