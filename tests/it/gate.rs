//! The leak gate at work: what it finds, who may let it stand, and what nobody may.
//! Must not know: how it compares words.

use crate::support::{
    TODAY, World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{AtWork, Kin, list_of, text_of};
use serde_json::{Value, json};

const ROSE: Kin = Kin {
    relation: "mother's sister",
    given: "Rose",
    family: "Farr",
    born: ("1941", "8", "5"),
    email: Some("rose.farr@mail.example"),
};

fn live_at(case: &mut Case, place: usize, address: &str, phone: &str) {
    let page = format!("/people/{}", case.people[place]);
    let fields =
        [("address", address), ("postcode", "GL5 1AA"), ("phone", phone), ("source", "Told by the family")];
    case.counsellor.browser.done(&page, &format!("{page}/contact"), &fields).unwrap();
}

fn case(world: &World) -> Case {
    let mut case = Case::new(world, &[SISTER, ROSE]);
    case.agree(0, "L2");
    case
}

fn draft(case: &mut Case) -> Result<String, String> {
    let task = case.tasks[0].clone();
    case.counsellor.letter_draft(&task, "L1").map_err(|held| held.public().to_owned())
}

fn page(who: &mut AtWork, letter: &str) -> Value {
    who.program.api(&format!("/letters/{letter}")).unwrap()
}

/// (what, part, found) of each hit.
fn found(who: &mut AtWork, letter: &str) -> Vec<(String, String, String)> {
    let page = page(who, letter);
    let hit = |hit: &Value| {
        (text_of(hit, "what").unwrap(), text_of(hit, "part").unwrap(), text_of(hit, "found").unwrap())
    };
    list_of(&page["held"], "found").unwrap().iter().map(hit).collect()
}

fn approve(who: &mut AtWork, letter: &str, exception: &str) -> Result<(), String> {
    let page = format!("/letters/{letter}");
    let fields = if exception.is_empty() { vec![] } else { vec![("exception", exception)] };
    who.browser
        .done(&page, &format!("{page}/approve"), &fields)
        .map(|_| ())
        .map_err(|held| held.public().to_owned())
}

const WHY: &str = "The house has been called that since it was built.";

#[test]
fn rose_cottage_goes_out_with_a_reason_and_a_second_person_who_saw_it() {
    let world = World::new(171);
    let mut case = case(&world);
    live_at(&mut case, 0, "Rose Cottage\nStroud", "");
    let letter = draft(&mut case).unwrap();
    let hit = ("another person's given name".to_owned(), "the address".to_owned(), "Rose".to_owned());
    assert_eq!(found(&mut case.counsellor, &letter), [hit]);
    let shown = case.counsellor.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(shown.contains("Say why these words may stand") && !shown.contains("Hand to a second person"));
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("given name"), "{}", held.public());
    // Only the author says why, and in words.
    assert!(case.clinician.letter_except(&letter, "place_name", WHY).is_err());
    assert!(case.counsellor.letter_except(&letter, "place_name", "ok").is_err());
    case.counsellor.letter_except(&letter, "place_name", WHY).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    // The author is not the second person, and the second person agrees to nothing unseen.
    let exception = text_of(&page(&mut case.counsellor, &letter)["held"]["exception"], "exception").unwrap();
    assert!(approve(&mut case.counsellor, &letter, &exception).is_err());
    let held = approve(&mut case.clinician, &letter, "").unwrap_err();
    assert!(held.contains("tick that you agree"), "{held}");
    let seen = case.clinician.browser.page(&format!("/letters/{letter}")).unwrap();
    assert!(seen.contains(WHY) && seen.contains("Rose Cottage") && seen.contains("name of a house"));
    approve(&mut case.clinician, &letter, &exception).unwrap();
    assert_eq!(world.send(), 1);
    let after = page(&mut case.counsellor, &letter);
    assert!(after["held"]["exception"]["agreed_by"].is_string());
}

#[test]
fn a_reason_holds_for_one_letter_and_for_what_was_found_when_it_was_written() {
    let world = World::new(172);
    let mut case = case(&world);
    live_at(&mut case, 0, "Rose Cottage\n4 Ottilie Lane", "");
    let letter = draft(&mut case).unwrap();
    case.counsellor.letter_except(&letter, "place_name", WHY).unwrap();
    // Somebody else of that name joins the family: the reason was not written in sight of it.
    let proband = {
        let result = case.counsellor.result(&case.result.clone()).unwrap();
        text_of(&result["proband"], "person").unwrap()
    };
    let family = case.family.clone();
    case.counsellor
        .relative_add(&family, &proband, &Kin { relation: "father's sister", ..AUNT }, ("2026", "11", "23"))
        .unwrap();
    let held = case.counsellor.letter_submit(&letter).unwrap_err();
    assert!(held.public().contains("held back"), "{}", held.public());
    case.counsellor.letter_except(&letter, "place_name", WHY).unwrap();
    // The family has another shape now, and the reader can still tell who was tested: that is asked again too.
    case.counsellor.letter_accept(&letter).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    case.clinician.letter_return(&letter).unwrap();
    let again = draft(&mut case).unwrap();
    assert!(case.counsellor.letter_submit(&again).is_err(), "a letter drafted anew asks again");
}

#[test]
fn a_care_of_line_and_anothers_number_are_shown_where_they_stand() {
    let world = World::new(173);
    let mut case = case(&world);
    live_at(&mut case, 1, "9 Elm Row\nStroud", "+44 7700 900123");
    for (address, what) in [
        ("c/o R. Farr\n2 Larch Close", "another person's family name"),
        ("2 Larch Close\nring 07700-900 123", "another person's phone number"),
        ("9 Elm Row\nStroud", ""),
        ("19 Elm Row, born 5th of August 1941", "a date of birth or death, an age or a year"),
        ("her sister's, 2 Larch Close", "a word that points to one person or tells of a refusal"),
    ] {
        live_at(&mut case, 0, address, "");
        let letter = draft(&mut case).unwrap();
        let hits = found(&mut case.counsellor, &letter);
        let there = hits.iter().any(|(of, part, _)| of == what && part == "the address");
        assert!(if what.is_empty() { hits.is_empty() } else { there }, "{address}");
        case.counsellor.letter_return(&letter).unwrap();
    }
}

#[test]
fn what_is_never_to_be_shared_holds_every_letter_until_it_is_lifted() {
    let world = World::new(174);
    let mut case = case(&world);
    let result = case.result.clone();
    let letter = draft(&mut case).unwrap();
    case.counsellor.letter_submit(&letter).unwrap();
    let add = format!("/results/{result}/never-share");
    case.counsellor.program.api_post(&add, &json!({"lines": "Larch Close\nmiscarriage"})).unwrap();
    let held = approve(&mut case.clinician, &letter, "").unwrap_err();
    assert!(held.contains("words that are never to be shared") && held.contains("No reason"), "{held}");
    case.clinician.letter_return(&letter).unwrap();
    let held = draft(&mut case).unwrap_err();
    assert!(held.contains("the address holds words that are never to be shared"), "{held}");
    let form = format!("/results/{result}/conversations/new");
    let talk = case.counsellor.program.api(&form).unwrap();
    let items = list_of(&talk, "never_share").unwrap();
    assert_eq!(items.len(), 2);
    let item = items.iter().find(|item| item["words"] == "Larch Close").unwrap();
    let lift = format!("{add}/{}/lift", text_of(item, "item").unwrap());
    assert!(case.counsellor.program.api_post(&lift, &json!({"why": ""})).is_err());
    case.counsellor.program.api_post(&lift, &json!({"why": "The patient says it is only a street"})).unwrap();
    assert!(case.counsellor.program.api_post(&lift, &json!({"why": "a second time"})).is_err());
    draft(&mut case).unwrap();
    let shown = case.counsellor.browser.page(&form).unwrap();
    assert!(shown.contains("only a street") && shown.contains("miscarriage"), "nothing is removed");
}

/// The laboratory's next word on the germline report: the same variant, and nothing more of how a medicine is taken.
fn amended_without_dpyd() -> Vec<u8> {
    let text = String::from_utf8(report("brca2_germline")).unwrap();
    assert!(text.contains("DPYD"));
    let mut bundle: Value = serde_json::from_str(&text).unwrap();
    let entries = bundle["entry"].as_array_mut().unwrap();
    let gone: Vec<Value> = entries
        .extract_if(.., |entry| {
            entry["resource"].to_string().contains("DPYD")
                && entry["resource"]["resourceType"] == "Observation"
        })
        .map(|entry| entry["fullUrl"].clone())
        .collect();
    for entry in entries.iter_mut().filter(|entry| entry["resource"]["resourceType"] == "DiagnosticReport") {
        let report = &mut entry["resource"];
        report["status"] = "amended".into();
        report["issued"] = "2025-11-18T14:05:00+00:00".into();
        report["conclusion"] = "Amended.".into();
        let kept = |one: &&Value| !gone.iter().any(|url| one["reference"] == *url);
        report["result"] = report["result"].as_array().unwrap().iter().filter(kept).cloned().collect();
    }
    let amended = bundle.to_string();
    assert!(!gone.is_empty() && !amended.contains("DPYD"), "{amended}");
    amended.into_bytes()
}

#[test]
fn a_gene_of_the_familys_other_report_holds_a_letter_too() {
    let world = World::new(175);
    let mut case = case(&world);
    let result = case.counsellor.report_upload(&amended_without_dpyd()).unwrap().unwrap();
    let page = case.counsellor.result(&result).unwrap();
    assert_eq!(text_of(&page, "family").unwrap(), case.family, "one family, two results");
    case.counsellor.findings_mark(&result, &page).unwrap();
    case.counsellor.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    case.counsellor.conversation(&result, "at_result", TODAY, "The same as before.").unwrap();
    let listed = case.counsellor.at_risk_confirm(&result).unwrap();
    case.tasks[0] = listed.iter().find(|(person, _)| *person == case.people[0]).unwrap().1.clone();
    case.agree(0, "L2");
    live_at(&mut case, 0, "DPYD House\nStroud", "");
    let held = draft(&mut case).unwrap_err();
    assert!(held.contains("the address holds a gene outside the joint account"), "{held}");
    live_at(&mut case, 0, "2 Larch Close\nStroud", "");
    let letter = draft(&mut case).unwrap();
    assert!(found(&mut case.counsellor, &letter).is_empty(), "what both reports tell is no leak");
}
