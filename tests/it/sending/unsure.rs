//! A letter given up without knowing whether it left: its code works if it arrives, until somebody knows that it did not go.
//! Must not know: what the letter says.

use super::{Scripted, post, sisters, state, vanish_while_sending};
use crate::support::{World, cases::Case};
use kinward::{
    demo::{
        code_of,
        people::{letter_open, reply},
    },
    ids::PostId,
    relative::outbox::{Channel, PostState},
};

const BORN: (&str, &str, &str) = ("1964", "2", "17");

/// A letter whose sender vanished while sending: its code and its sending.
fn uncertain(world: &World, case: &mut Case, place: usize) -> (String, PostId) {
    case.agree(place, "L2");
    let letter = case.approved(place, "L2");
    let lost = post(world, Channel::Paper);
    vanish_while_sending(world, &lost);
    world.clock.advance_seconds(901);
    Scripted::accepting().round(world, "another");
    assert_eq!(state(world, lost.id), PostState::Uncertain);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    (code_of(&mut case.counsellor, &letter).unwrap(), lost.id)
}

fn settle(case: &mut Case, post: PostId, how: &str) {
    let page = format!("/outbox/{post}");
    case.clinician.browser.done(&page, &format!("{page}/settle"), &[("how", how)]).unwrap();
}

#[test]
fn a_letter_given_up_without_knowing_is_read_and_answered_if_it_arrives() {
    let world = World::new(431);
    let mut case = Case::new(&world, &sisters(1));
    let (code, post) = uncertain(&world, &mut case, 0);
    settle(&mut case, post, "give_up");
    assert_eq!(case.state(0), "route_agreed", "nobody waits for it");
    let (mut browser, _) = letter_open(&world.address, &code, BORN).unwrap();
    reply(&mut browser, "think", &[("remind", "6")]).unwrap();
    assert_eq!(case.state(0), "wants_time");
}

#[test]
fn a_letter_given_up_is_withheld_when_something_else_takes_it_back_and_still_answered() {
    let world = World::new(432);
    let mut case = Case::new(&world, &sisters(1));
    let (code, post) = uncertain(&world, &mut case, 0);
    settle(&mut case, post, "give_up");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L2", "No, after all.").unwrap();
    let (_, shown) = letter_open(&world.address, &code, BORN).unwrap();
    assert!(!shown.contains("BRCA2"), "it may not be read any more");
    let mut browser = world.browser();
    browser.page("/r").unwrap();
    browser.done("/r/code", "/r/code", &[("code", &code)]).unwrap();
    let born = [("day", BORN.2), ("month", BORN.1), ("year", BORN.0)];
    browser.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    reply(&mut browser, "think", &[("remind", "6")]).unwrap();
    assert_eq!(case.state(0), "wants_time");
}

#[test]
fn a_code_closes_when_somebody_knows_that_its_letter_did_not_go_and_a_later_letter_stays() {
    let world = World::new(433);
    let mut case = Case::new(&world, &sisters(2));
    let (code, post) = uncertain(&world, &mut case, 0);
    settle(&mut case, post, "not_sent");
    assert!(letter_open(&world.address, &code, BORN).is_err());
    assert_eq!(case.state(0), "route_agreed");
    let (code, post) = uncertain(&world, &mut case, 1);
    settle(&mut case, post, "give_up");
    world.clock.advance_seconds(1);
    case.approved(1, "L2");
    let page = case.clinician.browser.page(&format!("/outbox/{post}")).unwrap();
    assert!(page.contains("It surely did not go out") && !page.contains("Send it again"), "{page}");
    settle(&mut case, post, "not_sent");
    assert!(letter_open(&world.address, &code, BORN).is_err());
    assert_eq!(case.state(1), "writing", "the letter written since is on its way");
}
