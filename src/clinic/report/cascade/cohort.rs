//! The relatives that a report counts: those put on a list in some months, each with how far they have come and when.
//! Must not know: who they are. A family's id serves to put its relatives together and goes no further.

use super::{
    super::month::Month,
    trace::{Trace, contacts_of, traces_of, verdicts_of},
    unsealed::{Own, Reading, keys_of, own_results_of, readings_of, results_of, sexes_of},
};
use crate::{
    audit::Act,
    clinic::{
        cascade::task::{TaskState, relative_tasks},
        people::person::SexAtBirth,
        tested::said::{Command, Says},
    },
    db::{Conn, UtcDate, UtcTime, bounded::Counted, closed},
    error::Result,
    ids::{FamilyId, PersonId, RelativeResultId, ResultId, ServiceId, TaskId},
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which relatives: put on a list in these months, both with them; of one condition, or of any.
#[derive(Debug, Clone)]
pub struct Asked {
    pub from: Month,
    pub to: Month,
    pub condition: Option<String>,
}

closed! {
    /// How it was agreed or decided that somebody hears.
    pub enum Way {
        Family = "family",
        Direct = "direct",
        Mixed = "mixed",
        /// Nothing is agreed yet.
        Open = "open",
    }
}

impl Way {
    pub const fn words(self) -> &'static str {
        match self {
            Way::Family => "Told by the family",
            Way::Direct => "Written to by us",
            Way::Mixed => "Both",
            Way::Open => "Not agreed yet",
        }
    }
}

closed! {
    /// How far somebody has come. Whoever has come to one has come through those before it.
    pub enum Stage {
        Identified = "identified",
        Contactable = "contactable",
        Informed = "informed",
        Replied = "replied",
        Counselled = "counselled",
        Tested = "tested",
        Result = "result",
    }
}

impl Stage {
    pub const fn words(self) -> &'static str {
        match self {
            Stage::Identified => "Identified",
            Stage::Contactable => "Contactable",
            Stage::Informed => "Informed",
            Stage::Replied => "Replied",
            Stage::Counselled => "Counselled",
            Stage::Tested => "Tested",
            Stage::Result => "Result",
        }
    }
}

/// One relative at risk by one result.
#[derive(Debug, Clone, minicbor::Encode, minicbor::Decode)]
pub struct Relative {
    #[n(0)]
    pub family: FamilyId,
    #[n(1)]
    pub condition: Option<String>,
    #[n(2)]
    pub degree: i32,
    #[n(3)]
    pub sex: SexAtBirth,
    #[n(4)]
    pub reading: Reading,
    #[n(5)]
    pub state: TaskState,
    /// The day their state last changed.
    #[n(6)]
    pub changed: UtcDate,
    /// The day the report came in that names the variant.
    #[n(7)]
    pub reported: UtcDate,
    #[n(8)]
    pub has_contact: bool,
    #[n(9)]
    pub trace: Trace,
    /// The day a test of their own was written down, confirmed or not.
    #[n(10)]
    pub tested: Option<UtcDate>,
    /// What their test said, once a second person has confirmed it.
    #[n(11)]
    pub result: Option<Says>,
    /// Somebody has told them their own result.
    #[n(12)]
    pub result_told: bool,
}

impl Relative {
    pub fn way(&self) -> Way {
        match (self.trace.by_family, self.trace.by_service) {
            (true, true) => Way::Mixed,
            (true, false) => Way::Family,
            (false, true) => Way::Direct,
            (false, false) => Way::Open,
        }
    }

    /// The first day from which they know, or are believed to.
    pub fn informed(&self) -> Option<UtcDate> {
        // A letter that did not reach them told them nothing.
        let written = self.trace.written.filter(|_| self.state != TaskState::NotReached);
        [written, self.trace.told, self.trace.replied, self.tested].into_iter().flatten().min()
    }

    /// That they know was heard from them, and not only sent or believed.
    pub fn is_surely_informed(&self) -> bool {
        self.trace.told_surely || self.trace.replied.is_some() || self.tested.is_some()
    }

    /// Whether they belong among those who could be told and tested; the others wait, or are no longer at risk.
    pub fn is_eligible(&self) -> bool {
        let is_tested = self.tested.is_some();
        match self.state {
            TaskState::WaitAge | TaskState::NotAtRisk | TaskState::Elsewhere | TaskState::Suspended => {
                is_tested
            }
            TaskState::Deceased => is_tested || self.informed().is_some(),
            TaskState::Identified
            | TaskState::Thinking
            | TaskState::DecisionNeeded
            | TaskState::NotNow
            | TaskState::ProbandTells
            | TaskState::RouteAgreed
            | TaskState::Writing
            | TaskState::Sent
            | TaskState::WantsAppointment
            | TaskState::WantsTime
            | TaskState::HasQuestion
            | TaskState::QuestionAnswered
            | TaskState::AlreadyTested
            | TaskState::Tested
            | TaskState::ToTell
            | TaskState::NotReached
            | TaskState::DoNotContact
            | TaskState::Waiting
            | TaskState::Done => true,
        }
    }

    /// They asked for an appointment and somebody has seen to it, or were told their own result.
    fn is_counselled(&self) -> bool {
        let seen_to = match self.state {
            TaskState::Done | TaskState::Tested | TaskState::NotAtRisk => true,
            TaskState::Identified
            | TaskState::Thinking
            | TaskState::DecisionNeeded
            | TaskState::NotNow
            | TaskState::ProbandTells
            | TaskState::RouteAgreed
            | TaskState::Writing
            | TaskState::Sent
            | TaskState::WantsAppointment
            | TaskState::WantsTime
            | TaskState::HasQuestion
            | TaskState::QuestionAnswered
            | TaskState::AlreadyTested
            | TaskState::Elsewhere
            | TaskState::ToTell
            | TaskState::NotReached
            | TaskState::DoNotContact
            | TaskState::WaitAge
            | TaskState::Waiting
            | TaskState::Deceased
            | TaskState::Suspended => false,
        };
        self.result_told || (self.trace.asks_for_appointment && seen_to)
    }

    /// The furthest they have come.
    pub fn stage(&self) -> Stage {
        let reached = |stage: &Stage| match stage {
            Stage::Identified => true,
            Stage::Contactable => self.has_contact,
            Stage::Informed => self.informed().is_some(),
            Stage::Replied => self.trace.replied.is_some(),
            Stage::Counselled => self.is_counselled(),
            Stage::Tested => self.tested.is_some(),
            Stage::Result => self.result.is_some(),
        };
        Stage::ALL.iter().rev().copied().find(reached).unwrap_or(Stage::Identified)
    }
}

/// One who is to be counted, before anything of them is opened.
type Row = (TaskId, FamilyId, ResultId, PersonId, TaskState, i32, UtcTime, UtcTime);

/// Some of those who are asked for, in the order in which they were put on a list, behind `after`; all where no `most` is given.
fn rows(
    act: &mut Act<'_>,
    asked: &Asked,
    after: Option<(UtcTime, TaskId)>,
    most: Option<i64>,
) -> Result<Vec<Row>> {
    let mut query = relative_tasks::table
        .filter(relative_tasks::service_id.eq(act.service))
        .filter(relative_tasks::opened_at.ge(asked.from.begins()))
        .filter(relative_tasks::opened_at.lt(asked.to.next().begins()))
        .order((relative_tasks::opened_at.asc(), relative_tasks::id.asc()))
        .select((
            relative_tasks::id,
            relative_tasks::family_id,
            relative_tasks::result_id,
            relative_tasks::person_id,
            relative_tasks::state,
            relative_tasks::degree,
            relative_tasks::changed_at,
            relative_tasks::opened_at,
        ))
        .into_boxed();
    if let Some((at, id)) = after {
        query = query
            .filter(relative_tasks::opened_at.ge(at))
            .filter(relative_tasks::opened_at.gt(at).or(relative_tasks::id.gt(id)));
    }
    if let Some(most) = most {
        query = query.limit(most);
    }
    Ok(query.load(act.conn())?)
}

/// How many there are to count in these months, of any condition: up to `most`.
pub fn cohort_size(conn: &mut Conn, service: ServiceId, asked: &Asked, most: i64) -> Result<i64> {
    let of_months = relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::opened_at.ge(asked.from.begins()))
        .filter(relative_tasks::opened_at.lt(asked.to.next().begins()))
        .select(relative_tasks::opened_at)
        .limit(most);
    Ok(Counted(of_months).get_result(conn)?)
}

/// Counts the relatives asked for, without their order saying anything. Whoever calls puts the reading on the record.
pub fn cohort(act: &mut Act<'_>, asked: &Asked) -> Result<Vec<Relative>> {
    let rows = rows(act, asked, None, None)?;
    counted(act, asked, rows)
}

/// A part of those asked for.
pub struct Part {
    pub relatives: Vec<Relative>,
    /// How many were looked at, of whatever condition.
    pub seen: usize,
    /// Behind whom the next part begins; none where nobody was left.
    pub last: Option<(UtcTime, TaskId)>,
}

/// As `cohort`, so many behind `after`.
pub fn cohort_part(
    act: &mut Act<'_>,
    asked: &Asked,
    after: Option<(UtcTime, TaskId)>,
    most: i64,
) -> Result<Part> {
    let rows = rows(act, asked, after, Some(most))?;
    let (seen, last) = (rows.len(), rows.last().map(|row| (row.7, row.0)));
    Ok(Part { relatives: counted(act, asked, rows)?, seen, last })
}

fn counted(act: &mut Act<'_>, asked: &Asked, rows: Vec<Row>) -> Result<Vec<Relative>> {
    let keys = keys_of(act, rows.iter().map(|row| row.1))?;
    let results = results_of(act, &keys, &distinct(rows.iter().map(|row| row.2)))?;
    let of_condition = |result: &ResultId| match (&asked.condition, results.get(result)) {
        (None, _) => true,
        (Some(wanted), Some((_, Some(condition)))) => wanted == condition,
        (Some(_), Some((_, None)) | None) => false,
    };
    let rows: Vec<Row> = rows.into_iter().filter(|row| of_condition(&row.2)).collect();
    let families: BTreeMap<PersonId, FamilyId> = rows.iter().map(|row| (row.3, row.1)).collect();
    let people: Vec<PersonId> = families.keys().copied().collect();
    let tasks: Vec<TaskId> = rows.iter().map(|row| row.0).collect();
    let sexes = sexes_of(act, &keys, &people)?;
    let readings = readings_of(act, &keys, &families)?;
    let reachable = contacts_of(act, &people)?;
    let mut traces = traces_of(act, &tasks)?;
    let own = own_results_of(act, &keys, &distinct(rows.iter().map(|row| row.2)))?;
    let ids: Vec<RelativeResultId> = own.iter().map(|one| one.id).collect();
    let (verdicts, told) = verdicts_of(act, &ids)?;
    let mut by_person: BTreeMap<(ResultId, PersonId), Vec<Own>> = BTreeMap::new();
    for one in own {
        by_person.entry((one.result, one.person)).or_default().push(one);
    }
    let counted = rows.into_iter().filter_map(|(task, family, result, person, state, degree, changed, _)| {
        let (reported, condition) = results.get(&result)?;
        let tests = tests_of(by_person.get(&(result, person)).map_or(&[], Vec::as_slice), &verdicts);
        Some(Relative {
            family,
            condition: condition.clone(),
            degree,
            sex: sexes.get(&person).copied().unwrap_or(SexAtBirth::Unknown),
            reading: readings.get(&person).copied().unwrap_or_default(),
            state,
            changed: changed.date(),
            reported: reported.date(),
            has_contact: reachable.contains(&person),
            trace: traces.remove(&task).unwrap_or_default(),
            tested: tests.iter().map(|one| one.at.date()).min(),
            result: tests.iter().rev().find(|one| is_confirmed(one, &verdicts)).map(|one| one.says),
            result_told: tests.iter().any(|one| told.contains(&one.id)),
        })
    });
    Ok(counted.collect())
}

fn is_confirmed(one: &Own, verdicts: &BTreeMap<RelativeResultId, Command>) -> bool {
    verdicts.get(&one.id) == Some(&Command::Confirm)
}

/// What counts of somebody's tests: not turned away, not corrected, and not taken away by a correction.
fn tests_of<'a>(own: &'a [Own], verdicts: &BTreeMap<RelativeResultId, Command>) -> Vec<&'a Own> {
    let confirmed = own.iter().filter(|one| is_confirmed(one, verdicts));
    let corrected: BTreeSet<RelativeResultId> = confirmed.filter_map(|one| one.replaces).collect();
    own.iter()
        .filter(|one| verdicts.get(&one.id) != Some(&Command::Reject))
        .filter(|one| !corrected.contains(&one.id) && one.says != Says::Void)
        .collect()
}

fn distinct<T: Ord + Copy>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}
