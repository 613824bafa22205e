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
            triggers_listed::{days_beside, triggers_between, triggers_for_events, triggers_of_family},
        },
        queue::item::{Narrowed, Queue, work_list},
        report::month::Month,
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{FamilyId, ResultId, TaskId, TriggerId},
};
use actix_web::web;
use kinward_family::condition::Condition;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Entries of one month on one page.
const MOST: i64 = 500;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    month: String,
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
}

#[derive(Serialize)]
struct MonthLink {
    month: String,
    shown: String,
}

impl MonthLink {
    fn of(day: UtcDate) -> Self {
        let month = Month::of(day);
        Self { month: key(month), shown: month.shown() }
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
    /// There are more in this month than are listed.
    more: bool,
    events: Vec<Event>,
    may_mark: bool,
}

fn key(month: Month) -> String {
    let (year, of_year, _) = month.first_day().ymd();
    format!("{year:04}-{of_year:02}")
}

pub(super) async fn page(
    staff: Staff<may::TaskView>,
    house: Here,
    asked: web::Query<Asked>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, asked) = (caller.clone(), asked.into_inner().month);
    let view = house
        .read(move |conn, house| {
            let month = match asked.is_empty() {
                true => Month::of(house.clock.now().date()),
                false => Month::of(format!("{asked}-01").parse().map_err(|_| {
                    Error::bad_input("A month is written as year and month: 2027-03.").at("month")
                })?),
            };
            calendar(conn, &of, month)
        })
        .await?;
    Answer::page("calendar", format!("Calendar, {}", view.shown), &caller, view)
}

fn calendar(conn: &mut Conn, caller: &Caller, month: Month) -> Result<Calendar> {
    let (from, until) = (month.first_day(), month.next().first_day());
    let barred = families_barred(conn, caller.service, caller.staff)?;
    let (before, after) = days_beside(conn, caller.service, (from, until), &barred)?;
    let mut due = triggers_between(conn, caller.service, (from, until), barred.clone(), MOST + 1)?;
    // Children who are not closed stand in their queue; their day is shown here, too.
    let narrowed = Narrowed {
        without: barred.clone(),
        queue: Some(Queue::WaitingForAge),
        due_from: Some(from),
        due_by: Some(until.plus_days(-1)),
        ..Narrowed::default()
    };
    let mut children = work_list(conn, caller.service, &narrowed, MOST + 1)?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = due.len() > most || children.len() > most;
    due.truncate(most);
    children.truncate(most);
    let mut families: Vec<FamilyId> = due.iter().map(|one| one.family_id).collect();
    families.extend(children.iter().filter_map(|item| item.family_id));
    families.sort();
    families.dedup();
    let references = family_references(conn, caller.service, &families)?;
    let related = families_related(conn, caller, &families)?;
    let name = |family: FamilyId| {
        references.iter().find(|(id, _)| *id == family).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let is_related = |family: FamilyId| related.iter().any(|proof| proof.family() == family);
    let mut entries: Vec<(UtcDate, Entry)> = Vec::new();
    for one in &due {
        let Some(on) = one.due_on else { continue };
        let link = is_related(one.family_id).then(|| format!("/triggers/{}", one.id));
        let family = name(one.family_id);
        entries.push((on, Entry { on: on.shown(), title: one.kind.title(), family, link, open: false }));
    }
    for item in &children {
        let Some(family) = item.family_id else { continue };
        let link = is_related(family).then(|| format!("/tasks/{}", item.subject_id));
        let title = TriggerKind::ChildAge.title();
        let entry = Entry { on: item.due_on.shown(), title, family: name(family), link, open: true };
        entries.push((item.due_on, entry));
    }
    entries.sort_by(|(one, a), (other, b)| (one, &a.family).cmp(&(other, &b.family)));
    let counts = triggers_for_events(conn, caller.service, barred)?;
    Ok(Calendar {
        month: key(month),
        shown: month.shown(),
        previous: before.map(MonthLink::of),
        next: after.map(MonthLink::of),
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        more,
        events: counts.into_iter().map(|(kind, count)| Event { title: kind.title(), count }).collect(),
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
