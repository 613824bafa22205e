//! What every page on which a level is chosen says of whether this relative could tell who was tested, and its field.
//! Must not know: names; the rule's own words name nobody.

use super::name_of;
use crate::{
    access::InFamily,
    clinic::{
        cascade::task::Task,
        sharing::inferable::{Inference, inference_of},
    },
    db::{Conn, UtcDate},
    error::Result,
    ids::StaffId,
};
use kinward_family::disclosure::Level;
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::clinic) struct Guessed {
    /// What this relative can tell and by what; nothing where the family's shape leaves them in doubt.
    tells: Option<String>,
    /// The proband agreed to be named to this relative.
    named: bool,
    /// L1 or L2 needs a reason: the form has the field for it.
    asks: bool,
    accepted: Vec<Shown>,
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
        conn: &mut Conn,
        proof: &InFamily,
        task: &Task,
        today: UtcDate,
        names: &[(StaffId, String)],
    ) -> Result<Self> {
        Ok(Self::shown(inference_of(conn, proof, task, today)?, Level::L2, names))
    }

    /// As it stands for a letter at `level`.
    pub(in crate::clinic) fn shown(now: Inference, level: Level, names: &[(StaffId, String)]) -> Self {
        Self {
            asks: now.is_open_at(level),
            tells: now.telling.map(|telling| telling.words),
            named: now.named,
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
