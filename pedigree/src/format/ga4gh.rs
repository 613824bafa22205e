//! The GA4GH Pedigree as FHIR resources: a Composition, Patients, and a FamilyMemberHistory for each relationship
//! (GA4GH Pedigree FHIR implementation guide; relationships of the Kinship Ontology, `ga4gh/kin.rs`).
//! Must not know: what the conditions mean; their words are the caller's.
//!
//! The patient-record extension names the relative, `patient` the person, and the code says what the relative is to the
//! person. The section `proband` names the proband; the Composition's subject is who asks, where it is somebody else.
//! Whoever is a Patient of the bundle is in the family. The status observation says who is affected.

mod kin;
mod writing;

use super::fhir::resource::{Resource, Resources, codes, condition, patient};
use super::json::{Document, Element};
use super::{FamilyFile, Format, FormatError, Kept};
use crate::model::{Affected, Pedigree, PersonId, Sex};
use kin::Kin;
use std::collections::BTreeMap;
#[cfg(test)]
pub(super) use writing::HOLDS;
pub(super) use writing::write;

const RECORD: &str = "http://hl7.org/fhir/StructureDefinition/familymemberhistory-patient-record";
/// The observation of who is affected (SNOMED CT, as in the implementation guide).
const AFFECTED: &str = "103309006";

/// Reads the one family of a bundle.
///
/// # Errors
/// What is not JSON or not a bundle of such resources; a relationship of somebody who is not a Patient of it.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let document = Document::parse(text)?;
    let resources = Resources::of(&document)?;
    let kept = Kept { format: Some(Format::Ga4gh), ..Kept::default() };
    let mut file = FamilyFile { kept, ..FamilyFile::new("", Pedigree::new()) };
    let mut people: BTreeMap<usize, PersonId> = BTreeMap::new();
    for (at, &Resource { element, url, .. }) in resources.of_kind("Patient") {
        let id = patient(&mut file, element, at)?;
        let kept = file.kept.persons.entry(id.clone()).or_default();
        kept.push(("Patient".to_owned(), element.raw().to_owned()));
        kept.extend(url.map(|url| ("fullUrl".to_owned(), url.to_owned())));
        people.insert(at, id);
    }
    if people.is_empty() {
        return Err(document.root().wrong("a bundle with the Patients of a pedigree"));
    }
    let reading = Reading { resources: &resources, people };
    for resource in &resources.all {
        match resource.kind {
            "Patient" => {}
            "Composition" => reading.composition(&mut file, resource.element)?,
            "FamilyMemberHistory" => reading.relationship(&mut file, resource.element)?,
            "Observation" if reading.is_status(resource.element)? => {
                reading.status(&mut file, resource.element)?
            }
            "Condition" => reading.condition(&mut file, resource.element)?,
            kind => file.kept.file.push((kind.to_owned(), resource.element.raw().to_owned())),
        }
    }
    Ok(vec![file])
}

struct Reading<'a> {
    resources: &'a Resources<'a>,
    /// Patients by the number of their resource.
    people: BTreeMap<usize, PersonId>,
}

impl<'a> Reading<'a> {
    /// The person of a Reference.
    fn person(&self, reference: Element<'a>) -> Result<&PersonId, FormatError> {
        let found = self.resources.referred(reference)?.and_then(|at| self.people.get(&at));
        found.ok_or_else(|| reference.wrong("a reference to a Patient in this bundle"))
    }

    fn composition(&self, file: &mut FamilyFile, element: Element<'a>) -> Result<(), FormatError> {
        file.kept.file.push(("Composition".to_owned(), element.raw().to_owned()));
        file.date = element.text_of("date")?.map(str::to_owned);
        if let Some(identifier) = element.get("identifier") {
            file.name = identifier.text_of("value")?.unwrap_or_default().to_owned();
        }
        for section in element.items_of("section")? {
            let Some(code) = section.get("code") else { continue };
            if codes(code)?.iter().any(|(_, code)| *code == "proband") {
                for entry in section.items_of("entry")? {
                    let id = self.person(entry)?;
                    file.pedigree.change(id, |person| person.proband = true);
                }
            }
        }
        if let Some(subject) = element.get("subject") {
            let id = self.person(subject)?;
            file.pedigree.change(id, |person| person.consultand = !person.proband);
        }
        Ok(())
    }

    fn relationship(&self, file: &mut FamilyFile, element: Element<'a>) -> Result<(), FormatError> {
        let person = self.person(element.need("patient")?)?;
        let extensions = element.items_of("extension")?;
        let mut records = Vec::new();
        for extension in extensions {
            if extension.text_of("url")? == Some(RECORD) {
                records.push(extension.need("valueReference")?);
            }
        }
        let Some(record) = records.first() else {
            return Err(element.wrong("an extension familymemberhistory-patient-record in this relationship"));
        };
        let relative = self.person(*record)?;
        let concept = element.need("relationship")?;
        let codes = codes(concept)?;
        let kin = codes.iter().find_map(|(_, code)| Kin::coded(code));
        let raw = ("FamilyMemberHistory".to_owned(), element.raw().to_owned());
        file.kept.file.push(raw);
        match kin {
            Some(kin) => self.place(file, kin, person, relative, element),
            None => {
                let code = codes.first().map_or("none", |(_, code)| code);
                let words =
                    format!("What {relative} is to {person} ({code}) places nobody in the tree; it is kept.");
                file.note(element.line(), words);
                Ok(())
            }
        }
    }

    fn place(
        &self,
        file: &mut FamilyFile,
        kin: Kin,
        person: &PersonId,
        relative: &PersonId,
        element: Element<'a>,
    ) -> Result<(), FormatError> {
        if let Some(sex) = kin.sex_of_relative() {
            let own = file.pedigree.sex(relative);
            if own != Sex::Unknown && !kin.fits(own) {
                let expected = format!("a code that fits the gender of {relative}");
                return Err(element.need("relationship")?.wrong(expected));
            }
            if own == Sex::Unknown {
                file.pedigree.change(relative, |person| person.sex = sex);
            }
        }
        kin.place(&mut file.pedigree, person, relative);
        Ok(())
    }

    fn is_status(&self, element: Element<'a>) -> Result<bool, FormatError> {
        let Some(code) = element.get("code") else { return Ok(false) };
        Ok(codes(code)?.iter().any(|(_, code)| *code == AFFECTED))
    }

    fn status(&self, file: &mut FamilyFile, element: Element<'a>) -> Result<(), FormatError> {
        let id = self.person(element.need("subject")?)?;
        let affected = if element.need("valueBoolean")?.boolean()? { Affected::Yes } else { Affected::No };
        file.pedigree.change(id, |person| person.affected = affected);
        file.kept
            .persons
            .entry(id.clone())
            .or_default()
            .push(("Status".to_owned(), element.raw().to_owned()));
        Ok(())
    }

    fn condition(&self, file: &mut FamilyFile, element: Element<'a>) -> Result<(), FormatError> {
        let id = self.person(element.need("subject")?)?;
        let condition = condition(element)?;
        file.pedigree.change(id, |person| person.conditions.push(condition));
        file.kept
            .persons
            .entry(id.clone())
            .or_default()
            .push(("Condition".to_owned(), element.raw().to_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
