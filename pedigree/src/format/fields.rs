//! A line of a file of columns, cut into fields; quotation marks hold a field with spaces together.
//! Must not know: what any column means.

use super::{FormatError, WriteError};

/// One field, and whether it stood in quotation marks: `"0"` is a text, `0` may mean nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub text: String,
    pub quoted: bool,
}

impl Field {
    /// The text, unless it is one of the signs for nothing, which in quotation marks it is not.
    pub fn is_bare(&self, text: &str) -> bool {
        !self.quoted && self.text == text
    }
}

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// Any number of spaces and tabs.
    Space,
    /// Exactly one of this character; a field may be empty.
    One(char),
}

/// The filled lines of a text with their numbers from 1; lines that begin with # are left out.
pub(crate) fn filled_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'))
}

/// Cuts a line into fields.
///
/// # Errors
/// A quotation mark that is not closed, or that closes in the middle of a field.
pub(crate) fn fields(line: usize, text: &str, separator: Separator) -> Result<Vec<Field>, FormatError> {
    let mut fields = Vec::new();
    let mut rest = text.trim_end_matches(['\r', '\n']);
    loop {
        rest = match separator {
            Separator::Space => rest.trim_start(),
            Separator::One(_) => rest.trim_start_matches(' '),
        };
        if rest.is_empty() && (separator == Separator::Space || fields.is_empty()) {
            return Ok(fields);
        }
        let ends = |mark: char| match separator {
            Separator::Space => mark.is_whitespace(),
            Separator::One(one) => mark == one,
        };
        let wrong = |expected| FormatError::new(line, fields.len() + 1, expected);
        let (field, after) = match rest.strip_prefix('"') {
            Some(inside) => {
                let Some((text, after)) = quoted(inside) else {
                    return Err(wrong("a closing quotation mark"));
                };
                let after = if separator == Separator::Space { after } else { after.trim_start_matches(' ') };
                if !after.chars().next().is_none_or(ends) {
                    return Err(wrong("the end of the field after its closing quotation mark"));
                }
                (Field { text, quoted: true }, after)
            }
            None => {
                let end = rest.find(ends).unwrap_or(rest.len());
                let (text, after) = rest.split_at(end);
                (Field { text: text.trim_end().to_owned(), quoted: false }, after)
            }
        };
        fields.push(field);
        match after.chars().next() {
            None => return Ok(fields),
            Some(mark) => rest = after.get(mark.len_utf8()..).unwrap_or_default(),
        }
        if rest.is_empty() && separator != Separator::Space {
            fields.push(Field { text: String::new(), quoted: false });
            return Ok(fields);
        }
    }
}

/// What stands before the closing mark, two marks being one, and what follows it.
fn quoted(inside: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = inside;
    loop {
        let (before, after) = rest.split_once('"')?;
        text += before;
        match after.strip_prefix('"') {
            Some(again) => {
                text.push('"');
                rest = again;
            }
            None => return Some((text, after)),
        }
    }
}

/// The field as it is written: in quotation marks where it would otherwise be read as something else.
pub(crate) fn written(text: &str, meaningful: &[&str]) -> String {
    let plain = !text.is_empty()
        && !text.starts_with('#')
        && !text.contains(|mark: char| mark.is_whitespace() || matches!(mark, '"' | ',' | ';' | '\u{feff}'))
        && !meaningful.contains(&text);
    if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// The field as it is written, where a line can hold it.
///
/// # Errors
/// A line break in it.
pub(crate) fn held(text: &str, meaningful: &[&str]) -> Result<String, WriteError> {
    if text.contains(['\n', '\r']) {
        Err(WriteError::Id { id: text.to_owned(), why: "it has a line break in it" })
    } else {
        Ok(written(text, meaningful))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str, separator: Separator) -> Vec<String> {
        fields(1, line, separator).unwrap().into_iter().map(|field| field.text).collect()
    }

    #[test]
    fn spaces_run_together_and_single_separators_do_not() {
        assert_eq!(texts(" a\t b  \"c d\" \r", Separator::Space), ["a", "b", "c d"]);
        assert_eq!(texts("a,, \"b,\"\"c\" ,", Separator::One(',')), ["a", "", "b,\"c", ""]);
        assert_eq!(texts("", Separator::One(',')), [""; 0]);
    }

    #[test]
    fn an_open_quotation_mark_is_an_error_with_its_field() {
        assert_eq!(fields(3, "a \"b", Separator::Space).unwrap_err().column, 2);
        assert_eq!(fields(3, "\"b\"c d", Separator::Space).unwrap_err().column, 1);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["a", "", "0", "a b", "\"", "#x", "a,b"] {
            let again = fields(1, &written(text, &["0"]), Separator::Space).unwrap();
            assert_eq!(again[0].text, text);
            assert!(!again[0].is_bare("0"));
        }
    }
}
