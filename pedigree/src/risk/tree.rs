//! The tables of an order and how each is handed on to the next: laid out once, used for every set of results.
//! Must not know: results, and what the variables stand for.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{
    hash::Map,
    net::{Factor, Net},
    order::Order,
};
use std::ops::Range;

/// A table a turn. Its variables are the turn's own, innermost, and those it was still tied to, the last turn outermost.
/// Summed over its own variable it is the message to the first turn among the others.
pub(super) struct Tree {
    /// Variable to turn.
    pub turn: Vec<u32>,
    /// States of each turn's own variable.
    pub cards: Vec<u8>,
    /// Where the message of a turn goes; none from the last turn of a part of the net.
    pub next: Vec<Option<u32>>,
    tables: Vec<u32>,
    messages: Vec<u32>,
    runs: Vec<Run>,
    run_ends: Vec<u32>,
    /// Tables as the family alone makes them, and which of them each turn begins with: most families need few.
    first: Vec<u32>,
    firsts: Vec<Vec<f64>>,
    /// The smallest entry of all those tables that is not zero.
    pub least: f64,
    /// Whether a table is all ones when it is summed over its own variable.
    silent: Vec<bool>,
}

/// How a message lies in the table that it goes to, outermost first; what is within the last run is whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Parts of the table.
    pub count: u32,
    /// How far the message moves from part to part: not at all, where it says nothing of the variable.
    pub stride: u32,
}

impl Tree {
    /// The tables must fit: see [`Order::size`].
    pub fn new(net: &Net, order: &Order) -> Tree {
        let count = net.cards.len();
        let mut turn = vec![0u32; count];
        order.sequence.iter().enumerate().for_each(|(at, &variable)| turn[variable as usize] = at as u32);
        let mut tree = Tree {
            cards: order.sequence.iter().map(|&variable| net.cards[variable as usize]).collect(),
            turn,
            next: Vec::with_capacity(count),
            tables: Vec::with_capacity(count + 1),
            messages: Vec::with_capacity(count + 1),
            runs: Vec::with_capacity(count),
            run_ends: Vec::with_capacity(count),
            first: Vec::with_capacity(count),
            firsts: Vec::new(),
            least: 1.0,
            silent: Vec::new(),
        };
        // Outermost first, without the turn's own.
        let mut dims: Vec<u32> = Vec::new();
        let mut dim_ends: Vec<usize> = Vec::with_capacity(count);
        let (mut table, mut message) = (0u32, 0u32);
        for at in 0..count {
            let begin = dims.len();
            dims.extend(order.neighbours(at).iter().map(|&variable| tree.turn[variable as usize]));
            dims[begin..].sort_unstable_by(|one, other| other.cmp(one));
            dim_ends.push(dims.len());
            tree.next.push(dims[begin..].last().copied());
            tree.tables.push(table);
            tree.messages.push(message);
            let length: u32 = dims[begin..].iter().map(|&dim| u32::from(tree.cards[dim as usize])).product();
            table += length * u32::from(tree.cards[at]);
            message += length;
        }
        tree.tables.push(table);
        tree.messages.push(message);
        let dims_of = |at: usize| &dims[if at == 0 { 0 } else { dim_ends[at - 1] }..dim_ends[at]];
        for at in 0..count {
            if let Some(next) = tree.next[at] {
                tree.lay_runs(dims_of(at), dims_of(next as usize));
            }
            tree.run_ends.push(tree.runs.len() as u32);
        }
        tree.fill(net, dims_of);
        tree
    }

    pub fn table(&self, turn: usize) -> Range<usize> {
        self.tables[turn] as usize..self.tables[turn + 1] as usize
    }

    /// The table before anything was seen.
    pub fn first(&self, turn: usize) -> &[f64] {
        &self.firsts[self.first[turn] as usize]
    }

    /// Whether the message of a turn that was told nothing says nothing.
    pub fn is_silent(&self, turn: usize) -> bool {
        self.silent[self.first[turn] as usize]
    }

    pub fn table_entries(&self) -> usize {
        self.tables[self.cards.len()] as usize
    }

    pub fn message(&self, turn: usize) -> Range<usize> {
        self.messages[turn] as usize..self.messages[turn + 1] as usize
    }

    pub fn message_entries(&self) -> usize {
        self.messages[self.cards.len()] as usize
    }

    pub fn runs(&self, turn: usize) -> &[Run] {
        let begin = if turn == 0 { 0 } else { self.run_ends[turn - 1] };
        &self.runs[begin as usize..self.run_ends[turn] as usize]
    }

    /// The message has some of the table's variables in the same order, and the innermost one among them.
    fn lay_runs(&mut self, message: &[u32], table: &[u32]) {
        let begin = self.runs.len();
        let mut left = message.iter().rev().skip(1).peekable();
        let mut inside = u32::from(message.last().map_or(1, |&own| self.cards[own as usize]));
        for &dim in table.iter().rev() {
            let card = u32::from(self.cards[dim as usize]);
            let stride = if left.next_if_eq(&&dim).is_some() { inside } else { 0 };
            if stride > 0 {
                inside *= card;
            }
            match self.runs[begin..].last_mut() {
                // Whatever lies whole within needs no run.
                None if stride > 0 => {}
                Some(run) if (run.stride > 0) == (stride > 0) => run.count *= card,
                None | Some(_) => self.runs.push(Run { count: card, stride }),
            }
        }
        self.runs[begin..].reverse();
    }

    /// Multiplies every factor into the table of its first turn. Turns of one shape share a table.
    fn fill<'a>(&mut self, net: &Net, dims_of: impl Fn(usize) -> &'a [u32]) {
        let mut ends = vec![0u32; self.cards.len()];
        let first_turn = |factor: &Factor| factor.scope().iter().map(|&at| self.turn[at as usize]).min();
        let turns: Vec<u32> = net.factors.iter().filter_map(first_turn).collect();
        turns.iter().for_each(|&turn| ends[turn as usize] += 1);
        let mut begin = 0;
        for end in &mut ends {
            (begin, *end) = (begin + *end, begin);
        }
        let mut by_turn = vec![0u32; turns.len()];
        for (factor, &turn) in turns.iter().enumerate() {
            by_turn[ends[turn as usize] as usize] = factor as u32;
            ends[turn as usize] += 1;
        }
        let mut known: Map<u128, u32> = Map::default();
        let mut dims: Vec<u32> = Vec::new();
        let mut begin = 0;
        for turn in 0..self.cards.len() {
            let factors = &by_turn[begin..ends[turn] as usize];
            begin = ends[turn] as usize;
            dims.clear();
            dims.extend(dims_of(turn));
            dims.push(turn as u32);
            let shape = self.shape(net, factors, &dims);
            let at = shape.and_then(|shape| known.get(&shape).copied()).unwrap_or_else(|| {
                let table = self.first_table(net, factors, &dims);
                let sums =
                    table.chunks_exact(usize::from(self.cards[turn])).map(|chunk| chunk.iter().sum::<f64>());
                self.silent.push(sums.into_iter().all(|sum| (sum - 1.0).abs() < 4.0 * f64::EPSILON));
                self.least = table.iter().copied().filter(|entry| *entry > 0.0).fold(self.least, f64::min);
                self.firsts.push(table);
                (self.firsts.len() - 1) as u32
            });
            shape.and_then(|shape| known.insert(shape, at));
            self.first.push(at);
        }
    }

    /// A number for all that a first table depends on; none where that is too much for one number.
    fn shape(&self, net: &Net, factors: &[u32], dims: &[u32]) -> Option<u128> {
        if dims.len() > 7 || factors.len() > 4 || net.tables.len() > 1 << 7 {
            return None;
        }
        // Every part says how long it is, so that no two lists can run into the same number.
        let mut shape = 1 << 6 | (dims.len() as u128) << 3 | factors.len() as u128;
        for &dim in dims {
            shape = shape << 3 | u128::from(self.cards[dim as usize]);
        }
        for factor in factors.iter().map(|&factor| &net.factors[factor as usize]) {
            shape = shape << 9 | (factor.table as u128) << 2 | factor.scope().len() as u128;
            for &variable in factor.scope() {
                let place = dims.iter().position(|&dim| dim == self.turn[variable as usize])?;
                shape = shape << 3 | place as u128;
            }
        }
        Some(shape)
    }

    fn first_table(&self, net: &Net, factors: &[u32], dims: &[u32]) -> Vec<f64> {
        let mut table = vec![1.0; dims.iter().map(|&dim| usize::from(self.cards[dim as usize])).product()];
        for factor in factors.iter().map(|&factor| &net.factors[factor as usize]) {
            let stride = |dim: u32| {
                let after = factor.scope().iter().skip_while(|&&at| self.turn[at as usize] != dim);
                let inner = after.clone().skip(1).map(|&at| usize::from(net.cards[at as usize])).product();
                if after.count() == 0 { 0 } else { inner }
            };
            let strides: Vec<(usize, usize)> =
                dims.iter().map(|&dim| (usize::from(self.cards[dim as usize]), stride(dim))).collect();
            multiply_strided(&mut table, &net.tables[factor.table], &strides);
        }
        table
    }
}

/// Multiplies a factor into a table whose variables it has in another order, or lacks.
fn multiply_strided(table: &mut [f64], factor: &[f64], dims: &[(usize, usize)]) {
    match *dims {
        [] => {}
        [(_, stride)] => {
            let mut from = 0;
            for entry in table {
                *entry *= factor[from];
                from += stride;
            }
        }
        [(count, stride), ref inner @ ..] => {
            let parts = table.len() / count;
            for (part, chunk) in table.chunks_exact_mut(parts).enumerate() {
                multiply_strided(chunk, &factor[part * stride..], inner);
            }
        }
    }
}
