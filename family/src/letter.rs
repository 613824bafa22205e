//! The letter to a relative: composed from typed parts alone; text, page and PDF are made from the same blocks.
//! Must not know: the proband, any personal finding, or how it will travel.

mod date;
mod passages;
mod stored;
mod twins;

use std::{collections::BTreeMap, fmt};

pub use self::{
    date::LetterDate,
    passages::{Passage, Place},
    stored::StoredLetter,
};
pub use crate::wording::{TemplateCard, WordingError, templates};
use crate::{
    block::Block,
    disclosure::{Disclosure, Level},
    fact::{FamilialFact, VariantName},
    invitation::{FamilyReference, InvitationCode},
    language::Language,
    person::{PostalAddress, RecipientName},
    service::{ServiceCard, Signatory},
    wording::{Template, Values},
};

const DIRECT_CONTACT: &str = "direct_contact";

/// What a letter is made of. There is no place for a sentence in it.
#[derive(Debug, Clone)]
pub struct LetterParts {
    pub disclosure: Disclosure,
    pub recipient: RecipientName,
    pub address: PostalAddress,
    pub service: ServiceCard,
    pub signatory: Signatory,
    pub reference: FamilyReference,
    pub code: InvitationCode,
    pub date: LetterDate,
    pub language: Language,
}

/// A finished letter. Its fields are private and it has no conversion from text, so the only way to one is from parts.
#[derive(Clone)]
pub struct Letter {
    parts: LetterParts,
    template: &'static TemplateCard,
    title: String,
    sender: Vec<String>,
    address_lines: Vec<String>,
    heading: String,
    blocks: Vec<Block>,
    footer: String,
}

impl Letter {
    /// A letter from the service straight to a relative, from the newest template of its level and language.
    pub fn direct_contact(parts: LetterParts) -> Result<Letter, WordingError> {
        Letter::compose(parts, None)
    }

    fn compose(parts: LetterParts, version: Option<&str>) -> Result<Letter, WordingError> {
        let level = parts.disclosure.level();
        let template = Template::find(DIRECT_CONTACT, level, parts.language, version)?;
        let filled = template.fill(&values(&parts)?)?;
        let mut address_lines = vec![parts.recipient.full()];
        address_lines.extend(parts.address.lines().iter().cloned());
        address_lines.push(parts.address.postcode().to_owned());
        Ok(Letter {
            title: format!("Letter from {}", parts.service.sender_name()),
            sender: if level == Level::L0 {
                parts.service.discreet_lines()
            } else {
                parts.service.open_lines()
            },
            address_lines,
            heading: filled.heading,
            blocks: filled.blocks,
            footer: filled.footer,
            template: &template.card,
            parts,
        })
    }

    pub fn level(&self) -> Level {
        self.parts.disclosure.level()
    }
    pub fn language(&self) -> Language {
        self.parts.language
    }
    /// A document title that tells nothing of what the letter is about.
    pub fn title(&self) -> &str {
        &self.title
    }
    /// The head of the page: who writes, and how to reach them. At L0 it tells nothing of why.
    pub fn sender(&self) -> &[String] {
        &self.sender
    }
    /// What shows in the window: name, address, postcode; 3 to 7 lines.
    pub fn address_lines(&self) -> &[String] {
        &self.address_lines
    }
    pub fn day(&self) -> LetterDate {
        self.parts.date
    }
    /// "22 November 2026".
    pub fn date(&self) -> String {
        self.parts.date.to_string()
    }
    /// The family reference.
    pub fn reference(&self) -> &str {
        self.parts.reference.as_str()
    }
    pub fn heading(&self) -> &str {
        &self.heading
    }
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
    pub fn footer(&self) -> &str {
        &self.footer
    }
    pub fn template_id(&self) -> &'static str {
        &self.template.kind
    }
    pub fn template_version(&self) -> &'static str {
        &self.template.version
    }
    /// The head of the template: its approvers and review date, for staff.
    pub fn template(&self) -> &'static TemplateCard {
        self.template
    }
    /// What it tells, as closed types.
    pub fn disclosure(&self) -> &Disclosure {
        &self.parts.disclosure
    }
    pub fn address(&self) -> &PostalAddress {
        &self.parts.address
    }
    pub fn service(&self) -> &ServiceCard {
        &self.parts.service
    }
    pub fn recipient(&self) -> &RecipientName {
        &self.parts.recipient
    }
    pub fn code(&self) -> &InvitationCode {
        &self.parts.code
    }
}

/// The values a template may ask for: each level has its own and no more, so a template cannot tell too much.
fn values(parts: &LetterParts) -> Result<Values, WordingError> {
    let service = &parts.service;
    let mut words = BTreeMap::from([
        ("recipient_name", parts.recipient.full()),
        ("phone", service.phone().to_owned()),
        ("hours", service.hours().to_owned()),
        ("portal", service.portal_address().to_owned()),
        ("reference", parts.reference.as_str().to_owned()),
    ]);
    let sign_off = match &parts.disclosure {
        Disclosure::ContactUs => parts.signatory.discreet_lines(),
        Disclosure::ConditionClass(fact) => {
            words.extend(condition_words(fact, parts.language)?);
            vec![parts.signatory.name().to_owned(), parts.signatory.role().to_owned()]
        }
        Disclosure::Variant(fact) | Disclosure::Named(fact, _) => {
            words.extend(parts.disclosure.named().map(|named| ("proband_name", named.name().full())));
            words.extend(condition_words(fact, parts.language)?);
            words.extend(variant_words(fact));
            words.insert("service_name", service.name().to_owned());
            words.insert("email", service.email().to_owned());
            vec![parts.signatory.name().to_owned(), parts.signatory.role().to_owned()]
        }
    };
    Ok(Values { words, code: parts.code.shown(), sign_off })
}

fn condition_words(
    fact: &FamilialFact,
    language: Language,
) -> Result<[(&'static str, String); 3], WordingError> {
    let condition = fact.condition();
    let translated =
        |text: Option<&str>| text.map(str::to_owned).ok_or(WordingError::NoTranslation(language.name()));
    Ok([
        ("condition", translated(condition.plain_name(language))?),
        ("what_it_can_mean", translated(condition.what_it_can_mean(language))?),
        ("children", translated(condition.children(language))?),
    ])
}

fn variant_words(fact: &FamilialFact) -> [(&'static str, String); 6] {
    let variants: Vec<&str> = fact.variants().iter().map(VariantName::as_str).collect();
    [
        ("gene", fact.gene().as_str().to_owned()),
        ("variants", variants.join(", ")),
        ("classification", fact.classification().name().to_owned()),
        ("inheritance", fact.inheritance().name().to_owned()),
        ("test_code", fact.test_code().as_str().to_owned()),
        ("condition_name", fact.condition().staff_name().to_owned()),
    ]
}

/// Level and template only: a letter in a log would be a letter in the wrong hands.
impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} {} {})", self.template.kind, self.level(), self.template.version)
    }
}

#[cfg(test)]
mod tests;
