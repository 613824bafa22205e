//! Which results cannot stand together: a smallest set of people, by what each set of results leaves possible.
//! Must not know: how likely anything is; only whether it can be.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{
    pass::Seen,
    tree::{Run, Tree},
};
use std::collections::HashMap;

/// What some results together leave possible of a message or a table.
#[derive(Clone)]
struct Choice {
    /// One bit an entry.
    possible: Vec<u64>,
    /// Who had these results: places in the list of all that was seen, in order.
    seen: Vec<u32>,
}

/// Choices put together, and tables read for them, after which the search ends without an answer.
const MOST_WORK: u64 = 20_000_000;

/// The fewest of `seen` that cannot all be true; none where all can, or where the search was given up.
///
/// Every table keeps, for each thing that results can leave possible, the fewest results that do: what leaves no less
/// possible with no fewer results is dropped. The search allows one result, then two, four and so on: contradictions
/// are small, and few choices are within a small bound.
pub(super) fn smallest(tree: &Tree, seen: &[Seen]) -> Option<Vec<usize>> {
    let mut work = MOST_WORK;
    let mut bound = 1;
    loop {
        match within(tree, seen, bound, &mut work) {
            Found::Smallest(these) => return Some(these.into_iter().map(|at| at as usize).collect()),
            Found::GivenUp => return None,
            Found::Nothing if bound >= seen.len() => return None,
            Found::Nothing => bound *= 2,
        }
    }
}

enum Found {
    Smallest(Vec<u32>),
    Nothing,
    GivenUp,
}

fn within(tree: &Tree, seen: &[Seen], bound: usize, work: &mut u64) -> Found {
    let mut at_turn: HashMap<usize, Vec<u32>> = HashMap::new();
    for (place, one) in seen.iter().enumerate() {
        let turn = tree.turn[one.variable] as usize;
        if (0..usize::from(tree.cards[turn])).any(|state| !one.allows(state)) {
            at_turn.entry(turn).or_default().push(place as u32);
        }
    }
    // Messages that wait for the turn they go to; only those with a choice.
    let mut waiting: HashMap<usize, Vec<(usize, Vec<Choice>)>> = HashMap::new();
    let mut bare: HashMap<usize, Vec<u64>> = HashMap::new();
    let mut best: Option<Vec<u32>> = None;
    for turn in 0..tree.cards.len() {
        let (own, received) = (at_turn.remove(&turn), waiting.remove(&turn));
        let table = tree.first(turn);
        let mut possible = bits(table.iter().map(|&entry| entry > 0.0));
        if let Some(bare) = bare.remove(&turn) {
            possible.iter_mut().zip(&bare).for_each(|(word, bare)| *word &= bare);
        }
        let mut choices = vec![Choice { possible, seen: Vec::new() }];
        let card = usize::from(tree.cards[turn]);
        for place in own.into_iter().flatten() {
            let allowed = bits((0..table.len()).map(|entry| seen[place as usize].allows(entry % card)));
            let alone = [Choice { possible: allowed, seen: vec![place] }];
            combine(&mut choices, &alone, bound, &mut best, work);
        }
        *work = work.saturating_sub(table.len() as u64 / 8);
        for (from, message) in received.into_iter().flatten() {
            *work = work.saturating_sub(message.len() as u64 * table.len() as u64 / 8);
            let lifted: Vec<Choice> = message
                .iter()
                .map(|choice| Choice {
                    possible: lift(&choice.possible, table.len(), tree.runs(from)),
                    seen: choice.seen.clone(),
                })
                .collect();
            combine(&mut choices, &lifted, bound, &mut best, work);
        }
        if *work == 0 {
            return Found::GivenUp;
        }
        let Some(next) = tree.next[turn] else { continue };
        let entries = tree.message(turn).len();
        for choice in &mut choices {
            choice.possible = bits(
                (0..entries).map(|entry| (0..card).any(|state| has(&choice.possible, entry * card + state))),
            );
        }
        let mut kept = Vec::new();
        fewest(choices, &mut kept, work);
        let next = next as usize;
        let rest = kept.split_off(1.min(kept.len()));
        for choice in kept {
            // The first has no result in it: what the family alone leaves possible.
            let lifted = lift(&choice.possible, tree.table(next).len(), tree.runs(turn));
            let all = bare.entry(next).or_insert_with(|| vec![u64::MAX; lifted.len()]);
            all.iter_mut().zip(&lifted).for_each(|(word, by)| *word &= by);
        }
        if !rest.is_empty() {
            waiting.entry(next).or_default().push((turn, rest));
        }
    }
    best.map_or(Found::Nothing, Found::Smallest)
}

/// Puts each choice together with each of the others, or with none of them.
fn combine(
    choices: &mut Vec<Choice>,
    others: &[Choice],
    bound: usize,
    best: &mut Option<Vec<u32>>,
    work: &mut u64,
) {
    let mut all = choices.clone();
    for one in choices.iter() {
        for other in others {
            let size = one.seen.len() + other.seen.len();
            if size > bound || best.as_ref().is_some_and(|best| size >= best.len()) {
                continue;
            }
            *work = work.saturating_sub(1 + one.possible.len() as u64);
            let possible: Vec<u64> =
                one.possible.iter().zip(&other.possible).map(|(one, other)| one & other).collect();
            let mut seen = [one.seen.as_slice(), other.seen.as_slice()].concat();
            seen.sort_unstable();
            if possible.iter().all(|&word| word == 0) {
                *best = Some(seen);
            } else if possible != one.possible {
                all.push(Choice { possible, seen });
            }
        }
        if *work == 0 {
            return;
        }
    }
    choices.clear();
    fewest(all, choices, work);
}

/// Keeps a choice only where no other leaves as little possible with as few results. Fewest results come first.
fn fewest(mut all: Vec<Choice>, kept: &mut Vec<Choice>, work: &mut u64) {
    all.sort_by(|one, other| one.seen.len().cmp(&other.seen.len()).then_with(|| one.seen.cmp(&other.seen)));
    for choice in all {
        let within = |other: &Choice| {
            other.possible.iter().zip(&choice.possible).all(|(other, own)| other & !own == 0)
        };
        *work = work.saturating_sub(kept.len() as u64);
        if !kept.iter().any(within) {
            kept.push(choice);
        }
    }
}

fn bits(entries: impl Iterator<Item = bool>) -> Vec<u64> {
    let mut words = Vec::with_capacity(entries.size_hint().0.div_ceil(64));
    for (at, entry) in entries.enumerate() {
        if at % 64 == 0 {
            words.push(0);
        }
        if let Some(word) = words.last_mut() {
            *word |= u64::from(entry) << (at % 64);
        }
    }
    words
}

fn has(bits: &[u64], at: usize) -> bool {
    bits[at / 64] >> (at % 64) & 1 == 1
}

/// What a message leaves possible of the table it goes to.
fn lift(message: &[u64], entries: usize, runs: &[Run]) -> Vec<u64> {
    fn from(message: &[u64], entry: usize, entries: usize, at: usize, runs: &[Run]) -> bool {
        match runs {
            [] => has(message, at + entry),
            [run, inner @ ..] => {
                let parts = entries / run.count as usize;
                let at = at + entry / parts * run.stride as usize;
                from(message, entry % parts, parts, at, inner)
            }
        }
    }
    bits((0..entries).map(|entry| from(message, entry, entries, 0, runs)))
}
