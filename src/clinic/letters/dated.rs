//! The day a letter carries: one that has lain too long is brought up to today before it goes on, with the same words.
//! Must not know: what the letter says.

use super::{
    draft::{letter_date, letter_set},
    exception::{exception_carry, standing},
    letter::{LetterRow, LetterState, Parts, letters, refuse},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::UtcDate,
    error::{Error, Result},
    keys::Sealed,
};
use diesel::prelude::*;
use kinward_family::letter::Letter;

/// How many days ago the day is that the letter carries, where that is too long.
pub fn outdated(act: &Act<'_>, letter: &Letter) -> Option<i64> {
    let day = letter.day();
    let day = UtcDate::new(i32::from(day.year()), u32::from(day.month()), u32::from(day.day()))?;
    let age = act.at.date().days_since(day);
    (age > act.policy().periods.letter_age_days).then_some(age)
}

/// # Errors
/// A letter that carries a day too long past.
pub(super) fn is_of_now(act: &Act<'_>, letter: &Letter) -> Result<()> {
    match outdated(act, letter) {
        None => Ok(()),
        Some(age) => Err(Error::not_now(format!(
            "This letter carries the {}, {age} days ago. Whoever wrote it brings its date up to today on its page first; its words stay. Nothing was changed.",
            letter.day()
        ))),
    }
}

/// The author brings the date of a letter up to today: the same words in other bytes. It stays in whoever's hands it is.
///
/// # Errors
/// Another than the author; a letter that has been approved, or carries today's date.
pub fn letter_redate(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    match row.state {
        LetterState::Draft | LetterState::Submitted => {}
        LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "given another date"));
        }
    }
    if row.author_id != proof.staff() {
        return Err(Error::not_now(
            "Only the author of a letter brings its date up to today. Nothing was changed.",
        ));
    }
    let (was, today) = (row.reopen(act.keys(), proof.grant()?)?, letter_date(act)?);
    if was.day() == today {
        return Err(Error::not_now("This letter carries today\u{2019}s date. Nothing was changed."));
    }
    let letter =
        was.of_day(today).map_err(|e| Error::not_now(format!("The letter cannot be worded: {e}")))?;
    let pdf = letter_set(&letter)?;
    let reason = standing(act, proof, row, &was)?.exception;
    let parts = Parts::from(letter.store());
    let sealed = Sealed::seal(proof.grant()?, act.chance(), row.id.as_str(), &parts)?;
    let same = letters::table
        .filter(letters::id.eq(row.id))
        .filter(letters::state.eq(row.state))
        .filter(letters::pdf_sha256.eq(&row.pdf_sha256));
    let moved = diesel::update(same)
        .set((letters::sealed.eq(sealed), letters::pdf_sha256.eq(pdf.sha256())))
        .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now("This letter was changed just now. Open it again. Nothing was changed."));
    }
    // What its author wrote of these very words stands for them under another date, too.
    if let Some(reason) = reason {
        exception_carry(act, proof, row, pdf.sha256(), reason)?;
    }
    act.record(Deed::LetterRedated, ("letter", row.id.as_str()), Some(proof.family()), &row.level)
}
