//! What a relative is told of a referral, and what staff are told first where there can be none.
//! Must not know: how a referral is kept.

use super::{
    ACKNOWLEDGED, answered_far_away, approved, by_phone, certificate, in_step, on_the_portal, prepared, step,
};
use crate::{
    proxy::{granted, helper, newest, reads_for},
    separation::relatives_house,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use kinward::{
    config::Wing,
    demo::{
        clinic,
        people::{asks_to_act, letter_open, reply},
    },
};
use std::sync::Arc;

#[test]
fn a_relative_is_told_which_service_has_a_letter_about_them_and_what_comes_next_when_it_declines() {
    let world = World::new(3012);
    let mut case = Case::new(&world, &[SISTER]);
    let (code, mut browser) = answered_far_away(&world, &mut case, true);
    let chosen = certificate(&mut case);
    let (referral, letter) = prepared(&mut case, 0, &on_the_portal(&chosen));
    approved(&mut case, &letter);
    assert!(!browser.page("/r/details").unwrap().contains("Truro Genetics"), "it has not left");
    world.send();
    let held = browser.page("/r/details").unwrap();
    assert!(
        held.contains("23 November 2026: Truro Genetics Service. We are waiting for their answer."),
        "{held}"
    );
    for other in ["Ashdown", "proband", "01632 960 555", "lives_there"] {
        assert!(!held.contains(other), "{other}");
    }
    step(&mut case, &referral, "acknowledge", &ACKNOWLEDGED);
    assert!(browser.page("/r/details").unwrap().contains("They have our letter, and will contact you."));
    let declined =
        [("declined_words", "Her mother asked them not to."), ("declined_then", "another_service")];
    step(&mut case, &referral, "decline", &declined);
    // By the process that may do least, too.
    let (socket, address) = clinic::listen(0).unwrap();
    let house = Arc::new(relatives_house(&world, &address));
    let _serving = clinic::serve_wing(house, Wing::Relative, socket, 2).unwrap();
    let (mut apart, _) = letter_open(&address, &code, SISTER.born).unwrap();
    for browser in [&mut browser, &mut apart] {
        let held = browser.page("/r/details").unwrap();
        assert!(held.contains("They cannot see you. You are with us again"), "{held}");
        assert!(!held.contains("mother"), "what they said is for staff: {held}");
        let back = browser.page("/r/back").unwrap();
        assert!(back.contains("The other service cannot see you. You are with us again"), "{back}");
    }
    in_step(&world);
}

#[test]
fn a_referral_that_cannot_be_says_so_first_and_what_can_be_done_instead() {
    let world = World::new(3013);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    // Only that she should contact us was agreed to: no laboratory could test by that.
    case.agree(0, "L0");
    let page = format!("/tasks/{}/referral", case.tasks[0]);
    let form = case.counsellor.browser.page(&page).unwrap();
    assert!(form.contains("cannot be handed over now") && form.contains("allows L0 at most"), "{form}");
    assert!(form.contains("Write to the relative first") && !form.contains("Prepare the referral"), "{form}");
    // The tick of a helper is no agreement of a grown woman.
    let code = case.sent(&world, 1, "L2");
    asks_to_act(&mut world.browser(), &code, AUNT.born, ("helper", "Ann Lee", "01632 960 001")).unwrap();
    let at = newest(&mut case, 1);
    let second = granted(&mut case, &at, &helper());
    let (mut carer, _) = reads_for(&world, &code, &AUNT, &second);
    reply(&mut carer, "appointment", &[("by", "phone"), ("hand_over", "yes")]).unwrap();
    let page = format!("/tasks/{}/referral", case.tasks[1]);
    let form = case.counsellor.browser.page(&page).unwrap();
    assert!(form.contains("That answer is no agreement") && form.contains("Ask the relative."), "{form}");
    assert!(!form.contains("value=\"portal\"") && form.contains("Prepare the referral"), "{form}");
    let chosen = certificate(&mut case);
    prepared(&mut case, 1, &by_phone(&chosen));
    in_step(&world);
}
