//! The lists and pages about relatives: one order, a way from each to each, forms that are there when the act is allowed.
//! Must not know: what the lists are for.

use super::work_for;
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER, report},
};
use kinward::demo::people::{Kin, letter_open, list_of, reply, text_of};
use serde_json::{Value, json};

fn names(page: &Value, list: &str) -> Vec<String> {
    list_of(page, list).unwrap().iter().map(|one| text_of(one, "person").unwrap()).collect()
}

#[test]
fn every_list_of_relatives_has_one_order_the_nearest_and_of_equals_the_elder_first() {
    let world = World::new(711);
    let younger = Kin { given: "Bryn", born: ("1971", "3", "3"), ..SISTER };
    let elder = Kin { given: "Enid", born: ("1958", "9", "9"), ..SISTER };
    let unknown = Kin { relation: "daughter", given: "Wren", born: ("1990", "1", "1"), ..SISTER };
    let mut case = Case::new(&world, &[AUNT, younger, SISTER, elder, unknown]);
    let listed = case.counsellor.program.api(&format!("/results/{}/at-risk", case.result)).unwrap();
    let family = case.counsellor.program.api(&format!("/families/{}", case.family)).unwrap();
    let order = names(&listed, "relatives");
    let people = names(&family, "people");
    assert_eq!(people[1..], order[..], "the proband, then as the list of relatives at risk");
    let tasks: Vec<String> =
        list_of(&family, "tasks").unwrap().iter().map(|task| text_of(task, "task").unwrap()).collect();
    let same: Vec<String> =
        list_of(&listed, "relatives").unwrap().iter().map(|one| text_of(one, "task").unwrap()).collect();
    assert_eq!(tasks, same);
    let place = |at: usize| order.iter().position(|id| *id == case.people[at]).unwrap();
    assert!(place(3) < place(2) && place(2) < place(1), "of sisters the elder first");
    assert!(place(0) > place(1) && place(0) > place(4), "the aunt is farther than any sister or daughter");
}

#[test]
fn a_person_and_their_relative_task_lead_to_each_other() {
    let world = World::new(712);
    let mut case = Case::new(&world, &[SISTER]);
    let (person, task) = (format!("/people/{}", case.people[0]), format!("/tasks/{}", case.tasks[0]));
    assert!(case.counsellor.browser.page(&person).unwrap().contains(&format!("href=\"{task}\"")));
    assert!(case.counsellor.browser.page(&task).unwrap().contains(&format!("href=\"{person}\"")));
}

#[test]
fn a_withdrawal_can_be_recorded_in_the_browser_after_a_reply_has_come() {
    let world = World::new(713);
    let mut case = Case::new(&world, &[SISTER]);
    let code = case.sent(&world, 0, "L2");
    let (mut browser, _) = letter_open(&world.address, &code, SISTER.born).unwrap();
    reply(&mut browser, "think", &[("remind", "6")]).unwrap();
    assert_eq!(case.state(0), "wants_time");
    let task = case.tasks[0].clone();
    let page = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(page.contains("Record what the proband says"));
    case.counsellor.consent(&task, "withdrawn", "L2", "No more of this.").unwrap();
    assert_eq!(case.state(0), "wants_time", "who has answered is still heard");
    let page = case.counsellor.program.api(&format!("/tasks/{task}/consent")).unwrap();
    assert_eq!(page["history"][0]["stance"], "Has withdrawn agreement");
}

#[test]
fn the_form_for_stances_offers_what_the_act_takes_and_nothing_else() {
    let world = World::new(714);
    let child = Kin { relation: "daughter", given: "Wren", born: ("2015", "1", "1"), ..SISTER };
    let mut case = Case::new(&world, &[child]);
    assert_eq!(case.state(0), "wait_age");
    let page = case.counsellor.program.api(&format!("/tasks/{}/consent", case.tasks[0])).unwrap();
    assert_eq!(page["open"], false);
    let said = json!({"stance": "withdrawn", "words": "No more."});
    let (status, _) = super::told(&mut case.counsellor, &format!("/tasks/{}/consent", case.tasks[0]), &said);
    assert_eq!(status, 409);
}

#[test]
fn a_mark_without_words_of_its_own_shows_the_suggestions_as_the_suggestions() {
    let world = World::new(715);
    let mut nia = world.counsellor();
    let result = nia.report_upload(&report("brca2_germline")).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    let finding = text_of(&page["findings"][0], "finding").unwrap();
    let suggested = text_of(&page["findings"][0], "suggestion").unwrap();
    let form = format!("/results/{result}/findings/{finding}/mark");
    let mut mark = |why: &str| {
        nia.browser
            .done(&format!("/results/{result}"), &form, &[("mark", &suggested), ("why", why)])
            .unwrap();
        (
            nia.result(&result).unwrap()["findings"][0].clone(),
            nia.browser.page(&format!("/results/{result}")).unwrap(),
        )
    };
    let (facts, page) = mark("");
    assert_eq!(facts["mark_why"], Value::Null);
    assert!(page.contains("as suggested, without words of their own"));
    let (facts, page) = mark("I read the report twice");
    assert_eq!(facts["mark_why"], "I read the report twice");
    assert!(page.contains("In their own words: <span class=\"kw-typed\">I read the report twice"));
}

#[test]
fn a_day_named_on_a_weekend_is_due_on_the_next_working_day_and_still_named() {
    let world = World::new(716);
    let mut case = Case::new(&world, &[SISTER]);
    let task = case.tasks[0].clone();
    let said = json!({"stance": "thinking", "words": "Ask me at the weekend.", "revisit_on": "2026-11-28"});
    let (status, _) = super::told(&mut case.counsellor, &format!("/tasks/{task}/consent"), &said);
    assert_eq!(status, 200);
    let item = work_for(&world, &task).pop().unwrap();
    assert!(world.house.policy.is_working_day(item.due_on, &world.service.nation), "{}", item.due_on);
    let words = format!("{}, the next working day after 28 November 2026", item.due_on.shown());
    let queue = case.counsellor.browser.page("/queues/thinking_time").unwrap();
    assert!(queue.contains(&words), "{words}");
    let family = case.counsellor.browser.page(&format!("/families/{}", case.family)).unwrap();
    assert!(family.contains(&words));
    let page = case.counsellor.browser.page(&format!("/tasks/{task}")).unwrap();
    assert!(page.contains("28 November 2026"));
}
