//! A relative asks, two people answer, and the answer comes back: with the letter it was asked by, and with word that it is there.
//! Must not know: rows, except the sendings that a test looks for.

mod notices;
mod stops;
mod words;

use crate::support::{
    World,
    cases::{Case, SISTER},
};
use kinward::{
    demo::{
        browser::Browser,
        people::{AtWork, ask, letter_open, list_of, text_of},
    },
    relative::outbox::{self, Post},
};
use serde_json::Value;

/// By post, which is what nobody need type anything for.
const POST: &[(&str, &str)] = &[("notify", "post")];
const EMAIL: &[(&str, &str)] = &[("notify", "email"), ("email", "her.own@mail.example")];
const QUESTION: &str = "Can it skip a generation?";
const ANSWER: &str = "It can look like that.\n\nCome and talk to us, if you like.";

/// The sister has her letter at `level`, and has asked.
fn asked(world: &World, level: &str, contact: &[(&str, &str)]) -> (Case, String, Browser) {
    let mut case = Case::new(world, &[SISTER]);
    let code = case.sent(world, 0, level);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    ask(&mut browser, QUESTION, contact).unwrap();
    (case, code, browser)
}

/// As `asked`, with an answer that the counsellor wrote and the clinician released.
fn answered(world: &World, contact: &[(&str, &str)]) -> (Case, String, String) {
    let (mut case, code, _) = asked(world, "L2", contact);
    let answer = released(&mut case, ANSWER);
    (case, code, answer)
}

fn released(case: &mut Case, words: &str) -> String {
    let task = case.tasks[0].clone();
    let answer = case.counsellor.answer_draft(&task, words).unwrap();
    case.counsellor.answer_submit(&answer).unwrap();
    case.clinician.answer_release(&answer).unwrap();
    answer
}

fn view(who: &mut AtWork, answer: &str) -> Value {
    who.program.api(&format!("/answers/{answer}")).unwrap()
}

fn state(case: &mut Case, answer: &str) -> String {
    text_of(&view(&mut case.counsellor, answer)["answer"], "state").unwrap()
}

/// One step of an answer by its page, and the words of the refusal where it is refused.
fn step(who: &mut AtWork, answer: &str, what: &str, fields: &[(&str, &str)]) -> Result<(), String> {
    let page = format!("/answers/{answer}");
    let done = who.browser.done(&page, &format!("{page}/{what}"), fields);
    done.map(|_| ()).map_err(|problem| problem.public().to_owned())
}

fn in_queue(work: &mut AtWork, queue: &str) -> usize {
    let page = work.program.api(&format!("/queues/{queue}")).unwrap();
    list_of(&page, "items").unwrap().len()
}

/// The sending that tells of an answer, where there is one.
fn notice(world: &World) -> Option<Post> {
    let all = world.house.db.read(|conn| outbox::post_list(conn, world.service.id, 100)).unwrap();
    all.into_iter().find(|post| post.answer_id.is_some())
}

#[test]
fn a_question_is_answered_by_two_people_and_its_answer_comes_back() {
    let world = World::new(901);
    let (mut case, code, mut asking) = asked(&world, "L2", EMAIL);
    assert_eq!(case.state(0), "has_question");
    let page = asking.page("/r/back").unwrap();
    assert!(page.contains("We have not answered your question yet"), "{page}");
    assert!(asking.page("/r/answered").unwrap().contains(QUESTION));
    let task = case.tasks[0].clone();
    let page = case.counsellor.question_page(&task).unwrap();
    let shown = case.counsellor.browser.page(&page).unwrap();
    assert!(shown.contains(QUESTION) && shown.contains("We cannot say who in your family"), "{shown}");
    let answer = case.counsellor.answer_draft(&task, ANSWER).unwrap();
    assert!(case.counsellor.browser.submit(&page, &page, &[("answer_en", "Twice?")]).unwrap().status == 409);
    case.counsellor.answer_submit(&answer).unwrap();
    assert_eq!(
        (state(&mut case, &answer).as_str(), in_queue(&mut case.clinician, "answers_to_approve")),
        ("submitted", 1)
    );
    assert!(case.counsellor.answer_release(&answer).is_err(), "nobody releases their own");
    let unread = step(&mut case.clinician, &answer, "release", &[("words_seen", "abc")]).unwrap_err();
    assert!(unread.contains("not the one that you read"), "{unread}");
    let shown = case.clinician.browser.page(&format!("/answers/{answer}")).unwrap();
    assert!(shown.contains(QUESTION) && shown.contains("Come and talk to us"), "both are read: {shown}");
    case.clinician.answer_release(&answer).unwrap();
    assert_eq!(
        (case.state(0).as_str(), in_queue(&mut case.clinician, "answers_to_approve")),
        ("question_answered", 0)
    );
    assert_eq!(
        (in_queue(&mut case.counsellor, "replies"), in_queue(&mut case.counsellor, "no_reply")),
        // How they want to be reached still waits to be put on record.
        (1, 1)
    );
    // Whoever comes back is led to see that it is there, and reads it when they choose to.
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert_eq!(browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap(), "/r/back");
    let page = browser.page("/r/back").unwrap();
    assert!(page.contains("We have answered your question") && !page.contains("look like that"), "{page}");
    assert!(view(&mut case.counsellor, &answer)["answer"]["seen"].is_null());
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains(QUESTION) && page.contains("<p>Come and talk to us, if you like.</p>"), "{page}");
    assert!(page.contains("You asked on 23 November 2026") && page.contains("We answered on"), "{page}");
    assert!(view(&mut case.counsellor, &answer)["answer"]["seen"].is_string());
    assert!(browser.page("/r/back").unwrap().contains("Your question and our answer"));
    assert_eq!(browser.done("/r/before", "/r/before", &[("before", "now")]).unwrap(), "/r/letter");
}

#[test]
fn they_say_that_it_is_enough_or_ask_again() {
    let world = World::new(902);
    let (mut case, code, first) = answered(&world, POST);
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert_eq!(browser.done("/r/answered", "/r/answered", &[]).unwrap(), "/r/answered");
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains("You told us that this is enough for now") && !page.contains("<form"), "{page}");
    assert_eq!(case.state(0), "wants_time", "they are left in peace, and not forgotten");
    assert_eq!(in_queue(&mut case.counsellor, "no_reply"), 1);
    assert!(view(&mut case.counsellor, &first)["answer"]["enough"].is_string());
    ask(&mut browser, "And my children?", POST).unwrap();
    assert_eq!((case.state(0).as_str(), in_queue(&mut case.counsellor, "replies")), ("has_question", 1));
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains("And my children?") && page.contains("Come and talk to us"), "{page}");
    assert!(page.contains("We have not answered this yet") && !page.contains("<form"), "{page}");
    let second = released(&mut case, "We can talk about them, too.");
    assert_eq!(case.state(0), "question_answered");
    let page = browser.page("/r/answered").unwrap();
    let (newer, elder) = (page.find("And my children?").unwrap(), page.find(QUESTION).unwrap());
    assert!(newer < elder && page.contains("We can talk about them"), "the newest first: {page}");
    assert_ne!(first, second);
    // Another choice is heard as ever, and what was answered stays to be read.
    kinward::demo::people::reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    assert!(browser.page("/r/answered").unwrap().contains("Come and talk to us"));
}

#[test]
fn what_was_answered_wrongly_is_withdrawn_with_a_reason_and_answered_anew() {
    let world = World::new(903);
    let (mut case, code, answer) = answered(&world, EMAIL);
    let asked = step(&mut case.clinician, &answer, "withdraw", &[("withdrawn_why", "no")]).unwrap_err();
    assert!(asked.contains("Say in a sentence why"), "{asked}");
    let why = [("withdrawn_why", "It says more than we know.")];
    step(&mut case.clinician, &answer, "withdraw", &why).unwrap();
    assert_eq!((state(&mut case, &answer).as_str(), case.state(0).as_str()), ("withdrawn", "has_question"));
    assert_eq!(world.send(), 0, "its notice does not leave");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains("We have not answered this yet") && !page.contains("look like that"), "{page}");
    released(&mut case, "We do not know that yet.");
    let page = browser.page("/r/answered").unwrap();
    assert!(page.contains("We do not know that yet") && !page.contains("look like that"), "{page}");
    assert!(case.clinician.answer_release(&answer).is_err(), "what is withdrawn stays so");
}

#[test]
fn a_program_may_do_what_the_pages_do() {
    let world = World::new(904);
    let (mut case, ..) = asked(&world, "L2", POST);
    let task = case.tasks[0].clone();
    let at = case.counsellor.question_page(&task).unwrap();
    let words = serde_json::json!({"answer_en": ANSWER});
    let done = case.counsellor.program.api_post(&at, &words).unwrap();
    let answer = format!("/answers/{}", text_of(&done, "answer").unwrap());
    let nothing = serde_json::json!({});
    case.counsellor.program.api_post(&format!("{answer}/submit"), &nothing).unwrap();
    let seen = case.clinician.program.api(&answer).unwrap();
    let read = serde_json::json!({"words_seen": seen["answer"]["fingerprint"]});
    case.clinician.program.api_post(&format!("{answer}/release"), &read).unwrap();
    assert_eq!(case.state(0), "question_answered");
    let page = case.counsellor.program.api(&format!("/tasks/{task}")).unwrap();
    assert_eq!(page["replies"][0]["answer"]["state"], "to_tell");
    // Nobody without having to do with the family, and no administrator, comes near it.
    let (mut jo, mut ruth) = (world.at_work("jo.taylor"), world.at_work("ruth.adeyemi"));
    jo.family_claim(&case.reference, "the relative has telephoned").unwrap();
    for path in [at.as_str(), answer.as_str()] {
        assert_eq!(jo.browser.get(path).unwrap().status, 403, "{path}");
        assert_eq!(ruth.browser.get(path).unwrap().status, 403, "{path}");
        assert_eq!(world.second_clinician_or(path), 404, "{path}");
    }
}

impl World {
    /// What somebody who may answer, and has nothing to do with the family, is told.
    fn second_clinician_or(&self, path: &str) -> u16 {
        let known = kinward::demo::people::AtWork::sign_in(&self.address, "lee.outside");
        let mut lee = known.unwrap_or_else(|_| self.second_clinician());
        lee.browser.get(path).unwrap().status
    }
}
