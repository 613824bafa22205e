//! A letter at rest: its typed parts in two pieces of JSON, one that names nobody and one that names the recipient, and the
//! words that were written for it alone in a third.
//! Must not know: where the pieces are kept, or under which keys.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Addressee, HouseName, Letter, LetterDate, LetterParts, Matter, ReviewedParagraph, Subject, WordingError,
};
use crate::{
    condition::Condition,
    disclosure::{Disclosure, Level},
    fact::{FamilialFact, Gene, TestCode, VariantName},
    further::Further,
    invitation::{FamilyReference, InvitationCode},
    kind::{Form, Kind},
    language::{Language, Languages},
    named::NamedIndex,
    person::{PostalAddress, RecipientName},
    service::{ServiceCard, ServiceParts, Signatory, WelshParts},
    wording::{Shelf, Template},
};

/// A letter to be kept: facts, who it went to, and what was written for it. The first two hold no wording, so an altered row
/// can change a value that still parses but can never add a sentence; the third is empty for all but a few letters.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredLetter {
    /// Kind, level, fact, service, signatory, reference, dates, and the versions of template and table.
    pub fact_json: String,
    /// Whom it is addressed to, of whom it speaks, and who agreed to be named; nothing else. The code is not kept: whoever
    /// holds the key makes it again.
    pub recipient_json: String,
    /// Words that did not come with the program: the service's own wording that it is written with, so that the letter stays
    /// what it is whatever becomes of the wording, and words of this letter's own beside those that they stand for. Empty
    /// where there are none.
    pub words_json: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactPiece {
    kind: String,
    template_version: String,
    languages: String,
    size: String,
    level: String,
    fact: Option<Fact>,
    service: Service,
    signatory: Signed,
    reference: String,
    coded: bool,
    date: Day,
    earlier: Option<Day>,
    reclassified: Option<(String, String)>,
    /// Letters from before it was told have none.
    #[serde(default)]
    reclassified_on: Option<Day>,
    /// Code and version of each; letters from before there were any have none.
    #[serde(default)]
    further: Vec<(String, String)>,
}

type Day = (u16, u8, u8);

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
    welsh: Option<Welsh>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Welsh {
    name: String,
    sender_name: String,
    hours: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    name: String,
    role: String,
    /// Left out of letters from before it was kept, which were signed with the English one.
    role_cy: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsPiece {
    wordings: Vec<String>,
    changes: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    language: String,
    at: usize,
    was: Vec<String>,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecipientPiece {
    person: Option<Name>,
    house: Option<String>,
    address: Option<Address>,
    subject: Option<About>,
    named: Option<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    given: String,
    family: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    lines: Vec<String>,
    last_line: String,
    abroad: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    given: String,
    family: String,
    birth_date: Day,
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
            kind,
            disclosure,
            to,
            matter,
            service,
            signatory,
            reference,
            code,
            date,
            languages,
            size,
            further,
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
        let welsh = service.welsh().map(
            |welsh| json!({ "name": welsh.name, "sender_name": welsh.sender_name, "hours": welsh.hours }),
        );
        let (earlier, reclassified) = match matter {
            Matter::Earlier(day) => (Some(day_of(*day)), None),
            Matter::Reclassified { was, now, .. } => (None, Some([was.as_str(), now.as_str()])),
            Matter::Nothing | Matter::Subject(_) => (None, None),
        };
        let since = match matter {
            Matter::Reclassified { since, .. } => since.map(day_of),
            Matter::Nothing | Matter::Earlier(_) | Matter::Subject(_) => None,
        };
        let fact_json = json!({
            "kind": kind.as_str(),
            "template_version": self.template_version(),
            "languages": languages.code(),
            "size": size.as_str(),
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
                "welsh": welsh,
            },
            "signatory": {
                "name": signatory.name(),
                "role": signatory.role(),
                "role_cy": signatory.role_in(Language::Welsh),
            },
            "reference": reference.as_str(),
            "coded": code.is_some(),
            "date": day_of(*date),
            "earlier": earlier,
            "reclassified": reclassified,
            "reclassified_on": since,
            "further": further.iter().map(|one| [one.code(), one.version()]).collect::<Vec<_>>(),
        });
        let house = match to {
            Addressee::House(name, _) => Some(name.as_str()),
            Addressee::Person(..) | Addressee::ByHand(_) | Addressee::Whoever => None,
        };
        let recipient_json = json!({
            "person": to.person().map(name_of),
            "house": house,
            "address": to.address().map(|address| json!({
                "lines": address.lines(), "last_line": address.last_line(), "abroad": address.is_abroad(),
            })),
            "subject": matter.subject().map(|subject| json!({
                "given": subject.name.given(),
                "family": subject.name.family(),
                "birth_date": day_of(subject.birth_date),
            })),
            "named": disclosure.named().map(|named| json!({
                "given": named.name().given(), "family": named.name().family(), "consent": named.consent(),
            })),
        });
        StoredLetter {
            fact_json: fact_json.to_string(),
            recipient_json: recipient_json.to_string(),
            words_json: words_json(&self.shelf, &self.changes),
        }
    }

    /// Reads every part through its own parser and writes the letter again from the template of its version. `code` is taken
    /// where the letter has one.
    ///
    /// # Errors
    /// The part that cannot be read; it never repeats what stood there.
    pub fn reopen(stored: &StoredLetter, code: InvitationCode) -> Result<Letter, WordingError> {
        let piece: FactPiece = read(&stored.fact_json, "fact")?;
        let mut to: RecipientPiece = read(&stored.recipient_json, "recipient")?;
        let level = piece.level.parse::<Level>().map_err(|_| WordingError::Stored("level"))?;
        let kind = piece.kind.parse::<Kind>().map_err(|_| WordingError::Stored("kind"))?;
        let languages: Languages = piece.languages.parse().map_err(|_| WordingError::Stored("language"))?;
        let matter = matter(&piece, to.subject.take())?;
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
            welsh: s.welsh.map(|w| WelshParts { name: w.name, sender_name: w.sender_name, hours: w.hours }),
        });
        let parts = LetterParts {
            kind,
            disclosure: disclosure(level, piece.fact, to.named.take())?,
            to: addressee(kind.form(), to)?,
            matter,
            service: service.map_err(|_| WordingError::Stored("service"))?,
            signatory: signatory(&piece.signatory, languages)?,
            reference: FamilyReference::parse(&piece.reference)
                .map_err(|_| WordingError::Stored("reference"))?,
            code: piece.coded.then_some(code),
            date: day(piece.date)?,
            languages,
            size: piece.size.parse().map_err(|_| WordingError::Stored("size"))?,
            further: piece
                .further
                .iter()
                .map(|(code, version)| {
                    Further::by_code_at(code, version).ok_or(WordingError::Stored("further languages"))
                })
                .collect::<Result<_, _>>()?,
        };
        let (shelf, changes) = own_words(&stored.words_json)?;
        Letter::compose(parts, &shelf, Some(&piece.template_version), changes)
    }
}

fn signatory(signed: &Signed, languages: Languages) -> Result<Signatory, WordingError> {
    let needed = languages.in_order().contains(&Language::Welsh).then_some(signed.role.as_str());
    Signatory::parse(&signed.name, &signed.role)
        .and_then(|signatory| signatory.in_welsh(signed.role_cy.as_deref().or(needed)))
        .map_err(|_| WordingError::Stored("signatory"))
}

fn day_of(day: LetterDate) -> [u16; 3] {
    [day.year(), u16::from(day.month()), u16::from(day.day())]
}

fn day((year, month, day): Day) -> Result<LetterDate, WordingError> {
    LetterDate::new(year, month, day).map_err(|_| WordingError::Stored("date"))
}

fn name_of(name: &RecipientName) -> Value {
    json!({ "given": name.given(), "family": name.family() })
}

fn name(given: &str, family: &str) -> Result<RecipientName, WordingError> {
    RecipientName::parse(given, family).map_err(|_| WordingError::Stored("name"))
}

fn addressee(form: Form, to: RecipientPiece) -> Result<Addressee, WordingError> {
    let wrong = WordingError::Stored("addressee");
    let person = to.person.map(|one| name(&one.given, &one.family)).transpose()?;
    let house = to.house.map(|house| HouseName::parse(&house)).transpose().map_err(|_| wrong.clone())?;
    let address = to.address.map(|a| match a.abroad {
        false => PostalAddress::parse(&a.lines, &a.last_line),
        true => PostalAddress::abroad(&a.lines, &a.last_line),
    });
    let address = address.transpose().map_err(|_| WordingError::Stored("address"))?;
    match (form, person, house, address) {
        (Form::Person, Some(name), None, Some(address)) => Ok(Addressee::Person(name, address)),
        (Form::ByHand, Some(name), None, None) => Ok(Addressee::ByHand(name)),
        (Form::Whoever, None, None, None) => Ok(Addressee::Whoever),
        (Form::House, None, Some(house), Some(address)) => Ok(Addressee::House(house, address)),
        (Form::Person | Form::ByHand | Form::Whoever | Form::House, ..) => Err(wrong),
    }
}

fn matter(piece: &FactPiece, subject: Option<About>) -> Result<Matter, WordingError> {
    let wrong = || WordingError::Stored("matter");
    match (piece.earlier, &piece.reclassified, subject) {
        (None, None, None) => Ok(Matter::Nothing),
        (Some(earlier), None, None) => Ok(Matter::Earlier(day(earlier)?)),
        (None, Some((was, now)), None) => Ok(Matter::Reclassified {
            was: was.parse().map_err(|_| wrong())?,
            now: now.parse().map_err(|_| wrong())?,
            since: piece.reclassified_on.map(day).transpose()?,
        }),
        (None, None, Some(about)) => Ok(Matter::Subject(Subject {
            name: name(&about.given, &about.family)?,
            birth_date: day(about.birth_date)?,
        })),
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => Err(wrong()),
    }
}

fn words_json(shelf: &Shelf, changes: &[ReviewedParagraph]) -> String {
    if changes.is_empty() && shelf.is_empty() {
        return String::new();
    }
    let one = |change: &ReviewedParagraph| {
        json!({
            "language": change.language().code(), "at": change.at(), "was": change.was(), "words": change.words(),
        })
    };
    let wordings: Vec<&str> = shelf.templates().map(Template::source).collect();
    json!({ "wordings": wordings, "changes": changes.iter().map(one).collect::<Vec<_>>() }).to_string()
}

fn own_words(words_json: &str) -> Result<(Shelf, Vec<ReviewedParagraph>), WordingError> {
    if words_json.is_empty() {
        return Ok((Shelf::default(), Vec::new()));
    }
    let piece: WordsPiece = read(words_json, "words")?;
    let wordings = piece.wordings.iter().map(|source| Template::parse(source)).collect::<Result<Vec<_>, _>>();
    let wordings = wordings.map_err(|_| WordingError::Stored("wording"))?;
    let one = |piece: Change| {
        let language = piece.language.parse().map_err(|_| WordingError::Stored("language"))?;
        Ok(ReviewedParagraph::stored(language, piece.at, piece.was, piece.words))
    };
    Ok((Shelf::with(wordings), piece.changes.into_iter().map(one).collect::<Result<_, _>>()?))
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
