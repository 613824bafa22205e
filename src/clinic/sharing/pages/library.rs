//! The pages of the worked examples: all of them, and one.
//! Must not know: any family.

use crate::{
    access::{Answer, Staff, pages::Here, permission::may},
    clinic::sharing::cases::{Library, WorkedCase},
    error::{Error, Result},
    policy::Side,
};
use actix_web::web;
use serde::Serialize;

#[derive(Serialize)]
struct Line {
    id: String,
    title: String,
}

#[derive(Serialize)]
struct All {
    cases: Vec<Line>,
    version: String,
    verified_by: Option<String>,
}

#[derive(Serialize)]
struct Code {
    code: String,
    text: String,
    side: Side,
}

#[derive(Serialize)]
struct One {
    case: WorkedCase,
    codes: Vec<Code>,
    next: Option<Line>,
    verified_by: Option<String>,
}

fn line(case: &WorkedCase) -> Line {
    Line { id: case.id.clone(), title: case.title.clone() }
}

pub(super) async fn list(staff: Staff<may::ReasoningView>, _house: Here) -> Result<Answer> {
    let library = Library::embedded()?;
    let view = All {
        cases: library.cases.iter().map(line).collect(),
        version: library.version.clone(),
        verified_by: Some(library.verified_by.clone()).filter(|by| !by.is_empty()),
    };
    Answer::page("cases", "Worked examples", &staff.caller, view)
}

pub(super) async fn one(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<String>,
) -> Result<Answer> {
    let library = Library::embedded()?;
    let case = library.case(&id).ok_or_else(Error::not_found)?.clone();
    let place = library.cases.iter().position(|one| one.id == case.id).unwrap_or_default();
    let code = |code: &String| {
        let reason = house.policy.reason(code)?;
        Some(Code { code: code.clone(), text: reason.text.clone(), side: reason.side })
    };
    let view = One {
        codes: case.codes.iter().filter_map(code).collect(),
        next: library.cases.get(place + 1).map(line),
        verified_by: Some(library.verified_by.clone()).filter(|by| !by.is_empty()),
        case,
    };
    let title = format!("Worked example {}: {}", view.case.id, view.case.title);
    Answer::page("case", title, &staff.caller, view)
}
