//! How a variant may have passed along the links of a family, step by step, in each mode of inheritance.
//! Must not know: how a chance is worded; what anyone's health is.

use super::Mode;
use crate::model::{ParentKind, Pedigree, PersonId, Sex};
use std::collections::{BTreeMap, BTreeSet};

/// Certainty. Chances are whole parts of it, so that halving thirty times stays exact.
pub(super) const ONE: u64 = 1 << 30;
const HALF: u64 = ONE / 2;

/// `part` of `whole`, both in parts of [`ONE`]; something never becomes nothing.
fn times(whole: u64, part: u64) -> u64 {
    if whole == 0 || part == 0 { 0 } else { (whole * part / ONE).max(1) }
}

/// A family as a variant sees it: the links it may take and the people it is known to have passed by.
#[derive(Clone)]
pub(super) struct Passing<'a> {
    pub family: &'a Pedigree,
    pub mode: Mode,
    pub proband: &'a PersonId,
    /// People who do not carry the variant: it passes through none of them.
    pub clear: BTreeSet<PersonId>,
    /// People who carry it: where one of two parents does, it did not come from the other (recessive: it may have).
    pub carriers: BTreeSet<PersonId>,
}

impl Passing<'_> {
    /// What each person's chance to share the variant of `source` is, in parts of [`ONE`]; missing where there is none.
    ///
    /// First upward: the source has it from a parent, who has it from a parent, and so on. Then downward from all of
    /// these. Two routes of one variant are added, which is exact where no couple is related and cautious where one is.
    pub fn spread(&self, source: &PersonId, parents_first: &[&PersonId]) -> BTreeMap<PersonId, u64> {
        let mut above: BTreeMap<&PersonId, u64> = BTreeMap::from([(source, ONE)]);
        for &child in parents_first.iter().rev() {
            let Some(&held) = above.get(child) else { continue };
            for parent in self.family.parents(child, ParentKind::Biological) {
                let passed = times(held, self.came_from(child, parent));
                if passed > 0 {
                    let sum = above.entry(parent).or_default();
                    *sum = (*sum + passed).min(ONE);
                }
            }
        }
        let recessive = self.mode == Mode::AutosomalRecessive && source == self.proband;
        let mut copies: BTreeMap<&PersonId, u64> = BTreeMap::new();
        let mut chances = BTreeMap::new();
        for &person in parents_first {
            if self.clear.contains(person) && person != source {
                continue;
            }
            let gifts = self.family.parents(person, ParentKind::Biological).iter().map(|parent| {
                let part = if recessive && parent == source { ONE } else { self.passes(parent, person) };
                times(copies.get(parent).copied().unwrap_or(0), part).min(ONE)
            });
            let gifts: Vec<u64> = gifts.collect();
            let upward = above.get(person).copied().unwrap_or(0);
            let sum: u64 = gifts.iter().sum();
            let below = match gifts.as_slice() {
                // Two lines, one from each parent of the proband: a carrier has exactly one of the two copies.
                &[one @ ..=HALF, other @ ..=HALF]
                    if recessive && self.family.are_full_siblings(source, person) =>
                {
                    sum - 2 * (one * other / ONE)
                }
                _ => sum.min(ONE),
            };
            if upward.max(sum) > 0 {
                copies.insert(person, upward.max(sum).min(2 * ONE));
                chances.insert(person.clone(), upward.max(below));
            }
        }
        chances
    }

    /// The chance that what a child carries came from this parent, in parts of [`ONE`].
    fn came_from(&self, child: &PersonId, parent: &PersonId) -> u64 {
        if self.clear.contains(parent) || self.passes(parent, child) == 0 {
            return 0;
        }
        let recessive = self.mode == Mode::AutosomalRecessive;
        if recessive && child == self.proband {
            return ONE;
        }
        let parents = self.family.parents(child, ParentKind::Biological);
        let others: Vec<&PersonId> = parents.iter().filter(|&other| other != parent).collect();
        if !recessive {
            if self.carriers.contains(parent) {
                return ONE;
            }
            if others.iter().any(|&other| self.carriers.contains(other)) {
                return 0;
            }
        }
        let other_may = match others.as_slice() {
            [] => passes(self.mode, opposite(self.role(parent, child)), self.family.sex(child)) > 0,
            known => known.iter().any(|other| !self.clear.contains(other) && self.passes(other, child) > 0),
        };
        if other_may { HALF } else { ONE }
    }

    /// The chance that a parent with one copy passes it to this child, in parts of [`ONE`].
    fn passes(&self, parent: &PersonId, child: &PersonId) -> u64 {
        passes(self.mode, self.role(parent, child), self.family.sex(child))
    }

    /// Whether a carrier passes it to this child without fail, as far as both sexes are recorded.
    pub fn always_passes(&self, parent: &PersonId, child: &PersonId) -> bool {
        match self.mode {
            Mode::AutosomalDominant => false,
            Mode::AutosomalRecessive => parent == self.proband,
            Mode::XLinked => self.role(parent, child) == Sex::Male && self.family.sex(child) == Sex::Female,
            Mode::Mitochondrial => self.role(parent, child) == Sex::Female,
            Mode::YLinked => self.role(parent, child) == Sex::Male && self.family.sex(child) == Sex::Male,
        }
    }

    /// The sex a parent has as this child's mother or father; a known other parent settles an unknown one.
    fn role(&self, parent: &PersonId, child: &PersonId) -> Sex {
        match self.family.sex(parent) {
            Sex::Unknown => {
                let mut others = self
                    .family
                    .parents(child, ParentKind::Biological)
                    .iter()
                    .filter(|&other| other != parent);
                others.next().map_or(Sex::Unknown, |other| opposite(self.family.sex(other)))
            }
            known => known,
        }
    }
}

fn opposite(sex: Sex) -> Sex {
    match sex {
        Sex::Female => Sex::Male,
        Sex::Male => Sex::Female,
        Sex::Unknown => Sex::Unknown,
    }
}

/// Where a sex is not recorded, the larger of the two chances counts, so that nobody is left out for want of a record.
fn passes(mode: Mode, parent: Sex, child: Sex) -> u64 {
    match (mode, parent, child) {
        (Mode::AutosomalDominant | Mode::AutosomalRecessive, _, _) => HALF,
        (Mode::XLinked, Sex::Female, _) | (Mode::XLinked, Sex::Unknown, Sex::Male) => HALF,
        (Mode::XLinked, Sex::Male, Sex::Male) => 0,
        (Mode::XLinked, Sex::Male | Sex::Unknown, Sex::Female | Sex::Unknown) => ONE,
        (Mode::Mitochondrial, Sex::Male, _) => 0,
        (Mode::YLinked, Sex::Female, _) | (Mode::YLinked, _, Sex::Female) => 0,
        (Mode::YLinked, Sex::Male | Sex::Unknown, Sex::Male | Sex::Unknown) => ONE,
        (Mode::Mitochondrial, Sex::Female | Sex::Unknown, _) => ONE,
    }
}

/// Everyone, parents before their children. Who is on a circle of descent, or below one, comes last, by id.
pub(super) fn parents_first(family: &Pedigree) -> Vec<&PersonId> {
    let known = |parent: &&PersonId| family.person(parent).is_some();
    let waits = |id| family.parents(id, ParentKind::Biological).iter().filter(known).count();
    let mut waiting: BTreeMap<&PersonId, usize> =
        family.persons().iter().map(|p| (&p.id, waits(&p.id))).collect();
    let mut ready: BTreeSet<&PersonId> =
        waiting.iter().filter(|(_, left)| **left == 0).map(|(&id, _)| id).collect();
    let mut order = Vec::new();
    while let Some(id) = ready.pop_first() {
        waiting.remove(id);
        order.push(id);
        for child in family.children(id, ParentKind::Biological) {
            if let Some(left) = waiting.get_mut(child) {
                *left -= 1;
                if *left == 0 {
                    ready.insert(child);
                }
            }
        }
    }
    order.extend(waiting.into_keys());
    order
}
