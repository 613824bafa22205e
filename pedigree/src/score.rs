//! How good a drawing is, measured on what is drawn: symbols, lines and words with their places.
//! Must not know: how a drawing comes about; it believes nothing that it does not measure.

mod shape;
#[cfg(test)]
mod tests;
mod touch;

use crate::{
    drawing::{Drawing, Symbol, Tie, WORDS},
    model::{Gender, ParentKind, Person, PersonId},
};
use serde::Serialize;
use shape::{Area, Segment};
use std::collections::{BTreeMap, BTreeSet};
use touch::Touching;

/// What no drawing may have: each is a count, and none is the only good one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Gates {
    /// Symbols that lie on each other.
    pub symbol_overlaps: usize,
    /// Words or badges that lie on other words, badges or symbols.
    pub label_overlaps: usize,
    pub lines_through_symbols: usize,
    pub lines_through_labels: usize,
    /// Couples of whom no two symbols stand on one row with a line between them.
    pub partners_on_different_rows: usize,
    /// People without a symbol.
    pub missing: usize,
    /// Pairs of lines of different families that run along each other.
    pub collinear_bars: usize,
    /// Words under 9 points in print.
    pub small_text: usize,
}

impl Gates {
    /// How many gates are passed through, in all.
    pub fn total(&self) -> usize {
        self.symbol_overlaps
            + self.label_overlaps
            + self.lines_through_symbols
            + self.lines_through_labels
            + self.partners_on_different_rows
            + self.missing
            + self.collinear_bars
            + self.small_text
    }
}

/// The measures of a drawing. Lengths count in symbol gaps: the least distance between two neighbours of this drawing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// People.
    pub n: usize,
    pub gates: Gates,
    pub crossings: usize,
    /// Symbols of people who have one already.
    pub duplicates: usize,
    /// From the middle between the parents to the middle between the outermost children.
    pub mean_offset: f64,
    pub max_offset: f64,
    pub line_length: f64,
    pub width: f64,
    pub rows: usize,
    /// Neighbours in a sibship of whom the left one is known to be the younger.
    pub birth_order_inversions: usize,
    /// Couples of a man and a woman who stands on his left.
    pub male_left_violations: usize,
    /// Children who are not joined to a parent of theirs. More than none only where a circle of descent was left out.
    pub missing_links: usize,
}

/// Judges a drawing.
pub fn score(drawing: &Drawing) -> Score {
    let people =
        drawing.symbols.iter().filter(|symbol| !symbol.look.copy).map(|symbol| symbol.people.len()).sum();
    let unit = gap(drawing);
    let segments = shape::segments(drawing);
    let touching = Touching::of(drawing);
    let offsets = touching.offsets(drawing);
    let (first, last) = ends(drawing.symbols.iter().map(|symbol| symbol.x));
    let length: f64 = segments.iter().filter(|segment| segment.tie != Tie::Same).map(Segment::length).sum();
    Score {
        n: people,
        gates: gates(drawing, &segments, &touching),
        crossings: crossings(&segments),
        duplicates: drawing.symbols.iter().filter(|symbol| symbol.look.copy).count(),
        mean_offset: rounded(offsets.iter().sum::<f64>() / offsets.len().max(1) as f64 / unit),
        max_offset: rounded(offsets.iter().copied().fold(0.0, f64::max) / unit),
        line_length: rounded(length / unit),
        width: rounded((last - first).max(0.0) / unit),
        rows: drawing.symbols.iter().map(|symbol| symbol.row).collect::<BTreeSet<usize>>().len(),
        birth_order_inversions: touching.inversions(drawing),
        male_left_violations: touching
            .couples()
            .filter(|&(left, right)| is_swapped(drawing, left, right))
            .count(),
        missing_links: missing_links(drawing, &touching),
    }
}

/// How far a drawing moved when the family changed a little.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Stability {
    /// People in both drawings.
    pub people: usize,
    /// How many of them changed the row, or stand on the other side of somebody on their row.
    pub reordered: usize,
    /// How many moved by more than a symbol gap, apart from a move of the whole drawing.
    pub moved: usize,
    pub mean_move: f64,
}

/// Compares two drawings of nearly the same family.
pub fn stability(before: &Drawing, after: &Drawing) -> Stability {
    let places = |drawing: &Drawing| -> BTreeMap<PersonId, (usize, f64)> {
        let first = drawing.symbols.iter().filter(|symbol| !symbol.look.copy);
        first.flat_map(|symbol| symbol.people.iter().map(|id| (id.clone(), (symbol.row, symbol.x)))).collect()
    };
    let (old, new) = (places(before), places(after));
    let both: Vec<((usize, f64), (usize, f64))> =
        old.iter().filter_map(|(id, place)| new.get(id).map(|other| (*place, *other))).collect();
    let mut moves: Vec<f64> = both.iter().map(|(old, new)| new.1 - old.1).collect();
    moves.sort_by(f64::total_cmp);
    let whole = moves.get(moves.len() / 2).copied().unwrap_or(0.0);
    let unit = gap(before);
    let passed = |one: &((usize, f64), (usize, f64))| {
        let (old, new) = one;
        old.0 != new.0
            || both.iter().any(|(other_old, other_new)| {
                other_old.0 == old.0
                    && other_new.0 == new.0
                    && (other_old.1 - old.1) * (other_new.1 - new.1) < 0.0
            })
    };
    let apart: Vec<f64> = moves.iter().map(|by| (by - whole).abs() / unit).collect();
    Stability {
        people: both.len(),
        reordered: both.iter().filter(|one| passed(one)).count(),
        moved: apart.iter().filter(|by| **by > 1.0).count(),
        mean_move: rounded(apart.iter().sum::<f64>() / apart.len().max(1) as f64),
    }
}

fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn ends(places: impl Iterator<Item = f64>) -> (f64, f64) {
    places.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)))
}

/// The least distance between neighbours on a row.
fn gap(drawing: &Drawing) -> f64 {
    let mut rows: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for symbol in &drawing.symbols {
        rows.entry(symbol.row).or_default().push(symbol.x);
    }
    let mut least = f64::INFINITY;
    for row in rows.values_mut() {
        row.sort_by(f64::total_cmp);
        least = row.iter().zip(row.iter().skip(1)).map(|(one, other)| other - one).fold(least, f64::min);
    }
    if least.is_finite() && least > 1.0 { least } else { 50.0 }
}

fn gates(drawing: &Drawing, segments: &[Segment], touching: &Touching) -> Gates {
    let symbols: Vec<Area> = drawing.symbols.iter().map(Area::of_symbol).collect();
    let badges: Vec<Area> = drawing.symbols.iter().filter_map(Area::of_badge).collect();
    let words: Vec<Area> = drawing.words.iter().map(Area::of_words).collect();
    let pairs = |one: &[Area], other: &[Area]| {
        one.iter().map(|area| other.iter().filter(|other| area.meets(other)).count()).sum::<usize>()
    };
    let among = |areas: &[Area]| {
        let others =
            |at: usize, area: &Area| areas.iter().skip(at + 1).filter(|other| area.meets(other)).count();
        areas.iter().enumerate().map(|(at, area)| others(at, area)).sum::<usize>()
    };
    let through = |areas: &[Area]| {
        segments
            .iter()
            .map(|segment| areas.iter().filter(|area| area.shrunk(2.0).is_crossed(segment)).count())
            .sum::<usize>()
    };
    let drawn: BTreeSet<&PersonId> = drawing.symbols.iter().flat_map(|symbol| &symbol.people).collect();
    Gates {
        symbol_overlaps: among(&symbols),
        label_overlaps: among(&words)
            + among(&badges)
            + pairs(&words, &symbols)
            + pairs(&words, &badges)
            + pairs(&badges, &symbols),
        lines_through_symbols: drawing
            .symbols
            .iter()
            .map(|symbol| segments.iter().filter(|segment| shape::passes_through(symbol, segment)).count())
            .sum(),
        lines_through_labels: through(&words) + through(&badges),
        partners_on_different_rows: pairs_of(drawing)
            .into_iter()
            .filter(|(one, other)| !touching.are_joined(drawing, one, other))
            .count(),
        missing: drawing.family.persons().iter().filter(|person| !drawn.contains(&person.id)).count(),
        collinear_bars: collinear(segments),
        small_text: drawing.words.iter().filter(|words| words.size < WORDS).count(),
    }
}

/// Everybody who is a couple by the family: stated, or the two parents of a child by descent (no donor) or by law.
fn pairs_of(drawing: &Drawing) -> BTreeSet<(PersonId, PersonId)> {
    let family = &drawing.family;
    let here = |id: &PersonId| family.person(id).is_some();
    let mut pairs = BTreeSet::new();
    for union in family.unions().filter(|union| union.partners.iter().all(here)) {
        let [one, other] = union.partners.clone();
        pairs.insert((one, other));
    }
    for person in family.persons() {
        for kind in [ParentKind::Biological, ParentKind::Legal] {
            let parents = family.parents(&person.id, kind).iter();
            let parents: Vec<&PersonId> = parents
                .filter(|&parent| here(parent) && parent != &person.id)
                .filter(|parent| kind == ParentKind::Legal || !family.is_donor(&person.id, parent))
                .collect();
            if let [one, other] = parents.as_slice() {
                pairs.insert(((*one).clone(), (*other).clone()));
            }
        }
    }
    pairs.retain(|(one, other)| one != other);
    pairs
}

fn missing_links(drawing: &Drawing, touching: &Touching) -> usize {
    let family = &drawing.family;
    let here = |id: &PersonId| family.person(id).is_some();
    let links = family.links_of(ParentKind::Biological);
    links
        .filter(|(child, parent)| here(child) && here(parent) && !touching.hangs_from(drawing, child, parent))
        .count()
}

fn crossings(segments: &[Segment]) -> usize {
    let mut places: BTreeMap<(usize, usize), Vec<(f64, f64)>> = BTreeMap::new();
    for (at, one) in segments.iter().enumerate() {
        for other in segments.iter().skip(at + 1) {
            if one.bond == other.bond || one.tie == Tie::Same || other.tie == Tie::Same {
                continue;
            }
            let Some(place) = one.crossing(other) else { continue };
            let here = places.entry((one.bond.min(other.bond), one.bond.max(other.bond))).or_default();
            // A double line is crossed once, not twice.
            if here.iter().all(|(x, y)| (x - place.0).abs() + (y - place.1).abs() > 9.0) {
                here.push(place);
            }
        }
    }
    places.values().map(Vec::len).sum()
}

fn collinear(segments: &[Segment]) -> usize {
    let mut count = 0;
    for (at, one) in segments.iter().enumerate() {
        let others = segments.iter().skip(at + 1).filter(|other| other.bond != one.bond);
        count += others.filter(|other| one.lies_along(other)).count();
    }
    count
}

fn is_swapped(drawing: &Drawing, left: usize, right: usize) -> bool {
    let gender = |at: usize| {
        let symbol: Option<&Symbol> = drawing.symbols.get(at);
        let id = symbol.and_then(|symbol| symbol.people.first());
        id.and_then(|id| drawing.family.person(id)).and_then(Person::shown_gender)
    };
    gender(left) == Some(Gender::Woman) && gender(right) == Some(Gender::Man)
}
