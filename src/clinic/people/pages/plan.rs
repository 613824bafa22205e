//! What an entry would change, shown before it is saved: in words and drawn. Saving applies the same plan in one act.
//! Must not know: how it was entered; every way of entry comes here.

use super::drawing::{Leads, drawn};
use crate::{
    access::{
        Answer, Caller, InFamily, Permission, family::family_get, input::Typed, permission::allows,
        refused::Refused,
    },
    audit::{Act, Deed},
    clinic::people::change::{Names, Plan, Proposal, There, Wrong, compare, plan_apply},
    error::{Error, Result, Trouble},
    ids::{FamilyChangeId, FamilyId},
};
use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;
use serde_json::json;

/// What follows from a proposal.
pub(super) struct Planned {
    pub plan: Plan,
    pub outcome: There,
    pub names: Names,
    pub wrong: Vec<Wrong>,
}

impl Planned {
    pub fn of(act: &Act<'_>, proof: &InFamily, there: &There, proposal: &Proposal) -> Self {
        Self::of_plan(act, proof, there, compare(there, proposal, (proof.service(), proof.family()), act.at))
    }

    pub fn of_plan(act: &Act<'_>, proof: &InFamily, there: &There, plan: Plan) -> Self {
        let outcome = plan.outcome(there, proof, act.at);
        let names = Names::of_outcome(there, &outcome);
        let wrong = plan.wrongs(there, &outcome, &names, act.policy().dates, act.at.date());
        Self { plan, outcome, names, wrong }
    }

    /// # Errors
    /// The first thing that is wrong, at `field`, and the others with theirs.
    pub fn possible(&self, field: impl Fn(&Wrong) -> String) -> Result<()> {
        let mut wrong = self.wrong.iter();
        let Some(first) = wrong.next() else { return Ok(()) };
        let error = Error::bad_input(first.words.clone()).at(field(first));
        Err(wrong.fold(error, |error, next| error.also(field(next), next.words.clone())))
    }

    /// Saves it.
    pub fn save(&self, act: &mut Act<'_>, proof: &InFamily, there: &There) -> Result<Saved> {
        let change = plan_apply(act, proof, there, &self.plan)?;
        Ok(Saved { family: proof.family(), change, added: self.plan.added() })
    }
}

/// What was saved.
#[derive(Serialize)]
pub(super) struct Saved {
    family: FamilyId,
    change: FamilyChangeId,
    /// People.
    added: usize,
}

impl Saved {
    pub fn answer(&self) -> Result<Answer> {
        let facts = serde_json::to_value(self).map_err(Error::inner)?;
        Ok(Answer::done(format!("/families/{}#last-change", self.family), facts))
    }
}

/// A plan before it is saved.
#[derive(Serialize)]
pub(super) struct PlanPage {
    pub family: FamilyId,
    pub reference: String,
    pub lines: Vec<String>,
    pub pedigree_svg: String,
    /// Where the same entry is sent again: to be saved, or to be shown for further work.
    pub action: String,
    pub multipart: bool,
    /// Everything that was typed, so that nothing of it is kept here meanwhile.
    pub typed: Vec<Field>,
    /// The same as facts, for a program that saves it next.
    pub added: usize,
}

#[derive(Serialize)]
pub(super) struct Field {
    pub name: String,
    pub value: String,
}

impl PlanPage {
    pub fn of(
        act: &mut Act<'_>,
        caller: &Caller,
        proof: &InFamily,
        planned: &Planned,
        action: String,
    ) -> Result<Self> {
        let family = proof.family();
        act.record(Deed::HealthRead, ("family", family.as_str()), Some(family), "before a change")?;
        // What people have and how they are tied is in the plan and in its drawing.
        for needed in [Permission::ResultView, Permission::SealedView] {
            if !allows(&caller.roles, needed) {
                return Err(Error::not_allowed(needed.as_str()));
            }
        }
        Ok(Self {
            family,
            reference: family_get(act.conn(), proof)?.reference,
            lines: planned.plan.words(&planned.outcome, &planned.names),
            pedigree_svg: drawn(
                &planned.outcome.tree,
                &planned.outcome.people,
                &[],
                act.at.date(),
                Leads::Nowhere,
            ),
            action,
            multipart: false,
            typed: Vec::new(),
            added: planned.plan.added(),
        })
    }

    pub fn answer(self, caller: &Caller, req: &HttpRequest) -> Result<Answer> {
        let typed = typed_of(req);
        let title = format!("What will be saved in family {}", self.reference);
        Answer::page("family_plan", title, caller, Self { typed, ..self })
    }
}

/// What was typed into the form of this request, but for which button was pressed and what had been looked at.
pub(super) fn typed_of(req: &HttpRequest) -> Vec<Field> {
    let extensions = req.extensions();
    let Some(typed) = extensions.get::<Typed>() else { return Vec::new() };
    typed
        .pairs()
        .filter(|(name, value)| !matches!(*name, "step" | "seen") && !value.is_empty())
        .map(|(name, value)| Field { name: name.to_owned(), value: value.to_owned() })
        .collect()
}

/// A page that was answered with what is wrong: its form is shown with the messages beside its fields, everything typed
/// kept, under the status of the refusal.
pub(super) fn again(req: &HttpRequest, action: &str, refused: Error, page: Answer) -> Result<Answer> {
    if crate::access::staff::is_api(req) || refused.trouble() == Trouble::Inner {
        return Err(refused);
    }
    req.extensions_mut().insert(Refused {
        action: action.to_owned(),
        told: refused.public().to_owned(),
        field: refused.field().map(str::to_owned),
        also: refused.further().to_vec(),
        status: refused.status().as_u16(),
    });
    Ok(page)
}

/// An entry speaks of people by their numbers, which move when others come in: it is refused where they have moved.
///
/// # Errors
/// A mark of another family, or of this one as it was.
pub(super) fn marked(there: &There, mark: Option<&str>) -> Result<()> {
    if mark == Some(there.mark().as_str()) {
        return Ok(());
    }
    Err(Error::not_now(
        "The family was changed since this page was opened, and people may have other numbers now. Look at the numbers you used, and send it once more. Nothing was saved.",
    ))
}

/// The facts that a page of entry begins with.
pub(super) fn people_there(there: &There) -> Vec<serde_json::Value> {
    let numbers = there.numbers();
    let mut people: Vec<_> = there.people.iter().collect();
    let order = crate::clinic::people::kinship::nearest_first(&there.tree, &there.people);
    people.sort_by_key(|person| crate::clinic::people::kinship::place_in(&order, person.id));
    people
        .into_iter()
        .map(|person| {
            json!({"person": person.id, "number": numbers.get(&person.id), "name": person.shown(), "is_proband": person.is_proband})
        })
        .collect()
}
