//! The page of the confidentiality decision: earlier ones with their reasons, the form, and the newest as PDF.
//! Must not know: findings, or the words of letters.

use super::{
    About, Choice,
    agreement::Interview,
    decided::{Decided, advice_words, grade_words, ground_words, model_words, outcome_words},
    guessed::Guessed,
    levels,
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Nothing, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand, task_open},
        },
        letters::letter::{LetterRow, LetterState, letter_list},
        result::release::bases_of,
        sharing::{
            cases::Library,
            consent::{Consent, Stance, consent_list},
            decision::{
                AdviceNamed, Balance, Decision, DecisionEntry, Fact, Grade, LegalBasis, Model, Outcome,
                decision_list, decision_record, facts_known,
            },
            pack::{decision_barred, pack_now},
            signature::{decision_sign, signatures_of},
            training::training_missing,
        },
    },
    error::{Error, Result},
    ids::{DecisionId, TaskId},
    pdf,
    policy::{
        Policy, Side,
        pack::{Edition, Pack},
    },
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Asked {
    code: String,
    text: String,
    ask: Option<String>,
    /// What speaks against it, with its source.
    counter: Option<String>,
    /// Worked examples that show it, as (id, title).
    cases: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Form {
    models: Vec<Choice>,
    outcomes: Vec<Choice>,
    grades: Vec<Choice>,
    grounds: Vec<Choice>,
    advice: Vec<Choice>,
    /// What stands on record now; it is kept with the decision.
    facts: Vec<Fact>,
    execute_hint: String,
    levels: Vec<Choice>,
    guessed: Guessed,
    reasons_for: Vec<Asked>,
    reasons_against: Vec<Asked>,
    review_hint: String,
    /// "England 2020".
    policy: String,
    settings: Vec<Asks>,
    /// What must be on file beside the decision.
    documents: Vec<String>,
    /// Why the approach cannot be applied to this relative at all, by the pack in force.
    barred: Option<String>,
    /// Who checked the pack; nobody yet where absent.
    verified_by: Option<String>,
}

/// One setting of the pack in force, with the rule it follows from.
#[derive(Serialize)]
struct Asks {
    what: &'static str,
    is: String,
    rule: String,
}

#[derive(Serialize)]
struct Standing {
    stance: &'static str,
    words: String,
    at: String,
    /// The proband does not agree: the form opens with a warning.
    against: bool,
    refusal: Option<Interview>,
}

#[derive(Serialize)]
struct View {
    about: About,
    stance: Option<Standing>,
    /// Newest first; the first one stands unless the proband spoke after it.
    decisions: Vec<Decided>,
    form: Option<Form>,
    why_no_form: Option<&'static str>,
    /// Why the caller, who could decide otherwise, may sign nothing now.
    untrained: Option<String>,
}

pub(super) async fn page(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let title = format!("Confidentiality decision, {}", view.about.title());
    Answer::page("decision", title, &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: TaskId) -> Result<View> {
    let (task, proof, decisions, about) = opened(act, caller, id)?;
    act.record(Deed::ConsentRead, ("relative_task", id.as_str()), Some(task.family_id), "")?;
    let last = consent_list(act.conn(), &proof, id)?.pop();
    let why_no_form = form_refused(caller, &task, last.as_ref().map(|consent| consent.stance));
    let standing = |consent: Consent| -> Result<Standing> {
        Ok(Standing {
            stance: consent.stance.title(),
            words: consent.words(&proof)?,
            at: consent.at.shown(),
            against: consent.stance.is_refusal(),
            refusal: Interview::of(&consent, &proof)?,
        })
    };
    let form = match &last {
        Some(last) if why_no_form.is_none() => {
            let (names, today) = (staff_names(act.conn(), caller.service)?, act.at.date());
            let guessed = Guessed::of(act.conn, &proof, &task, today, &names)?;
            let (pack, edition) = pack_now(act)?;
            let barred = decision_barred(edition, &task, last.stance, Level::L0);
            let facts = facts_known(act, &proof, &task)?;
            Some(Form { facts, ..form(act.policy(), Library::embedded()?, pack, edition, guessed, barred) })
        }
        Some(_) | None => None,
    };
    let untrained = match allows(&caller.roles, Permission::DecisionRecord) {
        true => training_missing(act, caller.staff)?,
        false => None,
    };
    Ok(View { about, stance: last.map(standing).transpose()?, decisions, form, why_no_form, untrained })
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
    let of = |row: (Decision, Balance)| {
        let own =
            letters.iter().find(|letter| letter.state == LetterState::Sent && rests_on(letter, row.0.id));
        Decided::of(row, act.policy(), &names, &signatures, own, caller)
    };
    let decided = rows.into_iter().rev().map(of).collect();
    let about = About::of(act.conn(), &proof, &task)?;
    Ok((task, proof, decided, about))
}

/// Why the caller is not offered the form, in words; nothing where they are.
fn form_refused(caller: &Caller, task: &Task, stance: Option<Stance>) -> Option<&'static str> {
    if !allows(&caller.roles, Permission::DecisionRecord) {
        return Some("A clinician records the decision.");
    }
    if step(task.state, TaskCommand::DecideToWrite).is_none() {
        return Some("Nothing waits for a decision about this relative now.");
    }
    match stance {
        None => Some("Record what the proband says about telling this relative first."),
        Some(Stance::Given | Stance::GivenWithLimits) => {
            Some("The proband agrees, so there is nothing to decide.")
        }
        Some(Stance::Thinking | Stance::Refused | Stance::Withdrawn | Stance::NotObtainable) => None,
    }
}

fn form(
    policy: &Policy,
    library: &Library,
    pack: &Pack,
    edition: &Edition,
    guessed: Guessed,
    barred: Option<String>,
) -> Form {
    let reasons = |side: Side| {
        policy
            .reasons
            .iter()
            .filter(|reason| reason.side == side)
            .map(|reason| Asked {
                code: reason.code.clone(),
                text: reason.text.clone(),
                ask: Some(reason.ask.clone()).filter(|ask| !ask.is_empty()),
                cases: library.of_code(&reason.code),
                counter: Some(reason.counter.clone()).filter(|counter| !counter.is_empty()),
            })
            .collect()
    };
    let choice =
        |value, (label, hint): (&str, _)| Choice { value, label: label.to_owned(), hint: Some(hint) };
    let plain = |value, label: &str| Choice { value, label: label.to_owned(), hint: None };
    Form {
        models: Model::ALL.iter().map(|model| choice(model.as_str(), model_words(*model))).collect(),
        outcomes: Outcome::ALL
            .iter()
            .filter(|outcome| barred.is_none() || **outcome != Outcome::Applied)
            .map(|outcome| choice(outcome.as_str(), outcome_words(*outcome)))
            .collect(),
        grades: Grade::ALL.iter().map(|grade| plain(grade.as_str(), grade_words(*grade))).collect(),
        grounds: LegalBasis::ALL.iter().map(|ground| plain(ground.as_str(), ground_words(*ground))).collect(),
        advice: AdviceNamed::ALL.iter().map(|named| plain(named.as_str(), advice_words(*named))).collect(),
        facts: Vec::new(),
        execute_hint: format!(
            "If the approach is applied and you leave this empty, the letter is due in {} days. After that day it stands as overdue.",
            policy.periods.decision_execute_days
        ),
        levels: levels(Level::L2.min(edition.most_level())),
        guessed,
        reasons_for: reasons(Side::For),
        reasons_against: reasons(Side::Against),
        review_hint: format!(
            "If you leave this empty, it is looked at again after {} days.",
            policy.periods.decision_review_days
        ),
        policy: format!("{} {}", pack.name, edition.version),
        settings: edition
            .settings()
            .into_iter()
            .map(|(what, is, rule)| Asks { what, is, rule: edition.quoted(rule) })
            .collect(),
        documents: edition.documents.clone(),
        barred,
        verified_by: Some(pack.verified_by.clone()).filter(|by| !by.is_empty()),
    }
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
            decision_record(act, &of, &proof, &task, entry)
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
