//! An agreement with a last day: until then it allows a letter; after it what has not left stops, and the proband is asked
//! again. Must not know: pages, or who watches the calendar; the worker asks whose day has passed.

use super::{
    basis::basis_of,
    consent::{ConsentEntry, Route, consent_last},
};
use crate::{
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, TaskState, task_move, task_row},
        },
        letters::letter::{Stop, letters_stop},
        people::person::person_row,
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow, work_past},
        result::state::result_standing,
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{ServiceId, TaskId},
    keys::Compartment,
    relative::outbox::OnceGone,
};

/// What is to be done about an agreement that has a last day, in a queue.
pub const ASK_AGAIN: &str = "Ask the proband again before the agreement runs out";

/// The last day of an agreement, as far as it can have one.
///
/// # Errors
/// A day that has passed; one for anything but an agreement to a letter.
pub(super) fn last_day(entry: &ConsentEntry, route: Route, today: UtcDate) -> Result<Option<UtcDate>> {
    let Some(day) = entry.ends_on else { return Ok(None) };
    if !entry.stance.is_agreement() || route != Route::ClinicLetter {
        return Err(Error::bad_input(
            "A last day is for an agreement to a letter from the clinic. Leave it empty, and give a day on which this is asked again instead. Nothing was saved.",
        )
        .at("ends_on"));
    }
    if day < today {
        return Err(Error::bad_input(format!(
            "{} has passed: give the last day on which the clinic may write. Nothing was saved.",
            day.shown()
        ))
        .at("ends_on"));
    }
    Ok(Some(day))
}

/// The queues that an agreement with a last day asks for, by where its relative stands. While a letter is in hand that has
/// outlived it, nothing more can be done; whoever may only be written to is asked about again.
pub fn wanted(state: TaskState, ends_on: Option<UtcDate>, today: UtcDate) -> Vec<Wanted> {
    let waits = match state {
        TaskState::RouteAgreed => true,
        TaskState::Writing => ends_on.is_some_and(|day| today <= day),
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::Tested
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
    };
    let due = ends_on.filter(|_| waits);
    due.map(|day| Wanted { queue: Queue::DiscussionDue, due: Some(day) }).into_iter().collect()
}

/// Known by the relative task that it is about: one agreement stands at a time.
fn subject(task: &Task) -> Subject {
    Subject {
        kind: SubjectKind::Agreement,
        id: task.id.to_string(),
        family: Some(task.family_id),
        task: None,
    }
}

/// Makes the item that asks again be what the last stance and the relative's state ask for.
pub fn agreement_follow(act: &mut Act<'_>, task: &Task, state: TaskState) -> Result<()> {
    let ends_on = ends_on(act.conn, act.service, task.id)?;
    let today = act.at.date();
    follow(act, &subject(task), &wanted(state, ends_on, today))
}

/// The last day of the agreement that stands; none where none stands, or it has none.
pub fn ends_on(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Option<UtcDate>> {
    Ok(consent_last(conn, service, task)?.and_then(|last| last.ends_on))
}

/// True where what a letter rested on was taken away. One whose time is over was not: it is asked for anew.
pub fn basis_taken(act: &mut Act<'_>, task: TaskId) -> Result<bool> {
    let today = act.at.date();
    let stands = basis_of(act.conn, act.service, task, today)?.is_some();
    let last = consent_last(act.conn, act.service, task)?;
    Ok(!stands && !last.is_some_and(|last| last.has_ended(today)))
}

/// Relatives whose proband's agreement has run out and who wait to be asked about again, the longest first; at most `most`.
pub fn agreements_past(conn: &mut Conn, today: UtcDate, most: i64) -> Result<Vec<(ServiceId, String)>> {
    work_past(conn, SubjectKind::Agreement, today, most)
}

/// An agreement has run out: what has not left stops, and the proband is asked again. Where they have died, a decision is
/// due instead. What has left stays readable: it went while it was allowed.
///
/// # Errors
/// An agreement that has not run out.
pub fn agreement_end(act: &mut Act<'_>, id: TaskId) -> Result<()> {
    let today = act.at.date();
    let last = consent_last(act.conn, act.service, id)?.filter(|last| last.has_ended(today));
    let last = last.ok_or_else(|| Error::not_now("This agreement has not run out. Nothing was changed."))?;
    let task = task_row(act.conn, act.service, id)?;
    act.record(Deed::AgreementEnded, ("consent", last.id.as_str()), Some(task.family_id), "")?;
    letters_stop(act, id, Stop::ConsentChanged, OnceGone::StaysReadable)?;
    let task = task_row(act.conn, act.service, id)?;
    if step(task.state, TaskCommand::RunOut).is_none() {
        return agreement_follow(act, &task, task.state);
    }
    let died = proband_died(act, &task)?;
    let command = if died { TaskCommand::NeedDecision } else { TaskCommand::RunOut };
    task_move(act, &task, command, None).map(|_| ())
}

/// Whether the proband of a task's result has died, for rules that run when nobody is at a page.
pub(in crate::clinic) fn proband_died(act: &mut Act<'_>, task: &Task) -> Result<bool> {
    let unlocked = act.unlock(task.family_id.as_str(), &[Compartment::Contact])?;
    let proband = result_standing(act.conn, act.service, task.result_id)?.person_id;
    Ok(person_row(act.conn, unlocked.grant()?, act.service, proband)?.has_died())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_be_written_to_is_asked_about_again_and_a_letter_in_hand_until_the_day() {
        let day = UtcDate::new(2026, 12, 1).unwrap();
        let asked = |state, today| wanted(state, Some(day), today).len();
        assert_eq!(asked(TaskState::RouteAgreed, day), 1);
        assert_eq!(asked(TaskState::RouteAgreed, day.plus_days(1)), 1, "the worker takes it up");
        assert_eq!(asked(TaskState::Writing, day), 1);
        assert_eq!(asked(TaskState::Writing, day.plus_days(1)), 0, "it can no longer be called back");
        assert_eq!(asked(TaskState::Sent, day), 0);
        assert!(wanted(TaskState::RouteAgreed, None, day).is_empty());
    }
}
