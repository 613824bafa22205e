//! The page on which a relative is handed to their own service: to whom, why, on whose word, and with which certificate.
//! Must not know: what the certificate says.

use crate::{
    access::{Answer, Choice, Input, Staff, family::family_get, pages::Here, permission::may},
    audit::Deed,
    clinic::{
        cascade::task::task_open,
        people::person::person_get,
        referral::{
            kept::referrals_of,
            prepare::{Entry, letter_is_barred, portal_agreed, portal_is_none, referral_prepare},
            said::{AgreedBy, AgreedHow, Reason},
        },
        result::certificate::{Standing, certificate_list},
    },
    error::Result,
    ids::{FamilyId, ReferralId, ResultId, TaskId},
};
use actix_web::web;
use kinward_family::page::{RelativesWords, Reply};
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct View {
    task: TaskId,
    result: ResultId,
    family: FamilyId,
    reference: String,
    name: String,
    /// One that is under way.
    referral: Option<ReferralId>,
    /// Why it cannot be prepared now.
    barred: Option<String>,
    /// Why the answer on the relatives' pages is no agreement.
    no_agreement: Option<&'static str>,
    /// When they said on their pages that a service near them may be asked, and where they live.
    agreed_on: Option<String>,
    area: Option<String>,
    hows: Vec<Choice>,
    bys: Vec<Choice>,
    reasons: Vec<Choice>,
    certificates: Vec<Choice>,
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
            act.record(Deed::ReplyRead, ("relative_task", id.as_str()), Some(proof.family()), "agreement")?;
            let all = referrals_of(act.conn(), of.service, id)?;
            let agreed = portal_agreed(act, &proof, &task)?;
            let reply = agreed.as_ref().map(|reply| reply.answers(proof.grant()?)).transpose()?;
            let listed = certificate_list(act.conn(), &proof, task.result_id)?;
            let standing: Vec<_> = listed.iter().filter(|one| one.standing() == Standing::Valid).collect();
            let no_agreement = match &agreed {
                Some(reply) => portal_is_none(act, &proof, &task, reply)?,
                None => None,
            };
            let counts = agreed.is_some() && no_agreement.is_none();
            // Only where they did, and themselves.
            let hows = AgreedHow::ALL.iter().filter(|how| counts || **how != AgreedHow::Portal);
            Ok(View {
                task: id,
                result: task.result_id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: person_get(act.conn(), &proof, task.person_id)?.shown(),
                referral: all.iter().find(|one| one.state.is_under_way()).map(|one| one.id),
                barred: letter_is_barred(act, &proof, &task)?,
                no_agreement,
                agreed_on: agreed.map(|reply| reply.at.shown()),
                area: reply.and_then(|answers| area_of(&answers.reply)),
                hows: Choice::among(hows, AgreedHow::title, Some(AgreedHow::Portal)),
                bys: Choice::all(AgreedBy::ALL, AgreedBy::title),
                reasons: Choice::all(Reason::ALL, Reason::title),
                certificates: standing
                    .iter()
                    .map(|one| {
                        let label = format!("Issued {}", one.issued_at.shown());
                        Choice::of(one.id, label).chosen(standing.len() == 1)
                    })
                    .collect(),
            })
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    let title = format!("Hand to another service, relative {part}, {}", view.reference);
    Answer::page("referral_new", title, &caller, view)
}

/// Where somebody wrote that they live.
fn area_of(reply: &Reply) -> Option<String> {
    match reply {
        Reply::Appointment { area, .. } => area.as_ref().map(RelativesWords::as_str).map(str::to_owned),
        Reply::Think { .. }
        | Reply::NotKnow { .. }
        | Reply::AlreadyTested { .. }
        | Reply::Question { .. }
        | Reply::NotMe { .. } => None,
    }
}

pub(super) async fn prepare(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let referral = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            referral_prepare(act, &of, &proof, &task, entry)
        })
        .await?;
    Ok(Answer::done(format!("/referrals/{referral}"), json!({"task": id, "referral": referral})))
}
