//! Resources of FHIR R4 as both family formats use them: bundles, references, codes, ages, patients and conditions.
//! Must not know: how relatives are placed in a family.

use super::super::json::{Document, Element};
use super::super::loss::YEARS;
use super::super::{FamilyFile, FormatError};
use crate::model::{Condition, Gender, Life, Person, PersonId, Sex};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The identifier under which an id stands that no resource can have as its own.
pub(in crate::format) const OWN_IDS: &str = "urn:kinward:person";
const GENDER_IDENTITY: &str = "http://hl7.org/fhir/StructureDefinition/patient-genderIdentity";
pub(in crate::format) const UNBORN: &str =
    "http://purl.org/ga4gh/pedigree-fhir-ig/StructureDefinition/patient-unborn";
const GENDERS: &str = "http://hl7.org/fhir/gender-identity";

/// The resources of a text, and where references lead.
pub(in crate::format) struct Resources<'a> {
    pub all: Vec<Resource<'a>>,
    place: BTreeMap<String, usize>,
}

/// A resource and the type it gives.
#[derive(Clone, Copy)]
pub(in crate::format) struct Resource<'a> {
    pub kind: &'a str,
    pub element: Element<'a>,
    /// The address of its entry.
    pub url: Option<&'a str>,
}

impl<'a> Resources<'a> {
    /// The entries of a Bundle, the items of a list, or the one resource that the text is.
    pub fn of(document: &'a Document<'a>) -> Result<Resources<'a>, FormatError> {
        let root = document.root();
        let mut found: Vec<(Option<&str>, Element<'a>)> = Vec::new();
        if root.is_list() {
            found.extend(root.items()?.into_iter().map(|item| (None, item)));
        } else if root.need("resourceType")?.text()? == "Bundle" {
            for entry in root.items_of("entry")? {
                found.push((entry.text_of("fullUrl")?, entry.need("resource")?));
            }
        } else {
            found.push((None, root));
        }
        let mut resources = Resources { all: Vec::new(), place: BTreeMap::new() };
        for (url, element) in found {
            let kind = element.need("resourceType")?.text()?;
            let at = resources.all.len();
            let id = element.text_of("id")?.map(|id| format!("{kind}/{id}"));
            for name in id.into_iter().chain(url.map(str::to_owned)) {
                if resources.place.insert(name, at).is_some_and(|other| other != at) {
                    let place = element.get("id").unwrap_or(element);
                    return Err(place.wrong("an id that no other resource of this kind has"));
                }
            }
            resources.all.push(Resource { kind, element, url });
        }
        Ok(resources)
    }

    pub fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = (usize, &Resource<'a>)> {
        self.all.iter().enumerate().filter(move |(_, resource)| resource.kind == kind)
    }

    /// The resource that a Reference leads to, by its number; none where it is not among these.
    pub fn referred(&self, reference: Element<'a>) -> Result<Option<usize>, FormatError> {
        let Some(text) = reference.object()?.text_of("reference")? else { return Ok(None) };
        let text = text.split("/_history/").next().unwrap_or(text);
        if let Some(at) = self.place.get(text) {
            return Ok(Some(*at));
        }
        // A reference by address ends in type and id.
        let mut parts = text.rsplit('/');
        let tail = parts.next().zip(parts.next()).map(|(id, kind)| format!("{kind}/{id}"));
        Ok(tail.and_then(|tail| self.place.get(&tail).copied()))
    }
}

/// The words of a CodeableConcept: its text, or the display or code of its first coding.
pub(in crate::format) fn words(concept: Element<'_>) -> Result<Option<String>, FormatError> {
    if let Some(text) = concept.object()?.text_of("text")? {
        return Ok(Some(text.to_owned()));
    }
    for coding in concept.items_of("coding")? {
        if let Some(text) = coding.text_of("display")?.or(coding.text_of("code")?) {
            return Ok(Some(text.to_owned()));
        }
    }
    Ok(None)
}

/// The codes of a CodeableConcept, with their systems.
pub(in crate::format) fn codes<'a>(
    concept: Element<'a>,
) -> Result<Vec<(Option<&'a str>, &'a str)>, FormatError> {
    let mut codes = Vec::new();
    for coding in concept.object()?.items_of("coding")? {
        if let Some(code) = coding.text_of("code")? {
            codes.push((coding.text_of("system")?, code));
        }
    }
    Ok(codes)
}

/// Whole years of an Age; none where it counts in another unit than years, months, weeks or days.
pub(in crate::format) fn years(age: Element<'_>) -> Result<Option<u16>, FormatError> {
    let Some(value) = age.object()?.get("value") else { return Ok(None) };
    let number = value.number()?;
    let unit = age.text_of("code")?.or(age.text_of("unit")?).unwrap_or("a");
    let years = match unit {
        "a" | "y" | "yr" | "year" | "years" => number,
        "mo" | "month" | "months" => number / 12.0,
        "wk" | "week" | "weeks" => number / 52.18,
        "d" | "day" | "days" => number / 365.25,
        _ => return Ok(None),
    };
    if !(0.0..=f64::from(u16::MAX)).contains(&years) {
        return Err(value.wrong("an age of 0 years or more, that somebody could have"));
    }
    Ok(format!("{}", years.trunc()).parse().ok())
}

/// The year of a date, "1950" or "1950-01-31".
pub(in crate::format) fn year(date: Element<'_>) -> Result<i32, FormatError> {
    let text = date.text()?;
    let digits = text.split(['-', 'T']).next().unwrap_or_default();
    let known = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .parse()
        .ok()
        .filter(|_| known)
        .ok_or_else(|| date.wrong("a date that begins with a year of four digits"))
}

/// The sex of an administrative gender code.
pub(in crate::format) fn sex(code: Element<'_>) -> Result<Sex, FormatError> {
    match code.text()? {
        "male" => Ok(Sex::Male),
        "female" => Ok(Sex::Female),
        "other" | "unknown" => Ok(Sex::Unknown),
        _ => Err(code.wrong("male, female, other or unknown")),
    }
}

pub(in crate::format) fn gender_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Unknown => "unknown",
    }
}

/// The id of somebody: the one written under our own system, the resource's, or a number.
pub(in crate::format) fn own_id(resource: Element<'_>, number: usize) -> Result<PersonId, FormatError> {
    for identifier in resource.items_of("identifier")? {
        if identifier.text_of("system")? == Some(OWN_IDS) {
            return Ok(PersonId::from(identifier.need("value")?.text()?));
        }
    }
    let id = resource.text_of("id")?.map_or_else(|| format!("{}", number + 1), str::to_owned);
    Ok(PersonId::from(id))
}

/// Takes a Patient into a family, and its name for the caller.
pub(in crate::format) fn patient(
    file: &mut FamilyFile,
    element: Element<'_>,
    number: usize,
) -> Result<PersonId, FormatError> {
    let id = own_id(element, number)?;
    if file.pedigree.person(&id).is_some() {
        return Err(element.get("id").unwrap_or(element).wrong("an id that nobody has earlier"));
    }
    let mut person = Person::new(id.clone(), element.get("gender").map_or(Ok(Sex::Unknown), sex)?);
    person.birth_year = element.get("birthDate").map(year).transpose()?;
    let dead = element.get("deceasedBoolean").map_or(Ok(false), Element::boolean)?;
    if dead || element.get("deceasedDateTime").is_some() {
        person.life = Life::Deceased;
    }
    for extension in element.items_of("extension")? {
        match extension.text_of("url")? {
            Some(GENDER_IDENTITY) => {
                let concept = extension.need("valueCodeableConcept")?;
                let code = codes(concept)?.into_iter().find_map(|(_, code)| gender(code));
                person.gender = code.or(person.gender);
            }
            Some(url) if url == UNBORN && extension.need("valueBoolean")?.boolean()? => {
                person.life = if dead { Life::Stillbirth } else { Life::Pregnancy };
            }
            Some(_) | None => {}
        }
    }
    file.lines.insert(id.clone(), element.line());
    if let Some(name) = element.items_of("name")?.into_iter().next() {
        let label = match name.text_of("text")? {
            Some(text) => text.to_owned(),
            None => {
                let mut parts =
                    name.items_of("given")?.into_iter().map(Element::text).collect::<Result<Vec<_>, _>>()?;
                parts.extend(name.text_of("family")?);
                parts.join(" ")
            }
        };
        if !label.is_empty() {
            file.labels.insert(id.clone(), label);
        }
    }
    file.pedigree.add_person(person);
    Ok(id)
}

fn gender(code: &str) -> Option<Gender> {
    match code {
        "male" | "transgender-male" => Some(Gender::Man),
        "female" | "transgender-female" => Some(Gender::Woman),
        "non-binary" => Some(Gender::NonBinary),
        _ => None,
    }
}

/// The condition of a Condition resource or of a condition of a family history.
pub(in crate::format) fn condition(element: Element<'_>) -> Result<Condition, FormatError> {
    let code = element.need("code")?;
    let words = words(code)?.ok_or_else(|| code.wrong("a text, or a coding with a display or a code"))?;
    Ok(Condition { code: words, age: element.get("onsetAge").map(years).transpose()?.flatten() })
}

/// An object as it was kept; empty, where nothing was.
pub(in crate::format) fn kept_object(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Whether an id can be that of a resource.
pub(in crate::format) fn is_resource_id(id: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(known)
}

/// The ids that people have as resources: their own where it can be one, else a number.
pub(in crate::format) fn resource_ids(file: &FamilyFile) -> BTreeMap<&PersonId, String> {
    let persons = file.pedigree.persons().iter();
    let taken: std::collections::BTreeSet<&str> =
        persons.clone().map(|person| person.id.as_str()).filter(|id| is_resource_id(id)).collect();
    let mut fresh = (1usize..).map(|number| format!("p{number}")).filter(|id| !taken.contains(id.as_str()));
    let id = |id: &PersonId| {
        if is_resource_id(id.as_str()) { id.to_string() } else { fresh.next().unwrap_or_default() }
    };
    let ids: Vec<String> = persons.clone().map(|person| &person.id).map(id).collect();
    persons.map(|person| &person.id).zip(ids).collect()
}

/// Sets the resource's id, and the person's beside it where it is another.
pub(in crate::format) fn put_ids(resource: &mut Map<String, Value>, own: &PersonId, id: &str) {
    resource.insert("id".to_owned(), json!(id));
    let kept = resource.get("identifier").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut identifiers: Vec<Value> =
        kept.into_iter().filter(|kept| kept.get("system") != Some(&json!(OWN_IDS))).collect();
    if own.as_str() != id {
        identifiers.push(json!({ "system": OWN_IDS, "value": own.as_str() }));
    }
    if !identifiers.is_empty() {
        resource.insert("identifier".to_owned(), Value::Array(identifiers));
    } else {
        resource.remove("identifier");
    }
}

/// A date of which the year is as wanted: the kept one, or the year alone.
pub(in crate::format) fn put_year(resource: &mut Map<String, Value>, name: &str, year: Option<i32>) {
    let kept = resource
        .get(name)
        .and_then(Value::as_str)
        .and_then(|date| date.split(['-', 'T']).next()?.parse().ok());
    let year = year.filter(|year| YEARS.contains(year));
    match year {
        Some(_) if kept == year => {}
        Some(year) => {
            resource.insert(name.to_owned(), json!(format!("{year:04}")));
        }
        None => {
            resource.remove(name);
        }
    }
}

/// An age in years.
pub(in crate::format) fn age(years: u16) -> Value {
    json!({ "value": years, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a" })
}

/// A Patient as it was kept, with what the model holds as it is now.
pub(in crate::format) fn write_patient(
    file: &FamilyFile,
    person: &Person,
    id: &str,
    kept: Option<&str>,
) -> Value {
    let mut patient = kept_object(kept);
    patient.insert("resourceType".to_owned(), json!("Patient"));
    put_ids(&mut patient, &person.id, id);
    let other = patient.get("gender") == Some(&json!("other")) && person.sex == Sex::Unknown;
    if !other {
        patient.insert("gender".to_owned(), json!(gender_code(person.sex)));
    }
    put_year(&mut patient, "birthDate", person.birth_year);
    if !person.life.is_over() && !person.life.is_loss() {
        patient.remove("deceasedBoolean");
        patient.remove("deceasedDateTime");
    } else if !patient.contains_key("deceasedDateTime") {
        patient.insert("deceasedBoolean".to_owned(), json!(true));
    }
    put_name(file, person, &mut patient);
    let kept = patient.get("extension").and_then(Value::as_array).cloned().unwrap_or_default();
    let ours = |extension: &Value| {
        [GENDER_IDENTITY, UNBORN].iter().any(|url| extension.get("url") == Some(&json!(url)))
    };
    let mut extensions: Vec<Value> = kept.into_iter().filter(|extension| !ours(extension)).collect();
    if let Some(gender) = person.gender {
        let code = match gender {
            Gender::Man => "male",
            Gender::Woman => "female",
            Gender::NonBinary => "non-binary",
        };
        let concept = json!({ "coding": [{ "system": GENDERS, "code": code }] });
        extensions.push(json!({ "url": GENDER_IDENTITY, "valueCodeableConcept": concept }));
    }
    if !matches!(person.life, Life::Living | Life::Deceased) {
        extensions.push(json!({ "url": UNBORN, "valueBoolean": true }));
    }
    if extensions.is_empty() {
        patient.remove("extension");
    } else {
        patient.insert("extension".to_owned(), Value::Array(extensions));
    }
    Value::Object(patient)
}

/// The name that the caller has now; the kept one, where it says the same.
fn put_name(file: &FamilyFile, person: &Person, patient: &mut Map<String, Value>) {
    match file.labels.get(&person.id) {
        Some(label) => {
            let kept = patient.get("name").and_then(|names| names.get(0)).and_then(spoken);
            if kept.as_deref() != Some(label) {
                patient.insert("name".to_owned(), json!([{ "text": label }]));
            }
        }
        None => {
            patient.remove("name");
        }
    }
}

fn spoken(name: &Value) -> Option<String> {
    if let Some(text) = name.get("text").and_then(Value::as_str) {
        return Some(text.to_owned());
    }
    let given = name.get("given").and_then(Value::as_array).cloned().unwrap_or_default();
    let parts: Vec<&str> = given.iter().chain(name.get("family")).filter_map(Value::as_str).collect();
    Some(parts.join(" "))
}

/// A condition as the kept one that says the same, which is then used up, or as a new one, with its age.
pub(in crate::format) fn write_condition(
    condition: &Condition,
    kept: &mut Vec<Map<String, Value>>,
) -> Map<String, Value> {
    let says = |kept: &Map<String, Value>| {
        let code = kept.get("code");
        let first = code.and_then(|code| code.get("coding")).and_then(|coding| coding.get(0));
        let words = code.and_then(|code| code.get("text"));
        let words = words.or(first.and_then(|first| first.get("display").or(first.get("code"))));
        words.and_then(Value::as_str) == Some(&condition.code)
    };
    let found = kept.iter().position(says).map(|at| kept.remove(at));
    let mut object = found.unwrap_or_else(|| {
        let mut new = Map::new();
        new.insert("code".to_owned(), json!({ "text": condition.code }));
        new
    });
    match condition.age {
        Some(years) => {
            let kept = object.get("onsetAge").and_then(|age| age.get("value")).and_then(Value::as_f64);
            if kept.map(f64::trunc) != Some(f64::from(years)) {
                object.insert("onsetAge".to_owned(), age(years));
            }
        }
        None => {
            object.remove("onsetAge");
        }
    }
    object
}

/// Ids for resources that have none yet; none that came in is given again.
pub(in crate::format) struct FreshIds {
    used: std::collections::BTreeSet<String>,
    next: usize,
}

impl FreshIds {
    /// Those of everything that was kept in a format, and of the people.
    pub fn beside(
        file: &FamilyFile,
        format: super::super::Format,
        people: &BTreeMap<&PersonId, String>,
    ) -> FreshIds {
        let kept = file.pedigree.persons().iter().flat_map(|person| file.kept.of(format, &person.id));
        let id =
            |(_, text): &(String, String)| kept_object(Some(text)).get("id")?.as_str().map(str::to_owned);
        let used =
            kept.chain(file.kept.of_file(format)).filter_map(id).chain(people.values().cloned()).collect();
        FreshIds { used, next: 1 }
    }

    pub fn next(&mut self, prefix: &str) -> String {
        loop {
            let id = format!("{prefix}{}", self.next);
            self.next += 1;
            if self.used.insert(id.clone()) {
                return id;
            }
        }
    }
}
