//! Naming the proband: only by their own live agreement, for one relative, and no longer than it stands.
//! Must not know: how a letter is made.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};

fn named(case: &mut Case) -> String {
    let result = case.result.clone();
    let page = case.counsellor.result(&result).unwrap();
    page["proband"]["name"].as_str().unwrap().to_owned()
}

fn text(case: &mut Case, letter: &str) -> String {
    case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap()
}

#[test]
fn a_letter_names_the_proband_to_the_one_relative_they_agreed_for() {
    let world = World::new(181);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L3");
    case.agree(1, "L2");
    let name = named(&mut case);
    let letter = case.approved(0, "L3");
    assert!(text(&mut case, &letter).contains(&format!("{name} agreed that we may tell you this")));
    assert_eq!(world.send(), 2);
    // Not to another relative, whatever is asked for; and less than was agreed to names nobody.
    let task = case.tasks[1].clone();
    let refused = case.counsellor.letter_draft(&task, "L3").unwrap_err();
    assert!(refused.public().contains("L2 at most"), "{}", refused.public());
    let unnamed = case.approved(1, "L2");
    assert!(!text(&mut case, &unnamed).contains(&name));
}

#[test]
fn h2_a_withdrawn_agreement_stops_every_unsent_letter_that_names() {
    let world = World::new(182);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    for (place, stance, level) in [(0, "given", "L2"), (1, "withdrawn", "L0")] {
        case.agree(place, "L3");
        let letter = case.approved(place, "L3");
        let task = case.tasks[place].clone();
        case.counsellor.consent(&task, stance, level, "I would rather not be named.").unwrap();
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(page["state"], "stopped", "{stance}");
        assert!(case.counsellor.letter_draft(&task, "L3").is_err(), "{stance}");
    }
    assert_eq!(world.send(), 0);
    // What still stands may still be written.
    let letter = case.approved(0, "L2");
    let name = named(&mut case);
    assert!(!text(&mut case, &letter).contains(&name));
}

#[test]
fn an_agreement_that_ran_out_names_nobody_and_a_decision_never_does() {
    let world = World::new(183);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let task = case.tasks[0].clone();
    let page = format!("/tasks/{task}/consent");
    let fields = [
        ("route", "clinic_letter"),
        ("level", "L3"),
        ("stance", "given"),
        ("words", "Until the end of the week you may say it was me."),
        ("revisit_on-day", "24"),
        ("revisit_on-month", "11"),
        ("revisit_on-year", "2026"),
    ];
    case.counsellor.browser.done(&page, &page, &fields).unwrap();
    case.approved(0, "L3");
    world.clock.advance_seconds(3 * 24 * 3600);
    assert_eq!(world.send(), 0, "the last check before sending finds that the day has passed");
    let mut counsellor = world.counsellor();
    let refused = counsellor.letter_draft(&task, "L3").unwrap_err();
    assert!(refused.public().contains("may be named to this relative"), "{}", refused.public());
    counsellor.letter_draft(&task, "L2").unwrap();
    let other = case.tasks[1].clone();
    counsellor.consent(&other, "refused", "L3", "No. I do not want her to know.").unwrap();
    let decided = world.clinician().decision(&other, "applied", "L3", &["SF1"]).unwrap_err();
    assert!(decided.public().contains("goes to L2 at most"), "{}", decided.public());
}
