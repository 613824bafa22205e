//! What was seen of people: results of tests, and likelihoods of anything else.
//! Must not know: families and chances.

use super::genes::State;
use crate::{
    at_risk::Mode,
    model::{PersonId, Sex},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a person's own test said about the family's variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// One copy with the variant and one without. Of mitochondria: carries it.
    Heterozygous,
    /// Two copies with the variant. Of mitochondria: carries it.
    Homozygous,
    /// The only copy has the variant: a man's X or Y. Of mitochondria: carries it.
    Hemizygous,
    /// At least one copy.
    Carrier,
    NonCarrier,
}

impl Known {
    pub const ALL: [Known; 5] =
        [Known::Heterozygous, Known::Homozygous, Known::Hemizygous, Known::Carrier, Known::NonCarrier];

    /// The word for it in files of results: het, hom, hemi, carrier, noncarrier.
    pub fn word(self) -> &'static str {
        match self {
            Known::Heterozygous => "het",
            Known::Homozygous => "hom",
            Known::Hemizygous => "hemi",
            Known::Carrier => "carrier",
            Known::NonCarrier => "noncarrier",
        }
    }

    /// Whether the variant was found.
    pub fn is_carrier(self) -> bool {
        self != Known::NonCarrier
    }

    /// Whether anybody can have this result in this mode of inheritance.
    pub fn is_possible(self, mode: Mode) -> bool {
        match (mode, self) {
            (_, Known::Carrier | Known::NonCarrier) | (Mode::XLinked | Mode::Mitochondrial, _) => true,
            (Mode::AutosomalDominant | Mode::AutosomalRecessive, known) => known != Known::Hemizygous,
            (Mode::YLinked, known) => known == Known::Hemizygous,
        }
    }

    fn fits(self, mode: Mode, state: &State) -> bool {
        let copies = if mode == Mode::Mitochondrial && state.copies > 0 { None } else { Some(state.of) };
        match (self, copies) {
            (Known::NonCarrier, _) => state.copies == 0,
            (Known::Carrier, _) => state.copies > 0,
            (Known::Heterozygous | Known::Homozygous | Known::Hemizygous, None) => true,
            (Known::Heterozygous, Some(of)) => of == 2 && state.copies == 1,
            (Known::Homozygous, Some(of)) => of == 2 && state.copies == 2,
            (Known::Hemizygous, Some(of)) => of == 1 && state.copies == 1,
        }
    }
}

/// Everything seen of everyone. What is seen of one person multiplies.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    people: BTreeMap<PersonId, Seen>,
}

/// What was seen of one person.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    results: Vec<Known>,
    /// Likelihoods of something seen for 0, 1 and 2 copies; first for a man, then for a woman.
    likelihoods: Vec<[[f64; 3]; 2]>,
}

impl Evidence {
    pub fn new() -> Evidence {
        Evidence::default()
    }

    /// What a test found that does not err.
    pub fn add_result(&mut self, id: &PersonId, known: Known) {
        self.people.entry(id.clone()).or_default().results.push(known);
    }

    /// How likely it was to see what was seen of this person, with 0, 1 and 2 copies; up to a common factor.
    pub fn add_likelihood(&mut self, id: &PersonId, of_copies: [f64; 3]) {
        self.add_likelihood_by_sex(id, of_copies, of_copies);
    }

    /// The same where it makes a difference whether the person is a man or a woman, and this may not be known.
    pub fn add_likelihood_by_sex(&mut self, id: &PersonId, man: [f64; 3], woman: [f64; 3]) {
        self.people.entry(id.clone()).or_default().likelihoods.push([man, woman]);
    }

    /// What a person's test said; the last one, of several.
    pub fn known(&self, id: &PersonId) -> Option<Known> {
        self.people.get(id).and_then(|seen| seen.results.last().copied())
    }

    /// Takes back all results of a person, and nothing else that was seen.
    pub fn forget_results(&mut self, id: &PersonId) {
        if let Some(seen) = self.people.get_mut(id) {
            seen.results.clear();
        }
    }

    /// The results that are wanted, and no likelihoods.
    pub fn results_only(&self, wanted: impl Fn(&PersonId, Known) -> bool) -> Evidence {
        let mut results = Evidence::new();
        for (id, seen) in &self.people {
            seen.results
                .iter()
                .filter(|known| wanted(id, **known))
                .for_each(|known| results.add_result(id, *known));
        }
        results
    }

    /// Everyone of whom something was seen, in order.
    pub fn ids(&self) -> impl Iterator<Item = &PersonId> {
        self.people.keys()
    }

    /// Everyone of whom something was seen, in order of id.
    pub(super) fn people(&self) -> impl Iterator<Item = (&PersonId, &Seen)> {
        self.people.iter()
    }
}

impl Seen {
    /// For each thing seen the weight of every state given, the largest at most 1, and the power of two taken out of all
    /// of them; none where a likelihood is not a number from 0 up. All of a row is zero where no state fits.
    pub fn rows(&self, mode: Mode, states: &[State]) -> Option<(Vec<Vec<f64>>, i64)> {
        let fits =
            |known: &Known| states.iter().map(|state| f64::from(u8::from(known.fits(mode, state)))).collect();
        let mut rows: Vec<Vec<f64>> = self.results.iter().map(fits).collect();
        let mut powers = 0;
        for [man, woman] in &self.likelihoods {
            if man.iter().chain(woman).any(|one| !one.is_finite() || *one < 0.0) {
                return None;
            }
            let mut row: Vec<f64> = states
                .iter()
                .map(|state| {
                    let of = |row: &[f64; 3]| row.get(usize::from(state.copies)).copied().unwrap_or(0.0);
                    match state.sex {
                        Sex::Male => of(man),
                        Sex::Female => of(woman),
                        Sex::Unknown => 0.5 * of(man) + 0.5 * of(woman),
                    }
                })
                .collect();
            let largest = row.iter().copied().fold(0.0, f64::max);
            if largest > 0.0 {
                let power = largest.log2().ceil().clamp(-1000.0, 1000.0);
                row.iter_mut().for_each(|weight| *weight *= (-power).exp2());
                powers += power as i64;
            }
            rows.push(row);
        }
        Some((rows, powers))
    }
}
