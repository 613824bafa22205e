//! The values a template may ask for. Each level has its own and no more, so that no template can tell too much.
//! Must not know: which of them a template uses.

use std::collections::BTreeMap;

use super::{AcmgClass, LetterDate, LetterParts, Matter, WordingError};
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
    let untitled = || WordingError::NoTitle(language.name());
    let sign_off = match &parts.disclosure {
        Disclosure::ContactUs => parts.signatory.discreet_lines(language).ok_or_else(untitled)?,
        Disclosure::ConditionClass(fact) => {
            words.extend(condition_words(fact, language)?);
            words.insert("service_name", translated(service.name_in(language))?);
            parts.signatory.lines(language).ok_or_else(untitled)?
        }
        Disclosure::Variant(fact) | Disclosure::Named(fact, _) => {
            words.extend(parts.disclosure.named().map(|named| ("proband_name", named.name().full())));
            words.extend(condition_words(fact, language)?);
            words.extend(variant_words(fact, language)?);
            words.insert("service_name", translated(service.name_in(language))?);
            words.insert("email", service.email().to_owned());
            parts.signatory.lines(language).ok_or_else(untitled)?
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
        Matter::Reclassified { was, now, since } => Words::from([
            ("class_changed", class_changed(*since, language)),
            ("was_classified", was.name_in(language).to_owned()),
            ("now_classified", now.name_in(language).to_owned()),
        ]),
    }
}

/// Who changed the class and when, as far as it is known.
fn class_changed(since: Option<LetterDate>, language: Language) -> String {
    match (language, since) {
        (Language::English, Some(day)) => {
            format!("The laboratory changed the class of this variant on {}.", day.in_words(language))
        }
        (Language::English, None) => "The class of this variant has changed since we wrote.".to_owned(),
        (Language::Welsh, Some(day)) => {
            format!("Newidiodd y labordy ddosbarth yr amrywiolyn hwn ar {}.", day.in_words(language))
        }
        (Language::Welsh, None) => {
            "Mae dosbarth yr amrywiolyn hwn wedi newid ers i ni ysgrifennu.".to_owned()
        }
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

/// Names of genes, variants and tests are the same in every language.
fn variant_words(fact: &FamilialFact, language: Language) -> Result<Words, WordingError> {
    let variants: Vec<&str> = fact.variants().iter().map(VariantName::as_str).collect();
    let name = fact.condition().name_in(language).ok_or(WordingError::NoTranslation(language.name()))?;
    let in_sentence =
        fact.condition().name_in_sentence(language).ok_or(WordingError::NoTranslation(language.name()))?;
    let class = AcmgClass::from(fact.classification());
    Ok(Words::from([
        ("gene", fact.gene().as_str().to_owned()),
        ("variants", variants.join(", ")),
        ("classification", class.name_in(language).to_owned()),
        ("inheritance", fact.inheritance().name_in(language).to_owned()),
        ("test_code", fact.test_code().as_str().to_owned()),
        ("condition_name", name.to_owned()),
        ("condition_in_sentence", in_sentence.to_owned()),
    ]))
}
