//! In which order variables are summed out, so that the tables on the way stay small.
//! Must not know: what the variables stand for, and any number in a table.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{core::Core, net::Net};

/// An order, with the neighbours that each variable has left when its turn comes.
pub(super) struct Order {
    /// First summed out, first here.
    pub sequence: Vec<u32>,
    neighbours: Vec<u32>,
    ends: Vec<usize>,
    /// From which turn on variables are on loops, or between two.
    pub loops_from: usize,
}

impl Order {
    pub fn neighbours(&self, turn: usize) -> &[u32] {
        let begin = if turn == 0 { 0 } else { self.ends[turn - 1] };
        &self.neighbours[begin..self.ends[turn]]
    }

    /// Whether every variable has its turn.
    pub fn is_whole(&self, net: &Net) -> bool {
        self.sequence.len() == net.cards.len()
    }

    pub fn push(&mut self, variable: u32, neighbours: impl IntoIterator<Item = u32>) {
        self.sequence.push(variable);
        self.neighbours.extend(neighbours);
        self.ends.push(self.neighbours.len());
    }

    /// The turn with the most neighbours left.
    pub fn widest(&self) -> Option<usize> {
        (0..self.sequence.len()).max_by_key(|&turn| self.neighbours(turn).len())
    }
}

/// An order without a needless loop: first everyone whose neighbours are tied already, then the loops.
///
/// A family without loops is gone after the first part, in time that grows as the family does. Where the loops would
/// need more than `most` entries, the order ends where that shows: see [`Order::is_whole`].
pub(super) fn order(net: &Net, most: u64) -> Order {
    let count = net.cards.len();
    let mut graph = Graph::of(net);
    let mut order = Order {
        sequence: Vec::with_capacity(count),
        neighbours: Vec::with_capacity(2 * count),
        ends: Vec::with_capacity(count),
        loops_from: 0,
    };
    graph.reduce(&mut order);
    order.loops_from = order.sequence.len();
    if order.loops_from < count {
        let left = (0..count as u32).filter(|&at| graph.left[at as usize].is_some()).collect();
        let core = Core::new(left, &net.cards, |at| &graph.ties[graph.list(at)]);
        core.add_best(&mut order, most as f64);
    }
    order
}

/// Which variables share a factor. Who is gone stays in the lists until they are read.
struct Graph {
    ties: Vec<u32>,
    /// Where each variable's list begins, and its length.
    lists: Vec<(u32, u32)>,
    /// Neighbours left; none for a variable that is gone.
    left: Vec<Option<u32>>,
}

impl Graph {
    fn of(net: &Net) -> Graph {
        let count = net.cards.len();
        let mut begins = vec![0u32; count + 1];
        for factor in &net.factors {
            factor.scope().iter().for_each(|&at| begins[at as usize + 1] += 1);
        }
        for at in 0..count {
            begins[at + 1] += begins[at];
        }
        let mut factors_of = vec![0u32; begins[count] as usize];
        let mut filled = begins.clone();
        for (factor, scope) in net.factors.iter().map(|factor| factor.scope()).enumerate() {
            for &at in scope {
                factors_of[filled[at as usize] as usize] = factor as u32;
                filled[at as usize] += 1;
            }
        }
        let mut graph = Graph {
            ties: Vec::with_capacity(2 * factors_of.len()),
            lists: Vec::with_capacity(count),
            left: Vec::with_capacity(count),
        };
        let mut seen = vec![u32::MAX; count];
        for at in 0..count {
            seen[at] = at as u32;
            let begin = graph.ties.len();
            for &factor in &factors_of[begins[at] as usize..begins[at + 1] as usize] {
                for &other in net.factors[factor as usize].scope() {
                    if seen[other as usize] != at as u32 {
                        seen[other as usize] = at as u32;
                        graph.ties.push(other);
                    }
                }
            }
            let length = (graph.ties.len() - begin) as u32;
            graph.lists.push((begin as u32, length));
            graph.left.push(Some(length));
        }
        graph
    }

    fn list(&self, at: u32) -> std::ops::Range<usize> {
        let (begin, length) = self.lists[at as usize];
        begin as usize..(begin + length) as usize
    }

    fn tied(&mut self, one: u32, other: u32) -> bool {
        let (one, other) =
            if self.left[one as usize] <= self.left[other as usize] { (one, other) } else { (other, one) };
        let range = self.list(one);
        let list = &mut self.ties[range];
        let found = list.iter().position(|&at| at == other);
        // The same couple is asked for once a child.
        found.is_some_and(|at| {
            list.swap(0, at);
            true
        })
    }

    /// Takes away whoever has no neighbour left, one, or two who are tied: nothing is tied anew.
    fn reduce(&mut self, order: &mut Order) {
        let few = |left: Option<u32>| left.is_some_and(|left| left <= 2);
        let mut next: Vec<u32> =
            (0..self.left.len()).filter(|&at| few(self.left[at])).map(|at| at as u32).collect();
        while let Some(at) = next.pop() {
            if !few(self.left[at as usize]) {
                continue;
            }
            let mut near = [0u32; 2];
            let range = self.list(at);
            let alive = self.ties[range].iter().filter(|&&other| self.left[other as usize].is_some());
            let count = near.iter_mut().zip(alive).map(|(slot, &other)| *slot = other).count();
            if count == 2 && !self.tied(near[0], near[1]) {
                continue;
            }
            order.push(at, near[..count].iter().copied());
            self.left[at as usize] = None;
            for &other in &near[..count] {
                let left = self.left[other as usize].map(|left| left - 1);
                self.left[other as usize] = left;
                if few(left) {
                    next.push(other);
                }
            }
        }
    }
}
