//! The search for a good order: several beginnings, and a second symbol where that costs less than crossing lines.
//! Must not know: any measure but the cost.

use super::{
    cost::{Cost, cost},
    graph::{Graph, Link},
    numbered::Numbered,
    order::{Standing, order, starts},
    seat::{Cut, Seating},
};
use std::collections::BTreeSet;

/// How many orders may be tried, by the number of people: the same family always gets the same search.
fn budget(people: usize) -> usize {
    100_000 / (people + 60)
}

/// Up to so many people, every beginning is tried to the end.
const SMALL: usize = 60;

struct Search<'a, 'g> {
    graph: &'a Graph<'g>,
    rows: &'a Numbered<usize>,
    left: usize,
}

/// One that was tried.
struct Tried {
    cuts: BTreeSet<Cut>,
    mirrored: BTreeSet<usize>,
    start: Option<usize>,
    seating: Seating,
    standing: Standing,
    cost: Cost,
    crossed: BTreeSet<(usize, usize)>,
}

/// Symbols and their order at the least cost found. Ties stay with what was tried first, which goes by id.
pub(super) fn search(graph: &Graph<'_>, rows: &Numbered<usize>) -> (Seating, Standing) {
    let mut search = Search { graph, rows, left: budget(graph.people.len()) };
    let mut best = search.try_out(BTreeSet::new(), None, BTreeSet::new());
    search.begin_elsewhere(&mut best);
    search.cut_all(&mut best);
    if !best.cuts.is_empty() && graph.people.len() <= SMALL {
        search.begin_as_ever(&mut best);
    }
    if !best.cuts.is_empty() {
        search.begin_elsewhere(&mut best);
        search.join_again(&mut best);
    }
    search.mirror(&mut best);
    (best.seating, best.standing)
}

impl Search<'_, '_> {
    fn try_out(&mut self, cuts: BTreeSet<Cut>, start: Option<usize>, mirrored: BTreeSet<usize>) -> Tried {
        self.left = self.left.saturating_sub(1);
        let seating = Seating::new(self.graph, self.rows, &cuts);
        let standing = order(self.graph, &seating, start, &mirrored);
        let (cost, crossed) = cost(self.graph, &seating, &standing);
        Tried { cuts, mirrored, start, seating, standing, cost, crossed }
    }

    fn keep(&self, best: &mut Tried, tried: Tried) -> bool {
        let better = tried.cost.total() < best.cost.total() - 1e-9;
        if better {
            *best = tried;
        }
        better
    }

    /// Begins with each oldest couple in turn, while lines cross.
    fn begin_elsewhere(&mut self, best: &mut Tried) {
        for start in starts(&best.seating) {
            if self.left == 0 || best.cost.is_fine() {
                return;
            }
            let tried = self.try_out(best.cuts.clone(), Some(start), best.mirrored.clone());
            // Not for a shorter line alone: a family that grows should not turn round.
            if tried.cost.counted() < best.cost.counted() {
                *best = tried;
            }
        }
    }

    /// Of all beginnings that do as well, the first by id, and not the one that happened to do well before anybody was
    /// drawn twice: a family that grows should not turn round.
    fn begin_as_ever(&mut self, best: &mut Tried) {
        let mut first: Option<Tried> = None;
        for start in starts(&Seating::new(self.graph, self.rows, &BTreeSet::new())) {
            if self.left == 0 {
                return;
            }
            let mut tried = self.try_out(BTreeSet::new(), Some(start), BTreeSet::new());
            self.cut_all(&mut tried);
            match &mut first {
                Some(first) if !tried.cost.is_clearly_less(&first.cost) => {}
                other => *other = Some(tried),
            }
        }
        if let Some(first) = first.filter(|first| first.cost.counted() <= best.cost.counted()) {
            *best = first;
        }
    }

    fn cut_all(&mut self, best: &mut Tried) {
        while best.cost.crossings > 0 && self.left > 0 {
            if !self.cut(best) {
                break;
            }
        }
    }

    /// Draws somebody twice, whoever that helps most; false where nobody helps.
    fn cut(&mut self, best: &mut Tried) -> bool {
        let mut better: Option<Tried> = None;
        for cut in self.cuts_at(best) {
            if self.left == 0 {
                break;
            }
            let mut cuts = best.cuts.clone();
            if !cuts.insert(cut) {
                continue;
            }
            let tried = self.try_out(cuts, best.start, best.mirrored.clone());
            match &mut better {
                Some(better) if !tried.cost.is_clearly_less(&better.cost) => {}
                other => *other = Some(tried),
            }
        }
        better.is_some_and(|tried| self.keep(best, tried))
    }

    /// The second symbols that may undo a crossing: of those who tie a crossing family to another one.
    fn cuts_at(&self, best: &Tried) -> BTreeSet<Cut> {
        let (graph, seating) = (self.graph, &best.seating);
        let crossed = best.crossed.iter().flat_map(|&(one, other)| [one, other]);
        let covered = seating.groups.iter().filter(|group| group.covered > 0);
        let covered = covered.flat_map(|group| group.arcs.iter().map(|arc| arc.bond));
        let bonds: BTreeSet<usize> = crossed.chain(covered).collect();
        let mut cuts = BTreeSet::new();
        for bond in bonds {
            let up = graph.bonds[bond].partners.iter().flat_map(|&partner| &graph.up[partner]);
            for &at in graph.bonds[bond].links.iter().chain(up) {
                let Some(seat) = seating.child_seat[at] else { continue };
                let group = &seating.groups[seating.group_of[seat]];
                let ties: usize =
                    group.members.iter().flatten().map(|&seat| seating.seats[seat].up.len()).sum();
                if ties > 1 {
                    cuts.insert(Cut::Child { link: at });
                }
                let Link { child, .. } = graph.links[at];
                let couples = graph.bonds_of[child].iter();
                cuts.extend(
                    couples
                        .filter(|&&couple| ties > 1 && graph.bonds[couple].partners.len() == 2)
                        .map(|&couple| Cut::Partner { bond: couple, person: child }),
                );
            }
            for &person in &graph.bonds[bond].partners {
                if graph.bonds_of[person].len() > 1 && graph.bonds[bond].partners.len() == 2 {
                    cuts.insert(Cut::Partner { bond, person });
                }
            }
        }
        cuts
    }

    /// Takes second symbols back that have become needless.
    fn join_again(&mut self, best: &mut Tried) {
        for cut in best.cuts.clone() {
            if self.left == 0 {
                return;
            }
            let mut cuts = best.cuts.clone();
            cuts.remove(&cut);
            let tried = self.try_out(cuts, best.start, best.mirrored.clone());
            self.keep(best, tried);
        }
    }

    /// Mirrors people with several partners, and twins with theirs, where that helps.
    fn mirror(&mut self, best: &mut Tried) {
        let twin = |seat: &usize| self.graph.twins[best.seating.seats[*seat].person].is_some();
        let groups = best.seating.groups.iter().filter(|group| {
            group.arcs.len() > 1 || (group.arcs.len() == 1 && group.members.iter().flatten().any(twin))
        });
        let seats: Vec<usize> =
            groups.filter_map(|group| group.members.iter().flatten().min().copied()).collect();
        for seat in seats {
            if self.left == 0 || best.cost.is_fine() {
                return;
            }
            let mut mirrored = best.mirrored.clone();
            if !mirrored.remove(&seat) {
                mirrored.insert(seat);
            }
            let tried = self.try_out(best.cuts.clone(), best.start, mirrored);
            self.keep(best, tried);
        }
    }
}
