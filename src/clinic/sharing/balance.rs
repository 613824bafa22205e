//! Whether a decision weighs both sides: every word that is asked for, and coded reasons that carry its outcome.
//! Must not know: where decisions are kept, or what follows from one.

use super::decision::{DecisionEntry, LegalBasis, Outcome};
use crate::{
    error::{Error, Result},
    policy::{Policy, Side},
};

/// A field in words, what to write there, and where it stands.
type Asked = (&'static str, &'static str, fn(&DecisionEntry) -> &str);

/// What is answered in words. Each is required: what is not known is written as such, never blank.
pub(super) const WORDS: &[Asked] = &[
    ("harm_if_not_shared", "what may happen if this is not shared", |entry| &entry.harm_if_not_shared),
    ("harm_if_shared", "what may happen if it is shared", |entry| &entry.harm_if_shared),
    ("steps_tried", "what was tried first", |entry| &entry.steps_tried),
    ("adviser", "whom you asked for advice, or 'nobody' and why", |entry| &entry.adviser),
    ("proband_informed", "whether the proband was told of this, or why not", |entry| &entry.proband_informed),
    ("proximity", "what the service knows of this relative", |entry| &entry.proximity),
    ("autonomy", "what each of the two may want for themselves", |entry| &entry.autonomy),
    ("beneficence", "what good it would do", |entry| &entry.beneficence),
    ("non_maleficence", "how harm is kept small", |entry| &entry.non_maleficence),
    ("justice", "whether others in the same place would be treated alike", |entry| &entry.justice),
    ("least_level", "why a lower level would not do", |entry| &entry.least_level),
    ("dissent", "who disagreed, or 'nobody'", |entry| &entry.dissent),
    ("pressure", "who presses for an answer, or 'nobody'", |entry| &entry.pressure),
];

/// Both sides in words, and coded reasons that carry the outcome.
///
/// # Errors
/// The first thing that is missing, beside its field.
pub(super) fn balance_check(policy: &Policy, entry: &DecisionEntry) -> Result<()> {
    let barred = match (entry.outcome, entry.legal_basis) {
        (Outcome::Applied, LegalBasis::NoneNeeded) => {
            Some("Somebody is told without agreement: choose the ground on which that is lawful.")
        }
        (
            Outcome::Applied,
            LegalBasis::PublicInterest
            | LegalBasis::BestInterests
            | LegalBasis::DirectCare
            | LegalBasis::Statute
            | LegalBasis::CourtOrder,
        )
        | (Outcome::Declined, _) => None,
    };
    if let Some(words) = barred {
        return Err(Error::bad_input(format!("{words} Nothing was saved.")).at("legal_basis"));
    }
    for (field, what, words_of) in WORDS {
        if words_of(entry).trim().chars().count() < 3 {
            return Err(Error::bad_input(format!(
                "Write {what}. If it is not known, say so. Nothing was saved."
            ))
            .at(*field));
        }
    }
    let unknown: Vec<&str> =
        entry.reasons.iter().filter(|c| policy.reason(c).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(Error::bad_input(
            "A reason code is not in the policy pack in force. Open the page again.",
        )
        .at("reasons"));
    }
    let needed = match entry.outcome {
        Outcome::Applied => Side::For,
        Outcome::Declined => Side::Against,
    };
    let carries = |code: &&String| policy.reason(code).is_some_and(|reason| reason.side == needed);
    if !entry.reasons.iter().any(|code| carries(&code)) {
        return Err(Error::bad_input(match needed {
            Side::For => "Choose at least one reason for applying the familial approach.",
            Side::Against => "Choose at least one reason for declining the familial approach.",
        })
        .at("reasons"));
    }
    let only_resources = entry.outcome == Outcome::Declined
        && entry.reasons.iter().filter(|code| carries(code)).all(|code| code == "ST1");
    if only_resources {
        return Err(Error::bad_input(
            "Lack of time or staff alone cannot carry this decision. Add the clinical reason, or keep it open.",
        )
        .at("reasons"));
    }
    Ok(())
}
