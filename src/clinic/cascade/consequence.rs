//! What a relative's confirmed result does in the same act: their task is settled, whoever it clears closed, whoever it puts
//! at risk opened; whoever is found living is followed again. Must not know: what a result says beyond who is at risk.

use super::{
    at_risk::{tasks_open, waits_for_age},
    chances::{Fit, Listed, family_chances},
    steps::step,
    task::{
        Task, TaskCommand, TaskState, proband_unasked, result_follow, task_move, task_row, tasks_of_person,
        tasks_of_result,
    },
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        kindred::carried::result_carry,
        letters::{
            letter::{LetterState, Stop, letters_stop},
            list::letters_of_tasks,
            own_result::own_result_corrected,
        },
        people::{
            kinship::{pedigree_id, pedigree_of, person_id},
            person::{Person, person_get},
        },
        result::state::{ResultCommand, ResultState, TestResult, result_move, result_row, result_standing},
        sharing::objection::objects,
        tested::{relative_result::RelativeResult, said::Says, verdict::verdict_confirm},
    },
    db::Conn,
    error::{Error, Result, Trouble},
    ids::{PersonId, ResultId},
    relative::outbox::OnceGone,
};
use kinward_pedigree::Zygosity;

/// A second person confirms a relative's result, and all that follows from it is done in the same act.
///
/// # Errors
/// Whoever recorded it; one that is at once an identical twin's result, without the reason why it may count.
pub fn relative_result_confirm(
    act: &mut Act<'_>,
    proof: &InFamily,
    of: &RelativeResult,
    twin_reason: &str,
) -> Result<()> {
    let twins = identical_twins(act.conn(), proof, of.person_id)?;
    if !twins.is_empty() && of.finding.says.is_informative() && twin_reason.trim().chars().count() < 10 {
        return Err(Error::bad_input(
            "This is at once the result of an identical twin, who may not want to know it. Write in a sentence what was agreed with both. Nothing was changed.",
        )
        .at("twin_reason"));
    }
    verdict_confirm(act, proof, of, twin_reason)?;
    if let Some(old) = of.replaces_id {
        own_result_corrected(act, proof, of, old)?;
    }
    result_carry(act, proof, of)?;
    let result = result_row(act.conn(), proof, of.result_id)?;
    if result.about.at_risk_checked_at.is_none() {
        // Nobody has checked the list yet: the result counts in it when somebody does.
        return Ok(());
    }
    let opened = if of.finding.says.is_informative() && of.finding.says != Says::NonCarrier {
        next_tier(act, proof, &result)?
    } else {
        0
    };
    tasks_follow(act, proof, result.id)?;
    dead_unasked(act, proof, result.id)?;
    if opened > 0 {
        let note = format!("{opened} opened");
        act.record(Deed::TasksOpened, ("result", result.id.as_str()), Some(proof.family()), &note)?;
        result_follow(act, result.id)?;
    }
    Ok(())
}

/// Nobody is sent to ask the dead: where the proband has died, whoever would wait for their word waits for a decision.
pub(super) fn dead_unasked(act: &mut Act<'_>, proof: &InFamily, result: ResultId) -> Result<()> {
    let proband = result_row(act.conn(), proof, result)?.person_id;
    match person_get(act.conn(), proof, proband)?.has_died() {
        true => proband_unasked(act, proband),
        false => Ok(()),
    }
}

/// Whoever was added to the family since the list was checked, and is at risk now.
fn next_tier(act: &mut Act<'_>, proof: &InFamily, result: &TestResult) -> Result<usize> {
    let figures = act.policy().chances;
    let chances = family_chances(act.conn(), proof, result, figures)?;
    let Fit::Together = chances.fit else { return Ok(0) };
    let listed: Vec<Listed> = chances.relatives.into_iter().filter(Listed::is_at_risk).collect();
    Ok(tasks_open(act, proof, result, &listed)?.len())
}

/// Makes each task of a result what the confirmed results now ask for, as a queue follows a state: done twice it changes
/// nothing, and what a result had closed, its correction opens again.
pub(super) fn tasks_follow(act: &mut Act<'_>, proof: &InFamily, result: ResultId) -> Result<()> {
    let result = result_row(act.conn(), proof, result)?;
    let figures = act.policy().chances;
    let chances = family_chances(act.conn(), proof, &result, figures)?;
    let tasks = tasks_of_result(act.conn, act.service, result.id)?;
    match chances.fit {
        Fit::Together => {}
        Fit::Contradicting(_) => return in_doubt(act, proof, &result, &tasks),
    }
    // While the list is in doubt nobody is moved by it: a person checks it first, and that comes here again.
    if result.state == ResultState::CheckAgain {
        return Ok(());
    }
    let (listed, by_donor) = (chances.relatives, chances.by_donor_alone);
    let (mut tested, mut cleared, mut again) = (0, 0, 0);
    // First whoever is at risk again, so that a result never seems settled in between.
    for task in &tasks {
        let one = listed.iter().find(|one| one.person.id == task.person_id);
        if let Some(one) = one.filter(|one| one.own.is_none() && one.is_at_risk()) {
            again += usize::from(found_at_risk(act, &result, task, one)?);
        }
    }
    for task in &tasks {
        let one = listed.iter().find(|one| one.person.id == task.person_id);
        if one.is_some_and(|one| one.own.is_some()) {
            tested += usize::from(stopped(act, task, Stop::Tested, TaskCommand::ReceiveResult)?);
        } else if one.is_none_or(|one| !one.is_at_risk()) && !by_donor.contains(&task.person_id) {
            // Whoever was closed with a letter of ours in hand hears that it no longer holds for them.
            let command = match task.state == TaskState::Waiting && holds_a_letter(act, task)? {
                true => TaskCommand::ClearWritten,
                false => TaskCommand::Clear,
            };
            cleared += usize::from(stopped(act, task, Stop::Eligibility, command)?);
        }
    }
    let note = format!("{tested} tested, {cleared} closed, {again} open again");
    act.record(Deed::TasksFollowed, ("result", result.id.as_str()), Some(proof.family()), &note)
}

/// The results contradict each other: who is at risk is not known, and nobody is written to until somebody has checked it.
/// Whatever the reason turns out to be, letters and relatives stand as they do for any list that is checked again.
fn in_doubt(act: &mut Act<'_>, proof: &InFamily, result: &TestResult, tasks: &[Task]) -> Result<()> {
    if !result.state.permits(ResultCommand::Doubt) {
        return Ok(());
    }
    for task in tasks {
        letters_stop(act, task.id, Stop::Eligibility, OnceGone::StaysReadable)?;
    }
    let standing = result_standing(act.conn(), proof.service(), result.id)?;
    result_move(act, standing, ResultCommand::Doubt)?;
    Ok(())
}

/// Opens again what a result had closed, in the state that age and letters allow.
fn found_at_risk(act: &mut Act<'_>, result: &TestResult, task: &Task, one: &Listed) -> Result<bool> {
    if step(task.state, TaskCommand::FindAtRisk).is_none() {
        return Ok(false);
    }
    task_move(act, task, TaskCommand::FindAtRisk, None)?;
    wait(act, result, task, &one.person)?;
    Ok(true)
}

/// Whoever is too young to be asked about waits, where their state lets them.
fn wait(act: &mut Act<'_>, result: &TestResult, task: &Task, person: &Person) -> Result<()> {
    let now = task_row(act.conn, act.service, task.id)?.state;
    if let Some(due) = waits_for_age(act, result, person)
        && step(now, TaskCommand::WaitForAge).is_some()
    {
        task_move(act, task, TaskCommand::WaitForAge, Some(due))?;
    }
    Ok(())
}

/// Somebody was recorded as dead and is not: they are followed again, from the beginning, unless they objected.
pub fn tasks_live(act: &mut Act<'_>, proof: &InFamily, person: &Person) -> Result<()> {
    tasks_again(act, proof, person, TaskCommand::FindLiving)
}

/// Somebody who was not to be contacted may be: they are followed again, from the beginning.
pub fn tasks_lifted(act: &mut Act<'_>, proof: &InFamily, person: &Person) -> Result<()> {
    tasks_again(act, proof, person, TaskCommand::LiftObjection)
}

/// Takes up again whom `command` takes up. A child waits for its age, and whom the results have cleared meanwhile stays
/// closed.
fn tasks_again(act: &mut Act<'_>, proof: &InFamily, person: &Person, command: TaskCommand) -> Result<()> {
    for task in tasks_of_person(act.conn, act.service, person.id)? {
        let result = result_row(act.conn(), proof, task.result_id)?;
        // What a later report has replaced, nobody is followed by.
        if step(task.state, command).is_none() || result.state == ResultState::Superseded {
            continue;
        }
        task_move(act, &task, command, None)?;
        if objects(act.conn, act.service, person.id)? {
            task_move(act, &task, TaskCommand::Object, None)?;
            continue;
        }
        wait(act, &result, &task, person)?;
        match tasks_follow(act, proof, result.id) {
            // Nobody can say who is at risk: then they are asked about like the others.
            Err(problem) if problem.trouble() == Trouble::NotNow => {}
            outcome => outcome?,
        }
        dead_unasked(act, proof, result.id)?;
    }
    Ok(())
}

/// Stops what has not left the house, and moves the task where the step is one that changes it.
fn stopped(act: &mut Act<'_>, task: &Task, why: Stop, command: TaskCommand) -> Result<bool> {
    if step(task.state, command).is_none_or(|to| to == task.state) {
        return Ok(false);
    }
    letters_stop(act, task.id, why, OnceGone::StaysReadable)?;
    task_move(act, task, command, None)?;
    Ok(true)
}

fn holds_a_letter(act: &mut Act<'_>, task: &Task) -> Result<bool> {
    let letters = letters_of_tasks(act.conn, act.service, vec![task.id])?;
    Ok(letters.iter().any(|letter| letter.state == LetterState::Sent))
}

/// Who has the same genome: a result of one is at once a result of the other.
pub fn identical_twins(conn: &mut Conn, proof: &InFamily, person: PersonId) -> Result<Vec<Person>> {
    let tree = pedigree_of(conn, proof)?;
    let id = pedigree_id(person);
    let Some(twins) = tree.twins_of(&id).filter(|set| set.zygosity == Zygosity::Monozygotic) else {
        return Ok(Vec::new());
    };
    let others = twins.members.iter().filter(|other| **other != id);
    others.map(|other| person_get(conn, proof, person_id(other)?)).collect()
}
