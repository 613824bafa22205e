//! Letters that the proband hands over: one copy a relative, each with its own code, and one without a name or code for
//! whoever nobody can name. Must not know: findings, or whether a copy was read.

use super::{
    draft::{Beside, Written, letter_frame, letter_keep, may_be_written_to},
    found::stop_found,
    ground::{Ground, ground_of},
    letter::{LetterRow, LetterState, letter_state, letters, refuse},
    list::letters_of_tasks,
    wordings::letter_write,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            listener::Cascade,
            task::{Task, task_row},
        },
        people::person::person_get,
        result::{release, state::result_row},
        sharing::{basis::hand_over_basis, pack::letter_barred},
    },
    db::Conn,
    error::{Error, Result},
    ids::{InvitationId, LetterId, ServiceId},
    relative::outbox,
};
use diesel::prelude::*;
use kinward_family::{
    disclosure::Level,
    kind::Kind,
    letter::{Addressee, LetterParts, Matter},
};

/// Drafts the copy that the proband gives to the relative of `task`. Whoever has no name or date of birth on record gets the
/// letter without a name: it has no code, because nothing could open it.
///
/// # Errors
/// The proband has not said that they will tell this relative; a copy that is in hand already; as for any letter.
pub fn hand_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    level: Level,
) -> Result<LetterId> {
    may_be_written_to(act, task, Ground::Agreement)?;
    let (service, today) = (act.service, act.at.date());
    let basis = hand_over_basis(act.conn(), service, task.id, today)?.ok_or_else(|| {
        Error::not_now("The proband has not said that they will tell this relative. Nothing was drafted.")
    })?;
    if !copies_of(act.conn, service, std::slice::from_ref(task))?.is_empty() {
        return Err(Error::not_now("There is a copy for this relative already. Nothing was drafted."));
    }
    if let Some(why) = letter_barred(act, task, level)? {
        return Err(Error::not_now(format!("{why} No letter was drafted.")).at("level"));
    }
    let person = person_get(act.conn(), proof, task.person_id)?;
    let named = person.recipient().ok().filter(|_| person.birth_date.is_some());
    let (kind, to, level) = match named {
        Some(name) => (Kind::FamilyLetter, Addressee::ByHand(name), level),
        None => (Kind::WhomItMayConcern, Addressee::Whoever, Level::L1),
    };
    let invitation = InvitationId::new(act.chance());
    let code = (kind == Kind::FamilyLetter).then(|| act.keys().code(invitation.as_str()));
    let result = result_row(act.conn(), proof, task.result_id)?;
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, level, &basis)?;
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let letter = letter_write(
        act,
        LetterParts {
            kind,
            disclosure,
            to,
            matter: Matter::Nothing,
            service: frame.service,
            signatory: frame.signatory,
            reference: frame.reference,
            code,
            date: frame.date,
            languages: frame.languages,
            size: frame.size,
            further: frame.further,
        },
    )?;
    letter_keep(act, proof, task, Written { letter, release, invitation, beside: Beside::default() })
}

/// The newest copies of these tasks that were not stopped, one a task at most; what says that something changed is none.
pub fn copies_of(conn: &mut Conn, service: ServiceId, tasks: &[Task]) -> Result<Vec<LetterRow>> {
    let mut copies: Vec<LetterRow> = Vec::new();
    for row in letters_of_tasks(conn, service, tasks.iter().map(|task| task.id).collect())? {
        if row.is_handed_over()?
            && ground_of(row.kind()?) != Ground::Correction
            && row.state != LetterState::Stopped
        {
            copies.retain(|copy| copy.task_id != row.task_id);
            copies.push(row);
        }
    }
    Ok(copies)
}

/// An approved copy was given to the proband. Everything that allows it is asked once more, as before a letter is posted.
///
/// # Errors
/// A letter that is not approved, or not one to be handed over; something that has stopped it since.
pub fn letter_handed(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    if row.state != LetterState::Approved || !row.is_handed_over()? {
        return Err(refuse(row, "handed over"));
    }
    let task = task_row(act.conn, act.service, row.task_id)?;
    if let Some(stop) = stop_found(act, &task, row)? {
        return Err(Error::not_now(format!(
            "This letter can no longer be handed over ({}). {} Nothing was changed.",
            stop.words(),
            stop.what_now()
        )));
    }
    let at = act.at;
    diesel::update(letters::table.find(row.id)).set(letters::handed_at.eq(at)).execute(act.conn())?;
    act.record(Deed::LetterHanded, ("letter", row.id.as_str()), Some(proof.family()), &row.level)?;
    // A copy without a code has nothing in the outbox.
    if row.kind()? == Kind::WhomItMayConcern {
        return letter_state(act, row, LetterState::Sent);
    }
    outbox::handed_over(act, &Cascade, row.invitation_id)
}
