//! The list of relatives at risk: from inheritance and position in the family to one task each.
//! Must not know: what the variant is; inheritance and kinship are enough.

use super::{
    steps::TaskState,
    task::{Position, Task, task_insert, tasks_of_result},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        people::{
            kinship::{nearest_first, pedigree_id, pedigree_of, person_id, place_in},
            person::{Person, person_list},
        },
        result::state::{ResultCommand, TestResult, result_change, result_move},
        sharing::objection::objects,
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::TaskId,
};
use kinward_family::{condition::Condition, fact::Inheritance};
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

/// One relative on the list, before or after a task stands for them.
#[derive(Clone)]
pub struct Listed {
    pub person: Person,
    pub degree: u32,
    pub side: &'static str,
    pub path_words: String,
    /// "1 in 2": prior by position, not yet conditioned on anyone's test.
    pub chance: String,
    pub why: String,
    pub at_risk: bool,
}

/// Everyone at risk by this result, nearest first, each with the path that says why.
pub fn at_risk_list(conn: &mut Conn, proof: &InFamily, result: &TestResult) -> Result<Vec<Listed>> {
    let people = person_list(conn, proof)?;
    let tree = pedigree_of(conn, proof)?;
    let (mode, order) = (mode_of(result)?, nearest_first(&tree, &people));
    let mut listed = pedigree::at_risk(&tree, &pedigree_id(result.person_id), mode, &BTreeMap::new())
        .into_iter()
        .map(|risk| {
            let id = person_id(&risk.id)?;
            let person = people
                .iter()
                .find(|person| person.id == id)
                .cloned()
                .ok_or_else(|| Error::inner("the list names someone who is not in the family"))?;
            Ok(Listed {
                person,
                degree: risk.path.degree,
                side: match risk.path.side {
                    pedigree::Side::Maternal => "mother's side",
                    pedigree::Side::Paternal => "father's side",
                    pedigree::Side::Both => "both sides",
                    pedigree::Side::Own => "own line",
                },
                path_words: risk.path.words.clone(),
                chance: if risk.not_at_risk.is_some() { "none".into() } else { risk.chance.to_string() },
                at_risk: risk.not_at_risk.is_none(),
                why: risk.not_at_risk.unwrap_or(risk.why),
            })
        })
        .collect::<Result<Vec<Listed>>>()?;
    // A pregnancy or a loss is nobody who could be written to; what follows for the parents is theirs.
    listed.retain(|one| !one.person.life().is_unborn());
    listed.sort_by_key(|one| place_in(&order, one.person.id));
    Ok(listed)
}

fn mode_of(result: &TestResult) -> Result<pedigree::Mode> {
    let inheritance =
        result.about.inheritance.as_deref().and_then(|text| text.parse::<Inheritance>().ok()).ok_or_else(
            || Error::not_now("How this is inherited is not chosen yet. Separate the findings first."),
        )?;
    Ok(match inheritance {
        Inheritance::AutosomalDominant => pedigree::Mode::AutosomalDominant,
        Inheritance::AutosomalRecessive => pedigree::Mode::AutosomalRecessive,
        Inheritance::XLinked => pedigree::Mode::XLinked,
        Inheritance::Mitochondrial => pedigree::Mode::Mitochondrial,
    })
}

/// A person has checked the list: each relative on it gets a task, in the state their age and life allow.
/// Done again after someone was added, it opens tasks for the new ones only.
///
/// # Errors
/// A list with nobody on it; a result that has not come so far.
pub fn at_risk_confirm(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<Vec<TaskId>> {
    let mut listed = at_risk_list(act.conn(), proof, result)?;
    if listed.is_empty() {
        return Err(Error::not_now("There is nobody on the list yet. Add the proband's relatives first."));
    }
    result_move(act, result.standing(), ResultCommand::CheckAtRisk)?;
    let at = act.at;
    result_change(act, proof, result.id, |about| about.at_risk_checked_at = Some(at))?;
    let standing = tasks_of_result(act.conn, act.service, result.id)?;
    listed.retain(|relative| standing.iter().all(|task| task.person_id != relative.person.id));
    // Ids are drawn first and in an order that tells nothing: the list's own goes by when people were born.
    listed.sort_by_key(|relative| relative.person.id);
    let ids: Vec<TaskId> = listed.iter().map(|_| TaskId::new(act.chance())).collect();
    let mut opened = Vec::new();
    for (id, relative) in ids.into_iter().zip(&listed) {
        let (state, due) = first_state(act, result, relative)?;
        let position = Position {
            side: relative.side.to_owned(),
            path_words: relative.path_words.clone(),
            chance: relative.chance.clone(),
            why: relative.why.clone(),
        };
        let task = Task {
            id,
            service_id: act.service,
            family_id: proof.family(),
            result_id: result.id,
            person_id: relative.person.id,
            state,
            degree: i32::try_from(relative.degree).map_err(Error::inner)?,
            opened_at: act.at,
            changed_at: act.at,
        };
        task_insert(act, proof, &task, &position, due)?;
        opened.push(task.id);
    }
    let note = format!("{} opened", opened.len());
    act.record(Deed::TasksOpened, ("result", result.id.as_str()), Some(proof.family()), &note)?;
    super::task::result_follow(act, result.id)?;
    Ok(opened)
}

/// Where a relative's way begins: the dead and those not at risk end here, a child waits for the age of the condition.
fn first_state(
    act: &mut Act<'_>,
    result: &TestResult,
    relative: &Listed,
) -> Result<(TaskState, Option<UtcDate>)> {
    if relative.person.has_died() {
        return Ok((TaskState::Deceased, None));
    }
    if !relative.at_risk {
        return Ok((TaskState::NotAtRisk, None));
    }
    if objects(act.conn, act.service, relative.person.id)? {
        return Ok((TaskState::DoNotContact, None));
    }
    let adult = act.policy().periods.adult_age;
    match relative.person.birth_date {
        Some(born) if born.age_on(act.at.date()) < adult => {
            let age = result
                .about
                .condition_key
                .as_deref()
                .and_then(Condition::by_key)
                .and_then(Condition::min_predictive_age)
                .map_or(adult, i32::from);
            let (year, month, day) = born.ymd();
            let birthday = UtcDate::new(year + age, month, day).or_else(|| UtcDate::new(year + age, 3, 1));
            // Looked at a season before the birthday, so that the person with parental responsibility can be met first.
            let due = birthday.unwrap_or(born).plus_days(-90).max(act.at.date());
            Ok((TaskState::WaitAge, Some(due)))
        }
        Some(_) | None => Ok((TaskState::Identified, None)),
    }
}
