//! The worker: sends what is due, stores what became of it, finds what a vanished worker left, does what was ordered, forgets.
//! Must not know: what a letter says, or why it may go.
#![deny(clippy::wildcard_enum_match_arm)]

mod asking;
mod batch;
pub mod bounced;
mod ended;
pub mod forgetting;
pub mod morning;
mod notice;
pub mod ordered;
mod ways;

pub use ways::{Paper, TIMEOUTS, Transports};

use crate::{
    access::House,
    audit::{Act, ActorKind},
    error::Result,
    ids::PostId,
    mail::{Parcel, PostRef, Sent, Transport},
    pdf,
    relative::{
        delivery,
        invitation::Invitation,
        listener::Listener,
        outbox::{self, Channel, Outcome, Post, PostState},
        pause::channels_paused,
    },
};
use kinward_family::language::Language;
use std::{sync::Arc, time::Duration};

/// Seconds a worker may hold a sending before others take it for lost: longer than the longest conversation with a server.
const LEASE: i64 = 900;
/// How many sendings one round takes up.
const ROUND: i64 = 50;

/// One round: whatever is due now is tried once. Answers how many sendings were tried.
pub fn dispatch(house: &House, listener: &dyn Listener, ways: &Transports, worker: &str) -> Result<usize> {
    asking::providers(house, listener, ways, worker)?;
    round(house, listener, ways, worker, |_| true)
}

/// As `dispatch`, where only what goes a way that `takes` names is tried.
fn round(
    house: &House,
    listener: &dyn Listener,
    ways: &Transports,
    worker: &str,
    takes: impl Fn(Channel) -> bool,
) -> Result<usize> {
    let now = house.clock.now();
    ended::days(house, listener, worker)?;
    for lost in house.db.read(|conn| outbox::posts_lost(conn, now))? {
        house.act_as(ActorKind::Worker, worker, lost.service_id, |act| {
            outbox::post_lost(act, listener, &lost)?;
            ask_later(act, ways, lost.id)
        })?;
    }
    tried(house, listener, ways, worker, takes)
}

/// Tries once what is due now and goes a way that `takes` names.
fn tried(
    house: &House,
    listener: &dyn Listener,
    ways: &Transports,
    worker: &str,
    takes: impl Fn(Channel) -> bool,
) -> Result<usize> {
    let now = house.clock.now();
    let due = house.db.read(|conn| outbox::posts_due(conn, now, ROUND))?;
    let due: Vec<Post> = due.into_iter().filter(|post| takes(post.channel)).collect();
    let (batched, single): (Vec<Post>, Vec<Post>) = due
        .into_iter()
        .partition(|post| post.channel == Channel::Paper && matches!(ways.paper, Paper::Batches(_)));
    let mut tried = match &ways.paper {
        Paper::Batches(folder) if !batched.is_empty() => {
            batch::print(house, listener, folder, worker, &batched)?
        }
        Paper::Batches(_) | Paper::Each(_) => 0,
    };
    for post in single {
        // Paused within this very round, perhaps by another worker.
        let (paused, stands) = house.db.read(|conn| {
            let stands = outbox::post_get(conn, post.service_id, post.id)?;
            Ok((channels_paused(conn, post.service_id, now)?, stands))
        })?;
        // Or taken up by another worker.
        if paused.iter().any(|pause| pause.channel == post.channel) || stands.state != post.state {
            continue;
        }
        // The paper has gone: nobody need look at a text message that there is no way for.
        if post.channel == Channel::Text && ways.text.is_none() && post.answer_id.is_none() {
            house.act_as(ActorKind::Worker, worker, post.service_id, |act| {
                outbox::post_without_way(act, &post)
            })?;
            continue;
        }
        match send(house, listener, ways, worker, &post) {
            Ok(Some(_)) => tried += 1,
            Ok(None) => {}
            // One that cannot be moved on must not hold up the rest; it stays where it is seen.
            Err(problem) => tracing::error!(cause = problem.cause(), "one sending could not be moved on"),
        }
    }
    Ok(tried)
}

/// Claims, begins, sends and settles one sending. Nothing, where another was first or something stopped it.
pub fn send(
    house: &House,
    listener: &dyn Listener,
    ways: &Transports,
    worker: &str,
    post: &Post,
) -> Result<Option<PostState>> {
    let Some((post, invitation)) = take(house, listener, worker, post)? else { return Ok(None) };
    let outcome = hand_over(house, ways, &post, &invitation);
    house
        .act_as(ActorKind::Worker, worker, post.service_id, |act| {
            let to = outbox::post_outcome(act, listener, &post, outcome)?;
            ask_later(act, ways, post.id)?;
            Ok(to)
        })
        .map(Some)
}

/// Where its provider can be asked, it will be.
fn ask_later(act: &mut Act<'_>, ways: &Transports, id: PostId) -> Result<()> {
    let post = outbox::post_get(act.conn, act.service, id)?;
    match ways.of(post.channel).filter(|way| way.can_be_asked()) {
        Some(_) => delivery::ask_later(act, &post),
        None => Ok(()),
    }
}

/// Claims a sending and begins it, unless another was first or something stopped it.
fn take(
    house: &House,
    listener: &dyn Listener,
    worker: &str,
    post: &Post,
) -> Result<Option<(Post, Invitation)>> {
    let until = house.clock.now().plus_seconds(LEASE);
    let ours = house.act_as(ActorKind::Worker, worker, post.service_id, |act| {
        outbox::post_claim(act, post, worker, until)
    })?;
    if ours { begin(house, listener, worker, post.service_id, post.id) } else { Ok(None) }
}

/// The last question and the mark that is committed before the first byte.
pub fn begin(
    house: &House,
    listener: &dyn Listener,
    worker: &str,
    service: crate::ids::ServiceId,
    post: PostId,
) -> Result<Option<(Post, Invitation)>> {
    house.act_as(ActorKind::Worker, worker, service, |act| outbox::post_begin(act, listener, post, worker))
}

/// Makes the parcel again from typed parts and hands it to its way out. A parcel that cannot be made surely did not go.
fn hand_over(house: &House, ways: &Transports, post: &Post, invitation: &Invitation) -> Outcome {
    let refused = |words: &str| Outcome::Refused { words: words.to_owned() };
    let reference = PostRef { again: post.attempts > 1, ..reference(ways, post) };
    let sent = match post.channel {
        Channel::Paper => {
            let pdf = match letter_made_again(house, post, invitation) {
                Ok((pdf, _)) => pdf,
                Err(words) => return refused(words),
            };
            match &ways.paper {
                Paper::Each(transport) => transport.send(&reference, &Parcel::Letter(&pdf)),
                Paper::Batches(_) => return refused("letters go in batches here"),
            }
        }
        Channel::Hand => return refused("a person hands this over"),
        Channel::Email => match notice::email(house, post, invitation) {
            Ok((notice, language)) => {
                ways.email.send(&PostRef { language, ..reference }, &Parcel::Notice(&notice))
            }
            Err(words) => return refused(words),
        },
        Channel::Text => match (notice::text(house, post, invitation), &ways.text) {
            (Ok((notice, language)), Some(way)) => {
                way.send(&PostRef { language, ..reference }, &Parcel::Text(&notice))
            }
            (Ok(_), None) => return refused("no way for text messages is set up here"),
            (Err(words), _) => return refused(words),
        },
    };
    match sent {
        Sent::Accepted { provider_ref } => Outcome::Accepted { provider_ref },
        Sent::Refused { words, .. } => Outcome::Refused { words },
        Sent::Retry { words, pause_channel: true } => Outcome::ChannelAtFault { words },
        Sent::Retry { words, pause_channel: false } => Outcome::Retry { words },
        Sent::Busy { words } => Outcome::Busy { words },
        Sent::Uncertain { words } => Outcome::Uncertain { words },
    }
}

fn reference(ways: &Transports, post: &Post) -> PostRef {
    let date = post.queued_at.plus_seconds(-crate::mutant::rounded());
    PostRef::new(post.id, &ways.host, date, Language::English)
}

/// Whether a letter goes to another country.
type Abroad = bool;

/// The letter as it was approved, made again from its typed parts; other bytes never leave.
fn letter_made_again(
    house: &House,
    post: &Post,
    invitation: &Invitation,
) -> std::result::Result<(pdf::LetterPdf, Abroad), &'static str> {
    let letter = house
        .db
        .read(|conn| invitation.letter(conn, &house.keys))
        .map_err(|_| "the letter's parts cannot be read")?;
    let pdf = pdf::letter(&letter).map_err(|_| "the letter could not be set again")?;
    if pdf.sha256() == post.pdf_sha256 {
        Ok((pdf, letter.to().is_abroad()))
    } else {
        Err("the letter no longer comes out as it was approved")
    }
}

/// How many handovers to another machine are under way at once, so that one that stalls holds up no other.
const FAR: usize = 3;

/// Runs rounds of sending, of what staff ordered, and of forgetting until `stop` is raised, waiting a second where there is
/// nothing.
pub fn run(
    house: &Arc<House>,
    listener: &dyn Listener,
    ways: &Transports,
    stop: &std::sync::atomic::AtomicBool,
) {
    let far = |channel| ways.of(channel).is_some_and(Transport::is_far);
    let any_far = [Channel::Paper, Channel::Email, Channel::Text].into_iter().any(far);
    std::thread::scope(|scope| {
        if any_far {
            for _ in 0..FAR {
                scope.spawn(|| {
                    let worker = worker_name(house);
                    let sent = || tried(house, listener, ways, &worker, far);
                    rounds(stop, || {
                        said(sent(), "a round of sending failed");
                        false
                    });
                });
            }
            scope.spawn(|| {
                let worker = worker_name(house);
                let asked = || asking::providers(house, listener, ways, &worker);
                rounds(stop, || {
                    said(asked(), "a provider could not be asked");
                    false
                });
            });
        }
        let worker = worker_name(house);
        rounds(stop, || {
            // What goes far is the others' to send.
            let done = round(house, listener, ways, &worker, |channel| !far(channel));
            said(done, "a round of sending failed");
            said(morning::late(house, listener, &worker), "late work could not be shown to whoever leads");
            said(morning::digests(house, listener, ways, &worker), "the day's e-mails could not be sent");
            said(forgetting::visits(house), "old visits of the portal could not be removed");
            match ordered::round(house, listener, &worker) {
                Ok(done) => done > 0,
                Err(problem) => {
                    tracing::error!(cause = problem.cause(), "what staff ordered was not taken up");
                    false
                }
            }
        });
    });
}

/// Does `work` again and again until `stop` is raised, with a second between where it says that there is nothing more.
fn rounds(stop: &std::sync::atomic::AtomicBool, work: impl Fn() -> bool) {
    while !stop.load(std::sync::atomic::Ordering::SeqCst) {
        // There may be more; what is due to leave is looked at in between.
        if work() {
            continue;
        }
        std::thread::park_timeout(Duration::from_secs(1));
    }
}

fn said<T>(done: Result<T>, what: &'static str) {
    if let Err(problem) = done {
        tracing::error!(cause = problem.cause(), "{what}");
    }
}

/// A name no other worker has, so that a claim is one worker's own.
pub fn worker_name(house: &House) -> String {
    let mut bytes = [0u8; 8];
    house.chance.fill(&mut bytes);
    format!("worker-{}", crate::keys::to_hex(&bytes))
}
