//! The report, for people, for programs, and as a table for a spreadsheet.
//! Must not know: what is hidden.

use crate::{
    access::{Answer, Caller, Choice, House, Staff, pages::Here, permission::may},
    audit::Act,
    clinic::{
        report::{
            csv::csv,
            measures::{Report, report_read},
            month::Month,
        },
        sharing::decision::decisions,
    },
    db::UtcTime,
    error::{Error, Result},
};
use actix_web::web;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Months that are shown where none are asked for, this one with them.
const USUAL: u32 = 12;

/// What stands in the address. An empty word means the usual.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Period {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    report: Report,
    period: String,
    first_months: Vec<Choice>,
    last_months: Vec<Choice>,
    csv: String,
}

pub(super) async fn page(
    staff: Staff<may::ReportView>,
    house: Here,
    period: web::Query<Period>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, period) = (caller.clone(), period.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (report, first) = read(act, &of, &period)?;
            let this = Month::of(act.at.date());
            let months = first.min(report.from).up_to(this);
            let months = |chosen| Choice::among(months.iter().rev(), Month::shown, Some(chosen));
            Ok(View {
                period: format!("{} to {}", report.from.shown(), report.to.shown()),
                first_months: months(report.from),
                last_months: months(report.to),
                csv: format!("/reports.csv?from={}&to={}", report.from, report.to),
                report,
            })
        })
        .await?;
    Answer::page("reports", format!("Reports, {}", view.period), &caller, view)
}

pub(super) async fn table(
    staff: Staff<may::ReportView>,
    house: Here,
    period: web::Query<Period>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, period) = (caller.clone(), period.into_inner());
    let report = house.act(&caller, move |act, _: &House| Ok(read(act, &of, &period)?.0)).await?;
    Ok(Answer::File {
        content_type: "text/csv; charset=utf-8",
        name: Some(format!("decisions-{}-{}.csv", report.from, report.to)),
        bytes: csv(&report).into_bytes(),
    })
}

/// The report of the months asked for, no further back than decisions go; and the month of the first decision.
fn read(act: &mut Act<'_>, caller: &Caller, period: &Period) -> Result<(Report, Month)> {
    let unknown = || Error::bad_input("These months are not known. Go back to the reports and choose again.");
    let this = Month::of(act.at.date());
    let asked = |text: &str, usual: Month| match text {
        "" => Ok(usual),
        text => text.parse::<Month>().map_err(|_| unknown()),
    };
    let (from, to) = (asked(&period.from, this.earlier(USUAL - 1))?, asked(&period.to, this)?.min(this));
    if from > to {
        return Err(Error::bad_input("The first month is after the last. Choose them again."));
    }
    let service = act.service;
    let first: Option<UtcTime> = decisions::table
        .filter(decisions::service_id.eq(service))
        .order(decisions::at.asc())
        .select(decisions::at)
        .first(act.conn())
        .optional()?;
    let first = first.map_or(this, |at| Month::of(at.date()));
    // A page of a thousand empty months would say nothing.
    let from = if period.from.is_empty() { from } else { from.max(first).min(to) };
    Ok((report_read(act, caller.staff, from, to)?, first))
}
