//! Whether it is safe to reach a person: written to as usual, only in one way, or not at all before somebody says so.
//! Append-only; the words are compartment Y. Must not know: findings, or how a person is reached.

use super::{elsewhere::same_people, person::person_get};
use crate::{
    access::{Caller, InFamily, Permission, permission::allows},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{task_row, tasks_of_person},
        letters::{
            letter::{Stop, letter_write_again, letters_stop, letters_stop_read_by},
            list::letters_read_by,
        },
        queue::item::{Queue, Subject, SubjectKind, follow, work_owner},
    },
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, PersonId, SafetyId, ServiceId, StaffId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    contact_safety (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        person_id -> Text,
        seq -> Integer,
        mark -> Text,
        envelope -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// What may be done to reach a person. Source: hard case H24.
    pub enum Safety {
        MayWrite = "may_be_written_to",
        /// Only as the words say.
        OnlyThisWay = "only_this_way",
        /// Nothing leaves before somebody says so.
        Hold = "hold",
    }
}

closed! {
    /// What the outside of a letter shows.
    pub enum Envelope { Usual = "usual", Plain = "plain" }
}

impl Safety {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Safety::MayWrite => "May be written to",
            Safety::OnlyThisWay => "Only in the way that is written down",
            Safety::Hold => "Hold: nothing is sent",
        }
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words(#[n(0)] String);
content!(Y at "contact_safety.sealed" holds Words);

/// A mark as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = contact_safety)]
pub struct Mark {
    pub id: SafetyId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub person_id: PersonId,
    pub seq: i32,
    pub mark: Safety,
    pub envelope: Envelope,
    pub by_staff: StaffId,
    pub at: UtcTime,
    sealed: Sealed<Words>,
}

impl Mark {
    pub fn words(&self, proof: &InFamily) -> Result<String> {
        Ok(self.sealed.open(proof.grant()?, self.id.as_str())?.0)
    }
}

/// A mark as somebody sets it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyEntry {
    pub mark: Safety,
    /// As it was, where nothing is said of it.
    pub envelope: Option<Envelope>,
    #[serde(default)]
    pub words: String,
}

/// The queues a mark asks for.
pub fn wanted(mark: Safety) -> &'static [Queue] {
    match mark {
        Safety::Hold => &[Queue::Safeguarding],
        Safety::MayWrite | Safety::OnlyThisWay => &[],
    }
}

/// Sets a mark. A hold stops in this act what has not left, and what has left cannot be read online any more.
///
/// # Errors
/// No words; a hold that is released by somebody who may not.
pub fn safety_set(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    person: PersonId,
    entry: SafetyEntry,
) -> Result<()> {
    let person = person_get(act.conn(), proof, person)?;
    let words = entry.words.trim();
    if words.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write in a few words why, and what is safe: whoever comes after you goes by them. Nothing was saved.",
        )
        .at("words"));
    }
    let was = safety_last(act.conn, act.service, person.id)?;
    let held = was.as_ref().is_some_and(|was| was.mark == Safety::Hold);
    if held && entry.mark != Safety::Hold && !allows(&caller.roles, Permission::SafetyRelease) {
        return Err(Error::not_allowed(Permission::SafetyRelease.as_str()));
    }
    let envelope_was = was.as_ref().map_or(Envelope::Usual, |was| was.envelope);
    let id = SafetyId::new(act.chance());
    let row = Mark {
        id,
        service_id: act.service,
        family_id: proof.family(),
        person_id: person.id,
        seq: 1 + was.map_or(0, |was| was.seq),
        mark: entry.mark,
        envelope: entry.envelope.unwrap_or(envelope_was),
        by_staff: caller.staff,
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Words(words.to_owned()))?,
    };
    diesel::insert_into(contact_safety::table).values(&row).execute(act.conn())?;
    // The note does not say which: the record is read by people who are not told why.
    act.record(Deed::SafetyChanged, ("person", person.id.as_str()), Some(proof.family()), "")?;
    let once_gone = match entry.mark {
        Safety::Hold => Some(OnceGone::Withheld),
        // Written anew by somebody who has read the words.
        Safety::OnlyThisWay => Some(OnceGone::StaysReadable),
        Safety::MayWrite => None,
    };
    if let Some(once_gone) = once_gone {
        let reached = match entry.mark {
            // Another proband's file may hold the same person, and would send to the same door.
            Safety::Hold => same_people(act.conn, act.service, person.id)?,
            Safety::OnlyThisWay | Safety::MayWrite => vec![person.id],
        };
        for same in reached {
            letters_stop_read_by(act, same, Stop::Safeguarding, once_gone)?;
            for task in tasks_of_person(act.conn, act.service, same)? {
                letters_stop(act, task.id, Stop::Safeguarding, once_gone)?;
            }
        }
    }
    if held && entry.mark != Safety::Hold {
        released(act, person.id)?;
    }
    let wanted: Vec<_> = wanted(entry.mark).iter().map(|queue| (*queue).into()).collect();
    follow(act, &subject(person.id, proof.family()), &wanted)
}

/// Whoever waits for an answer to a letter that the hold withheld can be written to again, unless another file still holds.
fn released(act: &mut Act<'_>, person: PersonId) -> Result<()> {
    for same in same_people(act.conn, act.service, person)? {
        if !is_held(act.conn, act.service, same)? {
            for row in letters_read_by(act.conn, act.service, same)? {
                let task = task_row(act.conn, act.service, row.task_id)?;
                letter_write_again(act, &task)?;
            }
            for task in tasks_of_person(act.conn, act.service, same)? {
                letter_write_again(act, &task)?;
            }
        }
    }
    Ok(())
}

fn subject(person: PersonId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::Person, id: person.to_string(), family: Some(family), task: None }
}

/// Without the words: whoever sends asks this, and must not meet them.
#[derive(Queryable)]
struct Standing {
    seq: i32,
    mark: Safety,
    envelope: Envelope,
}

fn safety_last(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Option<Standing>> {
    Ok(contact_safety::table
        .filter(contact_safety::service_id.eq(service))
        .filter(contact_safety::person_id.eq(person))
        .order(contact_safety::seq.desc())
        .select((contact_safety::seq, contact_safety::mark, contact_safety::envelope))
        .first(conn)
        .optional()?)
}

/// What stands for a person: as usual, where nobody has set anything.
pub fn safety_now(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<(Safety, Envelope)> {
    let last = safety_last(conn, service, person)?;
    Ok(last.map_or((Safety::MayWrite, Envelope::Usual), |last| (last.mark, last.envelope)))
}

/// The person under whom a hold stands: this one, or the same one in another file of the service.
fn held_as(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Option<PersonId>> {
    for same in same_people(conn, service, person)? {
        if safety_now(conn, service, same)?.0 == Safety::Hold {
            return Ok(Some(same));
        }
    }
    Ok(None)
}

/// True while nothing may leave, from whichever file.
pub fn is_held(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<bool> {
    Ok(held_as(conn, service, person)?.is_some())
}

/// Whether how this person is reached is kept back from the caller: while a hold stands, only whoever has taken it sees.
pub fn is_kept_back(conn: &mut Conn, caller: &Caller, person: PersonId) -> Result<bool> {
    let Some(held) = held_as(conn, caller.service, person)? else { return Ok(false) };
    let owner = work_owner(conn, caller.service, Queue::Safeguarding, held.as_str())?;
    Ok(owner != Some(caller.staff))
}

/// What a refusal says where details are kept back.
pub fn kept_back() -> Error {
    Error::not_now(
        "Kept back: safeguarding. While this person's safety is looked at, only whoever has taken it from the queue Safeguarding sees how they are reached. Nothing was changed.",
    )
}

/// A person's marks, newest first. Reading them is on the record.
pub fn safety_list(act: &mut Act<'_>, proof: &InFamily, person: PersonId) -> Result<Vec<Mark>> {
    act.record(Deed::SafetyRead, ("person", person.as_str()), Some(proof.family()), "")?;
    Ok(contact_safety::table
        .filter(contact_safety::service_id.eq(proof.service()))
        .filter(contact_safety::family_id.eq(proof.family()))
        .filter(contact_safety::person_id.eq(person))
        .order(contact_safety::seq.desc())
        .load(act.conn())?)
}
