//! A letter that came back: nobody reads it online any more, and its address is not written to again.
//! Must not know: rows.

use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::demo::people::{letter_open, reply};

const PAGE: &str = "/outbox/returned";

fn enter(case: &mut Case, code: &str) -> (u16, String) {
    let seen = case.clinician.browser.submit(PAGE, PAGE, &[("code", code)]).unwrap();
    (seen.status, seen.text())
}

fn lives(case: &mut Case, line: &str, postcode: &str) -> u16 {
    let page = format!("/people/{}", case.people[0]);
    let fields = [("address", line), ("postcode", postcode), ("source", "The GP")];
    case.counsellor.browser.submit(&page, &format!("{page}/contact"), &fields).unwrap().status
}

#[test]
fn a_letter_that_came_back_closes_itself_and_its_address() {
    let world = World::new(851);
    let mut case = Case::new(&world, &[AUNT]);
    let person = case.counsellor.program.api(&format!("/people/{}", case.people[0])).unwrap();
    let (line, postcode) =
        (person["contact"]["address"].as_str().unwrap(), person["contact"]["postcode"].as_str().unwrap());
    let (line, postcode) = (line.to_owned(), postcode.to_owned());
    let code = case.sent(&world, 0, "L2");
    let (status, html) = enter(&mut case, "K7QM-2XRT-9PLD");
    assert!(status == 422 && html.contains("No letter of this service"), "{html}");
    // Typed as a person types it.
    let (status, _) = enter(&mut case, &code.replace('-', " ").to_lowercase());
    assert!(status < 400);
    assert_eq!(case.state(0), "not_reached");
    let opened = letter_open(&world.address, &code, AUNT.born);
    assert!(opened.is_err() || !opened.unwrap().1.contains("BRCA2"));
    assert!(case.counsellor.browser.page("/queues/to_send").unwrap().contains(&case.reference));
    // The same address, said to be found, is refused, and their page says what came back.
    let task = format!("/tasks/{}", case.tasks[0]);
    let found = format!("{task}/address-found");
    let refused = case.counsellor.browser.submit(&task, &found, &[]).unwrap();
    assert!(
        refused.status == 409 && refused.text().contains("still the one from which post came back"),
        "{}",
        refused.text()
    );
    assert_eq!(case.state(0), "not_reached");
    let person = case.counsellor.browser.page(&format!("/people/{}", case.people[0])).unwrap();
    assert!(person.contains("Post came back from this address"), "{person}");
    assert!(lives(&mut case, "7 Larch Rise\nStroud", "GL5 1AB") < 400);
    assert_eq!(lives(&mut case, &line.to_uppercase(), &postcode), 422, "not even in capitals");
    case.counsellor.browser.done(&task, &found, &[]).unwrap();
    case.approved(0, "L2");
    world.send();
    assert_eq!(world.left_the_house("letters").len(), 2);
}

#[test]
fn what_did_not_go_by_post_does_not_come_back() {
    let world = World::new(852);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (status, html) = enter(&mut case, &code);
    assert!(status == 409 && html.contains("has not left"), "{html}");
}

#[test]
fn whoever_handles_the_post_enters_it_and_sees_nothing_of_the_family() {
    let world = World::new(853);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    // Jo has nothing to do with this family.
    let mut jo = world.at_work("jo.taylor");
    let entered = jo.browser.done(PAGE, PAGE, &[("code", &code)]).unwrap();
    let page = jo.browser.page(&entered).unwrap();
    assert!(page.contains("The letter was entered"), "{page}");
    for never in [AUNT.given, AUNT.family, case.reference.as_str(), case.tasks[0].as_str(), "BRCA2"] {
        assert!(!page.contains(never), "{never}: {page}");
    }
    assert_eq!(case.state(0), "not_reached");
    assert!(
        case.clinician.browser.page(&entered).unwrap().contains(&case.tasks[0]),
        "who follows it goes on"
    );
    let again = jo.browser.submit(PAGE, PAGE, &[("code", &code)]).unwrap();
    assert!(
        again.status == 409 && again.text().contains("entered already, on 23 November 2026"),
        "{}",
        again.text()
    );
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn an_address_that_was_corrected_meanwhile_stays_good() {
    let world = World::new(854);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    assert!(lives(&mut case, "7 Larch Rise\nStroud", "GL5 1AB") < 400);
    let (status, _) = enter(&mut case, &code);
    assert!(status < 400);
    let task = format!("/tasks/{}", case.tasks[0]);
    case.counsellor.browser.done(&task, &format!("{task}/address-found"), &[]).unwrap();
    case.approved(0, "L2");
}

#[test]
fn post_that_came_back_for_somebody_who_has_answered_stands_on_their_page() {
    let world = World::new(855);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    let entered = case.clinician.browser.done(PAGE, PAGE, &[("code", &code)]).unwrap();
    let said = case.clinician.browser.page(&entered).unwrap();
    assert!(said.contains("If they have answered already, nobody waits for this letter"), "{said}");
    assert_eq!(case.state(0), "wants_appointment");
    let page = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(page.contains("Post came back from this person\u{2019}s address"), "{page}");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}
