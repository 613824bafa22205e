//! A family as a Phenopackets `Family`, with packets for those of whom more is known than a pedigree row holds.
//! Must not know: how one is read.

use super::super::family_file::kept_value;
use super::super::loss::{Feature, YEARS, lost, lost_years, sentence, shortened};
use super::super::parents::father_and_mother;
use super::super::{FamilyFile, Format, WriteError, Written};
use super::PACKET;
use crate::model::{Affected, Condition, Consanguinity, Life, ParentKind, Person, PersonId, Sex};
use serde_json::{Map, Value, json};

pub(crate) const HOLDS: &[Feature] = &[
    Feature::FamilyName,
    Feature::Death,
    Feature::Proband,
    Feature::Status,
    Feature::Conditions,
    Feature::BirthYear,
    Feature::Age,
    Feature::Consanguinity,
];

/// Writes one family.
///
/// # Errors
/// No proband or several; an id that means nobody; parents other than at most one man and one woman.
pub(crate) fn write(file: &FamilyFile) -> Result<Written, WriteError> {
    let family = &file.pedigree;
    let mut probands = family.persons().iter().filter(|person| person.proband);
    let (Some(proband), None) = (probands.next(), probands.next()) else {
        return Err(WriteError::OneProband(Format::Phenopackets));
    };
    let mut lost = lost(file, Format::Phenopackets, HOLDS);
    lost.extend(lost_years(file, Format::Phenopackets));
    let mut persons = Vec::new();
    let mut relatives = Vec::new();
    let mut told = Told::default();
    for person in family.persons() {
        if matches!(person.id.as_str(), "" | "0") {
            let why = "it means nobody there";
            return Err(WriteError::Id { id: person.id.to_string(), why });
        }
        let [father, mother] = father_and_mother(family, &person.id)?.map(|parent| parent.unwrap_or("0"));
        persons.push(json!({
            "familyId": file.name,
            "individualId": person.id.as_str(),
            "paternalId": father,
            "maternalId": mother,
            "sex": sex(person.sex),
            "affectedStatus": match person.affected {
                Affected::Yes => "AFFECTED",
                Affected::No => "UNAFFECTED",
                Affected::Unknown => "MISSING",
            },
        }));
        let more = person.birth_year.is_some()
            || person.age.is_some()
            || person.life == Life::Deceased
            || !person.conditions.is_empty()
            || !file.kept.of(Format::Phenopackets, &person.id).is_empty();
        if more && !person.proband {
            relatives.push(packet(file, person, &mut told));
        }
    }
    let mut root = Map::new();
    root.insert("id".to_owned(), json!(file.name));
    root.insert("proband".to_owned(), packet(file, proband, &mut told));
    if !relatives.is_empty() {
        root.insert("relatives".to_owned(), Value::Array(relatives));
    }
    root.insert("pedigree".to_owned(), json!({ "persons": persons }));
    if related(file, &proband.id, &mut lost) {
        root.insert("consanguinousParents".to_owned(), json!(true));
    }
    for (name, text) in file.kept.of_file(Format::Phenopackets) {
        root.insert(name.clone(), serde_json::from_str(text).unwrap_or_default());
    }
    if !root.contains_key("metaData") && !root.contains_key("meta_data") {
        root.insert("metaData".to_owned(), meta(file, &mut lost));
    }
    lost.extend(told.sentences());
    let text = serde_json::to_string_pretty(&Value::Object(root)).unwrap_or_default() + "\n";
    Ok(Written { text, lost })
}

/// What a packet could only say in other words.
#[derive(Default)]
struct Told {
    years: Vec<PersonId>,
    codes: Vec<String>,
}

impl Told {
    fn sentences(self) -> Vec<String> {
        let mut lost = Vec::new();
        if !self.years.is_empty() {
            let ids: Vec<&str> = self.years.iter().map(PersonId::as_str).collect();
            lost.push(format!(
                "Phenopackets asks for a whole date of birth; the 1st of January stands for that of {}.",
                shortened(&ids)
            ));
        }
        if !self.codes.is_empty() {
            let codes: Vec<&str> = self.codes.iter().map(String::as_str).collect();
            lost.push(format!(
                "Written without a code of an ontology, which Phenopackets asks for: {}.",
                shortened(&codes)
            ));
        }
        lost
    }
}

fn meta(file: &FamilyFile, lost: &mut Vec<String>) -> Value {
    let mut meta = json!({ "createdBy": "Kinward", "resources": [], "phenopacketSchemaVersion": "2.0" });
    match (&file.date, meta.as_object_mut()) {
        (Some(date), Some(meta)) => {
            let time = if date.contains('T') { date.clone() } else { format!("{date}T00:00:00Z") };
            meta.insert("created".to_owned(), json!(time));
        }
        _ => lost
            .push("Phenopackets asks for the time at which a file was made, and none is known.".to_owned()),
    }
    meta
}

/// Whether the proband's parents say that they are related; what other couples said is lost.
fn related(file: &FamilyFile, proband: &PersonId, lost: &mut Vec<String>) -> bool {
    let family = &file.pedigree;
    let parents = family.parents(proband, ParentKind::Biological);
    let mut found = false;
    for union in family.unions().filter(|union| union.consanguinity != Consanguinity::NotAsked) {
        if union.consanguinity == Consanguinity::Stated && parents == union.partners {
            found = true;
        } else {
            lost.push(sentence(
                "What was said of their being related:",
                &union.partners,
                Format::Phenopackets,
            ));
        }
    }
    found
}

fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "MALE",
        Sex::Female => "FEMALE",
        Sex::Unknown => "UNKNOWN_SEX",
    }
}

/// A member of an object, made if it is not there.
fn member<'a>(object: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Map<String, Value>> {
    let value = object.entry(name.to_owned()).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut()
}

/// The packet as it was kept, with what the model holds as it is now.
fn packet(file: &FamilyFile, person: &Person, told: &mut Told) -> Value {
    let kept = kept_value(file.kept.of(Format::Phenopackets, &person.id), PACKET);
    let kept: Option<Map<String, Value>> = kept.and_then(|text| serde_json::from_str(text).ok());
    let mut packet = kept.unwrap_or_default();
    packet.entry("id".to_owned()).or_insert_with(|| json!(person.id.as_str()));
    if let Some(subject) = member(&mut packet, "subject") {
        self::subject(subject, person, told);
    }
    let old: Vec<Value> = packet.get("diseases").and_then(Value::as_array).cloned().unwrap_or_default();
    let excluded = old.iter().filter(|disease| disease.get("excluded") == Some(&json!(true))).cloned();
    let mut diseases: Vec<Value> =
        person.conditions.iter().map(|condition| disease(condition, &old, told)).collect();
    diseases.extend(excluded);
    if diseases.is_empty() {
        packet.remove("diseases");
    } else {
        packet.insert("diseases".to_owned(), Value::Array(diseases));
    }
    Value::Object(packet)
}

fn subject(subject: &mut Map<String, Value>, person: &Person, told: &mut Told) {
    subject.insert("id".to_owned(), json!(person.id.as_str()));
    let same = |name: &str, wanted: &str| subject.get(name).and_then(Value::as_str) == Some(wanted);
    if !(person.sex == Sex::Unknown && same("sex", "OTHER_SEX")) {
        subject.insert("sex".to_owned(), json!(sex(person.sex)));
    }
    let born = |name: &str| {
        subject.get(name).and_then(Value::as_str).and_then(|date| date.split('-').next()?.parse().ok())
    };
    let kept = ["dateOfBirth", "date_of_birth"].iter().find_map(|name| born(name));
    let year = person.birth_year.filter(|year| YEARS.contains(year));
    if kept != year {
        subject.remove("date_of_birth");
        subject.remove("dateOfBirth");
        if let Some(year) = year {
            subject.insert("dateOfBirth".to_owned(), json!(format!("{year:04}-01-01T00:00:00Z")));
            told.years.push(person.id.clone());
        }
    }
    let dead = person.life == Life::Deceased;
    let age = person.age.map(|age| format!("P{age}Y"));
    let names = if dead { ("vitalStatus", "timeOfDeath") } else { ("", "timeAtLastEncounter") };
    let holder = if dead { member(subject, names.0) } else { Some(subject) };
    let Some(holder) = holder else { return };
    if dead {
        holder.insert("status".to_owned(), json!("DECEASED"));
    }
    match age {
        Some(age) if !holder.get(names.1).is_some_and(|kept| says_age(kept, person.age)) => {
            holder.insert(names.1.to_owned(), json!({ "age": { "iso8601duration": age } }));
        }
        Some(_) => {}
        None if holder.get(names.1).is_some_and(|kept| kept.get("age").is_some()) => {
            holder.remove(names.1);
        }
        None => {}
    }
}

/// Whether a kept time is already this age, perhaps with months and days.
fn says_age(kept: &Value, age: Option<u16>) -> bool {
    let duration = kept.get("age").and_then(|age| age.get("iso8601duration")).and_then(Value::as_str);
    let text = duration.and_then(|text| text.strip_prefix('P')).unwrap_or_default();
    let years = text.split_once('Y').map_or("0", |(years, _)| years);
    duration.is_some() && years.parse().ok() == age
}

/// A condition as the kept disease of that name, or as one with a code of its own.
fn disease(condition: &Condition, old: &[Value], told: &mut Told) -> Value {
    let named = |disease: &&Value| {
        let said = |name: &str| disease.get("term")?.get(name)?.as_str().filter(|said| !said.is_empty());
        let words = said("label").or(said("id")).unwrap_or_default();
        disease.get("excluded") != Some(&json!(true)) && words == condition.code
    };
    let mut disease = match old.iter().find(named) {
        Some(kept) => kept.clone(),
        None if is_curie(&condition.code) => json!({ "term": { "id": condition.code } }),
        None => {
            told.codes.push(condition.code.clone());
            json!({ "term": { "id": "", "label": condition.code } })
        }
    };
    if let Some(members) = disease.as_object_mut() {
        match condition.age {
            Some(_) if members.get("onset").is_some_and(|kept| says_age(kept, condition.age)) => {}
            Some(age) => {
                members
                    .insert("onset".to_owned(), json!({ "age": { "iso8601duration": format!("P{age}Y") } }));
            }
            None if members.get("onset").is_some_and(|kept| kept.get("age").is_some()) => {
                members.remove("onset");
            }
            None => {}
        }
    }
    disease
}

/// A code such as OMIM:158810.
fn is_curie(code: &str) -> bool {
    let Some((prefix, rest)) = code.split_once(':') else { return false };
    let plain =
        |text: &str| !text.is_empty() && text.chars().all(|mark| mark.is_ascii_alphanumeric() || mark == '_');
    plain(prefix) && plain(rest)
}
