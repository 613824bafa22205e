//! How much of a familial fact one relative may be told.
//! Must not know: who decided so, or why.

use std::{fmt, str::FromStr};

use crate::{fact::FamilialFact, named::NamedIndex};

/// The four levels, in order of how much they tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    L0,
    L1,
    L2,
    L3,
}

/// A level other than L0 to L3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a level. Use L0, L1, L2 or L3.")]
pub struct UnknownLevel(pub String);

impl Level {
    pub const ALL: [Level; 4] = [Self::L0, Self::L1, Self::L2, Self::L3];

    /// The stored key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        }
    }

    /// What the level means, in plain words for staff.
    pub fn plain(self) -> &'static str {
        match self {
            Self::L0 => {
                "Asks the relative to contact us about a matter of family health. Names no condition."
            }
            Self::L1 => "Names the kind of condition in plain words. No gene, no variant.",
            Self::L2 => {
                "Gives the gene and variant, so that the right test is possible. The proband is not named."
            }
            Self::L3 => "Names the proband. Needs the proband's live consent for this relative.",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;
    fn from_str(key: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|l| l.as_str() == key).ok_or_else(|| UnknownLevel(key.to_owned()))
    }
}

/// What a text to a relative may be made from.
///
/// Naming the proband needs a `NamedIndex`, which only a live consent for this relative makes.
/// `ContactUs` holds no fact at all, so an L0 text cannot tell one even by mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disclosure {
    /// L0: please contact us.
    ContactUs,
    /// L1: the kind of condition, in plain words.
    ConditionClass(FamilialFact),
    /// L2: gene, variants and test code as well.
    Variant(FamilialFact),
    /// L3: who was tested, as well.
    Named(FamilialFact, NamedIndex),
}

impl Disclosure {
    pub fn level(&self) -> Level {
        match self {
            Self::ContactUs => Level::L0,
            Self::ConditionClass(_) => Level::L1,
            Self::Variant(_) => Level::L2,
            Self::Named(_, _) => Level::L3,
        }
    }

    /// The fact, where the level carries one.
    pub fn fact(&self) -> Option<&FamilialFact> {
        match self {
            Self::ContactUs => None,
            Self::ConditionClass(fact) | Self::Variant(fact) | Self::Named(fact, _) => Some(fact),
        }
    }

    /// The proband, where they agreed to be named.
    pub fn named(&self) -> Option<&NamedIndex> {
        match self {
            Self::ContactUs | Self::ConditionClass(_) | Self::Variant(_) => None,
            Self::Named(_, named) => Some(named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_by_how_much_they_tell() {
        assert!(Level::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for level in Level::ALL {
            assert_eq!(level.to_string().parse::<Level>(), Ok(level));
        }
        assert!("l1".parse::<Level>().is_err());
    }

    #[test]
    fn contact_us_holds_no_fact() {
        assert_eq!(Disclosure::ContactUs.level(), Level::L0);
        assert!(Disclosure::ContactUs.fact().is_none());
    }
}
