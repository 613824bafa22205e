//! The family file, and the legitimate relationship without which nothing in it is shown.
//! Must not know: who is in the family, or what was found.

use super::{Caller, Role, conflict::is_barred};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, RelationshipId, ServiceId, StaffId},
    keys::{self, Compartment, Grant, Sealed, compartment::Kind, content, envelope::Unlocked},
};
use diesel::prelude::*;
use kinward_family::invitation::FamilyReference;

diesel::table! {
    families (id) {
        id -> Text,
        service_id -> Text,
        reference -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    relationships (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        staff_id -> Text,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

diesel::joinable!(relationships -> families (family_id));
diesel::allow_tables_to_appear_in_same_query!(relationships, families);

/// A family file. The reference is what letters and telephone calls quote.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = families)]
pub struct Family {
    pub id: FamilyId,
    pub service_id: ServiceId,
    pub reference: String,
    pub created_at: UtcTime,
}

/// The proof that the caller has to do with this family, read in the transaction that uses it.
/// It carries the family's keys: what is sealed opens with it and not otherwise.
pub struct InFamily {
    family: FamilyId,
    service: ServiceId,
    staff: StaffId,
    unlocked: Unlocked,
}

impl InFamily {
    pub fn family(&self) -> FamilyId {
        self.family
    }
    pub fn service(&self) -> ServiceId {
        self.service
    }
    pub fn staff(&self) -> StaffId {
        self.staff
    }
    /// The family's key in one compartment.
    ///
    /// # Errors
    /// Inner, where the caller's role was not given that compartment.
    pub fn grant<C: Kind>(&self) -> Result<&Grant<C>> {
        self.unlocked.grant()
    }
}

impl Caller {
    /// The caller's relationship to `family`.
    ///
    /// # Errors
    /// Not found, in the same words whether the family does not exist, is another service's, or is none of theirs.
    pub fn in_family(&self, conn: &mut Conn, family: FamilyId) -> Result<InFamily> {
        let live: i64 = relationships::table
            .filter(relationships::service_id.eq(self.service))
            .filter(relationships::family_id.eq(family))
            .filter(relationships::staff_id.eq(self.staff))
            .filter(relationships::ended_at.is_null())
            .count()
            .get_result(conn)?;
        if live == 0 {
            return Err(Error::not_found());
        }
        #[expect(clippy::disallowed_methods, reason = "after the relationship check")]
        let unlocked =
            keys::envelope::unlock(conn, &self.keys, self.service, family.as_str(), Compartment::ALL)?;
        Ok(InFamily { family, service: self.service, staff: self.staff, unlocked })
    }
}

/// Opens a family file with a new random reference and keys of its own.
pub fn family_open(act: &mut Act<'_>) -> Result<(Family, Unlocked)> {
    let mut bytes = [0u8; 8];
    act.chance().fill(&mut bytes);
    let family = Family {
        id: FamilyId::new(act.chance()),
        service_id: act.service,
        reference: FamilyReference::from_bytes(&bytes).as_str().to_owned(),
        created_at: act.at,
    };
    diesel::insert_into(families::table).values(&family).execute(act.conn())?;
    let unlocked = act.holder_open(family.id.as_str())?;
    Ok((family, unlocked))
}

pub fn family_get(conn: &mut Conn, proof: &InFamily) -> Result<Family> {
    Ok(families::table.find(proof.family).first(conn)?)
}

/// The reference alone, for queues: it names nobody.
pub fn family_reference(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<String> {
    Ok(families::table
        .filter(families::service_id.eq(service))
        .filter(families::id.eq(family))
        .select(families::reference)
        .first(conn)?)
}

/// References of many families at once, so that a list of work asks once.
pub fn family_references(
    conn: &mut Conn,
    service: ServiceId,
    ids: &[FamilyId],
) -> Result<Vec<(FamilyId, String)>> {
    Ok(families::table
        .filter(families::service_id.eq(service))
        .filter(families::id.eq_any(ids.to_vec()))
        .select((families::id, families::reference))
        .load(conn)?)
}

/// Families the caller has to do with, those they took up last first: those after the relationship `after`, or from the start.
///
/// # Errors
/// A relationship to go on after that is not the caller's.
pub fn family_list(
    conn: &mut Conn,
    caller: &Caller,
    after: Option<RelationshipId>,
    most: i64,
) -> Result<Vec<(RelationshipId, Family)>> {
    let own = || {
        relationships::table
            .filter(relationships::service_id.eq(caller.service))
            .filter(relationships::staff_id.eq(caller.staff))
    };
    let mut query = relationships::table
        .inner_join(families::table)
        .filter(relationships::service_id.eq(caller.service))
        .filter(relationships::staff_id.eq(caller.staff))
        .filter(relationships::ended_at.is_null())
        .into_boxed();
    if let Some(after) = after {
        let last: UtcTime =
            own().filter(relationships::id.eq(after)).select(relationships::started_at).first(conn)?;
        query = query
            .filter(relationships::started_at.le(last))
            .filter(relationships::started_at.lt(last).or(relationships::id.lt(after)));
    }
    let mut families: Vec<(RelationshipId, Family)> = query
        .select((relationships::id, families::all_columns))
        .order((relationships::started_at.desc(), relationships::id.desc()))
        .limit(most)
        .load(conn)?;
    families.dedup_by_key(|(_, family)| family.id);
    Ok(families)
}

/// The caller's relationships among these families, so that a list of work asks once: two statements for any number.
pub fn families_related(conn: &mut Conn, caller: &Caller, ids: &[FamilyId]) -> Result<Vec<InFamily>> {
    let related: Vec<FamilyId> = relationships::table
        .filter(relationships::service_id.eq(caller.service))
        .filter(relationships::staff_id.eq(caller.staff))
        .filter(relationships::family_id.eq_any(ids.to_vec()))
        .filter(relationships::ended_at.is_null())
        .select(relationships::family_id)
        .distinct()
        .load(conn)?;
    let holders: Vec<&str> = related.iter().map(FamilyId::as_str).collect();
    #[expect(clippy::disallowed_methods, reason = "after the relationship check")]
    let unlocked =
        keys::envelope::unlock_many(conn, &caller.keys, caller.service, &holders, Compartment::ALL)?;
    let proofs = related.into_iter().zip(unlocked);
    Ok(proofs
        .map(|(family, unlocked)| InFamily { family, service: caller.service, staff: caller.staff, unlocked })
        .collect())
}

/// Everyone who has to do with a family now.
pub fn staff_related(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<Vec<StaffId>> {
    Ok(relationships::table
        .filter(relationships::service_id.eq(service))
        .filter(relationships::family_id.eq(family))
        .filter(relationships::ended_at.is_null())
        .select(relationships::staff_id)
        .distinct()
        .load(conn)?)
}

/// Why somebody has to do with a family, in their words.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Reason(#[n(0)] String);
content!(D at "relationships.sealed" holds Reason);

/// Starts a relationship, with its reason, unless one stands already.
///
/// # Errors
/// Not found, for whoever is kept out of the family.
pub fn relationship_start(act: &mut Act<'_>, staff: StaffId, family: FamilyId, reason: &str) -> Result<()> {
    let service = act.service;
    if is_barred(act.conn(), service, staff, family)? {
        return Err(Error::not_found());
    }
    let live: i64 = relationships::table
        .filter(relationships::service_id.eq(service))
        .filter(relationships::family_id.eq(family))
        .filter(relationships::staff_id.eq(staff))
        .filter(relationships::ended_at.is_null())
        .count()
        .get_result(act.conn())?;
    if live > 0 {
        return Ok(());
    }
    let (id, at) = (RelationshipId::new(act.chance()), act.at);
    let unlocked = act.unlock(family.as_str(), &[Compartment::Detail])?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), id.as_str(), &Reason(reason.to_owned()))?;
    diesel::insert_into(relationships::table)
        .values((
            relationships::id.eq(id),
            relationships::service_id.eq(service),
            relationships::family_id.eq(family),
            relationships::staff_id.eq(staff),
            relationships::sealed.eq(sealed),
            relationships::started_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::RelationshipStarted, ("staff", staff.as_str()), Some(family), "")
}

/// Ends every relationship of somebody to a family. They are what every door asks for, so each is closed with them.
pub(super) fn relationships_end(act: &mut Act<'_>, staff: StaffId, family: FamilyId) -> Result<()> {
    let (service, at) = (act.service, act.at);
    diesel::update(
        relationships::table
            .filter(relationships::service_id.eq(service))
            .filter(relationships::family_id.eq(family))
            .filter(relationships::staff_id.eq(staff))
            .filter(relationships::ended_at.is_null()),
    )
    .set(relationships::ended_at.eq(at))
    .execute(act.conn())?;
    Ok(())
}

/// Takes a family file away that whoever calls opened by mistake and has emptied: with its keys nothing of it can be opened
/// any more. The record keeps that it was there.
///
/// # Errors
/// A file on which something stands, or that a colleague took up: the database holds it.
pub fn family_close(act: &mut Act<'_>, proof: &InFamily) -> Result<()> {
    use diesel::result::{DatabaseErrorKind, Error as Refused};
    let own = relationships::table
        .filter(relationships::service_id.eq(proof.service()))
        .filter(relationships::family_id.eq(proof.family()))
        .filter(relationships::staff_id.eq(proof.staff()));
    diesel::delete(own).execute(act.conn())?;
    act.holder_close(proof.family().as_str())?;
    let file = families::table.find(proof.family()).filter(families::service_id.eq(proof.service()));
    match diesel::delete(file).execute(act.conn()) {
        Ok(_) => Ok(()),
        Err(Refused::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _)) => Err(Error::not_now(
            "Something is on record for this family, or a colleague has its file. It stays. Nothing was changed.",
        )),
        Err(problem) => Err(problem.into()),
    }
}

/// A family by the reference that somebody was given.
///
/// # Errors
/// A reference that this service does not have, or that the caller is kept out of: in the same words.
pub fn family_by_reference(conn: &mut Conn, caller: &Caller, reference: &str) -> Result<FamilyId> {
    let unknown = || {
        Error::bad_input(
            "No family of your service has this reference. Check it with whoever gave it to you.",
        )
        .at("reference")
    };
    let wanted = FamilyReference::parse(reference).map_err(|_| {
        Error::bad_input("A family reference looks like KW-7F3K-9QXM. Check it and try again.")
            .at("reference")
    })?;
    let family: FamilyId = families::table
        .filter(families::service_id.eq(caller.service))
        .filter(families::reference.eq(wanted.as_str()))
        .select(families::id)
        .first(conn)
        .optional()?
        .ok_or_else(unknown)?;
    if is_barred(conn, caller.service, caller.staff, family)? { Err(unknown()) } else { Ok(family) }
}

/// A member of staff says why they have to do with a family whose reference they were given.
///
/// # Errors
/// A reason too short to mean anything; a reference that this service does not have.
pub fn relationship_claim(
    act: &mut Act<'_>,
    caller: &Caller,
    reference: &str,
    reason: &str,
) -> Result<FamilyId> {
    if reason.trim().chars().count() < 8 {
        return Err(Error::bad_input(
            "Say in a few words why you need this family's file, for example who asked you.",
        )
        .at("reason"));
    }
    let family = family_by_reference(act.conn(), caller, reference)?;
    relationship_start(act, caller.staff, family, reason.trim())?;
    // Claiming is itself on the record even where a relationship stood already.
    let role = caller.roles.first().copied().unwrap_or(Role::Administrator);
    act.record(Deed::RelationshipStarted, ("family", family.as_str()), Some(family), role.as_str())?;
    Ok(family)
}
