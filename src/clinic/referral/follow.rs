//! What a referral does by itself: with its letter, with the relative's own way, and at the last question before it leaves.
//! Must not know: who asks; some of it runs while a relative answers.

use super::{
    kept::{EndedWhy, Referral, referral_by_letter, referral_move, referrals_of, sent_on},
    settle::referral_back,
    states::{ReferralCommand, ReferralState, step},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::{TaskCommand, TaskState},
            task::Task,
        },
        letters::letter::{LetterRow, Stop, letter_row},
        result::certificate::certificate_stands,
    },
    db::Conn,
    error::{Error, Result},
    ids::{CertificateId, ServiceId, TaskId},
    relative::{listener::HandedOn, reply::reply_list},
};
use kinward_family::page::Handed;

/// Its letter has left: from now on the other service is waited for.
pub(in crate::clinic) fn letter_left(act: &mut Act<'_>, row: &LetterRow) -> Result<()> {
    let Some(referral) = referral_by_letter(act.conn, act.service, row.id)? else { return Ok(()) };
    if step(referral.state, ReferralCommand::Send).is_none() {
        return Ok(());
    }
    let chase_on = act.at.date().plus_days(act.policy().referrals.chase_days);
    let look_on = (referral.state == ReferralState::Prepared).then_some(chase_on);
    referral_move(act, &referral, ReferralCommand::Send, look_on)?;
    sent_on(act, &referral)
}

/// Its letter came back, or did not go after all: nobody there has it.
pub(in crate::clinic) fn letter_lost(act: &mut Act<'_>, row: &LetterRow) -> Result<()> {
    let Some(referral) = referral_by_letter(act.conn, act.service, row.id)? else { return Ok(()) };
    if step(referral.state, ReferralCommand::Lose).is_some() {
        referral_move(act, &referral, ReferralCommand::Lose, None)?;
    }
    Ok(())
}

/// The relative's own way has gone on: what no longer fits it is taken back.
pub(in crate::clinic) fn task_moved(
    act: &mut Act<'_>,
    task: &Task,
    command: TaskCommand,
    to: TaskState,
) -> Result<()> {
    let Some(why) = taken_back_by(command, to) else { return Ok(()) };
    for referral in referrals_of(act.conn, act.service, task.id)? {
        let left = referral.state != ReferralState::Prepared;
        // What left before the report was amended is told of in the wave, and whoever holds it is waited for.
        if (why == EndedWhy::ReportAmended && left)
            || step(referral.state, ReferralCommand::TakeBack).is_none()
        {
            continue;
        }
        referral_back(act, &referral, why)?;
    }
    Ok(())
}

/// The relative has answered anew that no other service may be asked. What rests on their earlier answer and has left is taken
/// back: whoever holds it is told. What has not left is stopped at the last question before it goes.
pub(in crate::clinic) fn agreement_taken_back(act: &mut Act<'_>, task: TaskId) -> Result<()> {
    for referral in referrals_of(act.conn, act.service, task)? {
        let rests = referral.reply_id.is_some() && referral.state != ReferralState::Prepared;
        if rests && step(referral.state, ReferralCommand::TakeBack).is_some() {
            referral_back(act, &referral, EndedWhy::Agreement)?;
        }
    }
    Ok(())
}

fn taken_back_by(command: TaskCommand, to: TaskState) -> Option<EndedWhy> {
    match to {
        // Also where whoever is responsible for a child would rather not know.
        TaskState::DoNotContact | TaskState::WaitAge => Some(EndedWhy::Objection),
        TaskState::Deceased => Some(EndedWhy::Died),
        TaskState::NotReached if command == TaskCommand::SayNotMe => Some(EndedWhy::NotMe),
        TaskState::NotAtRisk | TaskState::ToTell => Some(EndedWhy::Eligibility),
        TaskState::Suspended => Some(EndedWhy::ReportAmended),
        TaskState::NotReached
        | TaskState::Identified
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
        | TaskState::Waiting
        | TaskState::Done => None,
    }
}

/// What would stop its letter: its certificate was taken back, or what the relative agreed to on their pages they have changed.
pub(in crate::clinic) fn referral_gone(conn: &mut Conn, row: &LetterRow) -> Result<Option<Stop>> {
    let Some(referral) = referral_by_letter(conn, row.service_id, row.id)? else { return Ok(None) };
    if !certificate_stands(conn, row.service_id, referral.certificate_id)? {
        return Ok(Some(Stop::Certificate));
    }
    let Some(rests_on) = referral.reply_id else { return Ok(None) };
    let newest = reply_list(conn, row.service_id, referral.task_id.as_str())?.into_iter().next();
    let stands = newest.is_some_and(|reply| reply.id == rests_on);
    Ok((!stands).then_some(Stop::AgreementChanged))
}

/// The second person says that they saw the certificate that goes with the letter, by its digest.
///
/// # Errors
/// Another certificate than that of the referral, or none.
pub(in crate::clinic) fn certificate_seen(
    act: &mut Act<'_>,
    proof: &InFamily,
    row: &LetterRow,
    seen: Option<&str>,
) -> Result<()> {
    let Some(referral) = referral_by_letter(act.conn, act.service, row.id)? else { return Ok(()) };
    if seen != Some(referral.certificate_id.as_str()) {
        return Err(Error::bad_input(
            "A certificate goes with this letter. Open it, and tick that you have seen it, or return the letter. Nothing was changed.",
        )
        .at("sheet_seen"));
    }
    let object = ("certificate", referral.certificate_id.as_str());
    act.record(Deed::ReferralCertificateSeen, object, Some(proof.family()), "")
}

/// The certificate that goes with a letter, where one does.
pub(in crate::clinic) fn goes_with(
    conn: &mut Conn,
    service: ServiceId,
    row: &LetterRow,
) -> Result<Option<CertificateId>> {
    Ok(referral_by_letter(conn, service, row.id)?.map(|referral: Referral| referral.certificate_id))
}

/// To which services a relative was handed, oldest first, and where each stands; only what has left and did not come back.
pub(in crate::clinic) fn handed_on(
    conn: &mut Conn,
    service: ServiceId,
    task: TaskId,
) -> Result<Vec<HandedOn>> {
    let mut all = Vec::new();
    for referral in referrals_of(conn, service, task)?.into_iter().rev() {
        if let Some((on, stands)) = referral.sent_at.zip(as_told(referral.state)) {
            let letter = letter_row(conn, service, referral.letter_id)?.invitation_id;
            all.push(HandedOn { letter, on, stands });
        }
    }
    Ok(all)
}

/// As the relative is told it; nothing of what has not left.
const fn as_told(state: ReferralState) -> Option<Handed> {
    match state {
        ReferralState::Prepared => None,
        ReferralState::Sent | ReferralState::Chased => Some(Handed::Sent),
        ReferralState::Acknowledged => Some(Handed::HasThem),
        ReferralState::Declined => Some(Handed::Declined),
        ReferralState::ToTell | ReferralState::TakenBack => Some(Handed::TakenBack),
        ReferralState::Ended => Some(Handed::Ended),
    }
}
