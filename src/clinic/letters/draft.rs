//! Drafts the first letter to a relative: basis, door, words, leak gate, bytes, in one act or not at all.
//! Must not know: findings; what it may tell comes from the door.

pub use super::suited::{Chosen, suits};
use super::{
    exception::ABSOLUTE,
    further::further_printed,
    gate,
    ground::{Ground, stored_key},
    letter::{LetterRow, LetterState, Parts, letter_insert},
    sent_back::{reasons_kept, words_kept},
    suited::suited,
    templates::letter_usable,
    wordings::letter_write,
};
use crate::{
    access::{Caller, InFamily, family::family_get, service::service_get},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, TaskCommand, task_move},
        kindred::one_letter::is_told_elsewhere,
        people::{
            contact::contact_of,
            elsewhere::has_died_elsewhere,
            needs::{Needs, needs_of},
            person::person_get,
            safety::is_held,
        },
        result::{release, state::result_row},
        sharing::{basis::basis_of, inferable::inference_accept, objection::objects, pack::letter_barred},
    },
    db::UtcDate,
    error::{Error, Result},
    ids::{InvitationId, LetterId, PersonId, ReleaseId},
    keys::Sealed,
    pdf,
};
use kinward_family::{
    disclosure::{Disclosure, Level},
    further::Further,
    invitation::{FamilyReference, InvitationCode},
    kind::Kind,
    language::Languages,
    letter::{Addressee, Letter, LetterDate, LetterParts, Matter, TextSize},
    person::PostalAddress,
    service::{ServiceCard, Signatory},
};

/// Drafts the letter that suits the relative of `task` today, at `level`; `inferable_why` is the reason why it may go though
/// its reader can tell who was tested, where that is so.
///
/// # Errors
/// No basis, an objection, no name, address or date of birth, a word that must not be in it: each says what to do.
pub fn letter_draft(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    task: &Task,
    level: Level,
    chosen: &Chosen,
    inferable_why: Option<&str>,
) -> Result<LetterId> {
    may_be_written_to(act, task, Ground::Agreement)?;
    let service = act.service;
    let today = act.at.date();
    let basis = basis_of(act.conn(), service, task.id, today)?.ok_or_else(|| {
        Error::not_now(
            "Nothing on record allows writing to this relative: record the proband's agreement to a clinic letter, or a decision.",
        )
    })?;
    if let Some(why) = letter_barred(act, task, level)? {
        return Err(Error::not_now(format!("{why} No letter was drafted.")).at("level"));
    }
    let person = person_get(act.conn(), proof, task.person_id)?;
    let result = result_row(act.conn(), proof, task.result_id)?;
    let suited = suited(act, proof, &result, person, level, chosen)?;
    if suited.reader.birth_date.is_none() {
        return Err(Error::not_now(
            "Add this person's date of birth first: it is what opens the letter online.",
        ));
    }
    let (release, disclosure) = release::fact_release(act, proof, &result, task.id, level, &basis)?;
    let invitation = InvitationId::new(act.chance());
    let code = act.keys().code(invitation.as_str());
    let frame = letter_frame(act, caller, proof, Some(suited.reader.id))?;
    let letter = frame.letter(act, suited.kind, disclosure, suited.to, suited.matter, Some(code))?;
    let reads = suited.reader.id;
    let reader_id = Some(reads).filter(|reader| *reader != task.person_id);
    let beside = Beside { reader_id, follows_id: None };
    let id = letter_keep(act, proof, task, Written { letter, release, invitation, beside })?;
    if suited.kind == Kind::YoungPerson {
        let note = "at 16 or 17, their own";
        act.record(Deed::AddressChecked, ("letter", id.as_str()), Some(proof.family()), note)?;
    }
    task_move(act, task, TaskCommand::Draft, None)?;
    // Last, because whether it draws an id of its own goes by the family's shape, and the letter's ids must not.
    inference_accept(act, proof, task, &[reads], level, inferable_why)?;
    Ok(id)
}

/// Whether anything at all may be written to the relative of `task`, whoever hands it over.
pub(in crate::clinic) fn may_be_written_to(act: &mut Act<'_>, task: &Task, ground: Ground) -> Result<()> {
    let service = act.service;
    if ground != Ground::Wish && objects(act.conn(), service, task.person_id)? {
        return Err(Error::not_now("This person has asked not to be contacted. No letter can be written."));
    }
    if is_held(act.conn(), service, task.person_id)? {
        return Err(Error::not_now(
            "A safeguarding hold stands: nothing is sent to this person before a clinician releases it. No letter was drafted.",
        ));
    }
    if has_died_elsewhere(act, task.person_id)? {
        return Err(Error::not_now(
            "Another file that holds this person has their death on record. No letter was drafted: find out, and record it here or correct it there.",
        ));
    }
    // What is somebody's own, or confirms their own wish, is no second letter about the family.
    let about_family = ground == Ground::Agreement || ground == Ground::Correction;
    if about_family && is_told_elsewhere(act.conn, service, task)? {
        return Err(Error::not_now(
            "A joined file of this family writes to this relative, or has told them. They get one letter: none was drafted here.",
        ));
    }
    Ok(())
}

/// What a printing service takes as one letter. Source: UK Notify letter specification 2.4.
const MOST_PAGES: usize = 10;

/// A letter that was worded, on its way to becoming a draft.
pub(in crate::clinic) struct Written {
    pub letter: Letter,
    pub release: ReleaseId,
    pub invitation: InvitationId,
    pub beside: Beside,
}

/// To whom a letter goes where that is not the relative, and which earlier letter it goes with.
#[derive(Default)]
pub(in crate::clinic) struct Beside {
    pub reader_id: Option<PersonId>,
    pub follows_id: Option<LetterId>,
}

/// Reads a worded letter for what must not be in it, sets it, and keeps it as a draft.
pub(in crate::clinic) fn letter_keep(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    Written { letter, release, invitation, beside }: Written,
) -> Result<LetterId> {
    let service = act.service;
    letter_usable(act, &letter)?;
    let kept = words_kept(act, proof, task, &letter, beside.reader_id)?;
    let letter = kept.as_ref().map_or(letter, |kept| kept.letter.clone());
    // What a reason may excuse is shown on the draft; what none can excuse never becomes one.
    let watch = gate::watch_of(act, proof, task, &letter)?;
    let found: Vec<_> =
        gate::read(&letter, &watch).into_iter().filter(|hit| hit.matter.is_absolute()).collect();
    if !found.is_empty() {
        return Err(gate::held_back(&found, ABSOLUTE));
    }
    let pdf = letter_set(&letter)?;
    let id = LetterId::new(act.chance());
    let parts = Parts::from(letter.store());
    let row = LetterRow {
        id,
        service_id: service,
        family_id: proof.family(),
        task_id: task.id,
        release_id: release,
        invitation_id: invitation,
        level: letter.level().as_str().to_owned(),
        template_id: stored_key(letter.kind()).to_owned(),
        template_version: letter.template_version().to_owned(),
        state: LetterState::Draft,
        pdf_sha256: pdf.sha256().to_owned(),
        author_id: proof.staff(),
        drafted_at: act.at,
        approver_id: None,
        approved_at: None,
        ended_why: None,
        handed_at: None,
        came_back_at: None,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &parts)?,
        reader_id: beside.reader_id,
        follows_id: beside.follows_id,
    };
    letter_insert(act, &row)?;
    if let Some(kept) = &kept {
        reasons_kept(act, proof, id, kept)?;
    }
    act.record(Deed::LetterDrafted, ("letter", row.id.as_str()), Some(proof.family()), &row.level)?;
    Ok(row.id)
}

/// The letter as it is printed.
///
/// # Errors
/// One that no envelope takes.
pub(super) fn letter_set(letter: &Letter) -> Result<pdf::LetterPdf> {
    let pdf = pdf::letter(letter).map_err(|e| Error::not_now(format!("The letter cannot be set: {e}")))?;
    let posted = !letter.address_lines().is_empty();
    if posted && pdf.pages() > MOST_PAGES {
        return Err(Error::not_now(format!(
            "The letter has {} pages, and one envelope takes {MOST_PAGES}. Choose one language or a smaller size for this person (How this person reads). Nothing was saved.",
            pdf.pages()
        )));
    }
    Ok(pdf)
}

/// The address that somebody may be written to.
///
/// # Errors
/// None on record; one from which a letter came back, or that must not be printed.
pub(in crate::clinic) fn address_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: PersonId,
) -> Result<PostalAddress> {
    let service = act.service;
    let contact = contact_of(act.conn(), proof.grant()?, service, person)?
        .ok_or_else(|| Error::not_now("There is no address for this person. Add it on their page first."))?;
    if contact.has_come_back() {
        return Err(Error::not_now(
            "A letter to this address came back. Find out where this person lives now, and correct the address first.",
        ));
    }
    if contact.is_restricted() {
        return Err(Error::not_now(
            "This person's address must not be printed, so no letter goes to it. Telephone, or let the letter be handed over. No letter was drafted.",
        ));
    }
    contact.postal_address()
}

/// What every letter has, whatever it says: who writes, under which reference, on which day, and how its reader reads.
pub(in crate::clinic) struct Frame {
    pub service: ServiceCard,
    pub signatory: Signatory,
    pub reference: FamilyReference,
    pub date: LetterDate,
    pub languages: Languages,
    pub size: TextSize,
    pub further: Vec<Further>,
}

/// The frame of a letter that `caller` writes to `reader`, or to a practice or service.
///
/// # Errors
/// A name or job title that cannot stand under a letter.
pub(in crate::clinic) fn letter_frame(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    reader: Option<PersonId>,
) -> Result<Frame> {
    let service = act.service;
    let card = service_get(act.conn(), service)?;
    let needs = match reader {
        Some(reader) => needs_of(act.conn(), proof.grant()?, service, reader)?,
        None => Needs::default(),
    };
    Ok(Frame {
        service: card.card()?,
        signatory: signatory_of(caller)?,
        reference: FamilyReference::parse(&family_get(act.conn(), proof)?.reference).map_err(Error::inner)?,
        date: letter_date(act)?,
        languages: needs.languages.unwrap_or_else(|| card.usual_languages()),
        size: needs.size,
        // Whoever has said how they read is written to so, and needs no offer; in large print it would be pages of it.
        further: match needs.languages.is_none() && needs.size == TextSize::default() {
            true => further_printed(act, &card)?,
            false => Vec::new(),
        },
    })
}

/// Whoever writes, as they sign.
///
/// # Errors
/// A name or job title that cannot stand under a letter.
pub(in crate::clinic) fn signatory_of(caller: &Caller) -> Result<Signatory> {
    Signatory::parse(&caller.display_name, &caller.job_title)
        .and_then(|signatory| signatory.in_welsh(caller.job_title_cy.as_deref()))
        .map_err(|e| Error::bad_input(format!("Your name or job title cannot stand under a letter: {e}")))
}

impl Frame {
    /// A letter in this frame.
    ///
    /// # Errors
    /// What its kind lacks, in words.
    pub(in crate::clinic) fn letter(
        self,
        act: &mut Act<'_>,
        kind: Kind,
        disclosure: Disclosure,
        to: Addressee,
        matter: Matter,
        code: Option<InvitationCode>,
    ) -> Result<Letter> {
        letter_write(
            act,
            LetterParts {
                kind,
                disclosure,
                to,
                matter,
                service: self.service,
                signatory: self.signatory,
                reference: self.reference,
                code,
                date: self.date,
                languages: self.languages,
                size: self.size,
                further: self.further,
            },
        )
    }
}

pub(in crate::clinic) fn letter_date(act: &Act<'_>) -> Result<LetterDate> {
    letter_date_of(act.at.date())
}

/// A day as letters say it.
pub(in crate::clinic) fn letter_date_of(day: UtcDate) -> Result<LetterDate> {
    let (year, month, day) = day.ymd();
    let narrow = |n: u32| u8::try_from(n).map_err(Error::inner);
    LetterDate::new(u16::try_from(year).map_err(Error::inner)?, narrow(month)?, narrow(day)?)
        .map_err(Error::inner)
}
