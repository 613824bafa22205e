//! The page on which post that came back is entered, by the code on the letter. Whoever enters it need know nobody in the
//! family, and is shown nothing of it. Must not know: whose letter it was.

use crate::{
    access::{Answer, Input, Staff, pages::Here, permission::may},
    clinic::letters::{
        letter::letter_open,
        returned::{letter_returned, returned_find},
    },
    error::Result,
    ids::LetterId,
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

/// What stands in the page's address after a letter was entered.
#[derive(Deserialize)]
pub(super) struct After {
    entered: Option<LetterId>,
}

/// With the word that it was entered, and a way on for whoever follows the family.
pub(super) async fn page(
    staff: Staff<may::OutboxSettle>,
    house: Here,
    after: web::Query<After>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, entered) = (caller.clone(), after.into_inner().entered);
    let view = house
        .read(move |conn, _| {
            let Some(id) = entered else { return Ok(json!({"entered": false, "task": null})) };
            // Whoever has nothing to do with the family reads the same words, without the way on.
            let row = letter_open(conn, &of, id).ok();
            let came_back = row.filter(|(row, _)| row.came_back_at.is_some());
            Ok(json!({"entered": true, "task": came_back.map(|(row, _)| row.task_id)}))
        })
        .await?;
    Answer::page("returned", "Post that came back", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(default)]
    code: String,
}

pub(super) async fn enter(
    staff: Staff<may::OutboxSettle>,
    house: Here,
    input: Input<Entry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let row = returned_find(act, &of, &entry.code)?;
            letter_returned(act, &row)?;
            Ok(row.id)
        })
        .await?;
    Ok(Answer::done(format!("/outbox/returned?entered={letter}"), json!({"letter": letter})))
}
