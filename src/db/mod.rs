//! The pool, the one way to run on it, and the only place that knows which database runs.
//! Must not know: any table of the product.

pub mod authority;
pub mod bounded;
pub mod column;
pub mod migrate;
pub mod recorder;
pub mod rows;
pub mod time;

pub(crate) use column::{closed, text_column};
pub use time::{UtcDate, UtcTime};

use crate::error::{Error, Result};
use diesel::{
    Connection, RunQueryDsl,
    connection::TransactionManager,
    r2d2::{ConnectionManager, CustomizeConnection, Pool},
};

/// A connection to whichever database runs; one query body serves both.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(diesel::SqliteConnection),
    Postgres(diesel::PgConnection),
}

/// Which database runs. Named only here and in the migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<ConnectionManager<Conn>>,
    kind: Kind,
    recorder: recorder::Recorder,
}

#[derive(Debug)]
struct Prepare(Kind, recorder::Recorder);

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, conn: &mut Conn) -> std::result::Result<(), diesel::r2d2::Error> {
        let settings: &[&str] = match self.0 {
            // FULL: an acknowledged act survives a power cut; the wait lets one writer follow another.
            Kind::Sqlite => &[
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                "PRAGMA busy_timeout = 250",
                "PRAGMA trusted_schema = OFF",
            ],
            Kind::Postgres => &["SET statement_timeout = '30s'", "SET TIME ZONE 'UTC'"],
        };
        for setting in settings {
            run_sql(conn, setting).map_err(diesel::r2d2::Error::QueryError)?;
        }
        conn.set_instrumentation(self.1.clone());
        Ok(())
    }
}

/// Raw statements are written in db/ alone; everything else is typed.
#[expect(clippy::disallowed_methods, reason = "settings and transaction words have no typed form")]
fn run_sql(conn: &mut Conn, sql: &str) -> diesel::QueryResult<usize> {
    diesel::sql_query(sql).execute(conn)
}

/// How often the write lock of SQLite is asked for, a quarter of a second each time. SQLite looks less and less often the longer
/// it waits, so one long wait could lose against a worker that writes one piece after another.
const ASKED: usize = 40;

fn begin_immediate(conn: &mut Conn) -> diesel::QueryResult<()> {
    let mut begun = run_sql(conn, "BEGIN IMMEDIATE");
    for _ in 1..ASKED {
        match &begun {
            Err(diesel::result::Error::DatabaseError(_, why)) if why.message() == "database is locked" => {
                begun = run_sql(conn, "BEGIN IMMEDIATE");
            }
            Ok(_) | Err(_) => break,
        }
    }
    begun.map(|_| ())
}

impl Db {
    /// Opens the database at `url`: a path or `sqlite:` path, or `postgres://…`.
    ///
    /// # Errors
    /// A URL of another kind, a database that cannot be reached, a SQLite older than 3.51.3.
    pub fn open(url: &str, connections: u32) -> Result<Self> {
        let (kind, url) = match url.split_once(':') {
            Some(("postgres" | "postgresql", _)) => (Kind::Postgres, url.to_owned()),
            Some(("sqlite", path)) => (Kind::Sqlite, path.to_owned()),
            Some((scheme, rest)) if rest.starts_with("//") => {
                return Err(Error::config(format!(
                    "the database address begins with '{scheme}:'; use sqlite:PATH or postgres://…"
                )));
            }
            Some(_) | None => (Kind::Sqlite, url.to_owned()),
        };
        if kind == Kind::Sqlite {
            keep_to_owner(&url)?;
        }
        let recorder = recorder::Recorder::default();
        let pool = Pool::builder()
            .max_size(connections)
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(10))
            .connection_customizer(Box::new(Prepare(kind, recorder.clone())))
            .build(ConnectionManager::new(url))
            .map_err(|e| Error::config(format!("the database cannot be opened: {e}")))?;
        Ok(Self { pool, kind, recorder })
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whoever writes keeps everybody else from writing, and nobody stands in a line for it.
    pub fn has_one_writer(&self) -> bool {
        self.kind == Kind::Sqlite
    }

    /// Hears every statement of this pool, once it is started: for tests that say what a request touches.
    pub fn recorder(&self) -> &recorder::Recorder {
        &self.recorder
    }

    /// Reads. Nothing that `read` does is recorded, so nothing personal may be read with it alone.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get().map_err(Error::busy)?;
        work(&mut conn)
    }

    /// THE one transaction: all of `work` or nothing of it. On SQLite it takes the write lock at once.
    ///
    /// # Errors
    /// What `work` answers; nothing is then kept.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.pool.get().map_err(Error::busy)?;
        let conn = &mut *conn;
        match conn {
            Conn::Sqlite(_) => {
                begin_immediate(conn)?;
                finish(conn, work, |conn, word| run_sql(conn, word).map(|_| ()))
            }
            Conn::Postgres(_) => {
                run_sql(conn, "BEGIN")?;
                finish(conn, work, |conn, word| run_sql(conn, word).map(|_| ()))
            }
        }
    }
}

/// A database file is for its owner alone, whatever the machine's habits are; SQLite gives its side files the same mode.
fn keep_to_owner(path: &str) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let path = path.strip_prefix("//").unwrap_or(path);
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .map_err(|e| Error::config(format!("the database file {path} cannot be opened: {e}")))?;
    }
    Ok(())
}

/// Ends a transaction: COMMIT after success; ROLLBACK after an error or a panic, so that no connection goes back open.
fn finish<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T>,
    end: fn(&mut Conn, &str) -> diesel::QueryResult<()>,
) -> Result<T> {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&mut *conn)));
    match outcome {
        Ok(Ok(value)) => match end(conn, "COMMIT") {
            Ok(()) => Ok(value),
            Err(problem) => {
                let _ = end(conn, "ROLLBACK");
                Err(problem.into())
            }
        },
        Ok(Err(problem)) => {
            let _ = end(conn, "ROLLBACK");
            Err(problem)
        }
        Err(panic) => {
            let _ = end(conn, "ROLLBACK");
            std::panic::resume_unwind(panic)
        }
    }
}
