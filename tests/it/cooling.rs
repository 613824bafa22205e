//! A decision against the proband's word waits; an emergency lets it go and is reviewed; what is decided and not done is seen.
//! Must not know: how a wait is kept.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use diesel::RunQueryDsl;
use kinward::demo::people::{AtWork, letter_open, reply, text_of};
use serde_json::{Value, json};

const WHY: &str = "Her operation is this afternoon; the surgeon rang at nine.";

/// Status and the field that is told of.
fn told(work: &mut AtWork, path: &str, body: &Value) -> (u16, Value) {
    let (status, told) = crate::people::told(work, path, body);
    (status, told["field"].clone())
}

/// A refusal, a decision against it, and the address of its page.
fn decided(case: &mut Case) -> String {
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    format!("/tasks/{task}/decision")
}

fn newest(work: &mut AtWork, page: &str) -> Value {
    work.program.api(page).unwrap()["decisions"][0].clone()
}

/// Lets the newest decision go; answers the page of its review.
fn let_go(work: &mut AtWork, page: &str) -> String {
    let decision = text_of(&newest(work, page), "decision").unwrap();
    let fields = [("emergency_cause", "treatment_or_operation"), ("emergency_words", WHY)];
    work.browser.done(page, &format!("{page}/{decision}/emergency"), &fields).unwrap();
    let shown = newest(work, page);
    format!("/emergencies/{}", shown["emergency"]["emergency"].as_str().unwrap())
}

/// Another clinician, who has to do with the family.
fn reviewer(world: &World, case: &Case) -> AtWork {
    let mut lee = world.second_clinician();
    lee.family_claim(&case.reference, "took the review").unwrap();
    lee
}

fn queues_follow(world: &World) {
    assert_eq!(crate::queues::histories::compare(world), (vec![], vec![]));
}

#[test]
fn no_letter_leaves_while_a_decision_against_a_refusal_can_be_thought_over_and_then_it_goes_by_itself() {
    let world = World::new(4501);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "thinking", "L1", "Perhaps.").unwrap();
    let page = decided(&mut case);
    let letter = case.approved(0, "L1");
    assert_eq!(world.send(), 0);
    let until = "24 November 2026, 10:00";
    for (path, says) in [
        (
            format!("/tasks/{}", case.tasks[0]),
            "the proband does not agree, and a decision against that waits",
        ),
        (page.clone(), "No letter leaves before"),
        (format!("/letters/{letter}"), "at the earliest"),
        ("/outbox".to_owned(), "at the earliest"),
    ] {
        let html = case.clinician.browser.page(&path).unwrap();
        assert!(html.contains(says) && html.contains(until), "{path}: {html}");
    }
    // Whoever sends and may not know why is told when, and nothing of a refusal.
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "asked to send").unwrap();
    for path in [format!("/letters/{letter}"), "/outbox".to_owned(), format!("/tasks/{}", case.tasks[0])] {
        assert!(!jo.browser.page(&path).unwrap().contains("does not agree"), "{path}");
    }
    world.clock.advance_seconds(24 * 3600 - 1);
    assert_eq!(world.send(), 0, "not a second earlier");
    world.clock.advance_seconds(1);
    assert_eq!(world.send(), 2, "the paper and the notice");
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    assert_eq!(case.state(0), "sent");
    let html = case.clinician.browser.page(&page).unwrap();
    assert!(!html.contains("No letter leaves before") && !html.contains("It cannot wait"), "{html}");
    queues_follow(&world);
}

#[test]
fn the_sender_asks_again_and_waits_though_a_sending_was_marked_as_due() {
    let world = World::new(4502);
    let mut case = Case::new(&world, &[SISTER]);
    decided(&mut case);
    case.approved(0, "L1");
    let due = "UPDATE posts SET not_before = queued_at";
    world.house.db.write(|conn| Ok(diesel::sql_query(due).execute(conn)?)).unwrap();
    assert_eq!(world.send(), 0, "claimed, asked, and put back");
    assert!(world.left_the_house("letters").is_empty());
    case.cooled(&world);
    assert_eq!(world.send(), 2);
}

#[test]
fn what_is_said_during_the_wait_still_stops_the_letter() {
    let world = World::new(4503);
    let mut case = Case::new(&world, &[SISTER]);
    decided(&mut case);
    case.approved(0, "L1");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "withdrawn", "L1", "I mean it.").unwrap();
    assert_eq!(case.state(0), "decision_needed");
    // Decided again: the wait begins again with it, and an objection of hers ends all of it.
    world.clock.advance_seconds(3600);
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.approved(0, "L1");
    world.clock.advance_seconds(23 * 3600);
    assert_eq!(world.send(), 0, "the first wait would be over");
    let mut counsellor = world.counsellor();
    counsellor
        .browser
        .done(&format!("/tasks/{task}"), &format!("/tasks/{task}/object"), &[("scope", "self")])
        .unwrap();
    case.cooled(&world);
    assert_eq!(world.send(), 0);
    assert_eq!(case.state(0), "do_not_contact");
    assert!(world.left_the_house("letters").is_empty());
    queues_follow(&world);
}

#[test]
fn only_a_decision_against_the_probands_own_word_waits() {
    let world = World::new(4504);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    case.counsellor.consent(&sister, "not_obtainable", "L1", "Nobody finds him.").unwrap();
    case.clinician.decision(&sister, "applied", "L1", &["A1"]).unwrap();
    case.approved(0, "L1");
    assert_eq!(world.send(), 2, "he said nothing against it");
    // Who said no and cannot be asked any more has taken nothing back.
    case.counsellor.consent(&aunt, "refused", "L1", "Not her.").unwrap();
    case.counsellor.consent(&aunt, "not_obtainable", "L1", "Nobody finds him.").unwrap();
    case.clinician.decision(&aunt, "applied", "L1", &["A1"]).unwrap();
    case.approved(1, "L1");
    assert_eq!(world.send(), 0);
}

#[test]
fn an_emergency_lets_a_decision_go_at_once_and_its_review_stands_in_a_queue_until_another_clinician_has_said_so()
 {
    let world = World::new(4505);
    let mut case = Case::new(&world, &[SISTER]);
    let page = decided(&mut case);
    case.approved(0, "L1");
    assert_eq!(world.send(), 0);
    let decision = text_of(&newest(&mut case.clinician, &page), "decision").unwrap();
    let path = format!("{page}/{decision}/emergency");
    let entry = json!({"emergency_cause": "pregnancy", "emergency_words": "soon"});
    assert_eq!(told(&mut case.clinician, &path, &entry), (422, json!("emergency_words")), "in words");
    let entry = json!({"emergency_cause": "pregnancy", "emergency_words": WHY});
    assert_eq!(told(&mut case.counsellor, &path, &entry).0, 403, "a clinician lets it go");
    let long = "x".repeat(2001);
    let typed = [("emergency_cause", "pregnancy"), ("emergency_words", long.as_str())];
    let html = case.clinician.browser.submit(&page, &path, &typed).unwrap().text();
    assert!(
        html.contains("id=\"emergency_words-error\"") && html.contains(&long),
        "refused beside it and kept"
    );
    let review = let_go(&mut case.clinician, &page);
    assert_eq!(world.send(), 2, "at once");
    assert_eq!(case.state(0), "sent");
    assert_eq!(told(&mut case.clinician, &path, &entry).0, 409, "once");
    queues_follow(&world);
    let mut lee = world.second_clinician();
    let item = lee.program.api("/queues/emergency_reviews").unwrap()["items"][0].clone();
    assert_eq!(item["due"], "24 November 2026");
    let said = json!({"review": "upheld", "review_words": "It could not wait: I spoke to the surgeon."});
    assert_eq!(
        told(&mut case.clinician, &format!("{review}/review"), &said).0,
        409,
        "not by whoever let it go"
    );
    assert_eq!(told(&mut case.counsellor, &format!("{review}/review"), &said).0, 403);
    assert_eq!(
        told(&mut lee, &format!("{review}/review"), &said).0,
        404,
        "whoever has nothing to do with the family"
    );
    // Nobody reviewed it: it escalates as everything that is late.
    world.clock.advance_days(2);
    let mut lee = world.at_work("lee.outside");
    let home = lee.browser.page("/").unwrap();
    let card = home.split("Emergencies to review").nth(1).unwrap().split("</li>").next().unwrap();
    assert!(card.contains("1 to do") && card.contains("1 overdue"), "{card}");
    let taken =
        lee.browser.done("/queues", &format!("/work/{}/take", item["id"].as_str().unwrap()), &[]).unwrap();
    assert_eq!(taken, review);
    let html = lee.browser.page(&review).unwrap();
    assert!(html.contains("the surgeon rang at nine") && html.contains("Overdue"), "{html}");
    let short = [("review", "upheld"), ("review_words", "yes")];
    assert_eq!(lee.browser.submit(&review, &format!("{review}/review"), &short).unwrap().status, 422);
    let fields = [("review", "upheld"), ("review_words", "It could not wait: I spoke to the surgeon.")];
    lee.browser.done(&review, &format!("{review}/review"), &fields).unwrap();
    assert_eq!(told(&mut lee, &format!("{review}/review"), &said).0, 409, "once");
    let html = world.clinician().browser.page(&page).unwrap();
    assert!(html.contains("Upheld: it could not wait"), "{html}");
    queues_follow(&world);
}

#[test]
fn where_no_other_clinician_is_there_the_guardian_reviews_an_emergency() {
    let world = World::new(4590);
    let mut case = Case::new(&world, &[SISTER]);
    let page = decided(&mut case);
    let review = let_go(&mut case.clinician, &page);
    let mut ruth = world.at_work("ruth.adeyemi");
    let said = json!({"review": "upheld", "review_words": "Nobody else was there, and it could not wait."});
    assert_eq!(
        told(&mut ruth, &format!("{review}/review"), &said).0,
        404,
        "who has nothing to do with the family"
    );
    ruth.family_claim(&case.reference, "reviews an emergency").unwrap();
    let html = ruth.browser.page(&review).unwrap();
    assert!(html.contains("not_upheld"), "{html}");
    assert_eq!(told(&mut ruth, &format!("{review}/review"), &said).0, 200);
    let after = case.clinician.browser.page(&review).unwrap();
    assert!(
        after.contains("Upheld: it could not wait") && after.contains("Nobody else was there"),
        "{after}"
    );
    queues_follow(&world);
}

#[test]
fn an_emergency_that_is_not_upheld_stops_what_has_not_left_and_asks_for_a_new_decision() {
    let world = World::new(4506);
    let mut case = Case::new(&world, &[SISTER]);
    let page = decided(&mut case);
    let review = let_go(&mut case.clinician, &page);
    case.approved(0, "L1");
    let mut lee = reviewer(&world, &case);
    let fields = [("review", "not_upheld"), ("review_words", "The operation was put off last week.")];
    lee.browser.done(&review, &format!("{review}/review"), &fields).unwrap();
    assert_eq!(world.send(), 0);
    assert_eq!(case.state(0), "decision_needed");
    let task = case.tasks[0].clone();
    assert!(case.counsellor.letter_draft(&task, "L1").is_err(), "nothing rests on it any more");
    let shown = newest(&mut case.clinician, &page);
    assert!(shown["done"].as_str().unwrap().contains("a review did not uphold"), "{shown}");
    let html = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(html.contains("the review did not uphold that the decision could not wait"), "{html}");
    queues_follow(&world);
    // Decided anew, it waits as the first did.
    case.clinician.decision(&task, "applied", "L1", &["A1"]).unwrap();
    case.approved(0, "L1");
    assert_eq!(world.send(), 0);
    case.cooled(&world);
    assert_eq!(world.send(), 2);
}

#[test]
fn an_emergency_that_is_not_upheld_after_the_letter_has_left_withholds_it_and_whoever_answered_is_heard() {
    let world = World::new(4507);
    let mut case = Case::new(&world, &[SISTER]);
    let page = decided(&mut case);
    let letter = case.approved(0, "L1");
    let review = let_go(&mut case.clinician, &page);
    assert_eq!(world.send(), 2);
    let code = kinward::demo::code_of(&mut case.counsellor, &letter).unwrap();
    let mut lee = reviewer(&world, &case);
    let fields = [("review", "not_upheld"), ("review_words", "The operation was put off last week.")];
    lee.browser.done(&review, &format!("{review}/review"), &fields).unwrap();
    assert_eq!(case.state(0), "decision_needed");
    queues_follow(&world);
    let (mut browser, shown) = letter_open(&world.address, &code, SISTER.born).unwrap();
    assert!(!shown.contains("cancer"), "withheld online: {shown}");
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    assert_eq!(case.state(0), "wants_appointment");
    queues_follow(&world);
}

#[test]
fn where_a_second_clinician_signs_the_wait_begins_with_the_signature() {
    let world = World::new(4508);
    let mut case = Case::new(&world, &[SISTER]);
    world.works_under("australia");
    let task = case.tasks[0].clone();
    case.counsellor.consent(&task, "refused", "L1", "Not her.").unwrap();
    let page = format!("/tasks/{task}/decision");
    let documents = case.clinician.program.api(&page).unwrap()["form"]["documents"].clone();
    let decision =
        kinward::demo::people::weighed(json!({"model": "familial", "outcome": "applied", "level": "L1",
        "reasons": ["A1"], "harm_if_not_shared": "No checks.", "harm_if_shared": "A quarrel.",
        "steps_tried": "Two talks.", "adviser": "The Guardian.", "proband_informed": "By telephone.",
        "inferable_why": "He knows that she can tell, and was told so.", "documents": documents}));
    let made = case.clinician.program.api_post(&page, &decision).unwrap();
    let id = text_of(&made, "decision").unwrap();
    let entry = json!({"emergency_cause": "pregnancy", "emergency_words": WHY});
    assert_eq!(told(&mut case.clinician, &format!("{page}/{id}/emergency"), &entry).0, 409, "signed first");
    world.clock.advance_seconds(20 * 3600);
    let mut lee = reviewer(&world, &case);
    lee.browser.done(&page, &format!("{page}/{id}/sign"), &[]).unwrap();
    (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
    case.approved(0, "L1");
    world.clock.advance_seconds(23 * 3600);
    assert_eq!(world.send(), 0);
    world.clock.advance_seconds(3600);
    assert_eq!(world.send(), 2);
}

#[test]
fn what_was_decided_and_not_done_stands_on_the_home_of_those_who_answer_for_it_and_on_the_familys_page() {
    let world = World::new(4509);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    decided(&mut case);
    let aunt = case.tasks[1].clone();
    case.counsellor.consent(&aunt, "refused", "L1", "Not her either.").unwrap();
    case.clinician.decision(&aunt, "applied", "L1", &["A1"]).unwrap();
    world.clock.advance_days(14);
    let family = format!("/families/{}", case.family);
    assert!(
        !world.clinician().browser.page("/").unwrap().contains("Decided and not done"),
        "its day is not over"
    );
    world.clock.advance_days(3);
    let says = "A letter was to leave by 7 December 2026: 3 days late";
    let mut guardian = world.at_work("ruth.adeyemi");
    let home = guardian.browser.page("/").unwrap();
    assert!(home.contains("Decided and not done") && home.matches(says).count() == 2, "{home}");
    assert!(
        home.contains(&case.reference) && !home.contains("/tasks/") && !home.contains("Tamsin"),
        "{home}"
    );
    let (mut counsellor, mut clinician, mut jo) =
        (world.counsellor(), world.clinician(), world.at_work("jo.taylor"));
    let home = clinician.browser.page("/").unwrap();
    assert!(home.contains(says) && home.contains(&format!("href=\"/tasks/{aunt}\"")), "{home}");
    assert!(!counsellor.browser.page("/").unwrap().contains("Decided and not done"));
    let html = counsellor.browser.page(&family).unwrap();
    assert!(
        html.contains("Decided and not done") && html.contains(says) && html.contains("Tamsin Wray"),
        "{html}"
    );
    assert!(counsellor.browser.page(&format!("/tasks/{aunt}")).unwrap().contains(says));
    jo.family_claim(&case.reference, "asked to send").unwrap();
    assert!(
        !jo.browser.page(&family).unwrap().contains("Decided and not done"),
        "no reasoning, no decisions"
    );
    // The sister's letter leaves; the aunt's decision is set aside by a new word.
    (case.counsellor, case.clinician) = (counsellor, clinician);
    case.approved(0, "L1");
    assert_eq!(world.send(), 2);
    assert_eq!(case.clinician.browser.page("/").unwrap().matches(says).count(), 1);
    case.counsellor.consent(&aunt, "refused", "L1", "No, and no.").unwrap();
    assert!(!case.clinician.browser.page("/").unwrap().contains("Decided and not done"));
    assert!(!case.counsellor.browser.page(&family).unwrap().contains("Decided and not done"));
}
