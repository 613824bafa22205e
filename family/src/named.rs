//! The proband's name on its way to the one relative whom they agreed to be named to.
//! Must not know: who asks, what was said, or anything else about the proband.

use crate::person::RecipientName;
use std::fmt;

/// The name under which a proband agreed to be named to one relative, with the consent it rests on. Its fields are
/// private; the one place that makes it from a live consent is listed in `tests/architecture.rs`. It holds a name and
/// nothing of anybody's health.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedIndex {
    name: RecipientName,
    consent: String,
}

impl NamedIndex {
    /// `consent` is the id of the record that names this relative; without one there is nothing to make.
    pub fn by_consent(name: RecipientName, consent: &str) -> Option<NamedIndex> {
        (!consent.trim().is_empty()).then(|| NamedIndex { name, consent: consent.to_owned() })
    }

    pub fn name(&self) -> &RecipientName {
        &self.name
    }
    pub fn consent(&self) -> &str {
        &self.consent
    }
}

/// Whom it names stays out of logs.
impl fmt::Debug for NamedIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NamedIndex(..)")
    }
}
