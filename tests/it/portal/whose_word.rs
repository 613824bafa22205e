//! With one letter's code somebody says that they do not want to know, and later that the letter is not theirs: nothing goes out
//! before staff have found out whose word it was. Must not know: how the two are compared.

use super::{Case, SISTER, World, admitted, in_queue, letter_open};
use crate::{
    queues::{histories::compare, numbered},
    separation::relatives_house,
};
use kinward::{
    clinic::queue::item::{Queue, work_open_all},
    config::Wing,
    demo::{browser::Browser, clinic, people::reply},
};
use serde_json::json;
use std::sync::Arc;

fn in_step(world: &World) {
    assert_eq!(compare(world), (vec![], vec![]));
}

/// The objection whose item is open.
fn objection(world: &World) -> Option<String> {
    let open = world.house.db.read(|conn| work_open_all(conn, world.service.id)).unwrap();
    open.iter().find(|item| item.queue == Queue::Objections).map(|item| item.subject_id.clone())
}

/// Rather not, with a letter that confirms it; then, in another visit, that it is not theirs.
fn refused_and_denied(browsers: [Browser; 2], case: &mut Case, code: &str) -> Browser {
    let [mut first, mut second] = browsers;
    for browser in [&mut first, &mut second] {
        browser.done("/r/code", "/r/code", &[("code", code)]).unwrap();
        let born = [("day", SISTER.born.2), ("month", SISTER.born.1), ("year", SISTER.born.0)];
        browser.done("/r/birth-date", "/r/birth-date", &born).unwrap();
    }
    first.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    let next = first.done("/r/before", "/r/before", &[("before", "rather_not")]).unwrap();
    first.done(&next, &next, &[("confirm", "yes")]).unwrap();
    first.done("/r/check", "/r/check", &[]).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    let next = second.done("/r/for-you", "/r/for-you", &[("for_you", "not_me")]).unwrap();
    second.done(&next, &next, &[]).unwrap();
    assert_eq!(second.done("/r/check", "/r/check", &[]).unwrap(), "/r/done");
    second
}

fn tried(case: &mut Case, path: &str, body: &serde_json::Value) -> u16 {
    let path = format!("/api/v1{path}");
    let body = body.to_string();
    case.counsellor
        .program
        .send("POST", &path, Some("application/json"), Some(body.as_bytes()))
        .unwrap()
        .status
}

#[test]
fn not_me_after_not_to_know_sets_nothing_going_before_staff_know_whose_word_it_was() {
    let world = World::new(3701);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut neighbour = refused_and_denied([world.browser(), world.browser()], &mut case, &code);
    assert!(neighbour.page("/r/done").unwrap().contains("stop writing to you"));
    // Nobody is looked for, and the wish is before staff with what was said after it.
    assert_eq!(case.state(0), "do_not_contact");
    assert_eq!(in_queue(&mut case.counsellor, "to_send", &case.reference), 0);
    assert_eq!(in_queue(&mut case.counsellor, "objections", &case.reference), 1);
    in_step(&world);
    let (_, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!letter.contains("BRCA2"), "it is somebody else's letter");
    let wish = objection(&world).unwrap();
    let (task, person) = (format!("/tasks/{}", case.tasks[0]), format!("/people/{}", case.people[0]));
    let says = "With one letter\u{2019}s code somebody said";
    for page in [format!("/objections/{wish}"), task.clone(), format!("{person}/not-to-know")] {
        let shown = case.counsellor.browser.page(&page).unwrap();
        assert!(shown.contains(says), "{page}: {shown}");
    }
    let shown = case.counsellor.browser.page(&task).unwrap();
    assert!(shown.contains("Find out whose word it was"), "{shown}");
    for (path, body) in [
        (format!("/objections/{wish}/seen"), json!({})),
        (format!("/objections/{wish}/letter"), json!({})),
        (
            format!("{person}/not-to-know/lift"),
            json!({"topic": "condition_exists", "trigger": "they_ask", "words": "She rang."}),
        ),
        (format!("{task}/address-found"), json!({})),
        (format!("{task}/searches"), json!({"source": "proband"})),
    ] {
        assert_eq!(tried(&mut case, &path, &body), 409, "{path}");
    }
    assert!(case.counsellor.letter_draft(&case.tasks[0].clone(), "L1").is_err());
    assert_eq!(world.send(), 0);
    // Whoever comes with that code and wants something now takes the wish back no more than a stranger could.
    let mut again = admitted(&world, &code, SISTER.born);
    again.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    reply(&mut again, "appointment", &[("by", "phone")]).unwrap();
    assert!(case.counsellor.letter_draft(&case.tasks[0].clone(), "L1").is_err());
    assert!(case.counsellor.browser.page(&task).unwrap().contains(says));
    // Staff have found out: it was a neighbour.
    let page = format!("{person}/not-to-know");
    let form = format!("{page}/whose-word");
    let none = case.counsellor.browser.submit(&page, &form, &[("words", "We rang.")]).unwrap();
    assert!(none.status == 422 && none.text().contains("Choose whose word it was"), "{}", none.text());
    let silent = case.counsellor.browser.submit(&page, &form, &[("whose", "not_theirs")]).unwrap();
    assert!(silent.status == 422 && silent.text().contains("Write how you found out"));
    let found = [("whose", "not_theirs"), ("words", "Her practice says that she moved in May.")];
    case.counsellor.browser.done(&page, &form, &found).unwrap();
    assert_eq!(case.state(0), "not_reached", "now an address is looked for");
    assert_eq!(in_queue(&mut case.counsellor, "to_send", &case.reference), 1);
    assert_eq!(in_queue(&mut case.counsellor, "objections", &case.reference), 0);
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(!shown.contains(says) && shown.contains("It was not their word"), "{shown}");
    let body = json!({"whose": "theirs", "words": "After all."});
    assert_eq!(tried(&mut case, &format!("{person}/not-to-know/whose-word"), &body), 409, "said once");
    in_step(&world);
}

#[test]
fn where_it_was_their_own_word_it_stands_as_staff_heard_it_also_by_the_relatives_process() {
    let world = World::new(3702);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (socket, address) = clinic::listen(0).unwrap();
    let house = Arc::new(relatives_house(&world, &address));
    let _serving = clinic::serve_wing(house, Wing::Relative, socket, 2).unwrap();
    refused_and_denied([Browser::new(&address), Browser::new(&address)], &mut case, &code);
    assert_eq!((case.state(0).as_str(), objection(&world).is_some()), ("do_not_contact", true));
    let page = format!("/people/{}/not-to-know", case.people[0]);
    let found = [("whose", "theirs"), ("words", "She says: not me meant that she wants no such letters.")];
    case.counsellor.browser.done(&page, &format!("{page}/whose-word"), &found).unwrap();
    assert_eq!(case.state(0), "do_not_contact");
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(!shown.contains("Whose word was it?") && shown.contains("Recorded by staff"), "{shown}");
    // What staff heard is theirs to have seen, and to be lifted when she asks.
    let wish = objection(&world).unwrap();
    assert_eq!(tried(&mut case, &format!("/objections/{wish}/seen"), &json!({})), 200);
    in_step(&world);
}

#[test]
fn after_not_me_the_way_leads_nowhere_but_out() {
    let world = World::new(3703);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut neighbour = admitted(&world, &code, SISTER.born);
    let form = neighbour.done("/r/for-you", "/r/for-you", &[("for_you", "not_me")]).unwrap();
    neighbour.done(&form, &form, &[]).unwrap();
    assert!(neighbour.page(&form).unwrap().contains("Do you know how we can reach"), "until it is sent");
    neighbour.done("/r/check", "/r/check", &[]).unwrap();
    let done = neighbour.page("/r/done").unwrap();
    for back in ["/r/details", "/r/back", "/r/answer", "/r/choices", "nhsuk-back-link", "same code"] {
        assert!(!done.contains(back), "{back}: {done}");
    }
    assert!(done.contains("href=\"/r/stop\""));
    assert_eq!(neighbour.get(&form).unwrap().location.as_deref(), Some("/r/done"), "nor to the form");
    // Also where it was chosen among the answers, after reading.
    let mut case = Case::with(&world, &numbered(7), &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut reader, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut reader, "not_me", &[]).unwrap();
    assert_eq!(reader.get("/r/letter").unwrap().location.as_deref(), Some("/r/answer/not_me"));
    assert_eq!(reader.get("/r/details").unwrap().location.as_deref(), Some("/r/answer/not_me"));
    in_step(&world);
}

#[test]
fn who_is_said_to_have_died_and_then_answers_is_shown_with_both_in_order() {
    let world = World::new(3704);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let task = format!("/tasks/{}", case.tasks[0]);
    let mut widower = admitted(&world, &code, SISTER.born);
    widower.submit("/r/for-you", "/r/for-you", &[("for_you", "died")]).unwrap();
    let shown = case.counsellor.browser.page(&task).unwrap();
    assert!(shown.contains("Somebody says that this person has died") && !shown.contains("then answered"));
    let mut herself = admitted(&world, &code, SISTER.born);
    herself.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    reply(&mut herself, "appointment", &[("by", "phone")]).unwrap();
    let shown = case.counsellor.browser.page(&task).unwrap();
    assert!(shown.contains("First said to have died, then answered"), "{shown}");
    assert!(shown.contains("an answer came with the same letter: Would like an appointment"), "{shown}");
    assert!(!shown.contains("Somebody says that this person has died"), "{shown}");
    assert!(shown.contains("or somebody who had the letter says so"), "{shown}");
}

#[test]
fn what_a_letter_that_only_asks_has_told_is_not_called_more_than_it_was() {
    let world = World::new(3705);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L0");
    let (mut reader, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut reader, "question", &[("question", "What is it about?")]).unwrap();
    let shown = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let told = "which tells: that there is something about their health";
    assert!(shown.contains(told) && shown.contains("which condition it is"), "{shown}");
    assert!(!shown.contains("which tells: that there is a condition"), "{shown}");
}

#[test]
fn a_month_may_be_a_word_and_a_wrong_one_is_answered_as_any_other_wrong_date() {
    let world = World::new(3706);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let typed = |month: &str| {
        let mut browser = world.browser();
        browser.done("/r/code", "/r/code", &[("code", &code)]).unwrap();
        let born = [("day", SISTER.born.2), ("month", month), ("year", SISTER.born.0)];
        browser.submit("/r/birth-date", "/r/birth-date", &born).unwrap()
    };
    for month in ["February", "feb", "Chwefror", "chw."] {
        assert_eq!(typed(month).location.as_deref(), Some("/r/for-you"), "{month}");
    }
    let (number, word) = (typed("3"), typed("Mawrth"));
    assert_eq!((number.status, number.text()), (word.status, word.text()), "the same bytes");
    assert!(number.text().contains("After a few tries"), "{}", number.text());
    let unreadable = typed("Febtober");
    assert!(unreadable.status == 422 && unreadable.text().contains("Enter a real date"));
}
