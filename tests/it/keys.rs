//! Keys as an operator handles them: made, refused, rotated through a kill, kept in a key server.
//! Must not know: what is sealed with them.

use crate::support::{
    World,
    cases::{Case, SISTER, report},
    database::Database,
    key_server::KeyServer,
};
use kinward::{
    clock::{MachineChance, SeededChance},
    config::Vault,
    keys::{
        Compartment, Keys,
        envelope::{retire, rewrap, wrapped_by},
        file::KeyFile,
        secret_from_file,
        service::{KeyService, Secret, Wrapped},
        transit::Transit,
    },
};
use std::{
    path::Path,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// An installation on disk, and the command line in it.
struct Installation {
    folder: tempfile::TempDir,
    database: Database,
}

impl Installation {
    fn new() -> Self {
        let new = Self { folder: tempfile::tempdir().unwrap(), database: Database::new() };
        std::fs::write(new.folder.path().join("secret"), kinward::keys::digest(b"a secret of this test"))
            .unwrap();
        new
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kinward"));
        command
            .args(words)
            .env_clear()
            .env("KINWARD_DATABASE", &self.database.url)
            .env("KINWARD_SECRET_FILE", self.folder.path().join("secret"))
            .env("KINWARD_KEYS", self.folder.path().join("keys"))
            .env("KINWARD_DATA", self.folder.path().join("data"));
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    fn well(&self, words: &[&str]) -> String {
        let out = self.run(words);
        assert!(out.status.success(), "{words:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn refused(&self, words: &[&str]) -> String {
        let out = self.run(words);
        assert_eq!(out.status.code(), Some(2), "{words:?}");
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(said.trim_end().lines().count(), 1, "one clear line: {said}");
        said
    }

    /// With a service, so that reports can come in.
    fn ready(self) -> Self {
        self.well(&["keys", "make"]);
        self.well(&["migrate"]);
        let service = self.folder.path().join("service.toml");
        std::fs::write(
            &service,
            "name = 'Test Genetics'\nsender_name = 'Riverside Trust'\naddress_lines = ['1 Test Road', 'Testing']\nphone = '01632 960000'\nhours = 'Monday to Friday, 9 to 5'\nemail = 'desk@test.example'\nweb = 'https://test.example'\nnation = 'england'\n",
        )
        .unwrap();
        let mut command = self.command(&[
            "staff",
            "add",
            "--username",
            "one",
            "--name",
            "One",
            "--job-title",
            "Counsellor",
            "--role",
            "counsellor",
            "--service",
            service.to_str().unwrap(),
        ]);
        let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"a-long-enough-password").unwrap();
        assert!(child.wait().unwrap().success());
        self
    }
}

#[test]
fn nothing_starts_without_keys_or_with_an_example_and_one_line_says_why() {
    let place = Installation::new();
    place.well(&["migrate"]);
    assert!(place.refused(&["serve"]).contains("kinward keys make"));
    place.well(&["keys", "make"]);
    assert!(place.refused(&["keys", "make"]).contains("there already"));
    let secret = place.folder.path().join("secret");
    let right = std::fs::read_to_string(&secret).unwrap();
    for (example, says) in [
        ("0".repeat(64), "not an example"),
        ("0123456789abcdef".repeat(4), "not an example"),
        ("change me".into(), "64 random hexadecimal digits"),
        (right.chars().rev().collect(), "another secret"),
    ] {
        std::fs::write(&secret, example).unwrap();
        assert!(place.refused(&["serve"]).contains(says));
        assert!(place.refused(&["work"]).contains(says));
    }
    std::fs::remove_file(&secret).unwrap();
    assert!(place.refused(&["serve"]).contains("cannot be read"));
    std::fs::write(&secret, right).unwrap();
    let keys = place.folder.path().join("keys");
    let mut text = std::fs::read_to_string(&keys).unwrap();
    assert_eq!(text.matches("\"name\"").count(), 10, "five purposes and five compartments");
    let at = text.find("\"sealed\": \"").unwrap() + 20;
    let other = if &text[at..=at] == "0" { "1" } else { "0" };
    text.replace_range(at..=at, other);
    std::fs::write(&keys, text).unwrap();
    assert!(place.refused(&["serve"]).contains("was changed"));
}

#[test]
fn the_relatives_wing_is_given_a_file_with_three_keys() {
    let place = Installation::new();
    place.well(&["keys", "make"]);
    let theirs = place.folder.path().join("theirs");
    let secret = place.folder.path().join("their-secret");
    std::fs::write(&secret, kinward::keys::digest(b"their own secret")).unwrap();
    place.well(&[
        "keys",
        "share",
        "--wing",
        "relative",
        theirs.to_str().unwrap(),
        "--secret",
        secret.to_str().unwrap(),
    ]);
    let held = KeyFile::open(&theirs, secret_from_file(&secret).unwrap()).unwrap();
    for compartment in Compartment::ALL {
        assert_eq!(held.holds(*compartment), *compartment == Compartment::Familial, "{compartment}");
    }
    let keys = Keys::new(held, None).unwrap();
    assert!(!keys.is_whole(), "a process that serves staff refuses to start with it");
    assert!(keys.token_key().is_err() && keys.certificate_seed().is_err());
    // The installation's own secret does not open it, nor theirs the installation's.
    assert!(KeyFile::open(&theirs, secret_from_file(&place.folder.path().join("secret")).unwrap()).is_err());
    assert!(KeyFile::open(&place.folder.path().join("keys"), secret_from_file(&secret).unwrap()).is_err());
}

#[test]
fn a_rotation_killed_again_and_again_is_finished_by_the_next_and_nothing_becomes_unreadable() {
    let place = Installation::new().ready();
    let file = place.folder.path().join("report.json");
    for number in 0..12 {
        let text = String::from_utf8(report("brca2_germline")).unwrap();
        // Another laboratory number each time, or it would be one report amended twelve times.
        let text = text.replace("\"value\": \"", &format!("\"value\": \"{number}-"));
        std::fs::write(&file, text).unwrap();
        place.run(&["intake", file.to_str().unwrap()]);
    }
    let version = |says: &str| says.lines().find(|line| line.starts_with("P ")).unwrap().to_owned();
    assert!(version(&place.well(&["keys", "status"])).contains("newest version 1"));
    let keys = place.folder.path().join("keys");
    for after in [0, 1, 20, 400, 8_000] {
        let before = std::fs::read(&keys).unwrap();
        let mut child = place.command(&["keys", "rotate", "P"]).spawn().unwrap();
        // Killed once the new key is in the file: at once, and a little further into the rewrapping each time.
        while std::fs::read(&keys).unwrap() == before {
            std::thread::yield_now();
        }
        (0..after).for_each(|_| std::thread::yield_now());
        let _ = child.kill();
        child.wait().unwrap();
        // Whatever it left, the keys open and the reports are readable.
        place.well(&["keys", "status"]);
    }
    place.well(&["keys", "rotate", "P", "--resume"]);
    place.well(&["keys", "rotate", "P"]);
    let said = version(&place.well(&["keys", "status"]));
    assert_eq!(said.matches("wraps").count(), 1, "one version wraps everything: {said}");
    assert!(said.contains("older keys wait to be retired: kinward keys retire P"), "{said}");
    place.well(&["keys", "retire", "P"]);
    let said = version(&place.well(&["keys", "status"]));
    assert!(!said.contains("retire"), "{said}");
    let again = place.run(&["intake", file.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("outcome"));
    place.well(&["audit", "verify"]);
}

/// A keeper that stops answering after so many wraps.
struct Failing(Arc<dyn KeyService>, AtomicI64);

impl KeyService for Failing {
    fn name(&self) -> String {
        "failing".into()
    }
    fn holds(&self, compartment: Compartment) -> bool {
        self.0.holds(compartment)
    }
    fn version(&self, compartment: Compartment) -> kinward::error::Result<i32> {
        self.0.version(compartment)
    }
    fn oldest(&self, compartment: Compartment) -> kinward::error::Result<i32> {
        self.0.oldest(compartment)
    }
    fn wrap(
        &self,
        compartment: Compartment,
        context: &str,
        key: &Secret,
        chance: &dyn kinward::clock::Chance,
    ) -> kinward::error::Result<Wrapped> {
        if self.1.fetch_sub(1, Ordering::SeqCst) <= 0 {
            return Err(kinward::error::Error::busy("the keeper went away"));
        }
        self.0.wrap(compartment, context, key, chance)
    }
    fn unwrap(
        &self,
        compartment: Compartment,
        context: &str,
        wrapped: &Wrapped,
    ) -> kinward::error::Result<Secret> {
        self.0.unwrap(compartment, context, wrapped)
    }
    fn rotate(
        &self,
        compartment: Compartment,
        chance: &dyn kinward::clock::Chance,
    ) -> kinward::error::Result<i32> {
        self.0.rotate(compartment, chance)
    }
    fn retire_before(&self, compartment: Compartment, version: i32) -> kinward::error::Result<()> {
        self.0.retire_before(compartment, version)
    }
}

#[test]
fn half_a_rotation_leaves_pages_readable_and_old_keys_cannot_be_forgotten_too_soon() {
    let world = World::new(701);
    let mut cases: Vec<Case> = (0..1).map(|_| Case::new(&world, &[SISTER])).collect();
    let (db, keys) = (&world.house.db, &world.house.keys);
    keys.service().rotate(Compartment::Personal, &MachineChance).unwrap();
    let failing = keys.with_service(Arc::new(Failing(Arc::clone(keys.service()), AtomicI64::new(1))));
    assert!(rewrap(db, &failing, &MachineChance, Compartment::Personal, 1).is_err());
    let wraps = db.read(|conn| wrapped_by(conn, Compartment::Personal)).unwrap();
    assert_eq!(wraps.len(), 2, "one step is kept: {wraps:?}");
    assert!(retire(db, keys, Compartment::Personal).unwrap_err().public().contains("Nothing was forgotten"));
    let result = cases[0].result.clone();
    assert!(cases[0].counsellor.result(&result).is_ok(), "half way, findings open");
    let left: i64 = wraps.iter().filter(|(version, _)| *version == 1).map(|(_, count)| count).sum();
    let done = rewrap(db, keys, &MachineChance, Compartment::Personal, 1).unwrap();
    assert_eq!(i64::try_from(done).unwrap(), left);
    retire(db, keys, Compartment::Personal).unwrap();
    assert!(cases[0].counsellor.result(&result).is_ok(), "after the old key is gone, findings open");
}

#[test]
fn a_process_that_did_not_see_a_rotation_wraps_with_the_newest_key_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (path, seal) = (folder.path().join("keys"), Secret::new([9; 32]));
    let serving = KeyFile::create(&path, seal.clone(), &MachineChance).unwrap();
    let operator = KeyFile::open(&path, seal.clone()).unwrap();
    let newest = operator.rotate(Compartment::Personal, &MachineChance).unwrap();
    operator.retire_before(Compartment::Personal, newest).unwrap();
    let second = KeyFile::open(&path, seal.clone()).unwrap();
    assert_eq!(operator.rotate(Compartment::Contact, &MachineChance).unwrap(), 2);
    assert_eq!(
        second.rotate(Compartment::Contact, &MachineChance).unwrap(),
        3,
        "two operators, two versions"
    );
    // The serving process still holds the retired key in memory: a family it opens now must survive its restart.
    let key = Secret::random(&MachineChance);
    let wrapped = serving.wrap(Compartment::Personal, "a new family", &key, &MachineChance).unwrap();
    assert_eq!(wrapped.version, newest);
    let restarted = KeyFile::open(&path, seal).unwrap();
    assert!(restarted.unwrap(Compartment::Personal, "a new family", &wrapped).is_ok());
}

#[test]
fn a_key_server_wraps_rotates_and_refuses_what_its_token_may_not_do() {
    let server = KeyServer::start(&["P", "K", "Y", "D", "F"]);
    let folder = tempfile::tempdir().unwrap();
    let keeper = Transit::open(&vault(&server, folder.path(), "root")).unwrap();
    let chance = SeededChance::new(3);
    let key = Secret::random(&chance);
    let wrapped = keeper.wrap(Compartment::Personal, "family one", &key, &chance).unwrap();
    assert_eq!(wrapped.version, 1);
    let same = |keeper: &Transit| keeper.unwrap(Compartment::Personal, "family one", &wrapped).is_ok();
    assert!(same(&keeper));
    assert!(keeper.unwrap(Compartment::Personal, "family two", &wrapped).is_err(), "bound to its family");
    assert!(keeper.unwrap(Compartment::Contact, "family one", &wrapped).is_err(), "and to its compartment");
    assert_eq!(keeper.rotate(Compartment::Personal, &chance).unwrap(), 2);
    assert_eq!(keeper.wrap(Compartment::Personal, "family one", &key, &chance).unwrap().version, 2);
    let asked = server.asked();
    assert!(same(&keeper) && server.asked() == asked, "an unwrapped key is kept for a while");
    keeper.retire_before(Compartment::Personal, 2).unwrap();
    assert!(!same(&Transit::open(&vault(&server, folder.path(), "root")).unwrap()), "version 1 is gone");
    // A token whose policy names one key.
    let theirs = Transit::open(&vault(&server, folder.path(), "relatives")).unwrap();
    assert!(theirs.holds(Compartment::Familial) && !theirs.holds(Compartment::Personal));
    assert!(theirs.unwrap(Compartment::Personal, "family one", &wrapped).is_err());
    assert!(Transit::open(&vault(&server, folder.path(), "stranger")).is_err());
    server.stop();
    let refused = keeper.wrap(Compartment::Personal, "family one", &key, &chance).err().unwrap();
    assert_eq!(
        refused.trouble(),
        kinward::error::Trouble::Busy,
        "a keeper that is away is a busy service, not a fault"
    );
}

fn vault(server: &KeyServer, folder: &Path, token: &str) -> Vault {
    let token_file = folder.join(token);
    std::fs::write(&token_file, token).unwrap();
    Vault { address: server.address.clone(), mount: "transit".into(), token_file, authorities: None }
}

#[test]
fn a_process_that_holds_keys_leaves_no_memory_behind() {
    let place = Installation::new().ready();
    let mut command = place.command(&["serve"]);
    command.env("KINWARD_LISTEN", "127.0.0.1:0").stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The first line of its log comes after it has closed itself.
    let mut line = String::new();
    let mut log = std::io::BufReader::new(child.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut log, &mut line).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|limit| limit.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().rev().take(3).collect::<Vec<_>>(), ["bytes", "0", "0"], "{line}");
}
