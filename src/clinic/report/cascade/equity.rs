//! Whether the cascade reaches everybody alike: informed and tested by sex, degree, language and needs.
//! Must not know: who they are, or what anybody's needs are beyond that there are some.

use super::{
    super::{
        hiding::{CellId, Hiding, Told},
        wilson::{Z_95, wilson},
    },
    cohort::{Relative, Stage},
    figure::{Cell, Figure, Row, Table, many, percent},
    plot::{Anchor, Plot, Tone},
    splits::{Split, by_degree, by_sex, grouped},
};

const NOT_ASKED: &str = "Not asked, or English";
const WELSH: &str = "Welsh, alone or with English";
const SOME: &str = "Larger print, or another need on record";
const NONE: &str = "None on record";

fn language_of(relative: &Relative) -> &'static str {
    match relative.reading.welsh {
        true => WELSH,
        false => NOT_ASKED,
    }
}

fn needs_of(relative: &Relative) -> &'static str {
    match relative.reading.needs {
        true => SOME,
        false => NONE,
    }
}

/// Relatives, informed, not informed, tested, not tested.
struct Counted([CellId; 5]);

impl Counted {
    fn of(hiding: &mut Hiding, of: &[&Relative]) -> Self {
        let whole = many(of.iter());
        let informed = many(of.iter().filter(|one| one.stage() >= Stage::Informed));
        let tested = many(of.iter().filter(|one| one.stage() >= Stage::Tested));
        let cells =
            [whole, informed, whole - informed, tested, whole - tested].map(|count| hiding.cell(count));
        let [whole, informed, uninformed, tested, untested] = cells;
        hiding.sum(whole, vec![informed, uninformed]);
        hiding.sum(whole, vec![tested, untested]);
        Self(cells)
    }

    fn told(&self, told: &[Told]) -> [Told; 3] {
        let [whole, informed, _, tested, _] = self.0.map(|cell| cell.told_in(told));
        [whole, informed, tested]
    }
}

/// A group with what may be shown of it: relatives, informed, tested.
struct Shown {
    of: &'static str,
    name: &'static str,
    told: [Told; 3],
}

pub fn equity(relatives: &[Relative], limit: u64) -> Figure {
    let eligible: Vec<&Relative> = relatives.iter().filter(|one| one.is_eligible()).collect();
    let languages = Split {
        id: "language",
        caption: "By language of letters",
        first: "Language",
        groups: grouped(&eligible, [NOT_ASKED, WELSH], language_of),
    };
    let needs = Split {
        id: "needs",
        caption: "By needs on record",
        first: "Needs",
        groups: grouped(&eligible, [NONE, SOME], needs_of),
    };
    let splits = [by_sex(&eligible), by_degree(&eligible), languages, needs];
    let mut hiding = Hiding::below(limit);
    let total = Counted::of(&mut hiding, &eligible);
    let mut counted: Vec<Vec<Counted>> = Vec::new();
    for split in &splits {
        let groups: Vec<Counted> =
            split.groups.iter().map(|group| Counted::of(&mut hiding, &group.of)).collect();
        for (place, whole) in total.0.iter().enumerate() {
            hiding.sum(*whole, groups.iter().filter_map(|one| one.0.get(place).copied()).collect());
        }
        counted.push(groups);
    }
    let all = hiding.told();
    let mut shown: Vec<Shown> = Vec::new();
    let mut tables = Vec::new();
    for (split, groups) in splits.iter().zip(&counted) {
        let mut rows = Vec::new();
        for (group, counted) in split.groups.iter().zip(groups) {
            let told = counted.told(&all);
            shown.push(Shown { of: split.id, name: group.name, told });
            rows.push(row(group.name, told));
        }
        rows.push(row("All", total.told(&all)));
        tables.push(Table {
            id: split.id,
            caption: split.caption.to_owned(),
            first: split.first,
            columns: [
                "Relatives",
                "Informed",
                "Informed, of relatives (95% interval)",
                "Tested",
                "Tested, of relatives (95% interval)",
            ]
            .map(str::to_owned)
            .to_vec(),
            rows,
        });
    }
    let finding = if eligible.is_empty() {
        "No relative was put on a list in these months.".to_owned()
    } else {
        finding(&shown)
    };
    Figure { plot: plot(&shown, &finding), finding, warning: None, tables, how: how() }
}

fn row(name: &str, [whole, informed, tested]: [Told; 3]) -> Row {
    let cells = vec![
        whole.into(),
        informed.into(),
        Cell::share_and_interval(informed, whole),
        tested.into(),
        Cell::share_and_interval(tested, whole),
    ];
    Row { name: name.to_owned(), cells }
}

/// The widest gap in testing within one split, and whether chance may be all there is to it.
fn finding(shown: &[Shown]) -> String {
    let of = |one: &Shown| {
        let [whole, _, tested] = one.told;
        let numbers = u32::try_from(tested.count()?).ok().zip(u32::try_from(whole.count()?).ok())?;
        Some((percent(tested, whole)?, wilson(numbers.0, numbers.1, Z_95)?))
    };
    let mut widest: Option<(f64, String)> = None;
    for (place, one) in shown.iter().enumerate() {
        for other in shown.iter().skip(place + 1).filter(|other| other.of == one.of) {
            let (Some((first, sure)), Some((second, also))) = (of(one), of(other)) else { continue };
            let gap = (first - second).abs();
            let apart = sure.lower > also.upper || also.lower > sure.upper;
            let why =
                if apart { "more than chance alone would give" } else { "chance may be all there is to it" };
            if widest.as_ref().is_none_or(|(most, _)| gap > *most) {
                let words = format!(
                    "The widest gap in testing that can be shown: {} {first:.0}%, {} {second:.0}%; {why}.",
                    one.name, other.name
                );
                widest = Some((gap, words));
            }
        }
    }
    widest.map_or_else(|| "Too few relatives in each group to compare them.".to_owned(), |(_, words)| words)
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 290.0;
const RIGHT: f64 = 680.0;
const HIGH: f64 = 24.0;

/// A dot and its interval for each group that can be shown; nothing where none can.
fn plot(shown: &[Shown], finding: &str) -> Option<Plot> {
    let dots: Vec<(&Shown, f64, f64, f64)> = shown
        .iter()
        .filter_map(|one| {
            let [whole, _, tested] = one.told;
            let (part, of) = (u32::try_from(tested.count()?).ok()?, u32::try_from(whole.count()?).ok()?);
            let sure = wilson(part, of, Z_95)?;
            Some((one, percent(tested, whole)? / 100.0, sure.lower, sure.upper))
        })
        .collect();
    if dots.is_empty() {
        return None;
    }
    let bottom = 12.0 + HIGH * f64::from(u32::try_from(dots.len()).ok()?);
    let desc = format!(
        "{finding} A dot for each group's share tested, a line for its 95% interval. The tables below have every number."
    );
    let mut plot = Plot::new("Share of relatives tested, group by group", desc, WIDTH, bottom + 30.0);
    let x = |share: f64| LEFT + (RIGHT - LEFT) * share;
    for quarter in 0..=4u32 {
        let share = f64::from(quarter) / 4.0;
        plot.tick((x(share), 6.0), (x(share), bottom));
        plot.word((x(share), bottom + 18.0), Anchor::Middle, format!("{:.0}%", share * 100.0));
    }
    let mut y = 8.0 + HIGH / 2.0;
    for (one, share, lower, upper) in dots {
        plot.word((LEFT - 8.0, y + 4.0), Anchor::End, one.name);
        plot.line((x(lower), y), (x(upper), y), Tone::One);
        plot.dot((x(share), y), Tone::One);
        y += HIGH;
    }
    Some(plot)
}

fn how() -> Vec<String> {
    [
        "Relatives who could be told and tested, as in the cascade funnel. Language and needs are what stands on each person's page; a need is larger print, or anything else that was written there. What it is is not read.",
        "Deprivation and ethnicity are not recorded, so nothing is said of them here.",
        "The interval is Wilson's, 95 per cent. With several comparisons on one page some gap is to be expected by chance.",
    ]
    .map(str::to_owned)
    .to_vec()
}
