//! The page of the proband's stances about one relative, and the form for the next one.
//! Must not know: the decision that may follow a refusal.

use super::{About, died::ProbandDied, guessed::Guessed, levels, name_of, way_title};
use crate::{
    access::{Answer, Choice, InFamily, Input, Staff, pages::Here, permission::may, staff::staff_names},
    audit::Deed,
    clinic::{
        cascade::task::task_open,
        sharing::{
            capacity::unable_since,
            consent::{
                Consent, ConsentEntry, Route as Way, Stance, consent_list, consent_record, stances_open,
            },
            refusal::{Heard, RefusalReason},
            unasked::{Cause, Spokesperson},
        },
    },
    error::Result,
    ids::TaskId,
    policy::Policy,
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Said {
    stance: &'static str,
    /// Only where they agree: nobody else has chosen a way or a level.
    agrees: bool,
    route: &'static str,
    level: String,
    words: String,
    /// None once the proband has died: nobody is asked again.
    revisit_on: Option<String>,
    ends_on: Option<String>,
    by: String,
    at: String,
    refusal: Option<Interview>,
    /// That they can decide this, where it was found: on which day, by whom and how.
    able: Option<String>,
    /// Where they cannot be asked: heading and words.
    unasked: Vec<(&'static str, String)>,
}

/// What is on record of a refusal.
#[derive(Serialize)]
pub(super) struct Interview {
    reasons: Vec<&'static str>,
    /// What to offer next, reason by reason.
    follow_up: Vec<&'static str>,
    informed: bool,
    unheard: Vec<&'static str>,
}

impl Interview {
    pub(super) fn of(consent: &Consent, proof: &InFamily) -> Result<Option<Self>> {
        Ok(consent.refusal(proof)?.map(|refusal| Self {
            reasons: refusal.reasons.iter().map(|reason| reason.title()).collect(),
            follow_up: refusal.reasons.iter().map(|reason| reason.follow_up()).collect(),
            informed: refusal.is_informed(),
            unheard: refusal.unheard().into_iter().map(Heard::title).collect(),
        }))
    }
}

#[derive(Serialize)]
struct View {
    about: About,
    /// Newest first; the first one stands now.
    history: Vec<Said>,
    open: bool,
    guessed: Guessed,
    asked: Asked,
    /// It was found on this day that they cannot decide this, and no later finding says that they can.
    unable_since: Option<String>,
    proband_died: Option<ProbandDied>,
}

/// What the form of a stance offers, about one relative or about several.
#[derive(Serialize)]
pub(super) struct Asked {
    revisit_hint: String,
    routes: Vec<Choice>,
    levels: Vec<Choice>,
    stances: Vec<Choice>,
    refusal_reasons: Vec<Choice>,
    heard: Vec<Choice>,
    causes: Vec<Choice>,
    spokespeople: Vec<Choice>,
    /// The proband has died: nothing new is said by them.
    died: bool,
}

impl Asked {
    pub(super) fn of(policy: &Policy, stances: &[Stance], died: bool) -> Self {
        Self {
            revisit_hint: format!(
                "If they are thinking about it and you leave this empty, it is asked again after {} days.",
                policy.periods.consent_revisit_days
            ),
            routes: Choice::all(Way::ALL, way_title),
            refusal_reasons: Choice::all(RefusalReason::ALL, RefusalReason::title),
            heard: Choice::all(Heard::ALL, Heard::title),
            causes: Choice::all(Cause::ALL, Cause::title),
            spokespeople: Choice::all(Spokesperson::ALL, Spokesperson::title),
            died,
            levels: levels(Level::L3),
            stances: stances.iter().map(|one| Choice::of(one, one.title()).hint(stance_hint(*one))).collect(),
        }
    }
}

pub(super) async fn page(
    staff: Staff<may::ConsentRecord>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            let rows = consent_list(act.conn(), &proof, id)?;
            act.record(Deed::ConsentRead, ("relative_task", id.as_str()), Some(task.family_id), "")?;
            let open = stances_open(act.conn(), &proof, &task)?;
            let proband_died = ProbandDied::of(act.conn(), &proof, task.result_id)?;
            let died = proband_died.is_some();
            Ok(View {
                about: About::of(act.conn(), &proof, &task)?,
                history: rows
                    .into_iter()
                    .rev()
                    .map(|row| {
                        Ok(Said {
                            stance: row.stance.title(),
                            agrees: row.stance.is_agreement(),
                            route: way_title(row.route),
                            words: row.words(&proof)?,
                            refusal: Interview::of(&row, &proof)?,
                            unasked: row.unasked(&proof)?.map(|unasked| unasked.said()).unwrap_or_default(),
                            able: row.able(&proof)?.map(|able| able.words()),
                            level: row.level,
                            revisit_on: row.revisit_on.filter(|_| !died).map(|day| day.shown()),
                            ends_on: row.ends_on.map(|day| day.shown()),
                            by: name_of(&names, row.by_staff),
                            at: row.at.shown(),
                        })
                    })
                    .collect::<Result<_>>()?,
                open: !open.is_empty(),
                guessed: Guessed::of(act, &proof, &task, &names)?,
                asked: Asked::of(act.policy(), &open, died),
                unable_since: unable_since(act.conn(), &proof, &task)?.map(|day| day.shown()),
                proband_died,
            })
        })
        .await?;
    let title = format!("What the proband says, {}", view.about.title());
    Answer::page("consent", title, &caller, view)
}

fn stance_hint(stance: Stance) -> Option<&'static str> {
    match stance {
        Stance::GivenWithLimits => Some("Write the limits in their words, for example when not to write."),
        Stance::Refused => Some("This is never the end: a decision is then made and recorded."),
        Stance::Withdrawn => Some("Whatever has not left the house stops at once."),
        Stance::NotObtainable => {
            Some("They have died, cannot be reached, or cannot decide this now. Say which below.")
        }
        Stance::Thinking | Stance::Given => None,
    }
}

pub(super) async fn record(
    staff: Staff<may::ConsentRecord>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<ConsentEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let consent = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            consent_record(act, &proof, &task, entry)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}"), json!({"task": id, "consent": consent})))
}
