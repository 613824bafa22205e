//! How the professionals' wing hears the relatives' wing, inside its transaction.
//! Must not know: pages or transports; it moves tasks, records objections and answers whether a letter may still go.

use super::{
    steps::step,
    task::{self, Task, TaskCommand, task_move, task_row},
};
use crate::{
    audit::Act,
    clinic::{
        letters::{
            batch::step::{letter_held, letter_ordered, letters_ordered},
            letter::{Stop, letter_by_invitation, letter_sent, letters_stop, stop_found},
            returned::letter_returned,
        },
        people::safety::{Envelope, safety_now},
        queue::item::{Queue, Subject, SubjectKind, follow},
        sharing::{
            consent::stance_follow,
            cooling::cooling_now,
            objection::{Scope, Source, objection_record, objects},
            run_out::{agreement_end, agreements_past},
            topic::Topic,
        },
    },
    db::{Conn, UtcDate},
    error::{Error, Result},
    ids::{InvitationId, ServiceId},
    relative::{
        listener::{Listener, MayNotSend, Ordered},
        outbox::OnceGone,
    },
};
use kinward_family::page::Choice;

/// The professionals' wing, as the relatives' wing knows it.
pub struct Cascade;

impl Cascade {
    fn task(act: &mut Act<'_>, invitation: InvitationId) -> Result<Task> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        task_row(act.conn, act.service, row.task_id)
    }
}

impl Listener for Cascade {
    fn may_send(
        &self,
        act: &mut Act<'_>,
        invitation: InvitationId,
    ) -> Result<std::result::Result<(), MayNotSend>> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let task = task_row(act.conn, act.service, row.task_id)?;
        match stop_found(act, &task, &row)? {
            None => Ok(match cooling_now(act.conn, act.service, task.id, act.at)? {
                Some(wait) => Err(MayNotSend::Before(wait.ends_at)),
                None => Ok(()),
            }),
            Some(stop) => {
                letters_stop(act, task.id, stop, OnceGone::StaysReadable)?;
                stance_follow(act, task.id)?;
                Ok(Err(MayNotSend::Stopped))
            }
        }
    }

    fn goes_plain(&self, conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<bool> {
        let row = letter_by_invitation(conn, service, invitation)?;
        let person = task_row(conn, service, row.task_id)?.person_id;
        Ok(safety_now(conn, service, person)?.1 == Envelope::Plain)
    }

    fn letter_sent(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        letter_sent(act, invitation)
    }

    fn letter_given_up(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        letters_stop(act, row.task_id, Stop::ByStaff, OnceGone::StaysReadable)?;
        stance_follow(act, row.task_id)
    }

    fn letter_failed(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let task = Self::task(act, invitation)?;
        // They still wait for a letter: another can be written.
        if step(task.state, TaskCommand::WriteAgain).is_some() {
            task_move(act, &task, TaskCommand::WriteAgain, None)?;
        }
        stance_follow(act, task.id)
    }

    fn letter_came_back(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        letter_returned(act, &row)
    }

    fn post_in_trouble(
        &self,
        act: &mut Act<'_>,
        post: &str,
        invitation: InvitationId,
        trouble: bool,
    ) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let subject = Subject { kind: SubjectKind::Post, id: post.to_owned(), family: Some(row.family_id) };
        follow(act, &subject, if trouble { TROUBLE } else { &[] })
    }

    fn code_locked(&self, act: &mut Act<'_>, invitation: InvitationId, locked: bool) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let subject = Subject {
            kind: SubjectKind::Invitation,
            id: invitation.to_string(),
            family: Some(row.family_id),
        };
        follow(act, &subject, if locked { LOCKED } else { &[] })
    }

    fn reply_heard(
        &self,
        act: &mut Act<'_>,
        invitation: InvitationId,
        choice: Choice,
        children_too: bool,
        remind_months: Option<u8>,
    ) -> Result<()> {
        let task = Self::task(act, invitation)?;
        let command = match choice {
            Choice::Appointment => TaskCommand::AskAppointment,
            Choice::Think => TaskCommand::AskTime,
            Choice::AlreadyTested => TaskCommand::SayTested,
            Choice::Question => TaskCommand::AskQuestion,
            Choice::NotMe => TaskCommand::SayNotMe,
            Choice::NotKnow => {
                let scope = if children_too { Scope::SelfAndChildren } else { Scope::Self_ };
                // Said twice, it is still one wish and one item.
                if !children_too && objects(act.conn, act.service, task.person_id)? {
                    return task::tasks_object(act, task.person_id, OnceGone::StaysReadable);
                }
                object(act, &task, scope)?;
                return task::tasks_object(act, task.person_id, OnceGone::StaysReadable);
            }
        };
        if matches!(choice, Choice::Appointment | Choice::Question)
            && objects(act.conn, act.service, task.person_id)?
        {
            object(act, &task, Scope::Lifted)?;
        }
        // Whoever says "not me" holds somebody else's letter: it is theirs to read no longer.
        let (why, once_gone) = if choice == Choice::NotMe {
            (Stop::NotMe, OnceGone::Withheld)
        } else {
            (Stop::Answered, OnceGone::StaysReadable)
        };
        letters_stop(act, task.id, why, once_gone)?;
        let due = remind_months.map(|months| act.at.date().plus_days(30 * i64::from(months)));
        task_move(act, &task, command, due).map(|_| ())
    }

    fn death_told(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let task = Self::task(act, invitation)?;
        for other in task::tasks_of_person(act.conn, act.service, task.person_id)? {
            letters_stop(act, other.id, Stop::Died, OnceGone::Withheld)?;
        }
        // Contact stops now; the date of death is for staff to find out, in the queue of those not reached.
        task_move(act, &task, TaskCommand::SayNotMe, None).map(|_| ())
    }

    fn days_passed(&self, conn: &mut Conn, today: UtcDate, most: i64) -> Result<Vec<(ServiceId, String)>> {
        agreements_past(conn, today, most)
    }

    fn day_passed(&self, act: &mut Act<'_>, reference: &str) -> Result<()> {
        let task = reference.parse().map_err(|_| Error::inner("an agreement of no relative task"))?;
        agreement_end(act, task)
    }

    fn ordered(&self, conn: &mut Conn, most: i64) -> Result<Vec<Ordered>> {
        letters_ordered(conn, most)
    }

    fn ordered_do(&self, act: &mut Act<'_>, reference: &str) -> Result<()> {
        letter_ordered(act, reference)
    }

    fn ordered_hold(&self, act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
        letter_held(act, reference, problem)
    }
}

/// Whoever says so online means all of it: that there is anything to know at all.
fn object(act: &mut Act<'_>, task: &Task, scope: Scope) -> Result<()> {
    let topic = Topic::ConditionExists;
    objection_record(act, task.family_id, task.person_id, topic, scope, Source::Portal).map(|_| ())
}

const TROUBLE: &[crate::clinic::queue::item::Wanted] =
    &[crate::clinic::queue::item::Wanted { queue: Queue::ToSend, due: None }];
const LOCKED: &[crate::clinic::queue::item::Wanted] =
    &[crate::clinic::queue::item::Wanted { queue: Queue::LockedCodes, due: None }];
