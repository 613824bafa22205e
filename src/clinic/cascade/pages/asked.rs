//! The page of what a relative asks about their own details: their words beside what is on record, and what can be done.
//! Must not know: findings, or what the letter said.

use super::replies::{Answered, contact_answers, others_answers, said};
use crate::{
    access::{
        Answer, Choice, Input, Nothing, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            asked::{wish_open, wish_settle, wish_take_over},
            task::Task,
        },
        people::person::person_get,
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId, TaskId, WishId},
    relative::wish::wish_list,
};
use actix_web::web;
use kinward_family::page::{Wish, WishEnd, WishKind};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct View {
    wish: WishId,
    task: TaskId,
    family: FamilyId,
    reference: String,
    person: PersonId,
    name: String,
    heading: &'static str,
    at: String,
    answers: Vec<Answered>,
    /// What became of it; none while it waits.
    ended: Option<&'static str>,
    may_take_over: bool,
    /// They tell of people, whom somebody who may draws into the tree.
    may_draw: bool,
    may_end: bool,
    ends: Vec<Choice>,
}

/// As staff read it.
pub(super) fn heading(kind: WishKind) -> &'static str {
    match kind {
        WishKind::Correct => "Asks to correct their details",
        WishKind::Reach => "Says how they want to be reached",
        WishKind::Others => "Tells of others who might want to know",
        WishKind::Copy => "Asks for a copy of what is held about them",
        WishKind::Delete => "Asks to delete something",
    }
}

pub(super) fn end_words(end: WishEnd) -> &'static str {
    match end {
        WishEnd::Done => "Done",
        WishEnd::Told => "Not needed: they were spoken to",
        WishEnd::NotDone => "Not done: it must be kept, or it was not sure who asked",
    }
}

/// One line of the relative's page.
#[derive(Serialize)]
pub(super) struct WishLine {
    wish: WishId,
    heading: &'static str,
    at: String,
    ended: Option<&'static str>,
}

/// What a relative asked, newest first; not what.
pub(super) fn wishes_listed(act: &mut Act<'_>, task: &Task) -> Result<Vec<WishLine>> {
    wish_list(act.conn(), task.service_id, task.id.as_str())?
        .iter()
        .map(|row| {
            Ok(WishLine {
                wish: row.id,
                heading: heading(row.kind()?),
                at: row.at.shown(),
                ended: row.end()?.map(end_words),
            })
        })
        .collect()
}

pub(super) async fn page(staff: Staff<may::ReplyView>, house: Here, id: web::Path<WishId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let opened = wish_open(act.conn(), &of, id)?;
            act.record(Deed::WishRead, ("wish", id.as_str()), Some(opened.proof.family()), "")?;
            let wish = opened.row.wish(opened.proof.grant()?)?;
            let (end, kind) = (opened.row.end()?, opened.row.kind()?);
            let waits = end.is_none();
            Ok(View {
                wish: id,
                task: opened.task.id,
                family: opened.proof.family(),
                reference: family_reference(act.conn(), of.service, opened.proof.family())?,
                person: opened.asks,
                name: person_get(act.conn(), &opened.proof, opened.asks)?.shown(),
                heading: heading(kind),
                at: opened.row.at.shown(),
                answers: answers(&wish),
                ended: end.map(end_words),
                may_take_over: waits && kind == WishKind::Reach && allows(&of.roles, Permission::PersonEdit),
                may_draw: waits && kind == WishKind::Others && allows(&of.roles, Permission::PedigreeEdit),
                may_end: waits && allows(&of.roles, Permission::TaskMove),
                ends: WishEnd::ALL.iter().map(|end| Choice::of(end.as_str(), end_words(*end))).collect(),
            })
        })
        .await?;
    let part = view.wish.as_str().get(..8).unwrap_or_default();
    Answer::page("wish", format!("What a relative asks {part}, {}", view.reference), &caller, view)
}

fn answers(wish: &Wish) -> Vec<Answered> {
    match wish {
        Wish::Correct { name, address, email, phone } => [
            said("Right name", name),
            said("Right address", address),
            said("Right e-mail", email),
            said("Right phone number", phone),
        ]
        .into_iter()
        .flatten()
        .collect(),
        Wish::Copy { how } => said("How they would like it", how).into_iter().collect(),
        Wish::Delete { what } => said("What to delete", &Some(what.clone())).into_iter().collect(),
        Wish::Reach(contact) => contact_answers(contact),
        Wish::Others(others) => others_answers(others),
    }
}

pub(super) async fn take_over(
    staff: Staff<may::PersonEdit>,
    house: Here,
    id: web::Path<WishId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    input.open(&caller)?;
    let of = caller.clone();
    let (task, back) = house
        .act(&caller, move |act, _| {
            let opened = wish_open(act.conn(), &of, id)?;
            Ok((opened.task.id, wish_take_over(act, &of, &opened)?))
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{task}#wishes"), json!({"wish": id, "letters_taken_back": back})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    #[serde(default)]
    end: String,
}

pub(super) async fn end(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<WishId>,
    input: Input<Ended>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let typed = input.open(&caller)?.end;
    let end: WishEnd = typed
        .parse()
        .map_err(|_| Error::bad_input("Choose what became of it. Nothing was changed.").at("end"))?;
    let of = caller.clone();
    let task = house
        .act(&caller, move |act, _| {
            let opened = wish_open(act.conn(), &of, id)?;
            wish_settle(act, &opened, end)?;
            Ok(opened.task.id)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{task}#wishes"), json!({"wish": id})))
}
