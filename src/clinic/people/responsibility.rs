//! Who has parental responsibility for a child, as somebody told us: to whom a letter about the child goes. Compartment K.
//! Must not know: any finding. Being a parent by descent is not taken for it: it is said, and by whom.

use super::person::person_get;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResponsibilityId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    parental_responsibilities (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        child_id -> Text,
        holder_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ended_by -> Nullable<Text>,
        sealed -> Binary,
    }
}

/// Who said so, and how they know.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct SaidBy(#[n(0)] String);
content!(K at "parental_responsibilities.sealed" holds SaidBy);

/// One person's responsibility for one child.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = parental_responsibilities)]
pub struct Responsibility {
    pub id: ResponsibilityId,
    service_id: ServiceId,
    family_id: FamilyId,
    pub child_id: PersonId,
    pub holder_id: PersonId,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub ended_by: Option<StaffId>,
    sealed: Sealed<SaidBy>,
}

impl Responsibility {
    pub fn words(&self, proof: &InFamily) -> Result<String> {
        Ok(self.sealed.open(proof.grant()?, self.id.as_str())?.0)
    }
}

/// Records who is responsible for a child, and who said so.
///
/// # Errors
/// Somebody grown up; a holder who is no adult, has died, or is the child; nobody who said so; what stands already.
pub fn responsibility_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    child: PersonId,
    holder: PersonId,
    said_by: &str,
) -> Result<ResponsibilityId> {
    let (child, holder) = (person_get(act.conn(), proof, child)?, person_get(act.conn(), proof, holder)?);
    let (today, adult) = (act.at.date(), act.policy().periods.adult_age);
    let is_adult = |born: Option<crate::db::UtcDate>| born.is_none_or(|born| born.age_on(today) >= adult);
    if child.birth_date.is_none() || is_adult(child.birth_date) {
        return Err(Error::not_now(
            "Nobody has parental responsibility for somebody who is grown up, or whose date of birth is not on record. Nothing was saved.",
        ));
    }
    if holder.id == child.id || !is_adult(holder.birth_date) || holder.has_died() {
        return Err(Error::bad_input(
            "Choose somebody of this family who is grown up and alive. Nothing was saved.",
        )
        .at("holder"));
    }
    let said_by = said_by.trim();
    if said_by.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write in a few words who told us so, and how they know. Nothing was saved.",
        )
        .at("responsible_words"));
    }
    let standing = responsible_for(act.conn(), proof, child.id)?;
    if standing.iter().any(|one| one.holder_id == holder.id) {
        return Err(Error::not_now("That is on record already. Nothing was changed."));
    }
    let id = ResponsibilityId::new(act.chance());
    let row = Responsibility {
        id,
        service_id: act.service,
        family_id: proof.family(),
        child_id: child.id,
        holder_id: holder.id,
        by_staff: proof.staff(),
        at: act.at,
        ended_at: None,
        ended_by: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &SaidBy(said_by.to_owned()))?,
    };
    diesel::insert_into(parental_responsibilities::table).values(&row).execute(act.conn())?;
    act.record(Deed::ResponsibilityRecorded, ("person", child.id.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// It holds no longer, or was wrong: a letter to them about the child that has not left is stopped before it does.
///
/// # Errors
/// One that does not stand for this child.
pub fn responsibility_end(
    act: &mut Act<'_>,
    proof: &InFamily,
    child: PersonId,
    id: ResponsibilityId,
) -> Result<PersonId> {
    let standing = responsible_for(act.conn(), proof, child)?;
    let one = standing.into_iter().find(|one| one.id == id).ok_or_else(Error::not_found)?;
    let at = act.at;
    diesel::update(parental_responsibilities::table.find(id))
        .set((
            parental_responsibilities::ended_at.eq(at),
            parental_responsibilities::ended_by.eq(proof.staff()),
        ))
        .execute(act.conn())?;
    act.record(Deed::ResponsibilityEnded, ("person", child.as_str()), Some(proof.family()), "")?;
    Ok(one.holder_id)
}

/// Who is responsible for a child now, in the order in which it was said.
pub fn responsible_for(conn: &mut Conn, proof: &InFamily, child: PersonId) -> Result<Vec<Responsibility>> {
    Ok(parental_responsibilities::table
        .filter(parental_responsibilities::service_id.eq(proof.service()))
        .filter(parental_responsibilities::family_id.eq(proof.family()))
        .filter(parental_responsibilities::child_id.eq(child))
        .filter(parental_responsibilities::ended_at.is_null())
        .order((parental_responsibilities::at.asc(), parental_responsibilities::id.asc()))
        .load(conn)?)
}

/// Whether somebody is responsible for a child now: asked before a letter leaves, by whoever sends it.
pub fn is_responsible(
    conn: &mut Conn,
    service: ServiceId,
    child: PersonId,
    holder: PersonId,
) -> Result<bool> {
    let standing: i64 = parental_responsibilities::table
        .filter(parental_responsibilities::service_id.eq(service))
        .filter(parental_responsibilities::child_id.eq(child))
        .filter(parental_responsibilities::holder_id.eq(holder))
        .filter(parental_responsibilities::ended_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(standing > 0)
}
