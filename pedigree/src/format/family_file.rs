//! One family of a file: what the model holds, and beside it what only the file knew.
//! Must not know: any one format.

use super::Format;
use crate::model::{Pedigree, PersonId};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A family as it stands in a file.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FamilyFile {
    /// The family's name in the file; may be empty.
    pub name: String,
    pub pedigree: Pedigree,
    /// Names found beside the ids, for the caller to keep or to drop; never part of the pedigree.
    pub labels: BTreeMap<PersonId, String>,
    /// The line on which each person stands, from 1.
    pub lines: BTreeMap<PersonId, usize>,
    pub kept: Kept,
    /// When the family was written down, as an ISO date or time, where the file says so or the caller does.
    pub date: Option<String>,
    /// What a reader should know of how the file was understood.
    pub notes: Vec<Note>,
}

/// What a format holds and the model does not, so that writing the same format gives it back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The format it came in; no other gives it back.
    pub format: Option<Format>,
    /// Of the file: name and value, in order; a name may come again.
    pub file: Vec<(String, String)>,
    /// Of each person: name and value, in order.
    pub persons: BTreeMap<PersonId, Vec<(String, String)>>,
}

/// Something to know about a file that is not wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub line: Option<usize>,
    pub words: String,
}

/// A text, and what it could not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    /// In plain words, with the ids of the people it concerns.
    pub lost: Vec<String>,
}

/// Something wrong with a family, and the lines of the people it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProblem {
    pub lines: Vec<usize>,
    pub problem: Problem,
}

impl FamilyFile {
    /// A family that came from no file.
    pub fn new(name: impl Into<String>, pedigree: Pedigree) -> FamilyFile {
        FamilyFile { name: name.into(), pedigree, ..FamilyFile::default() }
    }

    /// Everything wrong with the family ([`Pedigree::validate`]), with the lines that say so.
    pub fn problems(&self) -> Vec<FileProblem> {
        let with_lines = |problem: Problem| {
            let mut lines: Vec<usize> =
                problem.ids().into_iter().filter_map(|id| self.lines.get(id).copied()).collect();
            lines.sort_unstable();
            lines.dedup();
            FileProblem { lines, problem }
        };
        self.pedigree.validate().into_iter().map(with_lines).collect()
    }

    pub(crate) fn note(&mut self, line: impl Into<Option<usize>>, words: impl Into<String>) {
        self.notes.push(Note { line: line.into(), words: words.into() });
    }
}

impl Kept {
    /// What was kept of a person in this format, in order; nothing, where it came in another.
    pub(crate) fn of(&self, format: Format, id: &PersonId) -> &[(String, String)] {
        let same = self.format == Some(format);
        self.persons.get(id).filter(|_| same).map_or(&[], Vec::as_slice)
    }

    /// What was kept of the file in this format, in order; nothing, where it came in another.
    pub(crate) fn of_file(&self, format: Format) -> &[(String, String)] {
        if self.format == Some(format) { &self.file } else { &[] }
    }
}

/// The first of the values kept under a name.
pub(crate) fn kept_value<'a>(kept: &'a [(String, String)], name: &str) -> Option<&'a str> {
    kept.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// "line 12, line 15: ...", without lines where there are none.
impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A family in hundreds of parts would otherwise list hundreds of lines before it says so.
        const SHOWN: usize = 8;
        let mut listed: Vec<String> =
            self.lines.iter().take(SHOWN).map(|line| format!("line {line}")).collect();
        if self.lines.len() > SHOWN {
            listed.push(format!("{} more", self.lines.len() - SHOWN));
        }
        if !listed.is_empty() {
            write!(f, "{}: ", listed.join(", "))?;
        }
        self.problem.fmt(f)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.words),
            None => f.write_str(&self.words),
        }
    }
}

/// Sizes only: names and health stay out of logs.
impl fmt::Debug for FamilyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let people = self.pedigree.persons().len();
        f.debug_struct("FamilyFile")
            .field("people", &people)
            .field("notes", &self.notes.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("format", &self.format).finish_non_exhaustive()
    }
}
