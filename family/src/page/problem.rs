//! What can be wrong with something a relative typed, as a closed list; each has one sentence in each language.
//! Must not know: the sentences, or anything that was typed.

use crate::writing::Unseen;

/// What is wrong. None of these says whether a code or a date exists: that is never a problem of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    CodeMissing,
    /// The text cannot be any code: wrong length or letters, which anyone could tell without asking us.
    CodeUnreadable,
    DateMissing,
    /// Not a day of the calendar.
    DateNotReal,
    /// Later than today; only the caller, who has a clock, can say so.
    DateInFuture,
    ForYouMissing,
    ReadingMissing,
    ChoiceMissing,
    MeetingMissing,
    ReminderMissing,
    QuestionMissing,
    /// Not a phone number.
    PhoneUnreadable,
    NotifyMissing,
    EmailMissing,
    EmailUnreadable,
    MobileMissing,
    MobileUnreadable,
    GpMissing,
    RelationMissing,
    WishMissing,
    NothingToCorrect,
    NobodyTold,
    ActingMissing,
    SecondCodeMissing,
    ActingAsMissing,
    OwnNameMissing,
    OwnPhoneMissing,
    OwnPhoneUnreadable,
    /// More characters than the field takes.
    TooLong {
        most: usize,
    },
    /// A character that nobody can see: a control code, a mark without width, or one that turns text round.
    NotWriting(Unseen),
}

impl Problem {
    /// The key of its sentence in the wording file, section `problem`.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::CodeMissing => "code_missing",
            Self::CodeUnreadable => "code_unreadable",
            Self::DateMissing => "date_missing",
            Self::DateNotReal => "date_not_real",
            Self::DateInFuture => "date_in_future",
            Self::ForYouMissing => "for_you_missing",
            Self::ReadingMissing => "reading_missing",
            Self::ChoiceMissing => "choice_missing",
            Self::MeetingMissing => "meeting_missing",
            Self::ReminderMissing => "reminder_missing",
            Self::QuestionMissing => "question_missing",
            Self::PhoneUnreadable => "phone_unreadable",
            Self::NotifyMissing => "notify_missing",
            Self::EmailMissing => "email_missing",
            Self::EmailUnreadable => "email_unreadable",
            Self::MobileMissing => "mobile_missing",
            Self::MobileUnreadable => "mobile_unreadable",
            Self::GpMissing => "gp_missing",
            Self::RelationMissing => "relation_missing",
            Self::WishMissing => "wish_missing",
            Self::NothingToCorrect => "nothing_to_correct",
            Self::NobodyTold => "nobody_told",
            Self::ActingMissing => "acting_missing",
            Self::SecondCodeMissing => "second_code_missing",
            Self::ActingAsMissing => "acting_as_missing",
            Self::OwnNameMissing => "own_name_missing",
            Self::OwnPhoneMissing => "own_phone_missing",
            Self::OwnPhoneUnreadable => "own_phone_unreadable",
            Self::TooLong { .. } => "too_long",
            Self::NotWriting(_) => "not_writing",
        }
    }

    /// The sentence with its numbers and names, if it has any, put in their places.
    pub(super) fn sentence(self, wording: &str) -> String {
        match self {
            Self::TooLong { most } => wording.replace("{most}", &grouped(most)),
            Self::NotWriting(Unseen { name, line, place, .. }) => wording
                .replace("{name}", name)
                .replace("{line}", &line.to_string())
                .replace("{place}", &place.to_string()),
            Self::CodeMissing
            | Self::CodeUnreadable
            | Self::DateMissing
            | Self::DateNotReal
            | Self::DateInFuture
            | Self::ForYouMissing
            | Self::ReadingMissing
            | Self::ChoiceMissing
            | Self::MeetingMissing
            | Self::ReminderMissing
            | Self::QuestionMissing
            | Self::NotifyMissing
            | Self::EmailMissing
            | Self::EmailUnreadable
            | Self::MobileMissing
            | Self::MobileUnreadable
            | Self::GpMissing
            | Self::RelationMissing
            | Self::WishMissing
            | Self::NothingToCorrect
            | Self::NobodyTold
            | Self::ActingMissing
            | Self::SecondCodeMissing
            | Self::ActingAsMissing
            | Self::OwnNameMissing
            | Self::OwnPhoneMissing
            | Self::OwnPhoneUnreadable
            | Self::PhoneUnreadable => wording.to_owned(),
        }
    }

    #[cfg(test)]
    pub(super) const ONE_OF_EACH: [Self; 30] = [
        Self::CodeMissing,
        Self::CodeUnreadable,
        Self::DateMissing,
        Self::DateNotReal,
        Self::DateInFuture,
        Self::ForYouMissing,
        Self::ReadingMissing,
        Self::ChoiceMissing,
        Self::MeetingMissing,
        Self::ReminderMissing,
        Self::QuestionMissing,
        Self::PhoneUnreadable,
        Self::NotifyMissing,
        Self::EmailMissing,
        Self::EmailUnreadable,
        Self::MobileMissing,
        Self::MobileUnreadable,
        Self::GpMissing,
        Self::RelationMissing,
        Self::WishMissing,
        Self::NothingToCorrect,
        Self::NobodyTold,
        Self::ActingMissing,
        Self::SecondCodeMissing,
        Self::ActingAsMissing,
        Self::OwnNameMissing,
        Self::OwnPhoneMissing,
        Self::OwnPhoneUnreadable,
        Self::TooLong { most: 1000 },
        Self::NotWriting(Unseen { sign: '\u{200b}', name: "a zero width space", line: 2, place: 14 }),
    ];
}

/// A number below a million the way people read it: 500, 1,000.
pub(super) fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

/// A problem and the form field it belongs to; the field's name is also the id that the error summary links to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: &'static str,
    pub problem: Problem,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_written_the_way_people_read_numbers() {
        let sentence = |most| Problem::TooLong { most }.sentence("Use {most} characters or fewer");
        assert_eq!(sentence(500), "Use 500 characters or fewer");
        assert_eq!(sentence(1000), "Use 1,000 characters or fewer");
    }
}
