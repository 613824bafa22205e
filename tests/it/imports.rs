//! What an older system holds, brought in from a spreadsheet: looked at, decided, brought in once, taken back.
//! Must not know: how a row is read.

mod asked;
mod killed;
mod taken_back;

use crate::support::World;
use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
use kinward::{
    clinic::cascade::listener::Cascade,
    db::Conn,
    demo::people::{AtWork, last_part, list_of},
    worker::ordered,
};
use serde_json::{Value, json};

pub const HEADINGS: &str = "Family ID,Person,Given name,Surname,Sex,DOB,NHS number,Mother,Father,Date of death,Address,Postcode,Proband,Notes\n";

/// A number whose check digit fits, another for each `of`.
pub fn number(of: u32) -> String {
    let digits = |n: u32| n.to_string().chars().map(|c| c.to_digit(10).unwrap()).collect::<Vec<_>>();
    (0..)
        .map(|skip| digits(999_000_000 + of * 7 + skip))
        .find_map(|nine| {
            let sum: u32 = nine.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
            let check = (11 - sum % 11) % 11;
            let nine: String = nine.iter().map(|digit| char::from_digit(*digit, 10).unwrap()).collect();
            (check < 10).then(|| format!("{nine}{check}"))
        })
        .unwrap()
}

/// A number as an ending of a name, in letters.
pub fn spelt(of: u32) -> String {
    of.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

/// Families of a proband with both parents and a sister, each with a note that must not come in.
pub fn families(from: u32, count: u32) -> String {
    let family = |of: u32| {
        let (n, w) = (|place: u32| number(of * 4 + place), spelt(of));
        format!(
            "F{of},1,Aurelie{w},Wray{w},F,12/3/1980,{},2,3,,\"{of} Mill Lane, Stroud\",GL5 1AA,yes,BRCA2 zqnote\n\
             F{of},2,Cosima{w},Wray{w},F,1950-01-02,{},,,,,,,=cmd()\n\
             F{of},3,Dorian{w},Wray{w},M,1948,{},,,3/5/2019,,,,\n\
             F{of},4,Elfrida{w},Wray{w},2,4 July 1983,{},2,3,,,,,\n",
            n(0),
            n(1),
            n(2),
            n(3)
        )
    };
    let rows: String = (from..from + count).map(family).collect();
    format!("{HEADINGS}{rows}")
}

/// Brings a file, says that its columns are what they look like, and answers the import.
pub fn read(work: &mut AtWork, csv: &str) -> String {
    let id = brought(work, csv);
    let columns = columns(work, &id);
    work.program.api_post(&format!("/imports/{id}/columns"), &columns).unwrap();
    let seen = seen(work, &id);
    assert_eq!(seen["state"], "ready", "{seen}");
    id
}

pub fn brought(work: &mut AtWork, csv: &str) -> String {
    work.program.api_post("/imports", &json!({"file": csv})).unwrap()["import"].as_str().unwrap().to_owned()
}

/// What the page offers as it is.
pub fn columns(work: &mut AtWork, id: &str) -> Value {
    let seen = seen(work, id);
    let chosen = |column: &Value| {
        let options = list_of(column, "options").unwrap();
        let value =
            options.iter().find(|one| one["chosen"] == true).map_or(json!(""), |one| one["value"].clone());
        (format!("column-{}", column["place"]), value)
    };
    list_of(&seen, "columns").unwrap().iter().map(chosen).collect::<serde_json::Map<_, _>>().into()
}

pub fn seen(work: &mut AtWork, id: &str) -> Value {
    work.program.api(&format!("/imports/{id}")).unwrap()
}

pub fn press(work: &mut AtWork, id: &str, button: &str) -> Value {
    work.program.api_post(&format!("/imports/{id}/{button}"), &json!({})).unwrap()
}

pub fn round(world: &World) -> usize {
    ordered::round(&world.house, &Cascade, "w").unwrap()
}

pub fn all_rounds(world: &World) {
    while round(world) > 0 {}
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

pub fn count(world: &World, of: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {of}");
    let counted: Vec<Count> = world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).load(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(sql).load(conn)?),
        })
        .unwrap();
    counted[0].n
}

/// Everything that an import leaves: families, people, descents, addresses, relationships, changes.
pub fn left(world: &World) -> [i64; 6] {
    ["families", "persons", "kinships", "contacts", "relationships", "family_changes"]
        .map(|table| count(world, table))
}

pub fn state_counts(seen: &Value) -> [i64; 6] {
    ["waiting", "done", "held", "left_out", "undone", "kept"]
        .map(|name| seen["counts"][name].as_i64().unwrap())
}

#[test]
fn a_spreadsheet_becomes_families_that_whoever_brought_it_can_work_with() {
    let world = World::new(8801);
    let mut work = world.at_work("jo.taylor");
    let csv = format!("\u{feff}{}", families(1, 3));
    let sent = work.browser.upload("/imports", "/imports", "file", "old.csv", csv.as_bytes()).unwrap();
    assert_eq!(sent.status, 303, "{}", sent.text());
    let id = last_part(&sent.location.unwrap());
    let page = work.browser.page(&format!("/imports/{id}")).unwrap();
    assert!(page.contains("Left out: Notes."), "{page}");
    let first = page.split("<caption").nth(1).unwrap();
    assert!(!first.contains("BRCA2") && first.contains("Aurelieb"), "{first}");
    let columns = columns(&mut work, &id);
    let fields: Vec<(String, String)> = columns
        .as_object()
        .unwrap()
        .iter()
        .map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned()))
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let at = format!("/imports/{id}");
    work.browser.done(&at, &format!("{at}/columns"), &fields).unwrap();
    let seen = seen(&mut work, &id);
    assert_eq!(
        (seen["state"].as_str(), &seen["counts"]["families"], &seen["counts"]["rows"]),
        (Some("ready"), &json!(3), &json!(12))
    );
    assert_eq!((&seen["counts"]["problems"], &seen["counts"]["questions"]), (&json!(0), &json!(0)), "{seen}");
    let before = left(&world);
    work.browser.done(&at, &format!("{at}/start"), &[]).unwrap();
    assert_eq!(left(&world), before, "nothing comes in before the worker takes it up");
    all_rounds(&world);
    let page = work.browser.page(&at).unwrap();
    assert!(page.contains("3 of 3 families brought in"), "{page}");
    let seen = self::seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("done"), [0, 3, 0, 0, 0, 0]));
    let came: Vec<i64> = left(&world).iter().zip(before).map(|(now, before)| now - before).collect();
    assert_eq!(came, [3, 12, 12, 3, 3, 3]);
    let family = seen["lines"][0]["family"].as_str().unwrap();
    assert_eq!(seen["lines"][0]["old_reference"], "F1");
    let shown = work.program.api(&format!("/families/{family}")).unwrap();
    let people = list_of(&shown, "people").unwrap();
    let names: Vec<&str> = people.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Aurelieb Wrayb") && names.len() == 4, "{names:?}");
    // The file is gone, and what was left out was never anywhere but in it.
    assert_eq!(count(&world, &format!("imports WHERE id = '{id}' AND sealed IS NOT NULL")), 0);
}

#[test]
fn an_import_is_seen_by_whoever_brought_it_and_by_nobody_else() {
    let world = World::new(8802);
    let mut work = world.counsellor();
    let id = brought(&mut work, &families(1, 1));
    let mut other = world.at_work("jo.taylor");
    for path in ["", "/problems", "/problems.csv", "/questions"] {
        assert_eq!(other.browser.get(&format!("/imports/{id}{path}")).unwrap().status, 404, "{path}");
    }
    assert_eq!(world.clinician().browser.get(&format!("/imports/{id}")).unwrap().status, 403);
    press(&mut work, &id, "drop");
    assert_eq!(
        (seen(&mut work, &id)["state"].as_str(), count(&world, "import_families")),
        (Some("dropped"), 0)
    );
    assert_eq!(count(&world, &format!("key_envelopes WHERE holder_id = '{id}'")), 0);
}

#[test]
fn what_is_wrong_is_told_row_by_row_and_the_rest_comes_in() {
    let world = World::new(8803);
    let mut work = world.counsellor();
    let bad = "=F9,1,Ann,Bell,Q,31/2/1980,123,8,,,Stroud,GL5,maybe,\n,1,Bo,Lee,M,1980,,,,,,,,\n\
               F7,1,Kid,Bell,F,1980,,2,,,,,,\nF7,2,Mum,Bell,F,1979,,,,,,,,\n";
    let id = read(&mut work, &format!("{}{bad}", families(1, 2)));
    let seen = self::seen(&mut work, &id);
    assert_eq!((&seen["counts"]["families"], &seen["counts"]["wrong_families"]), (&json!(5), &json!(3)));
    let told = work.program.api(&format!("/imports/{id}/problems")).unwrap();
    let lines: Vec<(u64, &str)> = list_of(&told, "lines")
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["column"].as_str().unwrap()))
        .collect();
    for wanted in [
        (10, "Sex at birth"),
        (10, "Date or year of birth, or age"),
        (10, "NHS number"),
        (10, "Postcode"),
        (10, "Number of the mother"),
        (10, "Whether they are the proband"),
        (11, "Family reference of the old system"),
        (12, "Date or year of birth, or age"),
    ] {
        assert!(lines.contains(&wanted), "{wanted:?} {lines:?}");
    }
    let csv = work.browser.get(&format!("/imports/{id}/problems.csv")).unwrap().text();
    assert!(
        csv.starts_with("row,family,column,what is wrong,what to do\r\n") && csv.contains("\r\n10,'=F9,"),
        "{csv}"
    );
    let page = work.browser.page(&format!("/imports/{id}/problems")).unwrap();
    assert!(page.contains("Row 10, NHS number"), "{page}");
    press(&mut work, &id, "start");
    all_rounds(&world);
    let seen = self::seen(&mut work, &id);
    assert_eq!((seen["state"].as_str(), state_counts(&seen)), (Some("done"), [0, 2, 0, 3, 0, 0]));
    let seen = work.program.api(&format!("/imports/{id}?show=left_out")).unwrap();
    assert!(seen["lines"][0]["why"].as_str().unwrap().contains("Row 10:"), "{seen}");
}

#[test]
fn what_is_no_table_says_what_to_do_and_columns_are_remembered() {
    let world = World::new(8804);
    let mut work = world.counsellor();
    for (bytes, says) in [
        (&b"PK\x03\x04broken"[..], "cannot be read"),
        (b"\xff\xfea\0", "CSV UTF-8"),
        (b"", "Choose the file first"),
        (b"a,b\n", "no row below"),
    ] {
        let sent = work.browser.upload("/imports", "/imports", "file", "x", bytes).unwrap();
        assert!(sent.status == 422 && sent.text().contains(says), "{says}: {} {}", sent.status, sent.text());
    }
    let odd = "Fam,Wer,Kode\nA,Ann Bell,1\n";
    let id = brought(&mut work, odd);
    let at = format!("/imports/{id}/columns");
    for wrong in [
        json!({}),
        json!({"column-1": "family"}),
        json!({"column-1": "family", "column-2": "family"}),
        json!({"column-1": "notes"}),
        json!({"column-9": "name"}),
        json!({"x": "name"}),
    ] {
        let told = work.program.api_post(&at, &wrong).unwrap_err();
        assert!(
            told.to_string().contains("422") || told.public().contains("Nothing was saved"),
            "{wrong} {told}"
        );
    }
    work.program.api_post(&at, &json!({"column-1": "family", "column-2": "name"})).unwrap();
    assert_eq!(seen(&mut work, &id)["state"], "ready");
    let coded = json!({"encoding": "base64", "file": "RmFtLFdlcixLb2RlCkEsQW5uIEJlbGwsMQo="});
    work.program.api_post("/imports", &coded).unwrap();
    assert!(work.program.api_post("/imports", &json!({"encoding": "base64", "file": "%"})).is_err());
    // The same headings again: what was said of them is offered.
    let again = brought(&mut work, odd);
    assert_eq!(columns(&mut work, &again), json!({"column-1": "family", "column-2": "name", "column-3": ""}));
}
