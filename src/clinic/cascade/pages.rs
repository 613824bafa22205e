//! The pages of the cascade: the list of relatives at risk, and each relative's task with the steps staff take by hand.
//! Must not know: findings, or the words of conversations.

mod asked;
mod calendar;
mod closing;
mod contradiction;
mod figures;
mod listed;
mod referred;
mod relative;
mod replies;
mod spoken;
mod suits;
mod urgent;
mod what_if;
mod written;

use super::{
    at_risk::at_risk_confirm,
    consequence::dead_unasked,
    said_dead::{Lives, lives},
    spoken::objection_told,
    task::{Task, TaskCommand, TaskState, task_move, task_open},
};
use crate::{
    access::{
        Answer, InFamily, Input, Nothing, Staff,
        pages::Here,
        permission::may,
        route::{Route, route},
    },
    audit::Act,
    clinic::{
        letters::fitting::fitting,
        people::{contact::contact_of, person::person_get},
        result::state::result_open,
        sharing::objection::{Confirm, Scope},
    },
    error::{Error, Result},
    ids::{ResultId, TaskId},
    relative::outbox::OnceGone,
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/results/{id}/at-risk" TaskView listed::page, "The relatives at risk by a result, each with the path and the chance that say why"),
    route!(POST "/results/{id}/at-risk" TaskMove confirm, "Confirm the list: each relative who has none yet gets a task", form on "/results/{id}/at-risk"),
    route!(GET "/results/{id}/what-if" ResultView what_if::page, "What a relative's result would change: ?person=, says=; nothing is kept"),
    route!(GET "/results/{id}/contradiction" ContradictionView contradiction::page, "Why results do not fit together, for those who may read sealed matters"),
    route!(POST "/results/{id}/contradiction" ContradictionRecord contradiction::record, "Record why results do not fit together; chances are computed with it and nobody else is told", form on "/results/{id}/contradiction"),
    route!(POST "/results/{id}/contradiction/{matter}/take-back" ContradictionRecord contradiction::take_back, "Take back a sealed matter that was wrong", form on "/results/{id}/contradiction"),
    route!(GET "/tasks/{id}" TaskView relative::page, "A relative task: where the relative stands and what may be done next"),
    route!(GET "/wishes/{id}" ReplyView asked::page, "What a relative asks about their own details"),
    route!(POST "/wishes/{id}/take-over" PersonEdit asked::take_over, "Put on record how a relative wants to be reached", form on "/wishes/{id}"),
    route!(POST "/wishes/{id}/end" TaskMove asked::end, "Say what became of what a relative asked", form on "/wishes/{id}"),
    route!(POST "/tasks/{id}/settle" TaskMove settle, "Settle a relative: nothing more is waited for"),
    route!(POST "/tasks/{id}/close" TaskMove closing::close, "Close a relative with triggers: outcome=, closed_why=, and look_on= where it is not a child", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/came-back" TaskMove closing::came_back, "A relative who was closed has come back and wants to be spoken to"),
    route!(POST "/tasks/{id}/triggers" TaskMove closing::set_day, "Set a day on which a closed relative is looked at again, with the reason", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/searches" TaskMove closing::search, "Begin to ask one source for an address", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/searches/end" TaskMove closing::search_ended, "Say what came of asking: was_found=yes|no", form on "/tasks/{id}"),
    route!(GET "/calendar" TaskView calendar::page, "What opens again in a month, when and why: ?month=2027-03; after= goes on from an entry"),
    route!(GET "/triggers/{id}" TaskView calendar::trigger, "One trigger: what it opens, when and why"),
    route!(POST "/triggers/{id}/skip" TaskMove calendar::skip, "Skip a trigger with the reason; look_on= sets another day", form on "/triggers/{id}"),
    route!(GET "/treatments" TreatmentMark calendar::treatments, "New treatments that were marked"),
    route!(POST "/treatments" TreatmentMark calendar::mark, "Mark a new treatment for a condition: whoever was closed and waits for one is opened again", form on "/treatments"),
    route!(GET "/tasks/{id}/replies/new" TaskMove spoken::form, "The form for an answer that came by telephone, face to face or on paper"),
    route!(POST "/tasks/{id}/replies" TaskMove spoken::record, "Write down such an answer, and do at once what it asks", form on "/tasks/{id}/replies/new"),
    route!(POST "/tasks/{id}/address-found" TaskMove address_found, "The right address was found: a letter may be written again", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/come-of-age" TaskMove come_of_age, "A relative who was a child may be asked about now"),
    route!(POST "/tasks/{id}/urgent" TaskMove urgent::record, "Record that a relative cannot wait: what is open about them is due at once", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/urgent/{urgency}/end" TaskMove urgent::end, "A relative presses no more, with the reason", form on "/tasks/{id}"),
    route!(POST "/tasks/{id}/object" TaskMove object, "Record that a relative does not want to be contacted", form on "/tasks/{id}"),
];

/// The list as it was seen; a program may leave it out.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Checked {
    seen: Option<String>,
}

async fn confirm(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Checked>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Checked { seen } = input.open(&caller)?;
    let of = caller.clone();
    let (family, opened) = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            Ok((proof.family(), at_risk_confirm(act, &proof, &result, seen.as_deref())?))
        })
        .await?;
    Ok(Answer::done(format!("/families/{family}#relatives"), json!({"result": id, "opened": opened})))
}

/// One step of a task that needs nothing but the wish to take it.
async fn moved(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: TaskId,
    input: Input<Nothing>,
    command: TaskCommand,
) -> Result<Answer> {
    let caller = staff.caller;
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            task_move(act, &task, command, None)?;
            dead_unasked(act, &proof, task.result_id)?;
            Ok(task_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(done(id, state))
}

fn done(id: TaskId, state: TaskState) -> Answer {
    Answer::done(format!("/tasks/{id}"), json!({"task": id, "state": state}))
}

async fn settle(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    moved(staff, house, *id, input, TaskCommand::Settle).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddressFound {
    /// Asked for where somebody said that they have died.
    lives: Option<Lives>,
}

async fn address_found(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<AddressFound>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, *id);
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let person = person_get(act.conn(), &proof, task.person_id)?;
            lives(act.conn(), &proof, &task, &person, entry.lives)?;
            address_is_right(act, &proof, &task)?;
            task_move(act, &task, TaskCommand::FindAddress, None)?;
            dead_unasked(act, &proof, task.result_id)?;
            Ok(task_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(done(id, state))
}

/// Whether there is an address by now from which nothing came back: of the relative, or of somebody responsible for a child.
fn address_is_right(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<()> {
    let mut known = false;
    for reader in fitting(act, proof, task)?.readers {
        match contact_of(act.conn(), proof.grant()?, proof.service(), reader)? {
            Some(contact) if !contact.has_come_back() => return Ok(()),
            Some(_) => known = true,
            None => {}
        }
    }
    Err(Error::not_now(match known {
        true => {
            "The address on record is still the one from which post came back. Correct it first, on their page. Nothing was changed."
        }
        false => {
            "There is no address on record. Enter the right one first, on their page. Nothing was changed."
        }
    }))
}

async fn come_of_age(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    moved(staff, house, *id, input, TaskCommand::ComeOfAge).await
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectionEntry {
    /// The relative alone where it is left out.
    scope: Option<Scope>,
    /// How they want to hear that it was done; not at all where it is left out.
    confirm: Option<Confirm>,
}

async fn object(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<ObjectionEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let scope = entry.scope.unwrap_or(Scope::Self_);
    if scope == Scope::Lifted {
        return Err(Error::bad_input(
            "An objection is lifted on the page of what this person does not want to know, with what brought it up again. Nothing was saved.",
        )
        .at("scope"));
    }
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            objection_told(act, &proof, task.person_id, (scope, entry.confirm), OnceGone::Withheld)?;
            Ok(task_open(act.conn(), &of, id)?.0.state)
        })
        .await?;
    Ok(done(id, state))
}
