//! The page of one referral: to whom and on whose word, its letter and certificate, what was done, and what can be done now.
//! Must not know: what letter and certificate say.

use crate::{
    access::{
        Answer, Caller, Choice, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::task_row,
        letters::letter::{LetterState, letter_row},
        people::person::person_get,
        queue::item::{Queue, work_owner},
        referral::{
            kept::{EndedWhy, Referral, Step, referral_open, steps_of},
            prepare::still_agreed,
            said::{ByWay, Then},
            states::{ReferralCommand, ReferralState, step},
        },
    },
    db::UtcDate,
    error::Result,
    ids::{CertificateId, FamilyId, LetterId, ReferralId, StaffId, TaskId},
};
use actix_web::web;
use serde::Serialize;

#[derive(Serialize)]
struct StepLine {
    title: &'static str,
    at: String,
    by: String,
    how: Option<&'static str>,
    who: String,
    on: Option<String>,
    then: Option<&'static str>,
    words: String,
}

#[derive(Serialize)]
struct View {
    referral: ReferralId,
    task: TaskId,
    family: FamilyId,
    reference: String,
    name: String,
    state: ReferralState,
    state_words: &'static str,
    next_step: &'static str,
    ended_why: Option<&'static str>,
    owner: Option<String>,
    house_name: String,
    house_address: Vec<String>,
    house_email: String,
    house_phone: String,
    reason: &'static str,
    reason_words: String,
    agreed_how: &'static str,
    agreed_by: &'static str,
    agreed_on: String,
    agreed_words: String,
    prepared: String,
    prepared_by: String,
    sent: Option<String>,
    look_on: Option<String>,
    chased: i32,
    /// So often that somebody speaks to the relative instead.
    chased_enough: bool,
    letter: LetterId,
    letter_words: &'static str,
    certificate: CertificateId,
    steps: Vec<StepLine>,
    ways: Vec<Choice>,
    acknowledged_ways: Vec<Choice>,
    thens: Vec<Choice>,
    /// They have changed the answer by which they agreed to it: nothing more is written before they are asked.
    answer_changed: bool,
    may: May,
}

/// What can be done now, by the caller.
#[derive(Serialize)]
struct May {
    write_again: bool,
    chase: bool,
    acknowledge: bool,
    decline: bool,
    look_again: bool,
    take_back: bool,
    told: bool,
    end: bool,
    another: bool,
}

pub(super) async fn page(
    staff: Staff<may::ReplyView>,
    house: Here,
    id: web::Path<ReferralId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("referral", format!("Referral {part}, {}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ReferralId) -> Result<View> {
    let (referral, proof) = referral_open(act.conn(), caller, id)?;
    act.record(Deed::ReferralRead, ("referral", id.as_str()), Some(proof.family()), "")?;
    let task = task_row(act.conn(), caller.service, referral.task_id)?;
    let said = referral.particulars(act.conn(), &proof)?;
    let names = staff_names(act.conn(), caller.service)?;
    let letter = letter_row(act.conn(), caller.service, referral.letter_id)?;
    let owner = work_owner(act.conn(), caller.service, Queue::Referrals, id.as_str())?;
    let agrees = still_agreed(act, &proof, &task, &referral)?;
    let may = May::of(caller, &referral, letter.state, agrees);
    let mut steps = Vec::new();
    for one in steps_of(act.conn(), &proof, id)? {
        let said = one.said(&proof)?;
        steps.push(line(&one, said, &names));
    }
    let mut house_address: Vec<String> = said.house_address.lines().map(str::to_owned).collect();
    house_address.push(said.house_postcode);
    house_address.extend(said.house_country);
    house_address.retain(|line| !line.trim().is_empty());
    Ok(View {
        referral: id,
        task: referral.task_id,
        family: proof.family(),
        reference: family_get(act.conn(), &proof)?.reference,
        name: person_get(act.conn(), &proof, task.person_id)?.shown(),
        state: referral.state,
        state_words: referral.state.title(),
        next_step: referral.state.next_step(),
        ended_why: referral.ended_why.map(EndedWhy::words),
        owner: owner.map(|owner| name_of(&names, owner)),
        house_name: said.house_name,
        house_address,
        house_email: said.house_email,
        house_phone: said.house_phone,
        reason: said.reason.title(),
        reason_words: said.reason_words,
        agreed_how: said.agreed_how.title(),
        agreed_by: said.agreed_by.title(),
        agreed_on: said.agreed_on.shown(),
        agreed_words: said.agreed_words,
        prepared: referral.prepared_at.shown(),
        prepared_by: name_of(&names, referral.prepared_by),
        sent: referral.sent_at.map(|at| at.shown()),
        look_on: referral.look_on.map(UtcDate::shown),
        chased: referral.chased,
        chased_enough: referral.state == ReferralState::Chased
            && referral.chased >= act.policy().referrals.chased_most,
        letter: referral.letter_id,
        letter_words: letter_words(letter.state),
        certificate: referral.certificate_id,
        steps,
        ways: Choice::all(ByWay::ALL, ByWay::title),
        acknowledged_ways: Choice::all(ByWay::ALL, ByWay::title),
        thens: Choice::all(Then::ALL, Then::title),
        answer_changed: !agrees && step(referral.state, ReferralCommand::WriteAgain).is_some(),
        may,
    })
}

fn name_of(names: &[(StaffId, String)], id: StaffId) -> String {
    let found = names.iter().find(|(known, _)| *known == id);
    found.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
}

const fn letter_words(state: LetterState) -> &'static str {
    match state {
        LetterState::Draft => "Draft",
        LetterState::Submitted => "Waits for a second person",
        LetterState::Approved => "Approved, and has not left",
        LetterState::Sent => "Sent",
        LetterState::Stopped => "Stopped",
    }
}

fn line(step: &Step, said: super::super::kept::Said, names: &[(StaffId, String)]) -> StepLine {
    StepLine {
        title: title(step.step),
        at: step.at.shown(),
        by: name_of(names, step.by_staff),
        how: said.how.map(ByWay::title),
        who: said.who,
        on: said.on.map(UtcDate::shown),
        then: said.then.map(Then::title),
        words: said.words,
    }
}

const fn title(command: ReferralCommand) -> &'static str {
    match command {
        ReferralCommand::WriteAgain => "Its letter was drafted again",
        ReferralCommand::Send => "Sent",
        ReferralCommand::Lose => "Its letter was lost",
        ReferralCommand::Chase => "Asked again",
        ReferralCommand::Acknowledge => "Acknowledged",
        ReferralCommand::Decline => "Declined",
        ReferralCommand::LookAgain => "Looked at",
        ReferralCommand::TakeBack => "Taken back",
        ReferralCommand::Tell => "The other service was told",
        ReferralCommand::End => "Ended",
    }
}

impl May {
    fn of(caller: &Caller, referral: &Referral, letter: LetterState, agrees: bool) -> Self {
        let moves = allows(&caller.roles, Permission::TaskMove);
        let can = |command| moves && step(referral.state, command).is_some();
        let drafts = allows(&caller.roles, Permission::LetterDraft);
        let in_hand = match letter {
            LetterState::Draft | LetterState::Submitted | LetterState::Approved => true,
            LetterState::Sent | LetterState::Stopped => false,
        };
        Self {
            write_again: drafts
                && agrees
                && !in_hand
                && step(referral.state, ReferralCommand::WriteAgain).is_some(),
            chase: can(ReferralCommand::Chase),
            acknowledge: can(ReferralCommand::Acknowledge),
            decline: can(ReferralCommand::Decline),
            look_again: can(ReferralCommand::LookAgain),
            take_back: can(ReferralCommand::TakeBack),
            told: can(ReferralCommand::Tell),
            end: can(ReferralCommand::End),
            another: drafts && !referral.state.is_under_way(),
        }
    }
}
