//! What keeps an answer from its reader: asked when it is begun, handed on and released, and again before its notice leaves.
//! Must not know: the words of the answer, or the database of findings.

use super::draft::AnswerDraft;
use crate::{
    audit::Act,
    clinic::{
        cascade::task::{TaskState, task_row},
        letters::letter::letter_row,
        people::{responsibility::is_responsible, safety::is_held},
        result::state::{ResultState, result_standing},
        sharing::{objection::wish_against, topic::Topic},
    },
    error::{Error, Result},
    relative::invitation::{InvitationState, Readable, invitation_get},
};

/// Why an answer may not be read, or nobody may be told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Safeguarding,
    Objects,
    NotToKnow,
    Died,
    NotReached,
    NotResponsible,
    CheckAgain,
    /// The letter cannot be read online any more.
    Withheld,
    /// Its code opens nothing now.
    CodeClosed,
}

impl Held {
    /// As staff read it, after "because".
    pub const fn words(self) -> &'static str {
        match self {
            Held::Safeguarding => "it is being made sure that this person can be reached safely",
            Held::Objects => "this person does not want to be contacted",
            Held::NotToKnow => "this person does not want to know a part of what their letter tells",
            Held::Died => "this person has died",
            Held::NotReached => "the letter came to somebody else, or this person has not been reached",
            Held::NotResponsible => "whoever asked is not on record as responsible for the child any more",
            Held::CheckAgain => "the list of relatives at risk is being checked again",
            Held::Withheld => "their letter cannot be read online any more",
            Held::CodeClosed => {
                "the code of their letter opens nothing now: it is locked, closed or has expired"
            }
        }
    }

    pub(super) fn refusal(self) -> Error {
        let words = self.words();
        Error::not_now(format!(
            "This answer cannot reach them here, because {words}. Nothing was changed. Look at the relative again."
        ))
    }
}

/// What holds an answer now, if anything.
pub fn held(act: &mut Act<'_>, draft: &AnswerDraft) -> Result<Option<Held>> {
    let task = task_row(act.conn, act.service, draft.task_id)?;
    let letter = letter_row(act.conn, act.service, draft.letter_id)?;
    let (level, reader) = (letter.level()?, letter.reader(&task));
    for one in [task.person_id, reader] {
        if is_held(act.conn, act.service, one)? {
            return Ok(Some(Held::Safeguarding));
        }
        if let Some(topic) = wish_against(act.conn, act.service, one, level)? {
            let all = topic == Topic::ConditionExists;
            return Ok(Some(if all { Held::Objects } else { Held::NotToKnow }));
        }
    }
    if let Some(held) = of_state(task.state) {
        return Ok(Some(held));
    }
    if reader != task.person_id && !is_responsible(act.conn, act.service, task.person_id, reader)? {
        return Ok(Some(Held::NotResponsible));
    }
    if result_standing(act.conn, act.service, task.result_id)?.state == ResultState::CheckAgain {
        return Ok(Some(Held::CheckAgain));
    }
    let invitation = invitation_get(act.conn, act.service, letter.invitation_id)?;
    if invitation.reading == Readable::Withheld {
        return Ok(Some(Held::Withheld));
    }
    let opens = invitation.state == InvitationState::Open && act.at.date() <= invitation.ends_on;
    Ok((!opens).then_some(Held::CodeClosed))
}

const fn of_state(state: TaskState) -> Option<Held> {
    match state {
        TaskState::Deceased => Some(Held::Died),
        TaskState::NotReached => Some(Held::NotReached),
        TaskState::DoNotContact => Some(Held::Objects),
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::Tested
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::WaitAge
        | TaskState::Waiting
        | TaskState::NotAtRisk
        | TaskState::Suspended
        | TaskState::Done => None,
    }
}
