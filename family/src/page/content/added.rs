//! The pages of what may be added to an answer: their fields as they were typed, and what is wrong with them.
//! Must not know: the words of labels, or what was chosen before.

use serde_json::{Value, json};

use super::{
    super::{
        choice::{Notify, Relation, Section},
        more::{BORN, EMAIL, GP, NAME, ROWS, TIMES},
        portal::PageError,
        reply::{PHONE, REMARK},
        typed::Typed,
    },
    View,
};
use crate::{language::Language, letter::TextSize};

impl View<'_> {
    pub(super) fn more(&self, section: Section, typed: &Typed) -> Result<Value, PageError> {
        let words = |field, most| self.text(field, typed, Some(most));
        let or = |field: &str, otherwise: &str| -> String {
            let typed = typed.field(field);
            if typed.is_empty() { otherwise.to_owned() } else { typed.to_owned() }
        };
        Ok(match section {
            Section::Gp => json!({ "gp": words("gp", GP)?, "tell": typed.field("gp_tell") == "yes" }),
            Section::Others => json!({
                "children": words("children", REMARK)?,
                "people": self.people(typed)?,
            }),
            Section::Contact => json!({
                "notify": self.radios("notify", Notify::ALL, Notify::as_str, Some(&or("notify", "post")))?,
                "email": words("email", EMAIL)?,
                "mobile": words("mobile", PHONE)?,
                "times": words("safe_times", TIMES)?,
                "discreet": typed.field("discreet") == "yes",
                "size": self.radios("size", &TextSize::ALL, TextSize::as_str, Some(&or("size", "12")))?,
                "language": self.radios("language", &Language::ALL, Language::code, Some(&or("language", self.words.lang.get(..2).unwrap_or_default())))?,
                "format": words("format", REMARK)?,
            }),
        })
    }

    /// A row for everybody who was told of, and an empty one while there is room.
    fn people(&self, typed: &Typed) -> Result<Vec<Value>, PageError> {
        let filled = ROWS.iter().rposition(|row| row.iter().any(|field| !typed.field(field).is_empty()));
        let shown = filled.map_or(1, |last| last + 2);
        let mut people = Vec::new();
        for (place, [name, relation, born]) in ROWS.into_iter().enumerate().take(shown) {
            let mut options = vec![json!({ "value": "", "label": "", "chosen": false })];
            for one in Relation::ALL {
                options.push(json!({
                    "value": one.as_str(),
                    "label": self.words.get("relation", one.as_str())?,
                    "chosen": typed.field(relation) == one.as_str(),
                }));
            }
            people.push(json!({
                "place": place + 1,
                "name": self.text(name, typed, Some(NAME))?,
                "relation": { "name": relation, "options": options, "problem": self.problem(relation)? },
                "born": self.text(born, typed, Some(BORN))?,
            }));
        }
        Ok(people)
    }
}
