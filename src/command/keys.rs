//! Keys of an installation: made once, shown, rotated, retired, and shared with the wing that may hold fewer of them.
//! Must not know: what they open.

use crate::{
    access::service::service_list,
    audit::{ActorKind, Deed},
    clock::MachineChance,
    config::{Config, Wing},
    error::{Error, Result},
    keys::{
        Compartment, Keys,
        envelope::{retire, rewrap, wrapped_by},
        file::{KeyFile, held_by_relatives_wing},
        secret_from_file,
        service::{KeyService, Secret},
        transit::Transit,
    },
};
use std::{path::Path, sync::Arc};

/// Envelopes rewrapped in one transaction: short enough that nobody waits for it.
const STEP: i64 = 200;

fn seal_of(config: &Config) -> Result<Secret> {
    let file = config.secret_file.as_ref().ok_or_else(|| {
        Error::config(
            "KINWARD_SECRET_FILE is not set: it names a file with 64 random hexadecimal digits that the key file is sealed under",
        )
    })?;
    secret_from_file(file)
}

/// The keys the environment describes.
///
/// # Errors
/// Config, in one line: no secret, an example secret, no key file, one sealed under another secret.
pub fn keys_open(config: &Config) -> Result<Keys> {
    let file = KeyFile::open(&config.key_file, seal_of(config)?)?;
    let service = match &config.vault {
        None => None,
        Some(vault) => Some(Arc::new(Transit::open(vault)?) as Arc<dyn KeyService>),
    };
    Keys::new(file, service)
}

pub fn keys_make() -> Result<u8> {
    let config = Config::from_environment()?;
    let made = KeyFile::create(&config.key_file, seal_of(&config)?, &MachineChance)?;
    println!("{} was made. Back it up, apart from the database and apart from the secret.", made.name());
    Ok(0)
}

pub fn keys_status() -> Result<u8> {
    let house = super::open()?;
    println!("{}", house.keys.service().name());
    for compartment in Compartment::ALL {
        if !house.keys.service().holds(*compartment) {
            println!("{compartment}  not held by this process");
            continue;
        }
        let newest = house.keys.service().version(*compartment)?;
        let oldest = house.keys.service().oldest(*compartment)?;
        let wraps = house.db.read(|conn| wrapped_by(conn, *compartment))?;
        let old_wraps = wraps.iter().any(|(version, _)| *version < newest);
        let wraps: Vec<String> =
            wraps.iter().map(|(version, count)| format!("version {version} wraps {count}")).collect();
        let to_do = match (oldest < newest, old_wraps) {
            (false, _) => String::new(),
            (true, true) => {
                format!("; rewrapping is not finished: kinward keys rotate {compartment} --resume")
            }
            (true, false) => format!("; older keys wait to be retired: kinward keys retire {compartment}"),
        };
        let wraps = if wraps.is_empty() { "wraps nothing yet".to_owned() } else { wraps.join(", ") };
        println!("{compartment}  newest version {newest}; {wraps}{to_do}");
    }
    Ok(0)
}

/// A new key for one compartment, and every data key rewrapped under it; with `resume`, the rewrapping alone.
pub fn keys_rotate(compartment: &str, resume: bool) -> Result<u8> {
    let (house, compartment) = (super::open()?, parse(compartment)?);
    let version = match resume {
        true => house.keys.service().version(compartment)?,
        false => house.keys.service().rotate(compartment, &MachineChance)?,
    };
    let count = rewrap(&house.db, &house.keys, &MachineChance, compartment, STEP)?;
    recorded(&house, Deed::KeyRotated, compartment)?;
    println!("Compartment {compartment}: version {version} wraps; {count} data keys were rewrapped.");
    Ok(0)
}

pub fn keys_retire(compartment: &str) -> Result<u8> {
    let (house, compartment) = (super::open()?, parse(compartment)?);
    retire(&house.db, &house.keys, compartment)?;
    recorded(&house, Deed::KeyRetired, compartment)?;
    println!("Compartment {compartment}: only the newest key is left.");
    Ok(0)
}

/// Writes the key file of a process that serves one wing, sealed under that process's own secret.
pub fn keys_share(wing: Wing, to: &Path, secret: &Path) -> Result<u8> {
    let config = Config::from_environment()?;
    let names = match wing {
        Wing::Relative => held_by_relatives_wing(),
        Wing::All | Wing::Staff => {
            return Err(Error::bad_input(
                "--wing relative: only the relatives' wing holds fewer keys than the installation",
            ));
        }
    };
    let file = KeyFile::open(&config.key_file, seal_of(&config)?)?;
    file.share(&names, Some((to.to_owned(), secret_from_file(secret)?)), &MachineChance)?;
    println!("{} holds the keys {} and no others.", to.display(), names.join(", "));
    Ok(0)
}

fn parse(compartment: &str) -> Result<Compartment> {
    compartment.parse().map_err(|_| Error::bad_input("a compartment is one of P, K, Y, D, F"))
}

fn recorded(house: &crate::access::House, deed: Deed, compartment: Compartment) -> Result<()> {
    for service in house.db.read(service_list)? {
        house.act_as(ActorKind::CommandLine, "keys", service.id, |act| {
            act.record(deed, ("compartment", compartment.as_str()), None, "")
        })?;
    }
    Ok(())
}
