//! The closed list of queues: what each is called, whom it tells too much, and what cannot wait.
//! Must not know: any item.

use crate::{
    access::{Permission, Role, permission::allows},
    db::closed,
};

closed! {
    /// The queues that have work so far. Source: domain notes 3.4; the timer of each stands in the policy pack.
    pub enum Queue {
        Urgent = "urgent",
        UnreadableReports = "unreadable_reports",
        NewResults = "new_results",
        DiscussionDue = "discussion_due",
        AtRiskToCheck = "at_risk_to_check",
        ThinkingTime = "thinking_time",
        Decisions = "decisions",
        LettersToWrite = "letters_to_write",
        LettersToApprove = "letters_to_approve",
        AnswersToApprove = "answers_to_approve",
        AnswersToTell = "answers_to_tell",
        ToSend = "to_send",
        NoReply = "no_reply",
        UnmatchedCalls = "unmatched_calls",
        CallsToReturn = "calls_to_return",
        Replies = "replies",
        LockedCodes = "locked_codes",
        WaitingForAge = "waiting_for_age",
        AmendedResults = "amended_results",
        Objections = "objections",
        Inquiries = "inquiries",
        ResultsToConfirm = "results_to_confirm",
        ResultsToTell = "results_to_tell",
        ClosureReview = "closure_review",
        Safeguarding = "safeguarding",
        EmergencyReviews = "emergency_reviews",
        /// Relatives handed to their own service: to be sent, acknowledged, chased or looked at again.
        Referrals = "referrals",
        Incidents = "incidents",
        Transfers = "transfers",
        /// What the Guardian is asked.
        Advice = "advice",
        AccessRequests = "access_requests",
        Extracts = "extracts",
    }
}

impl Queue {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Queue::Urgent => "Urgent: a relative cannot wait",
            Queue::UnreadableReports => "Reports we could not read",
            Queue::NewResults => "New results",
            Queue::DiscussionDue => "Conversations due",
            Queue::AtRiskToCheck => "Relatives at risk to check",
            Queue::ThinkingTime => "Time to think: ask again",
            Queue::Decisions => "Decisions to make or look at again",
            Queue::LettersToWrite => "Letters to write",
            Queue::LettersToApprove => "Letters to approve",
            Queue::AnswersToApprove => "Answers to approve",
            Queue::AnswersToTell => "Tell that an answer waits",
            Queue::ToSend => "Sending problems and addresses",
            Queue::NoReply => "No reply yet",
            Queue::UnmatchedCalls => "Calls to match",
            Queue::CallsToReturn => "Calls to return",
            Queue::Replies => "Replies from relatives",
            Queue::LockedCodes => "Locked codes",
            Queue::WaitingForAge => "Children reaching an age",
            Queue::AmendedResults => "Amended results",
            Queue::Objections => "Objections",
            Queue::Inquiries => "Inquiries into objections",
            Queue::ResultsToConfirm => "Relatives' results to confirm",
            Queue::ResultsToTell => "Relatives to tell their own result",
            Queue::ClosureReview => "Ready to close",
            Queue::Safeguarding => "Safeguarding",
            Queue::EmergencyReviews => "Emergencies to review",
            Queue::Referrals => "Relatives handed to another service",
            Queue::Incidents => "Sent to the wrong reader",
            Queue::Transfers => "Families offered to another service",
            Queue::Advice => "Advice asked of the Guardian",
            Queue::AccessRequests => "What people ask about their data",
            Queue::Extracts => "Extracts for research",
        }
    }

    /// To stand in it tells what a proband said, or did not say yet, or what a relative agreed to: whoever may not read that
    /// does not see it.
    const fn tells_what_was_said(self) -> bool {
        match self {
            Queue::DiscussionDue
            | Queue::ThinkingTime
            | Queue::Decisions
            | Queue::EmergencyReviews
            | Queue::Referrals
            | Queue::Advice => true,
            Queue::Urgent
            | Queue::UnreadableReports
            | Queue::NewResults
            | Queue::AtRiskToCheck
            | Queue::LettersToWrite
            | Queue::LettersToApprove
            | Queue::AnswersToApprove
            | Queue::AnswersToTell
            | Queue::ToSend
            | Queue::NoReply
            | Queue::UnmatchedCalls
            | Queue::CallsToReturn
            | Queue::Replies
            | Queue::LockedCodes
            | Queue::WaitingForAge
            | Queue::AmendedResults
            | Queue::Objections
            | Queue::Inquiries
            | Queue::ResultsToConfirm
            | Queue::ResultsToTell
            | Queue::ClosureReview
            | Queue::Safeguarding
            | Queue::Incidents
            | Queue::Transfers
            | Queue::AccessRequests
            | Queue::Extracts => false,
        }
    }

    /// Work that is first whoever it is about, by what it is, and that nobody puts off.
    pub const fn cannot_wait(self) -> bool {
        match self {
            Queue::Urgent
            | Queue::Safeguarding
            | Queue::EmergencyReviews
            | Queue::AmendedResults
            | Queue::Objections
            | Queue::Incidents => true,
            Queue::UnreadableReports
            | Queue::NewResults
            | Queue::DiscussionDue
            | Queue::AtRiskToCheck
            | Queue::ThinkingTime
            | Queue::Decisions
            | Queue::LettersToWrite
            | Queue::LettersToApprove
            | Queue::AnswersToApprove
            | Queue::AnswersToTell
            | Queue::ToSend
            | Queue::NoReply
            | Queue::UnmatchedCalls
            | Queue::CallsToReturn
            | Queue::Replies
            | Queue::LockedCodes
            | Queue::WaitingForAge
            | Queue::Inquiries
            | Queue::ResultsToConfirm
            | Queue::ResultsToTell
            | Queue::ClosureReview
            | Queue::Referrals
            | Queue::Transfers
            | Queue::Advice
            | Queue::AccessRequests
            | Queue::Extracts => false,
        }
    }

    /// What is to be done next where the state of a relative says nothing better, as a verb.
    pub const fn next_step(self) -> &'static str {
        match self {
            Queue::Urgent => "See what keeps this relative waiting",
            Queue::UnreadableReports => "Read the report and enter it by hand",
            Queue::NewResults => "Separate what is personal from what is the family's",
            Queue::DiscussionDue => "Record a conversation",
            Queue::AtRiskToCheck => "Check who is at risk",
            Queue::ThinkingTime => "Ask again",
            Queue::Decisions => "Decide, or look at the decision again",
            Queue::LettersToWrite => "Write the letter",
            Queue::LettersToApprove => "Read and approve the letter",
            Queue::AnswersToApprove => "Read and release the answer",
            Queue::AnswersToTell => "Tell the relative that an answer waits",
            Queue::ToSend => "See what became of the letter",
            Queue::NoReply => "Ask whether there is a reply",
            Queue::UnmatchedCalls => "Find the family that the call is about",
            Queue::CallsToReturn => "Ring back",
            Queue::Replies => "Act on the reply",
            Queue::LockedCodes => "Open the code again, or send another",
            Queue::WaitingForAge => "See whether the age is reached",
            Queue::AmendedResults => "See what rested on the old report",
            Queue::Objections => "See to the objection",
            Queue::Inquiries => "Answer the inquiry",
            Queue::ResultsToConfirm => "Compare the result with its source",
            Queue::ResultsToTell => "Tell the relative their result",
            Queue::ClosureReview => "See whether the case can be closed",
            Queue::Safeguarding => "See whether they can be reached safely",
            Queue::EmergencyReviews => "Review what did not wait",
            Queue::Referrals => "See how it stands with the other service",
            Queue::Incidents => "Call the letter back, and say who was told",
            Queue::Transfers => "See whether the other service takes the family",
            Queue::Advice => "Advise",
            Queue::AccessRequests => "Answer within the time that the law gives",
            Queue::Extracts => "Agree to the extract, or decline",
        }
    }

    pub fn is_hidden_from(self, roles: &[Role]) -> bool {
        self.tells_what_was_said() && !allows(roles, Permission::ReasoningView)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_has_a_timer_and_every_timer_a_queue() {
        let policy = crate::policy::Policy::embedded().unwrap();
        let mut queues: Vec<_> = Queue::ALL.iter().map(|q| q.to_string()).collect();
        queues.sort();
        assert_eq!(policy.due_in_working_days.keys().cloned().collect::<Vec<_>>(), queues);
    }
}
