//! The separate sheet that goes beside the letter to the adoption register: who our patient is, and whom it is asked to trace.
//! Must not know: anything medical; that stands in the letter, which says of nobody who they are.

use super::{PersonalKind, PersonalParts, Rows, gate, personal_pdf, personal_write};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::task_row,
        letters::{
            letter::{LetterRow, LetterState},
            templates::personal_usable,
        },
        people::person::{Person, person_get},
        result::state::result_row,
    },
    error::{Error, Result},
    pdf::Pdf,
};
use kinward_family::{invitation::FamilyReference, kind::Kind, letter::Letter, service::Signatory};
use std::collections::BTreeMap;

/// The sheet of a letter to the register that a second person has approved; made again each time, and on the record.
///
/// # Errors
/// Another kind of letter, or one that nobody has approved; a name that cannot be printed; words that belong into the letter.
pub fn sheet_made(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<Pdf> {
    if row.kind()? != Kind::AdoptionRegister {
        return Err(Error::not_found());
    }
    match row.state {
        LetterState::Approved | LetterState::Sent => {}
        LetterState::Draft | LetterState::Submitted | LetterState::Stopped => {
            return Err(Error::not_now(
                "The sheet is made once a second person has approved the letter that it goes with. Nothing was made.",
            ));
        }
    }
    let letter: Letter = row.reopen(act.keys(), proof.grant()?)?;
    let task = task_row(act.conn(), row.service_id, row.task_id)?;
    let result = result_row(act.conn(), proof, task.result_id)?;
    let patient = person_get(act.conn(), proof, result.person_id)?;
    let sought = person_get(act.conn(), proof, task.person_id)?;
    personal_usable(act, PersonalKind::AdoptionDetails.as_str(), letter.languages())?;
    let signed = letter.signatory();
    let sheet = personal_write(&PersonalParts {
        kind: PersonalKind::AdoptionDetails,
        to: letter.to().clone(),
        subject: None,
        gene: None,
        condition: None,
        tables: BTreeMap::from([
            ("patient", details(&patient, "Name")?),
            ("sought", details(&sought, "Name at birth, as the family knows it")?),
        ]),
        service: letter.service().clone(),
        signatory: Signatory::parse(signed.name(), signed.role()).map_err(Error::inner)?,
        reference: FamilyReference::parse(letter.reference()).map_err(Error::inner)?,
        date: letter.day(),
        languages: letter.languages(),
        size: letter.size(),
    })?;
    gate::checked(act, proof, PersonalKind::AdoptionDetails, &sheet, &[patient.id, sought.id])?;
    act.record(Deed::PersonalRead, ("letter", row.id.as_str()), Some(proof.family()), "separate sheet")?;
    personal_pdf(&sheet)
}

fn details(person: &Person, label: &str) -> Result<Rows> {
    let mut rows = vec![(label.to_owned(), person.recipient()?.full())];
    rows.extend(person.birth_date.map(|born| ("Born".to_owned(), born.shown())));
    rows.extend(person.nhs_number.clone().map(|number| ("NHS number".to_owned(), number)));
    Ok(rows)
}
