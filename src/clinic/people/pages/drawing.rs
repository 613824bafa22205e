//! The drawing of a family: who everyone is and where each relative stands.
//! Must not know: what was found. Guardians and administrators see this drawing too, without who is affected and without
//! how a parent is one.

use crate::{
    access::{
        Answer, Caller, InFamily, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
    },
    audit::Deed,
    clinic::{
        cascade::{
            shown::{Shown, state_shown},
            task::{Task, TaskState, task_list},
        },
        people::{
            by_law::by_law,
            health::{HealthOf, health_read},
            kinship::{pedigree_id, pedigree_of, pedigree_with},
            particulars::Life,
            person::{Person, person_list},
        },
    },
    db::{Conn, UtcDate, UtcTime},
    error::Result,
    ids::FamilyId,
};
use actix_web::web;
use kinward_pedigree as pedigree;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) async fn page(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let svg = if allows(&caller.roles, Permission::ResultView) {
        house
            .act(&caller, move |act, _| {
                let proof = of.in_family(act.conn(), id)?;
                let health = health_read(act, &proof)?;
                act.record(Deed::FamilyDrawn, ("family", id.as_str()), Some(id), "")?;
                let today = act.at.date();
                alone(act.conn(), &of, &proof, health, today)
            })
            .await?
    } else {
        house
            .read(move |conn, house| {
                let proof = of.in_family(conn, id)?;
                alone(conn, &of, &proof, HealthOf::new(), house.clock.now().date())
            })
            .await?
    };
    Ok(Answer::File { content_type: "image/svg+xml", name: None, bytes: svg.into_bytes() })
}

/// How a drawing to print is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Without anything that says who anybody is.
    #[serde(default)]
    share_safe: bool,
}

#[derive(Serialize)]
struct Sheet {
    family: FamilyId,
    reference: String,
    share_safe: bool,
    /// Whether who is affected is in it.
    findings: bool,
    printed_by: String,
    printed_at: String,
    pedigree_svg: String,
}

/// The drawing as a page of its own, to be printed: with what it holds, by whom and when.
pub(super) async fn sheet(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
    wanted: web::Query<Wanted>,
) -> Result<Answer> {
    let (caller, id, share_safe) = (staff.caller, id.into_inner(), wanted.share_safe);
    let (of, findings) = (caller.clone(), allows(&caller.roles, Permission::ResultView) && !share_safe);
    let sheet = move |conn: &mut Conn, proof: &InFamily, health: HealthOf, now: UtcTime| -> Result<Sheet> {
        let pedigree_svg = if share_safe {
            let options = pedigree::DrawOptions { share_safe: true, ..pedigree::DrawOptions::default() };
            pedigree::Drawing::new(&pedigree_of(conn, proof)?, &options).svg()
        } else {
            alone(conn, &of, proof, health, now.date())?
        };
        Ok(Sheet {
            family: id,
            reference: family_get(conn, proof)?.reference,
            share_safe,
            findings,
            printed_by: of.display_name.clone(),
            printed_at: now.shown(),
            pedigree_svg,
        })
    };
    let of = caller.clone();
    let view = if findings {
        house
            .act(&caller, move |act, _| {
                let proof = of.in_family(act.conn(), id)?;
                let health = health_read(act, &proof)?;
                act.record(Deed::FamilyDrawn, ("family", id.as_str()), Some(id), "to print")?;
                let now = act.at;
                sheet(act.conn(), &proof, health, now)
            })
            .await?
    } else {
        house
            .read(move |conn, house| {
                let proof = of.in_family(conn, id)?;
                sheet(conn, &proof, HealthOf::new(), house.clock.now())
            })
            .await?
    };
    let what = if share_safe { "Share-safe drawing" } else { "Drawing" };
    Answer::page("family_drawing", format!("{what} of family {}", view.reference), &caller, view)
}

fn alone(
    conn: &mut Conn,
    caller: &Caller,
    proof: &InFamily,
    health: HealthOf,
    today: UtcDate,
) -> Result<String> {
    let (people, tasks) = (person_list(conn, proof)?, task_list(conn, proof)?);
    let tree = shown_to(caller, pedigree_with(conn, proof, &people, &health)?);
    Ok(drawn(&tree, &people, &stands(caller, &tasks), today, Leads::Nowhere))
}

/// The family as a caller may see it: how a parent is one only with the permission, otherwise the family by law.
pub(super) fn shown_to(caller: &Caller, tree: pedigree::Pedigree) -> pedigree::Pedigree {
    if allows(&caller.roles, Permission::SealedView) { tree } else { by_law(&tree) }
}

/// Where a relative stands, as whoever looks may read it.
pub(super) struct Stand {
    task: Task,
    shown: Shown,
}

pub(super) fn stands(caller: &Caller, tasks: &[Task]) -> Vec<Stand> {
    let of = |task: &Task| Stand { shown: state_shown(&caller.roles, task.state), task: task.clone() };
    tasks.iter().map(of).collect()
}

/// The drawing: under each person the name, the age and where they stand by their newest task; no finding is in it.
pub(super) fn drawn(
    tree: &pedigree::Pedigree,
    people: &[Person],
    stands: &[Stand],
    today: UtcDate,
    leads: Leads,
) -> String {
    let label = |person: &Person| {
        let of = |stand: &&Stand| stand.task.person_id == person.id;
        let newest = stands.iter().filter(of).max_by_key(|stand| stand.task.changed_at);
        let age = lived(person, today);
        let stands = newest
            .filter(|stand| stand.task.state != TaskState::Deceased)
            .map(|stand| stand.shown.title.to_owned());
        pedigree::Label {
            lines: [name(person), age, person.particulars.count_words(), stands]
                .into_iter()
                .flatten()
                .collect(),
            badge: newest.and_then(badge),
        }
    };
    let labels: BTreeMap<_, _> =
        people.iter().map(|person| (pedigree_id(person.id), label(person))).collect();
    let links = match leads {
        Leads::ToPeople => {
            people.iter().map(|person| (pedigree_id(person.id), format!("/people/{}", person.id))).collect()
        }
        Leads::Nowhere => BTreeMap::new(),
    };
    let options = pedigree::DrawOptions { labels, links, ..pedigree::DrawOptions::default() };
    pedigree::Drawing::new(tree, &options).svg()
}

/// Where the symbols of a drawing lead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    ToPeople,
    Nowhere,
}

/// A pregnancy or a group has no name to be missing.
fn name(person: &Person) -> Option<String> {
    let nameless = person.given_name.is_none() && person.family_name.is_none();
    let one = !person.life().is_unborn() && person.particulars.count_words().is_none();
    (one || !nameless).then(|| person.shown())
}

/// "41 years", "born 1950", "died at 54", "12 weeks": what is known of how long somebody has lived.
fn lived(person: &Person, today: UtcDate) -> Option<String> {
    let (said, life) = (&person.particulars, person.life());
    let age = match (person.birth_date, person.died_on) {
        (Some(born), Some(died)) => Some(born.age_on(died)),
        // A day of birth alone does not say how old somebody was who died on a day nobody knows.
        (Some(born), None) if life == Life::Living => Some(born.age_on(today)),
        (Some(_) | None, _) => said.age.map(i32::from),
    };
    let born = said.birth_year.map(|year| format!("born {year}"));
    match (life, age) {
        (Life::Living, Some(age)) => Some(format!("{age} years")),
        (Life::Living, None) => born,
        (Life::Deceased, Some(age)) => Some(format!("died at {age}")),
        (Life::Deceased, None) => {
            Some(born.map_or_else(|| "has died".into(), |born| format!("{born}, has died")))
        }
        (Life::Pregnancy | Life::Stillbirth | Life::Miscarriage | Life::Termination | Life::Ectopic, _) => {
            let weeks = said.weeks.map(|weeks| format!(", {weeks} weeks")).unwrap_or_default();
            Some(format!("{}{weeks}", life.title().to_lowercase()))
        }
    }
}

fn badge(stand: &Stand) -> Option<pedigree::Badge> {
    let state = stand.task.state;
    match state {
        // Who has told whom is for those who may read what was said.
        TaskState::ProbandTells if stand.shown.state != state.as_str() => Some(pedigree::Badge::NotStarted),
        TaskState::Identified
        | TaskState::Thinking
        | TaskState::DecisionNeeded
        | TaskState::NotNow
        | TaskState::RouteAgreed
        | TaskState::Writing
        | TaskState::Suspended => Some(pedigree::Badge::NotStarted),
        TaskState::ProbandTells => Some(pedigree::Badge::ToldByFamily),
        TaskState::Sent | TaskState::ToTell => Some(pedigree::Badge::Sent),
        TaskState::WantsAppointment
        | TaskState::WantsTime
        | TaskState::HasQuestion
        | TaskState::QuestionAnswered
        | TaskState::AlreadyTested => Some(pedigree::Badge::Responded),
        TaskState::NotReached => Some(pedigree::Badge::NotContactable),
        TaskState::DoNotContact => Some(pedigree::Badge::Declined),
        TaskState::WaitAge => Some(pedigree::Badge::UnderAge),
        TaskState::NotAtRisk => Some(pedigree::Badge::NotAtRisk),
        // What their test said is theirs: the drawing is seen by all staff of the family.
        // Nor what another file does.
        TaskState::Tested
        | TaskState::Waiting
        | TaskState::Elsewhere
        | TaskState::Deceased
        | TaskState::Done => None,
    }
}
