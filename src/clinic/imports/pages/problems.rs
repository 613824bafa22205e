//! What is wrong with rows of an import: on a page, and as a table that a spreadsheet opens without running anything in it.
//! Must not know: how it was found.

use super::{Filter, PAGE, Paging, cut};
use crate::{
    access::{Answer, Caller, Staff, pages::Here, permission::may},
    audit::{Act, Deed},
    clinic::{
        imports::{
            family::{Which, families_list},
            state::import_open,
        },
        report::csv::quoted,
    },
    error::Result,
    ids::ImportId,
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Line {
    row: u32,
    old_reference: String,
    column: &'static str,
    what: String,
    to_do: String,
}

pub(super) async fn page(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    let (caller, id, page) = (staff.caller, id.into_inner(), filter.page()?);
    let of = caller.clone();
    let (lines, next) =
        house.act(&caller, move |act, _| lines(act, &of, id, (page - 1) * PAGE, PAGE + 1)).await?;
    let paging = Paging::of(page, next, |page| format!("/imports/{id}/problems?page={page}"));
    let view = json!({"import": id, "lines": lines, "paging": paging});
    Answer::page("import_problems", "What is wrong with rows of this import", &caller, view)
}

pub(super) async fn table(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let (lines, _) = house.act(&caller, move |act, _| lines(act, &of, id, 0, i64::MAX)).await?;
    let mut csv = String::from("row,family,column,what is wrong,what to do\r\n");
    for line in lines {
        let row = line.row.to_string();
        let cells = [row.as_str(), &line.old_reference, line.column, &line.what, &line.to_do];
        csv.push_str(&cells.map(quoted).join(","));
        csv.push_str("\r\n");
    }
    Ok(Answer::File {
        content_type: "text/csv; charset=utf-8",
        name: Some("problems.csv".into()),
        bytes: csv.into_bytes(),
    })
}

/// Problems of some families, and whether there are more families with any.
fn lines(
    act: &mut Act<'_>,
    caller: &Caller,
    id: ImportId,
    skip: i64,
    most: i64,
) -> Result<(Vec<Line>, bool)> {
    let import = import_open(act.conn(), caller, id)?;
    act.record(Deed::ImportRead, ("import", id.as_str()), None, "problems")?;
    let listed = families_list(act.conn(), &import, Which::Wrong, skip, most)?;
    let (families, next) = if most == i64::MAX { (listed, false) } else { cut(listed) };
    if families.is_empty() {
        return Ok((Vec::new(), false));
    }
    let unlocked = import.keys(act)?;
    let mut lines = Vec::new();
    for family in families {
        let rows = family.open(unlocked.grant()?)?;
        lines.extend(rows.problems.into_iter().map(|problem| Line {
            row: problem.row,
            old_reference: rows.reference.clone(),
            column: problem.column.title(),
            what: problem.what,
            to_do: problem.to_do,
        }));
    }
    Ok((lines, next))
}
