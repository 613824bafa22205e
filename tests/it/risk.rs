//! `kinward pedigree risk` as a script meets it: files in, JSON or a table out, errors with file and line.
//! Must not know: how chances are worked out.

use std::{
    path::PathBuf,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A woman whose mother carries a variant on X, her two sons, and a daughter.
const FAMILY: &str = "F i 0 0 2 0\nF ii 0 i 2 0\nF h 0 0 1 0\nF a h ii 1 0\nF b h ii 1 0\nF d h ii 2 0\n";

struct Files(TempDir);

impl Files {
    fn of(family: &str, tests: &str) -> Files {
        let files = Files(tempfile::tempdir().unwrap());
        files.write("family.ped", family);
        files.write("tests.tsv", tests);
        files
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    fn ask(&self, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_kinward"))
            .args(["pedigree", "risk"])
            .arg(self.0.path().join("family.ped"))
            .arg("--tests")
            .arg(self.0.path().join("tests.tsv"))
            .args(more)
            .output()
            .unwrap()
    }

    fn json(&self, more: &[&str]) -> serde_json::Value {
        let out = self.ask(&[more, &["--json"]].concat());
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

#[test]
fn a_carriers_daughter_with_two_unaffected_sons_carries_with_one_in_five() {
    let files = Files::of(FAMILY, "i\thet\na\tnoncarrier\nb\tnoncarrier\n");
    let answer = files.json(&["--mode", "xl", "--frequency", "1e-15"]);
    assert_eq!(answer["consistent"], true);
    let persons = answer["persons"].as_array().unwrap();
    let ids: Vec<&str> = persons.iter().map(|person| person["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["i", "ii", "h", "a", "b", "d"]);
    assert_eq!(persons[1]["carrier"], 0.2);
    assert_eq!(persons[1]["genotype"].as_array().unwrap().len(), 3);
    assert_eq!(persons[3]["genotype"], serde_json::json!([1.0, 0.0]));
    assert!(answer["log_likelihood"].as_f64().unwrap() < 0.0);
}

#[test]
fn what_cannot_be_is_an_answer_with_the_fewest_people_named() {
    let files = Files::of(FAMILY, "i\thet\nh\themi\nd\tnoncarrier\na\tnoncarrier\n");
    let answer = files.json(&["--mode", "xl", "--frequency", "0.01"]);
    assert_eq!(answer, serde_json::json!({"consistent": false, "conflict": ["h", "d"]}));
    let told = files.ask(&["--mode", "xl", "--frequency", "0.01"]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("cannot all be true: h, d."));
}

#[test]
fn twins_likelihoods_and_new_mutations_count() {
    let files = Files::of(FAMILY, "a\themi\n");
    let likelihood = files.write("likelihood.tsv", "d\t1\t0.5\t0.5\n");
    let likelihood = likelihood.to_str().unwrap();
    let common = ["--mode", "xl", "--frequency", "0.001", "--likelihood", likelihood, "--de-novo", "1e-5"];
    let answer = files.json(&[&common[..], &["--mz", "a,b"]].concat());
    assert_eq!(answer["persons"][4]["carrier"], 1.0, "the twin of a carrier");
    let table = files.ask(&common);
    let table = String::from_utf8_lossy(&table.stdout);
    assert_eq!(table.lines().count(), 1 + 6 + 1, "{table}");
}

#[test]
fn bad_input_is_told_with_file_line_and_what_to_do() {
    let ask = |family: &str, tests: &str, more: &[&str]| {
        let out = Files::of(family, tests).ask(more);
        assert_eq!(out.status.code(), Some(2), "{}", String::from_utf8_lossy(&out.stderr));
        assert!(out.stdout.is_empty());
        String::from_utf8(out.stderr).unwrap()
    };
    let xl = ["--mode", "xl", "--frequency", "0.01"];
    for (told, parts) in [
        (ask(FAMILY, "i\thet\na het\n", &xl), ["tests.tsv: Line 2", "a tab between them"]),
        (ask(FAMILY, "i\thet\nx\thet\n", &xl), ["tests.tsv: Line 2: x is not in", "Correct the id"]),
        (ask(FAMILY, "i\themi\n", &["--mode", "ad", "--frequency", "0.1"]), ["Line 1, column 2", "het, hom"]),
        (ask("F a b 0 1 0\nF b a 0 1 0\n", "", &xl), ["family.ped", "own ancestors"]),
        (ask("F a 0 0 1 0\nF b 0\n", "", &xl), ["family.ped: Line 2", "expected"]),
        (ask(FAMILY, "", &["--mode", "xl", "--frequency", "1.5"]), ["1.5", "from 0 to 1"]),
        (ask(FAMILY, "", &["--mode", "xl", "--frequency", "NaN"]), ["NaN", "from 0 to 1"]),
        (ask(FAMILY, "", &[&xl[..], &["--de-novo", "-1"]].concat()), ["-1", "from 0 to 1"]),
        (ask(FAMILY, "", &[&xl[..], &["--mz", "a,x"]].concat()), ["--mz names x", "Correct the id"]),
        (ask(FAMILY, "", &[&xl[..], &["--mz", "a,d"]].concat()), ["one egg but not of one sex", "a, d"]),
        (ask(FAMILY, "", &["--mode", "up", "--frequency", "0.01"]), ["--mode", "up"]),
    ] {
        assert!(parts.iter().all(|part| told.contains(part)), "{parts:?}: {told}");
    }
}
