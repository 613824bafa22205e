//! Stories for `svg.rs`: everyone is there, nothing overlaps, the text is a sound document.
//! Must not know: how the drawing comes about.

use super::*;
use crate::model::Life;
use crate::{plan::relation_plan, relation::Relation};

fn family() -> Pedigree {
    let mut family = Pedigree::new();
    family.add_person(Person { proband: true, affected: Affected::Yes, ..Person::new("p", Sex::Female) });
    for relation in Relation::all().into_iter().chain(Relation::parse("sister")) {
        let mut next = family.persons().len();
        let mut ids = || {
            next += 1;
            PersonId::from(format!("x{next}"))
        };
        if let Ok(plan) = relation_plan(&family, &"p".into(), &relation, &mut ids) {
            plan.apply(&mut family);
        }
    }
    family
}

/// The middles of all symbols.
fn middles(svg: &str) -> Vec<(f64, f64)> {
    let people = svg.split("<g class=\"person\" transform=\"translate(").skip(1);
    let place = |text: &str| {
        let (x, y) = text.split_once(')').unwrap().0.split_once(' ').unwrap();
        (x.parse().unwrap(), y.parse().unwrap())
    };
    people.map(place).collect()
}

/// Panics unless every tag is closed in order and every `&` begins a reference.
pub(crate) fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "a bare > in {text:?}");
        assert_eq!(tag.matches('"').count() % 2, 0, "an open quote in {tag:?}");
        for after in text.split('&').skip(1) {
            let (name, _) = after.split_once(';').expect("a reference ends");
            assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name), "{name}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

pub(crate) fn assert_apart(svg: &str, people: usize) {
    let middles = middles(svg);
    assert_eq!(middles.len(), people, "somebody is missing");
    for (at, one) in middles.iter().enumerate() {
        for other in middles.iter().skip(at + 1) {
            let apart = (one.0 - other.0).abs() > 40.0 || (one.1 - other.1).abs() > 60.0;
            assert!(apart, "{one:?} and {other:?} overlap");
        }
    }
}

#[test]
fn everyone_is_drawn_once_and_nobody_overlaps() {
    let family = family();
    let svg = draw(&family, &BTreeMap::new());
    assert_well_formed(&svg);
    assert_apart(&svg, family.persons().len());
}

#[test]
fn the_drawing_can_be_heard() {
    let svg = draw(&family(), &BTreeMap::new());
    assert!(svg.contains("role=\"img\"") && svg.contains("<title>Family tree: "));
    let desc = svg.split("<desc>").nth(1).unwrap();
    let number = &generation_number("p");
    assert!(desc.contains(&format!("Proband: {number}. Affected: {number}.")), "{desc}");
}

fn generation_number(id: &str) -> String {
    crate::layout::generation_numbers(&family())[&PersonId::from(id)].clone()
}

#[test]
fn what_the_caller_writes_is_escaped_and_stands_under_the_number() {
    let label = Label { lines: vec!["<script> & \"co\"".into()], badge: Some(Badge::Declined) };
    let svg = draw(&family(), &BTreeMap::from([("p".into(), label.clone()), ("stranger".into(), label)]));
    assert_well_formed(&svg);
    assert!(svg.contains("&lt;script&gt; &amp; &quot;co&quot;") && !svg.contains("<script"));
    assert_eq!(svg.matches("class=\"badge\"").count(), 2, "one at the person, one in the key");
    assert!(svg.contains("Asked us not to contact"));
}

#[test]
fn a_filled_symbol_has_a_key_and_an_unfilled_family_has_none() {
    assert!(draw(&family(), &BTreeMap::new()).contains("Filled: affected"));
    let mut healthy = Pedigree::new();
    healthy.add_person(Person { life: Life::Deceased, ..Person::new("a", Sex::Unknown) });
    let svg = draw(&healthy, &BTreeMap::new());
    assert!(!svg.contains("class=\"key\"") && svg.contains("class=\"deceased\""));
}

#[test]
fn nobody_and_two_probands_can_be_drawn() {
    assert_well_formed(&draw(&Pedigree::new(), &BTreeMap::new()));
    let mut two = Pedigree::new();
    for id in ["a", "b"] {
        two.add_person(Person { proband: true, ..Person::new(id, Sex::Male) });
    }
    let svg = draw(&two, &BTreeMap::new());
    assert!(svg.contains(">P1<") && svg.contains(">P2<"));
}

#[test]
fn cousins_with_a_child_are_joined_by_a_double_line_and_an_adopted_child_by_a_dashed_one() {
    let mut family = family();
    let cousin = family.person(&"p".into()).unwrap().id.clone();
    let by_words = |words: &str| {
        let found = family.persons().iter().find(|person| {
            crate::kinship::kin_path(&family, &cousin, &person.id).is_some_and(|path| path.words == words)
        });
        found.unwrap().id.clone()
    };
    let (p, father, aunt) = (cousin.clone(), by_words("mother's brother's son"), by_words("mother's sister"));
    family.add_person(Person::new("child", Sex::Male));
    family.add_parent(&"child".into(), &p, ParentKind::Biological);
    family.add_parent(&"child".into(), &father, ParentKind::Biological);
    let lines = |svg: &str| svg.matches("H").count();
    let (before, svg) = (draw(&super::tests::family(), &BTreeMap::new()), draw(&family, &BTreeMap::new()));
    assert!(lines(&svg) > lines(&before) && !svg.contains("5 4"));
    family.add_parent(&"child".into(), &aunt, ParentKind::Legal);
    let svg = draw(&family, &BTreeMap::new());
    assert_well_formed(&svg);
    assert_apart(&svg, family.persons().len());
    assert!(svg.contains("Dashed line: parent by law"));
}

#[test]
fn a_trio_is_drawn_as_it_always_was() {
    let mut trio = Pedigree::new();
    trio.add_person(Person { life: Life::Deceased, ..Person::new("f", Sex::Male) });
    trio.add_person(Person::new("m", Sex::Female));
    trio.add_person(Person { proband: true, affected: Affected::Yes, ..Person::new("c", Sex::Unknown) });
    for parent in ["f", "m"] {
        trio.add_parent(&"c".into(), &parent.into(), ParentKind::Biological);
    }
    let mother = Label { lines: vec!["b. 1960".into(), "Sent 3 Mar".into()], badge: Some(Badge::Sent) };
    insta::assert_snapshot!(draw(&trio, &BTreeMap::from([("m".into(), mother)])));
}
