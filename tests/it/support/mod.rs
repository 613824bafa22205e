//! A world for one test: a database of its own, a clock that stands still until it is moved, a server, and people.
//! Must not know: what is tested.

pub mod cases;
pub mod database;
pub mod forms;
pub mod key_server;
pub mod notify;
pub mod smtp_sink;

use database::Database;
use kinward::{
    access::{
        House, Role,
        service::Service,
        staff::{StaffOpening, staff_add},
    },
    audit::{Act, ActorKind},
    clinic::cascade::listener::Cascade,
    clock::{Clock, SeededChance, StoryClock},
    config::Config,
    db::UtcTime,
    demo::{
        browser::Browser,
        clinic::{self, password, trained},
        people::AtWork,
    },
    policy::Policy,
    worker::{Transports, dispatch},
};
use std::{path::Path, sync::Arc};

/// The day every test begins: a Monday, ten o'clock.
pub fn monday() -> UtcTime {
    UtcTime::from_utc(chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(10, 0, 0).unwrap())
}

pub const TODAY: (&str, &str, &str) = ("2026", "11", "23");

/// Every line that any world of this run has logged, at the most talkative level there is.
static LOG: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());

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

fn listen_to_the_log() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(|| Keep)
            .init();
    });
}

/// An address of the portal with its last part filled in.
pub fn portal_path(path: &str, choice: &str) -> String {
    path.replace("{choice}", choice)
        .replace("{section}", "contact")
        .replace("{language}", "en")
        .replace("{size}", "18")
        .replace("{wish}", "correct")
}

pub fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}

pub struct World {
    pub seed: u64,
    pub house: Arc<House>,
    pub service: Service,
    pub clock: Arc<StoryClock>,
    pub address: String,
    pub folder: tempfile::TempDir,
    ways: Transports,
    // Dropped in this order: the server lets go of the database before it is removed.
    _serving: clinic::Serving,
    _database: Database,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self::configured(seed, |_, _, _| {})
    }

    /// A world whose configuration is changed before anything is built; with its folder and its clock at hand.
    pub fn configured(seed: u64, change: impl FnOnce(&mut Config, &Path, &Arc<StoryClock>)) -> Self {
        Self::built(seed, change, |_| {})
    }

    /// A world in which some numbers of the policy are others.
    pub fn under(seed: u64, policy: impl FnOnce(&mut Policy)) -> Self {
        Self::built(seed, |_, _, _| {}, policy)
    }

    fn built(
        seed: u64,
        change: impl FnOnce(&mut Config, &Path, &Arc<StoryClock>),
        policy: impl FnOnce(&mut Policy),
    ) -> Self {
        listen_to_the_log();
        let database = Database::new();
        let folder = tempfile::tempdir().unwrap();
        let (socket, address) = clinic::listen(0).unwrap();
        let clock = Arc::new(StoryClock::fixed(monday()));
        let mut config = clinic::config(folder.path(), database.url.clone(), address.clone());
        change(&mut config, folder.path(), &clock);
        let (mut house, service) =
            clinic::house(config, Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(SeededChance::new(seed)))
                .unwrap();
        // The clock stands still: every press would be the same press.
        house.policy.work.same_press_seconds = -1;
        policy(&mut house.policy);
        let house = Arc::new(house);
        let ways = Transports::from_config(&house).unwrap();
        let serving = clinic::serve(Arc::clone(&house), socket, 2).unwrap();
        Self { seed, house, service, clock, address, folder, ways, _serving: serving, _database: database }
    }

    pub fn at_work(&self, username: &str) -> AtWork {
        AtWork::sign_in(&self.address, username).unwrap()
    }

    pub fn counsellor(&self) -> AtWork {
        self.at_work("nia.morgan")
    }

    pub fn clinician(&self) -> AtWork {
        self.at_work("amir.rahman")
    }

    /// A clinician who came later, and has to do with no family yet.
    pub fn second_clinician(&self) -> AtWork {
        let opening = StaffOpening {
            username: "lee.outside".into(),
            display_name: "Lee Outside".into(),
            job_title: "Clinical geneticist".into(),
            password: password(),
            roles: vec![Role::Clinician],
        };
        let added = |act: &mut Act<'_>| staff_add(act, opening).and_then(|id| trained(act, id));
        self.house.act_as(ActorKind::CommandLine, "test", self.service.id, added).unwrap();
        self.at_work("lee.outside")
    }

    /// Somebody who can lift what keeps the first Guardian out.
    pub fn second_guardian(&self) -> AtWork {
        let opening = StaffOpening {
            username: "max.second".into(),
            display_name: "Max Second".into(),
            job_title: "Caldicott Guardian".into(),
            password: password(),
            roles: vec![Role::Guardian],
        };
        let added = |act: &mut Act<'_>| staff_add(act, opening);
        self.house.act_as(ActorKind::CommandLine, "test", self.service.id, added).unwrap();
        self.at_work("max.second")
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// Everything that is due goes; the notice by e-mail follows the paper.
    pub fn send(&self) -> usize {
        (0..2).map(|_| dispatch(&self.house, &Cascade, &self.ways, "test").unwrap()).sum()
    }

    /// What waits after a decision against the proband's word waits no more; whoever was signed in signs in again.
    pub fn cooled(&self) {
        let hours = self.house.policy.periods.cooling_off_hours;
        self.clock.advance_seconds(3600 * hours);
    }

    /// Names of files that left the house, below the data folder.
    pub fn left_the_house(&self, kind: &str) -> Vec<std::path::PathBuf> {
        let Ok(entries) = std::fs::read_dir(self.folder.path().join(kind)) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}
