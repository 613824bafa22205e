//! The confidentiality decision: where the familial approach is applied or declined, and why. Append-only. Compartment D.
//! Must not know: findings or letters. Each decision keeps the policy pack and the reason codes it was made under.

use super::{
    balance::balance_check,
    basis, chain,
    consent::{Stance, consent_list, proband_of},
    cooling::cooling_begin,
    execution::{execution_begin, execution_end},
    facts::facts_known,
    inferable::{inference_accept, readers_of},
    objection::wish_against,
    pack::{decision_barred, document_missing, pack_now},
    signature::signature_ask,
    training::training_require,
    unasked::Cause,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::cascade::task::{Task, TaskCommand, task_move},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{DecisionId, FamilyId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
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

closed! {
    /// How much harm is feared.
    pub enum Grade { Slight = "slight", Moderate = "moderate", Severe = "severe", NotKnown = "not_known" }
}

closed! {
    /// On what ground of law somebody is told without the proband's agreement. Source: GMC, Confidentiality (2009), 17 to 56.
    pub enum LegalBasis {
        PublicInterest = "public_interest",
        BestInterests = "best_interests",
        DirectCare = "implied_direct_care",
        Statute = "statute",
        CourtOrder = "court_order",
        /// Nobody is told.
        NoneNeeded = "none_needed",
    }
}

closed! {
    /// Whether whoever advised knew who the proband is.
    pub enum AdviceNamed { Unnamed = "unnamed", Named = "named", Nobody = "nobody" }
}

closed! {
    /// What whoever decides would do before they have seen what the policy pack asks. Source: domain notes, row 79.
    pub enum FirstView { Apply = "would_apply", Decline = "would_decline", Undecided = "undecided" }
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
    /// None in decisions that were recorded before this was asked.
    #[n(6)]
    pub weighed: Option<Weighed>,
}

/// How each side was weighed, and what stood around the decision.
#[derive(Clone, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
pub struct Weighed {
    #[n(0)]
    pub not_shared_grade: Grade,
    #[n(1)]
    pub shared_grade: Grade,
    /// What the service knows of the relative and of their life.
    #[n(2)]
    pub proximity: String,
    #[n(3)]
    pub autonomy: String,
    #[n(4)]
    pub beneficence: String,
    #[n(5)]
    pub non_maleficence: String,
    #[n(6)]
    pub justice: String,
    /// Why a lower level would not do.
    #[n(7)]
    pub least_level: String,
    #[n(8)]
    pub legal_basis: LegalBasis,
    #[n(9)]
    pub advice_named: AdviceNamed,
    /// Who disagreed, by name.
    #[n(10)]
    pub dissent: String,
    /// Who presses for an answer, and how.
    #[n(11)]
    pub pressure: String,
    /// The day by which the outcome is acted on.
    #[n(12)]
    pub execute_by: Option<UtcDate>,
    /// What was known when it was decided: heading and words.
    #[n(13)]
    #[serde(skip)]
    pub facts: Vec<Fact>,
    /// Of a proband who has died: distress and benefit to the family, what it tells of others, what is known already, what
    /// can be coded, and the purpose. Source: GMC, Confidentiality (2009), 70.
    #[n(14)]
    pub after_death: Option<String>,
    /// What of the pack's list is on file. None in decisions from before it was asked.
    #[n(15)]
    pub documents: Option<Vec<String>>,
    /// None where they did not say, and in decisions from before it was asked.
    #[n(16)]
    pub first_view: Option<FirstView>,
}

/// One thing that was known: what, and in which words it stood on record.
#[derive(Clone, serde::Serialize, minicbor::Encode, minicbor::Decode)]
pub struct Fact {
    #[n(0)]
    pub what: String,
    #[n(1)]
    pub known: String,
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
    pub not_shared_grade: Grade,
    pub shared_grade: Grade,
    pub proximity: String,
    pub autonomy: String,
    pub beneficence: String,
    pub non_maleficence: String,
    pub justice: String,
    pub least_level: String,
    pub legal_basis: LegalBasis,
    pub advice_named: AdviceNamed,
    pub dissent: String,
    pub pressure: String,
    pub execute_by: Option<UtcDate>,
    /// Needed where the proband has died.
    pub after_death: Option<String>,
    /// What of the pack's list is on file, in the list's own words.
    #[serde(default)]
    pub documents: Vec<String>,
    /// What the decider would have done before they saw what the pack asks; nobody need say.
    pub first_view: Option<FirstView>,
}

/// Records a decision; its outcome drives the relative's task by itself.
///
/// # Errors
/// Training that is missing or has lapsed, a side of the balance left empty, a reason that is not in the pack, no reason for the outcome chosen, a task that
/// waits for no decision.
pub fn decision_record(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    entry: DecisionEntry,
) -> Result<DecisionId> {
    training_require(act, proof.staff())?;
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
    let asked_again = last.as_ref().filter(|last| last.stance.is_refusal()).and_then(|last| last.revisit_on);
    let (pack, edition) = pack_now(act)?;
    balance_check(act.policy(), &entry)?;
    let died = proband_of(act.conn, proof, task)?.has_died();
    let cause = consent_list(act.conn, proof, task.id)?.pop().map(|last| last.unasked(proof)).transpose()?;
    if !died && cause.flatten().is_some_and(|unasked| unasked.cause == Cause::Died) {
        return Err(Error::not_now(
            "What stands says that the proband has died, and they have not: ask them, and record what they say first. Nothing was saved.",
        ));
    }
    if died && entry.after_death.as_deref().is_none_or(|words| words.trim().chars().count() < 3) {
        return Err(Error::bad_input(
            "The proband has died: weigh distress and benefit to the family, what it tells of others, what is known already, what can be coded, and why it is told. Nothing was saved.",
        )
        .at("after_death"));
    }
    if entry.outcome == Outcome::Applied {
        if let Some(why) = last.and_then(|last| decision_barred(edition, task, last.stance, level)) {
            return Err(Error::not_now(format!("{why} Nothing was saved.")).at("outcome"));
        }
        if let Some(topic) = wish_against(act.conn, act.service, task.person_id, level)? {
            let most =
                topic.most_level().map_or("no letter at all".to_owned(), |most| format!("{most} at most"));
            return Err(Error::not_now(format!(
                "This relative does not want to know {}: they can be told {most}. Nothing was saved.",
                topic.words()
            ))
            .at("level"));
        }
        if let Some(missing) = document_missing(edition, &entry.documents) {
            return Err(Error::bad_input(format!(
                "The policy pack in force asks for this on file first: {missing}. Tick it once it is there. Nothing was saved."
            ))
            .at("documents"));
        }
        let readers = readers_of(act, proof, task)?;
        inference_accept(act, proof, task, &readers, level, entry.inferable_why.as_deref())?;
    }
    let applied = entry.outcome == Outcome::Applied;
    let (today, days) = (act.at.date(), act.policy().periods.decision_execute_days);
    if let Some(day) = entry.execute_by.filter(|day| *day < today) {
        return Err(Error::bad_input(format!(
            "{} has passed: give a day by which the letter goes out. Nothing was saved.",
            day.shown()
        ))
        .at("execute_by"));
    }
    if let Some(day) = entry.review_on.filter(|day| *day <= today) {
        return Err(Error::bad_input(format!(
            "{} is not ahead: give a day on which this is looked at again. Nothing was saved.",
            day.shown()
        ))
        .at("review_on"));
    }
    let execute_by = applied.then(|| entry.execute_by.unwrap_or(today.plus_days(days)));
    let facts = facts_known(act, proof, task)?;
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
        weighed: Some(Weighed {
            not_shared_grade: entry.not_shared_grade,
            shared_grade: entry.shared_grade,
            proximity: entry.proximity,
            autonomy: entry.autonomy,
            beneficence: entry.beneficence,
            non_maleficence: entry.non_maleficence,
            justice: entry.justice,
            least_level: entry.least_level,
            legal_basis: entry.legal_basis,
            advice_named: entry.advice_named,
            dissent: entry.dissent,
            pressure: entry.pressure,
            execute_by,
            facts,
            after_death: entry.after_death,
            documents: Some(entry.documents),
            first_view: entry.first_view,
        }),
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
        policy_pack: pack.id.clone(),
        policy_version: edition.version.clone(),
        reason_codes_version: act.policy().reason_codes_version.clone(),
        by_staff: proof.staff(),
        by_role: caller.role().to_owned(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &balance)?,
    };
    let before = chain::fingerprints(&decisions_of(act.conn, proof, task.id)?)?;
    let own = chain::fingerprint(before.last().map_or(chain::BEGINNING, String::as_str), &row, &balance)?;
    diesel::insert_into(decisions::table).values(&row).execute(act.conn())?;
    let note = format!("{} {own}", row.outcome);
    act.record(Deed::DecisionRecorded, ("decision", id.as_str()), Some(proof.family()), &note)?;
    execution_end(act, task.id)?;
    if let Some(due_on) = execute_by {
        execution_begin(act, &row, due_on)?;
    }
    cooling_begin(act, &row)?;
    if applied && edition.second_sign_off.is {
        signature_ask(act, &row)?;
        return Ok(id);
    }
    let (command, due) = match row.outcome {
        // Acted on by that day, or it stands as overdue among the letters to write.
        Outcome::Applied => (TaskCommand::DecideToWrite, execute_by),
        // Nobody has refused what they have not heard of: they are asked again on the day that was set for it.
        Outcome::Declined => {
            let due = asked_again.map_or(row.review_on, |day| day.max(today).min(row.review_on));
            (TaskCommand::DecideNotNow, Some(due))
        }
    };
    task_move(act, task, command, due)?;
    Ok(id)
}

/// The decisions of a task with their balance, oldest first. Reading them is on the record.
pub fn decision_list(act: &mut Act<'_>, proof: &InFamily, task: TaskId) -> Result<Vec<(Decision, Balance)>> {
    let decisions = decisions_of(act.conn, proof, task)?;
    if !decisions.is_empty() {
        act.record(Deed::DecisionRead, ("relative_task", task.as_str()), Some(proof.family()), "")?;
    }
    Ok(decisions)
}

fn decisions_of(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<(Decision, Balance)>> {
    let rows: Vec<Decision> = decisions::table
        .filter(decisions::service_id.eq(proof.service()))
        .filter(decisions::task_id.eq(task))
        .order(decisions::seq.asc())
        .load(conn)?;
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

/// Who made a decision.
pub fn decision_maker(conn: &mut Conn, service: ServiceId, id: DecisionId) -> Result<StaffId> {
    Ok(decisions::table
        .filter(decisions::service_id.eq(service))
        .filter(decisions::id.eq(id))
        .select(decisions::by_staff)
        .first(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it was sealed before more was asked.
    #[derive(minicbor::Encode)]
    struct Before(
        #[n(0)] String,
        #[n(1)] String,
        #[n(2)] String,
        #[n(3)] String,
        #[n(4)] String,
        #[n(5)] Vec<String>,
    );

    /// A fingerprint is of what was sealed: it must not change because more is asked today.
    #[test]
    fn what_was_not_asked_adds_nothing_to_what_a_fingerprint_is_of() {
        #[derive(minicbor::Encode)]
        struct Less(#[n(0)] String, #[n(1)] Option<String>);
        #[derive(minicbor::Encode)]
        struct More(#[n(0)] String, #[n(1)] Option<String>, #[n(2)] Option<FirstView>);
        let words = || Some("b".to_owned());
        let less = minicbor::to_vec(Less("a".into(), words())).unwrap();
        assert_eq!(less, minicbor::to_vec(More("a".into(), words(), None)).unwrap());
    }

    #[test]
    fn a_balance_that_was_sealed_before_more_was_asked_still_opens() {
        let [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(str::to_owned);
        let bytes = minicbor::to_vec(Before(a, b, c, d, e, vec!["A1".into()])).unwrap();
        let opened: Balance = minicbor::decode(&bytes).unwrap();
        assert!(opened.weighed.is_none() && opened.proband_informed == "e" && opened.reasons == ["A1"]);
    }
}
