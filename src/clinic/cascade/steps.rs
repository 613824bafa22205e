//! The states of a relative task, what can happen to it, and every permitted step. docs/states.txt shows the full product.
//! Must not know: the database, or who asks.

use crate::{
    clinic::queue::item::{Queue, Wanted},
    db::{UtcDate, closed},
};

closed! {
    /// Where a relative stands. Nobody starts as "letter printed", and refusal is never an end.
    pub enum TaskState {
        Identified = "identified",
        /// The proband is thinking about it.
        Thinking = "thinking",
        DecisionNeeded = "decision_needed",
        /// The familial approach was declined for now; looked at again on a day.
        NotNow = "not_now",
        ProbandTells = "proband_tells",
        RouteAgreed = "route_agreed",
        Writing = "writing",
        Sent = "sent",
        WantsAppointment = "wants_appointment",
        WantsTime = "wants_time",
        HasQuestion = "has_question",
        /// What they asked is answered, and they may ask again or choose.
        QuestionAnswered = "question_answered",
        AlreadyTested = "already_tested",
        /// A result of their own is on record, whatever it says: that is theirs, and stands elsewhere.
        Tested = "tested",
        /// Another file of the family writes to them, or has told them; this one waits.
        Elsewhere = "elsewhere",
        /// A letter told them that they may be at risk, and they no longer are: somebody tells them.
        ToTell = "to_tell",
        /// The letter came to another, or there is no right address.
        NotReached = "not_reached",
        DoNotContact = "do_not_contact",
        WaitAge = "wait_age",
        /// Closed with triggers: nothing is done until one of them fires.
        Waiting = "wait_event",
        Deceased = "deceased",
        NotAtRisk = "not_at_risk",
        /// The report it rests on was amended.
        Suspended = "suspended_classification",
        Done = "done",
    }
}

impl TaskState {
    /// As staff read it on a tag.
    pub const fn title(self) -> &'static str {
        match self {
            TaskState::Identified => "To discuss",
            TaskState::Thinking => "Proband is thinking",
            TaskState::DecisionNeeded => "Decision needed",
            TaskState::NotNow => "Not now",
            TaskState::ProbandTells => "Proband tells",
            TaskState::RouteAgreed => "Letter to write",
            TaskState::Writing => "Letter in hand",
            TaskState::Sent => "Letter sent",
            TaskState::WantsAppointment => "Wants appointment",
            TaskState::WantsTime => "Wants time",
            TaskState::HasQuestion => "Has a question",
            TaskState::QuestionAnswered => "Question answered",
            TaskState::AlreadyTested => "Says already tested",
            TaskState::Tested => "Tested",
            TaskState::Elsewhere => "Told from the joined file",
            TaskState::ToTell => "To be told: not at risk",
            TaskState::NotReached => "Not reached",
            TaskState::DoNotContact => "Do not contact",
            TaskState::WaitAge => "Waiting for age",
            TaskState::Waiting => "Closed until something happens",
            TaskState::Deceased => "Has died",
            TaskState::NotAtRisk => "Not at risk",
            TaskState::Suspended => "Stopped: report amended",
            TaskState::Done => "Done",
        }
    }

    /// What staff do next, in a few words; nothing where nothing is waited for.
    pub const fn next_step(self) -> &'static str {
        match self {
            TaskState::Identified => "Ask the proband how this relative should hear",
            TaskState::Thinking => "Ask the proband again",
            TaskState::DecisionNeeded => "Make a decision",
            TaskState::NotNow => "Ask the proband again, or look at the decision again",
            TaskState::ProbandTells => "Find out if the proband has told them",
            TaskState::RouteAgreed => "Write a letter",
            TaskState::Writing => "Have the letter approved and sent",
            TaskState::Sent => "Wait for a reply",
            TaskState::WantsAppointment => "Offer an appointment",
            TaskState::WantsTime => "Wait, as they asked",
            TaskState::HasQuestion => "Answer their question",
            TaskState::QuestionAnswered => "Wait: they may ask again, or choose",
            TaskState::AlreadyTested => "Ask for the result of their test",
            TaskState::ToTell => "Tell them that the letter no longer holds for them",
            TaskState::NotReached => "Find the right address",
            TaskState::WaitAge => "Wait until they are of age",
            TaskState::Suspended => "Separate the amended result",
            TaskState::Tested
            | TaskState::Elsewhere
            | TaskState::DoNotContact
            | TaskState::Waiting
            | TaskState::Deceased
            | TaskState::NotAtRisk
            | TaskState::Done => "Nothing",
        }
    }
}

closed! {
    /// What can happen to a relative task.
    pub enum TaskCommand {
        Think = "think",
        AgreeLetter = "agree_letter",
        AgreeProbandTells = "agree_proband_tells",
        NeedDecision = "need_decision",
        Withdraw = "withdraw",
        DecideToWrite = "decide_to_write",
        DecideNotNow = "decide_not_now",
        /// What was decided in an emergency was not upheld: it is decided anew.
        Reconsider = "reconsider",
        Draft = "draft",
        StopLetter = "stop_letter",
        /// A letter that had left was withheld while it was not safe to reach them, and now it is: another can be written.
        WriteAgain = "write_again",
        Send = "send",
        AskAppointment = "ask_appointment",
        AskTime = "ask_time",
        AskQuestion = "ask_question",
        /// Their question was answered.
        AnswerQuestion = "answer_question",
        /// The answer was taken back: they wait for another.
        ReopenQuestion = "reopen_question",
        /// They say that the answer is enough for now.
        SayEnough = "say_enough",
        SayTested = "say_tested",
        SayNotMe = "say_not_me",
        /// Their letter came back in the post.
        ReturnPost = "return_post",
        Object = "object",
        /// The last day of the agreement has passed.
        RunOut = "run_out",
        /// They want to know after all, or something made it right to ask them.
        LiftObjection = "lift_objection",
        Die = "die",
        /// They were recorded as dead by mistake.
        FindLiving = "find_living",
        ComeOfAge = "come_of_age",
        FindAddress = "find_address",
        Suspend = "suspend",
        /// A result of their own was confirmed.
        ReceiveResult = "receive_result",
        /// By the results that count now they are not at risk, for whichever reason.
        Clear = "clear",
        /// They were cleared, or held for tested, and by the results that count now they are at risk again.
        FindAtRisk = "find_at_risk",
        /// Found at risk, and too young to be asked about.
        WaitForAge = "wait_for_age",
        /// Whoever is responsible for a child would rather not know: the child can choose when they are older.
        LeaveToChild = "leave_to_child",
        Settle = "settle",
        /// Closed with triggers: looked at again when one of them fires.
        Close = "close",
        /// Another service has taken the family over.
        Transfer = "transfer",
        /// A trigger fired.
        Reopen = "reopen",
        /// Their own service says that it has them.
        HandOver = "hand_over",
        /// It does not see them after all: they are ours again.
        HandBack = "hand_back",
        /// A trigger fired about somebody who was closed as too young.
        GrowUp = "grow_up",
        /// As `clear`, of somebody closed who holds a letter of ours.
        ClearWritten = "clear_written",
        /// Another file of the family writes to them.
        FollowElsewhere = "follow_elsewhere",
        /// No other file does any more.
        FollowHere = "follow_here",
    }
}

use TaskCommand as C;
use TaskState as S;

/// States in which the proband's side is still being settled, or may be settled anew.
const STANCE: &[S] =
    &[S::Identified, S::Thinking, S::DecisionNeeded, S::NotNow, S::ProbandTells, S::RouteAgreed, S::Writing];
/// States that wait for nothing more.
const SETTLED: &[S] =
    &[S::Tested, S::Elsewhere, S::DoNotContact, S::Waiting, S::Deceased, S::NotAtRisk, S::Done];

/// Every permitted step, as groups: from any of these, by this command, to that.
const GROUPS: &[(&[S], C, S)] = &[
    (STANCE, C::Think, S::Thinking),
    (STANCE, C::AgreeLetter, S::RouteAgreed),
    (STANCE, C::AgreeProbandTells, S::ProbandTells),
    (STANCE, C::NeedDecision, S::DecisionNeeded),
    (STANCE, C::Withdraw, S::DecisionNeeded),
    // After sending, a stance cannot call a letter back: it is recorded and the relative's choice stays open.
    (&[S::Sent], C::Withdraw, S::Sent),
    (&[S::Thinking, S::DecisionNeeded, S::NotNow], C::DecideToWrite, S::RouteAgreed),
    (&[S::Thinking, S::DecisionNeeded, S::NotNow], C::DecideNotNow, S::NotNow),
    // Whoever has answered meanwhile is spoken to; only who still waits for a letter, or for us, is decided about anew.
    (&[S::RouteAgreed, S::Sent], C::Reconsider, S::DecisionNeeded),
    (&[S::Sent], C::WriteAgain, S::RouteAgreed),
    (&[S::Sent, S::Done], C::ReturnPost, S::NotReached),
    (&[S::RouteAgreed], C::RunOut, S::Identified),
    (&[S::RouteAgreed], C::Draft, S::Writing),
    (&[S::Writing], C::StopLetter, S::RouteAgreed),
    (&[S::Writing], C::Send, S::Sent),
    // An answer for somebody recorded as dead means that the record or the reader is wrong: a person looks.
    (&[S::Deceased], C::AskAppointment, S::NotReached),
    (&[S::Deceased], C::AskTime, S::NotReached),
    (&[S::Deceased], C::AskQuestion, S::NotReached),
    (&[S::Deceased], C::SayTested, S::NotReached),
    (&[S::Deceased], C::SayNotMe, S::NotReached),
    (&[S::HasQuestion], C::AnswerQuestion, S::QuestionAnswered),
    (&[S::QuestionAnswered], C::ReopenQuestion, S::HasQuestion),
    (&[S::QuestionAnswered], C::SayEnough, S::WantsTime),
    (&[S::Deceased], C::FindLiving, S::Identified),
    (&[S::DoNotContact], C::LiftObjection, S::Identified),
    (&[S::NotReached], C::FindAddress, S::RouteAgreed),
    (&[S::WaitAge], C::ComeOfAge, S::Identified),
    (
        &[
            S::WantsAppointment,
            S::WantsTime,
            S::HasQuestion,
            S::QuestionAnswered,
            S::AlreadyTested,
            S::Sent,
            S::ProbandTells,
            S::NotReached,
            S::ToTell,
        ],
        C::Settle,
        S::Done,
    ),
    // Who asked something is answered first, by us; who waits for a letter of ours gets it.
    (&[S::Sent, S::WantsAppointment, S::WantsTime, S::QuestionAnswered], C::HandOver, S::Done),
    (&[S::Done], C::HandBack, S::WantsAppointment),
    // Only where a decision was made, or where there is nothing of ours left to do: a refusal alone is no end.
    (
        &[
            S::NotNow,
            S::ProbandTells,
            S::Sent,
            S::WantsAppointment,
            S::WantsTime,
            S::QuestionAnswered,
            S::AlreadyTested,
            S::NotReached,
            S::WaitAge,
        ],
        C::Close,
        S::Waiting,
    ),
    (&[S::Waiting, S::Done], C::Reopen, S::Identified),
    (&[S::Waiting], C::GrowUp, S::WaitAge),
    (&[S::Waiting], C::ClearWritten, S::ToTell),
    (
        &[
            S::Identified,
            S::Thinking,
            S::DecisionNeeded,
            S::NotNow,
            S::ProbandTells,
            S::RouteAgreed,
            S::NotReached,
        ],
        C::FollowElsewhere,
        S::Elsewhere,
    ),
    (&[S::Elsewhere], C::FollowHere, S::Identified),
    // Whoever was never written to need not hear that they are not at risk; whoever was, does. Writing is here where a
    // letter could no longer be called back. Who waits for an answer of ours keeps waiting for it.
    (
        &[
            S::Identified,
            S::Thinking,
            S::DecisionNeeded,
            S::NotNow,
            S::ProbandTells,
            S::RouteAgreed,
            S::NotReached,
            S::WaitAge,
            S::Waiting,
            S::Tested,
            S::Elsewhere,
        ],
        C::Clear,
        S::NotAtRisk,
    ),
    (&[S::Writing, S::Sent, S::WantsTime, S::QuestionAnswered], C::Clear, S::ToTell),
    (&[S::NotAtRisk, S::Tested], C::FindAtRisk, S::Identified),
    (&[S::ToTell], C::FindAtRisk, S::Sent),
    (&[S::Identified], C::WaitForAge, S::WaitAge),
];

/// Steps that any state but these allows.
const FROM_ALL_BUT: &[(&[S], C, S)] = &[
    (&[S::Deceased], C::Object, S::DoNotContact),
    (&[S::Deceased, S::Suspended], C::Die, S::Deceased),
    // The dead and those who objected stay as they are, whatever becomes of the report.
    (&[S::Suspended, S::Deceased, S::DoNotContact], C::Suspend, S::Suspended),
    // The dead and those who objected stay as they are, and a question is answered first; the result counts all the same.
    (&[S::Deceased, S::DoNotContact, S::Suspended, S::HasQuestion], C::ReceiveResult, S::Tested),
    // What a parent would rather not know stays the child's to choose, wherever their task has gone meanwhile.
    (
        &[S::Deceased, S::DoNotContact, S::Suspended, S::Tested, S::NotAtRisk, S::Elsewhere],
        C::LeaveToChild,
        S::WaitAge,
    ),
    // Whoever is settled stays so; a report that was amended is looked at where it came in.
    (
        &[
            S::Deceased,
            S::DoNotContact,
            S::Tested,
            S::Elsewhere,
            S::Waiting,
            S::NotAtRisk,
            S::Suspended,
            S::Done,
        ],
        C::Transfer,
        S::Waiting,
    ),
    // Whoever answers holds a letter, so an answer is heard wherever the task has gone meanwhile.
    (&[S::Deceased], C::AskAppointment, S::WantsAppointment),
    (&[S::Deceased], C::AskTime, S::WantsTime),
    (&[S::Deceased], C::AskQuestion, S::HasQuestion),
    (&[S::Deceased], C::SayTested, S::AlreadyTested),
    (&[S::Deceased], C::SayNotMe, S::NotReached),
];

/// The state after `command`, or that the step is not permitted.
pub fn step(from: TaskState, command: TaskCommand) -> Option<TaskState> {
    let listed = GROUPS.iter().find(|(states, by, _)| *by == command && states.contains(&from));
    let broad = FROM_ALL_BUT.iter().find(|(but, by, _)| *by == command && !but.contains(&from));
    listed.or(broad).map(|(_, _, to)| *to)
}

/// True where something was said, agreed or sent that does not come back by itself.
pub fn has_begun(state: TaskState) -> bool {
    match state {
        S::Identified | S::WaitAge | S::Tested | S::DoNotContact | S::Deceased | S::NotAtRisk => false,
        S::Waiting
        | S::Elsewhere
        | S::Thinking
        | S::DecisionNeeded
        | S::NotNow
        | S::ProbandTells
        | S::RouteAgreed
        | S::Writing
        | S::Sent
        | S::WantsAppointment
        | S::WantsTime
        | S::HasQuestion
        | S::QuestionAnswered
        | S::AlreadyTested
        | S::ToTell
        | S::NotReached
        | S::Suspended
        | S::Done => true,
    }
}

/// True where nothing more is waited for.
pub fn is_settled(state: TaskState) -> bool {
    SETTLED.contains(&state)
}

/// The queues a state asks for; `due` is the day the step itself named.
pub fn wanted(state: TaskState, due: Option<UtcDate>) -> Vec<Wanted> {
    let queue = match state {
        S::Identified | S::ToTell => Queue::DiscussionDue,
        S::Thinking => Queue::ThinkingTime,
        S::DecisionNeeded | S::NotNow => Queue::Decisions,
        S::RouteAgreed => Queue::LettersToWrite,
        S::ProbandTells | S::Sent | S::WantsTime | S::QuestionAnswered => Queue::NoReply,
        S::WantsAppointment | S::HasQuestion | S::AlreadyTested => Queue::Replies,
        S::NotReached => Queue::ToSend,
        S::WaitAge => Queue::WaitingForAge,
        S::Writing
        | S::Tested
        | S::Elsewhere
        | S::DoNotContact
        | S::Waiting
        | S::Deceased
        | S::NotAtRisk
        | S::Suspended
        | S::Done => return vec![],
    };
    vec![Wanted { queue, due }]
}

/// The full product of states and commands, as people read it.
pub fn product() -> String {
    let mut text = String::new();
    for state in TaskState::ALL {
        for command in TaskCommand::ALL {
            let to = step(*state, *command).map_or("refused", |to| match to {
                to if to == *state => "stays",
                to => to.as_str(),
            });
            text.push_str(&format!("{:<26}{:<22}{to}\n", state.as_str(), command.as_str()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dead_are_never_written_to() {
        for command in TaskCommand::ALL {
            let to = step(S::Deceased, *command);
            assert!(!matches!(to, Some(S::RouteAgreed | S::Writing | S::Sent)), "{command}");
        }
    }

    #[test]
    fn an_answer_is_heard_in_every_state() {
        for state in TaskState::ALL {
            for command in [C::AskAppointment, C::AskTime, C::AskQuestion, C::SayTested, C::SayNotMe] {
                let to = step(*state, command);
                assert!(to.is_some_and(|to| !wanted(to, None).is_empty()), "{command} is lost in {state}");
            }
        }
    }

    #[test]
    fn an_objection_holds_from_every_state_of_the_living() {
        for state in TaskState::ALL.iter().filter(|s| !matches!(s, S::Deceased)) {
            assert_eq!(step(*state, C::Object), Some(S::DoNotContact));
        }
    }

    #[test]
    fn a_letter_is_drafted_only_where_a_route_is_agreed() {
        let from: Vec<_> = TaskState::ALL.iter().filter(|s| step(**s, C::Draft).is_some()).collect();
        assert_eq!(from, [&S::RouteAgreed]);
    }

    #[test]
    fn refusal_is_never_an_end() {
        for command in [C::NeedDecision, C::DecideNotNow, C::Withdraw, C::Think] {
            for state in TaskState::ALL {
                if let Some(to) = step(*state, command) {
                    assert!(!wanted(to, None).is_empty(), "{state} by {command} is forgotten in {to}");
                }
            }
        }
    }

    #[test]
    fn nobody_who_holds_a_letter_or_asked_us_something_is_closed_without_a_word() {
        for state in [
            S::Sent,
            S::WantsTime,
            S::WantsAppointment,
            S::HasQuestion,
            S::QuestionAnswered,
            S::AlreadyTested,
        ] {
            let after = step(state, C::Clear).unwrap_or(state);
            assert!(!wanted(after, None).is_empty(), "{state} is forgotten in {after}");
        }
    }

    #[test]
    fn what_a_result_closed_another_opens_again() {
        for state in TaskState::ALL {
            if let Some(cleared) = step(*state, C::Clear) {
                let again = step(cleared, C::FindAtRisk).unwrap_or(cleared);
                assert!(!is_settled(again) && !wanted(again, None).is_empty(), "{state} by way of {cleared}");
            }
        }
    }

    #[test]
    fn two_groups_never_disagree() {
        for (states, command, to) in GROUPS {
            for (others, other, elsewhere) in GROUPS {
                let shared = states.iter().any(|s| others.contains(s));
                assert!(!(shared && command == other && to != elsewhere), "{command}");
            }
        }
    }
}
