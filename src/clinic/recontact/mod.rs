//! The wave after an amended report: every letter, certificate and test that rests on the old one is listed, and nobody is left
//! before somebody has done something about it. Must not know: how a letter is worded, or what the new report says.

mod letter;
pub mod pages;

pub use letter::{Change, class_reported, nothing_to_tell, reclassified_draft};

use super::{
    cascade::task::tasks_of_result,
    letters::{ground::tells, letter::LetterState, list::letters_of_tasks},
    queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    result::{
        certificate::certificates_issued,
        state::{ResultState, result_standing, superseded_results},
    },
    tested::relative_result::own_results_confirmed,
};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, LetterId, RecontactId, ResultId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;
use kinward_family::{disclosure::Level, kind::Kind};

diesel::table! {
    recontacts (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        result_id -> Text,
        rests -> Text,
        subject_id -> Text,
        how -> Text,
        letter_id -> Nullable<Text>,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// What can rest on a report.
    pub enum Rests { Letter = "letter", Certificate = "certificate", OwnResult = "own_result" }
}

closed! {
    /// What was done about one of them.
    pub enum How {
        Phone = "phone",
        /// A letter of ours that says what changed; it counts once it has left.
        Letter = "letter",
        ToldOtherwise = "told_otherwise",
        NotNeeded = "not_needed",
    }
}

impl How {
    /// As staff read it.
    pub const fn title(self) -> &'static str {
        match self {
            How::Phone => "Spoken to",
            How::Letter => "Written to",
            How::ToldOtherwise => "Told in another way, or whoever holds it was",
            How::NotNeeded => "Nothing is needed",
        }
    }
}

#[derive(minicbor::Encode, minicbor::Decode)]
pub struct Words {
    #[n(0)]
    said: String,
    /// Why a letter gives another class than the new report.
    #[n(1)]
    differs_why: Option<String>,
}
content!(D at "recontacts.sealed" holds Words);

/// One thing done, as stored; never changed.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = recontacts)]
pub struct Recontact {
    pub id: RecontactId,
    pub service_id: ServiceId,
    pub family_id: FamilyId,
    pub result_id: ResultId,
    pub rests: Rests,
    pub subject_id: String,
    pub how: How,
    pub letter_id: Option<LetterId>,
    pub by_staff: StaffId,
    pub at: UtcTime,
    sealed: Sealed<Words>,
}

impl Recontact {
    /// What was done, and why a letter about it gives another class than the new report, where it does.
    pub fn words(&self, proof: &InFamily) -> Result<(String, Option<String>)> {
        let words = self.sealed.open(proof.grant()?, self.id.as_str())?;
        Ok((words.said, words.differs_why))
    }
}

/// Something that rests on a report, and what was done about it.
pub struct Resting {
    pub rests: Rests,
    pub id: String,
    /// Whose it is, where it is somebody's.
    pub task: Option<TaskId>,
    pub at: UtcTime,
    /// The newest that counts or is on its way.
    pub done: Option<Recontact>,
    /// A letter about it was drafted and has not left.
    pub on_its_way: bool,
    /// Of a letter: what it is, and how much it told.
    pub letter: Option<(Kind, Level)>,
}

impl Resting {
    pub fn is_done(&self) -> bool {
        self.done.is_some() && !self.on_its_way
    }
}

/// All that rests on a report: letters that have left, certificates, and confirmed results of relatives.
pub fn resting(conn: &mut Conn, service: ServiceId, result: ResultId) -> Result<Vec<Resting>> {
    let tasks = tasks_of_result(conn, service, result)?;
    let mut all = Vec::new();
    let put = |all: &mut Vec<Resting>, rests, id: String, task, at, letter| {
        all.push(Resting { rests, id, task, at, done: None, on_its_way: false, letter });
    };
    let letters = letters_of_tasks(conn, service, tasks.iter().map(|task| task.id).collect())?;
    for row in &letters {
        if row.state == LetterState::Sent && tells(row.kind()?) {
            let at = row.approved_at.unwrap_or(row.drafted_at);
            let letter = Some((row.kind()?, row.level()?));
            put(&mut all, Rests::Letter, row.id.to_string(), Some(row.task_id), at, letter);
        }
    }
    for (id, at) in certificates_issued(conn, service, result)? {
        put(&mut all, Rests::Certificate, id.to_string(), None, at, None);
    }
    for (id, person, at) in own_results_confirmed(conn, service, result)? {
        let task = tasks.iter().find(|task| task.person_id == person).map(|task| task.id);
        put(&mut all, Rests::OwnResult, id.to_string(), task, at, None);
    }
    for done in recontacts_of(conn, service, result)? {
        let Some(one) = all.iter_mut().find(|one| one.rests == done.rests && one.id == done.subject_id)
        else {
            continue;
        };
        let on_its_way = match done.letter_id {
            None => Some(false),
            Some(about) => match letters.iter().find(|row| row.id == about).map(|row| row.state) {
                Some(LetterState::Sent) => Some(false),
                Some(LetterState::Draft | LetterState::Submitted | LetterState::Approved) => Some(true),
                Some(LetterState::Stopped) | None => None,
            },
        };
        if let Some(on_its_way) = on_its_way {
            (one.done, one.on_its_way) = (Some(done), on_its_way);
        }
    }
    Ok(all)
}

/// What was done, oldest first.
fn recontacts_of(conn: &mut Conn, service: ServiceId, result: ResultId) -> Result<Vec<Recontact>> {
    Ok(recontacts::table
        .filter(recontacts::service_id.eq(service))
        .filter(recontacts::result_id.eq(result))
        .order((recontacts::at.asc(), recontacts::id.asc()))
        .load(conn)?)
}

/// The queues that what is left asks for.
pub fn wanted(left: usize) -> Vec<Wanted> {
    if left > 0 { vec![Queue::AmendedResults.into()] } else { vec![] }
}

/// How many things that rest on a superseded report nothing was done about; none while a report stands.
pub fn left_of(conn: &mut Conn, service: ServiceId, result: ResultId) -> Result<usize> {
    if result_standing(conn, service, result)?.state != ResultState::Superseded {
        return Ok(0);
    }
    Ok(resting(conn, service, result)?.iter().filter(|one| !one.is_done()).count())
}

/// Every superseded report and what is left of it, for the test that compares queues with states.
pub fn recontact_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(ResultId, usize)>> {
    let superseded = superseded_results(conn, service)?;
    superseded.into_iter().map(|id| Ok((id, left_of(conn, service, id)?))).collect()
}

/// Brings the work item of a superseded report in line with what is left of it.
pub fn recontact_follow(act: &mut Act<'_>, family: FamilyId, result: ResultId) -> Result<()> {
    let left = left_of(act.conn, act.service, result)?;
    let subject =
        Subject { kind: SubjectKind::Recontact, id: result.to_string(), family: Some(family), task: None };
    follow(act, &subject, &wanted(left))
}

/// A letter has left or was stopped: what rests on its report may be another than before.
pub(super) fn letter_moved(act: &mut Act<'_>, family: FamilyId, result: ResultId) -> Result<()> {
    let standing = result_standing(act.conn, act.service, result)?;
    if standing.state == ResultState::Superseded { recontact_follow(act, family, result) } else { Ok(()) }
}

/// What somebody says was done.
pub struct Said<'a> {
    pub rests: Rests,
    pub id: &'a str,
    pub how: How,
    pub letter: Option<LetterId>,
    pub words: &'a str,
    pub differs_why: Option<&'a str>,
}

/// Why the letter `about` gives another class than the new report, where it does: for whoever approves it.
pub fn differs_why(conn: &mut Conn, proof: &InFamily, about: LetterId) -> Result<Option<String>> {
    let row: Option<Recontact> = recontacts::table
        .filter(recontacts::service_id.eq(proof.service()))
        .filter(recontacts::letter_id.eq(about))
        .first(conn)
        .optional()?;
    Ok(row.map(|row| row.words(proof)).transpose()?.and_then(|(_, why)| why))
}

/// Records what was done about one thing that rests on a superseded report.
///
/// # Errors
/// A report that stands; something that does not rest on it; no words.
pub fn recontact_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    result: ResultId,
    said: &Said<'_>,
) -> Result<()> {
    let service = act.service;
    let standing = result_standing(act.conn(), service, result)?;
    if standing.state != ResultState::Superseded || standing.family_id != proof.family() {
        return Err(Error::not_now(
            "This report stands: nobody need be told of a change. Nothing was saved.",
        ));
    }
    let known = resting(act.conn(), service, result)?;
    if !known.iter().any(|one| one.rests == said.rests && one.id == said.id) {
        return Err(Error::not_found());
    }
    if said.words.trim().is_empty() {
        return Err(
            Error::bad_input("Say in a sentence what was done, and what came of it.").at("recontact_words")
        );
    }
    let id = RecontactId::new(act.chance());
    let row = Recontact {
        id,
        service_id: service,
        family_id: proof.family(),
        result_id: result,
        rests: said.rests,
        subject_id: said.id.to_owned(),
        how: said.how,
        letter_id: said.letter,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(
            proof.grant()?,
            act.chance(),
            id.as_str(),
            &Words {
                said: said.words.trim().to_owned(),
                differs_why: said.differs_why.map(|why| why.trim().to_owned()).filter(|why| !why.is_empty()),
            },
        )?,
    };
    diesel::insert_into(recontacts::table).values(&row).execute(act.conn())?;
    act.record(Deed::RecontactRecorded, ("recontact", id.as_str()), Some(proof.family()), said.how.as_str())?;
    recontact_follow(act, proof.family(), result)
}
