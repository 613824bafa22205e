//! Which relatives may carry the proband's variant, how likely by their place and by every result, and why.
//! Must not know: which variant it is, and how anyone is told.
//!
//! Chances are exact (`risk.rs`). Whether a relative is at risk at all is another question than how large a chance is:
//! anybody may carry what is in the population. At risk is to whom a line of descent leads that no result has closed
//! (`at_risk/lines.rs`).

mod chance;
mod change;
mod lines;
mod telling;
#[cfg(test)]
mod tests;
mod why;

pub use chance::Chance;
pub use change::{Change, Moved};
pub use telling::Telling;

use crate::{
    kinship::{KinPath, kin_path},
    model::{ParentKind, Pedigree, PersonId, Zygosity},
    risk::{Evidence, Known, Locus, Model, RiskError},
};
use lines::{Lines, rows};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use why::{Facts, NoWay};

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

/// Why there is no list.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AtRiskError {
    #[error("{0} is not in the family. Give the id of the proband.")]
    NoProband(PersonId),
    #[error(transparent)]
    Risk(#[from] RiskError),
    #[error(
        "The results of these people cannot all be true: {}. Check each of them; until then there is no list.",
        people.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", ")
    )]
    Contradiction { people: Vec<PersonId> },
}

/// A relative by descent and their chance to carry the proband's variant: at least one copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtRisk {
    pub id: PersonId,
    /// From the proband to the relative.
    pub path: KinPath,
    /// By place alone: the proband's result, and nobody else's.
    pub prior: Chance,
    /// By everything that was seen of anyone.
    pub present: Chance,
    /// What the relative's own test said.
    pub tested: Option<Known>,
    /// Not tested, and carries it without doubt because of who else does. A chance of 1 in 1 that rests on the variant
    /// not being new in somebody is not without doubt.
    pub obligate: bool,
    /// Whose turn it is: untested, at risk, and parent, child, brother or sister of someone who carries it.
    pub next: bool,
    /// Why nothing can have come to this relative; none for those at risk.
    pub not_at_risk: Option<String>,
    /// One sentence for staff, with the relation and the reason.
    pub why: String,
}

impl AtRisk {
    /// Carries it without doubt: tested, or obligate.
    pub fn is_certain(&self) -> bool {
        self.obligate || self.tested.is_some_and(Known::is_carrier)
    }
}

/// Every relative of the proband by descent, nearest first, then by id. `evidence` holds relatives' own results and
/// whatever else was seen; what it says of the proband counts where it says that the variant was found.
///
/// # Errors
/// A proband who is not in the family, a family that cannot be or is too tangled, results that cannot all be true.
pub fn at_risk(
    family: &Pedigree,
    proband: &PersonId,
    locus: &Locus,
    evidence: &Evidence,
) -> Result<Vec<AtRisk>, AtRiskError> {
    Ok(Cascade::new(family, proband, locus, evidence)?.relatives())
}

/// A family with a proband, and what all that was seen says of everyone.
pub struct Cascade<'a> {
    family: &'a Pedigree,
    proband: &'a PersonId,
    locus: Locus,
    model: Model<'a>,
    /// Identical twins of each person who has one.
    twins: BTreeMap<&'a PersonId, Vec<&'a PersonId>>,
    evidence: Evidence,
    place: BTreeMap<&'a PersonId, usize>,
    prior: Vec<[f64; 3]>,
    open_by_place: Vec<bool>,
    now: Reading,
}

/// What one set of results says of everyone, in the order of the family.
struct Reading {
    present: Vec<[f64; 3]>,
    /// Chances as [`Lines::chances`] has them.
    in_family: Vec<f64>,
    open: Vec<bool>,
    /// The same with only the results that found nothing, and the proband's.
    open_by_clear: Vec<bool>,
    must_carry: Vec<bool>,
    tested: BTreeMap<PersonId, Known>,
}

impl<'a> Cascade<'a> {
    /// # Errors
    /// As [`at_risk`].
    pub fn new(
        family: &'a Pedigree,
        proband: &'a PersonId,
        locus: &Locus,
        evidence: &Evidence,
    ) -> Result<Cascade<'a>, AtRiskError> {
        if family.person(proband).is_none() {
            return Err(AtRiskError::NoProband(proband.clone()));
        }
        let model = Model::new(family, locus)?;
        let lines = Lines::new(family, locus)?;
        let found = evidence.known(proband).filter(|known| known.is_carrier()).unwrap_or(match locus.mode {
            Mode::AutosomalRecessive => Known::Homozygous,
            Mode::AutosomalDominant | Mode::XLinked | Mode::Mitochondrial | Mode::YLinked => Known::Carrier,
        });
        let mut alone = Evidence::new();
        alone.add_result(proband, found);
        let mut evidence = evidence.clone();
        evidence.forget_results(proband);
        evidence.add_result(proband, found);
        let now = Reading::of(&model, &lines, &evidence, proband)?;
        let identical = family.twins().iter().filter(|set| set.zygosity == Zygosity::Monozygotic);
        let twins = identical.flat_map(|set| {
            set.members.iter().map(|id| (id, set.members.iter().filter(|other| *other != id).collect()))
        });
        Ok(Cascade {
            family,
            proband,
            locus: *locus,
            twins: twins.collect(),
            place: family.persons().iter().enumerate().map(|(at, person)| (&person.id, at)).collect(),
            prior: rows(&model, &alone)?,
            open_by_place: lines.open(&lines.chances(&alone)?, &Evidence::new())?,
            model,
            evidence,
            now,
        })
    }

    /// Every relative by descent, nearest first, then by id.
    pub fn relatives(&self) -> Vec<AtRisk> {
        let people = self.family.persons().iter().map(|person| &person.id);
        let with_path = people.filter_map(|id| Some((id, kin_path(self.family, self.proband, id)?)));
        let mut relatives: Vec<AtRisk> = with_path.map(|(id, path)| self.relative(id, path)).collect();
        relatives.sort_by(|a, b| (a.path.degree, &a.id).cmp(&(b.path.degree, &b.id)));
        relatives
    }

    fn relative(&self, id: &PersonId, path: KinPath) -> AtRisk {
        let not_at_risk = self.no_way(id).map(|no_way| why::not_at_risk(no_way, self.locus.mode));
        let why = match &not_at_risk {
            Some(reason) => format!("{}: {reason}", path.words),
            None => why::at_risk(&Facts { cascade: self, relative: id, path: &path }),
        };
        let chance = |rows: &[[f64; 3]]| Chance::new(self.row(rows, id).iter().skip(1).sum());
        let tested = self.now.tested.get(id).copied();
        AtRisk {
            prior: chance(&self.prior),
            present: chance(&self.now.present),
            obligate: tested.is_none() && self.must_carry(id),
            next: tested.is_none() && not_at_risk.is_none() && self.is_next(id),
            id: id.clone(),
            path,
            tested,
            not_at_risk,
            why,
        }
    }

    fn row(&self, rows: &[[f64; 3]], id: &PersonId) -> [f64; 3] {
        self.place.get(id).and_then(|&at| rows.get(at)).copied().unwrap_or_default()
    }

    fn holds(&self, of: &[bool], id: &PersonId) -> bool {
        self.place.get(id).and_then(|&at| of.get(at)).copied().unwrap_or(false)
    }

    fn must_carry(&self, id: &PersonId) -> bool {
        self.holds(&self.now.must_carry, id)
    }

    /// The proband, someone tested, or someone obligate.
    fn carries(&self, id: &PersonId) -> bool {
        id == self.proband
            || self.now.tested.get(id).is_some_and(|known| known.is_carrier())
            || self.must_carry(id)
    }

    fn tested_clear(&self, id: &PersonId) -> bool {
        self.now.tested.get(id) == Some(&Known::NonCarrier)
    }

    fn parents(&self) -> &'a [PersonId] {
        self.family.parents(self.proband, BIOLOGICAL)
    }

    fn is_next(&self, id: &PersonId) -> bool {
        let near = self.family.parents(id, BIOLOGICAL).iter().chain(self.family.children(id, BIOLOGICAL));
        near.into_iter().any(|near| self.carries(near))
            || self.family.full_siblings(id).iter().any(|sibling| self.carries(sibling))
    }

    /// Why nothing can have come to a relative; none where something can.
    fn no_way(&self, id: &PersonId) -> Option<NoWay> {
        let parents = self.parents();
        let is_new = parents.len() == 2 && parents.iter().all(|parent| self.tested_clear(parent));
        if self.tested_clear(id) {
            Some(NoWay::Tested)
        } else if self.twins.get(id).into_iter().flatten().any(|twin| self.tested_clear(twin)) {
            Some(NoWay::Twin)
        } else if self.holds(&self.now.open, id) {
            None
        } else if !self.holds(&self.open_by_place, id) {
            Some(NoWay::ByMode)
        } else if is_new && self.family.siblings(self.proband, BIOLOGICAL).contains(id) {
            Some(NoWay::NewInProband)
        } else if !self.holds(&self.now.open_by_clear, id) {
            Some(NoWay::ThroughTested)
        } else {
            Some(NoWay::OtherSide)
        }
    }
}

impl Reading {
    fn of(
        model: &Model<'_>,
        lines: &Lines<'_>,
        evidence: &Evidence,
        proband: &PersonId,
    ) -> Result<Reading, AtRiskError> {
        let present = rows(model, evidence)?;
        let results = evidence.results_only(|_, _| true);
        let clear = evidence.results_only(|_, known| !known.is_carrier());
        let clear_and_proband = evidence.results_only(|id, known| id == proband || !known.is_carrier());
        let ids: BTreeSet<&PersonId> = evidence.ids().collect();
        let in_family = lines.chances(&results)?;
        Ok(Reading {
            present,
            open: lines.open(&in_family, &clear)?,
            open_by_clear: lines.open(&lines.chances(&clear_and_proband)?, &clear)?,
            in_family,
            must_carry: lines.must_carry(&results)?,
            tested: ids.into_iter().filter_map(|id| Some((id.clone(), evidence.known(id)?))).collect(),
        })
    }
}
