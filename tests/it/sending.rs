//! Sendings: at most once or visibly uncertain, and a stop that comes first always wins.
//! Must not know: what letters say. What leaves is counted at the door: files, a scripted way out, a mail server.

mod again;
mod bounced;
mod never;
mod notice;
mod paused;
mod table;
mod unsure;

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use diesel::RunQueryDsl;
use kinward::{
    audit::{Act, ActorKind},
    clinic::{
        cascade::listener::Cascade,
        queue::item::{Queue, SubjectKind, work_open_all},
    },
    demo::{
        browser::form_token,
        people::{Kin, text_of},
    },
    error::{Error, Result},
    ids::PostId,
    mail::{Parcel, PostRef, Sent, Transport},
    relative::{
        delivery::{Delivery, delivery_heard},
        outbox::{self, Channel, Outcome, Post, PostState, STEPS},
        settle::{Settlement, post_settle},
    },
    worker::{Paper, Transports, begin, dispatch},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Barrier, Mutex},
};

/// A way out that always says the same, and counts.
#[derive(Clone)]
struct Scripted {
    says: Sent,
    tried: Arc<Mutex<Vec<PostId>>>,
}

impl Scripted {
    fn new(says: Sent) -> Self {
        Self { says, tried: Arc::default() }
    }

    fn accepting() -> Self {
        Self::new(Sent::Accepted { provider_ref: "taken".into() })
    }

    fn retrying() -> Self {
        Self::new(Sent::Retry { words: "not now".into(), pause_channel: false })
    }

    fn tried(&self) -> Vec<PostId> {
        self.tried.lock().unwrap().clone()
    }

    fn ways(&self) -> Transports {
        let way = || Box::new(self.clone());
        Transports { paper: Paper::Each(way()), email: way(), text: None, host: "severnside.example".into() }
    }

    fn round(&self, world: &World, worker: &str) -> usize {
        dispatch(&world.house, &Cascade, &self.ways(), worker).unwrap()
    }
}

impl Transport for Scripted {
    fn send(&self, post: &PostRef, _: &Parcel<'_>) -> Sent {
        self.tried.lock().unwrap().push(post.id);
        self.says.clone()
    }
}

fn posts(world: &World) -> Vec<Post> {
    world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 500)).unwrap()
}

/// The newest sending of a channel.
fn post(world: &World, channel: Channel) -> Post {
    let mut all: Vec<Post> = posts(world).into_iter().filter(|post| post.channel == channel).collect();
    all.sort_by_key(|post| post.queued_at);
    all.pop().unwrap()
}

fn state(world: &World, id: PostId) -> PostState {
    world.house.db.read(|conn| outbox::post_get(conn, world.service.id, id)).unwrap().state
}

/// Whether somebody is asked to look at this sending.
fn asks_for_help(world: &World, id: PostId) -> bool {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.iter().any(|item| {
        item.queue == Queue::ToSend
            && item.subject_kind == SubjectKind::Post
            && item.subject_id == id.as_str()
    })
}

/// Sisters enough, with a name each.
fn sisters(count: u8) -> Vec<Kin> {
    let named = |start: &str, at: u8| -> &'static str {
        let letters = [b'a' + at / 26, b'a' + at % 26];
        Box::leak(format!("{start}{}", String::from_utf8_lossy(&letters)).into_boxed_str())
    };
    (0..count)
        .map(|at| Kin { given: named("Bren", at), family: named("Quoy", at), email: None, ..SISTER })
        .collect()
}

/// Claims and begins a sending, and is never heard of again.
fn vanish_while_sending(world: &World, post: &Post) {
    let until = world.house.clock.now().plus_seconds(900);
    let claim = |act: &mut Act<'_>| outbox::post_claim(act, post, "vanished", until);
    assert!(world.house.act_as(ActorKind::Worker, "vanished", world.service.id, claim).unwrap());
    let begun = begin(&world.house, &Cascade, "vanished", world.service.id, post.id).unwrap();
    assert!(begun.is_some());
}

#[test]
fn every_command_goes_along_listed_steps_and_every_listed_step_is_gone() {
    type Command = fn(&mut Act<'_>, &Post) -> Result<()>;
    let commands: [Command; 13] = [
        |act, post| delivery_heard(act, &Cascade, post.id, Delivery::PermanentFailure, None).map(|_| ()),
        |act, post| outbox::post_claim(act, post, "w", act.at).map(|_| ()),
        |act, post| outbox::post_begin(act, &Cascade, post.id, "w").map(|_| ()),
        |act, post| outbox::post_lost(act, &Cascade, post),
        |act, post| outbox::recall(act, &Cascade, post.invitation_id, outbox::OnceGone::Withheld).map(|_| ()),
        |act, post| post_settle(act, &Cascade, post.id, Settlement::CameThrough),
        |act, post| post_settle(act, &Cascade, post.id, Settlement::SendAgain),
        |act, post| post_settle(act, &Cascade, post.id, Settlement::NotSent),
        |act, post| post_settle(act, &Cascade, post.id, Settlement::GiveUp),
        |act, post| outcome(act, post, Outcome::Accepted { provider_ref: "x".into() }),
        |act, post| outcome(act, post, Outcome::Refused { words: "x".into() }),
        |act, post| outcome(act, post, Outcome::Retry { words: "x".into() }),
        |act, post| outcome(act, post, Outcome::Uncertain { words: "x".into() }),
    ];
    let world = World::new(401);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let mut gone = BTreeSet::new();
    for (channel, from) in
        [Channel::Paper, Channel::Email].into_iter().flat_map(|c| PostState::ALL.iter().map(move |s| (c, *s)))
    {
        for command in &commands {
            let id = post(&world, channel).id;
            let undone = world.house.act_as(ActorKind::Worker, "w", world.service.id, |act| {
                let planted = format!(
                    "UPDATE posts SET state = '{from}', claimed_by = 'w', attempts = 1 WHERE id = '{id}'"
                );
                diesel::sql_query(planted).execute(act.conn()).unwrap();
                let before = outbox::post_list(act.conn(), world.service.id, 9)?;
                let mine = before.iter().find(|post| post.id == id).unwrap();
                if command(act, mine).is_ok() {
                    for now in outbox::post_list(act.conn(), world.service.id, 9)? {
                        let was = before.iter().find(|post| post.id == now.id).unwrap().state;
                        gone.extend((was != now.state).then_some((was, now.state)));
                    }
                }
                Err::<(), _>(Error::not_now("undone"))
            });
            assert!(undone.is_err());
        }
    }
    assert_eq!(gone, STEPS.iter().copied().collect::<BTreeSet<_>>());
}

fn outcome(act: &mut Act<'_>, post: &Post, outcome: Outcome) -> Result<()> {
    outbox::post_outcome(act, &Cascade, post, outcome).map(|_| ())
}

#[test]
fn a_withdrawal_between_approval_and_sending_stops_the_letter() {
    let world = World::new(402);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L2", "I have changed my mind.").unwrap();
    world.send();
    assert!(world.left_the_house("letters").is_empty() && world.left_the_house("mail").is_empty());
    assert!(posts(&world).iter().all(|post| post.state == PostState::Cancelled));
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!(text_of(&page, "state").unwrap(), "stopped");
    assert_eq!(case.state(0), "decision_needed");
}

/// Lets a number of small moments pass, by asking the database for something small.
fn linger(world: &World, moments: usize) {
    for _ in 0..moments * 5 {
        state(world, post(world, Channel::Paper).id);
    }
}

/// A worker sends and staff post a form at one moment, each after so many small ones. Answers how many letters left.
fn at_one_moment(
    world: &World,
    case: &mut Case,
    (page, action, form): (&str, &str, &str),
    (worker, staff): (usize, usize),
) -> usize {
    let token = form_token(&case.counsellor.browser.page(page).unwrap()).unwrap();
    let form = format!("form_token={token}&{form}");
    let (start, files) = (Barrier::new(2), world.left_the_house("letters").len());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            start.wait();
            linger(world, worker);
            world.send();
        });
        start.wait();
        linger(world, staff);
        let kind = Some("application/x-www-form-urlencoded");
        let seen = case.counsellor.browser.send("POST", action, kind, Some(form.as_bytes())).unwrap();
        assert_eq!(seen.status, 303, "{}", seen.text());
    });
    world.left_the_house("letters").len() - files
}

#[test]
fn a_withdrawal_and_a_sending_at_one_moment_end_in_one_way_or_the_other() {
    let world = World::new(403);
    let mut case = Case::new(&world, &sisters(30));
    let (mut left, mut kept) = (0, 0);
    for round in 0..30 {
        case.agree(round, "L2");
        let letter = case.approved(round, "L2");
        let page = format!("/tasks/{}/consent", case.tasks[round]);
        let form = "route=clinic_letter&level=L2&stance=withdrawn&words=No,+after+all";
        let id = posts(&world).iter().find(|post| post.state == PostState::Queued).unwrap().id;
        let waits = (30_usize.saturating_sub(round + 10), round.saturating_sub(10));
        let went = at_one_moment(&world, &mut case, (&page, &page, form), waits);
        let letter = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[round])).unwrap();
        let ended = (state(&world, id), text_of(&letter, "state").unwrap(), text_of(&task, "state").unwrap());
        assert_eq!(task["reasoning"]["stances"][0]["stance"], "Has withdrawn agreement");
        match went {
            1 => assert_eq!(ended, (PostState::Accepted, "sent".into(), "sent".into()), "round {round}"),
            _ => assert_eq!(
                ended,
                (PostState::Cancelled, "stopped".into(), "decision_needed".into()),
                "round {round}"
            ),
        }
        (left, kept) = (left + went, kept + 1 - went);
    }
    assert!(left > 0 && kept > 0, "a race that one side always wins is none: {left} left, {kept} kept");
}

#[test]
fn four_workers_send_twenty_letters_once_each() {
    let world = World::new(404);
    let mut case = Case::new(&world, &sisters(20));
    for place in 0..20 {
        case.agree(place, "L2");
        case.approved(place, "L2");
    }
    let (script, start) = (Scripted::accepting(), Barrier::new(4));
    let tried: usize = std::thread::scope(|scope| {
        let work = |worker: usize| {
            let (script, start, world) = (&script, &start, &world);
            scope.spawn(move || {
                start.wait();
                script.round(world, &format!("worker-{worker}"))
            })
        };
        let workers: Vec<_> = (0..4).map(work).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let sent = script.tried();
    assert_eq!((tried, sent.len()), (20, 20));
    assert_eq!(sent.iter().collect::<BTreeSet<_>>().len(), 20, "one went twice");
    assert!(posts(&world).iter().all(|post| post.state == PostState::Accepted && post.attempts == 1));
}

#[test]
fn what_a_vanished_worker_had_begun_is_uncertain_until_somebody_says() {
    let world = World::new(405);
    let mut case = Case::new(&world, &sisters(4));
    let settled = [
        ("came_through", PostState::Accepted, "sent", "sent"),
        ("send_again", PostState::Queued, "approved", "writing"),
        ("give_up", PostState::GivenUp, "stopped", "route_agreed"),
        ("not_sent", PostState::Cancelled, "stopped", "route_agreed"),
    ];
    for (place, (how, then, letter_state, task_state)) in settled.into_iter().enumerate() {
        case.agree(place, "L2");
        let letter = case.approved(place, "L2");
        let lost = posts(&world).into_iter().find(|post| post.state == PostState::Queued).unwrap();
        vanish_while_sending(&world, &lost);
        let script = Scripted::accepting();
        script.round(&world, "another");
        assert_eq!(state(&world, lost.id), PostState::Sending, "as long as the worker may still be there");
        world.clock.advance_seconds(901);
        script.round(&world, "another");
        assert_eq!(state(&world, lost.id), PostState::Uncertain);
        assert!(asks_for_help(&world, lost.id));
        script.round(&world, "another");
        assert!(script.tried().is_empty(), "nothing is sent while nobody knows");
        (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
        let page = format!("/outbox/{}", lost.id);
        case.clinician.browser.done(&page, &format!("{page}/settle"), &[("how", how)]).unwrap();
        assert!(!asks_for_help(&world, lost.id));
        assert_eq!(state(&world, lost.id), then);
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(text_of(&page, "state").unwrap(), letter_state, "{how}");
        assert_eq!(case.state(place), task_state, "{how}: nobody is forgotten");
        script.round(&world, "another");
        assert_eq!(script.tried(), if how == "send_again" { vec![lost.id] } else { vec![] });
    }
}

#[test]
fn the_late_word_of_a_worker_given_up_for_lost_is_not_taken() {
    let world = World::new(406);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let queued = post(&world, Channel::Paper);
    vanish_while_sending(&world, &queued);
    let late = Post { claimed_by: Some("vanished".into()), ..post(&world, Channel::Paper) };
    world.clock.advance_seconds(901);
    Scripted::accepting().round(&world, "another");
    let as_worker = |work: &mut dyn FnMut(&mut Act<'_>) -> Result<()>| {
        world.house.act_as(ActorKind::Worker, "vanished", world.service.id, |act| work(act))
    };
    let came_back =
        || as_worker(&mut |act| outcome(act, &late, Outcome::Accepted { provider_ref: "x".into() }));
    assert!(came_back().is_err());
    as_worker(&mut |act| post_settle(act, &Cascade, late.id, Settlement::SendAgain)).unwrap();
    assert!(came_back().is_err());
    vanish_while_sending(&world, &post(&world, Channel::Paper));
    assert!(came_back().is_err(), "what another attempt has begun is not the first one's to end");
    assert_eq!(state(&world, late.id), PostState::Sending);
}

fn sql(world: &World, text: &str) {
    world.house.db.write(|conn| Ok(diesel::sql_query(text).execute(conn)?)).unwrap();
}

#[test]
fn what_changed_after_approval_stops_the_letter_at_the_last_moment() {
    let world = World::new(409);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let person = case.people[0].clone();
    let tables = [("contacts", "person_id"), ("persons", "id")];
    for (table, key) in tables {
        sql(
            &world,
            &format!("CREATE TABLE kept_{table} AS SELECT sealed FROM {table} WHERE {key} = '{person}'"),
        );
    }
    // Past the acts that take a letter back at once: an old row is put back, as a restored copy or a fault of ours would.
    let put_back = |table: &str, key: &str| {
        sql(
            &world,
            &format!(
                "UPDATE {table} SET sealed = (SELECT sealed FROM kept_{table}) WHERE {key} = '{person}'"
            ),
        );
    };
    let page = format!("/people/{person}");
    let address = |postcode, email| {
        let fields = vec![
            ("address", "9 Larch Close\nStroud"),
            ("postcode", postcode),
            ("source", "Told by her"),
            ("email", email),
        ];
        ("contact", fields)
    };
    let who = |family, day| {
        let fields = vec![
            ("given_name", "Tamsin"),
            ("family_name", family),
            ("birth_date-day", day),
            ("birth_date-month", "2"),
            ("birth_date-year", "1964"),
        ];
        ("identity", fields)
    };
    let kept_email = "tamsin.wray@mail.example";
    case.agree(0, "L2");
    for ((form, fields), (table, key), why) in [
        (address("GL5 2BB", kept_email), tables[0], "the address changed"),
        (address("GL5 1AA", "new@mail.example"), tables[0], "the e-mail address changed"),
        (who("Wren", "17"), tables[1], "the name changed"),
        (who("Wray", "18"), tables[1], "the date of birth changed"),
    ] {
        case.counsellor.browser.done(&page, &format!("{page}/{form}"), &fields).unwrap();
        let letter = case.approved(0, "L2");
        put_back(table, key);
        assert_eq!(state(&world, post(&world, Channel::Paper).id), PostState::Queued);
        assert_eq!(world.send(), 0);
        let shown = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(shown["ended_why"], why);
        assert_eq!(case.state(0), "route_agreed", "it is to be written anew");
        world.clock.advance_seconds(1);
    }
    case.agree(1, "L2");
    case.approved(1, "L2");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    assert_eq!(world.send(), 0);
    assert_eq!(case.state(1), "suspended_classification");
    assert!(world.left_the_house("letters").is_empty() && world.left_the_house("mail").is_empty());
    assert!(posts(&world).iter().all(|post| post.state == PostState::Cancelled));
}
