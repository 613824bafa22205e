//! The pages of a referral to a relative's own service: preparing one, and each thing that is done about it.
//! Must not know: findings, or the proband.

mod form;
mod shown;

use super::{
    kept::{Referral, referral_open},
    prepare::referral_write_again,
    said::{ByWay, Then},
    settle::{
        Done, referral_acknowledge, referral_chase, referral_decline, referral_end, referral_look_again,
        referral_take_back, referral_told,
    },
};
use crate::{
    access::{
        Answer, InFamily, Input, Nothing, Staff,
        pages::Here,
        permission::may,
        route::{Route, route},
    },
    audit::Act,
    db::UtcDate,
    error::Result,
    ids::ReferralId,
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/tasks/{id}/referral" LetterDraft form::page, "Where a relative is handed to their own service"),
    route!(POST "/tasks/{id}/referral" LetterDraft form::prepare, "Hand a relative to their own service, with their agreement: drafts the letter that the certificate goes with", form on "/tasks/{id}/referral"),
    route!(GET "/referrals/{id}" ReplyView shown::page, "A referral to a relative's own service: what it rests on, where it stands, and what was done"),
    route!(POST "/referrals/{id}/letter" LetterDraft letter, "Draft its letter again, where the one before was stopped or lost"),
    route!(POST "/referrals/{id}/chase" TaskMove chase, "Record that the other service was asked again", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/acknowledge" TaskMove acknowledge, "Record that the other service says that it has the relative", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/decline" TaskMove decline, "Record that the other service does not take the relative, and what comes next", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/look-again" TaskMove look_again, "Record that somebody looked whether the relative has been seen, and look again on a day", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/take-back" TaskMove take_back, "Take a referral back; the other service is told next, where it has left", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/told" TaskMove told, "Record that the other service was told that it was taken back", form on "/referrals/{id}"),
    route!(POST "/referrals/{id}/end" TaskMove end, "End a referral: nothing more follows from it", form on "/referrals/{id}"),
];

/// One thing done about a referral, in an act of its own.
async fn moved(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: ReferralId,
    work: impl FnOnce(&mut Act<'_>, &InFamily, &Referral) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    let of = staff.caller.clone();
    let state = house
        .act(&staff.caller, move |act, _| {
            let (referral, proof) = referral_open(act.conn(), &of, id)?;
            work(act, &proof, &referral)?;
            Ok(referral_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(Answer::done(format!("/referrals/{id}"), json!({"referral": id, "state": state})))
}

async fn letter(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, *id);
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (referral, proof) = referral_open(act.conn(), &of, id)?;
            referral_write_again(act, &of, &proof, &referral)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"referral": id, "letter": letter})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chased {
    chased_how: Option<ByWay>,
    #[serde(default)]
    chased_words: String,
}

async fn chase(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Chased>,
) -> Result<Answer> {
    let Chased { chased_how: how, chased_words: words } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| {
        referral_chase(act, proof, referral, Done { how, words, ..Done::default() })
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledged {
    #[serde(default)]
    acknowledged_by: String,
    acknowledged_how: Option<ByWay>,
    acknowledged_on: Option<UtcDate>,
    #[serde(default)]
    acknowledged_words: String,
}

async fn acknowledge(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Acknowledged>,
) -> Result<Answer> {
    let entry = input.open(&staff.caller)?;
    let done = Done {
        how: entry.acknowledged_how,
        who: entry.acknowledged_by,
        on: entry.acknowledged_on,
        then: None,
        words: entry.acknowledged_words,
    };
    moved(staff, house, *id, move |act, proof, referral| referral_acknowledge(act, proof, referral, done))
        .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declined {
    declined_then: Option<Then>,
    #[serde(default)]
    declined_words: String,
}

async fn decline(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Declined>,
) -> Result<Answer> {
    let Declined { declined_then: then, declined_words: words } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| {
        referral_decline(act, proof, referral, Done { then, words, ..Done::default() })
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Looked {
    #[serde(default)]
    looked_words: String,
}

async fn look_again(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Looked>,
) -> Result<Answer> {
    let Looked { looked_words } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| {
        referral_look_again(act, proof, referral, &looked_words)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TakenBack {
    #[serde(default)]
    taken_back_why: String,
}

async fn take_back(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<TakenBack>,
) -> Result<Answer> {
    let TakenBack { taken_back_why } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| {
        referral_take_back(act, proof, referral, &taken_back_why)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    #[serde(default)]
    told_words: String,
}

async fn told(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<Told>,
) -> Result<Answer> {
    let Told { told_words } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| referral_told(act, proof, referral, &told_words))
        .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndedEntry {
    #[serde(default)]
    ended_words: String,
}

async fn end(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ReferralId>,
    input: Input<EndedEntry>,
) -> Result<Answer> {
    let EndedEntry { ended_words } = input.open(&staff.caller)?;
    moved(staff, house, *id, move |act, proof, referral| referral_end(act, proof, referral, &ended_words))
        .await
}
