//! Persons: what follows at once when who they are, how they are reached or when they lived turns out otherwise.
//! Must not know: how letters are worded.

mod apart;
mod find;
mod lists;
mod lived;
mod printed;
mod reached;
mod restricted;

use crate::support::World;
use kinward::{
    clinic::queue::item::{WorkItem, work_open_all},
    demo::people::AtWork,
};
use serde_json::{Value, json};

/// Open items that stand for `subject`.
fn work_for(world: &World, subject: &str) -> Vec<WorkItem> {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.into_iter().filter(|item| item.subject_id == subject).collect()
}

/// What a program is answered: status and facts.
pub fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let bytes = serde_json::to_vec(body).unwrap();
    let path = format!("/api/v1{path}");
    let seen = work.program.send("POST", &path, Some("application/json"), Some(&bytes)).unwrap();
    (seen.status, serde_json::from_slice(&seen.body).unwrap_or_default())
}

fn contact(change: (&str, &str)) -> Value {
    let mut contact = json!({
        "address": "9 Larch Close\nStroud", "postcode": "GL5 1AA",
        "email": "tamsin.wray@mail.example", "source": "Told by the family",
    });
    contact[change.0] = json!(change.1);
    contact
}
