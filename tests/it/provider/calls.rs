//! What GOV.UK Notify calls us about: whoever has its token is believed, once, and never backwards; whoever has not learns nothing.
//! Must not know: how a call is read.

use super::{approved, asks_for_help, post, round, world};
use crate::support::{
    World,
    cases::SISTER,
    notify::{Kept, NotifyServer, TOKEN, call_bytes, receipt},
};
use kinward::{
    audit::{Act, ActorKind},
    clinic::cascade::listener::Cascade,
    config::Wing,
    demo::people::letter_open,
    relative::{
        delivery::Delivery,
        outbox::{self, Channel, Outcome, PostState},
    },
    worker::{Transports, begin},
};
use serde_json::json;

/// A letter and its notice, both taken by the provider.
fn both(world: &World, notify: &NotifyServer) -> (Kept, Kept) {
    let ways = Transports::from_config(&world.house).unwrap();
    for _ in 0..2 {
        round(world, &ways);
    }
    let kept = notify.kept();
    (kept[0].clone(), kept[1].clone())
}

fn heard(world: &World) -> Vec<String> {
    let rows = world.house.db.read(|conn| kinward::audit::of_service(conn, world.service.id)).unwrap();
    rows.into_iter().filter(|row| row.deed == "delivery.heard").map(|row| row.note).collect()
}

#[test]
fn a_receipt_counts_once_and_never_goes_backwards() {
    let (world, notify) = world(491);
    let _case = approved(&world);
    let (_, notice) = both(&world, &notify);
    let tell = |status: &str| notify.tell(&world.address, Some(TOKEN), &notice, status);
    let now = || {
        let post = post(&world, Channel::Email);
        (post.state, post.delivery)
    };
    assert_eq!((tell("sending"), now()), (204, (PostState::Accepted, Some(Delivery::Sending))));
    assert_eq!((tell("delivered"), now()), (204, (PostState::Accepted, Some(Delivery::Delivered))));
    let changed = post(&world, Channel::Email).delivery_at;
    world.clock.advance_seconds(60);
    // Again, older, another end, a word nobody knows, and one that belongs elsewhere.
    for status in
        ["delivered", "sending", "created", "permanent-failure", "a-word-of-tomorrow", "returned-letter"]
    {
        assert_eq!(
            (tell(status), now()),
            (204, (PostState::Accepted, Some(Delivery::Delivered))),
            "{status}"
        );
    }
    assert_eq!(post(&world, Channel::Email).delivery_at, changed);
    assert!(!asks_for_help(&world, &post(&world, Channel::Email)));
    assert_eq!(heard(&world).len(), 8, "and each call is on the record: {:?}", heard(&world));
}

#[test]
fn a_message_that_failed_asks_for_a_person_once_and_goes_no_other_way() {
    let (world, notify) = world(492);
    let mut case = approved(&world);
    let (_, notice) = both(&world, &notify);
    for _ in 0..3 {
        assert_eq!(notify.tell(&world.address, Some(TOKEN), &notice, "permanent-failure"), 204);
    }
    let failed = post(&world, Channel::Email);
    assert_eq!((failed.state, failed.delivery), (PostState::Refused, Some(Delivery::PermanentFailure)));
    assert!(asks_for_help(&world, &failed));
    let page = case.clinician.browser.page(&format!("/outbox/{}", failed.id)).unwrap();
    assert!(page.contains("Check the address with the person") && page.contains("not delivered"), "{page}");
    assert!(!page.contains("tamsin"), "the list of sendings names nobody");
    world.send();
    assert_eq!((notify.kept().len(), case.state(0).as_str()), (2, "sent"), "the paper has gone all the same");
}

#[test]
fn whoever_has_not_the_token_learns_and_changes_nothing() {
    let (world, notify) = world(493);
    let _case = approved(&world);
    let (letter, notice) = both(&world, &notify);
    let before = heard(&world).len();
    let almost = &TOKEN[..TOKEN.len() - 1];
    for token in [None, Some(""), Some("x"), Some(almost), Some("bearer")] {
        assert_eq!(notify.tell(&world.address, token, &notice, "permanent-failure"), 401, "{token:?}");
        assert_eq!(notify.tell_returned(&world.address, token, &letter.reference), 401, "{token:?}");
    }
    // Nor does a session of staff.
    let mut counsellor = world.counsellor();
    assert!(counsellor.program.api_post("/notify/delivery", &receipt(&notice, "permanent-failure")).is_err());
    assert_eq!(post(&world, Channel::Email).delivery, None);
    assert_eq!(heard(&world).len(), before);
    assert!(kinward::app::routes(Wing::Relative).iter().all(|(path, _)| !path.contains("notify")));
}

#[test]
fn an_installation_without_a_token_and_one_with_a_short_one_listen_to_nobody() {
    let (world, notify) = world(494);
    let _case = approved(&world);
    let (_, notice) = both(&world, &notify);
    let file = world.house.config.notify.as_ref().unwrap().token_file.clone().unwrap();
    for token in ["", "short"] {
        std::fs::write(&file, token).unwrap();
        assert_eq!(notify.tell(&world.address, Some(token), &notice, "delivered"), 401);
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(notify.tell(&world.address, Some(""), &notice, "delivered"), 401);
}

#[test]
fn a_reference_that_is_not_ours_is_answered_like_one_that_is_and_recorded() {
    let (world, notify) = world(495);
    let _case = approved(&world);
    let (letter, notice) = both(&world, &notify);
    let nowhere = "00000000-0000-4000-8000-000000000000";
    for reference in [nowhere, "", "x", "' OR 1=1", &letter.reference.to_uppercase()] {
        let other = Kept { reference: reference.into(), ..notice.clone() };
        assert_eq!(notify.tell(&world.address, Some(TOKEN), &other, "permanent-failure"), 204, "{reference}");
        assert_eq!(notify.tell_returned(&world.address, Some(TOKEN), reference), 204, "{reference}");
    }
    // A receipt of a text message under a letter's reference fits nothing of ours.
    let other = Kept { kind: "sms", reference: letter.reference.clone(), ..notice.clone() };
    assert_eq!(notify.tell(&world.address, Some(TOKEN), &other, "permanent-failure"), 204);
    assert!([Channel::Paper, Channel::Email].iter().all(|c| post(&world, *c).state == PostState::Accepted));
    assert!(heard(&world).iter().filter(|note| note.contains("not ours")).count() >= 11);
}

#[test]
fn what_is_no_call_is_refused_and_stored_nowhere() {
    let (world, notify) = world(496);
    let _case = approved(&world);
    let (_, notice) = both(&world, &notify);
    let before = heard(&world).len();
    let huge =
        json!({"reference": notice.reference, "status": "delivered", "to": "x".repeat(20_000)}).to_string();
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for body in ["", "{", "[]", "null", "\u{0}", &huge, &deep] {
        let seen = call_bytes(&world.address, "delivery", Some(TOKEN), body.as_bytes());
        assert_eq!(seen, 422, "{}", body.chars().take(40).collect::<String>());
    }
    assert_eq!(call_bytes(&world.address, "delivery", Some(TOKEN), &[0xff, 0xfe]), 422);
    assert_eq!(heard(&world).len(), before);
    assert!(!crate::support::logged().contains("tamsin.wray@mail.example\",\"status"), "no call is logged");
}

#[test]
fn a_letter_that_came_back_closes_its_address_and_can_no_longer_be_read_online() {
    let (world, notify) = world(497);
    let mut case = approved(&world);
    let (letter, _) = both(&world, &notify);
    let shown = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let id = shown["letters"][0]["letter"].as_str().unwrap().to_owned();
    let code = kinward::demo::code_of(&mut case.counsellor, &id).unwrap();
    assert!(letter_open(&world.address, &code, SISTER.born).unwrap().1.contains("BRCA2"));
    for _ in 0..2 {
        assert_eq!(notify.tell_returned(&world.address, Some(TOKEN), &letter.reference), 204);
    }
    assert_eq!(case.state(0), "not_reached");
    let opened = letter_open(&world.address, &code, SISTER.born);
    assert!(opened.is_err() || !opened.unwrap().1.contains("BRCA2"));
    let task = format!("/tasks/{}", case.tasks[0]);
    let found = case.counsellor.browser.submit(&task, &format!("{task}/address-found"), &[]).unwrap();
    assert_eq!(found.status, 409, "the address is the same");
    assert!(found.text().contains("the one from which post came back"), "{}", found.text());
    assert_eq!(case.state(0), "not_reached");
    let page = case.clinician.browser.page(&format!("/outbox/{}", letter.reference)).unwrap();
    assert!(page.contains("came back in the post"), "{page}");
}

#[test]
fn a_receipt_that_overtakes_our_own_word_is_not_lost() {
    let (world, notify) = world(498);
    let _case = approved(&world);
    let queued = post(&world, Channel::Paper);
    let until = world.house.clock.now().plus_seconds(900);
    let claim = |act: &mut Act<'_>| outbox::post_claim(act, &queued, "slow", until);
    world.house.act_as(ActorKind::Worker, "slow", world.service.id, claim).unwrap();
    let (begun, _) = begin(&world.house, &Cascade, "slow", world.service.id, queued.id).unwrap().unwrap();
    let kept = Kept {
        id: "1".into(),
        reference: queued.id.to_string(),
        kind: "letter",
        status: "created".into(),
        body: json!({}),
    };
    assert_eq!(notify.tell(&world.address, Some(TOKEN), &kept, "validation-failed"), 204);
    assert_eq!(post(&world, Channel::Paper).state, PostState::Sending);
    let accepted = Outcome::Accepted { provider_ref: "1".into() };
    let claimed = outbox::Post { claimed_by: Some("slow".into()), ..begun };
    let store = |act: &mut Act<'_>| outbox::post_outcome(act, &Cascade, &claimed, accepted).map(|_| ());
    world.house.act_as(ActorKind::Worker, "slow", world.service.id, store).unwrap();
    let now = post(&world, Channel::Paper);
    assert_eq!(now.state, PostState::Refused);
    assert!(asks_for_help(&world, &now));
}
