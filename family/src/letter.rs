//! A letter that may reach a relative: composed from typed parts alone; text, page, speech and PDF are made from the same
//! blocks. Must not know: the proband, any personal finding, or how it will travel.

mod addressee;
mod date;
mod matter;
mod passages;
mod reviewed;
mod size;
mod spoken;
mod stored;
mod twins;
mod values;

use std::{fmt, sync::Arc};

pub use self::{
    addressee::{Addressee, HouseName},
    date::LetterDate,
    matter::{AcmgClass, Matter, Subject},
    passages::{Passage, Place},
    reviewed::{BadWords, MOST_CHARACTERS, OpenBlock, ReviewedParagraph},
    size::{TextSize, UnknownSize},
    stored::StoredLetter,
};
pub use crate::wording::{TemplateCard, WordingError, templates};
use crate::{
    block::Block,
    disclosure::{Disclosure, Level},
    further::Further,
    invitation::{FamilyReference, InvitationCode},
    kind::{Form, Kind},
    language::{Language, Languages},
    person::RecipientName,
    service::{ServiceCard, Signatory},
    wording::{Filled, Lock, Shelf},
};

/// What a letter is made of. There is no place for a sentence in it: words of one letter's own come after, by
/// `Letter::changed`.
#[derive(Debug, Clone)]
pub struct LetterParts {
    pub kind: Kind,
    pub disclosure: Disclosure,
    pub to: Addressee,
    pub matter: Matter,
    pub service: ServiceCard,
    pub signatory: Signatory,
    pub reference: FamilyReference,
    /// By which it is answered online; a letter that nobody answers has none.
    pub code: Option<InvitationCode>,
    pub date: LetterDate,
    pub languages: Languages,
    pub size: TextSize,
    /// In which further languages it says that it is important, and how to get it in them.
    pub further: Vec<Further>,
}

/// A finished letter. Its fields are private and it has no conversion from text, so the only way to one is from parts.
#[derive(Clone)]
pub struct Letter {
    parts: LetterParts,
    template: Arc<TemplateCard>,
    /// The wordings of the service's own that it is written with; empty where they are published ones.
    shelf: Shelf,
    title: String,
    sender: Vec<String>,
    wordings: Vec<Wording>,
    changes: Vec<ReviewedParagraph>,
}

/// The words of a letter in one language.
#[derive(Clone)]
pub struct Wording {
    pub language: Language,
    pub heading: String,
    pub blocks: Vec<Block>,
    pub footer: String,
    /// Of its template: the head, and the text that an approval is of.
    pub card: Arc<TemplateCard>,
    pub source: Arc<str>,
    /// How firm each block is, in their order.
    locks: Vec<Lock>,
    /// The places of blocks whose words were written for this letter, and what the template says there.
    written: Vec<(usize, String)>,
}

impl Wording {
    /// A template that was filled, without a word of anybody's own.
    pub fn of(language: Language, filled: Filled) -> Wording {
        let Filled { heading, blocks, locks, footer, card, source } = filled;
        Wording { language, heading, blocks, footer, card, source, locks, written: Vec::new() }
    }

    /// Every template ends its talk with a farewell above the signature; this stands above the farewell.
    fn put_further(&mut self, further: &[Further]) {
        let signed = self.blocks.iter().position(|block| matches!(block, Block::SignOff(_)));
        let at = signed.map_or(self.blocks.len(), |at| at.saturating_sub(1));
        self.blocks.insert(at, Block::Further(further.to_vec()));
        self.locks.insert(at, Lock::Locked);
    }
}

impl Letter {
    /// A letter of its parts, from the newest template of its kind in each of its languages.
    ///
    /// # Errors
    /// A level, an addressee or a matter that its kind does not have; a language without words; a missing value.
    pub fn write(parts: LetterParts) -> Result<Letter, WordingError> {
        Letter::write_with(parts, &Shelf::default())
    }

    /// As `write`, with the newest wording of the service's own that there is in all its languages.
    ///
    /// # Errors
    /// As `write`.
    pub fn write_with(parts: LetterParts, shelf: &Shelf) -> Result<Letter, WordingError> {
        Letter::compose(parts, shelf, None, Vec::new())
    }

    /// What this letter would say in the words of `shelf`, to be looked at: words of its own stay behind.
    ///
    /// # Errors
    /// As `write`.
    pub fn rewritten(&self, shelf: &Shelf) -> Result<Letter, WordingError> {
        Letter::write_with(self.parts.clone(), shelf)
    }

    /// The same letter for somebody who reads otherwise, to be looked at; words of its own stay where its languages do.
    ///
    /// # Errors
    /// A language that its wording does not have.
    pub fn as_read(&self, languages: Languages, size: TextSize) -> Result<Letter, WordingError> {
        let stays = |change: &&ReviewedParagraph| languages.in_order().contains(&change.language());
        let changes = self.changes.iter().filter(stays).cloned().collect();
        let parts = LetterParts { languages, size, ..self.parts.clone() };
        Letter::compose(parts, &self.shelf, Some(self.template_version()), changes)
    }

    /// The same letter of another day; words of its own stay.
    ///
    /// # Errors
    /// As `write`.
    pub fn of_day(&self, date: LetterDate) -> Result<Letter, WordingError> {
        let parts = LetterParts { date, ..self.parts.clone() };
        Letter::compose(parts, &self.shelf, Some(self.template_version()), self.changes.clone())
    }

    fn compose(
        parts: LetterParts,
        shelf: &Shelf,
        version: Option<&str>,
        changes: Vec<ReviewedParagraph>,
    ) -> Result<Letter, WordingError> {
        let (kind, level) = (parts.kind, parts.disclosure.level());
        let wrong = |what| WordingError::Parts(kind.name().to_owned(), what);
        if parts.to.form() != kind.form() {
            return Err(wrong("an addressee of another form"));
        }
        if !parts.matter.fits(kind) {
            return Err(wrong("what it tells beside its level"));
        }
        if parts.to.address().is_some_and(|address| address.is_abroad() && kind.stays_at_home()) {
            return Err(wrong("an address in the United Kingdom; use the letter for relatives abroad"));
        }
        let class = parts.disclosure.fact().map(|fact| fact.condition().actionability());
        let mut card = None;
        let mut wordings = Vec::new();
        let languages = parts.languages.in_order();
        let templates = shelf.find(kind.as_str(), level, languages, version)?;
        for (language, template) in languages.iter().copied().zip(templates) {
            let filled = template.fill(level, class, &values::values(&parts, language)?)?;
            let mut wording = Wording::of(language, filled);
            // Once, on the pages that are read first; a practice or a service needs none. Before anything is changed, so that the
            // places of blocks are those that whoever changes them sees.
            if wordings.is_empty() && !parts.further.is_empty() && kind.form() != Form::House {
                wording.put_further(&parts.further);
            }
            for change in changes.iter().filter(|change| change.language() == language) {
                change.put(&mut wording)?;
                wording.written.push((change.at(), change.was().join("\n")));
            }
            wordings.push(wording);
            card.get_or_insert_with(|| template.card.clone());
        }
        if changes.iter().any(|change| !parts.languages.in_order().contains(&change.language())) {
            return Err(WordingError::Stored("changed words"));
        }
        let first = parts.languages.first();
        let untranslated = WordingError::NoTranslation(first.name());
        let service = parts.service.seen_from(parts.to.is_abroad());
        let (lines, name) = if level == Level::L0 {
            (service.discreet_lines(parts.languages), service.sender_name_in(first))
        } else {
            (service.open_lines(parts.languages), service.sender_name_in(first))
        };
        let (Some(sender), Some(name), Some(template)) = (lines, name, card) else {
            return Err(untranslated);
        };
        Ok(Letter {
            title: PageWords::of(first).title(name),
            sender,
            wordings,
            shelf: shelf.only(kind.as_str(), &template.version),
            template,
            parts,
            changes,
        })
    }

    pub fn kind(&self) -> Kind {
        self.parts.kind
    }
    pub fn level(&self) -> Level {
        self.parts.disclosure.level()
    }
    /// The language of the whole: of its title, and the first that is read.
    pub fn language(&self) -> Language {
        self.parts.languages.first()
    }
    pub fn languages(&self) -> Languages {
        self.parts.languages
    }
    pub fn size(&self) -> TextSize {
        self.parts.size
    }
    /// A document title that tells nothing of what the letter is about.
    pub fn title(&self) -> &str {
        &self.title
    }
    /// The head of the page: who writes, and how to reach them. At L0 it tells nothing of why.
    pub fn sender(&self) -> &[String] {
        &self.sender
    }
    /// What shows in the window: name, address, postcode or country; 3 to 7 lines, or none where it is not posted.
    pub fn address_lines(&self) -> Vec<String> {
        self.parts.to.window()
    }
    pub fn day(&self) -> LetterDate {
        self.parts.date
    }
    /// "22 November 2026", in each language.
    pub fn date(&self) -> String {
        let said: Vec<String> =
            self.parts.languages.in_order().iter().map(|l| self.parts.date.in_words(*l)).collect();
        said.join(" / ")
    }
    /// The family reference.
    pub fn reference(&self) -> &str {
        self.parts.reference.as_str()
    }
    /// "Our reference: KW-7F3K-9QXM".
    pub fn reference_line(&self) -> String {
        let said: Vec<&str> =
            self.parts.languages.in_order().iter().map(|l| PageWords::of(*l).reference).collect();
        format!("{}: {}", said.join(" / "), self.reference())
    }
    /// The words in each language, in their order; at least one.
    pub fn wordings(&self) -> &[Wording] {
        &self.wordings
    }
    pub fn template_version(&self) -> &str {
        &self.template.version
    }
    /// The head of the template: its approvers and review date, for staff.
    pub fn template(&self) -> &TemplateCard {
        &self.template
    }
    /// What it tells, as closed types.
    pub fn disclosure(&self) -> &Disclosure {
        &self.parts.disclosure
    }
    pub fn to(&self) -> &Addressee {
        &self.parts.to
    }
    pub fn matter(&self) -> &Matter {
        &self.parts.matter
    }
    pub fn signatory(&self) -> &Signatory {
        &self.parts.signatory
    }
    pub fn service(&self) -> &ServiceCard {
        &self.parts.service
    }
    /// The person it is addressed to, where it is one.
    pub fn recipient(&self) -> Option<&RecipientName> {
        self.parts.to.person()
    }
    /// Whose names may stand in it: the reader's, and of whom it speaks; a line each.
    pub fn own_names(&self) -> String {
        let subject = self.parts.matter.subject().map(|subject| &subject.name);
        let names: Vec<String> =
            self.recipient().into_iter().chain(subject).map(RecipientName::full).collect();
        names.join("\n")
    }
    /// Days that stand in it by right: its own, an earlier letter's, and the birthday of whom it speaks.
    pub fn own_days(&self) -> String {
        let beside = match &self.parts.matter {
            Matter::Earlier(day) => Some(*day),
            Matter::Subject(subject) => Some(subject.birth_date),
            Matter::Reclassified { since, .. } => *since,
            Matter::Nothing => None,
        };
        let days = beside.into_iter().chain([self.parts.date]);
        let languages = self.parts.languages.in_order();
        let said: Vec<String> =
            days.flat_map(|day| languages.iter().map(move |l| day.in_words(*l))).collect();
        said.join("\n")
    }
    pub fn code(&self) -> Option<&InvitationCode> {
        self.parts.code.as_ref()
    }

    /// Of a letter that has a code, in one of its languages.
    pub fn code_square(&self, language: Language) -> Option<CodeSquare> {
        let code = self.code()?.shown();
        Some(CodeSquare {
            address: format!("{}/code#{code}", self.parts.service.portal_address()),
            called: PageWords::of(language).square_code,
        })
    }
}

/// What the square code beside a letter's code holds, and what it is called for who hears the letter.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeSquare {
    /// The code stands in the part of the address that no browser sends to anybody.
    pub address: String,
    pub called: &'static str,
}

/// The few words that a letter says outside its template.
struct PageWords {
    reference: &'static str,
    letter_from: &'static str,
    square_code: &'static str,
}

impl PageWords {
    fn of(language: Language) -> PageWords {
        match language {
            Language::English => PageWords {
                reference: "Our reference",
                letter_from: "Letter from",
                square_code: "Square code that opens the page where this code is typed",
            },
            Language::Welsh => PageWords {
                reference: "Ein cyfeirnod",
                letter_from: "Llythyr gan",
                square_code: "Cod sgwâr sy'n agor y dudalen lle mae'r cod hwn yn cael ei deipio",
            },
        }
    }

    fn title(&self, sender: &str) -> String {
        format!("{} {sender}", self.letter_from)
    }
}

/// Kind, level and template only: a letter in a log would be a letter in the wrong hands.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} {} {})", self.parts.kind.as_str(), self.level(), self.template.version)
    }
}

#[cfg(test)]
mod tests;
