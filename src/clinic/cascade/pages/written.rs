//! The letters of one relative as their page lists them: kind, level, where each stands, and why it ended.
//! Must not know: what a letter says.

use crate::{
    access::{Caller, InFamily, Permission, permission::allows},
    audit::{Act, Deed},
    clinic::{
        cascade::task::Task,
        letters::{
            ground::{Ground, ground_of, kind_words},
            letter::{LetterRow, LetterState, letter_list},
        },
    },
    db::UtcTime,
    error::Result,
    ids::LetterId,
};
use kinward_family::kind::Kind;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct LetterLine {
    letter: LetterId,
    kind_words: &'static str,
    level: String,
    state: LetterState,
    /// As a tag says it: what went from hand to hand was not sent.
    state_words: &'static str,
    on: Option<String>,
    ended_why: Option<String>,
    drafted: String,
}

/// Every letter about a relative that the caller may know of. Reading the list is on the record.
pub(super) fn letters(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
) -> Result<Vec<LetterLine>> {
    act.record(Deed::LetterRead, ("relative_task", task.id.as_str()), Some(proof.family()), "list")?;
    let line = |(row, kind): (LetterRow, Kind)| -> Result<LetterLine> {
        Ok(LetterLine {
            letter: row.id,
            kind_words: kind_words(kind),
            state: row.state,
            state_words: row.state.words(row.is_handed_over()?),
            on: row.handed_at.map(UtcTime::shown),
            level: row.level,
            ended_why: row.ended_why.map(|why| why.words_to(&caller.roles).to_owned()),
            drafted: row.drafted_at.shown(),
        })
    };
    let mut rows = Vec::new();
    for row in letter_list(act.conn(), proof, task.id)? {
        let kind = row.kind()?;
        // That somebody has a result of their own is for those who may read it.
        if ground_of(kind) != Ground::OwnResult || allows(&caller.roles, Permission::ResultView) {
            rows.push((row, kind));
        }
    }
    rows.into_iter().map(line).collect()
}
