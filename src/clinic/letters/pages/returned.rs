//! The page on which post that came back is entered, by the code on the letter.
//! Must not know: whose letter it was, before the code says so.

use crate::{
    access::{Answer, Input, Staff, pages::Here, permission::may},
    clinic::letters::returned::{letter_returned, returned_open},
    error::Result,
};
use serde::Deserialize;
use serde_json::json;

pub(super) async fn page(staff: Staff<may::OutboxSettle>) -> Result<Answer> {
    Answer::page("returned", "Post that came back", &staff.caller, json!({}))
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
    let task = house
        .act(&caller, move |act, _| {
            let (row, _) = returned_open(act, &of, &entry.code)?;
            letter_returned(act, &row)?;
            Ok(row.task_id)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{task}"), json!({"task": task})))
}
