//! The addresses of answers: a question is answered, the answer handed on, released, returned, told or withdrawn.
//! Must not know: findings; what is typed here is read by the gate before anybody sees it as an answer.

mod shown;

use super::{
    draft::{AnswerDraft, answer_open},
    release::{Agreed, answer_release, answer_return, answer_told},
    stop::answer_withdraw,
    words::{Typed, answer_begin, answer_submit, answer_word},
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Staff,
        pages::Here,
        permission::may,
        route::{Route, route},
    },
    audit::Act,
    clinic::cascade::task::task_open,
    error::Result,
    ids::{AnswerId, ReplyId, TaskId},
};
use actix_web::web;
use kinward_family::language::Language;
use serde::Deserialize;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/tasks/{id}/questions/{reply}" LetterDraft question, "A relative's question, to be answered"),
    route!(POST "/tasks/{id}/questions/{reply}" LetterDraft begin, "Draft an answer to a relative's question: answer_en=, answer_cy=, answer_why=", form on "/tasks/{id}/questions/{reply}"),
    route!(GET "/answers/{id}" ReplyView page, "An answer with the question, what was found in it, and what may be done with it"),
    route!(POST "/answers/{id}/words" LetterDraft word, "Other words for one's own answer", form on "/answers/{id}"),
    route!(POST "/answers/{id}/submit" LetterDraft submit, "Hand an answer to a second person"),
    route!(POST "/answers/{id}/release" LetterApprove release, "Release an answer: its reader can read it and is told: words_seen=, found_agreed=", form on "/answers/{id}"),
    route!(POST "/answers/{id}/return" LetterApprove send_back, "Return an answer to its author, with the reason", form on "/answers/{id}"),
    route!(POST "/answers/{id}/told" LetterDraft told, "Say that whoever asked was told that the answer is there"),
    route!(POST "/answers/{id}/withdraw" LetterDraft withdraw, "Withdraw an answer; one that was released is shown no more", form on "/answers/{id}"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsEntry {
    #[serde(default)]
    answer_en: String,
    #[serde(default)]
    answer_cy: String,
    #[serde(default)]
    answer_why: String,
}

impl WordsEntry {
    fn typed(&self) -> Typed<'_> {
        let words =
            vec![(Language::English, self.answer_en.as_str()), (Language::Welsh, self.answer_cy.as_str())];
        Typed { words, why: &self.answer_why }
    }
}

async fn question(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<(TaskId, ReplyId)>,
) -> Result<Answer> {
    let (caller, (task, reply)) = (staff.caller, path.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| shown::question(act, &of, task, reply)).await?;
    let part = reply.as_str().get(..8).unwrap_or_default();
    Answer::page("answer", format!("Question {part}, {}", view.reference), &caller, view)
}

async fn begin(
    staff: Staff<may::LetterDraft>,
    house: Here,
    path: web::Path<(TaskId, ReplyId)>,
    input: Input<WordsEntry>,
) -> Result<Answer> {
    let (caller, (task, reply)) = (staff.caller, path.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let answer = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, task)?;
            answer_begin(act, &proof, &task, reply, &entry.typed())
        })
        .await?;
    Ok(done(answer))
}

async fn page(staff: Staff<may::ReplyView>, house: Here, id: web::Path<AnswerId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view =
        house.act(&caller, move |act, house| shown::answer(act, &of, id, house.config.sends_texts())).await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("answer", format!("Answer {part}, {}", view.reference), &caller, view)
}

async fn word(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<WordsEntry>,
) -> Result<Answer> {
    let entry = input.open(&staff.caller)?;
    moved(staff.caller, house, *id, move |act, proof, draft| answer_word(act, proof, draft, &entry.typed()))
        .await
}

async fn submit(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let Nothing {} = input.open(&staff.caller)?;
    moved(staff.caller, house, *id, answer_submit).await
}

async fn release(
    staff: Staff<may::LetterApprove>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<Agreed>,
) -> Result<Answer> {
    let agreed = input.open(&staff.caller)?;
    let texts = house.config.sends_texts();
    moved(staff.caller, house, *id, move |act, proof, draft| {
        answer_release(act, proof, draft, &agreed, texts).map(|_| ())
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Returning {
    #[serde(default)]
    returned_why: String,
}

async fn send_back(
    staff: Staff<may::LetterApprove>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<Returning>,
) -> Result<Answer> {
    let why = input.open(&staff.caller)?.returned_why;
    moved(staff.caller, house, *id, move |act, proof, draft| answer_return(act, proof, draft, &why)).await
}

async fn told(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let Nothing {} = input.open(&staff.caller)?;
    moved(staff.caller, house, *id, |act, _, draft| answer_told(act, draft)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdrawing {
    #[serde(default)]
    withdrawn_why: String,
}

async fn withdraw(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<AnswerId>,
    input: Input<Withdrawing>,
) -> Result<Answer> {
    let why = input.open(&staff.caller)?.withdrawn_why;
    moved(staff.caller, house, *id, move |act, proof, draft| answer_withdraw(act, proof, draft, &why)).await
}

/// One step of an answer, by somebody who has to do with its family.
async fn moved(
    caller: Caller,
    house: Here,
    id: AnswerId,
    step: impl FnOnce(&mut Act<'_>, &InFamily, &AnswerDraft) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (draft, proof) = answer_open(act.conn(), &of, id)?;
            step(act, &proof, &draft)
        })
        .await?;
    Ok(done(id))
}

fn done(answer: AnswerId) -> Answer {
    Answer::done(format!("/answers/{answer}"), json!({"answer": answer}))
}
