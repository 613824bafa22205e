//! Which relatives may carry the proband's variant, how likely by their place in the family, and why.
//! Must not know: which variant it is, and how anyone is told.
//!
//! The chances are the simple ones of Mendel's rules from where a person stands: one variant, one line of descent,
//! no new mutation, no age or illness taken into account, and no test counted but that someone does or does not
//! carry the variant. In recessive inheritance the proband has two copies and a chance is that of being a carrier.
//! A relative's negative test does not lower the chances of others unless it closes a line.

mod certain;
mod passing;
#[cfg(test)]
mod tests;
mod why;

use crate::{
    kinship::{KinPath, Side, kin_path},
    model::{ParentKind, Pedigree, PersonId},
    risk::Known,
};
use certain::{Certainty, certain};
use passing::{ONE, Passing, parents_first};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};
use why::{Facts, NoWay, Parent};

const BIOLOGICAL: ParentKind = ParentKind::Biological;

/// How the condition is inherited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    AutosomalDominant,
    AutosomalRecessive,
    XLinked,
    Mitochondrial,
    YLinked,
}

/// A chance in lowest terms, "1 in 2"; never above 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance {
    pub numerator: u32,
    pub denominator: u32,
}

impl Chance {
    pub const NONE: Chance = Chance { numerator: 0, denominator: 1 };
    pub const CERTAIN: Chance = Chance { numerator: 1, denominator: 1 };

    /// `parts` of [`ONE`], which is a power of two, so halving both is the lowest terms.
    fn of_parts(parts: u64) -> Chance {
        let halvings = parts.trailing_zeros().min(ONE.trailing_zeros());
        let number = |value: u64| u32::try_from(value >> halvings).unwrap_or(u32::MAX);
        if parts == 0 {
            return Chance::NONE;
        }
        Chance { numerator: number(parts.min(ONE)), denominator: number(ONE) }
    }
}

impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.numerator == 0 {
            f.write_str("none")
        } else {
            write!(f, "{} in {}", self.numerator, self.denominator)
        }
    }
}

/// A relative by descent and their chance to carry the proband's variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtRisk {
    pub id: PersonId,
    /// From the proband to the relative.
    pub path: KinPath,
    pub chance: Chance,
    /// Carries it without doubt: tested, or an obligate carrier. A chance of 1 in 1 that rests on the variant not
    /// being new in the proband is not certain.
    pub certain: bool,
    /// Why nothing can have come to this relative; none for those at risk.
    pub not_at_risk: Option<String>,
    /// One sentence for staff, with the relation and the reason.
    pub why: String,
}

/// Every relative of the proband by descent, nearest first, then by id; nobody for a proband who is not in the family.
/// `known` holds relatives' own tests; what it says of the proband is not used, who carries the variant by definition.
/// Run it on a family that [`Pedigree::validate`] finds possible.
pub fn at_risk(
    family: &Pedigree,
    proband: &PersonId,
    mode: Mode,
    known: &BTreeMap<PersonId, Known>,
) -> Vec<AtRisk> {
    let reading = Reading::new(family, proband, mode, known);
    let people = family.persons().iter().map(|person| &person.id);
    let mut relatives: Vec<AtRisk> =
        people.filter_map(|id| Some(reading.relative(id, kin_path(family, proband, id)?))).collect();
    relatives.sort_by(|a, b| (a.path.degree, &a.id).cmp(&(b.path.degree, &b.id)));
    relatives
}

/// The family with all that is known, and what follows for everyone.
struct Reading<'a> {
    family: &'a Pedigree,
    proband: &'a PersonId,
    mode: Mode,
    known: &'a BTreeMap<PersonId, Known>,
    certain: BTreeMap<PersonId, Certainty>,
    /// Chances from the proband and from each other known carrier, all tests taken into account.
    spreads: Vec<(&'a PersonId, BTreeMap<PersonId, u64>)>,
    /// Chances from the proband with no test taken into account.
    by_place: BTreeMap<PersonId, u64>,
    /// The same with only the negative tests, which close lines.
    by_open_lines: BTreeMap<PersonId, u64>,
}

impl<'a> Reading<'a> {
    fn new(
        family: &'a Pedigree,
        proband: &'a PersonId,
        mode: Mode,
        known: &'a BTreeMap<PersonId, Known>,
    ) -> Reading<'a> {
        let tested = |carrier| -> BTreeSet<PersonId> {
            let of_result =
                known.iter().filter(|&(id, found)| found.is_carrier() == carrier && id != proband);
            of_result.map(|(id, _)| id.clone()).collect()
        };
        let order = parents_first(family);
        let blank = Passing { family, mode, proband, clear: BTreeSet::new(), carriers: BTreeSet::new() };
        let open = Passing { clear: tested(false), ..blank.clone() };
        let mut full = Passing { carriers: tested(true), ..open.clone() };
        let sources = std::iter::once(proband).chain(known.keys().filter(|id| full.carriers.contains(id)));
        let sources: Vec<&PersonId> = sources.collect();
        let certain = certain(&full);
        full.carriers.extend(certain.keys().cloned());
        Reading {
            family,
            proband,
            mode,
            known,
            certain,
            spreads: sources.into_iter().map(|id| (id, full.spread(id, &order))).collect(),
            by_place: blank.spread(proband, &order),
            by_open_lines: open.spread(proband, &order),
        }
    }

    fn tested(&self, id: &PersonId) -> Option<Known> {
        self.known.get(id).copied()
    }

    fn carries(&self, id: &PersonId) -> bool {
        self.tested(id).is_some_and(Known::is_carrier) || self.certain.contains_key(id)
    }

    fn parents(&self) -> &'a [PersonId] {
        self.family.parents(self.proband, BIOLOGICAL)
    }

    fn is_new_in_proband(&self) -> bool {
        let parents = self.parents();
        parents.len() == 2 && parents.iter().all(|parent| self.tested(parent) == Some(Known::NonCarrier))
    }

    /// The largest chance and who it comes from; the proband where equal.
    fn best(&self, id: &PersonId) -> (u64, Option<&'a PersonId>) {
        let mut best = (0, None);
        for (source, chances) in &self.spreads {
            let parts = chances.get(id).copied().unwrap_or(0);
            if parts > best.0 {
                best = (parts, (*source != self.proband).then_some(*source));
            }
        }
        best
    }

    fn relative(&self, id: &PersonId, path: KinPath) -> AtRisk {
        let (parts, source) = self.best(id);
        let certain = self.carries(id);
        let (tested, negative) = (self.tested(id), self.tested(id) == Some(Known::NonCarrier));
        if negative || (parts == 0 && !certain) {
            let no_way = if negative {
                NoWay::Tested
            } else if !self.by_place.contains_key(id) {
                NoWay::ByMode
            } else if self.is_new_in_proband() && self.family.siblings(self.proband, BIOLOGICAL).contains(id)
            {
                NoWay::NewInProband
            } else if !self.by_open_lines.contains_key(id) {
                NoWay::ThroughTested
            } else {
                NoWay::OtherSide
            };
            let reason = why::not_at_risk(no_way, self.mode);
            let why = format!("{}: {reason}", path.words);
            return AtRisk {
                id: id.clone(),
                path,
                chance: Chance::NONE,
                certain: false,
                not_at_risk: Some(reason),
                why,
            };
        }
        let facts = Facts {
            family: self.family,
            mode: self.mode,
            proband: self.proband,
            relative: id,
            path: &path,
            tested,
            certain: self.certain.get(id).copied(),
            source,
            parent: self.parent_towards(id, &path),
            both_parents_carry: self.mode == Mode::AutosomalRecessive
                && self.parents().iter().all(|p| self.carries(p)),
        };
        let why = why::at_risk(&facts);
        let chance = if certain { Chance::CERTAIN } else { Chance::of_parts(parts) };
        AtRisk { id: id.clone(), path, chance, certain, not_at_risk: None, why }
    }

    /// What is known of the proband's parent on the relative's side; of any of them for full siblings' lines.
    fn parent_towards(&self, relative: &PersonId, path: &KinPath) -> Parent {
        let parents = self.parents();
        let first = path.through.first().unwrap_or(relative);
        let on_side =
            |parent: &&PersonId| *parent == first || path.side == Side::Both || !parents.contains(first);
        let state = |parent: &PersonId| match self.best(parent).0 {
            _ if self.carries(parent) => Parent::Carries,
            ONE => Parent::Only,
            _ => Parent::Open,
        };
        let states: Vec<Parent> = parents.iter().filter(on_side).map(state).collect();
        [Parent::Carries, Parent::Only]
            .into_iter()
            .find(|known| states.contains(known))
            .unwrap_or(Parent::Open)
    }
}
