//! What a letter rests on, by its kind, and whether the relative's way goes by it.
//! Must not know: whether what it rests on still stands; whoever asks looks.

use kinward_family::kind::Kind;

/// What a letter rests on: whatever takes that away takes back the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The proband's agreement, or a decision.
    Agreement,
    /// An earlier letter that it corrects: it is owed whatever became of the report, and whoever agrees to what now.
    Correction,
    /// Its reader's own result, confirmed by two people.
    OwnResult,
    /// That its reader asked not to be contacted, and to be told once that this was done.
    Wish,
}

pub const fn ground_of(kind: Kind) -> Ground {
    match kind {
        Kind::DirectContact
        | Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Reminder
        | Kind::Closing
        | Kind::Replaced
        | Kind::ParentOfMinor
        | Kind::YoungPerson
        | Kind::Abroad
        | Kind::GpOfRelative
        | Kind::AddressWanted
        | Kind::OtherService
        | Kind::AdoptionRegister => Ground::Agreement,
        Kind::ReclassifiedUp | Kind::ReclassifiedDown => Ground::Correction,
        Kind::ResultFound | Kind::ResultNotFound => Ground::OwnResult,
        Kind::StopConfirmed => Ground::Wish,
    }
}

/// Whether drafting it, sending it and stopping it move the relative's task. What goes beside such a letter moves nothing.
pub const fn carries_task(kind: Kind) -> bool {
    match kind {
        Kind::DirectContact | Kind::Replaced | Kind::ParentOfMinor | Kind::YoungPerson | Kind::Abroad => true,
        Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Reminder
        | Kind::Closing
        | Kind::ReclassifiedUp
        | Kind::ReclassifiedDown
        | Kind::ResultFound
        | Kind::ResultNotFound
        | Kind::StopConfirmed
        | Kind::GpOfRelative
        | Kind::AddressWanted
        | Kind::OtherService
        | Kind::AdoptionRegister => false,
    }
}

/// Whether it stands beside the relative's way: to a practice or service, of their own result, or that we have stopped writing.
pub const fn stands_beside(kind: Kind) -> bool {
    match kind {
        Kind::ResultFound
        | Kind::ResultNotFound
        | Kind::StopConfirmed
        | Kind::GpOfRelative
        | Kind::AddressWanted
        | Kind::OtherService
        | Kind::AdoptionRegister => true,
        Kind::DirectContact
        | Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Reminder
        | Kind::Closing
        | Kind::Replaced
        | Kind::ParentOfMinor
        | Kind::YoungPerson
        | Kind::ReclassifiedUp
        | Kind::ReclassifiedDown
        | Kind::Abroad => false,
    }
}

/// Whether somebody who does not answer it is reminded once, and then written to a last time.
pub const fn is_followed_up(kind: Kind) -> bool {
    match kind {
        Kind::DirectContact
        | Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Replaced
        | Kind::ParentOfMinor
        | Kind::YoungPerson
        | Kind::Abroad
        | Kind::ReclassifiedUp
        | Kind::ReclassifiedDown => true,
        Kind::Reminder
        | Kind::Closing
        | Kind::ResultFound
        | Kind::ResultNotFound
        | Kind::StopConfirmed
        | Kind::GpOfRelative
        | Kind::AddressWanted
        | Kind::OtherService
        | Kind::AdoptionRegister => false,
    }
}

/// Whether it tells, or offers to tell, something of the report: after an amended one its reader is told of the change.
pub(in crate::clinic) const fn tells(kind: Kind) -> bool {
    match kind {
        Kind::DirectContact
        | Kind::FamilyLetter
        | Kind::WhomItMayConcern
        | Kind::Replaced
        | Kind::ParentOfMinor
        | Kind::YoungPerson
        | Kind::Abroad
        | Kind::ResultFound
        | Kind::ResultNotFound
        | Kind::GpOfRelative
        | Kind::OtherService
        | Kind::AdoptionRegister => true,
        Kind::Reminder
        | Kind::Closing
        | Kind::ReclassifiedUp
        | Kind::ReclassifiedDown
        | Kind::StopConfirmed
        | Kind::AddressWanted => false,
    }
}

/// What a letter of somebody's own result is stored as: which of the two it is stands sealed with its parts.
const OWN_RESULT: &str = "own_result";

/// The key of a kind as the database holds it in the open.
pub(super) fn stored_key(kind: Kind) -> &'static str {
    match ground_of(kind) {
        Ground::OwnResult => OWN_RESULT,
        Ground::Agreement | Ground::Correction | Ground::Wish => kind.as_str(),
    }
}

/// The kind behind such a key. Of the two letters of somebody's own result it names the first: they are alike in all that
/// is asked without opening them.
pub(super) fn kind_stored(key: &str) -> Option<Kind> {
    if key == OWN_RESULT { Some(Kind::ResultFound) } else { key.parse().ok() }
}

/// What staff read of a kind where the letter is not opened.
pub(in crate::clinic) fn kind_words(kind: Kind) -> &'static str {
    match ground_of(kind) {
        Ground::OwnResult => "Own result",
        Ground::Agreement | Ground::Correction | Ground::Wish => kind.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_key_of_an_own_result_does_not_say_what_was_found() {
        assert_eq!(stored_key(Kind::ResultFound), stored_key(Kind::ResultNotFound));
        for kind in Kind::ALL.into_iter().filter(|kind| ground_of(*kind) != Ground::OwnResult) {
            assert_eq!(kind_stored(stored_key(kind)), Some(kind));
        }
        for of in [carries_task, is_followed_up, tells] {
            assert_eq!(of(Kind::ResultFound), of(Kind::ResultNotFound));
        }
        assert_eq!(Kind::ResultFound.form(), Kind::ResultNotFound.form());
    }
}
