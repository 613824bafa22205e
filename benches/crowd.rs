//! Many members of staff at once: a made-up clinic, its server, and so many clients that read and act in turn, each as fast as it
//! is answered. `cargo bench --bench crowd -- DATABASE FAMILIES`; for PostgreSQL under `tests/postgres.sh run`.
//! Must not know: what a page says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot run stops")]
#![allow(clippy::disallowed_methods, reason = "it measures time, and asks where the database is")]
#![allow(clippy::cast_precision_loss, reason = "milliseconds")]

use diesel::{Connection, PgConnection, RunQueryDsl};
use kinward::demo::{
    clinic,
    people::{AtWork, list_of, text_of},
    size,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const SEED: u64 = 1;
/// How many are at work at once, from one to far more than the machine has cores.
const CROWDS: [usize; 4] = [1, 4, 16, 64];
/// What all of them ask for together, in each of the crowds.
const REQUESTS: usize = 4000;
/// One of so many is an act, which waits for the acts of others; the rest is reading.
const ACTS: usize = 20;

/// What one client saw.
#[derive(Default)]
struct Seen {
    pages: Vec<Duration>,
    acts: Vec<Duration>,
}

fn at(all: &mut [Duration], percent: usize) -> f64 {
    all.sort();
    all.get((all.len().max(1) - 1) * percent / 100).map_or(0.0, |one| one.as_secs_f64() * 1000.0)
}

/// What a counsellor's day asks for, most often a family and the lists of work.
fn pages(who: &mut AtWork) -> Vec<String> {
    let families = who.program.api("/families").unwrap();
    let families: Vec<String> = list_of(&families, "families")
        .unwrap()
        .iter()
        .map(|one| format!("/families/{}", text_of(one, "id").unwrap()))
        .collect();
    let mut all =
        vec!["/".to_owned(), "/queues".to_owned(), "/queues/no_reply".to_owned(), "/families".to_owned()];
    all.extend(families.into_iter().take(8));
    all
}

/// Somebody whose particulars are read: that is put on the record, so it is an act.
fn person(who: &mut AtWork, pages: &[String]) -> String {
    let family = pages.iter().find(|page| page.starts_with("/families/")).unwrap();
    let family = who.program.api(family).unwrap();
    format!("/people/{}", text_of(&list_of(&family, "people").unwrap()[0], "person").unwrap())
}

/// One client's share; each begins at another page.
fn at_work(mut who: AtWork, (pages, person): (&[String], &str), number: usize, share: usize) -> Seen {
    let mut seen = Seen::default();
    for turn in 0..share {
        let acts = turn % ACTS == ACTS - 1;
        let page = if acts { person } else { &pages[(number + turn) % pages.len()] };
        let began = Instant::now();
        who.browser.page(page).unwrap();
        if acts { &mut seen.acts } else { &mut seen.pages }.push(began.elapsed());
    }
    seen
}

fn database(kind: &str, folder: &std::path::Path) -> String {
    if kind != "postgres" {
        return format!("sqlite:{}", folder.join("crowd.db").display());
    }
    let server = std::env::var("KINWARD_TEST_DATABASE").unwrap();
    let mut conn = PgConnection::establish(&server).unwrap();
    diesel::sql_query("CREATE DATABASE kinward_crowd").execute(&mut conn).unwrap();
    format!("{}/kinward_crowd", server.rsplit_once('/').unwrap().0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| !one.starts_with("--")).collect();
    let kind = arguments.first().map_or("sqlite", String::as_str);
    let families: u64 = arguments.iter().find_map(|one| one.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir().unwrap();
    let (socket, address) = clinic::listen(0).unwrap();
    let (house, _) =
        size::open::made(folder.path(), database(kind, folder.path()), address.clone(), families, SEED)
            .unwrap();
    let serving = clinic::serve(Arc::new(house), socket, 2).unwrap();
    println!("{kind}, {families} families, {REQUESTS} requests in each crowd, one of {ACTS} an act");
    println!(
        "| At work at once | Requests a second, one = 100 | A page: half, 95 in 100 (ms) | An act: half, 95 in 100 (ms) |"
    );
    let mut alone = None;
    for crowd in CROWDS {
        let mut all: Vec<AtWork> =
            (0..crowd).map(|_| AtWork::sign_in(&serving.address, "nia.morgan").unwrap()).collect();
        let pages = pages(&mut all[0]);
        let person = person(&mut all[0], &pages);
        let began = Instant::now();
        let seen: Vec<Seen> = std::thread::scope(|scope| {
            let asked = (&pages[..], &person[..]);
            let clients: Vec<_> = all
                .into_iter()
                .enumerate()
                .map(|(number, who)| scope.spawn(move || at_work(who, asked, number, REQUESTS / crowd)))
                .collect();
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        });
        let spent = began.elapsed();
        let (mut read, mut acts) = (Vec::new(), Vec::new());
        for one in seen {
            read.extend(one.pages);
            acts.extend(one.acts);
        }
        let rate = (read.len() + acts.len()) as f64 / spent.as_secs_f64();
        println!(
            "| {crowd} | {:.0} ({rate:.0} a second) | {:.1}, {:.1} | {:.1}, {:.1} |",
            100.0 * rate / *alone.get_or_insert(rate),
            at(&mut read, 50),
            at(&mut read, 95),
            at(&mut acts, 50),
            at(&mut acts, 95),
        );
    }
    drop(serving);
}
