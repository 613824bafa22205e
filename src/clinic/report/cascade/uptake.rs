//! Uptake family by family: the share of relatives who were tested, with how sure it is, and what chance alone would give for a
//! family of that size. Must not know: which family is which. A dot has no name, and small families have none.

use super::{
    super::{
        hiding::{CellId, Hiding, Told},
        wilson::{Interval, THREE_SIGMA, TWO_SIGMA, Z_95, funnel_limits, wilson},
    },
    cohort::Relative,
    figure::{Cell, Figure, Row, Table, many},
    plot::{Anchor, Plot, Tone},
};
use crate::ids::FamilyId;
use std::collections::BTreeMap;

struct Uptake {
    eligible: u32,
    tested: u32,
}

impl Uptake {
    fn share(&self) -> f64 {
        f64::from(self.tested) / f64::from(self.eligible.max(1))
    }

    fn is_outside(&self, overall: f64, tail: f64) -> bool {
        let limits = funnel_limits(overall, self.eligible, tail);
        limits.is_some_and(|limits| self.share() < limits.lower || self.share() > limits.upper)
    }
}

/// Sizes of families that stand in one line of the table; the first line is of those that have no dot.
const SIZES: [(&str, u32, u32); 4] = [
    ("1 to 4 relatives", 1, 4),
    ("5 to 9 relatives", 5, 9),
    ("10 to 19 relatives", 10, 19),
    ("20 relatives or more", 20, u32::MAX),
];

pub fn uptake(relatives: &[Relative], limit: u64) -> Figure {
    let mut by_family: BTreeMap<FamilyId, Uptake> = BTreeMap::new();
    for relative in relatives.iter().filter(|one| one.is_eligible()) {
        let one = by_family.entry(relative.family).or_insert(Uptake { eligible: 0, tested: 0 });
        one.eligible += 1;
        one.tested += u32::from(relative.tested.is_some());
    }
    let all: Vec<Uptake> = by_family.into_values().collect();
    let (eligible, tested) =
        all.iter().fold((0, 0), |(eligible, tested), one| (eligible + one.eligible, tested + one.tested));
    let overall = f64::from(tested) / f64::from(eligible.max(1));
    let mut hiding = Hiding::below(limit);
    let everybody: Vec<&Uptake> = all.iter().collect();
    let total = Counted::of(&mut hiding, &everybody, overall);
    let sizes: Vec<Counted> = SIZES
        .iter()
        .map(|(_, least, most)| {
            let of: Vec<&Uptake> =
                all.iter().filter(|one| (*least..=*most).contains(&one.eligible)).collect();
            Counted::of(&mut hiding, &of, overall)
        })
        .collect();
    for (place, whole) in total.0.iter().enumerate() {
        hiding.sum(*whole, sizes.iter().filter_map(|one| one.0.get(place).copied()).collect());
    }
    let told = hiding.told();
    let names = SIZES.iter().map(|(name, _, _)| *name).chain(["All families"]);
    let rows = names.zip(sizes.iter().chain([&total])).map(|(name, counted)| counted.row(name, &told));
    let table = Table {
        id: "sizes",
        caption: "Families and their relatives, by how many are eligible".to_owned(),
        first: "Family",
        columns: [
            "Families",
            "Relatives",
            "Tested",
            "Uptake (95% interval)",
            "Families outside 95% limits",
            "Families outside 99.8% limits",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.collect(),
    };
    let mut dots: Vec<&Uptake> = all.iter().filter(|one| u64::from(one.eligible) >= limit).collect();
    dots.sort_by(|one, other| one.share().total_cmp(&other.share()).then(one.eligible.cmp(&other.eligible)));
    // The line of all families and the number of dots are numbers, too: what the table hides the plot must not tell.
    let is_told = |place| total.told(place, &told).count().is_some();
    let enough = u64::try_from(dots.len()).is_ok_and(|dots| dots >= limit);
    let may_draw = enough && is_told(1) && is_told(2) && is_told(3);
    let finding = finding(&total, &dots, overall, &told);
    Figure {
        plot: plot(&dots, overall, &finding, limit).filter(|_| may_draw),
        finding,
        warning: None,
        tables: vec![table],
        how: how(limit),
    }
}

/// Families, relatives, tested, not tested, and families outside either limit.
struct Counted(Vec<CellId>);

impl Counted {
    fn of(hiding: &mut Hiding, of: &[&Uptake], overall: f64) -> Self {
        let sum = |count: fn(&Uptake) -> u32| of.iter().map(|one| u64::from(count(one))).sum::<u64>();
        let (eligible, tested) = (sum(|one| one.eligible), sum(|one| one.tested));
        let outside = |tail| many(of.iter().filter(|one| one.is_outside(overall, tail)));
        let counts =
            [many(of.iter()), eligible, tested, eligible - tested, outside(TWO_SIGMA), outside(THREE_SIGMA)];
        let cells = counts.map(|count| hiding.cell(count));
        let [_, eligible, tested, untested, ..] = cells;
        hiding.sum(eligible, vec![tested, untested]);
        Self(cells.to_vec())
    }

    fn told(&self, place: usize, told: &[Told]) -> Told {
        self.0.get(place).map_or(Told::NotShown, |cell| cell.told_in(told))
    }

    fn row(&self, name: &str, told: &[Told]) -> Row {
        let [families, eligible, tested, two, three] = [0, 1, 2, 4, 5].map(|place| self.told(place, told));
        let share = Cell::share_and_interval(tested, eligible);
        Row {
            name: name.to_owned(),
            cells: vec![families.into(), eligible.into(), tested.into(), share, two.into(), three.into()],
        }
    }
}

fn finding(total: &Counted, dots: &[&Uptake], overall: f64, told: &[Told]) -> String {
    let [families, eligible, tested] = [0, 1, 2].map(|place| total.told(place, told));
    if families.count() == Some(0) {
        return "No relative was put on a list in these months.".to_owned();
    }
    let share = Cell::share(tested, eligible);
    let whole = format!(
        "Relatives in {} families: {}; tested: {}{}.",
        families.words(),
        eligible.words(),
        tested.words(),
        share.number.map_or_else(String::new, |_| format!(" ({})", share.words))
    );
    let outside = many(dots.iter().filter(|one| one.is_outside(overall, TWO_SIGMA)));
    match (outside, dots.len()) {
        (_, 0) => whole,
        (0, _) => format!("{whole} No family stands out from what chance would give."),
        (_, _) => format!("{whole} Some families stand out; about one in twenty would by chance."),
    }
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 110.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 44.0;
const HIGH: f64 = 16.0;
/// So many lines are read; of more, the lowest and the highest are drawn.
const MOST: usize = 40;

fn plot(dots: &[&Uptake], overall: f64, finding: &str, limit: u64) -> Option<Plot> {
    let drawn: Vec<&Uptake> = match dots.len() {
        0 => return None,
        few if few <= MOST => dots.to_vec(),
        many => dots.iter().take(MOST / 2).chain(dots.iter().skip(many - MOST / 2)).copied().collect(),
    };
    let lines = f64::from(u32::try_from(drawn.len()).ok()?);
    let bottom = TOP + lines * HIGH + 6.0;
    let desc = format!(
        "{finding} One line a family with {limit} relatives or more, the lowest uptake first: a dot for its share, a line for the 95% interval, and behind it a pale bar where chance alone would put nineteen families of twenty of that size. The table below has the sums."
    );
    let mut plot = Plot::new("Uptake of testing, family by family", desc, WIDTH, bottom + 30.0);
    let x = |share: f64| LEFT + (RIGHT - LEFT) * share;
    for quarter in 0..=4u32 {
        let share = f64::from(quarter) / 4.0;
        plot.tick((x(share), TOP - 4.0), (x(share), bottom));
        plot.word((x(share), bottom + 18.0), Anchor::Middle, format!("{:.0}%", share * 100.0));
    }
    plot.word((x(overall), TOP - 12.0), Anchor::Middle, format!("All: {:.0}%", overall * 100.0));
    let mut y = TOP + HIGH / 2.0;
    for (place, one) in drawn.iter().enumerate() {
        let by_chance =
            funnel_limits(overall, one.eligible, TWO_SIGMA).unwrap_or(Interval { lower: 0.0, upper: 1.0 });
        let corners = [
            (x(by_chance.lower), y - 5.0),
            (x(by_chance.upper), y - 5.0),
            (x(by_chance.upper), y + 5.0),
            (x(by_chance.lower), y + 5.0),
        ];
        plot.area(&corners, Tone::Two);
        let tone = if one.is_outside(overall, TWO_SIGMA) { Tone::Four } else { Tone::One };
        if let Some(sure) = wilson(one.tested, one.eligible, Z_95) {
            plot.line((x(sure.lower), y), (x(sure.upper), y), tone);
        }
        plot.dot((x(one.share()), y), tone);
        let names = match (place, tone) {
            (_, Tone::Four) => Some("stands out"),
            (0, Tone::One | Tone::Two | Tone::Three) => Some("lowest"),
            (last, Tone::One | Tone::Two | Tone::Three) if last + 1 == drawn.len() => Some("highest"),
            (_, Tone::One | Tone::Two | Tone::Three) => None,
        };
        if let Some(name) = names {
            plot.word((LEFT - 8.0, y + 4.0), Anchor::End, name);
        }
        y += HIGH;
    }
    plot.line((x(overall), TOP - 4.0), (x(overall), bottom), Tone::Two);
    Some(plot)
}

fn how(limit: u64) -> Vec<String> {
    [
        "Uptake: of a family's relatives who could be told and tested (as in the cascade funnel), the share with a test of their own on record.".to_owned(),
        format!("A family with fewer than {limit} such relatives has no dot. No dot has a name: which family it is cannot be asked here. Where there are more than {MOST} families, the {} lowest and the {} highest are drawn.", MOST / 2, MOST / 2),
        "Interval: Wilson's, 95 per cent. Limits: exact binomial limits of a funnel plot around the share of all families, for the size of each family. A family outside them need not have been treated otherwise: relatives of one family decide together.".to_owned(),
    ]
    .to_vec()
}
