//! A letter that takes the place of one that has gone: to the same reader, of the day of the old one, and no wider.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{AUNT, Case, report},
};
use kinward::demo::people::letter_open;
use serde_json::Value;

fn sent(case: &mut Case, world: &World, level: &str) -> String {
    case.agree(0, level);
    let letter = case.approved(0, level);
    world.send();
    letter
}

/// A letter that takes the place of another, drafted.
pub fn made(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    let old = format!("/letters/{}", sent(&mut case, world, "L2"));
    let letter = case.drafted(&old, &format!("{old}/replace"), &[]);
    (case, letter)
}

#[test]
fn a_letter_takes_the_place_of_one_that_has_gone_and_closes_it_online() {
    let world = World::new(901);
    let mut case = Case::new(&world, &[AUNT]);
    let first = sent(&mut case, &world, "L1");
    let (old, code) = (format!("/letters/{first}"), case.code(&first));
    case.later(&world, 1);
    let letter = case.drafted(&old, &format!("{old}/replace"), &[]);
    let again = case.tried(&old, &format!("{old}/replace"), &[]);
    assert_eq!(again.0, 409, "{}", again.1);
    let text = case.text(&letter);
    assert!(text.contains("takes the place of our letter of 23 November 2026"), "{text}");
    assert!(!text.contains("BRCA2"), "no more than the old one told: {text}");
    assert!(
        letter_open(&world.address, &code, AUNT.born).unwrap().1.contains("gene change"),
        "until it has gone"
    );
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (2, "sent"));
    let (_, shown) = letter_open(&world.address, &code, AUNT.born).unwrap();
    assert!(!shown.contains("gene change"), "{shown}");
    let new = case.code(&letter);
    assert!(letter_open(&world.address, &new, AUNT.born).unwrap().1.contains("gene change"));
    in_step(&world);
}

/// The same report, amended by the laboratory.
fn amended() -> Vec<u8> {
    let mut bundle: Value = serde_json::from_slice(&report("brca2_germline")).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "DiagnosticReport" {
            entry["resource"]["status"] = "amended".into();
            entry["resource"]["issued"] = "2026-11-20T09:00:00Z".into();
        }
    }
    serde_json::to_vec(&bundle).unwrap()
}

#[test]
fn after_an_amended_report_it_waits_until_the_new_one_may_be_told() {
    let world = World::new(902);
    let mut case = Case::new(&world, &[AUNT]);
    let old = format!("/letters/{}", sent(&mut case, &world, "L2"));
    let newer = case.counsellor.report_upload(&amended()).unwrap().unwrap();
    let (status, html) = case.tried(&old, &format!("{old}/replace"), &[]);
    assert!(status == 409 && html.contains("not followed by the new one yet"), "{html}");
    let page = case.counsellor.result(&newer).unwrap();
    case.counsellor.findings_mark(&newer, &page).unwrap();
    case.counsellor.result_separate(&newer, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    case.counsellor.conversation(&newer, "at_result", crate::support::TODAY, "Yes, tell her again.").unwrap();
    let listed = case.counsellor.at_risk_confirm(&newer).unwrap();
    let task = listed.iter().find(|(person, _)| *person == case.people[0]).unwrap().1.clone();
    let unsaid = case.tried(&old, &format!("{old}/replace"), &[]);
    assert!(unsaid.0 == 409 && unsaid.1.contains("Nothing on record allows"), "{}", unsaid.1);
    case.counsellor.consent(&task, "given", "L2", "Yes, write to her.").unwrap();
    let letter = case.drafted(&old, &format!("{old}/replace"), &[]);
    assert_eq!(
        case.counsellor.task_state(&task).unwrap(),
        "writing",
        "it is the first letter by the new report"
    );
    case.released(&letter);
    world.send();
    assert_eq!(case.counsellor.task_state(&task).unwrap(), "sent");
    in_step(&world);
}

#[test]
fn what_has_not_left_or_told_nothing_is_not_replaced() {
    let world = World::new(903);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L0");
    let letter = case.approved(0, "L0");
    let old = format!("/letters/{letter}");
    let replace = format!("{old}/replace");
    for _ in 0..2 {
        let refused = case.counsellor.program.api_post(&replace, &serde_json::json!({})).unwrap_err();
        assert!(refused.public().contains("told its reader something"), "{refused}");
        world.send();
    }
    in_step(&world);
}
