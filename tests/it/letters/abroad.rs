//! A relative in another country gets the letter that promises nothing of the NHS, called and posted as from abroad.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::{
    clinic::cascade::listener::Cascade,
    worker::{Paper, Transports, dispatch},
};

fn lives(case: &mut Case, postcode: &str, country: &str) -> (u16, String) {
    let page = format!("/people/{}", case.people[0]);
    let fields = [
        ("address", "4 Harbour Street\nGalway H91 X4PF"),
        ("postcode", postcode),
        ("country", country),
        ("source", "Told by the family"),
    ];
    case.tried(&page, &format!("{page}/contact"), &fields)
}

/// A letter to a relative abroad, drafted.
pub fn made(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    assert!(lives(&mut case, "", "Ireland").0 < 400);
    case.agree(0, "L2");
    let task = case.tasks[0].clone();
    let letter = case.counsellor.letter_draft(&task, "L2").unwrap();
    (case, letter)
}

#[test]
fn a_relative_abroad_gets_the_letter_for_abroad_and_nothing_that_only_the_nhs_gives() {
    let world = World::new(881);
    let (mut case, letter) = made(&world);
    let text = case.text(&letter);
    assert!(text.contains("Galway H91 X4PF\nIRELAND\n"), "{text}");
    assert!(
        text.contains("a genetic test in the United Kingdom") && !text.contains("NHS genetic test"),
        "{text}"
    );
    assert!(text.contains("+44 1632 960 700") && !text.contains(" 01632"), "{text}");
    case.released(&letter);
    let folder = world.folder.path().join("print");
    let ways = Transports {
        paper: Paper::Batches(folder.clone()),
        ..Transports::from_config(&world.house).unwrap()
    };
    assert_eq!(dispatch(&world.house, &Cascade, &ways, "test").unwrap(), 1);
    let batch = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let manifest = std::fs::read_to_string(batch.join("manifest.csv")).unwrap();
    assert!(manifest.contains(",international,usual"), "{manifest}");
    assert_eq!(case.state(0), "sent");
    // What follows it goes there, too.
    case.later(&world, 42);
    let task = format!("/tasks/{}", case.tasks[0]);
    let reminder = case.drafted(&task, &format!("{task}/follow-up"), &[]);
    assert!(case.text(&reminder).contains("+44 1632 960 700"));
    in_step(&world);
}

#[test]
fn an_address_is_of_one_country() {
    let world = World::new(882);
    let mut case = Case::new(&world, &[AUNT]);
    let (status, html) = lives(&mut case, "GL5 1AA", "Ireland");
    assert!(status == 422 && html.contains("id=\"postcode-error\""), "{html}");
    let (status, html) = lives(&mut case, "", "Wales");
    assert!(status == 422 && html.contains("id=\"country-error\""), "{html}");
    assert!(lives(&mut case, "", "Ireland").0 < 400);
    case.agree(0, "L2");
    let page = case.counsellor.program.api(&format!("/people/{}", case.people[0])).unwrap();
    assert_eq!(page["contact"]["country"], "Ireland");
    // There is only the letter with all that a service abroad needs.
    let task = case.tasks[0].clone();
    let refused = case.counsellor.letter_draft(&task, "L1").unwrap_err();
    assert!(refused.public().contains("written at L2"), "{refused}");
    let letter = case.approved(0, "L2");
    let home = format!("/people/{}", case.people[0]);
    let back = [("address", "9 Larch Close\nStroud"), ("postcode", "GL5 1AA"), ("source", "Her")];
    case.counsellor.browser.done(&home, &format!("{home}/contact"), &back).unwrap();
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (0, "route_agreed"));
    let anew = case.approved(0, "L2");
    assert_ne!(letter, anew);
    assert!(case.text(&anew).contains("NHS genetic test"));
    in_step(&world);
}
