//! A world of the proof: the real application on a copied database, with a clock and a chance that the script alone moves.
//! Must not know: what is personal in it, or that there is a second world.

use crate::store::{Rows, Store};
use kinward::{
    access::{House, service::Service, session::session_start, staff::staff_by_username, twice::SentLast},
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
    collections::BTreeSet,
    path::Path,
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
    _folder: tempfile::TempDir,
    store: Store,
    keys: Keys,
    policy: Policy,
    pages: kinward::access::answer::Pages,
    service: Service,
}

impl Template {
    pub fn new() -> Self {
        let folder = folder();
        let store = Store::new(folder.path());
        let config = clinic::config(folder.path(), store.url(), ADDRESS.into());
        let clock = Arc::new(StoryClock::fixed(monday().plus_seconds(-3600)));
        let (house, service) = clinic::house(config, clock, Arc::new(SeededChance::new(7))).unwrap();
        let (keys, policy, pages) = (house.keys.clone(), house.policy.clone(), house.pages.clone());
        drop(house);
        store.gather();
        Self { _folder: folder, store, keys, policy, pages, service }
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
    rows: Rows,
    store: Store,
    /// How often anything was asked of the application, and after which of these times it dies.
    asked: usize,
    dies_after: BTreeSet<usize>,
    died: usize,
}

impl World {
    pub fn new(template: &Template, seed: u64, batches: bool) -> Result<Self> {
        let folder = folder();
        let store = template.store.copy(folder.path());
        let mut config = clinic::config(&folder.path().join("out"), store.url(), ADDRESS.into());
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
            sent: SentLast::default(),
            config,
        });
        let mut world = Self {
            ways: Transports::from_config(&house)?,
            site: Inside::open(Arc::clone(&house), Wing::All),
            rows: store.rows(),
            service: template.service.clone(),
            house,
            clock,
            chance,
            folder,
            programs: Vec::new(),
            sessions: 0,
            store,
            asked: 0,
            dies_after: BTreeSet::new(),
            died: 0,
        };
        world.sign_in()?;
        Ok(world)
    }

    pub fn dying_after(mut self, requests: BTreeSet<usize>) -> Self {
        self.dies_after = requests;
        self
    }

    pub fn deaths(&self) -> usize {
        self.died
    }

    /// Counts what is asked. Answers true where the application has died before this and was started anew.
    pub fn ask(&mut self) -> Result<bool> {
        self.asked += 1;
        let dies = self.dies_after.contains(&self.asked);
        if dies {
            self.die()?;
        }
        Ok(dies)
    }

    /// The application goes as it stands, with nothing closed in order, and another begins on what it left behind: the rows
    /// that were committed, the files that had left, the keys. Only the clock and the chance, which are given from outside,
    /// go on. It dies between two requests, within this process; nothing here kills it in the middle of one.
    fn die(&mut self) -> Result<()> {
        self.died += 1;
        self.store.as_left_behind();
        let before = &self.house;
        let config = kinward::config::Config { database: self.store.url(), ..before.config.clone() };
        let house = Arc::new(House {
            db: Db::open(&config.database, config.connections)?,
            clock: Arc::clone(&before.clock),
            chance: Arc::clone(&before.chance),
            keys: before.keys.clone(),
            policy: before.policy.clone(),
            pages: before.pages.clone(),
            sent: SentLast::default(),
            config,
        });
        self.ways = Transports::from_config(&house)?;
        self.site = Inside::open(Arc::clone(&house), Wing::All);
        self.rows = self.store.rows();
        self.house = house;
        let anew = self.browser();
        self.programs.iter_mut().for_each(|program| program.go_on_at(&anew));
        Ok(())
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

    pub fn program(&mut self, who: usize) -> Result<&mut Browser> {
        self.ask()?;
        Ok(&mut self.programs[who])
    }

    pub fn get(&mut self, who: usize, path: &str) -> Result<Value> {
        self.ask()?;
        self.programs[who].api(path)
    }

    pub fn post(&mut self, who: usize, path: &str, fields: &Value) -> Result<Value> {
        self.ask()?;
        self.programs[who].api_post(path, fields)
    }

    /// What an address of the API answers, as it is.
    pub fn get_bytes(&mut self, who: usize, path: &str) -> Result<Vec<u8>> {
        let seen = self.programs[who].get(&format!("/api/v1{path}"))?;
        if seen.status == 200 { Ok(seen.body) } else { Err(Error::inner(format!("{path}: {}", seen.status))) }
    }

    /// All that is due goes; the notice by e-mail follows the paper.
    pub fn send(&mut self) -> Result<usize> {
        self.ask()?;
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
        self.rows.of(table)
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
