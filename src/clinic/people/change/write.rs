//! A plan written down in one act, with one row of the record for each kind of thing, and kept so that it can be undone.
//! Must not know: how it was proposed, or shown.

use super::{OfHealth, OfKin, OfPerson, OfTie, Plan, There, standing::Stood};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{at_risk::results_widen, consequence::tasks_live, task::tasks_die},
        letters::take_back::take_back,
        people::{
            dates::heard_possible,
            health::health_put,
            kinship::kinship_put,
            person::{Changed, Person, person_insert, person_put, person_remove},
            ties::{tie_put, tie_remove},
        },
    },
    db::UtcTime,
    error::{Error, Result},
    ids::{FamilyChangeId, FamilyId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    family_changes (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        seq -> Integer,
        by_staff -> Text,
        at -> Timestamp,
        undone_at -> Nullable<Timestamp>,
        people -> Binary,
        ties -> Binary,
        health -> Binary,
    }
}

/// The part of a change that says who people are, and what stood in the family when it was made.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(super) struct People(#[n(0)] pub Vec<OfPerson>, #[n(1)] pub Stood);
content!(K at "family_changes.people" holds People);

/// The part that says how they are tied.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(super) struct Tied(#[n(0)] pub Vec<OfKin>, #[n(1)] pub Vec<OfTie>);
content!(Y at "family_changes.ties" holds Tied);

/// The part that says what they have.
#[derive(minicbor::Encode, minicbor::Decode)]
pub(super) struct Had(#[n(0)] pub Vec<OfHealth>);
content!(P at "family_changes.health" holds Had);

/// A change as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = family_changes)]
pub(super) struct Row {
    pub id: FamilyChangeId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub seq: i32,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub undone_at: Option<UtcTime>,
    pub people: Sealed<People>,
    pub ties: Sealed<Tied>,
    pub health: Sealed<Had>,
}

/// Applies a plan whose outcome was found possible. Letters that went by an older name or date of birth are taken back,
/// and a death stops what was on its way, as when each is recorded by itself.
///
/// # Errors
/// A plan that changes nothing.
pub fn plan_apply(act: &mut Act<'_>, proof: &InFamily, there: &There, plan: &Plan) -> Result<FamilyChangeId> {
    if plan.is_empty() {
        return Err(Error::not_now(
            "This says nothing that is not in the family already. Nothing was saved.",
        ));
    }
    let outcome = plan.outcome(there, proof, act.at);
    let mut plan = plan.clone();
    write(act, proof, there, &mut plan, &outcome)?;
    for one in plan.people.iter_mut().filter(|one| one.before.is_some()) {
        let (Some(was), Some(is)) = (there.person(one.id), outcome.person(one.id)) else { continue };
        if let Some(died) = is.died_on.filter(|died| was.died_on != Some(*died)) {
            heard_possible(act, proof, one.id, died)?;
        }
        take_back(act, one.id, Changed::between(was, is))?;
        one.stopped = dies_or_lives(act, proof, was, is)?;
    }
    results_widen(act, proof)?;
    for (deed, count) in plan.deeds() {
        act.record(deed, ("family", proof.family().as_str()), Some(proof.family()), &count.to_string())?;
    }
    // Counted after the plan's own consequences, so that only what comes later stands on it.
    let stood = Stood::now(act.conn(), proof)?;
    keep(act, proof, plan, stood)
}

/// A death stops what was on its way, and a death that was none lets the person be followed again. Answers whether
/// anything was on its way.
pub(super) fn dies_or_lives(act: &mut Act<'_>, proof: &InFamily, was: &Person, is: &Person) -> Result<bool> {
    match (was.has_died(), is.has_died()) {
        (false, true) => tasks_die(act, is.id),
        (true, false) => tasks_live(act, proof, is).map(|()| false),
        (true, true) | (false, false) => Ok(false),
    }
}

/// Writes each row as it is after. Ties that come new get their ids here.
pub(super) fn write(
    act: &mut Act<'_>,
    proof: &InFamily,
    there: &There,
    plan: &mut Plan,
    outcome: &There,
) -> Result<()> {
    let missing = || Error::inner("a plan names somebody who is not in its outcome");
    for one in plan.people.iter().filter(|one| one.before.is_none()) {
        let person: &Person = outcome.person(one.id).ok_or_else(missing)?;
        person.family_name.iter().for_each(|name| crate::mutant::tell(name));
        person_insert(act, proof.grant()?, person)?;
    }
    for one in plan.people.iter().filter(|one| one.before.is_some() && one.after.is_some()) {
        let person = outcome.person(one.id).ok_or_else(missing)?;
        person_put(act, proof, person)?;
    }
    for one in &plan.kin {
        let stands = there.kin.iter().find(|link| (link.child, link.parent) == (one.child, one.parent));
        kinship_put(act, proof, stands.map(|link| link.id), (one.child, one.parent), &one.after)?;
    }
    for one in &mut plan.ties {
        match (&one.after, one.id) {
            (Some(tie), stands) => {
                // What was taken away comes back as a row of its own.
                let stands = stands.filter(|id| there.ties.iter().any(|(known, _)| known == id));
                one.id = Some(tie_put(act, proof, stands, tie)?);
            }
            (None, Some(id)) => tie_remove(act, proof, id)?,
            (None, None) => {}
        }
    }
    for one in &plan.health {
        health_put(act, proof, one.id, &one.after)?;
    }
    for one in plan.people.iter().filter(|one| one.after.is_none()) {
        person_remove(act, proof, one.id)?;
    }
    Ok(())
}

impl Plan {
    /// One line of the record for each kind of thing, with how many.
    fn deeds(&self) -> Vec<(Deed, usize)> {
        let added = self.added();
        let deeds = [
            (Deed::PeopleAdded, added),
            (Deed::PeopleChanged, self.people.len().saturating_sub(added)),
            (Deed::KinshipChanged, self.kin.len()),
            (Deed::TiesChanged, self.ties.len()),
            (Deed::HealthChanged, self.health.len()),
        ];
        deeds.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

fn keep(act: &mut Act<'_>, proof: &InFamily, plan: Plan, stood: Stood) -> Result<FamilyChangeId> {
    let id = FamilyChangeId::new(act.chance());
    let newest: Option<i32> = family_changes::table
        .filter(family_changes::service_id.eq(proof.service()))
        .filter(family_changes::family_id.eq(proof.family()))
        .select(diesel::dsl::max(family_changes::seq))
        .first(act.conn())?;
    let row = id.as_str();
    let (at, chance) = (act.at, act.chance());
    let row = Row {
        id,
        service_id: proof.service(),
        family_id: proof.family(),
        seq: newest.unwrap_or_default() + 1,
        by_staff: proof.staff(),
        at,
        undone_at: None,
        people: Sealed::seal(proof.grant()?, chance, row, &People(plan.people, stood))?,
        ties: Sealed::seal(proof.grant()?, chance, row, &Tied(plan.kin, plan.ties))?,
        health: Sealed::seal(proof.grant()?, chance, row, &Had(plan.health))?,
    };
    diesel::insert_into(family_changes::table).values(row).execute(act.conn())?;
    Ok(id)
}

/// Takes away what was kept of a family's changes, when its file is taken away with all that came in. Whoever calls has undone
/// them, and records it.
pub fn changes_forget(act: &mut Act<'_>, proof: &InFamily) -> Result<()> {
    let of_family = family_changes::table
        .filter(family_changes::service_id.eq(proof.service()))
        .filter(family_changes::family_id.eq(proof.family()))
        .filter(family_changes::undone_at.is_not_null());
    diesel::delete(of_family).execute(act.conn())?;
    Ok(())
}
