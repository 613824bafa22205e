//! Somebody acts for the person a letter is addressed to: how they ask to, and what they are offered once staff have agreed.
//! Must not know: whether anybody has been agreed to, by what rule, or anything of a letter.

use std::collections::BTreeMap;

use super::{
    choice::{ActingAs, Choice, Reading},
    path::{self, ActingStep},
    problem::{FieldProblem, Problem},
    reply::{Form, PHONE, is_phone},
    typed::Typed,
    words::RelativesWords,
};
use crate::letter::LetterDate;

/// Longest texts, in characters.
pub(super) const NAME: usize = 100;
pub(super) const TIMES: usize = 200;

/// The screens for whoever acts for another. None of them holds anything of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acting {
    /// `/r/acting`, field `acting`.
    Start { problem: Option<Problem> },
    /// `/r/acting/code`, field `second_code`.
    SecondCode { typed: Typed, problem: Option<Problem> },
    /// The one answer to a second code that is unknown, replaced, ended, locked or of another letter. It holds nothing, so it
    /// cannot tell these apart.
    NotMatched,
    /// `/r/acting/as`, field `acting_as`.
    As { problem: Option<Problem> },
    /// `/r/acting/name`, field `own_name`. `young_from` is the age from which a young person reads their own letters.
    Name { acting_as: ActingAs, young_from: i32, typed: Typed, problems: Vec<FieldProblem> },
    /// `/r/acting/phone`, fields `own_phone` and `own_times`.
    Phone { typed: Typed, problems: Vec<FieldProblem> },
    /// `/r/acting/check`, confirmed by POST.
    Check(AskToAct),
    /// `/r/acting/asked`. `within` is the number of working days in which the service phones.
    Asked { within: Option<u16> },
}

impl Acting {
    pub(super) fn template(&self) -> &'static str {
        match self {
            Self::Start { .. } => "acting",
            Self::SecondCode { .. } => "acting-code",
            Self::NotMatched => "acting-not-matched",
            Self::As { .. } => "acting-as",
            Self::Name { .. } => "acting-name",
            Self::Phone { .. } => "acting-phone",
            Self::Check(_) => "acting-check",
            Self::Asked { .. } => "acting-asked",
        }
    }

    pub(super) fn back(&self) -> Option<&'static str> {
        match self {
            Self::Start { .. } => Some(path::FOR_YOU),
            Self::SecondCode { .. } | Self::As { .. } => Some(ActingStep::Start.address()),
            Self::NotMatched => Some(ActingStep::Code.address()),
            Self::Name { .. } => Some(ActingStep::As.address()),
            Self::Phone { .. } => Some(ActingStep::Name.address()),
            Self::Check(_) => Some(ActingStep::Phone.address()),
            Self::Asked { .. } => None,
        }
    }

    pub(super) fn action(&self) -> Option<&'static str> {
        match self {
            Self::NotMatched | Self::Asked { .. } => None,
            Self::Start { .. }
            | Self::SecondCode { .. }
            | Self::As { .. }
            | Self::Name { .. }
            | Self::Phone { .. }
            | Self::Check(_) => Some(self.address()),
        }
    }

    pub(super) fn address(&self) -> &'static str {
        match self {
            Self::Start { .. } => ActingStep::Start.address(),
            Self::SecondCode { .. } | Self::NotMatched => ActingStep::Code.address(),
            Self::As { .. } => ActingStep::As.address(),
            Self::Name { .. } => ActingStep::Name.address(),
            Self::Phone { .. } => ActingStep::Phone.address(),
            Self::Check(_) => ActingStep::Check.address(),
            Self::Asked { .. } => path::ACTING_ASKED,
        }
    }

    pub(super) fn problems(&self) -> Vec<FieldProblem> {
        let one = |field, problem: &Option<Problem>| {
            problem.iter().map(|&problem| FieldProblem { field, problem }).collect()
        };
        match self {
            Self::Start { problem } => one("acting", problem),
            Self::SecondCode { problem, .. } => one("second_code", problem),
            Self::As { problem } => one("acting_as", problem),
            Self::Name { problems, .. } | Self::Phone { problems, .. } => problems.clone(),
            Self::NotMatched | Self::Check(_) | Self::Asked { .. } => Vec::new(),
        }
    }
}

/// What somebody says who asks to act for another: none of it is taken for true before a person has checked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskToAct {
    pub acting_as: ActingAs,
    pub name: RelativesWords,
    pub phone: RelativesWords,
    pub times: Option<RelativesWords>,
}

impl AskToAct {
    /// Reads all that was asked so far, page by page; the first page that is not answered yet otherwise.
    pub fn parse(fields: &BTreeMap<String, String>) -> Result<Self, ActingStep> {
        let acting_as = Self::acting_as(fields).ok_or(ActingStep::As)?;
        let name = Self::name(fields).map_err(|_| ActingStep::Name)?;
        let (phone, times) = Self::reached(fields).map_err(|_| ActingStep::Phone)?;
        Ok(Self { acting_as, name, phone, times })
    }

    pub fn acting_as(fields: &BTreeMap<String, String>) -> Option<ActingAs> {
        fields.get("acting_as").and_then(|text| text.parse().ok())
    }

    pub fn name(fields: &BTreeMap<String, String>) -> Result<RelativesWords, Vec<FieldProblem>> {
        let mut form = Form::new(fields);
        let name = form.words("own_name", NAME);
        if name.is_none() && form.faults() == 0 {
            form.wrong("own_name", Problem::OwnNameMissing);
        }
        form.done()?;
        name.ok_or_else(Vec::new)
    }

    /// The number to phone, and when.
    pub fn reached(
        fields: &BTreeMap<String, String>,
    ) -> Result<(RelativesWords, Option<RelativesWords>), Vec<FieldProblem>> {
        let mut form = Form::new(fields);
        let phone = form.words("own_phone", PHONE);
        match &phone {
            Some(number) if !is_phone(number.as_str()) => {
                form.wrong("own_phone", Problem::OwnPhoneUnreadable);
            }
            Some(_) => {}
            None if form.faults() == 0 => form.wrong("own_phone", Problem::OwnPhoneMissing),
            None => {}
        }
        let times = form.words("own_times", TIMES);
        form.done()?;
        phone.map(|phone| (phone, times)).ok_or_else(Vec::new)
    }

    /// The form that `parse` would read as this: for storage, sealed by the caller.
    pub fn to_fields(&self) -> BTreeMap<String, String> {
        let times = self.times.as_ref().map(|times| ("own_times", times.as_str()));
        [
            ("acting_as", self.acting_as.as_str()),
            ("own_name", self.name.as_str()),
            ("own_phone", self.phone.as_str()),
        ]
        .into_iter()
        .chain(times)
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
    }
}

/// The first letters of a name that somebody typed who asked to act: enough to tell two of them apart, and no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initials(String);

impl Initials {
    /// Of the first word and the last; nothing of a name without a letter.
    pub fn of(asked: &AskToAct) -> Option<Self> {
        let words = asked.name.as_str().split_whitespace();
        let first = words.filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
        let all: Vec<char> = first.collect();
        let ends = match all.as_slice() {
            [] => return None,
            [only] => vec![*only],
            [first, .., last] => vec![*first, *last],
        };
        Some(Self(ends.iter().map(|letter| format!("{}.", letter.to_uppercase())).collect()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who gave an answer, as the person it is about is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenBy {
    Themselves,
    Another { acting_as: ActingAs, initials: Option<Initials> },
}

/// Somebody who may act for whoever reads: as what, since when they asked, and until when. Their name they typed themselves,
/// and no second person has read it: of it there are the first letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActsShown {
    pub acting_as: ActingAs,
    pub initials: Option<Initials>,
    pub asked: LetterDate,
    pub until: LetterDate,
}

/// Who reads the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// The person the letter is addressed to.
    #[default]
    Themselves,
    /// Somebody who may act for them, and perhaps say for them that they do not want to know.
    ForThem { may_object: bool },
}

impl Reader {
    /// Whether an answer is theirs to give. Whoever acts for another has said whose letter it is; that somebody does not want
    /// to know is that person's own to say, unless the law lets another say it.
    pub fn offers(self, choice: Choice) -> bool {
        match self {
            Self::Themselves => true,
            Self::ForThem { may_object } => match choice {
                Choice::Appointment | Choice::Think | Choice::AlreadyTested | Choice::Question => true,
                Choice::NotKnow => may_object,
                Choice::NotMe => false,
            },
        }
    }

    pub fn offers_reading(self, reading: Reading) -> bool {
        match reading {
            Reading::Now | Reading::Later => true,
            Reading::RatherNot => self.offers(Choice::NotKnow),
        }
    }

    pub(super) fn acts_for_another(self) -> bool {
        self != Self::Themselves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_still_to_be_asked_is_the_first_page_that_was_not_answered() {
        let mut so_far = fields(&[]);
        for (field, text, next) in [
            ("own_times", "Evenings", ActingStep::As),
            ("acting_as", "attorney", ActingStep::Name),
            ("own_name", "Jo Hale", ActingStep::Phone),
        ] {
            so_far.insert(field.into(), text.into());
            assert_eq!(AskToAct::parse(&so_far), Err(next));
        }
        so_far.insert("own_phone".into(), "01632 960 001".into());
        let asking = AskToAct::parse(&so_far).unwrap();
        assert_eq!(asking.acting_as, ActingAs::Attorney);
        assert_eq!(asking.to_fields(), so_far, "and it can be read again");
        assert_eq!(AskToAct::parse(&asking.to_fields()), Ok(asking));
    }

    #[test]
    fn of_a_name_the_first_letters_tell_two_people_apart_and_say_nothing() {
        let initials = |name: &str| {
            let form = [("acting_as", "helper"), ("own_name", name), ("own_phone", "01632 960 001")];
            let asked = AskToAct::parse(&fields(&form)).unwrap();
            Initials::of(&asked).map(|initials| initials.as_str().to_owned())
        };
        assert_eq!(initials("Ann Lee").as_deref(), Some("A.L."));
        assert_eq!(initials("\u{e9}lodie de la Tour").as_deref(), Some("\u{c9}.T."));
        assert_eq!(initials("(Sam)").as_deref(), Some("S."));
        assert_eq!(initials("12 34"), None);
    }

    #[test]
    fn without_a_name_and_a_number_nobody_can_phone() {
        let problem = |wrong: Vec<FieldProblem>| wrong.iter().map(|one| one.problem).collect::<Vec<_>>();
        assert_eq!(AskToAct::name(&fields(&[])).map_err(problem), Err(vec![Problem::OwnNameMissing]));
        assert_eq!(AskToAct::reached(&fields(&[])).map_err(problem), Err(vec![Problem::OwnPhoneMissing]));
        let odd = fields(&[("own_phone", "ring me")]);
        assert_eq!(AskToAct::reached(&odd).map_err(problem), Err(vec![Problem::OwnPhoneUnreadable]));
    }

    #[test]
    fn whoever_acts_for_another_is_not_offered_what_is_that_persons_own_to_say() {
        let offered = |reader: Reader| {
            let all = Choice::ALL.iter().filter(|choice| reader.offers(**choice));
            all.map(|choice| choice.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(offered(Reader::Themselves).len(), Choice::ALL.len());
        let helps = Reader::ForThem { may_object: false };
        assert_eq!(offered(helps), ["appointment", "think", "already_tested", "question"]);
        assert!(!helps.offers_reading(Reading::RatherNot) && helps.offers_reading(Reading::Later));
        assert!(Reader::ForThem { may_object: true }.offers(Choice::NotKnow));
    }
}
