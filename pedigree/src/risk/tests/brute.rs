//! Every genotype of every person, one after the other: the slow way, to hold the quick one against.
//! Must not know: the quick way; it shares no table and no rule with it.

use super::super::{Known, Locus};
use crate::{
    at_risk::Mode,
    model::{ParentKind, Pedigree, PersonId, Sex, Zygosity},
};
use std::collections::BTreeMap;

/// What was seen of somebody, as the slow way is told it.
#[derive(Debug, Clone)]
pub struct Clue {
    pub id: PersonId,
    pub known: Option<Known>,
    pub likelihood: [f64; 3],
}

/// The answer of the slow way.
pub struct Truth {
    /// The probability of all clues, given the family; zero where they contradict each other.
    pub probability: f64,
    /// Chance of 0, 1 and 2 copies, by person.
    pub chances: Vec<[f64; 3]>,
    /// For everything that can be, which clues it goes against: one bit a clue.
    pub against: Vec<u64>,
}

/// A sum that loses nothing to speak of (Neumaier).
#[derive(Clone, Copy, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let new = self.sum + value;
        self.lost += if self.sum >= value { (self.sum - new) + value } else { (value - new) + self.sum };
        self.sum = new;
    }

    fn whole(self) -> f64 {
        self.sum + self.lost
    }
}

/// One person in one world: what came from the father, and what from the mother.
#[derive(Clone, Copy)]
struct Body {
    sex: Sex,
    paternal: Option<u8>,
    maternal: Option<u8>,
}

impl Body {
    fn copies(self) -> usize {
        usize::from(self.paternal.unwrap_or(0) + self.maternal.unwrap_or(0))
    }

    fn genes(self) -> usize {
        usize::from(self.paternal.is_some()) + usize::from(self.maternal.is_some())
    }
}

struct Walk<'a> {
    family: &'a Pedigree,
    locus: &'a Locus,
    clues: &'a [Clue],
    at: BTreeMap<&'a PersonId, usize>,
    /// Person to the first twin from the same egg.
    same: Vec<usize>,
    bodies: Vec<Option<Body>>,
    structure: Sum,
    probability: Sum,
    chances: Vec<[Sum; 3]>,
    against: Vec<u64>,
}

pub fn truth(family: &Pedigree, locus: &Locus, clues: &[Clue]) -> Truth {
    let count = family.persons().len();
    let at: BTreeMap<&PersonId, usize> =
        family.persons().iter().enumerate().map(|(at, person)| (&person.id, at)).collect();
    let mut same: Vec<usize> = (0..count).collect();
    for set in family.twins().iter().filter(|set| set.zygosity == Zygosity::Monozygotic) {
        let members: Vec<usize> = set.members.iter().map(|id| at[id]).collect();
        members.iter().for_each(|&member| same[member] = *members.iter().min().unwrap());
    }
    let mut walk = Walk {
        family,
        locus,
        clues,
        at,
        same,
        bodies: vec![None; count],
        structure: Sum::default(),
        probability: Sum::default(),
        chances: vec![[Sum::default(); 3]; count],
        against: Vec::new(),
    };
    walk.go(1.0);
    let (all, whole) = (walk.probability.whole(), walk.structure.whole());
    walk.against.sort_unstable();
    walk.against.dedup();
    Truth {
        probability: all / whole,
        chances: walk.chances.iter().map(|row| row.map(|sum| sum.whole() / all)).collect(),
        against: walk.against,
    }
}

impl Walk<'_> {
    fn parents(&self, person: usize) -> Vec<usize> {
        let id = &self.family.persons()[person].id;
        self.family.parents(id, ParentKind::Biological).iter().map(|id| self.at[id]).collect()
    }

    /// The next person whose parents have bodies, in all the bodies that can be.
    fn go(&mut self, weight: f64) {
        let ready = |person: &usize| {
            self.bodies[*person].is_none()
                && self.parents(*person).iter().all(|&parent| self.bodies[parent].is_some())
        };
        let Some(person) = (0..self.bodies.len()).find(ready) else { return self.arrive(weight) };
        let twins: Vec<usize> =
            (0..self.same.len()).filter(|&other| self.same[other] == self.same[person]).collect();
        let sexes: Vec<Sex> = twins
            .iter()
            .map(|&twin| self.family.persons()[twin].sex)
            .filter(|&sex| sex != Sex::Unknown)
            .collect();
        for sex in [Sex::Male, Sex::Female] {
            if sexes.iter().any(|&known| known != sex) {
                continue;
            }
            let half = if sexes.is_empty() { 0.5 } else { 1.0 };
            for (chance, body) in self.bodies_of(person, sex) {
                if chance > 0.0 {
                    twins.iter().for_each(|&twin| self.bodies[twin] = Some(body));
                    self.go(weight * half * chance);
                }
            }
        }
        twins.iter().for_each(|&twin| self.bodies[twin] = None);
    }

    /// All that a person of this sex may be, with the chance of it.
    fn bodies_of(&self, person: usize, sex: Sex) -> Vec<(f64, Body)> {
        let parents: Vec<Body> =
            self.parents(person).iter().filter_map(|&parent| self.bodies[parent]).collect();
        let autosomal = matches!(self.locus.mode, Mode::AutosomalDominant | Mode::AutosomalRecessive);
        let by_sex = |wanted: Sex| parents.iter().find(|parent| parent.sex == wanted).copied();
        let (father, mother) = if autosomal {
            (parents.first().copied(), parents.get(1).copied())
        } else {
            // A man and a woman, or there is no such world.
            if parents.len() == 2 && parents[0].sex == parents[1].sex {
                return Vec::new();
            }
            (by_sex(Sex::Male), by_sex(Sex::Female))
        };
        let (from_father, from_mother) = match self.locus.mode {
            Mode::AutosomalDominant | Mode::AutosomalRecessive => (true, true),
            Mode::XLinked => (sex == Sex::Female, true),
            Mode::Mitochondrial => (false, true),
            Mode::YLinked => (sex == Sex::Male, false),
        };
        let founder = parents.is_empty();
        let alleles = |wanted: bool, parent: Option<Body>| -> Vec<(f64, Option<u8>)> {
            if !wanted {
                return vec![(1.0, None)];
            }
            let mut passed = [0.0; 2];
            match parent {
                None => passed = [1.0 - self.locus.frequency, self.locus.frequency],
                Some(parent) => {
                    let genes: Vec<u8> = [parent.paternal, parent.maternal].into_iter().flatten().collect();
                    genes.iter().for_each(|&gene| passed[usize::from(gene)] += 1.0 / genes.len() as f64);
                }
            }
            let new = if founder { 0.0 } else { passed[0] * self.locus.de_novo };
            vec![(passed[0] - new, Some(0)), (passed[1] + new, Some(1))]
        };
        let mut all = Vec::new();
        for (one, paternal) in alleles(from_father, father) {
            for (other, maternal) in alleles(from_mother, mother) {
                all.push((one * other, Body { sex, paternal, maternal }));
            }
        }
        all
    }

    /// A world is complete: everyone has a body.
    fn arrive(&mut self, weight: f64) {
        self.structure.add(weight);
        let (mut likelihood, mut against) = (1.0, 0u64);
        for (place, clue) in self.clues.iter().enumerate() {
            let body = self.bodies[self.at[&clue.id]].unwrap();
            let (copies, genes) = (body.copies(), body.genes());
            let mitochondrial = self.locus.mode == Mode::Mitochondrial;
            let fits = clue.known.is_none_or(|known| match known {
                Known::NonCarrier => copies == 0,
                Known::Carrier => copies > 0,
                _ if mitochondrial => copies > 0,
                Known::Heterozygous => (copies, genes) == (1, 2),
                Known::Homozygous => (copies, genes) == (2, 2),
                Known::Hemizygous => (copies, genes) == (1, 1),
            });
            let factor = if fits { clue.likelihood[copies] } else { 0.0 };
            likelihood *= factor;
            against |= u64::from(factor == 0.0) << place;
        }
        self.probability.add(weight * likelihood);
        if self.against.last() != Some(&against) {
            self.against.push(against);
        }
        for person in 0..self.bodies.len() {
            self.chances[person][self.bodies[person].unwrap().copies()].add(weight * likelihood);
        }
    }
}
