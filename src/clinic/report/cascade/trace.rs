//! What stands open on record of relatives, in days and closed words: agreed ways, letters that left, what they are said to
//! know, and their answers. Must not know: anything sealed, or whose it is.

use super::super::opened::AT_ONCE;
use crate::{
    audit::Act,
    clinic::{
        cascade::closure::{Outcome as ClosedAs, closures},
        letters::letter::letters,
        people::contact::contacts,
        sharing::{
            consent::{Route, Stance, consents},
            decision::{Outcome, decisions},
            knows::{Known, knowledge},
            topic::Topic,
        },
        tested::{
            said::Command,
            telling::{Told, result_tellings},
            verdict::relative_result_verdicts,
        },
    },
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    ids::{InvitationId, PersonId, RelativeResultId, ServiceId, TaskId},
    relative::{
        outbox::{Channel, PostState, posts},
        reply::replies,
    },
};
use diesel::prelude::*;
use kinward_family::{kind::Kind, page::Choice};
use std::collections::{BTreeMap, BTreeSet};

/// Letters that tell somebody that there is something to know, and how to ask.
const TELL: [Kind; 5] =
    [Kind::DirectContact, Kind::FamilyLetter, Kind::ParentOfMinor, Kind::YoungPerson, Kind::Abroad];

/// What is on record of one relative.
#[derive(Debug, Clone, Default, minicbor::Encode, minicbor::Decode)]
pub struct Trace {
    /// It was agreed that the proband tells them.
    #[n(0)]
    pub by_family: bool,
    /// It was agreed or decided that the service writes.
    #[n(1)]
    pub by_service: bool,
    /// The first letter of ours that left and did not come back.
    #[n(2)]
    pub written: Option<UtcDate>,
    /// The first day from which they are believed to know, where nobody has said otherwise since.
    #[n(3)]
    pub told: Option<UtcDate>,
    /// That they know was heard from them.
    #[n(4)]
    pub told_surely: bool,
    /// The first answer that was theirs.
    #[n(5)]
    pub replied: Option<UtcDate>,
    /// Their newest answer asks for one.
    #[n(6)]
    pub asks_for_appointment: bool,
    /// What became of them, where they are settled.
    #[n(7)]
    pub closed_as: Option<ClosedAs>,
}

/// The traces of these relatives, in eight statements for each five hundred.
pub fn traces_of(act: &mut Act<'_>, ids: &[TaskId]) -> Result<BTreeMap<TaskId, Trace>> {
    let mut all: BTreeMap<TaskId, Trace> = ids.iter().map(|id| (*id, Trace::default())).collect();
    for some in ids.chunks(AT_ONCE) {
        ways(act, some, &mut all)?;
        letters_that_left(act, some, &mut all)?;
        known(act, some, &mut all)?;
        answers(act, some, &mut all)?;
        closed(act, some, &mut all)?;
    }
    Ok(all)
}

fn earlier(known: Option<UtcDate>, day: UtcDate) -> Option<UtcDate> {
    Some(known.map_or(day, |known| known.min(day)))
}

fn ways(act: &mut Act<'_>, some: &[TaskId], all: &mut BTreeMap<TaskId, Trace>) -> Result<()> {
    let service: ServiceId = act.service;
    let agreed: Vec<(TaskId, Route, Stance)> = consents::table
        .filter(consents::service_id.eq(service))
        .filter(consents::task_id.eq_any(some.to_vec()))
        .select((consents::task_id, consents::route, consents::stance))
        .load(act.conn())?;
    for (task, route, _) in agreed.into_iter().filter(|(_, _, stance)| stance.is_agreement()) {
        let Some(trace) = all.get_mut(&task) else { continue };
        match route {
            Route::ProbandTells => trace.by_family = true,
            Route::ClinicLetter => trace.by_service = true,
        }
    }
    let decided: Vec<TaskId> = decisions::table
        .filter(decisions::service_id.eq(service))
        .filter(decisions::task_id.eq_any(some.to_vec()))
        .filter(decisions::outcome.eq(Outcome::Applied))
        .select(decisions::task_id)
        .load(act.conn())?;
    for task in decided {
        if let Some(trace) = all.get_mut(&task) {
            trace.by_service = true;
        }
    }
    Ok(())
}

fn letters_that_left(act: &mut Act<'_>, some: &[TaskId], all: &mut BTreeMap<TaskId, Trace>) -> Result<()> {
    let service = act.service;
    let sent: Vec<(InvitationId, TaskId)> = letters::table
        .filter(letters::service_id.eq(service))
        .filter(letters::task_id.eq_any(some.to_vec()))
        .filter(letters::template_id.eq_any(TELL.map(Kind::as_str)))
        .filter(letters::came_back_at.is_null())
        .select((letters::invitation_id, letters::task_id))
        .load(act.conn())?;
    let of: BTreeMap<InvitationId, TaskId> = sent.into_iter().collect();
    let invitations: Vec<InvitationId> = of.keys().copied().collect();
    for few in invitations.chunks(AT_ONCE) {
        let left: Vec<(InvitationId, UtcTime)> = posts::table
            .filter(posts::service_id.eq(service))
            .filter(posts::invitation_id.eq_any(few.to_vec()))
            .filter(posts::channel.eq_any([Channel::Paper, Channel::Hand]))
            .filter(posts::state.eq(PostState::Accepted))
            .filter(posts::answer_id.is_null())
            .select((posts::invitation_id, posts::changed_at))
            .load(act.conn())?;
        for (invitation, at) in left {
            if let Some(trace) = of.get(&invitation).and_then(|task| all.get_mut(task)) {
                trace.written = earlier(trace.written, at.date());
            }
        }
    }
    Ok(())
}

fn known(act: &mut Act<'_>, some: &[TaskId], all: &mut BTreeMap<TaskId, Trace>) -> Result<()> {
    type Row = (TaskId, Topic, Known, Option<UtcDate>, UtcTime);
    let service = act.service;
    let rows: Vec<Row> = knowledge::table
        .filter(knowledge::service_id.eq(service))
        .filter(knowledge::task_id.eq_any(some.to_vec()))
        .order((knowledge::task_id.asc(), knowledge::seq.asc()))
        .select((knowledge::task_id, knowledge::topic, knowledge::known, knowledge::told_on, knowledge::at))
        .load(act.conn())?;
    let mut stands: BTreeMap<(TaskId, Topic), (Option<UtcDate>, bool)> = BTreeMap::new();
    for (task, topic, known, told_on, at) in rows {
        let kept = stands.entry((task, topic)).or_default();
        *kept = match known {
            Known::Believed | Known::Confirmed => {
                (earlier(kept.0, told_on.unwrap_or(at.date())), known == Known::Confirmed)
            }
            Known::Unknown | Known::Misinformed => (None, false),
        };
    }
    for ((task, topic), (day, surely)) in stands {
        // Who was tested is nothing that a relative needs to know.
        let matters = match topic {
            Topic::ConditionExists | Topic::Gene | Topic::OwnRisk => true,
            Topic::WhoTheProbandIs => false,
        };
        if let (true, Some(day), Some(trace)) = (matters, day, all.get_mut(&task)) {
            trace.told = earlier(trace.told, day);
            trace.told_surely |= surely;
        }
    }
    Ok(())
}

fn answers(act: &mut Act<'_>, some: &[TaskId], all: &mut BTreeMap<TaskId, Trace>) -> Result<()> {
    let service = act.service;
    let rows: Vec<(TaskId, String, UtcTime)> = replies::table
        .filter(replies::service_id.eq(service))
        .filter(replies::task_ref.eq_any(some.to_vec()))
        .order((replies::at.asc(), replies::seq.asc()))
        .select((replies::task_ref, replies::choice, replies::at))
        .load(act.conn())?;
    for (task, choice, at) in rows {
        let choice: Choice = choice.parse().map_err(|_| Error::inner("a stored choice is not one"))?;
        let Some(trace) = all.get_mut(&task) else { continue };
        // "This is not for me" is an answer of somebody else.
        if choice != Choice::NotMe {
            trace.replied = earlier(trace.replied, at.date());
            trace.asks_for_appointment = choice == Choice::Appointment;
        }
    }
    Ok(())
}

fn closed(act: &mut Act<'_>, some: &[TaskId], all: &mut BTreeMap<TaskId, Trace>) -> Result<()> {
    let service = act.service;
    let standing: Vec<(TaskId, ClosedAs)> = closures::table
        .filter(closures::service_id.eq(service))
        .filter(closures::task_id.eq_any(some.to_vec()))
        .filter(closures::ended_at.is_null())
        .select((closures::task_id, closures::outcome))
        .load(act.conn())?;
    for (task, outcome) in standing {
        if let Some(trace) = all.get_mut(&task) {
            trace.closed_as = Some(outcome);
        }
    }
    Ok(())
}

/// Of whom there are contact details at all.
pub fn contacts_of(act: &mut Act<'_>, ids: &[PersonId]) -> Result<BTreeSet<PersonId>> {
    let service = act.service;
    let mut all = BTreeSet::new();
    for some in ids.chunks(AT_ONCE) {
        let found: Vec<PersonId> = contacts::table
            .filter(contacts::service_id.eq(service))
            .filter(contacts::person_id.eq_any(some.to_vec()))
            .select(contacts::person_id)
            .load(act.conn())?;
        all.extend(found);
    }
    Ok(all)
}

/// What a second person said of relatives' results, and which of them their owners have been told.
pub fn verdicts_of(
    act: &mut Act<'_>,
    ids: &[RelativeResultId],
) -> Result<(BTreeMap<RelativeResultId, Command>, BTreeSet<RelativeResultId>)> {
    let service = act.service;
    let (mut verdicts, mut told) = (BTreeMap::new(), BTreeSet::new());
    for some in ids.chunks(AT_ONCE) {
        let said: Vec<(RelativeResultId, Command)> = relative_result_verdicts::table
            .filter(relative_result_verdicts::service_id.eq(service))
            .filter(relative_result_verdicts::relative_result_id.eq_any(some.to_vec()))
            .select((relative_result_verdicts::relative_result_id, relative_result_verdicts::verdict))
            .load(act.conn())?;
        verdicts.extend(said);
        let heard: Vec<(RelativeResultId, Told)> = result_tellings::table
            .filter(result_tellings::service_id.eq(service))
            .filter(result_tellings::relative_result_id.eq_any(some.to_vec()))
            .select((result_tellings::relative_result_id, result_tellings::told))
            .load(act.conn())?;
        told.extend(heard.into_iter().filter(|(_, told)| told.is_told()).map(|(id, _)| id));
    }
    Ok((verdicts, told))
}
