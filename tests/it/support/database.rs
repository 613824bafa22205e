//! A database of its own for each test: a copy of one that was migrated once, as a file for SQLite or on the PostgreSQL that is there.
//! Must not know: any table.

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection};
use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

pub struct Database {
    pub url: String,
    keep: Keep,
}

enum Keep {
    File { _kept: tempfile::TempDir },
    Server { maintenance: String, name: String },
}

static NEXT: AtomicU32 = AtomicU32::new(0);
static TEMPLATE: OnceLock<String> = OnceLock::new();
static TEMPLATE_FILE: OnceLock<Vec<u8>> = OnceLock::new();

fn maintenance() -> Option<String> {
    std::env::var("KINWARD_TEST_DATABASE").ok().filter(|url| url.starts_with("postgres"))
}

fn run(maintenance: &str, sql: &str) {
    let mut conn = PgConnection::establish(maintenance).unwrap();
    diesel::sql_query(sql).execute(&mut conn).unwrap();
}

fn named(maintenance: &str, name: &str) -> String {
    let cut = maintenance.rfind('/').unwrap();
    format!("{}/{name}", &maintenance[..cut])
}

fn template(maintenance: &str) -> &'static str {
    TEMPLATE.get_or_init(|| {
        let name = format!("kinward_template_{}", std::process::id());
        run(maintenance, &format!("CREATE DATABASE {name}"));
        let db = kinward::db::Db::open(&named(maintenance, &name), 1).unwrap();
        kinward::db::migrate::migrate(&db).unwrap();
        name
    })
}

/// A migrated SQLite database, whole: what SQLite keeps beside the file is brought into it.
fn template_file() -> &'static [u8] {
    TEMPLATE_FILE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        let db = kinward::db::Db::open(&format!("sqlite:{}", path.display()), 1).unwrap();
        kinward::db::migrate::migrate(&db).unwrap();
        drop(db);
        let mut conn = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").unwrap();
        drop(conn);
        std::fs::read(path).unwrap()
    })
}

impl Database {
    pub fn new() -> Self {
        let Some(maintenance) = maintenance() else {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("test.db");
            std::fs::write(&path, template_file()).unwrap();
            let url = format!("sqlite:{}", path.display());
            return Self { url, keep: Keep::File { _kept: folder } };
        };
        let name = format!("kinward_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        run(&maintenance, &format!("CREATE DATABASE {name} TEMPLATE {}", template(&maintenance)));
        Self { url: named(&maintenance, &name), keep: Keep::Server { maintenance, name } }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Keep::Server { maintenance, name } = &self.keep {
            let mut conn = PgConnection::establish(maintenance).unwrap();
            let _ = diesel::sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut conn);
        }
    }
}
