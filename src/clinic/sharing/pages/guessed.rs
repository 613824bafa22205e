//! What every page on which a level is chosen says of whether this relative could tell who was tested, and its field.
//! Must not know: names; the rule's own words name nobody.

use super::name_of;
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::Task,
        letters::fitting::{Fitting, fitting},
        sharing::inferable::{Inference, inference_of, readers_of},
    },
    error::Result,
    ids::StaffId,
};
use kinward_family::disclosure::Level;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::clinic) struct Guessed {
    /// What this relative can tell and by what; nothing where the family's shape leaves them in doubt.
    tells: Option<String>,
    /// The letter that there is for them, where it cannot be written at L0.
    not_at_l0: Option<String>,
    /// Whoever would read it.
    who: &'static str,
    /// The proband agreed to be named to this relative.
    named: bool,
    /// L1 or L2 needs a reason: the form has the field for it.
    asks: bool,
    accepted: Vec<Shown>,
}

/// A letter by their age and address that is never written at L0, or that there is none.
fn not_at_l0(fitting: &Fitting) -> Option<String> {
    if let Some(why) = fitting.none() {
        return Some(why.to_owned());
    }
    (!fitting.levels().contains(&Level::L0)).then(|| {
        format!(
            "By this relative\u{2019}s age and address the letter is \u{201c}{}\u{201d}, which is written at {} and not at L0.",
            fitting.kind.name(),
            fitting.level_words()
        )
    })
}

#[derive(Serialize)]
struct Shown {
    why: String,
    told: String,
    level: &'static str,
    stands: bool,
    by: String,
    at: String,
}

impl Guessed {
    pub(in crate::clinic) fn of(
        act: &mut Act<'_>,
        proof: &InFamily,
        task: &Task,
        names: &[(StaffId, String)],
    ) -> Result<Self> {
        let readers = readers_of(act, proof, task)?;
        let fitting = fitting(act, proof, task)?;
        let shown = Self::shown(inference_of(act, proof, task, &readers)?, Level::L2, names);
        Ok(Self { not_at_l0: not_at_l0(&fitting), ..shown })
    }

    /// As it stands for a letter at `level`.
    pub(in crate::clinic) fn shown(now: Inference, level: Level, names: &[(StaffId, String)]) -> Self {
        Self {
            asks: now.is_open_at(level),
            not_at_l0: None,
            tells: now.words(),
            named: now.named,
            who: if now.to_parent { "whoever gets a letter about this child" } else { "this relative" },
            accepted: now
                .accepted
                .into_iter()
                .map(|accepted| Shown {
                    why: accepted.why,
                    told: accepted.told,
                    level: accepted.level.as_str(),
                    stands: accepted.stands,
                    by: name_of(names, accepted.by_staff),
                    at: accepted.at.shown(),
                })
                .collect(),
        }
    }

    /// True where nothing is left to accept before the letter goes on.
    pub(in crate::clinic) const fn passes(&self) -> bool {
        !self.asks
    }
}
