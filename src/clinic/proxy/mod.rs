//! Whoever acts for a relative: what staff check before anything is shown to them, and what ends it.
//! Must not know: findings, or how a second code is compared.

pub mod check;
pub mod entered;
pub mod pages;

use super::{
    cascade::{listener::Cascade, task::tasks_of_person},
    letters::list::{letters_of_tasks, letters_read_by},
    queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
};
use crate::{
    audit::Act,
    error::Result,
    ids::{FamilyId, PersonId, TaskId},
    relative::proxy::{EndedWhy, ProxyState, proxies_end, proxy_list},
};

/// What is to be done about those who wait, as a list of work says it.
pub const CHECK_WHO_ACTS: &str =
    "Somebody asks to act for this relative, or their second code is locked. Phone them, and check it.";

/// The same for whoever may not read that somebody acts for anybody.
pub const ONE_MORE: &str = "A counsellor or clinician answers them";

/// The queues that those of one relative's task ask for, however many they are. Who asks to act waits among the replies: to
/// whoever may not read them it is one more.
pub fn wanted(states: &[ProxyState]) -> Vec<Wanted> {
    let any = |state| states.contains(&state);
    [(ProxyState::Asked, Queue::Replies), (ProxyState::Locked, Queue::LockedCodes)]
        .into_iter()
        .filter(|(state, _)| any(*state))
        .map(|(_, queue)| queue.into())
        .collect()
}

/// Brings the queue in step with all that stand under one task: two who ask are one item.
pub(in crate::clinic) fn proxies_follow(act: &mut Act<'_>, task_ref: &str, family: FamilyId) -> Result<()> {
    let states: Vec<ProxyState> =
        proxy_list(act.conn, act.service, task_ref)?.iter().map(|one| one.state).collect();
    let subject =
        Subject { kind: SubjectKind::Proxy, id: task_ref.to_owned(), family: Some(family), task: None };
    follow(act, &subject, &wanted(&states))
}

/// What a relative's page says of them; nothing where nobody ever asked.
pub fn proxies_words(act: &mut Act<'_>, task: TaskId) -> Result<Option<&'static str>> {
    let states: Vec<ProxyState> =
        proxy_list(act.conn, act.service, task.as_str())?.iter().map(|one| one.state).collect();
    let any = |state| states.contains(&state);
    Ok(if any(ProxyState::Asked) {
        Some("Somebody asks to act for this relative.")
    } else if any(ProxyState::Locked) {
        Some("A second code for this relative is locked.")
    } else if any(ProxyState::Granted) {
        Some("Somebody may act for this relative.")
    } else if states.is_empty() {
        None
    } else {
        Some("Nobody acts for this relative now.")
    })
}

/// Ends all that stands for a person, on whichever letter they are the reader of.
pub(in crate::clinic) fn proxies_end_of(act: &mut Act<'_>, person: PersonId, why: EndedWhy) -> Result<()> {
    let mut letters = letters_read_by(act.conn, act.service, person)?;
    let tasks = tasks_of_person(act.conn, act.service, person)?.iter().map(|task| task.id).collect();
    let own = letters_of_tasks(act.conn, act.service, tasks)?;
    letters.extend(own.into_iter().filter(|row| row.reader_id.is_none()));
    for row in letters {
        proxies_end(act, &Cascade, row.invitation_id, why)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_who_ask_are_one_item_and_what_is_settled_is_none() {
        let queues = |states: &[ProxyState]| wanted(states).iter().map(|one| one.queue).collect::<Vec<_>>();
        assert_eq!(queues(&[ProxyState::Asked, ProxyState::Asked]), [Queue::Replies]);
        assert_eq!(queues(&[ProxyState::Asked, ProxyState::Locked]), [Queue::Replies, Queue::LockedCodes]);
        assert_eq!(queues(&[ProxyState::Granted, ProxyState::Declined, ProxyState::Ended]), []);
    }
}
