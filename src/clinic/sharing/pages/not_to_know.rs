//! The page of what one person does not want to know, the forms that record and lift it, and the banner on other pages.
//! Must not know: findings. The words are for those who may read the reasoning.

use super::{knows::topic_title, name_of};
use crate::{
    access::{
        Answer, Caller, Choice, InFamily, Input, Permission, Staff,
        family::family_get,
        pages::Here,
        permission::{allows, may},
        staff::staff_names,
    },
    audit::{Act, Deed},
    clinic::{
        people::person::{Person, person_family, person_get},
        sharing::{
            not_to_know::{
                LiftEntry, Trigger, Wish, WishEntry, not_to_know_lift, not_to_know_record, wish_list,
            },
            objection::{Objection, Scope, Source, standing_anywhere},
            topic::Topic,
            whose_word::{Doubt, WhoseWord, WordEntry, doubt_of, word_settle},
        },
    },
    db::Conn,
    error::Result,
    ids::{FamilyId, PersonId, StaffId},
};
use actix_web::web;
use serde::Serialize;
use serde_json::json;

/// What stands, for every page on which somebody might speak to this person or write to them.
#[derive(Serialize)]
pub(in crate::clinic) struct DoNotTell {
    person: PersonId,
    /// Nobody contacts them at all.
    not_at_all: bool,
    wishes: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    topic: Topic,
    words: &'static str,
    limit: String,
    reaches: &'static str,
    since: String,
    /// Said in another file of the service, and lifted there.
    elsewhere: bool,
}

impl Line {
    fn of(one: &Objection, person: PersonId) -> Self {
        let limit = match one.topic.most_level() {
            None => "No letter can be written to them.".into(),
            Some(most) => format!("A letter to them tells {most} at most."),
        };
        Self {
            topic: one.topic,
            words: one.topic.words(),
            limit,
            reaches: one.scope.reaches(),
            since: one.at.shown(),
            elsewhere: one.person_id != person,
        }
    }
}

impl DoNotTell {
    /// Reading it is on the record, also where there is nothing.
    pub(in crate::clinic) fn of(act: &mut Act<'_>, proof: &InFamily, person: PersonId) -> Result<Self> {
        let all = standing_anywhere(act.conn(), proof.service(), person)?;
        act.record(Deed::ObjectionRead, ("person", person.as_str()), Some(proof.family()), "banner")?;
        let wishes: Vec<Line> = all.iter().map(|one| Line::of(one, person)).collect();
        let not_at_all = wishes.iter().any(|one| one.topic == Topic::ConditionExists);
        Ok(Self { person, not_at_all, wishes })
    }
}

/// One entry of the history.
#[derive(Serialize)]
struct Said {
    words_of_topic: &'static str,
    lifted: bool,
    reaches: &'static str,
    source: &'static str,
    at: String,
    by: Option<String>,
    /// None where the caller may not read the reasoning, or nobody wrote any down.
    words: Option<String>,
    revisited_by: Option<&'static str>,
}

impl Said {
    fn of(wish: Wish, names: &[(StaffId, String)], may_read: bool) -> Self {
        Self {
            words_of_topic: wish.objection.topic.words(),
            lifted: wish.objection.scope == Scope::Lifted,
            reaches: wish.objection.scope.reaches(),
            source: match wish.objection.source {
                Source::Portal => "They said so on their own page",
                Source::Staff => "Recorded by staff",
                Source::Proxy => "Said online by somebody who may decide it for them",
            },
            at: wish.objection.at.shown(),
            by: wish.by_staff.map(|id| name_of(names, id)),
            words: wish.words.filter(|_| may_read),
            revisited_by: wish.revisited_by.map(Trigger::title),
        }
    }
}

/// That the wish was said with a letter of which the same code's holder said later that it is not theirs.
#[derive(Serialize)]
pub(in crate::clinic) struct InDoubt {
    person: PersonId,
    refused_at: String,
    denied_at: String,
}

impl InDoubt {
    pub(in crate::clinic) fn of(conn: &mut Conn, proof: &InFamily, person: PersonId) -> Result<Option<Self>> {
        let doubt = doubt_of(conn, proof.service(), person)?;
        Ok(doubt.map(|Doubt { refused_at, denied_at, .. }| Self {
            person,
            refused_at: refused_at.shown(),
            denied_at: denied_at.shown(),
        }))
    }
}

#[derive(Serialize)]
struct View {
    person: PersonId,
    /// None where nobody doubts whose word it was.
    in_doubt: Option<InDoubt>,
    whose: Vec<Choice>,
    family: FamilyId,
    reference: String,
    name: String,
    stands: Vec<Line>,
    /// Newest first.
    history: Vec<Said>,
    may_record: bool,
    topics: Vec<Choice>,
    scopes: Vec<Choice>,
    standing: Vec<Choice>,
    triggers: Vec<Choice>,
}

/// A person with the proof that the caller has to do with their family.
fn open(conn: &mut Conn, caller: &Caller, id: PersonId) -> Result<(Person, InFamily)> {
    let family = person_family(conn, caller.service, id)?;
    let proof = caller.in_family(conn, family)?;
    Ok((person_get(conn, &proof, id)?, proof))
}

pub(super) async fn page(
    staff: Staff<may::TaskView>,
    house: Here,
    id: web::Path<PersonId>,
) -> Result<Answer> {
    let caller = staff.caller;
    let (of, id) = (caller.clone(), id.into_inner());
    let view = house
        .act(&caller, move |act, _| {
            let (person, proof) = open(act.conn(), &of, id)?;
            let names = staff_names(act.conn(), of.service)?;
            let wishes = wish_list(act.conn(), &proof, id)?;
            let may_read = allows(&of.roles, Permission::ReasoningView);
            let note = if may_read { "with words" } else { "without words" };
            act.record(Deed::ObjectionRead, ("person", id.as_str()), Some(proof.family()), note)?;
            let all = standing_anywhere(act.conn(), of.service, id)?;
            let stands: Vec<Line> = all.iter().map(|one| Line::of(one, id)).collect();
            Ok(View {
                person: id,
                family: proof.family(),
                reference: family_get(act.conn(), &proof)?.reference,
                name: person.shown(),
                standing: Choice::all(
                    stands.iter().filter(|one| !one.elsewhere).map(|one| one.topic),
                    topic_title,
                ),
                stands,
                history: wishes.into_iter().map(|wish| Said::of(wish, &names, may_read)).collect(),
                may_record: allows(&of.roles, Permission::TaskMove),
                topics: Topic::ALL
                    .iter()
                    .map(|one| Choice::of(one, topic_title(*one)).hint(effect(*one)))
                    .collect(),
                scopes: Choice::all([Scope::Self_, Scope::SelfAndChildren], Scope::reaches),
                in_doubt: InDoubt::of(act.conn(), &proof, id)?,
                whose: WhoseWord::ALL
                    .iter()
                    .map(|one| Choice::of(one, one.title()).hint(one.hint()))
                    .collect(),
                triggers: Choice::all(Trigger::OF_THEIR_OWN, Trigger::title),
            })
        })
        .await?;
    // Names no person: titles stay in the history of a browser.
    let part = id.as_str().get(..8).unwrap_or_default();
    Answer::page("not_to_know", format!("Do not tell, person {part}, {}", view.reference), &caller, view)
}

fn effect(topic: Topic) -> &'static str {
    match topic {
        Topic::ConditionExists => "They are not contacted at all: no letter, from no branch of the family.",
        Topic::OwnRisk => "A letter only asks them to contact us (L0).",
        Topic::Gene => "A letter names the kind of condition and no gene (L1).",
        Topic::WhoTheProbandIs => "A letter never names who was tested (L2), whatever was agreed.",
    }
}

pub(super) async fn record(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<WishEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let kept = house
        .act(&caller, move |act, _| {
            let (_, proof) = open(act.conn(), &of, id)?;
            not_to_know_record(act, &proof, id, entry)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/not-to-know"), json!({"person": id, "kept": kept})))
}

pub(super) async fn lift(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<LiftEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let lifted = house
        .act(&caller, move |act, _| {
            let (person, proof) = open(act.conn(), &of, id)?;
            not_to_know_lift(act, &proof, &person, &entry)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/not-to-know"), json!({"person": id, "objection": lifted})))
}

pub(super) async fn whose_word(
    staff: Staff<may::TaskMove>,
    house: Here,
    id: web::Path<PersonId>,
    input: Input<WordEntry>,
) -> Result<Answer> {
    let caller = staff.caller;
    let entry = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let settled = house
        .act(&caller, move |act, _| {
            let (person, proof) = open(act.conn(), &of, id)?;
            word_settle(act, &proof, &person, &entry)
        })
        .await?;
    Ok(Answer::done(format!("/people/{id}/not-to-know"), json!({"person": id, "objection": settled})))
}
