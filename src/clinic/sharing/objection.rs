//! Objections to being contacted: they hold at once, from every branch of the family. Compartment D.
//! Must not know: why a person objects; they need no reason.

use crate::{
    audit::{Act, Deed},
    clinic::{
        queue::item::{Queue, Subject, SubjectKind, follow},
        report::inquiry::signals_look,
    },
    db::{Conn, UtcTime, closed},
    error::Result,
    ids::{FamilyId, ObjectionId, PersonId, ServiceId},
};
use diesel::prelude::*;

diesel::table! {
    objections (id) {
        id -> Text,
        service_id -> Text,
        person_id -> Text,
        scope -> Text,
        source -> Text,
        at -> Timestamp,
    }
}

closed! {
    /// How far it reaches.
    pub enum Scope {
        Self_ = "self",
        SelfAndChildren = "self_and_children",
        /// The person has come back of their own accord and asked for something.
        Lifted = "lifted",
    }
}

closed! {
    /// By which way it came.
    pub enum Source { Portal = "portal", Staff = "staff" }
}

/// Records an objection; it opens an item so that a person sees it, and the chart of objections is looked at.
pub fn objection_record(
    act: &mut Act<'_>,
    family: FamilyId,
    person: PersonId,
    scope: Scope,
    source: Source,
) -> Result<ObjectionId> {
    let (id, service, at) = (ObjectionId::new(act.chance()), act.service, act.at);
    diesel::insert_into(objections::table)
        .values((
            objections::id.eq(id),
            objections::service_id.eq(service),
            objections::person_id.eq(person),
            objections::scope.eq(scope),
            objections::source.eq(source),
            objections::at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::ObjectionRecorded, ("objection", id.as_str()), Some(family), scope.as_str())?;
    let subject =
        |id: ObjectionId| Subject { kind: SubjectKind::Objection, id: id.to_string(), family: Some(family) };
    if scope == Scope::Lifted {
        // What they asked before is no longer waited for: whoever sees it now would hold them for somebody who objects.
        for earlier in objections_of(act.conn(), service, person)? {
            follow(act, &subject(earlier), &[])?;
        }
        return Ok(id);
    }
    follow(act, &subject(id), &[Queue::Objections.into()])?;
    signals_look(act)?;
    Ok(id)
}

fn objections_of(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<ObjectionId>> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::person_id.eq(person))
        .order(objections::id.asc())
        .select(objections::id)
        .load(conn)?)
}

/// True where this person's last word is an objection to being contacted.
pub fn objects(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<bool> {
    let last: Option<Scope> = objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::person_id.eq(person))
        .order((objections::at.desc(), objections::id.desc()))
        .select(objections::scope)
        .first(conn)
        .optional()?;
    Ok(last.is_some_and(|scope| scope != Scope::Lifted))
}

/// Whose objection it is, and when it was made, for the page that shows it.
pub fn objection_get(
    conn: &mut Conn,
    service: ServiceId,
    id: ObjectionId,
) -> Result<(PersonId, Scope, UtcTime)> {
    Ok(objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::id.eq(id))
        .select((objections::person_id, objections::scope, objections::at))
        .first(conn)?)
}
