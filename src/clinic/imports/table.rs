//! A spreadsheet as a table of texts, whichever way it was saved: how it is read, and how much of it is taken at all.
//! Must not know: what any column means.

use crate::{
    error::{Error, Result},
    keys::content,
};
use kinward_family::writing::unseen;
use sha2::{Digest as _, Sha256};

/// Most bytes of a file.
pub const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Most rows below the headings, and most columns.
pub const MOST_ROWS: usize = 60_000;
pub const MOST_COLUMNS: usize = 60;
/// Most characters of one cell.
pub const MOST_CELL: usize = 400;

/// What a file holds, with its headings apart.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Table {
    #[n(0)]
    pub headings: Vec<String>,
    #[n(1)]
    pub rows: Vec<Line>,
    /// How it was read, where that is worth a look.
    #[n(2)]
    pub read_as: Option<String>,
}
content!(K at "imports.sealed" holds Table);

/// One row: where it stands in the file, and its cells.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Line {
    #[n(0)]
    pub number: u32,
    #[n(1)]
    pub cells: Vec<String>,
}

impl Table {
    /// Reads a file by what it is, not by what it is called.
    ///
    /// # Errors
    /// What it cannot be read as, and what to do about it; what is past a limit.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MOST_BYTES {
            return Err(refused(
                "This file is too large: 16 MiB is the most. Divide it and bring in one part after the other.",
            ));
        }
        if bytes.starts_with(b"PK\x03\x04") {
            return super::sheet::read(bytes);
        }
        if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(refused(
                "This is a workbook of an older Excel (XLS), or one with a password. Save it as XLSX without a password, or as CSV, and choose it again.",
            ));
        }
        let (text, read_as) = decoded(bytes)?;
        let rows = lines(&text, delimiter(&text))?;
        Self::of(rows, read_as)
    }

    /// The first row that holds anything is the headings; empty rows are left out, and keep their numbers.
    ///
    /// # Errors
    /// Nothing in it, headings that are missing or twice the same, too much of it.
    pub(super) fn of(rows: Vec<Line>, read_as: Option<&str>) -> Result<Self> {
        let filled = |line: &Line| line.cells.iter().any(|cell| !cell.is_empty());
        let mut rows = rows.into_iter().filter(filled);
        let Some(first) = rows.next() else {
            return Err(refused("There is nothing in this file."));
        };
        let mut headings = first.cells;
        while headings.last().is_some_and(String::is_empty) {
            headings.pop();
        }
        if headings.len() > MOST_COLUMNS {
            return Err(refused(format!(
                "This file has {} columns; {MOST_COLUMNS} are taken. Leave out those that are not needed.",
                headings.len()
            )));
        }
        let mut seen: Vec<String> = headings.iter().filter(|h| !h.is_empty()).map(|h| folded(h)).collect();
        seen.sort();
        if seen.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(refused(
                "Two columns have the same heading. Give each a name of its own in the first row.",
            ));
        }
        let rows: Vec<Line> = rows.collect();
        if rows.is_empty() {
            return Err(refused("There are headings in this file, and no row below them."));
        }
        if let Some(line) =
            rows.iter().find(|line| line.cells.iter().skip(headings.len()).any(|cell| !cell.is_empty()))
        {
            return Err(refused(format!(
                "Row {} has more cells than there are headings. Check it for a comma that is not in quotes, and give every column a heading.",
                line.number
            )));
        }
        let width = headings.len();
        let rows = rows.into_iter().map(|mut line| {
            line.cells.resize(width, String::new());
            line
        });
        Ok(Self { headings, rows: rows.collect(), read_as: read_as.map(str::to_owned) })
    }

    /// The same headings give the same digest, so that their meaning is remembered.
    pub fn headings_digest(&self) -> String {
        let folded: Vec<String> = self.headings.iter().map(|heading| folded(heading)).collect();
        let digest = Sha256::digest(folded.join("\n").as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A heading as it is compared: letters and digits alone.
pub fn folded(heading: &str) -> String {
    heading.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

pub(super) fn refused(words: impl Into<String>) -> Error {
    Error::bad_input(format!("{} Nothing was saved.", words.into())).at("file")
}

/// A cell as it is kept.
///
/// # Errors
/// One that is too long, or holds what cannot be seen.
pub(super) fn cell(text: &str, row: u32) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n").replace(['\r', '\t'], " ");
    if text.chars().count() > MOST_CELL {
        return Err(refused(format!(
            "A cell in row {row} has more than {MOST_CELL} characters. Notes are not taken: leave that column out."
        )));
    }
    if unseen(&text).is_some() {
        return Err(refused(format!(
            "A cell in row {row} holds characters that cannot be seen. Type it again."
        )));
    }
    Ok(text)
}

/// UTF-8, or the one older encoding that English spreadsheets are saved in.
fn decoded(bytes: &[u8]) -> Result<(String, Option<&'static str>)> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refused(
            "This file is saved as \"Unicode text\" (UTF-16). Save it as \"CSV UTF-8\" and choose it again.",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(refused("This is not a text. Save the table as CSV or as XLSX and choose it again."));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), None));
    }
    let text: Option<String> = bytes.iter().map(|byte| of_windows(*byte)).collect();
    let text = text.ok_or_else(|| refused("It cannot be told how the letters of this file are saved. Save it as \"CSV UTF-8\" and choose it again."))?;
    Ok((text, Some("Windows-1252")))
}

/// Windows-1252; five of its bytes mean nothing.
fn of_windows(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’',
        '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH.get(usize::from(byte - 0x80)).copied().filter(|c| *c != '\0'),
        byte => Some(char::from(byte)),
    }
}

/// Comma, semicolon or tab: whichever the first line has most of, outside quotes.
fn delimiter(text: &str) -> char {
    let mut quoted = false;
    let mut counts = [(',', 0), (';', 0), ('\t', 0)];
    for c in text.trim_start().chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            c if !quoted => {
                counts.iter_mut().filter(|(known, _)| *known == c).for_each(|(_, count)| *count += 1)
            }
            _ => {}
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(c, _)| c)
}

/// RFC 4180: cells in quotes hold delimiters, line ends and doubled quotes. Row numbers are those a spreadsheet shows.
fn lines(text: &str, delimiter: char) -> Result<Vec<Line>> {
    let (mut lines, mut cells, mut text_of) = (Vec::new(), Vec::new(), String::new());
    let (mut number, mut in_quotes, mut was_quoted) = (1u32, false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if in_quotes && chars.peek() == Some(&'"') => {
                chars.next();
                text_of.push('"');
            }
            '"' if in_quotes => in_quotes = false,
            '"' if text_of.trim().is_empty() && !was_quoted => {
                text_of.clear();
                (in_quotes, was_quoted) = (true, true);
            }
            c if in_quotes => text_of.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                cells.push(cell(&text_of, number)?);
                lines.push(Line { number, cells: std::mem::take(&mut cells) });
                if lines.len() > MOST_ROWS + 1 {
                    return Err(too_many());
                }
                text_of.clear();
                (number, was_quoted) = (number + 1, false);
            }
            c if c == delimiter => {
                cells.push(cell(&text_of, number)?);
                if cells.len() > 4 * MOST_COLUMNS {
                    return Err(refused(format!("Row {number} has more cells than are taken.")));
                }
                text_of.clear();
                was_quoted = false;
            }
            c => text_of.push(c),
        }
        // An opening quote that is never closed would swallow the rest of the file into one cell.
        if text_of.len() > 8 * MOST_CELL {
            return Err(refused(format!(
                "A cell in row {number} has more than {MOST_CELL} characters. Check for a quotation mark that is not closed."
            )));
        }
    }
    if in_quotes {
        return Err(refused(format!("A quotation mark in row {number} is not closed.")));
    }
    if !text_of.is_empty() || !cells.is_empty() {
        cells.push(cell(&text_of, number)?);
        lines.push(Line { number, cells });
    }
    if lines.len() > MOST_ROWS + 1 { Err(too_many()) } else { Ok(lines) }
}

pub(super) fn too_many() -> Error {
    refused(format!(
        "This file has more than {MOST_ROWS} rows. Divide it between two families, and bring in one part after the other."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let table = Table::read(bytes).unwrap();
        std::iter::once(table.headings).chain(table.rows.into_iter().map(|line| line.cells)).collect()
    }

    #[test]
    fn comma_semicolon_and_tab_say_the_same() {
        let wanted = [["family", "name"], ["1", "Ann, of Stroud"]];
        for text in [
            "family,name\r\n1,\"Ann, of Stroud\"\r\n",
            "family;name\n1;Ann, of Stroud",
            "\u{feff}family\tname\n1\tAnn, of Stroud\n",
        ] {
            assert_eq!(cells(text.as_bytes()), wanted, "{text:?}");
        }
    }

    #[test]
    fn quotes_hold_line_ends_and_quotes() {
        let table = Table::read(b"a,b\n\"one\ntwo\",\"say \"\"x\"\"\"\n\n3,4\n").unwrap();
        assert_eq!(table.rows[0].cells, ["one\ntwo", "say \"x\""]);
        assert_eq!((table.rows[0].number, table.rows[1].number), (2, 4));
    }

    #[test]
    fn an_older_encoding_is_recognised_and_what_cannot_be_read_says_what_to_do() {
        let table = Table::read(b"name\nMair \xd4Brien \x96 x\n").unwrap();
        assert_eq!(table.rows[0].cells, ["Mair \u{d4}Brien \u{2013} x"]);
        assert_eq!(table.read_as.as_deref(), Some("Windows-1252"));
        for bytes in [
            &b"\xff\xfea\0"[..],
            b"name\n\x81x\n",
            b"a\0b",
            b"",
            b"\n\n",
            b"a,b\n",
            b"a,A\n1,2\n",
            b"a\n1,2\n",
            b"a\n\"x\n",
            &[0xd0, 0xcf, 0x11, 0xe0, 0],
        ] {
            let refused = Table::read(bytes).map(|_| ()).unwrap_err();
            assert!(refused.public().ends_with("Nothing was saved."), "{bytes:?} {refused}");
        }
    }

    #[test]
    fn what_is_past_a_limit_is_refused() {
        let long = format!("a\n{}\n", "x".repeat(MOST_CELL + 1));
        let wide = "h,".repeat(MOST_COLUMNS + 1).replace('h', "a");
        let deep = format!("a\n{}", "1\n".repeat(MOST_ROWS + 1));
        let open = format!("a\n\"{}", "x\n".repeat(10_000));
        for text in [long, wide, deep, open] {
            assert!(Table::read(text.as_bytes()).is_err(), "{}", &text[..20]);
        }
    }
}
