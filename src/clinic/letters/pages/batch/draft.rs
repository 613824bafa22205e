//! Drafting for all that can be: who would be written to, how much the letters tell, and the start of the batch.
//! Must not know: why one of them may be held; that is found when its turn comes.

use super::{AS_ALLOWED, PAGE, Paging, cut, page_number};
use crate::{
    access::{
        Answer, Caller, Choice, Input, Staff,
        family::{families_related, family_get, family_references},
        pages::Here,
        permission::may,
    },
    clinic::{
        cascade::task::positions_of,
        letters::batch::{
            BatchKind, MOST, Order, batch_start,
            choose::{draft_take, draftable, draftable_count},
        },
    },
    db::Conn,
    error::{Error, Result},
    ids::{BatchId, FamilyId, TaskId},
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize)]
struct Line {
    task: TaskId,
    family: String,
    relation: String,
}

#[derive(Serialize)]
struct View {
    family: Option<FamilyId>,
    reference: Option<String>,
    action: String,
    total: i64,
    /// There are more than were counted.
    total_more: bool,
    /// There are more than one batch takes.
    too_many: bool,
    most: i64,
    lines: Vec<Line>,
    levels: Vec<Choice>,
    ways: Vec<Choice>,
    paging: Paging,
}

fn levels() -> Vec<Choice> {
    vec![
        Choice::of("allowed", "As much as is allowed of each").hint(AS_ALLOWED),
        Choice::of("L0", "L0: only that there is something to talk about"),
        Choice::of("L1", "L1: the kind of condition, in plain words"),
        Choice::of("L2", "L2: gene and variant as well").hint("Where less is allowed, the letter is held."),
    ]
}

fn ways() -> Vec<Choice> {
    vec![
        Choice::of("stays", "It waits for me: I read each draft and hand it on"),
        Choice::of("hands_on", "It goes to a second person at once")
            .hint("Where nothing was found in it. What is held waits for you."),
    ]
}

#[derive(Clone, Default, Deserialize)]
pub(in crate::clinic::letters) struct Filter {
    #[serde(default)]
    page: String,
}

pub(in crate::clinic::letters) async fn page(
    staff: Staff<may::LetterDraft>,
    house: Here,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    asked(staff.caller, house, None, &filter).await
}

pub(in crate::clinic::letters) async fn page_of_family(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<FamilyId>,
    filter: web::Query<Filter>,
) -> Result<Answer> {
    asked(staff.caller, house, Some(id.into_inner()), &filter).await
}

async fn asked(caller: Caller, house: Here, family: Option<FamilyId>, filter: &Filter) -> Result<Answer> {
    let (of, page) = (caller.clone(), page_number(&filter.page)?);
    let view = house.read(move |conn, _| view(conn, &of, family, page)).await?;
    let title = match &view.reference {
        Some(reference) => format!("Draft letters together, {reference}"),
        None => "Draft letters together".to_owned(),
    };
    Answer::page("batch_draft", title, &caller, view)
}

fn view(conn: &mut Conn, caller: &Caller, family: Option<FamilyId>, page: i64) -> Result<View> {
    let reference = match family {
        Some(family) => {
            let proof = caller.in_family(conn, family)?;
            Some(family_get(conn, &proof)?.reference)
        }
        None => None,
    };
    let total = draftable_count(conn, caller, family)?;
    let (tasks, next) = cut(draftable(conn, caller, family, (page - 1) * PAGE, PAGE + 1)?);
    let mut families: Vec<FamilyId> = tasks.iter().map(|task| task.family_id).collect();
    families.sort();
    families.dedup();
    let references = family_references(conn, caller.service, &families)?;
    let related = families_related(conn, caller, &families)?;
    let positions = positions_of(conn, &related, &tasks)?;
    let action = address(family);
    Ok(View {
        family,
        reference,
        total: total.number,
        total_more: total.more,
        too_many: total.more || total.number > MOST,
        most: MOST,
        lines: tasks
            .iter()
            .zip(positions)
            .map(|(task, position)| Line {
                task: task.id,
                family: references
                    .iter()
                    .find(|(known, _)| *known == task.family_id)
                    .map(|(_, reference)| reference.clone())
                    .unwrap_or_default(),
                relation: position.path_words,
            })
            .collect(),
        levels: levels(),
        ways: ways(),
        paging: Paging::of(page, next, |page| format!("{action}?page={page}")),
        action,
    })
}

fn address(family: Option<FamilyId>) -> String {
    match family {
        Some(family) => format!("/families/{family}/letter-batch"),
        None => "/letter-batches/draft".to_owned(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::clinic::letters) struct Entry {
    #[serde(default)]
    level: String,
    #[serde(default)]
    then: String,
}

impl Entry {
    fn order(&self) -> Result<Order> {
        let level = match self.level.as_str() {
            "allowed" => None,
            text => match text.parse() {
                Ok(level @ (Level::L0 | Level::L1 | Level::L2)) => Some(level),
                _ => {
                    return Err(Error::bad_input("Choose how much the letters tell. Nothing was started.")
                        .at("level"));
                }
            },
        };
        let hands_on = match self.then.as_str() {
            "stays" => false,
            "hands_on" => true,
            _ => {
                return Err(
                    Error::bad_input("Choose what happens with each draft. Nothing was started.").at("then")
                );
            }
        };
        Ok(Order { kind: BatchKind::Draft, level, hands_on })
    }
}

pub(in crate::clinic::letters) async fn start(
    staff: Staff<may::LetterDraft>,
    house: Here,
    input: Input<Entry>,
) -> Result<Answer> {
    let order = input.open(&staff.caller)?.order()?;
    started(staff.caller, house, None, order).await
}

pub(in crate::clinic::letters) async fn start_of_family(
    staff: Staff<may::LetterDraft>,
    house: Here,
    id: web::Path<FamilyId>,
    input: Input<Entry>,
) -> Result<Answer> {
    let order = input.open(&staff.caller)?.order()?;
    started(staff.caller, house, Some(id.into_inner()), order).await
}

async fn started(caller: Caller, house: Here, family: Option<FamilyId>, order: Order) -> Result<Answer> {
    let of = caller.clone();
    let batch: BatchId = house
        .act(&caller, move |act, _| {
            if let Some(family) = family {
                of.in_family(act.conn(), family)?;
            }
            let taken = draft_take(act.conn(), &of, family, MOST)?;
            batch_start(act, order, &taken)
        })
        .await?;
    Ok(Answer::done(format!("/letter-batches/{batch}"), json!({"batch": batch})))
}
