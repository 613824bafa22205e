//! Where a row of text may be cut: between words, and not inside what must stay in one line.
//! Must not know: fonts, or how wide anything is.

use std::borrow::Cow;

/// Spaces at which a line may end: every kind except those that forbid it.
pub(super) fn breaks(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// The words of a row between which a line may end. The groups of a telephone number stay together: what begins like one, with
/// a nought or a plus, holds the groups of digits that follow.
pub(super) fn words_of(row: &str) -> Vec<Cow<'_, str>> {
    let bare = |text: &str| text.trim_end_matches(['.', ',', ';', ')']).to_owned();
    let is_group = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let begins = |text: &str| {
        text.len() > 2 && text.starts_with(['0', '+', '(']) && is_group(text.trim_start_matches(['(', '+']))
    };
    let mut words: Vec<Cow<'_, str>> = Vec::new();
    let mut in_number = false;
    for text in row.split(breaks).filter(|text| !text.is_empty()) {
        match words.last_mut() {
            Some(last) if in_number && is_group(&bare(text)) => {
                let joined = last.to_mut();
                joined.push(' ');
                joined.push_str(text);
            }
            Some(_) | None => {
                words.push(Cow::Borrowed(text));
                in_number = begins(text);
                continue;
            }
        }
        // What ends with a sign ends the number.
        in_number = is_group(text);
    }
    words
}
