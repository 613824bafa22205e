//! Beside the findings: all that a relative could ever be told of a result, at each level, or what is missing for it;
//! and the choices that separate the familial part. Must not know: any relative, or a finding not marked familial.

use crate::{
    access::{Choice, InFamily},
    audit::Act,
    clinic::result::{
        finding::{Finding, Mark},
        release,
        state::{ResultState, TestResult},
    },
    error::{Result, Trouble},
};
use kinward_family::{
    condition::{Cell, Condition},
    disclosure::Level,
    fact::{FamilialFact, Inheritance, VariantName},
    language::Language,
};
use serde::Serialize;

/// All that a relative could ever be told.
#[derive(Serialize)]
pub(super) struct Preview {
    /// Gene and variants as they stand marked now, also before anything is separated.
    gene: Option<String>,
    variants: Vec<String>,
    missing: Vec<String>,
    levels: Vec<AtLevel>,
}

/// What one level tells, each line one thing.
#[derive(Serialize)]
struct AtLevel {
    level: &'static str,
    meaning: &'static str,
    tells: Vec<String>,
}

impl Preview {
    pub(super) fn of(
        act: &mut Act<'_>,
        proof: &InFamily,
        result: &TestResult,
        findings: &[Finding],
    ) -> Result<Self> {
        let marked: Vec<&Finding> = release::familial_variants(findings).collect();
        let (fact, missing) = match result.state {
            ResultState::Triage | ResultState::TriageAmended => (None, missing_before(findings, &marked)),
            ResultState::NothingFamilial => (
                None,
                vec!["No finding of this result is familial: relatives are told nothing of it.".into()],
            ),
            ResultState::Discuss
            | ResultState::Pedigree
            | ResultState::CheckAgain
            | ResultState::Active
            | ResultState::Widened
            | ResultState::Review
            | ResultState::Closed
            | ResultState::Superseded => match release::fact_preview(act, proof, result) {
                Ok(fact) => (Some(fact), vec![]),
                Err(problem) if problem.trouble() == Trouble::NotNow => {
                    (None, vec![problem.public().to_owned()])
                }
                Err(problem) => return Err(problem),
            },
        };
        Ok(Self {
            gene: marked.iter().find_map(|finding| finding.words.gene.clone()),
            variants: marked.iter().filter_map(|finding| finding.words.hgvs_c.clone()).collect(),
            missing,
            levels: fact.map(|fact| levels(&fact)).unwrap_or_default(),
        })
    }
}

/// What still stands between triage and the door.
fn missing_before(findings: &[Finding], marked: &[&Finding]) -> Vec<String> {
    let mut missing = Vec::new();
    let unmarked = findings.iter().filter(|finding| finding.words.mark.is_none()).count();
    if unmarked > 0 {
        missing.push(format!("{unmarked} of {} findings are not marked yet.", findings.len()));
    }
    let familial = findings.iter().any(|finding| finding.words.mark == Some(Mark::Familial));
    match (marked.is_empty(), familial) {
        (true, true) => missing
            .push("What is marked familial is not a variant with a name. Mark the variant, too.".into()),
        (true, false) => missing.push("Nothing is marked familial: relatives would be told nothing.".into()),
        (false, _) => missing
            .push("The condition, how it is inherited and the test for relatives are not chosen yet.".into()),
    }
    missing
}

fn levels(fact: &FamilialFact) -> Vec<AtLevel> {
    let condition = fact.condition();
    let plain: Vec<String> = [
        condition.plain_name(Language::English).map(|name| format!("The gene change is linked to {name}.")),
        condition.what_it_can_mean(Language::English).map(str::to_owned),
        condition.children(Language::English).map(str::to_owned),
    ]
    .into_iter()
    .flatten()
    .collect();
    let variants = fact.variants().iter().map(VariantName::as_str).collect::<Vec<_>>().join(", ");
    let exact = [
        format!("Condition: {}", condition.staff_name()),
        format!("Gene: {}", fact.gene().as_str()),
        format!("Variant: {variants}"),
        format!("Classification: {}", fact.classification().name()),
        format!("Inheritance: {}", fact.inheritance().name()),
        format!("Test code: {}", fact.test_code().as_str()),
    ];
    [Level::L0, Level::L1, Level::L2]
        .into_iter()
        .map(|level| AtLevel {
            level: level.as_str(),
            meaning: level.plain(),
            tells: match level {
                Level::L0 => vec![],
                Level::L1 => plain.clone(),
                Level::L2 | Level::L3 if plain.is_empty() => exact.to_vec(),
                Level::L2 | Level::L3 => {
                    std::iter::once("All that L1 tells.".to_owned()).chain(exact.clone()).collect()
                }
            },
        })
        .collect()
}

/// The form that takes a result out of triage.
#[derive(Serialize)]
pub(super) struct Separation {
    gene: Option<String>,
    for_gene: Vec<Row>,
    others: Vec<Row>,
    inheritances: Vec<Choice>,
    test_code: Option<String>,
}

/// A row of the condition table, with what no source stands behind.
#[derive(Serialize)]
struct Row {
    key: &'static str,
    name: &'static str,
    inheritance: &'static str,
    test_code: &'static str,
    note: &'static str,
    chosen: bool,
    unverified: String,
}

impl Separation {
    /// The form, for a result in triage. One condition that fits the gene is chosen beforehand; of several, none is.
    pub(super) fn of(result: &TestResult, findings: &[Finding]) -> Option<Self> {
        match result.state {
            ResultState::Triage | ResultState::TriageAmended => {}
            ResultState::Discuss
            | ResultState::Pedigree
            | ResultState::CheckAgain
            | ResultState::Active
            | ResultState::Widened
            | ResultState::Review
            | ResultState::Closed
            | ResultState::NothingFamilial
            | ResultState::Superseded => return None,
        }
        let suggested = |f: &&Finding| {
            f.words.mark.unwrap_or(f.words.suggestion) == Mark::Familial && f.words.gene.is_some()
        };
        let gene = release::familial_variants(findings)
            .next()
            .or_else(|| findings.iter().find(suggested))
            .and_then(|finding| finding.words.gene.clone());
        let fitting = gene.as_deref().map(Condition::for_gene).unwrap_or_default();
        let only = match fitting.as_slice() {
            [one] => Some(*one),
            [] | [_, ..] => None,
        };
        let row = |condition: &Condition| Row::of(*condition, only == Some(*condition));
        Some(Self {
            for_gene: fitting.iter().map(row).collect(),
            others: Condition::all().iter().filter(|c| !fitting.contains(c)).map(row).collect(),
            inheritances: Inheritance::ALL
                .into_iter()
                .map(|kind| {
                    let usual = only.is_some_and(|condition| condition.inheritance() == kind);
                    Choice::of(kind.as_str(), kind.name()).chosen(usual)
                })
                .collect(),
            test_code: only.map(|condition| condition.relative_test_code().as_str().to_owned()),
            gene,
        })
    }
}

impl Row {
    fn of(condition: Condition, chosen: bool) -> Self {
        Self {
            key: condition.key(),
            name: condition.staff_name(),
            inheritance: condition.inheritance().name(),
            test_code: condition.relative_test_code().as_str(),
            note: condition.note(),
            chosen,
            unverified: condition.unverified().into_iter().map(Cell::name).collect::<Vec<_>>().join(", "),
        }
    }
}
