//! A relative who cannot wait: a pregnancy, an operation, a journey. Until a letter has left, all about them is due at once.
//! Must not know: what was found. Who said so is part of it: a pregnancy is hers to tell.

use super::task::{Task, TaskState};
use crate::{
    access::{InFamily, service::service_get},
    audit::{Act, Deed},
    clinic::queue::{
        item::{Queue, Subject, SubjectKind, Wanted, due_on, follow, work_due},
        priority::work_order,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ServiceId, StaffId, TaskId, UrgencyId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    urgencies (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        due_on -> Date,
        due_before -> Nullable<Date>,
        ended_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// Why it cannot wait. Source: ABC v St George's [2020] EWHC 455 for a pregnancy.
    pub enum Pressing { Pregnancy = "pregnancy", Operation = "operation", Journey = "journey", Other = "other" }
}

impl Pressing {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pregnancy => "A pregnancy",
            Self::Operation => "An operation or treatment that is planned",
            Self::Journey => "They are about to leave",
            Self::Other => "Another reason, in the words below",
        }
    }
}

/// What a queue needs of it: nothing of why.
#[derive(Clone, Queryable)]
struct Open {
    id: UrgencyId,
    task_id: TaskId,
    family_id: FamilyId,
    due_on: UtcDate,
    /// When the open work would be due if nothing pressed; none where it asks for none.
    due_before: Option<UtcDate>,
}

/// Why it presses, and who said so. Ended by whom and why, where it was ended by hand.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
struct Why {
    #[n(0)]
    pressing: Pressing,
    #[n(1)]
    words: String,
    #[n(2)]
    ended: Option<(StaffId, String)>,
}
content!(D at "urgencies.sealed" holds Why);

#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UrgencyEntry {
    pub pressing: Pressing,
    /// Until when it must be known, and who said so.
    pub pressing_words: String,
}

/// An urgency as staff read it.
pub struct Urgency {
    pub id: UrgencyId,
    pub pressing: Pressing,
    pub words: String,
    pub due_on: UtcDate,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub ended: Option<(StaffId, String)>,
}

/// True while something of ours stands between the relative and knowing.
pub const fn is_waiting(state: TaskState) -> bool {
    match state {
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::NotReached
        | TaskState::Suspended => true,
        TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::Tested
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::DoNotContact
        | TaskState::WaitAge
        | TaskState::Waiting
        | TaskState::Deceased
        | TaskState::NotAtRisk
        | TaskState::Done => false,
    }
}

/// Records that a relative cannot wait; whatever is open about them is due then, and a queue of its own says so.
///
/// # Errors
/// Words that do not say who said so; a relative about whom nothing of ours is waited for.
pub fn urgency_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    entry: UrgencyEntry,
) -> Result<UrgencyId> {
    let words = entry.pressing_words.trim().to_owned();
    if words.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write until when it must be known, and who said so and when. Nothing was saved.",
        )
        .at("pressing_words"));
    }
    if !is_waiting(task.state) {
        return Err(Error::not_now("Nothing of ours is waited for by this relative now. Nothing was saved."));
    }
    if !open_of(act.conn, act.service, task.id)?.is_empty() {
        return Err(Error::not_now(
            "That this relative cannot wait is on record already. End it first if the reason has changed. Nothing was saved.",
        ));
    }
    let (id, service) = (UrgencyId::new(act.chance()), act.service);
    let nation = service_get(act.conn(), service)?.nation;
    let days = act.policy().periods.urgent_working_days;
    let due_on = act.policy().working_days_after(act.at.date(), days, &nation);
    let due_before = work_due(act.conn, act.service, &task.subject())?;
    let why = Why { pressing: entry.pressing, words, ended: None };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &why)?;
    diesel::insert_into(urgencies::table)
        .values((
            urgencies::id.eq(id),
            urgencies::service_id.eq(service),
            urgencies::family_id.eq(proof.family()),
            urgencies::task_id.eq(task.id),
            urgencies::by_staff.eq(proof.staff()),
            urgencies::at.eq(act.at),
            urgencies::due_on.eq(due_on),
            urgencies::due_before.eq(due_before),
            urgencies::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    follow(act, &subject(task.id, proof.family()), &[Wanted { queue: Queue::Urgent, due: Some(due_on) }])?;
    follow(act, &task.subject(), &super::steps::wanted(task.state, Some(due_on)))?;
    work_order(act, task.id, true)?;
    act.record(Deed::UrgencyRecorded, ("urgency", id.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// Ends it by hand: it was a mistake, or it presses no more. What is open is due again when it would have been due.
///
/// # Errors
/// One that has ended; no reason.
pub fn urgency_end(act: &mut Act<'_>, proof: &InFamily, task: &Task, id: UrgencyId, why: &str) -> Result<()> {
    if why.trim().chars().count() < 3 {
        return Err(Error::bad_input("Say why it presses no more. Nothing was changed.").at("ended_why"));
    }
    let one = open_of(act.conn, act.service, task.id)?.into_iter().find(|one| one.id == id);
    let one = one.ok_or_else(|| Error::not_now("This has ended already. Nothing was changed."))?;
    let sealed: Sealed<Why> = urgencies::table.find(id).select(urgencies::sealed).first(act.conn())?;
    let known = sealed.open(proof.grant()?, id.as_str())?;
    let ended = Why { ended: Some((proof.staff(), why.trim().to_owned())), ..known };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &ended)?;
    diesel::update(urgencies::table.find(id)).set(urgencies::sealed.eq(sealed)).execute(act.conn())?;
    follow(act, &task.subject(), &super::steps::wanted(task.state, one.due_before))?;
    end(act, &one)
}

/// The day by which a relative's open work is due where they cannot wait; what is urgent no more ends with the step. The
/// day that the step itself asks for is kept for when it presses no more.
pub(super) fn urgency_follow(
    act: &mut Act<'_>,
    task: &Task,
    to: TaskState,
    due: Option<UtcDate>,
) -> Result<Option<UtcDate>> {
    let open = open_of(act.conn, act.service, task.id)?;
    if is_waiting(to) {
        let Some(one) = open.first() else { return Ok(None) };
        let due_before = match super::steps::wanted(to, due).first() {
            Some(want) => Some(due_on(act, *want)?),
            None => None,
        };
        diesel::update(urgencies::table.find(one.id))
            .set(urgencies::due_before.eq(due_before))
            .execute(act.conn())?;
        return Ok(Some(one.due_on));
    }
    for one in &open {
        end(act, one)?;
    }
    Ok(None)
}

fn end(act: &mut Act<'_>, one: &Open) -> Result<()> {
    let at = act.at;
    diesel::update(urgencies::table.find(one.id)).set(urgencies::ended_at.eq(at)).execute(act.conn())?;
    follow(act, &subject(one.task_id, one.family_id), &[])?;
    work_order(act, one.task_id, false)?;
    act.record(Deed::UrgencyEnded, ("urgency", one.id.as_str()), Some(one.family_id), "")
}

/// One at a time: its item is known by the relative task that it is about, and leads there.
fn subject(task: TaskId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::Urgency, id: task.to_string(), family: Some(family), task: None }
}

fn open_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<Open>> {
    Ok(urgencies::table
        .filter(urgencies::service_id.eq(service))
        .filter(urgencies::task_id.eq(task))
        .filter(urgencies::ended_at.is_null())
        .select((
            urgencies::id,
            urgencies::task_id,
            urgencies::family_id,
            urgencies::due_on,
            urgencies::due_before,
        ))
        .load(conn)?)
}

/// By when what is open about a relative is due who cannot wait, and nothing of why; none for whoever can.
pub fn urgency_due(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Option<UtcDate>> {
    Ok(open_of(conn, service, task)?.first().map(|one| one.due_on))
}

type Row = (UrgencyId, StaffId, UtcTime, UtcDate, Option<UtcTime>, Sealed<Why>);

/// The urgencies of a task, newest first.
pub fn urgency_list(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<Urgency>> {
    let rows: Vec<Row> = urgencies::table
        .filter(urgencies::service_id.eq(proof.service()))
        .filter(urgencies::task_id.eq(task))
        .order((urgencies::at.desc(), urgencies::id.asc()))
        .select((
            urgencies::id,
            urgencies::by_staff,
            urgencies::at,
            urgencies::due_on,
            urgencies::ended_at,
            urgencies::sealed,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, by_staff, at, due_on, ended_at, sealed)| {
            let Why { pressing, words, ended } = sealed.open(proof.grant()?, id.as_str())?;
            Ok(Urgency { id, pressing, words, due_on, by_staff, at, ended_at, ended })
        })
        .collect()
}

/// The tasks of relatives who cannot wait, for the test that compares queues with states.
pub fn urgencies_open(conn: &mut Conn, service: ServiceId) -> Result<Vec<TaskId>> {
    Ok(urgencies::table
        .filter(urgencies::service_id.eq(service))
        .filter(urgencies::ended_at.is_null())
        .select(urgencies::task_id)
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::cascade::steps::wanted;

    #[test]
    fn what_is_urgent_stands_in_a_queue_of_its_own_beside_the_one_that_says_what_to_do() {
        for state in TaskState::ALL.iter().filter(|state| is_waiting(**state)) {
            assert!(wanted(*state, None).iter().all(|want| want.queue != Queue::Urgent), "{state}");
        }
    }
}
