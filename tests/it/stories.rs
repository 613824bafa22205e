//! The stories the product exists for, from the laboratory's report to a relative's answer.
//! Must not know: rows or queues.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{letter_open, reply, text_of};

#[test]
fn a_report_goes_in_and_a_relatives_answer_comes_back() {
    let world = World::new(1);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    assert_eq!(case.state(0), "sent");
    let (mut browser, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(letter.contains("BRCA2"), "an L2 letter names the gene");
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    let queue = case.counsellor.browser.page("/queues/replies").unwrap();
    assert!(queue.contains(&case.reference));
}

#[test]
fn the_proband_refuses_and_a_decision_lets_a_letter_go_that_names_nobody() {
    let world = World::new(2);
    let mut case = Case::new(&world, &[AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let refused = case.counsellor.letter_draft(&task, "L1").unwrap_err();
    assert!(refused.public().contains("409"), "no letter without agreement or decision: {refused}");
    case.clinician.decision(&task, "applied", "L1", &["A1", "RL2"]).unwrap();
    let letter = case.approved(0, "L1");
    case.cooled(&world);
    world.send();
    assert_eq!(case.state(0), "sent");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    for name in ["Rosalind", "Ashdown", "niece", "refused"] {
        assert!(!text.contains(name), "{name}");
    }
    assert!(!text.contains("BRCA2"), "an L1 letter does not name the gene");
}

#[test]
fn where_the_familial_approach_is_declined_nobody_is_written_to_and_a_day_is_set() {
    let world = World::new(3);
    let mut case = Case::new(&world, &[AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "declined", "L1", &["RL2"]).unwrap();
    assert_eq!(case.state(0), "not_now");
    assert!(case.counsellor.letter_draft(&task, "L0").is_err());
    let queue = case.counsellor.browser.page("/queues/decisions").unwrap();
    assert!(queue.contains(&case.reference), "a refusal is never an end");
}

#[test]
fn a_decision_needs_both_sides_and_a_reason_that_carries_it() {
    let world = World::new(4);
    let mut case = Case::new(&world, &[AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    assert!(
        case.clinician.decision(&task, "applied", "L1", &["RL2"]).is_err(),
        "a reason against carries no 'applied'"
    );
    assert!(
        case.clinician.decision(&task, "declined", "L1", &["ST1"]).is_err(),
        "resources alone carry nothing"
    );
    assert!(
        case.counsellor.decision(&task, "applied", "L1", &["A1"]).is_err(),
        "a counsellor does not decide"
    );
    assert_eq!(case.state(0), "decision_needed");
}

#[test]
fn a_stance_after_a_decision_sets_it_aside() {
    let world = World::new(5);
    let mut case = Case::new(&world, &[AUNT]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.counsellor.consent(&task, "refused", "L1", "I said no, and here is what you did not know.").unwrap();
    assert!(case.counsellor.letter_draft(&task, "L1").is_err());
}

#[test]
fn nothing_happens_before_the_proband_has_heard() {
    let world = World::new(6);
    let mut counsellor = world.counsellor();
    let result = counsellor.report_upload(&report("brca2_germline")).unwrap().unwrap();
    let page = counsellor.result(&result).unwrap();
    assert!(
        counsellor.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242").is_err(),
        "unmarked findings"
    );
    counsellor.findings_mark(&result, &page).unwrap();
    counsellor.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    assert!(counsellor.at_risk_confirm(&result).is_err());
    // A slip of the pen is not a day on which anybody was told.
    for year in ["26", "0", "1899", "2099"] {
        assert!(counsellor.conversation(&result, "at_result", (year, "11", "23"), "Yes.").is_err(), "{year}");
    }
    assert_eq!(text_of(&counsellor.result(&result).unwrap(), "state").unwrap(), "discuss");
}

#[test]
fn the_author_does_not_approve_their_own_letter() {
    let world = World::new(7);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let refused = case.counsellor.letter_approve(&letter).unwrap_err();
    assert!(refused.public().contains("second person"), "{refused}");
}

#[test]
fn the_preview_is_the_very_bytes_that_leave() {
    let world = World::new(8);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let preview = case.counsellor.browser.get(&format!("/letters/{letter}/pdf")).unwrap();
    world.send();
    let left = world.left_the_house("letters");
    assert_eq!(left.len(), 1);
    assert_eq!(std::fs::read(&left[0]).unwrap(), preview.body);
}

#[test]
fn a_letter_tells_no_more_than_was_agreed() {
    let world = World::new(9);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L1");
    let task = case.tasks[0].clone();
    assert!(case.counsellor.letter_draft(&task, "L2").is_err());
    let letter = case.counsellor.letter_draft(&task, "L1").unwrap();
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(!text.contains("BRCA2"));
}

#[test]
fn a_death_stops_what_was_on_its_way() {
    let world = World::new(11);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let page = format!("/people/{}", case.people[0]);
    let died = [("died_on-day", "20"), ("died_on-month", "11"), ("died_on-year", "2026")];
    case.counsellor.browser.done(&page, &format!("{page}/died"), &died).unwrap();
    world.send();
    assert_eq!(case.state(0), "deceased");
    assert!(world.left_the_house("letters").is_empty());
}

#[test]
fn choosing_not_to_know_blocks_every_further_letter() {
    let world = World::new(12);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    let task = case.tasks[0].clone();
    assert!(case.counsellor.letter_draft(&task, "L0").is_err());
    assert!(case.counsellor.browser.page("/queues/objections").unwrap().contains(&case.reference));
    // They come back and ask for something: nobody is to hold them for somebody who objects.
    let (mut again, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut again, "question", &[("question", "What would a test mean for my work?")]).unwrap();
    assert_eq!(case.state(0), "has_question");
    assert!(!case.counsellor.browser.page("/queues/objections").unwrap().contains(&case.reference));
}

#[test]
fn the_seeded_clinic_can_be_seeded() {
    let world = World::new(13);
    let ways = kinward::worker::Transports::from_config(&world.house).unwrap();
    let open = kinward::demo::families::seed(&world.house, &ways, &world.clock).unwrap();
    let (_, letter) = letter_open(&world.address, &open.code, ("1990", "4", "12")).unwrap();
    assert!(letter.contains("MLH1"));
}

#[test]
fn a_withdrawal_needs_no_choice_of_way_or_level() {
    let world = World::new(14);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    case.approved(0, "L2");
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let fields = [("stance", "withdrawn"), ("words", "I have changed my mind.")];
    case.counsellor.browser.done(&page, &page, &fields).unwrap();
    world.send();
    assert!(world.left_the_house("letters").is_empty());
    assert_eq!(case.state(0), "decision_needed");
    let agreed = [("stance", "given"), ("words", "Yes after all.")];
    assert!(case.counsellor.browser.done(&page, &page, &agreed).is_err(), "agreement says how and how much");
}
