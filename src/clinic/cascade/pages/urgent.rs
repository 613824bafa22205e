//! That a relative cannot wait, on the relative's page: what stands, the form for it, and ending it.
//! Must not know: what was found.

use crate::{
    access::{Answer, Choice, InFamily, Input, Staff, pages::Here, permission::may, staff::staff_names},
    audit::Act,
    clinic::cascade::{
        task::{Task, task_open},
        urgency::{Pressing, UrgencyEntry, is_waiting, urgency_end, urgency_list, urgency_record},
    },
    error::Result,
    ids::{TaskId, UrgencyId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Shown {
    urgency: UrgencyId,
    pressing: &'static str,
    words: String,
    due: String,
    by: String,
    at: String,
    /// Why and by whom it was ended, or that the next step ended it; none while it presses.
    ended: Option<String>,
}

/// What the relative's page shows of it.
#[derive(Serialize)]
pub(super) struct Urgent {
    open: Vec<Shown>,
    ended: Vec<Shown>,
    /// The form's choices; none where nothing is waited for, or one stands.
    choices: Vec<Choice>,
}

impl Urgent {
    pub(super) fn of(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Self> {
        let names = staff_names(act.conn(), proof.service())?;
        let name =
            |id| names.iter().find(|(known, _)| *known == id).map_or("a former colleague", |(_, name)| name);
        let (mut open, mut ended) = (Vec::new(), Vec::new());
        for one in urgency_list(act.conn(), proof, task.id)? {
            let shown = Shown {
                urgency: one.id,
                pressing: one.pressing.title(),
                words: one.words,
                due: one.due_on.shown(),
                by: name(one.by_staff).to_owned(),
                at: one.at.shown(),
                ended: one.ended_at.map(|at| match &one.ended {
                    Some((who, why)) => format!("Ended {} by {}: {why}", at.shown(), name(*who)),
                    None => format!("Ended {}, when nothing of ours was waited for any more", at.shown()),
                }),
            };
            if shown.ended.is_some() { ended.push(shown) } else { open.push(shown) }
        }
        let offered = open.is_empty() && is_waiting(task.state);
        let choices = if offered { Choice::all(Pressing::ALL, Pressing::title) } else { Vec::new() };
        Ok(Self { open, ended, choices })
    }
}

pub(super) async fn record(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<UrgencyEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let urgency = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            urgency_record(act, &proof, &task, entry)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "urgency": urgency})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    ended_why: String,
}

pub(super) async fn end(
    staff: Staff<may::TaskMove>,
    house: Here,
    ids: web::Path<(TaskId, UrgencyId)>,
    input: Input<End>,
) -> Result<Answer> {
    let (caller, (id, urgency)) = (staff.caller, ids.into_inner());
    let End { ended_why } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            urgency_end(act, &proof, &task, urgency, &ended_why)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "ended": true})))
}
