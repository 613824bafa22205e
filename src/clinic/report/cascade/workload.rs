//! How much work was done, week by week and by queue. Minutes are recorded nowhere, and the page says so.
//! Must not know: what any piece of work was about, or who did it.

use super::{
    figure::{Cell, Figure, Row, Table},
    plot::{Anchor, Plot, Tone},
};
use crate::{
    access::{Caller, conflict::families_barred},
    audit::Act,
    clinic::queue::item::{Queue, work_items},
    db::UtcDate,
    error::Result,
};
use diesel::prelude::*;

/// Whole weeks, Monday to Sunday, before this one.
const WEEKS: u32 = 12;

/// The Monday it begins, and what was done in it.
type Week = (UtcDate, Vec<(Queue, u64)>);

/// One statement a week, answered from an index: what was closed, by queue.
fn done(act: &mut Act<'_>, caller: &Caller) -> Result<Vec<Week>> {
    let (service, today) = (act.service, act.at.date());
    let without = families_barred(act.conn(), service, caller.staff)?;
    let monday = today.plus_days(-i64::from(today.weekday()));
    let mut weeks = Vec::new();
    for back in (1..=i64::from(WEEKS)).rev() {
        let begins = monday.plus_days(-7 * back);
        let rows: Vec<(Queue, i64)> = work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::closed_at.ge(begins.begins()))
            .filter(work_items::closed_at.lt(begins.plus_days(7).begins()))
            .filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(without.clone())))
            .group_by(work_items::queue)
            .select((work_items::queue, diesel::dsl::count_star()))
            .load(act.conn())?;
        let seen = rows.into_iter().filter(|(queue, _)| !queue.is_hidden_from(&caller.roles));
        weeks.push((begins, seen.map(|(queue, count)| (queue, u64::try_from(count).unwrap_or(0))).collect()));
    }
    Ok(weeks)
}

pub fn workload(act: &mut Act<'_>, caller: &Caller) -> Result<Figure> {
    let weeks = done(act, caller)?;
    let of = |counts: &[(Queue, u64)], queue: Queue| {
        counts.iter().filter(|(known, _)| *known == queue).map(|(_, count)| count).sum::<u64>()
    };
    let sums: Vec<(UtcDate, u64)> =
        weeks.iter().map(|(begins, counts)| (*begins, counts.iter().map(|(_, count)| count).sum())).collect();
    let whole: u64 = sums.iter().map(|(_, sum)| sum).sum();
    let mut rows: Vec<(u64, Row)> = Vec::new();
    for queue in Queue::ALL {
        let each: Vec<u64> = weeks.iter().map(|(_, counts)| of(counts, *queue)).collect();
        let all: u64 = each.iter().sum();
        if all > 0 {
            let last = each.last().copied().unwrap_or(0);
            let cells = vec![Cell::open(all), a_week(all), Cell::open(last)];
            rows.push((all, Row { name: queue.title().to_owned(), cells }));
        }
    }
    rows.sort_by(|(one, _), (other, _)| other.cmp(one));
    let most = rows.first().map(|(_, row)| row.name.clone());
    let finding = match most {
        None => format!("No work was done in the last {WEEKS} whole weeks."),
        Some(most) => format!(
            "In the last {WEEKS} whole weeks {whole} pieces of work were done, {} a week; most of them: {most}.",
            a_week(whole).words
        ),
    };
    let by_queue = Table {
        id: "queues",
        caption: format!("Pieces of work done in the last {WEEKS} whole weeks, by queue"),
        first: "Queue",
        columns: ["All weeks", "A week, on average", "Last week"].map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    };
    let by_week = Table {
        id: "weeks",
        caption: "Pieces of work done, week by week".to_owned(),
        first: "Week from",
        columns: vec!["Pieces of work".to_owned()],
        rows: sums
            .iter()
            .map(|(begins, sum)| Row { name: begins.shown(), cells: vec![Cell::open(*sum)] })
            .collect(),
    };
    let how = [
        "A piece of work is an item of a queue; it is done in the week in which it left its queue, whoever saw to it. Some items leave by themselves, for example when a relative answers.",
        "Minutes are not recorded in this edition: nobody is asked how long something took. So this says how much was done and not how long it took.",
        "This counts pieces of work and no people, so small numbers are shown. There is no table of any member of staff. Families that you are kept out of are not counted for you.",
    ];
    Ok(Figure {
        plot: plot(&sums, &finding),
        finding,
        warning: None,
        tables: vec![by_queue, by_week],
        how: how.map(str::to_owned).to_vec(),
    })
}

fn a_week(count: u64) -> Cell {
    let average = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(WEEKS);
    Cell { number: Some(average), words: format!("{average:.1}") }
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 20.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 200.0;
const WIDE: f64 = 56.0;

fn plot(sums: &[(UtcDate, u64)], finding: &str) -> Option<Plot> {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let most = sums.iter().map(|(_, sum)| *sum).max().filter(|most| *most > 0).map(number)?;
    let desc = format!("{finding} One bar a week. The table below has every number.");
    let mut plot = Plot::new("Pieces of work done, week by week", desc, WIDTH, BOTTOM + 44.0);
    let mut x = LEFT;
    for (begins, sum) in sums {
        let high = (BOTTOM - TOP) * number(*sum) / most;
        plot.bar((x + 6.0, BOTTOM - high), WIDE - 12.0, high, Tone::One);
        plot.word((x + WIDE / 2.0, BOTTOM - high - 6.0), Anchor::Middle, sum.to_string());
        let (_, month, day) = begins.ymd();
        plot.word((x + WIDE / 2.0, BOTTOM + 18.0), Anchor::Middle, format!("{day}.{month}."));
        x += WIDE;
    }
    plot.line((LEFT, BOTTOM), (x, BOTTOM), Tone::Two);
    plot.word((LEFT, BOTTOM + 36.0), Anchor::Start, "Week from (day and month)");
    Some(plot)
}
