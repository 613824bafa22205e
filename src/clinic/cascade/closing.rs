//! Closing with triggers: one relative, or a result whose relatives are all settled; and the days that somebody sets or skips.
//! Must not know: findings, or why the proband said what they said.

use super::{
    at_risk::waits_for_age,
    closure::{Outcome, closure_keep, outcome_of, outcomes_from},
    search::searches_ended,
    steps::{TaskCommand, TaskState, step},
    task::{Task, task_move, task_row, tasks_of_result},
    trigger::{
        About, Trigger, TriggerKind, TriggerState, trigger_by_hand, trigger_make, trigger_row, trigger_skip,
        triggers_waiting_of,
    },
    triggers_listed::triggers_of_family,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        people::person::person_get,
        queue::item::work_due,
        result::state::{ResultCommand, ResultState, TestResult, result_move, result_row},
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{ResultId, TaskId, TriggerId},
};
use kinward_family::condition::{Actionability, Condition};

/// How one relative is closed.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    pub outcome: Outcome,
    /// When they are looked at again; by the rule of the policy where it is left out.
    pub look_on: Option<UtcDate>,
    pub closed_why: String,
}

/// The blind index of a condition: by it a new treatment finds who waits for one, and nobody reads which it is.
pub(super) fn condition_index(act: &Act<'_>, key: &str) -> Result<String> {
    act.keys().blind_index(act.service, "condition", key)
}

fn condition_of(result: &TestResult) -> Option<Condition> {
    result.about.condition_key.as_deref().and_then(Condition::by_key)
}

/// Closes one relative: an outcome, a day on which they are looked at again, and what else opens them before.
///
/// # Errors
/// A state from which nobody may be closed; an outcome that does not fit it; a day that has come; no reason; somebody said to
/// be not to be found before enough was tried.
pub fn task_close(act: &mut Act<'_>, proof: &InFamily, task: &Task, entry: &Closing) -> Result<()> {
    let today = act.at.date();
    if !outcomes_from(task.state).contains(&entry.outcome) {
        return Err(match outcomes_from(task.state).is_empty() {
            true => Error::not_now(
                "This relative cannot be closed as things stand: somebody still has to decide, to write or to answer. A refusal alone closes nobody. Nothing was changed.",
            ),
            false => {
                Error::bad_input("Choose what became of this relative. Nothing was changed.").at("outcome")
            }
        });
    }
    if entry.closed_why.trim().chars().count() < 8 {
        return Err(Error::bad_input(
            "Write in a sentence why this relative is closed now. Nothing was changed.",
        )
        .at("closed_why"));
    }
    let needed = act.policy().years.searches_before_untraceable;
    if entry.outcome == Outcome::Untraceable && searches_ended(act.conn, act.service, task.id)? < needed {
        return Err(Error::not_now(format!(
            "Look for the address first: {needed} sources, one after the other, each with what came of it. Nothing was changed."
        ))
        .at("outcome"));
    }
    let result = result_row(act.conn(), proof, task.result_id)?;
    let condition = condition_of(&result);
    let (kind, on) = match task.state == TaskState::WaitAge {
        true => {
            // The day that stands, which may be later than the table's; where something else opened them before, the table's.
            let stands = work_due(act.conn, act.service, &task.subject())?;
            let person = person_get(act.conn(), proof, task.person_id)?;
            let of_table = waits_for_age(act, &result, &person);
            let on = stands.filter(|on| *on > today).or(of_table.filter(|on| *on > today));
            let on = on.ok_or_else(|| {
                Error::not_now("The age has come: ask about them now. Nothing was changed.")
            })?;
            let kind = match condition.map(Condition::actionability) {
                Some(Actionability::Reproductive) => TriggerKind::ReproductiveAge,
                Some(
                    Actionability::ChildhoodActionable
                    | Actionability::AdultActionable
                    | Actionability::NotPreventable,
                )
                | None => TriggerKind::ChildAge,
            };
            (kind, on)
        }
        false => {
            let on = entry.look_on.unwrap_or(today.plus_days(act.policy().years.wait_days));
            (TriggerKind::WaitEnds, on)
        }
    };
    if on <= today {
        return Err(Error::bad_input("Give a day that is still to come. Nothing was changed.").at("look_on"));
    }
    let from = task.state;
    task_move(act, task, TaskCommand::Close, None)?;
    closure_keep(act, task, entry.outcome)?;
    let about = about(task, None);
    let dated = trigger_make(act, &about, kind, Some(on))?;
    trigger_by_hand(act, proof, dated, &entry.closed_why)?;
    trigger_make(act, &about, TriggerKind::CameBack, None)?;
    trigger_make(act, &about, TriggerKind::Reclassification, None)?;
    if from == TaskState::NotNow {
        trigger_make(act, &about, TriggerKind::Death, None)?;
    }
    treatment_awaited(act, task, condition)?;
    let note = entry.outcome.as_str();
    act.record(Deed::TaskClosed, ("relative_task", task.id.as_str()), Some(proof.family()), note)
}

fn about<'a>(task: &Task, condition_index: Option<&'a str>) -> About<'a> {
    About { family: task.family_id, result: task.result_id, task: Some(task.id), condition_index }
}

fn treatment_awaited(act: &mut Act<'_>, task: &Task, condition: Option<Condition>) -> Result<()> {
    let Some(condition) = condition else { return Ok(()) };
    let waiting = triggers_waiting_of(act.conn, act.service, task.id)?;
    if waiting.iter().any(|one| one.kind == TriggerKind::NewTreatment) {
        return Ok(());
    }
    let index = condition_index(act, condition.key())?;
    trigger_make(act, &about(task, Some(&index)), TriggerKind::NewTreatment, None).map(|_| ())
}

/// Closes a result whose relatives are all settled, with a yearly look again.
///
/// # Errors
/// A result that is not ready; a relative who has neither an outcome nor anything that opens them again.
pub fn result_close(act: &mut Act<'_>, proof: &InFamily, result: ResultId) -> Result<ResultState> {
    let row = result_row(act.conn(), proof, result)?;
    let condition = condition_of(&row);
    let state = result_move(act, row.standing(), ResultCommand::Close)?;
    for task in tasks_of_result(act.conn, act.service, result)? {
        match task.state {
            TaskState::Waiting => {
                let waiting = triggers_waiting_of(act.conn, act.service, task.id)?;
                let over = outcome_of(act.conn, act.service, task.id)? == Some(Outcome::Transferred);
                if !over && !waiting.iter().any(|one| one.due_on.is_some()) {
                    return Err(Error::not_now(
                        "A relative of this result has no day on which they are looked at again. Set one on their page first. Nothing was changed.",
                    ));
                }
                if !over {
                    treatment_awaited(act, &task, condition)?;
                }
            }
            TaskState::Done => treatment_awaited(act, &task, condition)?,
            TaskState::Tested
            | TaskState::Elsewhere
            | TaskState::DoNotContact
            | TaskState::Deceased
            | TaskState::NotAtRisk
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
            | TaskState::Suspended => {}
        }
    }
    let of_all = About { family: proof.family(), result, task: None, condition_index: None };
    let on = act.at.date().plus_days(act.policy().years.look_again_days);
    trigger_make(act, &of_all, TriggerKind::YearlyLook, Some(on))?;
    trigger_make(act, &of_all, TriggerKind::Reclassification, None)?;
    act.record(Deed::ResultClosed, ("result", result.as_str()), Some(proof.family()), "")?;
    Ok(state)
}

/// A day that somebody sets by hand on which one who was closed is looked at again.
///
/// # Errors
/// Somebody who is not closed; a day that has come; no reason.
pub fn trigger_set(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: TaskId,
    on: UtcDate,
    why: &str,
) -> Result<TriggerId> {
    let task = task_row(act.conn, act.service, task)?;
    if step(task.state, TaskCommand::Reopen).is_none() {
        return Err(Error::not_now(
            "This relative is not closed: what is open says when. Nothing was saved.",
        ));
    }
    day_and_why(act, on, why, "trigger_why")?;
    let id = trigger_make(act, &about(&task, None), TriggerKind::WaitEnds, Some(on))?;
    trigger_by_hand(act, proof, id, why)?;
    Ok(id)
}

fn day_and_why(act: &Act<'_>, on: UtcDate, why: &str, field: &'static str) -> Result<()> {
    if on <= act.at.date() {
        return Err(Error::bad_input("Give a day that is still to come. Nothing was saved.").at("look_on"));
    }
    if why.trim().chars().count() < 8 {
        return Err(Error::bad_input("Write the reason in a sentence. Nothing was saved.").at(field));
    }
    Ok(())
}

/// Skips a trigger, with the reason. Nobody is forgotten by it: the last day of somebody takes another one in its place.
///
/// # Errors
/// No reason; one that has ended; the last day without another.
pub fn trigger_put_off(
    act: &mut Act<'_>,
    proof: &InFamily,
    one: &Trigger,
    why: &str,
    next: Option<UtcDate>,
) -> Result<()> {
    day_and_why(act, next.unwrap_or(act.at.date().plus_days(1)), why, "skipped_why")?;
    let last = one.due_on.is_some() && !others_dated(act, proof, one)?;
    if last && next.is_none() {
        return Err(Error::bad_input(
            "This is the only day on which they are looked at again: give another. Nothing was changed.",
        )
        .at("look_on"));
    }
    trigger_skip(act, proof, one, why)?;
    if let Some(on) = next {
        let about =
            About { family: one.family_id, result: one.result_id, task: one.task_id, condition_index: None };
        let id = trigger_make(act, &about, one.kind, Some(on))?;
        trigger_by_hand(act, proof, id, why)?;
    }
    Ok(())
}

/// Whether the same relative, or the result as a whole, has another day besides.
fn others_dated(act: &mut Act<'_>, proof: &InFamily, one: &Trigger) -> Result<bool> {
    if let Some(task) = one.task_id
        && task_row(act.conn, act.service, task)?.state != TaskState::Waiting
    {
        return Ok(true);
    }
    let all = triggers_of_family(act.conn(), proof)?;
    Ok(all.iter().any(|(other, _)| {
        other.id != one.id
            && other.state == TriggerState::Waiting
            && other.due_on.is_some()
            && (other.result_id, other.task_id) == (one.result_id, one.task_id)
    }))
}

/// A trigger with the proof that the caller has to do with its family.
pub fn trigger_open(conn: &mut Conn, caller: &Caller, id: TriggerId) -> Result<(Trigger, InFamily)> {
    let one = trigger_row(conn, caller.service, id)?;
    let proof = caller.in_family(conn, one.family_id)?;
    Ok((one, proof))
}

/// A relative who was closed has come back by telephone or at a clinic, and wants to be spoken to.
///
/// # Errors
/// Somebody who is not closed.
pub fn task_came_back(act: &mut Act<'_>, task: &Task) -> Result<()> {
    if step(task.state, TaskCommand::Reopen).is_none() {
        return Err(Error::not_now("This relative is not closed. Nothing was changed."));
    }
    task_move(act, task, TaskCommand::AskAppointment, None).map(|_| ())
}
