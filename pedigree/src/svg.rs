//! The drawing of a family as an SVG document: black on white, readable in print and by name for those who hear it.
//! Must not know: names. What stands under a person is the caller's text and is only escaped.

mod badge;
mod lines;
mod symbol;
#[cfg(test)]
pub(crate) mod tests;
mod text;

pub use badge::Badge;

use crate::{
    layout::{layout, roman},
    model::{Affected, ParentKind, Pedigree, Person, PersonId, Sex},
};
use lines::{Ground, Lines};
use std::collections::{BTreeMap, BTreeSet};
use symbol::RADIUS;
use text::{escaped, line_of_text, number, width};

const MARGIN: f64 = 20.0;
/// Left of the family, for the generations' numerals.
const NUMERALS: f64 = 44.0;
const LINE: f64 = 15.0;
/// From a symbol's middle to the foot of the first line under it.
const FIRST_LINE: f64 = 40.0;

/// What stands under a person, below the number "II-3", and the badge.
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

/// Draws everyone in the family, with a key to whatever needs one. Links that make a circle are left out, as are
/// labels of people who are not in the family. The same family and labels always give the same text.
pub fn draw(family: &Pedigree, labels: &BTreeMap<PersonId, Label>) -> String {
    let order = layout(family, |_| 1.0);
    let mut numbers: Vec<(usize, usize, &PersonId)> =
        order.iter().map(|(&id, place)| (place.row, place.order, id)).collect();
    numbers.sort();
    let numbered: BTreeMap<&PersonId, String> =
        numbers.iter().map(|&(row, at, id)| (id, format!("{}-{}", roman(row + 1), at + 1))).collect();
    let text_of = |id: &PersonId| {
        let number = numbered.get(id).map(String::as_str);
        let lines = labels.get(id).into_iter().flat_map(|label| &label.lines).map(String::as_str);
        number.into_iter().chain(lines).collect::<Vec<&str>>()
    };
    let half: BTreeMap<&PersonId, f64> = family
        .persons()
        .iter()
        .map(|person| (&person.id, room(family, person, &text_of(&person.id))))
        .collect();
    let places = layout(family, |id| half.get(id).copied().unwrap_or(0.0));
    let ground = Ground { family, places, half };
    let lines = Lines::new(&ground);

    let rows = numbers.iter().map(|(row, ..)| row + 1).max().unwrap_or(0);
    let mut most_lines = vec![1usize; rows];
    for (row, _, id) in &numbers {
        if let Some(most) = most_lines.get_mut(*row) {
            *most = text_of(id).len().max(*most);
        }
    }
    let (mut middles, mut label_ends) = (Vec::new(), Vec::new());
    let mut top = MARGIN + 24.0;
    for (row, &most) in most_lines.iter().enumerate() {
        middles.push(top);
        let end = top + FIRST_LINE + (most as f64 - 1.0) * LINE + 4.0;
        label_ends.push(end);
        top = end + lines.gap_below(row) + RADIUS;
    }

    let marks = proband_marks(family, &numbers);
    let mut body = lines.draw(&ground, &middles, &label_ends);
    let mut words = String::new();
    for (row, _, id) in &numbers {
        let (Some(person), Some(place), Some(&y)) =
            (family.person(id), ground.places.get(id), middles.get(*row))
        else {
            continue;
        };
        body += &format!(
            "<g class=\"person\" transform=\"translate({} {})\">{}</g>\n",
            number(place.x),
            number(y),
            symbol::symbol(person, marks.get(id).map(String::as_str))
        );
        if let Some(badge) = labels.get(id).and_then(|label| label.badge) {
            body += &badge.draw(place.x + 27.0, y - 13.0);
        }
        for (at, line) in text_of(id).into_iter().enumerate() {
            words += &line_of_text(place.x, y + FIRST_LINE - 4.0 + at as f64 * LINE, "middle", line);
        }
    }
    for (row, y) in middles.iter().enumerate() {
        words += &line_of_text(-NUMERALS, y + 4.0, "start", &roman(row + 1));
    }
    let key = key(family, labels);
    let foot = label_ends.last().copied().unwrap_or(MARGIN) + MARGIN;
    for (at, (sign, meaning)) in key.iter().enumerate() {
        let y = foot + 14.0 + at as f64 * 24.0;
        body += &format!("<g class=\"key\" transform=\"translate(0 {})\">{sign}</g>\n", number(y));
        words += &line_of_text(26.0, y + 4.0, "start", meaning);
    }
    let right = ground.places.iter().map(|(id, place)| place.x + ground.half.get(id).copied().unwrap_or(0.0));
    let key_right = key.iter().map(|(_, meaning)| 26.0 + width(meaning)).fold(0.0, f64::max);
    let total = (right.fold(key_right, f64::max) + NUMERALS + 2.0 * MARGIN).ceil();
    let height = (foot + key.len() as f64 * 24.0 + MARGIN).ceil();
    let (title, desc) = told(family, &numbered, &numbers, rows);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{w}\" height=\"{h}\" viewBox=\"{left} 0 {w} {h}\">\n\
         <title>{title}</title>\n<desc>{desc}</desc>\n\
         <path d=\"M{left} 0H{right}V{h}H{left}Z\" fill=\"#fff\"/>\n\
         <g fill=\"none\" stroke=\"#000\" stroke-width=\"2\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"12\">\n\
         {body}<g fill=\"#000\">\n{words}</g>\n</g>\n</svg>\n",
        w = number(total),
        h = number(height),
        left = number(-NUMERALS - MARGIN),
        right = number(total - NUMERALS - MARGIN),
        title = escaped(&title),
        desc = escaped(&desc),
    )
}

/// The room a person takes to either side: label, badge, arrow, and the line of a parent who stands alone.
fn room(family: &Pedigree, person: &Person, lines: &[&str]) -> f64 {
    let widest = lines.iter().map(|line| width(line)).fold(0.0, f64::max);
    let with_arrow = if person.proband { 70.0 } else { 40.0 };
    let alone = [ParentKind::Biological, ParentKind::Legal].into_iter().any(|kind| {
        family.children(&person.id, kind).iter().any(|child| family.parents(child, kind).len() == 1)
    });
    (widest / 2.0 + 10.0).max(with_arrow) + if alone { 12.0 } else { 0.0 }
}

/// "P", or "P1", "P2" in order of number where there are several.
fn proband_marks<'a>(
    family: &Pedigree,
    numbers: &[(usize, usize, &'a PersonId)],
) -> BTreeMap<&'a PersonId, String> {
    let probands =
        numbers.iter().map(|(.., id)| *id).filter(|id| family.person(id).is_some_and(|p| p.proband));
    let probands: Vec<&PersonId> = probands.collect();
    match probands.as_slice() {
        [one] => BTreeMap::from([(*one, "P".to_owned())]),
        several => several.iter().enumerate().map(|(at, id)| (*id, format!("P{}", at + 1))).collect(),
    }
}

/// Signs and meanings for what this drawing uses; each sign is drawn around 0, 0.
fn key(family: &Pedigree, labels: &BTreeMap<PersonId, Label>) -> Vec<(String, &'static str)> {
    let mut key = Vec::new();
    if family.persons().iter().any(|person| person.affected == Affected::Yes) {
        key.push(("<path d=\"M-7 -7H7V7H-7Z\" fill=\"#000\"/>".to_owned(), "Filled: affected"));
    }
    if family.links_of(ParentKind::Legal).next().is_some() {
        key.push((
            "<path d=\"M-12 0H12\" stroke-dasharray=\"5 4\"/>".to_owned(),
            "Dashed line: parent by law",
        ));
    }
    let in_family = labels.iter().filter(|(id, _)| family.person(id).is_some());
    let badges: BTreeSet<Badge> = in_family.filter_map(|(_, label)| label.badge).collect();
    key.extend(badges.into_iter().map(|badge| (badge.draw(0.0, 0.0), badge.meaning())));
    key
}

/// Title and description for those who do not see the drawing; numbers only, none of the labels.
fn told(
    family: &Pedigree,
    numbered: &BTreeMap<&PersonId, String>,
    numbers: &[(usize, usize, &PersonId)],
    rows: usize,
) -> (String, String) {
    let counted =
        |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let people = counted(family.persons().len(), "person", "people");
    let title = format!("Family tree: {people} in {}", counted(rows, "generation", "generations"));
    let listed = |word: &str, is: fn(&Person) -> bool| {
        let found = numbers.iter().filter(|(.., id)| family.person(id).is_some_and(is));
        let found: Vec<&str> = found.filter_map(|(.., id)| numbered.get(id)).map(String::as_str).collect();
        if found.is_empty() { String::new() } else { format!(" {word}: {}.", found.join(", ")) }
    };
    let mut desc = "Each person has the number of the generation and the place in it.".to_owned();
    desc += &listed("Proband", |person| person.proband);
    desc += &listed("Affected", |person| person.affected == Affected::Yes);
    desc += &listed("Died", |person| person.life.is_over());
    desc += &listed("Men", |person| person.sex == Sex::Male);
    desc += &listed("Women", |person| person.sex == Sex::Female);
    (title, desc)
}
