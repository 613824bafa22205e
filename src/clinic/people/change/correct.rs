//! One thing corrected by somebody who looks at one person: what is said replaces what was, and may take it away.
//! Must not know: forms. What follows is a plan like any other, and can be undone like any other.

use super::{OfHealth, OfKin, OfPerson, OfTie, Plan, There};
use crate::{
    clinic::people::{
        health::Health,
        kinship::ParentKind,
        person::Person,
        ties::{Couple, Tie, Twins, Zygosity},
    },
    ids::PersonId,
};

impl Plan {
    /// A person as they are now said to be, and what they have.
    pub fn of_person(there: &There, is: &Person, has: Health) -> Self {
        let mut plan = Self::default();
        let before = there.person(is.id).map(Person::who);
        let after = Some(is.who());
        if before != after {
            plan.people.push(OfPerson { id: is.id, before, after, stopped: false });
        }
        let had = there.health.get(&is.id).cloned().unwrap_or_default();
        if had != has {
            plan.health.push(OfHealth { id: is.id, before: had, after: has });
        }
        plan
    }

    /// Every way in which somebody is a parent; none: they are not.
    pub fn of_parent(there: &There, child: PersonId, parent: PersonId, kinds: &[ParentKind]) -> Self {
        let stands = there.kin.iter().find(|link| (link.child, link.parent) == (child, parent));
        let before = stands.map(|link| link.kinds.clone()).unwrap_or_default();
        let mut after = kinds.to_vec();
        // A donor is a parent by descent who is said to be no more than that.
        if after.contains(&ParentKind::Donor) {
            after.retain(|kind| *kind != ParentKind::Biological);
        }
        let kin = if before == after { Vec::new() } else { vec![OfKin { child, parent, before, after }] };
        Self { kin, ..Self::default() }
    }

    /// What is said of a couple, or that they are none.
    pub fn of_couple(there: &There, couple: Couple, are_one: bool) -> Self {
        let stands = there
            .ties
            .iter()
            .find(|(_, tie)| matches!(tie, Tie::Couple(known) if known.is_of(couple.one, couple.other)));
        let after = are_one.then_some(Tie::Couple(couple));
        Self::of_tie(stands.cloned().map(|(id, tie)| (Some(id), Some(tie))), after)
    }

    /// Somebody born together with `with`, or not.
    pub fn of_twins(there: &There, id: PersonId, with: PersonId, zygosity: Option<Zygosity>) -> Self {
        let set_of = |id: PersonId| {
            there.ties.iter().find_map(|(tie, of)| match of {
                Tie::Twins(set) if set.members.contains(&id) => Some((*tie, set.clone())),
                Tie::Twins(_) | Tie::Couple(_) => None,
            })
        };
        let stands = set_of(id).or_else(|| set_of(with));
        let mut members = stands.as_ref().map(|(_, set)| set.members.clone()).unwrap_or_default();
        let after = match zygosity {
            Some(zygosity) => {
                members.extend([id, with]);
                members.sort();
                members.dedup();
                Some(Tie::Twins(Twins { members, zygosity }))
            }
            None => {
                members.retain(|member| *member != id);
                let zygosity = stands.as_ref().map_or(Zygosity::Unknown, |(_, set)| set.zygosity);
                (members.len() > 1).then_some(Tie::Twins(Twins { members, zygosity }))
            }
        };
        Self::of_tie(stands.map(|(tie, set)| (Some(tie), Some(Tie::Twins(set)))), after)
    }

    fn of_tie(stands: Option<(Option<crate::ids::TieId>, Option<Tie>)>, after: Option<Tie>) -> Self {
        let (id, before) = stands.unwrap_or((None, None));
        let ties = if before == after { Vec::new() } else { vec![OfTie { id, before, after }] };
        Self { ties, ..Self::default() }
    }
}
