//! The pages of relatives' own results: record one, compare it with its source, correct it.
//! Must not know: what a result moves.

mod one;
mod person;

use super::{
    relative_result::{Entry, relative_result_correct, relative_result_open, relative_result_record},
    said::{Says, Source},
    telling::{Told, telling_record},
    verdict::verdict_reject,
};
use crate::{
    access::{
        Answer, Choice, Input, Staff,
        pages::Here,
        permission::may,
        route::{Route, route},
    },
    clinic::{cascade::consequence::relative_result_confirm, result::state::result_open},
    db::UtcDate,
    error::{Error, Result},
    ids::{PersonId, RelativeResultId, ResultId},
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/relatives/{person}" ResultView person::page, "What a relative's own tests for the variant said, and the form for the next"),
    route!(POST "/results/{id}/relatives/{person}" RelativeResultRecord record, "Record what a relative's own test said; it counts once a second person has confirmed it", form on "/results/{id}/relatives/{person}"),
    route!(GET "/relative-results/{id}" ResultView one::page, "One result of a relative, with who recorded and who confirmed it"),
    route!(POST "/relative-results/{id}/confirm" RelativeResultConfirm confirm, "Confirm a relative's result as the second person", form on "/relative-results/{id}"),
    route!(POST "/relative-results/{id}/told" RelativeResultRecord told, "Say that a relative was told their own result, or that it was tried", form on "/relative-results/{id}"),
    route!(POST "/relative-results/{id}/reject" RelativeResultConfirm reject, "Reject a relative's result that does not agree with its source, with the reason", form on "/relative-results/{id}"),
    route!(POST "/relative-results/{id}/correct" RelativeResultRecord correct, "Put a correction beside a confirmed result; a second person confirms it too", form on "/relative-results/{id}"),
];

fn says_choices(says: &[Says]) -> Vec<Choice> {
    let hint = |says: &Says| match says {
        Says::Uninformative => Some("For example a sample that failed. Nobody's chance changes by it."),
        Says::Void => {
            Some("For example another person's report. Whatever it had closed or opened is undone.")
        }
        Says::Het | Says::Hom | Says::Hemi | Says::Carrier | Says::NonCarrier => None,
    };
    says.iter().map(|says| Choice::of(says, says.title()).hint(hint(says))).collect()
}

async fn record(
    staff: Staff<may::RelativeResultRecord>,
    house: Here,
    path: web::Path<(ResultId, PersonId)>,
    input: Input<Entry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, (id, person)) = (caller.clone(), path.into_inner());
    let recorded = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            relative_result_record(act, &proof, &result, person, &entry)
        })
        .await?;
    Ok(Answer::done(format!("/relative-results/{recorded}"), json!({"relative_result": recorded})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// Why it may count although it is at once the result of an identical twin.
    #[serde(default)]
    twin_reason: String,
}

async fn confirm(
    staff: Staff<may::RelativeResultConfirm>,
    house: Here,
    id: web::Path<RelativeResultId>,
    input: Input<Confirmation>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Confirmation { twin_reason } = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let result = house
        .act(&caller, move |act, _| {
            let (one, proof) = relative_result_open(act.conn(), &of, id)?;
            relative_result_confirm(act, &proof, &one, &twin_reason)?;
            Ok(one.result_id)
        })
        .await?;
    Ok(Answer::done(format!("/relative-results/{id}"), json!({"relative_result": id, "result": result})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldEntry {
    told: Option<Told>,
    #[serde(default)]
    telling_words: String,
}

async fn told(
    staff: Staff<may::RelativeResultRecord>,
    house: Here,
    id: web::Path<RelativeResultId>,
    input: Input<ToldEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let ToldEntry { told, telling_words } = input.open(&caller)?;
    let told = told.ok_or_else(|| Error::bad_input("Choose what was done. Nothing was saved.").at("told"))?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let (one, proof) = relative_result_open(act.conn(), &of, id)?;
            telling_record(act, &proof, &one, told, &telling_words)
        })
        .await?;
    Ok(Answer::done(format!("/relative-results/{id}"), json!({"relative_result": id, "told": told})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    #[serde(default)]
    reason: String,
}

async fn reject(
    staff: Staff<may::RelativeResultConfirm>,
    house: Here,
    id: web::Path<RelativeResultId>,
    input: Input<Rejection>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Rejection { reason } = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let (one, proof) = relative_result_open(act.conn(), &of, id)?;
            verdict_reject(act, &proof, &one, &reason)
        })
        .await?;
    Ok(Answer::done(format!("/relative-results/{id}"), json!({"relative_result": id})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Correction {
    says: Option<Says>,
    tested_on: Option<UtcDate>,
    #[serde(default)]
    laboratory: String,
    source: Option<Source>,
    #[serde(default)]
    variant: String,
    /// Why what stood was wrong.
    #[serde(default)]
    reason: String,
}

async fn correct(
    staff: Staff<may::RelativeResultRecord>,
    house: Here,
    id: web::Path<RelativeResultId>,
    input: Input<Correction>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Correction { says, tested_on, laboratory, source, variant, reason } = input.open(&caller)?;
    let entry = Entry { says, tested_on, laboratory, source, variant };
    let (of, id) = (caller.clone(), id.into_inner());
    let recorded = house
        .act(&caller, move |act, _| {
            let (one, proof) = relative_result_open(act.conn(), &of, id)?;
            relative_result_correct(act, &proof, &one, &entry, &reason)
        })
        .await?;
    Ok(Answer::done(format!("/relative-results/{recorded}"), json!({"relative_result": recorded})))
}
