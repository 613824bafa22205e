//! Which couples close the loops of a family: partners who are linked by more than their own children.
//! Must not know: tables and chances.
#![expect(
    clippy::indexing_slicing,
    reason = "every number is one given out here; a wrong one must stop the work, never change a chance"
)]

use super::people::{NOBODY, People};

/// Couples of genotypes who are related, or linked through other marriages, where the loop goes through `within` only;
/// of the part of the family that holds `at`. In the order of their first child.
pub(super) fn closing_couples(people: &People, within: &[bool], at: usize) -> Vec<[usize; 2]> {
    let mut links: Vec<Vec<usize>> = vec![Vec::new(); within.len()];
    for child in (0..within.len()).filter(|&child| within[child]) {
        for parent in people.parents_of(child).filter(|&parent| within[parent]) {
            links[child].push(parent);
            links[parent].push(child);
        }
    }
    let part = reached(&links, at, |_, _| true);
    let mut couples: Vec<[usize; 2]> = Vec::new();
    for &couple in people.parents.iter().filter(|couple| couple.iter().all(|&at| at != NOBODY && part[at])) {
        let [one, other] = couple;
        if couples.contains(&couple) || couples.contains(&[other, one]) {
            continue;
        }
        let own_child = |parent: usize, child: usize| {
            couple.contains(&parent) && couple.iter().all(|parent| people.parents[child].contains(parent))
        };
        let open = |from: usize, to: usize| !own_child(from, to) && !own_child(to, from);
        if reached(&links, one, open)[other] {
            couples.push(couple);
        }
    }
    couples
}

/// Everyone who can be come to by open links.
fn reached(links: &[Vec<usize>], from: usize, open: impl Fn(usize, usize) -> bool) -> Vec<bool> {
    let mut seen = vec![false; links.len()];
    let mut next = vec![from];
    seen[from] = true;
    while let Some(at) = next.pop() {
        for &to in &links[at] {
            if !seen[to] && open(at, to) {
                seen[to] = true;
                next.push(to);
            }
        }
    }
    seen
}
