//! What a relative may ask about their own details, what they are shown of them, and the letter as they read best.
//! Must not know: how it is kept.

use super::{Case, World, admitted, answered, in_queue, letter_open};
use crate::support::cases::{AUNT, SISTER};
use kinward::demo::people::{list_of, text_of};
use serde_json::json;

fn wishes(case: &mut Case, place: usize) -> Vec<serde_json::Value> {
    let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[place])).unwrap();
    list_of(&task, "wishes").unwrap().clone()
}

#[test]
fn a_relative_reads_the_letter_in_large_print_and_in_welsh_and_in_nothing_else() {
    let world = World::new(350);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(letter.contains("href=\"/r/letter/en/24\"") && letter.contains("href=\"/r/letter/cy\""));
    let usual = browser.get("/r/letter.pdf").unwrap().body;
    let large = browser.get("/r/letter/en/24").unwrap();
    assert!(large.body.starts_with(b"%PDF") && large.body != usual);
    assert!(large.header("content-disposition").unwrap().contains("letter.pdf"), "a neutral name");
    let welsh = browser.page("/r/letter/cy").unwrap();
    assert!(
        welsh.contains("Annwyl Tamsin Wray") && welsh.contains("lang=\"cy-GB\"") && welsh.contains("BRCA2")
    );
    assert!(welsh.contains("href=\"/r/letter/en\""), "and back");
    assert!(browser.get("/r/letter/cy/18").unwrap().body.starts_with(b"%PDF"));
    for nothing in ["/r/letter/fr", "/r/letter/cy+en", "/r/letter/en/14", "/r/letter/cy/large"] {
        assert_eq!(browser.get(nothing).unwrap().status, 404, "{nothing}");
    }
}

#[test]
fn a_relative_sees_what_is_held_and_sent_and_nobody_elses() {
    let world = World::new(352);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let codes = [0, 1].map(|place| case.sent(&world, place, "L2"));
    let mut browser = admitted(&world, &codes[0], SISTER.born);
    assert_eq!(browser.get("/r/details").unwrap().location.as_deref(), Some("/r/for-you"));
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    let held = browser.page("/r/details").unwrap();
    assert!(held.contains("Tamsin Wray") && held.contains("a letter by post"), "{held}");
    assert_eq!(held.matches("a letter by post").count(), 1);
    for other in [AUNT.given, "BRCA2", "proband", &case.tasks[1]] {
        assert!(!held.contains(other), "{other}");
    }
    browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    browser.page("/r/letter").unwrap();
    answered(&mut browser, "think", &[("remind", "1")]);
    browser.done("/r/check", "/r/check", &[]).unwrap();
    assert!(browser.page("/r/details").unwrap().contains("I need time to think"));
}

#[test]
fn what_a_relative_asks_about_their_details_waits_for_staff_and_they_see_what_became_of_it() {
    let world = World::new(353);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let page = "/r/details/correct";
    assert_eq!(browser.submit(page, page, &[]).unwrap().status, 422, "nothing to correct");
    let next = browser.done(page, page, &[("right_address", "3 Quillon Street\nTruro")]).unwrap();
    assert_eq!(next, "/r/details");
    assert!(browser.page("/r/details").unwrap().contains("Correct your details. We are looking at it."));
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 1);
    assert_eq!(case.state(0), "sent", "it answers nothing");
    let wish = text_of(&wishes(&mut case, 0)[0], "wish").unwrap();
    let shown = case.counsellor.program.api(&format!("/wishes/{wish}")).unwrap();
    assert_eq!(shown["answers"][0]["answer"], "3 Quillon Street\nTruro");
    let page = format!("/wishes/{wish}");
    let refused = case.counsellor.browser.submit(&page, &format!("{page}/take-over"), &[]).unwrap();
    assert_eq!(refused.status, 409, "an address is changed by a person who has spoken to them");
    case.counsellor.browser.done(&page, &format!("{page}/end"), &[("end", "told")]).unwrap();
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 0);
    assert!(browser.page("/r/details").unwrap().contains("We have talked to you about it."));
    let again = case.counsellor.browser.submit(&page, &format!("{page}/end"), &[("end", "done")]).unwrap();
    assert!(again.status == 404 || again.status == 409, "once: {}", again.status);
}

#[test]
fn how_a_relative_wants_to_be_reached_is_put_on_record_in_one_step() {
    let world = World::new(354);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let page = "/r/answer/think";
    let next = browser.done(page, page, &[("remind", "none")]).unwrap();
    let reach = [
        ("notify", "email"),
        ("email", "tamsin@example.org"),
        ("safe_times", "Not before 6pm"),
        ("discreet", "yes"),
        ("size", "20"),
        ("language", "cy"),
    ];
    browser.done(&next, &next, &reach).unwrap();
    assert!(wishes(&mut case, 0).is_empty(), "nothing is sent before it is confirmed");
    browser.done("/r/check", "/r/check", &[]).unwrap();
    let wish = text_of(&wishes(&mut case, 0)[0], "wish").unwrap();
    let page = format!("/wishes/{wish}");
    case.counsellor.browser.done(&page, &format!("{page}/take-over"), &[]).unwrap();
    let person = text_of(&case.counsellor.program.api(&page).unwrap(), "person").unwrap();
    let person = case.counsellor.program.api(&format!("/people/{person}")).unwrap();
    assert_eq!(person["contact"]["email"], "tamsin@example.org");
    let needs = person["needs"].to_string();
    assert!(needs.contains("Not before 6pm") && needs.contains("Leave no message"), "{needs}");
    let chosen = |list: &str| {
        let all = list_of(&person["needs"], list).unwrap();
        text_of(all.iter().find(|one| one["chosen"] == json!(true)).unwrap(), "value").unwrap()
    };
    assert_eq!((chosen("sizes").as_str(), chosen("languages").as_str()), ("20", "cy"));
    assert!(browser.page("/r/details").unwrap().contains("How we reach you. Done."));
}

#[test]
fn whom_a_relative_tells_of_waits_for_staff_and_is_nobody_until_they_have_looked() {
    let world = World::new(355);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let people = |case: &mut Case| {
        let family = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
        list_of(&family, "people").unwrap().len()
    };
    let before = people(&mut case);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let page = "/r/details/others";
    assert_eq!(browser.submit(page, page, &[]).unwrap().status, 422, "nobody was told of");
    browser
        .done(page, page, &[("relation_1", "child"), ("name_1", "Wren Quillon"), ("born_1", "2009")])
        .unwrap();
    assert_eq!(people(&mut case), before, "nobody is added by being named");
    let wish = text_of(&wishes(&mut case, 0)[0], "wish").unwrap();
    let shown = case.counsellor.browser.page(&format!("/wishes/{wish}")).unwrap();
    assert!(shown.contains("child, Wren Quillon, 2009") && shown.contains("/place"), "{shown}");
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 1);
}

#[test]
fn a_changed_answer_keeps_how_they_want_to_be_reached_and_an_old_tab_sends_nothing() {
    let world = World::new(356);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let begin = |browser: &mut kinward::demo::browser::Browser, page: &str, fields: &[(&str, &str)]| {
        let mut next = browser.done(page, page, fields).unwrap();
        while next.starts_with("/r/more/") && next != "/r/more/contact" {
            next = browser.done(&next, &next, &[]).unwrap();
        }
        next
    };
    let page = begin(&mut browser, "/r/answer/appointment", &[("by", "phone")]);
    let reach = [("notify", "email"), ("email", "tamsin@example.org"), ("discreet", "yes")];
    browser.done(&page, &page, &reach).unwrap();
    browser.done("/r/check", "/r/check", &[]).unwrap();
    // A day later they change the answer alone: the page of how they are reached says what they said.
    let page = begin(&mut browser, "/r/answer/think", &[("remind", "none")]);
    let html = browser.page(&page).unwrap();
    assert!(html.contains("tamsin@example.org"), "{html}");
    browser.done(&page, &page, &reach).unwrap();
    let mark = |html: &str| {
        html.split("name=\"shown\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let old = mark(&browser.page("/r/check").unwrap());
    // In another tab they begin another answer; the old page, pressed now, shows it and sends nothing.
    begin(&mut browser, "/r/answer/question", &[("question", "Is it urgent?")]);
    let sent = case.state(0);
    let next = browser.done("/r/check", "/r/check", &[("shown", &old)]).unwrap();
    assert_eq!((next.as_str(), case.state(0)), ("/r/check", sent));
    let new = mark(&browser.page("/r/check").unwrap());
    assert_ne!(old, new);
    browser.done("/r/check", "/r/check", &[("shown", &new)]).unwrap();
    assert_eq!(case.state(0), "has_question");
}

#[test]
fn what_a_relative_gave_of_number_and_address_stands_among_what_is_held() {
    let world = World::new(358);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!browser.page("/r/details").unwrap().contains("Phone number"), "nothing was given");
    let page = "/r/answer/appointment";
    let mut next = browser.done(page, page, &[("by", "phone"), ("phone", "01632 960 777")]).unwrap();
    let reach =
        [("notify", "text"), ("mobile", "07700 900 456"), ("safe_times", "After 6pm"), ("discreet", "yes")];
    while next.starts_with("/r/more/") {
        let fields: &[(&str, &str)] = if next == "/r/more/contact" { &reach } else { &[] };
        next = browser.done(&next, &next, fields).unwrap();
    }
    // A line each of what was said, and none of what was left as it is.
    let check = browser.page("/r/check").unwrap();
    assert!(check.contains("01632 960 777") && check.contains("After 6pm"), "{check}");
    for left_out in ["Interpreter", "Size of print", "Language<", "Good times"] {
        assert!(!check.contains(left_out), "{left_out}: {check}");
    }
    browser.done("/r/check", "/r/check", &[]).unwrap();
    let held = browser.page("/r/details").unwrap();
    for given in
        ["01632 960 777", "By text message", "07700", "After 6pm", "Nobody else may know that we call"]
    {
        assert!(held.contains(given), "{given}: {held}");
    }
    // Whoever holds a letter that was taken away is told none of it.
    case.counsellor.consent(&case.tasks[0].clone(), "withdrawn", "L2", "No, after all.").unwrap();
    let held = browser.page("/r/details").unwrap();
    assert!(!held.contains("01632 960 777") && !held.contains("07700"), "{held}");
}
