//! Delivery status messages that come back about notices: stored once, never backwards, and only where they are about ours.
//! Must not know: how a message is read.

use super::{asks_for_help, post, sql};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    clinic::cascade::listener::Cascade,
    demo::people::Kin,
    relative::{
        delivery::Delivery,
        outbox::{Channel, PostState},
    },
    worker::bounced::{Heard, mail_heard},
};

const HOST: &str = "severnside.example";

fn report(id: &str, action: &str, status: &str) -> Vec<u8> {
    format!(
        "From: postmaster@mail.example\nTo: no-reply@{HOST}\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\n\n\
         --b\n\nYour message to tamsin.wray@mail.example came back.\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n\
         Final-Recipient: rfc822; tamsin.wray@mail.example\nAction: {action}\nStatus: {status}\n\n\
         --b\nContent-Type: message/rfc822\n\nMessage-ID: <{id}@{HOST}>\nSubject: You have a letter\n\nHello\n--b--\n"
    )
    .into_bytes()
}

fn notice_sent(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER]);
    case.sent(world, 0, "L2");
    case
}

fn heard(world: &World, message: &[u8]) -> kinward::error::Result<Heard> {
    mail_heard(&world.house, &Cascade, message)
}

fn rows(world: &World) -> usize {
    world.house.db.read(|conn| kinward::audit::of_service(conn, world.service.id)).unwrap().len()
}

#[test]
fn a_notice_that_bounced_asks_for_a_person_and_says_nothing_of_the_report() {
    let world = World::new(455);
    let mut case = notice_sent(&world);
    let id = post(&world, Channel::Email).id;
    let said = heard(&world, &report(id.as_str(), "delayed", "4.4.1")).unwrap();
    assert_eq!(said, Heard::Stored { post: id, delivery: Delivery::Delayed, news: true });
    assert!(!asks_for_help(&world, id), "it is still being tried");
    for news in [true, false] {
        let said = heard(&world, &report(id.as_str(), "failed", "5.1.1")).unwrap();
        assert_eq!(said, Heard::Stored { post: id, delivery: Delivery::PermanentFailure, news });
        assert_eq!(post(&world, Channel::Email).state, PostState::Refused);
        assert!(asks_for_help(&world, id));
    }
    // What was said before it, and another end, change nothing.
    for (action, status) in [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")] {
        heard(&world, &report(id.as_str(), action, status)).unwrap();
        let now = post(&world, Channel::Email);
        assert_eq!(
            (now.state, now.delivery),
            (PostState::Refused, Some(Delivery::PermanentFailure)),
            "{action}"
        );
    }
    let page = case.clinician.browser.page(&format!("/outbox/{id}")).unwrap();
    assert!(page.contains("Check the address with the person") && !page.contains("tamsin"), "{page}");
    assert_eq!(case.state(0), "sent", "the paper letter has gone all the same");
}

#[test]
fn a_notice_that_arrived_stays_so_and_one_that_was_uncertain_is_known_by_its_report() {
    let world = World::new(456);
    let _case = notice_sent(&world);
    let id = post(&world, Channel::Email).id;
    heard(&world, &report(id.as_str(), "delivered", "2.1.5")).unwrap();
    heard(&world, &report(id.as_str(), "failed", "5.1.1")).unwrap();
    let now = post(&world, Channel::Email);
    assert_eq!((now.state, now.delivery), (PostState::Accepted, Some(Delivery::Delivered)));
    sql(&world, "UPDATE posts SET state = 'uncertain', delivery = NULL WHERE channel = 'email'");
    heard(&world, &report(id.as_str(), "relayed", "2.0.0")).unwrap();
    assert_eq!(post(&world, Channel::Email).state, PostState::Accepted);
    sql(&world, "UPDATE posts SET state = 'uncertain', delivery = NULL WHERE channel = 'email'");
    heard(&world, &report(id.as_str(), "failed", "4.4.7")).unwrap();
    let now = post(&world, Channel::Email);
    assert_eq!((now.state, now.delivery), (PostState::Refused, Some(Delivery::TemporaryFailure)));
}

#[test]
fn hostile_mail_leaves_nothing() {
    let world = World::new(457);
    let aunt = Kin { email: Some("ottilie@mail.example"), ..AUNT };
    let mut case = Case::new(&world, &[SISTER, aunt]);
    case.sent(&world, 0, "L2");
    let (notice, letter) = (post(&world, Channel::Email).id, post(&world, Channel::Paper).id);
    let good = String::from_utf8(report(notice.as_str(), "failed", "5.1.1")).unwrap();
    let before = rows(&world);
    let not_ours = [
        report("00000000-0000-4000-8000-000000000000", "failed", "5.1.1"),
        // A letter on paper is not known by any e-mail's id.
        report(letter.as_str(), "failed", "5.1.1"),
        report(&notice.as_str().to_uppercase(), "failed", "5.1.1"),
        report("' OR 1=1 --", "failed", "5.1.1"),
        good.replace(&format!("@{HOST}>"), "@other-clinic.example>").into_bytes(),
    ];
    for message in not_ours {
        let said = heard(&world, &message);
        assert!(said.is_err() || said.unwrap() == Heard::NotOurs, "{}", String::from_utf8_lossy(&message));
    }
    let nested = format!(
        "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n{good}\n--o--\n"
    );
    for message in [
        Vec::new(),
        b"Subject: I am away until Monday\n\nOut of office".to_vec(),
        nested.into_bytes(),
        vec![b'-'; 2 << 20],
        [good.as_bytes(), &vec![b'\n'; 1 << 20]].concat(),
        vec![0xff; 4096],
    ] {
        assert!(heard(&world, &message).is_err());
    }
    assert_eq!(rows(&world), before, "not even a line of the record");
    assert_eq!(post(&world, Channel::Email).delivery, None);
    // One that waits for its paper has not left: nothing can have come back.
    case.agree(1, "L2");
    case.approved(1, "L2");
    let waits = super::posts(&world).into_iter().find(|post| post.state == PostState::Waiting).unwrap().id;
    assert_eq!(heard(&world, &report(waits.as_str(), "failed", "5.1.1")).unwrap(), Heard::NotOurs);
}
