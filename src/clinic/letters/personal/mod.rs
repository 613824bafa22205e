//! Letters to the proband, and about the proband to colleagues: they may hold what is personal, so they are made here and are
//! never a `family::Letter`. Must not know: the outbox, or any relative's answer.

mod address;
pub mod adoption;
mod gate;
mod gp;
pub mod kept;
pub mod pack;
mod templates;

use crate::{
    clinic::people::needs::Needs,
    error::{Error, Result},
    ids::PersonId,
    pdf::{self, ClinicLetter, Pdf},
};
use kinward_family::{
    condition::Condition,
    disclosure::Level,
    fact::Gene,
    invitation::FamilyReference,
    language::{Language, Languages},
    letter::{Addressee, LetterDate, Subject, TextSize, Wording},
    service::{ServiceCard, Signatory},
    wording::{Values, WordingError},
};
use std::collections::{BTreeMap, HashMap};

pub use templates::{cards, published};

/// The kinds, in the order in which a file meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonalKind {
    /// The proband's own result, who in the family should know, and how they may be told.
    ResultAndPack,
    /// A letter to a relative came back, and the proband may know where they live.
    AddressFromProband,
    GpOfProband,
    /// The sheet that goes beside the letter to the adoption register and says who is who.
    AdoptionDetails,
}

impl PersonalKind {
    pub const ALL: [PersonalKind; 4] =
        [Self::ResultAndPack, Self::AddressFromProband, Self::GpOfProband, Self::AdoptionDetails];

    /// The key, which is also the name of its template.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ResultAndPack => "result_and_pack",
            Self::AddressFromProband => "address_from_proband",
            Self::GpOfProband => "gp_of_proband",
            Self::AdoptionDetails => "adoption_details",
        }
    }

    /// In words for staff.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResultAndPack => "Result and sharing pack",
            Self::AddressFromProband => "To the proband: address of a relative wanted",
            Self::GpOfProband => "To the proband's GP",
            Self::AdoptionDetails => "Adoption register: separate sheet",
        }
    }
}

/// Rows of label and value.
pub type Rows = Vec<(String, String)>;

/// Rows by the name of their table, in one language.
pub type Tables = BTreeMap<&'static str, Rows>;

/// What such a letter is made of. A table that its template asks for and that is not here is an error, never a blank.
pub struct PersonalParts {
    pub kind: PersonalKind,
    pub to: Addressee,
    pub subject: Option<Subject>,
    pub gene: Option<Gene>,
    pub condition: Option<Condition>,
    /// In each of the letter's languages.
    pub tables: HashMap<Language, Tables>,
    pub service: ServiceCard,
    pub signatory: Signatory,
    pub reference: FamilyReference,
    pub date: LetterDate,
    pub languages: Languages,
    pub size: TextSize,
}

/// What a kind that is kept is made of, beside the frame that all have.
struct Content {
    to: Addressee,
    subject: Subject,
    condition: Option<Condition>,
    tables: HashMap<Language, Tables>,
    /// How its reader reads; none for a practice.
    needs: Option<Needs>,
    /// Whom it may name.
    may_name: Vec<PersonId>,
}

/// Writes one.
///
/// # Errors
/// A missing value or translation, in words.
pub fn personal_write(parts: &PersonalParts) -> Result<ClinicLetter> {
    compose(parts).map_err(|e| Error::not_now(format!("The letter cannot be worded: {e}")))
}

/// # Errors
/// As for any letter: a character without a glyph, an address too large for its window.
pub fn personal_pdf(letter: &ClinicLetter) -> Result<Pdf> {
    pdf::clinic_letter(letter).map_err(|e| Error::not_now(format!("The letter cannot be set: {e}")))
}

fn compose(parts: &PersonalParts) -> std::result::Result<ClinicLetter, WordingError> {
    let mut wordings = Vec::new();
    for language in parts.languages.in_order().iter().copied() {
        let template = templates::find(parts.kind, language)?;
        let class = parts.condition.map(Condition::actionability);
        let filled = template.fill(Level::L2, class, &values(parts, language)?)?;
        wordings.push(Wording::of(language, filled));
    }
    let first = parts.languages.first();
    let untranslated = || WordingError::NoTranslation(first.name());
    let sender = parts.service.open_lines(parts.languages).ok_or_else(untranslated)?;
    let name = parts.service.sender_name_in(first).ok_or_else(untranslated)?;
    let (mut title, mut reference) = (String::new(), Vec::new());
    for language in parts.languages.in_order() {
        let (from, ours) = match language {
            Language::English => ("Letter from", "Our reference"),
            Language::Welsh => ("Llythyr gan", "Ein cyfeirnod"),
        };
        if title.is_empty() {
            title = format!("{from} {name}");
        }
        reference.push(ours);
    }
    Ok(ClinicLetter {
        title,
        languages: parts.languages,
        size: parts.size,
        day: parts.date,
        sender,
        address: parts.to.window(),
        reference: format!("{}: {}", reference.join(" / "), parts.reference.as_str()),
        wordings,
    })
}

fn values(parts: &PersonalParts, language: Language) -> std::result::Result<Values, WordingError> {
    let translated =
        |text: Option<&str>| text.map(str::to_owned).ok_or(WordingError::NoTranslation(language.name()));
    let service = &parts.service;
    let mut words = BTreeMap::from([
        ("phone", service.phone().to_owned()),
        ("hours", translated(service.hours_in(language))?),
        ("reference", parts.reference.as_str().to_owned()),
    ]);
    words.extend(parts.to.person().map(|name| ("recipient_name", name.full())));
    if let Some(subject) = &parts.subject {
        words.insert("subject_name", subject.name.full());
        words.insert("subject_birth_date", subject.birth_date.in_words(language));
    }
    words.extend(parts.gene.as_ref().map(|gene| ("gene", gene.as_str().to_owned())));
    if let Some(condition) = parts.condition {
        words.insert("condition", translated(condition.plain_name(language))?);
        words.insert("what_it_can_mean", translated(condition.what_it_can_mean(language))?);
        words.insert("condition_name", translated(condition.name_in(language))?);
        words.insert("condition_in_sentence", translated(condition.name_in_sentence(language))?);
    }
    let sign_off = parts.signatory.lines(language).ok_or_else(|| WordingError::NoTitle(language.name()))?;
    let tables = parts.tables.get(&language).cloned().ok_or(WordingError::NoTranslation(language.name()))?;
    Ok(Values { words, tables, code: None, sign_off })
}
