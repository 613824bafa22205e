//! What is never to be shared, on the conversation's page: the list, the form for more, the form that lifts one.
//! Must not know: letters, or what the gate does with a phrase.

use super::name_of;
use crate::{
    access::{Answer, InFamily, Input, Staff, pages::Here, permission::may},
    audit::Act,
    clinic::{
        letters::take_back::letters_holding,
        result::state::result_open,
        sharing::never_share::{NeverShare, never_share_lift, never_share_list, never_share_record},
    },
    error::{Error, Result},
    ids::{LetterId, NeverShareId, ResultId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
pub(super) struct Item {
    item: NeverShareId,
    words: String,
    by: String,
    at: String,
    /// Recorded with a conversation, or by itself.
    with_conversation: bool,
    lifted_by: Option<String>,
    lifted_at: Option<String>,
    lifted_why: Option<String>,
    /// Letters that have left the house and hold it.
    left: Vec<Left>,
}

#[derive(Serialize)]
struct Left {
    letter: LetterId,
    level: String,
    drafted: String,
}

pub(super) fn items(act: &mut Act<'_>, proof: &InFamily, names: &[(StaffId, String)]) -> Result<Vec<Item>> {
    let mut shown = Vec::new();
    for item in never_share_list(act.conn(), proof)? {
        let left = match item.lifted {
            Some(_) => Vec::new(),
            None => letters_holding(act, proof, std::slice::from_ref(&item.words))?,
        };
        let left = left.into_iter().map(|row| Left {
            letter: row.id,
            level: row.level,
            drafted: row.drafted_at.shown(),
        });
        shown.push(item_shown(item, left.collect(), names));
    }
    Ok(shown)
}

fn item_shown(item: NeverShare, left: Vec<Left>, names: &[(StaffId, String)]) -> Item {
    Item {
        item: item.id,
        words: item.words,
        by: name_of(names, item.by_staff),
        at: item.at.shown(),
        with_conversation: item.conversation_id.is_some(),
        lifted_by: item.lifted.as_ref().map(|lifted| name_of(names, lifted.by_staff)),
        lifted_at: item.lifted.as_ref().map(|lifted| lifted.at.shown()),
        lifted_why: item.lifted.map(|lifted| lifted.why),
        left,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    /// A word or a phrase a line.
    lines: String,
}

pub(super) async fn record(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Lines>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let kept = house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            let kept = never_share_record(act, &proof, None, &entry.lines)?;
            if kept.kept == 0 {
                return Err(Error::bad_input("Write at least one word or phrase. Nothing was saved."));
            }
            Ok(kept)
        })
        .await?;
    Ok(Answer::done(back(id), json!(kept)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftEntry {
    why: String,
}

pub(super) async fn lift(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    path: web::Path<(ResultId, NeverShareId)>,
    input: Input<LiftEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, (id, item)) = (caller.clone(), path.into_inner());
    house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            never_share_lift(act, &proof, item, &entry.why)
        })
        .await?;
    Ok(Answer::done(back(id), json!({"item": item})))
}

fn back(id: ResultId) -> String {
    format!("/results/{id}/conversations/new")
}
