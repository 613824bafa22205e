//! The same person in other families of the service, by their NHS number: two probands of one kindred are two files.
//! Must not know: who they are; the number's index is compared, and no file is opened.

use super::person::persons;
use crate::{
    access::{Caller, conflict::families_barred, family::family_references},
    audit::{Act, Deed},
    db::Conn,
    error::Result,
    ids::{FamilyId, PersonId, ServiceId},
};
use diesel::prelude::*;

/// This person, and whoever has the same NHS number in another file; themselves alone where no number is on record.
pub fn same_people(conn: &mut Conn, service: ServiceId, id: PersonId) -> Result<Vec<PersonId>> {
    let index: Option<String> = persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::id.eq(id))
        .select(persons::nhs_index)
        .first(conn)
        .optional()?
        .flatten();
    let mut people = vec![id];
    if let Some(index) = index {
        people.extend(
            persons::table
                .filter(persons::service_id.eq(service))
                .filter(persons::nhs_index.eq(index))
                .filter(persons::id.ne(id))
                .order(persons::id.asc())
                .select(persons::id)
                .load::<PersonId>(conn)?,
        );
    }
    Ok(people)
}

/// References of the other files in which this person stands, for the clinician who leads their relative's: they are in this
/// service's care already, and whoever leads there can be spoken to. On the record where there is one; never a file from
/// which the caller is kept out.
pub fn files_elsewhere(
    act: &mut Act<'_>,
    caller: &Caller,
    id: PersonId,
    own: FamilyId,
) -> Result<Vec<String>> {
    let others = same_people(act.conn(), caller.service, id)?;
    let barred = families_barred(act.conn(), caller.service, caller.staff)?;
    let families: Vec<FamilyId> = persons::table
        .filter(persons::service_id.eq(caller.service))
        .filter(persons::id.eq_any(others))
        .filter(persons::family_id.ne(own))
        .select(persons::family_id)
        .distinct()
        .load(act.conn())?;
    let families: Vec<FamilyId> = families.into_iter().filter(|family| !barred.contains(family)).collect();
    if families.is_empty() {
        return Ok(Vec::new());
    }
    act.record(Deed::ElsewhereRead, ("person", id.as_str()), Some(own), "")?;
    let mut references: Vec<String> =
        family_references(act.conn(), caller.service, &families)?.into_iter().map(|(_, text)| text).collect();
    references.sort();
    Ok(references)
}
