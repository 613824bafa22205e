//! Teams: colleagues who share work, who leads them, and the queues that are theirs. Data that a service edits itself.
//! Must not know: any item of work.

use super::item::Queue;
use crate::{
    access::staff::staff_get,
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ServiceId, StaffId, TeamId},
};
use diesel::prelude::*;

diesel::table! {
    teams (id) {
        id -> Text,
        service_id -> Text,
        name -> Text,
        lead_id -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    team_members (team_id, staff_id) {
        team_id -> Text,
        staff_id -> Text,
        service_id -> Text,
    }
}

diesel::table! {
    team_queues (service_id, queue) {
        service_id -> Text,
        queue -> Text,
        team_id -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(teams, team_members);

/// A team as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = teams)]
pub struct Team {
    pub id: TeamId,
    pub service_id: ServiceId,
    pub name: String,
    /// Who is shown what is long past its day.
    pub lead_id: Option<StaffId>,
    pub ended_at: Option<UtcTime>,
}

/// A team as it is typed.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamEntry {
    pub name: String,
    pub lead: Option<StaffId>,
    #[serde(default)]
    pub members: Vec<StaffId>,
    /// New work of these queues is the team's; a queue is one team's.
    #[serde(default)]
    pub queues: Vec<Queue>,
}

/// # Errors
/// A name that is empty or another team's; somebody who is not of this service.
pub fn team_add(act: &mut Act<'_>, entry: TeamEntry) -> Result<TeamId> {
    let team = Team {
        id: TeamId::new(act.chance()),
        service_id: act.service,
        name: named(act, &entry, None)?,
        lead_id: entry.lead,
        ended_at: None,
    };
    diesel::insert_into(teams::table).values(&team).execute(act.conn())?;
    filled(act, team.id, &entry)
}

/// # Errors
/// As `team_add`; a team that has ended.
pub fn team_change(act: &mut Act<'_>, id: TeamId, entry: TeamEntry) -> Result<TeamId> {
    let service = act.service;
    team_get(act.conn(), service, id)?;
    let name = named(act, &entry, Some(id))?;
    diesel::update(teams::table.find(id))
        .set((teams::name.eq(name), teams::lead_id.eq(entry.lead)))
        .execute(act.conn())?;
    diesel::delete(team_members::table.filter(team_members::team_id.eq(id))).execute(act.conn())?;
    diesel::delete(team_queues::table.filter(team_queues::team_id.eq(id))).execute(act.conn())?;
    filled(act, id, &entry)
}

fn named(act: &mut Act<'_>, entry: &TeamEntry, own: Option<TeamId>) -> Result<String> {
    let (name, service) = (entry.name.trim().to_owned(), act.service);
    if name.is_empty() {
        return Err(Error::bad_input("Give the team a name. Nothing was saved.").at("name"));
    }
    if team_list(act.conn(), service)?.iter().any(|team| team.name == name && Some(team.id) != own) {
        return Err(Error::bad_input("Another team has this name. Nothing was saved.").at("name"));
    }
    for person in entry.members.iter().chain(entry.lead.iter()) {
        if staff_get(act.conn(), service, *person)?.disabled_at.is_some() {
            return Err(Error::bad_input(
                "One of these colleagues has no account any more. Nothing was saved.",
            )
            .at("members"));
        }
    }
    Ok(name)
}

fn filled(act: &mut Act<'_>, id: TeamId, entry: &TeamEntry) -> Result<TeamId> {
    let service = act.service;
    let mut members = entry.members.clone();
    members.extend(entry.lead);
    members.sort_unstable();
    members.dedup();
    for person in members {
        let row = (
            team_members::team_id.eq(id),
            team_members::staff_id.eq(person),
            team_members::service_id.eq(service),
        );
        diesel::insert_into(team_members::table).values(row).execute(act.conn())?;
    }
    let mut queues = entry.queues.clone();
    queues.sort_unstable();
    queues.dedup();
    for queue in &queues {
        if let Some(other) = team_of_queue(act.conn(), service, *queue)?.filter(|other| *other != id) {
            let other = team_get(act.conn(), service, other)?.name;
            return Err(Error::bad_input(format!(
                "'{}' is the work of {other} already. Take it away from them first. Nothing was saved.",
                queue.title()
            ))
            .at("queues"));
        }
        let row =
            (team_queues::service_id.eq(service), team_queues::queue.eq(*queue), team_queues::team_id.eq(id));
        diesel::insert_into(team_queues::table).values(row).execute(act.conn())?;
    }
    act.record(Deed::TeamChanged, ("team", id.as_str()), None, "")?;
    Ok(id)
}

/// Ends a team. Its work stays in the queues, for whoever takes it.
pub fn team_end(act: &mut Act<'_>, id: TeamId) -> Result<()> {
    let (service, at) = (act.service, act.at);
    team_get(act.conn(), service, id)?;
    diesel::update(teams::table.find(id)).set(teams::ended_at.eq(at)).execute(act.conn())?;
    diesel::delete(team_members::table.filter(team_members::team_id.eq(id))).execute(act.conn())?;
    diesel::delete(team_queues::table.filter(team_queues::team_id.eq(id))).execute(act.conn())?;
    act.record(Deed::TeamChanged, ("team", id.as_str()), None, "ended")
}

pub fn team_get(conn: &mut Conn, service: ServiceId, id: TeamId) -> Result<Team> {
    Ok(teams::table
        .filter(teams::service_id.eq(service))
        .filter(teams::id.eq(id))
        .filter(teams::ended_at.is_null())
        .first(conn)?)
}

/// The teams that there are, by name.
pub fn team_list(conn: &mut Conn, service: ServiceId) -> Result<Vec<Team>> {
    Ok(teams::table
        .filter(teams::service_id.eq(service))
        .filter(teams::ended_at.is_null())
        .order(teams::name.asc())
        .load(conn)?)
}

/// Who is in which team.
pub fn team_people(conn: &mut Conn, service: ServiceId) -> Result<Vec<(TeamId, StaffId)>> {
    Ok(team_members::table
        .filter(team_members::service_id.eq(service))
        .select((team_members::team_id, team_members::staff_id))
        .load(conn)?)
}

/// Which queue is whose.
pub fn team_work(conn: &mut Conn, service: ServiceId) -> Result<Vec<(TeamId, Queue)>> {
    Ok(team_queues::table
        .filter(team_queues::service_id.eq(service))
        .order(team_queues::queue.asc())
        .select((team_queues::team_id, team_queues::queue))
        .load(conn)?)
}

/// The teams that somebody is in.
pub fn teams_of(conn: &mut Conn, staff: StaffId) -> Result<Vec<TeamId>> {
    Ok(team_members::table
        .filter(team_members::staff_id.eq(staff))
        .select(team_members::team_id)
        .load(conn)?)
}

/// The teams that somebody leads.
pub fn teams_led(conn: &mut Conn, service: ServiceId, staff: StaffId) -> Result<Vec<TeamId>> {
    Ok(teams::table
        .filter(teams::service_id.eq(service))
        .filter(teams::lead_id.eq(staff))
        .filter(teams::ended_at.is_null())
        .select(teams::id)
        .load(conn)?)
}

/// Whose new work of a queue is. Asked also when a relative answers.
pub(super) fn team_of_queue(conn: &mut Conn, service: ServiceId, queue: Queue) -> Result<Option<TeamId>> {
    Ok(team_queues::table
        .filter(team_queues::service_id.eq(service))
        .filter(team_queues::queue.eq(queue))
        .select(team_queues::team_id)
        .first(conn)
        .optional()?)
}
