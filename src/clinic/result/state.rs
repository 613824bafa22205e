//! The result as an object: its row, its states, and the queue each state asks for. Compartment P but for its state.
//! Must not know: what its findings say.

use super::additional::Additional;
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        cascade::trigger::result_triggers_end,
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ReportId, ResultId, ServiceId},
    keys::{Content, Grant, Keys, Sealed, compartment::P, content},
};
use diesel::prelude::*;

diesel::table! {
    results (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        person_id -> Text,
        report_id -> Text,
        received_at -> Timestamp,
        state -> Text,
        supersedes_id -> Nullable<Text>,
        identifier_index -> Nullable<Text>,
        sealed -> Binary,
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
        /// Who is at risk is in doubt: nobody is written to until the list has been checked again.
        CheckAgain = "check_again",
        /// Relatives are being reached.
        Active = "active",
        /// Relatives are being reached, and somebody at risk has come into the family whom nobody follows yet.
        Widened = "widened",
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
            ResultState::CheckAgain => "Relatives to check again",
            ResultState::Active => "Relatives being reached",
            ResultState::Widened => "Relatives to check: somebody was added",
            ResultState::Review => "Ready to close",
            ResultState::Closed => "Closed, with triggers",
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
        Doubt = "doubt",
        /// Somebody at risk was added to the family.
        Widen = "widen",
        AllSettled = "all_settled",
        /// A year has passed, or the day that somebody set: a person looks at it again.
        LookAgain = "look_again",
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
        (S::Active, C::Doubt, S::CheckAgain),
        (S::Active, C::Widen, S::Widened),
        (S::Review, C::Widen, S::Widened),
        (S::Closed, C::Widen, S::Widened),
        (S::Widened, C::CheckAtRisk, S::Active),
        (S::Widened, C::Doubt, S::CheckAgain),
        (S::Widened, C::Supersede, S::Superseded),
        (S::Review, C::Doubt, S::CheckAgain),
        (S::Closed, C::Doubt, S::CheckAgain),
        (S::CheckAgain, C::CheckAtRisk, S::Active),
        (S::CheckAgain, C::Supersede, S::Superseded),
        (S::Review, C::Close, S::Closed),
        (S::Review, C::Reopen, S::Active),
        (S::Review, C::CheckAtRisk, S::Active),
        (S::Review, C::Supersede, S::Superseded),
        (S::Closed, C::Reopen, S::Active),
        (S::Closed, C::LookAgain, S::Review),
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
        ResultState::Pedigree | ResultState::CheckAgain | ResultState::Widened => {
            vec![Queue::AtRiskToCheck.into()]
        }
        ResultState::Review => vec![Queue::ClosureReview.into()],
        ResultState::Active
        | ResultState::Closed
        | ResultState::NothingFamilial
        | ResultState::Superseded => vec![],
    }
}

/// A result as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = results)]
struct Row {
    id: ResultId,
    service_id: ServiceId,
    family_id: FamilyId,
    person_id: PersonId,
    report_id: ReportId,
    received_at: UtcTime,
    state: ResultState,
    supersedes_id: Option<ResultId>,
    /// The laboratory's own identifier, as a blind index: an amended report is known by it.
    identifier_index: Option<String>,
    sealed: Sealed<About>,
}

/// What a result says of itself: the part that is sealed. `condition_key`, `inheritance` and `test_code` are what staff
/// chose at separation.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct About {
    #[n(0)]
    pub lab: Option<String>,
    #[n(1)]
    pub report_identifier: Option<String>,
    #[n(2)]
    pub report_status: String,
    #[n(3)]
    pub issued: Option<String>,
    #[n(4)]
    pub conclusion: Option<String>,
    #[n(5)]
    pub condition_key: Option<String>,
    #[n(6)]
    pub inheritance: Option<String>,
    #[n(7)]
    pub test_code: Option<String>,
    #[n(8)]
    pub told_on: Option<UtcDate>,
    #[n(9)]
    pub at_risk_checked_at: Option<UtcTime>,
    /// Where the test was not done for it.
    #[n(10)]
    pub additional: Option<Additional>,
}
content!(P at "results.sealed" holds About);

/// A result that was opened.
#[derive(Clone)]
pub struct TestResult {
    pub id: ResultId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub person_id: PersonId,
    pub report_id: ReportId,
    pub received_at: UtcTime,
    pub state: ResultState,
    pub supersedes_id: Option<ResultId>,
    pub about: About,
}

/// Where a result stands, and nothing of what it says: all that rules outside this stage may read.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Standing {
    pub id: ResultId,
    pub family_id: FamilyId,
    /// Who was tested.
    pub person_id: PersonId,
    pub state: ResultState,
}

impl Standing {
    fn subject(&self) -> Subject {
        Subject {
            kind: SubjectKind::Result,
            id: self.id.to_string(),
            family: Some(self.family_id),
            task: None,
        }
    }
}

impl TestResult {
    pub fn standing(&self) -> Standing {
        Standing { id: self.id, family_id: self.family_id, person_id: self.person_id, state: self.state }
    }
}

impl Row {
    fn open(self, grant: &Grant<P>) -> Result<TestResult> {
        Ok(TestResult {
            about: self.sealed.open(grant, self.id.as_str())?,
            id: self.id,
            service_id: self.service_id,
            family_id: self.family_id,
            person_id: self.person_id,
            report_id: self.report_id,
            received_at: self.received_at,
            state: self.state,
            supersedes_id: self.supersedes_id,
        })
    }
}

/// Keeps a new result and opens the queue its state asks for.
pub(super) fn result_insert(act: &mut Act<'_>, grant: &Grant<P>, result: &TestResult) -> Result<()> {
    let identifier = result.about.report_identifier.as_deref();
    let row = Row {
        id: result.id,
        service_id: result.service_id,
        family_id: result.family_id,
        person_id: result.person_id,
        report_id: result.report_id,
        received_at: result.received_at,
        state: result.state,
        supersedes_id: result.supersedes_id,
        identifier_index: identifier.map(|text| identifier_index(act, text)).transpose()?,
        sealed: Sealed::seal(grant, act.chance(), result.id.as_str(), &result.about)?,
    };
    diesel::insert_into(results::table).values(&row).execute(act.conn())?;
    follow(act, &result.standing().subject(), &wanted(result.state))
}

fn identifier_index(act: &Act<'_>, identifier: &str) -> Result<String> {
    act.keys().blind_index(act.service, IDENTIFIER, identifier)
}

const IDENTIFIER: &str = "laboratory report";

/// The index of a result, of what stands in a copied row before it is sealed.
///
/// # Errors
/// What is not a result.
pub fn index_copied(keys: &Keys, service: ServiceId, clear: &[u8]) -> Result<Option<String>> {
    let about = About::decode(clear)?;
    let index = |identifier: &String| keys.blind_index(service, IDENTIFIER, identifier);
    about.report_identifier.as_ref().map(index).transpose()
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
    if result.state == ResultState::Closed {
        result_triggers_end(act, result.id, to)?;
    }
    let note = format!("{} -> {}", result.state, to);
    act.record(Deed::ResultMoved, ("result", result.id.as_str()), Some(result.family_id), &note)?;
    Ok(to)
}

/// Changes what a result says of itself: what was chosen at separation, when the proband heard it, when its list was checked.
pub(in crate::clinic) fn result_change(
    act: &mut Act<'_>,
    proof: &InFamily,
    id: ResultId,
    change: impl FnOnce(&mut About),
) -> Result<()> {
    let mut about = result_row(act.conn(), proof, id)?.about;
    change(&mut about);
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &about)?;
    diesel::update(results::table.find(id)).set(results::sealed.eq(sealed)).execute(act.conn())?;
    Ok(())
}

/// A result with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn result_open(conn: &mut Conn, caller: &Caller, id: ResultId) -> Result<(TestResult, InFamily)> {
    let row: Row = results::table
        .filter(results::service_id.eq(caller.service))
        .filter(results::id.eq(id))
        .first(conn)?;
    let proof = caller.in_family(conn, row.family_id)?;
    Ok((row.open(proof.grant()?)?, proof))
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
        .select((results::id, results::family_id, results::person_id, results::state))
        .first(conn)?)
}

/// The results of one proband, whatever state they are in, without reading anything personal of them.
pub(in crate::clinic) fn results_of_person(
    conn: &mut Conn,
    service: ServiceId,
    person: PersonId,
) -> Result<Vec<ResultId>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::person_id.eq(person))
        .select(results::id)
        .order(results::id.asc())
        .load(conn)?)
}

pub(in crate::clinic) fn result_row(conn: &mut Conn, proof: &InFamily, id: ResultId) -> Result<TestResult> {
    let row: Row = results::table
        .filter(results::service_id.eq(proof.service()))
        .filter(results::family_id.eq(proof.family()))
        .filter(results::id.eq(id))
        .first(conn)?;
    row.open(proof.grant()?)
}

pub fn result_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<TestResult>> {
    let rows: Vec<Row> = results::table
        .filter(results::service_id.eq(proof.service()))
        .filter(results::family_id.eq(proof.family()))
        .order((results::received_at.desc(), results::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|row| row.open(grant)).collect()
}

/// The newest result with a laboratory's own identifier: the elder of an amended one.
pub(super) fn result_by_identifier(act: &mut Act<'_>, identifier: &str) -> Result<Option<Standing>> {
    let index = identifier_index(act, identifier)?;
    let service = act.service;
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::identifier_index.eq(index))
        .order((results::received_at.desc(), results::id.asc()))
        .select((results::id, results::family_id, results::person_id, results::state))
        .first(act.conn())
        .optional()?)
}

/// Which of the laboratory's words on one report this is: 1, and one more for each elder it replaces.
pub(super) fn result_version(conn: &mut Conn, service: ServiceId, result: &TestResult) -> Result<u16> {
    let mut version = 1;
    let mut elder = result.supersedes_id;
    // A chain has an end; the bound is there for a database that was damaged.
    while let (Some(id), true) = (elder, version < 1_000) {
        version += 1;
        elder = results::table
            .filter(results::service_id.eq(service))
            .filter(results::id.eq(id))
            .select(results::supersedes_id)
            .first(conn)?;
    }
    Ok(version)
}

pub(super) fn result_by_report(
    conn: &mut Conn,
    service: ServiceId,
    report: ReportId,
) -> Result<Option<ResultId>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::report_id.eq(report))
        .select(results::id)
        .first(conn)
        .optional()?)
}

/// The results whose report was amended.
pub(in crate::clinic) fn superseded_results(conn: &mut Conn, service: ServiceId) -> Result<Vec<ResultId>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .filter(results::state.eq(ResultState::Superseded))
        .select(results::id)
        .load(conn)?)
}

/// Every result's id and state, for the test that compares queues with states.
pub fn result_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(ResultId, ResultState)>> {
    Ok(results::table
        .filter(results::service_id.eq(service))
        .select((results::id, results::state))
        .load(conn)?)
}
