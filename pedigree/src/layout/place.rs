//! Where on its row everything stands: no two overlap, and children hang under the middle of their parents.
//! Must not know: how anything is drawn, or how high a row is.
//!
//! The places are the ones that are best in least squares (parents over the middle of their children, couples close,
//! brothers and sisters evenly apart) among all that keep the order and the room of each row: found by gradient steps,
//! each followed by the nearest allowed places, which pooling adjacent violators gives exactly, row by row.

use super::{
    graph::Graph,
    group::{Arc, Group},
    numbered::Numbered,
    order::{Slot, Standing},
    seat::Seating,
};
use std::collections::BTreeMap;

/// The room somebody needs to either side of the middle of the symbol, for label, badge and arrow; pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Room {
    pub left: f64,
    pub right: f64,
}

/// A limit by number, never by time, so that the same family always gets the same drawing.
const STEPS: usize = 300;
/// How often the pulls are weighed anew: lines that are nearly straight pull harder, until they are straight.
const ROUNDS: usize = 3;
/// Between two lines in a gap.
const PORT: f64 = 10.0;
/// To either side of the lines in a gap.
const PORT_SIDE: f64 = 5.0;
/// How far a line may move in its gap, so that it goes straight down.
const PORT_PLAY: f64 = 4.0;
const BETWEEN_SIBLINGS: f64 = 10.0;
const BETWEEN_FAMILIES: f64 = 22.0;
/// Beside the children's line of a couple that has parted, for the two strokes.
const FOR_PARTED: f64 = 20.0;
const FOR_A_PASSING_LINE: f64 = 8.0;

/// What pulls how strongly.
const UNDER_PARENTS: f64 = 1.0;
const COUPLE: f64 = 0.1;
const SIBLINGS: f64 = 0.015;
const NEIGHBOURS: f64 = 0.002;

/// Places along the rows, in pixels.
pub(crate) struct Across {
    pub seat: Numbered<f64>,
    /// By bond: where the line to the children begins.
    pub hang: Numbered<f64>,
    /// By bond and row: where the line to children further down passes.
    pub pass: BTreeMap<(usize, usize), f64>,
    /// By bond: where an arc rises and comes down, left and right.
    pub arc_ends: BTreeMap<usize, (f64, f64)>,
    /// Groups as they stand, mirrored where they are.
    pub groups: Numbered<Group>,
}

/// One thing on a row.
#[derive(Debug, Clone, Copy)]
struct Thing {
    room: Room,
    /// Room between this and the next on the row.
    gap: f64,
    /// How strongly this and the next hold together.
    hold: f64,
}

/// A weighted sum of places that should come to nothing.
struct Pull {
    weight: f64,
    parts: Vec<(usize, f64)>,
    rest: f64,
}

/// A line in the gap after a thing.
#[derive(Debug, Clone, Copy)]
struct Port {
    thing: usize,
    from: From,
}

/// What a line keeps its distance from.
#[derive(Debug, Clone, Copy, PartialEq)]
enum From {
    Thing(f64),
    Middle(f64),
    Next(f64),
}

#[derive(Default)]
struct Making {
    things: Vec<Thing>,
    /// The first thing of each row, and the end.
    rows: Vec<std::ops::Range<usize>>,
    seat: BTreeMap<usize, usize>,
    pass: BTreeMap<(usize, usize), usize>,
    hang: BTreeMap<usize, Port>,
    arc_ends: BTreeMap<usize, (Port, Port)>,
}

pub(crate) fn places(
    graph: &Graph<'_>,
    seating: &Seating,
    standing: &Standing,
    room: impl Fn(usize) -> Room,
) -> Across {
    let groups: Numbered<Group> = seating
        .groups
        .numbers()
        .map(
            |at| if standing.flipped[at] { seating.groups[at].flipped() } else { seating.groups[at].clone() },
        )
        .collect();
    let mut making = Making::default();
    for (row, slots) in standing.rows.iter().enumerate() {
        making.row(graph, seating, &groups, row, slots, &room);
    }
    let pulls = making.pulls(graph, seating);
    let x = settle(&making, pulls);
    making.across(graph, seating, groups, &x)
}

impl Making {
    fn row(
        &mut self,
        graph: &Graph<'_>,
        seating: &Seating,
        groups: &Numbered<Group>,
        row: usize,
        slots: &[Slot],
        room: &impl Fn(usize) -> Room,
    ) {
        let start = self.things.len();
        let mut before: Option<Slot> = None;
        for &slot in slots {
            if let (Some(before), Some(last)) = (before, self.things.last_mut()) {
                let related = shared_bond(graph, seating, groups, before, slot);
                (last.gap, last.hold) =
                    if related { (BETWEEN_SIBLINGS, SIBLINGS) } else { (BETWEEN_FAMILIES, NEIGHBOURS) };
            }
            before = Some(slot);
            match slot {
                Slot::Pass(bond) => {
                    self.pass.insert((bond, row), self.things.len());
                    let room = Room { left: FOR_A_PASSING_LINE, right: FOR_A_PASSING_LINE };
                    self.things.push(Thing { room, gap: 0.0, hold: 0.0 });
                }
                Slot::Group(group) => self.group(graph, &groups[group], room),
            }
        }
        self.rows.push(start..self.things.len());
    }

    fn group(&mut self, graph: &Graph<'_>, group: &Group, room: &impl Fn(usize) -> Room) {
        let first = self.things.len();
        for (place, &member) in group.members.iter().enumerate() {
            let thing = self.things.len();
            if let Some(seat) = member {
                self.seat.insert(seat, thing);
            }
            let room = member.map_or(Room::default(), room);
            let lines = lines_after(group, place);
            let parted = lines.iter().any(|line| line.hangs().is_some_and(|bond| graph.bonds[bond].ended));
            let strokes = if parted { FOR_PARTED } else { 0.0 };
            let gap = (lines.len() as f64 - 1.0).max(0.0) * PORT + 2.0 * PORT_SIDE + strokes;
            self.things.push(Thing { room, gap, hold: COUPLE });
            let middle = (lines.len() as f64 - 1.0) / 2.0;
            let count = lines.len();
            for (at, line) in lines.into_iter().enumerate() {
                // An arc stays with the partner at whom it ends, however far the next one is.
                let from = match line {
                    Line::Rises(_) | Line::HangsLeft(_) => From::Thing(PORT_SIDE + at as f64 * PORT),
                    Line::Falls(_) | Line::HangsRight(_) => {
                        From::Next(PORT_SIDE + (count - 1 - at) as f64 * PORT)
                    }
                    Line::Hang(_) => From::Middle((at as f64 - middle) * PORT),
                };
                let port = Port { thing: first + place, from };
                match line {
                    Line::Hang(bond) | Line::HangsLeft(bond) | Line::HangsRight(bond) => {
                        self.hang.insert(bond, port);
                    }
                    Line::Rises(bond) => {
                        let ends = self.arc_ends.entry(bond).or_insert((port, port));
                        ends.0 = port;
                    }
                    Line::Falls(bond) => {
                        let ends = self.arc_ends.entry(bond).or_insert((port, port));
                        ends.1 = port;
                    }
                }
            }
        }
    }

    fn pulls(&self, graph: &Graph<'_>, seating: &Seating) -> Vec<Pull> {
        let mut pulls = Vec::new();
        for row in &self.rows {
            for at in row.clone().skip(1) {
                let apart = self.apart(at - 1);
                if let Some(hold) = self.things.get(at - 1).map(|thing| thing.hold) {
                    pulls.push(Pull { weight: hold, parts: vec![(at, 1.0), (at - 1, -1.0)], rest: -apart });
                }
            }
        }
        for bond in graph.bonds.numbers() {
            let Some(port) = self.hang.get(&bond) else { continue };
            let mut by_row: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for seat in seating.children(graph, bond) {
                let row = seating.seats[seat].row;
                by_row.entry(row).or_default().extend(self.seat.get(&seat));
            }
            let Some(lowest) = by_row.keys().max().copied() else { continue };
            let (mut from, mut rest) = self.port(*port);
            for row in seating.bond_row[bond] + 1..=lowest {
                let pass = self.pass.get(&(bond, row)).copied();
                let mut to = by_row.remove(&row).unwrap_or_default();
                to.extend(pass);
                to.sort_unstable();
                if let (Some(&first), Some(&last)) = (to.first(), to.last()) {
                    let mut parts = from.clone();
                    parts.extend([(first, -0.5), (last, -0.5)]);
                    pulls.push(Pull { weight: UNDER_PARENTS, parts, rest });
                }
                if let Some(pass) = pass {
                    (from, rest) = (vec![(pass, 1.0)], 0.0);
                }
            }
        }
        pulls
    }

    /// How far the middle of a thing is from that of the next, at least.
    fn apart(&self, at: usize) -> f64 {
        let here = self.things.get(at);
        let next = self.things.get(at + 1);
        here.zip(next).map_or(0.0, |(here, next)| here.room.right + here.gap + next.room.left)
    }

    /// The place of a port, as a sum of places and a rest.
    fn port(&self, port: Port) -> (Vec<(usize, f64)>, f64) {
        let room = |at: usize| self.things.get(at).map_or(Room::default(), |thing| thing.room);
        let (right, left) = (room(port.thing).right, room(port.thing + 1).left);
        match port.from {
            From::Thing(away) => (vec![(port.thing, 1.0)], right + away),
            From::Next(away) => (vec![(port.thing + 1, 1.0)], -left - away),
            From::Middle(lean) => {
                (vec![(port.thing, 0.5), (port.thing + 1, 0.5)], (right - left) / 2.0 + lean)
            }
        }
    }

    fn across(&self, graph: &Graph<'_>, seating: &Seating, groups: Numbered<Group>, x: &[f64]) -> Across {
        let of = |at: usize| x.get(at).copied().unwrap_or(0.0);
        let at_port = |port: Port| {
            let (parts, rest) = self.port(port);
            parts.iter().map(|&(at, part)| part * of(at)).sum::<f64>() + rest
        };
        let mut seat = Numbered::of(0.0, seating.seats.len());
        for (&number, &thing) in &self.seat {
            seat[number] = of(thing);
        }
        let mut hang = Numbered::of(0.0, graph.bonds.len());
        for (&bond, &port) in &self.hang {
            let alone = self.hang.values().filter(|other| other.thing == port.thing).count() == 1
                && port.from == From::Middle(0.0);
            let children = seating.children(graph, bond);
            let wished = match children.as_slice() {
                [only] if seating.seats[*only].row == seating.bond_row[bond] + 1 => seat[*only],
                _ => at_port(port),
            };
            // A line that may go straight down goes straight down.
            let room = |at: usize| self.things.get(at).map_or(Room::default(), |thing| thing.room);
            let left = of(port.thing) + room(port.thing).right + PORT_SIDE - PORT_PLAY;
            let right = of(port.thing + 1) - room(port.thing + 1).left - PORT_SIDE + PORT_PLAY;
            let may =
                if alone { (left..=right).contains(&wished) } else { (wished - at_port(port)).abs() < 3.0 };
            hang[bond] = if may { wished } else { at_port(port) };
        }
        Across {
            seat,
            hang,
            pass: self.pass.iter().map(|(&key, &thing)| (key, of(thing))).collect(),
            arc_ends: self
                .arc_ends
                .iter()
                .map(|(&bond, &(left, right))| (bond, (at_port(left), at_port(right))))
                .collect(),
            groups,
        }
    }
}

/// A line that goes up or down in a gap.
enum Line {
    Hang(usize),
    /// The children's line of an arc, between it and its partner on the left, or on the right.
    HangsLeft(usize),
    HangsRight(usize),
    Rises(usize),
    Falls(usize),
}

impl Line {
    /// The bond whose children hang from it.
    fn hangs(&self) -> Option<usize> {
        match *self {
            Line::Hang(bond) | Line::HangsLeft(bond) | Line::HangsRight(bond) => Some(bond),
            Line::Rises(_) | Line::Falls(_) => None,
        }
    }
}

/// The lines in the gap after a place, from the left: arcs that rise from here, the outer ones first, the children of
/// neighbours, and arcs that come down at the next, the outer ones last.
fn lines_after(group: &Group, place: usize) -> Vec<Line> {
    let bent = || group.arcs.iter().filter(|arc| arc.level > 0);
    let mut rising: Vec<&Arc> = bent().filter(|arc| arc.left == place).collect();
    rising.sort_by_key(|arc| std::cmp::Reverse(arc.level));
    let mut falling: Vec<&Arc> = bent().filter(|arc| arc.right == place + 1).collect();
    falling.sort_by_key(|arc| arc.level);
    let mut lines = Vec::new();
    for arc in rising {
        if !arc.to_right {
            lines.push(Line::HangsLeft(arc.bond));
        }
        lines.push(Line::Rises(arc.bond));
    }
    let straight = group.arcs.iter().filter(|arc| arc.level == 0 && arc.hang == place);
    lines.extend(straight.map(|arc| Line::Hang(arc.bond)));
    for arc in falling {
        lines.push(Line::Falls(arc.bond));
        if arc.to_right {
            lines.push(Line::HangsRight(arc.bond));
        }
    }
    lines
}

/// Whether two neighbours on a row hang from one bond.
fn shared_bond(
    graph: &Graph<'_>,
    seating: &Seating,
    groups: &Numbered<Group>,
    one: Slot,
    other: Slot,
) -> bool {
    let above = |slot: Slot| -> Vec<usize> {
        match slot {
            Slot::Pass(bond) => vec![bond],
            Slot::Group(group) => {
                let seats = groups[group].members.iter().flatten();
                let links = seats.flat_map(|&seat| &seating.seats[seat].up);
                links.map(|&link| graph.links[link].bond).collect()
            }
        }
    };
    let others = above(other);
    above(one).iter().any(|bond| others.contains(bond))
}

/// The best places, from a start where everyone is packed, and each row around the same middle.
fn settle(making: &Making, mut pulls: Vec<Pull>) -> Vec<f64> {
    let count = making.things.len();
    let mut packed = vec![0.0; count];
    for row in &making.rows {
        let mut edge = 0.0;
        for at in row.clone() {
            if let Some(place) = packed.get_mut(at) {
                *place = edge;
            }
            edge += making.apart(at);
        }
    }
    let mut x = packed.clone();
    for row in &making.rows {
        let width = row.clone().last().and_then(|last| packed.get(last)).copied().unwrap_or(0.0);
        row.clone().for_each(|at| {
            if let Some(place) = x.get_mut(at) {
                *place -= width / 2.0;
            }
        });
    }
    for _ in 0..ROUNDS {
        x = descend(making, &pulls, &packed, x);
        for pull in pulls.iter_mut().filter(|pull| pull.weight >= UNDER_PARENTS) {
            pull.weight = UNDER_PARENTS * (20.0 / (pull.left_over(&x).abs() + 2.0)).clamp(1.0, 6.0);
        }
    }
    x
}

impl Pull {
    fn left_over(&self, x: &[f64]) -> f64 {
        let value = |&(at, part): &(usize, f64)| part * x.get(at).copied().unwrap_or(0.0);
        self.parts.iter().map(value).sum::<f64>() + self.rest
    }
}

/// Accelerated gradient steps, begun anew whenever they overshoot.
fn descend(making: &Making, pulls: &[Pull], packed: &[f64], start: Vec<f64>) -> Vec<f64> {
    let mut stiff = vec![1e-6; start.len()];
    for pull in pulls {
        let sum: f64 = pull.parts.iter().map(|(_, part)| part.abs()).sum();
        for &(at, part) in &pull.parts {
            if let Some(stiff) = stiff.get_mut(at) {
                *stiff += pull.weight * part.abs() * sum;
            }
        }
    }
    let mut x = start;
    let (mut ahead, mut speed) = (x.clone(), 1.0f64);
    let mut slope = vec![0.0; x.len()];
    for _ in 0..STEPS {
        slope.fill(0.0);
        for pull in pulls {
            let left_over = pull.left_over(&ahead);
            for &(at, part) in &pull.parts {
                if let Some(slope) = slope.get_mut(at) {
                    *slope += pull.weight * part * left_over;
                }
            }
        }
        let wish: Vec<f64> =
            ahead.iter().zip(&slope).zip(&stiff).map(|((at, slope), stiff)| at - slope / stiff).collect();
        let next = allowed(making, &wish, packed, &stiff);
        let turned: f64 =
            ahead.iter().zip(&next).zip(&x).map(|((ahead, next), old)| (ahead - next) * (next - old)).sum();
        let faster = if turned > 0.0 { 1.0 } else { (1.0 + (1.0 + 4.0 * speed * speed).sqrt()) / 2.0 };
        let carry = if turned > 0.0 { 0.0 } else { (speed - 1.0) / faster };
        ahead = next.iter().zip(&x).map(|(next, old)| next + carry * (next - old)).collect();
        let still = next.iter().zip(&x).all(|(next, old)| (next - old).abs() < 0.002);
        (x, speed) = (next, faster);
        if still {
            break;
        }
    }
    x
}

/// The allowed places nearest to the wishes: neighbours whose wishes cross are pooled and share their mean.
fn allowed(making: &Making, wish: &[f64], packed: &[f64], stiff: &[f64]) -> Vec<f64> {
    let mut places = Vec::with_capacity(wish.len());
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for row in &making.rows {
        pools.clear();
        let here = |list: &[f64], at: usize| list.get(at).copied().unwrap_or(0.0);
        for at in row.clone() {
            let weight = here(stiff, at);
            let mut pool = (weight * (here(wish, at) - here(packed, at)), weight, 1);
            while let Some(&(sum, weight, many)) = pools.last() {
                if sum / weight <= pool.0 / pool.1 {
                    break;
                }
                pools.pop();
                pool = (pool.0 + sum, pool.1 + weight, pool.2 + many);
            }
            pools.push(pool);
        }
        let mut at = row.start;
        for (sum, weight, many) in &pools {
            for _ in 0..*many {
                places.push(sum / weight + here(packed, at));
                at += 1;
            }
        }
    }
    places
}
