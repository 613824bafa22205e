//! Where everyone stands in the drawing of a family: row, order and place; and the numbers that follow, "II-3".
//! Must not know: symbols, lines or labels; it is told how wide each person is.

mod generation;
mod order;
mod place;
mod run;
#[cfg(test)]
mod tests;

use crate::model::{Pedigree, PersonId};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) use run::{Run, Seats};

/// Where one person stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    /// From 0 at the top.
    pub row: usize,
    /// From 0 at the left of the row.
    pub order: usize,
    /// The middle of the person, in the measure of the widths.
    pub x: f64,
}

/// Places of everyone. The same family always gives the same layout, however it was put together.
pub(crate) fn layout(family: &Pedigree, half: impl Fn(&PersonId) -> f64) -> BTreeMap<&PersonId, Place> {
    let rows = ordered(family);
    let x = place::places(family, &rows, half);
    let mut places = BTreeMap::new();
    for (row, people) in rows.iter().enumerate() {
        for (order, &id) in people.iter().enumerate() {
            places.insert(id, Place { row, order, x: x.get(id).copied().unwrap_or(0.0) });
        }
    }
    places
}

/// The number of each person in the drawing: generation in Roman numerals, oldest I, then place from the left, "II-3".
pub fn generation_numbers(family: &Pedigree) -> BTreeMap<PersonId, String> {
    let rows = ordered(family);
    let rows = rows.iter().enumerate().map(|(row, people)| (roman(row + 1), people));
    let numbers = rows.flat_map(|(generation, people)| {
        people.iter().enumerate().map(move |(at, &id)| (id.clone(), format!("{generation}-{}", at + 1)))
    });
    numbers.collect()
}

/// "IV" for 4; nothing for 0.
pub(crate) fn roman(mut number: usize) -> String {
    let signs = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut text = String::new();
    for (value, sign) in signs {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

/// Rows from the top, none empty, each from left to right.
fn ordered(family: &Pedigree) -> Vec<Vec<&PersonId>> {
    let mut rows = generation::rows(family);
    let used: BTreeSet<usize> = rows.values().copied().collect();
    let dense: BTreeMap<usize, usize> = used.into_iter().enumerate().map(|(at, row)| (row, at)).collect();
    rows.values_mut().for_each(|row| *row = dense.get(row).copied().unwrap_or(0));
    order::order(family, &rows)
}
