//! The policy pack that a service works under today, and what it lets a decision and a letter do.
//! Must not know: findings, or the words of a letter.

use super::{
    basis::{BasisKind, basis_of},
    consent::{Stance, consent_last},
    objection::wish_against,
};
use crate::{
    access::service::{service_get, service_pack},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_row},
        letters::letter::{Stop, letters_stop, letters_unsent},
    },
    db::Conn,
    error::{Error, Result},
    ids::{PersonId, ServiceId},
    policy::pack::{AgainstRefusal, Edition, Pack},
    relative::outbox::OnceGone,
};
use kinward_family::disclosure::Level;

/// The service's pack, and its edition in force today.
///
/// # Errors
/// A pack without an edition for this day.
pub fn pack_now<'a>(act: &mut Act<'a>) -> Result<(&'a Pack, &'a Edition)> {
    let service = act.service;
    let nation = service_get(act.conn(), service)?.nation;
    let pack = act.policy().pack(&nation)?;
    Ok((pack, pack.on(act.at.date())?))
}

/// Why a decision may not let `task`'s relative be told at `level`, against this stance; nothing where it may.
pub fn decision_barred(edition: &Edition, task: &Task, stance: Stance, level: Level) -> Option<String> {
    let refusal = &edition.against_refusal;
    match (refusal.is, stance) {
        (AgainstRefusal::OnlyWhereNotAsked, Stance::Refused | Stance::Withdrawn | Stance::Thinking) => {
            return Some(format!(
                "The policy pack in force does not let the clinic write where the proband has not agreed. {}",
                edition.quoted(&refusal.rule)
            ));
        }
        (AgainstRefusal::Weigh, _)
        | (
            AgainstRefusal::OnlyWhereNotAsked,
            Stance::Given | Stance::GivenWithLimits | Stance::NotObtainable,
        ) => {}
    }
    if let Some(furthest) = edition.furthest_degree.as_ref().filter(|furthest| task.degree > furthest.is) {
        return Some(format!(
            "This relative is of degree {}; the policy pack in force goes to degree {} without agreement. {}",
            task.degree,
            furthest.is,
            edition.quoted(&furthest.rule)
        ));
    }
    level_barred(edition, level)
}

/// What the pack asks to be on file before anybody is told, and is not; nothing where all is, or none is asked for.
pub fn document_missing<'a>(edition: &'a Edition, on_file: &[String]) -> Option<&'a str> {
    let needed = edition.documents_needed.as_ref().is_some_and(|needed| needed.is);
    let missing = edition.documents.iter().find(|document| !on_file.contains(document));
    missing.filter(|_| needed).map(String::as_str)
}

/// Why no letter may tell as much as `level`; nothing where it may.
pub fn level_barred(edition: &Edition, level: Level) -> Option<String> {
    let most = &edition.most_level;
    (level > edition.most_level()).then(|| {
        format!(
            "The policy pack in force lets a letter tell {} at most. {}",
            most.is,
            edition.quoted(&most.rule)
        )
    })
}

/// Why this person may not be told as much as `level`, by what they asked for; nothing where they may.
pub fn wish_barred(
    conn: &mut Conn,
    service: ServiceId,
    person: PersonId,
    level: Level,
) -> Result<Option<String>> {
    let against = wish_against(conn, service, person, level)?;
    Ok(against.map(|topic| match topic.most_level() {
        None => "This person has asked not to be contacted.".to_owned(),
        Some(most) => format!(
            "This person does not want to know {}: a letter to them tells {most} at most.",
            topic.words()
        ),
    }))
}

/// Why a letter at `level` to this relative may not go, by what they asked not to know or by the pack in force, whatever
/// it was drafted under.
pub fn letter_barred(act: &mut Act<'_>, task: &Task, level: Level) -> Result<Option<String>> {
    if let Some(why) = wish_barred(act.conn, act.service, task.person_id, level)? {
        return Ok(Some(why));
    }
    let (_, edition) = pack_now(act)?;
    if let Some(why) = level_barred(edition, level) {
        return Ok(Some(why));
    }
    let basis = basis_of(act.conn, act.service, task.id, act.at.date())?;
    let last = consent_last(act.conn, act.service, task.id)?;
    Ok(match (basis.map(|basis| basis.kind), last) {
        (Some(BasisKind::Decision), Some(last)) => decision_barred(edition, task, last.stance, level),
        (
            Some(BasisKind::Decision | BasisKind::Consent | BasisKind::OwnResult | BasisKind::Wish) | None,
            _,
        ) => None,
    })
}

/// Puts the service under another pack. What was decided before stands as it was; what has not left the house and the new
/// pack does not allow is stopped at once. Answers how many letters that were.
///
/// # Errors
/// A pack that there is not, or that has no edition for today.
pub fn pack_use(act: &mut Act<'_>, name: &str) -> Result<usize> {
    let pack = act.policy().pack(name)?;
    let edition = pack.on(act.at.date())?;
    let service = act.service;
    if service_get(act.conn(), service)?.nation == pack.id {
        return Err(Error::not_now(format!("The service works under the pack {} already.", pack.name)));
    }
    service_pack(act.conn(), service, &pack.id)?;
    let note = format!("{} {}", pack.id, edition.version);
    act.record(Deed::ServicePackChanged, ("service", service.as_str()), None, &note)?;
    let mut stopped = 0;
    for row in letters_unsent(act.conn(), service)? {
        let task = task_row(act.conn, service, row.task_id)?;
        let level = row.level.parse().map_err(|_| Error::inner("a stored level does not parse"))?;
        if letter_barred(act, &task, level)?.is_some() {
            stopped += letters_stop(act, task.id, Stop::Policy, OnceGone::StaysReadable)?;
        }
    }
    Ok(stopped)
}
