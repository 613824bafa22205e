//! The people of a family and who descends from whom.
//! Must not know: names or any finding; what is wrong with a family is said in `problem.rs`.

mod person;
mod ties;

pub use person::{Affected, Childless, Condition, Count, Gender, Life, Person, PersonId, Sex};
pub use ties::{Consanguinity, Twins, Union, Zygosity};

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How somebody is a parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentKind {
    /// By descent: egg or sperm, a donor's too.
    Biological,
    /// By law or upbringing only: adoption, the other intended parent.
    Legal,
    /// Carried the pregnancy without being the mother by law. With a biological link beside it, the egg is hers too.
    Gestational,
}

impl ParentKind {
    pub const ALL: [ParentKind; 3] = [ParentKind::Biological, ParentKind::Legal, ParentKind::Gestational];
}

/// Parents of a child and children of a parent, each in order of id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Links {
    up: BTreeMap<PersonId, Vec<PersonId>>,
    down: BTreeMap<PersonId, Vec<PersonId>>,
}

/// A family. It takes whatever it is told; [`Pedigree::validate`] says what cannot be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Plain", into = "Plain")]
pub struct Pedigree {
    persons: Vec<Person>,
    place: BTreeMap<PersonId, usize>,
    twice: BTreeSet<PersonId>,
    biological: Links,
    legal: Links,
    gestational: Links,
    /// (child, parent) where the biological parent gave egg or sperm and no more.
    donors: BTreeSet<(PersonId, PersonId)>,
    /// Couples of whom something was said, in order of partners.
    unions: BTreeMap<[PersonId; 2], Union>,
    /// Partners of those of whom something was said as a couple, in order of id.
    coupled: BTreeMap<PersonId, Vec<PersonId>>,
    /// In order of members, of whom nobody is in two sets.
    twins: Vec<Twins>,
    /// Everyone born together with others, and the first of their set.
    born_with: BTreeMap<PersonId, PersonId>,
}

impl Pedigree {
    pub fn new() -> Pedigree {
        Pedigree::default()
    }

    /// Takes a person in. An id that is there already keeps its first person and becomes a problem.
    pub fn add_person(&mut self, person: Person) {
        if self.place.contains_key(&person.id) {
            self.twice.insert(person.id);
            return;
        }
        self.place.insert(person.id.clone(), self.persons.len());
        self.persons.push(person);
    }

    /// Changes what is known of a person; the id stays as it is. A stranger stays one.
    pub fn change(&mut self, id: &PersonId, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.place.get(id).and_then(|&at| self.persons.get_mut(at)) {
            change(person);
            person.id.clone_from(id);
        }
    }

    /// Says that `parent` is a parent of `child`; saying it again changes nothing.
    pub fn add_parent(&mut self, child: &PersonId, parent: &PersonId, kind: ParentKind) {
        let links = match kind {
            ParentKind::Biological => &mut self.biological,
            ParentKind::Legal => &mut self.legal,
            ParentKind::Gestational => &mut self.gestational,
        };
        insert_sorted(links.up.entry(child.clone()).or_default(), parent);
        insert_sorted(links.down.entry(parent.clone()).or_default(), child);
    }

    /// Says that `parent` gave egg or sperm for `child`: a biological parent, and no parent by law.
    pub fn add_donor(&mut self, child: &PersonId, parent: &PersonId) {
        self.add_parent(child, parent, ParentKind::Biological);
        self.donors.insert((child.clone(), parent.clone()));
    }

    /// Says something of a couple; what was said of them before is replaced.
    pub fn add_union(&mut self, mut union: Union) {
        union.partners.sort();
        let [one, other] = &union.partners;
        insert_sorted(self.coupled.entry(one.clone()).or_default(), other);
        insert_sorted(self.coupled.entry(other.clone()).or_default(), one);
        self.unions.insert(union.partners.clone(), union);
    }

    /// Says that these were born together. Whoever is in a set already brings that set along, and the last word counts.
    pub fn add_twins(&mut self, members: impl IntoIterator<Item = PersonId>, zygosity: Zygosity) {
        let mut members: BTreeSet<PersonId> = members.into_iter().collect();
        let met: BTreeSet<PersonId> =
            members.iter().filter_map(|member| self.born_with.get(member).cloned()).collect();
        for first in met {
            if let Ok(at) = self.set_at(&first) {
                members.extend(self.twins.remove(at).members);
            }
        }
        let Some(first) = members.first().cloned() else { return };
        self.born_with.extend(members.iter().map(|member| (member.clone(), first.clone())));
        let at = self.set_at(&first).unwrap_or_else(|at| at);
        self.twins.insert(at, Twins { members: members.into_iter().collect(), zygosity });
    }

    /// Where the set stands, or would, whose first member this is.
    fn set_at(&self, first: &PersonId) -> Result<usize, usize> {
        self.twins.binary_search_by(|set| set.members.first().cmp(&Some(first)))
    }

    /// Everyone, in the order they were added.
    pub fn persons(&self) -> &[Person] {
        &self.persons
    }

    pub fn person(&self, id: &PersonId) -> Option<&Person> {
        self.place.get(id).and_then(|&at| self.persons.get(at))
    }

    /// The sex of a person; unknown for a stranger.
    pub fn sex(&self, id: &PersonId) -> Sex {
        self.person(id).map_or(Sex::Unknown, |person| person.sex)
    }

    /// In order of id; may name someone who is not in the family (see `validate`).
    pub fn parents(&self, id: &PersonId, kind: ParentKind) -> &[PersonId] {
        self.links(kind).up.get(id).map_or(&[], Vec::as_slice)
    }

    /// In order of id; may name someone who is not in the family (see `validate`).
    pub fn children(&self, id: &PersonId, kind: ParentKind) -> &[PersonId] {
        self.links(kind).down.get(id).map_or(&[], Vec::as_slice)
    }

    /// Everyone who shares at least one parent of this kind, in order of id.
    pub fn siblings(&self, id: &PersonId, kind: ParentKind) -> Vec<PersonId> {
        let of_parents = self.parents(id, kind).iter().flat_map(|parent| self.children(parent, kind));
        of_parents.filter(|&sibling| sibling != id).cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Siblings who have both recorded biological parents in common, in order of id.
    pub fn full_siblings(&self, id: &PersonId) -> Vec<PersonId> {
        let mut siblings = self.siblings(id, ParentKind::Biological);
        siblings.retain(|sibling| self.are_full_siblings(id, sibling));
        siblings
    }

    /// Biological siblings who are not known to share both parents, in order of id.
    pub fn half_siblings(&self, id: &PersonId) -> Vec<PersonId> {
        let mut siblings = self.siblings(id, ParentKind::Biological);
        siblings.retain(|sibling| !self.are_full_siblings(id, sibling));
        siblings
    }

    /// Whether a biological parent gave egg or sperm and no more.
    pub fn is_donor(&self, child: &PersonId, parent: &PersonId) -> bool {
        self.donors.contains(&(child.clone(), parent.clone()))
    }

    /// Whether somebody has parents by law who are not theirs by descent, and none by law who are: adopted, in or out.
    pub fn is_adopted(&self, id: &PersonId) -> bool {
        let by_descent = self.parents(id, ParentKind::Biological);
        let by_law = self.parents(id, ParentKind::Legal);
        let given = by_descent.iter().any(|parent| self.is_donor(id, parent));
        !by_law.is_empty() && !given && by_law.iter().all(|parent| !by_descent.contains(parent))
    }

    /// Couples of whom something was said, in order of partners; others follow from their children.
    pub fn unions(&self) -> impl Iterator<Item = &Union> {
        self.unions.values()
    }

    /// What was said of two people as a couple.
    pub fn union_of(&self, one: &PersonId, other: &PersonId) -> Option<&Union> {
        let mut pair = [one.clone(), other.clone()];
        pair.sort();
        self.unions.get(&pair)
    }

    /// Sets of people born together, in order of their first member.
    pub fn twins(&self) -> &[Twins] {
        &self.twins
    }

    /// The set that somebody was born in.
    pub fn twins_of(&self, id: &PersonId) -> Option<&Twins> {
        let first = self.born_with.get(id)?;
        self.set_at(first).ok().and_then(|at| self.twins.get(at))
    }

    /// Everyone with whom a person has a child, biological or legal, or is or was a couple, in order of id.
    pub fn partners(&self, id: &PersonId) -> Vec<PersonId> {
        let said = self.coupled.get(id).into_iter().flatten().filter(|&partner| partner != id);
        let mut partners: BTreeSet<PersonId> = said.cloned().collect();
        for kind in [ParentKind::Biological, ParentKind::Legal] {
            for child in self.children(id, kind) {
                partners.extend(self.parents(child, kind).iter().filter(|&parent| parent != id).cloned());
            }
        }
        partners.into_iter().collect()
    }

    /// Whether two people are parents, biological or legal, of one child.
    pub fn has_child_together(&self, one: &PersonId, other: &PersonId) -> bool {
        [ParentKind::Biological, ParentKind::Legal].into_iter().any(|kind| {
            self.children(one, kind).iter().any(|child| self.parents(child, kind).contains(other))
        })
    }

    /// Whether two people have two recorded biological parents in common.
    pub fn are_full_siblings(&self, one: &PersonId, other: &PersonId) -> bool {
        one != other && self.shared_parents(one, other).len() >= 2
    }

    /// Biological parents of both, in order of id.
    pub fn shared_parents(&self, one: &PersonId, other: &PersonId) -> Vec<PersonId> {
        let others = self.parents(other, ParentKind::Biological);
        let own = self.parents(one, ParentKind::Biological).iter();
        own.filter(|parent| others.contains(parent)).cloned().collect()
    }

    pub(crate) fn ids_given_twice(&self) -> impl Iterator<Item = &PersonId> {
        self.twice.iter()
    }

    /// Every link as (child, parent), in order of child, then parent.
    pub fn links_of(&self, kind: ParentKind) -> impl Iterator<Item = (&PersonId, &PersonId)> {
        self.links(kind)
            .up
            .iter()
            .flat_map(|(child, parents)| parents.iter().map(move |parent| (child, parent)))
    }

    fn links(&self, kind: ParentKind) -> &Links {
        match kind {
            ParentKind::Biological => &self.biological,
            ParentKind::Legal => &self.legal,
            ParentKind::Gestational => &self.gestational,
        }
    }
}

fn insert_sorted(ids: &mut Vec<PersonId>, id: &PersonId) {
    if let Err(at) = ids.binary_search(id) {
        ids.insert(at, id.clone());
    }
}

/// How a family is written down.
#[derive(Serialize, Deserialize)]
struct Plain {
    persons: Vec<Person>,
    parents: Vec<(PersonId, PersonId, ParentKind)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    donors: Vec<(PersonId, PersonId)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unions: Vec<Union>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    twins: Vec<Twins>,
}

impl From<Plain> for Pedigree {
    fn from(plain: Plain) -> Pedigree {
        let mut family = Pedigree::new();
        plain.persons.into_iter().for_each(|person| family.add_person(person));
        for (child, parent, kind) in &plain.parents {
            family.add_parent(child, parent, *kind);
        }
        plain.donors.iter().for_each(|(child, parent)| family.add_donor(child, parent));
        plain.unions.into_iter().for_each(|union| family.add_union(union));
        plain.twins.into_iter().for_each(|set| family.add_twins(set.members, set.zygosity));
        family
    }
}

impl From<Pedigree> for Plain {
    fn from(family: Pedigree) -> Plain {
        let links =
            |kind| family.links_of(kind).map(move |(child, parent)| (child.clone(), parent.clone(), kind));
        Plain {
            parents: ParentKind::ALL.into_iter().flat_map(links).collect(),
            persons: family.persons,
            donors: family.donors.into_iter().collect(),
            unions: family.unions.into_values().collect(),
            twins: family.twins,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_sisters_and_a_half_brother() -> Pedigree {
        let mut family = Pedigree::new();
        for (id, sex) in
            [("m", Sex::Female), ("f", Sex::Male), ("a", Sex::Female), ("b", Sex::Female), ("h", Sex::Male)]
        {
            family.add_person(Person::new(id, sex));
        }
        for (child, parent) in [("a", "m"), ("a", "f"), ("b", "f"), ("b", "m"), ("h", "m")] {
            family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
        }
        family
    }

    #[test]
    fn full_and_half_siblings_are_told_apart() {
        let family = two_sisters_and_a_half_brother();
        assert_eq!(family.full_siblings(&"a".into()), [PersonId::from("b")]);
        assert_eq!(family.half_siblings(&"a".into()), [PersonId::from("h")]);
        assert_eq!(family.siblings(&"h".into(), ParentKind::Biological).len(), 2);
        assert_eq!(family.partners(&"m".into()), [PersonId::from("f")]);
    }

    #[test]
    fn a_legal_parent_is_not_a_biological_one() {
        let mut family = two_sisters_and_a_half_brother();
        family.add_parent(&"h".into(), &"f".into(), ParentKind::Legal);
        assert_eq!(family.parents(&"h".into(), ParentKind::Biological), [PersonId::from("m")]);
        assert_eq!(family.parents(&"h".into(), ParentKind::Legal), [PersonId::from("f")]);
        assert!(!family.are_full_siblings(&"a".into(), &"h".into()));
    }

    #[test]
    fn a_family_survives_being_written_down() {
        let mut family = two_sisters_and_a_half_brother();
        family.add_parent(&"h".into(), &"f".into(), ParentKind::Legal);
        let text = serde_json::to_string(&family).unwrap();
        assert_eq!(serde_json::from_str::<Pedigree>(&text).unwrap(), family);
    }

    #[test]
    fn a_couple_without_children_and_twins_survive_being_written_down() {
        let mut family = two_sisters_and_a_half_brother();
        family.add_union(Union { ended: true, ..Union::new("h", "b") });
        family.add_twins(["b".into(), "a".into()], Zygosity::Monozygotic);
        family.add_donor(&"h".into(), &"f".into());
        family.add_parent(&"h".into(), &"b".into(), ParentKind::Gestational);
        assert_eq!(family.partners(&"h".into()), [PersonId::from("b")]);
        assert!(family.union_of(&"b".into(), &"h".into()).is_some_and(|union| union.ended));
        assert_eq!(family.twins_of(&"a".into()).map(|set| set.members.len()), Some(2));
        assert!(family.is_donor(&"h".into(), &"f".into()) && !family.is_donor(&"a".into(), &"f".into()));
        let text = serde_json::to_string(&family).unwrap();
        assert_eq!(serde_json::from_str::<Pedigree>(&text).unwrap(), family);
    }

    #[test]
    fn adoption_shows_in_the_parents_and_a_donors_child_is_not_adopted() {
        let mut family = two_sisters_and_a_half_brother();
        assert!(!family.is_adopted(&"h".into()));
        family.add_parent(&"h".into(), &"f".into(), ParentKind::Legal);
        assert!(family.is_adopted(&"h".into()));
        family.add_donor(&"h".into(), &"m".into());
        assert!(!family.is_adopted(&"h".into()));
    }

    #[test]
    fn a_third_twin_joins_the_other_two() {
        let mut family = two_sisters_and_a_half_brother();
        family.add_twins(["a".into(), "b".into()], Zygosity::Dizygotic);
        family.add_twins(["b".into(), "h".into()], Zygosity::Unknown);
        assert_eq!(family.twins().len(), 1);
        assert_eq!(family.twins()[0].members, ["a".into(), "b".into(), "h".into()]);
    }
}
