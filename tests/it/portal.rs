//! A relative's way through the portal, step by step, and everybody who must not get further than the door.
//! Must not know: how a letter came to be sent, except where a test needs it stopped.

mod details;
mod guessing;
mod instead;
mod order;
mod stops;
mod visits;
mod whose_word;

use crate::{
    access::{essence, raw},
    support::{
        World,
        cases::{AUNT, Case, SISTER},
        portal_path,
    },
};
use kinward::{
    demo::{
        browser::{Browser, Seen, form_token},
        code_of,
        people::{AtWork, Kin, add_nothing, letter_open, list_of, reply, text_of},
    },
    relative::portal::ROUTES,
};
use kinward_family::invitation::InvitationCode;

type Born = (&'static str, &'static str, &'static str);

const BROTHER: Kin =
    Kin { relation: "brother", given: "Jory", family: "Blewett", born: ("1966", "12", "1"), email: None };
const COUSIN: Kin = Kin {
    relation: "mother's sister's daughter",
    given: "Isolde",
    family: "Nankivell",
    born: ("1970", "3", "9"),
    email: None,
};

fn type_code(browser: &mut Browser, code: &str) -> Seen {
    browser.submit("/r/code", "/r/code", &[("code", code)]).unwrap()
}

fn type_date(browser: &mut Browser, born: Born) -> Seen {
    let fields = [("day", born.2), ("month", born.1), ("year", born.0)];
    browser.submit("/r/birth-date", "/r/birth-date", &fields).unwrap()
}

/// A visitor with nothing but a code and a date: what they are answered at the end.
fn try_door(world: &World, code: &str, born: Born) -> Seen {
    let mut browser = world.browser();
    let typed = type_code(&mut browser, code);
    assert_eq!(
        (typed.status, typed.location.as_deref()),
        (303, Some("/r/birth-date")),
        "a code is never answered"
    );
    type_date(&mut browser, born)
}

fn opens(seen: &Seen) -> bool {
    seen.status == 303 && seen.location.as_deref() == Some("/r/for-you")
}

fn admitted(world: &World, code: &str, born: Born) -> Browser {
    let mut browser = world.browser();
    type_code(&mut browser, code);
    assert!(opens(&type_date(&mut browser, born)));
    browser
}

/// The questions of a choice answered, and nothing added: what is left is to check it.
fn answered(browser: &mut Browser, choice: &str, fields: Fields) {
    let page = format!("/r/answer/{choice}");
    let next = browser.done(&page, &page, fields).unwrap();
    add_nothing(browser, next).unwrap();
}

fn in_queue(work: &mut AtWork, queue: &str, reference: &str) -> usize {
    let page = work.program.api(&format!("/queues/{queue}")).unwrap();
    list_of(&page, "items").unwrap().iter().filter(|item| item["family"] == reference).count()
}

/// A form as it is filled in.
type Fields<'a> = &'a [(&'a str, &'a str)];

#[test]
fn a_relative_goes_from_the_code_to_the_answer_a_page_a_step() {
    let world = World::new(301);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L1");
    let mut browser = world.browser();
    let steps: [(&str, &str, Fields, &str); 9] = [
        ("/r/code", "What is the code on your letter?", &[("code", "")], "422"),
        ("/r/code", "code", &[("code", &code.to_lowercase())], "/r/birth-date"),
        ("/r/birth-date", "date of birth", &[("day", "17"), ("month", "2"), ("year", "1964")], "/r/for-you"),
        ("/r/for-you", "Are you Tamsin W.?", &[("for_you", "yes")], "/r/before"),
        ("/r/before", "Before you read", &[("before", "now")], "/r/letter"),
        ("/r/choices", "What would you like to do?", &[("choice", "think")], "/r/answer/think"),
        ("/r/answer/think", "remind", &[("remind", "3")], "/r/more/contact"),
        ("/r/more/contact", "How should we reach you?", &[("notify", "post")], "/r/check"),
        ("/r/check", "Check your answers", &[], "/r/done"),
    ];
    assert!(browser.page("/r").unwrap().contains("href=\"/r/code\""));
    for (path, shows, fields, next) in steps {
        assert!(browser.page(path).unwrap().contains(shows), "{path} does not show {shows}");
        let seen = browser.submit(path, path, fields).unwrap();
        assert_eq!(seen.location.clone().unwrap_or(seen.status.to_string()), next, "{path}: {}", seen.text());
        if next == "/r/letter" {
            let letter = browser.page(next).unwrap();
            assert!(letter.contains("Tamsin Wray") && letter.contains(&case.reference));
            assert!(browser.get("/r/letter.pdf").unwrap().body.starts_with(b"%PDF"));
        }
    }
    assert!(browser.page("/r/done").unwrap().contains(&case.reference));
    assert!(browser.page("/r/back").unwrap().contains("/r/letter"));
    assert!(browser.page("/r/stop").unwrap().contains("You have left"));
    assert!(!browser.get("/r/letter").unwrap().text().contains("Tamsin"), "stopping closes the letter");
}

#[test]
fn whatever_does_not_fit_is_answered_in_the_same_bytes() {
    let world = World::new(302);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER, COUSIN]);
    let (locked, open) = (case.sent(&world, 0, "L2"), case.sent(&world, 1, "L1"));
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        try_door(&world, &locked, AUNT.born);
    }
    case.agree(2, "L2");
    let recalled = case.approved(2, "L2");
    case.counsellor.consent(&case.tasks[2].clone(), "withdrawn", "L2", "No, after all.").unwrap();
    case.agree(3, "L2");
    let waiting = case.approved(3, "L2");
    let (recalled, waiting) =
        [recalled, waiting].map(|letter| code_of(&mut case.counsellor, &letter).unwrap()).into();
    let unknown = InvitationCode::from_bytes(&[9; 8]).shown();
    let wrong = essence(&try_door(&world, &open, ("1941", "8", "6")));
    assert_eq!(wrong.0, 422);
    for (what, code, born) in [
        ("unknown", &unknown, AUNT.born),
        ("another's date", &open, SISTER.born),
        ("locked", &locked, SISTER.born),
        ("recalled", &recalled, BROTHER.born),
        ("not yet sent", &waiting, COUSIN.born),
    ] {
        assert_eq!(essence(&try_door(&world, code, born)), wrong, "{what}");
    }
    assert!(opens(&try_door(&world, &open, AUNT.born)), "and the right pair opens");
    world.clock.advance_days(400);
    assert_eq!(essence(&try_door(&world, &open, AUNT.born)), wrong, "expired");
}

#[test]
fn five_wrong_dates_lock_the_code_until_staff_open_it_again() {
    let world = World::new(303);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L2");
    let letter = case.approved(0, "L2");
    world.send();
    let code = code_of(&mut case.counsellor, &letter).unwrap();
    let mut answers = Vec::new();
    for _ in 0..world.house.policy.periods.wrong_dates_before_lock {
        assert_eq!(in_queue(&mut case.counsellor, "locked_codes", &case.reference), 0);
        answers.push(essence(&try_door(&world, &code, AUNT.born)));
    }
    assert_eq!(in_queue(&mut case.counsellor, "locked_codes", &case.reference), 1);
    answers.push(essence(&try_door(&world, &code, SISTER.born)));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "nobody is told that it is locked");
    let page = case.counsellor.program.api(&format!("/letters/{letter}")).unwrap();
    let page = format!("/invitations/{}", text_of(&page, "invitation").unwrap());
    let mut jo = world.at_work("jo.taylor");
    assert!(jo.browser.get(&page).unwrap().status == 404, "not without having to do with the family");
    jo.family_claim(&case.reference, "the relative has telephoned").unwrap();
    jo.browser.done(&page, &format!("{page}/reopen"), &[]).unwrap();
    assert_eq!(in_queue(&mut case.counsellor, "locked_codes", &case.reference), 0);
    assert!(opens(&try_door(&world, &code, SISTER.born)));
    assert!(jo.browser.done(&page, &format!("{page}/reopen"), &[]).is_err(), "what is open is not opened");
}

#[test]
fn a_right_date_in_between_forgives_the_wrong_ones() {
    let world = World::new(304);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    for _ in 0..3 {
        for _ in 1..world.house.policy.periods.wrong_dates_before_lock {
            assert!(!opens(&try_door(&world, &code, AUNT.born)));
        }
        // Nor is the code used up by reading.
        letter_open(&world.address, &code, SISTER.born).unwrap();
    }
}

#[test]
fn what_looks_at_links_before_people_do_uses_nothing_up_and_gets_no_cookie() {
    let world = World::new(305);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let prefetch = [("sec-purpose", "prefetch"), ("purpose", "prefetch")];
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let path = portal_path(route.path, "not_know");
        for _ in 0..20 {
            for method in ["HEAD", "GET", "OPTIONS"] {
                let seen = raw(&world.address, method, &path, &prefetch, b"");
                assert!(seen.status < 500, "{method} {path}");
                // A language is somebody's preference, and no visit.
                let cookie = seen.header("set-cookie").filter(|cookie| !cookie.starts_with("language="));
                assert_eq!(cookie, None, "{method} {path}");
                assert!(!seen.text().contains("Tamsin"), "{method} {path}");
            }
        }
    }
    assert_eq!(case.state(0), "sent");
    letter_open(&world.address, &code, SISTER.born).unwrap();
}

#[test]
fn each_choice_leads_where_it_should_and_may_be_changed_later() {
    let world = World::new(306);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let task = case.tasks[0].clone();
    let choices: [(&str, Fields, &str, &str); 6] = [
        ("appointment", &[("by", "phone"), ("needs", "After four")], "wants_appointment", "replies"),
        ("question", &[("question", "Does it skip generations?")], "has_question", "replies"),
        ("already_tested", &[("seen_by", "Another hospital")], "already_tested", "replies"),
        ("think", &[("remind", "6")], "wants_time", "no_reply"),
        ("not_me", &[("right_person", "She moved away")], "not_reached", "to_send"),
        ("not_know", &[("children_too", "yes")], "do_not_contact", "objections"),
    ];
    for (count, (choice, answers, state, queue)) in choices.into_iter().enumerate() {
        let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
        reply(&mut browser, choice, answers).unwrap();
        assert_eq!(case.state(0), state, "{choice}");
        assert_eq!(in_queue(&mut case.counsellor, queue, &case.reference), 1, "{choice} in {queue}");
        for other in ["replies", "no_reply", "to_send", "objections"].iter().filter(|other| **other != queue)
        {
            assert_eq!(in_queue(&mut case.counsellor, other, &case.reference), 0, "{choice} in {other}");
        }
        let page = case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
        assert_eq!(list_of(&page, "replies").unwrap().len(), count + 1, "every answer is kept");
        let words = answers[0].1;
        assert!(words.len() < 4 || page["replies"][0].to_string().contains(words), "{page}");
    }
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "video")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment", "even 'do not write to me' may be taken back");
}

#[test]
fn an_answer_is_taken_whatever_became_of_the_case_in_the_meantime() {
    let world = World::new(307);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (suspended, moved) = (case.sent(&world, 0, "L2"), case.sent(&world, 1, "L2"));
    let (mut browser, _) = letter_open(&world.address, &moved, AUNT.born).unwrap();
    reply(&mut browser, "not_me", &[]).unwrap();
    let page = format!("/tasks/{}", case.tasks[1]);
    case.counsellor.browser.done(&page, &format!("{page}/address-found"), &[]).unwrap();
    assert_eq!(case.state(1), "route_agreed");
    // Whoever said so by mistake comes with the code again.
    let (mut browser, _) = letter_open(&world.address, &moved, AUNT.born).unwrap();
    reply(&mut browser, "question", &[("question", "Is it me after all?")]).unwrap();
    assert_eq!(case.state(1), "has_question");
    case.counsellor.report_upload(&crate::support::cases::report("brca2_amended")).unwrap().unwrap();
    assert_eq!(case.state(0), "suspended_classification");
    let (mut browser, _) = letter_open(&world.address, &suspended, SISTER.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    assert_eq!(in_queue(&mut case.counsellor, "replies", &case.reference), 1);
}

#[test]
fn somebody_else_opens_the_letter() {
    let world = World::new(308);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let codes = [0, 1, 2].map(|place| case.sent(&world, place, "L2"));
    let mut carer = admitted(&world, &codes[0], SISTER.born);
    let next = carer.done("/r/for-you", "/r/for-you", &[("for_you", "carer")]).unwrap();
    let told = carer.page(&next).unwrap();
    assert!(next == "/r/acting" && told.contains("Have we given you a second code?"), "{told}");
    assert!(!told.contains("BRCA2") && case.state(0) == "sent", "nothing is shown and nothing moved");

    let mut widower = admitted(&world, &codes[1], AUNT.born);
    let told = widower.submit("/r/for-you", "/r/for-you", &[("for_you", "died")]).unwrap();
    assert!(told.status == 200 && told.text().contains("sorry for your loss"));
    assert_eq!(case.state(1), "not_reached", "a death is found out before it is recorded");
    widower.submit("/r/for-you", "/r/for-you", &[("for_you", "died")]).unwrap();

    let mut neighbour = admitted(&world, &codes[2], BROTHER.born);
    let next = neighbour.done("/r/for-you", "/r/for-you", &[("for_you", "not_me")]).unwrap();
    assert_eq!(next, "/r/answer/not_me");
    neighbour.done(&next, &next, &[]).unwrap();
    neighbour.done("/r/check", "/r/check", &[]).unwrap();
    assert_eq!(case.state(2), "not_reached");
    assert_eq!(in_queue(&mut case.counsellor, "to_send", &case.reference), 2);
}

#[test]
fn a_letter_left_open_closes_by_itself() {
    let world = World::new(309);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, letter) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let token = form_token(&browser.page("/r/choices").unwrap()).unwrap();
    world.clock.advance_seconds(60 * world.house.policy.periods.visit_idle_minutes - 1);
    assert_eq!(browser.page("/r/letter").unwrap(), letter);
    world.clock.advance_seconds(60 * world.house.policy.periods.visit_idle_minutes);
    for path in ["/r/letter", "/r/letter.pdf", "/r/choices", "/r/check", "/r/done", "/r/back", "/r/for-you"] {
        let seen = browser.get(path).unwrap();
        assert!(seen.text().contains("Are you still there?"), "{path}");
        assert!(!seen.text().contains("BRCA2") && !seen.text().contains("Tamsin"), "{path}");
    }
    let form = format!("form_token={token}&choice=appointment");
    let kind = Some("application/x-www-form-urlencoded");
    assert_eq!(browser.send("POST", "/r/choices", kind, Some(form.as_bytes())).unwrap().status, 422);
    type_code(&mut browser, &code);
    assert!(opens(&type_date(&mut browser, SISTER.born)), "the same browser may come back");
}

#[test]
fn a_form_of_another_visit_moves_nothing() {
    let world = World::new(310);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let codes = [0, 1].map(|place| case.sent(&world, place, "L2"));
    let mut hers = admitted(&world, &codes[0], SISTER.born);
    let mut other = admitted(&world, &codes[1], AUNT.born);
    let token = form_token(&other.page("/r/for-you").unwrap()).unwrap();
    for token in ["", &token] {
        let form = format!("form_token={token}&for_you=died");
        let kind = Some("application/x-www-form-urlencoded");
        let seen = hers.send("POST", "/r/for-you", kind, Some(form.as_bytes())).unwrap();
        assert_eq!(seen.status, 422);
        assert_eq!((case.state(0), case.state(1)), ("sent".to_owned(), "sent".to_owned()));
    }
    let kind = Some("application/x-www-form-urlencoded");
    assert_eq!(hers.send("POST", "/r/for-you", kind, Some(b"for_you=died")).unwrap().status, 422);
    assert_eq!(hers.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap(), "/r/before");
}

#[test]
fn an_answer_begun_for_one_letter_is_not_shown_with_another() {
    let world = World::new(311);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let codes = [0, 1].map(|place| case.sent(&world, place, "L2"));
    let (mut shared, _) = letter_open(&world.address, &codes[0], SISTER.born).unwrap();
    let words = [("question", "Only my doctor knows about Quillon Street")];
    answered(&mut shared, "question", &words);
    assert!(shared.page("/r/check").unwrap().contains("Quillon"));
    type_code(&mut shared, &codes[1]);
    assert!(opens(&type_date(&mut shared, AUNT.born)));
    // Also once the other letter has been read, when those pages are open again.
    for _ in 0..2 {
        for path in ["/r/check", "/r/answer/question"] {
            assert!(!shared.get(path).unwrap().text().contains("Quillon"), "{path}");
        }
        shared.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
        shared.done("/r/before", "/r/before", &[("before", "now")]).unwrap();
    }
}

#[test]
fn without_being_let_in_every_page_leads_to_the_code() {
    let world = World::new(312);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut halfway = world.browser();
    type_code(&mut halfway, &code);
    let open = ["/r", "/r/code", "/r/birth-date", "/r/stop", "/r/language/{language}"];
    for route in ROUTES.iter().filter(|route| !open.contains(&route.path)) {
        let path = portal_path(route.path, "appointment");
        for (who, browser) in [("nobody", &mut world.browser()), ("halfway", &mut halfway)] {
            let token = form_token(&browser.page("/r/code").unwrap()).unwrap();
            let form = format!("form_token={token}&choice=appointment&by=phone&for_you=yes&before=now");
            let (kind, body) = match route.method {
                "POST" => (Some("application/x-www-form-urlencoded"), Some(form.as_bytes())),
                _ => (None, None),
            };
            let seen = browser.send(route.method, &path, kind, body).unwrap();
            let led = seen.status == 303 && seen.location.as_deref() == Some("/r/code");
            // Without a visit a form is told that its visit is over.
            assert!(led || (route.method == "POST" && who == "nobody" && seen.status == 422), "{who} {path}");
            assert!(!seen.text().contains("Tamsin") && !seen.text().contains("BRCA2"), "{who} {path}");
        }
    }
    assert_eq!(case.state(0), "sent");
}

#[test]
fn a_relative_goes_on_in_welsh_from_any_page_and_keeps_it() {
    let world = World::new(314);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(browser.page("/r/choices").unwrap().contains("/r/language/cy?at&#x3D;/r/choices"));
    let gone = browser.get("/r/language/cy?at=/r/choices").unwrap();
    assert_eq!((gone.status, gone.location.as_deref()), (303, Some("/r/choices")));
    assert!(browser.page("/r/choices").unwrap().contains("Beth hoffech chi ei wneud?"));
    answered(&mut browser, "think", &[("remind", "1")]);
    assert!(browser.page("/r/check").unwrap().contains("Gwiriwch eich atebion"));
    browser.done("/r/check", "/r/check", &[]).unwrap();
    assert!(browser.page("/r/done").unwrap().contains("Diolch. Mae eich ateb gennym"));
    for elsewhere in ["//elsewhere.example", "/sign-in", "/r/letter.pdf", "https://elsewhere.example/r"] {
        let gone = browser.get(&format!("/r/language/en?at={elsewhere}")).unwrap();
        assert_eq!(gone.location.as_deref(), Some("/r"), "{elsewhere}");
    }
}

#[test]
fn what_a_relative_adds_comes_to_staff_beside_their_answer() {
    let world = World::new(315);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let page = "/r/answer/appointment";
    let next =
        browser.done(page, page, &[("by", "video"), ("times", "Mornings"), ("area", "Leeds")]).unwrap();
    assert_eq!(next, "/r/more/gp");
    assert_eq!(browser.submit(&next, &next, &[("gp_tell", "yes")]).unwrap().status, 422, "whom we may tell");
    let next = browser.done(&next, &next, &[("gp", "Dr Ash, Ludlow"), ("gp_tell", "yes")]).unwrap();
    let one = [("relation_1", "cousin"), ("name_1", "Quillon Lee"), ("add", "yes")];
    assert_eq!(browser.done(&next, &next, &one).unwrap(), next, "with room for one more");
    let again = browser.page(&next).unwrap();
    assert!(again.contains("Quillon Lee") && again.contains("id=\"name_2\""));
    let next = browser.done(&next, &next, &one[..2]).unwrap();
    let contact = [("notify", "email"), ("email", "tamsin@example.org"), ("discreet", "yes"), ("size", "20")];
    assert_eq!(browser.done(&next, &next, &contact).unwrap(), "/r/check");
    let check = browser.page("/r/check").unwrap();
    assert!(check.contains("Dr Ash, Ludlow") && check.contains("my cousin, Quillon Lee"));
    browser.done("/r/check", "/r/check", &[]).unwrap();
    let task = case.counsellor.program.api(&format!("/tasks/{}", case.tasks[0])).unwrap();
    let said: Vec<String> = list_of(&task["replies"][0], "answers")
        .unwrap()
        .iter()
        .map(|row| format!("{}: {}", text_of(row, "question").unwrap(), text_of(row, "answer").unwrap()))
        .collect();
    for row in [
        "Lives far from here, and might be seen nearer: Leeds",
        "GP: Dr Ash, Ludlow",
        "The GP may be told: yes",
        "Tells of: cousin, Quillon Lee",
        "E-mail: tamsin@example.org",
        "Discreet: leave no message, tell nobody else who they are",
        "Print: 20 point",
    ] {
        assert!(said.iter().any(|said| said == row), "{row} is not in {said:?}");
    }
}
