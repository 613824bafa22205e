//! Whose test would tell the family most next.
//! Must not know: who agrees to a test, and what a result would be used for.

use super::{AtRiskError, Cascade, lines::rows};
use crate::{kinship::kin_path, model::PersonId, risk::Known};

/// What one relative's test is expected to tell of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    pub id: PersonId,
    /// The uncertainty about the other open relatives, in bits and added up, less what is expected to be left of it: the
    /// sum over them of the mutual information between this relative's test and whether they carry the variant.
    pub bits: f64,
}

impl Cascade<'_> {
    /// Relatives who are alive, untested and open (at risk, and not certain to carry the variant), by how much a test of
    /// each is expected to tell of the others, most first, then by id. The test is taken not to err.
    ///
    /// # Errors
    /// A family too tangled for an answer.
    pub fn most_telling(&self) -> Result<Vec<Telling>, AtRiskError> {
        let open: Vec<&PersonId> = self
            .family
            .persons()
            .iter()
            .map(|person| &person.id)
            .filter(|id| {
                !self.now.tested.contains_key(*id) && !self.must_carry(id) && self.no_way(id).is_none()
            })
            .filter(|id| kin_path(self.family, self.proband, id).is_some())
            .collect();
        let can_be_tested = |id: &&&PersonId| {
            self.family.person(id).is_some_and(|person| person.life.is_born() && !person.life.is_over())
        };
        let chance = |rows: &[[f64; 3]], id: &PersonId| self.row(rows, id).iter().skip(1).sum::<f64>();
        let mut found = Vec::new();
        for &id in open.iter().filter(can_be_tested) {
            let others = || open.iter().filter(|other| **other != id);
            let mut bits: f64 = others().map(|other| entropy(chance(&self.now.present, other))).sum();
            let own = chance(&self.now.present, id);
            for (result, weight) in [(Known::Carrier, own), (Known::NonCarrier, 1.0 - own)] {
                if weight > 0.0 {
                    let mut evidence = self.evidence.clone();
                    evidence.add_result(id, result);
                    let then = rows(&self.model, &evidence)?;
                    bits -= weight * others().map(|other| entropy(chance(&then, other))).sum::<f64>();
                }
            }
            found.push(Telling { id: id.clone(), bits: bits.max(0.0) });
        }
        found.sort_by(|one, other| other.bits.total_cmp(&one.bits).then_with(|| one.id.cmp(&other.id)));
        Ok(found)
    }
}

/// How uncertain it is whether something with this chance is so, in bits.
fn entropy(chance: f64) -> f64 {
    let part = |chance: f64| if chance > 0.0 { -chance * chance.log2() } else { 0.0 };
    part(chance) + part(1.0 - chance)
}
