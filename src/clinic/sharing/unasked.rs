//! Why a proband cannot be asked, and what stands in the place of their word: a search for what they wished, or a finding of
//! capacity for this one decision. Must not know: which relative it is about. Nobody consents for them: what is recorded
//! here is weighed in a decision.

use super::{capacity::assessed_possible, consent::ConsentEntry};
use crate::{
    db::{UtcDate, closed},
    error::{Error, Result},
    policy::DateLimits,
};

closed! {
    /// Why they cannot be asked.
    pub enum Cause {
        Died = "died",
        NotFound = "not_found",
        /// For this decision, now; it may be another next month. Source: Mental Capacity Act 2005, sections 2 and 3.
        NoCapacity = "no_capacity",
        Other = "other",
    }
}

closed! {
    /// Who may by law speak for somebody without capacity in this. A next of kin may not by being one, and is not here.
    /// Source: Mental Capacity Act 2005; the laws of Scotland and of Northern Ireland differ in names.
    pub enum Spokesperson {
        Attorney = "attorney",
        Deputy = "deputy",
        Consultee = "consultee",
        Nobody = "nobody",
    }
}

impl Cause {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Died => "They have died",
            Self::NotFound => "They cannot be reached",
            Self::NoCapacity => "They cannot decide this now",
            Self::Other => "Another reason, in the words above",
        }
    }
}

impl Spokesperson {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Attorney => "An attorney for health and welfare",
            Self::Deputy => "A deputy, or a guardian, made by a court",
            Self::Consultee => {
                "Somebody who is asked what they would have wanted, without the power to decide"
            }
            Self::Nobody => "Nobody",
        }
    }
}

/// What is on record in the place of their word. Sealed with the words about it.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Unasked {
    #[n(0)]
    pub cause: Cause,
    /// Where their wish was looked for.
    #[n(1)]
    pub searched: Option<String>,
    /// What was found of it, or that nothing was.
    #[n(2)]
    pub wish: Option<String>,
    #[n(3)]
    pub assessed_on: Option<UtcDate>,
    /// Who assessed capacity for this decision, and how.
    #[n(4)]
    pub assessed: Option<String>,
    #[n(5)]
    pub spokesperson: Option<Spokesperson>,
    /// What they would likely want, and from whom it is known.
    #[n(6)]
    pub likely_view: Option<String>,
}

impl Unasked {
    /// # Errors
    /// The first thing that this cause needs and the entry lacks, beside its field.
    pub fn of(entry: &ConsentEntry, limits: DateLimits, today: UtcDate) -> Result<Self> {
        let needed = |field: &str, text: &Option<String>, what: &str| -> Result<Option<String>> {
            match text.as_deref().map(str::trim).filter(|text| text.chars().count() > 2) {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(Error::bad_input(format!("Write {what}. Nothing was saved.")).at(field)),
            }
        };
        let cause = entry.cause.ok_or_else(|| {
            Error::bad_input("Choose why the proband cannot be asked. Nothing was saved.").at("cause")
        })?;
        let mut unasked = Self {
            cause,
            searched: None,
            wish: None,
            assessed_on: None,
            assessed: None,
            spokesperson: None,
            likely_view: None,
        };
        match cause {
            Cause::Died => {
                let where_ = "where you looked for what they wished: notes, letters, those who knew them";
                unasked.searched = needed("wish_searched", &entry.wish_searched, where_)?;
                unasked.wish =
                    needed("wish_found", &entry.wish_found, "what you found, or that there was nothing")?;
            }
            Cause::NoCapacity => {
                let on = entry.assessed_on.ok_or_else(|| {
                    let told =
                        "Give the day on which capacity for this decision was assessed. Nothing was saved.";
                    Error::bad_input(told).at("assessed_on")
                })?;
                assessed_possible(on, "assessed_on", limits, today)?;
                unasked.assessed_on = Some(on);
                unasked.assessed = needed("assessed", &entry.assessed, "who assessed it, and how")?;
                unasked.spokesperson = Some(entry.spokesperson.ok_or_else(|| {
                    let told = "Choose who may by law speak for them in this. Nothing was saved.";
                    Error::bad_input(told).at("spokesperson")
                })?);
                let view = "what they would likely want, and from whom you know it";
                unasked.likely_view = needed("likely_view", &entry.likely_view, view)?;
            }
            Cause::NotFound | Cause::Other => {}
        }
        Ok(unasked)
    }

    /// What is on record, as staff read it: heading and words.
    pub fn said(&self) -> Vec<(&'static str, String)> {
        let words = |heading, text: &Option<String>| text.clone().map(|text| (heading, text));
        [
            Some(("Why they cannot be asked", self.cause.title().to_owned())),
            words("Where their wish was looked for", &self.searched),
            words("What they wished", &self.wish),
            self.assessed_on.map(|day| ("Capacity for this decision assessed on", day.shown())),
            words("By whom, and how", &self.assessed),
            self.spokesperson.map(|who| ("Who may speak for them", who.title().to_owned())),
            words("What they would likely want", &self.likely_view),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
