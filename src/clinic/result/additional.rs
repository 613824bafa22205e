//! An additional finding: one that the test was not done for. Nobody is traced by it before the proband has agreed to that by
//! itself. Must not know: relatives.

use super::state::{ResultState, TestResult, result_change};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::closed,
    error::{Error, Result},
};

closed! {
    /// What the proband says of an additional finding alone.
    pub enum Agreed {
        Yes = "yes",
        No = "no",
    }
}

/// What stands of it: that it is one, and what the proband says.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Additional {
    /// Asked again, with what they were told at the time of the test; none while nobody has asked.
    #[n(0)]
    pub agrees: Option<bool>,
    #[n(1)]
    pub words: Option<String>,
}

/// Records what the proband says of the additional finding by itself.
///
/// # Errors
/// A result that is none; no words; relatives who are being reached by it.
pub fn additional_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    agreed: Agreed,
    words: &str,
) -> Result<()> {
    if result.about.additional.is_none() {
        return Err(Error::not_now("This result is what the test was done for. Nothing was changed."));
    }
    match result.state {
        ResultState::Discuss | ResultState::Pedigree | ResultState::CheckAgain | ResultState::Widened => {}
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Active
        | ResultState::Review
        | ResultState::Closed
        | ResultState::NothingFamilial
        | ResultState::Superseded => {
            return Err(Error::not_now(
                "Relatives are being reached by this finding, or it is settled: record for each what the proband says. Nothing was changed.",
            ));
        }
    }
    if words.trim().chars().count() < 8 {
        return Err(Error::bad_input(
            "Write what the proband was told before the test, and what they say now. Nothing was saved.",
        )
        .at("additional_words"));
    }
    let said = Additional { agrees: Some(agreed == Agreed::Yes), words: Some(words.trim().to_owned()) };
    result_change(act, proof, result.id, |about| about.additional = Some(said))?;
    act.record(Deed::AdditionalSaid, ("result", result.id.as_str()), Some(proof.family()), agreed.as_str())
}

/// Nobody is traced by a finding that the test was not done for, before its own agreement stands.
///
/// # Errors
/// One that was not agreed to.
pub fn additional_agreed(result: &TestResult) -> Result<()> {
    let Some(additional) = &result.about.additional else { return Ok(()) };
    match additional.agrees {
        Some(true) => Ok(()),
        Some(false) => Err(Error::not_now(
            "The proband does not agree that relatives are traced by this additional finding. Ask again when they wish. Nothing was changed.",
        )),
        None => Err(Error::not_now(
            "This is an additional finding: ask the proband about it by itself, and record what they say on the page of the result. Nothing was changed.",
        )),
    }
}
