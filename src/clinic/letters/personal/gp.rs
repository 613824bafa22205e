//! What the proband's own practice is told: the outcome, and how the family is to be told, in numbers.
//! Must not know: any relative's name, answer or result.

use super::{
    Content,
    kept::Asked,
    pack::{may_be_given, row_of},
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::task_list,
        letters::house::subject,
        people::person::person_get,
        result::{
            finding::{Finding, Mark, finding_list},
            release,
            state::result_row,
        },
        sharing::way::{Way, ways_said},
    },
    error::{Error, Result},
    ids::ResultId,
};
use kinward_family::{
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
    let of = |familial: bool| {
        let wanted = move |finding: &&Finding| (finding.words.mark == Some(Mark::Familial)) == familial;
        findings.iter().filter(wanted).map(row_of).collect()
    };
    let (mut by_proband, mut by_us, mut open) = (0, 0, 0);
    let ways = ways_said(act.conn(), proof)?;
    for task in task_list(act.conn(), proof)?.iter().filter(|task| task.result_id == result.id) {
        match ways.get(&task.id).copied().unwrap_or(Way::NotSettled) {
            Way::ProbandTells => by_proband += 1,
            Way::ClinicWrites => by_us += 1,
            Way::NotSettled => open += 1,
        }
    }
    let plan = [("Told by your patient", by_proband), ("Written to by us", by_us), ("Not settled yet", open)]
        .into_iter()
        .map(|(label, count): (&str, u32)| (label.to_owned(), relatives(count)))
        .collect();
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
        tables: BTreeMap::from([("findings", of(true)), ("personal", of(false)), ("plan", plan)]),
        needs: None,
        may_name: vec![proband.id],
    })
}

fn relatives(count: u32) -> String {
    match count {
        1 => "1 relative".to_owned(),
        _ => format!("{count} relatives"),
    }
}
