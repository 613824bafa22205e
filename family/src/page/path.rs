//! The addresses of the relatives' pages, in one place, so that routes, forms and links cannot drift apart.
//! Must not know: which page is shown when, or who is asking. No address carries a code, a name or a word about health.

use super::choice::Choice;

pub const START: &str = "/r";
pub const CODE: &str = "/r/code";
pub const BIRTH_DATE: &str = "/r/birth-date";
pub const FOR_YOU: &str = "/r/for-you";
pub const BEFORE: &str = "/r/before";
pub const LETTER: &str = "/r/letter";
pub const LETTER_PDF: &str = "/r/letter.pdf";
pub const CHOICES: &str = "/r/choices";
/// Followed by `/` and `Choice::as_str()`; see `answer`.
pub const ANSWER: &str = "/r/answer";
pub const CHECK: &str = "/r/check";
pub const DONE: &str = "/r/done";
pub const BACK: &str = "/r/back";
pub const STOP: &str = "/r/stop";

/// The address of the questions that belong to a choice.
pub fn answer(choice: Choice) -> String {
    format!("{ANSWER}/{}", choice.as_str())
}
