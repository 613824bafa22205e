//! The migrations of both databases, embedded, with the same names.
//! Must not know: what the tables mean.

use super::{Conn, Db};
use crate::error::{Error, Result};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not run yet; answers the names of the migrations it ran.
///
/// # Errors
/// A migration that the database refuses; what ran before it stays.
pub fn migrate(db: &Db) -> Result<Vec<String>> {
    db.read(|conn| {
        let ran = match conn {
            Conn::Sqlite(conn) => names(conn.run_pending_migrations(SQLITE)),
            Conn::Postgres(conn) => names(conn.run_pending_migrations(POSTGRES)),
        };
        ran.map_err(|e| Error::config(format!("a migration failed: {e}")))
    })
}

/// True where every migration of this build has run and no other.
pub fn is_current(db: &Db) -> Result<bool> {
    db.read(|conn| {
        let pending = match conn {
            Conn::Sqlite(conn) => conn.has_pending_migration(SQLITE),
            Conn::Postgres(conn) => conn.has_pending_migration(POSTGRES),
        };
        pending.map(|p| !p).map_err(|e| Error::config(format!("the migrations cannot be read: {e}")))
    })
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
