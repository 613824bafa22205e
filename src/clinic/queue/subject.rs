//! What a work item stands for, by its kind and id.
//! Must not know: in which queue it stands, or what the subject holds.

use crate::{
    db::closed,
    ids::{FamilyId, TaskId},
};

closed! {
    /// What an item stands for.
    pub enum SubjectKind {
        Report = "report",
        /// What a relative asks about their own details.
        Wish = "wish",
        Result = "result",
        Task = "relative_task",
        Letter = "letter",
        Post = "post",
        Invitation = "invitation",
        Objection = "objection",
        /// An agreement with a last day; by the id of the relative task that it is about.
        Agreement = "agreement",
        /// Known by the relative task that cannot wait.
        Urgency = "urgency",
        Inquiry = "inquiry",
        /// What a relative was told wrongly; by the id of their task.
        Knowledge = "who_knows_what",
        RelativeResult = "relative_result",
        /// How they are reached.
        Person = "person",
        /// A decision that was let go at once.
        Emergency = "emergency",
        /// Known by the amended report on which something rested.
        Recontact = "recontact",
        /// A letter to the proband, or about them.
        PersonalLetter = "personal_letter",
        /// What is answered to a relative who asked something.
        Answer = "answer",
        /// Somebody got what was not for them.
        Incident = "incident",
        /// A family given over to another service.
        Transfer = "transfer",
        /// Those who ask to act for a relative; by the id of the relative's task.
        Proxy = "proxy",
        /// Somebody rang, and is rung back.
        Call = "call",
        /// A relative handed to their own service.
        Referral = "referral",
        /// Advice, rights in what is held, data for research.
        Request = "request",
    }
}

/// The one thing an item stands for, and the family it is in, where there is one.
#[derive(Debug, Clone)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: String,
    pub family: Option<FamilyId>,
    /// The relative it is about, where that is one and the id does not say so itself.
    pub task: Option<TaskId>,
}

impl Subject {
    /// The relative that the work is about: what comes first goes by them.
    pub fn about(&self) -> Option<TaskId> {
        match self.kind {
            SubjectKind::Task
            | SubjectKind::Urgency
            | SubjectKind::Agreement
            | SubjectKind::Knowledge
            | SubjectKind::Proxy => self.id.parse().ok(),
            SubjectKind::Report
            | SubjectKind::Wish
            | SubjectKind::Result
            | SubjectKind::Letter
            | SubjectKind::Post
            | SubjectKind::Invitation
            | SubjectKind::Objection
            | SubjectKind::Inquiry
            | SubjectKind::RelativeResult
            | SubjectKind::Person
            | SubjectKind::Emergency
            | SubjectKind::Recontact
            | SubjectKind::PersonalLetter
            | SubjectKind::Answer
            | SubjectKind::Call
            | SubjectKind::Referral
            | SubjectKind::Incident
            | SubjectKind::Transfer
            | SubjectKind::Request => self.task,
        }
    }
}
