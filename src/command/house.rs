//! Words that need the installation: serve, work, migrate, doctor, staff, intake.
//! Must not know: pages or rules.

use crate::{
    access::{
        House, Role,
        answer::Pages,
        service::{Service, ServiceOpening, service_list, service_open},
        staff::{self, StaffOpening},
        twice::SentLast,
    },
    app,
    audit::ActorKind,
    clinic::{
        cascade::listener::Cascade,
        letters::templates::{self, approval_of, approvals},
        result::{
            intake::{Again, Received, report_receive},
            report::MAX_BYTES,
            too_long::{size_check, too_large},
        },
    },
    clock::{MachineChance, MachineClock},
    config::{Config, Wing},
    db::{Db, migrate::is_current},
    error::{Error, Result},
    policy::Policy,
    worker,
};
use kinward_family::service::WelshParts;
use std::{
    io::{IsTerminal, Read},
    net::TcpListener,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

/// Opens the installation the environment describes.
///
/// # Errors
/// A missing secret, a database that is not of this version: each says what to do.
pub fn open() -> Result<House> {
    let config = Config::from_environment()?;
    let keys = super::keys::keys_open(&config)?;
    let db = Db::open(&config.database, config.connections)?;
    if !is_current(&db)? {
        return Err(Error::config("the database is not of this version: run 'kinward migrate' first"));
    }
    Ok(House {
        db,
        clock: Arc::new(MachineClock),
        chance: Arc::new(MachineChance),
        keys,
        policy: Policy::embedded()?,
        config,
        pages: Pages::load()?,
        sent: SentLast::default(),
    })
}

pub fn migrate() -> Result<u8> {
    let config = Config::from_environment()?;
    let db = Db::open(&config.database, 1)?;
    let ran = crate::db::migrate::migrate(&db)?;
    match ran.len() {
        0 => println!("The database is of this version already."),
        count => println!("{count} migrations ran: {}.", ran.join(", ")),
    }
    Ok(0)
}

/// No core dump, and no other process of this user may look in: what is open in memory stays there. Security K-6.
#[cfg(target_os = "linux")]
fn keep_memory_private() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let kept =
        setrlimit(Resource::Core, none).and_then(|()| set_dumpable_behavior(DumpableBehavior::NotDumpable));
    if let Err(problem) = kept {
        tracing::warn!(%problem, "this process's memory may be written to disk if it fails");
    }
}

#[cfg(not(target_os = "linux"))]
fn keep_memory_private() {
    tracing::warn!("this process's memory may be written to disk if it fails: only Linux is asked not to");
}

pub fn serve(wing: Wing) -> Result<u8> {
    start_log();
    keep_memory_private();
    let mut house = open()?;
    match (wing, house.keys.is_whole()) {
        (Wing::Relative, whole) => {
            if whole {
                tracing::warn!(
                    "this process serves relatives and was given every key: give it the file that 'kinward keys share' writes"
                );
            }
            house.keys = house.keys.of_relatives_wing();
        }
        (Wing::All | Wing::Staff, true) => {}
        (Wing::All | Wing::Staff, false) => {
            return Err(Error::config(
                "KINWARD_KEYS: this key file holds only the relatives' keys, so staff could open nothing; name the installation's own",
            ));
        }
    }
    let house = Arc::new(house);
    let socket = TcpListener::bind(&house.config.listen)
        .map_err(|e| Error::config(format!("KINWARD_LISTEN: {} cannot be used: {e}", house.config.listen)))?;
    tracing::info!(listen = %house.config.listen, "serving");
    // One process on one file does everything; apart on PostgreSQL, `kinward work` sends.
    if wing == Wing::All {
        let worker_house = Arc::clone(&house);
        std::thread::spawn(move || work_on(&worker_house));
    }
    actix_web::rt::System::new()
        .block_on(app::serve(house, wing, socket, 2)?)
        .map_err(|e| Error::inner(format!("serving ended: {e}")))?;
    Ok(0)
}

pub fn work() -> Result<u8> {
    start_log();
    keep_memory_private();
    let house = Arc::new(open()?);
    work_on(&house);
    Ok(0)
}

fn work_on(house: &Arc<House>) {
    match worker::Transports::from_config(house) {
        Ok(ways) => worker::run(house, &Cascade, &ways, &AtomicBool::new(false)),
        Err(problem) => tracing::error!(%problem, "nothing can be sent"),
    }
}

/// Checks that can be made from here, each with what to do.
pub fn doctor() -> Result<u8> {
    let mut faults = 0;
    let mut say = |well: bool, what: &str| {
        println!("{} {what}", if well { "ok   " } else { "FAULT" });
        faults += u8::from(!well);
    };
    let config = Config::from_environment();
    say(config.is_ok(), "configuration can be read");
    if let Err(problem) = &config {
        println!("      {problem}");
    }
    let house = open();
    say(house.is_ok(), "secret, database and templates are in order");
    match &house {
        Err(problem) => println!("      {problem}"),
        Ok(house) => {
            say(house.config.secure(), "pages are served by https");
            say(worker::Transports::from_config(house).is_ok(), "letters and mail have a way out");
            say(!house.policy.verified_by.is_empty(), "the policy pack was checked by a named person");
            let unapproved = house.db.read(|conn| {
                let mut without = 0;
                for service in service_list(conn)? {
                    let standing = approvals(conn, service.id)?;
                    without += usize::from(!templates::all().any(|t| approval_of(&standing, t).is_some()));
                }
                Ok(without)
            })?;
            say(unapproved == 0, "each service has approved wording for its letters");
            say(
                kinward_family::page::wording_approved(),
                "the relatives' pages were approved by a named person",
            );
            say(!house.db.read(service_list)?.is_empty(), "a service is set up");
        }
    }
    Ok(if faults == 0 { 0 } else { 1 })
}

/// A service's description as `kinward staff add --service FILE` reads it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceFile {
    name: String,
    sender_name: String,
    address_lines: Vec<String>,
    phone: String,
    hours: String,
    email: String,
    web: String,
    nation: String,
    /// Its words in Welsh, where it writes in Welsh.
    welsh: Option<WelshFile>,
}

/// A service's words in Welsh.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WelshFile {
    name: String,
    sender_name: String,
    hours: String,
}

pub fn staff_add(
    username: &str,
    name: &str,
    job_title: &str,
    roles: &[String],
    service_file: Option<&Path>,
) -> Result<u8> {
    let house = open()?;
    let roles = roles
        .iter()
        .map(|role| role.parse::<Role>())
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|_| Error::bad_input("--role: counsellor, clinician, administrator or guardian"))?;
    if std::io::stdin().is_terminal() {
        eprintln!("Type the password and end with Ctrl-D; it will show. Better: pipe it in.");
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(Error::inner)?;
    let password = password.trim_end_matches(['\n', '\r']);
    // Before the service is opened, so that a refused password leaves nothing half set up.
    let password = crate::access::password::hash(password, house.chance.as_ref())?;
    let service = service_for(&house, service_file)?;
    let opening = StaffOpening {
        username: username.into(),
        display_name: name.into(),
        job_title: job_title.into(),
        password,
        roles,
    };
    house.act_as(ActorKind::CommandLine, "staff add", service.id, |act| staff::staff_add(act, opening))?;
    println!("{} can sign in.", staff_shown(username));
    Ok(0)
}

/// Disables an account, wherever it is signed in.
pub fn staff_disable(username: &str) -> Result<u8> {
    let house = open()?;
    let member = house
        .db
        .read(|conn| staff::staff_by_username(conn, username))?
        .ok_or_else(|| Error::bad_input("nobody has this username, or the account is disabled already"))?;
    house.act_as(ActorKind::CommandLine, "staff disable", member.service_id, |act| {
        staff::staff_disable(act, username)
    })?;
    println!("{} can no longer sign in.", staff_shown(username));
    Ok(0)
}

/// Keeps what a member of staff is called under a letter in Welsh.
pub fn staff_title(username: &str, welsh: &str) -> Result<u8> {
    let house = open()?;
    let member = house
        .db
        .read(|conn| staff::staff_by_username(conn, username))?
        .ok_or_else(|| Error::bad_input("nobody has this username, or the account is disabled"))?;
    house.act_as(ActorKind::CommandLine, "staff title", member.service_id, |act| {
        staff::staff_title_cy(act, username, welsh)
    })?;
    println!("{} signs letters in Welsh as {}.", staff_shown(username), welsh.trim());
    Ok(0)
}

fn staff_shown(username: &str) -> String {
    crate::access::session::username_fold(username)
}

fn service_for(house: &House, file: Option<&Path>) -> Result<Service> {
    let services = house.db.read(service_list)?;
    match (services.into_iter().next(), file) {
        (Some(service), None) => Ok(service),
        (Some(_), Some(_)) => Err(Error::bad_input("a service is set up already; leave --service out")),
        (None, None) => {
            Err(Error::bad_input("no service is set up yet: describe it in a file and give --service FILE"))
        }
        (None, Some(file)) => {
            let text = read_text(file)?;
            let read: ServiceFile =
                toml::from_str(&text).map_err(|e| Error::bad_input(format!("{}: {e}", file.display())))?;
            house.policy.pack(&read.nation)?;
            let opening = ServiceOpening {
                name: read.name,
                sender_name: read.sender_name,
                address_lines: read.address_lines,
                phone: read.phone,
                hours: read.hours,
                email: read.email,
                web: read.web,
                portal_address: format!("{}/r", house.config.address),
                nation: read.nation,
                welsh: read.welsh.map(|welsh| WelshParts {
                    name: welsh.name,
                    sender_name: welsh.sender_name,
                    hours: welsh.hours,
                }),
            };
            house.db.write(|conn| service_open(conn, &house.given(), "staff add", opening))
        }
    }
}

pub(super) fn read_text(file: &Path) -> Result<String> {
    std::fs::read_to_string(file)
        .map_err(|e| Error::bad_input(format!("{} cannot be read: {e}", file.display())))
}

/// A report's file. One that is longer than any report is not read.
pub fn report_read(file: &Path) -> Result<Vec<u8>> {
    let in_file = |told: &str| Error::bad_input(format!("{}: {told}", file.display()));
    let unreadable = |e| Error::bad_input(format!("{} cannot be read: {e}", file.display()));
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let about = opened.metadata().map_err(unreadable)?;
    size_check(about.len()).map_err(|refused| in_file(refused.public()))?;
    // A pipe says no size beforehand.
    let mut bytes = Vec::new();
    opened.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES { Err(in_file(too_large(None).public())) } else { Ok(bytes) }
}

/// Takes a report in; one that cannot be read is kept in its queue, and said with exit status 2. One that says what another
/// said is taken in with a reason only, and ends with exit status 1 without.
pub fn intake(file: &Path, again_why: Option<&str>) -> Result<u8> {
    let bytes = report_read(file)?;
    let house = open()?;
    let service = house.db.read(service_list)?.into_iter().next().ok_or_else(|| {
        Error::config("no service is set up yet: add the first account with 'kinward staff add'")
    })?;
    let again = again_why.map(|why| Again { why: why.to_owned(), of: None });
    let received = house.act_as(ActorKind::CommandLine, "intake", service.id, |act| {
        report_receive(act, &bytes, None, again.as_ref())
    })?;
    println!("{}", serde_json::to_string(&received).map_err(Error::inner)?);
    match &received {
        Received::Result { .. } | Received::Again { .. } => Ok(0),
        Received::Same { .. } => {
            eprintln!(
                "A report that says the same of the same patient was taken in before. Nothing was saved. If it has to be taken in all the same, say why with --again."
            );
            Ok(1)
        }
        Received::Unreadable { what_to_do, place, .. } => {
            eprintln!("kinward: {}: {what_to_do} (at {place})", file.display());
            Ok(2)
        }
    }
}

/// Structured lines on standard error. Fields are ours; no line carries personal data.
pub fn start_log() {
    let filter = crate::config::variable("KINWARD_LOG")
        .and_then(|text| tracing_subscriber::EnvFilter::try_new(text).ok())
        .unwrap_or_else(|| tracing_subscriber::EnvFilter::new("kinward=info,warn"));
    // A second start, as in tests, keeps the first.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
