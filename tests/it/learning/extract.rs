//! An extract for research: nothing in it is ours, and two projects cannot be laid side by side.
//! Must not know: how a pseudonym is made.

use super::{INFORMED, declines, refuses};
use crate::{
    schema::data_map,
    support::{
        World,
        cases::{AUNT, Case, SISTER},
    },
};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use kinward::{
    audit::{self, Deed},
    command::extract_write,
    db::Conn,
    demo::{clinic::STAFF, families::seed},
    worker::Transports,
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The rows, and every file of the extract as one text.
fn written(world: &World, project: &str, key: &Path, out: &Path) -> (Vec<Value>, String) {
    extract_write(&world.house, project, key, out).unwrap();
    let read = |name: &str| std::fs::read_to_string(out.join(name)).unwrap();
    let rows = read("decisions.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let all = ["decisions.jsonl", "decisions.schema.json", "README.txt"].map(read).concat();
    assert_eq!(std::fs::read_dir(out).unwrap().count(), 3);
    (rows, all)
}

fn places(world: &World, name: &str) -> (PathBuf, PathBuf) {
    (world.folder.path().join(format!("{name}.key")), world.folder.path().join(name))
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    found: String,
}

fn texts(world: &World, sql: &str) -> Vec<String> {
    let rows: Vec<Found> = world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).load(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(sql).load(conn)?),
        })
        .unwrap();
    rows.into_iter().map(|row| row.found).collect()
}

/// Every id, reference and name that the database or the story knows.
fn ours(world: &World) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (table, columns) in data_map() {
        for column in columns.keys() {
            let names_something = column.ends_with("id")
                || column.ends_with("_ref")
                || column == "reference"
                || column == "display_name"
                || column == "username"
                || column == "pdf_sha256";
            if names_something && column != "template_id" {
                let sql = format!(
                    "SELECT DISTINCT CAST({column} AS TEXT) AS found FROM {table} WHERE {column} IS NOT NULL"
                );
                all.extend(texts(world, &sql));
            }
        }
    }
    for (username, name, _, _) in STAFF {
        all.extend([(*username).to_owned(), (*name).to_owned()]);
    }
    let people = [
        "Megan",
        "Probert",
        "Gareth",
        "Howell",
        "Eirlys",
        "Vaughan",
        "Bethan",
        "Yarwood",
        "Carys",
        "Ince",
        "Ifan",
        "Osei",
        "Abena",
        "Calloway",
        "Marged",
        "Nest",
        "Idris",
        "Emyr",
        "Olwen",
        "Pugh",
        "Sian",
        "Enid",
        "Lowri",
        "Penhale",
        "Severnside",
        "Larch",
        "Stroud",
        "mail.example",
    ];
    all.extend(people.map(str::to_owned));
    all.retain(|text| text.len() > 3);
    all
}

#[test]
fn nothing_of_the_seeded_clinic_is_in_its_extract() {
    let world = World::new(1341);
    let ways = Transports::from_config(&world.house).unwrap();
    seed(&world.house, &ways, &world.clock).unwrap();
    let (key, out) = places(&world, "cascade-2027");
    let (rows, text) = written(&world, "cascade-2027", &key, &out);
    assert_eq!(rows.len(), 2, "one applied, one declined");
    let ours = ours(&world);
    assert!(ours.len() > 150, "{}", ours.len());
    let lower = text.to_lowercase();
    for word in &ours {
        assert!(!lower.contains(&word.to_lowercase()), "{word}");
        assert!(!lower.contains(&word.to_lowercase().replace('-', "")), "{word} without hyphens");
    }
    for words in ["lost her husband", "been through enough", "speak", "BRCA", "c.", "2026-11-", "anonymised"]
    {
        assert!(!text.contains(words), "{words}");
    }
    assert!(text.contains("De-identified, residual risk"));
    let key_text = std::fs::read_to_string(&key).unwrap();
    assert!(!text.contains(key_text.trim()));
    let last = world.house.db.read(|conn| audit::of_service(conn, world.service.id)).unwrap().pop().unwrap();
    assert_eq!(
        (last.deed.as_str(), last.note.as_str()),
        (Deed::ExtractMade.as_str(), "cascade-2027, 2 decisions")
    );
    assert!(
        !texts(&world, "SELECT note AS found FROM audit_rows")
            .iter()
            .any(|note| note.contains(key_text.trim()))
    );
}

#[test]
fn a_row_says_what_was_decided_and_the_schema_describes_it() {
    let world = World::new(1342);
    let mut case = Case::new(&world, &[SISTER, AUNT]);
    let (sister, aunt) = (case.tasks[0].clone(), case.tasks[1].clone());
    refuses(&mut case.counsellor, &sister, INFORMED);
    refuses(&mut case.counsellor, &aunt, &["benefits"]);
    for _ in 0..5 {
        declines(&mut case.clinician, &sister, &["RL1", "RL2"]);
    }
    case.clinician.decision(&aunt, "applied", "L0", &["A1", "RL2"]).unwrap();
    case.approved(1, "L0");
    case.cooled(&world);
    world.send();
    let (key, out) = places(&world, "one");
    let (rows, text) = written(&world, "one-project", &key, &out);
    let applied = rows.iter().find(|row| row["outcome"] == "applied").unwrap();
    let expected = [
        ("period", "2026"),
        ("model", "familial"),
        ("level", "L0"),
        ("code_system", "hcp-reason/0.1-inferred"),
        ("policy_pack", "england"),
        ("refusal", "uninformed"),
        ("executed", "in_time"),
        ("harm_if_not_shared", "severe"),
        ("harm_if_shared", "moderate"),
    ];
    for (field, value) in expected {
        assert_eq!(applied[field], value, "{field}: {applied}");
    }
    assert!(applied["degree"].is_null(), "the only one of its kind: {applied}");
    assert_eq!(applied["reasons"], serde_json::json!(["A1", "RL2"]));
    let declined: Vec<&Value> = rows.iter().filter(|row| row["outcome"] == "declined").collect();
    assert_eq!(declined.len(), 5);
    for row in declined {
        assert_eq!(
            (row["period"].as_str(), row["degree"].as_i64()),
            (Some("2026-11"), Some(1)),
            "five are alike"
        );
        assert_eq!(
            (row["refusal"].as_str(), row["executed"].as_str()),
            (Some("informed"), Some("nothing_to_do"))
        );
        assert_eq!(row["family"], applied["family"], "one family, one pseudonym");
    }
    assert!(
        text.contains("(1 rows) and then the degree was left out (1 rows); 1 rows are still alike"),
        "{text}"
    );
    let schema: Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("decisions.schema.json")).unwrap()).unwrap();
    for row in &rows {
        for (field, value) in row.as_object().unwrap() {
            let about = &schema["properties"][field];
            let listed = about["enum"].as_array().is_none_or(|all| all.contains(value));
            assert!(about["description"].is_string() && listed, "{field}: {value}");
        }
    }
}

#[test]
fn two_projects_have_no_pseudonym_in_common_and_one_project_keeps_its_own() {
    let world = World::new(1343);
    let mut case = Case::new(&world, &[SISTER]);
    let sister = case.tasks[0].clone();
    refuses(&mut case.counsellor, &sister, INFORMED);
    (0..2).for_each(|_| declines(&mut case.clinician, &sister, &["RL2"]));
    let pseudonyms = |project: &str, key: &str, out: &str| -> BTreeSet<String> {
        let (rows, _) = written(&world, project, &places(&world, key).0, &places(&world, out).1);
        let of = |field: &'static str| rows.iter().map(move |row| row[field].as_str().unwrap().to_owned());
        of("family").chain(of("decision")).collect()
    };
    let first = pseudonyms("one-project", "first", "first-out");
    assert_eq!(first.len(), 3);
    assert_eq!(pseudonyms("one-project", "first", "again-out"), first, "what came later can be joined");
    assert!(pseudonyms("two-project", "second", "second-out").is_disjoint(&first));
    assert!(pseudonyms("two-project", "first", "third-out").is_disjoint(&first), "not even under one key");
}

#[test]
fn the_key_is_kept_apart_and_a_folder_with_something_in_it_is_left_alone() {
    let world = World::new(1344);
    let (key, out) = places(&world, "kept");
    let told = |project: &str, key: &Path, out: &Path| {
        extract_write(&world.house, project, key, out).err().unwrap().public().to_owned()
    };
    assert!(told("project", &out.join("project.key"), &out).contains("another folder"));
    assert!(told("Dr Smith", &key, &out).contains("short code"));
    assert!(!out.exists() && !key.exists());
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("notes.txt"), "mine").unwrap();
    assert!(told("project", &key, &out).contains("not an empty folder"));
    let (rows, text) = written(&world, "project", &key, &places(&world, "new").1);
    assert!(rows.is_empty() && text.contains("Project project: 0 confidentiality decisions"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for path in [key.clone(), places(&world, "new").1.join("decisions.jsonl")] {
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
