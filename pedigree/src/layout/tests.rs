//! Stories for `layout.rs`: couples stay together, siblings stand by birth, nobody overlaps, whatever the family.
//! Must not know: symbols or labels.

use super::*;
use crate::{
    model::{ParentKind, Person, Sex},
    plan::relation_plan,
    relation::Relation,
};

fn grown(relations: &[&str]) -> Pedigree {
    let mut family = Pedigree::new();
    family.add_person(Person { proband: true, ..Person::new("p", Sex::Female) });
    for label in relations {
        let mut next = family.persons().len();
        let mut ids = || {
            next += 1;
            PersonId::from(format!("{label} {next}"))
        };
        let relation = Relation::parse(label).unwrap();
        relation_plan(&family, &"p".into(), &relation, &mut ids).unwrap().apply(&mut family);
    }
    family
}

fn made_of(persons: &[(&str, Sex)], links: &[(&str, &str)]) -> Pedigree {
    let mut family = Pedigree::new();
    for &(id, sex) in persons {
        family.add_person(Person::new(id, sex));
    }
    for &(child, parent) in links {
        family.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
    }
    family
}

/// Ids of everyone, row by row from the left; a second symbol has an asterisk.
fn rows(family: &Pedigree) -> Vec<Vec<String>> {
    let layout = Layout::new(family);
    let shown = |seat: usize| {
        let seat = &layout.seating.seats[seat];
        let id = layout.graph.people[seat.person].id.as_str();
        if seat.copy { format!("{id}*") } else { id.to_owned() }
    };
    layout.seats().into_iter().map(|row| row.into_iter().map(shown).collect()).collect()
}

#[test]
fn a_family_on_both_sides_meets_at_the_parents() {
    let family =
        grown(&["mother", "father", "father's brother", "mother's sister", "father's sister", "brother"]);
    let shown = rows(&family);
    assert_eq!(shown.len(), 3);
    let parents: Vec<&str> = shown[1].iter().map(|id| id.trim_end_matches(char::is_numeric).trim()).collect();
    assert_eq!(parents, ["father's brother", "father's sister", "father", "mother", "mother's sister"]);
    let numbers = generation_numbers(&family);
    assert_eq!(numbers.len(), family.persons().len());
    assert_eq!(numbers[&PersonId::from("p")], "III-2");
}

#[test]
fn brothers_and_sisters_stand_by_year_of_birth_then_id() {
    let mut family = made_of(&[("f", Sex::Male), ("m", Sex::Female)], &[]);
    for (id, birth_year) in [("a", None), ("b", Some(1990)), ("c", Some(1980)), ("d", Some(1980))] {
        family.add_person(Person { birth_year, ..Person::new(id, Sex::Male) });
        family.add_parent(&id.into(), &"f".into(), ParentKind::Biological);
        family.add_parent(&id.into(), &"m".into(), ParentKind::Biological);
    }
    assert_eq!(rows(&family), [vec!["f", "m"], vec!["c", "d", "b", "a"]]);
}

#[test]
fn two_wives_stand_on_either_side() {
    let people =
        [("m", Sex::Male), ("w1", Sex::Female), ("w2", Sex::Female), ("a", Sex::Male), ("b", Sex::Male)];
    let family = made_of(&people, &[("a", "m"), ("a", "w1"), ("b", "m"), ("b", "w2")]);
    assert_eq!(rows(&family), [vec!["w1", "m", "w2"], vec!["a", "b"]]);
}

#[test]
fn an_uncle_with_children_by_his_niece_stands_on_her_row() {
    let people = [
        ("gf", Sex::Male),
        ("gm", Sex::Female),
        ("uncle", Sex::Male),
        ("mother", Sex::Female),
        ("niece", Sex::Female),
        ("child", Sex::Male),
    ];
    let links = [
        ("uncle", "gf"),
        ("uncle", "gm"),
        ("mother", "gf"),
        ("mother", "gm"),
        ("niece", "mother"),
        ("child", "uncle"),
        ("child", "niece"),
    ];
    let family = made_of(&people, &links);
    assert_eq!(rows(&family), [vec!["gf", "gm"], vec!["mother"], vec!["niece", "uncle"], vec!["child"]]);
}

#[test]
fn a_wifes_parents_stand_beside_her_husbands() {
    let family = grown(&["mother's mother's mother", "father", "father's father", "son"]);
    let shown = rows(&family);
    let row_of =
        |start: &str| shown.iter().position(|row| row.iter().any(|id| id.starts_with(start))).unwrap();
    assert_eq!(row_of("father's father"), 1, "beside the mother's mother, whose mother is above");
}

#[test]
fn couples_are_adjacent_and_children_hang_under_them() {
    let family = grown(&["mother", "father", "sister", "brother"]);
    let layout = Layout::new(&family);
    let across = layout.across(|_| Room { left: 20.0, right: 20.0 });
    let x = |row: usize| layout.seats()[row].iter().map(|&seat| across.seat[seat]).collect::<Vec<f64>>();
    let middle = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    assert!((middle(&x(0)) - middle(&x(1))).abs() < 0.5);
}

#[test]
fn roman_numerals_are_the_usual_ones() {
    let shown: Vec<String> = [1, 4, 9, 14, 40].into_iter().map(roman).collect();
    assert_eq!(shown, ["I", "IV", "IX", "XIV", "XL"]);
}

#[test]
fn a_couple_by_law_stays_one_where_a_third_parent_by_descent_is_said() {
    let mut family = made_of(
        &[("a", Sex::Male), ("b", Sex::Male), ("c", Sex::Female), ("k", Sex::Male)],
        &[("k", "a"), ("k", "b"), ("k", "c")],
    );
    for parent in ["a", "c"] {
        family.add_parent(&"k".into(), &parent.into(), ParentKind::Legal);
    }
    let drawing = crate::Drawing::new(&family, &crate::DrawOptions::default());
    assert_eq!(crate::score(&drawing).gates.total(), 0);
}
