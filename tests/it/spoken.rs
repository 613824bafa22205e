//! A relative answers by telephone, face to face or on paper: staff log it, and it counts as one given on the letter's pages.
//! Must not know: how the answer is stored.

use crate::{
    hard_cases::told,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use serde_json::{Value, json};

fn answer(spoken: &str) -> Value {
    json!({"spoken": spoken, "spoken_way": "telephone", "said_on": "2026-11-23",
        "said_words": "Tell me where to come, any Friday.", "identity": "rung_back"})
}

#[test]
fn from_home_a_reply_is_logged_by_three_clicks_and_counts_as_one_given_online() {
    let world = World::new(3700);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L1");
    let task = case.tasks[0].clone();
    let nia = &mut case.counsellor;
    let mut page = nia.browser.page("/").unwrap();
    // Each of these is a link on the page before it.
    for click in
        ["/queues/no_reply".to_owned(), format!("/tasks/{task}"), format!("/tasks/{task}/replies/new")]
    {
        assert!(page.contains(&format!("href=\"{click}\"")), "{click}: {page}");
        page = nia.browser.page(&click).unwrap();
    }
    let (form, path) = (format!("/tasks/{task}/replies/new"), format!("/tasks/{task}/replies"));
    let fields = [
        ("spoken", "appointment"),
        ("said_words", "Tell me where to come, any Friday."),
        ("spoken_way", "telephone"),
        ("said_on-day", "23"),
        ("said_on-month", "11"),
        ("said_on-year", "2026"),
        ("identity", "rung_back"),
    ];
    nia.browser.done(&form, &path, &fields).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    let html = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(
        html.contains("any Friday.") && html.contains("By telephone on 23 November 2026"),
        "what they said stands there, and by whom it was written down: {html}"
    );
    assert!(html.contains("Written down by Nia Morgan"), "{html}");
    let queue = case.counsellor.program.api("/queues/replies").unwrap();
    assert_eq!(queue["items"].as_array().unwrap().len(), 1, "somebody rings them: {queue}");
    let (missing, extra) = crate::queues::histories::compare(&world);
    assert!(missing.is_empty() && extra.is_empty(), "{missing:?} {extra:?}");
}

#[test]
fn who_wants_time_is_asked_again_on_the_day_they_named_and_who_is_not_known_is_a_call() {
    let world = World::new(3701);
    let mut case = Case::new(&world, &[SISTER]);
    case.sent(&world, 0, "L1");
    let path = format!("/tasks/{}/replies", case.tasks[0]);
    let nia = &mut case.counsellor;
    let mut entry = answer("think");
    entry["ask_again"] = json!("3");
    for (field, wrong) in
        [("identity", json!("not_established")), ("said_on", json!("2026-12-24")), ("said_words", json!(" "))]
    {
        let mut refused = entry.clone();
        refused[field] = wrong;
        assert_eq!(told(nia, &path, &refused), (422, json!(field)), "{refused}");
    }
    let mut appointment = answer("appointment");
    appointment["ask_again"] = json!("1");
    assert_eq!(told(nia, &path, &appointment), (422, json!("ask_again")));
    assert_eq!(told(nia, &path, &entry).0, 200);
    assert_eq!(case.state(0), "wants_time");
    let queue = case.counsellor.program.api("/queues/no_reply").unwrap();
    assert!(queue["items"][0]["due"].as_str().unwrap().contains("February 2027"), "{queue}");
}

#[test]
fn who_says_that_they_do_not_want_to_know_is_written_to_no_more_and_what_is_in_hand_stops() {
    let world = World::new(3702);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(0, "L1");
    let letter = case.approved(0, "L1");
    let path = format!("/tasks/{}/replies", case.tasks[0]);
    assert_eq!(told(&mut case.counsellor, &path, &answer("not_know")).0, 200);
    assert_eq!(case.state(0), "do_not_contact");
    world.send();
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    assert_ne!(page["state"], "sent", "the letter did not leave: {page}");
    // Whoever has said that is asked nothing again, and their answer changes nothing now.
    assert_eq!(told(&mut case.counsellor, &path, &answer("appointment")).0, 409);
    assert_eq!(case.counsellor.browser.get(&path.replace("replies", "replies/new")).unwrap().status, 409);
    assert_eq!(case.state(1), "identified", "nobody else has answered");
}

#[test]
fn whoever_says_by_telephone_that_they_do_not_want_to_know_can_still_read_the_letter_that_they_hold() {
    let world = World::new(3704);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let read = || kinward::demo::people::letter_open(&world.address, &code, SISTER.born).unwrap().1;
    assert!(read().contains("kw-letter"));
    let path = format!("/tasks/{}/replies", case.tasks[0]);
    assert_eq!(told(&mut case.counsellor, &path, &answer("not_know")).0, 200);
    assert_eq!(case.state(0), "do_not_contact");
    assert!(read().contains("kw-letter"), "as after saying so online");
}
