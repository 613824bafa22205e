//! Queues as a place of work: what comes first, work put off, handed on and taken together, teams, cover, kept lists, home.
//! Must not know: what any item's subject holds.

use super::{counsellor_at_work, first_item, items, numbered, receive};
use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::demo::people::{AtWork, list_of, text_of};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every item of a list, page after page, as a program goes on; on the way back the same pages come in the other order.
pub fn all_pages(work: &mut AtWork, path: &str) -> Vec<Value> {
    let pages = turned(work, path, "next");
    let (last, _) = pages.last().unwrap();
    let mut back = Vec::new();
    for (_, page) in turned(work, last, "previous").into_iter().rev() {
        back.extend(page);
    }
    let all: Vec<Value> = pages.iter().flat_map(|(_, page)| page.clone()).collect();
    assert_eq!(ids(&back), ids(&all), "back from {last}");
    all
}

/// The pages from one on, as its links lead.
fn turned(work: &mut AtWork, path: &str, link: &str) -> Vec<(String, Vec<Value>)> {
    let (mut at, mut pages) = (Some(path.to_owned()), Vec::new());
    while let Some(path) = at {
        let seen = work.program.api(&path).unwrap();
        let shown = list_of(&seen, "items").unwrap().clone();
        assert!(shown.len() <= 25);
        at = seen[link].as_str().map(str::to_owned);
        pages.push((path, shown));
    }
    pages
}

fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| text_of(item, "id").unwrap()).collect()
}

fn colleague(work: &mut AtWork, name: &str) -> String {
    let seen = work.program.api("/queues").unwrap();
    let all = list_of(&seen, "colleagues").unwrap().clone();
    text_of(all.iter().find(|one| one["name"] == name).unwrap(), "id").unwrap()
}

#[test]
fn pages_go_on_after_a_row_in_each_order_and_leave_nothing_out() {
    let world = World::new(650);
    for number in 0..60 {
        receive(&world, &numbered(number));
        if number % 7 == 0 {
            world.clock.advance_days(1);
        }
    }
    let mut nia = world.counsellor();
    let whole: BTreeSet<String> = ids(&all_pages(&mut nia, "/queues")).into_iter().collect();
    assert_eq!(whole.len(), 60);
    for sort in ["due", "priority", "age"] {
        let listed = ids(&all_pages(&mut nia, &format!("/queues?sort={sort}")));
        assert_eq!(listed.len(), 60, "{sort}");
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), whole, "{sort}");
    }
    let html = nia.browser.page("/queues?sort=age").unwrap();
    assert!(
        html.contains("after&#x3D;") && !html.contains("page&#x3D;"),
        "a page is known by the row before it"
    );
}

#[test]
fn whoever_cannot_wait_comes_first_and_the_reason_is_said_to_those_who_may_know() {
    let world = World::new(651);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let nia = &mut case.counsellor;
    let by = |nia: &mut AtWork, path: &str| items(nia, path);
    let before = by(nia, "/queues?sort=priority&queue=discussion_due");
    assert_eq!(before.len(), 6, "the two, and who stands between them and the proband");
    assert_eq!(before[0]["place"], "soon");
    let words = before[0]["priority"].as_str().unwrap();
    assert!(
        words.starts_with("Soon: a chance of 1 in 2") && words.contains("something can be done"),
        "{words}"
    );
    let sister = case.tasks[0].clone();
    let aunt = case.tasks[1].clone();
    let presses = json!({"pressing": "pregnancy", "pressing_words": "She told us so herself on Monday."});
    nia.program.api_post(&format!("/tasks/{aunt}/urgent"), &presses).unwrap();
    let first = by(nia, "/queues?priority=first");
    assert!(!first.is_empty() && first.iter().all(|item| item["place"] == "first"));
    for item in &first {
        let words = item["priority"].as_str().unwrap();
        assert!(words.starts_with("First: this relative cannot wait"), "{words}");
        assert!(!words.to_lowercase().contains("pregnan"), "why it presses is the relative's own");
        assert!(item["link"].as_str().is_some_and(|link| link.contains(&aunt)));
    }
    assert!(
        by(nia, "/queues?priority=soon")
            .iter()
            .any(|item| item["link"].as_str().unwrap_or("").contains(&sister))
    );
    // Somebody who has nothing to do with the family sees the place and no reason.
    let mut other = counsellor_at_work(&world, "somebody.else");
    let seen = items(&mut other, "/queues?priority=first");
    assert!(!seen.is_empty() && seen.iter().all(|item| item["priority"] == "First"), "{seen:?}");
    // It presses no more: the order is as it was.
    let nia = &mut case.counsellor;
    let task = nia.program.api(&format!("/tasks/{aunt}")).unwrap();
    let urgency = text_of(&task["urgent"]["open"][0], "urgency").unwrap();
    let ended = json!({"ended_why": "It was another aunt."});
    nia.program.api_post(&format!("/tasks/{aunt}/urgent/{urgency}/end"), &ended).unwrap();
    assert!(items(nia, "/queues?priority=first").is_empty());
}

#[test]
fn filters_narrow_by_degree_condition_week_and_family() {
    let world = World::new(652);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    receive(&world, &numbered(3));
    let reference = case.reference.clone();
    let nia = &mut case.counsellor;
    let mut count = |query: &str| all_pages(nia, &format!("/queues?{query}")).len();
    let degrees: Vec<usize> = (1..=4).map(|degree| count(&format!("degree={degree}"))).collect();
    assert_eq!((degrees.iter().sum::<usize>(), degrees[3]), (6, 0), "{degrees:?}");
    let can = ["childhood_actionable", "adult_actionable", "reproductive", "not_preventable"];
    let groups: usize = can.iter().map(|group| count(&format!("group={group}"))).sum();
    assert_eq!(groups, 6, "each relative's condition is of one group");
    let all = count("");
    assert_eq!(count(&format!("family={reference}")), all - 1);
    assert_eq!(count("due=week"), 1, "a new result is due in two working days");
    assert_eq!(nia.browser.get("/queues?family=KW-0000-0000").unwrap().status, 422);
}

#[test]
fn work_is_found_by_a_name_and_the_name_stands_in_no_address() {
    let world = World::new(653);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let born = SISTER.born;
    let fields = [
        ("name", SISTER.family),
        ("birth_date-day", born.2),
        ("birth_date-month", born.1),
        ("birth_date-year", born.0),
    ];
    let found = case.counsellor.browser.done("/queues", "/queues/find", &fields).unwrap();
    assert_eq!(found, format!("/queues?family={}", case.reference));
    let mut other = counsellor_at_work(&world, "somebody.else");
    let refused = other.browser.submit("/queues", "/queues/find", &fields).unwrap();
    assert_eq!(refused.status, 422, "none of their families: as where nobody is");
}

#[test]
fn what_is_put_off_is_out_of_the_lists_until_its_day_and_comes_back_by_itself() {
    let world = World::new(654);
    (1..=2).for_each(|number| receive(&world, &numbered(number)));
    let mut nia = world.counsellor();
    let work = first_item(&mut nia, "new_results");
    let snooze = |nia: &mut AtWork, until: &str| {
        let asked = json!({"do": "snooze", "item": [work], "until": until, "snoozed_why": "laboratory"});
        nia.program.send(
            "POST",
            "/api/v1/work/together",
            Some("application/json"),
            Some(asked.to_string().as_bytes()),
        )
    };
    for (until, why) in [("2026-11-23", "today"), ("2026-12-25", "too far")] {
        assert_eq!(snooze(&mut nia, until).unwrap().status, 422, "{why}");
    }
    assert_eq!(snooze(&mut nia, "2026-11-27").unwrap().status, 200);
    assert_eq!(snooze(&mut nia, "2026-11-27").unwrap().status, 200, "sent again it changes nothing more");
    assert_eq!(items(&mut nia, "/queues").len(), 1);
    let put_off = items(&mut nia, "/queues?snoozed=yes");
    assert_eq!(put_off.len(), 1);
    let words = put_off[0]["snoozed"].as_str().unwrap();
    assert_eq!(words, "Put off until 27 November 2026 by Nia Morgan. The laboratory has to answer first");
    let home = nia.program.api("").unwrap();
    let results = list_of(&home, "open").unwrap().iter().find(|count| count["queue"] == "new_results");
    assert_eq!(results.unwrap()["open"], 1);
    world.clock.advance_days(4);
    let mut nia = world.counsellor();
    assert_eq!(items(&mut nia, "/queues").len(), 2, "it is back on its day");
    assert!(items(&mut nia, "/queues?snoozed=yes").is_empty());
}

#[test]
fn nobody_puts_off_what_cannot_wait_or_beyond_the_day_that_its_state_names() {
    let world = World::new(655);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let sister = case.tasks[0].clone();
    let nia = &mut case.counsellor;
    let told =
        json!({"route": "proband_tells", "stance": "given", "words": "I will tell her.", "level": "L1"});
    let told = nia.program.api_post(&format!("/tasks/{sister}/consent"), &told);
    assert!(told.is_ok(), "{told:?}");
    let waits = items(nia, "/queues/no_reply");
    let work = text_of(&waits[0], "id").unwrap();
    let try_snooze = |nia: &mut AtWork, work: &str, until: &str| {
        let asked =
            json!({"do": "snooze", "item": [work], "until": until, "snoozed_why": "family"}).to_string();
        let sent = nia.program.send(
            "POST",
            "/api/v1/work/together",
            Some("application/json"),
            Some(asked.as_bytes()),
        );
        sent.unwrap()
    };
    let beyond = try_snooze(nia, &work, "2026-12-23");
    assert!(beyond.status == 422 && beyond.text().contains("at the latest"), "{}", beyond.text());
    assert_eq!(try_snooze(nia, &work, "2026-12-10").status, 200);
    let presses = json!({"pressing": "operation", "pressing_words": "Next week, says the surgeon."});
    nia.program.api_post(&format!("/tasks/{sister}/urgent"), &presses).unwrap();
    assert!(items(nia, "/queues?snoozed=yes").is_empty(), "what presses is put off no longer");
    for item in items(nia, "/queues?priority=first") {
        assert_eq!(item["may_snooze"], false);
        let refused = try_snooze(nia, &text_of(&item, "id").unwrap(), "2026-11-26");
        assert!(refused.status == 409 && refused.text().contains("cannot wait"), "{}", refused.text());
    }
}

#[test]
fn several_are_taken_together_after_a_page_that_says_what_is_left_out() {
    let world = World::new(656);
    (1..=4).for_each(|number| receive(&world, &numbered(number)));
    receive(&world, b"no report");
    let (mut nia, mut amir) = (world.counsellor(), world.clinician());
    let all = ids(&items(&mut nia, "/queues"));
    amir.browser.done("/queues", &format!("/work/{}/take", all[1]), &[]).unwrap();
    let query: String = all.iter().map(|id| format!("&item[]={id}")).collect();
    let page = format!("/work/together?do=take{query}");
    let html = nia.browser.page(&page).unwrap();
    assert!(
        html.contains("What stays as it is, and why") && html.contains("Dr Amir Rahman has it."),
        "{html}"
    );
    let mut fields = vec![("do", "take")];
    fields.extend(all.iter().map(|id| ("item[]", id.as_str())));
    let done = nia.browser.submit(&page, "/work/together", &fields).unwrap();
    assert_eq!(done.status, 200);
    assert!(done.text().contains("Taken: 4") && done.text().contains("Dr Amir Rahman took this on"));
    assert_eq!(items(&mut nia, "/queues?owner=me").len(), 4);
    let again = nia.browser.submit(&page, "/work/together", &fields).unwrap();
    assert!(again.text().contains("Taken: 4"), "twice is as once");
    // An administrator may take none of it.
    let mut jo = world.at_work("jo.taylor");
    assert_eq!(jo.browser.submit("/queues", "/work/together", &fields).unwrap().status, 403);
    // More than fifty are refused whole.
    let many: Vec<String> = (0..51).map(|_| all[0].clone()).collect();
    let asked = json!({"do": "take", "item": many}).to_string();
    let sent =
        nia.program.send("POST", "/api/v1/work/together", Some("application/json"), Some(asked.as_bytes()));
    assert_eq!(sent.unwrap().status, 422);
    // Handed over together, with a word.
    let to = colleague(&mut nia, "Dr Amir Rahman");
    let asked = json!({"do": "hand_over", "item": all, "to": to, "why": "away"});
    let handed = nia.program.api_post("/work/together", &asked).unwrap();
    assert_eq!(
        handed["count"], 4,
        "what he has himself, of a family that she has nothing to do with, is his to give"
    );
    let mine = items(&mut amir, "/queues?owner=me");
    assert_eq!(mine.len(), 5);
    assert!(mine.iter().any(|item| item["handed"] == "Handed over by Nia Morgan. I am away"), "{mine:?}");
}

#[test]
fn a_team_has_its_queues_and_work_is_handed_to_it() {
    let world = World::new(657);
    let (mut nia, mut jo) = (world.counsellor(), world.at_work("jo.taylor"));
    assert_eq!(nia.browser.get("/teams").unwrap().status, 403);
    let own = colleague(&mut nia, "Nia Morgan");
    let fields = [
        ("name", "Cascade"),
        ("lead", own.as_str()),
        ("members[]", own.as_str()),
        ("queues[]", "new_results"),
    ];
    jo.browser.done("/teams", "/teams", &fields).unwrap();
    let twice =
        jo.browser.submit("/teams", "/teams", &[("name", "Others"), ("queues[]", "new_results")]).unwrap();
    assert!(twice.status == 422 && twice.text().contains("the work of Cascade already"), "{}", twice.text());
    receive(&world, &numbered(1));
    receive(&world, b"no report");
    let team = items(&mut nia, "/queues?owner=team");
    assert_eq!(team.len(), 1);
    assert_eq!((team[0]["queue"].as_str(), team[0]["team"].as_str()), (Some("new_results"), Some("Cascade")));
    let teams = jo.program.api("/teams").unwrap();
    let id = text_of(&teams["teams"][0], "id").unwrap();
    let unreadable = first_item(&mut nia, "unreadable_reports");
    nia.browser
        .done("/queues", &format!("/work/{unreadable}/hand-over"), &[("to", &format!("team.{id}"))])
        .unwrap();
    assert_eq!(items(&mut nia, "/queues?owner=team").len(), 2);
    jo.browser.done(&format!("/teams/{id}"), &format!("/teams/{id}/end"), &[]).unwrap();
    assert!(items(&mut nia, "/queues?owner=team").is_empty());
    assert_eq!(items(&mut nia, "/queues").len(), 2, "the work stays");
}

#[test]
fn whoever_stands_in_has_a_colleagues_work_and_what_comes_new() {
    let world = World::new(658);
    (1..=2).for_each(|number| receive(&world, &numbered(number)));
    let mut nia = world.counsellor();
    let mut sam = counsellor_at_work(&world, "sam");
    let both = ids(&items(&mut nia, "/queues"));
    nia.browser.done("/queues", &format!("/work/{}/take", both[0]), &[]).unwrap();
    assert!(sam.browser.done("/queues", &format!("/work/{}/take", both[0]), &[]).is_err());
    let cover = colleague(&mut nia, "sam");
    let fields = [
        ("cover", cover.as_str()),
        ("from_on-day", "24"),
        ("from_on-month", "11"),
        ("from_on-year", "2026"),
        ("to_on-day", "26"),
        ("to_on-month", "11"),
        ("to_on-year", "2026"),
    ];
    nia.browser.done("/cover", "/cover", &fields).unwrap();
    assert_eq!(
        nia.browser.submit("/cover", "/cover", &fields).unwrap().status,
        422,
        "for days that are covered"
    );
    assert!(items(&mut sam, "/queues?owner=me").is_empty(), "not before the first day");
    world.clock.advance_days(1);
    let (mut sam, mut nia) = (world.at_work("sam"), world.counsellor());
    let theirs = items(&mut sam, "/queues?owner=me");
    assert_eq!(theirs.len(), 1);
    assert_eq!(
        (theirs[0]["covered"].as_bool(), theirs[0]["owner"].as_str()),
        (Some(true), Some("Nia Morgan"))
    );
    // What is handed to her while she is away is with whoever stands in, too.
    let own = colleague(&mut sam, "Nia Morgan");
    sam.browser.done("/queues", &format!("/work/{}/hand-over", both[1]), &[("to", &own)]).unwrap();
    assert_eq!(items(&mut sam, "/queues?owner=me").len(), 2);
    assert!(sam.browser.page("/").unwrap().contains("You stand in for Nia Morgan until 26 November 2026."));
    sam.browser.done("/queues", &format!("/work/{}/take", both[0]), &[]).unwrap();
    assert_eq!(items(&mut nia, "/queues?owner=me").len(), 1);
    world.clock.advance_days(3);
    let mut sam = world.at_work("sam");
    assert_eq!(
        items(&mut sam, "/queues?owner=me").len(),
        1,
        "what they took stays theirs; the rest is hers again"
    );
}

#[test]
fn a_kept_list_stands_on_home_with_its_number_and_a_teams_list_with_all_of_it() {
    let world = World::new(659);
    (1..=3).for_each(|number| receive(&world, &numbered(number)));
    let (mut nia, mut amir, mut jo) = (world.counsellor(), world.clinician(), world.at_work("jo.taylor"));
    let (own, his) = (colleague(&mut nia, "Nia Morgan"), colleague(&mut nia, "Dr Amir Rahman"));
    let members = [("name", "Cascade"), ("members[]", own.as_str()), ("members[]", his.as_str())];
    jo.browser.done("/teams", "/teams", &members).unwrap();
    let team = text_of(&jo.program.api("/teams").unwrap()["teams"][0], "id").unwrap();
    let list = "/queues?queue=new_results&owner=none";
    let kept = [("name", "New and free"), ("address", "queue=new_results&owner=none")];
    nia.browser.done(list, "/views", &kept).unwrap();
    assert_eq!(nia.browser.submit(list, "/views", &kept).unwrap().status, 422, "one name, one list");
    let wrong = [("name", "Wrong"), ("address", "queue=secrets")];
    assert_eq!(nia.browser.submit(list, "/views", &wrong).unwrap().status, 422);
    let ours = [("name", "Ours"), ("address", "owner=team"), ("team", team.as_str())];
    nia.browser.done(list, "/views", &ours).unwrap();
    let views = |work: &mut AtWork| {
        let home = work.program.api("").unwrap();
        let lines = list_of(&home, "views").unwrap().clone();
        lines
            .iter()
            .map(|one| (text_of(one, "name").unwrap(), text_of(one, "count").unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(views(&mut nia), [("New and free".into(), "3".into()), ("Ours".into(), "0".into())]);
    assert_eq!(views(&mut amir), [("Ours".to_owned(), "0".to_owned())]);
    let kept = amir.program.api("/views").unwrap();
    let theirs = text_of(&kept["views"][0], "id").unwrap();
    assert_eq!(amir.browser.submit("/views", &format!("/views/{theirs}/forget"), &[]).unwrap().status, 404);
    nia.browser.done("/views", &format!("/views/{theirs}/forget"), &[]).unwrap();
    assert!(views(&mut amir).is_empty());
}

/// The first link on a page that leads where `to` says.
fn link(html: &str, to: impl Fn(&str) -> bool) -> String {
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.map(str::to_owned).find(|href| to(href)).unwrap_or_else(|| panic!("no such link on {html}"))
}

#[test]
fn what_is_done_most_is_at_most_three_clicks_from_home() {
    let world = World::new(660);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    case.agree(1, "L2");
    let told =
        json!({"route": "proband_tells", "stance": "given", "words": "I will tell her.", "level": "L1"});
    case.counsellor.program.api_post(&format!("/tasks/{}/consent", case.tasks[0]), &told).unwrap();
    // A result that was separated and that its proband has not heard of yet.
    let nia = &mut case.counsellor;
    let fresh = nia.report_upload(&super::numbered(9)).unwrap().unwrap();
    let page = nia.result(&fresh).unwrap();
    nia.findings_mark(&fresh, &page).unwrap();
    nia.result_separate(&fresh, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    let browser = &mut case.counsellor.browser;
    let home = browser.page("/").unwrap();
    // The next letters: a click to the page, a click on its button.
    let letters = link(&home, |href| href == "/letter-batches/draft");
    assert!(browser.page(&letters).unwrap().contains("Draft letters together"));
    // A reply: the list, the relative, and there the form.
    let list = link(&home, |href| href == "/queues/no_reply");
    let listed = browser.page(&list).unwrap();
    let task = link(&listed, |href| href.starts_with("/tasks/"));
    let relative = browser.page(&task).unwrap();
    assert!(relative.contains("/object\" novalidate"), "what a relative says is logged on their page");
    // A conversation: the list, and the item leads to the form.
    let list = link(&home, |href| href == "/queues/discussion_due");
    let listed = browser.page(&list).unwrap();
    let form = link(&listed, |href| href.ends_with("/conversations/new"));
    assert!(browser.page(&form).unwrap().contains("/conversations\" novalidate"));
}

#[test]
fn work_is_not_handed_to_somebody_who_does_not_see_its_queue() {
    let world = World::new(663);
    let mut case = Case::new(&world, &[SISTER]);
    let nia = &mut case.counsellor;
    let jo = colleague(nia, "Jo Taylor");
    let item = text_of(&items(nia, "/queues/discussion_due")[0], "id").unwrap();
    let (status, told) =
        crate::people::told(nia, &format!("/work/{item}/hand-over"), &json!({"to": jo, "why": "agreed"}));
    assert_eq!((status, &told["field"]), (409, &json!("to")), "it would be in nobody's list: {told}");
}
