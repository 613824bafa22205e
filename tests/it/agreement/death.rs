//! After the proband's death nobody is sent to ask them, pages say so, and no day contradicts another.
//! Must not know: how a decision is weighed.

use crate::people::told;
use crate::support::{
    TODAY, World,
    cases::{AUNT, BROTHER, Case, SISTER},
};
use kinward::demo::people::text_of;
use serde_json::json;

fn proband_of(case: &mut Case) -> String {
    let page = case.counsellor.result(&case.result.clone()).unwrap();
    text_of(&page["proband"], "person").unwrap()
}

#[test]
fn pages_say_that_the_proband_has_died_and_send_nobody_to_ask_them() {
    let world = World::new(3111);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, result) = (case.tasks[0].clone(), case.result.clone());
    let said = json!({"stance": "refused", "words": "No.", "heard": ["benefits"]});
    case.counsellor.program.api_post(&format!("/tasks/{task}/consent"), &said).unwrap();
    let pages = [
        format!("/tasks/{task}"),
        format!("/tasks/{task}/consent"),
        format!("/tasks/{task}/decision"),
        format!("/results/{result}"),
        format!("/results/{result}/agreement"),
        format!("/results/{result}/conversations/new"),
    ];
    let decision = case.clinician.browser.page(&pages[2]).unwrap();
    assert!(decision.contains("Talk to them first"), "{decision}");
    let proband = proband_of(&mut case);
    let died = json!({"died_on": "2026-11-23"});
    case.counsellor.program.api_post(&format!("/people/{proband}/died"), &died).unwrap();
    for page in &pages {
        let html = case.clinician.browser.page(page).unwrap();
        assert!(html.contains("The proband has died on 23 November 2026"), "{page}: {html}");
        assert!(html.contains("The family is grieving"), "{page}");
        for gone in ["Talk to them first", "sk again on", "o be asked again", "is to hear this result first"]
        {
            assert!(!html.contains(gone), "{page} says '{gone}': {html}");
        }
    }
    assert_eq!(case.clinician.browser.get(&format!("/results/{result}/agreement.pdf")).unwrap().status, 409);
    // Somebody who comes onto the list only now waits for a decision, and not for a word of the dead.
    let family = case.family.clone();
    let brother = case.counsellor.relative_add(&family, &proband, &BROTHER, TODAY).unwrap();
    let listed = case.counsellor.at_risk_confirm(&result).unwrap();
    let new = listed.iter().find(|(person, _)| *person == brother).unwrap().1.clone();
    assert_eq!(case.counsellor.task_state(&new).unwrap(), "decision_needed");
}

#[test]
fn an_agreement_that_runs_out_after_a_death_leads_to_a_decision() {
    let world = World::new(3112);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let until = json!({"route": "clinic_letter", "level": "L0", "stance": "given", "words": "Until Christmas.",
        "ends_on": "2026-12-24"});
    let page = format!("/tasks/{}/consent", case.tasks[0]);
    case.counsellor.program.api_post(&page, &until).unwrap();
    let proband = proband_of(&mut case);
    let died = json!({"died_on": "2026-11-23"});
    case.counsellor.program.api_post(&format!("/people/{proband}/died"), &died).unwrap();
    assert_eq!(case.state(0), "route_agreed", "what they agreed to stands, as long as they said");
    super::days_later(&world, &mut case, 32);
    assert_eq!(world.send(), 0);
    assert_eq!(case.state(0), "decision_needed");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn a_death_lies_after_every_conversation_with_the_same_person() {
    let world = World::new(3113);
    let mut case = Case::new(&world, &[SISTER]);
    let proband = proband_of(&mut case);
    let (died, correct) = (format!("/people/{proband}/died"), format!("/people/{proband}/death-date"));
    let before = json!({"died_on": "2026-11-22"});
    let (status, facts) = told(&mut case.counsellor, &died, &before);
    assert_eq!((status, &facts["field"]), (422, &json!("died_on")), "{facts}");
    assert!(!facts["problem"].as_str().unwrap().contains("23 November"), "its day is not for everybody");
    let sister = case.people[0].clone();
    assert_eq!(told(&mut case.counsellor, &format!("/people/{sister}/died"), &before).0, 200, "not with her");
    assert_eq!(told(&mut case.counsellor, &died, &json!({"died_on": "2026-11-23"})).0, 200);
    let wrong = json!({"died_on": "2026-11-20", "reason": "The certificate says so."});
    assert_eq!(told(&mut case.counsellor, &correct, &wrong).0, 422);
    // And no conversation with them lies after it; one with the family does.
    super::days_later(&world, &mut case, 2);
    let page = format!("/results/{}/conversations", case.result);
    let mut talk = json!({"held_on": "2026-11-25", "kind": "after", "present": "Her husband and Nia Morgan",
        "told": "That we are sorry, and that nothing presses.", "said": "He will ring.", "next_step": "Wait"});
    let (status, facts) = told(&mut case.counsellor, &page, &talk);
    assert_eq!((status, &facts["field"]), (422, &json!("held_on")), "{facts}");
    talk["attended"] = json!(["partner", "colleague"]);
    assert_eq!(told(&mut case.counsellor, &page, &talk).0, 200);
}
