//! Passages that many letters share, kept once: a template's line `@use privacy.1` stands for the passage of that name.
//! Must not know: what a passage says. A passage that was sent is never edited: a change is a passage of the next number.

use crate::language::Language;

fn of(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../../templates/relative/letters/en/passages.md"),
        Language::Welsh => include_str!("../../../templates/relative/letters/cy/passages.md"),
    }
}

fn passage(language: Language, name: &str) -> Option<&'static str> {
    of(language).split("=== ").find_map(|part| {
        let (title, words) = part.split_once('\n')?;
        (title.trim() == name).then_some(words.trim_end())
    })
}

/// The template's text with its passages in place. An unknown name stays as it is, and reading the template then says so.
pub(super) fn expanded(text: &str, language: Language) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        let words = line.strip_prefix("@use ").and_then(|name| passage(language, name.trim()));
        out.push_str(words.unwrap_or(line));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_passages() {
        let names = |language| -> Vec<&str> {
            of(language).lines().filter_map(|line| line.strip_prefix("=== ")).collect()
        };
        assert_eq!(names(Language::English), names(Language::Welsh));
        assert!(names(Language::English).contains(&"privacy.1"));
    }

    #[test]
    fn a_passage_stands_where_it_is_used_and_an_unknown_one_is_left_for_the_reader_to_find() {
        let text = expanded("# T\n@use gene_change.1\n@use nothing.9\n", Language::English);
        assert!(text.contains("nobody's fault") && text.contains("@use nothing.9"), "{text}");
    }
}
