//! Hard cases of reaching somebody: nobody is found, somebody must not be, lives abroad, or was mistaken for another; and a
//! family that moves away. Must not know: rows.

use super::told;
use crate::{
    closing::close,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use kinward::{
    clinic::cascade::trigger::{TriggerKind, TriggerState},
    demo::people::{letter_open, text_of},
};
use serde_json::json;

fn comes_back(case: &mut Case, code: &str) {
    case.clinician.browser.done("/outbox/returned", "/outbox/returned", &[("code", code)]).unwrap();
}

#[test]
fn h7_whoever_cannot_be_found_is_looked_for_one_source_at_a_time_and_then_closed_with_a_day() {
    let world = World::new(1407);
    let mut case = Case::new(&world, &[AUNT]);
    let code = case.sent(&world, 0, "L2");
    comes_back(&mut case, &code);
    assert_eq!(case.state(0), "not_reached");
    let task = format!("/tasks/{}", case.tasks[0]);
    let (search, end) = (format!("{task}/searches"), format!("{task}/searches/end"));
    assert_eq!(close(&mut case, 0, "untraceable"), (409, json!("outcome")), "nobody has looked");
    let ask = |case: &mut Case, source: &str| told(&mut case.counsellor, &search, &json!({"source": source}));
    let not_found = json!({"was_found": "no", "search_said": "They have no newer one."});
    assert_eq!(ask(&mut case, "practice").0, 200);
    assert_eq!(ask(&mut case, "national_register").0, 409, "one source at a time");
    assert_eq!(told(&mut case.counsellor, &end, &json!({"was_found": "no", "search_said": ""})).0, 422);
    assert_eq!(told(&mut case.counsellor, &end, &not_found).0, 200);
    assert_eq!(close(&mut case, 0, "untraceable").0, 409, "two are asked");
    assert_eq!(ask(&mut case, "practice"), (409, json!("source")), "and not the same one twice");
    assert_eq!(ask(&mut case, "national_register").0, 200);
    assert_eq!(told(&mut case.counsellor, &end, &not_found).0, 200);
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(html.contains("Never whoever lives where post came back from"), "{html}");
    assert_eq!(close(&mut case, 0, "untraceable").0, 200);
    let waits = crate::closing::triggers(&world);
    let day = waits.iter().find(|one| one.kind == TriggerKind::WaitEnds).unwrap();
    assert!(day.state == TriggerState::Waiting && day.due_on.is_some(), "{day:?}");
    assert_eq!(world.send(), 0, "nothing goes to whoever lives there now");
    assert_eq!(world.left_the_house("letters").len(), 1);
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}

#[test]
fn h8_two_who_are_estranged_learn_nothing_of_where_the_other_is() {
    let world = World::new(1408);
    let mut case = Case::new(&world, &[SISTER]);
    let task = format!("/tasks/{}", case.tasks[0]);
    let said = json!({"route": "clinic_letter", "level": "L1", "stance": "given",
        "words": "We have not spoken for years. Write to her, and leave me out.", "inferable_why": "She will know."});
    case.counsellor.program.api_post(&format!("{task}/consent"), &said).unwrap();
    let letter = case.approved(0, "L1");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    // The report holds the proband's own address; her sister's letter nothing of it, and not her name.
    for hers in ["Rosalind", "Ashdown", "Mill Lane", "AV1 4QT", "spoken for years"] {
        assert!(!text.contains(hers), "{hers}: {text}");
    }
    world.send();
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    comes_back(&mut case, &code);
    // Nor does the one letter that goes back to the proband tell where it was sent, or what became of it otherwise.
    let asks = case.counsellor.browser.done(&task, &format!("{task}/address-letter"), &[]).unwrap();
    let html = case.counsellor.browser.page(&asks).unwrap();
    let lived = format!("{} Larch Close", SISTER.given.len() + 3);
    for hers in [lived.as_str(), "GL5 1AA", "tamsin.wray@mail.example"] {
        assert!(!html.contains(hers), "{hers}: {html}");
    }
}

#[test]
fn h17_a_relative_abroad_is_told_where_to_ask_there_and_closed_so() {
    let world = World::new(1417);
    let mut case = Case::new(&world, &[AUNT]);
    let page = format!("/people/{}", case.people[0]);
    let contact = json!({"address": "4 Harbour Street\nGalway H91 X4PF", "country": "Ireland", "source": "Told by the family"});
    case.counsellor.program.api_post(&format!("{page}/contact"), &contact).unwrap();
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    let text = case.counsellor.browser.page(&format!("/letters/{letter}/text")).unwrap();
    assert!(text.contains("c.5946del") && text.contains("IRELAND"), "a service there can test by it: {text}");
    assert!(!text.contains("NHS genetic test"), "nothing of the NHS is promised: {text}");
    world.send();
    assert_eq!(close(&mut case, 0, "abroad_signposted").0, 200);
    let html = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    assert!(html.contains("Abroad: told where to ask there"), "{html}");
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}

#[test]
fn h21_a_family_that_moves_is_ours_until_the_other_service_says_that_it_takes_over() {
    let world = World::new(1421);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.sent(&world, 0, "L1");
    let offer = format!("/families/{}/transfer", case.family);
    let entry = json!({"to_service": "Northvale Genetics", "offer_why": "She has moved to Northvale."});
    let work = &mut case.counsellor;
    assert_eq!(
        told(work, &offer, &json!({"to_service": "Northvale Genetics", "offer_why": ""})).1,
        "offer_why"
    );
    let first = text_of(&work.program.api_post(&offer, &entry).unwrap(), "transfer").unwrap();
    assert_eq!(told(work, &offer, &entry).0, 409, "one offer at a time");
    let owner = |case: &mut Case| text_of(&case.counsellor.program.api(&offer).unwrap(), "owner").unwrap();
    assert!(owner(&mut case).starts_with("This service answers"));
    assert!(case.counsellor.browser.page("/queues/transfers").unwrap().contains(&case.reference));
    // What goes with it: where each stands, and what was said.
    let packet = case.counsellor.browser.page(&format!("/transfers/{first}")).unwrap();
    for part in ["Tamsin Wray", "Letter sent", "Ottilie Farr", "Northvale Genetics"] {
        assert!(packet.contains(part), "{part}: {packet}");
    }
    let answer = |case: &mut Case, transfer: &str, answer: &str| {
        let said = json!({"transfer_answer": answer, "answer_words": "Dr Hale wrote on Monday."});
        told(&mut case.counsellor, &format!("/transfers/{transfer}/end"), &said).0
    };
    assert_eq!(answer(&mut case, &first, "decline"), 200);
    assert!(owner(&mut case).starts_with("This service answers"), "declined, it stays here");
    assert_eq!(case.state(1), "identified", "and goes on");
    let second = text_of(&case.counsellor.program.api_post(&offer, &entry).unwrap(), "transfer").unwrap();
    assert_eq!(answer(&mut case, &second, "accept"), 200);
    assert_eq!(answer(&mut case, &second, "take_back"), 409, "it is theirs now");
    assert!(owner(&mut case).starts_with("Northvale Genetics"));
    assert_eq!((case.state(0), case.state(1)), ("wait_event".into(), "wait_event".into()));
    let page = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
    assert_eq!(page["reference"], case.reference.as_str(), "the reference stands");
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}

#[test]
fn h28_a_letter_that_reached_the_wrong_reader_is_called_back_and_reported_within_the_hours() {
    let world = World::new(1428);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let letters =
        case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap()["letters"].clone();
    let letter = letters[0]["letter"].as_str().unwrap().to_owned();
    let begin = format!("/letters/{letter}/incident");
    let work = &mut case.counsellor;
    assert_eq!(told(work, &begin, &json!({"incident_words": "Oh."})), (422, json!("incident_words")));
    let happened = json!({"incident_words": "Her neighbour of the same name opened and read it."});
    let incident = text_of(&work.program.api_post(&begin, &happened).unwrap(), "incident").unwrap();
    assert_eq!(told(work, &begin, &happened).0, 409, "once");
    let opened = letter_open(&world.address, &code, SISTER.born);
    assert!(opened.is_err() || !opened.unwrap().1.contains("BRCA2"), "read by nobody any more");
    assert_eq!(case.state(0), "not_reached");
    // Three days of twenty-four hours from Monday, ten o'clock.
    let at = format!("/incidents/{incident}");
    let page = case.counsellor.program.api(&at).unwrap();
    assert_eq!(page["report_by"], "26 November 2026, 10:00");
    assert!(case.counsellor.browser.page("/queues/incidents").unwrap().contains(&case.reference));
    let items = case.counsellor.program.api("/queues/incidents").unwrap();
    assert_eq!(
        items["items"][0]["due"], "24 November 2026",
        "a working day, and not when the hours are over"
    );
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
    let (report, end) = (format!("{at}/report"), format!("{at}/close"));
    let told_whom = json!({"notified_words": "Her and the neighbour; addresses are checked by two."});
    assert_eq!(told(&mut case.counsellor, &end, &told_whom).0, 409, "not before it was assessed");
    let reported = json!({"must_report": "yes", "reported_words": "To the commissioner, by the web form."});
    assert_eq!(told(&mut case.counsellor, &report, &reported).0, 200);
    assert_eq!(told(&mut case.counsellor, &end, &told_whom).0, 200);
    let html = case.counsellor.browser.page(&at).unwrap();
    assert!(html.contains("by the web form") && html.contains("addresses are checked"), "{html}");
    assert_eq!(crate::queues::compare(&world), (vec![], vec![]));
}
