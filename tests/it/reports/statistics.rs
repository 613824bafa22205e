//! What reports reckon, against SciPy: on sets of every kind, not on numbers that somebody typed in.
//! Must not know: any formula.

use kinward::{
    clinic::report::{
        survival::{Watched, kaplan_meier},
        wilson::{THREE_SIGMA, TWO_SIGMA, Z_95, funnel_limits, wilson},
    },
    clock::{Chance, SeededChance},
};
use serde_json::{Value, json};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Asks the other package; where it is not installed this fails, because nothing was compared.
fn reckoned_elsewhere(sets: &Value) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".venv/bin/python");
    let child = Command::new(&python)
        .arg(root.join("tests/statistics/figures.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let missing = "SciPy is needed to check what reports reckon: run tests/setup.sh test";
    let mut child = child.unwrap_or_else(|e| panic!("{missing} ({}: {e})", python.display()));
    child.stdin.take().unwrap().write_all(sets.to_string().as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{missing}");
    serde_json::from_slice(&out.stdout).unwrap()
}

/// From 0 to one below `most`.
fn below(chance: &SeededChance, most: u32) -> u32 {
    let mut bytes = [0; 4];
    chance.fill(&mut bytes);
    u32::from_le_bytes(bytes) % most
}

fn same(ours: f64, theirs: &Value, of: &str) {
    let theirs = theirs.as_f64().unwrap_or_else(|| panic!("{of}: {theirs}"));
    assert!((ours - theirs).abs() < 1e-9, "{of}: ours {ours}, theirs {theirs}");
}

#[test]
fn shares_and_their_limits_are_those_of_another_package() {
    let mut shares: Vec<(u32, u32)> = [1, 2, 5, 9, 30, 114, 11_711]
        .into_iter()
        .flat_map(|of| [0, 1, of / 3, of / 2, of].map(|events| (events, of)))
        .collect();
    let chance = SeededChance::new(801);
    shares.extend((0..100).map(|_| 1 + below(&chance, 400)).map(|of| (below(&chance, of + 1), of)));
    let mut limits: Vec<(f64, u32, f64)> = Vec::new();
    for of in (1..40).chain([60, 200, 1000]) {
        for p in [0.03, 0.41, 0.5, 0.58, 0.955] {
            limits.extend([TWO_SIGMA, THREE_SIGMA].map(|tail| (p, of, tail)));
        }
    }
    let theirs = reckoned_elsewhere(&json!({
        "wilson": shares.iter().map(|(events, of)| json!({"events": events, "of": of})).collect::<Vec<_>>(),
        "funnel": limits.iter().map(|(p, of, tail)| json!({"p": p, "of": of, "tail": tail})).collect::<Vec<_>>(),
        "survival": [],
    }));
    for (place, (events, of)) in shares.iter().enumerate() {
        let (ours, theirs) = (wilson(*events, *of, Z_95).unwrap(), &theirs["wilson"][place]);
        same(ours.lower, &theirs["lower"], &format!("{events} of {of}"));
        same(ours.upper, &theirs["upper"], &format!("{events} of {of}"));
    }
    for (place, (p, of, tail)) in limits.iter().enumerate() {
        let (ours, theirs) = (funnel_limits(*p, *of, *tail).unwrap(), &theirs["funnel"][place]);
        same(ours.lower, &theirs["lower"], &format!("{p} of {of}, {tail}"));
        same(ours.upper, &theirs["upper"], &format!("{p} of {of}, {tail}"));
    }
    assert!(shares.len() > 130 && limits.len() > 400);
}

/// Sets with everything that can go wrong: ties, nobody there yet, everybody there, the first day, one alone.
fn watched_sets() -> Vec<Vec<Watched>> {
    let of = |happened, days: &[u32]| {
        days.iter().map(|days| Watched { days: *days, happened }).collect::<Vec<_>>()
    };
    // Freireich 1963, the set that textbooks use: 6-MP, remissions in weeks.
    let mut textbook = of(true, &[6, 6, 6, 7, 10, 13, 16, 22, 23]);
    textbook.extend(of(false, &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]));
    let mut half = of(true, &[10, 20]);
    half.extend(of(false, &[30, 40]));
    let mut sets = vec![
        textbook,
        half,
        of(true, &[0]),
        of(false, &[14]),
        of(true, &[3, 3, 3, 3]),
        of(false, &[0, 0, 90]),
    ];
    sets.push([of(true, &[0, 0, 14, 90, 90]), of(false, &[0, 14, 90, 90, 120])].concat());
    let chance = SeededChance::new(802);
    for size in [2, 3, 5, 8, 13, 40, 114, 600] {
        // Few different days make many ties; many make few.
        for (days, waits) in [(6, 2), (120, 3), (900, 6), (900, 1)] {
            let one = |_| {
                let happened = below(&chance, waits + 1) > 0;
                Watched { days: below(&chance, days), happened }
            };
            sets.push((0..size).map(one).collect());
        }
    }
    sets
}

#[test]
fn times_until_somebody_heard_are_those_of_another_package() {
    let sets = watched_sets();
    let told = |set: &Vec<Watched>| set.iter().map(|one| json!([one.days, one.happened])).collect::<Vec<_>>();
    let theirs = reckoned_elsewhere(
        &json!({"wilson": [], "funnel": [], "survival": sets.iter().map(told).collect::<Vec<_>>()}),
    );
    let (mut steps, mut bands) = (0, 0);
    for (place, set) in sets.iter().enumerate() {
        let (ours, theirs) = (kaplan_meier(set.clone(), Z_95), &theirs["survival"][place]);
        assert_eq!(ours.median(), theirs["median"].as_u64().map(|day| day as u32), "median of set {place}");
        same(
            ours.at(90).map_or(1.0, |step| step.waiting),
            &theirs["at_90"],
            &format!("day 90 of set {place}"),
        );
        assert_eq!(ours.steps().len(), theirs["steps"].as_array().unwrap().len(), "set {place}");
        for (step, theirs) in ours.steps().iter().zip(theirs["steps"].as_array().unwrap()) {
            let of = format!("set {place}, day {}", step.day);
            same(f64::from(step.day), &theirs["day"], &of);
            same(step.waiting, &theirs["waiting"], &of);
            match step.band {
                Some(band) => {
                    same(band.lower, &theirs["band"][0], &of);
                    same(band.upper, &theirs["band"][1], &of);
                    bands += 1;
                }
                None => assert!(theirs["band"].is_null(), "{of}"),
            }
            steps += 1;
        }
    }
    assert!(
        sets.len() > 35 && steps > 500 && bands > 480,
        "{} sets, {steps} steps, {bands} bands",
        sets.len()
    );
}
