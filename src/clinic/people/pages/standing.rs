//! Where a person stands as a relative, and what they know, for their page.
//! Must not know: how they are reached.

use crate::{
    access::{Caller, InFamily, Permission, permission::allows},
    audit::Act,
    clinic::{
        cascade::{
            shown::state_shown,
            task::{Position, Task, positions_of, tasks_of_person},
        },
        sharing::pages::knows::Banner,
    },
    db::Conn,
    error::Result,
    ids::{PersonId, TaskId},
};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct TaskLink {
    task: TaskId,
    state_title: &'static str,
    relation: String,
}

pub(super) fn task_links(
    conn: &mut Conn,
    caller: &Caller,
    proof: &InFamily,
    id: PersonId,
) -> Result<Vec<TaskLink>> {
    if !allows(&caller.roles, Permission::TaskView) {
        return Ok(vec![]);
    }
    let tasks = tasks_of_person(conn, caller.service, id)?;
    let positions = positions_of(conn, std::slice::from_ref(proof), &tasks)?;
    let link = |(task, position): (Task, Position)| TaskLink {
        task: task.id,
        state_title: state_shown(&caller.roles, task.state).title,
        relation: position.path_words,
    };
    Ok(tasks.into_iter().zip(positions).map(link).collect())
}

pub(super) fn banners(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    id: PersonId,
) -> Result<Vec<Banner>> {
    let tasks = tasks_of_person(act.conn(), caller.service, id)?;
    tasks.iter().map(|task| Banner::of(act, caller, proof, task)).collect()
}
