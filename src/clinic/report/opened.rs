//! THE ONE PLACE where the reasons of a whole service are opened to be counted, also of families the reader has nothing to
//! do with. What comes out has no place for words or names. Must not know: what anybody wrote; it is skipped unread.

use super::month::Month;
use crate::{
    audit::Act,
    clinic::sharing::{
        consent::{Stance, consents},
        decision::{FirstView, Grade, Model, Outcome, decisions},
        refusal::Refusal,
    },
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    ids::{ConsentId, DecisionId, FamilyId, StaffId, TaskId},
    keys::{Compartment, Content, Sealed, compartment::D, envelope::Unlocked},
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// So many are asked for with one statement.
pub(super) const AT_ONCE: usize = 500;

/// A decision as it is counted. Ids serve to find what came of it and go no further than this wing's counting.
pub struct Weighing {
    pub decision: DecisionId,
    pub family: FamilyId,
    pub task: TaskId,
    /// Its place among the stances and decisions of its task.
    pub seq: i32,
    pub month: Month,
    pub model: Model,
    pub outcome: Outcome,
    pub level: Level,
    pub by: StaffId,
    pub policy_pack: String,
    pub policy_version: String,
    pub reason_codes_version: String,
    /// Codes of the list that was in force, each once.
    pub codes: Vec<String>,
    /// None in decisions from before harm was graded.
    pub not_shared: Option<Grade>,
    pub shared: Option<Grade>,
    pub execute_by: Option<UtcDate>,
    /// What they would have done before the pack's own words; none where they did not say.
    pub first_view: Option<FirstView>,
}

/// A stance as it is counted.
pub struct Said {
    pub task: TaskId,
    pub seq: i32,
    pub stance: Stance,
    pub at: UtcTime,
    /// For a refusal: whether all four things had been heard.
    pub informed: Option<bool>,
}

/// What is read of a sealed balance: the codes and grades at their places. There is no field for what was typed.
#[derive(minicbor::Decode)]
struct Codes {
    #[n(5)]
    reasons: Vec<String>,
    #[n(6)]
    weighed: Option<Graded>,
}

#[derive(minicbor::Decode)]
struct Graded {
    #[n(0)]
    not_shared: Grade,
    #[n(1)]
    shared: Grade,
    #[n(12)]
    execute_by: Option<UtcDate>,
    #[n(16)]
    first_view: Option<FirstView>,
}

/// What is read of a sealed stance: the ticks of the talk about a refusal, and not the words.
#[derive(minicbor::Decode)]
struct Ticks {
    #[n(1)]
    refusal: Option<Refusal>,
}

/// A type that takes some places of what is sealed and can never be sealed itself.
macro_rules! only_read {
    ($name:ident of $in:ty, $place:literal) => {
        impl Content for $name {
            type In = $in;
            const PLACE: &'static str = $place;
            fn encode(&self) -> Result<Zeroizing<Vec<u8>>> {
                Err(Error::inner(concat!($place, ": what is counted is never sealed again")))
            }
            fn decode(bytes: &[u8]) -> Result<Self> {
                minicbor::decode(bytes)
                    .map_err(|_| Error::inner(concat!($place, ": what was sealed does not parse")))
            }
        }
    };
}
pub(super) use only_read;
only_read!(Codes of D, "decisions.sealed");
only_read!(Ticks of D, "consents.sealed");

#[derive(Queryable)]
struct Row {
    decision: DecisionId,
    family: FamilyId,
    task: TaskId,
    seq: i32,
    model: Model,
    outcome: Outcome,
    level: String,
    policy_pack: String,
    policy_version: String,
    reason_codes_version: String,
    by: StaffId,
    at: UtcTime,
    sealed: Sealed<Codes>,
}

/// The decisions of these months, both with them, oldest first. Whoever calls puts the reading on the record.
pub fn weighings(act: &mut Act<'_>, from: Month, to: Month) -> Result<Vec<Weighing>> {
    let service = act.service;
    let rows: Vec<Row> = decisions::table
        .filter(decisions::service_id.eq(service))
        .filter(decisions::at.ge(from.begins()))
        .filter(decisions::at.lt(to.next().begins()))
        .order((decisions::at.asc(), decisions::id.asc()))
        .select((
            decisions::id,
            decisions::family_id,
            decisions::task_id,
            decisions::seq,
            decisions::model,
            decisions::outcome,
            decisions::level,
            decisions::policy_pack,
            decisions::policy_version,
            decisions::reason_codes_version,
            decisions::by_staff,
            decisions::at,
            decisions::sealed,
        ))
        .load(act.conn())?;
    let unlocked = details(act, rows.iter().map(|row| row.family))?;
    rows.into_iter()
        .map(|row| {
            let of = unlocked.get(&row.family).ok_or_else(missing)?;
            let codes = row.sealed.open(of.grant()?, row.decision.as_str())?;
            let graded = codes.weighed;
            let reasons: BTreeSet<String> = codes.reasons.into_iter().filter(|code| is_code(code)).collect();
            Ok(Weighing {
                decision: row.decision,
                family: row.family,
                task: row.task,
                seq: row.seq,
                month: Month::of(row.at.date()),
                model: row.model,
                outcome: row.outcome,
                level: row.level.parse().map_err(|_| Error::inner("a stored level does not parse"))?,
                by: row.by,
                policy_pack: row.policy_pack,
                policy_version: row.policy_version,
                reason_codes_version: row.reason_codes_version,
                codes: reasons.into_iter().collect(),
                not_shared: graded.as_ref().map(|graded| graded.not_shared),
                shared: graded.as_ref().map(|graded| graded.shared),
                execute_by: graded.as_ref().and_then(|graded| graded.execute_by),
                first_view: graded.and_then(|graded| graded.first_view),
            })
        })
        .collect()
}

/// The stances about these tasks, by task and then oldest first. Only refusals are opened.
pub fn said(act: &mut Act<'_>, tasks: &[TaskId]) -> Result<Vec<Said>> {
    type Row = (ConsentId, FamilyId, TaskId, i32, Stance, UtcTime, Sealed<Ticks>);
    let service = act.service;
    let mut rows: Vec<Row> = Vec::new();
    for some in tasks.chunks(AT_ONCE) {
        let more: Vec<Row> = consents::table
            .filter(consents::service_id.eq(service))
            .filter(consents::task_id.eq_any(some.to_vec()))
            .select((
                consents::id,
                consents::family_id,
                consents::task_id,
                consents::seq,
                consents::stance,
                consents::at,
                consents::sealed,
            ))
            .load(act.conn())?;
        rows.extend(more);
    }
    rows.sort_by_key(|row| (row.2, row.3));
    let refused = rows.iter().filter(|row| row.4.is_refusal()).map(|row| row.1);
    let unlocked = details(act, refused)?;
    rows.into_iter()
        .map(|(id, family, task, seq, stance, at, sealed)| {
            let informed = match stance.is_refusal() {
                true => {
                    let of = unlocked.get(&family).ok_or_else(missing)?;
                    Some(sealed.open(of.grant()?, id.as_str())?.refusal.is_some_and(|one| one.is_informed()))
                }
                false => None,
            };
            Ok(Said { task, seq, stance, at, informed })
        })
        .collect()
}

/// The keys of compartment D of these families, and of no other compartment.
fn details(
    act: &mut Act<'_>,
    families: impl Iterator<Item = FamilyId>,
) -> Result<BTreeMap<FamilyId, Unlocked>> {
    let families: Vec<FamilyId> = families.collect::<BTreeSet<_>>().into_iter().collect();
    let mut all = BTreeMap::new();
    for some in families.chunks(AT_ONCE) {
        let holders: Vec<&str> = some.iter().map(FamilyId::as_str).collect();
        let unlocked = act.unlock_many(&holders, &[Compartment::Detail])?;
        all.extend(some.iter().copied().zip(unlocked));
    }
    Ok(all)
}

fn missing() -> Error {
    Error::inner("a family whose key was not asked for")
}

/// Of the form that our codes have: whatever is not is no code of ours and is not passed on.
fn is_code(text: &str) -> bool {
    (2..=4).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_policy_is_one_and_words_are_none() {
        for reason in crate::policy::Policy::embedded().unwrap().reasons {
            assert!(is_code(&reason.code), "{}", reason.code);
        }
        for words in ["", "A", "Sister 1", "ASHDOWN1", "Z\u{e9}1", "rl1"] {
            assert!(!is_code(words), "{words}");
        }
    }

    #[test]
    fn of_what_was_sealed_only_codes_and_grades_are_read() {
        #[derive(minicbor::Encode)]
        struct Whole(
            #[n(0)] String,
            #[n(1)] String,
            #[n(2)] String,
            #[n(3)] String,
            #[n(4)] String,
            #[n(5)] Vec<String>,
            #[n(6)] Option<Weighed>,
            #[n(7)] Option<String>,
        );
        #[derive(minicbor::Encode)]
        struct Weighed(#[n(0)] Grade, #[n(1)] Grade, #[n(2)] String, #[n(12)] Option<UtcDate>);
        let words = || "what somebody typed".to_owned();
        let weighed = Weighed(Grade::Severe, Grade::Slight, words(), UtcDate::new(2026, 12, 1));
        let whole = Whole(
            words(),
            words(),
            words(),
            words(),
            words(),
            vec!["A1".into()],
            Some(weighed),
            Some(words()),
        );
        let read = Codes::decode(&minicbor::to_vec(&whole).unwrap()).unwrap();
        let graded = read.weighed.unwrap();
        assert_eq!(read.reasons, ["A1"]);
        assert_eq!((graded.not_shared, graded.shared), (Grade::Severe, Grade::Slight));
        assert_eq!(graded.execute_by, UtcDate::new(2026, 12, 1));
        assert!(read_back(&Codes { reasons: vec![], weighed: None }).is_err(), "nothing is sealed from here");
    }

    fn read_back(codes: &Codes) -> Result<Zeroizing<Vec<u8>>> {
        codes.encode()
    }
}
