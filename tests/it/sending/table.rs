//! Every fault of a mail server, at every stage, with what becomes of the notice in the outbox: the table of the security
//! notes (F-4), each row played by a real conversation. Must not know: how the transport finds out.

use super::{asks_for_help, post, posts, sql, state};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
    smtp_sink::{
        Event::{self, Close, Endless, Garbage, Reply, Say, SayAndLeave, Slow, Stall},
        SmtpSink,
        Stage::{self, AfterBody, Auth, Data, DuringBody, Ehlo, Greeting, Mail, Quit, Rcpt, StartTls},
    },
};
use kinward::{
    access::{House, answer::Pages},
    clinic::cascade::listener::Cascade,
    config::{Config, MailTo},
    demo::people::Kin,
    mail::Timeouts,
    relative::{
        outbox::{Channel, PostState},
        pause::channels_paused,
    },
    worker::{Transports, dispatch, run},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How the house speaks to the mail server.
#[derive(Clone, Copy, PartialEq)]
enum By {
    /// In the clear, on this machine.
    Plain,
    /// The same, with a name and a password.
    SignedIn,
    /// By STARTTLS, to a server that shows this certificate, of which we trust `here`.
    StartTls(&'static str),
    /// By STARTTLS, trusting public authorities alone.
    Untrusted,
    /// To a server that offers no STARTTLS.
    NotOffered,
    /// By TLS from the first byte, to a server that speaks none.
    Tls,
    /// To a name that does not exist, and to a port at which nobody listens.
    NoName,
    NobodyThere,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Accepted,
    /// Tried again by itself.
    Retry,
    /// Tried again, and nothing else on this way meanwhile.
    Paused,
    /// A person is asked, and knows that it did not go.
    Refused,
    /// A person is asked, and nobody knows.
    Uncertain,
}

const CUT: &str = "250 2.0.0 queued as CUT1\r\n";
const NEVER: &str = "250 2.0.0 this answer takes longer than anybody waits, a byte at a time\r\n";

/// How the house speaks, what happens at which stage, and what becomes of the notice.
type Row = (By, Option<(Stage, Event)>, Then);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    // Before anything of the message is said.
    (By::NoName,                 None,                                        Then::Retry),
    (By::NobodyThere,            None,                                        Then::Retry),
    (By::Plain,                  Some((Greeting, Reply(421))),                Then::Retry),
    (By::Plain,                  Some((Greeting, Reply(554))),                Then::Retry),
    (By::Plain,                  Some((Greeting, Close)),                     Then::Retry),
    (By::Plain,                  Some((Greeting, Stall)),                     Then::Retry),
    (By::Plain,                  Some((Greeting, Garbage)),                   Then::Retry),
    (By::Plain,                  Some((Greeting, Endless)),                   Then::Retry),
    (By::Plain,                  Some((Greeting, Slow(NEVER, 20))),           Then::Retry),
    (By::Plain,                  Some((Ehlo, Reply(421))),                    Then::Retry),
    (By::Plain,                  Some((Ehlo, Reply(550))),                    Then::Retry),
    (By::Plain,                  Some((Ehlo, Close)),                         Then::Retry),
    (By::Plain,                  Some((Ehlo, Stall)),                         Then::Retry),
    (By::Plain,                  Some((Ehlo, Garbage)),                       Then::Retry),
    (By::NotOffered,             None,                                        Then::Paused),
    (By::Tls,                    None,                                        Then::Paused),
    (By::StartTls("here"),       None,                                        Then::Accepted),
    (By::StartTls("elsewhere"),  None,                                        Then::Paused),
    (By::Untrusted,              None,                                        Then::Paused),
    (By::StartTls("here"),       Some((StartTls, Reply(454))),                Then::Retry),
    (By::StartTls("here"),       Some((StartTls, Reply(554))),                Then::Paused),
    (By::StartTls("here"),       Some((StartTls, Say("220 go on\r\nno TLS\r\n"))), Then::Retry),
    (By::StartTls("here"),       Some((StartTls, Close)),                     Then::Retry),
    (By::StartTls("here"),       Some((StartTls, Stall)),                     Then::Retry),
    (By::SignedIn,               None,                                        Then::Accepted),
    (By::SignedIn,               Some((Auth, Reply(535))),                    Then::Paused),
    (By::SignedIn,               Some((Auth, Reply(454))),                    Then::Retry),
    (By::SignedIn,               Some((Auth, Close)),                         Then::Retry),
    (By::SignedIn,               Some((Auth, Stall)),                         Then::Retry),
    (By::SignedIn,               Some((Auth, Garbage)),                       Then::Retry),
    // From whom and to whom: the address fails, or the server.
    (By::Plain,                  Some((Mail, Reply(451))),                    Then::Retry),
    (By::Plain,                  Some((Mail, Reply(550))),                    Then::Refused),
    (By::Plain,                  Some((Mail, Reply(530))),                    Then::Paused),
    (By::Plain,                  Some((Mail, Close)),                         Then::Retry),
    (By::Plain,                  Some((Mail, Stall)),                         Then::Retry),
    (By::Plain,                  Some((Mail, Garbage)),                       Then::Retry),
    (By::Plain,                  Some((Rcpt, Reply(450))),                    Then::Retry),
    (By::Plain,                  Some((Rcpt, Reply(550))),                    Then::Refused),
    (By::Plain,                  Some((Rcpt, Say("550-5.1.1 nobody\r\n550 of this name\r\n"))), Then::Refused),
    (By::Plain,                  Some((Rcpt, Say("250-2.1.5 yes\r\n250 yes\r\n"))), Then::Accepted),
    (By::Plain,                  Some((Rcpt, Close)),                         Then::Retry),
    (By::Plain,                  Some((Rcpt, Stall)),                         Then::Retry),
    (By::Plain,                  Some((Rcpt, Garbage)),                       Then::Retry),
    (By::Plain,                  Some((Rcpt, Endless)),                       Then::Retry),
    // May it be said?
    (By::Plain,                  Some((Data, Reply(451))),                    Then::Retry),
    (By::Plain,                  Some((Data, Reply(554))),                    Then::Refused),
    (By::Plain,                  Some((Data, Reply(250))),                    Then::Retry),
    (By::Plain,                  Some((Data, Say("354 go on\r\n250 taken\r\n"))), Then::Retry),
    (By::Plain,                  Some((Data, Close)),                         Then::Retry),
    (By::Plain,                  Some((Data, Stall)),                         Then::Retry),
    (By::Plain,                  Some((Data, Garbage)),                       Then::Retry),
    // A notice fits one write, so its dot has left by the time that the server reads. What is cut before that is tried
    // again: `a_body_cut_before_its_end_was_surely_not_taken` in src/mail/smtp.rs, with a message that fits no buffer.
    (By::Plain,                  Some((DuringBody, Close)),                   Then::Uncertain),
    (By::Plain,                  Some((DuringBody, Stall)),                   Then::Uncertain),
    // After the final dot.
    (By::Plain,                  None,                                        Then::Accepted),
    (By::Plain,                  Some((AfterBody, Say("250 one\r\n250 two\r\n"))), Then::Accepted),
    (By::Plain,                  Some((AfterBody, Say("250-one\r\n250 two\r\n"))), Then::Accepted),
    (By::Plain,                  Some((AfterBody, SayAndLeave(CUT))),         Then::Accepted),
    (By::Plain,                  Some((AfterBody, Slow("250 2.0.0 taken\r\n", 5))), Then::Accepted),
    (By::Plain,                  Some((AfterBody, Reply(451))),               Then::Retry),
    (By::Plain,                  Some((AfterBody, Reply(554))),               Then::Refused),
    (By::Plain,                  Some((AfterBody, Reply(252))),               Then::Uncertain),
    (By::Plain,                  Some((AfterBody, Close)),                    Then::Uncertain),
    (By::Plain,                  Some((AfterBody, SayAndLeave("25"))),        Then::Uncertain),
    (By::Plain,                  Some((AfterBody, Stall)),                    Then::Uncertain),
    (By::Plain,                  Some((AfterBody, Garbage)),                  Then::Uncertain),
    (By::Plain,                  Some((AfterBody, Endless)),                  Then::Uncertain),
    (By::Plain,                  Some((AfterBody, Slow(NEVER, 20))),          Then::Uncertain),
    // It was taken: how the conversation ends changes nothing.
    (By::Plain,                  Some((Quit, Reply(421))),                    Then::Accepted),
    (By::Plain,                  Some((Quit, Close)),                         Then::Accepted),
    (By::Plain,                  Some((Quit, Stall)),                         Then::Accepted),
    (By::Plain,                  Some((Quit, Garbage)),                       Then::Accepted),
];

/// Short patience only where the server is to keep us waiting: a busy machine must not change an outcome.
fn patience(event: Option<(Stage, Event)>) -> Timeouts {
    let all = |ms| {
        let wait = Duration::from_millis(ms);
        Timeouts { connect: wait, command: wait, reply: wait, whole: 20 * wait }
    };
    match event {
        Some((_, Stall)) => all(200),
        Some((_, Slow(said, _))) if said == NEVER => {
            Timeouts { whole: Duration::from_millis(500), ..all(10_000) }
        }
        _ => all(10_000),
    }
}

/// A second process on the same database, whose e-mail goes to the sink.
fn speaking(world: &World, sink: &SmtpSink, by: By, timeouts: Timeouts) -> (House, Transports) {
    let here = &world.house;
    let password = world.folder.path().join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mail = MailTo::Smtp {
        host: if by == By::NoName { "mail.nowhere.invalid" } else { "127.0.0.1" }.to_owned(),
        port: if by == By::NobodyThere { free() } else { sink.port() },
        security: match by {
            By::Plain | By::SignedIn | By::NobodyThere => "none",
            By::StartTls(_) | By::Untrusted | By::NotOffered | By::NoName => "starttls",
            By::Tls => "tls",
        }
        .to_owned(),
        user: (by == By::SignedIn).then(|| "clinic".to_owned()),
        password_file: (by == By::SignedIn).then_some(password),
        authorities: matches!(by, By::StartTls(_))
            .then(|| format!("{}/tests/data/tls/here.pem", env!("CARGO_MANIFEST_DIR")).into()),
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
    let ways = Transports::within(&house, timeouts).unwrap();
    (house, ways)
}

#[test]
fn every_fault_at_every_stage_leaves_the_notice_in_one_state() {
    let world = World::new(451);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let clear = SmtpSink::start(&[]).unwrap();
    let (house, ways) = speaking(&world, &clear, By::NobodyThere, patience(None));
    dispatch(&house, &Cascade, &ways, "w").unwrap();
    let id = post(&world, Channel::Email).id;
    for (by, event, then) in TABLE.iter().copied() {
        let row = format!("{event:?} -> {then:?}");
        let sink = SmtpSink::start(event.as_slice()).unwrap();
        match by {
            By::StartTls(name) => sink.set_certificate(name),
            By::Untrusted => sink.set_certificate("here"),
            _ => {}
        }
        sink.set_extensions(match by {
            By::StartTls(_) | By::Untrusted => &["STARTTLS"],
            By::SignedIn => &["AUTH PLAIN"],
            _ => &[],
        });
        sql(
            &world,
            "UPDATE posts SET state = 'queued', attempts = 0, retries = 0, retry_since = NULL, problem = NULL, not_before = queued_at WHERE channel = 'email'",
        );
        sql(&world, "DELETE FROM channel_pauses");
        let (house, ways) = speaking(&world, &sink, by, patience(event));
        let began = Instant::now();
        assert_eq!(dispatch(&house, &Cascade, &ways, "w").unwrap(), 1, "{row}");
        assert!(began.elapsed() < Duration::from_secs(9), "{row}: bounded by the patience given");
        let becomes = match then {
            Then::Accepted => PostState::Accepted,
            Then::Retry | Then::Paused => PostState::Retry,
            Then::Refused => PostState::Refused,
            Then::Uncertain => PostState::Uncertain,
        };
        let now = post(&world, Channel::Email);
        assert_eq!(now.state, becomes, "{row}: {:?}", now.problem);
        assert_eq!(asks_for_help(&world, id), matches!(then, Then::Refused | Then::Uncertain), "{row}");
        let paused =
            world.house.db.read(|conn| channels_paused(conn, world.service.id, house.clock.now())).unwrap();
        assert_eq!(paused.len(), usize::from(then == Then::Paused), "{row}");
        assert_eq!(
            now.retries,
            i32::from(then == Then::Retry),
            "{row}: a fault of the way counts for no sending"
        );
        // A server that stalls or is cut off after the dot has the message, and has not said so.
        assert_eq!(
            sink.accepted() == 1,
            then == Then::Accepted || matches!(event, Some((AfterBody, Slow(..)))),
            "{row}"
        );
        assert!(!now.problem.unwrap_or_default().contains("tamsin"), "{row}: staff's lists name nobody");
        let asked_again = dispatch(&house, &Cascade, &ways, "w").unwrap();
        assert_eq!(asked_again, 0, "{row}: nothing is tried again at once");
        assert_eq!(posts(&world).len(), 2, "{row}: and nothing goes another way instead");
        assert_eq!(case.state(0), "sent", "{row}");
    }
}

/// Stops the workers also where the test fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn the_others_go_while_one_conversation_stalls() {
    let world = World::new(452);
    let mut case = Case::new(&world, &[SISTER, Kin { email: Some("ottilie@mail.example"), ..AUNT }]);
    for place in [0, 1] {
        case.agree(place, "L2");
        case.approved(place, "L2");
    }
    let sink = SmtpSink::start(&[]).unwrap();
    let patient = Timeouts { reply: Duration::from_secs(5), ..patience(None) };
    let (house, ways) = speaking(&world, &sink, By::Plain, patient);
    sink.set_script_once(AfterBody, Stall);
    let (house, stop) = (Arc::new(house), AtomicBool::new(false));
    let states = || {
        let mut all: Vec<PostState> = posts(&world)
            .iter()
            .filter(|post| post.channel == Channel::Email)
            .map(|post| post.state)
            .collect();
        all.sort();
        all
    };
    let until = |wanted: [PostState; 2]| {
        let began = Instant::now();
        while states() != wanted {
            assert!(began.elapsed() < Duration::from_secs(60), "{:?}", states());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    std::thread::scope(|threads| {
        let _stopped_in_any_case = Stop(&stop);
        threads.spawn(|| run(&house, &Cascade, &ways, &stop));
        until([PostState::Sending, PostState::Accepted]);
        until([PostState::Accepted, PostState::Uncertain]);
    });
    assert_eq!(sink.received().len(), 2, "each was handed over once");
    assert!(posts(&world).iter().all(|post| post.attempts == 1));
}

#[test]
fn nothing_more_is_said_in_a_conversation_that_nobody_waits_for() {
    let world = World::new(453);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    // The answer to RCPT is whole only after the patience has ended.
    let sink = SmtpSink::start(&[(Rcpt, Slow("250 2.1.5 ok\r\n", 60))]).unwrap();
    let short = Timeouts { whole: Duration::from_millis(400), ..patience(None) };
    let (house, ways) = speaking(&world, &sink, By::Plain, short);
    for _ in 0..2 {
        dispatch(&house, &Cascade, &ways, "w").unwrap();
    }
    assert_eq!(state(&world, post(&world, Channel::Email).id), PostState::Retry);
    std::thread::sleep(Duration::from_millis(1000));
    assert!(!sink.commands().iter().any(|line| line.starts_with("DATA")), "{:?}", sink.commands());
    assert!(sink.received().is_empty());
}
