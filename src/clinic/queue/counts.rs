//! How much waits in each queue, for home and for the filter of the list: up to a thousand, however much there is.
//! Must not know: what is in a queue.

use super::{
    absence::covered_by,
    item::{Queue, work_items},
};
use crate::{
    access::{Role, conflict::families_barred},
    db::{
        Conn, UtcDate,
        bounded::{Bounded, counted},
    },
    error::Result,
    ids::{FamilyId, ServiceId, StaffId},
};
use diesel::prelude::*;

/// One queue's counts.
#[derive(Debug, Clone, serde::Serialize)]
pub struct QueueCount {
    pub queue: Queue,
    pub title: &'static str,
    pub open: i64,
    /// There is more than was counted.
    pub more: bool,
    /// Whose looks, and of those for whom they stand in.
    pub mine: i64,
    pub overdue: i64,
    pub overdue_more: bool,
}

/// Whose counts, and which families are kept from them. What was put off is not counted.
pub struct Counting {
    service: ServiceId,
    /// Whose looks, and for whom they stand in.
    owners: Vec<StaffId>,
    today: UtcDate,
    without: Vec<FamilyId>,
    queues: Vec<Queue>,
}

impl Counting {
    pub fn of(
        conn: &mut Conn,
        (service, staff): (ServiceId, StaffId),
        roles: &[Role],
        today: UtcDate,
    ) -> Result<Self> {
        let queues = Queue::ALL.iter().copied().filter(|queue| !queue.is_hidden_from(roles)).collect();
        let mut owners = covered_by(conn, service, staff, today)?;
        owners.push(staff);
        Ok(Self { service, owners, today, without: families_barred(conn, service, staff)?, queues })
    }

    fn open(&self, conn: &mut Conn, queue: Queue, before: Option<UtcDate>) -> Result<Bounded> {
        let mut query = work_items::table
            .filter(work_items::service_id.eq(self.service))
            .filter(work_items::queue.eq(queue))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::snoozed_until.is_null().or(work_items::snoozed_until.le(self.today)))
            .select(work_items::id)
            .into_boxed();
        if !self.without.is_empty() {
            let without = self.without.clone();
            query = query.filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(without)));
        }
        if let Some(day) = before {
            query = query.filter(work_items::due_on.lt(day));
        }
        Ok(counted!(query, conn))
    }

    /// What is open in each queue: as many statements as there are queues, each of which reads a thousand items at most.
    pub fn open_each(&self, conn: &mut Conn) -> Result<Vec<(Queue, Bounded)>> {
        self.queues.iter().map(|queue| Ok((*queue, self.open(conn, *queue, None)?))).collect()
    }

    /// The same with what is overdue, and what is the caller's own.
    pub fn all(&self, conn: &mut Conn) -> Result<Vec<QueueCount>> {
        let mut own = work_items::table
            .filter(work_items::service_id.eq(self.service))
            .filter(work_items::owner_id.eq_any(self.owners.clone()))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::snoozed_until.is_null().or(work_items::snoozed_until.le(self.today)))
            .group_by(work_items::queue)
            .select((work_items::queue, diesel::dsl::count_star()))
            .into_boxed();
        if !self.without.is_empty() {
            let without = self.without.clone();
            own = own.filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(without)));
        }
        let own: Vec<(Queue, i64)> = own.load(conn)?;
        self.open_each(conn)?
            .into_iter()
            .map(|(queue, open)| {
                let overdue = self.open(conn, queue, Some(self.today))?;
                Ok(QueueCount {
                    queue,
                    title: queue.title(),
                    open: open.number,
                    more: open.more,
                    mine: own.iter().find(|(known, _)| *known == queue).map_or(0, |(_, count)| *count),
                    overdue: overdue.number,
                    overdue_more: overdue.more,
                })
            })
            .collect()
    }
}
