//! Work items: what is to be done, by whom, by when. They follow the state they stand for, in the same transaction.
//! Must not know: any personal data; an item names a queue, a subject's id and a family reference.

pub use super::{
    hands::{HandedWhy, SnoozedWhy, To, work_hand_over, work_take},
    kinds::Queue,
    listed::{Narrowed, work_list, work_of_family, work_open_all, work_past},
    subject::{Subject, SubjectKind},
};
use super::{
    priority::{Pressure, Reasons, classes_of},
    team::team_of_queue,
};
use crate::{
    access::service::service_get,
    audit::Act,
    clinic::cascade::urgency::urgency_due,
    db::{Conn, UtcDate, UtcTime},
    error::Result,
    ids::{FamilyId, ServiceId, StaffId, TaskId, TeamId, WorkItemId},
};
use diesel::prelude::*;

diesel::table! {
    work_items (id) {
        id -> Text,
        service_id -> Text,
        queue -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        family_id -> Nullable<Text>,
        opened_at -> Timestamp,
        due_on -> Date,
        named_on -> Nullable<Date>,
        owner_id -> Nullable<Text>,
        closed_at -> Nullable<Timestamp>,
        task_id -> Nullable<Text>,
        priority -> Integer,
        pressure -> Text,
        team_id -> Nullable<Text>,
        taken_at -> Nullable<Timestamp>,
        handed_by -> Nullable<Text>,
        handed_why -> Nullable<Text>,
        snoozed_until -> Nullable<Date>,
        snoozed_by -> Nullable<Text>,
        snoozed_why -> Nullable<Text>,
        escalated_at -> Nullable<Timestamp>,
    }
}

/// A queue that a subject's state asks for; `due` only where the state itself names a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub queue: Queue,
    pub due: Option<UtcDate>,
}

impl From<Queue> for Wanted {
    fn from(queue: Queue) -> Self {
        Self { queue, due: None }
    }
}

/// An item as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = work_items)]
pub struct WorkItem {
    pub id: WorkItemId,
    pub service_id: ServiceId,
    pub queue: Queue,
    pub subject_kind: SubjectKind,
    pub subject_id: String,
    pub family_id: Option<FamilyId>,
    pub opened_at: UtcTime,
    pub due_on: UtcDate,
    /// The day that the state itself names; where nobody works on it, the item is due on the next working day.
    pub named_on: Option<UtcDate>,
    pub owner_id: Option<StaffId>,
    pub closed_at: Option<UtcTime>,
    /// The relative it is about.
    pub task_id: Option<TaskId>,
    /// Rises as the work can wait.
    pub priority: i32,
    pub pressure: Pressure,
    pub team_id: Option<TeamId>,
    pub taken_at: Option<UtcTime>,
    pub handed_by: Option<StaffId>,
    pub handed_why: Option<HandedWhy>,
    /// Out of the lists before this day.
    pub snoozed_until: Option<UtcDate>,
    pub snoozed_by: Option<StaffId>,
    pub snoozed_why: Option<SnoozedWhy>,
    /// When whoever leads was shown that it is long past its day.
    pub escalated_at: Option<UtcTime>,
}

impl WorkItem {
    pub fn is_snoozed(&self, today: UtcDate) -> bool {
        self.snoozed_until.is_some_and(|until| until > today)
    }

    /// As staff read it, with the day that was named where nobody works on it.
    pub fn due_words(&self) -> String {
        match self.named_on.filter(|named| *named != self.due_on) {
            Some(named) => format!("{}, the next working day after {}", self.due_on.shown(), named.shown()),
            None => self.due_on.shown(),
        }
    }
}

/// Makes the open items of `subject` be exactly `wanted`: closes the rest, opens what is missing, keeps owners.
/// This is the only way items open and close, so a queue can never tell another story than the state.
pub fn follow(act: &mut Act<'_>, subject: &Subject, wanted: &[Wanted]) -> Result<()> {
    let open: Vec<WorkItem> = work_items::table
        .filter(work_items::service_id.eq(act.service))
        .filter(work_items::subject_kind.eq(subject.kind))
        .filter(work_items::subject_id.eq(&subject.id))
        .filter(work_items::closed_at.is_null())
        .load(act.conn())?;
    for item in open.iter().filter(|item| !wanted.iter().any(|w| w.queue == item.queue)) {
        diesel::update(work_items::table.find(item.id))
            .set(work_items::closed_at.eq(act.at))
            .execute(act.conn())?;
    }
    for want in wanted {
        match open.iter().find(|item| item.queue == want.queue) {
            Some(item) => {
                if want.due != item.named_on {
                    let due_on = due_on(act, *want)?;
                    diesel::update(work_items::table.find(item.id))
                        .set((work_items::due_on.eq(due_on), work_items::named_on.eq(want.due)))
                        .execute(act.conn())?;
                    // Nothing is put off beyond the day that its state names.
                    diesel::update(work_items::table.find(item.id))
                        .filter(work_items::snoozed_until.gt(due_on))
                        .set(work_items::snoozed_until.eq(None::<UtcDate>))
                        .execute(act.conn())?;
                }
            }
            None => open_item(act, subject, *want)?,
        }
    }
    Ok(())
}

fn open_item(act: &mut Act<'_>, subject: &Subject, want: Wanted) -> Result<()> {
    let due_on = due_on(act, want)?;
    let task = subject.about();
    let (chance, can_be_done) = classes_of(act, task)?;
    let presses = match task {
        Some(task) => urgency_due(act.conn, act.service, task)?.is_some(),
        None => false,
    };
    let pressure = Pressure::of(want.queue, presses);
    let service = act.service;
    let item = WorkItem {
        id: WorkItemId::new(act.chance()),
        service_id: act.service,
        queue: want.queue,
        subject_kind: subject.kind,
        subject_id: subject.id.clone(),
        family_id: subject.family,
        opened_at: act.at,
        due_on,
        named_on: want.due,
        owner_id: None,
        closed_at: None,
        task_id: task,
        priority: Reasons { chance, can_be_done, pressure }.priority(&act.policy().order),
        pressure,
        team_id: team_of_queue(act.conn(), service, want.queue)?,
        taken_at: None,
        handed_by: None,
        handed_why: None,
        snoozed_until: None,
        snoozed_by: None,
        snoozed_why: None,
        escalated_at: None,
    };
    diesel::insert_into(work_items::table).values(&item).execute(act.conn())?;
    Ok(())
}

/// The day an item is due: by the queue's timer, or the day its state names, moved to one on which somebody works.
pub(in crate::clinic) fn due_on(act: &mut Act<'_>, want: Wanted) -> Result<UtcDate> {
    let service = act.service;
    let nation = service_get(act.conn(), service)?.nation;
    match want.due {
        Some(day) => Ok(act.policy().working_days_after(day, 0, &nation)),
        None => act.policy().due(want.queue.as_str(), &nation, act.at.date()),
    }
}

/// Gives what somebody has taken in a family back to everyone.
pub(super) fn work_give_back(act: &mut Act<'_>, staff: StaffId, family: FamilyId) -> Result<()> {
    let service = act.service;
    for item in work_of_family(act.conn(), service, family)? {
        if item.owner_id == Some(staff) {
            work_hand_over(act, item.id, To::Everyone, None)?;
        }
    }
    Ok(())
}

pub fn work_get(conn: &mut Conn, id: WorkItemId) -> Result<WorkItem> {
    Ok(work_items::table.find(id).first(conn)?)
}

/// When the open work of a subject is due; nothing where none is open.
pub(in crate::clinic) fn work_due(
    conn: &mut Conn,
    service: ServiceId,
    subject: &Subject,
) -> Result<Option<UtcDate>> {
    Ok(work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::subject_kind.eq(subject.kind))
        .filter(work_items::subject_id.eq(&subject.id))
        .filter(work_items::closed_at.is_null())
        .order(work_items::due_on.asc())
        .select(work_items::due_on)
        .first(conn)
        .optional()?)
}

/// Who has taken the open item of a subject in a queue.
pub fn work_owner(
    conn: &mut Conn,
    service: ServiceId,
    queue: Queue,
    subject: &str,
) -> Result<Option<StaffId>> {
    let owner: Option<Option<StaffId>> = work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::queue.eq(queue))
        .filter(work_items::subject_id.eq(subject))
        .filter(work_items::closed_at.is_null())
        .select(work_items::owner_id)
        .first(conn)
        .optional()?;
    Ok(owner.flatten())
}
