//! What a page offers to choose from: one radio, one box or one option of a list.
//! Must not know: which page offers it, or what follows from it.

use serde::Serialize;
use std::{borrow::Borrow, fmt::Display};

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: String,
    hint: Option<String>,
    chosen: bool,
}

impl Choice {
    pub fn of(value: impl Display, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), hint: None, chosen: false }
    }

    /// A hint, or none where nothing is to be said of this one.
    #[must_use]
    pub fn hint<'a>(mut self, hint: impl Into<Option<&'a str>>) -> Self {
        self.hint = hint.into().map(str::to_owned);
        self
    }

    #[must_use]
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }

    /// Each of a list, of which none is chosen yet.
    pub fn all<T: Copy + Display + PartialEq, L: Into<String>>(
        list: impl IntoIterator<Item = impl Borrow<T>>,
        label: impl Fn(T) -> L,
    ) -> Vec<Self> {
        Self::among(list, label, None)
    }

    /// Each of a list, with the one that is chosen.
    pub fn among<T: Copy + Display + PartialEq, L: Into<String>>(
        list: impl IntoIterator<Item = impl Borrow<T>>,
        label: impl Fn(T) -> L,
        chosen: Option<T>,
    ) -> Vec<Self> {
        list.into_iter()
            .map(|one| *one.borrow())
            .map(|one| Self::of(one, label(one)).chosen(chosen == Some(one)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_gets_every_field_whatever_is_said_of_it() {
        let plain = json!({"value": "yes", "label": "Yes", "hint": null, "chosen": false});
        assert_eq!(serde_json::to_value(Choice::of("yes", "Yes")).unwrap(), plain);
        let whole = json!({"value": "7", "label": "Seven", "hint": "A number", "chosen": true});
        let seven = Choice::of(7, "Seven".to_owned()).hint("A number").chosen(true);
        assert_eq!(serde_json::to_value(seven).unwrap(), whole);
        assert_eq!(Choice::of("no", "No").hint(None), Choice::of("no", "No"));
    }

    #[test]
    fn a_list_keeps_its_order_and_has_at_most_one_that_is_chosen() {
        let label = |one: i32| format!("{one} days");
        let some = Choice::all([1, 2], label);
        assert_eq!(some, [Choice::of(1, "1 days"), Choice::of(2, "2 days")]);
        let some = Choice::among([1, 2, 3].iter().filter(|one| **one > 1), label, Some(3));
        assert_eq!(some, [Choice::of(2, "2 days"), Choice::of(3, "3 days").chosen(true)]);
    }
}
