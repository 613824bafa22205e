//! Sign-in and the server-side session: its row decides on every request, whatever a cookie or token says.
//! Must not know: what the person may do; roles are read apart, each time.

use super::password;
use crate::{
    audit::{Act, Deed},
    clock::Chance,
    db::{Conn, Db, UtcTime},
    error::{Error, Result},
    ids::{ServiceId, StaffId},
    keys,
    policy::Periods,
};
use diesel::prelude::*;

diesel::table! {
    sessions (id_hash) {
        id_hash -> Text,
        service_id -> Text,
        staff_id -> Text,
        form_token -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
        ends_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sign_in_failures (username) {
        username -> Text,
        failures -> Integer,
        locked_until -> Nullable<Timestamp>,
    }
}

/// A session as stored. The secret itself is only in the cookie; here stands its hash.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    pub id_hash: String,
    pub service_id: ServiceId,
    pub staff_id: StaffId,
    pub form_token: String,
    pub created_at: UtcTime,
    pub last_seen_at: UtcTime,
    pub ends_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

/// 256 bits of chance, spelt in hexadecimal.
pub fn secret(chance: &dyn Chance) -> String {
    let mut bytes = [0u8; 32];
    chance.fill(&mut bytes);
    keys::to_hex(&bytes)
}

/// Names are compared in one form, so that a lock on one spelling holds for all.
pub fn username_fold(username: &str) -> String {
    username.trim().trim_end_matches('.').to_lowercase()
}

/// Refuses while `username` is locked. Unknown names lock like known ones.
pub fn sign_in_check_lock(conn: &mut Conn, username: &str, now: UtcTime) -> Result<()> {
    let locked: Option<Option<UtcTime>> = sign_in_failures::table
        .find(username_fold(username))
        .select(sign_in_failures::locked_until)
        .first(conn)
        .optional()?;
    match locked.flatten() {
        Some(until) if until > now => Err(Error::too_many()),
        Some(_) | None => Ok(()),
    }
}

/// Counts a failure; after the policy's number the name is locked for a while. Failures at the same time all count.
pub fn sign_in_failed(db: &Db, username: &str, now: UtcTime, periods: &Periods) -> Result<()> {
    let name = username_fold(username);
    // The row first, in a transaction of its own: of two at once, one is refused because the other's stands already.
    let made = db.write(|conn| {
        let there: i64 = sign_in_failures::table.find(&name).count().get_result(conn)?;
        if there == 0 {
            diesel::insert_into(sign_in_failures::table)
                .values((sign_in_failures::username.eq(&name), sign_in_failures::failures.eq(0)))
                .execute(conn)?;
        }
        Ok(())
    });
    let counted = db.write(|conn| {
        // Added by the database, so that nobody writes over another's count.
        let counted = diesel::update(sign_in_failures::table.find(&name))
            .set(sign_in_failures::failures.eq(sign_in_failures::failures + 1))
            .execute(conn)?;
        let failures: Option<i32> =
            sign_in_failures::table.find(&name).select(sign_in_failures::failures).first(conn).optional()?;
        if failures.is_some_and(|failures| failures >= periods.sign_in_failures_before_lock) {
            let until = now.plus_seconds(60 * periods.sign_in_lock_minutes);
            diesel::update(sign_in_failures::table.find(&name))
                .set((sign_in_failures::failures.eq(0), sign_in_failures::locked_until.eq(until)))
                .execute(conn)?;
        }
        Ok(counted)
    })?;
    if counted == 0 { made } else { Ok(()) }
}

/// Starts a session after the password was found right; answers the secret for the cookie and the row's key.
pub fn session_start(
    act: &mut Act<'_>,
    staff: StaffId,
    username: &str,
    periods: &Periods,
) -> Result<(String, String)> {
    let secret_text = secret(act.chance());
    let session = Session {
        id_hash: keys::digest(secret_text.as_bytes()),
        service_id: act.service,
        staff_id: staff,
        form_token: secret(act.chance()),
        created_at: act.at,
        last_seen_at: act.at,
        ends_at: act.at.plus_seconds(3600 * periods.session_hours),
        ended_at: None,
    };
    let hash = session.id_hash.clone();
    diesel::insert_into(sessions::table).values(&session).execute(act.conn())?;
    diesel::delete(sign_in_failures::table.find(username_fold(username))).execute(act.conn())?;
    act.record(Deed::SignedIn, ("staff", staff.as_str()), None, "")?;
    Ok((secret_text, hash))
}

/// The live session behind a secret's hash; absence, age, idleness and an end all answer alike.
pub fn session_live(conn: &mut Conn, id_hash: &str, now: UtcTime, periods: &Periods) -> Result<Session> {
    let session: Session =
        sessions::table.find(id_hash).first(conn).optional()?.ok_or_else(Error::not_signed_in)?;
    let idle_until = session.last_seen_at.plus_seconds(60 * periods.session_idle_minutes);
    let live = session.ended_at.is_none() && now < session.ends_at && now < idle_until;
    if live { Ok(session) } else { Err(Error::not_signed_in()) }
}

/// Notes that the person is still there; at most once a minute, because it is a write.
pub fn session_seen(conn: &mut Conn, session: &Session, now: UtcTime) -> Result<()> {
    if now >= session.last_seen_at.plus_seconds(60) {
        diesel::update(sessions::table.find(&session.id_hash))
            .set(sessions::last_seen_at.eq(now))
            .execute(conn)?;
    }
    Ok(())
}

pub fn session_end(act: &mut Act<'_>, id_hash: &str, staff: StaffId) -> Result<()> {
    diesel::update(sessions::table.find(id_hash)).set(sessions::ended_at.eq(act.at)).execute(act.conn())?;
    act.record(Deed::SignedOut, ("staff", staff.as_str()), None, "")
}

/// Ends every session of a member of staff, as after a new password or a lock.
pub fn session_end_all(conn: &mut Conn, staff: StaffId, now: UtcTime) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::staff_id.eq(staff)).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// True where the password is right. Takes the same time for a name that nobody has.
pub fn password_is_right(stored: Option<&str>, password: &str) -> bool {
    password::matches(password, stored)
}
