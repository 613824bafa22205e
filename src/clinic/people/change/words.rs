//! A plan in words: who is added and how they stand to the proband, what is said otherwise of whom.
//! Must not know: how a page shows it.

use super::{OfKin, OfPerson, OfTie, Plan, Said, There};
use crate::{
    clinic::people::{
        kinship::{ParentKind, pedigree_id},
        particulars::{Childless, Life},
        person::{Person, SexAtBirth},
        ties::{Consanguinity, Couple, Tie, Zygosity},
    },
    db::UtcDate,
    ids::PersonId,
};
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

/// What everyone of a family is called when they are spoken of: by name and number, or by how they are related.
pub struct Names(BTreeMap<PersonId, String>);

impl Names {
    /// The numbers are those that stand before a plan; whoever comes new is called by name, or by relation.
    pub fn of_outcome(there: &There, outcome: &There) -> Self {
        let numbers = there.numbers();
        let name = |person: &Person| {
            let called = match (&person.given_name, &person.family_name) {
                (None, None) => unnamed(outcome, person),
                (Some(_), _) | (_, Some(_)) => person.shown(),
            };
            let number = numbers.get(&person.id).map(|number| format!(" ({number})")).unwrap_or_default();
            (person.id, format!("{called}{number}"))
        };
        Self(outcome.people.iter().map(name).collect())
    }

    pub fn of(&self, id: PersonId) -> &str {
        self.0.get(&id).map_or("a person who is not in the family", String::as_str)
    }

    /// A sentence that names people by id, with their names instead.
    pub fn named_in(&self, sentence: &str) -> String {
        let mut words = sentence.to_owned();
        for (id, name) in &self.0 {
            words = words.replace(id.as_str(), name);
        }
        words
    }
}

fn unnamed(outcome: &There, person: &Person) -> String {
    match relation(outcome, person.id) {
        Some(words) => format!("the proband's {words}, not named yet"),
        None => "a person not named yet".into(),
    }
}

/// How somebody stands to the proband: "mother's sister".
fn relation(outcome: &There, id: PersonId) -> Option<String> {
    let proband = outcome.proband()?;
    let path = pedigree::kin_path(&outcome.tree, &pedigree_id(proband.id), &pedigree_id(id))?;
    Some(path.words)
}

impl Plan {
    /// One sentence a change, those about new people first.
    pub fn words(&self, outcome: &There, names: &Names) -> Vec<String> {
        let mut words: Vec<String> =
            self.people.iter().filter_map(|one| self.person_words(one, outcome, names)).collect();
        words.extend(self.kin.iter().filter_map(|one| self.kin_words(one, names)));
        words.extend(self.ties.iter().filter_map(|one| tie_words(one, names)));
        for one in &self.health {
            if let Some(said) = one.after.words() {
                let was = one.before.words().map(|was| format!(" (until now: {was})")).unwrap_or_default();
                words.push(format!("Says of {}: {said}{was}", names.of(one.id)));
            }
        }
        words
    }

    fn is_new(&self, id: PersonId) -> bool {
        self.people.iter().any(|one| one.id == id && one.before.is_none())
    }

    fn person_words(&self, one: &OfPerson, outcome: &There, names: &Names) -> Option<String> {
        let after = outcome.person(one.id)?;
        if one.before.is_none() {
            let stands = match (relation(outcome, one.id), after.is_named() || after.given_name.is_some()) {
                (Some(words), true) => Some(format!("{words} of the proband")),
                (Some(_) | None, false) => None,
                (None, true) => Some(
                    self.by_couple(one.id, outcome, names)
                        .unwrap_or_else(|| "not related to the proband by descent".into()),
                ),
            };
            let facts = stands.into_iter().chain(facts(after).into_iter().map(|(_, value)| value));
            let facts: Vec<String> = facts.collect();
            let facts = if facts.is_empty() { String::new() } else { format!(": {}", facts.join(", ")) };
            return Some(format!("Adds {}{facts}", names.of(one.id)));
        }
        let before = after.clone().being(one.before.clone()?);
        let (was, is) = (facts(&before), facts(after));
        let mut changes = Vec::new();
        for (name, value) in &is {
            match was.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some((_, known)) => {
                    changes.push(format!("{name} from \u{201c}{known}\u{201d} to \u{201c}{value}\u{201d}"))
                }
                None => changes.push(format!("{name}: {value}")),
            }
        }
        if before.shown() != after.shown() {
            changes.insert(0, format!("name: {}", after.shown()));
        }
        (!changes.is_empty()).then(|| format!("Changes {}: {}", names.of(one.id), changes.join("; ")))
    }

    /// "partner of Ann Bell (II-1)", for somebody who comes by a couple or by a child.
    fn by_couple(&self, id: PersonId, outcome: &There, names: &Names) -> Option<String> {
        let partner = outcome.tree.partners(&pedigree_id(id)).into_iter().next()?;
        Some(format!("partner of {}", names.of(partner.as_str().parse().ok()?)))
    }

    fn kin_words(&self, one: &OfKin, names: &Names) -> Option<String> {
        let how: Vec<&str> = one
            .after
            .iter()
            .filter(|kind| !one.before.contains(kind))
            .filter_map(|kind| match kind {
                // Whoever comes in as a child is told of with their relation.
                ParentKind::Biological if self.is_new(one.child) || self.is_new(one.parent) => None,
                ParentKind::Biological => Some("by descent"),
                ParentKind::Legal => Some("by law (adoption or upbringing)"),
                ParentKind::Donor => Some("as a donor"),
                ParentKind::Gestational => Some("by carrying the pregnancy"),
            })
            .collect();
        (!how.is_empty()).then(|| {
            format!(
                "Says that {} is a parent of {} {}",
                names.of(one.parent),
                names.of(one.child),
                how.join(" and ")
            )
        })
    }
}

fn tie_words(one: &OfTie, names: &Names) -> Option<String> {
    match one.after.as_ref()? {
        Tie::Couple(couple) => {
            let told = couple_facts(couple);
            let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
            Some(format!(
                "Says that {} and {} are a couple{told}",
                names.of(couple.one),
                names.of(couple.other)
            ))
        }
        Tie::Twins(twins) => {
            let members: Vec<&str> = twins.members.iter().map(|id| names.of(*id)).collect();
            let kind = match twins.zygosity {
                Zygosity::Monozygotic => "from one egg (identical)",
                Zygosity::Dizygotic => "from two eggs (not identical)",
                Zygosity::Unknown => "and it is not known whether from one egg",
            };
            Some(format!("Says that these were born together, {kind}: {}", members.join(", ")))
        }
    }
}

/// What is said of a couple beyond that they are one.
pub(in crate::clinic::people) fn couple_facts(couple: &Couple) -> Vec<&'static str> {
    let asked = match couple.consanguinity {
        Consanguinity::NotAsked => None,
        Consanguinity::Denied => Some("asked, and not related to each other"),
        Consanguinity::Stated => Some("related to each other, as they say"),
    };
    let ended = couple.ended.then_some("no longer together");
    let childless = couple.childless.map(|why| match why {
        Childless::Choice => "no children",
        Childless::Infertile => "infertile",
    });
    [ended, asked, childless].into_iter().flatten().collect()
}

/// What is known of a person beside the name: what it is, and in words.
fn facts(person: &Person) -> Vec<(&'static str, String)> {
    let said = &person.particulars;
    let life = person.life();
    let life = match (person.died_on, life) {
        (Some(on), _) => Some(format!("died {}", on.shown())),
        (None, Life::Living) => None,
        (None, life) => Some(life.title().to_lowercase()),
    };
    let sex = match person.sex_at_birth {
        SexAtBirth::Unknown => None,
        known @ (SexAtBirth::Female | SexAtBirth::Male) => Some(known.as_str().to_owned()),
    };
    let facts: [(&'static str, Option<String>); 11] = [
        ("sex at birth", sex),
        ("date of birth", person.birth_date.map(UtcDate::shown).map(|born| format!("born {born}"))),
        ("year of birth", said.birth_year.map(|year| format!("born {year}"))),
        ("what became of them", life),
        ("age", said.age.map(|age| format!("aged {age}"))),
        ("weeks", said.weeks.map(|weeks| format!("{weeks} weeks"))),
        ("gender", said.gender.map(|gender| gender.title().to_lowercase())),
        ("how many", said.count_words()),
        ("children", said.childless.map(|why| why.title().to_lowercase())),
        ("place among brothers and sisters", said.birth_order.map(|at| format!("born as number {at}"))),
        ("NHS number", person.nhs_number.as_ref().map(|_| "NHS number given".to_owned())),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

impl Said {
    /// "Ann Bell, female, born 1964", for a row that a person looks at.
    pub fn words(&self) -> String {
        let names: Vec<&str> =
            [&self.given_name, &self.family_name].into_iter().filter_map(|name| name.as_deref()).collect();
        let name = if names.is_empty() { "not named".to_owned() } else { names.join(" ") };
        let said = &self.particulars;
        let born = match (self.birth_date, said.birth_year) {
            (Some(date), _) => Some(format!("born {}", date.shown())),
            (None, Some(year)) => Some(format!("born {year}")),
            (None, None) => None,
        };
        let facts = [
            self.sex.map(|sex| sex.as_str().to_owned()),
            born,
            said.life.map(|life| life.title().to_lowercase()),
            said.age.map(|age| format!("aged {age}")),
            said.count_words(),
        ];
        std::iter::once(name).chain(facts.into_iter().flatten()).collect::<Vec<_>>().join(", ")
    }
}
