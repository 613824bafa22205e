//! Sharing conversations: what the proband was told and said, dated, append-only. Compartment D.
//! Must not know: consents or decisions; they are recorded apart.

use super::{
    never_share,
    prompts::{Agreed, Attended, Benefit, Said},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        people::person::person_get,
        result::state::{
            ResultCommand, ResultState, TestResult, result_change, result_move, results_of_person,
        },
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ConversationId, FamilyId, PersonId, ResultId, ServiceId, StaffId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    conversations (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
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

/// A conversation as stored.
#[derive(Queryable, Insertable)]
#[diesel(table_name = conversations)]
struct Row {
    id: ConversationId,
    service_id: ServiceId,
    family_id: FamilyId,
    result_id: ResultId,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<ConversationEntry>,
}

/// A conversation that was opened.
pub struct Conversation {
    pub result_id: ResultId,
    pub by_staff: StaffId,
    pub at: UtcTime,
    pub entry: ConversationEntry,
}

/// A conversation as staff record it. No Debug and no Serialize: these are people's words.
#[derive(Clone, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(deny_unknown_fields)]
pub struct ConversationEntry {
    #[n(0)]
    pub held_on: UtcDate,
    #[n(1)]
    pub kind: ConversationKind,
    /// Who was there, in words.
    #[n(2)]
    pub present: String,
    /// What the proband was told, with the benefits to relatives.
    #[n(3)]
    pub told: String,
    /// What the proband said, in their words.
    #[n(4)]
    pub said: String,
    #[n(5)]
    pub next_step: String,
    #[n(6)]
    pub next_on: Option<UtcDate>,
    /// What they asked never to be passed on: a word or phrase a line. Each becomes an item of its own.
    #[n(7)]
    pub never_share: Option<String>,
    #[n(8)]
    pub attended: Option<Vec<Attended>>,
    /// Of a conversation before the test.
    #[n(9)]
    pub agreed: Option<Vec<Agreed>>,
    #[n(10)]
    pub benefits: Option<Vec<Benefit>>,
    /// What was said, item by item.
    #[n(11)]
    pub items_said: Option<Vec<Said>>,
}
content!(D at "conversations.sealed" holds ConversationEntry);

impl ConversationEntry {
    /// The proband was there: where nobody has ticked who was, it was theirs.
    fn is_with_proband(&self) -> bool {
        let there = self.attended.as_deref().unwrap_or_default();
        there.is_empty() || there.contains(&Attended::Proband)
    }
}

/// Records a conversation. The one at the result moves the result on: nothing of the cascade happens before it.
///
/// # Errors
/// A date in the future, or after the proband's death; a result the proband has not heard of yet with another kind of talk
/// after it.
pub fn conversation_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: &TestResult,
    entry: ConversationEntry,
) -> Result<ConversationId> {
    if entry.held_on > act.at.date() {
        return Err(
            Error::bad_input("The date of the conversation is in the future. Check it.").at("held_on")
        );
    }
    // Whether the proband was told hangs on this day: a slip such as year 26 must not count.
    let earliest = act.policy().dates.earliest_conversation_year;
    if entry.held_on.ymd().0 < earliest {
        return Err(Error::bad_input(format!(
            "The date of the conversation is before {earliest}. Write the year with four digits. Nothing was saved."
        ))
        .at("held_on"));
    }
    let died_on = person_get(act.conn(), proof, result.person_id)?.died_on;
    if let Some(died) = died_on.filter(|died| *died < entry.held_on && entry.is_with_proband()) {
        return Err(Error::bad_input(format!(
            "The proband died on {}, before this day. Check the date; if the conversation was with the family, tick who was there. Nothing was saved.",
            died.shown()
        ))
        .at("held_on"));
    }
    let id = ConversationId::new(act.chance());
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        result_id: result.id,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &entry)?,
    };
    diesel::insert_into(conversations::table).values(&row).execute(act.conn())?;
    never_share::never_share_record(act, proof, Some(id), entry.never_share.as_deref().unwrap_or_default())?;
    let kind = entry.kind;
    act.record(
        Deed::ConversationRecorded,
        ("conversation", id.as_str()),
        Some(proof.family()),
        kind.as_str(),
    )?;
    if kind == ConversationKind::AtResult && result.state == ResultState::Discuss {
        result_change(act, proof, result.id, |about| about.told_on = Some(entry.held_on))?;
        result_move(act, result.standing(), ResultCommand::TellProband)?;
    }
    Ok(id)
}

/// The last day on which this person is on record as having spoken with us; none where they were the proband of no result.
pub fn last_heard(conn: &mut Conn, proof: &InFamily, person: PersonId) -> Result<Option<UtcDate>> {
    let own = results_of_person(conn, proof.service(), person)?;
    let talks = if own.is_empty() { Vec::new() } else { conversation_list(conn, proof)? };
    let theirs = talks.iter().filter(|talk| own.contains(&talk.result_id) && talk.entry.is_with_proband());
    Ok(theirs.map(|talk| talk.entry.held_on).max())
}

/// The conversations of a family, newest first.
pub fn conversation_list(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = conversations::table
        .filter(conversations::service_id.eq(proof.service()))
        .filter(conversations::family_id.eq(proof.family()))
        .load(conn)?;
    let grant = proof.grant()?;
    let mut opened = rows
        .into_iter()
        .map(|row| {
            let entry = row.sealed.open(grant, row.id.as_str())?;
            Ok(Conversation { result_id: row.result_id, by_staff: row.by_staff, at: row.at, entry })
        })
        .collect::<Result<Vec<_>>>()?;
    opened.sort_by_key(|talk| std::cmp::Reverse((talk.entry.held_on, talk.at)));
    Ok(opened)
}
