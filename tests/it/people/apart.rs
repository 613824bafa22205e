//! Two people of a family who must not become one, and two windows on one person that must not undo each other.
//! Must not know: how a number is found, or what a window carries.

use super::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use serde_json::json;

#[test]
fn an_nhs_number_is_one_persons_in_a_family() {
    let world = World::new(741);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let [sister, aunt] = [0, 1].map(|nth| format!("/people/{}/identity", case.people[nth]));
    let numbered =
        |given: &str, number: &str| json!({"given_name": given, "family_name": "Wray", "nhs_number": number});
    assert_eq!(told(&mut case.counsellor, &sister, &numbered("Tamsin", "943 476 5919")).0, 200);
    let (status, facts) = told(&mut case.counsellor, &aunt, &numbered("Ottilie", "9434765919"));
    assert_eq!((status, facts["field"].as_str()), (422, Some("nhs_number")), "{facts}");
    assert!(facts.to_string().contains("already Tamsin Wray's in this family"), "{facts}");
    let relatives = format!("/families/{}/people", case.family);
    let niece = json!({"relation": "daughter", "from": case.people[0], "given_name": "Wren",
        "family_name": "Wray", "nhs_number": "943-476-5919"});
    let (status, facts) = told(&mut case.counsellor, &relatives, &niece);
    assert_eq!((status, facts["field"].as_str()), (422, Some("nhs_number")), "{facts}");
    assert_eq!(told(&mut case.counsellor, &sister, &numbered("Tamsin", "9434765919")).0, 200, "her own");
    let none = json!({"given_name": "Tamsin", "family_name": "Wray"});
    assert_eq!(told(&mut case.counsellor, &sister, &none).0, 200);
    assert_eq!(told(&mut case.counsellor, &relatives, &niece).0, 200, "cleared, it is free");
}
