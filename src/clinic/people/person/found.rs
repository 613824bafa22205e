//! People found by blind indexes: one by one, or all of a file with one statement.
//! Must not know: who asks. Nobody is opened without the proof of their family.

use super::{Person, Row, Sought, folded, persons};
use crate::{
    access::InFamily,
    audit::Act,
    db::Conn,
    error::Result,
    ids::{FamilyId, PersonId},
};
use diesel::prelude::*;

/// The families of this service that hold somebody like this, related to the caller or not.
pub fn persons_found(act: &mut Act<'_>, sought: &Sought) -> Result<Vec<FamilyId>> {
    let (service, kind) = (act.service, sought.kind());
    let of = persons::table.filter(persons::service_id.eq(service)).select(persons::family_id).distinct();
    Ok(match sought {
        Sought::Number(number) => {
            let index = act.keys().blind_index(service, kind, number)?;
            of.filter(persons::nhs_index.eq(index)).load(act.conn())?
        }
        Sought::Named(name, born) => {
            let index = act.keys().blind_index(service, kind, &folded(name, *born))?;
            of.filter(persons::name_index.eq(index)).load(act.conn())?
        }
    })
}

/// Whoever of these families has one of these numbers, or one of these names with its birth: one statement for any number.
/// Families that the caller has nothing to do with are not among `proofs`, and nothing of them is looked at.
pub fn persons_sought(act: &mut Act<'_>, proofs: &[InFamily], sought: &[Sought]) -> Result<Vec<Person>> {
    let service = act.service;
    let (numbers, names) = sought_indexes(act, sought)?;
    let rows: Vec<Row> = persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::nhs_index.eq_any(numbers).or(persons::name_index.eq_any(names)))
        .order(persons::id.asc())
        .load(act.conn())?;
    let of = |row: &Row| proofs.iter().find(|proof| proof.family() == row.family_id);
    rows.into_iter().filter_map(|row| of(&row).map(|proof| row.open(proof.grant()?))).collect()
}

/// These people, as far as they are in one of these families: one statement for any number.
pub fn persons_of(conn: &mut Conn, proofs: &[InFamily], ids: &[PersonId]) -> Result<Vec<Person>> {
    let Some(service) = proofs.first().map(InFamily::service) else { return Ok(Vec::new()) };
    let rows: Vec<Row> = persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::id.eq_any(ids.to_vec()))
        .load(conn)?;
    let of = |row: &Row| proofs.iter().find(|proof| proof.family() == row.family_id);
    rows.into_iter().filter_map(|row| of(&row).map(|proof| row.open(proof.grant()?))).collect()
}

/// The families in which any of these stands, related to the caller or not.
pub fn families_sought(act: &mut Act<'_>, sought: &[Sought]) -> Result<Vec<FamilyId>> {
    let service = act.service;
    let (numbers, names) = sought_indexes(act, sought)?;
    Ok(persons::table
        .filter(persons::service_id.eq(service))
        .filter(persons::nhs_index.eq_any(numbers).or(persons::name_index.eq_any(names)))
        .select(persons::family_id)
        .distinct()
        .load(act.conn())?)
}

fn sought_indexes(act: &Act<'_>, sought: &[Sought]) -> Result<(Vec<String>, Vec<String>)> {
    let (mut numbers, mut names) = (Vec::new(), Vec::new());
    for one in sought {
        let index = |text: &str| act.keys().blind_index(act.service, one.kind(), text);
        match one {
            Sought::Number(number) => numbers.push(index(number)?),
            Sought::Named(name, born) => names.push(index(&folded(name, *born))?),
        }
    }
    Ok((numbers, names))
}
