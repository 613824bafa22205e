//! The sealed key file of a small site: every key of an installation, each sealed under one secret kept elsewhere.
//! Must not know: the database. A wing's own file holds only that wing's keys, so what is not in it cannot be stolen from it.

use super::{
    compartment::Compartment,
    from_hex,
    service::{KeyService, Secret, Wrapped, not_held},
    to_hex,
};
use crate::{
    clock::Chance,
    db::closed,
    error::{Error, Result},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};
use zeroize::Zeroizing;

closed! {
    /// What a key in the file is for, beside the compartments'.
    pub enum Purpose {
        /// Codes on letters and the index they are found by.
        Code = "code",
        /// Seals of the record.
        Audit = "audit",
        /// Tokens of the staff API.
        Token = "token",
        /// Signatures of certificates.
        Certificate = "certificate",
        /// Blind indexes of identities.
        Index = "index",
    }
}

/// What a wing's process holds, and so all that can be stolen from it.
pub fn held_by_relatives_wing() -> Vec<String> {
    vec![Purpose::Code.to_string(), Purpose::Audit.to_string(), Compartment::Familial.to_string()]
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    version: i32,
    /// Nonce and sealed key, in hexadecimal.
    sealed: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: u8,
    keys: Vec<Entry>,
}

type Ring = BTreeMap<(String, i32), Secret>;

/// The keys of one process: from a file, or made for a demonstration or a test and kept in memory only.
pub struct KeyFile {
    at: Option<(PathBuf, Secret)>,
    ring: RwLock<Ring>,
}

/// Nonce and ciphertext of 32 bytes under `under`, bound to `label`.
fn enclose(under: &Secret, label: &str, key: &Secret, chance: &dyn Chance) -> Result<Vec<u8>> {
    let mut nonce = [0u8; 24];
    chance.fill(&mut nonce);
    let sealed = XChaCha20Poly1305::new(&(*under.bytes()).into())
        .encrypt(&XNonce::from(nonce), Payload { msg: key.bytes(), aad: label.as_bytes() })
        .map_err(|_| Error::inner("wrapping a key failed"))?;
    Ok(nonce.into_iter().chain(sealed).collect())
}

fn disclose(under: &Secret, label: &str, bytes: &[u8]) -> Option<Secret> {
    let (nonce, sealed) = bytes.split_first_chunk::<24>()?;
    let clear = XChaCha20Poly1305::new(&(*under.bytes()).into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: label.as_bytes() })
        .map(Zeroizing::new)
        .ok()?;
    Some(Secret::new(<[u8; 32]>::try_from(clear.as_slice()).ok()?))
}

fn file_label(name: &str, version: i32) -> String {
    format!("kinward-key-file-v1|{name}|{version}")
}

impl KeyFile {
    /// Every key of an installation, made now.
    pub fn in_memory(chance: &dyn Chance) -> Self {
        let names = Purpose::ALL.iter().map(Purpose::to_string);
        let names = names.chain(Compartment::ALL.iter().map(Compartment::to_string));
        let ring = names.map(|name| ((name, 1), Secret::random(chance))).collect();
        Self { at: None, ring: RwLock::new(ring) }
    }

    /// Makes the file of a new installation.
    ///
    /// # Errors
    /// A file that is there already: a new one would make everything sealed unreadable.
    pub fn create(path: &Path, seal: Secret, chance: &dyn Chance) -> Result<Self> {
        if path.exists() {
            return Err(Error::config(format!(
                "the key file {} is there already; a new one would make everything sealed unreadable",
                path.display()
            )));
        }
        let made = Self { at: Some((path.to_owned(), seal)), ..Self::in_memory(chance) };
        made.keep(chance)?;
        Ok(made)
    }

    /// # Errors
    /// Config, in one line: a file that is missing, was changed, or is sealed under another secret.
    pub fn open(path: &Path, seal: Secret) -> Result<Self> {
        let ring = read(path, &seal)?;
        Ok(Self { at: Some((path.to_owned(), seal)), ring: RwLock::new(ring) })
    }

    /// Only the keys named, as the relatives' wing is given them: in memory, or with `to` in a file under its own secret.
    ///
    /// # Errors
    /// As `create`.
    pub fn share(
        &self,
        names: &[String],
        to: Option<(PathBuf, Secret)>,
        chance: &dyn Chance,
    ) -> Result<Self> {
        if let Some((path, _)) = &to
            && path.exists()
        {
            return Err(Error::config(format!("{} is there already", path.display())));
        }
        let ring = self
            .read()
            .iter()
            .filter(|((name, _), _)| names.contains(name))
            .map(|(at, key)| (at.clone(), key.clone()))
            .collect();
        let shared = Self { at: to, ring: RwLock::new(ring) };
        shared.keep(chance)?;
        Ok(shared)
    }

    pub fn purpose(&self, purpose: Purpose) -> Option<Secret> {
        self.newest(purpose.as_str()).map(|(_, key)| key)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self, name: &str) -> Option<(i32, Secret)> {
        let ring = self.read();
        ring.iter().rev().find(|((n, _), _)| n == name).map(|((_, version), key)| (*version, key.clone()))
    }

    /// What other processes wrote meanwhile counts. Rare: a family is opened, or a key was rotated.
    fn read_again(&self) -> Result<()> {
        if let Some((path, seal)) = &self.at {
            *self.ring.write().unwrap_or_else(PoisonError::into_inner) = read(path, seal)?;
        }
        Ok(())
    }

    /// Writes the whole file beside its place and moves it there, so that a kill leaves the old one or the new one.
    fn keep(&self, chance: &dyn Chance) -> Result<()> {
        let Some((path, seal)) = &self.at else { return Ok(()) };
        let keys = self
            .read()
            .iter()
            .map(|((name, version), key)| {
                let sealed = to_hex(&enclose(seal, &file_label(name, *version), key, chance)?);
                Ok(Entry { name: name.clone(), version: *version, sealed })
            })
            .collect::<Result<Vec<_>>>()?;
        let text = serde_json::to_string_pretty(&Stored { format: 1, keys }).map_err(Error::inner)?;
        write_whole(path, text.as_bytes())
            .map_err(|e| Error::config(format!("the key file {} cannot be written: {e}", path.display())))
    }

    fn change(&self, chance: &dyn Chance, change: impl FnOnce(&mut Ring)) -> Result<()> {
        // Another process may have added a version since: what it wrote is not written over.
        self.read_again()?;
        {
            let mut ring = self.ring.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut ring);
        }
        self.keep(chance)
    }
}

fn read(path: &Path, seal: &Secret) -> Result<Ring> {
    let refuse = |what: &str| Error::config(format!("the key file {} {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| {
        refuse(&format!(
            "cannot be read: {e}. Make one with 'kinward keys make', or name it in KINWARD_KEYS."
        ))
    })?;
    let stored: Stored = serde_json::from_str(&text)
        .map_err(|_| refuse("is not a key file: restore it from your backup of keys"))?;
    stored
        .keys
        .into_iter()
        .map(|entry| {
            let key = from_hex(&entry.sealed)
                .and_then(|bytes| disclose(seal, &file_label(&entry.name, entry.version), &bytes))
                .ok_or_else(|| {
                    refuse("was changed, or is sealed under another secret than KINWARD_SECRET_FILE holds")
                })?;
            Ok(((entry.name, entry.version), key))
        })
        .collect()
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let beside = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

impl KeyService for KeyFile {
    fn name(&self) -> String {
        match &self.at {
            Some((path, _)) => format!("key file {}", path.display()),
            None => "keys in memory".into(),
        }
    }

    fn holds(&self, compartment: Compartment) -> bool {
        self.newest(compartment.as_str()).is_some()
    }

    fn version(&self, compartment: Compartment) -> Result<i32> {
        self.newest(compartment.as_str()).map(|(version, _)| version).ok_or_else(|| not_held(compartment))
    }

    fn oldest(&self, compartment: Compartment) -> Result<i32> {
        let ring = self.read();
        let versions =
            ring.keys().filter(|(name, _)| name == compartment.as_str()).map(|(_, version)| *version);
        versions.min().ok_or_else(|| not_held(compartment))
    }

    fn wrap(
        &self,
        compartment: Compartment,
        context: &str,
        key: &Secret,
        chance: &dyn Chance,
    ) -> Result<Wrapped> {
        // Another process may have rotated and retired since: what an old key wrapped then could never be opened again.
        self.read_again()?;
        let (version, under) = self.newest(compartment.as_str()).ok_or_else(|| not_held(compartment))?;
        Ok(Wrapped { version, bytes: enclose(&under, context, key, chance)? })
    }

    fn unwrap(&self, compartment: Compartment, context: &str, wrapped: &Wrapped) -> Result<Secret> {
        let at = (compartment.to_string(), wrapped.version);
        let mut under = self.read().get(&at).cloned();
        // A version this process has not seen: another process rotated, so the file is read again, once.
        if under.is_none() {
            self.read_again()?;
            under = self.read().get(&at).cloned();
        }
        let under = under.ok_or_else(|| not_held(compartment))?;
        disclose(&under, context, &wrapped.bytes)
            .ok_or_else(|| Error::inner("a wrapped key was changed, or is another holder's"))
    }

    fn rotate(&self, compartment: Compartment, chance: &dyn Chance) -> Result<i32> {
        // The number after the newest in the file: a version that another process made must never be written over.
        self.read_again()?;
        let next = self.version(compartment)? + 1;
        let key = Secret::random(chance);
        self.change(chance, |ring| {
            ring.insert((compartment.to_string(), next), key);
        })?;
        Ok(next)
    }

    fn retire_before(&self, compartment: Compartment, version: i32) -> Result<()> {
        // The nonces of a rewritten file need chance of their own; the machine's, because no act is under way.
        self.change(&crate::clock::MachineChance, |ring| {
            ring.retain(|(name, v), _| name != compartment.as_str() || *v >= version);
        })
    }
}
