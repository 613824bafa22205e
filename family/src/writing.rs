//! What is writing, and what stands in a text unseen: control characters, marks without width, marks that turn text round.
//! Must not know: whose text it is, or where it will be shown.

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
