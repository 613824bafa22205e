//! Training for decisions: worked cases answered, what each answer earned, and whether somebody may sign. Append-only.
//! Must not know: any family. What a learner wrote is sealed; that they did, and how well, is not.

use super::{
    cases::{Library, ModelBalance, Reach, WorkedCase},
    decision::{Model, Outcome},
};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{AttemptId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content},
    policy::{Policy, Training, TrainingPoints},
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

diesel::table! {
    training_attempts (id) {
        id -> Text,
        service_id -> Text,
        staff_id -> Text,
        case_id -> Text,
        library_version -> Text,
        points -> Integer,
        of_points -> Integer,
        at -> Timestamp,
        sealed -> Binary,
    }
}

/// A worked case as somebody answered it.
#[derive(Clone, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    #[n(0)]
    pub model: Model,
    #[n(1)]
    pub outcome: Outcome,
    /// The most that may be told; nothing where the approach is declined.
    #[n(2)]
    pub level: Reach,
    /// Codes of the policy, of both sides.
    #[n(3)]
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Why, in the learner's own words.
    #[n(4)]
    pub sentence: String,
}
content!(D at "training_attempts.sealed" holds Answered);

/// An attempt as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = training_attempts)]
struct Row {
    id: AttemptId,
    service_id: ServiceId,
    staff_id: StaffId,
    case_id: String,
    library_version: String,
    points: i32,
    of_points: i32,
    at: UtcTime,
    sealed: Sealed<Answered>,
}

/// An attempt without its words: all that the rule asks for.
#[derive(Clone, Queryable)]
pub struct Attempt {
    pub staff_id: StaffId,
    pub case_id: String,
    pub library_version: String,
    pub points: i32,
    pub of_points: i32,
    pub at: UtcTime,
}

impl Attempt {
    pub fn passes(&self, asked: &Training) -> bool {
        passes(self.points, self.of_points, asked)
    }
}

pub fn passes(points: i32, of: i32, asked: &Training) -> bool {
    points * 100 >= asked.pass_percent * of
}

/// What one part of an answer earned, and why.
#[derive(Serialize)]
pub struct Part {
    pub what: &'static str,
    pub points: i32,
    pub of: i32,
    pub why: String,
}

/// A marked answer: each part with its points, and the reasons by whether a good answer names them.
#[derive(Serialize)]
pub struct Marked {
    pub parts: Vec<Part>,
    pub points: i32,
    pub of: i32,
    pub seen: Vec<String>,
    pub missed: Vec<String>,
    pub further: Vec<String>,
}

/// Compares an answer with the case's own. The page says each of these sums.
pub fn answer_mark(balance: &ModelBalance, answer: &Answered, points: &TrainingPoints) -> Marked {
    let gave: BTreeSet<&String> = answer.reasons.iter().collect();
    let (seen, missed): (Vec<String>, Vec<String>) =
        balance.names.iter().cloned().partition(|name| gave.contains(name));
    let further: Vec<String> =
        gave.into_iter().filter(|code| !balance.names.contains(code)).cloned().collect();
    let count = |list: &[String]| i32::try_from(list.len()).unwrap_or(i32::MAX);
    let beyond = i32::try_from(further.len().saturating_sub(points.spare_reasons)).unwrap_or(i32::MAX);
    let named = count(&seen) * points.reason;
    let if_so = |yes: bool, earns: i32| if yes { earns } else { 0 };
    let (model, outcome) =
        (balance.models.contains(&answer.model), balance.outcomes.contains(&answer.outcome));
    let (both_models, both_outcomes) = (balance.models.len() > 1, balance.outcomes.len() > 1);
    let within = answer.level <= balance.level;
    let words = |right: bool, both: bool| {
        match (both, right) {
            (true, _) => "Either can be defended here.",
            (false, true) => "As in the balance beside yours.",
            (false, false) => "The balance beside yours goes the other way.",
        }
        .to_owned()
    };
    let parts = vec![
        Part {
            what: "Model",
            points: if_so(model, points.model),
            of: points.model,
            why: words(model, both_models),
        },
        Part {
            what: "Outcome",
            points: if_so(outcome, points.outcome),
            of: points.outcome,
            why: words(outcome, both_outcomes),
        },
        Part {
            what: "Level",
            points: if_so(within, points.level),
            of: points.level,
            why: if within {
                "Not beyond what serves.".to_owned()
            } else {
                "It tells more than serves here.".to_owned()
            },
        },
        Part {
            what: "Reasons",
            points: (named - beyond).max(0),
            of: count(&balance.names) * points.reason,
            why: match beyond {
                0 => format!("You named {} of the {} that count.", seen.len(), balance.names.len()),
                _ => format!(
                    "You named {} of the {} that count, and {beyond} more than may be ticked beside them.",
                    seen.len(),
                    balance.names.len()
                ),
            },
        },
    ];
    Marked {
        points: parts.iter().map(|part| part.points).sum(),
        of: parts.iter().map(|part| part.of).sum(),
        parts,
        seen,
        missed,
        further,
    }
}

/// Keeps an answer to a worked case with what it earned.
///
/// # Errors
/// A case that there is not, or that was answered too short a while ago; an answer that contradicts itself; no sentence.
pub fn attempt_record(act: &mut Act<'_>, staff: StaffId, case: &str, answer: Answered) -> Result<AttemptId> {
    let library = Library::embedded()?;
    let case = library.case(case).ok_or_else(Error::not_found)?;
    let (service, asked) = (act.service, act.policy().training);
    if let Some(day) = attempt_again_on(act.conn(), service, staff, case, &asked)?
        && act.at.date() < day
    {
        return Err(Error::not_now(format!(
            "You have answered this case and seen its balance. You can answer it again from {}; take another until then. Nothing was saved.",
            day.shown()
        )));
    }
    answer_check(act.policy(), &answer)?;
    let marked = answer_mark(&case.balance, &answer, &asked.points);
    let id = AttemptId::new(act.chance());
    let unlocked = act.unlock(service.as_str(), &[Compartment::Detail])?;
    let row = Row {
        id,
        service_id: service,
        staff_id: staff,
        case_id: case.id.clone(),
        library_version: library.version.clone(),
        points: marked.points,
        of_points: marked.of,
        at: act.at,
        sealed: Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &answer)?,
    };
    diesel::insert_into(training_attempts::table).values(&row).execute(act.conn())?;
    let note = format!("{} {}/{}", row.case_id, row.points, row.of_points);
    act.record(Deed::TrainingTaken, ("training_attempt", id.as_str()), None, &note)?;
    Ok(id)
}

fn answer_check(policy: &Policy, answer: &Answered) -> Result<()> {
    let wrong = match (answer.outcome, answer.level) {
        (Outcome::Applied, Reach::Nobody) => Some("You apply the approach: choose how much is told at most."),
        (Outcome::Declined, Reach::L0 | Reach::L1 | Reach::L2) => {
            Some("You decline the approach: choose that nothing is told.")
        }
        (Outcome::Applied, Reach::L0 | Reach::L1 | Reach::L2) | (Outcome::Declined, Reach::Nobody) => None,
    };
    if let Some(words) = wrong {
        return Err(Error::bad_input(format!("{words} Nothing was saved.")).at("level"));
    }
    if answer.reasons.is_empty() || answer.reasons.iter().any(|code| policy.reason(code).is_none()) {
        return Err(
            Error::bad_input("Choose at least one reason of the list. Nothing was saved.").at("reasons")
        );
    }
    if answer.sentence.trim().chars().count() < 3 {
        return Err(Error::bad_input("Say in one sentence why. Nothing was saved.").at("sentence"));
    }
    Ok(())
}

/// The day from which somebody may answer a case once more; nothing where they have not answered it.
pub fn attempt_again_on(
    conn: &mut Conn,
    service: ServiceId,
    staff: StaffId,
    case: &WorkedCase,
    asked: &Training,
) -> Result<Option<UtcDate>> {
    let last: Option<UtcTime> = training_attempts::table
        .filter(training_attempts::service_id.eq(service))
        .filter(training_attempts::staff_id.eq(staff))
        .filter(training_attempts::case_id.eq(&case.id))
        .order(training_attempts::at.desc())
        .select(training_attempts::at)
        .first(conn)
        .optional()?;
    Ok(last.map(|at| at.date().plus_days(asked.again_after_days)))
}

/// Somebody's newest answer to a case. Reading it is on the record.
pub fn attempt_last(act: &mut Act<'_>, staff: StaffId, case: &str) -> Result<Option<(UtcTime, Answered)>> {
    let service = act.service;
    let row: Option<Row> = training_attempts::table
        .filter(training_attempts::service_id.eq(service))
        .filter(training_attempts::staff_id.eq(staff))
        .filter(training_attempts::case_id.eq(case))
        .order((training_attempts::at.desc(), training_attempts::id.asc()))
        .first(act.conn())
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    act.record(Deed::TrainingRead, ("training_attempt", row.id.as_str()), None, "")?;
    let unlocked = act.unlock(service.as_str(), &[Compartment::Detail])?;
    Ok(Some((row.at, row.sealed.open(unlocked.grant()?, row.id.as_str())?)))
}

/// Every attempt of a service, or of one member of its staff, newest first.
pub fn attempt_list(conn: &mut Conn, service: ServiceId, staff: Option<StaffId>) -> Result<Vec<Attempt>> {
    let mut query = training_attempts::table.filter(training_attempts::service_id.eq(service)).into_boxed();
    if let Some(staff) = staff {
        query = query.filter(training_attempts::staff_id.eq(staff));
    }
    Ok(query
        .order((training_attempts::at.desc(), training_attempts::id.asc()))
        .select((
            training_attempts::staff_id,
            training_attempts::case_id,
            training_attempts::library_version,
            training_attempts::points,
            training_attempts::of_points,
            training_attempts::at,
        ))
        .load(conn)?)
}

/// Where somebody's training stands on a day.
#[derive(Clone)]
pub struct TrainingNow {
    /// Different cases passed that still count.
    pub passed: usize,
    pub needed: usize,
    /// It stood once, and no longer does.
    pub lapsed: bool,
    pub stands: Option<Stands>,
}

/// Complete training: since when and until when it counts, and the version of the newest case in it.
#[derive(Clone)]
pub struct Stands {
    pub on: UtcDate,
    pub until: UtcDate,
    pub library: String,
}

impl TrainingNow {
    /// `attempts` of one member of staff, newest first.
    pub fn of(attempts: &[Attempt], asked: &Training, today: UtcDate) -> Self {
        let mut cases = BTreeSet::new();
        let mut ever = 0;
        let mut counted: Vec<&Attempt> = Vec::new();
        for attempt in attempts.iter().filter(|attempt| attempt.passes(asked)) {
            if !cases.insert(&attempt.case_id) {
                continue;
            }
            ever += 1;
            if today < attempt.at.date().plus_days(asked.valid_days) {
                counted.push(attempt);
            }
        }
        let enough = counted.get(..asked.cases);
        let stands =
            enough.and_then(|enough| enough.first().zip(enough.last())).map(|(newest, oldest)| Stands {
                on: newest.at.date(),
                until: oldest.at.date().plus_days(asked.valid_days),
                library: newest.library_version.clone(),
            });
        Self {
            passed: counted.len(),
            needed: asked.cases,
            lapsed: stands.is_none() && ever >= asked.cases,
            stands,
        }
    }

    /// In words, for the person themselves.
    pub fn words(&self) -> String {
        match (&self.stands, self.lapsed) {
            (Some(stands), _) => format!("Your training stands until {}.", stands.until.shown()),
            (None, true) => format!(
                "Your training has lapsed: {} of the {} cases that are needed still count.",
                self.passed, self.needed
            ),
            (None, false) => format!(
                "Your training is not complete: you have passed {} of the {} cases that are needed.",
                self.passed, self.needed
            ),
        }
    }
}

pub fn training_now(
    conn: &mut Conn,
    policy: &Policy,
    service: ServiceId,
    staff: StaffId,
    today: UtcDate,
) -> Result<TrainingNow> {
    Ok(TrainingNow::of(&attempt_list(conn, service, Some(staff))?, &policy.training, today))
}

/// What a page says to somebody who may not sign now, before they begin; nothing where they may.
pub fn training_missing(act: &mut Act<'_>, staff: StaffId) -> Result<Option<String>> {
    let (service, today, policy) = (act.service, act.at.date(), act.policy());
    if !policy.training.needed {
        return Ok(None);
    }
    let now = training_now(act.conn(), policy, service, staff, today)?;
    Ok(now.stands.is_none().then(|| now.words()))
}

/// Asked before a decision is recorded or signed.
///
/// # Errors
/// Training that is not complete, or has lapsed.
pub fn training_require(act: &mut Act<'_>, staff: StaffId) -> Result<()> {
    match training_missing(act, staff)? {
        None => Ok(()),
        Some(words) => Err(Error::not_now(format!(
            "{words} Go to Training (/training) before you sign a decision. Nothing was saved. If this one cannot wait, a colleague whose training stands signs it."
        ))),
    }
}

/// The training a decision is made under, as it is kept with the decision.
pub fn training_words(act: &mut Act<'_>, staff: StaffId) -> Result<String> {
    let (service, today, policy) = (act.service, act.at.date(), act.policy());
    let now = training_now(act.conn(), policy, service, staff, today)?;
    Ok(match now.stands {
        Some(stands) => format!(
            "Complete since {}, until {}; worked examples {}",
            stands.on.shown(),
            stands.until.shown(),
            stands.library
        ),
        None => "Not complete".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    fn answer(case: &WorkedCase) -> Answered {
        Answered {
            model: case.balance.models[0],
            outcome: case.balance.outcomes[0],
            level: case.balance.level,
            reasons: case.balance.names.clone(),
            sentence: "Because of both sides.".into(),
        }
    }

    #[test]
    fn the_balance_itself_earns_every_point_of_every_case() {
        let asked = Policy::embedded().unwrap().training;
        for case in &Library::embedded().unwrap().cases {
            let marked = answer_mark(&case.balance, &answer(case), &asked.points);
            assert_eq!(marked.points, marked.of, "{}", case.id);
            assert!(marked.missed.is_empty() && marked.further.is_empty());
        }
    }

    #[test]
    fn telling_too_much_and_ticking_everything_cost_points() {
        let policy = Policy::embedded().unwrap();
        let points = policy.training.points;
        let case = Library::embedded().unwrap().case("H1").unwrap();
        let beyond = answer_mark(&case.balance, &Answered { level: Reach::L2, ..answer(case) }, &points);
        assert_eq!(beyond.points, beyond.of - points.level);
        let lower = answer_mark(&case.balance, &Answered { level: Reach::L0, ..answer(case) }, &points);
        assert_eq!(lower.points, lower.of);
        let all = policy.reasons.iter().map(|reason| reason.code.clone()).collect();
        let ticked = answer_mark(&case.balance, &Answered { reasons: all, ..answer(case) }, &points);
        assert_eq!(ticked.parts[3].points, 0, "{}", ticked.parts[3].why);
        assert!(!passes(ticked.points, ticked.of, &policy.training));
        let none =
            answer_mark(&case.balance, &Answered { reasons: vec!["A1".into()], ..answer(case) }, &points);
        assert_eq!((none.seen, none.missed.len()), (vec!["A1".to_owned()], 3));
    }

    #[test]
    fn it_stands_while_enough_different_cases_count_and_lapses_with_the_oldest() {
        let mut asked = Policy::embedded().unwrap().training;
        asked.cases = 2;
        let day = UtcDate::new(2026, 11, 23).unwrap();
        let staff = StaffId::new(&SeededChance::new(1));
        let at = |days: i64| {
            UtcTime::from_utc(
                chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(9, 0, 0).unwrap(),
            )
            .plus_days(days)
        };
        let attempt = |case: &str, points: i32, days: i64| Attempt {
            staff_id: staff,
            case_id: case.into(),
            library_version: "2026-12".into(),
            points,
            of_points: 10,
            at: at(days),
        };
        let same = [attempt("H1", 10, 1), attempt("H1", 10, 0)];
        assert!(TrainingNow::of(&same, &asked, day.plus_days(1)).stands.is_none(), "one case, twice");
        let failed = [attempt("H2", 6, 1), attempt("H1", 10, 0)];
        assert!(TrainingNow::of(&failed, &asked, day.plus_days(1)).stands.is_none());
        let two = [attempt("H2", 7, 9), attempt("H1", 10, 0)];
        let stands = TrainingNow::of(&two, &asked, day.plus_days(9)).stands.unwrap();
        assert_eq!((stands.on, stands.until), (day.plus_days(9), day.plus_days(asked.valid_days)));
        let later = TrainingNow::of(&two, &asked, day.plus_days(asked.valid_days));
        assert!(later.stands.is_none() && later.lapsed && later.passed == 1, "{}", later.words());
    }
}
