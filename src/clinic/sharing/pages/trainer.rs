//! The trainer's pages: what is to be done, a case to decide, and one's own answer beside the balance of the case.
//! Must not know: any family; the Guardian's list of colleagues holds names of staff and days, and no answers.

use super::{
    decided::{model_words, models, outcome_words},
    levels, name_of,
};
use crate::{
    access::{
        Answer, Choice, Input, Permission, Role, Staff,
        pages::Here,
        permission::{allows, may},
        staff::{staff_names, staff_of_role},
    },
    clinic::sharing::{
        cases::{Library, Reach, WorkedCase},
        decision::Outcome,
        training::{
            Answered, Attempt, Marked, TrainingNow, answer_mark, attempt_again_on, attempt_last,
            attempt_list, attempt_record, passes,
        },
    },
    error::{Error, Result},
    policy::{Policy, Side, Training},
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct ToDo {
    id: String,
    title: String,
    /// Newest first-hand: "8 of 9 points, 23 November 2026".
    last: Option<String>,
    /// A pass that still counts.
    counts: bool,
}

#[derive(Serialize)]
struct Colleague {
    name: String,
    words: String,
    stands: bool,
}

#[derive(Serialize)]
struct All {
    words: String,
    stands: bool,
    passed: usize,
    needed: usize,
    rules: Vec<String>,
    cases: Vec<ToDo>,
    version: String,
    verified_by: Option<String>,
    /// For the Guardian: who may sign decisions, and whose training stands.
    colleagues: Vec<Colleague>,
}

/// How an answer is counted, in sentences: nothing else is.
fn rules(asked: &Training) -> Vec<String> {
    let points = &asked.points;
    vec![
        format!(
            "An answer earns {} for the model, {} for the outcome, {} for a level that does not go beyond what serves, and {} for each reason that a good answer names.",
            said(points.model),
            said(points.outcome),
            said(points.level),
            said(points.reason)
        ),
        format!(
            "You may tick {} reasons beside those; each further one takes a point back.",
            points.spare_reasons
        ),
        format!("A case is passed with {} in 100 of its points.", asked.pass_percent),
        format!(
            "Training is complete with {} different cases passed. Each counts for {} days.",
            asked.cases, asked.valid_days
        ),
        format!(
            "A case can be answered again after {} days, because you have seen its balance. Your sentence earns nothing: it is for you.",
            asked.again_after_days
        ),
        "You may read the worked examples first.".to_owned(),
    ]
}

fn said(points: i32) -> String {
    if points == 1 { "1 point".to_owned() } else { format!("{points} points") }
}

pub(super) async fn list(staff: Staff<may::TrainingTake>, house: Here) -> Result<Answer> {
    let caller = staff.caller;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let (library, asked, today) =
                (Library::embedded()?, &house.policy.training, house.clock.now().date());
            let own = attempt_list(conn, of.service, Some(of.staff))?;
            let now = TrainingNow::of(&own, asked, today);
            let todo = |case: &WorkedCase| {
                let mut all = own.iter().filter(|attempt| attempt.case_id == case.id);
                let counts = |attempt: &Attempt| {
                    attempt.passes(asked) && today < attempt.at.date().plus_days(asked.valid_days)
                };
                ToDo {
                    id: case.id.clone(),
                    title: case.title.clone(),
                    counts: all.clone().any(counts),
                    last: all.next().map(|last| {
                        format!("{} of {} points, {}", last.points, last.of_points, last.at.date().shown())
                    }),
                }
            };
            let colleagues = match allows(&of.roles, Permission::RecordView) {
                false => Vec::new(),
                true => {
                    let names = staff_names(conn, of.service)?;
                    let all = attempt_list(conn, of.service, None)?;
                    let signers = staff_of_role(conn, of.service, Role::Clinician)?.into_iter();
                    let colleague = |id| {
                        let own: Vec<Attempt> =
                            all.iter().filter(|attempt| attempt.staff_id == id).cloned().collect();
                        let now = TrainingNow::of(&own, asked, today);
                        Colleague {
                            name: name_of(&names, id),
                            stands: now.stands.is_some(),
                            words: match now.stands {
                                Some(stands) => format!("Stands until {}", stands.until.shown()),
                                None if now.lapsed => "Has lapsed".to_owned(),
                                None => format!("{} of {} cases passed", now.passed, now.needed),
                            },
                        }
                    };
                    signers.map(colleague).collect()
                }
            };
            Ok(All {
                words: now.words(),
                stands: now.stands.is_some(),
                passed: now.passed,
                needed: now.needed,
                rules: rules(asked),
                cases: library.cases.iter().map(todo).collect(),
                version: library.version.clone(),
                verified_by: Some(library.verified_by.clone()).filter(|by| !by.is_empty()),
                colleagues,
            })
        })
        .await?;
    Answer::page("training", "Training for decisions", &caller, view)
}

#[derive(Serialize)]
struct Reason {
    code: String,
    text: String,
}

#[derive(Serialize)]
struct Form {
    models: Vec<Choice>,
    outcomes: Vec<Choice>,
    levels: Vec<Choice>,
    reasons_for: Vec<Reason>,
    reasons_against: Vec<Reason>,
}

#[derive(Serialize)]
struct One {
    id: String,
    title: String,
    story: String,
    form: Option<Form>,
    /// The day from which this case may be answered again, where it was.
    again_on: Option<String>,
}

fn form(policy: &Policy) -> Form {
    let reasons = |side: Side| {
        let of_side = policy.reasons.iter().filter(|reason| reason.side == side);
        of_side.map(|reason| Reason { code: reason.code.clone(), text: reason.text.clone() }).collect()
    };
    let nobody = Choice::of(Reach::Nobody, "Nothing is told now");
    Form {
        models: models(),
        outcomes: Choice::all(Outcome::ALL, |outcome: Outcome| outcome_words(outcome).0),
        levels: std::iter::once(nobody).chain(levels(Level::L2)).collect(),
        reasons_for: reasons(Side::For),
        reasons_against: reasons(Side::Against),
    }
}

pub(super) async fn one(
    staff: Staff<may::TrainingTake>,
    house: Here,
    id: web::Path<String>,
) -> Result<Answer> {
    let caller = staff.caller;
    let case = Library::embedded()?.case(&id).ok_or_else(Error::not_found)?;
    let of = caller.clone();
    let view = house
        .read(move |conn, house| {
            let (asked, today) = (&house.policy.training, house.clock.now().date());
            let again = attempt_again_on(conn, of.service, of.staff, case, asked)?;
            let waits = again.is_some_and(|day| today < day);
            Ok(One {
                id: case.id.clone(),
                title: case.title.clone(),
                story: case.story.clone(),
                form: (!waits).then(|| form(&house.policy)),
                again_on: again.map(|day| day.shown()),
            })
        })
        .await?;
    let title = format!("Training, case {}: {}", view.id, view.title);
    Answer::page("training_case", title, &caller, view)
}

pub(super) async fn take(
    staff: Staff<may::TrainingTake>,
    house: Here,
    id: web::Path<String>,
    input: Input<Answered>,
) -> Result<Answer> {
    let caller = staff.caller;
    let answer = input.open(&caller)?;
    let (of, id) = (caller.staff, id.into_inner());
    let case = id.clone();
    let attempt = house.act(&caller, move |act, _| attempt_record(act, of, &case, answer)).await?;
    Ok(Answer::done(format!("/training/{id}/answer"), json!({"case": id, "attempt": attempt})))
}

#[derive(Serialize)]
struct Named {
    code: String,
    text: String,
    side: Option<Side>,
}

#[derive(Serialize)]
struct Chosen {
    model: String,
    outcome: String,
    level: String,
}

#[derive(Serialize)]
struct Compared {
    case: WorkedCase,
    at: String,
    own: Chosen,
    balance: Chosen,
    sentence: String,
    marked: Marked,
    passed: bool,
    pass_percent: i32,
    seen: Vec<Named>,
    missed: Vec<Named>,
    further: Vec<Named>,
    /// Where training stands with this answer.
    words: String,
    next: Option<String>,
}

fn reach_words(reach: Reach) -> String {
    let level = |level: Level| format!("{level}: {}", level.plain());
    match reach {
        Reach::Nobody => "Nothing is told now".to_owned(),
        Reach::L0 => level(Level::L0),
        Reach::L1 => level(Level::L1),
        Reach::L2 => level(Level::L2),
    }
}

fn all_of<T: Copy>(list: &[T], words: impl Fn(T) -> &'static str) -> String {
    let all: Vec<&str> = list.iter().map(|one| words(*one)).collect();
    all.join(", or: ")
}

pub(super) async fn answer(
    staff: Staff<may::TrainingTake>,
    house: Here,
    id: web::Path<String>,
) -> Result<Answer> {
    let caller = staff.caller;
    let library = Library::embedded()?;
    let case = library.case(&id).ok_or_else(Error::not_found)?;
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, house| {
            let (at, own) = attempt_last(act, of.staff, &case.id)?.ok_or_else(Error::not_found)?;
            let (asked, policy) = (&house.policy.training, &house.policy);
            let marked = answer_mark(&case.balance, &own, &asked.points);
            let named = |codes: &[String]| {
                let one = |code: &String| Named {
                    code: code.clone(),
                    text: policy.reason(code).map_or_else(String::new, |reason| reason.text.clone()),
                    side: policy.reason(code).map(|reason| reason.side),
                };
                codes.iter().map(one).collect::<Vec<_>>()
            };
            let attempts = attempt_list(act.conn(), of.service, Some(of.staff))?;
            let now = TrainingNow::of(&attempts, asked, act.at.date());
            let undone = |case: &&WorkedCase| !attempts.iter().any(|attempt| attempt.case_id == case.id);
            Ok(Compared {
                at: at.shown(),
                own: Chosen {
                    model: model_words(own.model).0.to_owned(),
                    outcome: outcome_words(own.outcome).0.to_owned(),
                    level: reach_words(own.level),
                },
                balance: Chosen {
                    model: all_of(&case.balance.models, |model| model_words(model).0),
                    outcome: all_of(&case.balance.outcomes, |outcome| outcome_words(outcome).0),
                    level: match case.balance.level {
                        Reach::Nobody => reach_words(Reach::Nobody),
                        level @ (Reach::L0 | Reach::L1 | Reach::L2) => {
                            format!("At most {}", reach_words(level))
                        }
                    },
                },
                sentence: own.sentence,
                passed: passes(marked.points, marked.of, asked),
                pass_percent: asked.pass_percent,
                seen: named(&marked.seen),
                missed: named(&marked.missed),
                further: named(&marked.further),
                marked,
                words: now.words(),
                next: Library::embedded()?.cases.iter().find(undone).map(|case| case.id.clone()),
                case: case.clone(),
            })
        })
        .await?;
    let title = format!("Training, your answer to case {}", view.case.id);
    Answer::page("training_answer", title, &caller, view)
}
