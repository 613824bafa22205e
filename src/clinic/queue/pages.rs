//! Home, the queues, taking and handing over work, and a family's record.
//! Must not know: what an item's subject holds; it only knows where that is shown, and to whom.

mod conflicts;
mod list;
mod record;

use super::{
    counts::{Counting, QueueCount},
    item::{Queue, SubjectKind, WorkItem, work_get, work_hand_over, work_take},
};
use crate::{
    access::{
        Answer, Caller, Input, Nothing, Permission, Role, Staff,
        conflict::is_barred,
        family::{families_related, family_references, relationship_start},
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
        staff::staff_get,
    },
    clinic::{
        cascade::{asked::SEE_TO, shown::state_shown, task::Task},
        letters::wordings::wordings_waiting,
        proxy::{CHECK_WHO_ACTS, ONE_MORE},
        sharing::{
            execution::{Undone, undone_of_service},
            knows::PUT_RIGHT,
            run_out::ASK_AGAIN,
            training::training_now,
        },
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{FamilyId, StaffId, WorkItemId},
    relative::guessing::guessed_lately,
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/" QueueView home, "Home: the queues that need somebody"),
    route!(GET "/queues" QueueView list::all, "Open work: ?queue=, owner=me|none|all, due=any|today|overdue; after= and before= turn pages, by an item"),
    route!(GET "/queues/{queue}" QueueView list::one_queue, "Open work of one queue"),
    route!(POST "/work/{id}/take" QueueTake take, "Take an item of work; starts a relationship to its family"),
    route!(POST "/work/{id}/hand-over" QueueTake hand_over, "Give an item of work to somebody, or back to everyone", form on "/queues"),
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
        | SubjectKind::PersonalLetter => state_shown(roles, task.state).next_step,
    }
}

#[derive(Serialize)]
struct Home {
    today: String,
    mine: i64,
    /// The caller drafts or approves letters, and finds their batches from here.
    batches: bool,
    /// The caller may be the one who answers the telephone.
    calls: bool,
    /// Wordings of the service that wait for the caller or a colleague to approve them.
    wordings: i64,
    /// For whoever signs decisions: that training is missing or lapses soon.
    training: Option<String>,
    /// What was decided and has not been done by its day, in the whole service: for those who answer for decisions.
    undone: Vec<UndoneLine>,
    /// Hours in which so many codes were tried that the relatives' door waited: for those who can open a locked code.
    guessed: Vec<String>,
    /// There are more than are listed.
    undone_more: bool,
    open: Vec<QueueCount>,
    empty: Vec<QueueCount>,
}

/// Decisions listed on the home page as not done.
const UNDONE: i64 = 25;

#[derive(Serialize)]
struct UndoneLine {
    family: String,
    words: String,
    /// Only for those who have to do with its family.
    link: Option<String>,
}

/// What was decided and not done. A list on a screen names nobody, as the queues do.
fn undone(conn: &mut Conn, of: &Caller, today: UtcDate) -> Result<(Vec<UndoneLine>, bool)> {
    if !allows(&of.roles, Permission::DecisionRecord) && !allows(&of.roles, Permission::RecordView) {
        return Ok((Vec::new(), false));
    }
    let mut late = undone_of_service(conn, (of.service, of.staff), today, UNDONE + 1)?;
    let most = usize::try_from(UNDONE).unwrap_or(usize::MAX);
    let more = late.len() > most;
    late.truncate(most);
    let families: Vec<FamilyId> = late.iter().map(|one| one.family).collect();
    let references = family_references(conn, of.service, &families)?;
    let related = families_related(conn, of, &families)?;
    let line = |one: Undone| UndoneLine {
        family: references
            .iter()
            .find(|(known, _)| *known == one.family)
            .map(|(_, reference)| reference.clone())
            .unwrap_or_default(),
        words: one.words(today),
        link: related
            .iter()
            .any(|proof| proof.family() == one.family)
            .then(|| format!("/tasks/{}", one.task)),
    };
    Ok((late.into_iter().map(line).collect(), more))
}

async fn home(staff: Staff<may::QueueView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let today = house.clock.now().date();
            let counts = Counting::of(conn, of.service, of.staff, &of.roles)?.all(conn, today)?;
            let mine = counts.iter().map(|count| count.mine).sum();
            let (open, empty) = counts.into_iter().partition(|count| count.open > 0);
            let training = match allows(&of.roles, Permission::DecisionRecord) && house.policy.training.needed
            {
                true => {
                    let now = training_now(conn, &house.policy, of.service, of.staff, today)?;
                    let warned = today.plus_days(house.policy.training.warn_days);
                    let fine = now.stands.as_ref().is_some_and(|stands| stands.until > warned);
                    (!fine).then(|| now.words())
                }
                false => None,
            };
            let (undone, undone_more) = undone(conn, &of, today)?;
            let batches = allows(&of.roles, Permission::BatchView);
            let guessed = match allows(&of.roles, Permission::CodeReopen) {
                true => guessed_lately(conn, house.clock.now(), &house.policy.periods)?,
                false => Vec::new(),
            };
            let guessed = guessed.iter().map(|hour| hour.replace('T', ", ")).collect();
            let wordings = match allows(&of.roles, Permission::TemplateApprove) {
                true => wordings_waiting(conn, of.service, of.staff)?,
                false => 0,
            };
            Ok(Home {
                today: today.shown(),
                mine,
                batches,
                calls: allows(&of.roles, Permission::CallTake),
                wordings,
                training,
                undone,
                undone_more,
                guessed,
                open,
                empty,
            })
        })
        .await?;
    Answer::page("home", "Your work", &caller, view)
}

async fn take(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<WorkItemId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let page = house
        .act(&caller, move |act, _| {
            let item = work_get(act.conn(), id)?;
            // A relationship is started only for work that the taker's role can do.
            let (page, needed) = subject_page(&item);
            if !allows(&of.roles, needed) {
                return Err(Error::not_allowed(needed.as_str()));
            }
            let item = work_take(act, id, of.staff)?;
            if let Some(family) = item.family_id {
                relationship_start(act, of.staff, family, "took this work from a queue")?;
            }
            Ok(page)
        })
        .await?;
    Ok(Answer::done(page, json!({"work": id, "owner": caller.staff})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandOver {
    /// Nobody: back to everyone.
    to: Option<StaffId>,
}

async fn hand_over(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<WorkItemId>,
    input: Input<HandOver>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (to, service, by, id) = (input.open(&caller)?.to, caller.service, caller.staff, id.into_inner());
    house
        .act(&caller, move |act, _| {
            if let Some(family) = work_get(act.conn(), id)?.family_id
                && is_barred(act.conn(), service, by, family)?
            {
                return Err(Error::not_found());
            }
            if let Some(colleague) = to
                && staff_get(act.conn(), service, colleague)?.disabled_at.is_some()
            {
                return Err(Error::bad_input(
                    "This colleague no longer has an account. Choose somebody else.",
                )
                .at("to"));
            }
            work_hand_over(act, id, to)
        })
        .await?;
    Ok(Answer::done("/queues", json!({"work": id, "owner": to})))
}
