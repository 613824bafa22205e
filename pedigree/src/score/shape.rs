//! The plane geometry of a drawing: areas that symbols and words cover, and straight pieces of lines.
//! Must not know: families.

use crate::drawing::{Anchor, Drawing, LOSS_FOOT, LOSS_HALF, LOSS_TIP, Shape, Symbol, Tie, Words, width};

/// A straight piece of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub tie: Tie,
    pub bond: usize,
    pub from: (f64, f64),
    pub to: (f64, f64),
}

/// A curve is taken as so many straight pieces.
const PIECES: usize = 24;

/// Every straight piece of every line.
pub(super) fn segments(drawing: &Drawing) -> Vec<Segment> {
    let mut segments = Vec::new();
    for stroke in &drawing.strokes {
        let points = match (stroke.tie, stroke.points.as_slice()) {
            (Tie::Same, &[start, from, one, other, to, end]) => std::iter::once(start)
                .chain((0..=PIECES).map(|at| {
                    let t = at as f64 / PIECES as f64;
                    let of = |from: f64, one: f64, other: f64, to: f64| {
                        let u = 1.0 - t;
                        u * u * u * from + 3.0 * u * u * t * one + 3.0 * u * t * t * other + t * t * t * to
                    };
                    (of(from.0, one.0, other.0, to.0), of(from.1, one.1, other.1, to.1))
                }))
                .chain([end])
                .collect(),
            (_, points) => points.to_vec(),
        };
        let pieces = points.iter().zip(points.iter().skip(1)).filter(|(from, to)| from != to);
        segments.extend(pieces.map(|(&from, &to)| Segment { tie: stroke.tie, bond: stroke.bond, from, to }));
    }
    segments
}

impl Segment {
    pub fn length(&self) -> f64 {
        (self.to.0 - self.from.0).hypot(self.to.1 - self.from.1)
    }

    /// Where two pieces cross, other than at their ends.
    pub fn crossing(&self, other: &Segment) -> Option<(f64, f64)> {
        let (a, b) = (
            (self.to.0 - self.from.0, self.to.1 - self.from.1),
            (other.to.0 - other.from.0, other.to.1 - other.from.1),
        );
        let across = a.0 * b.1 - a.1 * b.0;
        if across.abs() < 1e-6 {
            return None;
        }
        let start = (other.from.0 - self.from.0, other.from.1 - self.from.1);
        let (t, u) = ((start.0 * b.1 - start.1 * b.0) / across, (start.0 * a.1 - start.1 * a.0) / across);
        // Ends that just touch do not cross.
        let inside = |part: f64, length: f64| part * length > 0.3 && (1.0 - part) * length > 0.3;
        (inside(t, self.length()) && inside(u, other.length()))
            .then_some((self.from.0 + t * a.0, self.from.1 + t * a.1))
    }

    /// Whether two level or two upright pieces run along each other, too near to be told apart.
    pub fn lies_along(&self, other: &Segment) -> bool {
        if self.tie == Tie::Same || other.tie == Tie::Same {
            return false;
        }
        let along = |pick: fn((f64, f64)) -> f64, cross: fn((f64, f64)) -> f64| {
            let level = |segment: &Segment| (cross(segment.from) - cross(segment.to)).abs() < 0.01;
            if !level(self) || !level(other) || (cross(self.from) - cross(other.from)).abs() > 1.5 {
                return false;
            }
            let low = pick(self.from).min(pick(self.to)).max(pick(other.from).min(pick(other.to)));
            let high = pick(self.from).max(pick(self.to)).min(pick(other.from).max(pick(other.to)));
            high - low > 1.0
        };
        along(|point| point.0, |point| point.1) || along(|point| point.1, |point| point.0)
    }
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    low: (f64, f64),
    high: (f64, f64),
}

impl Area {
    pub fn of_symbol(symbol: &Symbol) -> Area {
        let (aside, up, down) = match symbol.look.shape {
            Shape::Square | Shape::Circle => (17.0, 17.0, 17.0),
            Shape::Diamond => (19.0, 19.0, 19.0),
            Shape::Triangle => (LOSS_HALF + 1.0, LOSS_TIP + 1.0, 1.0 - LOSS_FOOT),
        };
        Area { low: (symbol.x - aside, symbol.y - up), high: (symbol.x + aside, symbol.y + down) }
    }

    pub fn of_badge(symbol: &Symbol) -> Option<Area> {
        symbol.badge.map(|(_, x, y)| Area { low: (x - 8.0, y - 8.0), high: (x + 8.0, y + 8.0) })
    }

    /// The box around a line of words; letters reach three quarters of the size above the foot, a quarter below.
    pub fn of_words(words: &Words) -> Area {
        let wide = width(&words.text, words.size);
        let left = match words.anchor {
            Anchor::Start => words.x,
            Anchor::Middle => words.x - wide / 2.0,
        };
        Area { low: (left, words.y - 0.75 * words.size), high: (left + wide, words.y + 0.25 * words.size) }
    }

    pub fn meets(&self, other: &Area) -> bool {
        self.low.0 < other.high.0
            && other.low.0 < self.high.0
            && self.low.1 < other.high.1
            && other.low.1 < self.high.1
    }

    pub fn shrunk(&self, by: f64) -> Area {
        Area { low: (self.low.0 + by, self.low.1 + by), high: (self.high.0 - by, self.high.1 - by) }
    }

    /// Whether some part of a line lies within.
    pub fn is_crossed(&self, line: &Segment) -> bool {
        let (mut from, mut to) = (0.0f64, 1.0f64);
        for (start, end, low, high) in [
            (line.from.0, line.to.0, self.low.0, self.high.0),
            (line.from.1, line.to.1, self.low.1, self.high.1),
        ] {
            let step = end - start;
            if step.abs() < 1e-9 {
                if start <= low || start >= high {
                    return false;
                }
                continue;
            }
            let (one, other) = ((low - start) / step, (high - start) / step);
            (from, to) = (from.max(one.min(other)), to.min(one.max(other)));
        }
        from < to
    }
}

/// Whether a line goes further into a symbol than its outline.
pub(super) fn passes_through(symbol: &Symbol, line: &Segment) -> bool {
    let inner = Area::of_symbol(symbol).shrunk(3.0);
    match symbol.look.shape {
        Shape::Square | Shape::Triangle => {
            inner.is_crossed(line) && (symbol.look.shape == Shape::Square || crosses_triangle(symbol, line))
        }
        Shape::Circle => nearest(symbol, line) < 14.0,
        // A diamond is left by half its reach at a slant; its middle is what a line must not touch.
        Shape::Diamond => inner.is_crossed(line) && nearest_slanted(symbol, line) < 16.0,
    }
}

fn crosses_triangle(symbol: &Symbol, line: &Segment) -> bool {
    sampled(line).any(|(x, y)| {
        let (aside, up) = ((x - symbol.x).abs(), symbol.y - y);
        up > LOSS_FOOT + 1.5 && up < symbol.look.shape.top(aside) - 2.0
    })
}

/// How near a line comes to the middle of a symbol.
fn nearest(symbol: &Symbol, line: &Segment) -> f64 {
    let step = (line.to.0 - line.from.0, line.to.1 - line.from.1);
    let away = (symbol.x - line.from.0, symbol.y - line.from.1);
    let part = ((away.0 * step.0 + away.1 * step.1) / (step.0 * step.0 + step.1 * step.1)).clamp(0.0, 1.0);
    (away.0 - part * step.0).hypot(away.1 - part * step.1)
}

/// The same, as a diamond measures: aside and up together.
fn nearest_slanted(symbol: &Symbol, line: &Segment) -> f64 {
    sampled(line).map(|(x, y)| (x - symbol.x).abs() + (y - symbol.y).abs()).fold(f64::INFINITY, f64::min)
}

/// Points of a line, a pixel apart.
fn sampled(line: &Segment) -> impl Iterator<Item = (f64, f64)> + '_ {
    let count = line.length().ceil().clamp(1.0, 20_000.0) as usize;
    (0..=count).map(move |at| {
        let part = at as f64 / count as f64;
        (line.from.0 + part * (line.to.0 - line.from.0), line.from.1 + part * (line.to.1 - line.from.1))
    })
}
