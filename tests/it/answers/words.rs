//! What an answer may not say, who reads it for that, and what both of them are shown.
//! Must not know: how words are searched.

use super::{ANSWER, POST, asked, state, step, view};
use crate::support::World;
use kinward::demo::people::{letter_open, text_of};

#[test]
fn an_answer_names_nobody_and_tells_no_more_than_the_letter_did() {
    let world = World::new(911);
    let (mut case, ..) = asked(&world, "L1", POST);
    let result = case.counsellor.program.api(&format!("/results/{}", case.result)).unwrap();
    let name = |part| text_of(&result["proband"], part).unwrap();
    let page = case.counsellor.question_page(&case.tasks[0].clone()).unwrap();
    for (words, found) in [
        (format!("{} {} has it.", name("given_name"), name("family_name")), "the proband"),
        ("It is in BRCA2.".to_owned(), "does not tell"),
        ("Call 01632 960 999.".to_owned(), "telephone number"),
        ("Dear {{name}}".to_owned(), "a mark of the templates"),
        (String::new(), "There are no words"),
    ] {
        let seen = case.counsellor.browser.submit(&page, &page, &[("answer_en", &words)]).unwrap();
        let html = seen.text();
        assert!(seen.status >= 400 && html.contains(found), "{words}: {html}");
        assert!(words.is_empty() || html.contains(&words), "what was typed is kept: {html}");
    }
    // At the lowest level it does not say what it is about.
    let world = World::new(912);
    let (mut case, ..) = asked(&world, "L0", POST);
    let page = case.counsellor.question_page(&case.tasks[0].clone()).unwrap();
    let seen =
        case.counsellor.browser.submit(&page, &page, &[("answer_en", "Have the genetic test.")]).unwrap();
    assert!(seen.text().contains("does not tell"), "{}", seen.text());
    case.counsellor.browser.done(&page, &page, &[("answer_en", "Come and talk to us.")]).unwrap();
}

#[test]
fn what_a_reason_may_excuse_is_read_and_agreed_to_by_the_second_person() {
    let world = World::new(913);
    let (mut case, code, _) = asked(&world, "L2", POST);
    let task = case.tasks[0].clone();
    let words = "Your son or daughter may have it, or may not.";
    let answer = case.counsellor.answer_draft(&task, words).unwrap();
    let shown = case.counsellor.browser.page(&format!("/answers/{answer}")).unwrap();
    assert!(shown.contains("Found in this answer") && shown.contains("It needs a reason"), "{shown}");
    let held = step(&mut case.counsellor, &answer, "submit", &[]).unwrap_err();
    assert!(held.contains("points to one person") && !held.contains("daughter"), "{held}");
    let why = [("answer_en", words), ("answer_why", "These are the reader's own children.")];
    step(&mut case.counsellor, &answer, "words", &why).unwrap();
    step(&mut case.counsellor, &answer, "submit", &[]).unwrap();
    let shown = case.clinician.browser.page(&format!("/answers/{answer}")).unwrap();
    assert!(shown.contains("own children") && shown.contains("found_agreed"), "{shown}");
    let seen = text_of(&view(&mut case.clinician, &answer)["answer"], "fingerprint").unwrap();
    let unagreed = step(&mut case.clinician, &answer, "release", &[("words_seen", &seen)]).unwrap_err();
    assert!(unagreed.contains("tick that you agree"), "{unagreed}");
    let agreed = [("words_seen", seen.as_str()), ("found_agreed", "yes")];
    step(&mut case.clinician, &answer, "release", &agreed).unwrap();
    let (mut browser, _) = letter_open(&world.address, &code, crate::support::cases::SISTER.born).unwrap();
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains("may have it, or may not") && !page.contains("own children"), "{page}");
}

#[test]
fn an_answer_is_returned_with_a_reason_and_written_anew_by_its_author() {
    let world = World::new(914);
    let (mut case, ..) = asked(&world, "L2", POST);
    let answer = case.counsellor.answer_draft(&case.tasks[0].clone(), ANSWER).unwrap();
    step(&mut case.counsellor, &answer, "submit", &[]).unwrap();
    let before = text_of(&view(&mut case.clinician, &answer)["answer"], "fingerprint").unwrap();
    assert!(step(&mut case.counsellor, &answer, "return", &[("returned_why", "I think again.")]).is_err());
    assert!(step(&mut case.clinician, &answer, "return", &[("returned_why", "no")]).is_err());
    let why = [("returned_why", "Say first that it is a fair question.")];
    step(&mut case.clinician, &answer, "return", &why).unwrap();
    assert_eq!(state(&mut case, &answer), "returned");
    let shown = case.counsellor.browser.page(&format!("/answers/{answer}")).unwrap();
    assert!(shown.contains("a fair question") && shown.contains("look like that"), "{shown}");
    let theirs = step(&mut case.clinician, &answer, "words", &[("answer_en", "Mine.")]).unwrap_err();
    assert!(theirs.contains("Only its author"), "{theirs}");
    step(&mut case.counsellor, &answer, "words", &[("answer_en", "A fair question. It can.")]).unwrap();
    step(&mut case.counsellor, &answer, "submit", &[]).unwrap();
    assert!(step(&mut case.clinician, &answer, "release", &[("words_seen", &before)]).is_err());
    case.clinician.answer_release(&answer).unwrap();
    assert!(step(&mut case.counsellor, &answer, "words", &[("answer_en", "More.")]).is_err(), "it is out");
}

#[test]
fn a_form_that_is_refused_comes_again_with_what_was_typed() {
    let world = World::new(915);
    let (mut case, ..) = asked(&world, "L2", POST);
    let task = case.tasks[0].clone();
    let page = case.counsellor.question_page(&task).unwrap();
    for field in ["answer_en", "answer_cy", "answer_why"] {
        let long = "x".repeat(world.house.policy.texts.most(field) + 1);
        for (typed, says) in [(long.as_str(), "the most is"), ("safe\u{202e}word", "(U+202E)")] {
            let html = case.counsellor.browser.submit(&page, &page, &[(field, typed)]).unwrap().text();
            assert!(
                html.contains(says) && html.contains(&format!("id=\"{field}-error\"")),
                "{field}: {html}"
            );
        }
    }
    let answer = case.counsellor.answer_draft(&task, ANSWER).unwrap();
    step(&mut case.counsellor, &answer, "submit", &[]).unwrap();
    let page = format!("/answers/{answer}");
    let long = "x".repeat(1001);
    let action = format!("{page}/return");
    let html = case.clinician.browser.submit(&page, &action, &[("returned_why", &long)]).unwrap().text();
    assert!(html.contains("the most is") && html.contains(&long), "{html}");
}
