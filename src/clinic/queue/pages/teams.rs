//! Teams as a service edits them: who is in which, who leads, whose new work a queue is.
//! Must not know: any item of work.

use crate::{
    access::{Answer, Choice, Input, Nothing, Staff, pages::Here, permission::may, staff::staff_names},
    clinic::queue::{
        item::Queue,
        team::{
            Team, TeamEntry, team_add, team_change, team_end, team_get, team_list, team_people, team_work,
        },
    },
    db::Conn,
    error::Result,
    ids::{ServiceId, StaffId, TeamId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Line {
    id: TeamId,
    name: String,
    lead: Option<String>,
    members: Vec<String>,
    queues: Vec<&'static str>,
}

#[derive(Serialize)]
struct Fields {
    name: String,
    leads: Vec<Choice>,
    members: Vec<Choice>,
    queues: Vec<Choice>,
}

#[derive(Serialize)]
struct Teams {
    teams: Vec<Line>,
    fields: Fields,
}

#[derive(Serialize)]
struct One {
    team: TeamId,
    name: String,
    fields: Fields,
}

fn fields(conn: &mut Conn, service: ServiceId, team: Option<&Team>) -> Result<Fields> {
    let names = staff_names(conn, service)?;
    let (people, work) = (team_people(conn, service)?, team_work(conn, service)?);
    let is = |id: &TeamId| team.is_some_and(|team| team.id == *id);
    Ok(Fields {
        name: team.map(|team| team.name.clone()).unwrap_or_default(),
        leads: names
            .iter()
            .map(|(id, name)| Choice::of(id, name).chosen(team.is_some_and(|team| team.lead_id == Some(*id))))
            .collect(),
        members: names
            .iter()
            .map(|(id, name)| {
                let member = people.iter().any(|(of, staff)| is(of) && staff == id);
                Choice::of(id, name).chosen(member)
            })
            .collect(),
        queues: Queue::ALL
            .iter()
            .map(|queue| {
                let theirs = work.iter().any(|(of, known)| is(of) && known == queue);
                Choice::of(queue, queue.title()).chosen(theirs)
            })
            .collect(),
    })
}

pub(super) async fn list(staff: Staff<may::TeamSet>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let service = caller.service;
    let view = house
        .read(move |conn, _| {
            let names = staff_names(conn, service)?;
            let (people, work) = (team_people(conn, service)?, team_work(conn, service)?);
            let name =
                |id: StaffId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
            let line = |team: Team| Line {
                lead: team.lead_id.and_then(name),
                members: people
                    .iter()
                    .filter(|(of, _)| *of == team.id)
                    .filter_map(|(_, id)| name(*id))
                    .collect(),
                queues: work
                    .iter()
                    .filter(|(of, _)| *of == team.id)
                    .map(|(_, queue)| queue.title())
                    .collect(),
                id: team.id,
                name: team.name,
            };
            let teams = team_list(conn, service)?.into_iter().map(line).collect();
            Ok(Teams { teams, fields: fields(conn, service, None)? })
        })
        .await?;
    Answer::page("teams", "Teams", &caller, view)
}

pub(super) async fn page(staff: Staff<may::TeamSet>, house: Here, id: web::Path<TeamId>) -> Result<Answer> {
    let caller = staff.caller;
    let (service, id) = (caller.service, id.into_inner());
    let view = house
        .read(move |conn, _| {
            let team = team_get(conn, service, id)?;
            Ok(One { team: id, fields: fields(conn, service, Some(&team))?, name: team.name })
        })
        .await?;
    Answer::page("team", format!("Team: {}", view.name), &caller, view)
}

pub(super) async fn add(staff: Staff<may::TeamSet>, house: Here, input: Input<TeamEntry>) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let id = house.act(&caller, move |act, _| team_add(act, entry)).await?;
    Ok(Answer::done("/teams", json!({"team": id})))
}

pub(super) async fn change(
    staff: Staff<may::TeamSet>,
    house: Here,
    id: web::Path<TeamId>,
    input: Input<TeamEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (entry, id) = (input.open(&caller)?, id.into_inner());
    house.act(&caller, move |act, _| team_change(act, id, entry)).await?;
    Ok(Answer::done("/teams", json!({"team": id})))
}

pub(super) async fn end(
    staff: Staff<may::TeamSet>,
    house: Here,
    id: web::Path<TeamId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let id = id.into_inner();
    house.act(&caller, move |act, _| team_end(act, id)).await?;
    Ok(Answer::done("/teams", json!({"team": id})))
}
