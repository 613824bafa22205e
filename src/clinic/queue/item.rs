//! Work items: what is to be done, by whom, by when. They follow the state they stand for, in the same transaction.
//! Must not know: any personal data; an item names a queue, a subject's id and a family reference.

pub use super::subject::{Subject, SubjectKind};
use crate::{
    access::{Permission, Role, conflict::is_barred, permission::allows, service::service_get},
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ServiceId, StaffId, WorkItemId},
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
    }
}

closed! {
    /// The queues that have work so far. Source: domain notes 3.4; the timer of each stands in the policy pack.
    pub enum Queue {
        Urgent = "urgent",
        UnreadableReports = "unreadable_reports",
        NewResults = "new_results",
        DiscussionDue = "discussion_due",
        AtRiskToCheck = "at_risk_to_check",
        ThinkingTime = "thinking_time",
        Decisions = "decisions",
        LettersToWrite = "letters_to_write",
        LettersToApprove = "letters_to_approve",
        AnswersToApprove = "answers_to_approve",
        AnswersToTell = "answers_to_tell",
        ToSend = "to_send",
        NoReply = "no_reply",
        UnmatchedCalls = "unmatched_calls",
        CallsToReturn = "calls_to_return",
        Replies = "replies",
        LockedCodes = "locked_codes",
        WaitingForAge = "waiting_for_age",
        AmendedResults = "amended_results",
        Objections = "objections",
        Inquiries = "inquiries",
        ResultsToConfirm = "results_to_confirm",
        ResultsToTell = "results_to_tell",
        ClosureReview = "closure_review",
        Safeguarding = "safeguarding",
        EmergencyReviews = "emergency_reviews",
        /// Relatives handed to their own service: to be sent, acknowledged, chased or looked at again.
        Referrals = "referrals",
        Incidents = "incidents",
        Transfers = "transfers",
    }
}

impl Queue {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Queue::Urgent => "Urgent: a relative cannot wait",
            Queue::UnreadableReports => "Reports we could not read",
            Queue::NewResults => "New results",
            Queue::DiscussionDue => "Conversations due",
            Queue::AtRiskToCheck => "Relatives at risk to check",
            Queue::ThinkingTime => "Time to think: ask again",
            Queue::Decisions => "Decisions to make or look at again",
            Queue::LettersToWrite => "Letters to write",
            Queue::LettersToApprove => "Letters to approve",
            Queue::AnswersToApprove => "Answers to approve",
            Queue::AnswersToTell => "Tell that an answer waits",
            Queue::ToSend => "Sending problems and addresses",
            Queue::NoReply => "No reply yet",
            Queue::UnmatchedCalls => "Calls to match",
            Queue::CallsToReturn => "Calls to return",
            Queue::Replies => "Replies from relatives",
            Queue::LockedCodes => "Locked codes",
            Queue::WaitingForAge => "Children reaching an age",
            Queue::AmendedResults => "Amended results",
            Queue::Objections => "Objections",
            Queue::Inquiries => "Inquiries into objections",
            Queue::ResultsToConfirm => "Relatives' results to confirm",
            Queue::ResultsToTell => "Relatives to tell their own result",
            Queue::ClosureReview => "Ready to close",
            Queue::Safeguarding => "Safeguarding",
            Queue::EmergencyReviews => "Emergencies to review",
            Queue::Referrals => "Relatives handed to another service",
            Queue::Incidents => "Sent to the wrong reader",
            Queue::Transfers => "Families offered to another service",
        }
    }

    /// To stand in it tells what a proband said, or did not say yet, or what a relative agreed to: whoever may not read that
    /// does not see it.
    const fn tells_what_was_said(self) -> bool {
        match self {
            Queue::DiscussionDue
            | Queue::ThinkingTime
            | Queue::Decisions
            | Queue::EmergencyReviews
            | Queue::Referrals => true,
            Queue::Urgent
            | Queue::UnreadableReports
            | Queue::NewResults
            | Queue::AtRiskToCheck
            | Queue::LettersToWrite
            | Queue::LettersToApprove
            | Queue::AnswersToApprove
            | Queue::AnswersToTell
            | Queue::ToSend
            | Queue::NoReply
            | Queue::UnmatchedCalls
            | Queue::CallsToReturn
            | Queue::Replies
            | Queue::LockedCodes
            | Queue::WaitingForAge
            | Queue::AmendedResults
            | Queue::Objections
            | Queue::Inquiries
            | Queue::ResultsToConfirm
            | Queue::ResultsToTell
            | Queue::ClosureReview
            | Queue::Safeguarding
            | Queue::Incidents
            | Queue::Transfers => false,
        }
    }

    pub fn is_hidden_from(self, roles: &[Role]) -> bool {
        self.tells_what_was_said() && !allows(roles, Permission::ReasoningView)
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
}

impl WorkItem {
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
                }
            }
            None => open_item(act, subject, *want)?,
        }
    }
    Ok(())
}

fn open_item(act: &mut Act<'_>, subject: &Subject, want: Wanted) -> Result<()> {
    let due_on = due_on(act, want)?;
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
            work_hand_over(act, item.id, None)?;
        }
    }
    Ok(())
}

/// Takes an item. Two people taking one: one gets it, the other is told who did.
///
/// # Errors
/// An item that is closed or another's; not found, for whoever is kept out of its family.
pub fn work_take(act: &mut Act<'_>, id: WorkItemId, staff: StaffId) -> Result<WorkItem> {
    let item = work_get(act.conn(), id)?;
    let service = act.service;
    if let Some(family) = item.family_id
        && is_barred(act.conn(), service, staff, family)?
    {
        return Err(Error::not_found());
    }
    let taken = diesel::update(
        work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::id.eq(id))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::owner_id.is_null().or(work_items::owner_id.eq(staff))),
    )
    .set(work_items::owner_id.eq(staff))
    .execute(act.conn())?;
    if taken != 1 || item.service_id != service {
        return Err(Error::not_now(
            "Somebody else has taken this, or it is already done. Nothing was changed.",
        ));
    }
    act.record(Deed::WorkTaken, ("work_item", id.as_str()), item.family_id, item.queue.as_str())?;
    Ok(item)
}

/// Whoever began something has it until another takes it.
pub(in crate::clinic) fn work_take_on(act: &mut Act<'_>, subject: &Subject, staff: StaffId) -> Result<()> {
    let open: Vec<WorkItemId> = work_items::table
        .filter(work_items::service_id.eq(act.service))
        .filter(work_items::subject_kind.eq(subject.kind))
        .filter(work_items::subject_id.eq(&subject.id))
        .filter(work_items::closed_at.is_null())
        .select(work_items::id)
        .load(act.conn())?;
    open.into_iter().try_for_each(|id| work_take(act, id, staff).map(|_| ()))
}

/// Gives an item to another member of staff, or back to everyone.
///
/// # Errors
/// An item that is done; a colleague who is kept out of its family.
pub fn work_hand_over(act: &mut Act<'_>, id: WorkItemId, to: Option<StaffId>) -> Result<WorkItem> {
    let item = work_get(act.conn(), id)?;
    if item.closed_at.is_some() || item.service_id != act.service {
        return Err(Error::not_now("This is already done. Nothing was changed."));
    }
    if let (Some(to), Some(family)) = (to, item.family_id)
        && is_barred(act.conn(), item.service_id, to, family)?
    {
        return Err(Error::not_now(
            "This colleague cannot be given this piece of work. Choose somebody else. Nothing was changed.",
        )
        .at("to"));
    }
    diesel::update(work_items::table.find(id)).set(work_items::owner_id.eq(to)).execute(act.conn())?;
    act.record(Deed::WorkHandedOver, ("work_item", id.as_str()), item.family_id, item.queue.as_str())?;
    Ok(item)
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

/// What a list of work is narrowed to; all of it stands in the page's address.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    /// Families whoever looks is kept out of: to them, their work is not there.
    pub without: Vec<FamilyId>,
    /// Queues that tell more than whoever looks may know.
    pub hidden: Vec<Queue>,
    pub queue: Option<Queue>,
    pub mine: Option<StaffId>,
    pub unowned: bool,
    pub due_by: Option<UtcDate>,
    pub due_from: Option<UtcDate>,
}

/// Where a page of a list begins: after the last item of the page before it, or before the first of the page after it. By an
/// item and not by a number, so that the hundredth page is read as quickly as the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Start,
    After(WorkItemId),
    Before(WorkItemId),
}

/// Open items, the most pressing first.
///
/// # Errors
/// An item to begin at that is not of this service.
pub fn work_list(
    conn: &mut Conn,
    service: ServiceId,
    to: &Narrowed,
    from: Turn,
    most: i64,
) -> Result<Vec<WorkItem>> {
    let mut query = work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::closed_at.is_null())
        .into_boxed();
    if !to.without.is_empty() {
        query = query
            .filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(to.without.clone())));
    }
    if !to.hidden.is_empty() {
        query = query.filter(work_items::queue.ne_all(to.hidden.clone()));
    }
    if let Some(queue) = to.queue {
        query = query.filter(work_items::queue.eq(queue));
    }
    if let Some(staff) = to.mine {
        query = query.filter(work_items::owner_id.eq(staff));
    }
    if to.unowned {
        query = query.filter(work_items::owner_id.is_null());
    }
    if let Some(day) = to.due_from {
        query = query.filter(work_items::due_on.ge(day));
    }
    if let Some(day) = to.due_by {
        query = query.filter(work_items::due_on.le(day));
    }
    let at = |conn: &mut Conn, id: WorkItemId| -> Result<WorkItem> {
        Ok(work_items::table.find(id).filter(work_items::service_id.eq(service)).first(conn)?)
    };
    Ok(match from {
        Turn::Start => query
            .order((work_items::due_on.asc(), work_items::opened_at.asc(), work_items::id.asc()))
            .limit(most)
            .load(conn)?,
        Turn::After(id) => {
            let last = at(conn, id)?;
            let later = work_items::opened_at
                .gt(last.opened_at)
                .or(work_items::opened_at.eq(last.opened_at).and(work_items::id.gt(last.id)));
            query
                // Said by itself too: an index can begin at a day, and not at one of two cases.
                .filter(work_items::due_on.ge(last.due_on))
                .filter(work_items::due_on.gt(last.due_on).or(later))
                .order((work_items::due_on.asc(), work_items::opened_at.asc(), work_items::id.asc()))
                .limit(most)
                .load(conn)?
        }
        Turn::Before(id) => {
            let first = at(conn, id)?;
            let earlier = work_items::opened_at
                .lt(first.opened_at)
                .or(work_items::opened_at.eq(first.opened_at).and(work_items::id.lt(first.id)));
            let mut items: Vec<WorkItem> = query
                .filter(work_items::due_on.le(first.due_on))
                .filter(work_items::due_on.lt(first.due_on).or(earlier))
                .order((work_items::due_on.desc(), work_items::opened_at.desc(), work_items::id.desc()))
                .limit(most)
                .load(conn)?;
            items.reverse();
            items
        }
    })
}

/// Subjects of open work of one kind whose named day has passed, of every service, the longest first: for the worker.
pub fn work_past(
    conn: &mut Conn,
    kind: SubjectKind,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, String)>> {
    Ok(work_items::table
        .filter(work_items::subject_kind.eq(kind))
        .filter(work_items::named_on.lt(today))
        .filter(work_items::closed_at.is_null())
        .order((work_items::named_on.asc(), work_items::id.asc()))
        .limit(most)
        .select((work_items::service_id, work_items::subject_id))
        .load(conn)?)
}

/// Every open item of a service, for the test that compares queues with states.
pub fn work_open_all(conn: &mut Conn, service: ServiceId) -> Result<Vec<WorkItem>> {
    work_list(conn, service, &Narrowed::default(), Turn::Start, i64::MAX)
}

/// Open items of one family, for its page.
pub fn work_of_family(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<Vec<WorkItem>> {
    Ok(work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::family_id.eq(family))
        .filter(work_items::closed_at.is_null())
        .order(work_items::due_on.asc())
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_has_a_timer_and_every_timer_a_queue() {
        let policy = crate::policy::Policy::embedded().unwrap();
        let mut queues: Vec<_> = Queue::ALL.iter().map(|q| q.to_string()).collect();
        queues.sort();
        assert_eq!(policy.due_in_working_days.keys().cloned().collect::<Vec<_>>(), queues);
    }
}
