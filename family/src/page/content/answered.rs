//! The page of what was asked and answered, newest first.
//! Must not know: how the page looks, or whether an answer is a good one.

use serde_json::{Value, json};

use super::{
    super::answered::{Asked, Enough},
    View,
};

impl View<'_> {
    /// Each answer in the languages it was written in, that of the page first.
    pub(super) fn answered(&self, asked: &[Asked], enough: Enough) -> Value {
        let language = self.words.language();
        let one = |asked: &Asked| {
            let sides: Vec<Value> = asked
                .answer
                .iter()
                .flat_map(|answer| answer.words.in_order(language))
                .map(|(language, paragraphs)| json!({ "lang": language.tag(), "paragraphs": paragraphs }))
                .collect();
            json!({
                "question": asked.question.as_str(),
                "on": asked.on.in_words(language),
                "answered_on": asked.answer.as_ref().map(|answer| answer.on.in_words(language)),
                "sides": sides,
            })
        };
        json!({
            "asked": asked.iter().map(one).collect::<Vec<_>>(),
            "may_say": enough == Enough::MaySay,
            "said": enough == Enough::Said,
        })
    }
}
