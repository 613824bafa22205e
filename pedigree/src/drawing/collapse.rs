//! A large family made smaller: brothers and sisters of whom nothing needs to be said become one symbol with a number.
//! Must not know: how it is drawn.

use super::{DrawOptions, Together};
use crate::{
    layout::generation_numbers,
    model::{Affected, Count, Gender, Life, ParentKind, Pedigree, Person, PersonId},
};
use std::collections::{BTreeMap, BTreeSet};

/// The smaller family, and who stands for whom. Numbers stay those of the whole family.
pub(super) fn collapsed(family: &Pedigree, options: &DrawOptions) -> (Pedigree, Together) {
    let numbers = generation_numbers(family);
    let plain = |person: &Person| is_plain(family, options, person);
    let mut runs: BTreeMap<(Vec<PersonId>, Option<Gender>), Vec<&Person>> = BTreeMap::new();
    for person in family.persons().iter().filter(|person| plain(person)) {
        let parents = family.parents(&person.id, ParentKind::Biological).to_vec();
        runs.entry((parents, person.shown_gender())).or_default().push(person);
    }
    let place = |person: &Person| {
        let number = numbers.get(&person.id).map(String::as_str).unwrap_or_default();
        number.rsplit_once('-').and_then(|(_, place)| place.parse::<usize>().ok()).unwrap_or(0)
    };
    let mut together: Together =
        numbers.iter().map(|(id, number)| (id.clone(), (vec![id.clone()], number.clone()))).collect();
    let mut gone: BTreeSet<&PersonId> = BTreeSet::new();
    let mut many: BTreeMap<&PersonId, usize> = BTreeMap::new();
    for run in runs.values_mut().filter(|run| run.len() > 1) {
        run.sort_by_key(|person| place(person));
        let Some((first, others)) = run.split_first() else { continue };
        gone.extend(others.iter().map(|person| &person.id));
        many.insert(&first.id, run.len());
        let places: Vec<usize> = run.iter().map(|person| place(person)).collect();
        let generation =
            numbers.get(&first.id).and_then(|number| number.rsplit_once('-')).map_or("", |(row, _)| row);
        let people = run.iter().map(|person| person.id.clone()).collect();
        together.insert(first.id.clone(), (people, format!("{generation}-{}", stretches(&places))));
    }
    let mut smaller = Pedigree::new();
    for person in family.persons().iter().filter(|person| !gone.contains(&person.id)) {
        let mut person = person.clone();
        if let Some(&count) = many.get(&person.id) {
            person.count = Count::Several(u16::try_from(count).unwrap_or(u16::MAX));
            (person.affected, person.birth_year, person.age) = (Affected::Unknown, None, None);
        }
        smaller.add_person(person);
    }
    for kind in ParentKind::ALL {
        for (child, parent) in family.links_of(kind).filter(|(child, _)| !gone.contains(child)) {
            if family.is_donor(child, parent) && kind == ParentKind::Biological {
                smaller.add_donor(child, parent);
            } else {
                smaller.add_parent(child, parent, kind);
            }
        }
    }
    family.unions().for_each(|union| smaller.add_union(union.clone()));
    family.twins().iter().for_each(|set| smaller.add_twins(set.members.clone(), set.zygosity));
    (smaller, together)
}

/// Living, not known to be affected, no partner, no child, no twin, and nothing written or badged.
fn is_plain(family: &Pedigree, options: &DrawOptions, person: &Person) -> bool {
    let parents = family.parents(&person.id, ParentKind::Biological);
    let labelled =
        options.labels.get(&person.id).is_some_and(|label| label.badge.is_some() || !label.lines.is_empty());
    let alone = ParentKind::ALL.into_iter().all(|kind| family.children(&person.id, kind).is_empty())
        && !family.unions().any(|union| union.partners.contains(&person.id))
        && family.twins_of(&person.id).is_none();
    let only_these =
        family.parents(&person.id, ParentKind::Legal).iter().all(|parent| parents.contains(parent))
            && family.parents(&person.id, ParentKind::Gestational).is_empty()
            && !parents.iter().any(|parent| family.is_donor(&person.id, parent));
    !labelled
        && !options.links.contains_key(&person.id)
        && alone
        && only_these
        && !parents.is_empty()
        && person.life == Life::Living
        && person.affected != Affected::Yes
        && person.conditions.is_empty()
        && !person.proband
        && !person.consultand
        && person.gender.is_none()
        && person.count == Count::One
        && person.childless.is_none()
}

/// "3–5, 7".
fn stretches(places: &[usize]) -> String {
    let mut shown: Vec<(usize, usize)> = Vec::new();
    for &place in places {
        match shown.last_mut() {
            Some((_, last)) if *last + 1 == place => *last = place,
            _ => shown.push((place, place)),
        }
    }
    let each = shown.into_iter().map(|(first, last)| {
        if first == last { first.to_string() } else { format!("{first}\u{2013}{last}") }
    });
    each.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_told_as_a_stretch() {
        assert_eq!(stretches(&[3, 4, 5, 7]), "3\u{2013}5, 7");
    }
}
