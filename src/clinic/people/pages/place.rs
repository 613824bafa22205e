//! A person's place in the tree: adding a relative of theirs, and correcting what ties them and what is said of them.
//! Must not know: how a plan is written; each form makes one.

mod saying;

use super::{
    person_open,
    plan::{PlanPage, Planned, Saved},
    told::{Told, sex_words},
};
use crate::{
    access::{
        Answer, Caller, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
    },
    audit::{Act, Deed},
    clinic::people::{
        change::{FreshIds, Plan, There},
        entry::rows::{self, MOST_A_ROW, Row},
        kinship::{ParentKind, pedigree_id},
        particulars::Childless,
        person::Person,
        ties::{Consanguinity, Couple, Tie, Zygosity},
    },
    error::{Error, Result},
    ids::{FamilyId, PersonId},
};
use actix_web::{HttpRequest, web};
use saying::Saying;
pub(super) use saying::particulars;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct PlacePage {
    person: PersonId,
    family: FamilyId,
    family_reference: String,
    name: String,
    number: String,
    relation: String,
    sex_words: String,
    said: Saying,
    parents: Vec<Tied>,
    couples: Vec<Tied>,
    twins: Vec<Tied>,
    others: Vec<Other>,
    relations: Vec<String>,
}

/// Somebody this person is tied to, and how.
#[derive(Serialize)]
struct Tied {
    person: PersonId,
    name: String,
    how: String,
}

#[derive(Serialize)]
struct Other {
    person: PersonId,
    name: String,
}

/// The family with everything in it, for whoever may see how people are tied and what they have.
fn open(act: &mut Act<'_>, caller: &Caller, id: PersonId) -> Result<(There, InFamily)> {
    let (_, proof) = person_open(act.conn(), caller, id)?;
    for needed in [Permission::ResultView, Permission::SealedView] {
        if !allows(&caller.roles, needed) {
            return Err(Error::not_allowed(needed.as_str()));
        }
    }
    Ok((There::read(act.conn(), &proof)?, proof))
}

pub(super) async fn page(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            act.record(Deed::HealthRead, ("person", id.as_str()), Some(proof.family()), "")?;
            let person = there.person(id).ok_or_else(Error::not_found)?;
            let reference = family_get(act.conn(), &proof)?.reference;
            Ok(place_of(&there, person, &proof, reference))
        })
        .await?;
    // Names no person: titles stay in the history of a browser.
    let part = view.person.as_str().get(..8).unwrap_or_default();
    Answer::page(
        "person_place",
        format!("Person {part} in the tree, {}", view.family_reference),
        &caller,
        view,
    )
}

fn place_of(there: &There, person: &Person, proof: &InFamily, family_reference: String) -> PlacePage {
    let id = person.id;
    let told = Told::of(&there.tree, there.proband().map(|proband| pedigree_id(proband.id)));
    let called = |id: PersonId| {
        let name = there.person(id).map(Person::shown).unwrap_or_default();
        format!("{name} ({})", told.number(&pedigree_id(id)))
    };
    let tied = |person: PersonId, how: Vec<&str>| Tied { person, name: called(person), how: how.join(", ") };
    let (mut parents, mut couples, mut twins) = (Vec::new(), Vec::new(), Vec::new());
    for (parent, kinds) in there.parents_of(id) {
        parents.push(tied(parent, kinds.iter().map(|kind| kind_words(*kind)).collect()));
    }
    for tie in there.ties_of(id) {
        match tie {
            Tie::Couple(couple) => {
                let other = if couple.one == id { couple.other } else { couple.one };
                let facts = crate::clinic::people::change::couple_facts(couple);
                couples.push(tied(other, if facts.is_empty() { vec!["a couple"] } else { facts }));
            }
            Tie::Twins(set) => {
                let how = match set.zygosity {
                    Zygosity::Monozygotic => "from one egg",
                    Zygosity::Dizygotic => "from two eggs",
                    Zygosity::Unknown => "not known whether from one egg",
                };
                twins.extend(
                    set.members.iter().filter(|member| **member != id).map(|member| tied(*member, vec![how])),
                );
            }
        }
    }
    // Those who are a couple by their children alone.
    for partner in there.tree.partners(&pedigree_id(id)) {
        let Ok(partner) = partner.as_str().parse::<PersonId>() else { continue };
        if couples.iter().all(|known: &Tied| known.person != partner) {
            couples.push(tied(partner, vec!["by their children"]));
        }
    }
    PlacePage {
        person: id,
        family: proof.family(),
        family_reference,
        name: person.shown(),
        number: told.number(&pedigree_id(id)),
        relation: told.relation(&pedigree_id(id)),
        sex_words: sex_words(person),
        said: Saying::of(person, there.health.get(&id)),
        parents,
        couples,
        twins,
        others: there
            .people
            .iter()
            .filter(|other| other.id != id)
            .map(|other| Other { person: other.id, name: called(other.id) })
            .collect(),
        relations: super::table::relations(),
    }
}

fn kind_words(kind: ParentKind) -> &'static str {
    match kind {
        ParentKind::Biological => "by descent",
        ParentKind::Legal => "by law",
        ParentKind::Donor => "donor",
        ParentKind::Gestational => "carried the pregnancy",
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    #[default]
    Check,
    Save,
    /// Back from the look at what would be saved.
    Rows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelativeEntry {
    #[serde(default)]
    step: Step,
    #[serde(default)]
    relation: String,
    /// The other parent of a child.
    with: Option<PersonId>,
    #[serde(default)]
    given_name: String,
    #[serde(default)]
    family_name: String,
    #[serde(default)]
    sex: String,
    #[serde(default)]
    born: String,
    #[serde(default)]
    life: String,
    #[serde(default)]
    had: String,
    #[serde(default)]
    notes: String,
}

enum Next {
    Shown(Box<PlanPage>),
    Saved(Saved),
}

pub(super) async fn relative(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    req: HttpRequest,
    id: web::Path<PersonId>,
    input: Input<RelativeEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    if entry.step == Step::Rows {
        return Ok(Answer::done(format!("/people/{id}/place#relative"), serde_json::json!({"person": id})));
    }
    let next = house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            let step = entry.step;
            let planned = relative_planned(act, &proof, &there, id, entry)?;
            match step {
                Step::Check | Step::Rows => {
                    PlanPage::of(act, &of, &proof, &planned, format!("/people/{id}/relatives"))
                        .map(|page| Next::Shown(Box::new(page)))
                }
                Step::Save => planned.save(act, &proof, &there).map(Next::Saved),
            }
        })
        .await?;
    match next {
        Next::Shown(page) => page.answer(&caller, &req),
        Next::Saved(saved) => saved.answer(),
    }
}

/// One row of the table, from this person.
fn relative_planned(
    act: &Act<'_>,
    proof: &InFamily,
    there: &There,
    id: PersonId,
    entry: RelativeEntry,
) -> Result<Planned> {
    let numbers = there.numbers();
    let number = |id: PersonId| {
        numbers.get(&id).cloned().ok_or_else(|| {
            Error::bad_input("The other parent is not in this family. Nothing was saved.").at("with")
        })
    };
    let of = match entry.with {
        Some(with) => format!("{} and {}", number(id)?, number(with)?),
        None => number(id)?,
    };
    let row = Row {
        number: 1,
        relation: entry.relation,
        of,
        given_name: entry.given_name,
        family_name: entry.family_name,
        sex: entry.sex,
        born: entry.born,
        life: entry.life,
        had: entry.had,
        notes: entry.notes,
    };
    let mut ids = FreshIds::draw(|| PersonId::new(act.chance()), MOST_A_ROW + 1);
    let read = rows::read(there, &[row], &mut ids)?;
    let field = |column: &'static str| if column == "of" { "relation" } else { column };
    let mut wrong = read.wrong.into_iter();
    if let Some(first) = wrong.next() {
        let error = Error::bad_input(first.words).at(field(first.column));
        return Err(wrong.fold(error, |error, next| error.also(field(next.column), next.words)));
    }
    let planned = Planned::of(act, proof, there, &read.proposal);
    planned.possible(|wrong| if wrong.field == "died" { "life".into() } else { wrong.field.to_owned() })?;
    Ok(planned)
}

/// Saves one correction and goes back to the page.
fn corrected(
    act: &mut Act<'_>,
    proof: &InFamily,
    there: &There,
    plan: Plan,
    field: &'static str,
) -> Result<()> {
    let planned = Planned::of_plan(act, proof, there, plan);
    planned.possible(|_| field.to_owned())?;
    planned.save(act, proof, there).map(|_| ())
}

fn in_family(there: &There, id: Option<PersonId>, field: &'static str) -> Result<PersonId> {
    id.filter(|id| there.person(*id).is_some())
        .ok_or_else(|| Error::bad_input("Choose somebody of this family. Nothing was saved.").at(field))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParentEntry {
    parent: Option<PersonId>,
    /// Every way in which they are a parent; none: they are not.
    #[serde(default)]
    how: Vec<ParentKind>,
}

pub(super) async fn parent(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<ParentEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            let parent = in_family(&there, entry.parent, "parent")?;
            let plan = Plan::of_parent(&there, id, parent, &entry.how);
            corrected(act, &proof, &there, plan, "parent")
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/place#parents"), serde_json::json!({"person": id})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CoupleEntry {
    partner: Option<PersonId>,
    /// together, ended, or none: they are no couple.
    #[serde(default)]
    couple: CoupleNow,
    consanguinity: Option<Consanguinity>,
    couple_childless: Option<Childless>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CoupleNow {
    #[default]
    Together,
    Ended,
    None,
}

pub(super) async fn couple(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<CoupleEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            let partner = in_family(&there, entry.partner, "partner")?;
            let couple = Couple {
                ended: entry.couple == CoupleNow::Ended,
                consanguinity: entry.consanguinity.unwrap_or(Consanguinity::NotAsked),
                childless: entry.couple_childless,
                ..Couple::of(id, partner)
            };
            let plan = Plan::of_couple(&there, couple, entry.couple != CoupleNow::None);
            corrected(act, &proof, &there, plan, "partner")
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/place#couples"), serde_json::json!({"person": id})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TwinEntry {
    twin: Option<PersonId>,
    /// None: they were not born together.
    zygosity: Option<Zygosity>,
}

pub(super) async fn twins(
    staff: Staff<may::PedigreeEdit>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<TwinEntry>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let entry = input.open(&caller)?;
    let of = caller.clone();
    house
        .act(&caller, move |act, _| {
            let (there, proof) = open(act, &of, id)?;
            let twin = in_family(&there, entry.twin, "twin")?;
            let plan = Plan::of_twins(&there, id, twin, entry.zygosity);
            corrected(act, &proof, &there, plan, "twin")
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/place#twins"), serde_json::json!({"person": id})))
}
