//! The page of an objection to being contacted.
//! Must not know: why a person objects; nobody asked them.

use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
    },
    audit::Deed,
    clinic::{
        people::person::{person_family, person_get},
        queue::item::{Subject, SubjectKind, follow, work_of_family},
        sharing::objection::{Scope, objection_get},
    },
    db::{Conn, UtcTime},
    error::Result,
    ids::{FamilyId, ObjectionId, PersonId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct View {
    objection: ObjectionId,
    family: FamilyId,
    reference: String,
    name: String,
    reaches: &'static str,
    at: String,
    /// True while its item waits for somebody to have seen it, and the viewer may say so.
    may_see: bool,
}

/// An objection with the proof that the caller has to do with its family.
fn open(conn: &mut Conn, caller: &Caller, id: ObjectionId) -> Result<(PersonId, Scope, UtcTime, InFamily)> {
    let (person, scope, at) = objection_get(conn, caller.service, id)?;
    let family = person_family(conn, caller.service, person)?;
    Ok((person, scope, at, caller.in_family(conn, family)?))
}

pub(super) async fn page(
    staff: Staff<may::TaskView>,
    house: Here,
    id: web::Path<ObjectionId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .read(move |conn, _| {
            let (person, scope, at, proof) = open(conn, &of, id)?;
            let waits = work_of_family(conn, of.service, proof.family())?
                .iter()
                .any(|item| item.subject_kind == SubjectKind::Objection && item.subject_id == id.as_str());
            Ok(View {
                objection: id,
                family: proof.family(),
                reference: family_get(conn, &proof)?.reference,
                name: person_get(conn, &proof, person)?.shown(),
                reaches: match scope {
                    Scope::Self_ => "This person",
                    Scope::SelfAndChildren => "This person, and letters to them about their children",
                    Scope::Lifted => "Nobody: the person has come back and asked for contact",
                },
                at: at.shown(),
                may_see: waits && allows(&of.roles, Permission::TaskMove),
            })
        })
        .await?;
    // Names no person: titles stay in the history of a browser.
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("objection", format!("Objection {part}, {}", view.reference), &caller, view)
}

pub(super) async fn seen(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ObjectionId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let (_, _, _, proof) = open(act.conn(), &of, id)?;
            let subject =
                Subject { kind: SubjectKind::Objection, id: id.to_string(), family: Some(proof.family()) };
            follow(act, &subject, &[])?;
            act.record(Deed::WorkDone, ("objection", id.as_str()), Some(proof.family()), "seen")
        })
        .await?;
    Ok(Answer::done("/queues/objections", json!({"objection": id})))
}
