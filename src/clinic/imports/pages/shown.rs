//! One import as its page shows it: the columns, the first rows, what would come in, how far it is, and what became of each family.
//! Must not know: how any of it is done.

use super::{Filter, PAGE, Paging, cut};
use crate::{
    access::{Answer, Caller, Choice, Staff, family::family_references, pages::Here, permission::may},
    audit::{Act, Deed},
    clinic::imports::{
        family::{Counts, FamilyState, ImportFamily, Which, counts, families_list},
        mapping::{Field, Mapping},
        state::{Import, ImportState, import_open, mapping_remembered},
        table::Table,
    },
    db::UtcDate,
    error::Result,
    ids::{FamilyId, ImportId},
    keys::envelope::Unlocked,
};
use actix_web::web;
use serde::Serialize;

/// Rows of the file that are shown before anything comes in, and cells that show what a column holds.
const FIRST: usize = 8;
const EXAMPLES: usize = 3;

#[derive(Serialize)]
struct Column {
    place: usize,
    heading: String,
    examples: String,
    options: Vec<Choice>,
}

#[derive(Serialize)]
struct Row {
    number: u32,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct Show {
    value: &'static str,
    label: &'static str,
    count: i64,
    here: bool,
}

#[derive(Serialize)]
struct Line {
    old_reference: String,
    rows: i32,
    why: Option<String>,
    family: Option<FamilyId>,
    reference: Option<String>,
}

/// What can be done now.
#[derive(Serialize, Default)]
struct Can {
    say_columns: bool,
    start: bool,
    cancel: bool,
    resume: bool,
    undo: bool,
    give_up: bool,
}

impl Can {
    fn of(state: ImportState, counts: &Counts) -> Self {
        let is = |states: &[ImportState]| states.contains(&state);
        use ImportState as S;
        Self {
            say_columns: is(&[S::Brought, S::Ready]),
            start: is(&[S::Ready]) && counts.questions == 0 && counts.wrong_families < counts.families,
            cancel: is(&[S::Running]),
            resume: is(&[S::Cancelled]),
            undo: is(&[S::Cancelled, S::Done]) && counts.done > 0,
            give_up: is(&[S::Brought, S::Reading, S::Ready]),
        }
    }
}

#[derive(Serialize)]
struct View {
    import: ImportId,
    state: ImportState,
    state_words: &'static str,
    at_work: bool,
    is_ready: bool,
    started_at: String,
    rows: i32,
    told: Option<String>,
    /// The last day on which it waits for whoever brought it.
    kept_until: Option<String>,
    read_as: Option<String>,
    counts: Counts,
    /// Of those that nothing is wrong with, how many people are new, as far as the questions were answered.
    so_far: String,
    can: Can,
    columns: Vec<Column>,
    left_out: Vec<String>,
    headings: Vec<&'static str>,
    first: Vec<Row>,
    shows: Vec<Show>,
    lines: Vec<Line>,
    refresh: String,
    paging: Paging,
}

pub(super) async fn page(
    staff: Staff<may::ImportRun>,
    house: Here,
    id: web::Path<ImportId>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    let (caller, id, filter) = (staff.caller, id.into_inner(), filter.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id, &filter)).await?;
    let title = format!("Import of {}: {}", view.started_at, view.state_words);
    Answer::page("import", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ImportId, filter: &Filter) -> Result<View> {
    let import = import_open(act.conn(), caller, id)?;
    act.record(Deed::ImportRead, ("import", id.as_str()), None, import.state.as_str())?;
    let counts = counts(act.conn(), import.service_id, id)?;
    let can = Can::of(import.state, &counts);
    let (mut file, mut columns, mut left_out, mut headings, mut first) =
        (None, Vec::new(), Vec::new(), Vec::new(), Vec::new());
    if can.say_columns {
        let unlocked = import.keys(act)?;
        let table = import.table(&unlocked)?;
        let mapping = mapping_now(act, &import, &table)?;
        columns = columns_of(&table, &mapping);
        let named = table.headings.iter().zip(mapping.fields());
        left_out = named
            .filter(|(heading, field)| field.is_none() && !heading.is_empty())
            .map(|(heading, _)| heading.clone())
            .collect();
        headings = mapping.fields().iter().flatten().map(|field| field.title()).collect();
        first = first_rows(&table, &mapping);
        file = Some(table);
    }
    let state = shown_state(&filter.show, &counts)?;
    let page = filter.page()?;
    let (lines, next) = match has_begun(import.state) {
        true => lines(act, &import, state, page)?,
        false => (Vec::new(), false),
    };
    let address = |page: i64| format!("/imports/{id}?show={state}&page={page}");
    Ok(View {
        import: id,
        state: import.state,
        state_words: import.state.title(),
        at_work: matches!(import.state, ImportState::Reading | ImportState::Running | ImportState::Undoing),
        is_ready: import.state == ImportState::Ready,
        started_at: import.started_at.shown(),
        rows: import.row_count,
        told: import.told.clone(),
        kept_until: import.kept_until.map(UtcDate::shown),
        read_as: file.and_then(|table: Table| table.read_as),
        so_far: so_far(&import, &counts),
        can,
        columns,
        left_out,
        headings,
        first,
        shows: shows(&import, &counts, state),
        lines,
        refresh: format!("/imports/{id}"),
        paging: Paging::of(page, next, address),
        counts,
    })
}

const fn has_begun(state: ImportState) -> bool {
    match state {
        ImportState::Brought | ImportState::Reading | ImportState::Ready | ImportState::Dropped => false,
        ImportState::Running
        | ImportState::Cancelled
        | ImportState::Done
        | ImportState::Undoing
        | ImportState::Undone => true,
    }
}

/// What was said of these columns, was said of such columns before, or is guessed.
fn mapping_now(act: &mut Act<'_>, import: &Import, table: &Table) -> Result<Mapping> {
    let columns = table.headings.len();
    if let Some(said) = import.mapping(columns) {
        return Ok(said);
    }
    let remembered = mapping_remembered(act.conn(), import, columns)?;
    Ok(remembered.unwrap_or_else(|| Mapping::guessed(&table.headings)))
}

fn columns_of(table: &Table, mapping: &Mapping) -> Vec<Column> {
    let column = |(at, (heading, field)): (usize, (&String, &Option<Field>))| {
        let cells = table.rows.iter().filter_map(|line| line.cells.get(at)).filter(|cell| !cell.is_empty());
        let examples: Vec<&str> = cells.take(EXAMPLES).map(String::as_str).collect();
        Column {
            place: at + 1,
            heading: if heading.is_empty() { "(no heading)".into() } else { heading.clone() },
            examples: examples.join("; ").replace('\n', ", "),
            options: Choice::among(Field::ALL, Field::title, *field),
        }
    };
    table.headings.iter().zip(mapping.fields()).enumerate().map(column).collect()
}

/// The first rows, of the columns that come in.
fn first_rows(table: &Table, mapping: &Mapping) -> Vec<Row> {
    let row = |line: &crate::clinic::imports::table::Line| Row {
        number: line.number,
        cells: line
            .cells
            .iter()
            .zip(mapping.fields())
            .filter(|(_, field)| field.is_some())
            .map(|(cell, _)| cell.clone())
            .collect(),
    };
    table.rows.iter().take(FIRST).map(row).collect()
}

fn so_far(import: &Import, counts: &Counts) -> String {
    let families = |count: i64| if count == 1 { "1 family".to_owned() } else { format!("{count} families") };
    match import.state {
        ImportState::Brought | ImportState::Dropped => {
            format!("{} rows below the headings", import.row_count)
        }
        ImportState::Reading => format!("{} of {} rows read", counts.rows, import.row_count),
        ImportState::Ready => format!("{} rows in {}", counts.rows, families(counts.families)),
        ImportState::Running | ImportState::Cancelled | ImportState::Done => {
            format!("{} of {} brought in", counts.done, families(counts.families))
        }
        ImportState::Undoing | ImportState::Undone => {
            format!("{} taken back", families(counts.undone))
        }
    }
}

/// What needs somebody comes first; where nothing does, what came in.
fn shown_state(asked: &str, counts: &Counts) -> Result<FamilyState> {
    if !asked.is_empty() {
        return asked.parse().map_err(|_| Filter::unknown());
    }
    Ok(match (counts.kept, counts.held, counts.undone) {
        (kept, _, _) if kept > 0 => FamilyState::Kept,
        (_, held, _) if held > 0 => FamilyState::Held,
        (_, _, undone) if undone > 0 => FamilyState::Undone,
        (_, _, _) => FamilyState::Done,
    })
}

fn shows(import: &Import, counts: &Counts, here: FamilyState) -> Vec<Show> {
    if !has_begun(import.state) {
        return Vec::new();
    }
    let count = |state| match state {
        FamilyState::Waiting => counts.waiting,
        FamilyState::Done => counts.done,
        FamilyState::Held => counts.held,
        FamilyState::LeftOut => counts.left_out,
        FamilyState::Undone => counts.undone,
        FamilyState::Kept => counts.kept,
    };
    let all = FamilyState::ALL.iter();
    let filled = all.filter(|state| count(**state) > 0 || **state == here);
    filled
        .map(|state| Show {
            value: state.as_str(),
            label: state.title(),
            count: count(*state),
            here: *state == here,
        })
        .collect()
}

fn lines(act: &mut Act<'_>, import: &Import, state: FamilyState, page: i64) -> Result<(Vec<Line>, bool)> {
    let unlocked = import.keys(act)?;
    let listed = families_list(act.conn(), import, Which::In(state), (page - 1) * PAGE, PAGE + 1)?;
    let (families, next) = cut(listed);
    let ids: Vec<FamilyId> = families.iter().filter_map(|family| family.family_id).collect();
    let references = family_references(act.conn(), import.service_id, &ids)?;
    let lines = families.iter().map(|family| line(family, &unlocked, &references)).collect::<Result<_>>()?;
    Ok((lines, next))
}

fn line(family: &ImportFamily, unlocked: &Unlocked, references: &[(FamilyId, String)]) -> Result<Line> {
    let rows = family.open(unlocked.grant()?)?;
    let known = family.family_id.and_then(|id| references.iter().find(|(known, _)| *known == id));
    let wrong =
        rows.problems.first().map(|first| format!("Row {}: {} {}", first.row, first.what, first.to_do));
    Ok(Line {
        old_reference: rows.reference,
        rows: family.row_count,
        why: rows.why.or(wrong.filter(|_| family.state == FamilyState::LeftOut)),
        family: known.map(|(id, _)| *id),
        reference: known.map(|(_, reference)| reference.clone()),
    })
}
