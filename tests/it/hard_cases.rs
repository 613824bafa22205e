//! Hard cases of the worked examples, each lived through by its number. Others stand with what they are about, by the same
//! numbers: the last test here says where. Must not know: how any rule is kept.

mod changed;
mod people;
mod reached;

use crate::support::{
    World,
    cases::{AUNT, BROTHER, Case, SISTER},
};
use kinward::demo::people::{AtWork, Kin, weighed};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What a program is told: the status, and the field that it is about.
pub fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let (status, told) = crate::people::told(work, path, body);
    (status, told["field"].clone())
}

fn balance(more: Value) -> Value {
    let mut all = weighed(json!({
        "model": "familial", "outcome": "applied", "level": "L1", "reasons": ["A1", "A9"],
        "harm_if_not_shared": "No checks in time.", "harm_if_shared": "Grief may be stirred up.",
        "steps_tried": "Nobody can be asked.", "adviser": "The Guardian: go on.",
        "proband_informed": "Cannot be.", "inferable_why": "She is told by name of the clinic alone."
    }));
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn proband_of(case: &mut Case) -> String {
    let page = case.counsellor.result(&case.result.clone()).unwrap();
    page["proband"]["person"].as_str().unwrap().to_owned()
}

fn dies(work: &mut AtWork, person: &str) {
    let page = format!("/people/{person}");
    let died = [("died_on-day", "23"), ("died_on-month", "11"), ("died_on-year", "2026")];
    work.browser.done(&page, &format!("{page}/died"), &died).unwrap();
}

#[test]
fn h1_a_refusal_leads_to_a_decision_or_a_dated_day_and_nothing_closes_before() {
    let world = World::new(1401);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let close = format!("/results/{}/close", case.result);
    case.counsellor.consent(&task, "refused", "L1", "I am ashamed.").unwrap();
    assert_eq!(told(&mut case.counsellor, &close, &json!({})).0, 409, "a refusal is no end");
    assert_eq!(told(&mut case.counsellor, &format!("/tasks/{task}/settle"), &json!({})).0, 409);
    let queue = case.counsellor.browser.page("/queues/decisions").unwrap();
    assert!(queue.contains(&case.reference), "it waits for a decision");
    // Declined: nobody is written to, and a day is set on which it is looked at again.
    case.clinician.decision(&task, "declined", "L1", &["RL2"]).unwrap();
    assert_eq!(case.state(0), "not_now");
    assert_eq!(told(&mut case.counsellor, &close, &json!({})).0, 409);
    assert!(case.counsellor.browser.page("/queues/decisions").unwrap().contains(&case.reference));
    // Weighed again for a letter that names nobody: it can go, and tells nothing of who was tested.
    case.counsellor.consent(&task, "refused", "L1", "Still not.").unwrap();
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.approved(0, "L1");
    assert_eq!(world.send(), 0, "it waits, so that it can be thought over");
    world.cooled();
    assert_eq!(world.send(), 2);
}

#[test]
fn h3_a_proband_who_has_died_is_asked_nothing_and_their_wish_is_looked_for() {
    let world = World::new(1403);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let (sisters, aunts) = (case.tasks[0].clone(), case.tasks[1].clone());
    // In their lifetime they agreed for the brother, and were thinking about the aunt.
    case.agree(2, "L2");
    case.counsellor.consent(&aunts, "thinking", "L1", "Give me a week.").unwrap();
    let proband = proband_of(&mut case);
    dies(&mut case.counsellor, &proband);
    let states: Vec<String> = (0..3).map(|place| case.state(place)).collect();
    assert_eq!(
        states,
        ["decision_needed", "decision_needed", "route_agreed"],
        "nobody is sent to ask the dead"
    );
    for queue in ["discussion_due", "thinking_time"] {
        let page = case.counsellor.browser.page(&format!("/queues/{queue}")).unwrap();
        assert!(!page.contains(&case.reference), "{queue}");
    }
    case.approved(2, "L2");
    assert!(world.send() > 0, "what they agreed to stands");
    let page = format!("/tasks/{sisters}/consent");
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("The proband has died") && !html.contains("id=\"stance-given\""), "{html}");
    let said = |stance: &str, more: Value| {
        let mut body =
            json!({"stance": stance, "words": "She cannot say.", "level": "L1", "route": "clinic_letter"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let work = &mut case.counsellor;
    assert_eq!(
        told(work, &page, &said("given", json!({}))),
        (422, json!("stance")),
        "nobody consents for her"
    );
    assert_eq!(told(work, &page, &said("not_obtainable", json!({}))), (422, json!("cause")));
    let died = json!({"cause": "died"});
    assert_eq!(told(work, &page, &said("not_obtainable", died)), (422, json!("wish_searched")));
    let found = json!({"cause": "died", "wish_searched": "Her notes and the talk before the test; her husband.",
        "wish_found": "She told her husband that the girls should know."});
    work.program.api_post(&page, &said("not_obtainable", found)).unwrap();
    // The decision weighs what weighs after a death, and keeps the search.
    let decision = format!("/tasks/{sisters}/decision");
    assert_eq!(told(&mut case.clinician, &decision, &balance(json!({}))), (422, json!("after_death")));
    let five =
        "Little distress; great benefit; nothing of others; not known yet; in code; for their own care.";
    case.clinician.program.api_post(&decision, &balance(json!({"after_death": five}))).unwrap();
    let html = case.clinician.browser.page(&decision).unwrap();
    for kept in ["the girls should know", "Her notes and the talk before the test", "Little distress"] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    case.approved(0, "L1");
    assert!(world.send() > 0);
    // Taken back: what said that they had died carries no decision any more.
    case.counsellor.program.api_post(&format!("/tasks/{aunts}/consent"), &json!({"stance": "not_obtainable",
        "words": "She cannot say.", "cause": "died", "wish_searched": "Her notes.", "wish_found": "Nothing."})).unwrap();
    let alive = json!({"alive_reason": "It was her cousin of the same name."});
    case.counsellor.program.api_post(&format!("/people/{proband}/alive"), &alive).unwrap();
    let refused = told(&mut case.clinician, &format!("/tasks/{aunts}/decision"), &balance(json!({})));
    assert_eq!(refused.0, 409, "{refused:?}");
    case.counsellor.consent(&aunts, "given", "L1", "Yes, tell her.").unwrap();
}

#[test]
fn h4_nobody_consents_for_who_cannot_decide_and_capacity_is_found_for_this_decision_on_a_day() {
    let world = World::new(1404);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let page = format!("/tasks/{task}/consent");
    let entry = |more: Value| {
        let mut body =
            json!({"stance": "not_obtainable", "words": "A stroke in October.", "cause": "no_capacity"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let work = &mut case.counsellor;
    for stance in ["next_of_kin", "next_of_kin_consents"] {
        let (status, field) = told(work, &page, &json!({"stance": stance, "words": "I agree for him."}));
        assert_eq!((status, field), (422, json!("stance")), "{stance} is no stance");
    }
    assert_eq!(told(work, &page, &entry(json!({}))), (422, json!("assessed_on")));
    let day = |on: &str, who: &str| {
        entry(
            json!({"assessed_on": on, "assessed": "Dr Rahman: he holds on to nothing for longer than a minute.",
            "spokesperson": who, "likely_view": "He told his brothers everything, his wife says."}),
        )
    };
    assert_eq!(told(work, &page, &day("2027-01-01", "nobody")), (422, json!("assessed_on")), "not ahead");
    assert_eq!(told(work, &page, &day("2026-11-20", "next_of_kin")), (422, json!("spokesperson")));
    work.program.api_post(&page, &day("2026-11-20", "consultee")).unwrap();
    assert_eq!(case.state(0), "decision_needed", "what others say is weighed, and is no consent");
    let facts = case.clinician.program.api(&format!("/tasks/{task}/decision")).unwrap();
    let known: Vec<&str> =
        facts["form"]["facts"].as_array().unwrap().iter().map(|one| one["known"].as_str().unwrap()).collect();
    assert!(
        known.contains(&"20 November 2026") && known.iter().any(|words| words.contains("told his brothers"))
    );
    // Another month he can say it himself, once somebody has found that he can.
    let mut yes = json!({"stance": "given", "route": "clinic_letter", "level": "L1", "words": "Yes, tell her.",
        "inferable_why": "He was told that she can work it out, and agrees."});
    assert_eq!(told(&mut case.counsellor, &page, &yes), (422, json!("able_on")));
    yes["able_on"] = json!("2026-11-23");
    yes["able_how"] = json!("Dr Rahman: he follows it now, and says it back.");
    case.counsellor.program.api_post(&page, &yes).unwrap();
    assert_eq!(case.state(0), "route_agreed");
}

#[test]
fn h5_a_child_waits_for_a_season_before_the_age_and_nothing_is_addressed_to_them() {
    let world = World::new(1405);
    let child =
        Kin { relation: "son", given: "Ifan", family: "Ashdown", born: ("2015", "6", "14"), email: None };
    let mut case = Case::new(&world, &[child]);
    assert_eq!(case.state(0), "wait_age");
    let task = case.tasks[0].clone();
    assert!(case.counsellor.consent(&task, "given", "L2", "Write to him.").is_err());
    assert!(case.counsellor.letter_draft(&task, "L0").is_err(), "no letter is addressed to a child");
    let item = case.counsellor.program.api("/queues/waiting_for_age").unwrap();
    let due = item["items"][0]["due"].as_str().unwrap();
    // Ninety days before the birthday of the age that the condition's table names.
    assert!(due.contains("16 March"), "{due}");
    assert_eq!(told(&mut case.counsellor, &format!("/tasks/{task}/come-of-age"), &json!({})).0, 200);
    assert_eq!(case.state(0), "identified", "then the way begins with a fresh word");
}

#[test]
fn h22_a_relative_who_cannot_wait_is_due_on_the_next_working_day_and_stands_apart() {
    let world = World::new(1422);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "She might end it.").unwrap();
    case.counsellor.consent(&case.tasks[1].clone(), "refused", "L1", "Nor her.").unwrap();
    let (page, urgent) = (format!("/tasks/{task}"), format!("/tasks/{task}/urgent"));
    let short = json!({"pressing": "pregnancy", "pressing_words": "yes"});
    assert_eq!(told(&mut case.counsellor, &urgent, &short), (422, json!("pressing_words")), "who said so?");
    let words = "Ten weeks; she told the midwife of this clinic on Friday.";
    let entry = [("pressing", "pregnancy"), ("pressing_words", words)];
    case.counsellor.browser.done(&page, &urgent, &entry).unwrap();
    let all = case.clinician.program.api("/queues/urgent").unwrap();
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(all["items"][0]["due"], "24 November 2026", "one working day");
    // The decision itself is due then, before the other relative's.
    let decisions = case.clinician.program.api("/queues/decisions").unwrap();
    let due: Vec<&str> =
        decisions["items"].as_array().unwrap().iter().map(|one| one["due"].as_str().unwrap()).collect();
    assert_eq!(due, ["24 November 2026", "7 December 2026"], "{decisions}");
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("This relative cannot wait") && html.contains("told the midwife"), "{html}");
    let administrator = world.at_work("jo.taylor").browser.page(&page).unwrap_or_default();
    assert!(!administrator.contains("midwife"), "why it presses is for those who weigh it");
    // A day later it is overdue; the decision keeps why it pressed; once the letter has gone nothing presses any more.
    world.clock.advance_days(2);
    let home = world.clinician().browser.page("/").unwrap();
    assert!(home.contains("Urgent: a relative cannot wait"), "{home}");
    let mut clinician = world.clinician();
    clinician.decision(&task, "applied", "L1", &["A3"]).unwrap();
    let decided = clinician.browser.page(&format!("{page}/decision")).unwrap();
    assert!(decided.contains("A pregnancy, 23 November 2026"), "{decided}");
    let mut counsellor = world.counsellor();
    let letter = counsellor.letter_draft(&task, "L1").unwrap();
    counsellor.letter_submit(&letter).unwrap();
    clinician.letter_approve(&letter).unwrap();
    world.cooled();
    world.send();
    let mut clinician = world.clinician();
    assert!(clinician.program.api("/queues/urgent").unwrap()["items"].as_array().unwrap().is_empty());
    let (missing, extra) = crate::queues::histories::compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn what_presses_no_more_is_ended_with_a_reason_and_stays_on_the_page() {
    let world = World::new(1423);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let (page, urgent) = (format!("/tasks/{task}"), format!("/tasks/{task}/urgent"));
    let entry = json!({"pressing": "operation", "pressing_words": "On Thursday, her surgeon rang."});
    let made = case.counsellor.program.api_post(&urgent, &entry).unwrap();
    assert_eq!(told(&mut case.counsellor, &urgent, &entry).0, 409, "once");
    let end = format!("{urgent}/{}/end", made["urgency"].as_str().unwrap());
    assert_eq!(told(&mut case.counsellor, &end, &json!({"ended_why": ""})), (422, json!("ended_why")));
    let due = |case: &mut Case, queue: &str| {
        let items = case.counsellor.program.api(&format!("/queues/{queue}")).unwrap()["items"].clone();
        items[0]["due"].as_str().unwrap().to_owned()
    };
    assert_eq!(due(&mut case, "discussion_due"), "24 November 2026");
    case.counsellor.browser.done(&page, &end, &[("ended_why", "The operation is put off.")]).unwrap();
    assert_eq!(due(&mut case, "discussion_due"), "7 December 2026", "as before it pressed");
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("The operation is put off.") && !html.contains("It presses no more"), "{html}");
    assert!(case.counsellor.program.api("/queues/urgent").unwrap()["items"].as_array().unwrap().is_empty());
    assert_eq!(told(&mut case.counsellor, &end, &json!({"ended_why": "Again."})).0, 409);
    // Where a step was taken meanwhile, the day is the one that this step asks for.
    let made = case.counsellor.program.api_post(&urgent, &entry).unwrap();
    let end = format!("{urgent}/{}/end", made["urgency"].as_str().unwrap());
    let thinks = json!({"stance": "thinking", "words": "Give me a week.", "revisit_on": "2026-12-01"});
    case.counsellor.program.api_post(&format!("/tasks/{task}/consent"), &thinks).unwrap();
    assert_eq!(due(&mut case, "thinking_time"), "24 November 2026");
    assert_eq!(told(&mut case.counsellor, &end, &json!({"ended_why": "It is put off again."})).0, 200);
    assert_eq!(due(&mut case, "thinking_time"), "1 December 2026");
}

#[test]
fn h23_a_relative_in_the_same_clinic_is_known_to_the_clinician_alone_and_nobody_is_named() {
    let world = World::new(1423);
    let mut mrs_cross = Case::new(&world, &[SISTER]);
    let mut mrs_yates = Case::with(&world, &crate::queues::numbered(7), &[SISTER]);
    let task = format!("/tasks/{}", mrs_cross.tasks[0]);
    let other = mrs_yates.reference.clone();
    assert!(!mrs_cross.clinician.browser.page(&task).unwrap().contains(&other), "a name alone is nobody");
    for case in [&mut mrs_cross, &mut mrs_yates] {
        crate::knows::known_by_number(case, 0, &SISTER);
    }
    let seen = mrs_cross.clinician.browser.page(&task).unwrap();
    assert!(seen.contains("in the care of this service already") && seen.contains(&other), "{seen}");
    assert!(!mrs_cross.counsellor.browser.page(&task).unwrap().contains(&other));
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&mrs_cross.reference, "asked to complete an address").unwrap();
    assert!(!clerk.browser.page(&task).unwrap().contains(&other), "the clerk sees no link");
    // The familial part is used for her without a name, against the proband's wish and after weighing it.
    let task = mrs_cross.tasks[0].clone();
    mrs_cross.counsellor.consent(&task, "refused", "L2", "She might end the pregnancy.").unwrap();
    mrs_cross.clinician.decision(&task, "applied", "L2", &["A3", "A10"]).unwrap();
    let letter = mrs_cross.approved(0, "L2");
    let text = mrs_cross.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    let page = mrs_cross.counsellor.result(&mrs_cross.result.clone()).unwrap();
    assert!(!text.contains(page["proband"]["name"].as_str().unwrap()), "{text}");
}

#[test]
fn h26_who_is_related_through_a_donor_alone_is_not_contacted_as_a_relative() {
    let world = World::new(1426);
    let son =
        Kin { relation: "son", given: "Ifan", family: "Ashdown", born: ("1990", "6", "14"), email: None };
    let mut case = Case::new(&world, &[son]);
    let table = format!("/families/{}/people/table", case.family);
    let mark = case.counsellor.program.api(&table).unwrap()["mark"].as_str().unwrap().to_owned();
    // The egg that the proband came of was another woman's.
    let rows = json!([{"relation": "mother", "given_name": "Wenna", "family_name": "Hale", "born": "1935", "notes": "donor"}]);
    let entry = json!({"step": "save", "mark": mark, "rows": rows});
    case.counsellor.program.api_post(&table, &entry).unwrap();
    let page = format!("/results/{}/at-risk", case.result);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(!html.contains("Wenna"), "{html}");
    assert!(html.contains("1 person is related to the proband through a donor alone"), "{html}");
    let mut clerk = world.at_work("jo.taylor");
    clerk.family_claim(&case.reference, "asked to complete an address").unwrap();
    assert!(
        !clerk.browser.page(&page).unwrap().contains("donor"),
        "what is sealed is for those who may see it"
    );
    assert_eq!(case.state(0), "identified", "the others are followed as before");
}

/// The hard cases that are lived through somewhere in this suite, by the number in a test's name.
#[test]
fn every_hard_case_that_is_said_to_be_covered_is() {
    let mut found = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it"))];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let text = std::fs::read_to_string(entry).unwrap();
            let numbers = text.match_indices("\nfn h").filter_map(|(at, start)| {
                let digits: String =
                    text[at + start.len()..].chars().take_while(char::is_ascii_digit).collect();
                digits.parse::<u32>().ok()
            });
            found.extend(numbers);
        }
    }
    let covered = BTreeSet::from_iter(1..=30);
    assert_eq!(found, covered, "add the number here, and to docs/guide, when another case is covered");
}
