//! The two-worlds test: what differs only in personal things looks the same, byte for byte, to every relative.
//! Must not know: how the product keeps them apart. docs/assurance/noninterference.md says what it claims and how to read it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a proof that cannot go on stops there; it reads rows and settings by itself"
)]

mod compare;
mod decode;
mod existence;
mod gates;
mod kept;
mod leaks;
mod pair;
mod plan;
mod play;
mod store;
mod vary;
mod visit;
mod world;

use leaks::{Caught, Wanted};
use pair::{Count, Prover};
use serde::{Deserialize, Serialize};
use std::{ops::Range, path::PathBuf, process::Command, time::Instant};

const USAGE: &str =
    "Usage: prove [--pairs N] [--mutants all|random:K|none] [--seed S] [--shards N] [--keep FOLDER]";

#[derive(Clone)]
struct Asked {
    pairs: u64,
    mutants: Wanted,
    seed: u64,
    shards: u64,
    /// This process is one of several: its number.
    shard: Option<u64>,
    /// Where parts that are done are kept, so that a run that was stopped goes on.
    keep: Option<PathBuf>,
}

/// What one process found.
#[derive(Default, Serialize, Deserialize)]
struct Found {
    count: Count,
    caught: Vec<Caught>,
    /// Parts that an earlier run had played.
    kept: u64,
}

fn asked() -> Result<Asked, String> {
    let mut asked = Asked { pairs: 20, mutants: Wanted::None, seed: 0, shards: 1, shard: None, keep: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        // A word that chooses among other tests, or how they print: none of ours is meant.
        if !word.starts_with("--") || word == "--nocapture" {
            println!("Prove: 0 passed, 0 failed");
            std::process::exit(0);
        }
        let value = words.next().ok_or(USAGE)?;
        let number = value.parse::<u64>().map_err(|_| format!("{word} {value}: not a number. {USAGE}"));
        match word.as_str() {
            "--pairs" => asked.pairs = number?,
            "--seed" => asked.seed = number?,
            "--shards" => asked.shards = number?.max(1),
            "--shard" => asked.shard = Some(number?),
            "--keep" => asked.keep = Some(value.into()),
            "--mutants" => asked.mutants = Wanted::parse(&value).ok_or(USAGE)?,
            _ => return Err(format!("{word} is not known. {USAGE}")),
        }
    }
    Ok(asked)
}

fn main() {
    let asked = asked().unwrap_or_else(|problem| {
        eprintln!("{problem}");
        std::process::exit(2);
    });
    if asked.shard.is_some() {
        let found = shard(&asked);
        println!("{}", serde_json::to_string(&found).unwrap());
        return;
    }
    gates::self_tests();
    if asked.keep.is_some() {
        println!("Seed {}: say it again to go on with a run that was stopped.", asked.seed);
    }
    let began = Instant::now();
    let found = shards(&asked);
    gates::table(&found.count, &found.caught, asked.seed, began.elapsed());
    if found.kept > 0 {
        println!(
            "Parts of {} pairs that an earlier run of this program had played: {}",
            kept::PAIRS,
            found.kept
        );
    }
    let problems = gates::problems(&found.count, &found.caught);
    for problem in &problems {
        println!("NOT PROVED: {problem}");
    }
    // The closing line that tests/run.sh adds up: every gate is one thing that holds or does not.
    println!(
        "Prove: {} passed, {} failed",
        gates::HOW_MANY - problems.len().min(gates::HOW_MANY),
        problems.len()
    );
    std::process::exit(i32::from(!problems.is_empty()));
}

/// Processes of their own, because a log is one to a process; each takes its share of pairs and of mutants.
fn shards(asked: &Asked) -> Found {
    let own = std::env::current_exe().unwrap();
    let children: Vec<_> = (0..asked.shards)
        .map(|shard| {
            let numbers = [asked.pairs, asked.seed, asked.shards, shard].map(|number| number.to_string());
            let keep = asked.keep.iter().flat_map(|folder| ["--keep".into(), folder.clone()]);
            Command::new(&own)
                .args(keep)
                .args(["--pairs", &numbers[0], "--seed", &numbers[1], "--shards", &numbers[2]])
                .args(["--shard", &numbers[3], "--mutants", &asked.mutants.to_string()])
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut all = Found::default();
    for child in children {
        let out = child.wait_with_output().unwrap();
        let found: Option<Found> = serde_json::from_slice(&out.stdout).ok();
        match found.filter(|_| out.status.success()) {
            Some(found) => {
                all.count.add(found.count);
                all.caught.extend(found.caught);
                all.kept += found.kept;
            }
            None => all.count.failures.push("A part of the proof died before its end.".into()),
        }
    }
    all.caught.sort_by_key(|caught| caught.number);
    all
}

fn shard(asked: &Asked) -> Found {
    world::log_listen();
    let (mut prover, mut all) = (Prover::new(), Found::default());
    let mine = |number: u64| number % asked.shards == asked.shard.unwrap_or_default();
    let parts = asked.pairs.div_ceil(kept::PAIRS);
    for part in (0..parts).filter(|part| mine(*part)) {
        let place = asked.keep.as_deref().map(|folder| kept::place(folder, asked.seed, part));
        let found = match place.as_deref().and_then(kept::found) {
            Some(found) => {
                all.kept += 1;
                found
            }
            None => {
                let numbers = part * kept::PAIRS..((part + 1) * kept::PAIRS).min(asked.pairs);
                let found = pairs(&mut prover, asked.seed, numbers);
                if let Some(place) = &place {
                    kept::keep(place, &found);
                }
                found
            }
        };
        all.count.add(found.count);
        // One fault shows in many pairs: a few are enough to find it.
        if all.count.failures.len() >= 3 {
            break;
        }
    }
    for number in leaks::chosen(asked.mutants, asked.seed).into_iter().filter(|number| mine(*number as u64)) {
        all.caught.push(leaks::hunt(&mut prover, number, asked.seed));
    }
    all
}

/// Plays the pairs of these numbers.
fn pairs(prover: &mut Prover, seed: u64, numbers: Range<u64>) -> Found {
    let mut found = Found::default();
    for number in numbers {
        let plan = plan::plan(vary::hash(seed, &format!("pair {number}")));
        match prover.pair(&plan, &mut found.count) {
            Ok(None) => {}
            Ok(Some(failure)) => {
                let told = prover.told(&plan, failure);
                eprintln!("{told}");
                found.count.failures.push(told);
            }
            Err(problem) => found.count.failures.push(format!("Seed {}: {problem}", plan.seed)),
        }
        if number % 20 == 0
            && let Err(problem) = prover.unseen(&plan, &mut found.count)
        {
            found.count.failures.push(format!("Seed {}: {problem}", plan.seed));
        }
        if found.count.failures.len() >= 3 {
            break;
        }
    }
    found
}
