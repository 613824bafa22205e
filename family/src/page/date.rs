//! A date of birth as typed into three boxes, read into a day that the calendar has.
//! Must not know: today's date, or whose date it is.

use std::{collections::BTreeMap, fmt};

use super::problem::{FieldProblem, Problem};

/// A day of the calendar, 1850 to 9999. Debug prints none of it. Whether it lies in the future is for the caller to say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypedDate {
    year: u16,
    month: u8,
    day: u8,
}

impl TypedDate {
    /// Reads the fields `day`, `month` and `year`. Spaces round a number are allowed; a year has four digits.
    pub fn parse(fields: &BTreeMap<String, String>) -> Result<Self, FieldProblem> {
        let field = |name: &str| fields.get(name).map_or("", |text| text.trim());
        if let Some(empty) = ["day", "month", "year"].into_iter().find(|name| field(name).is_empty()) {
            return Err(FieldProblem { field: empty, problem: Problem::DateMissing });
        }
        let not_real = |field| FieldProblem { field, problem: Problem::DateNotReal };
        let month =
            number(field("month")).filter(|month| (1..=12).contains(month)).ok_or(not_real("month"))?;
        let year =
            number(field("year")).filter(|year| (1850..=9999).contains(year)).ok_or(not_real("year"))?;
        let day = number(field("day"))
            .filter(|day| (1..=days_in(month, year)).contains(day))
            .ok_or(not_real("day"))?;
        Ok(Self { year, month: month as u8, day: day as u8 })
    }

    pub fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub fn day(self) -> u8 {
        self.day
    }
}

/// Digits only: a sign or a letter would be a slip worth asking about.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

fn days_in(month: u16, year: u16) -> u16 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Debug for TypedDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedDate(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(day: &str, month: &str, year: &str) -> Result<(u16, u8, u8), (&'static str, Problem)> {
        let fields = [("day", day), ("month", month), ("year", year)];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        TypedDate::parse(&fields)
            .map(|date| (date.year(), date.month(), date.day()))
            .map_err(|wrong| (wrong.field, wrong.problem))
    }

    #[test]
    fn a_date_is_read_with_or_without_leading_noughts() {
        assert_eq!(read("05", "3", " 1984 "), Ok((1984, 3, 5)));
        assert_eq!(read("29", "02", "2000"), Ok((2000, 2, 29)));
    }

    #[test]
    fn the_first_empty_box_is_named() {
        assert_eq!(read("5", " ", ""), Err(("month", Problem::DateMissing)));
    }

    #[test]
    fn days_the_calendar_does_not_have_are_refused() {
        for (day, month, year) in
            [("29", "2", "1900"), ("31", "4", "1984"), ("0", "1", "1984"), ("+5", "1", "1984")]
        {
            assert_eq!(read(day, month, year), Err(("day", Problem::DateNotReal)), "{day} {month} {year}");
        }
        assert_eq!(read("1", "13", "1984"), Err(("month", Problem::DateNotReal)));
        assert_eq!(read("1", "1", "84"), Err(("year", Problem::DateNotReal)));
        assert_eq!(read("1", "1", "99999999"), Err(("year", Problem::DateNotReal)));
    }
}
