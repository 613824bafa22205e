//! The portal's wording in one language: its templates, and the short words (titles, labels, problems) that pages are made of.
//! Must not know: which relative reads, or any value that goes into a page.

use std::{collections::BTreeMap, sync::LazyLock};

use handlebars::Handlebars;
use serde::{Deserialize, Serialize};

use crate::language::Language;

/// A page could not be written. The cause lies in the wording files, never in what a relative did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error(
        "the wording of the relatives' pages cannot be used: {0}. Restore the wording files of this release"
    )]
    Broken(String),
    #[error(
        "the relatives' page \"{page}\" could not be written: {cause}. Restore the wording files of this release"
    )]
    Page { page: &'static str, cause: String },
    #[error(
        "the wording of the relatives' pages has no \"{key}\" in section \"{section}\". Restore the wording files of this release"
    )]
    NoWord { section: &'static str, key: String },
}

/// Lists the templates of a language folder and takes them into the program.
macro_rules! templates {
    ($language:literal: $($name:literal)+) => {
        &[$(($name, include_str!(concat!("../../../templates/relative/portal/", $language, "/", $name, ".hbs"))),)+]
    };
}

/// Templates by name: first the parts, then a screen each.
const ENGLISH: &[(&str, &str)] = templates!["en":
    "layout" "part-form" "part-radios" "part-text" "part-textarea"
    "start" "code" "birth-date" "not-matched" "for-you" "before" "letter" "withheld" "choices"
    "answer-appointment" "answer-think" "answer-not_know" "answer-already_tested" "answer-question" "answer-not_me"
    "has-died" "carer" "not-now" "check" "done" "back" "stopped" "timed-out" "not-taken" "went-wrong" "not-found"
];
const ENGLISH_WORDS: &str = include_str!("../../../templates/relative/portal/en/words.toml");

static PORTAL: LazyLock<Result<Portal, PageError>> = LazyLock::new(|| Portal::read(ENGLISH, ENGLISH_WORDS));

/// Short words by section and key.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// BCP 47 tag of the language these words are in.
    pub(super) lang: String,
    /// Who has signed for this wording, with their role; empty while nobody has.
    pub(super) approvers: Vec<String>,
    notice: BTreeMap<String, String>,
    title: BTreeMap<String, String>,
    problem: BTreeMap<String, String>,
    choice: BTreeMap<String, String>,
    for_you: BTreeMap<String, String>,
    before: BTreeMap<String, String>,
    by: BTreeMap<String, String>,
    remind: BTreeMap<String, String>,
    row: BTreeMap<String, String>,
    next: BTreeMap<String, String>,
}

impl Words {
    pub(super) fn get(&self, section: &'static str, key: &str) -> Result<&str, PageError> {
        let words = match section {
            "notice" => Some(&self.notice),
            "title" => Some(&self.title),
            "problem" => Some(&self.problem),
            "choice" => Some(&self.choice),
            "for_you" => Some(&self.for_you),
            "before" => Some(&self.before),
            "by" => Some(&self.by),
            "remind" => Some(&self.remind),
            "row" => Some(&self.row),
            "next" => Some(&self.next),
            _ => None,
        };
        let word = words.and_then(|words| words.get(key));
        word.map(String::as_str).ok_or_else(|| PageError::NoWord { section, key: key.to_owned() })
    }
}

/// The wording of one language, read once.
pub(super) struct Portal {
    templates: Handlebars<'static>,
    pub(super) words: Words,
}

impl Portal {
    /// The wording for a language; English where there is no other yet, so that nobody meets a closed door.
    pub(super) fn of(language: Language) -> Result<&'static Self, PageError> {
        match language {
            Language::English | Language::Welsh => PORTAL.as_ref().map_err(PageError::clone),
        }
    }

    fn read(templates: &[(&str, &str)], words: &str) -> Result<Self, PageError> {
        let broken = |cause: String| PageError::Broken(cause);
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        // Indenting would put spaces into what a relative typed, inside a textarea.
        registry.set_prevent_indent(true);
        for (name, text) in templates {
            registry.register_template_string(name, text).map_err(|wrong| broken(wrong.to_string()))?;
        }
        let words = toml::from_str(words).map_err(|wrong| broken(wrong.to_string()))?;
        Ok(Self { templates: registry, words })
    }

    pub(super) fn write(&self, page: &'static str, content: &impl Serialize) -> Result<String, PageError> {
        let written = self.templates.render(page, content);
        written.map_err(|wrong| PageError::Page { page, cause: wrong.reason().to_string() })
    }
}

/// True where a named person has signed for the wording of the relatives' pages in every language there is.
pub fn wording_approved() -> bool {
    PORTAL.as_ref().is_ok_and(|portal| !portal.words.approvers.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_used_and_every_template_has_a_file() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates/relative/portal/en");
        let files =
            std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let listed = ENGLISH.iter().map(|(name, _)| format!("{name}.hbs")).chain(["words.toml".to_owned()]);
        assert_eq!(files.collect::<BTreeSet<_>>(), listed.collect());
    }

    #[test]
    fn only_the_letter_goes_into_a_page_without_escaping() {
        let mut unescaped = Vec::new();
        for (name, text) in ENGLISH {
            let tags = ["{{{", "{{&", "{{~{", "{{~&"];
            unescaped.extend(
                text.lines().filter(|l| tags.iter().any(|t| l.contains(t))).map(|l| (*name, l.trim())),
            );
        }
        assert_eq!(unescaped, [("letter", "{{{page.letter}}}")]);
    }

    #[test]
    fn a_value_that_a_template_names_but_nobody_gave_is_an_error_not_a_gap() {
        let wrong =
            Portal::of(Language::English).unwrap().write("start", &serde_json::json!({ "lang": "en" }));
        assert!(matches!(wrong, Err(PageError::Page { page: "start", .. })));
    }

    #[test]
    fn a_missing_word_is_named() {
        let wrong = Portal::of(Language::English).unwrap().words.get("title", "nowhere").unwrap_err();
        assert!(wrong.to_string().contains("\"nowhere\""));
    }
}
