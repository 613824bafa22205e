//! The overview of a family: who is in it, how they are related, where each relative stands, what is to be done.
//! Must not know: what was found. Guardians and administrators read this page too.

use super::{
    drawing::{Leads, drawn, shown_to, stands},
    told::{Told, born_words, life_words, sex_words},
};
use crate::{
    access::{
        Answer, Caller, InFamily, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::Deed,
    clinic::{
        cascade::{
            shown::{Shown, state_shown},
            task::{Task, TaskState, positions_of, task_list},
        },
        people::{
            change::{There, change_last},
            contact::contacts_of,
            health::{Health, HealthOf, health_read},
            kinship::{nearest_first, pedigree_id, place_in},
            person::Person,
        },
        queue::{
            item::{WorkItem, work_of_family},
            pages::{next_step_of, subject_page},
        },
        result::state::{ResultCommand, ResultState, TestResult, result_list},
        sharing::{conversation::conversation_list, execution::undone_of_family, pages::kind_title},
    },
    db::{Conn, UtcDate},
    error::Result,
    ids::{FamilyChangeId, FamilyId, PersonId, ResultId, StaffId, TaskId},
};
use actix_web::web;
use kinward_pedigree as pedigree;
use serde::Serialize;

#[derive(Serialize)]
struct FamilyPage {
    family: FamilyId,
    reference: String,
    results: Vec<ResultLine>,
    people: Vec<PersonLine>,
    /// Whether the caller may see who is affected.
    affected_shown: bool,
    /// What can be undone, or why it cannot be any more.
    last_change: Option<Change>,
    pedigree_svg: String,
    tasks: Vec<TaskLine>,
    work: Vec<WorkLine>,
    /// What was decided and has not been done by its day; none where the caller may not read the reasoning.
    undone: Vec<UndoneLine>,
    /// Headings only; none where the caller may not read the reasoning.
    conversations: Option<Vec<Talk>>,
    relations: Vec<String>,
    may: May,
}

#[derive(Serialize)]
struct May {
    see_results: bool,
    edit_people: bool,
    edit_pedigree: bool,
    see_record: bool,
    /// Relatives of whom a letter can be drafted, for whoever may.
    draft_letters: usize,
}

#[derive(Serialize)]
struct ResultLine {
    result: ResultId,
    state: ResultState,
    state_title: &'static str,
    received: String,
    told_on: Option<String>,
    at_risk: bool,
}

/// The same facts as the drawing shows, in words.
#[derive(Serialize)]
struct PersonLine {
    person: PersonId,
    number: String,
    name: String,
    is_proband: bool,
    relation: String,
    /// Numbers, with what kind of parent where it is not both by descent and by law.
    parents: String,
    partners: String,
    children: usize,
    sex: String,
    born: String,
    life: String,
    /// Nothing where the caller may not see it.
    health: Option<String>,
    has_address: bool,
    status: Option<&'static str>,
    next_step: Option<&'static str>,
}

#[derive(Serialize)]
struct Change {
    change: FamilyChangeId,
    at: String,
    by: String,
    added: usize,
    stands: Vec<String>,
}

#[derive(Serialize)]
struct TaskLine {
    task: TaskId,
    name: String,
    relation: String,
    degree: i32,
    side: String,
    chance: String,
    state: &'static str,
    state_title: &'static str,
    next_step: &'static str,
}

#[derive(Serialize)]
struct WorkLine {
    title: &'static str,
    /// The relative it is about, where it is about one.
    about: Option<String>,
    next_step: Option<&'static str>,
    due: String,
    overdue: bool,
    owner: Option<String>,
    link: Option<String>,
}

#[derive(Serialize)]
struct UndoneLine {
    task: TaskId,
    about: String,
    words: String,
}

#[derive(Serialize)]
struct Talk {
    held_on: String,
    kind: &'static str,
    by: String,
}

pub(super) async fn page(
    staff: Staff<may::FamilyView>,
    house: Here,
    id: web::Path<FamilyId>,
) -> Result<Answer> {
    let (caller, id) = (staff.caller, id.into_inner());
    let of = caller.clone();
    let view = if allows(&caller.roles, Permission::ReasoningView) {
        house
            .act(&caller, move |act, _| {
                let today = act.at.date();
                let proof = of.in_family(act.conn(), id)?;
                let talks = conversations(act.conn(), &proof)?;
                act.record(Deed::ConversationRead, ("family", id.as_str()), Some(id), "headings")?;
                let sees = allows(&of.roles, Permission::ResultView);
                let health = if sees { health_read(act, &proof)? } else { HealthOf::new() };
                let page = overview(act.conn(), &of, &proof, health, today)?;
                Ok(FamilyPage { conversations: Some(talks), ..page })
            })
            .await?
    } else {
        house
            .read(move |conn, house| {
                let proof = of.in_family(conn, id)?;
                overview(conn, &of, &proof, HealthOf::new(), house.clock.now().date())
            })
            .await?
    };
    Answer::page("family", format!("Family {}", view.reference), &caller, view)
}

fn overview(
    conn: &mut Conn,
    caller: &Caller,
    proof: &InFamily,
    health: HealthOf,
    today: UtcDate,
) -> Result<FamilyPage> {
    let family = family_get(conn, proof)?;
    let there = There::with(conn, proof, health)?;
    let people = &there.people;
    let tree = shown_to(caller, there.tree.clone());
    let order = nearest_first(&tree, people);
    let mut tasks = task_list(conn, proof)?;
    tasks.sort_by_key(|task| place_in(&order, task.person_id));
    let positions = positions_of(conn, std::slice::from_ref(proof), &tasks)?;
    let may = |permission| allows(&caller.roles, permission);
    let name_of =
        |id: PersonId| people.iter().find(|person| person.id == id).map(Person::shown).unwrap_or_default();
    let about = |item: &WorkItem| {
        let (task, position) =
            tasks.iter().zip(&positions).find(|(task, _)| task.id.as_str() == item.subject_id)?;
        Some((
            format!("{} ({})", name_of(task.person_id), position.path_words),
            next_step_of(&caller.roles, item, task),
        ))
    };
    Ok(FamilyPage {
        family: family.id,
        reference: family.reference,
        results: results(conn, proof)?,
        pedigree_svg: drawn(
            &tree,
            people,
            &stands(caller, &tasks),
            today,
            if may(Permission::PersonEdit) { Leads::ToPeople } else { Leads::Nowhere },
        ),
        tasks: tasks
            .iter()
            .zip(&positions)
            .map(|(task, position)| (task, position, state_shown(&caller.roles, task.state)))
            .map(|(task, position, shown)| TaskLine {
                task: task.id,
                name: name_of(task.person_id),
                relation: position.path_words.clone(),
                degree: task.degree,
                side: position.side.clone(),
                chance: position.chance.clone(),
                state: shown.state,
                state_title: shown.title,
                next_step: shown.next_step,
            })
            .collect(),
        people: lines(conn, proof, &there, &tree, &order, (&tasks, caller))?,
        affected_shown: may(Permission::ResultView),
        last_change: if may(Permission::PedigreeEdit) { last_change(conn, proof, &there)? } else { None },
        undone: match may(Permission::ReasoningView) {
            true => undone_of_family(conn, proof.service(), proof.family(), today)?
                .into_iter()
                .map(|one| UndoneLine {
                    about: tasks
                        .iter()
                        .zip(&positions)
                        .find(|(task, _)| task.id == one.task)
                        .map(|(task, position)| {
                            format!("{} ({})", name_of(task.person_id), position.path_words)
                        })
                        .unwrap_or_default(),
                    words: one.words(today),
                    task: one.task,
                })
                .collect(),
            false => Vec::new(),
        },
        work: work(conn, caller, proof, today, about)?,
        conversations: None,
        relations: pedigree::Relation::all().iter().map(pedigree::Relation::label).collect(),
        may: May {
            see_results: may(Permission::ResultView),
            edit_people: may(Permission::PersonEdit),
            edit_pedigree: may(Permission::PedigreeEdit),
            see_record: may(Permission::RecordView),
            draft_letters: match may(Permission::LetterDraft) {
                true => tasks.iter().filter(|task| task.state == TaskState::RouteAgreed).count(),
                false => 0,
            },
        },
    })
}

fn results(conn: &mut Conn, proof: &InFamily) -> Result<Vec<ResultLine>> {
    let line = |result: TestResult| ResultLine {
        result: result.id,
        state: result.state,
        state_title: result.state.title(),
        received: result.received_at.date().shown(),
        told_on: result.about.told_on.map(UtcDate::shown),
        at_risk: result.state.permits(ResultCommand::CheckAtRisk),
    };
    Ok(result_list(conn, proof)?.into_iter().map(line).collect())
}

/// Everyone, the proband first and then the nearest.
fn lines(
    conn: &mut Conn,
    proof: &InFamily,
    there: &There,
    tree: &pedigree::Pedigree,
    order: &[PersonId],
    (tasks, caller): (&[Task], &Caller),
) -> Result<Vec<PersonLine>> {
    let people: Vec<&Person> =
        there.people.iter().filter(|person| tree.person(&pedigree_id(person.id)).is_some()).collect();
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let contacts = contacts_of(conn, proof, &ids)?;
    let told = Told::of(tree, there.proband().map(|person| pedigree_id(person.id)));
    let mut lines: Vec<PersonLine> = people
        .into_iter()
        .map(|person| {
            let id = pedigree_id(person.id);
            let newest =
                tasks.iter().filter(|task| task.person_id == person.id).max_by_key(|task| task.changed_at);
            let shown: Option<Shown> = newest.map(|task| state_shown(&caller.roles, task.state));
            PersonLine {
                person: person.id,
                number: told.number(&id),
                name: person.shown(),
                is_proband: person.is_proband,
                relation: told.relation(&id),
                parents: told.parents(&id),
                partners: told.partners(&id),
                children: told.children(&id),
                sex: sex_words(person),
                born: born_words(person),
                life: life_words(person),
                health: there.health.get(&person.id).and_then(Health::words),
                has_address: contacts.iter().any(|contact| contact.person_id == person.id),
                status: shown.map(|shown| shown.title),
                next_step: shown.map(|shown| shown.next_step),
            }
        })
        .collect();
    lines.sort_by_key(|line| place_in(order, line.person));
    Ok(lines)
}

fn last_change(conn: &mut Conn, proof: &InFamily, there: &There) -> Result<Option<Change>> {
    let last = change_last(conn, proof, there)?;
    Ok(last.map(|last| Change {
        change: last.id,
        at: last.at.shown(),
        by: last.by,
        added: last.added,
        stands: last.stands,
    }))
}

fn work(
    conn: &mut Conn,
    caller: &Caller,
    proof: &InFamily,
    today: UtcDate,
    about: impl Fn(&WorkItem) -> Option<(String, &'static str)>,
) -> Result<Vec<WorkLine>> {
    let names = staff_names(conn, caller.service)?;
    let name = |id: StaffId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    let mut items = work_of_family(conn, proof.service(), proof.family())?;
    items.retain(|item| !item.queue.is_hidden_from(&caller.roles));
    let line = |item: &WorkItem| {
        let (about, next_step) = about(item).unzip();
        WorkLine {
            title: item.queue.title(),
            about,
            next_step,
            due: item.due_words(),
            overdue: item.due_on < today,
            owner: item.owner_id.and_then(name),
            link: {
                let (page, needed) = subject_page(item);
                allows(&caller.roles, needed).then_some(page)
            },
        }
    };
    Ok(items.iter().map(line).collect())
}

fn conversations(conn: &mut Conn, proof: &InFamily) -> Result<Vec<Talk>> {
    let names = staff_names(conn, proof.service())?;
    let name = |id: StaffId| names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
    Ok(conversation_list(conn, proof)?
        .into_iter()
        .map(|talk| Talk {
            held_on: talk.entry.held_on.shown(),
            kind: kind_title(talk.entry.kind),
            by: name(talk.by_staff).unwrap_or_else(|| "a former colleague".into()),
        })
        .collect())
}
