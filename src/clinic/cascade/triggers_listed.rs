//! Lists of triggers: a family's, a month's, those that are due, and those that wait for one event.
//! Must not know: what follows when one fires.

use super::trigger::{Trigger, TriggerKind, TriggerState, Why, triggers, why_of};
use crate::{
    access::InFamily,
    clinic::queue::item::{Queue, work_items},
    db::{
        Conn, UtcDate,
        bounded::{Bounded, counted},
    },
    error::{Error, Result},
    ids::{FamilyId, ServiceId, TriggerId, WorkItemId},
};
use diesel::prelude::*;

/// All of a family's, the newest last, with why where somebody gave a reason.
pub fn triggers_of_family(conn: &mut Conn, proof: &InFamily) -> Result<Vec<(Trigger, Why)>> {
    let rows: Vec<(Trigger, Option<Vec<u8>>)> = triggers::table
        .filter(triggers::service_id.eq(proof.service()))
        .filter(triggers::family_id.eq(proof.family()))
        .order((triggers::made_at.asc(), triggers::id.asc()))
        .select((Trigger::as_select(), triggers::sealed))
        .load(conn)?;
    rows.into_iter().map(|(one, sealed)| Ok((one.clone(), why_of(proof, one.id, sealed)?))).collect()
}

/// Days from the first until before the second, and after which entry of the first day.
pub(in crate::clinic) struct Days {
    pub from: UtcDate,
    pub until: UtcDate,
    pub after: Option<(UtcDate, TriggerId)>,
}

impl Days {
    /// The first day that may have anything: the day of the last entry, or that of the month.
    fn begins(&self) -> UtcDate {
        self.after.map_or(self.from, |(day, _)| day.max(self.from))
    }
}

/// What waits for one of these days, by day, without the families that are barred to whoever looks.
pub(in crate::clinic) fn triggers_between(
    conn: &mut Conn,
    service: ServiceId,
    days: &Days,
    without: Vec<FamilyId>,
    most: i64,
) -> Result<Vec<Trigger>> {
    let mut query = triggers::table
        .filter(triggers::service_id.eq(service))
        .filter(triggers::state.eq(TriggerState::Waiting))
        .filter(triggers::due_on.ge(days.begins()))
        .filter(triggers::due_on.lt(days.until))
        .filter(triggers::family_id.ne_all(without))
        .into_boxed();
    if let Some((day, last)) = days.after {
        query = query.filter(triggers::due_on.gt(day).or(triggers::id.gt(last).nullable()));
    }
    Ok(query
        .order((triggers::due_on.asc(), triggers::id.asc()))
        .limit(most)
        .select(Trigger::as_select())
        .load(conn)?)
}

/// A child who is not closed and is of age on a day: their work waits in its queue until then.
#[derive(Queryable)]
pub(in crate::clinic) struct OfAge {
    pub item: WorkItemId,
    pub on: UtcDate,
    pub family: Option<FamilyId>,
    /// The relative task.
    pub task: String,
}

/// Children who are of age on one of these days; entries as above, by the id of their work.
pub(in crate::clinic) fn of_age_between(
    conn: &mut Conn,
    service: ServiceId,
    days: &Days,
    without: Vec<FamilyId>,
    most: i64,
) -> Result<Vec<OfAge>> {
    let mut query = work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::queue.eq(Queue::WaitingForAge))
        .filter(work_items::closed_at.is_null())
        .filter(work_items::due_on.ge(days.begins()))
        .filter(work_items::due_on.lt(days.until))
        .filter(work_items::family_id.ne_all(without))
        .into_boxed();
    if let Some((day, last)) = days.after {
        let last: WorkItemId = last.to_string().parse().map_err(|_| Error::inner("an id that is none"))?;
        query = query.filter(work_items::due_on.gt(day).or(work_items::id.gt(last)));
    }
    Ok(query
        .order((work_items::due_on.asc(), work_items::id.asc()))
        .limit(most)
        .select((work_items::id, work_items::due_on, work_items::family_id, work_items::subject_id))
        .load(conn)?)
}

/// How many wait for what has no day, by kind, up to a thousand of each.
pub(in crate::clinic) fn triggers_for_events(
    conn: &mut Conn,
    service: ServiceId,
    without: &[FamilyId],
) -> Result<Vec<(TriggerKind, Bounded)>> {
    let mut all = Vec::new();
    for kind in TriggerKind::ALL {
        let waiting = triggers::table
            .filter(triggers::service_id.eq(service))
            .filter(triggers::kind.eq(*kind))
            .filter(triggers::state.eq(TriggerState::Waiting))
            .filter(triggers::due_on.is_null())
            .filter(triggers::family_id.ne_all(without.to_vec()))
            .select(triggers::id);
        let count = counted!(waiting, conn);
        if count.number > 0 {
            all.push((*kind, count));
        }
    }
    Ok(all)
}

/// Those whose day has come, of every service, the longest waiting first: for the worker.
pub(in crate::clinic) fn triggers_due(
    conn: &mut Conn,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, TriggerId)>> {
    Ok(triggers::table
        .filter(triggers::state.eq(TriggerState::Waiting))
        .filter(triggers::due_on.le(today))
        .order((triggers::due_on.asc(), triggers::id.asc()))
        .limit(most)
        .select((triggers::service_id, triggers::id))
        .load(conn)?)
}

/// Those that wait for a new treatment of a condition, known by its index.
pub(in crate::clinic) fn triggers_of_condition(
    conn: &mut Conn,
    service: ServiceId,
    index: &str,
) -> Result<Vec<TriggerId>> {
    Ok(triggers::table
        .filter(triggers::service_id.eq(service))
        .filter(triggers::condition_index.eq(index))
        .filter(triggers::kind.eq(TriggerKind::NewTreatment))
        .filter(triggers::state.eq(TriggerState::Waiting))
        .order(triggers::id.asc())
        .select(triggers::id)
        .load(conn)?)
}

/// Every trigger of a service, for the tests that count them.
pub fn triggers_all(conn: &mut Conn, service: ServiceId) -> Result<Vec<Trigger>> {
    Ok(triggers::table
        .filter(triggers::service_id.eq(service))
        .order((triggers::made_at.asc(), triggers::id.asc()))
        .select(Trigger::as_select())
        .load(conn)?)
}

/// The last day before a month and the first after it on which something opens, or a child who is not closed is of age.
pub(in crate::clinic) fn days_beside(
    conn: &mut Conn,
    service: ServiceId,
    (from, until): (UtcDate, UtcDate),
    without: &[FamilyId],
) -> Result<(Option<UtcDate>, Option<UtcDate>)> {
    let waiting = || {
        triggers::table
            .filter(triggers::service_id.eq(service))
            .filter(triggers::state.eq(TriggerState::Waiting))
            .filter(triggers::family_id.ne_all(without.to_vec()))
            .select(triggers::due_on)
    };
    let children = || {
        work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::queue.eq(Queue::WaitingForAge))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::family_id.ne_all(without.to_vec()))
            .select(work_items::due_on)
    };
    let before: Option<Option<UtcDate>> =
        waiting().filter(triggers::due_on.lt(from)).order(triggers::due_on.desc()).first(conn).optional()?;
    let after: Option<Option<UtcDate>> =
        waiting().filter(triggers::due_on.ge(until)).order(triggers::due_on.asc()).first(conn).optional()?;
    let younger: Option<UtcDate> = children()
        .filter(work_items::due_on.lt(from))
        .order(work_items::due_on.desc())
        .first(conn)
        .optional()?;
    let older: Option<UtcDate> = children()
        .filter(work_items::due_on.ge(until))
        .order(work_items::due_on.asc())
        .first(conn)
        .optional()?;
    Ok((before.flatten().max(younger), [after.flatten(), older].into_iter().flatten().min()))
}
