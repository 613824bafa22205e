//! A letter that has lain too long is given the day of now before it goes on.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{AUNT, Case},
};

#[test]
fn a_letter_that_has_lain_for_weeks_goes_on_only_under_the_day_of_now_and_with_its_words() {
    let world = World::new(861);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    let page = format!("/letters/{letter}");
    let first = case.text(&letter);
    assert!(first.contains("23 November 2026"), "{first}");
    case.later(&world, 14);
    assert!(!case.counsellor.browser.page(&page).unwrap().contains("carries a date of"));
    case.later(&world, 1);
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("carries the 23 November 2026, 15 days ago"), "{}", held.public());
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("Bring its date up to today") && !html.contains("Hand to a second person"),
        "{html}"
    );
    case.counsellor.browser.done(&page, &format!("{page}/date"), &[]).unwrap();
    let second = case.text(&letter);
    assert_eq!(second, first.replace("23 November 2026", "8 December 2026"));
    let twice = case.tried(&page, &format!("{page}/submit"), &[]);
    assert!(twice.0 < 400);

    // It waits for the second person just as long: they see why, in a batch too, and its author brings it up.
    case.later(&world, 15);
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("its author brings its date") && !html.contains("Approve and send"), "{html}");
    let held = case.clinician.letter_approve(&letter).unwrap_err();
    assert!(held.public().contains("8 December 2026"), "{}", held.public());
    let list = case.clinician.browser.page("/letter-batches/approve").unwrap();
    assert!(list.contains("It carries the 8 December 2026, 15 days ago"), "{list}");
    let other = case.clinician.program.api_post(&format!("{page}/date"), &serde_json::json!({})).unwrap_err();
    assert!(other.public().contains("Only the author"), "{}", other.public());
    case.counsellor.browser.done(&page, &format!("{page}/date"), &[]).unwrap();
    case.clinician.letter_approve(&letter).unwrap();
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}
