//! Kept lists: what a list of work is narrowed to, under a name, for oneself or for a team.
//! Must not know: any item. An address holds closed words and references of families, and nobody's name.

use super::team::{team_get, teams_of};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{SavedViewId, ServiceId, StaffId, TeamId},
};
use diesel::prelude::*;

diesel::table! {
    saved_views (id) {
        id -> Text,
        service_id -> Text,
        staff_id -> Text,
        team_id -> Nullable<Text>,
        name -> Text,
        address -> Text,
        kept_at -> Timestamp,
    }
}

/// A list that was kept. With a team it is shown to all of it; whoever kept it takes it away.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = saved_views)]
pub struct SavedView {
    pub id: SavedViewId,
    pub service_id: ServiceId,
    pub staff_id: StaffId,
    pub team_id: Option<TeamId>,
    pub name: String,
    pub address: String,
    pub kept_at: UtcTime,
}

/// Keeps a list whose address was read already.
///
/// # Errors
/// No name, one that the caller has used, too many; a team that they are not in.
pub fn view_keep(
    act: &mut Act<'_>,
    staff: StaffId,
    name: &str,
    address: String,
    team: Option<TeamId>,
) -> Result<SavedViewId> {
    let (service, name) = (act.service, name.trim().to_owned());
    if name.is_empty() {
        return Err(Error::bad_input("Give the list a name. Nothing was saved.").at("name"));
    }
    if let Some(team) = team {
        team_get(act.conn(), service, team)?;
        if !teams_of(act.conn(), staff)?.contains(&team) {
            return Err(Error::bad_input("You are not in this team. Nothing was saved.").at("team"));
        }
    }
    let own: Vec<String> = saved_views::table
        .filter(saved_views::service_id.eq(service))
        .filter(saved_views::staff_id.eq(staff))
        .select(saved_views::name)
        .load(act.conn())?;
    if own.contains(&name) {
        return Err(Error::bad_input(
            "You have kept a list by this name. Choose another. Nothing was saved.",
        )
        .at("name"));
    }
    let most = act.policy().work.saved_views_most;
    if i64::try_from(own.len()).unwrap_or(i64::MAX) >= most {
        return Err(Error::not_now(format!(
            "{most} lists can be kept. Take one away first. Nothing was saved."
        )));
    }
    let row = SavedView {
        id: SavedViewId::new(act.chance()),
        service_id: service,
        staff_id: staff,
        team_id: team,
        name,
        address,
        kept_at: act.at,
    };
    diesel::insert_into(saved_views::table).values(&row).execute(act.conn())?;
    act.record(Deed::ViewKept, ("saved_view", row.id.as_str()), None, "")?;
    Ok(row.id)
}

/// # Errors
/// Not found, also for a list that a colleague kept.
pub fn view_forget(act: &mut Act<'_>, staff: StaffId, id: SavedViewId) -> Result<()> {
    let gone = diesel::delete(
        saved_views::table
            .filter(saved_views::service_id.eq(act.service))
            .filter(saved_views::id.eq(id))
            .filter(saved_views::staff_id.eq(staff)),
    )
    .execute(act.conn())?;
    if gone != 1 {
        return Err(Error::not_found());
    }
    act.record(Deed::ViewForgotten, ("saved_view", id.as_str()), None, "")
}

/// Somebody's own lists and those of their teams, by name; so many at most.
pub fn views_of(conn: &mut Conn, service: ServiceId, staff: StaffId, most: i64) -> Result<Vec<SavedView>> {
    let teams = teams_of(conn, staff)?;
    Ok(saved_views::table
        .filter(saved_views::service_id.eq(service))
        .filter(saved_views::staff_id.eq(staff).or(saved_views::team_id.eq_any(teams)))
        .order((saved_views::name.asc(), saved_views::id.asc()))
        .limit(most)
        .load(conn)?)
}
