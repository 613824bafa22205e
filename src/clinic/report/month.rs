//! A calendar month, in UTC: what decisions and objections are counted by.
//! Must not know: what is counted.

use crate::{
    db::{UtcDate, UtcTime},
    ids::BadId,
};
use std::{fmt, str::FromStr};

/// Its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(UtcDate);

impl Month {
    pub fn of(day: UtcDate) -> Self {
        let (_, _, of_month) = day.ymd();
        Self(day.plus_days(1 - i64::from(of_month)))
    }

    pub fn first_day(self) -> UtcDate {
        self.0
    }

    pub fn begins(self) -> UtcTime {
        self.0.begins()
    }

    pub fn next(self) -> Self {
        // No month is longer than 31 days, and none so short that this would miss one.
        Self::of(self.0.plus_days(31))
    }

    pub fn previous(self) -> Self {
        Self::of(self.0.plus_days(-1))
    }

    /// `count` months before this one.
    pub fn earlier(self, count: u32) -> Self {
        (0..count).fold(self, |month, _| month.previous())
    }

    /// Every month from this one to `last`, both with it; none where `last` is earlier.
    pub fn up_to(self, last: Self) -> Vec<Self> {
        std::iter::successors(Some(self), |month| Some(month.next()))
            .take_while(|month| *month <= last)
            .collect()
    }

    pub fn year(self) -> i32 {
        self.0.ymd().0
    }

    /// For people: "March 2026".
    pub fn shown(self) -> String {
        // Without the day, which is always the first.
        let day = self.0.shown();
        day.split_once(' ').map_or_else(String::new, |(_, month)| month.to_owned())
    }
}

/// "2026-03".
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.0.ymd();
        write!(f, "{year:04}-{month:02}")
    }
}

impl FromStr for Month {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let day: UtcDate = format!("{text}-01").parse()?;
        let month = Self(day);
        // One spelling only, and no year that a calendar on a wall never had.
        let sane = (1900..=2999).contains(&month.year()) && month.to_string() == text;
        if sane { Ok(month) } else { Err(BadId) }
    }
}

impl serde::Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn months_follow_one_another_over_a_year_s_end_and_a_short_february() {
        let names: Vec<String> =
            month("2027-11").up_to(month("2028-03")).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["2027-11", "2027-12", "2028-01", "2028-02", "2028-03"]);
        assert_eq!(month("2028-03").previous(), month("2028-02"));
        assert_eq!(month("2026-01").earlier(13), month("2024-12"));
        assert!(month("2026-02").up_to(month("2026-01")).is_empty());
        assert_eq!(Month::of(UtcDate::new(2026, 1, 31).unwrap()).next(), month("2026-02"));
    }

    #[test]
    fn it_is_read_and_shown() {
        assert_eq!(month("2026-03").shown(), "March 2026");
        for wrong in ["2026-3", "2026-13", "26-03", "2026", "", "2026-03-01", "9999-01", "2026-00"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
