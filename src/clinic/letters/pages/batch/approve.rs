//! Approving several letters, each looked at: what is each letter's own, what was found in it, its exact PDF, and one tick.
//! Must not know: how a letter is approved; what is ticked is taken up one by one, and everything is asked again then.

use super::{
    super::words::{Change, changes_of},
    PAGE, Paging, cut, page_number,
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Permission, Staff,
        family::{families_related, family_references},
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Position, Task, positions_of, tasks_related},
        letters::{
            batch::{
                BatchKind, Order, batch_start,
                choose::{approvable, approvable_count, approve_take},
            },
            dated::outdated,
            exception::standing,
            gate::Found,
            letter::{LetterRow, asks_inference, stop_found},
            own_words::reasons_of,
        },
        people::safety::{Safety, is_kept_back, safety_now},
        sharing::{consent::limits_now, cooling::cooling_now, inferable::inference_of},
    },
    error::{Error, Result},
    ids::{BatchId, FamilyId, LetterId, PersonId, StaffId, TaskId},
};
use actix_web::web;
use kinward_family::{kind::Kind, letter::Letter, person::RecipientName};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Default, Deserialize)]
pub(in crate::clinic::letters) struct Filter {
    #[serde(default)]
    page: String,
}

#[derive(Serialize)]
struct Hit {
    what: &'static str,
    #[serde(flatten)]
    hit: Found,
}

/// One letter on the list; what it tells and to whom stands here because whoever ticks it answers for that.
#[derive(Serialize)]
struct Line {
    letter: LetterId,
    task: TaskId,
    person: PersonId,
    family: FamilyId,
    reference: String,
    relation: String,
    recipient: String,
    /// What the list is sent back with where this letter is ticked: its id and the bytes that were shown.
    value: String,
    may_tick: bool,
    /// Why it cannot be ticked.
    held: Vec<String>,
    found: Vec<Hit>,
    changes: Vec<Change>,
    /// What is this letter's own, beside the words that it shares with all of its kind.
    address: Vec<String>,
    kind_words: &'static str,
    level: &'static str,
    level_words: String,
    names_proband: bool,
    tells: Option<String>,
    languages: &'static str,
    points: u8,
    template_version: String,
    author: String,
    drafted_at: String,
    safety: Option<&'static str>,
    waits_until: Option<String>,
    limits: Option<String>,
}

#[derive(Serialize)]
struct View {
    total: i64,
    /// There are more than were counted.
    total_more: bool,
    lines: Vec<Line>,
    may_tick: bool,
    paging: Paging,
}

pub(in crate::clinic::letters) async fn page(
    staff: Staff<may::LetterApprove>,
    house: Here,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    let (caller, page) = (staff.caller, page_number(&filter.page)?);
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, page)).await?;
    Answer::page("batch_approve", "Approve letters together", &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, page: i64) -> Result<View> {
    act.record(Deed::BatchRead, ("staff", caller.staff.as_str()), None, "approve")?;
    let total = approvable_count(act.conn(), caller)?;
    let (rows, next) = cut(approvable(act.conn(), caller, (page - 1) * PAGE, PAGE + 1)?);
    let mut families: Vec<FamilyId> = rows.iter().map(|row| row.family_id).collect();
    families.sort();
    families.dedup();
    let references = family_references(act.conn(), caller.service, &families)?;
    let related = families_related(act.conn(), caller, &families)?;
    let tasks = rows.iter().map(|row| row.task_id.as_str()).collect();
    let tasks = tasks_related(act.conn(), caller.service, tasks, &related)?;
    let positions = positions_of(act.conn(), &related, &tasks)?;
    let names = staff_names(act.conn(), caller.service)?;
    let mut lines = Vec::new();
    for row in &rows {
        let proof = related.iter().find(|proof| proof.family() == row.family_id);
        let known = tasks.iter().zip(&positions).find(|(task, _)| task.id == row.task_id);
        let (proof, (task, position)) = proof.zip(known).ok_or_else(Error::not_found)?;
        let reference = references.iter().find(|(known, _)| *known == row.family_id);
        let reference = reference.map(|(_, reference)| reference.clone()).unwrap_or_default();
        // While a hold stands, only whoever has taken it sees how the person is reached.
        if !is_kept_back(act.conn(), caller, task.person_id)? {
            lines.push(line(act, caller, proof, (row, task, position), reference, &names)?);
        }
    }
    Ok(View {
        total: total.number,
        total_more: total.more,
        may_tick: lines.iter().any(|line| line.may_tick),
        lines,
        paging: Paging::of(page, next, |page| format!("/letter-batches/approve?page={page}")),
    })
}

fn line(
    act: &mut Act<'_>,
    caller: &Caller,
    proof: &InFamily,
    (row, task, position): (&LetterRow, &Task, &Position),
    reference: String,
    names: &[(StaffId, String)],
) -> Result<Line> {
    act.record(Deed::LetterRead, ("letter", row.id.as_str()), Some(row.family_id), "batch")?;
    let letter: Letter = row.reopen(act.keys(), proof.grant()?)?;
    let service = act.service;
    let mut held = Vec::new();
    if let Some(stop) = stop_found(act, task, row)? {
        held.push(format!("It can no longer go out: {}. {}", stop.words_to(&caller.roles), stop.what_now()));
    }
    let found = standing(act, proof, row, &letter)?.found;
    if !found.is_empty() {
        held.push("Something was found in it. Read it on its own page.".to_owned());
    }
    if let Some(age) = outdated(act, &letter) {
        held.push(format!(
            "It carries the {}, {age} days ago. Whoever wrote it brings its date up to today first.",
            letter.day()
        ));
    }
    if letter.kind() == Kind::AdoptionRegister {
        held.push(
            "A separate sheet that names people goes with it. See it on the letter\u{2019}s own page."
                .to_owned(),
        );
    }
    let inference = match asks_inference(row)? {
        true => Some(inference_of(act, proof, task, &[row.reader(task)])?),
        false => None,
    };
    if inference.as_ref().is_some_and(|now| now.is_open_at(letter.level())) {
        held.push("Its reader can tell who was tested, and nobody has accepted that.".to_owned());
    }
    let limits = if allows(&caller.roles, Permission::ReasoningView) {
        limits_now(act.conn(), proof, row.task_id)?
    } else {
        None
    };
    if limits.is_some() {
        act.record(Deed::ConsentRead, ("relative_task", task.id.as_str()), Some(row.family_id), "limits")?;
    }
    let (safety, _) = safety_now(act.conn(), service, task.person_id)?;
    let named = |id: StaffId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    Ok(Line {
        letter: row.id,
        task: row.task_id,
        person: task.person_id,
        family: row.family_id,
        reference,
        relation: position.path_words.clone(),
        recipient: letter
            .recipient()
            .map(RecipientName::full)
            .or(letter.to().name_line())
            .unwrap_or_else(|| "whom it may concern".into()),
        value: format!("{}.{}", row.id, row.pdf_sha256),
        may_tick: held.is_empty(),
        held,
        found: found.into_iter().map(|hit| Hit { what: hit.matter.words(), hit }).collect(),
        changes: changes_of(&letter, &reasons_of(act.conn(), proof, row.id)?, named),
        address: letter.address_lines(),
        kind_words: row.kind()?.name(),
        level: letter.level().as_str(),
        level_words: letter.level().plain().to_owned(),
        names_proband: letter.disclosure().named().is_some(),
        tells: inference.and_then(|now| now.words()),
        languages: letter.languages().name(),
        points: letter.size().points(),
        template_version: letter.template_version().to_owned(),
        author: named(row.author_id).unwrap_or_else(|| "a former colleague".into()),
        drafted_at: row.drafted_at.shown(),
        safety: (safety != Safety::MayWrite).then(|| safety.title()),
        waits_until: cooling_now(act.conn, service, task.id, act.at)?
            .filter(|_| allows(&caller.roles, Permission::ReasoningView))
            .map(|wait| wait.ends_at.shown()),
        limits,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic::letters) struct Entry {
    /// Each `letter.sha256`: whoever was not shown a letter does not know the second half.
    #[serde(default)]
    letters: Vec<String>,
}

impl Entry {
    fn ticked(&self) -> Result<Vec<(LetterId, String)>> {
        if self.letters.is_empty() {
            return Err(Error::bad_input(
                "Tick each letter that you have looked at and approve. Nothing was started.",
            )
            .at("letters"));
        }
        let strange = || {
            Error::bad_input(
                "A letter is ticked by its id, a full stop and the SHA-256 of its PDF. Nothing was started.",
            )
            .at("letters")
        };
        let one = |text: &String| {
            let (id, sha256) = text.split_once('.').ok_or_else(strange)?;
            Ok((id.parse().map_err(|_| strange())?, sha256.to_owned()))
        };
        self.letters.iter().map(one).collect()
    }
}

pub(in crate::clinic::letters) async fn start(
    staff: Staff<may::LetterApprove>,
    house: Here,
    input: Input<Entry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let ticked = input.open(&caller)?.ticked()?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    if ticked.len() > most {
        return Err(Error::bad_input(format!(
            "A list that is looked at has {most} letters at most. Nothing was started."
        ))
        .at("letters"));
    }
    let of = caller.clone();
    let batch: BatchId = house
        .act(&caller, move |act, _| {
            let taken = approve_take(act.conn(), &of, &ticked)?;
            batch_start(act, Order { kind: BatchKind::Approve, level: None, hands_on: false }, &taken)
        })
        .await?;
    Ok(Answer::done(format!("/letter-batches/{batch}"), json!({"batch": batch})))
}
