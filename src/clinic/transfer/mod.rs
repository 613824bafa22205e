//! A family given over to another service: offered, and owned here until the other has said that it takes over.
//! Must not know: findings, or what the other service does with it. Its words are sealed (D).

pub mod pages;

use super::{
    cascade::{
        closure::{Outcome, closure_keep},
        steps::{TaskCommand, TaskState, step},
        task::{task_list, task_move, task_row},
        trigger::{Gone, triggers_end_of_family},
    },
    letters::letter::{Stop, letters_stop},
    queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
};
use crate::{
    access::{Caller, InFamily},
    audit::{Act, Deed},
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ServiceId, StaffId, TransferId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    transfers (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        state -> Text,
        offered_at -> Timestamp,
        answer_by -> Date,
        by_staff -> Text,
        ended_at -> Nullable<Timestamp>,
        sealed -> Binary,
    }
}

closed! {
    pub enum TransferState {
        Offered = "offered",
        /// The other service has said that it takes over: from then on it owns the family.
        Accepted = "accepted",
        Declined = "declined",
        TakenBack = "taken_back",
    }
}

impl TransferState {
    pub const fn title(self) -> &'static str {
        match self {
            TransferState::Offered => "Offered: this service is responsible until the other has answered",
            TransferState::Accepted => "Taken over by the other service",
            TransferState::Declined => "Declined: this service stays responsible",
            TransferState::TakenBack => "Taken back: this service stays responsible",
        }
    }
}

closed! {
    pub enum TransferCommand { Accept = "accept", Decline = "decline", TakeBack = "take_back" }
}

/// Every permitted step.
pub const STEPS: &[(TransferState, TransferCommand, TransferState)] = &[
    (TransferState::Offered, TransferCommand::Accept, TransferState::Accepted),
    (TransferState::Offered, TransferCommand::Decline, TransferState::Declined),
    (TransferState::Offered, TransferCommand::TakeBack, TransferState::TakenBack),
];

/// To whom, why, and what was answered by whom.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
pub struct Said {
    #[n(0)]
    pub to_service: String,
    #[n(1)]
    pub why: String,
    #[n(2)]
    pub answer: Option<String>,
}
content!(D at "transfers.sealed" holds Said);

#[derive(Queryable, Selectable)]
#[diesel(table_name = transfers)]
pub struct Transfer {
    pub id: TransferId,
    pub family_id: FamilyId,
    pub state: TransferState,
    pub offered_at: UtcTime,
    pub answer_by: UtcDate,
    pub by_staff: StaffId,
    pub ended_at: Option<UtcTime>,
    sealed: Sealed<Said>,
}

impl Transfer {
    pub fn said(&self, proof: &InFamily) -> Result<Said> {
        self.sealed.open(proof.grant()?, self.id.as_str())
    }
}

fn subject(id: TransferId, family: FamilyId) -> Subject {
    Subject { kind: SubjectKind::Transfer, id: id.to_string(), family: Some(family), task: None }
}

/// The queues that a state asks for.
pub fn wanted(state: TransferState, answer_by: UtcDate) -> Vec<Wanted> {
    match state {
        TransferState::Offered => vec![Wanted { queue: Queue::Transfers, due: Some(answer_by) }],
        TransferState::Accepted | TransferState::Declined | TransferState::TakenBack => vec![],
    }
}

/// Who answers for a family: there is always one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Here,
    Other(String),
}

/// Who answers for a family now.
pub fn owner_of(conn: &mut Conn, proof: &InFamily) -> Result<Owner> {
    let accepted = transfers_of(conn, proof)?.into_iter().rfind(|one| one.state == TransferState::Accepted);
    Ok(match accepted {
        Some(one) => Owner::Other(one.said(proof)?.to_service),
        None => Owner::Here,
    })
}

/// Offers a family. This service stays responsible until the other has answered.
///
/// # Errors
/// No name or reason; a family that is offered or given over already.
pub fn transfer_offer(
    act: &mut Act<'_>,
    proof: &InFamily,
    to_service: &str,
    why: &str,
) -> Result<TransferId> {
    let (to_service, why) = (to_service.trim(), why.trim());
    if to_service.chars().count() < 3 {
        return Err(
            Error::bad_input("Write which service is to take over. Nothing was saved.").at("to_service")
        );
    }
    if why.chars().count() < 8 {
        return Err(Error::bad_input("Write in a sentence why. Nothing was saved.").at("offer_why"));
    }
    if owner_of(act.conn(), proof)? != Owner::Here {
        return Err(Error::not_now("Another service has taken this family over. Nothing was saved."));
    }
    if transfers_of(act.conn(), proof)?.iter().any(|one| one.state == TransferState::Offered) {
        return Err(Error::not_now(
            "This family is offered already: one offer at a time. Nothing was saved.",
        ));
    }
    let (id, service, at) = (TransferId::new(act.chance()), act.service, act.at);
    let said = Said { to_service: to_service.to_owned(), why: why.to_owned(), answer: None };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &said)?;
    let answer_by = at.date().plus_days(act.policy().years.transfer_answer_days);
    diesel::insert_into(transfers::table)
        .values((
            transfers::id.eq(id),
            transfers::service_id.eq(service),
            transfers::family_id.eq(proof.family()),
            transfers::state.eq(TransferState::Offered),
            transfers::offered_at.eq(at),
            transfers::answer_by.eq(answer_by),
            transfers::by_staff.eq(proof.staff()),
            transfers::sealed.eq(sealed),
        ))
        .execute(act.conn())?;
    follow(act, &subject(id, proof.family()), &wanted(TransferState::Offered, answer_by))?;
    act.record(Deed::TransferOffered, ("transfer", id.as_str()), Some(proof.family()), "")?;
    Ok(id)
}

/// Records what the other service answered, or takes the offer back. Where it takes over, whoever is not settled here is
/// closed as taken over, and what was to open them here is cancelled.
///
/// # Errors
/// An offer that has ended; no words.
pub fn transfer_end(
    act: &mut Act<'_>,
    proof: &InFamily,
    one: &Transfer,
    command: TransferCommand,
    words: &str,
) -> Result<TransferState> {
    let words = words.trim();
    if words.chars().count() < 8 {
        return Err(Error::bad_input(
            "Write who answered for the other service, when and how. Nothing was saved.",
        )
        .at("answer_words"));
    }
    let to = STEPS.iter().find(|(from, by, _)| *from == one.state && *by == command).map(|(_, _, to)| *to);
    let to = to.ok_or_else(|| Error::not_now("This offer has ended already. Nothing was changed."))?;
    let said = Said { answer: Some(words.to_owned()), ..one.said(proof)? };
    let sealed = Sealed::seal(proof.grant()?, act.chance(), one.id.as_str(), &said)?;
    let at = act.at;
    diesel::update(transfers::table.find(one.id))
        .set((transfers::state.eq(to), transfers::ended_at.eq(at), transfers::sealed.eq(sealed)))
        .execute(act.conn())?;
    follow(act, &subject(one.id, proof.family()), &wanted(to, one.answer_by))?;
    let deed = match command {
        TransferCommand::Accept => Deed::TransferAccepted,
        TransferCommand::Decline => Deed::TransferDeclined,
        TransferCommand::TakeBack => Deed::TransferTakenBack,
    };
    act.record(deed, ("transfer", one.id.as_str()), Some(proof.family()), "")?;
    if to == TransferState::Accepted {
        given_over(act, proof)?;
    }
    Ok(to)
}

/// What has left stays readable; what has not is theirs to write.
fn given_over(act: &mut Act<'_>, proof: &InFamily) -> Result<()> {
    triggers_end_of_family(act, proof.family(), Gone::Transferred)?;
    for task in task_list(act.conn(), proof)? {
        if step(task.state, TaskCommand::Transfer).is_none() {
            continue;
        }
        letters_stop(act, task.id, Stop::ByStaff, OnceGone::StaysReadable)?;
        let now = task_row(act.conn, act.service, task.id)?;
        if now.state != TaskState::Waiting {
            task_move(act, &now, TaskCommand::Transfer, None)?;
            closure_keep(act, &now, Outcome::Transferred)?;
        }
    }
    Ok(())
}

/// Every offer of a family, oldest first.
pub fn transfers_of(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Transfer>> {
    Ok(transfers::table
        .filter(transfers::service_id.eq(proof.service()))
        .filter(transfers::family_id.eq(proof.family()))
        .order((transfers::offered_at.asc(), transfers::id.asc()))
        .select(Transfer::as_select())
        .load(conn)?)
}

/// An offer with the proof that the caller has to do with its family.
pub fn transfer_get(conn: &mut Conn, caller: &Caller, id: TransferId) -> Result<(Transfer, InFamily)> {
    let one: Transfer = transfers::table
        .filter(transfers::service_id.eq(caller.service))
        .filter(transfers::id.eq(id))
        .select(Transfer::as_select())
        .first(conn)?;
    let proof = caller.in_family(conn, one.family_id)?;
    Ok((one, proof))
}

/// Every offer's id, state and day, for the test that compares queues with states.
pub fn transfer_states(
    conn: &mut Conn,
    service: ServiceId,
) -> Result<Vec<(TransferId, TransferState, UtcDate)>> {
    Ok(transfers::table
        .filter(transfers::service_id.eq(service))
        .select((transfers::id, transfers::state, transfers::answer_by))
        .load(conn)?)
}
