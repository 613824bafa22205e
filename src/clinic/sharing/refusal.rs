//! Why a proband does not agree, and whether they knew what they were refusing: the interview that goes with a refusal.
//! Must not know: which relative it is about, or what follows. A refusal is taken at once; without the interview it stands
//! as uninformed, and is asked about again.

use crate::db::closed;

closed! {
    /// Reasons that people give. Source: Hansson 2022, who asks to explore them before a refusal is taken as final.
    pub enum RefusalReason {
        Shame = "shame",
        Worry = "worry",
        Burden = "burden",
        Control = "control",
        SensitiveItem = "sensitive_item",
        Conflict = "conflict",
        NotRelevant = "not_relevant",
        Other = "other",
    }
}

closed! {
    /// What somebody must have heard before a refusal is an informed one. Source: GMC, Confidentiality (2009), 68; Hansson 2022.
    pub enum Heard {
        /// Relatives can prevent illness, be watched, or prepare.
        Benefits = "benefits",
        /// What it may cost them, and how they would be helped.
        SideEffects = "side_effects",
        /// A letter is mostly general, and need not name them.
        MostlyGeneral = "mostly_general",
        /// Each relative, way and level can be chosen apart.
        Tailorable = "tailorable",
    }
}

impl RefusalReason {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Shame => "They are ashamed, or feel to blame",
            Self::Worry => "They do not want to worry the relative",
            Self::Burden => "It would be a burden to the family",
            Self::Control => "They want to decide themselves who knows what",
            Self::SensitiveItem => "One thing must not come out",
            Self::Conflict => "There is a conflict with this relative",
            Self::NotRelevant => "They do not think that it matters to this relative",
            Self::Other => "Another reason, in the words above",
        }
    }

    /// What to offer next, for whoever talks to them again.
    pub const fn follow_up(self) -> &'static str {
        match self {
            Self::Shame => {
                "Say that nobody chooses their genes, and offer a talk with others in the same place."
            }
            Self::Worry => "Say what the relative could do with it, and how they would be met.",
            Self::Burden => "Offer that the clinic writes, so that they need not.",
            Self::Control => "Go through who would know what, and let them choose the words.",
            Self::SensitiveItem => "Put it on the list of what is never shared, and show them the letter.",
            Self::Conflict => {
                "Offer a letter from the clinic that does not name them, or another relative as the way."
            }
            Self::NotRelevant => "Show the relative's chance, and what can be done.",
            Self::Other => "Ask again with time, and write down what they say.",
        }
    }
}

impl Heard {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Benefits => "What it can bring: preventing illness, being watched, being prepared",
            Self::SideEffects => "What it may cost them, and what help there is",
            Self::MostlyGeneral => "That a letter is mostly general and need not name them",
            Self::Tailorable => "That relative, way and level can each be chosen",
        }
    }
}

/// The interview, as far as it was held. Sealed with the proband's words.
#[derive(Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Refusal {
    #[n(0)]
    pub reasons: Vec<RefusalReason>,
    #[n(1)]
    pub heard: Vec<Heard>,
}

impl Refusal {
    /// Whoever refuses knew all that a refusal is about.
    pub fn is_informed(&self) -> bool {
        Heard::ALL.iter().all(|one| self.heard.contains(one))
    }

    /// What nobody has recorded as said to them.
    pub fn unheard(&self) -> Vec<Heard> {
        Heard::ALL.iter().copied().filter(|one| !self.heard.contains(one)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_informed_once_all_four_have_been_heard() {
        let mut refusal = Refusal { heard: Heard::ALL[..3].to_vec(), ..Refusal::default() };
        assert!(!refusal.is_informed());
        assert_eq!(refusal.unheard(), [Heard::Tailorable]);
        refusal.heard.push(Heard::Tailorable);
        assert!(refusal.is_informed() && refusal.unheard().is_empty());
    }
}
