//! The pages of what is held about whoever reads, and of what they ask about it.
//! Must not know: how the pages look, or how the service goes about a wish.

use serde_json::{Value, json};

use super::{
    super::{
        acting::ActsShown,
        choice::{Section, WishKind},
        held::Held,
        more::{EMAIL, NAME},
        path,
        portal::PageError,
        reply::{NEEDS, PHONE, QUESTION},
        typed::Typed,
    },
    View,
};
use crate::letter::LetterDate;

impl View<'_> {
    pub(super) fn held(&self, held: &Held) -> Result<Value, PageError> {
        let on = |date: &LetterDate| date.in_words(self.language);
        let mut sent = Vec::new();
        for one in &held.sent {
            sent.push(json!({ "on": on(&one.on), "by": self.words.get("sent", one.by.as_str())? }));
        }
        let mut answered = Vec::new();
        for (date, choice) in &held.answered {
            answered.push(json!({ "on": on(date), "choice": self.words.get("choice", choice.as_str())? }));
        }
        let mut wishes = Vec::new();
        for wish in &held.wishes {
            let end = wish.end.map_or("waits", |end| end.as_str());
            wishes.push(json!({
                "on": on(&wish.on),
                "kind": self.words.get("wish", wish.kind.as_str())?,
                "end": self.words.get("wish_end", end)?,
            }));
        }
        let mut ask = Vec::new();
        for kind in WishKind::ALL {
            ask.push(
                json!({ "address": path::wish(*kind), "label": self.words.get("wish", kind.as_str())? }),
            );
        }
        let acts = self.acts(&held.acts)?;
        Ok(json!({
            "name": held.name(), "address": held.address(),
            "sent": sent, "answered": answered, "wishes": wishes, "ask": ask,
            "acts": acts, "acts_end": path::ACTING_END,
        }))
    }

    /// Who acts for whoever reads, in words of ours alone.
    pub(super) fn acts(&self, acts: &[ActsShown]) -> Result<Vec<Value>, PageError> {
        acts.iter()
            .map(|one| {
                let by = self.words.get("acts_for_you", one.acting_as.as_str())?;
                Ok(json!({ "by": by, "until": one.until.in_words(self.language) }))
            })
            .collect()
    }

    pub(super) fn wish(&self, kind: WishKind, typed: &Typed) -> Result<Value, PageError> {
        let words = |field, most| self.text(field, typed, Some(most));
        Ok(match kind {
            WishKind::Correct => json!({
                "name": words("right_name", NAME)?,
                "address": words("right_address", NEEDS)?,
                "email": words("right_email", EMAIL)?,
                "phone": words("right_phone", PHONE)?,
            }),
            WishKind::Copy => json!({ "how": words("how", NEEDS)? }),
            WishKind::Delete => json!({ "what": words("what", QUESTION)? }),
            WishKind::Reach => self.more(Section::Contact, typed)?,
            WishKind::Others => self.more(Section::Others, typed)?,
        })
    }
}
