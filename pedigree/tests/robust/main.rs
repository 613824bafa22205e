//! No file, however broken, makes a reader panic, and what is read can be judged, written and read again.
//! Must not know: how any format looks, beyond the files of `corpus/` that it breaks.
//!
//! `cargo test -p kinward-pedigree` breaks the corpus a few thousand times. To look for hours:
//! `cargo test --release -p kinward-pedigree --test robust -- --rounds 5000000 --seed 7`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop there"
)]

mod mutator;

use kinward_pedigree::format::{CanRiskVersion, Format, read, read_bytes, write, write_canrisk};
use mutator::Mutator;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The files that are broken.
const CORPUS: [&[u8]; 12] = [
    include_bytes!("../../corpus/trio.ped"),
    include_bytes!("../../corpus/genotypes.ped"),
    include_bytes!("../../corpus/table.tab"),
    include_bytes!("../../corpus/table.csv"),
    include_bytes!("../../corpus/version1.canrisk"),
    include_bytes!("../../corpus/version4.canrisk"),
    include_bytes!("../../corpus/ga4gh.json"),
    include_bytes!("../../corpus/phenopackets.json"),
    include_bytes!("../../corpus/fhir.json"),
    include_bytes!("../../corpus/family.ged"),
    include_bytes!("../../corpus/family7.ged"),
    include_bytes!("../../corpus/sibships.txt"),
];

/// What came of one broken file.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    families: usize,
    errors: usize,
    written: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: u64| {
        let given =
            arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
        given.map_or(otherwise, |given| {
            given.parse().unwrap_or_else(|_| panic!("{name} takes a number, not {given}"))
        })
    };
    let (rounds, seed) = (number("--rounds", 6_000), number("--seed", 1));
    for (at, file) in CORPUS.iter().enumerate() {
        let read = read_bytes(file, None);
        assert!(read.is_ok(), "file {at} of the corpus cannot be read as it is: {}", read.unwrap_err());
    }
    std::panic::set_hook(Box::new(|_| {}));
    let mut mutator = Mutator::new(seed, &CORPUS);
    let mut total = Tally::default();
    for round in 0..rounds {
        let bytes = mutator.next();
        match catch_unwind(AssertUnwindSafe(|| check(&bytes))) {
            Ok(tally) => {
                total.families += tally.families;
                total.errors += tally.errors;
                total.written += tally.written;
            }
            Err(panic) => {
                let said = panic.downcast_ref::<String>().cloned();
                let said = said.or(panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
                eprintln!("Round {round}, seed {seed}: {}", said.unwrap_or_default());
                eprintln!("The file:\n{}", String::from_utf8_lossy(&bytes));
                std::process::exit(1);
            }
        }
    }
    println!(
        "{rounds} broken files: {} families, {} errors, {} written and read again",
        total.families, total.errors, total.written
    );
    assert!(
        rounds < 1_000 || (total.families > 0 && total.errors > 0 && total.written > 0),
        "nothing was tried"
    );
}

/// Reads a file as what it looks like, and as another format now and then; panics where something is not as it should be.
fn check(bytes: &[u8]) -> Tally {
    let forced = bytes.first().map(|byte| Format::ALL[usize::from(*byte) % Format::ALL.len()]);
    let mut tally = Tally::default();
    for format in [None, forced] {
        match read_bytes(bytes, format) {
            Ok(families) => {
                for family in families {
                    tally.families += 1;
                    family.problems().iter().for_each(|problem| assert!(!problem.to_string().is_empty()));
                    for to in Format::ALL {
                        if let Ok(written) = write(&family, to) {
                            tally.written += 1;
                            if let Err(error) = read(&written.text, Some(to)) {
                                panic!("{to:?} cannot read what it wrote: {error}\n{}", written.text);
                            }
                        }
                    }
                    if let Ok(written) = write_canrisk(&family, CanRiskVersion::V1) {
                        let again = read(&written.text, Some(Format::CanRisk));
                        assert!(
                            again.is_ok(),
                            "CanRisk 1.0 cannot read what it wrote: {}",
                            again.unwrap_err()
                        );
                    }
                }
            }
            Err(error) => {
                tally.errors += 1;
                let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 2;
                let placed =
                    error.line >= 1 && error.column >= 1 && error.line <= lines && !error.expected.is_empty();
                assert!(placed, "an error without its place: {error:?}");
            }
        }
    }
    tally
}
