//! Somebody rings, quoting a reference or nothing: what whoever takes the call learns, and what becomes of it.
//! Must not know: how a family is found.

use crate::{
    queues::histories::compare,
    support::{
        World,
        cases::{Case, SISTER},
    },
};
use kinward::demo::people::AtWork;
use serde_json::{Value, json};

fn call(quoted: &str) -> Value {
    json!({
        "caller": "relative", "teller": "Marged Ashdown", "birth_date": "1975-02-03", "quoted": quoted,
        "ring_back": "07700 900123, after six", "account": "She has heard that there was a letter.",
        "asked": "Whether it is about her.", "answered": ["neither_confirmed_nor_denied"], "support": "yes"
    })
}

fn status(at: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let (status, told) = crate::people::told(at, path, body);
    (status, told["field"].clone())
}

fn due(at: &mut AtWork, queue: &str) -> Vec<Value> {
    at.program.api(&format!("/queues/{queue}")).unwrap()["items"].as_array().unwrap().clone()
}

#[test]
fn whoever_takes_a_call_learns_nothing_whatever_is_quoted() {
    let world = World::new(3601);
    let mut case = Case::new(&world, &[SISTER]);
    let reference = case.reference.clone();
    let mut clerk = world.at_work("jo.taylor");
    let html = clerk.browser.page("/calls/new").unwrap();
    assert!(html.contains("Say this, and nothing more") && html.contains("neither"), "{html}");
    let mut answers = Vec::new();
    for quoted in [reference.as_str(), "KW-2222-2222", "the letter my sister showed me", ""] {
        let answer = clerk.program.api_post("/calls", &call(quoted)).unwrap();
        let id = answer["call"].as_str().unwrap().to_owned();
        answers.push(answer.to_string().replace(&id, "CALL"));
        assert_eq!(
            clerk.program.get(&format!("/api/v1/calls/{id}")).unwrap().status,
            403,
            "it is matched by others"
        );
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "the same answer for all: {answers:?}");
    let list = clerk.browser.page("/calls").unwrap();
    assert!(
        !list.contains(&reference) && !list.contains("Marged") && !list.contains("href=\"/calls/0"),
        "{list}"
    );
    assert_eq!(list.matches("A colleague rings back by 30 November 2026").count(), 4, "{list}");
    // Who has nothing to do with the family is told of no family either; who has is told which may fit.
    let items = due(&mut case.counsellor, "unmatched_calls");
    assert_eq!(items.len(), 4, "{items:?}");
    let mut other = world.second_clinician();
    let fits = |at: &mut AtWork, link: &str| at.program.api(link).unwrap()["fits"].as_array().unwrap().len();
    let mut found = 0;
    for item in &items {
        let link = item["link"].as_str().unwrap();
        assert_eq!(fits(&mut other, link), 0);
        found += fits(&mut case.counsellor, link);
    }
    assert_eq!(found, 1, "the quoted reference of a family of hers");
    let (missing, extra) = compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn a_call_is_matched_when_it_is_known_who_rang_and_what_was_said_stands_with_the_family() {
    let world = World::new(3602);
    let mut case = Case::new(&world, &[SISTER]);
    let (family, reference) = (case.family.clone(), case.reference.clone());
    let mut clerk = world.at_work("jo.taylor");
    let id =
        clerk.program.api_post("/calls", &call(&reference)).unwrap()["call"].as_str().unwrap().to_owned();
    let page = format!("/calls/{id}");
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(
        html.contains("Marged Ashdown") && html.contains(&reference) && html.contains("3 February 1975"),
        "{html}"
    );
    let entry = |identity: &str, words: &str| json!({"reference": reference, "identity": identity, "match_words": words});
    let to = format!("{page}/match");
    let words = "Name, date of birth and postcode agree with our letter.";
    assert_eq!(status(&mut case.counsellor, &to, &entry("not_established", words)), (422, json!("identity")));
    assert_eq!(status(&mut case.counsellor, &to, &entry("particulars", "")), (422, json!("match_words")));
    // Whoever has nothing to do with the family cannot put a call to it.
    let mut other = world.second_clinician();
    assert_eq!(status(&mut other, &to, &entry("particulars", words)), (409, json!("reference")));
    let form = [("reference", reference.as_str()), ("identity", "particulars"), ("match_words", words)];
    case.counsellor.browser.done(&page, &to, &form).unwrap();
    assert_eq!(status(&mut case.counsellor, &to, &entry("particulars", words)).0, 409, "once");
    assert_eq!(other.program.get(&format!("/api/v1{page}")).unwrap().status, 404, "it is this family's now");
    assert_eq!(due(&mut case.counsellor, "unmatched_calls").len(), 0);
    let items = due(&mut case.counsellor, "calls_to_return");
    assert_eq!(
        (items.len(), &items[0]["due"]),
        (1, &json!("30 November 2026")),
        "the day that they were told"
    );
    // It was the wrong family after all, and then the right one.
    let back = json!({"put_back_why": "The birth date is another's."});
    assert_eq!(status(&mut case.counsellor, &format!("{page}/put-back"), &back).0, 200);
    assert_eq!(due(&mut case.counsellor, "unmatched_calls").len(), 1);
    assert_eq!(status(&mut case.counsellor, &to, &entry("rung_back", words)).0, 200);
    let answer = json!({"answered": ["general_information", "appointment_offered"], "support": "yes"});
    assert_eq!(
        status(&mut case.counsellor, &format!("{page}/answer"), &json!({"answered": [], "support": "yes"})),
        (422, json!("answered"))
    );
    let said = case.counsellor.program.api_post(&format!("{page}/answer"), &answer).unwrap();
    let note =
        case.counsellor.program.api(&format!("/enquiries/{}", said["enquiry"].as_str().unwrap())).unwrap();
    assert_eq!(note["teller"], "Marged Ashdown");
    assert_eq!(note["asked"], "Whether it is about her.");
    assert_eq!(note["answered"].as_array().unwrap().len(), 2);
    assert_eq!(due(&mut case.counsellor, "calls_to_return").len(), 0);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("Answered") && html.contains("The birth date is another"), "{html}");
    assert!(
        case.counsellor
            .browser
            .page(&format!("/families/{family}/enquiries"))
            .unwrap()
            .contains("Offered an appointment")
    );
    let (missing, extra) = compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn a_call_without_a_family_is_closed_with_what_was_done_and_opened_again_when_they_ring_again() {
    let world = World::new(3603);
    let mut counsellor = world.counsellor();
    let mut entry = call("");
    entry["cannot_wait"] = json!("yes");
    entry["caller"] = json!("other_service");
    let taken = counsellor.program.api_post("/calls", &entry).unwrap();
    assert_eq!(taken["rung_back_by"], "24 November 2026", "one working day");
    let page = format!("/calls/{}", taken["call"].as_str().unwrap());
    assert!(counsellor.browser.page(&page).unwrap().contains("They say that it cannot wait"));
    let close = |words: &str| json!({"close_identity": "not_established", "close_words": words});
    assert_eq!(status(&mut counsellor, &format!("{page}/close"), &close("")), (422, json!("close_words")));
    let words = "Rung back twice by the switchboard's number; nobody there knows them.";
    assert_eq!(status(&mut counsellor, &format!("{page}/close"), &close(words)).0, 200);
    assert!(due(&mut counsellor, "unmatched_calls").is_empty());
    assert!(counsellor.browser.page(&page).unwrap().contains("It could not be established"));
    let again = json!({"reopen_why": "They rang again, with a letter in the hand."});
    assert_eq!(status(&mut counsellor, &format!("{page}/reopen"), &again).0, 200);
    assert_eq!(due(&mut counsellor, "unmatched_calls").len(), 1);
    let (missing, extra) = compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn a_call_says_what_is_missing_and_keeps_what_was_typed() {
    let world = World::new(3604);
    let mut clerk = world.at_work("jo.taylor");
    for field in ["teller", "ring_back", "account", "asked"] {
        let mut entry = call("");
        entry[field] = json!("  ");
        assert_eq!(status(&mut clerk, "/calls", &entry), (422, json!(field)));
    }
    let mut entry = call("");
    entry["answered"] = json!([]);
    assert_eq!(status(&mut clerk, "/calls", &entry), (422, json!("answered")));
    assert!(
        clerk.program.api("/calls").unwrap()["calls"].as_array().unwrap().is_empty(),
        "nothing half-made"
    );
}

#[test]
fn the_code_of_a_letter_is_not_written_down() {
    let world = World::new(3605);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut clerk = world.at_work("jo.taylor");
    for (field, words) in [
        ("account", format!("She reads out: code {code}, she says.")),
        ("quoted", code.to_lowercase()),
        ("asked", format!("What {} means", code.replace('-', " "))),
    ] {
        let mut entry = call("");
        entry[field] = json!(words);
        assert_eq!(status(&mut clerk, "/calls", &entry), (422, json!(field)));
    }
    assert!(clerk.program.api("/calls").unwrap()["calls"].as_array().unwrap().is_empty());
}

#[test]
fn a_form_that_is_sent_twice_is_done_once_and_one_with_another_word_is_another() {
    let world = World::under(8861, |policy| policy.work.same_press_seconds = 10);
    let mut nia = world.counsellor();
    let said = [
        ("caller", "relative"),
        ("teller", "Ann Lee"),
        ("ring_back", "after six"),
        ("account", "Nothing."),
        ("asked", "What it is."),
        ("answered[]", "general_information"),
        ("support", "no"),
    ];
    let calls = |world: &World| crate::imports::count(world, "calls");
    let first = nia.browser.done("/calls/new", "/calls", &said).unwrap();
    // The second press is answered as the first was.
    assert_eq!(nia.browser.done("/calls/new", "/calls", &said).unwrap(), first);
    assert_eq!(calls(&world), 1);
    let mut other = said;
    other[1].1 = "Bo Lee";
    nia.browser.done("/calls/new", "/calls", &other).unwrap();
    assert_eq!(calls(&world), 2);
    // Somebody else may have taken the same call, and the same words a while later are another call.
    world.counsellor().browser.done("/calls/new", "/calls", &other).unwrap();
    world.clock.advance_seconds(11);
    nia.browser.done("/calls/new", "/calls", &other).unwrap();
    assert_eq!(calls(&world), 4);
}
