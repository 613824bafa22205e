//! The worker: claims what is due, sends it, stores what became of it, finds what a vanished worker left behind, forgets.
//! Must not know: what a letter says, or why it may go.
#![deny(clippy::wildcard_enum_match_arm)]

mod batch;
mod ended;
pub mod forgetting;

use crate::{
    access::House,
    audit::ActorKind,
    config::{MailTo, PrintTo},
    error::{Error, Result},
    ids::PostId,
    mail::{
        FileTransport, Parcel, PostRef, Sender, Sent, SmtpSecurity, SmtpServer, SmtpTransport, Timeouts,
        Transport, smtp::Credentials,
    },
    pdf,
    relative::{
        invitation::Invitation,
        listener::Listener,
        outbox::{self, Channel, Outcome, Post, PostState},
        pause::channels_paused,
    },
};
use kinward_family::{language::Language, notice::Notice, person::EmailAddress};
use std::{sync::Arc, time::Duration};

/// Seconds a worker may hold a sending before others take it for lost: longer than the longest conversation with a server.
const LEASE: i64 = 900;
/// Source: security notes F-4; their sum stays below the lease.
const TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::from_secs(10),
    command: Duration::from_secs(60),
    reply: Duration::from_secs(300),
};
/// How many sendings one round takes up.
const ROUND: i64 = 50;

/// How paper leaves.
pub enum Paper {
    /// One letter at a time.
    Each(Box<dyn Transport>),
    /// All that is due in one folder for the printer.
    Batches(std::path::PathBuf),
}

/// The ways out of the house.
pub struct Transports {
    pub paper: Paper,
    pub email: Box<dyn Transport>,
    /// Host part of message ids; neutral.
    pub host: String,
}

impl Transports {
    /// As the configuration says.
    ///
    /// # Errors
    /// A mail server that cannot be spoken to safely.
    pub fn from_config(house: &House) -> Result<Self> {
        let config = &house.config;
        let sender = Sender::new("Health service", &config.mail_from)
            .map_err(|e| Error::config(format!("KINWARD_MAIL_FROM: {e}")))?;
        let own_host = config.mail_from.rsplit('@').next().unwrap_or("localhost").to_owned();
        let files = || FileTransport::new(config.data.clone(), sender.clone());
        let email: Box<dyn Transport> = match &config.mail {
            MailTo::Files => Box::new(files()),
            MailTo::Smtp { host, port, security, user, password_file } => {
                let password = password_file
                    .as_ref()
                    .map(std::fs::read_to_string)
                    .transpose()
                    .map_err(|e| Error::config(format!("KINWARD_SMTP_PASSWORD_FILE: {e}")))?;
                let server = SmtpServer {
                    host: host.clone(),
                    port: *port,
                    security: match security.as_str() {
                        "starttls" => SmtpSecurity::Required,
                        "tls" => SmtpSecurity::Implicit,
                        "none" => SmtpSecurity::NoneForLoopbackOnly,
                        _ => {
                            return Err(Error::config(
                                "KINWARD_SMTP_SECURITY: write 'starttls', 'tls' or 'none'",
                            ));
                        }
                    },
                    hello_name: own_host.clone(),
                    credentials: user
                        .clone()
                        .zip(password)
                        .map(|(user, text)| Credentials::new(user, text.trim_end().to_owned())),
                    extra_roots: None,
                    timeouts: TIMEOUTS,
                };
                let transport = SmtpTransport::new(server, sender.clone())
                    .map_err(|e| Error::config(format!("the mail server cannot be used: {e}")))?;
                Box::new(transport)
            }
        };
        let paper = match config.print {
            PrintTo::Files => Paper::Each(Box::new(files())),
            PrintTo::Batches => Paper::Batches(config.data.join("print")),
        };
        Ok(Self { paper, email, host: own_host })
    }
}

/// One round: whatever is due now is tried once. Answers how many sendings were tried.
pub fn dispatch(house: &House, listener: &dyn Listener, ways: &Transports, worker: &str) -> Result<usize> {
    let now = house.clock.now();
    ended::days(house, listener, worker)?;
    for lost in house.db.read(|conn| outbox::posts_lost(conn, now))? {
        house.act_as(ActorKind::Worker, worker, lost.service_id, |act| {
            outbox::post_lost(act, listener, &lost)
        })?;
    }
    let due = house.db.read(|conn| outbox::posts_due(conn, now, ROUND))?;
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
        let paused = house.db.read(|conn| channels_paused(conn, post.service_id, now))?;
        if paused.iter().any(|pause| pause.channel == post.channel) {
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
            outbox::post_outcome(act, listener, &post, outcome)
        })
        .map(Some)
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
    let reference = {
        let date = post.queued_at.plus_seconds(-crate::mutant::rounded());
        PostRef::new(post.id, &ways.host, date, Language::English)
    };
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
        Channel::Email => {
            let service = house.db.read(|conn| crate::access::service::service_get(conn, post.service_id));
            let card = service.and_then(|service| service.card());
            let carried = house.db.read(|conn| invitation.carried(conn, &house.keys));
            let email = carried.ok().and_then(|carried| carried.email);
            let address = email.as_deref().map(EmailAddress::parse);
            let (Ok(card), Some(Ok(address))) = (card, address) else {
                return refused("there is no usable e-mail address");
            };
            let Ok(notice) = Notice::letter_waits(address, &card, Language::English) else {
                return refused("the notice could not be worded");
            };
            ways.email.send(&reference, &Parcel::Notice(&notice))
        }
    };
    match sent {
        Sent::Accepted { provider_ref } => Outcome::Accepted { provider_ref },
        Sent::Refused { words, .. } => Outcome::Refused { words },
        Sent::Retry { words, pause_channel: true } => Outcome::ChannelAtFault { words },
        Sent::Retry { words, pause_channel: false } => Outcome::Retry { words },
        Sent::Uncertain { words } => Outcome::Uncertain { words },
    }
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

/// Runs rounds of sending and forgetting until `stop` is raised, waiting a second between them.
pub fn run(
    house: &Arc<House>,
    listener: &dyn Listener,
    ways: &Transports,
    stop: &std::sync::atomic::AtomicBool,
) {
    let worker = worker_name(house);
    while !stop.load(std::sync::atomic::Ordering::SeqCst) {
        if let Err(problem) = dispatch(house, listener, ways, &worker) {
            tracing::error!(cause = problem.cause(), "a round of sending failed");
        }
        if let Err(problem) = forgetting::visits(house) {
            tracing::error!(cause = problem.cause(), "old visits of the portal could not be removed");
        }
        std::thread::park_timeout(Duration::from_secs(1));
    }
}

/// A name no other worker has, so that a claim is one worker's own.
pub fn worker_name(house: &House) -> String {
    let mut bytes = [0u8; 8];
    house.chance.fill(&mut bytes);
    format!("worker-{}", crate::keys::to_hex(&bytes))
}
