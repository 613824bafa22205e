//! How the pages of staff grow with a service: a made-up clinic of so many families, and how long each page takes and how
//! much of that the database takes for its statements. `cargo bench --bench size -- DATABASE FAMILIES...`, where DATABASE is sqlite or postgres; for
//! PostgreSQL under `tests/postgres.sh run`.
//! Must not know: what a page says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot run stops")]
#![allow(clippy::disallowed_methods, reason = "it measures time, and asks where the database is")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds")]

use diesel::{Connection, PgConnection, RunQueryDsl};
use kinward::{
    access::House,
    clinic::cascade::listener::Cascade,
    config::Wing,
    demo::{
        browser::Browser,
        inside::Inside,
        people::{AtWork, list_of, text_of},
        size,
    },
    worker::ordered,
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

const SEED: u64 = 1;
/// How often each page is asked for, after it was asked for to warm up.
const ROUNDS: usize = 60;
const WARM: usize = 5;
/// Reports of the cascade.
const REPORTS: [(&str, &str); 8] = [
    ("report: funnel", "/reports/cascade/funnel"),
    ("report: time to inform", "/reports/cascade/time-to-inform"),
    ("report: uptake", "/reports/cascade/uptake"),
    ("report: queue ages", "/reports/cascade/queue-ages"),
    ("report: qs41", "/reports/cascade/qs41"),
    ("report: outcomes", "/reports/cascade/outcomes"),
    ("report: equity", "/reports/cascade/equity"),
    ("report: workload", "/reports/cascade/workload"),
];

/// A page's times, and those in which it waited for the database.
struct Measured {
    page: Vec<Duration>,
    bare: Vec<Duration>,
    statements: usize,
}

fn at(sorted: &[Duration], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100].as_secs_f64() * 1000.0
}

/// What a counsellor asks for.
fn pages(nia: &mut AtWork) -> Vec<(&'static str, String)> {
    let mut all = vec![("home", "/".to_owned())];
    for (name, path) in [
        ("all work, first page", "/queues"),
        ("one queue, first page", "/queues/no_reply"),
        ("one queue, nobody's, overdue", "/queues?queue=replies&owner=none&due=overdue"),
        ("one's own work", "/queues?owner=me"),
        ("all work, what comes first", "/queues?sort=priority"),
        ("all work, what waits longest", "/queues?sort=age"),
        ("families", "/families"),
        ("calendar, this month", "/calendar"),
        ("sendings", "/outbox"),
        ("letters to draft together", "/letter-batches/draft"),
        ("batches of letters", "/letter-batches"),
    ] {
        all.push((name, path.to_owned()));
    }
    // The twentieth page, by turning nineteen times.
    let mut deep = "/queues".to_owned();
    for _ in 0..19 {
        match text_of(&nia.program.api(&deep).unwrap(), "next") {
            Ok(next) => deep = next,
            Err(_) => break,
        }
    }
    all.push(("all work, twentieth page", deep));
    let families = nia.program.api("/families").unwrap();
    let family = text_of(&list_of(&families, "families").unwrap()[0], "id").unwrap();
    all.push(("a family", format!("/families/{family}")));
    all
}

/// One page, as often as asked.
fn timed(house: &Arc<House>, who: &mut AtWork, path: &str, rounds: usize) -> Measured {
    let (mut page, mut bare, mut statements) = (Vec::new(), Vec::new(), 0);
    for _ in 0..rounds {
        house.db.recorder().start();
        let began = Instant::now();
        who.browser.page(path).unwrap();
        page.push(began.elapsed());
        let (heard, spent) = house.db.recorder().take_timed();
        bare.push(spent);
        statements = heard.len();
    }
    page.sort();
    bare.sort();
    Measured { page, bare, statements }
}

fn measure(house: &Arc<House>) -> BTreeMap<&'static str, Measured> {
    let site = Browser::inside(&Inside::open(Arc::clone(house), Wing::All));
    let [mut nia, mut amir, mut ruth] =
        ["nia.morgan", "amir.rahman", "ruth.adeyemi"].map(|name| AtWork::sign_in_at(&site, name).unwrap());
    let mut measured = BTreeMap::new();
    for (name, path) in pages(&mut nia) {
        timed(house, &mut nia, &path, WARM);
        measured.insert(name, timed(house, &mut nia, &path, ROUNDS));
    }
    let families = nia.program.api("/families").unwrap();
    let first = &list_of(&families, "families").unwrap()[0];
    let (family, reference) = (text_of(first, "id").unwrap(), text_of(first, "reference").unwrap());
    for (name, path) in [
        ("letters to approve together", "/letter-batches/approve"),
        ("register of objections", "/objections"),
    ] {
        timed(house, &mut amir, path, WARM);
        measured.insert(name, timed(house, &mut amir, path, ROUNDS));
    }
    ruth.family_claim(&reference, "asked who has read this file").unwrap();
    let record = format!("/families/{family}/record");
    timed(house, &mut ruth, &record, WARM);
    measured.insert("record of a family", timed(house, &mut ruth, &record, ROUNDS));
    measured.insert("report: decisions", timed(house, &mut amir, "/reports", 3));
    // A search is an act: asked for by surname and day of birth, of somebody who is there.
    let seen = nia.program.api(&format!("/families/{family}")).unwrap();
    let people = list_of(&seen, "people").unwrap().clone();
    let sought = people
        .iter()
        .find_map(|one| {
            let about = nia.program.api(&format!("/people/{}", text_of(one, "person").unwrap())).unwrap();
            let part = |name: &str| about["birth"][name].to_string().trim_matches('"').parse::<u32>().ok();
            let (year, month, day) = (part("year")?, part("month")?, part("day")?);
            let born = format!("{year:04}-{month:02}-{day:02}");
            Some(json!({"family_name": about["family_name"], "birth_date": born}))
        })
        .unwrap();
    let mut page = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        nia.program.api_post("/people/find", &sought).unwrap();
        page.push(began.elapsed());
    }
    page.sort();
    measured.insert("finding a person", Measured { bare: Vec::new(), page, statements: 0 });
    // A report counts everybody there is, and is asked for rarely: three times each.
    for (name, path) in REPORTS {
        measured.insert(name, timed(house, &mut nia, path, 3));
    }
    // Ten years of relatives are too many for a page: counted by the worker, and then read as any report is.
    let months = json!({"report": "funnel", "from": "2016-12", "to": "2026-11", "condition": ""});
    if nia.program.api_post("/reports/cascade/counts", &months).is_ok() {
        let began = Instant::now();
        let parts = std::iter::from_fn(|| Some(ordered::round(house, &Cascade, "bench").unwrap()))
            .take_while(|done| *done > 0)
            .count();
        println!("ten years counted by the worker in {parts} parts: {:.1} s", began.elapsed().as_secs_f64());
        let began = Instant::now();
        nia.browser.page("/reports/cascade/funnel?from=2016-12&to=2026-11&condition=").unwrap();
        println!("and shown in {:.1} ms", began.elapsed().as_secs_f64() * 1000.0);
    }
    measured
}

fn one(kind: &str, folder: &Path, families: u64) -> BTreeMap<&'static str, Measured> {
    let database = match kind {
        "postgres" => made_on_postgres(families),
        _ => format!("sqlite:{}", folder.join(format!("{families}.db")).display()),
    };
    let data = folder.join(families.to_string());
    std::fs::create_dir_all(&data).unwrap();
    let began = Instant::now();
    let address = "http://127.0.0.1".to_owned();
    let (house, filled) = size::open::made(&data, database, address, families, SEED).unwrap();
    println!(
        "{kind}, {families} families: {} relatives, {} rows, {} entries of the record, made in {:.0} s",
        filled.relatives,
        filled.rows,
        filled.deeds,
        began.elapsed().as_secs_f64()
    );
    measure(&Arc::new(house))
}

fn made_on_postgres(families: u64) -> String {
    let server = std::env::var("KINWARD_TEST_DATABASE").unwrap();
    let name = format!("kinward_size_{families}");
    let mut conn = PgConnection::establish(&server).unwrap();
    diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn).unwrap();
    let (before, _) = server.rsplit_once('/').unwrap();
    format!("{before}/{name}")
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let kind = arguments.first().map_or("sqlite", String::as_str);
    let mut sizes: Vec<u64> = arguments.iter().filter_map(|one| one.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1000, 10_000];
    }
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<_> = sizes.iter().map(|families| one(kind, folder.path(), *families)).collect();
    println!(
        "| Page | statements |{}",
        sizes.iter().map(|n| format!(" {n}: half, 95 % (ms); of it database; ratio |")).collect::<String>()
    );
    for name in all[0].keys() {
        let mut line = format!("| {name} | {} |", all[0][name].statements);
        for measured in &all {
            let one = &measured[name];
            let bare = if one.bare.is_empty() { 0.0 } else { at(&one.bare, 50) };
            let ratio = if bare > 0.0 { at(&one.page, 50) / bare } else { 0.0 };
            line.push_str(&format!(
                " {:.2}, {:.2}; {bare:.2}; {ratio:.1} |",
                at(&one.page, 50),
                at(&one.page, 95)
            ));
        }
        let grows = at(&all[all.len() - 1][name].page, 50) / at(&all[0][name].page, 50);
        println!("{line} grows {grows:.2} times");
    }
}
