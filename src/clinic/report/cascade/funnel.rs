//! The cascade funnel: of all relatives who could be told and tested, how many came how far; by degree, sex and route.
//! Must not know: who stopped where.

use super::{
    super::hiding::{CellId, Hiding, Told},
    cohort::{Relative, Stage},
    figure::{Cell, Figure, Row, Table, many, percent},
    plot::{Anchor, Plot, Tone},
    splits::{by_degree, by_sex, by_way},
};

/// How many came as far as each stage, and, unseen but to be reckoned with, how many stopped at each.
struct Counted {
    stages: Vec<CellId>,
}

impl Counted {
    fn of(hiding: &mut Hiding, relatives: &[&Relative]) -> Self {
        let reached = |stage: Stage| many(relatives.iter().filter(|one| one.stage() >= stage));
        let stages: Vec<CellId> = Stage::ALL.iter().map(|stage| hiding.cell(reached(*stage))).collect();
        // Whoever reads two stages can subtract: who stopped between them is a number as well.
        for (cells, names) in stages.windows(2).zip(Stage::ALL.windows(2)) {
            if let ([from, to], [stage, next]) = (cells, names) {
                let stopped = hiding.cell(reached(*stage) - reached(*next));
                hiding.sum(*from, vec![*to, stopped]);
            }
        }
        Self { stages }
    }

    fn told(&self, all: &[Told]) -> Vec<Told> {
        self.stages.iter().map(|cell| cell.told_in(all)).collect()
    }
}

pub fn funnel(relatives: &[Relative], limit: u64) -> Figure {
    let eligible: Vec<&Relative> = relatives.iter().filter(|one| one.is_eligible()).collect();
    let mut hiding = Hiding::below(limit);
    let total = Counted::of(&mut hiding, &eligible);
    let splits = [by_degree(&eligible), by_sex(&eligible), by_way(&eligible)];
    let mut counted = Vec::new();
    for split in &splits {
        let groups: Vec<Counted> =
            split.groups.iter().map(|group| Counted::of(&mut hiding, &group.of)).collect();
        for (place, whole) in total.stages.iter().enumerate() {
            hiding.sum(*whole, groups.iter().filter_map(|one| one.stages.get(place).copied()).collect());
        }
        counted.push(groups);
    }
    let surely = eligible.iter().filter(|one| one.stage() >= Stage::Informed && one.is_surely_informed());
    let surely = hiding.cell(many(surely));
    let informed = eligible.iter().filter(|one| one.stage() >= Stage::Informed);
    let believed = hiding.cell(many(informed.filter(|one| !one.is_surely_informed())));
    if let Some(informed) = total.stages.get(2) {
        hiding.sum(*informed, vec![surely, believed]);
    }
    let all = hiding.told();
    let told = total.told(&all);
    let whole = told.first().copied().unwrap_or(Told::NotShown);
    let mut tables = vec![stages_table(&told, surely.told_in(&all), believed.told_in(&all))];
    for (split, groups) in splits.iter().zip(&counted) {
        let rows = split.groups.iter().zip(groups).map(|(group, counted)| {
            let told = counted.told(&all);
            let of = told.first().copied().unwrap_or(Told::NotShown);
            let cells = told.iter().enumerate().map(|(place, one)| match place {
                0 => Cell::from(*one),
                _ => Cell::count_and_share(*one, of),
            });
            Row { name: group.name.to_owned(), cells: cells.collect() }
        });
        tables.push(Table {
            id: split.id,
            caption: format!(
                "{}: relatives who came so far, and their share of those identified",
                split.caption
            ),
            first: split.first,
            columns: Stage::ALL.iter().map(|stage| stage.words().to_owned()).collect(),
            rows: rows.collect(),
        });
    }
    let finding = finding(&told);
    Figure { plot: Some(plot(&told, whole, &finding)), finding, warning: None, tables, how: how() }
}

fn stages_table(told: &[Told], surely: Told, believed: Told) -> Table {
    let whole = told.first().copied().unwrap_or(Told::NotShown);
    let mut rows = Vec::new();
    let mut before = whole;
    for (stage, count) in Stage::ALL.iter().zip(told) {
        let cells =
            vec![Cell::from(*count), Cell::share_and_interval(*count, whole), Cell::share(*count, before)];
        rows.push(Row { name: stage.words().to_owned(), cells });
        if *stage == Stage::Informed {
            for (name, part) in
                [("of these, heard from them", surely), ("of these, sent or believed", believed)]
            {
                let cells = vec![Cell::from(part), Cell::share(part, whole), Cell::share(part, *count)];
                rows.push(Row { name: name.to_owned(), cells });
            }
        }
        before = *count;
    }
    Table {
        id: "stages",
        caption: "How far relatives came".to_owned(),
        first: "Step",
        columns: ["Relatives", "Of those identified (95% interval)", "Of the step before"]
            .map(str::to_owned)
            .to_vec(),
        rows,
    }
}

fn finding(told: &[Told]) -> String {
    let of = |stage: Stage| {
        let place = Stage::ALL.iter().position(|known| *known == stage);
        place.and_then(|place| told.get(place).copied()).unwrap_or(Told::NotShown)
    };
    let whole = of(Stage::Identified);
    if whole.count() == Some(0) {
        return "No relative was put on a list in these months.".to_owned();
    }
    let part = |stage: Stage| match percent(of(stage), whole) {
        Some(percent) => format!("{} ({percent:.0}%)", of(stage).words()),
        None => of(stage).words(),
    };
    let mut lost: Option<(u64, Stage)> = None;
    for (counts, stages) in told.windows(2).zip(Stage::ALL.windows(2)) {
        if let ([Told::Count(from), Told::Count(to)], [_, next]) = (counts, stages)
            && lost.is_none_or(|(most, _)| from - to > most)
        {
            lost = Some((from - to, *next));
        }
    }
    let most = match lost {
        Some((count, next)) if count > 0 => {
            format!(" The step at which most stop is before “{}”: {count}.", next.words().to_lowercase())
        }
        Some(_) | None => String::new(),
    };
    format!(
        "Relatives identified: {}; informed: {}; tested: {}.{most}",
        whole.words(),
        part(Stage::Informed),
        part(Stage::Tested)
    )
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 110.0;
const LONGEST: f64 = 470.0;
const HIGH: f64 = 34.0;

fn plot(told: &[Told], whole: Told, finding: &str) -> Plot {
    let height = HIGH * 7.0 + 16.0;
    let desc = format!("{finding} The table below has every number.");
    let mut plot = Plot::new("Cascade funnel: relatives who came as far as each step", desc, WIDTH, height);
    let mut y = 8.0;
    for (stage, count) in Stage::ALL.iter().zip(told) {
        plot.word((LEFT - 8.0, y + 18.0), Anchor::End, stage.words());
        let (length, words) = match percent(*count, whole) {
            Some(percent) => (LONGEST * percent / 100.0, format!("{} ({percent:.0}%)", count.words())),
            None => (0.0, count.words()),
        };
        if length > 0.0 {
            plot.bar((LEFT, y), length, HIGH - 8.0, Tone::One);
        }
        plot.word((LEFT + length + 8.0, y + 18.0), Anchor::Start, words);
        y += HIGH;
    }
    plot.line((LEFT, 4.0), (LEFT, height - 8.0), Tone::Two);
    plot
}

fn how() -> Vec<String> {
    [
        "A relative counts in the month in which they were put on a list of relatives at risk. Somebody at risk by two results counts once for each. Whoever has come to a step counts in every step before it.",
        "Identified: on a list, and to be told and tested. Not counted: too young to be asked yet, no longer at risk without a test, told from a joined file, of a report that was amended, or died before they knew.",
        "Contactable: there are contact details. Informed: a letter of ours to them left and did not come back, or staff recorded that they know or are believed to, or they answered, or have been tested. Replied: an answer of theirs. Counselled: they asked for an appointment that was seen to, or were told their own result. Tested: a test of their own is on record. Result: a second person has confirmed it.",
        "Route: what the proband agreed to, or what was decided.",
    ]
    .map(str::to_owned)
    .to_vec()
}
