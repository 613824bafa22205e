//! Words that somebody wrote for one letter in place of an editable block of its template.
//! Must not know: who wrote them, or what they may not tell; whoever makes one has them read for that and by a second person.

use std::fmt;

use super::{Letter, Wording, WordingError};
use crate::{
    block::Block,
    language::Language,
    wording::Lock,
    writing::{NotPlain, plain, unseen},
};

/// Characters of one block that a person may write.
pub const MOST_CHARACTERS: usize = 1_200;
/// Items of one list.
const MOST_ITEMS: usize = 12;

/// The words of one block for one letter, beside those of the template that they stand for: where a template no longer says
/// those, they are not put in. One line for a heading or a paragraph, one an item for a list.
#[derive(Clone, PartialEq, Eq)]
pub struct ReviewedParagraph {
    language: Language,
    /// Among the blocks of its language, counted from 0.
    at: usize,
    was: Vec<String>,
    words: Vec<String>,
}

/// Why words cannot stand in a letter. None repeats them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    #[error("There are no words. Write some, or go back to the words of the template.")]
    Empty,
    #[error("These are the words that stand there already.")]
    Same,
    #[error("It is longer than {MOST_CHARACTERS} characters, or a list of more than {MOST_ITEMS} items.")]
    Long,
    #[error("It holds a character that nobody can see.")]
    Unseen,
    #[error(
        "It holds \"{0}\", a sign of another script or another kind: only Latin letters, with the accents of Welsh and other European languages, and the digits 0 to 9 are read as what they look like."
    )]
    Script(char),
    #[error("It holds a mark of the templates: two braces, or two brackets. Write the words themselves.")]
    Mark,
    #[error(
        "It holds the sign @. Marks of the templates count for nothing here, and an e-mail address has a place of its own. Write the word instead, or leave it out."
    )]
    At,
    #[error(
        "It holds a tag or a code of web pages, such as <b> or &amp;. Only plain words are printed: no bold, no links. Leave it out."
    )]
    Tag,
    #[error(
        "It holds a web address, an e-mail address or a telephone number. These stand in a block of their own, so that they are right. If it is none, put a space after the full stop, or write the number otherwise."
    )]
    Contact,
    #[error("These words cannot be changed for one letter: only a new version of the template changes them.")]
    Locked,
}

impl From<NotPlain> for BadWords {
    fn from(bad: NotPlain) -> BadWords {
        match bad {
            NotPlain::Script(sign) => BadWords::Script(sign),
            NotPlain::At => BadWords::At,
            NotPlain::Tag => BadWords::Tag,
            NotPlain::Contact => BadWords::Contact,
        }
    }
}

impl ReviewedParagraph {
    /// `text` as it was typed, for block `at` of `letter` in `language`: a line an item for a list, and for anything else lines
    /// that are joined. Makes no letter: `Letter::changed` does.
    ///
    /// # Errors
    /// A block that is locked or is not there; words that cannot stand in a letter.
    pub fn by_review(
        letter: &Letter,
        language: Language,
        at: usize,
        text: &str,
    ) -> Result<ReviewedParagraph, BadWords> {
        let open = letter.open_block(language, at).ok_or(BadWords::Locked)?;
        if unseen(text).is_some() {
            return Err(BadWords::Unseen);
        }
        let spaced = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines = text.lines().map(spaced).filter(|line| !line.is_empty());
        let words: Vec<String> = match open.block {
            Block::List(_) => {
                lines.map(|line| line.trim_start_matches(['-', '*', '•']).trim_start().to_owned()).collect()
            }
            _ => vec![lines.collect::<Vec<_>>().join(" ")],
        };
        if words.iter().all(String::is_empty) {
            return Err(BadWords::Empty);
        }
        if words.iter().map(|line| line.chars().count()).sum::<usize>() > MOST_CHARACTERS
            || words.len() > MOST_ITEMS
        {
            return Err(BadWords::Long);
        }
        if words
            .iter()
            .any(|line| ["{{", "}}", "((", "))", "[[", "]]"].iter().any(|mark| line.contains(mark)))
        {
            return Err(BadWords::Mark);
        }
        if let Some(bad) = words.iter().find_map(|line| plain(line).err()) {
            return Err(bad.into());
        }
        if words == open.now {
            return Err(BadWords::Same);
        }
        Ok(ReviewedParagraph { language, at, was: open.was, words })
    }

    pub(super) fn stored(language: Language, at: usize, was: Vec<String>, words: Vec<String>) -> Self {
        ReviewedParagraph { language, at, was, words }
    }

    pub fn language(&self) -> Language {
        self.language
    }
    pub fn at(&self) -> usize {
        self.at
    }
    /// What the template says there.
    pub fn was(&self) -> &[String] {
        &self.was
    }
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Puts the words in, if they still stand for what is there.
    pub(super) fn put(&self, wording: &mut Wording) -> Result<(), WordingError> {
        let wrong = WordingError::Stored("changed words");
        if !wording.is_open(self.at) {
            return Err(wrong);
        }
        let block = wording.blocks.get_mut(self.at).ok_or(wrong.clone())?;
        if lines_of(block).is_none_or(|lines| lines != self.was) {
            return Err(wrong);
        }
        *block = match (&*block, self.words.as_slice()) {
            (Block::List(_), items @ [_, ..]) => Block::List(items.to_vec()),
            (Block::Heading(_), [line]) => Block::Heading(line.clone()),
            (Block::Paragraph(_), [line]) => Block::Paragraph(line.clone()),
            _ => return Err(wrong),
        };
        Ok(())
    }
}

/// A block that may be changed for one letter.
pub struct OpenBlock<'a> {
    pub block: &'a Block,
    pub lock: Lock,
    /// The template's words there.
    pub was: Vec<String>,
    /// The letter's words there now.
    pub now: Vec<String>,
}

impl Letter {
    /// The letter with these words in place of its template's; all that were changed before and are not among them go.
    ///
    /// # Errors
    /// Words for a block that does not say what they stand for.
    pub fn changed(&self, words: Vec<ReviewedParagraph>) -> Result<Letter, WordingError> {
        Letter::compose(self.parts.clone(), &self.shelf, Some(self.template_version()), words)
    }

    /// What was written for this letter alone.
    pub fn changes(&self) -> &[ReviewedParagraph] {
        &self.changes
    }

    pub fn open_block(&self, language: Language, at: usize) -> Option<OpenBlock<'_>> {
        let wording = self.wordings.iter().find(|wording| wording.language == language)?;
        if !wording.is_open(at) {
            return None;
        }
        let (block, lock) = (wording.blocks.get(at)?, *wording.locks.get(at)?);
        let now = lines_of(block)?;
        let change = self.changes.iter().find(|change| change.language == language && change.at == at);
        Some(OpenBlock {
            block,
            lock,
            was: change.map_or_else(|| now.clone(), |change| change.was.clone()),
            now,
        })
    }
}

impl Wording {
    /// Whether the block at this place may be changed for one letter: neither law nor contact, nor the greeting, which says to
    /// whom it is.
    fn is_open(&self, at: usize) -> bool {
        let greeting = self.blocks.iter().position(|block| matches!(block, Block::Paragraph(_)));
        let firm = self.locks.get(at).is_none_or(|lock| *lock == Lock::Locked);
        !firm && greeting != Some(at) && self.blocks.get(at).and_then(lines_of).is_some()
    }
}

/// The words of a block that a person could write; a table, a code and a signature are none.
fn lines_of(block: &Block) -> Option<Vec<String>> {
    match block {
        Block::Heading(text) | Block::Paragraph(text) => Some(vec![text.clone()]),
        Block::List(items) => Some(items.clone()),
        Block::Facts(_) | Block::Code(_) | Block::SignOff(_) | Block::Further(_) | Block::NewPage => None,
    }
}

impl fmt::Debug for ReviewedParagraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReviewedParagraph({} {})", self.language.code(), self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        condition::Actionability, disclosure::Level, kind::Kind, language::Languages, letter::TextSize,
        sample,
    };

    fn letter(languages: Languages) -> Letter {
        let class = Actionability::AdultActionable;
        let parts = sample::parts(Kind::DirectContact, Level::L2, class, languages, TextSize::default());
        Letter::write(parts.unwrap()).unwrap()
    }

    fn place(letter: &Letter, language: Language, of: impl Fn(&Block) -> bool) -> usize {
        let wording = letter.wordings().iter().find(|wording| wording.language == language).unwrap();
        wording.blocks.iter().position(of).unwrap()
    }

    fn says<'a>(words: &'a str) -> impl Fn(&Block) -> bool + 'a {
        move |block| lines_of(block).is_some_and(|lines| lines.iter().any(|line| line.contains(words)))
    }

    #[test]
    fn an_editable_block_takes_the_words_of_one_letter_and_keeps_them() {
        let plain = letter(Languages::WelshThenEnglish);
        let choices = place(&plain, Language::English, says("take time to think"));
        let why = place(&plain, Language::English, says("You may or may not have it."));
        let words = |at, text| ReviewedParagraph::by_review(&plain, Language::English, at, text).unwrap();
        let changes = vec![
            words(choices, "- talk to us\n\n  * wait \n• or not"),
            words(why, "We saw\n a change\tin a test."),
        ];
        let changed = plain.changed(changes).unwrap();
        let text = changed.plain_text();
        assert!(
            text.contains("- talk to us\n- wait\n- or not\n") && text.contains("We saw a change in a test.")
        );
        assert_eq!(changed.changes().len(), 2);
        let again = Letter::reopen(&changed.store(), changed.code().unwrap().clone()).unwrap();
        assert_eq!((again.plain_text(), again.changes()), (text, changed.changes()));
        let open = again.open_block(Language::English, why).unwrap();
        assert!(open.was[0].contains("may or may not") && open.now[0].contains("We saw"));
        assert_eq!(again.changed(Vec::new()).unwrap().plain_text(), plain.plain_text());
        assert_eq!(again.store().fact_json, plain.store().fact_json, "words are kept apart from facts");
        let welsh = again.as_read(Languages::Only(Language::Welsh), TextSize::Large24).unwrap();
        assert_eq!((welsh.changes().len(), welsh.wordings().len()), (0, 1));
        let english = again.as_read(Languages::Only(Language::English), TextSize::default()).unwrap();
        assert!(english.plain_text().contains("We saw a change in a test."));
    }

    #[test]
    fn what_is_locked_a_greeting_a_code_and_a_signature_are_nobodys_to_change() {
        let letter = letter(Languages::Only(Language::English));
        let english = |of: &dyn Fn(&Block) -> bool| place(&letter, Language::English, of);
        for at in [
            english(&says("Dear ")),
            english(&says("Call us on")),
            english(&says("How to contact us")),
            english(&|block| matches!(block, Block::Code(_))),
            english(&|block| matches!(block, Block::SignOff(_))),
            english(&|block| matches!(block, Block::Facts(_))),
            10_000,
        ] {
            let wrong = ReviewedParagraph::by_review(&letter, Language::English, at, "Other words.");
            assert_eq!(wrong.err(), Some(BadWords::Locked), "{at}");
        }
        let welsh = ReviewedParagraph::by_review(&letter, Language::Welsh, 2, "Geiriau.");
        assert_eq!(welsh.err(), Some(BadWords::Locked), "a language that the letter does not have");
    }

    #[test]
    fn words_are_only_ever_words() {
        let letter = letter(Languages::Only(Language::English));
        let at = place(&letter, Language::English, says("You may or may not have it."));
        let refused = |text: &str| ReviewedParagraph::by_review(&letter, Language::English, at, text).err();
        assert_eq!(refused(" \n "), Some(BadWords::Empty));
        assert_eq!(refused(&letter.open_block(Language::English, at).unwrap().now[0]), Some(BadWords::Same));
        assert_eq!(refused(&"word ".repeat(300)), Some(BadWords::Long));
        assert_eq!(refused("Turned \u{202e}round"), Some(BadWords::Unseen));
        for mark in ["Dear {{recipient_name}}", "The ((condition))", "}}", "[[x]]"] {
            assert_eq!(refused(mark), Some(BadWords::Mark), "{mark}");
        }
        for contact in [
            "See www.example.org",
            "http://x",
            "Write to a@b.example",
            "Call 01632 960 123",
            "(0114) 960-12 34",
            "Look at evil.com/abc",
            "evil.com",
            "Call o7700 9oo 123",
            "nia at x dot example",
            "nia (at) x (dot) example",
        ] {
            assert_eq!(refused(contact), Some(BadWords::Contact), "{contact}");
        }
        assert_eq!(refused("Give us @ref"), Some(BadWords::At));
        for tag in ["<b>Now</b>", "a <br/> b", "Tom &amp; us", "</p>"] {
            assert_eq!(refused(tag), Some(BadWords::Tag), "{tag}");
        }
        for (text, sign) in
            [("We saw \u{406}mogen", '\u{406}'), ("\u{ff10}7700", '\u{ff10}'), ("\u{1d5ee}", '\u{1d5ee}')]
        {
            assert_eq!(refused(text), Some(BadWords::Script(sign)), "{text}");
            assert!(BadWords::Script(sign).to_string().contains(sign), "it says which");
        }
        for fine in [
            "# a < b :: a | b & c",
            "About 1 in 2 people, since 2019.",
            "Siân, Llŷr, Zoë and François – \u{201c}yn gywir\u{201d}… ½ an hour, 2 of 3.",
            "At 9.30am, e.g. on Monday. No. 12",
        ] {
            let change = ReviewedParagraph::by_review(&letter, Language::English, at, fine).unwrap();
            let changed = letter.changed(vec![change]).unwrap();
            assert_eq!(changed.html().matches('<').count(), letter.html().matches('<').count(), "{fine}");
            assert!(changed.plain_text().contains(fine));
        }
    }

    #[test]
    fn words_that_were_moved_or_whose_template_says_something_else_are_refused() {
        let letter = letter(Languages::Only(Language::English));
        let at = place(&letter, Language::English, says("You may or may not have it."));
        let change = ReviewedParagraph::by_review(&letter, Language::English, at, "Other words.").unwrap();
        let stored = letter.changed(vec![change.clone()]).unwrap().store();
        let moved = |from: &str, to: &str| {
            assert!(stored.words_json.contains(from), "{}", stored.words_json);
            let altered = super::super::StoredLetter {
                words_json: stored.words_json.replace(from, to),
                ..stored.clone()
            };
            Letter::reopen(&altered, letter.code().unwrap().clone()).is_err()
        };
        assert!(moved(&format!("\"at\":{at}"), &format!("\"at\":{}", at + 1)));
        assert!(moved("may or may not", "surely"));
        assert!(moved("\"language\":\"en\"", "\"language\":\"cy\""));
        assert!(moved("\"words\":[\"Other words.\"]", "\"words\":[]"));
        assert!(moved("\"words\":[\"Other words.\"]", "\"words\":[\"One\",\"two\"]"));
        assert_eq!(format!("{change:?}"), format!("ReviewedParagraph(en {at})"));
    }
}
