//! The values a template may ask for. Each level has its own and no more, so that no template can tell too much.
//! Must not know: which of them a template uses.

use std::collections::BTreeMap;

use super::{LetterParts, Matter, WordingError};
use crate::{
    disclosure::Disclosure,
    fact::{FamilialFact, VariantName},
    language::Language,
    wording::Values,
};

type Words = BTreeMap<&'static str, String>;

/// All that a letter of these parts may say in `language`.
///
/// # Errors
/// Words that the service or the table of conditions does not have in this language.
pub(super) fn values(parts: &LetterParts, language: Language) -> Result<Values, WordingError> {
    let service = parts.service.seen_from(parts.to.is_abroad());
    let translated =
        |text: Option<&str>| text.map(str::to_owned).ok_or(WordingError::NoTranslation(language.name()));
    let mut words = Words::from([
        ("phone", service.phone().to_owned()),
        ("hours", translated(service.hours_in(language))?),
        ("portal", service.portal_address().to_owned()),
        ("reference", parts.reference.as_str().to_owned()),
    ]);
    words.extend(parts.to.person().map(|name| ("recipient_name", name.full())));
    words.extend(matter_words(&parts.matter, language));
    let sign_off = match &parts.disclosure {
        Disclosure::ContactUs => parts.signatory.discreet_lines(),
        Disclosure::ConditionClass(fact) => {
            words.extend(condition_words(fact, language)?);
            words.insert("service_name", translated(service.name_in(language))?);
            vec![parts.signatory.name().to_owned(), parts.signatory.role().to_owned()]
        }
        Disclosure::Variant(fact) | Disclosure::Named(fact, _) => {
            words.extend(parts.disclosure.named().map(|named| ("proband_name", named.name().full())));
            words.extend(condition_words(fact, language)?);
            words.extend(variant_words(fact));
            words.insert("service_name", translated(service.name_in(language))?);
            words.insert("email", service.email().to_owned());
            vec![parts.signatory.name().to_owned(), parts.signatory.role().to_owned()]
        }
    };
    Ok(Values {
        words,
        tables: BTreeMap::new(),
        code: parts.code.as_ref().map(|code| code.shown()),
        sign_off,
    })
}

fn matter_words(matter: &Matter, language: Language) -> Words {
    match matter {
        Matter::Nothing => Words::new(),
        Matter::Earlier(day) => Words::from([("earlier_date", day.in_words(language))]),
        Matter::Subject(subject) => Words::from([
            ("subject_name", subject.name.full()),
            ("subject_birth_date", subject.birth_date.in_words(language)),
        ]),
        Matter::Reclassified { was, now } => Words::from([
            ("was_classified", was.name_in(language).to_owned()),
            ("now_classified", now.name_in(language).to_owned()),
        ]),
    }
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

/// Names that genetics services use between them stay in English; the sentence of a classification is in the language.
fn variant_words(fact: &FamilialFact) -> Words {
    let variants: Vec<&str> = fact.variants().iter().map(VariantName::as_str).collect();
    Words::from([
        ("gene", fact.gene().as_str().to_owned()),
        ("variants", variants.join(", ")),
        ("classification", fact.classification().name().to_owned()),
        ("inheritance", fact.inheritance().name().to_owned()),
        ("test_code", fact.test_code().as_str().to_owned()),
        ("condition_name", fact.condition().staff_name().to_owned()),
    ])
}
