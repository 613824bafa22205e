//! Family histories as other systems write them, as this one writes them, and where one is refused.
//! Must not know: anything but reading and writing.

use super::*;
use crate::Problem;
use crate::model::{Condition, Union};
use serde_json::Value;

fn history(id: &str, code: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType": "FamilyMemberHistory", "id": "{id}", "status": "completed", "patient": {{"reference": "Patient/kid"}},
  "relationship": {{"coding": [{{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "{code}"}}]}}{more}}}"#
    )
}

fn list(histories: &[(&str, &str, &str)]) -> String {
    let all: Vec<String> = histories.iter().map(|(id, code, more)| history(id, code, more)).collect();
    format!("[{}]", all.join(",\n"))
}

fn parents(file: &FamilyFile, id: &str) -> Vec<String> {
    let mut parents = file.pedigree.parents(&id.into(), ParentKind::Biological).to_vec();
    parents.sort_by_key(|parent| file.pedigree.sex(parent));
    parents.iter().map(PersonId::to_string).collect()
}

#[test]
fn relatives_are_placed_by_their_codes_and_placeholders_stand_in_between() {
    let file = read(&list(&[
        ("aunt", "MAUNT", ""),
        ("gran", "MGRMTH", ""),
        ("mum", "MTH", ""),
        ("bro", "NBRO", ""),
        ("twin", "ITWIN", r#", "sex": {"coding": [{"code": "female"}]}"#),
        ("son", "SON", ""),
        ("ex", "FMRSPS", ""),
        ("cousin", "PCOUSN", ""),
    ]))
    .unwrap()
    .remove(0);
    let [dad, _] = parents(&file, "kid").try_into().unwrap();
    assert_eq!(parents(&file, "kid"), [dad.as_str(), "mum"]);
    assert_eq!(
        (parents(&file, "bro"), parents(&file, "twin")),
        (parents(&file, "kid"), parents(&file, "kid"))
    );
    assert_eq!(parents(&file, "mum"), parents(&file, "aunt"));
    assert!(parents(&file, "mum").contains(&"gran".to_owned()));
    assert_eq!(parents(&file, "son"), ["kid"]);
    assert_eq!(file.pedigree.twins()[0].zygosity, Zygosity::Monozygotic);
    assert!(file.pedigree.union_of(&"kid".into(), &"ex".into()).unwrap().ended);
    let uncle = parents(&file, "cousin").remove(0);
    assert_eq!(parents(&file, &uncle), parents(&file, &dad));
    assert!(file.pedigree.validate().iter().all(Problem::is_note), "{:?}", file.pedigree.validate());
    assert_eq!(file.notes, []);
}

#[test]
fn what_a_code_leaves_open_is_a_note_and_never_a_guess() {
    for (code, why) in [
        ("AUNT", "does not say on which side"),
        ("GRMTH", "does not say on which side"),
        ("MGGRFTH", "through which grandparent"),
        ("HSIS", "which parent they have in common"),
        ("STPMTH", "not one of descent"),
        ("XYZ", "not a code known here"),
    ] {
        let file = read(&list(&[("a", code, "")])).unwrap().remove(0);
        assert_eq!(file.pedigree.persons().len(), 2, "{code}");
        assert!(file.notes[0].words.contains(why) && file.notes[0].line == Some(1), "{:?}", file.notes);
    }
    let file = read(&list(&[("s", "NSIS", ""), ("n", "NIECE", "")])).unwrap().remove(0);
    assert!(file.notes[0].words.contains("whose child"));
    assert!(parents(&file, "n").is_empty());
    let file = read(&list(&[("b", "BRO", "")])).unwrap().remove(0);
    assert!(file.notes[0].words.contains("read as a full brother or sister"));
    let file = read(&list(&[("m", "NMTH", ""), ("n", "NMTH", "")])).unwrap().remove(0);
    assert!(file.notes[0].words.contains("somebody else already"));
}

#[test]
fn births_ages_deaths_and_conditions_are_read() {
    let more = r#", "name": "Ann", "bornDate": "1950-02-01", "deceasedAge": {"value": 61.5, "unit": "years"},
  "condition": [{"code": {"text": "breast cancer"}, "onsetAge": {"value": 40, "code": "a"}, "contributedToDeath": true}]"#;
    let file = read(&list(&[
        ("mum", "NMTH", more),
        ("dad", "NFTH", r#", "deceasedString": "in the war", "ageAge": {"value": 20, "unit": "a"}"#),
    ]))
    .unwrap()
    .remove(0);
    let mum = file.pedigree.person(&"mum".into()).unwrap();
    assert_eq!(
        (mum.birth_year, mum.age, mum.life, mum.sex),
        (Some(1950), Some(61), Life::Deceased, Sex::Female)
    );
    assert_eq!(mum.conditions, [Condition { code: "breast cancer".into(), age: Some(40) }]);
    assert_eq!(file.labels[&"mum".into()], "Ann");
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let bundle: Value = serde_json::from_str(&written.text).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    let mum = &entries.iter().find(|entry| entry["resource"]["id"] == "mum").unwrap()["resource"];
    assert_eq!(mum["condition"][0]["contributedToDeath"], true);
    assert_eq!((&mum["bornDate"], &mum["deceasedAge"]["value"]), (&"1950-02-01".into(), &61.5.into()));
    let dad = &entries.iter().find(|entry| entry["resource"]["id"] == "dad").unwrap()["resource"];
    assert_eq!(dad["deceasedString"], "in the war");
}

#[test]
fn a_whole_tree_comes_back_by_the_parents_that_are_named() {
    let mut family = Pedigree::new();
    for (id, sex) in [
        ("me", Sex::Female),
        ("m", Sex::Female),
        ("f", Sex::Male),
        ("gm", Sex::Female),
        ("half sister", Sex::Female),
        ("f2", Sex::Male),
        ("niece", Sex::Female),
        ("a", Sex::Male),
        ("legal", Sex::Female),
        ("t", Sex::Female),
        ("husband", Sex::Male),
    ] {
        family.add_person(Person::new(id, sex));
    }
    for (child, parent) in [
        ("me", "m"),
        ("me", "f"),
        ("t", "m"),
        ("t", "f"),
        ("m", "gm"),
        ("half sister", "m"),
        ("half sister", "f2"),
        ("niece", "half sister"),
        ("a", "me"),
    ] {
        family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
    }
    family.add_parent(&"a".into(), &"legal".into(), ParentKind::Legal);
    family.add_twins(["me".into(), "t".into()], Zygosity::Dizygotic);
    family.add_union(Union { ended: true, ..Union::new("me", "husband") });
    family.change(&"me".into(), |person| person.proband = true);
    let file = FamilyFile::new("", family);
    let written = write(&file).unwrap();
    assert_eq!(written.lost, [""; 0]);
    let again = read(&written.text).unwrap().remove(0);
    assert_eq!(again.notes, []);
    assert_eq!(again.pedigree, file.pedigree);
    for code in ["NMTH", "NFTH", "HSIS", "MGRMTH", "SON", "FTWINSIS", "FMRSPS", "FAMMEMB"] {
        assert!(written.text.contains(&format!("\"{code}\"")), "{code}");
    }
}

#[test]
fn an_error_says_line_column_and_path() {
    let good = list(&[
        (
            "mum",
            "NMTH",
            r#", "sex": {"coding": [{"code": "female"}]}, "bornDate": "1950", "ageAge": {"value": 3}"#,
        ),
        ("dad", "NFTH", ""),
    ]);
    for (old, new, place, part) in [
        ("\"1950\"", "\"long ago\"", "[0].bornDate", "four digits"),
        ("\"value\": 3", "\"value\": -3", "[0].ageAge.value", "0 years or more"),
        ("\"female\"", "\"male\"", "[0].sex", "the sex of NMTH"),
        ("\"id\": \"dad\"", "\"id\": \"mum\"", "[1].id", "no other resource"),
    ] {
        let error = read(&good.replace(old, new)).unwrap_err();
        assert_eq!(error.place.as_deref(), Some(place), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
    let two = format!(
        "[{}, {}]",
        history("a", "MTH", ""),
        history("b", "FTH", "").replace("Patient/kid", "Patient/other")
    );
    assert!(read(&two).unwrap_err().to_string().contains("Patient/kid, whose relatives"));
    assert!(read("[]").unwrap_err().to_string().contains("a FamilyMemberHistory"));
}
