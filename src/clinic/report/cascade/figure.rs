//! What every report on the cascade is made of: one sentence, a plot, tables, and how it was counted; and the same as CSV.
//! Must not know: what is hidden; it is handed what may be shown.

use super::{
    super::{
        csv::quoted,
        hiding::Told,
        wilson::{Z_95, wilson},
    },
    plot::Plot,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Figure {
    /// The finding, in one sentence or two.
    pub finding: String,
    /// Why it is to be read with care; nothing where it is not.
    pub warning: Option<String>,
    pub plot: Option<Plot>,
    pub tables: Vec<Table>,
    /// What each word means and how it was counted.
    pub how: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct Table {
    /// For the page, where each table is named by its caption.
    pub id: &'static str,
    pub caption: String,
    /// What the first column names.
    pub first: &'static str,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub struct Row {
    pub name: String,
    pub cells: Vec<Cell>,
}

/// A number and its words; words alone where it is no number, or may not be shown.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    pub number: Option<f64>,
    pub words: String,
}

impl From<Told> for Cell {
    fn from(told: Told) -> Self {
        Self { number: told.count().and_then(whole).map(f64::from), words: told.words() }
    }
}

impl Cell {
    pub fn words(words: impl Into<String>) -> Self {
        Self { number: None, words: words.into() }
    }

    /// A number that no relative stands behind: work, days.
    pub fn open(count: u64) -> Self {
        Told::Count(count).into()
    }

    /// Part of a whole in per cent; "not shown" where either is not.
    pub fn share(part: Told, of: Told) -> Self {
        match percent(part, of) {
            Some(percent) => Self { number: Some(percent), words: format!("{percent:.0}%") },
            None if of.count() == Some(0) => Self::words("none"),
            None => Self::words(Told::NotShown.words()),
        }
    }

    /// As `share`, with its 95 per cent interval.
    pub fn share_and_interval(part: Told, of: Told) -> Self {
        let mut share = Self::share(part, of);
        let interval = part.count().and_then(whole).zip(of.count().and_then(whole));
        if let Some(interval) = interval.and_then(|(part, of)| wilson(part, of, Z_95)) {
            let (lower, upper) = (interval.lower * 100.0, interval.upper * 100.0);
            share.words.push_str(&format!(" ({lower:.0} to {upper:.0})"));
        }
        share
    }

    /// A count with its share of a whole beside: "12 (40%)".
    pub fn count_and_share(part: Told, of: Told) -> Self {
        let mut cell = Self::from(part);
        if let Some(percent) = percent(part, of) {
            cell.words.push_str(&format!(" ({percent:.0}%)"));
        }
        cell
    }
}

fn whole(count: u64) -> Option<u32> {
    u32::try_from(count).ok()
}

pub fn percent(part: Told, of: Told) -> Option<f64> {
    let (part, of) = (whole(part.count()?)?, whole(of.count()?)?);
    (of > 0).then(|| f64::from(part) * 100.0 / f64::from(of))
}

/// How many there are, as counts are kept.
pub fn many(of: impl Iterator) -> u64 {
    u64::try_from(of.count()).unwrap_or(u64::MAX)
}

impl Figure {
    /// Table, row, column, value: one line a number, in the words of the page; lines end as RFC 4180 asks.
    pub fn csv(&self) -> String {
        let line = |cells: [&str; 4]| format!("{}\r\n", cells.map(quoted).join(","));
        let mut text = line(["table", "row", "column", "value"]);
        for table in &self.tables {
            for row in &table.rows {
                for (column, cell) in table.columns.iter().zip(&row.cells) {
                    text.push_str(&line([&table.caption, &row.name, column, &cell.words]));
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_only_where_both_numbers_are() {
        assert_eq!(Cell::share(Told::Count(12), Told::Count(30)).words, "40%");
        assert_eq!(Cell::share(Told::Fewer(5), Told::Count(30)).words, "not shown");
        assert_eq!(Cell::share(Told::Count(0), Told::Count(0)).words, "none");
        assert_eq!(Cell::count_and_share(Told::Count(12), Told::Count(30)).words, "12 (40%)");
        assert_eq!(Cell::count_and_share(Told::Fewer(5), Told::Count(30)).words, "fewer than 5");
        assert_eq!(Cell::share_and_interval(Told::Count(15), Told::Count(30)).words, "50% (33 to 67)");
        assert_eq!(Cell::share_and_interval(Told::NotShown, Told::Count(30)).words, "not shown");
    }

    #[test]
    fn the_table_for_a_spreadsheet_has_a_line_for_each_number() {
        let row = Row { name: "Women, all".into(), cells: vec![Cell::open(7), Cell::words("not shown")] };
        let columns = vec!["Identified".into(), "Tested".into()];
        let table = Table { id: "sex", caption: "By sex".into(), first: "Sex", columns, rows: vec![row] };
        let figure =
            Figure { finding: String::new(), warning: None, plot: None, tables: vec![table], how: vec![] };
        let lines = "table,row,column,value\r\nBy sex,\"Women, all\",Identified,7\r\nBy sex,\"Women, all\",Tested,not shown\r\n";
        assert_eq!(figure.csv(), lines);
    }
}
