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

/// How a kind stands to the relative's way.
#[derive(Clone, Copy)]
struct Way {
    ground: Ground,
    carries: bool,
    beside: bool,
    followed_up: bool,
    tells: bool,
}

/// On this ground, and nothing else yet.
const fn on(ground: Ground) -> Way {
    Way { ground, carries: false, beside: false, followed_up: false, tells: false }
}

/// The one list of all of it.
const fn way_of(kind: Kind) -> Way {
    match kind {
        Kind::DirectContact | Kind::Replaced | Kind::ParentOfMinor | Kind::YoungPerson | Kind::Abroad => {
            Way { carries: true, followed_up: true, tells: true, ..on(Ground::Agreement) }
        }
        Kind::FamilyLetter | Kind::WhomItMayConcern => {
            Way { followed_up: true, tells: true, ..on(Ground::Agreement) }
        }
        Kind::Reminder | Kind::Closing => on(Ground::Agreement),
        Kind::StopConfirmed => Way { beside: true, ..on(Ground::Wish) },
        Kind::ResultFound | Kind::ResultNotFound => {
            Way { beside: true, tells: true, ..on(Ground::OwnResult) }
        }
        Kind::ReclassifiedUp
        | Kind::ReclassifiedDown
        | Kind::ReclassifiedUpByHand
        | Kind::ReclassifiedDownByHand => Way { followed_up: true, ..on(Ground::Correction) },
        Kind::GpOfRelative | Kind::OtherService | Kind::AdoptionRegister => {
            Way { beside: true, tells: true, ..on(Ground::Agreement) }
        }
        Kind::AddressWanted => Way { beside: true, ..on(Ground::Agreement) },
    }
}

pub const fn ground_of(kind: Kind) -> Ground {
    way_of(kind).ground
}

/// Whether drafting it, sending it and stopping it move the relative's task. What goes beside such a letter moves nothing.
pub const fn carries_task(kind: Kind) -> bool {
    way_of(kind).carries
}

/// Whether it stands beside the relative's way: to a practice or service, of their own result, or that we have stopped writing.
pub const fn stands_beside(kind: Kind) -> bool {
    way_of(kind).beside
}

/// Whether somebody who does not answer it is reminded once, and then written to a last time.
pub const fn is_followed_up(kind: Kind) -> bool {
    way_of(kind).followed_up
}

/// Whether it tells, or offers to tell, something of the report: after an amended one its reader is told of the change.
pub(in crate::clinic) const fn tells(kind: Kind) -> bool {
    way_of(kind).tells
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
