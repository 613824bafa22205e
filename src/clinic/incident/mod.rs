//! Somebody got what was not for them: an incident with the hours of the law, what was told to whom, and what is changed.
//! Must not know: how a letter is worded. Its words are sealed (D).

pub mod pages;

use super::{
    cascade::{
        steps::step,
        task::{TaskCommand, task_move, task_row},
    },
    letters::letter::{LetterRow, LetterState, Stop, letters_stop},
    queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, IncidentId, LetterId, ServiceId, StaffId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    incidents (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        letter_id -> Text,
        state -> Text,
        known_at -> Timestamp,
        report_by -> Timestamp,
        by_staff -> Text,
        reported_at -> Nullable<Timestamp>,
        closed_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    pub enum IncidentState {
        Open = "open",
        /// Whoever oversees data protection was told.
        Reported = "reported",
        /// It was assessed, and need not be reported; why stands with it.
        Assessed = "assessed",
        Closed = "closed",
    }
}

impl IncidentState {
    pub const fn title(self) -> &'static str {
        match self {
            IncidentState::Open => "To be assessed and reported",
            IncidentState::Reported => "Reported",
            IncidentState::Assessed => "Assessed: need not be reported",
            IncidentState::Closed => "Closed",
        }
    }
}

closed! {
    pub enum IncidentCommand { Report = "report", Assess = "assess", Close = "close" }
}

/// Every permitted step; none closes what was not assessed.
pub const STEPS: &[(IncidentState, IncidentCommand, IncidentState)] = &[
    (IncidentState::Open, IncidentCommand::Report, IncidentState::Reported),
    (IncidentState::Open, IncidentCommand::Assess, IncidentState::Assessed),
    (IncidentState::Assessed, IncidentCommand::Report, IncidentState::Reported),
    (IncidentState::Reported, IncidentCommand::Close, IncidentState::Closed),
    (IncidentState::Assessed, IncidentCommand::Close, IncidentState::Closed),
];

/// What happened, why it was reported or not, and who was told.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Told {
    #[n(0)]
    pub happened: String,
    #[n(1)]
    pub reported: Option<String>,
    #[n(2)]
    pub notified: Option<String>,
}
content!(D at "incidents.sealed" holds Told);

#[derive(Queryable, Selectable)]
#[diesel(table_name = incidents)]
pub struct Incident {
    pub id: IncidentId,
    pub family_id: FamilyId,
    pub letter_id: LetterId,
    pub state: IncidentState,
    pub known_at: UtcTime,
    pub report_by: UtcTime,
    pub by_staff: StaffId,
    pub reported_at: Option<UtcTime>,
    pub closed_at: Option<UtcTime>,
    sealed: Sealed<Told>,
}

impl Incident {
    pub fn told(&self, proof: &InFamily) -> Result<Told> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }

    fn subject(&self) -> Subject {
        subject(self.id, self.family_id)
    }
}

fn subject(id: IncidentId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::Incident, id: id.to_string(), family: Some(family), task: None }
}

/// The queues that a state asks for. Due by the queue's own timer, the next working day: the hour until which it must be
/// reported may fall on a day on which nobody works, and would be moved past itself.
pub fn wanted(state: IncidentState) -> Vec<Wanted> {
    match state {
        IncidentState::Open | IncidentState::Reported | IncidentState::Assessed => {
            vec![Queue::Incidents.into()]
        }
        IncidentState::Closed => vec![],
    }
}

/// Opens an incident: the letter is called back in the same act, whatever else was on its way by the same task stops, and the
/// hours begin.
///
/// # Errors
/// A letter that has not left; one about which an incident is open; no words.
pub fn incident_open(
    act: &mut Act<'_>,
    proof: &InFamily,
    letter: &LetterRow,
    happened: &str,
) -> Result<IncidentId> {
    let happened = happened.trim();
    if happened.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write who got it, how it is known, and whether they have read it. Nothing was saved.",
        )
        .at("incident_words"));
    }
    if letter.state != LetterState::Sent {
        return Err(Error::not_now("This letter has not left: stop it instead. Nothing was saved."));
    }
    if incidents_of(act.conn, act.service, letter.id)?.iter().any(|one| one.closed_at.is_none()) {
        return Err(Error::not_now("An incident about this letter is open already. Nothing was saved."));
    }
    // Another office may still hold it; online it is read by nobody any more.
    letters_stop(act, letter.task_id, Stop::NotMe, OnceGone::Withheld)?;
    let task = task_row(act.conn, act.service, letter.task_id)?;
    if step(task.state, TaskCommand::SayNotMe).is_some() {
        task_move(act, &task, TaskCommand::SayNotMe, None)?;
    }
    let (id, service, at) = (IncidentId::new(act.chance()), act.service, act.at);
    let told = Told { happened: happened.to_owned(), reported: None, notified: None };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &told)?;
    let report_by = at.plus_seconds(3600 * act.policy().years.incident_report_hours);
    diesel::insert_into(incidents::table)
        .values((
            incidents::id.eq(id),
            incidents::service_id.eq(service),
            incidents::family_id.eq(proof.family()),
            incidents::letter_id.eq(letter.id),
            incidents::state.eq(IncidentState::Open),
            incidents::known_at.eq(at),
            incidents::report_by.eq(report_by),
            incidents::by_staff.eq(proof.staff()),
            incidents::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    follow(act, &subject(id, proof.family()), &wanted(IncidentState::Open))?;
    act.record(Deed::IncidentOpened, ("incident", id.as_str()), Some(proof.family()), letter.id.as_str())?;
    Ok(id)
}

/// Takes an incident one step on, with the words that say what was done.
///
/// # Errors
/// A step that is not listed; no words.
pub fn incident_move(
    act: &mut Act<'_>,
    proof: &InFamily,
    one: &Incident,
    command: IncidentCommand,
    words: &str,
) -> Result<IncidentState> {
    let field = if command == IncidentCommand::Close { "notified_words" } else { "reported_words" };
    let words = words.trim();
    if words.chars().count() < 8 {
        return Err(
            Error::bad_input("Write in a sentence what was done, and why. Nothing was saved.").at(field)
        );
    }
    let to = STEPS.iter().find(|(from, by, _)| *from == one.state && *by == command).map(|(_, _, to)| *to);
    let to = to.ok_or_else(|| match one.state {
        IncidentState::Open => {
            Error::not_now("Say first whether it is reported, or why it need not be. Nothing was changed.")
        }
        IncidentState::Reported | IncidentState::Assessed | IncidentState::Closed => {
            Error::not_now("This was done already. Nothing was changed.")
        }
    })?;
    let mut told = one.told(proof)?;
    let deed = match command {
        IncidentCommand::Close => {
            told.notified = Some(words.to_owned());
            Deed::IncidentClosed
        }
        IncidentCommand::Report | IncidentCommand::Assess => {
            told.reported = Some(words.to_owned());
            Deed::IncidentReported
        }
    };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), one.id.as_str(), &told)?;
    let at = act.at;
    let reported_at = if command == IncidentCommand::Report { Some(at) } else { one.reported_at };
    let closed_at = (to == IncidentState::Closed).then_some(at);
    diesel::update(incidents::table.find(one.id))
        .set((
            incidents::state.eq(to),
            incidents::reported_at.eq(reported_at),
            incidents::closed_at.eq(closed_at),
            incidents::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    follow(act, &one.subject(), &wanted(to))?;
    act.record(deed, ("incident", one.id.as_str()), Some(proof.family()), command.as_str())?;
    Ok(to)
}

/// An incident with the proof that the caller has to do with its family.
pub fn incident_get(conn: &mut Conn, caller: &Caller, id: IncidentId) -> Result<(Incident, InFamily)> {
    let one: Incident = incidents::table
        .filter(incidents::service_id.eq(caller.service))
        .filter(incidents::id.eq(id))
        .select(Incident::as_select())
        .first(conn)?;
    let proof = caller.in_family(conn, one.family_id)?;
    Ok((one, proof))
}

pub fn incidents_of(conn: &mut Conn, service: ServiceId, letter: LetterId) -> Result<Vec<Incident>> {
    Ok(incidents::table
        .filter(incidents::service_id.eq(service))
        .filter(incidents::letter_id.eq(letter))
        .order((incidents::known_at.asc(), incidents::id.asc()))
        .select(Incident::as_select())
        .load(conn)?)
}

/// Every incident's id and state, for the test that compares queues with states.
pub fn incident_states(conn: &mut Conn, service: ServiceId) -> Result<Vec<(IncidentId, IncidentState)>> {
    Ok(incidents::table
        .filter(incidents::service_id.eq(service))
        .select((incidents::id, incidents::state))
        .load(conn)?)
}
