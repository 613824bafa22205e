//! Who hangs under whom in the drawing, by number: people, bonds of parents, and the links down to their children.
//! Must not know: rows, order or any measure.
//!
//! A child hangs under those who are parents by descent, solid, and under those who are parents by law only, dashed.
//! Two cases differ (NSGC 2022): a child of a donor hangs under the parents who raise it, with a second line to the
//! donor; a child whom somebody else carried hangs under who carried it, with a second line to the parents.

use super::numbered::Numbered;
use crate::model::{Childless, Consanguinity, ParentKind, Pedigree, Person, PersonId, Zygosity};
use std::collections::{BTreeMap, BTreeSet};

/// What a line from parents to a child says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Descent {
    Blood,
    /// From someone who gave egg or sperm.
    Donor,
    /// From someone who carried the pregnancy only.
    Carried,
    Law,
}

#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub child: usize,
    pub bond: usize,
    pub descent: Descent,
}

/// One or two people whose children hang together, or a couple without children.
#[derive(Debug, Clone)]
pub(crate) struct Bond {
    /// One or two, in order of number.
    pub partners: Vec<usize>,
    pub links: Vec<usize>,
    pub ended: bool,
    /// Related by descent, by the tree or by their own word.
    pub related: bool,
    /// Related by their own word, and the tree does not show how.
    pub stated: bool,
    pub childless: Option<Childless>,
}

/// A family by number; people in order of id.
pub(crate) struct Graph<'a> {
    pub people: Numbered<&'a Person>,
    pub bonds: Numbered<Bond>,
    pub links: Numbered<Link>,
    /// By person: the links to parents, the one that says most first.
    pub up: Numbered<Vec<usize>>,
    /// By person: the bonds they are a partner of.
    pub bonds_of: Numbered<Vec<usize>>,
    /// Pairs who stand side by side though no line joins them: a donor or a carrier, and a parent.
    pub beside: Vec<(usize, usize)>,
    /// By person: the set of twins.
    pub twins: Numbered<Option<usize>>,
    /// By set of twins.
    zygosity: Numbered<Zygosity>,
}

impl<'a> Graph<'a> {
    pub fn new(family: &'a Pedigree) -> Graph<'a> {
        let sorted: BTreeMap<&PersonId, &Person> =
            family.persons().iter().map(|person| (&person.id, person)).collect();
        let number: BTreeMap<&PersonId, usize> =
            sorted.keys().enumerate().map(|(at, &id)| (id, at)).collect();
        let people: Numbered<&Person> = sorted.into_values().collect();
        let count = people.len();
        let mut making = Making {
            graph: Graph {
                people,
                bonds: Numbered::new(),
                links: Numbered::new(),
                up: Numbered::of(Vec::new(), count),
                bonds_of: Numbered::of(Vec::new(), count),
                beside: Vec::new(),
                twins: Numbered::of(None, count),
                zygosity: family.twins().iter().map(|set| set.zygosity).collect(),
            },
            bond_of: BTreeMap::new(),
        };
        for child in 0..count {
            making.hang(child, &Parents::of(family, &number, making.graph.people[child]));
        }
        for union in family.unions() {
            let [one, other] = &union.partners;
            let (Some(&one), Some(&other)) = (number.get(one), number.get(other)) else { continue };
            if one == other {
                continue;
            }
            let at = making.bond(&[one, other]);
            let bond = &mut making.graph.bonds[at];
            bond.ended = union.ended;
            bond.childless = union.childless;
            bond.stated = union.consanguinity == Consanguinity::Stated;
        }
        let mut graph = making.graph;
        for (set, twins) in family.twins().iter().enumerate() {
            for &member in twins.members.iter().filter_map(|member| number.get(member)) {
                graph.twins[member] = Some(set);
            }
        }
        for at in graph.bonds.numbers() {
            let shown = graph.share_blood(&graph.bonds[at].partners);
            let bond = &mut graph.bonds[at];
            (bond.related, bond.stated) = (shown || bond.stated, bond.stated && !shown);
        }
        graph
    }

    /// Whether two partners descend from one another, or from somebody in common.
    fn share_blood(&self, partners: &[usize]) -> bool {
        let &[one, other] = partners else { return false };
        if self.up[one].is_empty() && self.up[other].is_empty() {
            return false;
        }
        let (of_one, of_other) = (self.blood_above(one), self.blood_above(other));
        of_one.intersection(&of_other).next().is_some()
    }

    /// Somebody and all those they descend from.
    fn blood_above(&self, person: usize) -> BTreeSet<usize> {
        let mut above = BTreeSet::new();
        let mut next = vec![person];
        while let Some(at) = next.pop() {
            if above.insert(at) {
                let links = self.up[at].iter().map(|&link| &self.links[link]);
                let blood = links.filter(|link| matches!(link.descent, Descent::Blood | Descent::Donor));
                next.extend(blood.flat_map(|link| &self.bonds[link.bond].partners));
            }
        }
        above
    }

    /// Earlier is older: the place among brothers and sisters, else the year of birth, else nothing, which comes last.
    pub fn age(&self, person: usize) -> (i32, i32, usize) {
        let born = self.people[person];
        (born.birth_order.map_or(i32::MAX, i32::from), born.birth_year.unwrap_or(i32::MAX), person)
    }

    pub fn one_egg(&self, twins: usize) -> bool {
        self.zygosity[twins] == Zygosity::Monozygotic
    }

    pub fn egg_unknown(&self, twins: usize) -> bool {
        self.zygosity[twins] == Zygosity::Unknown
    }

    /// Whether it is known that one was born after the other.
    pub fn born_after(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.people[one], self.people[other]);
        let orders = one.birth_order.zip(other.birth_order).map(|(one, other)| one > other);
        orders.or(one.birth_year.zip(other.birth_year).map(|(one, other)| one > other)).unwrap_or(false)
    }
}

/// The parents of one child, by kind, each by number and in order.
#[derive(Default)]
struct Parents {
    blood: Vec<usize>,
    donors: Vec<usize>,
    law: Vec<usize>,
    carried: Vec<usize>,
}

impl Parents {
    fn of(family: &Pedigree, number: &BTreeMap<&PersonId, usize>, child: &Person) -> Parents {
        let of = |kind| {
            let parents = family.parents(&child.id, kind).iter().filter(|&parent| parent != &child.id);
            parents
                .filter_map(|parent| number.get(parent).map(|&at| (at, family.is_donor(&child.id, parent))))
        };
        let mut parents =
            Parents { law: of(ParentKind::Legal).map(|(at, _)| at).collect(), ..Parents::default() };
        for (at, donor) in of(ParentKind::Biological) {
            if donor { parents.donors.push(at) } else { parents.blood.push(at) }
        }
        let carriers = of(ParentKind::Gestational).map(|(at, _)| at);
        // Where more than two are said to be parents by descent, the couple by law stays a couple.
        if parents.blood.len() > 2 && parents.law.iter().all(|at| parents.blood.contains(at)) {
            parents.blood.sort_by_key(|at| (!parents.law.contains(at), *at));
        }
        let known = [&parents.blood, &parents.law];
        parents.carried = carriers.filter(|at| known.iter().all(|parents| !parents.contains(at))).collect();
        parents
    }
}

struct Making<'a> {
    graph: Graph<'a>,
    bond_of: BTreeMap<Vec<usize>, usize>,
}

impl Making<'_> {
    /// The bond of these partners; made where there is none.
    fn bond(&mut self, partners: &[usize]) -> usize {
        if let Some(&at) = self.bond_of.get(partners) {
            return at;
        }
        let at = self.graph.bonds.add(Bond {
            partners: partners.to_vec(),
            links: Vec::new(),
            ended: false,
            related: false,
            stated: false,
            childless: None,
        });
        self.bond_of.insert(partners.to_vec(), at);
        for &partner in partners {
            self.graph.bonds_of[partner].push(at);
        }
        at
    }

    fn link(&mut self, child: usize, partners: &[usize], descent: Descent) {
        // More than two parents of one kind cannot be; they are drawn two by two and the check says so.
        for pair in partners.chunks(2) {
            let bond = self.bond(pair);
            let known = self.graph.up[child].iter().any(|&link| self.graph.links[link].bond == bond);
            if !known {
                let link = self.graph.links.add(Link { child, bond, descent });
                self.graph.up[child].push(link);
                self.graph.bonds[bond].links.push(link);
            }
        }
    }

    fn hang(&mut self, child: usize, parents: &Parents) {
        let Parents { blood, donors, law, carried } = parents;
        for &carrier in carried {
            self.link(child, &[carrier], Descent::Carried);
        }
        let raised = !law.is_empty() && blood.iter().all(|parent| law.contains(parent));
        if !donors.is_empty() && raised {
            self.link(child, law, Descent::Blood);
        } else {
            self.link(child, blood, Descent::Blood);
            if !law.iter().all(|parent| blood.contains(parent)) {
                self.link(child, law, Descent::Law);
            }
        }
        for &donor in donors {
            self.link(child, &[donor], Descent::Donor);
        }
        let parents = if raised { law } else { blood };
        for &other in donors.iter().chain(carried) {
            // Beside the last parent, so that the couple stays together.
            let near = parents
                .iter()
                .rev()
                .find(|&&parent| self.graph.people[parent].sex != self.graph.people[other].sex);
            if let Some(&near) = near.or(parents.last()).filter(|&&near| near != other) {
                self.graph.beside.push((near.min(other), near.max(other)));
            }
        }
    }
}
