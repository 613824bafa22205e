//! Reports on the cascade, each on a page of its own with its plot, its tables and a sheet to print; and as CSV.
//! Must not know: how anything is counted, or what is hidden.

use super::counts::{Kept, Standing, kept};
use crate::{
    access::{Answer, Caller, Staff, choice::Choice, pages::Here, permission::may, service::service_get},
    audit::{Act, Deed},
    clinic::report::{
        cascade::{cohort::Asked, figure::Figure, figures::Which},
        month::Month,
    },
    error::{Error, Result},
};
use actix_web::web;
use kinward_family::condition::Condition;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Months that are shown where none are asked for, this one with them.
const USUAL: u32 = 12;
/// As far back as months are offered.
const OFFERED: u32 = 60;

/// What stands in the address. An empty word means the usual.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Query {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    condition: String,
}

#[derive(Serialize)]
struct Other {
    href: String,
    name: &'static str,
    about: &'static str,
}

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    figure: Value,
    /// Where the worker counts it.
    count: Option<Standing>,
    name: &'static str,
    about: &'static str,
    path: &'static str,
    /// What was asked for, in words.
    of: String,
    is_narrowed: bool,
    from: Vec<Choice>,
    to: Vec<Choice>,
    conditions: Vec<Choice>,
    /// This page as it is asked for.
    here: String,
    csv: Option<String>,
    others: Vec<Other>,
    hide_below: u64,
    hides: bool,
    service: String,
    printed_by: String,
    printed_at: String,
}

#[derive(Serialize)]
struct Hub {
    figures: Vec<Other>,
    hide_below: u64,
}

pub(super) async fn hub(staff: Staff<may::CascadeReportView>, house: Here) -> Result<Answer> {
    let view = house
        .read(move |_, house| {
            Ok(Hub {
                figures: Which::ALL.iter().map(|which| other(*which, "")).collect(),
                hide_below: house.policy.learning.hide_below,
            })
        })
        .await?;
    Answer::page("figures", "Cascade reports", &staff.caller, view)
}

fn other(which: Which, query: &str) -> Other {
    Other { href: format!("{}{query}", which.path()), name: which.name(), about: which.about() }
}

async fn page_of(which: Which, caller: Caller, house: Here, query: Query) -> Result<Answer> {
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, which, &query)).await?;
    let title = format!("{}, {}", view.name, view.of);
    Answer::page("figure", title, &caller, view)
}

async fn table_of(which: Which, caller: Caller, house: Here, query: Query) -> Result<Answer> {
    let of = caller.clone();
    let (read, asked) = house.act(&caller, move |act, _| read(act, &of, which, &query)).await?;
    let csv = match read {
        Read::Now(figure) => figure.csv(),
        Read::Kept(Kept { drawn: Some((_, csv)), .. }) => csv,
        Read::Kept(Kept { drawn: None, .. }) => {
            return Err(Error::not_now(
                "This report is not counted yet. Open its page and have it counted; then its table is there too.",
            ));
        }
    };
    Ok(Answer::File {
        content_type: "text/csv; charset=utf-8",
        name: Some(format!("{which}-{}-{}.csv", asked.from, asked.to)),
        bytes: csv.into_bytes(),
    })
}

macro_rules! figures {
    ($($page:ident $table:ident $which:ident),* $(,)?) => {$(
        pub(super) async fn $page(
            staff: Staff<may::CascadeReportView>,
            house: Here,
            query: web::Query<Query>,
        ) -> Result<Answer> {
            page_of(Which::$which, staff.caller, house, query.into_inner()).await
        }

        pub(super) async fn $table(
            staff: Staff<may::CascadeReportView>,
            house: Here,
            query: web::Query<Query>,
        ) -> Result<Answer> {
            table_of(Which::$which, staff.caller, house, query.into_inner()).await
        }
    )*};
}
figures! {
    funnel funnel_table Funnel,
    uptake uptake_table Uptake,
    time time_table Time,
    queue_ages queue_ages_table QueueAges,
    qs41 qs41_table Qs41,
    outcomes outcomes_table Outcomes,
    equity equity_table Equity,
    workload workload_table Workload,
}

/// A report as it was counted just now, or as the worker counted it.
enum Read {
    Now(Figure),
    Kept(Kept),
}

/// Counts, and puts the reading on the record: one row for the whole service, because nothing of any family is shown.
fn read(act: &mut Act<'_>, caller: &Caller, which: Which, query: &Query) -> Result<(Read, Asked)> {
    let asked = asked(act, query)?;
    let read = match kept(act, which, &asked)? {
        Some(kept) => Read::Kept(kept),
        None => Read::Now(which.figure(act, caller, &asked)?),
    };
    let service = act.service;
    let condition = asked.condition.as_deref().unwrap_or("all");
    let note = format!("{which} {} to {} {condition}", asked.from, asked.to);
    act.record(Deed::MeasuresRead, ("service", service.as_str()), None, &note)?;
    Ok((read, asked))
}

fn view(act: &mut Act<'_>, caller: &Caller, which: Which, query: &Query) -> Result<View> {
    let (read, asked) = read(act, caller, which, query)?;
    let (figure, count) = match read {
        Read::Now(figure) => (serde_json::to_value(figure).map_err(Error::inner)?, None),
        Read::Kept(kept) => {
            let none = || json!({"finding": null, "warning": null, "plot": null, "tables": [], "how": []});
            (kept.drawn.map_or_else(none, |(figure, _)| figure), Some(kept.standing))
        }
    };
    let is_drawn = figure.get("finding").is_some_and(Value::is_string);
    let service = act.service;
    let this = Month::of(act.at.date());
    let months = |chosen: Month| {
        let first = this.earlier(OFFERED).min(asked.from);
        Choice::among(first.up_to(this).into_iter().rev(), Month::shown, Some(chosen))
    };
    let chosen = asked.condition.as_deref();
    let any = Choice::of("", "All conditions").chosen(chosen.is_none());
    let each = Condition::all().into_iter().map(|condition| {
        Choice::of(condition.key(), condition.staff_name()).chosen(chosen == Some(condition.key()))
    });
    let named = chosen.and_then(Condition::by_key).map(|condition| format!(", {}", condition.staff_name()));
    let period = format!("{} to {}{}", asked.from.shown(), asked.to.shown(), named.unwrap_or_default());
    let condition = chosen.unwrap_or_default();
    let query = format!("?from={}&to={}&condition={condition}", asked.from, asked.to);
    let by_months = which.counts_people();
    Ok(View {
        figure,
        count,
        name: which.name(),
        about: which.about(),
        path: which.path(),
        of: if by_months { period } else { "today".to_owned() },
        is_narrowed: by_months,
        from: months(asked.from),
        to: months(asked.to),
        conditions: [any].into_iter().chain(each).collect(),
        here: format!("{}{query}", which.path()),
        csv: is_drawn.then(|| format!("{}.csv{query}", which.path())),
        others: Which::ALL.iter().filter(|one| **one != which).map(|one| other(*one, &query)).collect(),
        hide_below: act.policy().learning.hide_below,
        hides: by_months,
        service: service_get(act.conn(), service)?.name,
        printed_by: caller.display_name.clone(),
        printed_at: act.at.shown(),
    })
}

pub(super) fn asked(act: &Act<'_>, query: &Query) -> Result<Asked> {
    let unknown = || Error::bad_input("These months are not known. Go back to the report and choose again.");
    let this = Month::of(act.at.date());
    let month = |text: &str, usual: Month| match text {
        "" => Ok(usual),
        text => text.parse::<Month>().map_err(|_| unknown()),
    };
    let to = month(&query.to, this)?.min(this);
    let from = month(&query.from, this.earlier(USUAL - 1))?;
    if from > to {
        return Err(Error::bad_input("The first month is after the last. Choose them again."));
    }
    let condition = match query.condition.as_str() {
        "" => None,
        key => Some(Condition::by_key(key).ok_or_else(|| {
            Error::bad_input("This condition is not on the list. Go back to the report and choose again.")
        })?),
    };
    Ok(Asked { from, to, condition: condition.map(|condition| condition.key().to_owned()) })
}
