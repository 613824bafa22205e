//! Who must carry the variant, by the place they have among people who are known to.
//! Must not know: chances between none and certain.

use super::{
    Mode,
    passing::{Passing, parents_first},
};
use crate::model::{ParentKind, PersonId};
use std::collections::BTreeMap;

/// Why someone must carry the variant without having been tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// No other line joins two people who carry it.
    Between,
    /// A parent passes it to every child of this sex.
    Inherited,
    /// A parent of someone with two copies.
    ParentOfTwoCopies,
}

/// Everyone untested who must carry it. `passing.carriers` are the tested ones, without the proband.
pub(super) fn certain(passing: &Passing<'_>) -> BTreeMap<PersonId, Certainty> {
    let order = parents_first(passing.family);
    let open = |id: &PersonId| {
        !passing.clear.contains(id) && !passing.carriers.contains(id) && id != passing.proband
    };
    let mut certain = BTreeMap::new();
    if passing.mode == Mode::AutosomalRecessive {
        // Carriers of recessive conditions are common, so a second one need not have it from the same ancestor.
        let parents = passing.family.parents(passing.proband, ParentKind::Biological).iter();
        certain.extend(parents.filter(|id| open(id)).map(|id| (id.clone(), Certainty::ParentOfTwoCopies)));
    } else {
        let between = between(passing, &order).into_iter().filter(|id| open(id));
        certain.extend(between.map(|id| (id, Certainty::Between)));
    }
    for &person in &order {
        let inherited = passing.family.parents(person, ParentKind::Biological).iter().any(|parent| {
            let carries = parent == passing.proband
                || passing.carriers.contains(parent)
                || certain.contains_key(parent);
            carries && passing.always_passes(parent, person)
        });
        if inherited && open(person) {
            certain.entry(person.clone()).or_insert(Certainty::Inherited);
        }
    }
    certain
}

/// People without whom the variant could not have come to both the proband and another carrier.
fn between(passing: &Passing<'_>, order: &[&PersonId]) -> Vec<PersonId> {
    let untold = Passing { carriers: Default::default(), ..passing.clone() };
    let reached = untold.spread(passing.proband, order);
    let joined: Vec<&PersonId> =
        passing.carriers.iter().filter(|&id| id != passing.proband && reached.contains_key(id)).collect();
    if joined.is_empty() {
        return Vec::new();
    }
    let needed = |person: &&PersonId| {
        let mut without = untold.clone();
        without.clear.insert((*person).clone());
        let reached = without.spread(passing.proband, order);
        joined.iter().any(|&carrier| carrier != *person && !reached.contains_key(carrier))
    };
    reached.keys().filter(|&id| id != passing.proband).filter(needed).cloned().collect()
}
