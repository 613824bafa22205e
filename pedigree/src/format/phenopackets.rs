//! Phenopackets `Family` (GA4GH Phenopacket schema 2): a pedigree like PED's, and a packet for whoever has more to tell.
//! Must not know: features, interpretations and files; they are kept as they stand.
//!
//! Read: `pedigree.persons`, and of each packet the subject's sex, birth, age and death and the diseases with their onset. A
//! single Phenopacket is a family of one. Names are read as the schema has them, and in snake_case.
//!
//! ```
//! use kinward_pedigree::format::{Format, read};
//! let text = r#"{"id": "f", "proband": {"subject": {"id": "kid"}}, "pedigree": {"persons": [
//!     {"familyId": "f", "individualId": "mum", "paternalId": "0", "maternalId": "0", "sex": "FEMALE"},
//!     {"familyId": "f", "individualId": "kid", "paternalId": "0", "maternalId": "mum", "affectedStatus": "AFFECTED"}]}}"#;
//! let families = read(text, Some(Format::Phenopackets))?;
//! assert!(families[0].pedigree.persons()[1].proband);
//!
//! let error = read(&text.replace("FEMALE", "WOMAN"), None).unwrap_err();
//! assert_eq!(error.place.as_deref(), Some("pedigree.persons[0].sex"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod packet;
mod writing;

use super::json::{Document, Element};
use super::{FamilyFile, Format, FormatError, Kept};
use crate::model::{Affected, Consanguinity, ParentKind, Pedigree, Person, PersonId, Sex, Union};
#[cfg(test)]
pub(super) use writing::HOLDS;
pub(super) use writing::write;

/// What is kept of a person, under this name.
const PACKET: &str = "Phenopacket";

/// Reads the one family of a file.
///
/// # Errors
/// What is not JSON, or not a Family or a Phenopacket; ids given twice or of nobody; values that the schema does not have.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let document = Document::parse(text)?;
    let root = document.root().object()?;
    let kept = Kept { format: Some(Format::Phenopackets), ..Kept::default() };
    let mut file = FamilyFile { kept, ..FamilyFile::default() };
    if root.get("pedigree").is_none() && root.get("subject").is_some() {
        let subject = root.need("subject")?;
        let id = PersonId::from(subject.need("id")?.text()?);
        file.pedigree.add_person(Person { proband: true, ..Person::new(id.clone(), Sex::Unknown) });
        file.lines.insert(id, subject.line());
        packet::read(&mut file, root)?;
        file.note(None, "The file is one person's packet and says nothing of a family.");
        return Ok(vec![file]);
    }
    file.name = root.text_of("id")?.unwrap_or_default().to_owned();
    let persons = root.need("pedigree")?.need("persons")?;
    for person in persons.items()? {
        add_person(&mut file, person)?;
    }
    check_parents(&file, persons)?;
    let proband = root.need("proband")?;
    let id = PersonId::from(proband.need("subject")?.need("id")?.text()?);
    packet::read(&mut file, proband)?;
    if file.pedigree.person(&id).is_none() {
        return Err(proband
            .need("subject")?
            .need("id")?
            .wrong("the individualId of somebody in pedigree.persons"));
    }
    file.pedigree.change(&id, |person| person.proband = true);
    for relative in root.items_of("relatives")? {
        let id = relative.need("subject")?.need("id")?;
        if file.pedigree.person(&id.text()?.into()).is_none() {
            return Err(id.wrong("the individualId of somebody in pedigree.persons"));
        }
        packet::read(&mut file, relative)?;
    }
    if let Some(told) = root.get_any(&["consanguinousParents", "consanguinous_parents"])
        && told.boolean()?
    {
        related_parents(&mut file.pedigree, &id);
    }
    keep(&mut file, root)?;
    Ok(vec![file])
}

/// Keeps what a family's own members do not say: all but the pedigree and the packets.
fn keep(file: &mut FamilyFile, root: Element<'_>) -> Result<(), FormatError> {
    for name in ["files", "hts_files", "htsFiles", "metaData", "meta_data"] {
        if let Some(element) = root.get(name) {
            file.kept.file.push((name.to_owned(), element.raw().to_owned()));
        }
    }
    let created = root.get_any(&["metaData", "meta_data"]).map(|meta| meta.text_of("created")).transpose()?;
    file.date = created.flatten().map(str::to_owned);
    Ok(())
}

fn related_parents(family: &mut Pedigree, child: &PersonId) {
    if let [one, other] = family.parents(child, ParentKind::Biological) {
        let union = Union { consanguinity: Consanguinity::Stated, ..Union::new(one.clone(), other.clone()) };
        family.add_union(union);
    }
}

fn add_person(file: &mut FamilyFile, element: Element<'_>) -> Result<(), FormatError> {
    let own = element.object()?.get_any(&["individualId", "individual_id"]);
    let own = own.ok_or_else(|| element.wrong("individualId in this object"))?;
    let id = PersonId::from(own.text()?);
    if id.as_str().is_empty() || id.as_str() == "0" {
        return Err(own.wrong("an id other than 0, which means nobody"));
    }
    if file.pedigree.person(&id).is_some() {
        return Err(own.wrong("an id that nobody has earlier in this list"));
    }
    if let Some(family) = element.get_any(&["familyId", "family_id"]) {
        let name = family.text()?;
        if file.pedigree.persons().is_empty() {
            file.name = name.to_owned();
        } else if file.name != name {
            return Err(family.wrong(format!("{}, the family of the first person", file.name)));
        }
    }
    let sex = element.get("sex").map_or(Ok(Sex::Unknown), sex)?;
    let status = element.get_any(&["affectedStatus", "affected_status"]);
    let affected = status.map_or(Ok(Affected::Unknown), affected)?;
    file.lines.insert(id.clone(), element.line());
    file.pedigree.add_person(Person { affected, ..Person::new(id.clone(), sex) });
    for names in [["paternalId", "paternal_id"], ["maternalId", "maternal_id"]] {
        let Some(parent) = element.get_any(&names) else { continue };
        let parent = parent.text()?;
        if !parent.is_empty() && parent != "0" {
            file.pedigree.add_parent(&id, &parent.into(), ParentKind::Biological);
        }
    }
    Ok(())
}

fn check_parents(file: &FamilyFile, persons: Element<'_>) -> Result<(), FormatError> {
    for person in persons.items()? {
        for (names, other, expected) in [
            (
                ["paternalId", "paternal_id"],
                Sex::Female,
                "the father, but pedigree.persons says this person is FEMALE",
            ),
            (
                ["maternalId", "maternal_id"],
                Sex::Male,
                "the mother, but pedigree.persons says this person is MALE",
            ),
        ] {
            let Some(element) = person.get_any(&names) else { continue };
            let id = element.text()?;
            let parent = file.pedigree.person(&id.into());
            match parent {
                _ if id.is_empty() || id == "0" => {}
                None => return Err(element.wrong("0 or the individualId of somebody in this list")),
                Some(parent) if parent.sex == other => return Err(element.wrong(expected)),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// A value of an enumeration: its name, or its number.
fn named<T: Copy>(
    element: Element<'_>,
    values: &[(T, &str)],
    expected: &'static str,
) -> Result<T, FormatError> {
    let found = match element.number() {
        Ok(number) => values
            .iter()
            .enumerate()
            .find(|(at, _)| f64::from(u8::try_from(*at).unwrap_or(u8::MAX)) == number),
        Err(_) => {
            let name = element.text().map_err(|_| element.wrong(expected))?;
            values.iter().enumerate().find(|(_, (_, own))| *own == name)
        }
    };
    found.map(|(_, (value, _))| *value).ok_or_else(|| element.wrong(expected))
}

fn sex(element: Element<'_>) -> Result<Sex, FormatError> {
    let values = [
        (Sex::Unknown, "UNKNOWN_SEX"),
        (Sex::Female, "FEMALE"),
        (Sex::Male, "MALE"),
        (Sex::Unknown, "OTHER_SEX"),
    ];
    named(element, &values, "MALE, FEMALE, OTHER_SEX or UNKNOWN_SEX")
}

fn affected(element: Element<'_>) -> Result<Affected, FormatError> {
    let values = [(Affected::Unknown, "MISSING"), (Affected::No, "UNAFFECTED"), (Affected::Yes, "AFFECTED")];
    named(element, &values, "AFFECTED, UNAFFECTED or MISSING")
}

#[cfg(test)]
mod tests;
