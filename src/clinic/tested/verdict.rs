//! The second person's word on a relative's result: it makes it count, or turns it away with a reason. Compartment P.
//! Must not know: what follows for the family.

use super::{
    relative_result::{RelativeResult, in_a_sentence, may, subject},
    said::{Command, State, wanted},
    telling::{telling_follow, telling_void},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::queue::item::follow,
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, RelativeResultId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    relative_result_verdicts (relative_result_id) {
        relative_result_id -> Text,
        service_id -> Text,
        family_id -> Text,
        verdict -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

/// A row of its own: what was recorded is never changed.
#[derive(Queryable, Insertable)]
#[diesel(table_name = relative_result_verdicts)]
pub(super) struct VerdictRow {
    pub relative_result_id: RelativeResultId,
    service_id: ServiceId,
    family_id: FamilyId,
    pub verdict: Command,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Words>,
}

/// Why: of a rejection, or of a confirmation that is another person's result too.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(super) struct Words(#[n(0)] String);
content!(P at "relative_result_verdicts.sealed" holds Words);

/// A second person's word that was opened.
#[derive(Clone)]
pub struct Verdict {
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub why: String,
}

impl VerdictRow {
    pub(super) fn open(&self, proof: &InFamily) -> Result<Verdict> {
        let why = self.sealed.open(proof.grant()?, self.relative_result_id.as_str())?.0;
        Ok(Verdict { by_staff: self.by_staff, at: self.at, why })
    }
}

/// A second person has compared the result with its source. `twin` holds the reason why it may count although it is at
/// once a twin's result, where it is one.
///
/// # Errors
/// Whoever recorded it; one that does not wait.
pub(in crate::clinic) fn verdict_confirm(
    act: &mut Act<'_>,
    proof: &InFamily,
    of: &RelativeResult,
    twin: &str,
) -> Result<()> {
    may(of, Command::Confirm)?;
    if of.by_staff == proof.staff() {
        return Err(Error::not_now(
            "You recorded this result. A second person confirms it. Nothing was changed.",
        ));
    }
    insert(act, proof, of, Command::Confirm, twin)?;
    act.record(Deed::RelativeResultConfirmed, ("relative_result", of.id.as_str()), Some(proof.family()), "")
}

/// Turns a recorded result away; it never counted.
///
/// # Errors
/// No reason; one that does not wait.
pub fn verdict_reject(act: &mut Act<'_>, proof: &InFamily, of: &RelativeResult, reason: &str) -> Result<()> {
    may(of, Command::Reject)?;
    let reason = in_a_sentence(reason, "reason", "Write in a sentence what does not agree with the source.")?;
    insert(act, proof, of, Command::Reject, &reason)?;
    act.record(Deed::RelativeResultRejected, ("relative_result", of.id.as_str()), Some(proof.family()), "")
}

fn insert(
    act: &mut Act<'_>,
    proof: &InFamily,
    of: &RelativeResult,
    verdict: Command,
    why: &str,
) -> Result<()> {
    let to = may(of, verdict)?;
    let row = VerdictRow {
        relative_result_id: of.id,
        service_id: act.service,
        family_id: proof.family(),
        verdict,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), of.id.as_str(), &Words(why.trim().to_owned()))?,
    };
    diesel::insert_into(relative_result_verdicts::table).values(&row).execute(act.conn())?;
    follow(act, &subject(of.id, of.family_id), &wanted(to, false))?;
    if to != State::Confirmed {
        return Ok(());
    }
    telling_void(act, proof, of)?;
    // What it takes the place of is nobody's to tell any more.
    match of.replaces_id {
        Some(old) => telling_follow(act, old, of.family_id),
        None => Ok(()),
    }
}

pub(super) fn verdicts_of(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<Vec<VerdictRow>> {
    Ok(relative_result_verdicts::table
        .filter(relative_result_verdicts::service_id.eq(service))
        .filter(relative_result_verdicts::family_id.eq(family))
        .load(conn)?)
}

pub(super) fn verdicts_all(conn: &mut Conn, service: ServiceId) -> Result<Vec<VerdictRow>> {
    Ok(relative_result_verdicts::table.filter(relative_result_verdicts::service_id.eq(service)).load(conn)?)
}
