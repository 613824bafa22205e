//! Everyone's chances at once: messages up the tree, and back down.
//! Must not know: families; what a state means.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{
    number::{LEAST_PRODUCT, Number, Vanished},
    tree::{Run, Tree},
};

/// What was seen of one person: for each thing seen, how likely it is in each state of a variable.
#[derive(Clone)]
pub(super) struct Seen {
    pub variable: usize,
    /// Each with a largest entry of at most 1.
    pub rows: Vec<Vec<f64>>,
}

impl Seen {
    /// Whether it leaves a state possible.
    pub fn allows(&self, state: usize) -> bool {
        self.rows.iter().all(|row| row[state] > 0.0)
    }
}

/// Chances of states, one row a turn, and the probability of all that was seen as (logarithm, power of two).
pub(super) struct Beliefs {
    rows: Vec<f64>,
    begins: Vec<usize>,
    pub log: f64,
    pub power: i64,
}

impl Beliefs {
    /// The chance of each state of a variable.
    pub fn of(&self, tree: &Tree, variable: usize) -> &[f64] {
        let turn = tree.turn[variable] as usize;
        &self.rows[self.begins[turn]..self.begins[turn + 1]]
    }
}

/// # Errors
/// What was seen cannot be, or is too unlikely for this kind of number.
pub(super) fn beliefs<N: Number>(tree: &Tree, seen: &[Seen]) -> Result<Beliefs, Vanished> {
    let mut tables: Vec<N> = Vec::with_capacity(tree.table_entries());
    (0..tree.cards.len()).for_each(|turn| tables.extend(tree.first(turn).iter().map(|&entry| N::of(entry))));
    let mut told = vec![false; tree.cards.len()];
    // No entry of a table that is not zero is smaller than two to this power.
    let mut least = vec![N::least_power(&[N::of(tree.least)]); tree.cards.len()];
    for one in seen {
        let turn = tree.turn[one.variable] as usize;
        told[turn] = true;
        for row in &one.rows {
            least[turn] += row.iter().map(|&weight| N::least_power(&[N::of(weight)])).min().unwrap_or(0);
            for chunk in tables[tree.table(turn)].chunks_exact_mut(row.len()) {
                chunk.iter_mut().zip(row).for_each(|(entry, &weight)| *entry = entry.times(N::of(weight)));
            }
        }
    }
    let mut messages = vec![N::of(1.0); tree.message_entries()];
    let mut powers = vec![0i64; tree.cards.len()];
    let (mut log, mut power) = (0.0, 0);
    for turn in 0..tree.cards.len() {
        if !told[turn] && tree.is_silent(turn) {
            // Nothing was seen from here on down: the message is all ones, as it is.
            continue;
        }
        if least[turn] < LEAST_PRODUCT {
            return Err(Vanished::TooSmall);
        }
        let message = &mut messages[tree.message(turn)];
        sum_inner(&tables[tree.table(turn)], message, tree.cards[turn]);
        let largest = N::power(message)?;
        match tree.next[turn] {
            Some(next) => {
                told[next as usize] = true;
                if largest != 0 {
                    message.iter_mut().for_each(|entry| *entry = entry.shifted(-largest));
                    powers[turn] = largest;
                    power += largest;
                }
                least[next as usize] += N::least_power(message);
                multiply(&mut tables[tree.table(next as usize)], message, tree.runs(turn));
            }
            None => {
                let (fraction, of_two) = message[0].parts();
                log += fraction.ln();
                power += of_two;
            }
        }
    }
    let mut scratch: Vec<N> = Vec::new();
    let mut begins = vec![0usize; tree.cards.len() + 1];
    for (turn, &card) in tree.cards.iter().enumerate() {
        begins[turn + 1] = begins[turn] + usize::from(card);
    }
    let mut rows = vec![0.0; begins[tree.cards.len()]];
    for turn in (0..tree.cards.len()).rev() {
        let row = &mut rows[begins[turn]..begins[turn + 1]];
        let range = tree.table(turn);
        let Some(next) = tree.next[turn] else {
            chances(&tables[range], row);
            continue;
        };
        // The next table is whole already: everything that was seen is in it.
        scratch.clear();
        let message = &messages[tree.message(turn)];
        let (own, later) = tables.split_at_mut(range.end);
        let next = tree.table(next as usize);
        let next = &later[next.start - range.end..next.end - range.end];
        let whole = if tree.runs(turn).is_empty() {
            next
        } else {
            scratch.resize(message.len(), N::ZERO);
            add(&mut scratch, next, tree.runs(turn));
            &scratch
        };
        scale(&mut own[range], whole, message, powers[turn], row);
    }
    Ok(Beliefs { rows, begins, log, power })
}

/// Brings a table from what came before it to what is known in the whole tree, and tells its own variable's chances.
fn scale<N: Number>(table: &mut [N], whole: &[N], message: &[N], power: i64, row: &mut [f64]) {
    fn of<const CARD: usize, N: Number>(
        table: &mut [N],
        whole: &[N],
        message: &[N],
        power: i64,
        row: &mut [f64],
    ) {
        let mut sums = [N::ZERO; CARD];
        for ((&whole, &part), chunk) in whole.iter().zip(message).zip(table.chunks_exact_mut(CARD)) {
            let mut by = whole.over(part);
            if power != 0 {
                by = by.shifted(-power);
            }
            for (entry, sum) in chunk.iter_mut().zip(&mut sums) {
                *entry = entry.times(by);
                *sum = sum.plus(*entry);
            }
        }
        chances(&sums, row);
    }
    match row.len() {
        1 => of::<1, N>(table, whole, message, power, row),
        2 => of::<2, N>(table, whole, message, power, row),
        3 => of::<3, N>(table, whole, message, power, row),
        4 => of::<4, N>(table, whole, message, power, row),
        5 => of::<5, N>(table, whole, message, power, row),
        _ => unreachable!("nobody has more than five states"),
    }
}

/// The share of each entry.
fn chances<N: Number>(sums: &[N], row: &mut [f64]) {
    let whole = sums.iter().fold(N::ZERO, |sum, &entry| sum.plus(entry));
    for (chance, entry) in row.iter_mut().zip(sums) {
        let (fraction, power) = entry.over(whole).parts();
        *chance = if power < -1000 { 0.0 } else { fraction.shifted(power) };
    }
}

/// Sums the innermost variable out.
fn sum_inner<N: Number>(table: &[N], message: &mut [N], card: u8) {
    fn of<const CARD: usize, N: Number>(table: &[N], message: &mut [N]) {
        for (sum, chunk) in message.iter_mut().zip(table.chunks_exact(CARD)) {
            *sum = chunk.iter().fold(N::ZERO, |sum, &entry| sum.plus(entry));
        }
    }
    match card {
        1 => of::<1, N>(table, message),
        2 => of::<2, N>(table, message),
        3 => of::<3, N>(table, message),
        4 => of::<4, N>(table, message),
        5 => of::<5, N>(table, message),
        _ => unreachable!("nobody has more than five states"),
    }
}

/// Multiplies a message into the table it goes to.
fn multiply<N: Number>(table: &mut [N], message: &[N], runs: &[Run]) {
    let multiply_whole = |table: &mut [N], message: &[N]| {
        table.iter_mut().zip(message).for_each(|(entry, &by)| *entry = entry.times(by));
    };
    match runs {
        [] => multiply_whole(table, message),
        // The commonest by far: somebody's message about one other person. The message may go on behind the part that is meant.
        &[Run { stride: 0, count }] if table.len() == 3 * count as usize => {
            table.chunks_exact_mut(3).for_each(|chunk| multiply_whole(chunk, &message[..3]));
        }
        [run, inner @ ..] => {
            let parts = table.len() / run.count as usize;
            for (part, chunk) in table.chunks_exact_mut(parts).enumerate() {
                multiply(chunk, &message[part * run.stride as usize..], inner);
            }
        }
    }
}

/// Sums a table over whatever the message lacks.
fn add<N: Number>(message: &mut [N], table: &[N], runs: &[Run]) {
    let add_whole = |message: &mut [N], table: &[N]| {
        message.iter_mut().zip(table).for_each(|(sum, &entry)| *sum = sum.plus(entry));
    };
    match runs {
        [] => add_whole(message, table),
        &[Run { stride: 0, count }] if table.len() == 3 * count as usize => {
            table.chunks_exact(3).for_each(|chunk| add_whole(&mut message[..3], chunk));
        }
        [run, inner @ ..] => {
            let parts = table.len() / run.count as usize;
            for (part, chunk) in table.chunks_exact(parts).enumerate() {
                add(&mut message[part * run.stride as usize..], chunk, inner);
            }
        }
    }
}
