//! Hard cases of what a report says: upgraded after nothing was sent, downgraded after letters, and found though nobody had
//! looked for it. Must not know: rows.

use super::told;
use crate::support::{
    TODAY, World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{Kin, proband_of, text_of};
use serde_json::{Value, json};

/// The report with the variant of uncertain significance, as the laboratory first had it, a year before.
fn uncertain() -> Vec<u8> {
    let text = String::from_utf8(report("brca2_germline")).unwrap();
    let changed =
        text.replace("LA6668-3", "LA26333-7").replace("\"Pathogenic\"", "\"Uncertain significance\"");
    assert_ne!(text, changed);
    let mut bundle: Value = serde_json::from_str(&changed).unwrap();
    bundle["timestamp"] = json!("2024-03-04T10:00:00+00:00");
    serde_json::to_vec(&bundle).unwrap()
}

#[test]
fn h11_what_was_uncertain_and_is_not_any_more_begins_anew_and_the_proband_hears_first() {
    let world = World::new(1411);
    let mut nia = world.counsellor();
    let first = nia.report_upload(&uncertain()).unwrap().unwrap();
    let page = nia.result(&first).unwrap();
    nia.findings_mark(&first, &page).unwrap();
    nia.program.api_post(&format!("/results/{first}/separate"), &json!({})).unwrap();
    assert_eq!(nia.result(&first).unwrap()["state"], "nothing_familial");
    assert_eq!(world.left_the_house("letters").len(), 0);
    let second = nia.report_upload(&report("brca2_germline")).unwrap().unwrap();
    assert_eq!(nia.result(&first).unwrap()["state"], "superseded");
    assert_eq!(nia.result(&second).unwrap()["state"], "triage_amended");
    assert!(nia.browser.page("/queues/amended_results").unwrap().contains(&second));
    let page = nia.result(&second).unwrap();
    assert_eq!(page["family"], nia.result(&first).unwrap()["family"], "the same family");
    nia.findings_mark(&second, &page).unwrap();
    nia.result_separate(&second, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    nia.relative_add(&family, &proband, &SISTER, TODAY).unwrap();
    let list = format!("/results/{second}/at-risk");
    assert_eq!(told(&mut nia, &list, &json!({})).0, 409, "the proband is told first");
    nia.conversation(&second, "at_result", TODAY, "Then my sister should know.").unwrap();
    let tasks = nia.at_risk_confirm(&second).unwrap();
    assert_eq!(nia.task_state(&tasks[0].1).unwrap(), "identified");
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}

#[test]
fn h12_after_a_downgrade_every_recipient_tester_and_centre_is_listed_until_somebody_has_told_them() {
    let world = World::new(1412);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.sent(&world, 0, "L2");
    let tester = case.people[0].clone();
    // The aunt was handed to another service, which holds the certificate.
    case.sent(&world, 1, "L2");
    let (_, letter) = crate::referral::prepared_by_phone(&mut case, 1);
    crate::referral::approved(&mut case, &letter);
    world.send();
    case.tested(&tester, "het");
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let wave = format!("/results/{}/recontact", case.result);
    let rows =
        |case: &mut Case| case.counsellor.program.api(&wave).unwrap()["rows"].as_array().unwrap().clone();
    let mut rests: Vec<String> =
        rows(&mut case).iter().map(|row| row["rests"].as_str().unwrap().to_owned()).collect();
    rests.sort();
    assert_eq!(
        rests,
        ["certificate", "letter", "letter", "letter", "own_result"],
        "two relatives and a centre"
    );
    for (place, row) in rows(&mut case).iter().enumerate() {
        assert!(case.counsellor.browser.page("/queues/amended_results").unwrap().contains(&wave), "{place}");
        let done = json!({"rests": row["rests"], "subject": row["id"], "how": "phone",
            "recontact_words": "Told; no check or operation rests on it any more."});
        case.counsellor.program.api_post(&wave, &done).unwrap();
    }
    assert!(!case.counsellor.browser.page("/queues/amended_results").unwrap().contains(&wave));
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}

#[test]
fn h14_nobody_is_traced_by_an_additional_finding_before_it_was_agreed_to_by_itself() {
    let world = World::new(1414);
    let mut nia = world.counsellor();
    let result = nia.report_upload(&report("brca2_germline")).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    let naming = json!({"condition": "breast_ovarian", "inheritance": "autosomal_dominant", "test_code": "R242",
        "additional": "yes"});
    nia.program.api_post(&format!("/results/{result}/separate"), &naming).unwrap();
    nia.conversation(&result, "at_result", TODAY, "I had not thought of that.").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    const COUSIN: Kin =
        Kin { relation: "sister", given: "Elowen", family: "Hale", born: ("1966", "3", "1"), email: None };
    nia.relative_add(&family, &proband, &COUSIN, TODAY).unwrap();
    let list = format!("/results/{result}/at-risk");
    assert_eq!(told(&mut nia, &list, &json!({})).0, 409, "nobody has asked about it");
    let say = format!("/results/{result}/additional");
    assert_eq!(
        told(&mut nia, &say, &json!({"additional_agreed": "yes", "additional_words": "Yes"})),
        (422, json!("additional_words"))
    );
    let words = "She did not remember what she chose; asked again, she would rather not.";
    assert_eq!(told(&mut nia, &say, &json!({"additional_agreed": "no", "additional_words": words})).0, 200);
    assert_eq!(told(&mut nia, &list, &json!({})).0, 409);
    let html = nia.browser.page(&format!("/results/{result}")).unwrap();
    assert!(html.contains("the test was not done for it") && html.contains("would rather not"), "{html}");
    let words = "Asked again after a month, she wants her sister to know.";
    assert_eq!(told(&mut nia, &say, &json!({"additional_agreed": "yes", "additional_words": words})).0, 200);
    assert!(!nia.at_risk_confirm(&result).unwrap().is_empty());
    assert_eq!(told(&mut nia, &say, &json!({"additional_agreed": "no", "additional_words": words})).0, 409);
}
