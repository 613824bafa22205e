//! Which row of the drawing each person stands on: parents above children, couples side by side.
//! Must not know: the order within a row, or any measure.

use super::{graph::Graph, numbered::Numbered};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Row of each person, 0 at the top of each connected part of the family; no row is empty.
///
/// Steps from the proband (a parent one up, a child one down, a partner level) give the rows. Where that would put a
/// parent level with or below a child, as when an uncle has children with his niece, the younger line moves down.
pub(super) fn rows(graph: &Graph<'_>) -> Numbered<usize> {
    let levels = Levels::new(graph);
    let mut level: BTreeMap<usize, usize> = BTreeMap::new();
    let (probands, others): (Vec<usize>, Vec<usize>) =
        graph.people.numbers().partition(|&at| graph.people[at].proband);
    let order = levels.parents_first();
    for start in probands.into_iter().chain(others) {
        let start = levels.level[start];
        if !level.contains_key(&start) {
            let part = levels.steps_from(start);
            level.extend(levels.settled(&order, part));
        }
    }
    let used: BTreeSet<usize> = level.values().copied().collect();
    let dense: BTreeMap<usize, usize> = used.into_iter().enumerate().map(|(at, row)| (row, at)).collect();
    let row = |level_of: &usize| level.get(level_of).and_then(|row| dense.get(row)).copied().unwrap_or(0);
    levels.level.iter().map(row).collect()
}

/// People on one level: those who are a couple, and whoever they are a couple with beside.
struct Levels {
    level: Numbered<usize>,
    members: Numbered<Vec<usize>>,
    above: Numbered<BTreeSet<usize>>,
    below: Numbered<BTreeSet<usize>>,
}

impl Levels {
    fn new(graph: &Graph<'_>) -> Levels {
        let count = graph.people.len();
        let mut levels = Levels {
            level: (0..count).collect(),
            members: (0..count).map(|at| vec![at]).collect(),
            above: Numbered::of(BTreeSet::new(), count),
            below: Numbered::of(BTreeSet::new(), count),
        };
        for link in graph.links.iter() {
            for &parent in &graph.bonds[link.bond].partners {
                levels.above[link.child].insert(parent);
                levels.below[parent].insert(link.child);
            }
        }
        for bond in graph.bonds.iter() {
            if let &[one, other] = bond.partners.as_slice() {
                levels.join(one, other);
            }
        }
        for &(one, other) in &graph.beside {
            levels.join(one, other);
        }
        levels
    }

    /// Puts two people on one level, unless one is above the other.
    fn join(&mut self, one: usize, other: usize) {
        let (keep, gone) = (self.level[one], self.level[other]);
        if keep == gone || self.leads_down(keep, gone) || self.leads_down(gone, keep) {
            return;
        }
        let moved = std::mem::take(&mut self.members[gone]);
        for &member in &moved {
            self.level[member] = keep;
        }
        self.members[keep].extend(moved);
        take_over(&mut self.above, &mut self.below, keep, gone);
        take_over(&mut self.below, &mut self.above, keep, gone);
    }

    fn leads_down(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            for &below in &self.below[at] {
                if below == to {
                    return true;
                }
                if seen.insert(below) {
                    next.push(below);
                }
            }
        }
        false
    }

    /// Everyone connected with `start`, by steps up (less) and down (more) from 0.
    fn steps_from(&self, start: usize) -> BTreeMap<usize, i64> {
        let mut steps = BTreeMap::from([(start, 0)]);
        let mut next = VecDeque::from([(start, 0)]);
        while let Some((at, here)) = next.pop_front() {
            for (links, step) in [(&self.above[at], -1), (&self.below[at], 1)] {
                for &near in links {
                    if let std::collections::btree_map::Entry::Vacant(free) = steps.entry(near) {
                        free.insert(here + step);
                        next.push_back((near, here + step));
                    }
                }
            }
        }
        steps
    }

    /// Moves everyone below their parents, founders straight above their children, and counts rows from the top.
    fn settled(&self, parents_first: &[usize], mut steps: BTreeMap<usize, i64>) -> Vec<(usize, usize)> {
        for at in parents_first {
            let Some(&here) = steps.get(at) else { continue };
            let parents = self.above[*at].iter().filter(|parent| *parent != at);
            let lowest = parents.filter_map(|parent| steps.get(parent)).max();
            steps.insert(*at, lowest.map_or(here, |&parent| here.max(parent + 1)));
        }
        for at in parents_first.iter().rev().filter(|&&at| self.above[at].is_empty()) {
            let Some(&here) = steps.get(at) else { continue };
            let highest = self.below[*at].iter().filter_map(|child| steps.get(child)).min();
            steps.insert(*at, highest.map_or(here, |&child| here.max(child - 1)));
        }
        let top = steps.values().min().copied().unwrap_or(0);
        steps.into_iter().map(|(level, step)| (level, usize::try_from(step - top).unwrap_or(0))).collect()
    }

    /// Levels with all those above them before them; levels on a circle of descent come last.
    fn parents_first(&self) -> Vec<usize> {
        let levels: BTreeSet<usize> = self.level.iter().copied().collect();
        let mut waiting: BTreeMap<usize, usize> =
            levels.iter().map(|&level| (level, self.above[level].len())).collect();
        let mut ready: BTreeSet<usize> = levels.into_iter().filter(|&at| self.above[at].is_empty()).collect();
        let mut order = Vec::new();
        while let Some(at) = ready.pop_first() {
            waiting.remove(&at);
            order.push(at);
            for &below in &self.below[at] {
                if let Some(left) = waiting.get_mut(&below) {
                    *left -= 1;
                    if *left == 0 {
                        ready.insert(below);
                    }
                }
            }
        }
        order.extend(waiting.into_keys());
        order
    }
}

/// Gives the links of one level to another, in both directions.
fn take_over(
    links: &mut Numbered<BTreeSet<usize>>,
    back: &mut Numbered<BTreeSet<usize>>,
    keep: usize,
    gone: usize,
) {
    let moved = std::mem::take(&mut links[gone]);
    for &near in &moved {
        back[near].remove(&gone);
        back[near].insert(keep);
    }
    links[keep].extend(moved);
}
