//! Asking to act, the second code and an answer for another, through a process with the least authority there is.
//! Must not know: which grants that is.

use super::{attorney, granted, in_step, newest, queued, second_code, to_the_second_door, unknown};
use crate::{
    separation::relatives_house,
    support::{
        World,
        cases::{AUNT, Case},
    },
};
use kinward::{
    config::Wing,
    demo::{
        browser::Browser,
        clinic,
        people::{asks_to_act, letter_open, reply},
    },
};
use std::sync::Arc;

#[test]
fn whoever_acts_for_a_relative_comes_through_the_relatives_process_alone() {
    let world = World::new(2621);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    let (socket, address) = clinic::listen(0).unwrap();
    let house = Arc::new(relatives_house(&world, &address));
    let _serving = clinic::serve_wing(house, Wing::Relative, socket, 2).unwrap();
    let anybody = || Browser::new(&address);
    for name in ["Ann Lee", "Bo Lee"] {
        let asked = ("attorney", name, "01632 960 001");
        asks_to_act(&mut anybody(), &code, AUNT.born, asked).unwrap();
    }
    let at = newest(&mut case, 0);
    let second = granted(&mut case, &at, &attorney());
    for _ in 1..world.house.policy.periods.wrong_dates_before_lock {
        let mut door = to_the_second_door(anybody(), &code, &AUNT);
        assert_eq!(second_code(&mut door, &unknown()).status, 422);
    }
    let mut browser = to_the_second_door(anybody(), &code, &AUNT);
    assert_eq!(second_code(&mut browser, &second).location.as_deref(), Some("/r/before"));
    browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    assert!(browser.page("/r/letter").unwrap().contains("BRCA2"));
    for (choice, fields, state) in [
        ("not_know", &[][..], "do_not_contact"),
        ("question", &[("question", "May she be seen at home?")], "has_question"),
    ] {
        reply(&mut browser, choice, fields).unwrap();
        assert_eq!(case.state(0), state, "{choice}");
    }
    // Locked, and ended by the relative's own word, by that process too.
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        second_code(&mut to_the_second_door(anybody(), &code, &AUNT), &unknown());
    }
    assert_eq!(queued(&mut case, "locked_codes"), 1);
    let (mut herself, _) = letter_open(&address, &code, AUNT.born).unwrap();
    reply(&mut herself, "not_know", &[]).unwrap();
    assert_eq!((case.state(0).as_str(), queued(&mut case, "locked_codes")), ("do_not_contact", 0));
    in_step(&world);
}
