//! Passwords: argon2id, a minimum length, and the same time for an unknown name as for a wrong password.
//! Must not know: whose password it is.

use crate::{
    clock::Chance,
    error::{Error, Result},
};
use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};

/// Characters; no rule of composition. Source: ASVS 5.0, 6.2.
const SHORTEST: usize = 15;
const LONGEST: usize = 128;

fn argon() -> Argon2<'static> {
    // 19 MiB, two passes, one lane: the OWASP minimum, so that sign-ins cannot starve clinic reads on two cores.
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19 * 1024, 2, 1, None).unwrap_or_default())
}

/// Whether a password may be used at all.
///
/// # Errors
/// One that is too short or too long.
pub fn check(password: &str) -> Result<()> {
    let length = password.chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(Error::bad_input(format!(
            "a password has {SHORTEST} to {LONGEST} characters; a sentence is easy to remember"
        )));
    }
    Ok(())
}

/// What is stored in place of a password.
#[derive(Clone)]
pub struct Hashed(String);

impl Hashed {
    /// What guards nothing, because the password is printed for everybody: it may have been hashed as cheaply as it can be.
    pub(crate) fn of_a_printed_one(stored: &'static str) -> Self {
        Self(stored.to_owned())
    }

    pub fn into_stored(self) -> String {
        self.0
    }
}

/// Hashes a password for keeping. It takes a while, on purpose.
///
/// # Errors
/// A password that is too short or too long.
pub fn hash(password: &str, chance: &dyn Chance) -> Result<Hashed> {
    check(password)?;
    let mut salt = [0u8; 16];
    chance.fill(&mut salt);
    argon()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| Hashed(hash.to_string()))
        .map_err(|e| Error::inner(format!("a password cannot be hashed: {e}")))
}

/// True where `password` is the one behind `stored`. Without `stored` it takes the same time and answers false.
pub fn matches(password: &str, stored: Option<&str>) -> bool {
    // A hash of nothing anyone typed: an unknown name must cost what a known one costs.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let Ok(parsed) = PasswordHash::new(stored.unwrap_or(NOBODY)) else { return false };
    // One at a time: each costs 19 MiB and a core, and a flood of sign-ins must not starve the clinic's pages.
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    argon().verify_password(password.as_bytes(), &parsed).is_ok() && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SeededChance;

    #[test]
    fn a_password_opens_its_own_hash_only() {
        let stored = hash("a sentence to remember", &SeededChance::new(1)).unwrap().into_stored();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("a sentence to remember", Some(&stored)));
        assert!(!matches("another sentence here", Some(&stored)));
        assert!(!matches("a sentence to remember", None));
    }

    #[test]
    fn a_short_password_is_refused() {
        assert!(hash("short", &SeededChance::new(1)).is_err());
    }
}
