//! A count of relatives: ordered, under way, stopped, ready; and the figures that came of it, kept for so many days.
//! Must not know: how a relative is counted, or what a figure says.

use super::part::parts_forget;
use crate::{
    access::Caller,
    audit::{Act, Deed},
    clinic::report::{
        cascade::{cohort::Asked, figures::Which},
        month::Month,
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{ReportCountId, ServiceId, StaffId, TaskId},
};
use diesel::prelude::*;

diesel::table! {
    report_counts (id) {
        id -> Text,
        service_id -> Text,
        state -> Text,
        asked_by -> Text,
        asked_at -> Timestamp,
        changed_at -> Timestamp,
        from_month -> Text,
        to_month -> Text,
        condition -> Text,
        relatives -> Integer,
        counted -> Integer,
        after_at -> Nullable<Timestamp>,
        after_task -> Nullable<Text>,
        tries -> Integer,
        told -> Nullable<Text>,
        kept_until -> Nullable<Date>,
    }
}

diesel::table! {
    report_count_figures (count_id, report) {
        count_id -> Text,
        report -> Text,
        service_id -> Text,
        figure -> Text,
        csv -> Text,
    }
}

closed! {
    /// Where a count stands. A worker that is stopped changes nothing of it: the next goes on where it was.
    pub enum CountState {
        Counting = "counting",
        Stopped = "stopped",
        Ready = "ready",
    }
}

/// Every permitted step of a count; what is not listed is refused.
pub const STEPS: &[(CountState, CountState)] = &[
    (CountState::Counting, CountState::Stopped),
    (CountState::Stopped, CountState::Counting),
    (CountState::Counting, CountState::Ready),
];

/// A count as stored.
#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = report_counts)]
pub struct Count {
    pub id: ReportCountId,
    pub service_id: ServiceId,
    pub state: CountState,
    pub asked_by: StaffId,
    pub asked_at: UtcTime,
    /// Once it is ready: as of when its figures are.
    pub changed_at: UtcTime,
    from_month: String,
    to_month: String,
    /// Empty for all.
    condition: String,
    /// How many there were to count when it was ordered.
    pub relatives: i32,
    pub counted: i32,
    after_at: Option<UtcTime>,
    after_task: Option<TaskId>,
    /// How often a part ended in a fault of ours.
    pub tries: i32,
    /// Why it was stopped, where nobody stopped it.
    pub told: Option<String>,
    /// The last day on which its figures are kept, or it waits to be gone on with.
    kept_until: Option<UtcDate>,
}

impl Count {
    pub fn asked(&self) -> Result<Asked> {
        let month = |text: &str| text.parse::<Month>().map_err(|_| Error::inner("a stored month is not one"));
        let condition = Some(self.condition.clone()).filter(|key| !key.is_empty());
        Ok(Asked { from: month(&self.from_month)?, to: month(&self.to_month)?, condition })
    }

    /// Behind whom the next part begins.
    pub fn after(&self) -> Option<(UtcTime, TaskId)> {
        self.after_at.zip(self.after_task)
    }
}

/// Has the relatives of these months counted; where the same is under way or stopped, that goes on.
pub fn count_order(
    act: &mut Act<'_>,
    caller: &Caller,
    asked: &Asked,
    relatives: i64,
) -> Result<ReportCountId> {
    let recorded = |act: &mut Act<'_>, id: ReportCountId| {
        let note = format!("{} to {} {}", asked.from, asked.to, asked.condition.as_deref().unwrap_or("all"));
        act.record(Deed::ReportCountOrdered, ("report count", id.as_str()), None, &note).map(|()| id)
    };
    if let Some(stands) = counts_standing(act.conn(), caller.service, asked)?.unready {
        if stands.state == CountState::Stopped {
            count_move(act, &stands, CountState::Counting, None)?;
            // From now on it goes on in the name of whoever wants it.
            let count =
                report_counts::table.find(stands.id).filter(report_counts::service_id.eq(stands.service_id));
            diesel::update(count).set(report_counts::asked_by.eq(caller.staff)).execute(act.conn())?;
        }
        return recorded(act, stands.id);
    }
    let id = ReportCountId::new(act.chance());
    act.holder_open(id.as_str())?;
    let count = Count {
        id,
        service_id: act.service,
        state: CountState::Counting,
        asked_by: caller.staff,
        asked_at: act.at,
        changed_at: act.at,
        from_month: asked.from.to_string(),
        to_month: asked.to.to_string(),
        condition: asked.condition.clone().unwrap_or_default(),
        relatives: i32::try_from(relatives).map_err(Error::inner)?,
        counted: 0,
        after_at: None,
        after_task: None,
        tries: 0,
        told: None,
        kept_until: None,
    };
    diesel::insert_into(report_counts::table).values(&count).execute(act.conn())?;
    recorded(act, id)
}

/// Moves a count from where it stands, and records it.
///
/// # Errors
/// A step that is not listed; one that was moved meanwhile.
pub fn count_move(act: &mut Act<'_>, count: &Count, to: CountState, told: Option<&str>) -> Result<()> {
    let at = act.at;
    let kept_until = match to {
        CountState::Counting => None,
        CountState::Stopped | CountState::Ready => {
            Some(at.date().plus_days(act.policy().learning.count_kept_days))
        }
    };
    let not_now = || {
        Error::not_now("This count stands elsewhere by now. Look at the report again. Nothing was changed.")
    };
    if !STEPS.contains(&(count.state, to)) {
        return Err(not_now());
    }
    let as_it_was = report_counts::table
        .filter(report_counts::service_id.eq(count.service_id))
        .filter(report_counts::id.eq(count.id))
        .filter(report_counts::state.eq(count.state));
    let rows = diesel::update(as_it_was)
        .set((
            report_counts::state.eq(to),
            report_counts::changed_at.eq(at),
            report_counts::tries.eq(0),
            report_counts::told.eq(told),
            report_counts::kept_until.eq(kept_until),
        ))
        .execute(act.conn())?;
    if rows != 1 {
        return Err(not_now());
    }
    act.record(Deed::ReportCountMoved, ("report count", count.id.as_str()), None, to.as_str())
}

/// So many more were counted, up to this one.
pub fn count_advance(
    act: &mut Act<'_>,
    count: &Count,
    more: usize,
    last: Option<(UtcTime, TaskId)>,
) -> Result<()> {
    let more = i32::try_from(more).map_err(Error::inner)?;
    let (at, task) = last.or(count.after()).unzip();
    diesel::update(
        report_counts::table.find(count.id).filter(report_counts::service_id.eq(count.service_id)),
    )
    .set((
        report_counts::counted.eq(count.counted + more),
        report_counts::after_at.eq(at),
        report_counts::after_task.eq(task),
        report_counts::tries.eq(0),
    ))
    .execute(act.conn())?;
    act.record(Deed::ReportCounted, ("report count", count.id.as_str()), None, &more.to_string())
}

/// A part ended in a fault of ours, and is tried again.
pub fn count_again(act: &mut Act<'_>, count: &Count) -> Result<()> {
    diesel::update(
        report_counts::table.find(count.id).filter(report_counts::service_id.eq(count.service_id)),
    )
    .set(report_counts::tries.eq(count.tries + 1))
    .execute(act.conn())?;
    act.record(Deed::ReportCounted, ("report count", count.id.as_str()), None, "again")
}

/// Keeps what was drawn of one report, in words and numbers that may be shown.
pub fn figure_keep(act: &mut Act<'_>, count: &Count, of: Which, figure: &str, csv: &str) -> Result<()> {
    diesel::insert_into(report_count_figures::table)
        .values((
            report_count_figures::count_id.eq(count.id),
            report_count_figures::report.eq(of),
            report_count_figures::service_id.eq(count.service_id),
            report_count_figures::figure.eq(figure),
            report_count_figures::csv.eq(csv),
        ))
        .execute(act.conn())?;
    Ok(())
}

/// What was drawn of one report: the figure as JSON, and its table.
pub fn figure_kept(conn: &mut Conn, count: &Count, of: Which) -> Result<(serde_json::Value, String)> {
    let (figure, csv): (String, String) = report_count_figures::table
        .find((count.id, of))
        .filter(report_count_figures::service_id.eq(count.service_id))
        .select((report_count_figures::figure, report_count_figures::csv))
        .first(conn)?;
    Ok((serde_json::from_str(&figure).map_err(Error::inner)?, csv))
}

/// Counts of these months: the one whose figures are there, and the one that is under way or stopped.
#[derive(Default)]
pub struct Standing {
    pub ready: Option<Count>,
    pub unready: Option<Count>,
}

pub fn counts_standing(conn: &mut Conn, service: ServiceId, asked: &Asked) -> Result<Standing> {
    let all: Vec<Count> = report_counts::table
        .filter(report_counts::service_id.eq(service))
        .filter(report_counts::from_month.eq(asked.from.to_string()))
        .filter(report_counts::to_month.eq(asked.to.to_string()))
        .filter(report_counts::condition.eq(asked.condition.clone().unwrap_or_default()))
        .load(conn)?;
    let mut standing = Standing::default();
    for count in all {
        match count.state {
            CountState::Ready => standing.ready = Some(count),
            CountState::Counting | CountState::Stopped => standing.unready = Some(count),
        }
    }
    Ok(standing)
}

pub fn count_get(conn: &mut Conn, service: ServiceId, id: ReportCountId) -> Result<Count> {
    Ok(report_counts::table
        .filter(report_counts::service_id.eq(service))
        .filter(report_counts::id.eq(id))
        .first(conn)?)
}

/// Counts that wait for the worker, of every service, the oldest first.
pub fn counts_ordered(conn: &mut Conn, most: i64) -> Result<Vec<(ReportCountId, ServiceId, StaffId)>> {
    Ok(report_counts::table
        .filter(report_counts::state.eq(CountState::Counting))
        .order((report_counts::asked_at.asc(), report_counts::id.asc()))
        .select((report_counts::id, report_counts::service_id, report_counts::asked_by))
        .limit(most)
        .load(conn)?)
}

/// Takes a count away with all that came of it. Whoever calls records it.
pub fn count_forget(act: &mut Act<'_>, count: &Count) -> Result<()> {
    match count.state {
        CountState::Counting | CountState::Stopped => parts_forget(act, count)?,
        // They went when its figures were there.
        CountState::Ready => {}
    }
    let (id, service) = (count.id, count.service_id);
    let figures = report_count_figures::table
        .filter(report_count_figures::count_id.eq(id))
        .filter(report_count_figures::service_id.eq(service));
    diesel::delete(figures).execute(act.conn())?;
    diesel::delete(report_counts::table.find(id).filter(report_counts::service_id.eq(service)))
        .execute(act.conn())?;
    Ok(())
}

/// Counts whose figures are too old, or that nobody went on with for so long, of every service.
pub fn counts_kept_too_long(
    conn: &mut Conn,
    today: UtcDate,
    most: i64,
) -> Result<Vec<(ServiceId, ReportCountId)>> {
    Ok(report_counts::table
        .filter(report_counts::kept_until.lt(today))
        .select((report_counts::service_id, report_counts::id))
        .limit(most)
        .load(conn)?)
}

/// Takes such a count away.
///
/// # Errors
/// One that somebody went on with meanwhile.
pub fn count_lapse(act: &mut Act<'_>, id: ReportCountId) -> Result<()> {
    let count = count_get(act.conn, act.service, id)?;
    if count.kept_until.is_none_or(|until| until >= act.at.date()) {
        return Err(Error::not_now("Somebody went on with this count. Nothing was changed."));
    }
    count_forget(act, &count)?;
    act.record(Deed::ReportCountMoved, ("report count", count.id.as_str()), None, "forgotten")
}
