//! What the separate sheet to the adoption register rests on: how we know that the relative was separated from the family, what
//! lets the proband be named in it, and who saw it. Compartment D. Must not know: how letter and sheet are worded.

use super::letter::LetterRow;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_row},
        people::kinship::{pedigree_id, pedigree_of},
        sharing::{
            basis::{BasisKind, basis_of},
            consent::naming_consent,
        },
    },
    db::{UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, LetterId, RegisterSheetId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    register_sheets (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        letter_id -> Text,
        named_by -> Text,
        by_staff -> Text,
        at -> Timestamp,
        seen_sha256 -> Nullable<Text>,
        seen_by -> Nullable<Text>,
        seen_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// What lets the sheet say who the proband is.
    pub enum NamedBy {
        /// They agree to be named to this very relative.
        Relative = "relative",
        /// They agree to be named to the register.
        Register = "register",
        /// It was decided to write, though they did not agree.
        Decision = "decision",
    }
}

impl NamedBy {
    pub const fn title(self) -> &'static str {
        match self {
            NamedBy::Relative => "The proband agrees to be named to this relative",
            NamedBy::Register => "The proband agrees to be named to the register",
            NamedBy::Decision => "A decision to write to this relative stands, and covers the register",
        }
    }
}

/// What whoever drafts says of the sheet.
#[derive(Default)]
pub struct SheetSaid {
    /// How we know that the relative was separated from the family or is searched for; the record may say so itself.
    pub separated: String,
    pub named_by: Option<NamedBy>,
    /// Who said so and when, or which decision.
    pub named_words: String,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Said {
    #[n(0)]
    separated: String,
    #[n(1)]
    named_words: String,
}
content!(D at "register_sheets.sealed" holds Said);

#[derive(Queryable, Insertable)]
#[diesel(table_name = register_sheets)]
struct Row {
    id: RegisterSheetId,
    service_id: ServiceId,
    family_id: FamilyId,
    letter_id: LetterId,
    named_by: NamedBy,
    by_staff: StaffId,
    at: UtcTime,
    seen_sha256: Option<String>,
    seen_by: Option<StaffId>,
    seen_at: Option<UtcTime>,
    sealed: Sealed<Said>,
}

/// What a letter's sheet rests on, opened.
pub struct Rests {
    pub named_by: NamedBy,
    /// Empty where the record says so itself.
    pub separated: String,
    pub named_words: String,
    /// The bytes that the second person saw.
    pub seen_sha256: Option<String>,
}

/// Whether the record itself says that the relative of `task` was separated from the family.
pub fn is_separated(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<bool> {
    Ok(pedigree_of(act.conn(), proof)?.is_adopted(&pedigree_id(task.person_id)))
}

/// What lets the proband be named to the register without a further word; nothing where somebody has to say.
pub fn named_already(act: &mut Act<'_>, task: &Task) -> Result<Option<NamedBy>> {
    let (service, today) = (act.service, act.at.date());
    Ok(naming_consent(act.conn(), service, task.id, today)?.map(|_| NamedBy::Relative))
}

/// What whoever drafts said, once all of it is there.
///
/// # Errors
/// No word of how we know that the relative was separated; nothing that lets the proband be named.
pub(super) fn said(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    of: &SheetSaid,
) -> Result<(NamedBy, SheetSaid)> {
    let refused =
        |words: &str, field: &str| Err(Error::bad_input(format!("{words} No letter was drafted.")).at(field));
    let (separated, named_words) = (of.separated.trim(), of.named_words.trim());
    if separated.chars().count() < 10 && !is_separated(act, proof, task)? {
        return refused(
            "The letter says that this relative was separated from the family. The record does not: write in a sentence how we know it, and from whom.",
            "separated",
        );
    }
    let named_by = match (named_already(act, task)?, of.named_by) {
        (Some(already), _) => already,
        (None, Some(said)) => said,
        (None, None) => {
            return refused(
                "The separate sheet names the proband, who agreed to no letter that does. Say what lets them be named to the register.",
                "named_by",
            );
        }
    };
    stands(act, task, named_by)
        .map_err(|e| Error::bad_input(format!("{} No letter was drafted.", e.public())).at("named_by"))?;
    if named_by != NamedBy::Relative && named_words.chars().count() < 10 {
        return refused(
            "Write in a sentence when the proband said so and to whom, or which decision covers the register.",
            "named_words",
        );
    }
    let said = SheetSaid {
        separated: separated.to_owned(),
        named_by: Some(named_by),
        named_words: named_words.to_owned(),
    };
    Ok((named_by, said))
}

/// Whether what lets the proband be named stands now.
fn stands(act: &mut Act<'_>, task: &Task, named_by: NamedBy) -> Result<()> {
    let (service, today) = (act.service, act.at.date());
    let basis = basis_of(act.conn(), service, task.id, today)?.map(|basis| basis.kind);
    match named_by {
        NamedBy::Relative if naming_consent(act.conn(), service, task.id, today)?.is_none() => {
            Err(Error::not_now("The proband does not agree, or no longer, to be named to this relative."))
        }
        NamedBy::Register if basis != Some(BasisKind::Consent) => Err(Error::not_now(
            "Nothing on record says that the proband agrees to a letter about this relative.",
        )),
        NamedBy::Decision if basis != Some(BasisKind::Decision) => {
            Err(Error::not_now("No decision about this relative stands now."))
        }
        NamedBy::Relative | NamedBy::Register | NamedBy::Decision => Ok(()),
    }
}

/// Keeps what the sheet of a letter rests on.
pub(super) fn rests_keep(
    act: &mut Act<'_>,
    proof: &InFamily,
    letter: LetterId,
    named_by: NamedBy,
    said: SheetSaid,
) -> Result<()> {
    let id = RegisterSheetId::new(act.chance());
    let words = Said { separated: said.separated, named_words: said.named_words };
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        letter_id: letter,
        named_by,
        by_staff: proof.staff(),
        at: act.at,
        seen_sha256: None,
        seen_by: None,
        seen_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &words)?,
    };
    diesel::insert_into(register_sheets::table).values(&row).execute(act.conn())?;
    Ok(())
}

/// What the sheet of a letter rests on.
///
/// # Errors
/// A letter for which nobody said so, or for which it stands no more.
pub fn rests_on(act: &mut Act<'_>, proof: &InFamily, letter: &LetterRow) -> Result<Rests> {
    let row: Option<Row> = register_sheets::table
        .filter(register_sheets::service_id.eq(proof.service()))
        .filter(register_sheets::letter_id.eq(letter.id))
        .first(act.conn())
        .optional()?;
    let row = row.ok_or_else(|| {
        Error::not_now(
            "Nobody has said what lets the proband be named to the register. Stop this letter, and draft it again.",
        )
    })?;
    let task = task_row(act.conn, act.service, letter.task_id)?;
    stands(act, &task, row.named_by)?;
    let said = row.sealed.open(proof.grant()?, row.id.as_str())?;
    Ok(Rests {
        named_by: row.named_by,
        separated: said.separated,
        named_words: said.named_words,
        seen_sha256: row.seen_sha256,
    })
}

/// The second person says that they saw the very sheet that would go: `sha256` is that of its bytes now.
///
/// # Errors
/// Another sheet than the one they saw, or none.
pub(super) fn sheet_seen(
    act: &mut Act<'_>,
    proof: &InFamily,
    letter: &LetterRow,
    sha256: &str,
    seen: Option<&str>,
) -> Result<()> {
    if seen != Some(sha256) {
        return Err(Error::bad_input(
            "With this letter goes a sheet that says who everybody is. Open it, and tick that you have seen it, or return the letter. Nothing was changed.",
        )
        .at("sheet_seen"));
    }
    let (at, sha256) = (act.at, sha256.to_owned());
    diesel::update(register_sheets::table.filter(register_sheets::letter_id.eq(letter.id)))
        .set((
            register_sheets::seen_sha256.eq(sha256),
            register_sheets::seen_by.eq(proof.staff()),
            register_sheets::seen_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::PersonalApproved, ("letter", letter.id.as_str()), Some(proof.family()), "separate sheet")
}
