//! What ends an answer before and after it is released: whoever asked is never answered against their word, or in somebody
//! else's hands. Must not know: rows.

use super::{ANSWER, EMAIL, POST, answered, asked, notice, state, step, view};
use crate::support::{
    World,
    cases::{Case, SISTER, report},
};
use kinward::{
    demo::people::{letter_open, reply, text_of},
    relative::outbox::PostState,
};
use serde_json::json;

type Fields<'a> = &'a [(&'a str, &'a str)];

fn submitted(world: &World) -> (Case, String, String) {
    let (mut case, code, _) = asked(world, "L2", EMAIL);
    let answer = case.counsellor.answer_draft(&case.tasks[0].clone(), ANSWER).unwrap();
    case.counsellor.answer_submit(&answer).unwrap();
    (case, code, answer)
}

/// What happens before a release, and what the answer's page then says.
#[test]
fn what_happens_before_an_answer_is_released_ends_it_with_words_that_say_why() {
    let hold = json!({"mark": "hold", "words": "Her husband opens her post."});
    for (seed, why, says) in [
        (921, "they object", "does not want to be contacted"),
        (922, "not me", "came to somebody else"),
        (923, "staff object for them", "does not want to be contacted"),
        (924, "held for safety", "can be reached safely"),
        (925, "dead", "has died"),
        (926, "amended", "the report was amended"),
    ] {
        let world = World::new(seed);
        let (mut case, code, answer) = submitted(&world);
        let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
        let (task, person) = (case.tasks[0].clone(), case.people[0].clone());
        match why {
            "they object" => reply(&mut browser, "not_know", &[]).unwrap(),
            "not me" => reply(&mut browser, "not_me", &[]).unwrap(),
            "staff object for them" => {
                let page = format!("/tasks/{task}");
                case.counsellor.browser.done(&page, &format!("{page}/object"), &[]).unwrap();
            }
            "held for safety" => {
                case.counsellor.program.api_post(&format!("/people/{person}/safety"), &hold).unwrap();
            }
            "dead" => {
                let died = json!({"died_on": "2026-11-20"});
                case.counsellor.program.api_post(&format!("/people/{person}/died"), &died).unwrap();
            }
            _ => {
                case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
            }
        }
        let shown = view(&mut case.clinician, &answer);
        assert_eq!(shown["answer"]["state"], "withdrawn", "{why}");
        assert!(text_of(&shown["answer"], "ended_why").unwrap().contains(says), "{why}: {shown}");
        assert!(case.clinician.answer_release(&answer).is_err(), "{why}");
        assert_eq!((notice(&world).is_none(), world.send()), (true, 0), "{why}");
    }
}

#[test]
fn an_answer_waits_while_nobody_can_open_it_or_the_list_is_checked_again() {
    let world = World::new(927);
    let (mut case, code, answer) = submitted(&world);
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        assert!(letter_open(&world.address, &code, ("1941", "8", "5")).is_err());
    }
    let seen = text_of(&view(&mut case.clinician, &answer)["answer"], "fingerprint").unwrap();
    let release: Fields = &[("words_seen", seen.as_str())];
    let held = step(&mut case.clinician, &answer, "release", release).unwrap_err();
    assert!(held.contains("the code of their letter opens nothing now"), "{held}");
    let letter = text_of(&view(&mut case.clinician, &answer), "letter").unwrap();
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    let page = format!("/invitations/{}", text_of(&page, "invitation").unwrap());
    case.counsellor.browser.done(&page, &format!("{page}/reopen"), &[]).unwrap();
    step(&mut case.clinician, &answer, "release", release).unwrap();
    assert_eq!(case.state(0), "question_answered");
}

#[test]
fn whoever_says_not_me_or_wants_to_know_nothing_takes_the_answer_away() {
    for (seed, choice) in [(931, "not_me"), (932, "not_know")] {
        let world = World::new(seed);
        let (mut case, code, answer) = answered(&world, EMAIL);
        let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
        assert!(browser.page("/r/answered").unwrap().contains("look like that"));
        reply(&mut browser, choice, &[]).unwrap();
        assert_eq!(state(&mut case, &answer), "withdrawn", "{choice}");
        assert_eq!(notice(&world).unwrap().state, PostState::Cancelled, "{choice}");
        assert_eq!(world.send(), 0, "{choice}");
        let (mut again, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
        for path in ["/r/back", "/r/answered", "/r/letter", "/r/done"] {
            let seen = again.get(path).unwrap();
            let html = seen.text();
            assert!(
                !html.contains("look like that") && !html.contains("Read the answer"),
                "{choice} {path}: {html}"
            );
        }
    }
}

#[test]
fn a_letter_that_is_withheld_takes_its_answers_with_it() {
    let world = World::new(933);
    let (mut case, code, answer) = answered(&world, POST);
    let (mut open, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    case.counsellor.report_upload(&report("brca2_amended")).unwrap().unwrap();
    let seen = open.get("/r/answered").unwrap();
    assert_eq!(seen.location.as_deref(), Some("/r/letter"), "also for whoever had it open");
    assert_eq!(state(&mut case, &answer), "withdrawn");
    assert!(!open.page("/r/back").unwrap().contains("Read the answer"));
    let posted = open.submit("/r/back", "/r/answered", &[]).unwrap();
    assert!(posted.status == 303 || posted.status == 422, "{}", posted.status);
}

#[test]
fn words_that_are_never_to_be_shared_take_back_an_answer_that_holds_them_and_its_question_waits_again() {
    let world = World::new(934);
    let (mut case, code, answer) = answered(&world, POST);
    let (mut open, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(open.page("/r/answered").unwrap().contains("look like that"));
    let never = format!("/results/{}/never-share", case.result);
    let mut say = |lines: &str| {
        case.counsellor.program.api_post(&never, &json!({"lines": lines})).unwrap()["answers_withdrawn"]
            .clone()
    };
    assert_eq!(say("her mother's illness"), 0, "what it does not hold takes nothing back");
    assert_eq!(say("looks like this\nlook like that"), 1);
    assert_eq!(say("look like that"), 0, "and only once");
    let shown = view(&mut case.counsellor, &answer);
    assert_eq!(shown["answer"]["state"], "withdrawn");
    let why = text_of(&shown["answer"], "ended_why").unwrap();
    assert!(why.contains("never to be shared"), "{why}");
    // Also for whoever had it open; and their question is work again.
    let seen = open.get("/r/answered").unwrap().text();
    assert!(!seen.contains("look like that"), "{seen}");
    assert_eq!(case.state(0), "has_question");
    let task = case.tasks[0].clone();
    let again = case.counsellor.answer_draft(&task, "It can look like that.").unwrap_err();
    assert!(again.public().contains("never to be shared"), "{again}");
    case.counsellor.answer_draft(&task, "Come and talk to us about it, please.").unwrap();
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}
