//! Separation: the step out of triage, once every finding is marked and the familial part has a name.
//! Must not know: relatives, consents or letters.

use super::{
    additional::Additional,
    finding::{Finding, Mark, findings_of},
    release,
    state::{ResultCommand, ResultState, TestResult, result_change, result_move, result_row},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    error::{Error, Result},
};
use kinward_family::{
    condition::Condition,
    fact::{Inheritance, TestCode},
};

/// What staff choose for the familial part: a row of the condition table, how it is inherited, and the test relatives need.
#[derive(Debug, Clone, Default)]
pub struct FamilialNaming {
    pub condition: Option<String>,
    pub inheritance: Option<String>,
    pub test_code: Option<String>,
    /// The test was not done for it.
    pub additional: bool,
}

/// Takes a result out of triage.
///
/// # Errors
/// A finding that is still unmarked; a familial part without condition, inheritance or test.
pub fn result_separate(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    naming: FamilialNaming,
) -> Result<ResultState> {
    let findings = findings_of(act.conn(), proof, result.id)?;
    let unmarked = findings.iter().filter(|finding| finding.words.mark.is_none()).count();
    if unmarked > 0 {
        return Err(Error::not_now(format!(
            "{unmarked} of {} findings are not marked yet. Mark each as familial, personal or uncertain first.",
            findings.len()
        )));
    }
    let familial = findings.iter().filter(|finding| finding.words.mark == Some(Mark::Familial)).count();
    act.record(
        Deed::ResultSeparated,
        ("result", result.id.as_str()),
        Some(proof.family()),
        &format!("{familial} familial of {}", findings.len()),
    )?;
    if familial == 0 {
        return result_move(act, result.standing(), ResultCommand::SeparateNothing);
    }
    if release::familial_variants(&findings).next().is_none() {
        return Err(Error::not_now(
            "Something is marked familial, but no variant with a name. Mark the variant that relatives would be tested for.",
        ));
    }
    let named = |text: Option<String>, field: &str, what: &str| {
        text.ok_or_else(|| {
            Error::bad_input(format!("Choose {what} for the familial part. Nothing was changed.")).at(field)
        })
    };
    let condition = named(naming.condition, "condition", "a condition")?;
    let inheritance = named(naming.inheritance, "inheritance", "how it is inherited")?;
    let test_code = named(naming.test_code, "test_code", "the test for relatives")?;
    let chosen = Condition::by_key(&condition).ok_or_else(|| {
        Error::bad_input("This condition is not in the table. Choose one that is.").at("condition")
    })?;
    fits_gene(chosen, &findings)?;
    inheritance
        .parse::<Inheritance>()
        .map_err(|_| Error::bad_input("Choose one of the listed kinds of inheritance.").at("inheritance"))?;
    TestCode::parse(&test_code).map_err(|e| Error::bad_input(e.to_string()).at("test_code"))?;
    result_change(act, proof, result.id, |about| {
        about.condition_key = Some(condition);
        about.inheritance = Some(inheritance);
        about.test_code = Some(test_code);
        about.additional = naming.additional.then(Additional::default);
    })?;
    // The door is tried now, so that a fact that could never pass is found here and not at the first letter.
    let named_result = result_row(act.conn(), proof, result.id)?;
    release::fact_from(&named_result, &findings)?;
    result_move(act, result.standing(), ResultCommand::SeparateFamilial)
}
/// A letter would tell a relative of another illness than their family's. A gene that the table does not know fits any.
fn fits_gene(chosen: Condition, findings: &[Finding]) -> Result<()> {
    let genes = release::familial_variants(findings).filter_map(|finding| finding.words.gene.as_deref());
    for gene in genes {
        let known = Condition::for_gene(gene);
        if !known.is_empty() && known.iter().all(|condition| condition.key() != chosen.key()) {
            let names: Vec<&str> = known.iter().map(|condition| condition.staff_name()).collect();
            return Err(Error::bad_input(format!(
                "{} is not a condition of {gene} in the table: that is {}. Choose it, or look at the marks again. Nothing was changed.",
                chosen.staff_name(),
                names.join(", or ")
            ))
            .at("condition"));
        }
    }
    Ok(())
}
