//! A trio in the shape of the implementation guide's example, a wider family, and where a bundle is refused.
//! Must not know: anything but reading and writing.

use super::*;
use crate::model::{Condition, Consanguinity, Gender, Life, ParentKind, Person, Union, Zygosity};
use serde_json::Value;

fn trio() -> String {
    let relation = |id: &str, record: &str| {
        format!(
            r#"{{"resource": {{"resourceType": "FamilyMemberHistory", "id": "{id}", "status": "completed", "note": [{{"text": "seen"}}],
    "identifier": [{{"system": "urn:x", "value": "{id}"}}],
    "extension": [{{"url": "{RECORD}", "valueReference": {{"reference": "{record}"}}}}],
    "patient": {{"reference": "Patient/Proband"}},
    "relationship": {{"coding": [{{"system": "http://purl.org/ga4gh/kin.fhir", "code": "KIN:003"}}]}}}}}}"#
        )
    };
    format!(
        r#"{{"resourceType": "Bundle", "type": "collection", "entry": [
  {{"resource": {{"resourceType": "Composition", "id": "TrioPedigree", "status": "final", "date": "2021-02-10", "title": "Pedigree",
    "identifier": {{"value": "F7"}}, "subject": {{"reference": "Patient/Proband"}}, "author": [{{"reference": "Organization/Org"}}],
    "section": [
      {{"title": "Proband", "code": {{"coding": [{{"code": "proband"}}]}}, "entry": [{{"reference": "Patient/Proband"}}]}},
      {{"title": "Reason", "code": {{"coding": [{{"code": "reason"}}]}}, "entry": [{{"reference": "Condition/C1"}}]}}]}}}},
  {{"resource": {{"resourceType": "Patient", "id": "Proband", "gender": "female", "birthDate": "1990-03-01"}}}},
  {{"resource": {{"resourceType": "Patient", "id": "Mother", "gender": "female", "name": [{{"given": ["Ann"], "family": "Lee"}}]}}}},
  {{"fullUrl": "urn:uuid:f", "resource": {{"resourceType": "Patient", "id": "Father", "gender": "male", "deceasedDateTime": "2001-01-01"}}}},
  {{"resource": {{"resourceType": "Observation", "status": "final", "id": "A", "valueBoolean": true, "subject": {{"reference": "urn:uuid:f"}},
    "code": {{"coding": [{{"system": "http://snomed.info/sct", "code": "103309006"}}]}}}}}},
  {{"resource": {{"resourceType": "Condition", "id": "C1", "subject": {{"reference": "Patient/Proband"}}, "onsetAge": {{"value": 4, "unit": "years"}},
    "code": {{"coding": [{{"system": "http://purl.obolibrary.org/obo/hp.fhir", "code": "HP:0007240"}}]}}}}}},
  {{"resource": {{"resourceType": "Organization", "id": "Org", "name": "Labs"}}}},
  {}, {}
]}}"#,
        relation("R1", "urn:uuid:f"),
        relation("R2", "https://example.org/fhir/Patient/Mother"),
    )
}

#[test]
fn a_trio_is_read_and_comes_back_with_what_was_kept() {
    let file = read(&trio()).unwrap().remove(0);
    let person = |id: &str| file.pedigree.person(&id.into()).unwrap();
    assert_eq!(
        file.pedigree.parents(&"Proband".into(), ParentKind::Biological),
        ["Father".into(), "Mother".into()]
    );
    assert!(person("Proband").proband && !person("Proband").consultand);
    assert_eq!((person("Father").life, person("Father").affected), (Life::Deceased, Affected::Yes));
    assert_eq!(person("Proband").conditions, [Condition { code: "HP:0007240".into(), age: Some(4) }]);
    assert_eq!((file.labels[&"Mother".into()].as_str(), file.name.as_str()), ("Ann Lee", "F7"));
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let again = read(&written.text).unwrap().remove(0);
    assert_eq!((&again.pedigree, &again.labels), (&file.pedigree, &file.labels));
    let bundle: Value = serde_json::from_str(&written.text).unwrap();
    let resources: Vec<&Value> =
        bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    let found = |kind: &str, id: &str| {
        *resources.iter().find(|own| own["resourceType"] == kind && own["id"] == id).unwrap()
    };
    assert_eq!(found("Patient", "Father")["deceasedDateTime"], "2001-01-01");
    assert_eq!(found("Patient", "Proband")["birthDate"], "1990-03-01");
    assert_eq!(found("Organization", "Org")["name"], "Labs");
    assert_eq!(found("Composition", "TrioPedigree")["section"][1]["entry"][0]["reference"], "Condition/C1");
    assert_eq!(found("Condition", "C1")["code"]["coding"][0]["code"], "HP:0007240");
    let links = resources.iter().filter(|own| own["resourceType"] == "FamilyMemberHistory");
    let codes: Vec<&Value> = links.clone().map(|own| &own["relationship"]["coding"][0]["code"]).collect();
    assert_eq!(codes, ["KIN:003", "KIN:003"]);
    assert!(links.clone().all(|own| own["note"][0]["text"] == "seen"));
}

#[test]
fn all_that_the_guide_has_a_place_for_comes_back() {
    let mut file = FamilyFile::new("F", Pedigree::new());
    for (id, sex) in [
        ("a b", Sex::Female),
        ("dad", Sex::Male),
        ("don", Sex::Male),
        ("gc", Sex::Female),
        ("t1", Sex::Male),
        ("t2", Sex::Male),
    ] {
        file.pedigree.add_person(Person::new(id, sex));
    }
    file.pedigree.add_person(Person { life: Life::Pregnancy, ..Person::new("x", Sex::Unknown) });
    file.pedigree.change(&"t1".into(), |person| {
        person.proband = true;
        person.gender = Some(Gender::Woman);
        person.conditions = vec![Condition { code: "gout".into(), age: None }; 2];
    });
    file.pedigree.change(&"gc".into(), |person| person.consultand = true);
    for child in ["t1", "t2", "x"] {
        file.pedigree.add_parent(&child.into(), &"a b".into(), ParentKind::Biological);
        file.pedigree.add_parent(&child.into(), &"dad".into(), ParentKind::Legal);
        file.pedigree.add_donor(&child.into(), &"don".into());
        file.pedigree.add_parent(&child.into(), &"gc".into(), ParentKind::Gestational);
    }
    file.pedigree.add_twins(["t1".into(), "t2".into()], Zygosity::Monozygotic);
    file.pedigree.add_union(Union { consanguinity: Consanguinity::Stated, ..Union::new("dad", "a b") });
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let again = read(&written.text).unwrap().remove(0);
    assert_eq!(again.pedigree, file.pedigree);
    assert!(again.pedigree.is_donor(&"x".into(), &"don".into()));
    let once_more = read(&write(&again).unwrap().text).unwrap().remove(0);
    assert_eq!(once_more.pedigree, file.pedigree);
}

#[test]
fn a_relationship_that_places_nobody_is_noted_and_kept() {
    let text = trio().replacen("KIN:003", "KIN:013", 1);
    let file = read(&text).unwrap().remove(0);
    assert!(file.notes[0].words.contains("KIN:013"));
    assert!(write(&file).unwrap().text.contains("KIN:013"));
}

#[test]
fn an_error_says_line_column_and_path() {
    for (old, new, place, part) in [
        ("\"gender\": \"male\"", "\"gender\": \"man\"", "entry[3].resource.gender", "male, female"),
        (
            "\"birthDate\": \"1990-03-01\"",
            "\"birthDate\": \"90\"",
            "entry[1].resource.birthDate",
            "four digits",
        ),
        (
            "\"reference\": \"https://example.org/fhir/Patient/Mother\"",
            "\"reference\": \"Patient/Aunt\"",
            "entry[8].resource.extension[0].valueReference",
            "a Patient in this bundle",
        ),
        ("\"id\": \"Mother\"", "\"id\": \"Father\"", "entry[3].resource.id", "no other resource"),
        ("KIN:003", "KIN:027", "entry[7].resource.relationship", "fits the gender of Father"),
    ] {
        assert!(trio().contains(old), "{old}");
        let error = read(&trio().replacen(old, new, 1)).unwrap_err();
        assert_eq!(error.place.as_deref(), Some(place), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(read("{}").unwrap_err().to_string().contains("resourceType"));
}

/// What no family can be is the family's problem, and its file is read back as it was written.
#[test]
fn a_man_who_is_said_to_have_carried_a_pregnancy_is_read_again() {
    let mut family = Pedigree::new();
    for (id, sex) in [("c", Sex::Female), ("m", Sex::Male)] {
        family.add_person(Person::new(id, sex));
    }
    family.add_parent(&"c".into(), &"m".into(), ParentKind::Gestational);
    let text = write(&FamilyFile::new("", family)).unwrap().text;
    let again = read(&text).unwrap().remove(0);
    assert_eq!(again.pedigree.parents(&"c".into(), ParentKind::Gestational).len(), 1);
    assert_eq!(again.pedigree.sex(&"m".into()), Sex::Male);
    assert!(!again.problems().is_empty());
}
