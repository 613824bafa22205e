//! What an order costs: crossings, second symbols, births out of order, length. Less is better.
//! Must not know: how the order came about, or any measure but places in a row.

use super::{
    graph::Graph,
    numbered::Numbered,
    order::{Slot, Standing},
    seat::Seating,
};
use std::collections::{BTreeMap, BTreeSet};

/// In order of weight.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Cost {
    pub crossings: usize,
    pub copies: usize,
    pub inversions: usize,
    /// Symbols of others between people who were born together.
    pub between_twins: usize,
    /// In places of a row.
    pub length: f64,
}

impl Cost {
    /// Whether another order could do better in anything but length.
    pub fn is_fine(&self) -> bool {
        self.crossings + self.inversions + self.between_twins == 0
    }

    /// All but the length.
    pub fn counted(&self) -> usize {
        100 * self.crossings + 20 * self.copies + 3 * self.inversions + 2 * self.between_twins
    }

    /// Less, and not by a little length only, which another leaf would turn into more.
    pub fn is_clearly_less(&self, other: &Cost) -> bool {
        let shorter = self.length < 0.9 * other.length - 4.0;
        self.counted() < other.counted() || (self.counted() == other.counted() && shorter)
    }

    pub fn total(&self) -> f64 {
        self.counted() as f64 + self.length / 10.0
    }
}

/// One stretch of the line of a bond: from the row above to children on the row below.
#[derive(Debug, Clone)]
struct Drop {
    bond: usize,
    from: f64,
    to: Vec<f64>,
}

impl Drop {
    fn first(&self) -> f64 {
        self.to.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn last(&self) -> f64 {
        self.to.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }
}

/// The cost, and the pairs of bonds whose lines cross.
pub(super) fn cost(
    graph: &Graph<'_>,
    seating: &Seating,
    standing: &Standing,
) -> (Cost, BTreeSet<(usize, usize)>) {
    let places = Places::of(seating, standing);
    let mut cost = Cost { copies: seating.copies, ..Cost::default() };
    cost.crossings = seating.groups.iter().map(|group| group.covered).sum();
    let mut channels: Vec<Vec<Drop>> = vec![Vec::new(); standing.rows.len()];
    for bond in graph.bonds.numbers() {
        places.drops(graph, seating, bond, &mut channels);
        cost.inversions += inversions(graph, seating, &places, bond);
        cost.between_twins += between_twins(graph, seating, &places, bond);
        if let Some((group, arc)) = seating.arc_of[bond] {
            let arc = seating.groups[group].arcs.get(arc);
            cost.length += arc.map_or(0.0, |arc| (arc.right - arc.left) as f64);
        }
    }
    let mut crossed = BTreeSet::new();
    for drops in &mut channels {
        drops.sort_by(|one, other| one.from.total_cmp(&other.from));
        cost.length += drops.iter().map(|drop| drop.last() - drop.first()).sum::<f64>();
        let mut rest = drops.as_slice();
        while let Some((left, others)) = rest.split_first() {
            rest = others;
            let last = left.last();
            for right in others {
                let first = right.first();
                if last <= first {
                    continue;
                }
                let astray = left.to.iter().filter(|&&to| to > first).count();
                let back = right.to.iter().filter(|&&to| to < last).count();
                cost.crossings += astray.min(back);
                if astray.min(back) > 0 {
                    crossed.insert((left.bond.min(right.bond), left.bond.max(right.bond)));
                }
            }
        }
    }
    (cost, crossed)
}

/// Neighbours in a sibship where the younger stands on the left, as far as it is known who is younger.
fn inversions(graph: &Graph<'_>, seating: &Seating, places: &Places, bond: usize) -> usize {
    let children = seating.children(graph, bond);
    let mut people: Vec<(f64, usize)> =
        children.iter().map(|&seat| (places.seat[seat], seating.seats[seat].person)).collect();
    people.sort_by(|one, other| one.0.total_cmp(&other.0));
    let pairs = people.iter().zip(people.iter().skip(1));
    pairs.filter(|((_, one), (_, other))| graph.born_after(*one, *other)).count()
}

/// How many symbols stand between the twins of a bond.
fn between_twins(graph: &Graph<'_>, seating: &Seating, places: &Places, bond: usize) -> usize {
    let mut sets: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for seat in seating.children(graph, bond) {
        if let Some(set) = graph.twins[seating.seats[seat].person] {
            sets.entry(set).or_default().push(places.seat[seat]);
        }
    }
    let spread = |of_set: &Vec<f64>| {
        let low = of_set.iter().copied().fold(f64::INFINITY, f64::min);
        let high = of_set.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        ((high - low) as usize + 1).saturating_sub(of_set.len())
    };
    sets.values().map(spread).sum()
}

/// Where everyone stands, counted in places from the left.
struct Places {
    seat: Numbered<f64>,
    hang: Numbered<f64>,
    pass: BTreeMap<(usize, usize), f64>,
}

impl Places {
    fn of(seating: &Seating, standing: &Standing) -> Places {
        let mut places = Places {
            seat: Numbered::of(0.0, seating.seats.len()),
            hang: Numbered::of(0.0, seating.arc_of.len()),
            pass: BTreeMap::new(),
        };
        for (row, slots) in standing.rows.iter().enumerate() {
            let mut next = 0.0;
            for slot in slots {
                match *slot {
                    Slot::Pass(bond) => {
                        places.pass.insert((bond, row), next);
                        next += 1.0;
                    }
                    Slot::Group(group) => {
                        let here = &seating.groups[group];
                        let count = here.members.len() as f64;
                        let at = |place: f64| {
                            next + if standing.flipped[group] { count - 1.0 - place } else { place }
                        };
                        for (place, seat) in here.members.iter().enumerate() {
                            if let Some(seat) = *seat {
                                places.seat[seat] = at(place as f64);
                            }
                        }
                        for arc in &here.arcs {
                            // Two lines in one gap: the one towards its partner's side is nearer to that side.
                            let lean = if arc.level == 0 {
                                0.5
                            } else if arc.to_right {
                                0.7
                            } else {
                                0.3
                            };
                            places.hang[arc.bond] = at(arc.hang as f64 + lean);
                        }
                        next += count;
                    }
                }
            }
        }
        places
    }

    fn drops(&self, graph: &Graph<'_>, seating: &Seating, bond: usize, channels: &mut [Vec<Drop>]) {
        let mut by_row: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
        for seat in seating.children(graph, bond) {
            by_row.entry(seating.seats[seat].row).or_default().push(self.seat[seat]);
        }
        let Some(lowest) = by_row.keys().max().copied() else { return };
        let mut from = self.hang[bond];
        for row in seating.bond_row[bond] + 1..=lowest {
            let mut to = by_row.remove(&row).unwrap_or_default();
            let pass = self.pass.get(&(bond, row)).copied();
            to.extend(pass);
            if let Some(channel) = channels.get_mut(row - 1) {
                channel.push(Drop { bond, from, to });
            }
            from = pass.unwrap_or(from);
        }
    }
}
