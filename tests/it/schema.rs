//! Every column is of exactly one compartment: docs/data-map.toml against the migrated schema, both ways, on this database.
//! Must not know: what any column holds.

use crate::support::World;
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use kinward::db::{Conn, Kind};
use std::collections::{BTreeMap, BTreeSet};

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

pub const CLASSES: &[&str] = &["P", "F", "K", "N", "D", "D-detail", "Y", "O", "S"];

/// Table to column to compartment.
pub fn data_map() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(format!("{}/docs/data-map.toml", env!("CARGO_MANIFEST_DIR"))).unwrap();
    toml::from_str(&text).unwrap()
}

fn columns(world: &World) -> BTreeSet<(String, String)> {
    let sql = match world.house.db.kind() {
        Kind::Sqlite => {
            "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type IN ('table','view') AND m.name NOT LIKE 'sqlite_%'"
        }
        Kind::Postgres => {
            "SELECT table_name::text AS table_name, column_name::text AS column_name FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    asked(world, sql)
}

/// Tables and columns that a statement answers.
fn asked(world: &World, sql: &str) -> BTreeSet<(String, String)> {
    let rows: Vec<Column> = world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).load(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(sql).load(conn)?),
        })
        .unwrap();
    rows.into_iter()
        .filter(|row| row.table_name != "__diesel_schema_migrations")
        .map(|row| (row.table_name, row.column_name))
        .collect()
}

/// References to a family or a person that no index finds.
fn not_found_by_index(world: &World) -> BTreeSet<(String, String)> {
    let sql = match world.house.db.kind() {
        Kind::Sqlite => {
            "SELECT m.name AS table_name, f.\"from\" AS column_name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
             WHERE m.type = 'table' AND f.\"table\" IN ('families', 'persons') AND NOT EXISTS (
               SELECT 1 FROM pragma_index_list(m.name) i JOIN pragma_index_info(i.name) c
               WHERE i.partial = 0 AND c.seqno = 0 AND c.name = f.\"from\")"
        }
        Kind::Postgres => {
            "SELECT c.conrelid::regclass::text AS table_name, a.attname::text AS column_name
             FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.confrelid IN ('families'::regclass, 'persons'::regclass) AND NOT EXISTS (
               SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL AND i.indkey[0] = a.attnum)"
        }
    };
    asked(world, sql)
}

#[test]
fn whatever_refers_to_a_family_or_a_person_is_found_by_an_index_when_one_of_them_goes() {
    let world = World::new(97);
    assert_eq!(not_found_by_index(&world), BTreeSet::new());
    // One index less is found.
    let sql = "DROP INDEX decisions_of_family";
    world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => Ok(diesel::sql_query(sql).execute(conn)?),
            Conn::Postgres(conn) => Ok(diesel::sql_query(sql).execute(conn)?),
        })
        .unwrap();
    let found = not_found_by_index(&world);
    assert_eq!(found, BTreeSet::from([("decisions".to_owned(), "family_id".to_owned())]));
}

#[test]
fn every_column_is_classified_and_every_classified_column_exists() {
    let world = World::new(21);
    let mapped: BTreeSet<(String, String)> = data_map()
        .into_iter()
        .flat_map(|(table, columns)| {
            columns.into_keys().map(move |column| (table.clone(), column)).collect::<Vec<_>>()
        })
        .collect();
    let there = columns(&world);
    let unclassified: Vec<_> = there.difference(&mapped).collect();
    let gone: Vec<_> = mapped.difference(&there).collect();
    assert!(
        unclassified.is_empty(),
        "say in docs/data-map.toml which compartment these are of: {unclassified:?}"
    );
    assert!(gone.is_empty(), "docs/data-map.toml names columns that do not exist: {gone:?}");
}

#[test]
fn a_new_column_without_a_compartment_is_found() {
    let world = World::new(22);
    world
        .house
        .db
        .read(|conn| match conn {
            Conn::Sqlite(conn) => {
                Ok(diesel::sql_query("ALTER TABLE persons ADD COLUMN secret_wish TEXT").execute(conn)?)
            }
            Conn::Postgres(conn) => {
                Ok(diesel::sql_query("ALTER TABLE persons ADD COLUMN secret_wish TEXT").execute(conn)?)
            }
        })
        .unwrap();
    let map = data_map();
    let unclassified: Vec<_> =
        columns(&world).into_iter().filter(|(table, column)| !map[table].contains_key(column)).collect();
    assert_eq!(unclassified, [("persons".to_owned(), "secret_wish".to_owned())]);
}

#[test]
fn only_known_compartments_are_named() {
    for (table, columns) in data_map() {
        for (column, class) in columns {
            assert!(CLASSES.contains(&class.as_str()), "{table}.{column} is '{class}'");
        }
    }
}

#[test]
fn every_table_carries_its_service() {
    // Apart from the two that stand before any service is known.
    const BEFORE: &[&str] = &["sign_in_failures", "wrong_tries", "services"];
    for (table, columns) in data_map() {
        assert!(BEFORE.contains(&table.as_str()) || columns.contains_key("service_id"), "{table}");
    }
}
