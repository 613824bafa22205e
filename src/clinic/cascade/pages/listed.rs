//! The page of the relatives at risk by a result, before and after a person has checked the list.
//! Must not know: what the variant is.

use crate::{
    access::{
        Answer, Caller, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            chances::{Listed, family_chances},
            task::{Task, tasks_of_result},
        },
        result::state::{ResultCommand, ResultState, result_open},
    },
    error::Result,
    ids::{FamilyId, PersonId, ResultId, TaskId},
};
use actix_web::web;
use serde::Serialize;

#[derive(Serialize)]
struct AtRiskPage {
    result: ResultId,
    family: FamilyId,
    family_reference: String,
    state: ResultState,
    checked_at: Option<String>,
    relatives: Vec<Relative>,
    /// How many of the list have no task yet.
    without_task: usize,
    may_confirm: bool,
    may_add: bool,
    may_see_result: bool,
}

#[derive(Serialize)]
struct Relative {
    person: PersonId,
    name: String,
    /// What letters cannot print of the name, in words.
    unprintable: Option<String>,
    relation: String,
    degree: u32,
    side: &'static str,
    chance: String,
    why: String,
    at_risk: bool,
    /// With every confirmed result; none for who may not read results, because a chance can tell what a test said.
    now: Option<Now>,
    died: bool,
    age: Option<i32>,
    task: Option<TaskId>,
    state_title: Option<&'static str>,
}

pub(super) async fn page(
    staff: Staff<may::TaskView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| at_risk_page(act, &of, *id)).await?;
    // Names no person: titles stay in the history of a browser.
    let part = view.result.as_str().get(..8).unwrap_or_default();
    Answer::page(
        "at_risk",
        format!("Relatives at risk, {}, result {part}", view.family_reference),
        &caller,
        view,
    )
}

fn at_risk_page(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<AtRiskPage> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    act.record(Deed::ResultRead, ("result", id.as_str()), Some(proof.family()), "relatives at risk")?;
    let listed = family_chances(act.conn(), &proof, &result)?;
    let tasks = tasks_of_result(act.conn(), proof.service(), id)?;
    let may = |permission| allows(&caller.roles, permission);
    let today = act.at.date();
    let relatives: Vec<Relative> = listed
        .into_iter()
        .map(|one| {
            let task = tasks.iter().find(|task| task.person_id == one.person.id);
            let age = one.person.birth_date.map(|born| born.age_on(one.person.died_on.unwrap_or(today)));
            Relative::of(one, task, age, may(Permission::ResultView))
        })
        .collect();
    let without_task = relatives.iter().filter(|relative| relative.task.is_none()).count();
    Ok(AtRiskPage {
        result: id,
        family: result.family_id,
        family_reference: family_reference(act.conn(), caller.service, result.family_id)?,
        state: result.state,
        checked_at: result.about.at_risk_checked_at.map(|at| at.shown()),
        may_confirm: result.state.permits(ResultCommand::CheckAtRisk)
            && (without_task > 0 || result.state == ResultState::CheckAgain)
            && may(Permission::TaskMove),
        may_add: may(Permission::PersonEdit),
        may_see_result: may(Permission::ResultView),
        without_task,
        relatives,
    })
}

#[derive(Serialize)]
struct Now {
    chance: String,
    why: String,
    own: Option<&'static str>,
    obligate: bool,
}

impl Relative {
    fn of(listed: Listed, task: Option<&Task>, age: Option<i32>, sees_results: bool) -> Self {
        Self {
            now: sees_results.then(|| Now {
                chance: listed.now.chance,
                why: listed.now.why,
                obligate: listed.now.certain && listed.own.is_none(),
                own: listed.own.map(|says| says.title()),
            }),
            person: listed.person.id,
            name: listed.person.shown(),
            unprintable: listed.person.unprintable(),
            relation: listed.path_words,
            degree: listed.degree,
            side: listed.side,
            chance: listed.by_position.chance,
            why: listed.by_position.why,
            at_risk: listed.by_position.at_risk,
            died: listed.person.has_died(),
            age,
            task: task.map(|task| task.id),
            state_title: task.map(|task| task.state.title()),
        }
    }
}
