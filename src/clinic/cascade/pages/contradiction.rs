//! The sealed page: whose results do not fit together, what it may mean, and what a clinician found it to mean.
//! Must not know: any list or letter; nothing of this page is said on another.

use crate::{
    access::{
        Answer, Caller, Choice, Input, Permission, Staff,
        family::family_reference,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::{
            chances::{Fit, Loaded},
            consequence::tasks_follow,
            sealed::{Kind, Matter, SealedMatter, matter_record, matters_of},
        },
        people::kinship::{pedigree_of, person_id},
        result::state::result_open,
        tested::{relative_result::relative_results_of, said::State},
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId, ResultId, SealedMatterId},
};
use actix_web::web;
use kinward_pedigree::{ParentKind, Pedigree};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct View {
    result: ResultId,
    family: FamilyId,
    reference: String,
    /// Whose results do not fit together; nobody where they do.
    people: Vec<Whose>,
    choices: Vec<Choice>,
    matters: Vec<Shown>,
    may_record: bool,
}

#[derive(Serialize)]
struct Whose {
    name: String,
    says: String,
}

#[derive(Serialize)]
struct Shown {
    matter: SealedMatterId,
    what: String,
    reason: String,
    by: String,
    at: String,
    stands: bool,
}

pub(super) async fn page(
    staff: Staff<may::ContradictionView>,
    house: Here,
    id: web::Path<ResultId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house.act(&caller, move |act, _| view(act, &of, id)).await?;
    let part = id.as_str().get(..8).unwrap_or_default();
    // The title tells nothing: it stays in the history of a browser.
    Answer::page("contradiction", format!("Result {part}, {}", view.reference), &caller, view)
}

fn view(act: &mut Act<'_>, caller: &Caller, id: ResultId) -> Result<View> {
    let (result, proof) = result_open(act.conn(), caller, id)?;
    act.record(Deed::SealedRead, ("result", id.as_str()), Some(proof.family()), "")?;
    let figures = act.policy().chances;
    let loaded = Loaded::of(act.conn(), &proof, &result, figures)?;
    let chances = loaded.chances(None)?;
    let results = relative_results_of(act.conn(), &proof, id)?;
    let says = |person: PersonId| {
        let counts = results.iter().find(|one| one.person_id == person && one.state == State::Confirmed);
        match counts {
            Some(one) => one.finding.says.title().to_owned(),
            None => "The proband: the family's variant was found".to_owned(),
        }
    };
    let people: Vec<PersonId> = match chances.fit {
        Fit::Contradicting(people) => people,
        Fit::Together => Vec::new(),
    };
    let names = staff_names(act.conn(), caller.service)?;
    let tree = pedigree_of(act.conn(), &proof)?;
    let shown = |one: SealedMatter| {
        let who = names.iter().find(|(known, _)| *known == one.by_staff);
        Shown {
            matter: one.id,
            what: words(&loaded, &one.matter),
            reason: one.matter.reason,
            by: who.map_or_else(|| "a former colleague".into(), |(_, name)| name.clone()),
            at: one.at.shown(),
            stands: one.stands,
        }
    };
    Ok(View {
        result: id,
        family: proof.family(),
        reference: family_reference(act.conn(), caller.service, proof.family())?,
        choices: choices(&loaded, &tree, &people)?,
        people: people.iter().map(|id| Whose { name: named(&loaded, *id), says: says(*id) }).collect(),
        matters: matters_of(act.conn(), &proof)?.into_iter().rev().map(shown).collect(),
        may_record: allows(&caller.roles, Permission::ContradictionRecord) && !people.is_empty(),
    })
}

/// "II-3 (Ida Bell)": of several who are not named yet the number says which.
fn named(loaded: &Loaded, id: PersonId) -> String {
    let name = loaded.person(id).map(|person| person.shown()).unwrap_or_default();
    format!("{} ({name})", loaded.number(id))
}

fn words(loaded: &Loaded, matter: &Matter) -> String {
    match (matter.kind, matter.tie) {
        (Kind::Apart, Some((child, parent))) => tie_words(loaded, child, parent),
        (Kind::Apart, None) => "A recorded parent is not one by descent".into(),
        (Kind::New, _) => "The variant is new in somebody".into(),
        (Kind::TakenBack, _) => "An earlier matter was taken back".into(),
    }
}

fn tie_words(loaded: &Loaded, child: PersonId, parent: PersonId) -> String {
    format!("{} is not a parent by descent of {}", named(loaded, parent), named(loaded, child))
}

/// A new variant, or any tie by descent of those whose results do not fit together and of whoever is tied to them.
fn choices(loaded: &Loaded, tree: &Pedigree, people: &[PersonId]) -> Result<Vec<Choice>> {
    let new = "The variant is new in somebody: parents, children and samples are as recorded";
    let mut choices = vec![Choice::of(Kind::New, new).hint(
        "Samples were checked, and the laboratory agrees. Brothers and sisters are then hardly at risk.",
    )];
    for (child, parent) in tree.links_of(ParentKind::Biological) {
        let (child, parent) = (person_id(child)?, person_id(parent)?);
        if people.contains(&child) || people.contains(&parent) {
            let tie = format!("{}.{child}.{parent}", Kind::Apart);
            choices.push(Choice::of(tie, tie_words(loaded, child, parent)));
        }
    }
    Ok(choices)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    /// `new`, or `apart.CHILD.PARENT`.
    #[serde(default)]
    what: String,
    #[serde(default)]
    reason: String,
}

impl Entry {
    fn matter(self) -> Result<Matter> {
        let choose = || Error::bad_input("Choose what was found. Nothing was saved.").at("what");
        let parts: Vec<&str> = self.what.split('.').collect();
        let (kind, tie) = match parts.as_slice() {
            ["new"] => (Kind::New, None),
            ["apart", child, parent] => {
                let id = |text: &str| text.parse::<PersonId>().map_err(|_| choose());
                (Kind::Apart, Some((id(child)?, id(parent)?)))
            }
            [..] => return Err(choose()),
        };
        Ok(Matter { kind, tie, takes_back: None, reason: self.reason.trim().to_owned() })
    }
}

pub(super) async fn record(
    staff: Staff<may::ContradictionRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let matter = input.open(&staff.caller)?.matter()?;
    keep(staff.caller, house, id.into_inner(), matter).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Back {
    #[serde(default)]
    reason: String,
}

pub(super) async fn take_back(
    staff: Staff<may::ContradictionRecord>,
    house: Here,
    path: web::Path<(ResultId, SealedMatterId)>,
    input: Input<Back>,
) -> Result<Answer> {
    let Back { reason } = input.open(&staff.caller)?;
    let (id, matter) = path.into_inner();
    let matter = Matter { kind: Kind::TakenBack, tie: None, takes_back: Some(matter), reason };
    keep(staff.caller, house, id, matter).await
}

/// Keeps it, and has the list follow: what it says of relatives is what any list that is checked again says.
async fn keep(caller: Caller, house: Here, id: ResultId, matter: Matter) -> Result<Answer> {
    let of = caller.clone();
    let kept = house
        .act(&caller, move |act, _| {
            let (result, proof) = result_open(act.conn(), &of, id)?;
            let tree = pedigree_of(act.conn(), &proof)?;
            let kept = matter_record(act, &proof, &tree, id, matter)?;
            if result.about.at_risk_checked_at.is_some() {
                tasks_follow(act, &proof, id)?;
            }
            Ok(kept)
        })
        .await?;
    Ok(Answer::done(format!("/results/{id}/contradiction"), json!({"result": id, "matter": kept})))
}
