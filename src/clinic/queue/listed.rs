//! Work as it is listed and counted: narrowed, in one of three orders, a page after a row, never by leaving rows out.
//! Must not know: what an item's subject holds, or who looks.

use super::{
    item::{Queue, SubjectKind, WorkItem, work_get, work_items},
    priority::CanBeDone,
};
use crate::{
    clinic::cascade::task::relative_tasks,
    db::{
        Conn, UtcDate,
        bounded::{Bounded, counted},
        closed,
    },
    error::{Error, Result},
    ids::{FamilyId, ServiceId, StaffId, TeamId, WorkItemId},
};
use diesel::prelude::*;

closed! {
    /// In which order work is listed.
    pub enum Sort {
        /// By the day it is due.
        Due = "due",
        Priority = "priority",
        /// What waits longest.
        Age = "age",
    }
}

/// Whether work that was put off is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snoozed {
    Hidden(UtcDate),
    Alone(UtcDate),
}

/// What a list of work is narrowed to; all of it stands in the page's address.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// Families whoever looks is kept out of: to them, their work is not there.
    pub without: Vec<FamilyId>,
    /// Queues that tell more than whoever looks may know.
    pub hidden: Vec<Queue>,
    pub queue: Option<Queue>,
    /// Whoever looks, and for whom they stand in.
    pub owners: Option<Vec<StaffId>>,
    pub unowned: bool,
    pub teams: Option<Vec<TeamId>>,
    pub due_from: Option<UtcDate>,
    pub due_by: Option<UtcDate>,
    pub escalated: bool,
    pub can_be_done: Option<CanBeDone>,
    pub degree: Option<i32>,
    /// From and up to and with, as orders are stored.
    pub priority: Option<(i32, i32)>,
    pub snoozed: Option<Snoozed>,
    /// Of these families alone: what a search found.
    pub families: Option<Vec<FamilyId>>,
}

macro_rules! narrowed {
    ($service:expr, $to:expr) => {{
        let to = $to;
        let mut query = work_items::table
            .filter(work_items::service_id.eq($service))
            .filter(work_items::closed_at.is_null())
            .into_boxed();
        if !to.without.is_empty() {
            query = query
                .filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(to.without.clone())));
        }
        if !to.hidden.is_empty() {
            query = query.filter(work_items::queue.ne_all(to.hidden.clone()));
        }
        if let Some(queue) = to.queue {
            query = query.filter(work_items::queue.eq(queue));
        }
        if let Some(owners) = &to.owners {
            query = query.filter(work_items::owner_id.eq_any(owners.clone()));
        }
        if to.unowned {
            query = query.filter(work_items::owner_id.is_null());
        }
        if let Some(teams) = &to.teams {
            query = query.filter(work_items::team_id.eq_any(teams.clone()));
        }
        if let Some(day) = to.due_from {
            query = query.filter(work_items::due_on.ge(day));
        }
        if let Some(day) = to.due_by {
            query = query.filter(work_items::due_on.le(day));
        }
        if to.escalated {
            query = query.filter(work_items::escalated_at.is_not_null());
        }
        if let Some((from, upto)) = to.priority {
            query = query.filter(work_items::priority.between(from, upto));
        }
        match to.snoozed {
            Some(Snoozed::Hidden(today)) => {
                query =
                    query.filter(work_items::snoozed_until.is_null().or(work_items::snoozed_until.le(today)));
            }
            Some(Snoozed::Alone(today)) => query = query.filter(work_items::snoozed_until.gt(today)),
            None => {}
        }
        if let Some(families) = &to.families {
            query = query.filter(work_items::family_id.eq_any(families.clone()));
        }
        if let Some(class) = to.can_be_done {
            let of = relative_tasks::table
                .filter(relative_tasks::service_id.eq($service))
                .filter(relative_tasks::can_be_done.eq(class))
                .select(relative_tasks::id.nullable());
            query = query.filter(work_items::task_id.eq_any(of));
        }
        if let Some(degree) = to.degree {
            let of = relative_tasks::table
                .filter(relative_tasks::service_id.eq($service))
                .filter(relative_tasks::degree.eq(degree))
                .select(relative_tasks::id.nullable());
            query = query.filter(work_items::task_id.eq_any(of));
        }
        query
    }};
}

/// Where a page of a list begins: after the last item of the page before it, or before the first of the page after it. By an
/// item and not by a number, so that the hundredth page is read as quickly as the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Start,
    After(WorkItemId),
    Before(WorkItemId),
}

/// A page by three columns, the last of which tells any two items apart.
macro_rules! turned {
    ($conn:expr, $query:expr, $turn:expr, $most:expr, $a:ident, $b:ident, $c:ident) => {{
        use work_items::{$a, $b, $c};
        match $turn {
            (Turn::Start, _) | (_, None) => {
                $query.order(($a.asc(), $b.asc(), $c.asc())).limit($most).load($conn)?
            }
            (Turn::After(_), Some(at)) => {
                let later = $b.gt(at.$b).or($b.eq(at.$b).and($c.gt(at.$c)));
                $query
                    // Said by itself too: an index can begin at one column, and not at one of two cases.
                    .filter($a.ge(at.$a))
                    .filter($a.gt(at.$a).or(later))
                    .order(($a.asc(), $b.asc(), $c.asc()))
                    .limit($most)
                    .load($conn)?
            }
            (Turn::Before(_), Some(at)) => {
                let earlier = $b.lt(at.$b).or($b.eq(at.$b).and($c.lt(at.$c)));
                let mut items: Vec<WorkItem> = $query
                    .filter($a.le(at.$a))
                    .filter($a.lt(at.$a).or(earlier))
                    .order(($a.desc(), $b.desc(), $c.desc()))
                    .limit($most)
                    .load($conn)?;
                items.reverse();
                items
            }
        }
    }};
}

/// A page of open items in an order.
///
/// # Errors
/// Not found, where the item to go on from is none of this service.
pub fn work_page(
    conn: &mut Conn,
    service: ServiceId,
    to: &Narrowed,
    (sort, turn): (Sort, Turn),
    most: i64,
) -> Result<Vec<WorkItem>> {
    let query = narrowed!(service, to);
    let at = match turn {
        Turn::Start => None,
        Turn::After(id) | Turn::Before(id) => Some(work_get(conn, id)?),
    };
    if at.as_ref().is_some_and(|at| at.service_id != service) {
        return Err(Error::not_found());
    }
    let turn = (turn, at);
    Ok(match sort {
        Sort::Due => turned!(conn, query, turn, most, due_on, opened_at, id),
        Sort::Priority => turned!(conn, query, turn, most, priority, due_on, id),
        Sort::Age => turned!(conn, query, turn, most, opened_at, due_on, id),
    })
}

/// Open items by the day they are due.
pub fn work_list(conn: &mut Conn, service: ServiceId, to: &Narrowed, most: i64) -> Result<Vec<WorkItem>> {
    work_page(conn, service, to, (Sort::Due, Turn::Start), most)
}

/// How many there are, up to a thousand: a number on a page must not cost more than the page.
pub fn work_count(conn: &mut Conn, service: ServiceId, to: &Narrowed) -> Result<Bounded> {
    Ok(counted!(narrowed!(service, to).select(work_items::id), conn))
}

/// Of these items, those that there are, in the order asked.
pub fn work_some(conn: &mut Conn, service: ServiceId, ids: &[WorkItemId]) -> Result<Vec<WorkItem>> {
    let mut found: Vec<WorkItem> = work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::id.eq_any(ids.to_vec()))
        .load(conn)?;
    found.sort_by_key(|item| ids.iter().position(|id| *id == item.id));
    Ok(found)
}

/// Open work so long past its day that whoever leads is to be shown it, and was not yet.
pub fn work_to_escalate(
    conn: &mut Conn,
    service: ServiceId,
    (due_before, today): (UtcDate, UtcDate),
    most: i64,
) -> Result<Vec<WorkItem>> {
    Ok(work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::closed_at.is_null())
        .filter(work_items::escalated_at.is_null())
        .filter(work_items::due_on.lt(due_before))
        .filter(work_items::snoozed_until.is_null().or(work_items::snoozed_until.le(today)))
        .order((work_items::due_on.asc(), work_items::id.asc()))
        .limit(most)
        .load(conn)?)
}

/// Subjects of open work of one kind whose named day has passed, of every service, the longest first: for the worker.
pub fn work_past(
    conn: &mut Conn,
    kind: SubjectKind,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, String)>> {
    Ok(work_items::table
        .filter(work_items::subject_kind.eq(kind))
        .filter(work_items::named_on.lt(today))
        .filter(work_items::closed_at.is_null())
        .order((work_items::named_on.asc(), work_items::id.asc()))
        .limit(most)
        .select((work_items::service_id, work_items::subject_id))
        .load(conn)?)
}

/// Every open item of a service, for the test that compares queues with states.
pub fn work_open_all(conn: &mut Conn, service: ServiceId) -> Result<Vec<WorkItem>> {
    work_list(conn, service, &Narrowed::default(), i64::MAX)
}

/// Open items of one family, for its page.
pub fn work_of_family(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<Vec<WorkItem>> {
    Ok(work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::family_id.eq(family))
        .filter(work_items::closed_at.is_null())
        .order(work_items::due_on.asc())
        .load(conn)?)
}
