//! Does one letter of a batch, for whoever started it, in an act of its own; or puts it aside with the reason.
//! Must not know: how a worker runs. What a person could not do alone at a page is not done here either.

use super::{
    BatchKind, BatchState, LetterBatch, batch_follow, batch_row, batches_running,
    row::{BatchRow, Outcome, RowState, row_get, row_move, rows_waiting},
};
use crate::{
    access::{Caller, Permission},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{task_open, task_row},
        letters::{
            draft::{Chosen, letter_draft},
            exception::may_submit,
            letter::{Agreed, letter_approve, letter_open, letter_submit},
        },
        people::safety::{is_kept_back, kept_back},
        sharing::basis::basis_of,
    },
    db::Conn,
    error::{Error, Result, Trouble},
    ids::BatchRowId,
    relative::listener::Ordered,
};
use kinward_family::disclosure::Level;

/// Batches that one round looks at.
const BATCHES: i64 = 20;
/// How often a letter is tried that ends in a fault of ours.
const TRIES: i32 = 3;

/// Letters that wait in batches of every service: `most` of each batch, the oldest batch first, so that a short one is not
/// kept waiting by a long one.
pub fn letters_ordered(conn: &mut Conn, most: i64) -> Result<Vec<Ordered>> {
    let mut ordered = Vec::new();
    for batch in batches_running(conn, BATCHES)? {
        for row in rows_waiting(conn, &batch, most)? {
            let (service, by) = (batch.service_id, batch.started_by);
            ordered.push(Ordered { service, by, reference: row.to_string() });
        }
    }
    Ok(ordered)
}

/// The row and its batch, read under the act's lock.
///
/// # Errors
/// One that another worker was faster with, or whose batch was cancelled.
fn row_waiting(act: &mut Act<'_>, reference: &str) -> Result<(LetterBatch, BatchRow)> {
    let id: BatchRowId = reference.parse().map_err(|_| Error::inner("a letter of no batch"))?;
    let service = act.service;
    let row = row_get(act.conn(), service, id)?;
    let batch = batch_row(act.conn(), service, row.batch_id)?;
    match (row.state, batch.state) {
        (RowState::Waiting, BatchState::Running) => Ok((batch, row)),
        (
            RowState::Waiting | RowState::Done | RowState::Held | RowState::LeftOut,
            BatchState::Running | BatchState::Done | BatchState::Cancelled,
        ) => Err(Error::not_now("This letter of the batch was taken up already.")),
    }
}

/// Does one letter of a batch. What holds it up is answered as an error, and then nothing of it is kept.
///
/// # Errors
/// Whatever a person would be told who did it alone.
pub fn letter_ordered(act: &mut Act<'_>, reference: &str) -> Result<()> {
    let (batch, row) = row_waiting(act, reference)?;
    let outcome = match batch.kind {
        BatchKind::Draft => draft(act, &batch, &row)?,
        BatchKind::Approve => approve(act, &batch, &row)?,
    };
    moved(act, &batch, &row, outcome.as_outcome())
}

/// As `Outcome`, with words of its own.
enum Came {
    Done(crate::ids::LetterId),
    Stays(crate::ids::LetterId, String),
}

impl Came {
    fn as_outcome(&self) -> Outcome<'_> {
        match self {
            Came::Done(letter) => Outcome::Done(*letter),
            Came::Stays(letter, why) => Outcome::Held(why, Some(*letter)),
        }
    }
}

fn draft(act: &mut Act<'_>, batch: &LetterBatch, row: &BatchRow) -> Result<Came> {
    let caller = Caller::of_order(act, batch.started_by, Permission::LetterDraft)?;
    let (task, proof) = task_open(act.conn(), &caller, row.task_id)?;
    let (service, today) = (act.service, act.at.date());
    let level = match batch.level()? {
        Some(level) => level,
        // A letter that names the proband is drafted alone. Without a basis the drafting itself says what is missing.
        None => basis_of(act.conn(), service, task.id, today)?
            .map_or(Level::L0, |basis| basis.level.min(Level::L2)),
    };
    let letter = letter_draft(act, &caller, &proof, &task, level, &Chosen::default(), None)?;
    let (drafted, proof) = letter_open(act.conn(), &caller, letter)?;
    if !batch.hands_on {
        // A draft in which something was found needs somebody, whatever becomes of the others.
        return match may_submit(act, &proof, &drafted) {
            Ok(()) => Ok(Came::Done(letter)),
            Err(problem) if problem.trouble() == Trouble::NotNow => {
                Ok(Came::Stays(letter, format!("It is drafted, and waits for you. {}", problem.public())))
            }
            Err(problem) => Err(problem),
        };
    }
    // Whatever refuses to hand it on does so before it changes anything; the draft is right and stays.
    match letter_submit(act, &proof, &drafted) {
        Ok(()) => Ok(Came::Done(letter)),
        Err(problem) if problem.trouble() == Trouble::NotNow => {
            Ok(Came::Stays(letter, format!("It is drafted, and waits for you. {}", problem.public())))
        }
        Err(problem) => Err(problem),
    }
}

fn approve(act: &mut Act<'_>, batch: &LetterBatch, row: &BatchRow) -> Result<Came> {
    let caller = Caller::of_order(act, batch.started_by, Permission::LetterApprove)?;
    let id = row.letter_id.ok_or_else(|| Error::inner("an approval of no letter"))?;
    let (letter, proof) = letter_open(act.conn(), &caller, id)?;
    if row.pdf_sha256.as_ref() != Some(&letter.pdf_sha256) {
        return Err(Error::not_now(
            "This letter is no longer the one that you were shown. Read it on its page. Nothing was changed.",
        ));
    }
    let person = task_row(act.conn(), caller.service, letter.task_id)?.person_id;
    if is_kept_back(act.conn(), &caller, person)? {
        return Err(kept_back());
    }
    // To no exception is agreed in passing: what the gate finds is read on the letter's own page.
    // What was changed in it stood beside the tick, which is for the bytes that were shown.
    let agreed = Agreed { exception: None, words_seen: row.pdf_sha256.clone(), sheet_seen: None };
    letter_approve(act, &caller, &proof, &letter, &agreed)?;
    Ok(Came::Done(id))
}

fn moved(act: &mut Act<'_>, batch: &LetterBatch, row: &BatchRow, to: Outcome<'_>) -> Result<()> {
    let note = match &to {
        Outcome::Done(_) => "done",
        Outcome::Held(_, _) => "held",
        Outcome::Again => "again",
    };
    row_move(act, row, to)?;
    act.record(Deed::BatchLetterMoved, ("letter_batch", batch.id.as_str()), Some(row.family_id), note)?;
    batch_follow(act, batch)
}

/// Puts one letter of a batch aside that could not be done. A fault of ours is tried again, behind all others, and then held.
///
/// # Errors
/// One that was taken up meanwhile.
pub fn letter_held(act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
    let (batch, row) = row_waiting(act, reference)?;
    let to = match problem.trouble() {
        Trouble::BadInput | Trouble::NotNow => Outcome::Held(problem.public(), None),
        Trouble::NotFound => Outcome::Held(GONE, None),
        Trouble::NotAllowed | Trouble::NotSignedIn => Outcome::Held(problem.public(), None),
        Trouble::TooMany | Trouble::Busy | Trouble::Config | Trouble::Inner if row.tries + 1 < TRIES => {
            Outcome::Again
        }
        Trouble::TooMany | Trouble::Busy | Trouble::Config | Trouble::Inner => Outcome::Held(OURS, None),
    };
    moved(act, &batch, &row, to)
}

const GONE: &str = "Whoever started this batch has nothing to do with this family any more, or it is no longer there. Nothing was saved: somebody who has the family's file takes it up.";
const OURS: &str = "Something went wrong on our side, several times. Nothing was saved. Try this one alone; if it happens again, tell your service's administrator the time it happened.";
