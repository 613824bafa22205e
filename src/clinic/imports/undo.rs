//! One family of an import taken back, as long as nothing was done with what came in; what something was done with stays.
//! Must not know: how it was brought in, beyond what was kept for this.

use super::{
    family::{FamilyState, ImportFamily, Moved, has_later},
    state::Import,
    step::{address_digest, family_moved},
};
use crate::{
    access::{Caller, Permission, family::family_close},
    audit::Act,
    clinic::people::{
        change::{change_undo, changes_forget},
        contact::contact_take_back,
    },
    error::{Error, Result},
};

/// Takes one family back: its addresses, its people and, where it was opened for it, its file.
///
/// # Errors
/// In words, what was done with it since: then it stays as it is.
pub fn family_undo(act: &mut Act<'_>, import: &Import, family: &ImportFamily) -> Result<()> {
    let caller = Caller::of_order(act, import.started_by, Permission::ImportRun)?;
    // The newest first, where several came into one file.
    if has_later(act.conn(), family)? {
        return Err(Error::busy("a later family of the import is taken back before"));
    }
    let into = family.family_id.ok_or_else(|| Error::inner("a family that came into no file"))?;
    let proof = caller.in_family(act.conn(), into)?;
    let unlocked = import.keys(act)?;
    let rows = family.open(unlocked.grant()?)?;
    for (person, came) in &rows.addresses {
        contact_take_back(act, &proof, *person, |stands| {
            address_digest(stands).is_ok_and(|now| now == *came)
        })?;
    }
    if let Some(change) = family.change_id {
        change_undo(act, &proof, change)?;
    }
    if family.opened {
        changes_forget(act, &proof)?;
        family_close(act, &proof)?;
    }
    let moved = Moved {
        to: FamilyState::Undone,
        tries: family.tries,
        family: None,
        opened: false,
        change: None,
        rows,
    };
    family_moved(act, import, family, moved)
}
