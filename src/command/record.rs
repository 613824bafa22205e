//! Words for the record: verify its chain, print a checkpoint.
//! Must not know: what was done.

use super::house::{open, read_text};
use crate::{
    access::service::service_list,
    audit::{self, Checkpoint},
    error::{Error, Result},
};
use std::path::Path;

/// Verifies the record of every service. Without an outside checkpoint it says what it could not see.
pub fn audit_verify(checkpoint: Option<&Path>) -> Result<u8> {
    let outside: Vec<Checkpoint> = match checkpoint {
        Some(file) => read_text(file)?
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(serde_json::from_str)
            .collect::<std::result::Result<_, _>>()
            .map_err(|e| Error::bad_input(format!("{} is not a checkpoint: {e}", file.display())))?,
        None => Vec::new(),
    };
    let house = open()?;
    house.db.read(|conn| {
        for service in service_list(conn)? {
            let point = outside.iter().find(|point| point.service_id == service.id.to_string());
            let held = audit::verify(conn, service.id, &house.keys, point)?;
            println!("{}: {} rows hold.", service.id, held.rows);
            if !held.against_checkpoint {
                println!("  No outside checkpoint was given: rows cut from the end, or an old copy put back, would not be seen.");
            }
        }
        Ok(0)
    })
}

pub fn audit_checkpoint() -> Result<u8> {
    let house = open()?;
    house.db.read(|conn| {
        for service in service_list(conn)? {
            let point = audit::checkpoint(conn, service.id)?;
            println!("{}", serde_json::to_string(&point).map_err(Error::inner)?);
        }
        Ok(0)
    })
}
