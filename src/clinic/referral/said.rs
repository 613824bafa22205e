//! What is said of a referral: to whom and why, what it rests on, and of each thing that was done how, by whom and what follows.
//! Must not know: where it stands. Nothing of it reaches a relative.

use crate::{
    db::{UtcDate, closed},
    keys::content,
};

closed! {
    /// How the relative agreed to it.
    pub enum AgreedHow { Portal = "portal", Phone = "phone", Talk = "talk", Writing = "writing" }
}

impl AgreedHow {
    pub const fn title(self) -> &'static str {
        match self {
            AgreedHow::Portal => "On the relatives\u{2019} pages, in their answer",
            AgreedHow::Phone => "By telephone",
            AgreedHow::Talk => "In a talk, face to face or by video",
            AgreedHow::Writing => "In writing",
        }
    }
}

closed! {
    /// Who agreed. The proband cannot.
    pub enum AgreedBy { Themselves = "themselves", ForThem = "for_them" }
}

impl AgreedBy {
    pub const fn title(self) -> &'static str {
        match self {
            AgreedBy::Themselves => "The relative themselves",
            AgreedBy::ForThem => "Whoever is responsible for them, or may act for them",
        }
    }
}

closed! {
    /// Why another service sees them.
    pub enum Reason { LivesThere = "lives_there", EasierToReach = "easier_to_reach", InItsCare = "in_its_care" }
}

impl Reason {
    pub const fn title(self) -> &'static str {
        match self {
            Reason::LivesThere => "They live in its area",
            Reason::EasierToReach => "It is easier for them to reach",
            Reason::InItsCare => "They are in its care already",
        }
    }
}

closed! {
    /// How the other service was spoken to, or spoke to us.
    pub enum ByWay { Phone = "phone", Email = "email", Letter = "letter" }
}

impl ByWay {
    pub const fn title(self) -> &'static str {
        match self {
            ByWay::Phone => "By telephone",
            ByWay::Email => "By e-mail",
            ByWay::Letter => "By letter",
        }
    }
}

closed! {
    /// What comes next where the other service does not take them.
    pub enum Then { Ours = "ours", AnotherService = "another_service", AskThem = "ask_them" }
}

impl Then {
    pub const fn title(self) -> &'static str {
        match self {
            Then::Ours => "We see the relative ourselves",
            Then::AnotherService => "Another service is asked",
            Then::AskThem => "The relative is asked what they would like",
        }
    }
}

closed! {
    /// Why it was taken back. Whatever makes somebody not at risk has one word.
    pub enum EndedWhy {
        ByStaff = "by_staff",
        Objection = "objection",
        /// They asked for an appointment anew, and no longer ticked that another service may be asked.
        Agreement = "agreement",
        Died = "died",
        NotMe = "not_me",
        Eligibility = "eligibility",
        ReportAmended = "report_amended",
        /// Another took its place, or somebody looked and it needs nothing more.
        SeenTo = "seen_to",
    }
}

impl EndedWhy {
    pub const fn words(self) -> &'static str {
        match self {
            EndedWhy::ByStaff => "a member of staff took it back",
            EndedWhy::Objection => "the relative does not want it any more",
            EndedWhy::Agreement => "the relative no longer agrees that this service is asked",
            EndedWhy::Died => "the relative has died",
            EndedWhy::NotMe => "the letter that was answered came to somebody else",
            EndedWhy::Eligibility => "the list of relatives at risk changed",
            EndedWhy::ReportAmended => "the report was amended before it left",
            EndedWhy::SeenTo => "it was seen to",
        }
    }
}

/// To whom, why, and what it rests on.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Particulars {
    #[n(0)]
    pub house_name: String,
    #[n(1)]
    pub house_address: String,
    #[n(2)]
    pub house_postcode: String,
    #[n(3)]
    pub house_country: Option<String>,
    #[n(4)]
    pub house_email: String,
    #[n(5)]
    pub house_phone: String,
    #[n(6)]
    pub reason: Reason,
    #[n(7)]
    pub reason_words: String,
    #[n(8)]
    pub agreed_how: AgreedHow,
    #[n(9)]
    pub agreed_by: AgreedBy,
    #[n(10)]
    pub agreed_on: UtcDate,
    #[n(11)]
    pub agreed_words: String,
}
content!(D at "referrals.sealed" holds Particulars);

/// What was said of one thing that was done.
#[derive(Default, minicbor::Encode, minicbor::Decode)]
pub struct Said {
    #[n(0)]
    pub how: Option<ByWay>,
    /// Who it was at the other service.
    #[n(1)]
    pub who: String,
    #[n(2)]
    pub on: Option<UtcDate>,
    #[n(3)]
    pub then: Option<Then>,
    #[n(4)]
    pub words: String,
}
content!(D at "referral_steps.sealed" holds Said);
