//! The register of objections and the chart of their rate, for the service as a whole.
//! Must not know: who objects. There is no chart of any member of staff.

use crate::{
    access::{
        Answer, Caller, Permission, Staff,
        pages::Here,
        permission::{allows, may},
    },
    clinic::{
        report::{
            chart::{Chart, Drawing, chart, drawing, shown},
            inquiry::inquiry_list,
            month::Month,
            register::{Standing, register},
        },
        sharing::{
            objection::{Scope, Source},
            topic::Topic,
        },
    },
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{InquiryId, ObjectionId},
    policy::Learning,
};
use actix_web::web;
use serde::{Deserialize, Serialize};

/// Objections on one page, and inquiries on the first.
const PAGE: i64 = 25;

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct Entry {
    /// Only where the caller may open its page.
    objection: Option<ObjectionId>,
    family: String,
    reaches: &'static str,
    /// What alone they do not want to know; none where they are not contacted at all.
    only: Option<&'static str>,
    came: &'static str,
    at: String,
    state: &'static str,
}

#[derive(Serialize)]
struct MonthLine {
    month: Month,
    shown: String,
    letters: i64,
    objections: i64,
    rate: String,
    signals: Vec<String>,
}

#[derive(Serialize)]
struct InquiryLine {
    inquiry: InquiryId,
    month: String,
    signal: String,
    open: bool,
}

#[derive(Serialize)]
struct View {
    entries: Vec<Entry>,
    page: i64,
    previous: Option<i64>,
    next: Option<i64>,
    months: Vec<MonthLine>,
    drawing: Option<Drawing>,
    /// One sentence that says what the chart shows.
    finding: String,
    /// Why the chart is to be read with care.
    warning: Option<String>,
    limits: Option<LimitsShown>,
    least_months: usize,
    inquiries: Vec<InquiryLine>,
}

#[derive(Serialize)]
struct LimitsShown {
    mean: String,
    upper: String,
    lower: String,
    screened: usize,
}

pub(super) async fn page(
    staff: Staff<may::ReportView>,
    house: Here,
    asked: web::Query<Asked>,
) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let unknown = || Error::bad_input("There is no such page of the register.");
    let page: i32 = match asked.page.as_str() {
        "" => 1,
        text => text.parse().ok().filter(|page| *page > 0).ok_or_else(unknown)?,
    };
    let view = house
        .read(move |conn, house| view(conn, &of, i64::from(page), house.clock.now(), &house.policy.learning))
        .await?;
    Answer::page("objections", "Objections", &caller, view)
}

fn view(conn: &mut Conn, caller: &Caller, page: i64, now: UtcTime, rule: &Learning) -> Result<View> {
    let mut lines = register(conn, caller, (page - 1) * PAGE, PAGE + 1)?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = lines.len() > most;
    lines.truncate(most);
    let opens = allows(&caller.roles, Permission::TaskView);
    let entries = lines
        .into_iter()
        .map(|line| Entry {
            objection: line.reference.is_some().then_some(line.id).filter(|_| opens),
            family: line.reference.unwrap_or_else(|| "Another family".to_owned()),
            reaches: match line.scope {
                Scope::Self_ => "This person",
                Scope::SelfAndChildren => "This person, and letters about their children",
                Scope::Lifted => "Nobody",
            },
            only: (line.topic != Topic::ConditionExists).then(|| line.topic.words()),
            came: match line.source {
                Source::Portal => "Online, by the person",
                Source::Staff => "Recorded by staff",
                Source::Proxy => "Online, by somebody who acts for them",
            },
            at: line.at.date().shown(),
            state: match line.state {
                Standing::Waits => "Holds; waits to be seen",
                Standing::Holds => "Holds",
                Standing::Lifted => "The person has come back",
            },
        })
        .collect();
    let chart = chart(conn, caller.service, Month::of(now.date()), rule)?;
    let inquiries = inquiry_list(conn, caller.service, PAGE)?
        .into_iter()
        .map(|one| InquiryLine {
            inquiry: one.id,
            month: one.month().shown(),
            signal: one.signal.words(rule.chart_run),
            open: one.closed_at.is_none(),
        })
        .collect();
    Ok(View {
        entries,
        page,
        previous: (page > 1).then_some(page - 1),
        next: more.then_some(page + 1),
        drawing: drawing(&chart),
        finding: finding(&chart, rule),
        warning: warning(&chart, rule),
        limits: chart.limits.map(|limits| LimitsShown {
            mean: shown(limits.mean),
            upper: shown(limits.upper),
            lower: if limits.lower > 0.0 { shown(limits.lower) } else { "none".to_owned() },
            screened: limits.screened,
        }),
        least_months: rule.chart_least_months,
        months: chart
            .points
            .into_iter()
            .map(|point| MonthLine {
                month: point.counted.month,
                shown: point.counted.month.shown(),
                letters: point.counted.letters,
                objections: point.counted.objections,
                rate: shown(point.rate),
                signals: point.signals.into_iter().map(|signal| signal.words(rule.chart_run)).collect(),
            })
            .collect(),
        inquiries,
    })
}

fn finding(chart: &Chart, rule: &Learning) -> String {
    let Some(limits) = chart.limits else {
        return format!(
            "There are {} whole months with letters so far. Limits are drawn from {} on.",
            chart.points.len(),
            rule.chart_least_months
        );
    };
    let mean = format!("On average {} of a hundred letters meet an objection.", shown(limits.mean));
    let marked = chart.points.iter().filter(|point| !point.signals.is_empty()).count();
    match (marked, chart.points.iter().rev().find(|point| !point.signals.is_empty())) {
        (1, Some(point)) => format!("{mean} One month stands out: {}.", point.counted.month.shown()),
        (many, Some(point)) => {
            format!("{mean} {many} months stand out, last {}.", point.counted.month.shown())
        }
        (_, None) => format!("{mean} No month stands out from the others."),
    }
}

fn warning(chart: &Chart, rule: &Learning) -> Option<String> {
    (chart.small && !chart.points.is_empty()).then(|| {
        format!(
            "Counts are small: the middle month has fewer than {} objections. One more or less can move the rate a long way, so a signal may be chance. The days between objections say more than the rate.",
            rule.chart_small_median
        )
    })
}
