//! The list of work: what it is narrowed to stands in its address, so that it can be kept and sent.
//! Must not know: what an item's subject holds, or how work is taken.

use super::{
    card::{Card, Known},
    filter::{DEGREES, Due, Filter, PutOff, Whose},
};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Staff,
        family::{families_related, family_references},
        pages::Here,
        permission::{Permission, allows, may},
    },
    audit::Deed,
    clinic::{
        people::person::{Sought, persons_found},
        queue::{
            counts::Counting,
            item::{Queue, WorkItem},
            listed::{Sort, Turn, work_page},
            priority::{CanBeDone, Place},
            team::teams_of,
        },
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{StaffId, TeamId, WorkItemId},
    policy::Policy,
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Cards on one page of work.
const PAGE: usize = 25;

#[derive(Serialize)]
struct QueueChoice {
    queue: Queue,
    title: &'static str,
    open: i64,
    /// There is more than was counted.
    more: bool,
    here: bool,
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
struct Colleague {
    id: StaffId,
    name: String,
}

#[derive(Serialize)]
struct TeamLine {
    id: TeamId,
    name: String,
}

#[derive(Serialize)]
struct Queues {
    heading: String,
    /// Where the work of this queue is done for several at once.
    together: Option<Together>,
    queues: Vec<QueueChoice>,
    owners: Vec<Choice>,
    dues: Vec<Choice>,
    put_off: Vec<Choice>,
    groups: Vec<Choice>,
    degrees: Vec<Choice>,
    places: Vec<Choice>,
    sorts: Vec<Choice>,
    family: String,
    order: &'static str,
    items: Vec<Card>,
    colleagues: Vec<Colleague>,
    /// The viewer's own, for which a list can be kept.
    teams: Vec<TeamLine>,
    /// The list as it can be kept under a name.
    query: String,
    most: usize,
    /// This is the first page.
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
    let view =
        house.read(move |conn, house| queues(conn, &of, &house.policy, &filter, house.clock.now())).await?;
    Answer::page("queues", view.heading.clone(), &caller, view)
}

/// The list of work: as many statements for one item as for a page of them.
fn queues(
    conn: &mut Conn,
    caller: &Caller,
    policy: &Policy,
    filter: &Filter,
    now: UtcTime,
) -> Result<Queues> {
    let today = now.date();
    let words = filter.words()?;
    let to = filter.narrowed(conn, caller, policy, today)?;
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut items = work_page(conn, caller.service, &to, (words.sort, words.turn), most)?;
    let beyond = items.len() > PAGE;
    // One more was asked for, to see whether there is another page that way.
    let (earlier, later) = match words.turn {
        Turn::Start => (false, beyond),
        Turn::After(_) => (true, beyond),
        Turn::Before(_) => (beyond, true),
    };
    match words.turn {
        Turn::Before(_) if beyond => drop(items.remove(0)),
        Turn::Before(_) | Turn::Start | Turn::After(_) => items.truncate(PAGE),
    }
    let address = |turn: fn(WorkItemId) -> Turn, item: Option<&WorkItem>| {
        item.map(|item| filter.address(turn(item.id)))
    };
    let previous = address(Turn::Before, items.first().filter(|_| earlier));
    let next = address(Turn::After, items.last().filter(|_| later));
    let known = Known::of(conn, caller, policy, now, &items)?;
    let cards = items.iter().map(|item| known.card(item)).collect();
    let counting = Counting::of(conn, (caller.service, caller.staff), &caller.roles, today)?;
    let counts = counting.open_each(conn)?;
    let own = teams_of(conn, caller.staff)?;
    Ok(Queues {
        together: together(caller, words.queue),
        heading: words.queue.map_or("Work to do", Queue::title).to_owned(),
        queues: counts
            .into_iter()
            .map(|(queue, count)| QueueChoice {
                queue,
                title: queue.title(),
                open: count.number,
                more: count.more,
                here: words.queue == Some(queue),
            })
            .collect(),
        owners: Choice::among(Whose::ALL, whose_title, Some(words.whose)),
        dues: Choice::among(DUES, due_title, Some(words.due)),
        put_off: Choice::among(PutOff::ALL, put_off_title, Some(words.put_off)),
        groups: Choice::among(CanBeDone::ALL, CanBeDone::title, words.group),
        degrees: DEGREES
            .into_iter()
            .zip(DEGREE_WORDS)
            .map(|(degree, label)| Choice::of(degree, label).chosen(filter.degree == degree))
            .collect(),
        places: Choice::among(Place::ALL, Place::title, words.place),
        sorts: Choice::among(Sort::ALL, sort_title, Some(words.sort)),
        family: filter.family.clone(),
        order: sort_words(words.sort),
        items: cards,
        teams: known
            .teams
            .iter()
            .filter(|team| own.contains(&team.id))
            .map(|team| TeamLine { id: team.id, name: team.name.clone() })
            .collect(),
        colleagues: known.names.into_iter().map(|(id, name)| Colleague { id, name }).collect(),
        query: filter.query(),
        most: policy.work.together_most,
        first: previous.is_none(),
        more: previous.is_some() || next.is_some(),
        previous,
        next,
    })
}

const DUES: [Due; 5] = [Due::Any, Due::Overdue, Due::Today, Due::Week, Due::Escalated];
const DEGREE_WORDS: [&str; 4] = ["First degree", "Second degree", "Third degree", "Fourth degree"];

const fn whose_title(whose: Whose) -> &'static str {
    match whose {
        Whose::All => "Anybody",
        Whose::Me => "You, and those for whom you stand in",
        Whose::Nobody => "Nobody yet",
        Whose::Team => "Your teams",
    }
}

const fn due_title(due: Due) -> &'static str {
    match due {
        Due::Any => "Any day",
        Due::Overdue => "Late",
        Due::Today => "Today or earlier",
        Due::Week => "This week or earlier",
        Due::Escalated => "So late that whoever leads was told",
    }
}

const fn put_off_title(put_off: PutOff) -> &'static str {
    match put_off {
        PutOff::Hidden => "What is to be done now",
        PutOff::Alone => "What was put off",
    }
}

const fn sort_title(sort: Sort) -> &'static str {
    match sort {
        Sort::Due => "Day it is due",
        Sort::Priority => "What comes first",
        Sort::Age => "What waits longest",
    }
}

const fn sort_words(sort: Sort) -> &'static str {
    match sort {
        Sort::Due => "The day that comes first stands first",
        Sort::Priority => "What presses most stands first",
        Sort::Age => "What waits longest stands first",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Find {
    name: String,
    birth_date: UtcDate,
}

/// The work about somebody, by their name and date of birth, in the families that the caller has to do with. The answer is an
/// address with references alone: a name would stay in the browser and in every log on the way.
pub(super) async fn find(staff: Staff<may::FamilyView>, house: Here, input: Input<Find>) -> Result<Answer> {
    let caller = staff.caller;
    let Find { name, birth_date } = input.open(&caller)?;
    let of = caller.clone();
    let references = house
        .act(&caller, move |act, _| {
            let sought = Sought::Named(name, birth_date);
            let found = persons_found(act, &sought)?;
            act.record(Deed::PersonSought, ("staff", of.staff.as_str()), None, sought.kind())?;
            let mut related: Vec<_> = families_related(act.conn(), &of, &found)?
                .iter()
                .map(crate::access::InFamily::family)
                .collect();
            related.sort_unstable();
            related.truncate(5);
            family_references(act.conn(), of.service, &related)
        })
        .await?;
    if references.is_empty() {
        return Err(Error::bad_input(
            "Nobody in the families that you have to do with has this name and date of birth. Spell the name as it stands in the file.",
        )
        .at("name"));
    }
    let family = references.into_iter().map(|(_, reference)| reference).collect::<Vec<_>>().join(",");
    let filter = Filter { family: family.clone(), ..Filter::default() };
    Ok(Answer::done(filter.address(Turn::Start), json!({"family": family})))
}
