//! The wait after a decision against what the proband said: letters can be drafted and approved, and none leaves before it ends.
//! Must not know: the reasons, or how a letter is sent. Whoever sends asks here once more, under lock.

use super::{
    basis::{BasisKind, basis_of},
    consent::{Stance, consents},
    decision::{Decision, Outcome},
};
use crate::{
    audit::Act,
    db::{Conn, UtcTime},
    error::Result,
    ids::{DecisionId, FamilyId, ServiceId, TaskId},
};
use diesel::prelude::*;

diesel::table! {
    cooling_offs (decision_id) {
        decision_id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        ends_at -> Timestamp,
        lifted_at -> Nullable<Timestamp>,
    }
}

/// A wait as stored; none for a decision that goes against nobody's word.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = cooling_offs)]
pub struct CoolingOff {
    pub decision_id: DecisionId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    pub ends_at: UtcTime,
    /// When an emergency let the decision go.
    pub lifted_at: Option<UtcTime>,
}

impl CoolingOff {
    /// True while no letter may leave by it.
    pub fn holds(&self, now: UtcTime) -> bool {
        self.lifted_at.is_none() && now < self.ends_at
    }

    /// How it ended by itself; none while it holds, and where it was lifted.
    pub(super) fn waited(&self, now: UtcTime) -> Option<String> {
        let over = self.lifted_at.is_none() && self.ends_at <= now;
        over.then(|| {
            format!(
                "No letter could leave before {}: it goes against what the proband said",
                self.ends_at.shown()
            )
        })
    }

    /// Until when, and why, as staff read it.
    pub fn words(&self, hours: i64) -> String {
        format!(
            "No letter leaves before {}: the proband does not agree, and a decision against that waits {hours} hours, so that it can be thought over. Letters can be drafted and approved meanwhile.",
            self.ends_at.shown()
        )
    }
}

/// Begins the wait in the act that records the decision, where it goes against the proband.
pub(super) fn cooling_begin(act: &mut Act<'_>, decision: &Decision) -> Result<()> {
    let hours = act.policy().periods.cooling_off_hours;
    if decision.outcome != Outcome::Applied
        || hours <= 0
        || !goes_against(act.conn, act.service, decision.task_id)?
    {
        return Ok(());
    }
    let row = CoolingOff {
        decision_id: decision.id,
        service_id: decision.service_id,
        family_id: decision.family_id,
        task_id: decision.task_id,
        ends_at: decision.at.plus_seconds(3600 * hours),
        lifted_at: None,
    };
    diesel::insert_into(cooling_offs::table).values(&row).execute(act.conn())?;
    Ok(())
}

/// A second clinician has signed: what there is to think over stands only now, so the wait begins anew.
pub(super) fn cooling_again(act: &mut Act<'_>, decision: DecisionId) -> Result<()> {
    let ends_at = act.at.plus_seconds(3600 * act.policy().periods.cooling_off_hours);
    diesel::update(cooling_offs::table.find(decision))
        .set(cooling_offs::ends_at.eq(ends_at))
        .execute(act.conn())?;
    Ok(())
}

/// Ends the wait before its time.
pub(super) fn cooling_lift(act: &mut Act<'_>, decision: DecisionId) -> Result<()> {
    let at = act.at;
    diesel::update(cooling_offs::table.find(decision))
        .set(cooling_offs::lifted_at.eq(at))
        .execute(act.conn())?;
    Ok(())
}

/// The wait that holds a letter to the relative of this task now; none where what a letter rests on does not wait.
pub fn cooling_now(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
    now: UtcTime,
) -> Result<Option<CoolingOff>> {
    let basis = basis_of(conn, service, task, now.date())?.filter(|basis| basis.kind == BasisKind::Decision);
    let Some(basis) = basis else { return Ok(None) };
    let of_task = coolings_of(conn, service, task)?;
    Ok(of_task.into_iter().find(|one| one.decision_id.as_str() == basis.id && one.holds(now)))
}

/// The waits of a task's decisions, in no order.
pub(super) fn coolings_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<CoolingOff>> {
    Ok(cooling_offs::table
        .filter(cooling_offs::service_id.eq(service))
        .filter(cooling_offs::task_id.eq(task))
        .load(conn)?)
}

/// True where the last that the proband themselves said is no. That they cannot be asked any more takes nothing back.
fn goes_against(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<bool> {
    let own: Option<Stance> = consents::table
        .filter(consents::service_id.eq(service))
        .filter(consents::task_id.eq(task))
        .filter(consents::stance.ne(Stance::NotObtainable))
        .order(consents::seq.desc())
        .select(consents::stance)
        .first(conn)
        .optional()?;
    Ok(own.is_some_and(Stance::is_refusal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::SeededChance, db::UtcDate};

    #[test]
    fn a_wait_holds_up_to_its_end_and_not_once_it_is_lifted() {
        let chance = SeededChance::new(7);
        let ends_at = UtcDate::new(2026, 11, 24).unwrap().begins();
        let mut wait = CoolingOff {
            decision_id: DecisionId::new(&chance),
            service_id: ServiceId::new(&chance),
            family_id: FamilyId::new(&chance),
            task_id: TaskId::new(&chance),
            ends_at,
            lifted_at: None,
        };
        assert!(wait.holds(ends_at.plus_seconds(-1)) && !wait.holds(ends_at));
        wait.lifted_at = Some(ends_at.plus_seconds(-3600));
        assert!(!wait.holds(ends_at.plus_seconds(-1)));
    }
}
