//! The sharing pack of a result: the proband's letter, and a copy of the family letter for each relative they will tell.
//! Must not know: what a relative answered.

use super::{Nothing, reading::inline};
use crate::{
    access::{Answer, InFamily, Input, Staff, family::family_get, pages::Here, permission::may},
    audit::Deed,
    clinic::{
        cascade::task::{Task, positions_of, task_list, task_open},
        letters::{
            hand_over::{copies_of, hand_draft, letter_handed},
            letter::{LetterState, letter_open},
            personal::{pack::pack_write, personal_pdf},
        },
        people::person::person_list,
        result::state::result_open,
        sharing::way::{Way, ways_said},
    },
    db::Conn,
    error::{Error, Result, Trouble},
    ids::{FamilyId, LetterId, ResultId, TaskId},
};
use actix_web::web;
use kinward_family::{disclosure::Level, kind::Kind};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Row {
    task: TaskId,
    name: String,
    relation: String,
    way_words: &'static str,
    proband_tells: bool,
    letter: Option<LetterId>,
    letter_words: Option<&'static str>,
    /// A copy with a code, or one without a name.
    coded: bool,
    /// Approved, and not yet handed over.
    to_hand_over: bool,
    /// What a copy with a code lacks.
    missing: Option<&'static str>,
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    reference: String,
    rows: Vec<Row>,
    /// Relatives whom the proband tells and who have no copy yet.
    to_draft: usize,
}

pub(super) async fn page(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .read(move |conn, _| {
            let (result, proof) = result_open(conn, &of, id)?;
            let tasks = tasks_of(conn, &proof, result.id)?;
            let positions = positions_of(conn, std::slice::from_ref(&proof), &tasks)?;
            let (people, ways) = (person_list(conn, &proof)?, ways_said(conn, &proof)?);
            let copies = copies_of(conn, of.service, &tasks)?;
            let mut rows = Vec::new();
            for (task, position) in tasks.iter().zip(positions) {
                let person =
                    people.iter().find(|one| one.id == task.person_id).ok_or_else(Error::not_found)?;
                let way = ways.get(&task.id).copied().unwrap_or(Way::NotSettled);
                let copy = copies.iter().find(|copy| copy.task_id == task.id);
                rows.push(Row {
                    task: task.id,
                    name: match person.given_name.is_some() || person.family_name.is_some() {
                        true => person.shown(),
                        false => format!("Not named yet: {}", position.path_words),
                    },
                    relation: position.path_words,
                    way_words: way_words(way),
                    proband_tells: way == Way::ProbandTells,
                    letter: copy.map(|copy| copy.id),
                    letter_words: copy.map(|copy| copy.state.words(true)),
                    coded: match copy {
                        Some(copy) => copy.kind()? == Kind::FamilyLetter,
                        None => false,
                    },
                    to_hand_over: copy.is_some_and(|copy| copy.state == LetterState::Approved),
                    missing: match (person.recipient().is_ok(), person.birth_date.is_some()) {
                        (true, true) => None,
                        (false, _) => Some("No name on record: the copy says \u{201c}To whom it may concern\u{201d} and has no code."),
                        (true, false) => Some("No date of birth on record: the copy has no code."),
                    },
                });
            }
            number_alike(&mut rows);
            let to_draft = rows.iter().filter(|row| row.proband_tells && row.letter.is_none()).count();
            let reference = family_get(conn, &proof)?.reference;
            Ok(View { result: id, family: proof.family(), reference, rows, to_draft })
        })
        .await?;
    Answer::page("pack", format!("Sharing pack, {}", view.reference), &caller, view)
}

/// Two who stand there in the same words are told apart by a number, in the order of the list.
fn number_alike(rows: &mut [Row]) {
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    for (place, row) in rows.iter_mut().enumerate() {
        let alike = |names: &[String]| names.iter().filter(|name| **name == row.name).count();
        if alike(&names) > 1 {
            let before = names.get(..place).map_or(0, alike);
            row.name = format!("{}, number {}", row.name, before + 1);
        }
    }
}

fn tasks_of(conn: &mut Conn, proof: &InFamily, result: ResultId) -> Result<Vec<Task>> {
    Ok(task_list(conn, proof)?.into_iter().filter(|task| task.result_id == result).collect())
}

fn way_words(way: Way) -> &'static str {
    match way {
        Way::ProbandTells => "The proband tells them",
        Way::ClinicWrites => "We write to them",
        Way::NotSettled => "Not settled yet",
        Way::AskedNot => "The proband asks that nobody tells them",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftEntry {
    #[serde(default)]
    level: String,
}

fn level(entry: &DraftEntry) -> Result<Level> {
    match entry.level.parse() {
        Ok(level @ (Level::L1 | Level::L2)) => Ok(level),
        _ => Err(Error::bad_input("Choose how much the copies tell.").at("level")),
    }
}

/// Drafts a copy for every relative whom the proband tells and who has none. One that cannot be written does not hold up the
/// rest: it stays on the page without a copy, and drafting it alone says why.
pub(super) async fn draft(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<DraftEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let level = level(&input.open(&caller)?)?;
    let of = caller.clone();
    let tasks = house
        .read(move |conn, _| {
            let (result, proof) = result_open(conn, &of, id)?;
            let tasks = tasks_of(conn, &proof, result.id)?;
            let (ways, copies) = (ways_said(conn, &proof)?, copies_of(conn, of.service, &tasks)?);
            let waits = |task: &Task| {
                ways.get(&task.id) == Some(&Way::ProbandTells)
                    && !copies.iter().any(|copy| copy.task_id == task.id)
            };
            Ok(tasks.into_iter().filter(waits).map(|task| task.id).collect::<Vec<_>>())
        })
        .await?;
    let (mut drafted, mut held) = (0, Vec::new());
    for task in tasks {
        let of = caller.clone();
        let one = house
            .act(&caller, move |act, _| {
                let (task, proof) = task_open(act.conn(), &of, task)?;
                hand_draft(act, &of, &proof, &task, level)
            })
            .await;
        match one {
            Ok(_) => drafted += 1,
            Err(problem) if problem.trouble() == Trouble::NotNow => {
                held.push(problem.public().to_owned());
            }
            Err(problem) => return Err(problem),
        }
    }
    // What was drafted stays; the page comes again and says what held up the rest.
    if let Some(first) = held.first() {
        return Err(Error::not_now(format!(
            "{drafted} drafted. For {} of those whom the proband tells there is no copy: {first}",
            held.len()
        )));
    }
    Ok(Answer::done(format!("/results/{id}/pack"), json!({"drafted": drafted})))
}

/// Drafts one copy.
pub(super) async fn draft_one(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<DraftEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let level = level(&input.open(&caller)?)?;
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            hand_draft(act, &of, &proof, &task, level)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{letter}"), json!({"letter": letter})))
}

/// The proband's letter as they are given it. It is kept nowhere: it is made again from what is on record.
pub(super) async fn pdf(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let bytes = house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            let letter = pack_write(act, &of, &proof, id)?;
            act.record(Deed::PackMade, ("result", id.as_str()), Some(proof.family()), "")?;
            Ok(personal_pdf(&letter)?.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "letter.pdf", bytes))
}

pub(super) async fn handed(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            letter_handed(act, &proof, &row)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}"), json!({"letter": id, "state": LetterState::Sent})))
}
