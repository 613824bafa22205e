//! Reports on more relatives than are counted at a page: made by the worker, a part at a time, and the same as at the page.
//! Must not know: how anything is counted.

use super::cascade::{cell, families};
use crate::{
    imports::{all_rounds, count, round},
    support::World,
};
use kinward::{
    access::staff::staff_disable,
    audit::{Act, ActorKind},
    clinic::cascade::listener::Cascade,
    demo::people::AtWork,
    error::{Error, Result},
    relative::listener::{Listener, Ordered},
};
use serde_json::{Value, json};

/// Those that count people.
const REPORTS: [&str; 6] = ["funnel", "uptake", "time-to-inform", "qs41", "outcomes", "equity"];
const MONTHS: &str = "?from=2026-11&to=2026-12&condition=";

fn few_at_once(seed: u64) -> World {
    World::under(seed, |policy| policy.learning.count_at_once = 10)
}

fn asked() -> Value {
    json!({"report": "funnel", "from": "2026-11", "to": "2026-12", "condition": ""})
}

fn order(work: &mut AtWork) -> String {
    let told = work.program.api_post("/reports/cascade/counts", &asked()).unwrap();
    told["count"].as_str().unwrap().to_owned()
}

fn funnel(work: &mut AtWork) -> Value {
    work.program.api(&format!("/reports/cascade/funnel{MONTHS}")).unwrap()
}

/// What a report says, without who reads it and when.
fn says(work: &mut AtWork, report: &str) -> (Value, String) {
    let path = format!("/reports/cascade/{report}");
    let seen = work.program.api(&format!("{path}{MONTHS}")).unwrap();
    let said = ["finding", "warning", "plot", "tables", "how"].map(|name| seen[name].clone());
    let csv = work.browser.get(&format!("{path}.csv{MONTHS}")).unwrap();
    (Value::from(said.to_vec()), csv.text())
}

/// Counts, parts, figures, and keys: what a count leaves.
fn left(world: &World) -> [i64; 4] {
    ["report_counts", "report_count_parts", "report_count_figures", "key_envelopes"]
        .map(|table| count(world, table))
}

fn part(world: &World, part: &Ordered, dies: bool) -> Result<()> {
    world.house.act_as(ActorKind::Staff, part.by.as_str(), part.service, |act| {
        Cascade.ordered_do(act, &part.reference)?;
        if dies { Err(Error::inner("killed here, for the test")) } else { Ok(()) }
    })
}

#[test]
fn a_report_on_many_relatives_is_made_by_the_worker_and_says_what_a_page_would_have_said() {
    let at_once = World::new(8031);
    families(&at_once, 6);
    let mut ruth = at_once.at_work("ruth.adeyemi");
    let expected = REPORTS.map(|report| says(&mut ruth, report));
    assert!(expected[0].0[0].as_str().unwrap().starts_with("Relatives identified: 36"), "{}", expected[0].0);
    // The same families, where ten relatives are too many for a page.
    let world = few_at_once(8031);
    families(&world, 6);
    let mut ruth = world.at_work("ruth.adeyemi");
    let page = format!("/reports/cascade/funnel{MONTHS}");
    let html = ruth.browser.page(&page).unwrap();
    assert!(html.contains("These are 36 relatives: too many to count while you wait"), "{html}");
    assert!(!html.contains("<svg class=\"kw-chart") && !html.contains("funnel.csv"), "{html}");
    assert_eq!(ruth.browser.get(&format!("/reports/cascade/funnel.csv{MONTHS}")).unwrap().status, 409);
    let before = left(&world);
    let fields = [("report", "funnel"), ("from", "2026-11"), ("to", "2026-12"), ("condition", "")];
    let back = ruth.browser.done(&page, "/reports/cascade/counts", &fields).unwrap();
    let html = ruth.browser.page(&back).unwrap();
    assert!(html.contains("0 of 36 relatives looked at. You can leave this page"), "{html}");
    // A reload orders nothing more.
    let again = order(&mut ruth);
    assert_eq!((left(&world)[0], round(&world)), (1, 1));
    let html = ruth.browser.page(&page).unwrap();
    assert!(html.contains("10 of 36 relatives looked at") && html.contains(&again), "{html}");
    all_rounds(&world);
    for (report, (figure, csv)) in REPORTS.iter().zip(&expected) {
        let (seen, table) = says(&mut ruth, report);
        assert_eq!((&seen, &table), (figure, csv), "{report}");
    }
    // Nothing of any one relative is left, nor the key to it.
    assert_eq!(left(&world), [1, 0, 6, before[3]]);
    let html = ruth.browser.page(&page).unwrap();
    assert!(html.contains("Counted on 13 December 2026") && html.contains("Count again"), "{html}");
    // Work is counted at once, however many relatives there are.
    assert!(ruth.program.api("/reports/cascade/workload").unwrap()["finding"].is_string());
}

#[test]
fn a_worker_that_is_killed_after_any_part_counts_nobody_twice_and_forgets_nobody() {
    for fault_at in 0..6 {
        let world = few_at_once(8032);
        families(&world, 6);
        let mut ruth = world.at_work("ruth.adeyemi");
        order(&mut ruth);
        let mut step = 0;
        while let Some(next) =
            world.house.db.read(|conn| Cascade.ordered(conn, 1)).unwrap().into_iter().next()
        {
            if step == fault_at {
                let before = left(&world);
                part(&world, &next, true).unwrap_err();
                assert_eq!(left(&world), before, "part {step}");
            }
            part(&world, &next, false).unwrap();
            step += 1;
        }
        // Four parts of ten at most, and the figures.
        assert_eq!((step, left(&world)[2]), (5, 6));
        assert_eq!(cell(&funnel(&mut ruth), "stages", "Identified", 0), "36");
    }
}

#[test]
fn a_count_can_be_stopped_gone_on_with_and_counted_again_and_old_figures_go() {
    let world = few_at_once(8033);
    families(&world, 3);
    let mut ruth = world.at_work("ruth.adeyemi");
    let id = order(&mut ruth);
    assert_eq!(round(&world), 1);
    ruth.program.api_post(&format!("/reports/cascade/counts/{id}/stop"), &json!({})).unwrap();
    assert_eq!(round(&world), 0);
    let page = format!("/reports/cascade/funnel{MONTHS}");
    let html = ruth.browser.page(&page).unwrap();
    assert!(
        html.contains("Counting was stopped at 10 of 18 relatives") && html.contains("Go on counting"),
        "{html}"
    );
    assert!(ruth.program.api_post(&format!("/reports/cascade/counts/{id}/stop"), &json!({})).is_err());
    assert_eq!(order(&mut ruth), id);
    all_rounds(&world);
    assert_eq!(cell(&funnel(&mut ruth), "stages", "Identified", 0), "18");
    // A month later somebody counts again: meanwhile the old figures stand, and afterwards the new ones alone.
    world.clock.advance_days(20);
    let mut ruth = world.at_work("ruth.adeyemi");
    let again = order(&mut ruth);
    assert_ne!(again, id);
    assert_eq!(cell(&funnel(&mut ruth), "stages", "Identified", 0), "18");
    all_rounds(&world);
    assert_eq!(left(&world)[..3], [1, 0, 6]);
    // Figures grow old.
    world.clock.advance_days(32);
    world.send();
    assert_eq!(left(&world)[..3], [0, 0, 0]);
    let mut ruth = world.at_work("ruth.adeyemi");
    let other = json!({"report": "equity", "from": "2026-10", "to": "2026-12", "condition": "lynch"});
    ruth.program.api_post("/reports/cascade/counts", &other).unwrap();
    // Whoever ordered it has gone: it is stopped with the reason, and a colleague goes on.
    let gone = |act: &mut Act<'_>| staff_disable(act, "ruth.adeyemi");
    world.house.act_as(ActorKind::CommandLine, "test", world.service.id, gone).unwrap();
    all_rounds(&world);
    let mut amir = world.clinician();
    let seen = amir.program.api("/reports/cascade/equity?from=2026-10&to=2026-12&condition=lynch").unwrap();
    assert_eq!((&seen["count"]["is_stopped"], &seen["finding"]), (&json!(true), &Value::Null));
    assert!(seen["count"]["told"].as_str().unwrap().contains("no account any more"), "{seen}");
    amir.program.api_post("/reports/cascade/counts", &other).unwrap();
    all_rounds(&world);
    let seen = amir.program.api("/reports/cascade/equity?from=2026-10&to=2026-12&condition=lynch").unwrap();
    assert_eq!((&seen["count"]["at_work"], seen["finding"].is_string()), (&json!(false), true), "{seen}");
}
