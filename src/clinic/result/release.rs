//! THE ONE DOOR from personal to familial: a finding marked familial becomes a `FamilialFact`, for one relative, at one
//! level, on a recorded basis, with its audit line in the same transaction. Must not know: letters, or who will read them.

use super::{
    finding::{self, Finding, Mark},
    state::{ResultState, TestResult},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::sharing::basis::Basis,
    db::UtcTime,
    error::{Error, Result},
    ids::{FamilyId, ReleaseId, ResultId, ServiceId, StaffId, TaskId},
};
use diesel::prelude::*;
use kinward_family::{
    condition::Condition,
    disclosure::{Disclosure, Level},
    fact::{Classification, FamilialFact, Gene, Inheritance, TestCode, VariantName},
};

diesel::table! {
    releases (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        result_id -> Text,
        level -> Text,
        basis -> Text,
        basis_id -> Text,
        fact_json -> Nullable<Text>,
        by_staff -> Text,
        at -> Timestamp,
    }
}

/// One passage through the door, as stored. It names no person.
#[derive(Insertable, Queryable)]
#[diesel(table_name = releases)]
struct Release {
    id: ReleaseId,
    service_id: ServiceId,
    family_id: FamilyId,
    task_id: TaskId,
    result_id: ResultId,
    level: String,
    basis: String,
    basis_id: String,
    fact_json: Option<String>,
    by_staff: StaffId,
    at: UtcTime,
}

/// Takes through the door what `level` allows, for one relative.
///
/// # Errors
/// No basis for this level; a result that is not active; findings that cannot be a fact (which, and what to do).
pub fn fact_release(
    act: &mut Act<'_>,
    proof: InFamily,
    result: &TestResult,
    task: TaskId,
    level: Level,
    basis: &Basis,
) -> Result<(ReleaseId, Disclosure)> {
    if result.state != ResultState::Active {
        return Err(Error::not_now("This result is not one that relatives may be written to about now."));
    }
    if level > basis.level {
        return Err(Error::not_now(format!(
            "What stands on record allows level {} at most. Choose that or record a wider agreement.",
            basis.level.as_str()
        )));
    }
    let disclosure = match level {
        Level::L0 => Disclosure::ContactUs,
        Level::L1 => Disclosure::ConditionClass(fact_of(act, proof, result)?),
        Level::L2 => Disclosure::Variant(fact_of(act, proof, result)?),
        Level::L3 => {
            return Err(Error::not_now(
                "Letters that name the proband cannot be made yet. Choose level L2 or lower.",
            ));
        }
    };
    let release = Release {
        id: ReleaseId::new(act.chance()),
        service_id: act.service,
        family_id: proof.family(),
        task_id: task,
        result_id: result.id,
        level: level.as_str().to_owned(),
        basis: basis.kind.as_str().to_owned(),
        basis_id: basis.id.clone(),
        fact_json: disclosure.fact().map(fact_json),
        by_staff: proof.staff(),
        at: act.at,
    };
    diesel::insert_into(releases::table).values(&release).execute(act.conn())?;
    act.record(Deed::FactReleased, ("release", release.id.as_str()), Some(proof.family()), level.as_str())?;
    Ok((release.id, disclosure))
}

/// A fact as the register of releases keeps it.
fn fact_json(fact: &FamilialFact) -> String {
    serde_json::json!({
        "condition": fact.condition().key(),
        "condition_table": fact.condition().table_version(),
        "gene": fact.gene().as_str(),
        "variants": fact.variants().iter().map(VariantName::as_str).collect::<Vec<_>>(),
        "classification": fact.classification().as_str(),
        "inheritance": fact.inheritance().as_str(),
        "test_code": fact.test_code().as_str(),
    })
    .to_string()
}

/// All that a relative could ever be told of this result: for the preview beside the findings. Releases nothing.
pub fn fact_preview(act: &mut Act<'_>, proof: InFamily, result: &TestResult) -> Result<FamilialFact> {
    fact_of(act, proof, result)
}

fn fact_of(act: &mut Act<'_>, proof: InFamily, result: &TestResult) -> Result<FamilialFact> {
    let findings = finding::findings_of(act.conn(), proof.service(), result.id)?;
    fact_from(result, &findings)
}

/// The mapping itself: from the rows marked familial to closed types. Nothing else of a finding has a way through.
pub(super) fn fact_from(result: &TestResult, findings: &[Finding]) -> Result<FamilialFact> {
    let missing =
        |what: &str| Error::not_now(format!("{what} was not chosen when the findings were separated."));
    let condition = result
        .condition_key
        .as_deref()
        .and_then(Condition::by_key)
        .ok_or_else(|| missing("The condition"))?;
    let inheritance: Inheritance = result
        .inheritance
        .as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| missing("The inheritance"))?;
    let test_code = result
        .test_code
        .as_deref()
        .and_then(|text| TestCode::parse(text).ok())
        .ok_or_else(|| missing("The test for relatives"))?;
    let variants: Vec<&Finding> = familial_variants(findings).collect();
    let gene = variants.iter().find_map(|finding| finding.gene.as_deref()).ok_or_else(|| {
        Error::not_now("No finding marked familial names a gene. Mark the variant, or write at level L0.")
    })?;
    if variants.iter().any(|finding| finding.gene.as_deref().is_some_and(|other| other != gene)) {
        return Err(Error::not_now(
            "The findings marked familial are of several genes. Keep one gene to a letter.",
        ));
    }
    let names = variants
        .iter()
        .filter_map(|finding| finding.hgvs_c.as_deref())
        .map(VariantName::parse)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(refused)?;
    FamilialFact::new(
        condition,
        Gene::parse(gene).map_err(refused)?,
        names,
        classification(&variants)?,
        inheritance,
        test_code,
    )
    .map_err(refused)
}

fn refused(problem: kinward_family::fact::BadFact) -> Error {
    Error::not_now(format!("What was marked familial cannot stand in a letter: {problem}"))
}

/// Findings marked familial that are variants with a name: implications and genotypes say nothing a relative's test needs.
pub(super) fn familial_variants(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|f| f.mark == Some(Mark::Familial) && f.kind == "variant" && f.hgvs_c.is_some())
}

/// The weakest of what the laboratory said; where it gave no class, marking it familial counts as likely pathogenic.
fn classification(variants: &[&Finding]) -> Result<Classification> {
    let mut weakest = Classification::Pathogenic;
    for finding in variants {
        match finding.significance.as_deref() {
            Some("pathogenic") => {}
            Some("likely_pathogenic") | None => weakest = Classification::LikelyPathogenic,
            Some(_) => {
                return Err(Error::not_now(
                    "A finding marked familial is not classed as pathogenic or likely pathogenic. Relatives are not written to about it.",
                ));
            }
        }
    }
    Ok(weakest)
}
