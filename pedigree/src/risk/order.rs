//! In which order variables are summed out, so that the tables on the way stay small.
//! Must not know: what the variables stand for, and any number in a table.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::net::Net;

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

    fn push(&mut self, variable: usize, neighbours: impl IntoIterator<Item = u32>) {
        self.sequence.push(variable as u32);
        self.neighbours.extend(neighbours);
        self.ends.push(self.neighbours.len());
    }

    /// How many entries all tables together would have, and which turn has the largest table.
    pub fn size(&self, cards: &[u8]) -> (u64, usize) {
        let (mut all, mut largest, mut where_largest) = (0u64, 0, 0);
        for (turn, &variable) in self.sequence.iter().enumerate() {
            let states = |&at: &u32| u64::from(cards[at as usize]);
            let left = self.neighbours(turn).iter().map(states);
            let entries = left.fold(states(&variable), u64::saturating_mul);
            all = all.saturating_add(entries);
            if entries > largest {
                (largest, where_largest) = (entries, turn);
            }
        }
        (all, where_largest)
    }
}

/// An order without a needless loop: first everyone whose neighbours are tied already, then the loops.
///
/// A family without loops is gone after the first part, in time that grows as the family does. For what is left, the
/// greedy rules are tried (fewest new ties, smallest table), then the better of them with ties broken by lot from a
/// fixed seed, for as long as the tables are too many.
pub(super) fn order(net: &Net, enough: u64) -> Order {
    let mut graph = Graph::of(net);
    let mut best = Order {
        sequence: Vec::with_capacity(net.cards.len()),
        neighbours: Vec::with_capacity(2 * net.cards.len()),
        ends: Vec::with_capacity(net.cards.len()),
        loops_from: 0,
    };
    graph.reduce(&mut best);
    best.loops_from = best.sequence.len();
    if best.loops_from == net.cards.len() {
        return best;
    }
    let core = Core::of(&graph, &net.cards);
    let tree = (best.sequence.len(), best.neighbours.len());
    let mut smallest = u64::MAX;
    let mut kept = None;
    // A large core takes longer to order, and is less likely to become small.
    let tries = (400_000 / (core.variables.len() * core.words)).clamp(2, 40);
    for attempt in 0..tries {
        best.sequence.truncate(tree.0);
        best.ends.truncate(tree.0);
        best.neighbours.truncate(tree.1);
        core.clone().eliminate(attempt, &mut best);
        let (entries, _) = best.size(&net.cards);
        if entries < smallest {
            smallest = entries;
            kept = Some((best.sequence.clone(), best.neighbours.clone(), best.ends.clone()));
        }
        if smallest <= enough {
            break;
        }
    }
    if let Some((sequence, neighbours, ends)) = kept {
        (best.sequence, best.neighbours, best.ends) = (sequence, neighbours, ends);
    }
    best
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
            order.push(at as usize, near[..count].iter().copied());
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

/// What is left of the graph, as a square of bits.
#[derive(Clone)]
struct Core {
    variables: Vec<u32>,
    weights: Vec<f64>,
    words: usize,
    rows: Vec<u64>,
}

impl Core {
    fn of(graph: &Graph, cards: &[u8]) -> Core {
        let variables: Vec<u32> =
            (0..cards.len()).filter(|&at| graph.left[at].is_some()).map(|at| at as u32).collect();
        let mut place = vec![usize::MAX; cards.len()];
        variables.iter().enumerate().for_each(|(at, &variable)| place[variable as usize] = at);
        let words = variables.len().div_ceil(64);
        let mut rows = vec![0u64; variables.len() * words];
        for (at, &variable) in variables.iter().enumerate() {
            for &other in &graph.ties[graph.list(variable)] {
                let other = place[other as usize];
                if other != usize::MAX {
                    rows[at * words + other / 64] |= 1 << (other % 64);
                }
            }
        }
        let weights = variables.iter().map(|&at| f64::from(cards[at as usize]).ln()).collect();
        Core { variables, weights, words, rows }
    }

    fn row(&self, at: usize) -> &[u64] {
        &self.rows[at * self.words..(at + 1) * self.words]
    }

    fn near(&self, at: usize) -> Vec<usize> {
        let bits = self.row(at).iter().enumerate();
        bits.flat_map(|(word, &bits)| Ones(bits).map(move |bit| word * 64 + bit)).collect()
    }

    /// New ties and the logarithm of the table's size, if this one were next.
    fn cost(&self, at: usize) -> (u32, f64) {
        let near = self.near(at);
        let row = self.row(at);
        let missing = |&other: &usize| {
            let theirs = self.row(other).iter();
            // Not tied to themselves, which is no tie that is missing.
            row.iter().zip(theirs).map(|(own, theirs)| (own & !theirs).count_ones()).sum::<u32>() - 1
        };
        let fill: u32 = near.iter().map(missing).sum();
        (fill / 2, near.iter().map(|&other| self.weights[other]).sum::<f64>() + self.weights[at])
    }

    /// Sums everything out by a greedy rule: attempt 0 fewest new ties, 1 smallest table, others with some luck.
    fn eliminate(mut self, attempt: usize, order: &mut Order) {
        let mut luck = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(attempt as u64 + 1);
        let mut lot = move || {
            luck ^= luck << 13;
            luck ^= luck >> 7;
            luck ^= luck << 17;
            if attempt < 2 { 0.0 } else { (luck >> 40) as f64 / (1u64 << 24) as f64 }
        };
        let by_table = attempt % 2 == 1;
        let mut rank = move |(fill, table): (u32, f64)| {
            let fill = f64::from(fill);
            let shift = 0.9 * lot();
            if by_table { (table + shift, fill) } else { (fill + shift, table) }
        };
        let mut ranks: Vec<Option<(f64, f64)>> =
            (0..self.variables.len()).map(|at| Some(rank(self.cost(at)))).collect();
        let mut touched = vec![false; ranks.len()];
        for _ in 0..self.variables.len() {
            let open = ranks.iter().enumerate().filter_map(|(at, rank)| rank.map(|rank| (rank, at)));
            let least =
                open.min_by(|(one, _), (other, _)| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
            let Some((_, at)) = least else { break };
            let near = self.near(at);
            order.push(self.variables[at] as usize, near.iter().map(|&other| self.variables[other]));
            ranks[at] = None;
            let own = self.row(at).to_vec();
            let mut changed = near.clone();
            for &other in &near {
                let row = &mut self.rows[other * self.words..(other + 1) * self.words];
                let mut new = own.clone();
                new[other / 64] &= !(1 << (other % 64));
                let is_new = row.iter().zip(&new).any(|(old, new)| new & !old != 0);
                row.iter_mut().zip(&new).for_each(|(old, new)| *old |= new);
                row[at / 64] &= !(1 << (at % 64));
                if is_new {
                    // Whoever knows both ends of a new tie has one less to make.
                    changed.extend(self.near(other));
                }
            }
            for &other in &changed {
                if !touched[other] {
                    touched[other] = true;
                    ranks[other] = Some(rank(self.cost(other)));
                }
            }
            changed.iter().for_each(|&other| touched[other] = false);
        }
    }
}

/// The places of the ones in a word, lowest first.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let at = (self.0 != 0).then(|| self.0.trailing_zeros() as usize);
        self.0 &= self.0.wrapping_sub(1);
        at
    }
}
