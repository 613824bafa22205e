//! What the worker does for a count, a part at a time, each in an act of its own in the name of whoever ordered it: counts some
//! relatives, and draws every report from them with the last. Must not know: how a worker runs, or what a report says.

use super::{
    part::{part_keep, parts_forget, parts_open},
    state::{
        Count, CountState, count_advance, count_again, count_forget, count_get, count_move, counts_ordered,
        counts_standing, figure_keep,
    },
};
use crate::{
    access::{Caller, Permission},
    audit::Act,
    clinic::report::cascade::{cohort::cohort_part, figures::Which},
    db::Conn,
    error::{Error, Result},
    ids::ReportCountId,
    keys::Compartment,
    relative::listener::Ordered,
};

/// Counts that one round looks at.
const COUNTS: i64 = 20;
/// How often a part is tried that ends in a fault of ours.
const TRIES: i32 = 3;
/// Relatives of one part, at most: few enough that a page which waits for the act need not wait long.
const PART: i64 = 1_000;
/// Before the reference of a part.
const COUNT: &str = "report-count:";

/// The next part of each count of every service.
pub fn parts_ordered(conn: &mut Conn) -> Result<Vec<Ordered>> {
    let ordered = counts_ordered(conn, COUNTS)?;
    let part = |(id, service, by)| Ordered { service, by, reference: format!("{COUNT}{id}") };
    Ok(ordered.into_iter().map(part).collect())
}

/// Whether a reference is one of ours.
pub fn is_part(reference: &str) -> bool {
    reference.starts_with(COUNT)
}

/// The count of a part, read under the act's lock.
fn count_of(act: &mut Act<'_>, reference: &str) -> Result<Count> {
    let id = reference.strip_prefix(COUNT).unwrap_or_default();
    let id: ReportCountId = id.parse().map_err(|_| Error::inner("a part of no count"))?;
    let service = act.service;
    let count = count_get(act.conn(), service, id)?;
    match count.state {
        CountState::Counting => Ok(count),
        CountState::Stopped | CountState::Ready => {
            Err(Error::not_now("This part of the count was taken up already."))
        }
    }
}

/// Counts some more relatives; after the last, draws every report that counts people, and forgets the relatives.
///
/// # Errors
/// What a person would be told who counted them at the page. Nothing of the part is kept then.
pub fn part_do(act: &mut Act<'_>, reference: &str) -> Result<()> {
    let count = count_of(act, reference)?;
    Caller::of_order(act, count.asked_by, Permission::CascadeReportView)?;
    let unlocked = act.unlock(count.id.as_str(), &[Compartment::Personal])?;
    let most = act.policy().learning.count_at_once.min(PART);
    let part = cohort_part(act, &count.asked()?, count.after(), most)?;
    if part.last.is_some() {
        part_keep(act, unlocked.grant()?, &count, part.relatives)?;
        return count_advance(act, &count, part.seen, part.last);
    }
    let all = parts_open(act, unlocked.grant()?, &count)?;
    let old = counts_standing(act.conn(), count.service_id, &count.asked()?)?.ready;
    for which in Which::ALL.iter().copied() {
        if let Some(figure) = which.of_people(act, &all) {
            let json = serde_json::to_string(&figure).map_err(Error::inner)?;
            figure_keep(act, &count, which, &json, &figure.csv())?;
        }
    }
    parts_forget(act, &count)?;
    if let Some(old) = old {
        count_forget(act, &old)?;
    }
    count_move(act, &count, CountState::Ready, None)
}

/// Puts a part aside that could not be counted: a fault of ours is tried again, then the count is stopped with the reason.
///
/// # Errors
/// One that was taken up meanwhile.
pub fn part_hold(act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
    let count = count_of(act, reference)?;
    match problem.is_ours() {
        true if count.tries + 1 < TRIES => count_again(act, &count),
        true => count_move(act, &count, CountState::Stopped, Some(OURS)),
        false => count_move(act, &count, CountState::Stopped, Some(problem.public())),
    }
}

const OURS: &str = "Something went wrong on our side, several times. If it happens again, tell your service's administrator the time it happened.";
