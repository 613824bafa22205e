//! Letters as they are looked up: of a relative, of an invitation, of a service.
//! Must not know: what a letter says, or what moves it.

use super::letter::{LetterRow, LetterState, letters};
use crate::{
    access::InFamily,
    db::{Conn, UtcTime},
    error::Result,
    ids::{FamilyId, InvitationId, LetterId, PersonId, ServiceId, StaffId, TaskId},
};
use diesel::prelude::*;

/// The letters of a task, oldest first, for rules that run without a person calling.
pub(super) fn letter_rows(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<LetterRow>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::task_id.eq(task))
        .order((letters::drafted_at.asc(), letters::id.asc()))
        .load(conn)?)
}

/// The letters that were addressed to a person about somebody else: a child they are responsible for.
pub(in crate::clinic) fn letters_read_by(
    conn: &mut Conn,
    service: ServiceId,
    person: PersonId,
) -> Result<Vec<LetterRow>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::reader_id.eq(person))
        .order((letters::drafted_at.asc(), letters::id.asc()))
        .load(conn)?)
}

/// Which of these tasks have a letter in hand, or one that has left, and who reads it where that is not the relative: whom the
/// clinic writes to.
pub fn letters_to_readers(
    conn: &mut Conn,
    proof: &InFamily,
    tasks: Vec<TaskId>,
) -> Result<Vec<(TaskId, Option<PersonId>)>> {
    Ok(letters::table
        .filter(letters::service_id.eq(proof.service()))
        .filter(letters::task_id.eq_any(tasks))
        .filter(letters::state.ne(LetterState::Stopped))
        .select((letters::task_id, letters::reader_id))
        .load(conn)?)
}

/// The letters of several tasks, oldest first.
pub(in crate::clinic) fn letters_of_tasks(
    conn: &mut Conn,
    service: ServiceId,
    tasks: Vec<TaskId>,
) -> Result<Vec<LetterRow>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::task_id.eq_any(tasks))
        .order((letters::drafted_at.asc(), letters::id.asc()))
        .load(conn)?)
}

/// The letters of a service that have not left the house, oldest first.
pub fn letters_unsent(conn: &mut Conn, service: ServiceId) -> Result<Vec<LetterRow>> {
    let unsent = [LetterState::Draft, LetterState::Submitted, LetterState::Approved];
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::state.eq_any(unsent))
        .order((letters::drafted_at.asc(), letters::id.asc()))
        .load(conn)?)
}

/// The drafts of a kind that somebody wrote, with the moment, the newest first; ten are enough to look at.
pub(super) fn drafts_of(
    conn: &mut Conn,
    service: ServiceId,
    author: StaffId,
    kind: &str,
) -> Result<Vec<(LetterId, UtcTime)>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::state.eq(LetterState::Draft))
        .filter(letters::author_id.eq(author))
        .filter(letters::template_id.eq(kind))
        .order((letters::drafted_at.desc(), letters::id.asc()))
        .limit(10)
        .select((letters::id, letters::drafted_at))
        .load(conn)?)
}

/// Where the letters of a task stand.
pub fn letters_of(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<LetterState>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::task_id.eq(task))
        .select(letters::state)
        .load(conn)?)
}

pub(in crate::clinic) fn letter_row(conn: &mut Conn, service: ServiceId, id: LetterId) -> Result<LetterRow> {
    Ok(letters::table.filter(letters::service_id.eq(service)).filter(letters::id.eq(id)).first(conn)?)
}

pub fn letter_by_invitation(
    conn: &mut Conn,
    service: ServiceId,
    invitation: InvitationId,
) -> Result<LetterRow> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::invitation_id.eq(invitation))
        .first(conn)?)
}

/// The family of each of these invitations' letters, so that a list of sendings asks once.
pub fn letter_families(
    conn: &mut Conn,
    service: ServiceId,
    invitations: &[InvitationId],
) -> Result<Vec<(InvitationId, FamilyId)>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::invitation_id.eq_any(invitations.to_vec()))
        .select((letters::invitation_id, letters::family_id))
        .load(conn)?)
}

/// The letters of a task, newest first.
pub fn letter_list(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<LetterRow>> {
    Ok(letters::table
        .filter(letters::service_id.eq(proof.service()))
        .filter(letters::task_id.eq(task))
        .order((letters::drafted_at.desc(), letters::id.asc()))
        .load(conn)?)
}

/// Every letter's id and state, for the test that compares queues with states.
pub fn letter_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(LetterId, LetterState)>> {
    Ok(letters::table
        .filter(letters::service_id.eq(service))
        .select((letters::id, letters::state))
        .load(conn)?)
}
