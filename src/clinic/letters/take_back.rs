//! Takes back what has not left the house when a person turns out to be called, born or reached otherwise, or when somebody
//! asks that words in it are never passed on.
//! Must not know: why words are looked for. A letter taken back is stopped with its reason and written anew.

use super::{
    gate::{self, Watch},
    letter::{LetterRow, LetterState, Stop, letters_stop},
    list::{letter_rows, letters_read_by},
    stopping::letter_stop,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{
            listener::Cascade,
            task::{task_list, tasks_of_person},
        },
        people::person::Changed,
        sharing::topic::Topic,
    },
    db::Conn,
    error::Result,
    ids::{PersonId, ServiceId, TaskId},
    relative::outbox::{self, OnceGone},
};
use kinward_family::disclosure::Level;
use serde::Serialize;

/// Stops the letters to `person` that have not left, and the notices of those that have. Answers how many letters.
pub fn take_back(act: &mut Act<'_>, person: PersonId, changed: Option<Changed>) -> Result<usize> {
    let Some(changed) = changed else { return Ok(0) };
    let why = match changed {
        Changed::Name => Stop::NameChanged,
        Changed::BirthDate => Stop::BirthDateChanged,
        Changed::Address => Stop::AddressChanged,
        Changed::Printing => Stop::AddressRestricted,
        Changed::Email => Stop::EmailChanged,
        Changed::Needs => Stop::NeedsChanged,
    };
    let mut stopped = 0;
    // Also what goes to them about a child.
    for row in letters_read_by(act.conn, act.service, person)? {
        stopped += usize::from(letter_stop(act, &row, why, OnceGone::StaysReadable)?);
    }
    for task in tasks_of_person(act.conn, act.service, person)? {
        stopped += letters_stop(act, task.id, why, OnceGone::StaysReadable)?;
        for row in letter_rows(act.conn, act.service, task.id)? {
            match row.state {
                // The paper has gone; the e-mail that tells of it must not go to an address that is no longer theirs.
                LetterState::Sent if !row.is_handed_over()? => {
                    outbox::recall(act, &Cascade, row.invitation_id, OnceGone::StaysReadable)?;
                }
                LetterState::Draft
                | LetterState::Submitted
                | LetterState::Approved
                | LetterState::Sent
                | LetterState::Stopped => {}
            }
        }
    }
    Ok(stopped)
}

/// Stops the letters to `person` that tell them `topic` and have not left; those that have left are withheld online.
/// Answers how many it stopped.
pub fn take_back_topic(act: &mut Act<'_>, person: PersonId, topic: Topic) -> Result<usize> {
    let why = if topic == Topic::ConditionExists { Stop::Objection } else { Stop::NotToKnow };
    // Also what would tell it to them about a child.
    let mut rows = letters_read_by(act.conn, act.service, person)?;
    for task in tasks_of_person(act.conn, act.service, person)? {
        rows.extend(letter_rows(act.conn, act.service, task.id)?);
    }
    let mut stopped = 0;
    for row in rows {
        if topic.is_told_at(row.level()?) {
            stopped += usize::from(letter_stop(act, &row, why, OnceGone::Withheld)?);
        }
    }
    Ok(stopped)
}

/// Stops the letters of a task that name the proband and have not left.
pub fn take_back_named(act: &mut Act<'_>, task: TaskId) -> Result<()> {
    for row in letter_rows(act.conn, act.service, task)? {
        if row.level()? == Level::L3 {
            letter_stop(act, &row, Stop::ConsentChanged, OnceGone::StaysReadable)?;
        }
    }
    Ok(())
}

/// The family's letters that hold one of `words` and are on their way or have left; what is not approved yet is the gate's.
pub fn letters_holding(act: &mut Act<'_>, proof: &InFamily, words: &[String]) -> Result<Vec<LetterRow>> {
    let watch = Watch::of_words(words);
    let mut holding = Vec::new();
    if words.is_empty() {
        return Ok(holding);
    }
    for task in task_list(act.conn(), proof)? {
        for row in letter_rows(act.conn, proof.service(), task.id)? {
            match row.state {
                LetterState::Approved | LetterState::Sent => {
                    let letter = row.reopen(act.keys(), proof.grant()?)?;
                    holding.extend((!gate::read(&letter, &watch).is_empty()).then_some(row));
                }
                LetterState::Draft | LetterState::Submitted | LetterState::Stopped => {}
            }
        }
    }
    Ok(holding)
}

/// Stops the letters that hold one of `words` and have not left. Answers how many it stopped, and how many had left: those
/// stay readable, because words typed in a hurry can be lifted and a letter withheld cannot be given back.
pub fn take_back_words(act: &mut Act<'_>, proof: &InFamily, words: &[String]) -> Result<(usize, usize)> {
    let (mut stopped, mut left) = (0, 0);
    for row in letters_holding(act, proof, words)? {
        if letter_stop(act, &row, Stop::NeverShare, OnceGone::StaysReadable)? {
            stopped += 1;
        } else {
            left += 1;
        }
    }
    Ok((stopped, left))
}

/// A letter that was taken back and has not been written again.
#[derive(Serialize)]
pub struct TakenBack {
    pub task: TaskId,
    /// "the address changed"
    pub why: &'static str,
}

/// The letters to `person` that were taken back and wait to be written again.
pub fn taken_back(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<TakenBack>> {
    let mut waiting = Vec::new();
    for task in tasks_of_person(conn, service, person)? {
        let newest = letter_rows(conn, service, task.id)?.pop();
        waiting.extend(
            newest
                .and_then(|row| row.ended_why)
                .filter(|why| of_contact(*why))
                .map(|why| TakenBack { task: task.id, why: why.words() }),
        );
    }
    Ok(waiting)
}

fn of_contact(why: Stop) -> bool {
    match why {
        Stop::AddressChanged
        | Stop::NameChanged
        | Stop::EmailChanged
        | Stop::MobileChanged
        | Stop::BirthDateChanged
        | Stop::NeedsChanged => true,
        Stop::ConsentChanged
        | Stop::ReportAmended
        | Stop::Objection
        | Stop::NotToKnow
        | Stop::Died
        | Stop::NeverShare
        | Stop::ByStaff
        | Stop::Answered
        | Stop::NotMe
        | Stop::Tested
        | Stop::Policy
        | Stop::Safeguarding
        | Stop::OtherFile
        // There is nowhere to write to: it is told, or handed over.
        | Stop::AddressRestricted
        | Stop::NotUpheld
        | Stop::CameOfAge
        | Stop::NotResponsible
        | Stop::ResultCorrected
        | Stop::WishLifted
        | Stop::Wording
        | Stop::Certificate
        | Stop::AgreementChanged
        | Stop::Eligibility => false,
    }
}
