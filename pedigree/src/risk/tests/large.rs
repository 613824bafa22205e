//! Families that are long, large or tangled: they are answered to the last digit, or refused with the reason.
//! Must not know: how much time anything takes.

use super::{super::*, *};
use crate::model::{ParentKind, Person, Sex};
use Known::{Carrier, Heterozygous, NonCarrier};

#[test]
fn a_very_long_line_of_descent_needs_no_stack() {
    let mut lines = vec!["p0 m".to_owned()];
    lines.extend((1..20_000).map(|at| format!("p{at} m = p{}", at - 1)));
    let line = family(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    near(carrier(&line, &locus(Mode::YLinked, 0.01), &evidence(&[("p0", Carrier)]), "p19999"), 1.0);
    assert_eq!(
        conflict(&line, &locus(Mode::YLinked, 0.01), &evidence(&[("p0", Carrier), ("p19999", NonCarrier)])),
        ["p0", "p19999"]
    );
}

/// A row of numbers that look like chance and are always the same.
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// Generation after generation from four couples on; of a hundred who can marry a cousin so many do.
fn generations(people: usize, cousins_of_hundred: usize) -> Pedigree {
    let mut lot = Lot(people as u64);
    let mut family = Pedigree::new();
    let mut add = |sex: Sex, parents: &[usize]| {
        let at = family.persons().len();
        let id = |at: usize| PersonId::from(format!("p{at}"));
        family.add_person(Person::new(id(at), sex));
        parents.iter().for_each(|&parent| family.add_parent(&id(at), &id(parent), ParentKind::Biological));
        at
    };
    let mut couples: Vec<[usize; 2]> = (0..4).map(|_| [add(Sex::Male, &[]), add(Sex::Female, &[])]).collect();
    let mut count = 8;
    while count < people {
        let mut single: Vec<(usize, Sex, usize)> = Vec::new();
        for (sibship, couple) in couples.drain(..).enumerate() {
            for _ in 0..2 + lot.below(2) {
                let sex = if lot.below(2) == 0 { Sex::Male } else { Sex::Female };
                single.push((add(sex, &couple), sex, sibship));
                count += 1;
            }
        }
        while let Some((one, sex, sibship)) = single.pop() {
            let cousin = single.iter().position(|&(_, other, theirs)| other != sex && theirs != sibship);
            let partner = match cousin {
                Some(place) if lot.below(100) < cousins_of_hundred => single.remove(place).0,
                _ => {
                    count += 1;
                    add(if sex == Sex::Male { Sex::Female } else { Sex::Male }, &[])
                }
            };
            couples.push([one, partner]);
        }
    }
    family
}

#[test]
fn rounding_stays_below_one_in_a_hundred_million_million() {
    for (people, cousins) in [(300, 20), (1000, 0), (1000, 4), (5000, 0)] {
        let family = generations(people, cousins);
        let model = Model::new(&family, &locus(Mode::AutosomalDominant, 0.013)).unwrap();
        let mut seen = evidence(&[(family.persons().last().unwrap().id.as_str(), Heterozygous)]);
        for person in family.persons().iter().step_by(7) {
            seen.add_likelihood(&person.id, [0.9, 0.31, 0.07]);
        }
        let (seen, ..) = model.seen(&seen).unwrap();
        let quick = pass::beliefs::<f64>(&model.tree, &seen).unwrap();
        let wide = pass::beliefs::<Wide>(&model.tree, &seen).unwrap();
        let exact = pass::beliefs::<double::Double>(&model.tree, &seen).unwrap();
        for genotype in 0..model.people.person.len() {
            let rows = [&quick, &wide, &exact].map(|beliefs| beliefs.of(&model.tree, genotype));
            for ((quick, wide), exact) in rows[0].iter().zip(rows[1]).zip(rows[2]) {
                assert!(
                    (quick - exact).abs() < 1e-14 && (wide - exact).abs() < 1e-14,
                    "{quick} {wide} {exact}"
                );
            }
        }
    }
}

#[test]
fn loops_that_are_too_many_are_refused_by_the_couples_that_close_them() {
    let family = generations(600, 90);
    let error = Model::new(&family, &locus(Mode::AutosomalRecessive, 0.01)).err().unwrap();
    let RiskError::Tangled { couples } = &error else { panic!("{error}") };
    assert!(
        couples.len() > 12 && error.to_string().contains(&format!("{} more", couples.len() - 12)),
        "{error}"
    );
    for [one, other] in couples {
        let shared = family
            .children(one, ParentKind::Biological)
            .iter()
            .any(|child| family.parents(child, ParentKind::Biological).contains(other));
        assert!(shared, "{one} and {other} have a child");
    }
    assert!(error.to_string().contains(&format!("{} and {}", couples[0][0], couples[0][1])));
}

#[test]
fn a_contradiction_in_a_large_family_is_found_where_it_is() {
    let family = generations(3000, 1);
    let child = family
        .persons()
        .iter()
        .rev()
        .find(|person| family.parents(&person.id, ParentKind::Biological).len() == 2);
    let child = child.unwrap().id.as_str();
    let parents = family.parents(&child.into(), ParentKind::Biological);
    let mut seen = evidence(&[(child, Carrier)]);
    parents.iter().for_each(|parent| seen.add_result(parent, NonCarrier));
    // Others who were tested and have nothing to do with it.
    family.persons().iter().step_by(9).for_each(|person| seen.add_likelihood(&person.id, [1.0, 0.5, 0.0]));
    let mut expected: Vec<String> =
        parents.iter().map(PersonId::to_string).chain([child.to_owned()]).collect();
    let mut found = conflict(&family, &locus(Mode::AutosomalDominant, 0.01), &seen);
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
