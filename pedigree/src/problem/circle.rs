//! Who would be their own ancestor: everyone on a circle of descent, in time that grows with the family and no faster.
//! Must not know: what kind of parent a link is, or how a circle is told of.

use crate::model::PersonId;
use std::collections::{BTreeMap, BTreeSet};

/// How far the walk through one person has come.
#[derive(Clone, Copy)]
struct Mark {
    /// When the walk first came here.
    order: usize,
    /// The earliest that can be come back to from here.
    earliest: usize,
    /// Whether what belongs together with this person is still being gathered.
    open: bool,
}

/// Everyone who comes back to themselves along links of (child, parent), in order of id (Tarjan 1972).
pub(super) fn on_a_circle<'a>(links: impl Iterator<Item = (&'a PersonId, &'a PersonId)>) -> Vec<PersonId> {
    let mut up: BTreeMap<&PersonId, Vec<&PersonId>> = BTreeMap::new();
    for (child, parent) in links {
        up.entry(child).or_default().push(parent);
    }
    let mut walk = Walk { up: &up, marks: BTreeMap::new(), gathered: Vec::new(), found: BTreeSet::new() };
    for start in up.keys() {
        walk.from(start);
    }
    walk.found.into_iter().cloned().collect()
}

struct Walk<'a, 'b> {
    up: &'b BTreeMap<&'a PersonId, Vec<&'a PersonId>>,
    marks: BTreeMap<&'a PersonId, Mark>,
    gathered: Vec<&'a PersonId>,
    found: BTreeSet<&'a PersonId>,
}

impl<'a> Walk<'a, '_> {
    /// Walks up from somebody; on a list instead of by recursion, for a line of descent may be long.
    fn from(&mut self, start: &'a PersonId) {
        if self.marks.contains_key(start) {
            return;
        }
        self.enter(start);
        let mut way = vec![(start, 0)];
        while let Some((id, next)) = way.last_mut() {
            let (id, at) = (*id, *next);
            *next += 1;
            match self.up.get(id).and_then(|parents| parents.get(at)) {
                Some(&parent) => match self.marks.get(parent).copied() {
                    None => {
                        self.enter(parent);
                        way.push((parent, 0));
                    }
                    Some(mark) if mark.open => self.lower(id, mark.order),
                    Some(_) => {}
                },
                None => {
                    way.pop();
                    if let (Some((below, _)), Some(mark)) = (way.last(), self.marks.get(id).copied()) {
                        self.lower(below, mark.earliest);
                    }
                    self.leave(id);
                }
            }
        }
    }

    fn enter(&mut self, id: &'a PersonId) {
        let order = self.marks.len();
        self.marks.insert(id, Mark { order, earliest: order, open: true });
        self.gathered.push(id);
    }

    fn lower(&mut self, id: &PersonId, order: usize) {
        if let Some(mark) = self.marks.get_mut(id) {
            mark.earliest = mark.earliest.min(order);
        }
    }

    /// Closes what was gathered since somebody from whom nothing earlier can be reached: a circle, if it is more than one.
    fn leave(&mut self, id: &'a PersonId) {
        if self.marks.get(id).is_none_or(|mark| mark.earliest < mark.order) {
            return;
        }
        let at = self.gathered.iter().rposition(|own| *own == id).unwrap_or(0);
        let together = self.gathered.split_off(at);
        let own_parent = self.up.get(id).is_some_and(|parents| parents.contains(&id));
        if together.len() > 1 || own_parent {
            self.found.extend(&together);
        }
        for own in together {
            if let Some(mark) = self.marks.get_mut(own) {
                mark.open = false;
            }
        }
    }
}
