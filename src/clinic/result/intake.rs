//! Intake: a laboratory's bytes become a result in the first queue, or an item in the queue of unreadable reports.
//! Must not know: what the findings mean for anyone. The bytes are kept as they came.

use super::{
    certificate, finding,
    report::{self, BirthDate, Report, Sex},
    state::{
        ResultCommand, ResultState, TestResult, result_by_identifier, result_by_report, result_insert,
        result_move,
    },
    unreadable,
};
use crate::{
    access::family::{Family, family_open, relationship_start},
    audit::{Act, Deed},
    clinic::{
        cascade,
        people::person::{self, Identity, SexAtBirth},
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::Result,
    ids::{ReportId, ResultId, ServiceId, StaffId},
    keys,
};
use diesel::prelude::*;

diesel::table! {
    reports (id) {
        id -> Text,
        service_id -> Text,
        digest -> Text,
        bytes -> Binary,
        received_at -> Timestamp,
        state -> Text,
        problem -> Nullable<Text>,
        place -> Nullable<Text>,
        what_to_do -> Nullable<Text>,
        settled_words -> Nullable<Text>,
    }
}

closed! {
    /// Whether a report could be read.
    pub enum ReportState { Read = "read", Unreadable = "unreadable", Settled = "settled" }
}

/// A report as it came, byte for byte.
#[derive(Queryable, Insertable)]
#[diesel(table_name = reports)]
pub struct ReportRow {
    pub id: ReportId,
    pub service_id: ServiceId,
    pub digest: String,
    pub bytes: Vec<u8>,
    pub received_at: UtcTime,
    pub state: ReportState,
    pub problem: Option<String>,
    pub place: Option<String>,
    pub what_to_do: Option<String>,
    pub settled_words: Option<String>,
}

/// What came of a report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Received {
    /// A new result in the first queue. `superseded` is the elder it replaces.
    Result {
        result: ResultId,
        family_reference: String,
        findings: usize,
        superseded: Option<ResultId>,
    },
    /// These very bytes were received before.
    Again {
        result: Option<ResultId>,
        report: ReportId,
    },
    Unreadable {
        report: ReportId,
        problem: String,
        place: String,
        what_to_do: String,
    },
}

/// Takes in a report. `by` is the member of staff who brought it, if a person did.
///
/// # Errors
/// Only faults of ours: a report that cannot be read is an outcome, kept with its reason.
pub fn report_receive(act: &mut Act<'_>, bytes: &[u8], by: Option<StaffId>) -> Result<Received> {
    let digest = keys::digest(bytes);
    if let Some((report, _)) = report_by_digest(act.conn, act.service, &digest)? {
        let service = act.service;
        let result = result_by_report(act.conn(), service, report)?.map(|result| result.id);
        act.record(Deed::ReportReceived, ("report", report.as_str()), None, "again")?;
        return Ok(Received::Again { result, report });
    }
    let id = ReportId::new(act.chance());
    let refusal = match report::read(bytes) {
        Ok(read) => match elder_of(act, &read)? {
            Ok(elder) => {
                report_keep(act, id, &digest, bytes, None)?;
                return result_open(act, id, &read, elder, by);
            }
            Err(refusal) => refusal,
        },
        Err(problem) => Refusal {
            problem: problem.problem.as_str(),
            place: problem.place.clone(),
            what_to_do: problem.to_string(),
        },
    };
    // A file past the limit is not a report: its first part is enough to know it by.
    let kept = bytes.get(..report::MAX_BYTES).unwrap_or(bytes);
    report_keep(act, id, &digest, kept, Some(&refusal))?;
    unreadable::follow_report(act, id, ReportState::Unreadable)?;
    act.record(Deed::ReportUnreadable, ("report", id.as_str()), None, refusal.problem)?;
    Ok(Received::Unreadable {
        report: id,
        problem: refusal.problem.to_owned(),
        place: refusal.place,
        what_to_do: refusal.what_to_do,
    })
}

/// Why a report went into the queue of those that could not be read.
struct Refusal {
    problem: &'static str,
    place: String,
    what_to_do: String,
}

/// The result that a report amends, by the laboratory's own identifier; or that it is about somebody else under the same
/// identifier, which no program may settle: the wrong proband's family would be written to.
fn elder_of(act: &mut Act<'_>, read: &Report) -> Result<std::result::Result<Option<TestResult>, Refusal>> {
    let Some(identifier) = &read.report_identifier else { return Ok(Ok(None)) };
    let Some(elder) = result_by_identifier(act.conn, act.service, identifier)? else { return Ok(Ok(None)) };
    let known = person::person_row(act.conn, act.service, elder.person_id)?;
    let told = identity_of(read);
    let differs = |one: &Option<String>, other: &Option<String>| {
        one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| !one.eq_ignore_ascii_case(other))
    };
    let another = differs(&known.nhs_number, &told.nhs_number)
        || known.birth_date.zip(told.birth_date).is_some_and(|(one, other)| one != other)
        || (differs(&known.family_name, &told.family_name) && differs(&known.given_name, &told.given_name));
    if another {
        return Ok(Err(Refusal {
            problem: "another_patient",
            place: "Patient".into(),
            what_to_do: "This report carries the number of an earlier one but is about another patient. Ask the laboratory which is right; nothing was changed.".into(),
        }));
    }
    Ok(Ok(Some(elder)))
}

fn report_keep(
    act: &mut Act<'_>,
    id: ReportId,
    digest: &str,
    bytes: &[u8],
    problem: Option<&Refusal>,
) -> Result<()> {
    let row = ReportRow {
        id,
        service_id: act.service,
        digest: digest.to_owned(),
        bytes: bytes.to_vec(),
        received_at: act.at,
        state: if problem.is_some() { ReportState::Unreadable } else { ReportState::Read },
        problem: problem.map(|p| p.problem.to_owned()),
        place: problem.map(|p| p.place.clone()),
        what_to_do: problem.map(|p| p.what_to_do.clone()),
        settled_words: None,
    };
    diesel::insert_into(reports::table).values(&row).execute(act.conn())?;
    Ok(())
}

fn result_open(
    act: &mut Act<'_>,
    report: ReportId,
    read: &Report,
    elder: Option<TestResult>,
    by: Option<StaffId>,
) -> Result<Received> {
    let service = act.service;
    let (family_id, person_id, reference) = match &elder {
        Some(elder) => {
            let reference = crate::access::family::family_reference(act.conn(), service, elder.family_id)?;
            (elder.family_id, elder.person_id, reference)
        }
        None => {
            let family: Family = family_open(act)?;
            let sex = match &read.patient.sex {
                Some(Sex::Female) => SexAtBirth::Female,
                Some(Sex::Male) => SexAtBirth::Male,
                Some(Sex::Other | Sex::Unknown | Sex::Unlisted(_)) | None => SexAtBirth::Unknown,
            };
            let person = person::person_add(act, family.id, true, sex, identity_of(read))?;
            (family.id, person, family.reference)
        }
    };
    if let Some(staff) = by {
        relationship_start(act, staff, family_id, "brought in the laboratory report")?;
    }
    let result = TestResult {
        id: ResultId::new(act.chance()),
        service_id: service,
        family_id,
        person_id,
        report_id: report,
        lab: read.lab.clone(),
        report_identifier: read.report_identifier.clone(),
        report_status: read.status.as_str().to_owned(),
        issued: read.issued.clone(),
        conclusion: read.conclusion.clone(),
        received_at: act.at,
        state: if elder.is_some() { ResultState::TriageAmended } else { ResultState::Triage },
        supersedes_id: elder.as_ref().map(|elder| elder.id),
        condition_key: None,
        inheritance: None,
        test_code: None,
        told_on: None,
        at_risk_checked_at: None,
    };
    result_insert(act, &result)?;
    for found in &read.findings {
        finding::finding_keep(act, result.id, found)?;
    }
    act.record(Deed::ReportReceived, ("report", report.as_str()), Some(family_id), "read")?;
    if let Some(elder) = &elder {
        supersede(act, elder, result.id)?;
    }
    Ok(Received::Result {
        result: result.id,
        family_reference: reference,
        findings: read.findings.len(),
        superseded: elder.map(|elder| elder.id),
    })
}

/// The elder of an amended report: it and all that hangs on it and has not left the house stops, in this very act.
fn supersede(act: &mut Act<'_>, elder: &TestResult, by: ResultId) -> Result<()> {
    if elder.state == ResultState::Superseded {
        return Ok(());
    }
    result_move(act, elder.standing(), ResultCommand::Supersede)?;
    act.record(Deed::ResultSuperseded, ("result", elder.id.as_str()), Some(elder.family_id), by.as_str())?;
    certificate::certificates_supersede(act, elder)?;
    cascade::task::tasks_suspend(act, elder)
}

/// What the report says of who the proband is; what does not fit our checks is left for staff to complete.
fn identity_of(read: &Report) -> Identity {
    let patient = &read.patient;
    let birth_date = match &patient.birth_date {
        Some(BirthDate::Full { year, month, day }) => {
            UtcDate::new(i32::from(*year), u32::from(*month), u32::from(*day))
        }
        Some(BirthDate::Partial(_)) | None => None,
    };
    let named = patient
        .given
        .as_deref()
        .zip(patient.family.as_deref())
        .filter(|(given, family)| kinward_family::person::RecipientName::parse(given, family).is_ok());
    Identity {
        given_name: named.map(|(given, _)| given.to_owned()),
        family_name: named.map(|(_, family)| family.to_owned()),
        birth_date,
        nhs_number: patient.nhs_number.clone(),
    }
}

fn report_by_digest(
    conn: &mut Conn,
    service: ServiceId,
    digest: &str,
) -> Result<Option<(ReportId, ReportState)>> {
    Ok(reports::table
        .filter(reports::service_id.eq(service))
        .filter(reports::digest.eq(digest))
        .select((reports::id, reports::state))
        .first(conn)
        .optional()?)
}

/// The report as it came. Its bytes are personal: fetching them is an act.
pub fn report_fetch(
    act: &mut Act<'_>,
    id: ReportId,
    family: Option<crate::ids::FamilyId>,
) -> Result<ReportRow> {
    let service = act.service;
    act.record(Deed::ReportFetched, ("report", id.as_str()), family, "")?;
    Ok(reports::table.filter(reports::service_id.eq(service)).filter(reports::id.eq(id)).first(act.conn())?)
}

/// Settles an unreadable report with the words of whoever did; answers false where it was not waiting.
pub(super) fn report_settle(act: &mut Act<'_>, id: ReportId, words: &str) -> Result<bool> {
    let service = act.service;
    let changed = diesel::update(
        reports::table
            .filter(reports::service_id.eq(service))
            .filter(reports::id.eq(id))
            .filter(reports::state.eq(ReportState::Unreadable)),
    )
    .set((reports::state.eq(ReportState::Settled), reports::settled_words.eq(words)))
    .execute(act.conn())?;
    Ok(changed == 1)
}

/// Every report's id and state, for the test that compares queues with states.
pub fn report_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(ReportId, ReportState)>> {
    Ok(reports::table
        .filter(reports::service_id.eq(service))
        .select((reports::id, reports::state))
        .load(conn)?)
}
