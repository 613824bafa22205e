//! Who keeps the keys that wrap other keys: one trait, so that a small site's file and a region's vault are the same to us.
//! Must not know: whose data a wrapped key opens.

use super::compartment::Compartment;
use crate::{
    clock::Chance,
    error::{Error, Result},
};
use std::sync::Arc;
use zeroize::Zeroizing;

/// 32 secret bytes; wiped when dropped, shown by nothing.
#[derive(Clone)]
pub struct Secret(Zeroizing<[u8; 32]>);

impl Secret {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
    pub fn random(chance: &dyn Chance) -> Self {
        let mut bytes = Zeroizing::new([0u8; 32]);
        chance.fill(bytes.as_mut_slice());
        Self(bytes)
    }
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A data key as it is stored: which version of its compartment's key wraps it, and the wrapped bytes.
#[derive(Clone)]
pub struct Wrapped {
    pub version: i32,
    pub bytes: Vec<u8>,
}

/// Wraps and unwraps data keys; the wrapping keys never leave it. `context` binds a wrapped key to its holder.
pub trait KeyService: Send + Sync {
    /// Where the keys are kept, for `doctor` and log lines.
    fn name(&self) -> String;
    /// True where this process may use the compartment at all.
    fn holds(&self, compartment: Compartment) -> bool;
    /// The version that wraps now.
    ///
    /// # Errors
    /// Config, where this process holds no key of the compartment; busy, where the keeper cannot be reached.
    fn version(&self, compartment: Compartment) -> Result<i32>;
    /// The oldest version that still opens: older than `version` until it is retired.
    ///
    /// # Errors
    /// As `version`.
    fn oldest(&self, compartment: Compartment) -> Result<i32>;
    /// # Errors
    /// As `version`.
    fn wrap(
        &self,
        compartment: Compartment,
        context: &str,
        key: &Secret,
        chance: &dyn Chance,
    ) -> Result<Wrapped>;
    /// # Errors
    /// As `version`; inner, where the wrapped bytes were changed or are another holder's.
    fn unwrap(&self, compartment: Compartment, context: &str, wrapped: &Wrapped) -> Result<Secret>;
    /// Makes a new version and answers it; older ones go on opening until they are retired.
    ///
    /// # Errors
    /// As `version`.
    fn rotate(&self, compartment: Compartment, chance: &dyn Chance) -> Result<i32>;
    /// Forgets every version before `version`.
    ///
    /// # Errors
    /// As `version`.
    fn retire_before(&self, compartment: Compartment, version: i32) -> Result<()>;
}

/// A keeper of which only some compartments may be asked.
pub struct Only {
    pub inner: Arc<dyn KeyService>,
    pub held: Vec<Compartment>,
}

impl Only {
    fn may(&self, compartment: Compartment) -> Result<&dyn KeyService> {
        match self.held.contains(&compartment) {
            true => Ok(self.inner.as_ref()),
            false => Err(not_held(compartment)),
        }
    }
}

/// What a process says that was not given a compartment's key.
pub(super) fn not_held(compartment: Compartment) -> Error {
    Error::inner(format!("this process holds no key of compartment {compartment}"))
}

impl KeyService for Only {
    fn name(&self) -> String {
        self.inner.name()
    }
    fn holds(&self, compartment: Compartment) -> bool {
        self.held.contains(&compartment) && self.inner.holds(compartment)
    }
    fn version(&self, compartment: Compartment) -> Result<i32> {
        self.may(compartment)?.version(compartment)
    }
    fn oldest(&self, compartment: Compartment) -> Result<i32> {
        self.may(compartment)?.oldest(compartment)
    }
    fn wrap(
        &self,
        compartment: Compartment,
        context: &str,
        key: &Secret,
        chance: &dyn Chance,
    ) -> Result<Wrapped> {
        self.may(compartment)?.wrap(compartment, context, key, chance)
    }
    fn unwrap(&self, compartment: Compartment, context: &str, wrapped: &Wrapped) -> Result<Secret> {
        self.may(compartment)?.unwrap(compartment, context, wrapped)
    }
    fn rotate(&self, compartment: Compartment, _: &dyn Chance) -> Result<i32> {
        Err(not_held(compartment))
    }
    fn retire_before(&self, compartment: Compartment, _: i32) -> Result<()> {
        Err(not_held(compartment))
    }
}
