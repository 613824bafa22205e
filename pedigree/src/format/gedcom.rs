//! GEDCOM 5.5.1 and 7, as genealogists keep families: read, not written.
//! Must not know: places, sources, media and the rest of a life's story; a note says which kinds were left out.
//!
//! Taken: individuals with name (for the caller), sex, years of birth and death and the age at death; families with their
//! children; PEDI, ADOP and the parents' own relations (_FREL, _MREL) for adoption and fostering; marriage, divorce and
//! annulment in the order in which they happened; NCHI 0; an association that says twin.
//!
//! ```
//! use kinward_pedigree::format::{Format, read};
//! let text = "0 HEAD\n1 GEDC\n2 VERS 7.0\n0 @I1@ INDI\n1 NAME Ann /Lee/\n1 SEX F\n1 BIRT\n2 DATE 3 MAR 1950\n0 TRLR\n";
//! let file = &read(text, None)?[0];
//! assert_eq!(file.pedigree.persons()[0].birth_year, Some(1950));
//! assert_eq!(file.labels[&"I1".into()], "Ann Lee");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod couple;
mod date;
mod person;
mod record;

use super::{FamilyFile, FormatError, Note};
use crate::model::{Pedigree, PersonId};
use record::Record;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the one family of a file, or the several that nothing connects, as one.
///
/// # Errors
/// A line that is none, a level that skips one, a pointer to nothing, a file without an end.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let records = record::records(text)?;
    let mut file = FamilyFile::new("", Pedigree::new());
    let mut by_pointer: BTreeMap<&str, &Record<'_>> = BTreeMap::new();
    for record in &records {
        if let Some(pointer) = record.pointer
            && by_pointer.insert(pointer, record).is_some()
        {
            return Err(FormatError::new(
                record.line,
                3,
                format!("another pointer than @{pointer}@, which an earlier record has"),
            ));
        }
    }
    head(&mut file, &records);
    let mut left_out = BTreeSet::new();
    for individual in records.iter().filter(|record| record.tag == "INDI") {
        person::add(&mut file, individual, &mut left_out)?;
    }
    let tree = Tree { records: by_pointer };
    couple::add_all(&mut file, &records, &tree, &mut left_out)?;
    for individual in records.iter().filter(|record| record.tag == "INDI") {
        person::tie(&mut file, individual, &tree)?;
    }
    if !left_out.is_empty() {
        let tags: Vec<&str> = left_out.into_iter().collect();
        file.note(None, format!("Not read: {}.", tags.join(", ")));
    }
    if records.iter().any(says_more_of_events) {
        file.note(
            None,
            "Of births the year is read, of a marriage or divorce whether the couple stayed together. Days, places and dates of death are not.",
        );
    }
    if file.pedigree.persons().is_empty() {
        let words = "No individual is in the file.".to_owned();
        file.notes.push(Note { line: None, words });
    }
    Ok(vec![file])
}

/// Whether anything is said of the day or place of a birth, death, marriage or divorce.
fn says_more_of_events(record: &Record<'_>) -> bool {
    let events = ["BIRT", "DEAT", "MARR", "DIV", "ANUL"].into_iter().filter_map(|tag| record.child(tag));
    events.into_iter().any(|event| {
        let date = event.child("DATE").map(|date| date.value.trim());
        let day = date.is_some_and(|date| event.tag != "BIRT" || date.contains(' '));
        day || event.child("PLAC").is_some()
    })
}

/// The records by their pointers.
struct Tree<'a> {
    records: BTreeMap<&'a str, &'a Record<'a>>,
}

impl<'a> Tree<'a> {
    /// The record that a line points to, which must be of this kind; none for VOID.
    fn record(
        &self,
        pointing: &Record<'a>,
        tag: &'static str,
    ) -> Result<Option<&'a Record<'a>>, FormatError> {
        let wrong = |expected: String| {
            FormatError::new(pointing.line, pointing.value_column, expected).at(pointing.tag)
        };
        let pointer = pointing.value.strip_prefix('@').and_then(|rest| rest.strip_suffix('@'));
        let Some(pointer) = pointer.filter(|pointer| !pointer.is_empty()) else {
            return Err(wrong(format!("a pointer to a record {tag}, as in @I1@")));
        };
        if pointer == "VOID" {
            return Ok(None);
        }
        match self.records.get(pointer) {
            Some(record) if record.tag == tag => Ok(Some(record)),
            Some(record) => Err(wrong(format!(
                "a pointer to a record {tag}; @{pointer}@ on line {} is {}",
                record.line, record.tag
            ))),
            None => Err(wrong(format!("a pointer to a record {tag} of this file"))),
        }
    }

    fn person(&self, pointing: &Record<'a>) -> Result<Option<PersonId>, FormatError> {
        let record = self.record(pointing, "INDI")?;
        Ok(record.and_then(|record| record.pointer).map(PersonId::from))
    }
}

fn head(file: &mut FamilyFile, records: &[Record<'_>]) {
    let Some(head) = records.iter().find(|record| record.tag == "HEAD") else { return };
    if let Some(version) = head.child("GEDC").and_then(|gedcom| gedcom.child("VERS")) {
        let known = ["5.5", "7."].iter().any(|known| version.value.starts_with(known));
        if !known {
            let words = format!("The file says that it is GEDCOM {}; it is read as 5.5.1.", version.value);
            file.note(version.line, words);
        }
    }
    if let Some(set) =
        head.child("CHAR").filter(|set| !matches!(set.value.as_ref(), "UTF-8" | "ASCII" | "UNICODE"))
    {
        let words = format!(
            "The file says that its characters are {}; they were read as UTF-8. Look at names with accents.",
            set.value
        );
        file.note(set.line, words);
    }
}

#[cfg(test)]
mod tests;
