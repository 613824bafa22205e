//! Home: what needs the caller today, for whom they stand in, the lists they kept, and every queue with its numbers.
//! Must not know: what an item's subject holds. A list on a screen names nobody.

use super::filter::Filter;
use crate::{
    access::{
        Answer, Caller, Staff,
        family::{families_related, family_references},
        pages::Here,
        permission::{Permission, allows, may},
        staff::staff_names,
    },
    clinic::{
        letters::wordings::wordings_waiting,
        queue::{
            absence::absences_now,
            counts::{Counting, QueueCount},
            item::Queue,
            listed::work_count,
            team::teams_led,
            view::views_of,
        },
        sharing::{
            execution::{Undone, undone_of_service},
            training::training_now,
        },
    },
    db::{Conn, UtcDate, bounded::Bounded},
    error::Result,
    ids::FamilyId,
    policy::Policy,
    relative::guessing::guessed_lately,
};
use serde::Serialize;

#[derive(Serialize)]
struct Home {
    today: String,
    mine: i64,
    /// What cannot stay until tomorrow, with its number and where it is.
    needs: Vec<Line>,
    /// What is done most, from here.
    shortcuts: Vec<Shortcut>,
    views: Vec<Kept>,
    covering: Vec<Covering>,
    may_take: bool,
    teams: bool,
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

#[derive(Serialize)]
struct Line {
    words: &'static str,
    count: i64,
    /// There is more than was counted.
    more: bool,
    href: String,
}

#[derive(Serialize)]
struct Shortcut {
    words: &'static str,
    href: &'static str,
}

/// A kept list, and how much is in it.
#[derive(Serialize)]
struct Kept {
    name: String,
    href: String,
    count: String,
}

#[derive(Serialize)]
struct Covering {
    name: String,
    until: String,
}

/// Kept lists on the home page.
const VIEWS: i64 = 8;

fn needs(
    conn: &mut Conn,
    of: &Caller,
    policy: &Policy,
    today: UtcDate,
    counts: &[QueueCount],
) -> Result<Vec<Line>> {
    let queue = |words: &'static str, queue: Queue| {
        let count = counts.iter().find(|count| count.queue == queue);
        let (count, more) = count.map_or((0, false), |count| (count.open, count.more));
        Line { words, count, more, href: format!("/queues/{queue}") }
    };
    let leads = !teams_led(conn, of.service, of.staff)?.is_empty();
    let mut all = |words: &'static str, query: &str| -> Result<Line> {
        let to = Filter::of_query(query)?.narrowed(conn, of, policy, today)?;
        let Bounded { number: count, more } = work_count(conn, of.service, &to)?;
        Ok(Line { words, count, more, href: format!("/queues?{query}") })
    };
    let mut lines = vec![
        queue("Relatives who cannot wait", Queue::Urgent),
        queue("Whether somebody can be reached safely", Queue::Safeguarding),
        all("Late", "due=overdue")?,
        all("Due today or late", "due=today")?,
        queue("Replies from relatives", Queue::Replies),
        queue("Post that came back, and sending problems", Queue::ToSend),
        queue("Letters waiting for approval", Queue::LettersToApprove),
        queue("Answers waiting for approval", Queue::AnswersToApprove),
        queue("Calls to match with a family", Queue::UnmatchedCalls),
    ];
    // Whoever leads is told of what is long past its day: of their teams, and where no team has it, whoever decides.
    let decides = allows(&of.roles, Permission::DecisionRecord);
    if decides || leads {
        let query = if decides { "due=escalated" } else { "due=escalated&owner=team" };
        lines.push(all("So late that you, who lead, are told", query)?);
    }
    lines.retain(|line| line.count > 0);
    Ok(lines)
}

fn shortcuts(of: &Caller) -> Vec<Shortcut> {
    let all = [
        (Permission::ConversationRecord, "Record a conversation", "/queues/discussion_due"),
        (Permission::LetterDraft, "Send the next letters", "/letter-batches/draft"),
        (Permission::TaskMove, "Log a reply", "/queues/no_reply"),
        (Permission::CallTake, "Somebody rings or writes", "/calls/new"),
        (Permission::RequestView, "Advice, rights and extracts", "/requests"),
    ];
    all.into_iter()
        .filter(|(needed, _, _)| allows(&of.roles, *needed))
        .map(|(_, words, href)| Shortcut { words, href })
        .collect()
}

fn kept(conn: &mut Conn, of: &Caller, policy: &Policy, today: UtcDate) -> Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for view in views_of(conn, of.service, of.staff, VIEWS)? {
        // A list that can be read no more, because a family is closed to the caller, say, is shown without a number.
        let counted = Filter::of_query(&view.address)
            .and_then(|filter| filter.narrowed(conn, of, policy, today))
            .and_then(|to| work_count(conn, of.service, &to));
        let count = match counted {
            Ok(Bounded { number, more: true }) => format!("more than {number}"),
            Ok(Bounded { number, more: false }) => number.to_string(),
            Err(_) => "not counted".into(),
        };
        kept.push(Kept { name: view.name, href: format!("/queues?{}", view.address), count });
    }
    Ok(kept)
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

pub(super) async fn page(staff: Staff<may::QueueView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let today = house.clock.now().date();
            let counts = Counting::of(conn, (of.service, of.staff), &of.roles, today)?.all(conn)?;
            let mine = counts.iter().map(|count| count.mine).sum();
            let needs = needs(conn, &of, &house.policy, today, &counts)?;
            let (open, empty) = counts.into_iter().partition(|count| count.open > 0);
            let names = staff_names(conn, of.service)?;
            let covering = absences_now(conn, of.service, today)?
                .into_iter()
                .filter(|one| one.cover_id == of.staff && one.from_on <= today)
                .map(|one| Covering {
                    name: names
                        .iter()
                        .find(|(id, _)| *id == one.staff_id)
                        .map(|(_, name)| name.clone())
                        .unwrap_or_default(),
                    until: one.to_on.shown(),
                })
                .collect();
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
                needs,
                shortcuts: shortcuts(&of),
                views: kept(conn, &of, &house.policy, today)?,
                covering,
                may_take: allows(&of.roles, Permission::QueueTake),
                teams: allows(&of.roles, Permission::TeamSet),
                batches: allows(&of.roles, Permission::BatchView),
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
