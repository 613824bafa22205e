//! Letters about a child go to whoever is on record as responsible; at 16 a young person is written to themselves.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{Case, SISTER, report},
};
use kinward::demo::people::{Kin, letter_open, reply};

const NEPHEW: Kin =
    Kin { relation: "sister's son", given: "Piers", family: "Wray", born: ("2015", "10", "2"), email: None };
/// Sixteen a week after these stories begin.
const NEARLY: Kin = Kin { born: ("2010", "12", "1"), ..NEPHEW };
const YOUNG: Kin = Kin { born: ("2009", "10", "2"), ..NEPHEW };

/// A family in which something can be done from childhood; the second relative is asked about, and a letter agreed.
fn family(world: &World, child: Kin) -> Case {
    ready(Case::of(world, &report("fh_ldlr"), "fh", &[SISTER, child]))
}

fn ready(mut case: Case) -> Case {
    let task = format!("/tasks/{}", case.tasks[1]);
    assert_eq!(case.state(1), "wait_age");
    case.counsellor.browser.done(&task, &format!("{task}/come-of-age"), &[]).unwrap();
    case.agree(1, "L2");
    case
}

fn responsible(case: &mut Case) {
    let page = format!("/people/{}/responsibility", case.people[1]);
    let sister = case.people[0].clone();
    let said = [("holder", sister.as_str()), ("responsible_words", "She told us herself on the telephone.")];
    case.counsellor.browser.done(&page, &page, &said).unwrap();
}

fn tried(case: &mut Case, more: &[(&str, &str)]) -> (u16, String) {
    let task = format!("/tasks/{}", case.tasks[1]);
    let fields: Vec<(&str, &str)> = [("level", "L2"), ("inferable_why", "They all know who was tested.")]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    case.tried(&task, &format!("{task}/letters"), &fields)
}

fn written(case: &mut Case, more: &[(&str, &str)]) -> String {
    let task = format!("/tasks/{}", case.tasks[1]);
    let why = ("inferable_why", "They all know who was tested.");
    let fields: Vec<(&str, &str)> = [("level", "L2")].into_iter().chain(more.iter().copied()).collect();
    let done = case.counsellor.browser.done_where_asked(&task, &format!("{task}/letters"), &fields, why);
    kinward::demo::people::last_part(&done.unwrap())
}

/// A letter about a child, drafted.
pub fn about_a_child(world: &World) -> (Case, String) {
    let mut case = family(world, NEPHEW);
    responsible(&mut case);
    let letter = written(&mut case, &[]);
    (case, letter)
}

/// A letter to somebody of seventeen, drafted.
pub fn to_a_young_person(world: &World) -> (Case, String) {
    let mut case = family(world, YOUNG);
    let letter = written(&mut case, &[("own_address", "yes")]);
    (case, letter)
}

#[test]
fn a_letter_about_a_child_goes_to_whoever_is_responsible_and_never_to_the_child() {
    let world = World::new(871);
    let mut case = family(&world, NEPHEW);
    let (status, html) = tried(&mut case, &[]);
    assert!(status == 409 && html.contains("parental responsibility"), "{html}");
    let page = format!("/people/{}/responsibility", case.people[1]);
    let sister = case.people[0].clone();
    let unsaid = case.tried(&page, &page, &[("holder", &sister), ("responsible_words", "yes")]);
    assert!(unsaid.0 == 422 && unsaid.1.contains("who told us so"), "{}", unsaid.1);
    responsible(&mut case);
    let letter = written(&mut case, &[]);
    let text = case.text(&letter);
    assert!(text.contains("Tamsin Wray\n") && text.contains("Dear Tamsin Wray"), "{text}");
    assert!(text.contains("A test can help now"), "{text}");
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(1).as_str()), (1, "sent"));
    let code = case.code(&letter);
    assert!(letter_open(&world.address, &code, NEPHEW.born).is_err(), "it is not the child's to open");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!((case.state(0).as_str(), case.state(1).as_str()), ("identified", "wants_appointment"));
    in_step(&world);
}

#[test]
fn what_a_parent_would_rather_not_know_stays_the_childs_to_choose() {
    let world = World::new(872);
    let (mut case, letter) = about_a_child(&world);
    case.released(&letter);
    world.send();
    let code = case.code(&letter);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    // Her own wish; the child's task waits until they can be written to themselves, and a season before.
    assert_eq!((case.state(0).as_str(), case.state(1).as_str()), ("do_not_contact", "wait_age"));
    let queue = case.counsellor.program.api("/queues/waiting_for_age").unwrap();
    assert!(queue["items"][0]["due"].as_str().unwrap().contains("4 July 2031"), "{queue}");
    let child = case.counsellor.browser.page(&format!("/people/{}/not-to-know", case.people[1])).unwrap();
    assert!(child.contains("No wish not to know is on record"), "{child}");
    in_step(&world);
}

#[test]
fn a_letter_about_a_child_who_turns_sixteen_before_it_leaves_is_held_and_written_anew_to_them() {
    let world = World::new(873);
    let mut case = family(&world, NEARLY);
    responsible(&mut case);
    let letter = written(&mut case, &[]);
    case.released(&letter);
    case.later(&world, 10);
    world.send();
    assert_eq!((gone(&world), case.state(1).as_str()), (0, "route_agreed"));
    let html = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(html.contains("come of an age"), "{html}");
    let (status, html) = tried(&mut case, &[]);
    assert!(status == 422 && html.contains("goes to them and to nobody else"), "{html}");
    let anew = written(&mut case, &[("own_address", "yes")]);
    let text = case.text(&anew);
    assert!(text.contains("Piers Wray\n") && text.contains("This letter is for you"), "{text}");
    assert!(!text.contains("Tamsin"), "{text}");
    case.released(&anew);
    world.send();
    assert_eq!((gone(&world), case.state(1).as_str()), (1, "sent"));
    in_step(&world);
}

#[test]
fn nobody_is_written_to_about_a_child_for_whom_nothing_is_done_yet() {
    let world = World::new(874);
    let mut case = ready(Case::new(&world, &[SISTER, NEPHEW]));
    responsible(&mut case);
    let (status, html) = tried(&mut case, &[]);
    assert!(status == 409 && html.contains("nothing is done before a later age"), "{html}");
    assert_eq!(case.state(1), "route_agreed");
    in_step(&world);
}

#[test]
fn a_letter_to_somebody_who_is_not_responsible_any_more_does_not_leave() {
    let world = World::new(875);
    let (mut case, letter) = about_a_child(&world);
    case.released(&letter);
    let page = format!("/people/{}/responsibility", case.people[1]);
    let html = case.counsellor.browser.page(&page).unwrap();
    let end = html.split("action=\"").find(|rest| rest.contains("/end\"")).unwrap();
    let end = end.split('"').next().unwrap().to_owned();
    case.counsellor.browser.done(&page, &end, &[]).unwrap();
    world.send();
    assert_eq!((gone(&world), case.state(1).as_str()), (0, "route_agreed"));
    in_step(&world);
}

#[test]
fn a_letter_about_a_child_is_taken_back_when_whoever_it_goes_to_has_moved() {
    let world = World::new(876);
    let (mut case, letter) = about_a_child(&world);
    case.released(&letter);
    let page = format!("/people/{}", case.people[0]);
    let moved = [("address", "7 Larch Rise\nStroud"), ("postcode", "GL5 1AB"), ("source", "Her")];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &moved).unwrap();
    assert_eq!(case.state(1), "route_agreed");
    world.send();
    assert_eq!(gone(&world), 0);
    // A reminder, too, goes to her.
    let again = written(&mut case, &[]);
    case.released(&again);
    world.send();
    case.later(&world, 42);
    let task = format!("/tasks/{}", case.tasks[1]);
    let reminder = case.drafted(&task, &format!("{task}/follow-up"), &[]);
    let text = case.text(&reminder);
    assert!(text.contains("Tamsin Wray") && !text.contains("Piers"), "{text}");
    in_step(&world);
}

const TOLD: &str =
    "Whoever gets this letter about the child can tell that it was their own brother who was tested";

#[test]
fn whether_the_letters_reader_can_tell_who_was_tested_is_asked_of_whoever_reads_it() {
    let world = World::new(877);
    // The child has an uncle, a grandmother and others who can be meant; his mother has one brother.
    let mut case = family(&world, NEPHEW);
    responsible(&mut case);
    let task = format!("/tasks/{}", case.tasks[1]);
    let shown = case.counsellor.browser.page(&task).unwrap();
    assert!(
        shown.contains(TOLD) && shown.contains("would still tell whoever gets a letter about this child")
    );
    let unsaid = case.tried(&task, &format!("{task}/letters"), &[("level", "L2")]);
    assert!(unsaid.0 == 422 && unsaid.1.contains(TOLD), "{}", unsaid.1);
    // There is no letter about a child at L0, so none is offered.
    assert!(!unsaid.1.contains("Choose L0"), "{}", unsaid.1);
    let letter = written(&mut case, &[]);
    let page = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(page.contains(TOLD) && page.contains("Stands now"), "{page}");
    case.released(&letter);
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}

#[test]
fn no_letter_about_a_child_goes_to_the_proband_and_the_page_says_so() {
    let world = World::new(878);
    let mut case = family(&world, NEPHEW);
    let page = format!("/people/{}/responsibility", case.people[1]);
    let result = case.counsellor.result(&case.result.clone()).unwrap();
    let proband = kinward::demo::people::text_of(&result["proband"], "person").unwrap();
    let said = [("holder", proband.as_str()), ("responsible_words", "She brings him up, she says.")];
    case.counsellor.browser.done(&page, &page, &said).unwrap();
    let task = format!("/tasks/{}", case.tasks[1]);
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(html.contains("Whoever this letter would go to is the proband"), "{html}");
    assert!(!html.contains("Draft the letter<"), "{html}");
    let program = &mut case.counsellor.program;
    for reader in [None, Some(&proband)] {
        let body = serde_json::json!({"level": "L2", "reader": reader});
        let refused = program.api_post(&format!("{task}/letters"), &body).unwrap_err();
        assert!(refused.public().contains("is the proband, who knows of it already"), "{}", refused.public());
    }
    responsible(&mut case);
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(html.contains("The proband is on record as responsible, too"), "{html}");
    let letter = written(&mut case, &[]);
    assert!(case.text(&letter).contains("Tamsin Wray"));
    in_step(&world);
}

#[test]
fn where_too_little_is_agreed_for_any_letter_the_page_says_what_would_help() {
    let world = World::new(860);
    let mut case = family(&world, YOUNG);
    let task = format!("/tasks/{}", case.tasks[1]);
    let consent = case.counsellor.browser.page(&format!("{task}/consent")).unwrap();
    assert!(consent.contains("which is written at L1 or L2 and not at L0"), "{consent}");
    assert!(!consent.contains("so it is safe to choose"), "{consent}");
    case.agree(1, "L0");
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(
        html.contains("No letter can be written now")
            && html.contains("Ask the proband whether L1 may be told")
    );
    assert!(html.contains("Ask the proband again") && !html.contains("Draft the letter<"), "{html}");
    // In another country there is no letter to them at all, whatever is agreed.
    case.agree(1, "L2");
    let person = format!("/people/{}", case.people[1]);
    let moved =
        [("address", "4 Harbour Street\nGalway"), ("country", "Ireland"), ("source", "Told by the family")];
    assert!(case.tried(&person, &format!("{person}/contact"), &moved).0 < 400);
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(html.contains("There is no letter to somebody of 16 or 17 in another country"), "{html}");
    in_step(&world);
}

#[test]
fn what_a_reader_does_not_want_to_know_stops_a_draft_about_a_child_of_theirs_at_once() {
    let world = World::new(862);
    let (mut case, letter) = about_a_child(&world);
    let page = format!("/people/{}/not-to-know", case.people[0]);
    let wish =
        serde_json::json!({"topics": ["gene"], "scope": "self", "words": "She wants no gene named to her."});
    case.counsellor.program.api_post(&page, &wish).unwrap();
    let seen = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_eq!((seen["state"].as_str(), case.state(1).as_str()), (Some("stopped"), "route_agreed"));
    in_step(&world);
}
