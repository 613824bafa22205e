//! The lines of a GEDCOM file put together into records, each with what stands below it.
//! Must not know: what any tag means, but for those that continue a text and the two ends of the file.

use super::super::FormatError;
use std::borrow::Cow;

/// A line with the lines below it.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// From 1.
    pub line: usize,
    /// Without the signs around it.
    pub pointer: Option<&'a str>,
    pub tag: &'a str,
    pub value: Cow<'a, str>,
    pub value_column: usize,
    pub below: Vec<Record<'a>>,
}

impl<'a> Record<'a> {
    pub fn child(&self, tag: &str) -> Option<&Record<'a>> {
        self.below.iter().find(|record| record.tag == tag)
    }

    pub fn children<'r>(&'r self, tag: &'r str) -> impl Iterator<Item = &'r Record<'a>> {
        self.below.iter().filter(move |record| record.tag == tag)
    }
}

/// The deepest level there is.
const DEEPEST: usize = 99;

/// Cuts a text into records.
///
/// # Errors
/// A line without level and tag, a level that is more than one below the line before, no HEAD first or no TRLR last.
pub(super) fn records(text: &str) -> Result<Vec<Record<'_>>, FormatError> {
    let mut records: Vec<Record<'_>> = Vec::new();
    // The open records, one a level; each is put into the one above it when it is closed.
    let mut open: Vec<Record<'_>> = Vec::new();
    let mut last = 0;
    for (number, text) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let text = text.trim_end_matches('\r');
        if text.trim().is_empty() {
            continue;
        }
        last = number;
        let (level, record) = line(number, text)?;
        if records.is_empty() && open.is_empty() && (level, record.tag) != (0, "HEAD") {
            return Err(FormatError::new(number, 1, "0 HEAD, the first line of a GEDCOM file"));
        }
        if level > open.len() {
            let expected = match open.len() {
                0 => "level 0".to_owned(),
                deepest => format!("a level from 0 to {deepest}"),
            };
            return Err(FormatError::new(number, 1, expected));
        }
        close(&mut open, level, &mut records);
        match record.tag {
            "CONC" | "CONT" => {
                let Some(above) = open.last_mut() else {
                    return Err(FormatError::new(number, 1, "a line above that this one continues"));
                };
                if record.tag == "CONT" {
                    above.value.to_mut().push('\n');
                }
                above.value.to_mut().push_str(&record.value);
                // It takes its level, so that nothing deeper may follow but on the level of the text.
            }
            _ => open.push(record),
        }
    }
    close(&mut open, 0, &mut records);
    match records.last() {
        Some(record) if record.tag == "TRLR" => Ok(records),
        Some(_) => Err(FormatError::new(
            last + 1,
            1,
            "0 TRLR, the last line of a GEDCOM file; it may have been cut off",
        )),
        None => Err(FormatError::new(1, 1, "0 HEAD, the first line of a GEDCOM file")),
    }
}

/// Closes all records from a level on.
fn close<'a>(open: &mut Vec<Record<'a>>, level: usize, records: &mut Vec<Record<'a>>) {
    while open.len() > level {
        let Some(record) = open.pop() else { return };
        match open.last_mut() {
            Some(above) => above.below.push(record),
            None => records.push(record),
        }
    }
}

fn line(number: usize, text: &str) -> Result<(usize, Record<'_>), FormatError> {
    let column = |rest: &str| {
        let before = text.len() - rest.len();
        text.get(..before).map_or(0, |before| before.chars().count()) + 1
    };
    let rest = text.trim_start();
    let (level, after) = rest.split_at(rest.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(rest.len()));
    let level = level.parse().ok().filter(|level| *level <= DEEPEST).ok_or_else(|| {
        FormatError::new(number, column(rest), "a level, 0 to 99, at the beginning of the line")
    })?;
    let mut rest = after.trim_start();
    let mut pointer = None;
    if let Some(inside) = rest.strip_prefix('@') {
        let Some((name, after)) = inside.split_once('@').filter(|(name, _)| !name.is_empty()) else {
            return Err(FormatError::new(number, column(rest), "a pointer between two signs @"));
        };
        pointer = Some(name);
        rest = after.trim_start();
    }
    let (tag, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    let known = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !known {
        return Err(FormatError::new(number, column(rest), "a tag in capital letters, as in INDI"));
    }
    let value = after.strip_prefix(' ').unwrap_or(after);
    let value_column = column(value);
    let value =
        if value.starts_with("@@") { Cow::Owned(value.replacen("@@", "@", 1)) } else { Cow::Borrowed(value) };
    let value = match tag {
        "CONC" | "CONT" => value,
        _ => match value {
            Cow::Borrowed(value) => Cow::Borrowed(value.trim()),
            Cow::Owned(value) => Cow::Owned(value.trim().to_owned()),
        },
    };
    Ok((level, Record { line: number, pointer, tag, value, value_column, below: Vec::new() }))
}
