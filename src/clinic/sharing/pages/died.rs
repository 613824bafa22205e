//! The banner of a proband who has died, for every page on which somebody might go on to ask them.
//! Must not know: what they had said, or what is decided.

use crate::{
    access::InFamily,
    clinic::{people::person::person_get, result::state::result_row},
    db::{Conn, UtcDate},
    error::Result,
    ids::ResultId,
};
use serde::Serialize;

#[derive(Serialize)]
pub(in crate::clinic) struct ProbandDied {
    /// Where the day is known.
    on: Option<String>,
}

impl ProbandDied {
    /// Nothing while the proband of this result lives.
    pub(in crate::clinic) fn of(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Option<Self>> {
        let proband = result_row(conn, proof, result)?.person_id;
        let person = person_get(conn, proof, proband)?;
        Ok(person.has_died().then(|| Self { on: person.died_on.map(UtcDate::shown) }))
    }
}
