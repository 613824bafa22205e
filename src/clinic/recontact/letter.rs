//! The letter that says to whoever was written to that a variant is classified otherwise now.
//! Must not know: the new report, but the class it gives the variant. It tells again only what the earlier letter told.

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
        result::successor::{ClassNow, class_now, issued_now},
    },
    error::{Error, Result},
    ids::{InvitationId, LetterId},
};
use kinward_family::{
    disclosure::Disclosure,
    kind::{Form, Kind},
    language::Language,
    letter::{AcmgClass, Addressee, LetterParts, Matter},
};

/// How the variant is classified now, and whether an upgrade was told by telephone first.
pub struct Change {
    pub now: AcmgClass,
    /// Why it is another class than the new report's, where it is.
    pub differs_why: Option<String>,
    /// The proband hands the letter over, as they did with the earlier one.
    pub by_hand: bool,
    pub phoned: bool,
    pub words: String,
}

/// What the new report says of the variant that a letter told; nothing where the letter told none.
pub fn class_reported(
    act: &mut Act<'_>,
    proof: &InFamily,
    earlier: &LetterRow,
) -> Result<Option<(AcmgClass, ClassNow)>> {
    let told = earlier.reopen(act.keys(), proof.grant()?)?;
    let (Disclosure::Variant(fact) | Disclosure::Named(fact, _)) = told.disclosure() else { return Ok(None) };
    let task = task_row(act.conn(), earlier.service_id, earlier.task_id)?;
    let names: Vec<String> = fact.variants().iter().map(|name| name.as_str().to_owned()).collect();
    let now = class_now(act, proof, task.result_id, fact.gene().as_str(), &names)?;
    Ok(Some((AcmgClass::from(fact.classification()), now)))
}

/// Why a change between two classes needs no letter; nothing where it does, or may.
pub fn nothing_to_tell(was: AcmgClass, now: AcmgClass) -> Option<&'static str> {
    if was == now {
        return Some("That is the class they were told, so there is nothing new to tell.");
    }
    (now >= AcmgClass::LikelyPathogenic && now < was).then_some(
        "Pathogenic and likely pathogenic lead to the same test and the same care for a relative, so nothing changes for them and no letter is needed.",
    )
}

/// Refuses a class that the new report does not give, unless somebody says why.
fn class_agrees(now: ClassNow, change: &Change) -> Result<()> {
    let why = change.differs_why.as_deref().map(str::trim).filter(|why| !why.is_empty());
    match now {
        ClassNow::Class(reported) if reported == change.now => Ok(()),
        ClassNow::Class(_) | ClassNow::NotClassed | ClassNow::NotNamed | ClassNow::NoNewer if why.is_some() => {
            Ok(())
        }
        ClassNow::Class(reported) => Err(Error::bad_input(format!(
            "The new report classifies this variant as: {}. Choose that, or say why the letter says something else. Nothing was drafted.",
            reported.name_in(Language::English)
        ))
        .at("differs_why")),
        ClassNow::NotClassed | ClassNow::NotNamed | ClassNow::NoNewer => Err(Error::bad_input(format!(
            "{} Say where the class that you chose comes from. Nothing was drafted.",
            now.why_none().unwrap_or_default()
        ))
        .at("differs_why")),
    }
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
    let names: Vec<String> = fact.variants().iter().map(|name| name.as_str().to_owned()).collect();
    class_agrees(class_now(act, proof, task.result_id, fact.gene().as_str(), &names)?, change)?;
    if let Some(why) = nothing_to_tell(was, change.now) {
        return Err(Error::not_now(format!(
            "{why} Say on the page of the amended report that nothing is needed. Nothing was drafted."
        ))
        .at("now_class"));
    }
    // A class that is not the report's has not the report's day.
    let since = match change.differs_why {
        None => issued_now(act, proof, task.result_id)?,
        Some(_) => None,
    };
    let kind = match (change.now > was, change.by_hand) {
        (true, false) => Kind::ReclassifiedUp,
        (false, false) => Kind::ReclassifiedDown,
        (true, true) => Kind::ReclassifiedUpByHand,
        (false, true) => Kind::ReclassifiedDownByHand,
    };
    if change.now > was && !change.phoned {
        return Err(Error::bad_input(
            "News that a variant matters more is told by telephone first. Ring, or say that you could not reach them; then write.",
        )
        .at("phoned"));
    }
    let words = match (change.words.trim(), change.phoned) {
        ("", true) => {
            return Err(Error::bad_input(
                "Say in a sentence what was said on the telephone, or when it was tried. Nothing was drafted.",
            )
            .at("recontact_words"));
        }
        ("", false) => "A letter says what changed.",
        (words, _) => words,
    };
    may_be_written_to(act, &task, Ground::Correction)?;
    let person = person_get(act.conn(), proof, task.person_id)?;
    let to = match change.by_hand {
        true if !earlier.is_handed_over()? => {
            return Err(Error::bad_input(
                "The proband did not hand over the letter that this one corrects, so it goes by post. Nothing was drafted.",
            )
            .at("goes"));
        }
        true => Addressee::ByHand(person.recipient()?),
        false => Addressee::Person(person.recipient()?, address_of(act, proof, person.id)?),
    };
    let frame = letter_frame(act, caller, proof, Some(person.id))?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let letter = crate::clinic::letters::wordings::letter_write(
        act,
        LetterParts {
            kind,
            disclosure: Disclosure::Variant(fact),
            to,
            matter: Matter::Reclassified { was, now: change.now, since },
            service: frame.service,
            signatory: frame.signatory,
            reference: frame.reference,
            code: Some(code),
            date: frame.date,
            languages: frame.languages,
            size: frame.size,
            further: frame.further,
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
        words,
        differs_why: change.differs_why.as_deref(),
    };
    recontact_record(act, proof, task.result_id, &said)?;
    Ok(id)
}
