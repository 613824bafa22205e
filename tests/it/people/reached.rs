//! A changed name, date of birth, address or e-mail takes back, in the act that changes it, what has not left the house.
//! Must not know: how a letter leaves.

use super::{contact, told, work_for};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    clinic::{cascade::listener::Cascade, queue::item::Queue},
    demo::people::text_of,
    mail::{Parcel, PostRef, Sent, Transport},
    relative::outbox::{self, Channel, PostState},
    worker::{Paper, Transports, dispatch},
};
use serde_json::json;

fn letter_now(case: &mut Case, letter: &str) -> (String, String) {
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    (text_of(&page, "state").unwrap(), page["ended_why"].as_str().unwrap_or_default().to_owned())
}

fn posts(world: &World) -> Vec<outbox::Post> {
    world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 500)).unwrap()
}

#[test]
fn a_changed_contact_takes_back_every_letter_that_has_not_left() {
    let world = World::new(701);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let (person, task) = (format!("/people/{}", case.people[0]), case.tasks[0].clone());
    let identity =
        |name: &str, born: &str| json!({"given_name": name, "family_name": "Wray", "birth_date": born});
    let changes = [
        ("contact", contact(("address", "1 Mill Lane\nStroud")), "the address changed"),
        ("contact", contact(("email", "tam@mail.example")), "the address changed"),
        ("contact", contact(("email", "wray@mail.example")), "the e-mail address changed"),
        ("identity", identity("Tamsyn", "1964-02-17"), "the name changed"),
        ("identity", identity("Tamsyn", "1964-02-18"), "the date of birth changed"),
    ];
    for (form, body, why) in changes {
        for reached in ["draft", "submitted", "approved"] {
            // The newest letter counts, and a clock that stands still has none.
            world.clock.advance_seconds(1);
            // Something else first, so that the same change is one again.
            told(
                &mut case.counsellor,
                &format!("{person}/contact"),
                &contact(("address", "2 Mill Lane\nStroud")),
            );
            told(&mut case.counsellor, &format!("{person}/identity"), &identity("Tamsin", "1964-02-17"));
            if form == "contact" && why.contains("e-mail") {
                told(
                    &mut case.counsellor,
                    &format!("{person}/contact"),
                    &contact(("address", "9 Larch Close\nStroud")),
                );
            }
            if why.contains("birth") {
                told(&mut case.counsellor, &format!("{person}/identity"), &identity("Tamsyn", "1964-02-17"));
            }
            let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
            if reached != "draft" {
                case.counsellor.letter_submit(&letter).unwrap();
            }
            if reached == "approved" {
                case.clinician.letter_approve(&letter).unwrap();
            }
            let (status, facts) = told(&mut case.counsellor, &format!("{person}/{form}"), &body);
            assert_eq!(
                (status, facts["letters_taken_back"].as_u64()),
                (200, Some(1)),
                "{why}, {reached}: {facts}"
            );
            assert_eq!(letter_now(&mut case, &letter), ("stopped".into(), why.into()), "{reached}");
            assert_eq!(case.state(0), "route_agreed", "{why}, {reached}");
            assert!(posts(&world).iter().all(|post| post.state == PostState::Cancelled), "{why}, {reached}");
            assert!(work_for(&world, &letter).is_empty());
            let queues: Vec<Queue> = work_for(&world, &task).iter().map(|item| item.queue).collect();
            assert_eq!(queues, [Queue::LettersToWrite]);
            let page = case.counsellor.browser.page(&person).unwrap();
            assert!(page.contains(&format!("1 letter not yet sent was taken back: {why}.")), "{page}");
        }
    }
    assert_eq!(world.send(), 0);
    world.clock.advance_seconds(1);
    case.approved(0, "L2");
    let page = case.counsellor.browser.page(&person).unwrap();
    assert!(!page.contains("was taken back"), "it has been written again");
    let same = contact(("email", "wray@mail.example"));
    told(&mut case.counsellor, &format!("{person}/contact"), &same);
    case.approved(0, "L2");
    let phoned = json!({"phone": "01453 496 0000", "source": "She telephoned"});
    let mut known = same.clone();
    known.as_object_mut().unwrap().extend(phoned.as_object().unwrap().clone());
    let (_, facts) = told(&mut case.counsellor, &format!("{person}/contact"), &known);
    assert_eq!(facts["letters_taken_back"], 0, "a telephone number stands in no letter");
    assert_eq!(world.send(), 2, "the paper and its notice");
}

#[test]
fn a_notice_does_not_follow_a_letter_that_has_gone_to_an_address_that_is_no_longer_theirs() {
    let world = World::new(702);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    struct Way;
    impl Transport for Way {
        fn send(&self, _: &PostRef, _: &Parcel<'_>) -> Sent {
            Sent::Accepted { provider_ref: "taken".into() }
        }
    }
    let ways = Transports {
        paper: Paper::Each(Box::new(Way)),
        email: Box::new(Way),
        text: None,
        host: "h.example".into(),
    };
    assert_eq!(dispatch(&world.house, &Cascade, &ways, "w").unwrap(), 1, "the paper goes first");
    let person = format!("/people/{}", case.people[0]);
    let (_, facts) =
        told(&mut case.counsellor, &format!("{person}/contact"), &contact(("email", "x@mail.example")));
    assert_eq!(facts["letters_taken_back"], 0);
    let notice = posts(&world).into_iter().find(|post| post.channel == Channel::Email).unwrap();
    assert_eq!(notice.state, PostState::Cancelled);
    assert_eq!(letter_now(&mut case, &letter).0, "sent");
    assert_eq!(case.state(0), "sent", "the letter that has gone is still answered");
}
