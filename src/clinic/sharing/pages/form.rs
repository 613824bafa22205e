//! The form of a confidentiality decision: what each field may be answered with, what stands on record, why it is not offered.
//! Must not know: findings, or what was answered so far.

use super::{
    agreement::Interview,
    decided::{advice_words, grade_words, ground_words, models, outcome_words, view_words},
    guessed::Guessed,
    levels,
};
use crate::{
    access::{Caller, Choice, InFamily, Permission, permission::allows, staff::staff_names},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            steps::step,
            task::{Task, TaskCommand},
        },
        sharing::{
            cases::Library,
            consent::{Consent, Stance, consent_list, proband_of},
            decision::{AdviceNamed, Fact, FirstView, Grade, LegalBasis, Outcome},
            facts::facts_known,
            pack::{decision_barred, pack_now},
        },
    },
    db::UtcDate,
    error::Result,
    policy::{
        Policy, Side,
        pack::{Edition, Pack},
    },
};
use kinward_family::disclosure::Level;
use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct Asked {
    pub(super) code: String,
    pub(super) text: String,
    pub(super) ask: Option<String>,
    /// What speaks against it, with its source.
    pub(super) counter: Option<String>,
    /// Worked examples that show it, as (id, title).
    pub(super) cases: Vec<(String, String)>,
}

#[derive(Serialize)]
pub(super) struct Form {
    pub(super) views: Vec<Choice>,
    pub(super) models: Vec<Choice>,
    pub(super) outcomes: Vec<Choice>,
    pub(super) grades: Vec<Choice>,
    pub(super) grounds: Vec<Choice>,
    pub(super) advice: Vec<Choice>,
    /// What stands on record now; it is kept with the decision.
    pub(super) facts: Vec<Fact>,
    pub(super) execute_hint: String,
    pub(super) levels: Vec<Choice>,
    pub(super) guessed: Guessed,
    pub(super) reasons_for: Vec<Asked>,
    pub(super) reasons_against: Vec<Asked>,
    pub(super) review_hint: String,
    /// "England 2020".
    pub(super) policy: String,
    pub(super) settings: Vec<Asks>,
    /// What must be on file beside the decision.
    pub(super) documents: Vec<String>,
    /// Why the approach cannot be applied to this relative at all, by the pack in force.
    pub(super) barred: Option<String>,
    /// How long no letter leaves by a decision against what the proband said; 0 for no wait.
    pub(super) cooling_hours: i64,
    /// The proband has died.
    pub(super) died: bool,
    /// Who checked the pack; nobody yet where absent.
    pub(super) verified_by: Option<String>,
}

/// One setting of the pack in force, with the rule it follows from.
#[derive(Serialize)]
pub(super) struct Asks {
    pub(super) what: &'static str,
    pub(super) is: String,
    pub(super) rule: String,
}

#[derive(Serialize)]
pub(super) struct Standing {
    pub(super) stance: &'static str,
    pub(super) words: String,
    pub(super) at: String,
    /// The proband does not agree: the form opens with a warning.
    pub(super) against: bool,
    pub(super) refusal: Option<Interview>,
}

impl Form {
    /// What a field that is chosen is chosen from; nothing for one that is written.
    fn choices(&self, field: &str) -> &[Choice] {
        match field {
            "first_view" => &self.views,
            "model" => &self.models,
            "outcome" => &self.outcomes,
            "not_shared_grade" | "shared_grade" => &self.grades,
            "legal_basis" => &self.grounds,
            "advice_named" => &self.advice,
            "level" => &self.levels,
            _ => &[],
        }
    }

    /// The field, where an answer to it is not among what is offered.
    pub(super) fn lacks(&self, field: &str, value: &Value) -> Option<String> {
        let reasons = || self.reasons_for.iter().chain(&self.reasons_against);
        let offered = |text: &str| match field {
            "reasons" => reasons().any(|one| one.code == text),
            "documents" => self.documents.iter().any(|one| one == text),
            _ => {
                let choices = self.choices(field);
                choices.is_empty() || choices.iter().any(|choice| choice.value == text)
            }
        };
        let is_list = matches!(field, "reasons" | "documents");
        let all = match value {
            Value::Array(values) => is_list && values.iter().filter_map(Value::as_str).all(offered),
            Value::String(text) => !is_list && offered(text),
            // Refused where answers are kept, in its own words.
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
        };
        (!all).then(|| field.to_owned())
    }

    /// An answer in the words that were offered for it; what people wrote stays as they wrote it.
    pub(super) fn answer_words(&self, field: &str, value: &Value) -> String {
        let choices = self.choices(field);
        let one = |text: &str| {
            let chosen =
                choices.iter().find(|choice| choice.value == text).map(|choice| choice.label.clone());
            let reason = || self.reasons_for.iter().chain(&self.reasons_against).find(|one| one.code == text);
            let day = || text.parse::<UtcDate>().ok().map(UtcDate::shown);
            match field {
                "reasons" => reason().map(|one| format!("{} ({})", one.text, one.code)),
                "execute_by" | "review_on" => day(),
                _ => chosen,
            }
            .unwrap_or_else(|| text.to_owned())
        };
        match value {
            Value::Array(values) => {
                values.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join("\n")
            }
            Value::String(text) => one(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
        }
    }
}

/// The form as the caller is offered it, and what the proband says; why not where there is none.
pub(super) struct Offered {
    pub(super) stance: Option<Standing>,
    pub(super) form: Option<Form>,
    pub(super) why_no_form: Option<&'static str>,
}

pub(super) fn form_of(act: &mut Act<'_>, caller: &Caller, proof: &InFamily, task: &Task) -> Result<Offered> {
    act.record(Deed::ConsentRead, ("relative_task", task.id.as_str()), Some(task.family_id), "")?;
    let last = consent_list(act.conn(), proof, task.id)?.pop();
    let why_no_form = form_refused(caller, task, last.as_ref().map(|consent| consent.stance));
    let standing = |consent: Consent| -> Result<Standing> {
        Ok(Standing {
            stance: consent.stance.title(),
            words: consent.words(proof)?,
            at: consent.at.shown(),
            against: consent.stance.is_refusal(),
            refusal: Interview::of(&consent, proof)?,
        })
    };
    let form = match &last {
        Some(last) if why_no_form.is_none() => {
            let names = staff_names(act.conn(), caller.service)?;
            let guessed = Guessed::of(act, proof, task, &names)?;
            let (pack, edition) = pack_now(act)?;
            let barred = decision_barred(edition, task, last.stance, Level::L0);
            let facts = facts_known(act, proof, task)?;
            let died = proband_of(act.conn, proof, task)?.has_died();
            Some(Form {
                facts,
                died,
                ..form(act.policy(), Library::embedded()?, pack, edition, guessed, barred)
            })
        }
        Some(_) | None => None,
    };
    Ok(Offered { stance: last.map(standing).transpose()?, form, why_no_form })
}

/// Why the caller is not offered the form, in words; nothing where they are.
pub(super) fn form_refused(caller: &Caller, task: &Task, stance: Option<Stance>) -> Option<&'static str> {
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
    Form {
        views: Choice::all(FirstView::ALL, view_words),
        models: models(),
        outcomes: Outcome::ALL
            .iter()
            .filter(|outcome| barred.is_none() || **outcome != Outcome::Applied)
            .map(|outcome| {
                let (label, hint) = outcome_words(*outcome);
                Choice::of(outcome, label).hint(hint)
            })
            .collect(),
        grades: Choice::all(Grade::ALL, grade_words),
        grounds: Choice::all(LegalBasis::ALL, ground_words),
        advice: Choice::all(AdviceNamed::ALL, advice_words),
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
        cooling_hours: policy.periods.cooling_off_hours,
        died: false,
        verified_by: Some(pack.verified_by.clone()).filter(|by| !by.is_empty()),
    }
}
