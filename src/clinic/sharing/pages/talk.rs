//! The page of a sharing conversation: what was said before, and the form for the next.
//! Must not know: findings, consents or decisions.

use super::{
    died::ProbandDied,
    kind_title, name_of,
    never_share::{Item, items},
};
use crate::{
    access::{
        Answer, Choice, Input, Staff, family::family_get, pages::Here, permission::may, staff::staff_names,
    },
    audit::Deed,
    clinic::{
        result::state::{ResultState, result_open},
        sharing::{
            conversation::{ConversationEntry, ConversationKind, conversation_list, conversation_record},
            prompts::{Agreed, Attended, Benefit, Said, benefits_named},
        },
    },
    error::Result,
    ids::{FamilyId, ResultId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Earlier {
    held_on: String,
    kind: &'static str,
    present: String,
    told: String,
    said: String,
    next_step: String,
    next_on: Option<String>,
    by: String,
    attended: Vec<&'static str>,
    agreed: Vec<&'static str>,
    benefits: Vec<&'static str>,
    /// True where the three benefits to relatives were named, or none applies.
    benefits_named: bool,
    items_said: Vec<&'static str>,
}

/// What of a list was chosen, in words.
macro_rules! chosen {
    ($list:expr) => {
        $list.unwrap_or_default().into_iter().map(|one| one.title()).collect()
    };
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    received: String,
    family: FamilyId,
    reference: String,
    proband_died: Option<ProbandDied>,
    /// True while the proband has not heard the result.
    first: bool,
    kinds: Vec<Choice>,
    attended: Vec<Choice>,
    agreed: Vec<Choice>,
    benefits: Vec<Choice>,
    items_said: Vec<Choice>,
    earlier: Vec<Earlier>,
    /// Words that are never to be shared, of the whole family, newest first.
    never_share: Vec<Item>,
}

pub(super) async fn page(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            let earlier = conversation_list(act.conn(), &proof)?;
            act.record(Deed::ConversationRead, ("result", id.as_str()), Some(result.family_id), "")?;
            Ok(View {
                result: id,
                received: result.received_at.shown(),
                family: result.family_id,
                reference: family_get(act.conn(), &proof)?.reference,
                proband_died: ProbandDied::of(act.conn(), &proof, id)?,
                first: result.state == ResultState::Discuss,
                never_share: items(act, &proof, &names)?,
                kinds: Choice::all(ConversationKind::ALL, kind_title),
                attended: Choice::all(Attended::ALL, Attended::title),
                agreed: Choice::all(Agreed::ALL, Agreed::title),
                benefits: Choice::all(Benefit::ALL, Benefit::title),
                items_said: Choice::all(Said::ALL, Said::title),
                earlier: earlier
                    .into_iter()
                    .filter(|row| row.result_id == id)
                    .map(|row| Earlier {
                        held_on: row.entry.held_on.shown(),
                        kind: kind_title(row.entry.kind),
                        present: row.entry.present,
                        told: row.entry.told,
                        said: row.entry.said,
                        next_step: row.entry.next_step,
                        next_on: row.entry.next_on.map(|day| day.shown()),
                        by: name_of(&names, row.by_staff),
                        benefits_named: benefits_named(row.entry.benefits.as_deref().unwrap_or_default()),
                        attended: chosen!(row.entry.attended),
                        agreed: chosen!(row.entry.agreed),
                        benefits: chosen!(row.entry.benefits),
                        items_said: chosen!(row.entry.items_said),
                    })
                    .collect(),
            })
        })
        .await?;
    let title = format!("Record a conversation, {}, result of {}", view.reference, view.received);
    Answer::page("conversation", title, &caller, view)
}

pub(super) async fn record(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<ConversationEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let (conversation, next) = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let conversation = conversation_record(act, &proof, &result, entry)?;
            let (now, _) = result_open(act.conn(), &of, id)?;
            let next = match now.state {
                ResultState::Pedigree | ResultState::CheckAgain | ResultState::Widened => {
                    format!("/results/{id}/at-risk")
                }
                ResultState::Triage
                | ResultState::TriageAmended
                | ResultState::Discuss
                | ResultState::Active
                | ResultState::Review
                | ResultState::Closed
                | ResultState::NothingFamilial
                | ResultState::Superseded => format!("/results/{id}"),
            };
            Ok((conversation, next))
        })
        .await?;
    Ok(Answer::done(next, json!({"conversation": conversation})))
}
