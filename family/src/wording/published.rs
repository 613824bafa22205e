//! The templates that come with the program, each in every language it is written in.
//! Must not know: who has approved one at which service.

use std::sync::LazyLock;

use super::{Template, TemplateCard, WordingError, passages::expanded};
use crate::{disclosure::Level, language::Language};

macro_rules! published {
    ($($folder:literal / $name:literal,)+) => {
        /// Every published template. A sent version is never edited: a change is a new file with a new version.
        const PUBLISHED: &[(Language, &str)] = &[$(
            (Language::English, include_str!(concat!("../../../templates/relative/", $folder, "/en/", $name, ".md"))),
            (Language::Welsh, include_str!(concat!("../../../templates/relative/", $folder, "/cy/", $name, ".md"))),
        )+];
    };
}

published! {
    "letters" / "direct_contact",
    "letters" / "family_letter",
    "letters" / "whom_it_may_concern",
    "letters" / "reminder",
    "letters" / "closing",
    "letters" / "replaced",
    "letters" / "stop_confirmed",
    "letters" / "parent_of_minor",
    "letters" / "young_person",
    "letters" / "result_found",
    "letters" / "result_not_found",
    "letters" / "reclassified_up",
    "letters" / "reclassified_down",
    "letters" / "reclassified_up_by_hand",
    "letters" / "reclassified_down_by_hand",
    "letters" / "abroad",
    "letters" / "gp_of_relative",
    "letters" / "address_wanted",
    "letters" / "other_service",
    "letters" / "adoption_register",
    "notices" / "letter_waits",
    "notices" / "letter_waits_text",
    "notices" / "answer_waits",
    "notices" / "answer_waits_text",
}

/// A template that cannot be read is left out, so that its letter is refused; a test reads each one.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|(language, text)| read(*language, text).ok()).collect());

fn read(language: Language, text: &str) -> Result<Template, WordingError> {
    Template::parse(&expanded(text, language))
}

/// Every template of a letter or notice, for staff to look at.
pub fn templates() -> Vec<TemplateCard> {
    TEMPLATES.iter().map(|t| TemplateCard::clone(&t.card)).collect()
}

pub fn published() -> &'static [Template] {
    &TEMPLATES
}

/// The published template for these, or why there is none.
pub(crate) fn find(
    kind: &str,
    level: Level,
    language: Language,
    version: Option<&str>,
) -> Result<&'static Template, WordingError> {
    let of_kind = |t: &&Template| t.card.kind == kind && version.is_none_or(|v| v == t.card.version);
    let mut found = TEMPLATES.iter().filter(of_kind).peekable();
    if found.peek().is_some() && !TEMPLATES.iter().any(|t| of_kind(&t) && t.card.language == language) {
        return Err(WordingError::NoTranslation(language.name()));
    }
    found.find(|t| t.card.language == language && t.card.levels.contains(&level)).ok_or_else(|| {
        WordingError::NoTemplate {
            kind: kind.to_owned(),
            level,
            version: version.unwrap_or("any").to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_template_can_be_read_and_each_comes_in_both_languages() {
        for (language, text) in PUBLISHED {
            if let Err(problem) = read(*language, text) {
                panic!("{problem}: {}", text.lines().take(5).collect::<Vec<_>>().join(" "));
            }
        }
        for pair in TEMPLATES.chunks(2) {
            let [english, welsh] = pair else { panic!("a template without its twin") };
            let card = |t: &Template| (t.card.kind.clone(), t.card.version.clone(), t.card.levels.clone());
            assert_eq!(card(english), card(welsh));
            assert_eq!((english.card.language, welsh.card.language), (Language::English, Language::Welsh));
            assert_eq!(english.shape(), welsh.shape(), "{}", english.card.kind);
            assert_eq!(english.card.classes, welsh.card.classes, "{}", english.card.kind);
        }
    }

    #[test]
    fn nobody_has_approved_or_checked_a_template_yet() {
        let signed = |card: &TemplateCard| !card.approvers.is_empty() || !card.checked.is_empty();
        assert!(!templates().iter().any(signed), "whoever changes this line has the signature");
    }
}
