//! Words by which a letter would point to one person, tell of a refusal, or say at the lowest level what it is about.
//! Must not know: any family, or who writes the words that are read for them.

mod ages;

pub use ages::ages;

use std::sync::LazyLock;

#[derive(serde::Deserialize)]
struct Lists {
    language: Vec<List>,
}

#[derive(serde::Deserialize)]
struct List {
    kin: Vec<String>,
    typed: Vec<String>,
    telling: Vec<String>,
}

/// A list that cannot be read is empty rather than stopping the service; a test reads it.
static LISTS: LazyLock<Vec<List>> = LazyLock::new(|| {
    toml::from_str::<Lists>(include_str!("../../policies/pointing_words.toml"))
        .map(|lists| lists.language)
        .unwrap_or_default()
});

fn of(list: fn(&List) -> &Vec<String>) -> impl Iterator<Item = &'static str> {
    LISTS.iter().flat_map(list).map(String::as_str)
}

/// Words of kin and of refusal that stand in no letter, of every language: whoever reads one reads the other too.
pub fn kin() -> impl Iterator<Item = &'static str> {
    of(|list| &list.kin)
}

/// Words that, where somebody typed them, speak of one person.
pub fn typed() -> impl Iterator<Item = &'static str> {
    of(|list| &list.typed)
}

/// Words that, where somebody typed them, say at the lowest level what a letter is about.
pub fn telling() -> impl Iterator<Item = &'static str> {
    of(|list| &list.telling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        condition::Condition,
        language::Language,
        lint::{Forbidden, scan},
        wording::published,
    };

    /// With what only a test reads.
    #[derive(serde::Deserialize)]
    struct Whole {
        language: Vec<Side>,
    }

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Side {
        code: String,
        kin: Vec<String>,
        typed: Vec<String>,
        telling: Vec<String>,
        ordinary: Vec<String>,
    }

    fn whole() -> Vec<Side> {
        toml::from_str::<Whole>(include_str!("../../policies/pointing_words.toml")).unwrap().language
    }

    fn hits(text: &str, words: impl Iterator<Item = &'static str>) -> Vec<String> {
        let forbidden: Vec<Forbidden> = words.map(|word| Forbidden::new(word, "")).collect();
        scan(text, &forbidden).into_iter().map(|hit| hit.found).collect()
    }

    #[test]
    fn each_language_has_its_lists() {
        let sides = whole();
        let codes: Vec<&str> = sides.iter().map(|list| list.code.as_str()).collect();
        assert!(Language::ALL.iter().all(|language| codes.contains(&language.code())), "{codes:?}");
        assert!(sides.iter().all(|one| one.kin.len() > 30 && one.typed.len() > 50 && one.telling.len() > 90));
        assert_eq!(LISTS.len(), sides.len());
    }

    #[test]
    fn no_published_words_point_to_one_person() {
        for template in published() {
            let found = hits(template.body(), kin());
            assert!(
                found.is_empty(),
                "{} {}: {found:?}",
                template.card().kind,
                template.card().language.code()
            );
        }
        for condition in Condition::all() {
            for language in Language::ALL {
                let words = [
                    condition.plain_name(language),
                    condition.what_it_can_mean(language),
                    condition.children(language),
                    condition.name_in(language),
                ];
                let found = hits(&words.map(Option::unwrap).join("\n"), kin());
                assert!(found.is_empty(), "{}: {found:?}", condition.key());
            }
        }
    }

    #[test]
    fn welsh_points_as_english_does() {
        for (text, found) in [
            ("Cafodd eich chwaer brawf.", 1),
            ("Mae eich brawd yn gwybod. Gofynnwch i'ch cefnder, neu i nghyfnither.", 3),
            ("Gwrthododd eich mam-gu.", 2),
            ("eich tad, eich thad, fy nhad", 3),
        ] {
            assert!(hits(text, kin()).len() >= found, "{text}: {:?}", hits(text, kin()));
        }
        for text in
            ["Mae hi'n gwybod.", "menyw o'r ardal", "i'ch plentyn", "Cytunodd â ni.", "Bu farw llynedd."]
        {
            assert!(!hits(text, typed()).is_empty(), "{text}");
        }
    }

    #[test]
    fn every_word_of_the_table_tells_at_the_lowest_level_or_is_ordinary() {
        let sides = whole();
        let english = sides.iter().find(|list| list.code == "en").unwrap();
        let known = |word: &str| {
            english.telling.iter().chain(&english.ordinary).any(|one| one.eq_ignore_ascii_case(word))
        };
        let mut unknown: Vec<String> = Vec::new();
        for condition in Condition::all().into_iter().filter(|one| !one.genes().is_empty()) {
            let all = [
                condition.plain_name(Language::English),
                condition.what_it_can_mean(Language::English),
                condition.children(Language::English),
            ];
            for word in all.into_iter().flatten().flat_map(|text| text.split(|c: char| !c.is_alphabetic())) {
                if !word.is_empty() && !known(word) {
                    unknown.push(word.to_lowercase());
                }
            }
        }
        unknown.sort();
        unknown.dedup();
        assert!(unknown.is_empty(), "is each of these telling, or ordinary? {unknown:?}");
        for text in ["growths in the eyes, kidney and brain", "You need an eye scan now"] {
            assert!(hits(text, telling()).len() > 1, "{text}");
        }
    }
}
