//! The question as a net: things that have one of a few states, and tables that tie two or three of them.
//! Must not know: in which order it is answered; what anyone was found to have.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::{
    Locus,
    genes::{self, Kind},
    people::People,
};

/// A table over at most three variables: the first one's states outermost, the last one's innermost.
pub(super) struct Factor {
    scope: [u32; 3],
    size: u8,
    /// Which of [`Net::tables`].
    pub table: usize,
}

impl Factor {
    fn new(of: impl IntoIterator<Item = usize>, table: usize) -> Factor {
        let mut factor = Factor { scope: [0; 3], size: 0, table };
        for (slot, variable) in factor.scope.iter_mut().zip(of) {
            *slot = variable as u32;
            factor.size += 1;
        }
        factor
    }

    pub fn scope(&self) -> &[u32] {
        &self.scope[..usize::from(self.size)]
    }
}

/// Variables by number; those of [`People`] come first.
pub(super) struct Net {
    /// How many states each variable has.
    pub cards: Vec<u8>,
    pub factors: Vec<Factor>,
    pub tables: Vec<Vec<f64>>,
}

impl Net {
    /// A variable a genotype, and a factor that ties it to its parents.
    pub fn of_genotypes(people: &People, locus: &Locus) -> Net {
        let mut tables = Tables { all: Vec::new(), place: [None; 100] };
        let factors = people.kinds.iter().enumerate().map(|(at, &kind)| {
            let above = people.parents[at].map(|parent| people.kinds.get(parent).copied());
            Factor::new(people.parents_of(at).chain([at]), tables.of(locus, kind, above))
        });
        let factors = factors.collect();
        let cards = people.kinds.iter().map(|&kind| genes::states(locus.mode, kind).len() as u8).collect();
        Net { cards, factors, tables: tables.all }
    }
}

/// Each kind of table once.
struct Tables {
    all: Vec<Vec<f64>>,
    /// By the kinds of child, first and second parent.
    place: [Option<usize>; 100],
}

impl Tables {
    fn of(&mut self, locus: &Locus, kind: Kind, parents: [Option<Kind>; 2]) -> usize {
        let [one, other] = parents.map(|parent| parent.map_or(0, |kind| kind as usize + 1));
        let place = &mut self.place[(kind as usize * 5 + one) * 5 + other];
        *place.get_or_insert_with(|| {
            let known: Vec<Kind> = parents.into_iter().flatten().collect();
            let table = if known.is_empty() {
                genes::founder(locus, kind)
            } else {
                genes::child(locus, kind, &known)
            };
            self.all.push(table);
            self.all.len() - 1
        })
    }
}
