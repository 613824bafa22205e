//! Small families with whatever a family may have, each held against the slow way.
//! Must not know: how the quick way goes.

use super::{
    super::*,
    brute::{Clue, truth},
};
use crate::model::{ParentKind, Person, Sex, Zygosity};
use proptest::prelude::*;

fn modes() -> impl Strategy<Value = Mode> {
    use Mode::{AutosomalDominant, AutosomalRecessive, Mitochondrial, XLinked, YLinked};
    prop::sample::select(vec![AutosomalDominant, AutosomalRecessive, XLinked, Mitochondrial, YLinked])
}

/// A small family with whatever a family may have: loops, half siblings, twins, parents and sexes not recorded.
fn small() -> impl Strategy<Value = Pedigree> {
    let sex = prop_oneof![4 => Just(Sex::Male), 4 => Just(Sex::Female), 1 => Just(Sex::Unknown)];
    let person = (sex, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..8u8, 0..6u8);
    prop::collection::vec(person, 1..8).prop_map(|people| {
        let mut family = Pedigree::new();
        for (at, (sex, one, other, parents, twin)) in people.into_iter().enumerate() {
            let id = PersonId::from(format!("p{at}"));
            let before: Vec<Person> = family.persons().to_vec();
            if twin == 0 && at > 0 {
                let first = before[one.index(at)].clone();
                family.add_person(Person::new(id.clone(), first.sex));
                for parent in family.parents(&first.id, ParentKind::Biological).to_vec() {
                    family.add_parent(&id, &parent, ParentKind::Biological);
                }
                family.add_twins([first.id, id], Zygosity::Monozygotic);
                continue;
            }
            family.add_person(Person::new(id.clone(), sex));
            if at == 0 || parents == 0 {
                continue;
            }
            let one = &before[one.index(at)];
            family.add_parent(&id, &one.id, ParentKind::Biological);
            let twins =
                |other: &Person| family.twins_of(&one.id).is_some_and(|set| set.members.contains(&other.id));
            let fits = |other: &&Person| {
                other.id != one.id && (other.sex != one.sex || one.sex == Sex::Unknown) && !twins(other)
            };
            let partners: Vec<&Person> = before.iter().filter(fits).collect();
            if parents > 1 && !partners.is_empty() {
                family.add_parent(&id, &partners[other.index(partners.len())].id, ParentKind::Biological);
            }
        }
        family
    })
}

fn clues() -> impl Strategy<Value = Vec<(prop::sample::Index, Option<Known>, [f64; 3])>> {
    let known = prop::option::weighted(0.7, prop::sample::select(Known::ALL.to_vec()));
    let one = prop_oneof![3 => 0.01..1.0f64, 1 => Just(0.0)];
    let likelihood = prop_oneof![Just([1.0; 3]), [one.clone(), one.clone(), one]];
    prop::collection::vec((any::<prop::sample::Index>(), known, likelihood), 0..5)
}

/// Every subset of clues smaller than this is possible, and this one is not.
fn is_smallest(against: &[u64], clues: &[Clue], people: &[&PersonId]) -> bool {
    let ids: Vec<&PersonId> =
        clues.iter().map(|clue| &clue.id).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let possible = |chosen: &[&PersonId]| {
        let of = clues.iter().enumerate().filter(|(_, clue)| chosen.contains(&&clue.id));
        let mask: u64 = of.map(|(place, _)| 1 << place).sum();
        against.iter().any(|world| world & mask == 0)
    };
    let subsets = (0u32..1 << ids.len()).filter(|bits| (bits.count_ones() as usize) < people.len());
    let chosen = |bits: u32| -> Vec<&PersonId> {
        ids.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, &id)| id).collect()
    };
    !possible(people) && subsets.into_iter().all(|bits| possible(&chosen(bits)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::properties::cases(600), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_quick_way_says_what_the_slow_way_says(
        family in small(), mode in modes(), frequency in prop_oneof![0.001..0.999f64, Just(0.0), Just(1.0)],
        de_novo in prop_oneof![Just(0.0), 0.0..0.2f64], clues in clues(),
    ) {
        let locus = Locus { mode, frequency, de_novo };
        let model = match Model::new(&family, &locus) {
            // Three people of unknown sex in a ring of couples; rare, and a story of its own.
            Err(RiskError::Couple(_)) => return Ok(()),
            other => other.unwrap(),
        };
        let mut seen = Evidence::new();
        let clues: Vec<Clue> = clues
            .into_iter()
            .map(|(who, known, likelihood)| {
                let id = family.persons()[who.index(family.persons().len())].id.clone();
                known.into_iter().for_each(|known| seen.add_result(&id, known));
                seen.add_likelihood(&id, likelihood);
                Clue { id, known, likelihood }
            })
            .collect();
        let truth = truth(&family, &locus, &clues);
        match model.answer(&seen).unwrap() {
            Answer::Chances { log_likelihood, persons } => {
                prop_assert!((log_likelihood - truth.probability.ln()).abs() < 1e-12, "{log_likelihood} {}", truth.probability);
                for (person, chances) in persons.iter().zip(&truth.chances) {
                    for (found, expected) in person.genotype().iter().chain([&0.0; 3]).zip(chances) {
                        prop_assert!((found - expected).abs() < 1e-12, "{} {found} {expected}", person.id);
                    }
                    prop_assert!((person.carrier() - chances[1] - chances[2]).abs() < 1e-12);
                }
            }
            Answer::Contradiction { people, smallest } => {
                prop_assert_eq!(truth.probability, 0.0);
                prop_assert!(smallest && is_smallest(&truth.against, &clues, &people), "{people:?}");
            }
        }
    }
}
