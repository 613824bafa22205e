//! What is long past its day is shown to whoever leads, once: a mark on the item and a line in the record, made by the worker.
//! Must not know: what the work is about, or who leads; home asks that.

use super::{
    item::{work_get, work_items},
    listed::work_to_escalate,
};
use crate::{
    access::service::service_list,
    audit::{Act, Deed},
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{ServiceId, WorkItemId},
    policy::Policy,
};
use diesel::prelude::*;

/// Work of every service that is now so late, at most `most` of each.
pub fn works_late(
    conn: &mut Conn,
    policy: &Policy,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, String)>> {
    let mut late = Vec::new();
    for service in service_list(conn)? {
        let days = policy.work.escalate_after_working_days;
        let before = policy.working_days_before(today, days, &service.nation);
        let items = work_to_escalate(conn, service.id, (before, today), most)?;
        late.extend(items.into_iter().map(|item| (service.id, item.id.to_string())));
    }
    Ok(late)
}

/// Marks one. Of two workers one does.
///
/// # Errors
/// One that is done, or marked already.
pub fn work_escalate(act: &mut Act<'_>, reference: &str) -> Result<()> {
    let id: WorkItemId = reference.parse().map_err(|_| Error::not_found())?;
    let (item, at) = (work_get(act.conn(), id)?, act.at);
    let marked = diesel::update(
        work_items::table
            .filter(work_items::id.eq(id))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::escalated_at.is_null()),
    )
    .set(work_items::escalated_at.eq(at))
    .execute(act.conn())?;
    if marked != 1 {
        return Err(Error::not_now("another worker was faster, or the work is done"));
    }
    act.record(Deed::WorkEscalated, ("work_item", id.as_str()), item.family_id, item.queue.as_str())
}
