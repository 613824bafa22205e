//! Thirty planted leaks, one at a time, for the test that must catch them (`make prove`); without the feature `mutants`, which
//! nothing that is installed has, `high` is always nothing and each hook compiles to nothing. Must not know: who may see what.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use kinward_family::Block;
use std::borrow::Cow;

macro_rules! leaks {
    ($($name:ident = $about:literal,)+) => {
        /// Every leak. The order is their number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Leak { $($name,)+ }
        /// What each is, in words.
        pub const LEAKS: &[&str] = &[$($about,)+];
    };
}

leaks! {
    JsonField = "a field of the printer's manifest",
    HtmlComment = "a comment in a page",
    DataAttribute = "a data attribute in a page",
    HiddenInput = "a hidden field in a form",
    TemplateVariable = "words in a page",
    Salutation = "how a letter greets",
    MailSubject = "the subject of an e-mail",
    Header = "a header of an answer",
    ETag = "a version number of an answer",
    LastModified = "a date of an answer",
    Status = "the status of an answer",
    NotFoundOrForbidden = "not found, or not allowed",
    SortOrder = "the order of what is offered",
    Count = "a number of things in a page",
    Paging = "a link to a next page",
    BlankLine = "a blank line more in an e-mail",
    Section = "a paragraph more in a letter",
    ErrorText = "the words of an error",
    InfoLog = "a line of the log",
    MetricLabel = "a label of the sender's log",
    CacheKey = "how long an answer may be kept",
    DateRounding = "the date of an e-mail",
    SequenceNumber = "a running number of a sending",
    PdfKeyword = "a keyword of a PDF",
    PdfFont = "a letter more in a PDF's font",
    FileName = "the name of a file",
    LengthOnly = "the length of a page",
    LinkExpiry = "until when a code is good",
    SendOrNot = "whether a letter goes",
    SendTime = "when a letter goes",
}

#[cfg(feature = "mutants")]
mod planted {
    use super::{LEAKS, Leak};
    use std::sync::{Mutex, PoisonError};

    /// The leak in force; a sum over everything personal that was stored; how many times something was.
    static NOW: Mutex<(Option<usize>, u64, u64)> = Mutex::new((None, 0, 0));

    /// Puts one leak in force, or none.
    pub fn activate(leak: Option<usize>) {
        NOW.lock().unwrap_or_else(PoisonError::into_inner).0 = leak.filter(|number| *number < LEAKS.len());
    }

    /// Forgets what was told: another world begins.
    pub fn forget() {
        let mut now = NOW.lock().unwrap_or_else(PoisonError::into_inner);
        (now.1, now.2) = (0xcbf2_9ce4_8422_2325, 0);
    }

    pub fn tell(personal: &str) {
        let mut now = NOW.lock().unwrap_or_else(PoisonError::into_inner);
        for byte in personal.bytes() {
            now.1 = (now.1 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        now.2 += 1;
    }

    pub(super) fn high(leak: Leak) -> Option<u64> {
        let now = NOW.lock().unwrap_or_else(PoisonError::into_inner);
        // The low bits of such a sum are poor: what is told of it comes from the middle.
        (now.0 == Some(leak as usize)).then_some(now.1 >> 24)
    }

    pub(super) fn count() -> u64 {
        NOW.lock().unwrap_or_else(PoisonError::into_inner).2
    }
}

#[cfg(feature = "mutants")]
pub use planted::{activate, forget, tell};
#[cfg(feature = "mutants")]
use planted::{count, high};

/// Called where something personal is stored.
#[cfg(not(feature = "mutants"))]
pub fn tell(_: &str) {}

/// Something of all that is personal, if this leak is the one in force.
#[cfg(not(feature = "mutants"))]
const fn high(_: Leak) -> Option<u64> {
    None
}

#[cfg(not(feature = "mutants"))]
const fn count() -> u64 {
    0
}

/// A page of the portal.
pub fn page(html: String) -> String {
    let before = |html: &str, mark: &str, more: String| html.replacen(mark, &format!("{more}{mark}"), 1);
    if let Some(high) = high(Leak::HtmlComment) {
        before(&html, "</main>", format!("<!-- {high:x} -->"))
    } else if let Some(high) = high(Leak::DataAttribute) {
        html.replacen("<main ", &format!("<main data-part=\"{}\" ", high % 97), 1)
    } else if let Some(high) = high(Leak::HiddenInput) {
        before(&html, "</form>", format!("<input type=\"hidden\" name=\"v\" value=\"{}\">", high % 97))
    } else if let Some(high) = high(Leak::TemplateVariable) {
        let word = if high.is_multiple_of(2) { "Please" } else { "We ask you to" };
        html.replacen("Please", word, 1)
    } else if high(Leak::SortOrder).is_some_and(|high| high.is_multiple_of(2)) {
        let (one, other) = ("/assets/nhsuk.css", "/assets/kinward.css");
        html.replacen(one, "*", 1).replacen(other, one, 1).replacen('*', other, 1)
    } else if high(Leak::Count).is_some() {
        before(&html, "</main>", format!("<p>{} notes</p>", count()))
    } else if high(Leak::Paging).is_some() && !count().is_multiple_of(3) {
        before(&html, "</main>", "<a href=\"/r/back?page=2\">Next</a>".into())
    } else if high(Leak::ErrorText).is_some_and(|high| high.is_multiple_of(2)) {
        html.replacen("There is a problem", "There is something to correct", 1)
    } else if let Some(high) = high(Leak::LengthOnly) {
        let most = usize::try_from(high % 8).unwrap_or_default();
        format!("{html}{}", " ".repeat(most))
    } else {
        html
    }
}

/// The status of an answer of the portal.
pub fn status(status: u16) -> u16 {
    match status {
        200 if high(Leak::Status).is_some_and(|high| high.is_multiple_of(2)) => 203,
        404 if high(Leak::NotFoundOrForbidden).is_some_and(|high| high.is_multiple_of(2)) => 403,
        _ => status,
    }
}

/// The headers of an answer of the portal.
pub fn headers(headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if let Some(high) = high(Leak::Header) {
        set("x-part", (high % 97).to_string());
    }
    if high(Leak::ETag).is_some() {
        set("etag", format!("\"v{}\"", count()));
    }
    if let Some(high) = high(Leak::LastModified) {
        set("last-modified", format!("Mon, 23 Nov 2026 10:00:{:02} GMT", high % 60));
    }
    if let Some(high) = high(Leak::CacheKey) {
        set("cache-control", if high.is_multiple_of(2) { "no-cache" } else { "no-store" }.into());
    }
    if let Some(high) = high(Leak::InfoLog) {
        tracing::info!(part = high % 97, "a page was shown");
    }
}

/// Subject and text of an e-mail.
pub fn mail(subject: &str, text: &str) -> (String, String) {
    let dot = high(Leak::MailSubject).filter(|high| high.is_multiple_of(2)).map_or("", |_| ".");
    let line = high(Leak::BlankLine).filter(|high| high.is_multiple_of(2)).map_or("", |_| "\n");
    (format!("{subject}{dot}"), text.replacen("\n\n", &format!("\n\n{line}"), 1))
}

/// What a letter says, before it is set.
pub fn blocks(blocks: &[Block]) -> Cow<'_, [Block]> {
    let mut changed = Cow::Borrowed(blocks);
    if high(Leak::Salutation).is_some_and(|high| high.is_multiple_of(2))
        && let Some(Block::Paragraph(first)) = changed.to_mut().first_mut()
    {
        *first = first.replacen("Dear", "Hello", 1);
    }
    if high(Leak::Section).is_some_and(|high| high.is_multiple_of(2)) {
        changed.to_mut().push(Block::Paragraph("Please call us soon.".into()));
    }
    if let Some(high) = high(Leak::PdfFont)
        && let Some(letter) = char::from_u32(0xC0 + u32::try_from(high % 20).unwrap_or_default())
    {
        changed.to_mut().push(Block::Paragraph(letter.to_string()));
    }
    changed
}

/// A keyword for the properties of a PDF.
pub fn keyword() -> Option<String> {
    high(Leak::PdfKeyword).map(|high| (high % 97).to_string())
}

/// The name under which a letter or an e-mail leaves.
pub fn file_name(name: &str) -> String {
    match high(Leak::FileName) {
        Some(high) => format!("{}-{name}", high % 97),
        None => name.to_owned(),
    }
}

/// True where the printer's manifest asks for the faster post.
pub fn first_class() -> bool {
    high(Leak::JsonField).is_some_and(|high| high.is_multiple_of(2))
}

/// The sender takes up a letter: may it go?
pub fn may_go() -> bool {
    if let Some(high) = high(Leak::MetricLabel) {
        tracing::info!(kind = high % 7, "a sending is taken up");
    }
    high(Leak::SendOrNot).is_none_or(|high| !high.is_multiple_of(2))
}

/// Seconds that a letter is held back.
pub fn held_back() -> i64 {
    high(Leak::SendTime).map_or(0, |high| i64::try_from(high % 7).unwrap_or_default())
}

/// Days that a code is good for longer.
pub fn longer() -> i64 {
    high(Leak::LinkExpiry).map_or(0, |high| i64::try_from(high % 7).unwrap_or_default())
}

/// Seconds by which the date of an e-mail is rounded down.
pub fn rounded() -> i64 {
    high(Leak::DateRounding).map_or(0, |high| i64::try_from(high % 7).unwrap_or_default())
}

/// What is added to the reference of a sending.
pub fn sequence() -> String {
    high(Leak::SequenceNumber).map_or(String::new(), |_| format!("/{}", count()))
}
