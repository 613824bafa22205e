//! Checks the chain of the record, and makes the checkpoint that must be kept elsewhere.
//! Must not know: how to write a row. Without an outside checkpoint a cut tail cannot be seen, and it says so.

use super::{Row, audit_heads, of_service};
use crate::{
    db::Conn,
    error::{Error, Result},
    ids::ServiceId,
    keys::Keys,
};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What the first row follows.
pub(super) const GENESIS: &str = "genesis";

/// How far the record had come: to be kept outside the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub service_id: String,
    pub seq: i64,
    pub hash: String,
}

/// A record that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub rows: usize,
    /// False where no outside checkpoint was given: a cut tail or a restored old copy would not be seen.
    pub against_checkpoint: bool,
}

/// Where the record stands now.
pub fn checkpoint(conn: &mut Conn, service: ServiceId) -> Result<Checkpoint> {
    let (seq, hash) = audit_heads::table
        .filter(audit_heads::service_id.eq(service))
        .select((audit_heads::seq, audit_heads::hash))
        .first::<(i64, String)>(conn)?;
    Ok(Checkpoint { service_id: service.to_string(), seq, hash })
}

/// Follows the chain from its first row to its head and, where one is given, through an outside checkpoint.
///
/// # Errors
/// The first row that does not follow, with its number.
pub fn verify(
    conn: &mut Conn,
    service: ServiceId,
    keys: &Keys,
    outside: Option<&Checkpoint>,
) -> Result<Verified> {
    let rows = of_service(conn, service)?;
    let head = checkpoint(conn, service)?;
    let end = follow(&rows, keys)?;
    if (rows.len() as i64, end) != (head.seq, head.hash.as_str()) {
        return Err(broken(format!(
            "the record ends at row {} but its head says {}: rows are missing at the end",
            rows.len(),
            head.seq
        )));
    }
    if let Some(point) = outside {
        passes_through(&rows, service, point)?;
    }
    Ok(Verified { rows: rows.len(), against_checkpoint: outside.is_some() })
}

fn follow<'a>(rows: &'a [Row], keys: &Keys) -> Result<&'a str> {
    let mut prev = GENESIS;
    for (row, number) in rows.iter().zip(1i64..) {
        if row.seq != number {
            return Err(broken(format!("row {number} is missing")));
        }
        if row.prev_hash != prev {
            return Err(broken(format!("row {number} does not follow the row before it")));
        }
        if keys.audit_seal(&row.canonical()) != row.hash {
            return Err(broken(format!("row {number} was changed after it was written")));
        }
        prev = &row.hash;
    }
    Ok(prev)
}

fn passes_through(rows: &[Row], service: ServiceId, point: &Checkpoint) -> Result<()> {
    if point.service_id != service.to_string() {
        return Err(Error::bad_input("the checkpoint belongs to another service"));
    }
    let at = usize::try_from(point.seq).ok();
    let standing = match at {
        Some(0) => Some(GENESIS),
        Some(n) => rows.get(n - 1).map(|row| row.hash.as_str()),
        None => None,
    };
    match standing {
        Some(hash) if hash == point.hash => Ok(()),
        Some(_) => Err(broken(format!(
            "row {} is not the one the checkpoint saw: this is another history",
            point.seq
        ))),
        None => Err(broken(format!(
            "the checkpoint saw {} rows, the record holds {}: it was cut or an old copy was restored",
            point.seq,
            rows.len()
        ))),
    }
}

fn broken(what: String) -> Error {
    Error::not_now(format!("The record does not hold: {what}."))
}
