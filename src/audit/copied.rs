//! The record of a clinic that the demonstration makes by copying: rows that acts left elsewhere, chained anew in their order.
//! Must not know: what was done. Whatever happens in a service is recorded by `Act::record` and by nothing else.

use super::{Row, audit_heads};
use crate::{
    db::{
        Conn,
        rows::{Column, Table, Takes, Value, insert},
    },
    error::Result,
    ids::ServiceId,
    keys::Keys,
};
use diesel::prelude::*;

/// The end of a service's chain, in a transaction.
pub struct End {
    service: ServiceId,
    pub seq: i64,
    hash: String,
}

impl End {
    /// Where the chain ends; its head stays locked until the transaction does.
    pub fn of(conn: &mut Conn, service: ServiceId) -> Result<Self> {
        diesel::update(audit_heads::table.filter(audit_heads::service_id.eq(service)))
            .set(audit_heads::seq.eq(audit_heads::seq))
            .execute(conn)?;
        let (seq, hash) = audit_heads::table
            .filter(audit_heads::service_id.eq(service))
            .select((audit_heads::seq, audit_heads::hash))
            .first(conn)?;
        Ok(Self { service, seq, hash })
    }

    /// The next row: its place and its seals are set here.
    pub fn next(&mut self, keys: &Keys, row: Row) -> Row {
        let row = Row {
            service_id: self.service.to_string(),
            seq: self.seq + 1,
            prev_hash: std::mem::take(&mut self.hash),
            hash: String::new(),
            ..row
        };
        let row = Row { hash: keys.audit_seal(&row.canonical()), ..row };
        (self.seq, self.hash) = (row.seq, row.hash.clone());
        row
    }

    /// Writes the rows that `next` made, and the head over them.
    pub fn keep(&self, conn: &mut Conn, rows: Vec<Row>) -> Result<()> {
        let rows: Vec<Vec<Value>> = rows.into_iter().map(values).collect();
        insert(conn, &rows_table(), &rows)?;
        diesel::update(audit_heads::table.filter(audit_heads::service_id.eq(self.service)))
            .set((audit_heads::seq.eq(self.seq), audit_heads::hash.eq(&self.hash)))
            .execute(conn)?;
        Ok(())
    }
}

fn rows_table() -> Table {
    let column = |(name, takes): (&str, Takes)| Column { name: name.to_owned(), takes };
    let columns = [
        ("service_id", Takes::Text),
        ("seq", Takes::Number),
        ("at", Takes::Time),
        ("actor_kind", Takes::Text),
        ("actor_id", Takes::Text),
        ("deed", Takes::Text),
        ("object_kind", Takes::Text),
        ("object_id", Takes::Text),
        ("family_id", Takes::Text),
        ("note", Takes::Text),
        ("prev_hash", Takes::Text),
        ("hash", Takes::Text),
    ];
    Table { name: "audit_rows".into(), columns: columns.into_iter().map(column).collect() }
}

fn values(row: Row) -> Vec<Value> {
    vec![
        Value::Text(row.service_id),
        Value::Number(row.seq),
        Value::Time(row.at),
        Value::Text(row.actor_kind),
        Value::Text(row.actor_id),
        Value::Text(row.deed),
        Value::Text(row.object_kind),
        Value::Text(row.object_id),
        row.family_id.map_or(Value::Null, Value::Text),
        Value::Text(row.note),
        Value::Text(row.prev_hash),
        Value::Text(row.hash),
    ]
}
