//! What there is to know in a family, in four parts: each can be known, or be better left unsaid, without the others.
//! Must not know: who knows it, or who does not want to.

use crate::db::closed;
use kinward_family::disclosure::Level;

closed! {
    /// One part. Source: domain notes 3.1, compartment N.
    pub enum Topic {
        ConditionExists = "condition_exists",
        Gene = "gene",
        OwnRisk = "own_risk",
        WhoTheProbandIs = "who_the_proband_is",
    }
}

impl Topic {
    /// After "does not know", or at the beginning of a line.
    pub const fn words(self) -> &'static str {
        match self {
            Self::ConditionExists => "that there is a condition in the family",
            Self::Gene => "which gene and variant it is",
            Self::OwnRisk => "their own risk",
            Self::WhoTheProbandIs => "who was tested",
        }
    }

    /// The most that a letter may tell somebody who does not want to know this; none where no letter may go. It follows
    /// from what the levels tell: L1 the condition, L2 the gene, L3 who was tested, and all but L0 that there is a risk.
    pub const fn most_level(self) -> Option<Level> {
        match self {
            Self::ConditionExists => None,
            Self::OwnRisk => Some(Level::L0),
            Self::Gene => Some(Level::L1),
            Self::WhoTheProbandIs => Some(Level::L2),
        }
    }

    /// True where a letter at `level` would tell it.
    pub fn is_told_at(self, level: Level) -> bool {
        self.most_level().is_none_or(|most| level > most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_level_tells() {
        let told = |level| Topic::ALL.iter().copied().filter(|one| one.is_told_at(level)).collect::<Vec<_>>();
        assert_eq!(told(Level::L0), [Topic::ConditionExists]);
        assert_eq!(told(Level::L1), [Topic::ConditionExists, Topic::OwnRisk]);
        assert_eq!(told(Level::L2), [Topic::ConditionExists, Topic::Gene, Topic::OwnRisk]);
        assert_eq!(told(Level::L3), Topic::ALL);
    }
}
