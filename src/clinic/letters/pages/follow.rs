//! The reminder or closing letter that follows one without an answer: looked at, and then sent.
//! Must not know: what the first letter told.

use super::{
    Nothing,
    reading::{inline, one_heading_lower},
};
use crate::{
    access::{Answer, Input, Staff, family::family_get, pages::Here, permission::may},
    clinic::{
        cascade::task::task_open,
        letters::follow_up::{follow_up, follow_up_preview},
        people::person::person_get,
    },
    error::{Error, Result},
    ids::{FamilyId, TaskId},
    pdf,
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct View {
    task: TaskId,
    family: FamilyId,
    reference: String,
    name: String,
    kind_words: &'static str,
    html: String,
    html_language: &'static str,
    html_label: &'static str,
}

pub(super) async fn page(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let letter = follow_up_preview(act, &of, &proof, &task)?;
            Ok(View {
                task: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: person_get(act.conn(), &proof, task.person_id)?.shown(),
                kind_words: letter.kind().name(),
                html: one_heading_lower(&letter.html()),
                html_language: letter.language().tag(),
                html_label: "The letter as it is read",
            })
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("follow_up", format!("What follows, relative {part}, {}", view.reference), &caller, view)
}

pub(super) async fn paper(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let bytes = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let letter = follow_up_preview(act, &of, &proof, &task)?;
            let pdf =
                pdf::letter(&letter).map_err(|e| Error::not_now(format!("The letter cannot be set: {e}")))?;
            Ok(pdf.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "letter.pdf", bytes))
}

/// Sends it.
pub(super) async fn send(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    input.open(&caller)?;
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            follow_up(act, &of, &proof, &task)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}
