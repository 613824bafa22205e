//! The order of people within each row: couples side by side, brothers and sisters by birth.
//! Must not know: any measure.
//!
//! Families are laid down from the left, the proband's father's before the mother's, each from its oldest couple
//! downward. Brothers and sisters stand by year of birth, then id, but for one: whoever has children with someone
//! whose own parents are in the drawing stands last, beside that partner, so that the two families meet there.

use crate::model::{ParentKind, Pedigree, PersonId, Sex};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Rows from the top, each from left to right.
pub(super) fn order<'a>(family: &'a Pedigree, row: &BTreeMap<&'a PersonId, usize>) -> Vec<Vec<&'a PersonId>> {
    let mut starts: Vec<&PersonId> = row.keys().copied().collect();
    starts.sort_by_key(|&id| (!family.person(id).is_some_and(|person| person.proband), id));
    let towards_proband = starts.first().map_or_else(BTreeSet::new, |&id| line_above(family, id));
    let height = row.values().max().map_or(0, |last| last + 1);
    let mut order =
        Order { family, row, towards_proband, placed: BTreeSet::new(), rows: vec![Vec::new(); height] };
    for start in starts {
        order.lay_down(Task::Ancestors(start));
        order.lay_down(Task::Person(start));
    }
    order.rows
}

/// Parents under whom a person is drawn: by descent, or by law where no one is recorded by descent.
pub(super) fn home<'a>(family: &'a Pedigree, id: &PersonId) -> Vec<&'a PersonId> {
    let drawn = |kind| {
        family.parents(id, kind).iter().filter(|&parent| family.person(parent).is_some() && parent != id)
    };
    let by_descent: Vec<&PersonId> = drawn(ParentKind::Biological).collect();
    if by_descent.is_empty() { drawn(ParentKind::Legal).collect() } else { by_descent }
}

fn line_above<'a>(family: &'a Pedigree, id: &'a PersonId) -> BTreeSet<&'a PersonId> {
    let mut line = BTreeSet::new();
    let mut next = vec![id];
    while let Some(at) = next.pop() {
        if line.insert(at) {
            next.extend(home(family, at));
        }
    }
    line
}

/// What is still to be laid down; kept on a list and not on the stack, so that a long line cannot overflow it.
enum Task<'a> {
    Person(&'a PersonId),
    Ancestors(&'a PersonId),
}

struct Order<'a, 'r> {
    family: &'a Pedigree,
    row: &'r BTreeMap<&'a PersonId, usize>,
    towards_proband: BTreeSet<&'a PersonId>,
    placed: BTreeSet<&'a PersonId>,
    rows: Vec<Vec<&'a PersonId>>,
}

impl<'a> Order<'a, '_> {
    fn lay_down(&mut self, first: Task<'a>) {
        let mut tasks = vec![first];
        while let Some(task) = tasks.pop() {
            let mut then = match task {
                Task::Person(id) if self.placed.contains(id) => Vec::new(),
                Task::Person(id) => self.person(id),
                Task::Ancestors(id) => self.oldest_above(id).map(Task::Person).into_iter().collect(),
            };
            then.reverse();
            tasks.append(&mut then);
        }
    }

    /// Puts a person down with all partners, and asks for their children, then for the partners' families.
    fn person(&mut self, id: &'a PersonId) -> Vec<Task<'a>> {
        let block = self.block(id);
        let row = self.row.get(id).copied().unwrap_or(0);
        self.placed.extend(block.iter().copied());
        if let Some(row) = self.rows.get_mut(row) {
            row.extend(block.iter().copied());
        }
        let mut tasks: Vec<Task<'a>> = self.children(&block).into_iter().map(Task::Person).collect();
        tasks.extend(block.into_iter().filter(|&member| member != id).map(Task::Ancestors));
        tasks
    }

    /// The oldest ancestor from whom a person's family is laid down; none where the parents are there.
    fn oldest_above(&self, id: &'a PersonId) -> Option<&'a PersonId> {
        let mut seen = BTreeSet::from([id]);
        let mut at = id;
        loop {
            let mut parents = home(self.family, at);
            parents.retain(|parent| !self.placed.contains(parent) && !seen.contains(parent));
            parents.sort_by_key(|&parent| (self.family.sex(parent) != Sex::Male, parent));
            // A parent who has parents leads further up; one without is where this family begins.
            let next =
                parents.iter().find(|&&parent| !home(self.family, parent).is_empty()).or(parents.first());
            let Some(&next) = next else { return (at != id).then_some(at) };
            seen.insert(next);
            at = next;
        }
    }

    fn partners(&self, id: &PersonId) -> Vec<&'a PersonId> {
        let level = self.row.get(id);
        let partners = self.family.partners(id);
        let mut partners: Vec<&PersonId> = partners
            .iter()
            .filter_map(|partner| self.family.person(partner))
            .map(|partner| &partner.id)
            .collect();
        partners.retain(|partner| self.row.get(partner) == level && !self.placed.contains(partner));
        partners.sort_by_key(|&partner| (self.first_child(id, partner), partner));
        partners
    }

    fn first_child(&self, one: &PersonId, other: &PersonId) -> Option<(i32, &'a PersonId)> {
        let kinds = [ParentKind::Biological, ParentKind::Legal].into_iter();
        let children = kinds.flat_map(|kind| {
            let others = self.family.children(other, kind);
            self.family.children(one, kind).iter().filter(move |child| others.contains(child))
        });
        children.map(|child| self.age(child)).min()
    }

    /// By year of birth, unknown last, then id.
    fn age(&self, id: &'a PersonId) -> (i32, &'a PersonId) {
        (self.family.person(id).and_then(|person| person.birth_year).unwrap_or(i32::MAX), id)
    }

    /// Someone not yet laid down whose parents are in the drawing, and who has children with this person.
    fn linking_partner(&self, id: &PersonId) -> Option<&'a PersonId> {
        self.partners(id).into_iter().find(|partner| {
            let parents = home(self.family, partner);
            parents.iter().any(|parent| !self.placed.contains(parent))
        })
    }

    /// A person among all partners, and the partners' partners: the linking one next on the right, a man on the left
    /// of a woman where nothing links, two partners on either side.
    fn block(&self, id: &'a PersonId) -> VecDeque<&'a PersonId> {
        let mut block = VecDeque::from([id]);
        let mut seen = BTreeSet::from([id]);
        let linking = self.linking_partner(id);
        let partners = self.partners(id);
        let alone_and_left = |partner: &&PersonId| {
            partners.len() == 1 && self.family.sex(partner) == Sex::Male && self.family.sex(id) != Sex::Male
        };
        let first_of_two = |partner: &&PersonId| partners.len() > 1 && partners.first() == Some(partner);
        let (left, mut right): (Vec<&PersonId>, Vec<&PersonId>) = match linking {
            Some(linking) => partners.iter().copied().partition(|&partner| partner != linking),
            None => partners.iter().copied().partition(|p| alone_and_left(p) || first_of_two(p)),
        };
        seen.extend(partners.iter().copied());
        right.iter().for_each(|&partner| block.push_back(partner));
        left.iter().for_each(|&partner| block.push_front(partner));
        let mut left = left;
        while let Some(at) = left.pop() {
            for partner in self.partners(at).into_iter().filter(|partner| seen.insert(partner)) {
                block.push_front(partner);
                left.push(partner);
            }
        }
        while let Some(at) = right.pop() {
            for partner in self.partners(at).into_iter().filter(|partner| seen.insert(partner)) {
                block.push_back(partner);
                right.push(partner);
            }
        }
        block
    }

    /// Children of a block who are drawn under it, couple by couple from the left.
    fn children(&self, block: &VecDeque<&'a PersonId>) -> Vec<&'a PersonId> {
        let place: BTreeMap<&PersonId, usize> = block.iter().enumerate().map(|(at, &id)| (id, at)).collect();
        let mut sibships: BTreeMap<(usize, Vec<&PersonId>), BTreeSet<&PersonId>> = BTreeMap::new();
        for &parent in block {
            for kind in [ParentKind::Biological, ParentKind::Legal] {
                for child in
                    self.family.children(parent, kind).iter().filter_map(|child| self.family.person(child))
                {
                    let home = home(self.family, &child.id);
                    if home.contains(&parent) && !self.placed.contains(&child.id) {
                        let middle = home.iter().filter_map(|parent| place.get(parent)).sum::<usize>() * 2
                            / home.len();
                        sibships.entry((middle, home)).or_default().insert(&child.id);
                    }
                }
            }
        }
        let mut children = Vec::new();
        for sibship in sibships.into_values() {
            let mut sibship: Vec<&PersonId> = sibship.into_iter().collect();
            sibship.sort_by_key(|&child| self.age(child));
            let links: Vec<&PersonId> =
                sibship.iter().copied().filter(|child| self.linking_partner(child).is_some()).collect();
            let to_proband = links.iter().find(|link| self.towards_proband.contains(*link));
            if let Some(&last) = to_proband.or(links.last()) {
                sibship.retain(|&child| child != last);
                sibship.push(last);
            }
            children.extend(sibship);
        }
        children
    }
}
