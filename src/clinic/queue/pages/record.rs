//! A family's record as a Guardian reads it: who did or read what, and when.
//! Must not know: what was in any of it.

use crate::{
    access::{Answer, Staff, family::family_get, pages::Here, permission::may, staff::staff_names},
    audit::{Deed, of_family},
    error::Result,
    ids::FamilyId,
};
use actix_web::web;
use serde::Serialize;

/// Entries of a family's record on its page.
const NEWEST: i64 = 200;

/// One entry of the record as a Guardian reads it.
#[derive(Serialize)]
struct Entry {
    number: i64,
    at: String,
    who: String,
    deed: String,
    /// The deed's code as words.
    deed_words: String,
    object_kind: String,
    object_id: String,
    note: String,
}

#[derive(Serialize)]
struct Record {
    family: FamilyId,
    reference: String,
    most: i64,
    cut: bool,
    entries: Vec<Entry>,
}

pub(super) async fn page(
    staff: Staff<may::RecordView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            let names = staff_names(act.conn(), of.service)?;
            let rows = of_family(act.conn(), of.service, id, NEWEST)?;
            let who = |kind: &str, id: &str| match names.iter().find(|(staff, _)| staff.as_str() == id) {
                Some((_, name)) => name.clone(),
                None => kind.replace('_', " "),
            };
            let reference = family_get(act.conn(), &proof)?.reference;
            act.record(Deed::RecordRead, ("family", id.as_str()), Some(id), "")?;
            Ok(Record {
                family: id,
                reference,
                most: NEWEST,
                cut: i64::try_from(rows.len()).is_ok_and(|count| count == NEWEST),
                entries: rows
                    .into_iter()
                    .map(|row| Entry {
                        number: row.seq,
                        at: row.at.shown(),
                        who: who(&row.actor_kind, &row.actor_id),
                        deed_words: row.deed.replace(['.', '_'], " "),
                        deed: row.deed,
                        object_kind: row.object_kind.replace('_', " "),
                        object_id: row.object_id,
                        note: row.note,
                    })
                    .collect(),
            })
        })
        .await?;
    Answer::page("record", format!("Record of {}", view.reference), &caller, view)
}
