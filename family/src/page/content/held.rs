//! The pages of what is held about whoever reads, and of what they ask about it.
//! Must not know: how the pages look, or how the service goes about a wish.

use serde_json::{Value, json};

use super::{
    super::{
        acting::{ActsShown, GivenBy, Initials},
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

/// Words of ours, with the first letters of a name where there are any.
fn with(words: &str, initials: Option<&Initials>) -> String {
    initials.map_or_else(|| words.to_owned(), |initials| format!("{words} ({})", initials.as_str()))
}

impl View<'_> {
    pub(super) fn held(&self, held: &Held) -> Result<Value, PageError> {
        let on = |date: &LetterDate| date.in_words(self.language);
        let mut sent = Vec::new();
        for one in &held.sent {
            sent.push(json!({ "on": on(&one.on), "by": self.words.get("sent", one.by.as_str())? }));
        }
        let mut answered = Vec::new();
        for one in &held.answered {
            answered.push(json!({
                "on": on(&one.on),
                "choice": self.words.get("choice", one.choice.as_str())?,
                "by": self.given_by(&one.by)?,
            }));
        }
        let mut handed = Vec::new();
        for one in &held.handed {
            handed.push(json!({
                "on": on(&one.on()),
                "service": one.service(),
                "stands": self.words.get("handed", one.stands().as_str())?,
            }));
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
            "name": held.name(), "address": held.address(), "given": self.given(held)?, "handed": handed,
            "sent": sent, "answered": answered, "wishes": wishes, "ask": ask,
            "acts": acts, "acts_end": path::ACTING_END,
        }))
    }

    /// The number they gave, and how they asked to be reached: only what they said, a line each.
    fn given(&self, held: &Held) -> Result<Vec<Value>, PageError> {
        let phone = held.phone.as_ref().map(|phone| ("phone", phone.as_str().to_owned()));
        let reach = held.reach.as_ref().map(|contact| self.contact_rows(contact)).transpose()?;
        let said = reach.into_iter().flatten().filter_map(|(field, value)| Some((field, value?)));
        phone
            .into_iter()
            .chain(said)
            .map(|(field, value)| Ok(json!({ "label": self.words.get("row", field)?, "value": value })))
            .collect()
    }

    /// Who gave an answer, as the person it is about is told.
    pub(super) fn given_by(&self, by: &GivenBy) -> Result<String, PageError> {
        match by {
            GivenBy::Themselves => self.words.get("given_by", "themselves").map(str::to_owned),
            GivenBy::Another { acting_as, initials } => {
                Ok(with(self.words.get("given_by", acting_as.as_str())?, initials.as_ref()))
            }
        }
    }

    /// Who acts for whoever reads: in words of ours, and the first letters of a name.
    pub(super) fn acts(&self, acts: &[ActsShown]) -> Result<Vec<Value>, PageError> {
        acts.iter()
            .map(|one| {
                let by = with(self.words.get("acts_for_you", one.acting_as.as_str())?, one.initials.as_ref());
                let (asked, until) = (one.asked.in_words(self.language), one.until.in_words(self.language));
                Ok(json!({ "by": by, "asked": asked, "until": until }))
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
