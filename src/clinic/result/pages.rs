//! The pages of a result: a report comes in, its findings are marked, the familial part gets its name.
//! Must not know: how a finding is read or what releases it; the objects beside it say.

mod arrival;
mod preview;
mod shown;

use super::{
    additional::{Agreed, additional_record},
    finding::{Mark, finding_mark},
    intake::report_fetch,
    separation::{FamilialNaming, result_separate},
    state::{ResultCommand, result_move, result_open},
};
use crate::{
    access::{
        Answer, Input, Staff,
        pages::Here,
        permission::may,
        route::{Route, route},
    },
    clinic::cascade::closing::result_close,
    error::{Error, Result},
    ids::{FindingId, ResultId},
};
use actix_web::web;
use kinward_family::condition::Condition;
use serde_json::json;

pub const ROUTES: &[Route] = &[
    route!(GET "/reports/new" ReportIntake arrival::report_page, "The page that takes in a laboratory report"),
    route!(POST "/reports" ReportIntake arrival::report_bring, "Take in a laboratory report: a FHIR R4 Bundle as the body (a page sends it as the file 'report'); with the header x-again-why, why one that is there already is taken in again", form on "/reports/new"),
    route!(GET "/reports/{id}/unreadable" ReportUnreadable arrival::unreadable_page, "Why a report could not be read, where, and what to do"),
    route!(GET "/reports/{id}/unreadable/bytes" ReportUnreadable arrival::unreadable_bytes, "An unreadable report, byte for byte"),
    route!(POST "/reports/{id}/settle" ReportUnreadable arrival::unreadable_done, "Settle an unreadable report, saying what was done", form on "/reports/{id}/unreadable"),
    route!(GET "/results/{id}" ResultView result_page, "A result with its findings, and all of it that relatives could ever see"),
    route!(GET "/results/{id}/report" ResultView result_report, "The laboratory's report, byte for byte"),
    route!(POST "/results/{id}/findings/{finding}/mark" FindingMark mark, "Mark a finding familial, personal or uncertain", form on "/results/{id}"),
    route!(POST "/results/{id}/separate" FindingMark separate, "Separate the familial part: condition, inheritance, test for relatives", form on "/results/{id}"),
    route!(POST "/results/{id}/separate-again" FindingMark separate_again, "Take a result back to separation, as long as no relative was reached"),
    route!(POST "/results/{id}/additional" ConversationRecord additional, "Record what the proband says of an additional finding by itself: additional_agreed=yes|no", form on "/results/{id}"),
    route!(POST "/results/{id}/close" TaskMove close, "Close a result whose relatives are all settled"),
];

async fn result_page(staff: Staff<may::ResultView>, house: Here, id: web::Path<ResultId>) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let (mut view, bytes) = house.act(&caller, move |act, _| shown::result_page(act, &of, *id)).await?;
    // Read again outside the act: nobody else's work waits for a long report.
    let view = house
        .run(move |house| {
            view.add_what_was_not_read(&bytes, house.policy.dates);
            Ok(view)
        })
        .await?;
    Answer::page("result", view.title(), &caller, view)
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
    let mark = entry.mark.ok_or_else(|| {
        Error::bad_input("Choose familial, personal or uncertain. Nothing was saved.").at("mark")
    })?;
    house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            finding_mark(act, &proof, result.standing(), finding, mark, entry.why.as_deref())
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
    /// The test was not done for it.
    additional: Option<Agreed>,
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
        additional: entry.additional == Some(Agreed::Yes),
        test_code: entry.test_code.or(row.map(|row| row.relative_test_code().as_str().to_owned())),
    };
    let state = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            result_separate(act, &proof, &result, naming)
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
            result_close(act, &proof, result.id)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}"), json!({"result": id, "state": state})))
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct AdditionalSaid {
    additional_agreed: Agreed,
    additional_words: String,
}

async fn additional(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<AdditionalSaid>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let AdditionalSaid { additional_agreed, additional_words } = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            additional_record(act, &proof, &result, additional_agreed, &additional_words)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}"), json!({"result": id, "agreed": additional_agreed})))
}

async fn separate_again(
    staff: Staff<may::FindingMark>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Closing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Closing {} = input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let (result, _) = result_open(act.conn(), &of, id)?;
            result_move(act, result.standing(), ResultCommand::SeparateAgain)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}"), json!({"result": id, "state": state})))
}
