//! The invitation: a code on a letter, found by a keyed index, with the letter it opens and nothing more.
//! Must not know: the code itself (it is stored nowhere), or the family it is about.

use super::listener::Listener;
use crate::{
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{InvitationId, ServiceId},
    keys::{
        Compartment, Keys, Sealed, content,
        envelope::{self, Unlocked},
    },
};
use diesel::prelude::*;
use kinward_family::{
    language::Language,
    letter::{Letter, StoredLetter},
};

diesel::table! {
    invitations (id) {
        id -> Text,
        service_id -> Text,
        task_ref -> Text,
        code_hash -> Text,
        state -> Text,
        reading -> Text,
        wrong_dates -> Integer,
        created_at -> Timestamp,
        ends_on -> Date,
        holder_ref -> Text,
        sealed -> Binary,
    }
}

closed! {
    pub enum InvitationState {
        /// Made, not yet in the post: its code opens nothing.
        Waiting = "waiting",
        Open = "open",
        Locked = "locked",
        Closed = "closed",
    }
}

closed! {
    /// Whether the letter may be read online. Beside the state and not in it: a code can be locked, opened again and used
    /// while its letter stays withheld.
    pub enum Readable {
        Yes = "yes",
        /// The letter was stopped after it had, or may have, gone. Its code still admits: to be told so, and to answer.
        Withheld = "withheld",
    }
}

/// An invitation as stored; what it carries is opened where a letter is shown, sent, or a date of birth compared.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    pub id: InvitationId,
    pub service_id: ServiceId,
    /// What the professionals' wing knows it by. It means nothing here.
    pub task_ref: String,
    pub code_hash: String,
    pub state: InvitationState,
    pub reading: Readable,
    pub wrong_dates: i32,
    pub created_at: UtcTime,
    pub ends_on: UtcDate,
    /// Whose keys open it. It means nothing here.
    pub holder_ref: String,
    pub sealed: Sealed<Carried>,
}

/// What an invitation carries: the letter's typed parts, whom it is for, and how they are told that it waits.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Carried {
    #[n(0)]
    pub fact_json: String,
    #[n(1)]
    pub recipient_json: String,
    /// None where nobody opens it: a letter to a practice or service.
    #[n(2)]
    pub birth_date: Option<UtcDate>,
    #[n(3)]
    pub email: Option<String>,
    /// Words of this letter's own; none in most.
    #[n(4)]
    pub words_json: Option<String>,
    /// Languages beside its own in which it may be read online, by their codes; none in letters from before this was asked.
    #[n(5)]
    pub also_in: Option<Vec<String>>,
    #[n(6)]
    pub mobile: Option<String>,
}
content!(F at "invitations.sealed" holds Carried);

impl Invitation {
    /// The key of what passes between the family and the service, and no other of the family's keys.
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever holds the code, or sends the letter, reads what it carries"
    )]
    pub(super) fn unlocked(&self, conn: &mut Conn, keys: &Keys) -> Result<Unlocked> {
        envelope::unlock(conn, keys, self.service_id, &self.holder_ref, &[Compartment::Familial])
    }

    pub fn carried(&self, conn: &mut Conn, keys: &Keys) -> Result<Carried> {
        self.sealed.open(self.unlocked(conn, keys)?.grant()?, self.id.as_str())
    }

    /// The letter it opens, made again from typed parts and the key its code comes from.
    pub fn letter(&self, conn: &mut Conn, keys: &Keys) -> Result<Letter> {
        self.letter_of(self.carried(conn, keys)?, keys)
    }

    /// The same, and the languages beside its own in which it may be read.
    pub(super) fn letter_and_also(&self, conn: &mut Conn, keys: &Keys) -> Result<(Letter, Vec<Language>)> {
        let mut carried = self.carried(conn, keys)?;
        let codes = carried.also_in.take().unwrap_or_default();
        let also = codes.iter().map(|code| code.parse().map_err(|_| Error::inner("no language of ours")));
        Ok((self.letter_of(carried, keys)?, also.collect::<Result<_>>()?))
    }

    fn letter_of(&self, carried: Carried, keys: &Keys) -> Result<Letter> {
        let stored = StoredLetter {
            fact_json: carried.fact_json,
            recipient_json: carried.recipient_json,
            words_json: carried.words_json.unwrap_or_default(),
        };
        Letter::reopen(&stored, keys.code(self.id.as_str()))
            .map_err(|e| Error::inner(format!("a letter cannot be made again: {e}")))
    }

    /// True while its code opens anything: asked at the door, and again with every page of a visit.
    pub(super) fn answers(&self, today: UtcDate) -> bool {
        self.state == InvitationState::Open && today <= self.ends_on
    }
}

pub(super) fn invitation_insert(act: &mut Act<'_>, invitation: &Invitation) -> Result<()> {
    diesel::insert_into(invitations::table).values(invitation).execute(act.conn())?;
    Ok(())
}

pub fn invitation_get(conn: &mut Conn, service: ServiceId, id: InvitationId) -> Result<Invitation> {
    Ok(invitations::table
        .filter(invitations::service_id.eq(service))
        .filter(invitations::id.eq(id))
        .first(conn)?)
}

/// Every invitation under one reference of the professionals' wing.
pub(super) fn invitations_of(conn: &mut Conn, service: ServiceId, task_ref: &str) -> Result<Vec<Invitation>> {
    Ok(invitations::table
        .filter(invitations::service_id.eq(service))
        .filter(invitations::task_ref.eq(task_ref))
        .order((invitations::created_at.asc(), invitations::id.asc()))
        .load(conn)?)
}

/// Where a code leads, whatever its state: the caller must not show which it was.
pub fn invitation_by_code(conn: &mut Conn, code_hash: &str) -> Result<Option<Invitation>> {
    Ok(invitations::table.filter(invitations::code_hash.eq(code_hash)).first(conn).optional()?)
}

/// Whether a letter's code opens anything on that day.
pub fn invitation_opens(invitation: &Invitation, today: UtcDate) -> bool {
    invitation.answers(today)
}

pub(super) fn invitation_state(act: &mut Act<'_>, id: InvitationId, to: InvitationState) -> Result<()> {
    diesel::update(invitations::table.find(id)).set(invitations::state.eq(to)).execute(act.conn())?;
    Ok(())
}

/// The letter may not be read online from now on. There is no way back: what is sent instead has a code of its own.
pub(super) fn invitation_withhold(act: &mut Act<'_>, id: InvitationId) -> Result<()> {
    let service = act.service;
    let changed = diesel::update(
        invitations::table
            .filter(invitations::service_id.eq(service))
            .filter(invitations::id.eq(id))
            .filter(invitations::reading.eq(Readable::Yes)),
    )
    .set(invitations::reading.eq(Readable::Withheld))
    .execute(act.conn())?;
    if changed == 0 {
        return Ok(());
    }
    act.record(Deed::LetterWithheld, ("invitation", id.as_str()), None, "")
}

/// Asked inside the act that shows the letter, so that a stop that was committed first always wins.
pub(super) fn invitation_readable(act: &mut Act<'_>, id: InvitationId) -> Result<bool> {
    let now = invitation_get(act.conn, act.service, id)?;
    Ok(now.reading == Readable::Yes && now.answers(act.at.date()))
}

/// Compares a date of birth, inside the act that counts the wrong ones. Five wrong ones lock the code and tell staff.
/// Answers true only for an open code with the right date.
pub fn birth_date_try(
    act: &mut Act<'_>,
    listener: &dyn Listener,
    id: InvitationId,
    typed: Option<UtcDate>,
) -> Result<bool> {
    let invitation = invitation_get(act.conn, act.service, id)?;
    if !invitation.answers(act.at.date()) {
        act.record(Deed::LetterOpened, ("invitation", id.as_str()), None, "not open")?;
        return Ok(false);
    }
    let keys = act.keys();
    if typed.is_some() && typed == invitation.carried(act.conn, keys)?.birth_date {
        if invitation.wrong_dates > 0 {
            diesel::update(invitations::table.find(id))
                .set(invitations::wrong_dates.eq(0))
                .execute(act.conn())?;
        }
        act.record(Deed::LetterOpened, ("invitation", id.as_str()), None, "date right")?;
        return Ok(true);
    }
    let wrong = invitation.wrong_dates + 1;
    diesel::update(invitations::table.find(id))
        .set(invitations::wrong_dates.eq(wrong))
        .execute(act.conn())?;
    if wrong >= act.policy().periods.wrong_dates_before_lock {
        invitation_state(act, id, InvitationState::Locked)?;
        act.record(Deed::CodeLocked, ("invitation", id.as_str()), None, "")?;
        listener.code_locked(act, id, true)?;
    } else {
        act.record(Deed::LetterOpened, ("invitation", id.as_str()), None, "date wrong")?;
    }
    Ok(false)
}

/// Staff have spoken to the person: the code works again.
///
/// # Errors
/// A code that is not locked.
pub fn invitation_reopen(act: &mut Act<'_>, listener: &dyn Listener, id: InvitationId) -> Result<()> {
    let invitation = invitation_get(act.conn, act.service, id)?;
    if invitation.state != InvitationState::Locked {
        return Err(Error::not_now("This code is not locked. Nothing was changed."));
    }
    diesel::update(invitations::table.find(id))
        .set((invitations::state.eq(InvitationState::Open), invitations::wrong_dates.eq(0)))
        .execute(act.conn())?;
    act.record(Deed::CodeReopened, ("invitation", id.as_str()), None, "")?;
    listener.code_locked(act, id, false)
}

/// Every invitation's id and state, for the test that compares queues with states.
pub fn invitation_states(
    conn: &mut Conn,
    service: ServiceId,
) -> Result<Vec<(InvitationId, InvitationState)>> {
    Ok(invitations::table
        .filter(invitations::service_id.eq(service))
        .select((invitations::id, invitations::state))
        .load(conn)?)
}
