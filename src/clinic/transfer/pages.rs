//! Pages of transfers: offering a family, the packet that goes with it, and what the other service answered.
//! Must not know: findings; the packet says where each relative stands, and the family itself leaves as a file of its own.

use super::{
    Owner, Transfer, TransferCommand, TransferState, owner_of, transfer_end, transfer_get, transfer_offer,
    transfers_of,
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Staff,
        family::family_reference,
        pages::Here,
        permission::may,
        route::{Route, route},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            closure::{Outcome, outcomes_of_family},
            task::{positions_of, task_list},
        },
        people::person::person_get,
        sharing::consent::consent_list,
    },
    db::{UtcDate, UtcTime, closed},
    error::Result,
    ids::{FamilyId, TransferId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/families/{id}/transfer" TransferRecord offer_page, "Who answers for a family, its offers to other services, and the form for one"),
    route!(POST "/families/{id}/transfer" TransferRecord offer, "Offer a family to another service; this one stays responsible until it has answered", form on "/families/{id}/transfer"),
    route!(GET "/transfers/{id}" TransferRecord page, "An offer with its packet: where each relative stands, what became of them, what the proband said last"),
    route!(POST "/transfers/{id}/end" TransferRecord end, "Record what the other service answered: transfer_answer=accept|decline|take_back", form on "/transfers/{id}"),
];

#[derive(Serialize)]
struct Line {
    transfer: TransferId,
    to: String,
    state: &'static str,
    offered: String,
}

#[derive(Serialize)]
struct OfferPage {
    family: FamilyId,
    family_reference: String,
    owner: String,
    offers: Vec<Line>,
    may_offer: bool,
}

fn owner_words(owner: &Owner) -> String {
    match owner {
        Owner::Here => "This service answers for this family.".to_owned(),
        Owner::Other(name) => format!("{name} has taken this family over and answers for it."),
    }
}

async fn offer_page(
    staff: Staff<may::TransferRecord>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            act.record(Deed::TransferRead, ("family", id.as_str()), Some(id), "")?;
            let known = transfers_of(act.conn(), &proof)?;
            let owner = owner_of(act.conn(), &proof)?;
            Ok(OfferPage {
                family: id,
                family_reference: family_reference(act.conn(), of.service, id)?,
                owner: owner_words(&owner),
                may_offer: owner == Owner::Here
                    && !known.iter().any(|one| one.state == TransferState::Offered),
                offers: known.iter().map(|one| Line::of(one, &proof)).collect::<Result<_>>()?,
            })
        })
        .await?;
    Answer::page("transfer_new", format!("Transfer of {}", view.family_reference), &caller, view)
}

impl Line {
    fn of(one: &Transfer, proof: &InFamily) -> Result<Self> {
        Ok(Self {
            transfer: one.id,
            to: one.said(proof)?.to_service,
            state: one.state.title(),
            offered: one.offered_at.shown(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Offer {
    to_service: String,
    offer_why: String,
}

async fn offer(
    staff: Staff<may::TransferRecord>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<Offer>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Offer { to_service, offer_why } = input.open(&caller)?;
    let of = caller.clone();
    let transfer = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            transfer_offer(act, &proof, &to_service, &offer_why)
        })
        .await?;
    Ok(Answer::done(format!("/transfers/{transfer}"), json!({"transfer": transfer})))
}

/// One relative in the packet.
#[derive(Serialize)]
struct Packed {
    name: String,
    relation: String,
    state: &'static str,
    outcome: Option<&'static str>,
    /// What the proband said last of telling them.
    said: Option<&'static str>,
}

#[derive(Serialize)]
struct View {
    transfer: TransferId,
    family: FamilyId,
    family_reference: String,
    to: String,
    why: String,
    state: &'static str,
    owner: String,
    offered: String,
    by: String,
    answer_by: String,
    answer: Option<String>,
    ended: Option<String>,
    packet: Vec<Packed>,
    choices: Vec<Choice>,
}

async fn page(staff: Staff<may::TransferRecord>, house: Here, id: web::Path<TransferId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let part = view.transfer.as_str().get(..8).unwrap_or_default();
    Answer::page("transfer", format!("Offer {part} of {}", view.family_reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: TransferId) -> Result<View> {
    let (one, proof) = transfer_get(act.conn(), caller, id)?;
    act.record(Deed::TransferRead, ("transfer", id.as_str()), Some(proof.family()), "packet")?;
    let said = one.said(&proof)?;
    let names = staff_names(act.conn(), caller.service)?;
    let by = names.into_iter().find(|(known, _)| *known == one.by_staff);
    let open = one.state == TransferState::Offered;
    Ok(View {
        transfer: id,
        family: one.family_id,
        family_reference: family_reference(act.conn(), caller.service, one.family_id)?,
        to: said.to_service,
        why: said.why,
        state: one.state.title(),
        owner: owner_words(&owner_of(act.conn(), &proof)?),
        offered: one.offered_at.shown(),
        by: by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name),
        answer_by: UtcDate::shown(one.answer_by),
        answer: said.answer,
        ended: one.ended_at.map(UtcTime::shown),
        packet: packet(act, &proof)?,
        choices: match open {
            true => vec![
                Choice::of("accept", "It takes over, and said so"),
                Choice::of("decline", "It does not take over"),
                Choice::of("take_back", "We take the offer back"),
            ],
            false => Vec::new(),
        },
    })
}

fn packet(act: &mut Act<'_>, proof: &InFamily) -> Result<Vec<Packed>> {
    let tasks = task_list(act.conn(), proof)?;
    let positions = positions_of(act.conn(), std::slice::from_ref(proof), &tasks)?;
    let outcomes = outcomes_of_family(act.conn(), proof.service(), proof.family())?;
    let mut all = Vec::new();
    for (task, position) in tasks.iter().zip(positions) {
        let stances = consent_list(act.conn(), proof, task.id)?;
        let outcome = outcomes.iter().find(|(id, _)| *id == task.id).map(|(_, outcome)| *outcome);
        all.push(Packed {
            name: person_get(act.conn(), proof, task.person_id)?.shown(),
            relation: position.path_words,
            state: task.state.title(),
            outcome: outcome.map(Outcome::title),
            said: stances.last().map(|one| one.stance.title()),
        });
    }
    Ok(all)
}

closed! {
    enum Answered { Accept = "accept", Decline = "decline", TakeBack = "take_back" }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    transfer_answer: Answered,
    answer_words: String,
}

async fn end(
    staff: Staff<may::TransferRecord>,
    house: Here,
    id: web::Path<TransferId>,
    input: Input<Ending>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Ending { transfer_answer, answer_words } = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (one, proof) = transfer_get(act.conn(), &of, id)?;
            let command = match transfer_answer {
                Answered::Accept => TransferCommand::Accept,
                Answered::Decline => TransferCommand::Decline,
                Answered::TakeBack => TransferCommand::TakeBack,
            };
            transfer_end(act, &proof, &one, command, &answer_words)
        })
        .await?;
    Ok(Answer::done(format!("/transfers/{id}"), json!({"transfer": id, "state": state})))
}
