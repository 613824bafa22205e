//! The list of work: what it is narrowed to stands in its address, so that it can be kept and sent.
//! Must not know: what an item's subject holds, or how work is taken.

use super::{next_step_of, subject_page};
use crate::{
    access::{
        Answer, Caller, InFamily, Staff,
        conflict::families_barred,
        family::{families_related, family_references},
        pages::Here,
        permission::{Permission, allows, may},
        staff::staff_names,
    },
    clinic::{
        cascade::task::{Position, Task, positions_of, tasks_related},
        queue::{
            counts::Counting,
            item::{Narrowed, Queue, SubjectKind, Turn, WorkItem, work_list},
        },
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, StaffId, WorkItemId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};

/// Cards on one page of work.
const PAGE: i64 = 25;

/// What stands in the address of a list of work. An unknown word is refused; an empty one means "all".
#[derive(Clone, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    queue: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    before: String,
}

struct Asked {
    to: Narrowed,
    from: Turn,
}

impl Filter {
    fn asked(&self, caller: &Caller, today: UtcDate) -> Result<Asked> {
        let unknown =
            || Error::bad_input("These filters are not known. Go back to the queues and choose again.");
        let queue = Some(self.queue.as_str()).filter(|text| !text.is_empty());
        let (mine, unowned) = match self.owner.as_str() {
            "" | "all" => (None, false),
            "me" => (Some(caller.staff), false),
            "none" => (None, true),
            _ => return Err(unknown()),
        };
        let due_by = match self.due.as_str() {
            "" | "any" => None,
            "today" => Some(today),
            "overdue" => Some(today.plus_days(-1)),
            _ => return Err(unknown()),
        };
        let from = match (self.after.as_str(), self.before.as_str()) {
            ("", "") => Turn::Start,
            (last, "") => Turn::After(last.parse().map_err(|_| unknown())?),
            ("", first) => Turn::Before(first.parse().map_err(|_| unknown())?),
            _ => return Err(unknown()),
        };
        let queue = queue.map(str::parse).transpose().map_err(|_| unknown())?;
        Ok(Asked { to: Narrowed { queue, mine, unowned, due_by, ..Narrowed::default() }, from })
    }

    fn address(&self, turn: &str, item: WorkItemId) -> String {
        format!("/queues?queue={}&owner={}&due={}&{turn}={item}", self.queue, self.owner, self.due)
    }
}

/// A choice of a filter, and whether it is the one in force.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: &'static str,
    here: bool,
}

fn choices(all: &[(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    let first = all.first().map_or("", |(value, _)| *value);
    let chosen = if chosen.is_empty() { first } else { chosen };
    all.iter().map(|(value, label)| Choice { value, label, here: *value == chosen }).collect()
}

#[derive(Serialize)]
struct QueueChoice {
    queue: Queue,
    title: &'static str,
    open: i64,
    /// There is more than was counted.
    more: bool,
    here: bool,
}

#[derive(Serialize)]
struct Colleague {
    id: StaffId,
    name: String,
}

/// One item as a card. Where the viewer has nothing to do with its family, only its reference, queue and day are told.
/// Nobody is named: a list stays on a screen for long.
#[derive(Serialize)]
struct Card {
    id: WorkItemId,
    queue: Queue,
    title: &'static str,
    family: Option<String>,
    /// How the relative it is about stands to the proband, and what is to be done.
    relation: Option<String>,
    next_step: Option<&'static str>,
    due: String,
    overdue: bool,
    age_days: i64,
    taken: bool,
    owner: Option<String>,
    link: Option<String>,
    may_take: bool,
    may_hand_over: bool,
}

/// A page on which the letters of a queue are worked on together.
#[derive(Serialize)]
struct Together {
    href: &'static str,
    words: &'static str,
}

fn together(caller: &Caller, queue: Option<Queue>) -> Option<Together> {
    let (needed, href, words) = if queue == Some(Queue::LettersToWrite) {
        (Permission::LetterDraft, "/letter-batches/draft", "Draft these letters together")
    } else if queue == Some(Queue::LettersToApprove) {
        (Permission::LetterApprove, "/letter-batches/approve", "Approve these letters together")
    } else {
        return None;
    };
    allows(&caller.roles, needed).then_some(Together { href, words })
}

#[derive(Serialize)]
struct Queues {
    heading: String,
    /// Where the work of this queue is done for several at once.
    together: Option<Together>,
    queues: Vec<QueueChoice>,
    owners: Vec<Choice>,
    dues: Vec<Choice>,
    items: Vec<Card>,
    colleagues: Vec<Colleague>,
    first: bool,
    more: bool,
    previous: Option<String>,
    next: Option<String>,
}

pub(super) async fn all(
    staff: Staff<may::QueueView>,
    house: Here,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    list(staff.caller, house, filter.into_inner()).await
}

pub(super) async fn one_queue(
    staff: Staff<may::QueueView>,
    house: Here,
    queue: web::Path<Queue>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    list(staff.caller, house, Filter { queue: queue.to_string(), ..filter.into_inner() }).await
}

async fn list(caller: Caller, house: Here, filter: Filter) -> Result<Answer> {
    let of = caller.clone();
    let view = house.read(move |conn, house| queues(conn, &of, &filter, house.clock.now())).await?;
    Answer::page("queues", view.heading.clone(), &caller, view)
}

/// The list of work: as many statements for one item as for a page of them.
fn queues(conn: &mut Conn, caller: &Caller, filter: &Filter, now: UtcTime) -> Result<Queues> {
    let today = now.date();
    let mut asked = filter.asked(caller, today)?;
    asked.to.without = families_barred(conn, caller.service, caller.staff)?;
    asked.to.hidden = Queue::ALL.iter().copied().filter(|q| q.is_hidden_from(&caller.roles)).collect();
    let mut items = work_list(conn, caller.service, &asked.to, asked.from, PAGE + 1)?;
    let beyond = items.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    // One more was asked for, to see whether there is another page that way.
    let (earlier, later) = match asked.from {
        Turn::Start => (false, beyond),
        Turn::After(_) => (true, beyond),
        Turn::Before(_) => (beyond, true),
    };
    match asked.from {
        Turn::Before(_) if beyond => drop(items.remove(0)),
        Turn::Before(_) | Turn::Start | Turn::After(_) => {
            items.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        }
    }
    let turn = |word, item: Option<&WorkItem>| item.map(|item| filter.address(word, item.id));
    let previous = turn("before", items.first().filter(|_| earlier));
    let next = turn("after", items.last().filter(|_| later));
    let families: Vec<FamilyId> = items.iter().filter_map(|item| item.family_id).collect();
    let related = families_related(conn, caller, &families)?;
    let of_task = [
        SubjectKind::Task,
        SubjectKind::Knowledge,
        SubjectKind::Urgency,
        SubjectKind::Agreement,
        SubjectKind::Proxy,
    ];
    let about = |item: &&WorkItem| of_task.contains(&item.subject_kind);
    let about = items.iter().filter(about).map(|item| item.subject_id.as_str()).collect();
    let tasks = tasks_related(conn, caller.service, about, &related)?;
    let known = Known {
        caller,
        references: family_references(conn, caller.service, &families)?,
        positions: positions_of(conn, &related, &tasks)?,
        tasks,
        related,
        names: staff_names(conn, caller.service)?,
        now,
    };
    let cards = items.iter().map(|item| known.card(item)).collect();
    let counts = Counting::of(conn, caller.service, caller.staff, &caller.roles)?.open_each(conn)?;
    Ok(Queues {
        together: together(caller, asked.to.queue),
        heading: asked.to.queue.map_or("Work to do", Queue::title).to_owned(),
        queues: counts
            .into_iter()
            .map(|(queue, count)| QueueChoice {
                queue,
                title: queue.title(),
                open: count.number,
                more: count.more,
                here: asked.to.queue == Some(queue),
            })
            .collect(),
        owners: choices(&[("all", "Anybody"), ("me", "You"), ("none", "Nobody yet")], &filter.owner),
        dues: choices(
            &[("any", "Any day"), ("today", "Today or earlier"), ("overdue", "Overdue")],
            &filter.due,
        ),
        items: cards,
        colleagues: known.names.into_iter().map(|(id, name)| Colleague { id, name }).collect(),
        first: previous.is_none(),
        more: previous.is_some() || next.is_some(),
        previous,
        next,
    })
}

/// What was looked up once for all cards of a page.
struct Known<'a> {
    caller: &'a Caller,
    references: Vec<(FamilyId, String)>,
    related: Vec<InFamily>,
    tasks: Vec<Task>,
    positions: Vec<Position>,
    names: Vec<(StaffId, String)>,
    now: UtcTime,
}

impl Known<'_> {
    fn card(&self, item: &WorkItem) -> Card {
        let related =
            item.family_id.is_none_or(|family| self.related.iter().any(|proof| proof.family() == family));
        let mine = item.owner_id == Some(self.caller.staff);
        let (page, needed) = subject_page(item);
        let page = allows(&self.caller.roles, needed).then_some(page);
        let owner = item.owner_id.filter(|_| related);
        let known =
            self.tasks.iter().zip(&self.positions).find(|(task, _)| task.id.as_str() == item.subject_id);
        Card {
            id: item.id,
            queue: item.queue,
            title: item.queue.title(),
            relation: known.map(|(_, position)| position.path_words.clone()),
            next_step: known.map(|(task, _)| next_step_of(&self.caller.roles, item, task)),
            family: item
                .family_id
                .and_then(|id| self.references.iter().find(|(known, _)| *known == id))
                .map(|(_, reference)| reference.clone()),
            due: item.due_words(),
            overdue: item.due_on < self.now.date(),
            age_days: self.now.days_since(item.opened_at),
            taken: item.owner_id.is_some(),
            owner: owner
                .and_then(|id| self.names.iter().find(|(known, _)| *known == id))
                .map(|(_, name)| name.clone()),
            // Work that was handed to someone opens for them when they take it.
            may_take: page.is_some() && (item.owner_id.is_none() || (mine && !related)),
            may_hand_over: item.owner_id.is_some() && (mine || related),
            link: page.filter(|_| related),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_today_is_not_yet_overdue() {
        let today = UtcDate::new(2026, 11, 23).unwrap();
        let due = |word: &str| {
            let filter = Filter { due: word.into(), ..Filter::default() };
            filter.asked(&Caller::stand_in(Vec::new()), today).unwrap().to.due_by
        };
        assert_eq!(due("today"), Some(today));
        assert_eq!(due("overdue"), UtcDate::new(2026, 11, 22));
        assert_eq!(due(""), None);
    }

    #[test]
    fn a_filter_nobody_knows_is_refused_instead_of_showing_all() {
        let today = UtcDate::new(2026, 11, 23).unwrap();
        for filter in [
            Filter { queue: "secrets".into(), ..Filter::default() },
            Filter { owner: "you".into(), ..Filter::default() },
            Filter { after: "minus".into(), ..Filter::default() },
        ] {
            assert!(filter.asked(&Caller::stand_in(Vec::new()), today).is_err());
        }
    }
}
