//! An e-mail's bytes (RFC 5322) from a notice: one sender, one recipient, a fixed set of headers.
//! Must not know: how it travels, or anything of the family beyond what the notice says.

use super::{Digest, PostRef};
use kinward_family::notice::Notice;
use lettre::{
    Address, Message,
    message::{
        Mailbox, SinglePart,
        header::{Date, Header, HeaderName, HeaderValue, MessageId},
    },
};
use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

/// The last second of the year 9999: later dates cannot be written in a header.
const LAST_DATE: u64 = 253_402_300_799;
/// Bytes of a subject: a word that cannot be folded still fits a header line.
const LONGEST_SUBJECT: usize = 400;

/// Why an e-mail cannot be written. Says nothing of the address itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("the sender's name or address cannot stand in an e-mail: check the mail settings")]
    BadSender,
    #[error("the recipient's e-mail address cannot be used: check it with the person")]
    BadRecipient,
    #[error("the mail host name cannot stand in a Message-ID: check the mail settings")]
    BadMessageId,
    #[error("the date of the post cannot stand in an e-mail: check this machine's clock")]
    BadDate,
    #[error("the e-mail's subject is too long, or it holds control characters: check the wording")]
    Unwritable,
}

/// Who e-mails come from. The name shows on a locked phone: configure one that does not hint at genetics.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    name: String,
    address: Address,
}

impl Sender {
    /// `name` without control characters, `address` in ASCII.
    pub fn new(name: &str, address: &str) -> Result<Self, MessageError> {
        if name.trim().is_empty() || name.len() > LONGEST_SUBJECT || name.contains(char::is_control) {
            return Err(MessageError::BadSender);
        }
        let address = plain_address(address).ok_or(MessageError::BadSender)?;
        Ok(Self { name: name.trim().to_owned(), address })
    }

    /// Where refusals come back to (MAIL FROM).
    pub(super) fn address(&self) -> &Address {
        &self.address
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

/// Writes the message. The same notice, sender and post give the same bytes.
pub(super) fn compose(notice: &Notice, sender: &Sender, post: &PostRef) -> Result<Message, MessageError> {
    let (subject, text) = crate::mutant::mail(notice.subject(), notice.text());
    write(notice.to().as_str(), &subject, &text, sender, post)
}

/// The day's e-mail to a member of staff.
pub(super) fn compose_digest(
    digest: &Digest,
    sender: &Sender,
    post: &PostRef,
) -> Result<Message, MessageError> {
    write(digest.to().as_str(), digest.subject(), digest.text(), sender, post)
}

/// Apart from `compose` so that tests can try texts that no notice can hold; private so that nothing else can.
fn write(
    to: &str,
    subject: &str,
    text: &str,
    sender: &Sender,
    post: &PostRef,
) -> Result<Message, MessageError> {
    let to = plain_address(to).ok_or(MessageError::BadRecipient)?;
    let text = text.trim_end().replace("\r\n", "\n");
    // A lone CR is where servers disagree about what a line is; a line beyond 998 bytes is not a header any more.
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if subject.len() > LONGEST_SUBJECT || subject.contains(char::is_control) || text.contains(odd) {
        return Err(MessageError::Unwritable);
    }
    if !is_message_id(&post.message_id) {
        return Err(MessageError::BadMessageId);
    }
    let seconds = u64::try_from(post.date.unix()).map_err(|_| MessageError::BadDate)?;
    if seconds > LAST_DATE {
        return Err(MessageError::BadDate);
    }
    Message::builder()
        .from(Mailbox::new(Some(sender.name.clone()), sender.address.clone()))
        // No display name: the address book of a shared mailbox must not learn who is written to.
        .to(Mailbox::new(None, to))
        .subject(subject)
        .header(Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)))
        .header(MessageId::from(post.message_id.clone()))
        .header(AutoSubmitted)
        .header(ContentLanguage(post.language.tag()))
        // Every line end is made CRLF here: the library would do it too, by moving the rest of the text once a line.
        .singlepart(SinglePart::plain(text.replace('\n', "\r\n")))
        .map_err(|_| MessageError::Unwritable)
}

/// ASCII only: a non-ASCII address needs every server on the way to agree (SMTPUTF8), which nobody can promise.
fn plain_address(text: &str) -> Option<Address> {
    let printable = text.bytes().all(|b| b.is_ascii_graphic());
    // A quoted local part may hold nearly anything; nobody's real address needs one.
    if printable && !text.contains(['"', '<', '>', '(', ')', ',', ';', '\\']) {
        text.parse().ok()
    } else {
        None
    }
}

fn is_message_id(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.and_then(|id| id.split_once('@')).is_some_and(|(left, right)| {
        let allowed = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        // Headers fold at 78; an identifier that had to be folded would not be found again.
        text.len() <= 200 && allowed(left) && allowed(right)
    })
}

/// `Auto-Submitted: auto-generated` (RFC 3834): out-of-office replies must not answer a machine.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// `Content-Language` (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(&'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Err("written, never read".into())
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use kinward_family::language::Language;

    pub(crate) fn sender() -> Sender {
        Sender::new("Hospital letters", "letters@hospital.example").unwrap()
    }

    /// A message as a notice would make it, for the tests of the channels.
    pub(crate) fn sample(to: &str, text: &str) -> Message {
        write(to, "A letter from us", text, &sender(), &post()).unwrap()
    }

    pub(crate) fn post() -> PostRef {
        let date = chrono::DateTime::from_timestamp(1_795_356_300, 0).unwrap().naive_utc();
        PostRef::new(
            "0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11".parse().unwrap(),
            "mail.hospital.example",
            crate::db::UtcTime::from_utc(date),
            Language::English,
        )
    }

    fn bytes(subject: &str, text: &str) -> Vec<u8> {
        write("ann@home.example", subject, text, &sender(), &post()).unwrap().formatted()
    }

    /// Header names in order, and the body, read as a mail server reads them: by bytes.
    fn taken_apart(message: &[u8]) -> (Vec<String>, String) {
        let text = String::from_utf8(message.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let names = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect();
        (names, body.to_owned())
    }

    const HEADERS: [&str; 10] = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];

    #[test]
    fn a_message_is_exactly_these_bytes() {
        let expected = "From: \"Hospital letters\" <letters@hospital.example>\r\n\
            To: ann@home.example\r\n\
            Subject: A letter from us\r\n\
            Date: Sun, 22 Nov 2026 14:05:00 +0000\r\n\
            Message-ID: <0b9fd0a4-6f0e-4b0e-9d2c-5a4b1f6f2a11@mail.hospital.example>\r\n\
            Auto-Submitted: auto-generated\r\n\
            Content-Language: en-GB\r\n\
            MIME-Version: 1.0\r\n\
            Content-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: 7bit\r\n\
            \r\n\
            Hello\r\n";
        assert_eq!(String::from_utf8(bytes("A letter from us", "Hello\n")).unwrap(), expected);
    }

    #[test]
    fn no_subject_or_text_adds_a_header() {
        let long = "x".repeat(2000);
        let hostile = [
            "a\r\nBcc: x@y.example",
            "a\nBcc: x@y.example",
            "a\rBcc: x@y.example",
            "a\0b",
            "a\u{2028}Bcc: x@y.example",
            "=?utf-8?q?a=0D=0ABcc:_x@y.example?=",
            "a\r\n\r\nanother body",
            "a\r\n.\r\nMAIL FROM:<x@y.example>",
            "a\n.\nb",
            "\u{202e}cba",
            "D\u{0300}\u{0300}\u{0300}",
            &long,
        ];
        for words in hostile {
            for (subject, text) in [(words, "t"), ("s", words)] {
                let written = write("ann@home.example", subject, text, &sender(), &post());
                let Ok(message) = written.map(|message| message.formatted()) else { continue };
                assert!(message.is_ascii() && !message.contains(&0), "{words:?}");
                assert_eq!(taken_apart(&message).0, HEADERS, "{words:?}");
                assert!(message.split(|b| *b == b'\n').all(|line| line.len() < 998), "{words:?}");
            }
        }
    }

    #[test]
    fn what_no_mail_can_carry_is_refused() {
        let long = "x".repeat(401);
        for (subject, text) in [(long.as_str(), "t"), ("a\r\nBcc: b", "t"), ("s", "a\rb"), ("s", "a\0b")] {
            let outcome = write("ann@home.example", subject, text, &sender(), &post());
            assert_eq!(outcome.unwrap_err(), MessageError::Unwritable);
        }
    }

    #[test]
    fn an_address_that_could_hold_a_second_recipient_is_refused() {
        for to in [
            "a\r\nBcc: x@y.example",
            "\"a\r\nBcc: x\"@y.example",
            "\"a b\"@y.example",
            "a@y.example, b@y.example",
            "a@y.example,b@y.example",
            "Ann <a@y.example>",
            "a@y.example\0",
            "a@y.example\u{2028}",
            "\u{e4}@y.example",
            "a@y.example>\r\nRCPT TO:<b@y.example",
            "a",
            "",
        ] {
            let outcome = write(to, "s", "t", &sender(), &post());
            assert_eq!(outcome.unwrap_err(), MessageError::BadRecipient, "{to:?}");
            assert_eq!(Sender::new("Letters", to).unwrap_err(), MessageError::BadSender, "{to:?}");
        }
    }

    #[test]
    fn a_sender_name_is_one_line() {
        for name in ["", " ", "a\r\nBcc: x@y.example", "a\0", "a\u{85}b"] {
            assert_eq!(Sender::new(name, "a@y.example").unwrap_err(), MessageError::BadSender);
        }
        let welsh = Sender::new("Llythyrau\u{2019}r \"ysbyty\"", "a@y.example").unwrap();
        let message = write("ann@home.example", "s", "t", &welsh, &post()).unwrap().formatted();
        assert_eq!(taken_apart(&message).0, HEADERS);
        assert!(message.is_ascii());
    }

    #[test]
    fn a_message_id_that_is_not_one_is_refused() {
        for id in ["", "<a@b", "a@b", "<ab>", "<a@b>\r\nBcc: x@y.example", "<a b@c>", "<a@b@c>", "<@c>"] {
            let bad = PostRef { message_id: id.to_owned(), ..post() };
            let outcome = write("ann@home.example", "s", "t", &sender(), &bad);
            assert_eq!(outcome.unwrap_err(), MessageError::BadMessageId, "{id:?}");
        }
    }

    #[test]
    fn a_date_that_no_header_can_bear_is_refused() {
        for seconds in [-1, 253_402_300_800] {
            let date = chrono::DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let bad = PostRef { date: crate::db::UtcTime::from_utc(date), ..post() };
            let outcome = write("ann@home.example", "s", "t", &sender(), &bad);
            assert_eq!(outcome.unwrap_err(), MessageError::BadDate);
        }
    }

    #[test]
    fn the_same_post_makes_the_same_bytes() {
        assert_eq!(bytes("s", "T\u{177} a thelyn"), bytes("s", "T\u{177} a thelyn"));
    }

    #[test]
    fn nothing_printed_for_a_log_holds_an_address() {
        assert_eq!(format!("{:?}", sender()), "Sender");
        for error in [MessageError::BadSender, MessageError::BadRecipient, MessageError::BadMessageId] {
            assert!(!format!("{error} {error:?}").contains('@'));
        }
    }
}
