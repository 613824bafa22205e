//! Why a letter was sent back, on its page and on that of the draft that takes its place.
//! Must not know: what either letter says.

use crate::{
    access::InFamily,
    audit::Act,
    clinic::letters::{
        letter::{LetterRow, LetterState},
        sent_back::{letter_before, sent_back_of},
    },
    error::Result,
    ids::StaffId,
};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct SentBackView {
    /// It is the letter before that went back.
    before: bool,
    why: String,
    by: String,
    at: String,
}

pub(super) fn sent_back_view(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    name: impl Fn(StaffId) -> Option<String>,
) -> Result<Option<SentBackView>> {
    let (of, before) = match row.state {
        LetterState::Stopped => (Some(row.id), false),
        LetterState::Draft => (letter_before(act.conn(), row)?, true),
        LetterState::Submitted | LetterState::Approved | LetterState::Sent => (None, false),
    };
    let Some(of) = of else { return Ok(None) };
    let told = sent_back_of(act.conn(), proof, of)?;
    Ok(told.map(|told| SentBackView {
        before,
        why: told.why,
        by: name(told.by).unwrap_or_else(|| "a former colleague".into()),
        at: told.at.shown(),
    }))
}
