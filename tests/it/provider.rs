//! GOV.UK Notify as a way out: handed over once under our reference, asked before anything is tried again, and heard of again.
//! Must not know: how the client is built; what is kept is looked up at the provider, and what follows in the outbox.

mod calls;
mod states;

use crate::support::{
    World,
    cases::{Case, SISTER},
    notify::{EMAIL_TEMPLATE, Fault, Kept, NotifyServer, SECRET, SERVICE, TEXT_TEMPLATE, TOKEN},
};
use diesel::RunQueryDsl;
use kinward::{
    audit::{Act, ActorKind},
    clinic::{
        cascade::listener::Cascade,
        queue::item::{Queue, SubjectKind, work_open_all},
    },
    config::{MailTo, NotifyAccount, PrintTo, TextTo},
    mail::{Parcel, PostRef, Sent, Timeouts},
    relative::{
        outbox::{self, Channel, Post, PostState},
        pause::channels_paused,
        settle::{Settlement, post_settle},
    },
    worker::{TIMEOUTS, Transports, begin, dispatch},
};
use kinward_family::{language::Language, notice::TextNotice, person::MobileNumber};
use std::{path::Path, time::Duration};

fn account(address: &str, folder: &Path) -> NotifyAccount {
    let (key, token) = (folder.join("notify.key"), folder.join("notify.token"));
    std::fs::write(&key, format!("severnside-letters-{SERVICE}-{SECRET}\n")).unwrap();
    std::fs::write(&token, format!("{TOKEN}\n")).unwrap();
    NotifyAccount {
        address: address.to_owned(),
        key_file: key,
        email_template: Some(EMAIL_TEMPLATE.into()),
        text_template: Some(TEXT_TEMPLATE.into()),
        postage: "second".into(),
        token_file: Some(token),
    }
}

/// A world whose letters and notices go to the stand-in.
fn world(seed: u64) -> (World, NotifyServer) {
    let mut started = None;
    let world = World::configured(seed, |config, folder, clock| {
        let server = NotifyServer::start(std::sync::Arc::clone(clock));
        (config.mail, config.print, config.texts) = (MailTo::Notify, PrintTo::Notify, TextTo::Notify);
        config.notify = Some(account(&server.address, folder));
        started = Some(server);
    });
    (world, started.unwrap())
}

/// One relative's approved letter.
fn approved(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    case
}

/// As the configuration says, with patience for half a second of silence.
fn hasty(world: &World) -> Transports {
    let timeouts = Timeouts { command: Duration::from_millis(500), ..TIMEOUTS };
    Transports::within(&world.house, timeouts).unwrap()
}

fn round(world: &World, ways: &Transports) -> usize {
    dispatch(&world.house, &Cascade, ways, "w").unwrap()
}

fn post(world: &World, channel: Channel) -> Post {
    let all = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 100)).unwrap();
    all.into_iter().find(|post| post.channel == channel).unwrap()
}

fn asks_for_help(world: &World, post: &Post) -> bool {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.iter().any(|item| {
        item.queue == Queue::ToSend
            && item.subject_kind == SubjectKind::Post
            && item.subject_id == post.id.as_str()
    })
}

fn sql(world: &World, text: &str) {
    world.house.db.write(|conn| Ok(diesel::sql_query(text).execute(conn)?)).unwrap();
}

fn settle(world: &World, post: &Post, how: Settlement) {
    let id = post.id;
    let work = |act: &mut Act<'_>| post_settle(act, &Cascade, id, how);
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, work).unwrap();
}

fn paused(world: &World) -> usize {
    world
        .house
        .db
        .read(|conn| channels_paused(conn, world.service.id, world.house.clock.now()))
        .unwrap()
        .len()
}

#[test]
fn a_letter_goes_as_it_was_set_and_its_notice_in_the_services_neutral_words() {
    let (world, notify) = world(461);
    let mut case = approved(&world);
    assert_eq!(world.send(), 2);
    let kept = notify.kept();
    let [letter, notice] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((letter.kind, notice.kind), ("letter", "email"));
    assert_eq!(letter.reference, post(&world, Channel::Paper).id.to_string());
    assert_eq!(notice.reference, post(&world, Channel::Email).id.to_string());
    assert_eq!(letter.body["postage"], "second");
    assert_eq!(letter.body.as_object().unwrap().len(), 3, "reference, content and postage");
    let said = &notice.body["personalisation"];
    assert_eq!(said.as_object().unwrap().keys().collect::<Vec<_>>(), ["subject", "text"]);
    let words = said.to_string().to_lowercase();
    for word in ["gene", "brca", "tamsin", "wray", "ashdown", "clinic", "family", "test"] {
        assert!(!words.contains(word), "{word}: {words}");
    }
    assert_eq!(case.state(0), "sent");
    let accepted = post(&world, Channel::Paper);
    assert_eq!((accepted.state, accepted.provider_ref), (PostState::Accepted, Some(letter.id.clone())));
}

/// What happens to the hand-over of a notice, what becomes of it at once, whether the provider has it, and what becomes of it
/// once the provider has been asked.
#[rustfmt::skip]
const HANDED_OVER: &[(Fault, PostState, usize, PostState)] = &[
    (Fault::Says(400, "ValidationError"),    PostState::Refused,   0, PostState::Refused),
    (Fault::Says(400, "BadRequestError"),    PostState::Refused,   0, PostState::Refused),
    (Fault::Says(413, "TooLarge"),           PostState::Refused,   0, PostState::Refused),
    (Fault::Says(429, "RateLimitError"),     PostState::Retry,     0, PostState::Accepted),
    (Fault::Says(429, "TooManyRequestsError"), PostState::Retry,   0, PostState::Accepted),
    (Fault::Says(500, "Exception"),          PostState::Uncertain, 0, PostState::Accepted),
    (Fault::Says(503, "Exception"),          PostState::Uncertain, 0, PostState::Accepted),
    (Fault::Gone,                            PostState::Uncertain, 0, PostState::Accepted),
    (Fault::KeptThenSays(500),               PostState::Uncertain, 1, PostState::Accepted),
    (Fault::KeptThenSays(502),               PostState::Uncertain, 1, PostState::Accepted),
    (Fault::KeptThenGone,                    PostState::Uncertain, 1, PostState::Accepted),
    (Fault::KeptThenSilent,                  PostState::Uncertain, 1, PostState::Accepted),
    (Fault::KeptThenGarbage,                 PostState::Uncertain, 1, PostState::Accepted),
];

#[test]
fn whatever_the_provider_says_a_notice_is_taken_once_at_most_and_where_that_was_unsure_it_is_asked() {
    let (world, notify) = world(462);
    let _case = approved(&world);
    let ways = hasty(&world);
    assert_eq!(round(&world, &ways), 1, "the letter");
    for (fault, at_once, kept, in_the_end) in HANDED_OVER.iter().copied() {
        notify.forget();
        sql(
            &world,
            "UPDATE posts SET state = 'queued', attempts = 0, retries = 0, retry_since = NULL, delivery = NULL, ask_at = NULL, not_before = queued_at WHERE channel = 'email'",
        );
        sql(&world, "UPDATE posts SET ask_at = NULL WHERE channel = 'paper'");
        notify.will(&[fault]);
        assert_eq!(round(&world, &ways), 1, "{fault:?}");
        let now = post(&world, Channel::Email);
        assert_eq!((now.state, notify.kept().len()), (at_once, kept), "{fault:?}: {:?}", now.problem);
        assert_eq!(now.retries, 0, "{fault:?}: nothing of this is counted against the address");
        assert_eq!(asks_for_help(&world, &now), at_once.is_trouble(), "{fault:?}");
        let problem = now.problem.unwrap();
        assert!(!problem.contains("tamsin") && !problem.contains("mail.example"), "{problem}");
        assert_eq!(round(&world, &ways), 0, "{fault:?}: not at once, and not before it was asked");
        world.clock.advance_seconds(301);
        round(&world, &ways);
        let end = post(&world, Channel::Email);
        assert_eq!(end.state, in_the_end, "{fault:?}");
        assert_eq!(notify.kept().len(), usize::from(in_the_end == PostState::Accepted), "{fault:?}: once");
        assert_eq!(asks_for_help(&world, &end), in_the_end.is_trouble(), "{fault:?}");
    }
}

#[test]
fn a_fault_of_key_clock_or_address_stops_the_way_and_no_sending() {
    for (seed, words) in [(463, "clock"), (464, "key"), (465, "address")] {
        let (world, notify) = world(seed);
        let _case = approved(&world);
        let mut config = world.house.config.clone();
        match words {
            "clock" => notify.clock_ahead(60),
            "key" => {
                let file = config.notify.as_ref().unwrap().key_file.clone();
                std::fs::write(file, format!("severnside-{SERVICE}-{SERVICE}")).unwrap();
            }
            _ => {
                let account = config.notify.as_mut().unwrap();
                account.address = format!("{}/elsewhere", account.address);
            }
        }
        let house = kinward::access::House {
            db: world.house.db.clone(),
            clock: std::sync::Arc::clone(&world.house.clock),
            chance: std::sync::Arc::clone(&world.house.chance),
            keys: world.house.keys.clone(),
            policy: world.house.policy.clone(),
            pages: kinward::access::answer::Pages::load().unwrap(),
            sent: Default::default(),
            config,
        };
        let ways = Transports::from_config(&house).unwrap();
        assert_eq!(round(&world, &ways), 1, "{words}");
        let now = post(&world, Channel::Paper);
        assert_eq!((now.state, now.retries, paused(&world)), (PostState::Retry, 0, 1), "{words}");
        assert!(!asks_for_help(&world, &now), "{words}");
        assert_eq!(notify.kept().len(), 0, "{words}");
        if words == "clock" {
            notify.clock_ahead(0);
            world.clock.advance_seconds(3601);
            assert_eq!(round(&world, &ways), 1, "once the pause is over");
            assert_eq!(post(&world, Channel::Paper).state, PostState::Accepted);
        }
    }
}

#[test]
fn nobody_listening_is_tried_again_and_an_unanswered_question_leaves_it_to_a_person() {
    let (world, notify) = world(466);
    let _case = approved(&world);
    let ways = hasty(&world);
    notify.will(&[Fault::KeptThenSays(500)]);
    round(&world, &ways);
    notify.when_asked(Some(500));
    for _ in 0..20 {
        world.clock.advance_seconds(3600);
        round(&world, &ways);
    }
    let unsure = post(&world, Channel::Paper);
    assert_eq!((unsure.state, notify.counts().0), (PostState::Uncertain, 1), "never sent again by itself");
    assert!(asks_for_help(&world, &unsure));
    // A person is sure that it did not go, and is wrong: it is asked once more before anything is handed over.
    settle(&world, &unsure, Settlement::SendAgain);
    round(&world, &ways);
    assert_eq!((post(&world, Channel::Paper).state, notify.counts().0), (PostState::Retry, 1));
    notify.when_asked(None);
    world.clock.advance_seconds(66);
    round(&world, &ways);
    assert_eq!((post(&world, Channel::Paper).state, notify.kept().len()), (PostState::Accepted, 1));
    drop(notify);
    round(&world, &ways);
    let notice = post(&world, Channel::Email);
    assert_eq!((notice.state, notice.retries), (PostState::Retry, 1), "{:?}", notice.problem);
}

#[test]
fn what_a_vanished_worker_had_begun_is_asked_about_and_goes_once() {
    for (seed, arrived) in [(467, true), (468, false)] {
        let (world, notify) = world(seed);
        let _case = approved(&world);
        let lost = post(&world, Channel::Paper);
        let until = world.house.clock.now().plus_seconds(900);
        let claim = |act: &mut Act<'_>| outbox::post_claim(act, &lost, "vanished", until);
        world.house.act_as(ActorKind::Worker, "vanished", world.service.id, claim).unwrap();
        begin(&world.house, &Cascade, "vanished", world.service.id, lost.id).unwrap().unwrap();
        if arrived {
            // Its request had left, and its answer was never stored.
            let ways = hasty(&world);
            let host = "severnside.example";
            let reference = PostRef::new(lost.id, host, lost.queued_at, Language::English);
            let number = MobileNumber::parse("07700 900123").unwrap();
            let text =
                TextNotice::letter_waits(number, &world.service.card().unwrap(), Language::English).unwrap();
            assert!(matches!(ways.email.send(&reference, &Parcel::Text(&text)), Sent::Accepted { .. }));
        }
        world.clock.advance_seconds(901);
        round(&world, &hasty(&world));
        assert_eq!(post(&world, Channel::Paper).state, PostState::Uncertain);
        world.clock.advance_seconds(301);
        for _ in 0..2 {
            round(&world, &hasty(&world));
        }
        let now = post(&world, Channel::Paper);
        assert_eq!(now.state, PostState::Accepted, "{arrived}");
        let under_it = notify.kept().into_iter().filter(|one| one.reference == lost.id.to_string()).count();
        assert_eq!(under_it, 1, "{arrived}");
        assert!(!asks_for_help(&world, &now));
    }
}

#[test]
fn a_provider_that_may_have_forgotten_is_not_believed_that_it_never_had_it() {
    let (world, notify) = world(469);
    let _case = approved(&world);
    notify.will(&[Fault::KeptThenSays(500)]);
    round(&world, &hasty(&world));
    notify.when_asked(Some(500));
    world.clock.advance_days(6);
    round(&world, &hasty(&world));
    notify.when_asked(None);
    notify.forget();
    world.clock.advance_days(1);
    round(&world, &hasty(&world));
    assert_eq!((post(&world, Channel::Paper).state, notify.counts().0), (PostState::Uncertain, 1));
}

#[test]
fn a_text_message_says_one_neutral_line_and_goes_to_a_mobile_number_alone() {
    let (world, notify) = world(470);
    let _case = approved(&world);
    let ways = Transports::from_config(&world.house).unwrap();
    let id = post(&world, Channel::Paper).id;
    let reference = PostRef::new(id, "severnside.example", world.house.clock.now(), Language::English);
    let card = world.service.card().unwrap();
    let number = MobileNumber::parse("+44 7700 900 123").unwrap();
    let text = TextNotice::letter_waits(number, &card, Language::English).unwrap();
    assert!(matches!(ways.email.send(&reference, &Parcel::Text(&text)), Sent::Accepted { .. }));
    let [kept]: [Kept; 1] = notify.kept().try_into().unwrap();
    assert_eq!((kept.kind, kept.body["phone_number"].as_str()), ("sms", Some("07700900123")));
    assert_eq!(kept.body["personalisation"].as_object().unwrap().keys().collect::<Vec<_>>(), ["text"]);
    // Tried again, it is found, and not said twice.
    let again = PostRef { again: true, ..reference };
    assert!(matches!(ways.email.send(&again, &Parcel::Text(&text)), Sent::Accepted { .. }));
    assert_eq!(notify.kept().len(), 1);
}
