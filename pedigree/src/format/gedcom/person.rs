//! An individual of a GEDCOM file: who they are, and whose twin and adopted child.
//! Must not know: couples.

use super::super::{FamilyFile, FormatError};
use super::record::Record;
use super::{Tree, date};
use crate::model::{Life, ParentKind, Person, PersonId, Sex, Zygosity};
use std::collections::BTreeSet;

/// The tags below an individual that are read, or say nothing of a family.
const READ: [&str; 17] = [
    "NAME", "SEX", "BIRT", "DEAT", "FAMC", "FAMS", "ADOP", "ASSO", "CHAN", "CREA", "REFN", "UID", "_UID",
    "RIN", "EXID", "RESN", "NO",
];

/// Adds the person of a record.
pub(super) fn add<'a>(
    file: &mut FamilyFile,
    record: &'a Record<'_>,
    left_out: &mut BTreeSet<&'a str>,
) -> Result<(), FormatError> {
    let Some(pointer) = record.pointer else {
        return Err(FormatError::new(record.line, 3, "a pointer before INDI, as in 0 @I1@ INDI"));
    };
    let id = PersonId::from(pointer);
    let mut person = Person::new(id.clone(), Sex::Unknown);
    if let Some(sex) = record.child("SEX") {
        person.sex = match sex.value.to_ascii_uppercase().as_str() {
            "M" => Sex::Male,
            "F" => Sex::Female,
            "U" | "N" | "" => Sex::Unknown,
            "X" => {
                file.note(
                    sex.line,
                    format!(
                        "The sex of {id} is given as neither; the sex assigned at birth is not known from it."
                    ),
                );
                Sex::Unknown
            }
            _ => return Err(FormatError::new(sex.line, sex.value_column, "M, F, X or U").at("SEX")),
        };
    }
    if let Some(birth) = record.child("BIRT").and_then(|birth| birth.child("DATE")) {
        person.birth_year = year(file, birth, &id);
    }
    if let Some(death) = record.child("DEAT") {
        person.life = Life::Deceased;
        if let Some(age) = death.child("AGE") {
            if age.value.eq_ignore_ascii_case("STILLBORN") {
                person.life = Life::Stillbirth;
            }
            person.age = date::age(&age.value);
        }
        if let Some(death) = death.child("DATE") {
            // Read only so that a date nobody can read is told of; the model has no year of death.
            year(file, death, &id);
        }
    }
    if let Some(name) = record.child("NAME") {
        let words = name.value.replace('/', " ");
        let name = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !name.is_empty() {
            file.labels.insert(id.clone(), name);
        }
    }
    left_out.extend(record.below.iter().map(|below| below.tag).filter(|tag| !READ.contains(tag)));
    file.lines.insert(id, record.line);
    file.pedigree.add_person(person);
    Ok(())
}

fn year(file: &mut FamilyFile, record: &Record<'_>, id: &PersonId) -> Option<i32> {
    let year = date::year(&record.value);
    if year.is_none() && !record.value.is_empty() {
        file.note(record.line, format!("A date of {id} gives no year for certain, and none is taken."));
    }
    year
}

/// Ties a person to their twins, and to those who adopted them by an event.
pub(super) fn tie<'a>(
    file: &mut FamilyFile,
    record: &'a Record<'a>,
    tree: &Tree<'a>,
) -> Result<(), FormatError> {
    let Some(id) = record.pointer.map(PersonId::from) else { return Ok(()) };
    for association in record.children("ASSO") {
        let role = association.child("ROLE");
        let phrase = role.and_then(|role| role.child("PHRASE"));
        let said = [association.child("RELA"), role, phrase];
        let said = said
            .into_iter()
            .flatten()
            .map(|record| record.value.to_lowercase())
            .collect::<Vec<_>>()
            .join(" ");
        if !said
            .split(|mark: char| !mark.is_alphabetic())
            .any(|word| matches!(word, "twin" | "twins" | "twinned"))
        {
            continue;
        }
        let Some(other) = tree.person(association)? else { continue };
        let one_of = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let zygosity = if one_of(&["identical", "monozyg"]) {
            Zygosity::Monozygotic
        } else if one_of(&["fraternal", "dizyg"]) {
            Zygosity::Dizygotic
        } else {
            Zygosity::Unknown
        };
        if other != id {
            file.pedigree.add_twins([id.clone(), other], zygosity);
        }
    }
    for family in record.children("ADOP").flat_map(|adoption| adoption.children("FAMC")) {
        let Some(couple) = tree.record(family, "FAM")? else { continue };
        let by = family.child("ADOP").map_or("BOTH", |by| by.value.as_ref());
        for (role, other) in [("HUSB", "WIFE"), ("WIFE", "HUSB")] {
            if let Some(pointing) = couple.child(role).filter(|_| by != other)
                && let Some(parent) = tree.person(pointing)?
            {
                file.pedigree.add_parent(&id, &parent, ParentKind::Legal);
            }
        }
    }
    Ok(())
}
