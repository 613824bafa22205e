//! Families in the files that others write: every format is read into the one model and written from it.
//! Must not know: where a file comes from or goes to, or what anyone does with a name found in one.
//!
//! ```
//! use kinward_pedigree::format::{Format, read, write};
//!
//! let text = "F1 dad 0 0 1 1\nF1 mum 0 0 2 2\nF1 kid dad mum 0 0\n";
//! assert_eq!(Format::detect(text), Some(Format::Ped));
//! let families = read(text, None)?;
//! assert_eq!(families[0].pedigree.persons().len(), 3);
//! assert_eq!(write(&families[0], Format::Ped)?.text.lines().count(), 3);
//!
//! let error = read("F1 dad 0 0 3.5 1\n", Some(Format::Ped)).unwrap_err();
//! assert_eq!(error.to_string(), "Line 1, column 5 (sex): expected 1 or M (man), 2 or F (woman) or 0 (unknown).");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bytes;
mod canrisk;
mod error;
mod family_file;
mod fhir;
mod fields;
mod ga4gh;
mod gedcom;
mod json;
mod kind;
mod loss;
mod parents;
mod ped;
mod phenopackets;
#[cfg(test)]
mod properties;
mod sibships;
mod table;

pub use canrisk::CanRiskVersion;
pub use error::{FormatError, WriteError};
pub use family_file::{FamilyFile, FileProblem, Kept, Note, Written};
pub use kind::Format;

/// Reads every family of a text, in the order they begin; without a format, the one that the text looks like.
///
/// # Errors
/// The first place that is not what the format holds, or a text that looks like none of the formats.
pub fn read(text: &str, format: Option<Format>) -> Result<Vec<FamilyFile>, FormatError> {
    let text = text.trim_start_matches('\u{feff}');
    let Some(format) = format.or_else(|| Format::detect(text)) else {
        return Err(FormatError::new(
            1,
            1,
            format!("the beginning of a file of one of these kinds: {}", Format::listed()),
        ));
    };
    match format {
        Format::Ped => ped::read(text),
        Format::CanRisk => canrisk::read(text),
        Format::Ga4gh => ga4gh::read(text),
        Format::Phenopackets => phenopackets::read(text),
        Format::Fhir => fhir::read(text),
        Format::Gedcom => gedcom::read(text),
        Format::Sibships => sibships::read(text),
        Format::Table => table::read(text),
    }
}

/// Reads a file as it lies on a disk: UTF-8, or UTF-16 that says so.
///
/// # Errors
/// As [`read`]; and bytes that are neither, with what they may be and what to do.
pub fn read_bytes(bytes: &[u8], format: Option<Format>) -> Result<Vec<FamilyFile>, FormatError> {
    read(&bytes::text(bytes)?, format)
}

/// Writes one family, and says what the format has no place for.
///
/// # Errors
/// A family that the format cannot hold without saying something else than is so.
pub fn write(file: &FamilyFile, format: Format) -> Result<Written, WriteError> {
    write_all(std::slice::from_ref(file), format)
}

/// Writes several families into one text, where the format holds more than one.
///
/// # Errors
/// As [`write`]; and several families in a format that holds one.
pub fn write_all(files: &[FamilyFile], format: Format) -> Result<Written, WriteError> {
    if files.len() != 1 && !format.holds_several() {
        return Err(WriteError::Several { format, families: files.len() });
    }
    for file in files {
        no_stranger(file)?;
    }
    if format == Format::Table {
        return table::write(files);
    }
    let mut all = Written::default();
    for file in files {
        let written = match format {
            Format::Ped => ped::write(file)?,
            Format::CanRisk => canrisk::write(file, None)?,
            Format::Ga4gh => ga4gh::write(file)?,
            Format::Phenopackets => phenopackets::write(file)?,
            Format::Fhir => fhir::write(file)?,
            Format::Sibships => sibships::write(file)?,
            Format::Gedcom | Format::Table => return Err(WriteError::ReadOnly(format)),
        };
        all.text += &written.text;
        all.lost.extend(written.lost);
    }
    Ok(all)
}

/// A file that names somebody who is not in it would be refused by whoever reads it.
fn no_stranger(file: &FamilyFile) -> Result<(), WriteError> {
    match file.pedigree.strangers().into_iter().next() {
        Some(id) => Err(WriteError::Stranger(id)),
        None => Ok(()),
    }
}

/// Writes one family as CanRisk of a certain version; what a newer one held beside it is named.
///
/// # Errors
/// As [`write`].
pub fn write_canrisk(file: &FamilyFile, version: CanRiskVersion) -> Result<Written, WriteError> {
    no_stranger(file)?;
    canrisk::write(file, Some(version))
}
