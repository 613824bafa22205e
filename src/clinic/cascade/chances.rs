//! What a family's shape and every confirmed result say of each relative: a chance by position, a chance now, and why.
//! Must not know: what the variant is, or what is done about a chance.

use super::{
    odds::{Now, Odds, Question, in_words, is_certain, odds},
    sealed::{standing, without},
};
use crate::{
    access::InFamily,
    clinic::{
        people::{
            kinship::{nearest_first, pedigree_from, pedigree_id, person_id, place_in},
            person::{Person, person_list},
        },
        result::{release::proband_has_two, state::TestResult},
        tested::{
            relative_result::{inheritance_of, relative_results_of},
            said::Says,
        },
    },
    db::Conn,
    error::{Error, Result},
    ids::PersonId,
    policy::Chances as Figures,
};
use kinward_family::{condition::Condition, fact::Inheritance};
use kinward_pedigree as pedigree;
use pedigree::Known;
use std::collections::BTreeMap;

/// A family's relatives, nearest first, and whether its results fit together.
pub struct FamilyChances {
    pub relatives: Vec<Listed>,
    pub fit: Fit,
}

pub enum Fit {
    Together,
    /// The fewest people whose results cannot all be true, the proband's variant among them or not.
    Contradicting(Vec<PersonId>),
    /// Why no chance can be computed, in words without names.
    NotComputed(String),
}

/// One relative on the list, before or after a task stands for them.
#[derive(Clone)]
pub struct Listed {
    pub person: Person,
    pub degree: u32,
    pub side: &'static str,
    pub path_words: String,
    /// By position alone: no relative's test is in it.
    pub by_position: Reading,
    /// With every confirmed result of the family; none where they do not fit together.
    pub now: Option<Reading>,
    /// What the relative's own test said, where it counts.
    pub own: Option<Says>,
}

impl Listed {
    /// At risk by every result that counts; where they do not fit together, by position.
    pub fn is_at_risk(&self) -> bool {
        self.now.as_ref().map_or(self.by_position.at_risk, |now| now.at_risk)
    }
}

/// One way of reading a relative's chance.
#[derive(Clone)]
pub struct Reading {
    /// Of carrying the variant, from 0 to 1; none where only the family's shape could be read.
    pub chance: Option<f64>,
    pub at_risk: bool,
    /// Carries it without doubt: tested, or because of who else does.
    pub certain: bool,
    pub why: String,
}

impl Reading {
    /// "1 in 2"; "none" for who is not at risk, whose chance is anybody's.
    pub fn in_words(&self) -> String {
        match self.chance {
            _ if !self.at_risk => "none".into(),
            Some(chance) => in_words(chance),
            None => "not computed".into(),
        }
    }
}

/// Something that is only tried: what a person's test might say.
pub type Pretend = (PersonId, Says);

/// Everyone who may be at risk by this result, nearest first, each with the path that says why.
pub fn family_chances(
    conn: &mut Conn,
    proof: &InFamily,
    result: &TestResult,
    figures: Figures,
) -> Result<FamilyChances> {
    Ok(Loaded::of(conn, proof, result, figures)?.chances(None)?.0)
}

/// A family as it was read once, of which several things may be asked.
pub struct Loaded {
    people: Vec<Person>,
    /// As everybody sees it.
    tree: pedigree::Pedigree,
    /// As copies of a gene were passed on in it: without what is sealed.
    passed: pedigree::Pedigree,
    locus: pedigree::Locus,
    proband: pedigree::PersonId,
    probands: Known,
    own: BTreeMap<PersonId, Says>,
    above: f64,
}

/// How much each relative's test would tell, in bits.
pub type Tells = BTreeMap<PersonId, f64>;

impl Loaded {
    pub fn of(conn: &mut Conn, proof: &InFamily, result: &TestResult, figures: Figures) -> Result<Self> {
        let people = person_list(conn, proof)?;
        let tree = pedigree_from(conn, proof, &people)?;
        let sealed = standing(conn, proof, result.id)?;
        let two = proband_has_two(conn, proof, result.id)?;
        let mode = mode_of(inheritance_of(result)?);
        let twice = two && mode == pedigree::Mode::AutosomalRecessive;
        let counting = relative_results_of(conn, proof, result.id)?.into_iter().filter(|one| one.counts());
        let de_novo = if sealed.is_new { figures.new_variant } else { 0.0 };
        Ok(Self {
            people,
            passed: without(&tree, &sealed.apart),
            tree,
            locus: pedigree::Locus { mode, frequency: frequency_of(result, figures), de_novo },
            proband: pedigree_id(result.person_id),
            probands: if twice { Known::Homozygous } else { Known::Carrier },
            own: counting.map(|one| (one.person_id, one.finding.says)).collect(),
            above: figures.at_risk_above,
        })
    }

    /// Everyone's chances, with what is pretended, where something is; and whose test would tell the family most.
    pub fn chances(&self, pretend: Option<Pretend>) -> Result<(FamilyChances, Tells)> {
        let mut own = self.own.clone();
        own.extend(pretend);
        let known: BTreeMap<pedigree::PersonId, Known> =
            own.iter().filter_map(|(person, says)| Some((pedigree_id(*person), known_of(*says)?))).collect();
        let nothing = BTreeMap::new();
        // By position nothing sealed counts: everybody sees it.
        let mut shown = self.question(&self.tree, &nothing);
        shown.locus.de_novo = 0.0;
        let question = self.question(&self.passed, &known);
        let (by_position, now) = (odds(&shown).ok(), odds(&question).ok());
        let shape_now = question.shape(&known);
        let mut relatives = Vec::new();
        for one in shown.shape(&nothing) {
            let shape_now = shape_now.iter().find(|now| now.id == one.id);
            relatives.push(self.listed(&one, shape_now, by_position.as_ref(), now.as_ref(), &own)?);
        }
        // A pregnancy or a loss is nobody who could be written to; what follows for the parents is theirs.
        relatives.retain(|one: &Listed| !one.person.life().is_unborn());
        let order = nearest_first(&self.tree, &self.people);
        relatives.sort_by_key(|one: &Listed| place_in(&order, one.person.id));
        let tells = self.tells(&question, now.as_ref(), &relatives);
        Ok((FamilyChances { relatives, fit: fit_of(now)? }, tells))
    }

    fn question<'a>(
        &'a self,
        tree: &'a pedigree::Pedigree,
        known: &'a BTreeMap<pedigree::PersonId, Known>,
    ) -> Question<'a> {
        Question { tree, locus: self.locus, proband: &self.proband, probands: self.probands, known }
    }

    fn listed(
        &self,
        one: &pedigree::AtRisk,
        shape_now: Option<&pedigree::AtRisk>,
        by_position: Option<&Odds>,
        now: Option<&Odds>,
        own: &BTreeMap<PersonId, Says>,
    ) -> Result<Listed> {
        let id = person_id(&one.id)?;
        let person = self.people.iter().find(|person| person.id == id).cloned();
        let person = person.ok_or_else(|| Error::inner("the list names someone who is not in the family"))?;
        let unrelated = by_position.and_then(|odds| odds.unrelated.get(&one.id)).copied();
        let of = |odds: Option<&Odds>| match odds.map(|odds| &odds.now) {
            Some(Now::Fit(chances)) => chances.get(&one.id).copied(),
            Some(Now::Contradiction(_)) | None => None,
        };
        let reading = |shape, odds| self.reading(&one.path.words, shape, of(odds), unrelated);
        let fits = !matches!(now.map(|odds| &odds.now), Some(Now::Contradiction(_)));
        Ok(Listed {
            person,
            degree: one.path.degree,
            side: match one.path.side {
                pedigree::Side::Maternal => "mother's side",
                pedigree::Side::Paternal => "father's side",
                pedigree::Side::Both => "both sides",
                pedigree::Side::Own => "own line",
            },
            path_words: one.path.words.clone(),
            by_position: reading(Some(one), by_position),
            now: fits.then(|| reading(shape_now, now)),
            own: own.get(&id).copied(),
        })
    }

    /// At risk is whoever's chance is above anybody's by as much as the policy says; where there is no figure, whom the
    /// family's shape says. `shape` is none for who is on the list by a tie that passes nothing on.
    fn reading(
        &self,
        relation: &str,
        shape: Option<&pedigree::AtRisk>,
        chance: Option<f64>,
        unrelated: Option<f64>,
    ) -> Reading {
        let by_shape = shape.is_some_and(|shape| shape.not_at_risk.is_none());
        let above = chance.zip(unrelated).map(|(chance, unrelated)| chance - unrelated >= self.above);
        let at_risk = above.unwrap_or(by_shape);
        let reason = shape.and_then(|shape| shape.not_at_risk.as_ref());
        let why = match (shape, reason, at_risk) {
            (_, Some(reason), false) => format!("{relation}: {reason}"),
            (Some(shape), None, true) => shape.why.clone(),
            // Tests further off have closed this line: the figures know it, the shape alone does not.
            (_, None, false) => {
                format!("{relation}: no more likely than anybody else, by the results on record")
            }
            (_, Some(_), true) | (None, None, true) => {
                format!("{relation}: may carry it by another line of the family")
            }
        };
        let certain = shape.is_some_and(|shape| shape.certain) || chance.is_some_and(is_certain);
        Reading { chance, at_risk, certain, why }
    }

    /// Of those at risk, alive and not certain, how much each one's test would tell of all of them.
    fn tells(&self, question: &Question<'_>, odds: Option<&Odds>, relatives: &[Listed]) -> Tells {
        let Some(Now::Fit(now)) = odds.map(|odds| &odds.now) else { return Tells::new() };
        let is_open = |one: &&Listed| {
            let unsure = one.now.as_ref().is_some_and(|now| now.at_risk && !now.certain);
            unsure && one.own.is_none() && !one.person.has_died()
        };
        let open: Vec<pedigree::PersonId> =
            relatives.iter().filter(is_open).map(|one| pedigree_id(one.person.id)).collect();
        let told = question.tells(now, &open);
        told.into_iter().filter_map(|(id, bits)| Some((person_id(&id).ok()?, bits))).collect()
    }

    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// A person's number in the drawing, "II-3".
    pub fn number(&self, id: PersonId) -> String {
        pedigree::generation_numbers(&self.tree).get(&pedigree_id(id)).cloned().unwrap_or_default()
    }

    pub fn frequency(&self) -> f64 {
        self.locus.frequency
    }
}

fn fit_of(odds: Option<Odds>) -> Result<Fit> {
    Ok(match odds.map(|odds| odds.now) {
        Some(Now::Fit(_)) => Fit::Together,
        Some(Now::Contradiction(people)) => {
            Fit::Contradicting(people.iter().map(person_id).collect::<Result<Vec<PersonId>>>()?)
        }
        None => Fit::NotComputed(
            "No exact chance can be computed for this family: it has too many loops, or ties that cannot be. The list goes by the family's shape alone."
                .into(),
        ),
    })
}

/// The condition's own figure, or the policy pack's for a rare variant.
fn frequency_of(result: &TestResult, figures: Figures) -> f64 {
    let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
    condition.and_then(Condition::frequency).unwrap_or(figures.variant_frequency)
}

fn known_of(says: Says) -> Option<Known> {
    match says {
        Says::Het => Some(Known::Heterozygous),
        Says::Hom => Some(Known::Homozygous),
        Says::Hemi => Some(Known::Hemizygous),
        Says::Carrier => Some(Known::Carrier),
        Says::NonCarrier => Some(Known::NonCarrier),
        Says::Uninformative | Says::Void => None,
    }
}

fn mode_of(inheritance: Inheritance) -> pedigree::Mode {
    match inheritance {
        Inheritance::AutosomalDominant => pedigree::Mode::AutosomalDominant,
        Inheritance::AutosomalRecessive => pedigree::Mode::AutosomalRecessive,
        Inheritance::XLinked => pedigree::Mode::XLinked,
        Inheritance::Mitochondrial => pedigree::Mode::Mitochondrial,
    }
}
