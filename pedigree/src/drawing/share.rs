//! The family as it may be shown to relatives: who descends from whom, men and women, and who has died.
//! Must not know: how it is drawn.

use crate::model::{Gender, Life, ParentKind, Pedigree, Person, PersonId, Sex};
use std::collections::BTreeSet;

/// Nothing of health, pregnancy, loss, marriage, twins or origin is left, and nobody can be told to be the proband.
///
/// Adopted children hang under the parents who raise them like any other child. Donors, carriers and parents by
/// descent of adopted children are left out where nothing else ties them to the family.
pub(super) fn shareable(family: &Pedigree) -> Pedigree {
    let born = |id: &PersonId| {
        family.person(id).is_some_and(|person| matches!(person.life, Life::Living | Life::Deceased))
    };
    let mut links: Vec<(PersonId, PersonId)> = Vec::new();
    for person in family.persons().iter().filter(|person| born(&person.id)) {
        let by_law = family.parents(&person.id, ParentKind::Legal);
        let kind = if by_law.is_empty() { ParentKind::Biological } else { ParentKind::Legal };
        let parents = family.parents(&person.id, kind).iter().filter(|&parent| born(parent));
        let parents = parents.filter(|parent| !family.is_donor(&person.id, parent));
        links.extend(parents.map(|parent| (person.id.clone(), parent.clone())));
    }
    let unions: Vec<_> = family.unions().filter(|union| union.partners.iter().all(born)).collect();
    let tied_now = |id: &PersonId| {
        links.iter().any(|(child, parent)| child == id || parent == id)
            || unions.iter().any(|union| union.partners.contains(id))
    };
    let tied_before: BTreeSet<&PersonId> = ParentKind::ALL
        .into_iter()
        .flat_map(|kind| family.links_of(kind))
        .flat_map(|(child, parent)| [child, parent])
        .collect();
    let mut shown = Pedigree::new();
    for person in family.persons().iter().filter(|person| born(&person.id)) {
        if tied_before.contains(&person.id) && !tied_now(&person.id) {
            continue;
        }
        let sex = match person.shown_gender() {
            Some(Gender::Man) => Sex::Male,
            Some(Gender::Woman) => Sex::Female,
            Some(Gender::NonBinary) | None => Sex::Unknown,
        };
        // The order of birth keeps its place; it is not written anywhere.
        shown.add_person(Person {
            life: person.life,
            birth_year: person.birth_year,
            birth_order: person.birth_order,
            count: person.count,
            ..Person::new(person.id.clone(), sex)
        });
    }
    for (child, parent) in &links {
        shown.add_parent(child, parent, ParentKind::Biological);
    }
    for union in unions {
        let [one, other] = union.partners.clone();
        shown.add_union(crate::model::Union::new(one, other));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Affected, Condition};

    #[test]
    fn an_adopted_child_stands_under_those_who_raise_it_and_nothing_else_is_left() {
        let mut family = Pedigree::new();
        let ill = Person {
            proband: true,
            affected: Affected::Yes,
            conditions: vec![Condition { code: "x".into(), age: Some(40) }],
            ..Person::new("child", Sex::Female)
        };
        family.add_person(ill);
        for id in ["birth mother", "mother", "father"] {
            family.add_person(Person::new(id, Sex::Unknown));
        }
        family.add_person(Person { life: Life::Miscarriage, ..Person::new("loss", Sex::Unknown) });
        family.add_parent(&"child".into(), &"birth mother".into(), ParentKind::Biological);
        for parent in ["mother", "father"] {
            family.add_parent(&"child".into(), &parent.into(), ParentKind::Legal);
            family.add_parent(&"loss".into(), &parent.into(), ParentKind::Biological);
        }
        let shown = shareable(&family);
        let ids: Vec<&str> = shown.persons().iter().map(|person| person.id.as_str()).collect();
        assert_eq!(ids, ["child", "mother", "father"]);
        assert_eq!(shown.persons()[0], Person::new("child", Sex::Female));
        assert!(!shown.is_adopted(&"child".into()));
    }
}
