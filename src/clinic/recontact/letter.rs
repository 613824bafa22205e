//! The letter that says to whoever was written to that a variant is classified otherwise now.
//! Must not know: the new report. It tells again only what the earlier letter told, and the change somebody names.

use super::{How, Rests, Said, recontact_record};
use crate::{
    access::{Caller, InFamily},
    audit::Act,
    clinic::{
        cascade::task::{Task, task_row},
        letters::{
            draft::{Beside, Written, address_of, letter_frame, letter_keep, may_be_written_to},
            ground::Ground,
            letter::{LetterRow, LetterState},
        },
        people::person::person_get,
    },
    error::{Error, Result},
    ids::{InvitationId, LetterId},
};
use kinward_family::{
    disclosure::Disclosure,
    kind::{Form, Kind},
    letter::{AcmgClass, Addressee, LetterParts, Matter},
};

/// How the variant is classified now, and whether an upgrade was told by telephone first.
pub struct Change {
    pub now: AcmgClass,
    pub phoned: bool,
    pub words: String,
}

/// Drafts the letter to whoever got `earlier`, and notes that it was; it counts once it has left.
///
/// # Errors
/// A letter that told no variant; no change; an upgrade without a word about the telephone; as for any letter.
pub fn reclassified_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    earlier: &LetterRow,
    change: &Change,
) -> Result<LetterId> {
    let task: Task = task_row(act.conn(), earlier.service_id, earlier.task_id)?;
    let told = earlier.reopen(act.keys(), proof.grant()?)?;
    let fact = match told.disclosure() {
        Disclosure::Variant(fact) | Disclosure::Named(fact, _) => fact.clone(),
        Disclosure::ContactUs | Disclosure::ConditionClass(_) => {
            return Err(Error::not_now(
                "The letter they got names no variant, so a letter about a variant would tell them more than they know. Speak to them. Nothing was drafted.",
            ));
        }
    };
    if earlier.reader_id.is_some() || told.to().form() == Form::House {
        return Err(Error::not_now(
            "This letter went to somebody who is responsible for a child, or to a practice or service. Speak to them, and say here what was said. Nothing was drafted.",
        ));
    }
    if earlier.state != LetterState::Sent {
        return Err(Error::not_now("This letter has not left. Nothing was drafted."));
    }
    let was = AcmgClass::from(fact.classification());
    let kind = if change.now > was { Kind::ReclassifiedUp } else { Kind::ReclassifiedDown };
    if kind == Kind::ReclassifiedUp && !change.phoned {
        return Err(Error::bad_input(
            "News that a variant matters more is told by telephone first. Ring, or say that you could not reach them; then write.",
        )
        .at("phoned"));
    }
    may_be_written_to(act, &task, Ground::Correction)?;
    let person = person_get(act.conn(), proof, task.person_id)?;
    let address = address_of(act, proof, person.id)?;
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let letter = crate::clinic::letters::wordings::letter_write(
        act,
        LetterParts {
            kind,
            disclosure: Disclosure::Variant(fact),
            to: Addressee::Person(person.recipient()?, address),
            matter: Matter::Reclassified { was, now: change.now },
            service: frame.service,
            signatory: frame.signatory,
            reference: frame.reference,
            code: Some(code),
            date: frame.date,
            languages: frame.languages,
            size: frame.size,
        },
    )?;
    // What it tells passed through the door when the earlier letter was written; nothing new does.
    let release = earlier.release_id;
    let beside = Beside { reader_id: None, follows_id: Some(earlier.id) };
    let id = letter_keep(act, proof, &task, Written { letter, release, invitation, beside })?;
    let said = Said {
        rests: Rests::Letter,
        id: earlier.id.as_str(),
        how: How::Letter,
        letter: Some(id),
        words: &change.words,
    };
    recontact_record(act, proof, task.result_id, &said)?;
    Ok(id)
}
