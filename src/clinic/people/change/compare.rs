//! A proposal beside what is there: what it adds, and what it says otherwise. Nothing is ever taken away.
//! Must not know: whether what follows is possible; `check.rs` asks that.

use super::{OfHealth, OfKin, OfPerson, OfTie, Plan, Proposal, Said, There};
use crate::{
    clinic::people::{
        health::Health,
        kinship::{ParentKind, pedigree_id},
        particulars::{Life, Particulars},
        person::{Person, SexAtBirth},
        ties::{Consanguinity, Couple, Tie, Twins, Zygosity},
    },
    db::UtcTime,
    ids::{FamilyId, PersonId, ServiceId, TieId},
};
use kinward_pedigree as pedigree;
use std::collections::{BTreeMap, BTreeSet};

/// What a proposal changes. What it repeats is no change.
pub fn compare(there: &There, proposal: &Proposal, in_family: (ServiceId, FamilyId), now: UtcTime) -> Plan {
    let mut plan = Plan::default();
    let (service, family) = in_family;
    for id in &proposal.new {
        let blank = Person::blank(*id, service, family, now);
        let said = proposal.said.get(id).cloned().unwrap_or_default();
        plan.people.push(OfPerson {
            id: *id,
            before: None,
            after: Some(said.over(&blank).who()),
            stopped: false,
        });
    }
    for (id, said) in &proposal.said {
        if let Some(person) = there.person(*id) {
            let (before, after) = (person.who(), said.over(person).who());
            if before != after {
                plan.people.push(OfPerson {
                    id: *id,
                    before: Some(before),
                    after: Some(after),
                    stopped: false,
                });
            }
        }
        let before = there.health.get(id).cloned().unwrap_or_default();
        let after = said.health_over(&before);
        if before != after {
            plan.health.push(OfHealth { id: *id, before, after });
        }
    }
    kin(&mut plan, there, proposal);
    couples(&mut plan, there, proposal);
    twins(&mut plan, there, proposal);
    plan
}

impl Said {
    /// A person as they are after this was said of them.
    fn over(&self, was: &Person) -> Person {
        let or = |said: &Option<String>, was: &Option<String>| said.clone().or_else(|| was.clone());
        let birth_date = self.birth_date.or(was.birth_date);
        let mut particulars = particulars_over(&self.particulars, &was.particulars);
        // A year beside a date would be a second truth.
        if birth_date.is_some() {
            particulars.birth_year = None;
        }
        let died_on = self.died_on.or(was.died_on);
        if died_on.is_some() && particulars.life.is_some_and(|life| !life.is_unborn()) {
            particulars.life = None;
        }
        Person {
            is_proband: self.proband || was.is_proband,
            sex_at_birth: self.sex.filter(|sex| *sex != SexAtBirth::Unknown).unwrap_or(was.sex_at_birth),
            given_name: or(&self.given_name, &was.given_name),
            family_name: or(&self.family_name, &was.family_name),
            nhs_number: or(&self.nhs_number, &was.nhs_number),
            birth_date,
            died_on,
            particulars,
            ..was.clone()
        }
    }

    /// What is said of one person in two places: all of it, and the later where both speak of the same thing.
    pub fn and(self, later: Said) -> Said {
        let of = |said: Said| Health { affected: said.affected, conditions: said.conditions };
        let health = later.health_over(&of(self.clone()));
        Said {
            sex: later.sex.or(self.sex),
            given_name: later.given_name.or(self.given_name),
            family_name: later.family_name.or(self.family_name),
            birth_date: later.birth_date.or(self.birth_date),
            nhs_number: later.nhs_number.or(self.nhs_number),
            died_on: later.died_on.or(self.died_on),
            particulars: particulars_over(&later.particulars, &self.particulars),
            affected: health.affected,
            conditions: health.conditions,
            proband: self.proband || later.proband,
        }
    }

    /// Only what is not known of somebody: what stands is never overwritten by a file.
    pub fn beside(self, known: &Person) -> Said {
        fn unknown<T>(said: Option<T>, known: &Option<T>) -> Option<T> {
            said.filter(|_| known.is_none())
        }
        let year_known = known.birth_date.is_some() || known.particulars.birth_year.is_some();
        let particulars = Particulars {
            life: self.particulars.life.filter(|_| !known.has_died() && known.particulars.life.is_none()),
            birth_year: self.particulars.birth_year.filter(|_| !year_known),
            age: unknown(self.particulars.age, &known.particulars.age),
            ..Particulars::default()
        };
        Said {
            sex: self.sex.filter(|_| known.sex_at_birth == SexAtBirth::Unknown),
            given_name: unknown(self.given_name, &known.given_name),
            family_name: unknown(self.family_name, &known.family_name),
            birth_date: unknown(self.birth_date, &known.birth_date),
            nhs_number: unknown(self.nhs_number, &known.nhs_number),
            died_on: unknown(self.died_on, &known.died_on),
            particulars,
            ..Said::default()
        }
    }

    fn health_over(&self, was: &Health) -> Health {
        let mut conditions = was.conditions.clone();
        for said in &self.conditions {
            // The same condition, now with the age at which it began, is the same condition.
            let known = conditions.iter_mut().find(|known| {
                known.words.eq_ignore_ascii_case(&said.words)
                    && (known.age == said.age || known.age.is_none() || said.age.is_none())
            });
            match known {
                Some(known) => known.age = known.age.or(said.age),
                None => conditions.push(said.clone()),
            }
        }
        Health { affected: self.affected.or(was.affected), conditions }
    }
}

fn particulars_over(said: &Particulars, was: &Particulars) -> Particulars {
    Particulars {
        gender: said.gender.or(was.gender),
        life: said.life.filter(|life| *life != Life::Living || was.life.is_some()).or(was.life),
        weeks: said.weeks.or(was.weeks),
        birth_year: said.birth_year.or(was.birth_year),
        age: said.age.or(was.age),
        birth_order: said.birth_order.or(was.birth_order),
        count: said.count.or(was.count),
        childless: said.childless.or(was.childless),
        consultand: said.consultand.or(was.consultand),
    }
}

fn kin(plan: &mut Plan, there: &There, proposal: &Proposal) {
    let mut wanted: BTreeMap<(PersonId, PersonId), BTreeSet<ParentKind>> = BTreeMap::new();
    for (child, parent, kind) in &proposal.kin {
        wanted.entry((*child, *parent)).or_default().insert(*kind);
    }
    for ((child, parent), kinds) in wanted {
        let stands = there.kin.iter().find(|link| (link.child, link.parent) == (child, parent));
        let before = stands.map(|link| link.kinds.clone()).unwrap_or_default();
        let mut after = before.clone();
        after.extend(kinds.into_iter().filter(|kind| !before.contains(kind)));
        // A donor is a parent by descent who is said to be no more than that.
        if after.contains(&ParentKind::Donor) {
            after.retain(|kind| *kind != ParentKind::Biological);
        }
        if before != after {
            plan.kin.push(OfKin { child, parent, before, after });
        }
    }
}

fn couples(plan: &mut Plan, there: &There, proposal: &Proposal) {
    for said in &proposal.couples {
        let stands = there.ties.iter().find_map(|(id, tie)| match tie {
            Tie::Couple(couple) if couple.is_of(said.one, said.other) => Some((*id, *couple)),
            Tie::Couple(_) | Tie::Twins(_) => None,
        });
        let after = match stands {
            None => *said,
            Some((_, was)) => Couple {
                ended: said.ended || was.ended,
                consanguinity: match said.consanguinity {
                    Consanguinity::NotAsked => was.consanguinity,
                    said @ (Consanguinity::Denied | Consanguinity::Stated) => said,
                },
                childless: said.childless.or(was.childless),
                ..was
            },
        };
        let bare = Couple::of(said.one, said.other) == Couple { one: after.one, other: after.other, ..after };
        if stands.is_none() && bare && together(there, proposal, said.one, said.other) {
            continue;
        }
        if stands.is_none_or(|(_, was)| was != after) {
            plan.ties.push(OfTie {
                id: stands.map(|(id, _)| id),
                before: stands.map(|(_, was)| Tie::Couple(was)),
                after: Some(Tie::Couple(after)),
            });
        }
    }
}

/// Whether a child says already that two people are a couple.
fn together(there: &There, proposal: &Proposal, one: PersonId, other: PersonId) -> bool {
    let children_of = |parent: PersonId| -> BTreeSet<PersonId> {
        let stand = there.tree.children(&pedigree_id(parent), pedigree::ParentKind::Biological).iter();
        let stand = stand.filter_map(|id| id.as_str().parse().ok());
        let come =
            proposal.kin.iter().filter(|(_, of, kind)| *of == parent && *kind == ParentKind::Biological);
        stand.chain(come.map(|(child, _, _)| *child)).collect()
    };
    !children_of(one).is_disjoint(&children_of(other))
}

fn twins(plan: &mut Plan, there: &There, proposal: &Proposal) {
    for said in &proposal.twins {
        let stand: Vec<(TieId, &Twins)> = there
            .ties
            .iter()
            .filter_map(|(id, tie)| match tie {
                Tie::Twins(set) if set.members.iter().any(|member| said.members.contains(member)) => {
                    Some((*id, set))
                }
                Tie::Twins(_) | Tie::Couple(_) => None,
            })
            .collect();
        let mut members: BTreeSet<PersonId> = said.members.iter().copied().collect();
        members.extend(stand.iter().flat_map(|(_, set)| set.members.iter().copied()));
        let zygosity = match (said.zygosity, stand.first()) {
            (Zygosity::Unknown, Some((_, set))) => set.zygosity,
            (said, _) => said,
        };
        let after = Twins { members: members.into_iter().collect(), zygosity };
        if stand.len() == 1 && stand.iter().all(|(_, set)| **set == after) {
            continue;
        }
        let mut after = Some(Tie::Twins(after));
        if stand.is_empty() {
            plan.ties.push(OfTie { id: None, before: None, after: after.take() });
        }
        for (id, set) in stand {
            plan.ties.push(OfTie {
                id: Some(id),
                before: Some(Tie::Twins(set.clone())),
                after: after.take(),
            });
        }
    }
}
