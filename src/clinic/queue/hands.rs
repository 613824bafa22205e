//! Whose a piece of work is: taken, handed over with a word, put off until a day. Of two who take one, one gets it.
//! Must not know: what the work is about, or whose role can do it.

use super::{
    absence::covered_by,
    item::{Subject, WorkItem, work_get, work_items},
    priority::Pressure,
    team::team_get,
};
use crate::{
    access::{conflict::is_barred, staff::staff_name},
    audit::{Act, Deed},
    db::{UtcDate, closed},
    error::{Error, Result},
    ids::{StaffId, TeamId, WorkItemId},
};
use diesel::prelude::*;

closed! {
    /// Why work is handed over. A word from a list: what is typed into a list that stands open on a screen is soon a name.
    pub enum HandedWhy {
        Agreed = "agreed",
        Away = "away",
        Expertise = "expertise",
        Load = "load",
        Mistake = "mistake",
    }
}

impl HandedWhy {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Agreed => "As agreed with them",
            Self::Away => "I am away",
            Self::Expertise => "They know this better",
            Self::Load => "Too much at once",
            Self::Mistake => "Taken by mistake",
        }
    }
}

closed! {
    /// What work that was put off waits for.
    pub enum SnoozedWhy {
        Laboratory = "laboratory",
        Family = "family",
        OtherService = "other_service",
        Colleague = "colleague",
        Appointment = "appointment",
    }
}

impl SnoozedWhy {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Laboratory => "The laboratory has to answer first",
            Self::Family => "The family asked for time",
            Self::OtherService => "Another service has to answer first",
            Self::Colleague => "A colleague has to do something first",
            Self::Appointment => "There is an appointment on that day",
        }
    }
}

/// To whom work is handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Back to the list, for whoever takes it.
    Everyone,
    Person(StaffId),
    Team(TeamId),
}

/// An item that is open, of this service, and not kept from `staff`.
///
/// # Errors
/// One that is done; not found, for whoever is kept out of its family.
pub fn work_open(act: &mut Act<'_>, id: WorkItemId, staff: StaffId) -> Result<WorkItem> {
    let item = work_get(act.conn(), id)?;
    let service = act.service;
    if item.service_id != service {
        return Err(Error::not_found());
    }
    if let Some(family) = item.family_id
        && is_barred(act.conn(), service, staff, family)?
    {
        return Err(Error::not_found());
    }
    if item.closed_at.is_some() {
        return Err(Error::not_now("This is already done. Nothing was changed."));
    }
    Ok(item)
}

/// Takes an item. Two people taking one: one gets it, the other is told who did and when. Taken twice by the same person, it
/// is theirs as it was.
///
/// # Errors
/// An item that is closed or another's; not found, for whoever is kept out of its family.
pub fn work_take(act: &mut Act<'_>, id: WorkItemId, staff: StaffId) -> Result<WorkItem> {
    let item = work_open(act, id, staff)?;
    let (service, at) = (act.service, act.at);
    let mut theirs = covered_by(act.conn(), service, staff, at.date())?;
    theirs.push(staff);
    let taken = diesel::update(
        work_items::table
            .filter(work_items::service_id.eq(service))
            .filter(work_items::id.eq(id))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::owner_id.is_null().or(work_items::owner_id.eq_any(theirs))),
    )
    .set((
        work_items::owner_id.eq(staff),
        work_items::taken_at.eq(at),
        work_items::snoozed_until.eq(None::<UtcDate>),
    ))
    .execute(act.conn())?;
    if taken != 1 {
        return Err(anothers(act, id)?);
    }
    act.record(Deed::WorkTaken, ("work_item", id.as_str()), item.family_id, item.queue.as_str())?;
    Ok(item)
}

/// Who has the item that somebody else wanted, and since when.
fn anothers(act: &mut Act<'_>, id: WorkItemId) -> Result<Error> {
    let (now, service) = (work_get(act.conn(), id)?, act.service);
    let Some(owner) = now.owner_id.filter(|_| now.closed_at.is_none()) else {
        return Ok(Error::not_now("This is already done. Nothing was changed."));
    };
    let name = staff_name(act.conn(), service, owner)?;
    Ok(Error::not_now(match now.taken_at {
        Some(at) => format!("{name} took this on {} UTC. Nothing was changed.", at.shown()),
        None => format!("This was handed to {name}. Nothing was changed."),
    }))
}

/// Whoever began something has it until another takes it.
pub(in crate::clinic) fn work_take_on(act: &mut Act<'_>, subject: &Subject, staff: StaffId) -> Result<()> {
    let open: Vec<WorkItemId> = work_items::table
        .filter(work_items::service_id.eq(act.service))
        .filter(work_items::subject_kind.eq(subject.kind))
        .filter(work_items::subject_id.eq(&subject.id))
        .filter(work_items::closed_at.is_null())
        .select(work_items::id)
        .load(act.conn())?;
    open.into_iter().try_for_each(|id| work_take(act, id, staff).map(|_| ()))
}

/// Gives an item to another member of staff, to a team, or back to everyone.
///
/// # Errors
/// An item that is done; a colleague who is kept out of its family; a team that there is not.
pub fn work_hand_over(act: &mut Act<'_>, id: WorkItemId, to: To, why: Option<HandedWhy>) -> Result<WorkItem> {
    let item = work_get(act.conn(), id)?;
    if item.closed_at.is_some() || item.service_id != act.service {
        return Err(Error::not_now("This is already done. Nothing was changed."));
    }
    let service = act.service;
    let (owner, team) = match to {
        To::Everyone => (None, item.team_id),
        To::Team(team) => (None, Some(team_get(act.conn(), service, team)?.id)),
        To::Person(person) => {
            if let Some(family) = item.family_id
                && is_barred(act.conn(), service, person, family)?
            {
                return Err(Error::not_now(
                    "This colleague cannot be given this piece of work. Choose somebody else. Nothing was changed.",
                )
                .at("to"));
            }
            (Some(person), item.team_id)
        }
    };
    let by: Option<StaffId> = act.actor.id.parse().ok();
    diesel::update(work_items::table.find(id))
        .set((
            work_items::owner_id.eq(owner),
            work_items::team_id.eq(team),
            work_items::taken_at.eq(None::<crate::db::UtcTime>),
            work_items::handed_by.eq(by),
            work_items::handed_why.eq(why),
        ))
        .execute(act.conn())?;
    act.record(Deed::WorkHandedOver, ("work_item", id.as_str()), item.family_id, item.queue.as_str())?;
    Ok(item)
}

/// The last day until which an item can be put off; none where it cannot wait at all.
pub fn snooze_last(item: &WorkItem, today: UtcDate, most_days: i64) -> Option<UtcDate> {
    let waits = !item.queue.cannot_wait() && item.pressure != Pressure::CannotWait;
    let last = item.named_on.unwrap_or_else(|| today.plus_days(most_days));
    (waits && last > today).then_some(last)
}

/// Puts an item off until a day, on which it comes back by itself.
///
/// # Errors
/// What cannot wait; another's; a day that has come, or that lies beyond the one which its state names.
pub fn work_snooze(
    act: &mut Act<'_>,
    id: WorkItemId,
    staff: StaffId,
    until: UtcDate,
    why: SnoozedWhy,
) -> Result<WorkItem> {
    let item = work_open(act, id, staff)?;
    let (service, today) = (act.service, act.at.date());
    if let Some(owner) = item.owner_id
        && owner != staff
        && !covered_by(act.conn(), service, staff, today)?.contains(&owner)
    {
        return Err(anothers(act, id)?);
    }
    let Some(last) = snooze_last(&item, today, act.policy().work.snooze_most_days) else {
        return Err(Error::not_now("This cannot wait, so it cannot be put off. Nothing was changed."));
    };
    if until <= today {
        return Err(Error::bad_input("Choose a day after today. Nothing was changed.").at("until"));
    }
    if until > last {
        let told = format!("This can be put off until {} at the latest. Nothing was changed.", last.shown());
        return Err(Error::bad_input(told).at("until"));
    }
    diesel::update(work_items::table.find(id))
        .set((
            work_items::snoozed_until.eq(until),
            work_items::snoozed_by.eq(staff),
            work_items::snoozed_why.eq(why),
        ))
        .execute(act.conn())?;
    let note = format!("{} {until}", item.queue);
    act.record(Deed::WorkSnoozed, ("work_item", id.as_str()), item.family_id, &note)?;
    Ok(item)
}
