//! The installation's secret and what is derived from it: code index, code bytes, audit seal, token key.
//! Must not know: whose code or record it is. Envelopes by compartment stand on this later.

pub mod token;

use crate::error::{Error, Result};
use hmac::{Hmac, KeyInit, Mac};
use kinward_family::invitation::InvitationCode;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The root secret. Never shown, never logged; every use derives its own key by label.
#[derive(Clone)]
pub struct Keys {
    root: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}

impl Keys {
    pub fn from_bytes(root: [u8; 32]) -> Self {
        Self { root }
    }

    /// Reads 64 hexadecimal digits from a file.
    ///
    /// # Errors
    /// A file that is missing, too short, or one repeated digit: an example key is no key.
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| {
            Error::config(format!(
                "the secret file {} cannot be read: {e}. Make one with 64 random hexadecimal digits.",
                path.display()
            ))
        })?;
        let bytes = from_hex(text.trim())
            .and_then(|b| <[u8; 32]>::try_from(b).ok())
            .filter(|b| b.iter().collect::<std::collections::BTreeSet<_>>().len() > 8)
            .ok_or_else(|| {
                Error::config(format!(
                    "the secret file {} must hold 64 random hexadecimal digits",
                    path.display()
                ))
            })?;
        Ok(Self::from_bytes(bytes))
    }

    fn derive(&self, label: &str, data: &[u8]) -> [u8; 32] {
        let mut mac = match Hmac::<Sha256>::new_from_slice(&self.root) {
            Ok(mac) => mac,
            Err(_) => return [0; 32],
        };
        mac.update(label.as_bytes());
        mac.update(&[0]);
        mac.update(data);
        mac.finalize().into_bytes().into()
    }

    /// What a code is found by. The code itself is stored nowhere.
    pub fn code_index(&self, canonical_code: &str) -> String {
        to_hex(&self.derive("code-index:v1", canonical_code.as_bytes()))
    }

    /// The bytes a code is made of: the holder of the secret can print a letter again without the code being stored.
    fn code_bytes(&self, invitation: &str) -> [u8; 8] {
        let mut first = [0u8; 8];
        for (to, from) in first.iter_mut().zip(self.derive("code-bytes:v1", invitation.as_bytes())) {
            *to = from;
        }
        first
    }

    /// The code of an invitation, made again: it is stored nowhere.
    pub fn code(&self, invitation: &str) -> InvitationCode {
        InvitationCode::from_bytes(&self.code_bytes(invitation))
    }

    /// The seal of an audit row.
    pub fn audit_seal(&self, canonical_row: &[u8]) -> String {
        to_hex(&self.derive("audit:v1", canonical_row))
    }

    pub fn token_key(&self) -> [u8; 32] {
        self.derive("token:v1", b"")
    }

    /// Seed of the key that signs familial variant certificates.
    pub fn certificate_seed(&self) -> [u8; 32] {
        self.derive("certificate:v1", b"")
    }
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

    #[test]
    fn two_uses_of_one_secret_share_no_key() {
        let keys = Keys::from_bytes([7; 32]);
        assert_ne!(keys.code_index(""), to_hex(&keys.token_key()));
        assert_ne!(keys.code_index("A"), keys.code_index("B"));
    }

    #[test]
    fn an_example_secret_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "0".repeat(64)).unwrap();
        assert!(Keys::from_file(file.path()).is_err());
        std::fs::write(file.path(), digest(b"something random enough")).unwrap();
        assert!(Keys::from_file(file.path()).is_ok());
    }

    #[test]
    fn hexadecimal_goes_both_ways() {
        assert_eq!(from_hex(&to_hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(from_hex("abc"), None);
        assert_eq!(from_hex("zz"), None);
    }
}
