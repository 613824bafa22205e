//! A family as it is by law: what is shown to those who may not see how a parent is one, and to nobody's surprise in print.
//! Must not know: who is looking.

use kinward_pedigree::{ParentKind, Pedigree, PersonId};
use std::collections::{BTreeSet, VecDeque};

/// The same family with each child's parents by law as its parents: adopted children are their parents' own, donors and
/// those who carried a pregnancy are not in it, and whoever came in by such a link alone is left out.
pub fn by_law(family: &Pedigree) -> Pedigree {
    let mut shown = Pedigree::new();
    family.persons().iter().for_each(|person| shown.add_person(person.clone()));
    for person in family.persons() {
        for parent in parents(family, &person.id) {
            shown.add_parent(&person.id, &parent, ParentKind::Biological);
        }
    }
    family.unions().for_each(|union| shown.add_union(union.clone()));
    family.twins().iter().for_each(|set| shown.add_twins(set.members.iter().cloned(), set.zygosity));

    let (before, now) = (reached(family), reached(&shown));
    let left_out: BTreeSet<&PersonId> = before.difference(&now).collect();
    let mut kept = Pedigree::new();
    let stays = |id: &PersonId| !left_out.contains(id);
    shown.persons().iter().filter(|p| stays(&p.id)).for_each(|person| kept.add_person(person.clone()));
    for (child, parent) in shown.links_of(ParentKind::Biological).filter(|(c, p)| stays(c) && stays(p)) {
        kept.add_parent(child, parent, ParentKind::Biological);
    }
    for union in shown.unions().filter(|union| union.partners.iter().all(stays)) {
        kept.add_union(union.clone());
    }
    for set in shown.twins() {
        let members: Vec<PersonId> = set.members.iter().filter(|id| stays(id)).cloned().collect();
        if members.len() > 1 {
            kept.add_twins(members, set.zygosity);
        }
    }
    kept
}

fn parents(family: &Pedigree, child: &PersonId) -> Vec<PersonId> {
    let legal = family.parents(child, ParentKind::Legal);
    if family.is_adopted(child) {
        return legal.to_vec();
    }
    let own = family.parents(child, ParentKind::Biological).iter();
    let own = own.filter(|parent| !family.is_donor(child, parent) && !legal.contains(parent));
    legal.iter().chain(own).cloned().collect()
}

/// Everybody whom parents, children, couples and twins connect with a proband; everybody, where there is none.
fn reached(family: &Pedigree) -> BTreeSet<PersonId> {
    let mut waiting: VecDeque<PersonId> =
        family.persons().iter().filter(|person| person.proband).map(|person| person.id.clone()).collect();
    if waiting.is_empty() {
        return family.persons().iter().map(|person| person.id.clone()).collect();
    }
    let mut reached: BTreeSet<PersonId> = waiting.iter().cloned().collect();
    while let Some(id) = waiting.pop_front() {
        let mut near = family.partners(&id);
        for kind in ParentKind::ALL {
            near.extend_from_slice(family.parents(&id, kind));
            near.extend_from_slice(family.children(&id, kind));
        }
        near.extend(family.twins_of(&id).into_iter().flat_map(|set| set.members.iter().cloned()));
        for other in near {
            if reached.insert(other.clone()) {
                waiting.push_back(other);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinward_pedigree::{Person, Sex};

    fn family(people: &[(&str, Sex)]) -> Pedigree {
        let mut family = Pedigree::new();
        for (id, sex) in people {
            family.add_person(Person { proband: *id == "p", ..Person::new(*id, *sex) });
        }
        family
    }

    fn ids(family: &Pedigree) -> Vec<&str> {
        family.persons().iter().map(|person| person.id.as_str()).collect()
    }

    #[test]
    fn an_adopted_child_is_its_parents_own_and_nothing_tells_of_others() {
        let (f, m) = (Sex::Female, Sex::Male);
        let mut full = family(&[("p", f), ("mum", f), ("dad", m), ("birth", f), ("birth-gran", f)]);
        full.add_parent(&"p".into(), &"birth".into(), ParentKind::Biological);
        full.add_parent(&"birth".into(), &"birth-gran".into(), ParentKind::Biological);
        full.add_parent(&"p".into(), &"mum".into(), ParentKind::Legal);
        full.add_parent(&"p".into(), &"dad".into(), ParentKind::Legal);
        let shown = by_law(&full);
        assert_eq!(ids(&shown), ["p", "mum", "dad"]);
        assert_eq!(shown.parents(&"p".into(), ParentKind::Biological).len(), 2);
        assert_eq!(shown.links_of(ParentKind::Legal).count(), 0);
    }

    #[test]
    fn a_donor_is_left_out_and_the_parents_stay() {
        let (f, m) = (Sex::Female, Sex::Male);
        let mut full = family(&[("p", f), ("mum", f), ("dad", m), ("donor", m), ("carrier", f)]);
        full.add_parent(&"p".into(), &"mum".into(), ParentKind::Biological);
        full.add_donor(&"p".into(), &"donor".into());
        full.add_parent(&"p".into(), &"dad".into(), ParentKind::Legal);
        full.add_parent(&"p".into(), &"carrier".into(), ParentKind::Gestational);
        let shown = by_law(&full);
        assert_eq!(ids(&shown), ["p", "mum", "dad"]);
        let parents = shown.parents(&"p".into(), ParentKind::Biological);
        assert_eq!(parents, ["dad".into(), "mum".into()]);
    }

    #[test]
    fn a_family_without_any_of_it_is_shown_as_it_is() {
        let mut full = family(&[("p", Sex::Female), ("mum", Sex::Female), ("other", Sex::Male)]);
        full.add_parent(&"p".into(), &"mum".into(), ParentKind::Biological);
        assert_eq!(by_law(&full), full);
    }
}
