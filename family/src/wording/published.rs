//! The templates that come with the program, each in every language it is written in.
//! Must not know: who has approved one at which service.

use std::sync::LazyLock;

use super::{Template, TemplateCard, WordingError, passages::expanded};
use crate::{disclosure::Level, language::Language};

macro_rules! published {
    ($(#[$what:meta])* $list:ident: $($folder:literal / $name:literal,)+) => {
        $(#[$what])*
        const $list: &[(Language, &str)] = &[$(
            (Language::English, include_str!(concat!("../../../templates/relative/", $folder, "/en/", $name, ".md"))),
            (Language::Welsh, include_str!(concat!("../../../templates/relative/", $folder, "/cy/", $name, ".md"))),
        )+];
    };
}

published! {
    /// Every published template in its newest version. A sent version is never edited: a change is a new version, and the one
    /// before goes to the former ones.
    PUBLISHED:
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

published! {
    /// Versions that nothing is drafted with any more: letters that were are made again from them.
    FORMER:
    "letters" / "former/result_found.2026.2",
    "letters" / "former/result_not_found.2026.2",
    "letters" / "former/reclassified_up.2026.2",
    "letters" / "former/reclassified_down.2026.2",
    "letters" / "former/reclassified_up_by_hand.2026.1",
    "letters" / "former/reclassified_down_by_hand.2026.1",
    "letters" / "former/parent_of_minor.2026.2",
    "letters" / "former/stop_confirmed.2026.2",
    "letters" / "former/adoption_register.2026.2",
    "letters" / "former/gp_of_relative.2026.3",
}

/// A template that cannot be read is left out, so that its letter is refused; a test reads each one.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| PUBLISHED.iter().filter_map(|(language, text)| read(*language, text).ok()).collect());

static FORMERLY: LazyLock<Vec<Template>> =
    LazyLock::new(|| FORMER.iter().filter_map(|(language, text)| read(*language, text).ok()).collect());

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
    let former = FORMERLY.iter().filter(|_| version.is_some());
    let of_kind: Vec<&Template> = TEMPLATES.iter().chain(former).filter(of_kind).collect();
    if !of_kind.is_empty() && !of_kind.iter().any(|t| t.card.language == language) {
        return Err(WordingError::NoTranslation(language.name()));
    }
    let fits = |t: &&Template| t.card.language == language && t.card.levels.contains(&level);
    of_kind.into_iter().find(fits).ok_or_else(|| WordingError::NoTemplate {
        kind: kind.to_owned(),
        level,
        version: version.unwrap_or("any").to_owned(),
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
    fn a_former_version_is_there_for_letters_that_were_written_with_it_and_for_no_others() {
        assert_eq!(FORMERLY.len(), FORMER.len(), "each can be read");
        let version =
            |asked| find("result_found", Level::L2, Language::Welsh, asked).unwrap().card.version.clone();
        assert_eq!((version(None), version(Some("2026.2"))), ("2026.3".into(), "2026.2".into()));
        for former in FORMERLY.iter() {
            let now = TEMPLATES.iter().find(|t| t.card.kind == former.card.kind).unwrap();
            assert_ne!(now.card.version, former.card.version, "{}", former.card.kind);
        }
    }

    #[test]
    fn what_was_found_and_what_the_class_was_and_is_is_nobodys_to_rewrite() {
        let told = [
            ("result_found", ["The test found the gene change.", "Daeth y prawf o hyd i'r newid genyn."]),
            (
                "result_not_found",
                ["The test did not find the gene change.", "Ni ddaeth y prawf o hyd i'r newid genyn."],
            ),
            (
                "reclassified_up",
                ["They now think that it matters.", "Maen nhw nawr yn meddwl ei fod yn bwysig."],
            ),
            ("reclassified_down", ["They are now less sure,", "Maen nhw'n llai sicr nawr,"]),
            (
                "reclassified_up_by_hand",
                ["They now think that it matters.", "Maen nhw nawr yn meddwl ei fod yn bwysig."],
            ),
            ("reclassified_down_by_hand", ["They are now less sure,", "Maen nhw'n llai sicr nawr,"]),
        ];
        for (kind, [english, welsh]) in told {
            for (language, words) in [(Language::English, english), (Language::Welsh, welsh)] {
                let template = find(kind, Level::L2, language, None).unwrap();
                assert!(template.locked_words().contains(words), "{kind} {}", language.code());
            }
        }
    }

    #[test]
    fn nobody_has_approved_or_checked_a_template_yet() {
        let signed = |card: &TemplateCard| !card.approvers.is_empty() || !card.checked.is_empty();
        assert!(!templates().iter().any(signed), "whoever changes this line has the signature");
    }
}
