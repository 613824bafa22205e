//! The report: reasons, outcomes, grades and what came of decisions, as numbers that may be shown.
//! Must not know: names, words, or which family a number comes from.

use super::{
    executed::{Executed, executed},
    hiding::{CellId, Hiding, Told},
    month::Month,
    opened::{Weighing, weighings},
    standing::{Standing, standing},
};
use crate::{
    audit::{Act, Deed},
    clinic::sharing::decision::{FirstView, Grade, Outcome},
    error::Result,
    ids::StaffId,
    policy::{Policy, Side},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Two numbers side by side.
#[derive(Debug, Serialize)]
pub struct Pair {
    pub applied: Told,
    pub declined: Told,
}

#[derive(Debug, Serialize)]
pub struct MonthLine {
    pub month: Month,
    pub shown: String,
    pub applied: Told,
    pub declined: Told,
    /// How often a reason for applying was given, and how often one against.
    #[serde(rename = "for")]
    pub for_applying: Told,
    pub against: Told,
}

#[derive(Debug, Serialize)]
pub struct ReasonLine {
    pub code: String,
    pub side: &'static str,
    pub categories: String,
    pub text: String,
    pub given: Told,
}

#[derive(Debug, Serialize)]
pub struct CategoryLine {
    pub category: String,
    pub side: &'static str,
    pub given: Told,
}

#[derive(Debug, Serialize)]
pub struct ProfessionalLine {
    /// "You" or "A colleague": nobody is named, and the order says nothing.
    pub who: String,
    pub applied: Told,
    pub declined: Told,
}

#[derive(Debug, Serialize)]
pub struct GradeLine {
    pub grade: &'static str,
    pub not_shared: Told,
    pub shared: Told,
}

#[derive(Debug, Serialize)]
pub struct ViewLine {
    /// How the outcome stands to what the decider said first.
    pub view: &'static str,
    pub applied: Told,
    pub declined: Told,
}

#[derive(Debug, Serialize)]
pub struct ExecutedLine {
    pub came: Executed,
    pub words: &'static str,
    pub decisions: Told,
}

#[derive(Debug, Serialize)]
pub struct StandingLines {
    pub refused: Told,
    pub undecided: Told,
    pub uninformed: Told,
}

/// All that is shown, and nothing else: what is hidden is not in it.
#[derive(Debug, Serialize)]
pub struct Report {
    pub from: Month,
    pub to: Month,
    pub hide_below: u64,
    pub reason_codes_version: String,
    pub total: Pair,
    pub sides: Vec<CategoryLine>,
    pub months: Vec<MonthLine>,
    pub reasons: Vec<ReasonLine>,
    pub categories: Vec<CategoryLine>,
    pub professionals: Vec<ProfessionalLine>,
    /// Colleagues with fewer decisions than may be shown are not listed.
    pub some_not_listed: bool,
    pub grades: Vec<GradeLine>,
    pub views: Vec<ViewLine>,
    pub executed: Vec<ExecutedLine>,
    pub standing: StandingLines,
}

/// Counts, and puts the reading on the record: one row for the whole service, because nothing of any family is shown.
pub fn report_read(act: &mut Act<'_>, viewer: StaffId, from: Month, to: Month) -> Result<Report> {
    let decided = weighings(act, from, to)?;
    let came: Vec<Executed> = executed(act, &decided)?.into_iter().map(|(came, _)| came).collect();
    let stands = standing(act)?;
    let service = act.service;
    act.record(Deed::MeasuresRead, ("service", service.as_str()), None, &format!("{from} to {to}"))?;
    Ok(counted(act.policy(), viewer, (from, to), &decided, &came, stands))
}

const fn side_words(side: Side) -> &'static str {
    match side {
        Side::For => "for",
        Side::Against => "against",
    }
}

const SIDES: [Side; 2] = [Side::For, Side::Against];
const OUTCOMES: [Outcome; 2] = [Outcome::Applied, Outcome::Declined];

fn grade_words(grade: Option<Grade>) -> &'static str {
    match grade {
        Some(Grade::Slight) => "Slight",
        Some(Grade::Moderate) => "Moderate",
        Some(Grade::Severe) => "Severe",
        Some(Grade::NotKnown) => "Not known",
        None => "Not asked yet (decisions from before)",
    }
}

/// How an outcome stands to the decider's first view, as the report says it.
const VIEWS: [&str; 4] =
    ["As first thought", "The other way", "Undecided at first", "No first view given, or not asked yet"];

const fn view_of(outcome: Outcome, view: Option<FirstView>) -> &'static str {
    let [same, other, undecided, none] = VIEWS;
    match (view, outcome) {
        (Some(FirstView::Apply), Outcome::Applied) | (Some(FirstView::Decline), Outcome::Declined) => same,
        (Some(FirstView::Apply), Outcome::Declined) | (Some(FirstView::Decline), Outcome::Applied) => other,
        (Some(FirstView::Undecided), _) => undecided,
        (None, _) => none,
    }
}

/// A code, its text, categories and side. One that the list has lost is against nothing and for nothing, and says so.
struct Coded {
    code: String,
    text: String,
    categories: Vec<String>,
    side: Option<Side>,
}

fn codes_of(policy: &Policy, decided: &[Weighing]) -> Vec<Coded> {
    let listed = policy.reasons.iter().map(|reason| Coded {
        code: reason.code.clone(),
        text: reason.text.clone(),
        categories: reason.category.clone(),
        side: Some(reason.side),
    });
    let given: BTreeSet<&String> = decided.iter().flat_map(|one| &one.codes).collect();
    let lost = given.into_iter().filter(|code| policy.reason(code).is_none()).map(|code| Coded {
        code: code.clone(),
        text: "Of an earlier list".to_owned(),
        categories: Vec::new(),
        side: None,
    });
    listed.chain(lost).collect()
}

fn many(of: impl Iterator) -> u64 {
    u64::try_from(of.count()).unwrap_or(u64::MAX)
}

/// Numbers of all tables, hidden together: what one table shows must not undo what another hides.
fn counted(
    policy: &Policy,
    viewer: StaffId,
    (from, to): (Month, Month),
    decided: &[Weighing],
    came: &[Executed],
    stands: Standing,
) -> Report {
    let limit = policy.learning.hide_below;
    let mut hiding = Hiding::below(limit);
    let outcomes = |of: &[&Weighing], outcome| many(of.iter().filter(|one| one.outcome == outcome));
    let all: Vec<&Weighing> = decided.iter().collect();
    let total = OUTCOMES.map(|outcome| hiding.cell(outcomes(&all, outcome)));
    let whole = hiding.unseen(many(all.iter()));
    hiding.sum(whole, total.to_vec());

    let coded = codes_of(policy, decided);
    let given = |of: &[&Weighing], code: &Coded| many(of.iter().filter(|one| one.codes.contains(&code.code)));
    let of_side = |side: Side| coded.iter().enumerate().filter(move |(_, code)| code.side == Some(side));
    let reasons: Vec<CellId> = coded.iter().map(|code| hiding.cell(given(&all, code))).collect();
    let sides = SIDES.map(|side| {
        let total = hiding.cell(of_side(side).map(|(_, code)| given(&all, code)).sum());
        let parts = reasons.iter().zip(&coded).filter(|(_, code)| code.side == Some(side));
        let parts = parts.map(|(cell, _)| *cell).collect();
        hiding.sum(total, parts);
        total
    });
    let mut by_category: BTreeMap<(&str, &'static str), Vec<(CellId, u64)>> = BTreeMap::new();
    for (cell, code) in reasons.iter().zip(&coded) {
        for category in &code.categories {
            let side = code.side.map_or("", side_words);
            by_category.entry((category, side)).or_default().push((*cell, given(&all, code)));
        }
    }
    let categories: Vec<((String, &'static str), CellId)> = by_category
        .into_iter()
        .map(|((category, side), parts)| {
            let total = hiding.cell(parts.iter().map(|(_, count)| count).sum());
            hiding.sum(total, parts.into_iter().map(|(cell, _)| cell).collect());
            ((category.to_owned(), side), total)
        })
        .collect();

    let months: Vec<(Month, [CellId; 2], [CellId; 2])> = from
        .up_to(to)
        .into_iter()
        .map(|month| {
            let of: Vec<&Weighing> = decided.iter().filter(|one| one.month == month).collect();
            let made = OUTCOMES.map(|outcome| hiding.cell(outcomes(&of, outcome)));
            let said = SIDES.map(|side| hiding.cell(of_side(side).map(|(_, code)| given(&of, code)).sum()));
            (month, made, said)
        })
        .collect();
    for (place, (total, side)) in total.iter().zip(sides).enumerate() {
        let made = months.iter().filter_map(|(_, made, _)| made.get(place).copied()).collect();
        hiding.sum(*total, made);
        let said = months.iter().filter_map(|(_, _, said)| said.get(place).copied()).collect();
        hiding.sum(side, said);
    }

    // By id, which is chance: a place in the list says nothing of anybody.
    let staff: BTreeSet<StaffId> = decided.iter().map(|one| one.by).collect();
    let mut listed: Vec<(bool, [CellId; 2])> = Vec::new();
    let mut parts: Vec<[CellId; 2]> = Vec::new();
    for one in staff {
        let of: Vec<&Weighing> = decided.iter().filter(|weighing| weighing.by == one).collect();
        let enough = many(of.iter()) >= limit;
        let cells = OUTCOMES.map(|outcome| match enough {
            true => hiding.cell(outcomes(&of, outcome)),
            false => hiding.kept_back(outcomes(&of, outcome)),
        });
        parts.push(cells);
        if enough {
            listed.push((one == viewer, cells));
        }
    }
    for (place, total) in total.iter().enumerate() {
        hiding.sum(*total, parts.iter().filter_map(|cells| cells.get(place).copied()).collect());
    }
    let some_not_listed = parts.len() > listed.len();

    let grades: Vec<Option<Grade>> = Grade::ALL.iter().copied().map(Some).chain([None]).collect();
    let graded: Vec<[CellId; 2]> = grades
        .iter()
        .map(|grade| {
            [
                hiding.cell(many(decided.iter().filter(|one| one.not_shared == *grade))),
                hiding.cell(many(decided.iter().filter(|one| one.shared == *grade))),
            ]
        })
        .collect();
    for place in 0..2 {
        hiding.sum(whole, graded.iter().filter_map(|cells| cells.get(place).copied()).collect());
    }

    let views = VIEWS.map(|view| {
        let of: Vec<&Weighing> =
            decided.iter().filter(|one| view_of(one.outcome, one.first_view) == view).collect();
        (view, OUTCOMES.map(|outcome| hiding.cell(outcomes(&of, outcome))))
    });
    for (place, total) in total.iter().enumerate() {
        hiding.sum(*total, views.iter().filter_map(|(_, cells)| cells.get(place).copied()).collect());
    }

    let (applied, declined) = (total.first().copied(), total.last().copied());
    let done: Vec<(Executed, CellId)> = Executed::ALL
        .iter()
        .filter(|one| **one != Executed::NothingToDo)
        .map(|one| (*one, hiding.cell(many(came.iter().filter(|came| *came == one)))))
        .collect();
    if let Some(applied) = applied {
        hiding.sum(applied, done.iter().map(|(_, cell)| *cell).collect());
    }
    let stands = [stands.refused, stands.undecided, stands.uninformed].map(|count| hiding.cell(count));

    let all_told = hiding.told();
    let told = |cell: Option<CellId>| cell.map_or(Told::NotShown, |cell| cell.told_in(&all_told));
    let pair = |cells: &[CellId; 2]| (told(cells.first().copied()), told(cells.last().copied()));
    let category = |((category, side), cell): ((String, &'static str), CellId)| CategoryLine {
        category,
        side,
        given: told(Some(cell)),
    };
    let [refused, undecided, uninformed] = stands.map(|cell| told(Some(cell)));
    Report {
        from,
        to,
        hide_below: limit,
        reason_codes_version: policy.reason_codes_version.clone(),
        total: Pair { applied: told(applied), declined: told(declined) },
        sides: SIDES
            .iter()
            .zip(sides)
            .map(|(side, cell)| category((("all".to_owned(), side_words(*side)), cell)))
            .collect(),
        months: months
            .into_iter()
            .map(|(month, made, said)| {
                let ((applied, declined), (for_applying, against)) = (pair(&made), pair(&said));
                MonthLine { month, shown: month.shown(), applied, declined, for_applying, against }
            })
            .collect(),
        reasons: coded
            .into_iter()
            .zip(reasons)
            .map(|(code, cell)| ReasonLine {
                side: code.side.map_or("", side_words),
                categories: code.categories.join(", "),
                code: code.code,
                text: code.text,
                given: told(Some(cell)),
            })
            .collect(),
        categories: categories.into_iter().map(category).collect(),
        professionals: listed
            .into_iter()
            .map(|(own, cells)| {
                let (applied, declined) = pair(&cells);
                let who = if own { "You" } else { "A colleague" };
                ProfessionalLine { who: who.to_owned(), applied, declined }
            })
            .collect(),
        some_not_listed,
        grades: grades
            .into_iter()
            .zip(graded)
            .map(|(grade, cells)| {
                let (not_shared, shared) = pair(&cells);
                GradeLine { grade: grade_words(grade), not_shared, shared }
            })
            .collect(),
        views: views
            .into_iter()
            .map(|(view, cells)| {
                let (applied, declined) = pair(&cells);
                ViewLine { view, applied, declined }
            })
            .collect(),
        executed: done
            .into_iter()
            .map(|(came, cell)| ExecutedLine { came, words: came.title(), decisions: told(Some(cell)) })
            .collect(),
        standing: StandingLines { refused, undecided, uninformed },
    }
}
