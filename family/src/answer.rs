//! What a service answers to a question that a relative asked: words in one language or in two, read by a second person.
//! Must not know: who asked, or what the words may not tell; whoever makes one has them read for that first.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    language::Language,
    letter::BadWords,
    writing::{NotPlain, plain, unseen},
};

/// Characters that an answer may have in one language.
pub const MOST_CHARACTERS: usize = 2_000;

/// An answer that may be shown to whoever asked.
#[derive(Clone, PartialEq, Eq)]
pub struct ReviewedAnswer {
    sides: Vec<Side>,
}

/// The answer in one language.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Side {
    language: String,
    paragraphs: Vec<String>,
}

/// An answer at rest.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    pub words_json: String,
}

/// Why words cannot be an answer. None repeats them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    #[error("There are no words. Write an answer.")]
    Empty,
    #[error("It is longer than {MOST_CHARACTERS} characters: say the rest when you speak.")]
    Long,
    #[error("It holds a character that nobody can see.")]
    Unseen,
    #[error("It holds a mark of the templates: two braces, or two brackets. Write the words themselves.")]
    Mark,
    #[error(
        "It holds a web address, an e-mail address or a telephone number. How to reach the service stands on every page, so that it is right."
    )]
    Contact,
    #[error("{0}")]
    NotPlain(BadWords),
    #[error("What was kept is no answer.")]
    Stored,
}

impl ReviewedAnswer {
    /// The words of each language as they were typed; a line left empty parts two paragraphs, and a language without words
    /// is left out.
    ///
    /// # Errors
    /// Words that cannot stand on a page, and in which language.
    pub fn by_review(typed: &[(Language, &str)]) -> Result<ReviewedAnswer, (Language, BadAnswer)> {
        let mut sides = Vec::new();
        for (language, text) in typed {
            let paragraphs = paragraphs(text).map_err(|bad| (*language, bad))?;
            if !paragraphs.is_empty() {
                sides.push(Side { language: language.code().to_owned(), paragraphs });
            }
        }
        match typed.first() {
            _ if !sides.is_empty() => Ok(ReviewedAnswer { sides }),
            first => Err((first.map_or(Language::English, |(language, _)| *language), BadAnswer::Empty)),
        }
    }

    /// An answer that was made by `by_review` and kept.
    ///
    /// # Errors
    /// What is none.
    pub fn reopen(stored: &StoredAnswer) -> Result<ReviewedAnswer, BadAnswer> {
        let sides: Vec<Side> = serde_json::from_str(&stored.words_json).map_err(|_| BadAnswer::Stored)?;
        let known = |side: &Side| side.language.parse::<Language>().is_ok() && !side.paragraphs.is_empty();
        if sides.is_empty() || !sides.iter().all(known) {
            return Err(BadAnswer::Stored);
        }
        Ok(ReviewedAnswer { sides })
    }

    pub fn store(&self) -> StoredAnswer {
        StoredAnswer { words_json: serde_json::to_string(&self.sides).unwrap_or_default() }
    }

    /// Each language with its paragraphs, `first` before the other.
    pub fn in_order(&self, first: Language) -> Vec<(Language, &[String])> {
        let mut sides: Vec<(Language, &[String])> = self
            .sides
            .iter()
            .map(|side| (side.language.parse().unwrap_or_default(), side.paragraphs.as_slice()))
            .collect();
        sides.sort_by_key(|(language, _)| *language != first);
        sides
    }

    /// What it says in one language, paragraphs parted by an empty line.
    pub fn text(&self, language: Language) -> Option<String> {
        let side = self.sides.iter().find(|side| side.language == language.code())?;
        Some(side.paragraphs.join("\n\n"))
    }

    /// All that it says, for whoever reads it for what it must not tell.
    pub fn whole(&self) -> String {
        let all: Vec<String> = self.sides.iter().map(|side| side.paragraphs.join("\n")).collect();
        all.join("\n")
    }
}

fn paragraphs(text: &str) -> Result<Vec<String>, BadAnswer> {
    if unseen(text).is_some() {
        return Err(BadAnswer::Unseen);
    }
    let mut all: Vec<Vec<&str>> = vec![Vec::new()];
    for line in text.lines() {
        match (line.trim(), all.last_mut()) {
            ("", _) => all.push(Vec::new()),
            (_, Some(paragraph)) => paragraph.extend(line.split_whitespace()),
            (_, None) => {}
        }
    }
    let paragraphs: Vec<String> = all.into_iter().filter(|p| !p.is_empty()).map(|p| p.join(" ")).collect();
    if paragraphs.iter().map(|one| one.chars().count()).sum::<usize>() > MOST_CHARACTERS {
        return Err(BadAnswer::Long);
    }
    let marks = ["{{", "}}", "((", "))", "[[", "]]"];
    if paragraphs.iter().any(|one| marks.iter().any(|mark| one.contains(mark))) {
        return Err(BadAnswer::Mark);
    }
    for one in &paragraphs {
        plain(one).map_err(|bad| match bad {
            NotPlain::Contact => BadAnswer::Contact,
            NotPlain::Script(_) | NotPlain::At | NotPlain::Tag => BadAnswer::NotPlain(bad.into()),
        })?;
    }
    Ok(paragraphs)
}

impl fmt::Debug for ReviewedAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReviewedAnswer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use Language::{English, Welsh};

    #[test]
    fn an_answer_has_paragraphs_in_one_language_or_in_two() {
        let typed = [(English, "It does not\nskip.\n \n\nAsk us again."), (Welsh, " \n ")];
        let answer = ReviewedAnswer::by_review(&typed).unwrap();
        assert_eq!(
            answer.in_order(Welsh),
            [(English, ["It does not skip.".to_owned(), "Ask us again.".into()].as_slice())]
        );
        let both = ReviewedAnswer::by_review(&[(English, "Yes."), (Welsh, "Ydy.")]).unwrap();
        assert_eq!(both.in_order(Welsh)[0].0, Welsh);
        assert_eq!((both.text(Welsh).as_deref(), both.whole().as_str()), (Some("Ydy."), "Yes.\nYdy."));
        assert_eq!(ReviewedAnswer::reopen(&both.store()), Ok(both));
        assert_eq!(format!("{answer:?}"), "ReviewedAnswer(..)");
    }

    #[test]
    fn what_is_no_answer_is_said_by_its_language() {
        let bad = |text: &str| ReviewedAnswer::by_review(&[(English, ""), (Welsh, text)]).unwrap_err();
        assert_eq!(ReviewedAnswer::by_review(&[(English, " ")]), Err((English, BadAnswer::Empty)));
        assert_eq!(bad(&"gair ".repeat(500)), (Welsh, BadAnswer::Long));
        assert_eq!(bad("a\u{202e}b"), (Welsh, BadAnswer::Unseen));
        assert_eq!(bad("Annwyl {{enw}}"), (Welsh, BadAnswer::Mark));
        assert_eq!(bad("Ffoniwch 01632 960 123"), (Welsh, BadAnswer::Contact));
        for stored in ["", "[]", "[{\"language\":\"xx\",\"paragraphs\":[\"a\"]}]", "{\"sides\":[]}"] {
            let stored = StoredAnswer { words_json: stored.to_owned() };
            assert_eq!(ReviewedAnswer::reopen(&stored), Err(BadAnswer::Stored));
        }
    }
}
