//! The page on which it is said whether a person may be reached, and how; with who said so before.
//! Must not know: how the person is reached.

use super::person_open;
use crate::{
    access::{
        Answer, Choice, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    clinic::{
        people::safety::{Envelope, Mark, Safety, SafetyEntry, safety_list, safety_set},
        queue::item::{Queue, work_owner},
    },
    error::Result,
    ids::{FamilyId, PersonId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Said {
    title: &'static str,
    plain: bool,
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
    now: &'static str,
    held: bool,
    /// What the outside of a letter shows if nothing is chosen.
    envelope_hint: String,
    /// Who has taken the hold from its queue.
    owner: Option<String>,
    may_release: bool,
    marks: Vec<Choice>,
    envelopes: Vec<Choice>,
    /// Newest first.
    said: Vec<Said>,
}

pub(super) async fn page(
    staff: Staff<may::SafetySet>,
    house: Here,
    id: web::Path<PersonId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (person, proof) = person_open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            let name = |id| {
                let known = names.iter().find(|(known, _)| *known == id);
                known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
            };
            let rows = safety_list(act, &proof, id)?;
            let now = rows.first().map_or(Safety::MayWrite, |row| row.mark);
            let held = now == Safety::Hold;
            let plain = rows.first().is_some_and(|row| row.envelope == Envelope::Plain);
            let may_release = allows(&of.roles, Permission::SafetyRelease);
            let said = |row: &Mark| {
                Ok(Said {
                    title: row.mark.title(),
                    plain: row.envelope == Envelope::Plain,
                    words: row.words(&proof)?,
                    by: name(row.by_staff),
                    at: row.at.shown(),
                })
            };
            Ok(View {
                said: rows.iter().map(said).collect::<Result<_>>()?,
                owner: work_owner(act.conn(), of.service, Queue::Safeguarding, id.as_str())?.map(name),
                person: id,
                family: person.family_id,
                reference: family_get(act.conn(), &proof)?.reference,
                name: person.shown(),
                now: now.title(),
                held,
                envelope_hint: format!(
                    "If you choose neither, it stays as it is: {}.",
                    if plain { "a plain envelope" } else { "the usual envelope" }
                ),
                may_release,
                marks: Safety::ALL
                    .iter()
                    .filter(|mark| !held || may_release || **mark == Safety::Hold)
                    .map(|mark| Choice::of(mark, mark.title()).hint(hint(*mark)))
                    .collect(),
                envelopes: vec![
                    Choice::of(Envelope::Usual, "The usual envelope"),
                    Choice::of(Envelope::Plain, "A plain envelope")
                        .hint("Nothing outside says who sends it: no return address of the service."),
                ],
            })
        })
        .await?;
    let part = view.person.as_str().get(..8).unwrap_or_default();
    Answer::page("safety", format!("Safe contact, person {part}, {}", view.reference), &caller, view)
}

fn hint(mark: Safety) -> Option<&'static str> {
    match mark {
        Safety::MayWrite => None,
        Safety::OnlyThisWay => Some(
            "Write below which way is safe. Letters that have not left are stopped, and written by somebody who has read this.",
        ),
        Safety::Hold => Some(
            "Nothing leaves for this person, and what has left cannot be read online any more. Somebody takes it from the queue Safeguarding; only they see how this person is reached.",
        ),
    }
}

pub(super) async fn set(
    staff: Staff<may::SafetySet>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<SafetyEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (entry, of, id) = (input.open(&caller)?, caller.clone(), id.into_inner());
    let mark = entry.mark;
    house
        .act(&caller, move |act, _| {
            let (_, proof) = person_open(act.conn(), &of, id)?;
            safety_set(act, &of, &proof, id, entry)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/safety"), json!({"person": id, "mark": mark})))
}
