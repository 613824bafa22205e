//! The page of what one relative knows, the form for the next entry, and the banner on the pages of task and person.
//! Must not know: findings, or what the proband said. The banner's words are for those who may read the reasoning.

use super::{About, name_of};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_open},
        sharing::{
            answered::{Read, WHICH_CONDITION, copy_given, letter_read},
            knows::{
                Knowledge, KnowledgeEntry, Known, PUT_RIGHT, knowledge_list, knowledge_record, standing,
            },
            topic::Topic,
        },
    },
    error::Result,
    ids::{StaffId, TaskId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

/// What stands, for every page on which somebody might speak to the relative or write to them.
#[derive(Serialize)]
pub(in crate::clinic) struct Banner {
    task: TaskId,
    /// What they are not known to know: not to be given away.
    unknown: Vec<&'static str>,
    /// What a letter told them that they have answered, and nobody has recorded since.
    answered: Vec<&'static str>,
    /// What a copy tells that the proband was given for them, and when; whether it reached them is not known.
    given: Vec<&'static str>,
    given_on: Option<String>,
    believed: Vec<&'static str>,
    misinformed: Vec<&'static str>,
    /// What can be talked about without telling anything new.
    confirmed: Vec<Evident>,
    put_right: &'static str,
    may_read: bool,
}

#[derive(Serialize)]
struct Evident {
    words: &'static str,
    /// None where the caller may not read the reasoning.
    evidence: Option<String>,
}

impl Banner {
    /// Reading it is on the record.
    pub(in crate::clinic) fn of(
        act: &mut Act<'_>,
        caller: &Caller,
        proof: &InFamily,
        task: &Task,
    ) -> Result<Self> {
        let all = knowledge_list(act.conn(), proof, task.id)?;
        let may_read = allows(&caller.roles, Permission::ReasoningView);
        let note = if may_read { "banner" } else { "banner without words" };
        act.record(Deed::KnowledgeRead, ("relative_task", task.id.as_str()), Some(proof.family()), note)?;
        let mut banner = Self {
            task: task.id,
            unknown: Vec::new(),
            answered: Vec::new(),
            given: Vec::new(),
            given_on: None,
            believed: Vec::new(),
            misinformed: Vec::new(),
            confirmed: Vec::new(),
            put_right: PUT_RIGHT,
            may_read,
        };
        let (read, given) = (letter_read(act.conn(), task)?, copy_given(act.conn(), task)?);
        banner.given_on = given.as_ref().map(|given| given.at.date().shown());
        for (topic, one) in standing(&all) {
            let words = topic.words();
            let told = |by: &Option<Read>| {
                by.as_ref().is_some_and(|by| {
                    by.tells(topic) && one.is_none_or(|one| one.known == Known::Unknown && one.at < by.at)
                })
            };
            if let Some(by) = read.as_ref().filter(|_| told(&read)) {
                banner.answered.push(by.words(topic));
                banner.unknown.extend(by.only_asks().then_some(WHICH_CONDITION));
                continue;
            }
            if let Some(by) = given.as_ref().filter(|_| told(&given)) {
                banner.given.push(by.words(topic));
                banner.unknown.extend(by.only_asks().then_some(WHICH_CONDITION));
                continue;
            }
            match one.map(|one| one.known) {
                None | Some(Known::Unknown) => banner.unknown.push(words),
                Some(Known::Believed) => banner.believed.push(words),
                Some(Known::Misinformed) => banner.misinformed.push(words),
                Some(Known::Confirmed) => banner.confirmed.push(Evident {
                    words,
                    evidence: one.and_then(|one| one.how_known.clone()).filter(|_| may_read),
                }),
            }
        }
        Ok(banner)
    }
}

#[derive(Serialize)]
struct Entry {
    topic: Topic,
    words: &'static str,
    known: Known,
    title: &'static str,
    told_by: Option<String>,
    told_on: Option<String>,
    how_known: Option<String>,
    by: String,
    at: String,
}

impl Entry {
    fn of(one: &Knowledge, names: &[(StaffId, String)]) -> Self {
        Self {
            topic: one.topic,
            words: one.topic.words(),
            known: one.known,
            title: one.known.title(),
            told_by: one.told_by.clone(),
            told_on: one.told_on.map(|day| day.shown()),
            how_known: one.how_known.clone(),
            by: name_of(names, one.by_staff),
            at: one.at.shown(),
        }
    }
}

/// One topic, and what stands of it; nothing where nobody has said anything.
#[derive(Serialize)]
struct Stands {
    topic: Topic,
    /// As it begins a line.
    words: String,
    entry: Option<Entry>,
}

#[derive(Serialize)]
struct View {
    about: About,
    stands: Vec<Stands>,
    /// Newest first.
    history: Vec<Entry>,
    misinformed: bool,
    put_right: &'static str,
    may_record: bool,
    topics: Vec<Choice>,
    states: Vec<Choice>,
}

pub(super) async fn page(
    staff: Staff<may::ReasoningView>,
    house: Here,
    id: web::Path<TaskId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            let all = knowledge_list(act.conn(), &proof, id)?;
            act.record(Deed::KnowledgeRead, ("relative_task", id.as_str()), Some(task.family_id), "")?;
            let stands: Vec<Stands> = standing(&all)
                .into_iter()
                .map(|(topic, one)| Stands {
                    topic,
                    words: topic_title(topic),
                    entry: one.map(|one| Entry::of(one, &names)),
                })
                .collect();
            let wrong = |one: &Stands| one.entry.as_ref().is_some_and(|one| one.known == Known::Misinformed);
            Ok(View {
                about: About::of(act.conn(), &proof, &task)?,
                misinformed: stands.iter().any(wrong),
                put_right: PUT_RIGHT,
                stands,
                history: all.iter().map(|one| Entry::of(one, &names)).collect(),
                may_record: allows(&of.roles, Permission::ConversationRecord),
                topics: Choice::all(Topic::ALL, topic_title),
                states: Known::ALL.iter().map(|one| Choice::of(one, one.title()).hint(hint(*one))).collect(),
            })
        })
        .await?;
    let title = format!("Who knows what, {}", view.about.title());
    Answer::page("knows", title, &caller, view)
}

/// As it begins a line.
pub(super) fn topic_title(topic: Topic) -> String {
    let mut letters = topic.words().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn hint(known: Known) -> Option<&'static str> {
    match known {
        Known::Unknown => Some("Nobody can say that they know. This needs no source."),
        Known::Believed => Some("Somebody thinks so: the proband, or another relative."),
        Known::Confirmed => Some("They said so themselves, or it was said while one of us was there."),
        Known::Misinformed => Some("It stays among the work until it is put right."),
    }
}

pub(super) async fn record(
    staff: Staff<may::ConversationRecord>,
    house: Here,
    id: web::Path<TaskId>,
    input: Input<KnowledgeEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let knowledge = house
        .act(&caller, move |act, _| {
            let (task, proof) = task_open(act.conn(), &of, id)?;
            knowledge_record(act, &proof, &task, entry)
        })
        .await?;
    Ok(Answer::done(format!("/tasks/{id}/knows"), json!({"task": id, "knowledge": knowledge})))
}
