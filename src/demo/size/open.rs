//! `kinward demo --families N`: a house for a made-up clinic of any size, whose keys are kept beside it.
//! Must not know: how families are made.

use super::{Filled, fill, shape::Shape};
use crate::{
    access::{House, Role, service::service_list, staff::staff_of_role},
    audit::ActorKind,
    clinic::cascade::listener::Cascade,
    clock::{Chance, Clock, SeededChance, StoryClock},
    command::start_log,
    db::{Db, migrate::migrate},
    demo::{Folder, clinic},
    error::{Error, Result},
    keys::{
        Compartment, Keys,
        file::{KeyFile, Purpose},
        service::Secret,
        to_hex,
    },
    worker::{Transports, run},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

/// What is asked for on the command line.
pub struct Asked {
    pub families: u64,
    pub seed: u64,
    pub port: u16,
    pub data: Option<PathBuf>,
    pub database: Option<String>,
}

/// Makes the clinic and serves it until it is stopped.
///
/// # Errors
/// A database that holds a service already, because made-up families must never come among others.
pub fn demo_of_size(asked: Asked) -> Result<u8> {
    start_log();
    let (socket, address) = clinic::listen(asked.port)?;
    let folder = Folder::new(asked.data)?;
    let database =
        asked.database.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("kinward.db").display()));
    println!("Making a clinic of {} families…", asked.families);
    let (house, filled) = made(folder.path(), database, address, asked.families, asked.seed)?;
    println!(
        "{} families with {} relatives: {} rows and {} entries of the record, copied from {} families that were played.",
        filled.families, filled.relatives, filled.rows, filled.deeds, filled.played
    );
    let house = Arc::new(house);
    let ways = Transports::from_config(&house)?;
    let serving = clinic::serve(Arc::clone(&house), socket, 2)?;
    println!("staff pages: {}/", serving.address);
    for (username, name, job_title, role) in clinic::STAFF {
        println!("sign-in: {username} {} ({role}: {name}, {job_title})", clinic::PASSWORD);
    }
    println!("database, keys, letters and mail: {}", folder.path().display());
    println!("Everything here is made up. Stop with Ctrl-C.");
    std::thread::spawn(move || run(&house, &Cascade, &ways, &AtomicBool::new(false)));
    serving.wait();
    Ok(0)
}

/// Makes a clinic of so many families in an empty database, with its keys in `data`.
///
/// # Errors
/// As `demo_of_size`.
pub fn made(
    data: &Path,
    database: String,
    address: String,
    families: u64,
    seed: u64,
) -> Result<(House, Filled)> {
    let config = clinic::config(data, database, address);
    let db = Db::open(&config.database, 1)?;
    migrate(&db)?;
    if !db.read(service_list)?.is_empty() {
        return Err(Error::bad_input(
            "this database holds a service already; a made-up clinic needs an empty one. Nothing was changed.",
        ));
    }
    drop(db);
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(seed));
    let keys = keys_kept(data, chance.as_ref())?;
    // The service was there before its first family.
    let years = Shape::embedded()?.history.years;
    let clock = Arc::new(StoryClock::offset(-86_400 * (365 * years + 60)));
    let (mut house, service) =
        clinic::house_with(config, keys, Arc::clone(&clock) as Arc<dyn Clock>, Arc::clone(&chance))?;
    clock.settle();
    let filled = fill(&house, &service, clock.now(), families, seed)?;
    // Whoever decides has answered the worked cases lately too.
    house.act_as(ActorKind::CommandLine, "demo", service.id, |act| {
        let clinicians = staff_of_role(act.conn(), service.id, Role::Clinician)?;
        clinicians.into_iter().try_for_each(|of| clinic::trained(act, of))
    })?;
    house.chance = clinic::machine_chance();
    Ok((house, filled))
}

/// Keys in a file, sealed under a secret beside it: good for a made-up clinic and for nothing else.
fn keys_kept(data: &Path, chance: &dyn Chance) -> Result<Keys> {
    let mut secret = [0u8; 32];
    chance.fill(&mut secret);
    let at = data.join("kinward.secret");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&at)
        .and_then(|mut file| std::io::Write::write_all(&mut file, to_hex(&secret).as_bytes()))
        .map_err(|e| Error::bad_input(format!("{} cannot be written: {e}", at.display())))?;
    let file = KeyFile::create(&data.join("kinward.keys"), Secret::new(secret), chance)?;
    let names = Purpose::ALL.iter().map(ToString::to_string);
    let names: Vec<String> = names.chain(Compartment::ALL.iter().map(ToString::to_string)).collect();
    // In memory: the file is read again with every family that is opened.
    Keys::new(file.share(&names, None, chance)?, None)
}
