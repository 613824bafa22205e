//! A relative's own result for the family's variant: recorded by one person, corrected by a new row. Compartment P.
//! Must not know: what it moves; only a second person's word makes it count.

use super::{
    fits,
    said::{Command, Says, Source, State, step, wanted},
    verdict::{Verdict, VerdictRow, verdicts_of},
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        people::person::person_get,
        queue::item::{Subject, SubjectKind, follow},
        result::{
            release::fact_preview,
            state::{ResultState, TestResult, result_row},
        },
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, PersonId, RelativeResultId, ResultId, ServiceId, StaffId},
    keys::{Grant, Sealed, compartment::P, content},
};
use diesel::prelude::*;
use kinward_family::fact::{Inheritance, VariantName};

diesel::table! {
    relative_results (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        person_id -> Text,
        replaces_id -> Nullable<Text>,
        by_staff -> Text,
        at -> Timestamp,
        seq -> Integer,
        sealed -> Binary,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = relative_results)]
struct Row {
    id: RelativeResultId,
    service_id: ServiceId,
    family_id: FamilyId,
    result_id: ResultId,
    person_id: PersonId,
    replaces_id: Option<RelativeResultId>,
    by_staff: StaffId,
    at: UtcTime,
    seq: i32,
    sealed: Sealed<Finding>,
}

/// What a relative's test said: the relative's own personal finding. It has neither Debug nor Serialize, so that it cannot
/// fall into a log or an answer whole.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Finding {
    #[n(0)]
    pub says: Says,
    /// None only where it takes a result away.
    #[n(1)]
    pub tested_on: Option<UtcDate>,
    #[n(2)]
    pub laboratory: String,
    #[n(3)]
    pub source: Option<Source>,
    #[n(4)]
    pub variant: String,
    /// Why what it corrects was wrong; empty where it corrects nothing.
    #[n(5)]
    pub reason: String,
}
content!(P at "relative_results.sealed" holds Finding);

/// A relative's result that was opened, with where it stands.
#[derive(Clone)]
pub struct RelativeResult {
    pub id: RelativeResultId,
    pub family_id: FamilyId,
    /// The proband's result whose variant was tested for.
    pub result_id: ResultId,
    pub person_id: PersonId,
    pub replaces_id: Option<RelativeResultId>,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub state: State,
    pub finding: Finding,
    pub verdict: Option<Verdict>,
}

impl RelativeResult {
    /// True where it counts: confirmed, not corrected, and the test could tell.
    pub fn counts(&self) -> bool {
        self.state == State::Confirmed && self.finding.says.is_informative()
    }
}

pub(super) fn subject(id: RelativeResultId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::RelativeResult, id: id.to_string(), family: Some(family), task: None }
}

/// A result as staff record it.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub says: Option<Says>,
    pub tested_on: Option<UtcDate>,
    #[serde(default)]
    pub laboratory: String,
    pub source: Option<Source>,
    /// As their report names it.
    #[serde(default)]
    pub variant: String,
}

/// Records what a relative's test said. It moves nothing until a second person confirms it.
///
/// # Errors
/// What cannot be said of this person; another variant; the proband's own result; one that waits or stands already.
pub fn relative_result_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    person: PersonId,
    entry: &Entry,
) -> Result<RelativeResultId> {
    if person == result.person_id {
        return Err(Error::not_now("This is the proband's own variant. Only relatives' tests stand here."));
    }
    for other in relative_results_of(act.conn(), proof, result.id)? {
        if other.person_id == person && other.state == State::Recorded {
            return Err(Error::not_now(
                "A result of this person waits to be confirmed. Nothing was saved: confirm or reject that one first.",
            ));
        }
        if other.person_id == person && other.counts() {
            return Err(Error::not_now(
                "A confirmed result of this person stands. Nothing was saved: if it is wrong, correct it on its own page.",
            ));
        }
    }
    let finding = finding_of(act, proof, result, person, entry, String::new())?;
    insert(
        act,
        proof.grant()?,
        Of { family: proof.family(), result: result.id, person },
        proof.staff(),
        None,
        &finding,
    )
}

/// Puts a correction beside a confirmed result. The old one counts until the correction is confirmed, and stays visible.
///
/// # Errors
/// No reason; nothing that stands to be corrected; a correction that waits already.
pub fn relative_result_correct(
    act: &mut Act<'_>,
    proof: &InFamily,
    old: &RelativeResult,
    entry: &Entry,
    reason: &str,
) -> Result<RelativeResultId> {
    may(old, Command::Correct)?;
    let reason = in_a_sentence(
        reason,
        "reason",
        "Write in a sentence why the result was wrong: the second person decides by it.",
    )?;
    let result = result_row(act.conn(), proof, old.result_id)?;
    let others = relative_results_of(act.conn(), proof, result.id)?;
    if others.iter().any(|other| other.replaces_id == Some(old.id) && other.state == State::Recorded) {
        return Err(Error::not_now(
            "A correction of this result waits to be confirmed. Nothing was saved: confirm or reject that one first.",
        ));
    }
    let finding = if entry.says == Some(Says::Void) {
        open_for_results(&result)?;
        Finding {
            says: Says::Void,
            tested_on: None,
            laboratory: String::new(),
            source: None,
            variant: String::new(),
            reason,
        }
    } else {
        finding_of(act, proof, &result, old.person_id, entry, reason)?
    };
    insert(
        act,
        proof.grant()?,
        Of { family: proof.family(), result: result.id, person: old.person_id },
        proof.staff(),
        Some(old.id),
        &finding,
    )
}

fn finding_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    person: PersonId,
    entry: &Entry,
    reason: String,
) -> Result<Finding> {
    open_for_results(result)?;
    let person = person_get(act.conn(), proof, person)?;
    let says = entry
        .says
        .ok_or_else(|| Error::bad_input("Choose what the report says. Nothing was saved.").at("says"))?;
    fits::says_possible(says, inheritance_of(result)?, person.sex_at_birth)?;
    let tested_on = entry
        .tested_on
        .ok_or_else(|| Error::bad_input("Give the day of the test. Nothing was saved.").at("tested_on"))?;
    let year = person.particulars.birth_year.and_then(|year| UtcDate::new(year, 1, 1));
    fits::day_possible(tested_on, person.birth_date.or(year), act.at.date())?;
    let laboratory = entry.laboratory.trim().to_owned();
    if laboratory.chars().count() < 3 {
        return Err(Error::bad_input("Name the laboratory. Nothing was saved.").at("laboratory"));
    }
    let source = entry
        .source
        .ok_or_else(|| Error::bad_input("Choose how we know. Nothing was saved.").at("source"))?;
    fits::variant_is_ours(&entry.variant, &variants_of(act, proof, result)?)?;
    let variant = entry.variant.trim().to_owned();
    Ok(Finding { says, tested_on: Some(tested_on), laboratory, source: Some(source), variant, reason })
}

/// Whose result for which variant, in which file.
#[derive(Clone, Copy)]
pub struct Of {
    pub family: FamilyId,
    pub result: ResultId,
    pub person: PersonId,
}

/// Writes down what a joined file holds of the same person, to be confirmed here like any other. Nothing where the same
/// stands or something waits, and where there is nothing to take away.
pub(in crate::clinic) fn relative_result_carry(
    act: &mut Act<'_>,
    grant: &Grant<P>,
    of: Of,
    by: StaffId,
    finding: &Finding,
) -> Result<Option<RelativeResultId>> {
    let service = act.service;
    let rows: Vec<Row> = relative_results::table
        .filter(relative_results::service_id.eq(service))
        .filter(relative_results::result_id.eq(of.result))
        .filter(relative_results::person_id.eq(of.person))
        .order(relative_results::seq.asc())
        .load(act.conn())?;
    let verdicts = verdicts_of(act.conn(), service, of.family)?;
    let standing: Vec<Stands> = rows.iter().map(|row| (row.id, row.replaces_id)).collect();
    let state = |row: &Row| state_of(row.id, &standing, &verdicts);
    if rows.iter().any(|row| state(row) == State::Recorded) {
        return Ok(None);
    }
    let counts = rows.iter().find(|row| state(row) == State::Confirmed);
    let same = match counts {
        Some(row) => row.sealed.open(grant, row.id.as_str())?.says == finding.says,
        None => finding.says == Says::Void,
    };
    if same { Ok(None) } else { insert(act, grant, of, by, counts.map(|row| row.id), finding).map(Some) }
}

fn insert(
    act: &mut Act<'_>,
    grant: &Grant<P>,
    of: Of,
    by: StaffId,
    replaces: Option<RelativeResultId>,
    finding: &Finding,
) -> Result<RelativeResultId> {
    let id = RelativeResultId::new(act.chance());
    let service = act.service;
    let last: Option<i32> = relative_results::table
        .filter(relative_results::service_id.eq(service))
        .filter(relative_results::result_id.eq(of.result))
        .select(diesel::dsl::max(relative_results::seq))
        .first(act.conn())?;
    let row = Row {
        id,
        service_id: service,
        family_id: of.family,
        result_id: of.result,
        person_id: of.person,
        replaces_id: replaces,
        by_staff: by,
        at: act.at,
        seq: last.unwrap_or(0) + 1,
        sealed: Sealed::seal(grant, act.chance(), id.as_str(), finding)?,
    };
    diesel::insert_into(relative_results::table).values(&row).execute(act.conn())?;
    follow(act, &subject(id, of.family), &wanted(State::Recorded, false))?;
    let note = if replaces.is_some() { "a correction" } else { "" };
    act.record(Deed::RelativeResultRecorded, ("relative_result", id.as_str()), Some(of.family), note)?;
    Ok(id)
}

/// A relative's test is looked at once the proband knows what was found, as long as the report is the newest.
pub(in crate::clinic) fn open_for_results(result: &TestResult) -> Result<()> {
    match result.state {
        ResultState::Pedigree
        | ResultState::CheckAgain
        | ResultState::Active
        | ResultState::Widened
        | ResultState::Review
        | ResultState::Closed => Ok(()),
        ResultState::Triage | ResultState::TriageAmended | ResultState::Discuss => Err(Error::not_now(
            "The proband's own result is not that far: separate it and tell the proband first. Nothing was saved.",
        )),
        ResultState::NothingFamilial => {
            Err(Error::not_now("Nothing in this result is familial, so there is no variant to test for."))
        }
        ResultState::Superseded => Err(Error::not_now(
            "An amended report took this result's place. Record relatives' tests on the newest one. Nothing was saved.",
        )),
    }
}

/// How the variant of a result is inherited.
///
/// # Errors
/// One whose findings are not separated yet.
pub fn inheritance_of(result: &TestResult) -> Result<Inheritance> {
    let chosen = result.about.inheritance.as_deref().and_then(|text| text.parse().ok());
    chosen.ok_or_else(|| {
        Error::not_now("How this is inherited is not chosen yet. Separate the findings first.")
    })
}

/// The names of the variant that relatives are tested for.
pub fn variants_of(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<Vec<String>> {
    let fact = fact_preview(act, proof, result)?;
    Ok(fact.variants().iter().map(VariantName::as_str).map(str::to_owned).collect())
}

pub(super) fn in_a_sentence(words: &str, field: &str, asked: &str) -> Result<String> {
    let words = words.trim();
    if words.chars().count() < 10 {
        return Err(Error::bad_input(format!("{asked} Nothing was saved.")).at(field));
    }
    Ok(words.to_owned())
}

pub(super) fn may(of: &RelativeResult, command: Command) -> Result<State> {
    step(of.state, command).ok_or_else(|| {
        Error::not_now(format!(
            "This result is {}; it cannot be {} now. Nothing was changed.",
            of.state,
            match command {
                Command::Confirm => "confirmed",
                Command::Reject => "rejected",
                Command::Correct => "corrected",
            }
        ))
    })
}

/// Every relative's result for the variant of one result, oldest first.
pub fn relative_results_of(
    conn: &mut Conn,
    proof: &InFamily,
    result: ResultId,
) -> Result<Vec<RelativeResult>> {
    let rows: Vec<Row> = relative_results::table
        .filter(relative_results::service_id.eq(proof.service()))
        .filter(relative_results::family_id.eq(proof.family()))
        .filter(relative_results::result_id.eq(result))
        .order(relative_results::seq.asc())
        .load(conn)?;
    let verdicts = verdicts_of(conn, proof.service(), proof.family())?;
    let grant = proof.grant()?;
    let standing: Vec<Stands> = rows.iter().map(|row| (row.id, row.replaces_id)).collect();
    rows.into_iter()
        .map(|row| {
            let said = verdicts.iter().find(|verdict| verdict.relative_result_id == row.id);
            Ok(RelativeResult {
                state: state_of(row.id, &standing, &verdicts),
                finding: row.sealed.open(grant, row.id.as_str())?,
                verdict: said.map(|row| row.open(proof)).transpose()?,
                id: row.id,
                family_id: row.family_id,
                result_id: row.result_id,
                person_id: row.person_id,
                replaces_id: row.replaces_id,
                by_staff: row.by_staff,
                at: row.at,
            })
        })
        .collect()
}

/// A result and what it corrects.
type Stands = (RelativeResultId, Option<RelativeResultId>);

/// Where a result stands follows from the rows alone, which are never changed: its verdict, and a confirmed correction.
fn state_of(id: RelativeResultId, all: &[Stands], verdicts: &[VerdictRow]) -> State {
    let after = |of: RelativeResultId| {
        let verdict = verdicts.iter().find(|row| row.relative_result_id == of);
        verdict.and_then(|row| step(State::Recorded, row.verdict)).unwrap_or(State::Recorded)
    };
    let corrected = all.iter().any(|(by, of)| *of == Some(id) && after(*by) == State::Confirmed);
    match after(id) {
        State::Confirmed if corrected => step(State::Confirmed, Command::Correct).unwrap_or(State::Corrected),
        state @ (State::Recorded | State::Confirmed | State::Rejected | State::Corrected) => state,
    }
}

/// A relative's result with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn relative_result_open(
    conn: &mut Conn,
    caller: &Caller,
    id: RelativeResultId,
) -> Result<(RelativeResult, InFamily)> {
    let (family, result): (FamilyId, ResultId) = relative_results::table
        .filter(relative_results::service_id.eq(caller.service))
        .filter(relative_results::id.eq(id))
        .select((relative_results::family_id, relative_results::result_id))
        .first(conn)?;
    let proof = caller.in_family(conn, family)?;
    let all = relative_results_of(conn, &proof, result)?;
    let one = all.into_iter().find(|one| one.id == id).ok_or_else(Error::not_found)?;
    Ok((one, proof))
}

/// The confirmed results of relatives that rest on a result, each with whose it is.
pub(in crate::clinic) fn own_results_confirmed(
    conn: &mut Conn,
    service: ServiceId,
    result: ResultId,
) -> Result<Vec<(RelativeResultId, PersonId, UtcTime)>> {
    let rows: Vec<(RelativeResultId, Option<RelativeResultId>, PersonId, UtcTime)> = relative_results::table
        .filter(relative_results::service_id.eq(service))
        .filter(relative_results::result_id.eq(result))
        .select((
            relative_results::id,
            relative_results::replaces_id,
            relative_results::person_id,
            relative_results::at,
        ))
        .order(relative_results::seq.asc())
        .load(conn)?;
    let verdicts = super::verdict::verdicts_all(conn, service)?;
    let standing: Vec<Stands> = rows.iter().map(|(id, replaces, _, _)| (*id, *replaces)).collect();
    let confirmed =
        rows.into_iter().filter(|(id, ..)| state_of(*id, &standing, &verdicts) == State::Confirmed);
    Ok(confirmed.map(|(id, _, person, at)| (id, person, at)).collect())
}

/// Where one result stands, without opening it.
pub(super) fn state_now(conn: &mut Conn, service: ServiceId, id: RelativeResultId) -> Result<State> {
    let known = relative_result_states(conn, service)?;
    known.iter().find(|(known, _)| *known == id).map(|(_, state)| *state).ok_or_else(Error::not_found)
}

/// Every relative's result and its state, for the test that compares queues with states.
pub fn relative_result_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(RelativeResultId, State)>> {
    let all: Vec<(RelativeResultId, Option<RelativeResultId>)> = relative_results::table
        .filter(relative_results::service_id.eq(service))
        .select((relative_results::id, relative_results::replaces_id))
        .load(conn)?;
    let verdicts = super::verdict::verdicts_all(conn, service)?;
    Ok(all.iter().map(|(id, _)| (*id, state_of(*id, &all, &verdicts))).collect())
}
