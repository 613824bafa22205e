//! Whole rows of a table by its name, many at a time: for the clinic that the demonstration makes by copying, and for nothing else.
//! Must not know: what a table holds. Names come from a database's own schema, values are bound.

use super::{Conn, Db, UtcDate, UtcTime};
use crate::error::{Error, Result};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    pg::Pg,
    sql_types::{BigInt, Binary, Bool, Date, Nullable, Text, Timestamp},
    sqlite::Sqlite,
};
use serde_json::Value as Json;

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
    Truth(bool),
    Time(UtcTime),
    Day(UtcDate),
}

/// What a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Text,
    Bytes,
    Number,
    Truth,
    Time,
    Day,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub takes: Takes,
}

/// A table as the schema says it.
#[derive(Debug, Clone)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

impl Table {
    pub fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[expect(clippy::disallowed_methods, reason = "names of tables are not known before the schema is read")]
fn lines(conn: &mut Conn, sql: &str) -> Result<Vec<String>> {
    let lines: Vec<Line> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(sql).load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(sql).load(conn)?,
    };
    Ok(lines.into_iter().map(|line| line.line).collect())
}

/// Every table of a SQLite database, those that others point at first.
///
/// # Errors
/// A column of a kind that no migration has.
pub fn tables(conn: &mut Conn) -> Result<Vec<Table>> {
    let names = lines(
        conn,
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )?;
    let mut left = Vec::new();
    for name in names {
        let columns = lines(
            conn,
            &format!("SELECT name || ' ' || type AS line FROM pragma_table_info('{name}') ORDER BY cid"),
        )?;
        let columns = columns.iter().map(|text| column(text)).collect::<Result<Vec<_>>>()?;
        let parents: Vec<String> =
            lines(conn, &format!("SELECT \"table\" AS line FROM pragma_foreign_key_list('{name}')"))?
                .into_iter()
                .filter(|parent| *parent != name)
                .collect();
        left.push((Table { name, columns }, parents));
    }
    let mut sorted: Vec<Table> = Vec::new();
    while !left.is_empty() {
        let known = |parent: &String| sorted.iter().any(|table| table.name == *parent);
        let (ready, rest): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|(_, parents)| parents.iter().all(known));
        if ready.is_empty() {
            return Err(Error::inner("tables that point at each other in a circle"));
        }
        sorted.extend(ready.into_iter().map(|(table, _)| table));
        left = rest;
    }
    Ok(sorted)
}

fn column(text: &str) -> Result<Column> {
    let (name, kind) = text.split_once(' ').ok_or_else(|| Error::inner("a column without a kind"))?;
    let takes = match kind {
        "TEXT" => Takes::Text,
        "BLOB" => Takes::Bytes,
        "INTEGER" | "BIGINT" => Takes::Number,
        "BOOLEAN" => Takes::Truth,
        "TIMESTAMP" => Takes::Time,
        "DATE" => Takes::Day,
        other => return Err(Error::inner(format!("a column of kind {other}"))),
    };
    Ok(Column { name: name.to_owned(), takes })
}

/// Every row of a table of a SQLite database, in the order in which they were written.
pub fn rows(conn: &mut Conn, table: &Table) -> Result<Vec<Vec<Value>>> {
    let shown: Vec<String> = table
        .columns
        .iter()
        .map(|column| match column.takes {
            Takes::Bytes => format!("CASE WHEN \"{0}\" IS NULL THEN NULL ELSE hex(\"{0}\") END", column.name),
            Takes::Text | Takes::Number | Takes::Truth | Takes::Time | Takes::Day => {
                format!("\"{}\"", column.name)
            }
        })
        .collect();
    let sql =
        format!("SELECT json_array({}) AS line FROM \"{}\" ORDER BY rowid", shown.join(", "), table.name);
    lines(conn, &sql)?
        .iter()
        .map(|line| {
            let values: Vec<Json> = serde_json::from_str(line).map_err(Error::inner)?;
            table.columns.iter().zip(values).map(|(column, value)| read(column.takes, value)).collect()
        })
        .collect()
}

fn read(takes: Takes, value: Json) -> Result<Value> {
    let text = match value {
        Json::Null => return Ok(Value::Null),
        Json::Number(number) => number.to_string(),
        Json::String(text) => text,
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => {
            return Err(Error::inner("a stored value of no known form"));
        }
    };
    let read = match takes {
        Takes::Text => Some(Value::Text(text)),
        Takes::Bytes => bytes(&text).map(Value::Bytes),
        Takes::Number => text.parse().ok().map(Value::Number),
        Takes::Truth => Some(Value::Truth(text != "0")),
        Takes::Time => {
            let at = NaiveDateTime::parse_from_str(&text.replace('T', " "), "%Y-%m-%d %H:%M:%S%.f");
            at.ok().map(|at| Value::Time(UtcTime::from_utc(at)))
        }
        Takes::Day => {
            let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
            day.and_then(|_| text.parse().ok()).map(Value::Day)
        }
    };
    read.ok_or_else(|| Error::inner("a stored value of another kind than its column"))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |of: u8| char::from(of).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    hex.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}

/// Values in one statement: both databases take more.
const VALUES: usize = 16_000;

macro_rules! inserted {
    ($backend:ty, $conn:expr, $sql:expr, $table:expr, $rows:expr) => {{
        #[expect(
            clippy::disallowed_methods,
            reason = "names of tables are not known before the schema is read"
        )]
        let mut query = diesel::sql_query($sql).into_boxed::<$backend>();
        for row in $rows {
            for (column, value) in $table.columns.iter().zip(row) {
                query = match value {
                    Value::Null => match column.takes {
                        Takes::Text => query.bind::<Nullable<Text>, _>(None::<&str>),
                        Takes::Bytes => query.bind::<Nullable<Binary>, _>(None::<&[u8]>),
                        Takes::Number => query.bind::<Nullable<BigInt>, _>(None::<i64>),
                        Takes::Truth => query.bind::<Nullable<Bool>, _>(None::<bool>),
                        Takes::Time => query.bind::<Nullable<Timestamp>, _>(None::<UtcTime>),
                        Takes::Day => query.bind::<Nullable<Date>, _>(None::<UtcDate>),
                    },
                    Value::Text(text) => query.bind::<Text, _>(text.as_str()),
                    Value::Bytes(bytes) => query.bind::<Binary, _>(bytes.as_slice()),
                    Value::Number(number) => query.bind::<BigInt, _>(*number),
                    Value::Truth(truth) => query.bind::<Bool, _>(*truth),
                    Value::Time(at) => query.bind::<Timestamp, _>(*at),
                    Value::Day(day) => query.bind::<Date, _>(*day),
                };
            }
        }
        query.execute($conn)?
    }};
}

/// Writes rows, each with a value for every column.
pub fn insert(conn: &mut Conn, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
    let wide = table.columns.len().max(1);
    let names: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    for part in rows.chunks((VALUES / wide).max(1)) {
        let mut sql = format!("INSERT INTO \"{}\" ({}) VALUES ", table.name, names.join(", "));
        for place in 0..part.len() {
            sql.push_str(if place == 0 { "(" } else { ", (" });
            for column in 0..wide {
                sql.push_str(if column == 0 { "" } else { ", " });
                match conn {
                    Conn::Sqlite(_) => sql.push('?'),
                    Conn::Postgres(_) => {
                        sql.push('$');
                        sql.push_str(&(place * wide + column + 1).to_string());
                    }
                }
            }
            sql.push(')');
        }
        match conn {
            Conn::Sqlite(conn) => inserted!(Sqlite, conn, sql, table, part),
            Conn::Postgres(conn) => inserted!(Pg, conn, sql, table, part),
        };
    }
    Ok(())
}

/// Makes a connection quick and careless: for a database that is thrown away if the machine stops.
pub fn careless(conn: &mut Conn) -> Result<()> {
    let settings: &[&str] = match conn {
        Conn::Sqlite(_) => &["PRAGMA synchronous = OFF", "PRAGMA cache_size = -600000"],
        Conn::Postgres(_) => &["SET synchronous_commit = off", "SET statement_timeout = 0"],
    };
    settings.iter().try_for_each(|setting| super::run_sql(conn, setting).map(|_| ()).map_err(Error::from))
}

/// Takes the indexes away that no constraint stands on; answers what makes them again. Filling a table without them and making
/// them at the end is many times as quick.
pub fn indexes_put_away(conn: &mut Conn) -> Result<Vec<String>> {
    let (all, names) = match conn {
        Conn::Sqlite(_) => (
            "SELECT sql AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
            "SELECT name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
        ),
        Conn::Postgres(_) => (
            "SELECT indexdef AS line FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname",
            "SELECT indexname::text AS line FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint) ORDER BY indexname",
        ),
    };
    let all = lines(conn, all)?;
    for name in lines(conn, names)? {
        super::run_sql(conn, &format!("DROP INDEX \"{name}\""))?;
    }
    Ok(all)
}

/// Makes indexes that were put away, and lets the database count what it holds.
pub fn indexes_put_back(conn: &mut Conn, all: &[String]) -> Result<()> {
    for sql in all {
        super::run_sql(conn, sql)?;
    }
    analyze(conn)
}

/// Lets the database count what it holds, so that its plans are those of a clinic that has run for years.
pub fn analyze(conn: &mut Conn) -> Result<()> {
    super::run_sql(conn, "ANALYZE")?;
    Ok(())
}

/// How the database would find what a recorded statement asks for, a line a step. Its values are left open, as a plan that is
/// kept for every value leaves them.
pub fn plan(db: &Db, sql: &str) -> Result<Vec<String>> {
    db.read(|conn| match conn {
        Conn::Sqlite(_) => explained(conn, &format!("EXPLAIN QUERY PLAN {sql}")),
        Conn::Postgres(pg) => {
            // Values are numbered; the last number says how many there are.
            let numbers = sql.split('$').skip(1).filter_map(|rest| {
                rest.split(|c: char| !c.is_ascii_digit())
                    .next()
                    .and_then(|number| number.parse::<usize>().ok())
            });
            let nothing = vec!["NULL"; numbers.max().unwrap_or_default()].join(", ");
            let nothing = if nothing.is_empty() { nothing } else { format!("({nothing})") };
            pg.batch_execute("SET plan_cache_mode = force_generic_plan")?;
            pg.batch_execute(&format!("PREPARE asked AS {sql}"))?;
            let plan = explained(conn, &format!("EXPLAIN EXECUTE asked{nothing}"));
            super::run_sql(conn, "DEALLOCATE asked")?;
            plan
        }
    })
}

#[derive(QueryableByName)]
struct Detail {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct QueryPlan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

#[expect(clippy::disallowed_methods, reason = "a plan has no typed form")]
fn explained(conn: &mut Conn, sql: &str) -> Result<Vec<String>> {
    Ok(match conn {
        Conn::Sqlite(conn) => {
            let steps: Vec<Detail> = diesel::sql_query(sql).load(conn)?;
            steps.into_iter().map(|step| step.detail).collect()
        }
        Conn::Postgres(conn) => {
            let steps: Vec<QueryPlan> = diesel::sql_query(sql).load(conn)?;
            steps.into_iter().map(|step| step.line).collect()
        }
    })
}
