//! The symbols a drawing needs: one for each person, and a second one where a line would have to cross others.
//! Must not know: the order within a row, or any measure.

use super::{
    graph::Graph,
    group::{Group, Knot},
    numbered::Numbered,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where a person is drawn twice instead of a line going all the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// The child hangs under these parents as a copy.
    Child { link: usize },
    /// The partner stands beside the other as a copy.
    Partner { bond: usize, person: usize },
}

/// One symbol.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub person: usize,
    pub row: usize,
    /// A second symbol of somebody; the first has the partners and everything that is written.
    pub copy: bool,
    /// Links to parents that are drawn from this symbol.
    pub up: Vec<usize>,
}

/// Every symbol, and who stands side by side.
pub(crate) struct Seating {
    pub seats: Numbered<Seat>,
    /// By bond: the row of the partners.
    pub bond_row: Numbered<usize>,
    /// By link: the seat of the child; none where the link closes a circle of descent and cannot be drawn.
    pub child_seat: Numbered<Option<usize>>,
    pub groups: Numbered<Group>,
    /// By seat: its group.
    pub group_of: Numbered<usize>,
    /// By bond: the group that holds it and which of its arcs it is.
    pub arc_of: Numbered<Option<(usize, usize)>>,
    pub copies: usize,
}

impl Seating {
    pub(super) fn new(graph: &Graph<'_>, rows: &Numbered<usize>, cuts: &BTreeSet<Cut>) -> Seating {
        let mut seats: Numbered<Seat> = graph
            .people
            .numbers()
            .map(|person| Seat { person, row: rows[person], copy: false, up: Vec::new() })
            .collect();
        let mut bond_row = Numbered::of(0, graph.bonds.len());
        let mut partner_seats: Numbered<Vec<usize>> = Numbered::of(Vec::new(), graph.bonds.len());
        for at in graph.bonds.numbers() {
            let partners = &graph.bonds[at].partners;
            let row = partners.iter().map(|&partner| rows[partner]).max().unwrap_or(0);
            bond_row[at] = row;
            for &person in partners {
                let apart = rows[person] < row || cuts.contains(&Cut::Partner { bond: at, person });
                let seat =
                    if apart { seats.add(Seat { person, row, copy: true, up: Vec::new() }) } else { person };
                partner_seats[at].push(seat);
            }
        }
        let mut child_seat = Numbered::of(None, graph.links.len());
        for at in graph.links.numbers() {
            let link = &graph.links[at];
            if rows[link.child] <= bond_row[link.bond] {
                continue;
            }
            let seat = if cuts.contains(&Cut::Child { link: at }) {
                let row = rows[link.child];
                seats.add(Seat { person: link.child, row, copy: true, up: Vec::new() })
            } else {
                link.child
            };
            seats[seat].up.push(at);
            child_seat[at] = Some(seat);
        }
        let copies = seats.len() - graph.people.len();
        let mut seating = Seating {
            group_of: seats.numbers().collect(),
            seats,
            bond_row,
            child_seat,
            groups: Numbered::new(),
            arc_of: Numbered::of(None, graph.bonds.len()),
            copies,
        };
        seating.gather(graph, &partner_seats);
        seating
    }

    /// Makes a group of all who stand side by side.
    fn gather(&mut self, graph: &Graph<'_>, partner_seats: &Numbered<Vec<usize>>) {
        let mut first: Numbered<usize> = self.seats.numbers().collect();
        let mut beside = Vec::new();
        for seats in partner_seats.iter() {
            if let &[one, other] = seats.as_slice() {
                join(&mut first, one, other);
            }
        }
        let mut hangs = Numbered::of(false, self.seats.len());
        for seat in self.seats.numbers() {
            let start = head(&mut first, seat);
            hangs[start] |= !self.seats[seat].up.is_empty();
        }
        for &(one, other) in &graph.beside {
            let (of_one, of_other) = (head(&mut first, one), head(&mut first, other));
            let free = !hangs[of_one] || !hangs[of_other];
            if of_one != of_other && free && self.seats[one].row == self.seats[other].row {
                join(&mut first, one, other);
                let start = head(&mut first, one);
                hangs[start] = hangs[of_one] || hangs[of_other];
                beside.push((one, other));
            }
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for seat in self.seats.numbers() {
            members.entry(head(&mut first, seat)).or_default().push(seat);
        }
        let mut knots: BTreeMap<usize, Vec<Knot>> = BTreeMap::new();
        for (bond, seats) in partner_seats.numbers().zip(partner_seats.iter()) {
            let drawn =
                seats.len() == 2 || graph.bonds[bond].links.iter().any(|&at| self.child_seat[at].is_some());
            if let Some(&one) = seats.first().filter(|_| drawn) {
                let knot = Knot { bond: Some(bond), one, other: seats.get(1).copied() };
                knots.entry(head(&mut first, one)).or_default().push(knot);
            }
        }
        for (one, other) in beside {
            let knot = Knot { bond: None, one, other: Some(other) };
            knots.entry(head(&mut first, one)).or_default().push(knot);
        }
        for (start, members) in members {
            let group = Group::new(graph, &self.seats, members, knots.remove(&start).unwrap_or_default());
            let at = self.groups.add(group);
            for member in self.groups[at].members.iter().flatten() {
                self.group_of[*member] = at;
            }
            for (arc, bond) in self.groups[at].arcs.iter().enumerate() {
                self.arc_of[bond.bond] = Some((at, arc));
            }
        }
    }

    /// The row on which a link's child is drawn, where it is drawn.
    pub fn child_row(&self, link: usize) -> Option<usize> {
        self.child_seat[link].map(|seat| self.seats[seat].row)
    }

    /// The seats under a bond.
    pub fn children(&self, graph: &Graph<'_>, bond: usize) -> Vec<usize> {
        graph.bonds[bond].links.iter().filter_map(|&link| self.child_seat[link]).collect()
    }
}

fn head(first: &mut Numbered<usize>, mut at: usize) -> usize {
    while first[at] != at {
        first[at] = first[first[at]];
        at = first[at];
    }
    at
}

fn join(first: &mut Numbered<usize>, one: usize, other: usize) {
    let (one, other) = (head(first, one), head(first, other));
    let (low, high) = (one.min(other), one.max(other));
    first[high] = low;
}
