//! A refusal and the talk about it: taken at once, never final, and called uninformed where nobody told them what it is about.
//! Must not know: what a decision weighs.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::weighed;
use serde_json::json;

const ALL_FOUR: [&str; 4] = ["benefits", "side_effects", "mostly_general", "tailorable"];

#[test]
fn a_refusal_without_the_talk_about_it_is_taken_and_stands_as_uninformed() {
    let world = World::new(1201);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    let said = json!({"stance": "refused", "words": "No. I do not want her to know.",
        "refusal_reasons": ["shame", "conflict"], "heard": ["benefits"]});
    case.counsellor.program.api_post(&page, &said).unwrap();
    assert_eq!(case.state(0), "decision_needed", "nobody's no waits for a form");
    let facts = case.counsellor.program.api(&page).unwrap();
    assert_eq!(facts["history"][0]["refusal"]["informed"], false);
    assert_eq!(facts["history"][0]["revisit_on"], "14 December 2026", "three weeks, as for thinking time");
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("Uninformed refusal") && html.contains("need not name them"), "{html}");
    assert!(html.contains("nobody chooses their genes"), "each reason has something to try next");
    let decision = case.clinician.browser.page(&format!("/tasks/{}/decision", case.tasks[0])).unwrap();
    assert!(decision.contains("Uninformed refusal."), "whoever weighs it reads so before");
    // Asked again, told all of it, and still no: then it is informed, and no day is set that nobody named.
    let said = json!({"stance": "refused", "words": "Still no.", "refusal_reasons": ["conflict"], "heard": ALL_FOUR});
    case.counsellor.program.api_post(&page, &said).unwrap();
    let facts = case.counsellor.program.api(&page).unwrap();
    assert_eq!(facts["history"][0]["refusal"]["informed"], true);
    assert!(facts["history"][0]["revisit_on"].is_null());
    assert_eq!(facts["history"][1]["refusal"]["informed"], false, "what was recorded stays");
    let decision = case.clinician.browser.page(&format!("/tasks/{}/decision", case.tasks[0])).unwrap();
    assert!(!decision.contains("Uninformed refusal."));
}

#[test]
fn the_decision_keeps_what_was_known_and_says_whether_it_was_done() {
    let world = World::new(1203);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let page = format!("/tasks/{task}/decision");
    let form = case.clinician.browser.page(&page).unwrap();
    assert!(form.contains("What is known") && form.contains("Breast and ovarian cancer"), "{form}");
    assert!(
        form.contains("Against it: Patients themselves call day-to-day effects personal"),
        "counter-evidence"
    );
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.approved(0, "L1");
    case.cooled(&world);
    world.send();
    let facts = case.clinician.program.api(&page).unwrap();
    let decided = &facts["decisions"][0];
    let done = decided["done"].as_str().unwrap();
    assert!(done.starts_with("Yes: a letter at L1, approved 23 November 2026"), "{done}");
    let known = decided["facts"].to_string();
    for words in
        ["Breast and ovarian cancer", "1 in 2", "c.5946del", "sister", "23 November 2026", "Not her."]
    {
        assert!(known.contains(words), "{words}: {known}");
    }
    // Late is seen: what is not acted on by its day is overdue among the letters to write.
    assert!(decided["weighed"].to_string().contains("7 December 2026"), "{decided}");
}

#[test]
fn an_uninformed_refusal_is_asked_about_again_on_its_day_also_once_a_decision_declined() {
    let world = World::new(1207);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let due = |case: &mut Case| {
        let items = case.clinician.program.api("/queues/decisions").unwrap()["items"].clone();
        let all: Vec<String> =
            items.as_array().unwrap().iter().map(|one| one["due"].as_str().unwrap().to_owned()).collect();
        all
    };
    let heard = json!({"stance": "refused", "words": "Not her.", "refusal_reasons": ["conflict"],
        "heard": ["benefits", "side_effects", "mostly_general", "tailorable"]});
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    case.counsellor.consent(&sister, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&sister, "declined", "L1", &["X1"]).unwrap();
    assert_eq!(due(&mut case), ["14 December 2026"], "three weeks, and not half a year");
    let next = case.clinician.program.api(&format!("/tasks/{sister}")).unwrap()["next_step"].clone();
    assert_eq!(next, "Ask the proband again, or look at the decision again");
    case.counsellor.program.api_post(&format!("/tasks/{aunt}/consent"), &heard).unwrap();
    case.clinician.decision(&aunt, "declined", "L1", &["X1"]).unwrap();
    assert_eq!(due(&mut case).len(), 2);
    assert!(due(&mut case)[1].contains("May 2027"), "{:?}", due(&mut case));
}

#[test]
fn what_went_on_one_decision_is_not_said_of_another() {
    let world = World::new(1206);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, page) = (case.tasks[0].clone(), format!("/tasks/{}/decision", case.tasks[0]));
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "declined", "L1", &["X1"]).unwrap();
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.counsellor.consent(&task, "given", "L2", "Write to her after all.").unwrap();
    case.approved(0, "L2");
    world.send();
    let facts = case.clinician.program.api(&page).unwrap();
    let done = |place: usize| facts["decisions"][place]["done"].as_str().unwrap().to_owned();
    assert!(done(0).starts_with("No: set aside on"), "it went because she agreed: {}", done(0));
    assert_eq!(done(1), "Nobody was written to on this decision");
}

#[test]
fn worked_examples_stand_beside_the_reasons_they_show() {
    let world = World::new(1205);
    let mut case = Case::new(&world, &[SISTER]);
    case.counsellor.consent(&case.tasks[0].clone(), "refused", "L1", "Not her.").unwrap();
    let form = case.clinician.browser.page(&format!("/tasks/{}/decision", case.tasks[0])).unwrap();
    let beside = form.split("Reasons against applying it").nth(1).unwrap();
    assert!(beside.contains("RL2: <a href=\"/cases/H1\">The proband says no</a>"), "{beside}");
    let all = case.clinician.browser.page("/cases").unwrap();
    assert_eq!(all.matches("href=\"/cases/H").count(), 30);
    let one = case.clinician.browser.page("/cases/H23").unwrap();
    assert!(one.contains("Both sisters in one clinic") && one.contains("A balance to compare with"));
    assert!(one.contains("Nobody has approved this example"));
    assert_eq!(case.clinician.browser.get("/cases/H31").unwrap().status, 404);
}

#[test]
fn a_ground_of_law_is_needed_to_tell_and_a_day_that_has_passed_is_none() {
    let world = World::new(1204);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, page) = (case.tasks[0].clone(), format!("/tasks/{}/decision", case.tasks[0]));
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let whole = weighed(json!({"model": "familial", "outcome": "applied", "level": "L0", "reasons": ["A1"],
        "harm_if_not_shared": "Written.", "harm_if_shared": "Written.", "steps_tried": "Written.",
        "adviser": "Written.", "proband_informed": "Written."}));
    for (field, value) in [
        ("legal_basis", "none_needed"),
        ("execute_by", "2026-11-22"),
        ("dissent", " "),
        ("justice", ""),
        ("not_shared_grade", "awful"),
        ("least_level", ""),
    ] {
        let mut wrong = whole.clone();
        wrong[field] = value.into();
        let (status, facts) = crate::people::told(&mut case.clinician, &page, &wrong);
        assert_eq!((status, facts["field"].as_str()), (422, Some(field)), "{facts}");
    }
    assert_eq!(case.state(0), "decision_needed");
    case.clinician.program.api_post(&page, &whole).unwrap();
}

#[test]
fn nobody_consents_for_somebody_else() {
    let world = World::new(1202);
    let mut case = Case::new(&world, &[AUNT]);
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    for kind in ["next_of_kin", "next_of_kin_consents", "proxy"] {
        let said = json!({"stance": kind, "words": "Her husband says yes.", "route": "clinic_letter", "level": "L1"});
        let (status, _) = crate::people::told(&mut case.counsellor, &page, &said);
        assert_eq!(status, 422, "{kind}");
    }
    let asked = json!({"stance": "given", "words": "Yes.", "route": "clinic_letter", "level": "L1",
        "refusal_reasons": ["husband"]});
    assert_eq!(crate::people::told(&mut case.counsellor, &page, &asked).0, 422);
    assert_eq!(case.state(0), "identified");
}

#[test]
fn a_talk_keeps_what_it_touched_on_for_whoever_takes_the_next_call_and_for_the_decision() {
    let world = World::new(1211);
    let mut case = Case::new(&world, &[SISTER]);
    let (page, talks) = (
        format!("/results/{}/conversations/new", case.result),
        format!("/results/{}/conversations", case.result),
    );
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let known = |case: &mut Case| {
        let facts = case.clinician.program.api(&format!("/tasks/{task}/decision")).unwrap();
        let facts = facts["form"]["facts"].as_array().unwrap().clone();
        let named =
            facts.iter().find(|one| one["what"] == "The three benefits to relatives were named").unwrap();
        named["known"].as_str().unwrap().to_owned()
    };
    assert_eq!(known(&mut case), "Not on record");
    let call = json!({"held_on": "2026-11-23", "kind": "telephone", "present": "The proband and his sister",
        "told": "What a check is.", "said": "I had not thought of it so.", "next_step": "He rings on Friday.",
        "attended": ["proband", "relative"], "benefits": ["prevent", "watch"], "items_said": ["general", "condition_exists"]});
    case.counsellor.program.api_post(&talks, &call).unwrap();
    assert_eq!(known(&mut case), "Not on record", "two of three");
    let html = case.counsellor.browser.page(&page).unwrap();
    for said in ["a talk of three", "General information only; That there is a condition in the family"] {
        assert!(html.contains(said), "whoever takes the next call reads it: {said}: {html}");
    }
    let boxes = [
        ("kind", "after"),
        ("held_on-day", "23"),
        ("held_on-month", "11"),
        ("held_on-year", "2026"),
        ("present", "The proband"),
        ("told", "All of it."),
        ("said", "I see."),
        ("next_step", "None."),
        ("benefits[]", "prepare"),
        ("agreed[]", "no_absolute_promise"),
    ];
    case.counsellor.browser.done(&page, &talks, &boxes).unwrap();
    assert_eq!(known(&mut case), "Yes", "over time, all three");
    let decision = case.clinician.browser.page(&format!("/tasks/{task}/decision")).unwrap();
    assert!(decision.contains("That secrecy has limits"), "{decision}");
    let other = json!({"held_on": "2026-11-23", "kind": "after", "present": "x", "told": "x", "said": "x",
        "next_step": "x", "benefits": ["riches"]});
    assert!(case.counsellor.program.api_post(&talks, &other).is_err());
}
