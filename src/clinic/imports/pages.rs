//! The pages of imports: the list with a new file, one import from its columns to its end, and what can be done with it.
//! Must not know: how a row is read. Each import is seen by whoever brought it, and by nobody else.

mod problems;
mod questions;
mod shown;

use super::{
    family::Which,
    mapping::{Field, Mapping},
    reading::families_read,
    state::{
        Import, import_bring, import_cancel, import_close, import_drop, import_list, import_map, import_open,
        import_resume, import_start, import_undo,
    },
    table::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS, Table},
};
use crate::{
    access::{
        Answer, Caller, Input, Staff,
        input::Nothing,
        pages::Here,
        permission::may,
        route::{Route, route},
        upload::{Cap, FileForm},
    },
    audit::Act,
    error::{Error, Result},
    ids::ImportId,
};
use actix_web::web;
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

pub const ROUTES: &[Route] = &[
    route!(GET "/imports" ImportRun list, "Spreadsheets of an older system that the caller brought in, and a form for another"),
    route!(POST "/imports" ImportRun bring, "Bring a spreadsheet (CSV, or XLSX with encoding base64): it is kept sealed, and nothing of it comes in yet", form on "/imports"),
    route!(GET "/imports/{id}" ImportRun shown::page, "An import: what its columns mean, what it would bring in, how far it is"),
    route!(POST "/imports/{id}/columns" ImportRun columns, "Say what the columns mean, and read the file", form on "/imports/{id}"),
    route!(GET "/imports/{id}/problems" ImportRun problems::page, "What is wrong with rows of an import, row by row"),
    route!(GET "/imports/{id}/problems.csv" ImportRun problems::table, "The same as a table for a spreadsheet"),
    route!(GET "/imports/{id}/questions" ImportRun questions::page, "Rows that may be about somebody who is there already, or stands in the file twice"),
    route!(POST "/imports/{id}/questions" ImportRun questions::answered, "Say of these rows whether they are the same person, another, or left out", form on "/imports/{id}/questions"),
    route!(POST "/imports/{id}/questions/together" ImportRun questions::together, "Say it at once of all whose NHS number and date of birth are the same", form on "/imports/{id}/questions"),
    route!(POST "/imports/{id}/start" ImportRun start, "Bring in every family that nothing is wrong with", form on "/imports/{id}"),
    route!(POST "/imports/{id}/cancel" ImportRun cancel, "Stop an import; what came in stays", form on "/imports/{id}"),
    route!(POST "/imports/{id}/resume" ImportRun resume, "Go on with an import that was stopped", form on "/imports/{id}"),
    route!(POST "/imports/{id}/close" ImportRun close, "End an import that was stopped: the rest is left out", form on "/imports/{id}"),
    route!(POST "/imports/{id}/undo" ImportRun undo, "Take back what came in, as long as nothing was done with it", form on "/imports/{id}"),
    route!(POST "/imports/{id}/drop" ImportRun give_up, "Give an import up before anything came in", form on "/imports/{id}"),
];

/// Imports, families or problems on one page.
const PAGE: i64 = 25;

/// Where the pages before and after lie, if there are any.
#[derive(Serialize)]
struct Paging {
    more: bool,
    previous: Option<String>,
    next: Option<String>,
}

impl Paging {
    fn of(page: i64, next: bool, address: impl Fn(i64) -> String) -> Self {
        Self {
            more: next || page > 1,
            previous: (page > 1).then(|| address(page - 1)),
            next: next.then(|| address(page + 1)),
        }
    }
}

#[derive(Clone, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    page: String,
    #[serde(default)]
    show: String,
}

impl Filter {
    fn page(&self) -> Result<i64> {
        let number = if self.page.is_empty() { Ok(1) } else { self.page.parse::<i32>() };
        number.map(|number| i64::from(number.max(1))).map_err(|_| Self::unknown())
    }

    fn unknown() -> Error {
        Error::bad_input("These filters are not known. Go back to the imports and choose again.")
    }
}

/// The first `PAGE` of a list that was asked for one more, and whether that one was there.
fn cut<T>(mut rows: Vec<T>) -> (Vec<T>, bool) {
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = rows.len() > most;
    rows.truncate(most);
    (rows, next)
}

async fn list(staff: Staff<may::ImportRun>, house: Here, filter: web::Query<Filter>) -> Result<Answer> {
    let caller = staff.caller;
    let (of, page) = (caller.clone(), filter.page()?);
    let view = house
        .read(move |conn, _| {
            let (imports, next) = cut(import_list(conn, &of, (page - 1) * PAGE, PAGE + 1)?);
            let shown: Vec<_> = imports
                .iter()
                .map(|import| {
                    json!({"import": import.id, "state": import.state, "state_words": import.state.title(),
                        "started_at": import.started_at.shown(), "rows": import.row_count})
                })
                .collect();
            let paging = Paging::of(page, next, |page| format!("/imports?page={page}"));
            Ok(json!({"imports": shown, "paging": paging, "most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS,
                "most_mib": MOST_BYTES / 1024 / 1024}))
        })
        .await?;
    Answer::page("imports", "Bring in what exists", &caller, view)
}

/// A form is a little larger than its file, and a file as base64 by a third.
const CAP: Cap = Cap {
    bytes: (MOST_BYTES / 3 * 4 + 64 * 1024) as u64,
    refusal: |_| {
        let most = MOST_BYTES / 1024 / 1024;
        Error::bad_input(format!(
            "This file is too large: {most} MiB is the most. Nothing was saved. Divide it, and try again."
        ))
    },
};

async fn bring(staff: Staff<may::ImportRun>, house: Here, form: FileForm) -> Result<Answer> {
    let caller = staff.caller;
    let mut brought = form.open(&caller, "file", CAP).await?;
    let bytes =
        match (brought.file.take(), brought.get("file"), brought.get("encoding")) {
            (Some(bytes), _, _) => bytes,
            (None, Some(text), Some("base64")) => base64::engine::general_purpose::STANDARD
                .decode(text.trim())
                .map_err(|_| Error::bad_input("'file' is not base64. Nothing was saved.").at("file"))?,
            (None, Some(text), _) => text.as_bytes().to_vec(),
            (None, None, _) => Vec::new(),
        };
    if bytes.is_empty() {
        return Err(Error::bad_input("Choose the file first. Nothing was saved.").at("file"));
    }
    // Nobody waits for the file to be read: what is slow comes before the act.
    let table = house.run(move |_| Table::read(&bytes)).await?;
    let of = caller.clone();
    let id = house.act(&caller, move |act, _| import_bring(act, &of, &table)).await?;
    Ok(Answer::done(format!("/imports/{id}"), json!({"import": id})))
}

#[derive(Deserialize)]
struct ColumnsEntry {
    /// `column-1`: the name of a field, or nothing where it is left out.
    #[serde(flatten)]
    columns: BTreeMap<String, String>,
}

impl ColumnsEntry {
    fn mapping(&self, columns: usize) -> Result<Mapping> {
        let mut fields = vec![None; columns];
        for (name, word) in self.columns.iter().filter(|(_, word)| !word.is_empty()) {
            let unknown = || Error::bad_input(format!("Nothing here is called '{name}'. Nothing was saved."));
            let place =
                name.strip_prefix("column-").and_then(|at| at.parse::<usize>().ok()).ok_or_else(unknown)?;
            let field: Field = word.parse().map_err(|_| {
                Error::bad_input("Choose one of the meanings, or leave the column out. Nothing was saved.")
                    .at(name.clone())
            })?;
            *place.checked_sub(1).and_then(|at| fields.get_mut(at)).ok_or_else(unknown)? = Some(field);
        }
        Mapping::said(fields)
    }
}

async fn columns(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<ColumnsEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let import = import_open(act.conn(), &of, id)?;
            let unlocked = import.keys(act)?;
            let mapping = entry.mapping(import.table(&unlocked)?.headings.len())?;
            import_map(act, &import, &mapping)?;
            // A short file is read at once; the worker goes on with a long one.
            let import = import_open(act.conn(), &of, id)?;
            families_read(act, &import)
        })
        .await?;
    Ok(Answer::done(format!("/imports/{id}"), json!({"import": id})))
}

async fn start(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let open = |act: &mut Act<'_>, import: &Import| {
        if super::family::families_list(act.conn(), import, Which::Asked, 0, 1)?.is_empty() {
            return import_start(act, import);
        }
        Err(Error::not_now(
            "Some rows may be about somebody who is there already, or stands in the file twice. Answer these questions first. Nothing was started.",
        ))
    };
    done(staff.caller, house, id.into_inner(), input, open).await
}

async fn cancel(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    done(staff.caller, house, id.into_inner(), input, import_cancel).await
}

async fn resume(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    done(staff.caller, house, id.into_inner(), input, import_resume).await
}

async fn close(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    done(staff.caller, house, id.into_inner(), input, import_close).await
}

async fn undo(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    done(staff.caller, house, id.into_inner(), input, import_undo).await
}

async fn give_up(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    done(staff.caller, house, id.into_inner(), input, import_drop).await
}

/// One of the buttons of an import.
async fn done(
    caller: Caller,
    house: Here,
    id: ImportId,
    input: Input<Nothing>,
    what: impl FnOnce(&mut Act<'_>, &Import) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    input.open(&caller)?;
    let of = caller.clone();
    let state = house
        .act(&caller, move |act, _| {
            let import = import_open(act.conn(), &of, id)?;
            what(act, &import)?;
            Ok(import_open(act.conn(), &of, id)?.state)
        })
        .await?;
    Ok(Answer::done(format!("/imports/{id}"), json!({"import": id, "state": state})))
}
