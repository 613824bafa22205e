//! THE ONE DOOR from personal to familial: a finding marked familial becomes a `FamilialFact`, for one relative, at one
//! level, on a recorded basis, with its audit line in the same transaction. Must not know: letters, or who will read them.

use super::{
    finding::{self, Finding, Mark, Words},
    report::{SourceClass, hgvs},
    state::{ResultState, TestResult, result_version},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::sharing::{
        basis::{Basis, BasisKind},
        consent::named_index,
    },
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, ReleaseId, ResultId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_family::{
    condition::Condition,
    disclosure::{Disclosure, Level},
    fact::{
        Biallelic, Build, Classification, ClassifiedOn, FamilialFact, Gene, GenomicName, Inheritance,
        ProteinName, TestCode, VariantDetail, VariantName,
    },
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
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
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
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Told>,
}

/// The fact that passed, as the register keeps it; nothing at the level that tells nothing.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Told(#[n(0)] Option<String>);
content!(F at "releases.sealed" holds Told);

/// Takes through the door what `level` allows, for one relative.
///
/// # Errors
/// No basis for this level; a result that is not active; findings that cannot be a fact (which, and what to do).
pub fn fact_release(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    task: TaskId,
    level: Level,
    basis: &Basis,
) -> Result<(ReleaseId, Disclosure)> {
    if !is_open(result.state, basis.kind) {
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
            let named = named_index(act, proof, task, result.person_id)?;
            Disclosure::Named(fact_of(act, proof, result)?, named)
        }
    };
    let id = ReleaseId::new(act.chance());
    let told = Told(disclosure.fact().map(fact_json));
    let release = Release {
        id,
        service_id: act.service,
        family_id: proof.family(),
        task_id: task,
        result_id: result.id,
        level: level.as_str().to_owned(),
        basis: basis.kind.as_str().to_owned(),
        basis_id: basis.id.clone(),
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &told)?,
    };
    diesel::insert_into(releases::table).values(&release).execute(act.conn())?;
    act.record(Deed::FactReleased, ("release", release.id.as_str()), Some(proof.family()), level.as_str())?;
    Ok((release.id, disclosure))
}

/// Whether a result is one that may be told of on this basis. Somebody's own result is theirs also once all the others are
/// settled; a wish tells nothing.
fn is_open(state: ResultState, basis: BasisKind) -> bool {
    match state {
        ResultState::Active | ResultState::Widened => true,
        ResultState::Review | ResultState::Closed => {
            basis == BasisKind::OwnResult || basis == BasisKind::Wish
        }
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::Pedigree
        | ResultState::CheckAgain
        | ResultState::NothingFamilial
        | ResultState::Superseded => basis == BasisKind::Wish,
    }
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
pub fn fact_preview(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<FamilialFact> {
    fact_of(act, proof, result)
}

fn fact_of(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<FamilialFact> {
    let findings = finding::findings_of(act.conn(), proof, result.id)?;
    let version = result_version(act.conn(), proof.service(), result)?;
    fact_at(result, &findings, version)
}

/// The mapping itself: from the rows marked familial to closed types. Nothing else of a finding has a way through.
pub(super) fn fact_from(result: &TestResult, findings: &[Finding]) -> Result<FamilialFact> {
    fact_at(result, findings, 1)
}

/// `version` counts the laboratory's reports under one number: 1, and one more for each amended one.
fn fact_at(result: &TestResult, findings: &[Finding], version: u16) -> Result<FamilialFact> {
    let missing =
        |what: &str| Error::not_now(format!("{what} was not chosen when the findings were separated."));
    let about = &result.about;
    let condition =
        about.condition_key.as_deref().and_then(Condition::by_key).ok_or_else(|| missing("The condition"))?;
    let inheritance: Inheritance = about
        .inheritance
        .as_deref()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| missing("The inheritance"))?;
    let test_code = about
        .test_code
        .as_deref()
        .and_then(|text| TestCode::parse(text).ok())
        .ok_or_else(|| missing("The test for relatives"))?;
    let variants: Vec<&Finding> = familial_variants(findings).collect();
    let gene = variants.iter().find_map(|finding| finding.words.gene.as_deref()).ok_or_else(|| {
        Error::not_now("No finding marked familial names a gene. Mark the variant, or write at level L0.")
    })?;
    if variants.iter().any(|finding| finding.words.gene.as_deref().is_some_and(|other| other != gene)) {
        return Err(Error::not_now(
            "The findings marked familial are of several genes. Keep one gene to a letter.",
        ));
    }
    if variants.iter().any(|finding| finding.words.source_class == SourceClass::Somatic.as_str()) {
        return Err(Error::not_now(
            "A finding marked familial is somatic: it is in the tumour and relatives do not inherit it. Mark it personal; \
             only a test of the proband's blood can show that it is inherited.",
        ));
    }
    for finding in &variants {
        finding::name_is_valid(&finding.words)?;
    }
    let names = variants
        .iter()
        .filter_map(|finding| finding.words.hgvs_c.as_deref())
        .map(VariantName::parse)
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(refused)?;
    let classified = result.about.issued.as_deref().and_then(|day| ClassifiedOn::parse(day, version).ok());
    FamilialFact::new(
        condition,
        Gene::parse(gene).map_err(refused)?,
        names,
        classification(&variants)?,
        inheritance,
        test_code,
    )
    .and_then(|fact| fact.detailed(details(&variants), classified, biallelic(&variants)))
    .map_err(refused)
}

/// The other names of each variant; what is not valid, or does not fit its closed type, stays behind.
fn details(variants: &[&Finding]) -> Vec<VariantDetail> {
    let detail = |finding: &&Finding| {
        let words = &finding.words;
        let genomic = words.hgvs_g.as_deref().map(genomic_name);
        VariantDetail {
            protein: words.hgvs_p.as_deref().and_then(|name| protein_name(name).ok()),
            // A build says what coordinates count on: without those that were left out it says nothing.
            build: words.build.as_deref().filter(|_| !matches!(genomic, Some(Err(_)))).and_then(Build::parse),
            genomic: genomic.and_then(std::result::Result::ok),
        }
    };
    variants.iter().map(detail).collect()
}

/// What each passage through the door for a task rested on: the consent's or decision's id.
pub fn bases_of(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<(ReleaseId, String)>> {
    Ok(releases::table
        .filter(releases::service_id.eq(proof.service()))
        .filter(releases::task_id.eq(task))
        .select((releases::id, releases::basis_id))
        .load(conn)?)
}

/// What one passage rested on: the id of a consent, a decision, a relative's own result or a wish.
pub(in crate::clinic) fn release_basis(conn: &mut Conn, service: ServiceId, id: ReleaseId) -> Result<String> {
    Ok(releases::table
        .filter(releases::service_id.eq(service))
        .filter(releases::id.eq(id))
        .select(releases::basis_id)
        .first(conn)?)
}

/// How many copies of the proband's gene have a variant that is marked familial.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    Both,
    One,
    /// The report does not say whether the other copy has it, too.
    OneAtLeast,
}

/// What the proband's own report says of copies: relatives' chances rest on it.
pub fn proband_copies(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Copies> {
    let findings = finding::findings_of(conn, proof, result)?;
    let variants: Vec<&Finding> = familial_variants(&findings).collect();
    let said = |one: &&&Finding| one.words.zygosity.as_deref() == Some("heterozygous");
    Ok(match (biallelic(&variants), variants.iter().find(said)) {
        (Some(_), _) => Copies::Both,
        (None, Some(_)) => Copies::One,
        (None, None) => Copies::OneAtLeast,
    })
}

/// Why a name is left out of what is told.
type LeftOut = String;

const NO_FIT: &str = "it is longer or other than what a certificate can hold";

fn protein_name(name: &str) -> std::result::Result<ProteinName, LeftOut> {
    hgvs::check_protein(name).map_err(|problem| problem.to_string())?;
    ProteinName::parse(name).map_err(|_| NO_FIT.to_owned())
}

fn genomic_name(name: &str) -> std::result::Result<GenomicName, LeftOut> {
    hgvs::check(name).map_err(|problem| problem.to_string())?;
    GenomicName::parse(name).map_err(|_| NO_FIT.to_owned())
}

/// Which of a variant's other names are left out of the fact and of certificates, with position and reason, as staff read
/// it. They are kept as they were received, and hold nothing up: a relative's laboratory tests by the coding name.
pub(super) fn left_out(words: &Words) -> Vec<String> {
    let names = [
        (
            "protein",
            words.hgvs_p.as_deref(),
            words.hgvs_p.as_deref().and_then(|name| protein_name(name).err()),
        ),
        (
            "genomic",
            words.hgvs_g.as_deref(),
            words.hgvs_g.as_deref().and_then(|name| genomic_name(name).err()),
        ),
    ];
    names
        .into_iter()
        .filter_map(|(kind, name, why)| Some(format!("The {kind} name {}: {}.", name?, why?)))
        .collect()
}

/// What recessive inheritance needs of zygosity; for any other the fact drops it.
fn biallelic(variants: &[&Finding]) -> Option<Biallelic> {
    match variants {
        [] => None,
        [only] => (only.words.zygosity.as_deref() == Some("homozygous")).then_some(Biallelic::SameVariant),
        [_, _, ..] => Some(Biallelic::DifferentVariants),
    }
}

fn refused(problem: kinward_family::fact::BadFact) -> Error {
    Error::not_now(format!("What was marked familial cannot stand in a letter: {problem}"))
}

/// Findings marked familial that are variants with a name: implications and genotypes say nothing a relative's test needs.
pub(super) fn familial_variants(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|f| {
        f.words.mark == Some(Mark::Familial) && f.words.kind == "variant" && f.words.hgvs_c.is_some()
    })
}

/// The weakest of what the laboratory said; where it gave no class, marking it familial counts as likely pathogenic.
fn classification(variants: &[&Finding]) -> Result<Classification> {
    let mut weakest = Classification::Pathogenic;
    for finding in variants {
        match finding.words.significance.as_deref() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::result::{finding::Words, state::About};
    use crate::{
        clock::{Chance, SeededChance},
        db::UtcDate,
        ids::{FindingId, PersonId, ReportId},
    };

    fn result() -> TestResult {
        let chance: &dyn Chance = &SeededChance::new(1);
        TestResult {
            id: ResultId::new(chance),
            service_id: ServiceId::new(chance),
            family_id: FamilyId::new(chance),
            person_id: PersonId::new(chance),
            report_id: ReportId::new(chance),
            received_at: UtcTime::from_utc(chrono::NaiveDateTime::default()),
            state: ResultState::Active,
            supersedes_id: None,
            about: About {
                lab: Some("a laboratory".into()),
                report_identifier: None,
                report_status: "final".into(),
                issued: None,
                conclusion: Some("personal words of a conclusion".into()),
                condition_key: Some("breast_ovarian".into()),
                inheritance: Some("autosomal_dominant".into()),
                test_code: Some("R242".into()),
                told_on: UtcDate::new(2026, 11, 1),
                at_risk_checked_at: None,
                additional: None,
            },
        }
    }

    fn finding(mark: Mark, gene: &str, name: &str, significance: Option<&str>) -> Finding {
        let chance: &dyn Chance = &SeededChance::new(2);
        Finding {
            id: FindingId::new(chance),
            words: Words {
                position: 0,
                kind: "variant".into(),
                summary: "personal words of a summary".into(),
                gene: Some(gene.into()),
                hgvs_c: Some(name.into()),
                hgvs_p: None,
                zygosity: Some("heterozygous".into()),
                source_class: "germline".into(),
                significance: significance.map(str::to_owned),
                condition: Some("personal words of a condition".into()),
                not_understood: String::new(),
                json: "{\"note\":\"personal words of a note\"}".into(),
                suggestion: mark,
                suggestion_why: String::new(),
                mark: Some(mark),
                marked_by: None,
                marked_at: None,
                mark_why: None,
                hgvs_g: None,
                build: None,
            },
        }
    }

    const BRCA2: &str = "NM_000059.4:c.5946del";

    #[test]
    fn only_closed_facts_of_the_familial_variant_pass() {
        let familial = finding(Mark::Familial, "BRCA2", BRCA2, Some("pathogenic"));
        let personal = finding(Mark::Personal, "DPYD", "NM_000110.4:c.1905+1G>A", Some("pathogenic"));
        let fact = fact_from(&result(), &[familial, personal]).unwrap();
        assert_eq!(
            fact_json(&fact),
            format!(
                "{{\"classification\":\"pathogenic\",\"condition\":\"breast_ovarian\",\"condition_table\":\"{}\",\"gene\":\"BRCA2\",\"inheritance\":\"autosomal_dominant\",\"test_code\":\"R242\",\"variants\":[\"{BRCA2}\"]}}",
                fact.condition().table_version()
            )
        );
    }

    #[test]
    fn what_cannot_be_a_fact_stays_behind_the_door() {
        let familial =
            |gene: &str, name: &str, class: Option<&str>| finding(Mark::Familial, gene, name, class);
        let unnamed = TestResult { about: About { condition_key: None, ..result().about }, ..result() };
        let cases = [
            (result(), vec![]),
            (result(), vec![finding(Mark::Personal, "BRCA2", BRCA2, Some("pathogenic"))]),
            (result(), vec![finding(Mark::Uncertain, "BRCA2", BRCA2, Some("pathogenic"))]),
            (result(), vec![familial("BRCA2", BRCA2, Some("uncertain"))]),
            (result(), vec![familial("BRCA2", BRCA2, Some("benign"))]),
            (result(), vec![familial("BRCA2", "a sentence about the patient", Some("pathogenic"))]),
            (result(), vec![familial("BRCA2", "NM_000059.4:c.5948_5946del", Some("pathogenic"))]),
            (result(), vec![familial("Mary was ill", BRCA2, Some("pathogenic"))]),
            (
                result(),
                vec![
                    familial("BRCA2", BRCA2, Some("pathogenic")),
                    familial("MLH1", "NM_000249.4:c.350C>T", Some("pathogenic")),
                ],
            ),
            (unnamed, vec![familial("BRCA2", BRCA2, Some("pathogenic"))]),
        ];
        for (place, (result, findings)) in cases.iter().enumerate() {
            assert!(fact_from(result, findings).is_err(), "case {place}");
        }
    }

    #[test]
    fn zygosity_passes_only_where_recessive_inheritance_needs_it() {
        let mut twice = finding(Mark::Familial, "NMNAT1", "NM_022787.3:c.769G>A", Some("pathogenic"));
        twice.words.zygosity = Some("homozygous".into());
        let other = finding(Mark::Familial, "NMNAT1", "NM_022787.3:c.53A>G", Some("pathogenic"));
        let of = |inheritance: &str, findings: &[Finding]| {
            let mut result = result();
            result.about.inheritance = Some(inheritance.into());
            fact_from(&result, findings).unwrap().biallelic()
        };
        let recessive = "autosomal_recessive";
        assert_eq!(of(recessive, std::slice::from_ref(&twice)), Some(Biallelic::SameVariant));
        assert_eq!(of(recessive, std::slice::from_ref(&other)), None);
        assert_eq!(of(recessive, &[twice.clone(), other]), Some(Biallelic::DifferentVariants));
        assert_eq!(of("autosomal_dominant", &[twice]), None);
    }

    #[test]
    fn the_weaker_class_is_told() {
        let certain = finding(Mark::Familial, "NMNAT1", "NM_022787.3:c.769G>A", Some("pathogenic"));
        let likely = finding(Mark::Familial, "NMNAT1", "NM_022787.3:c.53A>G", None);
        let fact = fact_from(&result(), &[certain, likely]).unwrap();
        assert_eq!(fact.classification(), Classification::LikelyPathogenic);
        assert_eq!(fact.variants().len(), 2);
    }
}
