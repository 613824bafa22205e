//! From a sheet to pages: where each line, rule and frame stands, and which structure element each line belongs to.
//! Must not know: PDF, files, or who will read the page.

use super::blocks::Flow;
use super::font::{ASCENT, DESCENT, Line, Style, Typesetter};
use super::part::{SetPart, set_part};
use super::{Opening, PdfError, Sheet};

/// Points in a millimetre. All lengths here are points from the top left corner of the page.
pub(super) const fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

pub(super) const PAGE: (f32, f32) = (mm(210.0), mm(297.0));
pub(super) const LEFT: f32 = mm(25.0);
pub(super) const MEASURE: f32 = mm(160.0);
pub(super) const TOP: f32 = mm(20.0);
pub(super) const RUNNING_BASELINE: f32 = mm(285.0);
/// The least height of text on a page; less means that sender or footer have taken the page over.
pub(super) const LEAST_BODY: f32 = mm(60.0);
pub(super) const LEADING: f32 = 1.4;

// The window that printing services read (UK Notify letter specification 2.4): the address inside it and
// nothing else in the zone x 15-125 mm, y 30-95 mm of the first page.
const WINDOW: Area = Area { left: mm(24.6), top: mm(39.5), right: mm(120.0), bottom: mm(66.3) };
const KEEP_OUT: Area = Area { left: mm(15.0), top: mm(30.0), right: mm(125.0), bottom: mm(95.0) };
const SENDER: Area =
    Area { left: KEEP_OUT.right + mm(2.0), top: mm(15.0), right: mm(195.0), bottom: mm(200.0) };
/// Below the keep-out zone, and below the fold of a sheet folded in three.
const LETTER_TOP: f32 = KEEP_OUT.bottom + mm(5.0);
const ADDRESS_SIZES: (f32, f32) = (8.0, 12.0);

struct Area {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Area {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// What a structure element is. Text hangs on the leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Row,
    RowHead,
    Cell,
    /// A picture, with the words that stand in for it.
    Figure(String),
}

/// A node of the structure tree; elements stand in reading order and a parent before its children.
pub(super) struct Element {
    pub role: Role,
    pub parent: Option<usize>,
    /// Number of the part whose language it is in; what stands above the title is in the first's.
    pub part: usize,
    /// BCP 47, where it is another than the part's.
    pub language: Option<&'static str>,
    /// The words in the order in which they are read, where they are drawn in another.
    pub said: Option<&'static str>,
}

/// Something drawn. Text without an element is furniture: there for the eye, not read aloud.
pub(super) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        line: Line,
        element: Option<usize>,
    },
    Rule {
        x: f32,
        y: f32,
        width: f32,
    },
    Frame {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    /// Dark bars of a square code: each its place in the square and its length, all in parts of `step`.
    Bars {
        x: f32,
        y: f32,
        step: f32,
        side: usize,
        bars: Vec<(usize, usize, usize)>,
        element: usize,
    },
}

impl Mark {
    pub(super) fn text(x: f32, baseline: f32, line: Line, element: Option<usize>) -> Self {
        Mark::Text { x, baseline, line, element }
    }

    pub(super) fn lower(mut self, by: f32) -> Self {
        match &mut self {
            Mark::Text { baseline, .. } => *baseline += by,
            Mark::Rule { y, .. } | Mark::Frame { y, .. } | Mark::Bars { y, .. } => *y += by,
        }
        self
    }
}

pub(super) struct Layout {
    pub pages: Vec<Vec<Mark>>,
    pub elements: Vec<Element>,
}

/// # Errors
/// `PdfError` for a character without a glyph, an address that does not fit its window, and a sender or footer too long.
pub(super) fn lay_out(sheet: &Sheet<'_>) -> Result<Layout, PdfError> {
    let mut flow = Flow {
        setter: Typesetter::new()?,
        size: sheet.size,
        elements: Vec::new(),
        strips: Vec::new(),
        part: 0,
        square: None,
    };
    let (opening, first_top) = match &sheet.opening {
        Opening::Letter { sender, date, reference, address } => {
            let (mut marks, bottom) =
                place_sender(&mut flow, sender, &[date, reference], !address.is_empty())?;
            marks.extend(place_address(&mut flow, address)?);
            let posted = if address.is_empty() { TOP } else { LETTER_TOP };
            (marks, posted.max(bottom + mm(6.0)))
        }
        Opening::Record { marking } => {
            flow.paragraph(marking, Style::bold(sheet.size))?;
            (Vec::new(), TOP)
        }
    };
    let last = sheet.parts.len().saturating_sub(1);
    let mut set: Vec<SetPart> = Vec::new();
    for (number, part) in sheet.parts.iter().enumerate() {
        flow.part = number;
        let top = if number == 0 { first_top } else { TOP };
        let square = sheet.code.as_ref().filter(|_| number == last);
        set.push(set_part(&mut flow, sheet, part, square, top)?);
    }
    if let Some(first) = set.first_mut().and_then(|part| part.pages.first_mut()) {
        first.splice(0..0, opening);
    }
    let count = set.iter().map(|part| part.pages.len()).sum();
    let mut pages = Vec::new();
    for (part, words) in set.into_iter().zip(&sheet.parts) {
        let last = part.pages.len();
        for (index, mut page) in part.pages.into_iter().enumerate() {
            // The footer's words are read aloud once, at the end of their part; elsewhere they are furniture.
            let spoken = part.spoken.filter(|_| index + 1 == last);
            part.foot.draw(&mut page, spoken);
            let label = (words.number)(pages.len() + 1, count);
            for line in flow.setter.lines(&label, part.foot.small, MEASURE * 0.38)?.into_iter().take(1) {
                page.push(Mark::text(LEFT + MEASURE - line.width, part.foot.number_baseline(), line, None));
            }
            pages.push(page);
        }
    }
    Ok(Layout { pages, elements: flow.elements })
}

/// Sender, date and reference at the top right; also says how far down they reach. Where the sender of a letter with a window
/// is so long that it reaches below the zone of the window, date and reference stand at the left, below that zone.
fn place_sender(
    flow: &mut Flow,
    sender: &[String],
    below: &[&str],
    posted: bool,
) -> Result<(Vec<Mark>, f32), PdfError> {
    // A letterhead may be a little smaller than the text: the column beside the window is narrow.
    let size = (flow.size * 11.0 / 12.0).min(14.0);
    let name = sender.first().map(String::as_str).unwrap_or_default();
    let rest = sender.get(1..).unwrap_or_default().join("\n");
    let column = Column { left: SENDER.left, width: SENDER.width() };
    let mut marks = Vec::new();
    let mut y = column.set(flow, &mut marks, name, Style::bold(size), SENDER.top)?;
    y = column.set(flow, &mut marks, &rest, Style::regular(size), y)?;
    let aside = posted && y > KEEP_OUT.bottom;
    let (column, mut low) = match aside {
        true => (Column { left: LEFT, width: SENDER.left - LEFT - mm(4.0) }, KEEP_OUT.bottom + mm(2.0)),
        false => (column, y),
    };
    for (index, text) in below.iter().enumerate() {
        let before = if aside && index == 0 { 0.0 } else { size * 0.6 };
        low = column.set(flow, &mut marks, text, Style::regular(size), low + before)?;
    }
    let bottom = y.max(low);
    if bottom > SENDER.bottom { Err(PdfError::NoRoom) } else { Ok((marks, bottom)) }
}

/// Where the lines of a letterhead stand.
struct Column {
    left: f32,
    width: f32,
}

impl Column {
    /// Sets a text from `y` down, as an element of its own; says where it ends.
    fn set(
        &self,
        flow: &mut Flow,
        marks: &mut Vec<Mark>,
        text: &str,
        style: Style,
        mut y: f32,
    ) -> Result<f32, PdfError> {
        let lines = flow.setter.lines(text, style, self.width)?;
        if lines.is_empty() {
            return Ok(y);
        }
        let element = Some(flow.element(Role::Paragraph, None));
        for line in lines {
            marks.push(Mark::text(self.left, y + style.size * ASCENT, line, element));
            y += style.size * (ASCENT + DESCENT);
        }
        Ok(y)
    }
}

/// The address in its window, as large as fits and no larger than the text of an ordinary letter.
fn place_address(flow: &mut Flow, address: &[String]) -> Result<Vec<Mark>, PdfError> {
    const STEP: f32 = 1.22;
    let lines = flow.setter.lines(&address.join("\n"), Style::regular(ADDRESS_SIZES.1), f32::MAX)?;
    // No capital with its accent rises above 0.96 of the size, no letter hangs below 0.28.
    let tall = 0.96 + 0.28 + STEP * lines.len().saturating_sub(1) as f32;
    let mut size = ADDRESS_SIZES.1.min((WINDOW.bottom - WINDOW.top) / tall);
    for (index, line) in lines.iter().enumerate() {
        size = size.min(ADDRESS_SIZES.1 * (WINDOW.width() - mm(1.0)) / line.width);
        if size < ADDRESS_SIZES.0 {
            return Err(PdfError::Address(index + 1));
        }
    }
    let element = (!lines.is_empty()).then(|| flow.element(Role::Paragraph, None));
    let place = |(index, mut line): (usize, Line)| {
        line.width *= size / line.style.size;
        line.style.size = size;
        let baseline = WINDOW.top + size * (0.96 + STEP * index as f32);
        Mark::text(WINDOW.left + mm(0.5), baseline, line, element)
    };
    Ok(lines.into_iter().enumerate().map(place).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::{Part, Sheet};
    use kinward_family::Block;

    const ADDRESS: [&str; 7] =
        ["Siân Ŵyn", "Flat 12", "14 Long Lane", "Y Felin", "Aberystwyth", "Ceredigion", "SY23 4AA"];

    fn pages(sender: usize, address: &[&str], size: f32, blocks: &[Block]) -> Result<Layout, PdfError> {
        let (sender, address) =
            (vec!["Clinical Genetics Service".to_owned(); sender], address.iter().map(|l| (*l).to_owned()));
        let address: Vec<String> = address.collect();
        lay_out(&Sheet {
            title: "A letter",
            language: "en-GB",
            dated: None,
            opening: Opening::Letter {
                sender: &sender,
                date: "22 November 2026",
                reference: "R-1",
                address: &address,
            },
            parts: vec![Part {
                square: None,
                language: "en-GB",
                heading: "Information that may be important for your health",
                subtitle: "",
                sections: vec![("", blocks)],
                footer: "Please ask for large print.",
                running: None,
                also: None,
                number: |n, of| format!("Page {n} of {of}"),
            }],
            running: "R-1".to_owned(),
            size,
            code: None,
        })
    }

    fn area(mark: &Mark) -> Area {
        match mark {
            Mark::Text { x, baseline, line, .. } => {
                let (top, bottom) = (baseline - 0.96 * line.style.size, baseline + 0.28 * line.style.size);
                Area { left: *x, top, right: x + line.width, bottom }
            }
            Mark::Rule { x, y, width } => Area { left: *x, top: *y, right: x + width, bottom: *y },
            Mark::Frame { x, y, width, height } => {
                Area { left: *x, top: *y, right: x + width, bottom: y + height }
            }
            Mark::Bars { x, y, step, side, .. } => {
                let width = step * *side as f32;
                Area { left: *x, top: *y, right: x + width, bottom: y + width }
            }
        }
    }

    fn words(page: &[Mark]) -> Vec<&str> {
        page.iter()
            .filter_map(|m| if let Mark::Text { line, .. } = m { Some(line.text.trim_end()) } else { None })
            .collect()
    }

    fn paragraphs(count: usize, words: usize) -> Vec<Block> {
        (0..count).map(|n| Block::Paragraph(format!("p{n} {}", "word ".repeat(words)))).collect()
    }

    #[test]
    fn the_address_is_in_the_window_and_nothing_else_in_the_zone() {
        for (size, lines) in [(12.0, 3), (12.0, 7), (24.0, 5), (16.0, 0)] {
            let layout = pages(8, &ADDRESS[..lines], size, &paragraphs(8, 60)).expect("layout");
            let inside = |a: &Area, b: &Area| {
                a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom
            };
            let touches = |a: &Area, b: &Area| {
                a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top
            };
            let zone: Vec<Area> =
                layout.pages[0].iter().map(area).filter(|a| touches(a, &KEEP_OUT)).collect();
            assert_eq!(zone.len(), lines);
            assert!(zone.iter().all(|a| inside(a, &WINDOW)));
            let paper = Area { left: mm(15.0), top: mm(5.0), right: mm(195.0), bottom: mm(292.0) };
            assert!(layout.pages.iter().flatten().all(|mark| inside(&area(mark), &paper)));
        }
    }

    #[test]
    fn under_a_long_letterhead_the_date_stands_at_the_left_and_the_page_is_not_left_empty() {
        let layout = pages(14, &ADDRESS, 24.0, &paragraphs(8, 60)).expect("layout");
        let first = layout.pages.first().expect("a page");
        let date =
            first.iter().find(|m| matches!(m, Mark::Text { line, .. } if line.text == "22 November 2026"));
        let place = area(date.expect("the date"));
        assert!(place.left == LEFT && place.top > KEEP_OUT.bottom, "{}", place.top);
        assert!(words(first).iter().filter(|line| line.contains("word")).count() >= 2);
    }

    #[test]
    fn no_label_of_a_table_is_broken_inside_a_word() {
        let facts = Block::Facts(vec![("Classification".to_owned(), "Pathogenic".to_owned())]);
        let layout = pages(5, &ADDRESS, 24.0, &[facts]).expect("layout");
        assert!(layout.pages.iter().any(|page| words(page).contains(&"Classification")));
    }

    #[test]
    fn an_address_too_wide_or_too_long_is_refused_by_line() {
        let wide = "A".repeat(90);
        assert_eq!(pages(3, &["Name", &wide], 12.0, &[]).err(), Some(PdfError::Address(2)));
        assert!(matches!(pages(3, &["Street"; 9], 12.0, &[]).err(), Some(PdfError::Address(_))));
    }

    #[test]
    fn a_sender_that_leaves_no_room_is_refused() {
        assert_eq!(pages(60, &[], 12.0, &[]).err(), Some(PdfError::NoRoom));
    }

    #[test]
    fn a_long_letter_breaks_pages_loses_nothing_and_numbers_them() {
        let layout = pages(5, &ADDRESS, 12.0, &paragraphs(60, 50)).expect("layout");
        let count = layout.pages.len();
        assert!(count > 4);
        for (index, page) in layout.pages.iter().enumerate() {
            assert!(words(page).contains(&format!("Page {} of {count}", index + 1).as_str()));
            assert!(words(page).contains(&"R-1"));
        }
        let all = layout.pages.iter().flat_map(|p| words(p)).collect::<Vec<_>>().join(" ");
        assert_eq!(all.matches("word").count(), 60 * 50);
        assert!((0..60).all(|n| all.contains(&format!("p{n} "))));
    }

    #[test]
    fn the_footer_is_read_aloud_once_and_everything_above_it_in_order() {
        let layout = pages(5, &ADDRESS, 12.0, &paragraphs(30, 50)).expect("layout");
        let said = |m: &Mark| if let Mark::Text { element, .. } = m { *element } else { None };
        let order: Vec<usize> = layout.pages.iter().flatten().filter_map(said).collect();
        assert!(order.is_sorted() && order.last() == Some(&(layout.elements.len() - 1)));
        assert_eq!(order.iter().filter(|n| **n == layout.elements.len() - 1).count(), 1);
    }

    #[test]
    fn a_heading_never_stands_last_and_no_line_alone() {
        for filler in 0..40 {
            let mut blocks = vec![Block::Paragraph("line\n".repeat(filler + 1))];
            blocks.push(Block::Heading("Heading".to_owned()));
            blocks.push(Block::Paragraph("text\n".repeat(5)));
            let layout = pages(5, &ADDRESS, 12.0, &blocks).expect("layout");
            for page in &layout.pages {
                let words = words(page);
                let count = |what| words.iter().filter(|w| **w == what).count();
                assert!(count("Heading") == 0 || count("text") >= 2);
                assert!(filler == 0 || count("line") != 1);
                assert_ne!(count("text"), 1);
            }
        }
    }

    #[test]
    fn no_item_of_a_list_stands_alone() {
        for filler in 0..40 {
            let list = Block::List(vec!["item".to_owned(); 3]);
            let blocks = [Block::Paragraph("x\n".repeat(filler)), list];
            let layout = pages(5, &ADDRESS, 12.0, &blocks).expect("layout");
            assert!(layout.pages.iter().all(|p| words(p).iter().filter(|w| **w == "item").count() % 3 == 0));
        }
    }

    #[test]
    fn facts_stay_on_one_page_where_a_page_can_hold_them_and_rows_stay_whole() {
        let row = |n: usize| (format!("label{n}"), format!("first{n}\nsecond{n}"));
        let cases = (0..10).map(|filler| (filler, 40, false)).chain([(14, 12, true)]);
        for (filler, rows, together) in cases {
            let facts = Block::Facts((0..rows).map(row).collect());
            let layout =
                pages(5, &ADDRESS, 12.0, &[Block::Paragraph("x\n".repeat(filler)), facts]).expect("layout");
            let with =
                layout.pages.iter().filter(|p| words(p).iter().any(|w| w.starts_with("label"))).count();
            assert_eq!(with == 1, together);
            for page in &layout.pages {
                let words = words(page);
                assert!((0..rows).all(
                    |n| words.contains(&&*format!("first{n}")) == words.contains(&&*format!("second{n}"))
                ));
            }
        }
    }

    #[test]
    fn what_is_larger_than_a_page_is_cut_rather_than_lost() {
        let fact = Block::Facts(vec![("label".to_owned(), "value\n".repeat(120))]);
        let layout = pages(5, &ADDRESS, 12.0, &[fact, Block::Code("0123456789".repeat(60))]).expect("layout");
        let all: Vec<&str> = layout.pages.iter().flat_map(|p| words(p)).collect();
        assert_eq!(all.iter().filter(|w| **w == "value").count(), 120);
        let digits = all.iter().filter(|w| w.chars().all(|c| c.is_ascii_digit())).map(|w| w.len());
        assert_eq!(digits.sum::<usize>(), 600);
        assert!(layout.pages.iter().flatten().all(|m| area(m).bottom < mm(292.0)));
    }
}
