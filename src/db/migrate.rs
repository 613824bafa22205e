//! The migrations of both databases, embedded, with the same names.
//! Must not know: what the tables mean.

use super::{Conn, Db, Kind, run_sql};
use crate::error::{Error, Result};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not run yet and sets the grants of the relatives' role; answers the names of the migrations it ran.
///
/// # Errors
/// A migration that the database refuses; what ran before it stays.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    let ran = db.read(|conn| {
        // Its statements are not asked again as those of an act are: here SQLite itself is patient.
        if db.kind() == Kind::Sqlite {
            run_sql(conn, "PRAGMA busy_timeout = 10000")?;
        }
        let ran = match conn {
            Conn::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
            Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES)),
        };
        let ran = ran.map_err(|e| Error::config(format!("a migration failed: {e}")))?;
        if db.kind() == Kind::Sqlite {
            run_sql(conn, "PRAGMA busy_timeout = 250")?;
        }
        Ok(ran)
    })?;
    super::authority::grant(db)?;
    Ok(ran)
}

/// True where every migration of this build has run and no other: an older build must not touch a newer database.
pub fn is_current(db: &Db) -> Result<bool> {
    db.read(|conn| {
        let current = match conn {
            Conn::Sqlite(conn) => all_and_no_other(conn, SQLITE),
            Conn::Postgres(conn) => all_and_no_other(conn, POSTGRES),
        };
        current.map_err(|e| Error::config(format!("the migrations cannot be read: {e}")))
    })
}

type Boxed = Box<dyn std::error::Error + Send + Sync + 'static>;

fn all_and_no_other<DB, C>(conn: &mut C, source: EmbeddedMigrations) -> std::result::Result<bool, Boxed>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
    EmbeddedMigrations: MigrationSource<DB>,
{
    let ran = conn.applied_migrations()?.len();
    let ours = source.migrations()?.len();
    Ok(!conn.has_pending_migration(source)? && ran == ours)
}

type Ran<'a> = std::result::Result<
    Vec<diesel::migration::MigrationVersion<'a>>,
    Box<dyn std::error::Error + Send + Sync + 'static>,
>;

fn names(
    ran: Ran<'_>,
) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync + 'static>> {
    ran.map(|versions| versions.iter().map(ToString::to_string).collect())
}
