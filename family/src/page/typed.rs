//! What a form held, to be shown again beside a problem or a Change link, so that nobody has to type twice.
//! Must not know: whether it is valid, or what it will lead to.

use std::{collections::BTreeMap, fmt};

use super::{choice::Section, more::More, reply::Reply};
use crate::writing::seen;

/// Ten times the longest field, so that someone who wrote too much can shorten it; nobody's page grows without end.
const MOST_SHOWN_AGAIN: usize = 10_000;

/// The fields of a form as they were typed. Debug prints none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, String>);

impl Typed {
    /// Nothing typed yet.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The form as it came in, without what nobody could see on a page.
    pub fn again(fields: &BTreeMap<String, String>) -> Self {
        let kept = |text: &String| -> String {
            seen(&text.replace("\r\n", "\n")).chars().take(MOST_SHOWN_AGAIN).collect()
        };
        Self(fields.iter().map(|(name, text)| (name.clone(), kept(text))).collect())
    }

    /// What was added on one page before.
    pub fn added(more: &More, section: Section) -> Self {
        Self(more.fields(section))
    }

    /// What was typed in one field; empty if nothing was.
    pub(super) fn field(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

impl From<&Reply> for Typed {
    fn from(reply: &Reply) -> Self {
        Self(reply.to_fields())
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_again_has_no_control_characters_and_no_great_length() {
        let fields = BTreeMap::from([
            ("question".to_owned(), format!("a\0b\r\nc{}", "x".repeat(11_000))),
            ("phone".to_owned(), "020".to_owned()),
        ]);
        let typed = Typed::again(&fields);
        assert!(typed.field("question").starts_with("ab\ncx"));
        assert_eq!(typed.field("question").chars().count(), MOST_SHOWN_AGAIN);
        assert_eq!(typed.field("phone"), "020");
        assert_eq!(typed.field("nothing"), "");
        assert_eq!(format!("{typed:?}"), "Typed(..)");
    }
}
