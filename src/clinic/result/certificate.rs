//! The familial variant certificate: what a laboratory needs to test a relative, and nothing about the proband. Signed.
//! Must not know: the proband's findings; it is made from a `FamilialFact`, a family reference and what staff add.

pub mod check;
mod content;
mod fhir;
pub mod pages;
mod sheet;
mod typed;
pub mod verify;

pub use content::{Content, canonical};
pub use typed::Added;

use super::{
    release,
    state::{self, ResultState, TestResult},
};
use crate::{
    access::{Caller, InFamily, family::family_get, service::service_get},
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{CertificateId, FamilyId, ResultId, ServiceId, StaffId},
    keys::{self, Compartment, Grant, Keys, Sealed, compartment::F, content, envelope},
    pdf::Pdf,
};
use diesel::prelude::*;

diesel::table! {
    certificates (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        digest -> Text,
        issued_at -> Timestamp,
        by_staff -> Text,
        superseded_at -> Nullable<Timestamp>,
        withdrawn_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

/// A certificate as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = certificates)]
struct Row {
    id: CertificateId,
    service_id: ServiceId,
    family_id: FamilyId,
    result_id: ResultId,
    digest: String,
    issued_at: UtcTime,
    by_staff: StaffId,
    superseded_at: Option<UtcTime>,
    withdrawn_at: Option<UtcTime>,
    sealed: Sealed<Text>,
}

/// The canonical content, from which each form of a certificate is made again.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Text(#[n(0)] String);
content!(F at "certificates.sealed" holds Text);

/// A certificate that was opened.
#[derive(Clone)]
pub struct Certificate {
    pub id: CertificateId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub content: String,
    pub digest: String,
    pub issued_at: UtcTime,
    pub by_staff: StaffId,
    pub superseded_at: Option<UtcTime>,
    pub withdrawn_at: Option<UtcTime>,
}

impl Row {
    fn open(self, grant: &Grant<F>) -> Result<Certificate> {
        Ok(Certificate {
            content: self.sealed.open(grant, self.id.as_str())?.0,
            id: self.id,
            family_id: self.family_id,
            result_id: self.result_id,
            digest: self.digest,
            issued_at: self.issued_at,
            by_staff: self.by_staff,
            superseded_at: self.superseded_at,
            withdrawn_at: self.withdrawn_at,
        })
    }
}

/// Whether a certificate may still be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// An amended report stands in its place since then.
    Superseded(UtcTime),
    /// The service took it back then.
    Withdrawn(UtcTime),
}

impl Standing {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Superseded(_) => "superseded",
            Standing::Withdrawn(_) => "withdrawn",
        }
    }

    pub const fn since(self) -> Option<UtcTime> {
        match self {
            Standing::Valid => None,
            Standing::Superseded(at) | Standing::Withdrawn(at) => Some(at),
        }
    }
}

impl Certificate {
    pub fn standing(&self) -> Standing {
        match (self.withdrawn_at, self.superseded_at) {
            (Some(at), Some(_) | None) => Standing::Withdrawn(at),
            (None, Some(at)) => Standing::Superseded(at),
            (None, None) => Standing::Valid,
        }
    }

    /// # Errors
    /// A stored content that was damaged.
    pub fn content(&self) -> Result<Content> {
        serde_json::from_str(&self.content).map_err(|_| Error::inner("a stored certificate cannot be read"))
    }

    /// The first form: canonical JSON with its signature, keys sorted.
    pub fn json(&self, keys: &Keys) -> Result<String> {
        serde_json::to_string_pretty(&self.content()?.signed(keys)?).map_err(Error::inner)
    }

    /// The second form: FHIR R4, one Observation a variant.
    pub fn fhir(&self, keys: &Keys) -> Result<String> {
        let content = self.content()?;
        let signed = content.signed(keys)?;
        serde_json::to_string_pretty(&fhir::form(&content, &signed)?).map_err(Error::inner)
    }

    /// The third form: one page on paper, with the code by which it is checked.
    pub fn pdf(&self) -> Result<Pdf> {
        sheet::pdf(&self.content()?, &self.digest)
    }
}

/// Whether a result has come so far that a certificate may be issued.
pub fn may_be_issued(state: ResultState) -> bool {
    match state {
        ResultState::CheckAgain
        | ResultState::Active
        | ResultState::Widened
        | ResultState::Review
        | ResultState::Closed => true,
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::Pedigree
        | ResultState::NothingFamilial
        | ResultState::Superseded => false,
    }
}

/// Issues a certificate of the familial part of `result`. `address` is what links of this installation begin with.
///
/// # Errors
/// A result that has not come so far; findings that cannot be a fact; words of staff that name a person of the family.
pub fn certificate_issue(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    added: Added,
    address: &str,
) -> Result<Certificate> {
    if !may_be_issued(result.state) {
        return Err(Error::not_now(
            "A certificate is issued once the proband has heard the result and the relatives are checked. Nothing was saved.",
        ));
    }
    added.name_nobody(act.conn(), proof)?;
    let fact = release::fact_preview(act, proof, result)?;
    let service = service_get(act.conn, act.service)?;
    let reference = family_get(act.conn(), proof)?.reference;
    let id = CertificateId::new(act.chance());
    let content = Content::of(id, &fact, reference, &service, added, address, act.at);
    let text = content.text()?;
    let grant = proof.grant()?;
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        result_id: result.id,
        digest: keys::digest(text.as_bytes()),
        issued_at: act.at,
        by_staff: proof.staff(),
        superseded_at: None,
        withdrawn_at: None,
        sealed: Sealed::seal(grant, act.chance(), id.as_str(), &Text(text))?,
    };
    diesel::insert_into(certificates::table).values(&row).execute(act.conn())?;
    act.record(Deed::CertificateIssued, ("certificate", id.as_str()), Some(proof.family()), "")?;
    row.open(grant)
}

/// The certificates of an amended report no longer stand: called in the act that takes the new report in.
pub(super) fn certificates_supersede(act: &mut Act<'_>, elder: state::Standing) -> Result<()> {
    let (service, at) = (act.service, act.at);
    let standing: Vec<CertificateId> = certificates::table
        .filter(certificates::service_id.eq(service))
        .filter(certificates::result_id.eq(elder.id))
        .filter(certificates::superseded_at.is_null())
        .select(certificates::id)
        .order(certificates::id.asc())
        .load(act.conn())?;
    for id in standing {
        diesel::update(certificates::table.find(id))
            .set(certificates::superseded_at.eq(at))
            .execute(act.conn())?;
        act.record(Deed::CertificateSuperseded, ("certificate", id.as_str()), Some(elder.family_id), "")?;
    }
    Ok(())
}

/// The certificates that were issued by a result and not taken back, with when.
pub(in crate::clinic) fn certificates_issued(
    conn: &mut Conn,
    service: ServiceId,
    result: ResultId,
) -> Result<Vec<(CertificateId, UtcTime)>> {
    Ok(certificates::table
        .filter(certificates::service_id.eq(service))
        .filter(certificates::result_id.eq(result))
        .filter(certificates::withdrawn_at.is_null())
        .select((certificates::id, certificates::issued_at))
        .order(certificates::issued_at.asc())
        .load(conn)?)
}

/// Whether a certificate may still be relied on, for rules that run without a person calling.
pub(in crate::clinic) fn certificate_stands(
    conn: &mut Conn,
    service: ServiceId,
    id: CertificateId,
) -> Result<bool> {
    let standing: i64 = certificates::table
        .filter(certificates::service_id.eq(service))
        .filter(certificates::id.eq(id))
        .filter(certificates::superseded_at.is_null())
        .filter(certificates::withdrawn_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(standing > 0)
}

/// Takes a certificate back, for a slip in what staff added.
///
/// # Errors
/// One that does not stand any more.
pub fn certificate_withdraw(act: &mut Act<'_>, certificate: &Certificate) -> Result<()> {
    match certificate.standing() {
        Standing::Valid => {}
        Standing::Superseded(_) | Standing::Withdrawn(_) => {
            return Err(Error::not_now("This certificate does not stand any more. Nothing was changed."));
        }
    }
    let at = act.at;
    diesel::update(certificates::table.find(certificate.id))
        .set(certificates::withdrawn_at.eq(at))
        .execute(act.conn())?;
    let object = ("certificate", certificate.id.as_str());
    act.record(Deed::CertificateWithdrawn, object, Some(certificate.family_id), "")
}

/// A certificate with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn certificate_open(
    conn: &mut Conn,
    caller: &Caller,
    id: CertificateId,
) -> Result<(Certificate, InFamily)> {
    let row: Row = certificates::table
        .filter(certificates::service_id.eq(caller.service))
        .filter(certificates::id.eq(id))
        .first(conn)?;
    let proof = caller.in_family(conn, row.family_id)?;
    Ok((row.open(proof.grant()?)?, proof))
}

/// The certificates of one result, newest first.
pub fn certificate_list(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Vec<Certificate>> {
    let rows: Vec<Row> = certificates::table
        .filter(certificates::service_id.eq(proof.service()))
        .filter(certificates::family_id.eq(proof.family()))
        .filter(certificates::result_id.eq(result))
        .order((certificates::issued_at.desc(), certificates::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter().map(|row| row.open(grant)).collect()
}

/// A certificate by what stands on it, for whoever holds it: the identifier is random and names the service, too.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever holds a certificate reads it already; it says nothing more"
)]
fn certificate_held(conn: &mut Conn, keys: &Keys, id: CertificateId) -> Result<Option<Certificate>> {
    let row: Option<Row> = certificates::table.find(id).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let familial = [Compartment::Familial];
    let unlocked = envelope::unlock(conn, keys, row.service_id, row.family_id.as_str(), &familial)?;
    row.open(unlocked.grant()?).map(Some)
}
