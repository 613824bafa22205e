//! The ways out of the house: one parcel, handed over once, and exactly what became of it.
//! Must not know: who decided that it goes, the database, or how often it was tried before.

mod digest;
pub mod file;
pub mod franking;
mod handover;
pub mod message;
pub mod notify;
pub mod print;
pub mod smtp;
pub mod status;

#[cfg(test)]
#[path = "../../tests/it/support/smtp_sink.rs"]
mod smtp_sink;

pub use digest::Digest;
pub use file::FileTransport;
pub use franking::Franking;
pub use message::Sender;
pub use notify::{Notify, NotifyService};
pub use print::{Outside, Postage, PrintBatch, PrintItem};
pub use smtp::{SmtpSecurity, SmtpServer, SmtpTransport, Timeouts};

use crate::{db::UtcTime, ids::PostId, pdf::LetterPdf};
use kinward_family::{
    language::Language,
    notice::{Notice, TextNotice},
};

/// Which post this is. The same for every attempt at it, so that a repeated message is byte for byte the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRef {
    pub id: PostId,
    /// `<post id@host>`: a provider that is asked later can find the message by it.
    pub message_id: String,
    /// When the post was put in the outbox, not when it is tried: a retry must not change the bytes.
    pub date: UtcTime,
    /// The language the notice was written in: a screen reader chooses its voice by it.
    pub language: Language,
    /// It was tried before: a provider that can be asked is asked first whether that arrived.
    pub again: bool,
}

impl PostRef {
    /// `host` is the service's mail host name; it must not hint at genetics (a relative's mail client may show it).
    pub fn new(id: PostId, host: &str, date: UtcTime, language: Language) -> Self {
        Self { id, message_id: format!("<{id}@{host}>"), date, language, again: false }
    }
}

/// What goes out: to relatives, made from family types only. There is no parcel of text.
pub enum Parcel<'a> {
    /// An e-mail to one person.
    Notice(&'a Notice),
    /// A text message to one person.
    Text(&'a TextNotice),
    /// A letter, rendered from a `family::Letter`.
    Letter(&'a LetterPdf),
    /// The day's e-mail to a member of staff: numbers, and no words that anybody typed.
    Digest(&'a Digest),
}

/// What became of one attempt. The outbox stores it as it stands: no variant claims more than is known.
/// `words` and `provider_ref` are for staff and logs, at most 300 characters, without any e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The receiving side said yes and is answerable from now on.
    Accepted { provider_ref: String },
    /// It will not be taken as it is; a person must look. `code` is the SMTP code, 0 where we refused it ourselves.
    Refused { code: u16, words: String },
    /// It surely did not go. With `pause_channel` the fault is the channel's (certificate, sign-in, no encryption):
    /// every other post would meet it too, so the channel waits for an operator.
    Retry { words: String, pause_channel: bool },
    /// It surely did not go: the other side takes no more at once, whoever it is for.
    Busy { words: String },
    /// It may have gone. Never sent again before a person or the provider's own record decides.
    Uncertain { words: String },
}

impl Sent {
    /// Refused by this side, before anything left.
    pub(crate) fn ours(words: impl Into<String>) -> Self {
        Self::Refused { code: 0, words: words.into() }
    }
}

/// What a provider's own record says of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It has it. `status` is its own word for what became of it so far.
    Taken { provider_ref: String, status: String },
    /// It has nothing under our reference.
    Absent,
    /// It cannot be asked, or did not answer.
    Unknown,
}

/// One channel. Blocks until it knows the outcome or its timeouts have passed; the outbox has committed `sending` before.
pub trait Transport: Send + Sync {
    fn send(&self, post: &PostRef, parcel: &Parcel<'_>) -> Sent;

    /// What the other side's record says of a post that it may have been handed.
    fn ask(&self, _: &PostRef) -> Found {
        Found::Unknown
    }

    /// Whether asking can tell anything.
    fn can_be_asked(&self) -> bool {
        false
    }

    /// Whether a handover waits for another machine, so that others should not wait for it.
    fn is_far(&self) -> bool {
        false
    }
}

/// Characters of another side's words that are kept.
const WORDS: usize = 300;

/// Another side's words as `Sent` may hold them: servers like to repeat the address. Every word that holds an `@`, or the
/// recipient's local part or domain, goes; so do control characters, and what is too long to be read.
pub(crate) fn without_address(text: &str, local: &str, domain: &str) -> String {
    let (local, domain) = (local.to_lowercase(), domain.to_lowercase());
    let kept: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let low = word.to_lowercase();
            let names = low.contains('@') || low.contains(&local) || low.contains(&domain);
            if names { "[address]" } else { word }
        })
        .collect();
    kept.join(" ").chars().take(WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_without_the_address_in_any_of_its_spellings() {
        let said =
            "550 <Ann.Lee@home.example> no\r\nANN.LEE+x\u{1b}[1m at HOME.example, ann.lee=home.example b@c";
        let kept = "550 [address] no [address] [1m at [address] [address] [address]";
        assert_eq!(without_address(said, "ann.lee", "home.example"), kept);
        assert_eq!(without_address(&"x ".repeat(1000), "ann", "b.example").chars().count(), 300);
    }
}
