//! The drawing of a family, ready to be written down: every symbol, line and word with its place in pixels.
//! Must not know: names, or how SVG is written. What stands under a person is the caller's text.

mod badge;
mod collapse;
mod frame;
mod key;
mod lane;
mod lines;
mod look;
mod share;
mod words;

pub use badge::Badge;
pub(crate) use {
    key::{Key, Sign},
    look::{Fill, LOSS_FOOT, LOSS_HALF, LOSS_TIP, Look, RADIUS, Shape},
    words::width,
};

use crate::{
    layout::{Layout, Numbered, Room, roman},
    model::{Affected, Gender, Life, Pedigree, Person, PersonId},
};
use frame::{FIRST_LINE, Frame, LINE, RowNeed};
use lines::Lines;
use look::Looks;
use std::collections::{BTreeMap, BTreeSet};

/// Size of all words, in pixels: 9 points in print.
pub(crate) const WORDS: f64 = 12.0;
const MARGIN: f64 = 20.0;
/// Left of the family, for the generations' numerals.
const NUMERALS: f64 = 44.0;
/// From a person's middle to the height of the badge's.
const BADGE_UP: f64 = -22.0;
const BESIDE_A_LINE: f64 = 6.0;
/// Half of a badge with a little air.
const BADGE_HALF: f64 = 10.0;

/// What stands under a person, above the number "II-3", and the badge.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Label {
    pub lines: Vec<String>,
    pub badge: Option<Badge>,
}

/// The badge only: the lines may say who somebody is.
impl std::fmt::Debug for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Label").field("badge", &self.badge).finish_non_exhaustive()
    }
}

/// What to draw beside the family itself. By default: symbols and numbers, nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DrawOptions {
    /// People who are not in the family are passed over.
    pub labels: BTreeMap<PersonId, Label>,
    /// Where a person's symbol leads; whoever has one can be reached by keyboard, in the order of the numbers.
    pub links: BTreeMap<PersonId, String>,
    /// Years of birth, ages and ages at onset, as the family has them.
    pub ages: bool,
    /// For showing to relatives: shapes, lines and numbers only. No label, badge, link, age, condition or mark of the
    /// proband; no pregnancy and no loss; adopted children under the parents who raise them, like any other; no donor.
    pub share_safe: bool,
    /// For large families: brothers and sisters without partner, child, label or anything known become one symbol.
    pub collapse: bool,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tie {
    /// Between partners.
    Couple,
    /// Two strokes through the line of a couple that has parted.
    Ended,
    /// Down to children.
    Descent,
    /// Along brothers and sisters.
    Sibship,
    /// Down to one of several who were born together.
    Twin,
    /// Between twins of one egg.
    OneEgg,
    Childless,
    /// A curve from somebody to their second symbol.
    Same,
}

/// One line. A curve has six points: it rises from the first to the second, bends towards the third and the fourth on
/// its way to the fifth, and comes down to the last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stroke {
    pub tie: Tie,
    /// Whose line it is; lines of one bond may touch.
    pub bond: usize,
    pub dashed: bool,
    pub points: Vec<(f64, f64)>,
}

impl Stroke {
    fn new(tie: Tie, bond: usize, points: Vec<(f64, f64)>) -> Stroke {
        Stroke { tie, bond, dashed: false, points }
    }
}

/// One symbol, for one person or for several who are drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Symbol {
    pub people: Vec<PersonId>,
    pub number: String,
    pub row: usize,
    pub x: f64,
    pub y: f64,
    pub look: Look,
    /// The middle of the badge.
    pub badge: Option<(Badge, f64, f64)>,
    /// For those who hear the drawing: "II-3, woman, affected".
    pub told: String,
    pub href: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
}

/// A line of words; `y` is its foot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Words {
    pub text: String,
    pub x: f64,
    pub y: f64,
    pub size: f64,
    pub anchor: Anchor,
    /// The symbol it belongs to, by number.
    pub of: Option<usize>,
}

/// A family with everything in its place. Write it with [`Drawing::svg`] or [`Drawing::sheets`], judge it with
/// [`crate::score`]. The same family and options always give the same drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The family as drawn: less than the caller's where it is share-safe or collapsed.
    pub(crate) family: Pedigree,
    /// In reading order: by generation, from the left.
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) strokes: Vec<Stroke>,
    pub(crate) words: Vec<Words>,
    pub(crate) key: Key,
    pub(crate) rows: usize,
    pub(crate) left: f64,
    pub(crate) width: f64,
    /// Without the key.
    pub(crate) height: f64,
    pub(crate) title: String,
    pub(crate) desc: String,
}

impl Drawing {
    /// Puts everyone in the family in place. Links that make a circle of descent are left out.
    pub fn new(family: &Pedigree, options: &DrawOptions) -> Drawing {
        let plain = DrawOptions::default();
        if options.share_safe {
            return make(share::shareable(family), &plain, None);
        }
        if options.collapse {
            let (smaller, together) = collapse::collapsed(family, options);
            return make(smaller, options, Some(together));
        }
        make(family.clone(), options, None)
    }
}

/// By the person who stands for them: everyone in one symbol, and their numbers.
pub(crate) type Together = BTreeMap<PersonId, (Vec<PersonId>, String)>;

fn make(family: Pedigree, options: &DrawOptions, together: Option<Together>) -> Drawing {
    let layout = Layout::new(&family);
    let (graph, seating) = (&layout.graph, &layout.seating);
    let numbers = layout.numbers();
    let number_of = |person: usize| {
        let id = &graph.people[person].id;
        let others = together.as_ref().and_then(|together| together.get(id));
        others.map_or_else(|| numbers[person].clone(), |(_, number)| number.clone())
    };
    let rows = layout.seats();
    let first = |seat: &&usize| !seating.seats[**seat].copy;
    let in_order: Vec<&Person> =
        rows.iter().flatten().filter(first).map(|&seat| graph.people[seating.seats[seat].person]).collect();
    let looks = Looks::new(&family, &in_order);
    let look: Numbered<Look> =
        seating.seats.iter().map(|seat| looks.look(graph.people[seat.person], seat.copy)).collect();
    let said: Numbered<Vec<String>> = seating
        .seats
        .iter()
        .map(|seat| {
            let person = graph.people[seat.person];
            let label = options.labels.get(&person.id).map(|label| words::broken(&label.lines));
            let facts = words::facts(person, options.ages).into_iter().chain(label.unwrap_or_default());
            facts.filter(|_| !seat.copy).collect()
        })
        .collect();
    // The number comes last, as the nomenclature has it.
    let under: Numbered<Vec<String>> = seating
        .seats
        .numbers()
        .map(|seat| {
            let number = words::broken(&[number_of(seating.seats[seat].person)]);
            said[seat].iter().cloned().chain(number).collect()
        })
        .collect();
    let badge = |seat: usize| {
        let seat = &seating.seats[seat];
        let label = options.labels.get(&graph.people[seat.person].id);
        label.and_then(|label| label.badge).filter(|_| !seat.copy)
    };
    let room_of = |seat: usize| {
        let twin = graph.twins[seating.seats[seat].person].is_some();
        room(&look[seat], &under[seat], badge(seat).is_some(), twin)
    };
    let across = layout.across(room_of);
    let lines = Lines::new(&layout, across);

    let twice: Vec<(usize, usize)> = seating
        .seats
        .numbers()
        .filter(|&seat| seating.seats[seat].copy)
        .map(|seat| (seating.seats[seat].person, seat))
        .filter(|&(one, other)| seating.seats[one].row == seating.seats[other].row)
        .collect();
    let needs: Vec<RowNeed> = rows
        .iter()
        .enumerate()
        .map(|(row, seats)| RowNeed {
            lines: seats.iter().map(|&seat| under[seat].len()).max().unwrap_or(0),
            lowered: seats.iter().map(|&seat| lowered(&look[seat])).fold(0.0, f64::max),
            arcs: lines.arcs_above(row),
            curves: twice.iter().any(|&(one, _)| seating.seats[one].row == row),
            lanes: lines.lanes.get(row).copied().unwrap_or(0),
            twins: lines.twins.get(row).copied().unwrap_or(false),
        })
        .collect();
    let frame = Frame::new(&needs, MARGIN);

    let mut strokes = lines.draw(&frame, &look);
    let mut symbols = Vec::new();
    let mut text: Vec<Words> = Vec::new();
    for (row, seats) in rows.iter().enumerate() {
        let y = frame.middle(row);
        for &seat in seats {
            let (x, of) = (lines.x(seat), &seating.seats[seat]);
            let person = graph.people[of.person];
            if let Some(why) = look[seat].childless {
                strokes.extend(lines::childless(usize::MAX - seat, x, y + RADIUS, 10.0, why));
            }
            for (at, line) in under[seat].iter().enumerate() {
                let y = y + FIRST_LINE + lowered(&look[seat]) + at as f64 * LINE;
                let of = Some(symbols.len());
                text.push(Words { text: line.clone(), x, y, size: WORDS, anchor: Anchor::Middle, of });
            }
            let people = together.as_ref().and_then(|together| together.get(&person.id));
            symbols.push(Symbol {
                people: people.map_or_else(|| vec![person.id.clone()], |(people, _)| people.clone()),
                number: number_of(of.person),
                row,
                x,
                y,
                look: look[seat].clone(),
                badge: badge(seat)
                    .map(|badge| (badge, x + badge_aside(&strokes, &look[seat], x, y), y + BADGE_UP)),
                told: told(person, &number_of(of.person), &looks, of.copy, &said[seat], badge(seat)),
                href: options.links.get(&person.id).cloned().filter(|_| !of.copy),
            });
        }
        text.push(Words {
            text: roman(row + 1),
            x: -NUMERALS,
            y: y + 4.0,
            size: WORDS,
            anchor: Anchor::Start,
            of: None,
        });
    }
    for (one, other) in twice {
        strokes.push(curve(&frame, &lines, &look, seating.seats[one].row, one, other));
    }
    for (x, y) in lines.unknown_twins(&frame) {
        text.push(Words { text: "?".to_owned(), x, y, size: WORDS, anchor: Anchor::Middle, of: None });
    }

    let edge = |seat: usize, side: fn(Room) -> f64| side(room_of(seat));
    let seats = || rows.iter().flatten().copied();
    let first =
        seats().map(|seat| lines.x(seat) - edge(seat, |room| room.left)).fold(f64::INFINITY, f64::min);
    let last =
        seats().map(|seat| lines.x(seat) + edge(seat, |room| room.right)).fold(f64::NEG_INFINITY, f64::max);
    // A line may pass outside of everybody.
    let passing = || strokes.iter().flat_map(|stroke| &stroke.points).map(|point| point.0);
    let first = passing().map(|x| x - BESIDE_A_LINE).fold(first, f64::min);
    let last = passing().map(|x| x + BESIDE_A_LINE).fold(last, f64::max);
    let (first, last) = if first.is_finite() { (first, last) } else { (0.0, 0.0) };
    // From 0 at the left edge of the family.
    let mut drawing = Drawing {
        symbols,
        strokes,
        words: text,
        key: Key::new(&family, &looks, options, seating.copies > 0),
        rows: rows.len(),
        left: -NUMERALS - MARGIN,
        width: (last - first + NUMERALS + 2.0 * MARGIN).ceil(),
        height: frame.bottom() + MARGIN,
        title: String::new(),
        desc: String::new(),
        family: Pedigree::new(),
    };
    drawing.shift(-first);
    (drawing.title, drawing.desc) = described(&in_order, &layout, &numbers);
    drop(looks);
    drop(layout);
    drawing.family = family;
    drawing
}

impl Drawing {
    fn shift(&mut self, by: f64) {
        for symbol in &mut self.symbols {
            symbol.x += by;
            if let Some((_, x, _)) = &mut symbol.badge {
                *x += by;
            }
        }
        self.strokes.iter_mut().flat_map(|stroke| &mut stroke.points).for_each(|point| point.0 += by);
        for words in self.words.iter_mut().filter(|words| words.anchor == Anchor::Middle) {
            words.x += by;
        }
    }
}

/// The room a person takes to either side: symbol, words, badge, arrow.
fn room(look: &Look, lines: &[String], badge: bool, twin: bool) -> Room {
    let words = lines.iter().map(|line| width(line, WORDS)).fold(0.0, f64::max) / 2.0 + 2.0;
    let marked = if look.adopted || look.over { 26.0 } else { 20.0 };
    let arrow = match &look.arrow {
        Some(mark) => 50.0 + width(mark, WORDS),
        None => 0.0,
    };
    let badge = if badge { beside(look) + 10.0 } else { 0.0 };
    let badge_left = if twin { badge } else { 0.0 };
    Room { left: words.max(marked).max(arrow).max(badge_left), right: words.max(marked).max(badge) }
}

/// From a person's middle to the middle of the badge: to the right, but where a twin's line comes down flat from there.
fn badge_aside(strokes: &[Stroke], look: &Look, x: f64, y: f64) -> f64 {
    let aside = beside(look);
    let over = |stroke: &Stroke| match stroke.points.as_slice() {
        &[apex, end] if stroke.tie == Tie::Twin => {
            let here = (end.0 - x).abs() < RADIUS && end.1 < y && y - 2.0 * RADIUS < end.1;
            let up = (end.1 - apex.1) / (apex.0 - end.0) * (x + aside - BADGE_HALF - end.0);
            here && apex.0 > end.0 && end.1 - up > y + BADGE_UP - BADGE_HALF
        }
        _ => false,
    };
    if strokes.iter().any(over) { -aside } else { aside }
}

/// From a person's middle to the side, to the middle of the badge: outside of brackets and slash.
fn beside(look: &Look) -> f64 {
    if look.adopted || look.over { 34.0 } else { 28.0 }
}

/// How much further down the words of a person begin.
fn lowered(look: &Look) -> f64 {
    if look.childless.is_some() { 16.0 } else { 0.0 }
}

/// The curve from somebody to their second symbol on the same row.
fn curve(
    frame: &Frame,
    lines: &Lines<'_, '_>,
    look: &Numbered<Look>,
    row: usize,
    one: usize,
    other: usize,
) -> Stroke {
    let aside = if lines.x(one) < lines.x(other) { 9.0 } else { -9.0 };
    let y = frame.middle(row);
    let end = |seat: usize, aside: f64| (lines.x(seat) + aside, y - look[seat].shape.top(aside) - 2.0);
    let (from, to) = (end(one, aside), end(other, -aside));
    // Over badges and slashes first, so that a flat curve is clear of them.
    let (clear, bend) = (y - RADIUS - 16.0, y - RADIUS - 30.0);
    let points = vec![from, (from.0, clear), (from.0, bend), (to.0, bend), (to.0, clear), to];
    Stroke::new(Tie::Same, usize::MAX, points)
}

/// What one who hears the drawing hears of a person.
fn told(
    person: &Person,
    number: &str,
    looks: &Looks<'_>,
    copy: bool,
    lines: &[String],
    badge: Option<Badge>,
) -> String {
    let mut told = vec![number.to_owned()];
    let gender = person.shown_gender().map(|gender| match gender {
        Gender::Man => "man",
        Gender::Woman => "woman",
        Gender::NonBinary => "non-binary",
    });
    told.extend(gender.map(str::to_owned));
    if copy {
        told.push("drawn a second time".to_owned());
        return told.join(", ");
    }
    if person.proband {
        told.push("proband".to_owned());
    }
    if person.affected == Affected::Yes && person.conditions.is_empty() {
        told.push("affected".to_owned());
    }
    told.extend(person.conditions.iter().map(|condition| condition.code.clone()));
    let life = match person.life {
        Life::Living => None,
        Life::Deceased => Some("died"),
        Life::Pregnancy => Some("pregnancy"),
        Life::Stillbirth => Some("stillbirth"),
        Life::Miscarriage => Some("miscarriage"),
        Life::Termination => Some("termination"),
        Life::Ectopic => Some("ectopic pregnancy"),
    };
    told.extend(life.map(str::to_owned));
    if looks.look(person, false).adopted {
        told.push("adopted".to_owned());
    }
    told.extend(lines.iter().cloned());
    told.extend(badge.map(|badge| badge.meaning().to_owned()));
    told.join(", ")
}

/// Title and description for those who do not see the drawing; numbers only, none of the labels.
fn described(in_order: &[&Person], layout: &Layout<'_>, numbers: &Numbered<String>) -> (String, String) {
    let counted =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let people = counted(in_order.len(), "person", "people");
    let title = format!("Family tree: {people} in {}", counted(layout.rows(), "generation", "generations"));
    let number: BTreeMap<&PersonId, &String> =
        layout.graph.people.iter().map(|person| &person.id).zip(numbers.iter()).collect();
    let listed = |word: &str, is: fn(&Person) -> bool| {
        let found = in_order.iter().filter(|person| is(person)).filter_map(|person| number.get(&person.id));
        let found: Vec<&str> = found.map(|number| number.as_str()).collect();
        if found.is_empty() { String::new() } else { format!(" {word}: {}.", found.join(", ")) }
    };
    let mut desc = "Each person has the number of the generation and the place in it.".to_owned();
    desc += &listed("Proband", |person| person.proband);
    desc += &listed("Affected", |person| person.affected == Affected::Yes || !person.conditions.is_empty());
    desc += &listed("Died", |person| person.life.is_over());
    desc += &listed("Men", |person| person.shown_gender() == Some(Gender::Man));
    desc += &listed("Women", |person| person.shown_gender() == Some(Gender::Woman));
    (title, desc)
}

/// Badges that a drawing uses, in their usual order.
fn badges(family: &Pedigree, options: &DrawOptions) -> BTreeSet<Badge> {
    let in_family = options.labels.iter().filter(|(id, _)| family.person(id).is_some());
    in_family.filter_map(|(_, label)| label.badge).collect()
}
