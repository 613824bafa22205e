//! The year of a GEDCOM date, where the date has one for certain; and the years of an age.
//! Must not know: whose date or age it is.

/// The year of "3 MAR 1950", "ABT 1950" or "EST 1950"; none of a range, a period, words alone or another calendar.
pub(super) fn year(text: &str) -> Option<i32> {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_ascii_uppercase).collect();
    if let Some(first) = words.first().filter(|first| first.starts_with("@#D")) {
        let christian = first.starts_with("@#DGREGORIAN") || first.starts_with("@#DJULIAN");
        if !christian {
            return None;
        }
        words.remove(0);
    }
    while let Some(first) = words.first() {
        match first.as_str() {
            "ABT" | "CAL" | "EST" | "INT" | "GREGORIAN" | "JULIAN" => words.remove(0),
            _ => break,
        };
    }
    // What an interpreted date was interpreted from stands in brackets after it.
    let words: Vec<String> = words.into_iter().take_while(|word| !word.starts_with('(')).collect();
    let (before, words) = match words.split_last() {
        Some((last, rest)) if matches!(last.as_str(), "BC" | "BCE" | "B.C.") => (true, rest.to_vec()),
        _ => (false, words),
    };
    let (year, rest) = words.split_last()?;
    let month = |word: &String| {
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
            .contains(&word.as_str())
    };
    let day = |word: &String| word.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    let fits = match rest {
        [] => true,
        [one] => month(one),
        [one, two] => day(one) && month(two),
        _ => false,
    };
    let digits = (1..=4).contains(&year.len()) && year.bytes().all(|byte| byte.is_ascii_digit());
    let year: i32 = year.parse().ok().filter(|_| fits && digits)?;
    Some(if before { -year } else { year })
}

/// Whole years of "62y 3m", "62", "CHILD" (under 8) none, "INFANT" 0.
pub(super) fn age(text: &str) -> Option<u16> {
    let text = text.trim_start_matches(['<', '>', ' ']).to_ascii_lowercase();
    if text == "infant" {
        return Some(0);
    }
    let first = text.split_whitespace().next()?;
    match first.strip_suffix('y') {
        Some(years) => years.parse().ok(),
        None if first.starts_with(|mark: char| mark.is_ascii_digit()) && first.ends_with(['m', 'w', 'd']) => {
            Some(0)
        }
        None => first.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_gives_its_year_and_what_is_not_certain_gives_none() {
        for (text, expected) in [
            ("3 MAR 1950", Some(1950)),
            ("mar 1950", Some(1950)),
            ("ABT 1950", Some(1950)),
            ("INT 1950 (in the year of the flood)", Some(1950)),
            ("@#DJULIAN@ 25 MAR 1702", Some(1702)),
            ("44 BCE", Some(-44)),
            ("BET 1900 AND 1910", None),
            ("AFT 1900", None),
            ("FROM 1900 TO 1901", None),
            ("(long ago)", None),
            ("@#DHEBREW@ 5 NSN 5700", None),
            ("40 MAR 1950", None),
            ("1699/00", None),
            ("", None),
        ] {
            assert_eq!(year(text), expected, "{text}");
        }
        assert_eq!(
            [age("62y 3m"), age("> 61y"), age("8m"), age("CHILD"), age("70")],
            [Some(62), Some(61), Some(0), None, Some(70)]
        );
    }
}
