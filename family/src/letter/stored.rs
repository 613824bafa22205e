//! A letter at rest: its typed parts in two pieces of JSON, one that names nobody and one that names the recipient.
//! Must not know: where the pieces are kept, or under which keys.

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use super::{Letter, LetterDate, LetterParts, WordingError};
use crate::{
    condition::Condition,
    disclosure::{Disclosure, Level},
    fact::{FamilialFact, Gene, TestCode, VariantName},
    invitation::{FamilyReference, InvitationCode},
    named::NamedIndex,
    person::{PostalAddress, RecipientName},
    service::{ServiceCard, ServiceParts, Signatory},
};

/// A letter to be kept in two compartments: facts (F), and who it went to (K). Neither holds any wording, so an
/// altered row can change a value that still parses but can never add a sentence.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredLetter {
    /// Level, fact, service, signatory, reference, date, and the versions of template and table.
    pub fact_json: String,
    /// Name and address, and who agreed to be named to them; nothing else. The code is not kept: whoever holds the key makes it again.
    pub recipient_json: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactPiece {
    template: String,
    template_version: String,
    language: String,
    level: String,
    fact: Option<Fact>,
    service: Service,
    signatory: Signed,
    reference: String,
    date: (u16, u8, u8),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fact {
    condition: String,
    condition_table: String,
    gene: String,
    variants: Vec<String>,
    classification: String,
    inheritance: String,
    test_code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Service {
    name: String,
    sender_name: String,
    address_lines: Vec<String>,
    phone: String,
    hours: String,
    email: String,
    web: String,
    portal_address: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    name: String,
    role: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipientPiece {
    given: String,
    family: String,
    address_lines: Vec<String>,
    postcode: String,
    named: Option<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    given: String,
    family: String,
    consent: String,
}

impl Letter {
    /// The letter's parts, to be kept; keys are in alphabetical order, so equal letters give equal bytes.
    pub fn store(&self) -> StoredLetter {
        let LetterParts {
            disclosure,
            recipient,
            address,
            service,
            signatory,
            reference,
            code: _,
            date,
            language,
        } = &self.parts;
        let fact = disclosure.fact().map(|fact| {
            json!({
                "condition": fact.condition().key(),
                "condition_table": fact.condition().table_version(),
                "gene": fact.gene().as_str(),
                "variants": fact.variants().iter().map(VariantName::as_str).collect::<Vec<_>>(),
                "classification": fact.classification().as_str(),
                "inheritance": fact.inheritance().as_str(),
                "test_code": fact.test_code().as_str(),
            })
        });
        let fact_json = json!({
            "template": self.template_id(),
            "template_version": self.template_version(),
            "language": language.code(),
            "level": disclosure.level().as_str(),
            "fact": fact,
            "service": {
                "name": service.name(),
                "sender_name": service.sender_name(),
                "address_lines": service.address_lines(),
                "phone": service.phone(),
                "hours": service.hours(),
                "email": service.email(),
                "web": service.web(),
                "portal_address": service.portal_address(),
            },
            "signatory": { "name": signatory.name(), "role": signatory.role() },
            "reference": reference.as_str(),
            "date": [date.year(), u16::from(date.month()), u16::from(date.day())],
        });
        let mut recipient_json = json!({
            "given": recipient.given(),
            "family": recipient.family(),
            "address_lines": address.lines(),
            "postcode": address.postcode(),
        });
        if let (Some(named), Some(fields)) = (disclosure.named(), recipient_json.as_object_mut()) {
            let (given, family) = (named.name().given(), named.name().family());
            let named = json!({"given": given, "family": family, "consent": named.consent()});
            fields.insert("named".into(), named);
        }
        StoredLetter { fact_json: fact_json.to_string(), recipient_json: recipient_json.to_string() }
    }

    /// Reads every part through its own parser and writes the letter again from the template of its version.
    pub fn reopen(stored: &StoredLetter, code: InvitationCode) -> Result<Letter, WordingError> {
        let piece: FactPiece = read(&stored.fact_json, "fact")?;
        let to: RecipientPiece = read(&stored.recipient_json, "recipient")?;
        let level = piece.level.parse::<Level>().map_err(|_| WordingError::Stored("level"))?;
        let s = piece.service;
        let service = ServiceCard::parse(ServiceParts {
            name: s.name,
            sender_name: s.sender_name,
            address_lines: s.address_lines,
            phone: s.phone,
            hours: s.hours,
            email: s.email,
            web: s.web,
            portal_address: s.portal_address,
        });
        let (year, month, day) = piece.date;
        let parts = LetterParts {
            disclosure: disclosure(level, piece.fact, to.named)?,
            recipient: RecipientName::parse(&to.given, &to.family)
                .map_err(|_| WordingError::Stored("name"))?,
            address: PostalAddress::parse(&to.address_lines, &to.postcode)
                .map_err(|_| WordingError::Stored("address"))?,
            service: service.map_err(|_| WordingError::Stored("service"))?,
            signatory: Signatory::parse(&piece.signatory.name, &piece.signatory.role)
                .map_err(|_| WordingError::Stored("signatory"))?,
            reference: FamilyReference::parse(&piece.reference)
                .map_err(|_| WordingError::Stored("reference"))?,
            code,
            date: LetterDate::new(year, month, day).map_err(|_| WordingError::Stored("date"))?,
            language: piece.language.parse().map_err(|_| WordingError::Stored("language"))?,
        };
        if piece.template != super::DIRECT_CONTACT {
            return Err(WordingError::Stored("template"));
        }
        Letter::compose(parts, Some(&piece.template_version))
    }
}

/// Never repeats what it read: it may name a person.
fn read<'a, T: Deserialize<'a>>(json: &'a str, piece: &'static str) -> Result<T, WordingError> {
    serde_json::from_str(json).map_err(|_| WordingError::Stored(piece))
}

fn disclosure(level: Level, fact: Option<Fact>, named: Option<Named>) -> Result<Disclosure, WordingError> {
    let fact = fact.map(|fact| familial(fact).ok_or(WordingError::Stored("fact"))).transpose()?;
    let named = named.map(|named| index(&named).ok_or(WordingError::Stored("name"))).transpose()?;
    match (level, fact, named) {
        (Level::L0, None, None) => Ok(Disclosure::ContactUs),
        (Level::L1, Some(fact), None) => Ok(Disclosure::ConditionClass(fact)),
        (Level::L2, Some(fact), None) => Ok(Disclosure::Variant(fact)),
        (Level::L3, Some(fact), Some(named)) => Ok(Disclosure::Named(fact, named)),
        (Level::L0, Some(_), _)
        | (Level::L1 | Level::L2 | Level::L3, None, _)
        | (Level::L0 | Level::L1 | Level::L2, _, Some(_))
        | (Level::L3, _, None) => Err(WordingError::Stored("level")),
    }
}

fn index(named: &Named) -> Option<NamedIndex> {
    NamedIndex::by_consent(RecipientName::parse(&named.given, &named.family).ok()?, &named.consent)
}

fn familial(fact: Fact) -> Option<FamilialFact> {
    FamilialFact::new(
        Condition::by_key_at(&fact.condition, &fact.condition_table)?,
        Gene::parse(&fact.gene).ok()?,
        fact.variants.iter().map(|v| VariantName::parse(v)).collect::<Result<_, _>>().ok()?,
        fact.classification.parse().ok()?,
        fact.inheritance.parse().ok()?,
        TestCode::parse(&fact.test_code).ok()?,
    )
    .ok()
}

impl fmt::Debug for StoredLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoredLetter(..)")
    }
}
