//! What a relative asked and what was answered, as the portal shows it, and how far that has come.
//! Must not know: who answered, or any way to be made from plain text; an answer is a `ReviewedAnswer`.

use super::words::RelativesWords;
use crate::{answer::ReviewedAnswer, letter::LetterDate};

/// How far the newest question of a letter has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// Nothing was asked, or what was asked and answered is not to be shown any more.
    Nothing,
    /// Asked, and not answered yet.
    Waits,
    /// Answered, and not looked at yet.
    New,
    Read,
}

/// A question, with its answer once there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub question: RelativesWords,
    pub on: LetterDate,
    pub answer: Option<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub words: ReviewedAnswer,
    pub on: LetterDate,
}

/// Whether the relative has said that the answers are enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enough {
    /// Something is not answered yet, so that nobody is asked.
    NotAsked,
    MaySay,
    Said,
}
