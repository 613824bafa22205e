//! A letter's states from draft to sent, and the stops that outrun it. What it says is a `family::Letter` and nothing else.
//! Must not know: findings, or why the basis stands.

pub use super::{
    found::stop_found,
    gone::{letter_sent, letter_write_again},
    list::{
        letter_by_invitation, letter_families, letter_list, letter_states, letters_of, letters_to_readers,
        letters_unsent,
    },
    stop::Stop,
    stopping::letters_stop,
};
pub(in crate::clinic) use super::{
    list::letter_row,
    stopping::{letter_stop_all, letters_stop_read_by},
};

use super::{
    also_read::also_read,
    dated::is_of_now,
    exception, follow_up,
    ground::{Ground, ground_of, kind_stored},
    list::letter_rows,
    own_words,
    personal::adoption::sheet_now,
    register,
    sent_back::sent_back,
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_row},
        people::{
            contact::{Contact, contact_of},
            person::person_row,
        },
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
        referral::follow::certificate_seen,
        sharing::{
            basis::{basis_of, hand_over_basis},
            cooling::cooling_now,
            inferable::inference_holds,
        },
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ExceptionId, FamilyId, InvitationId, LetterId, PersonId, ReleaseId, ServiceId, StaffId, TaskId},
    keys::{Content, Grant, Keys, Sealed, compartment::F, content},
    pdf,
    relative::outbox::{self, OnceGone},
};
use diesel::prelude::*;
use kinward_family::{
    disclosure::Level,
    kind::{Form, Kind},
    letter::{Letter, StoredLetter},
};

diesel::table! {
    letters (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        release_id -> Text,
        invitation_id -> Text,
        level -> Text,
        template_id -> Text,
        template_version -> Text,
        state -> Text,
        pdf_sha256 -> Text,
        author_id -> Text,
        drafted_at -> Timestamp,
        approver_id -> Nullable<Text>,
        approved_at -> Nullable<Timestamp>,
        ended_why -> Nullable<Text>,
        handed_at -> Nullable<Timestamp>,
        came_back_at -> Nullable<Timestamp>,
        sealed -> Binary,
        reader_id -> Nullable<Text>,
        follows_id -> Nullable<Text>,
    }
}

closed! {
    pub enum LetterState {
        Draft = "draft",
        Submitted = "submitted",
        /// Approved and handed to the outbox, where its sending has states of its own.
        Approved = "approved",
        Sent = "sent",
        Stopped = "stopped",
    }
}

/// A letter as stored: the typed parts it is made of, and the hash of the very bytes that were approved.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = letters)]
pub struct LetterRow {
    pub id: LetterId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub task_id: TaskId,
    pub release_id: ReleaseId,
    pub invitation_id: InvitationId,
    pub level: String,
    pub template_id: String,
    pub template_version: String,
    pub state: LetterState,
    pub pdf_sha256: String,
    pub author_id: StaffId,
    pub drafted_at: UtcTime,
    pub approver_id: Option<StaffId>,
    pub approved_at: Option<UtcTime>,
    pub ended_why: Option<Stop>,
    /// When it was given to the proband, where it goes from hand to hand.
    pub handed_at: Option<UtcTime>,
    /// When it came back in the post.
    pub came_back_at: Option<UtcTime>,
    pub(super) sealed: Sealed<Parts>,
    /// Whoever it is addressed to, where that is a person and not the relative.
    pub reader_id: Option<PersonId>,
    /// The letter to the relative that it takes the place of, or goes beside.
    pub follows_id: Option<LetterId>,
}

/// The typed parts a letter is made of: what it tells, and whom.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Parts {
    #[n(0)]
    pub fact_json: String,
    #[n(1)]
    pub recipient_json: String,
    /// Words of this letter's own; none in most.
    #[n(2)]
    pub words_json: Option<String>,
}
content!(F at "letters.sealed" holds Parts);

impl LetterRow {
    fn subject(&self) -> Subject {
        Subject {
            kind: SubjectKind::Letter,
            id: self.id.to_string(),
            family: Some(self.family_id),
            task: Some(self.task_id),
        }
    }

    /// Of a letter of somebody's own result it does not say which of the two it is; the letter itself does.
    pub fn kind(&self) -> Result<Kind> {
        kind_stored(&self.template_id).ok_or_else(|| Error::inner("a stored kind of letter does not parse"))
    }

    /// The person who holds it in the end: whoever is responsible for the relative of `task`, or the relative.
    pub fn reader(&self, task: &Task) -> PersonId {
        self.reader_id.unwrap_or(task.person_id)
    }

    pub fn level(&self) -> Result<Level> {
        self.level.parse().map_err(|_| Error::inner("a stored level does not parse"))
    }

    /// Whether it goes from hand to hand, and so by no post.
    pub fn is_handed_over(&self) -> Result<bool> {
        Ok(match self.kind()?.form() {
            Form::ByHand | Form::Whoever => true,
            Form::Person | Form::House => false,
        })
    }

    /// The letter itself, made again from its typed parts and the key its code comes from.
    ///
    /// # Errors
    /// Parts that were damaged in the database.
    pub fn reopen(&self, keys: &Keys, grant: &Grant<F>) -> Result<Letter> {
        let parts = self.sealed.open(grant, self.id.as_str())?;
        let stored = StoredLetter {
            fact_json: parts.fact_json,
            recipient_json: parts.recipient_json,
            words_json: parts.words_json.unwrap_or_default(),
        };
        Letter::reopen(&stored, keys.code(self.invitation_id.as_str()))
            .map_err(|e| Error::inner(format!("a stored letter cannot be made again: {e}")))
    }
}

/// The hash of a letter's very bytes, of what stands in a copied row before it is sealed.
///
/// # Errors
/// What is not a letter, or cannot be printed.
pub fn sha256_copied(keys: &Keys, invitation: &str, clear: &[u8]) -> Result<String> {
    let parts = Parts::decode(clear)?;
    let stored = StoredLetter {
        fact_json: parts.fact_json,
        recipient_json: parts.recipient_json,
        words_json: parts.words_json.unwrap_or_default(),
    };
    let letter = Letter::reopen(&stored, keys.code(invitation)).map_err(Error::inner)?;
    Ok(pdf::letter(&letter).map_err(Error::inner)?.sha256().to_owned())
}

/// The queues a state asks for.
pub fn wanted(state: LetterState) -> Vec<Wanted> {
    match state {
        LetterState::Draft => vec![Queue::LettersToWrite.into()],
        LetterState::Submitted => vec![Queue::LettersToApprove.into()],
        LetterState::Approved | LetterState::Sent | LetterState::Stopped => vec![],
    }
}

pub(super) fn letter_insert(act: &mut Act<'_>, row: &LetterRow) -> Result<()> {
    diesel::insert_into(letters::table).values(row).execute(act.conn())?;
    follow(act, &row.subject(), &wanted(row.state))
}

pub(super) fn letter_state(act: &mut Act<'_>, row: &LetterRow, to: LetterState) -> Result<()> {
    let moved =
        diesel::update(letters::table.filter(letters::id.eq(row.id)).filter(letters::state.eq(row.state)))
            .set(letters::state.eq(to))
            .execute(act.conn())?;
    if moved != 1 {
        return Err(Error::not_now("This letter was changed just now. Open it again."));
    }
    follow(act, &row.subject(), &wanted(to))
}

pub(super) fn refuse(row: &LetterRow, what: &str) -> Error {
    Error::not_now(format!("This letter is {}; it cannot be {what}. Nothing was changed.", row.state))
}

/// The author hands the draft to a second person.
pub fn letter_submit(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    match row.state {
        LetterState::Draft => {}
        LetterState::Submitted | LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "submitted"));
        }
    }
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    own_words::changed_alike(&letter)?;
    is_of_now(act, &letter)?;
    exception::may_submit(act, proof, row)?;
    inference_asked(act, proof, row)?;
    letter_state(act, row, LetterState::Submitted)?;
    act.record(Deed::LetterSubmitted, ("letter", row.id.as_str()), Some(proof.family()), &row.level)
}

/// Whether it is asked of a letter if its reader can tell who was tested. Whoever gets it from a relative's hand is told by
/// that relative; whoever is told of a change was told before; a practice is no relative; and somebody's own result is theirs.
pub(super) fn asks_inference(row: &LetterRow) -> Result<bool> {
    let kind = row.kind()?;
    Ok(!row.is_handed_over()? && kind.form() != Form::House && ground_of(kind) == Ground::Agreement)
}

/// Its reader cannot tell by now who was tested, or somebody has accepted that.
fn inference_asked(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow) -> Result<()> {
    if !asks_inference(row)? {
        return Ok(());
    }
    let task = task_row(act.conn, act.service, row.task_id)?;
    inference_holds(act, proof, &task, row.reader(&task), row.level()?)
}

/// The second person sends it back: the letter stops and the relative's task returns to writing.
///
/// # Errors
/// A letter that has gone on; no reason, where its author did not stop it.
pub fn letter_return(act: &mut Act<'_>, proof: &InFamily, row: &LetterRow, why: &str) -> Result<()> {
    match row.state {
        LetterState::Draft | LetterState::Submitted => {}
        LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "returned"));
        }
    }
    sent_back(act, proof, row, why)?;
    act.record(Deed::LetterReturned, ("letter", row.id.as_str()), Some(proof.family()), "")?;
    letter_stop_all(act, row, Stop::ByStaff, OnceGone::StaysReadable)
}

/// To what the second person said yes, besides the letter.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreed {
    pub exception: Option<ExceptionId>,
    /// The fingerprint of the letter whose changed words they read.
    pub words_seen: Option<String>,
    /// The fingerprint of the separate sheet that they saw, where one goes with the letter, or the certificate that does.
    pub sheet_seen: Option<String>,
}

/// Approves a letter and posts it, in one act; it leaves no earlier than what it rests on allows. Everything is asked again first; `agrees` is the exception from the leak
/// gate that the second person was shown and agrees to, and the letter whose changed words they read, where there are such.
///
/// # Errors
/// The author approving their own letter; a letter that is no longer what was written; a basis that fell away.
pub fn letter_approve(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    row: &LetterRow,
    agrees: &Agreed,
) -> Result<()> {
    match row.state {
        LetterState::Submitted => {}
        LetterState::Draft | LetterState::Approved | LetterState::Sent | LetterState::Stopped => {
            return Err(refuse(row, "approved"));
        }
    }
    if row.author_id == caller.staff {
        return Err(Error::not_now(
            "You wrote this letter. A second person approves it. Nothing was changed.",
        ));
    }
    let task = task_row(act.conn, act.service, row.task_id)?;
    if let Some(stop) = stop_found(act, &task, row)? {
        return Err(Error::not_now(format!(
            "This letter can no longer go out ({}). {} Nothing was changed.",
            stop.words(),
            stop.what_now()
        )));
    }
    inference_asked(act, proof, row)?;
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    is_of_now(act, &letter)?;
    own_words::second_reader(row, &letter, agrees.words_seen.as_deref())?;
    if letter.kind() == Kind::AdoptionRegister {
        let sheet = sheet_now(act, proof, row)?;
        register::sheet_seen(act, proof, row, sheet.sha256(), agrees.sheet_seen.as_deref())?;
    }
    if letter.kind() == Kind::OtherService {
        certificate_seen(act, proof, row, agrees.sheet_seen.as_deref())?;
    }
    exception::second_person(act, proof, row, &letter, agrees.exception)?;
    let pdf = pdf::letter(&letter).map_err(|e| Error::inner(format!("a letter cannot be set: {e}")))?;
    if pdf.sha256() != row.pdf_sha256 {
        return Err(Error::not_now(
            "This letter would no longer come out as it was written. Return it and draft it again.",
        ));
    }
    letter_out(act, caller, proof, row, &task, &letter, pdf.sha256())
}

/// A letter that one person writes and releases: it follows another that two people saw, and tells nothing itself.
///
/// # Errors
/// Any other letter; something that would stop it.
pub(super) fn letter_release(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    id: LetterId,
) -> Result<()> {
    let row: LetterRow = letters::table.find(id).first(act.conn())?;
    if !follow_up::is_follow_up(row.kind()?) || row.level()? != Level::L0 {
        return Err(Error::inner("a letter that tells something is released by one person"));
    }
    let task = task_row(act.conn, act.service, row.task_id)?;
    if let Some(stop) = stop_found(act, &task, &row)? {
        return Err(Error::not_now(format!("This letter can no longer go out ({}).", stop.words())));
    }
    let letter = row.reopen(act.keys(), proof.grant()?)?;
    if !letter.changes().is_empty() {
        return Err(Error::inner("a letter with words of its own is released by one person"));
    }
    exception::may_submit(act, proof, &row)?;
    let sha256 = row.pdf_sha256.clone();
    letter_out(act, caller, proof, &row, &task, &letter, &sha256)
}

/// Marks a letter as approved and hands it to the outbox.
fn letter_out(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    row: &LetterRow,
    task: &Task,
    letter: &Letter,
    sha256: &str,
) -> Result<()> {
    let at = act.at;
    diesel::update(letters::table.find(row.id))
        .set((letters::approver_id.eq(caller.staff), letters::approved_at.eq(at)))
        .execute(act.conn())?;
    letter_state(act, row, LetterState::Approved)?;
    act.record(Deed::LetterApproved, ("letter", row.id.as_str()), Some(proof.family()), &row.level)?;
    if letter.kind().form() == Form::Whoever {
        // It has no code: there is nothing to open, and nothing to send.
        return Ok(());
    }
    // What has no code opens for nobody, and nobody is told by e-mail that it waits.
    let (birth_date, email, mobile) = match letter.code() {
        None => (None, None, None),
        Some(_) => {
            let reader = row.reader(task);
            let born = person_row(act.conn, proof.grant()?, act.service, reader)?.birth_date;
            let born = born.ok_or_else(|| {
                Error::not_now(
                    "This person has no date of birth on record. It is what opens the letter online. Add it first.",
                )
            })?;
            let contact = contact_of(act.conn, proof.grant()?, act.service, reader)?;
            let email = contact.as_ref().map(Contact::email_address).transpose()?.flatten();
            // One notice is enough: by text only where no e-mail is known.
            let mobile = contact.as_ref().filter(|_| email.is_none()).and_then(Contact::mobile);
            (Some(born), email, mobile)
        }
    };
    let waits = match ground_of(letter.kind()) {
        Ground::Agreement | Ground::Correction => cooling_now(act.conn, act.service, task.id, act.at)?,
        // Neither waits for what was decided against anybody's word.
        Ground::OwnResult | Ground::Wish => None,
    };
    let also_in = match letter.code() {
        Some(_) => also_read(act, proof, task, letter)?,
        None => Vec::new(),
    };
    outbox::post(
        act,
        outbox::Posting {
            not_before: waits.map(|wait| wait.ends_at),
            holder_ref: row.family_id.as_str(),
            grant: proof.grant()?,
            letter,
            pdf_sha256: sha256,
            invitation: row.invitation_id,
            task_ref: &row.task_id.to_string(),
            birth_date,
            email,
            also_in,
            mobile,
        },
    )
}

/// True where what stands now would still allow a letter at this one's level.
pub(super) fn within_basis(conn: &mut Conn, row: &LetterRow, today: UtcDate) -> Result<bool> {
    let handed = row.is_handed_over()?;
    let allowed = match hand_over_basis(conn, row.service_id, row.task_id, today)?.filter(|_| handed) {
        Some(basis) => Some(basis),
        // What was handed over stays right where the clinic writes instead.
        None => basis_of(conn, row.service_id, row.task_id, today)?,
    };
    Ok(allowed.is_some_and(|basis| basis.level.as_str() >= row.level.as_str()))
}

/// What an approved letter waited for is lifted: its sendings are due now.
pub(in crate::clinic) fn letters_let_go(act: &mut Act<'_>, task: TaskId) -> Result<()> {
    for row in letter_rows(act.conn, act.service, task)? {
        match row.state {
            LetterState::Approved => outbox::let_go(act, row.invitation_id)?,
            LetterState::Draft | LetterState::Submitted | LetterState::Sent | LetterState::Stopped => {}
        }
    }
    Ok(())
}

/// A letter with the proof that the caller has to do with its family.
///
/// # Errors
/// Not found, also where it exists in a family that is none of the caller's.
pub fn letter_open(conn: &mut Conn, caller: &Caller, id: LetterId) -> Result<(LetterRow, InFamily)> {
    let row: LetterRow = letters::table
        .filter(letters::service_id.eq(caller.service))
        .filter(letters::id.eq(id))
        .first(conn)?;
    let proof = caller.in_family(conn, row.family_id)?;
    Ok((row, proof))
}
