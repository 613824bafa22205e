//! The notice by e-mail, through a real conversation with a mail server on this machine.
//! Must not know: how the paper letter leaves; the notice follows it.

use super::{asks_for_help, post, posts, sisters, state};
use crate::support::{
    World,
    cases::{Case, SISTER},
    smtp_sink::{Event, SmtpSink, Stage},
};
use kinward::{
    access::{House, answer::Pages},
    clinic::cascade::listener::Cascade,
    config::{Config, MailTo},
    demo::people::Kin,
    relative::outbox::{Channel, PostState},
    worker::{Transports, dispatch},
};
use std::sync::Arc;

/// A second process on the same database, whose e-mail goes to a mail server on this machine.
fn with_mail_server(world: &World, sink: &SmtpSink) -> (House, Transports) {
    let here = &world.house;
    let (host, security) = ("127.0.0.1".to_owned(), "none".to_owned());
    let mail = MailTo::Smtp {
        host,
        port: sink.port(),
        security,
        user: None,
        password_file: None,
        authorities: None,
    };
    let house = House {
        db: here.db.clone(),
        clock: Arc::clone(&here.clock),
        chance: Arc::clone(&here.chance),
        keys: here.keys.clone(),
        policy: here.policy.clone(),
        pages: Pages::load().unwrap(),
        sent: Default::default(),
        config: Config { mail, ..here.config.clone() },
    };
    let ways = Transports::from_config(&house).unwrap();
    (house, ways)
}

#[test]
fn a_notice_goes_once_to_one_person_and_tells_nothing_of_why() {
    let world = World::new(410);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let sink = SmtpSink::start(&[]).unwrap();
    let (house, ways) = with_mail_server(&world, &sink);
    let rounds: usize = (0..4).map(|_| dispatch(&house, &Cascade, &ways, "w").unwrap()).sum();
    assert_eq!((rounds, world.left_the_house("letters").len()), (2, 1), "the paper, then the notice");
    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].to, ["RCPT TO:<tamsin.wray@mail.example>"]);
    let bytes = String::from_utf8(received[0].bytes.clone()).unwrap();
    let words: Vec<String> = bytes.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect();
    for word in
        ["genetic", "genetics", "gene", "brca", "cancer", "test", "family", "result", "condition", "ashdown"]
    {
        assert!(!words.iter().any(|said| said == word), "{word}: {bytes}");
    }
    // It says that a code is needed, so that nobody types it into an e-mail's link, and never which.
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    assert!(!bytes.contains(&code) && !bytes.contains(&code.replace('-', "")));
    assert!(bytes.contains(&format!("{}/r", world.address)) && !bytes.to_lowercase().contains("\ncc:"));
    let accepted = post(&world, Channel::Email);
    assert_eq!((accepted.state, accepted.attempts), (PostState::Accepted, 1));
}

#[test]
fn whoever_reads_welsh_alone_is_told_in_welsh_and_whoever_has_both_in_english() {
    for (languages, says) in [("cy", "Mae gennych lythyr"), ("cy+en", "You have a letter")] {
        let world = World::new(412);
        let mut case = Case::new(&world, &[SISTER]);
        case.agree(0, "L2");
        let page = format!("/people/{}", case.people[0]);
        let needs = [("letter_languages", languages), ("text_size", "12")];
        case.counsellor.browser.done(&page, &format!("{page}/needs"), &needs).unwrap();
        case.approved(0, "L2");
        let sink = SmtpSink::start(&[]).unwrap();
        let (house, ways) = with_mail_server(&world, &sink);
        for _ in 0..4 {
            dispatch(&house, &Cascade, &ways, "w").unwrap();
        }
        let bytes = String::from_utf8(sink.received()[0].bytes.clone()).unwrap();
        assert!(bytes.contains(says), "{languages}: {bytes}");
    }
}

#[test]
fn what_the_mail_server_says_and_when_decides_what_becomes_of_the_notice() {
    let world = World::new(411);
    let relatives: Vec<Kin> =
        sisters(4).into_iter().map(|kin| Kin { email: Some("someone@mail.example"), ..kin }).collect();
    let mut case = Case::new(&world, &relatives);
    let sink = SmtpSink::start(&[]).unwrap();
    let (house, ways) = with_mail_server(&world, &sink);
    for (place, (stage, event, becomes, help)) in [
        (Stage::Rcpt, Event::Reply(450), PostState::Retry, false),
        (Stage::Rcpt, Event::Reply(550), PostState::Refused, true),
        (Stage::AfterBody, Event::Close, PostState::Uncertain, true),
        (Stage::Mail, Event::Close, PostState::Retry, false),
    ]
    .into_iter()
    .enumerate()
    {
        case.agree(place, "L2");
        case.approved(place, "L2");
        dispatch(&house, &Cascade, &ways, "w").unwrap();
        let notice = posts(&world).into_iter().find(|post| post.state == PostState::Queued).unwrap();
        sink.set_script(&[(stage, event)]);
        dispatch(&house, &Cascade, &ways, "w").unwrap();
        sink.set_script(&[]);
        assert_eq!(state(&world, notice.id), becomes, "{stage:?} {event:?}");
        assert_eq!(asks_for_help(&world, notice.id), help, "{stage:?} {event:?}");
        assert_eq!(case.state(place), "sent", "the paper has gone, whatever became of the notice");
        let problem = posts(&world).into_iter().find(|post| post.id == notice.id).unwrap().problem.unwrap();
        assert!(!problem.contains("someone") && !problem.contains("mail.example"), "{problem}");
    }
    let before = sink.received().len();
    assert_eq!(
        dispatch(&house, &Cascade, &ways, "w").unwrap(),
        0,
        "what is uncertain or refused waits for a person"
    );
    world.clock.advance_seconds(66);
    assert_eq!(dispatch(&house, &Cascade, &ways, "w").unwrap(), 2, "what was told 'later' goes later");
    assert_eq!((sink.received().len() - before, sink.accepted()), (2, 2));
}
