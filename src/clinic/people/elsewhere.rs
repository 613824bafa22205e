//! The same person in other files of the service, by their NHS number or because the files were joined.
//! Must not know: who they are: indexes and ids are compared. Of another file nothing is opened but whether they have died.

use super::person::{Person, person_row, persons};
use crate::{
    access::{Caller, conflict::families_barred, family::family_references},
    audit::{Act, Deed},
    clinic::kindred::{joined::others_of_person, plan::identity_differs},
    db::Conn,
    error::{Error, Result},
    ids::{FamilyId, PersonId, ServiceId},
    keys::Compartment,
};
use diesel::prelude::*;

/// This person, and whoever is the same in another file: by the NHS number, or because somebody who joined the files said
/// so. Themselves alone where neither is so.
pub fn same_people(conn: &mut Conn, service: ServiceId, id: PersonId) -> Result<Vec<PersonId>> {
    let mut people = vec![id];
    let mut open = vec![id];
    while let Some(one) = open.pop() {
        let mut others = numbered_alike(conn, service, one)?;
        others.extend(others_of_person(conn, service, one)?);
        for other in others {
            if !people.contains(&other) {
                people.push(other);
                open.push(other);
            }
        }
    }
    Ok(people)
}

/// Whoever has the same NHS number in another file.
fn numbered_alike(conn: &mut Conn, service: ServiceId, id: PersonId) -> Result<Vec<PersonId>> {
    let index: Option<String> = persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::id.eq(id))
        .select(persons::nhs_index)
        .first(conn)
        .optional()?
        .flatten();
    let Some(index) = index else { return Ok(Vec::new()) };
    Ok(persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::nhs_index.eq(index))
        .filter(persons::id.ne(id))
        .order(persons::id.asc())
        .select(persons::id)
        .load(conn)?)
}

/// True where a death stands in another file that holds the same person: nothing is sent to them from any.
pub fn has_died_elsewhere(act: &mut Act<'_>, id: PersonId) -> Result<bool> {
    for other in same_people(act.conn, act.service, id)? {
        if other == id {
            continue;
        }
        let family: FamilyId =
            persons::table.filter(persons::id.eq(other)).select(persons::family_id).first(act.conn())?;
        let unlocked = act.unlock(family.as_str(), &[Compartment::Contact])?;
        if person_row(act.conn, unlocked.grant()?, act.service, other)?.has_died() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whoever somebody is taken for in a joined file must still be able to be them.
///
/// # Errors
/// A number, date of birth or sex that differs from that file's, in words that say nothing of it.
pub(super) fn fits_elsewhere(act: &mut Act<'_>, person: &Person) -> Result<()> {
    for other in others_of_person(act.conn, act.service, person.id)? {
        let family: FamilyId =
            persons::table.filter(persons::id.eq(other)).select(persons::family_id).first(act.conn())?;
        let unlocked = act.unlock(family.as_str(), &[Compartment::Contact])?;
        let other = person_row(act.conn, unlocked.grant()?, act.service, other)?;
        if identity_differs(person, &other).is_some() {
            return Err(Error::not_now(
                "This does not fit what stands elsewhere about the same person: the number, the date of birth or the sex differs. A clinician can say whether it is the same person. Nothing was saved.",
            ));
        }
    }
    Ok(())
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
