//! The separate sheet that goes beside the letter to the adoption register: who our patient is, and whom it is asked to trace.
//! Must not know: anything medical; that stands in the letter, which says of nobody who they are.

use super::{
    super::draft::letter_date_of, PersonalKind, PersonalParts, Rows, gate, personal_pdf, personal_write,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::task_row,
        letters::{
            letter::{LetterRow, LetterState},
            register::rests_on,
            templates::personal_usable,
        },
        people::person::{Person, person_get},
        result::state::result_row,
    },
    error::{Error, Result},
    pdf::Pdf,
};
use kinward_family::{
    invitation::FamilyReference, kind::Kind, language::Language, letter::Letter, service::Signatory,
};
use std::collections::BTreeMap;

/// The sheet of a letter to the register, to be looked at before it is approved and to be printed afterwards; on the record.
///
/// # Errors
/// As for [`sheet_now`]; one that comes out otherwise than the second person saw it.
pub fn sheet_made(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<Pdf> {
    let pdf = sheet_now(act, proof, row)?;
    let note = match row.state {
        LetterState::Draft | LetterState::Submitted => "separate sheet, before approval",
        LetterState::Approved | LetterState::Sent => {
            let seen = rests_on(act, proof, row)?.seen_sha256;
            if seen.as_deref() != Some(pdf.sha256()) {
                return Err(Error::not_now(
                    "What this sheet says has changed since the second person saw it. Stop the letter, and draft it again. Nothing was made.",
                ));
            }
            "separate sheet"
        }
        LetterState::Stopped => {
            return Err(Error::not_now("This letter was stopped, and its sheet with it. Nothing was made."));
        }
    };
    act.record(Deed::PersonalRead, ("letter", row.id.as_str()), Some(proof.family()), note)?;
    Ok(pdf)
}

/// The sheet as the record is now.
///
/// # Errors
/// Another kind of letter; nothing that lets the proband be named; a name that cannot be printed; words that belong into the
/// letter.
pub fn sheet_now(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<Pdf> {
    if row.kind()? != Kind::AdoptionRegister {
        return Err(Error::not_found());
    }
    rests_on(act, proof, row)?;
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
        tables: Language::ALL
            .into_iter()
            .map(|language| {
                let [name, born_as] = match language {
                    Language::English => ["Name", "Name at birth, as the family knows it"],
                    Language::Welsh => ["Enw", "Enw adeg geni, yn ôl y teulu"],
                };
                let (patient, sought) =
                    (details(&patient, name, language)?, details(&sought, born_as, language)?);
                Ok((language, BTreeMap::from([("patient", patient), ("sought", sought)])))
            })
            .collect::<Result<_>>()?,
        service: letter.service().clone(),
        signatory: Signatory::parse(signed.name(), signed.role()).map_err(Error::inner)?,
        reference: FamilyReference::parse(letter.reference()).map_err(Error::inner)?,
        date: letter.day(),
        languages: letter.languages(),
        size: letter.size(),
    })?;
    gate::checked(act, proof, PersonalKind::AdoptionDetails, &sheet, &[patient.id, sought.id])?;
    personal_pdf(&sheet)
}

fn details(person: &Person, label: &str, language: Language) -> Result<Rows> {
    let [born, number] = match language {
        Language::English => ["Born", "NHS number"],
        Language::Welsh => ["Ganwyd", "Rhif GIG"],
    };
    let mut rows = vec![(label.to_owned(), person.recipient()?.full())];
    if let Some(day) = person.birth_date {
        rows.push((born.to_owned(), letter_date_of(day)?.in_words(language)));
    }
    rows.extend(person.nhs_number.clone().map(|own| (number.to_owned(), own)));
    Ok(rows)
}
