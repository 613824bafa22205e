//! A played family as a pattern: every value of every row it left, with the places where another family differs.
//! Must not know: what a row means, but for the few columns that are computed from others (`derived.rs`).

use super::words::{Known, Text};
use crate::{
    db::{
        UtcDate, UtcTime,
        rows::{Table, Value},
    },
    error::{Error, Result},
    keys::{Compartment, copied::opened, envelope::Unlocked},
};
use std::collections::BTreeMap;

/// Tables a copied family may have rows in. What is not here is never made by the families that are played: whoever plays more
/// adds its table, and says in `derived.rs` if a column of it is computed from others.
pub const TABLES: &[&str] = &[
    "families",
    "relationships",
    "persons",
    "contacts",
    "reading_needs",
    "kinships",
    "ties",
    "health",
    "family_changes",
    "reports",
    "results",
    "findings",
    "relative_tasks",
    "closures",
    "triggers",
    "conversations",
    "consents",
    "decisions",
    "decision_signatures",
    "cooling_offs",
    "executions",
    "releases",
    "letters",
    "letter_words",
    "invitations",
    "posts",
    "replies",
    "objections",
    "objection_words",
    "knowledge",
    "relative_results",
    "relative_result_verdicts",
    "result_tellings",
    "work_items",
];

/// One value of a row.
pub enum Cell {
    Same(Value),
    Text(Text),
    Time(UtcTime),
    Day(UtcDate),
    /// When an item of work is due by its queue's timer, from when it was opened.
    Due {
        queue: String,
        opened: UtcTime,
    },
    /// As above, where the state itself named the day.
    DueNamed(UtcDate),
    Sealed(Clear),
}

/// What was sealed, taken apart.
pub struct Clear {
    pub compartment: Compartment,
    pub place: String,
    pub row: Text,
    pub pieces: Vec<Piece>,
}

pub enum Piece {
    Raw(Vec<u8>),
    /// A text (3) or a run of bytes (2), by its major type.
    Run(u8, Text),
}

/// Rows of one table.
pub struct Part {
    pub table: usize,
    pub rows: Vec<Vec<Cell>>,
}

/// A row of the record, without its place in the chain.
pub struct Deed {
    pub at: UtcTime,
    pub actor_kind: String,
    pub actor: Text,
    pub deed: String,
    pub object_kind: String,
    pub object: Text,
    pub of_family: bool,
    pub note: Text,
}

/// The whole family.
pub struct Pattern {
    pub known: Known,
    /// In the order in which tables point at each other.
    pub parts: Vec<Part>,
    pub deeds: Vec<Deed>,
    pub began: UtcTime,
}

/// Every row of a database, by its place in the list of tables.
pub type Stored = BTreeMap<usize, Vec<Vec<Value>>>;

/// The ids in one family's rows, whatever table they stand in, its own first: of the rows themselves, and of what is not there
/// yet, as the invitation of a letter that has not been posted. `shared` are those of the installation.
pub fn ids_of(tables: &[Table], stored: &Stored, family: &str, shared: &[(String, String)]) -> Vec<String> {
    let mut ids = vec![family.to_owned()];
    loop {
        let before = ids.len();
        for (_, rows) in tables_of(tables, stored) {
            for row in rows {
                if !is_of(row, &ids) {
                    continue;
                }
                for value in row {
                    if let Value::Text(text) = value
                        && is_id(text)
                        && !ids.contains(text)
                        && !shared.iter().any(|(known, _)| known == text)
                    {
                        ids.push(text.clone());
                    }
                }
            }
        }
        if ids.len() == before {
            return ids;
        }
    }
}

/// Of the one spelling that ids have.
fn is_id(text: &str) -> bool {
    text.parse::<crate::ids::FamilyId>().is_ok()
}

fn tables_of<'a>(
    tables: &'a [Table],
    stored: &'a Stored,
) -> impl Iterator<Item = (&'a Table, &'a Vec<Vec<Value>>)> {
    stored.iter().filter_map(|(place, rows)| {
        let table = tables.get(*place)?;
        TABLES.contains(&table.name.as_str()).then_some((table, rows))
    })
}

fn is_of(row: &[Value], ids: &[String]) -> bool {
    row.iter().any(|value| matches!(value, Value::Text(text) if ids.contains(text)))
}

impl Pattern {
    /// # Errors
    /// A row in a table that is not listed, a sealed value that does not open, a text that cannot be taken apart.
    pub fn of(tables: &[Table], stored: &Stored, known: Known, unlocked: &Unlocked) -> Result<Self> {
        let mut parts = Vec::new();
        let mut deeds = Vec::new();
        for (place, rows) in stored {
            let table = tables.get(*place).ok_or_else(|| Error::inner("a table that is not there"))?;
            let own: Vec<&Vec<Value>> = rows.iter().filter(|row| is_of(row, known.ids())).collect();
            match table.name.as_str() {
                // New keys are made for every copy, and chains anew.
                "key_envelopes" | "visits" => {}
                "audit_rows" => {
                    deeds = own.iter().map(|row| deed(table, row, &known)).collect::<Result<_>>()?;
                }
                name if TABLES.contains(&name) => {
                    let rows = own.iter().map(|row| cells(table, row, &known, unlocked));
                    parts.push(Part { table: *place, rows: rows.collect::<Result<_>>()? });
                }
                name if !own.is_empty() => {
                    return Err(Error::inner(format!(
                        "a played family has rows in {name}, which the copies do not know"
                    )));
                }
                _ => {}
            }
        }
        let began = deeds.iter().map(|deed: &Deed| deed.at).min();
        let began = began.ok_or_else(|| Error::inner("a family that left no record"))?;
        Ok(Self { known, parts, deeds, began })
    }
}

fn deed(table: &Table, row: &[Value], known: &Known) -> Result<Deed> {
    let text = |name: &str| match table.place(name).and_then(|place| row.get(place)) {
        Some(Value::Text(text)) => Ok(text.as_str()),
        Some(_) | None => Err(Error::inner(format!("a row of the record without its {name}"))),
    };
    let at = match table.place("at").and_then(|place| row.get(place)) {
        Some(Value::Time(at)) => *at,
        Some(_) | None => return Err(Error::inner("a row of the record without its time")),
    };
    Ok(Deed {
        at,
        actor_kind: text("actor_kind")?.to_owned(),
        actor: known.taken_apart(text("actor_id")?, false),
        deed: text("deed")?.to_owned(),
        object_kind: text("object_kind")?.to_owned(),
        object: known.taken_apart(text("object_id")?, false),
        of_family: text("family_id").is_ok(),
        note: known.taken_apart(text("note")?, false),
    })
}

fn cells(table: &Table, row: &[Value], known: &Known, unlocked: &Unlocked) -> Result<Vec<Cell>> {
    let ids: Vec<&String> = row
        .iter()
        .filter_map(|value| match value {
            Value::Text(text) if text.len() == 36 => Some(text),
            _ => None,
        })
        .collect();
    let due = due_of(table, row);
    table
        .columns
        .iter()
        .zip(row)
        .map(|(column, value)| {
            Ok(match value {
                Value::Text(text) => Cell::Text(known.taken_apart(text, false)),
                Value::Time(at) => Cell::Time(*at),
                Value::Day(day) => match (&due, table.name.as_str(), column.name.as_str()) {
                    (Some((queue, opened, named)), "work_items", "due_on") => match named {
                        Some(named) => Cell::DueNamed(*named),
                        None => Cell::Due { queue: queue.clone(), opened: *opened },
                    },
                    _ => Cell::Day(*day),
                },
                Value::Bytes(bytes) => {
                    let place = format!("{}.{}", table.name, column.name);
                    let fault = || Error::inner(format!("{place}: what is sealed cannot be copied"));
                    #[expect(
                        clippy::disallowed_methods,
                        reason = "a made-up family, in a database that is thrown away"
                    )]
                    let found = ids.iter().find_map(|id| Some((id, opened(unlocked, &place, id, bytes)?)));
                    let (id, (compartment, clear)) = found.ok_or_else(fault)?;
                    let pieces = pieces(&clear, known).ok_or_else(fault)?;
                    Cell::Sealed(Clear { compartment, place, row: known.taken_apart(id, false), pieces })
                }
                Value::Null | Value::Number(_) | Value::Truth(_) => Cell::Same(value.clone()),
            })
        })
        .collect()
}

fn due_of(table: &Table, row: &[Value]) -> Option<(String, UtcTime, Option<UtcDate>)> {
    let of = |name: &str| table.place(name).and_then(|place| row.get(place));
    match (of("queue")?, of("opened_at")?, of("named_on")?) {
        (Value::Text(queue), Value::Time(opened), Value::Day(named)) => {
            Some((queue.clone(), *opened, Some(*named)))
        }
        (Value::Text(queue), Value::Time(opened), _) => Some((queue.clone(), *opened, None)),
        _ => None,
    }
}

/// CBOR as one run of heads: texts and runs of bytes by themselves, all else as it is.
fn pieces(clear: &[u8], known: &Known) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut raw: Vec<u8> = Vec::new();
    let mut left = clear;
    while let Some((head, rest)) = left.split_first() {
        let (major, low) = (head >> 5, head & 0x1f);
        let wide = match low {
            0..=23 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            31 => 0,
            _ => return None,
        };
        let (argument, after) = rest.split_at_checked(wide)?;
        let number = if wide == 0 {
            u64::from(low)
        } else {
            argument.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte))
        };
        if matches!(major, 2 | 3) && low != 31 {
            let (run, after) = after.split_at_checked(usize::try_from(number).ok()?)?;
            match std::str::from_utf8(run) {
                Ok(text) => {
                    if !raw.is_empty() {
                        pieces.push(Piece::Raw(std::mem::take(&mut raw)));
                    }
                    pieces.push(Piece::Run(major, known.taken_apart(text, true)));
                }
                Err(_) => {
                    raw.push(*head);
                    raw.extend(argument);
                    raw.extend(run);
                }
            }
            left = after;
        } else {
            raw.push(*head);
            raw.extend(argument);
            left = after;
        }
    }
    if !raw.is_empty() {
        pieces.push(Piece::Raw(raw));
    }
    Some(pieces)
}
