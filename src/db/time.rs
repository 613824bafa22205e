//! UTC instants and calendar days as both databases store them.
//! Must not know: what time it is, or in which zone a service lives.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql},
    serialize::{self, Output, ToSql},
    sql_types::{Date, Timestamp},
};
use std::{fmt, str::FromStr};

/// An instant in UTC, to the millisecond. Stored as `TIMESTAMP`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Debug,
    diesel::deserialize::FromSqlRow,
    diesel::expression::AsExpression,
)]
#[diesel(sql_type = Timestamp)]
pub struct UtcTime(NaiveDateTime);

/// A calendar day. Stored as `DATE`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Debug,
    diesel::deserialize::FromSqlRow,
    diesel::expression::AsExpression,
)]
#[diesel(sql_type = Date)]
pub struct UtcDate(NaiveDate);

impl UtcTime {
    /// Cuts to the millisecond, which both databases keep and print alike.
    pub fn from_utc(at: NaiveDateTime) -> Self {
        let millis = at.and_utc().timestamp_millis();
        Self(chrono::DateTime::from_timestamp_millis(millis).map_or(at, |t| t.naive_utc()))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.checked_add_signed(Duration::seconds(seconds)).unwrap_or(self.0))
    }

    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days * 86_400)
    }

    pub fn date(self) -> UtcDate {
        UtcDate(self.0.date())
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0.and_utc().timestamp()
    }

    /// Whole days from `earlier` to this instant.
    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// For people: "22 November 2026, 14:05".
    pub fn shown(self) -> String {
        self.0.format("%-d %B %Y, %H:%M").to_string()
    }
}

impl UtcDate {
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.checked_add_signed(Duration::days(days)).unwrap_or(self.0))
    }

    /// Its first instant.
    pub fn begins(self) -> UtcTime {
        UtcTime(self.0.and_time(chrono::NaiveTime::MIN))
    }

    pub fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_days()
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// Monday is 0, Sunday 6.
    pub fn weekday(self) -> u32 {
        self.0.weekday().num_days_from_monday()
    }

    /// Whole years lived on `day` by someone born on this date.
    pub fn age_on(self, day: Self) -> i32 {
        let had_birthday = (day.0.month(), day.0.day()) >= (self.0.month(), self.0.day());
        day.0.year() - self.0.year() - i32::from(!had_birthday)
    }

    /// The day on which somebody born on this one is of an age; whoever was born on 29 February, on 1 March of other years.
    pub fn birthday(self, age: i32) -> Self {
        let (year, month, day) = self.ymd();
        Self::new(year + age, month, day).or_else(|| Self::new(year + age, 3, 1)).unwrap_or(self)
    }

    /// For people: "22 November 2026".
    pub fn shown(self) -> String {
        self.0.format("%-d %B %Y").to_string()
    }
}

impl fmt::Display for UtcTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.0.format("%Y-%m-%dT%H:%M:%S%.3f"))
    }
}

impl fmt::Display for UtcDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

impl FromStr for UtcDate {
    type Err = crate::ids::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").map(Self).map_err(|_| crate::ids::BadId)
    }
}

impl serde::Serialize for UtcTime {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl serde::Serialize for UtcDate {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for UtcDate {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(|_| serde::de::Error::custom("expected a date"))
    }
}

impl<DB> ToSql<Timestamp, DB> for UtcTime
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <NaiveDateTime as ToSql<Timestamp, DB>>::to_sql(&self.0, out)
    }
}

impl<DB> FromSql<Timestamp, DB> for UtcTime
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, DB>>::from_sql(bytes).map(Self)
    }
}

impl<DB> ToSql<Date, DB> for UtcDate
where
    DB: Backend,
    NaiveDate: ToSql<Date, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <NaiveDate as ToSql<Date, DB>>::to_sql(&self.0, out)
    }
}

impl<DB> FromSql<Date, DB> for UtcDate
where
    DB: Backend,
    NaiveDate: FromSql<Date, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDate as FromSql<Date, DB>>::from_sql(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_changes_on_the_birthday() {
        let born = UtcDate::new(2010, 5, 2).unwrap();
        assert_eq!(born.age_on(UtcDate::new(2026, 5, 1).unwrap()), 15);
        assert_eq!(born.age_on(UtcDate::new(2026, 5, 2).unwrap()), 16);
    }

    #[test]
    fn an_instant_keeps_milliseconds_and_no_more() {
        let at = UtcDate::new(2026, 1, 2).unwrap().0.and_hms_micro_opt(3, 4, 5, 678_901).unwrap();
        assert_eq!(UtcTime::from_utc(at).to_string(), "2026-01-02T03:04:05.678Z");
    }
}
