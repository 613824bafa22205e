//! The form for an answer that came by telephone, face to face or on paper, and such answers on the relative's page.
//! Must not know: what a letter says.

use crate::{
    access::{
        Answer, Choice, DayFields, InFamily, Input, Staff, family::family_reference, pages::Here,
        permission::may, staff::staff_names,
    },
    audit::Act,
    clinic::{
        cascade::{
            spoken::{
                AskAgain, LIFT_FIRST, Spoken, SpokenEntry, SpokenWay, is_heard, spoken_read, spoken_record,
            },
            task::{Task, TaskState, task_open},
        },
        incoming::call::Identity,
    },
    db::UtcDate,
    error::{Error, Result},
    ids::TaskId,
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Form {
    task: TaskId,
    family_reference: String,
    spoken: Vec<Choice>,
    ways: Vec<Choice>,
    identities: Vec<Choice>,
    ask_again: Vec<Choice>,
    today: DayFields,
}

/// # Errors
/// A state in which an answer changes nothing.
pub(super) async fn form(staff: Staff<may::TaskMove>, house: Here, id: web::Path<TaskId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let (task, _) = task_open(conn, &of, id)?;
            if task.state == TaskState::DoNotContact {
                return Err(Error::not_now(LIFT_FIRST));
            }
            if !is_heard(task.state) {
                return Err(Error::not_now("An answer changes nothing for this relative now."));
            }
            let today = house.clock.now().date();
            Ok(Form {
                task: id,
                family_reference: family_reference(conn, of.service, task.family_id)?,
                spoken: Choice::all(Spoken::ALL, Spoken::title),
                ways: Choice::all(SpokenWay::ALL, SpokenWay::title),
                identities: Choice::all(Identity::established(), Identity::title),
                ask_again: Choice::all(AskAgain::ALL, AskAgain::title),
                today: today.into(),
            })
        })
        .await?;
    let part = view.task.as_str().get(..8).unwrap_or_default();
    Answer::page("spoken", format!("An answer of relative {part}, {}", view.family_reference), &caller, view)
}

pub(super) async fn record(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<SpokenEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let reply = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            spoken_record(act, &proof, &task, &entry)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "spoken_reply": reply})))
}

/// Such an answer on the relative's page.
#[derive(Serialize)]
pub(super) struct SpokenLine {
    title: &'static str,
    way: &'static str,
    said_on: String,
    words: String,
    identity: &'static str,
    by: String,
    at: String,
}

pub(super) fn spoken_listed(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Vec<SpokenLine>> {
    let all = spoken_read(act, proof, task.id)?;
    let names = if all.is_empty() { Vec::new() } else { staff_names(act.conn(), proof.service())? };
    let named = |id| {
        names.iter().find(|(known, _)| *known == id).map_or("a former colleague", |(_, name)| name).to_owned()
    };
    Ok(all
        .into_iter()
        .map(|one| SpokenLine {
            title: one.spoken.title(),
            way: one.way.title(),
            said_on: UtcDate::shown(one.said_on),
            words: one.words,
            identity: one.identity.title(),
            by: named(one.by_staff),
            at: one.at.shown(),
        })
        .collect())
}
