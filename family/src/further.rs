//! The one sentence that a letter holds in further languages: that it is important, and how to get it in that language.
//! Must not know: what a letter is about, who reads which language, or which sentences a service has approved.

use std::{fmt, sync::LazyLock};

/// Every published version, newest first. An older one stays here as long as a letter that holds it may be reopened.
const PUBLISHED: [&str; 1] = [include_str!("../../policies/further_languages.toml")];

/// A table that cannot be read is left out, so that no letter offers a language; a test reads each one.
static TABLES: LazyLock<Vec<Table>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|text| toml::from_str(text).ok()).collect());

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: String,
    date: String,
    english: String,
    language: Vec<Row>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    name: String,
    own_name: String,
    script: Script,
    direction: Direction,
    sentence: String,
}

/// Whose letters a sentence is written with: each needs a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    Latin,
    Arabic,
    Bengali,
    Gujarati,
    Gurmukhi,
    Han,
}

/// Which way a line runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[serde(rename = "ltr")]
    LeftToRight,
    #[serde(rename = "rtl")]
    RightToLeft,
}

impl Direction {
    /// As pages write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::LeftToRight => "ltr",
            Direction::RightToLeft => "rtl",
        }
    }
}

/// A row of one published version: a handle that is free to copy.
#[derive(Clone, Copy)]
pub struct Further {
    table: &'static Table,
    row: &'static Row,
}

impl Further {
    /// Every language of the current table, in its order.
    pub fn all() -> Vec<Further> {
        TABLES.first().map(rows).unwrap_or_default()
    }

    /// From the current table.
    pub fn by_code(code: &str) -> Option<Further> {
        Self::all().into_iter().find(|one| one.code() == code)
    }

    /// From the table a letter was written with.
    pub fn by_code_at(code: &str, version: &str) -> Option<Further> {
        let table = TABLES.iter().find(|table| table.version == version)?;
        rows(table).into_iter().find(|one| one.code() == code)
    }

    /// Version of the table this row belongs to.
    pub fn version(self) -> &'static str {
        &self.table.version
    }
    /// Date of that version, `YYYY-MM-DD`.
    pub fn date(self) -> &'static str {
        &self.table.date
    }
    /// What every sentence of the table says, in English, for staff.
    pub fn english(self) -> &'static str {
        &self.table.english
    }
    /// ISO 639-1, as stored; the BCP 47 tag too.
    pub fn code(self) -> &'static str {
        &self.row.code
    }
    /// In English, for staff.
    pub fn name(self) -> &'static str {
        &self.row.name
    }
    /// As its readers call it.
    pub fn own_name(self) -> &'static str {
        &self.row.own_name
    }
    pub fn script(self) -> Script {
        self.row.script
    }
    pub fn direction(self) -> Direction {
        self.row.direction
    }
    pub fn sentence(self) -> &'static str {
        &self.row.sentence
    }
}

fn rows(table: &'static Table) -> Vec<Further> {
    table.language.iter().map(|row| Further { table, row }).collect()
}

impl PartialEq for Further {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code() && self.version() == other.version()
    }
}
impl Eq for Further {}

impl fmt::Debug for Further {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Further({} {})", self.code(), self.version())
    }
}

impl serde::Serialize for Further {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read_and_a_language_stands_in_it_once() {
        for text in PUBLISHED {
            toml::from_str::<Table>(text).unwrap();
        }
        let mut codes: Vec<_> = Further::all().into_iter().map(Further::code).collect();
        assert_eq!(codes.len(), 9);
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 9);
        for one in Further::all() {
            assert_eq!(Further::by_code_at(one.code(), one.version()), Some(one));
        }
        assert_eq!(Further::by_code("en"), None);
    }

    /// What runs from right to left is set as one run: a number or a Latin letter in it would run the other way.
    #[test]
    fn what_runs_from_right_to_left_holds_nothing_that_runs_the_other_way() {
        for one in Further::all() {
            let other = one.sentence().chars().any(|c| c.is_ascii_alphanumeric());
            match one.direction() {
                Direction::RightToLeft => assert!(!other, "{one:?}"),
                Direction::LeftToRight => assert_eq!(other, one.script() == Script::Latin, "{one:?}"),
            }
            assert!(!one.sentence().chars().any(|c| c.is_numeric() || c.is_control()), "{one:?}");
        }
    }
}
