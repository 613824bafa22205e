//! What is closed with triggers opens again: once, for a reason that stands beside it, and never because somebody remembered.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::{
    clinic::cascade::{
        trigger::{Gone, Trigger, TriggerKind, TriggerState},
        triggers_listed::triggers_all,
    },
    demo::people::{AtWork, Kin, letter_open, list_of, reply, text_of},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub const SON: Kin =
    Kin { relation: "son", given: "Ifan", family: "Wray", born: ("2015", "6", "14"), email: None };

pub fn triggers(world: &World) -> Vec<Trigger> {
    world.house.db.read(|conn| triggers_all(conn, world.service.id)).unwrap()
}

fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let (status, told) = crate::people::told(work, path, body);
    (status, told["field"].clone())
}

/// Days pass, whoever was signed in signs in again, and the worker has had its round.
pub fn days(world: &World, case: &mut Case, days: i64) {
    world.clock.advance_days(days);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    world.send();
}

pub fn close(case: &mut Case, place: usize, outcome: &str) -> (u16, Value) {
    let path = format!("/tasks/{}/close", case.tasks[place]);
    let entry = json!({"outcome": outcome, "closed_why": "So it was agreed with the family."});
    told(&mut case.counsellor, &path, &entry)
}

/// Those whom a tree needs and a story does not, parents and their parents, have died long ago.
pub fn alone(case: &mut Case) {
    let page = format!("/results/{}/at-risk", case.result);
    let list = case.counsellor.program.api(&page).unwrap();
    for one in list["relatives"].as_array().unwrap() {
        let person = one["person"].as_str().unwrap();
        if !case.people.iter().any(|known| known == person) {
            let died = json!({"died_on": "2016-11-20"});
            case.counsellor.program.api_post(&format!("/people/{person}/died"), &died).unwrap();
        }
    }
}

fn result_state(case: &mut Case) -> String {
    case.counsellor.result(&case.result.clone()).unwrap()["state"].as_str().unwrap().to_owned()
}

fn close_result(case: &mut Case) -> u16 {
    let path = format!("/results/{}/close", case.result);
    told(&mut case.counsellor, &path, &json!({})).0
}

fn waiting(world: &World) -> Vec<TriggerKind> {
    triggers(world).into_iter().filter(|one| one.state == TriggerState::Waiting).map(|one| one.kind).collect()
}

fn in_step(world: &World) {
    assert_eq!(crate::queues::compare(world), (vec![], vec![]));
}

#[test]
fn a_child_is_closed_until_a_season_before_the_age_and_opens_once() {
    let world = World::new(3301);
    let mut case = Case::new(&world, &[SON]);
    assert_eq!(case.state(0), "wait_age");
    assert_eq!(close_result(&mut case), 409, "somebody is not settled");
    assert_eq!(close(&mut case, 0, "lost"), (422, json!("outcome")));
    assert_eq!(close(&mut case, 0, "too_young").0, 200);
    assert_eq!((case.state(0), result_state(&mut case)), ("wait_event".into(), "review".into()));
    in_step(&world);
    assert_eq!(close_result(&mut case), 200);
    assert_eq!(result_state(&mut case), "closed_with_triggers");
    // Eighteen on 14 June 2033; a season before is 16 March.
    let page = case.counsellor.browser.page("/calendar?month=2033-03").unwrap();
    assert!(page.contains("16 March 2033") && page.contains(&case.reference), "{page}");
    // From today, the months in which anything opens lead to one another.
    let now = case.counsellor.browser.page("/calendar").unwrap();
    assert!(now.contains("Next: November 2027") && !now.contains("Before: "), "{now}");
    assert!(page.contains("Before: November 2027") && !page.contains("Next: "), "{page}");
    assert!(page.contains("A child reaches the age for the test"), "{page}");
    assert!(!page.contains(SON.given), "a calendar names nobody");
    let html = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(html.contains("Too young") && html.contains("16 March 2033"), "{html}");
    days(&world, &mut case, 2304);
    // The yearly look came first, and was closed again each year by nobody: the result waits for a person.
    assert_eq!((case.state(0), result_state(&mut case)), ("wait_event".into(), "review".into()));
    days(&world, &mut case, 1);
    assert_eq!((case.state(0), result_state(&mut case)), ("wait_age".into(), "active".into()));
    in_step(&world);
    world.send();
    let fired: Vec<TriggerKind> = triggers(&world)
        .into_iter()
        .filter(|one| one.state == TriggerState::Fired)
        .map(|one| one.kind)
        .collect();
    assert_eq!(fired.iter().filter(|kind| **kind == TriggerKind::ChildAge).count(), 1);
    assert!(case.counsellor.browser.page("/queues/waiting_for_age").unwrap().contains(&case.reference));
    assert!(waiting(&world).is_empty(), "what else waited for the child has fallen away");
}

#[test]
fn a_refusal_closes_nobody_and_what_was_decided_opens_again_when_the_proband_dies() {
    let world = World::new(3302);
    let mut case = Case::new(&world, &[SISTER]);
    alone(&mut case);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "I am ashamed.").unwrap();
    assert_eq!(close(&mut case, 0, "never_told_refused").0, 409, "a refusal is no end");
    case.clinician.decision(&task, "declined", "L1", &["RL2"]).unwrap();
    assert_eq!(close(&mut case, 0, "never_told_refused").0, 200);
    assert_eq!(close_result(&mut case), 200);
    // An administrator reads neither how it was closed nor why.
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&case.reference, "asked to complete an address").unwrap();
    let html = clerk.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(!html.contains("refused") && !html.contains("The proband dies"), "{html}");
    assert!(html.contains("Nothing open"), "{html}");
    let proband = case.counsellor.result(&case.result.clone()).unwrap()["proband"]["person"].clone();
    let died = json!({"died_on": "2026-11-23"});
    case.counsellor.program.api_post(&format!("/people/{}/died", proband.as_str().unwrap()), &died).unwrap();
    assert_eq!((case.state(0), result_state(&mut case)), ("decision_needed".into(), "active".into()));
    let ended: Vec<_> = triggers(&world).into_iter().filter(|one| one.kind == TriggerKind::Death).collect();
    assert!(ended.len() == 1 && ended[0].state == TriggerState::Fired, "{ended:?}");
    in_step(&world);
}

#[test]
fn a_relative_who_answers_after_closing_is_heard_and_what_they_object_to_is_cancelled() {
    let world = World::new(3303);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    alone(&mut case);
    let sisters = case.sent(&world, 0, "L1");
    let aunts = case.sent(&world, 1, "L1");
    assert_eq!(close(&mut case, 0, "lost").0, 200);
    assert_eq!(close(&mut case, 1, "lost").0, 200);
    assert_eq!(close_result(&mut case), 200);
    let (mut sister, _) = letter_open(&world.address, &sisters, SISTER.born).unwrap();
    reply(&mut sister, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!((case.state(0), result_state(&mut case)), ("wants_appointment".into(), "active".into()));
    let (mut aunt, _) = letter_open(&world.address, &aunts, AUNT.born).unwrap();
    reply(&mut aunt, "not_know", &[]).unwrap();
    assert_eq!(case.state(1), "do_not_contact");
    let all = triggers(&world);
    let fired: Vec<_> = all.iter().filter(|one| one.state == TriggerState::Fired).collect();
    assert!(fired.len() == 1 && fired[0].kind == TriggerKind::CameBack, "{fired:?}");
    let objected = all.iter().filter(|one| one.ended_why == Some(Gone::Objected)).count();
    assert_eq!(objected, 4, "the day, the answer, the report, the treatment: {all:?}");
    in_step(&world);
}

#[test]
fn a_new_treatment_opens_whoever_waits_for_one_and_nobody_of_another_condition() {
    let world = World::new(3304);
    let mut case = Case::new(&world, &[SISTER]);
    alone(&mut case);
    case.sent(&world, 0, "L1");
    close(&mut case, 0, "lost");
    close_result(&mut case);
    let mut clerk = world.at_work("jo.taylor");
    let mark = |clerk: &mut AtWork, condition: &str| {
        let entry = json!({"condition": condition, "treatment_words": "A tablet, approved in spring."});
        clerk.program.api_post("/treatments", &entry).unwrap()["opened"].clone()
    };
    assert_eq!(mark(&mut clerk, "lynch"), json!(0));
    assert_eq!(case.state(0), "wait_event");
    assert_eq!(mark(&mut clerk, "breast_ovarian"), json!(1));
    assert_eq!((case.state(0), result_state(&mut case)), ("identified".into(), "active".into()));
    assert_eq!(mark(&mut clerk, "breast_ovarian"), json!(0), "once");
    assert!(clerk.browser.page("/treatments").unwrap().contains("A tablet, approved in spring."));
    in_step(&world);
}

#[test]
fn a_child_opened_before_the_age_is_closed_until_it_again() {
    let world = World::new(3308);
    let mut case = Case::new(&world, &[SON]);
    close(&mut case, 0, "too_young");
    close_result(&mut case);
    let entry = json!({"condition": "breast_ovarian", "treatment_words": "A tablet, approved in spring."});
    world.at_work("jo.taylor").program.api_post("/treatments", &entry).unwrap();
    assert_eq!(case.state(0), "wait_age");
    assert_eq!(close(&mut case, 0, "too_young").0, 200);
    let html = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(html.contains("16 March 2033"), "{html}");
    in_step(&world);
}

#[test]
fn an_amended_report_fires_what_waited_for_it_and_a_death_cancels_the_rest() {
    let world = World::new(3305);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    alone(&mut case);
    case.sent(&world, 0, "L1");
    case.sent(&world, 1, "L1");
    close(&mut case, 0, "lost");
    close(&mut case, 1, "lost");
    close_result(&mut case);
    let aunt = case.people[1].clone();
    let died = json!({"died_on": "2026-11-20"});
    case.counsellor.program.api_post(&format!("/people/{aunt}/died"), &died).unwrap();
    let of_aunt = |all: &[Trigger]| all.iter().filter(|one| one.ended_why == Some(Gone::Died)).count();
    assert_eq!(of_aunt(&triggers(&world)), 4);
    assert_eq!(result_state(&mut case), "closed_with_triggers", "nothing opens by it");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    assert_eq!(case.state(0), "suspended_classification");
    let all = triggers(&world);
    let fired: Vec<_> = all.iter().filter(|one| one.state == TriggerState::Fired).collect();
    assert!(
        fired.len() == 2 && fired.iter().all(|one| one.kind == TriggerKind::Reclassification),
        "{fired:?}"
    );
    assert!(waiting(&world).is_empty());
    in_step(&world);
}

#[test]
fn a_trigger_is_skipped_with_a_reason_and_the_last_day_takes_another() {
    let world = World::new(3306);
    let mut case = Case::new(&world, &[SISTER]);
    alone(&mut case);
    case.sent(&world, 0, "L1");
    close(&mut case, 0, "lost");
    close_result(&mut case);
    let dated = |world: &World, kind| {
        let found = triggers(world)
            .into_iter()
            .find(|one| one.kind == kind && one.due_on.is_some() && one.state == TriggerState::Waiting);
        found.unwrap().id.to_string()
    };
    let wait = dated(&world, TriggerKind::WaitEnds);
    let work = &mut case.counsellor;
    let skip = format!("/triggers/{wait}/skip");
    assert_eq!(told(work, &skip, &json!({"skipped_why": "No."})), (422, json!("skipped_why")));
    let why = "She has moved and will ring.";
    assert_eq!(told(work, &skip, &json!({"skipped_why": why})), (422, json!("look_on")));
    let entry = json!({"skipped_why": why, "look_on": "2028-05-08"});
    assert_eq!(told(work, &skip, &entry).0, 200);
    assert_eq!(told(work, &skip, &entry).0, 409, "once");
    let html = work.browser.page(&format!("/triggers/{wait}")).unwrap();
    assert!(html.contains(why), "{html}");
    assert!(work.browser.page("/calendar?month=2028-05").unwrap().contains("8 May 2028"));
    // By hand, another day; and a telephone call before any of them.
    let task = case.tasks[0].clone();
    let set = format!("/tasks/{task}/triggers");
    let past = json!({"look_on": "2026-01-01", "trigger_why": "After her holiday."});
    assert_eq!(told(&mut case.counsellor, &set, &past), (422, json!("look_on")));
    let soon = json!({"look_on": "2027-02-01", "trigger_why": "After her holiday."});
    assert_eq!(told(&mut case.counsellor, &set, &soon).0, 200);
    assert_eq!(told(&mut case.counsellor, &format!("/tasks/{task}/came-back"), &json!({})).0, 200);
    assert_eq!(case.state(0), "wants_appointment");
    assert!(waiting(&world).is_empty(), "{:?}", waiting(&world));
    // The calendar of whoever has nothing to do with the family shows no way to it.
    let mut other = world.second_clinician();
    let page = other.browser.page("/calendar?month=2028-05").unwrap();
    assert!(!page.contains("/triggers/"), "{page}");
    assert_eq!(other.program.get(&format!("/api/v1/triggers/{wait}")).unwrap().status, 404);
    in_step(&world);
}

#[test]
fn a_month_with_many_entries_is_turned_to_its_end_and_lists_each_once() {
    let world = World::new(3314);
    let mut case = Case::new(&world, &[SON, SISTER]);
    alone(&mut case);
    case.sent(&world, 1, "L1");
    close(&mut case, 1, "lost");
    // The clinic has 239 more relatives whose wait ends in March 2031, on two days, beside a son who is of age then.
    let dated = triggers(&world).into_iter().find(|one| one.due_on.is_some()).unwrap();
    let columns =
        "service_id, family_id, result_id, task_id, kind, condition_index, state, made_at, by_staff";
    for number in 0..239 {
        let (id, day) = (format!("{number:08x}-0000-4000-8000-000000000000"), 4 + 20 * (number % 2));
        crate::plans::raw(
            &world,
            &format!(
                "INSERT INTO triggers (id, due_on, {columns}) SELECT '{id}', '2031-03-{day:02}', {columns} FROM triggers WHERE id = '{}'",
                dated.id
            ),
        );
    }
    crate::plans::raw(
        &world,
        "UPDATE work_items SET due_on = '2031-03-24' WHERE queue = 'waiting_for_age' AND closed_at IS NULL",
    );
    let (mut path, mut pages, mut seen) = ("/calendar?month=2031-03".to_owned(), Vec::new(), Vec::new());
    loop {
        let page = case.counsellor.program.api(&path).unwrap();
        let entries = list_of(&page, "entries").unwrap();
        pages.push((entries.len(), page["begun"].as_bool().unwrap()));
        seen.extend(entries.iter().map(|one| text_of(one, "link").unwrap()));
        let Ok(next) = text_of(&page, "goes_on") else { break };
        path = next;
    }
    assert_eq!(pages, [(100, false), (100, true), (40, true)]);
    assert!(seen.contains(&format!("/tasks/{}", case.tasks[0])), "the son stands among them");
    let once: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((once.len(), seen.len()), (240, 240));
    let html = case.counsellor.browser.page(&path).unwrap();
    assert!(html.contains("March 2031 from its beginning") && !html.contains("More of March 2031"), "{html}");
    let beyond = format!("/calendar?month=2031-03&after=2031-03-31_{}", dated.id);
    let html = case.counsellor.browser.page(&beyond).unwrap();
    assert!(html.contains("Nothing more opens again in March 2031") && html.contains("from its beginning"));
    let strange = case.counsellor.program.get("/api/v1/calendar?month=2031-03&after=yesterday").unwrap();
    assert_eq!(strange.status, 422);
    let twice = case.counsellor.browser.get("/calendar?month=2031-03&month=2031-04").unwrap();
    assert!(twice.status == 422 && twice.text().contains("says something twice"), "{}", twice.text());
}

#[test]
fn a_closed_result_is_looked_at_again_each_year() {
    let world = World::new(3307);
    let mut case = Case::new(&world, &[SISTER]);
    alone(&mut case);
    let code = case.sent(&world, 0, "L1");
    let (mut sister, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut sister, "already_tested", &[]).unwrap();
    case.counsellor.program.api_post(&format!("/tasks/{}/settle", case.tasks[0]), &json!({})).unwrap();
    for year in 1..=3 {
        assert_eq!(close_result(&mut case), 200, "{year}");
        days(&world, &mut case, 364);
        assert_eq!(result_state(&mut case), "closed_with_triggers", "{year}");
        days(&world, &mut case, 1);
        assert_eq!(result_state(&mut case), "review", "{year}");
        in_step(&world);
    }
    let looks: Vec<_> =
        triggers(&world).into_iter().filter(|one| one.kind == TriggerKind::YearlyLook).collect();
    assert!(looks.len() == 3 && looks.iter().all(|one| one.state == TriggerState::Fired), "{looks:?}");
    assert_eq!(case.state(0), "done", "a look opens the result, and nobody in it");
}
