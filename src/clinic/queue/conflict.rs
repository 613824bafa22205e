//! What follows when somebody is kept out of a family: the lock, and the work of theirs in it goes back to everyone. There
//! is always a Guardian left who can lift it.
//! Must not know: why; the reason is sealed with the lock.

use super::item::work_give_back;
use crate::{
    access::{
        Role,
        conflict::{conflict_set, is_barred},
        staff::staff_of_role,
    },
    audit::Act,
    clinic::kindred::joined::families_joined,
    error::{Error, Result},
    ids::{ConflictId, FamilyId, StaffId},
};

/// Keeps `staff` out of `family`, in one act with the queues.
///
/// # Errors
/// No reason; a lock that stands already; one that nobody could ever lift.
pub fn conflict_begin(
    act: &mut Act<'_>,
    staff: StaffId,
    family: FamilyId,
    reason: &str,
) -> Result<ConflictId> {
    let service = act.service;
    let guardians = staff_of_role(act.conn(), service, Role::Guardian)?;
    if guardians == [staff] {
        return Err(Error::not_now(
            "This would keep out the only Guardian, and a Guardian does not lift a lock of their own: nobody could ever lift it. Have an account made for a second Guardian first (kinward staff add), and set the lock then. Until it stands, leave this family's file to your colleagues. Nothing was saved.",
        ));
    }
    let id = conflict_set(act, staff, family, reason)?;
    work_give_back(act, staff, family)?;
    // A joined file is of the same family: whoever is kept out of the one is kept out of both.
    for other in families_joined(act.conn, service, family)? {
        if !is_barred(act.conn, service, staff, other)? {
            conflict_set(act, staff, other, reason)?;
            work_give_back(act, staff, other)?;
        }
    }
    Ok(id)
}
