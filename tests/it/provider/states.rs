//! What becomes of a sending by what its provider says of it, when it is asked: every word of GOV.UK Notify.
//! Must not know: how it is asked.

use super::{approved, asks_for_help, post, round, settle, sql, world};
use kinward::{
    demo::people::letter_open,
    relative::{
        delivery::Delivery,
        outbox::{Channel, PostState},
        settle::{Settlement, settlements},
    },
    worker::Transports,
};

/// Its word, for which way, what becomes of it, and whether it may be sent again by a person.
#[rustfmt::skip]
const WORDS: &[(&str, Channel, PostState, bool)] = &[
    ("pending-virus-check", Channel::Paper, PostState::Accepted, false),
    ("created",             Channel::Paper, PostState::Accepted, false),
    ("accepted",            Channel::Paper, PostState::Accepted, false),
    ("received",            Channel::Paper, PostState::Accepted, false),
    ("cancelled",           Channel::Paper, PostState::Refused,  true),
    ("permanent-failure",   Channel::Paper, PostState::Refused,  true),
    ("technical-failure",   Channel::Paper, PostState::Refused,  false),
    ("virus-scan-failed",   Channel::Paper, PostState::Refused,  false),
    ("validation-failed",   Channel::Paper, PostState::Refused,  false),
    ("created",             Channel::Email, PostState::Accepted, false),
    ("sending",             Channel::Email, PostState::Accepted, false),
    ("pending",             Channel::Email, PostState::Accepted, false),
    ("sent",                Channel::Email, PostState::Accepted, false),
    ("delivered",           Channel::Email, PostState::Accepted, false),
    ("temporary-failure",   Channel::Email, PostState::Refused,  true),
    ("permanent-failure",   Channel::Email, PostState::Refused,  true),
    ("technical-failure",   Channel::Email, PostState::Refused,  false),
    ("a-word-of-tomorrow",  Channel::Email, PostState::Accepted, false),
];

#[test]
fn every_word_of_the_provider_leaves_the_sending_in_one_state() {
    let (world, notify) = world(481);
    let _case = approved(&world);
    let ways = Transports::from_config(&world.house).unwrap();
    for _ in 0..2 {
        round(&world, &ways);
    }
    for (word, channel, becomes, again) in WORDS.iter().copied() {
        sql(&world, "UPDATE posts SET state = 'accepted', delivery = NULL, ask_at = NULL");
        let before = post(&world, channel);
        notify.set(before.id.as_str(), word);
        sql(&world, &format!("UPDATE posts SET ask_at = queued_at WHERE id = '{}'", before.id));
        round(&world, &ways);
        let now = post(&world, channel);
        assert_eq!(now.state, becomes, "{word} {channel}");
        assert_eq!(asks_for_help(&world, &now), becomes == PostState::Refused, "{word} {channel}");
        let offered = settlements(now.state, now.delivery);
        assert_eq!(offered.contains(&Settlement::SendAgain), again, "{word} {channel}");
        let said: Option<Delivery> = word.parse().ok();
        assert_eq!(now.delivery, said.or(Some(Delivery::Created)), "{word} {channel}");
    }
    assert_eq!(notify.counts().0, 2, "nothing was handed over again by all that");
}

#[test]
fn a_letter_is_followed_until_it_is_posted_and_staff_read_where_it_is() {
    let (world, notify) = world(482);
    let mut case = approved(&world);
    let ways = Transports::from_config(&world.house).unwrap();
    round(&world, &ways);
    let id = post(&world, Channel::Paper).id;
    for words in ["being checked", "with the provider", "to be printed", "printed and posted"] {
        world.clock.advance_seconds(301);
        round(&world, &ways);
        let page = case.clinician.browser.page(&format!("/outbox/{id}")).unwrap();
        assert!(page.contains(words), "{words}: {page}");
        notify.advance();
    }
    assert_eq!(post(&world, Channel::Paper).delivery, Some(Delivery::Received));
}

#[test]
fn a_letter_that_the_printer_does_not_take_is_known_not_to_have_gone() {
    let (world, notify) = world(483);
    let mut case = approved(&world);
    let ways = Transports::from_config(&world.house).unwrap();
    notify.prints_at_most(0);
    round(&world, &ways);
    assert_eq!(case.state(0), "sent", "as long as nothing else is known");
    notify.advance();
    world.clock.advance_seconds(301);
    round(&world, &ways);
    let letter = post(&world, Channel::Paper);
    assert_eq!((letter.state, letter.delivery), (PostState::Refused, Some(Delivery::ValidationFailed)));
    assert_eq!(notify.kept().len(), 1, "no notice says that a letter waits");
    assert_eq!(post(&world, Channel::Email).state, PostState::Cancelled);
    let page = case.clinician.browser.page(&format!("/outbox/{}", letter.id)).unwrap();
    assert!(page.contains("does not print the letter") && !page.contains("Send it again"), "{page}");
    settle(&world, &letter, Settlement::GiveUp);
    case.counsellor = world.counsellor();
    assert_eq!(case.state(0), "route_agreed", "another can be written");
    assert!(!asks_for_help(&world, &letter));
    let letters = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let first = letters["letters"][0]["letter"].as_str().unwrap().to_owned();
    let code = kinward::demo::code_of(&mut case.counsellor, &first).unwrap();
    let opened = letter_open(&world.address, &code, crate::support::cases::SISTER.born);
    assert!(opened.is_err(), "nobody has its code");
}
