//! What a research project gets of decisions: a row each, under the project's own pseudonyms, without a word, a name or an id
//! of ours. It is de-identified, with residual risk, and never called anonymous. Must not know: where it is written.

use super::{
    executed::{Executed, executed},
    month::Month,
    opened::{Said, Weighing, said, weighings},
};
use crate::{
    audit::{Act, Deed},
    clinic::sharing::decision::{Grade, Model, Outcome},
    error::Result,
    ids::TaskId,
    keys::project::ProjectKey,
};
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One decision. The schema beside it says what each field means.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub family: String,
    pub decision: String,
    /// "2026-03", or "2026" where the month alone would stand out.
    pub period: String,
    pub outcome: Outcome,
    pub model: Model,
    pub level: &'static str,
    pub reasons: Vec<String>,
    pub code_system: String,
    pub policy_pack: String,
    pub policy_version: String,
    pub harm_if_not_shared: Option<Grade>,
    pub harm_if_shared: Option<Grade>,
    /// None where it would stand out.
    pub degree: Option<i32>,
    pub refusal: Refused,
    pub executed: Executed,
}

crate::db::closed! {
    /// What the proband had said when it was decided.
    pub enum Refused { Informed = "informed", Uninformed = "uninformed", NoRefusal = "no_refusal" }
}

/// The rows, and what had to be made coarser.
pub struct Extract {
    pub rows: Vec<Row>,
    /// Rows whose month became a year.
    pub coarser: usize,
    /// Of these, rows that lost the degree as well.
    pub without_degree: usize,
    /// Rows that still share month, level, outcome and degree with too few.
    pub still_rare: usize,
    pub least_alike: usize,
}

/// Every decision of the service as a row, in an order that says nothing.
pub fn extract_make(act: &mut Act<'_>, key: &ProjectKey) -> Result<Extract> {
    let this = Month::of(act.at.date());
    // A hundred years: all there are.
    let decided = weighings(act, this.earlier(1200), this)?;
    let came = executed(act, &decided)?;
    let mut tasks: Vec<TaskId> = decided.iter().map(|one| one.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    let mut stances: BTreeMap<TaskId, Vec<Said>> = BTreeMap::new();
    for one in said(act, &tasks)? {
        stances.entry(one.task).or_default().push(one);
    }
    let mut rows: Vec<(Row, Month)> = decided
        .into_iter()
        .zip(came)
        .map(|(one, (executed, degree))| {
            let refusal = refused(stances.get(&one.task).map_or(&[], Vec::as_slice), &one);
            let month = one.month;
            (row(key, one, executed, degree, refusal), month)
        })
        .collect();
    rows.sort_by(|one, other| one.0.decision.cmp(&other.0.decision));
    let extract = coarsened(rows, act.policy().learning.extract_least_alike);
    let note = format!("{}, {} decisions", key.project(), extract.rows.len());
    let service = act.service;
    act.record(Deed::ExtractMade, ("service", service.as_str()), None, &note)?;
    Ok(extract)
}

/// What stood when it was decided: the last stance before it.
fn refused(stances: &[Said], decided: &Weighing) -> Refused {
    match stances.iter().rev().find(|one| one.seq < decided.seq).and_then(|one| one.informed) {
        Some(true) => Refused::Informed,
        Some(false) => Refused::Uninformed,
        None => Refused::NoRefusal,
    }
}

fn row(key: &ProjectKey, one: Weighing, executed: Executed, degree: Option<i32>, refusal: Refused) -> Row {
    Row {
        family: key.pseudonym("family", one.family.as_str()),
        decision: key.pseudonym("decision", one.decision.as_str()),
        period: one.month.to_string(),
        outcome: one.outcome,
        model: one.model,
        level: one.level.as_str(),
        reasons: one.codes,
        code_system: one.reason_codes_version,
        policy_pack: one.policy_pack,
        policy_version: one.policy_version,
        harm_if_not_shared: one.not_shared,
        harm_if_shared: one.shared,
        degree,
        refusal,
        executed,
    }
}

/// What rows are compared by: who knows these of somebody could look for their row.
type Alike = (String, &'static str, Outcome, Option<i32>);

fn alike(rows: &[(Row, Month)]) -> BTreeMap<Alike, usize> {
    let mut counts = BTreeMap::new();
    for (row, _) in rows {
        *counts.entry(key_of(row)).or_insert(0) += 1;
    }
    counts
}

fn key_of(row: &Row) -> Alike {
    (row.period.clone(), row.level, row.outcome, row.degree)
}

/// Where fewer than `least` rows are alike, their month becomes a year, and if that is not enough the degree goes.
fn coarsened(mut rows: Vec<(Row, Month)>, least: usize) -> Extract {
    let rare =
        |counts: &BTreeMap<Alike, usize>, row: &Row| counts.get(&key_of(row)).is_none_or(|n| *n < least);
    let counts = alike(&rows);
    let mut coarser = 0;
    for (row, month) in rows.iter_mut().filter(|(row, _)| rare(&counts, row)) {
        row.period = format!("{:04}", month.year());
        coarser += 1;
    }
    let counts = alike(&rows);
    let mut without_degree = 0;
    for (row, _) in rows.iter_mut().filter(|(row, _)| rare(&counts, row)) {
        row.degree = None;
        without_degree += 1;
    }
    let counts = alike(&rows);
    let still_rare = rows.iter().filter(|(row, _)| rare(&counts, row)).count();
    let rows = rows.into_iter().map(|(row, _)| row).collect();
    Extract { rows, coarser, without_degree, still_rare, least_alike: least }
}

/// What is said with the rows.
pub fn readme(project: &str, extract: &Extract) -> String {
    let Extract { rows, coarser, without_degree, still_rare, least_alike } = extract;
    format!(
        "Project {project}: {} confidentiality decisions, one JSON object a line (decisions.jsonl), described by \
         decisions.schema.json. De-identified, residual risk: it is not anonymous, and must not be called so. Pseudonyms \
         are keyed by the project's key, which is kept apart from these files; whoever holds both key and database can \
         link them. Month, level, outcome and degree were compared: where fewer than {least_alike} rows were alike, the \
         month became a year ({coarser} rows) and then the degree was left out ({without_degree} rows); {still_rare} rows are \
         still alike with fewer than {least_alike}. Reason codes are of the code system that each row names. The program \
         checks neither approval of the project nor opt-outs: whoever passes this on has.\n",
        rows.len()
    )
}

/// The JSON schema of one row.
pub fn schema(code_system: &str) -> Value {
    let pseudonym = |of: &str| {
        json!({"type": "string", "pattern": "^[0-9a-f]{32}$",
            "description": format!("The project's pseudonym of {of}; without meaning in any other project")})
    };
    let words = |all: Vec<&'static str>, of: &str| json!({"enum": all, "description": of});
    let grade = |of: &str| {
        let mut all: Vec<Value> = Grade::ALL.iter().map(|one| json!(one.as_str())).collect();
        all.push(Value::Null);
        json!({"enum": all, "description": format!("How the harm {of} was graded; null where it was not asked yet")})
    };
    let text = |of: &str| json!({"type": "string", "description": of});
    let properties = json!({
        "family": pseudonym("the family"),
        "decision": pseudonym("the decision"),
        "period": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2})?$",
            "description": "Month of the decision, or its year where the month would stand out"},
        "outcome": words(Outcome::ALL.iter().map(Outcome::as_str).collect(),
            "Whether the familial approach was applied to the relative"),
        "model": words(Model::ALL.iter().map(Model::as_str).collect(),
            "Whose information the professional held the familial part to be"),
        "level": words(Level::ALL.iter().map(|one| one.as_str()).collect(),
            "The most that may be told; for a declined decision, what was considered"),
        "reasons": {"type": "array", "items": {"type": "string", "pattern": "^[A-Z0-9]{2,4}$"}, "uniqueItems": true,
            "description": "Codes of both sides, of the code system that the row names"},
        "code_system": text(&format!("Version of the code system, now {code_system}")),
        "policy_pack": text("The policy pack it was made under"),
        "policy_version": text("The edition of that pack"),
        "harm_if_not_shared": grade("of not sharing"),
        "harm_if_shared": grade("of sharing"),
        "degree": {"type": ["integer", "null"], "minimum": 1,
            "description": "Degree of the relative to the proband; null where it would stand out"},
        "refusal": words(Refused::ALL.iter().map(Refused::as_str).collect(),
            "Whether the proband, when it was decided, had refused, and knew what a refusal is about"),
        "executed": words(Executed::ALL.iter().map(Executed::as_str).collect(),
            "Whether the letter that rests on it left by the day that was named"),
    });
    let required: Vec<String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A confidentiality decision, de-identified, residual risk",
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row_of(place: usize, month: &str, degree: i32) -> (Row, Month) {
        let month: Month = month.parse().unwrap();
        let row = Row {
            family: String::new(),
            decision: format!("{place}"),
            period: month.to_string(),
            outcome: Outcome::Declined,
            model: Model::Individual,
            level: "L1",
            reasons: vec!["RL2".into()],
            code_system: String::new(),
            policy_pack: String::new(),
            policy_version: String::new(),
            harm_if_not_shared: None,
            harm_if_shared: None,
            degree: Some(degree),
            refusal: Refused::NoRefusal,
            executed: Executed::NothingToDo,
        };
        (row, month)
    }

    fn of(months: &[(&str, i32, usize)]) -> Extract {
        let all = months.iter().flat_map(|(month, degree, count)| vec![(*month, *degree); *count]);
        coarsened(all.enumerate().map(|(place, (month, degree))| row_of(place, month, degree)).collect(), 5)
    }

    #[test]
    fn rows_that_five_share_stay_as_they_are() {
        let extract = of(&[("2026-03", 1, 5), ("2026-04", 2, 6)]);
        assert_eq!((extract.coarser, extract.without_degree, extract.still_rare), (0, 0, 0));
        assert!(extract.rows.iter().all(|row| row.period.len() == 7 && row.degree.is_some()));
    }

    #[test]
    fn a_month_that_four_share_becomes_a_year_and_then_the_degree_goes() {
        // Four and three of March and April are seven of the year; two of another degree are still two.
        let extract = of(&[("2026-03", 1, 4), ("2026-04", 1, 3), ("2026-05", 1, 5), ("2026-06", 2, 2)]);
        assert_eq!((extract.coarser, extract.without_degree, extract.still_rare), (9, 2, 2));
        let year = extract.rows.iter().filter(|row| row.period == "2026");
        assert_eq!(year.clone().filter(|row| row.degree == Some(1)).count(), 7);
        assert_eq!(year.filter(|row| row.degree.is_none()).count(), 2);
        assert_eq!(extract.rows.iter().filter(|row| row.period == "2026-05").count(), 5);
        let told = readme("cascade", &extract);
        assert!(
            told.contains("De-identified, residual risk") && told.contains("2 rows are still alike"),
            "{told}"
        );
        assert!(!told.contains('\u{2014}') && told.matches('\n').count() == 1);
    }

    #[test]
    fn the_schema_knows_every_field_and_no_other() {
        let (row, _) = row_of(1, "2026-03", 1);
        let written = serde_json::to_value(&row).unwrap();
        let schema = schema("x");
        let of = |value: &Value| {
            value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(of(&written), of(&schema["properties"]));
        assert_eq!(schema["required"].as_array().unwrap().len(), of(&written).len());
    }
}
