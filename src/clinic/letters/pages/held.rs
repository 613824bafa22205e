//! What the leak gate found in a letter, on its page, and the forms by which it may stand.
//! Must not know: findings; it shows the letter's own words and what staff wrote about them.

use crate::{
    access::{Answer, Choice, Input, Staff, pages::Here, permission::may},
    clinic::{
        cascade::task::task_row,
        letters::{
            exception::{Exception, ExceptionEntry, Reason, Standing, exception_record},
            gate::Found,
            letter::{LetterRow, LetterState, asks_inference, letter_open},
        },
        sharing::inferable::{inference_accept, inference_of},
    },
    error::{Error, Result},
    ids::{ExceptionId, LetterId, StaffId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// For those who draft and approve; an administrator, who may read letters, sees none of it.
#[derive(Serialize)]
pub(super) struct Held {
    found: Vec<Hit>,
    /// Some of it can be excused by nobody.
    absolute: bool,
    exception: Option<Shown>,
    may_except: bool,
    reasons: Vec<Choice>,
}

#[derive(Serialize)]
struct Hit {
    what: &'static str,
    absolute: bool,
    #[serde(flatten)]
    hit: Found,
}

#[derive(Serialize)]
struct Shown {
    exception: ExceptionId,
    reason: &'static str,
    words: String,
    by: String,
    at: String,
    agreed_by: Option<String>,
    agreed_at: Option<String>,
}

impl Held {
    pub(super) fn of(
        row: &LetterRow,
        own: bool,
        now: Standing,
        name: impl Fn(StaffId) -> Option<String>,
    ) -> Self {
        let absolute = now.is_absolute();
        let named = |id| name(id).unwrap_or_else(|| "a former colleague".into());
        let shown = |exception: Exception| Shown {
            exception: exception.id,
            reason: exception.reason.title(),
            words: exception.words,
            by: named(exception.by_staff),
            at: exception.at.shown(),
            agreed_by: exception.agreed_by.map(named),
            agreed_at: exception.agreed_at.map(|at| at.shown()),
        };
        Self {
            absolute,
            may_except: own && row.state == LetterState::Draft && !now.found.is_empty() && !absolute,
            exception: now.exception.map(shown),
            found: now
                .found
                .into_iter()
                .map(|hit| Hit { what: hit.matter.words(), absolute: hit.matter.is_absolute(), hit })
                .collect(),
            reasons: Choice::all(Reason::ALL, Reason::title),
        }
    }

    /// True where nothing was found, or a standing reason covers it.
    pub(super) fn passes(&self) -> bool {
        self.found.is_empty() || (!self.absolute && self.exception.is_some())
    }
}

pub(super) async fn except(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<ExceptionEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let exception = house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            exception_record(act, &proof, &row, &entry)
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}"), json!({"letter": id, "exception": exception})))
}

/// Why a letter is right at its level though its reader can tell who was tested.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InferableEntry {
    inferable_why: String,
}

/// The reason for one letter in hand whose reader can tell, by the family as it is now, who was tested.
pub(super) async fn accept(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<LetterId>,
    input: Input<InferableEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let (row, proof) = letter_open(act.conn(), &of, id)?;
            let task = task_row(act.conn(), of.service, row.task_id)?;
            let readers = [row.reader(&task)];
            let asks = asks_inference(&row)?;
            if !asks || !inference_of(act, &proof, &task, &readers)?.is_open_at(row.level()?) {
                return Err(Error::not_now(
                    "Nothing about this letter needs such a reason. Nothing was saved.",
                ));
            }
            inference_accept(act, &proof, &task, &readers, row.level()?, Some(&entry.inferable_why))
        })
        .await?;
    Ok(Answer::done(format!("/letters/{id}"), json!({"letter": id})))
}
