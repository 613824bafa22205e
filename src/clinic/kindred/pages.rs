//! The pages of joined files: what a result is joined with, both files side by side before they are joined, and parting.
//! Must not know: findings. Each line of the other file is shown to whoever has to do with both.

use super::{
    join::{JoinEntry, kindred_join, kindred_part},
    joined::{Kindred, kindred_pairs, kindreds_of, tasks_alike},
    plan::{Guess, Plan, Side, plan_of},
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        family::{families_related, family_reference, family_references},
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_list},
        people::person::{Person, person_list},
        result::state::result_open,
        sharing::consent::{Consent, consent_list, stance_last},
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{FamilyId, KindredId, PersonId, ResultId, StaffId, TaskId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/kindred" ResultView page, "The files of the same family that a result is joined with, and was"),
    route!(POST "/results/{id}/kindred" KindredJoin look, "Look at another file of the same family, by its reference, beside this one", form on "/results/{id}/kindred"),
    route!(GET "/results/{id}/kindred/{reference}" KindredJoin plan, "Two files side by side: who may be the same person in both"),
    route!(POST "/results/{id}/kindred/{reference}" KindredJoin join, "Join two files of one family; whoever stands in both gets one letter", form on "/results/{id}/kindred/{reference}"),
    route!(POST "/results/{id}/joined/{kindred}/part" KindredJoin part, "Part two files that were joined; each goes on alone", form on "/results/{id}/kindred"),
];

#[derive(Serialize)]
struct Line {
    kindred: KindredId,
    /// The other file.
    reference: String,
    /// For whoever has to do with it.
    result: Option<ResultId>,
    stands: bool,
    at: String,
    by: String,
    why: String,
    parted: Option<String>,
    /// Whoever stands in both, as they are called here.
    people: Vec<String>,
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    family_reference: String,
    joined: Vec<Line>,
    may_join: bool,
}

async fn page(staff: Staff<may::ResultView>, house: Here, id: web::Path<ResultId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let title = format!("Other files of family {}", view.family_reference);
    Answer::page("kindred", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<View> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    act.record(Deed::KindredRead, ("result", id.as_str()), Some(proof.family()), "")?;
    let sides = kindreds_of(act.conn(), &proof, result.id)?;
    let families: Vec<FamilyId> = sides.iter().map(|side| side.other_family_id).collect();
    let references = family_references(act.conn(), caller.service, &families)?;
    let related = families_related(act.conn(), caller, &families)?;
    let people = person_list(act.conn(), &proof)?;
    let names = staff_names(act.conn(), caller.service)?;
    let mut joined = Vec::new();
    for side in &sides {
        joined.push(line(act, &proof, side, (&references, &related, &people, &names))?);
    }
    Ok(View {
        result: id,
        family: proof.family(),
        family_reference: family_reference(act.conn(), caller.service, proof.family())?,
        joined,
        may_join: allows(&caller.roles, Permission::KindredJoin),
    })
}

/// What a page's lines are made with, read once.
type Known<'a> = (&'a [(FamilyId, String)], &'a [InFamily], &'a [Person], &'a [(StaffId, String)]);

fn line(act: &mut Act<'_>, proof: &InFamily, side: &Kindred, known: Known<'_>) -> Result<Line> {
    let (references, related, people, names) = known;
    let words = side.words(proof)?;
    let name = |id: StaffId| {
        names.iter().find(|(known, _)| *known == id).map_or("a former colleague", |(_, name)| name)
    };
    let shown = |id| people.iter().find(|person| person.id == id).map(Person::shown);
    let parted = side.parted_at.zip(side.parted_by).zip(words.parted);
    let reference = references.iter().find(|(id, _)| *id == side.other_family_id);
    Ok(Line {
        kindred: side.id,
        reference: reference.map_or_else(String::new, |(_, reference)| reference.clone()),
        result: related
            .iter()
            .any(|proof| proof.family() == side.other_family_id)
            .then_some(side.other_result_id),
        stands: side.stands(),
        at: side.at.shown(),
        by: name(side.by_staff).to_owned(),
        why: words.joined,
        parted: parted.map(|((at, by), why)| format!("{} by {}: {why}", at.shown(), name(by))),
        people: kindred_pairs(act.conn(), proof.service(), side.id)?
            .into_iter()
            .filter_map(|(one, _)| shown(one))
            .collect(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    reference: String,
}

async fn look(
    staff: Staff<may::KindredJoin>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Look>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Look { reference } = input.open(&caller)?;
    let of = caller.clone();
    let other = house
        .act(&caller, move |act, _| {
            let plan = plan_of(act, &of, id, &reference)?;
            act.record(Deed::KindredRead, ("result", id.as_str()), Some(plan.here.proof.family()), "")?;
            Ok(plan.there.reference)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}/kindred/{other}"), json!({"result": id, "other": other})))
}

#[derive(Serialize)]
struct Row {
    person: PersonId,
    name: String,
    /// To the proband here.
    relation: Option<String>,
    born: Option<String>,
    is_proband: bool,
    /// Why somebody is chosen already, or may be the one.
    hint: Option<String>,
    choices: Vec<Choice>,
    /// How they stand in each file, where they may be the same.
    standing: Vec<String>,
}

#[derive(Serialize)]
struct PlanPage {
    result: ResultId,
    family: FamilyId,
    reference: String,
    other: String,
    probands: [String; 2],
    rows: Vec<Row>,
    is_joined: bool,
    seen: String,
}

async fn plan(
    staff: Staff<may::KindredJoin>,
    house: Here,
    of: web::Path<(ResultId, String)>,
) -> Result<Answer> {
    let (caller, (id, reference)) = (staff.caller, of.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| plan_page(act, &of, id, &reference)).await?;
    let title = format!("Families {} and {}", view.reference, view.other);
    Answer::page("kindred_plan", title, &caller, view)
}

fn plan_page(act: &mut Act<'_>, caller: &Caller, id: ResultId, reference: &str) -> Result<PlanPage> {
    let plan = plan_of(act, caller, id, reference)?;
    for side in [&plan.here, &plan.there] {
        act.record(Deed::KindredRead, ("result", side.result.id.as_str()), Some(side.proof.family()), "")?;
    }
    let here = task_list(act.conn(), &plan.here.proof)?;
    let there = task_list(act.conn(), &plan.there.proof)?;
    let mut rows = Vec::new();
    for person in &plan.here.people {
        let guess = plan.guesses.iter().find(|guess| guess.here == person.id);
        let mut standing = Vec::new();
        if let Some(guess) = guess {
            standing.extend(stands(act, &plan.here, "Here", &here, guess.here)?);
            standing.extend(stands(act, &plan.there, "There", &there, guess.there)?);
        }
        rows.push(row(&plan, person, guess, standing));
    }
    let proband = |side: &Side| side.person(side.result.person_id).map_or_else(String::new, Person::shown);
    Ok(PlanPage {
        result: id,
        family: plan.here.proof.family(),
        probands: [proband(&plan.here), proband(&plan.there)],
        rows,
        is_joined: plan.standing.is_some(),
        seen: plan.mark(),
        other: plan.there.reference,
        reference: plan.here.reference,
    })
}

fn row(plan: &Plan, person: &Person, guess: Option<&Guess>, standing: Vec<String>) -> Row {
    let known =
        plan.standing.as_ref().and_then(|(_, _, pairs)| pairs.iter().find(|(one, _)| *one == person.id));
    let sure = guess.filter(|guess| guess.is_sure).map(|guess| guess.there);
    let chosen = known.map(|(_, other)| *other).or(sure);
    let choices = plan.there.people.iter().map(|other| {
        let pair = format!("{} {}", person.id, other.id);
        Choice::of(pair, called(&plan.there, other)).chosen(chosen == Some(other.id))
    });
    let there = guess.and_then(|guess| plan.there.person(guess.there));
    Row {
        person: person.id,
        name: person.shown(),
        relation: relation(&plan.here, person.id),
        born: person.birth_date.map(UtcDate::shown),
        is_proband: person.id == plan.here.result.person_id,
        hint: guess.zip(there).filter(|_| known.is_none()).map(|(guess, there)| {
            let ask = if guess.is_sure { "chosen" } else { "not chosen: make sure first" };
            format!("{} there: {} ({ask})", there.shown(), guess.why)
        }),
        choices: choices.collect(),
        standing,
    }
}

fn relation(side: &Side, id: PersonId) -> Option<String> {
    side.relation(id, side.result.person_id).map(|path| format!("{} of the proband", path.words))
}

/// "Olwen Pugh, mother's sister of the proband, born 27 March 1945".
fn called(side: &Side, person: &Person) -> String {
    let own = (person.id == side.result.person_id).then(|| "the proband there".to_owned());
    let born = person.birth_date.map(|born| format!("born {}", born.shown()));
    let parts = [Some(person.shown()), own.or_else(|| relation(side, person.id)), born];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// How a relative stands in one file, and what its proband said of them last.
fn stands(
    act: &mut Act<'_>,
    side: &Side,
    file: &str,
    tasks: &[Task],
    person: PersonId,
) -> Result<Option<String>> {
    let of = |task: &&Task| task.person_id == person && task.result_id == side.result.id;
    let Some(task) = tasks.iter().find(of) else { return Ok(None) };
    let last = consent_list(act.conn(), &side.proof, task.id)?.pop();
    let said = last.as_ref().map_or_else(|| "nothing said yet".to_owned(), said);
    Ok(Some(format!("{file}: {}; {said}", task.state.title())))
}

fn said(last: &Consent) -> String {
    if last.stance.is_agreement() {
        format!("{}, up to {}", last.stance.title(), last.level)
    } else {
        last.stance.title().to_owned()
    }
}

async fn join(
    staff: Staff<may::KindredJoin>,
    house: Here,
    of: web::Path<(ResultId, String)>,
    input: Input<JoinEntry>,
) -> Result<Answer> {
    let (caller, (id, reference)) = (staff.caller, of.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let joined = house
        .act(&caller, move |act, _| {
            let plan = plan_of(act, &of, id, &reference)?;
            kindred_join(act, &plan, &entry)
        })
        .await?;
    Ok(Answer::done(
        format!("/results/{id}/kindred"),
        json!({"kindred": joined.kindred, "results_to_confirm": joined.carried}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    parted_why: String,
}

async fn part(
    staff: Staff<may::KindredJoin>,
    house: Here,
    ids: web::Path<(ResultId, KindredId)>,
    input: Input<Part>,
) -> Result<Answer> {
    let (caller, (id, kindred)) = (staff.caller, ids.into_inner());
    let Part { parted_why } = input.open(&caller)?;
    let of = caller.clone();
    let waiting = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let sides = kindreds_of(act.conn(), &proof, result.id)?;
            let side = sides.into_iter().find(|side| side.id == kindred).ok_or_else(Error::not_found)?;
            kindred_part(act, &of, &proof, &side, &parted_why)
        })
        .await?;
    Ok(Answer::done(
        format!("/results/{id}/kindred"),
        json!({"parted": kindred, "results_to_confirm": waiting}),
    ))
}

/// The same relative in a joined file, for their own page.
#[derive(Serialize)]
pub(in crate::clinic) struct Joined {
    reference: String,
    state_title: &'static str,
    /// What that file's proband said of them last, and their limits.
    said: Option<String>,
    /// For whoever has to do with that file.
    task: Option<TaskId>,
}

/// How a relative stands in the files that are joined with this one.
pub(in crate::clinic) fn joined_of(act: &mut Act<'_>, caller: &Caller, task: &Task) -> Result<Vec<Joined>> {
    let others = tasks_alike(act.conn(), caller.service, task)?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let families: Vec<FamilyId> = others.iter().map(|other| other.family_id).collect();
    let references = family_references(act.conn(), caller.service, &families)?;
    let related = families_related(act.conn(), caller, &families)?;
    let mut said = Vec::new();
    for other in &others {
        said.push(stance_last(act.conn(), caller.service, other.id)?);
    }
    let shown = others.into_iter().zip(said).map(|(other, said)| Joined {
        said,
        reference: references
            .iter()
            .find(|(id, _)| *id == other.family_id)
            .map_or_else(String::new, |(_, reference)| reference.clone()),
        state_title: other.state.title(),
        task: related.iter().any(|proof| proof.family() == other.family_id).then_some(other.id),
    });
    Ok(shown.collect())
}
