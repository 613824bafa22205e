//! That two results are of one family, and who stands in both files: a row a side, each with its words. Compartment D.
//! Must not know: names, findings, or what a join does to a letter.

use crate::{
    access::InFamily,
    clinic::cascade::task::{Task, tasks_of_pairs},
    db::{Conn, UtcTime},
    error::Result,
    ids::{FamilyId, KindredId, PersonId, ResultId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    kindreds (id) {
        id -> Text,
        service_id -> Text,
        twin_id -> Text,
        family_id -> Text,
        result_id -> Text,
        other_family_id -> Text,
        other_result_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        parted_by -> Nullable<Text>,
        parted_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

diesel::table! {
    kindred_people (kindred_id, person_id) {
        kindred_id -> Text,
        service_id -> Text,
        person_id -> Text,
        other_id -> Text,
    }
}

diesel::joinable!(kindred_people -> kindreds (kindred_id));
diesel::allow_tables_to_appear_in_same_query!(kindred_people, kindreds);

/// One side of a join, as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = kindreds)]
pub struct Kindred {
    pub id: KindredId,
    pub service_id: ServiceId,
    /// The row of the other side.
    pub twin_id: KindredId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub other_family_id: FamilyId,
    pub other_result_id: ResultId,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub parted_by: Option<StaffId>,
    pub parted_at: Option<UtcTime>,
    pub(super) sealed: Sealed<Words>,
}

/// Why they are one family, and why they were parted, where they were.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Words {
    #[n(0)]
    pub joined: String,
    #[n(1)]
    pub parted: Option<String>,
}
content!(D at "kindreds.sealed" holds Words);

impl Kindred {
    pub fn words(&self, proof: &InFamily) -> Result<Words> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }

    pub fn stands(&self) -> bool {
        self.parted_at.is_none()
    }
}

/// Every join of a result that stands or stood, newest first.
pub fn kindreds_of(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Vec<Kindred>> {
    Ok(kindreds::table
        .filter(kindreds::service_id.eq(proof.service()))
        .filter(kindreds::family_id.eq(proof.family()))
        .filter(kindreds::result_id.eq(result))
        .order((kindreds::at.desc(), kindreds::id.asc()))
        .load(conn)?)
}

/// Who stands in both files: here, and there.
pub fn kindred_pairs(
    conn: &mut Conn,
    service: ServiceId,
    kindred: KindredId,
) -> Result<Vec<(PersonId, PersonId)>> {
    Ok(kindred_people::table
        .filter(kindred_people::service_id.eq(service))
        .filter(kindred_people::kindred_id.eq(kindred))
        .order(kindred_people::person_id.asc())
        .select((kindred_people::person_id, kindred_people::other_id))
        .load(conn)?)
}

/// Whom somebody is taken for in the files that are joined with theirs now.
pub fn others_of_person(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Vec<PersonId>> {
    Ok(kindred_people::table
        .inner_join(kindreds::table)
        .filter(kindred_people::service_id.eq(service))
        .filter(kindred_people::person_id.eq(person))
        .filter(kindreds::parted_at.is_null())
        .order(kindred_people::other_id.asc())
        .select(kindred_people::other_id)
        .load(conn)?)
}

/// The files that are joined with this one now.
pub fn families_joined(conn: &mut Conn, service: ServiceId, family: FamilyId) -> Result<Vec<FamilyId>> {
    Ok(kindreds::table
        .filter(kindreds::service_id.eq(service))
        .filter(kindreds::family_id.eq(family))
        .filter(kindreds::parted_at.is_null())
        .select(kindreds::other_family_id)
        .distinct()
        .load(conn)?)
}

/// The files that are joined with a result's own by its variant.
pub fn families_of_result(conn: &mut Conn, service: ServiceId, result: ResultId) -> Result<Vec<FamilyId>> {
    Ok(kindreds::table
        .filter(kindreds::service_id.eq(service))
        .filter(kindreds::result_id.eq(result))
        .filter(kindreds::parted_at.is_null())
        .order(kindreds::id.asc())
        .select(kindreds::other_family_id)
        .load(conn)?)
}

/// One person's standing by one result, and the same person's by the result of a joined file.
type Alike = (ResultId, PersonId);

/// The results and people that one relative's standing is alike with, over any number of joined files; the first is the
/// one asked about.
pub(super) fn alike(conn: &mut Conn, service: ServiceId, of: Alike) -> Result<Vec<Alike>> {
    let (mut known, mut open) = (vec![of], vec![of]);
    while let Some((result, person)) = open.pop() {
        let next: Vec<Alike> = kindreds::table
            .inner_join(kindred_people::table)
            .filter(kindreds::service_id.eq(service))
            .filter(kindreds::result_id.eq(result))
            .filter(kindreds::parted_at.is_null())
            .filter(kindred_people::person_id.eq(person))
            .order(kindreds::id.asc())
            .select((kindreds::other_result_id, kindred_people::other_id))
            .load(conn)?;
        for one in next {
            if !known.contains(&one) {
                known.push(one);
                open.push(one);
            }
        }
    }
    Ok(known)
}

/// The tasks of the same relative for the same variant in joined files.
pub fn tasks_alike(conn: &mut Conn, service: ServiceId, task: &Task) -> Result<Vec<Task>> {
    let known = alike(conn, service, (task.result_id, task.person_id))?;
    match known.split_first() {
        Some((_, [])) | None => Ok(Vec::new()),
        Some((_, others)) => tasks_of_pairs(conn, service, others),
    }
}

/// The laboratory amended a report: what its result was joined with, the new one is.
pub(in crate::clinic) fn kindreds_move(
    conn: &mut Conn,
    service: ServiceId,
    elder: ResultId,
    newer: ResultId,
) -> Result<()> {
    let of = kindreds::table.filter(kindreds::service_id.eq(service)).filter(kindreds::parted_at.is_null());
    diesel::update(of.filter(kindreds::result_id.eq(elder)))
        .set(kindreds::result_id.eq(newer))
        .execute(conn)?;
    diesel::update(of.filter(kindreds::other_result_id.eq(elder)))
        .set(kindreds::other_result_id.eq(newer))
        .execute(conn)?;
    Ok(())
}
