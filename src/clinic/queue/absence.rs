//! Who is away, from when to when, and who stands in: their work, what is new too, is shown to whoever does.
//! Must not know: why somebody is away, or any item of work.

use crate::{
    access::staff::staff_get,
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{AbsenceId, ServiceId, StaffId},
};
use diesel::prelude::*;

diesel::table! {
    absences (id) {
        id -> Text,
        service_id -> Text,
        staff_id -> Text,
        cover_id -> Text,
        from_on -> Date,
        to_on -> Date,
        set_by -> Text,
        set_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

/// That somebody is away, both days included.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = absences)]
pub struct Absence {
    pub id: AbsenceId,
    pub service_id: ServiceId,
    pub staff_id: StaffId,
    pub cover_id: StaffId,
    pub from_on: UtcDate,
    pub to_on: UtcDate,
    pub set_by: StaffId,
    pub set_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

/// Sets who stands in for somebody.
///
/// # Errors
/// Nobody but themselves; days in the wrong order, past, or too many; days for which somebody stands in already.
pub fn absence_set(
    act: &mut Act<'_>,
    by: StaffId,
    (away, cover): (StaffId, StaffId),
    (from_on, to_on): (UtcDate, UtcDate),
) -> Result<AbsenceId> {
    let (service, today) = (act.service, act.at.date());
    let refused =
        |field: &str, words: &str| Error::bad_input(format!("{words} Nothing was saved.")).at(field);
    if away == cover {
        return Err(refused("cover", "Choose a colleague."));
    }
    for person in [away, cover] {
        if staff_get(act.conn(), service, person)?.disabled_at.is_some() {
            return Err(refused("cover", "This colleague has no account any more."));
        }
    }
    if to_on < from_on || to_on < today {
        return Err(refused("to_on", "The last day lies before the first, or is past."));
    }
    let most = act.policy().work.cover_most_days;
    if to_on.days_since(from_on) >= most {
        return Err(refused(
            "to_on",
            &format!("Somebody stands in for {most} days at most; then set it anew."),
        ));
    }
    let standing = absences_now(act.conn(), service, today)?;
    if standing.iter().any(|one| one.staff_id == away && one.from_on <= to_on && from_on <= one.to_on) {
        return Err(refused("from_on", "Somebody stands in for some of these days already. End that first."));
    }
    let row = Absence {
        id: AbsenceId::new(act.chance()),
        service_id: service,
        staff_id: away,
        cover_id: cover,
        from_on,
        to_on,
        set_by: by,
        set_at: act.at,
        ended_at: None,
    };
    diesel::insert_into(absences::table).values(&row).execute(act.conn())?;
    act.record(Deed::AbsenceSet, ("staff", away.as_str()), None, &format!("{from_on} {to_on}"))?;
    Ok(row.id)
}

/// # Errors
/// Not found, for one that has ended.
pub fn absence_end(act: &mut Act<'_>, id: AbsenceId) -> Result<()> {
    let one = absence_get(act.conn, act.service, id)?;
    let at = act.at;
    diesel::update(absences::table.find(id)).set(absences::ended_at.eq(at)).execute(act.conn())?;
    act.record(Deed::AbsenceEnded, ("staff", one.staff_id.as_str()), None, "")
}

pub fn absence_get(conn: &mut Conn, service: ServiceId, id: AbsenceId) -> Result<Absence> {
    Ok(absences::table
        .filter(absences::service_id.eq(service))
        .filter(absences::id.eq(id))
        .filter(absences::ended_at.is_null())
        .first(conn)?)
}

/// All that stands today or later.
pub fn absences_now(conn: &mut Conn, service: ServiceId, today: UtcDate) -> Result<Vec<Absence>> {
    Ok(absences::table
        .filter(absences::service_id.eq(service))
        .filter(absences::ended_at.is_null())
        .filter(absences::to_on.ge(today))
        .order((absences::from_on.asc(), absences::id.asc()))
        .load(conn)?)
}

/// For whom somebody stands in today. Who stands in for somebody does not stand in for whom that one stands in for.
pub fn covered_by(
    conn: &mut Conn,
    service: ServiceId,
    cover: StaffId,
    today: UtcDate,
) -> Result<Vec<StaffId>> {
    Ok(absences::table
        .filter(absences::service_id.eq(service))
        .filter(absences::cover_id.eq(cover))
        .filter(absences::ended_at.is_null())
        .filter(absences::from_on.le(today))
        .filter(absences::to_on.ge(today))
        .select(absences::staff_id)
        .distinct()
        .load(conn)?)
}
