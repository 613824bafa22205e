//! Families entered: quickly in rows, seen before they are saved, taken back as long as nothing stands on them.
//! Must not know: how a row is read or a plan is written.

mod files;
mod place;
mod rows;
mod text;

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::demo::people::{AtWork, list_of, text_of};
use serde_json::{Value, json};

/// A program's command and what it is answered.
fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let bytes = serde_json::to_vec(body).unwrap();
    let path = format!("/api/v1{path}");
    let seen = work.program.send("POST", &path, Some("application/json"), Some(&bytes)).unwrap();
    (seen.status, serde_json::from_slice(&seen.body).unwrap_or_default())
}

/// Sends rows with the mark of the family as it stands.
pub(crate) fn rows(work: &mut AtWork, family: &str, step: &str, rows: Value) -> (u16, Value) {
    let table = format!("/families/{family}/people/table");
    let mark = text_of(&work.program.api(&table).unwrap(), "mark").unwrap();
    told(work, &table, &json!({"step": step, "mark": mark, "rows": rows}))
}

/// What the family's page says of everyone: name to the line.
fn line(work: &mut AtWork, family: &str, name: &str) -> Value {
    let page = work.program.api(&format!("/families/{family}")).unwrap();
    let people = list_of(&page, "people").unwrap();
    people.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {people:?}")).clone()
}

fn names(work: &mut AtWork, family: &str) -> Vec<String> {
    let page = work.program.api(&format!("/families/{family}")).unwrap();
    list_of(&page, "people").unwrap().iter().map(|one| text_of(one, "name").unwrap()).collect()
}

/// Deeds on record for a family, newest first.
fn deeds(world: &World, family: &str) -> Vec<String> {
    let id = family.parse().unwrap();
    let rows = world
        .house
        .db
        .read(|conn| kinward::audit::of_family(conn, world.service.id, id, i64::MAX, 200))
        .unwrap();
    rows.into_iter().map(|row| row.deed).collect()
}
