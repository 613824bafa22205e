//! Relatives recorded as affected whom others' results leave not at risk: an illness of another cause, two samples mistaken
//! for each other, or a tree that is otherwise. Must not know: tasks and letters. Health moves neither: a relative could see it.

use super::chances::{Listed, Loaded};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        people::health::{Affected, HealthOf, health_read},
        result::state::TestResult,
        tested::said::Says,
    },
    error::Result,
    ids::PersonId,
};
use serde::Serialize;

/// One of them, for whoever may read results.
#[derive(Serialize)]
pub struct Doubted {
    pub person: PersonId,
    pub name: String,
    pub relation: String,
    /// "Affected: breast cancer at 41".
    pub has: String,
}

/// Those of a list as it stands.
pub fn doubted(relatives: &[Listed], health: &HealthOf) -> Vec<Doubted> {
    relatives.iter().filter_map(|one| doubt_of(one, health)).collect()
}

/// Nothing where the relative's own test stands: it is theirs, and says what it says.
pub fn doubt_of(one: &Listed, health: &HealthOf) -> Option<Doubted> {
    let said = health.get(&one.person.id).filter(|said| said.affected == Some(Affected::Yes))?;
    let closed = one.own.is_none() && one.by_position.at_risk && !one.is_at_risk();
    closed.then(|| Doubted {
        person: one.person.id,
        name: one.person.shown(),
        relation: one.path_words.clone(),
        has: said.words().unwrap_or_default(),
    })
}

/// Those whom `says`, once it counts for `person`, would leave not at risk. Reading it is on the record.
pub fn doubted_then(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    person: PersonId,
    says: Says,
) -> Result<Vec<Doubted>> {
    let figures = act.policy().chances;
    let then = Loaded::of(act.conn(), proof, result, figures)?.chances(Some((person, says)))?;
    Ok(doubted(&then.relatives, &health_read(act, proof)?))
}
