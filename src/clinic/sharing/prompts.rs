//! What a conversation is to touch on, as coded prompts: who was there, what was agreed before a test, which benefits to
//! relatives were named, and which items were said. Must not know: what anybody said; words stand beside the codes.

use crate::db::closed;

closed! {
    pub enum Attended {
        Proband = "proband",
        /// The talk of three: proband, relative, professional.
        Relative = "relative",
        Partner = "partner",
        Interpreter = "interpreter",
        Advocate = "advocate",
        Colleague = "colleague",
    }
}

closed! {
    /// What is agreed before a test. Source: Caldicott principle 8, no surprises; Joint Committee on Genomics in Medicine 2019.
    pub enum Agreed {
        FamilyUse = "family_use",
        Exceptions = "exceptions",
        WhoSees = "who_sees",
        /// Nobody was promised that nothing will ever be told.
        NoAbsolutePromise = "no_absolute_promise",
    }
}

closed! {
    /// What relatives may gain. Source: GMC, Confidentiality (2009), 68.
    pub enum Benefit {
        Prevent = "prevent",
        Watch = "watch",
        Prepare = "prepare",
        /// They were gone through, and none is there for this condition.
        NoneApplies = "none_applies",
    }
}

closed! {
    /// What was said, item by item, so that whoever takes the next call knows. General information needs no agreement.
    pub enum Said {
        General = "general",
        ConditionExists = "condition_exists",
        ConditionName = "condition_name",
        Gene = "gene",
        Variant = "variant",
        OwnChance = "own_chance",
        WhoWasTested = "who_was_tested",
    }
}

impl Attended {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Proband => "The proband",
            Self::Relative => "A relative: a talk of three",
            Self::Partner => "A partner or friend",
            Self::Interpreter => "An interpreter",
            Self::Advocate => "An advocate or attorney",
            Self::Colleague => "A colleague",
        }
    }
}

impl Agreed {
    pub const fn title(self) -> &'static str {
        match self {
            Self::FamilyUse => "How the familial part may be used for relatives",
            Self::Exceptions => "When something may be told without their agreement",
            Self::WhoSees => "Who sees their file",
            Self::NoAbsolutePromise => "That secrecy has limits: nothing was promised without them",
        }
    }
}

impl Benefit {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prevent => "Relatives may be able to prevent illness",
            Self::Watch => "Relatives can have regular checks",
            Self::Prepare => "Relatives can prepare and make their own choices",
            Self::NoneApplies => "Gone through, and none applies here",
        }
    }
}

impl Said {
    pub const fn title(self) -> &'static str {
        match self {
            Self::General => "General information only",
            Self::ConditionExists => "That there is a condition in the family",
            Self::ConditionName => "The name of the condition",
            Self::Gene => "The gene",
            Self::Variant => "The exact variant",
            Self::OwnChance => "Somebody's own chance",
            Self::WhoWasTested => "Who was tested",
        }
    }
}

/// The three benefits were named, or gone through and found not to apply.
pub fn benefits_named(named: &[Benefit]) -> bool {
    let three = [Benefit::Prevent, Benefit::Watch, Benefit::Prepare];
    named.contains(&Benefit::NoneApplies) || three.iter().all(|one| named.contains(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benefits_are_named_where_all_three_are_or_none_applies() {
        assert!(benefits_named(&[Benefit::Prepare, Benefit::Prevent, Benefit::Watch]));
        assert!(benefits_named(&[Benefit::NoneApplies]));
        assert!(!benefits_named(&[Benefit::Prevent, Benefit::Watch]) && !benefits_named(&[]));
    }
}
