//! What a typed text may be: not longer than the policy pack says for its field, and nothing in it that nobody can see.
//! Must not know: which form a field stands on, or what it means.

use crate::{
    error::{Error, Result},
    policy::TextLimits,
};
use kinward_family::writing::{Unseen, unseen};
use serde_json::{Map, Value};

/// Every text of a request, also inside lists.
///
/// # Errors
/// The first text that is too long, is no single line where one is asked for, or holds what cannot be seen; at its field.
pub(super) fn check(sent: &Map<String, Value>, form: bool, limits: &TextLimits) -> Result<()> {
    sent.iter().try_for_each(|(field, value)| {
        // A password is judged where it is set; what it holds is told to nobody.
        if field.contains("password") { Ok(()) } else { check_value(field, value, form, limits) }
    })
}

fn check_value(field: &str, value: &Value, form: bool, limits: &TextLimits) -> Result<()> {
    match value {
        Value::String(text) => check_text(field, text, limits)
            .map_err(|told| Error::bad_input(told.words(field, form)).at(field)),
        Value::Array(values) => values.iter().try_for_each(|value| check_value(field, value, form, limits)),
        Value::Object(values) => {
            values.values().try_for_each(|value| check_value(field, value, form, limits))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// The text of a file that is read into rows, where what nobody can see would end up in a name.
///
/// # Errors
/// The first sign that cannot be seen, with its line and place.
pub fn file_check(field: &str, text: &str) -> Result<()> {
    match unseen(text) {
        Some(found) => Err(Error::bad_input(Wrong::Unseen(found).words(field, false)).at(field)),
        None => Ok(()),
    }
}

enum Wrong {
    TooLong { most: usize, has: usize },
    NotOneLine,
    Unseen(Unseen),
}

fn check_text(field: &str, text: &str, limits: &TextLimits) -> std::result::Result<(), Wrong> {
    // A line end counts one, however the browser wrote it.
    let text = text.replace("\r\n", "\n");
    let (most, has) = (limits.most(field), text.trim().chars().count());
    if let Some(unseen) = unseen(&text) {
        return Err(Wrong::Unseen(unseen));
    }
    if text.trim().contains('\n') && !limits.is_words(field) {
        return Err(Wrong::NotOneLine);
    }
    if has > most { Err(Wrong::TooLong { most, has }) } else { Ok(()) }
}

impl Wrong {
    fn words(&self, field: &str, form: bool) -> String {
        let field = super::input::shown(field, form);
        match self {
            Self::TooLong { most, has } => format!(
                "'{field}' has {} characters; the most is {}. Shorten it and send it again. Nothing was saved.",
                grouped(*has),
                grouped(*most)
            ),
            Self::NotOneLine => {
                format!(
                    "'{field}' must be one line. Take out the line end and send it again. Nothing was saved."
                )
            }
            Self::Unseen(Unseen { sign, name, line, place }) => {
                let what = format!("{name} (U+{:04X}), line {line}, character {place}", u32::from(*sign));
                let then = match form {
                    true => "It is left out below: check the text and send it again.",
                    false => "Send it without.",
                };
                format!("'{field}' holds something that cannot be seen: {what}. {then} Nothing was saved.")
            }
        }
    }
}

/// A number below a thousand million the way people read it: 500, 1,000.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn told(field: &str, text: &str) -> Option<String> {
        let sent = Map::from_iter([(field.to_owned(), Value::String(text.to_owned()))]);
        let limits = Policy::embedded().unwrap().texts;
        check(&sent, true, &limits).err().map(|refused| {
            assert_eq!(refused.field(), Some(field));
            refused.public().to_owned()
        })
    }

    #[test]
    fn a_text_is_counted_in_characters_and_told_by_how_much_it_is_too_long() {
        let limits = Policy::embedded().unwrap().texts;
        let most = limits.most("told");
        assert_eq!(told("told", &"ŵ".repeat(most)), None);
        assert_eq!(told("told", &format!("{}\r\n", "ab\r\n".repeat(most / 4))), None);
        let words = told("told", &"ŵ".repeat(most + 1)).unwrap();
        assert!(
            words.contains(&format!("has {} characters; the most is {}", grouped(most + 1), grouped(most))),
            "{words}"
        );
        assert!(told("given_name", &"x".repeat(limits.line + 1)).is_some());
    }

    #[test]
    fn what_cannot_be_seen_is_named_with_its_place_and_never_in_a_password() {
        let words = told("told", "one\ntwo\u{202e}").unwrap();
        assert!(words.contains("a mark that turns text round (U+202E), line 2, character 4"), "{words}");
        assert!(told("given_name", "Ann\nSmith").unwrap().contains("one line"));
        assert_eq!(told("told", "one\r\n\ttwo"), None);
        assert_eq!(told("password", "se\u{200b}cret\0"), None);
        let nested: Map<String, Value> = serde_json::from_str(r#"{"codes":[{"a":"x\u0000"}]}"#).unwrap();
        assert!(check(&nested, false, &Policy::embedded().unwrap().texts).is_err());
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!([7, 1000, 50_000, 1_048_577].map(grouped), ["7", "1,000", "50,000", "1,048,577"]);
    }
}
