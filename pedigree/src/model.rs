//! The people of a family and who descends from whom.
//! Must not know: names or any finding; what is wrong with a family is said in `problem.rs`.

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Whatever the caller calls a person; compared and ordered as text, never interpreted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(String);

impl PersonId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PersonId {
    fn from(id: &str) -> PersonId {
        PersonId(id.to_owned())
    }
}

impl From<String> for PersonId {
    fn from(id: String) -> PersonId {
        PersonId(id)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sex that inheritance goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
    Unknown,
}

/// A parent by descent, or by law only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParentKind {
    Biological,
    Legal,
}

/// One person of the family.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub sex: Sex,
    pub deceased: bool,
    pub proband: bool,
    pub affected: bool,
    /// Calendar year.
    pub birth_year: Option<i32>,
}

impl Person {
    /// Someone of whom no more than this is known.
    pub fn new(id: impl Into<PersonId>, sex: Sex) -> Person {
        Person { id: id.into(), sex, deceased: false, proband: false, affected: false, birth_year: None }
    }
}

/// Id and sex only: health and year of birth stay out of logs.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("id", &self.id).field("sex", &self.sex).finish_non_exhaustive()
    }
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

    /// Says that `parent` is a parent of `child`; saying it again changes nothing.
    pub fn add_parent(&mut self, child: &PersonId, parent: &PersonId, kind: ParentKind) {
        let links = match kind {
            ParentKind::Biological => &mut self.biological,
            ParentKind::Legal => &mut self.legal,
        };
        insert_sorted(links.up.entry(child.clone()).or_default(), parent);
        insert_sorted(links.down.entry(parent.clone()).or_default(), child);
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

    /// Everyone with whom a person has a child, biological or legal, in order of id.
    pub fn partners(&self, id: &PersonId) -> Vec<PersonId> {
        let mut partners = BTreeSet::new();
        for kind in [ParentKind::Biological, ParentKind::Legal] {
            for child in self.children(id, kind) {
                partners.extend(self.parents(child, kind).iter().filter(|&parent| parent != id).cloned());
            }
        }
        partners.into_iter().collect()
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
}

impl From<Plain> for Pedigree {
    fn from(plain: Plain) -> Pedigree {
        let mut family = Pedigree::new();
        plain.persons.into_iter().for_each(|person| family.add_person(person));
        for (child, parent, kind) in &plain.parents {
            family.add_parent(child, parent, *kind);
        }
        family
    }
}

impl From<Pedigree> for Plain {
    fn from(family: Pedigree) -> Plain {
        let links =
            |kind| family.links_of(kind).map(move |(child, parent)| (child.clone(), parent.clone(), kind));
        let parents = links(ParentKind::Biological).chain(links(ParentKind::Legal)).collect();
        Plain { persons: family.persons, parents }
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
    fn neither_health_nor_year_of_birth_is_printed() {
        let person = Person { affected: true, birth_year: Some(1961), ..Person::new("p", Sex::Female) };
        let shown = format!("{person:?}");
        assert!(!shown.contains("1961") && !shown.contains("affected"), "{shown}");
    }
}
