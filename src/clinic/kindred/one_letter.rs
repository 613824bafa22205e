//! A relative who stands in joined files gets one letter: while one file writes to them or has told them, the others wait.
//! Must not know: what either proband said; once the way is open again, that is asked of the one who keeps it.

use super::joined::tasks_alike;
use crate::{
    audit::Act,
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, TaskState, task_move, task_row},
        },
        letters::letter::{Stop, letters_stop},
        sharing::{consent::stance_resume, objection::objects},
    },
    db::Conn,
    error::Result,
    ids::ServiceId,
    relative::outbox::OnceGone,
};

/// What a file does about a relative.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It writes to them, or a letter is out and is being answered.
    Writes,
    /// Nothing is in hand: whichever file may write does.
    Open,
    /// Nothing more is waited for here, and nothing is to begin elsewhere by that.
    Still,
}

const fn way(state: TaskState) -> Way {
    match state {
        TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::ToTell => Way::Writes,
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::NotReached
        | TaskState::WaitAge
        | TaskState::NotAtRisk
        | TaskState::Suspended => Way::Open,
        TaskState::Tested
        | TaskState::Waiting
        | TaskState::Elsewhere
        | TaskState::DoNotContact
        | TaskState::Deceased
        | TaskState::Done => Way::Still,
    }
}

/// Told already, or being told.
fn tells(state: TaskState) -> bool {
    way(state) == Way::Writes || state == TaskState::Done
}

/// True where another file writes to this relative about the same variant, or has told them.
pub fn is_told_elsewhere(conn: &mut Conn, service: ServiceId, task: &Task) -> Result<bool> {
    Ok(tasks_alike(conn, service, task)?.iter().any(|other| tells(other.state)))
}

/// A task has come from one state to another: the same relative's tasks in joined files make room, or are taken up again.
pub(in crate::clinic) fn letter_follow(
    act: &mut Act<'_>,
    task: &Task,
    from: TaskState,
    to: TaskState,
) -> Result<()> {
    match (way(from), way(to)) {
        (Way::Open | Way::Still, Way::Writes) => {
            for other in tasks_alike(act.conn, act.service, task)? {
                elsewhere(act, &other)?;
            }
            Ok(())
        }
        (Way::Writes | Way::Still, Way::Open) => {
            for other in tasks_alike(act.conn, act.service, task)? {
                resume(act, &other)?;
            }
            Ok(())
        }
        (Way::Writes, Way::Writes | Way::Still)
        | (Way::Open, Way::Open | Way::Still)
        | (Way::Still, Way::Still) => Ok(()),
    }
}

/// Leaves a relative to the other file, where nothing of this one is out.
fn elsewhere(act: &mut Act<'_>, task: &Task) -> Result<()> {
    if step(task.state, TaskCommand::FollowElsewhere).is_some() {
        task_move(act, task, TaskCommand::FollowElsewhere, None)?;
    }
    Ok(())
}

/// Takes a relative up again whom no other file writes to any more, where what was said about them leads.
pub(super) fn resume(act: &mut Act<'_>, task: &Task) -> Result<()> {
    let now = task_row(act.conn, act.service, task.id)?.state;
    if step(now, TaskCommand::FollowHere).is_none() || is_told_elsewhere(act.conn, act.service, task)? {
        return Ok(());
    }
    task_move(act, task, TaskCommand::FollowHere, None)?;
    if objects(act.conn, act.service, task.person_id)? {
        return task_move(act, task, TaskCommand::Object, None).map(|_| ());
    }
    stance_resume(act, task.id)
}

/// A task has just come to stand beside others of the same relative: it waits where another file tells them already. Where
/// two letters are in hand the one begun later stops; what has left cannot be called back.
pub(in crate::clinic) fn letter_settle(act: &mut Act<'_>, task: &Task) -> Result<()> {
    for other in tasks_alike(act.conn, act.service, task)? {
        let own = task_row(act.conn, act.service, task.id)?;
        let later = match (own.state, tells(other.state)) {
            (TaskState::Writing, true) if other.state == TaskState::Writing => {
                Some(if own.changed_at > other.changed_at { own.id } else { other.id })
            }
            (TaskState::Writing, true) => Some(own.id),
            (_, _) if other.state == TaskState::Writing && tells(own.state) => Some(other.id),
            (_, _) => None,
        };
        if let Some(later) = later {
            letters_stop(act, later, Stop::OtherFile, OnceGone::StaysReadable)?;
        }
        let own = task_row(act.conn, act.service, task.id)?;
        let other = task_row(act.conn, act.service, other.id)?;
        if tells(other.state) {
            elsewhere(act, &own)?;
        } else if tells(own.state) {
            elsewhere(act, &other)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_left_to_another_file_whose_letter_is_out_here() {
        for state in TaskState::ALL {
            if step(*state, TaskCommand::FollowElsewhere).is_some() {
                assert!(way(*state) == Way::Open, "{state}");
            }
        }
    }

    #[test]
    fn whoever_was_left_to_another_file_can_always_be_taken_up_again() {
        let to = step(TaskState::Elsewhere, TaskCommand::FollowHere).unwrap();
        assert!(way(to) == Way::Open && !crate::clinic::cascade::steps::wanted(to, None).is_empty());
    }
}
