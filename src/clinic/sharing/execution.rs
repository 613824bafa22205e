//! What was decided is done by its day, or stands as decided and not done until the letter leaves or something else is said.
//! Must not know: the reasons. The relatives' wing may end one, because an answer of theirs can.

use super::decision::Decision;
use crate::{
    access::conflict::families_barred,
    audit::Act,
    clinic::cascade::task::TaskState,
    db::{Conn, UtcDate, UtcTime},
    error::Result,
    ids::{DecisionId, FamilyId, ServiceId, StaffId, TaskId},
};
use diesel::prelude::*;

diesel::table! {
    executions (decision_id) {
        decision_id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        due_on -> Date,
        ended_at -> Nullable<Timestamp>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = executions)]
struct Row {
    decision_id: DecisionId,
    service_id: ServiceId,
    family_id: FamilyId,
    task_id: TaskId,
    due_on: UtcDate,
    ended_at: Option<UtcTime>,
}

/// A decision whose letter has not left by its day.
#[derive(Debug, Clone, Queryable)]
pub struct Undone {
    pub family: FamilyId,
    pub task: TaskId,
    pub due_on: UtcDate,
}

impl Undone {
    /// As staff read it, with the days it is late.
    pub fn words(&self, today: UtcDate) -> String {
        let days = today.days_since(self.due_on);
        let days = if days == 1 { "1 day late".to_owned() } else { format!("{days} days late") };
        format!("A letter was to leave by {}: {days}", self.due_on.shown())
    }
}

/// True while a letter that was decided on may still have to leave.
const fn is_open(state: TaskState) -> bool {
    match state {
        TaskState::DecisionNeeded | TaskState::RouteAgreed | TaskState::Writing => true,
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::Tested
        // Done by the other file's letter.
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::NotReached
        | TaskState::DoNotContact
        | TaskState::WaitAge
        | TaskState::Waiting
        | TaskState::Deceased
        | TaskState::NotAtRisk
        | TaskState::Suspended
        | TaskState::Done => false,
    }
}

/// From now on the decision is to be done by `due_on`, in the place of what was decided before.
pub(super) fn execution_begin(act: &mut Act<'_>, decision: &Decision, due_on: UtcDate) -> Result<()> {
    let row = Row {
        decision_id: decision.id,
        service_id: decision.service_id,
        family_id: decision.family_id,
        task_id: decision.task_id,
        due_on,
        ended_at: None,
    };
    diesel::insert_into(executions::table).values(&row).execute(act.conn())?;
    Ok(())
}

/// What was decided about a relative is done, or set aside.
pub(in crate::clinic) fn execution_end(act: &mut Act<'_>, task: TaskId) -> Result<()> {
    let (service, at) = (act.service, act.at);
    diesel::update(
        executions::table
            .filter(executions::service_id.eq(service))
            .filter(executions::task_id.eq(task))
            .filter(executions::ended_at.is_null()),
    )
    .set(executions::ended_at.eq(at))
    .execute(act.conn())?;
    Ok(())
}

/// A relative has moved: where nothing is to leave any more, what was decided is done or has fallen away.
pub(in crate::clinic) fn execution_follow(act: &mut Act<'_>, task: TaskId, to: TaskState) -> Result<()> {
    if is_open(to) { Ok(()) } else { execution_end(act, task) }
}

/// When each decision about a relative was done or fell away; none where it still stands open.
pub(super) fn executions_of(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
) -> Result<Vec<(DecisionId, Option<UtcTime>)>> {
    Ok(executions::table
        .filter(executions::service_id.eq(service))
        .filter(executions::task_id.eq(task))
        .select((executions::decision_id, executions::ended_at))
        .load(conn)?)
}

/// The decisions of a service that were not done by their day, the most overdue first, but none of a family whose file is closed
/// to the viewer; at most so many.
pub fn undone_of_service(
    conn: &mut Conn,
    (service, viewer): (ServiceId, StaffId),
    today: UtcDate,
    most: i64,
) -> Result<Vec<Undone>> {
    let without = families_barred(conn, service, viewer)?;
    Ok(executions::table
        .filter(executions::service_id.eq(service))
        .filter(executions::ended_at.is_null())
        .filter(executions::due_on.lt(today))
        .filter(executions::family_id.ne_all(without))
        .order((executions::due_on.asc(), executions::decision_id.asc()))
        .select((executions::family_id, executions::task_id, executions::due_on))
        .limit(most)
        .load(conn)?)
}

/// Those of one family.
pub fn undone_of_family(
    conn: &mut Conn,
    service: ServiceId,
    family: FamilyId,
    today: UtcDate,
) -> Result<Vec<Undone>> {
    Ok(executions::table
        .filter(executions::service_id.eq(service))
        .filter(executions::family_id.eq(family))
        .filter(executions::ended_at.is_null())
        .filter(executions::due_on.lt(today))
        .order(executions::due_on.asc())
        .select((executions::family_id, executions::task_id, executions::due_on))
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn it_says_by_when_and_how_late() {
        let chance = SeededChance::new(3);
        let due_on = UtcDate::new(2026, 12, 7).unwrap();
        let one = Undone { family: FamilyId::new(&chance), task: TaskId::new(&chance), due_on };
        assert!(one.words(due_on.plus_days(1)).ends_with("by 7 December 2026: 1 day late"));
        assert!(one.words(due_on.plus_days(3)).ends_with("3 days late"));
    }
}
