//! How likely each person of a family is to carry a variant, exactly, given every result that is known.
//! Must not know: which variant it is, and what is done about a chance.
//!
//! One place of the genome, in one of five modes of inheritance. Everyone's genotype is a variable with a few states;
//! twins from one egg are one. Who has no recorded parents follows Hardy-Weinberg, as does a parent who is not recorded.
//! A child has one copy of each parent (or what the mode says), and a copy without the variant becomes one with it at
//! the de-novo rate. All sums over all genotypes are done, by variable elimination: nothing is sampled or rounded off.
//!
//! Legal and gestational parents pass nothing on; donors do. Siblings who share one recorded parent are not taken to
//! share the other. Where sex matters and is not known it is man or woman with equal chance, unless a partner's sex
//! tells; the two of a couple are a man and a woman.
//!
//! Sources: R. C. Elston and J. Stewart, Hum Hered 21 (1971) 523-542, for the sum; S. L. Lauritzen and
//! D. J. Spiegelhalter, J R Stat Soc B 50 (1988) 157-224, for everyone's chance in two passes.

mod conflict;
mod core;
mod evidence;
mod genes;
mod hash;
mod loops;
mod net;
mod number;
mod order;
mod pass;
mod penetrance;
mod people;
mod rows;
#[cfg(test)]
mod tests;
mod tree;

pub use evidence::{Evidence, Known};
pub use penetrance::{Band, Penetrance, PenetranceError, TestQuality};
pub use rows::{Row, RowError, read_likelihoods, read_results};

use crate::{
    at_risk::Mode,
    model::{Pedigree, PersonId},
    problem::Problem,
};
use hash::Map;
use net::Net;
use number::{Vanished, Wide};
use order::Order;
use pass::{Beliefs, Seen};
use people::People;
use tree::Tree;

/// Entries of all tables together, above which a question is refused: 64 megabytes of numbers.
pub const MOST_ENTRIES: u64 = 1 << 23;

/// How a variant is inherited and how common it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Locus {
    pub mode: Mode,
    /// Share of all copies of the gene, in the population, that have the variant: from 0 to 1.
    pub frequency: f64,
    /// Chance that a copy without the variant has it when it has been passed on: from 0 to 1.
    pub de_novo: f64,
}

impl Locus {
    /// A variant that came into one family once: so rare that chances are those of Mendel's rules, and new in somebody
    /// only where nothing else explains the results.
    pub fn rare(mode: Mode) -> Locus {
        Locus { mode, frequency: 1e-9, de_novo: 1e-18 }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RiskError {
    #[error("The frequency of the variant is {0}. Give a number from 0 to 1.")]
    Frequency(f64),
    #[error("The de-novo rate is {0}. Give a number from 0 to 1.")]
    DeNovo(f64),
    #[error("{}", .0.iter().map(Problem::to_string).collect::<Vec<_>>().join(" "))]
    Family(Vec<Problem>),
    #[error(
        "{} and {} have a child but cannot be a man and a woman, by the sexes recorded of their partners. Correct a parent, or a sex.",
        .0[0], .0[1]
    )]
    Couple([PersonId; 2]),
    #[error("{0} has a result but is not in the family. Add this person, or correct the id.")]
    Stranger(PersonId),
    #[error(
        "The loops of this family are too many and too close for an exact answer: it would take tables of more than {MOST_ENTRIES} numbers. These couples are related, or linked by other marriages, and close the loops: {}. Leave out a link to a shared ancestor whom no result depends on, or ask of one branch at a time.",
        some_of(couples)
    )]
    Tangled { couples: Vec<[PersonId; 2]> },
    #[error("{0} has a likelihood that is not a number from 0 up. Correct it.")]
    Likelihood(PersonId),
}

impl RiskError {
    fn family(family: &Pedigree) -> RiskError {
        RiskError::Family(family.validate().into_iter().filter(|problem| !problem.is_note()).collect())
    }

    /// What is wrong with the family says more than that a couple is of one sex.
    fn couple(family: &Pedigree, couple: [PersonId; 2]) -> RiskError {
        match RiskError::family(family) {
            RiskError::Family(problems) if problems.is_empty() => RiskError::Couple(couple),
            other => other,
        }
    }
}

/// The first dozen, and how many more.
fn some_of(couples: &[[PersonId; 2]]) -> String {
    let mut words: Vec<String> =
        couples.iter().take(12).map(|[one, other]| format!("{one} and {other}")).collect();
    if couples.len() > words.len() {
        words.push(format!("{} more", couples.len() - words.len()));
    }
    words.join("; ")
}

/// The chances of one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PersonChance<'a> {
    pub id: &'a PersonId,
    copies: [f64; 3],
    most: u8,
}

impl PersonChance<'_> {
    /// Chance of 0, 1, 2 copies, as many as a person of this sex can have; one entry of 1 for a woman and the Y.
    pub fn genotype(&self) -> &[f64] {
        self.copies.get(..=usize::from(self.most)).unwrap_or(&self.copies)
    }

    /// Chance of at least one copy.
    pub fn carrier(&self) -> f64 {
        self.copies.iter().skip(1).sum()
    }
}

/// What follows from all results together.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<'a> {
    Chances {
        /// Natural logarithm of the probability of everything that was seen.
        log_likelihood: f64,
        /// Everyone, in the order of the family.
        persons: Vec<PersonChance<'a>>,
    },
    /// The results cannot all be true.
    Contradiction {
        /// People whose results cannot stand together, in the order of the family; without any one of them they can.
        people: Vec<&'a PersonId>,
        /// Whether it is certain that no fewer people's results contradict each other.
        smallest: bool,
    },
}

/// A family made ready: any number of sets of results can be asked of it.
pub struct Model<'a> {
    family: &'a Pedigree,
    number: Map<&'a PersonId, usize>,
    mode: Mode,
    people: People,
    tree: Tree,
}

impl<'a> Model<'a> {
    /// # Errors
    /// Frequency or rate out of bounds, a family that cannot be, loops that make the tables too large.
    pub fn new(family: &'a Pedigree, locus: &Locus) -> Result<Model<'a>, RiskError> {
        if !(0.0..=1.0).contains(&locus.frequency) {
            return Err(RiskError::Frequency(locus.frequency));
        }
        if !(0.0..=1.0).contains(&locus.de_novo) {
            return Err(RiskError::DeNovo(locus.de_novo));
        }
        let persons = family.persons().iter().enumerate();
        let number: Map<&PersonId, usize> = persons.map(|(at, person)| (&person.id, at)).collect();
        let people = People::of(family, &number, locus.mode)?;
        let net = Net::of_genotypes(&people, locus);
        let order = order::order(&net, MOST_ENTRIES);
        if !order.is_whole(&net) {
            return Err(Model::tangled(family, &people, &order));
        }
        let tree = Tree::new(&net, &order);
        Ok(Model { family, number, mode: locus.mode, people, tree })
    }

    fn tangled(family: &Pedigree, people: &People, order: &Order) -> RiskError {
        let mut within = vec![true; people.parents.len()];
        let gone = order.sequence.iter().take(order.loops_from);
        gone.for_each(|&at| within.get_mut(at as usize).into_iter().for_each(|slot| *slot = false));
        let widest = order.widest().and_then(|turn| order.sequence.get(turn)).copied().unwrap_or_default();
        let couples = loops::closing_couples(people, &within, widest as usize);
        let id = |genotype: usize| {
            let person = people.person.get(genotype).and_then(|&at| family.persons().get(at));
            person.map(|person| person.id.clone()).unwrap_or_default()
        };
        RiskError::Tangled { couples: couples.into_iter().map(|couple| couple.map(id)).collect() }
    }

    /// # Errors
    /// A result of somebody who is not in the family, or a likelihood that is none.
    pub fn answer(&self, evidence: &Evidence) -> Result<Answer<'a>, RiskError> {
        let (seen, by, power) = self.seen(evidence)?;
        let beliefs = match self.beliefs(&seen) {
            Some(beliefs) => beliefs,
            None => return Ok(self.contradiction(&seen, &by)),
        };
        let powers = beliefs.power + power + i64::from(self.people.tied);
        let log_likelihood =
            if seen.is_empty() { 0.0 } else { beliefs.log + powers as f64 * std::f64::consts::LN_2 };
        let persons = self.family.persons().iter().zip(&self.people.genotype);
        let persons = persons.map(|(person, &genotype)| {
            let kind = self.people.kinds.get(genotype).copied().unwrap_or(genes::Kind::Any);
            let mut copies = [0.0; 3];
            for (state, chance) in genes::states(self.mode, kind).iter().zip(beliefs.of(&self.tree, genotype))
            {
                copies.get_mut(usize::from(state.copies)).into_iter().for_each(|sum| *sum += chance);
            }
            PersonChance { id: &person.id, copies, most: genes::most_copies(self.mode, kind) }
        });
        Ok(Answer::Chances { log_likelihood, persons: persons.collect() })
    }

    /// None where it cannot be.
    fn beliefs(&self, seen: &[Seen]) -> Option<Beliefs> {
        match pass::beliefs::<f64>(&self.tree, seen) {
            Ok(beliefs) => Some(beliefs),
            Err(Vanished::Impossible | Vanished::TooSmall) => pass::beliefs::<Wide>(&self.tree, seen).ok(),
        }
    }

    /// What was seen of each person who has a result, who that is, and a power of two taken out of it.
    fn seen(&self, evidence: &Evidence) -> Result<(Vec<Seen>, Vec<usize>, i64), RiskError> {
        let (mut seen, mut by, mut powers) = (Vec::new(), Vec::new(), 0);
        for (id, person) in evidence.people() {
            let at = *self.number.get(id).ok_or_else(|| RiskError::Stranger(id.clone()))?;
            let variable = self.people.genotype.get(at).copied().unwrap_or(at);
            let kind = self.people.kinds.get(variable).copied().unwrap_or(genes::Kind::Any);
            let states = genes::states(self.mode, kind);
            let (rows, power) =
                person.rows(self.mode, states).ok_or_else(|| RiskError::Likelihood(id.clone()))?;
            seen.push(Seen { variable, rows });
            by.push(at);
            powers += power;
        }
        Ok((seen, by, powers))
    }

    fn contradiction(&self, seen: &[Seen], by: &[usize]) -> Answer<'a> {
        let found = conflict::smallest(&self.tree, seen);
        let smallest = found.is_some();
        let these = found.unwrap_or_else(|| self.irreducible(seen));
        let mut numbers: Vec<usize> = these.iter().filter_map(|&place| by.get(place).copied()).collect();
        numbers.sort_unstable();
        let people = numbers.iter().filter_map(|&at| self.family.persons().get(at));
        Answer::Contradiction { people: people.map(|person| &person.id).collect(), smallest }
    }

    /// A contradiction from which nobody can be left out, though a smaller one may be elsewhere: the shortest beginning
    /// of the list that cannot be ends with one of it; the rest is looked for with that one in front.
    fn irreducible(&self, seen: &[Seen]) -> Vec<usize> {
        let mut needed: Vec<usize> = Vec::new();
        let mut others: Vec<usize> = (0..seen.len()).collect();
        let stands = |needed: &[usize], others: &[usize]| {
            let these = needed.iter().chain(others).filter_map(|&at| seen.get(at).cloned());
            self.beliefs(&these.collect::<Vec<_>>()).is_some()
        };
        while stands(&needed, &[]) {
            let (mut low, mut high) = (0, others.len());
            while low < high {
                let middle = (low + high) / 2;
                let begin = others.get(..middle).unwrap_or(&others);
                if stands(&needed, begin) { low = middle + 1 } else { high = middle }
            }
            others.truncate(low);
            match others.pop() {
                Some(last) => needed.push(last),
                None => break,
            }
        }
        needed
    }
}
