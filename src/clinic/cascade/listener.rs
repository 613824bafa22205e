//! How the professionals' wing hears the relatives' wing, inside its transaction.
//! Must not know: pages or transports; it moves tasks, records objections and answers whether a letter may still go.

use super::{
    asked::wish_follow,
    steps::step,
    task::{self, Task, TaskCommand, task_move, task_row},
    trigger::trigger_fire,
    triggers_listed::triggers_due,
};
use crate::{
    audit::Act,
    clinic::{
        answers::stop::{answer_enough, answer_may_tell, answer_seen, answer_untold},
        imports::{
            state::{import_lapse, imports_kept_too_long},
            step::{is_piece, piece_do, piece_hold, pieces_ordered},
        },
        letters::{
            batch::step::{letter_held, letter_ordered, letters_ordered},
            letter::{
                LetterRow, Stop, letter_by_invitation, letter_sent, letter_stop_all, letters_stop, stop_found,
            },
            returned::letter_returned,
        },
        people::safety::{Envelope, safety_now},
        proxy::{proxies_end_of, proxies_follow},
        queue::{
            digest::{digest_begin, digest_end, digests_due},
            item::{Queue, Subject, SubjectKind, follow},
            late::{work_escalate, works_late},
        },
        referral::follow::{agreement_taken_back, handed_on, letter_lost},
        report::count::{
            state::{count_lapse, counts_kept_too_long},
            step::{is_part, part_do, part_hold, parts_ordered},
        },
        sharing::{
            consent::stance_follow,
            cooling::cooling_now,
            objection::{Confirm, Objected, Scope, Source, objection_record, objects, standing_of},
            run_out::{agreement_end, agreements_past},
            topic::Topic,
            whose_word::{doubt_follow, doubt_of},
        },
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{AnswerId, FamilyId, InvitationId, PersonId, ServiceId, TriggerId, WishId},
    keys::Compartment,
    policy::Policy,
    relative::{
        listener::{Digested, HandedOn, Heard, Listener, MayNotSend, Ordered},
        outbox::OnceGone,
        proxy::EndedWhy,
    },
};
use kinward_family::{kind::Form, page::Choice};

/// The professionals' wing, as the relatives' wing knows it.
pub struct Cascade;

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
                letter_stop_all(act, &row, stop, OnceGone::StaysReadable)?;
                stance_follow(act, task.id)?;
                Ok(Err(MayNotSend::Stopped))
            }
        }
    }

    fn may_tell(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<bool> {
        answer_may_tell(act, answer)
    }

    fn goes_plain(&self, conn: &mut Conn, service: ServiceId, invitation: InvitationId) -> Result<bool> {
        let row = letter_by_invitation(conn, service, invitation)?;
        let task = task_row(conn, service, row.task_id)?;
        // A practice's envelope is opened at a practice.
        if row.kind()?.form() == Form::House {
            return Ok(false);
        }
        Ok(safety_now(conn, service, row.reader(&task))?.1 == Envelope::Plain)
    }

    fn letter_sent(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        letter_sent(act, invitation)
    }

    fn letter_given_up(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        letter_stop_all(act, &row, Stop::ByStaff, OnceGone::StaysReadable)?;
        stance_follow(act, row.task_id)
    }

    fn letter_failed(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let task = task_row(act.conn, act.service, row.task_id)?;
        // They still wait for a letter: another can be written.
        if step(task.state, TaskCommand::WriteAgain).is_some() {
            task_move(act, &task, TaskCommand::WriteAgain, None)?;
        }
        letter_lost(act, &row)?;
        stance_follow(act, task.id)
    }

    fn letter_came_back(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        letter_returned(act, &row)?;
        letter_lost(act, &row)
    }

    fn handed_on(
        &self,
        conn: &mut Conn,
        service: ServiceId,
        invitation: InvitationId,
    ) -> Result<Vec<HandedOn>> {
        let row = letter_by_invitation(conn, service, invitation)?;
        let task = task_row(conn, service, row.task_id)?;
        // Whoever reads a letter about a child is told by us.
        match row.reader(&task) == task.person_id {
            true => handed_on(conn, service, task.id),
            false => Ok(Vec::new()),
        }
    }

    fn post_in_trouble(
        &self,
        act: &mut Act<'_>,
        post: &str,
        invitation: InvitationId,
        trouble: bool,
    ) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let subject = Subject {
            kind: SubjectKind::Post,
            id: post.to_owned(),
            family: Some(row.family_id),
            task: Some(row.task_id),
        };
        follow(act, &subject, if trouble { TROUBLE } else { &[] })
    }

    fn code_locked(&self, act: &mut Act<'_>, invitation: InvitationId, locked: bool) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let subject = Subject {
            kind: SubjectKind::Invitation,
            id: invitation.to_string(),
            family: Some(row.family_id),
            task: Some(row.task_id),
        };
        follow(act, &subject, if locked { LOCKED } else { &[] })
    }

    fn reply_heard(&self, act: &mut Act<'_>, invitation: InvitationId, heard: Heard) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let task = task_row(act.conn, act.service, row.task_id)?;
        let person = row.reader(&task);
        let command = match heard.choice {
            Choice::Appointment => TaskCommand::AskAppointment,
            Choice::Think => TaskCommand::AskTime,
            Choice::AlreadyTested => TaskCommand::SayTested,
            Choice::Question => TaskCommand::AskQuestion,
            // Neither is offered to whoever may not say it for another: a person looks at it first.
            Choice::NotMe | Choice::NotKnow if !may_say(heard) => TaskCommand::AskQuestion,
            Choice::NotMe => TaskCommand::SayNotMe,
            Choice::NotKnow => return not_to_know(act, &row, &task, heard),
        };
        // Whoever asks to be reminded wants to hear from us, too.
        let asks_for_contact =
            matches!(heard.choice, Choice::Appointment | Choice::Question) || heard.remind_months.is_some();
        if asks_for_contact && may_lift(act, person, heard)? {
            object(act, task.family_id, person, Scope::Lifted, None, source_of(heard))?;
        }
        if heard.hand_over == Some(false) && heard.for_them.is_none() {
            agreement_taken_back(act, task.id)?;
        }
        // Whoever says "not me" holds somebody else's letter: it is theirs to read no longer.
        let (why, once_gone) = if command == TaskCommand::SayNotMe {
            (Stop::NotMe, OnceGone::Withheld)
        } else {
            (Stop::Answered, OnceGone::StaysReadable)
        };
        letters_stop(act, task.id, why, once_gone)?;
        if command == TaskCommand::SayNotMe
            && let Some(doubt) = doubt_of(act.conn, act.service, person)?
        {
            // Whose word it was that they do not want to know comes first: nobody is looked for before.
            return doubt_follow(act, task.family_id, &doubt);
        }
        let due = heard.remind_months.map(|months| act.at.date().plus_days(30 * i64::from(months)));
        task_move(act, &task, command, due).map(|_| ())
    }

    fn wish_heard(&self, act: &mut Act<'_>, invitation: InvitationId, wish: WishId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        wish_follow(act, row.family_id, wish, true)
    }

    fn answer_seen(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()> {
        answer_seen(act, answer)
    }

    fn answer_enough(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()> {
        answer_enough(act, answer)
    }

    fn answer_untold(&self, act: &mut Act<'_>, answer: AnswerId) -> Result<()> {
        answer_untold(act, answer)
    }

    fn proxies_moved(&self, act: &mut Act<'_>, task_ref: &str) -> Result<()> {
        let task = task_ref.parse().map_err(|_| Error::inner("somebody acts for no relative task"))?;
        let family = task_row(act.conn, act.service, task)?.family_id;
        proxies_follow(act, task_ref, family)
    }

    fn death_told(&self, act: &mut Act<'_>, invitation: InvitationId) -> Result<()> {
        let row = letter_by_invitation(act.conn, act.service, invitation)?;
        let task = task_row(act.conn, act.service, row.task_id)?;
        letters_stop(act, task.id, Stop::Died, OnceGone::Withheld)?;
        for other in task::tasks_of_person(act.conn, act.service, row.reader(&task))? {
            letters_stop(act, other.id, Stop::Died, OnceGone::Withheld)?;
        }
        // Contact stops now; the date of death is for staff to find out, in the queue of those not reached.
        task_move(act, &task, TaskCommand::SayNotMe, None).map(|_| ())
    }

    fn days_passed(&self, conn: &mut Conn, today: UtcDate, most: i64) -> Result<Vec<(ServiceId, String)>> {
        let mut passed = agreements_past(conn, today, most)?;
        let due = triggers_due(conn, today, most)?;
        passed.extend(due.into_iter().map(|(service, id)| (service, format!("{TRIGGER}{id}"))));
        let imports = imports_kept_too_long(conn, today, most)?;
        passed.extend(imports.into_iter().map(|(service, id)| (service, format!("{IMPORT}{id}"))));
        let counts = counts_kept_too_long(conn, today, most)?;
        passed.extend(counts.into_iter().map(|(service, id)| (service, format!("{COUNT}{id}"))));
        Ok(passed)
    }

    fn day_passed(&self, act: &mut Act<'_>, reference: &str) -> Result<()> {
        if let Some(id) = reference.strip_prefix(TRIGGER) {
            let id = id.parse().map_err(|_| Error::inner("no trigger has this name"))?;
            return trigger_taken_up(act, id);
        }
        if let Some(id) = reference.strip_prefix(IMPORT) {
            return import_lapse(act, id.parse().map_err(|_| Error::inner("no import has this name"))?);
        }
        if let Some(id) = reference.strip_prefix(COUNT) {
            return count_lapse(act, id.parse().map_err(|_| Error::inner("no count has this name"))?);
        }
        let task = reference.parse().map_err(|_| Error::inner("an agreement of no relative task"))?;
        agreement_end(act, task)
    }

    fn ordered(&self, conn: &mut Conn, most: i64) -> Result<Vec<Ordered>> {
        let mut ordered = letters_ordered(conn, most)?;
        ordered.extend(pieces_ordered(conn, most)?);
        ordered.extend(parts_ordered(conn)?);
        Ok(ordered)
    }

    fn works_late(
        &self,
        conn: &mut Conn,
        policy: &Policy,
        today: UtcDate,
        most: i64,
    ) -> Result<Vec<(ServiceId, String)>> {
        works_late(conn, policy, today, most)
    }

    fn work_escalate(&self, act: &mut Act<'_>, reference: &str) -> Result<()> {
        work_escalate(act, reference)
    }

    fn digests_due(
        &self,
        conn: &mut Conn,
        policy: &Policy,
        now: UtcTime,
        most: i64,
    ) -> Result<Vec<(ServiceId, String)>> {
        digests_due(conn, policy, now, most)
    }

    fn digest_begin(&self, act: &mut Act<'_>, reference: &str) -> Result<Option<Digested>> {
        digest_begin(act, reference)
    }

    fn digest_end(&self, act: &mut Act<'_>, reference: &str, sent: bool) -> Result<()> {
        digest_end(act, reference, sent)
    }

    fn ordered_do(&self, act: &mut Act<'_>, reference: &str) -> Result<()> {
        match reference {
            piece if is_piece(piece) => piece_do(act, piece),
            part if is_part(part) => part_do(act, part),
            letter => letter_ordered(act, letter),
        }
    }

    fn ordered_hold(&self, act: &mut Act<'_>, reference: &str, problem: &Error) -> Result<()> {
        match reference {
            piece if is_piece(piece) => piece_hold(act, piece, problem),
            part if is_part(part) => part_hold(act, part, problem),
            letter => letter_held(act, letter, problem),
        }
    }
}

/// Before the id of a trigger, an import or a count, among the references of what had a last day.
const TRIGGER: &str = "trigger:";
const IMPORT: &str = "import:";
const COUNT: &str = "count:";

/// The day of a trigger has come. Another worker may have been quicker: then that is all there is to say.
fn trigger_taken_up(act: &mut Act<'_>, id: TriggerId) -> Result<()> {
    match trigger_fire(act, id)? {
        true => Ok(()),
        false => Err(Error::not_now("This trigger has ended already.")),
    }
}

/// Whoever holds the letter does not want to know. Of a letter about a child it is their own wish, and none of the child's: the
/// child is looked at again when they can be written to themselves.
fn not_to_know(act: &mut Act<'_>, row: &LetterRow, task: &Task, heard: Heard) -> Result<()> {
    let person = row.reader(task);
    let scope = if heard.children_too { Scope::SelfAndChildren } else { Scope::Self_ };
    // Said twice, it is still one wish and one item.
    if heard.children_too || !objects(act.conn, act.service, person)? {
        let confirm = heard.confirm.then_some(Confirm::Letter);
        object(act, task.family_id, person, scope, confirm, source_of(heard))?;
    }
    if heard.for_them.is_none() {
        // They speak for themselves: nobody speaks for them any more.
        proxies_end_of(act, person, EndedWhy::Objection)?;
    }
    task::tasks_object(act, person, OnceGone::StaysReadable)?;
    if person == task.person_id {
        return Ok(());
    }
    letters_stop(act, task.id, Stop::Objection, OnceGone::StaysReadable)?;
    let now = task_row(act.conn, act.service, task.id)?.state;
    if step(now, TaskCommand::LeaveToChild).is_some() {
        let due = grown(act, row)?;
        task_move(act, task, TaskCommand::LeaveToChild, due)?;
    }
    Ok(())
}

/// When the child a letter is about can be written to themselves, with a season before it.
fn grown(act: &mut Act<'_>, row: &LetterRow) -> Result<Option<UtcDate>> {
    let unlocked = act.unlock(row.family_id.as_str(), &[Compartment::Familial])?;
    let letter = row.reopen(act.keys(), unlocked.grant()?)?;
    let age = act.policy().periods.young_person_age;
    let born = letter.matter().subject().map(|subject| subject.birth_date);
    let day = born.and_then(|born| {
        let year = i32::from(born.year()) + age;
        let (month, day) = (u32::from(born.month()), u32::from(born.day()));
        UtcDate::new(year, month, day).or_else(|| UtcDate::new(year, 3, 1))
    });
    Ok(day.map(|day| day.plus_days(-90).max(act.at.date())))
}

/// Whether what was answered is theirs to say who answered.
fn may_say(heard: Heard) -> bool {
    heard.for_them.is_none_or(|authority| authority.reader().offers(heard.choice))
}

fn source_of(heard: Heard) -> Source {
    if heard.for_them.is_some() { Source::Proxy } else { Source::Portal }
}

/// Whether an answer takes an objection back: the person's own word is taken back by nobody else, and one of which it is not
/// known whose it was by nobody online.
fn may_lift(act: &mut Act<'_>, person: PersonId, heard: Heard) -> Result<bool> {
    if doubt_of(act.conn, act.service, person)?.is_some() {
        return Ok(false);
    }
    let standing = standing_of(act.conn, act.service, person)?;
    let objection = standing.iter().find(|one| one.topic == Topic::ConditionExists);
    Ok(objection.is_some_and(|one| heard.for_them.is_none() || one.source == Source::Proxy))
}

/// Whoever says so online means all of it: that there is anything to know at all.
fn object(
    act: &mut Act<'_>,
    family: FamilyId,
    person: PersonId,
    scope: Scope,
    confirm: Option<Confirm>,
    source: Source,
) -> Result<()> {
    let said = Objected { topic: Topic::ConditionExists, scope, source, confirm };
    objection_record(act, family, person, said).map(|_| ())
}

const TROUBLE: &[crate::clinic::queue::item::Wanted] =
    &[crate::clinic::queue::item::Wanted { queue: Queue::ToSend, due: None }];
const LOCKED: &[crate::clinic::queue::item::Wanted] =
    &[crate::clinic::queue::item::Wanted { queue: Queue::LockedCodes, due: None }];
