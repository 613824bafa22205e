//! Two people of a family who must not become one, and two windows on one person that must not undo each other.
//! Must not know: how a number is found, or what a window carries.

use super::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
    forms::forms_of,
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

/// The mark that the form posting to `action` carries on a page.
fn mark(case: &mut Case, page: &str, action: &str) -> String {
    let html = case.counsellor.browser.page(page).unwrap();
    let form = forms_of(page, &html).into_iter().find(|form| form.action == action).unwrap();
    form.controls.into_iter().find(|control| control.name == "mark").unwrap().value
}

#[test]
fn an_old_window_does_not_undo_who_somebody_is() {
    let world = World::new(742);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/people/{}", case.people[0]);
    let form = format!("{page}/identity");
    let wrong = json!({"given_name": "Tamsin", "family_name": "Wray", "nhs_number": "9434765919"});
    assert_eq!(told(&mut case.counsellor, &form, &wrong).0, 200);
    let old = mark(&mut case, &page, &form);
    let new = [("mark", old.as_str()), ("given_name", "Tamsyn"), ("family_name", "Wray-Hale")];
    case.counsellor.browser.done(&page, &form, &new).unwrap();
    let stale = [
        ("mark", old.as_str()),
        ("given_name", "Tamsin"),
        ("family_name", "Wray"),
        ("nhs_number", "943 476 5919"),
    ];
    let seen = case.counsellor.browser.submit(&page, &form, &stale).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 409, "{html}");
    assert!(html.contains("Somebody changed this meanwhile") && html.contains("Nothing was saved"), "{html}");
    assert!(html.contains("given names: Tamsyn; family name: Wray-Hale; NHS number: empty"), "{html}");
    assert!(html.contains("value=\"943 476 5919\""), "what was typed is kept: {html}");
    let stands = case.counsellor.program.api(&page).unwrap();
    assert_eq!((&stands["family_name"], &stands["nhs_number"]), (&json!("Wray-Hale"), &json!(null)));
    // Having seen what stands, they may send it once more.
    let again = forms_of(&page, &html).into_iter().find(|shown| shown.action == form).unwrap();
    let fresh = again.controls.into_iter().find(|control| control.name == "mark").unwrap().value;
    let sent = [("mark", fresh.as_str()), ("given_name", "Tamsin"), ("family_name", "Wray")];
    case.counsellor.browser.done(&page, &form, &sent).unwrap();
    assert_eq!(told(&mut case.counsellor, &form, &wrong).0, 200, "a program sends no mark");
}

#[test]
fn an_old_window_does_not_undo_how_somebody_is_reached() {
    let world = World::new(743);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/people/{}", case.people[0]);
    let form = format!("{page}/contact");
    let old = mark(&mut case, &page, &form);
    let sent = |address: &'static str, postcode: &'static str| {
        [("address", address), ("postcode", postcode), ("source", "Her own letter")]
    };
    let with = |mark, fields: [_; 3]| -> Vec<_> { std::iter::once(("mark", mark)).chain(fields).collect() };
    let moved = with(old.as_str(), sent("1 Mill Lane\r\nStroud", "GL5 1AA"));
    case.counsellor.browser.done(&page, &form, &moved).unwrap();
    let stale = with(old.as_str(), sent("3 Quay Street\r\nStroud", "GL5 2AA"));
    let seen = case.counsellor.browser.submit(&page, &form, &stale).unwrap();
    let html = seen.text();
    assert_eq!(seen.status, 409, "{html}");
    assert!(html.contains("address: 1 Mill Lane, Stroud; postcode: GL5 1AA"), "{html}");
    assert!(html.contains("3 Quay Street"), "what was typed is kept: {html}");
    case.counsellor.browser.done(&page, &form, &moved).unwrap();
    let stands = case.counsellor.program.api(&page).unwrap();
    assert_eq!(stands["contact"]["address"], "1 Mill Lane\nStroud", "the same twice is no conflict");
}

#[test]
fn a_name_that_is_too_long_is_refused_at_its_own_field_also_where_it_stands_alone() {
    let world = World::new(744);
    let mut case = Case::new(&world, &[SISTER]);
    let form = format!("/people/{}/identity", case.people[0]);
    let long = "Llan".repeat(18);
    for (named, field) in [
        (json!({"given_name": "Tamsin", "family_name": long}), "family_name"),
        (json!({"given_name": long}), "given_name"),
    ] {
        let (status, facts) = told(&mut case.counsellor, &form, &named);
        assert_eq!((status, facts["field"].as_str()), (422, Some(field)), "{facts}");
        assert!(facts.to_string().contains("A name has 1 to 70 characters"), "{facts}");
    }
    assert_eq!(told(&mut case.counsellor, &form, &json!({"given_name": "Tamsin"})).0, 200, "one is enough");
}
