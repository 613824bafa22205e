//! A world of the proof: the real application on a copied database, with a clock and a chance that the script alone moves.
//! Must not know: what is personal in it, or that there is a second world.

use kinward::{
    access::{House, service::Service, session::session_start, staff::staff_by_username},
    app::routes,
    audit::ActorKind,
    clinic::cascade::listener::Cascade,
    clock::{Chance, Clock, SeededChance, StoryClock},
    config::{PrintTo, Wing},
    db::{Db, UtcTime},
    demo::{browser::Browser, clinic, inside::Inside},
    error::{Error, Result},
    keys::{Keys, token},
    policy::Policy,
    worker::{Transports, dispatch},
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// Where every world says it lives; nothing listens there.
const ADDRESS: &str = "https://letters.severnside.example";

/// Chance that begins anew before every command, from the pair's seed and the command's name: what one command draws
/// cannot shift what another gets.
pub struct Stream {
    seed: u64,
    now: Mutex<SeededChance>,
}

impl Stream {
    fn new(seed: u64) -> Self {
        Self { seed, now: Mutex::new(SeededChance::new(seed)) }
    }

    pub fn begin(&self, label: &str) {
        *self.now.lock().unwrap() = SeededChance::new(crate::vary::hash(self.seed, label));
    }
}

impl Chance for Stream {
    fn fill(&self, bytes: &mut [u8]) {
        self.now.lock().unwrap().fill(bytes);
    }
}

fn monday() -> UtcTime {
    UtcTime::from_utc(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(10, 0, 0).unwrap())
}

/// Folders in memory where the machine has them: a test of words needs no disk to be sure of.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// A clinic with its staff, made once; every world begins as a copy of it.
pub struct Template {
    folder: tempfile::TempDir,
    keys: Keys,
    policy: Policy,
    pages: kinward::access::answer::Pages,
    service: Service,
}

impl Template {
    pub fn new() -> Self {
        let folder = folder();
        let database = folder.path().join("template.db");
        let config = clinic::config(folder.path(), format!("sqlite:{}", database.display()), ADDRESS.into());
        let clock = Arc::new(StoryClock::fixed(monday().plus_seconds(-3600)));
        let (house, service) = clinic::house(config, clock, Arc::new(SeededChance::new(7))).unwrap();
        let (keys, policy, pages) = (house.keys.clone(), house.policy.clone(), house.pages.clone());
        drop(house);
        let template = Self { folder, keys, policy, pages, service };
        template.gather();
        template
    }

    /// Brings what SQLite keeps beside the file into it, so that one file is the whole.
    fn gather(&self) {
        use diesel::{Connection, connection::SimpleConnection};
        let path = self.file();
        let mut conn = diesel::SqliteConnection::establish(&path.to_string_lossy()).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;").unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("template.db")
    }
}

/// A member of staff: the username, and whoever sits at the browser with it.
pub const COUNSELLOR: usize = 0;
pub const CLINICIAN: usize = 1;
pub const GUARDIAN: usize = 3;

pub struct World {
    pub house: Arc<House>,
    pub clock: Arc<StoryClock>,
    pub chance: Arc<Stream>,
    pub folder: tempfile::TempDir,
    pub service: Service,
    site: Arc<Inside>,
    ways: Transports,
    programs: Vec<Browser>,
    sessions: usize,
    rows: diesel::SqliteConnection,
}

impl World {
    pub fn new(template: &Template, seed: u64, batches: bool) -> Result<Self> {
        use diesel::Connection;
        let folder = folder();
        let file = folder.path().join("world.db");
        std::fs::copy(template.file(), &file).map_err(Error::inner)?;
        let database = format!("sqlite:{}", file.display());
        let mut config = clinic::config(&folder.path().join("out"), database, ADDRESS.into());
        config.connections = 2;
        config.print = if batches { PrintTo::Batches } else { PrintTo::Files };
        let clock = Arc::new(StoryClock::fixed(monday()));
        let chance = Arc::new(Stream::new(seed));
        let house = Arc::new(House {
            db: Db::open(&config.database, config.connections)?,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::clone(&chance) as Arc<dyn Chance>,
            keys: template.keys.clone(),
            policy: template.policy.clone(),
            pages: template.pages.clone(),
            config,
        });
        let rows = diesel::SqliteConnection::establish(&file.to_string_lossy()).map_err(Error::inner)?;
        let ways = Transports::from_config(&house)?;
        let site = Inside::open(Arc::clone(&house), Wing::All);
        let service = template.service.clone();
        let mut world = Self {
            house,
            clock,
            chance,
            folder,
            service,
            site,
            ways,
            programs: Vec::new(),
            sessions: 0,
            rows,
        };
        world.sign_in()?;
        Ok(world)
    }

    /// Opens a session for each member of staff, without their passwords: those are another test's matter.
    pub fn sign_in(&mut self) -> Result<()> {
        self.programs.clear();
        self.sessions += 1;
        for (username, ..) in clinic::STAFF {
            self.chance.begin(&format!("session {} {username}", self.sessions));
            let house = &self.house;
            let member = house
                .db
                .read(|conn| staff_by_username(conn, username))?
                .ok_or_else(|| Error::inner("a member of staff is not there"))?;
            let (_, hash) = house.act_as(ActorKind::Staff, member.id.as_str(), self.service.id, |act| {
                session_start(act, member.id, username, &house.policy.periods)
            })?;
            let token = token::issue(&house.keys, member.id.as_str(), &hash, house.clock.now())?;
            self.programs.push(self.browser().with_session(None, Some(token)));
        }
        Ok(())
    }

    /// A browser that knows nothing yet.
    pub fn browser(&self) -> Browser {
        Browser::inside(&self.site)
    }

    pub fn program(&mut self, who: usize) -> &mut Browser {
        &mut self.programs[who]
    }

    pub fn get(&mut self, who: usize, path: &str) -> Result<Value> {
        self.programs[who].api(path)
    }

    pub fn post(&mut self, who: usize, path: &str, fields: &Value) -> Result<Value> {
        self.programs[who].api_post(path, fields)
    }

    /// What an address of the API answers, as it is.
    pub fn get_bytes(&mut self, who: usize, path: &str) -> Result<Vec<u8>> {
        let seen = self.programs[who].get(&format!("/api/v1{path}"))?;
        if seen.status == 200 { Ok(seen.body) } else { Err(Error::inner(format!("{path}: {}", seen.status))) }
    }

    /// All that is due goes; the notice by e-mail follows the paper.
    pub fn send(&self) -> Result<usize> {
        let one = dispatch(&self.house, &Cascade, &self.ways, "prove")?;
        Ok(one + dispatch(&self.house, &Cascade, &self.ways, "prove")?)
    }

    /// Every file that left the house, by its name.
    pub fn left_the_house(&self) -> Vec<(String, Vec<u8>)> {
        let root = self.folder.path().join("out");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                    found.push((name, std::fs::read(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    /// The rows of one of the relatives' own tables, every column of each.
    pub fn rows_of(&mut self, table: &str) -> String {
        let columns = self.lines(&format!("SELECT name AS line FROM pragma_table_info('{table}')"));
        assert!(!columns.is_empty(), "there is no table {table}");
        let parts: Vec<String> = columns.iter().map(|name| format!("'{name}=' || quote({name})")).collect();
        let all = format!("SELECT {} AS line FROM {table} ORDER BY 1", parts.join(" || ' ' || "));
        self.lines(&all).join("\n")
    }

    fn lines(&mut self, sql: &str) -> Vec<String> {
        use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let lines: Vec<Line> = diesel::sql_query(sql).load(&mut self.rows).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }
}

/// Every address of the portal, as (method, path).
pub fn portal_routes() -> Vec<(&'static str, String)> {
    routes(Wing::Relative)
        .into_iter()
        .filter(|(path, _)| path == "/r" || path.starts_with("/r/"))
        .map(|(path, route)| (route.method, path))
        .collect()
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Keep;

impl std::io::Write for Keep {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens to the log as an installation keeps it, but for the machine's time at the head of a line.
pub fn log_listen() {
    tracing_subscriber::fmt()
        .json()
        .without_time()
        .with_env_filter(tracing_subscriber::EnvFilter::new("kinward=info,warn"))
        .with_writer(|| Keep)
        .init();
}

/// What was logged since the last time.
pub fn log_take() -> Vec<u8> {
    std::mem::take(&mut LOG.lock().unwrap())
}
