//! The pages for whoever acts for another: their fields, and what is wrong with them.
//! Must not know: whether anybody may act for anybody, or the words of labels.

use serde_json::{Value, json};

use super::{
    super::{
        acting::{Acting, AskToAct, NAME, TIMES},
        choice::{ActingAs, ActingFor},
        path::ActingStep,
        portal::PageError,
        reply::PHONE,
    },
    View,
};

impl View<'_> {
    pub(super) fn acting(&self, acting: &Acting) -> Result<Value, PageError> {
        Ok(match acting {
            Acting::Start { .. } => {
                json!({ "acting": self.radios("acting", ActingFor::ALL, ActingFor::as_str, None)? })
            }
            Acting::SecondCode { typed, .. } => {
                json!({ "second_code": self.text("second_code", typed, None)? })
            }
            Acting::As { .. } => {
                json!({ "acting_as": self.radios("acting_as", ActingAs::ALL, ActingAs::as_str, None)? })
            }
            Acting::Name { acting_as, young_from, typed, .. } => json!({
                "parent": *acting_as == ActingAs::Parent,
                "attorney": *acting_as == ActingAs::Attorney,
                "helper": *acting_as == ActingAs::Helper,
                "young_from": young_from,
                "own_name": self.text("own_name", typed, Some(NAME))?,
            }),
            Acting::Phone { typed, .. } => json!({
                "own_phone": self.text("own_phone", typed, Some(PHONE))?,
                "own_times": self.text("own_times", typed, Some(TIMES))?,
            }),
            Acting::Check(asking) => json!({ "rows": self.asked(asking)? }),
            Acting::Asked { within } => json!({ "within": within }),
            Acting::NotMatched => json!({}),
        })
    }

    /// All that is asked, and where to change each.
    fn asked(&self, asking: &AskToAct) -> Result<Vec<Value>, PageError> {
        let times = asking.times.as_ref().map(|times| times.as_str());
        let acting_as = self.words.get("acting_as", asking.acting_as.as_str())?;
        let rows = [
            ("acting_as", Some(acting_as), ActingStep::As),
            ("own_name", Some(asking.name.as_str()), ActingStep::Name),
            ("own_phone", Some(asking.phone.as_str()), ActingStep::Phone),
            ("own_times", times, ActingStep::Phone),
        ];
        rows.into_iter()
            .map(|(field, value, step)| {
                let label = self.words.get("row", field)?;
                Ok(json!({ "label": label, "value": value, "change": format!("{}#{field}", step.address()) }))
            })
            .collect()
    }
}
