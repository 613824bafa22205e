//! The page from which a practice, a service or a register is written to about a relative.
//! Must not know: findings, or the proband.

use crate::{
    access::{Answer, Choice, Input, Staff, family::family_get, pages::Here, permission::may},
    audit::Deed,
    clinic::{
        cascade::task::task_open,
        letters::{
            house::{House, HouseKind, Why, house_draft},
            register::{NamedBy, SheetSaid, is_separated, named_already},
        },
        people::person::person_get,
    },
    error::{Error, Result},
    ids::{FamilyId, TaskId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct View {
    task: TaskId,
    family: FamilyId,
    reference: String,
    name: String,
    kinds: Vec<Choice>,
    whys: Vec<Choice>,
    /// The record says that this relative was separated from the family.
    separated: bool,
    /// The proband agrees to be named to this relative.
    named: bool,
    named_bys: Vec<Choice>,
}

pub(super) async fn page(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            act.record(Deed::ConsentRead, ("relative_task", id.as_str()), Some(proof.family()), "named to")?;
            Ok(View {
                task: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: person_get(act.conn(), &proof, task.person_id)?.shown(),
                separated: is_separated(act, &proof, &task)?,
                named: named_already(act, &task)?.is_some(),
                named_bys: Choice::all([NamedBy::Register, NamedBy::Decision], NamedBy::title),
                kinds: HouseKind::BY_THEMSELVES
                    .iter()
                    .map(|kind| Choice::of(kind, kind.kind().name()).hint(kind.hint()))
                    .collect(),
                whys: Choice::all(Why::ALL, Why::title),
            })
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page(
        "house",
        format!("Write to a practice or register, relative {part}, {}", view.reference),
        &caller,
        view,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    #[serde(default)]
    house_kind: String,
    #[serde(default)]
    house_name: String,
    #[serde(default)]
    house_address: String,
    #[serde(default)]
    house_postcode: String,
    house_country: Option<String>,
    why: Option<Why>,
    #[serde(default)]
    separated: String,
    named_by: Option<NamedBy>,
    #[serde(default)]
    named_words: String,
}

pub(super) async fn draft(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let kind: HouseKind = entry.house_kind.parse().map_err(|_| {
        Error::bad_input("Choose what is written, and to whom. No letter was drafted.").at("house_kind")
    })?;
    if !HouseKind::BY_THEMSELVES.contains(&kind) {
        return Err(Error::bad_input(
            "A relative is handed to another service by a referral, on their own page: it is waited for until that service has them. No letter was drafted.",
        )
        .at("house_kind"));
    }
    let to = House {
        kind,
        name: entry.house_name,
        address: entry.house_address,
        postcode: entry.house_postcode,
        country: entry.house_country.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        why: entry.why,
        sheet: SheetSaid {
            separated: entry.separated,
            named_by: entry.named_by,
            named_words: entry.named_words,
        },
    };
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            house_draft(act, &of, &proof, &task, &to)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}
