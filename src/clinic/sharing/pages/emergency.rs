//! A decision that is let go at once because it cannot wait: the choice under the decision, and the page of its review.
//! Must not know: findings, or how a letter is sent.

use super::{About, name_of};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{task_open, task_row},
        sharing::{
            decision::{decision_list, decision_maker},
            emergency::{
                Emergency, EmergencyEntry, Review, ReviewEntry, emergency_record, emergency_review,
                emergency_row,
            },
            training::training_missing,
        },
    },
    error::{Error, Result},
    ids::{DecisionId, EmergencyId, StaffId, TaskId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

/// What was said when it was let go, and what the review says.
#[derive(Serialize)]
pub(super) struct EmergencyShown {
    emergency: EmergencyId,
    cause: &'static str,
    words: String,
    by: String,
    at: String,
    review_by: String,
    review: Option<&'static str>,
    review_words: Option<String>,
    reviewed_by: Option<String>,
    reviewed_at: Option<String>,
}

impl EmergencyShown {
    pub(super) fn of(row: &Emergency, proof: &InFamily, names: &[(StaffId, String)]) -> Result<Self> {
        let (words, review_words) = row.words(proof)?;
        Ok(Self {
            emergency: row.id,
            cause: row.cause.title(),
            words,
            by: name_of(names, row.by_staff),
            at: row.at.shown(),
            review_by: row.review_by.shown(),
            review: row.review.map(Review::title),
            review_words,
            reviewed_by: row.reviewed_by.map(|by| name_of(names, by)),
            reviewed_at: row.reviewed_at.map(|at| at.shown()),
        })
    }
}

impl EmergencyShown {
    /// In one line, for paper.
    pub(super) fn told(&self) -> String {
        let review = match (self.review, &self.reviewed_by, &self.review_words) {
            (Some(review), Some(by), Some(words)) => format!("{review}, {by}: {words}"),
            _ => format!("To be reviewed by {}", self.review_by),
        };
        format!("{}, {}. {}: {} {review}", self.by, self.at, self.cause, self.words)
    }
}

pub(super) async fn record(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    ids: web::Path<(TaskId, DecisionId)>,
    input: Input<EmergencyEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, (id, decision)) = (caller.clone(), ids.into_inner());
    let emergency = house
        .act(&caller, move |act, _| {
            let (_, proof) = task_open(act.conn(), &of, id)?;
            let newest = decision_list(act, &proof, id)?.pop().filter(|(row, _)| row.id == decision);
            let (row, _) = newest.ok_or_else(Error::not_found)?;
            emergency_record(act, &proof, &row, entry)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}/decision"), json!({"decision": decision, "emergency": emergency})))
}

#[derive(Serialize)]
struct View {
    about: About,
    said: EmergencyShown,
    decision: DecisionId,
    decided_by: String,
    /// It has not been reviewed, and its time is over.
    late: bool,
    /// Why the caller cannot review it; nothing where they can, and where it was reviewed.
    why_not: Option<String>,
    reviews: Vec<Choice>,
}

pub(super) async fn page(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<EmergencyId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let title = format!("Review of an emergency, {}", view.about.title());
    Answer::page("emergency", title, &caller, view)
}

/// Reading it is on the record, as reading the decision is.
fn view(act: &mut Act<'_>, caller: &Caller, id: EmergencyId) -> Result<View> {
    let row = emergency_row(act.conn(), caller.service, id)?;
    let (task, proof) = task_open(act.conn(), caller, row.task_id)?;
    act.record(Deed::DecisionRead, ("relative_task", task.id.as_str()), Some(task.family_id), "emergency")?;
    let names = staff_names(act.conn(), caller.service)?;
    let decided_by = decision_maker(act.conn(), caller.service, row.decision_id)?;
    let open = row.review.is_none();
    let why_not = match open {
        false => None,
        true if !allows(&caller.roles, Permission::EmergencyReview) => {
            Some("A clinician or the Guardian reviews it.".into())
        }
        true if [row.by_staff, decided_by].contains(&caller.staff) => {
            Some("You decided this, or let it go: a clinician who did neither reviews it.".into())
        }
        true if !allows(&caller.roles, Permission::DecisionRecord) => None,
        true => training_missing(act, caller.staff)?,
    };
    let hint = |one: &Review| match one {
        Review::Upheld => None,
        Review::NotUpheld => Some(
            "What has not left stops, what has left cannot be read online any more, and this relative waits for a new decision.",
        ),
    };
    let choice = |one: &Review| Choice::of(one, one.title()).hint(hint(one));
    Ok(View {
        about: About::of(act.conn(), &proof, &task)?,
        decision: row.decision_id,
        decided_by: name_of(&names, decided_by),
        late: open && row.review_by < act.at,
        reviews: if open && why_not.is_none() {
            Review::ALL.iter().map(choice).collect()
        } else {
            Vec::new()
        },
        why_not,
        said: EmergencyShown::of(&row, &proof, &names)?,
    })
}

pub(super) async fn review(
    staff: Staff<may::EmergencyReview>,
    house: Here,
    id: web::Path<EmergencyId>,
    input: Input<ReviewEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id, said) = (caller.clone(), id.into_inner(), entry.review);
    house
        .act(&caller, move |act, _| {
            let row = emergency_row(act.conn(), of.service, id)?;
            let task = task_row(act.conn(), of.service, row.task_id)?;
            let proof = of.in_family(act.conn(), task.family_id)?;
            let decided_by = decision_maker(act.conn(), of.service, row.decision_id)?;
            emergency_review(act, &of, &proof, (&row, decided_by), entry)
        })
        .await?;
    Ok(Answer::done(format!("/emergencies/{id}"), json!({"emergency": id, "review": said})))
}
