//! Letters about a relative to a practice, a service or the register: none names the proband, and none opens anything online.
//! Must not know: rows.

use super::{gone, in_step};
use crate::support::{
    World,
    cases::{AUNT, Case},
};
use kinward::{
    audit::{Act, ActorKind},
    clinic::cascade::listener::Cascade,
    demo::people::{letter_open, text_of},
    relative::{
        delivery::{Delivery, delivery_heard},
        outbox,
    },
};
use serde_json::json;

/// The name and family name of the proband in the report.
const PROBAND: &str = "Ashdown";

fn fields<'a>(kind: &'a str, why: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("house_kind", kind),
        ("house_name", "Larch Road Surgery"),
        ("house_address", "2 Elm Road\nStroud"),
        ("house_postcode", "GL5 2BB"),
    ];
    if !why.is_empty() {
        all.push(("why", why));
    }
    all
}

fn houses(case: &Case) -> String {
    format!("/tasks/{}/houses", case.tasks[0])
}

fn asked(case: &mut Case, kind: &str, why: &str) -> (u16, String) {
    let page = houses(case);
    case.tried(&page, &page, &fields(kind, why))
}

fn drafted(case: &mut Case, kind: &str, why: &str) -> String {
    let page = houses(case);
    case.drafted(&page, &page, &fields(kind, why))
}

/// A letter of this kind, drafted.
pub fn made(world: &World, kind: &str) -> (Case, String) {
    if kind == "adoption_register" {
        return register(world);
    }
    let mut case = Case::new(world, &[AUNT]);
    let code = case.sent(world, 0, "L2");
    let why = if kind == "address_wanted" {
        case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
        "not_reached"
    } else {
        "agrees"
    };
    if kind == "other_service" {
        let (_, letter) = crate::referral::prepared_by_phone(&mut case, 0);
        return (case, letter);
    }
    let letter = drafted(&mut case, kind, why);
    (case, letter)
}

/// Somebody of the family whose address nobody knows, and the letter to the register about them.
fn register(world: &World) -> (Case, String) {
    let mut case = Case::new(world, &[AUNT]);
    let page = case.counsellor.result(&case.result.clone()).unwrap();
    let proband = text_of(&page["proband"], "person").unwrap();
    let new = json!({"relation": "brother", "from": proband, "given_name": "Tobias", "family_name": "Quillfeather",
        "birth_date": "1963-05-04"});
    let people = format!("/families/{}/people", case.family);
    let brother = text_of(&case.counsellor.program.api_post(&people, &new).unwrap(), "person").unwrap();
    let listed = case.counsellor.at_risk_confirm(&case.result.clone()).unwrap();
    let task = listed.iter().find(|(person, _)| *person == brother).unwrap().1.clone();
    (case.people, case.tasks) = (vec![brother], vec![task]);
    case.agree(0, "L2");
    let refused = asked(&mut case, "adoption_register", "");
    assert!(refused.0 == 409 && refused.1.contains("a doctor signs"), "{}", refused.1);
    let page = houses(&case);
    let done = case.clinician.browser.done(&page, &page, &told(&[SEPARATED, NAMED, WHEN])).unwrap();
    (case, kinward::demo::people::last_part(&done))
}

const SEPARATED: (&str, &str) =
    ("separated", "His sister told us that he was adopted by another family in 1963.");
const NAMED: (&str, &str) = ("named_by", "register");
const WHEN: (&str, &str) = ("named_words", "She told Dr Okafor on 20 November that the register may know.");

fn told(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    fields("adoption_register", "").into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn a_practice_is_told_what_the_relative_was_told_and_no_more_and_its_letter_opens_nothing() {
    let world = World::new(911);
    let mut case = Case::new(&world, &[AUNT]);
    case.agree(0, "L2");
    let early = asked(&mut case, "gp_of_relative", "agrees");
    assert!(early.0 == 409 && early.1.contains("told this relative anything"), "{}", early.1);
    case.approved(0, "L1");
    world.send();
    let unsaid = asked(&mut case, "gp_of_relative", "");
    assert!(unsaid.0 == 422 && unsaid.1.contains("Say why"), "{}", unsaid.1);
    let reached = asked(&mut case, "gp_of_relative", "not_reached");
    assert_eq!(reached.0, 422, "{}", reached.1);
    let letter = drafted(&mut case, "gp_of_relative", "agrees");
    let text = case.text(&letter);
    assert!(
        text.contains("About your patient Ottilie Farr") && text.contains("born 5 August 1941"),
        "{text}"
    );
    assert!(
        !text.contains("BRCA2") && !text.contains(PROBAND),
        "her letter told the condition alone: {text}"
    );
    assert!(kinward::demo::code_of(&mut case.counsellor, &letter).is_err(), "{text}");
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (2, "sent"));
    // The one reminder still goes to her, of her own letter.
    case.later(&world, 42);
    let task = format!("/tasks/{}", case.tasks[0]);
    let reminder = case.drafted(&task, &format!("{task}/follow-up"), &[]);
    assert!(case.text(&reminder).contains("Ottilie Farr"));
    in_step(&world);
}

#[test]
fn a_letter_to_a_practice_stops_with_what_it_rests_on() {
    let world = World::new(912);
    let (mut case, letter) = made(&world, "gp_of_relative");
    case.released(&letter);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L1", "No, after all.").unwrap();
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (1, "sent"));
    in_step(&world);
}

#[test]
fn a_practice_is_asked_where_a_relative_lives_only_once_a_letter_came_back_and_is_told_nothing() {
    let world = World::new(913);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    assert_eq!(asked(&mut case, "address_wanted", "not_reached").0, 422);
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", &code)]).unwrap();
    let letter = drafted(&mut case, "address_wanted", "not_reached");
    let text = case.text(&letter);
    for word in ["gene", "condition", "test", "cancer", "BRCA2", PROBAND] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("A letter of ours to your patient came back"), "{text}");
    case.released(&letter);
    world.send();
    assert_eq!((gone(&world), case.state(0).as_str()), (2, "not_reached"));
    in_step(&world);
}

#[test]
fn another_service_gets_what_it_needs_to_test_and_nobody_is_named_but_the_relative() {
    let world = World::new(914);
    let (mut case, letter) = made(&world, "other_service");
    let text = case.text(&letter);
    assert!(text.contains("Re: Ottilie Farr") && text.contains("NM_000059"), "{text}");
    assert!(!text.contains(PROBAND), "{text}");
    // Sent back by the second person, it alone is stopped: hers has gone and is waited for.
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_return(&letter).unwrap();
    assert_eq!(case.state(0), "sent");
    let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let referral = format!("/referrals/{}", text_of(&task["referrals"][0], "referral").unwrap());
    let again = case.drafted(&referral, &format!("{referral}/letter"), &[]);
    crate::referral::approved(&mut case, &again);
    world.send();
    assert_eq!(gone(&world), 2);
    in_step(&world);
}

#[test]
fn the_register_gets_a_letter_that_names_nobody_and_a_sheet_that_says_nothing_medical() {
    let world = World::new(915);
    let (mut case, letter) = register(&world);
    let text = case.text(&letter);
    for name in ["Tobias", "Quillfeather", PROBAND, "1963"] {
        assert!(!text.contains(name), "{name}: {text}");
    }
    let (page, sheet) = (format!("/letters/{letter}"), format!("/letters/{letter}/sheet.pdf"));
    case.clinician.letter_submit(&letter).unwrap();
    // The second person opens the very sheet, and says that they have; unseen, nothing is approved.
    let before = case.counsellor.browser.get(&sheet).unwrap();
    assert_eq!(before.status, 200);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("The proband agrees to be named to the register") && html.contains(WHEN.1),
        "{html}"
    );
    let unseen = case.tried(&page, &format!("{page}/approve"), &[]);
    assert!(unseen.0 == 422 && unseen.1.contains("Open it, and tick that you have seen it"), "{}", unseen.1);
    let of = |html: &str| {
        let rest = html.split("name=\"sheet_seen\"").nth(1).unwrap();
        rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let seen = of(&html);
    // What the sheet says changes under their eyes: what they saw is not what would go.
    let result = case.counsellor.result(&case.result.clone()).unwrap();
    let person = format!("/people/{}/identity", text_of(&result["proband"], "person").unwrap());
    let corrected = json!({"given_name": "Mariella", "family_name": PROBAND, "birth_date": "1957-04-11"});
    case.counsellor.program.api_post(&person, &corrected).unwrap();
    let other = case.tried(&page, &format!("{page}/approve"), &[("sheet_seen", &seen)]);
    assert_eq!(other.0, 422, "{}", other.1);
    let before = case.counsellor.browser.get(&sheet).unwrap();
    let seen = of(&case.counsellor.browser.page(&page).unwrap());
    case.counsellor.browser.done(&page, &format!("{page}/approve"), &[("sheet_seen", &seen)]).unwrap();
    let pdf = case.counsellor.browser.get(&sheet).unwrap();
    assert_eq!((pdf.status, &pdf.body), (200, &before.body));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sheet.pdf");
    std::fs::write(&file, &pdf.body).unwrap();
    let said = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(
        said.contains("Tobias Quillfeather") && said.contains("4 May 1963") && said.contains(PROBAND),
        "{said}"
    );
    for word in ["BRCA2", "cancer", "gene change", "breast", "ovarian"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    world.send();
    assert_eq!(gone(&world), 1);
    in_step(&world);
}

#[test]
fn whoever_holds_a_practices_letter_cannot_read_the_relatives_online() {
    let world = World::new(916);
    let (mut case, letter) = made(&world, "gp_of_relative");
    case.released(&letter);
    world.send();
    // The code that would be this letter's opens nothing, whoever works it out.
    let codes: Vec<String> = {
        let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
        let invitation = page["invitation"].as_str().unwrap();
        vec![world.house.keys.code(invitation).shown()]
    };
    for born in [AUNT.born, ("1957", "4", "11")] {
        assert!(letter_open(&world.address, &codes[0], born).is_err());
    }
}

#[test]
fn a_practices_letter_that_came_back_says_nothing_of_where_the_relative_lives() {
    let world = World::new(879);
    let (mut case, letter) = made(&world, "gp_of_relative");
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_approve(&letter).unwrap();
    assert_eq!(world.send(), 1);
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    let invitation = text_of(&page, "invitation").unwrap();
    let posts = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 100)).unwrap();
    let post = posts.iter().find(|post| post.invitation_id.as_str() == invitation).unwrap();
    let heard = |act: &mut Act<'_>| delivery_heard(act, &Cascade, post.id, Delivery::Returned, None);
    assert!(world.house.act_as(ActorKind::Provider, "notify", world.service.id, heard).unwrap());
    assert_eq!(case.state(0), "sent", "the relative's own letter is waited for as before");
    let person = case.counsellor.browser.page(&format!("/people/{}", case.people[0])).unwrap();
    assert!(!person.contains("came back"), "{person}");
    let page = case.counsellor.browser.page(&format!("/outbox/{}", post.id)).unwrap();
    assert!(page.contains("came back in the post"), "{page}");
    in_step(&world);
}

#[test]
fn the_register_is_asked_only_about_somebody_separated_and_the_sheet_names_the_proband_only_where_that_is_allowed()
 {
    let world = World::new(917);
    let (mut case, letter) = register(&world);
    case.clinician.letter_return(&letter).unwrap();
    let page = houses(&case);
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("The proband agreed to no letter that names them"), "{html}");
    let mut tried = |more: &[(&'static str, &'static str)]| {
        let seen = case.clinician.browser.submit(&page, &page, &told(more)).unwrap();
        (seen.status, seen.text())
    };
    let unknown = tried(&[NAMED, WHEN]);
    assert!(unknown.0 == 422 && unknown.1.contains("was separated from the family. The record does not"));
    let unnamed = tried(&[SEPARATED]);
    assert!(unnamed.0 == 422 && unnamed.1.contains("agreed to no letter that does"), "{}", unnamed.1);
    let unsaid = tried(&[SEPARATED, NAMED]);
    assert!(unsaid.0 == 422 && unsaid.1.contains("when the proband said so"), "{}", unsaid.1);
    let undecided = tried(&[SEPARATED, ("named_by", "decision"), WHEN]);
    assert!(undecided.0 == 422 && undecided.1.contains("No decision about this relative"), "{}", undecided.1);
    // Whoever agreed to be named to him needs to say no more.
    case.agree(0, "L3");
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(html.contains("so the sheet may name them") && !html.contains("named_by"), "{html}");
    let done = case.clinician.browser.done(&page, &page, &told(&[SEPARATED])).unwrap();
    let letter = kinward::demo::people::last_part(&done);
    // They take it back: the sheet cannot be made any more, and the letter does not go.
    case.clinician.letter_submit(&letter).unwrap();
    case.agree(0, "L2");
    let gone = case.counsellor.browser.get(&format!("/letters/{letter}/sheet.pdf")).unwrap();
    assert_eq!(gone.status, 409, "{}", gone.text());
    in_step(&world);
}
