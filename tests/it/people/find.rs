//! Finding somebody by number or name, and what the search does not tell.
//! Must not know: how the indexes are made.

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use serde_json::json;

#[test]
fn a_person_is_found_among_ones_own_families_and_elsewhere_nobody_is() {
    let world = World::new(830);
    let mut case = Case::new(&world, &[SISTER]);
    let sought = |by: &mut kinward::demo::people::AtWork, fields: serde_json::Value| {
        by.program.api_post("/people/find", &fields).map_err(|refused| refused.public().to_owned())
    };
    let named = |name: &str| json!({"family_name": name, "birth_date": "1964-02-17"});
    for name in ["Wray", "wray", " WRAY "] {
        let found = sought(&mut case.counsellor, named(name)).unwrap();
        assert_eq!(found["families"][0]["reference"], case.reference, "{name}");
    }
    let page = case.counsellor.result(&case.result).unwrap();
    let number = page["proband"]["nhs_number"].as_str().unwrap_or_default().to_owned();
    if !number.is_empty() {
        assert!(sought(&mut case.counsellor, json!({"nhs_number": number})).is_ok());
    }
    // Somebody who has nothing to do with the family hears what everybody hears about nobody.
    let mut stranger = world.at_work("jo.taylor");
    let hidden = sought(&mut stranger, named("Wray")).unwrap_err();
    let nobody = sought(&mut stranger, named("Nobody")).unwrap_err();
    assert_eq!(hidden, nobody);
    for (fields, says) in [
        (json!({"family_name": "Wray"}), "a surname and a date of birth"),
        (json!({"birth_date": "1964-02-17"}), "a surname and a date of birth"),
        (json!({"nhs_number": "999 000 0000"}), "check digit"),
    ] {
        assert!(sought(&mut case.counsellor, fields).unwrap_err().contains(says));
    }
    // After a correction the old name finds nobody.
    let person = case.people[0].clone();
    let identity = json!({"given_name": "Tamsin", "family_name": "Wren", "birth_date": "1964-02-17"});
    case.counsellor.program.api_post(&format!("/people/{person}/identity"), &identity).unwrap();
    assert!(sought(&mut case.counsellor, named("Wray")).is_err());
    assert!(sought(&mut case.counsellor, named("Wren")).is_ok());
}
