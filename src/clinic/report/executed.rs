//! What came of decisions: whether the letter that rests on one left by its day. Read from what left, never from memory.
//! Must not know: reasons, or what a letter says.

use super::opened::{AT_ONCE, Weighing};
use crate::{
    audit::Act,
    clinic::{
        cascade::task::{TaskState, relative_tasks},
        letters::letter::{LetterState, letters},
        result::release::releases,
        sharing::{
            basis::BasisKind,
            consent::consents,
            decision::{Outcome, decisions},
            emergency::{Review, emergencies},
        },
    },
    db::{UtcTime, closed},
    error::Result,
    ids::{DecisionId, InvitationId, ReleaseId, TaskId},
    relative::outbox::{Channel, PostState, posts},
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

closed! {
    /// What came of a decision.
    pub enum Executed {
        InTime = "in_time",
        /// The letter left, after the day.
        Late = "late",
        /// Nothing has left, and the day has passed.
        NotDone = "not_done",
        NotDue = "not_due",
        /// The letter left or not, and the decision named no day: it is from before that was asked.
        NoDay = "no_day",
        /// The proband or a clinician said something else since, or the relative is no longer waited for.
        FellAway = "fell_away",
        /// It was decided not to write.
        NothingToDo = "nothing_to_do",
    }
}

impl Executed {
    pub const fn title(self) -> &'static str {
        match self {
            Self::InTime => "The letter left by its day",
            Self::Late => "The letter left after its day",
            Self::NotDone => "No letter has left, and the day has passed",
            Self::NotDue => "No letter has left, and the day has not passed",
            Self::NoDay => "No day was named (decisions from before it was asked)",
            Self::FellAway => "Set aside by what was said or happened since",
            Self::NothingToDo => "Nothing to act on: it was declined",
        }
    }
}

/// What was looked up once for all decisions.
struct Known {
    /// When the first letter that rests on a decision left.
    left: BTreeMap<String, UtcTime>,
    /// The last word about a task, stance or decision.
    last: BTreeMap<TaskId, i32>,
    /// Let go in an emergency that was not upheld: nothing rests on them.
    overturned: BTreeSet<DecisionId>,
    states: BTreeMap<TaskId, (TaskState, i32)>,
}

/// What came of each of these decisions, in their order, with the degree of the relative it is about.
pub fn executed(act: &mut Act<'_>, decided: &[Weighing]) -> Result<Vec<(Executed, Option<i32>)>> {
    let mut tasks: Vec<TaskId> = decided.iter().map(|one| one.task).collect();
    tasks.sort_unstable();
    tasks.dedup();
    let mut known = Known {
        left: BTreeMap::new(),
        last: BTreeMap::new(),
        overturned: BTreeSet::new(),
        states: BTreeMap::new(),
    };
    for some in tasks.chunks(AT_ONCE) {
        known.learn(act, some)?;
    }
    let today = act.at.date();
    let of = |one: &Weighing| {
        let state = known.states.get(&one.task);
        let degree = state.map(|(_, degree)| *degree);
        if one.outcome == Outcome::Declined {
            return (Executed::NothingToDo, degree);
        }
        let left = known.left.get(one.decision.as_str()).map(|at| at.date());
        // What was said since sets a decision aside; a relative who is no longer written to is not waited for.
        let aside = known.overturned.contains(&one.decision)
            || known.last.get(&one.task).is_some_and(|last| *last > one.seq);
        let waits = state.is_some_and(|(state, _)| {
            matches!(state, TaskState::DecisionNeeded | TaskState::RouteAgreed | TaskState::Writing)
        });
        let came = match (one.execute_by, left) {
            (Some(day), Some(left)) if left <= day => Executed::InTime,
            (Some(_), Some(_)) => Executed::Late,
            (_, None) if aside || !waits => Executed::FellAway,
            (Some(day), None) if today <= day => Executed::NotDue,
            (Some(_), None) => Executed::NotDone,
            (None, Some(_) | None) => Executed::NoDay,
        };
        (came, degree)
    };
    Ok(decided.iter().map(of).collect())
}

impl Known {
    fn learn(&mut self, act: &mut Act<'_>, tasks: &[TaskId]) -> Result<()> {
        let (service, tasks) = (act.service, tasks.to_vec());
        let rests: Vec<(ReleaseId, String)> = releases::table
            .filter(releases::service_id.eq(service))
            .filter(releases::task_id.eq_any(&tasks))
            .filter(releases::basis.eq(BasisKind::Decision.as_str()))
            .select((releases::id, releases::basis_id))
            .load(act.conn())?;
        let sent: Vec<(ReleaseId, InvitationId)> = letters::table
            .filter(letters::service_id.eq(service))
            .filter(letters::task_id.eq_any(&tasks))
            .filter(letters::state.eq(LetterState::Sent))
            .select((letters::release_id, letters::invitation_id))
            .load(act.conn())?;
        let invitations: Vec<InvitationId> = sent.iter().map(|(_, invitation)| *invitation).collect();
        let left: Vec<(InvitationId, UtcTime)> = posts::table
            .filter(posts::service_id.eq(service))
            .filter(posts::invitation_id.eq_any(invitations))
            .filter(posts::channel.eq(Channel::Paper))
            .filter(posts::state.eq(PostState::Accepted))
            .select((posts::invitation_id, posts::changed_at))
            .load(act.conn())?;
        let rests: BTreeMap<ReleaseId, String> = rests.into_iter().collect();
        let left: BTreeMap<InvitationId, UtcTime> = left.into_iter().collect();
        for (release, invitation) in sent {
            if let (Some(decision), Some(at)) = (rests.get(&release), left.get(&invitation)) {
                let first = self.left.entry(decision.clone()).or_insert(*at);
                *first = (*first).min(*at);
            }
        }
        let stances: Vec<(TaskId, i32)> = consents::table
            .filter(consents::service_id.eq(service))
            .filter(consents::task_id.eq_any(&tasks))
            .select((consents::task_id, consents::seq))
            .load(act.conn())?;
        let others: Vec<(TaskId, i32)> = decisions::table
            .filter(decisions::service_id.eq(service))
            .filter(decisions::task_id.eq_any(&tasks))
            .select((decisions::task_id, decisions::seq))
            .load(act.conn())?;
        for (task, seq) in stances.into_iter().chain(others) {
            let last = self.last.entry(task).or_insert(seq);
            *last = (*last).max(seq);
        }
        let overturned: Vec<DecisionId> = emergencies::table
            .filter(emergencies::service_id.eq(service))
            .filter(emergencies::task_id.eq_any(&tasks))
            .filter(emergencies::review.eq(Review::NotUpheld))
            .select(emergencies::decision_id)
            .load(act.conn())?;
        self.overturned.extend(overturned);
        let states: Vec<(TaskId, TaskState, i32)> = relative_tasks::table
            .filter(relative_tasks::service_id.eq(service))
            .filter(relative_tasks::id.eq_any(&tasks))
            .select((relative_tasks::id, relative_tasks::state, relative_tasks::degree))
            .load(act.conn())?;
        self.states.extend(states.into_iter().map(|(task, state, degree)| (task, (state, degree))));
        Ok(())
    }
}
