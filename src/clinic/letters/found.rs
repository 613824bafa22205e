//! What would now stop a letter: asked at approval and again, under lock, before its first byte leaves.
//! Must not know: how a letter is stopped, or who asks.

use super::{
    draft::letter_date_of,
    ground::{Ground, ground_of},
    letter::{LetterRow, within_basis},
    stop::Stop,
    suited::is_outgrown,
    templates::unapproved,
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
            person::{Person, person_row},
            responsibility::is_responsible,
            safety::is_held,
        },
        referral::follow::referral_gone,
        result::{
            release::release_basis,
            state::{ResultState, result_standing},
        },
        sharing::{
            consent::naming_consent,
            objection::{objects, wish_against},
            pack::letter_barred,
            topic::Topic,
            whose_word::doubt_of,
        },
        tested::relative_result::own_results_confirmed,
    },
    db::{Conn, UtcDate},
    error::Result,
    keys::{Compartment, envelope::Unlocked},
    relative::outbox,
};
use kinward_family::{kind::Form, letter::Letter};

/// What would now stop a letter, if anything: asked at approval and again, under lock, before the first byte leaves.
pub fn stop_found(act: &mut Act<'_>, task: &Task, row: &LetterRow) -> Result<Option<Stop>> {
    // Stopped while its first attempt was under way: it is not tried again, whatever has been said since.
    if let Some(why) = row.ended_why {
        return Ok(Some(why));
    }
    let unlocked = act.unlock(row.family_id.as_str(), &[Compartment::Familial, Compartment::Contact])?;
    let letter = row.reopen(act.keys(), unlocked.grant()?)?;
    let ground = ground_of(letter.kind());
    if let Some(stop) = wished_against(act, task, row, &letter, ground)? {
        return Ok(Some(stop));
    }
    let service = row.service_id;
    let person = person_row(act.conn, unlocked.grant()?, service, task.person_id)?;
    let reader = person_row(act.conn, unlocked.grant()?, service, row.reader(task))?;
    for one in [&person, &reader] {
        if is_held(act.conn, service, one.id)? {
            return Ok(Some(Stop::Safeguarding));
        }
        if one.has_died() || has_died_elsewhere(act, one.id)? {
            return Ok(Some(Stop::Died));
        }
    }
    if is_outgrown(letter.kind(), person.birth_date, act.at.date(), &act.policy().periods) {
        return Ok(Some(Stop::CameOfAge));
    }
    if reader.id != person.id && !is_responsible(act.conn, service, person.id, reader.id)? {
        return Ok(Some(Stop::NotResponsible));
    }
    let today = act.at.date();
    let gone = match ground {
        Ground::Agreement if is_told_elsewhere(act.conn, service, task)? => Some(Stop::OtherFile),
        Ground::Agreement => ground_gone(act.conn, &unlocked, task, row, &letter, today)?,
        Ground::Correction if is_told_elsewhere(act.conn, service, task)? => Some(Stop::OtherFile),
        // What corrects an earlier letter is owed, whatever became of the report and whoever agrees to what now.
        Ground::Correction | Ground::Wish => None,
        Ground::OwnResult => own_result_gone(act.conn, task, row)?,
    };
    if gone.is_some() {
        return Ok(gone);
    }
    if let Some(stop) = referral_gone(act.conn, row)? {
        return Ok(Some(stop));
    }
    if let Some(stop) = reader_changed(act, &unlocked, row, &letter, &person, &reader)? {
        return Ok(Some(stop));
    }
    Ok(unapproved(act, &letter)?.map(|_| Stop::Wording))
}

/// What its reader, or the relative it is about, does not want; and what the pack in force does not allow.
fn wished_against(
    act: &mut Act<'_>,
    task: &Task,
    row: &LetterRow,
    letter: &Letter,
    ground: Ground,
) -> Result<Option<Stop>> {
    if ground == Ground::Wish {
        if doubt_of(act.conn, row.service_id, task.person_id)?.is_some() {
            return Ok(Some(Stop::NotMe));
        }
        let stands = objects(act.conn, row.service_id, task.person_id)?;
        return Ok((!stands).then_some(Stop::WishLifted));
    }
    // The gate asks for wishes too; asked first, they are told apart from the pack.
    for one in [task.person_id, row.reader(task)] {
        if let Some(topic) = wish_against(act.conn, row.service_id, one, letter.level())? {
            return Ok(Some(if topic == Topic::ConditionExists { Stop::Objection } else { Stop::NotToKnow }));
        }
    }
    // How much a family may be told is no matter of somebody's own result.
    let barred = ground != Ground::OwnResult && letter_barred(act, task, letter.level())?.is_some();
    Ok(barred.then_some(Stop::Policy))
}

/// The result that a letter tells counts no more, or nobody knows by now whether it does.
fn own_result_gone(conn: &mut Conn, task: &Task, row: &LetterRow) -> Result<Option<Stop>> {
    match result_standing(conn, row.service_id, task.result_id)?.state {
        ResultState::Superseded => return Ok(Some(Stop::ReportAmended)),
        ResultState::CheckAgain => return Ok(Some(Stop::Eligibility)),
        ResultState::Active
        | ResultState::Widened
        | ResultState::Review
        | ResultState::Closed
        | ResultState::Pedigree
        | ResultState::Triage
        | ResultState::TriageAmended
        | ResultState::Discuss
        | ResultState::NothingFamilial => {}
    }
    let rests_on = release_basis(conn, row.service_id, row.release_id)?;
    let standing = own_results_confirmed(conn, row.service_id, task.result_id)?;
    let counts = standing.iter().any(|(own, ..)| own.as_str() == rests_on);
    Ok((!counts).then_some(Stop::ResultCorrected))
}

/// Whoever it is about or goes to is called, born or reached otherwise by now.
fn reader_changed(
    act: &mut Act<'_>,
    unlocked: &Unlocked,
    row: &LetterRow,
    letter: &Letter,
    person: &Person,
    reader: &Person,
) -> Result<Option<Stop>> {
    let (service, keys) = (row.service_id, act.keys());
    if letter.recipient().is_some() && reader.recipient().ok().as_ref() != letter.recipient() {
        return Ok(Some(Stop::NameChanged));
    }
    if let Some(subject) = letter.matter().subject() {
        if person.recipient().ok().as_ref() != Some(&subject.name) {
            return Ok(Some(Stop::NameChanged));
        }
        let born = person.birth_date.map(letter_date_of).transpose()?;
        if born != Some(subject.birth_date) {
            return Ok(Some(Stop::BirthDateChanged));
        }
    }
    let conn = &mut *act.conn;
    let contact = contact_of(conn, unlocked.grant()?, service, reader.id)?;
    // What goes from hand to hand goes to no address, and no e-mail tells of it; where a practice is, its letter alone says.
    let posted_to = match letter.to().form() {
        Form::Person => Some(letter.to().address()),
        Form::ByHand | Form::Whoever | Form::House => None,
    };
    if posted_to.is_some() && contact.as_ref().is_some_and(Contact::is_restricted) {
        return Ok(Some(Stop::AddressRestricted));
    }
    let address =
        contact.as_ref().filter(|_| posted_to.is_some()).map(Contact::postal_address).transpose()?;
    if posted_to.is_some_and(|posted| posted != address.as_ref()) {
        return Ok(Some(Stop::AddressChanged));
    }
    // A letter that is not posted yet takes both from the record when it is.
    if letter.code().is_none() {
        return Ok(None);
    }
    let Some(posted) = outbox::posted_with(conn, keys, service, row.invitation_id)? else { return Ok(None) };
    if reader.birth_date != posted.birth_date {
        return Ok(Some(Stop::BirthDateChanged));
    }
    let posted_to = posted_to.is_some();
    let mobile = contact.as_ref().and_then(Contact::mobile).map(|mobile| mobile.as_str().to_owned());
    if posted_to && posted.mobile.is_some() && mobile != posted.mobile {
        return Ok(Some(Stop::MobileChanged));
    }
    let told = posted_to && contact.and_then(|contact| contact.email) != posted.email;
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
