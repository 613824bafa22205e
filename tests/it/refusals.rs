//! A refusal and the talk about it: taken at once, never final, and called uninformed where nobody told them what it is about.
//! Must not know: what a decision weighs.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
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
