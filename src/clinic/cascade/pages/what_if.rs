//! What if: a result is pretended for one relative, and the page says what it would change. Nothing is kept.
//! Must not know: what the variant is.

use super::figures::Figure;
use crate::{
    access::{Answer, Caller, Choice, Staff, family::family_reference, pages::Here, permission::may},
    audit::{Act, Deed},
    clinic::{
        cascade::{
            chances::{Fit, Listed, Loaded},
            steps::step,
            task::{Task, TaskCommand, TaskState, tasks_of_result},
        },
        result::state::result_open,
        tested::{
            fits::{possible, says_possible},
            relative_result::inheritance_of,
            said::Says,
        },
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResultId},
};
use actix_web::web;
use serde::{Deserialize, Serialize};

/// What stands in the address; both empty before anything is chosen.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    person: String,
    #[serde(default)]
    says: String,
}

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    reference: String,
    people: Vec<Choice>,
    says: Vec<Choice>,
    outcome: Option<Outcome>,
    figure: Figure,
}

#[derive(Serialize)]
struct Outcome {
    name: String,
    says: &'static str,
    /// The results would not fit together: these would contradict each other.
    contradicting: Vec<String>,
    changes: Vec<Change>,
}

#[derive(Serialize)]
struct Change {
    name: String,
    relation: String,
    before: String,
    before_percent: Option<String>,
    after: String,
    after_percent: Option<String>,
    /// What would become of them in the work, where something would.
    happens: Option<&'static str>,
    why: String,
}

pub(super) async fn page(
    staff: Staff<may::ResultView>,
    house: Here,
    id: web::Path<ResultId>,
    asked: web::Query<Asked>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id, &asked)).await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("what_if", format!("What if, {}, result {part}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ResultId, asked: &Asked) -> Result<View> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    act.record(Deed::ResultRead, ("result", id.as_str()), Some(proof.family()), "what if")?;
    let figures = act.policy().chances;
    let loaded = Loaded::of(act.conn(), &proof, &result, figures)?;
    let now = loaded.chances(None)?;
    let inheritance = inheritance_of(&result)?;
    let pretend = pretended(&loaded, &now.relatives, asked)?;
    let outcome = match pretend {
        None => None,
        Some((one, says)) => {
            says_possible(says, inheritance, one.person.sex_at_birth)?;
            let tasks = tasks_of_result(act.conn(), proof.service(), id)?;
            Some(outcome(&loaded, &now.relatives, one, says, &tasks)?)
        }
    };
    let line = |one: &Listed| {
        Choice::of(one.person.id, format!("{} ({})", one.person.shown(), one.path_words))
            .chosen(one.person.id.as_str() == asked.person)
    };
    // All that a man or a woman may be told: which of it fits the one chosen is said when it does not.
    let says = Says::ALL.iter().filter(|says| {
        says.is_informative()
            && now.relatives.iter().any(|one| possible(inheritance, one.person.sex_at_birth).contains(says))
    });
    Ok(View {
        result: id,
        family: proof.family(),
        reference: family_reference(act.conn(), caller.service, proof.family())?,
        people: now.relatives.iter().map(line).collect(),
        says: Choice::among(says, Says::title, asked.says.parse().ok()),
        outcome,
        figure: Figure::of(&result, act.policy(), loaded.frequency()),
    })
}

fn pretended<'a>(
    loaded: &Loaded,
    relatives: &'a [Listed],
    asked: &Asked,
) -> Result<Option<(&'a Listed, Says)>> {
    if asked.person.is_empty() && asked.says.is_empty() {
        return Ok(None);
    }
    let choose = || Error::bad_input("Choose a relative on the list, and what their test might say.");
    let id: PersonId = asked.person.parse().map_err(|_| choose())?;
    loaded.person(id).ok_or_else(choose)?;
    let one = relatives.iter().find(|one| one.person.id == id).ok_or_else(choose)?;
    let says: Says = asked.says.parse().map_err(|_| choose())?;
    Ok(Some((one, says)))
}

fn outcome(loaded: &Loaded, before: &[Listed], of: &Listed, says: Says, tasks: &[Task]) -> Result<Outcome> {
    let then = loaded.chances(Some((of.person.id, says)))?;
    let contradicting = match &then.fit {
        Fit::Contradicting(people) => people.iter().map(|id| loaded.number(*id)).collect(),
        Fit::Together => Vec::new(),
    };
    let changes = before
        .iter()
        .zip(&then.relatives)
        .filter_map(|(before, after)| {
            let task = tasks.iter().find(|task| task.person_id == before.person.id).map(|task| task.state);
            Change::of(before, after, task, before.person.id == of.person.id)
        })
        .collect();
    Ok(Outcome { name: of.person.shown(), says: says.title(), contradicting, changes })
}

impl Change {
    /// None where nothing would change, or where it cannot be said.
    fn of(before: &Listed, after: &Listed, task: Option<TaskState>, is_asked: bool) -> Option<Self> {
        let (was, is) = (before.now.as_ref()?, after.now.as_ref()?);
        let happens = match (was.at_risk, is.at_risk) {
            _ if is_asked => Some("Their own result would be on record"),
            (true, false) => Some(closes(task)),
            (false, true) => Some("Would be opened"),
            (true, true) | (false, false) => None,
        };
        let words = (was.in_words(), is.in_words());
        if happens.is_none() && words.0 == words.1 {
            return None;
        }
        Some(Self {
            name: before.person.shown(),
            relation: before.path_words.clone(),
            before: words.0,
            before_percent: was.percent(),
            after: words.1,
            after_percent: is.percent(),
            happens,
            why: is.why.clone(),
        })
    }
}

/// What becomes of somebody who would no longer be at risk.
fn closes(task: Option<TaskState>) -> &'static str {
    match task.map(|state| step(state, TaskCommand::Clear)) {
        Some(Some(TaskState::ToTell)) => "Would be told that the letter no longer holds",
        Some(Some(_)) => "Would be closed",
        Some(None) => "Would stay where they stand",
        None => "Would need no task",
    }
}
