//! A family as a file for others: without anything that says who anybody is, or whole, with a reason on record.
//! Must not know: any one format.

use super::{
    by_law::by_law,
    change::There,
    entry::text::{as_file, renamed},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyExportId, FamilyId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_pedigree::{
    self as pedigree,
    format::{FamilyFile, Format, Written},
};
use std::collections::BTreeMap;

diesel::table! {
    family_exports (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        format -> Text,
        sealed -> Binary,
    }
}

/// Why a family left, in somebody's words.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Why(#[n(0)] String);
content!(D at "family_exports.sealed" holds Why);

#[derive(Queryable, Insertable)]
#[diesel(table_name = family_exports)]
struct Row {
    id: FamilyExportId,
    service_id: ServiceId,
    family_id: FamilyId,
    by_staff: StaffId,
    at: UtcTime,
    format: String,
    sealed: Sealed<Why>,
}

/// One time a family left whole.
pub struct Export {
    pub by: StaffId,
    pub at: UtcTime,
    pub format: String,
    pub why: String,
}

/// The family by law, its people numbered from 1: no name, no age, no year, nothing anybody has, nobody marked.
///
/// # Errors
/// Only faults of ours.
pub fn share_safe(there: &There) -> Result<FamilyFile> {
    let tree = by_law(&there.tree);
    let mut bare = pedigree::Pedigree::new();
    let mut numbers: BTreeMap<&pedigree::PersonId, String> = BTreeMap::new();
    let order = pedigree::generation_numbers(&tree);
    // A pregnancy or a loss is nobody's but the parents'.
    let born =
        |person: &&pedigree::Person| matches!(person.life, pedigree::Life::Living | pedigree::Life::Deceased);
    let mut people: Vec<&pedigree::Person> = tree.persons().iter().filter(born).collect();
    people.sort_by_key(|person| order.get(&person.id).map(|number| place_of(number)));
    for (at, person) in people.iter().enumerate() {
        numbers.insert(&person.id, (at + 1).to_string());
        bare.add_person(pedigree::Person {
            life: person.life,
            count: person.count,
            ..pedigree::Person::new(person.id.clone(), person.sex)
        });
    }
    let both = |one: &pedigree::PersonId, other: &pedigree::PersonId| {
        numbers.contains_key(one) && numbers.contains_key(other)
    };
    for (child, parent) in tree.links_of(pedigree::ParentKind::Biological).filter(|(c, p)| both(c, p)) {
        bare.add_parent(child, parent, pedigree::ParentKind::Biological);
    }
    for union in tree.unions().filter(|union| union.partners.iter().all(|id| numbers.contains_key(id))) {
        bare.add_union(pedigree::Union { childless: None, ..union.clone() });
    }
    for set in tree.twins() {
        let members: Vec<_> = set.members.iter().filter(|id| numbers.contains_key(*id)).cloned().collect();
        if members.len() > 1 {
            bare.add_twins(members, set.zygosity);
        }
    }
    let number = |id: &pedigree::PersonId| {
        let number = numbers.get(id).ok_or_else(|| Error::inner("somebody without a number"))?;
        Ok(pedigree::PersonId::from(number.as_str()))
    };
    Ok(FamilyFile::new("family", renamed(&bare, number)?))
}

/// "II-3" as (2, 3), so that people come in the order of the drawing.
fn place_of(number: &str) -> (usize, usize) {
    let (row, at) = number.split_once('-').unwrap_or((number, "0"));
    let value = |c: char| match c {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        _ => 100,
    };
    let digits: Vec<usize> = row.chars().map(value).collect();
    let row = digits.iter().enumerate().fold(0usize, |sum, (at, digit)| {
        let smaller = digits.get(at + 1).is_some_and(|next| next > digit);
        if smaller { sum.wrapping_sub(*digit) } else { sum.wrapping_add(*digit) }
    });
    (row, at.parse().unwrap_or_default())
}

/// The whole family with names, for a format that holds them.
///
/// # Errors
/// Only faults of ours.
pub fn whole(there: &There, reference: &str) -> Result<FamilyFile> {
    as_file(there, reference, true)
}

/// Writes a family, or says in words why the format cannot hold it.
///
/// # Errors
/// In words for people, with what to do.
pub fn written(file: &FamilyFile, format: Format) -> Result<Written> {
    pedigree::format::write(file, format).map_err(|problem| Error::not_now(problem.to_string()).at("format"))
}

/// Records that a family leaves whole, and why.
///
/// # Errors
/// A reason too short to mean anything.
pub fn export_record(act: &mut Act<'_>, proof: &InFamily, format: Format, why: &str) -> Result<()> {
    let why = why.trim();
    if why.chars().count() < 8 {
        return Err(Error::bad_input(
            "Say in a few words why this family leaves with names, and for whom. Nothing was exported.",
        )
        .at("reason"));
    }
    let id = FamilyExportId::new(act.chance());
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Why(why.to_owned()))?;
    let row = Row {
        id,
        service_id: proof.service(),
        family_id: proof.family(),
        by_staff: proof.staff(),
        at: act.at,
        format: format.name().to_owned(),
        sealed,
    };
    diesel::insert_into(family_exports::table).values(row).execute(act.conn())?;
    act.record(Deed::FamilyExported, ("family_export", id.as_str()), Some(proof.family()), format.name())
}

/// Every time a family left whole, newest first.
pub fn export_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Export>> {
    let rows: Vec<Row> = family_exports::table
        .filter(family_exports::service_id.eq(proof.service()))
        .filter(family_exports::family_id.eq(proof.family()))
        .order((family_exports::at.desc(), family_exports::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    rows.into_iter()
        .map(|row| {
            let why = row.sealed.open(grant, row.id.as_str())?.0;
            Ok(Export { by: row.by_staff, at: row.at, format: row.format, why })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_drawing_come_in_its_order() {
        let mut numbers = ["IV-2", "II-10", "II-2", "IX-1", "V-1", "I-1"];
        numbers.sort_by_key(|number| place_of(number));
        assert_eq!(numbers, ["I-1", "II-2", "II-10", "IV-2", "V-1", "IX-1"]);
    }
}
