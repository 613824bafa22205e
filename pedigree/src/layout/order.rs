//! The order of everyone within each row: families are laid down one after another, from the left.
//! Must not know: any measure, or whether the order is a good one; `search.rs` tries several.
//!
//! A couple goes down, then the children, the eldest first, each with all descendants. Two families meet where a child
//! has a partner whose parents are drawn too: that child comes last, and the partner's family follows, laid down from
//! its oldest couple with the partner's line first. So the two stand side by side and nothing lies between them.

use super::{graph::Graph, group::Group, numbered::Numbered, seat::Seating};
use std::collections::BTreeSet;

/// What stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Group(usize),
    /// Room for the line of a bond that passes this row to children further down.
    Pass(usize),
}

/// Rows from the top, each from left to right, and which groups stand mirrored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    pub rows: Vec<Vec<Slot>>,
    pub flipped: Numbered<bool>,
}

/// What is still to be laid down; on a list and not on the stack, so that a long line cannot overflow it.
#[derive(Debug, Clone, Copy)]
enum Task {
    /// A group; reached through a link, and perhaps on the way to somebody who stands already.
    Group {
        group: usize,
        via: Option<usize>,
        path: bool,
    },
    /// The family above a child.
    Above {
        link: usize,
    },
    Pass {
        bond: usize,
        row: usize,
    },
}

struct Laying<'a, 'g> {
    graph: &'a Graph<'g>,
    seating: &'a Seating,
    placed: Numbered<bool>,
    /// Links whose upper end has been asked for.
    asked: Numbered<bool>,
    /// Groups on the way down to somebody who stands already.
    on_path: Numbered<bool>,
    standing: Standing,
}

/// Everyone in order. `start` is a seat of the group that is laid down first; groups in `mirrored` stand the other way.
pub(super) fn order(
    graph: &Graph<'_>,
    seating: &Seating,
    start: Option<usize>,
    mirrored: &BTreeSet<usize>,
) -> Standing {
    let groups = seating.groups.len();
    let height = seating.groups.iter().map(|group| group.row + 1).max().unwrap_or(0);
    let mut laying = Laying {
        graph,
        seating,
        placed: Numbered::of(false, groups),
        asked: Numbered::of(false, graph.links.len()),
        on_path: Numbered::of(false, groups),
        standing: Standing { rows: vec![Vec::new(); height], flipped: Numbered::of(false, groups) },
    };
    if let Some(seat) = start {
        laying.lay(Task::Group { group: seating.group_of[seat], via: None, path: false });
    }
    let (probands, others): (Vec<usize>, Vec<usize>) =
        seating.seats.numbers().partition(|&seat| graph.people[seating.seats[seat].person].proband);
    for seat in probands.into_iter().chain(others) {
        let group = seating.group_of[seat];
        if !laying.placed[group] {
            let root = laying.root_above(group);
            // Nobody of this family stands yet whom the way could lead to.
            laying.on_path = Numbered::of(false, groups);
            laying.lay(Task::Group { group: root, via: None, path: false });
        }
    }
    let mut standing = laying.standing;
    for &seat in mirrored {
        let group = seating.group_of[seat];
        standing.flipped[group] = !standing.flipped[group];
    }
    standing
}

/// The seats at which a family can be begun: one of each group that has no parents in the drawing.
pub(super) fn starts(seating: &Seating) -> Vec<usize> {
    let no_parents = |group: &&Group| {
        let mut seated = group.members.iter().flatten();
        group.arcs.iter().any(|_| true) && seated.all(|&seat| seating.seats[seat].up.is_empty())
    };
    let groups = seating.groups.iter().filter(no_parents);
    groups.filter_map(|group| group.members.iter().flatten().min().copied()).collect()
}

impl Laying<'_, '_> {
    fn lay(&mut self, first: Task) {
        let mut tasks = vec![first];
        while let Some(task) = tasks.pop() {
            let mut then = match task {
                Task::Group { group, .. } if self.placed[group] => Vec::new(),
                Task::Group { group, via, path } => self.group(group, via, path),
                Task::Above { link } => self.above(link),
                Task::Pass { bond, row } => {
                    self.push(row, Slot::Pass(bond));
                    Vec::new()
                }
            };
            then.reverse();
            tasks.append(&mut then);
        }
    }

    fn push(&mut self, row: usize, slot: Slot) {
        if let Some(row) = self.standing.rows.get_mut(row) {
            row.push(slot);
        }
    }

    /// Links from a group to parents who do not stand yet, but for the one it was reached through.
    fn open_links(&self, group: usize, via: Option<usize>) -> Vec<usize> {
        let seats = self.seating.groups[group].members.iter().flatten();
        let links = seats.flat_map(|&seat| &self.seating.seats[seat].up).copied();
        let open = |&link: &usize| {
            Some(link) != via
                && !self.asked[link]
                && self.bond_group(link).is_some_and(|above| above != group && !self.placed[above])
        };
        links.filter(open).collect()
    }

    /// The group of the parents of a link.
    fn bond_group(&self, link: usize) -> Option<usize> {
        self.seating.arc_of[self.graph.links[link].bond].map(|(group, _)| group)
    }

    fn group(&mut self, group: usize, via: Option<usize>, path: bool) -> Vec<Task> {
        let open = self.open_links(group, via);
        let (deep, shallow): (Vec<usize>, Vec<usize>) =
            open.into_iter().partition(|&link| self.reaches_below(link, group));
        // A family that ends above the next row fits between two lines that meet there.
        let first: Vec<Task> = shallow.iter().map(|&link| Task::Above { link }).collect();
        if path && !first.is_empty() {
            return first.into_iter().chain([Task::Group { group, via, path }]).collect();
        }
        let flipped = self.stands_mirrored(group, via, path);
        self.standing.flipped[group] = flipped;
        self.placed[group] = true;
        self.push(self.seating.groups[group].row, Slot::Group(group));
        let mut arcs: Vec<(usize, usize)> =
            self.seating.groups[group].arcs.iter().map(|arc| (arc.hang, arc.bond)).collect();
        arcs.sort_unstable();
        if flipped {
            arcs.reverse();
        }
        let mut tasks = first;
        for (_, bond) in arcs {
            tasks.extend(self.sibship(bond));
        }
        tasks.extend(deep.into_iter().map(|link| Task::Above { link }));
        tasks
    }

    /// Whether the family above a link has somebody on a row below this group, other than through the group itself.
    fn reaches_below(&self, link: usize, group: usize) -> bool {
        let row = self.seating.groups[group].row;
        let mut seen = BTreeSet::from([group]);
        let mut next: Vec<usize> = self.bond_group(link).into_iter().collect();
        while let Some(at) = next.pop() {
            if self.placed[at] || !seen.insert(at) {
                continue;
            }
            let here = &self.seating.groups[at];
            if here.row > row {
                return true;
            }
            let seats = here.members.iter().flatten();
            let ups = seats.flat_map(|&seat| &self.seating.seats[seat].up);
            next.extend(ups.filter_map(|&link| self.bond_group(link)));
            for arc in &here.arcs {
                let children = self.seating.children(self.graph, arc.bond);
                next.extend(children.into_iter().map(|seat| self.seating.group_of[seat]));
            }
        }
        false
    }

    /// Whoever was reached stands towards where the line comes from; a partner with parents stands on the other side.
    fn stands_mirrored(&self, group: usize, via: Option<usize>, path: bool) -> bool {
        let here = &self.seating.groups[group];
        let hangs = |seat: &usize| !self.seating.seats[*seat].up.is_empty();
        let with_parents: Vec<usize> = here.members.iter().flatten().copied().filter(hangs).collect();
        let reached = via.and_then(|link| self.seating.child_seat[link]);
        if let (Some(reached), [first, .., last]) = (reached, with_parents.as_slice()) {
            return if path { reached == *first } else { reached == *last };
        }
        if path && here.arcs.len() > 1 {
            let stands = |bond: usize| {
                let children = self.seating.children(self.graph, bond);
                children.into_iter().any(|seat| {
                    let group = self.seating.group_of[seat];
                    self.placed[group] || self.on_path[group]
                })
            };
            let hang = here.arcs.iter().filter(|arc| stands(arc.bond)).map(|arc| arc.hang).max();
            let most = here.arcs.iter().map(|arc| arc.hang).max();
            return hang.is_some() && hang == most;
        }
        false
    }

    /// The children of a bond, with what must come first in front: those who stand already or lead to somebody who does.
    fn sibship(&self, bond: usize) -> Vec<Task> {
        const STANDS: u8 = 0;
        const PLAIN: u8 = 1;
        const MEETS: u8 = 2;
        let top = self.seating.bond_row[bond];
        let class = |link: usize, group: usize| {
            if self.placed[group] || self.on_path[group] {
                STANDS
            } else if self.open_links(group, Some(link)).is_empty() {
                PLAIN
            } else {
                MEETS
            }
        };
        let links = self.graph.bonds[bond].links.iter();
        let children: Vec<(usize, usize, u8)> = links
            .filter_map(|&link| {
                let seat = self.seating.child_seat[link]?;
                let group = self.seating.group_of[seat];
                Some((link, group, class(link, group)))
            })
            .collect();
        // Twins stand together: the whole set goes where one of them must.
        let keyed = children.iter().map(|&(link, group, class)| {
            let child = self.graph.links[link].child;
            let twins = self.graph.twins[child];
            let set = children.iter().filter(|(other, ..)| {
                *other == link
                    || (twins.is_some() && self.graph.twins[self.graph.links[*other].child] == twins)
            });
            let (mut of_set, mut age) = (class, self.graph.age(child));
            for &(other, _, class) in set {
                let first = class == STANDS || of_set == STANDS;
                of_set = if first { STANDS } else { of_set.max(class) };
                age = age.min(self.graph.age(self.graph.links[other].child));
            }
            ((of_set, age, class, self.graph.age(child)), link, group)
        });
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_unstable();
        let lowest =
            keyed.iter().filter_map(|&(_, link, _)| self.seating.child_row(link)).max().unwrap_or(top);
        let mut passes: Vec<Task> = (top + 1..lowest).map(|row| Task::Pass { bond, row }).collect();
        let mut tasks = Vec::new();
        for (_, link, group) in keyed {
            if self.seating.child_row(link).is_some_and(|row| row > top + 1) {
                tasks.append(&mut passes);
            }
            tasks.push(Task::Group { group, via: Some(link), path: self.on_path[group] });
        }
        tasks
    }

    /// Lays down the family of a child who stands, from its oldest couple.
    fn above(&mut self, link: usize) -> Vec<Task> {
        self.asked[link] = true;
        match self.bond_group(link) {
            Some(parents) if !self.placed[parents] => {
                let root = self.root_above(parents);
                vec![Task::Group { group: root, via: None, path: true }]
            }
            _ => Vec::new(),
        }
    }

    /// The group from which a family is laid down, and the way from there marked: up the line that reaches further
    /// down on its other branches, then the man's, then by id.
    fn root_above(&mut self, group: usize) -> usize {
        let mut at = group;
        loop {
            self.on_path[at] = true;
            let up = self
                .open_links(at, None)
                .into_iter()
                .filter(|&link| self.bond_group(link).is_some_and(|above| !self.on_path[above]));
            let sex = |link: usize| self.graph.people[self.graph.links[link].child].sex;
            let next = up.min_by_key(|&link| (!self.reaches_below(link, at), sex(link), link));
            let Some((link, above)) = next.and_then(|link| Some((link, self.bond_group(link)?))) else {
                return at;
            };
            self.asked[link] = true;
            at = above;
        }
    }
}
