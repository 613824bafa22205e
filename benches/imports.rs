//! A spreadsheet of fifty thousand people brought in on SQLite: how long each part takes, from the file to the last family, with
//! a few of them back. `cargo bench --bench imports [-- ROWS]`.
//! Must not know: how a row is read. It sends a file as a program does, and is the worker itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot run stops")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]

use kinward::{
    clinic::cascade::listener::Cascade,
    clock::{Clock, SeededChance, StoryClock},
    db::UtcTime,
    demo::{
        clinic,
        people::{AtWork, list_of},
    },
    worker::ordered,
};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// People of one family: a proband, parents, four grandparents, brothers and sisters.
const OF_ONE_FAMILY: u32 = 10;

fn monday() -> UtcTime {
    UtcTime::from_utc(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(10, 0, 0).unwrap())
}

fn spelt(of: u32) -> String {
    of.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// The first number from here on whose check digit fits, and where to look for the next.
fn number(from: &mut u32) -> String {
    loop {
        let nine = from.to_string();
        *from += 1;
        let digits = nine.bytes().map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits.zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
        let check = (11 - sum % 11) % 11;
        if check < 10 {
            return format!("{nine}{check}");
        }
    }
}

fn file(rows: u32) -> String {
    let mut numbers = 400_000_000;
    let mut text = String::from(
        "Family ID,Person,Given name,Surname,Sex,DOB,NHS number,Mother,Father,Address,Postcode,Proband,Notes\n",
    );
    // Mother and father by number, and the year: two generations above, then brothers and sisters.
    let kin = [
        ("2", "3", 1980),
        ("4", "5", 1950),
        ("6", "7", 1948),
        ("", "", 1920),
        ("", "", 1918),
        ("", "", 1922),
        ("", "", 1919),
        ("2", "3", 1982),
        ("2", "3", 1984),
        ("2", "3", 1986),
    ];
    for row in 0..rows {
        let (family, place) = (row / OF_ONE_FAMILY, row % OF_ONE_FAMILY);
        let (mother, father, year) = kin[place as usize];
        let sex = if [2, 4, 6].contains(&place) { "M" } else { "F" };
        let (name, person, day) = (spelt(family), place + 1, family % 28 + 1);
        let number = number(&mut numbers);
        let first = if place == 0 { "yes" } else { "" };
        text.push_str(&format!(
            "F{family},{person},Ann{},Wray{name},{sex},{day}/3/{year},{number},{mother},{father},\"{person} Mill Lane, Stroud\",GL5 1AA,{first},a note\n",
            spelt(place)
        ));
    }
    text
}

fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0) / 1024
}

fn seen(work: &mut AtWork, id: &str) -> Value {
    work.program.api(&format!("/imports/{id}")).unwrap()
}

fn main() {
    let rows = std::env::args().skip(1).find_map(|one| one.parse().ok()).unwrap_or(50_000);
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("clinic.db").display());
    let (socket, address) = clinic::listen(0).unwrap();
    let config = clinic::config(folder.path(), database, address.clone());
    let clock: Arc<dyn Clock> = Arc::new(StoryClock::fixed(monday()));
    let (house, _) = clinic::house(config, clock, Arc::new(SeededChance::new(50))).unwrap();
    let house = Arc::new(house);
    let _serving = clinic::serve(Arc::clone(&house), socket, 2).unwrap();
    let mut work = AtWork::sign_in(&address, "nia.morgan").unwrap();
    let text = file(rows);
    println!("{rows} rows, {} KiB", text.len() / 1024);
    let all = Instant::now();
    let part = |what: &str, began: Instant| -> Duration {
        let took = began.elapsed();
        println!("{what}: {:.1} s; peak {} MiB", took.as_secs_f64(), peak());
        took
    };
    let rounds = || while ordered::round(&house, &Cascade, "bench").unwrap() > 0 {};

    let began = Instant::now();
    let sent = work.program.api_post("/imports", &json!({"file": text})).unwrap();
    let id = sent["import"].as_str().unwrap().to_owned();
    part("sent and sealed", began);

    let began = Instant::now();
    let page = seen(&mut work, &id);
    let said = |column: &Value| {
        let chosen = list_of(column, "options").unwrap().iter().find(|one| one["chosen"] == true);
        (format!("column-{}", column["place"]), chosen.map_or(json!(""), |one| one["value"].clone()))
    };
    let columns: serde_json::Map<_, _> = list_of(&page, "columns").unwrap().iter().map(said).collect();
    work.program.api_post(&format!("/imports/{id}/columns"), &columns.into()).unwrap();
    rounds();
    part("read and checked", began);
    let page = seen(&mut work, &id);
    assert_eq!(
        (&page["state"], &page["counts"]["problems"], &page["counts"]["questions"]),
        (&json!("ready"), &json!(0), &json!(0))
    );

    let began = Instant::now();
    work.program.api_post(&format!("/imports/{id}/start"), &json!({})).unwrap();
    rounds();
    part("brought in", began);
    let page = seen(&mut work, &id);
    assert_eq!((&page["state"], &page["counts"]["done_rows"]), (&json!("done"), &json!(rows)));
    println!("all of it: {:.1} s for {rows} rows", all.elapsed().as_secs_f64());

    // The same file once more: everybody is there already.
    let began = Instant::now();
    let sent = work.program.api_post("/imports", &json!({"file": text})).unwrap();
    let again = sent["import"].as_str().unwrap().to_owned();
    let page = seen(&mut work, &again);
    let columns: serde_json::Map<_, _> = list_of(&page, "columns").unwrap().iter().map(said).collect();
    work.program.api_post(&format!("/imports/{again}/columns"), &columns.into()).unwrap();
    rounds();
    part("the same again, read and compared", began);
    let began = Instant::now();
    let told = work
        .program
        .api_post(&format!("/imports/{again}/questions/together"), &json!({"together": "out"}))
        .unwrap();
    assert_eq!(told["answered"], rows);
    part("its questions answered together", began);

    let began = Instant::now();
    work.program.api_post(&format!("/imports/{id}/undo"), &json!({})).unwrap();
    rounds();
    part("taken back", began);
    assert_eq!(seen(&mut work, &id)["counts"]["undone"], json!(rows.div_ceil(OF_ONE_FAMILY)));
}
