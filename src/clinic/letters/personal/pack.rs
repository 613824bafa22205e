//! The proband's result and sharing pack, from what is on record: their own findings, and who should know by whom.
//! Must not know: any relative's answer, and where any relative stands; only what the proband said about each.

use super::{PersonalKind, PersonalParts, Rows, personal_write};
use crate::{
    access::{Caller, InFamily, family::family_get, service::service_get},
    audit::Act,
    clinic::{
        cascade::task::{Position, Task, positions_of, task_list},
        letters::{draft::letter_date, templates::personal_usable},
        people::{
            contact::contact_of,
            needs::needs_of,
            person::{person_get, person_list},
        },
        result::{
            finding::{Finding, Mark, finding_list},
            release,
            state::{ResultState, TestResult, result_row},
        },
        sharing::way::{Way, ways_said},
    },
    error::{Error, Result},
    ids::ResultId,
    pdf::ClinicLetter,
};
use kinward_family::{
    fact::Gene, invitation::FamilyReference, language::Language, letter::Addressee, service::Signatory,
};
use std::collections::BTreeMap;

/// The pack as a letter to the proband, with their address where one is on record.
///
/// # Errors
/// A result whose familial part is not separated; a name that cannot stand in a letter; a missing translation.
pub fn pack_write(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    result: ResultId,
) -> Result<ClinicLetter> {
    let result = result_row(act.conn(), proof, result)?;
    may_be_given(result.state)?;
    let fact = release::fact_preview(act, proof, &result)?;
    let findings = finding_list(act, proof, result.id)?;
    let proband = person_get(act.conn(), proof, result.person_id)?;
    let service = act.service;
    let name = proband.recipient()?;
    let contact = contact_of(act.conn(), proof.grant()?, service, proband.id)?;
    let to = match contact {
        Some(contact) => Addressee::Person(name, contact.postal_address()?),
        None => Addressee::ByHand(name),
    };
    let needs = needs_of(act.conn(), proof.grant()?, service, proband.id)?;
    let card = service_get(act.conn(), service)?;
    let languages = needs.languages.unwrap_or_else(|| card.usual_languages());
    let of = |familial: bool| {
        let wanted = move |finding: &&Finding| (finding.words.mark == Some(Mark::Familial)) == familial;
        findings.iter().filter(wanted).map(row_of).collect::<Rows>()
    };
    personal_usable(act, PersonalKind::ResultAndPack.as_str(), languages)?;
    let relatives = relatives_of(act, proof, &result, languages.first())?;
    personal_write(&PersonalParts {
        kind: PersonalKind::ResultAndPack,
        to,
        subject: None,
        gene: Some(Gene::parse(fact.gene().as_str()).map_err(Error::inner)?),
        condition: Some(fact.condition()),
        tables: BTreeMap::from([("findings", of(true)), ("personal", of(false)), ("relatives", relatives)]),
        service: card.card()?,
        signatory: Signatory::parse(&caller.display_name, &caller.job_title).map_err(|e| {
            Error::bad_input(format!("Your name or job title cannot stand under a letter: {e}"))
        })?,
        reference: FamilyReference::parse(&family_get(act.conn(), proof)?.reference).map_err(Error::inner)?,
        date: letter_date(act)?,
        languages,
        size: needs.size,
    })
}

/// The proband is given their letter once they have heard the result, and never by a report that was amended.
pub(super) fn may_be_given(state: ResultState) -> Result<()> {
    match state {
        ResultState::Pedigree
        | ResultState::CheckAgain
        | ResultState::Active
        | ResultState::Widened
        | ResultState::Review
        | ResultState::Closed => Ok(()),
        ResultState::Superseded => Err(Error::not_now(
            "The laboratory amended this report. The proband's letter is made from the newer result. Nothing was made.",
        )),
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::NothingFamilial => Err(Error::not_now(
            "The proband hears this result first, and its familial part is separated. Then their letter can be made. Nothing was made.",
        )),
    }
}

pub(super) fn row_of(finding: &Finding) -> (String, String) {
    let words = &finding.words;
    match (&words.gene, &words.hgvs_c) {
        (Some(gene), Some(name)) => (gene.clone(), name.clone()),
        (Some(gene), None) => (gene.clone(), words.summary.clone()),
        (None, _) => (words.kind.replace('_', " "), words.summary.clone()),
    }
}

/// Each relative at risk by the name the proband knows, and what the proband said of telling them.
fn relatives_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    language: Language,
) -> Result<Rows> {
    let tasks: Vec<_> =
        task_list(act.conn(), proof)?.into_iter().filter(|task| task.result_id == result.id).collect();
    let positions = positions_of(act.conn(), std::slice::from_ref(proof), &tasks)?;
    let (people, ways) = (person_list(act.conn(), proof)?, ways_said(act.conn(), proof)?);
    let row = |(task, position): (&Task, Position)| {
        let person = people.iter().find(|person| person.id == task.person_id);
        let name = person.and_then(|person| person.recipient().ok()).map(|name| name.full());
        let way = ways.get(&task.id).copied().unwrap_or(Way::NotSettled);
        (name.unwrap_or(position.path_words), words(way, language).to_owned())
    };
    Ok(tasks.iter().zip(positions).map(row).collect())
}

fn words(way: Way, language: Language) -> &'static str {
    match (language, way) {
        (Language::English, Way::ProbandTells) => "You tell them. When: ________________",
        (Language::English, Way::ClinicWrites) => "We write to them, as you agreed.",
        (Language::English, Way::NotSettled) => "Who tells them: ____________  When: ____________",
        (Language::Welsh, Way::ProbandTells) => "Chi fydd yn dweud. Pryd: ________________",
        (Language::Welsh, Way::ClinicWrites) => "Byddwn ni\u{2019}n ysgrifennu, fel y cytunwyd.",
        (Language::Welsh, Way::NotSettled) => "Pwy fydd yn dweud: ____________  Pryd: ____________",
    }
}
