//! Several items at once: taken, handed over or put off, after a page that lists each and says what is left out and why.
//! Must not know: what the work is about. Each item is changed whole or not at all, all of them in one act.

use super::{
    card::{Card, Known},
    hands::{HandOver, can_do, handed, taken},
};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Staff,
        conflict::families_barred,
        pages::Here,
        permission::{allows, may},
    },
    audit::Act,
    clinic::queue::{
        hands::{HandedWhy, SnoozedWhy, snooze_last, work_snooze},
        item::WorkItem,
        listed::work_some,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result, Trouble},
    ids::WorkItemId,
    policy::Policy,
};
use actix_web::web;
use serde::{Deserialize, Serialize};

closed! {
    /// What is done to several items.
    pub enum Together { Take = "take", HandOver = "hand_over", Snooze = "snooze" }
}

impl Together {
    const fn title(self) -> &'static str {
        match self {
            Self::Take => "Take this work",
            Self::HandOver => "Hand this work over",
            Self::Snooze => "Put this work off",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Take => "Taken",
            Self::HandOver => "Handed over",
            Self::Snooze => "Put off",
        }
    }
}

/// One item on the page, and why it is left out.
#[derive(Serialize)]
struct Row {
    card: Card,
    left_out: Option<String>,
}

#[derive(Serialize)]
struct Check {
    heading: &'static str,
    deed: Together,
    is_hand_over: bool,
    is_snooze: bool,
    goes: Vec<Row>,
    left_out: Vec<Row>,
    /// The ids of those that will be changed, in one word.
    items: String,
    colleagues: Vec<Choice>,
    handed_whys: Vec<Choice>,
    snoozed_whys: Vec<Choice>,
    /// Until when all of them can be put off.
    last: Option<String>,
}

/// `do=`, and `item[]=` for each.
pub(super) async fn check(
    staff: Staff<may::QueueTake>,
    house: Here,
    asked: web::Query<Vec<(String, String)>>,
) -> Result<Answer> {
    let caller = staff.caller;
    let asked = asked.into_inner();
    let unknown = || Error::bad_input("Choose what to do, and tick the work. Go back to the queues.");
    let deed = asked.iter().find(|(name, _)| name == "do").map(|(_, word)| word.parse::<Together>());
    let deed = deed.ok_or_else(unknown)?.map_err(|_| unknown())?;
    let items = asked.iter().filter(|(name, _)| name == "item[]").map(|(_, id)| id.parse::<WorkItemId>());
    let items = items.collect::<std::result::Result<Vec<_>, _>>().map_err(|_| unknown())?;
    if items.is_empty() {
        return Err(unknown());
    }
    shown(caller, house, deed, items).await
}

/// The same by one address, on which a refused form comes again.
pub(super) async fn again(
    staff: Staff<may::QueueTake>,
    house: Here,
    asked: web::Path<(Together, String)>,
) -> Result<Answer> {
    let (deed, joined) = asked.into_inner();
    shown(staff.caller, house, deed, parted(&joined)?).await
}

/// Ids with a low line between them.
fn parted(joined: &str) -> Result<Vec<WorkItemId>> {
    let ids = joined.split('_').map(|id| id.parse::<WorkItemId>());
    ids.collect::<std::result::Result<_, _>>().map_err(|_| Error::not_found())
}

async fn shown(caller: Caller, house: Here, deed: Together, items: Vec<WorkItemId>) -> Result<Answer> {
    let of = caller.clone();
    let view = house
        .read(move |conn, house| checked(conn, &of, &house.policy, house.clock.now(), deed, &items))
        .await?;
    Answer::page("work_together", view.heading, &caller, view)
}

fn bounded(policy: &Policy, items: &[WorkItemId]) -> Result<()> {
    let most = policy.work.together_most;
    if items.len() > most {
        return Err(Error::bad_input(format!(
            "{most} pieces of work can be changed at once, and {} are ticked. Nothing was changed.",
            items.len()
        )));
    }
    Ok(())
}

fn checked(
    conn: &mut Conn,
    caller: &Caller,
    policy: &Policy,
    now: UtcTime,
    deed: Together,
    items: &[WorkItemId],
) -> Result<Check> {
    bounded(policy, items)?;
    let barred = families_barred(conn, caller.service, caller.staff)?;
    let mut found = work_some(conn, caller.service, items)?;
    // To whoever is kept out of a family its work is not there, and is not said to be left out either.
    found.retain(|item| {
        !item.family_id.is_some_and(|family| barred.contains(&family))
            && !item.queue.is_hidden_from(&caller.roles)
    });
    let known = Known::of(conn, caller, policy, now, &found)?;
    let (mut goes, mut left_out) = (Vec::new(), Vec::new());
    for item in &found {
        let why = why_not(&known, caller, policy, now.date(), deed, item);
        let row = Row { card: known.card(item), left_out: why };
        match row.left_out {
            None => goes.push(row),
            Some(_) => left_out.push(row),
        }
    }
    let lasts = found.iter().filter_map(|item| snooze_last(item, now.date(), policy.work.snooze_most_days));
    let last = lasts.min().filter(|_| deed == Together::Snooze).map(UtcDate::shown);
    let teams = known.teams.iter().map(|team| Choice::of(format!("team.{}", team.id), &team.name));
    let people = known.names.iter().map(|(id, name)| Choice::of(id, name));
    Ok(Check {
        heading: deed.title(),
        deed,
        is_hand_over: deed == Together::HandOver,
        is_snooze: deed == Together::Snooze,
        items: goes.iter().map(|row| row.card.id.as_str()).collect::<Vec<_>>().join("_"),
        goes,
        left_out,
        colleagues: teams.chain(people).collect(),
        handed_whys: Choice::all(HandedWhy::ALL, HandedWhy::title),
        snoozed_whys: Choice::all(SnoozedWhy::ALL, SnoozedWhy::title),
        last,
    })
}

/// Why an item is left out, as far as it can be said before; the act asks everything again.
fn why_not(
    known: &Known<'_>,
    caller: &Caller,
    policy: &Policy,
    today: UtcDate,
    deed: Together,
    item: &WorkItem,
) -> Option<String> {
    if item.closed_at.is_some() {
        return Some("It is already done.".into());
    }
    let owner = item.owner_id.and_then(|owner| known.name(owner)).unwrap_or("A colleague");
    if deed != Together::HandOver {
        if !allows(&caller.roles, super::subject_page(item).1) {
            return Some("It is not the work of your role.".into());
        }
        if !known.free(item) {
            return Some(format!("{owner} has it."));
        }
    }
    if deed == Together::Snooze && snooze_last(item, today, policy.work.snooze_most_days).is_none() {
        return Some("It cannot wait, or its last day has come.".into());
    }
    None
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Several {
    #[serde(rename = "do")]
    deed: Together,
    #[serde(default)]
    item: Vec<WorkItemId>,
    /// The same in one word, as the page sends them.
    items: Option<String>,
    to: Option<String>,
    why: Option<HandedWhy>,
    until: Option<UtcDate>,
    snoozed_why: Option<SnoozedWhy>,
}

#[derive(Serialize)]
struct LeftOut {
    work: WorkItemId,
    title: &'static str,
    family: Option<String>,
    why: String,
}

#[derive(Serialize)]
struct Done {
    heading: &'static str,
    done: Vec<WorkItemId>,
    count: usize,
    left_out: Vec<LeftOut>,
}

/// Does it to each item for which it can be done; the others stay as they are, and are said. Sent twice it changes nothing more.
pub(super) async fn change(
    staff: Staff<may::QueueTake>,
    house: Here,
    input: Input<Several>,
) -> Result<Answer> {
    let caller = staff.caller;
    let mut several = input.open(&caller)?;
    if let Some(joined) = &several.items {
        several.item.extend(parted(joined)?);
    }
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, house| {
            bounded(&house.policy, &several.item)?;
            let mut items = several.item.clone();
            items.sort_unstable();
            items.dedup();
            let (mut done, mut refused) = (Vec::new(), Vec::new());
            for id in items {
                match one(act, &of, id, &several) {
                    Ok(()) => done.push(id),
                    Err(problem) => match problem.trouble() {
                        Trouble::NotNow | Trouble::NotFound | Trouble::NotAllowed => {
                            refused.push((id, problem));
                        }
                        // What was typed does not fit, or a fault of ours: nothing is changed at all.
                        Trouble::BadInput if problem.field() == Some("until") && several.item.len() > 1 => {
                            refused.push((id, problem));
                        }
                        Trouble::BadInput
                        | Trouble::NotSignedIn
                        | Trouble::TooMany
                        | Trouble::Config
                        | Trouble::Busy
                        | Trouble::Inner => return Err(problem),
                    },
                }
            }
            if done.is_empty() {
                let first = refused.into_iter().next().map(|(_, problem)| problem);
                return Err(
                    first.unwrap_or_else(|| Error::bad_input("Tick some work first. Nothing was changed."))
                );
            }
            said(act, &of, several.deed, done, refused)
        })
        .await?;
    Answer::page("work_changed", view.heading, &caller, view)
}

fn one(act: &mut Act<'_>, of: &Caller, id: WorkItemId, several: &Several) -> Result<()> {
    match several.deed {
        Together::Take => taken(act, of, id).map(|_| ()),
        Together::HandOver => {
            let asked = HandOver { to: several.to.clone(), why: several.why };
            handed(act, of, id, asked.whom()?, asked.why)
        }
        Together::Snooze => {
            let missing = |field: &str, words: &str| {
                Error::bad_input(format!("{words} Nothing was changed.")).at(field)
            };
            let why =
                several.snoozed_why.ok_or_else(|| missing("snoozed_why", "Choose what it waits for."))?;
            let until = several.until.ok_or_else(|| missing("until", "Say until which day."))?;
            can_do(act, of, id)?;
            work_snooze(act, id, of.staff, until, why).map(|_| ())
        }
    }
}

fn said(
    act: &mut Act<'_>,
    of: &Caller,
    deed: Together,
    done: Vec<WorkItemId>,
    refused: Vec<(WorkItemId, Error)>,
) -> Result<Done> {
    let barred = families_barred(act.conn(), of.service, of.staff)?;
    let ids: Vec<WorkItemId> = refused.iter().map(|(id, _)| *id).collect();
    let items = work_some(act.conn(), of.service, &ids)?;
    let mut left_out = Vec::new();
    for item in items {
        if item.family_id.is_some_and(|family| barred.contains(&family)) {
            continue;
        }
        let Some((_, problem)) = refused.iter().find(|(id, _)| *id == item.id) else { continue };
        let family = match item.family_id {
            Some(family) => Some(crate::access::family::family_reference(act.conn(), of.service, family)?),
            None => None,
        };
        left_out.push(LeftOut {
            work: item.id,
            title: item.queue.title(),
            family,
            why: problem.public().to_owned(),
        });
    }
    Ok(Done { heading: deed.done(), count: done.len(), done, left_out })
}
