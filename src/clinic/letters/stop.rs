//! Why a letter was stopped, as stored and as staff read it.
//! Must not know: what stops it; whoever does names the reason.

use crate::{
    access::{Permission, Role, permission::allows},
    db::closed,
};

closed! {
    /// Why a letter was stopped.
    pub enum Stop {
        ConsentChanged = "consent_changed",
        ReportAmended = "report_amended",
        Objection = "objection",
        /// The relative does not want to know a part of what it tells.
        NotToKnow = "not_to_know",
        Died = "died",
        AddressChanged = "address_changed",
        /// It must not be printed any more.
        AddressRestricted = "address_restricted",
        NameChanged = "name_changed",
        EmailChanged = "email_changed",
        /// The number that a text message about it would go to.
        MobileChanged = "mobile_changed",
        BirthDateChanged = "birth_date_changed",
        /// In which language, or how large, they read.
        NeedsChanged = "needs_changed",
        /// It holds words that somebody has since asked never to pass on.
        NeverShare = "never_share",
        ByStaff = "by_staff",
        /// The relative answered an earlier letter meanwhile.
        Answered = "answered",
        /// It came to somebody else.
        NotMe = "not_me",
        /// A result of the relative's own is on record.
        Tested = "tested",
        /// The policy pack that the service works under now does not allow it.
        Policy = "policy",
        /// It may not be safe to reach the person, or not in that way.
        Safeguarding = "safeguarding",
        /// Another file of the family writes to this relative already.
        OtherFile = "other_file",
        /// The decision it rested on was let go in an emergency, and the review did not uphold that.
        NotUpheld = "not_upheld",
        /// Its reader has come of an age at which they are written to otherwise.
        CameOfAge = "came_of_age",
        /// Whoever it goes to is not on record as responsible for the child any more.
        NotResponsible = "not_responsible",
        /// The result it tells was corrected.
        ResultCorrected = "result_corrected",
        /// They may be contacted again, so that nothing is to be confirmed.
        WishLifted = "wish_lifted",
        /// The service has taken back its approval of the words that it is written with.
        Wording = "wording",
        /// The certificate that goes with it was taken back.
        Certificate = "certificate",
        /// The relative has changed the answer by which they agreed to it.
        AgreementChanged = "agreement_changed",
        /// Not at risk, or not known to be: for every reason the same word.
        Eligibility = "eligibility",
    }
}

impl Stop {
    /// As somebody with these roles reads it: what the proband said is for those who may read it.
    pub fn words_to(self, roles: &[Role]) -> &'static str {
        if self == Stop::ConsentChanged && !allows(roles, Permission::ReasoningView) {
            return "it may no longer go out";
        }
        self.words()
    }

    /// What whoever reads that should do.
    pub fn what_now(self) -> &'static str {
        if self == Stop::Wording {
            return "Return it, and draft it again: it is then written with the wording that counts now.";
        }
        "Return it, and look at the relative again."
    }

    /// As staff read it, after "because".
    pub const fn words(self) -> &'static str {
        match self {
            Stop::ConsentChanged => "what the proband agrees to changed, or its last day has passed",
            Stop::ReportAmended => "the report was amended",
            Stop::Objection => "the relative does not want to be contacted",
            Stop::NotToKnow => "the relative does not want to know a part of what it tells",
            Stop::Died => "the relative has died, or somebody who had the letter says so",
            Stop::AddressChanged => "the address changed",
            Stop::AddressRestricted => "the address must not be printed",
            Stop::NameChanged => "the name changed",
            Stop::EmailChanged => "the e-mail address changed",
            Stop::MobileChanged => "the mobile number changed",
            Stop::BirthDateChanged => "the date of birth changed",
            Stop::NeedsChanged => "the language or size in which this person reads changed",
            Stop::NeverShare => "it holds words that are never to be shared",
            Stop::ByStaff => "a member of staff stopped it",
            Stop::Answered => "the relative answered an earlier letter",
            Stop::NotMe => "it came to somebody else",
            Stop::Tested => "the relative has been tested",
            Stop::Policy => "the policy pack in force does not allow it",
            Stop::Safeguarding => "it is being made sure that this person can be reached safely",
            Stop::OtherFile => "another file of the family writes to this relative already",
            Stop::NotUpheld => "the review did not uphold that the decision could not wait",
            Stop::CameOfAge => "the relative has come of an age at which they are written to otherwise",
            Stop::NotResponsible => {
                "whoever it goes to is not on record as responsible for the child any more"
            }
            Stop::ResultCorrected => "the result it tells was corrected",
            Stop::WishLifted => "the relative may be contacted again",
            Stop::Wording => {
                "the service has retired the wording that it is written with, or taken back its approval"
            }
            Stop::Certificate => "the certificate that goes with it does not stand any more",
            Stop::AgreementChanged => "the relative has changed the answer by which they agreed to it",
            Stop::Eligibility => "the list of relatives at risk changed, or is being checked again",
        }
    }
}
