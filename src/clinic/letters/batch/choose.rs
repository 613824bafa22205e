//! What a batch can take up: relatives with a letter to write, letters that wait for a second person.
//! Must not know: why one may be held in the end; that is found when its turn comes.

use super::row::{RowState, Taken, letter_batch_rows};
use crate::{
    access::{Caller, family::relationships},
    clinic::{
        cascade::task::{Task, TaskState, relative_tasks},
        letters::letter::{LetterRow, LetterState, letters},
        queue::item::{Queue, SubjectKind, work_items},
    },
    db::{
        Conn,
        bounded::{Bounded, counted},
    },
    error::{Error, Result},
    ids::{FamilyId, LetterId},
};
use diesel::prelude::*;

diesel::allow_tables_to_appear_in_same_query!(relative_tasks, relationships, work_items, letter_batch_rows);
diesel::allow_tables_to_appear_in_same_query!(letters, relationships);
diesel::allow_tables_to_appear_in_same_query!(letters, letter_batch_rows);

/// Relatives of whom the caller could draft a letter: in families they have to do with, in no batch, and not a colleague's
/// work. The longest first; of one family where it is named.
macro_rules! to_draft {
    ($caller:expr, $family:expr) => {{
        // Asked of each family that comes up, and not of all that somebody has to do with.
        let ours = relationships::table
            .filter(relationships::service_id.eq($caller.service))
            .filter(relationships::family_id.eq(relative_tasks::family_id))
            .filter(relationships::staff_id.eq($caller.staff))
            .filter(relationships::ended_at.is_null());
        // Asked of each relative, and not read whole for one page of them.
        let in_batch = letter_batch_rows::table
            .filter(letter_batch_rows::service_id.eq($caller.service))
            .filter(letter_batch_rows::state.eq(RowState::Waiting))
            .filter(letter_batch_rows::letter_id.is_null())
            .filter(letter_batch_rows::task_id.eq(relative_tasks::id));
        let of_others = work_items::table
            .filter(work_items::service_id.eq($caller.service))
            .filter(work_items::queue.eq(Queue::LettersToWrite))
            .filter(work_items::closed_at.is_null())
            .filter(work_items::subject_kind.eq(SubjectKind::Task))
            .filter(work_items::subject_id.eq(relative_tasks::id))
            .filter(work_items::owner_id.ne($caller.staff));
        let mut query = relative_tasks::table
            .filter(relative_tasks::service_id.eq($caller.service))
            .filter(relative_tasks::state.eq(TaskState::RouteAgreed))
            .filter(diesel::dsl::exists(ours))
            .filter(diesel::dsl::not(diesel::dsl::exists(in_batch)))
            .filter(diesel::dsl::not(diesel::dsl::exists(of_others)))
            .into_boxed();
        if let Some(family) = $family {
            query = query.filter(relative_tasks::family_id.eq(family));
        }
        query
    }};
}

/// A page of the relatives that a drafting would take up.
pub fn draftable(
    conn: &mut Conn,
    caller: &Caller,
    family: Option<FamilyId>,
    skip: i64,
    most: i64,
) -> Result<Vec<Task>> {
    Ok(to_draft!(caller, family)
        .order((relative_tasks::changed_at.asc(), relative_tasks::id.asc()))
        .offset(skip)
        .limit(most)
        .select(Task::as_select())
        .load(conn)?)
}

pub fn draftable_count(conn: &mut Conn, caller: &Caller, family: Option<FamilyId>) -> Result<Bounded> {
    Ok(counted!(to_draft!(caller, family).select(relative_tasks::id), conn))
}

/// The same relatives, for the batch itself.
pub fn draft_take(
    conn: &mut Conn,
    caller: &Caller,
    family: Option<FamilyId>,
    most: i64,
) -> Result<Vec<Taken>> {
    let tasks = draftable(conn, caller, family, 0, most)?;
    Ok(tasks.into_iter().map(|task| Taken { family: task.family_id, task: task.id, letter: None }).collect())
}

/// Letters that the caller could approve: submitted by another, in families they have to do with, and in no batch.
macro_rules! to_approve {
    ($caller:expr) => {{
        let ours = relationships::table
            .filter(relationships::service_id.eq($caller.service))
            .filter(relationships::family_id.eq(letters::family_id))
            .filter(relationships::staff_id.eq($caller.staff))
            .filter(relationships::ended_at.is_null());
        let in_batch = letter_batch_rows::table
            .filter(letter_batch_rows::service_id.eq($caller.service))
            .filter(letter_batch_rows::state.eq(RowState::Waiting))
            .filter(letter_batch_rows::letter_id.is_not_null())
            .select(letter_batch_rows::letter_id.assume_not_null());
        letters::table
            .filter(letters::service_id.eq($caller.service))
            .filter(letters::state.eq(LetterState::Submitted))
            .filter(letters::author_id.ne($caller.staff))
            .filter(diesel::dsl::exists(ours))
            .filter(letters::id.ne_all(in_batch))
            .into_boxed()
    }};
}

/// A page of the letters that the caller could approve, those first that wait longest.
pub fn approvable(conn: &mut Conn, caller: &Caller, skip: i64, most: i64) -> Result<Vec<LetterRow>> {
    Ok(to_approve!(caller)
        .order((letters::drafted_at.asc(), letters::id.asc()))
        .offset(skip)
        .limit(most)
        .load(conn)?)
}

pub fn approvable_count(conn: &mut Conn, caller: &Caller) -> Result<Bounded> {
    Ok(counted!(to_approve!(caller).select(letters::id), conn))
}

/// What somebody ticked: letters, each with the bytes that they were shown. Whoever was not shown one does not know them.
///
/// # Errors
/// A letter that is none of those they may approve, or whose bytes are others: the whole batch is refused.
pub fn approve_take(conn: &mut Conn, caller: &Caller, ticked: &[(LetterId, String)]) -> Result<Vec<Taken>> {
    let ids: Vec<LetterId> = ticked.iter().map(|(id, _)| *id).collect();
    let rows: Vec<LetterRow> = to_approve!(caller).filter(letters::id.eq_any(ids)).load(conn)?;
    let mut taken: Vec<Taken> = Vec::new();
    for (id, sha256) in ticked {
        let row = rows.iter().find(|row| row.id == *id && row.pdf_sha256 == *sha256).ok_or_else(|| {
            Error::not_now(
                "One of the letters that you ticked cannot be approved any more: it was changed, stopped or taken up meanwhile. Nothing was started. Look at the list again.",
            )
        })?;
        if taken.iter().any(|one| one.letter.as_ref().is_some_and(|(known, _)| known == id)) {
            continue;
        }
        taken.push(Taken { family: row.family_id, task: row.task_id, letter: Some((*id, sha256.clone())) });
    }
    Ok(taken)
}
