//! The page of what was asked and answered, newest first, and that of whoever comes back.
//! Must not know: how the page looks, or whether an answer is a good one.

use serde_json::{Value, json};

use super::{
    super::{
        ComeBack,
        acting::GivenBy,
        answered::{Asked, Asking, Enough},
        choice::Handed,
        portal::PageError,
    },
    View,
};

impl View<'_> {
    pub(super) fn come_back(&self, back: &ComeBack) -> Result<Value, PageError> {
        let (answer, by) = match &back.current {
            None => (None, None),
            Some((choice, GivenBy::Themselves)) => (Some(self.word("choice", choice.as_str())?), None),
            Some((choice, by @ GivenBy::Another { .. })) => {
                (Some(self.word("choice", choice.as_str())?), Some(self.given_by(by)?))
            }
        };
        Ok(json!({
            "answer": answer, "by": by, "answered_otherwise": back.answered_otherwise,
            "readable": back.readable,
            "handed_over": back.handed == Some(Handed::HasThem),
            "declined": back.handed == Some(Handed::Declined),
            "waits": back.asking == Asking::Waits,
            "new": back.asking == Asking::New, "read": back.asking == Asking::Read,
        }))
    }

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
