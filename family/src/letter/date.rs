//! A date printed in a letter.
//! Must not know: what day it is; the date is passed in.

use std::fmt;

use super::WordingError;
use crate::{
    language::Language,
    lint::{MONTHS, WELSH_MONTHS},
};

/// A day of the calendar, from 1880 to 2999: of a letter, or the birthday of whom it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterDate {
    year: u16,
    month: u8,
    day: u8,
}

impl LetterDate {
    /// Refuses days that the Gregorian calendar does not have.
    pub fn new(year: u16, month: u8, day: u8) -> Result<LetterDate, WordingError> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        let ok = (1880..=2999).contains(&year) && (1..=days).contains(&day);
        if ok { Ok(LetterDate { year, month, day }) } else { Err(WordingError::Date) }
    }

    pub fn year(self) -> u16 {
        self.year
    }
    pub fn month(self) -> u8 {
        self.month
    }
    pub fn day(self) -> u8 {
        self.day
    }
}

impl LetterDate {
    /// "22 November 2026", "22 Tachwedd 2026": the form the NHS writes.
    pub fn in_words(self, language: Language) -> String {
        let months = match language {
            Language::English => &MONTHS,
            Language::Welsh => &WELSH_MONTHS,
        };
        let month = months.get(usize::from(self.month).wrapping_sub(1)).copied().unwrap_or_default();
        format!("{} {month} {}", self.day, self.year)
    }
}

impl fmt::Display for LetterDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_words(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_that_exists() {
        let day = LetterDate::new(2026, 11, 22).unwrap();
        assert_eq!(day.to_string(), "22 November 2026");
        assert_eq!(day.in_words(Language::Welsh), "22 Tachwedd 2026");
        assert_eq!(LetterDate::new(2028, 2, 29).unwrap().to_string(), "29 February 2028");
        for (year, month, day) in [
            (2026, 2, 29),
            (2100, 2, 29),
            (2026, 4, 31),
            (2026, 13, 1),
            (2026, 0, 1),
            (2026, 1, 0),
            (26, 1, 1),
            (1879, 1, 1),
        ] {
            assert_eq!(LetterDate::new(year, month, day), Err(WordingError::Date), "{year}-{month}-{day}");
        }
    }
}
