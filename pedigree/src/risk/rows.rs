//! Files of results and of likelihoods: a line a person, tabs between the columns.
//! Must not know: where a file comes from, and whether its people are in a family.
//!
//! Results: `id`, `result` (het, hom, hemi, carrier, noncarrier). Likelihoods: `id`, `l0`, `l1`, `l2`: how likely it was
//! to see what was seen of this person with 0, 1 and 2 copies. Empty lines, lines that begin with # and a first line of
//! column names mean nothing. A person may have several lines.

use super::Known;
use crate::{at_risk::Mode, model::PersonId};

/// One line of a file. Lines count from 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<T> {
    pub line: usize,
    pub id: PersonId,
    pub says: T,
}

/// Where a file of results or likelihoods is not one, and what should be there. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}: expected {expected}.")]
pub struct RowError {
    pub line: usize,
    pub column: usize,
    pub expected: String,
}

/// Reads results that can be in this mode of inheritance.
///
/// # Errors
/// The first line that is not an id, a tab and a result that somebody can have in this mode.
pub fn read_results(text: &str, mode: Mode) -> Result<Vec<Row<Known>>, RowError> {
    let possible = Known::ALL.into_iter().filter(|known| known.is_possible(mode));
    let words: Vec<&str> = possible.map(Known::word).collect();
    rows(text, "result", |fields| match fields {
        [word] => Known::ALL
            .into_iter()
            .find(|known| known.word() == *word && known.is_possible(mode))
            .ok_or((2, format!("one of {}, as can be in this mode of inheritance", words.join(", ")))),
        _ => Err((fields.len().min(2) + 1, "two columns with a tab between them: id, result".to_owned())),
    })
}

/// Reads likelihoods. Where nobody has more than one copy, the last column may be left out.
///
/// # Errors
/// The first line that is not an id and numbers from 0 up.
pub fn read_likelihoods(text: &str, mode: Mode) -> Result<Vec<Row<[f64; 3]>>, RowError> {
    let least = if matches!(mode, Mode::Mitochondrial | Mode::YLinked) { 2 } else { 3 };
    rows(text, "l0", |fields| {
        if fields.len() < least || fields.len() > 3 {
            let expected =
                "four columns with tabs between them: id and the likelihoods with 0, 1 and 2 copies";
            return Err((fields.len().min(4) + 1, expected.to_owned()));
        }
        let mut likelihoods = [0.0; 3];
        for ((slot, field), column) in likelihoods.iter_mut().zip(fields).zip(2..) {
            let number = field.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
            *slot = number.ok_or((column, "a number from 0 up, such as 0.25 or 1e-6".to_owned()))?;
        }
        Ok(likelihoods)
    })
}

fn rows<T>(
    text: &str,
    name: &str,
    read: impl Fn(&[&str]) -> Result<T, (usize, String)>,
) -> Result<Vec<Row<T>>, RowError> {
    let mut found = Vec::new();
    for (text, line) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let text = text.trim_end();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let mut fields = text.split('\t').map(str::trim);
        let id = fields.next().unwrap_or_default();
        let rest: Vec<&str> = fields.collect();
        if found.is_empty() && rest.first().is_some_and(|first| first.eq_ignore_ascii_case(name)) {
            continue;
        }
        if id.is_empty() {
            return Err(RowError { line, column: 1, expected: "the id of a person".to_owned() });
        }
        let says = read(&rest).map_err(|(column, expected)| RowError { line, column, expected })?;
        found.push(Row { line, id: id.into(), says });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_with_their_lines() {
        let text = "\u{feff}id\tresult\r\n# the proband\n\np1\thet\r\np 2\tnoncarrier\n";
        let rows = read_results(text, Mode::AutosomalDominant).unwrap();
        let lines: Vec<(usize, &str, Known)> =
            rows.iter().map(|row| (row.line, row.id.as_str(), row.says)).collect();
        assert_eq!(lines, [(4, "p1", Known::Heterozygous), (5, "p 2", Known::NonCarrier)]);
    }

    #[test]
    fn likelihoods_are_numbers_from_none_up() {
        let rows = read_likelihoods("p1\t0.5\t1e-6\t0\n", Mode::XLinked).unwrap();
        assert_eq!(rows[0].says, [0.5, 1e-6, 0.0]);
        assert_eq!(read_likelihoods("p1\t0.5\t1\n", Mode::YLinked).unwrap()[0].says, [0.5, 1.0, 0.0]);
    }

    #[test]
    fn an_error_says_line_column_and_what_was_expected() {
        let results = |text| read_results(text, Mode::AutosomalDominant).unwrap_err();
        for (error, line, column, part) in [
            (results("p1 het\n"), 1, 1, "two columns"),
            (results("p1\thet\np2\thet\tx\n"), 2, 3, "two columns"),
            (results("p1\thet\n\tcarrier\n"), 2, 1, "id of a person"),
            (results("p1\themi\n"), 1, 2, "het, hom, carrier, noncarrier"),
            (results("p1\tpositive\n"), 1, 2, "het, hom"),
            (read_likelihoods("p1\t1\t1\n", Mode::XLinked).unwrap_err(), 1, 3, "four columns"),
            (read_likelihoods("p1\t1\tx\t1\n", Mode::XLinked).unwrap_err(), 1, 3, "from 0 up"),
            (read_likelihoods("p1\t1\t-1\t1\n", Mode::XLinked).unwrap_err(), 1, 3, "from 0 up"),
            (read_likelihoods("p1\t1\t1\tNaN\n", Mode::XLinked).unwrap_err(), 1, 4, "from 0 up"),
        ] {
            assert_eq!((error.line, error.column), (line, column), "{error}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
