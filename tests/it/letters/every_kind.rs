//! Every kind of letter there is can be made from the pages: a list that must be complete.
//! Must not know: what any of them says; each has a story of its own.

use super::{abroad, child, houses, own_result, proband, replaced, stopped};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{clinic::letters::personal::PersonalKind, demo::people::text_of};
use kinward_family::kind::Kind;

/// A letter of this kind, made from pages: the case, and the letter's id.
fn made(world: &World, kind: Kind) -> (Case, String) {
    match kind {
        Kind::DirectContact => {
            let mut case = Case::new(world, &[AUNT]);
            case.agree(0, "L2");
            let letter = case.counsellor.letter_draft(&case.tasks[0].clone(), "L2").unwrap();
            (case, letter)
        }
        Kind::FamilyLetter => copy(world, true),
        Kind::WhomItMayConcern => copy(world, false),
        Kind::Reminder => followed(world, 1),
        Kind::Closing => followed(world, 2),
        Kind::Replaced => replaced::made(world),
        Kind::StopConfirmed => stopped::made(world),
        Kind::ParentOfMinor => child::about_a_child(world),
        Kind::YoungPerson => child::to_a_young_person(world),
        Kind::ResultFound => own(world, "het"),
        Kind::ResultNotFound => own(world, "noncarrier"),
        Kind::ReclassifiedUp => super::recontact::made(world, true),
        Kind::ReclassifiedDown => super::recontact::made(world, false),
        Kind::ReclassifiedUpByHand => super::recontact::made_by_hand(world, true),
        Kind::ReclassifiedDownByHand => super::recontact::made_by_hand(world, false),
        Kind::Abroad => abroad::made(world),
        Kind::GpOfRelative | Kind::AddressWanted | Kind::OtherService | Kind::AdoptionRegister => {
            houses::made(world, kind.as_str())
        }
    }
}

fn own(world: &World, says: &str) -> (Case, String) {
    let mut case = Case::new(world, &[SISTER]);
    let letter = own_result::made(&mut case, says);
    (case, letter)
}

/// What the proband hands over, to somebody with a date of birth or without.
fn copy(world: &World, dated: bool) -> (Case, String) {
    let mut case = Case::new(world, &[SISTER]);
    if !dated {
        let person = format!("/people/{}", case.people[0]);
        let names = [("given_name", SISTER.given), ("family_name", SISTER.family)];
        case.counsellor.browser.done(&person, &format!("{person}/identity"), &names).unwrap();
    }
    let said = format!("/tasks/{}/consent", case.tasks[0]);
    let fields = [("stance", "given"), ("route", "proband_tells"), ("level", "L2"), ("words", "I will.")];
    case.counsellor.browser.done(&said, &said, &fields).unwrap();
    let task = format!("/tasks/{}", case.tasks[0]);
    let letter = case.drafted(&task, &format!("{task}/copies"), &[("level", "L2")]);
    (case, letter)
}

fn followed(world: &World, times: usize) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    case.sent(world, 0, "L2");
    let task = format!("/tasks/{}", case.tasks[0]);
    let mut letter = String::new();
    for _ in 0..times {
        case.later(world, 42);
        letter = case.drafted(&task, &format!("{task}/follow-up"), &[]);
        world.send();
    }
    (case, letter)
}

#[test]
fn every_kind_of_letter_can_be_made_from_a_page() {
    for (place, kind) in Kind::ALL.into_iter().enumerate() {
        let world = World::new(9300 + place as u64);
        let (mut case, letter) = made(&world, kind);
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        assert_eq!(text_of(&page, "kind_words").unwrap(), kind.name());
        assert!(!case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap().is_empty());
        super::in_step(&world);
    }
}

#[test]
fn every_personal_kind_can_be_made_from_a_page() {
    for (place, kind) in PersonalKind::ALL.into_iter().enumerate() {
        let world = World::new(9400 + place as u64);
        match kind {
            PersonalKind::ResultAndPack => {
                let mut case = Case::new(&world, &[SISTER]);
                let pdf = format!("/results/{}/pack/letter.pdf", case.result);
                assert_eq!(case.counsellor.browser.get(&pdf).unwrap().status, 200);
            }
            PersonalKind::AddressFromProband => {
                let (mut case, letter) = proband::asks_the_proband(&world);
                assert_eq!(case.counsellor.program.api(&letter).unwrap()["kind"], kind.as_str());
            }
            PersonalKind::GpOfProband => {
                let (mut case, letter) = proband::to_the_practice(&world);
                assert_eq!(case.counsellor.program.api(&letter).unwrap()["kind"], kind.as_str());
            }
            PersonalKind::AdoptionDetails => {
                let (mut case, letter) = houses::made(&world, "adoption_register");
                let sheet = format!("/letters/{letter}/sheet.pdf");
                assert_eq!(case.counsellor.browser.get(&sheet).unwrap().status, 200);
            }
        }
    }
}
