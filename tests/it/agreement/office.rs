//! What staff read who may not read what anybody said, and what everybody reads of a relative who has answered.
//! Must not know: how a page is laid out.

use crate::people::told;
use crate::support::{
    World,
    cases::{AUNT, BROTHER, Case, SISTER},
};
use kinward::demo::people::{letter_open, list_of, reply};
use serde_json::json;

#[test]
fn an_administrator_cannot_tell_from_any_page_what_the_proband_said() {
    let world = World::new(3121);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let tasks = case.tasks.clone();
    case.counsellor.consent(&tasks[0], "thinking", "L1", "Give me a week.").unwrap();
    case.counsellor.consent(&tasks[1], "refused", "L1", "Not her.").unwrap();
    let tells =
        json!({"route": "proband_tells", "level": "L2", "stance": "given", "words": "I will ring him."});
    case.counsellor.program.api_post(&format!("/tasks/{}/consent", tasks[2]), &tells).unwrap();
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "keeps the addresses").unwrap();
    for task in &tasks {
        let page = jo.program.api(&format!("/tasks/{task}")).unwrap();
        assert_eq!(page["state"], "with_clinical_team", "{page}");
        assert_eq!(page["state_title"], "With the clinical team");
    }
    let mut pages = vec![
        "/".to_owned(),
        "/queues".to_owned(),
        format!("/families/{}", case.family),
        format!("/families/{}/pedigree.svg", case.family),
        format!("/results/{}/at-risk", case.result),
    ];
    pages.extend(tasks.iter().map(|task| format!("/tasks/{task}")));
    pages.extend(case.people.iter().map(|person| format!("/people/{person}")));
    let telling = [
        "Proband is thinking",
        "Decision needed",
        "Proband tells",
        "Time to think",
        "Decisions to make",
        "Conversations due",
    ];
    for page in &pages {
        let html = jo.browser.page(page).unwrap();
        for words in telling {
            assert!(!html.contains(words), "{page} says '{words}': {html}");
        }
    }
    for queue in ["thinking_time", "decisions", "discussion_due"] {
        let view = jo.program.api(&format!("/queues/{queue}")).unwrap();
        assert!(list_of(&view, "items").unwrap().is_empty(), "{queue}: {view}");
    }
    // Who works with it reads it as it is.
    let html = case.counsellor.browser.page(&format!("/families/{}", case.family)).unwrap();
    assert!(html.contains("Proband is thinking") && html.contains("Proband tells"), "{html}");
}

#[test]
fn an_administrator_reads_that_a_letter_stopped_and_not_that_the_proband_said_no() {
    let world = World::new(3126);
    let mut case = Case::new(&world, &[SISTER]);
    case.agree(0, "L1");
    let letter = case.approved(0, "L1");
    case.counsellor.consent(&case.tasks[0].clone(), "withdrawn", "L1", "No, stop it.").unwrap();
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "sends what is approved").unwrap();
    for page in [format!("/letters/{letter}"), format!("/tasks/{}", case.tasks[0])] {
        let html = jo.browser.page(&page).unwrap();
        assert!(
            html.contains("it may no longer go out") && !html.contains("agrees to changed"),
            "{page}: {html}"
        );
        let html = case.counsellor.browser.page(&page).unwrap();
        assert!(html.contains("agrees to changed"), "{page}: {html}");
    }
}

#[test]
fn an_administrator_reads_that_a_relative_cannot_wait_and_not_why() {
    let world = World::new(3122);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let presses = json!({"pressing": "pregnancy", "pressing_words": "Ten weeks; she told the midwife."});
    case.counsellor.program.api_post(&format!("/tasks/{task}/urgent"), &presses).unwrap();
    let mut jo = world.at_work("jo.taylor");
    jo.family_claim(&case.reference, "keeps the addresses").unwrap();
    let html = jo.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(html.contains("This relative cannot wait") && html.contains("24 November 2026"), "{html}");
    assert!(!html.contains("regnancy") && !html.contains("midwife"), "{html}");
    let html = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert_eq!(html.matches("</span>This relative cannot wait").count(), 1, "{html}");
}

#[test]
fn whoever_has_answered_our_letter_is_not_said_to_know_nothing() {
    let world = World::new(3123);
    let mut case = Case::new(&world, &[SISTER, AUNT, BROTHER]);
    let code = case.sent(&world, 0, "L1");
    let page = format!("/tasks/{}", case.tasks[0]);
    let html = case.counsellor.browser.page(&page).unwrap();
    assert!(html.contains("Does not know,") && !html.contains("Has answered our letter"), "{html}");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "appointment", &[("by", "phone")]).unwrap();
    let html = case.counsellor.browser.page(&page).unwrap();
    let answered = html.split("Has answered our letter,").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(answered.contains("that there is a condition in the family; their own risk"), "{answered}");
    let unknown = html.split("Does not know,").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(unknown.contains("which gene") && !unknown.contains("their own risk"), "{unknown}");
    // A later word of ours counts: she told us that she did not understand it.
    let entry = json!({"topic": "own_risk", "known": "unknown"});
    world.clock.advance_seconds(60);
    case.counsellor.program.api_post(&format!("{page}/knows"), &entry).unwrap();
    let html = case.counsellor.browser.page(&page).unwrap();
    let unknown = html.split("Does not know,").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(unknown.contains("their own risk"), "{unknown}");
    // Somebody who does not want to know need not have read anything.
    let code = case.sent(&world, 1, "L1");
    let (mut browser, _) = letter_open(&world.address, &code, AUNT.born).unwrap();
    reply(&mut browser, "not_know", &[]).unwrap();
    let html = case.counsellor.browser.page(&format!("/tasks/{}", case.tasks[1])).unwrap();
    assert!(!html.contains("Has answered our letter"), "{html}");
}

#[test]
fn a_wish_not_to_know_that_is_said_again_is_one_item_of_work() {
    let world = World::new(3124);
    let mut case = Case::new(&world, &[SISTER]);
    let page = format!("/people/{}/not-to-know", case.people[0]);
    let wish = |scope: &str, topics: &[&str]| json!({"topics": topics, "scope": scope, "words": "She told us on the telephone."});
    case.counsellor.program.api_post(&page, &wish("self", &["gene", "own_risk"])).unwrap();
    let open = |case: &mut Case| {
        let view = case.counsellor.program.api("/queues/objections").unwrap();
        list_of(&view, "items").unwrap().len()
    };
    assert_eq!(open(&mut case), 2, "one for each topic");
    case.counsellor.program.api_post(&page, &wish("self_and_children", &["gene"])).unwrap();
    assert_eq!(open(&mut case), 2, "still one for each topic");
    assert_eq!(crate::queues::histories::compare(&world), (vec![], vec![]));
}

#[test]
fn the_last_guardian_is_not_kept_out_of_a_family_for_good() {
    let world = World::new(3125);
    let case = Case::new(&world, &[SISTER]);
    let mut ruth = world.at_work("ruth.adeyemi");
    let own = json!({"reference": case.reference, "reason": "The proband is my neighbour."});
    let (status, facts) = told(&mut ruth, "/conflicts/own", &own);
    assert_eq!(status, 409, "{facts}");
    let words = facts["problem"].as_str().unwrap();
    assert!(words.contains("second Guardian") && words.contains("Nothing was saved"), "{words}");
    world.second_guardian();
    assert_eq!(told(&mut ruth, "/conflicts/own", &own).0, 200);
}
