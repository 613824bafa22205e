//! Somebody asks by phone to act for a relative and staff write it down; and the relative ends it on their own pages.
//! Must not know: rows.

use super::{ANN, ask, granted, helper, in_step, newest, queued, reads_for};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::{
    browser::Browser,
    people::{letter_open, list_of, reply, text_of},
};
use serde_json::{Value, json};

fn rang(letter: &str) -> Value {
    json!({"letter": letter, "came": "phone", "acting_as": "helper", "own_name": "Ann Lee",
        "own_phone": "01632 960 001", "own_times": "Evenings"})
}

fn offered(case: &mut Case) -> (String, Vec<String>) {
    let at = format!("/tasks/{}/proxies", case.tasks[0]);
    let page = case.counsellor.program.api(&at).unwrap();
    let letters = list_of(&page, "letters").unwrap().iter().map(|one| text_of(one, "value").unwrap());
    (at, letters.collect())
}

fn herself(world: &World, code: &str) -> Browser {
    letter_open(&world.address, code, AUNT.born).unwrap().0
}

#[test]
fn who_rings_is_written_down_checked_like_anybody_and_let_in_by_a_second_code() {
    let world = World::new(2641);
    let mut case = Case::new(&world, &[AUNT]);
    assert_eq!(offered(&mut case).1, Vec::<String>::new(), "there is no letter to read");
    let code = case.sent(&world, 0, "L2");
    let (at, letters) = offered(&mut case);
    assert_eq!(letters.len(), 1);
    for (field, value, says) in [
        ("letter", Value::Null, "Choose the letter"),
        ("letter", json!("00000000-0000-4000-8000-000000000000"), "Choose the letter"),
        ("came", Value::Null, "how they asked"),
        ("acting_as", json!("next_of_kin"), "as what they ask"),
        ("own_name", json!("  "), "the name that they gave"),
        ("own_phone", json!("ring me"), "the number that they gave"),
        ("own_times", json!("x".repeat(201)), "the most is 200"),
    ] {
        let mut entry = rang(&letters[0]);
        entry[field] = value;
        let said = case.counsellor.program.api_post(&at, &entry).unwrap_err();
        assert!(said.public().contains(says), "{field}: {said}");
    }
    assert_eq!(queued(&mut case, "replies"), 0, "nothing of it was kept");
    case.counsellor.program.api_post(&at, &rang(&letters[0])).unwrap();
    assert_eq!((queued(&mut case, "replies"), case.state(0).as_str()), (1, "sent"));
    in_step(&world);
    let one = newest(&mut case, 0);
    let page = case.counsellor.browser.page(&one).unwrap();
    assert!(page.contains("Written down") && page.contains("By phone") && page.contains("Ann Lee"), "{page}");
    // Being known to staff lets nobody skip a check.
    let mut unchecked = helper();
    unchecked["phoned"] = Value::Null;
    assert!(super::refused(&mut case, &one, &unchecked).contains("Phone first"));
    let second = granted(&mut case, &one, &helper());
    let (_, letter) = reads_for(&world, &code, &AUNT, &second);
    assert!(letter.contains("BRCA2"));
    in_step(&world);
}

#[test]
fn nothing_is_written_down_about_a_letter_of_somebody_else_or_one_that_is_withheld() {
    let world = World::new(2642);
    let mut case = Case::new(&world, &[AUNT, SISTER]);
    case.sent(&world, 0, "L2");
    let (_, letters) = offered(&mut case);
    let others = format!("/tasks/{}/proxies", case.tasks[1]);
    let said = case.counsellor.program.api_post(&others, &rang(&letters[0])).unwrap_err();
    assert!(said.public().contains("Choose the letter"), "{said}");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L2", "No, after all.").unwrap();
    assert_eq!(offered(&mut case).1, Vec::<String>::new());
}

#[test]
fn whoever_is_acted_for_sees_it_and_ends_it_after_being_asked_once_more() {
    let world = World::new(2643);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    let mut own = herself(&world, &code);
    assert!(!own.page("/r/details").unwrap().contains("acting for you"), "nobody acts");
    ask(&world, &code, &AUNT, ANN);
    assert!(!own.page("/r/details").unwrap().contains("acting for you"), "asking is no acting");
    let at = newest(&mut case, 0);
    let second = granted(&mut case, &at, &helper());
    let (mut carer, _) = reads_for(&world, &code, &AUNT, &second);
    // It is told of as what, since when and with the first letters of a name, and not by the name that somebody typed.
    let details = own.page("/r/details").unwrap();
    assert!(
        details.contains("Somebody who helps you, as you agreed (A.L.): asked on 23 November 2026, until"),
        "{details}"
    );
    assert!(!details.contains("Ann Lee"));
    let asked = own.page("/r/acting/end").unwrap();
    assert!(asked.contains("Stop somebody acting for you?") && !asked.contains("Ann Lee"), "{asked}");
    assert!(carer.page("/r/letter").unwrap().contains("BRCA2"), "looking at the page ends nothing");
    assert_eq!(own.done("/r/acting/end", "/r/acting/end", &[]).unwrap(), "/r/acting/end");
    assert!(own.page("/r/acting/end").unwrap().contains("Nobody acts for you here"));
    assert!(!carer.get("/r/letter").unwrap().text().contains("BRCA2"), "with the page open");
    let page = case.counsellor.browser.page(&at).unwrap();
    assert!(page.contains("the person ended it themselves"), "{page}");
    assert!(own.page("/r/letter").unwrap().contains("BRCA2"), "her own way stays open");
    assert_eq!(case.state(0), "sent");
    in_step(&world);
}

#[test]
fn whoever_acts_for_another_cannot_end_what_others_do_nor_see_who_they_are() {
    let world = World::new(2644);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    ask(&world, &code, &AUNT, ANN);
    let at = newest(&mut case, 0);
    let second = granted(&mut case, &at, &helper());
    let (mut carer, _) = reads_for(&world, &code, &AUNT, &second);
    for path in ["/r/details", "/r/acting/end"] {
        assert_eq!(carer.get(path).unwrap().location.as_deref(), Some("/r/back"), "{path}");
    }
    let sent = carer.submit("/r/choices", "/r/acting/end", &[]).unwrap();
    assert_eq!(sent.location.as_deref(), Some("/r/back"));
    assert!(carer.page("/r/letter").unwrap().contains("BRCA2"), "nothing ended");
}

#[test]
fn whose_answer_it_was_the_person_sees_and_a_helper_sees_only_their_own() {
    let world = World::new(2645);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    let mut own = herself(&world, &code);
    own.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    reply(&mut own, "question", &[("question", "Can my sister come along?")]).unwrap();
    let mut helpers = Vec::new();
    for asked in [ANN, ("helper", "Bo Wynn", "01632 960 002")] {
        world.clock.advance_seconds(60);
        ask(&world, &code, &AUNT, asked);
        let at = newest(&mut case, 0);
        let second = granted(&mut case, &at, &helper());
        helpers.push(reads_for(&world, &code, &AUNT, &second).0);
    }
    // There is an answer, and not which: neither hers, nor what she asked.
    let back = helpers[0].page("/r/back").unwrap();
    assert!(back.contains("An answer to this letter was given already"), "{back}");
    assert!(!back.contains("ask something") && !back.contains("/r/answered"), "{back}");
    assert_eq!(helpers[0].get("/r/answered").unwrap().location.as_deref(), Some("/r/back"));
    assert!(!helpers[0].page("/r/choices").unwrap().contains(" checked"), "nor is hers chosen for them");
    assert_eq!(helpers[0].get("/r/done").unwrap().location.as_deref(), Some("/r/choices"));
    reply(&mut helpers[0], "think", &[("remind", "1")]).unwrap();
    let back = helpers[0].page("/r/back").unwrap();
    assert!(back.contains("We need time to think") && back.contains("Change your answer"), "{back}");
    let other = helpers[1].page("/r/back").unwrap();
    assert!(!other.contains("time to think") && other.contains("was given already"), "{other}");
    // She herself sees each answer with who gave it, and can tell two who act for her apart.
    let details = own.page("/r/details").unwrap();
    for says in [
        "I want to ask something. Said by you",
        "I need time to think. Said for you by somebody who helps you (A.L.)",
        "as you agreed (A.L.): asked on",
        "as you agreed (B.W.): asked on",
    ] {
        assert!(details.contains(says), "{says}: {details}");
    }
    assert!(!details.contains("Ann") && !details.contains("Wynn"), "{details}");
    let back = own.page("/r/back").unwrap();
    assert!(back.contains("Said for you by somebody who helps you (A.L.)"), "{back}");
    in_step(&world);
}
