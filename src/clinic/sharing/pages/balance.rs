//! The page of the confidentiality decision: earlier ones with their reasons, the form, and the newest as PDF.
//! Must not know: findings, or the words of letters.

use super::{
    About,
    decided::Decided,
    died::ProbandDied,
    emergency::EmergencyShown,
    form::{Form, Offered, Standing, form_of},
};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Nothing, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        refused::put_back,
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_open},
        letters::letter::{LetterRow, LetterState, letter_list},
        result::release::bases_of,
        sharing::{
            chain::fingerprints,
            consent::consent_list,
            cooling::{cooling_now, coolings_of},
            decision::{Balance, Decision, DecisionEntry, decision_list, decision_record},
            draft::{Draft, draft_forget, draft_get},
            emergency::{Cause, Review, emergencies_of},
            execution::executions_of,
            question::{QUESTIONS, Question},
            signature::{decision_sign, signatures_of},
            training::training_missing,
        },
    },
    error::{Error, Result},
    ids::{DecisionId, TaskId},
    pdf,
};
use actix_web::{HttpRequest, web};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct View {
    about: About,
    proband_died: Option<ProbandDied>,
    stance: Option<Standing>,
    /// Newest first; the first one stands unless the proband spoke after it.
    decisions: Vec<Decided>,
    form: Option<Form>,
    why_no_form: Option<&'static str>,
    /// What the caller has answered so far.
    begun: Option<Begun>,
    /// Why the caller, who could decide otherwise, may sign nothing now.
    untrained: Option<String>,
    /// Why a decision may be let go that waits.
    causes: Vec<Choice>,
    /// The first question.
    first: &'static str,
    /// The fields of the form that has all of them.
    show: BTreeMap<&'static str, bool>,
}

#[derive(Serialize)]
struct Begun {
    saved_at: String,
    /// Where it goes on: the end of an address.
    go_on: String,
}

pub(super) async fn page(
    staff: Staff<may::ReasoningView>,
    house: Here,
    req: HttpRequest,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let (view, draft) = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    put_back(&req, format!("/tasks/{id}/decision"), draft.as_typed());
    let title = format!("Confidentiality decision, {}", view.about.title());
    Answer::page("decision", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: TaskId) -> Result<(View, Draft)> {
    let (task, proof, decisions, about) = opened(act, caller, id)?;
    let Offered { stance, form, why_no_form } = form_of(act, caller, &proof, &task)?;
    let draft = draft_get(act.conn(), &proof, id)?;
    let untrained = match allows(&caller.roles, Permission::DecisionRecord) {
        true => training_missing(act, caller.staff)?,
        false => None,
    };
    let view = View {
        about,
        proband_died: ProbandDied::of(act.conn(), &proof, task.result_id)?,
        stance,
        decisions,
        begun: draft.saved_at.map(|at| Begun {
            saved_at: at.shown(),
            go_on: draft.first_open().map_or("check".to_owned(), |slug| format!("questions/{slug}")),
        }),
        causes: Choice::all(Cause::ALL, Cause::title),
        first: QUESTIONS.first().map_or("", |question| question.slug),
        // In the form that has all of them, what the pack asks stands after the first, unless it stands above already.
        show: QUESTIONS
            .iter()
            .flat_map(Question::names)
            .map(|field| (field, true))
            .chain([("hints", draft.saved_at.is_none())])
            .collect(),
        form,
        why_no_form,
        untrained,
    };
    Ok((view, draft))
}

/// The task's decisions, newest first. Reading them is on the record, and so is finding that there are none.
fn opened(act: &mut Act<'_>, caller: &Caller, id: TaskId) -> Result<(Task, InFamily, Vec<Decided>, About)> {
    let (task, proof) = task_open(act.conn(), caller, id)?;
    let names = staff_names(act.conn(), caller.service)?;
    let rows = decision_list(act, &proof, id)?;
    if rows.is_empty() {
        act.record(Deed::DecisionRead, ("relative_task", id.as_str()), Some(task.family_id), "none yet")?;
    }
    let ids: Vec<DecisionId> = rows.iter().map(|(row, _)| row.id).collect();
    let signatures = signatures_of(act.conn(), &proof, &ids)?;
    let (letters, bases) = (letter_list(act.conn(), &proof, id)?, bases_of(act.conn(), &proof, id)?);
    let rests_on = |letter: &LetterRow, decision: DecisionId| {
        bases.iter().any(|(release, basis)| *release == letter.release_id && *basis == decision.as_str())
    };
    let chain = fingerprints(&rows)?;
    let later: Vec<(i32, String)> = consent_list(act.conn(), &proof, id)?
        .into_iter()
        .map(|said| (said.seq, format!("{}, when the proband was heard again", said.at.shown())))
        .chain(rows.iter().map(|(row, _)| (row.seq, format!("{}, by a later decision", row.at.shown()))))
        .collect();
    let emergencies = emergencies_of(act.conn(), &proof, id)?;
    let cooling = cooling_now(act.conn, caller.service, id, act.at)?;
    let waited = coolings_of(act.conn, caller.service, id)?;
    let executions = executions_of(act.conn, caller.service, id)?;
    let now = act.at;
    let hours = act.policy().periods.cooling_off_hours;
    let of = |(row, fingerprint): ((Decision, Balance), String)| -> Result<Decided> {
        let own =
            letters.iter().find(|letter| letter.state == LetterState::Sent && rests_on(letter, row.0.id));
        let left_at = executions.iter().find(|(of, _)| *of == row.0.id).and_then(|(_, at)| *at);
        let own = own.map(|letter| (letter, left_at));
        let over = waited.iter().find(|one| one.decision_id == row.0.id).and_then(|one| one.waited(now));
        let set_aside = later.iter().filter(|(seq, _)| *seq > row.0.seq).min_by_key(|(seq, _)| *seq);
        let let_go = emergencies.iter().find(|one| one.decision_id == row.0.id);
        let overturned = let_go.filter(|one| one.review == Some(Review::NotUpheld)).map(|one| {
            let at = one.reviewed_at.map(|at| at.shown()).unwrap_or_default();
            format!("{at}, when a review did not uphold that it could not wait")
        });
        let set_aside = set_aside.map(|(_, how)| how.clone()).or(overturned);
        let waits = cooling.as_ref().filter(|one| one.decision_id == row.0.id);
        let waits = waits.map(|one| one.words(hours));
        let mut decided =
            Decided::of(row, (fingerprint, set_aside), act.policy(), &names, &signatures, own, caller);
        decided.may_let_go = waits.is_some() && allows(&caller.roles, Permission::DecisionRecord);
        decided.cooling = waits;
        decided.waited = over;
        decided.emergency = let_go.map(|one| EmergencyShown::of(one, &proof, &names)).transpose()?;
        Ok(decided)
    };
    let decided = rows.into_iter().zip(chain).rev().map(of).collect::<Result<_>>()?;
    let about = About::of(act.conn(), &proof, &task)?;
    Ok((task, proof, decided, about))
}

pub(super) async fn record(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<DecisionEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let decision = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let decision = decision_record(act, &of, &proof, &task, entry)?;
            draft_forget(act, &proof, id)?;
            Ok(decision)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "decision": decision})))
}

pub(super) async fn sign(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    ids: web::Path<(TaskId, DecisionId)>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Nothing {} = input.open(&caller)?;
    let (of, (id, decision)) = (caller.clone(), ids.into_inner());
    house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            // The newest alone: what a later stance or decision has set aside is signed by nobody.
            let newest = decision_list(act, &proof, id)?.pop().filter(|(row, _)| row.id == decision);
            let (row, balance) = newest.ok_or_else(Error::not_found)?;
            let due = balance.weighed.and_then(|weighed| weighed.execute_by);
            decision_sign(act, &of, &proof, &task, &row, due)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "decision": decision})))
}

pub(super) async fn pdf(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let bytes = house
        .act(&caller, move |act, _| {
            let (_, _, decisions, about) = opened(act, &of, id)?;
            let newest = decisions.first().ok_or_else(Error::not_found)?;
            let record = pdf::StaffRecord {
                title: "Confidentiality decision".into(),
                subtitle: format!("Family {}", about.reference),
                marking: "Confidential, for staff only. Not for relatives.".into(),
                sections: newest.sections(&about),
                footer: format!(
                    "Made under policy pack {}. A decision is never changed: a later one stands beside it.",
                    newest.policy
                ),
            };
            let pdf = pdf::staff_record(&record)
                .map_err(|e| Error::not_now(format!("The decision cannot be printed: {e}")))?;
            Ok(pdf.bytes().to_vec())
        })
        .await?;
    Ok(Answer::File { content_type: "application/pdf", name: Some("decision.pdf".into()), bytes })
}
