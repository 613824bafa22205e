//! How a person looks by the usual pedigree symbols (NSGC 2022): shape, filling, slash, brackets, arrow, letters.
//! Must not know: where the person stands.

use crate::model::{Affected, Childless, Count, Gender, Life, ParentKind, Pedigree, Person, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// From the middle of a symbol to its side, in pixels.
pub(crate) const RADIUS: f64 = 16.0;
/// A diamond is a square of 0.8 of the size on its tip, which reaches a little further.
pub(crate) const DIAMOND: f64 = 18.0;
/// The tip and the foot of the small triangle of a pregnancy that was lost, above the middle, and half its foot.
pub(crate) const LOSS_TIP: f64 = 22.0;
pub(crate) const LOSS_FOOT: f64 = 5.0;
pub(crate) const LOSS_HALF: f64 = 10.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Square,
    Circle,
    Diamond,
    Triangle,
}

impl Shape {
    /// How far above the middle the outline is, so far to the side.
    pub fn top(self, aside: f64) -> f64 {
        match self {
            Shape::Square => RADIUS,
            Shape::Circle => (RADIUS * RADIUS - aside * aside).max(0.0).sqrt(),
            Shape::Diamond => (DIAMOND - aside.abs()).max(0.0),
            Shape::Triangle => LOSS_TIP - aside.abs() * (LOSS_TIP - LOSS_FOOT) / LOSS_HALF,
        }
    }

    /// How far to the side the outline is, so far above or below the middle.
    pub fn side(self, up: f64) -> f64 {
        match self {
            Shape::Square => RADIUS,
            Shape::Circle | Shape::Diamond => self.top(up),
            Shape::Triangle => LOSS_HALF,
        }
    }
}

/// What fills a symbol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fill {
    Empty,
    Full,
    /// Which of so many equal parts have their pattern; a part is numbered as its pattern is.
    Parts {
        of: usize,
        filled: BTreeSet<usize>,
    },
}

/// Everything that is drawn at one person but for words, badge and lines to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub shape: Shape,
    pub fill: Fill,
    /// A slash, from lower left to upper right.
    pub over: bool,
    /// In the symbol: how many, "P", "D".
    pub inside: String,
    pub adopted: bool,
    /// The arrow, and the letter at it; none for who asks for advice.
    pub arrow: Option<String>,
    pub childless: Option<Childless>,
    /// A second symbol of somebody: dashed.
    pub copy: bool,
}

/// The conditions that fill symbols, and what holds for the whole family.
pub(crate) struct Looks<'a> {
    family: &'a Pedigree,
    /// By condition: which part of a symbol it fills.
    parts: BTreeMap<&'a str, usize>,
    /// Meaning of each part, in order.
    pub legend: Vec<String>,
    /// Whether the first part has to leave black to those who are affected by nothing that has a name.
    pub first_pattern: usize,
    donors: BTreeSet<&'a PersonId>,
    carriers: BTreeMap<&'a PersonId, &'static str>,
    marks: BTreeMap<&'a PersonId, String>,
}

/// More conditions than this share the last part.
const PARTS: usize = 4;

impl<'a> Looks<'a> {
    /// `in_order`: everyone from the left, row by row.
    pub fn new(family: &'a Pedigree, in_order: &[&'a Person]) -> Looks<'a> {
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for condition in family.persons().iter().flat_map(|person| &person.conditions) {
            *known.entry(condition.code.as_str()).or_default() += 1;
        }
        let mut codes: Vec<&str> = known.keys().copied().collect();
        codes.sort_by_key(|code| std::cmp::Reverse(known.get(code).copied()));
        let parts: BTreeMap<&str, usize> =
            codes.iter().enumerate().map(|(at, &code)| (code, at.min(PARTS - 1))).collect();
        let in_part = |part: usize| {
            let of_part: Vec<&str> =
                codes.iter().copied().filter(|code| parts.get(code) == Some(&part)).collect();
            of_part.join(", ")
        };
        let legend: Vec<String> = (0..codes.len().min(PARTS)).map(in_part).collect();
        let unnamed = |person: &Person| person.affected == Affected::Yes && person.conditions.is_empty();
        let first_pattern = usize::from(legend.len() == 1 && family.persons().iter().any(unnamed));
        let mut donors = BTreeSet::new();
        for (child, parent) in family.links_of(ParentKind::Biological) {
            if family.is_donor(child, parent) {
                donors.insert(parent);
            }
        }
        let carriers = family.links_of(ParentKind::Gestational).map(|(child, carrier)| {
            let egg_too = family.parents(child, ParentKind::Biological).contains(carrier);
            (carrier, if egg_too { "S" } else { "GC" })
        });
        Looks {
            family,
            parts,
            legend,
            first_pattern,
            donors,
            carriers: carriers.collect(),
            marks: marks(in_order),
        }
    }

    pub fn look(&self, person: &Person, copy: bool) -> Look {
        let shape = if person.life.is_loss() {
            Shape::Triangle
        } else {
            match person.shown_gender() {
                Some(Gender::Man) => Shape::Square,
                Some(Gender::Woman) => Shape::Circle,
                Some(Gender::NonBinary) | None => Shape::Diamond,
            }
        };
        Look {
            shape,
            fill: self.fill(person),
            over: person.life.is_over() || person.life == Life::Termination,
            inside: self.inside(person),
            adopted: self.family.is_adopted(&person.id),
            arrow: if copy { None } else { self.arrow(person) },
            childless: if copy { None } else { person.childless },
            copy,
        }
    }

    fn fill(&self, person: &Person) -> Fill {
        let filled: BTreeSet<usize> = person
            .conditions
            .iter()
            .filter_map(|condition| self.parts.get(condition.code.as_str()))
            .copied()
            .collect();
        if !filled.is_empty() {
            let of = match self.legend.len() {
                1 => 1,
                2 => 2,
                _ => 4,
            };
            Fill::Parts { of, filled }
        } else if person.affected == Affected::Yes {
            Fill::Full
        } else {
            Fill::Empty
        }
    }

    fn inside(&self, person: &Person) -> String {
        match person.count {
            Count::Several(many) => return many.to_string(),
            Count::Unknown => return "n".to_owned(),
            Count::One => {}
        }
        if person.life == Life::Pregnancy {
            return "P".to_owned();
        }
        if self.donors.contains(&person.id) {
            return "D".to_owned();
        }
        self.carriers.get(&person.id).copied().unwrap_or_default().to_owned()
    }

    fn arrow(&self, person: &Person) -> Option<String> {
        if person.proband {
            return self.marks.get(&person.id).cloned();
        }
        person.consultand.then(String::new)
    }
}

/// "P", or "P1", "P2" in order of number where there are several.
fn marks<'a>(in_order: &[&'a Person]) -> BTreeMap<&'a PersonId, String> {
    let probands: Vec<&Person> = in_order.iter().copied().filter(|person| person.proband).collect();
    match probands.as_slice() {
        [one] => BTreeMap::from([(&one.id, "P".to_owned())]),
        several => {
            several.iter().enumerate().map(|(at, person)| (&person.id, format!("P{}", at + 1))).collect()
        }
    }
}
