//! Kept lists of work: one is kept from the list itself, and all of them stand here.
//! Must not know: any item of work.

use super::filter::Filter;
use crate::{
    access::{Answer, Input, Staff, pages::Here, permission::may},
    clinic::queue::view::{view_forget, view_keep, views_of},
    error::Result,
    ids::{SavedViewId, TeamId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Line {
    id: SavedViewId,
    name: String,
    href: String,
    of_team: bool,
    own: bool,
}

#[derive(Serialize)]
struct Views {
    views: Vec<Line>,
}

pub(super) async fn list(staff: Staff<may::QueueView>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let views = views_of(conn, of.service, of.staff, i64::MAX)?
                .into_iter()
                .map(|view| Line {
                    id: view.id,
                    href: format!("/queues?{}", view.address),
                    of_team: view.team_id.is_some(),
                    own: view.staff_id == of.staff,
                    name: view.name,
                })
                .collect();
            Ok(Views { views })
        })
        .await?;
    Answer::page("saved_views", "Lists that you kept", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keep {
    name: String,
    /// The list's address, after the question mark.
    #[serde(default)]
    address: String,
    team: Option<TeamId>,
}

pub(super) async fn keep(staff: Staff<may::QueueTake>, house: Here, input: Input<Keep>) -> Result<Answer> {
    let caller = staff.caller;
    let (Keep { name, address, team }, by) = (input.open(&caller)?, caller.staff);
    let filter = Filter::of_query(&address)?;
    filter.words()?;
    let id = house.act(&caller, move |act, _| view_keep(act, by, &name, filter.query(), team)).await?;
    Ok(Answer::done("/", json!({"saved_view": id})))
}

pub(super) async fn forget(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<SavedViewId>,
    input: Input<crate::access::Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (by, id) = (caller.staff, id.into_inner());
    house.act(&caller, move |act, _| view_forget(act, by, id)).await?;
    Ok(Answer::done("/views", json!({"saved_view": id})))
}
