//! What a kind of letter tells beside its level: an earlier day, of whom it speaks, how a variant was classified before.
//! Must not know: the words around it.

use std::str::FromStr;

use super::LetterDate;
use crate::{
    fact::{BadFact, Classification},
    kind::{Asks, Kind},
    language::Language,
    person::RecipientName,
};

/// One of the things a kind can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    Nothing,
    /// The day of the letter that this one follows.
    Earlier(LetterDate),
    Subject(Subject),
    Reclassified {
        was: AcmgClass,
        now: AcmgClass,
        /// The day on which the laboratory gave the new class; nothing where nobody knows it.
        since: Option<LetterDate>,
    },
}

/// The person a letter to a parent, a practice or a service speaks of, by the two things that tell them from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub name: RecipientName,
    pub birth_date: LetterDate,
}

/// The five classes of a variant, from the least to the most likely to matter. Source: ACMG and AMP, 2015.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AcmgClass {
    Benign,
    LikelyBenign,
    Uncertain,
    LikelyPathogenic,
    Pathogenic,
}

impl AcmgClass {
    pub const ALL: [AcmgClass; 5] =
        [Self::Benign, Self::LikelyBenign, Self::Uncertain, Self::LikelyPathogenic, Self::Pathogenic];

    /// The stable key, as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Benign => "benign",
            Self::LikelyBenign => "likely_benign",
            Self::Uncertain => "uncertain",
            Self::LikelyPathogenic => "likely_pathogenic",
            Self::Pathogenic => "pathogenic",
        }
    }

    /// As a report says it.
    pub fn name_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, Self::Benign) => "Benign",
            (Language::English, Self::LikelyBenign) => "Likely benign",
            (Language::English, Self::Uncertain) => "Uncertain significance",
            (Language::English, Self::LikelyPathogenic) => "Likely pathogenic",
            (Language::English, Self::Pathogenic) => "Pathogenic",
            (Language::Welsh, Self::Benign) => "Diniwed",
            (Language::Welsh, Self::LikelyBenign) => "Diniwed yn ôl pob tebyg",
            (Language::Welsh, Self::Uncertain) => "Arwyddocâd ansicr",
            (Language::Welsh, Self::LikelyPathogenic) => "Pathogenig yn ôl pob tebyg",
            (Language::Welsh, Self::Pathogenic) => "Pathogenig",
        }
    }
}

impl From<Classification> for AcmgClass {
    fn from(class: Classification) -> Self {
        match class {
            Classification::Pathogenic => Self::Pathogenic,
            Classification::LikelyPathogenic => Self::LikelyPathogenic,
        }
    }
}

impl FromStr for AcmgClass {
    type Err = BadFact;
    fn from_str(key: &str) -> Result<Self, BadFact> {
        Self::ALL.into_iter().find(|c| c.as_str() == key).ok_or_else(|| BadFact::Unlisted(key.to_owned()))
    }
}

impl Matter {
    pub fn asks(&self) -> Asks {
        match self {
            Matter::Nothing => Asks::Nothing,
            Matter::Earlier(_) => Asks::Earlier,
            Matter::Subject(_) => Asks::Subject,
            Matter::Reclassified { .. } => Asks::Reclassified,
        }
    }

    /// Whether it is what a letter of `kind` asks for, a change of class in the right direction included.
    pub(super) fn fits(&self, kind: Kind) -> bool {
        let direction = match self {
            Matter::Reclassified { was, now, since: _ } => match kind {
                Kind::ReclassifiedUp | Kind::ReclassifiedUpByHand => {
                    now > was && *now >= AcmgClass::LikelyPathogenic
                }
                Kind::ReclassifiedDown | Kind::ReclassifiedDownByHand => {
                    now < was && *now <= AcmgClass::Uncertain
                }
                _ => false,
            },
            Matter::Nothing | Matter::Earlier(_) | Matter::Subject(_) => true,
        };
        direction && self.asks() == kind.asks()
    }

    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Matter::Subject(subject) => Some(subject),
            Matter::Nothing | Matter::Earlier(_) | Matter::Reclassified { .. } => None,
        }
    }
}
