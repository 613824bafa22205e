//! How a relative is to hear, as the proband last said it, for the proband to read.
//! Must not know: decisions, letters or where a relative stands: none of that is the proband's.

use super::consent::{Consent, Route, consents_of_family};
use crate::{access::InFamily, db::Conn, error::Result, ids::TaskId};
use std::collections::HashMap;

/// What the proband said about telling one relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    ProbandTells,
    ClinicWrites,
    NotSettled,
    /// They do not want this relative to be told, or no more.
    AskedNot,
}

/// What the proband last said about each relative of a family; who is not in it was not spoken of.
pub fn ways_said(conn: &mut Conn, proof: &InFamily) -> Result<HashMap<TaskId, Way>> {
    // The newest of a task stands last, and so overwrites the others.
    let mut said: Vec<_> = consents_of_family(conn, proof)?;
    said.sort_by_key(|consent| consent.seq);
    let way = |consent: &Consent| match (consent.stance.is_agreement(), consent.route) {
        (false, _) if consent.stance.is_refusal() => Way::AskedNot,
        (false, _) => Way::NotSettled,
        (true, Route::ProbandTells) => Way::ProbandTells,
        (true, Route::ClinicLetter) => Way::ClinicWrites,
    };
    Ok(said.iter().map(|consent| (consent.task_id, way(consent))).collect())
}
