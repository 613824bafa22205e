//! What cannot be in a family, named, with the ids it concerns.
//! Must not know: how a family is drawn or what is inherited.

mod circle;

use crate::model::{Life, ParentKind, Pedigree, Person, PersonId, Sex, Zygosity};
use std::collections::{BTreeMap, BTreeSet};

/// One thing wrong with a family, or worth knowing about it ([`Problem::is_note`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("The id {id} is given to more than one person. Give each person an id of their own.")]
    DuplicateId { id: PersonId },
    #[error(
        "{id} is named as a parent or child but is not in the family. Add this person or remove the link."
    )]
    UnknownId { id: PersonId },
    #[error("These people would be their own ancestors: {}. Correct one of the parents.", listed(ids))]
    Cycle { ids: Vec<PersonId> },
    #[error(
        "{child} has more than two biological parents: {}. Keep two; a further one may be a legal parent.",
        listed(parents)
    )]
    TooManyBiologicalParents { child: PersonId, parents: Vec<PersonId> },
    #[error("{child} has two biological mothers: {}. Correct a parent, or the sex of one.", listed(mothers))]
    TwoBiologicalMothers { child: PersonId, mothers: Vec<PersonId> },
    #[error("{child} has two biological fathers: {}. Correct a parent, or the sex of one.", listed(fathers))]
    TwoBiologicalFathers { child: PersonId, fathers: Vec<PersonId> },
    #[error(
        "{child} is recorded as born no later than the biological parent {parent}. Correct a year of birth."
    )]
    ChildOlderThanParent { child: PersonId, parent: PersonId },
    #[error("{id} is recorded at an age of {age}, to which nobody has lived. Correct the age.")]
    AgeBeyondLife { id: PersonId, age: u16 },
    #[error(
        "{child} is recorded as carried by {parent}, who was assigned male at birth. Correct the link, or the sex."
    )]
    CarriedByMan { child: PersonId, parent: PersonId },
    #[error(
        "{id} is recorded as lost or not yet born, and has children. Correct the links, or what became of {id}."
    )]
    UnbornParent { id: PersonId },
    #[error(
        "These were born together but do not have the same parents: {}. Correct a parent, or the twins.",
        listed(ids)
    )]
    TwinsOfOtherParents { ids: Vec<PersonId> },
    #[error(
        "These are twins from one egg but not of one sex: {}. Correct a sex, or the kind of twins.",
        listed(ids)
    )]
    IdenticalTwinsOfTwoSexes { ids: Vec<PersonId> },
    #[error("{id} would be twins with nobody. Name the other twin, or remove the note.")]
    LoneTwin { id: PersonId },
    #[error("{id} would be a couple with themselves. Name the partner, or remove the couple.")]
    CoupleOfOne { id: PersonId },
    /// A note: the ages are recorded on whatever day each was told, so the record may still be right.
    #[error(
        "By what is recorded, the biological parent {parent} was younger than {YOUNGEST_PARENT} when {child} was born. Check the years or ages."
    )]
    YoungParent { child: PersonId, parent: PersonId },
    /// A note: the family falls into parts that nothing recorded connects; each part is in order of id.
    #[error("The family is in {} parts that no recorded parent or couple connects.", parts.len())]
    Disconnected { parts: Vec<Vec<PersonId>> },
}

impl Problem {
    /// True where the family is possible and the sentence is for information only.
    pub fn is_note(&self) -> bool {
        match self {
            Problem::YoungParent { .. } | Problem::Disconnected { .. } => true,
            Problem::DuplicateId { .. }
            | Problem::UnknownId { .. }
            | Problem::Cycle { .. }
            | Problem::TooManyBiologicalParents { .. }
            | Problem::TwoBiologicalMothers { .. }
            | Problem::TwoBiologicalFathers { .. }
            | Problem::ChildOlderThanParent { .. }
            | Problem::AgeBeyondLife { .. }
            | Problem::CarriedByMan { .. }
            | Problem::UnbornParent { .. }
            | Problem::TwinsOfOtherParents { .. }
            | Problem::IdenticalTwinsOfTwoSexes { .. }
            | Problem::LoneTwin { .. }
            | Problem::CoupleOfOne { .. } => false,
        }
    }

    /// Everyone it names, so that a reader of a file can say the lines.
    pub fn ids(&self) -> Vec<&PersonId> {
        match self {
            Problem::DuplicateId { id }
            | Problem::UnknownId { id }
            | Problem::UnbornParent { id }
            | Problem::AgeBeyondLife { id, .. }
            | Problem::LoneTwin { id }
            | Problem::CoupleOfOne { id } => vec![id],
            Problem::Cycle { ids }
            | Problem::TwinsOfOtherParents { ids }
            | Problem::IdenticalTwinsOfTwoSexes { ids } => ids.iter().collect(),
            Problem::TooManyBiologicalParents { child, parents: others }
            | Problem::TwoBiologicalMothers { child, mothers: others }
            | Problem::TwoBiologicalFathers { child, fathers: others } => {
                std::iter::once(child).chain(others).collect()
            }
            Problem::ChildOlderThanParent { child, parent }
            | Problem::CarriedByMan { child, parent }
            | Problem::YoungParent { child, parent } => vec![child, parent],
            Problem::Disconnected { parts } => parts.iter().filter_map(|part| part.first()).collect(),
        }
    }
}

fn listed(ids: &[PersonId]) -> String {
    ids.iter().map(PersonId::as_str).collect::<Vec<_>>().join(", ")
}

impl Pedigree {
    /// Everything wrong with the family, always in the same order; notes last. Empty: it can be.
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            self.ids_given_twice().map(|id| Problem::DuplicateId { id: id.clone() }).collect();
        problems.extend(self.strangers().into_iter().map(|id| Problem::UnknownId { id }));
        let ids = circle::on_a_circle(all_links(self));
        if !ids.is_empty() {
            problems.push(Problem::Cycle { ids });
        }
        let mut notes = Vec::new();
        for person in self.persons() {
            problems.extend(too_old(person));
            parents_of(self, &person.id, &mut problems);
            notes.extend(young_parents(self, person));
        }
        unborn_parents(self, &mut problems);
        twins(self, &mut problems);
        let alone = self.unions().filter(|union| union.partners[0] == union.partners[1]);
        problems.extend(alone.map(|union| Problem::CoupleOfOne { id: union.partners[0].clone() }));
        problems.extend(notes);
        let parts = parts(self);
        if parts.len() > 1 {
            problems.push(Problem::Disconnected { parts });
        }
        problems
    }

    /// Everyone who is named as a relative and is not in the family.
    pub fn strangers(&self) -> BTreeSet<PersonId> {
        let named = all_links(self).flat_map(|(child, parent)| [child, parent]);
        let coupled = self.unions().flat_map(|union| &union.partners);
        let born_together = self.twins().iter().flat_map(|set| &set.members);
        named.chain(coupled).chain(born_together).filter(|id| self.person(id).is_none()).cloned().collect()
    }
}

fn all_links(family: &Pedigree) -> impl Iterator<Item = (&PersonId, &PersonId)> {
    ParentKind::ALL.into_iter().flat_map(|kind| family.links_of(kind))
}

fn parents_of(family: &Pedigree, child: &PersonId, problems: &mut Vec<Problem>) {
    let parents = family.parents(child, ParentKind::Biological);
    let of_sex = |sex| parents.iter().filter(|id| family.sex(id) == sex).cloned().collect::<Vec<_>>();
    let (child_id, mothers, fathers) = (child.clone(), of_sex(Sex::Female), of_sex(Sex::Male));
    if parents.len() > 2 {
        problems
            .push(Problem::TooManyBiologicalParents { child: child_id.clone(), parents: parents.to_vec() });
    }
    if mothers.len() > 1 {
        problems.push(Problem::TwoBiologicalMothers { child: child_id.clone(), mothers });
    }
    if fathers.len() > 1 {
        problems.push(Problem::TwoBiologicalFathers { child: child_id, fathers });
    }
    let year = |id| family.person(id).and_then(|person| person.birth_year);
    for parent in parents {
        if year(child).zip(year(parent)).is_some_and(|(own, above)| own <= above) {
            problems.push(Problem::ChildOlderThanParent { child: child.clone(), parent: parent.clone() });
        }
    }
}

/// Years that nobody has passed; the oldest person on record died at 122.
const OLDEST: u16 = 130;
/// Years; younger parents are on record, and are mistakes in a record far more often.
const YOUNGEST_PARENT: i32 = 10;

fn too_old(person: &Person) -> Option<Problem> {
    let ages = person.age.into_iter().chain(person.conditions.iter().filter_map(|condition| condition.age));
    let age = ages.max().filter(|age| *age > OLDEST)?;
    Some(Problem::AgeBeyondLife { id: person.id.clone(), age })
}

/// By the years of birth, or else by the ages of two who are alive.
fn young_parents(family: &Pedigree, child: &Person) -> Vec<Problem> {
    let by_age = |parent: &Person| {
        let alive = child.life == Life::Living && parent.life == Life::Living;
        let ages = parent.age.zip(child.age).filter(|_| alive)?;
        Some(i32::from(ages.0) - i32::from(ages.1))
    };
    let years = |parent: &Person| match child.birth_year.zip(parent.birth_year) {
        // Not born before the child at all: that is said already.
        Some((own, above)) => Some(own - above).filter(|years| *years > 0),
        None => by_age(parent),
    };
    let parents = family.parents(&child.id, ParentKind::Biological).iter();
    let young = parents.filter_map(|id| family.person(id)).filter(|parent| {
        let known = parent.age.is_none_or(|age| age <= OLDEST);
        known && years(parent).is_some_and(|years| years < YOUNGEST_PARENT)
    });
    young.map(|parent| Problem::YoungParent { child: child.id.clone(), parent: parent.id.clone() }).collect()
}

fn unborn_parents(family: &Pedigree, problems: &mut Vec<Problem>) {
    for person in family.persons().iter().filter(|person| !person.life.is_born()) {
        let has_child = ParentKind::ALL.into_iter().any(|kind| !family.children(&person.id, kind).is_empty());
        problems.extend(has_child.then(|| Problem::UnbornParent { id: person.id.clone() }));
    }
    for (child, parent) in family.links_of(ParentKind::Gestational) {
        if family.sex(parent) == Sex::Male {
            problems.push(Problem::CarriedByMan { child: child.clone(), parent: parent.clone() });
        }
    }
}

fn twins(family: &Pedigree, problems: &mut Vec<Problem>) {
    for set in family.twins() {
        let ids = set.members.clone();
        let [first, others @ ..] = set.members.as_slice() else { continue };
        if others.is_empty() {
            problems.push(Problem::LoneTwin { id: first.clone() });
        }
        let of = |id| family.parents(id, ParentKind::Biological);
        if others.iter().any(|other| of(other) != of(first)) {
            problems.push(Problem::TwinsOfOtherParents { ids: ids.clone() });
        }
        let sexes: BTreeSet<Sex> = ids.iter().map(|id| family.sex(id)).collect();
        let told = sexes.iter().filter(|&&sex| sex != Sex::Unknown).count();
        if set.zygosity == Zygosity::Monozygotic && told > 1 {
            problems.push(Problem::IdenticalTwinsOfTwoSexes { ids });
        }
    }
}

/// The connected parts of the family, each in order of id; couples connect too.
fn parts(family: &Pedigree) -> Vec<Vec<PersonId>> {
    let mut near: BTreeMap<&PersonId, Vec<&PersonId>> = BTreeMap::new();
    let couples = family.unions().map(|union| (&union.partners[0], &union.partners[1]));
    for (child, parent) in all_links(family).chain(couples) {
        near.entry(child).or_default().push(parent);
        near.entry(parent).or_default().push(child);
    }
    let mut seen: BTreeSet<&PersonId> = BTreeSet::new();
    let mut parts = Vec::new();
    for person in family.persons() {
        let mut part = BTreeSet::new();
        let mut next = vec![&person.id];
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                part.insert(id.clone());
                next.extend(near.get(id).into_iter().flatten());
            }
        }
        if !part.is_empty() {
            parts.push(part.into_iter().collect());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Condition, Union};

    fn family(persons: &[(&str, Sex, Option<i32>)], links: &[(&str, &str)]) -> Pedigree {
        let mut family = Pedigree::new();
        for &(id, sex, birth_year) in persons {
            family.add_person(Person { birth_year, ..Person::new(id, sex) });
        }
        for &(child, parent) in links {
            family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
        }
        family
    }

    #[test]
    fn a_sound_family_has_no_problem() {
        let trio = [("c", Sex::Male, Some(1990)), ("f", Sex::Male, Some(1960)), ("m", Sex::Female, None)];
        assert_eq!(family(&trio, &[("c", "f"), ("c", "m")]).validate(), []);
        assert_eq!(Pedigree::new().validate(), []);
    }

    #[test]
    fn nobody_is_their_own_ancestor_and_only_the_circle_is_named() {
        let four = ["a", "b", "c", "d"].map(|id| (id, Sex::Unknown, None));
        let round = family(&four, &[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]);
        assert_eq!(round.validate(), [Problem::Cycle { ids: vec!["a".into(), "b".into(), "c".into()] }]);
        let self_parent = family(&[("a", Sex::Male, None)], &[("a", "a")]);
        assert_eq!(self_parent.validate(), [Problem::Cycle { ids: vec!["a".into()] }]);
    }

    #[test]
    fn two_mothers_two_fathers_and_three_parents_are_named() {
        let people = [
            ("c", Sex::Male, None),
            ("m1", Sex::Female, None),
            ("m2", Sex::Female, None),
            ("f1", Sex::Male, None),
            ("f2", Sex::Male, None),
        ];
        let mothers = vec!["m1".into(), "m2".into()];
        let found = family(&people[..3], &[("c", "m1"), ("c", "m2")]).validate();
        assert_eq!(found, [Problem::TwoBiologicalMothers { child: "c".into(), mothers }]);
        let found = family(&people, &[("c", "f1"), ("c", "f2"), ("c", "m1")]).validate();
        assert!(
            matches!(found.first(), Some(Problem::TooManyBiologicalParents { parents, .. }) if parents.len() == 3)
        );
        assert!(matches!(found.get(1), Some(Problem::TwoBiologicalFathers { .. })));
        assert!(found.last().is_some_and(Problem::is_note), "m2 stands alone");
    }

    #[test]
    fn ids_given_twice_and_ids_of_nobody_are_named() {
        let mut lone = family(&[("a", Sex::Male, None)], &[("a", "ghost")]);
        lone.add_person(Person::new("a", Sex::Female));
        let expected = [Problem::DuplicateId { id: "a".into() }, Problem::UnknownId { id: "ghost".into() }];
        assert_eq!(lone.validate(), expected);
        assert_eq!(lone.sex(&"a".into()), Sex::Male, "the first one stays");
    }

    #[test]
    fn a_child_is_younger_than_its_parents() {
        let pair = [("c", Sex::Male, Some(1960)), ("p", Sex::Female, Some(1961))];
        let found = family(&pair, &[("c", "p")]).validate();
        assert_eq!(found, [Problem::ChildOlderThanParent { child: "c".into(), parent: "p".into() }]);
    }

    #[test]
    fn ages_that_nobody_reaches_are_wrong_and_a_parent_hardly_older_than_the_child_is_noted() {
        let mut pair = family(&[("c", Sex::Male, Some(1965)), ("p", Sex::Female, Some(1960))], &[("c", "p")]);
        let young = Problem::YoungParent { child: "c".into(), parent: "p".into() };
        assert_eq!(pair.validate(), std::slice::from_ref(&young));
        assert!(young.is_note() && young.to_string().contains("younger than 10 when c was born"));
        let aged = |id: &str, age| Person { age: Some(age), ..Person::new(id, Sex::Female) };
        pair = Pedigree::new();
        pair.add_person(aged("c", 40));
        pair.add_person(aged("p", 38));
        pair.add_parent(&"c".into(), &"p".into(), ParentKind::Biological);
        assert_eq!(pair.validate(), [young], "the ages alone say it, too");
        let ill = Condition { code: "asthma".into(), age: Some(999) };
        pair.add_person(Person { conditions: vec![ill], ..aged("x", 131) });
        assert!(pair.validate().contains(&Problem::AgeBeyondLife { id: "x".into(), age: 999 }));
    }

    #[test]
    fn twins_share_their_parents_and_identical_ones_their_sex() {
        let people = [("a", Sex::Male, None), ("b", Sex::Female, None), ("m", Sex::Female, None)];
        let mut pair = family(&people, &[("a", "m"), ("b", "m")]);
        pair.add_twins(["a".into(), "b".into()], Zygosity::Dizygotic);
        assert_eq!(pair.validate(), []);
        pair.add_twins(["a".into(), "b".into()], Zygosity::Monozygotic);
        let ids = vec!["a".into(), "b".into()];
        assert_eq!(pair.validate(), [Problem::IdenticalTwinsOfTwoSexes { ids: ids.clone() }]);
        let mut apart = family(&people, &[("a", "m")]);
        apart.add_twins(["a".into(), "b".into()], Zygosity::Unknown);
        assert_eq!(apart.validate().first(), Some(&Problem::TwinsOfOtherParents { ids }));
        apart.add_twins(["m".into()], Zygosity::Unknown);
        assert!(apart.validate().contains(&Problem::LoneTwin { id: "m".into() }));
    }

    #[test]
    fn the_unborn_have_no_children_and_no_man_carries_a_pregnancy() {
        let people = [("c", Sex::Male, None), ("f", Sex::Male, None)];
        let mut odd = family(&people, &[("c", "f")]);
        odd.add_parent(&"c".into(), &"f".into(), ParentKind::Gestational);
        odd.add_person(Person { life: Life::Miscarriage, ..Person::new("x", Sex::Unknown) });
        odd.add_parent(&"f".into(), &"x".into(), ParentKind::Biological);
        odd.add_union(Union::new("c", "c"));
        let found = odd.validate();
        assert!(found.contains(&Problem::UnbornParent { id: "x".into() }));
        assert!(found.contains(&Problem::CarriedByMan { child: "c".into(), parent: "f".into() }));
        assert!(found.contains(&Problem::CoupleOfOne { id: "c".into() }));
        assert!(found.iter().all(|problem| !problem.ids().is_empty()));
    }

    #[test]
    fn parts_that_nothing_connects_are_a_note() {
        let people = ["a", "b", "c"].map(|id| (id, Sex::Unknown, None));
        let found = family(&people, &[("a", "b")]).validate();
        assert_eq!(
            found,
            [Problem::Disconnected { parts: vec![vec!["a".into(), "b".into()], vec!["c".into()]] }]
        );
        assert!(found.iter().all(Problem::is_note));
    }
}
