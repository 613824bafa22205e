//! The proof's own test: leaks are planted one at a time, and each must be caught.
//! Must not know: how a leak is made; src/mutant.rs has the list.

use crate::{
    pair::{Count, Prover},
    plan::plan,
    vary::{Rng, hash},
};
use kinward::mutant;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Pairs after which a leak counts as not caught.
pub const MOST: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    All,
    Random(usize),
    None,
}

impl Wanted {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Wanted::All),
            "none" => Some(Wanted::None),
            _ => text.strip_prefix("random:")?.parse().ok().map(Wanted::Random),
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::All => f.write_str("all"),
            Wanted::Random(count) => write!(f, "random:{count}"),
            Wanted::None => f.write_str("none"),
        }
    }
}

/// What became of one planted leak.
#[derive(Serialize, Deserialize)]
pub struct Caught {
    pub number: usize,
    pub name: String,
    /// How many pairs it took; none where it was not caught.
    pub pairs: Option<usize>,
    pub by: String,
}

pub fn chosen(wanted: Wanted, seed: u64) -> Vec<usize> {
    let mut all: Vec<usize> = (0..mutant::LEAKS.len()).collect();
    match wanted {
        Wanted::All => all,
        Wanted::None => Vec::new(),
        Wanted::Random(count) => {
            let mut rng = Rng::new(seed, "mutants");
            let mut some = Vec::new();
            while some.len() < count && !all.is_empty() {
                some.push(all.swap_remove(rng.below(all.len())));
            }
            some
        }
    }
}

/// Plants one leak and plays pairs until it shows.
pub fn hunt(prover: &mut Prover, number: usize, seed: u64) -> Caught {
    let name = mutant::LEAKS[number].to_owned();
    mutant::activate(Some(number));
    let mut caught = Caught { number, name, pairs: None, by: String::new() };
    for pair in 1..=MOST {
        let plan = plan(hash(seed, &format!("mutant {number} pair {pair}")));
        if let Ok(Some(failure)) = prover.pair(&plan, &mut Count::default()) {
            caught.pairs = Some(pair);
            caught.by = failure.surface().to_owned();
            break;
        }
    }
    mutant::activate(None);
    caught
}
