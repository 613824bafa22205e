//! Where a world's rows are: a copy of one SQLite file, or of one PostgreSQL database, made once with a clinic in it.
//! Must not know: what any table means, or that there is a second world.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_types::Text,
};
use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The server that tests/postgres.sh started, where it did.
fn server() -> Option<String> {
    std::env::var("KINWARD_TEST_DATABASE").ok().filter(|url| url.starts_with("postgres"))
}

pub fn is_postgres() -> bool {
    server().is_some()
}

fn run(maintenance: &str, sql: &str) {
    let mut conn = PgConnection::establish(maintenance).unwrap();
    diesel::sql_query(sql).execute(&mut conn).unwrap();
}

/// A database of its own. It is gone when this is.
pub enum Store {
    File(PathBuf),
    Server { maintenance: String, name: String },
}

impl Store {
    pub fn new(folder: &Path) -> Self {
        let Some(maintenance) = server() else { return Store::File(folder.join("world.db")) };
        let name = format!("prove_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        run(&maintenance, &format!("CREATE DATABASE {name}"));
        Store::Server { maintenance, name }
    }

    /// Nobody may be connected to `self`.
    pub fn copy(&self, folder: &Path) -> Self {
        match self {
            Store::File(file) => {
                let copy = folder.join("world.db");
                std::fs::copy(file, &copy).unwrap();
                Store::File(copy)
            }
            Store::Server { maintenance, name: of } => {
                let name = format!("prove_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
                run(maintenance, &format!("CREATE DATABASE {name} TEMPLATE {of}"));
                Store::Server { maintenance: maintenance.clone(), name }
            }
        }
    }

    pub fn url(&self) -> String {
        match self {
            Store::File(file) => format!("sqlite:{}", file.display()),
            Store::Server { maintenance, name } => {
                let cut = maintenance.rfind('/').unwrap();
                format!("{}/{name}", &maintenance[..cut])
            }
        }
    }

    /// Brings what SQLite keeps beside the file into it, so that one file is the whole.
    pub fn gather(&self) {
        if let Store::File(file) = self {
            let mut conn = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
            conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").unwrap();
        }
    }

    /// As it is left behind where whoever used it dies: the files as they lie there, nothing closed and nothing brought
    /// together; on a server every connection cut.
    pub fn as_left_behind(&mut self) {
        match self {
            Store::File(file) => {
                let number = NEXT.fetch_add(1, Ordering::SeqCst);
                let copy = file.with_file_name(format!("world-{number}.db"));
                let beside = |file: &Path, end: &str| PathBuf::from(format!("{}{end}", file.display()));
                for end in ["", "-wal"] {
                    let from = beside(file, end);
                    if from.exists() {
                        std::fs::copy(&from, beside(&copy, end)).unwrap();
                    }
                }
                *file = copy;
            }
            Store::Server { maintenance, name } => run(
                maintenance,
                &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
            ),
        }
    }

    pub fn rows(&self) -> Rows {
        match self {
            Store::File(file) => Rows::Sqlite(SqliteConnection::establish(&file.to_string_lossy()).unwrap()),
            Store::Server { .. } => Rows::Postgres(PgConnection::establish(&self.url()).unwrap()),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Store::Server { maintenance, name } = self {
            run(maintenance, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// A connection that reads whole tables.
pub enum Rows {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Rows {
    /// Every column of every row of one table.
    pub fn of(&mut self, table: &str) -> String {
        let lines: Vec<Line> = match self {
            Rows::Sqlite(conn) => {
                let named = format!("SELECT name AS line FROM pragma_table_info('{table}')");
                let columns: Vec<Line> = diesel::sql_query(named).load(conn).unwrap();
                assert!(!columns.is_empty(), "there is no table {table}");
                let part = |column: &Line| format!("'{0}=' || quote({0})", column.line);
                let parts: Vec<String> = columns.iter().map(part).collect();
                let all = format!("SELECT {} AS line FROM {table} ORDER BY 1", parts.join(" || ' ' || "));
                diesel::sql_query(all).load(conn).unwrap()
            }
            Rows::Postgres(conn) => {
                let all = format!("SELECT to_jsonb(t)::text AS line FROM {table} t ORDER BY 1");
                diesel::sql_query(all).load(conn).unwrap()
            }
        };
        lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n")
    }
}
