//! The one letter that tells somebody who asked not to be contacted that this was done, where they asked for one.
//! Must not know: why they asked, or anything of the family: it tells nothing.

use super::{
    draft::{Beside, Written, address_of, letter_frame, letter_keep, may_be_written_to},
    ground::Ground,
    letter::LetterState,
    list::letters_of_tasks,
};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        cascade::task::{Task, tasks_of_person},
        people::person::person_get,
        result::{release, state::result_row},
        sharing::{
            basis::{Basis, BasisKind},
            objection::{Confirm, Objection, standing_of},
            topic::Topic,
            whose_word::no_doubt,
        },
    },
    db::Conn,
    error::{Error, Result},
    ids::{InvitationId, LetterId, ServiceId},
};
use kinward_family::{
    disclosure::Level,
    kind::Kind,
    letter::{Addressee, Matter},
};

/// Drafts it.
///
/// # Errors
/// An objection that does not stand, or that nobody asked to have confirmed; a letter of it that is there already; as for any
/// letter.
pub fn stop_confirm_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    objection: &Objection,
) -> Result<LetterId> {
    let service = act.service;
    let stands = standing_of(act.conn(), service, objection.person_id)?
        .iter()
        .any(|one| one.id == objection.id && one.topic == Topic::ConditionExists);
    if !stands {
        return Err(Error::not_now("This objection does not stand any more. No letter was drafted."));
    }
    if objection.confirm != Some(Confirm::Letter) {
        return Err(Error::not_now(
            "They did not ask for a letter that confirms it, so none is sent. No letter was drafted.",
        ));
    }
    no_doubt(act.conn(), service, objection.person_id)?;
    let tasks = tasks_of_person(act.conn(), service, objection.person_id)?;
    let task = tasks.last().cloned().ok_or_else(|| {
        Error::not_now("This person is followed by no result, so no letter goes out for them. Speak to them if they asked.")
    })?;
    if confirmed(act.conn(), service, &tasks, objection)? {
        return Err(Error::not_now("There is a letter that confirms it already. No letter was drafted."));
    }
    may_be_written_to(act, &task, Ground::Wish)?;
    let person = person_get(act.conn(), proof, objection.person_id)?;
    let address = address_of(act, proof, person.id)?;
    let result = result_row(act.conn(), proof, task.result_id)?;
    let basis = Basis { kind: BasisKind::Wish, id: objection.id.to_string(), level: Level::L0 };
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, Level::L0, &basis)?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let to = Addressee::Person(person.recipient()?, address);
    let letter = frame.letter(act, Kind::StopConfirmed, disclosure, to, Matter::Nothing, Some(code))?;
    letter_keep(act, proof, &task, Written { letter, release, invitation, beside: Beside::default() })
}

/// Whether a letter that confirms this very objection is in hand or has gone: there is one, and no second.
pub(in crate::clinic) fn confirmed(
    conn: &mut Conn,
    service: ServiceId,
    tasks: &[Task],
    objection: &Objection,
) -> Result<bool> {
    for row in letters_of_tasks(conn, service, tasks.iter().map(|task| task.id).collect())? {
        if row.kind()? == Kind::StopConfirmed
            && row.state != LetterState::Stopped
            && release::release_basis(conn, service, row.release_id)? == objection.id.as_str()
        {
            return Ok(true);
        }
    }
    Ok(false)
}
