//! An emergency lets a decision go that would wait, and owes a review by another clinician. Append-only but for that review.
//! Must not know: how a letter is sent. The words are compartment D; the relatives' wing reads no more than how it was reviewed.

use super::{
    cooling::{cooling_lift, cooling_now},
    decision::Decision,
    training::training_require,
};
use crate::{
    access::{Caller, InFamily, Permission, permission::allows},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, task_move, task_row},
        },
        letters::letter::{Stop, letters_let_go, letters_stop},
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    },
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{DecisionId, EmergencyId, FamilyId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    emergencies (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        decision_id -> Text,
        cause -> Text,
        by_staff -> Text,
        at -> Timestamp,
        review_by -> Timestamp,
        review -> Nullable<Text>,
        reviewed_by -> Nullable<Text>,
        reviewed_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// Why a decision cannot wait.
    pub enum Cause {
        Harm = "harm_before_the_wait_ends",
        Treatment = "treatment_or_operation",
        Pregnancy = "pregnancy",
        Other = "other",
    }
}

closed! {
    /// What another clinician says of it afterwards.
    pub enum Review { Upheld = "upheld", NotUpheld = "not_upheld" }
}

impl Cause {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Harm => "Serious harm may come before the wait ends",
            Self::Treatment => "A treatment or an operation that cannot be put off",
            Self::Pregnancy => "A pregnancy in which a day counts",
            Self::Other => "Another reason, in the words below",
        }
    }
}

impl Review {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Upheld => "Upheld: it could not wait",
            Self::NotUpheld => "Not upheld: it could have waited",
        }
    }
}

/// Why it could not wait, and what the review says.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Words(#[n(0)] String, #[n(1)] Option<String>);
content!(D at "emergencies.sealed" holds Words);

/// An emergency as stored; the words are opened by whoever may read them.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = emergencies)]
pub struct Emergency {
    pub id: EmergencyId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    pub decision_id: DecisionId,
    pub cause: Cause,
    pub by_staff: StaffId,
    pub at: UtcTime,
    /// By when it is reviewed.
    pub review_by: UtcTime,
    pub review: Option<Review>,
    pub reviewed_by: Option<StaffId>,
    pub reviewed_at: Option<UtcTime>,
    sealed: Sealed<Words>,
}

impl Emergency {
    /// Why it could not wait, and what the review says of it.
    pub fn words(&self, proof: &InFamily) -> Result<(String, Option<String>)> {
        let Words(why, review) = self.sealed.open(proof.grant()?, self.id.as_str())?;
        Ok((why, review))
    }

    fn subject(&self) -> Subject {
        Subject {
            kind: SubjectKind::Emergency,
            id: self.id.to_string(),
            family: Some(self.family_id),
            task: Some(self.task_id),
        }
    }
}

#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyEntry {
    pub emergency_cause: Cause,
    /// What would happen in the time of the wait, and how it is known.
    pub emergency_words: String,
}

#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEntry {
    pub review: Review,
    pub review_words: String,
}

/// The queues an emergency asks for.
pub fn wanted(reviewed: bool) -> Vec<Wanted> {
    if reviewed { vec![] } else { vec![Queue::EmergencyReviews.into()] }
}

/// Lets a decision that waits go at once, and asks another clinician to review that. Letters that were approved meanwhile
/// are due now.
///
/// # Errors
/// Training that is missing or has lapsed; a reason without words; a decision that does not wait, or no longer stands.
pub fn emergency_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    decision: &Decision,
    entry: EmergencyEntry,
) -> Result<EmergencyId> {
    training_require(act, proof.staff())?;
    let words = entry.emergency_words.trim().to_owned();
    if words.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write what would happen if this waited, and how you know. Nothing was saved.",
        )
        .at("emergency_words"));
    }
    let waits = cooling_now(act.conn, act.service, decision.task_id, act.at)?;
    if waits.is_none_or(|wait| wait.decision_id != decision.id) {
        return Err(Error::not_now(
            "This decision does not wait now: its time is over, it was let go already, a second clinician has not signed it yet, or it no longer stands. Nothing was saved.",
        ));
    }
    let id = EmergencyId::new(act.chance());
    let row = Emergency {
        id,
        service_id: act.service,
        family_id: decision.family_id,
        task_id: decision.task_id,
        decision_id: decision.id,
        cause: entry.emergency_cause,
        by_staff: proof.staff(),
        at: act.at,
        review_by: act.at.plus_seconds(3600 * act.policy().periods.emergency_review_hours),
        review: None,
        reviewed_by: None,
        reviewed_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Words(words, None))?,
    };
    diesel::insert_into(emergencies::table).values(&row).execute(act.conn())?;
    cooling_lift(act, decision.id)?;
    letters_let_go(act, decision.task_id)?;
    let due = Some(row.review_by.date());
    let wanted: Vec<Wanted> = wanted(false).into_iter().map(|want| Wanted { due, ..want }).collect();
    follow(act, &row.subject(), &wanted)?;
    act.record(Deed::EmergencyRecorded, ("emergency", id.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// Records the review. Not upheld: what has not left stops, what has left cannot be read online any more, and the relative
/// waits for a new decision, unless they have answered already.
///
/// # Errors
/// One that was reviewed; whoever decided or let it go; no words; training that is missing or has lapsed.
pub fn emergency_review(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    (row, decided_by): (&Emergency, StaffId),
    entry: ReviewEntry,
) -> Result<()> {
    if row.review.is_some() {
        return Err(Error::not_now(
            "This was reviewed already: what was said stands on its page. Nothing was changed.",
        ));
    }
    if [row.by_staff, decided_by].contains(&proof.staff()) {
        return Err(Error::not_now(
            "You decided this, or let it go: a clinician who did neither reviews it. Nothing was changed.",
        ));
    }
    // A Guardian decides nothing, and so need not have trained for it.
    if allows(&caller.roles, Permission::DecisionRecord) {
        training_require(act, proof.staff())?;
    }
    let said = entry.review_words.trim().to_owned();
    if said.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write in a sentence why it could not wait, or why it could have. Nothing was saved.",
        )
        .at("review_words"));
    }
    let (why, _) = row.words(proof)?;
    let sealed = Sealed::seal(proof.grant()?, act.chance(), row.id.as_str(), &Words(why, Some(said)))?;
    let at = act.at;
    diesel::update(emergencies::table.find(row.id))
        .set((
            emergencies::review.eq(entry.review),
            emergencies::reviewed_by.eq(proof.staff()),
            emergencies::reviewed_at.eq(at),
            emergencies::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    let note = entry.review.as_str();
    act.record(Deed::EmergencyReviewed, ("emergency", row.id.as_str()), Some(proof.family()), note)?;
    follow(act, &row.subject(), &wanted(true))?;
    match entry.review {
        Review::Upheld => Ok(()),
        Review::NotUpheld => overturn(act, row),
    }
}

/// Nothing rests on this decision any more (`basis_of` asks). Where the proband has spoken since, or somebody decided anew,
/// it was set aside before, and nothing of what stands now is touched.
fn overturn(act: &mut Act<'_>, row: &Emergency) -> Result<()> {
    if !super::basis::is_last_word(act.conn, act.service, row.task_id, row.decision_id)? {
        return Ok(());
    }
    letters_stop(act, row.task_id, Stop::NotUpheld, OnceGone::Withheld)?;
    let task: Task = task_row(act.conn, act.service, row.task_id)?;
    if step(task.state, TaskCommand::Reconsider).is_some() {
        task_move(act, &task, TaskCommand::Reconsider, None)?;
    }
    super::execution::execution_end(act, row.task_id)
}

/// True where a review did not uphold that this decision was let go: nothing rests on it.
pub(super) fn is_overturned(conn: &mut Conn, service: ServiceId, decision: DecisionId) -> Result<bool> {
    let found: i64 = emergencies::table
        .filter(emergencies::service_id.eq(service))
        .filter(emergencies::decision_id.eq(decision))
        .filter(emergencies::review.eq(Review::NotUpheld))
        .count()
        .get_result(conn)?;
    Ok(found > 0)
}

/// The emergencies of a relative's decisions, in no order.
pub fn emergencies_of(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<Emergency>> {
    Ok(emergencies::table
        .filter(emergencies::service_id.eq(proof.service()))
        .filter(emergencies::task_id.eq(task))
        .load(conn)?)
}

/// # Errors
/// Not found, also where it exists in another service.
pub fn emergency_row(conn: &mut Conn, service: ServiceId, id: EmergencyId) -> Result<Emergency> {
    Ok(emergencies::table
        .filter(emergencies::service_id.eq(service))
        .filter(emergencies::id.eq(id))
        .first(conn)?)
}

/// Every emergency and whether it was reviewed, for the test that compares queues with states.
pub fn emergency_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(EmergencyId, bool)>> {
    let all: Vec<(EmergencyId, Option<Review>)> = emergencies::table
        .filter(emergencies::service_id.eq(service))
        .select((emergencies::id, emergencies::review))
        .load(conn)?;
    Ok(all.into_iter().map(|(id, review)| (id, review.is_some())).collect())
}
