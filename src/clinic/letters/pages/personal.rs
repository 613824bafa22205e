//! Letters to and about the proband that a second person approves: drafting, reading, approving, printing.
//! Must not know: what a relative answered.

use super::reading::inline;
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::task_open,
        letters::personal::{
            PersonalKind,
            kept::{
                Asked, PersonalRow, PersonalState, personal_again, personal_approve, personal_draft,
                personal_list, personal_open, personal_stop,
            },
        },
        result::state::result_open,
    },
    error::{Error, Result},
    ids::{FamilyId, PersonalLetterId, ResultId, StaffId, TaskId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// One of a list on another page.
#[derive(Serialize)]
pub(in crate::clinic) struct Listed {
    letter: PersonalLetterId,
    kind_words: &'static str,
    state_words: &'static str,
    drafted: String,
}

/// The personal letters about one result or relative.
pub(in crate::clinic) fn listed(act: &mut Act<'_>, proof: &InFamily, subject: &str) -> Result<Vec<Listed>> {
    let rows = personal_list(act.conn(), proof, subject)?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                letter: row.id,
                kind_words: row.kind()?.name(),
                state_words: row.state.title(),
                drafted: row.drafted_at.shown(),
            })
        })
        .collect()
}

#[derive(Serialize)]
struct ToPractice {
    result: ResultId,
    family: FamilyId,
    reference: String,
    letters: Vec<Listed>,
}

pub(super) async fn gp(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            act.record(Deed::PersonalRead, ("result", id.as_str()), Some(proof.family()), "list")?;
            Ok(ToPractice {
                result: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                letters: listed(act, &proof, id.as_str())?,
            })
        })
        .await?;
    Answer::page("gp", format!("To the proband's GP, {}", view.reference), &caller, view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PracticeEntry {
    #[serde(default)]
    house_name: String,
    #[serde(default)]
    house_address: String,
    #[serde(default)]
    house_postcode: String,
    #[serde(default)]
    agreed_words: String,
}

pub(super) async fn gp_draft(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<PracticeEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let asked = Asked {
        house_name: entry.house_name,
        house_address: entry.house_address,
        house_postcode: entry.house_postcode,
        agreed: entry.agreed_words,
        ..Asked::default()
    };
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            personal_draft(act, &of, &proof, PersonalKind::GpOfProband, id.to_string(), asked)
        })
        .await?;
    Ok(done(letter))
}

pub(super) async fn address_draft(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    let letter = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let kind = PersonalKind::AddressFromProband;
            personal_draft(act, &of, &proof, kind, task.id.to_string(), Asked::default())
        })
        .await?;
    Ok(done(letter))
}

fn done(letter: PersonalLetterId) -> Answer {
    Answer::done(format!("/personal-letters/{letter}"), json!({"personal_letter": letter}))
}

#[derive(Serialize)]
struct View {
    letter: PersonalLetterId,
    family: FamilyId,
    reference: String,
    kind: &'static str,
    kind_words: &'static str,
    state: PersonalState,
    state_words: &'static str,
    author: String,
    drafted_at: String,
    approver: Option<String>,
    approved_at: Option<String>,
    /// What the proband said of it, as whoever drafted it wrote it down.
    agreed: Option<String>,
    address: Vec<String>,
    /// What it says, part by part; nothing where it would come out otherwise by now.
    parts: Vec<String>,
    /// Why it would.
    changed: Option<String>,
    own: bool,
    may_approve: bool,
    may_print: bool,
    may_stop: bool,
}

pub(super) async fn page(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<PersonalLetterId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("personal_letter", format!("Personal letter {part}, {}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: PersonalLetterId) -> Result<View> {
    let (row, proof) = personal_open(act.conn(), caller, id)?;
    act.record(Deed::PersonalRead, ("personal_letter", id.as_str()), Some(proof.family()), "")?;
    let names = staff_names(act.conn(), caller.service)?;
    let name = |id: StaffId| {
        let known = names.iter().find(|(known, _)| *known == id);
        known.map_or_else(|| "a former colleague".to_owned(), |(_, name)| name.clone())
    };
    let own = row.author_id == caller.staff;
    let (mut address, mut parts, mut changed) = (Vec::new(), Vec::new(), None);
    match personal_again(act, &proof, &row) {
        Ok((letter, _)) => {
            address = letter.address.clone();
            let passages = letter.wordings.iter().flat_map(|wording| wording.passages());
            parts = passages.map(|passage| passage.words).collect();
        }
        Err(problem) => changed = Some(problem.public().to_owned()),
    }
    let stands = changed.is_none();
    Ok(View {
        letter: id,
        family: proof.family(),
        reference: family_get(act.conn(), &proof)?.reference,
        kind: row.kind()?.as_str(),
        kind_words: row.kind()?.name(),
        state: row.state,
        state_words: row.state.title(),
        author: name(row.author_id),
        drafted_at: row.drafted_at.shown(),
        approver: row.approver_id.map(name),
        approved_at: row.approved_at.map(|at| at.shown()),
        agreed: Some(row.asked(&proof)?.agreed).filter(|words| !words.is_empty()),
        address,
        parts,
        changed,
        own,
        may_approve: row.state == PersonalState::Draft
            && !own
            && stands
            && allows(&caller.roles, Permission::LetterApprove),
        may_print: row.state == PersonalState::Approved && stands,
        may_stop: row.state != PersonalState::Stopped && allows(&caller.roles, Permission::LetterDraft),
    })
}

pub(super) async fn pdf(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<PersonalLetterId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let bytes = house
        .act(&caller, move |act, _| {
            let (row, proof) = personal_open(act.conn(), &of, id)?;
            if row.state != PersonalState::Approved {
                return Err(Error::not_now(
                    "This letter is not approved. It is printed once a second person has approved it.",
                ));
            }
            act.record(
                Deed::PersonalRead,
                ("personal_letter", id.as_str()),
                Some(proof.family()),
                "printed",
            )?;
            Ok(personal_again(act, &proof, &row)?.1.bytes().to_vec())
        })
        .await?;
    Ok(inline("application/pdf", "letter.pdf", bytes))
}

pub(super) async fn approve(
    staff: Staff<may::LetterApprove>,
    house: Here,
    id: web::Path<PersonalLetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    moved(staff.caller, house, id.into_inner(), input, personal_approve).await
}

pub(super) async fn stop(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<PersonalLetterId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    moved(staff.caller, house, id.into_inner(), input, personal_stop).await
}

async fn moved(
    caller: Caller,
    house: Here,
    id: PersonalLetterId,
    input: Input<Nothing>,
    step: fn(&mut Act<'_>, &InFamily, &PersonalRow) -> Result<()>,
) -> Result<Answer> {
    let Nothing {} = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (row, proof) = personal_open(act.conn(), &of, id)?;
            step(act, &proof, &row)
        })
        .await?;
    Ok(done(id))
}
