//! Pages into a PDF file: fonts, structure tree, outline and properties, checked against PDF/UA-1 and PDF/A-2a while writing.
//! Must not know: how the places were found, or what the words say.

use super::font::{self, Glyph, Line, Weight};
use super::layout::{Element, Layout, Mark, PAGE, Role};
use super::{PdfError, Sheet};
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata, TextDirection};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::{Location, Surface};
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, GlyphId};
use krilla::{Document, SerializeSettings};
use std::{collections::HashMap, iter::Peekable, num::NonZeroU16, ops::Range, sync::LazyLock, vec::IntoIter};

const THIN: f32 = 0.75;

type Fonts = HashMap<Weight, Font>;

static FONTS: LazyLock<Option<Fonts>> = LazyLock::new(|| {
    Weight::ALL.into_iter().map(|weight| Some((weight, Font::new(weight.bytes().into(), 0)?))).collect()
});

/// # Errors
/// `PdfError::Write` if the file would break one of the standards it claims.
pub(super) fn write(sheet: &Sheet<'_>, layout: &Layout) -> Result<Vec<u8>, PdfError> {
    let fonts = FONTS.as_ref().ok_or(PdfError::Font)?;
    let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::NoRoom)?;
    let mut document = Document::new_with(settings(sheet)?);
    let mut scribe = Scribe { fonts, said: vec![Vec::new(); layout.elements.len()], headings: Vec::new() };
    for (index, marks) in layout.pages.iter().enumerate() {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        scribe.draw(&mut surface, index, marks, &layout.elements);
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    outline_below(1, &mut scribe.headings.into_iter().peekable())
        .into_iter()
        .for_each(|n| outline.push_child(n));
    let mut tree = TagTree::from(branches(sheet, &layout.elements, scribe.said, &boxes(layout)));
    tree.lang = Some(sheet.language.to_owned());
    document.set_outline(outline);
    document.set_tag_tree(tree);
    document.set_metadata(properties(sheet));
    document.finish().map_err(|error| PdfError::Write(error.to_string()))
}

fn settings(sheet: &Sheet<'_>) -> Result<SerializeSettings, PdfError> {
    let mut builder = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    if sheet.dated.is_some() {
        builder = builder.with_archival_validator(Archival::A2_A);
    }
    let configuration = builder.finish().map_err(|error| PdfError::Write(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, enable_tagging: true, xmp_metadata: true, ..Default::default() })
}

/// Title, language and day only: no author, no program, no clock.
fn properties(sheet: &Sheet<'_>) -> Metadata {
    let metadata = Metadata::new()
        .title(sheet.title.to_owned())
        .language(sheet.language.to_owned())
        .text_direction(TextDirection::LeftToRight);
    let metadata = match crate::mutant::keyword() {
        Some(word) => metadata.keywords(vec![word]),
        None => metadata,
    };
    match sheet.dated {
        Some((year, month, day)) => metadata.creation_date(DateTime::new(year).month(month).day(day)),
        None => metadata,
    }
}

struct Heading {
    level: u16,
    title: String,
    at: XyzDestination,
}

/// Draws marks and remembers what was said for which structure element, and where the headings came to stand.
struct Scribe {
    fonts: &'static Fonts,
    said: Vec<Vec<Identifier>>,
    headings: Vec<Heading>,
}

#[derive(PartialEq)]
enum Voice {
    Element(usize),
    Artifact(ArtifactType),
}

impl Scribe {
    fn draw(&mut self, surface: &mut Surface<'_>, page: usize, marks: &[Mark], elements: &[Element]) {
        let mut open = None;
        for mark in marks {
            let voice = match mark {
                Mark::Text { element: Some(number), .. } => Voice::Element(*number),
                Mark::Text { element: None, .. } => Voice::Artifact(ArtifactType::Footer),
                Mark::Bars { element, .. } => Voice::Element(*element),
                Mark::Rule { .. } | Mark::Frame { .. } => Voice::Artifact(ArtifactType::Layout),
            };
            if open.as_ref() != Some(&voice) {
                if open.is_some() {
                    surface.end_tagged();
                }
                match &voice {
                    Voice::Artifact(kind) => {
                        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(*kind)));
                    }
                    Voice::Element(number) => {
                        let identifier = surface.start_tagged(ContentTag::Other);
                        self.note(*number, identifier, page, mark, elements);
                    }
                }
                open = Some(voice);
            }
            self.ink(surface, mark);
        }
        if open.is_some() {
            surface.end_tagged();
        }
    }

    fn note(
        &mut self,
        number: usize,
        identifier: Identifier,
        page: usize,
        mark: &Mark,
        elements: &[Element],
    ) {
        let Some(said) = self.said.get_mut(number) else { return };
        if let (true, Some(Role::Heading(level, title)), Mark::Text { x, baseline, line, .. }) =
            (said.is_empty(), elements.get(number).map(|e| &e.role), mark)
        {
            let at = XyzDestination::new(page, Point::from_xy(*x, baseline - line.style.size * font::ASCENT));
            self.headings.push(Heading { level: *level, title: title.clone(), at });
        }
        said.push(identifier);
    }

    fn ink(&self, surface: &mut Surface<'_>, mark: &Mark) {
        let path = match mark {
            Mark::Bars { x, y, step, bars, .. } => return fill_bars(surface, (*x, *y), *step, bars),
            Mark::Text { x, baseline, line, .. } => return self.write_line(surface, *x, *baseline, line),
            Mark::Rule { x, y, width } => shape(|path| {
                path.move_to(*x, *y);
                path.line_to(x + width, *y);
            }),
            Mark::Frame { x, y, width, height } => shape(|path| {
                Rect::from_xywh(*x, *y, *width, *height).into_iter().for_each(|frame| path.push_rect(frame));
            }),
        };
        if let Some(path) = path {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { width: THIN, ..Stroke::default() }));
            surface.draw_path(&path);
            surface.set_stroke(None);
        }
    }

    fn write_line(&self, surface: &mut Surface<'_>, x: f32, baseline: f32, line: &Line) {
        // Every weight has its font: they are made from the one list.
        let Some(font) = self.fonts.get(&line.style.weight) else { return };
        surface.set_fill(Some(Fill::default()));
        surface.draw_glyphs(
            Point::from_xy(x, baseline),
            &line.glyphs,
            font.clone(),
            &line.text,
            line.style.size,
            false,
        );
    }
}

/// Each figure with its page and its place on it.
fn boxes(layout: &Layout) -> Vec<(usize, BBox)> {
    let mut boxes = Vec::new();
    for (page, marks) in layout.pages.iter().enumerate() {
        for mark in marks {
            if let Mark::Bars { x, y, step, side, element, .. } = mark {
                let width = step * *side as f32;
                let area = Rect::from_xywh(*x, *y, width, width);
                boxes.extend(area.map(|area| (*element, BBox::new(page, area))));
            }
        }
    }
    boxes
}

fn fill_bars(surface: &mut Surface<'_>, from: (f32, f32), step: f32, bars: &[(usize, usize, usize)]) {
    let path = shape(|path| {
        for (column, row, length) in bars {
            let (x, y) = (from.0 + step * *column as f32, from.1 + step * *row as f32);
            let bar = Rect::from_xywh(x, y, step * *length as f32, step);
            bar.into_iter().for_each(|bar| path.push_rect(bar));
        }
    });
    if let Some(path) = path {
        surface.set_stroke(None);
        surface.set_fill(Some(Fill::default()));
        surface.draw_path(&path);
    }
}

fn shape(draw: impl FnOnce(&mut PathBuilder)) -> Option<Path> {
    let mut builder = PathBuilder::new();
    draw(&mut builder);
    builder.finish()
}

impl krilla::text::Glyph for Glyph {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.id)
    }
    fn text_range(&self) -> Range<usize> {
        self.range.clone()
    }
    fn x_advance(&self, size: f32) -> f32 {
        self.advance * size
    }
    fn x_offset(&self, size: f32) -> f32 {
        self.dx * size
    }
    fn y_offset(&self, size: f32) -> f32 {
        self.dy * size
    }
    fn y_advance(&self, _size: f32) -> f32 {
        0.0
    }
    fn location(&self) -> Option<Location> {
        None
    }
}

/// Hangs every element under its parent, in reading order, and what was said on its leaves.
fn branches(
    sheet: &Sheet<'_>,
    elements: &[Element],
    said: Vec<Vec<Identifier>>,
    boxes: &[(usize, BBox)],
) -> Vec<Node> {
    let mut below: Vec<Vec<Node>> =
        said.into_iter().map(|leaves| leaves.into_iter().rev().map(Node::from).collect()).collect();
    let mut top = Vec::new();
    let place = |number| boxes.iter().find(|(of, _)| *of == number).map(|(_, place)| *place);
    // From the end, so that the children of an element are complete when it is reached; hence the two reversals.
    for (number, element) in elements.iter().enumerate().rev() {
        let children =
            below.get_mut(number).map(std::mem::take).unwrap_or_default().into_iter().rev().collect();
        let mut tag = tag(&element.role, place(number));
        // What is in another language than the document's says so at each of its elements.
        let language = element.language.or(sheet.parts.get(element.part).map(|part| part.language));
        if let Some(language) = language.filter(|language| *language != sheet.language) {
            tag.set_lang(Some(language.to_owned()));
        }
        // Its glyphs stand in the order in which they are seen; whoever reads it aloud is given the words in theirs.
        tag.set_actual_text(element.said.map(str::to_owned));
        let group = Node::from(TagGroup::with_children(tag, children));
        match element.parent.and_then(|parent| below.get_mut(parent)) {
            Some(siblings) => siblings.push(group),
            None => top.push(group),
        }
    }
    top.reverse();
    top
}

/// `place` is where a figure stands: who reads by touch is led there.
fn tag(role: &Role, place: Option<BBox>) -> TagKind {
    match role {
        Role::Heading(level, title) => {
            Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(title.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::Disc).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(told) => Tag::Figure(Some(told.clone())).with_bbox(place).into(),
    }
}

fn outline_below(level: u16, headings: &mut Peekable<IntoIter<Heading>>) -> Vec<OutlineNode> {
    let mut nodes = Vec::new();
    while let Some(heading) = headings.next_if(|h| h.level >= level) {
        let below = heading.level + 1;
        let mut node = OutlineNode::new(heading.title, heading.at).with_open(true);
        outline_below(below, headings).into_iter().for_each(|child| node.push_child(child));
        nodes.push(node);
    }
    nodes
}
