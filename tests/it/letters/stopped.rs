//! Whoever asks not to be contacted hears that it was done once, if they asked to; otherwise they hear nothing.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::demo::people::{letter_open, reply};

/// The aunt gets her letter and does not want to know; the page of her objection.
fn objects(world: &World, answers: &[(&str, &str)]) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    let code = case.sent(world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut browser, "not_know", answers).unwrap();
    let queue = case.counsellor.program.api("/queues/objections").unwrap();
    let page = queue["items"][0]["link"].as_str().unwrap().to_owned();
    (case, page)
}

/// The letter that confirms it, drafted.
pub fn made(world: &World) -> (Case, String) {
    let (mut case, page) = objects(world, &[("confirm", "yes")]);
    let letter = case.drafted(&page, &format!("{page}/letter"), &[]);
    (case, letter)
}

#[test]
fn whoever_asked_for_it_hears_once_that_we_have_stopped_writing() {
    let world = World::new(891);
    let (mut case, page) = objects(&world, &[("confirm", "yes")]);
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(shown.contains("They asked for one letter"), "{shown}");
    let letter = case.drafted(&page, &format!("{page}/letter"), &[]);
    let (status, html) = case.tried(&page, &format!("{page}/letter"), &[]);
    assert!(status == 409 && html.contains("already"), "{html}");
    let text = case.text(&letter);
    assert!(text.contains("We have stopped writing to you"), "{text}");
    for word in ["BRCA2", "gene", "cancer", "condition", "test"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (2, "do_not_contact"));
    // By its code they can come back.
    let code = case.code(&letter);
    let (mut browser, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    in_step(&world);
}

#[test]
fn whoever_asked_for_nothing_hears_nothing() {
    let world = World::new(892);
    let (mut case, page) = objects(&world, &[]);
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(shown.contains("asked for no letter"), "{shown}");
    // Said by a program all the same, it is refused.
    let refused = case.counsellor.program.api_post(&format!("{page}/letter"), &serde_json::json!({}));
    assert!(refused.unwrap_err().public().contains("did not ask"));
    assert_eq!(gone(&world), 1);
}

#[test]
fn nothing_is_confirmed_that_was_lifted_before_the_letter_left() {
    let world = World::new(893);
    let (mut case, letter) = made(&world);
    case.released(&letter);
    let page = format!("/people/{}/not-to-know", case.people[0]);
    let lift = [
        ("topic", "condition_exists"),
        ("trigger", "they_ask"),
        ("words", "She rang, and wants to know now."),
    ];
    case.counsellor.browser.done(&page, &format!("{page}/lift"), &lift).unwrap();
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}

#[test]
fn what_somebody_asks_for_on_the_telephone_is_written_down_with_their_wish() {
    let world = World::new(894);
    let mut case = Case::new(&world, &[AUNT]);
    let page = format!("/tasks/{}", case.tasks[0]);
    let said = [("scope", "self"), ("confirm", "letter")];
    case.counsellor.browser.done(&page, &format!("{page}/object"), &said).unwrap();
    let queue = case.counsellor.program.api("/queues/objections").unwrap();
    let objection = queue["items"][0]["link"].as_str().unwrap().to_owned();
    let letter = case.drafted(&objection, &format!("{objection}/letter"), &[]);
    case.released(&letter);
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}
