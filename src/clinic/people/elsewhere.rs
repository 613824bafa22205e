//! The same person in other families of the service, by their NHS number: two probands of one kindred are two files.
//! Must not know: who they are; the number's index is compared, and no file is opened.

use super::person::persons;
use crate::{
    db::Conn,
    error::Result,
    ids::{PersonId, ServiceId},
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
