//! Pages of incidents: opening one from the letter, what was done, closing it.
//! Must not know: how a letter is worded.

use super::{
    Incident, IncidentCommand, IncidentState, incident_get, incident_move, incident_open, incidents_of,
};
use crate::{
    access::{
        Answer, Choice, Input, Staff,
        family::family_reference,
        pages::Here,
        permission::may,
        route::{Route, route},
        staff::staff_names,
    },
    audit::Deed,
    clinic::letters::letter::letter_open,
    db::{UtcTime, closed},
    error::Result,
    ids::{FamilyId, IncidentId, LetterId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/letters/{id}/incident" IncidentRecord begin, "The form that says that a letter reached somebody it was not for"),
    route!(POST "/letters/{id}/incident" IncidentRecord open, "Say that a letter reached somebody it was not for: it is called back, and the hours begin", form on "/letters/{id}/incident"),
    route!(GET "/incidents/{id}" IncidentRecord page, "An incident: what happened, by when it is reported, who was told"),
    route!(POST "/incidents/{id}/report" IncidentRecord report, "Say that it was reported, or why it need not be: must_report=yes|no", form on "/incidents/{id}"),
    route!(POST "/incidents/{id}/close" IncidentRecord close, "Close an incident: who was told, and what is changed", form on "/incidents/{id}"),
];

#[derive(Serialize)]
struct Begin {
    letter: LetterId,
    family: FamilyId,
    family_reference: String,
    hours: i64,
    /// About this letter, the newest last.
    known: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    incident: IncidentId,
    known: String,
    state: &'static str,
}

impl Line {
    fn of(one: &Incident) -> Self {
        Self { incident: one.id, known: one.known_at.shown(), state: one.state.title() }
    }
}

async fn begin(staff: Staff<may::IncidentRecord>, house: Here, id: web::Path<LetterId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let (letter, proof) = letter_open(conn, &of, id)?;
            Ok(Begin {
                letter: id,
                family: proof.family(),
                family_reference: family_reference(conn, of.service, letter.family_id)?,
                hours: house.policy.years.incident_report_hours,
                known: incidents_of(conn, of.service, id)?.iter().map(Line::of).collect(),
            })
        })
        .await?;
    let part = view.letter.as_str().get(..8).unwrap_or_default();
    Answer::page("incident_new", format!("Letter {part} to the wrong reader"), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    incident_words: String,
}

async fn open(
    staff: Staff<may::IncidentRecord>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Opening>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Opening { incident_words } = input.open(&caller)?;
    let of = caller.clone();
    let incident = house
        .act(&caller, move |act, _| {
            let (letter, proof) = letter_open(act.conn(), &of, id)?;
            incident_open(act, &proof, &letter, &incident_words)
        })
        .await?;
    Ok(Answer::done(format!("/incidents/{incident}"), json!({"incident": incident})))
}

#[derive(Serialize)]
struct View {
    incident: IncidentId,
    letter: LetterId,
    family: FamilyId,
    family_reference: String,
    state: IncidentState,
    state_title: &'static str,
    known: String,
    report_by: String,
    late: bool,
    by: String,
    happened: String,
    reported: Option<String>,
    reported_at: Option<String>,
    notified: Option<String>,
    closed_at: Option<String>,
    may_report: bool,
    may_close: bool,
    choices: Vec<Choice>,
}

async fn page(staff: Staff<may::IncidentRecord>, house: Here, id: web::Path<IncidentId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (one, proof) = incident_get(act.conn(), &of, id)?;
            act.record(Deed::IncidentRead, ("incident", id.as_str()), Some(proof.family()), "")?;
            let told = one.told(&proof)?;
            let names = staff_names(act.conn(), of.service)?;
            let by = names.into_iter().find(|(known, _)| *known == one.by_staff);
            let may = |command| super::STEPS.iter().any(|(from, by, _)| *from == one.state && *by == command);
            Ok(View {
                incident: id,
                letter: one.letter_id,
                family: one.family_id,
                family_reference: family_reference(act.conn(), of.service, one.family_id)?,
                state: one.state,
                state_title: one.state.title(),
                known: one.known_at.shown(),
                report_by: one.report_by.shown(),
                late: one.state == IncidentState::Open && one.report_by < act.at,
                by: by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name),
                happened: told.happened,
                reported: told.reported,
                reported_at: one.reported_at.map(UtcTime::shown),
                notified: told.notified,
                closed_at: one.closed_at.map(UtcTime::shown),
                may_report: may(IncidentCommand::Report),
                may_close: may(IncidentCommand::Close),
                choices: vec![
                    Choice::of("yes", "It was reported"),
                    Choice::of("no", "It was assessed and need not be reported"),
                ],
            })
        })
        .await?;
    let part = view.incident.as_str().get(..8).unwrap_or_default();
    Answer::page("incident", format!("Incident {part}, {}", view.family_reference), &caller, view)
}

closed! {
    enum Must { Yes = "yes", No = "no" }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reporting {
    must_report: Must,
    reported_words: String,
}

async fn report(
    staff: Staff<may::IncidentRecord>,
    house: Here,
    id: web::Path<IncidentId>,
    input: Input<Reporting>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Reporting { must_report, reported_words } = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (one, proof) = incident_get(act.conn(), &of, id)?;
            let command = match must_report {
                Must::Yes => IncidentCommand::Report,
                Must::No => IncidentCommand::Assess,
            };
            incident_move(act, &proof, &one, command, &reported_words)
        })
        .await?;
    Ok(Answer::done(format!("/incidents/{id}"), json!({"incident": id, "state": state})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    notified_words: String,
}

async fn close(
    staff: Staff<may::IncidentRecord>,
    house: Here,
    id: web::Path<IncidentId>,
    input: Input<Closing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Closing { notified_words } = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (one, proof) = incident_get(act.conn(), &of, id)?;
            incident_move(act, &proof, &one, IncidentCommand::Close, &notified_words)
        })
        .await?;
    Ok(Answer::done(format!("/incidents/{id}"), json!({"incident": id, "state": state})))
}
