//! People who stand side by side on a row, and the lines between them: a couple, or somebody with several partners.
//! Must not know: other groups, or any measure.
//!
//! Partners of one person stand on both sides, the earliest on the left. Whoever is no neighbour is reached by an arc
//! above those between; arcs never cross where the partners form no circle. Those who have parents of their own in the
//! drawing stand outside, so that no arc passes between them and their parents.

use super::{graph::Graph, numbered::Numbered, seat::Seat};
use crate::model::Gender;
use std::collections::{BTreeMap, BTreeSet};

/// Two seats that belong side by side, or one whose children have no second parent.
#[derive(Debug, Clone)]
pub(super) struct Knot {
    /// None: no line joins them.
    pub bond: Option<usize>,
    pub one: usize,
    pub other: Option<usize>,
}

/// The line of a bond, by the places of its partners in the group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arc {
    pub bond: usize,
    pub left: usize,
    pub right: usize,
    /// The children hang between this place and the next.
    pub hang: usize,
    /// 0: straight between neighbours; else how many arcs high it passes over those between.
    pub level: usize,
    /// Whether the partner at whose side the children hang is the right one.
    pub to_right: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub row: usize,
    /// From the left: seats, and places that are kept free for a parent nobody knows.
    pub members: Vec<Option<usize>>,
    pub arcs: Vec<Arc>,
    /// Lines to parents that an arc passes across.
    pub covered: usize,
}

impl Group {
    pub(super) fn new(
        graph: &Graph<'_>,
        seats: &Numbered<Seat>,
        members: Vec<usize>,
        knots: Vec<Knot>,
    ) -> Group {
        let row = members.first().map_or(0, |&seat| seats[seat].row);
        let mut places: Numbered<Option<usize>> = members.iter().map(|&seat| Some(seat)).collect();
        let place: BTreeMap<usize, usize> =
            members.iter().enumerate().map(|(at, &seat)| (seat, at)).collect();
        let of = |seat: usize| place.get(&seat).copied().unwrap_or(0);
        let first_child = |bond: usize| {
            graph.bonds[bond].links.iter().map(|&link| graph.age(graph.links[link].child)).min()
        };
        let mut knots = knots;
        knots.sort_by_key(|knot| {
            let first = knot.bond.map(|bond| first_child(bond).unwrap_or((i32::MAX, i32::MAX, bond)));
            (first.is_none(), first)
        });
        let mut ties: Vec<(usize, usize, Option<usize>)> = Vec::new();
        for knot in knots {
            let other = knot.other.map_or_else(|| places.add(None), of);
            ties.push((of(knot.one), other, knot.bond));
        }
        let hangs: Numbered<bool> =
            places.iter().map(|place| place.is_some_and(|seat| !seats[seat].up.is_empty())).collect();
        let man = |at: usize| {
            places[at]
                .is_some_and(|seat| graph.people[seats[seat].person].shown_gender() == Some(Gender::Man))
        };
        let best = match places.len() {
            0 | 1 => Row { order: places.numbers().collect(), above: BTreeMap::new() },
            2 => {
                let left = usize::from(places[0].is_none() || (man(1) && !man(0)));
                Row { order: vec![left, 1 - left], above: BTreeMap::new() }
            }
            // Past a dozen partners the first few starts are as good as any.
            count => {
                let rows = (0..count.min(24)).map(|root| Row::from(root, &ties, &hangs));
                rows.min_by_key(|row| row.faults(&ties, &hangs)).unwrap_or(Row::from(0, &ties, &hangs))
            }
        };
        let best = best.with_places_inside(&places, &ties);
        let (arcs, covered) = (best.arcs(&ties), best.faults(&ties, &hangs).0);
        Group { row, members: best.order.iter().map(|&at| places[at]).collect(), arcs, covered }
    }

    /// The same people from right to left.
    pub fn flipped(&self) -> Group {
        let last = self.members.len().saturating_sub(1);
        let arcs = self.arcs.iter().map(|arc| Arc {
            left: last - arc.right,
            right: last - arc.left,
            hang: last.saturating_sub(arc.hang + 1),
            to_right: !arc.to_right,
            ..*arc
        });
        let members = self.members.iter().rev().copied().collect();
        Group { members, arcs: arcs.collect(), ..*self }
    }
}

/// An order of the places of a group.
struct Row {
    order: Vec<usize>,
    /// Each place's neighbour on the way to the root.
    above: BTreeMap<usize, usize>,
}

impl Row {
    /// Everyone in order of their distance from `root`: the nearest ties inside, those who have parents outside.
    fn from(root: usize, ties: &[(usize, usize, Option<usize>)], hangs: &Numbered<bool>) -> Row {
        let mut near: Numbered<Vec<usize>> = Numbered::of(Vec::new(), hangs.len());
        for &(one, other, _) in ties {
            near[one].push(other);
            near[other].push(one);
        }
        let mut above = BTreeMap::new();
        let mut reached = vec![root];
        let mut seen = BTreeSet::from([root]);
        let mut below: Numbered<Vec<usize>> = Numbered::of(Vec::new(), hangs.len());
        let mut at = 0;
        while let Some(&here) = reached.get(at) {
            at += 1;
            for &next in &near[here] {
                if seen.insert(next) {
                    above.insert(next, here);
                    below[here].push(next);
                    reached.push(next);
                }
            }
        }
        let mut outside = hangs.clone();
        for &at in reached.iter().rev() {
            let leads_out = outside[at];
            if let Some(&parent) = above.get(&at).filter(|_| leads_out) {
                outside[parent] = true;
            }
        }
        for below in below.iter_mut() {
            below.sort_by_key(|&at| (outside[at], !near[at].is_empty() && near[at].len() > 1));
        }
        // A stranger to the rest of the group (there is none) would be lost: everyone is reached by some tie.
        let branches = below[root].clone();
        let out = branches.iter().filter(|&&at| outside[at]).count();
        let (inner, outer) = branches.split_at(branches.len() - out);
        let (mut left, mut right): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        if let [.., one, other] = outer {
            (left, right) = (vec![*one], vec![*other]);
        } else {
            right.extend(outer);
        }
        let to_left = (branches.len() / 2).saturating_sub(left.len()).min(inner.len());
        let (inner_left, inner_right) = inner.split_at(to_left);
        // Nearest to the root first; what is left over of those with parents stands between.
        let spare = outer.get(..outer.len().saturating_sub(2)).unwrap_or_default();
        let left: Vec<usize> = inner_left.iter().rev().chain(&left).copied().collect();
        let right: Vec<usize> = inner_right.iter().chain(spare).chain(&right).copied().collect();
        let mut order: Vec<usize> = walk(&left, &below);
        order.reverse();
        order.push(root);
        order.extend(walk(&right, &below));
        Row { order, above }
    }

    /// A place that is kept free at an end moves to the inner side of its parent, where no line of a couple runs: a
    /// donor's children hang between the donor and the parents.
    fn with_places_inside(
        mut self,
        places: &Numbered<Option<usize>>,
        ties: &[(usize, usize, Option<usize>)],
    ) -> Row {
        let no_line = |one: usize, other: usize| {
            let pair = |tie: &&(usize, usize, Option<usize>)| {
                (tie.0, tie.1) == (one, other) || (tie.0, tie.1) == (other, one)
            };
            ties.iter().find(pair).is_some_and(|tie| tie.2.is_none())
        };
        if let [free, parent, next, ..] = self.order.as_mut_slice()
            && places[*free].is_none()
            && no_line(*parent, *next)
        {
            std::mem::swap(free, parent);
        }
        if let [.., next, parent, free] = self.order.as_mut_slice()
            && places[*free].is_none()
            && no_line(*parent, *next)
        {
            std::mem::swap(free, parent);
        }
        self
    }

    fn place(&self) -> BTreeMap<usize, usize> {
        self.order.iter().enumerate().map(|(place, &at)| (at, place)).collect()
    }

    fn arcs(&self, ties: &[(usize, usize, Option<usize>)]) -> Vec<Arc> {
        let place = self.place();
        let of = |at: usize| place.get(&at).copied().unwrap_or(0);
        let mut arcs: Vec<Arc> = Vec::new();
        for &(one, other, bond) in ties {
            let Some(bond) = bond else { continue };
            let (left_one, right_one) = if of(one) < of(other) { (one, other) } else { (other, one) };
            let (left, right) = (of(left_one), of(right_one));
            let to_right = self.above.get(&left_one) != Some(&right_one);
            let hang = if to_right { right.saturating_sub(1) } else { left };
            arcs.push(Arc { bond, left, right, hang, level: 0, to_right });
        }
        arcs.sort_by_key(|arc| (arc.right - arc.left, arc.left, arc.bond));
        let mut done: Vec<Arc> = Vec::new();
        for mut arc in arcs {
            if arc.right > arc.left + 1 {
                let under = done.iter().filter(|other| other.left < arc.right && arc.left < other.right);
                arc.level = 1 + under.map(|other| other.level).max().unwrap_or(0);
            }
            done.push(arc);
        }
        done
    }

    /// Lines to parents that arcs cross, arcs that cross each other, and arcs that are not straight.
    fn faults(&self, ties: &[(usize, usize, Option<usize>)], hangs: &Numbered<bool>) -> (usize, usize) {
        let arcs = self.arcs(ties);
        let bent: Vec<&Arc> = arcs.iter().filter(|arc| arc.level > 0).collect();
        let mut crossed = 0;
        for (at, arc) in bent.iter().enumerate() {
            let between = self.order.get(arc.left + 1..arc.right).unwrap_or_default();
            crossed += between.iter().filter(|&&member| hangs[member]).count();
            let across = |other: &&&Arc| {
                (other.left < arc.left && arc.left < other.right && other.right < arc.right)
                    || (arc.left < other.left && other.left < arc.right && arc.right < other.right)
            };
            crossed += bent.iter().skip(at + 1).filter(across).count();
        }
        (crossed, bent.len())
    }
}

/// These and all below them, each before those below it.
fn walk(starts: &[usize], below: &Numbered<Vec<usize>>) -> Vec<usize> {
    let mut order = Vec::new();
    let mut next: Vec<usize> = starts.iter().rev().copied().collect();
    while let Some(at) = next.pop() {
        order.push(at);
        next.extend(below[at].iter().rev());
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(count: usize, ties: &[(usize, usize)], with_parents: &[usize]) -> (Vec<usize>, usize, usize) {
        let ties: Vec<_> =
            ties.iter().enumerate().map(|(at, &(one, other))| (one, other, Some(at))).collect();
        let hangs: Numbered<bool> = (0..count).map(|at| with_parents.contains(&at)).collect();
        let row = Row::from(0, &ties, &hangs);
        let (crossed, bent) = row.faults(&ties, &hangs);
        (row.order, crossed, bent)
    }

    #[test]
    fn two_partners_stand_on_either_side_and_a_third_outside() {
        assert_eq!(row(3, &[(0, 1), (0, 2)], &[0]), (vec![1, 0, 2], 0, 0));
        assert_eq!(row(4, &[(0, 1), (0, 2), (0, 3)], &[0]), (vec![1, 0, 2, 3], 0, 1));
    }

    #[test]
    fn who_has_parents_stands_outside() {
        assert_eq!(row(4, &[(0, 1), (0, 2), (0, 3)], &[0, 1]), (vec![2, 0, 3, 1], 0, 1));
        assert_eq!(row(4, &[(0, 1), (0, 2), (0, 3)], &[1, 2]), (vec![1, 0, 3, 2], 0, 1));
    }

    #[test]
    fn a_circle_of_partners_is_drawn_with_one_arc() {
        let (order, crossed, bent) = row(3, &[(0, 1), (1, 2), (0, 2)], &[]);
        assert_eq!((order.len(), crossed, bent), (3, 0, 1));
    }
}
