//! Intake: a laboratory's bytes become a result in the first queue, or an item in the queue of unreadable reports.
//! Must not know: what the findings mean for anyone. The bytes are kept as they came.

use super::{
    certificate, finding,
    report::{self, BirthDate, Patient, Report, Sex},
    state::{
        About, ResultCommand, ResultState, Standing, TestResult, result_by_identifier, result_by_report,
        result_insert, result_move,
    },
    too_long, unreadable,
};
use crate::{
    access::{
        conflict::is_barred,
        family::{family_open, relationship_start},
    },
    audit::{Act, Deed},
    clinic::{
        cascade,
        kindred::joined::kindreds_move,
        people::{
            dates::birth_possible,
            person::{self, Identity, SexAtBirth},
        },
        recontact,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ReportId, ResultId, ServiceId, StaffId},
    keys::{self, Compartment, Content, Grant, Keys, Sealed, compartment::P, content, envelope::Unlocked},
    policy::DateLimits,
};
use diesel::prelude::*;

diesel::table! {
    reports (id) {
        id -> Text,
        service_id -> Text,
        holder_id -> Text,
        digest_index -> Text,
        received_at -> Timestamp,
        state -> Text,
        problem -> Nullable<Text>,
        place -> Nullable<Text>,
        what_to_do -> Nullable<Text>,
        sealed -> Binary,
        same_index -> Nullable<Text>,
    }
}

closed! {
    /// Whether a report could be read.
    pub enum ReportState { Read = "read", Unreadable = "unreadable", Settled = "settled" }
}

/// A report as stored. Its bytes are sealed for the family it opened, or for the service as long as it has none.
#[derive(Queryable, Insertable)]
#[diesel(table_name = reports)]
struct Row {
    id: ReportId,
    service_id: ServiceId,
    holder_id: String,
    digest_index: String,
    received_at: UtcTime,
    state: ReportState,
    problem: Option<String>,
    place: Option<String>,
    what_to_do: Option<String>,
    sealed: Sealed<Kept>,
    /// Of what it says, so that a second export of the same report is recognised.
    same_index: Option<String>,
}

/// The report as it came, byte for byte, and the words it was settled with if it could not be read.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Kept {
    #[cbor(n(0), with = "minicbor::bytes")]
    bytes: Vec<u8>,
    #[n(1)]
    settled_words: Option<String>,
    /// Why it was taken in although one that says the same was there.
    #[n(2)]
    again_why: Option<String>,
}
content!(P at "reports.sealed" holds Kept);

/// A report that was opened.
pub struct ReportRow {
    pub id: ReportId,
    pub bytes: Vec<u8>,
    pub received_at: UtcTime,
    pub state: ReportState,
    pub problem: Option<String>,
    pub place: Option<String>,
    pub what_to_do: Option<String>,
    pub settled_words: Option<String>,
    pub again_why: Option<String>,
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
    /// Another file that says the same was taken in before; nothing was saved.
    Same {
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

/// Why a report is taken in although one that says the same is there, and which one that is, where somebody was asked about it.
#[derive(Clone)]
pub struct Again {
    pub why: String,
    pub of: Option<ReportId>,
}

/// Takes in a report. `by` is the member of staff who brought it, if a person did.
///
/// # Errors
/// A file above the limit, another file than the one that somebody was asked about, and faults of ours: a report that cannot be read is an outcome, kept with its reason.
pub fn report_receive(
    act: &mut Act<'_>,
    bytes: &[u8],
    by: Option<StaffId>,
    again: Option<&Again>,
) -> Result<Received> {
    too_long::size_check(bytes.len() as u64)?;
    let service = act.service;
    let again = again.filter(|again| !again.why.trim().is_empty());
    let again_why = again.map(|again| again.why.trim());
    let asked_of = again.and_then(|again| again.of);
    let id = ReportId::new(act.chance());
    let mut digest = digest_index(act.keys(), service, bytes)?;
    let very = report_by_digest(act.conn, service, &digest)?;
    if let Some((report, state)) = very {
        if again_why.is_none() || state != ReportState::Read {
            let result = result_by_report(act.conn(), service, report)?;
            act.record(Deed::ReportReceived, ("report", report.as_str()), None, "again")?;
            return Ok(Received::Again { result, report });
        }
        // The first keeps its own; whoever brings these bytes a third time is led to the first as well.
        digest = act.keys().blind_index(service, "report again", id.as_str())?;
    }
    let read = report::read(bytes);
    let same = read.as_ref().map_or(Ok(None), |read| same_index(act.keys(), service, read))?;
    let alike = match &same {
        Some(index) => report_by_said(act.conn, service, index)?,
        None => None,
    };
    if asked_of.is_some_and(|of| alike != Some(of) && very.map(|(report, _)| report) != Some(of)) {
        return Err(Error::bad_input(
            "This is not the file that you were asked about. Choose that one again, or bring this one in by itself under New report. Nothing was saved.",
        )
        .at("report"));
    }
    if let (Some(report), None) = (alike, again_why) {
        let result = result_by_report(act.conn(), service, report)?;
        act.record(Deed::ReportReceived, ("report", report.as_str()), None, "says the same")?;
        return Ok(Received::Same { result, report });
    }
    let refusal = match read {
        Ok(read) => match elder_of(act, &read)? {
            Ok(elder) => {
                let came = Came { id, digest: &digest, bytes, same: same.as_deref(), again_why };
                return result_open(act, &came, &read, elder, by);
            }
            Err(refusal) => refusal,
        },
        Err(problem) => Refusal {
            problem: problem.problem.as_str(),
            place: problem.place.clone(),
            what_to_do: problem.to_string(),
        },
    };
    let holder = act.service;
    let unlocked = act.unlock(holder.as_str(), &[Compartment::Personal])?;
    let came = Came { id, digest: &digest, bytes, same: None, again_why: None };
    report_keep(act, holder.as_str(), unlocked.grant()?, &came, Some(&refusal))?;
    unreadable::follow_report(act, id, ReportState::Unreadable)?;
    act.record(Deed::ReportUnreadable, ("report", id.as_str()), None, refusal.problem)?;
    Ok(Received::Unreadable {
        report: id,
        problem: refusal.problem.to_owned(),
        place: refusal.place,
        what_to_do: refusal.what_to_do,
    })
}

fn digest_index(keys: &Keys, service: ServiceId, bytes: &[u8]) -> Result<String> {
    keys.blind_index(service, "report", &keys::digest(bytes))
}

fn same_index(keys: &Keys, service: ServiceId, read: &Report) -> Result<Option<String>> {
    read.said()
        .map(|said| keys.blind_index(service, "report said", &keys::digest(said.as_bytes())))
        .transpose()
}

/// Both indexes of a report, of what stands in a copied row before it is sealed.
///
/// # Errors
/// What is not a report that can be read.
pub fn indexes_copied(keys: &Keys, service: ServiceId, clear: &[u8]) -> Result<(String, Option<String>)> {
    let kept = Kept::decode(clear)?;
    let read = report::read(&kept.bytes).map_err(Error::inner)?;
    Ok((digest_index(keys, service, &kept.bytes)?, same_index(keys, service, &read)?))
}

/// A report on its way into the table.
struct Came<'a> {
    id: ReportId,
    digest: &'a str,
    bytes: &'a [u8],
    same: Option<&'a str>,
    again_why: Option<&'a str>,
}

/// Why a report went into the queue of those that could not be read.
struct Refusal {
    problem: &'static str,
    place: String,
    what_to_do: String,
}

/// The result that a report amends, by the laboratory's own identifier; or that it is about somebody else under the same
/// identifier, which no program may settle: the wrong proband's family would be written to.
fn elder_of(act: &mut Act<'_>, read: &Report) -> Result<std::result::Result<Option<Standing>, Refusal>> {
    let Some(identifier) = &read.report_identifier else { return Ok(Ok(None)) };
    let Some(elder) = result_by_identifier(act, identifier)? else { return Ok(Ok(None)) };
    let unlocked = act.unlock(elder.family_id.as_str(), &[Compartment::Contact])?;
    let known = person::person_row(act.conn, unlocked.grant()?, act.service, elder.person_id)?;
    let told = identity_of(read, act.policy().dates, act.at.date());
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
    holder: &str,
    grant: &Grant<P>,
    came: &Came<'_>,
    problem: Option<&Refusal>,
) -> Result<()> {
    let again_why = came.again_why.map(str::to_owned);
    let kept = Kept { bytes: came.bytes.to_vec(), settled_words: None, again_why };
    let row = Row {
        id: came.id,
        service_id: act.service,
        holder_id: holder.to_owned(),
        digest_index: came.digest.to_owned(),
        received_at: act.at,
        state: if problem.is_some() { ReportState::Unreadable } else { ReportState::Read },
        problem: problem.map(|p| p.problem.to_owned()),
        place: problem.map(|p| p.place.clone()),
        what_to_do: problem.map(|p| p.what_to_do.clone()),
        sealed: Sealed::seal(grant, act.chance(), came.id.as_str(), &kept)?,
        same_index: came.same.map(str::to_owned),
    };
    diesel::insert_into(reports::table).values(&row).execute(act.conn())?;
    Ok(())
}

fn result_open(
    act: &mut Act<'_>,
    came: &Came<'_>,
    read: &Report,
    elder: Option<Standing>,
    by: Option<StaffId>,
) -> Result<Received> {
    let service = act.service;
    let (family_id, person_id, reference, unlocked) = match &elder {
        Some(elder) => {
            let reference = crate::access::family::family_reference(act.conn(), service, elder.family_id)?;
            let unlocked = act.unlock(elder.family_id.as_str(), &[Compartment::Personal])?;
            (elder.family_id, elder.person_id, reference, unlocked)
        }
        None => {
            let (family, unlocked) = family_open(act)?;
            let sex = match &read.patient.sex {
                Some(Sex::Female) => SexAtBirth::Female,
                Some(Sex::Male) => SexAtBirth::Male,
                Some(Sex::Other | Sex::Unknown | Sex::Unlisted(_)) | None => SexAtBirth::Unknown,
            };
            let identity = identity_of(read, act.policy().dates, act.at.date());
            let person = person::person_add(act, unlocked.grant()?, family.id, true, sex, identity)?;
            (family.id, person, family.reference, unlocked)
        }
    };
    // Whoever is kept out of the family may still bring in a report of it; the file stays closed to them.
    if let Some(staff) = by
        && !is_barred(act.conn(), service, staff, family_id)?
    {
        relationship_start(act, staff, family_id, "brought in the laboratory report")?;
    }
    let grant = unlocked.grant()?;
    report_keep(act, family_id.as_str(), grant, came, None)?;
    let report = came.id;
    let result = TestResult {
        id: ResultId::new(act.chance()),
        service_id: service,
        family_id,
        person_id,
        report_id: report,
        received_at: act.at,
        state: if elder.is_some() { ResultState::TriageAmended } else { ResultState::Triage },
        supersedes_id: elder.as_ref().map(|elder| elder.id),
        about: About {
            lab: read.lab.clone(),
            report_identifier: read.report_identifier.clone(),
            report_status: read.status.as_str().to_owned(),
            issued: read.issued.clone(),
            conclusion: read.conclusion.clone(),
            condition_key: None,
            inheritance: None,
            test_code: None,
            told_on: None,
            at_risk_checked_at: None,
            additional: None,
        },
    };
    result_insert(act, grant, &result)?;
    for found in &read.findings {
        finding::finding_keep(act, grant, result.id, found)?;
    }
    let note = if came.again_why.is_some() { "read, and one that says the same was there" } else { "read" };
    act.record(Deed::ReportReceived, ("report", report.as_str()), Some(family_id), note)?;
    if let Some(elder) = elder {
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
fn supersede(act: &mut Act<'_>, elder: Standing, by: ResultId) -> Result<()> {
    if elder.state == ResultState::Superseded {
        return Ok(());
    }
    result_move(act, elder, ResultCommand::Supersede)?;
    act.record(Deed::ResultSuperseded, ("result", elder.id.as_str()), Some(elder.family_id), by.as_str())?;
    certificate::certificates_supersede(act, elder)?;
    kindreds_move(act.conn, act.service, elder.id, by)?;
    cascade::task::tasks_suspend(act, elder)?;
    recontact::recontact_follow(act, elder.family_id, elder.id)
}

/// What the report says of who the proband is; what does not fit our checks is left for staff to complete.
fn identity_of(read: &Report, limits: DateLimits, today: UtcDate) -> Identity {
    let patient = &read.patient;
    // A date that cannot be is left out; the result's page says so.
    let birth_date = birth_told(patient).filter(|born| birth_possible(*born, limits, today).is_ok());
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
        ..Identity::default()
    }
}

/// The whole date of birth that a report gives, whether or not it can be.
pub(super) fn birth_told(patient: &Patient) -> Option<UtcDate> {
    match &patient.birth_date {
        Some(BirthDate::Full { year, month, day }) => {
            UtcDate::new(i32::from(*year), u32::from(*month), u32::from(*day))
        }
        Some(BirthDate::Partial(_)) | None => None,
    }
}

fn report_by_digest(
    conn: &mut Conn,
    service: ServiceId,
    digest: &str,
) -> Result<Option<(ReportId, ReportState)>> {
    Ok(reports::table
        .filter(reports::service_id.eq(service))
        .filter(reports::digest_index.eq(digest))
        .select((reports::id, reports::state))
        .first(conn)
        .optional()?)
}

/// The first report that says what this index is of.
fn report_by_said(conn: &mut Conn, service: ServiceId, index: &str) -> Result<Option<ReportId>> {
    Ok(reports::table
        .filter(reports::service_id.eq(service))
        .filter(reports::same_index.eq(index))
        .order((reports::received_at.asc(), reports::id.asc()))
        .select(reports::id)
        .first(conn)
        .optional()?)
}

/// When a report came; nothing of what it says.
pub(super) fn report_came(conn: &mut Conn, service: ServiceId, id: ReportId) -> Result<UtcTime> {
    Ok(reports::table
        .filter(reports::service_id.eq(service))
        .filter(reports::id.eq(id))
        .select(reports::received_at)
        .first(conn)?)
}

fn report_row(act: &mut Act<'_>, id: ReportId) -> Result<(Row, Unlocked, Kept)> {
    let service = act.service;
    let row: Row = reports::table
        .filter(reports::service_id.eq(service))
        .filter(reports::id.eq(id))
        .first(act.conn())?;
    let unlocked = act.unlock(&row.holder_id, &[Compartment::Personal])?;
    let kept = row.sealed.open(unlocked.grant()?, id.as_str())?;
    Ok((row, unlocked, kept))
}

/// The report as it came. Its bytes are personal: fetching them is an act.
pub fn report_fetch(act: &mut Act<'_>, id: ReportId, family: Option<FamilyId>) -> Result<ReportRow> {
    act.record(Deed::ReportFetched, ("report", id.as_str()), family, "")?;
    let (row, _, kept) = report_row(act, id)?;
    Ok(ReportRow {
        id,
        bytes: kept.bytes,
        received_at: row.received_at,
        state: row.state,
        problem: row.problem,
        place: row.place,
        what_to_do: row.what_to_do,
        settled_words: kept.settled_words,
        again_why: kept.again_why,
    })
}

/// Settles an unreadable report with the words of whoever did; answers false where it was not waiting.
pub(super) fn report_settle(act: &mut Act<'_>, id: ReportId, words: &str) -> Result<bool> {
    let (row, unlocked, kept) = report_row(act, id)?;
    if row.state != ReportState::Unreadable {
        return Ok(false);
    }
    let settled = Kept { settled_words: Some(words.to_owned()), ..kept };
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &settled)?;
    let changed = diesel::update(reports::table.find(id))
        .set((reports::state.eq(ReportState::Settled), reports::sealed.eq(sealed)))
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
