//! The result as an object: its row, its states, and the queue each state asks for. Compartment P but for its state.
//! Must not know: what its findings say.

use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ReportId, ResultId, ServiceId},
};
use diesel::prelude::*;

diesel::table! {
    results (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        person_id -> Text,
        report_id -> Text,
        lab -> Nullable<Text>,
        report_identifier -> Nullable<Text>,
        report_status -> Text,
        issued -> Nullable<Text>,
        conclusion -> Nullable<Text>,
        received_at -> Timestamp,
        state -> Text,
        supersedes_id -> Nullable<Text>,
        condition_key -> Nullable<Text>,
        inheritance -> Nullable<Text>,
        test_code -> Nullable<Text>,
        told_on -> Nullable<Date>,
        at_risk_checked_at -> Nullable<Timestamp>,
    }
}

closed! {
    /// Where a result stands.
    pub enum ResultState {
        /// Its findings are being told apart.
        Triage = "triage",
        /// An amended report whose elder is frozen: told apart anew.
        TriageAmended = "triage_amended",
        /// The proband is to hear it first.
        Discuss = "discuss",
        /// The list of relatives at risk is to be checked.
        Pedigree = "pedigree",
        /// Relatives are being reached.
        Active = "active",
        /// Every relative has an outcome.
        Review = "review",
        Closed = "closed_with_triggers",
        NothingFamilial = "nothing_familial",
        Superseded = "superseded",
    }
}

impl ResultState {
    /// Whether a step is listed from here.
    pub fn permits(self, command: ResultCommand) -> bool {
        STEPS.iter().any(|(from, by, _)| *from == self && *by == command)
    }

    /// As staff read it on a tag.
    pub const fn title(self) -> &'static str {
        match self {
            ResultState::Triage => "Findings to mark",
            ResultState::TriageAmended => "Amended: findings to mark",
            ResultState::Discuss => "Proband to be told",
            ResultState::Pedigree => "Relatives to check",
            ResultState::Active => "Relatives being reached",
            ResultState::Review => "Ready to close",
            ResultState::Closed => "Closed",
            ResultState::NothingFamilial => "Nothing familial",
            ResultState::Superseded => "Replaced",
        }
    }
}

closed! {
    /// What can happen to a result.
    pub enum ResultCommand {
        SeparateFamilial = "separate_familial",
        SeparateNothing = "separate_nothing",
        /// A mark was wrong: back to telling the findings apart, as long as no relative was reached.
        SeparateAgain = "separate_again",
        TellProband = "tell_proband",
        CheckAtRisk = "check_at_risk",
        AllSettled = "all_settled",
        Reopen = "reopen",
        Close = "close",
        Supersede = "supersede",
    }
}

/// Every permitted step; what is not listed is refused. docs/states.txt shows the full product.
pub const STEPS: &[(ResultState, ResultCommand, ResultState)] = {
    use ResultCommand as C;
    use ResultState as S;
    &[
        (S::Triage, C::SeparateFamilial, S::Discuss),
        (S::Triage, C::SeparateNothing, S::NothingFamilial),
        (S::Triage, C::Supersede, S::Superseded),
        (S::TriageAmended, C::SeparateFamilial, S::Discuss),
        (S::TriageAmended, C::SeparateNothing, S::NothingFamilial),
        (S::TriageAmended, C::Supersede, S::Superseded),
        (S::Discuss, C::SeparateAgain, S::Triage),
        (S::Pedigree, C::SeparateAgain, S::Triage),
        (S::NothingFamilial, C::SeparateAgain, S::Triage),
        (S::Discuss, C::TellProband, S::Pedigree),
        (S::Discuss, C::Supersede, S::Superseded),
        (S::Pedigree, C::CheckAtRisk, S::Active),
        (S::Pedigree, C::Supersede, S::Superseded),
        (S::Active, C::CheckAtRisk, S::Active),
        (S::Active, C::AllSettled, S::Review),
        (S::Active, C::Supersede, S::Superseded),
        (S::Review, C::Close, S::Closed),
        (S::Review, C::Reopen, S::Active),
        (S::Review, C::CheckAtRisk, S::Active),
        (S::Review, C::Supersede, S::Superseded),
        (S::Closed, C::Reopen, S::Active),
        (S::Closed, C::Supersede, S::Superseded),
        (S::NothingFamilial, C::Supersede, S::Superseded),
    ]
};

/// The queues a state asks for.
pub fn wanted(state: ResultState) -> Vec<Wanted> {
    match state {
        ResultState::Triage => vec![Queue::NewResults.into()],
        ResultState::TriageAmended => vec![Queue::AmendedResults.into()],
        ResultState::Discuss => vec![Queue::DiscussionDue.into()],
        ResultState::Pedigree => vec![Queue::AtRiskToCheck.into()],
        ResultState::Review => vec![Queue::ClosureReview.into()],
        ResultState::Active
        | ResultState::Closed
        | ResultState::NothingFamilial
        | ResultState::Superseded => vec![],
    }
}

/// A result as stored. `condition_key`, `inheritance` and `test_code` are what staff chose at separation.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = results)]
pub struct TestResult {
    pub id: ResultId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub person_id: PersonId,
    pub report_id: ReportId,
    pub lab: Option<String>,
    pub report_identifier: Option<String>,
    pub report_status: String,
    pub issued: Option<String>,
    pub conclusion: Option<String>,
    pub received_at: UtcTime,
    pub state: ResultState,
    pub supersedes_id: Option<ResultId>,
    pub condition_key: Option<String>,
    pub inheritance: Option<String>,
    pub test_code: Option<String>,
    pub told_on: Option<UtcDate>,
    pub at_risk_checked_at: Option<UtcTime>,
}

/// Where a result stands, and nothing of what it says: all that rules outside this stage may read.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Standing {
    pub id: ResultId,
    pub family_id: FamilyId,
    pub state: ResultState,
}

impl Standing {
    fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Result, id: self.id.to_string(), family: Some(self.family_id) }
    }
}

impl TestResult {
    pub fn standing(&self) -> Standing {
        Standing { id: self.id, family_id: self.family_id, state: self.state }
    }
}

pub(super) fn result_insert(act: &mut Act<'_>, result: &TestResult) -> Result<()> {
    diesel::insert_into(results::table).values(result).execute(act.conn())?;
    follow(act, &result.standing().subject(), &wanted(result.state))
}

/// Moves a result by a listed step, with its record and its queues.
///
/// # Errors
/// A step that is not listed, in words that say where the result stands.
pub fn result_move(act: &mut Act<'_>, result: Standing, command: ResultCommand) -> Result<ResultState> {
    let to = STEPS
        .iter()
        .find(|(from, by, _)| *from == result.state && *by == command)
        .map(|(_, _, to)| *to)
        .ok_or_else(|| {
            Error::not_now(format!(
                "This result is in state '{}', where '{}' is not possible. Nothing was changed.",
                result.state.as_str().replace('_', " "),
                command.as_str().replace('_', " ")
            ))
        })?;
    let moved = diesel::update(
        results::table.filter(results::id.eq(result.id)).filter(results::state.eq(result.state)),
    )
    .set(results::state.eq(to))
    .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now("Somebody else moved this result just now. Open it again."));
    }
    follow(act, &result.subject(), &wanted(to))?;
    let note = format!("{} -> {}", result.state, to);
    act.record(Deed::ResultMoved, ("result", result.id.as_str()), Some(result.family_id), &note)?;
    Ok(to)
}

/// Notes what was chosen at separation.
pub(super) fn result_name(
    act: &mut Act<'_>,
    id: ResultId,
    condition: &str,
    inheritance: &str,
    test_code: &str,
) -> Result<()> {
    diesel::update(results::table.find(id))
        .set((
            results::condition_key.eq(condition),
            results::inheritance.eq(inheritance),
            results::test_code.eq(test_code),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// Notes when the proband heard the result.
pub fn result_told(act: &mut Act<'_>, id: ResultId, on: UtcDate) -> Result<()> {
    diesel::update(results::table.find(id)).set(results::told_on.eq(on)).execute(act.conn())?;
    Ok(())
}

/// Notes that a person checked the list of relatives at risk.
pub fn result_at_risk_checked(act: &mut Act<'_>, id: ResultId) -> Result<()> {
    let at = act.at;
    diesel::update(results::table.find(id)).set(results::at_risk_checked_at.eq(at)).execute(act.conn())?;
    Ok(())
}

/// A result with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn result_open(conn: &mut Conn, caller: &Caller, id: ResultId) -> Result<(TestResult, InFamily)> {
    let result = result_row(conn, caller.service, id)?;
    let proof = caller.in_family(conn, result.family_id)?;
    Ok((result, proof))
}

/// Where a result stands, without reading anything personal of it.
pub(in crate::clinic) fn result_standing(
    conn: &mut Conn,
    service: ServiceId,
    id: ResultId,
) -> Result<Standing> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::id.eq(id))
        .select((results::id, results::family_id, results::state))
        .first(conn)?)
}

pub(in crate::clinic) fn result_row(conn: &mut Conn, service: ServiceId, id: ResultId) -> Result<TestResult> {
    Ok(results::table.filter(results::service_id.eq(service)).filter(results::id.eq(id)).first(conn)?)
}

pub fn result_list(conn: &mut Conn, proof: InFamily) -> Result<Vec<TestResult>> {
    Ok(results::table
        .filter(results::service_id.eq(proof.service()))
        .filter(results::family_id.eq(proof.family()))
        .order((results::received_at.desc(), results::id.asc()))
        .load(conn)?)
}

/// The newest result with a laboratory's own identifier: the elder of an amended one.
pub(super) fn result_by_identifier(
    conn: &mut Conn,
    service: ServiceId,
    identifier: &str,
) -> Result<Option<TestResult>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::report_identifier.eq(identifier))
        .order((results::received_at.desc(), results::id.asc()))
        .first(conn)
        .optional()?)
}

/// Which of the laboratory's words on one report this is: 1, and one more for each elder it replaces.
pub(super) fn result_version(conn: &mut Conn, service: ServiceId, result: &TestResult) -> Result<u16> {
    let mut version = 1;
    let mut elder = result.supersedes_id;
    // A chain has an end; the bound is there for a database that was damaged.
    while let (Some(id), true) = (elder, version < 1_000) {
        version += 1;
        elder = result_row(conn, service, id)?.supersedes_id;
    }
    Ok(version)
}

pub(super) fn result_by_report(
    conn: &mut Conn,
    service: ServiceId,
    report: ReportId,
) -> Result<Option<TestResult>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::report_id.eq(report))
        .first(conn)
        .optional()?)
}

/// Every result's id and state, for the test that compares queues with states.
pub fn result_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(ResultId, ResultState)>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .select((results::id, results::state))
        .load(conn)?)
}
