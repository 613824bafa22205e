//! Where everyone stands in the drawing of a family: row, order and place; and the numbers that follow, "II-3".
//! Must not know: symbols, lines or labels; it is told how much room each person needs.

mod cost;
mod generation;
mod graph;
mod group;
mod numbered;
mod order;
mod place;
mod search;
mod seat;
#[cfg(test)]
mod tests;

use crate::model::{Pedigree, PersonId};
use order::{Slot, Standing};
use std::collections::BTreeMap;

pub(crate) use {
    graph::{Bond, Descent, Graph},
    group::Arc,
    numbered::Numbered,
    place::{Across, Room},
    seat::Seating,
};

/// Symbols in their order. The same family always gives the same layout, however it was put together.
pub(crate) struct Layout<'a> {
    pub graph: Graph<'a>,
    pub seating: Seating,
    standing: Standing,
}

impl<'a> Layout<'a> {
    pub fn new(family: &'a Pedigree) -> Layout<'a> {
        let graph = Graph::new(family);
        let rows = generation::rows(&graph);
        let (seating, standing) = search::search(&graph, &rows);
        Layout { graph, seating, standing }
    }

    pub fn rows(&self) -> usize {
        self.standing.rows.len()
    }

    /// Seats from left to right, row by row.
    pub fn seats(&self) -> Vec<Vec<usize>> {
        let of_group = |group: usize| {
            let members = self.seating.groups[group].members.iter().flatten().copied();
            let mut members: Vec<usize> = members.collect();
            if self.standing.flipped[group] {
                members.reverse();
            }
            members
        };
        let rows = self.standing.rows.iter().map(|slots| {
            let groups = slots.iter().filter_map(|slot| match *slot {
                Slot::Group(group) => Some(group),
                Slot::Pass(_) => None,
            });
            groups.flat_map(of_group).collect()
        });
        rows.collect()
    }

    /// By person: "II-3", counted from the left; a second symbol does not count.
    pub fn numbers(&self) -> Numbered<String> {
        let mut numbers = Numbered::of(String::new(), self.graph.people.len());
        for (row, seats) in self.seats().into_iter().enumerate() {
            let generation = roman(row + 1);
            let first = seats.into_iter().filter(|&seat| !self.seating.seats[seat].copy);
            for (at, seat) in first.enumerate() {
                numbers[self.seating.seats[seat].person] = format!("{generation}-{}", at + 1);
            }
        }
        numbers
    }

    /// Places along the rows, with so much room for each seat.
    pub fn across(&self, room: impl Fn(usize) -> Room) -> Across {
        place::places(&self.graph, &self.seating, &self.standing, room)
    }
}

/// The number of each person in the drawing: generation in Roman numerals, oldest I, then place from the left, "II-3".
pub fn generation_numbers(family: &Pedigree) -> BTreeMap<PersonId, String> {
    let layout = Layout::new(family);
    let numbers = layout.numbers();
    let people = layout.graph.people.iter().map(|person| person.id.clone());
    people.zip(numbers.iter().cloned()).collect()
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
