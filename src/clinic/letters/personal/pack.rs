//! The proband's result and sharing pack, from what is on record: their own findings, and who should know by whom.
//! Must not know: any relative's answer, and where any relative stands; only what the proband said about each.

use super::{PersonalKind, PersonalParts, Rows, personal_write};
use crate::{
    access::{Caller, InFamily, family::family_get, service::service_get},
    audit::Act,
    clinic::{
        cascade::task::{Position, Task, positions_of, task_list},
        letters::{
            draft::{letter_date, signatory_of},
            templates::personal_usable,
        },
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
    fact::Gene,
    invitation::FamilyReference,
    language::Language,
    letter::{AcmgClass, Addressee},
};
use std::collections::{BTreeMap, HashMap};

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
        Some(contact) if !contact.is_restricted() => Addressee::Person(name, contact.postal_address()?),
        Some(_) | None => Addressee::ByHand(name),
    };
    let needs = needs_of(act.conn(), proof.grant()?, service, proband.id)?;
    let card = service_get(act.conn(), service)?;
    let languages = needs.languages.unwrap_or_else(|| card.usual_languages());
    let of = |familial: bool, language: Language| rows_of(&findings, familial, language);
    personal_usable(act, PersonalKind::ResultAndPack.as_str(), languages)?;
    let mut tables = HashMap::new();
    for language in languages.in_order() {
        let relatives = relatives_of(act, proof, &result, *language)?;
        let rows =
            [("findings", of(true, *language)), ("personal", of(false, *language)), ("relatives", relatives)];
        tables.insert(*language, BTreeMap::from(rows));
    }
    personal_write(&PersonalParts {
        kind: PersonalKind::ResultAndPack,
        to,
        subject: None,
        gene: Some(Gene::parse(fact.gene().as_str()).map_err(Error::inner)?),
        condition: Some(fact.condition()),
        tables,
        service: card.card()?,
        signatory: signatory_of(caller)?,
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

/// The familial findings, or all others, each once: what a report says of a variant that it has named already adds no row.
pub(super) fn rows_of(findings: &[Finding], familial: bool, language: Language) -> Rows {
    let named = |one: &Finding| one.words.hgvs_c.is_some() || one.words.hgvs_g.is_some();
    let wanted: Vec<&Finding> =
        findings.iter().filter(|finding| (finding.words.mark == Some(Mark::Familial)) == familial).collect();
    let is_said = |one: &Finding| {
        let of_it = |other: &&&Finding| named(other) && other.words.gene == one.words.gene;
        !named(one) && one.words.kind == "diagnostic_implication" && wanted.iter().any(|other| of_it(&other))
    };
    wanted.iter().filter(|one| !is_said(one)).map(|one| row_of(one, language)).collect()
}

/// A finding as its owner and their practice read it: what it is in, and what was found there, in words.
fn row_of(finding: &Finding, language: Language) -> (String, String) {
    let words = &finding.words;
    let gene = words.gene.clone();
    let label = gene.clone().unwrap_or_else(|| capital(&words.kind.replace('_', " ")));
    let found = !["Not found: ", "Unclear: "].iter().any(|lead| words.summary.starts_with(lead));
    let class = words.significance.as_deref().and_then(|class| class.parse::<AcmgClass>().ok());
    let name = words.hgvs_c.clone().or_else(|| words.hgvs_g.clone());
    let said = match (name, class) {
        (Some(name), Some(class)) if found => format!("{name}, {}", classed(class, language)),
        (Some(name), None) if found => name,
        (None, Some(class)) if found && gene.is_some() => {
            let change = match language {
                Language::English => "A change",
                Language::Welsh => "Newid",
            };
            format!("{change} {}", classed(class, language))
        }
        (Some(_) | None, Some(_) | None) => {
            let after = gene.and_then(|gene| words.summary.strip_prefix(&gene).map(str::to_owned));
            let rest = after.unwrap_or_else(|| words.summary.clone());
            capital(rest.trim_start_matches([',', ' ']).trim_end_matches([':', ' ']))
        }
    };
    (label, said)
}

fn classed(class: AcmgClass, language: Language) -> String {
    let name = class.name_in(language).to_lowercase();
    match (language, class == AcmgClass::Uncertain) {
        (Language::English, true) => format!("of {name}"),
        (Language::English, false) => format!("classed as {name}"),
        (Language::Welsh, true) => format!("o {name}"),
        (Language::Welsh, false) => format!("yn y dosbarth {name}"),
    }
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
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
    let (today, young) = (act.at.date(), act.policy().periods.young_person_age);
    let row = |(task, position): (&Task, Position)| {
        let person = people.iter().find(|person| person.id == task.person_id);
        let name = person.and_then(|person| person.recipient().ok()).map(|name| name.full());
        let way = ways.get(&task.id).copied().unwrap_or(Way::NotSettled);
        // How they are related is written down in English.
        let unnamed = match language {
            Language::English => position.path_words,
            Language::Welsh => "Perthynas nad oes enw ar gofnod".to_owned(),
        };
        let child =
            person.and_then(|person| person.birth_date).is_some_and(|born| born.age_on(today) < young);
        (name.unwrap_or_else(|| capital(&unnamed)), words(way, child, language).to_owned())
    };
    Ok(tasks.iter().zip(positions).map(row).collect())
}

/// A child is told by whoever looks after them, and written to in their name.
fn words(way: Way, child: bool, language: Language) -> &'static str {
    match (language, way, child) {
        (Language::English, Way::ProbandTells, false) => "You tell them. When: ________________",
        (Language::English, Way::ProbandTells, true) => {
            "You tell whoever looks after them. When: ________________"
        }
        (Language::English, Way::ClinicWrites, false) => "We write to them, as you agreed.",
        (Language::English, Way::ClinicWrites, true) => {
            "We write to whoever looks after them, as you agreed."
        }
        (Language::English, Way::NotSettled, _) => "Who tells them: ____________  When: ____________",
        (Language::English, Way::AskedNot, _) => "You asked us not to tell them.",
        (Language::Welsh, Way::ProbandTells, false) => "Chi fydd yn dweud. Pryd: ________________",
        (Language::Welsh, Way::ProbandTells, true) => {
            "Chi fydd yn dweud wrth bwy bynnag sy\u{2019}n gofalu amdanynt. Pryd: ________________"
        }
        (Language::Welsh, Way::ClinicWrites, false) => "Byddwn ni\u{2019}n ysgrifennu, fel y cytunwyd.",
        (Language::Welsh, Way::ClinicWrites, true) => {
            "Byddwn ni\u{2019}n ysgrifennu at bwy bynnag sy\u{2019}n gofalu amdanynt, fel y cytunwyd."
        }
        (Language::Welsh, Way::NotSettled, _) => "Pwy fydd yn dweud: ____________  Pryd: ____________",
        (Language::Welsh, Way::AskedNot, _) => "Gofynasoch i ni beidio â dweud wrthynt.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_reads_as_part_of_a_sentence() {
        assert_eq!(classed(AcmgClass::Uncertain, Language::English), "of uncertain significance");
        assert_eq!(classed(AcmgClass::LikelyPathogenic, Language::English), "classed as likely pathogenic");
        assert_eq!(classed(AcmgClass::Uncertain, Language::Welsh), "o arwyddocâd ansicr");
        assert_eq!((capital("uncertain"), capital("")), ("Uncertain".to_owned(), String::new()));
    }
}
