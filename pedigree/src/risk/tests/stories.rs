//! What books say of `risk.rs`, and what clinics ask of it.
//! Must not know: how chances are worked out.

use super::{super::*, *};
use crate::model::{ParentKind, Zygosity};
use Known::{Carrier, Hemizygous, Heterozygous, Homozygous, NonCarrier};

/// The textbook example of Bayes' rule: a woman whose mother carries the variant has two sons without it.
#[test]
fn two_sons_without_it_bring_a_half_down_to_a_fifth() {
    let family = family(&["i w", "ii w = i", "h m", "a m = ii + h", "b m = ii + h", "d w = ii + h"]);
    let x = locus(Mode::XLinked, RARE);
    let seen = evidence(&[("i", Heterozygous), ("a", NonCarrier), ("b", NonCarrier)]);
    near(carrier(&family, &x, &seen, "ii"), 0.2);
    near(carrier(&family, &x, &seen, "d"), 0.1);
    near(carrier(&family, &x, &evidence(&[("i", Heterozygous)]), "ii"), 0.5);
}

/// The healthy brother or sister of somebody with a recessive condition carries it with two chances in three.
#[test]
fn a_healthy_sister_carries_with_two_in_three() {
    let family = family(&["f m", "m w", "p m = f + m", "s w = f + m", "u m", "c m = s + u"]);
    let rare = locus(Mode::AutosomalRecessive, RARE);
    let mut seen = evidence(&[("f", Heterozygous), ("m", Heterozygous), ("p", Homozygous)]);
    seen.add_likelihood(&"s".into(), [1.0, 1.0, 0.0]);
    near(carrier(&family, &rare, &seen, "s"), 2.0 / 3.0);
    near(carrier(&family, &rare, &seen, "c"), 1.0 / 3.0);
    // Her partner from the population, 2pq with q = 1/50: their child is affected with 2/3 * 2pq(1 - ..) * 1/4.
    let q: f64 = 0.02;
    let common = locus(Mode::AutosomalRecessive, q);
    seen.add_likelihood(&"u".into(), [1.0, 1.0, 0.0]);
    let answer = Model::new(&family, &common).unwrap().answer(&seen).unwrap();
    let Answer::Chances { persons, .. } = answer else { panic!() };
    let healthy_carrier = 2.0 * q * (1.0 - q) / (1.0 - q * q);
    near(persons[5].genotype()[2], 2.0 / 3.0 * healthy_carrier / 4.0);
}

/// First cousins who expect a child: a great-grandparent's copy meets itself with one chance in sixty-four, twice.
#[test]
fn cousins_share_by_one_sixteenth() {
    let family = family(&[
        "g m",
        "h w",
        "a m = g + h",
        "b w = g + h",
        "x w",
        "y m",
        "c m = a + x",
        "d w = b + y",
        "k m = c + d",
    ]);
    let rare = locus(Mode::AutosomalRecessive, RARE);
    let answer =
        Model::new(&family, &rare).unwrap().answer(&evidence(&[("g", Heterozygous), ("h", NonCarrier)]));
    let Ok(Answer::Chances { persons, .. }) = answer else { panic!() };
    let child = persons.iter().find(|person| person.id.as_str() == "k").unwrap();
    near(child.genotype()[2], 1.0 / 64.0);
    // Without anybody tested, q(F + (1 - F)q) with the inbreeding coefficient F = 1/16.
    let q = 0.01;
    let answer = Model::new(&family, &locus(Mode::AutosomalRecessive, q)).unwrap().answer(&Evidence::new());
    let Ok(Answer::Chances { persons, log_likelihood }) = answer else { panic!() };
    near(persons[8].genotype()[2], q * (1.0 / 16.0 + 15.0 / 16.0 * q));
    assert_eq!(log_likelihood, 0.0);
}

#[test]
fn everyone_is_conditioned_on_everyone() {
    let family = family(&["g m", "h w", "m w = g + h", "t w = g + h", "f m", "p w = f + m", "s w = f + m"]);
    let dominant = locus(Mode::AutosomalDominant, 1e-4);
    let before = evidence(&[("p", Heterozygous)]);
    let aunt = carrier(&family, &dominant, &before, "t");
    assert!((0.24..0.26).contains(&aunt), "{aunt}");
    let after = evidence(&[("p", Heterozygous), ("f", NonCarrier)]);
    near(carrier(&family, &dominant, &after, "m"), 1.0);
    let aunt = carrier(&family, &dominant, &after, "t");
    assert!((0.49..0.51).contains(&aunt), "{aunt}");
    let closed = evidence(&[("p", Heterozygous), ("m", NonCarrier), ("f", Heterozygous)]);
    assert!(carrier(&family, &dominant, &closed, "t") < 1e-3);
}

#[test]
fn a_new_mutation_takes_what_the_rate_and_the_frequency_give_it() {
    let family = family(&["f m", "m w", "p w = f + m"]);
    let new = Locus { mode: Mode::AutosomalDominant, frequency: 0.0, de_novo: 1e-6 };
    near(carrier(&family, &new, &evidence(&[("p", Heterozygous)]), "m"), 0.0);
    let both_clear = evidence(&[("p", Heterozygous), ("m", NonCarrier), ("f", NonCarrier)]);
    let Ok(Answer::Chances { log_likelihood, .. }) = Model::new(&family, &new).unwrap().answer(&both_clear)
    else {
        panic!()
    };
    near(log_likelihood, (2.0 * 1e-6 * (1.0 - 1e-6f64)).ln());
}

#[test]
fn identical_twins_have_one_result_and_donors_pass_on_their_genes() {
    let mut pair = family(&["f m", "m w", "a w = f + m", "b w = f + m", "u m", "c m = b + u"]);
    pair.add_twins(["a".into(), "b".into()], Zygosity::Monozygotic);
    let dominant = locus(Mode::AutosomalDominant, 0.0001);
    near(carrier(&pair, &dominant, &evidence(&[("a", Heterozygous)]), "b"), 1.0);
    assert_eq!(conflict(&pair, &dominant, &evidence(&[("a", Carrier), ("b", NonCarrier)])), ["a", "b"]);
    let mut given = family(&["d w", "l w", "g w", "f m", "c m = f"]);
    given.add_donor(&"c".into(), &"d".into());
    given.add_parent(&"c".into(), &"l".into(), ParentKind::Legal);
    given.add_parent(&"c".into(), &"g".into(), ParentKind::Gestational);
    let rare = locus(Mode::AutosomalDominant, 0.0);
    near(
        carrier(&given, &locus(Mode::AutosomalDominant, 1e-9), &evidence(&[("d", Heterozygous)]), "c"),
        0.5 + 0.5e-9,
    );
    assert_eq!(conflict(&given, &rare, &evidence(&[("l", Carrier)])), ["l"]);
}

#[test]
fn a_womans_y_is_one_entry_and_a_mans_x_two() {
    let family = family(&["f m", "m w", "s m = f + m", "d w = f + m", "u u = f + m"]);
    let persons = |mode, seen: &Evidence| match Model::new(&family, &locus(mode, 0.1)).unwrap().answer(seen) {
        Ok(Answer::Chances { persons, .. }) => persons,
        other => panic!("{other:?}"),
    };
    let y = persons(Mode::YLinked, &evidence(&[("s", Hemizygous)]));
    assert_eq!(y[1].genotype(), [1.0]);
    near(y[0].carrier(), 1.0);
    near(y[4].carrier(), 0.5);
    let x = persons(Mode::XLinked, &evidence(&[("u", Hemizygous)]));
    assert_eq!([x[2].genotype().len(), x[3].genotype().len(), x[4].genotype().len()], [2, 3, 3]);
    near(x[4].genotype()[1], 1.0);
    near(x[1].carrier(), 1.0);
    let mother = persons(Mode::Mitochondrial, &evidence(&[("d", Heterozygous)]));
    near(mother[2].carrier(), 1.0);
    near(mother[0].carrier(), 0.1);
}

#[test]
fn a_contradiction_is_the_smallest_set_of_results() {
    let family =
        family(&["g m", "h w", "m w = g + h", "f m", "c w = f + m", "d m = f + m", "u m", "k w = c + u"]);
    let dominant = locus(Mode::AutosomalDominant, 0.001);
    let seen = evidence(&[
        ("g", NonCarrier),
        ("h", NonCarrier),
        ("f", NonCarrier),
        ("c", Carrier),
        ("d", NonCarrier),
        ("u", NonCarrier),
        ("k", Carrier),
    ]);
    assert_eq!(conflict(&family, &dominant, &seen), ["g", "h", "f", "c"]);
    let nearer = evidence(&[
        ("m", NonCarrier),
        ("f", NonCarrier),
        ("c", Carrier),
        ("g", NonCarrier),
        ("h", NonCarrier),
    ]);
    assert_eq!(conflict(&family, &dominant, &nearer), ["m", "f", "c"]);
    assert_eq!(conflict(&family, &dominant, &evidence(&[("c", Hemizygous)])), ["c"]);
    let x = locus(Mode::XLinked, 0.001);
    assert_eq!(conflict(&family, &x, &evidence(&[("f", Hemizygous), ("c", NonCarrier)])), ["f", "c"]);
    assert_eq!(conflict(&family, &x, &evidence(&[("d", Heterozygous)])), ["d"]);
}

#[test]
fn chances_too_small_for_ordinary_numbers_are_not_taken_for_none() {
    let mut lines: Vec<String> = vec!["m w".into(), "f m".into()];
    lines.extend((0..1500).map(|at| format!("c{at} m = m + f")));
    let family = family(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let mut seen = evidence(&[("c0", Heterozygous)]);
    (1..1500).for_each(|at| seen.add_likelihood(&format!("c{at}").into(), [1e-200, 1e-300, 1e-300]));
    let answer = Model::new(&family, &locus(Mode::AutosomalDominant, 1e-300)).unwrap().answer(&seen).unwrap();
    let Answer::Chances { persons, log_likelihood } = answer else { panic!() };
    near(persons[0].carrier(), 0.5);
    // One of two parents has a copy; each other child is without it with one chance in two.
    let expected = (2.0 * 2.0 * 0.5f64).ln() + 1e-300f64.ln() + 1499.0 * (1e-200f64.ln() + 0.5f64.ln());
    assert!((log_likelihood / expected - 1.0).abs() < 1e-12, "{log_likelihood} {expected}");
}

#[test]
fn what_cannot_be_asked_is_refused_with_what_to_do() {
    let trio = family(&["f m", "m w", "c w = f + m"]);
    for wrong in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let error = Model::new(&trio, &locus(Mode::XLinked, wrong)).err().unwrap();
        assert!(error.to_string().contains("from 0 to 1"), "{error}");
        let rate = Locus { de_novo: wrong, ..locus(Mode::XLinked, 0.1) };
        assert!(matches!(Model::new(&trio, &rate), Err(RiskError::DeNovo(_))));
    }
    let model = Model::new(&trio, &locus(Mode::XLinked, 0.1)).unwrap();
    assert_eq!(model.answer(&evidence(&[("x", Carrier)])), Err(RiskError::Stranger("x".into())));
    let mut strange = Evidence::new();
    strange.add_likelihood(&"c".into(), [1.0, f64::NAN, 0.0]);
    assert_eq!(model.answer(&strange), Err(RiskError::Likelihood("c".into())));
    let round = family(&["a m = b", "b w = a"]);
    assert!(matches!(Model::new(&round, &locus(Mode::XLinked, 0.1)), Err(RiskError::Family(_))));
    let odd = family(&["a u", "b u", "c u", "x m = a + b", "y m = b + c", "z m = c + a"]);
    assert!(matches!(Model::new(&odd, &locus(Mode::XLinked, 0.1)), Err(RiskError::Couple(_))));
}
