//! On a relative's page: how they were closed and what opens them again, the form for it, the days that somebody sets, and the
//! search for an address. Must not know: findings.

use super::done;
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Nothing, Permission, Staff,
        pages::Here,
        permission::{allows, may},
    },
    audit::Act,
    clinic::{
        cascade::{
            closing::{Closing, task_came_back, task_close, trigger_set},
            closure::{Outcome, outcome_of, outcomes_from},
            search::{Search, Source, search_begin, search_end, searches_of},
            steps::{TaskCommand, step},
            task::{Task, TaskState, task_open},
            trigger::TriggerState,
            triggers_listed::triggers_of_family,
        },
        result::state::{ResultState, result_standing},
    },
    db::UtcDate,
    error::Result,
    ids::{TaskId, TriggerId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct TriggerLine {
    trigger: TriggerId,
    title: &'static str,
    on: Option<String>,
    why: Option<String>,
    /// What became of it; none while it waits.
    ended: Option<String>,
}

#[derive(Serialize)]
struct SearchLine {
    source: &'static str,
    begun: String,
    found: Option<bool>,
}

/// What the relative's page shows of it.
#[derive(Serialize)]
pub(super) struct Closed {
    /// For whoever may read the reasoning: some outcomes tell what the proband said.
    outcome: Option<&'static str>,
    triggers: Vec<TriggerLine>,
    /// How this relative may be closed; none where they may not.
    choices: Vec<Choice>,
    /// Of a child the age says when, and nobody is asked.
    asks_day: bool,
    may_set: bool,
    searches: Vec<SearchLine>,
    /// Who is being asked now.
    asked: Option<&'static str>,
    sources: Vec<Choice>,
}

impl Closed {
    pub(super) fn of(act: &mut Act<'_>, caller: &Caller, proof: &InFamily, task: &Task) -> Result<Self> {
        let may = |permission| allows(&caller.roles, permission);
        let moves = may(Permission::TaskMove);
        let reads = may(Permission::ReasoningView);
        let all = if reads { triggers_of_family(act.conn(), proof)? } else { Vec::new() };
        let of_task = all.iter().filter(|(one, _)| one.task_id == Some(task.id));
        let triggers = of_task
            .map(|(one, why)| TriggerLine {
                trigger: one.id,
                title: one.kind.title(),
                on: one.due_on.map(UtcDate::shown),
                why: why.made.clone(),
                ended: one.ended_at.map(|at| match one.state {
                    TriggerState::Fired => format!("Fired {}", at.shown()),
                    TriggerState::Skipped => format!("Skipped {}", at.shown()),
                    TriggerState::Cancelled | TriggerState::Waiting => {
                        let why = one.ended_why.map_or("", |gone| gone.title());
                        format!("Ended {}: {why}", at.shown())
                    }
                }),
            })
            .collect();
        let outcome = match reads {
            true => outcome_of(act.conn(), caller.service, task.id)?.map(Outcome::title),
            false => None,
        };
        let superseded =
            result_standing(act.conn(), caller.service, task.result_id)?.state == ResultState::Superseded;
        let searches = match may(Permission::PersonEdit) {
            true => searches_of(act.conn(), caller.service, task.id)?,
            false => Vec::new(),
        };
        let asked = searches.iter().find(|one| one.ended_at.is_none()).map(|one| one.source.title());
        let offered = moves && task.state == TaskState::NotReached && asked.is_none();
        Ok(Self {
            outcome,
            triggers,
            choices: match moves && !superseded {
                true => Choice::all(outcomes_from(task.state), Outcome::title),
                false => Vec::new(),
            },
            asks_day: task.state != TaskState::WaitAge,
            may_set: moves && step(task.state, TaskCommand::Reopen).is_some(),
            sources: match offered {
                true => Choice::all(Source::ALL, Source::title),
                false => Vec::new(),
            },
            asked: asked.filter(|_| moves),
            searches: searches.iter().map(SearchLine::of).collect(),
        })
    }
}

impl SearchLine {
    fn of(one: &Search) -> Self {
        Self { source: one.source.title(), begun: one.begun_at.shown(), found: one.found }
    }
}

pub(super) async fn close(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Closing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            task_close(act, &proof, &task, &entry)?;
            Ok(task_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(done(id, state))
}

pub(super) async fn came_back(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (task, _) = task_open(act.conn(), &of, id)?;
            task_came_back(act, &task)?;
            Ok(task_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(done(id, state))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetDay {
    look_on: UtcDate,
    trigger_why: String,
}

pub(super) async fn set_day(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<SetDay>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let SetDay { look_on, trigger_why } = input.open(&caller)?;
    let of = caller.clone();
    let trigger = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            trigger_set(act, &proof, task.id, look_on, &trigger_why)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "trigger": trigger})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    source: Source,
}

pub(super) async fn search(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Begin>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Begin { source } = input.open(&caller)?;
    let of = caller.clone();
    let search = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            search_begin(act, &proof, &task, source)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "search": search})))
}

crate::db::closed! {
    enum Found { Yes = "yes", No = "no" }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct End {
    was_found: Found,
    search_said: String,
}

pub(super) async fn search_ended(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<End>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let End { was_found, search_said } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            search_end(act, &proof, &task, was_found == Found::Yes, &search_said)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "found": was_found})))
}
