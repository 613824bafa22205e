//! Quick entry: a table with a row a person, filled with Tab and Enter alone. Enter checks it and adds rows.
//! Must not know: how a row is read.

use super::plan::{PlanPage, Planned, marked, people_there};
use crate::{
    access::{
        Answer, Caller, Input, Staff, family::family_get, input::Typed, pages::Here, permission::may,
        refused::Kept,
    },
    audit::Act,
    clinic::people::{
        change::{FreshIds, There, Wrong},
        entry::rows::{self, MOST_A_ROW, Row},
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId},
};
use actix_web::{HttpMessage, HttpRequest, web};
use kinward_pedigree as pedigree;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Rows at first, and empty ones below the last that was filled.
const FIRST: usize = 8;
const SPARE: usize = 4;
/// A family larger than this comes from a file.
const MOST: usize = 60;

#[derive(Serialize)]
struct TablePage {
    family: FamilyId,
    reference: String,
    mark: String,
    /// Of the rows that were looked at: Enter once more, with nothing new typed, goes on.
    seen: Option<String>,
    people: Vec<serde_json::Value>,
    relations: Vec<String>,
    rows: Vec<RowShown>,
}

#[derive(Serialize)]
struct RowShown {
    number: usize,
    /// Where the next person is typed.
    focus: bool,
}

/// What the button asked for.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    /// Look at what is typed, and give more rows.
    #[default]
    Rows,
    /// Show what would be saved.
    Check,
    Save,
}

#[derive(Deserialize)]
pub(super) struct TableEntry {
    #[serde(default)]
    step: Step,
    mark: Option<String>,
    seen: Option<String>,
    /// As a program sends them.
    #[serde(default)]
    rows: Vec<Row>,
    /// As a form sends them: `relation-1`.
    #[serde(flatten)]
    cells: BTreeMap<String, String>,
}

impl TableEntry {
    fn rows(self) -> Result<Vec<Row>> {
        let mut rows: BTreeMap<usize, Row> = self
            .rows
            .into_iter()
            .enumerate()
            .map(|(at, row)| (at + 1, Row { number: at + 1, ..row }))
            .collect();
        for (name, text) in self.cells {
            let unknown = || Error::bad_input(format!("Nothing here is called '{name}'. Nothing was saved."));
            let (column, number) = name.rsplit_once('-').ok_or_else(unknown)?;
            let number: usize = number.parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(unknown)?;
            let row = rows.entry(number).or_insert_with(|| Row { number, ..Row::default() });
            let cell = match column {
                "relation" => &mut row.relation,
                "of" => &mut row.of,
                "given_name" => &mut row.given_name,
                "family_name" => &mut row.family_name,
                "sex" => &mut row.sex,
                "born" => &mut row.born,
                "life" => &mut row.life,
                "had" => &mut row.had,
                "notes" => &mut row.notes,
                _ => return Err(unknown()),
            };
            *cell = text;
        }
        if rows.len() > MOST {
            return Err(Error::bad_input(format!(
                "A table takes {MOST} rows at once. Save these first. Nothing was saved."
            )));
        }
        Ok(rows.into_values().collect())
    }
}

/// The last row that anything stands in, of what was typed before this page is shown again.
fn last_typed(req: &HttpRequest) -> usize {
    let extensions = req.extensions();
    let Some(typed) = extensions.get::<Typed>() else { return 0 };
    let filled = typed.pairs().filter(|(_, value)| !value.trim().is_empty());
    filled
        .filter_map(|(name, _)| name.rsplit_once('-')?.1.parse().ok())
        .filter(|n| *n <= MOST)
        .max()
        .unwrap_or(0)
}

pub(super) async fn page(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    shown(staff.caller, house, id.into_inner(), last_typed(&req), None).await
}

async fn shown(
    caller: Caller,
    house: Here,
    id: FamilyId,
    typed: usize,
    seen: Option<String>,
) -> Result<Answer> {
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let proof = of.in_family(conn, id)?;
            let there = There::read(conn, &proof)?;
            let rows = (typed + SPARE).clamp(FIRST, MOST);
            Ok(TablePage {
                family: id,
                reference: family_get(conn, &proof)?.reference,
                mark: there.mark(),
                seen,
                people: people_there(&there),
                relations: relations(),
                rows: (1..=rows)
                    .map(|number| RowShown { number, focus: typed > 0 && number == (typed + 1).min(rows) })
                    .collect(),
            })
        })
        .await?;
    Answer::page("family_table", format!("Enter relatives of family {}", view.reference), &caller, view)
}

/// What the picker offers.
pub(super) fn relations() -> Vec<String> {
    let beside = [
        "partner",
        "husband",
        "wife",
        "child",
        "sibling",
        "pregnancy",
        "twin sister",
        "twin brother",
        "identical twin",
    ];
    let kin = pedigree::Relation::all().iter().map(pedigree::Relation::label).collect::<Vec<_>>();
    kin.into_iter().chain(beside.map(str::to_owned)).collect()
}

pub(super) async fn entered(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<FamilyId>,
    input: Input<TableEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let (step, mark, looked_at) = (entry.step, entry.mark.clone(), entry.seen.clone());
    let rows = entry.rows()?;
    let seen = seen(&rows);
    // Enter again, with nothing new typed: all of it is there, and is to be looked at as a whole.
    let step = if step == Step::Rows && looked_at.as_ref() == Some(&seen) { Step::Check } else { step };
    let action = format!("/families/{id}/people/table");
    let (of, posts_to) = (caller.clone(), action.clone());
    let next = house
        .act(&caller, move |act, _| {
            let proof = of.in_family(act.conn(), id)?;
            let there = There::read(act.conn(), &proof)?;
            marked(&there, mark.as_deref())?;
            let planned = planned(act, &proof, &there, &rows)?;
            match step {
                Step::Rows | Step::Check => PlanPage::of(act, &of, &proof, &planned, posts_to)
                    .map(|page| Next::Shown(step, Box::new(page))),
                Step::Save => planned.save(act, &proof, &there).map(Next::Saved),
            }
        })
        .await?;
    match next {
        Next::Shown(Step::Rows, _) => {
            req.extensions_mut().insert(Kept { action });
            let typed = last_typed(&req);
            shown(caller, house, id, typed, Some(seen)).await
        }
        Next::Shown(Step::Check | Step::Save, page) => page.answer(&caller, &req),
        Next::Saved(saved) => saved.answer(),
    }
}

/// Tells these rows from any others.
fn seen(rows: &[Row]) -> String {
    let cells: Vec<String> = rows
        .iter()
        .filter(|row| !row.is_empty())
        .map(|row| format!("{} {:?}", row.number, row.cells()))
        .collect();
    let digest = Sha256::digest(cells.join("\n").as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

enum Next {
    Shown(Step, Box<PlanPage>),
    Saved(super::plan::Saved),
}

/// The plan of these rows.
///
/// # Errors
/// What is wrong with them, each beside its cell.
fn planned(
    act: &mut Act<'_>,
    proof: &crate::access::InFamily,
    there: &There,
    rows: &[Row],
) -> Result<Planned> {
    if rows.iter().all(Row::is_empty) {
        return Err(Error::bad_input("Enter at least one relative. Nothing was saved.").at("relation-1"));
    }
    let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), rows.len() * (MOST_A_ROW + 1));
    let read = rows::read(there, rows, &mut ids)?;
    let mut wrong = read.wrong.into_iter().map(|cell| (format!("{}-{}", cell.column, cell.row), cell.words));
    if let Some((field, words)) = wrong.next() {
        let error = Error::bad_input(words).at(field);
        return Err(wrong.fold(error, |error, (field, words)| error.also(field, words)));
    }
    let planned = Planned::of(act, proof, there, &read.proposal);
    let first = rows.iter().find(|row| !row.is_empty()).map_or(1, |row| row.number);
    planned.possible(|wrong: &Wrong| {
        let row = wrong.of.and_then(|id| read.row_of.get(&id)).copied().unwrap_or(first);
        let column = if wrong.field == "died" { "life" } else { wrong.field };
        format!("{column}-{row}")
    })?;
    Ok(planned)
}
