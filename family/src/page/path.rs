//! The addresses of the relatives' pages, in one place, so that routes, forms and links cannot drift apart.
//! Must not know: which page is shown when, or who is asking. No address carries a code, a name or a word about health.

use super::choice::{Choice, Section, WishKind};
use crate::{language::Languages, letter::TextSize};

pub const START: &str = "/r";
pub const CODE: &str = "/r/code";
pub const BIRTH_DATE: &str = "/r/birth-date";
pub const FOR_YOU: &str = "/r/for-you";
pub const BEFORE: &str = "/r/before";
pub const LETTER: &str = "/r/letter";
pub const LETTER_PDF: &str = "/r/letter.pdf";
pub const CHOICES: &str = "/r/choices";
/// Followed by `/` and `Choice::as_str()`; see `answer`.
pub const ANSWER: &str = "/r/answer";
/// Followed by `/` and `Section::as_str()`; see `more`.
pub const MORE: &str = "/r/more";
pub const CHECK: &str = "/r/check";
pub const DONE: &str = "/r/done";
pub const BACK: &str = "/r/back";
/// What we hold about whoever reads; followed by `/` and `WishKind::as_str()` it asks something about it.
pub const DETAILS: &str = "/r/details";
/// What was asked and answered.
pub const ANSWERED: &str = "/r/answered";
pub const STOP: &str = "/r/stop";
/// Followed by `/` and the code of the language to go on in.
pub const LANGUAGE: &str = "/r/language";

/// Who acts for whoever reads, and that it ends.
pub const ACTING_END: &str = "/r/acting/end";
/// After somebody has asked to act for another.
pub const ACTING_ASKED: &str = "/r/acting/asked";

/// The pages with a form for whoever acts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActingStep {
    Start,
    Code,
    As,
    Name,
    Phone,
    Check,
}

impl ActingStep {
    pub const ALL: [Self; 6] = [Self::Start, Self::Code, Self::As, Self::Name, Self::Phone, Self::Check];

    pub fn address(self) -> &'static str {
        match self {
            Self::Start => "/r/acting",
            Self::Code => "/r/acting/code",
            Self::As => "/r/acting/as",
            Self::Name => "/r/acting/name",
            Self::Phone => "/r/acting/phone",
            Self::Check => "/r/acting/check",
        }
    }
}

/// The pages that hold a form, each sent to its own address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPage {
    Code,
    BirthDate,
    ForYou,
    Before,
    Choices,
    Answer(Choice),
    More(Section),
    Wish(WishKind),
    Check,
    Answered,
    Acting(ActingStep),
    ActingEnd,
}

impl FormPage {
    /// The page a form was sent to, if there is one at this address.
    pub fn at(address: &str) -> Option<Self> {
        let answers = Choice::ALL.iter().map(|choice| Self::Answer(*choice));
        let wishes = WishKind::ALL.iter().map(|kind| Self::Wish(*kind));
        let more = Section::ALL.iter().map(|section| Self::More(*section));
        [Self::Code, Self::BirthDate, Self::ForYou, Self::Before, Self::Choices, Self::Check]
            .into_iter()
            .chain([Self::Answered, Self::ActingEnd])
            .chain(answers)
            .chain(more)
            .chain(wishes)
            .chain(ActingStep::ALL.into_iter().map(Self::Acting))
            .find(|page| page.address() == address)
    }

    pub fn address(self) -> String {
        match self {
            Self::Code => CODE.to_owned(),
            Self::BirthDate => BIRTH_DATE.to_owned(),
            Self::ForYou => FOR_YOU.to_owned(),
            Self::Before => BEFORE.to_owned(),
            Self::Choices => CHOICES.to_owned(),
            Self::Answer(choice) => answer(choice),
            Self::More(section) => more(section),
            Self::Wish(kind) => wish(kind),
            Self::Check => CHECK.to_owned(),
            Self::Answered => ANSWERED.to_owned(),
            Self::Acting(step) => step.address().to_owned(),
            Self::ActingEnd => ACTING_END.to_owned(),
        }
    }
}

/// The address of the questions that belong to a choice.
pub fn answer(choice: Choice) -> String {
    format!("{ANSWER}/{}", choice.as_str())
}

/// The address of what may be added to an answer.
pub fn more(section: Section) -> String {
    format!("{MORE}/{}", section.as_str())
}

/// The address of what may be asked about one's own details.
pub fn wish(kind: WishKind) -> String {
    format!("{DETAILS}/{}", kind.as_str())
}

/// The letter to be read in other languages.
pub fn letter_in(languages: Languages) -> String {
    format!("{LETTER}/{}", languages.code())
}

/// The letter to be printed in other languages or another size.
pub fn letter_as(languages: Languages, size: TextSize) -> String {
    format!("{}/{}", letter_in(languages), size.as_str())
}

/// True for an address that a link to another language may lead back to. A closed list, so that no link leads elsewhere.
pub fn is_page(address: &str) -> bool {
    const SHOWN: [&str; 9] = [START, LETTER, DETAILS, DONE, BACK, STOP, CODE, BIRTH_DATE, ACTING_ASKED];
    SHOWN.contains(&address) || FormPage::at(address).is_some()
}
