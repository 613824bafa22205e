//! The loops of a net, put into an order by greedy rules and some luck.
//! Must not know: what the variables stand for, and any number in a table.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::order::Order;

/// What is left of a net when everything on no loop is gone: who is tied to whom, as a square of bits.
#[derive(Clone)]
pub(super) struct Core {
    variables: Vec<u32>,
    cards: Vec<f64>,
    words: usize,
    rows: Vec<u64>,
}

/// How the next variable is chosen.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    FewestTies,
    SmallestTable,
}

impl Core {
    /// `ties` may name variables that are not in the core; those do not count.
    pub fn new<'a>(variables: Vec<u32>, all: &[u8], ties: impl Fn(u32) -> &'a [u32]) -> Core {
        let mut place = vec![usize::MAX; all.len()];
        variables.iter().enumerate().for_each(|(at, &variable)| place[variable as usize] = at);
        let words = variables.len().div_ceil(64);
        let mut rows = vec![0u64; variables.len() * words];
        for (at, &variable) in variables.iter().enumerate() {
            for other in ties(variable).iter().map(|&other| place[other as usize]) {
                if other != usize::MAX {
                    rows[at * words + other / 64] |= 1 << (other % 64);
                }
            }
        }
        let cards = variables.iter().map(|&at| f64::from(all[at as usize])).collect();
        Core { variables, cards, words, rows }
    }

    /// Adds the order with the fewest table entries that is found: by both rules, then by the rules with some luck, the
    /// same on every run, for as long as summing the tables would take longer than the search has taken.
    ///
    /// An order is given up as soon as it has more entries than the best one, or than `most`; where all are, the one
    /// that came furthest is added, without an end.
    pub fn add_best(&self, order: &mut Order, most: f64) {
        let mut work = WORK;
        let mut best: Option<Attempt> = None;
        for number in 0.. {
            let limit = best.as_ref().filter(|best| best.ends).map_or(most, |best| best.entries);
            let attempt = self.clone().attempt(number, limit, &mut work);
            let better = best.as_ref().is_none_or(|best| {
                (attempt.ends, attempt.turns.len()) > (best.ends, best.turns.len())
                    || (attempt.ends && attempt.entries < best.entries)
            });
            if better {
                best = Some(attempt);
            }
            let enough = ENOUGH.max((WORK - work) as f64);
            let done = best.as_ref().is_some_and(|best| best.ends && best.entries <= enough);
            if done || work == 0 {
                break;
            }
        }
        for (at, near) in best.into_iter().flat_map(|best| best.turns) {
            order.push(self.variables[at], near.iter().map(|&other| self.variables[other]));
        }
    }

    fn row(&self, at: usize) -> &[u64] {
        &self.rows[at * self.words..(at + 1) * self.words]
    }

    fn near(&self, at: usize) -> Vec<usize> {
        let bits = self.row(at).iter().enumerate();
        bits.flat_map(|(word, &bits)| Ones(bits).map(move |bit| word * 64 + bit)).collect()
    }

    fn entries(&self, at: usize, near: &[usize]) -> f64 {
        near.iter().map(|&other| self.cards[other]).product::<f64>() * self.cards[at]
    }

    /// What choosing this one next would cost, the first number first.
    fn cost(&self, at: usize, rule: Rule, work: &mut u64) -> (f64, f64) {
        let near = self.near(at);
        *work = work.saturating_sub(((near.len() + 1) * self.words) as u64);
        let row = self.row(at);
        let missing = |&other: &usize| {
            let theirs = self.row(other).iter();
            // Nobody is tied to themselves, which is no tie that is missing.
            row.iter().zip(theirs).map(|(own, theirs)| (own & !theirs).count_ones()).sum::<u32>() - 1
        };
        let ties = f64::from(near.iter().map(missing).sum::<u32>() / 2);
        let table = self.entries(at, &near).ln();
        match rule {
            Rule::FewestTies => (ties, table),
            Rule::SmallestTable => (table, ties),
        }
    }

    fn attempt(mut self, number: u64, limit: f64, work: &mut u64) -> Attempt {
        let rule = if number.is_multiple_of(2) { Rule::FewestTies } else { Rule::SmallestTable };
        let mut lot = Lot::new(number);
        let mut costs: Vec<Option<(f64, f64)>> =
            (0..self.variables.len()).map(|at| Some(lot.shifted(self.cost(at, rule, work)))).collect();
        let mut result = Attempt { turns: Vec::new(), entries: 0.0, ends: false };
        let mut seen = vec![false; costs.len()];
        loop {
            let open = costs.iter().enumerate().filter_map(|(at, cost)| cost.map(|cost| (cost, at)));
            let least =
                open.min_by(|(one, _), (other, _)| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
            *work = work.saturating_sub(costs.len() as u64);
            let Some((_, at)) = least else { break };
            let near = self.near(at);
            result.entries += self.entries(at, &near);
            costs[at] = None;
            let changed = self.sum_out(at, &near);
            result.turns.push((at, near));
            if result.entries > limit || *work == 0 {
                return result;
            }
            for &other in &changed {
                if !std::mem::replace(&mut seen[other], true) {
                    costs[other] = Some(lot.shifted(self.cost(other, rule, work)));
                }
            }
            changed.iter().for_each(|&other| seen[other] = false);
        }
        result.ends = true;
        result
    }

    /// Ties all neighbours of a variable to each other and takes it away. Whose cost that changes.
    fn sum_out(&mut self, at: usize, near: &[usize]) -> Vec<usize> {
        let own = self.row(at).to_vec();
        let mut changed = near.to_vec();
        for &other in near {
            let row = &mut self.rows[other * self.words..(other + 1) * self.words];
            let mut new = false;
            for (word, (old, &own)) in row.iter_mut().zip(&own).enumerate() {
                let own = if word == other / 64 { own & !(1 << (other % 64)) } else { own };
                new |= own & !*old != 0;
                *old |= own;
            }
            row[at / 64] &= !(1 << (at % 64));
            if new {
                // Whoever knows both ends of a new tie has one less to make.
                changed.extend(self.near(other));
            }
        }
        changed
    }
}

/// An order of a core, or the beginning of one.
struct Attempt {
    turns: Vec<(usize, Vec<usize>)>,
    entries: f64,
    ends: bool,
}

/// Entries that are summed in less time than one more order takes to find.
const ENOUGH: f64 = 30_000.0;

/// Steps of ordering, each about as long as an entry is worked on, after which the search ends.
const WORK: u64 = 2_000_000;

/// A row of numbers that look like chance and are the same on every run.
struct Lot {
    state: u64,
    wild: bool,
}

impl Lot {
    /// The first attempt by each rule is left alone.
    fn new(number: u64) -> Lot {
        Lot { state: 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(number + 1), wild: number > 1 }
    }

    fn shifted(&mut self, (first, second): (f64, f64)) -> (f64, f64) {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let shift = if self.wild { (self.state >> 40) as f64 / (1u64 << 24) as f64 } else { 0.0 };
        (first + 1.2 * shift, second)
    }
}

/// The places of the ones in a word, lowest first.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = (self.0 != 0).then(|| self.0.trailing_zeros() as usize);
        self.0 &= self.0.wrapping_sub(1);
        at
    }
}
