//! Files of families at the command line: checked, converted, refused with file, line and column.
//! Must not know: the formats beyond what a user types.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const PED: &str = "F1 dad 0 0 1 1\nF1 mum 0 0 2 2\nF1 kid dad mum 1 2\nF1 tw dad mum 1 0\n";
const SIBSHIPS: &str = "= F2\n[\\Tom, 71] + (Ann)\n-- (Sue, proband, breast cancer @40)\n-- [Max]\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn put(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.path().join(name);
        fs::write(&file, text).unwrap();
        file
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn kinward(words: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinward"));
    command.arg("pedigree").arg(words[0]).arg(file).args(&words[1..]).output().unwrap()
}

fn told(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_file_is_checked_with_sizes_and_with_the_lines_of_what_cannot_be() {
    let folder = Folder::new();
    let good = kinward(&["check"], &folder.put("good.ped", PED));
    assert_eq!((good.status.code(), told(&good.stdout).as_str()), (Some(0), "Family F1: 4 people.\n"));
    let circle = folder.put("circle.ped", "F a b 0 1 0\nF b a 0 1 0\n");
    let bad = kinward(&["check"], &circle);
    assert_eq!(bad.status.code(), Some(2));
    assert!(
        told(&bad.stderr).contains(
            "circle.ped: family F: line 1, line 2: These people would be their own ancestors: a, b."
        )
    );
}

#[test]
fn bad_input_is_refused_with_file_line_and_column_and_nothing_is_written() {
    let folder = Folder::new();
    let broken = folder.put("broken.ped", "F a 0 0 7 0\n");
    let into = folder.path("out.json");
    let out = kinward(&["convert", "--to", "ga4gh", "-o", into.to_str().unwrap()], &broken);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        told(&out.stderr).contains("broken.ped: Line 1, column 5 (sex): expected 1 or M"),
        "{}",
        told(&out.stderr)
    );
    assert!(!into.exists());
    let out = kinward(&["check"], &folder.put("latin1.ped", "x"));
    assert!(
        told(&out.stderr)
            .contains("Line 1, column 1: expected the beginning of a file of one of these kinds")
    );
    assert_eq!(kinward(&["check", "--format", "word"], &broken).status.code(), Some(2));
}

#[test]
fn what_a_conversion_loses_is_listed_beside_it() {
    let folder = Folder::new();
    let file = folder.put("family.txt", SIBSHIPS);
    let out = kinward(&["convert", "--to", "ped"], &file);
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(
        told(&out.stdout),
        "F2\tTom\t0\t0\t1\t0\nF2\tAnn\t0\t0\t2\t0\nF2\tSue\tTom\tAnn\t2\t0\nF2\tMax\tTom\tAnn\t1\t0\n"
    );
    let lost = told(&out.stderr);
    for part in
        ["The death of Tom: PED has no place for it.", "Who the proband is: Sue", "The conditions of Sue"]
    {
        assert!(lost.contains(part), "{lost}");
    }
}

#[test]
fn every_format_that_is_written_is_read_again() {
    let folder = Folder::new();
    let file = folder.put("family.txt", SIBSHIPS);
    for to in ["ped", "canrisk", "ga4gh", "phenopackets", "fhir", "sibships", "table"] {
        let into = folder.path(to);
        let out = kinward(&["convert", "--to", to, "-o", into.to_str().unwrap()], &file);
        assert_eq!(out.status.code(), Some(0), "{to}: {}", told(&out.stderr));
        let check = kinward(&["check"], &into);
        assert!(
            told(&check.stdout).contains("4 people"),
            "{to}: {} {}",
            told(&check.stdout),
            told(&check.stderr)
        );
    }
    let out = kinward(&["convert", "--to", "canrisk", "--canrisk-version", "2"], &file);
    assert!(told(&out.stdout).starts_with("##CanRisk 2.0\n"));
    let out = kinward(&["convert", "--to", "gedcom"], &file);
    assert_eq!(
        (out.status.code(), told(&out.stderr).contains("GEDCOM is read, but not written")),
        (Some(2), true)
    );
}

#[test]
fn one_family_of_several_is_chosen_by_name() {
    let folder = Folder::new();
    let file = folder.put("two.txt", &format!("{SIBSHIPS}= F3\n[Jim, proband]\n"));
    let out = kinward(&["convert", "--to", "ga4gh"], &file);
    assert_eq!(out.status.code(), Some(2));
    assert!(told(&out.stderr).contains("--family NAME"));
    let out = kinward(&["convert", "--to", "ga4gh", "--family", "F3"], &file);
    assert_eq!(out.status.code(), Some(0));
    assert!(told(&out.stdout).contains("\"Jim\"") && !told(&out.stdout).contains("\"Tom\""));
}
