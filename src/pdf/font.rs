//! Letters into glyphs and glyphs into lines: shaping with the two embedded faces, and line breaking.
//! Must not know: pages, blocks, PDF, or what the words are about.

use super::PdfError;
use super::words::{breaks, words_of};
use kinward_family::further::Script;
use rustybuzz::{Direction, Face, ShapePlan, UnicodeBuffer, script};
use std::{collections::HashMap, ops::Range, rc::Rc, sync::LazyLock};

/// Noto Sans Regular, as the build found it.
static REGULAR: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSans-Regular.ttf"));
/// Noto Sans Bold, as the build found it.
static BOLD: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSans-Bold.ttf"));

static ARABIC: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSansArabic-Regular.ttf"));
static BENGALI: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSansBengali-Regular.ttf"));
static GUJARATI: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSansGujarati-Regular.ttf"));
static GURMUKHI: &[u8] = include_bytes!(concat!(env!("KINWARD_ASSETS"), "/NotoSansGurmukhi-Regular.ttf"));

/// Height above and below the baseline that a line of this family fills, in parts of its size.
pub(super) const ASCENT: f32 = 1.069;
pub(super) const DESCENT: f32 = 0.293;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Weight {
    Regular,
    Bold,
    /// Regular too, of a face for another script.
    Arabic,
    Bengali,
    Gujarati,
    Gurmukhi,
}

impl Weight {
    pub(super) const ALL: [Weight; 6] =
        [Self::Regular, Self::Bold, Self::Arabic, Self::Bengali, Self::Gujarati, Self::Gurmukhi];

    /// The face that prints a script; none where the program has no font for it.
    pub(super) const fn of(script: Script) -> Option<Weight> {
        match script {
            Script::Latin => Some(Weight::Regular),
            Script::Arabic => Some(Weight::Arabic),
            Script::Bengali => Some(Weight::Bengali),
            Script::Gujarati => Some(Weight::Gujarati),
            Script::Gurmukhi => Some(Weight::Gurmukhi),
            Script::Han => None,
        }
    }

    pub(super) const fn bytes(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
            Weight::Arabic => ARABIC,
            Weight::Bengali => BENGALI,
            Weight::Gujarati => GUJARATI,
            Weight::Gurmukhi => GURMUKHI,
        }
    }

    /// Arabic letters run from right to left.
    const fn direction(self) -> Direction {
        match self {
            Weight::Arabic => Direction::RightToLeft,
            Weight::Regular | Weight::Bold | Weight::Bengali | Weight::Gujarati | Weight::Gurmukhi => {
                Direction::LeftToRight
            }
        }
    }
}

/// How a text is set: weight, size in points, and extra space after each glyph in parts of the size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub weight: Weight,
    pub size: f32,
    pub tracking: f32,
}

impl Style {
    pub(super) fn regular(size: f32) -> Self {
        Self { weight: Weight::Regular, size, tracking: 0.0 }
    }

    pub(super) fn bold(size: f32) -> Self {
        Self { weight: Weight::Bold, size, tracking: 0.0 }
    }
}

/// One glyph; advance and offsets in parts of the size, `range` in bytes of the text it stands in.
#[derive(Clone)]
pub(super) struct Glyph {
    pub id: u32,
    pub advance: f32,
    pub dx: f32,
    pub dy: f32,
    pub range: Range<usize>,
}

/// One set line. `width` is in points, without the space that ends a line broken between words:
/// that space is kept in text and glyphs, so that whoever reads the words aloud does not join two of them.
#[derive(Clone)]
pub(super) struct Line {
    pub text: String,
    pub glyphs: Vec<Glyph>,
    pub style: Style,
    pub width: f32,
}

struct Typeface {
    face: Face<'static>,
    latin: ShapePlan,
    em: f32,
}

type Faces = HashMap<Weight, Typeface>;

static FACES: LazyLock<Option<Faces>> = LazyLock::new(|| {
    Weight::ALL.into_iter().map(|weight| Some((weight, typeface(weight.bytes())?))).collect()
});

fn typeface(bytes: &'static [u8]) -> Option<Typeface> {
    let face = Face::from_slice(bytes, 0)?;
    let latin = ShapePlan::new(&face, Direction::LeftToRight, Some(script::LATIN), None, &[]);
    let em = face.units_per_em() as f32;
    Some(Typeface { face, latin, em })
}

#[derive(Clone)]
struct Word {
    text: String,
    glyphs: Vec<Glyph>,
}

impl Word {
    /// Width in points when set in this style.
    fn width(&self, style: Style) -> f32 {
        self.glyphs.iter().map(|g| (g.advance + style.tracking) * style.size).sum()
    }

    /// Bytes and glyphs `range` of the text, as a word of its own.
    fn part(&self, range: Range<usize>) -> Word {
        let shift =
            |g: &Glyph| Glyph { range: g.range.start - range.start..g.range.end - range.start, ..g.clone() };
        let inside = |g: &&Glyph| g.range.start >= range.start && g.range.end <= range.end;
        Word {
            text: self.text.get(range.clone()).unwrap_or_default().to_owned(),
            glyphs: self.glyphs.iter().filter(inside).map(shift).collect(),
        }
    }
}

/// Sets text for one document. It remembers the words it has shaped and is dropped with the document,
/// so that no name outlives the letter it stands in.
pub(super) struct Typesetter {
    faces: &'static Faces,
    known: HashMap<Weight, HashMap<String, Rc<Word>>>,
}

impl Typesetter {
    /// # Errors
    /// `PdfError::Font` if the embedded fonts cannot be read: a broken build.
    pub(super) fn new() -> Result<Self, PdfError> {
        let faces = FACES.as_ref().ok_or(PdfError::Font)?;
        Ok(Self { faces, known: HashMap::new() })
    }

    /// Breaks `text` into lines of at most `measure` points: at spaces, at line feeds, and inside a word only if
    /// the word alone is wider than a line. Blank text gives no line.
    ///
    /// # Errors
    /// `PdfError::Character` for a character that the font cannot print.
    pub(super) fn lines(&mut self, text: &str, style: Style, measure: f32) -> Result<Vec<Line>, PdfError> {
        let mut lines = Vec::new();
        for row in text.lines().filter(|row| row.chars().any(|c| !breaks(c))) {
            if let Some(last) = lines.last_mut() {
                self.end_with_space(last)?;
            }
            self.break_row(row, style, measure, &mut lines)?;
        }
        Ok(lines)
    }

    fn break_row(
        &mut self,
        row: &str,
        style: Style,
        measure: f32,
        lines: &mut Vec<Line>,
    ) -> Result<(), PdfError> {
        let space = self.word(" ", style.weight)?;
        let gap = space.width(style);
        let mut line = empty(style);
        for text in words_of(row) {
            let mut word = self.word(&text, style.weight)?;
            let joined = if line.text.is_empty() { 0.0 } else { line.width + gap };
            if joined + word.width(style) <= measure {
                if !line.text.is_empty() {
                    append(&mut line, &space);
                }
                append(&mut line, &word);
                continue;
            }
            if !line.text.is_empty() {
                self.end_with_space(&mut line)?;
                lines.push(std::mem::replace(&mut line, empty(style)));
            }
            while word.width(style) > measure {
                let cut = fitting(&word, style, measure);
                if cut >= word.text.len() {
                    break;
                }
                let mut piece = empty(style);
                append(&mut piece, &word.part(0..cut));
                lines.push(piece);
                word = Rc::new(word.part(cut..word.text.len()));
            }
            append(&mut line, &word);
        }
        lines.push(line);
        Ok(())
    }

    fn end_with_space(&mut self, line: &mut Line) -> Result<(), PdfError> {
        let (space, width) = (self.word(" ", line.style.weight)?, line.width);
        append(line, &space);
        line.width = width;
        Ok(())
    }

    fn word(&mut self, text: &str, weight: Weight) -> Result<Rc<Word>, PdfError> {
        let (known, typeface) =
            (self.known.entry(weight).or_default(), self.faces.get(&weight).ok_or(PdfError::Font)?);
        if let Some(word) = known.get(text) {
            return Ok(Rc::clone(word));
        }
        let word = Rc::new(shape(text, typeface, weight.direction())?);
        known.insert(text.to_owned(), Rc::clone(&word));
        Ok(word)
    }
}

/// Whether both faces can print a character.
pub(super) fn prints(letter: char) -> bool {
    has(letter, Weight::Regular) && has(letter, Weight::Bold)
}

fn has(letter: char, weight: Weight) -> bool {
    let face = FACES.as_ref().and_then(|faces| faces.get(&weight));
    face.is_some_and(|typeface| printable(letter, &typeface.face))
}

/// Whether the face of a script can print every character of a text.
pub(super) fn prints_in(text: &str, script: Script) -> bool {
    Weight::of(script).is_some_and(|weight| text.chars().all(|letter| has(letter, weight)))
}

fn shape(text: &str, typeface: &Typeface, direction: Direction) -> Result<Word, PdfError> {
    // A soft hyphen and a zero-width space only allow a break; left out, the word still reads the same.
    let text: String = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}')).collect();
    if let Some(bad) = text.chars().find(|c| !printable(*c, &typeface.face)) {
        return Err(PdfError::Character(bad));
    }
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text);
    // The prepared plan serves Latin, Greek and Cyrillic; other scripts have rules of their own.
    let shaped = if text.chars().all(|c| c < '\u{590}' || ('\u{1e00}'..='\u{218f}').contains(&c)) {
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        rustybuzz::shape_with_plan(&typeface.face, &typeface.latin, buffer)
    } else {
        buffer.guess_segment_properties();
        buffer.set_direction(direction);
        rustybuzz::shape(&typeface.face, &[], buffer)
    };
    let (infos, em) = (shaped.glyph_infos(), typeface.em);
    let mut glyphs = Vec::with_capacity(infos.len());
    for (info, at) in infos.iter().zip(shaped.glyph_positions()) {
        let start = info.cluster as usize;
        if info.glyph_id == 0 {
            let unknown = text.get(start..).and_then(|rest| rest.chars().next());
            return Err(PdfError::Character(unknown.unwrap_or(char::REPLACEMENT_CHARACTER)));
        }
        let end = infos.iter().map(|i| i.cluster as usize).filter(|c| *c > start).min().unwrap_or(text.len());
        let (advance, dx, dy) = (at.x_advance as f32 / em, at.x_offset as f32 / em, at.y_offset as f32 / em);
        glyphs.push(Glyph { id: info.glyph_id, advance, dx, dy, range: start..end });
    }
    Ok(Word { text, glyphs })
}

/// Controls and direction marks could show other words than the approved ones; private characters mean nothing elsewhere.
fn printable(c: char, face: &Face<'_>) -> bool {
    let steering =
        matches!(c, '\u{200c}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    !c.is_control() && !steering && !private && face.glyph_index(c).is_some_and(|glyph| glyph.0 != 0)
}

/// How many bytes of an overlong word fill a line: up to a joining sign if one stands in the second half of the
/// line, so that an address on the web breaks where a reader expects it. An e-mail address is cut at its own signs alone, and
/// the name of a variant before the change itself. At least one character.
fn fitting(word: &Word, style: Style, measure: f32) -> usize {
    let (mut width, mut fits, mut sign) = (0.0, 0, 0);
    let mail = word.text.contains('@');
    let signs = if mail { "@." } else { " /-,:;_=&?" };
    let mut before = [' ', ' '];
    let mut glyphs = word.glyphs.iter().peekable();
    while let Some(glyph) = glyphs.next() {
        width += (glyph.advance + style.tracking) * style.size;
        if glyphs.peek().is_some_and(|next| next.range == glyph.range) {
            continue;
        }
        if width > measure && fits > 0 {
            break;
        }
        fits = glyph.range.end;
        let last = word.text.get(..fits).and_then(|t| t.chars().next_back());
        let Some(last) = last else { continue };
        // "c." and "p." belong to what they say of.
        let led = last == '.' && before[1].is_ascii_lowercase() && !before[0].is_alphanumeric();
        let ends = signs.contains(last) || (last == '.' && !led);
        // What follows a colon is a name of its own, and stays whole wherever it can.
        let least = match last {
            _ if mail => 0.0,
            ':' => measure / 3.0,
            _ => measure / 2.0,
        };
        if width > least && ends && !(sign > 0 && after_colon(word, sign) && last != ':') {
            sign = fits;
        }
        before = [before[1], last];
    }
    if sign > 0 { sign } else { fits }
}

/// Whether the piece that ends there ends with the colon before a variant's name, and the rest has no other sign to break at.
fn after_colon(word: &Word, at: usize) -> bool {
    let (piece, rest) = word.text.split_at_checked(at).unwrap_or_default();
    piece.ends_with(':') && rest.chars().nth(1) == Some('.')
}

fn empty(style: Style) -> Line {
    Line { text: String::new(), glyphs: Vec::new(), style, width: 0.0 }
}

fn append(line: &mut Line, word: &Word) {
    let at = line.text.len();
    line.text.push_str(&word.text);
    line.width += word.width(line.style);
    let tracking = line.style.tracking;
    let glyphs = word.glyphs.iter().map(|g| Glyph {
        advance: g.advance + tracking,
        range: g.range.start + at..g.range.end + at,
        ..g.clone()
    });
    match line.style.weight.direction() {
        // What comes later stands further left; the text keeps the order in which it is read.
        Direction::RightToLeft => line.glyphs.splice(0..0, glyphs).for_each(drop),
        Direction::LeftToRight | Direction::Invalid | Direction::TopToBottom | Direction::BottomToTop => {
            line.glyphs.extend(glyphs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinward_family::further::Further;

    fn set(text: &str, measure: f32) -> Vec<Line> {
        Typesetter::new().expect("fonts").lines(text, Style::regular(12.0), measure).expect("lines")
    }

    #[test]
    fn the_joined_lines_are_the_words_again() {
        let text = "One in two relatives may have the gene change, and Siân Ŵyn (aged 40–50) may not.";
        let lines = set(text, 120.0);
        assert!(lines.len() > 2 && lines.iter().all(|l| l.width <= 120.0));
        assert_eq!(lines.iter().map(|l| l.text.as_str()).collect::<String>(), text);
    }

    #[test]
    fn a_long_word_breaks_after_a_sign_and_loses_nothing() {
        let text = "https://genetics.example.nhs.uk/answer/with/a/very-long-path-that-no-line-can-hold";
        let lines = set(text, 150.0);
        assert!(lines.len() > 2 && lines.iter().all(|l| l.width <= 150.0));
        assert!(lines[0].text.ends_with(['/', '.', '-']));
        assert_eq!(lines.iter().map(|l| l.text.as_str()).collect::<String>(), text);
        assert_eq!(set(&"m".repeat(300), 90.0).iter().map(|l| l.text.len()).sum::<usize>(), 300);
    }

    #[test]
    fn the_name_of_a_variant_is_cut_before_the_change_and_an_email_address_at_its_signs() {
        for (text, wanted) in
            [("NM_000251.3:c.942+3A>T", "NM_000251.3:"), ("hello@severnside-genetics.example", "hello@")]
        {
            let lines = set(text, 110.0);
            assert!(lines.len() > 1 && lines[0].text == wanted, "{:?}", lines[0].text);
            assert_eq!(lines.iter().map(|l| l.text.as_str()).collect::<String>(), text);
        }
    }

    #[test]
    fn a_telephone_number_stays_in_one_line_and_other_figures_need_not() {
        assert_eq!(
            words_of("Call 01632 960 700, at 9 or 10"),
            ["Call", "01632 960 700,", "at", "9", "or", "10"]
        );
        assert_eq!(words_of("on +44 1632 960 700 (Monday"), ["on", "+44 1632 960 700", "(Monday"]);
        assert_eq!(
            words_of("on 22 November 2026 12 people"),
            ["on", "22", "November", "2026", "12", "people"]
        );
        let lines = set("Please call us on 01632 960 700 today", 105.0);
        assert!(lines.iter().any(|line| line.text.contains("01632 960 700")), "{:?}", lines.len());
    }

    #[test]
    fn a_line_narrower_than_a_letter_still_ends() {
        assert_eq!(set("abc", 1.0).len(), 3);
    }

    #[test]
    fn line_feeds_are_kept_and_blank_text_gives_no_line() {
        assert_eq!(set("a\nb\n\n  \nc", 100.0).len(), 3);
        assert!(set(" \n\t ", 100.0).is_empty());
    }

    #[test]
    fn a_hard_space_never_ends_a_line() {
        assert!(set("page 1\u{a0}of\u{a0}2", 45.0).iter().any(|l| l.text.contains("1\u{a0}of\u{a0}2")));
    }

    #[test]
    fn composed_and_decomposed_letters_are_equally_wide() {
        let (one, two) = (set("Siân Ŵyn", 500.0), set("Sia\u{302}n W\u{302}yn", 500.0));
        assert!((one[0].width - two[0].width).abs() < 0.01);
    }

    /// Each line as it is seen: its glyphs from left to right stand for its text from the end to the beginning.
    #[test]
    fn what_runs_from_right_to_left_is_drawn_from_the_right_and_read_from_the_beginning() {
        let urdu = Further::by_code("ur").expect("a language").sentence();
        let style = Style { weight: Weight::Arabic, size: 12.0, tracking: 0.0 };
        let lines = Typesetter::new().expect("fonts").lines(urdu, style, 150.0).expect("lines");
        assert!(lines.len() > 1, "it is broken");
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<String>(), urdu);
        for line in &lines {
            let starts: Vec<usize> = line.glyphs.iter().map(|glyph| glyph.range.start).collect();
            assert!(starts.is_sorted_by(|one, next| one >= next), "{starts:?}");
            assert!(line.width <= 150.0);
        }
    }

    #[test]
    fn every_further_language_but_one_without_a_font_can_be_printed() {
        for one in Further::all() {
            assert_eq!(prints_in(one.sentence(), one.script()), one.script() != Script::Han, "{one:?}");
        }
    }

    #[test]
    fn a_character_the_font_lacks_is_named() {
        let mut typesetter = Typesetter::new().expect("fonts");
        for bad in ['漢', '😀', 'ع', '\u{202e}', '\u{feff}', '\u{7}', '\u{e000}', '\u{200f}'] {
            let found = typesetter.lines(&format!("ab{bad}c"), Style::bold(12.0), 100.0);
            assert!(matches!(found, Err(PdfError::Character(c)) if c == bad), "{bad:?}");
        }
    }
}
