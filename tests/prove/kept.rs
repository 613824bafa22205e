//! Parts of a long run that are done, kept beside each other: a run that was stopped goes on where it was.
//! Must not know: what a part holds. A part counts only for the very program that played it, by its digest.

use super::Found;
use sha2::{Digest, Sha256};
use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Pairs in one part: what a kill loses at most, for each process.
pub const PAIRS: u64 = 50;

/// Where a part is kept: another program, another seed or another number, another place.
pub fn place(folder: &Path, seed: u64, part: u64) -> PathBuf {
    // Fifty megabytes are read once, and not for each part.
    static PROGRAM: OnceLock<String> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let own = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        Sha256::digest(own).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    });
    folder.join(format!("{program}-{seed}")).join(format!("{part}.json"))
}

/// What was found there, if it was whole and nothing failed: what failed is played again.
pub fn found(place: &Path) -> Option<Found> {
    let found: Found = serde_json::from_slice(&std::fs::read(place).ok()?).ok()?;
    found.count.failures.is_empty().then_some(found)
}

/// Written beside and then moved, so that no half a part is ever found.
pub fn keep(place: &Path, found: &Found) {
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    let beside = place.with_extension("begun");
    std::fs::write(&beside, serde_json::to_vec(found).unwrap()).unwrap();
    std::fs::rename(beside, place).unwrap();
}

/// Half a part, and one in which something failed, are played again.
pub fn self_test() {
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path(), 7, 3);
    assert!(found(&place).is_none());
    keep(&place, &Found { kept: 5, ..Found::default() });
    assert_eq!(found(&place).unwrap().kept, 5);
    let whole = std::fs::read(&place).unwrap();
    std::fs::write(&place, &whole[..whole.len() / 2]).unwrap();
    assert!(found(&place).is_none(), "half a part was taken for a whole one");
    let mut failed = Found::default();
    failed.count.failures.push("two worlds differ".into());
    keep(&place, &failed);
    assert!(found(&place).is_none(), "a part that failed was taken for one that held");
}
