//! The register of objections: each with its reach, day and way, and where it stands. Nobody is named.
//! Must not know: who objects, or why.

use crate::{
    access::{
        Caller,
        family::{families_related, family_references},
    },
    clinic::{
        people::person::persons,
        queue::item::{SubjectKind, work_items},
        sharing::{
            objection::{Scope, Source, objections},
            topic::Topic,
        },
    },
    db::{Conn, UtcTime},
    error::Result,
    ids::{FamilyId, ObjectionId, PersonId},
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One line. The family's reference stands only where the caller has to do with it.
pub struct Line {
    pub id: ObjectionId,
    pub reference: Option<String>,
    /// What they do not want to know; that there is a condition at all is the whole of it.
    pub topic: Topic,
    pub scope: Scope,
    pub source: Source,
    pub at: UtcTime,
    pub state: Standing,
}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds, and nobody has said yet that they have seen it.
    Waits,
    /// It holds.
    Holds,
    /// The person has come back and asked for contact since.
    Lifted,
}

/// A page of the register, the newest first: as many statements for one line as for a page of them.
pub fn register(conn: &mut Conn, caller: &Caller, skip: i64, most: i64) -> Result<Vec<Line>> {
    type Row = (ObjectionId, PersonId, Topic, Scope, Source, UtcTime);
    let service = caller.service;
    let rows: Vec<Row> = objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::scope.ne(Scope::Lifted))
        .order((objections::at.desc(), objections::id.desc()))
        .offset(skip)
        .limit(most)
        .select((
            objections::id,
            objections::person_id,
            objections::topic,
            objections::scope,
            objections::source,
            objections::at,
        ))
        .load(conn)?;
    let people: BTreeSet<PersonId> = rows.iter().map(|row| row.1).collect();
    let families: BTreeMap<PersonId, FamilyId> = persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::id.eq_any(people.iter().copied().collect::<Vec<_>>()))
        .select((persons::id, persons::family_id))
        .load::<(PersonId, FamilyId)>(conn)?
        .into_iter()
        .collect();
    let of: Vec<FamilyId> = families.values().copied().collect();
    let related: Vec<FamilyId> =
        families_related(conn, caller, &of)?.iter().map(crate::access::InFamily::family).collect();
    let references: BTreeMap<FamilyId, String> =
        family_references(conn, service, &related)?.into_iter().collect();
    let lifted: Vec<(PersonId, Topic, UtcTime)> = objections::table
        .filter(objections::service_id.eq(service))
        .filter(objections::person_id.eq_any(people.into_iter().collect::<Vec<_>>()))
        .filter(objections::scope.eq(Scope::Lifted))
        .select((objections::person_id, objections::topic, objections::at))
        .load(conn)?;
    let ids: Vec<String> = rows.iter().map(|row| row.0.to_string()).collect();
    let waiting: Vec<String> = work_items::table
        .filter(work_items::service_id.eq(service))
        .filter(work_items::subject_kind.eq(SubjectKind::Objection))
        .filter(work_items::subject_id.eq_any(ids))
        .filter(work_items::closed_at.is_null())
        .select(work_items::subject_id)
        .load(conn)?;
    let line = |(id, person, topic, scope, source, at): Row| {
        let came_back =
            lifted.iter().any(|(of, about, since)| (*of, *about) == (person, topic) && *since >= at);
        let waits = waiting.iter().any(|of| of == id.as_str());
        Line {
            id,
            reference: families.get(&person).and_then(|family| references.get(family)).cloned(),
            topic,
            scope,
            source,
            at,
            state: match (came_back, waits) {
                (true, true | false) => Standing::Lifted,
                (false, true) => Standing::Waits,
                (false, false) => Standing::Holds,
            },
        }
    };
    Ok(rows.into_iter().map(line).collect())
}
