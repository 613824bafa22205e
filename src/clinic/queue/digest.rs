//! The day's e-mail to those who asked for one: how much stands in which queue. Never the day's second.
//! Must not know: any family or person; what is said are numbers and the names of queues.

use super::counts::Counting;
use crate::{
    access::{service::service_list, staff::staff_roles_of},
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, bounded::Bounded, closed},
    error::{Error, Result},
    ids::{ServiceId, StaffId},
    policy::Policy,
    relative::listener::Digested,
};
use diesel::prelude::*;
use kinward_family::person::EmailAddress;

diesel::table! {
    digests (staff_id) {
        staff_id -> Text,
        service_id -> Text,
        email -> Text,
        since -> Timestamp,
    }
}

diesel::table! {
    digest_days (staff_id, day) {
        staff_id -> Text,
        day -> Date,
        service_id -> Text,
        state -> Text,
        changed_at -> Timestamp,
    }
}

diesel::allow_tables_to_appear_in_same_query!(digests, digest_days);

closed! {
    /// What became of a day's e-mail. One that is still being sent when its worker vanished is not sent again.
    pub enum DigestState { Sending = "sending", Sent = "sent", Failed = "failed" }
}

/// Asks for the day's e-mail, to an address of the service's own; nothing asks for no more.
///
/// # Errors
/// An address that cannot be written to.
pub fn digest_choose(act: &mut Act<'_>, staff: StaffId, email: Option<&str>) -> Result<()> {
    let (service, at) = (act.service, act.at);
    let email = email.map(|text| EmailAddress::parse(text.trim()));
    let email = email.transpose().map_err(|_| {
        Error::bad_input("Write an e-mail address like name@service.example. Nothing was saved.").at("email")
    })?;
    diesel::delete(digests::table.find(staff)).execute(act.conn())?;
    if let Some(email) = &email {
        diesel::insert_into(digests::table)
            .values((
                digests::staff_id.eq(staff),
                digests::service_id.eq(service),
                digests::email.eq(email.as_str()),
                digests::since.eq(at),
            ))
            .execute(act.conn())?;
    }
    let note = if email.is_some() { "on" } else { "off" };
    act.record(Deed::DigestChosen, ("staff", staff.as_str()), None, note)
}

/// The address to which somebody has it sent.
pub fn digest_of(conn: &mut Conn, staff: StaffId) -> Result<Option<String>> {
    Ok(digests::table.find(staff).select(digests::email).first(conn).optional()?)
}

/// The last that was made for somebody, and what became of it.
pub fn digest_last(conn: &mut Conn, staff: StaffId) -> Result<Option<(UtcDate, DigestState)>> {
    Ok(digest_days::table
        .filter(digest_days::staff_id.eq(staff))
        .order(digest_days::day.desc())
        .select((digest_days::day, digest_days::state))
        .first(conn)
        .optional()?)
}

/// Those who asked for one and have had none today, where somebody works today and the hour has come.
pub fn digests_due(
    conn: &mut Conn,
    policy: &Policy,
    now: UtcTime,
    most: i64,
) -> Result<Vec<(ServiceId, String)>> {
    let (today, mut due) = (now.date(), Vec::new());
    if now < today.begins().plus_seconds(policy.work.digest_hour * 3600) {
        return Ok(due);
    }
    for service in service_list(conn)? {
        if !policy.is_working_day(today, &service.nation) {
            continue;
        }
        let had = digest_days::table
            .filter(digest_days::service_id.eq(service.id))
            .filter(digest_days::day.eq(today))
            .select(digest_days::staff_id);
        let whose: Vec<StaffId> = digests::table
            .filter(digests::service_id.eq(service.id))
            .filter(digests::staff_id.ne_all(had))
            .order(digests::staff_id.asc())
            .limit(most)
            .select(digests::staff_id)
            .load(conn)?;
        due.extend(whose.into_iter().map(|staff| (service.id, staff.to_string())));
    }
    Ok(due)
}

/// Marks the day's e-mail as being sent, before its first byte, and says what stands in it. Nothing, where another worker was
/// faster or whoever asked has no account any more.
pub fn digest_begin(act: &mut Act<'_>, reference: &str) -> Result<Option<Digested>> {
    let staff: StaffId = reference.parse().map_err(|_| Error::not_found())?;
    let (service, at, today) = (act.service, act.at, act.at.date());
    let had: i64 = digest_days::table
        .filter(digest_days::staff_id.eq(staff))
        .filter(digest_days::day.eq(today))
        .count()
        .get_result(act.conn())?;
    if had > 0 {
        return Err(Error::not_now("another worker was faster"));
    }
    let gone = crate::access::staff::staff_get(act.conn(), service, staff)?.disabled_at.is_some();
    let email = digest_of(act.conn(), staff)?.filter(|_| !gone);
    let state = if email.is_some() { DigestState::Sending } else { DigestState::Failed };
    diesel::insert_into(digest_days::table)
        .values((
            digest_days::staff_id.eq(staff),
            digest_days::day.eq(today),
            digest_days::service_id.eq(service),
            digest_days::state.eq(state),
            digest_days::changed_at.eq(at),
        ))
        .execute(act.conn())?;
    act.record(Deed::DigestSent, ("staff", staff.as_str()), None, state.as_str())?;
    let Some(to) = email.and_then(|email| EmailAddress::parse(&email).ok()) else { return Ok(None) };
    let roles = staff_roles_of(act.conn(), staff)?;
    let counts = Counting::of(act.conn(), (service, staff), &roles, today)?.all(act.conn())?;
    let lines = counts.into_iter().filter(|count| count.open > 0);
    Ok(Some(Digested {
        to,
        lines: lines
            .map(|count| {
                let open = Bounded { number: count.open, more: count.more };
                let late = Bounded { number: count.overdue, more: count.overdue_more };
                (count.title, open, count.mine, late)
            })
            .collect(),
    }))
}

/// What became of it.
pub fn digest_end(act: &mut Act<'_>, reference: &str, sent: bool) -> Result<()> {
    let staff: StaffId = reference.parse().map_err(|_| Error::not_found())?;
    let (at, state) = (act.at, if sent { DigestState::Sent } else { DigestState::Failed });
    let day: UtcDate = digest_days::table
        .filter(digest_days::staff_id.eq(staff))
        .filter(digest_days::state.eq(DigestState::Sending))
        .order(digest_days::day.desc())
        .select(digest_days::day)
        .first(act.conn())?;
    diesel::update(digest_days::table.find((staff, day)))
        .set((digest_days::state.eq(state), digest_days::changed_at.eq(at)))
        .execute(act.conn())?;
    act.record(Deed::DigestSent, ("staff", staff.as_str()), None, state.as_str())
}
