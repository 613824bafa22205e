//! That somebody was told what their own test said: by whom, how, and what came of it. Compartment P.
//! Must not know: how a letter is worded, or what the result moves.

use super::{
    relative_result::{RelativeResult, in_a_sentence, state_now, subject},
    said::{Says, State, wanted},
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::queue::item::follow,
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, RelativeResultId, ServiceId, StaffId, TellingId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    result_tellings (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        relative_result_id -> Text,
        told -> Text,
        by_staff -> Text,
        at -> Timestamp,
        seq -> Integer,
        sealed -> Nullable<Binary>,
    }
}

closed! {
    /// How somebody hears what their test said.
    pub enum Told {
        Spoken = "spoken",
        Appointment = "appointment",
        /// Somebody tried, and did not reach them.
        NotReached = "not_reached",
        /// By a letter of ours that has left.
        Letter = "letter",
        /// There is nothing to tell: what was recorded was not theirs, or another service tells them.
        NotNeeded = "not_needed",
    }
}

impl Told {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            Told::Spoken => "Spoken to",
            Told::Appointment => "Has an appointment to hear it",
            Told::NotReached => "Tried, and not reached",
            Told::Letter => "Written to",
            Told::NotNeeded => "Nothing is to be told by us",
        }
    }

    /// Whether nobody need tell them any more.
    pub const fn is_told(self) -> bool {
        match self {
            Told::Spoken | Told::Appointment | Told::Letter | Told::NotNeeded => true,
            Told::NotReached => false,
        }
    }

    /// Whether a letter may follow that says that the gene change was found.
    pub const fn comes_before_a_letter(self) -> bool {
        match self {
            Told::Spoken | Told::Appointment | Told::NotReached => true,
            Told::Letter | Told::NotNeeded => false,
        }
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words(#[n(0)] String);
content!(P at "result_tellings.sealed" holds Words);

/// One attempt, as stored; never changed.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = result_tellings)]
pub struct Telling {
    pub id: TellingId,
    service_id: ServiceId,
    family_id: FamilyId,
    pub relative_result_id: RelativeResultId,
    pub told: Told,
    pub by_staff: StaffId,
    pub at: UtcTime,
    seq: i32,
    /// None where a letter told them: its words are its own.
    sealed: Option<Sealed<Words>>,
}

impl Telling {
    pub fn words(&self, proof: &InFamily) -> Result<Option<String>> {
        let opened = self.sealed.as_ref().map(|sealed| sealed.open(proof.grant()?, self.id.as_str()));
        Ok(opened.transpose()?.map(|Words(words)| words).filter(|words| !words.is_empty()))
    }
}

/// Records that somebody was told, or that it was tried.
///
/// # Errors
/// A result that no second person has confirmed; no words; a letter, which is noted when it leaves.
pub fn telling_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    of: &RelativeResult,
    told: Told,
    words: &str,
) -> Result<()> {
    if of.state != State::Confirmed {
        return Err(Error::not_now(
            "Nobody is told of a result before a second person has confirmed it. Nothing was saved.",
        ));
    }
    if told == Told::Letter {
        return Err(Error::bad_input("That a letter told them is noted when it leaves. Nothing was saved.")
            .at("told"));
    }
    let words =
        in_a_sentence(words, "telling_words", "Write in a sentence what was said, and what comes next.")?;
    let id = TellingId::new(act.chance());
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Words(words))?;
    insert(act, id, (of.id, proof.family()), proof.staff(), told, Some(sealed))
}

/// Nothing is told where no result stands.
pub(super) fn telling_void(act: &mut Act<'_>, proof: &InFamily, of: &RelativeResult) -> Result<()> {
    if of.finding.says != Says::Void {
        return Ok(());
    }
    let id = TellingId::new(act.chance());
    insert(act, id, (of.id, proof.family()), proof.staff(), Told::NotNeeded, None)
}

/// The letter that tells somebody their result has left; `author` wrote it.
pub(in crate::clinic) fn told_by_letter(
    act: &mut Act<'_>,
    of: (RelativeResultId, FamilyId),
    author: StaffId,
) -> Result<()> {
    let id = TellingId::new(act.chance());
    insert(act, id, of, author, Told::Letter, None)
}

/// The letter that told them came back: somebody has to tell them again.
pub(in crate::clinic) fn telling_came_back(
    act: &mut Act<'_>,
    of: (RelativeResultId, FamilyId),
    by: StaffId,
) -> Result<()> {
    let id = TellingId::new(act.chance());
    insert(act, id, of, by, Told::NotReached, None)
}

fn insert(
    act: &mut Act<'_>,
    id: TellingId,
    (of, family): (RelativeResultId, FamilyId),
    by_staff: StaffId,
    told: Told,
    sealed: Option<Sealed<Words>>,
) -> Result<()> {
    let (service_id, at) = (act.service, act.at);
    let seq = 1 + tellings_of(act.conn, service_id, of)?.last().map_or(0, |last| last.seq);
    let row = Telling {
        id,
        service_id,
        family_id: family,
        relative_result_id: of,
        told,
        by_staff,
        at,
        seq,
        sealed,
    };
    diesel::insert_into(result_tellings::table).values(&row).execute(act.conn())?;
    act.record(Deed::ResultTold, ("relative_result", of.as_str()), Some(family), told.as_str())?;
    telling_follow(act, of, family)
}

/// Brings the work item of a result in line with where it stands and whether its owner was told.
pub(super) fn telling_follow(act: &mut Act<'_>, of: RelativeResultId, family: FamilyId) -> Result<()> {
    let state = state_now(act.conn, act.service, of)?;
    let told = is_told(act.conn, act.service, of)?;
    follow(act, &subject(of, family), &wanted(state, told))
}

/// What was said to somebody about their result, oldest first.
pub fn tellings_of(conn: &mut Conn, service: ServiceId, of: RelativeResultId) -> Result<Vec<Telling>> {
    Ok(result_tellings::table
        .filter(result_tellings::service_id.eq(service))
        .filter(result_tellings::relative_result_id.eq(of))
        .order((result_tellings::seq.asc(), result_tellings::id.asc()))
        .load(conn)?)
}

/// Whether nobody need tell them any more: the last word counts, so that a letter that came back asks for it again.
pub fn is_told(conn: &mut Conn, service: ServiceId, of: RelativeResultId) -> Result<bool> {
    Ok(tellings_of(conn, service, of)?.last().is_some_and(|one| one.told.is_told()))
}
