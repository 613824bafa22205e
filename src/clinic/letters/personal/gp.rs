//! What the proband's own practice is told: the outcome, and how the family is to be told, in numbers.
//! Must not know: any relative's name, answer or result.

use super::{
    Content, Rows,
    kept::Asked,
    pack::{may_be_given, rows_of},
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::task_list,
        letters::house::subject,
        people::person::person_get,
        result::{finding::finding_list, release, state::result_row},
        sharing::way::{Way, ways_said},
    },
    error::{Error, Result},
    ids::ResultId,
};
use kinward_family::{
    language::Language,
    letter::{Addressee, HouseName},
    person::PostalAddress,
};
use std::collections::BTreeMap;

/// # Errors
/// A result that the proband has not heard; no word of the proband's; a practice that cannot be printed.
pub(super) fn content(
    act: &mut Act<'_>,
    proof: &InFamily,
    subject_id: &str,
    asked: &Asked,
) -> Result<Content> {
    let id: ResultId = subject_id.parse().map_err(|_| Error::inner("a personal letter about no result"))?;
    let result = result_row(act.conn(), proof, id)?;
    may_be_given(result.state)?;
    if asked.agreed.trim().chars().count() < 10 {
        return Err(Error::bad_input(
            "Write in a sentence that the proband agrees to their practice being told, and when they said so. Nothing was made.",
        )
        .at("agreed_words"));
    }
    let fact = release::fact_preview(act, proof, &result)?;
    let findings = finding_list(act, proof, result.id)?;
    let proband = person_get(act.conn(), proof, result.person_id)?;
    let of = |familial: bool, language: Language| rows_of(&findings, familial, language);
    let (mut by_proband, mut by_us, mut open) = (0, 0, 0);
    let ways = ways_said(act.conn(), proof)?;
    for task in task_list(act.conn(), proof)?.iter().filter(|task| task.result_id == result.id) {
        match ways.get(&task.id).copied().unwrap_or(Way::NotSettled) {
            Way::ProbandTells => by_proband += 1,
            Way::ClinicWrites => by_us += 1,
            Way::NotSettled | Way::AskedNot => open += 1,
        }
    }
    let tables = Language::ALL.map(|language| {
        let plan = plan_in(language, by_proband, by_us, open);
        (
            language,
            BTreeMap::from([
                ("findings", of(true, language)),
                ("personal", of(false, language)),
                ("plan", plan),
            ]),
        )
    });
    let at = |field: &'static str| {
        move |e: kinward_family::person::BadContact| {
            Error::bad_input(format!("{e} Nothing was made.")).at(field)
        }
    };
    let lines: Vec<String> = asked
        .house_address
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let house = HouseName::parse(&asked.house_name).map_err(at("house_name"))?;
    let address = PostalAddress::parse(&lines, &asked.house_postcode).map_err(at("house_address"))?;
    Ok(Content {
        to: Addressee::House(house, address),
        subject: subject(&proband)?,
        condition: Some(fact.condition()),
        tables: tables.into(),
        needs: None,
        may_name: vec![proband.id],
    })
}

/// Who tells how many relatives. The Welsh waits, like the template, for somebody qualified to read it.
fn plan_in(language: Language, by_proband: u32, by_us: u32, open: u32) -> Rows {
    let (labels, one, more) = match language {
        Language::English => {
            (["Told by your patient", "Written to by us", "Not settled yet"], "relative", "relatives")
        }
        Language::Welsh => (
            ["Bydd eich claf yn dweud wrthynt", "Byddwn ni yn ysgrifennu atynt", "Heb ei benderfynu eto"],
            "perthynas",
            "perthynas",
        ),
    };
    let said = |count: u32| format!("{count} {}", if count == 1 { one } else { more });
    labels
        .into_iter()
        .zip([by_proband, by_us, open])
        .map(|(label, count)| (label.to_owned(), said(count)))
        .collect()
}
