//! What stands today and should not: somebody's no, or their silence, that nobody has weighed; and refusals by people who
//! did not know what they refused. Must not know: whose it is, or what they said.

use super::opened::{AT_ONCE, Said, said};
use crate::{
    access::service::service_get,
    audit::Act,
    clinic::{
        cascade::task::{TaskState, relative_tasks},
        queue::item::Queue,
        sharing::{consent::Stance, decision::decisions},
    },
    error::Result,
    ids::TaskId,
};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Counts of relatives.
#[derive(Debug, Default, Clone, Copy)]
pub struct Standing {
    /// The proband said no or took their agreement back; longer ago than the timer, and no decision since.
    pub refused: u64,
    /// The proband is undecided; as above.
    pub undecided: u64,
    /// A refusal holds, of somebody who had not heard all four.
    pub uninformed: u64,
}

/// Counts what stands now.
///
/// # Errors
/// A policy without a timer for decisions.
pub fn standing(act: &mut Act<'_>) -> Result<Standing> {
    let service = act.service;
    let open = [TaskState::Thinking, TaskState::DecisionNeeded, TaskState::NotNow];
    let tasks: Vec<(TaskId, TaskState)> = relative_tasks::table
        .filter(relative_tasks::service_id.eq(service))
        .filter(relative_tasks::state.eq_any(open))
        .select((relative_tasks::id, relative_tasks::state))
        .load(act.conn())?;
    let ids: Vec<TaskId> = tasks.iter().map(|(task, _)| *task).collect();
    let last: BTreeMap<TaskId, Said> = said(act, &ids)?.into_iter().map(|one| (one.task, one)).collect();
    let mut decided: BTreeMap<TaskId, i32> = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<(TaskId, i32)> = decisions::table
            .filter(decisions::service_id.eq(service))
            .filter(decisions::task_id.eq_any(some.to_vec()))
            .order(decisions::seq.asc())
            .select((decisions::task_id, decisions::seq))
            .load(act.conn())?;
        decided.extend(rows);
    }
    let nation = service_get(act.conn(), service)?.nation;
    let today = act.at.date();
    let mut counts = Standing::default();
    for (task, state) in tasks {
        let Some(one) = last.get(&task) else { continue };
        if one.informed == Some(false) {
            counts.uninformed += 1;
        }
        let weighed = state == TaskState::NotNow || decided.get(&task).is_some_and(|seq| *seq > one.seq);
        let due = act.policy().due(Queue::Decisions.as_str(), &nation, one.at.date())?;
        if weighed || today <= due {
            continue;
        }
        if one.stance.is_refusal() {
            counts.refused += 1;
        } else if one.stance == Stance::Thinking {
            counts.undecided += 1;
        }
    }
    Ok(counts)
}
