//! The lines of a drawing: from partner to partner, down to their children, along brothers and sisters.
//! Must not know: words, badges, or how a line is written down.

mod aside;

use super::{
    Stroke, Tie,
    frame::Frame,
    lane::{self, Bar},
    look::Look,
};
use crate::{
    layout::{Across, Arc, Bond, Descent, Layout, Numbered},
    model::Childless,
};
use std::{cmp::Ordering, collections::BTreeMap};

/// Between two lines that lead to one symbol.
const BESIDE: f64 = 10.0;
/// From the middle of a symbol, upwards, how far apart the lines at one side leave it, and where the last one may.
const AT_SIDE: f64 = 6.0;
const AT_SIDE_LAST: f64 = 14.0;
/// How far the line of a couple without children goes down, and half its bar.
const STUB: f64 = 22.0;
const STUB_HALF: f64 = 7.0;

/// From where twins' lines part to the foot of the "?" between them.
const UNDER_APEX: f64 = 28.0;

/// A line down from a bar.
#[derive(Debug, Clone)]
struct Stem {
    x: f64,
    /// None: it goes on past this row to children further down.
    child: Option<(usize, Descent)>,
}

/// A bond's line between two rows.
#[derive(Debug, Clone)]
struct Sibship {
    bond: usize,
    from: f64,
    stems: Vec<Stem>,
    /// Where lines leave the bar: at each stem, but for twins, who share a point.
    joints: Vec<f64>,
    lane: usize,
}

/// All lines of a drawing, before it is known how high each row is.
pub(super) struct Lines<'a, 'f> {
    layout: &'a Layout<'f>,
    across: Across,
    /// By the row above.
    channels: Vec<Vec<Sibship>>,
    pub lanes: Vec<usize>,
    /// By the row above: whether twins hang there, whose slanted lines need height.
    pub twins: Vec<bool>,
}

impl<'a, 'f> Lines<'a, 'f> {
    pub fn new(layout: &'a Layout<'f>, across: Across) -> Lines<'a, 'f> {
        let rows = layout.rows();
        let mut lines = Lines {
            layout,
            across,
            channels: vec![Vec::new(); rows],
            lanes: vec![0; rows],
            twins: vec![false; rows],
        };
        lines.part();
        let Lines { layout, across, mut channels, .. } = lines;
        let mut hangs = across;
        // From above, for a line that steps aside goes on there.
        let mut from_above: BTreeMap<usize, f64> = BTreeMap::new();
        for (row, channel) in channels.iter_mut().enumerate() {
            let begins = |bond: usize| layout.seating.bond_row[bond] == row;
            for sibship in channel.iter_mut().filter(|sibship| !begins(sibship.bond)) {
                sibship.from = from_above.get(&sibship.bond).copied().unwrap_or(sibship.from);
            }
            aside::step_aside(channel, begins);
            for sibship in channel.iter_mut() {
                sibship.joints = joints(layout, &sibship.stems);
                if begins(sibship.bond) {
                    hangs.hang[sibship.bond] = sibship.from;
                }
                let pass = sibship.stems.iter().find(|stem| stem.child.is_none());
                from_above.extend(pass.map(|pass| (sibship.bond, pass.x)));
            }
        }
        let (mut lanes, mut twins) = (Vec::new(), Vec::new());
        for channel in &mut channels {
            let bent: Vec<usize> =
                (0..channel.len()).filter(|&at| channel.get(at).is_some_and(is_bent)).collect();
            let bars: Vec<Bar> = bent
                .iter()
                .filter_map(|&at| channel.get(at))
                .map(|sibship| Bar { from: sibship.from, to: sibship.joints.clone() })
                .collect();
            let (lane_of, count) = lane::lanes(&bars);
            for (at, lane) in bent.into_iter().zip(lane_of) {
                if let Some(sibship) = channel.get_mut(at) {
                    sibship.lane = lane;
                }
            }
            lanes.push(count);
            twins.push(channel.iter().any(|sibship| sibship.joints.len() < sibship.stems.len()));
        }
        Lines { layout, across: hangs, channels, lanes, twins }
    }

    pub fn x(&self, seat: usize) -> f64 {
        self.across.seat[seat]
    }

    /// How many arcs high the lines above a row's symbols are.
    pub fn arcs_above(&self, row: usize) -> usize {
        let here = self.across.groups.iter().filter(|group| group.row == row);
        here.flat_map(|group| &group.arcs).map(|arc| arc.level).max().unwrap_or(0)
    }

    /// Parts each bond's line into stretches from row to row.
    fn part(&mut self) {
        let (graph, seating) = (&self.layout.graph, &self.layout.seating);
        for bond in graph.bonds.numbers() {
            let mut by_row: BTreeMap<usize, Vec<Stem>> = BTreeMap::new();
            for &link in &graph.bonds[bond].links {
                let Some(seat) = seating.child_seat[link] else { continue };
                let x = self.across.seat[seat] + self.beside(seat, link);
                let stem = Stem { x, child: Some((seat, graph.links[link].descent)) };
                by_row.entry(seating.seats[seat].row).or_default().push(stem);
            }
            let Some(lowest) = by_row.keys().max().copied() else { continue };
            let mut from = self.across.hang[bond];
            for row in seating.bond_row[bond] + 1..=lowest {
                let mut stems = by_row.remove(&row).unwrap_or_default();
                let pass = self.across.pass.get(&(bond, row)).copied();
                stems.extend(pass.map(|x| Stem { x, child: None }));
                stems.sort_by(|one, other| one.x.total_cmp(&other.x));
                let joints = joints(self.layout, &stems);
                if let Some(channel) = self.channels.get_mut(row - 1) {
                    channel.push(Sibship { bond, from, stems, joints, lane: 0 });
                }
                from = pass.unwrap_or(from);
            }
        }
    }

    /// How far from the middle of a child's symbol one of several lines from parents comes down.
    fn beside(&self, seat: usize, link: usize) -> f64 {
        let (graph, seating) = (&self.layout.graph, &self.layout.seating);
        let mut up = seating.seats[seat].up.clone();
        let row = seating.seats[seat].row;
        let from = |link: usize| {
            let bond = graph.links[link].bond;
            // Twins' lines come from where they part.
            let of_set = |other: &usize| {
                self.twin_set(seat).is_some()
                    && self.twin_set(*other) == self.twin_set(seat)
                    && seating.seats[*other].row == row
            };
            let twins = seating.children(graph, bond).into_iter().filter(of_set);
            let places: Vec<f64> = twins.map(|twin| self.across.seat[twin]).collect();
            if places.len() > 1 {
                return middle(&places);
            }
            let pass = row.checked_sub(1).and_then(|row| self.across.pass.get(&(bond, row)));
            pass.copied().unwrap_or(self.across.hang[bond])
        };
        up.sort_by(|&one, &other| from(one).total_cmp(&from(other)).then(one.cmp(&other)));
        let place = up.iter().position(|&other| other == link).unwrap_or(0);
        (place as f64 - (up.len() as f64 - 1.0) / 2.0) * BESIDE.min(24.0 / up.len() as f64)
    }

    pub fn draw(&self, frame: &Frame, looks: &Numbered<Look>) -> Vec<Stroke> {
        let mut strokes = Vec::new();
        for group in self.across.groups.iter() {
            for arc in &group.arcs {
                self.couple(
                    frame,
                    looks,
                    group.members.as_slice(),
                    &group.arcs,
                    arc,
                    group.row,
                    &mut strokes,
                );
            }
        }
        for (above, channel) in self.channels.iter().enumerate() {
            for sibship in channel {
                self.descent(frame, looks, above, sibship, &mut strokes);
            }
        }
        strokes
    }

    /// How far above the middle of the row the line of an arc lies at one of its ends, and how far the next one is.
    fn at_side(arcs: &[Arc], arc: &Arc, at_left_end: bool) -> (f64, f64) {
        let place = if at_left_end { arc.left } else { arc.right };
        let same_side =
            arcs.iter().filter(|other| if at_left_end { other.left == place } else { other.right == place });
        let (mut lower, mut higher) = (0.0, 0.0);
        for other in same_side {
            match (other.level, other.bond).cmp(&(arc.level, arc.bond)) {
                Ordering::Less => lower += 1.0,
                Ordering::Greater => higher += 1.0,
                Ordering::Equal => {}
            }
        }
        let step = AT_SIDE.min(AT_SIDE_LAST / f64::max(1.0, lower + higher));
        (lower * step, step)
    }

    /// How far above the middle of the row the children's line of a bond begins.
    fn hang_up(&self, bond: usize) -> f64 {
        let Some((group, _)) = self.layout.seating.arc_of[bond] else { return 0.0 };
        let arcs = &self.across.groups[group].arcs;
        let arc = arcs.iter().find(|arc| arc.bond == bond);
        arc.map_or(0.0, |arc| Self::at_side(arcs, arc, arc.level > 0 && !arc.to_right).0)
    }

    #[expect(clippy::too_many_arguments, reason = "one place that sees a line with all that it lies among")]
    fn couple(
        &self,
        frame: &Frame,
        looks: &Numbered<Look>,
        members: &[Option<usize>],
        arcs: &[Arc],
        arc: &Arc,
        row: usize,
        strokes: &mut Vec<Stroke>,
    ) {
        let bond = &self.layout.graph.bonds[arc.bond];
        let middle = frame.middle(row);
        let hang = self.across.hang[arc.bond];
        let (up_left, step_left) = Self::at_side(arcs, arc, true);
        let (up_right, step_right) = Self::at_side(arcs, arc, false);
        let end = |place: usize, up: f64, sign: f64| match members.get(place).copied().flatten() {
            Some(seat) => self.across.seat[seat] + sign * looks[seat].shape.side(up),
            None => hang,
        };
        // The lines of relatives are double, as wide as the lines beside them leave room for.
        let half = step_left.min(step_right) / 2.0 - 1.0;
        let ways = if bond.related && half > 0.5 { vec![-half, half] } else { vec![0.0] };
        for way in ways {
            let (left, right) = (end(arc.left, up_left - way, 1.0), end(arc.right, up_right - way, -1.0));
            let mut points = vec![(left, middle - up_left + way)];
            if arc.level > 0 {
                let (rise, fall) = self.across.arc_ends.get(&arc.bond).copied().unwrap_or((left, right));
                let top = frame.arc(row, arc.level) + way;
                let (rise, fall) = (rise + way, fall - way);
                let last = middle - up_right + way;
                points.extend([(rise, middle - up_left + way), (rise, top), (fall, top), (fall, last)]);
            }
            points.push((right, middle - up_right + way));
            strokes.push(Stroke::new(Tie::Couple, arc.bond, points));
        }
        let on_line = middle - self.hang_up(arc.bond);
        if bond.ended {
            let (left, right) = (end(arc.left, up_left, 1.0), end(arc.right, up_right, -1.0));
            // Between the children's line and the partner on its right, where nothing else is.
            let x = if arc.level > 0 && !arc.to_right { (left + hang) / 2.0 } else { (hang + right) / 2.0 };
            for aside in [-3.0, 3.0] {
                let points = vec![(x + aside - 3.0, on_line + 7.0), (x + aside + 3.0, on_line - 7.0)];
                strokes.push(Stroke::new(Tie::Ended, arc.bond, points));
            }
        }
        if let Some(why) = bond.childless.filter(|_| self.has_no_line(bond)) {
            strokes.extend(childless(arc.bond, hang, on_line, STUB, why));
        }
    }

    fn has_no_line(&self, bond: &Bond) -> bool {
        bond.links.iter().all(|&link| self.layout.seating.child_seat[link].is_none())
    }

    fn descent(
        &self,
        frame: &Frame,
        looks: &Numbered<Look>,
        above: usize,
        sibship: &Sibship,
        strokes: &mut Vec<Stroke>,
    ) {
        let graph = &self.layout.graph;
        let bond = sibship.bond;
        let below = frame.middle(above + 1);
        let all_by_law =
            graph.bonds[bond].links.iter().all(|&link| graph.links[link].descent == Descent::Law);
        let bent = is_bent(sibship);
        let start = if self.layout.seating.bond_row[bond] == above {
            frame.middle(above) - self.hang_up(bond)
        } else {
            frame.middle(above)
        };
        let bar = frame.lane(above, sibship.lane);
        let mut push = |tie: Tie, dashed: bool, points: Vec<(f64, f64)>| {
            strokes.push(Stroke { dashed, ..Stroke::new(tie, bond, points) });
        };
        push(Tie::Descent, all_by_law, vec![(sibship.from, start), (sibship.from, bar)]);
        if bent {
            let left = sibship.joints.iter().copied().fold(sibship.from, f64::min);
            let right = sibship.joints.iter().copied().fold(sibship.from, f64::max);
            push(Tie::Sibship, all_by_law, vec![(left, bar), (right, bar)]);
        }
        let sets = sets(self.layout, &sibship.stems);
        for stem in &sibship.stems {
            let Some((seat, descent)) = stem.child else {
                push(Tie::Descent, all_by_law, vec![(stem.x, bar), (stem.x, below)]);
                continue;
            };
            let end = (stem.x, below - looks[seat].shape.top(stem.x - self.across.seat[seat]));
            let dashed = descent == Descent::Law;
            match self.twin_set(seat).and_then(|set| sets.get(&set)).filter(|set| set.len() > 1) {
                Some(set) => push(Tie::Twin, dashed, vec![(middle(set), bar), end]),
                None => push(Tie::Descent, dashed, vec![(stem.x, bar), end]),
            }
        }
        for (&set, places) in sets.iter().filter(|(_, places)| places.len() > 1) {
            self.one_egg(set, places, bar, below, &mut push);
        }
    }

    /// The bar between the lines of twins of one egg.
    fn one_egg(
        &self,
        set: usize,
        places: &[f64],
        bar: f64,
        below: f64,
        push: &mut impl FnMut(Tie, bool, Vec<(f64, f64)>),
    ) {
        if self.layout.graph.one_egg(set) {
            let foot = below - super::look::RADIUS;
            let (first, last) =
                (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(0.0));
            let from = middle(places);
            let at = |x: f64| from + (x - from) * 0.6;
            let y = bar + (foot - bar) * 0.6;
            push(Tie::OneEgg, false, vec![(at(first), y), (at(last), y)]);
        }
    }

    /// Where the "?" of twins stands of whom nobody knows whether they are of one egg.
    pub fn unknown_twins(&self, frame: &Frame) -> Vec<(f64, f64)> {
        let mut places = Vec::new();
        for (above, channel) in self.channels.iter().enumerate() {
            for sibship in channel {
                for (set, of_set) in sets(self.layout, &sibship.stems) {
                    if of_set.len() > 1 && self.layout.graph.egg_unknown(set) {
                        places.push((middle(&of_set), frame.lane(above, sibship.lane) + UNDER_APEX));
                    }
                }
            }
        }
        places
    }

    fn twin_set(&self, seat: usize) -> Option<usize> {
        self.layout.graph.twins[self.layout.seating.seats[seat].person]
    }
}

/// The line that ends in one bar, or in two.
pub(super) fn childless(bond: usize, x: f64, from: f64, long: f64, why: Childless) -> Vec<Stroke> {
    let foot = from + long;
    let bar = |y: f64| vec![(x - STUB_HALF, y), (x + STUB_HALF, y)];
    let mut strokes = vec![
        Stroke::new(Tie::Childless, bond, vec![(x, from), (x, foot)]),
        Stroke::new(Tie::Childless, bond, bar(foot)),
    ];
    if why == Childless::Infertile {
        strokes.push(Stroke::new(Tie::Childless, bond, bar(foot + 4.0)));
    }
    strokes
}

fn is_bent(sibship: &Sibship) -> bool {
    sibship.joints.iter().any(|joint| (joint - sibship.from).abs() > 0.05)
}

/// By set of twins: the places of those who hang here.
fn sets(layout: &Layout<'_>, stems: &[Stem]) -> BTreeMap<usize, Vec<f64>> {
    let mut sets: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for stem in stems {
        let seat = stem.child.map(|(seat, _)| seat);
        let set = seat.and_then(|seat| layout.graph.twins[layout.seating.seats[seat].person]);
        if let Some(set) = set {
            sets.entry(set).or_default().push(stem.x);
        }
    }
    sets
}

fn joints(layout: &Layout<'_>, stems: &[Stem]) -> Vec<f64> {
    let sets = sets(layout, stems);
    let shared: Vec<&Vec<f64>> = sets.values().filter(|places| places.len() > 1).collect();
    let alone = stems.iter().map(|stem| stem.x).filter(|x| !shared.iter().any(|places| places.contains(x)));
    let mut joints: Vec<f64> = alone.chain(shared.iter().map(|places| middle(places))).collect();
    joints.sort_by(f64::total_cmp);
    joints
}

fn middle(places: &[f64]) -> f64 {
    let first = places.iter().copied().fold(f64::INFINITY, f64::min);
    let last = places.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (first + last) / 2.0
}
