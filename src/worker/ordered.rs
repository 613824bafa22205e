//! What staff ordered and left: one piece after another, each in an act of its own in the name of whoever ordered it.
//! Must not know: what was ordered. A piece is done and marked in one transaction, so a worker may stop at any moment.

use crate::{
    access::House,
    audit::ActorKind,
    error::{Error, Result, Trouble},
    relative::listener::{Listener, Ordered},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// Pieces of one order that a round takes up, before what is due to leave is looked at again.
const PIECES: i64 = 10;

/// SQLite's one write lock goes to whoever asks first: between two pieces somebody at a page can have it.
const BREATH: Duration = Duration::from_millis(8);

/// One round. Answers how many pieces were done or put aside.
///
/// # Errors
/// Only where it could not be found out what waits.
pub fn round(house: &House, listener: &dyn Listener, worker: &str) -> Result<usize> {
    let mut moved = 0;
    for piece in house.db.read(|conn| listener.ordered(conn, PIECES))? {
        if moved > 0 && house.db.has_one_writer() {
            std::thread::park_timeout(BREATH);
        }
        match piece_do(house, listener, worker, &piece) {
            Ok(()) => moved += 1,
            // Another worker was faster, or the database is busy: it is looked at again in the next round.
            Err(problem) => tracing::debug!(cause = problem.cause(), "a piece of an order was left"),
        }
    }
    Ok(moved)
}

fn piece_do(house: &House, listener: &dyn Listener, worker: &str, piece: &Ordered) -> Result<()> {
    // One that ends in a panic is one that ends in a fault of ours, and must not hold up the rest for ever.
    let tried = catch_unwind(AssertUnwindSafe(|| {
        house.act_as(ActorKind::Staff, piece.by.as_str(), piece.service, |act| {
            listener.ordered_do(act, &piece.reference)
        })
    }));
    let Err(problem) = tried.unwrap_or_else(|_| Err(Error::inner("a piece of an order ended in a panic")))
    else {
        return Ok(());
    };
    if problem.trouble() == Trouble::Busy {
        return Err(problem);
    }
    if let Some(cause) = problem.cause() {
        tracing::error!(cause, "a piece of an order could not be done");
    }
    house.act_as(ActorKind::Worker, worker, piece.service, |act| {
        listener.ordered_hold(act, &piece.reference, &problem)
    })
}
