//! The page of the relatives at risk by a result, before and after a person has checked the list.
//! Must not know: what the variant is. Who may not read results sees chances by position alone: others can tell what a
//! test said.

use super::figures::Figure;
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
            affected::{Doubted, doubt_of, doubted},
            chances::{Fit, Listed, Loaded},
            shown::state_shown,
            steps::step,
            task::{Task, TaskCommand, tasks_of_result},
        },
        people::health::{HealthOf, health_read},
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
    /// How many are related through a donor alone and not followed; for those who may see what is sealed.
    by_donor_alone: usize,
    without_task: usize,
    /// How many stand otherwise than the list now says, since the family was changed.
    outdated: usize,
    /// What every confirmed result says together; none for who may not read results.
    now: Option<Together>,
    may_confirm: bool,
    /// The list as it is seen here.
    mark: String,
    may_add: bool,
    may_see_result: bool,
    may_see_sealed: bool,
    may_see_agreement: bool,
}

/// What stands above the list for those who may read results.
#[derive(Serialize)]
struct Together {
    figure: Figure,
    /// "II-3", "III-1": whose results do not fit together.
    contradicting: Vec<Whose>,
    /// Whose test would tell the family most, first.
    next: Vec<Next>,
    /// Recorded as affected, and not at risk by others' results.
    doubted: Vec<Doubted>,
}

#[derive(Serialize)]
struct Whose {
    person: PersonId,
    number: String,
    name: String,
    is_proband: bool,
}

#[derive(Serialize)]
struct Next {
    person: PersonId,
    name: String,
    relation: String,
    /// As many relatives at 1 in 2 would have to be told to know as much, to one place.
    tells: String,
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
    percent: Option<String>,
    why: String,
    at_risk: bool,
    /// With every confirmed result; none for who may not read results, or where results do not fit together.
    now: Option<Now>,
    died: bool,
    age: Option<i32>,
    task: Option<TaskId>,
    state_title: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Now {
    chance: String,
    percent: Option<String>,
    why: String,
    at_risk: bool,
    /// What their own test said, where it counts.
    own: Option<&'static str>,
    /// Carries it without a test, because of who else does.
    obligate: bool,
    /// Recorded as affected, though others' results leave them not at risk: in the words it is recorded in.
    doubt: Option<String>,
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
    let figures = act.policy().chances;
    let loaded = Loaded::of(act.conn(), &proof, &result, figures)?;
    let chances = loaded.chances(None)?;
    let tasks = tasks_of_result(act.conn(), proof.service(), id)?;
    let may = |permission| allows(&caller.roles, permission);
    let sees = may(Permission::ResultView);
    let health = if sees { health_read(act, &proof)? } else { HealthOf::new() };
    let now = if sees {
        Some(Together {
            figure: Figure::of(&result, act.policy(), loaded.frequency()),
            doubted: doubted(&chances.relatives, &health),
            next: next(&chances.relatives, &loaded.most_telling()?),
            contradicting: match &chances.fit {
                Fit::Contradicting(people) => people.iter().map(|id| whose(&loaded, *id)).collect(),
                Fit::Together => Vec::new(),
            },
        })
    } else {
        None
    };
    let mark = chances.mark();
    let today = act.at.date();
    let fits = !matches!(chances.fit, Fit::Contradicting(_));
    let by_donor = &chances.by_donor_alone;
    let outdated = tasks
        .iter()
        .filter(|task| !by_donor.contains(&task.person_id) && is_outdated(task, &chances.relatives))
        .count();
    let by_donor_alone = if may(Permission::SealedView) { by_donor.len() } else { 0 };
    let relatives: Vec<Relative> = chances
        .relatives
        .into_iter()
        .map(|one| {
            let task = tasks.iter().find(|task| task.person_id == one.person.id);
            let age = one.person.birth_date.map(|born| born.age_on(one.person.died_on.unwrap_or(today)));
            let title = task.map(|task| state_shown(&caller.roles, task.state).title);
            Relative { state_title: title, ..Relative::of(one, task, age, sees.then_some(&health)) }
        })
        .collect();
    let outdated = if fits { outdated } else { 0 };
    let without_task = relatives.iter().filter(|relative| relative.task.is_none()).count();
    Ok(AtRiskPage {
        result: id,
        family: result.family_id,
        family_reference: family_reference(act.conn(), caller.service, result.family_id)?,
        state: result.state,
        checked_at: result.about.at_risk_checked_at.map(|at| at.shown()),
        may_confirm: result.state.permits(ResultCommand::CheckAtRisk)
            && (without_task + outdated > 0
                || matches!(result.state, ResultState::CheckAgain | ResultState::Widened))
            && fits
            && may(Permission::TaskMove),
        may_add: may(Permission::PersonEdit),
        may_see_result: sees,
        may_see_sealed: may(Permission::ContradictionView),
        may_see_agreement: may(Permission::ReasoningView),
        mark,
        without_task,
        outdated,
        by_donor_alone,
        now,
        relatives,
    })
}

/// True where checking the list again would move this task.
fn is_outdated(task: &Task, relatives: &[Listed]) -> bool {
    let one = relatives.iter().find(|one| one.person.id == task.person_id);
    let moves = |command| step(task.state, command).is_some_and(|to| to != task.state);
    match one {
        Some(one) if one.own.is_some() => moves(TaskCommand::ReceiveResult),
        Some(one) if one.is_at_risk() => moves(TaskCommand::FindAtRisk),
        Some(_) | None => moves(TaskCommand::Clear),
    }
}

fn whose(loaded: &Loaded, id: PersonId) -> Whose {
    let person = loaded.person(id);
    Whose {
        person: id,
        number: loaded.number(id),
        name: person.map(|person| person.shown()).unwrap_or_default(),
        is_proband: person.is_some_and(|person| person.is_proband),
    }
}

/// The three who would tell most; a tenth of what one relative at 1 in 2 would is nothing to test for.
fn next(relatives: &[Listed], told: &[(PersonId, f64)]) -> Vec<Next> {
    let line = |(id, bits): &(PersonId, f64)| {
        let one = relatives.iter().find(|one| one.person.id == *id)?;
        let (name, relation) = (one.person.shown(), one.path_words.clone());
        Some(Next { person: *id, name, relation, tells: format!("{bits:.1}") })
    };
    told.iter().filter(|(_, bits)| *bits >= 0.1).filter_map(line).take(3).collect()
}

impl Now {
    pub(super) fn of(listed: &Listed, health: &HealthOf) -> Option<Self> {
        let now = listed.now.as_ref()?;
        Some(Self {
            chance: now.in_words(),
            percent: now.percent(),
            why: now.why.clone(),
            at_risk: now.at_risk,
            own: listed.own.map(|says| says.title()),
            obligate: now.obligate,
            doubt: doubt_of(listed, health).map(|doubted| doubted.has),
        })
    }
}

impl Relative {
    fn of(listed: Listed, task: Option<&Task>, age: Option<i32>, health: Option<&HealthOf>) -> Self {
        Self {
            now: health.and_then(|health| Now::of(&listed, health)),
            person: listed.person.id,
            name: listed.person.shown(),
            unprintable: listed.person.unprintable(),
            relation: listed.path_words,
            degree: listed.degree,
            side: listed.side,
            chance: listed.by_position.in_words(),
            percent: listed.by_position.percent(),
            at_risk: listed.by_position.at_risk,
            why: listed.by_position.why,
            died: listed.person.has_died(),
            age,
            task: task.map(|task| task.id),
            state_title: None,
        }
    }
}
