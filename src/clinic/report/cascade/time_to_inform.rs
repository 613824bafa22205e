//! How long it took from the report that names the variant until relatives knew, by route: a Kaplan-Meier estimate.
//! Must not know: who waited. No step is drawn for fewer relatives than may be counted.

use super::{
    super::{
        hiding::{CellId, Hiding, Told},
        survival::{Curve, Step, Watched, kaplan_meier},
        wilson::Z_95,
    },
    cohort::{Relative, Way},
    figure::{Cell, Figure, Row, Table},
    plot::{Anchor, Plot, Tone},
    splits::by_way,
};
use crate::{clinic::cascade::task::TaskState, db::UtcDate};

/// The days that the table names; the finding says the one that services compare.
const DAYS: [u32; 4] = [30, 90, 180, 365];
const COMPARED: u32 = 90;

/// Until when somebody who does not know yet was watched: the day that ended it, or today. None where it has not begun.
fn watched(relative: &Relative, today: UtcDate) -> Option<Watched> {
    let days = |until: UtcDate| u32::try_from(until.days_since(relative.reported).max(0)).ok();
    if let Some(informed) = relative.informed() {
        return Some(Watched { days: days(informed)?, happened: true });
    }
    let until = match relative.state {
        TaskState::WaitAge => return None,
        TaskState::Deceased
        | TaskState::DoNotContact
        | TaskState::NotAtRisk
        | TaskState::Elsewhere
        | TaskState::Suspended
        | TaskState::Waiting
        | TaskState::Done => relative.changed,
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::Tested
        | TaskState::ToTell
        | TaskState::NotReached => today,
    };
    Some(Watched { days: days(until)?, happened: false })
}

/// A group with its curve and the cells of its counts.
struct Timed {
    name: &'static str,
    tone: Option<Tone>,
    curve: Curve,
    watched: CellId,
    informed: CellId,
    /// One for each tick of the axis.
    at_risk: Vec<CellId>,
}

impl Timed {
    fn of(hiding: &mut Hiding, name: &'static str, tone: Option<Tone>, curve: Curve, ticks: &[u32]) -> Self {
        let count = u64::try_from(curve.watched()).unwrap_or(u64::MAX);
        let happened = curve.happened_by(curve.last_day());
        let (watched, informed) = (hiding.cell(count), hiding.cell(happened));
        let not_yet = hiding.cell(count - happened);
        hiding.sum(watched, vec![informed, not_yet]);
        // On day 0 all of them wait: it is the same number, shown or hidden with it.
        let at_risk = ticks.iter().map(|day| match day {
            0 => watched,
            day => hiding.cell(curve.at_risk(*day)),
        });
        let at_risk = at_risk.collect();
        Self { name, tone, curve, watched, informed, at_risk }
    }

    /// The estimate at the end of a day, where neither those who knew by then nor those who waited are too few.
    fn by(&self, day: u32, limit: u64) -> Option<Option<&Step>> {
        let enough = |count: u64| count == 0 || count >= limit;
        let waited = self.curve.at_risk(day + 1);
        let told = enough(self.curve.happened_by(day)) && enough(waited) && day <= self.curve.last_day();
        told.then(|| self.curve.at(day))
    }

    fn share_by(&self, day: u32, limit: u64) -> Cell {
        match self.by(day, limit) {
            None if day > self.curve.last_day() => Cell::words("not watched so long"),
            None => Cell::words(Told::NotShown.words()),
            Some(None) => Cell { number: Some(0.0), words: "0%".to_owned() },
            Some(Some(step)) => {
                let percent = (1.0 - step.waiting) * 100.0;
                let mut words = format!("{percent:.0}%");
                if let Some(band) = step.band {
                    let (lower, upper) = ((1.0 - band.upper) * 100.0, (1.0 - band.lower) * 100.0);
                    words.push_str(&format!(" ({lower:.0} to {upper:.0})"));
                }
                Cell { number: Some(percent), words }
            }
        }
    }

    /// The day by which half knew, where so many did that it is nobody's own day.
    fn median(&self, limit: u64) -> Cell {
        match self.curve.median() {
            None => Cell::words("not reached"),
            Some(day) if self.curve.happened_by(day) >= limit => Cell::open(u64::from(day)),
            Some(_) => Cell::words(Told::NotShown.words()),
        }
    }

    /// The curve without the days of single relatives: a step for each `limit` who came to know, while so many, or nobody,
    /// still wait after it.
    fn steps(&self, limit: u64) -> Vec<Step> {
        let mut drawn = Vec::new();
        let mut since = 0;
        for step in self.curve.steps() {
            since += u64::from(step.happened);
            let left = u64::from(step.at_risk.saturating_sub(step.happened));
            if since >= limit && (left == 0 || left >= limit) {
                drawn.push(*step);
                since = 0;
            }
        }
        drawn
    }
}

pub fn time_to_inform(relatives: &[Relative], today: UtcDate, limit: u64) -> Figure {
    let all: Vec<&Relative> = relatives.iter().filter(|one| watched(one, today).is_some()).collect();
    let curve_of =
        |of: &[&Relative]| kaplan_meier(of.iter().filter_map(|one| watched(one, today)).collect(), Z_95);
    let whole = curve_of(&all);
    let ticks = ticks(whole.last_day());
    let mut hiding = Hiding::below(limit);
    let total = Timed::of(&mut hiding, "All", None, whole, &ticks);
    let split = by_way(&all);
    let mut groups = Vec::new();
    for (way, group) in Way::ALL.iter().zip(&split.groups) {
        let tone = match way {
            Way::Family => Some(Tone::One),
            Way::Direct => Some(Tone::Two),
            Way::Mixed => Some(Tone::Three),
            Way::Open => None,
        };
        groups.push(Timed::of(&mut hiding, group.name, tone, curve_of(&group.of), &ticks));
    }
    hiding.sum(total.watched, groups.iter().map(|one| one.watched).collect());
    hiding.sum(total.informed, groups.iter().map(|one| one.informed).collect());
    for (place, cell) in total.at_risk.iter().enumerate() {
        hiding.sum(*cell, groups.iter().filter_map(|one| one.at_risk.get(place).copied()).collect());
    }
    let told = hiding.told();
    let lines: Vec<&Timed> = groups.iter().chain([&total]).collect();
    let rows = lines.iter().map(|one| {
        let mut cells =
            vec![one.watched.told_in(&told).into(), one.informed.told_in(&told).into(), one.median(limit)];
        cells.extend(DAYS.iter().map(|day| one.share_by(*day, limit)));
        Row { name: one.name.to_owned(), cells }
    });
    let mut columns = vec!["Relatives".to_owned(), "Informed".to_owned(), "Median days".to_owned()];
    columns.extend(DAYS.iter().map(|day| format!("Informed by day {day} (95% band)")));
    let times = Table {
        id: "times",
        caption: "From the report to informed, by route".to_owned(),
        first: "Route",
        columns,
        rows: rows.collect(),
    };
    let waiting = Table {
        id: "at-risk",
        caption: "Relatives still waiting as a day begins (number at risk)".to_owned(),
        first: "Route",
        columns: ticks.iter().map(|day| format!("Day {day}")).collect(),
        rows: lines
            .iter()
            .map(|one| Row {
                name: one.name.to_owned(),
                cells: one.at_risk.iter().map(|cell| cell.told_in(&told).into()).collect(),
            })
            .collect(),
    };
    let finding = finding(&total, limit);
    Figure {
        plot: plot(&groups, &told, &ticks, limit, &finding),
        finding,
        warning: Some("A route is agreed because of who somebody is to the family: that one route is faster does not show that it would have been faster for the others.".to_owned()),
        tables: vec![times, waiting],
        how: how(),
    }
}

fn finding(total: &Timed, limit: u64) -> String {
    if total.curve.watched() == 0 {
        return "No relative was put on a list in these months.".to_owned();
    }
    let half = match total.median(limit) {
        Cell { number: Some(_), words } => {
            format!("Half of relatives knew within {words} days of the report.")
        }
        Cell { number: None, words } if words == Told::NotShown.words() => {
            "Too few relatives knew to say how long it took.".to_owned()
        }
        Cell { .. } => "Fewer than half of relatives know so far.".to_owned(),
    };
    match total.share_by(COMPARED, limit) {
        Cell { number: Some(_), words } => format!("{half} By day {COMPARED}: {words}."),
        Cell { .. } => half,
    }
}

/// Where the axis has a number: four quarters of the first round stretch that holds the last day.
fn ticks(last: u32) -> Vec<u32> {
    let stretch = [120, 180, 360, 720, 1440, 3600].into_iter().find(|days| *days >= last).unwrap_or(7200);
    (0..=4).map(|quarter| quarter * stretch / 4).collect()
}

const WIDTH: f64 = 760.0;
const LEFT: f64 = 150.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 250.0;

/// The curves that may be drawn, with the numbers at risk under the axis; nothing where none may.
fn plot(groups: &[Timed], told: &[Told], ticks: &[u32], limit: u64, finding: &str) -> Option<Plot> {
    let drawn: Vec<(&Timed, Tone, Vec<Step>)> = groups
        .iter()
        .filter_map(|one| Some((one, one.tone?, one.steps(limit))))
        .filter(|(_, _, steps)| !steps.is_empty())
        .collect();
    let last = *ticks.last().filter(|last| **last > 0 && !drawn.is_empty())?;
    let x = |day: u32| LEFT + (RIGHT - LEFT) * f64::from(day.min(last)) / f64::from(last);
    let y = |waiting: f64| TOP + (BOTTOM - TOP) * waiting;
    let height = BOTTOM + 66.0 + 20.0 * f64::from(u32::try_from(groups.len()).unwrap_or(0));
    let desc = format!(
        "{finding} Each step stands for {limit} relatives or more. The tables below have the numbers."
    );
    let mut plot =
        Plot::new("Share of relatives informed, by days since the report and by route", desc, WIDTH, height);
    for quarter in 0..=4u32 {
        let share = f64::from(quarter) / 4.0;
        plot.tick((LEFT, y(1.0 - share)), (RIGHT, y(1.0 - share)));
        plot.word((LEFT - 8.0, y(1.0 - share) + 4.0), Anchor::End, format!("{:.0}%", share * 100.0));
    }
    let mut labels: Vec<f64> = Vec::new();
    for (one, tone, steps) in &drawn {
        let (mut line, mut lower, mut upper) =
            (vec![(x(0), y(1.0))], vec![(x(0), y(1.0))], vec![(x(0), y(1.0))]);
        let to = |points: &mut Vec<(f64, f64)>, day: u32, waiting: Option<f64>| {
            let before = points.last().map_or(y(1.0), |point| point.1);
            points.push((x(day), before));
            if let Some(waiting) = waiting {
                points.push((x(day), y(waiting)));
            }
        };
        for step in steps {
            to(&mut line, step.day, Some(step.waiting));
            if let Some(band) = step.band {
                to(&mut lower, step.day, Some(band.lower));
                to(&mut upper, step.day, Some(band.upper));
            }
        }
        // As far as so many still wait that nobody's own day is the last.
        let end = ticks.last().copied().unwrap_or(0).min(one.curve.last_day());
        let end = (0..=end).rev().find(|day| one.curve.at_risk(*day) >= limit).unwrap_or(0);
        let end = steps.last().map_or(end, |step| end.max(step.day));
        for points in [&mut line, &mut lower, &mut upper] {
            to(points, end, None);
        }
        upper.reverse();
        lower.extend(upper);
        plot.area(&lower, *tone);
        plot.through(&line, *tone);
        if let Some((at_x, at_y)) = line.last() {
            // One label lies on no other.
            let mut label = at_y + 4.0;
            while labels.iter().any(|other| (other - label).abs() < 15.0) {
                label += 15.0;
            }
            labels.push(label);
            plot.word((at_x + 8.0, label), Anchor::Start, one.name);
        }
    }
    plot.line((LEFT, BOTTOM), (RIGHT, BOTTOM), Tone::Two);
    plot.word((LEFT, BOTTOM + 36.0), Anchor::Start, "Days since the report; below, relatives still waiting");
    for (place, day) in ticks.iter().enumerate() {
        plot.word((x(*day), BOTTOM + 18.0), Anchor::Middle, day.to_string());
        let mut line = BOTTOM + 58.0;
        for one in groups {
            if place == 0 {
                plot.word((LEFT - 40.0, line), Anchor::End, one.name);
            }
            let cell = one.at_risk.get(place).map_or(Told::NotShown, |cell| cell.told_in(told));
            let words = match cell {
                Told::Count(count) => count.to_string(),
                Told::Fewer(limit) => format!("under {limit}"),
                Told::NotShown => "hidden".to_owned(),
            };
            plot.word((x(*day), line), Anchor::Middle, words);
            line += 20.0;
        }
    }
    Some(plot)
}

fn how() -> Vec<String> {
    [
        "Counted from the day the report that names the variant came in, to the first day from which the relative knows or is believed to: a letter of ours left and did not come back, staff recorded it, they answered, or they were tested. Knowledge from before the report counts as day 0.",
        "Whoever does not know yet is counted as waiting until today; whoever died, asked not to be contacted, is no longer at risk, was told from a joined file, was closed or waits because the report was amended, until that day: so more are counted here than in the funnel, which leaves some of them out. Children who are too young to be asked are not counted.",
        "Kaplan-Meier estimate; the band is the 95 per cent log-log band with Greenwood's variance. The median is the first day by which half knew.",
        "A share is shown only where nobody or enough relatives knew by that day, and nobody or enough still waited. In the plot a step is drawn once enough relatives have come to know since the last, and nobody or enough still wait.",
    ]
    .map(str::to_owned)
    .to_vec()
}
