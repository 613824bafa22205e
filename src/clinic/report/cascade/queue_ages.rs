//! How long open work has waited, by whoever has taken it and by queue, with the oldest.
//! Must not know: what any piece of work is about. It counts work, not people, as the queues themselves do.

use super::{
    figure::{Cell, Figure, Row, Table},
    plot::{Anchor, Plot, Tone},
};
use crate::{
    access::{Caller, conflict::families_barred, staff::staff_names},
    audit::Act,
    clinic::queue::item::{Queue, work_items},
    db::{UtcDate, UtcTime},
    error::Result,
    ids::StaffId,
};
use diesel::prelude::*;

/// Days that something has waited, both with them.
const AGES: [(&str, i64, Option<i64>); 4] = [
    ("0 to 14 days", 0, Some(14)),
    ("15 to 28 days", 15, Some(28)),
    ("29 to 56 days", 29, Some(56)),
    ("57 days or more", 57, None),
];

/// Open work of one age, of one owner and queue.
struct Open {
    owner: Option<StaffId>,
    queue: Queue,
    age: usize,
    count: u64,
    oldest: Option<UtcTime>,
}

/// One statement for each age, whatever there is; families that somebody is kept out of are not counted for them.
fn open_work(act: &mut Act<'_>, caller: &Caller) -> Result<Vec<Open>> {
    let (service, today) = (act.service, act.at.date());
    let without = families_barred(act.conn(), service, caller.staff)?;
    let mut all = Vec::new();
    for (age, (_, least, most)) in AGES.iter().enumerate() {
        let until = today.plus_days(1 - least).begins();
        let from = most.map_or(today.plus_days(-36_525).begins(), |most| today.plus_days(-most).begins());
        let rows: Vec<(Option<StaffId>, Queue, i64, Option<UtcTime>)> = work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::family_id.is_null().or(work_items::family_id.ne_all(without.clone())))
            .filter(work_items::opened_at.ge(from))
            .filter(work_items::opened_at.lt(until))
            .group_by((work_items::owner_id, work_items::queue))
            .select((
                work_items::owner_id,
                work_items::queue,
                diesel::dsl::count_star(),
                diesel::dsl::min(work_items::opened_at),
            ))
            .load(act.conn())?;
        all.extend(rows.into_iter().filter(|(_, queue, _, _)| !queue.is_hidden_from(&caller.roles)).map(
            |(owner, queue, count, oldest)| Open {
                owner,
                queue,
                age,
                count: u64::try_from(count).unwrap_or(0),
                oldest,
            },
        ));
    }
    Ok(all)
}

/// One line: how much of each age, and the oldest in days.
struct Aged {
    name: String,
    ages: [u64; 4],
    oldest: i64,
}

impl Aged {
    fn of<'a>(name: String, today: UtcDate, open: impl Iterator<Item = &'a Open>) -> Self {
        let mut one = Self { name, ages: [0; 4], oldest: 0 };
        for part in open {
            if let Some(age) = one.ages.get_mut(part.age) {
                *age += part.count;
            }
            let waited = part.oldest.map_or(0, |oldest| today.days_since(oldest.date()));
            one.oldest = one.oldest.max(waited);
        }
        one
    }

    fn whole(&self) -> u64 {
        self.ages.iter().sum()
    }

    fn row(&self) -> Row {
        let mut cells: Vec<Cell> = self.ages.iter().map(|count| Cell::open(*count)).collect();
        cells.push(Cell::open(self.whole()));
        cells.push(match self.whole() {
            0 => Cell::words("none"),
            _ => Cell::open(u64::try_from(self.oldest).unwrap_or(0)),
        });
        Row { name: self.name.clone(), cells }
    }
}

const NOBODY: &str = "Nobody yet";

pub fn queue_ages(act: &mut Act<'_>, caller: &Caller) -> Result<Figure> {
    let (service, today) = (act.service, act.at.date());
    let open = open_work(act, caller)?;
    let names = staff_names(act.conn(), service)?;
    let owned = names.into_iter().map(|(id, name)| (Some(id), name)).chain([(None, NOBODY.to_owned())]);
    let by_owner: Vec<Aged> = owned
        .map(|(owner, name)| Aged::of(name, today, open.iter().filter(|one| one.owner == owner)))
        .filter(|one| one.whole() > 0)
        .collect();
    let by_queue: Vec<Aged> = Queue::ALL
        .iter()
        .map(|queue| Aged::of(queue.title().to_owned(), today, open.iter().filter(|one| one.queue == *queue)))
        .filter(|one| one.whole() > 0)
        .collect();
    let total = Aged::of("All".to_owned(), today, open.iter());
    let mut columns: Vec<String> = AGES.iter().map(|(name, _, _)| (*name).to_owned()).collect();
    columns.extend(["All".to_owned(), "Oldest, in days".to_owned()]);
    let table = |id, caption: &str, first, lines: &[Aged]| Table {
        id,
        caption: caption.to_owned(),
        first,
        columns: columns.clone(),
        rows: lines.iter().chain([&total]).map(Aged::row).collect(),
    };
    let finding = match (total.whole(), total.ages) {
        (0, _) => "No work is open.".to_owned(),
        (whole, [_, _, _, long]) => format!(
            "Open: {whole}; waiting 57 days or more: {long}. The oldest has waited {} days.",
            total.oldest
        ),
    };
    let tables = vec![
        table("owners", "Open work by who has taken it, and how long ago it came up", "Taken by", &by_owner),
        table("queues", "Open work by queue, and how long ago it came up", "Queue", &by_queue),
    ];
    let how = [
        "Counted from the day a piece of work came up, whenever it is due: some work is meant to wait, such as a child's age or time to think. What is due or overdue stands in the queues.",
        "This counts pieces of work and no people, so small numbers are shown, as in the queues. Families that you are kept out of are not counted for you.",
    ];
    Ok(Figure {
        plot: plot(&by_owner, &finding),
        finding,
        warning: None,
        tables,
        how: how.map(str::to_owned).to_vec(),
    })
}

const WIDTH: f64 = 720.0;
const LEFT: f64 = 150.0;
const LONGEST: f64 = 320.0;
const HIGH: f64 = 30.0;

fn plot(lines: &[Aged], finding: &str) -> Option<Plot> {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let most = lines.iter().map(Aged::whole).max().map(number)?;
    let height = 46.0 + HIGH * f64::from(u32::try_from(lines.len()).ok()?);
    let desc = format!(
        "{finding} One bar for each who has taken work, in four parts by age. The table below has every number."
    );
    let mut plot = Plot::new("Open work by age and by who has taken it", desc, WIDTH, height);
    let mut x = LEFT;
    for ((name, _, _), tone) in AGES.iter().zip(Tone::ALL) {
        plot.bar((x, 8.0), 12.0, 12.0, tone);
        plot.word((x + 17.0, 19.0), Anchor::Start, *name);
        x += 132.0;
    }
    let mut y = 34.0;
    for one in lines {
        plot.word((LEFT - 8.0, y + 15.0), Anchor::End, one.name.as_str());
        let mut x = LEFT;
        for (count, tone) in one.ages.iter().zip(Tone::ALL) {
            let wide = LONGEST * number(*count) / most;
            if wide > 0.0 {
                plot.bar((x, y), wide, HIGH - 8.0, tone);
            }
            x += wide;
        }
        let parts: Vec<String> = one.ages.iter().map(u64::to_string).collect();
        plot.word(
            (x + 8.0, y + 15.0),
            Anchor::Start,
            format!("{}; oldest {} days", parts.join(" + "), one.oldest),
        );
        y += HIGH;
    }
    Some(plot)
}
