//! The calendar: month by month what opens again, when and why; one trigger with its skip; and new treatments.
//! Must not know: who a relative is; a calendar names families, as queues do.

use crate::{
    access::{
        Answer, Caller, Choice, Input, Permission, Staff,
        conflict::families_barred,
        family::{families_related, family_reference, family_references},
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::Act,
    clinic::{
        cascade::{
            closing::{trigger_open, trigger_put_off},
            treatment::{treatment_mark, treatments_marked},
            trigger::{TriggerKind, TriggerState},
            triggers_listed::{
                Days, days_beside, of_age_between, triggers_between, triggers_for_events, triggers_of_family,
            },
        },
        report::month::Month,
    },
    db::{Conn, UtcDate, bounded::Bounded},
    error::{Error, Result},
    ids::{FamilyId, ResultId, TaskId, TriggerId},
};
use actix_web::web;
use kinward_family::condition::Condition;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// Entries on one page; a month may have several.
const PAGE: i64 = 100;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    month: String,
    /// The last entry of the page before: its day, a low line and its id.
    #[serde(default)]
    after: String,
}

impl Asked {
    fn month(&self, today: UtcDate) -> Result<Month> {
        match self.month.as_str() {
            "" => Ok(Month::of(today)),
            month => month
                .parse()
                .map_err(|_| Error::bad_input("A month is written as year and month: 2027-03.").at("month")),
        }
    }

    fn after(&self) -> Result<Option<(UtcDate, TriggerId)>> {
        if self.after.is_empty() {
            return Ok(None);
        }
        let parts = self.after.split_once('_');
        let parts = parts.and_then(|(day, id)| day.parse().ok().zip(id.parse().ok()));
        parts.map(Some).ok_or_else(|| {
            Error::bad_input("This page of the calendar is not known. Begin the month again.").at("after")
        })
    }
}

#[derive(Serialize)]
struct Entry {
    on: String,
    title: &'static str,
    family: String,
    /// Why, in the words of whoever made it; and where it stands: both only for those who have to do with the family.
    link: Option<String>,
    open: bool,
}

#[derive(Serialize)]
struct Event {
    title: &'static str,
    count: i64,
    /// There are more than were counted.
    more: bool,
}

#[derive(Serialize)]
struct MonthLink {
    month: String,
    shown: String,
}

impl MonthLink {
    fn of(day: UtcDate) -> Self {
        let month = Month::of(day);
        Self { month: month.to_string(), shown: month.shown() }
    }
}

#[derive(Serialize)]
struct Calendar {
    month: String,
    shown: String,
    /// The months beside this one in which anything opens.
    previous: Option<MonthLink>,
    next: Option<MonthLink>,
    entries: Vec<Entry>,
    /// This page begins after another of the same month.
    begun: bool,
    /// Where the month goes on, if this page is not the whole of it.
    goes_on: Option<String>,
    events: Vec<Event>,
    may_mark: bool,
}

pub(super) async fn page(
    staff: Staff<may::TaskView>,
    house: Here,
    asked: web::Query<Asked>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, asked) = (caller.clone(), asked.into_inner());
    let view = house
        .read(move |conn, house| {
            let month = asked.month(house.clock.now().date())?;
            calendar(conn, &of, month, asked.after()?)
        })
        .await?;
    Answer::page("calendar", format!("Calendar, {}", view.shown), &caller, view)
}

/// One entry before it has words: its place in the month, what it is, whose, and where it leads.
struct Found {
    on: UtcDate,
    id: String,
    family: FamilyId,
    title: &'static str,
    leads: String,
    open: bool,
}

/// The entries of a page and one more: what was closed, and children who are not and stand in their queue until their day.
fn found(conn: &mut Conn, caller: &Caller, days: &Days, barred: &[FamilyId]) -> Result<Vec<Found>> {
    let closed = triggers_between(conn, caller.service, days, barred.to_vec(), PAGE + 1)?;
    let children = of_age_between(conn, caller.service, days, barred.to_vec(), PAGE + 1)?;
    let closed = closed.into_iter().filter_map(|one| {
        let (id, leads) = (one.id.to_string(), format!("/triggers/{}", one.id));
        Some(Found {
            on: one.due_on?,
            id,
            family: one.family_id,
            title: one.kind.title(),
            leads,
            open: false,
        })
    });
    let children = children.into_iter().filter_map(|one| {
        let (id, leads) = (one.item.to_string(), format!("/tasks/{}", one.task));
        let title = TriggerKind::ChildAge.title();
        Some(Found { on: one.on, id, family: one.family?, title, leads, open: true })
    });
    let mut all: Vec<Found> = closed.chain(children).collect();
    all.sort_by(|one, other| (one.on, &one.id).cmp(&(other.on, &other.id)));
    Ok(all)
}

fn calendar(
    conn: &mut Conn,
    caller: &Caller,
    month: Month,
    after: Option<(UtcDate, TriggerId)>,
) -> Result<Calendar> {
    let days = Days { from: month.first_day(), until: month.next().first_day(), after };
    let barred = families_barred(conn, caller.service, caller.staff)?;
    let (previous, next) = days_beside(conn, caller.service, (days.from, days.until), &barred)?;
    let mut all = found(conn, caller, &days, &barred)?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = all.len() > page;
    all.truncate(page);
    let last = all.last().filter(|_| more);
    let goes_on = last.map(|last| format!("/calendar?month={month}&after={}_{}", last.on, last.id));
    let mut families: Vec<FamilyId> = all.iter().map(|one| one.family).collect();
    families.sort();
    families.dedup();
    let references: BTreeMap<FamilyId, String> =
        family_references(conn, caller.service, &families)?.into_iter().collect();
    let related = families_related(conn, caller, &families)?;
    let entry = |one: Found| Entry {
        on: one.on.shown(),
        title: one.title,
        family: references.get(&one.family).cloned().unwrap_or_default(),
        link: related.iter().any(|proof| proof.family() == one.family).then_some(one.leads),
        open: one.open,
    };
    let event = |(kind, count): (TriggerKind, Bounded)| Event {
        title: kind.title(),
        count: count.number,
        more: count.more,
    };
    Ok(Calendar {
        month: month.to_string(),
        shown: month.shown(),
        previous: previous.map(MonthLink::of),
        next: next.map(MonthLink::of),
        entries: all.into_iter().map(entry).collect(),
        begun: after.is_some(),
        goes_on,
        events: triggers_for_events(conn, caller.service, &barred)?.into_iter().map(event).collect(),
        may_mark: allows(&caller.roles, Permission::TreatmentMark),
    })
}

#[derive(Serialize)]
struct TriggerPage {
    trigger: TriggerId,
    family: FamilyId,
    family_reference: String,
    task: Option<TaskId>,
    result: ResultId,
    title: &'static str,
    on: Option<String>,
    made: String,
    by: Option<String>,
    /// For whoever may read the reasoning.
    why: Option<String>,
    state: TriggerState,
    ended: Option<String>,
    ended_why: Option<&'static str>,
    skipped: Option<String>,
    may_skip: bool,
}

pub(super) async fn trigger(
    staff: Staff<may::TaskView>,
    house: Here,
    id: web::Path<TriggerId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.read(move |conn, _| trigger_page(conn, &of, id)).await?;
    let part = view.trigger.as_str().get(..8).unwrap_or_default();
    Answer::page("trigger", format!("Trigger {part}, {}", view.family_reference), &caller, view)
}

fn trigger_page(conn: &mut Conn, caller: &Caller, id: TriggerId) -> Result<TriggerPage> {
    let (one, proof) = trigger_open(conn, caller, id)?;
    let names = staff_names(conn, caller.service)?;
    let name = |id| names.iter().find(|(known, _)| *known == id).map_or("a former colleague", |(_, n)| n);
    let reads = allows(&caller.roles, Permission::ReasoningView);
    let why = match reads {
        true => triggers_of_family(conn, &proof)?.into_iter().find(|(other, _)| other.id == id),
        false => None,
    };
    let (made, skipped) = why.map_or((None, None), |(_, why)| (why.made, why.skipped));
    Ok(TriggerPage {
        trigger: id,
        family: one.family_id,
        family_reference: family_reference(conn, caller.service, one.family_id)?,
        task: one.task_id,
        result: one.result_id,
        title: one.kind.title(),
        on: one.due_on.map(UtcDate::shown),
        made: one.made_at.shown(),
        by: one.by_staff.map(|by| name(by).to_owned()),
        why: made,
        state: one.state,
        ended: one.ended_at.map(|at| at.shown()),
        ended_why: one.ended_why.filter(|_| reads).map(|gone| gone.title()),
        skipped: skipped.map(|(who, why)| format!("{}: {why}", name(who))),
        may_skip: one.state == TriggerState::Waiting && allows(&caller.roles, Permission::TaskMove),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Skip {
    skipped_why: String,
    look_on: Option<UtcDate>,
}

pub(super) async fn skip(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TriggerId>,
    input: Input<Skip>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Skip { skipped_why, look_on } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (one, proof) = trigger_open(act.conn(), &of, id)?;
            trigger_put_off(act, &proof, &one, &skipped_why, look_on)
        })
        .await?;
    Ok(Answer::done(format!("/triggers/{id}"), json!({"trigger": id, "skipped": true})))
}

#[derive(Serialize)]
struct Treatments {
    conditions: Vec<Choice>,
    marked: Vec<Marked>,
}

#[derive(Serialize)]
struct Marked {
    condition: String,
    words: String,
    at: String,
}

pub(super) async fn treatments(staff: Staff<may::TreatmentMark>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let marked = treatments_marked(conn, of.service, 50)?;
            let named = |key: &str| {
                Condition::by_key(key).map_or_else(|| key.to_owned(), |known| known.staff_name().to_owned())
            };
            Ok(Treatments {
                conditions: Condition::all()
                    .into_iter()
                    .map(|one| Choice::of(one.key(), one.staff_name()))
                    .collect(),
                marked: marked
                    .into_iter()
                    .map(|one| Marked {
                        condition: named(&one.condition_key),
                        words: one.words,
                        at: one.at.shown(),
                    })
                    .collect(),
            })
        })
        .await?;
    Answer::page("treatments", "New treatments", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    condition: String,
    treatment_words: String,
}

pub(super) async fn mark(
    staff: Staff<may::TreatmentMark>,
    house: Here,
    input: Input<Mark>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Mark { condition, treatment_words } = input.open(&caller)?;
    let by = caller.staff;
    let opened = house
        .act(&caller, move |act: &mut Act<'_>, _| treatment_mark(act, by, &condition, &treatment_words))
        .await?;
    Ok(Answer::done("/treatments", json!({"opened": opened})))
}
