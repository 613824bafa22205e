//! A report's arrival: brought in, read or not, there already, and what is done about one that could not be read.
//! Must not know: findings. Of an unreadable report it shows why and where, and its bytes as they came.

use crate::{
    access::{
        Answer, Caller, Input, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        staff::Via,
        text::file_check,
        upload::{Cap, FileForm},
    },
    audit::Act,
    clinic::result::{
        intake::{self, Again, Received, ReportRow, ReportState, report_came, report_fetch},
        report::MAX_BYTES,
        state::result_open,
        too_long::too_large,
        unreadable::unreadable_settle,
    },
    error::{Error, Result},
    ids::{ReportId, ResultId},
};
use actix_web::{HttpRequest, web};
use serde_json::json;

/// In which a program says why it sends a report that says the same as one that is there; a form has a field for it.
const REASON_HEADER: &str = "x-again-why";

/// The form is a little larger than the report in it.
const CAP: Cap = Cap { bytes: (MAX_BYTES + 64 * 1024) as u64, refusal: |size| too_large(Some(size)) };

pub(super) async fn report_page(staff: Staff<may::ReportIntake>) -> Result<Answer> {
    let most = MAX_BYTES / (1024 * 1024);
    Answer::page("report_new", "Bring in a report", &staff.caller, json!({"largest_mebibytes": most}))
}

/// Where a report that came in leads: on to its result, to the one that says the same, or to what is wrong with it.
enum Next {
    GoOn(String),
    Again(AgainPage),
    Unreadable(UnreadablePage),
}

/// One that says the same is there already.
#[derive(serde::Serialize)]
struct AgainPage {
    outcome: &'static str,
    report: ReportId,
    /// These very bytes, or another file that says the same.
    very: bool,
    received: String,
    /// None for whoever may not open it: then nothing of it is told but the day.
    result: Option<ResultId>,
    reference: Option<String>,
    largest_mebibytes: usize,
}

pub(super) async fn report_bring(
    staff: Staff<may::ReportIntake>,
    house: Here,
    req: HttpRequest,
    form: FileForm,
) -> Result<Answer> {
    let caller = staff.caller;
    let brought = form.open_file(&caller, "report", CAP).await?;
    let again_why = match (brought.get("again_why"), req.headers().get(REASON_HEADER)) {
        (None, Some(header)) if caller.via == Via::Token => {
            Some(std::str::from_utf8(header.as_bytes()).map_err(|_| {
                Error::bad_input(format!("The header {REASON_HEADER} is not UTF-8. Nothing was saved."))
            })?)
        }
        (why, _) => why,
    };
    let again = again_why
        .map(|why| Again { why: why.to_owned(), of: brought.get("again_of").and_then(|of| of.parse().ok()) });
    let bytes = brought.file.ok_or_else(|| {
        Error::bad_input("Choose the report\u{2019}s file first. Nothing was saved.").at("report")
    })?;
    if let Some(again) = &again {
        file_check("again_why", &again.why)?;
    }
    let of = caller.clone();
    let (received, next) = house
        .act(&caller, move |act, _| {
            let received = intake::report_receive(act, &bytes, Some(of.staff), again.as_ref())?;
            let next = next_of(act, &of, &received)?;
            Ok((received, next))
        })
        .await?;
    match next {
        Next::GoOn(location) => {
            Ok(Answer::done(location, serde_json::to_value(received).map_err(Error::inner)?))
        }
        Next::Again(view) => Ok(Answer::Page {
            template: "report_again",
            title: "This report is here already".into(),
            view: serde_json::to_value(view).map_err(Error::inner)?,
            caller: Some(caller),
            status: 409,
        }),
        Next::Unreadable(view) => Ok(Answer::Page {
            template: "report_unreadable",
            title: view.title(),
            view: serde_json::to_value(view).map_err(Error::inner)?,
            caller: Some(caller),
            status: 422,
        }),
    }
}

fn next_of(act: &mut Act<'_>, caller: &Caller, received: &Received) -> Result<Next> {
    let result = match received {
        Received::Result { result, .. } => *result,
        Received::Again { result: Some(result), report } => {
            // A program that sends a report again after a broken line is told that it is here, and nothing is wrong.
            if caller.via == Via::Token && result_open(act.conn(), caller, *result).is_ok() {
                *result
            } else {
                return Ok(Next::Again(AgainPage::of(act, caller, *report, Some(*result), true)?));
            }
        }
        Received::Same { result, report } => {
            return Ok(Next::Again(AgainPage::of(act, caller, *report, *result, false)?));
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

impl AgainPage {
    fn of(
        act: &mut Act<'_>,
        caller: &Caller,
        report: ReportId,
        result: Option<ResultId>,
        very: bool,
    ) -> Result<Self> {
        let service = caller.service;
        let received = report_came(act.conn(), service, report)?.shown();
        let opened = match result {
            Some(result) if allows(&caller.roles, Permission::ResultView) => {
                result_open(act.conn(), caller, result).ok()
            }
            Some(_) | None => None,
        };
        let reference = match &opened {
            Some((_, proof)) => Some(family_reference(act.conn(), service, proof.family())?),
            None => None,
        };
        Ok(Self {
            outcome: if very { "again" } else { "same" },
            report,
            very,
            received,
            result: opened.map(|(result, _)| result.id),
            reference,
            largest_mebibytes: MAX_BYTES / (1024 * 1024),
        })
    }
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
    fn title(&self) -> String {
        format!("Unreadable report received {}", self.received)
    }

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

pub(super) async fn unreadable_page(
    staff: Staff<may::ReportUnreadable>,
    house: Here,
    id: web::Path<ReportId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let row = house.act(&caller, move |act, _| unreadable_fetch(act, *id)).await?;
    let view = UnreadablePage::of(row, &caller);
    Answer::page("report_unreadable", view.title(), &caller, view)
}

pub(super) async fn unreadable_bytes(
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
pub(super) struct Settling {
    #[serde(default)]
    what_was_done: String,
}

pub(super) async fn unreadable_done(
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
