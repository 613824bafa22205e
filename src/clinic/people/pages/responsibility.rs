//! The page on which it is said who has parental responsibility for a child, and who told us so.
//! Must not know: any finding, or what was written to whom.

use super::person_open;
use crate::{
    access::{
        Answer, Choice, Input, Nothing, Staff, family::family_get, pages::Here, permission::may,
        staff::staff_names,
    },
    audit::Deed,
    clinic::people::{
        person::{Person, person_list},
        responsibility::{Responsibility, responsibility_end, responsibility_record, responsible_for},
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResponsibilityId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Said {
    responsibility: ResponsibilityId,
    holder: PersonId,
    name: String,
    words: String,
    by: String,
    at: String,
}

#[derive(Serialize)]
struct View {
    person: PersonId,
    family: FamilyId,
    reference: String,
    name: String,
    /// None is said of somebody who is grown up.
    is_child: bool,
    said: Vec<Said>,
    people: Vec<Choice>,
}

pub(super) async fn page(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (child, proof) = person_open(act.conn(), &of, id)?;
            let (today, adult) = (act.at.date(), act.policy().periods.adult_age);
            act.record(Deed::ResponsibilityRead, ("person", id.as_str()), Some(proof.family()), "")?;
            let staff = staff_names(act.conn(), of.service)?;
            let people = person_list(act.conn(), &proof)?;
            let standing = responsible_for(act.conn(), &proof, id)?;
            let called = |id: PersonId| people.iter().find(|one| one.id == id).map(Person::shown);
            let said = |row: &Responsibility| {
                let by = staff.iter().find(|(known, _)| *known == row.by_staff);
                Ok(Said {
                    responsibility: row.id,
                    holder: row.holder_id,
                    name: called(row.holder_id).unwrap_or_default(),
                    words: row.words(&proof)?,
                    by: by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone()),
                    at: row.at.shown(),
                })
            };
            let is_adult = |one: &Person| one.birth_date.is_none_or(|born| born.age_on(today) >= adult);
            Ok(View {
                person: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: child.shown(),
                is_child: child.birth_date.is_some() && !is_adult(&child),
                said: standing.iter().map(said).collect::<Result<_>>()?,
                people: people
                    .iter()
                    .filter(|one| one.id != id && is_adult(one) && !one.has_died() && one.is_named())
                    .map(|one| Choice::of(one.id, one.shown()))
                    .collect(),
            })
        })
        .await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page(
        "responsibility",
        format!("Parental responsibility, person {part}, {}", view.reference),
        &caller,
        view,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    holder: Option<PersonId>,
    #[serde(default)]
    responsible_words: String,
}

pub(super) async fn record(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let holder = entry.holder.ok_or_else(|| {
        Error::bad_input("Choose who is responsible for this child. Nothing was saved.").at("holder")
    })?;
    let of = caller.clone();
    let recorded = house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            responsibility_record(act, &proof, id, holder, &entry.responsible_words)
        })
        .await?;
    Ok(Answer::done(
        format!("/people/{id}/responsibility"),
        json!({"person": id, "responsibility": recorded}),
    ))
}

pub(super) async fn end(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    path: web::Path<(PersonId, ResponsibilityId)>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, (id, which)) = (staff.caller, path.into_inner());
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            responsibility_end(act, &proof, id, which)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/responsibility"), json!({"person": id})))
}
