//! Why a letter was sent back to writing, for its author; and its own words, kept for the draft that takes its place. Compartment
//! D for why. Must not know: what a letter says.

use super::{
    follow_up::is_follow_up,
    gate,
    ground::stored_key,
    letter::{LetterRow, LetterState},
    list::letter_rows,
    own_words::{Change, Reason, Row, letter_words, reasons_of, row_of},
    stop::Stop,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::cascade::task::Task,
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{LetterId, PersonId, StaffId},
};
use diesel::prelude::*;
use kinward_family::letter::Letter;

/// The place of no block: what is kept there is of the letter as a whole.
const WHOLE: i32 = -1;

/// What the second person said when they sent a letter back.
pub struct SentBack {
    pub why: String,
    pub by: StaffId,
    pub at: UtcTime,
}

/// Keeps why a letter goes back. Its author may stop it without a word; whoever else sends it back says what is to be done.
///
/// # Errors
/// No reason, of another than the author.
pub(super) fn sent_back(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow, why: &str) -> Result<()> {
    let why = why.trim();
    if row.author_id == proof.staff() && why.is_empty() {
        return Ok(());
    }
    if why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Say in a sentence why it goes back, so that its author knows what to do. Nothing was changed.",
        )
        .at("return_why"));
    }
    let language = row.reopen(act.keys(), proof.grant()?)?.language();
    let change = Change { words: None, why: why.to_owned() };
    let new = row_of(act, proof, row.id, (language, WHOLE), &change)?;
    diesel::insert_into(letter_words::table).values(&new).execute(act.conn())?;
    Ok(())
}

/// Why a letter was sent back, if it was with a word.
pub fn sent_back_of(conn: &mut Conn, proof: &InFamily, letter: LetterId) -> Result<Option<SentBack>> {
    let row: Option<Row> = letter_words::table
        .filter(letter_words::service_id.eq(proof.service()))
        .filter(letter_words::letter_id.eq(letter))
        .filter(letter_words::place.eq(WHOLE))
        .order((letter_words::at.desc(), letter_words::id.asc()))
        .first(conn)
        .optional()?;
    row.map(|row| {
        let why = row.sealed.open(proof.grant()?, row.id.as_str())?.why;
        Ok(SentBack { why, by: row.by_staff, at: row.at })
    })
    .transpose()
}

/// The letter whose place a draft takes: the last one of the relative that was stopped before it was drafted.
pub fn letter_before(conn: &mut Conn, row: &LetterRow) -> Result<Option<LetterId>> {
    let rows = letter_rows(conn, row.service_id, row.task_id)?;
    let before = rows.iter().rfind(|one| one.id != row.id && one.drafted_at <= row.drafted_at);
    Ok(before.filter(|one| one.state == LetterState::Stopped).map(|one| one.id))
}

/// A letter with the words that its author had written for the one before, and why each.
pub(super) struct Kept {
    pub letter: Letter,
    pub reasons: Vec<Reason>,
}

/// The same letter with the words of the one whose place it takes, where a person stopped that, it was by the same author to the
/// same reader, and its template says the same. What no reason could let stand stays behind.
pub(super) fn words_kept(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    letter: &Letter,
    reader: Option<PersonId>,
) -> Result<Option<Kept>> {
    if is_follow_up(letter.kind()) {
        return Ok(None);
    }
    let rows = letter_rows(act.conn(), proof.service(), task.id)?;
    let Some(before) = rows.last().filter(|row| {
        row.state == LetterState::Stopped
            && row.ended_why == Some(Stop::ByStaff)
            && row.approved_at.is_none()
            && row.author_id == proof.staff()
            && row.reader_id == reader
            && row.template_id == stored_key(letter.kind())
            && row.template_version == letter.template_version()
    }) else {
        return Ok(None);
    };
    let was = before.reopen(act.keys(), proof.grant()?)?;
    let same = was.level() == letter.level()
        && was.languages() == letter.languages()
        && was.wordings().iter().map(|one| &one.source).eq(letter.wordings().iter().map(|one| &one.source));
    if was.changes().is_empty() || !same {
        return Ok(None);
    }
    // Words that stand for something that the facts now say otherwise are written anew.
    let Ok(kept) = letter.changed(was.changes().to_vec()) else { return Ok(None) };
    let watch = gate::watch_of(act, proof, task, &kept)?;
    if gate::read(&kept, &watch).iter().any(|hit| hit.matter.is_absolute()) {
        return Ok(None);
    }
    let reasons = reasons_of(act.conn(), proof, before.id)?;
    Ok(Some(Kept { letter: kept, reasons }))
}

/// Keeps the reasons of words that were taken over.
pub(super) fn reasons_kept(act: &mut Act<'_>, proof: &InFamily, letter: LetterId, kept: &Kept) -> Result<()> {
    for change in kept.letter.changes() {
        let of =
            |reason: &&Reason| (reason.spot.language, reason.spot.at) == (change.language(), change.at());
        let why = kept.reasons.iter().find(of).map(|reason| reason.why.clone()).unwrap_or_default();
        let place = i32::try_from(change.at()).map_err(Error::inner)?;
        let said = Change { words: Some(change.words().join("\n")), why };
        let new = row_of(act, proof, letter, (change.language(), place), &said)?;
        diesel::insert_into(letter_words::table).values(&new).execute(act.conn())?;
    }
    Ok(())
}
