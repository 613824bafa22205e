//! How far a visit has come, and where whoever skips a page is sent instead.
//! Must not know: who visits, or what the letter says; only stages, and whether the letter may be read.

use crate::relative::visit::Stage;
use kinward_family::page::{Choice, path};

/// What an address asks for, beyond being let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    /// The pages for whoever acts for the person: they show nothing of the letter.
    Acting,
    BeforeReading,
    Letter,
    Choices,
    /// What is held about whoever reads: theirs to ask, read or not.
    Details,
    /// The questions of a choice, checking them and what comes after.
    Answer(Choice),
}

/// The page that was skipped on the way to what is wanted, or nothing.
pub(super) fn skipped(stage: Stage, wants: Wants, readable: bool) -> Option<String> {
    match stage {
        // Also where the person has died: that page says so again.
        Stage::Asked if wants == Wants::Acting => None,
        Stage::Door | Stage::Asked | Stage::Died => Some(path::FOR_YOU.into()),
        Stage::NotMe => match wants {
            Wants::Answer(Choice::NotMe) => None,
            Wants::Acting
            | Wants::BeforeReading
            | Wants::Letter
            | Wants::Choices
            | Wants::Details
            | Wants::Answer(_) => Some(path::answer(Choice::NotMe)),
        },
        Stage::Theirs => match wants {
            // The right not to know, and to say that it is somebody else's, need no reading.
            Wants::Acting | Wants::Details | Wants::Answer(Choice::NotKnow | Choice::NotMe) => None,
            Wants::BeforeReading => (!readable).then(|| path::LETTER.into()),
            // Where there is nothing to read, nobody need say that they want to.
            Wants::Letter | Wants::Choices | Wants::Answer(_) => readable.then(|| path::BEFORE.into()),
        },
        Stage::Reading => match wants {
            Wants::BeforeReading => (!readable).then(|| path::LETTER.into()),
            Wants::Acting | Wants::Letter | Wants::Choices | Wants::Details | Wants::Answer(_) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything() -> Vec<Wants> {
        let answers = Choice::ALL.iter().map(|choice| Wants::Answer(*choice));
        [Wants::Acting, Wants::BeforeReading, Wants::Letter, Wants::Choices, Wants::Details]
            .into_iter()
            .chain(answers)
            .collect()
    }

    #[test]
    fn the_letter_needs_both_answers_and_is_never_shown_to_somebody_else() {
        for stage in Stage::ALL {
            let shown = skipped(*stage, Wants::Letter, true).is_none();
            assert_eq!(shown, *stage == Stage::Reading, "{stage}");
        }
        for readable in [true, false] {
            for stage in [Stage::Door, Stage::Asked, Stage::NotMe, Stage::Died] {
                assert!(skipped(stage, Wants::Letter, readable).is_some(), "{stage}");
            }
        }
    }

    #[test]
    fn nobody_is_sent_in_a_circle() {
        let wanted = |address: &str| match address {
            path::BEFORE => Some(Wants::BeforeReading),
            path::LETTER => Some(Wants::Letter),
            path::FOR_YOU => None,
            other => Choice::ALL.iter().find(|c| path::answer(**c) == other).map(|c| Wants::Answer(*c)),
        };
        for stage in Stage::ALL {
            for wants in everything() {
                for readable in [true, false] {
                    let next = skipped(*stage, wants, readable).and_then(|address| wanted(&address));
                    let after = next.and_then(|next| skipped(*stage, next, readable));
                    assert_eq!(after, None, "{stage} {wants:?} {readable}");
                }
            }
        }
    }

    #[test]
    fn not_knowing_and_not_me_need_no_reading() {
        for choice in [Choice::NotKnow, Choice::NotMe] {
            assert_eq!(skipped(Stage::Theirs, Wants::Answer(choice), true), None);
        }
        assert_eq!(skipped(Stage::NotMe, Wants::Answer(Choice::NotMe), true), None);
    }
}
