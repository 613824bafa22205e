//! A decision one question a page, kept as it goes on, and all of it once more before it is made.
//! Must not know: findings, or what an answer means.

use super::{
    About,
    form::{Form, Offered, form_of},
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Staff, pages::Here, permission::may, refused::put_back,
    },
    audit::Act,
    clinic::{
        cascade::task::{Task, task_open},
        sharing::{
            consent::consent_list,
            decision::{DecisionEntry, decision_record},
            draft::{Draft, draft_forget, draft_get, draft_save},
            question::{Answers, QUESTIONS, Question},
        },
    },
    db::UtcDate,
    error::{Error, Result},
    ids::TaskId,
};
use actix_web::{HttpRequest, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where somebody came from: `check` where one answer is changed.
#[derive(Deserialize)]
pub(super) struct From {
    from: Option<String>,
}

#[derive(Serialize)]
struct View {
    about: About,
    question: &'static str,
    heading: &'static str,
    number: usize,
    of: usize,
    /// The question before; none on the first page.
    before: Option<&'static str>,
    /// What the button does: `next` or `check`.
    then: &'static str,
    form: Form,
    show: BTreeMap<&'static str, bool>,
    saved_at: Option<String>,
    /// What was kept of this question when the page was made.
    seen: String,
}

/// One question with its answers in words.
#[derive(Serialize)]
struct Row {
    question: &'static str,
    heading: &'static str,
    answered: bool,
    /// Its fields, by which a message finds the way to it.
    fields: String,
    /// What stands where nothing was answered and nothing need be.
    left: &'static str,
    /// Words before an answer, which may be none, and the answer.
    answers: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct CheckView {
    about: About,
    rows: Vec<Row>,
    /// How many questions still lack an answer.
    open: usize,
    against: bool,
    /// The proband was heard after these answers were kept.
    outdated: bool,
    saved_at: Option<String>,
}

/// The form and the caller's answers, where a decision may be made.
fn asked(act: &mut Act<'_>, caller: &Caller, id: TaskId) -> Result<(Task, InFamily, Offered, Draft)> {
    let (task, proof) = task_open(act.conn(), caller, id)?;
    let offered = form_of(act, caller, &proof, &task)?;
    let draft = draft_get(act.conn(), &proof, id)?;
    Ok((task, proof, offered, draft))
}

fn not_offered(why: Option<&'static str>) -> Error {
    Error::not_now(why.unwrap_or("Nothing waits for a decision about this relative now."))
}

pub(super) async fn page(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    req: HttpRequest,
    ids: web::Path<(TaskId, String)>,
    from: web::Query<From>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, (id, slug)) = (caller.clone(), ids.into_inner());
    let (place, question) = Question::by_slug(&slug).ok_or_else(Error::not_found)?;
    let changes = from.from.as_deref() == Some("check");
    let (view, draft) = house
        .act(&caller, move |act, _| {
            let (task, proof, offered, draft) = asked(act, &of, id)?;
            let form = offered.form.ok_or_else(|| not_offered(offered.why_no_form))?;
            let view = View {
                about: About::of(act.conn(), &proof, &task)?,
                question: question.slug,
                heading: question.heading,
                number: place + 1,
                of: QUESTIONS.len(),
                before: place.checked_sub(1).and_then(|place| QUESTIONS.get(place)).map(|one| one.slug),
                then: if changes { "check" } else { "next" },
                form,
                show: QUESTIONS
                    .iter()
                    .flat_map(|one| one.names().map(|field| (field, one.slug == question.slug)))
                    .chain([("hints", false)])
                    .collect(),
                saved_at: draft.saved_at.map(|at| at.shown()),
                seen: draft.mark(question),
            };
            Ok((view, draft))
        })
        .await?;
    put_back(&req, format!("/tasks/{id}/decision/questions/{slug}"), draft.as_typed());
    let title = format!("{} Decision, {}", question.heading, view.about.title());
    Answer::page("decision_question", title, &caller, view)
}

pub(super) async fn save(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    ids: web::Path<(TaskId, String)>,
    input: Input<Answers>,
) -> Result<Answer> {
    let caller = staff.caller;
    let mut answers = input.open(&caller)?;
    let (of, (id, slug)) = (caller.clone(), ids.into_inner());
    let (place, question) = Question::by_slug(&slug).ok_or_else(Error::not_found)?;
    let then = answers.remove("then");
    let seen = answers.remove("seen");
    let later = then.as_ref().is_some_and(|then| then == "later");
    let own: Vec<&str> = question.names().collect();
    if let Some(unknown) = answers.keys().find(|field| !own.contains(&field.as_str())) {
        return Err(Error::bad_input(format!("Nothing here is called '{unknown}'. Nothing was saved.")));
    }
    days_check(&answers)?;
    if !later {
        question.answered(&answers)?;
    }
    house
        .act(&caller, move |act, _| {
            let (task, proof, offered, draft) = asked(act, &of, id)?;
            let form = offered.form.ok_or_else(|| not_offered(offered.why_no_form))?;
            if seen.is_some_and(|seen| seen != draft.mark(question)) {
                changed_check(question, &form, &draft, &answers)?;
            }
            if let Some(field) = answers.iter().find_map(|(field, value)| form.lacks(field, value)) {
                return Err(Error::bad_input(
                    "Choose one of the answers that are offered. Nothing was saved.",
                )
                .at(field));
            }
            draft_save(act, &proof, &task, &own, answers)
        })
        .await?;
    let next = match QUESTIONS.get(place + 1).filter(|_| then.is_none_or(|then| then != "check")) {
        Some(next) => format!("/tasks/{id}/decision/questions/{}", next.slug),
        None => format!("/tasks/{id}/decision/check"),
    };
    let next = if later { format!("/tasks/{id}/decision") } else { next };
    Ok(Answer::done(next, json!({"task": id, "question": slug, "saved": true})))
}

/// Another window kept another answer since this page was made: both are shown, and whoever answers says which holds.
fn changed_check(question: &Question, form: &Form, draft: &Draft, answers: &Answers) -> Result<()> {
    let mut fields = question.fields.iter();
    let Some((other, _)) = fields.find(|(field, _)| draft.answers.get(*field) != answers.get(*field)) else {
        return Ok(());
    };
    let kept: Vec<String> = question
        .fields
        .iter()
        .filter_map(|(field, before)| {
            let words = form.answer_words(field, draft.answers.get(*field)?);
            Some(if before.is_empty() { words } else { format!("{before}: {words}") })
        })
        .collect();
    let kept = if kept.is_empty() { "nothing".to_owned() } else { kept.join("; ") };
    Err(Error::not_now(format!(
        "This answer was changed in another window meanwhile. There it says: \u{201c}{kept}\u{201d} What you typed stands below. Save again to keep yours in its place. Nothing was saved."
    ))
    .at(*other))
}

/// A day that does not exist is told of where it was typed, not at the end.
fn days_check(answers: &Answers) -> Result<()> {
    for (field, value) in answers {
        let is_day = field.ends_with("_by") || field.ends_with("_on");
        if is_day && value.as_str().is_none_or(|text| text.parse::<UtcDate>().is_err()) {
            return Err(Error::bad_input(
                "Enter a day, a month and a year, for example 31 3 2027. Nothing was saved.",
            )
            .at(field.as_str()));
        }
    }
    Ok(())
}

pub(super) async fn check(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof, offered, draft) = asked(act, &of, id)?;
            let form = offered.form.ok_or_else(|| not_offered(offered.why_no_form))?;
            let rows: Vec<Row> = QUESTIONS.iter().map(|question| row(question, &draft, &form)).collect();
            Ok(CheckView {
                about: About::of(act.conn(), &proof, &task)?,
                open: rows.iter().filter(|row| !row.answered).count(),
                rows,
                against: offered.stance.is_some_and(|stance| stance.against),
                outdated: is_outdated(act, &proof, id, &draft)?,
                saved_at: draft.saved_at.map(|at| at.shown()),
            })
        })
        .await?;
    let title = format!("Check the decision before you save it, {}", view.about.title());
    Answer::page("decision_check", title, &caller, view)
}

fn row(question: &'static Question, draft: &Draft, form: &Form) -> Row {
    let said = |(field, before): &(&'static str, &'static str)| {
        let value = draft.answers.get(*field)?;
        Some((*before, form.answer_words(field, value)))
    };
    Row {
        question: question.slug,
        heading: question.heading,
        answered: question.is_answered(&draft.answers),
        fields: question.names().collect::<Vec<_>>().join(" "),
        left: if question.slug == "view" { "Not said" } else { "Left to the policy pack" },
        answers: question.fields.iter().filter_map(said).collect(),
    }
}

pub(super) async fn record(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Nothing {} = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let decision = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let draft = draft_get(act.conn(), &proof, id)?;
            if is_outdated(act, &proof, id, &draft)? {
                return Err(Error::not_now(
                    "The proband has said something since you answered. Read your answers again, change what no longer holds, and save one of the questions once more. Nothing was saved.",
                ));
            }
            let decision = decision_record(act, &of, &proof, &task, entry_of(draft)?)?;
            draft_forget(act, &proof, id)?;
            Ok(decision)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "decision": decision})))
}

/// True where the proband was heard after the newest of these answers.
fn is_outdated(act: &mut Act<'_>, proof: &InFamily, id: TaskId, draft: &Draft) -> Result<bool> {
    let last = consent_list(act.conn(), proof, id)?.pop();
    Ok(last.zip(draft.saved_at).is_some_and(|(last, saved)| last.at > saved))
}

/// The answers as a decision.
///
/// # Errors
/// A question without an answer, by its heading; an answer that is not one of those offered.
fn entry_of(draft: Draft) -> Result<DecisionEntry> {
    if let Some(open) = QUESTIONS.iter().find(|question| !question.is_answered(&draft.answers)) {
        let told = format!("'{}' has no answer yet. Nothing was saved.", open.heading);
        return Err(Error::bad_input(told).at(open.names().next().unwrap_or_default()));
    }
    serde_json::from_value(Value::Object(draft.answers)).map_err(|_| {
        Error::bad_input(
            "An answer is not one of those offered now. Open its question again. Nothing was saved.",
        )
    })
}

pub(super) async fn forget(
    staff: Staff<may::DecisionRecord>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<Nothing>,
) -> Result<Answer> {
    let caller = staff.caller;
    let Nothing {} = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    house
        .act(&caller, move |act, _| {
            let (_, proof) = task_open(act.conn(), &of, id)?;
            match draft_forget(act, &proof, id)? {
                true => Ok(()),
                false => Err(Error::not_now("You have no answers here. Nothing was changed.")),
            }
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}/decision"), json!({"task": id, "forgotten": true})))
}
