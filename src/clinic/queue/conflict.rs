//! What follows when somebody is kept out of a family: the lock, and the work of theirs in it goes back to everyone.
//! Must not know: why; the reason is sealed with the lock.

use super::item::work_give_back;
use crate::{
    access::conflict::conflict_set,
    audit::Act,
    error::Result,
    ids::{ConflictId, FamilyId, StaffId},
};

/// Keeps `staff` out of `family`, in one act with the queues.
///
/// # Errors
/// No reason; a lock that stands already.
pub fn conflict_begin(
    act: &mut Act<'_>,
    staff: StaffId,
    family: FamilyId,
    reason: &str,
) -> Result<ConflictId> {
    let id = conflict_set(act, staff, family, reason)?;
    work_give_back(act, staff, family)?;
    Ok(id)
}
