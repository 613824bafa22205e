//! Home, the queues, taking and handing over work, and a family's record.
//! Must not know: what an item's subject holds; it only knows where that is shown, and to whom.

mod card;
mod conflicts;
mod cover;
mod digest;
mod filter;
mod hands;
mod home;
mod list;
mod record;
mod teams;
mod together;
mod views;

use super::item::{Queue, SubjectKind, WorkItem};
use crate::{
    access::{
        Permission, Role,
        permission::allows,
        route::{Route, route},
    },
    clinic::{
        cascade::{asked::SEE_TO, shown::state_shown, task::Task},
        proxy::{CHECK_WHO_ACTS, ONE_MORE},
        sharing::{knows::PUT_RIGHT, run_out::ASK_AGAIN},
    },
};

pub const ROUTES: &[Route] = &[
    route!(GET "/" QueueView home::page, "Home: what needs the caller today, kept lists, and the queues"),
    route!(GET "/queues" QueueView list::all, "Open work: ?queue=, owner=all|me|none|team, due=any|overdue|today|week|escalated, snoozed=no|yes, group=, degree=, priority=first|soon|in_turn, family=, sort=due|priority|age; after= and before= turn pages, by an item"),
    route!(POST "/queues/find" FamilyView list::find, "The work about somebody by name and date of birth, in families of the caller's", form on "/queues"),
    route!(GET "/queues/{queue}" QueueView list::one_queue, "Open work of one queue"),
    route!(POST "/work/{id}/take" QueueTake hands::take, "Take an item of work; starts a relationship to its family"),
    route!(POST "/work/{id}/hand-over" QueueTake hands::hand_over, "Give an item of work to somebody, to a team, or back to everyone", form on "/queues"),
    route!(GET "/work/together" QueueTake together::check, "What would become of several items: do=take|hand_over|snooze, item[]= for each"),
    route!(POST "/work/together" QueueTake together::change, "Take, hand over or put off several items in one act; those for which it cannot be done stay and are said", form on "/work/together/{do}/{items}" | "/queues"),
    route!(GET "/work/together/{do}/{items}" QueueTake together::again, "The same page, by its ids with a low line between them"),
    route!(GET "/views" QueueView views::list, "Lists of work that were kept under a name"),
    route!(POST "/views" QueueTake views::keep, "Keep a list of work, for oneself or a team", form on "/queues"),
    route!(POST "/views/{id}/forget" QueueTake views::forget, "Take a kept list away", form on "/views"),
    route!(GET "/teams" TeamSet teams::list, "Teams: who is in which, who leads, which queues are theirs"),
    route!(POST "/teams" TeamSet teams::add, "Add a team", form on "/teams"),
    route!(GET "/teams/{id}" TeamSet teams::page, "One team"),
    route!(POST "/teams/{id}" TeamSet teams::change, "Change a team", form on "/teams/{id}"),
    route!(POST "/teams/{id}/end" TeamSet teams::end, "End a team; its work stays in the queues", form on "/teams/{id}"),
    route!(GET "/cover" QueueTake cover::page, "Who stands in for whom"),
    route!(POST "/cover" QueueTake cover::set, "Set who stands in for somebody, from one day to another", form on "/cover"),
    route!(GET "/digest" QueueView digest::page, "Whether the caller wants the day's e-mail, and what became of the last"),
    route!(POST "/digest" QueueView digest::choose, "Ask for the day's e-mail, or end it", form on "/digest"),
    route!(POST "/cover/{id}/end" QueueTake cover::end, "End it", form on "/cover"),
    route!(POST "/conflicts/own" FamilyClaim conflicts::own, "Say that a family is one's own, by its reference: from then on its file is closed to oneself", form on "/families"),
    route!(POST "/families/{id}/conflict" FamilyView conflicts::own_here, "Say the same of a family whose file one has open", form on "/families/{id}"),
    route!(GET "/conflicts" ConflictSet conflicts::list, "Who is kept out of which family"),
    route!(POST "/conflicts" ConflictSet conflicts::set, "Keep a colleague out of a family, with the reason", form on "/conflicts"),
    route!(POST "/conflicts/{id}/lift" ConflictSet conflicts::lift, "Lift such a lock, with the reason", form on "/conflicts"),
    route!(GET "/families/{id}/record" RecordView record::page, "Who did or read what in a family's file, newest first: ?before= goes on from an entry"),
];

/// Where an item's subject is worked on, and what one must be allowed to do to open that page.
pub(in crate::clinic) fn subject_page(item: &WorkItem) -> (String, Permission) {
    let id = &item.subject_id;
    match (item.subject_kind, item.queue) {
        (SubjectKind::Report, _) => (format!("/reports/{id}/unreadable"), Permission::ReportUnreadable),
        (SubjectKind::Result, Queue::AtRiskToCheck) => {
            (format!("/results/{id}/at-risk"), Permission::ResultView)
        }
        (SubjectKind::Result, Queue::DiscussionDue) => {
            (format!("/results/{id}/conversations/new"), Permission::ConversationRecord)
        }
        (SubjectKind::Result, _) => (format!("/results/{id}"), Permission::ResultView),
        (SubjectKind::Task | SubjectKind::Urgency, _) => (format!("/tasks/{id}"), Permission::TaskView),
        (SubjectKind::Agreement, _) => (format!("/tasks/{id}/consent"), Permission::ConsentRecord),
        (SubjectKind::Wish, _) => (format!("/wishes/{id}"), Permission::ReplyView),
        (SubjectKind::Letter, _) => (format!("/letters/{id}"), Permission::LetterView),
        (SubjectKind::Post, _) => (format!("/outbox/{id}"), Permission::OutboxView),
        (SubjectKind::Invitation, _) => (format!("/invitations/{id}"), Permission::CodeReopen),
        (SubjectKind::Objection, _) => (format!("/objections/{id}"), Permission::TaskView),
        (SubjectKind::Inquiry, _) => (format!("/inquiries/{id}"), Permission::InquiryAnswer),
        (SubjectKind::Knowledge, _) => (format!("/tasks/{id}/knows"), Permission::ReasoningView),
        (SubjectKind::Person, _) => (format!("/people/{id}/safety"), Permission::SafetySet),
        (SubjectKind::Recontact, _) => (format!("/results/{id}/recontact"), Permission::ConversationRecord),
        (SubjectKind::Emergency, _) => (format!("/emergencies/{id}"), Permission::DecisionRecord),
        (SubjectKind::RelativeResult, _) => {
            (format!("/relative-results/{id}"), Permission::RelativeResultConfirm)
        }
        (SubjectKind::Incident, _) => (format!("/incidents/{id}"), Permission::IncidentRecord),
        (SubjectKind::Transfer, _) => (format!("/transfers/{id}"), Permission::TransferRecord),
        (SubjectKind::Request, Queue::AccessRequests) => {
            (format!("/requests/{id}"), Permission::RequestSettle)
        }
        (SubjectKind::Request, _) => (format!("/requests/{id}"), Permission::AdviceGive),
        (SubjectKind::Answer, _) => (format!("/answers/{id}"), Permission::ReplyView),
        (SubjectKind::Call, _) => (format!("/calls/{id}"), Permission::CallMatch),
        (SubjectKind::Proxy, _) => (format!("/tasks/{id}/proxies"), Permission::ProxyCheck),
        (SubjectKind::Referral, _) => (format!("/referrals/{id}"), Permission::ReplyView),
        (SubjectKind::PersonalLetter, _) => (format!("/personal-letters/{id}"), Permission::ResultView),
    }
}

/// What is to be done about a relative, by an item that stands for their task or for what they know.
pub(in crate::clinic) fn next_step_of(roles: &[Role], item: &WorkItem, task: &Task) -> &'static str {
    match item.subject_kind {
        SubjectKind::Knowledge => PUT_RIGHT,
        SubjectKind::Agreement => ASK_AGAIN,
        SubjectKind::Wish => SEE_TO,
        SubjectKind::Proxy if allows(roles, Permission::ProxyCheck) => CHECK_WHO_ACTS,
        SubjectKind::Proxy => ONE_MORE,
        SubjectKind::Report
        | SubjectKind::Result
        | SubjectKind::Task
        | SubjectKind::Letter
        | SubjectKind::Post
        | SubjectKind::Invitation
        | SubjectKind::Objection
        | SubjectKind::Urgency
        | SubjectKind::Inquiry
        | SubjectKind::Person
        | SubjectKind::Emergency
        | SubjectKind::Recontact
        | SubjectKind::RelativeResult
        | SubjectKind::Answer
        | SubjectKind::Call
        | SubjectKind::Referral
        | SubjectKind::Incident
        | SubjectKind::Transfer
        | SubjectKind::Request
        | SubjectKind::PersonalLetter => state_shown(roles, task.state).next_step,
    }
}
