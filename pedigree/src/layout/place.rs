//! Where on its row each person stands: no two overlap, and children hang under the middle of their parents.
//! Must not know: how anything is drawn.

use super::{order::home, run::Seats};
use crate::model::{Pedigree, PersonId};
use std::collections::{BTreeMap, BTreeSet};

/// A fixed number of passes, so that the same family always gives the same drawing.
const PASSES: usize = 81;

/// The middle of each person, from 0 at the left edge of the leftmost. `half` is the room each needs to either side.
pub(super) fn places<'a>(
    family: &'a Pedigree,
    rows: &[Vec<&'a PersonId>],
    half: impl Fn(&PersonId) -> f64,
) -> BTreeMap<&'a PersonId, f64> {
    let mut x: BTreeMap<&PersonId, f64> = BTreeMap::new();
    let edges: Vec<Vec<f64>> = rows.iter().map(|row| first_places(row, &half)).collect();
    for (row, edges) in rows.iter().zip(&edges) {
        x.extend(row.iter().copied().zip(edges.iter().copied()));
    }
    let pulling = Pulling::new(family, rows, &half);
    for pass in 0..PASSES {
        let each = rows.iter().zip(&edges).enumerate();
        let in_turn: Vec<_> = if pass % 2 == 0 { each.collect() } else { each.rev().collect() };
        // The last pass goes down and hangs children straight under their parents wherever there is room.
        let from_above = pass + 1 >= PASSES;
        for (at, (row, edges)) in in_turn {
            let wishes = pulling.wishes(at, row, &x, from_above);
            x.extend(row.iter().copied().zip(settle(&wishes, edges)));
        }
    }
    let left = rows.iter().filter_map(|row| row.first()).map(|&id| at(&x, id) - half(id));
    let left = left.reduce(f64::min).unwrap_or(0.0);
    x.values_mut().for_each(|middle| *middle -= left);
    x
}

/// Everyone packed from the left.
fn first_places(row: &[&PersonId], half: &impl Fn(&PersonId) -> f64) -> Vec<f64> {
    let mut edge = 0.0;
    row.iter()
        .map(|id| {
            let middle = edge + half(id);
            edge = middle + half(id);
            middle
        })
        .collect()
}

fn at(x: &BTreeMap<&PersonId, f64>, id: &PersonId) -> f64 {
    x.get(id).copied().unwrap_or(0.0)
}

fn middle(x: &BTreeMap<&PersonId, f64>, ids: &[&PersonId]) -> f64 {
    ids.iter().map(|id| at(x, id)).sum::<f64>() / ids.len().max(1) as f64
}

/// Parents, and the children who are drawn under them.
#[derive(Clone)]
struct Sibship<'a> {
    parents: Vec<&'a PersonId>,
    children: Vec<&'a PersonId>,
    /// From the middle of the parents to where the line to the children begins.
    lean: f64,
}

/// Who pulls at whom.
struct Pulling<'a> {
    /// By row: the sibships with a parent or a child on it.
    sibships: Vec<Vec<Sibship<'a>>>,
    /// Each person and all their partners.
    couples: BTreeMap<&'a PersonId, Vec<PersonId>>,
}

impl<'a> Pulling<'a> {
    fn new(family: &'a Pedigree, rows: &[Vec<&'a PersonId>], half: impl Fn(&PersonId) -> f64) -> Pulling<'a> {
        let mut under: BTreeMap<Vec<&PersonId>, Vec<&PersonId>> = BTreeMap::new();
        let mut couples = BTreeMap::new();
        let mut seats = Seats { family, seats: BTreeMap::new() };
        for (at, row) in rows.iter().enumerate() {
            for (place, &id) in row.iter().enumerate() {
                seats.seats.insert(id, (at, place));
                couples.insert(id, std::iter::once(id.clone()).chain(family.partners(id)).collect());
                let parents = home(family, id);
                if !parents.is_empty() {
                    under.entry(parents).or_default().push(id);
                }
            }
        }
        let mut sibships = vec![Vec::new(); rows.len()];
        for (parents, children) in under {
            let lean = seats.lean(seats.run(&parents), &parents, &half);
            let seated = parents.iter().chain(&children).filter_map(|id| seats.seats.get(id));
            let touched: BTreeSet<usize> = seated.map(|(row, _)| *row).collect();
            let sibship = Sibship { parents, children, lean };
            for row in touched {
                if let Some(here) = sibships.get_mut(row) {
                    here.push(sibship.clone());
                }
            }
        }
        Pulling { sibships, couples }
    }

    /// Where each person of a row would like to stand: halfway to being under the parents and over the children, or
    /// under the parents alone.
    fn wishes(
        &self,
        row: usize,
        people: &[&PersonId],
        x: &BTreeMap<&PersonId, f64>,
        from_above: bool,
    ) -> Vec<f64> {
        let mut pulls: BTreeMap<&PersonId, (f64, f64)> = BTreeMap::new();
        for Sibship { parents, children, lean } in self.sibships.get(row).into_iter().flatten() {
            let pull = middle(x, parents) + lean - middle(x, children);
            let lifted = if from_above { &[] } else { parents.as_slice() };
            for (ids, pull) in [(children.as_slice(), pull), (lifted, -pull)] {
                for id in ids {
                    let (sum, count) = pulls.entry(id).or_default();
                    (*sum, *count) = (*sum + pull, *count + 1.0);
                }
            }
        }
        let mean = |id: &PersonId| pulls.get(id).map(|(sum, count)| sum / count);
        let wish = |id: &PersonId| {
            // A couple moves as one, or the partner without parents would be left behind.
            let couple: Vec<f64> = self.couples.get(id).into_iter().flatten().filter_map(mean).collect();
            at(x, id) + couple.iter().sum::<f64>() / couple.len().max(1) as f64
        };
        people.iter().map(|id| wish(id)).collect()
    }
}

/// The places nearest to the wishes, in least squares, that keep the order and the room of `edges`, which are places
/// without any room to spare: neighbours whose wishes cross are pooled and share the mean of their wishes.
fn settle(wishes: &[f64], edges: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wish, edge) in wishes.iter().zip(edges) {
        let mut pool = (wish - edge, 1);
        while let Some(&(sum, count)) = pools.last() {
            if sum / count as f64 <= pool.0 / pool.1 as f64 {
                break;
            }
            pools.pop();
            pool = (sum + pool.0, count + pool.1);
        }
        pools.push(pool);
    }
    let spare = pools.into_iter().flat_map(|(sum, count)| std::iter::repeat_n(sum / count as f64, count));
    spare.zip(edges).map(|(spare, edge)| spare + edge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_fit_are_granted() {
        assert_eq!(settle(&[0.0, 5.0, 9.0], &[0.0, 1.0, 2.0]), [0.0, 5.0, 9.0]);
    }

    #[test]
    fn wishes_that_cross_meet_in_the_middle() {
        assert_eq!(settle(&[3.0, 1.0], &[0.0, 1.0]), [1.5, 2.5]);
        assert_eq!(settle(&[5.0, 5.0, 5.0], &[0.0, 1.0, 2.0]), [4.0, 5.0, 6.0]);
        assert_eq!(settle(&[], &[]), Vec::<f64>::new());
    }
}
