//! The page of an objection: to being contacted, or to being told a part of it.
//! Must not know: why a person objects; nobody asked them.

use super::not_to_know::InDoubt;
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
    },
    audit::Deed,
    clinic::{
        cascade::task::tasks_of_person,
        letters::confirm_stop::confirmed,
        people::person::{person_family, person_get},
        queue::item::{Subject, SubjectKind, follow, work_of_family},
        sharing::{
            objection::{Confirm, Objection, objection_get},
            topic::Topic,
            whose_word::{doubt_of, no_doubt},
        },
    },
    db::Conn,
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
    person: PersonId,
    name: String,
    /// Nobody contacts them at all.
    not_at_all: bool,
    /// What they do not want to know.
    words: &'static str,
    reaches: &'static str,
    at: String,
    /// True while its item waits for somebody to have seen it, and the viewer may say so.
    may_see: bool,
    /// What was said after it with the same letter: whose word it was comes first.
    in_doubt: Option<InDoubt>,
    /// They asked for one letter that says that it was done.
    confirm: bool,
    /// That letter is in hand or has gone.
    confirmed: bool,
    may_confirm: bool,
}

/// An objection with the proof that the caller has to do with its family.
fn open(conn: &mut Conn, caller: &Caller, id: ObjectionId) -> Result<(Objection, InFamily)> {
    let objection = objection_get(conn, caller.service, id)?;
    let family = person_family(conn, caller.service, objection.person_id)?;
    Ok((objection, caller.in_family(conn, family)?))
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
            let (objection, proof) = open(conn, &of, id)?;
            let waits = work_of_family(conn, of.service, proof.family())?
                .iter()
                .any(|item| item.subject_kind == SubjectKind::Objection && item.subject_id == id.as_str());
            let tasks = tasks_of_person(conn, of.service, objection.person_id)?;
            let confirm = objection.confirm == Some(Confirm::Letter);
            let confirmed = confirm && confirmed(conn, of.service, &tasks, &objection)?;
            let doubted = doubt_of(conn, of.service, objection.person_id)?
                .is_some_and(|doubt| doubt.objection.id == id);
            Ok(View {
                in_doubt: match doubted {
                    true => InDoubt::of(conn, &proof, objection.person_id)?,
                    false => None,
                },
                confirm,
                confirmed,
                may_confirm: confirm && !confirmed && !doubted && allows(&of.roles, Permission::LetterDraft),
                objection: id,
                family: proof.family(),
                reference: family_get(conn, &proof)?.reference,
                person: objection.person_id,
                name: person_get(conn, &proof, objection.person_id)?.shown(),
                not_at_all: objection.topic == Topic::ConditionExists,
                words: objection.topic.words(),
                reaches: objection.scope.reaches(),
                at: objection.at.shown(),
                may_see: waits && !doubted && allows(&of.roles, Permission::TaskMove),
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
            let (objection, proof) = open(act.conn(), &of, id)?;
            if doubt_of(act.conn, act.service, objection.person_id)?
                .is_some_and(|doubt| doubt.objection.id == id)
            {
                no_doubt(act.conn, act.service, objection.person_id)?;
            }
            let subject = Subject {
                kind: SubjectKind::Objection,
                id: id.to_string(),
                family: Some(proof.family()),
                task: None,
            };
            follow(act, &subject, &[])?;
            act.record(Deed::WorkDone, ("objection", id.as_str()), Some(proof.family()), "seen")
        })
        .await?;
    Ok(Answer::done("/queues/objections", json!({"objection": id})))
}
