//! A new treatment for a condition of the table: whoever was closed and waits for one is opened again in the same act.
//! Must not know: which family has which condition; those who wait are found by a blind index.

use super::{closing::condition_index, trigger::trigger_fire, triggers_listed::triggers_of_condition};
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{ServiceId, StaffId, TreatmentId},
};
use diesel::prelude::*;
use kinward_family::condition::Condition;

diesel::table! {
    treatments (id) {
        id -> Text,
        service_id -> Text,
        condition_key -> Text,
        words -> Text,
        by_staff -> Text,
        at -> Timestamp,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = treatments)]
pub struct Treatment {
    pub condition_key: String,
    pub words: String,
    pub at: UtcTime,
}

/// Marks that there is a new treatment, and opens whoever waits for one. Answers how many.
///
/// # Errors
/// A condition that is not in the table; no words.
pub fn treatment_mark(act: &mut Act<'_>, by: StaffId, condition: &str, words: &str) -> Result<usize> {
    let condition = Condition::by_key(condition).ok_or_else(|| {
        Error::bad_input("Choose a condition of the table. Nothing was saved.").at("condition")
    })?;
    let words = words.trim();
    if words.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write in a sentence what is new, and where it is published. Nothing was saved.",
        )
        .at("treatment_words"));
    }
    let (id, service, at) = (TreatmentId::new(act.chance()), act.service, act.at);
    diesel::insert_into(treatments::table)
        .values((
            treatments::id.eq(id),
            treatments::service_id.eq(service),
            treatments::condition_key.eq(condition.key()),
            treatments::words.eq(words),
            treatments::by_staff.eq(by),
            treatments::at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::TreatmentMarked, ("treatment", id.as_str()), None, condition.key())?;
    let index = condition_index(act, condition.key())?;
    let mut fired = 0;
    for one in triggers_of_condition(act.conn, act.service, &index)? {
        fired += usize::from(trigger_fire(act, one)?);
    }
    Ok(fired)
}

/// The newest that were marked.
pub fn treatments_marked(conn: &mut Conn, service: ServiceId, most: i64) -> Result<Vec<Treatment>> {
    Ok(treatments::table
        .filter(treatments::service_id.eq(service))
        .order((treatments::at.desc(), treatments::id.asc()))
        .limit(most)
        .select(Treatment::as_select())
        .load(conn)?)
}
