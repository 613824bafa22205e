//! One part of a document on its pages: strips laid under each other, kept together where they belong together, and the foot
//! of every page. Must not know: PDF, files, or what other parts there are.

use super::blocks::{Flow, Keep, Strip};
use super::code::Square;
use super::font::{Line, Style};
use super::layout::{LEADING, LEAST_BODY, LEFT, MEASURE, Mark, RUNNING_BASELINE, Role, TOP, mm};
use super::{Part, PdfError, Sheet, SquareCode};

/// One part on its pages, and what is to stand at the foot of each.
pub(super) struct SetPart {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) foot: Foot,
    /// The element that reads the footer aloud.
    pub(super) spoken: Option<usize>,
}

/// The lines at the foot of every page of a part.
pub(super) struct Foot {
    pub(super) small: Style,
    footer: Vec<Line>,
    running: Vec<Line>,
    baseline: f32,
}

impl Foot {
    fn step(&self) -> f32 {
        self.small.size * LEADING
    }

    pub(super) fn number_baseline(&self) -> f32 {
        self.baseline + self.step() * self.footer.len() as f32
    }

    pub(super) fn draw(&self, page: &mut Vec<Mark>, spoken: Option<usize>) {
        page.push(Mark::Rule { x: LEFT, y: self.baseline - self.step(), width: MEASURE });
        let mut baseline = self.baseline;
        for line in &self.footer {
            page.push(Mark::text(LEFT, baseline, line.clone(), spoken));
            baseline += self.step();
        }
        for line in &self.running {
            page.push(Mark::text(LEFT, baseline, line.clone(), None));
            baseline += self.step();
        }
    }
}

pub(super) fn set_part(
    flow: &mut Flow,
    sheet: &Sheet<'_>,
    part: &Part<'_>,
    square: Option<&(&SquareCode, Square)>,
    first_top: f32,
) -> Result<SetPart, PdfError> {
    flow.square = part.square.cloned();
    if let Some((language, words)) = part.also {
        flow.other(language, words)?;
    }
    flow.heading(1, part.heading)?;
    flow.paragraph(part.subtitle, Style::regular(sheet.size))?;
    for (heading, blocks) in &part.sections {
        if !heading.is_empty() {
            flow.heading(2, heading)?;
        }
        for block in *blocks {
            flow.block(block, if heading.is_empty() { 2 } else { 3 })?;
        }
    }
    if let Some((code, square)) = square {
        flow.square(code, square)?;
    }
    // Large print has enough at the foot with a large print of its own.
    let small = Style::regular((sheet.size * 5.0 / 6.0).min(18.0));
    let step = small.size * LEADING;
    let running = part.running.as_deref().unwrap_or(&sheet.running);
    let running = flow.setter.lines(running, small, MEASURE * 0.6)?;
    let footer = flow.setter.lines(part.footer, small, MEASURE)?;
    let baseline = RUNNING_BASELINE - step * (running.len().max(1) - 1 + footer.len()) as f32;
    let bottom = baseline - step - mm(3.0);
    if bottom - first_top.max(TOP) < LEAST_BODY {
        return Err(PdfError::NoRoom);
    }
    let pages = paginate(std::mem::take(&mut flow.strips), first_top, bottom);
    let spoken = (!footer.is_empty()).then(|| flow.element(Role::Paragraph, None));
    Ok(SetPart { pages, foot: Foot { small, footer, running, baseline }, spoken })
}

/// Lays strips under each other, keeping together what belongs together.
fn paginate(strips: Vec<Strip>, first_top: f32, bottom: f32) -> Vec<Vec<Mark>> {
    let mut pile = Pile { pages: Vec::new(), page: Vec::new(), y: first_top, fresh: true, bottom };
    for (index, chunk) in strips_by_page(strips).into_iter().enumerate() {
        if index > 0 && !pile.fresh {
            pile.turn();
        }
        for group in groups(chunk, Keep::IfItFits) {
            pile.lay(group, Keep::IfItFits);
        }
    }
    pile.pages.push(pile.page);
    pile.pages
}

/// Cut where a new page is asked for.
fn strips_by_page(strips: Vec<Strip>) -> Vec<Vec<Strip>> {
    let mut chunks = vec![Vec::new()];
    for strip in strips {
        if strip.turns {
            chunks.push(Vec::new());
        } else if let Some(chunk) = chunks.last_mut() {
            chunk.push(strip);
        }
    }
    chunks
}

/// Runs of strips that are bound to each other at least as firmly as `keep`.
fn groups(strips: Vec<Strip>, keep: Keep) -> Vec<Vec<Strip>> {
    let (mut groups, mut group) = (Vec::new(), Vec::new());
    for strip in strips {
        let last = strip.keep < keep;
        group.push(strip);
        if last {
            groups.push(std::mem::take(&mut group));
        }
    }
    groups.push(group);
    groups
}

struct Pile {
    pages: Vec<Vec<Mark>>,
    page: Vec<Mark>,
    y: f32,
    /// Nothing stands on the page yet.
    fresh: bool,
    bottom: f32,
}

impl Pile {
    fn lay(&mut self, group: Vec<Strip>, keep: Keep) {
        let whole: f32 = group.iter().map(|s| s.before + s.height).sum();
        let (room, page) = (self.bottom - self.y, self.bottom - TOP);
        // What no page can hold is cut, but not begun in the last corner of a page.
        if !self.fresh && whole > room && (whole <= page || room < page / 2.0) {
            self.turn();
        }
        if whole > self.bottom - self.y && keep == Keep::IfItFits {
            groups(group, Keep::Always).into_iter().for_each(|part| self.lay(part, Keep::Always));
        } else {
            group.into_iter().for_each(|strip| self.put(strip));
        }
    }

    fn put(&mut self, strip: Strip) {
        if !self.fresh && self.y + strip.before + strip.height > self.bottom {
            self.turn();
        }
        self.y += if self.fresh { 0.0 } else { strip.before };
        self.page.extend(strip.marks.into_iter().map(|mark| mark.lower(self.y)));
        self.y += strip.height;
        self.fresh = false;
    }

    fn turn(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        (self.y, self.fresh) = (TOP, true);
    }
}
