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

/// Lists the templates of every language: first the parts, then a screen each. A language that lacks one does not compile.
macro_rules! templates {
    ($($language:ident in $folder:literal),+: $names:tt) => { $(templates!(@ $language $folder $names);)+ };
    (@ $language:ident $folder:literal [$($name:literal)+]) => {
        const $language: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../templates/relative/portal/", $folder, "/", $name, ".hbs"))),)+];
    };
}

templates![ENGLISH in "en", WELSH in "cy": [
    "layout" "part-form" "part-radios" "part-text" "part-textarea" "part-contact" "part-others"
    "start" "code" "birth-date" "not-matched" "for-you" "before" "letter" "withheld" "choices"
    "answer-appointment" "answer-think" "answer-not_know" "answer-already_tested" "answer-question" "answer-not_me"
    "more-gp" "more-others" "more-contact"
    "details" "wish-correct" "wish-reach" "wish-others" "wish-copy" "wish-delete"
    "acting" "acting-code" "acting-not-matched" "acting-as" "acting-name" "acting-phone" "acting-check" "acting-asked" "acting-end"
    "has-died" "not-now" "check" "done" "back" "answered" "stopped" "timed-out" "not-taken" "went-wrong" "not-found"
]];
const ENGLISH_WORDS: &str = include_str!("../../../templates/relative/portal/en/words.toml");
const WELSH_WORDS: &str = include_str!("../../../templates/relative/portal/cy/words.toml");

type Read = LazyLock<Result<Portal, PageError>>;
static IN_ENGLISH: Read = LazyLock::new(|| Portal::read(ENGLISH, ENGLISH_WORDS));
static IN_WELSH: Read = LazyLock::new(|| Portal::read(WELSH, WELSH_WORDS));

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
    notify: BTreeMap<String, String>,
    sent: BTreeMap<String, String>,
    wish: BTreeMap<String, String>,
    wish_end: BTreeMap<String, String>,
    relation: BTreeMap<String, String>,
    size: BTreeMap<String, String>,
    language: BTreeMap<String, String>,
    row: BTreeMap<String, String>,
    next: BTreeMap<String, String>,
    acting: BTreeMap<String, String>,
    acting_as: BTreeMap<String, String>,
    acts_for_you: BTreeMap<String, String>,
    given_by: BTreeMap<String, String>,
    handed: BTreeMap<String, String>,
    /// What is said otherwise to whoever acts for another, by section and key.
    for_them: BTreeMap<String, String>,
}

impl Words {
    /// The language that these words are in.
    pub(super) fn language(&self) -> Language {
        Language::ALL.into_iter().find(|language| language.tag() == self.lang).unwrap_or_default()
    }

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
            "notify" => Some(&self.notify),
            "sent" => Some(&self.sent),
            "wish" => Some(&self.wish),
            "wish_end" => Some(&self.wish_end),
            "relation" => Some(&self.relation),
            "size" => Some(&self.size),
            "language" => Some(&self.language),
            "row" => Some(&self.row),
            "next" => Some(&self.next),
            "acting" => Some(&self.acting),
            "acting_as" => Some(&self.acting_as),
            "acts_for_you" => Some(&self.acts_for_you),
            "given_by" => Some(&self.given_by),
            "handed" => Some(&self.handed),
            _ => None,
        };
        let word = words.and_then(|words| words.get(key));
        word.map(String::as_str).ok_or_else(|| PageError::NoWord { section, key: key.to_owned() })
    }

    /// As `get`, for whoever acts for another: most words are the same.
    pub(super) fn get_for_them(&self, section: &'static str, key: &str) -> Result<&str, PageError> {
        match self.for_them.get(&format!("{section}.{key}")) {
            Some(word) => Ok(word),
            None => self.get(section, key),
        }
    }
}

/// The wording of one language, read once.
pub(super) struct Portal {
    templates: Handlebars<'static>,
    pub(super) words: Words,
}

impl Portal {
    pub(super) fn of(language: Language) -> Result<&'static Self, PageError> {
        let read = match language {
            Language::English => &IN_ENGLISH,
            Language::Welsh => &IN_WELSH,
        };
        read.as_ref().map_err(PageError::clone)
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
    Language::ALL
        .into_iter()
        .all(|language| Portal::of(language).is_ok_and(|portal| !portal.words.approvers.is_empty()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const FOLDERS: [(&str, &[(&str, &str)]); 2] = [("en", ENGLISH), ("cy", WELSH)];

    #[test]
    fn every_file_of_a_folder_is_used_and_every_template_has_a_file() {
        for (language, templates) in FOLDERS {
            let folder = format!("{}/../templates/relative/portal/{language}", env!("CARGO_MANIFEST_DIR"));
            let files = std::fs::read_dir(folder)
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap());
            let listed = templates.iter().map(|(name, _)| format!("{name}.hbs"));
            assert_eq!(
                files.collect::<BTreeSet<_>>(),
                listed.chain(["words.toml".to_owned()]).collect(),
                "{language}"
            );
        }
    }

    #[test]
    fn only_the_letter_goes_into_a_page_without_escaping() {
        for (language, templates) in FOLDERS {
            let mut unescaped = Vec::new();
            for (name, text) in templates {
                let tags = ["{{{", "{{&", "{{~{", "{{~&"];
                unescaped.extend(
                    text.lines().filter(|l| tags.iter().any(|t| l.contains(t))).map(|l| (*name, l.trim())),
                );
            }
            assert_eq!(unescaped, [("letter", "{{{page.letter}}}")], "{language}");
        }
    }

    /// All that is not words: tags with their attributes, and what the templates ask for.
    fn built(text: &str) -> Vec<String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['<', '{']) {
            let close = if rest[at..].starts_with("{{") { "}}" } else { ">" };
            let Some(end) = rest[at..].find(close) else { break };
            let part = &rest[at..at + end + close.len()];
            // What a reader of the page hears or reads differs, and where an emphasis stands.
            let worded = ["hint=", "label=", "button=", "title=", "aria-label="];
            let cut = worded.iter().filter_map(|word| part.find(word)).min().unwrap_or(part.len());
            parts.push(part[..cut].replace("/cy/", "/").to_owned());
            rest = &rest[at + end + close.len()..];
        }
        parts.sort();
        parts
    }

    #[test]
    fn a_page_asks_for_the_same_in_every_language() {
        for ((name, english), (other, welsh)) in ENGLISH.iter().zip(WELSH) {
            assert_eq!(name, other);
            assert_eq!(built(english), built(welsh), "{name}");
        }
    }

    #[test]
    fn every_language_has_the_same_words() {
        let keys = |text: &str| -> BTreeSet<String> {
            let words: toml::Table = text.parse().unwrap();
            let inner = |(section, value): (&String, &toml::Value)| match value {
                toml::Value::Table(table) => table.keys().map(|key| format!("{section}.{key}")).collect(),
                _ => vec![section.clone()],
            };
            words.iter().flat_map(inner).collect()
        };
        assert_eq!(keys(ENGLISH_WORDS), keys(WELSH_WORDS));
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
