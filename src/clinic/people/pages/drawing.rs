//! The drawing of a family: who everyone is and where each relative stands.
//! Must not know: what was found. Guardians and administrators see this drawing too.

use crate::{
    access::{Answer, Staff, pages::Here, permission::may},
    clinic::{
        cascade::task::{Task, TaskState, task_list},
        people::{
            kinship::{pedigree_id, pedigree_of},
            person::{Person, person_list},
        },
    },
    db::UtcDate,
    error::Result,
    ids::FamilyId,
};
use actix_web::web;
use kinward_pedigree as pedigree;
use std::collections::BTreeMap;

pub(super) async fn page(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let svg = house
        .read(move |conn, house| {
            let proof = caller.in_family(conn, *id)?;
            let (people, tasks) = (person_list(conn, &proof)?, task_list(conn, &proof)?);
            Ok(drawn(&pedigree_of(conn, &proof)?, &people, &tasks, house.clock.now().date()))
        })
        .await?;
    Ok(Answer::File { content_type: "image/svg+xml", name: None, bytes: svg.into_bytes() })
}

/// The drawing: under each person the name, the age and where they stand by their newest task; no finding is in it.
pub(super) fn drawn(tree: &pedigree::Pedigree, people: &[Person], tasks: &[Task], today: UtcDate) -> String {
    let label = |person: &Person| {
        let newest =
            tasks.iter().filter(|task| task.person_id == person.id).max_by_key(|task| task.changed_at);
        let age = person.birth_date.map(|born| born.age_on(person.died_on.unwrap_or(today)));
        let age = match (age, person.died_on) {
            (Some(age), None) => Some(format!("{age} years")),
            (Some(age), Some(_)) => Some(format!("died at {age}")),
            (None, Some(_)) => Some("has died".into()),
            (None, None) => None,
        };
        let stands =
            newest.filter(|task| task.state != TaskState::Deceased).map(|task| task.state.title().to_owned());
        pedigree::Label {
            lines: [Some(person.shown()), age, stands].into_iter().flatten().collect(),
            badge: newest.and_then(|task| badge(task.state)),
        }
    };
    let labels: BTreeMap<_, _> =
        people.iter().map(|person| (pedigree_id(person.id), label(person))).collect();
    pedigree::draw(tree, &labels)
}

fn badge(state: TaskState) -> Option<pedigree::Badge> {
    match state {
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
        | TaskState::AlreadyTested => Some(pedigree::Badge::Responded),
        TaskState::NotReached => Some(pedigree::Badge::NotContactable),
        TaskState::DoNotContact => Some(pedigree::Badge::Declined),
        TaskState::WaitAge => Some(pedigree::Badge::UnderAge),
        TaskState::NotAtRisk => Some(pedigree::Badge::NotAtRisk),
        // What their test said is theirs: the drawing is seen by all staff of the family.
        TaskState::Tested | TaskState::Deceased | TaskState::Done => None,
    }
}
