//! How a relative is to hear, as the proband last said it, for the proband to read.
//! Must not know: decisions, letters or where a relative stands: none of that is the proband's.

use super::consent::{Route, consent_last};
use crate::{
    db::Conn,
    error::Result,
    ids::{ServiceId, TaskId},
};

/// What the proband said about telling one relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    ProbandTells,
    ClinicWrites,
    NotSettled,
}

pub fn way_said(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Way> {
    let last = consent_last(conn, service, task)?.filter(|last| last.stance.is_agreement());
    Ok(match last.map(|last| last.route) {
        Some(Route::ProbandTells) => Way::ProbandTells,
        Some(Route::ClinicLetter) => Way::ClinicWrites,
        None => Way::NotSettled,
    })
}
