//! A visit's life: its secret, its form token, left open, continued, expired, forgotten; and a form that is refused.
//! Must not know: what the letter says.

use super::{Born, admitted, answered, in_queue, letter_open, opens, try_door, type_code, type_date};
use crate::{
    access::{essence, raw},
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use kinward::{
    clinic::cascade::listener::Cascade,
    demo::browser::{Browser, Seen, form_token},
    worker::{Transports, forgetting, run},
};
use std::sync::atomic::{AtomicBool, Ordering};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// Kept between "answer" and "check", to be found again or not.
const WORDS: &[(&str, &str)] = &[("question", "Only my doctor knows about Quillon Street")];

fn cookie(seen: &Seen) -> String {
    let set = seen.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

#[test]
fn being_let_in_changes_the_secret_and_the_old_one_opens_nothing() {
    let world = World::new(340);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut browser = world.browser();
    let before = cookie(&type_code(&mut browser, &code));
    let old_token = form_token(&browser.page("/r/birth-date").unwrap()).unwrap();
    let let_in = type_date(&mut browser, SISTER.born);
    assert!(opens(&let_in));
    let after = cookie(&let_in);
    assert_ne!(before, after);
    assert_ne!(form_token(&browser.page("/r/for-you").unwrap()).unwrap(), old_token);
    let with = |cookie: &str, method: &str, path: &str, body: &str| {
        raw(&world.address, method, path, &[("cookie", cookie), FORM], body.as_bytes())
    };
    assert!(with(&after, "GET", "/r/for-you", "").text().contains("Are you Tamsin W.?"));
    for path in ["/r/for-you", "/r/before", "/r/letter", "/r/letter.pdf", "/r/choices", "/r/check", "/r/back"]
    {
        let seen = with(&before, "GET", path, "");
        assert_eq!((seen.status, seen.location.as_deref()), (303, Some("/r/code")), "{path}");
    }
    // Nor does the old form token work with the new secret.
    let seen = with(&after, "POST", "/r/for-you", &format!("form_token={old_token}&for_you=died"));
    assert_eq!(seen.status, 422);
    assert_eq!(case.state(0), "sent");
}

#[test]
fn a_form_with_a_wrong_token_is_not_taken_and_loses_nothing() {
    let world = World::new(341);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    answered(&mut browser, "question", WORDS);
    for (path, form) in [
        ("/r/check", "form_token=stale"),
        ("/r/answer/question", "form_token=stale&question=Another+one"),
        ("/r/choices", "choice=not_me"),
        ("/r/for-you", "form_token=stale&for_you=died"),
    ] {
        let seen = browser.send("POST", path, Some(FORM.1), Some(form.as_bytes())).unwrap();
        let text = seen.text();
        assert!(seen.status == 422 && text.contains("Please send that again"), "{path}: {text}");
        assert!(text.contains(&format!("href=\"{path}\"")), "{path} is offered again");
        assert!(!text.contains("Are you still there?"), "it is no time-out");
        assert_eq!(seen.header("set-cookie"), None, "{path}: the visit goes on");
    }
    assert_eq!(case.state(0), "sent");
    assert!(browser.page("/r/check").unwrap().contains("Quillon"), "what was kept is still there");
    browser.done("/r/check", "/r/check", &[]).unwrap();
    assert_eq!(case.state(0), "has_question");
}

/// A letter that is open with an answer begun.
fn begun(world: &World, code: &str, born: Born) -> Browser {
    let (mut browser, _) = letter_open(&world.address, code, born).unwrap();
    answered(&mut browser, "question", WORDS);
    browser
}

#[test]
fn after_half_an_hour_only_the_date_of_birth_is_asked_and_nothing_is_lost() {
    let world = World::new(342);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut browser = begun(&world, &code, SISTER.born);
    let (mut reading, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    world.clock.advance_seconds(30 * 60);
    for browser in [&mut browser, &mut reading] {
        let told = browser.page("/r/letter").unwrap();
        assert!(told.contains("Are you still there?") && told.contains("href=\"/r/birth-date\""));
        assert!(!told.contains("href=\"/r/code\""), "the code is not asked for again");
        let wrong = type_date(browser, AUNT.born);
        assert_eq!(wrong.status, 422, "the date is asked for in earnest");
        assert!(!browser.page("/r/letter").unwrap().contains("BRCA2"));
    }
    let continued = type_date(&mut browser, SISTER.born);
    assert_eq!(continued.location.as_deref(), Some("/r/check"), "an answer begun goes on where it was left");
    assert!(browser.page("/r/check").unwrap().contains("Quillon"));
    browser.done("/r/check", "/r/check", &[]).unwrap();
    case.counsellor = world.counsellor();
    assert_eq!(case.state(0), "has_question");
    let continued = type_date(&mut reading, SISTER.born);
    assert_eq!(continued.location.as_deref(), Some("/r/letter"));
    assert_eq!(reading.page("/r/letter").unwrap(), letter);
}

#[test]
fn after_a_day_the_code_is_asked_for_too_and_what_was_begun_is_gone() {
    let world = World::new(343);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut browser = begun(&world, &code, SISTER.born);
    world.clock.advance_seconds(3600 * world.house.policy.periods.visit_return_hours);
    let told = browser.page("/r/letter").unwrap();
    assert!(told.contains("Are you still there?") && told.contains("href=\"/r/code\""));
    assert_eq!(browser.get("/r/birth-date").unwrap().location.as_deref(), Some("/r/code"));
    let form = format!("day={}&month={}&year={}", SISTER.born.2, SISTER.born.1, SISTER.born.0);
    assert_eq!(
        browser.send("POST", "/r/birth-date", Some(FORM.1), Some(form.as_bytes())).unwrap().status,
        422
    );
    type_code(&mut browser, &code);
    assert!(
        opens(&type_date(&mut browser, SISTER.born)),
        "asked whether it is theirs, as anybody who comes anew"
    );
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
    browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    assert!(!browser.page("/r/answer/question").unwrap().contains("Quillon"));
}

#[test]
fn what_is_no_phone_number_is_refused_beside_its_field() {
    let world = World::new(344);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    for (choice, field, text) in [("appointment", "by", "phone"), ("question", "question", "Is it Quillon?")]
    {
        let page = format!("/r/answer/{choice}");
        let seen = browser.submit(&page, &page, &[(field, text), ("phone", "abc")]).unwrap();
        let html = seen.text();
        assert_eq!(seen.status, 422, "{choice}");
        assert!(
            html.contains("<a href=\"#phone\">Enter a phone number with 7 to 15 digits"),
            "{choice}: {html}"
        );
        let input = html.split("<input").find(|tag| tag.contains("id=\"phone\"")).unwrap();
        assert!(input.contains("value=\"abc\""), "what was typed stays: {input}");
        assert!(input.contains("phone-error") && html.contains("id=\"phone-error\""), "{choice}: {input}");
        let nothing_kept = browser.get("/r/check").unwrap();
        assert_eq!(nothing_kept.location.as_deref(), Some("/r/choices"), "{choice}");
        answered(&mut browser, choice, &[(field, text), ("phone", "07700 900123")]);
        browser.done("/r/check", "/r/check", &[]).unwrap();
    }
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 1);
}

#[test]
fn a_code_that_expires_during_a_visit_stops_working_in_that_visit() {
    let world = World::new(345);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    // The last minutes of the last day.
    world.clock.advance_days(world.house.policy.periods.code_valid_days);
    world.clock.advance_seconds(13 * 3600 + 50 * 60);
    let mut browser = begun(&world, &code, SISTER.born);
    let token = form_token(&browser.page("/r/check").unwrap()).unwrap();
    world.clock.advance_seconds(15 * 60);
    for path in [
        "/r/for-you",
        "/r/before",
        "/r/letter",
        "/r/letter.pdf",
        "/r/choices",
        "/r/answer/question",
        "/r/check",
        "/r/done",
        "/r/back",
    ] {
        let seen = browser.get(path).unwrap();
        assert_eq!((seen.status, seen.location.as_deref()), (303, Some("/r/code")), "{path}");
    }
    let form = format!("form_token={token}&before=now&for_you=died&choice=not_me");
    for path in ["/r/for-you", "/r/before", "/r/choices", "/r/answer/not_me", "/r/check"] {
        let seen = browser.send("POST", path, Some(FORM.1), Some(form.as_bytes())).unwrap();
        assert_eq!((seen.status, seen.location.as_deref()), (303, Some("/r/code")), "{path}");
    }
    let unknown = kinward_family::invitation::InvitationCode::from_bytes(&[9; 8]).shown();
    let told = essence(&try_door(&world, &unknown, SISTER.born));
    assert_eq!(essence(&try_door(&world, &code, SISTER.born)), told, "and nobody is told that it expired");
}

#[test]
fn old_visits_are_forgotten_and_live_ones_are_not() {
    let world = World::new(346);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let hours = world.house.policy.periods.visit_return_hours;
    admitted(&world, &code, SISTER.born);
    world.browser().page("/r/stop").unwrap();
    world.clock.advance_seconds(3600 * hours - 1);
    let mut live = begun(&world, &code, SISTER.born);
    assert_eq!(forgetting::visits(&world.house).unwrap(), 0, "the first may still be come back to");
    world.clock.advance_seconds(1);
    // The first visit has two rows: its secret was changed when it was let in.
    assert_eq!(forgetting::visits(&world.house).unwrap(), 2);
    assert_eq!(forgetting::visits(&world.house).unwrap(), 0);
    assert!(live.page("/r/check").unwrap().contains("Quillon"), "who is here is not disturbed");
}

#[test]
fn the_worker_forgets_by_itself() {
    let world = World::new(347);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    admitted(&world, &code, SISTER.born);
    world.clock.advance_seconds(3600 * world.house.policy.periods.visit_return_hours);
    let ways = Transports::from_config(&world.house).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(500));
            stop.store(true, Ordering::SeqCst);
        });
        run(&world.house, &Cascade, &ways, &stop);
    });
    assert_eq!(forgetting::visits(&world.house).unwrap(), 0, "the worker's round has removed them");
}

#[test]
fn whoever_presses_twice_or_in_another_window_is_told_that_the_answer_arrived() {
    let world = World::new(349);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    answered(&mut browser, "think", &[("remind", "none")]);
    let token = form_token(&browser.page("/r/check").unwrap()).unwrap();
    let form = format!("form_token={token}");
    let kind = Some("application/x-www-form-urlencoded");
    for _ in 0..3 {
        let seen = browser.send("POST", "/r/check", kind, Some(form.as_bytes())).unwrap();
        assert_eq!(seen.location.as_deref(), Some("/r/done"));
        assert!(browser.page("/r/done").unwrap().contains("We have your answer"));
    }
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 0, "thinking waits for nobody");
    assert_eq!(case.state(0), "wants_time");
}
