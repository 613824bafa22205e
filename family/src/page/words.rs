//! Free text a relative typed, held so that it cannot slip into a log, and checked once.
//! Must not know: which question it answers, or where it will be shown.

use std::fmt;

use super::problem::Problem;
use crate::writing::unseen;

/// What a relative wrote, trimmed, with `\n` line ends, with nothing in it that nobody can see, never empty. Debug prints none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct RelativesWords(String);

impl RelativesWords {
    /// Reads a field that may be left empty. `most` counts characters after trimming; a line end counts one,
    /// however the browser wrote it.
    pub fn parse(typed: &str, most: usize) -> Result<Option<Self>, Problem> {
        let text = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(unseen) = unseen(text) {
            return Err(Problem::NotWriting(unseen));
        }
        if text.chars().count() > most {
            return Err(Problem::TooLong { most });
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The words themselves, for the member of staff who answers and for the relative who wrote them.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RelativesWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RelativesWords(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_left_empty_is_no_words_at_all() {
        assert_eq!(RelativesWords::parse(" \r\n\t ", 10), Ok(None));
    }

    #[test]
    fn the_limit_counts_characters_as_the_writer_sees_them() {
        assert!(RelativesWords::parse("\u{e9}".repeat(10).as_str(), 10).is_ok());
        assert!(RelativesWords::parse("one\r\ntwo  ", 7).is_ok());
        assert_eq!(RelativesWords::parse("12345678901", 10), Err(Problem::TooLong { most: 10 }));
    }

    #[test]
    fn what_nobody_can_see_is_refused() {
        for text in ["a\0b", "a\u{1b}[31m", "a\u{7f}", "a\u{85}b", "a\u{202E}b", "a\u{200B}b"] {
            assert!(matches!(RelativesWords::parse(text, 100), Err(Problem::NotWriting(_))), "{text:?}");
        }
    }

    #[test]
    fn writing_in_any_script_is_taken_as_it_is() {
        let text = "Pryd mae'r apwyntiad?\nمتى الموعد؟ <b>&";
        assert_eq!(RelativesWords::parse(text, 100).unwrap().unwrap().as_str(), text);
    }

    #[test]
    fn a_log_line_shows_nothing_of_the_words() {
        let words = RelativesWords::parse("my sister Ann", 100).unwrap();
        assert!(!format!("{words:?}").contains("Ann"));
    }
}
