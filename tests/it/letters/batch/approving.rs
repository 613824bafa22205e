//! Approving several letters: each is looked at and ticked by itself, and a batch never does what a page would refuse.
//! Must not know: what a letter says.

use super::{GIVEN, agreed, all_rounds, batch, counts, draft, lines};
use crate::{
    queues::compare,
    support::{World, cases::Case},
};
use kinward::demo::people::{last_part, list_of, text_of};
use serde_json::{Value, json};

const PAGE: &str = "/letter-batches/approve";

fn shown(case: &mut Case) -> Vec<Value> {
    list_of(&case.clinician.program.api(PAGE).unwrap(), "lines").unwrap().clone()
}

fn value(line: &Value) -> String {
    text_of(line, "value").unwrap()
}

#[test]
fn a_letter_is_approved_in_a_batch_by_one_tick_each_of_somebody_who_did_not_write_it() {
    let world = World::new(861);
    let mut case = agreed(&world, 4);
    draft(&mut case.counsellor, "hands_on");
    all_rounds(&world);
    // Its author is offered none.
    let own = case.counsellor.program.api(PAGE).unwrap();
    assert_eq!((own["total"].as_i64(), list_of(&own, "lines").unwrap().len()), (Some(0), 0));
    let queue = case.clinician.browser.page("/queues/letters_to_approve").unwrap();
    assert!(queue.contains(&format!("href=\"{PAGE}\"")), "{queue}");
    let html = case.clinician.browser.page(PAGE).unwrap();
    assert_eq!(html.matches("name=\"letters[]\"").count(), 4);
    assert!(!html.contains(" checked") && html.contains("Larch Close"), "{html}");
    let there = shown(&mut case);
    for line in &there {
        // The link leads to the very bytes that the tick stands for.
        let letter = text_of(line, "letter").unwrap();
        assert!(html.contains(&format!("href=\"/letters/{letter}/pdf\"")));
        let pdf = case.clinician.browser.get(&format!("/letters/{letter}/pdf")).unwrap().body;
        assert_eq!(value(line), format!("{letter}.{}", kinward::keys::digest(&pdf)));
    }
    let none = case.clinician.browser.submit(PAGE, PAGE, &[]).unwrap();
    assert!(none.status == 422 && none.text().contains("Tick each letter"), "{}", none.text());
    let ticked = [value(&there[0]), value(&there[2])];
    let fields = [("letters[]", ticked[0].as_str()), ("letters[]", ticked[1].as_str())];
    let id = last_part(&case.clinician.browser.done(PAGE, PAGE, &fields).unwrap());
    assert_eq!(shown(&mut case).len(), 2, "what is ticked waits for its turn and is not offered again");
    all_rounds(&world);
    let seen = batch(&mut case.clinician, &id, "done");
    assert_eq!((counts(&seen), lines(&seen).len()), ([2, 2, 0, 0, 0], 2));
    assert_eq!(seen["batch"]["so_far"], "2 of 2 letters approved");
    for (place, line) in there.iter().enumerate() {
        let letter =
            case.clinician.program.api(&format!("/letters/{}", text_of(line, "letter").unwrap())).unwrap();
        let state = if place % 2 == 0 { "approved" } else { "submitted" };
        assert_eq!(letter["state"], state);
        assert_eq!(letter["approver"].as_str(), (place % 2 == 0).then_some("Dr Amir Rahman"));
    }
    assert_eq!(world.send(), 2 + 2, "on paper, and the notices by e-mail that follow");
    assert_eq!(compare(&world), (vec![], vec![]));
}

#[test]
fn nothing_is_approved_in_a_batch_that_was_not_shown_or_in_which_something_is_found() {
    let world = World::new(862);
    let mut case = agreed(&world, 3);
    draft(&mut case.counsellor, "hands_on");
    all_rounds(&world);
    let there = shown(&mut case);
    let letter = text_of(&there[0], "letter").unwrap();
    // Without the bytes that were shown, with others, one's own, one that is nowhere.
    let nowhere = "00000000-0000-4000-8000-000000000000";
    for (wrong, status) in [
        (letter.clone(), 422),
        (format!("{letter}."), 409),
        (format!("{letter}.{}", "0".repeat(64)), 409),
        (format!("{nowhere}.{}", value(&there[0]).split_once('.').unwrap().1), 409),
    ] {
        let body = serde_json::to_vec(&json!({"letters": [value(&there[1]), wrong]})).unwrap();
        let path = format!("/api/v1{PAGE}");
        let seen = case.clinician.program.send("POST", &path, Some("application/json"), Some(&body)).unwrap();
        assert_eq!(seen.status, status, "{wrong}: {}", seen.text());
        assert!(seen.text().contains("Nothing was started."), "{}", seen.text());
    }
    let own = json!({"letters": [value(&there[1])]});
    assert!(case.counsellor.program.api_post(PAGE, &own).is_err(), "its author");
    // Ticked while nothing was to be found; then somebody is added who is called as the street of one is.
    let id = case
        .clinician
        .program
        .api_post(PAGE, &json!({"letters": there.iter().map(value).collect::<Vec<_>>()}));
    let id = text_of(&id.unwrap(), "batch").unwrap();
    let page = format!("/families/{}/people", case.family);
    let new =
        json!({"relation": "brother", "from": case.people[0], "given_name": "Larch", "family_name": "Farr"});
    case.counsellor.program.api_post(&page, &new).unwrap();
    all_rounds(&world);
    let seen = batch(&mut case.clinician, &id, "held");
    assert_eq!(counts(&seen), [3, 0, 3, 0, 0], "{seen}");
    let why = text_of(&lines(&seen)[0], "why").unwrap();
    assert!(why.contains("another person's given name") && why.contains("Nothing was changed"), "{why}");
    assert!(lines(&seen)[0]["link"].as_str().unwrap().starts_with("/letters/"));
    // From now on the list says so itself, and offers no tick.
    let html = case.clinician.browser.page(PAGE).unwrap();
    assert!(
        html.contains("Not to be approved here.") && html.contains("<strong>Larch</strong> in the address"),
        "{html}"
    );
    assert!(!html.contains("name=\"letters[]\"") && !html.contains("Approve those that are ticked"));
    assert_eq!(compare(&world), (vec![], vec![]));
}

#[test]
fn what_is_stopped_between_the_tick_and_its_turn_stays_stopped() {
    let world = World::new(863);
    let mut case = agreed(&world, 2);
    draft(&mut case.counsellor, "hands_on");
    all_rounds(&world);
    let there = shown(&mut case);
    assert!(there.iter().any(|line| text_of(line, "recipient").unwrap().starts_with(GIVEN[0])));
    let all = json!({"letters": there.iter().map(value).collect::<Vec<_>>()});
    let id = text_of(&case.clinician.program.api_post(PAGE, &all).unwrap(), "batch").unwrap();
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L0", "Not her after all.").unwrap();
    all_rounds(&world);
    let seen = batch(&mut case.clinician, &id, "held");
    assert_eq!(counts(&seen), [2, 1, 1, 0, 0]);
    let why = text_of(&lines(&seen)[0], "why").unwrap();
    assert!(why.contains("This letter is stopped; it cannot be approved."), "{why}");
    assert_eq!(compare(&world), (vec![], vec![]));
}

#[test]
fn words_of_a_letters_own_stand_beside_its_tick() {
    let world = World::new(864);
    let mut case = agreed(&world, 2);
    draft(&mut case.counsellor, "stays");
    all_rounds(&world);
    let tasks = case.tasks.clone();
    for (place, task) in tasks.iter().enumerate() {
        let seen = case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
        let letter = text_of(&list_of(&seen, "letters").unwrap()[0], "letter").unwrap();
        if place == 0 {
            let words = case.counsellor.program.api(&format!("/letters/{letter}/words")).unwrap();
            let open = |part: &&Value| part["page"].is_string() && part["list"] != true;
            let parts = list_of(&words["sides"][0], "parts").unwrap().clone();
            let at = parts.iter().filter(open).find_map(|part| {
                let at = format!("/letters/{letter}/words/{}", text_of(part, "page").unwrap());
                let fields = [
                    ("block_words", "You can ring us on any weekday."),
                    ("words_why", "She asked when she can ring us."),
                ];
                case.counsellor.browser.done(&at, &at, &fields).ok()
            });
            assert!(at.is_some(), "no block takes these words: {words}");
        }
        case.counsellor.letter_submit(&letter).unwrap();
    }
    let html = case.clinician.browser.page(PAGE).unwrap();
    assert!(html.contains("weekday.") && html.contains("She asked when she can ring us."), "{html}");
    assert_eq!(html.matches("Words of this letter's own.").count(), 1);
    assert_eq!(html.matches("Every word is the template's.").count(), 1);
    let there = shown(&mut case);
    let all = json!({"letters": there.iter().map(value).collect::<Vec<_>>()});
    let id = text_of(&case.clinician.program.api_post(PAGE, &all).unwrap(), "batch").unwrap();
    all_rounds(&world);
    assert_eq!(counts(&batch(&mut case.clinician, &id, "done")), [2, 2, 0, 0, 0]);
}
