//! What opens again what was closed: each trigger is made by rule or by hand, and ends once: it fires, is cancelled because its
//! ground fell away, or is skipped with a reason. Must not know: any personal data; why one was made by hand is sealed (D).

use super::{
    closure::{Outcome, outcome_of},
    steps::{TaskCommand, TaskState, is_settled, step},
    task::{Task, task_move, task_row},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        result::state::{ResultCommand, ResultState, result_move, result_standing},
        sharing::run_out::proband_died,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ResultId, ServiceId, StaffId, TaskId, TriggerId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    triggers (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        task_id -> Nullable<Text>,
        kind -> Text,
        due_on -> Nullable<Date>,
        condition_index -> Nullable<Text>,
        state -> Text,
        made_at -> Timestamp,
        by_staff -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        ended_why -> Nullable<Text>,
        sealed -> Nullable<Binary>,
    }
}

closed! {
    /// What may open again what was closed. Source: domain notes 3.5 and 3.8.
    pub enum TriggerKind {
        /// The age of the table of conditions, less a season.
        ChildAge = "child_age",
        /// The same where it matters when planning a family.
        ReproductiveAge = "reproductive_age",
        YearlyLook = "yearly_look",
        WaitEnds = "wait_ends",
        Reclassification = "reclassification",
        CameBack = "came_back",
        /// Of a proband who did not want this relative told.
        Death = "death",
        NewTreatment = "new_treatment",
    }
}

impl TriggerKind {
    pub const fn title(self) -> &'static str {
        match self {
            TriggerKind::ChildAge => "A child reaches the age for the test",
            TriggerKind::ReproductiveAge => {
                "A child reaches the age at which it matters for a family of their own"
            }
            TriggerKind::YearlyLook => "The yearly look again",
            TriggerKind::WaitEnds => "A wait ends",
            TriggerKind::Reclassification => "The report is amended",
            TriggerKind::CameBack => "A relative comes back",
            TriggerKind::Death => "The proband dies",
            TriggerKind::NewTreatment => "There is a new treatment",
        }
    }
}

closed! {
    pub enum TriggerState { Waiting = "waiting", Fired = "fired", Cancelled = "cancelled", Skipped = "skipped" }
}

closed! {
    /// What can happen to a trigger.
    pub enum TriggerCommand { Fire = "fire", Cancel = "cancel", Skip = "skip" }
}

/// Every permitted step; each ends it.
pub const STEPS: &[(TriggerState, TriggerCommand, TriggerState)] = &[
    (TriggerState::Waiting, TriggerCommand::Fire, TriggerState::Fired),
    (TriggerState::Waiting, TriggerCommand::Cancel, TriggerState::Cancelled),
    (TriggerState::Waiting, TriggerCommand::Skip, TriggerState::Skipped),
];

closed! {
    /// Why the ground of a trigger fell away.
    pub enum Gone {
        Died = "died",
        Objected = "objected",
        NotAtRisk = "not_at_risk",
        Tested = "tested",
        /// Something else opened it before.
        Opened = "opened",
        Amended = "report_amended",
        Transferred = "transferred",
    }
}

impl Gone {
    pub const fn title(self) -> &'static str {
        match self {
            Gone::Died => "has died",
            Gone::Objected => "does not want to be contacted",
            Gone::NotAtRisk => "is not at risk",
            Gone::Tested => "was tested",
            Gone::Opened => "was opened again before",
            Gone::Amended => "the report was amended",
            Gone::Transferred => "another service has taken over",
        }
    }
}

/// Why it was made by hand, and who skipped it and why.
#[derive(Default, minicbor::Encode, minicbor::Decode)]
pub struct Why {
    #[n(0)]
    pub made: Option<String>,
    #[n(1)]
    pub skipped: Option<(StaffId, String)>,
}
content!(D at "triggers.sealed" holds Why);

/// A trigger, and nothing of why: the relatives' wing moves it, too.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = triggers)]
pub struct Trigger {
    pub id: TriggerId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub task_id: Option<TaskId>,
    pub kind: TriggerKind,
    pub due_on: Option<UtcDate>,
    pub state: TriggerState,
    pub made_at: UtcTime,
    pub by_staff: Option<StaffId>,
    pub ended_at: Option<UtcTime>,
    pub ended_why: Option<Gone>,
}

/// What a new trigger is about.
#[derive(Clone, Copy)]
pub(in crate::clinic) struct About<'a> {
    pub family: FamilyId,
    pub result: ResultId,
    pub task: Option<TaskId>,
    pub condition_index: Option<&'a str>,
}

impl About<'_> {
    fn of(task: &Task) -> Self {
        Self { family: task.family_id, result: task.result_id, task: Some(task.id), condition_index: None }
    }
}

/// Makes one by rule.
pub(in crate::clinic) fn trigger_make(
    act: &mut Act<'_>,
    about: &About<'_>,
    kind: TriggerKind,
    due_on: Option<UtcDate>,
) -> Result<TriggerId> {
    let (id, service, at) = (TriggerId::new(act.chance()), act.service, act.at);
    diesel::insert_into(triggers::table)
        .values((
            triggers::id.eq(id),
            triggers::service_id.eq(service),
            triggers::family_id.eq(about.family),
            triggers::result_id.eq(about.result),
            triggers::task_id.eq(about.task),
            triggers::kind.eq(kind),
            triggers::due_on.eq(due_on),
            triggers::condition_index.eq(about.condition_index),
            triggers::state.eq(TriggerState::Waiting),
            triggers::made_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::TriggerMade, ("trigger", id.as_str()), Some(about.family), kind.as_str())?;
    Ok(id)
}

/// Says of one that it was made by hand, and why.
pub(in crate::clinic) fn trigger_by_hand(
    act: &mut Act<'_>,
    proof: &InFamily,
    id: TriggerId,
    why: &str,
) -> Result<()> {
    let words = Why { made: Some(why.trim().to_owned()), skipped: None };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &words)?;
    diesel::update(triggers::table.find(id))
        .set((triggers::by_staff.eq(proof.staff()), triggers::sealed.eq(sealed.into_bytes())))
        .execute(act.conn())?;
    Ok(())
}

/// Ends a trigger that waits. False where it has ended already: whoever came first was the one.
fn end(act: &mut Act<'_>, one: &Trigger, command: TriggerCommand, why: Option<Gone>) -> Result<bool> {
    let Some((_, _, to)) = STEPS.iter().find(|(_, by, _)| *by == command) else {
        return Err(Error::inner("a trigger's command without a step"));
    };
    let (service, at) = (act.service, act.at);
    let ended = diesel::update(
        triggers::table
            .filter(triggers::service_id.eq(service))
            .filter(triggers::id.eq(one.id))
            .filter(triggers::state.eq(TriggerState::Waiting)),
    )
    .set((triggers::state.eq(to), triggers::ended_at.eq(at), triggers::ended_why.eq(why)))
    .execute(act.conn())?;
    if ended != 1 {
        return Ok(false);
    }
    let deed = match command {
        TriggerCommand::Fire => Deed::TriggerFired,
        TriggerCommand::Cancel => Deed::TriggerCancelled,
        TriggerCommand::Skip => Deed::TriggerSkipped,
    };
    let note = why.map_or(one.kind.as_str().to_owned(), |why| format!("{}: {why}", one.kind));
    act.record(deed, ("trigger", one.id.as_str()), Some(one.family_id), &note)?;
    Ok(true)
}

/// Fires a trigger: its end, the work that it opens and the record are one act. False where it had ended already.
pub fn trigger_fire(act: &mut Act<'_>, id: TriggerId) -> Result<bool> {
    let one = trigger_row(act.conn, act.service, id)?;
    if !end(act, &one, TriggerCommand::Fire, None)? {
        return Ok(false);
    }
    let Some(task) = one.task_id else {
        let standing = result_standing(act.conn, act.service, one.result_id)?;
        if standing.state == ResultState::Closed {
            result_move(act, standing, ResultCommand::LookAgain)?;
        }
        return Ok(true);
    };
    let task = task_row(act.conn, act.service, task)?;
    let command = match outcome_of(act.conn, act.service, task.id)? {
        Some(Outcome::TooYoung) => TaskCommand::GrowUp,
        Some(_) | None => TaskCommand::Reopen,
    };
    if step(task.state, command).is_some() {
        let today = act.at.date();
        let due = (command == TaskCommand::GrowUp).then_some(today);
        let to = task_move(act, &task, command, due)?;
        // Nobody is sent to ask the dead.
        if to == TaskState::Identified && proband_died(act, &task)? {
            task_move(act, &task, TaskCommand::NeedDecision, None)?;
        }
    }
    Ok(true)
}

/// An event has happened to one relative: the trigger that waits for it fires.
pub(in crate::clinic) fn trigger_event_of_task(
    act: &mut Act<'_>,
    task: &Task,
    kind: TriggerKind,
) -> Result<()> {
    let waiting = triggers_waiting_of(act.conn, act.service, task.id)?;
    if let Some(one) = waiting.iter().find(|one| one.kind == kind && one.due_on.is_none()) {
        trigger_fire(act, one.id)?;
    }
    Ok(())
}

/// A relative's task has moved. What opened it fires, where it was waited for; the ground of the others has fallen away.
/// Whoever is settled by a step of ours keeps what may open it again.
pub(super) fn triggers_follow(
    act: &mut Act<'_>,
    task: &Task,
    command: TaskCommand,
    (from, to): (TaskState, TaskState),
) -> Result<()> {
    if from == to {
        return Ok(());
    }
    if is_settled(from) {
        let (event, gone) = (event_of(command), gone_by(to));
        for one in triggers_waiting_of(act.conn, act.service, task.id)? {
            match event == Some(one.kind) {
                true => end(act, &one, TriggerCommand::Fire, None)?,
                false => end(act, &one, TriggerCommand::Cancel, Some(gone))?,
            };
        }
    }
    let kinds: &[TriggerKind] = match to {
        TaskState::Done => &[TriggerKind::CameBack, TriggerKind::Reclassification],
        TaskState::Tested => &[TriggerKind::Reclassification],
        // How somebody is closed with triggers is said where it is done.
        TaskState::Waiting
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
        | TaskState::Suspended => &[],
    };
    for kind in kinds {
        trigger_make(act, &About::of(task), *kind, None)?;
    }
    Ok(())
}

/// What somebody who was closed may do that is their coming back.
const COMES_BACK: &[TaskCommand] = &[
    TaskCommand::AskAppointment,
    TaskCommand::AskTime,
    TaskCommand::AskQuestion,
    TaskCommand::SayTested,
    TaskCommand::SayNotMe,
];

/// The event that a command is, for somebody who was closed.
fn event_of(command: TaskCommand) -> Option<TriggerKind> {
    if COMES_BACK.contains(&command) {
        return Some(TriggerKind::CameBack);
    }
    (command == TaskCommand::Suspend).then_some(TriggerKind::Reclassification)
}

/// Why the ground of a relative's triggers has fallen away, by the state that they have come to.
const fn gone_by(to: TaskState) -> Gone {
    match to {
        TaskState::Deceased => Gone::Died,
        TaskState::DoNotContact => Gone::Objected,
        TaskState::NotAtRisk | TaskState::ToTell => Gone::NotAtRisk,
        TaskState::Tested => Gone::Tested,
        TaskState::Suspended => Gone::Amended,
        TaskState::Identified
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
        | TaskState::Elsewhere
        | TaskState::NotReached
        | TaskState::WaitAge
        | TaskState::Waiting
        | TaskState::Done => Gone::Opened,
    }
}

/// A closed result has moved: what waits for it as a whole has fired, or its ground has fallen away.
pub(in crate::clinic) fn result_triggers_end(
    act: &mut Act<'_>,
    result: ResultId,
    to: ResultState,
) -> Result<()> {
    let waiting: Vec<Trigger> = triggers::table
        .filter(triggers::service_id.eq(act.service))
        .filter(triggers::result_id.eq(result))
        .filter(triggers::task_id.is_null())
        .filter(triggers::state.eq(TriggerState::Waiting))
        .order(triggers::id.asc())
        .select(Trigger::as_select())
        .load(act.conn)?;
    let amended = to == ResultState::Superseded;
    for one in waiting {
        if amended && one.kind == TriggerKind::Reclassification {
            end(act, &one, TriggerCommand::Fire, None)?;
        } else {
            let gone = if amended { Gone::Amended } else { Gone::Opened };
            end(act, &one, TriggerCommand::Cancel, Some(gone))?;
        }
    }
    Ok(())
}

/// What waits in a family is cancelled: it is not this service's any more.
pub(in crate::clinic) fn triggers_end_of_family(
    act: &mut Act<'_>,
    family: FamilyId,
    why: Gone,
) -> Result<()> {
    let waiting: Vec<Trigger> = triggers::table
        .filter(triggers::service_id.eq(act.service))
        .filter(triggers::family_id.eq(family))
        .filter(triggers::state.eq(TriggerState::Waiting))
        .order(triggers::id.asc())
        .select(Trigger::as_select())
        .load(act.conn)?;
    for one in waiting {
        end(act, &one, TriggerCommand::Cancel, Some(why))?;
    }
    Ok(())
}

/// Skips one that waits, with the reason.
///
/// # Errors
/// One that has ended; no reason.
pub(super) fn trigger_skip(act: &mut Act<'_>, proof: &InFamily, one: &Trigger, why: &str) -> Result<()> {
    let known: Option<Vec<u8>> = triggers::table.find(one.id).select(triggers::sealed).first(act.conn())?;
    let mut words = why_of(proof, one.id, known)?;
    words.skipped = Some((proof.staff(), why.trim().to_owned()));
    let sealed = Sealed::seal(proof.grant()?, act.chance(), one.id.as_str(), &words)?;
    if !end(act, one, TriggerCommand::Skip, None)? {
        return Err(Error::not_now("This has fired or ended already. Nothing was changed."));
    }
    diesel::update(triggers::table.find(one.id))
        .set(triggers::sealed.eq(sealed.into_bytes()))
        .execute(act.conn())?;
    Ok(())
}

pub(super) fn why_of(proof: &InFamily, id: TriggerId, sealed: Option<Vec<u8>>) -> Result<Why> {
    match sealed {
        Some(bytes) => Sealed::<Why>::from_bytes(bytes).open(proof.grant()?, id.as_str()),
        None => Ok(Why::default()),
    }
}

pub(in crate::clinic) fn trigger_row(conn: &mut Conn, service: ServiceId, id: TriggerId) -> Result<Trigger> {
    Ok(triggers::table
        .filter(triggers::service_id.eq(service))
        .filter(triggers::id.eq(id))
        .select(Trigger::as_select())
        .first(conn)?)
}

/// What waits for one relative.
pub(in crate::clinic) fn triggers_waiting_of(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
) -> Result<Vec<Trigger>> {
    Ok(triggers::table
        .filter(triggers::service_id.eq(service))
        .filter(triggers::task_id.eq(task))
        .filter(triggers::state.eq(TriggerState::Waiting))
        .order((triggers::made_at.asc(), triggers::id.asc()))
        .select(Trigger::as_select())
        .load(conn)?)
}
