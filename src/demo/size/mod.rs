//! A made-up clinic of any size: some families are played by people through the real application, and all are copies of them.
//! Must not know: what any act does; that each copy is what its acts would have left is shown in tests/it/demo_size.rs.

mod copy;
mod derived;
mod names;
pub mod open;
mod pattern;
mod plan;
mod played;
pub mod shape;
mod words;

use super::clinic;
use crate::{
    access::{House, service::Service, staff::staff_by_username},
    audit::{Row, copied::End},
    clock::{Chance, Clock, SeededChance, StoryClock},
    db::{
        Conn, Db, UtcDate, UtcTime,
        rows::{Table, Value, careless, indexes_put_away, indexes_put_back, insert, rows, tables},
    },
    error::{Error, Result},
    keys::{Compartment, envelope},
};
use copy::{Differs, With, copy};
use kinward_family::invitation::FamilyReference;
use names::{below, given, lab_number, nhs_number, number, surname, word};
use pattern::{Pattern, Stored, ids_of};
use plan::{Plan, Stage, plans};
use played::{AtWorkOnAll, Played};
use shape::Shape;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    path::Path,
    sync::Arc,
};
use words::Known;

/// What was made.
pub struct Filled {
    pub families: u64,
    pub relatives: u64,
    pub rows: u64,
    pub deeds: u64,
    pub played: usize,
}

/// Surnames of one family: the proband's line, their mother's, and those that others married into.
const LINES: usize = 5;
const COPIES: u64 = 0xC0B1_E5ED;
const PLAYS: u64 = 0x91A7_ED00;
/// Families in one transaction.
const TOGETHER: u64 = 500;
/// The most that are played; a clinic of a few is played less.
const PLAYED: u64 = 60;

/// Fills the service of `house`, which has no family yet, with `families`, the last of which came today.
///
/// # Errors
/// A service that has families; what the database may meet.
pub fn fill(house: &House, service: &Service, now: UtcTime, families: u64, seed: u64) -> Result<Filled> {
    // Streams of their own, so that no two ids of one database are made of the same chance.
    let chance = SeededChance::new(seed ^ COPIES);
    let shape = Shape::embedded()?;
    let folder = house.config.data.join("played");
    std::fs::create_dir_all(&folder).map_err(Error::inner)?;
    let count = usize::try_from((families / 20).clamp(22, PLAYED)).unwrap_or(22);
    let (all, patterns) = patterns(house, service, &folder, &shape, count, seed)?;
    let _ = std::fs::remove_dir_all(&folder);
    let with = With {
        tables: &all,
        keys: &house.keys,
        policy: &house.policy,
        chance: &chance,
        service: service.id,
        nation: &service.nation,
    };
    let mut filling = Filling {
        with,
        patterns: &patterns,
        shape: &shape,
        now,
        waiting: BinaryHeap::new(),
        numbered: 0,
        filled: Filled { families: 0, relatives: 0, rows: 0, deeds: 0, played: count },
    };
    // A connection of its own, quick and careless; every read makes it so again, should the pool have opened another.
    let db = Db::open(&house.config.database, 1)?;
    db.read(careless)?;
    let away = db.write(indexes_put_away)?;
    while filling.filled.families < families {
        db.read(careless)?;
        db.write(|conn| filling.some(conn, families))?;
    }
    db.write(|conn| filling.chain(conn, None))?;
    db.read(|conn| {
        careless(conn)?;
        indexes_put_back(conn, &away)
    })?;
    Ok(filling.filled)
}

/// A pattern with what its copies differ in.
struct Copied {
    plan: Plan,
    pattern: Pattern,
}

/// Plays `count` families in a database of their own and takes them apart.
fn patterns(
    house: &House,
    service: &Service,
    folder: &Path,
    shape: &Shape,
    count: usize,
    seed: u64,
) -> Result<(Vec<Table>, Vec<Copied>)> {
    let database = format!("sqlite:{}", folder.join("played.db").display());
    let config = clinic::config(folder, database, house.config.address.clone());
    let monday = UtcDate::new(2026, 1, 5).ok_or_else(|| Error::inner("a day that is not"))?;
    let clock = Arc::new(StoryClock::fixed(monday.begins().plus_seconds(32_400)));
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(seed ^ PLAYS));
    let plans = plans(shape, chance.as_ref(), count);
    let (stage, played_service) =
        clinic::house(config, Arc::clone(&clock) as Arc<dyn Clock>, Arc::clone(&chance))?;
    let stage = Arc::new(stage);
    stage.db.read(careless)?;
    let all = AtWorkOnAll::open(&stage, &clock)?.play(plans)?;
    let staff_of = |house: &House| {
        house.db.read(|conn| {
            let mut id = |username: &str| {
                let member = staff_by_username(conn, username)?;
                member.map(|member| member.id.to_string()).ok_or_else(Error::not_found)
            };
            clinic::STAFF.iter().map(|(username, ..)| id(username)).collect::<Result<Vec<String>>>()
        })
    };
    let (ours, theirs) = (staff_of(house)?, staff_of(&stage)?);
    let mut same: Vec<(String, String)> = theirs.into_iter().zip(ours).collect();
    same.push((played_service.id.to_string(), service.id.to_string()));
    stage.db.read(|conn| {
        let tables = tables(conn)?;
        let mut stored = Stored::new();
        for (place, table) in tables.iter().enumerate() {
            stored.insert(place, rows(conn, table)?);
        }
        let patterns = all
            .into_iter()
            .enumerate()
            .map(|(place, played)| {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a made-up family, in a database that is thrown away"
                )]
                let unlocked =
                    envelope::unlock(conn, &stage.keys, played_service.id, &played.family, Compartment::ALL)?;
                let known = known(&tables, &stored, place, &played, &same);
                Ok(Copied { pattern: Pattern::of(&tables, &stored, known, &unlocked)?, plan: played.plan })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok((tables, patterns))
    })
}

/// All that is this family's own in a text. The order of the words is that of `words_of`.
fn known(
    tables: &[Table],
    stored: &Stored,
    place: usize,
    played: &Played,
    same: &[(String, String)],
) -> Known {
    let ids = ids_of(tables, stored, &played.family, same);
    let mut words: Vec<String> =
        (0..=played.plan.relatives.len()).map(|person| word('g', place, person)).collect();
    words.extend((0..LINES).map(|line| word('s', place, line)));
    words.extend([lab_number(place), number(place), played.reference.clone()]);
    let own = |name: &str| {
        let at = tables.iter().position(|table| table.name == name);
        let rows = at.and_then(|at| Some((tables.get(at)?, stored.get(&at)?)));
        rows.into_iter().flat_map(|(table, rows)| {
            rows.iter()
                .filter(|row| {
                    row.iter().any(|value| matches!(value, Value::Text(text) if ids.contains(text)))
                })
                .map(move |row| (table, row))
        })
    };
    let text = |table: &Table, row: &[Value], name: &str| match table.place(name).and_then(|at| row.get(at)) {
        Some(Value::Text(text)) => text.clone(),
        Some(_) | None => String::new(),
    };
    let shas: Vec<String> = own("letters").map(|(table, row)| text(table, row, "pdf_sha256")).collect();
    let prints: Vec<String> = own("decisions")
        .map(|(table, row)| {
            let id = text(table, row, "id");
            let told = own("audit_rows")
                .find(|(table, row)| {
                    text(table, row, "object_id") == id && text(table, row, "deed") == "decision.recorded"
                })
                .map(|(table, row)| text(table, row, "note"));
            told.as_deref().and_then(|note| note.rsplit(' ').next()).unwrap_or_default().to_owned()
        })
        .collect();
    Known::new(ids, &words, &shas, &prints, same)
}

/// What stands for the words of a pattern in a family of its own.
fn words_of(chance: &dyn Chance, plan: &Plan, family: u64) -> Vec<String> {
    let mut words = vec![given(chance, plan.woman)];
    words.extend(plan.relatives.iter().map(|relative| given(chance, relative.woman)));
    words.extend((0..LINES).map(|_| surname(chance)));
    let mut bytes = [0u8; 8];
    chance.fill(&mut bytes);
    words.push(format!("KV-{family:07}"));
    words.push(nhs_number(family));
    words.push(FamilyReference::from_bytes(&bytes).as_str().to_owned());
    words
}

/// A row of the record that waits until no earlier one can come.
struct Waits {
    at: UtcTime,
    number: u64,
    row: Row,
}

impl PartialEq for Waits {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}
impl Eq for Waits {}
impl PartialOrd for Waits {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waits {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

struct Filling<'a> {
    with: With<'a>,
    patterns: &'a [Copied],
    shape: &'a Shape,
    now: UtcTime,
    waiting: BinaryHeap<Reverse<Waits>>,
    numbered: u64,
    filled: Filled,
}

impl Filling<'_> {
    /// The next families, and the part of the record that nothing can come before any more.
    fn some(&mut self, conn: &mut Conn, families: u64) -> Result<()> {
        let mut tables: BTreeMap<usize, Vec<Vec<Value>>> = BTreeMap::new();
        let until = (self.filled.families + TOGETHER).min(families);
        let mut past = None;
        for family in self.filled.families..until {
            let ago = self.days_ago(family, families);
            let Some(of) = self.chosen(ago) else { return Err(Error::inner("no family has got as far")) };
            let words = words_of(self.with.chance, &of.plan, family);
            // Whole weeks, so that what was done on a working day still was; at some hour of its own.
            let days =
                (self.now.plus_days(-ago - 1).date().days_since(of.pattern.began.date())).div_euclid(7) * 7;
            let seconds = i64::try_from(below(self.with.chance, 20_000)).unwrap_or(0);
            let differs = Differs::of(&of.pattern, self.with.chance, words, days, seconds);
            let made = copy(&of.pattern, &self.with, differs)?;
            self.filled.relatives += u64::try_from(of.plan.relatives.len()).unwrap_or(0);
            self.filled.rows += u64::try_from(made.rows.len()).unwrap_or(0);
            for (table, row) in made.rows {
                tables.entry(table).or_default().push(row);
            }
            for row in made.deeds {
                self.numbered += 1;
                self.waiting.push(Reverse(Waits { at: row.at, number: self.numbered, row }));
            }
            past = Some(self.now.plus_days(-ago - 9));
        }
        for (place, rows) in &tables {
            if let Some(table) = self.with.tables.get(*place) {
                insert(conn, table, rows)?;
            }
        }
        self.filled.families = until;
        self.chain(conn, past)
    }

    /// How many days ago a family came: over the years, and more of them lately.
    fn days_ago(&self, family: u64, families: u64) -> i64 {
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = family as f64 / families.max(1) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "some thousand days"
        )]
        let days = ((self.shape.history.years * 365) as f64 * (1.0 - share).powf(1.2)) as i64;
        days
    }

    /// A family that has got as far as one that came so long ago; of the old ones some still wait for something.
    fn chosen(&self, ago: i64) -> Option<&Copied> {
        // Copies begin up to a week earlier than asked, never later.
        let stage = Stage::ALL.into_iter().rev().find(|stage| stage.day() < ago).unwrap_or(Stage::Received);
        let stuck =
            below(self.with.chance, 100) < usize::try_from(self.shape.history.stuck_percent).unwrap_or(0);
        let last = if stage == Stage::Settled && stuck {
            Stage::ALL.get(below(self.with.chance, Stage::ALL.len())).copied().unwrap_or(stage)
        } else {
            stage
        };
        let fitting: Vec<&Copied> = self.patterns.iter().filter(|one| one.plan.last == last).collect();
        fitting.get(below(self.with.chance, fitting.len())).copied()
    }

    /// Chains the rows that are earlier than `past`, or all.
    fn chain(&mut self, conn: &mut Conn, past: Option<UtcTime>) -> Result<()> {
        let mut end = End::of(conn, self.with.service)?;
        let mut rows = Vec::new();
        while let Some(Reverse(first)) = self.waiting.peek() {
            if past.is_some_and(|past| first.at >= past) {
                break;
            }
            if let Some(Reverse(first)) = self.waiting.pop() {
                rows.push(end.next(self.with.keys, first.row));
            }
        }
        self.filled.deeds += u64::try_from(rows.len()).unwrap_or(0);
        end.keep(conn, rows)
    }
}
