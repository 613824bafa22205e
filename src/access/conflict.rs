//! Who is kept out of a family: it is a colleague's own, or they know it in another way, until the Guardian lifts it.
//! Must not know: who is in the family. Whose family it is cannot be found by a name; somebody says so.

use super::Caller;
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ConflictId, FamilyId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content},
};
use diesel::prelude::*;

use super::family::{InFamily, relationships_end};

diesel::table! {
    conflicts (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        staff_id -> Text,
        set_by -> Text,
        set_at -> Timestamp,
        sealed -> Binary,
        lifted_by -> Nullable<Text>,
        lifted_at -> Nullable<Timestamp>,
        lifted_sealed -> Nullable<Binary>,
    }
}

/// Why a lock was set, in the words of whoever set it.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Why(#[n(0)] String);
content!(D at "conflicts.sealed" holds Why);

#[derive(minicbor::Encode, minicbor::Decode)]
struct LiftWhy(#[n(0)] String);
content!(D at "conflicts.lifted_sealed" holds LiftWhy);

/// A lock that stands. Its reason opens for whoever has to do with the family.
#[derive(Queryable)]
pub struct Conflict {
    pub id: ConflictId,
    pub family_id: FamilyId,
    pub staff_id: StaffId,
    pub set_by: StaffId,
    pub set_at: UtcTime,
    sealed: Sealed<Why>,
}

impl Conflict {
    pub fn reason(&self, proof: &InFamily) -> Result<String> {
        Ok(self.sealed.open(proof.grant()?, self.id.as_str())?.0)
    }
}

/// The families somebody is kept out of now. For nearly everybody there is none.
pub fn families_barred(conn: &mut Conn, service: ServiceId, staff: StaffId) -> Result<Vec<FamilyId>> {
    Ok(conflicts::table
        .filter(conflicts::service_id.eq(service))
        .filter(conflicts::staff_id.eq(staff))
        .filter(conflicts::lifted_at.is_null())
        .select(conflicts::family_id)
        .distinct()
        .load(conn)?)
}

pub fn is_barred(conn: &mut Conn, service: ServiceId, staff: StaffId, family: FamilyId) -> Result<bool> {
    Ok(families_barred(conn, service, staff)?.contains(&family))
}

/// Keeps somebody out of a family from now on: their relationships to it end, and none can begin.
///
/// # Errors
/// A reason too short to mean anything; a lock that stands already.
pub fn conflict_set(act: &mut Act<'_>, staff: StaffId, family: FamilyId, reason: &str) -> Result<ConflictId> {
    let (service, at) = (act.service, act.at);
    let by = worded(reason, "Say in a few words why, for example that it is their own family.")?;
    if is_barred(act.conn(), service, staff, family)? {
        return Err(Error::not_now(
            "This colleague is kept out of this family already. Nothing was changed.",
        ));
    }
    let id = ConflictId::new(act.chance());
    let unlocked = act.unlock(family.as_str(), &[Compartment::Detail])?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &Why(by))?;
    let set_by: StaffId = act.actor.id.parse().map_err(|_| Error::inner("a lock is set by a person"))?;
    diesel::insert_into(conflicts::table)
        .values((
            conflicts::id.eq(id),
            conflicts::service_id.eq(service),
            conflicts::family_id.eq(family),
            conflicts::staff_id.eq(staff),
            conflicts::set_by.eq(set_by),
            conflicts::set_at.eq(at),
            conflicts::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    relationships_end(act, staff, family)?;
    act.record(Deed::ConflictSet, ("staff", staff.as_str()), Some(family), "")?;
    Ok(id)
}

fn worded(reason: &str, ask: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.chars().count() < 8 {
        return Err(Error::bad_input(format!("{ask} Nothing was saved.")).at("reason"));
    }
    Ok(reason.to_owned())
}

/// Lifts a lock, with the reason. Whoever was kept out begins anew: they say why they need the file, as anybody does.
///
/// # Errors
/// A lock that there is not, or that was lifted; one on the Guardian themselves; no reason.
pub fn conflict_lift(act: &mut Act<'_>, caller: &Caller, id: ConflictId, reason: &str) -> Result<()> {
    let (service, at) = (act.service, act.at);
    let standing = conflict_list(act.conn(), service)?;
    let lock = standing.into_iter().find(|lock| lock.id == id).ok_or_else(Error::not_found)?;
    if lock.staff_id == caller.staff {
        return Err(Error::not_now(
            "This lock keeps you out. Another Guardian lifts it. Nothing was changed.",
        ));
    }
    let reason = worded(reason, "Say in a few words why this colleague may see the family again.")?;
    let unlocked = act.unlock(lock.family_id.as_str(), &[Compartment::Detail])?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &LiftWhy(reason))?;
    diesel::update(conflicts::table.find(id))
        .set((
            conflicts::lifted_by.eq(caller.staff),
            conflicts::lifted_at.eq(at),
            conflicts::lifted_sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    act.record(Deed::ConflictLifted, ("staff", lock.staff_id.as_str()), Some(lock.family_id), "")
}

/// The locks that stand in a service, newest first.
pub fn conflict_list(conn: &mut Conn, service: ServiceId) -> Result<Vec<Conflict>> {
    Ok(conflicts::table
        .filter(conflicts::service_id.eq(service))
        .filter(conflicts::lifted_at.is_null())
        .order((conflicts::set_at.desc(), conflicts::id.asc()))
        .select((
            conflicts::id,
            conflicts::family_id,
            conflicts::staff_id,
            conflicts::set_by,
            conflicts::set_at,
            conflicts::sealed,
        ))
        .load(conn)?)
}
