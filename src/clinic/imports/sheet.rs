//! A workbook as a table: its first sheet that is shown and holds anything, read cell by cell and never as a whole.
//! Must not know: what any column means. How much a workbook unpacks to is measured before anything of it is read.

use super::table::{Line, MOST_COLUMNS, MOST_ROWS, Table, cell, refused, too_many};
use crate::error::Result;
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use std::{
    io::{Cursor, Read as _},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Most bytes that all parts of a workbook unpack to, and most parts.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
const MOST_PARTS: usize = 1_000;

/// # Errors
/// What is no workbook, unpacks to too much, holds nothing or is past a limit.
pub(super) fn read(bytes: &[u8]) -> Result<Table> {
    unpacks_to_little(bytes)?;
    // A reader of foreign files that ends in a panic has met one that it cannot read.
    let read = catch_unwind(AssertUnwindSafe(|| rows(bytes)));
    Table::of(read.unwrap_or_else(|_| Err(unreadable()))?, None)
}

fn unreadable() -> crate::error::Error {
    refused(
        "This workbook cannot be read. Open it, save it as XLSX again or as \"CSV UTF-8\", and choose that.",
    )
}

/// Unpacks every part without keeping any: what a workbook says of its own size is not believed.
fn unpacks_to_little(bytes: &[u8]) -> Result<()> {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let too_much = || {
        refused(
            "This workbook unpacks to far more than a table of families. Save the one sheet as \"CSV UTF-8\" and choose that.",
        )
    };
    if parts.len() > MOST_PARTS {
        return Err(too_much());
    }
    let (mut left, mut piece) = (MOST_UNPACKED, [0u8; 16 * 1024]);
    for at in 0..parts.len() {
        let mut part = parts.by_index(at).map_err(|_| unreadable())?;
        loop {
            let read = part.read(&mut piece).map_err(|_| unreadable())?;
            if read == 0 {
                break;
            }
            left = left.checked_sub(u64::try_from(read).unwrap_or(u64::MAX)).ok_or_else(too_much)?;
        }
    }
    Ok(())
}

fn rows(bytes: &[u8]) -> Result<Vec<Line>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let shown = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(shown).map(|sheet| sheet.name.clone()).collect();
    for name in names {
        let lines = sheet(&mut book, &name)?;
        if lines.iter().any(|line| line.cells.iter().any(|cell| !cell.is_empty())) {
            return Ok(lines);
        }
    }
    Ok(Vec::new())
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Line>> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| unreadable())?;
    let mut lines: Vec<Line> = Vec::new();
    while let Some(found) = cells.next_cell().map_err(|_| unreadable())? {
        let (row, column) = found.get_position();
        let number = row.saturating_add(1);
        let text = cell(&text_of(found.get_value(), number)?, number)?;
        if text.is_empty() {
            continue;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= 4 * MOST_COLUMNS {
            return Err(refused(format!(
                "Row {number} has a cell far to the right. Leave out what is not part of the table."
            )));
        }
        if lines.last().is_none_or(|line| line.number != number) {
            if lines.last().is_some_and(|line| line.number > number) {
                return Err(unreadable());
            }
            if lines.len() > MOST_ROWS {
                return Err(too_many());
            }
            lines.push(Line { number, cells: Vec::new() });
        }
        let Some(line) = lines.last_mut() else { continue };
        if line.cells.len() <= column {
            line.cells.resize(column + 1, String::new());
        }
        if let Some(place) = line.cells.get_mut(column) {
            *place = text;
        }
    }
    Ok(lines)
}

/// As a person reads the cell: a day as a day, a whole number without a point.
fn text_of(value: &DataRef<'_>, row: u32) -> Result<String> {
    Ok(match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => {
            return Err(refused(format!(
                "A cell in row {row} holds an error of the spreadsheet. Correct its formula, or write the value."
            )));
        }
        DataRef::Empty => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::write::SimpleFileOptions;

    /// A workbook of one sheet, as small as one can be.
    fn workbook(sheet: &str) -> Vec<u8> {
        let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let parts = [
            ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#.to_owned()),
            ("_rels/.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_owned()),
            ("xl/workbook.xml", r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>"#.to_owned()),
            ("xl/_rels/workbook.xml.rels", r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#.to_owned()),
            ("xl/styles.xml", r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#.to_owned()),
            ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#)),
        ];
        for (name, text) in parts {
            book.start_file(name, SimpleFileOptions::default()).unwrap();
            book.write_all(text.as_bytes()).unwrap();
        }
        book.finish().unwrap().into_inner()
    }

    #[test]
    fn days_and_numbers_are_read_as_a_person_reads_them() {
        let sheet = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>NHS no</t></is></c><c r="C1" t="inlineStr"><is><t>born</t></is></c></row>
            <row r="3"><c r="A3"><v>9990000018</v></c><c r="C3" s="1"><v>30756</v></c></row>"#;
        let table = Table::read(&workbook(sheet)).unwrap();
        assert_eq!(table.headings, ["NHS no", "", "born"]);
        assert_eq!(
            (table.rows[0].number, table.rows[0].cells.as_slice()),
            (3, ["9990000018", "", "1984-03-15"].map(str::to_owned).as_slice())
        );
    }

    #[test]
    fn a_workbook_that_unpacks_to_far_more_than_it_is_or_holds_a_cell_far_away_is_refused() {
        let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
        book.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
        let zeros = vec![b' '; 1024 * 1024];
        (0..257).for_each(|_| book.write_all(&zeros).unwrap());
        let bomb = book.finish().unwrap().into_inner();
        assert!(bomb.len() < 1024 * 1024);
        let told = Table::read(&bomb).map(|_| ()).unwrap_err();
        assert!(told.public().contains("unpacks to far more"), "{told}");
        let far = r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
        let told = Table::read(&workbook(far)).map(|_| ()).unwrap_err();
        assert!(told.public().contains("far to the right"), "{told}");
        let broken = Table::read(b"PK\x03\x04 and nothing more").map(|_| ()).unwrap_err();
        assert!(broken.public().contains("cannot be read"), "{broken}");
    }
}
