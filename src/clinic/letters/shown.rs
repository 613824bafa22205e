//! Where a letter stands, as staff read it: what goes from hand to hand was never sent.
//! Must not know: the words of a letter, or whom it is for.

use super::letter::LetterState;
use kinward_family::{kind::Kind, letter::Letter};

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

/// What it tells, in words: some kinds at L0 ask nobody to contact us about a matter of family health.
pub(super) fn level_words(letter: &Letter) -> &'static str {
    match letter.kind() {
        Kind::StopConfirmed => "Confirms their own wish. Names no condition.",
        Kind::Reminder | Kind::Closing => "Follows an earlier letter. Says nothing of what that was about.",
        Kind::AddressWanted => "Asks a practice where somebody lives. Says nothing of why.",
        Kind::DirectContact
        | Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Replaced
        | Kind::ParentOfMinor
        | Kind::YoungPerson
        | Kind::ResultFound
        | Kind::ResultNotFound
        | Kind::ReclassifiedUp
        | Kind::ReclassifiedDown
        | Kind::ReclassifiedUpByHand
        | Kind::ReclassifiedDownByHand
        | Kind::Abroad
        | Kind::GpOfRelative
        | Kind::OtherService
        | Kind::AdoptionRegister => letter.level().plain(),
    }
}
