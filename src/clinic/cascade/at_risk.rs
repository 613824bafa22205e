//! From the list of relatives at risk to one task each, once a person has checked it.
//! Must not know: what the variant is; a chance and a life are enough.

use super::{
    chances::{Fit, Listed, family_chances},
    consequence::{dead_unasked, tasks_follow},
    steps::TaskState,
    task::{Position, Task, task_classes, task_insert, tasks_of_result},
    urgency::urgency_due,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        people::person::Person,
        queue::priority::{CanBeDone, ChanceClass, work_order},
        result::{
            additional::additional_agreed,
            state::{ResultCommand, TestResult, result_change, result_list, result_move},
        },
        sharing::objection::objects,
    },
    db::UtcDate,
    error::{Error, Result, Trouble},
    ids::TaskId,
};
use kinward_family::condition::{Actionability, Condition};

/// A person has checked the list: each relative on it gets a task, in the state their age and life allow.
/// Done again after someone was added, it opens tasks for the new ones, and makes the others what the list now says.
///
/// # Errors
/// A list with nobody on it; one that is not as it was `seen`; a result that has not come so far.
pub fn at_risk_confirm(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    seen: Option<&str>,
) -> Result<Vec<TaskId>> {
    additional_agreed(result)?;
    let figures = act.policy().chances;
    let chances = family_chances(act.conn(), proof, result, figures)?;
    if chances.relatives.is_empty() {
        return Err(Error::not_now("There is nobody on the list yet. Add the proband's relatives first."));
    }
    if seen.is_some_and(|seen| seen != chances.mark()) {
        return Err(Error::not_now(
            "This list has changed since you opened it: somebody was added, or is at risk otherwise. Look at it as it is now, then confirm it. Nothing was changed.",
        ));
    }
    if let Fit::Contradicting(_) = chances.fit {
        return Err(Error::not_now(
            "The results of this family do not fit together as recorded, so nobody can say who is at risk. Nothing was changed: check the samples and who is who, and correct what is wrong.",
        ));
    }
    let listed = chances.relatives;
    result_move(act, result.standing(), ResultCommand::CheckAtRisk)?;
    let at = act.at;
    result_change(act, proof, result.id, |about| about.at_risk_checked_at = Some(at))?;
    let opened = tasks_open(act, proof, result, &listed)?;
    let note = format!("{} opened", opened.len());
    act.record(Deed::TasksOpened, ("result", result.id.as_str()), Some(proof.family()), &note)?;
    tasks_follow(act, proof, result.id)?;
    dead_unasked(act, proof, result.id)?;
    super::task::result_follow(act, result.id)?;
    Ok(opened)
}

/// Somebody at risk has come into the family whom nobody follows: every result whose list was checked asks for it again.
/// Letters to the others go on.
pub fn results_widen(act: &mut Act<'_>, proof: &InFamily) -> Result<()> {
    let figures = act.policy().chances;
    for result in result_list(act.conn(), proof)? {
        if !result.state.permits(ResultCommand::Widen) {
            continue;
        }
        let tasks = tasks_of_result(act.conn, act.service, result.id)?;
        let followed = |one: &Listed| tasks.iter().any(|task| task.person_id == one.person.id);
        let forgotten = match family_chances(act.conn(), proof, &result, figures) {
            Ok(chances) => chances.relatives.iter().any(|one| one.is_at_risk() && !followed(one)),
            // Who is at risk cannot be said any more: a person looks.
            Err(problem) if problem.trouble() == Trouble::NotNow => true,
            Err(problem) => return Err(problem),
        };
        if forgotten {
            result_move(act, result.standing(), ResultCommand::Widen)?;
        }
    }
    Ok(())
}

/// A task for each relative on the list who has none yet.
pub(super) fn tasks_open(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    listed: &[Listed],
) -> Result<Vec<TaskId>> {
    let standing = tasks_of_result(act.conn, act.service, result.id)?;
    for task in &standing {
        if let Some(one) = listed.iter().find(|one| one.person.id == task.person_id) {
            task_classes(act, task.id, classes(result, one))?;
            let presses = urgency_due(act.conn, act.service, task.id)?.is_some();
            work_order(act, task.id, presses)?;
        }
    }
    let mut new: Vec<&Listed> = listed
        .iter()
        .filter(|relative| standing.iter().all(|task| task.person_id != relative.person.id))
        .collect();
    // Ids are drawn first and in an order that tells nothing: the list's own goes by when people were born.
    new.sort_by_key(|relative| relative.person.id);
    let ids: Vec<TaskId> = new.iter().map(|_| TaskId::new(act.chance())).collect();
    for (id, relative) in ids.iter().zip(new) {
        let (state, due) = first_state(act, result, relative)?;
        let position = Position {
            side: relative.side.to_owned(),
            path_words: relative.path_words.clone(),
            chance: relative.by_position.in_words(),
            why: relative.by_position.why.clone(),
        };
        let task = Task {
            id: *id,
            service_id: act.service,
            family_id: proof.family(),
            result_id: result.id,
            person_id: relative.person.id,
            state,
            degree: i32::try_from(relative.degree).map_err(Error::inner)?,
            opened_at: act.at,
            changed_at: act.at,
        };
        task_insert(act, proof, &task, &position, classes(result, relative), due)?;
    }
    Ok(ids)
}

/// What a list of work is ordered by: the chance by position alone, which tells nothing of anybody's test.
fn classes(result: &TestResult, relative: &Listed) -> (ChanceClass, CanBeDone) {
    let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
    let chance = relative.by_position.chance.map(|chance| chance.value());
    (ChanceClass::of(chance), CanBeDone::of(condition.map(Condition::actionability)))
}

/// Where a relative's way begins: the dead, the tested and those not at risk end here, a child waits for the age of the
/// condition.
fn first_state(
    act: &mut Act<'_>,
    result: &TestResult,
    relative: &Listed,
) -> Result<(TaskState, Option<UtcDate>)> {
    let at_risk = relative.is_at_risk();
    if relative.person.has_died() {
        return Ok((TaskState::Deceased, None));
    }
    if objects(act.conn, act.service, relative.person.id)? && at_risk {
        return Ok((TaskState::DoNotContact, None));
    }
    if relative.own.is_some() {
        return Ok((TaskState::Tested, None));
    }
    if !at_risk {
        return Ok((TaskState::NotAtRisk, None));
    }
    Ok(match waits_for_age(act, result, &relative.person) {
        Some(due) => (TaskState::WaitAge, Some(due)),
        None => (TaskState::Identified, None),
    })
}

/// The day a child is looked at again; none for an adult.
pub(in crate::clinic) fn waits_for_age(
    act: &Act<'_>,
    result: &TestResult,
    person: &Person,
) -> Option<UtcDate> {
    let (adult, today) = (act.policy().periods.adult_age, act.at.date());
    let born = person.birth_date.filter(|born| born.age_on(today) < adult)?;
    let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
    // Where something can be done from childhood and no figure is given, there is no age to wait for.
    let from_childhood =
        condition.is_some_and(|one| one.actionability() == Actionability::ChildhoodActionable);
    let age = match condition.and_then(Condition::min_predictive_age) {
        Some(age) => i32::from(age),
        None if from_childhood => 0,
        None => adult,
    };
    let (year, month, day) = born.ymd();
    let birthday = UtcDate::new(year + age, month, day).or_else(|| UtcDate::new(year + age, 3, 1));
    // Looked at a season before the birthday, so that the person with parental responsibility can be met first.
    Some(birthday.unwrap_or(born).plus_days(-90).max(today))
}
