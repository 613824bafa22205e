//! Keys: what is derived for codes, record, tokens and indexes, and the keeper that wraps every family's data keys.
//! Must not know: whose code or record it is, or what a sealed value says.

pub mod compartment;
pub mod copied;
pub mod envelope;
pub mod file;
#[cfg(doctest)]
mod probes;
pub mod project;
mod sealed;
pub mod service;
pub mod token;
pub mod transit;

pub use compartment::Compartment;
pub(crate) use sealed::content;
pub use sealed::{Content, Grant, Sealed};

use crate::{
    clock::Chance,
    error::{Error, Result},
};
use file::{KeyFile, Purpose};
use hmac::{Hmac, KeyInit, Mac};
use kinward_family::invitation::InvitationCode;
use service::{KeyService, Secret};
use sha2::{Digest, Sha256};
use std::{path::Path, sync::Arc};

/// The keys of this process. Never shown, never logged; every use derives its own key by label.
#[derive(Clone)]
pub struct Keys {
    code: Secret,
    audit: Secret,
    token: Option<Secret>,
    certificate: Option<Secret>,
    index: Option<Secret>,
    service: Arc<dyn KeyService>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// Reads the secret a key file is sealed under: 64 hexadecimal digits.
///
/// # Errors
/// Config, in one line: a file that is missing, too short, or a known example: an example key is no key.
pub fn secret_from_file(path: &Path) -> Result<Secret> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Error::config(format!(
            "the secret file {} cannot be read: {e}. Make one with 64 random hexadecimal digits.",
            path.display()
        ))
    })?;
    from_hex(text.trim())
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .filter(|bytes| !is_example(bytes))
        .map(Secret::new)
        .ok_or_else(|| {
            Error::config(format!(
                "the secret file {} must hold 64 random hexadecimal digits, not an example",
                path.display()
            ))
        })
}

/// What people write when they have no secret yet: one digit, a run of digits, a pattern.
fn is_example(bytes: &[u8; 32]) -> bool {
    let different = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
    let steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    different <= 16 || steps.collect::<std::collections::BTreeSet<_>>().len() <= 4
}

impl Keys {
    /// The keys of `file`; its compartments' keys are kept by `service`, or by the file itself.
    ///
    /// # Errors
    /// Config: a file without the keys that every process needs.
    pub fn new(file: KeyFile, service: Option<Arc<dyn KeyService>>) -> Result<Self> {
        let needed = |purpose: Purpose| {
            file.purpose(purpose)
                .ok_or_else(|| Error::config(format!("{}: the key '{purpose}' is missing", file.name())))
        };
        Ok(Self {
            code: needed(Purpose::Code)?,
            audit: needed(Purpose::Audit)?,
            token: file.purpose(Purpose::Token),
            certificate: file.purpose(Purpose::Certificate),
            index: file.purpose(Purpose::Index),
            service: service.unwrap_or_else(|| Arc::new(file)),
        })
    }

    /// Keys that last as long as the process: for a demonstration, and for tests.
    pub fn in_memory(chance: &dyn Chance) -> Result<Self> {
        Self::new(KeyFile::in_memory(chance), None)
    }

    /// The same derived keys, and another keeper of the compartments'.
    pub fn with_service(&self, service: Arc<dyn KeyService>) -> Self {
        Self { service, ..self.clone() }
    }

    /// What a process that serves the relatives' wing keeps of its keys: it gives up the rest before the first request.
    pub fn of_relatives_wing(&self) -> Self {
        Self {
            token: None,
            certificate: None,
            index: None,
            service: Arc::new(service::Only {
                inner: Arc::clone(&self.service),
                held: vec![Compartment::Familial],
            }),
            ..self.clone()
        }
    }

    /// True where nothing is missing that serving staff, or sending, will open.
    pub fn is_whole(&self) -> bool {
        let held = [&self.token, &self.certificate, &self.index].iter().all(|key| key.is_some());
        held && Compartment::ALL.iter().all(|compartment| self.service.holds(*compartment))
    }

    pub fn service(&self) -> &Arc<dyn KeyService> {
        &self.service
    }

    /// What a code is found by. The code itself is stored nowhere.
    pub fn code_index(&self, canonical_code: &str) -> String {
        to_hex(&derive(&self.code, "code-index:v1", canonical_code.as_bytes()))
    }

    /// The code of an invitation, made again: it is stored nowhere, and the holder of the key can print it again.
    pub fn code(&self, invitation: &str) -> InvitationCode {
        let mut first = [0u8; 8];
        for (to, from) in first.iter_mut().zip(derive(&self.code, "code-bytes:v1", invitation.as_bytes())) {
            *to = from;
        }
        InvitationCode::from_bytes(&first)
    }

    /// The seal of an audit row.
    pub fn audit_seal(&self, canonical_row: &[u8]) -> String {
        to_hex(&derive(&self.audit, "audit:v1", canonical_row))
    }

    /// # Errors
    /// Inner, in a process that serves no staff.
    pub fn token_key(&self) -> Result<[u8; 32]> {
        Ok(derive(held(&self.token, Purpose::Token)?, "token:v1", b""))
    }

    /// Seed of the key that signs familial variant certificates.
    ///
    /// # Errors
    /// Inner, in a process that serves no staff.
    pub fn certificate_seed(&self) -> Result<[u8; 32]> {
        Ok(derive(held(&self.certificate, Purpose::Certificate)?, "certificate:v1", b""))
    }

    /// A blind index: the same for the same `text` of one service, and a random-looking 128 bits to whoever lacks the key.
    /// `kind` names what is indexed, so that a number and a name never meet. Security K-5.
    ///
    /// # Errors
    /// Inner, in a process that serves no staff.
    pub fn blind_index(&self, service: crate::ids::ServiceId, kind: &str, text: &str) -> Result<String> {
        let label = format!("index:v1|{service}|{kind}");
        let full = derive(held(&self.index, Purpose::Index)?, &label, text.as_bytes());
        Ok(to_hex(&full).chars().take(32).collect())
    }
}

fn held(key: &Option<Secret>, purpose: Purpose) -> Result<&Secret> {
    key.as_ref().ok_or_else(|| Error::inner(format!("this process holds no key for '{purpose}'")))
}

fn derive(key: &Secret, label: &str, data: &[u8]) -> [u8; 32] {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key.bytes()) {
        Ok(mac) => mac,
        Err(_) => return [0; 32],
    };
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(data);
    mac.finalize().into_bytes().into()
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    if digits.len() % 2 == 1 {
        return None;
    }
    Some(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u64) -> Keys {
        Keys::in_memory(&crate::clock::SeededChance::new(seed)).unwrap()
    }

    #[test]
    fn two_uses_share_no_key_and_two_installations_no_index() {
        let service = crate::ids::ServiceId::new(&crate::clock::SeededChance::new(1));
        let index = |seed, kind, text| keys(seed).blind_index(service, kind, text).unwrap();
        assert_ne!(keys(1).code_index(""), to_hex(&keys(1).token_key().unwrap()));
        assert_ne!(keys(1).code_index("A"), keys(1).code_index("B"));
        assert_eq!(index(1, "nhs", "9"), index(1, "nhs", "9"));
        assert_ne!(index(1, "nhs", "9"), index(1, "name", "9"));
        assert_ne!(index(1, "nhs", "9"), index(2, "nhs", "9"));
    }

    #[test]
    fn an_example_secret_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let run: String = (0..32).map(|byte| format!("{byte:02x}")).collect();
        for example in
            ["0".repeat(64), "0123456789abcdef".repeat(4), "deadbeef".repeat(8), run, String::new()]
        {
            std::fs::write(file.path(), &example).unwrap();
            assert!(secret_from_file(file.path()).is_err(), "{example}");
        }
        std::fs::write(file.path(), digest(b"something random enough")).unwrap();
        assert!(secret_from_file(file.path()).is_ok());
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(from_hex(&to_hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
