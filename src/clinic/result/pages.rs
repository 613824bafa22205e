//! The pages of a result: a report comes in, its findings are marked, the familial part gets its name.
//! Must not know: how a finding is read or what releases it; the objects beside it say.

mod preview;
mod shown;
mod upload;

use super::{
    finding::{Mark, finding_mark},
    intake::{self, Received, ReportRow, ReportState, report_fetch},
    separation::{FamilialNaming, result_separate},
    state::{ResultCommand, result_move, result_open},
    unreadable::unreadable_settle,
};
use crate::{
    access::{
        Answer, Caller, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        route::{Route, route},
    },
    audit::{Act, Deed},
    error::{Error, Result},
    ids::{FindingId, ReportId, ResultId},
};
use actix_web::web;
use kinward_family::condition::Condition;
use serde_json::json;
use upload::Upload;

pub const ROUTES: &[Route] = &[
    route!(GET "/reports/new" ReportIntake report_page, "The page that takes in a laboratory report"),
    route!(POST "/reports" ReportIntake report_bring, "Take in a laboratory report: a FHIR R4 Bundle as the body, or the file 'report' of a form"),
    route!(GET "/reports/{id}/unreadable" ReportUnreadable unreadable_page, "Why a report could not be read, where, and what to do"),
    route!(GET "/reports/{id}/unreadable/bytes" ReportUnreadable unreadable_bytes, "An unreadable report, byte for byte"),
    route!(POST "/reports/{id}/settle" ReportUnreadable unreadable_done, "Settle an unreadable report, saying what was done"),
    route!(GET "/results/{id}" ResultView result_page, "A result with its findings, and all of it that relatives could ever see"),
    route!(GET "/results/{id}/report" ResultView result_report, "The laboratory's report, byte for byte"),
    route!(POST "/results/{id}/findings/{finding}/mark" FindingMark mark, "Mark a finding familial, personal or uncertain"),
    route!(POST "/results/{id}/separate" FindingMark separate, "Separate the familial part: condition, inheritance, test for relatives"),
    route!(GET "/results/{id}/certificate" ResultView certificate, "The familial variant certificate, signed, as JSON"),
    route!(POST "/results/{id}/close" TaskMove close, "Close a result whose relatives are all settled"),
];

async fn report_page(staff: Staff<may::ReportIntake>) -> Result<Answer> {
    let most = super::report::MAX_BYTES / (1024 * 1024);
    Answer::page("report_new", "Bring in a report", &staff.caller, json!({"largest_mebibytes": most}))
}

/// Where a report that came in leads: on to its result, or to what is wrong with it.
enum Next {
    GoOn(String),
    Unreadable(UnreadablePage),
}

async fn report_bring(staff: Staff<may::ReportIntake>, house: Here, upload: Upload) -> Result<Answer> {
    let caller = staff.caller;
    let bytes = upload.open(&caller).await?;
    let of = caller.clone();
    let (received, next) = house
        .act(&caller, move |act, _| {
            let received = intake::report_receive(act, &bytes, Some(of.staff))?;
            let next = next_of(act, &of, &received)?;
            Ok((received, next))
        })
        .await?;
    match next {
        Next::GoOn(location) => {
            Ok(Answer::done(location, serde_json::to_value(received).map_err(Error::inner)?))
        }
        Next::Unreadable(view) => Ok(Answer::Page {
            template: "report_unreadable",
            title: "This report could not be read".into(),
            view: serde_json::to_value(view).map_err(Error::inner)?,
            caller: Some(caller),
            status: 422,
        }),
    }
}

fn next_of(act: &mut Act<'_>, caller: &Caller, received: &Received) -> Result<Next> {
    let result = match received {
        Received::Result { result, .. } => *result,
        Received::Again { result: Some(result), .. } => {
            result_open(act.conn(), caller, *result).map_err(|_| {
                Error::not_now(
                    "This very report was received before, for a family that is not on your list. Nothing was saved. \
                     If it concerns you, ask a colleague for the family reference and enter it under Families.",
                )
            })?;
            *result
        }
        Received::Again { result: None, report } | Received::Unreadable { report, .. } => {
            let row = report_fetch(act, *report, None)?;
            return Ok(Next::Unreadable(UnreadablePage::of(row, caller)));
        }
    };
    // Whoever only brings reports in may not see what is in them.
    let sees = allows(&caller.roles, Permission::ResultView);
    Ok(Next::GoOn(if sees { format!("/results/{result}") } else { "/families".into() }))
}

/// A report that could not be read: nothing of its content, only why and where.
#[derive(serde::Serialize)]
struct UnreadablePage {
    outcome: &'static str,
    report: ReportId,
    state: ReportState,
    waits: bool,
    received: String,
    problem: String,
    place: String,
    what_to_do: String,
    settled_words: Option<String>,
    /// Whether the caller may see the bytes and settle it.
    yours: bool,
}

impl UnreadablePage {
    fn of(row: ReportRow, caller: &Caller) -> Self {
        Self {
            outcome: "unreadable",
            report: row.id,
            waits: row.state == ReportState::Unreadable,
            state: row.state,
            received: row.received_at.shown(),
            problem: row.problem.unwrap_or_default().replace('_', " "),
            place: row.place.unwrap_or_default(),
            what_to_do: row.what_to_do.unwrap_or_default(),
            settled_words: row.settled_words,
            yours: allows(&caller.roles, Permission::ReportUnreadable),
        }
    }
}

/// The report, if it is one that could not be read: a report with a result is shown with its family's result only.
fn unreadable_fetch(act: &mut Act<'_>, id: ReportId) -> Result<ReportRow> {
    let row = report_fetch(act, id, None)?;
    match row.state {
        ReportState::Unreadable | ReportState::Settled => Ok(row),
        ReportState::Read => Err(Error::not_found()),
    }
}

async fn unreadable_page(
    staff: Staff<may::ReportUnreadable>,
    house: Here,
    id: web::Path<ReportId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let row = house.act(&caller, move |act, _| unreadable_fetch(act, *id)).await?;
    let view = UnreadablePage::of(row, &caller);
    Answer::page("report_unreadable", "This report could not be read", &caller, view)
}

async fn unreadable_bytes(
    staff: Staff<may::ReportUnreadable>,
    house: Here,
    id: web::Path<ReportId>,
) -> Result<Answer> {
    let row = house.act(&staff.caller, move |act, _| unreadable_fetch(act, *id)).await?;
    let name = Some(format!("unreadable-{}.bin", row.id));
    Ok(Answer::File { content_type: "application/octet-stream", name, bytes: row.bytes })
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settling {
    #[serde(default)]
    what_was_done: String,
}

async fn unreadable_done(
    staff: Staff<may::ReportUnreadable>,
    house: Here,
    id: web::Path<ReportId>,
    input: Input<Settling>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    house.act(&caller, move |act, _| unreadable_settle(act, id, &entry.what_was_done)).await?;
    Ok(Answer::done(
        format!("/reports/{id}/unreadable"),
        json!({"report": id, "state": ReportState::Settled}),
    ))
}

async fn result_page(staff: Staff<may::ResultView>, house: Here, id: web::Path<ResultId>) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let (mut view, bytes) = house.act(&caller, move |act, _| shown::result_page(act, &of, *id)).await?;
    // Read again outside the act: nobody else's work waits for a long report.
    let view = house
        .run(move |_| {
            view.add_what_was_not_read(&bytes);
            Ok(view)
        })
        .await?;
    Answer::page("result", "Result", &caller, view)
}

async fn result_report(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let row = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            report_fetch(act, result.report_id, Some(proof.family()))
        })
        .await?;
    let name = Some(format!("report-{id}.json"));
    Ok(Answer::File { content_type: "application/fhir+json", name, bytes: row.bytes })
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Marking {
    mark: Option<Mark>,
    why: Option<String>,
}

async fn mark(
    staff: Staff<may::FindingMark>,
    house: Here,
    ids: web::Path<(ResultId, FindingId)>,
    input: Input<Marking>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let ((id, finding), of) = (ids.into_inner(), caller.clone());
    let mark = entry
        .mark
        .ok_or_else(|| Error::bad_input("Choose familial, personal or uncertain. Nothing was saved."))?;
    house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            finding_mark(act, proof, result.id, finding, mark, entry.why.as_deref())
        })
        .await?;
    let facts = json!({"result": id, "finding": finding, "mark": mark});
    Ok(Answer::done(format!("/results/{id}#finding-{finding}"), facts))
}

/// What is left empty is taken from the chosen condition's row.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Separating {
    condition: Option<String>,
    inheritance: Option<String>,
    test_code: Option<String>,
}

async fn separate(
    staff: Staff<may::FindingMark>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Separating>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    let row = entry.condition.as_deref().and_then(Condition::by_key);
    let naming = FamilialNaming {
        condition: entry.condition,
        inheritance: entry.inheritance.or(row.map(|row| row.inheritance().as_str().to_owned())),
        test_code: entry.test_code.or(row.map(|row| row.relative_test_code().as_str().to_owned())),
    };
    let state = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            result_separate(act, proof, &result, naming)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}"), json!({"result": id, "state": state})))
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {}

async fn close(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Closing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Closing {} = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let state = result_move(act, &result, ResultCommand::Close)?;
            act.record(Deed::ResultClosed, ("result", id.as_str()), Some(proof.family()), "")?;
            Ok(state)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}"), json!({"result": id, "state": state})))
}

async fn certificate(staff: Staff<may::ResultView>, house: Here, id: web::Path<ResultId>) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let text = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let fact = super::release::fact_preview(act, proof, &result)?;
            super::certificate::certificate_issue(act, proof, &fact)
        })
        .await?;
    Ok(Answer::File { content_type: "application/json", name: Some("certificate.json".into()), bytes: text.into_bytes() })
}
