//! Which of the lines between two rows runs above which: no two that overlap share a height, and as few cross as can be.
//! Must not know: whose lines they are.

use std::collections::BTreeSet;

/// A level line with what comes down to it from above and what goes down from it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    pub from: f64,
    pub to: Vec<f64>,
}

/// Two lines nearer than this to each other take heights of their own.
const APART: f64 = 6.0;

impl Bar {
    fn left(&self) -> f64 {
        self.to.iter().copied().fold(self.from, f64::min)
    }

    fn right(&self) -> f64 {
        self.to.iter().copied().fold(self.from, f64::max)
    }

    fn spans(&self, x: f64) -> bool {
        self.left() - 0.5 < x && x < self.right() + 0.5
    }

    fn meets(&self, other: &Bar) -> bool {
        self.left() < other.right() + APART && other.left() < self.right() + APART
    }

    /// How often lines cross where this one runs above the other.
    fn crossed_above(&self, other: &Bar) -> usize {
        usize::from(self.spans(other.from)) + self.to.iter().filter(|&&to| other.spans(to)).count()
    }
}

/// The lane of each bar, 0 at the top, and how many lanes there are.
pub(super) fn lanes(bars: &[Bar]) -> (Vec<usize>, usize) {
    let count = bars.len();
    let mut above: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut order: Vec<usize> = (0..count).collect();
    let left = |at: usize| bars.get(at).map_or(0.0, Bar::left);
    order.sort_by(|&one, &other| left(one).total_cmp(&left(other)).then(one.cmp(&other)));
    for (at, &one) in order.iter().enumerate() {
        for &other in order.iter().skip(at + 1) {
            let (Some(a), Some(b)) = (bars.get(one), bars.get(other)) else { continue };
            if b.left() > a.right() + APART {
                break;
            }
            if a.meets(b) {
                let (upper, lower) =
                    if a.crossed_above(b) <= b.crossed_above(a) { (one, other) } else { (other, one) };
                if let Some(above) = above.get_mut(lower) {
                    above.insert(upper);
                }
            }
        }
    }
    let mut lane: Vec<Option<usize>> = vec![None; count];
    let mut most = 0;
    let mut waiting = order;
    while !waiting.is_empty() {
        // In a circle of lines, each of which should be above the next, the one with least above it goes first.
        let open = |at: usize| {
            let above = above.get(at).into_iter().flatten();
            above.filter(|&&upper| lane.get(upper).is_some_and(Option::is_none)).count()
        };
        let Some((place, &next)) = waiting.iter().enumerate().min_by_key(|(place, at)| (open(**at), *place))
        else {
            break;
        };
        waiting.remove(place);
        let Some(here) = bars.get(next) else { continue };
        let taken: BTreeSet<usize> = bars
            .iter()
            .zip(&lane)
            .filter(|(other, _)| other.meets(here))
            .filter_map(|(_, lane)| *lane)
            .collect();
        let uppers = above.get(next).into_iter().flatten();
        let first = uppers.filter_map(|&upper| lane.get(upper).copied().flatten()).map(|lane| lane + 1).max();
        let free = (first.unwrap_or(0)..).find(|lane| !taken.contains(lane)).unwrap_or(0);
        most = most.max(free + 1);
        if let Some(lane) = lane.get_mut(next) {
            *lane = Some(free);
        }
    }
    (lane.into_iter().map(|lane| lane.unwrap_or(0)).collect(), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(from: f64, to: &[f64]) -> Bar {
        Bar { from, to: to.to_vec() }
    }

    #[test]
    fn lines_that_would_lie_on_each_other_take_lanes_of_their_own() {
        let bars = [bar(50.0, &[0.0, 100.0]), bar(120.0, &[90.0, 200.0]), bar(250.0, &[220.0, 300.0])];
        let (lanes, count) = lanes(&bars);
        assert_eq!((lanes[0] == lanes[1], lanes[2], count), (false, 0, 2));
    }

    #[test]
    fn a_line_that_leads_far_away_runs_below_one_that_begins_under_it() {
        // The first goes from 100 to the right past 200, where the second comes down.
        let bars = [bar(100.0, &[300.0, 500.0]), bar(200.0, &[550.0, 700.0])];
        assert_eq!(lanes(&bars), (vec![1, 0], 2));
    }

    #[test]
    fn a_circle_of_lines_still_gets_lanes() {
        let bars = [bar(10.0, &[30.0, 60.0]), bar(30.0, &[60.0, 10.0]), bar(60.0, &[10.0, 30.0])];
        let (lanes, count) = lanes(&bars);
        assert_eq!((lanes.iter().collect::<BTreeSet<_>>().len(), count), (3, 3));
    }
}
