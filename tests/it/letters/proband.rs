//! Letters to and about the proband: drafted by one, approved by another, printed from the record or not at all.
//! Must not know: rows.

use super::in_step;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};

const PRACTICE: [(&str, &str); 4] = [
    ("house_name", "Larch Road Surgery"),
    ("house_address", "2 Elm Road\nStroud"),
    ("house_postcode", "GL5 2BB"),
    ("agreed_words", "On the telephone today: yes, please tell them."),
];

/// The letter to the proband's practice, drafted; its page.
pub fn to_the_practice(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    let page = format!("/results/{}/gp", case.result);
    let letter = case.counsellor.browser.done(&page, &page, &PRACTICE).unwrap();
    (case, letter)
}

/// The letter that asks the proband where a relative lives, drafted; its page.
pub fn asks_the_proband(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    let code = case.sent(world, 0, "L2");
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
    let task = format!("/tasks/{}", case.tasks[0]);
    let letter = case.counsellor.browser.done(&task, &format!("{task}/address-letter"), &[]).unwrap();
    (case, letter)
}

fn printed(case: &mut Case, letter: &str) -> (u16, String) {
    let pdf = case.counsellor.browser.get(&format!("{letter}/letter.pdf")).unwrap();
    if pdf.status != 200 {
        return (pdf.status, pdf.text());
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, &pdf.body).unwrap();
    let said = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    (200, String::from_utf8_lossy(&said.stdout).into_owned())
}

#[test]
fn the_probands_practice_is_told_where_they_agree_and_hears_of_no_relative() {
    let world = World::new(921);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    let page = format!("/results/{}/gp", case.result);
    let unasked: Vec<(&str, &str)> = PRACTICE[..3].to_vec();
    let (status, html) = case.tried(&page, &page, &unasked);
    assert!(status == 422 && html.contains("id=\"agreed_words-error\""), "{html}");
    let letter = case.counsellor.browser.done(&page, &page, &PRACTICE).unwrap();
    let queue = case.clinician.program.api("/queues/letters_to_approve").unwrap();
    assert_eq!(queue["items"][0]["link"], letter.as_str());
    assert_eq!(printed(&mut case, &letter).0, 409, "nobody has approved it");
    let own = case.counsellor.program.api_post(&format!("{letter}/approve"), &serde_json::json!({}));
    assert!(own.unwrap_err().public().contains("You wrote this letter"));
    let html = case.clinician.browser.page(&letter).unwrap();
    assert!(html.contains("BRCA2") && html.contains("please tell them"), "{html}");
    case.clinician.browser.done(&letter, &format!("{letter}/approve"), &[]).unwrap();
    let (status, said) = printed(&mut case, &letter);
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("BRCA2") && said.contains("1 relative"), "{said}");
    for name in ["Tamsin", "Ottilie", "Farr"] {
        assert!(!said.contains(name), "{name}: {said}");
    }
    in_step(&world);
    // Something else is agreed: it would come out otherwise, so it is not printed any more.
    case.agree(1, "L2");
    let (status, html) = printed(&mut case, &letter);
    assert!(status == 409 && html.contains("has changed since it was drafted"), "{html}");
    case.counsellor.browser.done(&letter, &format!("{letter}/stop"), &[]).unwrap();
    assert_eq!(printed(&mut case, &letter).0, 409);
    in_step(&world);
}

#[test]
fn the_proband_is_asked_for_an_address_and_told_nothing_of_the_relative() {
    let world = World::new(922);
    let mut case = Case::new(&world, &[AUNT]);
    let task = format!("/tasks/{}", case.tasks[0]);
    let code = case.sent(&world, 0, "L2");
    let early = case.counsellor.program.api_post(&format!("{task}/address-letter"), &serde_json::json!({}));
    assert!(early.unwrap_err().public().contains("not out of reach"));
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
    let letter = case.counsellor.browser.done(&task, &format!("{task}/address-letter"), &[]).unwrap();
    case.clinician.browser.done(&letter, &format!("{letter}/approve"), &[]).unwrap();
    let (status, said) = printed(&mut case, &letter);
    assert_eq!(status, 200, "{said}");
    assert!(said.contains("You asked us to write to Ottilie Farr"), "{said}");
    for word in ["BRCA2", "Larch Close", "gene"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    // She is found meanwhile: nobody asks any more.
    let page = format!("/people/{}", case.people[0]);
    let moved = [("address", "7 Larch Rise\nStroud"), ("postcode", "GL5 1AB"), ("source", "The GP")];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &moved).unwrap();
    case.counsellor.browser.done(&task, &format!("{task}/address-found"), &[]).unwrap();
    assert_eq!(printed(&mut case, &letter).0, 409);
    in_step(&world);
}

#[test]
fn whoever_did_not_ask_us_to_write_is_not_told_that_we_did() {
    let world = World::new(923);
    let mut case = Case::new(&world, &[AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "applied", "L2", &["A3"]).unwrap();
    let letter = case.approved(0, "L2");
    case.cooled(&world);
    world.send();
    let code = case.code(&letter);
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
    let page = format!("/tasks/{task}/address-letter");
    let refused = case.counsellor.program.api_post(&page, &serde_json::json!({})).unwrap_err();
    assert!(refused.public().contains("did not ask us to write"), "{refused}");
    in_step(&world);
}
