//! Reports too large to be counted while somebody waits: where such a count stands, and its buttons.
//! Must not know: how a relative is counted.

use super::figures::{Query, asked};
use crate::{
    access::{Answer, Input, Staff, input::Nothing, pages::Here, permission::may},
    audit::Act,
    clinic::report::{
        cascade::{
            cohort::{Asked, cohort_size},
            figures::Which,
        },
        count::state::{Count, CountState, count_get, count_move, count_order, counts_standing, figure_kept},
    },
    error::{Error, Result},
    ids::ReportCountId,
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// No service has as many relatives.
const ALL: i64 = 100_000_000;

/// How a report stands that is counted by the worker.
#[derive(Serialize)]
pub(super) struct Standing {
    /// When the figures that are shown were counted; none where there are none yet.
    as_of: Option<String>,
    /// One that is under way or stopped.
    count: Option<ReportCountId>,
    at_work: bool,
    is_stopped: bool,
    told: Option<String>,
    counted: i32,
    relatives: i64,
    report: Which,
    from: String,
    to: String,
    condition: String,
}

/// A report as it was counted by the worker: the figure and its table, where there are any, and how it stands.
pub(super) struct Kept {
    pub drawn: Option<(Value, String)>,
    pub standing: Standing,
}

/// What is kept of a report on more relatives than are counted at the page; none where they are few enough.
pub(super) fn kept(act: &mut Act<'_>, which: Which, asked: &Asked) -> Result<Option<Kept>> {
    let (service, at_once) = (act.service, act.policy().learning.count_at_once);
    if !which.counts_people() || cohort_size(act.conn(), service, asked, at_once + 1)? <= at_once {
        return Ok(None);
    }
    let stands = counts_standing(act.conn(), service, asked)?;
    let drawn = stands.ready.as_ref().map(|count| figure_kept(act.conn(), count, which)).transpose()?;
    let relatives = match &stands.unready {
        Some(count) => i64::from(count.relatives),
        None => cohort_size(act.conn(), service, asked, ALL)?,
    };
    let is = |state| stands.unready.as_ref().is_some_and(|count: &Count| count.state == state);
    let standing = Standing {
        as_of: stands.ready.as_ref().map(|count| count.changed_at.shown()),
        count: stands.unready.as_ref().map(|count| count.id),
        at_work: is(CountState::Counting),
        is_stopped: is(CountState::Stopped),
        told: stands.unready.as_ref().and_then(|count| count.told.clone()),
        counted: stands.unready.as_ref().map_or(0, |count| count.counted),
        relatives,
        report: which,
        from: asked.from.to_string(),
        to: asked.to.to_string(),
        condition: asked.condition.clone().unwrap_or_default(),
    };
    Ok(Some(Kept { drawn, standing }))
}

#[derive(Deserialize)]
pub(super) struct Entry {
    /// The report that is looked at; the others of the same months are counted with it.
    report: Which,
    #[serde(flatten)]
    query: Query,
}

/// Where a report of these months stands.
fn address(which: Which, asked: &Asked) -> String {
    let condition = asked.condition.as_deref().unwrap_or_default();
    format!("{}?from={}&to={}&condition={condition}", which.path(), asked.from, asked.to)
}

pub(super) async fn order(
    staff: Staff<may::CascadeReportView>,
    house: Here,
    input: Input<Entry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, which) = (caller.clone(), entry.report);
    let (id, back) = house
        .act(&caller, move |act, _| {
            let asked = asked(act, &entry.query)?;
            let service = act.service;
            let relatives = cohort_size(act.conn(), service, &asked, ALL)?;
            if relatives <= act.policy().learning.count_at_once {
                return Err(Error::not_now(
                    "These relatives are few enough to be counted at once: open the report. Nothing was started.",
                ));
            }
            Ok((count_order(act, &of, &asked, relatives)?, address(which, &asked)))
        })
        .await?;
    Ok(Answer::done(back, json!({"count": id})))
}

pub(super) async fn stop(
    staff: Staff<may::CascadeReportView>,
    house: Here,
    id: web::Path<ReportCountId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    input.open(&caller)?;
    let back = house
        .act(&caller, move |act, _| {
            let service = act.service;
            let count = count_get(act.conn(), service, id)?;
            count_move(act, &count, CountState::Stopped, None)?;
            Ok(address(Which::Funnel, &count.asked()?))
        })
        .await?;
    Ok(Answer::done(back, json!({"count": id, "state": CountState::Stopped})))
}
