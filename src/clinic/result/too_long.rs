//! A file that is longer than any report: refused with its size, and nothing of it is kept.
//! Must not know: how it came, or what is in it.

use super::report::MAX_BYTES;
use crate::error::{Error, Result};

/// Refuses a file that is longer than any report. Nothing of it is kept: a part of it would not be what came.
///
/// # Errors
/// A file above the limit, with its size where it is known.
pub fn size_check(bytes: u64) -> Result<()> {
    if bytes > MAX_BYTES as u64 { Err(too_large(Some(bytes))) } else { Ok(()) }
}

pub fn too_large(bytes: Option<u64>) -> Error {
    const MEBIBYTE: u64 = 1024 * 1024;
    let most = MAX_BYTES as u64 / MEBIBYTE;
    // Rounded up, so that no size is told that would have been taken.
    let has = |bytes: u64| (bytes * 10).div_ceil(MEBIBYTE);
    let size = bytes.map(|bytes| format!(": it has {}.{} MiB", has(bytes) / 10, has(bytes) % 10));
    Error::bad_input(format!(
        "This file is larger than {most} MiB, the most for a laboratory report{}. Nothing of it was kept. \
         Ask the laboratory for the report without attached images or raw data.",
        size.unwrap_or_default()
    ))
    .at("report")
}
