//! Objections to being contacted, or to being told a part of it: they hold at once, from every branch of the family.
//! Compartment D. Must not know: why a person objects; they need no reason.

use super::topic::Topic;
use crate::{
    audit::{Act, Deed},
    clinic::{
        people::elsewhere::same_people,
        queue::item::{Queue, Subject, SubjectKind, follow},
        report::inquiry::signals_look,
    },
    db::{Conn, UtcTime, closed},
    error::Result,
    ids::{FamilyId, ObjectionId, PersonId, ServiceId},
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;

diesel::table! {
    objections (id) {
        id -> Text,
        service_id -> Text,
        person_id -> Text,
        scope -> Text,
        source -> Text,
        at -> Timestamp,
        topic -> Text,
        seq -> Integer,
        confirm -> Nullable<Text>,
    }
}

closed! {
    /// How far it reaches.
    pub enum Scope {
        Self_ = "self",
        SelfAndChildren = "self_and_children",
        /// It no longer holds: the person has come back of their own accord, or something brought it up again.
        Lifted = "lifted",
    }
}

impl Scope {
    pub const fn reaches(self) -> &'static str {
        match self {
            Self::Self_ => "This person",
            Self::SelfAndChildren => "This person, and letters to them about their children",
            Self::Lifted => "Nobody: it was lifted",
        }
    }
}

closed! {
    /// By which way it came.
    pub enum Source {
        Portal = "portal",
        Staff = "staff",
        /// Online, by somebody who may decide it for them.
        Proxy = "proxy",
    }
}

closed! {
    /// How somebody who objects wants to hear that it was done. Whoever chooses nothing hears nothing.
    pub enum Confirm { Letter = "letter" }
}

/// What is said of an objection: of what, how far, by which way it came, and how it is to be confirmed.
#[derive(Clone, Copy)]
pub struct Objected {
    pub topic: Topic,
    pub scope: Scope,
    pub source: Source,
    pub confirm: Option<Confirm>,
}

/// An objection as stored. That there is a condition is the whole of it: whoever does not want to know that is not
/// contacted at all. Any other topic leaves letters that do not tell it.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = objections)]
pub struct Objection {
    pub id: ObjectionId,
    service_id: ServiceId,
    pub person_id: PersonId,
    pub scope: Scope,
    pub source: Source,
    pub at: UtcTime,
    pub topic: Topic,
    /// Which came last, of one person; those from before there were topics have 0.
    seq: i32,
    /// How they want to hear that it was done; none where they want to hear nothing.
    pub confirm: Option<Confirm>,
}

/// Records an objection, or that it is lifted; it opens an item so that a person sees it, and the chart of objections is
/// looked at.
pub fn objection_record(
    act: &mut Act<'_>,
    family: FamilyId,
    person: PersonId,
    Objected { topic, scope, source, confirm }: Objected,
) -> Result<ObjectionId> {
    let earlier = objections_of(act.conn, act.service, person)?;
    let row = Objection {
        id: ObjectionId::new(act.chance()),
        service_id: act.service,
        person_id: person,
        scope,
        source,
        at: act.at,
        topic,
        seq: 1 + earlier.last().map_or(0, |last| last.seq),
        confirm,
    };
    diesel::insert_into(objections::table).values(&row).execute(act.conn())?;
    let note = format!("{topic} {scope}");
    act.record(Deed::ObjectionRecorded, ("objection", row.id.as_str()), Some(family), &note)?;
    let subject = |id: ObjectionId| Subject {
        kind: SubjectKind::Objection,
        id: id.to_string(),
        family: Some(family),
        task: None,
    };
    // What they asked before is no longer waited for: lifted, whoever sees it would hold them for somebody who objects; said
    // again, the newest word is the one to see.
    for same in earlier.iter().filter(|one| one.topic == topic) {
        follow(act, &subject(same.id), &[])?;
    }
    if scope == Scope::Lifted {
        return Ok(row.id);
    }
    follow(act, &subject(row.id), &[Queue::Objections.into()])?;
    signals_look(act)?;
    Ok(row.id)
}

/// All that this person ever asked for, oldest first.
pub fn objections_of(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<Objection>> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::person_id.eq(person))
        .order((objections::seq.asc(), objections::at.asc(), objections::id.asc()))
        .load(conn)?)
}

/// The last word on each topic, where it is that they do not want to know, in the order of the topics.
pub fn standing(oldest_first: &[Objection]) -> Vec<&Objection> {
    let last = |topic: &Topic| oldest_first.iter().rev().find(|one| one.topic == *topic);
    Topic::ALL.iter().filter_map(last).filter(|one| one.scope != Scope::Lifted).collect()
}

/// What this person does not want to know by their last word on each topic, by this file.
pub fn standing_of(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<Objection>> {
    let all = objections_of(conn, service, person)?;
    Ok(standing(&all).into_iter().cloned().collect())
}

/// True where this person's last word is an objection to being contacted, by this file. The relatives' wing asks it too.
pub fn objects(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<bool> {
    let all = objections_of(conn, service, person)?;
    Ok(standing(&all).iter().any(|one| one.topic == Topic::ConditionExists))
}

/// What this person does not want to know, in whichever file of the service they said so: their own first, and one of
/// each topic.
pub fn standing_anywhere(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<Objection>> {
    let mut found: Vec<Objection> = Vec::new();
    for one in same_people(conn, service, person)? {
        let all = objections_of(conn, service, one)?;
        for objection in standing(&all) {
            if found.iter().all(|known| known.topic != objection.topic) {
                found.push(objection.clone());
            }
        }
    }
    found.sort_by_key(|one| one.topic);
    Ok(found)
}

/// What this person does not want to know and a letter at `level` would tell them, the strictest of several; nothing where
/// it may go. The one question that is asked where letters are drafted, approved, and just before they leave.
pub fn wish_against(
    conn: &mut Conn,
    service: ServiceId,
    person: PersonId,
    level: Level,
) -> Result<Option<Topic>> {
    let all = standing_anywhere(conn, service, person)?;
    let told = all.into_iter().map(|one| one.topic).filter(|topic| topic.is_told_at(level));
    Ok(told.min_by_key(|topic| topic.most_level()))
}

/// Those of `people` who ever asked not to be told something.
pub fn ever_objected(conn: &mut Conn, service: ServiceId, people: &[PersonId]) -> Result<Vec<PersonId>> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::person_id.eq_any(people.to_vec()))
        .select(objections::person_id)
        .distinct()
        .load(conn)?)
}

/// One objection, for the page that shows it.
pub fn objection_get(conn: &mut Conn, service: ServiceId, id: ObjectionId) -> Result<Objection> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::id.eq(id))
        .first(conn)?)
}

/// The newest objection of each person and topic that nothing has lifted, for the test that compares queues with states.
pub fn objections_unlifted(conn: &mut Conn, service: ServiceId) -> Result<Vec<ObjectionId>> {
    let all: Vec<Objection> = objections::table
        .filter(objections::service_id.eq(service))
        .order(objections::seq.asc())
        .load(conn)?;
    let outdated = |one: &Objection| {
        let same = |other: &&Objection| (other.person_id, other.topic) == (one.person_id, one.topic);
        all.iter().filter(same).any(|other| other.seq > one.seq)
    };
    let stands = |one: &&Objection| one.scope != Scope::Lifted && !outdated(one);
    Ok(all.iter().filter(stands).map(|one| one.id).collect())
}
