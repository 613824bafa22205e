//! What must hold at every step: nobody appears or vanishes without a recorded act, everybody has an end, open work or a
//! trigger, and each trigger ends once. Must not know: how a clinic works.

use crate::support::World;
use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{BigInt, Text},
};
use kinward::{
    clinic::{
        cascade::{
            closure::{Outcome, outcomes_standing},
            steps::{TaskState, is_settled, wanted},
            task::task_states,
            trigger::{Trigger, TriggerState},
        },
        queue::item::{SubjectKind, work_open_all},
        result::state::{ResultState, result_states},
    },
    db::Conn,
};
use std::collections::{BTreeMap, BTreeSet};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    deed: String,
    #[diesel(sql_type = Text)]
    object_id: String,
    #[diesel(sql_type = Text)]
    note: String,
}

/// What was seen so far.
#[derive(Default)]
pub struct Laws {
    /// Every relative task by its id, in the state that it has now.
    pub tasks: BTreeMap<String, TaskState>,
    /// By the record alone: where the recorded steps have led each of them.
    led: BTreeMap<String, String>,
    /// How many tasks the record says were opened.
    opened: usize,
    /// How often the record says that each trigger ended.
    ended: BTreeMap<String, usize>,
    seq: i64,
}

impl Laws {
    /// The record from where it was last read.
    fn read(&mut self, world: &World) -> Vec<Row> {
        let text = format!(
            "SELECT seq, deed, object_id, note FROM audit_rows WHERE seq > {} AND deed IN
            ('relative_task.moved', 'relative_tasks.opened', 'trigger.fired', 'trigger.cancelled', 'trigger.skipped')
            ORDER BY seq",
            self.seq
        );
        let rows: Vec<Row> = world
            .house
            .db
            .read(|conn| match conn {
                Conn::Sqlite(conn) => Ok(diesel::sql_query(text).load(conn)?),
                Conn::Postgres(conn) => Ok(diesel::sql_query(text).load(conn)?),
            })
            .unwrap();
        self.seq = rows.last().map_or(self.seq, |row| row.seq);
        rows
    }

    /// What does not hold now, in words.
    pub fn broken(&mut self, world: &World) -> Vec<String> {
        let mut broken = Vec::new();
        for row in self.read(world) {
            match row.deed.as_str() {
                "relative_task.moved" => {
                    let (from, to) = row.note.split_once(" -> ").unwrap();
                    if let Some(led) = self.led.insert(row.object_id.clone(), to.to_owned())
                        && led != from
                    {
                        broken.push(format!("{} was {led} and moved from {from}", row.object_id));
                    }
                }
                "relative_tasks.opened" => {
                    self.opened += row.note.split(' ').next().unwrap().parse::<usize>().unwrap();
                }
                _ => {
                    let count = self.ended.entry(row.object_id.clone()).or_default();
                    *count += 1;
                    if *count > 1 {
                        broken.push(format!("trigger {} ended more than once", row.object_id));
                    }
                }
            }
        }
        let service = world.service.id;
        let (now, standing, results, items) = world
            .house
            .db
            .read(|conn| {
                Ok((
                    task_states(conn, service)?,
                    outcomes_standing(conn, service)?,
                    result_states(conn, service)?,
                    work_open_all(conn, service)?,
                ))
            })
            .unwrap();
        let tasks: BTreeMap<String, TaskState> =
            now.iter().map(|(id, state)| (id.to_string(), *state)).collect();
        // Nobody appears or vanishes.
        for gone in self.tasks.keys().filter(|id| !tasks.contains_key(*id)) {
            broken.push(format!("{gone} has vanished"));
        }
        if tasks.len() != self.opened {
            broken.push(format!("{} relatives, and the record opened {}", tasks.len(), self.opened));
        }
        for (id, state) in &tasks {
            let led = self.led.get(id).map(String::as_str);
            let before = self.tasks.get(id).map(|state| state.as_str());
            if led.or(before).is_some_and(|led| led != state.as_str()) {
                broken.push(format!("{id} is {state} without a record"));
            }
        }
        let mut sum: BTreeMap<TaskState, usize> = BTreeMap::new();
        tasks.values().for_each(|state| *sum.entry(*state).or_default() += 1);
        if sum.values().sum::<usize>() != tasks.len() {
            broken.push("the states do not add up".to_owned());
        }
        // Everybody has an end, open work, or a trigger that is still to come.
        let triggers = crate::closing::triggers(world);
        let today = world.house.clock.now().date();
        let has_day = |id: &str| {
            let of_task = |one: &&Trigger| one.task_id.is_some_and(|task| task.as_str() == id);
            triggers
                .iter()
                .filter(of_task)
                .any(|one| one.state == TriggerState::Waiting && one.due_on.is_some_and(|day| day > today))
        };
        let open: BTreeSet<(SubjectKind, &str)> =
            items.iter().map(|item| (item.subject_kind, item.subject_id.as_str())).collect();
        let outcomes: BTreeMap<String, Outcome> =
            standing.iter().map(|(id, outcome)| (id.to_string(), *outcome)).collect();
        for (id, state) in &tasks {
            if is_settled(*state) != outcomes.contains_key(id) {
                broken.push(format!("{id} is {state}, and its outcome is {:?}", outcomes.get(id)));
            }
            match state {
                TaskState::Waiting if outcomes.get(id) == Some(&Outcome::Transferred) => {}
                TaskState::Waiting if !has_day(id) => broken.push(format!("{id} waits for nothing")),
                state if !wanted(*state, None).is_empty() && !open.contains(&(SubjectKind::Task, id)) => {
                    broken.push(format!("{id} is {state}, and nobody has work by it"));
                }
                _ => {}
            }
        }
        for (id, state) in &results {
            let looked_at = triggers.iter().any(|one| {
                one.result_id == *id
                    && one.task_id.is_none()
                    && one.state == TriggerState::Waiting
                    && one.due_on.is_some_and(|day| day > today)
            });
            if (*state == ResultState::Closed) != looked_at {
                broken.push(format!("result {id} is {state}; it is looked at again: {looked_at}"));
            }
        }
        // Each trigger ends once, and none is late.
        for one in &triggers {
            let ended = self.ended.get(one.id.as_str()).copied().unwrap_or_default();
            if ended != usize::from(one.state != TriggerState::Waiting) {
                broken.push(format!("trigger {} is {} and ended {ended} times", one.id, one.state));
            }
            if one.state == TriggerState::Waiting && one.due_on.is_some_and(|day| day <= today) {
                broken.push(format!("trigger {} was not taken up", one.id));
            }
        }
        let (missing, extra) = crate::queues::compare(world);
        broken.extend(missing.iter().map(|item| format!("missing work {item:?}")));
        broken.extend(extra.iter().map(|item| format!("work for nothing {item:?}")));
        self.tasks = tasks;
        broken
    }
}
