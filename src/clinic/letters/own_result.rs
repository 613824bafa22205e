//! The letter that tells a relative what their own test said, once a second person has confirmed it.
//! Must not know: anybody else's result, or what the proband agreed to: a result is its owner's.

use super::{
    draft::{Beside, Written, address_of, letter_frame, letter_keep, may_be_written_to},
    ground::{Ground, ground_of},
    letter::{LetterState, Stop},
    list::letters_of_tasks,
    stopping::letter_stop,
};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        cascade::task::tasks_of_pairs,
        people::person::person_get,
        result::{release, state::result_row},
        sharing::{
            basis::{Basis, BasisKind},
            pack::wish_barred,
        },
        tested::{
            relative_result::RelativeResult,
            said::{Says, State},
            telling::{is_told, tellings_of},
        },
    },
    error::{Error, Result},
    ids::{InvitationId, LetterId, RelativeResultId},
    relative::outbox::OnceGone,
};
use kinward_family::{
    disclosure::Level,
    kind::Kind,
    letter::{Addressee, Matter},
};

/// Drafts it.
///
/// # Errors
/// A result that nobody has confirmed, or that could not tell; a child's; a gene change found of which nobody has spoken to
/// them first; a letter of it that is in hand already; as for any letter.
pub fn own_result_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    own: &RelativeResult,
) -> Result<LetterId> {
    let service = act.service;
    if own.state != State::Confirmed {
        return Err(Error::not_now(
            "A second person confirms this result before anybody is told of it. No letter was drafted.",
        ));
    }
    let kind = kind_of(own.finding.says)?;
    let task = tasks_of_pairs(act.conn(), service, &[(own.result_id, own.person_id)])?.pop().ok_or_else(|| {
        Error::not_now(
            "The list of relatives at risk has not been checked since this person was added. Check it first. No letter was drafted.",
        )
    })?;
    let spoken = tellings_of(act.conn(), service, own.id)?;
    if kind == Kind::ResultFound && !spoken.iter().any(|one| one.told.comes_before_a_letter()) {
        return Err(Error::not_now(
            "That a gene change was found is told by telephone or in an appointment first. Ring, or say that you could not reach them; then write. No letter was drafted.",
        ));
    }
    if let Some(why) = wish_barred(act.conn(), service, own.person_id, Level::L2)? {
        return Err(Error::not_now(format!("{why} No letter was drafted.")));
    }
    may_be_written_to(act, &task, Ground::OwnResult)?;
    for row in letters_of_tasks(act.conn(), service, vec![task.id])? {
        // One that came back has told nobody.
        let stands = match row.state {
            LetterState::Draft | LetterState::Submitted | LetterState::Approved => true,
            LetterState::Sent => is_told(act.conn(), service, own.id)?,
            LetterState::Stopped => false,
        };
        if stands
            && ground_of(row.kind()?) == Ground::OwnResult
            && release::release_basis(act.conn(), service, row.release_id)? == own.id.as_str()
        {
            return Err(Error::not_now("There is a letter of this result already. No letter was drafted."));
        }
    }
    let person = person_get(act.conn(), proof, own.person_id)?;
    let born = person.birth_date.ok_or_else(|| {
        Error::not_now("Add this person's date of birth first: it is what opens the letter online.")
    })?;
    if born.age_on(act.at.date()) < act.policy().periods.young_person_age {
        return Err(Error::not_now(
            "A child's result is told in a talk with whoever is responsible for them. No letter of it is written.",
        ));
    }
    let address = address_of(act, proof, person.id)?;
    let result = result_row(act.conn(), proof, own.result_id)?;
    let basis = Basis { kind: BasisKind::OwnResult, id: own.id.to_string(), level: Level::L2 };
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, Level::L2, &basis)?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let to = Addressee::Person(person.recipient()?, address);
    let letter = frame.letter(act, kind, disclosure, to, Matter::Nothing, Some(code))?;
    letter_keep(act, proof, &task, Written { letter, release, invitation, beside: Beside::default() })
}

fn kind_of(says: Says) -> Result<Kind> {
    match says {
        Says::Het | Says::Hom | Says::Hemi | Says::Carrier => Ok(Kind::ResultFound),
        Says::NonCarrier => Ok(Kind::ResultNotFound),
        Says::Uninformative | Says::Void => Err(Error::not_now(
            "There is no letter of a test that could not tell, and none where no result stands. Speak to them. No letter was drafted.",
        )),
    }
}

/// `new` took the place of `old`: a letter of that which has not left is stopped, and one that has left cannot be read online
/// any more.
pub(in crate::clinic) fn own_result_corrected(
    act: &mut Act<'_>,
    proof: &InFamily,
    new: &RelativeResult,
    old: RelativeResultId,
) -> Result<()> {
    let service = act.service;
    let tasks = tasks_of_pairs(act.conn(), service, &[(new.result_id, new.person_id)])?;
    for row in letters_of_tasks(act.conn(), service, tasks.iter().map(|task| task.id).collect())? {
        if row.family_id == proof.family()
            && ground_of(row.kind()?) == Ground::OwnResult
            && release::release_basis(act.conn(), service, row.release_id)? == old.as_str()
        {
            letter_stop(act, &row, Stop::ResultCorrected, OnceGone::Withheld)?;
        }
    }
    Ok(())
}
