//! What a Phenopackets family says, what comes back, and where it is refused.
//! Must not know: anything but reading and writing.

use super::*;
use crate::model::{Condition, Life};

const FAMILY: &str = r#"{
  "id": "F-1",
  "proband": {
    "id": "packet-kid",
    "subject": {"id": "kid", "sex": "FEMALE", "dateOfBirth": "2009-04-02T00:00:00Z", "karyotypicSex": "XX",
      "timeAtLastEncounter": {"age": {"iso8601duration": "P15Y3M"}}},
    "phenotypicFeatures": [{"type": {"id": "HP:0000518", "label": "Cataract"}}],
    "diseases": [
      {"term": {"id": "OMIM:158810", "label": "Bethlem myopathy 1"}, "onset": {"age": {"iso8601duration": "P2Y"}}},
      {"term": {"id": "OMIM:1", "label": "other"}, "excluded": true}]
  },
  "relatives": [{"subject": {"id": "dad", "vitalStatus": {"status": "DECEASED", "timeOfDeath": {"age": {"iso8601duration": "P61Y"}}}}}],
  "consanguinousParents": true,
  "pedigree": {"persons": [
    {"familyId": "F-1", "individualId": "dad", "paternalId": "0", "maternalId": "0", "sex": "MALE", "affectedStatus": "UNAFFECTED"},
    {"familyId": "F-1", "individualId": "mum", "paternalId": "", "maternalId": "", "sex": 1, "affectedStatus": 0},
    {"familyId": "F-1", "individualId": "kid", "paternalId": "dad", "maternalId": "mum", "sex": "FEMALE", "affectedStatus": "AFFECTED"}]},
  "metaData": {"created": "2024-05-01T10:00:00Z", "createdBy": "x", "phenopacketSchemaVersion": "2.0"}
}"#;

#[test]
fn a_family_and_its_packets_are_read() {
    let file = read(FAMILY).unwrap().remove(0);
    let person = |id: &str| file.pedigree.person(&id.into()).unwrap();
    assert_eq!(
        (person("kid").birth_year, person("kid").age, person("kid").proband),
        (Some(2009), Some(15), true)
    );
    assert_eq!(person("kid").conditions, [Condition { code: "Bethlem myopathy 1".into(), age: Some(2) }]);
    assert_eq!((person("dad").life, person("dad").age), (Life::Deceased, Some(61)));
    assert_eq!(person("mum").sex, Sex::Female);
    assert_eq!(file.pedigree.unions().next().unwrap().consanguinity, Consanguinity::Stated);
    assert_eq!(
        (file.name.as_str(), file.lines[&"mum".into()], file.date.as_deref()),
        ("F-1", 16, Some("2024-05-01T10:00:00Z"))
    );
}

#[test]
fn what_was_read_is_written_back_with_all_that_the_model_has_no_place_for() {
    let file = read(FAMILY).unwrap().remove(0);
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let value: serde_json::Value = serde_json::from_str(&written.text).unwrap();
    let was: serde_json::Value = serde_json::from_str(FAMILY).unwrap();
    assert_eq!(value["proband"], was["proband"]);
    assert_eq!(value["metaData"], was["metaData"]);
    assert_eq!(value["pedigree"]["persons"][2], was["pedigree"]["persons"][2]);
    assert_eq!(read(&written.text).unwrap()[0].pedigree, file.pedigree);
}

#[test]
fn one_packet_is_a_family_of_one() {
    let file = read(r#"{"id": "a", "subject": {"id": "p", "sex": "MALE"}}"#).unwrap().remove(0);
    assert_eq!(file.pedigree.persons().len(), 1);
    assert_eq!(file.pedigree.persons()[0].sex, Sex::Male);
    assert!(file.notes[0].words.contains("one person's packet"));
}

#[test]
fn a_family_from_elsewhere_says_what_it_leaves_out() {
    let mut file = FamilyFile::new("F", Pedigree::new());
    file.pedigree.add_person(Person {
        proband: true,
        birth_year: Some(1950),
        conditions: vec![
            Condition { code: "gout".into(), age: None },
            Condition { code: "OMIM:1".into(), age: Some(3) },
        ],
        ..Person::new("a", Sex::Male)
    });
    file.labels.insert("a".into(), "Tom".into());
    let written = write(&file).unwrap();
    let said = written.lost.join("\n");
    for part in [
        "The name of a",
        "1st of January",
        "without a code of an ontology, which Phenopackets asks for: gout",
        "none is known",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert_eq!(read(&written.text).unwrap()[0].pedigree, file.pedigree);
    file.pedigree.add_person(Person { proband: true, ..Person::new("b", Sex::Male) });
    assert_eq!(write(&file), Err(super::super::WriteError::OneProband(Format::Phenopackets)));
}

#[test]
fn an_error_says_line_column_and_path() {
    for (old, new, place, part) in [
        ("\"sex\": 1", "\"sex\": 9", "pedigree.persons[1].sex", "MALE, FEMALE"),
        (
            "\"maternalId\": \"mum\"",
            "\"maternalId\": \"aunt\"",
            "pedigree.persons[2].maternalId",
            "somebody in this list",
        ),
        (
            "\"maternalId\": \"mum\"",
            "\"maternalId\": \"dad\"",
            "pedigree.persons[2].maternalId",
            "says this person is MALE",
        ),
        (
            "\"individualId\": \"mum\"",
            "\"individualId\": \"dad\"",
            "pedigree.persons[1].individualId",
            "nobody has earlier",
        ),
        ("P15Y3M", "15", "proband.subject.timeAtLastEncounter.age.iso8601duration", "P38Y7M"),
        (
            "\"subject\": {\"id\": \"dad\"",
            "\"subject\": {\"id\": \"zz\"",
            "relatives[0].subject.id",
            "in pedigree.persons",
        ),
        ("DECEASED", "GONE", "relatives[0].subject.vitalStatus.status", "ALIVE"),
    ] {
        assert!(FAMILY.contains(old), "{old}");
        let error = read(&FAMILY.replace(old, new)).unwrap_err();
        assert_eq!(error.place.as_deref(), Some(place), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}
