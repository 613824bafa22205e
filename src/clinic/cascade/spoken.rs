//! A relative's answer that reached staff by another way than the pages of their letter: they rang, came, or wrote.
//! Must not know: what a letter says. Who they are is established first, as with whoever rings.

use super::task::{Task, TaskCommand, TaskState, task_move, tasks_object};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        incoming::call::Identity,
        letters::letter::{Stop, letters_stop},
        sharing::{
            not_to_know::stop_everywhere,
            objection::{Confirm, Objected, Scope, Source, objection_record, objects},
            topic::Topic,
        },
    },
    db::{UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{PersonId, SpokenReplyId, StaffId, TaskId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    spoken_replies (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        choice -> Text,
        by_staff -> Text,
        at -> Timestamp,
        said_on -> Date,
        sealed -> Binary,
    }
}

closed! {
    /// What they chose. Whoever got a letter that is not theirs is found out about on the letter's own page.
    pub enum Spoken {
        Appointment = "appointment",
        Think = "think",
        AlreadyTested = "already_tested",
        Question = "question",
        NotKnow = "not_know",
    }
}

impl Spoken {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Appointment => "Would like an appointment",
            Self::Think => "Needs time to think",
            Self::AlreadyTested => "Has been tested, or is seen by a service",
            Self::Question => "Wants to ask something that could not be answered at once",
            Self::NotKnow => "Does not want to know more",
        }
    }

    /// None where it is no step, but a wish for every file that holds them.
    const fn command(self) -> Option<TaskCommand> {
        match self {
            Self::Appointment => Some(TaskCommand::AskAppointment),
            Self::Think => Some(TaskCommand::AskTime),
            Self::AlreadyTested => Some(TaskCommand::SayTested),
            Self::Question => Some(TaskCommand::AskQuestion),
            Self::NotKnow => None,
        }
    }
}

closed! {
    pub enum SpokenWay { Telephone = "telephone", FaceToFace = "face_to_face", Post = "post", Email = "email" }
}

impl SpokenWay {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Telephone => "By telephone",
            Self::FaceToFace => "Face to face",
            Self::Post => "On paper",
            Self::Email => "By e-mail",
        }
    }
}

closed! {
    /// In how many months they asked to be asked again.
    pub enum AskAgain { One = "1", Three = "3", Six = "6" }
}

impl AskAgain {
    pub const fn title(self) -> &'static str {
        match self {
            Self::One => "In 1 month",
            Self::Three => "In 3 months",
            Self::Six => "In 6 months",
        }
    }

    const fn days(self) -> i64 {
        match self {
            Self::One => 30,
            Self::Three => 90,
            Self::Six => 180,
        }
    }
}

#[derive(Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenEntry {
    pub spoken: Spoken,
    pub spoken_way: SpokenWay,
    pub said_on: UtcDate,
    /// In their own words.
    pub said_words: String,
    pub identity: Identity,
    /// Only of whoever wants time.
    #[serde(default)]
    pub ask_again: Option<AskAgain>,
}

/// What stands of it beside the choice. No Debug and no Serialize.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Words {
    #[n(0)]
    way: SpokenWay,
    #[n(1)]
    words: String,
    #[n(2)]
    identity: Identity,
}
content!(F at "spoken_replies.sealed" holds Words);

/// As staff read it.
pub struct SpokenReply {
    pub spoken: Spoken,
    pub way: SpokenWay,
    pub words: String,
    pub identity: Identity,
    pub said_on: UtcDate,
    pub by_staff: StaffId,
    pub at: UtcTime,
}

/// True where an answer changes something. Whoever must hear first that a letter no longer holds is told that first; a child's
/// answer, and one about a file that another writes for, stand there.
pub const fn is_heard(state: TaskState) -> bool {
    match state {
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::ProbandTells
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Sent
        | TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested
        | TaskState::NotReached
        | TaskState::Waiting
        | TaskState::Done => true,
        TaskState::Tested
        | TaskState::Elsewhere
        | TaskState::ToTell
        | TaskState::DoNotContact
        | TaskState::WaitAge
        | TaskState::Deceased
        | TaskState::NotAtRisk
        | TaskState::Suspended => false,
    }
}

/// In days: a letter's code is valid for a year.
const OLDEST: i64 = 366;

/// What to do where somebody who wished not to know wants to be contacted after all.
pub const LIFT_FIRST: &str = "This relative asked not to be contacted. If they want to be now, say so first on the page of what this person does not want to know, with what brought it up again. Nothing was saved.";

/// Writes down what a relative answered, and does at once what it asks: what was being written stops.
///
/// # Errors
/// A state in which no answer is heard; somebody who was not found to be them; a day in the future; no words.
pub fn spoken_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    entry: &SpokenEntry,
) -> Result<SpokenReplyId> {
    let refused =
        |field: &str, words: &str| Error::bad_input(format!("{words} Nothing was saved.")).at(field);
    if !is_heard(task.state) {
        return Err(Error::not_now("An answer changes nothing for this relative now. Nothing was saved."));
    }
    if entry.identity == Identity::NotEstablished {
        return Err(refused(
            "identity",
            "Find out first that it is this relative: until then it is a call, and is kept as one.",
        ));
    }
    if entry.said_on > act.at.date() {
        return Err(refused("said_on", "This day is in the future."));
    }
    if entry.said_on < act.at.date().plus_days(-OLDEST) {
        return Err(refused("said_on", "This day is more than a year ago. Check it."));
    }
    if entry.spoken != Spoken::NotKnow && objects(act.conn, act.service, task.person_id)? {
        return Err(Error::not_now(LIFT_FIRST));
    }
    if entry.said_words.trim().chars().count() < 3 {
        return Err(refused("said_words", "Write what they said, in their own words."));
    }
    if entry.ask_again.is_some() && entry.spoken != Spoken::Think {
        return Err(refused("ask_again", "Only whoever wants time to think is asked again on a day."));
    }
    let id = SpokenReplyId::new(act.chance());
    let words =
        Words { way: entry.spoken_way, words: entry.said_words.trim().to_owned(), identity: entry.identity };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &words)?;
    diesel::insert_into(spoken_replies::table)
        .values((
            spoken_replies::id.eq(id),
            spoken_replies::service_id.eq(act.service),
            spoken_replies::family_id.eq(proof.family()),
            spoken_replies::task_id.eq(task.id),
            spoken_replies::choice.eq(entry.spoken),
            spoken_replies::by_staff.eq(proof.staff()),
            spoken_replies::at.eq(act.at),
            spoken_replies::said_on.eq(entry.said_on),
            spoken_replies::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    act.record(Deed::ReplySpoken, ("spoken_reply", id.as_str()), Some(proof.family()), "")?;
    match entry.spoken.command() {
        Some(command) => {
            letters_stop(act, task.id, Stop::Answered, OnceGone::StaysReadable)?;
            let due = entry.ask_again.map(|when| entry.said_on.plus_days(when.days()));
            task_move(act, task, command, due)?;
        }
        None => objection_told(act, proof, task.person_id, (Scope::Self_, None), OnceGone::StaysReadable)?,
    }
    Ok(id)
}

/// Somebody told staff that they do not want to know: nothing is written to them from any file.
pub(super) fn objection_told(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: PersonId,
    (scope, confirm): (Scope, Option<Confirm>),
    once_gone: OnceGone,
) -> Result<()> {
    let topic = Topic::ConditionExists;
    let said = Objected { topic, scope, source: Source::Staff, confirm };
    objection_record(act, proof.family(), person, said)?;
    tasks_object(act, person, once_gone)?;
    match once_gone {
        OnceGone::Withheld => stop_everywhere(act, person, topic).map(|_| ()),
        // As said online: letters of other files are asked about it before they leave.
        OnceGone::StaysReadable => Ok(()),
    }
}

/// What a relative answered by such a way, newest first. Reading it is on the record.
pub fn spoken_read(act: &mut Act<'_>, proof: &InFamily, task: TaskId) -> Result<Vec<SpokenReply>> {
    type Row = (SpokenReplyId, Spoken, StaffId, UtcTime, UtcDate, Sealed<Words>);
    let rows: Vec<Row> = spoken_replies::table
        .filter(spoken_replies::service_id.eq(proof.service()))
        .filter(spoken_replies::task_id.eq(task))
        .order((spoken_replies::at.desc(), spoken_replies::id.desc()))
        .select((
            spoken_replies::id,
            spoken_replies::choice,
            spoken_replies::by_staff,
            spoken_replies::at,
            spoken_replies::said_on,
            spoken_replies::sealed,
        ))
        .load(act.conn())?;
    if !rows.is_empty() {
        act.record(Deed::ReplyRead, ("relative_task", task.as_str()), Some(proof.family()), "spoken")?;
    }
    rows.into_iter()
        .map(|(id, spoken, by_staff, at, said_on, sealed)| {
            let Words { way, words, identity } = sealed.open(proof.grant()?, id.as_str())?;
            Ok(SpokenReply { spoken, way, words, identity, said_on, by_staff, at })
        })
        .collect()
}
