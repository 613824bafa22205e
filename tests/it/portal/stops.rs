//! Letters that were stopped after they had gone: they cannot be read online any more, and every answer is still heard.
//! Must not know: how a stop is kept; only what staff and relatives do, and what a browser then shows.

use super::{BROTHER, COUSIN, Fields, admitted, in_queue};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::{
    browser::{Browser, Seen},
    people::{Kin, letter_open, list_of, reply},
};

const UNCLE: Kin = Kin {
    relation: "mother's brother",
    given: "Denzil",
    family: "Farr",
    born: ("1944", "4", "23"),
    email: None,
};
const NIECE: Kin = Kin {
    relation: "sister's daughter",
    given: "Keren",
    family: "Wray",
    born: ("1990", "10", "30"),
    email: None,
};

/// Looks at the letter and follows once where its PDF leads; both must be the same page.
fn refused(browser: &mut Browser, why: &str) -> Seen {
    let page = browser.get("/r/letter").unwrap();
    let pdf = browser.get("/r/letter.pdf").unwrap();
    assert_eq!((pdf.status, pdf.location.as_deref()), (303, Some("/r/letter")), "{why}");
    assert!(!pdf.body.starts_with(b"%PDF"), "{why}");
    let text = page.text();
    assert!(page.status == 200 && text.contains("Please phone us about your letter"), "{why}: {text}");
    for telling in ["BRCA2", "Tamsin", "breast", "kw-letter", "/r/letter.pdf"] {
        assert!(!text.contains(telling), "{why}: {telling}");
    }
    page
}

fn headers(seen: &Seen) -> Vec<(String, String)> {
    let mut headers = seen.headers.clone();
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    headers
}

#[test]
fn whatever_stopped_a_letter_it_is_refused_in_the_same_bytes_and_answers_are_heard() {
    let world = World::new(320);
    let kin = [SISTER, AUNT, BROTHER, COUSIN, UNCLE, NIECE];
    let mut case = Case::new(&world, &kin);
    let codes: Vec<String> = (0..kin.len()).map(|place| case.sent(&world, place, "L2")).collect();
    // Each has the letter open while it is stopped.
    let mut reading: Vec<Browser> = (0..kin.len())
        .map(|place| {
            let (browser, letter) = letter_open(&world.address, &codes[place], kin[place].born).unwrap();
            assert!(letter.contains("BRCA2"), "it is readable until it is stopped");
            browser
        })
        .collect();
    let (task, person) = (|place: usize| format!("/tasks/{}", case.tasks[place]), &case.people);
    let (objecting, dead) = (task(2), format!("/people/{}", person[3]));
    let died = [("died_on-day", "20"), ("died_on-month", "11"), ("died_on-year", "2026")];
    let stops = ["withdrawn", "narrowed", "objected for", "recorded as dead", "not me", "amended"];
    let mut shown: Vec<(Vec<(String, String)>, String)> = Vec::new();
    for (place, why) in stops.into_iter().enumerate() {
        let (staff, of) = (&mut case.counsellor, case.tasks[place].clone());
        match why {
            "withdrawn" => staff.consent(&of, "withdrawn", "L2", "No, after all.").unwrap(),
            "narrowed" => staff.consent(&of, "given_with_limits", "L1", "Not the gene.").unwrap(),
            "objected for" => {
                staff.browser.done(&objecting, &format!("{objecting}/object"), &[]).map(|_| ()).unwrap()
            }
            "recorded as dead" => {
                staff.browser.done(&dead, &format!("{dead}/died"), &died).map(|_| ()).unwrap()
            }
            "not me" => {
                let mut neighbour = admitted(&world, &codes[place], kin[place].born);
                let next = neighbour.done("/r/for-you", "/r/for-you", &[("for_you", "not_me")]).unwrap();
                neighbour.done(&next, &next, &[]).unwrap();
                neighbour.done("/r/check", "/r/check", &[]).unwrap();
            }
            _ => staff.report_upload(&report("brca2_amended")).unwrap().map(|_| ()).unwrap(),
        }
        let in_the_other_window = refused(&mut reading[place], why);
        let (mut again, page) = letter_open(&world.address, &codes[place], kin[place].born).unwrap();
        assert_eq!(
            page,
            in_the_other_window.text(),
            "{why}: whether the letter was open makes no difference"
        );
        let first = refused(&mut again, why);
        shown.push((headers(&first), first.text()));
        let back = again.page("/r/back").unwrap();
        assert!(back.contains("We cannot show you this letter") && !back.contains("/r/letter"), "{why}");
        // In both windows: an answer begun before the stop, and one of whoever opened it after.
        reply(&mut reading[place], "question", &[("question", "What has become of my letter?")]).unwrap();
        // Where the record says that the person has died, a person looks before anything else.
        let heard = if why == "recorded as dead" { "not_reached" } else { "has_question" };
        assert_eq!(case.state(place), heard, "{why}");
        reply(&mut again, "appointment", &[("by", "phone")]).unwrap();
        assert_eq!(case.state(place), "wants_appointment", "{why}");
        assert!(in_queue(&mut case.counsellor, "replies", &case.reference) > 0, "{why}");
        let page = case.counsellor.program.api(&format!("/tasks/{of}")).unwrap();
        assert!(list_of(&page, "replies").unwrap().len() >= 2, "{why}: every answer is kept");
        refused(&mut again, "answering opens nothing again");
    }
    assert!(shown.iter().all(|one| *one == shown[0]), "no reason can be told from another");
}

#[test]
fn a_death_told_at_the_door_withholds_the_letter_from_every_window() {
    let world = World::new(321);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut open, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let mut widower = admitted(&world, &code, SISTER.born);
    widower.submit("/r/for-you", "/r/for-you", &[("for_you", "died")]).unwrap();
    refused(&mut open, "told at the door");
}

#[test]
fn no_answer_but_not_me_takes_the_letter_away() {
    let world = World::new(322);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let answers: [(&str, Fields); 5] = [
        ("not_know", &[("children_too", "yes")]),
        ("think", &[("remind", "3")]),
        ("question", &[("question", "Does it skip generations?")]),
        ("already_tested", &[]),
        ("appointment", &[("by", "video")]),
    ];
    for (choice, fields) in answers {
        let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
        reply(&mut browser, choice, fields).unwrap();
        let (mut later, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
        assert!(letter.contains("BRCA2"), "{choice} takes the letter away");
        assert!(later.get("/r/letter.pdf").unwrap().body.starts_with(b"%PDF"), "{choice}");
        // Whoever comes back is led to what they answered, and past "before you read" only where they have read.
        let mut again = admitted(&world, &code, SISTER.born);
        let next = again.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
        assert_eq!(next, if choice == "not_know" { "/r/before" } else { "/r/back" }, "{choice}");
    }
    // Rather not know, said before reading, is a right and no farewell.
    let mut browser = admitted(&world, &code, SISTER.born);
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    let next = browser.done("/r/before", "/r/before", &[("before", "rather_not")]).unwrap();
    assert_eq!(next, "/r/answer/not_know");
    browser.done(&next, &next, &[]).unwrap();
    browser.done("/r/check", "/r/check", &[]).unwrap();
    assert!(browser.page("/r/done").unwrap().contains(&case.reference));
    assert_eq!(case.state(0), "do_not_contact");
    browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    assert!(browser.page("/r/letter").unwrap().contains("BRCA2"), "they may come to read it after all");
}

#[test]
fn a_narrower_agreement_takes_back_only_what_tells_more() {
    let world = World::new(323);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L1");
    world.send();
    let plain = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let (said, other) = (case.tasks[0].clone(), case.sent(&world, 1, "L2"));
    case.counsellor.consent(&said, "given_with_limits", "L1", "Not the gene.").unwrap();
    let (mut browser, letter) = letter_open(&world.address, &plain, SISTER.born).unwrap();
    assert!(letter.contains("Tamsin Wray"), "what is still agreed to stays");
    case.counsellor.consent(&said, "given_with_limits", "L0", "Nothing but to phone.").unwrap();
    refused(&mut browser, "narrowed below the letter");
    assert!(letter_open(&world.address, &other, AUNT.born).unwrap().1.contains("BRCA2"), "and only hers");
    // What was taken back does not come back by itself: a new letter has a code of its own.
    case.counsellor.consent(&said, "given", "L2", "All of it, then.").unwrap();
    refused(&mut browser, "agreed again");
}

#[test]
fn whoever_is_said_to_have_died_is_written_to_again_only_when_staff_found_that_they_live() {
    let world = World::new(357);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut widower = admitted(&world, &code, SISTER.born);
    widower.submit("/r/for-you", "/r/for-you", &[("for_you", "died")]).unwrap();
    let task = format!("/tasks/{}", case.tasks[0]);
    let html = case.counsellor.browser.page(&task).unwrap();
    assert!(html.contains("Somebody says that this person has died"), "{html}");
    assert!(html.contains("Find out whether they have died") && !html.contains("Find the right address"));
    let found = format!("{task}/address-found");
    let refused = case.counsellor.browser.submit(&task, &found, &[]).unwrap();
    assert!(refused.status == 422 && refused.text().contains("id=\"lives"), "{}", refused.text());
    assert_eq!(case.state(0), "not_reached");
    case.counsellor.browser.done(&task, &found, &[("lives", "yes")]).unwrap();
    assert_eq!(case.state(0), "route_agreed");
    assert!(!case.counsellor.browser.page(&task).unwrap().contains("says that this person has died"));
}
