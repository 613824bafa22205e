//! The page of one relative's own results for a variant: every one that was recorded, and the form for the next.
//! Must not know: what a result moves.

use super::says_choices;
use crate::{
    access::{
        Answer, Caller, Choice, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::consequence::identical_twins,
        people::{
            kinship::{pedigree_id, pedigree_of},
            person::{Person, person_get},
        },
        result::state::result_open,
        tested::{
            fits::possible,
            relative_result::{RelativeResult, inheritance_of, relative_results_of, variants_of},
            said::{Source, State},
        },
    },
    error::Result,
    ids::{FamilyId, PersonId, RelativeResultId, ResultId, StaffId},
};
use actix_web::web;
use kinward_pedigree::kin_path;
use serde::Serialize;

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    reference: String,
    person: PersonId,
    name: String,
    relation: String,
    variants: Vec<String>,
    /// Newest first.
    results: Vec<Line>,
    /// Whose result it is at once: those from the same egg.
    twins: Vec<String>,
    says: Vec<Choice>,
    sources: Vec<Choice>,
    may_record: bool,
    /// Why nothing can be recorded now, in words.
    why_not: Option<&'static str>,
}

#[derive(Serialize)]
struct Line {
    relative_result: RelativeResultId,
    says: &'static str,
    tested_on: Option<String>,
    state: State,
    state_title: &'static str,
    by: String,
    at: String,
}

pub(super) async fn page(
    staff: Staff<may::ResultView>,
    house: Here,
    path: web::Path<(ResultId, PersonId)>,
) -> Result<Answer> {
    let (caller, (id, person)) = (staff.caller, path.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id, person)).await?;
    // Names no person: titles stay in the history of a browser.
    let part = view.person.as_str().get(..8).unwrap_or_default();
    Answer::page("relative_results", format!("Own results of {part}, {}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ResultId, person: PersonId) -> Result<View> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    let person = person_get(act.conn(), &proof, person)?;
    let note = "a relative's own results";
    act.record(Deed::RelativeResultRead, ("person", person.id.as_str()), Some(proof.family()), note)?;
    let names = staff_names(act.conn(), caller.service)?;
    let mut results = relative_results_of(act.conn(), &proof, id)?;
    results.retain(|one| one.person_id == person.id);
    results.reverse();
    let why_not = why_not(&results, person.id == result.person_id);
    let tree = pedigree_of(act.conn(), &proof)?;
    let path = kin_path(&tree, &pedigree_id(result.person_id), &pedigree_id(person.id));
    Ok(View {
        result: id,
        family: proof.family(),
        reference: family_reference(act.conn(), caller.service, proof.family())?,
        person: person.id,
        name: person.shown(),
        relation: path.map_or_else(|| "not by descent".into(), |path| path.words),
        variants: variants_of(act, &proof, &result)?,
        results: results.iter().map(|one| Line::of(one, &names)).collect(),
        twins: identical_twins(act.conn(), &proof, person.id)?.iter().map(Person::shown).collect(),
        says: says_choices(&possible(inheritance_of(&result)?, person.sex_at_birth)),
        sources: Choice::all(Source::ALL, Source::title),
        may_record: allows(&caller.roles, Permission::RelativeResultRecord) && why_not.is_none(),
        why_not,
    })
}

fn why_not(results: &[RelativeResult], is_proband: bool) -> Option<&'static str> {
    if is_proband {
        return Some("This is the proband: their variant is the one that relatives are tested for.");
    }
    if results.iter().any(|one| one.state == State::Recorded) {
        return Some("A result waits to be confirmed by a second person.");
    }
    if results.iter().any(RelativeResult::counts) {
        return Some("A confirmed result stands. If it is wrong, open it and correct it.");
    }
    None
}

impl Line {
    fn of(one: &RelativeResult, names: &[(StaffId, String)]) -> Self {
        Self {
            relative_result: one.id,
            says: one.finding.says.title(),
            tested_on: one.finding.tested_on.map(|day| day.shown()),
            state: one.state,
            state_title: one.state.title(),
            by: super::one::name_of(names, one.by_staff),
            at: one.at.shown(),
        }
    }
}
