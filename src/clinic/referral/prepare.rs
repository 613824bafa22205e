//! Hands a relative to their own service: whether they agreed, which certificate goes, and the letter that goes with it.
//! Must not know: what the proband said; that the letter may tell what it tells is asked where every letter is drafted.

use super::{
    kept::{
        EndedWhy, Particulars, Referral, Said, ended_by, letter_is, referral_insert, referral_move,
        referrals_of, step_keep,
    },
    said::{AgreedBy, AgreedHow, Reason},
    states::{ReferralCommand, ReferralState},
};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        cascade::task::{Task, task_row},
        letters::{
            draft::may_be_written_to,
            ground::Ground,
            house::{House, HouseKind, Why, house_draft},
            letter::{LetterState, letter_by_invitation, letter_row},
            register::SheetSaid,
        },
        people::{person::person_get, responsibility::responsible_for},
        queue::hands::work_take_on,
        result::certificate::{Standing, certificate_list},
        sharing::{basis::basis_of, pack::letter_barred},
    },
    db::UtcDate,
    error::{Error, Result, Trouble},
    ids::{CertificateId, LetterId, ReferralId, ReplyId},
    relative::{
        proxy::{Authority, ProxyState, proxy_list},
        reply::{ReplyRow, reply_list},
    },
};
use kinward_family::{disclosure::Level, page::Reply};

/// What somebody types.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    #[serde(default)]
    pub house_name: String,
    #[serde(default)]
    pub house_address: String,
    #[serde(default)]
    pub house_postcode: String,
    pub house_country: Option<String>,
    #[serde(default)]
    pub house_email: String,
    #[serde(default)]
    pub house_phone: String,
    pub reason: Option<Reason>,
    #[serde(default)]
    pub reason_words: String,
    pub agreed_how: Option<AgreedHow>,
    pub agreed_by: Option<AgreedBy>,
    pub agreed_on: Option<UtcDate>,
    #[serde(default)]
    pub handed_words: String,
    #[serde(default)]
    pub certificate: String,
}

/// Who agreed, when and how, as far as it counts.
struct Agreed {
    how: AgreedHow,
    by: AgreedBy,
    on: UtcDate,
    words: String,
    reply: Option<ReplyId>,
}

/// Prepares a referral and drafts its letter. Whoever does has it until another takes it.
///
/// # Errors
/// No agreement of the relative's own; one that is under way; no certificate that stands; a service that nobody can reach; as
/// for the letter.
pub fn referral_prepare(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    entry: Entry,
) -> Result<ReferralId> {
    let earlier = referrals_of(act.conn(), proof.service(), task.id)?;
    if earlier.iter().any(|one| one.state.is_under_way()) {
        return Err(Error::not_now(
            "This relative is being handed to a service already. Take that back first. Nothing was saved.",
        ));
    }
    let agreed = agreement(act, proof, task, &entry)?;
    let certificate = certificate_chosen(act, proof, task, &entry.certificate)?;
    let particulars = particulars(entry, &agreed)?;
    let letter = letter_of(act, caller, proof, task, &particulars)?;
    let referral = Referral {
        id: ReferralId::new(act.chance()),
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        letter_id: letter,
        certificate_id: certificate,
        reply_id: agreed.reply,
        state: ReferralState::Prepared,
        chased: 0,
        prepared_by: proof.staff(),
        prepared_at: act.at,
        sent_at: None,
        look_on: None,
        ended_why: None,
    };
    referral_insert(act, proof, &referral, &particulars)?;
    work_take_on(act, &referral.subject(), proof.staff())?;
    // What another service declined goes on with this one.
    for declined in earlier.iter().filter(|one| one.state == ReferralState::Declined) {
        referral_move(act, declined, ReferralCommand::End, None)?;
        ended_by(act, declined, EndedWhy::SeenTo)?;
    }
    Ok(referral.id)
}

/// Drafts its letter anew, where the one before was stopped, came back, or did not go.
///
/// # Errors
/// A letter that is in hand; a referral that has gone on; as for the letter.
pub fn referral_write_again(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    referral: &Referral,
) -> Result<LetterId> {
    let before = letter_row(act.conn, act.service, referral.letter_id)?;
    match before.state {
        LetterState::Stopped | LetterState::Sent => {}
        LetterState::Draft | LetterState::Submitted | LetterState::Approved => {
            return Err(Error::not_now("Its letter is in hand. No letter was drafted."));
        }
    }
    let task = task_row(act.conn(), proof.service(), referral.task_id)?;
    if !still_agreed(act, proof, &task, referral)? {
        return Err(Error::not_now(
            "They have changed the answer by which they agreed to it. Ask them: if they agree, take this referral back and prepare another. No letter was drafted.",
        ));
    }
    referral_move(act, referral, ReferralCommand::WriteAgain, None)?;
    certificate_chosen(act, proof, &task, referral.certificate_id.as_str())?;
    let particulars = referral.particulars(act.conn(), proof)?;
    let letter = letter_of(act, caller, proof, &task, &particulars)?;
    letter_is(act, referral, letter)?;
    step_keep(act, proof, referral, ReferralCommand::WriteAgain, &Said::default())?;
    Ok(letter)
}

fn letter_of(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    to: &Particulars,
) -> Result<LetterId> {
    let house = House {
        kind: HouseKind::OtherService,
        name: to.house_name.clone(),
        address: to.house_address.clone(),
        postcode: to.house_postcode.clone(),
        country: to.house_country.clone(),
        why: Some(Why::Agrees),
        sheet: SheetSaid::default(),
    };
    house_draft(act, caller, proof, task, &house)
}

fn particulars(entry: Entry, agreed: &Agreed) -> Result<Particulars> {
    let line = |text: String| text.trim().to_owned();
    let (house_email, house_phone) = (line(entry.house_email), line(entry.house_phone));
    if house_email.is_empty() && house_phone.is_empty() {
        return Err(Error::bad_input(
            "Write the telephone number or e-mail address of the other service: somebody asks there whether it has come. Nothing was saved.",
        )
        .at("house_phone"));
    }
    let reason = entry.reason.ok_or_else(|| {
        Error::bad_input("Choose why this service is to see them. Nothing was saved.").at("reason")
    })?;
    Ok(Particulars {
        house_name: line(entry.house_name),
        house_address: entry.house_address,
        house_postcode: line(entry.house_postcode),
        house_country: entry.house_country.map(line).filter(|text| !text.is_empty()),
        house_email,
        house_phone,
        reason,
        reason_words: line(entry.reason_words),
        agreed_how: agreed.how,
        agreed_by: agreed.by,
        agreed_on: agreed.on,
        agreed_words: agreed.words.clone(),
    })
}

/// The chosen edition of the certificate: of this result, and one that may be relied on.
fn certificate_chosen(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    chosen: &str,
) -> Result<CertificateId> {
    let listed = certificate_list(act.conn(), proof, task.result_id)?;
    let found = listed.iter().find(|one| one.id.as_str() == chosen && one.standing() == Standing::Valid);
    found.map(|one| one.id).ok_or_else(|| {
        Error::bad_input(
            "Choose a certificate that stands: it goes with the letter, and no laboratory can test without it. Where there is none, issue one on the result\u{2019}s page. Nothing was saved.",
        )
        .at("certificate")
    })
}

/// The newest answer on the relatives' pages, where it says that a service near them may be asked.
pub fn portal_agreed(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Option<ReplyRow>> {
    let newest = reply_list(act.conn(), proof.service(), task.id.as_str())?.into_iter().next();
    let Some(newest) = newest else { return Ok(None) };
    Ok(match newest.answers(proof.grant()?)?.reply {
        Reply::Appointment { hand_over: true, .. } => Some(newest),
        Reply::Appointment { hand_over: false, .. }
        | Reply::Think { .. }
        | Reply::NotKnow { .. }
        | Reply::AlreadyTested { .. }
        | Reply::Question { .. }
        | Reply::NotMe { .. } => None,
    })
}

/// Whether the answer on the relatives' pages that a referral rests on is still their newest; where they agreed otherwise, so.
pub fn still_agreed(act: &mut Act<'_>, proof: &InFamily, task: &Task, referral: &Referral) -> Result<bool> {
    Ok(referral.reply_id.is_none()
        || portal_agreed(act, proof, task)?.map(|reply| reply.id) == referral.reply_id)
}

/// The relative's own agreement, or that of whoever may give it for them.
fn agreement(act: &mut Act<'_>, proof: &InFamily, task: &Task, entry: &Entry) -> Result<Agreed> {
    let how = entry.agreed_how.ok_or_else(|| {
        Error::bad_input(
            "Choose how the relative agreed. Without their own agreement nobody is handed to another service. Nothing was saved.",
        )
        .at("agreed_how")
    })?;
    let agreed = if how == AgreedHow::Portal {
        let reply = portal_agreed(act, proof, task)?.ok_or_else(|| {
            Error::bad_input(
                "Their newest answer on the relatives\u{2019} pages does not say that a service near them may be asked. Ask them. Nothing was saved.",
            )
            .at("agreed_how")
        })?;
        let by = portal_by(act, task, &reply)?;
        Agreed { how, by, on: reply.at.date(), words: String::new(), reply: Some(reply.id) }
    } else {
        said_to_us(act, how, entry)?
    };
    match may_not_agree(act, proof, task, agreed.by)? {
        None => Ok(agreed),
        Some(problem) => Err(Error::bad_input(format!("{problem} Nothing was saved.")).at("agreed_by")),
    }
}

/// Who gave an answer on the relatives' pages: the relative, or somebody for them.
fn portal_by(act: &mut Act<'_>, task: &Task, reply: &ReplyRow) -> Result<AgreedBy> {
    let letter = letter_by_invitation(act.conn, act.service, reply.invitation_id)?;
    let own = reply.proxy_id.is_none() && letter.reader(task) == task.person_id;
    Ok(if own { AgreedBy::Themselves } else { AgreedBy::ForThem })
}

/// Why that answer is no agreement, where it is none: somebody gave it who may not agree for them.
pub fn portal_is_none(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    reply: &ReplyRow,
) -> Result<Option<&'static str>> {
    let by = portal_by(act, task, reply)?;
    may_not_agree(act, proof, task, by)
}

/// Why no letter to another service can be written now, whoever agrees: nothing that allows it, or not as much as it tells.
pub fn letter_is_barred(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Option<String>> {
    if let Err(problem) = may_be_written_to(act, task, Ground::Agreement) {
        let said = problem.trouble() == Trouble::NotNow;
        return if said { Ok(Some(problem.public().to_owned())) } else { Err(problem) };
    }
    let tells = HouseKind::OtherService.kind().levels().last().copied().unwrap_or(Level::L2);
    let today = act.at.date();
    match basis_of(act.conn(), proof.service(), task.id, today)? {
        None => Ok(Some("Nothing on record allows writing about this relative.".into())),
        Some(basis) if basis.level < tells => Ok(Some(format!(
            "The letter to another service gives the variant ({tells}), without which no laboratory can test. What stands on record allows {} at most.",
            basis.level
        ))),
        Some(_) => letter_barred(act, task, tells),
    }
}

/// What somebody heard or read of it.
fn said_to_us(act: &Act<'_>, how: AgreedHow, entry: &Entry) -> Result<Agreed> {
    let by = entry
        .agreed_by
        .ok_or_else(|| Error::bad_input("Choose who agreed to it. Nothing was saved.").at("agreed_by"))?;
    let on = entry.agreed_on.ok_or_else(|| {
        Error::bad_input("Write on which day they agreed. Nothing was saved.").at("agreed_on")
    })?;
    if on > act.at.date() {
        return Err(Error::bad_input("The day on which they agreed is in the future. Nothing was saved.")
            .at("agreed_on"));
    }
    if on.ymd().0 < act.policy().dates.earliest_conversation_year {
        return Err(Error::bad_input(
            "The day on which they agreed is too long ago. Check the year. Nothing was saved.",
        )
        .at("agreed_on"));
    }
    let words = entry.handed_words.trim().to_owned();
    if words.is_empty() {
        return Err(Error::bad_input("Write in a sentence what they said, and to whom. Nothing was saved.")
            .at("handed_words"));
    }
    Ok(Agreed { how, by, on, words, reply: None })
}

/// A child's agreement is given by whoever is responsible; that of somebody grown up by themselves, unless somebody may act for
/// them by law.
fn may_not_agree(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    by: AgreedBy,
) -> Result<Option<&'static str>> {
    let person = person_get(act.conn(), proof, task.person_id)?;
    let (today, young) = (act.at.date(), act.policy().periods.young_person_age);
    let child = person.birth_date.is_some_and(|born| born.age_on(today) < young);
    Ok(Some(match (by, child) {
        (AgreedBy::Themselves, false) => return Ok(None),
        (AgreedBy::Themselves, true) => "This relative is a child: whoever is responsible for them agrees.",
        (AgreedBy::ForThem, true) => {
            if !responsible_for(act.conn(), proof, person.id)?.is_empty() {
                return Ok(None);
            }
            "Nobody is on record as responsible for this child. Say so on the child\u{2019}s page first."
        }
        (AgreedBy::ForThem, false) => {
            let proxies = proxy_list(act.conn(), proof.service(), task.id.as_str())?;
            let by_law =
                |one: Option<Authority>| matches!(one, Some(Authority::Attorney | Authority::Deputy));
            if proxies.iter().any(|one| one.state == ProxyState::Granted && by_law(one.authority)) {
                return Ok(None);
            }
            "Nobody agrees for somebody who is grown up, unless it was checked that they may act for them. Ask the relative."
        }
    }))
}
