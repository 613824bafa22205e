//! What happens between one try and the next: the policy's list of waits, and stops and locks that come in between.
//! Must not know: what the way out is; it says what the test lets it say.

use super::{Scripted, asks_for_help, outcome, post, state, vanish_while_sending};
use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::{
    audit::{Act, ActorKind},
    clinic::{
        cascade::listener::Cascade,
        queue::item::{Queue, work_open_all},
    },
    relative::{
        invitation::{InvitationState, birth_date_try, invitation_get},
        outbox::{Channel, Outcome, PostState},
    },
};

#[test]
fn a_way_out_that_says_later_is_asked_again_as_often_as_the_policy_says() {
    let world = World::new(407);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let id = post(&world, Channel::Paper).id;
    let script = Scripted::retrying();
    let waits = world.house.policy.periods.send_retry_minutes.clone();
    for minutes in &waits {
        assert_eq!(script.round(&world, "w"), 1);
        assert_eq!(state(&world, id), PostState::Retry);
        world.clock.advance_seconds(60 * minutes - 1);
        assert_eq!(script.round(&world, "w"), 0, "not before its time");
        assert!(!asks_for_help(&world, id));
        world.clock.advance_seconds(1);
    }
    assert_eq!(script.round(&world, "w"), 1);
    assert_eq!(state(&world, id), PostState::Refused);
    assert!(asks_for_help(&world, id));
    world.clock.advance_days(30);
    assert_eq!(script.round(&world, "w"), 0);
    assert_eq!(script.tried().len(), waits.len() + 1);
    let mut nia = world.counsellor();
    nia.consent(&case.tasks[0], "withdrawn", "L2", "No, after all.").unwrap();
    assert_eq!(state(&world, id), PostState::Cancelled);
    assert!(!asks_for_help(&world, id), "what was called back needs nobody");
}

#[test]
fn a_withdrawal_while_a_letter_is_being_tried_stops_the_next_try() {
    let world = World::new(408);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    vanish_while_sending(&world, &post(&world, Channel::Paper));
    let trying = post(&world, Channel::Paper);
    case.counsellor.consent(&case.tasks[0].clone(), "withdrawn", "L2", "No, after all.").unwrap();
    let later = |act: &mut Act<'_>| outcome(act, &trying, Outcome::Retry { words: "later".into() });
    world.house.act_as(ActorKind::Worker, "vanished", world.service.id, later).unwrap();
    world.clock.advance_seconds(60);
    assert_eq!(world.send(), 0);
    assert_eq!(state(&world, trying.id), PostState::Cancelled);
    case.counsellor = world.counsellor();
    assert_eq!(case.state(0), "decision_needed", "what was said is not forgotten with the letter");
}

#[test]
fn trying_again_unlocks_no_code_and_calling_back_leaves_no_locked_one_behind() {
    let world = World::new(412);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let script = Scripted::retrying();
    script.round(&world, "w");
    let invitation = post(&world, Channel::Paper).invitation_id;
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        let wrong = |act: &mut Act<'_>| birth_date_try(act, &Cascade, invitation, None).map(|_| ());
        world.house.act_as(ActorKind::Relative, "x", world.service.id, wrong).unwrap();
    }
    let at = || world.house.db.read(|conn| invitation_get(conn, world.service.id, invitation)).unwrap().state;
    world.clock.advance_seconds(60);
    assert_eq!((script.round(&world, "w"), at()), (1, InvitationState::Locked));
    case.counsellor.consent(&case.tasks[0].clone(), "withdrawn", "L2", "No, after all.").unwrap();
    assert_eq!(at(), InvitationState::Closed);
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    assert!(open.iter().all(|item| item.queue != Queue::LockedCodes));
}
