//! Where a letter stands, as staff read it: what goes from hand to hand was never sent.
//! Must not know: what a letter says, or whom it is for.

use super::letter::LetterState;

impl LetterState {
    /// On a tag; `handed` of a letter that the proband hands over.
    pub const fn words(self, handed: bool) -> &'static str {
        match (self, handed) {
            (LetterState::Draft, _) => "Draft",
            (LetterState::Submitted, _) => "Waiting for approval",
            (LetterState::Approved, true) => "Approved, to be handed over",
            (LetterState::Approved, false) => "Approved, on its way out",
            (LetterState::Sent, true) => "Handed over",
            (LetterState::Sent, false) => "Sent",
            (LetterState::Stopped, _) => "Stopped",
        }
    }

    /// What comes next for a relative whom the proband tells, by where their copy stands; nothing where there is none.
    pub const fn copy_next(self) -> Option<&'static str> {
        match self {
            LetterState::Draft => Some("Hand the copy for the proband to a second person"),
            LetterState::Submitted => Some("Have the copy for the proband approved"),
            LetterState::Approved => Some("Give the approved copy to the proband"),
            LetterState::Sent => {
                Some("Find out if the copy that the proband was given has reached this relative")
            }
            LetterState::Stopped => None,
        }
    }
}
