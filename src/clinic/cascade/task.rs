//! The relative task: one at-risk relative's way through the cascade, moved by listed steps alone.
//! Must not know: findings, letters' words, or why the proband said what they said.

use super::{
    closure::closure_follow,
    steps::{has_begun, is_settled, step, wanted},
    trigger::{TriggerKind, trigger_event_of_task, triggers_follow},
    urgency::urgency_follow,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        kindred::one_letter::{letter_follow, letter_settle},
        letters::letter::{self, Stop},
        people::elsewhere::same_people,
        queue::{
            item::{Subject, SubjectKind, follow},
            priority::{CanBeDone, ChanceClass},
        },
        referral::follow::task_moved,
        result::state::{
            ResultCommand, ResultState, Standing, result_move, result_standing, results_of_person,
        },
        sharing::{execution::execution_follow, run_out::agreement_follow},
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResultId, ServiceId, TaskId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

pub use super::steps::{TaskCommand, TaskState};

diesel::table! {
    relative_tasks (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        person_id -> Text,
        state -> Text,
        degree -> Integer,
        opened_at -> Timestamp,
        changed_at -> Timestamp,
        sealed -> Binary,
        chance_class -> Text,
        can_be_done -> Text,
    }
}

/// A relative task, and nothing of who the relative is: all that rules need, also those that run when a relative
/// answers. The sealed column is never selected with it: the relatives' wing has no grant on it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = relative_tasks)]
pub struct Task {
    pub id: TaskId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub person_id: PersonId,
    pub state: TaskState,
    pub degree: i32,
    pub opened_at: UtcTime,
    pub changed_at: UtcTime,
}

/// How the relative stands to the proband, for staff only.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Position {
    #[n(0)]
    pub side: String,
    /// The path that says why they are on the list.
    #[n(1)]
    pub path_words: String,
    #[n(2)]
    pub chance: String,
    #[n(3)]
    pub why: String,
}
content!(K at "relative_tasks.sealed" holds Position);

impl Task {
    pub fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Task, id: self.id.to_string(), family: Some(self.family_id), task: None }
    }
}

pub(super) fn task_insert(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    position: &Position,
    (chance, can_be_done): (ChanceClass, CanBeDone),
    due: Option<UtcDate>,
) -> Result<()> {
    let sealed = Sealed::seal(proof.grant()?, act.chance(), task.id.as_str(), position)?;
    diesel::insert_into(relative_tasks::table)
        .values((
            relative_tasks::id.eq(task.id),
            relative_tasks::service_id.eq(task.service_id),
            relative_tasks::family_id.eq(task.family_id),
            relative_tasks::result_id.eq(task.result_id),
            relative_tasks::person_id.eq(task.person_id),
            relative_tasks::state.eq(task.state),
            relative_tasks::degree.eq(task.degree),
            relative_tasks::opened_at.eq(task.opened_at),
            relative_tasks::changed_at.eq(task.changed_at),
            relative_tasks::sealed.eq(sealed),
            relative_tasks::chance_class.eq(chance),
            relative_tasks::can_be_done.eq(can_be_done),
        ))
        .execute(act.conn())?;
    follow(act, &task.subject(), &wanted(task.state, due))?;
    closure_follow(act, task, TaskState::Identified, task.state)?;
    letter_settle(act, task)
}

/// The classes that order a relative's work, as the list now says.
pub(super) fn task_classes(
    act: &mut Act<'_>,
    task: TaskId,
    (chance, can_be_done): (ChanceClass, CanBeDone),
) -> Result<()> {
    let set = (relative_tasks::chance_class.eq(chance), relative_tasks::can_be_done.eq(can_be_done));
    diesel::update(relative_tasks::table.find(task)).set(set).execute(act.conn())?;
    Ok(())
}

/// Moves a task by a listed step, with its queue, its record and, where it was the last, its result.
///
/// # Errors
/// A step that is not listed, in words that say where the relative stands.
pub fn task_move(
    act: &mut Act<'_>,
    task: &Task,
    command: TaskCommand,
    due: Option<UtcDate>,
) -> Result<TaskState> {
    // Read again under the act's lock: an earlier step of this same act may have moved it.
    let from = task_row(act.conn, act.service, task.id)?.state;
    let to = step(from, command).ok_or_else(|| {
        Error::not_now(format!(
            "This relative is in state '{}', where '{}' is not possible. Nothing was changed.",
            from.as_str().replace('_', " "),
            command.as_str().replace('_', " ")
        ))
    })?;
    let at = act.at;
    diesel::update(relative_tasks::table.find(task.id))
        .set((relative_tasks::state.eq(to), relative_tasks::changed_at.eq(at)))
        .execute(act.conn())?;
    let due = due.or_else(|| own_due(act, to));
    let due = match urgency_follow(act, task, to, due)? {
        Some(pressing) => Some(due.map_or(pressing, |due| due.min(pressing))),
        None => due,
    };
    execution_follow(act, task.id, to)?;
    closure_follow(act, task, from, to)?;
    triggers_follow(act, task, command, (from, to))?;
    follow(act, &task.subject(), &wanted(to, due))?;
    agreement_follow(act, task, to)?;
    let note = format!("{from} -> {to}");
    act.record(Deed::TaskMoved, ("relative_task", task.id.as_str()), Some(task.family_id), &note)?;
    result_follow(act, task.result_id)?;
    letter_follow(act, task, from, to)?;
    task_moved(act, task, command, to)?;
    Ok(to)
}

/// The day a state is looked at again, where the step named none.
fn own_due(act: &Act<'_>, state: TaskState) -> Option<UtcDate> {
    let today = act.at.date();
    match state {
        TaskState::ProbandTells => Some(today.plus_days(act.policy().periods.no_reply_days)),
        TaskState::Sent | TaskState::QuestionAnswered => {
            Some(today.plus_days(act.policy().periods.reminder_days))
        }
        TaskState::WantsTime => Some(today.plus_days(365)),
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::WantsAppointment
        | TaskState::HasQuestion
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
        | TaskState::Done => None,
    }
}

/// A result whose relatives are all settled is ready to close; one with an unsettled relative is not.
pub(super) fn result_follow(act: &mut Act<'_>, result: ResultId) -> Result<()> {
    let service = act.service;
    let states: Vec<TaskState> = relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::result_id.eq(result))
        .select(relative_tasks::state)
        .load(act.conn())?;
    let settled = !states.is_empty() && states.iter().all(|state| is_settled(*state));
    let row = result_standing(act.conn(), service, result)?;
    match (row.state, settled) {
        (ResultState::Active, true) => result_move(act, row, ResultCommand::AllSettled).map(|_| ()),
        (ResultState::Review | ResultState::Closed, false) => {
            result_move(act, row, ResultCommand::Reopen).map(|_| ())
        }
        (ResultState::Active, false)
        | (ResultState::Review | ResultState::Closed, true)
        | (
            ResultState::Triage
            | ResultState::TriageAmended
            | ResultState::Discuss
            | ResultState::Pedigree
            | ResultState::CheckAgain
            | ResultState::Widened
            | ResultState::NothingFamilial
            | ResultState::Superseded,
            _,
        ) => Ok(()),
    }
}

/// Everything that hangs on an amended report and has not left the house stops at once; what has left is withheld online.
pub fn tasks_suspend(act: &mut Act<'_>, elder: Standing) -> Result<()> {
    for task in tasks_of_result(act.conn, act.service, elder.id)? {
        letter::letters_stop(act, task.id, Stop::ReportAmended, OnceGone::Withheld)?;
        if step(task.state, TaskCommand::Suspend).is_some() {
            task_move(act, &task, TaskCommand::Suspend, None)?;
        }
    }
    Ok(())
}

/// A death stops what was on its way to the person, for every result they are at risk by. Answers whether anything was.
pub fn tasks_die(act: &mut Act<'_>, person: PersonId) -> Result<bool> {
    let mut stopped = false;
    for task in tasks_of_person(act.conn, act.service, person)? {
        letter::letters_stop(act, task.id, Stop::Died, OnceGone::Withheld)?;
        if step(task.state, TaskCommand::Die).is_some() {
            stopped |= has_begun(task.state);
            task_move(act, &task, TaskCommand::Die, None)?;
        }
    }
    // Another file that holds the same person must not reach them either; its own record says so until somebody has looked.
    for same in same_people(act.conn, act.service, person)? {
        for task in tasks_of_person(act.conn, act.service, same)? {
            letter::letters_stop(act, task.id, Stop::Died, OnceGone::Withheld)?;
        }
    }
    letter::letters_stop_read_by(act, person, Stop::Died, OnceGone::Withheld)?;
    proband_unasked(act, person)?;
    Ok(stopped)
}

/// Whoever waits for a word of a proband who has died waits for a decision from now on: nobody is sent to ask the dead.
pub(super) fn proband_unasked(act: &mut Act<'_>, person: PersonId) -> Result<()> {
    for result in results_of_person(act.conn, act.service, person)? {
        for task in tasks_of_result(act.conn, act.service, result)? {
            match task.state {
                TaskState::Identified | TaskState::Thinking | TaskState::ProbandTells => {
                    task_move(act, &task, TaskCommand::NeedDecision, None)?;
                }
                TaskState::DecisionNeeded
                | TaskState::NotNow
                | TaskState::RouteAgreed
                | TaskState::Writing
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
                | TaskState::Deceased
                | TaskState::NotAtRisk
                | TaskState::Suspended
                | TaskState::Done => {}
                // Never told because the proband refused: that ground has gone with them.
                TaskState::Waiting => {
                    trigger_event_of_task(act, &task, TriggerKind::Death)?;
                    let now = task_row(act.conn, act.service, task.id)?;
                    if now.state == TaskState::Identified {
                        task_move(act, &now, TaskCommand::NeedDecision, None)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// An objection stops what was on its way to the person, from every branch. What has left stays readable where they
/// object themselves, because they may come back, and is withheld where somebody objects for them.
pub fn tasks_object(act: &mut Act<'_>, person: PersonId, once_gone: OnceGone) -> Result<()> {
    letter::letters_stop_read_by(act, person, Stop::Objection, once_gone)?;
    for task in tasks_of_person(act.conn, act.service, person)? {
        letter::letters_stop(act, task.id, Stop::Objection, once_gone)?;
        if step(task.state, TaskCommand::Object).is_some() {
            task_move(act, &task, TaskCommand::Object, None)?;
        }
    }
    Ok(())
}

/// A task with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn task_open(conn: &mut Conn, caller: &Caller, id: TaskId) -> Result<(Task, InFamily)> {
    let task = task_row(conn, caller.service, id)?;
    let proof = caller.in_family(conn, task.family_id)?;
    Ok((task, proof))
}

/// Of these subjects of work, the tasks in families the viewer has to do with: for lists that say whom an item is about.
pub fn tasks_related(
    conn: &mut Conn,
    service: ServiceId,
    ids: Vec<&str>,
    related: &[InFamily],
) -> Result<Vec<Task>> {
    let families: Vec<FamilyId> = related.iter().map(InFamily::family).collect();
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::id.eq_any(ids))
        .filter(relative_tasks::family_id.eq_any(families))
        .select(Task::as_select())
        .load(conn)?)
}

pub(in crate::clinic) fn task_row(conn: &mut Conn, service: ServiceId, id: TaskId) -> Result<Task> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::id.eq(id))
        .select(Task::as_select())
        .first(conn)?)
}

pub fn task_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Task>> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(proof.service()))
        .filter(relative_tasks::family_id.eq(proof.family()))
        .order((relative_tasks::degree.asc(), relative_tasks::opened_at.asc(), relative_tasks::id.asc()))
        .select(Task::as_select())
        .load(conn)?)
}

pub(in crate::clinic) fn tasks_of_result(
    conn: &mut Conn,
    service: ServiceId,
    result: ResultId,
) -> Result<Vec<Task>> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::result_id.eq(result))
        .order((relative_tasks::degree.asc(), relative_tasks::id.asc()))
        .select(Task::as_select())
        .load(conn)?)
}

pub(in crate::clinic) fn tasks_of_person(
    conn: &mut Conn,
    service: ServiceId,
    person: PersonId,
) -> Result<Vec<Task>> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::person_id.eq(person))
        .order(relative_tasks::id.asc())
        .select(Task::as_select())
        .load(conn)?)
}

/// The tasks of these people by these results, where there are any.
pub(in crate::clinic) fn tasks_of_pairs(
    conn: &mut Conn,
    service: ServiceId,
    pairs: &[(ResultId, PersonId)],
) -> Result<Vec<Task>> {
    let (results, people): (Vec<ResultId>, Vec<PersonId>) = pairs.iter().copied().unzip();
    let tasks: Vec<Task> = relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::result_id.eq_any(results))
        .filter(relative_tasks::person_id.eq_any(people))
        .order((relative_tasks::opened_at.asc(), relative_tasks::id.asc()))
        .select(Task::as_select())
        .load(conn)?;
    Ok(tasks.into_iter().filter(|task| pairs.contains(&(task.result_id, task.person_id))).collect())
}

/// How the relatives of these tasks stand to the proband, in the order of `tasks`: one statement for any number. Each task
/// must be of a family in `related`.
pub fn positions_of(conn: &mut Conn, related: &[InFamily], tasks: &[Task]) -> Result<Vec<Position>> {
    let ids: Vec<TaskId> = tasks.iter().map(|task| task.id).collect();
    let sealed: Vec<(TaskId, Sealed<Position>)> = relative_tasks::table
        .filter(relative_tasks::id.eq_any(ids))
        .select((relative_tasks::id, relative_tasks::sealed))
        .load(conn)?;
    let opened = tasks.iter().map(|task| {
        let proof = related.iter().find(|proof| proof.family() == task.family_id);
        let row = sealed.iter().find(|(id, _)| *id == task.id);
        let (proof, (_, sealed)) = proof.zip(row).ok_or_else(Error::not_found)?;
        sealed.open(proof.grant()?, task.id.as_str())
    });
    opened.collect()
}

/// The classes that order the work about these relatives.
pub fn task_classes_of(
    conn: &mut Conn,
    service: ServiceId,
    ids: &[TaskId],
) -> Result<Vec<(TaskId, ChanceClass, CanBeDone)>> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::id.eq_any(ids.to_vec()))
        .select((relative_tasks::id, relative_tasks::chance_class, relative_tasks::can_be_done))
        .load(conn)?)
}

/// How one relative stands to the proband.
pub fn position_of(conn: &mut Conn, proof: &InFamily, task: &Task) -> Result<Position> {
    positions_of(conn, std::slice::from_ref(proof), std::slice::from_ref(task))?
        .pop()
        .ok_or_else(Error::not_found)
}

/// Every task's id and state, for the test that compares queues with states.
pub fn task_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(TaskId, TaskState)>> {
    Ok(relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .select((relative_tasks::id, relative_tasks::state))
        .load(conn)?)
}
