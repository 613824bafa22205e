//! Hands one message for one recipient over a ready connection and says exactly what became of it.
//! Must not know: how the connection came about, or what the message says.
//!
//! | stage | event | outcome |
//! |---|---|---|
//! | MAIL, RCPT, DATA | 4xx / 5xx / close, stall, garbage | retry / refused / retry |
//! | body, the final dot surely not written | close, stall | retry |
//! | the final dot may have left | 250 / 4xx / 5xx | accepted / retry / refused |
//! | the final dot may have left | anything else | uncertain |
//! | any | the whole conversation takes too long | retry before the final dot, uncertain after it |

use super::{Sent, smtp::Timeouts, without_address};
use lettre::{
    Address,
    transport::smtp::{
        Error as SmtpError,
        client::SmtpConnection,
        commands::{Data, Mail, Rcpt},
        response::Response,
    },
};
use std::{
    error::Error,
    io, iter,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

/// Bytes of the body that are written between two looks at whether the connection still takes them.
const PIECE: usize = 16 * 1024;
/// "Sign in first", "sign-in too weak", "wrong credentials", "encryption required" (RFC 4954): the channel's fault, not
/// the address's.
const CHANNEL_CODES: [u16; 4] = [530, 534, 535, 538];
/// How long to listen for words that nobody asked for: what was slipped in already lies in the buffer.
const LISTEN: Duration = Duration::from_millis(10);

/// How far a conversation has come, seen from whoever waits for it. Given up before the final dot, it never writes one.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicU8>);

impl Progress {
    const BEFORE_THE_DOT: u8 = 0;
    const DOT_MAY_HAVE_LEFT: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// Nobody waits any more. Answers whether the final dot surely does not leave.
    pub(super) fn give_up(&self) -> bool {
        self.moves_to(Self::GIVEN_UP)
    }

    fn moves_to(&self, to: u8) -> bool {
        self.0.compare_exchange(Self::BEFORE_THE_DOT, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    fn dot_may_have_left(&self) -> bool {
        self.0.load(Ordering::SeqCst) == Self::DOT_MAY_HAVE_LEFT
    }

    /// Asked before each thing that is said: a conversation that nobody waits for ends here, without another byte.
    pub(super) fn go_on(&self) {
        if self.0.load(Ordering::SeqCst) == Self::GIVEN_UP {
            // No message and no hook: nothing is wrong but that it took too long, which has been said.
            std::panic::resume_unwind(Box::new("given up"));
        }
    }

    fn before_the_dot(&self) {
        if !self.moves_to(Self::DOT_MAY_HAVE_LEFT) {
            self.go_on();
        }
    }
}

/// One message's conversation. Knows whom it is to, so that the server's words can be kept without naming them.
pub(super) struct Handover {
    pub from: Address,
    pub to: Address,
    pub timeouts: Timeouts,
    pub progress: Progress,
}

impl Handover {
    /// `message` in full, headers and body, with CRLF line ends; the connection is ready for MAIL.
    pub(super) fn run(&self, mut connection: SmtpConnection, message: &[u8]) -> Sent {
        self.progress.go_on();
        let asked = connection
            .command(Mail::new(Some(self.from.clone()), vec![]))
            .map_err(|e| ("at MAIL", e))
            .and_then(|_| {
                self.progress.go_on();
                connection.command(Rcpt::new(self.to.clone(), vec![])).map_err(|e| ("at RCPT", e))
            })
            .and_then(|_| {
                self.progress.go_on();
                connection.command(Data).map_err(|e| ("at DATA", e))
            });
        match asked {
            // Anything but 354 means that the answers are out of step with our commands: say nothing more.
            Ok(answer) if answer.has_code(354) => self.body(connection, message),
            Ok(_) => self.retry_plainly("at DATA the mail server gave an answer that fits no question"),
            Err((stage, problem)) => {
                let sent = self.answered(stage, &problem);
                if problem.status().is_some() {
                    self.part(connection);
                }
                sent
            }
        }
    }

    fn body(&self, mut connection: SmtpConnection, message: &[u8]) -> Sent {
        // An answer that lies ready now would pass for the answer to the final dot.
        if !in_step(&mut connection, self.timeouts.reply) {
            return self.retry_plainly("at DATA the mail server said more than it was asked, or left");
        }
        // The library writes a piece, then asks for the next, and writes the final dot once there is none. So as long as
        // it has not asked past the last piece, the dot has not left; from then on it may have.
        let end = iter::from_fn(|| {
            self.progress.before_the_dot();
            None
        });
        let pieces = message.chunks(PIECE).inspect(|_| self.progress.go_on());
        let answer = connection.message_iter(pieces.chain(end));
        match answer {
            Ok(answer) if answer.has_code(250) => {
                let provider_ref = self.without_address(&joined(&answer));
                self.part(connection);
                Sent::Accepted { provider_ref }
            }
            Ok(answer) => Sent::Uncertain {
                words: format!(
                    "after the message the mail server answered {}, which says neither yes nor no",
                    answer.code()
                ),
            },
            Err(problem) if problem.status().is_some() => {
                let sent = self.answered("after the message", &problem);
                self.part(connection);
                sent
            }
            Err(problem) if self.progress.dot_may_have_left() => {
                Sent::Uncertain { words: self.words("after the message, without an answer", &problem) }
            }
            // Dropped, not left politely: a QUIT here would become part of the message.
            Err(problem) => self.retry("before the end of the message", &problem, false),
        }
    }

    /// What a failed MAIL, RCPT, DATA or final dot means.
    fn answered(&self, stage: &str, problem: &SmtpError) -> Sent {
        match problem.status().map(u16::from) {
            Some(code) if CHANNEL_CODES.contains(&code) => self.retry(stage, problem, true),
            Some(code) if problem.is_permanent() => Sent::Refused { code, words: self.words(stage, problem) },
            Some(_) | None => self.retry(stage, problem, false),
        }
    }

    pub(super) fn retry(&self, stage: &str, problem: &SmtpError, pause_channel: bool) -> Sent {
        Sent::Retry { words: self.words(stage, problem), pause_channel }
    }

    pub(super) fn retry_plainly(&self, words: &str) -> Sent {
        Sent::Retry { words: words.to_owned(), pause_channel: false }
    }

    fn words(&self, stage: &str, problem: &SmtpError) -> String {
        self.without_address(&format!("{stage}: {problem}"))
    }

    fn without_address(&self, text: &str) -> String {
        without_address(text, self.to.user(), self.to.domain())
    }

    /// QUIT on a thread of its own: the outcome is known, and every moment until it is stored is one in which a crash
    /// makes it uncertain. Nothing depends on the answer.
    fn part(&self, mut connection: SmtpConnection) {
        let wait = Some(self.timeouts.connect);
        let leaving = thread::Builder::new().name("smtp-quit".to_owned()).spawn(move || {
            if connection.set_timeout(wait).is_ok() {
                drop(connection.quit());
            }
        });
        drop(leaving);
    }
}

fn joined(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    lines.join(" ")
}

/// Whether the server is waiting for us: nothing came that we did not ask for. Sets the timeout to `then`.
pub(super) fn in_step(connection: &mut SmtpConnection, then: Duration) -> bool {
    let silent = |e: &SmtpError| caused_by(e, &[io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut]);
    connection.set_timeout(Some(LISTEN)).is_ok()
        && connection.read_response().is_err_and(|e| silent(&e))
        && connection.set_timeout(Some(then)).is_ok()
}

/// Whether TLS itself failed (a certificate that does not fit, an answer that is no TLS), not merely the network: the TLS
/// library reports exactly that as invalid data.
pub(super) fn broken_tls(problem: &SmtpError) -> bool {
    caused_by(problem, &[io::ErrorKind::InvalidData])
}

fn caused_by(problem: &SmtpError, kinds: &[io::ErrorKind]) -> bool {
    let first: Option<&(dyn Error + 'static)> = Some(problem);
    iter::successors(first, |&error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| kinds.contains(&error.kind()))
}
