//! Which lines of descent are open to a family's variant, and who must carry it.
//! Must not know: how common the variant is, but in recessive conditions; how anything is worded.
//!
//! A line is open where something of the chance stays when the variant is taken to be rarer than anything: what is left
//! then came down in the family. Someone must carry it where no chance is left that they do not, though a new mutation
//! be no rarer than the variant: then one mutation explains one carrier, and two carriers need what is between them.
//! In recessive conditions carriers are common, and both can be asked of the frequency as it is.

use super::AtRiskError;
use crate::{
    at_risk::Mode,
    model::Pedigree,
    risk::{Answer, Evidence, Locus, Model},
};

/// Rarer than anything, and not so small that a few of them together are nothing to an ordinary number.
const VANISHING: f64 = 1e-60;

/// A new mutation is rarer still.
const NEWER: f64 = 1e-75;

/// A chance above this came down in the family: it leaves room for a hundred generations.
const IN_FAMILY: f64 = 1e-40;

/// In recessive conditions a chance that is larger by this part than without any carrier came down in the family.
const MORE: f64 = 1e-7;

/// A frequency at which a second carrier of a recessive condition need not have it from the same ancestor.
const COMMON: f64 = 0.01;

/// A family made ready for both questions.
pub(super) struct Lines<'a> {
    recessive: bool,
    rare: Model<'a>,
    doubtful: Model<'a>,
}

impl<'a> Lines<'a> {
    pub fn new(family: &'a Pedigree, locus: &Locus) -> Result<Lines<'a>, AtRiskError> {
        let mode = locus.mode;
        let recessive = mode == Mode::AutosomalRecessive;
        let (rare, doubtful) = if recessive {
            (*locus, Locus { mode, frequency: COMMON, de_novo: 0.0 })
        } else {
            let rare = Locus { mode, frequency: VANISHING, de_novo: NEWER };
            (rare, Locus { de_novo: VANISHING, ..rare })
        };
        Ok(Lines { recessive, rare: Model::new(family, &rare)?, doubtful: Model::new(family, &doubtful)? })
    }

    /// Everyone's chance to carry it where it is as rare as the question of lines takes it to be.
    pub fn chances(&self, results: &Evidence) -> Result<Vec<f64>, AtRiskError> {
        Ok(rows(&self.rare, results)?.into_iter().map(|[_, one, two]| one + two).collect())
    }

    /// Whether each person's line is open, given these chances; `clear` are those of the results that found nothing.
    pub fn open(&self, chances: &[f64], clear: &Evidence) -> Result<Vec<bool>, AtRiskError> {
        if !self.recessive {
            return Ok(chances.iter().map(|chance| *chance > IN_FAMILY).collect());
        }
        let without = self.chances(clear)?;
        Ok(chances.iter().zip(without).map(|(chance, without)| *chance > without * (1.0 + MORE)).collect())
    }

    /// Whether each person must carry the variant. Nobody, where only a new mutation explains the results.
    pub fn must_carry(&self, results: &Evidence) -> Result<Vec<bool>, AtRiskError> {
        match self.doubtful.answer(results)? {
            Answer::Chances { persons, .. } => Ok(persons
                .iter()
                .map(|person| person.genotype().first().is_some_and(|none| *none < VANISHING.sqrt()))
                .collect()),
            Answer::Contradiction { .. } => Ok(Vec::new()),
        }
    }
}

/// Everyone's chances of 0, 1 and 2 copies, in the order of the family.
pub(super) fn rows(model: &Model<'_>, evidence: &Evidence) -> Result<Vec<[f64; 3]>, AtRiskError> {
    match model.answer(evidence)? {
        Answer::Chances { persons, .. } => Ok(persons
            .iter()
            .map(|person| {
                let mut row = [0.0; 3];
                row.iter_mut().zip(person.genotype()).for_each(|(to, from)| *to = *from);
                row
            })
            .collect()),
        Answer::Contradiction { people, .. } => {
            Err(AtRiskError::Contradiction { people: people.into_iter().cloned().collect() })
        }
    }
}
