//! Where a relative stands, as each role reads it: what would tell what the proband or the relative said is for those who may
//! read it, and has one neutral name for everybody else. Must not know: whom it is about.

use super::steps::TaskState;
use crate::access::{Permission, Role, permission::allows};

/// A state in the words of one role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The state's code, or the neutral one.
    pub state: &'static str,
    pub title: &'static str,
    pub next_step: &'static str,
}

const BEFORE_A_LETTER: Shown = Shown {
    state: "with_clinical_team",
    title: "With the clinical team",
    next_step: "Nothing for you now: a counsellor or clinician goes on from here",
};
const ANSWERED: Shown =
    Shown { state: "answered", title: "Has answered", next_step: "A counsellor or clinician answers them" };

/// A relative's own result, and what it says of others, is nobody's who may not read results.
const NOTHING_OPEN: Shown = Shown { state: "nothing_open", title: "Nothing open", next_step: "Nothing" };

/// A relative's state as somebody with these roles reads it.
pub fn state_shown(roles: &[Role], state: TaskState) -> Shown {
    let as_it_is = Shown { state: state.as_str(), title: state.title(), next_step: state.next_step() };
    if allows(roles, Permission::ReasoningView) { as_it_is } else { neutral(state).unwrap_or(as_it_is) }
}

/// The name that tells nothing of what anybody said; none where the state's own does not either.
const fn neutral(state: TaskState) -> Option<Shown> {
    match state {
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells => Some(BEFORE_A_LETTER),
        // That another file is joined is for those who read results, too.
        // Nor how somebody was closed.
        TaskState::Tested | TaskState::NotAtRisk | TaskState::Elsewhere | TaskState::Waiting => {
            Some(NOTHING_OPEN)
        }
        TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested => Some(ANSWERED),
        TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::ToTell
        | TaskState::NotReached
        | TaskState::DoNotContact
        | TaskState::WaitAge
        | TaskState::Deceased
        | TaskState::Suspended
        | TaskState::Done => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_cannot_tell_a_yes_from_a_no_or_one_answer_from_another() {
        let office = [Role::Administrator];
        let before =
            [TaskState::Identified, TaskState::Thinking, TaskState::DecisionNeeded, TaskState::NotNow];
        let seen: Vec<Shown> = before.iter().map(|state| state_shown(&office, *state)).collect();
        assert!(seen.windows(2).all(|two| two.first() == two.last()), "{seen:?}");
        let wants = state_shown(&office, TaskState::WantsTime);
        assert_eq!(wants, state_shown(&office, TaskState::AlreadyTested));
        assert_eq!(state_shown(&office, TaskState::Sent).title, TaskState::Sent.title());
    }

    #[test]
    fn whoever_may_read_the_reasoning_reads_every_state_as_it_is() {
        for role in [Role::Counsellor, Role::Clinician, Role::Guardian] {
            for state in TaskState::ALL {
                assert_eq!(state_shown(&[role], *state).title, state.title());
            }
        }
    }
}
