//! The separate sheet of a letter to the adoption register, as the letter's page speaks of it, and the sheet itself.
//! Must not know: how either is worded.

use super::reading::inline;
use crate::{
    access::{Answer, InFamily, Staff, pages::Here, permission::may},
    audit::{Act, Deed},
    clinic::letters::{
        letter::{LetterRow, letter_open},
        personal::adoption::{sheet_made, sheet_now},
        register::rests_on,
    },
    error::{Result, Trouble},
    ids::LetterId,
};
use actix_web::web;
use serde::Serialize;

/// What whoever drafts and whoever approves reads of it.
#[derive(Serialize)]
pub(super) struct SheetShown {
    /// The fingerprint of the sheet as it is now; none where it cannot be made.
    sha256: Option<String>,
    /// Why not.
    problem: Option<String>,
    named_by: Option<&'static str>,
    named_words: String,
    separated: String,
}

impl SheetShown {
    pub(super) fn of(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<Self> {
        let mut shown = Self {
            sha256: None,
            problem: None,
            named_by: None,
            named_words: String::new(),
            separated: String::new(),
        };
        let rests = match rests_on(act, proof, row) {
            Ok(rests) => rests,
            Err(problem) if problem.trouble() == Trouble::NotNow => {
                return Ok(Self { problem: Some(problem.public().to_owned()), ..shown });
            }
            Err(problem) => return Err(problem),
        };
        act.record(Deed::ConsentRead, ("letter", row.id.as_str()), Some(proof.family()), "separate sheet")?;
        shown.named_by = Some(rests.named_by.title());
        shown.named_words = rests.named_words;
        shown.separated = rests.separated;
        match sheet_now(act, proof, row) {
            Ok(pdf) => shown.sha256 = Some(pdf.sha256().to_owned()),
            Err(problem) if matches!(problem.trouble(), Trouble::NotNow | Trouble::BadInput) => {
                shown.problem = Some(problem.public().to_owned());
            }
            Err(problem) => return Err(problem),
        }
        Ok(shown)
    }
}

/// The separate sheet of a letter to the adoption register.
pub(super) async fn sheet(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<LetterId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let bytes = house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            Ok(sheet_made(act, &proof, &row)?.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "sheet.pdf", bytes))
}
