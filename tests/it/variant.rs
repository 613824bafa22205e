//! `kinward variant check` as scripts use it: one JSON line a name, with position and reason; exit status 2 if one is not valid.
//! Must not know: how a name is read; the rules stand beside the reader, in hgvs/tests.rs.

use serde_json::Value;
use std::{
    io::Write,
    process::{Command, Stdio},
};

fn check(names: &[&str]) -> (Vec<Value>, Option<i32>) {
    check_bytes(names.join("\n").as_bytes())
}

fn check_bytes(given: &[u8]) -> (Vec<Value>, Option<i32>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kinward"))
        .args(["variant", "check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(given).unwrap();
    let done = child.wait_with_output().unwrap();
    let lines = String::from_utf8(done.stdout).unwrap();
    (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), done.status.code())
}

#[test]
fn valid_names_are_said_to_be_valid() {
    let names = [
        "NM_004006.2:c.20_23dup",
        "NM_000059.4:c.68-7T>A",
        "NM_000059.4:c.*110A>C",
        "NM_000059.4:c.-14G>C",
        "NR_002196.1:n.601G>T",
        "NC_012920.1:m.3243A>G",
        "NC_000013.11:g.32340301del",
        "NP_003997.2:p.Ter110GlnextTer17",
        "NP_003997.1:p.?",
        "LRG_199t1:c.79_80delinsTT",
        "ENST00000357033.8:c.54G>T",
        "NM_004006.2:c.(4071+1_4072-1)_(5154+1_5155-1)del",
    ];
    let (lines, status) = check(&names);
    assert_eq!(lines.len(), names.len());
    for (line, name) in lines.iter().zip(names) {
        assert_eq!((line["input"].as_str(), &line["valid"]), (Some(name), &Value::Bool(true)), "{line}");
        assert!(line["position"].is_null() && line["problem"].is_null());
    }
    assert_eq!(status, Some(0));
}

#[test]
fn a_wrong_name_is_told_its_position_and_reason_and_kept_as_it_came() {
    let wrong = [
        ("NM_000059:c.5946del", 10, "version"),
        ("NM_004006.2:c.23_20dup", 15, "reversed"),
        ("NM_000059.4:\u{441}.5946del", 13, "Cyrillic"),
        ("NM_000059.4:c.5946del ", 22, "spaces"),
        ("5946del", 1, "reference"),
    ];
    let names: Vec<&str> = wrong.iter().map(|(name, _, _)| *name).collect();
    let (lines, status) = check(&names);
    for (line, (name, position, word)) in lines.iter().zip(wrong) {
        assert_eq!(line["input"], name);
        assert_eq!(
            (&line["valid"], &line["position"]),
            (&Value::Bool(false), &Value::from(position)),
            "{line}"
        );
        assert!(line["problem"].as_str().unwrap().contains(word), "{line}");
    }
    assert_eq!((lines.len(), status), (wrong.len(), Some(2)));
}

#[test]
fn no_name_at_all_is_not_a_valid_one() {
    let done = Command::new(env!("CARGO_BIN_EXE_kinward")).args(["variant", "check", ""]).output().unwrap();
    let line: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!((&line["input"], &line["valid"], &line["position"]), (&"".into(), &false.into(), &1.into()));
    assert!(line["problem"].as_str().unwrap().contains("no name"), "{line}");
    assert_eq!(done.status.code(), Some(2));
}

#[test]
fn every_line_of_a_list_is_answered_also_an_empty_one_and_one_that_is_no_text() {
    let (lines, status) = check_bytes(b"NM_004006.2:c.20_23dup\r\n\n\xff\xfe\nNC_012920.1:m.3243A>G\n");
    let valid: Vec<_> = lines.iter().map(|line| line["valid"].as_bool().unwrap()).collect();
    assert_eq!(valid, [true, false, false, true]);
    assert_eq!((&lines[1]["input"], &lines[2]["position"]), (&"".into(), &1.into()));
    assert_eq!(status, Some(2));
    assert_eq!(check_bytes(b"NM_004006.2:c.20_23dup\n").1, Some(0), "the last line end begins no line");
    assert_eq!(check_bytes(b"").0.len(), 0);
}
