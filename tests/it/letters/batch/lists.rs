//! The lists of batches and of what a batch can take up, for somebody who has many: pages, filters, and what they ask of the
//! database. Must not know: what a letter says.

use super::{KINDS, agreed, all_rounds, batch, counts, draft, kindred, lines};
use crate::{
    queues::numbered,
    support::{World, cases::Case},
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use kinward::{
    db::{Conn, Kind},
    demo::people::{AtWork, list_of, text_of},
};
use serde_json::json;
use std::collections::BTreeSet;

/// Another family of the same staff, with as many relatives who can be written to.
fn another(world: &World, number: usize, count: usize) -> Case {
    let mut case = Case::with(world, &numbered(number), &kindred(count));
    (0..count).for_each(|place| case.agree(place, "L0"));
    case
}

#[test]
fn what_stands_in_the_address_of_a_batch_narrows_its_letters() {
    let world = World::new(871);
    let mut case = agreed(&world, 3);
    let id = draft(&mut case.counsellor, "stays");
    assert_eq!(lines(&batch(&mut case.counsellor, &id, "waiting")).len(), 3);
    all_rounds(&world);
    assert_eq!(lines(&batch(&mut case.counsellor, &id, "waiting")).len(), 0);
    let seen = batch(&mut case.counsellor, &id, "done");
    assert_eq!((counts(&seen), lines(&seen).len()), ([3, 3, 0, 0, 0], 3));
    assert_eq!(seen["paging"]["more"], false);
    for wrong in ["?show=nothing", "?page=x", "?show=done&page=one"] {
        let status = case.counsellor.browser.get(&format!("/letter-batches/{id}{wrong}")).unwrap().status;
        assert_eq!(status, 422, "{wrong}");
    }
    assert_eq!(case.counsellor.browser.get("/letter-batches?by=nobody").unwrap().status, 422);
    let beyond = case.counsellor.program.api("/letter-batches?page=9").unwrap();
    assert!(list_of(&beyond, "batches").unwrap().is_empty());
}

#[test]
fn whoever_has_many_letters_turns_pages_and_misses_none() {
    let world = World::new(872);
    let mut families: Vec<Case> = (1..=3).map(|number| another(&world, number, 10)).collect();
    let work = &mut families[0].counsellor;
    let mut tasks = BTreeSet::new();
    for (page, count) in [(1, 25), (2, 5), (3, 0)] {
        let seen = work.program.api(&format!("/letter-batches/draft?page={page}")).unwrap();
        assert_eq!(seen["total"], 30);
        let there = list_of(&seen, "lines").unwrap();
        assert_eq!(there.len(), count, "page {page}");
        tasks.extend(there.iter().map(|line| text_of(line, "task").unwrap()));
    }
    assert_eq!(tasks.len(), 30);
    let html = work.browser.page("/letter-batches/draft").unwrap();
    assert!(html.contains("page&#x3D;2\" rel=\"next\"") && html.contains("; page 1."), "{html}");
    // One family by itself.
    let own = format!("/families/{}/letter-batch", families[1].family);
    let work = &mut families[1].counsellor;
    assert_eq!(work.program.api(&own).unwrap()["total"], 10);
    let family = format!("/families/{}", families[1].family);
    let work = &mut families[1].counsellor;
    assert!(work.browser.page(&family).unwrap().contains(&format!("href=\"{own}\"")));
    let batch_of_one = work.program.api_post(&own, &json!({"level": "allowed", "then": "hands_on"})).unwrap();
    let work = &mut families[0].counsellor;
    assert_eq!(work.program.api("/letter-batches/draft").unwrap()["total"], 20);
    let rest = draft(work, "hands_on");
    all_rounds(&world);
    let id = text_of(&batch_of_one, "batch").unwrap();
    assert_eq!(counts(&batch(work, &id, "done")), [10, 10, 0, 0, 0]);
    assert_eq!(counts(&batch(work, &rest, "done")), [20, 20, 0, 0, 0]);
    // And they are approved a page at a time.
    let approver = &mut families[0].clinician;
    let mut letters = BTreeSet::new();
    for (page, count) in [(1, 25), (2, 5), (3, 0)] {
        let seen = approver.program.api(&format!("/letter-batches/approve?page={page}")).unwrap();
        let there = list_of(&seen, "lines").unwrap();
        assert_eq!((seen["total"].as_i64(), there.len()), (Some(30), count), "page {page}");
        letters.extend(there.iter().map(|line| text_of(line, "value").unwrap()));
    }
    assert_eq!(letters.len(), 30);
    let too_many = json!({"letters": letters});
    let refused = approver.program.api_post("/letter-batches/approve", &too_many).unwrap_err();
    assert!(refused.to_string().contains("25 letters at most"), "{refused}");
}

/// What a page asks of the database, once it has been seen before.
fn asked(world: &World, work: &mut AtWork, path: &str) -> Vec<String> {
    work.browser.page(path).unwrap();
    world.house.db.recorder().start();
    work.browser.page(path).unwrap();
    world.house.db.recorder().take()
}

#[test]
fn a_long_list_asks_the_database_no_more_often_than_a_short_one() {
    let world = World::new(873);
    let mut case = agreed(&world, 12);
    let id = draft(&mut case.counsellor, "stays");
    let paths = [
        format!("/letter-batches/{id}?show=waiting"),
        format!("/letter-batches/{id}?show=done"),
        "/letter-batches".to_owned(),
        "/queues/letters_to_write".to_owned(),
    ];
    crate::letters::batch::round(&world, "w");
    // Two wait and ten are done; then none and twelve, in more than one batch.
    let few = paths.each_ref().map(|path| asked(&world, &mut case.counsellor, path).len());
    all_rounds(&world);
    let mut more = another(&world, 2, KINDS.len());
    draft(&mut more.counsellor, "stays");
    all_rounds(&world);
    let many = paths.each_ref().map(|path| asked(&world, &mut case.counsellor, path).len());
    assert!(few.iter().all(|count| *count > 5), "nothing was heard: {few:?}");
    assert!(few[0] >= many[0], "{few:?} {many:?}");
    assert_eq!(few[1..], many[1..]);
}

#[test]
fn a_list_of_letters_to_approve_asks_for_each_letter_what_its_own_page_would_and_no_more() {
    let world = World::new(874);
    let mut case = agreed(&world, 8);
    let mut statements = Vec::new();
    for upto in [2usize, 5, 8] {
        let page = "/letter-batches/approve";
        let there = list_of(&case.clinician.program.api(page).unwrap(), "lines").unwrap().len();
        for place in there..upto {
            let task = case.tasks[place].clone();
            let letter = case.counsellor.letter_draft(&task, "L0").unwrap();
            case.counsellor.letter_submit(&letter).unwrap();
        }
        statements.push(asked(&world, &mut case.clinician, page).len());
    }
    let of_three = [statements[1] - statements[0], statements[2] - statements[1]];
    assert_eq!(of_three[0], of_three[1], "a letter costs the same in a long list: {statements:?}");
    let task = case.tasks[0].clone();
    let letters =
        list_of(&case.clinician.program.api(&format!("/tasks/{task}")).unwrap(), "letters").unwrap().clone();
    let letter = text_of(&letters[0], "letter").unwrap();
    let alone = asked(&world, &mut case.clinician, &format!("/letters/{letter}")).len();
    assert!(of_three[0] / 3 <= alone + 20, "{of_three:?} beside {alone}");
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Every statement of these pages and of the worker finds its rows by an index: nothing is read from end to end but the staff.
#[test]
fn no_list_of_letters_reads_a_table_from_end_to_end() {
    let world = World::new(875);
    if world.house.db.kind() == Kind::Postgres {
        // A table of a few rows is read whole there, whatever indexes it has.
        return;
    }
    let mut case = agreed(&world, 4);
    let id = draft(&mut case.counsellor, "hands_on");
    all_rounds(&world);
    let mut heard = Vec::new();
    for path in [
        "/letter-batches".to_owned(),
        "/letter-batches/draft".to_owned(),
        format!("/letter-batches/{id}?show=done"),
        format!("/families/{}/letter-batch", case.family),
        "/queues/letters_to_write".to_owned(),
    ] {
        heard.extend(asked(&world, &mut case.counsellor, &path));
    }
    for path in ["/letter-batches?by=all", "/letter-batches/approve", "/queues/letters_to_approve"] {
        heard.extend(asked(&world, &mut case.clinician, path));
    }
    let more = another(&world, 2, 2).tasks.len();
    draft(&mut case.counsellor, "stays");
    world.house.db.recorder().start();
    assert_eq!(super::round(&world, "w"), more);
    heard.extend(world.house.db.recorder().take());
    let heard: BTreeSet<String> = heard
        .into_iter()
        .filter(|sql| {
            // What asks for one of none is answered without looking.
            sql.starts_with("SELECT") && !sql.contains("(1=0)")
        })
        .collect();
    assert!(heard.len() > 40, "{}", heard.len());
    let mut whole = Vec::new();
    for sql in heard {
        let plan: Vec<Plan> = world
            .house
            .db
            .read(|conn| match conn {
                Conn::Sqlite(conn) => Ok(diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn)?),
                Conn::Postgres(_) => Ok(Vec::new()),
            })
            .unwrap();
        let scans = plan.into_iter().map(|step| step.detail).filter(|step| step.starts_with("SCAN "));
        let small = |step: &String| {
            // What a limited query counted is counted, and no table.
            step.contains("staff") || step.contains("CONSTANT ROW") || step == "SCAN counted"
        };
        whole.extend(scans.filter(|step| !small(step)).map(|step| format!("{step}: {sql}")));
    }
    assert!(whole.is_empty(), "{}", whole.join("\n"));
}
