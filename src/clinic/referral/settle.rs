//! What is done about a referral that has left: asked again, acknowledged, declined, looked at, taken back, ended.
//! Must not know: how its letter was worded, or what the relative holds.

use super::{
    kept::{EndedWhy, Referral, Said, chased_again, ended_by, referral_move, step_keep},
    said::{ByWay, Then},
    states::{ReferralCommand, ReferralState},
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{
            steps::step as task_step,
            task::{TaskCommand, task_move, task_row},
        },
        letters::letter::{Stop, letter_row, letter_stop_all},
    },
    db::UtcDate,
    error::{Error, Result},
    relative::outbox::OnceGone,
};

/// What somebody typed about one thing that was done.
#[derive(Default)]
pub struct Done {
    pub how: Option<ByWay>,
    pub who: String,
    pub on: Option<UtcDate>,
    pub then: Option<Then>,
    pub words: String,
}

fn missing(text: &str, field: &'static str) -> Error {
    Error::bad_input(format!("{text} Nothing was saved.")).at(field)
}

/// Nobody there has answered: they were asked again, and the day on which it is asked next is set.
///
/// # Errors
/// A referral that has not left or was answered; nothing said of how.
pub fn referral_chase(act: &mut Act<'_>, proof: &InFamily, referral: &Referral, done: Done) -> Result<()> {
    let how = done.how.ok_or_else(|| missing("Choose how they were asked again.", "chased_how"))?;
    let words = said(
        &done.words,
        "Write whom you reached and what they said, or that nobody answered.",
        "chased_words",
    )?;
    let next = act.at.date().plus_days(act.policy().referrals.chase_days);
    referral_move(act, referral, ReferralCommand::Chase, Some(next))?;
    chased_again(act, referral)?;
    let said = Said { how: Some(how), words, ..Said::default() };
    step_keep(act, proof, referral, ReferralCommand::Chase, &said)
}

/// The other service has the relative: theirs from now on, and looked at again on a day.
///
/// # Errors
/// A referral that has not left; who, when or how not said.
pub fn referral_acknowledge(
    act: &mut Act<'_>,
    proof: &InFamily,
    referral: &Referral,
    done: Done,
) -> Result<()> {
    let how = done.how.ok_or_else(|| missing("Choose how they said so.", "acknowledged_how"))?;
    let who = said(&done.who, "Write who at the other service said so.", "acknowledged_by")?;
    let on = day(act, referral, done.on, "acknowledged_on")?;
    let look_on = act.at.date().plus_days(act.policy().referrals.look_again_days);
    referral_move(act, referral, ReferralCommand::Acknowledge, Some(look_on))?;
    let said = Said { how: Some(how), who, on: Some(on), then: None, words: done.words.trim().to_owned() };
    step_keep(act, proof, referral, ReferralCommand::Acknowledge, &said)?;
    task_steps(act, referral, TaskCommand::HandOver)
}

/// The other service does not take them, or not after all: they are ours again, with what comes next.
///
/// # Errors
/// A referral that has not left; neither the reason nor what comes next.
pub fn referral_decline(act: &mut Act<'_>, proof: &InFamily, referral: &Referral, done: Done) -> Result<()> {
    let then =
        done.then.ok_or_else(|| missing("Choose what comes next for this relative.", "declined_then"))?;
    let words = said(&done.words, "Write who declined, and why.", "declined_words")?;
    referral_move(act, referral, ReferralCommand::Decline, None)?;
    step_keep(
        act,
        proof,
        referral,
        ReferralCommand::Decline,
        &Said { then: Some(then), words, ..Said::default() },
    )?;
    task_steps(act, referral, TaskCommand::HandBack)
}

/// Somebody looked whether the relative has been seen, and it is not over.
///
/// # Errors
/// A referral that is not acknowledged; no words.
pub fn referral_look_again(
    act: &mut Act<'_>,
    proof: &InFamily,
    referral: &Referral,
    words: &str,
) -> Result<()> {
    let words = said(words, "Write what you found.", "looked_words")?;
    let look_on = act.at.date().plus_days(act.policy().referrals.look_again_days);
    referral_move(act, referral, ReferralCommand::LookAgain, Some(look_on))?;
    step_keep(act, proof, referral, ReferralCommand::LookAgain, &Said { words, ..Said::default() })
}

/// It needs nothing more: the relative was seen there, or what followed a refusal is done.
///
/// # Errors
/// A referral that still waits for somebody; no words.
pub fn referral_end(act: &mut Act<'_>, proof: &InFamily, referral: &Referral, words: &str) -> Result<()> {
    let words = said(words, "Write what became of it.", "ended_words")?;
    referral_move(act, referral, ReferralCommand::End, None)?;
    ended_by(act, referral, EndedWhy::SeenTo)?;
    step_keep(act, proof, referral, ReferralCommand::End, &Said { words, ..Said::default() })
}

/// Somebody takes it back. Its letter stops if it has not left; if it has, the other service is told next.
///
/// # Errors
/// A referral that is over; no reason.
pub fn referral_take_back(
    act: &mut Act<'_>,
    proof: &InFamily,
    referral: &Referral,
    words: &str,
) -> Result<()> {
    let words = said(words, "Write why it is taken back.", "taken_back_why")?;
    referral_back(act, referral, EndedWhy::ByStaff)?;
    step_keep(act, proof, referral, ReferralCommand::TakeBack, &Said { words, ..Said::default() })?;
    let letter = letter_row(act.conn, act.service, referral.letter_id)?;
    letter_stop_all(act, &letter, Stop::ByStaff, OnceGone::StaysReadable)
}

/// The other service was told that it was taken back.
///
/// # Errors
/// A referral of which nobody there need be told; no words.
pub fn referral_told(act: &mut Act<'_>, proof: &InFamily, referral: &Referral, words: &str) -> Result<()> {
    let words = said(words, "Write whom you told, and when.", "told_words")?;
    referral_move(act, referral, ReferralCommand::Tell, None)?;
    step_keep(act, proof, referral, ReferralCommand::Tell, &Said { words, ..Said::default() })
}

/// Takes a referral back, whoever does; a relative who was theirs is ours again.
pub(super) fn referral_back(act: &mut Act<'_>, referral: &Referral, why: EndedWhy) -> Result<ReferralState> {
    let to = referral_move(act, referral, ReferralCommand::TakeBack, None)?;
    ended_by(act, referral, why)?;
    if referral.state == ReferralState::Acknowledged {
        task_steps(act, referral, TaskCommand::HandBack)?;
    }
    Ok(to)
}

/// Moves the relative's task where it stands so that this follows; who asked something, or stopped it all, stays there.
fn task_steps(act: &mut Act<'_>, referral: &Referral, command: TaskCommand) -> Result<()> {
    let task = task_row(act.conn, act.service, referral.task_id)?;
    if task_step(task.state, command).is_some() {
        task_move(act, &task, command, None)?;
    }
    Ok(())
}

fn said(words: &str, problem: &str, field: &'static str) -> Result<String> {
    let words = words.trim();
    if words.is_empty() { Err(missing(problem, field)) } else { Ok(words.to_owned()) }
}

/// A day on which the other service can have said something: not before it left, and not in the future.
fn day(act: &Act<'_>, referral: &Referral, on: Option<UtcDate>, field: &'static str) -> Result<UtcDate> {
    let on = on.ok_or_else(|| missing("Write on which day they said so.", field))?;
    if on > act.at.date() {
        return Err(missing("The day is in the future.", field));
    }
    if referral.sent_at.is_some_and(|sent| on < sent.date()) {
        return Err(missing("The day is before the letter left.", field));
    }
    Ok(on)
}
