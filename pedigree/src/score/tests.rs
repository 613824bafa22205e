//! Stories for `score.rs`: a sound drawing passes, and each fault that is planted in it is seen.
//! Must not know: how a drawing comes about.

use super::*;
use crate::{
    drawing::{DrawOptions, Label, Stroke, Words},
    format::{Format, read},
    model::Pedigree,
};

fn family() -> Pedigree {
    let text =
        "F gf 0 0 1 1\nF gm 0 0 2 1\nF a gf gm 1 1\nF b gf gm 2 2\nF w 0 0 2 1\nF c a w 1 1\nF d a w 2 1\n";
    read(text, Some(Format::Ped)).unwrap().remove(0).pedigree
}

fn drawing() -> Drawing {
    let label = Label { lines: vec!["a word".into()], badge: Some(crate::Badge::Sent) };
    let labels = BTreeMap::from([("b".into(), label.clone()), ("c".into(), label)]);
    Drawing::new(&family(), &DrawOptions { labels, ..DrawOptions::default() })
}

fn at(drawing: &Drawing, id: &str) -> usize {
    drawing.symbols.iter().position(|symbol| symbol.people.contains(&id.into())).unwrap()
}

fn planted(plant: impl FnOnce(&mut Drawing)) -> Score {
    let mut drawing = drawing();
    plant(&mut drawing);
    score(&drawing)
}

#[test]
fn a_sound_drawing_passes_and_is_measured() {
    let score = score(&drawing());
    assert_eq!(score.gates.total(), 0, "{score:?}");
    assert_eq!(
        (score.n, score.rows, score.crossings, score.duplicates, score.missing_links),
        (7, 3, 0, 0, 0)
    );
    assert!(score.max_offset < 0.1 && score.width > 1.0 && score.line_length > 1.0, "{score:?}");
}

#[test]
fn two_symbols_on_each_other_are_seen() {
    let gates = planted(|drawing| {
        let (c, d) = (at(drawing, "c"), at(drawing, "d"));
        drawing.symbols[d].x = drawing.symbols[c].x + 20.0;
    })
    .gates;
    assert_eq!(gates.symbol_overlaps, 1);
}

#[test]
fn a_line_through_a_symbol_and_one_through_words_are_seen() {
    let gates = planted(|drawing| {
        let (a, b) = (&drawing.symbols[at(drawing, "a")], &drawing.symbols[at(drawing, "b")]);
        let points = vec![(a.x - 40.0, a.y), (b.x + 40.0, b.y)];
        drawing.strokes.push(Stroke { tie: Tie::Descent, bond: 99, dashed: false, points });
    })
    .gates;
    assert!(gates.lines_through_symbols >= 2 && gates.lines_through_labels == 0, "{gates:?}");
    let gates = planted(|drawing| {
        let words = drawing.words.iter().find(|words| words.text == "a word").unwrap();
        let points = vec![(words.x - 30.0, words.y - 4.0), (words.x + 30.0, words.y - 4.0)];
        drawing.strokes.push(Stroke { tie: Tie::Sibship, bond: 99, dashed: false, points });
    })
    .gates;
    assert_eq!((gates.lines_through_labels, gates.lines_through_symbols), (1, 0));
}

#[test]
fn two_bars_that_run_along_each_other_are_seen() {
    let plant = |aside: f64| {
        planted(move |drawing| {
            let bar = drawing.strokes.iter().find(|stroke| stroke.tie == Tie::Sibship).unwrap().clone();
            let points = bar.points.iter().map(|point| (point.0 + 10.0, point.1 + aside)).collect();
            drawing.strokes.push(Stroke { bond: 99, points, ..bar });
        })
        .gates
        .collinear_bars
    };
    assert_eq!((plant(0.0), plant(1.0), plant(8.0)), (1, 1, 0));
}

#[test]
fn words_on_words_small_words_and_a_badge_on_a_symbol_are_seen() {
    let gates = planted(|drawing| {
        let words = drawing.words.iter().find(|words| words.text == "a word").unwrap().clone();
        drawing.words.push(Words { x: words.x + 12.0, ..words });
    })
    .gates;
    assert_eq!(gates.label_overlaps, 1);
    assert_eq!(planted(|drawing| drawing.words[0].size = 10.0).gates.small_text, 1);
    let gates = planted(|drawing| {
        let (b, c) = (at(drawing, "b"), at(drawing, "c"));
        let (x, y) = (drawing.symbols[c].x, drawing.symbols[c].y);
        drawing.symbols[b].badge = Some((crate::Badge::Sent, x, y));
    })
    .gates;
    assert_eq!(gates.label_overlaps, 1);
}

#[test]
fn somebody_missing_and_a_couple_that_is_torn_apart_are_seen() {
    let score = planted(|drawing| {
        let d = at(drawing, "d");
        drawing.symbols.remove(d);
        drawing.words.clear();
    });
    assert_eq!((score.gates.missing, score.missing_links), (1, 2));
    let score = planted(|drawing| {
        let w = at(drawing, "w");
        drawing.symbols[w].y += 30.0;
        drawing.words.clear();
    });
    assert_eq!(score.gates.partners_on_different_rows, 1);
}

#[test]
fn crossing_lines_are_counted_once_each_and_touching_ends_are_not() {
    let crossed = |points: Vec<(f64, f64)>| {
        planted(|drawing| drawing.strokes.push(Stroke { tie: Tie::Descent, bond: 99, dashed: false, points }))
            .crossings
    };
    let drawing = drawing();
    let bar = drawing.strokes.iter().find(|stroke| stroke.tie == Tie::Sibship).unwrap();
    let (left, y) = bar.points[0];
    assert_eq!(crossed(vec![(left + 7.0, y - 8.0), (left + 7.0, y + 8.0)]), 1);
    assert_eq!(crossed(vec![(left + 7.0, y - 8.0), (left + 7.0, y)]), 0);
}

#[test]
fn a_younger_child_on_the_left_and_a_woman_on_the_left_are_counted() {
    let mut family = Pedigree::new();
    let born = |id: &str, sex, year| Person { birth_year: Some(year), ..Person::new(id, sex) };
    family.add_person(born("m", crate::Sex::Female, 1950));
    family.add_person(born("f", crate::Sex::Male, 1950));
    for (id, year) in [("x", 1980), ("y", 1970)] {
        family.add_person(born(id, crate::Sex::Male, year));
        for parent in ["m", "f"] {
            family.add_parent(&id.into(), &parent.into(), ParentKind::Biological);
        }
    }
    let mut drawing = Drawing::new(&family, &DrawOptions::default());
    let sound = score(&drawing);
    assert_eq!((sound.birth_order_inversions, sound.male_left_violations), (0, 0));
    let swap = |drawing: &mut Drawing, one: &str, other: &str| {
        let (one, other) = (at(drawing, one), at(drawing, other));
        let people = drawing.symbols[one].people.clone();
        drawing.symbols[one].people = drawing.symbols[other].people.clone();
        drawing.symbols[other].people = people;
    };
    swap(&mut drawing, "x", "y");
    swap(&mut drawing, "m", "f");
    let planted = score(&drawing);
    assert_eq!((planted.birth_order_inversions, planted.male_left_violations), (1, 1));
}

#[test]
fn adding_a_leaf_moves_little_and_swapping_two_people_is_seen() {
    let before = drawing();
    let mut larger = family();
    larger.add_person(Person::new("e", crate::Sex::Female));
    for parent in ["a", "w"] {
        larger.add_parent(&"e".into(), &parent.into(), ParentKind::Biological);
    }
    let after = Drawing::new(&larger, &DrawOptions::default());
    let moved = stability(&before, &after);
    assert_eq!((moved.people, moved.reordered), (7, 0));
    let mut swapped = before.clone();
    let (c, d) = (at(&swapped, "c"), at(&swapped, "d"));
    let x = swapped.symbols[c].x;
    swapped.symbols[c].x = swapped.symbols[d].x;
    swapped.symbols[d].x = x;
    assert_eq!(stability(&before, &swapped).reordered, 2);
}
