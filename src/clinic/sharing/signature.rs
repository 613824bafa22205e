//! A second clinician's signature under a decision, where the policy pack asks for it: until it is there, nothing follows.
//! Must not know: the reasons; whoever signs has read them on the decision's page.

use super::{consent::consent_last, cooling::cooling_again, decision::Decision, training::training_require};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::cascade::task::{Task, TaskCommand, task_move},
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{DecisionId, FamilyId, ServiceId, StaffId},
};
use diesel::prelude::*;

diesel::table! {
    decision_signatures (decision_id) {
        decision_id -> Text,
        service_id -> Text,
        family_id -> Text,
        by_staff -> Nullable<Text>,
        at -> Nullable<Timestamp>,
    }
}

/// Asked for; given where somebody has signed.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = decision_signatures)]
pub struct Signature {
    pub decision_id: DecisionId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub by_staff: Option<StaffId>,
    pub at: Option<UtcTime>,
}

/// Asks for a signature in the act that records the decision.
pub(super) fn signature_ask(act: &mut Act<'_>, decision: &Decision) -> Result<()> {
    let row = Signature {
        decision_id: decision.id,
        service_id: decision.service_id,
        family_id: decision.family_id,
        by_staff: None,
        at: None,
    };
    diesel::insert_into(decision_signatures::table).values(&row).execute(act.conn())?;
    Ok(())
}

/// A second clinician signs: what the decision lets happen follows now.
///
/// # Errors
/// A decision that waits for no signature; whoever decided it; training that is missing or has lapsed.
pub fn decision_sign(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    decision: &Decision,
    due: Option<UtcDate>,
) -> Result<()> {
    let waits = signatures_of(act.conn(), proof, &[decision.id])?;
    if waits.iter().all(|one| one.by_staff.is_some()) {
        return Err(Error::not_now("This decision waits for no signature. Nothing was changed."));
    }
    if decision.by_staff == caller.staff {
        return Err(Error::not_now(
            "You made this decision. A second clinician signs it. Nothing was changed.",
        ));
    }
    training_require(act, caller.staff)?;
    let said = consent_last(act.conn, act.service, task.id)?;
    if said.is_some_and(|said| said.seq > decision.seq) {
        return Err(Error::not_now(
            "The proband has said something since this was decided, which sets it aside. It is decided anew. Nothing was changed.",
        ));
    }
    let at = act.at;
    diesel::update(decision_signatures::table.find(decision.id))
        .set((decision_signatures::by_staff.eq(caller.staff), decision_signatures::at.eq(at)))
        .execute(act.conn())?;
    cooling_again(act, decision.id)?;
    act.record(Deed::DecisionSigned, ("decision", decision.id.as_str()), Some(proof.family()), "")?;
    task_move(act, task, TaskCommand::DecideToWrite, due)?;
    Ok(())
}

/// The signatures that were asked for under these decisions.
pub fn signatures_of(conn: &mut Conn, proof: &InFamily, decisions: &[DecisionId]) -> Result<Vec<Signature>> {
    Ok(decision_signatures::table
        .filter(decision_signatures::service_id.eq(proof.service()))
        .filter(decision_signatures::family_id.eq(proof.family()))
        .filter(decision_signatures::decision_id.eq_any(decisions))
        .load(conn)?)
}

/// True where a decision still waits for its second signature.
pub(super) fn signature_waits(conn: &mut Conn, service: ServiceId, decision: DecisionId) -> Result<bool> {
    let open: i64 = decision_signatures::table
        .filter(decision_signatures::service_id.eq(service))
        .filter(decision_signatures::decision_id.eq(decision))
        .filter(decision_signatures::by_staff.is_null())
        .count()
        .get_result(conn)?;
    Ok(open > 0)
}
