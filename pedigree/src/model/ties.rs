//! What ties people beside descent: couples, and twins.
//! Must not know: parents and children; couples that follow from a child need not be said.

use super::person::{Childless, PersonId};
use serde::{Deserialize, Serialize};

/// What was said when a couple was asked whether they are related.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consanguinity {
    #[default]
    NotAsked,
    /// Asked, and they say that they are not.
    Denied,
    /// They say that they are, though the tree may not show how.
    Stated,
}

/// A couple of whom something is known beyond their children.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Union {
    /// In order of id.
    pub partners: [PersonId; 2],
    #[serde(default)]
    pub ended: bool,
    #[serde(default)]
    pub consanguinity: Consanguinity,
    #[serde(default)]
    pub childless: Option<Childless>,
}

impl Union {
    /// Two people who are, or were, a couple.
    pub fn new(one: impl Into<PersonId>, other: impl Into<PersonId>) -> Union {
        let mut partners = [one.into(), other.into()];
        partners.sort();
        Union { partners, ended: false, consanguinity: Consanguinity::NotAsked, childless: None }
    }
}

/// Whether twins come from one egg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zygosity {
    /// One egg: one genotype.
    Monozygotic,
    Dizygotic,
    Unknown,
}

/// Two people or more born together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twins {
    /// In order of id.
    pub members: Vec<PersonId>,
    pub zygosity: Zygosity,
}
