//! The words of one letter that its author wrote instead of the template's: tried, kept, undone, agreed to. Compartment D for
//! why. Must not know: findings. A block that is locked is nobody's to change.

use super::{
    draft::letter_set,
    exception::Standing,
    gate,
    letter::{LetterRow, LetterState, Parts, letters, refuse},
    templates::digest_of,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::cascade::task::task_row,
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, LetterId, OwnWordsId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_family::{
    language::Language,
    letter::{BadWords, Letter, OpenBlock, ReviewedParagraph, StoredLetter},
    wording::Lock,
};

diesel::table! {
    letter_words (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        letter_id -> Text,
        language -> Text,
        place -> Integer,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

impl From<StoredLetter> for Parts {
    fn from(stored: StoredLetter) -> Self {
        let StoredLetter { fact_json, recipient_json, words_json } = stored;
        Self { fact_json, recipient_json, words_json: Some(words_json).filter(|words| !words.is_empty()) }
    }
}

/// A draft that says something else from now on, in other bytes.
fn letter_rewritten(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    letter: &Letter,
    sha256: &str,
) -> Result<()> {
    let parts = Parts::from(letter.store());
    let sealed = Sealed::seal(proof.grant()?, act.chance(), row.id.as_str(), &parts)?;
    let moved = diesel::update(
        letters::table
            .filter(letters::id.eq(row.id))
            .filter(letters::state.eq(LetterState::Draft))
            .filter(letters::pdf_sha256.eq(&row.pdf_sha256)),
    )
    .set((letters::sealed.eq(sealed), letters::pdf_sha256.eq(sha256)))
    .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now("This letter was changed just now. Open it again. Nothing was saved."));
    }
    Ok(())
}

/// One change as it was made; rows are added and never altered, so that the last one for a place says why.
#[derive(Queryable, Insertable)]
#[diesel(table_name = letter_words)]
pub(super) struct Row {
    pub id: OwnWordsId,
    service_id: ServiceId,
    family_id: FamilyId,
    letter_id: LetterId,
    language: String,
    place: i32,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub sealed: Sealed<Change>,
}

/// What the letter said there from then on; nothing where the template's words came back.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(super) struct Change {
    #[n(0)]
    pub words: Option<String>,
    #[n(1)]
    pub why: String,
}
content!(D at "letter_words.sealed" holds Change);

/// Where a block stands: the language and its place among the blocks, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub language: Language,
    pub at: usize,
}

impl Spot {
    fn place(self) -> Result<i32> {
        i32::try_from(self.at).map_err(|_| Error::not_found())
    }
}

/// The letter as it would be with other words in one place, and what the gate finds in it.
pub struct Trial {
    pub letter: Letter,
    pub standing: Standing,
}

/// Why a block of a letter was changed, by whom and when.
pub struct Reason {
    pub spot: Spot,
    pub why: String,
    pub by: StaffId,
    pub at: UtcTime,
}

/// The block, if it is one that a letter's author may change.
///
/// # Errors
/// A block that is locked or that there is not.
pub fn block_open(letter: &Letter, spot: Spot) -> Result<OpenBlock<'_>> {
    letter.open_block(spot.language, spot.at).ok_or_else(|| Error::not_now(BadWords::Locked.to_string()))
}

/// Reads the letter as it would be, and keeps nothing.
///
/// # Errors
/// Words that cannot stand in a letter.
pub fn words_try(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    spot: Spot,
    text: &str,
) -> Result<Trial> {
    may_change(row, proof)?;
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    let words = worded(&letter, spot, text)?;
    let letter = letter_with(&letter, spot, Some(words))?;
    let task = task_row(act.conn(), proof.service(), row.task_id)?;
    let watch = gate::watch_of(act, proof, &task, &letter)?;
    let found = gate::read(&letter, &watch);
    Ok(Trial { letter, standing: Standing { found, exception: None } })
}

/// By which a block is known again: of what the letter says there.
pub fn shown_as(open: &OpenBlock<'_>) -> String {
    digest_of(&open.now.join("\n"))
}

/// Keeps other words for one block of a draft. `why` is needed where they can change what somebody does about their health;
/// `shown` is the block as it was when its writer opened it, where they say so.
///
/// # Errors
/// A block that says something else by now; another than the author; a letter that is no draft any more; words that cannot stand in it, or that no reason excuses.
pub fn words_change(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    spot: Spot,
    text: &str,
    why: &str,
    shown: Option<&str>,
) -> Result<()> {
    let why = why.trim();
    let now = row.reopen(act.keys(), proof.grant()?)?;
    if shown.is_some_and(|shown| block_open(&now, spot).is_ok_and(|open| shown != shown_as(&open))) {
        return Err(Error::not_now(
            "This part was changed after you opened it, perhaps in another window. What it says now stands above, and what you typed is still here. Look at both, and save again if yours is right. Nothing was saved.",
        )
        .at("block_words"));
    }
    if block_open(&now, spot)?.lock == Lock::Clinical && why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Say in a sentence why: this part can change what somebody does about their health. Nothing was saved.",
        )
        .at("words_why"));
    }
    let trial = words_try(act, proof, row, spot, text)?;
    if trial.standing.is_absolute() {
        let found: Vec<_> = trial.standing.found.into_iter().filter(|hit| hit.matter.is_absolute()).collect();
        return Err(gate::held_back(&found, TAKE_OUT).at("block_words"));
    }
    keep(act, proof, row, &trial.letter, spot, why)
}

/// Goes back to the template's words for one block.
///
/// # Errors
/// A block that has them already.
pub fn words_undo(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow, spot: Spot) -> Result<()> {
    may_change(row, proof)?;
    let now = row.reopen(act.keys(), proof.grant()?)?;
    let open = block_open(&now, spot)?;
    if open.was == open.now {
        return Err(Error::not_now("The template's words stand there already. Nothing was changed."));
    }
    let letter = letter_with(&now, spot, None)?;
    keep(act, proof, row, &letter, spot, "")
}

fn may_change(row: &LetterRow, proof: &InFamily) -> Result<()> {
    match row.state {
        LetterState::Draft => {}
        LetterState::Submitted | LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "changed"));
        }
    }
    if row.author_id != proof.staff() {
        return Err(Error::not_now(
            "Only the author of a letter changes its words; you may be the second person. Nothing was saved.",
        ));
    }
    Ok(())
}

fn worded(letter: &Letter, spot: Spot, text: &str) -> Result<ReviewedParagraph> {
    ReviewedParagraph::by_review(letter, spot.language, spot.at, text)
        .map_err(|bad| Error::bad_input(format!("{bad} Nothing was saved.")).at("block_words"))
}

fn letter_with(letter: &Letter, spot: Spot, words: Option<ReviewedParagraph>) -> Result<Letter> {
    let elsewhere =
        |change: &&ReviewedParagraph| (change.language(), change.at()) != (spot.language, spot.at);
    // Words that are the template's again are no change.
    let words = words.filter(|words| words.was() != words.words());
    let changes: Vec<_> = letter.changes().iter().filter(elsewhere).cloned().chain(words).collect();
    letter.changed(changes).map_err(|e| Error::not_now(format!("The letter cannot be worded: {e}")))
}

fn keep(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    letter: &Letter,
    spot: Spot,
    why: &str,
) -> Result<()> {
    let pdf = letter_set(letter)?;
    letter_rewritten(act, proof, row, letter, pdf.sha256())?;
    let now =
        letter.changes().iter().find(|change| (change.language(), change.at()) == (spot.language, spot.at));
    let change = Change { words: now.map(|change| change.words().join("\n")), why: why.to_owned() };
    let new = row_of(act, proof, row.id, (spot.language, spot.place()?), &change)?;
    diesel::insert_into(letter_words::table).values(&new).execute(act.conn())?;
    act.record(Deed::LetterWorded, ("letter", row.id.as_str()), Some(proof.family()), spot.language.code())
}

/// A change as it is kept, at a place of a language.
pub(super) fn row_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    letter: LetterId,
    (language, place): (Language, i32),
    change: &Change,
) -> Result<Row> {
    let id = OwnWordsId::new(act.chance());
    Ok(Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        letter_id: letter,
        language: language.code().to_owned(),
        place,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), change)?,
    })
}

/// The last reason for each place, newest first.
pub fn reasons_of(conn: &mut Conn, proof: &InFamily, letter: LetterId) -> Result<Vec<Reason>> {
    let rows: Vec<Row> = letter_words::table
        .filter(letter_words::service_id.eq(proof.service()))
        .filter(letter_words::letter_id.eq(letter))
        .filter(letter_words::place.ge(0))
        .order((letter_words::at.desc(), letter_words::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    let mut reasons: Vec<Reason> = Vec::new();
    for row in rows {
        let language = row.language.parse().map_err(|_| Error::inner("a stored language does not parse"))?;
        let spot = Spot { language, at: usize::try_from(row.place).map_err(Error::inner)? };
        if !reasons.iter().any(|known| known.spot == spot) {
            let why = row.sealed.open(grant, row.id.as_str())?.why;
            reasons.push(Reason { spot, why, by: row.by_staff, at: row.at });
        }
    }
    Ok(reasons)
}

/// Before a letter is handed on: what was changed in one of its languages was changed in the others too.
///
/// # Errors
/// The languages, and where.
pub(super) fn changed_alike(letter: &Letter) -> Result<()> {
    let places = |language: Language| -> Vec<usize> {
        let mut places: Vec<usize> = letter
            .changes()
            .iter()
            .filter(|change| change.language() == language)
            .map(ReviewedParagraph::at)
            .collect();
        places.sort_unstable();
        places
    };
    let languages = letter.languages();
    let first = languages.first();
    for other in languages.in_order().iter().filter(|language| **language != first) {
        let (ours, theirs) = (places(first), places(*other));
        let only = |some: &[usize], others: &[usize], language: Language| -> Option<String> {
            let parts: Vec<String> =
                some.iter().filter(|at| !others.contains(at)).map(|at| (at + 1).to_string()).collect();
            let word = if parts.len() == 1 { "part" } else { "parts" };
            (!parts.is_empty()).then(|| format!("{word} {} in {} only", parts.join(", "), language.name()))
        };
        let apart: Vec<String> =
            only(&ours, &theirs, first).into_iter().chain(only(&theirs, &ours, *other)).collect();
        if !apart.is_empty() {
            return Err(Error::not_now(format!(
                "This letter was not changed alike in {} and in {}: {}. Its reader would not be told the same. Change both, or go back to the template's words. Nothing was changed.",
                first.name(),
                other.name(),
                apart.join("; ")
            )));
        }
    }
    Ok(())
}

/// The second person agrees to the very letter whose changed words they were shown.
///
/// # Errors
/// Words that nobody said they had read.
pub(super) fn second_reader(row: &LetterRow, letter: &Letter, seen: Option<&str>) -> Result<()> {
    if letter.changes().is_empty() || seen == Some(row.pdf_sha256.as_str()) {
        return Ok(());
    }
    Err(Error::bad_input(
        "Words of this letter are not the template's. Read what was changed, and tick that it may go like this, or return the letter. Nothing was changed.",
    )
    .at("words_seen"))
}

const TAKE_OUT: &str =
    "No reason can let this stand. Nothing was saved: take it out of your words, and save them again.";
