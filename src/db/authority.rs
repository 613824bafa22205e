//! The relatives' role of PostgreSQL: made by `migrate`, with the grants that follow from two lists in docs/.
//! Must not know: what any column means; the data map says which compartment it is of.

use super::{Conn, Db, Kind, run_sql};
use crate::error::{Error, Result};
use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use std::collections::BTreeMap;

/// Table to column to compartment.
type DataMap = BTreeMap<String, BTreeMap<String, String>>;

/// What a role may touch, as docs/authority.toml lists it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Authority {
    own: Vec<String>,
    moves: Vec<String>,
    reads: Vec<String>,
}

/// Compartments no role but the staff's is granted, wherever they stand.
const NEVER: &[&str] = &["P", "Y", "D-detail"];
/// Compartments granted in a role's own tables alone.
const OWN_ONLY: &[&str] = &["K", "S"];

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Makes the role where it is missing and sets its grants anew: what is no longer listed is taken away.
///
/// # Errors
/// Config, with the statement an administrator must run, where this login may not make roles.
pub fn grant(db: &Db) -> Result<()> {
    if db.kind() == Kind::Sqlite {
        return Ok(());
    }
    let map: DataMap = toml::from_str(include_str!("../../docs/data-map.toml")).map_err(Error::inner)?;
    let roles: BTreeMap<String, Authority> =
        toml::from_str(include_str!("../../docs/authority.toml")).map_err(Error::inner)?;
    for (role, authority) in &roles {
        make_role(db, role)?;
        db.write(|conn| {
            for statement in statements(role, authority, &map) {
                run_sql(conn, &statement)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn make_role(db: &Db, role: &str) -> Result<()> {
    if is_there(db, role)? {
        return Ok(());
    }
    let make = format!("CREATE ROLE {role} NOLOGIN");
    let made = db.read(|conn| run_sql(conn, &make).map_err(Error::from));
    // Roles belong to the whole server: another clinic's migration on it may have been quicker.
    if made.is_ok() || is_there(db, role)? {
        return Ok(());
    }
    Err(Error::config(format!(
        "the database role {role} is missing and this login may not make it: let an administrator run '{make}', then run 'kinward migrate' again"
    )))
}

#[expect(clippy::disallowed_methods, reason = "the catalogue has no typed form")]
fn is_there(db: &Db, role: &str) -> Result<bool> {
    let found: Vec<Found> = db.read(|conn| match conn {
        Conn::Sqlite(_) => Ok(Vec::new()),
        Conn::Postgres(conn) => {
            Ok(diesel::sql_query("SELECT rolname::text AS name FROM pg_roles WHERE rolname = $1")
                .bind::<Text, _>(role)
                .load(conn)?)
        }
    })?;
    Ok(found.iter().any(|found| found.name == role))
}

fn statements(role: &str, authority: &Authority, map: &DataMap) -> Vec<String> {
    let mut all = vec![
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"),
        format!("GRANT USAGE ON SCHEMA public TO {role}"),
        format!("GRANT SELECT ON __diesel_schema_migrations TO {role}"),
    ];
    let mut give = |tables: &[String], words: &[&str], own: bool| {
        for table in tables {
            let columns = map.get(table).into_iter().flatten();
            let granted: Vec<String> = columns
                .filter(|(_, class)| !NEVER.contains(&class.as_str()))
                .filter(|(_, class)| own || !OWN_ONLY.contains(&class.as_str()))
                .map(|(column, _)| format!("\"{column}\""))
                .collect();
            let columns = granted.join(", ");
            let words: Vec<String> = words.iter().map(|word| format!("{word} ({columns})")).collect();
            all.push(format!("GRANT {} ON \"{table}\" TO {role}", words.join(", ")));
        }
    };
    give(&authority.own, &["SELECT", "INSERT", "UPDATE"], true);
    give(&authority.moves, &["SELECT", "INSERT", "UPDATE"], false);
    give(&authority.reads, &["SELECT"], false);
    // Wrapped keys are secrets that this role may read of one compartment alone; the others it could not unwrap either.
    all.extend([
        format!("GRANT SELECT ON key_envelopes TO {role}"),
        "ALTER TABLE key_envelopes ENABLE ROW LEVEL SECURITY".into(),
        format!("DROP POLICY IF EXISTS {role}_familial ON key_envelopes"),
        format!(
            "CREATE POLICY {role}_familial ON key_envelopes FOR SELECT TO {role} USING (compartment = 'F')"
        ),
    ]);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_never_granted_and_secrets_only_in_own_tables() {
        let map: DataMap = toml::from_str(
            "[a]\nid = 'O'\nname = 'K'\nhash = 'S'\nwords = 'P'\n[b]\nid = 'O'\nname = 'K'\nwhy = 'D-detail'\nhash = 'S'\n",
        )
        .unwrap();
        let lists = Authority { own: vec!["a".into()], moves: vec!["b".into()], reads: vec![] };
        let said = statements("r", &lists, &map).join("\n");
        assert!(
            said.contains("GRANT SELECT (\"hash\", \"id\", \"name\"), INSERT (\"hash\", \"id\", \"name\")"),
            "{said}"
        );
        assert!(
            said.contains("GRANT SELECT (\"id\"), INSERT (\"id\"), UPDATE (\"id\") ON \"b\" TO r"),
            "{said}"
        );
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the server to try it on is named there alone")]
    fn clinics_that_migrate_at_once_on_one_server_all_find_the_role() {
        let Some(server) =
            std::env::var("KINWARD_TEST_DATABASE").ok().filter(|url| url.starts_with("postgres"))
        else {
            eprintln!(
                "no roles on SQLite: that two migrations at once make one is tried on PostgreSQL alone"
            );
            return;
        };
        let together = std::sync::Barrier::new(8);
        let db = Db::open(&server, 8).unwrap();
        let role = format!("kinward_race_{}", std::process::id());
        for _ in 0..5 {
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    let db = Db::open(&server, 1).unwrap();
                    let (together, role) = (&together, &role);
                    scope.spawn(move || {
                        together.wait();
                        make_role(&db, role).unwrap();
                    });
                }
            });
            db.read(|conn| run_sql(conn, &format!("DROP ROLE {role}")).map_err(Error::from)).unwrap();
        }
    }
}
