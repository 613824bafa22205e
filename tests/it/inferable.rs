//! A letter that names nobody and still tells who was tested: it is said before a level is chosen, and asked again.
//! Must not know: how the family's shape is read.

use crate::support::{
    TODAY, World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    audit::{self, Deed},
    demo::people::{Kin, text_of, weighed},
};
use serde_json::{Value, json};

const ANOTHER: Kin = Kin { given: "Lowri", born: ("1966", "6", "1"), email: None, ..SISTER };
const WHY: &str = "She knows that her sister can work it out, and says that this is all right.";
const TELLS: &str = "This relative can tell that it was their";

fn page(case: &mut Case, path: &str) -> String {
    case.counsellor.browser.page(path).unwrap()
}

/// What a form answers to exactly these fields: status, and which field it is about.
fn sent(case: &mut Case, path: &str, fields: &Value) -> (u16, Value) {
    let body = fields.to_string();
    let path = format!("/api/v1{path}");
    let program = &mut case.counsellor.program;
    let seen = program.send("POST", &path, Some("application/json"), Some(body.as_bytes())).unwrap();
    (seen.status, serde_json::from_slice(&seen.body).unwrap())
}

fn agrees(level: &str, why: Option<&str>) -> Value {
    json!({"route": "clinic_letter", "level": level, "stance": "given", "words": "Write to her.", "inferable_why": why})
}

fn dies(case: &mut Case, place: usize) {
    let path = format!("/people/{}/died", case.people[place]);
    case.counsellor.program.api_post(&path, &json!({"died_on": "2026-11-20"})).unwrap();
}

fn joins(case: &mut Case, kin: &Kin) {
    let result = case.counsellor.result(&case.result.clone()).unwrap();
    let proband = text_of(&result["proband"], "person").unwrap();
    let family = case.family.clone();
    case.counsellor.relative_add(&family, &proband, kin, TODAY).unwrap();
}

#[test]
fn the_only_sister_can_tell_and_no_level_that_tells_her_is_chosen_without_a_reason() {
    let world = World::new(751);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (task, aunt) = (format!("/tasks/{}", case.tasks[0]), format!("/tasks/{}", case.tasks[1]));
    let consent = format!("{task}/consent");
    let form = page(&mut case, &consent);
    assert!(form.contains(TELLS) && form.contains("no other brother or sister of theirs can be meant"));
    assert!(form.contains("id=\"inferable_why\"") && !form.contains("This relative cannot tell"));
    let form = page(&mut case, &format!("{aunt}/consent"));
    assert!(form.contains("cannot tell") && !form.contains(TELLS) && !form.contains("inferable_why"));
    assert_eq!(sent(&mut case, &format!("{aunt}/consent"), &agrees("L2", None)).0, 200);

    // L0 needs nothing; L1 and L2 need a sentence, from a program as from a page.
    for why in [None, Some("because")] {
        let (status, told) = sent(&mut case, &consent, &agrees("L2", why));
        assert_eq!((status, &told["field"]), (422, &json!("inferable_why")), "{told}");
        assert!(told["problem"].as_str().unwrap().contains("Choose L0"), "{told}");
    }
    let fields =
        [("route", "clinic_letter"), ("level", "L2"), ("stance", "given"), ("words", "Write to her.")];
    let refused = case.counsellor.browser.submit(&consent, &consent, &fields).unwrap();
    assert!(refused.status == 422 && refused.text().contains("href=\"#inferable_why\""));
    assert_eq!(sent(&mut case, &consent, &agrees("L0", None)).0, 200);
    let letters = format!("{task}/letters");
    assert_eq!(sent(&mut case, &consent, &agrees("L2", Some(WHY))).0, 200);

    // What was accepted with the agreement is not asked again for the letter, and stands beside it.
    let shown = page(&mut case, &task);
    assert!(shown.contains(TELLS) && shown.contains(WHY) && !shown.contains("id=\"inferable_why\""));
    let (status, drafted) = sent(&mut case, &letters, &json!({"level": "L2"}));
    assert_eq!(status, 200, "{drafted}");
    let letter = text_of(&drafted, "letter").unwrap();
    assert!(page(&mut case, &format!("/letters/{letter}")).contains(WHY));
    // Whoever may read letters and not the reasoning sees neither.
    let mut office = world.at_work("jo.taylor");
    office.family_claim(&case.reference, "sends what is approved").unwrap();
    let seen = office.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(!seen.contains(TELLS) && !seen.contains(WHY));
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let accepted: Vec<&str> = rows
        .iter()
        .filter(|row| row.deed == Deed::InferenceAccepted.as_str())
        .map(|row| row.note.as_str())
        .collect();
    assert_eq!(accepted, ["L2"]);
}

#[test]
fn a_decision_to_write_asks_it_too_and_a_decision_not_to_write_does_not() {
    let world = World::new(752);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L2", "No.").unwrap();
    let form = format!("/tasks/{task}/decision");
    let shown = case.clinician.browser.page(&form).unwrap();
    assert!(shown.contains(TELLS) && shown.contains("id=\"inferable_why\""));
    let decision = |outcome: &str, level: &str| {
        weighed(
            json!({"model": "familial", "outcome": outcome, "level": level, "reasons": ["A1", "RL2", "X4"],
            "harm_if_not_shared": "Written.", "harm_if_shared": "Written.", "steps_tried": "Written.",
            "adviser": "Written.", "proband_informed": "Written."}),
        )
    };
    let refused = case.clinician.program.api_post(&form, &decision("applied", "L1")).unwrap_err();
    assert!(refused.public().contains("Choose L0"), "{}", refused.public());
    case.clinician.program.api_post(&form, &decision("declined", "L1")).unwrap();
    assert_eq!(case.state(0), "not_now");
}

#[test]
fn a_death_after_drafting_holds_the_letter_until_somebody_says_why_it_may_go() {
    let world = World::new(753);
    let mut case = Case::new(&world, &[SISTER, ANOTHER]);
    let task = format!("/tasks/{}", case.tasks[0]);
    assert_eq!(sent(&mut case, &format!("{task}/consent"), &agrees("L2", None)).0, 200);
    let (status, drafted) = sent(&mut case, &format!("{task}/letters"), &json!({"level": "L2"}));
    assert_eq!(status, 200, "of two sisters nobody can tell: {drafted}");
    let letter = text_of(&drafted, "letter").unwrap();
    dies(&mut case, 1);
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("held back") && held.public().contains(TELLS), "{}", held.public());
    let shown = page(&mut case, &format!("/letters/{letter}"));
    assert!(shown.contains("Say why this letter may go") && !shown.contains("Hand to a second person"));
    case.counsellor.letter_accept(&letter).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    // Somebody joins of whom the reader may think, or not: she can still tell, and it is asked again.
    joins(&mut case, &AUNT);
    let held = case.clinician.letter_approve(&letter).unwrap_err();
    assert!(held.public().contains("held back"), "{}", held.public());
    case.counsellor.letter_accept(&letter).unwrap();
    let again = case.counsellor.browser.submit(
        &format!("/letters/{letter}"),
        &format!("/letters/{letter}/inferable"),
        &[("inferable_why", WHY)],
    );
    assert_eq!(again.unwrap().status, 409, "nothing is left to accept");
    let shown = page(&mut case, &format!("/letters/{letter}"));
    assert_eq!(shown.matches("it no longer counts").count(), 1, "what was given before stays to be read");
    case.clinician.letter_approve(&letter).unwrap();
    assert_eq!(world.send(), 2, "the letter, and the e-mail that tells of it");
}

#[test]
fn sisters_who_both_get_letters_can_tell_that_it_was_neither_of_them() {
    let world = World::new(754);
    let mut case = Case::new(&world, &[SISTER, ANOTHER]);
    let mut letters = Vec::new();
    for place in 0..2 {
        case.agree(place, "L1");
        letters.push(case.counsellor.letter_draft(&case.tasks[place].clone(), "L1").unwrap());
    }
    // The first was written while the other might have been the one tested.
    assert!(case.counsellor.letter_submit(&letters[0]).is_err());
    case.counsellor.letter_return(&letters[1]).unwrap();
    case.counsellor.letter_submit(&letters[0]).unwrap();
    case.clinician.letter_approve(&letters[0]).unwrap();
}

#[test]
fn who_agreed_to_be_named_leaves_nothing_to_guess_and_narrowing_that_waits_for_no_reason() {
    let world = World::new(755);
    let mut case = Case::new(&world, &[SISTER]);
    let task = format!("/tasks/{}", case.tasks[0]);
    let consent = format!("{task}/consent");
    assert_eq!(sent(&mut case, &consent, &agrees("L3", None)).0, 200);
    assert!(page(&mut case, &task).contains("so there is nothing to guess"));
    case.approved(0, "L2");
    for level in ["L2", "L1"] {
        assert_eq!(sent(&mut case, &consent, &agrees(level, None)).0, 200, "what narrows is taken at once");
    }
    let (status, told) = sent(&mut case, &format!("{task}/letters"), &json!({"level": "L1"}));
    assert_eq!((status, &told["field"]), (422, &json!("inferable_why")), "{told}");
}
