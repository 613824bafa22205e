//! Taking one item of work, and handing one over.
//! Must not know: what the work is about.

use super::subject_page;
use crate::{
    access::{
        Answer, Caller, Input, Nothing, Staff,
        family::relationship_start,
        pages::Here,
        permission::{allows, may},
        staff::{staff_get, staff_roles_of},
    },
    audit::Act,
    clinic::queue::{
        absence::covered_by,
        hands::{HandedWhy, To, work_hand_over, work_open, work_take},
        item::WorkItem,
    },
    error::{Error, Result},
    ids::WorkItemId,
};
use actix_web::web;
use serde::Deserialize;
use serde_json::json;

pub(super) async fn take(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<WorkItemId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let page = house.act(&caller, move |act, _| taken(act, &of, id)).await?;
    Ok(Answer::done(page, json!({"work": id, "owner": caller.staff})))
}

/// An item that the caller's role can do: a relationship is started only for such work.
pub(super) fn can_do(act: &mut Act<'_>, of: &Caller, id: WorkItemId) -> Result<(WorkItem, String)> {
    let item = work_open(act, id, of.staff)?;
    let (page, needed) = subject_page(&item);
    if allows(&of.roles, needed) { Ok((item, page)) } else { Err(Error::not_allowed(needed.as_str())) }
}

/// Takes one; answers where it is worked on.
pub(super) fn taken(act: &mut Act<'_>, of: &Caller, id: WorkItemId) -> Result<String> {
    let (_, page) = can_do(act, of, id)?;
    let item = work_take(act, id, of.staff)?;
    if let Some(family) = item.family_id {
        relationship_start(act, of.staff, family, "took this work from a queue")?;
    }
    Ok(page)
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandOver {
    /// A colleague's id, "team." and a team's id; nothing gives it back to everyone.
    pub to: Option<String>,
    pub why: Option<HandedWhy>,
}

impl HandOver {
    pub fn whom(&self) -> Result<To> {
        let unknown = || Error::bad_input("Choose a colleague or a team. Nothing was changed.").at("to");
        match self.to.as_deref() {
            None | Some("") => Ok(To::Everyone),
            Some(text) => match text.strip_prefix("team.") {
                Some(team) => team.parse().map(To::Team).map_err(|_| unknown()),
                None => text.parse().map(To::Person).map_err(|_| unknown()),
            },
        }
    }
}

pub(super) async fn hand_over(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<WorkItemId>,
    input: Input<HandOver>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (asked, of, id) = (input.open(&caller)?, caller.clone(), id.into_inner());
    let to = asked.whom()?;
    house.act(&caller, move |act, _| handed(act, &of, id, to, asked.why)).await?;
    let owner = match to {
        To::Person(person) => Some(person),
        To::Everyone | To::Team(_) => None,
    };
    Ok(Answer::done("/queues", json!({"work": id, "owner": owner})))
}

/// Hands one over that is nobody's, one's own, or in a family that one has to do with; to somebody who has an account and whose role can do it.
pub(super) fn handed(
    act: &mut Act<'_>,
    of: &Caller,
    id: WorkItemId,
    to: To,
    why: Option<HandedWhy>,
) -> Result<()> {
    let item = work_open(act, id, of.staff)?;
    let (service, today) = (act.service, act.at.date());
    if let Some(owner) = item.owner_id.filter(|owner| *owner != of.staff)
        && !covered_by(act.conn(), service, of.staff, today)?.contains(&owner)
        && let Some(family) = item.family_id
        && of.in_family(act.conn(), family).is_err()
    {
        return Err(Error::not_now(
            "A colleague has this, in a family that you have nothing to do with. Ask them to hand it over. Nothing was changed.",
        ));
    }
    if let To::Person(colleague) = to {
        if staff_get(act.conn(), service, colleague)?.disabled_at.is_some() {
            return Err(
                Error::bad_input("This colleague no longer has an account. Choose somebody else.").at("to")
            );
        }
        let roles = staff_roles_of(act.conn(), colleague)?;
        if !allows(&roles, subject_page(&item).1) || item.queue.is_hidden_from(&roles) {
            return Err(Error::not_now(
                "This is not the work of this colleague's role. Choose somebody else. Nothing was changed.",
            )
            .at("to"));
        }
    }
    work_hand_over(act, id, to, why).map(|_| ())
}
