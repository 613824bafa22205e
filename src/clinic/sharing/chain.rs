//! The chain of the decisions about one relative: each has a fingerprint of every field of it and of the one before.
//! Must not know: what a field means. The record of deeds keeps each fingerprint, so that a printed decision can be checked.

use super::decision::{Balance, Decision};
use crate::{
    error::{Error, Result},
    keys::{Content, to_hex},
};
use sha2::{Digest, Sha256};

/// Before the first decision.
pub const BEGINNING: &str = "none";

/// SHA-256 in hexadecimal of the fingerprint before, the decision's own fields in their order, and all that is sealed.
///
/// # Errors
/// Inner, where the sealed part cannot be written.
pub fn fingerprint(before: &str, row: &Decision, balance: &Balance) -> Result<String> {
    let seq = row.seq.to_string();
    let (review, at) = (row.review_on.to_string(), row.at.to_string());
    let fields = [
        row.id.as_str(),
        row.service_id.as_str(),
        row.family_id.as_str(),
        row.task_id.as_str(),
        &seq,
        row.model.as_str(),
        row.outcome.as_str(),
        &row.level,
        &review,
        &row.policy_pack,
        &row.policy_version,
        &row.reason_codes_version,
        row.by_staff.as_str(),
        &row.by_role,
        &at,
    ];
    fingerprint_copied(before, &fields, balance.encode()?.as_slice())
}

/// As `fingerprint`, of the columns of a copied row in their order and of what stands in it before it is sealed.
///
/// # Errors
/// A field of no length that can be written.
pub fn fingerprint_copied(before: &str, fields: &[&str], balance: &[u8]) -> Result<String> {
    let mut digest = Sha256::new();
    written(&mut digest, before.as_bytes())?;
    for field in fields {
        written(&mut digest, field.as_bytes())?;
    }
    digest.update(balance);
    Ok(to_hex(&digest.finalize()))
}

/// One field of a fingerprint. The length first: nothing can move from one field into the next.
pub(super) fn written(digest: &mut Sha256, field: &[u8]) -> Result<()> {
    let length = u64::try_from(field.len()).map_err(Error::inner)?;
    digest.update(length.to_be_bytes());
    digest.update(field);
    Ok(())
}

/// The fingerprints of a relative's decisions, oldest first, in the order given.
pub fn fingerprints(decisions: &[(Decision, Balance)]) -> Result<Vec<String>> {
    let mut chain: Vec<String> = Vec::new();
    for (row, balance) in decisions {
        chain.push(fingerprint(chain.last().map_or(BEGINNING, String::as_str), row, balance)?);
    }
    Ok(chain)
}
