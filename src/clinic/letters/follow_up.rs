//! What follows a letter that nobody answered: one reminder, then a closing letter, and no more. Neither says again what the
//! letter was about. Must not know: findings, or what the first letter told.

use super::{
    draft::{Beside, Written, address_of, letter_frame, letter_keep, may_be_written_to},
    ground::{Ground, stands_beside},
    letter::{LetterRow, LetterState, letter_release},
    list::letter_rows,
    wordings::letter_write,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::wanted,
            task::{Task, TaskCommand, TaskState, task_move},
        },
        people::person::person_get,
        queue::item::follow,
        result::{release, state::result_row},
        sharing::basis::basis_of,
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{InvitationId, LetterId, PersonId},
    policy::Periods,
};
use kinward_family::{
    disclosure::{Disclosure, Level},
    kind::Kind,
    letter::{Addressee, Letter, LetterParts, Matter},
};

/// What may be sent to somebody who has not answered, and from which day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    pub kind: Kind,
    pub from: UtcDate,
}

/// What follows for a relative, by what has left for them; nothing where they have answered or all has been said.
pub fn next_of(conn: &mut Conn, task: &Task, periods: &Periods) -> Result<Option<Next>> {
    if task.state != TaskState::Sent {
        return Ok(None);
    }
    let rows = letter_rows(conn, task.service_id, task.id)?;
    let mut last: Option<(Kind, UtcTime)> = None;
    for row in rows {
        if stands_beside(row.kind()?) {
            continue;
        }
        match row.state {
            // One that is on its way already is waited for.
            LetterState::Draft | LetterState::Submitted | LetterState::Approved => return Ok(None),
            LetterState::Sent => last = Some((row.kind()?, row.approved_at.unwrap_or(row.drafted_at))),
            LetterState::Stopped => {}
        }
    }
    Ok(match last {
        None | Some((Kind::Closing, _)) => None,
        Some((Kind::Reminder, at)) => {
            Some(Next { kind: Kind::Closing, from: at.date().plus_days(periods.closing_days) })
        }
        // The day on which the task came to wait is the day on which the letter left.
        Some(_) => {
            Some(Next { kind: Kind::Reminder, from: task.changed_at.date().plus_days(periods.reminder_days) })
        }
    })
}

/// What would follow now, to be looked at before it is sent: its code is none, and nothing is kept.
///
/// # Errors
/// As [`follow_up`].
pub fn follow_up_preview(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
) -> Result<Letter> {
    let invitation = InvitationId::new(act.chance());
    let letter = worded(act, caller, proof, task, Disclosure::ContactUs, invitation)?.0;
    act.record(Deed::LetterRead, ("relative_task", task.id.as_str()), Some(proof.family()), "what follows")?;
    Ok(letter)
}

/// Writes and releases what follows. One person may: its words are the template's, it tells nothing, and everything that
/// would stop a letter is asked as of any other.
///
/// # Errors
/// Nothing follows now, or not yet; as for any letter.
pub fn follow_up(act: &mut Act<'_>, caller: &Caller, proof: &InFamily, task: &Task) -> Result<LetterId> {
    let (service, today) = (act.service, act.at.date());
    let invitation = InvitationId::new(act.chance());
    // It tells nothing, and is asked about as any letter is before anything is released for it.
    let (_, reader_id) = worded(act, caller, proof, task, Disclosure::ContactUs, invitation)?;
    let basis = basis_of(act.conn(), service, task.id, today)?.ok_or_else(without_basis)?;
    let result = result_row(act.conn(), proof, task.result_id)?;
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, Level::L0, &basis)?;
    let (letter, _) = worded(act, caller, proof, task, disclosure, invitation)?;
    let beside = Beside { reader_id, follows_id: None };
    let id = letter_keep(act, proof, task, Written { letter, release, invitation, beside })?;
    letter_release(act, caller, proof, id)?;
    Ok(id)
}

fn without_basis() -> Error {
    Error::not_now("Nothing on record allows writing to this relative any more. Nothing was sent.")
}

/// The letter that follows now, and whom it goes to where that is not the relative.
fn worded(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    disclosure: Disclosure,
    invitation: InvitationId,
) -> Result<(Letter, Option<PersonId>)> {
    let periods = act.policy().periods.clone();
    let Some(next) = next_of(act.conn, task, &periods)? else {
        return Err(Error::not_now(
            "Nothing more is sent to this relative now: they have answered, a letter is on its way, or all has been said.",
        ));
    };
    if act.at.date() < next.from {
        return Err(Error::not_now(format!(
            "It is too early: this can be sent from {} on. Nothing was sent.",
            next.from.shown()
        )));
    }
    may_be_written_to(act, task, Ground::Agreement)?;
    let (service, today) = (act.service, act.at.date());
    let earlier = earlier(act, proof, task)?;
    basis_of(act.conn(), service, task.id, today)?.ok_or_else(without_basis)?;
    // Whoever was written to is written to again: of a child, whoever is responsible for them.
    let reader_id = last_reader(act, task)?;
    let person = person_get(act.conn(), proof, reader_id.unwrap_or(task.person_id))?;
    let address = address_of(act, proof, person.id)?;
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let code = act.keys().code(invitation.as_str());
    let letter = letter_write(
        act,
        LetterParts {
            kind: next.kind,
            disclosure,
            to: Addressee::Person(person.recipient()?, address),
            matter: Matter::Earlier(earlier),
            service: frame.service,
            signatory: frame.signatory,
            reference: frame.reference,
            code: Some(code),
            date: frame.date,
            languages: frame.languages,
            size: frame.size,
            further: frame.further,
        },
    )?;
    Ok((letter, reader_id))
}

/// The day that stands on the newest letter that told this relative something.
fn earlier(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<kinward_family::letter::LetterDate> {
    let mut day = None;
    for row in letter_rows(act.conn, act.service, task.id)? {
        let kind = row.kind()?;
        if row.state == LetterState::Sent && !is_follow_up(kind) && !stands_beside(kind) {
            day = Some(row.reopen(act.keys(), proof.grant()?)?.day());
        }
    }
    day.ok_or_else(|| Error::not_now("No letter has been sent to this relative yet."))
}

/// To whom the newest letter that has left went, where that was not the relative.
fn last_reader(act: &mut Act<'_>, task: &Task) -> Result<Option<PersonId>> {
    let mut reader = None;
    for row in letter_rows(act.conn, act.service, task.id)? {
        if row.state == LetterState::Sent && !stands_beside(row.kind()?) {
            reader = row.reader_id;
        }
    }
    Ok(reader)
}

/// Whether a kind follows another letter and tells nothing itself.
pub(in crate::clinic) fn is_follow_up(kind: Kind) -> bool {
    matches!(kind, Kind::Reminder | Kind::Closing)
}

/// A letter of these has left: after a reminder the relative is looked at again, after the closing letter nothing is waited
/// for. They can come back whenever they like; an answer is heard in every state.
pub(super) fn followed_up(act: &mut Act<'_>, task: &Task, row: &LetterRow) -> Result<()> {
    let kind = row.kind()?;
    if task.state != TaskState::Sent {
        return Ok(());
    }
    if kind == Kind::Reminder {
        let due = act.at.date().plus_days(act.policy().periods.closing_days);
        return follow(act, &task.subject(), &wanted(task.state, Some(due)));
    }
    if kind == Kind::Closing {
        task_move(act, task, TaskCommand::Settle, None)?;
    }
    Ok(())
}
