//! Which row of the drawing each person stands on: parents above children, couples side by side.
//! Must not know: the order within a row, or any measure.

use crate::model::{ParentKind, Pedigree, PersonId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const KINDS: [ParentKind; 2] = [ParentKind::Biological, ParentKind::Legal];

/// Row of each person, 0 at the top of each connected part of the family.
///
/// Steps from the proband (a parent one up, a child one down, a partner level) give the rows. Where that would put a
/// parent level with or below a child, as when an uncle has children with his niece, the younger line moves down.
pub(super) fn rows(family: &Pedigree) -> BTreeMap<&PersonId, usize> {
    let couples = Couples::new(family);
    let mut level = BTreeMap::new();
    let probands = family.persons().iter().filter(|person| person.proband).map(|person| &person.id);
    let probands: BTreeSet<&PersonId> = probands.collect();
    let everyone: BTreeSet<&PersonId> = family.persons().iter().map(|person| &person.id).collect();
    let order = couples.parents_first();
    for start in probands.into_iter().chain(everyone) {
        let Some(&start) = couples.group.get(start) else { continue };
        if level.contains_key(&start) {
            continue;
        }
        let part = couples.steps_from(start);
        level.extend(couples.settled(&order, part));
    }
    couples.group.iter().map(|(&id, group)| (id, level.get(group).copied().unwrap_or(0))).collect()
}

/// People on one level: those who have children together, and whoever they have other children with.
struct Couples<'a> {
    group: BTreeMap<&'a PersonId, usize>,
    above: BTreeMap<usize, BTreeSet<usize>>,
    below: BTreeMap<usize, BTreeSet<usize>>,
}

impl<'a> Couples<'a> {
    fn new(family: &'a Pedigree) -> Couples<'a> {
        let ids: BTreeSet<&PersonId> = family.persons().iter().map(|person| &person.id).collect();
        let group = ids.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let mut couples = Couples { group, above: BTreeMap::new(), below: BTreeMap::new() };
        for (child, parent) in KINDS.into_iter().flat_map(|kind| family.links_of(kind)) {
            if let (Some(&child), Some(&parent)) = (couples.group.get(child), couples.group.get(parent)) {
                couples.above.entry(child).or_default().insert(parent);
                couples.below.entry(parent).or_default().insert(child);
            }
        }
        for &id in &ids {
            for partner in family.partners(id) {
                couples.join(id, &partner);
            }
        }
        couples
    }

    /// Puts two people on one level, unless one is above the other.
    fn join(&mut self, one: &PersonId, other: &PersonId) {
        let (Some(&keep), Some(&gone)) = (self.group.get(one), self.group.get(other)) else { return };
        if keep == gone || self.leads_down(keep, gone) || self.leads_down(gone, keep) {
            return;
        }
        self.group.values_mut().filter(|group| **group == gone).for_each(|group| *group = keep);
        take_over(&mut self.above, &mut self.below, keep, gone);
        take_over(&mut self.below, &mut self.above, keep, gone);
    }

    fn leads_down(&self, from: usize, to: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(at) = next.pop() {
            for &below in self.below.get(&at).into_iter().flatten() {
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
        let mut next = VecDeque::from([start]);
        while let Some(at) = next.pop_front() {
            let here = steps.get(&at).copied().unwrap_or(0);
            for (links, step) in [(&self.above, -1), (&self.below, 1)] {
                for &near in links.get(&at).into_iter().flatten() {
                    if let std::collections::btree_map::Entry::Vacant(free) = steps.entry(near) {
                        free.insert(here + step);
                        next.push_back(near);
                    }
                }
            }
        }
        steps
    }

    /// Moves everyone below their parents and counts rows from the top.
    fn settled(&self, parents_first: &[usize], mut steps: BTreeMap<usize, i64>) -> Vec<(usize, usize)> {
        for at in parents_first {
            let Some(&here) = steps.get(at) else { continue };
            let parents = self.above.get(at).into_iter().flatten().filter(|parent| *parent != at);
            let lowest = parents.filter_map(|parent| steps.get(parent)).max();
            steps.insert(*at, lowest.map_or(here, |&parent| here.max(parent + 1)));
        }
        let top = steps.values().min().copied().unwrap_or(0);
        steps.into_iter().map(|(group, step)| (group, usize::try_from(step - top).unwrap_or(0))).collect()
    }

    /// Groups with all those above them before them; groups on a circle of descent come last.
    fn parents_first(&self) -> Vec<usize> {
        let groups: BTreeSet<usize> = self.group.values().copied().collect();
        let count = |group| self.above.get(&group).map_or(0, BTreeSet::len);
        let mut waiting: BTreeMap<usize, usize> = groups.iter().map(|&group| (group, count(group))).collect();
        let mut ready: BTreeSet<usize> = groups.into_iter().filter(|&group| count(group) == 0).collect();
        let mut order = Vec::new();
        while let Some(at) = ready.pop_first() {
            waiting.remove(&at);
            order.push(at);
            for below in self.below.get(&at).into_iter().flatten() {
                if let Some(left) = waiting.get_mut(below) {
                    *left -= 1;
                    if *left == 0 {
                        ready.insert(*below);
                    }
                }
            }
        }
        order.extend(waiting.into_keys());
        order
    }
}

/// Gives the links of one group to another, in both directions.
fn take_over(
    links: &mut BTreeMap<usize, BTreeSet<usize>>,
    back: &mut BTreeMap<usize, BTreeSet<usize>>,
    keep: usize,
    gone: usize,
) {
    let moved = links.remove(&gone).unwrap_or_default();
    for &near in &moved {
        let others = back.entry(near).or_default();
        others.remove(&gone);
        others.insert(keep);
    }
    links.entry(keep).or_default().extend(moved);
}
