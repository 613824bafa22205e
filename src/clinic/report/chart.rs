//! The chart of objections: which months count, mean, limits and signals, and where each mark stands in the drawing.
//! Must not know: who objects. It is the service's chart, and there is none of anybody in it.

use super::{
    month::Month,
    rates::{Counted, rates},
    xmr::{self, Signal},
};
use crate::{db::Conn, error::Result, ids::ServiceId, policy::Learning};
use serde::Serialize;

/// A month with letters, its rate, and what is said of it.
pub struct Point {
    pub counted: Counted,
    /// Objections for each hundred letters.
    pub rate: f64,
    pub signals: Vec<Signal>,
}

pub struct Chart {
    pub points: Vec<Point>,
    /// None where there are too few months.
    pub limits: Option<xmr::Limits>,
    /// Whether the middle month has too few objections for the limits to mean much.
    pub small: bool,
}

/// The chart of the whole months before `this`.
pub fn chart(conn: &mut Conn, service: ServiceId, this: Month, rule: &Learning) -> Result<Chart> {
    Ok(charted(&rates(conn, service, this, rule.chart_months)?, rule))
}

fn charted(months: &[Counted], rule: &Learning) -> Chart {
    let rated = months.iter().filter_map(|one| Some((*one, one.rate()?)));
    let mut points: Vec<Point> =
        rated.map(|(counted, rate)| Point { counted, rate, signals: Vec::new() }).collect();
    let mut counts: Vec<i64> = points.iter().map(|point| point.counted.objections).collect();
    counts.sort_unstable();
    let small = counts.get(counts.len() / 2).is_none_or(|middle| *middle < rule.chart_small_median);
    let values: Vec<f64> = points.iter().map(|point| point.rate).collect();
    let enough = points.len() >= rule.chart_least_months;
    let Some(chart) = xmr::chart(&values, rule.chart_run).filter(|_| enough) else {
        return Chart { points, limits: None, small };
    };
    for (place, signal) in chart.signals {
        if let Some(point) = points.get_mut(place) {
            point.signals.push(signal);
        }
    }
    Chart { points, limits: Some(chart.limits), small }
}

/// Width and height of the drawing, and the frame that the values stand in, in its own units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 250.0;

#[derive(Serialize)]
pub struct Mark {
    x: String,
    y: String,
    /// A diamond as well as a colour: `M x y …`; nothing where there is no signal.
    diamond: Option<String>,
    /// Under the axis, where there is room for it.
    label: Option<String>,
}

/// A level across the drawing, and its words at the right end.
#[derive(Serialize)]
pub struct Across {
    y: String,
    label_y: String,
    words: String,
    dashed: bool,
}

#[derive(Serialize)]
pub struct Drawing {
    width: String,
    height: String,
    left: String,
    right: String,
    bottom: String,
    label_x: String,
    below: String,
    line: String,
    marks: Vec<Mark>,
    across: Vec<Across>,
    ticks: Vec<Across>,
}

fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// "12.5"; whole numbers without a point.
pub fn shown(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Where everything stands; nothing for fewer than two months.
pub fn drawing(chart: &Chart) -> Option<Drawing> {
    let last = u32::try_from(chart.points.len().checked_sub(1)?).ok().filter(|last| *last > 0)?;
    let highest = chart.points.iter().map(|point| point.rate);
    let highest = highest.chain(chart.limits.map(|limits| limits.upper)).fold(1.0, f64::max);
    let step = step_for(highest);
    let top = (highest / step).ceil() * step;
    let y = |value: f64| BOTTOM - (value.max(0.0) / top) * (BOTTOM - TOP);
    let x = |place: u32| LEFT + 12.0 + (RIGHT - LEFT - 24.0) * f64::from(place) / f64::from(last);
    let every = last / 8 + 1;
    let mut marks = Vec::new();
    let mut line = String::new();
    for (place, point) in (0u32..).zip(&chart.points) {
        let (x, y) = (x(place), y(point.rate));
        line.push_str(&format!("{}{} {}", if place == 0 { "M" } else { " L" }, at(x), at(y)));
        let diamond = format!(
            "M{} {} L{} {} L{} {} L{} {} Z",
            at(x),
            at(y - 8.0),
            at(x + 8.0),
            at(y),
            at(x),
            at(y + 8.0),
            at(x - 8.0),
            at(y)
        );
        marks.push(Mark {
            x: at(x),
            y: at(y),
            diamond: (!point.signals.is_empty()).then_some(diamond),
            label: (place % every == 0).then(|| short(point.counted.month)),
        });
    }
    let across = |value: f64, words: String, dashed: bool| Across {
        y: at(y(value)),
        label_y: at(y(value) + 4.0),
        words,
        dashed,
    };
    let mut levels = Vec::new();
    if let Some(limits) = chart.limits {
        levels.push(across(limits.upper, format!("Upper limit {}", shown(limits.upper)), true));
        levels.push(across(limits.mean, format!("Mean {}", shown(limits.mean)), false));
        // Below nought nothing can fall: there is no lower limit to draw.
        if limits.lower > 0.0 {
            levels.push(across(limits.lower, format!("Lower limit {}", shown(limits.lower)), true));
        }
    }
    let ticks = (0..=20u32).map(|tick| f64::from(tick) * step).take_while(|value| *value <= top + 1e-9);
    Some(Drawing {
        width: at(WIDTH),
        height: at(HEIGHT),
        left: at(LEFT),
        right: at(RIGHT),
        bottom: at(BOTTOM),
        label_x: at(RIGHT + 6.0),
        below: at(BOTTOM + 22.0),
        line,
        marks,
        across: levels,
        ticks: ticks.map(|value| across(value, shown(value), false)).collect(),
    })
}

/// Four to ten steps of 1, 2 or 5 times a power of ten.
fn step_for(highest: f64) -> f64 {
    let mut step = 0.1;
    for times in [2.0, 2.5, 2.0].iter().cycle().take(30) {
        if highest / step <= 8.0 {
            break;
        }
        step *= times;
    }
    step
}

fn short(month: Month) -> String {
    let shown = month.shown();
    let (name, year) = shown.split_once(' ').unwrap_or((&shown, ""));
    let part = |text: &str, from: usize, most: usize| text.chars().skip(from).take(most).collect::<String>();
    format!("{} {}", part(name, 0, 3), part(year, 2, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn months(counts: &[(i64, i64)]) -> Vec<Counted> {
        let first: Month = "2025-01".parse().unwrap();
        let months = first.up_to("2029-12".parse().unwrap());
        months
            .into_iter()
            .zip(counts)
            .map(|(month, (objections, letters))| Counted {
                month,
                objections: *objections,
                letters: *letters,
            })
            .collect()
    }

    #[test]
    fn a_month_without_letters_has_no_rate_and_too_few_months_have_no_limits() {
        let rule = Policy::embedded().unwrap().learning;
        let few = charted(&months(&[(1, 10), (0, 0), (2, 10)]), &rule);
        assert_eq!(few.points.iter().map(|point| point.rate).collect::<Vec<_>>(), [10.0, 20.0]);
        assert!(few.limits.is_none() && few.small);
    }

    #[test]
    fn the_month_that_stands_out_is_marked_and_counts_that_are_not_small_are_not_called_so() {
        let rule = Policy::embedded().unwrap().learning;
        let mut counts = [(5, 100), (20, 100)].repeat(6);
        counts.push((70, 100));
        let chart = charted(&months(&counts), &rule);
        assert_eq!(chart.points.last().unwrap().signals, [Signal::AboveLimit]);
        assert!(!chart.small);
        let drawing = drawing(&chart).unwrap();
        assert_eq!(drawing.marks.iter().filter(|mark| mark.diamond.is_some()).count(), 1);
        assert_eq!(drawing.marks.len(), 13);
        let inside = drawing.marks.iter().all(|mark| {
            let (x, y): (f64, f64) = (mark.x.parse().unwrap(), mark.y.parse().unwrap());
            (LEFT..=RIGHT).contains(&x) && (TOP..=BOTTOM).contains(&y)
        });
        assert!(inside);
        let small = charted(&months(&[(1, 100); 13]), &rule);
        assert!(small.small);
    }

    #[test]
    fn an_axis_has_a_few_round_steps() {
        for highest in [1.0, 3.0, 8.1, 12.0, 49.0, 100.0, 730.0] {
            let step = step_for(highest);
            assert!((1.0..=8.1).contains(&(highest / step)), "{highest}: {step}");
        }
    }
}
