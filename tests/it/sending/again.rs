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
    mail::Sent,
    relative::{
        invitation::{InvitationState, birth_date_try, invitation_get},
        outbox::{Channel, Outcome, PostState},
        settle::{Settlement, post_settle},
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
    let periods = world.house.policy.periods.clone();
    let (began, budget) = (world.house.clock.now(), 3600 * periods.send_budget_hours);
    let mut tries = 0;
    loop {
        assert_eq!(script.round(&world, "w"), 1);
        tries += 1;
        assert!(tries < 50, "it is never given up");
        if state(&world, id) == PostState::Refused {
            break;
        }
        assert_eq!(state(&world, id), PostState::Retry);
        assert!(!asks_for_help(&world, id));
        let minutes =
            periods.send_retry_minutes.get(tries - 1).or(periods.send_retry_minutes.last()).unwrap();
        let wait = post(&world, Channel::Paper).not_before.unix() - world.house.clock.now().unix();
        let least = 60 * minutes;
        assert!((least..=least + least * periods.send_retry_longer_percent / 100).contains(&wait), "{wait}");
        world.clock.advance_seconds(wait - 1);
        assert_eq!(script.round(&world, "w"), 0, "not before its time");
        world.clock.advance_seconds(1);
    }
    let spent = world.house.clock.now().unix() - began.unix();
    assert!(spent <= budget && spent > budget - 60 * 720 * 11 / 10, "{spent} seconds of {budget}");
    assert!(tries > periods.send_retry_minutes.len(), "{tries} tries");
    assert!(post(&world, Channel::Paper).problem.unwrap().contains("48 hours"));
    assert!(asks_for_help(&world, id));
    world.clock.advance_days(30);
    assert_eq!(script.round(&world, "w"), 0);
    assert_eq!(script.tried().len(), tries);
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
    world.clock.advance_seconds(66);
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
    world.clock.advance_seconds(66);
    assert_eq!((script.round(&world, "w"), at()), (1, InvitationState::Locked));
    case.counsellor.consent(&case.tasks[0].clone(), "withdrawn", "L2", "No, after all.").unwrap();
    assert_eq!(at(), InvitationState::Closed);
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    assert!(open.iter().all(|item| item.queue != Queue::LockedCodes));
}

#[test]
fn whoever_takes_no_more_at_once_is_asked_later_and_no_address_pays_for_it() {
    let world = World::new(413);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let id = post(&world, Channel::Paper).id;
    let busy = Scripted::new(Sent::Busy { words: "too many at once".into() });
    let wait = 60 * world.house.policy.periods.send_busy_minutes;
    for _ in 0..12 {
        assert_eq!(busy.round(&world, "w"), 1);
        assert_eq!((state(&world, id), post(&world, Channel::Paper).retries), (PostState::Retry, 0));
        world.clock.advance_seconds(wait);
    }
    Scripted::retrying().round(&world, "w");
    let next = post(&world, Channel::Paper).not_before.unix() - world.house.clock.now().unix();
    assert!((60..=66).contains(&next), "its own first wait, {next} seconds");
    world.clock.advance_seconds(66);
    Scripted::accepting().round(&world, "w");
    assert_eq!(state(&world, id), PostState::Accepted);
}

#[test]
fn a_sending_that_somebody_lets_go_again_has_its_whole_time_again() {
    let world = World::new(414);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let script = Scripted::retrying();
    let id = post(&world, Channel::Paper).id;
    while state(&world, id) != PostState::Refused {
        script.round(&world, "w");
        world.clock.advance_seconds(60 * 800);
    }
    let again = |act: &mut Act<'_>| post_settle(act, &Cascade, id, Settlement::SendAgain);
    world.house.act_as(ActorKind::Worker, "test", world.service.id, again).unwrap();
    assert_eq!(script.round(&world, "w"), 1);
    let now = post(&world, Channel::Paper);
    assert_eq!((now.state, now.retries), (PostState::Retry, 1));
}
