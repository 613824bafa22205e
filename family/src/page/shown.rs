//! The two things of a letter that a page may show: who it is for, in short, and the letter itself.
//! Must not know: any way to be made from plain text; both come from types of this crate only.

use std::fmt;

use crate::{
    language::{Language, Languages},
    letter::Letter,
    person::RecipientName,
};

/// First name and initial, so that whoever holds the code can say "not me" without learning a full name.
#[derive(Clone, PartialEq, Eq)]
pub struct NameShown(String);

impl NameShown {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl NameShown {
    /// Whom a letter is addressed to; nothing where that is no person.
    pub fn of(letter: &Letter) -> Self {
        Self(letter.recipient().map(RecipientName::first_name_and_initial).unwrap_or_default())
    }
}

impl From<&RecipientName> for NameShown {
    fn from(name: &RecipientName) -> Self {
        Self(name.first_name_and_initial())
    }
}

impl fmt::Debug for NameShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameShown(..)")
    }
}

/// A letter as a fragment of a page, in its own language, which need not be the page's.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterShown {
    html: String,
    language: Language,
    languages: Languages,
    /// The languages it can be read in instead.
    others: Vec<Language>,
}

impl LetterShown {
    /// A letter as it is read, with a way to each of `offered` that it is not read in now.
    pub fn of(letter: &Letter, offered: &[Language]) -> Self {
        let languages = letter.languages();
        Self {
            html: letter.html(),
            language: letter.language(),
            languages,
            others: offered.iter().copied().filter(|one| Languages::Only(*one) != languages).collect(),
        }
    }

    pub(super) fn html(&self) -> &str {
        &self.html
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// As the addresses of its other sizes name them.
    pub(super) fn languages(&self) -> Languages {
        self.languages
    }

    pub(super) fn others(&self) -> &[Language] {
        &self.others
    }

    /// A letter's fragment without a letter, for the tests of pages.
    #[cfg(test)]
    pub(super) fn sample() -> Self {
        Self {
            html: "<h1>Your letter</h1>\n<p>Dear Jo Smith</p>".to_owned(),
            language: Language::English,
            languages: Languages::default(),
            others: vec![Language::Welsh],
        }
    }
}

impl fmt::Debug for LetterShown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterShown(..)")
    }
}
