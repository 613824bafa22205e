//! Small numbers are not shown, and no shown sum lets anybody work one out: which cells of linked tables stay hidden.
//! Must not know: what is counted.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::collections::{BTreeMap, BTreeSet};

/// A cell's place among all that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(usize);

impl CellId {
    /// What is told of this cell.
    pub fn told_in(self, all: &[Told]) -> Told {
        all.get(self.0).copied().unwrap_or(Told::NotShown)
    }
}

/// Why a cell is shown or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    /// From 1 to one below the limit.
    Small,
    /// Of a group that is not shown at all, and known to be below the limit, none included.
    KeptBack,
    /// Stands nowhere, and needs no hiding: it ties sums together.
    Unseen,
    /// At or above the limit, and hidden so that a small one cannot be worked out.
    Also,
}

/// All cells of one page, the sums among them, and the limit below which a number is not shown.
pub struct Hiding {
    limit: u64,
    cells: Vec<(u64, Kind)>,
    /// Total, parts.
    sums: Vec<(CellId, Vec<CellId>)>,
}

/// What is told of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Count(u64),
    /// Below the limit, which is given, and not none.
    Fewer(u64),
    /// Not small itself: with it a small number could be worked out.
    NotShown,
}

impl Told {
    pub fn words(self) -> String {
        match self {
            Told::Count(count) => count.to_string(),
            Told::Fewer(limit) => format!("fewer than {limit}"),
            Told::NotShown => "not shown".to_owned(),
        }
    }

    pub fn count(self) -> Option<u64> {
        match self {
            Told::Count(count) => Some(count),
            Told::Fewer(_) | Told::NotShown => None,
        }
    }
}

impl Serialize for Told {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut told = s.serialize_struct("Told", 2)?;
        told.serialize_field("count", &self.count())?;
        told.serialize_field("words", &self.words())?;
        told.end()
    }
}

/// More than any count of ours; so far a hidden number may reach when nothing says otherwise.
const MANY: i64 = i64::MAX / 4096;

impl Hiding {
    pub fn below(limit: u64) -> Self {
        Self { limit, cells: Vec::new(), sums: Vec::new() }
    }

    /// A number that is shown unless it is small.
    pub fn cell(&mut self, count: u64) -> CellId {
        let kind = if count > 0 && count < self.limit { Kind::Small } else { Kind::Open };
        self.push(count, kind)
    }

    /// A number of a group that is below the limit as a whole: it is part of sums and shown nowhere.
    pub fn kept_back(&mut self, count: u64) -> CellId {
        self.push(count, Kind::KeptBack)
    }

    /// A number that stands nowhere, so that two sums of it are known to be equal.
    pub fn unseen(&mut self, count: u64) -> CellId {
        self.push(count, Kind::Unseen)
    }

    /// Says that `total` is the sum of `parts`; whoever reads the page can subtract as well.
    pub fn sum(&mut self, total: CellId, parts: Vec<CellId>) {
        self.sums.push((total, parts));
    }

    /// Hides what must be hidden; answers what is told of each cell, by the order in which they came.
    pub fn told(mut self) -> Vec<Told> {
        while let Some(found) = self.found_out() {
            if !self.hide_beside(found) {
                break;
            }
        }
        let limit = self.limit;
        let told = |(count, kind): &(u64, Kind)| match kind {
            Kind::Open => Told::Count(*count),
            Kind::Small => Told::Fewer(limit),
            Kind::KeptBack | Kind::Unseen | Kind::Also => Told::NotShown,
        };
        self.cells.iter().map(told).collect()
    }

    fn push(&mut self, count: u64, kind: Kind) -> CellId {
        self.cells.push((count, kind));
        CellId(self.cells.len() - 1)
    }

    fn kind(&self, cell: CellId) -> Kind {
        self.cells.get(cell.0).map_or(Kind::Open, |(_, kind)| *kind)
    }

    fn count(&self, cell: CellId) -> u64 {
        self.cells.get(cell.0).map_or(0, |(count, _)| *count)
    }

    /// The first small number that what is shown gives away.
    fn found_out(&self) -> Option<CellId> {
        let (solved, bounds) = (self.solved(), self.bounds());
        let narrow = |cell: CellId| {
            bounds.get(cell.0).is_some_and(|(least, most)| least == most) || solved.contains(&cell)
        };
        (0..self.cells.len())
            .map(CellId)
            .find(|cell| matches!(self.kind(*cell), Kind::Small | Kind::KeptBack) && narrow(*cell))
    }

    /// Hides one more number so that `found` is found no longer: first where a sum gives a hidden number away by itself, and
    /// there a part before a total, the smallest first. False where nothing is left to hide.
    fn hide_beside(&mut self, found: CellId) -> bool {
        type Sum = (CellId, Vec<CellId>);
        let hidden = |cell: &CellId| self.kind(*cell) != Kind::Open;
        let cells = |sum: &Sum| sum.1.iter().copied().chain([sum.0]).collect::<Vec<_>>();
        // What a hidden number tells of another goes through the hidden numbers of sums that they share.
        let mut reached = BTreeSet::from([found]);
        loop {
            let near =
                self.sums.iter().map(cells).filter(|sum| sum.iter().any(|cell| reached.contains(cell)));
            let more: BTreeSet<CellId> = near.flatten().filter(hidden).chain([found]).collect();
            if more.is_subset(&reached) {
                break;
            }
            reached.extend(more);
        }
        let alone = |sum: &Sum| cells(sum).iter().filter(|cell| hidden(cell)).count() == 1;
        let near = |sum: &Sum| cells(sum).iter().any(|cell| reached.contains(cell));
        let own = |sum: &Sum| cells(sum).contains(&found);
        let smallest = |among: &dyn Fn(&Sum) -> bool| {
            let of = self.sums.iter().filter(|sum| among(sum));
            let all = of.flat_map(|sum| sum.1.iter().map(|part| (false, *part)).chain([(true, sum.0)]));
            let open = all.filter(|(_, cell)| !hidden(cell) && self.count(*cell) > 0);
            open.map(|(is_total, cell)| (is_total, self.count(cell), cell)).min()
        };
        let next = smallest(&|sum| own(sum) && alone(sum))
            .or_else(|| smallest(&|sum| near(sum) && alone(sum)))
            .or_else(|| smallest(&own))
            .or_else(|| smallest(&near))
            .or_else(|| smallest(&|_| true));
        let Some((_, _, cell)) = next else { return false };
        if let Some((_, kind)) = self.cells.get_mut(cell.0) {
            *kind = Kind::Also;
        }
        true
    }

    /// Hidden cells that the sums fix as equations do, whatever numbers are thought possible.
    fn solved(&self) -> Vec<CellId> {
        let mut rows: Vec<(CellId, BTreeMap<CellId, f64>)> = Vec::new();
        for (total, parts) in &self.sums {
            let mut row = BTreeMap::new();
            for (cell, sign) in parts.iter().map(|part| (part, 1.0)).chain([(total, -1.0)]) {
                if self.kind(*cell) != Kind::Open {
                    *row.entry(*cell).or_insert(0.0) += sign;
                }
            }
            for (lead, known) in &rows {
                take_away(&mut row, known, *lead);
            }
            let Some((lead, by)) = row.iter().next().map(|(cell, by)| (*cell, *by)) else { continue };
            row.values_mut().for_each(|value| *value /= by);
            for (_, known) in &mut rows {
                take_away(known, &row, lead);
            }
            rows.push((lead, row));
        }
        rows.into_iter().filter(|(_, row)| row.len() == 1).map(|(lead, _)| lead).collect()
    }

    /// How small and how large each cell may be to somebody who reads all that is shown, sum by sum.
    fn bounds(&self) -> Vec<(i64, i64)> {
        let limit = i64::try_from(self.limit).unwrap_or(MANY);
        let mut bounds: Vec<(i64, i64)> = self
            .cells
            .iter()
            .map(|(count, kind)| match kind {
                Kind::Open => (i64::try_from(*count).unwrap_or(MANY), i64::try_from(*count).unwrap_or(MANY)),
                Kind::Small => (1, limit - 1),
                Kind::KeptBack => (0, limit - 1),
                Kind::Unseen => (0, MANY),
                Kind::Also => (limit, MANY),
            })
            .collect();
        // Each round only narrows; as many rounds as cells are more than any page needs.
        for _ in 0..self.cells.len() {
            let before = bounds.clone();
            for (total, parts) in &self.sums {
                let of = |cell: &CellId| before.get(cell.0).copied().unwrap_or((0, MANY));
                let (least, most) = parts.iter().map(of).fold((0i64, 0i64), |(least, most), part| {
                    (least.saturating_add(part.0), most.saturating_add(part.1))
                });
                let whole = of(total);
                narrow(&mut bounds, *total, least, most);
                for part in parts {
                    let own = of(part);
                    narrow(&mut bounds, *part, whole.0 - (most - own.1), whole.1 - (least - own.0));
                }
            }
            if bounds == before {
                break;
            }
        }
        bounds
    }
}

fn narrow(bounds: &mut [(i64, i64)], cell: CellId, least: i64, most: i64) {
    if let Some(bound) = bounds.get_mut(cell.0) {
        *bound = (bound.0.max(least), bound.1.min(most));
    }
}

/// Takes so much of `known` from `row` that nothing of `lead` is left in it.
fn take_away(row: &mut BTreeMap<CellId, f64>, known: &BTreeMap<CellId, f64>, lead: CellId) {
    let Some(times) = row.get(&lead).copied() else { return };
    for (cell, by) in known {
        *row.entry(*cell).or_insert(0.0) -= times * by;
    }
    row.retain(|_, by| by.abs() > 1e-9);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(told: &[Told]) -> Vec<String> {
        told.iter().map(|one| one.words()).collect()
    }

    #[test]
    fn one_to_four_are_hidden_and_none_and_five_are_shown() {
        let mut hiding = Hiding::below(5);
        for count in 0..=5 {
            hiding.cell(count);
        }
        let small = "fewer than 5";
        assert_eq!(words(&hiding.told()), ["0", small, small, small, small, "5"]);
    }

    #[test]
    fn one_hidden_part_of_a_shown_total_takes_the_next_smallest_with_it() {
        let mut hiding = Hiding::below(5);
        let parts: Vec<CellId> = [3, 0, 9, 20].map(|count| hiding.cell(count)).to_vec();
        let total = hiding.cell(32);
        hiding.sum(total, parts);
        assert_eq!(words(&hiding.told()), ["fewer than 5", "0", "not shown", "20", "32"]);
    }

    #[test]
    fn two_small_parts_that_can_only_be_one_each_are_not_left_to_be_worked_out() {
        let mut hiding = Hiding::below(5);
        let parts: Vec<CellId> = [1, 1, 7].map(|count| hiding.cell(count)).to_vec();
        let total = hiding.cell(9);
        hiding.sum(total, parts);
        // 9 less 7 would be two numbers of at least one each.
        assert_eq!(words(&hiding.told()), ["fewer than 5", "fewer than 5", "not shown", "9"]);
        let mut fine = Hiding::below(5);
        let parts: Vec<CellId> = [2, 3, 7].map(|count| fine.cell(count)).to_vec();
        let total = fine.cell(12);
        fine.sum(total, parts);
        assert_eq!(words(&fine.told()), ["fewer than 5", "fewer than 5", "7", "12"]);
    }

    #[test]
    fn a_table_with_both_margins_hides_a_square() {
        // Rows 3 6 7 and 8 9 10: the small one needs another in its row, another in its column, and the corner.
        let mut hiding = Hiding::below(5);
        let cells: Vec<CellId> = [3, 6, 7, 8, 9, 10].map(|count| hiding.cell(count)).to_vec();
        for (total, parts) in
            [(16, vec![0, 1, 2]), (27, vec![3, 4, 5]), (11, vec![0, 3]), (15, vec![1, 4]), (17, vec![2, 5])]
        {
            let total = hiding.cell(total);
            hiding.sum(total, parts.into_iter().map(|place: usize| cells[place]).collect());
        }
        let told = words(&hiding.told());
        assert_eq!(told[..6], ["fewer than 5", "not shown", "7", "not shown", "not shown", "10"], "{told:?}");
        assert!(told[6..].iter().all(|word| word != "not shown"), "{told:?}");
    }

    #[test]
    fn whoever_is_kept_back_cannot_be_found_by_what_is_missing_from_the_total() {
        let mut hiding = Hiding::below(5);
        let (one, other) = (hiding.cell(12), hiding.cell(9));
        let kept = hiding.kept_back(0);
        let total = hiding.cell(21);
        hiding.sum(total, vec![one, other, kept]);
        // Shown, the total would say that the colleague who is not listed has none.
        assert_eq!(words(&hiding.told()), ["12", "not shown", "not shown", "21"]);
    }

    proptest! {
        /// Whatever is counted: no small number is the only one that fits what is shown.
        #[test]
        fn nothing_small_can_be_worked_out(counts in proptest::collection::vec(0u64..12, 12)) {
            let mut hiding = Hiding::below(5);
            let cells: Vec<CellId> = counts.iter().map(|count| hiding.cell(*count)).collect();
            let mut sums = Vec::new();
            for row in 0..3 { sums.push((0..4).map(|column| row * 4 + column).collect::<Vec<_>>()); }
            for column in 0..4 { sums.push((0..3).map(|row| row * 4 + column).collect()); }
            let mut written = Vec::new();
            for parts in sums {
                let total = hiding.cell(parts.iter().map(|place| counts[*place]).sum());
                hiding.sum(total, parts.iter().map(|place| cells[*place]).collect());
                written.push((total, parts));
            }
            let told = hiding.told();
            // Try to shift one from a small cell to another along rows and columns: another table fits as well.
            for (place, count) in counts.iter().enumerate().filter(|(_, count)| (1..5).contains(*count)) {
                prop_assert!(told[place].count().is_none());
                for (total, parts) in &written {
                    let hidden = parts.iter().filter(|part| told[**part].count().is_none()).count();
                    let alone = parts.contains(&place) && hidden == 1;
                    prop_assert!(!(alone && told[total.0].count().is_some()), "{count} by subtraction");
                }
            }
        }
    }
}
