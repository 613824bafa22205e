//! Who stands in for whom: set by whoever goes away, or by those who see to teams.
//! Must not know: any item of work, or why somebody is away.

use crate::{
    access::{
        Answer, Caller, Choice, Input, Nothing, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    clinic::queue::absence::{absence_end, absence_get, absence_set, absences_now},
    db::UtcDate,
    error::{Error, Result},
    ids::{AbsenceId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Line {
    id: AbsenceId,
    away: String,
    cover: String,
    from: String,
    to: String,
    may_end: bool,
}

#[derive(Serialize)]
struct Cover {
    absences: Vec<Line>,
    /// Those for whom the viewer may say it; none where that is themselves alone.
    aways: Vec<Choice>,
    covers: Vec<Choice>,
}

/// Those who see to teams say it for anybody.
fn may_set(caller: &Caller, away: StaffId) -> bool {
    away == caller.staff || allows(&caller.roles, Permission::TeamSet)
}

pub(super) async fn page(staff: Staff<may::QueueTake>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let names = staff_names(conn, of.service)?;
            let name = |id: StaffId| {
                names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()).unwrap_or_default()
            };
            let absences = absences_now(conn, of.service, house.clock.now().date())?
                .into_iter()
                .map(|one| Line {
                    id: one.id,
                    away: name(one.staff_id),
                    cover: name(one.cover_id),
                    from: one.from_on.shown(),
                    to: one.to_on.shown(),
                    may_end: may_set(&of, one.staff_id),
                })
                .collect();
            let choice = |(id, name): &(StaffId, String)| Choice::of(id, name);
            let everybody = allows(&of.roles, Permission::TeamSet);
            Ok(Cover {
                absences,
                aways: names.iter().filter(|_| everybody).map(choice).collect(),
                covers: names.iter().filter(|(id, _)| everybody || *id != of.staff).map(choice).collect(),
            })
        })
        .await?;
    Answer::page("cover", "Who stands in for whom", &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    /// Nobody named: whoever says it.
    away: Option<StaffId>,
    cover: StaffId,
    from_on: UtcDate,
    to_on: UtcDate,
}

pub(super) async fn set(staff: Staff<may::QueueTake>, house: Here, input: Input<Set>) -> Result<Answer> {
    let caller = staff.caller;
    let (set, of) = (input.open(&caller)?, caller.clone());
    let away = set.away.unwrap_or(caller.staff);
    if !may_set(&caller, away) {
        return Err(Error::not_allowed(Permission::TeamSet.as_str()));
    }
    let id = house
        .act(&caller, move |act, _| absence_set(act, of.staff, (away, set.cover), (set.from_on, set.to_on)))
        .await?;
    Ok(Answer::done("/cover", json!({"absence": id})))
}

pub(super) async fn end(
    staff: Staff<may::QueueTake>,
    house: Here,
    id: web::Path<AbsenceId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let one = absence_get(act.conn, act.service, id)?;
            if !may_set(&of, one.staff_id) {
                return Err(Error::not_allowed(Permission::TeamSet.as_str()));
            }
            absence_end(act, id)
        })
        .await?;
    Ok(Answer::done("/cover", json!({"absence": id})))
}
