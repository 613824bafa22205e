//! The last change of a family: what it was, and taking it back.
//! Must not know: what was changed in it.

use crate::{
    access::{Answer, Input, Staff, pages::Here, permission::may},
    clinic::people::change::change_undo,
    error::Result,
    ids::{FamilyChangeId, FamilyId},
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoEntry {
    /// The change that the page showed; another may have come after it.
    change: FamilyChangeId,
}

pub(super) async fn undo(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<UndoEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let change = input.open(&caller)?.change;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            change_undo(act, &proof, change)
        })
        .await?;
    Ok(Answer::done(format!("/families/{id}#people"), json!({"family": id, "undone": change})))
}
