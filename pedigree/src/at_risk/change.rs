//! What a result would change, or did: who is closed, who opens, whose chance moves. Nothing is kept.
//! Must not know: whether the result has come.

use super::{AtRisk, AtRiskError, Cascade, Chance};
use crate::{
    model::PersonId,
    risk::{Known, RiskError},
};

/// What one more result changes for the proband's relatives, each list in the order of [`Cascade::relatives`]. The one
/// tested is in none of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// At risk before, and no longer.
    pub closed: Vec<PersonId>,
    /// At risk now, and not before.
    pub opened: Vec<PersonId>,
    /// Whose turn it is now, and was not before ([`AtRisk::next`]).
    pub next: Vec<PersonId>,
    /// Certain to carry the variant now, and not before.
    pub obligate: Vec<PersonId>,
    /// Everyone whose chance is another one.
    pub moved: Vec<Moved>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    pub id: PersonId,
    pub before: Chance,
    pub after: Chance,
}

/// Less than this is rounding.
const STILL: f64 = 1e-9;

impl<'a> Cascade<'a> {
    /// The same family as if this result were known too, in place of an earlier one of the same person.
    ///
    /// # Errors
    /// Somebody who is not in the family; a result that cannot be true with the others.
    pub fn with(&self, id: &PersonId, known: Known) -> Result<Cascade<'a>, AtRiskError> {
        if self.family.person(id).is_none() {
            return Err(RiskError::Stranger(id.clone()).into());
        }
        let mut evidence = self.evidence.clone();
        evidence.forget_results(id);
        evidence.add_result(id, known);
        Cascade::new(self.family, self.proband, &self.locus, &evidence)
    }

    /// What would change if a test of this relative said so.
    ///
    /// # Errors
    /// As [`Cascade::with`].
    pub fn what_if(&self, id: &PersonId, known: Known) -> Result<Change, AtRiskError> {
        let then = self.with(id, known)?.relatives();
        let mut change = Change::default();
        for (before, after) in self.relatives().into_iter().zip(then).filter(|(before, _)| before.id != *id) {
            let open = |relative: &AtRisk| relative.not_at_risk.is_none();
            let lists = [
                (&mut change.closed, open(&before) && !open(&after)),
                (&mut change.opened, !open(&before) && open(&after)),
                (&mut change.next, !before.next && after.next),
                (&mut change.obligate, !before.obligate && after.obligate),
            ];
            for (list, holds) in lists {
                list.extend(holds.then(|| before.id.clone()));
            }
            if (before.present.value() - after.present.value()).abs() > STILL {
                change.moved.push(Moved { id: before.id, before: before.present, after: after.present });
            }
        }
        Ok(change)
    }
}
