//! A batch of letters that somebody has drafted or approved together, and where it stands. The worker does it.
//! Must not know: what a letter says, or how one is drafted; its rows and its steps do.

pub mod choose;
pub mod row;
pub mod step;

use crate::{
    access::{Caller, Permission, permission::allows},
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{BatchId, ServiceId, StaffId},
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;
use row::{RowState, Taken, rows_left_out, rows_put};

diesel::table! {
    letter_batches (id) {
        id -> Text,
        service_id -> Text,
        kind -> Text,
        level -> Nullable<Text>,
        hands_on -> Bool,
        state -> Text,
        started_by -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

closed! {
    /// What is done with each of its letters.
    pub enum BatchKind { Draft = "draft", Approve = "approve" }
}

closed! {
    /// Where a batch stands. A stopped worker changes nothing of it: what is not done yet waits for the next.
    pub enum BatchState { Running = "running", Done = "done", Cancelled = "cancelled" }
}

/// Most letters of one batch; what is more waits for the next.
pub const MOST: i64 = 1000;

/// A batch as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = letter_batches)]
pub struct LetterBatch {
    pub id: BatchId,
    pub service_id: ServiceId,
    pub kind: BatchKind,
    /// Of a drafting: one level for all, or nothing for what is allowed of each.
    pub level: Option<String>,
    /// Of a drafting: what nothing is found in goes on to a second person by itself.
    pub hands_on: bool,
    pub state: BatchState,
    pub started_by: StaffId,
    pub started_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

impl LetterBatch {
    /// One level for all, or nothing for what is allowed of each.
    ///
    /// # Errors
    /// A level that was damaged in the database.
    pub fn level(&self) -> Result<Option<Level>> {
        let parsed = self.level.as_deref().map(str::parse).transpose();
        parsed.map_err(|_| Error::inner("a stored level does not parse"))
    }
}

/// What a batch does.
pub struct Order {
    pub kind: BatchKind,
    pub level: Option<Level>,
    pub hands_on: bool,
}

/// Starts a batch of these letters.
///
/// # Errors
/// Nothing to take up.
pub fn batch_start(act: &mut Act<'_>, order: Order, taken: &[Taken]) -> Result<BatchId> {
    if taken.is_empty() {
        return Err(Error::not_now(
            "There is nothing left to take up: somebody else was first, or it stands in a batch already. Nothing was started.",
        ));
    }
    let by = act.actor.id.parse().map_err(|_| Error::inner("a batch that nobody of the staff starts"))?;
    let batch = LetterBatch {
        id: BatchId::new(act.chance()),
        service_id: act.service,
        kind: order.kind,
        level: order.level.map(|level| level.as_str().to_owned()),
        hands_on: order.hands_on,
        state: BatchState::Running,
        started_by: by,
        started_at: act.at,
        ended_at: None,
    };
    diesel::insert_into(letter_batches::table).values(&batch).execute(act.conn())?;
    rows_put(act, &batch, taken)?;
    act.record(Deed::BatchStarted, ("letter_batch", batch.id.as_str()), None, batch.kind.as_str())?;
    Ok(batch.id)
}

/// Ends a batch; what is done stays done.
///
/// # Errors
/// One that has ended.
pub fn batch_cancel(act: &mut Act<'_>, batch: &LetterBatch) -> Result<()> {
    match batch.state {
        BatchState::Running => {}
        BatchState::Done | BatchState::Cancelled => {
            return Err(Error::not_now("This batch has ended already. Nothing was changed."));
        }
    }
    rows_left_out(act, batch)?;
    batch_end(act, batch, BatchState::Cancelled)
}

fn batch_end(act: &mut Act<'_>, batch: &LetterBatch, to: BatchState) -> Result<()> {
    let at = act.at;
    let running = letter_batches::table
        .filter(letter_batches::service_id.eq(batch.service_id))
        .filter(letter_batches::id.eq(batch.id))
        .filter(letter_batches::state.eq(BatchState::Running));
    let ended = diesel::update(running)
        .set((letter_batches::state.eq(to), letter_batches::ended_at.eq(at)))
        .execute(act.conn())?;
    if ended != 1 {
        return Err(Error::not_now("This batch has ended meanwhile. Nothing was changed."));
    }
    act.record(Deed::BatchEnded, ("letter_batch", batch.id.as_str()), None, to.as_str())
}

/// A batch whose last letter was taken up has ended.
fn batch_follow(act: &mut Act<'_>, batch: &LetterBatch) -> Result<()> {
    let waiting = row::is_waiting(act.conn(), batch)?;
    if waiting { Ok(()) } else { batch_end(act, batch, BatchState::Done) }
}

/// A batch, for whoever started it and whoever oversees the service's.
///
/// # Errors
/// Not found, in the same words for all others.
pub fn batch_open(conn: &mut Conn, caller: &Caller, id: BatchId) -> Result<LetterBatch> {
    let batch = batch_row(conn, caller.service, id)?;
    let sees = batch.started_by == caller.staff || oversees(caller);
    if sees { Ok(batch) } else { Err(Error::not_found()) }
}

pub(super) fn batch_row(conn: &mut Conn, service: ServiceId, id: BatchId) -> Result<LetterBatch> {
    Ok(letter_batches::table
        .filter(letter_batches::service_id.eq(service))
        .filter(letter_batches::id.eq(id))
        .first(conn)?)
}

/// True for those who see every batch of their service.
pub fn oversees(caller: &Caller) -> bool {
    allows(&caller.roles, Permission::BatchOversee)
}

/// Batches, newest first: the caller's own, or all of the service.
pub fn batch_list(
    conn: &mut Conn,
    caller: &Caller,
    all: bool,
    skip: i64,
    most: i64,
) -> Result<Vec<LetterBatch>> {
    let mut query = letter_batches::table.filter(letter_batches::service_id.eq(caller.service)).into_boxed();
    if !(all && oversees(caller)) {
        query = query.filter(letter_batches::started_by.eq(caller.staff));
    }
    Ok(query
        .order((letter_batches::started_at.desc(), letter_batches::id.asc()))
        .offset(skip)
        .limit(most)
        .load(conn)?)
}

/// Batches under way, of every service, the oldest first: for the worker.
fn batches_running(conn: &mut Conn, most: i64) -> Result<Vec<LetterBatch>> {
    Ok(letter_batches::table
        .filter(letter_batches::state.eq(BatchState::Running))
        .order((letter_batches::started_at.asc(), letter_batches::id.asc()))
        .limit(most)
        .load(conn)?)
}

/// How many rows of a batch stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    pub all: i64,
    pub done: i64,
    pub held: i64,
    pub waiting: i64,
    pub left_out: i64,
}

impl Counts {
    fn add(&mut self, state: RowState, count: i64) {
        self.all += count;
        match state {
            RowState::Waiting => self.waiting += count,
            RowState::Done => self.done += count,
            RowState::Held => self.held += count,
            RowState::LeftOut => self.left_out += count,
        }
    }
}
