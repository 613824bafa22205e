//! Stories for `svg.rs`: everyone is there, the text is a sound document, and says no more than it may.
//! Must not know: how the drawing comes about.

use super::*;
use crate::{
    drawing::Badge,
    model::{Affected, Childless, Condition, Gender, Life, ParentKind, Person, Sex, Twins, Union, Zygosity},
    plan::relation_plan,
    relation::Relation,
    score::score,
};

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

/// How many people and second symbols are in the document.
fn symbols(svg: &str) -> usize {
    svg.matches("<g class=\"person\"").count()
}

#[test]
fn everyone_is_drawn_once_and_nobody_overlaps() {
    let family = family();
    let svg = draw(&family, &BTreeMap::new());
    assert_well_formed(&svg);
    assert_eq!(symbols(&svg), family.persons().len());
    assert_eq!(score(&Drawing::new(&family, &DrawOptions::default())).gates.total(), 0);
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
fn cousins_with_a_child_are_joined_by_a_double_line_and_an_adopted_child_hangs_by_a_dashed_one() {
    let mut family = family();
    let cousin = family.persons().iter().find(|person| {
        crate::kinship::kin_path(&family, &"p".into(), &person.id)
            .is_some_and(|path| path.words == "mother's brother's son")
    });
    let cousin = cousin.unwrap().id.clone();
    family.add_person(Person::new("child", Sex::Male));
    family.add_parent(&"child".into(), &"p".into(), ParentKind::Biological);
    family.add_parent(&"child".into(), &cousin, ParentKind::Biological);
    let drawing = Drawing::new(&family, &DrawOptions::default());
    let couple = |drawing: &Drawing| {
        let at = |id: &PersonId| drawing.symbols.iter().find(|symbol| symbol.people.contains(id)).unwrap();
        let two = [at(&"p".into()), at(&cousin)];
        let near =
            |&(x, y): &(f64, f64)| two.iter().any(|at| (x - at.x).abs() < 17.0 && (y - at.y).abs() < 17.0);
        let ends = |stroke: &&Stroke| stroke.tie == Tie::Couple && stroke.points.iter().all(near);
        drawing.strokes.iter().filter(ends).count()
    };
    assert_eq!(couple(&drawing), 2);
    assert!(!drawing.strokes.iter().any(|stroke| stroke.dashed));

    family.add_person(Person::new("adopted", Sex::Female));
    for parent in [&"p".into(), &cousin] {
        family.add_parent(&"adopted".into(), parent, ParentKind::Legal);
    }
    let drawing = Drawing::new(&family, &DrawOptions::default());
    assert_eq!(drawing.strokes.iter().filter(|stroke| stroke.dashed).count(), 1);
    let svg = drawing.svg();
    assert!(svg.contains("class=\"adopted\"") && svg.contains("Dashed line: parent by law"));
}

#[test]
fn symbols_go_by_gender_and_the_sex_at_birth_is_written_where_it_differs() {
    let mut family = Pedigree::new();
    family.add_person(Person { gender: Some(Gender::Woman), ..Person::new("a", Sex::Male) });
    let svg = draw(&family, &BTreeMap::new());
    assert!(svg.contains("<circle r=\"16\"") && svg.contains(">AMAB<"));
}

#[test]
fn conditions_fill_parts_by_pattern_with_their_names_in_the_key() {
    let mut family = Pedigree::new();
    let with = |id: &str, codes: &[&str]| Person {
        conditions: codes.iter().map(|&code| Condition { code: code.into(), age: None }).collect(),
        ..Person::new(id, Sex::Female)
    };
    family.add_person(with("a", &["breast", "ovary"]));
    family.add_person(with("b", &["breast"]));
    let svg = draw(&family, &BTreeMap::new());
    assert!(svg.contains(">breast<") && svg.contains(">ovary<"));
    let (halves, keyed) = (svg.matches("A16 16").count(), svg.matches("class=\"key\"").count());
    assert_eq!((halves, keyed), (3, 2));
    assert!(!svg.contains("Filled: affected"));
}

#[test]
fn people_with_a_link_are_reached_in_the_order_of_their_numbers() {
    let family = family();
    let links: BTreeMap<PersonId, String> =
        family.persons().iter().map(|person| (person.id.clone(), format!("/people/{}", person.id))).collect();
    let svg = Drawing::new(&family, &DrawOptions { links, ..DrawOptions::default() }).svg();
    assert_well_formed(&svg);
    assert!(svg.contains("role=\"group\"") && !svg.contains("role=\"img\""));
    let told: Vec<&str> =
        svg.split("aria-label=\"").skip(1).map(|rest| rest.split(['"', ',']).next().unwrap()).collect();
    let mut by_number = told.clone();
    let place = |number: &&str| {
        let (row, at) = number.split_once('-').unwrap();
        ((1..20).find(|&n| crate::layout::roman(n) == row), at.parse::<usize>().unwrap())
    };
    by_number.sort_by_key(place);
    assert_eq!((told.len(), &told), (family.persons().len(), &by_number));
}

#[test]
fn a_drawing_to_share_looks_the_same_whatever_is_known_of_health_and_origin() {
    let plain = || {
        let mut family = Pedigree::new();
        family.add_person(Person::new("f", Sex::Male));
        family.add_person(Person::new("m", Sex::Female));
        for id in ["a", "b"] {
            family.add_person(Person::new(id, Sex::Female));
        }
        family
    };
    let mut open = plain();
    for child in ["a", "b"] {
        for parent in ["f", "m"] {
            open.add_parent(&child.into(), &parent.into(), ParentKind::Biological);
        }
    }
    let mut known = Pedigree::new();
    for person in plain().persons() {
        let condition = Condition { code: "breast".into(), age: Some(38) };
        known.add_person(Person {
            proband: person.id.as_str() == "a",
            consultand: true,
            affected: Affected::Yes,
            conditions: vec![condition],
            age: Some(40),
            childless: Some(Childless::Infertile),
            ..person.clone()
        });
    }
    for parent in ["f", "m"] {
        known.add_parent(&"a".into(), &parent.into(), ParentKind::Legal);
        known.add_parent(&"b".into(), &parent.into(), ParentKind::Biological);
    }
    for (id, life) in [("x", Life::Termination), ("y", Life::Stillbirth), ("z", Life::Pregnancy)] {
        known.add_person(Person { life, weeks: Some(12), ..Person::new(id, Sex::Unknown) });
        known.add_parent(&id.into(), &"m".into(), ParentKind::Biological);
    }
    known.add_person(Person::new("birth mother", Sex::Female));
    known.add_parent(&"a".into(), &"birth mother".into(), ParentKind::Biological);
    known.add_union(Union { ended: true, ..Union::new("f", "m") });
    let Twins { members, .. } =
        Twins { members: vec!["a".into(), "b".into()], zygosity: Zygosity::Monozygotic };
    known.add_twins(members, Zygosity::Monozygotic);
    let labels =
        BTreeMap::from([("a".into(), Label { lines: vec!["Anna".into()], badge: Some(Badge::Sent) })]);
    let links = BTreeMap::from([("a".into(), "/people/7".to_owned())]);
    let options = DrawOptions { labels, links, ages: true, share_safe: true, ..DrawOptions::default() };
    let shared = Drawing::new(&known, &options);
    assert_eq!(shared.svg(), Drawing::new(&open, &options).svg());
    assert_eq!(shared.sheets(Paper::A4), Drawing::new(&open, &options).sheets(Paper::A4));
}

#[test]
fn plain_brothers_and_sisters_become_one_symbol_and_keep_their_numbers() {
    let mut family = Pedigree::new();
    for (id, sex) in [("f", Sex::Male), ("m", Sex::Female)] {
        family.add_person(Person::new(id, sex));
    }
    for at in 0..7 {
        let affected = if at == 2 { Affected::Yes } else { Affected::No };
        let id = PersonId::from(format!("c{at}"));
        family.add_person(Person { affected, ..Person::new(id.clone(), Sex::Female) });
        for parent in ["f", "m"] {
            family.add_parent(&id, &parent.into(), ParentKind::Biological);
        }
    }
    let labels = BTreeMap::from([("c6".into(), Label { lines: vec!["b. 1990".into()], badge: None })]);
    let options = DrawOptions { labels, collapse: true, ..DrawOptions::default() };
    let drawing = Drawing::new(&family, &options);
    let svg = drawing.svg();
    assert_eq!(symbols(&svg), 5);
    assert!(
        svg.contains(">II-1\u{2013}2, 4\u{2013}6<") && svg.contains(">5</text>") && svg.contains(">II-7<")
    );
    let judged = score(&drawing);
    assert_eq!((judged.n, judged.gates.total()), (9, 0));
}

#[test]
fn a_wide_drawing_goes_on_several_sheets_each_with_the_key_and_its_place() {
    let mut family = Pedigree::new();
    for (id, sex) in [("f", Sex::Male), ("m", Sex::Female)] {
        family.add_person(Person { affected: Affected::Yes, ..Person::new(id, sex) });
    }
    for at in 0..60 {
        let id = PersonId::from(format!("c{at:02}"));
        family.add_person(Person::new(id.clone(), Sex::Male));
        for parent in ["f", "m"] {
            family.add_parent(&id, &parent.into(), ParentKind::Biological);
        }
    }
    let drawing = Drawing::new(&family, &DrawOptions::default());
    let sheets = drawing.sheets(Paper::A4);
    assert!(sheets.len() > 2 && drawing.sheets(Paper::A3).len() < sheets.len());
    for (at, sheet) in sheets.iter().enumerate() {
        assert_well_formed(sheet);
        assert!(sheet.contains(&format!("Sheet {} of {}", at + 1, sheets.len())));
        assert!(sheet.contains("Filled: affected") && sheet.contains("class=\"overlap\""));
    }
    for symbol in &drawing.symbols {
        let number = format!(">{}<", symbol.number);
        assert!(sheets.iter().any(|sheet| sheet.contains(&number)), "{number} is on no sheet");
    }
    let small = Drawing::new(&Pedigree::new(), &DrawOptions::default()).sheets(Paper::A4);
    assert!(small.len() == 1 && !small[0].contains("class=\"overlap\""));
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
