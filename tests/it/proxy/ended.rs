//! What lets nobody in, alike whatever it was, and what ends that somebody acts for a relative.
//! Must not know: how a second code is kept.

use super::{
    ANN, ask, at_the_second_door, granted, helper, in_step, newest, queued, reads_for, second_code, tried,
    unknown,
};
use crate::{
    access::essence,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use kinward::demo::people::{letter_open, reply};
use serde_json::json;

/// A letter, and somebody who may act for its reader: its code, where they stand, the second code.
fn helped(world: &World) -> (Case, String, String, String) {
    let mut case = Case::new(world, &[AUNT, SISTER]);
    let code = case.sent(world, 0, "L2");
    ask(world, &code, &AUNT, ANN);
    let at = newest(&mut case, 0);
    let second = granted(&mut case, &at, &helper());
    (case, code, at, second)
}

#[test]
fn five_wrong_second_codes_lock_it_and_the_relatives_own_way_stays_open() {
    let world = World::new(2611);
    let (mut case, code, at, second) = helped(&world);
    let mut answers = Vec::new();
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        assert_eq!(queued(&mut case, "locked_codes"), 0);
        answers.push(tried(&world, &code, &AUNT, &unknown()));
    }
    assert_eq!(queued(&mut case, "locked_codes"), 1);
    answers.push(tried(&world, &code, &AUNT, &second));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "nobody is told that it is locked");
    letter_open(&world.address, &code, AUNT.born).unwrap();
    let shown = case.counsellor.program.api_post(&format!("{at}/code"), &json!({})).unwrap();
    let anew = shown["code"].as_str().unwrap();
    assert_eq!(queued(&mut case, "locked_codes"), 0);
    assert_eq!(tried(&world, &code, &AUNT, &second), answers[0], "the one before opens nothing");
    reads_for(&world, &code, &AUNT, anew);
    in_step(&world);
}

#[test]
fn whatever_second_code_does_not_fit_is_answered_in_the_same_bytes() {
    let world = World::new(2612);
    let (mut case, code, at, second) = helped(&world);
    let other = case.sent(&world, 1, "L2");
    ask(&world, &other, &SISTER, ANN);
    let others = newest(&mut case, 1);
    let others = granted(&mut case, &others, &helper());
    let wrong = tried(&world, &code, &AUNT, &unknown());
    assert_eq!(wrong.0, 422);
    assert_eq!(tried(&world, &code, &AUNT, &others), wrong, "of another letter");
    assert_eq!(tried(&world, &code, &AUNT, &code), wrong, "the letter's own code is none");
    let anew = case.counsellor.program.api_post(&format!("{at}/code"), &json!({})).unwrap();
    assert_eq!(tried(&world, &code, &AUNT, &second), wrong, "replaced");
    let ends = json!({"withdrawn_why": "They do not live together any more."});
    case.counsellor.program.api_post(&format!("{at}/end"), &ends).unwrap();
    assert_eq!(tried(&world, &code, &AUNT, anew["code"].as_str().unwrap()), wrong, "ended");
    world.clock.advance_days(181);
    assert_eq!(tried(&world, &other, &SISTER, &others), wrong, "its last day has passed");
}

#[test]
fn what_is_withdrawn_while_a_page_is_open_shows_nothing_more() {
    let world = World::new(2613);
    let (mut case, code, at, second) = helped(&world);
    let (mut carer, letter) = reads_for(&world, &code, &AUNT, &second);
    assert!(letter.contains("BRCA2"));
    carer.done("/r/choices", "/r/choices", &[("choice", "question")]).unwrap();
    let asked = [("question", "What now?")];
    carer.done("/r/answer/question", "/r/answer/question", &asked).unwrap();
    let ends = json!({"withdrawn_why": "She told us that she does not want it."});
    case.counsellor.program.api_post(&format!("{at}/end"), &ends).unwrap();
    // With the answer ready to be sent.
    let sent = carer.get("/r/check").unwrap().text();
    assert!(
        sent.contains("We could not open this letter with that code") && !sent.contains("What now?"),
        "{sent}"
    );
    for path in ["/r/letter", "/r/letter.pdf", "/r/choices", "/r/back"] {
        let seen = carer.get(path).unwrap();
        assert_eq!(seen.location.as_deref(), Some("/r/for-you"), "{path}");
    }
    assert_eq!(case.state(0), "sent", "nothing was answered");
    assert!(case.counsellor.browser.page(&at).unwrap().contains("withdrawn by staff"));
    let twice = case.counsellor.program.api_post(&format!("{at}/end"), &ends).unwrap_err();
    assert!(twice.public().contains("no longer where it was"), "{twice}");
    in_step(&world);
}

#[test]
fn a_relative_who_says_no_themselves_ends_that_somebody_speaks_for_them() {
    let world = World::new(2614);
    let (mut case, code, at, second) = helped(&world);
    let (mut carer, _) = reads_for(&world, &code, &AUNT, &second);
    let (mut herself, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut herself, "not_know", &[]).unwrap();
    assert!(!carer.get("/r/letter").unwrap().text().contains("BRCA2"));
    assert!(case.counsellor.browser.page(&at).unwrap().contains("does not want to be contacted"));
    // Nor is anybody else agreed to while she objects.
    ask(&world, &code, &AUNT, ANN);
    let again = newest(&mut case, 0);
    let said = case.counsellor.program.api_post(&format!("{again}/grant"), &helper()).unwrap_err();
    assert!(said.public().contains("does not want to be contacted"), "{said}");
    assert_eq!(case.state(0), "do_not_contact");
    in_step(&world);
}

#[test]
fn whatever_withholds_the_letter_ends_it() {
    for (seed, what) in [(2615, "hold"), (2616, "died"), (2617, "withdrawn"), (2618, "objects")] {
        let world = World::new(seed);
        let (mut case, code, at, second) = helped(&world);
        let (mut carer, _) = reads_for(&world, &code, &AUNT, &second);
        let (person, task) = (case.people[0].clone(), case.tasks[0].clone());
        let work = &mut case.counsellor.program;
        match what {
            "hold" => {
                let hold = json!({"mark": "hold", "words": "Somebody at home reads her post."});
                work.api_post(&format!("/people/{person}/safety"), &hold).unwrap();
            }
            "died" => {
                work.api_post(&format!("/people/{person}/died"), &json!({"died_on": "2026-11-20"})).unwrap();
            }
            "objects" => {
                work.api_post(&format!("/tasks/{task}/object"), &json!({})).unwrap();
            }
            _ => {
                case.counsellor.consent(&task, "withdrawn", "L2", "No, after all.").unwrap();
            }
        }
        for path in ["/r/letter", "/r/letter.pdf"] {
            let seen = carer.get(path).unwrap();
            assert!(!seen.text().contains("BRCA2") && !seen.body.starts_with(b"%PDF"), "{what} {path}");
        }
        let mut browser = at_the_second_door(&world, &code, &AUNT);
        let seen = essence(&second_code(&mut browser, &second));
        assert_eq!(seen, tried(&world, &code, &AUNT, &unknown()), "{what}");
        let page = case.counsellor.browser.page(&at).unwrap();
        assert!(page.contains("Ended: the letter was withheld or called back"), "{what}: {page}");
        // A hold stands in a queue that this comparison does not know.
        if what != "hold" {
            in_step(&world);
        }
    }
}
