//! Batches of letters: the list, one batch with how far it is and what is held, and its end.
//! Must not know: what a letter says. A list stays on a screen for long and names nobody.

pub(super) mod approve;
pub(super) mod draft;

use super::{Nothing, short};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Staff,
        conflict::families_barred,
        family::{families_related, family_references},
        pages::Here,
        permission::may,
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Position, Task, positions_of, tasks_related},
        letters::batch::{
            BatchKind, BatchState, Counts, LetterBatch, batch_cancel, batch_list, batch_open, oversees,
            row::{BatchRow, RowState, batch_counts, row_list},
        },
    },
    error::{Error, Result},
    ids::{BatchId, FamilyId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Batches or letters on one page.
pub(super) const PAGE: i64 = 25;

/// Where the pages before and after lie, if there are any.
#[derive(Serialize)]
pub(super) struct Paging {
    page: i64,
    more: bool,
    previous: Option<String>,
    next: Option<String>,
}

impl Paging {
    /// `address` makes the address of a page; `next` says whether there is one more.
    pub(super) fn of(page: i64, next: bool, address: impl Fn(i64) -> String) -> Self {
        Self {
            page,
            more: next || page > 1,
            previous: (page > 1).then(|| address(page - 1)),
            next: next.then(|| address(page + 1)),
        }
    }
}

/// The number of a page as it stands in an address; nothing there is the first.
pub(super) fn page_number(text: &str) -> Result<i64> {
    let number = if text.is_empty() { Ok(1) } else { text.parse::<i32>() };
    number.map(|number| i64::from(number.max(1))).map_err(|_| unknown())
}

fn unknown() -> Error {
    Error::bad_input("These filters are not known. Go back to the batches and choose again.")
}

/// The first `PAGE` of a list that was asked for one more, and whether that one was there.
pub(super) fn cut<T>(mut rows: Vec<T>) -> (Vec<T>, bool) {
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = rows.len() > most;
    rows.truncate(most);
    (rows, next)
}

/// What a batch is, in a list and on its own page.
#[derive(Serialize)]
struct Shown {
    batch: BatchId,
    short: String,
    kind: BatchKind,
    title: &'static str,
    level_words: Option<String>,
    hands_on: bool,
    state: BatchState,
    state_words: &'static str,
    started_by: String,
    mine: bool,
    started_at: String,
    ended_at: Option<String>,
    counts: Counts,
    /// "132 of 400 letters drafted", as it is read out.
    so_far: String,
}

impl Shown {
    fn of(batch: &LetterBatch, counts: Counts, caller: &Caller, names: &[(StaffId, String)]) -> Self {
        let by = names.iter().find(|(known, _)| *known == batch.started_by);
        let verb = match batch.kind {
            BatchKind::Draft => "drafted",
            BatchKind::Approve => "approved",
        };
        let letters = if counts.all == 1 { "letter" } else { "letters" };
        Self {
            batch: batch.id,
            short: short(batch.id.as_str()).to_owned(),
            kind: batch.kind,
            title: batch.kind.title(),
            level_words: match (batch.kind, &batch.level) {
                (BatchKind::Draft, Some(level)) => Some(format!("All at {level}")),
                (BatchKind::Draft, None) => Some(AS_ALLOWED.to_owned()),
                (BatchKind::Approve, _) => None,
            },
            hands_on: batch.hands_on,
            state: batch.state,
            state_words: match batch.state {
                BatchState::Running => "Under way",
                BatchState::Done => "Ended",
                BatchState::Cancelled => "Cancelled",
            },
            started_by: by.map_or("a former colleague", |(_, name)| name.as_str()).to_owned(),
            mine: batch.started_by == caller.staff,
            started_at: batch.started_at.shown(),
            ended_at: batch.ended_at.map(|at| at.shown()),
            counts,
            so_far: format!("{} of {} {letters} {verb}", counts.done, counts.all),
        }
    }
}

pub(super) const AS_ALLOWED: &str = "Each as much as is allowed of it, at most L2; nobody is named";

#[derive(Clone, Default, Deserialize)]
pub(super) struct ListFilter {
    #[serde(default)]
    by: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct List {
    batches: Vec<Shown>,
    oversees: bool,
    all: bool,
    paging: Paging,
}

pub(super) async fn list(
    staff: Staff<may::BatchView>,
    house: Here,
    filter: web::Query<ListFilter>,
) -> Result<Answer> {
    let (caller, filter) = (staff.caller, filter.into_inner());
    let of = caller.clone();
    let all = match filter.by.as_str() {
        "" | "me" => false,
        "all" => true,
        _ => return Err(unknown()),
    };
    let page = page_number(&filter.page)?;
    let view = house
        .read(move |conn, _| {
            let (batches, next) = cut(batch_list(conn, &of, all, (page - 1) * PAGE, PAGE + 1)?);
            let ids: Vec<BatchId> = batches.iter().map(|batch| batch.id).collect();
            let counts = batch_counts(conn, of.service, &ids)?;
            let names = staff_names(conn, of.service)?;
            let by = if all { "all" } else { "me" };
            Ok(List {
                batches: batches
                    .iter()
                    .zip(counts)
                    .map(|(batch, (_, counts))| Shown::of(batch, counts, &of, &names))
                    .collect(),
                oversees: oversees(&of),
                all: all && oversees(&of),
                paging: Paging::of(page, next, |page| format!("/letter-batches?by={by}&page={page}")),
            })
        })
        .await?;
    Answer::page("batches", "Letters drafted or approved together", &caller, view)
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct Choice {
    value: RowState,
    label: &'static str,
    count: i64,
    here: bool,
}

/// One letter of a batch. Where the viewer has nothing to do with its family, only the reference and the state are told.
#[derive(Serialize)]
struct Line {
    state: RowState,
    family: String,
    relation: Option<String>,
    why: Option<String>,
    link: Option<String>,
    link_words: &'static str,
}

#[derive(Serialize)]
struct View {
    batch: Shown,
    shows: Vec<Choice>,
    lines: Vec<Line>,
    may_cancel: bool,
    /// The address of this very page, to look again.
    refresh: String,
    paging: Paging,
}

const fn row_title(state: RowState) -> &'static str {
    match state {
        RowState::Held => "Held, with the reason",
        RowState::Done => "Done",
        RowState::Waiting => "Still waiting",
        RowState::LeftOut => "Left out",
    }
}

pub(super) async fn page(
    staff: Staff<may::BatchView>,
    house: Here,
    id: web::Path<BatchId>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    let (caller, id, filter) = (staff.caller, id.into_inner(), filter.into_inner());
    let show = match filter.show.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| unknown())?),
    };
    let (page, of) = (page_number(&filter.page)?, caller.clone());
    let view = house.act(&caller, move |act, _| view(act, &of, id, show, page)).await?;
    let title = format!("{}, batch {}", view.batch.title, view.batch.short);
    Answer::page("batch", title, &caller, view)
}

/// How far a batch is. Why something is held may tell what a relative said: reading it is on the family's record.
fn view(act: &mut Act<'_>, caller: &Caller, id: BatchId, show: Option<RowState>, page: i64) -> Result<View> {
    let batch = batch_open(act.conn(), caller, id)?;
    let counts = batch_counts(act.conn(), caller.service, &[id])?;
    let counts = counts.into_iter().next().map_or_else(Counts::default, |(_, counts)| counts);
    // What needs somebody comes first; where nothing does, what was done.
    let show = show.unwrap_or(match (counts.held, counts.done) {
        (0, done) if done > 0 => RowState::Done,
        (_, _) => RowState::Held,
    });
    act.record(Deed::BatchRead, ("letter_batch", id.as_str()), None, show.as_str())?;
    let without = families_barred(act.conn(), caller.service, caller.staff)?;
    let rows = row_list(act.conn(), &batch, show, &without, (page - 1) * PAGE, PAGE + 1)?;
    let (rows, next) = cut(rows);
    let mut families: Vec<FamilyId> = rows.iter().map(|row| row.family_id).collect();
    families.sort();
    families.dedup();
    let related = families_related(act.conn(), caller, &families)?;
    if show == RowState::Held {
        for proof in &related {
            act.record(Deed::BatchRead, ("letter_batch", id.as_str()), Some(proof.family()), "held")?;
        }
    }
    let conn = act.conn();
    let tasks = rows.iter().map(|row| row.task_id.as_str()).collect();
    let tasks = tasks_related(conn, caller.service, tasks, &related)?;
    let known = Known {
        references: family_references(conn, caller.service, &families)?,
        positions: positions_of(conn, &related, &tasks)?,
        tasks,
        related,
    };
    let lines = rows.iter().map(|row| known.line(&batch, row)).collect::<Result<_>>()?;
    let names = staff_names(conn, caller.service)?;
    let choice =
        |value: RowState, count| Choice { value, label: row_title(value), count, here: value == show };
    let address = |page: i64| format!("/letter-batches/{id}?show={}&page={page}", show.as_str());
    Ok(View {
        shows: vec![
            choice(RowState::Held, counts.held),
            choice(RowState::Done, counts.done),
            choice(RowState::Waiting, counts.waiting),
            choice(RowState::LeftOut, counts.left_out),
        ],
        lines,
        may_cancel: batch.state == BatchState::Running,
        refresh: address(page),
        paging: Paging::of(page, next, address),
        batch: Shown::of(&batch, counts, caller, &names),
    })
}

/// What was looked up once for all letters of a page.
struct Known {
    references: Vec<(FamilyId, String)>,
    related: Vec<InFamily>,
    tasks: Vec<Task>,
    positions: Vec<Position>,
}

impl Known {
    fn line(&self, batch: &LetterBatch, row: &BatchRow) -> Result<Line> {
        let proof = self.related.iter().find(|proof| proof.family() == row.family_id);
        let position = self.tasks.iter().zip(&self.positions).find(|(task, _)| task.id == row.task_id);
        let (link, link_words) = match (row.letter_id, batch.kind) {
            (Some(letter), BatchKind::Draft | BatchKind::Approve) => {
                (format!("/letters/{letter}"), "The letter")
            }
            (None, BatchKind::Draft | BatchKind::Approve) => {
                (format!("/tasks/{}", row.task_id), "The relative")
            }
        };
        Ok(Line {
            state: row.state,
            family: self
                .references
                .iter()
                .find(|(known, _)| *known == row.family_id)
                .map(|(_, reference)| reference.clone())
                .unwrap_or_default(),
            relation: position.map(|(_, position)| position.path_words.clone()),
            why: proof.map(|proof| row.why(proof)).transpose()?.flatten(),
            link: proof.map(|_| link),
            link_words,
        })
    }
}

pub(super) async fn cancel(
    staff: Staff<may::BatchView>,
    house: Here,
    id: web::Path<BatchId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let batch = batch_open(act.conn(), &of, id)?;
            batch_cancel(act, &batch)
        })
        .await?;
    Ok(Answer::done(format!("/letter-batches/{id}"), json!({"batch": id, "state": BatchState::Cancelled})))
}
