//! A letter that takes the place of one that has gone, because what was written has changed since.
//! Must not know: what changed; it tells what the newest report and wording tell, and no more than the old one did.

use super::{
    draft::{Beside, Chosen, Written, letter_frame, letter_keep, may_be_written_to},
    ground::{Ground, carries_task},
    letter::{LetterRow, LetterState},
    list::{letter_rows, letters_of_tasks},
    suited::suited,
};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, task_move, task_row, tasks_of_person},
        },
        people::person::person_get,
        result::{
            release,
            state::{ResultState, TestResult, result_row},
        },
        sharing::{basis::basis_of, pack::letter_barred},
    },
    error::{Error, Result},
    ids::{InvitationId, LetterId},
};
use kinward_family::{
    disclosure::Level,
    kind::Kind,
    letter::{Addressee, Matter},
};

/// Drafts a letter that takes the place of `earlier`, to whoever got it.
///
/// # Errors
/// A letter that has not left, that told nothing, or that went to somebody else; one that is replaced already; nothing that
/// allows writing now; as for any letter.
pub fn replaced_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    earlier: &LetterRow,
) -> Result<LetterId> {
    let level = earlier.level()?.min(Level::L2);
    if earlier.state != LetterState::Sent || !carries_task(earlier.kind()?) || level == Level::L0 {
        return Err(Error::not_now(
            "Only a letter that has left, and that told its reader something, can be replaced by another. Nothing was drafted.",
        ));
    }
    if earlier.reader_id.is_some() {
        return Err(Error::not_now(
            "This letter went to somebody who is responsible for a child. Speak to them. Nothing was drafted.",
        ));
    }
    let old = task_row(act.conn(), earlier.service_id, earlier.task_id)?;
    let (task, result) = now_of(act, proof, &old)?;
    may_be_written_to(act, &task, Ground::Agreement)?;
    let (service, today) = (act.service, act.at.date());
    for row in letters_of_tasks(act.conn(), service, vec![old.id, task.id])? {
        if row.follows_id == Some(earlier.id)
            && row.kind()? == Kind::Replaced
            && row.state != LetterState::Stopped
        {
            return Err(Error::not_now("Another letter takes its place already. Nothing was drafted."));
        }
        match row.state {
            LetterState::Draft | LetterState::Submitted | LetterState::Approved
                if carries_task(row.kind()?) =>
            {
                return Err(Error::not_now(
                    "A letter to this relative is in hand already. Nothing was drafted.",
                ));
            }
            LetterState::Draft
            | LetterState::Submitted
            | LetterState::Approved
            | LetterState::Sent
            | LetterState::Stopped => {}
        }
    }
    let basis = basis_of(act.conn(), service, task.id, today)?.ok_or_else(|| {
        Error::not_now(
            "Nothing on record allows writing to this relative now: record the proband's agreement to a clinic letter, or a decision. Nothing was drafted.",
        )
    })?;
    if let Some(why) = letter_barred(act, &task, level)? {
        return Err(Error::not_now(format!("{why} Nothing was drafted.")));
    }
    let person = person_get(act.conn(), proof, task.person_id)?;
    let chosen = Chosen { reader: None, own_address: true };
    let suited = suited(act, proof, &result, person, level, &chosen)?;
    let Addressee::Person(name, address) = suited.to else {
        return Err(Error::inner("a letter that suits a relative goes to nobody"));
    };
    if suited.reader.id != task.person_id {
        return Err(Error::not_now(
            "This relative is a child. Speak to whoever is responsible for them. Nothing was drafted.",
        ));
    }
    let told_on = earlier.reopen(act.keys(), proof.grant()?)?.day();
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, level, &basis)?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let frame = letter_frame(act, caller, proof, Some(task.person_id))?;
    let to = Addressee::Person(name, address);
    let letter = frame.letter(act, Kind::Replaced, disclosure, to, Matter::Earlier(told_on), Some(code))?;
    let beside = Beside { reader_id: None, follows_id: Some(earlier.id) };
    let id = letter_keep(act, proof, &task, Written { letter, release, invitation, beside })?;
    if step(task.state, TaskCommand::Draft).is_some() {
        task_move(act, &task, TaskCommand::Draft, None)?;
    }
    Ok(id)
}

/// The relative's task by the report that stands now: their own, or the one by the amended report.
fn now_of(act: &mut Act<'_>, proof: &InFamily, old: &Task) -> Result<(Task, TestResult)> {
    let result = result_row(act.conn(), proof, old.result_id)?;
    if result.state != ResultState::Superseded {
        return Ok((old.clone(), result));
    }
    for task in tasks_of_person(act.conn, act.service, old.person_id)? {
        let newer = result_row(act.conn(), proof, task.result_id)?;
        if newer.supersedes_id == Some(result.id) && newer.state != ResultState::Superseded {
            return Ok((task, newer));
        }
    }
    Err(Error::not_now(
        "The report was amended, and this relative is not followed by the new one yet. Separate it, tell the proband and check the relatives at risk first. Nothing was drafted.",
    ))
}

/// Whether a letter can be replaced from its page.
pub(in crate::clinic) fn may_be_replaced(act: &mut Act<'_>, row: &LetterRow) -> Result<bool> {
    let told = row.state == LetterState::Sent && carries_task(row.kind()?) && row.level()? > Level::L0;
    if !told || row.reader_id.is_some() {
        return Ok(false);
    }
    let mut standing = letter_rows(act.conn, row.service_id, row.task_id)?;
    standing.retain(|other| other.follows_id == Some(row.id) && other.state != LetterState::Stopped);
    Ok(standing.is_empty())
}
