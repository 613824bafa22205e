//! A family as a bundle of the GA4GH Pedigree.
//! Must not know: how one is read.

use super::super::family_file::kept_value;
use super::super::fhir::resource::{FreshIds, kept_object, resource_ids, write_condition, write_patient};
use super::super::loss::{Feature, lost, lost_years, sentence};
use super::super::{FamilyFile, Format, WriteError, Written};
use super::kin::Kin;
use super::{AFFECTED, RECORD};
use crate::model::{Affected, Consanguinity, ParentKind, Pedigree, PersonId, Sex, Zygosity};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) const HOLDS: &[Feature] = &[
    Feature::FamilyName,
    Feature::Names,
    Feature::Gender,
    Feature::Death,
    Feature::Unborn,
    Feature::Proband,
    Feature::Consultand,
    Feature::Status,
    Feature::Conditions,
    Feature::BirthYear,
    Feature::LegalParents,
    Feature::Carriers,
    Feature::Donors,
    Feature::Couples,
    Feature::Consanguinity,
    Feature::Twins,
    Feature::Zygosity,
];

const KIN: &str = "http://purl.org/ga4gh/kin.fhir";
const SNOMED: &str = "http://snomed.info/sct";
const SECTIONS: &str = "http://purl.org/ga4gh/pedigree-fhir-ig/CodeSystem/SectionType";
const PROFILE: &str = "http://purl.org/ga4gh/pedigree-fhir-ig/StructureDefinition/";

/// Writes one family.
///
/// # Errors
/// A family of nobody.
pub(crate) fn write(file: &FamilyFile) -> Result<Written, WriteError> {
    let family = &file.pedigree;
    if family.persons().is_empty() {
        return Err(WriteError::Nobody(Format::Ga4gh));
    }
    let mut lost = lost(file, Format::Ga4gh, HOLDS);
    lost.extend(lost_years(file, Format::Ga4gh));
    let ids = resource_ids(file);
    let id = |person: &PersonId| ids.get(person).cloned().unwrap_or_default();
    let mut sections = Sections::default();
    let mut resources = Vec::new();
    let mut urls: BTreeMap<usize, &str> = BTreeMap::new();
    let mut fresh = FreshIds::beside(file, Format::Ga4gh, &ids);
    for person in family.persons() {
        let id = id(&person.id);
        let kept = file.kept.of(Format::Ga4gh, &person.id);
        urls.extend(kept_value(kept, "fullUrl").map(|url| (resources.len(), url)));
        resources.push(write_patient(file, person, &id, kept_value(kept, "Patient")));
        sections.individuals.push(format!("Patient/{id}"));
        if person.affected != Affected::Unknown {
            resources.push(status(person.affected, &id, kept_value(kept, "Status"), &mut fresh));
        }
        let mut old: Vec<Map<String, Value>> = kept
            .iter()
            .filter(|(name, _)| name == "Condition")
            .map(|(_, text)| kept_object(Some(text)))
            .collect();
        for condition in &person.conditions {
            let mut resource = write_condition(condition, &mut old);
            resource.insert("resourceType".to_owned(), json!("Condition"));
            resource.entry("id".to_owned()).or_insert_with(|| json!(fresh.next("c")));
            resource.insert("subject".to_owned(), json!({ "reference": format!("Patient/{id}") }));
            let name = resource.get("id").and_then(Value::as_str).unwrap_or_default();
            sections.other.push(format!("Condition/{name}"));
            resources.push(Value::Object(resource));
        }
    }
    let mut kept: BTreeMap<_, Vec<Relationship>> = BTreeMap::new();
    for relationship in kept_relationships(file, &ids) {
        kept.entry(relationship.plainly()).or_default().push(relationship);
    }
    for (person, kin, relative) in relationships(family, &mut lost) {
        let new = Relationship {
            person: id(&person),
            relative: id(&relative),
            code: kin.code().to_owned(),
            resource: None,
        };
        let same = kept.get_mut(&new.plainly()).and_then(Vec::pop);
        let same = same.filter(|kept| kept.fits(family.sex(&relative)));
        resources.push(same.unwrap_or(new).written(&mut sections, &mut fresh));
    }
    // Relationships that place nobody go back as they stood.
    for kept in kept.remove(&None).into_iter().flatten() {
        resources.push(kept.written(&mut sections, &mut fresh));
    }
    for (kind, text) in file.kept.of_file(Format::Ga4gh) {
        if !matches!(kind.as_str(), "Composition" | "FamilyMemberHistory") {
            resources.push(Value::Object(kept_object(Some(text))));
        }
    }
    who(family, &id, &mut sections, &mut lost);
    let losses = family.persons().iter().filter(|person| person.life.is_loss());
    let losses: Vec<PersonId> = losses.map(|person| person.id.clone()).collect();
    if !losses.is_empty() {
        lost.push(sentence("What kind of loss this was (written as a stillbirth):", &losses, Format::Ga4gh));
    }
    let entry = |(at, resource): (usize, Value)| match urls.get(&at) {
        Some(url) => json!({ "fullUrl": url, "resource": resource }),
        None => json!({ "resource": resource }),
    };
    let mut entries = vec![json!({ "resource": composition(file, sections) })];
    entries.extend(resources.into_iter().enumerate().map(entry));
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    Ok(Written { text: serde_json::to_string_pretty(&bundle).unwrap_or_default() + "\n", lost })
}

/// What the sections of the Composition refer to.
#[derive(Default)]
struct Sections {
    proband: Vec<String>,
    individuals: Vec<String>,
    relationships: Vec<String>,
    other: Vec<String>,
    subject: Option<String>,
}

fn who(family: &Pedigree, id: &dyn Fn(&PersonId) -> String, sections: &mut Sections, lost: &mut Vec<String>) {
    let all = |has: &dyn Fn(&crate::Person) -> bool| {
        family
            .persons()
            .iter()
            .filter(|&person| has(person))
            .map(|person| person.id.clone())
            .collect::<Vec<_>>()
    };
    let (probands, consultands) = (all(&|person| person.proband), all(&|person| person.consultand));
    sections.proband = probands.iter().take(1).map(|proband| format!("Patient/{}", id(proband))).collect();
    let first = consultands.first().or(probands.first());
    sections.subject = first.map(|first| format!("Patient/{}", id(first)));
    for (what, ids) in [("A further proband:", &probands), ("That these ask for advice too:", &consultands)] {
        if let [_, others @ ..] = ids.as_slice()
            && !others.is_empty()
        {
            lost.push(sentence(what, others, Format::Ga4gh));
        }
    }
    let both = family.persons().iter().find(|person| person.proband && person.consultand);
    if let Some(both) = both {
        lost.push(sentence(
            "That the proband asks for advice too:",
            std::slice::from_ref(&both.id),
            Format::Ga4gh,
        ));
    }
}

/// Who is what to whom, each once.
fn relationships(family: &Pedigree, lost: &mut Vec<String>) -> Vec<(PersonId, Kin, PersonId)> {
    let mut found = Vec::new();
    let mut unsaid = Vec::new();
    for (child, parent) in family.links_of(ParentKind::Biological) {
        let kin = match (family.sex(parent), family.is_donor(child, parent)) {
            (Sex::Female, false) => Kin::Mother,
            (Sex::Male, false) => Kin::Father,
            (Sex::Female, true) => Kin::OvumDonor,
            (Sex::Male, true) => Kin::SpermDonor,
            (Sex::Unknown, donor) => {
                if donor {
                    unsaid.push(child.clone());
                }
                Kin::Parent
            }
        };
        found.push((child.clone(), kin, parent.clone()));
    }
    if !unsaid.is_empty() {
        lost.push(sentence("That a parent whose sex is not known was a donor, of", &unsaid, Format::Ga4gh));
    }
    for (kind, kin) in
        [(ParentKind::Legal, Kin::AdoptiveParent), (ParentKind::Gestational, Kin::GestationalCarrier)]
    {
        found.extend(family.links_of(kind).map(|(child, parent)| (child.clone(), kin, parent.clone())));
    }
    for set in family.twins() {
        let kin = match set.zygosity {
            Zygosity::Monozygotic => Kin::MonozygoticTwin,
            Zygosity::Dizygotic => Kin::PolyzygoticTwin,
            Zygosity::Unknown => Kin::Twin,
        };
        if let [first, others @ ..] = set.members.as_slice() {
            found.extend(others.iter().map(|other| (first.clone(), kin, other.clone())));
        }
    }
    for union in family.unions() {
        let [one, other] = &union.partners;
        let kin = match union.consanguinity {
            Consanguinity::Stated => Kin::ConsanguineousPartner,
            Consanguinity::Denied | Consanguinity::NotAsked => Kin::Partner,
        };
        if union.consanguinity == Consanguinity::Denied {
            lost.push(sentence("That they say that they are not related:", &union.partners, Format::Ga4gh));
        }
        if kin == Kin::ConsanguineousPartner || !family.has_child_together(one, other) {
            found.push((one.clone(), kin, other.clone()));
        }
    }
    found
}

fn status(affected: Affected, id: &str, kept: Option<&str>, fresh: &mut FreshIds) -> Value {
    let mut resource = kept_object(kept);
    resource.insert("resourceType".to_owned(), json!("Observation"));
    resource.entry("id".to_owned()).or_insert_with(|| json!(fresh.next("s")));
    resource.entry("status".to_owned()).or_insert_with(|| json!("final"));
    resource
        .entry("code".to_owned())
        .or_insert_with(|| json!({ "coding": [{ "system": SNOMED, "code": AFFECTED }] }));
    resource.insert("subject".to_owned(), json!({ "reference": format!("Patient/{id}") }));
    resource.insert("valueBoolean".to_owned(), json!(affected == Affected::Yes));
    Value::Object(resource)
}

/// What one person is to another, and the resource that said so.
struct Relationship {
    person: String,
    relative: String,
    code: String,
    resource: Option<Map<String, Value>>,
}

impl Relationship {
    fn plainly(&self) -> Option<(Kin, String, String)> {
        let (kin, person, relative) = Kin::coded(&self.code)?.plainly(&self.person, &self.relative);
        Some((kin, person.to_owned(), relative.to_owned()))
    }

    /// Whether its code can be said of a relative of this sex.
    fn fits(&self, sex: Sex) -> bool {
        Kin::coded(&self.code).is_none_or(|kin| kin.fits(sex))
    }

    /// The resource as it was kept, or a new one, between the two as they are called now.
    fn written(self, sections: &mut Sections, fresh: &mut FreshIds) -> Value {
        let mut resource = self.resource.unwrap_or_else(|| {
            let number = fresh.next("r");
            let mut new = Map::new();
            new.insert("resourceType".to_owned(), json!("FamilyMemberHistory"));
            new.insert("meta".to_owned(), json!({ "profile": [format!("{PROFILE}PedigreeRelationship")] }));
            new.insert("id".to_owned(), json!(number));
            new.insert("identifier".to_owned(), json!([{ "value": number }]));
            new.insert("status".to_owned(), json!("completed"));
            new.insert(
                "relationship".to_owned(),
                json!({ "coding": [{ "system": KIN, "code": self.code }] }),
            );
            new
        });
        resource.insert("patient".to_owned(), json!({ "reference": format!("Patient/{}", self.person) }));
        let kept = resource.get("extension").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut extensions: Vec<Value> =
            kept.into_iter().filter(|extension| extension.get("url") != Some(&json!(RECORD))).collect();
        let record = json!({ "reference": format!("Patient/{}", self.relative) });
        extensions.push(json!({ "url": RECORD, "valueReference": record }));
        resource.insert("extension".to_owned(), Value::Array(extensions));
        let name = resource.get("id").and_then(Value::as_str).unwrap_or_default();
        sections.relationships.push(format!("FamilyMemberHistory/{name}"));
        Value::Object(resource)
    }
}

/// The relationships that came in between people who are still there, by the resource ids that these have now.
fn kept_relationships(file: &FamilyFile, ids: &BTreeMap<&PersonId, String>) -> Vec<Relationship> {
    let mut named: BTreeMap<String, &String> = BTreeMap::new();
    for (person, id) in ids {
        let kept = file.kept.of(Format::Ga4gh, person);
        named.extend(kept_value(kept, "fullUrl").map(|url| (url.to_owned(), id)));
        let patient = kept_object(kept_value(kept, "Patient"));
        named.extend(patient.get("id").and_then(Value::as_str).map(|own| (format!("Patient/{own}"), id)));
    }
    let kept = file.kept.of_file(Format::Ga4gh).iter().filter(|(kind, _)| kind == "FamilyMemberHistory");
    let read = |(_, text): &(String, String)| {
        let resource = kept_object(Some(text));
        let reference = |value: Option<&Value>| {
            let text = value?.get("reference")?.as_str()?;
            let tail = text.rsplit_once("Patient/").map(|(_, id)| format!("Patient/{id}"));
            named.get(text).or_else(|| named.get(&tail?)).map(|id| (*id).clone())
        };
        let person = reference(resource.get("patient"))?;
        let extensions = resource.get("extension")?.as_array()?;
        let record = extensions.iter().find(|extension| extension.get("url") == Some(&json!(RECORD)))?;
        let relative = reference(record.get("valueReference"))?;
        let codings =
            resource.get("relationship").and_then(|concept| concept.get("coding")).and_then(Value::as_array);
        let codes: Vec<&str> =
            codings.into_iter().flatten().filter_map(|coding| coding.get("code")?.as_str()).collect();
        let code = codes.iter().find(|code| Kin::coded(code).is_some()).or(codes.first())?;
        let code = (*code).to_owned();
        Some(Relationship { person, relative, code, resource: Some(resource) })
    };
    kept.filter_map(read).collect()
}

/// The Composition as it was kept, with the sections as they are now.
fn composition(file: &FamilyFile, sections: Sections) -> Value {
    let kept = kept_value(file.kept.of_file(Format::Ga4gh), "Composition");
    let mut composition = kept_object(kept);
    let reason = composition.get("section").and_then(Value::as_array).and_then(|sections| {
        let is_reason = |section: &&Value| {
            section.get("title").and_then(Value::as_str).is_some_and(|title| title.starts_with("Reason"))
        };
        sections.iter().find(is_reason).and_then(|section| section.get("entry")).cloned()
    });
    composition.insert("resourceType".to_owned(), json!("Composition"));
    let mut or_else = |name: &str, value: Value| {
        composition.entry(name.to_owned()).or_insert(value);
    };
    or_else("id", json!("pedigree"));
    or_else("meta", json!({ "profile": [format!("{PROFILE}Pedigree")] }));
    or_else("status", json!("final"));
    or_else("type", json!({ "coding": [{ "system": SNOMED, "code": "422432008" }] }));
    or_else("title", json!("Pedigree"));
    or_else("author", json!([{ "display": "Kinward" }]));
    match &file.date {
        Some(date) => {
            composition.insert("date".to_owned(), json!(date));
        }
        None => {
            composition.remove("date");
            let absent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
            let why = json!({ "extension": [{ "url": absent, "valueCode": "unknown" }] });
            composition.insert("_date".to_owned(), why);
        }
    }
    match composition.get_mut("identifier").and_then(Value::as_object_mut) {
        Some(identifier) => {
            identifier.insert("value".to_owned(), json!(file.name));
        }
        None if !file.name.is_empty() => {
            composition.insert("identifier".to_owned(), json!({ "value": file.name }));
        }
        None => {}
    }
    composition.remove("subject");
    if let Some(subject) = &sections.subject {
        composition.insert("subject".to_owned(), json!({ "reference": subject }));
    }
    let references = |entries: Vec<String>| {
        Value::Array(entries.into_iter().map(|entry| json!({ "reference": entry })).collect())
    };
    // A section without entries says nothing, and FHIR has none (rule cmp-1 of Composition).
    let section = |title: &str, code: &str, entry: Value| {
        let says = entry.as_array().is_some_and(|entries| !entries.is_empty());
        let code = json!({ "coding": [{ "system": SECTIONS, "code": code }] });
        says.then(|| json!({ "title": title, "code": code, "entry": entry }))
    };
    let all = [
        section("Proband", "proband", references(sections.proband)),
        section("Reason", "reason", reason.unwrap_or(json!([]))),
        section("Individuals", "individuals", references(sections.individuals)),
        section("Relationships", "relationships", references(sections.relationships)),
        section("Other", "other", references(sections.other)),
    ];
    composition.insert("section".to_owned(), Value::Array(all.into_iter().flatten().collect()));
    Value::Object(composition)
}
