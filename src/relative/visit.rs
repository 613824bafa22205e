//! A visit to the portal: which code was typed, whether its date was right, what was answered so far.
//! Must not know: the code in clear, or whose it is before the date was right.

use super::{
    guessing::tries_forget,
    invitation::{Invitation, invitation_by_code, invitation_get},
};
use crate::{
    access::House,
    clock::Chance,
    db::{Conn, Db, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{InvitationId, ProxyId, ServiceId},
    keys::{self, Sealed, content},
    policy::Periods,
};
use diesel::prelude::*;
use std::collections::BTreeMap;

diesel::table! {
    visits (id_hash) {
        id_hash -> Text,
        service_id -> Nullable<Text>,
        code_hash -> Nullable<Text>,
        invitation_id -> Nullable<Text>,
        stage -> Text,
        form_token -> Text,
        answer -> Nullable<Binary>,
        started_at -> Timestamp,
        last_seen_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        asking -> Nullable<Binary>,
        proxy_id -> Nullable<Text>,
    }
}

closed! {
    /// How far a visit has come. Nobody gets to the letter by its address alone.
    pub enum Stage {
        /// Not let in yet.
        Door = "door",
        /// Asked whether the letter is for them.
        Asked = "asked",
        Theirs = "theirs",
        /// Chose to read now.
        Reading = "reading",
        /// Said that the letter is for somebody else: it is not shown in this visit any more.
        NotMe = "not_me",
        Died = "died",
    }
}

/// A visit as stored. `invitation_id` is set only once the date of birth was right.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = visits)]
pub struct Visit {
    pub id_hash: String,
    pub service_id: Option<ServiceId>,
    pub code_hash: Option<String>,
    pub invitation_id: Option<InvitationId>,
    pub stage: Stage,
    pub form_token: String,
    /// An answer that is not yet confirmed, sealed.
    pub answer: Option<Vec<u8>>,
    pub started_at: UtcTime,
    pub last_seen_at: UtcTime,
    pub ended_at: Option<UtcTime>,
    /// What somebody has begun to ask who acts for the person, sealed.
    pub asking: Option<Vec<u8>>,
    /// Who was let in by a second code, to act for the person.
    pub proxy_id: Option<ProxyId>,
}

fn secret(chance: &dyn Chance) -> String {
    let mut bytes = [0u8; 32];
    chance.fill(&mut bytes);
    keys::to_hex(&bytes)
}

/// Begins a visit; answers the cookie's secret.
pub fn visit_start(conn: &mut Conn, chance: &dyn Chance, now: UtcTime) -> Result<(String, Visit)> {
    let text = secret(chance);
    let visit = Visit {
        id_hash: keys::digest(text.as_bytes()),
        service_id: None,
        code_hash: None,
        invitation_id: None,
        stage: Stage::Door,
        form_token: secret(chance),
        answer: None,
        started_at: now,
        last_seen_at: now,
        ended_at: None,
        asking: None,
        proxy_id: None,
    };
    diesel::insert_into(visits::table).values(&visit).execute(conn)?;
    Ok((text, visit))
}

/// What a cookie leads to.
pub enum Found {
    Live(Visit),
    /// Left open too long to show anything, not long enough to be forgotten: the date of birth continues it.
    Idle(Visit),
    /// Unknown, ended and forgotten are alike.
    Gone,
}

pub fn visit_found(conn: &mut Conn, cookie: &str, now: UtcTime, periods: &Periods) -> Result<Found> {
    let visit: Option<Visit> = visits::table.find(keys::digest(cookie.as_bytes())).first(conn).optional()?;
    let Some(visit) = visit.filter(|v| v.ended_at.is_none()) else { return Ok(Found::Gone) };
    if now >= visit.last_seen_at.plus_seconds(3600 * periods.visit_return_hours) {
        return Ok(Found::Gone);
    }
    if now >= visit.last_seen_at.plus_seconds(60 * periods.visit_idle_minutes) {
        return Ok(Found::Idle(visit));
    }
    if now > visit.last_seen_at {
        diesel::update(visits::table.find(&visit.id_hash)).set(visits::last_seen_at.eq(now)).execute(conn)?;
    }
    Ok(Found::Live(visit))
}

/// Notes the code that was typed, known or not: the next page is the same. What was begun for another letter is forgotten.
pub fn visit_code(conn: &mut Conn, visit: &Visit, code_hash: &str) -> Result<()> {
    diesel::update(visits::table.find(&visit.id_hash))
        .set((
            visits::code_hash.eq(code_hash),
            visits::invitation_id.eq(None::<InvitationId>),
            visits::service_id.eq(None::<ServiceId>),
            visits::stage.eq(Stage::Door),
            visits::answer.eq(None::<Vec<u8>>),
            visits::asking.eq(None::<Vec<u8>>),
            visits::proxy_id.eq(None::<ProxyId>),
        ))
        .execute(conn)?;
    Ok(())
}

/// What the typed code leads to, if anything.
pub fn visit_candidate(conn: &mut Conn, visit: &Visit) -> Result<Option<Invitation>> {
    match &visit.code_hash {
        Some(hash) => invitation_by_code(conn, hash),
        None => Ok(None),
    }
}

/// The date was right: the visit may see its letter, under a new secret, so that one known before opens nothing. Coming back
/// to the same letter goes on where it was left; whoever acted for the person shows their second code again. Answers the new
/// cookie's secret.
pub fn visit_admit(
    conn: &mut Conn,
    house: &House,
    visit: &Visit,
    invitation: &Invitation,
    now: UtcTime,
) -> Result<(String, Visit)> {
    let chance = house.chance.as_ref();
    let same = visit.invitation_id == Some(invitation.id) && visit.proxy_id.is_none();
    let text = secret(chance);
    let id_hash = keys::digest(text.as_bytes());
    // What was begun is bound to the old row, so it is sealed anew for the new one.
    let begun = if same { answer_open(conn, house, visit, invitation)? } else { None };
    let moved = begun.map(|fields| answer_sealed(conn, house, &id_hash, invitation, fields)).transpose()?;
    let admitted = Visit {
        id_hash,
        service_id: Some(invitation.service_id),
        code_hash: visit.code_hash.clone(),
        invitation_id: Some(invitation.id),
        stage: if same { visit.stage } else { Stage::Asked },
        form_token: secret(chance),
        answer: moved,
        started_at: visit.started_at,
        last_seen_at: now,
        ended_at: None,
        asking: None,
        proxy_id: None,
    };
    // The old secret is let in to nothing. At the door it stays, so that a form sent twice is no fault.
    diesel::update(visits::table.find(&visit.id_hash))
        .set((
            visits::invitation_id.eq(None::<InvitationId>),
            visits::service_id.eq(None::<ServiceId>),
            visits::stage.eq(Stage::Door),
            visits::answer.eq(None::<Vec<u8>>),
            visits::asking.eq(None::<Vec<u8>>),
            visits::proxy_id.eq(None::<ProxyId>),
        ))
        .execute(conn)?;
    diesel::insert_into(visits::table).values(&admitted).execute(conn)?;
    Ok((text, admitted))
}

/// How far the visit has come. What was begun is forgotten where the letter turns out not to be theirs.
pub fn visit_stage(conn: &mut Conn, visit: &Visit, stage: Stage) -> Result<()> {
    let row = visits::table.find(&visit.id_hash);
    diesel::update(row).set(visits::stage.eq(stage)).execute(conn)?;
    match stage {
        Stage::NotMe | Stage::Died => {
            diesel::update(row).set(visits::answer.eq(None::<Vec<u8>>)).execute(conn)?;
        }
        Stage::Door | Stage::Asked | Stage::Theirs | Stage::Reading => {}
    }
    Ok(())
}

/// Whom the visit is of from now on: somebody who acts for the person, or, with none, whoever says that it is theirs. What the
/// other has begun is forgotten.
pub fn visit_acts(conn: &mut Conn, visit: &Visit, proxy: Option<ProxyId>, stage: Stage) -> Result<()> {
    diesel::update(visits::table.find(&visit.id_hash))
        .set((
            visits::proxy_id.eq(proxy),
            visits::stage.eq(stage),
            visits::answer.eq(None::<Vec<u8>>),
            visits::asking.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    Ok(())
}

/// The letter of an admitted visit, as long as its code is open.
///
/// # Errors
/// Not signed in, where the visit was never admitted or the code was closed, locked or has expired since.
pub fn visit_invitation(conn: &mut Conn, visit: &Visit, today: UtcDate) -> Result<Invitation> {
    let (Some(service), Some(id)) = (visit.service_id, visit.invitation_id) else {
        return Err(Error::not_signed_in());
    };
    let invitation = invitation_get(conn, service, id)?;
    if invitation.answers(today) { Ok(invitation) } else { Err(Error::not_signed_in()) }
}

/// True where an answer of this visit still waits to be confirmed: asked inside the act, so that it is sent once.
pub fn visit_waits(conn: &mut Conn, visit: &Visit) -> Result<bool> {
    let kept: Option<Vec<u8>> = visits::table.find(&visit.id_hash).select(visits::answer).first(conn)?;
    Ok(kept.is_some())
}

/// Keeps an answer that is not yet confirmed.
pub fn visit_answer(conn: &mut Conn, visit: &Visit, answer: Option<Vec<u8>>) -> Result<()> {
    diesel::update(visits::table.find(&visit.id_hash)).set(visits::answer.eq(answer)).execute(conn)?;
    Ok(())
}

/// The fields of an answer that is not yet confirmed.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Begun(#[n(0)] BTreeMap<String, String>);
content!(F at "visits.answer" holds Begun);

/// Seals an answer for this visit, as `visit_answer` keeps it.
pub fn answer_seal(
    conn: &mut Conn,
    house: &House,
    visit: &Visit,
    invitation: &Invitation,
    fields: BTreeMap<String, String>,
) -> Result<Vec<u8>> {
    answer_sealed(conn, house, &visit.id_hash, invitation, fields)
}

fn answer_sealed(
    conn: &mut Conn,
    house: &House,
    row: &str,
    invitation: &Invitation,
    fields: BTreeMap<String, String>,
) -> Result<Vec<u8>> {
    let unlocked = invitation.unlocked(conn, &house.keys)?;
    Ok(Sealed::seal(unlocked.grant()?, house.chance.as_ref(), row, &Begun(fields))?.into_bytes())
}

/// What was answered so far.
pub fn answer_open(
    conn: &mut Conn,
    house: &House,
    visit: &Visit,
    invitation: &Invitation,
) -> Result<Option<BTreeMap<String, String>>> {
    let Some(bytes) = &visit.answer else { return Ok(None) };
    let unlocked = invitation.unlocked(conn, &house.keys)?;
    let begun = Sealed::<Begun>::from_bytes(bytes.clone()).open(unlocked.grant()?, &visit.id_hash)?;
    Ok(Some(begun.0))
}

/// What somebody has begun to ask who acts for the person, page by page.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Asking(#[n(0)] BTreeMap<String, String>);
content!(F at "visits.asking" holds Asking);

pub fn asking_keep(
    conn: &mut Conn,
    house: &House,
    visit: &Visit,
    invitation: &Invitation,
    fields: BTreeMap<String, String>,
) -> Result<()> {
    let unlocked = invitation.unlocked(conn, &house.keys)?;
    let sealed =
        Sealed::seal(unlocked.grant()?, house.chance.as_ref(), &visit.id_hash, &Asking(fields))?.into_bytes();
    diesel::update(visits::table.find(&visit.id_hash)).set(visits::asking.eq(Some(sealed))).execute(conn)?;
    Ok(())
}

/// What was asked so far; nothing before anybody began.
pub fn asking_open(
    conn: &mut Conn,
    house: &House,
    visit: &Visit,
    invitation: &Invitation,
) -> Result<BTreeMap<String, String>> {
    let Some(bytes) = &visit.asking else { return Ok(BTreeMap::new()) };
    let unlocked = invitation.unlocked(conn, &house.keys)?;
    Ok(Sealed::<Asking>::from_bytes(bytes.clone()).open(unlocked.grant()?, &visit.id_hash)?.0)
}

/// True where what is asked has not been sent: asked inside the act, so that it is sent once.
pub fn asking_waits(conn: &mut Conn, visit: &Visit) -> Result<bool> {
    let kept: Option<Vec<u8>> = visits::table.find(&visit.id_hash).select(visits::asking).first(conn)?;
    Ok(kept == visit.asking)
}

pub fn visit_end(conn: &mut Conn, visit: &Visit, now: UtcTime) -> Result<()> {
    diesel::update(visits::table.find(&visit.id_hash))
        .set((
            visits::ended_at.eq(now),
            visits::answer.eq(None::<Vec<u8>>),
            visits::asking.eq(None::<Vec<u8>>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Removes the visits that nobody can come back to: they say who opened which letter when, and serve nothing any more.
/// Answers how many.
pub fn visits_forget(db: &Db, now: UtcTime, periods: &Periods) -> Result<usize> {
    let gone = visits::last_seen_at.le(now.plus_seconds(-3600 * periods.visit_return_hours));
    // Looked for first, so that the usual round with nothing to forget takes no lock.
    let any: i64 = db.read(|conn| Ok(visits::table.filter(gone).count().get_result(conn)?))?;
    if any == 0 {
        return Ok(0);
    }
    db.write(|conn| {
        tries_forget(conn, now)?;
        Ok(diesel::delete(visits::table.filter(gone)).execute(conn)?)
    })
}
