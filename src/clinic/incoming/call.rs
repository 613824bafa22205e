//! A call as it came: who says they are what, what they quote, what they ask and how they are rung back. Compartment D.
//! Must not know: whether anybody they speak of is on file. Keeping a call asks nothing of any family.

use crate::{
    access::service::service_get,
    audit::{Act, Deed},
    clinic::{
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
        sharing::enquiry::{Answered, Support},
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{CallId, FamilyId, ServiceId, StaffId},
    keys::{Compartment, Sealed, content, envelope::Unlocked},
};
use diesel::prelude::*;
use kinward_family::invitation::InvitationCode;

diesel::table! {
    calls (id) {
        id -> Text,
        service_id -> Text,
        taken_by -> Text,
        taken_at -> Timestamp,
        caller -> Text,
        due_on -> Date,
        state -> Text,
        family_id -> Nullable<Text>,
        settled_by -> Nullable<Text>,
        settled_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    /// Who rings, as they say.
    pub enum CallerKind {
        Relative = "relative",
        OtherService = "other_service",
        Practice = "practice",
        Other = "other",
    }
}

impl CallerKind {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Relative => "Somebody who had a letter, or says they are a relative",
            Self::OtherService => "Another genetics service or a laboratory",
            Self::Practice => "A GP practice or another clinic",
            Self::Other => "Somebody else",
        }
    }
}

closed! {
    /// Where a call is. It is on somebody's list until it is answered or closed.
    pub enum CallState {
        /// Nobody has said yet which family it is about.
        Unmatched = "unmatched",
        Matched = "matched",
        /// They were rung back, and what was said stands with the family.
        Answered = "answered",
        /// It belongs to no family of ours, or it could not be established who rang.
        Closed = "closed",
    }
}

impl CallState {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unmatched => "Not matched yet",
            Self::Matched => "Matched: ring them back",
            Self::Answered => "Answered",
            Self::Closed => "Closed without a family",
        }
    }
}

closed! {
    /// What shows who somebody is. Source: domain notes 3.5, step 10: who rings is checked before anything is answered.
    pub enum Identity {
        Particulars = "particulars",
        RungBack = "rung_back",
        InPerson = "in_person",
        NotEstablished = "not_established",
    }
}

impl Identity {
    pub fn established() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|one| *one != Self::NotEstablished)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Particulars => "Name, date of birth and address agree with what stands in the file",
            Self::RungBack => "Rung back by a number that we found ourselves, not the one they gave",
            Self::InPerson => "They came, and showed who they are",
            Self::NotEstablished => "It could not be established",
        }
    }
}

/// What was said. No Debug and no Serialize.
#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Said {
    /// Who they say they are.
    #[n(0)]
    pub teller: String,
    #[n(1)]
    pub birth_date: Option<UtcDate>,
    #[n(2)]
    pub teller_address: Option<String>,
    /// What they quote of a letter: a reference as they read it, never a code.
    #[n(3)]
    pub quoted: Option<String>,
    /// How and when they are rung back.
    #[n(4)]
    pub ring_back: String,
    #[n(5)]
    pub account: String,
    #[n(6)]
    pub asked: String,
    /// What they were answered at once.
    #[n(7)]
    pub answered: Vec<Answered>,
    #[n(8)]
    pub support: Support,
    /// What whoever settled it wrote, newest last.
    #[n(9)]
    pub settled: Vec<Settled>,
    #[n(10)]
    pub cannot_wait: Option<CannotWait>,
}
content!(D at "calls.sealed" holds Said);

/// One step after the call was taken.
#[derive(minicbor::Encode, minicbor::Decode, Clone)]
pub struct Settled {
    #[n(0)]
    pub identity: Option<Identity>,
    #[n(1)]
    pub words: String,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallEntry {
    pub caller: CallerKind,
    pub teller: String,
    pub birth_date: Option<UtcDate>,
    pub teller_address: Option<String>,
    pub quoted: Option<String>,
    pub ring_back: String,
    pub account: String,
    pub asked: String,
    #[serde(default)]
    pub answered: Vec<Answered>,
    pub support: Support,
    /// They say that it cannot wait: a pregnancy, an operation.
    #[serde(default)]
    pub cannot_wait: Option<CannotWait>,
}

closed! {
    pub enum CannotWait { Yes = "yes", No = "no" }
}

/// A call without what was said.
#[derive(Debug, Clone, Queryable)]
pub struct Call {
    pub id: CallId,
    pub service_id: ServiceId,
    pub taken_by: StaffId,
    pub taken_at: UtcTime,
    pub caller: CallerKind,
    pub due_on: UtcDate,
    pub state: CallState,
    pub family_id: Option<FamilyId>,
    pub settled_by: Option<StaffId>,
    pub settled_at: Option<UtcTime>,
}

type Columns = (
    calls::id,
    calls::service_id,
    calls::taken_by,
    calls::taken_at,
    calls::caller,
    calls::due_on,
    calls::state,
    calls::family_id,
    calls::settled_by,
    calls::settled_at,
);

const COLUMNS: Columns = (
    calls::id,
    calls::service_id,
    calls::taken_by,
    calls::taken_at,
    calls::caller,
    calls::due_on,
    calls::state,
    calls::family_id,
    calls::settled_by,
    calls::settled_at,
);

/// The queues that a call's state asks for: whoever rang is rung back by the day that was told them.
pub fn wanted(state: CallState, due: UtcDate) -> Vec<Wanted> {
    match state {
        CallState::Unmatched => vec![Wanted { queue: Queue::UnmatchedCalls, due: Some(due) }],
        CallState::Matched => vec![Wanted { queue: Queue::CallsToReturn, due: Some(due) }],
        CallState::Answered | CallState::Closed => vec![],
    }
}

pub(super) fn follow_call(act: &mut Act<'_>, call: &Call) -> Result<()> {
    let subject =
        Subject { kind: SubjectKind::Call, id: call.id.to_string(), family: call.family_id, task: None };
    follow(act, &subject, &wanted(call.state, call.due_on))
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

/// Keeps a call. Whoever took it is answered the same whatever was quoted: no family is asked for here.
///
/// # Errors
/// Nothing of who they say they are, how they are rung back, what they told or asked; no answer.
pub fn call_take(act: &mut Act<'_>, staff: StaffId, entry: CallEntry) -> Result<Call> {
    for (field, words, missing) in [
        ("teller", &entry.teller, "Write who they say they are, or that they did not say."),
        ("ring_back", &entry.ring_back, "Write how they can be rung back, or that they will ring again."),
        ("account", &entry.account, "Write what they told, or that they told nothing."),
        ("asked", &entry.asked, "Write what they asked."),
    ] {
        if words.trim().is_empty() {
            return Err(Error::bad_input(format!("{missing} Nothing was saved.")).at(field));
        }
    }
    no_code(&entry)?;
    let mut answered = entry.answered;
    answered.sort();
    answered.dedup();
    if answered.is_empty() {
        return Err(Error::bad_input("Choose what you answered. Nothing was saved.").at("answered"));
    }
    let said = Said {
        teller: entry.teller.trim().to_owned(),
        birth_date: entry.birth_date,
        teller_address: given(entry.teller_address),
        quoted: given(entry.quoted),
        ring_back: entry.ring_back.trim().to_owned(),
        account: entry.account.trim().to_owned(),
        asked: entry.asked.trim().to_owned(),
        answered,
        support: entry.support,
        settled: Vec::new(),
        cannot_wait: entry.cannot_wait,
    };
    let due_on = due(act, entry.cannot_wait)?;
    let call = Call {
        id: CallId::new(act.chance()),
        service_id: act.service,
        taken_by: staff,
        taken_at: act.at,
        caller: entry.caller,
        due_on,
        state: CallState::Unmatched,
        family_id: None,
        settled_by: None,
        settled_at: None,
    };
    let unlocked = act.holder_open(call.id.as_str())?;
    let sealed = Sealed::seal(unlocked.grant()?, act.chance(), call.id.as_str(), &said)?;
    diesel::insert_into(calls::table)
        .values((
            calls::id.eq(call.id),
            calls::service_id.eq(call.service_id),
            calls::taken_by.eq(call.taken_by),
            calls::taken_at.eq(call.taken_at),
            calls::caller.eq(call.caller),
            calls::due_on.eq(call.due_on),
            calls::state.eq(call.state),
            calls::sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    act.record(Deed::CallTaken, ("call", call.id.as_str()), None, call.caller.as_str())?;
    follow_call(act, &call)?;
    Ok(call)
}

/// The code of a letter opens it, with the date of birth that stands beside it here: it is written down nowhere.
///
/// # Errors
/// Words that hold one.
fn no_code(entry: &CallEntry) -> Result<()> {
    let quoted = entry.quoted.as_deref().unwrap_or_default();
    let address = entry.teller_address.as_deref().unwrap_or_default();
    for (field, words) in [
        ("teller", entry.teller.as_str()),
        ("teller_address", address),
        ("quoted", quoted),
        ("ring_back", &entry.ring_back),
        ("account", &entry.account),
        ("asked", &entry.asked),
    ] {
        if holds_code(words) {
            return Err(Error::bad_input(
                "This is the code of a letter: it opens it. Take it out; the family reference is enough. Nothing was saved.",
            )
            .at(field));
        }
    }
    Ok(())
}

/// Whether a text holds a letter's code, as letters print it (four, four and four) or in one piece. One in some thirty texts of
/// twelve letters passes for a code by its check symbol, so plain words must not: what is not hyphenated has letters and figures.
fn holds_code(words: &str) -> bool {
    let is_code = |parts: &[&str]| {
        let whole = parts.concat();
        let mixed = whole.chars().any(|c| c.is_ascii_digit()) && whole.chars().any(char::is_alphabetic);
        let hyphenated = parts.len() == 3 && words.contains(&parts.join("-"));
        (mixed || hyphenated) && InvitationCode::parse(&whole).is_ok()
    };
    let parts: Vec<&str> =
        words.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    parts.iter().any(|part| part.len() == 12 && is_code(&[part]))
        || parts.windows(3).any(|some| some.iter().all(|part| part.len() == 4) && is_code(some))
}

/// The day by which they are rung back: that of the queue, or the next working day where it cannot wait.
fn due(act: &mut Act<'_>, cannot_wait: Option<CannotWait>) -> Result<UtcDate> {
    let nation = service_get(act.conn, act.service)?.nation;
    let today = act.at.date();
    match cannot_wait {
        Some(CannotWait::Yes) => Ok(act.policy().working_days_after(today, 1, &nation)),
        Some(CannotWait::No) | None => act.policy().due(Queue::UnmatchedCalls.as_str(), &nation, today),
    }
}

/// # Errors
/// Not found, also where it is another service's.
pub fn call_get(conn: &mut Conn, service: ServiceId, id: CallId) -> Result<Call> {
    Ok(calls::table
        .filter(calls::service_id.eq(service))
        .filter(calls::id.eq(id))
        .select(COLUMNS)
        .first(conn)?)
}

/// A call has a key of its own, because nobody knows yet whose it is.
fn key(act: &mut Act<'_>, call: &Call) -> Result<Unlocked> {
    act.unlock(call.id.as_str(), &[Compartment::Detail])
}

/// What was said. Reading it is on the record.
pub(super) fn said_read(act: &mut Act<'_>, call: &Call) -> Result<Said> {
    act.record(Deed::CallRead, ("call", call.id.as_str()), call.family_id, "")?;
    said_open(act, call)
}

pub(super) fn said_open(act: &mut Act<'_>, call: &Call) -> Result<Said> {
    let bytes: Vec<u8> = calls::table.find(call.id).select(calls::sealed).first(act.conn())?;
    Sealed::from_bytes(bytes).open(key(act, call)?.grant()?, call.id.as_str())
}

/// Keeps where a call came to, with what was written of it.
pub(super) fn call_settle(act: &mut Act<'_>, call: &Call, said: &Said) -> Result<()> {
    let sealed = Sealed::seal(key(act, call)?.grant()?, act.chance(), call.id.as_str(), said)?;
    diesel::update(calls::table.find(call.id))
        .set((
            calls::state.eq(call.state),
            calls::family_id.eq(call.family_id),
            calls::settled_by.eq(call.settled_by),
            calls::settled_at.eq(call.settled_at),
            calls::sealed.eq(sealed.into_bytes()),
        ))
        .execute(act.conn())?;
    follow_call(act, call)
}

/// The calls that one member of staff took, the newest first.
pub fn calls_taken(conn: &mut Conn, service: ServiceId, staff: StaffId, most: i64) -> Result<Vec<Call>> {
    Ok(calls::table
        .filter(calls::service_id.eq(service))
        .filter(calls::taken_by.eq(staff))
        .order((calls::taken_at.desc(), calls::id.asc()))
        .limit(most)
        .select(COLUMNS)
        .load(conn)?)
}

/// Every call, for the test that compares queues with states.
pub fn call_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(CallId, CallState, UtcDate)>> {
    Ok(calls::table
        .filter(calls::service_id.eq(service))
        .select((calls::id, calls::state, calls::due_on))
        .load(conn)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Chance, SeededChance};

    #[test]
    fn a_code_is_seen_however_it_is_written_and_plain_words_are_none() {
        let chance = SeededChance::new(36);
        let mut seen = 0;
        for _ in 0..200 {
            let mut bytes = [0; 8];
            chance.fill(&mut bytes);
            let code = InvitationCode::from_bytes(&bytes);
            let shown = code.shown();
            assert!(holds_code(&format!("She reads: {shown}.")), "{shown}");
            assert!(holds_code(&shown.to_lowercase()));
            seen += usize::from(holds_code(&format!("it is {}", code.canonical())));
        }
        assert!(seen > 190, "a code without any figure is rare: {seen}");
        // A thousand runs of words of four letters: some thirty of them would pass by their check symbol.
        let words = ["that", "they", "know", "this", "test", "from", "when", "were", "with", "more"];
        for one in words {
            for other in words {
                for third in words {
                    assert!(!holds_code(&format!("{one} {other} {third}")));
                }
            }
        }
        for plain in
            ["at the weekend, and by phone", "07700 900123", "01632 960 155", "KW-7F3K-9QXM", "B12 9XY"]
        {
            assert!(!holds_code(plain), "{plain}");
        }
    }
}
