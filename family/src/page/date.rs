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
    /// Reads the fields `day`, `month` and `year`. Spaces round a number are allowed; a year has four digits; a month is a
    /// number or its name, in English or in Welsh.
    pub fn parse(fields: &BTreeMap<String, String>) -> Result<Self, FieldProblem> {
        let field = |name: &str| fields.get(name).map_or("", |text| text.trim());
        if let Some(empty) = ["day", "month", "year"].into_iter().find(|name| field(name).is_empty()) {
            return Err(FieldProblem { field: empty, problem: Problem::DateMissing });
        }
        let not_real = |field| FieldProblem { field, problem: Problem::DateNotReal };
        let month = month_of(field("month")).ok_or(not_real("month"))?;
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

/// The names of the months and the short forms that people write, in English and in Welsh. No two months share one.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "ionawr", "ion"],
    &["february", "feb", "chwefror", "chw", "chwef"],
    &["march", "mar", "mawrth", "maw"],
    &["april", "apr", "ebrill", "ebr"],
    &["may", "mai"],
    &["june", "jun", "mehefin", "meh"],
    &["july", "jul", "gorffennaf", "gor", "gorff"],
    &["august", "aug", "awst", "aws"],
    &["september", "sep", "sept", "medi", "med"],
    &["october", "oct", "hydref", "hyd"],
    &["november", "nov", "tachwedd", "tac", "tach"],
    &["december", "dec", "rhagfyr", "rha", "rhag"],
];

fn month_of(text: &str) -> Option<u16> {
    let name = text.trim_end_matches('.').to_lowercase();
    let named = (1..).zip(MONTHS).find(|(_, names)| names.contains(&name.as_str()));
    named.map(|(month, _)| month).or_else(|| number(text).filter(|month| (1..=12).contains(month)))
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
    fn a_month_may_be_written_as_a_word_in_either_language() {
        for (typed, month) in [
            ("March", 3),
            ("Mar", 3),
            ("mawrth", 3),
            ("MAW.", 3),
            ("May", 5),
            ("Mai", 5),
            ("Sept", 9),
            ("Rhagfyr", 12),
            ("chw", 2),
        ] {
            assert_eq!(read("5", typed, "1984"), Ok((1984, month, 5)), "{typed}");
        }
        for typed in ["Marc", "M", "Marchwell", "3rd", ".", "March 5"] {
            assert_eq!(read("5", typed, "1984"), Err(("month", Problem::DateNotReal)), "{typed}");
        }
        assert_eq!(read("30", "Chwefror", "1984"), Err(("day", Problem::DateNotReal)));
    }

    #[test]
    fn no_name_of_a_month_stands_for_two() {
        let mut all: Vec<&str> = MONTHS.iter().flat_map(|names| names.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
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
