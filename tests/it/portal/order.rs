//! The order of the pages: whoever skips one by typing an address is led back to it, at every address there is.
//! Must not know: how a visit keeps how far it came; only what leads where.

use super::{admitted, letter_open};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
    portal_path,
};
use kinward::{
    demo::{
        browser::{Browser, Seen, form_token},
        people::Kin,
    },
    relative::portal::ROUTES,
};

/// Where each address leads at the end: asked whether it is theirs, theirs, reading, not theirs, told of a death, and
/// theirs but withheld. `=` is the address itself; `!` moves the visit on, which other stories tell.
type Leads = [&'static str; 6];

const ASK: &str = "/r/for-you";
const BEFORE: &str = "/r/before";
const NOT_ME: &str = "/r/answer/not_me";
const OPEN: Leads = ["="; 6];
const MOVES: Leads = ["!"; 6];
const LETTER: Leads = [ASK, BEFORE, "=", NOT_ME, ASK, "="];
/// In another language or size: where it was stopped, the page that says so has one language.
const LETTER_IN: Leads = LETTER;
const LETTER_AS: Leads = [ASK, BEFORE, "=", NOT_ME, ASK, "/r/letter"];
/// What is held about them is theirs to ask, read or not.
const DETAILS: Leads = [ASK, "=", "=", NOT_ME, ASK, "="];
/// As the letter, for a form: where it is open it moves on.
const ANSWERS: Leads = [ASK, BEFORE, "!", NOT_ME, ASK, "!"];
/// Pages for whoever acts for the person: open to all who have not said that it is not theirs or told of a death.
const ACTS: Leads = ["=", "=", "=", NOT_ME, ASK, "="];
const ASKS: Leads = ["!", "!", "!", NOT_ME, ASK, "!"];
const AS: &str = "/r/acting/as";
/// What they ask, before anything was.
const AS_FIRST: Leads = [AS, AS, AS, NOT_ME, ASK, AS];
/// Pages that show what was answered, before anything was.
const NOTHING_YET: Leads = [ASK, BEFORE, "/r/choices", NOT_ME, ASK, "/r/choices"];
/// Pages of what was asked, before anything was.
const NOTHING_ASKED: Leads = [ASK, BEFORE, "/r/back", NOT_ME, ASK, "/r/letter"];

const TABLE: &[(&str, &str, Leads)] = &[
    ("GET", "/r", OPEN),
    ("GET", "/r/code", OPEN),
    ("POST", "/r/code", MOVES),
    ("GET", "/r/birth-date", OPEN),
    ("POST", "/r/birth-date", MOVES),
    ("GET", "/r/for-you", ["=", "=", "=", NOT_ME, "=", "="]),
    ("POST", "/r/for-you", ["!", "!", "!", NOT_ME, "=", "!"]),
    ("GET", "/r/acting", ACTS),
    ("POST", "/r/acting", ASKS),
    ("GET", "/r/acting/code", ACTS),
    ("POST", "/r/acting/code", ASKS),
    ("GET", "/r/acting/as", ACTS),
    ("POST", "/r/acting/as", ASKS),
    ("GET", "/r/acting/name", AS_FIRST),
    ("POST", "/r/acting/name", AS_FIRST),
    ("GET", "/r/acting/phone", AS_FIRST),
    ("POST", "/r/acting/phone", AS_FIRST),
    ("GET", "/r/acting/check", AS_FIRST),
    ("POST", "/r/acting/check", AS_FIRST),
    ("GET", "/r/acting/asked", ["/r/acting", "/r/acting", "/r/acting", NOT_ME, ASK, "/r/acting"]),
    ("GET", "/r/acting/end", DETAILS),
    ("POST", "/r/acting/end", DETAILS),
    ("GET", "/r/before", [ASK, "=", "=", NOT_ME, ASK, "/r/letter"]),
    ("POST", "/r/before", [ASK, "!", "!", NOT_ME, ASK, "/r/letter"]),
    ("GET", "/r/letter", LETTER),
    ("GET", "/r/letter.pdf", [ASK, BEFORE, "=", NOT_ME, ASK, "/r/letter"]),
    ("GET", "/r/letter/{language}", LETTER_IN),
    ("GET", "/r/letter/{language}/{size}", LETTER_AS),
    ("GET", "/r/choices", LETTER),
    ("POST", "/r/choices", ANSWERS),
    ("GET", "/r/answer/{choice}", LETTER),
    ("POST", "/r/answer/{choice}", ANSWERS),
    ("GET", "/r/more/{section}", NOTHING_YET),
    ("POST", "/r/more/{section}", NOTHING_YET),
    ("GET", "/r/check", NOTHING_YET),
    ("POST", "/r/check", NOTHING_YET),
    ("GET", "/r/done", NOTHING_YET),
    ("GET", "/r/back", LETTER),
    ("GET", "/r/details", DETAILS),
    ("GET", "/r/details/{wish}", DETAILS),
    ("POST", "/r/details/{wish}", [ASK, "!", "!", NOT_ME, ASK, "!"]),
    ("GET", "/r/answered", NOTHING_ASKED),
    ("POST", "/r/answered", NOTHING_ASKED),
    ("GET", "/r/stop", MOVES),
    // Without a place to go back to.
    ("GET", "/r/language/{language}", ["/r"; 6]),
];

/// A request, followed until a page stands still. Answers its address.
fn led(browser: &mut Browser, token: &str, method: &str, path: &str) -> (String, Seen) {
    let form = format!("form_token={token}&choice=question&question=Why&for_you=yes&before=now");
    let mut seen = match method {
        "POST" => browser
            .send(method, path, Some("application/x-www-form-urlencoded"), Some(form.as_bytes()))
            .unwrap(),
        _ => browser.get(path).unwrap(),
    };
    let mut at = path.to_owned();
    for _ in 0..4 {
        let Some(next) = seen.location.clone() else { return (at, seen) };
        seen = browser.get(&next).unwrap();
        at = next;
    }
    panic!("{method} {path} leads in a circle");
}

#[test]
fn every_address_leads_back_to_the_page_that_was_skipped() {
    let listed: Vec<_> = TABLE.iter().map(|(method, path, _)| (*method, *path)).collect();
    let real: Vec<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
    assert_eq!(listed, real, "every address of the portal has a line here");
    let world = World::new(330);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (code, withheld) = (case.sent(&world, 0, "L2"), case.sent(&world, 1, "L2"));
    let task = case.tasks[1].clone();
    case.counsellor.consent(&task, "withdrawn", "L2", "No, after all.").unwrap();
    let says = |code: &str, kin: &Kin, said: &str| {
        let mut browser = admitted(&world, code, kin.born);
        browser.submit("/r/for-you", "/r/for-you", &[("for_you", said)]).unwrap();
        browser
    };
    // The death is told last, because it withholds the letter from the others.
    for (stage, column) in
        [("asked", 0), ("theirs", 1), ("reading", 2), ("not me", 3), ("withheld", 5), ("died", 4)]
    {
        let mut browser = match stage {
            "asked" => admitted(&world, &code, SISTER.born),
            "theirs" => says(&code, &SISTER, "yes"),
            "reading" => letter_open(&world.address, &code, SISTER.born).unwrap().0,
            "not me" => says(&code, &SISTER, "not_me"),
            "withheld" => says(&withheld, &AUNT, "yes"),
            _ => says(&code, &SISTER, "died"),
        };
        let token = form_token(&browser.page("/r/code").unwrap()).unwrap();
        // Twice: being led elsewhere moves nothing, so the second round is as the first.
        for (method, path, leads) in TABLE.iter().chain(TABLE) {
            let path = portal_path(path, "question");
            let wanted = match leads[column] {
                "!" => continue,
                "=" => path.as_str(),
                elsewhere => elsewhere,
            };
            let (at, seen) = led(&mut browser, &token, method, &path);
            assert_eq!(at, wanted, "{stage}: {method} {path}");
            assert_eq!(seen.status, 200, "{stage}: {method} {path}");
            let shows = seen.text().contains("BRCA2") || seen.body.starts_with(b"%PDF");
            let may = stage == "reading" && path.starts_with("/r/letter");
            assert_eq!(shows, may, "{stage}: {method} {path}");
        }
    }
    assert_eq!(case.state(0), "not_reached", "nothing was answered but the death");
}

#[test]
fn saying_no_to_the_letter_needs_no_reading() {
    let world = World::new(331);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    for choice in ["not_know", "not_me"] {
        let page = format!("/r/answer/{choice}");
        let mut browser = admitted(&world, &code, SISTER.born);
        browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap();
        browser.done(&page, &page, &[]).unwrap();
        browser.done("/r/check", "/r/check", &[]).unwrap();
        assert!(browser.page("/r/done").unwrap().contains("We have your answer"), "{choice}");
    }
}

#[test]
fn whoever_pressed_the_wrong_answer_at_the_door_comes_back_with_the_code() {
    let world = World::new(332);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let mut browser = admitted(&world, &code, SISTER.born);
    browser.done("/r/for-you", "/r/for-you", &[("for_you", "not_me")]).unwrap();
    // Nothing was confirmed, so nothing was heard, and the code asks afresh.
    assert_eq!(case.state(0), "sent");
    super::type_code(&mut browser, &code);
    assert!(super::opens(&super::type_date(&mut browser, SISTER.born)));
    assert_eq!(browser.done("/r/for-you", "/r/for-you", &[("for_you", "yes")]).unwrap(), "/r/before");
}
