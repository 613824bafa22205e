//! What is known when a decision is made: drawn from the record once, and kept with the decision in the words it stood in.
//! Must not know: what is decided.

use super::{
    consent::consent_list,
    conversation::{ConversationKind, conversation_list},
    decision::Fact,
    knows::knows_words,
    objection::standing_anywhere,
    prompts::{Agreed, Benefit, benefits_named},
    training::training_words,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{
            task::{Task, position_of},
            urgency::urgency_list,
        },
        result::state::result_row,
        tested::relative_result::variants_of,
    },
    db::UtcDate,
    error::Result,
};
use kinward_family::condition::Condition;
use std::collections::BTreeSet;

/// What stands on record when a decision is made, for whoever makes it and for whoever reads it later.
pub fn facts_known(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Vec<Fact>> {
    let result = result_row(act.conn(), proof, task.result_id)?;
    let position = position_of(act.conn(), proof, task)?;
    let condition = result.about.condition_key.as_deref().and_then(Condition::by_key);
    let unknown = || "Not known".to_owned();
    let talks = conversation_list(act.conn(), proof)?;
    let of = |before| {
        let held = talks.iter().find(|talk| (talk.entry.kind == ConversationKind::BeforeTest) == before);
        held.map_or_else(unknown, |talk| format!("{}: {}", talk.entry.held_on.shown(), talk.entry.told))
    };
    let mut in_their_place = Vec::new();
    let position_of_proband = match consent_list(act.conn(), proof, task.id)?.pop() {
        Some(last) => {
            in_their_place = last.unasked(proof)?.map(|unasked| unasked.said()).unwrap_or_default();
            format!("{}, {}: {}", last.stance.title(), last.at.shown(), last.words(proof)?)
        }
        None => unknown(),
    };
    let fact = |what: &str, known: String| Fact { what: what.to_owned(), known };
    let mut facts = vec![
        fact("Condition", condition.map_or_else(unknown, |condition| condition.staff_name().to_owned())),
        fact(
            "What can be done",
            condition.map_or_else(unknown, |condition| condition.actionability().name().to_owned()),
        ),
        fact("Variant", variants_of(act, proof, &result)?.join("; ")),
        fact("Report", result.about.report_status.clone()),
        fact("Relative", position.path_words),
        fact("Chance of the relative by position", position.chance),
        fact("Proband heard the result", result.about.told_on.map_or_else(unknown, UtcDate::shown)),
        fact("What the proband says", position_of_proband),
        fact("What the relative knows", knows_words(act.conn(), proof, task.id)?),
        fact("Told before the test", of(true)),
        fact("Told since", of(false)),
        fact("Training of whoever decides", training_words(act, proof.staff())?),
    ];
    for wish in standing_anywhere(act.conn, act.service, task.person_id)? {
        let most = wish.topic.most_level().map_or("no letter".to_owned(), |most| format!("{most} at most"));
        facts.push(fact("The relative does not want to know", format!("{} ({most})", wish.topic.words())));
    }
    let named: Vec<Benefit> = talks.iter().filter_map(|talk| talk.entry.benefits.clone()).flatten().collect();
    let agreed: BTreeSet<&str> =
        talks.iter().filter_map(|talk| talk.entry.agreed.clone()).flatten().map(Agreed::title).collect();
    let benefits = if benefits_named(&named) { "Yes" } else { "Not on record" };
    facts.push(fact("The three benefits to relatives were named", benefits.to_owned()));
    if !agreed.is_empty() {
        let agreed: Vec<&str> = agreed.into_iter().collect();
        facts.push(fact("Agreed before the test", agreed.join("; ")));
    }
    facts.extend(urgency_list(act.conn(), proof, task.id)?.into_iter().map(|one| {
        let ended = one.ended_at.map_or(String::new(), |at| format!(" (until {})", at.shown()));
        fact("Cannot wait", format!("{}, {}{ended}: {}", one.pressing.title(), one.at.shown(), one.words))
    }));
    facts.extend(in_their_place.into_iter().map(|(what, known)| fact(what, known)));
    Ok(facts)
}
