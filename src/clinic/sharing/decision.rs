//! The confidentiality decision: where the familial approach is applied or declined, and why. Append-only. Compartment D.
//! Must not know: findings or letters. Each decision keeps the policy pack and the reason codes it was made under.

use super::{basis, consent::Stance, inferable::inference_accept};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::cascade::task::{Task, TaskCommand, task_move},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{DecisionId, FamilyId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
    policy::Side,
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;

diesel::table! {
    decisions (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        seq -> Integer,
        model -> Text,
        outcome -> Text,
        level -> Text,
        review_on -> Date,
        policy_pack -> Text,
        policy_version -> Text,
        reason_codes_version -> Text,
        by_staff -> Text,
        by_role -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// Whose information the professional holds the familial part to be.
    pub enum Model { Individual = "individual", Familial = "familial" }
}

closed! {
    /// Whether the familial approach is applied to this relative.
    pub enum Outcome { Applied = "applied", Declined = "declined" }
}

/// A decision as stored; the balance is opened by whoever may read it.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = decisions)]
pub struct Decision {
    pub id: DecisionId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    pub seq: i32,
    pub model: Model,
    pub outcome: Outcome,
    pub level: String,
    pub review_on: UtcDate,
    pub policy_pack: String,
    pub policy_version: String,
    pub reason_codes_version: String,
    pub by_staff: StaffId,
    pub by_role: String,
    pub at: UtcTime,
    sealed: Sealed<Balance>,
}

/// Both sides in words, and the coded reasons: the part that is sealed. No Debug and no Serialize.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Balance {
    #[n(0)]
    pub harm_if_not_shared: String,
    #[n(1)]
    pub harm_if_shared: String,
    #[n(2)]
    pub steps_tried: String,
    #[n(3)]
    pub adviser: String,
    #[n(4)]
    pub proband_informed: String,
    /// Codes of the policy pack, in order.
    #[n(5)]
    pub reasons: Vec<String>,
}
content!(D at "decisions.sealed" holds Balance);

/// A decision as a clinician records it. Every field is required: what is not known is written as such, never blank.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionEntry {
    pub model: Model,
    pub outcome: Outcome,
    /// L0 to L2: the most that may be told; for a declined decision what was considered.
    pub level: String,
    /// Codes of the policy pack, of both sides where both were weighed.
    #[serde(default)]
    pub reasons: Vec<String>,
    pub harm_if_not_shared: String,
    pub harm_if_shared: String,
    pub steps_tried: String,
    pub adviser: String,
    /// When and how the proband was told of the decision, or why not.
    pub proband_informed: String,
    pub review_on: Option<UtcDate>,
    /// Why L1 or L2 is right though the relative can tell who was tested; needed where the page asks for it.
    pub inferable_why: Option<String>,
}

/// Records a decision; its outcome drives the relative's task by itself.
///
/// # Errors
/// A side of the balance left empty, a reason that is not in the pack, no reason for the outcome chosen, a task that
/// waits for no decision.
pub fn decision_record(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    entry: DecisionEntry,
) -> Result<DecisionId> {
    let level: Level =
        entry.level.parse().map_err(|_| Error::bad_input("Choose a level from L0 to L2.").at("level"))?;
    if level > Level::L2 {
        return Err(Error::bad_input(
            "Naming the proband needs their agreement; a decision goes to L2 at most.",
        )
        .at("level"));
    }
    let last = super::consent::consent_last(act.conn, act.service, task.id)?;
    if last.as_ref().is_none_or(|consent| matches!(consent.stance, Stance::Given | Stance::GivenWithLimits)) {
        return Err(Error::not_now(
            "A decision is made where the proband refuses, is undecided or cannot be asked. Record their stance first.",
        ));
    }
    balance_check(act, &entry)?;
    if entry.outcome == Outcome::Applied {
        inference_accept(act, proof, task, level, entry.inferable_why.as_deref())?;
    }
    let id = DecisionId::new(act.chance());
    let mut reasons = entry.reasons;
    reasons.sort();
    reasons.dedup();
    let balance = Balance {
        harm_if_not_shared: entry.harm_if_not_shared,
        harm_if_shared: entry.harm_if_shared,
        steps_tried: entry.steps_tried,
        adviser: entry.adviser,
        proband_informed: entry.proband_informed,
        reasons,
    };
    let row = Decision {
        id,
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        seq: 1 + basis::last_seq(act.conn, act.service, task.id)?,
        model: entry.model,
        outcome: entry.outcome,
        level: level.as_str().to_owned(),
        review_on: entry
            .review_on
            .unwrap_or(act.at.date().plus_days(act.policy().periods.decision_review_days)),
        policy_pack: act.policy().id.clone(),
        policy_version: act.policy().version.clone(),
        reason_codes_version: act.policy().reason_codes_version.clone(),
        by_staff: proof.staff(),
        by_role: caller.role().to_owned(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &balance)?,
    };
    diesel::insert_into(decisions::table).values(&row).execute(act.conn())?;
    act.record(
        Deed::DecisionRecorded,
        ("decision", id.as_str()),
        Some(proof.family()),
        row.outcome.as_str(),
    )?;
    let (command, due) = match row.outcome {
        Outcome::Applied => (TaskCommand::DecideToWrite, None),
        Outcome::Declined => (TaskCommand::DecideNotNow, Some(row.review_on)),
    };
    task_move(act, task, command, due)?;
    Ok(id)
}

/// Both sides in words, and coded reasons that carry the outcome.
fn balance_check(act: &Act<'_>, entry: &DecisionEntry) -> Result<()> {
    let fields = [
        ("harm_if_not_shared", "what may happen if this is not shared", &entry.harm_if_not_shared),
        ("harm_if_shared", "what may happen if it is shared", &entry.harm_if_shared),
        ("steps_tried", "what was tried first", &entry.steps_tried),
        ("adviser", "whom you asked for advice, or 'nobody' and why", &entry.adviser),
        ("proband_informed", "whether the proband was told of this, or why not", &entry.proband_informed),
    ];
    for (field, what, text) in fields {
        if text.trim().chars().count() < 3 {
            return Err(Error::bad_input(format!(
                "Write {what}. If it is not known, say so. Nothing was saved."
            ))
            .at(field));
        }
    }
    let unknown: Vec<&str> =
        entry.reasons.iter().filter(|c| act.policy().reason(c).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(Error::bad_input(
            "A reason code is not in the policy pack in force. Open the page again.",
        )
        .at("reasons"));
    }
    let needed = match entry.outcome {
        Outcome::Applied => Side::For,
        Outcome::Declined => Side::Against,
    };
    let carries = |code: &&String| act.policy().reason(code).is_some_and(|reason| reason.side == needed);
    if !entry.reasons.iter().any(|code| carries(&code)) {
        return Err(Error::bad_input(match needed {
            Side::For => "Choose at least one reason for applying the familial approach.",
            Side::Against => "Choose at least one reason for declining the familial approach.",
        })
        .at("reasons"));
    }
    let only_resources = entry.outcome == Outcome::Declined
        && entry.reasons.iter().filter(|code| carries(code)).all(|code| code == "ST1");
    if only_resources {
        return Err(Error::bad_input(
            "Lack of time or staff alone cannot carry this decision. Add the clinical reason, or keep it open.",
        )
        .at("reasons"));
    }
    Ok(())
}

/// The decisions of a task with their balance, oldest first. Reading them is on the record.
pub fn decision_list(act: &mut Act<'_>, proof: &InFamily, task: TaskId) -> Result<Vec<(Decision, Balance)>> {
    let rows: Vec<Decision> = decisions::table
        .filter(decisions::service_id.eq(proof.service()))
        .filter(decisions::task_id.eq(task))
        .order(decisions::seq.asc())
        .load(act.conn())?;
    if !rows.is_empty() {
        act.record(Deed::DecisionRead, ("relative_task", task.as_str()), Some(proof.family()), "")?;
    }
    let grant = proof.grant()?;
    rows.into_iter()
        .map(|row| {
            let balance = row.sealed.open(grant, row.id.as_str())?;
            Ok((row, balance))
        })
        .collect()
}

/// A decision without its reasons: all that the rules ask for.
#[derive(Debug, Clone, Queryable)]
pub(super) struct OutcomeNow {
    pub id: DecisionId,
    pub outcome: Outcome,
    pub level: String,
    pub seq: i32,
}

pub(super) fn decision_last(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Option<OutcomeNow>> {
    Ok(decisions::table
        .filter(decisions::service_id.eq(service))
        .filter(decisions::task_id.eq(task))
        .order(decisions::seq.desc())
        .select((decisions::id, decisions::outcome, decisions::level, decisions::seq))
        .first(conn)
        .optional()?)
}
