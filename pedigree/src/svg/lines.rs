//! The lines of a drawing: from partner to partner, down to their children, along brothers and sisters.
//! Must not know: symbols, labels or badges.

use super::{symbol, text::number};
use crate::{
    kinship::kin_path,
    layout::{Place, Run, Seats},
    model::{ParentKind, Pedigree, PersonId},
};
use std::collections::BTreeMap;

/// Between two lines that run beside each other.
const LANE: f64 = 8.0;
const ABOVE_BRIDGES: f64 = 8.0;
const ABOVE_BARS: f64 = 12.0;
const BELOW_BARS: f64 = 14.0;

/// Everyone's place and room.
pub(super) struct Ground<'a> {
    pub family: &'a Pedigree,
    pub places: BTreeMap<&'a PersonId, Place>,
    /// The room each person takes to either side.
    pub half: BTreeMap<&'a PersonId, f64>,
}

impl Ground<'_> {
    fn x(&self, id: &PersonId) -> f64 {
        self.places.get(id).map_or(0.0, |place| place.x)
    }

    fn row(&self, id: &PersonId) -> usize {
        self.places.get(id).map_or(0, |place| place.row)
    }

    /// The place nearest to `x` where a line can pass a row between people who have no line in common.
    fn free_place(&self, row: usize, x: f64) -> f64 {
        let mut people: Vec<(&PersonId, Place)> = self
            .places
            .iter()
            .filter(|(_, place)| place.row == row)
            .map(|(&id, &place)| (id, place))
            .collect();
        people.sort_by_key(|(_, place)| place.order);
        let room = |id: &PersonId| self.half.get(id).copied().unwrap_or(0.0);
        let mut free: Vec<f64> = Vec::new();
        free.extend(people.first().map(|(id, place)| place.x - room(id)));
        free.extend(people.last().map(|(id, place)| place.x + room(id)));
        for ((one, left), (other, right)) in people.iter().zip(people.iter().skip(1)) {
            if !self.family.partners(one).contains(other) {
                free.extend([left.x + room(one), right.x - room(other)]);
            }
        }
        free.into_iter().min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs())).unwrap_or(x)
    }

    fn seats(&self) -> Seats<'_> {
        let seats = self.places.iter().map(|(&id, place)| (id, (place.row, place.order))).collect();
        Seats { family: self.family, seats }
    }
}

/// Parents with their children, and the lines between them.
struct Bond<'a> {
    kind: ParentKind,
    parents: Vec<&'a PersonId>,
    row: usize,
    run: Run,
    /// Among lines that run under the same row; counts for those only.
    lane: usize,
    /// Where the line down to the children begins.
    anchor: f64,
    bars: Vec<Bar<'a>>,
}

/// Brothers and sisters on one row, and the lane of the line above them.
struct Bar<'a> {
    row: usize,
    /// Where the line comes from above.
    from: f64,
    /// Each child with the place at which the line comes down on it.
    children: Vec<(&'a PersonId, f64)>,
    /// Where the line goes on to a row further down, past the people of this row.
    onward: Option<f64>,
    lane: usize,
}

impl Bar<'_> {
    fn span(&self) -> (f64, f64) {
        span(self.children.iter().map(|(_, x)| *x).chain(self.onward).chain([self.from]))
    }
}

/// All lines of a drawing, before it is known how high each row is.
pub(super) struct Lines<'a> {
    bonds: Vec<Bond<'a>>,
    /// By the row above: how many lines run beside each other under the labels, and how many above the next row.
    bridges: BTreeMap<usize, usize>,
    bars: BTreeMap<usize, usize>,
}

/// Parents who are drawn above a child; a circle of descent cannot be drawn and is left out.
fn drawn_parents<'a>(ground: &Ground<'a>, child: &PersonId, kind: ParentKind) -> Vec<&'a PersonId> {
    let parents = ground.family.parents(child, kind).iter();
    parents.filter(|id| ground.family.person(id).is_some() && ground.row(id) < ground.row(child)).collect()
}

impl<'a> Lines<'a> {
    pub fn new(ground: &Ground<'a>) -> Lines<'a> {
        let mut groups: BTreeMap<(ParentKind, Vec<&PersonId>), Vec<&PersonId>> = BTreeMap::new();
        for &child in ground.places.keys() {
            for kind in [ParentKind::Biological, ParentKind::Legal] {
                let parents = drawn_parents(ground, child, kind);
                if !parents.is_empty() {
                    groups.entry((kind, parents)).or_default().push(child);
                }
            }
        }
        let seats = ground.seats();
        let bonds = groups
            .into_iter()
            .map(|((kind, parents), children)| bond(ground, &seats, kind, parents, children));
        let mut lines = Lines { bonds: bonds.collect(), bridges: BTreeMap::new(), bars: BTreeMap::new() };
        lines.choose_lanes(ground);
        lines
    }

    /// Lines that would lie on each other are drawn beside each other: each takes the first lane that is free.
    fn choose_lanes(&mut self, ground: &Ground<'a>) {
        let mut bridges: BTreeMap<usize, Vec<(f64, f64, &mut usize)>> = BTreeMap::new();
        let mut bars: BTreeMap<usize, Vec<(f64, f64, &mut usize)>> = BTreeMap::new();
        for bond in &mut self.bonds {
            let ends = bond.parents.iter().map(|id| ground.x(id));
            let (left, right) = span(ends.chain([bond.anchor]));
            if bond.run == Run::Under {
                bridges.entry(bond.row).or_default().push((left, right, &mut bond.lane));
            }
            for bar in &mut bond.bars {
                let (left, right) = bar.span();
                bars.entry(bar.row - 1).or_default().push((left, right, &mut bar.lane));
            }
        }
        self.bridges = bridges.into_iter().map(|(row, lines)| (row, lanes(lines))).collect();
        self.bars = bars.into_iter().map(|(row, lines)| (row, lanes(lines))).collect();
    }

    /// The room the lines need between the labels of a row and the symbols of the next.
    pub fn gap_below(&self, row: usize) -> f64 {
        let (bridges, bars) = (count(&self.bridges, row), count(&self.bars, row));
        ABOVE_BRIDGES + bridges * LANE + ABOVE_BARS + bars * LANE + BELOW_BARS
    }

    /// `middles` of the symbols and `label_ends` of the labels, row by row from the top.
    pub fn draw(&self, ground: &Ground<'a>, middles: &[f64], label_ends: &[f64]) -> String {
        let of = |rows: &[f64], row: usize| rows.get(row).copied().unwrap_or(0.0);
        let mut drawn = String::new();
        for bond in &self.bonds {
            let middle = of(middles, bond.row);
            let mut strokes = Strokes::default();
            let mut start = match bond.run {
                Run::Beside | Run::Alone { .. } => {
                    let ends = span(bond.parents.iter().map(|id| ground.x(id)).chain([bond.anchor]));
                    strokes.level(ends, middle, bond.related(ground));
                    middle
                }
                Run::Under => {
                    let level = of(label_ends, bond.row) + ABOVE_BRIDGES + bond.lane as f64 * LANE;
                    for parent in &bond.parents {
                        strokes.down(ground.x(parent), of(middles, ground.row(parent)), level);
                    }
                    let ends = span(bond.parents.iter().map(|id| ground.x(id)).chain([bond.anchor]));
                    strokes.level(ends, level, bond.related(ground));
                    level
                }
            };
            for bar in &bond.bars {
                let bridges = count(&self.bridges, bar.row - 1) * LANE;
                let above = of(label_ends, bar.row - 1) + ABOVE_BRIDGES + bridges + ABOVE_BARS;
                let level = above + bar.lane as f64 * LANE;
                strokes.down(bar.from, start, level);
                strokes.level(bar.span(), level, false);
                start = level;
                for (child, x) in &bar.children {
                    strokes.down(*x, level, of(middles, bar.row) - symbol::reach(ground.family.sex(child)));
                }
            }
            drawn += &strokes.path(bond.kind);
        }
        drawn
    }
}

fn bond<'a>(
    ground: &Ground<'a>,
    seats: &Seats<'_>,
    kind: ParentKind,
    parents: Vec<&'a PersonId>,
    children: Vec<&'a PersonId>,
) -> Bond<'a> {
    let row = parents.iter().map(|id| ground.row(id)).max().unwrap_or(0);
    let run = seats.run(&parents);
    let middle = parents.iter().map(|id| ground.x(id)).sum::<f64>() / parents.len().max(1) as f64;
    let anchor = middle + seats.lean(run, &parents, |id| ground.half.get(id).copied().unwrap_or(0.0));
    let anchor = if kind == ParentKind::Legal { anchor + 4.0 } else { anchor };
    let mut rows: BTreeMap<usize, Vec<(&PersonId, f64)>> = BTreeMap::new();
    for child in children {
        // A child by descent and by law has two lines, which must not lie on each other.
        let second =
            kind == ParentKind::Legal && !drawn_parents(ground, child, ParentKind::Biological).is_empty();
        rows.entry(ground.row(child))
            .or_default()
            .push((child, ground.x(child) + if second { 6.0 } else { 0.0 }));
    }
    let last = rows.keys().max().copied().unwrap_or(row);
    let mut from = anchor;
    let mut bars = Vec::new();
    for row in row + 1..=last {
        let onward = (row < last).then(|| ground.free_place(row, from));
        bars.push(Bar { row, from, children: rows.remove(&row).unwrap_or_default(), onward, lane: 0 });
        from = onward.unwrap_or(from);
    }
    Bond { kind, parents, row, run, lane: 0, anchor, bars }
}

impl Bond<'_> {
    /// Parents related by descent are joined by a double line.
    fn related(&self, ground: &Ground<'_>) -> bool {
        match self.parents.as_slice() {
            [one, other] => kin_path(ground.family, one, other).is_some(),
            _ => false,
        }
    }
}

fn span(places: impl Iterator<Item = f64>) -> (f64, f64) {
    places.fold((f64::INFINITY, f64::NEG_INFINITY), |(left, right), x| (left.min(x), right.max(x)))
}

fn count(lanes: &BTreeMap<usize, usize>, row: usize) -> f64 {
    lanes.get(&row).copied().unwrap_or(0) as f64
}

/// Gives each line the first lane on which nothing touches it; returns how many lanes that took.
fn lanes(mut lines: Vec<(f64, f64, &mut usize)>) -> usize {
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut ends: Vec<f64> = Vec::new();
    for (left, right, lane) in lines {
        match ends.iter_mut().enumerate().find(|(_, end)| **end + 4.0 < left) {
            Some((free, end)) => (*lane, *end) = (free, right),
            None => {
                *lane = ends.len();
                ends.push(right);
            }
        }
    }
    ends.len()
}

/// The strokes of one bond, as the data of a path.
#[derive(Default)]
struct Strokes(String);

impl Strokes {
    fn level(&mut self, (left, right): (f64, f64), y: f64, double: bool) {
        let heights: &[f64] = if double { &[y - 2.0, y + 2.0] } else { &[y] };
        if right - left < 0.05 {
            return;
        }
        for &y in heights {
            self.0 += &format!("M{} {}H{}", number(left), number(y), number(right));
        }
    }

    fn down(&mut self, x: f64, from: f64, to: f64) {
        self.0 += &format!("M{} {}V{}", number(x), number(from), number(to));
    }

    fn path(self, kind: ParentKind) -> String {
        let dashes = match kind {
            ParentKind::Biological => "",
            ParentKind::Legal | ParentKind::Gestational => " stroke-dasharray=\"5 4\"",
        };
        format!("<path class=\"line\" d=\"{}\"{dashes}/>\n", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_would_lie_on_each_other_take_lanes_of_their_own() {
        let (mut one, mut two, mut three) = (9, 9, 9);
        let used = lanes(vec![(0.0, 10.0, &mut one), (5.0, 20.0, &mut two), (15.0, 30.0, &mut three)]);
        assert_eq!((used, one, two, three), (2, 0, 1, 0));
    }
}
