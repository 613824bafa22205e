//! Conflicts of interest: saying that a family is one's own, and the Guardian's list of who is kept out of which.
//! Must not know: anybody in a family; the list holds references and colleagues.

use crate::{
    access::{
        Answer, Input, Staff,
        conflict::{conflict_lift, conflict_list},
        family::{families_related, family_by_reference, family_references},
        pages::Here,
        permission::may,
        staff::{staff_get, staff_names},
    },
    audit::Deed,
    clinic::queue::conflict::conflict_begin,
    error::{Error, Result},
    ids::{ConflictId, FamilyId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Own {
    reference: String,
    reason: String,
}

/// Somebody keeps themselves out of a family they were given the reference of.
pub(super) async fn own(staff: Staff<may::FamilyClaim>, house: Here, input: Input<Own>) -> Result<Answer> {
    let caller = staff.caller;
    let Own { reference, reason } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let family = family_by_reference(act.conn(), &of, &reference)?;
            conflict_begin(act, of.staff, family, &reason)
        })
        .await?;
    Ok(Answer::done("/families", json!({"kept_out": caller.staff})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    reason: String,
}

/// The same from the family's own page.
pub(super) async fn own_here(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<Reason>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (Reason { reason }, of, id) = (input.open(&caller)?, caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            conflict_begin(act, of.staff, proof.family(), &reason)
        })
        .await?;
    Ok(Answer::done("/families", json!({"kept_out": caller.staff})))
}

#[derive(Serialize)]
struct Lock {
    conflict: ConflictId,
    reference: String,
    colleague: String,
    since: String,
    set_by: String,
    /// For a Guardian who has opened the family's file.
    reason: Option<String>,
    may_lift: bool,
}

#[derive(Serialize)]
struct Colleague {
    id: StaffId,
    name: String,
}

#[derive(Serialize)]
struct Locks {
    locks: Vec<Lock>,
    colleagues: Vec<Colleague>,
}

pub(super) async fn list(staff: Staff<may::ConflictSet>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            // Reasons are opened here for a Guardian who has to do with the family.
            act.record(Deed::ConflictRead, ("service", of.service.as_str()), None, "")?;
            let conn = act.conn();
            let standing = conflict_list(conn, of.service)?;
            let families: Vec<FamilyId> = standing.iter().map(|lock| lock.family_id).collect();
            let references = family_references(conn, of.service, &families)?;
            let related = families_related(conn, &of, &families)?;
            let names = staff_names(conn, of.service)?;
            let name = |id: StaffId| {
                let known = names.iter().find(|(known, _)| *known == id);
                known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
            };
            let mut locks = Vec::new();
            for lock in standing {
                let proof = related.iter().find(|proof| proof.family() == lock.family_id);
                let reference = references.iter().find(|(id, _)| *id == lock.family_id);
                locks.push(Lock {
                    conflict: lock.id,
                    reference: reference.map_or_else(String::new, |(_, reference)| reference.clone()),
                    colleague: name(lock.staff_id),
                    since: lock.set_at.shown(),
                    set_by: name(lock.set_by),
                    reason: proof.map(|proof| lock.reason(proof)).transpose()?,
                    may_lift: lock.staff_id != of.staff,
                });
            }
            let colleagues = names.iter().map(|(id, name)| Colleague { id: *id, name: name.clone() });
            Ok(Locks { locks, colleagues: colleagues.collect() })
        })
        .await?;
    Answer::page("conflicts", "Conflicts of interest", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    colleague: Option<StaffId>,
    reference: String,
    reason: String,
}

/// The Guardian keeps a colleague out of a family.
pub(super) async fn set(staff: Staff<may::ConflictSet>, house: Here, input: Input<Named>) -> Result<Answer> {
    let caller = staff.caller;
    let Named { colleague, reference, reason } = input.open(&caller)?;
    let colleague = colleague
        .ok_or_else(|| Error::bad_input("Choose a colleague. Nothing was saved.").at("colleague"))?;
    let of = caller.clone();
    let id = house
        .act(&caller, move |act, _| {
            let family = family_by_reference(act.conn(), &of, &reference)?;
            let colleague = staff_get(act.conn(), of.service, colleague)?.id;
            conflict_begin(act, colleague, family, &reason)
        })
        .await?;
    Ok(Answer::done("/conflicts", json!({"conflict": id, "kept_out": colleague})))
}

pub(super) async fn lift(
    staff: Staff<may::ConflictSet>,
    house: Here,
    id: web::Path<ConflictId>,
    input: Input<Reason>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (Reason { reason }, of, id) = (input.open(&caller)?, caller.clone(), id.into_inner());
    house.act(&caller, move |act, _| conflict_lift(act, &of, id, &reason)).await?;
    Ok(Answer::done("/conflicts", json!({"conflict": id})))
}
