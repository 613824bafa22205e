//! A family's record as a Guardian reads it: who did or read what, and when.
//! Must not know: what was in any of it.

use crate::{
    access::{Answer, Staff, family::family_get, pages::Here, permission::may, staff::staff_names},
    audit::{Deed, of_family},
    error::{Error, Result},
    ids::FamilyId,
};
use actix_web::web;
use serde::Serialize;

/// Entries of a family's record on one page.
const PAGE: i64 = 200;

/// What stands in the address: the number of the entry before which the page ends; the newest where it is empty.
#[derive(serde::Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    before: String,
}

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
    /// It does not begin with the newest entry.
    earlier: bool,
    /// The address of the entries before these, where there are any.
    older: Option<String>,
    entries: Vec<Entry>,
}

pub(super) async fn page(
    staff: Staff<may::RecordView>,
    house: Here,
    id: web::Path<FamilyId>,
    place: web::Query<Place>,
) -> Result<Answer> {
    let caller = staff.caller;
    let before = match place.before.as_str() {
        "" => i64::MAX,
        text => text.parse().map_err(|_| {
            Error::bad_input("This place in the record is not known. Go back to the record and choose again.")
        })?,
    };
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            let names = staff_names(act.conn(), of.service)?;
            let mut rows = of_family(act.conn(), of.service, id, before, PAGE + 1)?;
            let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
            let more = rows.len() > page;
            rows.truncate(page);
            let last = rows.last().filter(|_| more).map(|row| row.seq);
            let who = |kind: &str, id: &str| match names.iter().find(|(staff, _)| staff.as_str() == id) {
                Some((_, name)) => name.clone(),
                None => kind.replace('_', " "),
            };
            let reference = family_get(act.conn(), &proof)?.reference;
            act.record(Deed::RecordRead, ("family", id.as_str()), Some(id), "")?;
            Ok(Record {
                family: id,
                reference,
                earlier: before != i64::MAX,
                older: last.map(|seq| format!("/families/{id}/record?before={seq}")),
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
