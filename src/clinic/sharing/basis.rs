//! On what, if anything, a relative may be written to now: the proband's live agreement, or a decision that outlived it.
//! Must not know: letters. Asked when one is drafted, approved and, last of all, before its first byte leaves.

use super::{
    consent::{Route, Stance, consent_last},
    decision::{Outcome, decision_last},
    emergency::is_overturned,
    signature::signature_waits,
};
use crate::{
    db::{Conn, UtcDate, closed},
    error::{Error, Result},
    ids::{DecisionId, ServiceId, TaskId},
};
use kinward_family::disclosure::Level;

closed! {
    /// What a letter rests on.
    pub enum BasisKind {
        Consent = "consent",
        Decision = "decision",
        /// Its reader's own result, confirmed.
        OwnResult = "own_result",
        /// That its reader asked not to be contacted; it allows a word that tells nothing.
        Wish = "wish",
    }
}

/// What a letter may rest on, and the most it may tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    pub kind: BasisKind,
    /// The consent's or decision's id.
    pub id: String,
    pub level: Level,
}

/// The basis that stands now. Stances and decisions of a task share one sequence, and the last word counts:
/// a stance after a decision sets the decision aside, because it was weighed against another stance. An agreement whose last
/// day has passed allows nothing.
pub fn basis_of(conn: &mut Conn, service: ServiceId, task: TaskId, today: UtcDate) -> Result<Option<Basis>> {
    let consent = consent_last(conn, service, task)?;
    let decision = decision_last(conn, service, task)?;
    let level = |text: &str| text.parse::<Level>().map_err(|_| Error::inner("a stored level does not parse"));
    let decided_last = decision.as_ref().is_some_and(|d| consent.as_ref().is_none_or(|c| d.seq > c.seq));
    if let Some(decision) = decision.filter(|_| decided_last) {
        return match decision.outcome {
            // Where a second clinician signs, nothing rests on the decision before.
            Outcome::Applied if signature_waits(conn, service, decision.id)? => Ok(None),
            // What was let go in an emergency and not upheld waits for a new decision.
            Outcome::Applied if is_overturned(conn, service, decision.id)? => Ok(None),
            Outcome::Applied => Ok(Some(Basis {
                kind: BasisKind::Decision,
                id: decision.id.to_string(),
                // A decision weighs another's interest against a refusal; it never names who refused.
                level: level(&decision.level)?.min(Level::L2),
            })),
            Outcome::Declined => Ok(None),
        };
    }
    let Some(consent) = consent.filter(|consent| !consent.has_ended(today)) else { return Ok(None) };
    match (consent.stance, consent.route) {
        (Stance::Given | Stance::GivenWithLimits, Route::ClinicLetter) => Ok(Some(Basis {
            kind: BasisKind::Consent,
            id: consent.id.to_string(),
            level: level(&consent.level)?,
        })),
        (Stance::Given | Stance::GivenWithLimits, Route::ProbandTells)
        | (
            Stance::Thinking | Stance::Refused | Stance::Withdrawn | Stance::NotObtainable,
            Route::ProbandTells | Route::ClinicLetter,
        ) => Ok(None),
    }
}

/// What a letter rests on that the proband hands over themself: that they said they would tell this relative.
pub fn hand_over_basis(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
    today: UtcDate,
) -> Result<Option<Basis>> {
    let decided = decision_last(conn, service, task)?.map_or(0, |decision| decision.seq);
    let said = consent_last(conn, service, task)?
        .filter(|consent| consent.seq > decided && !consent.has_ended(today))
        .filter(|consent| consent.stance.is_agreement() && consent.route == Route::ProbandTells);
    let Some(consent) = said else { return Ok(None) };
    let level = consent.level.parse::<Level>().map_err(|_| Error::inner("a stored level does not parse"))?;
    Ok(Some(Basis { kind: BasisKind::Consent, id: consent.id.to_string(), level: level.min(Level::L2) }))
}

/// True where nobody has said or decided anything about this relative since.
pub(super) fn is_last_word(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
    decision: DecisionId,
) -> Result<bool> {
    let last = last_seq(conn, service, task)?;
    let decided = decision_last(conn, service, task)?;
    Ok(decided.is_some_and(|decided| decided.id == decision && decided.seq == last))
}

/// The highest number among a task's stances and decisions.
pub(super) fn last_seq(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<i32> {
    let consent = consent_last(conn, service, task)?.map_or(0, |row| row.seq);
    let decision = decision_last(conn, service, task)?.map_or(0, |row| row.seq);
    Ok(consent.max(decision))
}
