//! A thousand letters drafted, approved and printed together on SQLite, with a worker that is killed half way: how far it is
//! when, and how much memory the worker needs for a hundred and for a thousand. `cargo bench --bench together [-- LETTERS]`.
//! Must not know: what a letter says. A worker is a process of its own, because its peak is what the system says of a process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot run stops")]
#![allow(clippy::disallowed_methods, reason = "it measures time, and says where its worker's database is")]

use kinward::{
    access::{House, answer::Pages, twice::SentLast},
    audit::ActorKind,
    clinic::cascade::listener::Cascade,
    clock::{Clock, SeededChance, StoryClock},
    config::PrintTo,
    db::{Conn, Db, UtcTime},
    demo::{
        clinic,
        people::{AtWork, Kin, list_of, proband_of, text_of},
    },
    keys::Keys,
    pdf,
    policy::Policy,
    worker::{Transports, dispatch, ordered},
};
use kinward_family::{
    condition::Actionability,
    disclosure::Level,
    kind::Kind,
    language::Languages,
    letter::{Letter, TextSize},
    sample,
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

const SEED: u64 = 1000;
const OF_ONE_FAMILY: usize = 10;
const TODAY: (&str, &str, &str) = ("2026", "11", "23");
const KINDS: [&str; 4] = ["sister", "brother", "mother's sister", "mother's brother"];
const GIVEN: [&str; OF_ONE_FAMILY] =
    ["Aurelie", "Bastian", "Cosima", "Dorian", "Elfrida", "Florian", "Gudrun", "Hadrian", "Isolde", "Jorian"];

fn monday() -> UtcTime {
    UtcTime::from_utc(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(10, 0, 0).unwrap())
}

/// The peak of this process's memory, in kibibytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

/// A worker's process: `draft` does what was ordered, `print` what is due to leave, until nothing is left. One line for each
/// hundred letters: how many, and the peak so far.
fn work(what: &str, folder: &Path, database: &str) {
    let mut config = clinic::config(folder, database.to_owned(), "http://127.0.0.1".to_owned());
    config.print = PrintTo::Batches;
    let house = House {
        db: Db::open(&config.database, config.connections).unwrap(),
        clock: Arc::new(StoryClock::fixed(monday())),
        chance: clinic::machine_chance(),
        keys: Keys::in_memory(&SeededChance::new(SEED)).unwrap(),
        policy: Policy::embedded().unwrap(),
        pages: Pages::load().unwrap(),
        sent: SentLast::default(),
        config,
    };
    let ways = Transports::from_config(&house).unwrap();
    let (mut done, mut told) = (0, 0);
    loop {
        let some = match what {
            "print" => dispatch(&house, &Cascade, &ways, "bench").unwrap(),
            _ => ordered::round(&house, &Cascade, "bench").unwrap(),
        };
        done += some;
        if done >= told + 100 || some == 0 {
            told = done;
            println!("{done} {}", peak());
        }
        if some == 0 {
            return;
        }
    }
}

fn worker(what: &str, folder: &Path, database: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["work", what, &folder.display().to_string(), database])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Runs a worker to its end; answers (letters, peak) as it went, and how long it took.
fn watched(what: &str, folder: &Path, database: &str) -> (Vec<(u64, u64)>, Duration) {
    let began = Instant::now();
    let mut child = worker(what, folder, database);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let read = |line: std::io::Result<String>| {
        let line = line.unwrap();
        let (done, peak) = line.split_once(' ').unwrap();
        (done.parse().unwrap(), peak.parse().unwrap())
    };
    let told = lines.map(read).collect();
    assert!(child.wait().unwrap().success(), "the worker failed");
    (told, began.elapsed())
}

fn report(number: usize) -> Vec<u8> {
    let file = format!("{}/tests/data/reports/brca2_germline.json", env!("CARGO_MANIFEST_DIR"));
    let mut bundle: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for entry in bundle["entry"].as_array_mut().unwrap() {
        if entry["resource"]["resourceType"] == "DiagnosticReport" {
            for identifier in entry["resource"]["identifier"].as_array_mut().unwrap() {
                identifier["value"] = json!(format!("KV-{number}"));
            }
        }
    }
    serde_json::to_vec(&bundle).unwrap()
}

/// A family whose proband agreed to letters to all of its relatives.
fn family(nia: &mut AtWork, amir: &mut AtWork, number: usize, relatives: usize) {
    let result = nia.report_upload(&report(number)).unwrap().unwrap();
    let page = nia.result(&result).unwrap();
    nia.findings_mark(&result, &page).unwrap();
    nia.result_separate(&result, "breast_ovarian", "autosomal_dominant", "R242").unwrap();
    nia.conversation(&result, "at_result", TODAY, "Yes, they should know.").unwrap();
    let (family, proband) =
        (text_of(&page, "family").unwrap(), text_of(proband_of(&page).unwrap(), "person").unwrap());
    // Parents and grandparents come with them, and have no name to write to.
    let mut added = Vec::new();
    for place in 0..relatives {
        let kin = Kin {
            relation: KINDS[place % KINDS.len()],
            given: GIVEN[place],
            family: "Wray",
            born: ("1964", "2", "17"),
            email: None,
        };
        added.push(nia.relative_add(&family, &proband, &kin, TODAY).unwrap());
    }
    let listed = nia.at_risk_confirm(&result).unwrap();
    for (_, task) in listed.into_iter().filter(|(person, _)| added.contains(person)) {
        nia.consent(&task, "given", "L0", "Yes, write to her.").unwrap();
    }
    amir.family_claim(&text_of(&page, "family_reference").unwrap(), "asked to approve letters").unwrap();
}

fn counts(work: &mut AtWork, batch: &str) -> (u64, u64, u64) {
    let seen = work.program.api(&format!("/letter-batches/{batch}?show=left_out")).unwrap();
    let count = |name: &str| seen["batch"]["counts"][name].as_u64().unwrap();
    (count("all"), count("done"), count("held"))
}

/// All that can be approved, page by page: everything on a page is ticked, because somebody has looked at it.
fn approve_all(amir: &mut AtWork) -> (usize, Duration) {
    let (mut pages, mut took) = (0, Duration::ZERO);
    loop {
        let began = Instant::now();
        let seen = amir.program.api("/letter-batches/approve").unwrap();
        let lines = list_of(&seen, "lines").unwrap();
        if lines.is_empty() {
            return (pages, took);
        }
        took += began.elapsed();
        pages += 1;
        let ticked: Vec<String> = lines.iter().map(|line| text_of(line, "value").unwrap()).collect();
        amir.program.api_post("/letter-batches/approve", &json!({"letters": ticked})).unwrap();
    }
}

fn copy_of(house: &House, to: &Path) -> String {
    let copy = format!("VACUUM INTO '{}'", to.display());
    let copied = |conn: &mut Conn| match conn {
        Conn::Sqlite(conn) => Ok(diesel::RunQueryDsl::execute(diesel::sql_query(&copy), conn)?),
        Conn::Postgres(_) => Ok(0),
    };
    house.db.read(copied).unwrap();
    format!("sqlite:{}", to.display())
}

/// How long one such letter takes to word and set, on this machine, in this build: the measure of everything else.
fn one_letter() -> Duration {
    let (usual, size) = (Languages::default(), TextSize::Ordinary);
    let parts =
        sample::parts(Kind::DirectContact, Level::L0, Actionability::AdultActionable, usual, size).unwrap();
    let began = Instant::now();
    for _ in 0..50 {
        pdf::letter(&Letter::write(parts.clone()).unwrap()).unwrap();
    }
    began.elapsed() / 50
}

/// The peak after the first hundred letters or more, and at the end.
fn growth(told: &[(u64, u64)]) -> String {
    let (first, last) = (told[0], told[told.len() - 1]);
    let factor = last.1 as f64 / first.1 as f64;
    format!("peak at {} letters: {} KiB; at {}: {} KiB; factor {factor:.2}", first.0, first.1, last.0, last.1)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, what, folder, database] = arguments.as_slice()
        && word == "work"
    {
        return work(what, Path::new(folder), database);
    }
    let letters: usize = arguments.iter().find_map(|one| one.parse().ok()).unwrap_or(1000);
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| -> PathBuf { folder.path().join(name) };
    let database = format!("sqlite:{}", file("clinic.db").display());
    let (socket, address) = clinic::listen(0).unwrap();
    let config = clinic::config(folder.path(), database.clone(), address.clone());
    let clock: Arc<dyn Clock> = Arc::new(StoryClock::fixed(monday()));
    let (house, service) = clinic::house(config, clock, Arc::new(SeededChance::new(SEED))).unwrap();
    let house = Arc::new(house);
    let _serving = clinic::serve(Arc::clone(&house), socket, 2).unwrap();
    let (mut nia, mut amir) =
        (AtWork::sign_in(&address, "nia.morgan").unwrap(), AtWork::sign_in(&address, "amir.rahman").unwrap());
    for number in 0..letters.div_ceil(OF_ONE_FAMILY) {
        family(&mut nia, &mut amir, number, OF_ONE_FAMILY.min(letters - number * OF_ONE_FAMILY));
    }
    println!("{letters} relatives who can be written to");
    let measure = one_letter();
    let times = |took: Duration, count: usize| took.as_secs_f64() / count as f64 / measure.as_secs_f64();

    let began = Instant::now();
    let order = json!({"level": "allowed", "then": "hands_on"});
    let batch = text_of(&nia.program.api_post("/letter-batches/draft", &order).unwrap(), "batch").unwrap();
    println!("starting the batch: as long as {:.1} letters take to set", times(began.elapsed(), 1));

    // Undisturbed, on a copy.
    let copy = copy_of(&house, &file("copy.db"));
    let (told, took) = watched("draft", folder.path(), &copy);
    assert_eq!(told[told.len() - 1].0 as usize, letters);
    println!(
        "drafting, undisturbed: {}; a letter takes {:.1} times its setting",
        growth(&told),
        times(took, letters)
    );

    // Killed half way, and gone on with.
    let mut child = worker("draft", folder.path(), &database);
    loop {
        let (all, done, _) = counts(&mut nia, &batch);
        if done * 2 >= all {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let (all, done, held) = counts(&mut nia, &batch);
    println!("killed at {done} of {all}, {held} held");
    let (told, _) = watched("draft", folder.path(), &database);
    assert_eq!(counts(&mut nia, &batch), (all, all, 0), "every letter once");
    println!("the next worker did the other {}", told[told.len() - 1].0);
    let drafted = house
        .db
        .read(|conn| kinward::audit::of_service(conn, service.id))
        .unwrap()
        .iter()
        .filter(|row| row.deed == "letter.drafted" && row.actor_kind == ActorKind::Staff.as_str())
        .count();
    assert_eq!(drafted, letters, "drafted once each, by the record");

    let (pages, took) = approve_all(&mut amir);
    println!(
        "{pages} pages of letters to approve: a letter on one takes {:.1} times its setting",
        times(took, letters)
    );
    let (told, took) = watched("draft", folder.path(), &database);
    assert_eq!(told[told.len() - 1].0 as usize, letters);
    println!("approving: {}; a letter takes {:.1} times its setting", growth(&told), times(took, letters));
    let (told, took) = watched("print", folder.path(), &database);
    assert_eq!(told[told.len() - 1].0 as usize, letters);
    println!(
        "printing in batches: {}; a letter takes {:.1} times its setting",
        growth(&told),
        times(took, letters)
    );
    let print = std::fs::read_dir(file("print")).unwrap().map(|batch| batch.unwrap().path());
    let printed: usize = print
        .map(|batch| {
            let files = std::fs::read_dir(batch).unwrap();
            files
                .filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|kind| kind == "pdf"))
                .count()
        })
        .sum();
    println!("{printed} letters lie in folders for the printer, of {letters}");
}
