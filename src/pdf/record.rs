//! Records for staff as PDF: decision packs, agreement sheets, certificates.
//! Must not know: any relative; what goes to one is a letter.

use super::{Opening, Part, Pdf, PdfError, Sheet, code, number_in};
use kinward_family::{Block, language::Language};
use std::fmt;

/// Size of a record's text in points; a letter says its own.
pub(super) const TEXT_SIZE: f32 = 12.0;

/// A record for staff (decision pack, certificate), or for the proband to sign. It never goes to a relative: what goes to a
/// relative is a `Letter`.
#[derive(Clone)]
pub struct StaffRecord {
    pub title: String,
    /// A line under the title; may be empty.
    pub subtitle: String,
    /// Who may see it, printed first and on every page.
    pub marking: String,
    /// Heading and content of each section; `Block::Heading` inside a section is one level lower.
    pub sections: Vec<(String, Vec<Block>)>,
    /// Printed at the foot of every page; may be empty.
    pub footer: String,
}

impl fmt::Debug for StaffRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaffRecord({} sections)", self.sections.len())
    }
}

/// A square code that a telephone reads, and the words beside it for who has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SquareCode {
    /// What the code holds: an address.
    pub holds: String,
    /// What it is, for who cannot see it.
    pub told: String,
    /// Printed beside it, a line each.
    pub beside: Vec<String>,
}

/// A PDF for staff, marked on every page.
///
/// # Errors
/// `PdfError` for an unprintable character or an empty heading.
pub fn staff_record(record: &StaffRecord) -> Result<Pdf, PdfError> {
    sheet_of(record, None, None, TEXT_SIZE)?.pdf()
}

/// A record that is signed, with its day, so that it can be kept as long as paper.
///
/// # Errors
/// As for a staff record.
pub fn dated_record(record: &StaffRecord, day: (u16, u8, u8)) -> Result<Pdf, PdfError> {
    sheet_of(record, Some(day), None, TEXT_SIZE)?.pdf()
}

/// A record that other houses are given: dated, somewhat smaller so that it fits one page, and with a square code by
/// which it is checked.
///
/// # Errors
/// As for a staff record; an address too long for a code.
pub fn checked_record(record: &StaffRecord, day: (u16, u8, u8), code: &SquareCode) -> Result<Pdf, PdfError> {
    let set = |size| sheet_of(record, Some(day), Some(code), size)?.pdf();
    // Smaller than eight points nobody reads: then it is two pages.
    for size in [10.0, 9.0, 8.0] {
        let pdf = set(size)?;
        if pdf.pages() == 1 {
            return Ok(pdf);
        }
    }
    set(9.0)
}

fn sheet_of<'a>(
    record: &'a StaffRecord,
    dated: Option<(u16, u8, u8)>,
    code: Option<&'a SquareCode>,
    size: f32,
) -> Result<Sheet<'a>, PdfError> {
    let code = code.map(|code| code::Square::of(&code.holds).map(|square| (code, square))).transpose()?;
    Ok(Sheet {
        code,
        title: &record.title,
        language: Language::English.tag(),
        dated,
        opening: Opening::Record { marking: &record.marking },
        parts: vec![Part {
            square: None,
            language: Language::English.tag(),
            heading: &record.title,
            subtitle: &record.subtitle,
            sections: record
                .sections
                .iter()
                .map(|(heading, blocks)| (heading.as_str(), blocks.as_slice()))
                .collect(),
            footer: &record.footer,
            running: None,
            also: None,
            number: number_in(Language::English),
        }],
        running: record.marking.clone(),
        size,
    })
}
