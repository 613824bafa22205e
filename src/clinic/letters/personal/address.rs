//! The letter that asks the proband where a relative lives now whom they asked us to write to, and whose letter came back.
//! Must not know: what the relative was told, or whether they were reached otherwise.

use super::Content;
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::{TaskState, task_row},
        letters::house::subject,
        people::{contact::contact_of, needs::needs_of, person::person_get, safety::is_held},
        result::state::result_row,
        sharing::way::{Way, ways_said},
    },
    error::{Error, Result},
    ids::TaskId,
};
use kinward_family::letter::Addressee;
use std::collections::BTreeMap;

/// # Errors
/// A relative who is not out of reach, or whom the proband did not ask us to write to; a proband who has died.
pub(super) fn content(act: &mut Act<'_>, proof: &InFamily, subject_id: &str) -> Result<Content> {
    let id: TaskId = subject_id.parse().map_err(|_| Error::inner("a personal letter about no relative"))?;
    let service = act.service;
    let task = task_row(act.conn(), service, id)?;
    if task.family_id != proof.family() {
        return Err(Error::not_found());
    }
    if task.state != TaskState::NotReached {
        return Err(Error::not_now(
            "This relative is not out of reach: nobody need be asked where they live. Nothing was made.",
        ));
    }
    // Whoever did not ask us to write is not told that we did.
    if ways_said(act.conn(), proof)?.get(&task.id) != Some(&Way::ClinicWrites) {
        return Err(Error::not_now(
            "The proband did not ask us to write to this relative, so they are not asked where they live. Nothing was made.",
        ));
    }
    let result = result_row(act.conn(), proof, task.result_id)?;
    let proband = person_get(act.conn(), proof, result.person_id)?;
    if proband.has_died() {
        return Err(Error::not_now("The proband has died. Nothing was made."));
    }
    let relative = person_get(act.conn(), proof, task.person_id)?;
    let young = act.policy().periods.young_person_age;
    if relative.birth_date.is_some_and(|born| born.age_on(act.at.date()) < young) {
        return Err(Error::not_now(
            "What is written about a child goes to whoever is responsible for them: ask the proband on the telephone. Nothing was made.",
        ));
    }
    for one in [proband.id, relative.id] {
        if is_held(act.conn(), service, one)? {
            return Err(Error::not_now(
                "A safeguarding hold stands: nobody is asked where somebody lives before a clinician releases it. Nothing was made.",
            ));
        }
    }
    let contact = contact_of(act.conn(), proof.grant()?, service, proband.id)?;
    let name = proband.recipient()?;
    let to = match contact {
        Some(contact) if !contact.has_come_back() => Addressee::Person(name, contact.postal_address()?),
        Some(_) | None => Addressee::ByHand(name),
    };
    let needs = needs_of(act.conn(), proof.grant()?, service, proband.id)?;
    Ok(Content {
        to,
        subject: subject(&relative)?,
        condition: None,
        tables: BTreeMap::new(),
        needs: Some(needs),
        may_name: vec![proband.id, relative.id],
    })
}
