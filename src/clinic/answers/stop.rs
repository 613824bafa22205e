//! What ends an answer when its letter, or contact with its reader, ends; and what is heard of one that was released.
//! Must not know: why a letter stops; whoever stops it says so.

use super::{
    draft::{
        AnswerCommand, AnswerDraft, AnswerState, Written, answer_drafts, answer_move, answer_row,
        answer_write, answers_by_letter, answers_of_family, step,
    },
    held::held,
    words::answer_holds,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{
            listener::Cascade,
            steps::step as task_step,
            task::{TaskCommand, task_move, task_row},
        },
        letters::{
            gate::Watch,
            letter::{LetterRow, Stop},
        },
    },
    error::{Error, Result},
    ids::AnswerId,
    relative::answer::{answer_heard, answer_take_back},
};
use diesel::prelude::*;

/// A letter stops, or is withheld online: what was asked by its code is answered no more, and what was answered is shown no
/// more. A stop that only makes the letter not wanted any more ends nothing that was asked.
pub(in crate::clinic) fn answers_stop(
    act: &mut Act<'_>,
    letter: &LetterRow,
    why: Stop,
    withholds: bool,
) -> Result<()> {
    if !withholds && !ends_contact(why) {
        return Ok(());
    }
    for draft in answers_by_letter(act.conn, act.service, letter.id)? {
        diesel::update(answer_drafts::table.find(draft.id))
            .set(answer_drafts::ended_why.eq(why.as_str()))
            .execute(act.conn())?;
        withdrawn(act, &draft, why.as_str())?;
    }
    Ok(())
}

fn withdrawn(act: &mut Act<'_>, draft: &AnswerDraft, note: &str) -> Result<()> {
    answer_move(act, draft, AnswerCommand::Withdraw, Deed::AnswerWithdrawn, note)?;
    if draft.state.is_out() { answer_take_back(act, &Cascade, draft.id) } else { Ok(()) }
}

const fn ends_contact(why: Stop) -> bool {
    match why {
        Stop::Objection | Stop::NotToKnow | Stop::Died | Stop::NotMe | Stop::Safeguarding => true,
        Stop::ConsentChanged
        | Stop::ReportAmended
        | Stop::AddressChanged
        | Stop::AddressRestricted
        | Stop::NameChanged
        | Stop::EmailChanged
        | Stop::MobileChanged
        | Stop::BirthDateChanged
        | Stop::NeedsChanged
        | Stop::NeverShare
        | Stop::ByStaff
        | Stop::Answered
        | Stop::Tested
        | Stop::Policy
        | Stop::OtherFile
        | Stop::NotUpheld
        | Stop::CameOfAge
        | Stop::NotResponsible
        | Stop::ResultCorrected
        | Stop::WishLifted
        | Stop::Wording
        | Stop::Certificate
        | Stop::AgreementChanged
        | Stop::Eligibility => false,
    }
}

/// Somebody asks that words are never passed on: what was answered and holds one of them is shown no more, in this act, and
/// its question waits again for an answer. What is not released yet is the gate's. Answers how many.
pub(in crate::clinic) fn answers_take_back_words(
    act: &mut Act<'_>,
    proof: &InFamily,
    words: &[String],
) -> Result<usize> {
    let watch = Watch::of_words(words);
    let mut taken_back = 0;
    for draft in answers_of_family(act.conn(), proof)?.into_iter().filter(|draft| draft.state.is_out()) {
        if !answer_holds(act, proof, &draft, &watch)? {
            continue;
        }
        diesel::update(answer_drafts::table.find(draft.id))
            .set(answer_drafts::ended_why.eq(Stop::NeverShare.as_str()))
            .execute(act.conn())?;
        withdrawn(act, &draft, Stop::NeverShare.as_str())?;
        waits_again(act, &draft)?;
        taken_back += 1;
    }
    Ok(taken_back)
}

/// Staff withdraw an answer: a draft that is not wanted, or one that was wrong.
///
/// # Errors
/// One that its reader could read already, without a reason.
pub fn answer_withdraw(act: &mut Act<'_>, proof: &InFamily, draft: &AnswerDraft, why: &str) -> Result<()> {
    let why = why.trim();
    if draft.state.is_out() && why.chars().count() < 10 {
        return Err(Error::bad_input(
            "Say in a sentence why: it could be read already. Nothing was changed.",
        )
        .at("withdrawn_why"));
    }
    let written = Written { withdrawn_why: Some(why.to_owned()), ..draft.written(act.conn(), proof)? };
    answer_write(act, proof, draft, &written)?;
    withdrawn(act, draft, "by staff")?;
    waits_again(act, draft)
}

/// Whoever had an answer and has it no more waits for another.
fn waits_again(act: &mut Act<'_>, draft: &AnswerDraft) -> Result<()> {
    let task = task_row(act.conn, act.service, draft.task_id)?;
    if draft.state.is_out() && task_step(task.state, TaskCommand::ReopenQuestion).is_some() {
        task_move(act, &task, TaskCommand::ReopenQuestion, None)?;
    }
    Ok(())
}

/// Asked under lock before its notice leaves. Where it may not, and it stays to be read, a person tells.
pub(in crate::clinic) fn answer_may_tell(act: &mut Act<'_>, id: AnswerId) -> Result<bool> {
    let draft = answer_row(act.conn, act.service, id)?;
    if !draft.state.is_out() || answer_heard(act.conn, act.service, id)?.0.is_some() {
        return Ok(false);
    }
    let free = held(act, &draft)?.is_none();
    if !free {
        answer_untold(act, id)?;
    }
    Ok(free)
}

/// Its notice will not arrive: somebody tells, unless it has been read already.
pub(in crate::clinic) fn answer_untold(act: &mut Act<'_>, id: AnswerId) -> Result<()> {
    let draft = answer_row(act.conn, act.service, id)?;
    let read = answer_heard(act.conn, act.service, id)?.0.is_some();
    if read || step(draft.state, AnswerCommand::Untell).is_none() {
        return Ok(());
    }
    answer_move(act, &draft, AnswerCommand::Untell, Deed::AnswerTold, "its notice does not arrive")
        .map(|_| ())
}

/// Whoever asked has read it: nobody need tell them.
pub(in crate::clinic) fn answer_seen(act: &mut Act<'_>, id: AnswerId) -> Result<()> {
    let draft = answer_row(act.conn, act.service, id)?;
    match draft.state {
        AnswerState::ToTell => {
            answer_move(act, &draft, AnswerCommand::Tell, Deed::AnswerTold, "read").map(|_| ())
        }
        AnswerState::Draft
        | AnswerState::Submitted
        | AnswerState::Returned
        | AnswerState::Released
        | AnswerState::Withdrawn => Ok(()),
    }
}

/// Whoever asked says that it is enough for now: they are left in peace, and looked at again after a year.
pub(in crate::clinic) fn answer_enough(act: &mut Act<'_>, id: AnswerId) -> Result<()> {
    let draft = answer_row(act.conn, act.service, id)?;
    let task = task_row(act.conn, act.service, draft.task_id)?;
    if task_step(task.state, TaskCommand::SayEnough).is_some() {
        task_move(act, &task, TaskCommand::SayEnough, None)?;
    }
    Ok(())
}
