//! Sharing conversations: what the proband was told and said, dated, append-only. Compartment D.
//! Must not know: consents or decisions; they are recorded apart.

use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::result::state::{ResultCommand, ResultState, TestResult, result_move, result_told},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ConversationId, FamilyId, ResultId, ServiceId, StaffId},
};
use diesel::prelude::*;

diesel::table! {
    conversations (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        held_on -> Date,
        kind -> Text,
        present -> Text,
        told -> Text,
        said -> Text,
        next_step -> Text,
        next_on -> Nullable<Date>,
        by_staff -> Text,
        at -> Timestamp,
    }
}

closed! {
    /// When in the course of things it was held.
    pub enum ConversationKind {
        BeforeTest = "before_test",
        /// The proband hears the result, first of all.
        AtResult = "at_result",
        After = "after",
        Telephone = "telephone",
    }
}

/// A conversation as stored. No Debug: these are people's words.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = conversations)]
pub struct Conversation {
    pub id: ConversationId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub held_on: UtcDate,
    pub kind: ConversationKind,
    pub present: String,
    pub told: String,
    pub said: String,
    pub next_step: String,
    pub next_on: Option<UtcDate>,
    pub by_staff: StaffId,
    pub at: UtcTime,
}

/// A conversation as staff record it.
#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConversationEntry {
    pub held_on: UtcDate,
    pub kind: ConversationKind,
    /// Who was there, in words.
    pub present: String,
    /// What the proband was told, with the benefits to relatives.
    pub told: String,
    /// What the proband said, in their words.
    pub said: String,
    pub next_step: String,
    pub next_on: Option<UtcDate>,
}

/// Records a conversation. The one at the result moves the result on: nothing of the cascade happens before it.
///
/// # Errors
/// A date in the future; a result the proband has not heard of yet with another kind of talk after it.
pub fn conversation_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    entry: ConversationEntry,
) -> Result<ConversationId> {
    if entry.held_on > act.at.date() {
        return Err(Error::bad_input("The date of the conversation is in the future. Check it."));
    }
    let row = Conversation {
        id: ConversationId::new(act.chance()),
        service_id: act.service,
        family_id: proof.family(),
        result_id: result.id,
        held_on: entry.held_on,
        kind: entry.kind,
        present: entry.present,
        told: entry.told,
        said: entry.said,
        next_step: entry.next_step,
        next_on: entry.next_on,
        by_staff: proof.staff(),
        at: act.at,
    };
    let id = row.id;
    diesel::insert_into(conversations::table).values(&row).execute(act.conn())?;
    act.record(
        Deed::ConversationRecorded,
        ("conversation", id.as_str()),
        Some(proof.family()),
        row.kind.as_str(),
    )?;
    if row.kind == ConversationKind::AtResult && result.state == ResultState::Discuss {
        result_told(act, result.id, row.held_on)?;
        result_move(act, result.standing(), ResultCommand::TellProband)?;
    }
    Ok(id)
}

/// The conversations of a family, newest first.
pub fn conversation_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Conversation>> {
    Ok(conversations::table
        .filter(conversations::service_id.eq(proof.service()))
        .filter(conversations::family_id.eq(proof.family()))
        .order((conversations::held_on.desc(), conversations::at.desc()))
        .load(conn)?)
}
