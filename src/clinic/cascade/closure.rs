//! What became of a relative when their part was closed: one code that stands while they are settled, by rule or as chosen.
//! Must not know: what anybody's test said, or in which words somebody refused.

use super::{
    steps::{TaskState, is_settled},
    task::Task,
};
use crate::{
    audit::Act,
    db::{Conn, UtcTime, closed},
    error::Result,
    ids::{ClosureId, FamilyId, ServiceId, TaskId},
};
use diesel::prelude::*;

diesel::table! {
    closures (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        outcome -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

closed! {
    /// What became of a relative. Source: domain notes 3.5, with what this product tells apart besides.
    pub enum Outcome {
        /// What the test said is theirs, and stands elsewhere.
        Tested = "tested",
        Told = "told",
        ToldElsewhere = "told_elsewhere",
        DeclinedInformed = "declined_informed",
        TooYoung = "too_young",
        /// For whichever reason: what is sealed looks like any other.
        NotAtRisk = "not_at_risk",
        TestedElsewhere = "tested_elsewhere",
        Abroad = "abroad_signposted",
        Dead = "dead",
        Untraceable = "untraceable",
        NeverToldRefused = "never_told_refused",
        NeverToldDecided = "never_told_decided",
        Objected = "objected",
        Lost = "lost",
        Transferred = "transferred",
    }
}

impl Outcome {
    pub const fn title(self) -> &'static str {
        match self {
            Outcome::Tested => "Tested",
            Outcome::Told => "Told",
            Outcome::ToldElsewhere => "Told from a joined file",
            Outcome::DeclinedInformed => "Knows, and wants no test for now",
            Outcome::TooYoung => "Too young",
            Outcome::NotAtRisk => "Not at risk",
            Outcome::TestedElsewhere => "Tested elsewhere already",
            Outcome::Abroad => "Abroad: told where to ask there",
            Outcome::Dead => "Has died",
            Outcome::Untraceable => "Cannot be found",
            Outcome::NeverToldRefused => "Not told: the proband refused, and it was weighed",
            Outcome::NeverToldDecided => "Not told: a clinician decided so",
            Outcome::Objected => "Does not want to be contacted",
            Outcome::Lost => "No answer came",
            Outcome::Transferred => "Another service has taken over",
        }
    }
}

/// The outcomes that staff may choose where somebody is closed with triggers; none where nobody may be closed.
pub const fn outcomes_from(from: TaskState) -> &'static [Outcome] {
    match from {
        TaskState::WaitAge => &[Outcome::TooYoung],
        TaskState::NotNow => &[Outcome::NeverToldRefused, Outcome::NeverToldDecided],
        TaskState::NotReached => &[Outcome::Untraceable, Outcome::Abroad],
        TaskState::Sent => &[Outcome::Lost, Outcome::Abroad],
        TaskState::WantsTime | TaskState::QuestionAnswered => &[Outcome::DeclinedInformed, Outcome::Abroad],
        TaskState::WantsAppointment => &[Outcome::Lost, Outcome::DeclinedInformed, Outcome::Abroad],
        TaskState::AlreadyTested => &[Outcome::TestedElsewhere],
        TaskState::ProbandTells => &[Outcome::Told, Outcome::Lost, Outcome::Abroad],
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::HasQuestion
        | TaskState::Tested
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::DoNotContact
        | TaskState::Waiting
        | TaskState::Deceased
        | TaskState::NotAtRisk
        | TaskState::Suspended
        | TaskState::Done => &[],
    }
}

/// What a settled state says by itself of somebody who came `from`; nothing where a person chose.
const fn by_rule(from: TaskState, to: TaskState) -> Option<Outcome> {
    match to {
        TaskState::Tested => Some(Outcome::Tested),
        TaskState::Elsewhere => Some(Outcome::ToldElsewhere),
        TaskState::DoNotContact => Some(Outcome::Objected),
        TaskState::Deceased => Some(Outcome::Dead),
        TaskState::NotAtRisk => Some(Outcome::NotAtRisk),
        TaskState::Done => Some(match from {
            TaskState::AlreadyTested => Outcome::TestedElsewhere,
            TaskState::WantsTime | TaskState::QuestionAnswered => Outcome::DeclinedInformed,
            TaskState::Sent => Outcome::Lost,
            TaskState::NotReached => Outcome::Untraceable,
            TaskState::ToTell => Outcome::NotAtRisk,
            TaskState::Identified
            | TaskState::Thinking
            | TaskState::DecisionNeeded
            | TaskState::NotNow
            | TaskState::ProbandTells
            | TaskState::RouteAgreed
            | TaskState::Writing
            | TaskState::WantsAppointment
            | TaskState::HasQuestion
            | TaskState::Tested
            | TaskState::Elsewhere
            | TaskState::DoNotContact
            | TaskState::WaitAge
            | TaskState::Waiting
            | TaskState::Deceased
            | TaskState::NotAtRisk
            | TaskState::Suspended
            | TaskState::Done => Outcome::Told,
        }),
        TaskState::Waiting
        | TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::ToTell
        | TaskState::NotReached
        | TaskState::WaitAge
        | TaskState::Suspended => None,
    }
}

/// A task has come from one state to another: its outcome stands while it is settled, and no longer.
pub(super) fn closure_follow(act: &mut Act<'_>, task: &Task, from: TaskState, to: TaskState) -> Result<()> {
    if from == to && is_settled(from) {
        return Ok(());
    }
    if is_settled(from) {
        let (service, at) = (act.service, act.at);
        diesel::update(
            closures::table
                .filter(closures::service_id.eq(service))
                .filter(closures::task_id.eq(task.id))
                .filter(closures::ended_at.is_null()),
        )
        .set(closures::ended_at.eq(at))
        .execute(act.conn())?;
    }
    match by_rule(from, to) {
        Some(outcome) => closure_keep(act, task, outcome),
        None => Ok(()),
    }
}

/// Keeps an outcome, where none stands.
pub(in crate::clinic) fn closure_keep(act: &mut Act<'_>, task: &Task, outcome: Outcome) -> Result<()> {
    let (id, service, at) = (ClosureId::new(act.chance()), act.service, act.at);
    diesel::insert_into(closures::table)
        .values((
            closures::id.eq(id),
            closures::service_id.eq(service),
            closures::family_id.eq(task.family_id),
            closures::task_id.eq(task.id),
            closures::outcome.eq(outcome),
            closures::at.eq(at),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// What became of a relative, where they are settled.
pub(in crate::clinic) fn outcome_of(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
) -> Result<Option<Outcome>> {
    Ok(closures::table
        .filter(closures::service_id.eq(service))
        .filter(closures::task_id.eq(task))
        .filter(closures::ended_at.is_null())
        .select(closures::outcome)
        .first(conn)
        .optional()?)
}

/// What became of a relative each time that they were closed, oldest first.
pub fn outcomes_of(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
) -> Result<Vec<(Outcome, UtcTime, Option<UtcTime>)>> {
    Ok(closures::table
        .filter(closures::service_id.eq(service))
        .filter(closures::task_id.eq(task))
        .order((closures::at.asc(), closures::id.asc()))
        .select((closures::outcome, closures::at, closures::ended_at))
        .load(conn)?)
}

/// Every standing outcome of a service, for the test that holds it against the states.
pub fn outcomes_standing(conn: &mut Conn, service: ServiceId) -> Result<Vec<(TaskId, Outcome)>> {
    Ok(closures::table
        .filter(closures::service_id.eq(service))
        .filter(closures::ended_at.is_null())
        .select((closures::task_id, closures::outcome))
        .load(conn)?)
}

/// The outcomes that stand in one family.
pub(in crate::clinic) fn outcomes_of_family(
    conn: &mut Conn,
    service: ServiceId,
    family: FamilyId,
) -> Result<Vec<(TaskId, Outcome)>> {
    Ok(closures::table
        .filter(closures::service_id.eq(service))
        .filter(closures::family_id.eq(family))
        .filter(closures::ended_at.is_null())
        .select((closures::task_id, closures::outcome))
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::cascade::steps::{TaskCommand, step};

    #[test]
    fn whoever_may_be_closed_has_an_outcome_to_choose_and_nobody_else_has() {
        for state in TaskState::ALL {
            let may = step(*state, TaskCommand::Close).is_some();
            assert_eq!(may, !outcomes_from(*state).is_empty(), "{state}");
        }
    }

    #[test]
    fn every_settled_state_says_what_became_of_somebody_or_was_chosen() {
        for state in TaskState::ALL.iter().filter(|state| is_settled(**state)) {
            let ruled = by_rule(TaskState::Sent, *state).is_some();
            assert_eq!(ruled, *state != TaskState::Waiting, "{state}");
        }
    }
}
