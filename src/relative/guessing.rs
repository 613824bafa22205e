//! Wrong codes and dates, counted by the hour: of everybody, and of each place they came from. So guessing is slow, and is seen.
//! Must not know: what was typed, or how near a guess was.

use crate::{
    db::{Conn, Db, UtcTime},
    error::Result,
    policy::Periods,
};
use diesel::prelude::*;

diesel::table! {
    wrong_tries (hour) {
        hour -> Text,
        tries -> Integer,
    }
}

fn hour_of(now: UtcTime) -> String {
    now.to_string().chars().take(13).collect()
}

/// The rows that count: the hour's own, and the hour's of one place.
fn counters(now: UtcTime, place: &str, periods: &Periods) -> [(String, i32); 2] {
    let hour = hour_of(now);
    let of_place = format!("{hour} {place}");
    [(hour, periods.wrong_tries_an_hour), (of_place, periods.wrong_tries_an_hour_from_one_place)]
}

/// Counts a wrong try. `place` is a keyed index of where it came from, and means nothing without the key. Tries at the same
/// time all count.
pub fn wrong_try(db: &Db, now: UtcTime, place: &str, periods: &Periods) -> Result<()> {
    for (counter, most) in counters(now, place, periods) {
        count(db, &counter, most)?;
    }
    Ok(())
}

fn count(db: &Db, counter: &str, most: i32) -> Result<()> {
    // The row first, in a transaction of its own: of two at once, one is refused because the other's stands already.
    let made = db.write(|conn| {
        let there: i64 = wrong_tries::table.find(counter).count().get_result(conn)?;
        if there == 0 {
            diesel::insert_into(wrong_tries::table)
                .values((wrong_tries::hour.eq(counter), wrong_tries::tries.eq(0)))
                .execute(conn)?;
        }
        Ok(())
    });
    let tries: Option<i32> = db.write(|conn| {
        // Added by the database, so that nobody writes over another's count; stops growing at the limit.
        diesel::update(wrong_tries::table.find(counter).filter(wrong_tries::tries.lt(most)))
            .set(wrong_tries::tries.eq(wrong_tries::tries + 1))
            .execute(conn)?;
        Ok(wrong_tries::table.find(counter).select(wrong_tries::tries).first(conn).optional()?)
    })?;
    match tries {
        Some(tries) if tries >= most => {
            tracing::warn!("as many wrong codes this hour as the policy allows: somebody may be guessing");
            Ok(())
        }
        Some(_) => Ok(()),
        None => made,
    }
}

/// True while too many wrong codes were tried this hour, by everybody or from this place.
pub fn guessing(conn: &mut Conn, now: UtcTime, place: &str, periods: &Periods) -> Result<bool> {
    for (counter, most) in counters(now, place, periods) {
        let tries: Option<i32> =
            wrong_tries::table.find(counter).select(wrong_tries::tries).first(conn).optional()?;
        if tries.unwrap_or(0) >= most {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The hours of the last day, newest first, in which so many wrong codes were tried, from one place or altogether, that the
/// door waited: each as "2026-11-29T19".
pub fn guessed_lately(conn: &mut Conn, now: UtcTime, periods: &Periods) -> Result<Vec<String>> {
    let least = periods.wrong_tries_an_hour_from_one_place.min(periods.wrong_tries_an_hour);
    let rows: Vec<(String, i32)> = wrong_tries::table
        .filter(wrong_tries::hour.ge(hour_of(now.plus_seconds(-24 * 3600))))
        .filter(wrong_tries::tries.ge(least))
        .order(wrong_tries::hour.desc())
        .load(conn)?;
    let mut hours: Vec<String> = rows
        .into_iter()
        .filter(|(counter, tries)| counter.contains(' ') || *tries >= periods.wrong_tries_an_hour)
        .map(|(counter, _)| counter.chars().take(13).collect())
        .collect();
    hours.dedup();
    Ok(hours)
}

/// Removes what was counted more than a day ago.
pub(super) fn tries_forget(conn: &mut Conn, now: UtcTime) -> Result<usize> {
    let before = hour_of(now.plus_seconds(-48 * 3600));
    Ok(diesel::delete(wrong_tries::table.filter(wrong_tries::hour.lt(before))).execute(conn)?)
}
