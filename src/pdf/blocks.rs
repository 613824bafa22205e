//! From blocks of words to strips of lines: headings, paragraphs, lists, facts, codes and signatures.
//! Must not know: where a page ends, PDF, or who will read it.

use super::code::Square;
use super::font::{ASCENT, DESCENT, Line, Style, Typesetter, Weight};
use super::layout::{Element, LEADING, LEFT, MEASURE, Mark, Role, mm};
use super::{PdfError, SquareCode};
use kinward_family::{
    Block,
    further::{Direction, Further},
};

/// A slice of the text as wide as the page that is never cut; marks are placed from its top.
pub(super) struct Strip {
    pub before: f32,
    pub height: f32,
    /// How firmly it must stand on the same page as the next one.
    pub keep: Keep,
    pub marks: Vec<Mark>,
    /// Nothing stands on it: what follows begins on a new page.
    pub turns: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keep {
    Free,
    /// Unless no page can hold all that belongs together.
    IfItFits,
    Always,
}

/// The text of a sheet on its way to pages.
pub(super) struct Flow {
    pub setter: Typesetter,
    /// Size of the text, in points.
    pub size: f32,
    pub elements: Vec<Element>,
    pub strips: Vec<Strip>,
    /// Number of the part that is being set.
    pub part: usize,
    /// What stands beside its code, and what it is called.
    pub square: Option<(Square, &'static str)>,
}

impl Flow {
    pub(super) fn element(&mut self, role: Role, parent: Option<usize>) -> usize {
        self.elements.push(Element { role, parent, part: self.part, language: None, said: None });
        self.elements.len() - 1
    }

    /// `level` 1 is the title, 2 and 3 the headings below it.
    pub(super) fn heading(&mut self, level: u16, text: &str) -> Result<(), PdfError> {
        let size = match level {
            // In large print a title is large enough as it is: larger, it would take the first page over.
            1 => (self.size * 1.5).min(self.size + 6.0),
            2 => self.size * 1.17,
            _ => self.size,
        };
        let style = Style::bold(size);
        let lines = self.setter.lines(text, style, MEASURE)?;
        if lines.is_empty() {
            return Err(PdfError::Untitled);
        }
        let element = self.element(Role::Heading(level, text.trim().to_owned()), None);
        let from = self.strips.len();
        self.push_lines(lines, element, 0.0, self.size * 1.1);
        // A heading never stands last on a page.
        self.strips.iter_mut().skip(from).for_each(|strip| strip.keep = Keep::Always);
        Ok(())
    }

    pub(super) fn paragraph(&mut self, text: &str, style: Style) -> Result<(), PdfError> {
        let lines = self.setter.lines(text, style, MEASURE)?;
        if !lines.is_empty() {
            let element = self.element(Role::Paragraph, None);
            self.push_lines(lines, element, 0.0, self.size * 0.6);
            // What announces a list or a table stays with it.
            if text.trim_end().ends_with(':') {
                self.keep_last();
            }
        }
        Ok(())
    }

    /// A line in another language than the part's.
    pub(super) fn other(&mut self, language: &'static str, text: &str) -> Result<(), PdfError> {
        let lines = self.setter.lines(text, Style::bold(self.size), MEASURE)?;
        let element = self.element(Role::Paragraph, None);
        if let Some(element) = self.elements.get_mut(element) {
            element.language = Some(language);
        }
        self.push_lines(lines, element, 0.0, 0.0);
        self.keep_last();
        Ok(())
    }

    pub(super) fn block(&mut self, block: &Block, level: u16) -> Result<(), PdfError> {
        let style = Style::regular(self.size);
        match block {
            Block::NewPage => self.strips.push(Strip {
                before: 0.0,
                height: 0.0,
                keep: Keep::Free,
                marks: Vec::new(),
                turns: true,
            }),
            Block::Heading(text) => self.heading(level, text)?,
            Block::Paragraph(text) => self.paragraph(text, style)?,
            Block::List(items) => self.list(items, style)?,
            Block::Facts(facts) => self.facts(facts)?,
            Block::Code(code) => self.code(code)?,
            Block::Further(all) => self.further(all)?,
            Block::SignOff(rows) => {
                // No page holds a farewell and a name alone: the line before the farewell stays with them.
                let before = self.strips.len().saturating_sub(2);
                self.strips.iter_mut().skip(before).for_each(|strip| strip.keep = Keep::Always);
                let lines = self.setter.lines(&rows.join("\n"), style, MEASURE)?;
                let from = self.strips.len();
                if !lines.is_empty() {
                    let element = self.element(Role::Paragraph, None);
                    self.push_lines(lines, element, 0.0, self.size * 2.0);
                }
                self.keep_together(from);
            }
        }
        Ok(())
    }

    fn list(&mut self, items: &[String], style: Style) -> Result<(), PdfError> {
        let indent = self.size * 1.4;
        let filled: Vec<&String> = items.iter().filter(|item| !item.trim().is_empty()).collect();
        if filled.is_empty() {
            return Ok(());
        }
        let list = self.element(Role::List, None);
        for (index, text) in filled.iter().enumerate() {
            let item = self.element(Role::Item, Some(list));
            let label = Some(self.element(Role::Label, Some(item)));
            let body = self.element(Role::Body, Some(item));
            let lines = self.setter.lines(text, style, MEASURE - indent)?;
            let bullet = self.setter.lines("•", style, indent)?;
            let bullet =
                bullet.into_iter().map(|line| Mark::text(LEFT + indent * 0.25, baseline(style), line, label));
            let first = self.strips.len();
            self.push_lines(lines, body, indent, self.size * 0.35);
            if let Some(strip) = self.strips.get_mut(first) {
                strip.marks.splice(0..0, bullet);
            }
            if at_edge(index, filled.len()) {
                self.keep_last();
            }
        }
        Ok(())
    }

    /// As wide as the longest word of a label, so that none is broken in large print; a third of the line at least.
    fn label_column(&mut self, facts: &[(String, String)]) -> Result<f32, PdfError> {
        let mut widest = MEASURE * 0.34;
        for word in facts.iter().flat_map(|(label, _)| label.split_whitespace()) {
            let lines = self.setter.lines(word, Style::bold(self.size), f32::MAX)?;
            widest = lines.iter().fold(widest, |widest, line| widest.max(line.width));
        }
        Ok(widest.min(MEASURE * 0.5))
    }

    /// Rows of label and value between thin rules; kept on one page wherever one page can hold them.
    fn facts(&mut self, facts: &[(String, String)]) -> Result<(), PdfError> {
        let (head, gap, pad) = (self.label_column(facts)?, mm(4.0).max(self.size * 0.8), self.size * 0.25);
        let from = self.strips.len();
        let mut table = None;
        for (number, (label, value)) in facts.iter().enumerate() {
            let mut labels = self.setter.lines(label, Style::bold(self.size), head)?;
            let mut values = self.setter.lines(value, Style::regular(self.size), MEASURE - head - gap)?;
            // A row without its value would have no second cell; the dash says that nothing was given.
            for side in [&mut labels, &mut values] {
                if side.is_empty() {
                    side.extend(self.setter.lines("–", Style::regular(self.size), head)?);
                }
            }
            let parent = match table {
                Some(table) => table,
                None => *table.insert(self.element(Role::Table, None)),
            };
            let row = self.element(Role::Row, Some(parent));
            let label_cell = self.element(Role::RowHead, Some(row));
            let value_cell = self.element(Role::Cell, Some(row));
            let height = labels.len().max(values.len());
            let (mut labels, mut values) = (labels.into_iter(), values.into_iter());
            for index in 0..height {
                let top = if index == 0 { pad } else { 0.0 };
                let end = if index + 1 == height { pad } else { 0.0 };
                let mut marks = Vec::new();
                for (x, line, cell) in
                    [(LEFT, labels.next(), label_cell), (LEFT + head + gap, values.next(), value_cell)]
                {
                    marks
                        .extend(line.map(|line| Mark::text(x, top + baseline(line.style), line, Some(cell))));
                }
                if index == 0 {
                    marks.push(Mark::Rule { x: LEFT, y: 0.0, width: MEASURE });
                }
                let before = if self.strips.len() == from { self.size * 0.8 } else { 0.0 };
                let height = top + self.size * LEADING + end;
                // No row stands alone on a page.
                let keep = if end == 0.0 || at_edge(number, facts.len()) { Keep::Always } else { Keep::Free };
                self.strips.push(Strip { before, height, keep, marks, turns: false });
            }
        }
        if let Some(last) = self.strips.last_mut().filter(|_| table.is_some()) {
            last.marks.push(Mark::Rule { x: LEFT, y: last.height, width: MEASURE });
        }
        self.keep_together(from);
        Ok(())
    }

    /// A paragraph for each language, in letters of its script; what runs from right to left begins at the right.
    fn further(&mut self, all: &[Further]) -> Result<(), PdfError> {
        for one in all {
            let weight = Weight::of(one.script()).ok_or_else(|| unprinted(one))?;
            let style = Style { weight, size: self.size, tracking: 0.0 };
            let lines = self.setter.lines(one.sentence(), style, MEASURE)?;
            let element = self.element(Role::Paragraph, None);
            if let Some(element) = self.elements.get_mut(element) {
                element.language = Some(one.code());
                element.said = (one.direction() == Direction::RightToLeft).then(|| one.sentence());
            }
            let from = self.strips.len();
            self.push_lines(lines, element, 0.0, self.size * 0.6);
            if one.direction() == Direction::RightToLeft {
                for mark in self.strips.iter_mut().skip(from).flat_map(|strip| &mut strip.marks) {
                    if let Mark::Text { x, line, .. } = mark {
                        // With the space that ends a broken line, which stands at its left.
                        let drawn: f32 =
                            line.glyphs.iter().map(|glyph| glyph.advance * line.style.size).sum();
                        *x = LEFT + MEASURE - drawn;
                    }
                }
            }
        }
        Ok(())
    }

    /// Large and spaced, so that it can be typed without mistakes; not so spaced that a program that reads the file
    /// takes the gaps for blanks.
    fn code(&mut self, code: &str) -> Result<(), PdfError> {
        const LINES_IN_A_FRAME: usize = 8;
        /// As large as a phone reads at arm's length, and the white around it that it needs.
        const SQUARE: f32 = mm(24.0);
        const QUIET: f32 = mm(8.0);
        // What says what the code is for stays with it.
        self.keep_last();
        let pad = mm(4.0);
        let style = Style { tracking: 0.08, ..Style::bold(self.size * 1.5) };
        let lines = self.setter.lines(code, style, MEASURE - 2.0 * pad)?;
        let element = (!lines.is_empty()).then(|| self.element(Role::Paragraph, None));
        let width = lines.iter().fold(0.0, |widest: f32, line| widest.max(line.width)) + 2.0 * pad;
        for lines in lines.chunks(LINES_IN_A_FRAME) {
            let frame = style.size * LEADING * lines.len() as f32 + pad;
            // Beside the frame where there is room, else below it; once, whatever the code is.
            let beside = LEFT + width + QUIET;
            let square = self.square.take().map(|(square, called)| {
                let fits = beside + SQUARE <= LEFT + MEASURE;
                let (x, y) = if fits { (beside, 0.0) } else { (LEFT + QUIET, frame + QUIET) };
                let element = self.element(Role::Figure(called.to_owned()), None);
                let step = SQUARE / square.side as f32;
                (y + SQUARE, fits, Mark::Bars { x, y, step, side: square.side, bars: square.bars, element })
            });
            let height = square.as_ref().map_or(frame, |(low, ..)| frame.max(*low));
            // The code stands at the middle of its square.
            let from = match &square {
                Some((_, true, _)) => (height - frame) / 2.0,
                Some((_, false, _)) | None => 0.0,
            };
            let mut marks = vec![Mark::Frame { x: LEFT, y: from, width, height: frame }];
            marks.extend(square.map(|(_, _, bars)| bars));
            for (index, line) in lines.iter().enumerate() {
                let top = from + pad / 2.0 + style.size * LEADING * index as f32;
                marks.push(Mark::text(LEFT + pad, top + baseline(style), line.clone(), element));
            }
            self.strips.push(Strip {
                before: self.size * 0.8,
                height,
                keep: Keep::Free,
                marks,
                turns: false,
            });
        }
        // The reference that is told with it, too.
        self.keep_last();
        Ok(())
    }

    /// A square code with its words beside it, on one page.
    pub(super) fn square(&mut self, code: &SquareCode, square: &Square) -> Result<(), PdfError> {
        let (side, gap) = (mm(34.0), mm(6.0));
        let figure = self.element(Role::Figure(code.told.clone()), None);
        let bars = Mark::Bars {
            x: LEFT,
            y: 0.0,
            step: side / square.side as f32,
            side: square.side,
            bars: square.bars.clone(),
            element: figure,
        };
        let style = Style::regular(self.size);
        let mut marks = vec![bars];
        let mut top = 0.0;
        for text in &code.beside {
            let lines = self.setter.lines(text, style, MEASURE - side - gap)?;
            let element = (!lines.is_empty()).then(|| self.element(Role::Paragraph, None));
            for line in lines {
                marks.push(Mark::text(LEFT + side + gap, top + baseline(style), line, element));
                top += style.size * LEADING;
            }
            top += style.size * 0.3;
        }
        self.keep_last();
        self.strips.push(Strip {
            before: self.size,
            height: side.max(top),
            keep: Keep::Free,
            marks,
            turns: false,
        });
        Ok(())
    }

    /// One strip a line, with the first two and the last two lines kept together.
    fn push_lines(&mut self, lines: Vec<Line>, element: usize, indent: f32, before: f32) {
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let height = line.style.size * LEADING;
            let text = Mark::text(LEFT + indent, baseline(line.style), line, Some(element));
            self.strips.push(Strip {
                before: if index == 0 { before } else { 0.0 },
                height,
                keep: if at_edge(index, count) { Keep::Always } else { Keep::Free },
                marks: vec![text],
                turns: false,
            });
        }
    }

    fn keep_last(&mut self) {
        if let Some(last) = self.strips.last_mut() {
            last.keep = Keep::Always;
        }
    }

    /// Binds the strips from `from` on to each other.
    fn keep_together(&mut self, from: usize) {
        let bound = self.strips.len().saturating_sub(1);
        for strip in self.strips.iter_mut().take(bound).skip(from) {
            strip.keep = strip.keep.max(Keep::IfItFits);
        }
    }
}

/// Whether number `index` of `count` lines or items must stay with the next, so that none stands alone at the foot or
/// the head of a page.
fn at_edge(index: usize, count: usize) -> bool {
    index + 1 < count && (index == 0 || index + 2 == count)
}

/// The first of its letters, as an error names it.
fn unprinted(one: &Further) -> PdfError {
    PdfError::Character(one.sentence().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER))
}

/// Where the baseline of a line stands below the top of its strip.
fn baseline(style: Style) -> f32 {
    style.size * (ASCENT + (LEADING - ASCENT - DESCENT) / 2.0)
}
