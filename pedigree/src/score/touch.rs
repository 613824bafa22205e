//! Which symbols the lines of a family end at: who is a couple and who is whose child, as the eye follows the lines.
//! Must not know: what the family says; only what is drawn.

use crate::{
    drawing::{Drawing, RADIUS, Tie},
    model::PersonId,
};
use std::collections::{BTreeMap, BTreeSet};

/// By bond: the symbols at the ends of its lines.
pub(super) struct Touching {
    partners: BTreeMap<usize, BTreeSet<usize>>,
    children: BTreeMap<usize, BTreeSet<usize>>,
}

impl Touching {
    pub fn of(drawing: &Drawing) -> Touching {
        let mut touching = Touching { partners: BTreeMap::new(), children: BTreeMap::new() };
        for stroke in &drawing.strokes {
            let (Some(&first), Some(&last)) = (stroke.points.first(), stroke.points.last()) else { continue };
            match stroke.tie {
                Tie::Couple => {
                    let at_ends = [first, last].into_iter().filter_map(|end| touched(drawing, end, false));
                    touching.partners.entry(stroke.bond).or_default().extend(at_ends);
                }
                Tie::Descent | Tie::Twin => {
                    let child = touched(drawing, last, true);
                    touching.children.entry(stroke.bond).or_default().extend(child);
                }
                Tie::Ended | Tie::Sibship | Tie::OneEgg | Tie::Childless | Tie::Same => {}
            }
        }
        touching
    }

    /// Couples, the left one first.
    pub fn couples(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        // Symbols count from the left along a row.
        self.partners.values().filter_map(|pair| match pair.iter().collect::<Vec<_>>().as_slice() {
            [one, other] => Some((**one, **other)),
            _ => None,
        })
    }

    pub fn are_joined(&self, drawing: &Drawing, one: &PersonId, other: &PersonId) -> bool {
        self.couples().any(|(left, right)| {
            let (Some(left), Some(right)) = (drawing.symbols.get(left), drawing.symbols.get(right)) else {
                return false;
            };
            let are = |a: &PersonId, b: &PersonId| left.people.contains(a) && right.people.contains(b);
            (left.y - right.y).abs() < 0.5 && (are(one, other) || are(other, one))
        })
    }

    pub fn hangs_from(&self, drawing: &Drawing, child: &PersonId, parent: &PersonId) -> bool {
        let is = |at: &usize, id: &PersonId| {
            drawing.symbols.get(*at).is_some_and(|symbol| symbol.people.contains(id))
        };
        self.children.iter().any(|(bond, children)| {
            children.iter().any(|at| is(at, child))
                && self.partners.get(bond).is_some_and(|partners| partners.iter().any(|at| is(at, parent)))
        })
    }

    /// By bond: how far the middle between the parents is from the middle between the outermost children.
    pub fn offsets(&self, drawing: &Drawing) -> Vec<f64> {
        let middle = |symbols: &BTreeSet<usize>| {
            let x: Vec<f64> =
                symbols.iter().filter_map(|&at| drawing.symbols.get(at)).map(|symbol| symbol.x).collect();
            let (low, high) = super::ends(x.iter().copied());
            low.is_finite().then_some((low + high) / 2.0)
        };
        let both = self.partners.iter().filter(|(_, partners)| partners.len() == 2);
        both.filter_map(|(bond, partners)| {
            Some((middle(partners)? - middle(self.children.get(bond)?)?).abs())
        })
        .collect()
    }

    /// Neighbours in a sibship of whom the left one is known to be the younger.
    pub fn inversions(&self, drawing: &Drawing) -> usize {
        let born = |at: usize| {
            let id = drawing.symbols.get(at)?.people.first()?;
            let person = drawing.family.person(id)?;
            Some((person.birth_order, person.birth_year))
        };
        let younger = |one: usize, other: usize| {
            let (Some(one), Some(other)) = (born(one), born(other)) else { return false };
            let by_order = one.0.zip(other.0).map(|(one, other)| one > other);
            by_order.or(one.1.zip(other.1).map(|(one, other)| one > other)).unwrap_or(false)
        };
        let neighbours = |children: &BTreeSet<usize>| {
            let children: Vec<usize> = children.iter().copied().collect();
            children
                .iter()
                .zip(children.iter().skip(1))
                .filter(|(one, other)| younger(**one, **other))
                .count()
        };
        self.children.values().map(neighbours).sum()
    }
}

/// The symbol whose outline a line ends at; from above only, or from anywhere.
fn touched(drawing: &Drawing, end: (f64, f64), above: bool) -> Option<usize> {
    drawing.symbols.iter().position(|symbol| {
        let (aside, up) = (end.0 - symbol.x, symbol.y - end.1);
        let at_top = (up - symbol.look.shape.top(aside)).abs() < 2.0 && aside.abs() < RADIUS;
        let at_side = (aside.abs() - symbol.look.shape.side(up)).abs() < 3.0 && up.abs() < RADIUS;
        if above { at_top } else { at_side }
    })
}
