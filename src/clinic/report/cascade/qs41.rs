//! NICE quality standard QS41, statement 5: how many relatives of people with familial hypercholesterolaemia were offered a
//! test and had one, by degree; and the same for all conditions. Must not know: who they are.
//! Source: NICE, Familial hypercholesterolaemia, QS41 (2013), statement 5: cascade testing.

use super::{
    super::hiding::{CellId, Hiding, Told},
    cohort::Relative,
    figure::{Cell, Figure, Row, Table, many},
    plot::{Anchor, Plot, Tone},
};

/// The condition that the standard is about, as the table of conditions calls it.
const STANDARD: &str = "fh";

struct Measure {
    name: &'static str,
    of: fn(&Relative) -> bool,
    counts: fn(&Relative) -> bool,
}

const fn is_offered(relative: &Relative) -> bool {
    relative.trace.written.is_some() || relative.trace.replied.is_some() || relative.tested.is_some()
}

const MEASURES: [Measure; 5] = [
    Measure {
        name: "a. First-degree relatives offered a test",
        of: |one| one.degree <= 1,
        counts: is_offered,
    },
    Measure {
        name: "b. Second- and third-degree relatives offered a test",
        of: |one| one.degree == 2 || one.degree == 3,
        counts: is_offered,
    },
    Measure {
        name: "c. First-degree relatives tested",
        of: |one| one.degree <= 1,
        counts: |one| one.tested.is_some(),
    },
    Measure {
        name: "First-degree relatives offered, or told by the family",
        of: |one| one.degree <= 1,
        counts: |one| one.informed().is_some(),
    },
    Measure {
        name: "Second- and third-degree relatives offered, or told by the family",
        of: |one| one.degree == 2 || one.degree == 3,
        counts: |one| one.informed().is_some(),
    },
];

/// Numerator and denominator.
type Pair = (CellId, CellId);

pub fn qs41(relatives: &[Relative], limit: u64) -> Figure {
    let eligible: Vec<&Relative> = relatives.iter().filter(|one| one.is_eligible()).collect();
    let mut hiding = Hiding::below(limit);
    let is_of = |one: &Relative| one.condition.as_deref() == Some(STANDARD);
    let mut standard: Vec<Pair> = Vec::new();
    let mut all: Vec<Pair> = Vec::new();
    for measure in &MEASURES {
        let of: Vec<&Relative> = eligible.iter().copied().filter(|one| (measure.of)(one)).collect();
        let mut pair = |of: Vec<&&Relative>| {
            let done = many(of.iter().filter(|one| (measure.counts)(one)));
            let (part, rest) = (hiding.cell(done), hiding.cell(many(of.iter()) - done));
            let whole = hiding.cell(many(of.iter()));
            hiding.sum(whole, vec![part, rest]);
            (part, whole)
        };
        let (own, others, both) = (
            pair(of.iter().filter(|one| is_of(one)).collect()),
            pair(of.iter().filter(|one| !is_of(one)).collect()),
            pair(of.iter().collect()),
        );
        hiding.sum(both.0, vec![own.0, others.0]);
        hiding.sum(both.1, vec![own.1, others.1]);
        standard.push(own);
        all.push(both);
    }
    // The same relatives stand under several measures, and are as many each time.
    for pairs in [&standard, &all] {
        for (one, other) in [(0, 2), (0, 3), (1, 4)] {
            if let (Some(one), Some(other)) = (pairs.get(one), pairs.get(other)) {
                hiding.sum(one.1, vec![other.1]);
            }
        }
    }
    let told = hiding.told();
    let table = |id, caption: &str, pairs: &[Pair]| Table {
        id,
        caption: caption.to_owned(),
        first: "Measure",
        columns: ["Numerator", "Denominator", "Share (95% interval)"].map(str::to_owned).to_vec(),
        rows: MEASURES
            .iter()
            .zip(pairs)
            .map(|(measure, (part, whole))| {
                let (part, whole) = (part.told_in(&told), whole.told_in(&told));
                let cells = vec![part.into(), whole.into(), Cell::share_and_interval(part, whole)];
                Row { name: measure.name.to_owned(), cells }
            })
            .collect(),
    };
    let shares: Vec<(Told, Told)> =
        standard.iter().map(|(part, whole)| (part.told_in(&told), whole.told_in(&told))).collect();
    let share = |place: usize| {
        shares.get(place).map_or_else(String::new, |(part, whole)| Cell::share(*part, *whole).words)
    };
    let finding = if eligible.iter().any(|one| is_of(one)) {
        format!(
            "Familial hypercholesterolaemia: first-degree relatives offered a test: {}, tested: {}; second- and third-degree relatives offered: {}.",
            share(0),
            share(2),
            share(1)
        )
    } else {
        "No relative at risk of familial hypercholesterolaemia was put on a list in these months.".to_owned()
    };
    let tables = vec![
        table("standard", "Familial hypercholesterolaemia (QS41, statement 5)", &standard),
        table("all", "The same measures, all conditions that were chosen", &all),
    ];
    Figure { plot: plot(&shares, &finding), finding, warning: None, tables, how: how() }
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 330.0;
const LONGEST: f64 = 290.0;

fn plot(shares: &[(Told, Told)], finding: &str) -> Option<Plot> {
    let known = |(part, whole): &(Told, Told)| Cell::share(*part, *whole).number;
    if shares.iter().take(3).all(|pair| known(pair).is_none()) {
        return None;
    }
    let desc = format!("{finding} The table below has every number.");
    let mut plot = Plot::new("QS41, statement 5: shares of relatives offered and tested", desc, WIDTH, 116.0);
    let mut y = 8.0;
    for (measure, pair) in MEASURES.iter().zip(shares).take(3) {
        plot.word((LEFT - 8.0, y + 18.0), Anchor::End, measure.name);
        let percent = known(pair).unwrap_or(0.0);
        if percent > 0.0 {
            plot.bar((LEFT, y), LONGEST * percent / 100.0, 26.0, Tone::One);
        }
        let words = Cell::share(pair.0, pair.1).words;
        plot.word((LEFT + LONGEST * percent / 100.0 + 8.0, y + 18.0), Anchor::Start, words);
        y += 34.0;
    }
    plot.line((LEFT, 4.0), (LEFT, 110.0), Tone::Two);
    Some(plot)
}

fn how() -> Vec<String> {
    [
        "NICE quality standard QS41, statement 5, asks a service that keeps a register of relatives for three measures: a, b and c. The denominators are all relatives who could be told and tested (as in the cascade funnel) and were put on a list in these months; the standard speaks of those not tested before, whom this list holds.",
        "Offered: a letter of ours to them left and did not come back, or they answered one, or they have been tested. Whether “told by the family” is an offer the standard does not say: those measures stand apart below.",
        "The first table is of familial hypercholesterolaemia, whatever condition is chosen besides.",
    ]
    .map(str::to_owned)
    .to_vec()
}
