//! Training before decisions: cases answered, points explained, and nothing signed by whoever has not done it.
//! Must not know: how points are stored.

use crate::people::told;
use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::{
    access::{
        Role,
        staff::{StaffOpening, staff_add},
    },
    audit::{Act, ActorKind},
    clinic::sharing::cases::Library,
    demo::{
        clinic::{password, trained},
        people::{AtWork, weighed},
    },
};
use serde_json::{Value, json};

impl World {
    /// A clinician as `kinward staff add` makes one: untrained.
    fn newcomer(&self) -> AtWork {
        let opening = StaffOpening {
            username: "mair.new".into(),
            display_name: "Dr Mair New".into(),
            job_title: "Clinical geneticist".into(),
            password: password(),
            roles: vec![Role::Clinician],
        };
        let added = |act: &mut Act<'_>| staff_add(act, opening).map(|_| ());
        self.house.act_as(ActorKind::CommandLine, "test", self.service.id, added).unwrap();
        self.at_work("mair.new")
    }
}

/// What the library's own balance of a case says, as a program sends it.
fn as_balanced(id: &str) -> Value {
    let balance = &Library::embedded().unwrap().case(id).unwrap().balance;
    json!({
        "model": balance.models[0], "outcome": balance.outcomes[0], "level": balance.level,
        "reasons": balance.names, "sentence": "Both sides, and Thistledown.",
    })
}

fn decided() -> Value {
    weighed(json!({
        "model": "familial", "outcome": "applied", "level": "L1", "reasons": ["A1"],
        "harm_if_not_shared": "Severe.", "harm_if_shared": "Small.", "steps_tried": "Two talks.",
        "adviser": "Nobody.", "proband_informed": "By telephone.",
        "inferable_why": "The patient was told that this relative can work out who was tested.",
    }))
}

#[test]
fn an_untrained_clinician_signs_nothing_and_is_told_where_to_train_before_anything_is_typed() {
    let world = World::new(2201);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, reference) = (case.tasks[0].clone(), case.reference.clone());
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let mut mair = world.newcomer();
    mair.family_claim(&reference, "asked to look at the refusal").unwrap();
    let page = format!("/tasks/{task}/decision");
    let html = mair.browser.page(&page).unwrap();
    assert!(html.contains("You cannot sign a decision yet") && html.contains("href=\"/training\""), "{html}");
    assert!(html.contains("0 of the 10 cases") && html.contains("name=\"harm_if_shared\""), "{html}");
    assert!(mair.browser.page("/").unwrap().contains("0 of the 10 cases"));
    let (status, answer) = told(&mut mair, &page, &decided());
    let words = answer.to_string();
    assert_eq!(status, 409, "{words}");
    assert!(words.contains("/training") && words.contains("Nothing was saved"), "{words}");
    assert!(words.contains("a colleague whose training stands"), "{words}");
    assert_eq!(case.state(0), "decision_needed");
    // Reading and talking go on; and a trained colleague is not held up.
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(!html.contains("You cannot sign a decision yet"), "{html}");
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    assert_eq!(case.state(0), "route_agreed");
}

#[test]
fn training_is_done_case_by_case_with_points_explained_and_unlocks_the_signature() {
    let world = World::new(2202);
    let mut case = Case::new(&world, &[SISTER]);
    let (task, reference) = (case.tasks[0].clone(), case.reference.clone());
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let mut mair = world.newcomer();
    mair.family_claim(&reference, "asked to look at the refusal").unwrap();
    // The case is shown without what others found.
    let shown = Library::embedded().unwrap().case("H1").unwrap();
    let html = mair.browser.page("/training/H1").unwrap();
    assert!(html.contains("Maud has a BRCA2 variant"), "{html}");
    for kept in [&shown.to_do, &shown.for_telling, &shown.against_telling] {
        assert!(!html.contains(kept.split('.').next().unwrap()), "{kept}");
    }
    assert_eq!(mair.browser.get("/training/H1/answer").unwrap().status, 404, "before there is one");
    let page = mair.browser.page("/training").unwrap();
    assert!(page.contains("1 point for the model, 2 points for the outcome"), "{page}");
    // An answer that tells too much, and misses two reasons: each point is explained, and it does not pass.
    let poor = [
        ("model", "individual"),
        ("outcome", "applied"),
        ("level", "L2"),
        ("reasons[]", "A1"),
        ("reasons[]", "RL2"),
        ("reasons[]", "X9"),
        ("sentence", "He ought to know, Thistledown."),
    ];
    let to = mair.browser.done("/training/H1", "/training/H1", &poor).unwrap();
    assert_eq!(to, "/training/H1/answer");
    let html = mair.browser.page(&to).unwrap();
    for said in [
        "Not passed: 4 of 9 points",
        "The balance beside yours goes the other way.",
        "It tells more than serves here.",
        "You named 2 of the 4 that count.",
        "You missed:",
        "Only depersonalised familial information would be used",
        "He ought to know, Thistledown.",
        "A letter at L1 that names nobody keeps both small",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    // Having seen the balance, it is not answered again today.
    let (status, answer) = told(&mut mair, "/training/H1", &as_balanced("H1"));
    assert_eq!((status, answer.to_string().contains("30 November 2026")), (409, true), "{answer}");
    // An answer that contradicts itself is not taken.
    let mut odd = as_balanced("H2");
    odd["level"] = json!("none");
    assert_eq!(told(&mut mair, "/training/H2", &odd).0, 422);
    let decision = format!("/tasks/{task}/decision");
    for number in 2..=10 {
        let id = format!("H{number}");
        assert_eq!(told(&mut mair, &format!("/training/{id}"), &as_balanced(&id)).0, 200, "{id}");
    }
    assert_eq!(told(&mut mair, &decision, &decided()).0, 409, "nine are not ten");
    assert_eq!(told(&mut mair, "/training/H11", &as_balanced("H11")).0, 200);
    let (status, answer) = told(&mut mair, &decision, &decided());
    assert_eq!(status, 200, "{answer}");
    // The decision says under which training it was made.
    let html = case.clinician.browser.page(&decision).unwrap();
    assert!(html.contains("Complete since 23 November 2026, until 22 November 2028"), "{html}");
    // The Guardian sees who may sign, and never what anybody answered.
    let mut guardian = world.at_work("ruth.adeyemi");
    let html = guardian.browser.page("/training").unwrap();
    assert!(html.contains("Dr Mair New") && html.contains("Stands until 22 November 2028"), "{html}");
    assert_eq!(guardian.browser.get("/training/H1/answer").unwrap().status, 404);
    assert!(!html.contains("Thistledown"));
}

#[test]
fn training_that_has_lapsed_signs_neither_a_decision_nor_a_colleagues() {
    let world = World::new(2203);
    let days = world.house.policy.training.valid_days;
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    world.clock.advance_days(days - 1);
    let mut amir = world.clinician();
    let home = amir.browser.page("/").unwrap();
    assert!(home.contains("Your training stands until 22 November 2028"), "warned before it lapses: {home}");
    world.clock.advance_days(1);
    let mut amir = world.clinician();
    let page = format!("/tasks/{task}/decision");
    let html = amir.browser.page(&page).unwrap();
    assert!(html.contains("Your training has lapsed"), "{html}");
    let (status, answer) = told(&mut amir, &page, &decided());
    assert_eq!((status, answer.to_string().contains("has lapsed")), (409, true), "{answer}");
    // Done again, it stands again.
    world
        .house
        .act_as(ActorKind::CommandLine, "test", world.service.id, |act| {
            let member = kinward::access::staff::staff_by_username(act.conn(), "amir.rahman")?.unwrap();
            trained(act, member.id)
        })
        .unwrap();
    let (status, answer) = told(&mut amir, &page, &decided());
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn a_colleagues_signature_needs_training_too() {
    let world = World::new(2204);
    let mut case = Case::new(&world, &[SISTER]);
    world.works_under("australia");
    let (task, reference) = (case.tasks[0].clone(), case.reference.clone());
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    assert_eq!(crate::packs::decides(&mut case, &task, "A1", 0).0, 200);
    let page = format!("/tasks/{task}/decision");
    let facts = case.clinician.program.api(&page).unwrap();
    let id = facts["decisions"][0]["decision"].as_str().unwrap();
    let mut mair = world.newcomer();
    mair.family_claim(&reference, "asked to sign the decision").unwrap();
    let (status, answer) = told(&mut mair, &format!("{page}/{id}/sign"), &json!({}));
    assert_eq!((status, case.state(0).as_str()), (409, "decision_needed"), "{answer}");
    assert!(answer.to_string().contains("/training"), "{answer}");
}
