//! What is writing, and what stands in a text unseen: control characters, marks without width, marks that turn text round.
//! Must not know: whose text it is, or where it will be shown.

use crate::{fact::spelling::spelled, lint::fold};

/// A character that nobody can see, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unseen {
    pub sign: char,
    /// In plain words, such as `a zero width space`.
    pub name: &'static str,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub place: usize,
}

/// The first character of a text that nobody can see. Line ends and tabs are writing.
pub fn unseen(text: &str) -> Option<Unseen> {
    let (mut line, mut place, mut before) = (1, 0, None);
    for sign in text.replace("\r\n", "\n").chars() {
        place += 1;
        if let Some(name) = name_of(sign, before) {
            return Some(Unseen { sign, name, line, place });
        }
        if sign == '\n' {
            (line, place) = (line + 1, 0);
        }
        before = Some(sign);
    }
    None
}

/// The text without what nobody can see; line ends as they came.
pub fn seen(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let ends_line = sign == '\r' && signs.peek() == Some(&'\n');
        if ends_line || name_of(sign, kept.chars().next_back()).is_none() {
            kept.push(sign);
        }
    }
    kept
}

/// Why words that somebody typed are more than words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPlain {
    /// A letter or a digit that looks like another and is read as none.
    Script(char),
    /// An @ that makes no address.
    At,
    /// A tag or a code of web pages.
    Tag,
    /// A web or e-mail address, or a telephone number.
    Contact,
}

/// Whether a line is plain words, which whoever looks for names and numbers in it can read.
///
/// # Errors
/// The first thing in it that is more.
pub fn plain(line: &str) -> Result<(), NotPlain> {
    if let Some(sign) = line.chars().find(|sign| !is_readable(*sign)) {
        return Err(NotPlain::Script(sign));
    }
    if holds_tag(line) {
        return Err(NotPlain::Tag);
    }
    if holds_contact(line) {
        return Err(NotPlain::Contact);
    }
    if line.contains('@') { Err(NotPlain::At) } else { Ok(()) }
}

/// A Latin letter with or without accents, a digit, or no letter at all.
fn is_readable(sign: char) -> bool {
    if sign.is_ascii() || "½¼¾".contains(sign) || !sign.is_alphanumeric() {
        return true;
    }
    let mut folded = String::new();
    fold(sign, &mut folded);
    folded.is_ascii()
}

fn holds_tag(line: &str) -> bool {
    let opens = |(at, _): (usize, &str)| {
        line.get(at + 1..).is_some_and(|rest| {
            rest.trim_start_matches('/').starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains('>')
        })
    };
    let coded = |part: &str| {
        part.split_once(';').is_some_and(|(name, _)| {
            let name = name.trim_start_matches('#');
            (1..=10).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    };
    line.match_indices('<').any(opens) || line.split('&').skip(1).any(coded)
}

/// A web or e-mail address, spelled out or not, or more than six digits that stand together, with an "o" for a nought or not.
fn holds_contact(line: &str) -> bool {
    let low = line.to_lowercase();
    let as_digits = |word: &str| -> String {
        if !word.contains(|c: char| c.is_ascii_digit()) {
            return word.to_owned();
        }
        word.chars()
            .map(|c| {
                if c == 'o' {
                    '0'
                } else if matches!(c, 'l' | 'i') {
                    '1'
                } else {
                    c
                }
            })
            .collect()
    };
    // The number of a variant is no telephone number; whoever reads for variants finds it.
    let mut without = low.clone();
    for variant in spelled(line) {
        without = without.replace(&variant.found.to_lowercase(), "x");
    }
    let numbers: Vec<String> = without.split(' ').map(as_digits).collect();
    let together: String =
        numbers.concat().chars().filter(|c| !matches!(c, '-' | '(' | ')' | '.' | '/' | '+')).collect();
    let run = together.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let at = low.char_indices().any(|(at, c)| {
        let beside = |text: &str, last: bool| {
            let near = if last { text.chars().next_back() } else { text.chars().next() };
            near.is_some_and(char::is_alphanumeric)
        };
        c == '@'
            && low.split_at_checked(at).is_some_and(|(before, rest)| {
                beside(before, true) && rest.strip_prefix('@').is_some_and(|after| beside(after, false))
            })
    });
    low.contains("://")
        || low.contains("www.")
        || at
        || run > 6
        || low.split_whitespace().any(is_domain)
        || spells_dot(&low)
}

/// "evil.com/abc": a full stop between words without a space, and letters alone behind the last.
fn is_domain(word: &str) -> bool {
    let host = word.split(['/', '?', ':']).next().unwrap_or_default();
    let host = host.trim_matches(|c: char| !c.is_alphanumeric());
    host.rsplit_once('.').is_some_and(|(name, end)| {
        let name = name.rsplit('.').next().unwrap_or_default();
        name.chars().count() >= 2
            && name.chars().all(|c| c.is_alphanumeric() || c == '-')
            && end.chars().count() >= 2
            && end.chars().all(char::is_alphabetic)
    })
}

/// "nia at x dot example".
fn spells_dot(low: &str) -> bool {
    let words: Vec<&str> =
        low.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    words.iter().enumerate().any(|(at, word)| *word == "dot" && at > 0 && at + 1 < words.len())
}

/// Its name, if it cannot be seen after what stands before it.
fn name_of(sign: char, before: Option<char>) -> Option<&'static str> {
    Some(match sign {
        '\n' | '\t' => return None,
        '\0' => "a null character",
        '\r' => "a carriage return without a line end",
        '\u{1b}' => "an escape character",
        '\u{ad}' => "a soft hyphen",
        '\u{34f}' => "a grapheme joiner",
        '\u{61c}' | '\u{200e}' | '\u{200f}' => "a mark of writing direction",
        '\u{180e}' | '\u{200b}' | '\u{2060}' => "a zero width space",
        // Persian, Hindi and others, and pictures made of several, are written with these two; Latin letters are not.
        '\u{200c}' | '\u{200d}' if before.is_some_and(|before| before >= '\u{590}') => return None,
        '\u{200c}' => "a zero width non-joiner",
        '\u{200d}' => "a zero width joiner",
        '\u{2028}' | '\u{2029}' => "a separator of another kind than a line end",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "a mark that turns text round",
        '\u{2061}'..='\u{2064}' | '\u{206a}'..='\u{206f}' => "an invisible sign",
        '\u{feff}' => "a byte order mark",
        '\u{fff9}'..='\u{fffb}' => "a mark of annotation",
        '\u{fffd}' => "a character that was lost on its way",
        '\u{e0000}'..='\u{e007f}' => "an invisible letter",
        sign if sign.is_control() => "a control character",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_named_with_its_place() {
        let found = unseen("one\r\ntwo\u{200b}three").unwrap();
        assert_eq!((found.name, found.line, found.place), ("a zero width space", 2, 4));
        for text in [
            "a\0b",
            "a\u{1b}[31m",
            "a\u{7f}",
            "a\u{85}b",
            "a\rb",
            "a\u{202e}b",
            "\u{feff}a",
            "a\u{200d}b",
            "a\u{fffd}",
        ] {
            assert!(unseen(text).is_some(), "{text:?}");
            assert_eq!(unseen(&seen(text)), None, "{text:?}");
        }
        assert_eq!(seen("one\r\nt\u{200b}wo\n"), "one\r\ntwo\n");
    }

    #[test]
    fn writing_in_any_script_is_seen_as_it_is() {
        for text in [
            "Pryd mae'r apwyntiad?\n\tمتى الموعد؟ <b>&",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "👩\u{200d}👧",
            "naïve ŵ",
        ] {
            assert_eq!((unseen(text), seen(text).as_str()), (None, text), "{text:?}");
        }
    }
}
