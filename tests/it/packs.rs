//! Policy packs at work: the service is put under another country's, and decisions, letters and pages follow.
//! Must not know: how a pack is written.

use crate::people::told;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    audit::ActorKind,
    clinic::sharing::pack::pack_use,
    demo::people::{text_of, weighed},
};
use serde_json::{Value, json};

impl World {
    /// As `kinward policy use` does it; answers how many letters were stopped.
    pub fn works_under(&self, pack: &str) -> usize {
        self.house
            .act_as(ActorKind::CommandLine, "policy use", self.service.id, |act| pack_use(act, pack))
            .unwrap()
    }
}

/// A decision with all that the pack in force lists ticked as on file, or all but one.
pub fn decides(case: &mut Case, task: &str, reason: &str, but: usize) -> (u16, Value) {
    let page = format!("/tasks/{task}/decision");
    let facts = case.clinician.program.api(&page).unwrap();
    let listed = facts["form"]["documents"].as_array().unwrap();
    assert!(listed.len() > 1, "{facts}");
    let decision =
        weighed(json!({"model": "familial", "outcome": "applied", "level": "L1", "reasons": [reason],
        "harm_if_not_shared": "No checks in time.", "harm_if_shared": "They may quarrel.",
        "steps_tried": "Two talks.", "adviser": "The team.", "proband_informed": "By telephone.",
        "inferable_why": "He was told so.", "documents": listed[but..]}));
    told(&mut case.clinician, &page, &decision)
}

#[test]
fn under_norways_pack_nobody_is_told_against_the_probands_will_and_old_decisions_stand() {
    let world = World::new(1101);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (hers, aunts) = (case.tasks[0].clone(), case.tasks[1].clone());
    for task in [&hers, &aunts] {
        case.counsellor.consent(task, "refused", "L1", "They are not to know.").unwrap();
    }
    case.clinician.decision(&hers, "applied", "L1", &["A1"]).unwrap();
    let letter = case.approved(0, "L1");
    assert_eq!(world.works_under("norway"), 1, "what had not left is stopped");
    let stopped = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!(stopped["state"], "stopped");
    assert_eq!(world.send(), 0);
    // What was decided under England's pack says so, with what that pack said.
    let page = case.clinician.browser.page(&format!("/tasks/{hers}/decision")).unwrap();
    assert!(page.contains("Policy pack England 2020") && page.contains("may be overruled"), "{page}");
    // What is decided now cannot go that way, and the page says why before anything is typed.
    let page = case.clinician.browser.page(&format!("/tasks/{aunts}/decision")).unwrap();
    assert!(page.contains("The familial approach cannot be applied"), "{page}");
    assert!(page.contains("Biotechnology Act, section 5-9") && !page.contains("value=\"applied\""), "{page}");
    let refused = case.clinician.decision(&aunts, "applied", "L1", &["A1"]).unwrap_err();
    assert!(refused.public().contains("Against a patient"), "{refused}");
    case.clinician.decision(&aunts, "declined", "L1", &["X1"]).unwrap();
    let page = case.clinician.browser.page(&format!("/tasks/{aunts}/decision")).unwrap();
    assert!(page.contains("Policy pack Norway 2004"), "{page}");
}

#[test]
fn under_norways_pack_it_is_still_weighed_where_the_proband_cannot_be_asked() {
    let world = World::new(1102);
    let mut case = Case::new(&world, &[SISTER]);
    world.works_under("norway");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "not_obtainable", "L1", "She has been unconscious since Monday.").unwrap();
    let (status, refused) = decides(&mut case, &task, "A9", 1);
    assert_eq!((status, &refused["field"]), (422, &json!("documents")), "{refused}");
    assert!(refused["problem"].as_str().unwrap().contains("That the disease is serious"), "{refused}");
    assert_eq!(decides(&mut case, &task, "A9", 0).0, 200);
    let html = case.clinician.browser.page(&format!("/tasks/{task}/decision")).unwrap();
    assert!(html.contains("That the disease is serious; That the relative has it"), "it is kept: {html}");
    case.counsellor.letter_draft(&task, "L1").unwrap();
}

#[test]
fn under_australias_pack_nothing_follows_before_a_second_clinician_has_signed() {
    let world = World::new(1104);
    let mut case = Case::new(&world, &[SISTER]);
    world.works_under("australia");
    let (task, reference) = (case.tasks[0].clone(), case.reference.clone());
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    assert_eq!(decides(&mut case, &task, "A1", 0).0, 200);
    assert_eq!(case.state(0), "decision_needed");
    assert!(case.counsellor.letter_draft(&task, "L1").is_err(), "nothing rests on it yet");
    let page = format!("/tasks/{task}/decision");
    let facts = case.clinician.program.api(&page).unwrap();
    let id = text_of(&facts["decisions"][0], "decision").unwrap();
    let sign = format!("{page}/{id}/sign");
    assert_eq!(told(&mut case.clinician, &sign, &json!({})).0, 409, "not by whoever decided");
    assert_eq!(told(&mut case.counsellor, &sign, &json!({})).0, 403, "nor by somebody who decides nothing");
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("waits for the signature of a second clinician") && !html.contains("/sign\""));

    let mut lee = world.second_clinician();
    lee.family_claim(&reference, "asked to sign the decision").unwrap();
    lee.browser.done(&page, &sign, &[]).unwrap();
    assert_eq!(case.state(0), "route_agreed");
    let facts = case.clinician.program.api(&page).unwrap();
    assert_eq!(facts["decisions"][0]["done"], "Not yet: no letter has left; due by 7 December 2026");
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("Lee Outside, 23 November 2026"), "{html}");
    assert_eq!(told(&mut lee, &sign, &json!({})).0, 409, "once");
    case.counsellor.letter_draft(&task, "L1").unwrap();
}

#[test]
fn a_signature_comes_too_late_once_the_proband_has_spoken_again() {
    let world = World::new(1105);
    let mut case = Case::new(&world, &[SISTER]);
    world.works_under("australia");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.counsellor.consent(&task, "refused", "L1", "Not her, I said.").unwrap();
    assert_eq!(decides(&mut case, &task, "A1", 0).0, 200);
    case.counsellor.consent(&task, "refused", "L1", "She is ill. Not now.").unwrap();
    let page = format!("/tasks/{task}/decision");
    let facts = case.clinician.program.api(&page).unwrap();
    let id = text_of(&facts["decisions"][0], "decision").unwrap();
    let (status, _) = told(&mut case.clinician, &format!("{page}/{id}/sign"), &json!({}));
    assert_eq!((status, case.state(0).as_str()), (409, "decision_needed"));
}

#[test]
fn under_frances_pack_a_letter_only_invites() {
    let world = World::new(1103);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    world.works_under("france");
    let refused = case.counsellor.letter_draft(&task, "L2").unwrap_err();
    assert!(refused.public().contains("L0 at most") && refused.public().contains("L1131-1"), "{refused}");
    let page = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(page.contains("value=\"L0\"") && !page.contains("value=\"L1\"") && page.contains("L0 at most"));
    let letter = case.counsellor.letter_draft(&task, "L0").unwrap();
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(!text.contains("BRCA2") && !text.contains("cancer"), "{text}");
}
