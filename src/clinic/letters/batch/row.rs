//! One letter of a batch: waiting, done, held with the reason, or left out when the batch was cancelled.
//! Must not know: how a letter is drafted or approved.

use super::{BatchKind, Counts, LetterBatch};
use crate::{
    access::InFamily,
    audit::Act,
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{BatchId, BatchRowId, FamilyId, LetterId, ServiceId, TaskId},
    keys::{Compartment, Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    letter_batch_rows (id) {
        id -> Text,
        service_id -> Text,
        batch_id -> Text,
        family_id -> Text,
        place -> Integer,
        task_id -> Text,
        letter_id -> Nullable<Text>,
        pdf_sha256 -> Nullable<Text>,
        state -> Text,
        tries -> Integer,
        changed_at -> Timestamp,
        sealed -> Nullable<Binary>,
    }
}

closed! {
    pub enum RowState {
        Waiting = "waiting",
        Done = "done",
        /// It could not be done; the reason says why, and what a person does about it.
        Held = "held",
        /// The batch was cancelled before it came to this one.
        LeftOut = "left_out",
    }
}

/// Every permitted step of a letter of a batch; what is not listed is refused.
pub const STEPS: &[(RowState, RowState)] = &[
    (RowState::Waiting, RowState::Done),
    (RowState::Waiting, RowState::Held),
    (RowState::Waiting, RowState::LeftOut),
    // A fault of ours: tried again.
    (RowState::Waiting, RowState::Waiting),
];

/// A row as stored. Why it is held may tell what somebody said, and is sealed.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = letter_batch_rows)]
pub struct BatchRow {
    pub id: BatchRowId,
    pub service_id: ServiceId,
    pub batch_id: BatchId,
    pub family_id: FamilyId,
    pub place: i32,
    pub task_id: TaskId,
    /// Of an approval the letter it is about; of a drafting the letter that came of it.
    pub letter_id: Option<LetterId>,
    /// Of an approval: the very bytes that whoever ticked it was shown.
    pub pdf_sha256: Option<String>,
    pub state: RowState,
    /// How often it ended in a fault of ours.
    pub tries: i32,
    pub changed_at: UtcTime,
    sealed: Option<Vec<u8>>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Why(#[n(0)] String);
content!(D at "letter_batch_rows.sealed" holds Why);

impl BatchRow {
    /// Why it is held, in words; nothing where it is not.
    pub fn why(&self, proof: &InFamily) -> Result<Option<String>> {
        let Some(bytes) = self.sealed.clone() else { return Ok(None) };
        let why: Why = Sealed::from_bytes(bytes).open(proof.grant()?, self.id.as_str())?;
        Ok(Some(why.0))
    }
}

/// What a batch takes up: a relative to be written to, or a letter with the bytes that were shown.
pub struct Taken {
    pub family: FamilyId,
    pub task: TaskId,
    pub letter: Option<(LetterId, String)>,
}

pub(super) fn rows_put(act: &mut Act<'_>, batch: &LetterBatch, taken: &[Taken]) -> Result<()> {
    for (place, one) in taken.iter().enumerate() {
        let row = BatchRow {
            id: BatchRowId::new(act.chance()),
            service_id: batch.service_id,
            batch_id: batch.id,
            family_id: one.family,
            place: i32::try_from(place).map_err(Error::inner)?,
            task_id: one.task,
            letter_id: one.letter.as_ref().map(|(letter, _)| *letter),
            pdf_sha256: one.letter.as_ref().map(|(_, sha256)| sha256.clone()),
            state: RowState::Waiting,
            tries: 0,
            changed_at: act.at,
            sealed: None,
        };
        diesel::insert_into(letter_batch_rows::table).values(&row).execute(act.conn())?;
    }
    Ok(())
}

pub(super) fn rows_left_out(act: &mut Act<'_>, batch: &LetterBatch) -> Result<()> {
    let at = act.at;
    let waiting = letter_batch_rows::table
        .filter(letter_batch_rows::service_id.eq(batch.service_id))
        .filter(letter_batch_rows::batch_id.eq(batch.id))
        .filter(letter_batch_rows::state.eq(RowState::Waiting));
    diesel::update(waiting)
        .set((letter_batch_rows::state.eq(RowState::LeftOut), letter_batch_rows::changed_at.eq(at)))
        .execute(act.conn())?;
    Ok(())
}

/// Where a row goes, once.
pub(super) enum Outcome<'a> {
    Done(LetterId),
    /// With the letter where there is one: one that was drafted, and did not go on.
    Held(&'a str, Option<LetterId>),
    /// A fault of ours: it waits, behind all others.
    Again,
}

/// Moves a row from waiting.
///
/// # Errors
/// One that waits no more.
pub(super) fn row_move(act: &mut Act<'_>, row: &BatchRow, to: Outcome<'_>) -> Result<()> {
    let at = act.at;
    let (state, letter, sealed, tries) = match to {
        Outcome::Done(letter) => (RowState::Done, Some(letter), None, row.tries),
        Outcome::Held(why, letter) => {
            // Whoever ordered it may have nothing to do with the family any more; the reason stays the family's.
            let unlocked = act.unlock(row.family_id.as_str(), &[Compartment::Detail])?;
            let sealed =
                Sealed::seal(unlocked.grant()?, act.chance(), row.id.as_str(), &Why(why.to_owned()))?;
            (RowState::Held, letter.or(row.letter_id), Some(sealed.into_bytes()), row.tries)
        }
        Outcome::Again => (RowState::Waiting, row.letter_id, None, row.tries + 1),
    };
    let taken_up = || Error::not_now("This letter of the batch was taken up already.");
    if !STEPS.contains(&(row.state, state)) {
        return Err(taken_up());
    }
    let as_it_was = letter_batch_rows::table
        .filter(letter_batch_rows::id.eq(row.id))
        .filter(letter_batch_rows::state.eq(row.state));
    let moved = diesel::update(as_it_was)
        .set((
            letter_batch_rows::state.eq(state),
            letter_batch_rows::letter_id.eq(letter),
            letter_batch_rows::sealed.eq(sealed),
            letter_batch_rows::tries.eq(tries),
            letter_batch_rows::changed_at.eq(at),
        ))
        .execute(act.conn())?;
    if moved == 1 { Ok(()) } else { Err(taken_up()) }
}

pub(super) fn row_get(conn: &mut Conn, service: ServiceId, id: BatchRowId) -> Result<BatchRow> {
    Ok(letter_batch_rows::table
        .filter(letter_batch_rows::service_id.eq(service))
        .filter(letter_batch_rows::id.eq(id))
        .first(conn)?)
}

/// Rows of a batch that wait, those first that never failed.
pub(super) fn rows_waiting(conn: &mut Conn, batch: &LetterBatch, most: i64) -> Result<Vec<BatchRowId>> {
    Ok(letter_batch_rows::table
        .filter(letter_batch_rows::service_id.eq(batch.service_id))
        .filter(letter_batch_rows::batch_id.eq(batch.id))
        .filter(letter_batch_rows::state.eq(RowState::Waiting))
        .order((letter_batch_rows::tries.asc(), letter_batch_rows::place.asc()))
        .limit(most)
        .select(letter_batch_rows::id)
        .load(conn)?)
}

pub(super) fn is_waiting(conn: &mut Conn, batch: &LetterBatch) -> Result<bool> {
    Ok(!rows_waiting(conn, batch, 1)?.is_empty())
}

/// Rows of a batch in one state, in their order, without those of families that `without` lists.
pub fn row_list(
    conn: &mut Conn,
    batch: &LetterBatch,
    state: RowState,
    without: &[FamilyId],
    skip: i64,
    most: i64,
) -> Result<Vec<BatchRow>> {
    let mut query = letter_batch_rows::table
        .filter(letter_batch_rows::service_id.eq(batch.service_id))
        .filter(letter_batch_rows::batch_id.eq(batch.id))
        .filter(letter_batch_rows::state.eq(state))
        .into_boxed();
    if !without.is_empty() {
        query = query.filter(letter_batch_rows::family_id.ne_all(without.to_vec()));
    }
    Ok(query
        .order((letter_batch_rows::tries.asc(), letter_batch_rows::place.asc()))
        .offset(skip)
        .limit(most)
        .load(conn)?)
}

/// How many rows of each of these batches stand where: one statement for any number.
pub fn batch_counts(
    conn: &mut Conn,
    service: ServiceId,
    batches: &[BatchId],
) -> Result<Vec<(BatchId, Counts)>> {
    let counted: Vec<(BatchId, RowState, i64)> = letter_batch_rows::table
        .filter(letter_batch_rows::service_id.eq(service))
        .filter(letter_batch_rows::batch_id.eq_any(batches.to_vec()))
        .group_by((letter_batch_rows::batch_id, letter_batch_rows::state))
        .select((letter_batch_rows::batch_id, letter_batch_rows::state, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(batches
        .iter()
        .map(|id| {
            let mut counts = Counts::default();
            for (_, state, count) in counted.iter().filter(|(of, _, _)| of == id) {
                counts.add(*state, *count);
            }
            (*id, counts)
        })
        .collect())
}

impl BatchKind {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            BatchKind::Draft => "Letters to draft",
            BatchKind::Approve => "Letters to approve",
        }
    }
}
