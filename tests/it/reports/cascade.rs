//! What reports on the cascade say of families whose story is known, and what they keep to themselves.
//! Must not know: how anything is counted.

use crate::support::{
    World,
    cases::{AUNT, Case, SISTER},
};
use kinward::{
    audit::{self, Deed},
    demo::people::{AtWork, letter_open, list_of, reply},
};
use serde_json::Value;

/// Families of a sister and an aunt each, and of parents and grandparents nobody has named yet: six at risk. Twenty days after the report the sisters are written to.
pub fn families(world: &World, count: usize) -> (Vec<Case>, Vec<String>) {
    let mut cases: Vec<Case> =
        (0..count).map(|n| Case::with(world, &crate::queues::numbered(n), &[SISTER, AUNT])).collect();
    world.clock.advance_days(20);
    let codes = cases.iter_mut().map(|case| {
        (case.counsellor, case.clinician) = (world.counsellor(), world.clinician());
        case.sent(world, 0, "L2")
    });
    let codes = codes.collect();
    (cases, codes)
}

/// The words of a cell, by table, row and column.
pub fn cell<'a>(figure: &'a Value, table: &str, row: &str, column: usize) -> &'a str {
    let tables = list_of(figure, "tables").unwrap();
    let of = tables.iter().find(|one| one["id"] == table).unwrap_or_else(|| panic!("{table}: {figure}"));
    let rows = list_of(of, "rows").unwrap();
    let of = rows.iter().find(|one| one["name"] == row).unwrap_or_else(|| panic!("{row}: {of}"));
    of["cells"][column]["words"].as_str().unwrap_or_else(|| panic!("{column}: {of}"))
}

fn no_name(page: &str) {
    for word in ["Tamsin", "Wray", "Ottilie", "Farr", "Ashdown", "KW-", "Larch", "GL5"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn the_funnel_counts_each_relative_as_far_as_they_came_and_hides_small_numbers() {
    let world = World::new(8001);
    let (_, codes) = families(&world, 6);
    let mut guardian = world.at_work("ruth.adeyemi");
    let funnel = guardian.program.api("/reports/cascade/funnel").unwrap();
    let stages = |row| [0, 1, 2].map(|column| cell(&funnel, "stages", row, column));
    assert_eq!(stages("Identified"), ["36", "100% (90 to 100)", "100%"]);
    assert_eq!(stages("Contactable"), ["12", "33% (20 to 50)", "33%"]);
    assert_eq!(stages("Informed"), ["6", "17% (8 to 32)", "50%"]);
    assert_eq!(stages("of these, sent or believed"), ["6", "17%", "100%"]);
    assert_eq!(stages("Tested"), ["0", "0% (0 to 10)", "none"]);
    assert_eq!(cell(&funnel, "degree", "First degree", 2), "6 (33%)");
    assert_eq!(cell(&funnel, "degree", "Second degree", 2), "0 (0%)");
    assert_eq!(cell(&funnel, "sex", "Female", 0), "24");
    assert_eq!(cell(&funnel, "route", "Written to by us", 2), "6 (100%)");
    assert_eq!(cell(&funnel, "route", "Not agreed yet", 0), "30");
    let finding = funnel["finding"].as_str().unwrap();
    assert!(finding.starts_with("Relatives identified: 36; informed: 6 (17%); tested: 0 (0%)."), "{finding}");
    // One answers: a number that would be one person's.
    let (mut browser, _) = letter_open(&world.address, &codes[0], SISTER.born).unwrap();
    reply(&mut browser, "think", &[("remind", "6")]).unwrap();
    let funnel = guardian.program.api("/reports/cascade/funnel").unwrap();
    assert_eq!(cell(&funnel, "stages", "Replied", 0), "fewer than 5");
    assert_eq!(cell(&funnel, "stages", "Replied", 1), "not shown");
    let page = guardian.browser.page("/reports/cascade/funnel").unwrap();
    assert!(page.contains("fewer than 5") && page.contains("<svg") && page.contains("Printed by"), "{page}");
    no_name(&page);
    no_name(&funnel.to_string());
    // Of another condition there is nobody, and of another year neither.
    for asked in ["?condition=lynch", "?from=2026-01&to=2026-10"] {
        let none = guardian.program.api(&format!("/reports/cascade/funnel{asked}")).unwrap();
        assert_eq!(none["finding"], "No relative was put on a list in these months.", "{asked}");
    }
    for wrong in ["?from=2026-11&to=2026-01", "?from=soon", "?condition=Wray"] {
        let seen = guardian.browser.get(&format!("/reports/cascade/funnel{wrong}")).unwrap();
        assert_eq!(seen.status, 422, "{wrong}");
    }
}

#[test]
fn the_time_until_relatives_knew_is_reckoned_from_the_report_by_route() {
    let world = World::new(8002);
    families(&world, 6);
    world.clock.advance_days(20);
    let mut nia = world.counsellor();
    let time = nia.program.api("/reports/cascade/time-to-inform").unwrap();
    let of = |row| [0, 1, 2, 3].map(|column| cell(&time, "times", row, column));
    // Six knew on day 20 and thirty wait on day 40.
    assert_eq!(of("All"), ["36", "6", "not reached", "17% (8 to 33)"]);
    assert_eq!(of("Written to by us"), ["6", "6", "20", "not watched so long"]);
    assert_eq!(of("Not agreed yet"), ["30", "0", "not reached", "0%"]);
    assert_eq!(cell(&time, "at-risk", "All", 1), "30", "thirty days on");
    let finding = time["finding"].as_str().unwrap();
    assert_eq!(finding, "Fewer than half of relatives know so far.");
    let page = nia.browser.page("/reports/cascade/time-to-inform").unwrap();
    assert!(page.contains("log-log") && page.contains("kw-plot__step"), "{page}");
    no_name(&page);
}

#[test]
fn a_report_is_one_table_on_the_page_and_for_a_spreadsheet_and_reading_it_is_on_the_record() {
    let world = World::new(8003);
    families(&world, 1);
    let mut guardian = world.at_work("ruth.adeyemi");
    let seen = guardian.browser.get("/reports/cascade/funnel.csv?from=2026-11&to=2026-12").unwrap();
    assert!(seen.header("content-type").unwrap().starts_with("text/csv"));
    assert!(seen.header("content-disposition").unwrap().contains("funnel-2026-11-2026-12.csv"));
    let text = seen.text();
    assert!(text.contains("How far relatives came,Informed,Relatives,fewer than 5\r\n"), "{text}");
    let rows = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap();
    let last = rows.last().unwrap();
    assert_eq!(
        (last.deed.as_str(), last.note.as_str()),
        (Deed::MeasuresRead.as_str(), "funnel 2026-11 to 2026-12 all")
    );
    // Whoever brings in reports and sends letters sees none of it.
    let mut jo = world.at_work("jo.taylor");
    assert_eq!(jo.browser.get("/reports/cascade").unwrap().status, 403);
    let hub = guardian.browser.page("/reports/cascade").unwrap();
    assert!(hub.contains("/reports/cascade/time-to-inform"), "{hub}");
}

#[test]
fn many_families_are_counted_with_as_many_statements_as_one() {
    let world = World::new(8004);
    let statements = |work: &mut AtWork| {
        let hub = work.browser.page("/reports/cascade").unwrap();
        let links = hub.split("href=\"/reports/cascade/").skip(1).map(|rest| rest.split('"').next().unwrap());
        let links: Vec<String> = links.map(|last| format!("/reports/cascade/{last}")).collect();
        assert!(links.len() > 1, "{hub}");
        let count = |link: &String| {
            work.browser.page(link).unwrap();
            world.house.db.recorder().start();
            work.browser.page(link).unwrap();
            (link.clone(), world.house.db.recorder().take().len())
        };
        links.iter().map(count).collect::<Vec<_>>()
    };
    let mut one = families(&world, 1).0;
    let few = statements(&mut one[0].clinician);
    for number in 11..14 {
        Case::with(&world, &crate::queues::numbered(number), &[SISTER, AUNT]).sent(&world, 0, "L2");
    }
    let mut amir = world.clinician();
    assert_eq!(statements(&mut amir), few);
}

#[test]
fn the_other_reports_say_what_is_known_of_six_families() {
    let world = World::new(8005);
    families(&world, 6);
    let mut amir = world.clinician();
    let mut report = |name: &str| amir.program.api(&format!("/reports/cascade/{name}")).unwrap();
    let ages = report("queue-ages");
    // All the others wait for a conversation since the first day; the sisters were written to today.
    assert_eq!(cell(&ages, "queues", "Conversations due", 1), "30");
    assert_eq!(cell(&ages, "queues", "Conversations due", 5), "20", "the oldest, in days");
    assert_eq!(cell(&ages, "queues", "No reply yet", 0), "6");
    assert!(list_of(&ages["plot"], "bars").unwrap().len() > 4);
    let standard = report("qs41");
    assert!(standard["finding"].as_str().unwrap().starts_with("No relative at risk of familial"));
    let measure = |row| [0, 1, 2].map(|column| cell(&standard, "all", row, column));
    assert_eq!(measure("a. First-degree relatives offered a test"), ["6", "18", "33% (16 to 56)"]);
    assert_eq!(measure("b. Second- and third-degree relatives offered a test"), ["0", "18", "0% (0 to 18)"]);
    assert_eq!(measure("c. First-degree relatives tested"), ["0", "18", "0% (0 to 18)"]);
    let uptake = report("uptake");
    assert_eq!([0, 1, 2].map(|column| cell(&uptake, "sizes", "5 to 9 relatives", column)), ["6", "36", "0"]);
    assert_eq!(list_of(&uptake["plot"], "dots").unwrap().len(), 6);
    let outcomes = report("outcomes");
    assert_eq!(cell(&outcomes, "untested", "Written to, no reply", 0), "6");
    assert_eq!(cell(&outcomes, "untested", "Nothing agreed or decided yet", 0), "6");
    assert_eq!(cell(&outcomes, "untested", "No contact details", 0), "24", "nobody has named them");
    assert_eq!((cell(&outcomes, "untested", "All", 0), cell(&outcomes, "tested", "All", 0)), ("36", "0"));
    let equity = report("equity");
    assert_eq!(cell(&equity, "degree", "First degree", 2), "33% (16 to 56)");
    assert_eq!(cell(&equity, "sex", "Female", 0), "24");
    assert_eq!(cell(&equity, "needs", "None on record", 0), "36");
    let work = report("workload");
    assert_eq!(cell(&work, "queues", "New results", 0), "6");
    for which in ["queue-ages", "qs41", "uptake", "outcomes", "equity", "workload"] {
        let page = amir.browser.page(&format!("/reports/cascade/{which}")).unwrap();
        no_name(&page);
        let seen = amir.browser.get(&format!("/reports/cascade/{which}.csv")).unwrap();
        assert!(seen.text().starts_with("table,row,column,value\r\n"), "{which}");
    }
}

#[test]
fn a_test_counts_once_for_whoever_had_it_and_what_one_person_s_said_is_not_shown() {
    let world = World::new(8006);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let sister = case.people[0].clone();
    case.tested(&sister, "het");
    let outcomes = case.counsellor.program.api("/reports/cascade/outcomes").unwrap();
    assert_eq!(cell(&outcomes, "tested", "Tested: has the variant", 0), "fewer than 5");
    assert_eq!(cell(&outcomes, "tested", "Tested: has the variant", 1), "not shown");
    let funnel = case.counsellor.program.api("/reports/cascade/funnel").unwrap();
    for stage in ["Informed", "Tested", "Result"] {
        assert_eq!(cell(&funnel, "stages", stage, 0), "fewer than 5", "{stage}");
    }
}
