//! An exception from the leak gate: what its author says may stand, and the second person who agrees. Compartment D.
//! Must not know: what the gate looks for. It is bound to the bytes of one letter: a letter drafted anew asks again.

use super::{
    gate::{self, Found},
    letter::{LetterRow, LetterState, refuse},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::cascade::task::task_row,
    db::{UtcTime, closed},
    error::{Error, Result},
    ids::{ExceptionId, FamilyId, LetterId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_family::letter::Letter;

diesel::table! {
    letter_exceptions (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        letter_id -> Text,
        pdf_sha256 -> Text,
        reason -> Text,
        by_staff -> Text,
        at -> Timestamp,
        agreed_by -> Nullable<Text>,
        agreed_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// Why something the gate found may stand.
    pub enum Reason {
        PlaceName = "place_name",
        OrdinaryWord = "ordinary_word",
        SharedHome = "shared_home",
        AskedForIt = "asked_for_it",
        Other = "other",
    }
}

impl Reason {
    pub const fn title(self) -> &'static str {
        match self {
            Reason::PlaceName => "It is the name of a house, a street or a place",
            Reason::OrdinaryWord => "It is an ordinary word here",
            Reason::SharedHome => "The recipient lives with this person",
            Reason::AskedForIt => "The recipient asked for letters to come this way",
            Reason::Other => "Another reason",
        }
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = letter_exceptions)]
struct Row {
    id: ExceptionId,
    service_id: ServiceId,
    family_id: FamilyId,
    letter_id: LetterId,
    pdf_sha256: String,
    reason: Reason,
    by_staff: StaffId,
    at: UtcTime,
    agreed_by: Option<StaffId>,
    agreed_at: Option<UtcTime>,
    sealed: Sealed<Grounds>,
}

/// What was found when the reason was written, and the reason.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Grounds {
    #[n(0)]
    words: String,
    #[n(1)]
    found: Vec<Found>,
}
content!(D at "letter_exceptions.sealed" holds Grounds);

/// An exception that was opened.
pub struct Exception {
    pub id: ExceptionId,
    pub reason: Reason,
    pub words: String,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub agreed_by: Option<StaffId>,
    pub agreed_at: Option<UtcTime>,
    found: Vec<Found>,
}

impl Exception {
    /// True where it was written in sight of everything that is found now.
    fn covers(&self, found: &[Found]) -> bool {
        found.iter().all(|hit| self.found.contains(hit))
    }
}

/// An exception as its author writes it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExceptionEntry {
    pub reason: Reason,
    pub words: String,
}

/// What the gate finds in a letter now, and the exception that was written in sight of all of it, if one was.
pub struct Standing {
    pub found: Vec<Found>,
    pub exception: Option<Exception>,
}

impl Standing {
    pub fn is_absolute(&self) -> bool {
        self.found.iter().any(|hit| hit.matter.is_absolute())
    }
}

pub fn standing(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow, letter: &Letter) -> Result<Standing> {
    let task = task_row(act.conn(), proof.service(), row.task_id)?;
    let watch = gate::watch_of(act, proof, &task, letter)?;
    let conn = act.conn();
    let found = gate::read(letter, &watch);
    let rows: Vec<Row> = letter_exceptions::table
        .filter(letter_exceptions::service_id.eq(proof.service()))
        .filter(letter_exceptions::letter_id.eq(row.id))
        .filter(letter_exceptions::pdf_sha256.eq(&row.pdf_sha256))
        .order((letter_exceptions::at.desc(), letter_exceptions::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    let mut opened = rows.into_iter().map(|row| {
        let grounds = row.sealed.open(grant, row.id.as_str())?;
        Ok(Exception {
            id: row.id,
            reason: row.reason,
            words: grounds.words,
            by_staff: row.by_staff,
            at: row.at,
            agreed_by: row.agreed_by,
            agreed_at: row.agreed_at,
            found: grounds.found,
        })
    });
    // The newest that was written in sight of all of it; a damaged one is an error, not a gap.
    let exception = opened
        .find(|exception: &Result<Exception>| exception.as_ref().map_or(true, |one| one.covers(&found)))
        .transpose()?;
    Ok(Standing { found, exception })
}

/// The author says why what the gate found in their draft may stand.
///
/// # Errors
/// Another than the author; nothing to except; something that no reason can let stand; no reason in words.
pub fn exception_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    entry: &ExceptionEntry,
) -> Result<ExceptionId> {
    match row.state {
        LetterState::Draft => {}
        LetterState::Submitted | LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "given a reason"));
        }
    }
    if row.author_id != proof.staff() {
        return Err(Error::not_now(
            "Only the author of a letter gives the reason; you may be the second person. Nothing was saved.",
        ));
    }
    if entry.words.trim().chars().count() < 10 {
        return Err(Error::bad_input(
            "Write in a sentence why these words may stand: the second person decides by it. Nothing was saved.",
        ));
    }
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    let now = standing(act, proof, row, &letter)?;
    if now.found.is_empty() {
        return Err(Error::not_now("Nothing in this letter needs a reason. Nothing was saved."));
    }
    if now.is_absolute() {
        let absolute: Vec<Found> = now.found.into_iter().filter(|hit| hit.matter.is_absolute()).collect();
        return Err(gate::held_back(&absolute, ABSOLUTE));
    }
    let id = ExceptionId::new(act.chance());
    let grounds = Grounds { words: entry.words.trim().to_owned(), found: now.found };
    let new = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        letter_id: row.id,
        pdf_sha256: row.pdf_sha256.clone(),
        reason: entry.reason,
        by_staff: proof.staff(),
        at: act.at,
        agreed_by: None,
        agreed_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &grounds)?,
    };
    diesel::insert_into(letter_exceptions::table).values(&new).execute(act.conn())?;
    let reason = entry.reason.as_str();
    act.record(Deed::ExceptionMade, ("letter", row.id.as_str()), Some(proof.family()), reason)?;
    Ok(id)
}

/// The reason stands for the same words in other bytes; a second person who agreed is asked again.
pub(super) fn exception_carry(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    sha256: &str,
    reason: Exception,
) -> Result<()> {
    let id = ExceptionId::new(act.chance());
    let grounds = Grounds { words: reason.words, found: reason.found };
    let new = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        letter_id: row.id,
        pdf_sha256: sha256.to_owned(),
        reason: reason.reason,
        by_staff: reason.by_staff,
        at: act.at,
        agreed_by: None,
        agreed_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &grounds)?,
    };
    diesel::insert_into(letter_exceptions::table).values(&new).execute(act.conn())?;
    Ok(())
}

/// Before a letter is handed on: nothing found, or a reason written in sight of all that is.
///
/// # Errors
/// What was found, by kind and part.
pub(super) fn may_submit(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    let now = standing(act, proof, row, &letter)?;
    if now.is_absolute() {
        return Err(gate::held_back(&now.found, ABSOLUTE));
    }
    if now.found.is_empty() || now.exception.is_some() {
        return Ok(());
    }
    Err(gate::held_back(&now.found, REASON_FIRST))
}

/// The second person agrees to the very exception they were shown, or to nothing.
///
/// # Errors
/// Something found that no standing exception covers, or an exception that was not agreed to.
pub(super) fn second_person(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    letter: &Letter,
    agrees: Option<ExceptionId>,
) -> Result<()> {
    let now = standing(act, proof, row, letter)?;
    if now.found.is_empty() {
        return Ok(());
    }
    if now.is_absolute() {
        return Err(gate::held_back(&now.found, ABSOLUTE));
    }
    let Some(exception) = now.exception else {
        return Err(gate::held_back(&now.found, RETURN_IT));
    };
    if exception.by_staff == proof.staff() {
        return Err(Error::not_now(
            "You wrote the reason why these words may stand. A second person agrees to it. Nothing was changed.",
        ));
    }
    if agrees != Some(exception.id) {
        return Err(gate::held_back(&now.found, AGREE_FIRST));
    }
    let at = act.at;
    diesel::update(letter_exceptions::table.find(exception.id))
        .set((letter_exceptions::agreed_by.eq(proof.staff()), letter_exceptions::agreed_at.eq(at)))
        .execute(act.conn())?;
    let reason = exception.reason.as_str();
    act.record(Deed::ExceptionAgreed, ("letter", row.id.as_str()), Some(proof.family()), reason)
}

pub(super) const ABSOLUTE: &str = "No reason can let this stand, and nothing was saved. Look at the relative's name and address first; if they are right, tell whoever looks after the templates.";
const REASON_FIRST: &str = "Nothing was changed. Correct the relative's name or address and draft again, or write on the letter's page why it may stand.";
const RETURN_IT: &str =
    "It has no reason that covers all of this. Nothing was changed. Return it, and have it drafted again.";
const AGREE_FIRST: &str = "Nothing was changed. Read what was found and the reason on the letter's page, and tick that you agree, or return the letter.";
