//! One more family after a pattern: new ids, names, numbers and keys, on other days.
//! Must not know: how the pattern came about, or where its rows go.

use super::{
    derived::{decision_print, derive, letter_sha},
    pattern::{Cell, Clear, Pattern, Piece},
    words::{Seg, Text},
};
use crate::{
    audit::Row,
    clock::Chance,
    db::{
        UtcDate, UtcTime,
        rows::{Table, Value},
    },
    error::Result,
    ids::{PersonId, ServiceId},
    keys::{
        Keys,
        copied::sealed,
        envelope::{Unlocked, holder_keys},
    },
    policy::Policy,
};
use zeroize::Zeroizing;

/// What every copy is made with.
pub struct With<'a> {
    pub tables: &'a [Table],
    pub keys: &'a Keys,
    pub policy: &'a Policy,
    pub chance: &'a dyn Chance,
    pub service: ServiceId,
    pub nation: &'a str,
}

/// In what a family differs from its pattern.
pub struct Differs {
    pub ids: Vec<String>,
    pub words: Vec<String>,
    pub shas: Vec<String>,
    pub prints: Vec<String>,
    /// How much later everything happened.
    pub days: i64,
    pub seconds: i64,
}

/// Rows by the place of their table, and the rows of the record that wait for their place in the chain.
pub struct Made {
    pub rows: Vec<(usize, Vec<Value>)>,
    pub deeds: Vec<Row>,
}

impl Differs {
    pub fn of(pattern: &Pattern, chance: &dyn Chance, words: Vec<String>, days: i64, seconds: i64) -> Self {
        let ids = pattern.known.ids().iter().map(|_| PersonId::new(chance).to_string()).collect();
        Self { ids, words, shas: Vec::new(), prints: Vec::new(), days, seconds }
    }

    pub fn text(&self, text: &Text) -> String {
        let mut filled = String::new();
        for seg in text {
            let of = |all: &[String], place: usize| all.get(place).cloned().unwrap_or_default();
            match seg {
                Seg::Same(same) => filled.push_str(same),
                Seg::Id(place) => filled.push_str(&of(&self.ids, *place)),
                Seg::Word(place) => filled.push_str(&of(&self.words, *place)),
                Seg::Sha(place) => filled.push_str(&of(&self.shas, *place)),
                Seg::Print(place) => filled.push_str(&of(&self.prints, *place)),
                Seg::Day(day) => filled.push_str(&self.day(*day).to_string()),
                Seg::DayList(day) => {
                    let (year, month, day) = self.day(*day).ymd();
                    filled.push_str(&format!("[{year},{month},{day}]"));
                }
            }
        }
        filled
    }

    pub fn day(&self, day: UtcDate) -> UtcDate {
        day.plus_days(self.days)
    }

    pub fn time(&self, at: UtcTime) -> UtcTime {
        at.plus_seconds(self.days * 86_400 + self.seconds)
    }

    /// What is to be sealed, as CBOR.
    pub fn clear(&self, of: &Clear) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::new());
        for piece in &of.pieces {
            match piece {
                Piece::Raw(raw) => bytes.extend(raw),
                Piece::Run(major, text) => {
                    let text = self.text(text);
                    head(&mut bytes, *major, text.len());
                    bytes.extend(text.as_bytes());
                }
            }
        }
        bytes
    }
}

/// The head of a run of CBOR, as short as it can be.
fn head(bytes: &mut Vec<u8>, major: u8, length: usize) {
    let major = major << 5;
    let wide = u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes();
    let (low, skip) = match length {
        0..=23 => {
            bytes.push(major | wide.last().copied().unwrap_or(0));
            return;
        }
        24..=0xff => (24, 7),
        0x100..=0xffff => (25, 6),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 0),
    };
    bytes.push(major | low);
    bytes.extend(wide.iter().skip(skip));
}

/// Makes the rows of one family.
///
/// # Errors
/// What the columns that are computed may meet.
pub fn copy(pattern: &Pattern, with: &With<'_>, mut differs: Differs) -> Result<Made> {
    let cells = || {
        let parts = pattern.parts.iter().filter_map(|part| Some((with.tables.get(part.table)?, part)));
        parts.flat_map(|(table, part)| part.rows.iter().map(move |row| (table, part.table, row)))
    };
    for (_, _, row) in cells().filter(|(table, _, _)| table.name == "letters") {
        differs.shas.push(letter_sha(with, &differs, row)?);
    }
    for (table, _, row) in cells().filter(|(table, _, _)| table.name == "decisions") {
        differs.prints.push(decision_print(with, &differs, table, row)?);
    }
    let family = differs.ids.first().cloned().unwrap_or_default();
    let began = differs.time(pattern.began);
    let (unlocked, envelopes) = holder_keys(with.keys, with.chance, began, with.service, &family)?;
    let mut rows = Vec::new();
    if let Some(place) = with.tables.iter().position(|table| table.name == "key_envelopes") {
        rows.extend(envelopes.into_iter().map(|one| {
            let values = vec![
                Value::Text(one.holder_id),
                Value::Text(one.compartment.to_string()),
                Value::Number(i64::from(one.version)),
                Value::Text(one.service_id.to_string()),
                Value::Number(i64::from(one.kek_version)),
                Value::Bytes(one.wrapped),
                Value::Time(one.made_at),
            ];
            (place, values)
        }));
    }
    for (table, place, row) in cells() {
        let mut clear = None;
        let mut values = Vec::with_capacity(row.len());
        for cell in row {
            values.push(value(with, &differs, &unlocked, cell, &mut clear)?);
        }
        derive(with, table, &mut values, clear.as_ref().map(|clear| clear.as_slice()))?;
        rows.push((place, values));
    }
    let deeds = pattern.deeds.iter().map(|deed| Row {
        service_id: String::new(),
        seq: 0,
        at: differs.time(deed.at),
        actor_kind: deed.actor_kind.clone(),
        actor_id: differs.text(&deed.actor),
        deed: deed.deed.clone(),
        object_kind: deed.object_kind.clone(),
        object_id: differs.text(&deed.object),
        family_id: deed.of_family.then(|| family.clone()),
        note: differs.text(&deed.note),
        prev_hash: String::new(),
        hash: String::new(),
    });
    Ok(Made { rows, deeds: deeds.collect() })
}

fn value(
    with: &With<'_>,
    differs: &Differs,
    unlocked: &Unlocked,
    cell: &Cell,
    clear: &mut Option<Zeroizing<Vec<u8>>>,
) -> Result<Value> {
    Ok(match cell {
        Cell::Same(value) => value.clone(),
        Cell::Text(text) => Value::Text(differs.text(text)),
        Cell::Time(at) => Value::Time(differs.time(*at)),
        Cell::Day(day) => Value::Day(differs.day(*day)),
        Cell::Due { queue, opened } => {
            Value::Day(with.policy.due(queue, with.nation, differs.time(*opened).date())?)
        }
        Cell::DueNamed(named) => {
            Value::Day(with.policy.working_days_after(differs.day(*named), 0, with.nation))
        }
        Cell::Sealed(of) => {
            let bytes = clear.insert(differs.clear(of));
            let row = differs.text(&of.row);
            #[expect(
                clippy::disallowed_methods,
                reason = "a made-up family, sealed as its acts would have sealed it"
            )]
            let sealed = sealed(unlocked, with.chance, of.compartment, (&of.place, &row), bytes)?;
            Value::Bytes(sealed)
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn heads_are_as_short_as_the_encoder_makes_them() {
        for length in [0usize, 23, 24, 255, 256, 65_535, 65_536] {
            let text = "a".repeat(length);
            let mut ours = Vec::new();
            super::head(&mut ours, 3, length);
            ours.extend(text.as_bytes());
            assert_eq!(ours, minicbor::to_vec(&text).unwrap(), "{length}");
        }
    }
}
