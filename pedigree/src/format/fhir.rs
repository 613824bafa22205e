//! FHIR R4 family history: a FamilyMemberHistory for each relative of one patient, the proband.
//! Must not know: the GA4GH Pedigree, which uses the same resources in another way.
//!
//! A relative is placed by the extension that names parents, where there is one, and otherwise by the code of the
//! relationship (v3-RoleCode, `fhir/role.rs`). Whoever is needed on the way and not there becomes a placeholder. Where a
//! code leaves open who is meant (an aunt whose side is not said, a nephew where there are two sisters), the relative is
//! in the family, tied to nobody, and a note says why. Nothing is guessed.
//!
//! ```
//! use kinward_pedigree::{ParentKind, format::{Format, read}};
//! let text = r#"[{"resourceType": "FamilyMemberHistory", "id": "aunt", "status": "completed",
//!     "patient": {"reference": "Patient/kid"}, "sex": {"coding": [{"code": "female"}]}, "bornDate": "1961",
//!     "relationship": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MAUNT"}]}}]"#;
//! let file = &read(text, Some(Format::Fhir))?[0];
//! assert_eq!(file.pedigree.persons().len(), 5); // the two, the mother and her parents
//! assert_eq!(file.pedigree.parents(&"aunt".into(), ParentKind::Biological).len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod placing;
pub(in crate::format) mod resource;
mod role;
mod writing;

use super::json::{Document, Element};
use super::{FamilyFile, Format, FormatError, Kept};
use crate::model::{Life, ParentKind, Pedigree, Person, PersonId, Sex, Zygosity};
use placing::{Placing, Relative};
use resource::{Resources, codes, condition, own_id, patient, words, year, years};
use role::Role;
use std::collections::BTreeMap;
#[cfg(test)]
pub(super) use writing::HOLDS;
pub(super) use writing::write;

const PARENT: &str = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-parent";
const SIBLING: &str = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-sibling";
const HISTORY: &str = "FamilyMemberHistory";

/// Reads the one family of a bundle, a list or a single FamilyMemberHistory.
///
/// # Errors
/// What is not JSON or not such a resource; histories of different patients; references that lead nowhere.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let document = Document::parse(text)?;
    let resources = Resources::of(&document)?;
    let kept = Kept { format: Some(Format::Fhir), ..Kept::default() };
    let mut file = FamilyFile { kept, ..FamilyFile::new("", Pedigree::new()) };
    let mut people: BTreeMap<usize, PersonId> = BTreeMap::new();
    let proband = proband(&mut file, &resources, &mut people, document.root())?;
    let mut relatives = Vec::new();
    for (at, history) in resources.of_kind(HISTORY) {
        let relative = relative(&mut file, history.element, at, &proband)?;
        people.insert(at, relative.id.clone());
        relatives.push((relative, history.element));
    }
    for (relative, element) in &mut relatives {
        let named = |reference: Element<'_>, at: Option<usize>| {
            let found = at.and_then(|at| people.get(&at)).cloned();
            found.or_else(|| is_patient(reference, element).then(|| proband.clone()))
        };
        for (url, is_parent) in [(PARENT, true), (SIBLING, false)] {
            for extension in element.items_of("extension")? {
                if extension.text_of("url")? != Some(url) {
                    continue;
                }
                let (role, reference) = kind_and_reference(extension)?;
                let other = named(reference, resources.referred(reference)?);
                let other = other.ok_or_else(|| reference.wrong("a reference to a resource in this file"))?;
                relative.by_extension |= is_parent;
                tie(&mut file, relative, role, &other, extension)?;
            }
        }
    }
    let relatives = relatives.into_iter().map(|(relative, _)| relative).collect();
    Placing::new(&mut file, proband).place(relatives);
    for resource in &resources.all {
        match resource.kind {
            HISTORY => {}
            "Patient" | "Condition" => {}
            kind => file.kept.file.push((kind.to_owned(), resource.element.raw().to_owned())),
        }
    }
    Ok(vec![file])
}

/// The patient of the histories, with their conditions where the bundle has them.
fn proband(
    file: &mut FamilyFile,
    resources: &Resources<'_>,
    people: &mut BTreeMap<usize, PersonId>,
    root: Element<'_>,
) -> Result<PersonId, FormatError> {
    let mut subject: Option<(&str, Option<usize>)> = None;
    for (_, history) in resources.of_kind(HISTORY) {
        let reference = history.element.need("patient")?;
        let (text, at) = (reference.need("reference")?.text()?, resources.referred(reference)?);
        match subject {
            None => subject = Some((text, at)),
            Some((first, first_at)) if first == text || (at.is_some() && first_at == at) => {}
            Some((first, _)) => {
                return Err(reference.wrong(format!("{first}, whose relatives the others are")));
            }
        }
    }
    let mut patients = resources.of_kind("Patient");
    let (at, text) = match (subject, patients.next()) {
        (Some((text, at)), _) => (at, text),
        (None, Some((at, _))) => (Some(at), ""),
        (None, None) => return Err(root.wrong("a FamilyMemberHistory, or a bundle or list of them")),
    };
    let id = match at.and_then(|at| Some((at, resources.all.get(at)?))) {
        Some((at, resource)) => {
            let id = patient(file, resource.element, at)?;
            people.insert(at, id.clone());
            let kept = file.kept.persons.entry(id.clone()).or_default();
            kept.push(("Patient".to_owned(), resource.element.raw().to_owned()));
            id
        }
        None => {
            let id = PersonId::from(text.rsplit('/').next().unwrap_or(text));
            file.pedigree.add_person(Person::new(id.clone(), Sex::Unknown));
            id
        }
    };
    file.pedigree.change(&id, |person| person.proband = true);
    for (_, resource) in resources.of_kind("Condition") {
        let subject = resource.element.need("subject")?;
        if at.is_some() && resources.referred(subject)? == at {
            let condition = condition(resource.element)?;
            file.pedigree.change(&id, |person| person.conditions.push(condition));
            let kept = file.kept.persons.entry(id.clone()).or_default();
            kept.push(("Condition".to_owned(), resource.element.raw().to_owned()));
        } else {
            file.kept.file.push(("Condition".to_owned(), resource.element.raw().to_owned()));
        }
    }
    for (other, resource) in resources.of_kind("Patient") {
        if Some(other) != at {
            file.kept.file.push(("Patient".to_owned(), resource.element.raw().to_owned()));
        }
    }
    Ok(id)
}

/// A relative as their history tells of them, not yet placed.
fn relative(
    file: &mut FamilyFile,
    element: Element<'_>,
    number: usize,
    proband: &PersonId,
) -> Result<Relative, FormatError> {
    let relationship = element.need("relationship")?;
    let codes: Vec<&str> = codes(relationship)?.into_iter().map(|(_, code)| code).collect();
    let role = codes.iter().find_map(|code| Role::coded(code));
    let words = words(relationship)?.or(codes.first().map(|code| (*code).to_owned())).unwrap_or_default();
    let told = element.get("sex").map(|sex| sex_of(sex)).transpose()?.unwrap_or_default();
    let by_code = role.map_or(Sex::Unknown, Role::sex);
    if told != Sex::Unknown && by_code != Sex::Unknown && told != by_code {
        return Err(element.need("sex")?.wrong(format!("the sex of {words}")));
    }
    let myself = role == Some(Role::Oneself);
    let mut id = if myself { proband.clone() } else { own_id(element, number)? };
    if !myself && file.pedigree.person(&id).is_some() {
        // The patient's own id may be that of a history: they are two people.
        id = PersonId::from(format!("{HISTORY}/{id}"));
        if file.pedigree.person(&id).is_some() {
            return Err(element.get("id").unwrap_or(element).wrong("an id that nobody has earlier"));
        }
    }
    let sex = if told == Sex::Unknown { by_code } else { told };
    file.pedigree.add_person(Person::new(id.clone(), sex));
    file.lines.insert(id.clone(), element.line());
    if let Some(name) = element.text_of("name")? {
        file.labels.insert(id.clone(), name.to_owned());
    }
    let mut conditions = Vec::new();
    for told in element.items_of("condition")? {
        conditions.push(condition(told)?);
    }
    let born = match (element.get("bornDate"), element.get("bornPeriod")) {
        (Some(date), _) => Some(year(date)?),
        (None, Some(period)) => {
            // A period of more than a year does not say the year.
            let ends = [period.get("start"), period.get("end")].map(|end| end.map(year).transpose());
            let [start, end] = ends;
            start?.filter(|start| end.is_ok_and(|end| end == Some(*start)))
        }
        (None, None) => None,
    };
    let death = element.get("deceasedAge");
    let dead = death.is_some()
        || ["deceasedRange", "deceasedDate", "deceasedString"].iter().any(|name| element.get(name).is_some())
        || element.get("deceasedBoolean").map_or(Ok(false), Element::boolean)?;
    let age = death.or(element.get("ageAge")).map(years).transpose()?.flatten();
    file.pedigree.change(&id, |person| {
        if person.sex == Sex::Unknown {
            person.sex = sex;
        }
        person.conditions.extend(conditions);
        person.birth_year = born.or(person.birth_year);
        person.age = age.or(person.age);
        if dead {
            person.life = Life::Deceased;
        }
    });
    let kept = file.kept.persons.entry(id.clone()).or_default();
    kept.push((HISTORY.to_owned(), element.raw().to_owned()));
    Ok(Relative { id, role, words, line: element.line(), by_extension: false })
}

fn sex_of(concept: Element<'_>) -> Result<Sex, FormatError> {
    for (_, code) in codes(concept)? {
        match code {
            "male" | "M" => return Ok(Sex::Male),
            "female" | "F" => return Ok(Sex::Female),
            _ => {}
        }
    }
    Ok(Sex::Unknown)
}

/// What the parts of an extension for a parent or sibling say.
fn kind_and_reference<'a>(extension: Element<'a>) -> Result<(Option<Role>, Element<'a>), FormatError> {
    let (mut role, mut reference) = (None, None);
    for part in extension.items_of("extension")? {
        match part.need("url")?.text()? {
            "type" => {
                let codes = codes(part.need("valueCodeableConcept")?)?;
                role = codes.iter().find_map(|(_, code)| Role::coded(code));
            }
            "reference" => reference = Some(part.need("valueReference")?),
            _ => {}
        }
    }
    let reference = reference.ok_or_else(|| extension.wrong("a part named reference in this extension"))?;
    Ok((role, reference))
}

/// Whether a reference leads to the patient of a history, though that patient is not a resource of the file.
fn is_patient(reference: Element<'_>, history: &Element<'_>) -> bool {
    let text = |element: Option<Element<'_>>| {
        element.and_then(|element| element.text_of("reference").ok().flatten().map(str::to_owned))
    };
    text(Some(reference)).is_some_and(|own| text(history.get("patient")) == Some(own))
}

/// Ties a relative to the parent or the twin that an extension names.
fn tie(
    file: &mut FamilyFile,
    relative: &Relative,
    role: Option<Role>,
    other: &PersonId,
    extension: Element<'_>,
) -> Result<(), FormatError> {
    let family = &mut file.pedigree;
    let pair = [relative.id.clone(), other.clone()];
    match role {
        Some(Role::Parent(_)) => family.add_parent(&relative.id, other, ParentKind::Biological),
        Some(Role::LegalParent(_)) => family.add_parent(&relative.id, other, ParentKind::Legal),
        Some(Role::Carrier) => family.add_parent(&relative.id, other, ParentKind::Gestational),
        Some(Role::Twin(_, zygosity)) => family.add_twins(pair, zygosity),
        Some(_) | None => {
            let line = extension.line();
            file.note(
                line,
                format!(
                    "How {} descends from {other} is not said in a code known here; it is kept.",
                    relative.id
                ),
            );
        }
    }
    Ok(())
}

/// The zygosity of twins in the words of the codes.
fn twin_code(zygosity: Zygosity) -> &'static str {
    match zygosity {
        Zygosity::Monozygotic => "ITWIN",
        Zygosity::Dizygotic => "FTWIN",
        Zygosity::Unknown => "TWIN",
    }
}

#[cfg(test)]
mod tests;
