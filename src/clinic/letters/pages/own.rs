//! Letters that are drafted from another page: of a relative's own result, of a wish that was heard, and in the place of one
//! that has gone. Must not know: what any of them says.

use crate::{
    access::{Answer, Caller, InFamily, Input, Nothing, Staff, pages::Here, permission::may},
    audit::Act,
    clinic::{
        letters::{
            confirm_stop::stop_confirm_draft, letter::letter_open, own_result::own_result_draft,
            replaced::replaced_draft,
        },
        people::person::person_family,
        sharing::objection::objection_get,
        tested::relative_result::relative_result_open,
    },
    error::Result,
    ids::{LetterId, ObjectionId, RelativeResultId},
};
use actix_web::web;
use serde_json::json;

async fn drafted(
    caller: Caller,
    house: Here,
    input: Input<Nothing>,
    draft: impl FnOnce(&mut Act<'_>, &Caller) -> Result<LetterId> + Send + 'static,
) -> Result<Answer> {
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let letter = house.act(&caller, move |act, _| draft(act, &of)).await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}

pub(super) async fn result(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<RelativeResultId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    drafted(staff.caller, house, input, move |act, of| {
        let (own, proof) = relative_result_open(act.conn(), of, *id)?;
        own_result_draft(act, of, &proof, &own)
    })
    .await
}

pub(super) async fn stopped(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<ObjectionId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    drafted(staff.caller, house, input, move |act, of| {
        let objection = objection_get(act.conn(), of.service, *id)?;
        let family = person_family(act.conn(), of.service, objection.person_id)?;
        let proof: InFamily = of.in_family(act.conn(), family)?;
        stop_confirm_draft(act, of, &proof, &objection)
    })
    .await
}

pub(super) async fn replaced(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    drafted(staff.caller, house, input, move |act, of| {
        let (row, proof) = letter_open(act.conn(), of, *id)?;
        replaced_draft(act, of, &proof, &row)
    })
    .await
}
