//! How the line of two parents, or of one, runs: between neighbours, out to a free side, or under the row.
//! Must not know: any line's look.

use crate::model::{Pedigree, PersonId};
use std::collections::BTreeMap;

/// How the line of the parents runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Run {
    /// Straight between two neighbours.
    Beside,
    /// From a parent alone, out to one side: 1 right, -1 left.
    Alone { side: f64 },
    /// Under the labels, where the parents are no neighbours or nothing is free beside them.
    Under,
}

/// Row and place in it of everyone.
pub(crate) struct Seats<'a> {
    pub family: &'a Pedigree,
    pub seats: BTreeMap<&'a PersonId, (usize, usize)>,
}

impl Seats<'_> {
    pub fn run(&self, parents: &[&PersonId]) -> Run {
        match parents {
            [one, other] if self.beside(one, other) => Run::Beside,
            [one] => self.free_side(one).map_or(Run::Under, |side| Run::Alone { side }),
            _ => Run::Under,
        }
    }

    /// How far from the middle of the parents the line down to the children begins; to the right is positive.
    pub fn lean(&self, run: Run, parents: &[&PersonId], half: impl Fn(&PersonId) -> f64) -> f64 {
        match (run, parents) {
            // Where the room of one ends and that of the other begins, so that the line passes between their labels.
            (Run::Beside, &[one, other]) => {
                let to_other = (half(one) - half(other)) / 2.0;
                if self.seats.get(one) < self.seats.get(other) { to_other } else { -to_other }
            }
            (Run::Alone { side }, &[one]) => side * (half(one) - 6.0),
            _ => 0.0,
        }
    }

    fn beside(&self, one: &PersonId, other: &PersonId) -> bool {
        let seats = self.seats.get(one).zip(self.seats.get(other));
        seats.is_some_and(|(a, b)| a.0 == b.0 && a.1.abs_diff(b.1) == 1)
    }

    /// A side of a parent on which no partner stands.
    fn free_side(&self, id: &PersonId) -> Option<f64> {
        let partners = self.family.partners(id);
        let taken = |right: bool| {
            let on_side = |other: &PersonId| (self.seats.get(other) > self.seats.get(id)) == right;
            partners.iter().any(|other| self.beside(id, other) && on_side(other))
        };
        [(true, 1.0), (false, -1.0)].into_iter().find(|(right, _)| !taken(*right)).map(|(_, side)| side)
    }
}
