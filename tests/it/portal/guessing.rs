//! Guessing: how many wrong codes the door takes, from one place and from all, what a guess is answered, and who is told.
//! Must not know: how a code is made.

use super::{opens, try_door, type_code};
use crate::{
    access::essence,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use kinward::{
    clock::{Chance, SeededChance},
    demo::browser::form_token,
    relative::guessing::{guessing, wrong_try},
};
use kinward_family::invitation::InvitationCode;

#[test]
fn whoever_guesses_codes_makes_the_door_wait_for_an_hour() {
    let world = World::new(313);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (house, periods) = (&world.house, &world.house.policy.periods);
    let is_guessing = || house.db.read(|conn| guessing(conn, house.clock.now(), "here", periods)).unwrap();
    // From so many places that none of them is too many.
    for n in 1..periods.wrong_tries_an_hour {
        wrong_try(&house.db, house.clock.now(), &format!("place {}", n % 50), periods).unwrap();
    }
    assert!(!is_guessing());
    assert_eq!(try_door(&world, &code, SISTER.born).status, 303, "below the limit the right pair opens");
    let wrong = essence(&try_door(&world, &code, AUNT.born));
    assert!(is_guessing());
    assert_eq!(essence(&try_door(&world, &code, SISTER.born)), wrong, "nobody is told that the door waits");
    for _ in 0..2 * periods.wrong_dates_before_lock {
        try_door(&world, &code, AUNT.born);
    }
    world.clock.advance_seconds(3600);
    assert!(!is_guessing());
    assert_eq!(try_door(&world, &code, SISTER.born).status, 303, "and the waiting locked no code");
}

#[test]
fn a_hundred_wrong_codes_from_one_place_close_the_door_there_alone() {
    let world = World::new(316);
    let (house, periods) = (&world.house, &world.house.policy.periods);
    let (now, most) = (house.clock.now(), periods.wrong_tries_an_hour_from_one_place);
    for _ in 0..most {
        wrong_try(&house.db, now, "a café", periods).unwrap();
    }
    let closed = |place| house.db.read(|conn| guessing(conn, now, place, periods)).unwrap();
    assert!(closed("a café") && !closed("a household"));
}

#[test]
fn five_thousand_guesses_at_a_thousand_codes_find_nothing_and_staff_are_told() {
    let world = World::new(317);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let home = |world: &World| world.counsellor().browser.page("/").unwrap();
    assert!(!home(&world).contains("guessing codes"));
    let live = |n: u16| {
        InvitationCode::from_bytes(&[n.to_be_bytes(), [7, 7], [3, 1], [9, 9]].concat().try_into().unwrap())
    };
    for n in 0..999 {
        let index = world.house.keys.code_index(live(n).canonical());
        let copy = format!(
            "INSERT INTO invitations (id, service_id, task_ref, code_hash, state, reading, wrong_dates, created_at, ends_on, \
             holder_ref, sealed) SELECT 'copy-{n}', service_id, task_ref, '{index}', state, reading, wrong_dates, created_at, \
             ends_on, holder_ref, sealed FROM invitations WHERE code_hash = '{}'",
            world.house.keys.code_index(InvitationCode::parse(&code).unwrap().canonical())
        );
        world
            .house
            .db
            .write(|conn| Ok(diesel::RunQueryDsl::execute(diesel::sql_query(&copy), conn)?))
            .unwrap();
    }
    let chance = SeededChance::new(317);
    let mut browser = world.browser();
    type_code(&mut browser, &InvitationCode::from_bytes(&[1; 8]).shown());
    let token = form_token(&browser.page("/r/code").unwrap()).unwrap();
    let kind = Some("application/x-www-form-urlencoded");
    let mut wrong = None;
    for _ in 0..5_000 {
        let mut bytes = [0; 8];
        chance.fill(&mut bytes);
        let guess = InvitationCode::from_bytes(&bytes).shown();
        let typed = format!("form_token={token}&code={guess}");
        assert_eq!(browser.send("POST", "/r/code", kind, Some(typed.as_bytes())).unwrap().status, 303);
        let typed = format!("form_token={token}&day=17&month=2&year=1964");
        let seen = essence(&browser.send("POST", "/r/birth-date", kind, Some(typed.as_bytes())).unwrap());
        assert_eq!(*wrong.get_or_insert(seen.clone()), seen, "every guess is answered in the same bytes");
    }
    let shown = home(&world);
    assert!(shown.contains("Somebody may be guessing codes"), "{shown}");
    assert_eq!(case.state(0), "sent");
    world.clock.advance_seconds(3600);
    assert!(opens(&try_door(&world, &code, SISTER.born)), "and no code was locked or used up");
}
