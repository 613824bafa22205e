//! Letters and staff records as accessible, archivable, reproducible PDF: the same words give the same bytes.
//! Must not know: any database, clock, person or finding; it prints what a `Letter` or a `StaffRecord` says.

mod blocks;
mod code;
mod font;
#[cfg(test)]
mod hostile;
mod layout;
mod part;
mod record;
mod words;
mod write;

use kinward_family::{
    Block,
    further::Further,
    language::{Language, Languages},
    letter::{CodeSquare, Letter, LetterDate, TextSize, Wording},
};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt};

pub use record::{SquareCode, StaffRecord, checked_record, dated_record, staff_record};

/// A finished PDF file: PDF/UA-1, and PDF/A-2a as well where the document carries a date.
#[derive(Clone, PartialEq, Eq)]
pub struct Pdf {
    bytes: Vec<u8>,
    sha256: String,
    pages: usize,
}

impl Pdf {
    /// The file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the file in lower-case hexadecimal: the same words always give the same.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Number of A4 pages, at least 1.
    pub fn pages(&self) -> usize {
        self.pages
    }
}

/// A relative's letter as a file. Made by `letter` from a `family::Letter` and by nothing else, so that no staff record
/// can be put into an envelope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterPdf(Pdf);

impl std::ops::Deref for LetterPdf {
    type Target = Pdf;
    fn deref(&self) -> &Pdf {
        &self.0
    }
}

impl fmt::Debug for Pdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pdf({} pages, sha256 {})", self.pages, self.sha256)
    }
}

/// Why no PDF was made. Nothing was written or sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    #[error("The text contains the character {} (U+{:04X}), which the letter font cannot print. Write it in another way.",
        .0.escape_debug(), u32::from(*.0))]
    Character(char),
    #[error(
        "Line {0} of the address does not fit in the envelope window. Shorten the line, or use fewer lines."
    )]
    Address(usize),
    #[error(
        "A title or heading is empty. Every document and every section needs one, so that it can be read aloud."
    )]
    Untitled,
    #[error(
        "The sender's details or the footer are so long that no room is left for the letter. Shorten them in the service's settings."
    )]
    NoRoom,
    #[error(
        "The letter fonts inside this program cannot be read. Reinstall it; if that does not help, tell the supplier."
    )]
    Font,
    #[error("The address for the square code is too long. Shorten KINWARD_ADDRESS.")]
    Code,
    #[error("The PDF could not be written: {0}. Tell the supplier.")]
    Write(String),
}

/// The characters of `text` that no letter can print, each once, in their order.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for letter in text.chars().filter(|letter| !font::prints(*letter)) {
        if !found.contains(&letter) {
            found.push(letter);
        }
    }
    found
}

/// Whether there is a font for a further language.
pub fn prints_further(one: Further) -> bool {
    font::prints_in(one.sentence(), one.script())
}

/// The only way to a PDF for a relative: it takes nothing but a `Letter`.
///
/// # Errors
/// `PdfError` for an unprintable character, an address too large for its window, an empty heading.
pub fn letter(letter: &Letter) -> Result<LetterPdf, PdfError> {
    let blocks: Vec<_> =
        letter.wordings().iter().map(|wording| crate::mutant::blocks(&wording.blocks)).collect();
    posted(&Posted {
        title: letter.title(),
        languages: letter.languages(),
        size: letter.size(),
        day: letter.day(),
        date: &letter.date(),
        sender: letter.sender(),
        address: &letter.address_lines(),
        reference: &letter.reference_line(),
        wordings: letter.wordings(),
        blocks: &blocks,
        squares: letter
            .wordings()
            .iter()
            .map(|wording| letter.code_square(wording.language).map(of_code).transpose())
            .collect::<Result<_, _>>()?,
    })
    .map(LetterPdf)
}

/// A letter of the professionals' wing: to the proband, or about the proband to a colleague. It may hold what is personal, so
/// it is no `LetterPdf` and no envelope of the relatives' wing takes it.
#[derive(Clone)]
pub struct ClinicLetter {
    pub title: String,
    pub languages: Languages,
    pub size: TextSize,
    pub day: LetterDate,
    pub sender: Vec<String>,
    pub address: Vec<String>,
    /// "Our reference: …"
    pub reference: String,
    /// One for each language.
    pub wordings: Vec<Wording>,
}

impl fmt::Debug for ClinicLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClinicLetter(..)")
    }
}

/// # Errors
/// As for a letter to a relative.
pub fn clinic_letter(letter: &ClinicLetter) -> Result<Pdf, PdfError> {
    let said: Vec<String> =
        letter.languages.in_order().iter().map(|language| letter.day.in_words(*language)).collect();
    let blocks: Vec<Cow<'_, [Block]>> =
        letter.wordings.iter().map(|wording| Cow::Borrowed(wording.blocks.as_slice())).collect();
    posted(&Posted {
        title: &letter.title,
        languages: letter.languages,
        size: letter.size,
        day: letter.day,
        date: &said.join(" / "),
        sender: &letter.sender,
        address: &letter.address,
        reference: &letter.reference,
        wordings: &letter.wordings,
        blocks: &blocks,
        squares: Vec::new(),
    })
}

fn of_code(square: CodeSquare) -> Result<(code::Square, &'static str), PdfError> {
    Ok((code::Square::of(&square.address)?, square.called))
}

/// What any letter is set from; `blocks` are those of its wordings.
struct Posted<'a> {
    title: &'a str,
    languages: Languages,
    size: TextSize,
    day: LetterDate,
    date: &'a str,
    sender: &'a [String],
    address: &'a [String],
    reference: &'a str,
    wordings: &'a [Wording],
    blocks: &'a [Cow<'a, [Block]>],
    /// What stands beside the code in each language; nothing in a letter without one.
    squares: Vec<Option<(code::Square, &'static str)>>,
}

fn posted(letter: &Posted<'_>) -> Result<Pdf, PdfError> {
    let day = letter.day;
    let reference = letter.reference.replace(": ", ":\u{a0}");
    let several = letter.wordings.len() > 1;
    let number = letter.reference.rsplit(": ").next().unwrap_or_default();
    let parts = letter.wordings.iter().zip(letter.blocks).enumerate().map(|(at, (wording, blocks))| Part {
        square: letter.squares.get(at).and_then(Option::as_ref),
        language: wording.language.tag(),
        heading: &wording.heading,
        subtitle: "",
        sections: vec![("", blocks.as_ref())],
        footer: &wording.footer,
        running: several.then(|| reference_in(wording.language, number)),
        also: also_in(letter.languages, wording.language),
        number: number_in(wording.language),
    });
    Sheet {
        title: letter.title,
        language: letter.languages.first().tag(),
        dated: Some((day.year(), day.month(), day.day())),
        opening: Opening::Letter {
            sender: letter.sender,
            date: letter.date,
            reference: &reference,
            address: letter.address,
        },
        parts: parts.collect(),
        running: reference.clone(),
        size: f32::from(letter.size.points()),
        code: None,
    }
    .pdf()
}

/// What letters and records have in common: everything that layout and writing are told.
struct Sheet<'a> {
    /// For the file's properties and the window's title bar.
    title: &'a str,
    /// BCP 47.
    language: &'a str,
    /// Year, month and day of the document, never of the moment of writing; an archival file must have one.
    dated: Option<(u16, u8, u8)>,
    opening: Opening<'a>,
    /// One for each language; at least one.
    parts: Vec<Part<'a>>,
    /// At the foot of every page, beside the page number.
    running: String,
    size: f32,
    /// Below the last section.
    code: Option<(&'a SquareCode, code::Square)>,
}

/// A document's words in one language; each begins on a page of its own.
struct Part<'a> {
    /// BCP 47.
    language: &'a str,
    heading: &'a str,
    subtitle: &'a str,
    sections: Vec<(&'a str, &'a [Block])>,
    footer: &'a str,
    /// Instead of the sheet's own line at the foot, where the part has one.
    running: Option<String>,
    /// That the letter is in another language too, in that one: its tag and the words.
    also: Option<(&'static str, &'static str)>,
    /// Page and number of pages.
    number: fn(usize, usize) -> String,
    /// What stands beside a code in its text, and what it is called.
    square: Option<&'a (code::Square, &'static str)>,
}

/// What stands above the title.
enum Opening<'a> {
    Letter { sender: &'a [String], date: &'a str, reference: &'a str, address: &'a [String] },
    Record { marking: &'a str },
}

impl Sheet<'_> {
    fn pdf(&self) -> Result<Pdf, PdfError> {
        if self.title.trim().is_empty() {
            return Err(PdfError::Untitled);
        }
        let layout = layout::lay_out(self)?;
        let pages = layout.pages.len();
        let bytes = write::write(self, &layout)?;
        let sha256 = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Pdf { bytes, sha256, pages })
    }
}

/// At the foot of the pages of one language.
fn reference_in(language: Language, number: &str) -> String {
    match language {
        Language::English => format!("Our reference:\u{a0}{number}"),
        Language::Welsh => format!("Ein cyfeirnod:\u{a0}{number}"),
    }
}

/// On the first page of a letter in two languages, in the other one: whoever reads that looks for it there.
fn also_in(languages: Languages, language: Language) -> Option<(&'static str, &'static str)> {
    if languages.first() != language {
        return None;
    }
    let other = languages.in_order().iter().copied().find(|other| *other != language)?;
    Some(match other {
        Language::English => (other.tag(), "The same letter in English follows the Welsh."),
        Language::Welsh => (other.tag(), "Mae\u{2019}r un llythyr yn Gymraeg yn dilyn y Saesneg."),
    })
}

fn number_in(language: Language) -> fn(usize, usize) -> String {
    match language {
        Language::English => |n, of| format!("Page {n} of {of}"),
        Language::Welsh => |n, of| format!("Tudalen {n} o {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn sheet<'a>(address: &'a [String], blocks: &'a [Block], footer: &'a str) -> Sheet<'a> {
        Sheet {
            title: "A letter from the genetics service",
            language: "en-GB",
            dated: Some((2026, 11, 22)),
            opening: Opening::Letter { sender: &[], date: "22 November 2026", reference: "R-1", address },
            parts: vec![Part {
                square: None,
                language: "en-GB",
                heading: "Information that may be important for your health",
                subtitle: "",
                sections: vec![("", blocks)],
                footer,
                running: None,
                also: None,
                number: number_in(Language::English),
            }],
            running: "R-1".to_owned(),
            size: record::TEXT_SIZE,
            code: None,
        }
    }

    fn every_block() -> Vec<Block> {
        vec![
            Block::Paragraph("Dear Siân Ŵyn, — “quoted” 1–2".to_owned()),
            Block::Heading("What you can do".to_owned()),
            Block::List(vec!["See us".to_owned(), String::new(), "Think".to_owned()]),
            Block::Code("K7QM-2XRT-9PLD".to_owned()),
            Block::Facts(vec![
                ("Variant".to_owned(), "NM_000059.4:c.5946del".to_owned()),
                ("Lab".to_owned(), String::new()),
            ]),
            Block::List(Vec::new()),
            Block::Paragraph(" ".to_owned()),
            Block::SignOff(vec!["Aled Prys".to_owned(), "Genetic counsellor".to_owned()]),
        ]
    }

    fn record(heading: &str) -> StaffRecord {
        StaffRecord {
            title: "Decision pack".to_owned(),
            subtitle: String::new(),
            marking: "Staff only".to_owned(),
            sections: vec![(heading.to_owned(), every_block())],
            footer: String::new(),
        }
    }

    #[test]
    fn the_same_words_give_the_same_bytes_and_others_do_not() {
        let (blocks, mara, noor) = (every_block(), ["Mara".to_owned()], ["Noor".to_owned()]);
        let one = sheet(&mara, &blocks, "foot").pdf().expect("pdf");
        assert_eq!(one, sheet(&mara, &blocks, "foot").pdf().expect("pdf"));
        assert_ne!(one.sha256(), sheet(&noor, &blocks, "foot").pdf().expect("pdf").sha256());
        assert_eq!((one.sha256().len(), one.pages()), (64, 1));
    }

    #[test]
    fn a_file_claims_both_standards_and_names_no_program() {
        let pdf = sheet(&[], &every_block(), "").pdf().expect("pdf");
        let raw = String::from_utf8_lossy(pdf.bytes()).into_owned();
        assert!(raw.starts_with("%PDF-1.7") && raw.contains("pdfuaid:part") && raw.contains("pdfaid:part"));
        for absent in ["/Producer", "/Creator", "/Author", "xmp:CreatorTool"] {
            assert!(!raw.contains(absent), "{absent}");
        }
    }

    #[test]
    fn a_hundred_letters_render() {
        let blocks = every_block();
        let made: std::collections::BTreeSet<String> = (0..100)
            .map(|n| sheet(&[format!("Person {n}")], &blocks, "foot").pdf().expect("pdf").sha256().to_owned())
            .collect();
        assert_eq!(made.len(), 100);
    }

    #[test]
    fn a_letter_to_a_relative_becomes_a_file_in_every_size_and_in_both_languages() {
        use kinward_family::{condition::Actionability, disclosure::Level, kind::Kind, sample};
        let written = |languages, size| {
            let class = Actionability::AdultActionable;
            let parts = sample::parts(Kind::DirectContact, Level::L0, class, languages, size).expect("parts");
            letter(&Letter::write(parts).expect("letter")).expect("pdf")
        };
        let mut before = 0;
        for size in TextSize::ALL {
            let pages = written(Languages::default(), size).pages();
            assert!(pages >= before && pages <= 10, "{size:?}");
            before = pages;
        }
        let pdf = written(Languages::WelshThenEnglish, TextSize::Ordinary);
        let raw = String::from_utf8_lossy(pdf.bytes()).into_owned();
        assert!(raw.contains("/Lang (cy-GB)") || raw.contains("/Lang(cy-GB)"), "the whole is Welsh");
        assert!(pdf.pages() >= 2, "each language begins on its own page");
    }

    #[test]
    fn an_unknown_character_is_named_and_nothing_is_made() {
        let blocks = [Block::Paragraph("Dear 李".to_owned())];
        let error = sheet(&[], &blocks, "").pdf().expect_err("no glyph");
        assert_eq!(error, PdfError::Character('李'));
        assert!(error.to_string().contains("李 (U+674E)"));
        assert!(PdfError::Character('\u{202e}').to_string().contains("\\u{202e} (U+202E)"));
    }

    #[test]
    fn a_record_needs_headings_and_carries_its_marking() {
        assert!(staff_record(&record("Reasons")).expect("pdf").pages() == 1);
        assert_eq!(staff_record(&record("  ")), Err(PdfError::Untitled));
        let untitled = StaffRecord { title: String::new(), ..record("Reasons") };
        assert_eq!(staff_record(&untitled), Err(PdfError::Untitled));
    }

    #[test]
    fn a_checked_record_carries_its_code_and_claims_both_standards() {
        let code = SquareCode {
            holds: "https://genetics.example/certificate/1".into(),
            told: "Square code with the address of the check page".into(),
            beside: vec!["https://genetics.example/certificate/1".into(), "Digest ab12-cd34".into()],
        };
        let pdf = checked_record(&record("Reasons"), (2026, 11, 23), &code).expect("pdf");
        let raw = String::from_utf8_lossy(pdf.bytes()).into_owned();
        assert!(raw.contains("/Figure") && raw.contains("pdfuaid:part") && raw.contains("pdfaid:part"));
        let long = SquareCode { holds: "a".repeat(5_000), ..code };
        assert_eq!(checked_record(&record("Reasons"), (2026, 11, 23), &long), Err(PdfError::Code));
    }

    #[test]
    fn nothing_printed_for_debugging_names_anyone() {
        let name = ["Mara Quill".to_owned()];
        let pdf = sheet(&name, &[], "").pdf().expect("pdf");
        assert!(!format!("{pdf:?} {:?}", record("Mara Quill")).contains("Mara"));
    }
}
