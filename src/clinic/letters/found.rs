//! What would now stop a letter: asked at approval and again, under lock, before its first byte leaves.
//! Must not know: how a letter is stopped, or who asks.

use super::{
    letter::{LetterRow, within_basis},
    stop::Stop,
};
use crate::{
    audit::Act,
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand},
        },
        kindred::one_letter::is_told_elsewhere,
        people::{
            contact::{Contact, contact_of},
            elsewhere::has_died_elsewhere,
            person::person_row,
            safety::is_held,
        },
        recontact::is_recontact,
        result::state::{ResultState, result_standing},
        sharing::{consent::naming_consent, objection::wish_against, pack::letter_barred, topic::Topic},
    },
    db::{Conn, UtcDate},
    error::Result,
    keys::{Compartment, envelope::Unlocked},
    relative::outbox,
};
use kinward_family::letter::Letter;

/// What would now stop a letter, if anything: asked at approval and again, under lock, before the first byte leaves.
pub fn stop_found(act: &mut Act<'_>, task: &Task, row: &LetterRow) -> Result<Option<Stop>> {
    // Stopped while its first attempt was under way: it is not tried again, whatever has been said since.
    if let Some(why) = row.ended_why {
        return Ok(Some(why));
    }
    let unlocked = act.unlock(row.family_id.as_str(), &[Compartment::Familial, Compartment::Contact])?;
    let letter = row.reopen(act.keys(), unlocked.grant()?)?;
    // The gate asks for wishes too; asked first, they are told apart from the pack.
    if let Some(topic) = wish_against(act.conn, row.service_id, task.person_id, letter.level())? {
        return Ok(Some(if topic == Topic::ConditionExists { Stop::Objection } else { Stop::NotToKnow }));
    }
    if letter_barred(act, task, letter.level())?.is_some() {
        return Ok(Some(Stop::Policy));
    }
    let service = row.service_id;
    if is_held(act.conn, service, task.person_id)? {
        return Ok(Some(Stop::Safeguarding));
    }
    let person = person_row(act.conn, unlocked.grant()?, service, task.person_id)?;
    if person.has_died() || has_died_elsewhere(act, person.id)? {
        return Ok(Some(Stop::Died));
    }
    if is_told_elsewhere(act.conn, service, task)? {
        return Ok(Some(Stop::OtherFile));
    }
    let (keys, today, conn) = (act.keys(), act.at.date(), &mut *act.conn);
    // What corrects an earlier letter is owed, whatever became of the report and whoever agrees to what now.
    if !is_recontact(letter.kind())
        && let Some(stop) = ground_gone(conn, &unlocked, task, row, &letter, today)?
    {
        return Ok(Some(stop));
    }
    if letter.recipient().is_some() && person.recipient().ok().as_ref() != letter.recipient() {
        return Ok(Some(Stop::NameChanged));
    }
    let contact = contact_of(conn, unlocked.grant()?, service, person.id)?;
    let address = contact.as_ref().map(Contact::postal_address).transpose()?;
    // What goes from hand to hand goes to no address, and no e-mail tells of it.
    let posted_to = match row.is_handed_over()? {
        true => None,
        false => Some(letter.to().address()),
    };
    if posted_to.is_some() && contact.as_ref().is_some_and(Contact::is_restricted) {
        return Ok(Some(Stop::AddressRestricted));
    }
    if posted_to.is_some_and(|posted| posted != address.as_ref()) {
        return Ok(Some(Stop::AddressChanged));
    }
    // A letter that is not posted yet takes both from the record when it is.
    if letter.code().is_none() {
        return Ok(None);
    }
    let Some(posted) = outbox::posted_with(conn, keys, service, row.invitation_id)? else { return Ok(None) };
    if person.birth_date != Some(posted.birth_date) {
        return Ok(Some(Stop::BirthDateChanged));
    }
    let told = posted_to.is_some() && contact.and_then(|contact| contact.email) != posted.email;
    Ok(told.then_some(Stop::EmailChanged))
}

/// The report, or what allowed the letter, is gone; or whoever it names agrees to that no more.
fn ground_gone(
    conn: &mut Conn,
    unlocked: &Unlocked,
    task: &Task,
    row: &LetterRow,
    letter: &Letter,
    today: UtcDate,
) -> Result<Option<Stop>> {
    let service = row.service_id;
    let result = result_standing(conn, service, task.result_id)?;
    match result.state {
        ResultState::Active | ResultState::Widened => {}
        ResultState::CheckAgain => return Ok(Some(Stop::Eligibility)),
        ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::Pedigree
        | ResultState::Review
        | ResultState::Closed
        | ResultState::NothingFamilial
        | ResultState::Superseded => return Ok(Some(Stop::ReportAmended)),
    }
    if step(task.state, TaskCommand::FindAtRisk).is_some() {
        return Ok(Some(Stop::Eligibility));
    }
    if !within_basis(conn, row, today)? {
        return Ok(Some(Stop::ConsentChanged));
    }
    if let Some(named) = letter.disclosure().named() {
        if naming_consent(conn, service, task.id, today)?.is_none() {
            return Ok(Some(Stop::ConsentChanged));
        }
        let proband = person_row(conn, unlocked.grant()?, service, result.person_id)?;
        if proband.recipient().ok().as_ref() != Some(named.name()) {
            return Ok(Some(Stop::NameChanged));
        }
    }
    Ok(None)
}
