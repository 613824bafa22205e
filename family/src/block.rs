//! The shape of every text that may reach a relative: blocks of plain words, from which PDF, page and plain text are made.
//! Must not know: where the words came from, or how they will be shown.

use crate::further::Further;
use serde::Serialize;

/// One block of a letter. Text is plain: no markup of any kind is interpreted later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Block {
    /// A heading of the second level; the letter's title is the first.
    Heading(String),
    Paragraph(String),
    /// A bulleted list, one item a string.
    List(Vec<String>),
    /// A two-column table of label and value, for facts that a clinic must copy exactly.
    Facts(Vec<(String, String)>),
    /// The invitation code, shown large and alone.
    Code(String),
    /// Name and role of the person who signs, one line a string.
    SignOff(Vec<String>),
    /// One sentence in further languages, for whoever reads none of the letter's.
    Further(Vec<Further>),
    /// What follows begins on a page of its own, where there are pages.
    NewPage,
}
