//! The last change of a family taken back, as long as nothing stands on it; where something does, it is said what.
//! Must not know: how a change was entered.

use super::{
    Names, Plan, There,
    standing::{Stood, reached},
    write::{Row, dies_or_lives, family_changes, write},
};
use crate::{
    access::{InFamily, staff::staff_names},
    audit::{Act, Deed},
    clinic::sharing::objection::ever_objected,
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::FamilyChangeId,
};
use diesel::prelude::*;

/// The newest change that has not been undone, for whoever may edit the family.
pub struct LastChange {
    pub id: FamilyChangeId,
    pub at: UtcTime,
    pub by: String,
    /// How many people came in with it.
    pub added: usize,
    /// What stands on it; where that is nothing, it can be undone.
    pub stands: Vec<String>,
}

pub fn change_last(conn: &mut Conn, proof: &InFamily, there: &There) -> Result<Option<LastChange>> {
    let Some(row) = newest(conn, proof)? else { return Ok(None) };
    let by = staff_names(conn, proof.service())?.into_iter().find(|(id, _)| *id == row.by_staff);
    let (id, at) = (row.id, row.at);
    let (plan, stood) = row.open(proof)?;
    let stands = stands(conn, proof, there, &plan, stood)?;
    let by = by.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name);
    Ok(Some(LastChange { id, at, by, added: plan.added(), stands }))
}

/// Takes a change back.
///
/// # Errors
/// Another change came after it, or something stands on it: in words, with what.
pub fn change_undo(act: &mut Act<'_>, proof: &InFamily, id: FamilyChangeId) -> Result<()> {
    let row = newest(act.conn(), proof)?.filter(|row| row.id == id).ok_or_else(|| {
        Error::not_now("This is not the last change of the family any more, or it was undone already. Nothing was changed.")
    })?;
    let (plan, stood) = row.open(proof)?;
    let there = There::read(act.conn(), proof)?;
    let stands = stands(act.conn(), proof, &there, &plan, stood)?;
    if !stands.is_empty() {
        return Err(Error::not_now(format!(
            "This cannot be undone any more, for something stands on it: {}. Nothing was changed.",
            stands.join("; ")
        )));
    }
    let mut back = plan.turned_round();
    let outcome = back.outcome(&there, proof, act.at);
    write(act, proof, &there, &mut back, &outcome)?;
    for one in &back.people {
        let (Some(was), Some(is)) = (there.person(one.id), outcome.person(one.id)) else { continue };
        dies_or_lives(act, proof, was, is)?;
    }
    let at = act.at;
    diesel::update(family_changes::table.find(id))
        .set(family_changes::undone_at.eq(at))
        .execute(act.conn())?;
    let note = format!("{} people taken out", plan.added());
    act.record(Deed::FamilyChangeUndone, ("family_change", id.as_str()), Some(proof.family()), &note)
}

fn newest(conn: &mut Conn, proof: &InFamily) -> Result<Option<Row>> {
    Ok(family_changes::table
        .filter(family_changes::service_id.eq(proof.service()))
        .filter(family_changes::family_id.eq(proof.family()))
        .filter(family_changes::undone_at.is_null())
        .order(family_changes::seq.desc())
        .first(conn)
        .optional()?)
}

impl Row {
    fn open(self, proof: &InFamily) -> Result<(Plan, Stood)> {
        let row = self.id.as_str();
        let people = self.people.open(proof.grant()?, row)?;
        let tied = self.ties.open(proof.grant()?, row)?;
        let had = self.health.open(proof.grant()?, row)?;
        Ok((Plan { people: people.0, kin: tied.0, ties: tied.1, health: had.0 }, people.1))
    }
}

/// What came after a change and rests on it.
fn stands(
    conn: &mut Conn,
    proof: &InFamily,
    there: &There,
    plan: &Plan,
    stood: Stood,
) -> Result<Vec<String>> {
    let names = Names::of_outcome(there, there);
    let mut stands = stood.since(Stood::now(conn, proof)?);
    for id in reached(conn, proof, plan)? {
        stands.push(format!("how to reach {} is on record", names.of(id)));
    }
    let added: Vec<_> = plan.people.iter().filter(|one| one.before.is_none()).map(|one| one.id).collect();
    for id in ever_objected(conn, proof.service(), &added)? {
        stands.push(format!("{} has said what they do not want to know", names.of(id)));
    }
    for one in &plan.people {
        let same = there.person(one.id).map(super::Person::who) == one.after;
        if !same {
            stands.push(format!("{} was changed since", names.of(one.id)));
        }
        // A letter that was taken back, or an agreement that was reached, does not come back by itself.
        if one.stopped {
            stands.push(format!("the death of {} stopped what was on its way", names.of(one.id)));
        }
    }
    for link in &there.kin {
        let of_plan = plan.kin.iter().find(|one| (one.child, one.parent) == (link.child, link.parent));
        let added = |id| plan.people.iter().any(|one| one.id == id && one.before.is_none());
        let same = match of_plan {
            Some(one) => one.after == link.kinds,
            None => !added(link.child) && !added(link.parent),
        };
        if !same {
            stands.push(format!("{} was tied to {} since", names.of(link.child), names.of(link.parent)));
        }
    }
    for (id, tie) in &there.ties {
        let of_plan = plan.ties.iter().find(|one| one.id == Some(*id));
        let same = match of_plan {
            Some(one) => one.after.as_ref() == Some(tie),
            None => !plan.people.iter().any(|one| one.before.is_none() && tie.holds(one.id)),
        };
        if !same {
            stands.push("a couple or twins among them were changed since".into());
        }
    }
    for (id, said) in &there.health {
        let of_plan = plan.health.iter().find(|one| one.id == *id);
        let same = match of_plan {
            Some(one) => one.after == *said,
            None => !plan.people.iter().any(|one| one.before.is_none() && one.id == *id),
        };
        if !same {
            stands.push(format!("what {} has was changed since", names.of(*id)));
        }
    }
    stands.dedup();
    Ok(stands)
}
