//! A way out that is itself at fault: paused for the service, within the round and between rounds, until it is tried again.
//! Must not know: how a mail server's fault is recognised.

use super::{Scripted, asks_for_help, posts};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    clinic::cascade::listener::Cascade,
    demo::people::Kin,
    mail::Sent,
    relative::outbox::{Channel, PostState},
    worker::{Paper, Transports, dispatch},
};

const WORDS: &str = "at STARTTLS: the certificate is not for this server";

fn at_fault() -> Scripted {
    Scripted::new(Sent::Retry { words: WORDS.into(), pause_channel: true })
}

/// One round in which paper goes and e-mail does as `email` says.
fn round(world: &World, email: &Scripted) {
    let ways = Transports {
        paper: Paper::Each(Box::new(Scripted::accepting())),
        email: Box::new(email.clone()),
        text: None,
        host: "severnside.example".into(),
    };
    dispatch(&world.house, &Cascade, &ways, "w").unwrap();
}

/// Two letters whose paper has gone and whose notices wait.
fn two_notices(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER, Kin { email: Some("ottilie@mail.example"), ..AUNT }]);
    for place in [0, 1] {
        case.agree(place, "L2");
        case.approved(place, "L2");
    }
    round(world, &at_fault());
    case
}

fn notices(world: &World, state: PostState) -> usize {
    posts(world).iter().filter(|post| post.channel == Channel::Email && post.state == state).count()
}

#[test]
fn a_fault_of_the_whole_way_is_tried_once_and_said_and_resumed_by_staff() {
    let world = World::new(441);
    let mut case = two_notices(&world);
    assert_eq!(notices(&world, PostState::Queued), 2);
    let fault = at_fault();
    round(&world, &fault);
    assert_eq!(fault.tried().len(), 1, "the second is not tried in the same round");
    world.clock.advance_seconds(600);
    round(&world, &fault);
    assert_eq!(fault.tried().len(), 1, "nor before the pause ends");
    assert!(posts(&world).iter().all(|post| !asks_for_help(&world, post.id)), "no sending is at fault");
    case.clinician = world.clinician();
    let page = case.clinician.browser.page("/outbox").unwrap();
    assert!(page.contains("Paused: ") && page.contains(WORDS) && page.contains("Try again now"), "{page}");
    case.clinician.browser.done("/outbox", "/channels/resume", &[("channel", "email")]).unwrap();
    let page = case.clinician.browser.page("/outbox").unwrap();
    assert!(!page.contains("Paused: "), "{page}");
    let mended = Scripted::accepting();
    round(&world, &mended);
    assert_eq!(mended.tried().len(), 2);
    let again = case.clinician.browser.done("/outbox", "/channels/resume", &[("channel", "email")]);
    assert!(again.is_err(), "it is not paused any more");
}

#[test]
fn a_pause_ends_when_the_policys_time_has_passed_and_begins_anew_while_the_fault_lasts() {
    let world = World::new(442);
    two_notices(&world);
    let (fault, minutes) = (at_fault(), world.house.policy.periods.channel_pause_minutes);
    for times in 1..=12 {
        round(&world, &fault);
        assert_eq!(fault.tried().len(), times);
        world.clock.advance_seconds(60 * minutes - 1);
        round(&world, &fault);
        assert_eq!(fault.tried().len(), times, "not before its time");
        world.clock.advance_seconds(1);
    }
    assert_eq!(
        notices(&world, PostState::Refused),
        0,
        "no sending is given up for a fault that is not its own"
    );
    // What the way's fault cost is not counted against a sending: a "later" of its own is its first.
    round(&world, &Scripted::retrying());
    assert_eq!(notices(&world, PostState::Retry), 2);
    world.clock.advance_seconds(66);
    round(&world, &Scripted::accepting());
    assert_eq!(notices(&world, PostState::Accepted), 2);
}
