//! Work as it is listed and counted: narrowed, in one of three orders, a page after a row, never by leaving rows out.
//! Must not know: what an item's subject holds, or who looks.

use super::{
    absence::covered_by,
    item::{Queue, SubjectKind, WorkItem, work_get, work_items},
    priority::CanBeDone,
};
use crate::{
    access::{Role, conflict::families_barred},
    clinic::cascade::task::relative_tasks,
    db::{Conn, UtcDate, closed},
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

/// A page of open items in an order, those that come after `after`.
///
/// # Errors
/// Not found, where the row to go on from is none of this service.
pub fn work_page(
    conn: &mut Conn,
    service: ServiceId,
    to: &Narrowed,
    (sort, after): (Sort, Option<WorkItemId>),
    most: i64,
) -> Result<Vec<WorkItem>> {
    use work_items::{due_on, id, opened_at, priority};
    let mut query = narrowed!(service, to);
    let last = match after {
        Some(after) => Some(work_get(conn, after)?),
        None => None,
    };
    if last.as_ref().is_some_and(|last| last.service_id != service) {
        return Err(Error::not_found());
    }
    query = match (sort, last) {
        (_, None) => query,
        (Sort::Due, Some(last)) => {
            let later = opened_at.gt(last.opened_at).or(opened_at.eq(last.opened_at).and(id.gt(last.id)));
            query.filter(due_on.gt(last.due_on).or(due_on.eq(last.due_on).and(later)))
        }
        (Sort::Priority, Some(last)) => {
            let later = due_on.gt(last.due_on).or(due_on.eq(last.due_on).and(id.gt(last.id)));
            query.filter(priority.gt(last.priority).or(priority.eq(last.priority).and(later)))
        }
        (Sort::Age, Some(last)) => {
            query.filter(opened_at.gt(last.opened_at).or(opened_at.eq(last.opened_at).and(id.gt(last.id))))
        }
    };
    query = match sort {
        Sort::Due => query.order((due_on.asc(), opened_at.asc(), id.asc())),
        Sort::Priority => query.order((priority.asc(), due_on.asc(), id.asc())),
        Sort::Age => query.order((opened_at.asc(), id.asc())),
    };
    Ok(query.limit(most).load(conn)?)
}

/// Open items by the day they are due.
pub fn work_list(conn: &mut Conn, service: ServiceId, to: &Narrowed, most: i64) -> Result<Vec<WorkItem>> {
    work_page(conn, service, to, (Sort::Due, None), most)
}

/// How many there are, counted up to `most`: a number on a page must not cost more than the page.
pub fn work_count(conn: &mut Conn, service: ServiceId, to: &Narrowed, most: usize) -> Result<usize> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let ids: Vec<WorkItemId> = narrowed!(service, to).select(work_items::id).limit(limit).load(conn)?;
    Ok(ids.len())
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

/// One queue's counts for the home page.
#[derive(Debug, Clone, serde::Serialize)]
pub struct QueueCount {
    pub queue: Queue,
    pub title: &'static str,
    pub open: i64,
    /// Whose looks, and of those for whom they stand in.
    pub mine: i64,
    pub today: i64,
    pub overdue: i64,
}

/// Counts of every queue, in as many statements whatever the number of items. What was put off is not counted.
pub fn queue_counts(
    conn: &mut Conn,
    service: ServiceId,
    staff: StaffId,
    today: UtcDate,
    roles: &[Role],
) -> Result<Vec<QueueCount>> {
    let without = families_barred(conn, service, staff)?;
    let mut theirs = covered_by(conn, service, staff, today)?;
    theirs.push(staff);
    let open = || {
        work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::snoozed_until.is_null().or(work_items::snoozed_until.le(today)))
            .filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(without.clone())))
    };
    let counted = (work_items::queue, diesel::dsl::count_star());
    let all: Vec<(Queue, i64)> = open().group_by(work_items::queue).select(counted).load(conn)?;
    let mine: Vec<(Queue, i64)> = open()
        .filter(work_items::owner_id.eq_any(theirs))
        .group_by(work_items::queue)
        .select(counted)
        .load(conn)?;
    let due: Vec<(Queue, i64)> =
        open().filter(work_items::due_on.eq(today)).group_by(work_items::queue).select(counted).load(conn)?;
    let overdue: Vec<(Queue, i64)> =
        open().filter(work_items::due_on.lt(today)).group_by(work_items::queue).select(counted).load(conn)?;
    let of = |counts: &[(Queue, i64)], queue: Queue| {
        counts.iter().find(|(known, _)| *known == queue).map_or(0, |(_, count)| *count)
    };
    Ok(Queue::ALL
        .iter()
        .filter(|queue| !queue.is_hidden_from(roles))
        .map(|queue| QueueCount {
            queue: *queue,
            title: queue.title(),
            open: of(&all, *queue),
            mine: of(&mine, *queue),
            today: of(&due, *queue),
            overdue: of(&overdue, *queue),
        })
        .collect())
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
