//! What surrounds every page alike: the service that answers the phone, the form's nonce, the language.
//! Must not know: which page it surrounds, or who is reading beyond that it is for themselves or for another.

use super::acting::Reader;
use crate::{language::Language, service::ServiceCard};

/// What every page must say of this installation, at its head. A closed list: nobody can write a sentence into a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameNotice {
    /// Everybody here is made up.
    Demonstration,
    /// Nobody has signed for the wording or the policy yet.
    Unapproved,
}

impl FrameNotice {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Demonstration => "demonstration",
            Self::Unapproved => "unapproved",
        }
    }
}

/// Everything of a page that does not depend on the relative.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    pub service: &'a ServiceCard,
    /// An opaque nonce; goes back in the hidden field `form_token` of every form.
    pub form_token: &'a str,
    /// The language asked for; where the service has no name in it, the page is in English.
    pub language: Language,
    /// Where stylesheets are served, a path on this host without a final slash, such as `/assets`.
    pub assets: &'a str,
    /// Shown at the head of every page, in this order.
    pub notices: &'a [FrameNotice],
    /// The relative, or whoever acts for them: it decides on some words, and on what is offered.
    pub reader: Reader,
}

impl Frame<'_> {
    /// The language of the page: English where the service has no name in the one asked for.
    pub(super) fn spoken(&self) -> Language {
        match self.service.sender_name_in(self.language) {
            Some(_) => self.language,
            None => Language::English,
        }
    }

    /// The language that the page could be read in instead; none where the service speaks one alone.
    pub(super) fn other(&self) -> Option<Language> {
        Language::ALL
            .into_iter()
            .find(|other| *other != self.spoken() && self.service.sender_name_in(*other).is_some())
    }

    /// The phone number as a link dials it: digits and a leading plus only.
    pub(super) fn dial(&self) -> String {
        let number = self.service.phone();
        number
            .chars()
            .enumerate()
            .filter(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '+'))
            .map(|(_, c)| c)
            .collect()
    }
}
