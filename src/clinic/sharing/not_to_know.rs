//! The right not to know, as staff record it: which topics, in whose words, and what brought it up again. Compartment D.
//! Must not know: findings. What it does to letters is asked where letters are written, approved and sent.

use super::{
    objection::{Confirm, Objected, Objection, Scope, Source, objection_record, objections_of, standing},
    topic::Topic,
    whose_word::no_doubt,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{consequence::tasks_lifted, task::tasks_object},
        letters::take_back::take_back_topic,
        people::{elsewhere::same_people, person::Person},
    },
    db::{Conn, closed},
    error::{Error, Result},
    ids::{FamilyId, ObjectionId, PersonId, ServiceId, StaffId},
    keys::{Sealed, content},
    relative::outbox::OnceGone,
};
use diesel::prelude::*;

diesel::table! {
    objection_words (objection_id) {
        objection_id -> Text,
        service_id -> Text,
        family_id -> Text,
        by_staff -> Text,
        revisited_by -> Nullable<Text>,
        sealed -> Binary,
    }
}

closed! {
    /// What may bring a wish up again. No day does: whoever does not want to know is not asked every year.
    pub enum Trigger {
        TheyAsk = "they_ask",
        NewTreatment = "new_treatment",
        /// It never was their wish: somebody else had the letter, and said so. Only where staff found that out.
        NotTheirs = "not_theirs",
    }
}

impl Trigger {
    /// What staff may name of a wish that was the person's own.
    pub const OF_THEIR_OWN: [Self; 2] = [Self::TheyAsk, Self::NewTreatment];

    pub const fn title(self) -> &'static str {
        match self {
            Self::TheyAsk => "They ask themselves",
            Self::NewTreatment => "There is a new treatment or check for them",
            Self::NotTheirs => "It was not their word: somebody else had the letter",
        }
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = objection_words)]
struct Row {
    objection_id: ObjectionId,
    service_id: ServiceId,
    family_id: FamilyId,
    by_staff: StaffId,
    /// Only of one that was lifted.
    revisited_by: Option<Trigger>,
    sealed: Sealed<Said>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Said(#[n(0)] String);
content!(D at "objection_words.sealed" holds Said);

/// What a person asked for, with the words where staff wrote them down.
pub struct Wish {
    pub objection: Objection,
    pub words: Option<String>,
    pub by_staff: Option<StaffId>,
    pub revisited_by: Option<Trigger>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WishEntry {
    #[serde(default)]
    pub topics: Vec<Topic>,
    pub scope: Scope,
    pub words: String,
    /// Where they do not want to be contacted: whether one letter is to say that this was done.
    pub confirm: Option<Confirm>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftEntry {
    pub topic: Topic,
    pub trigger: Trigger,
    pub words: String,
}

/// What recording a wish came to.
#[derive(serde::Serialize)]
pub struct Kept {
    pub objections: Vec<ObjectionId>,
    /// Letters that tell more and had not left; where nobody may write at all, those of other files.
    pub letters_stopped: usize,
}

/// A person does not want to know these topics. What tells them and has not left stops in this act, whichever result it
/// is about; what has left is withheld online.
///
/// # Errors
/// No topic; one that stands already, and as wide; no words; a scope that is none.
pub fn not_to_know_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: PersonId,
    mut entry: WishEntry,
) -> Result<Kept> {
    entry.topics.sort();
    entry.topics.dedup();
    if entry.topics.is_empty() {
        return Err(Error::bad_input("Choose what they do not want to know. Nothing was saved.").at("topics"));
    }
    if entry.scope == Scope::Lifted {
        return Err(Error::bad_input(
            "A wish is lifted with what brought it up again, not recorded as lifted. Nothing was saved.",
        )
        .at("scope"));
    }
    let words = said(&entry.words, "Write what they said, or who said it for them. Nothing was saved.")?;
    let all = objections_of(act.conn, act.service, person)?;
    let stands = |topic: Topic| {
        standing(&all)
            .into_iter()
            .any(|one| one.topic == topic && (one.scope == entry.scope || entry.scope == Scope::Self_))
    };
    if let Some(twice) = entry.topics.iter().find(|topic| stands(**topic)) {
        return Err(Error::not_now(format!(
            "That they do not want to know {} is on record already. Nothing was changed.",
            twice.words()
        ))
        .at("topics"));
    }
    let (mut objections, mut letters_stopped) = (Vec::new(), 0);
    for topic in entry.topics {
        let id = {
            let confirm = entry.confirm.filter(|_| topic == Topic::ConditionExists);
            let said = Objected { topic, scope: entry.scope, source: Source::Staff, confirm };
            objection_record(act, proof.family(), person, said)?
        };
        words_insert(act, proof, id, words, None)?;
        objections.push(id);
        if topic == Topic::ConditionExists {
            tasks_object(act, person, OnceGone::Withheld)?;
        }
        letters_stopped += stop_everywhere(act, person, topic)?;
    }
    Ok(Kept { objections, letters_stopped })
}

/// Stops the letters that tell this person `topic`, also from the file of another proband, whoever keeps it. Answers how
/// many had not left.
pub fn stop_everywhere(act: &mut Act<'_>, person: PersonId, topic: Topic) -> Result<usize> {
    let mut stopped = 0;
    for same in same_people(act.conn, act.service, person)? {
        stopped += take_back_topic(act, same, topic)?;
    }
    Ok(stopped)
}

/// A wish no longer holds: something brought it up again, and this is what they said then.
///
/// # Errors
/// A wish that does not stand; no words.
pub fn not_to_know_lift(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: &Person,
    entry: &LiftEntry,
) -> Result<ObjectionId> {
    let words = said(
        &entry.words,
        "Write what brought it up again and what they said to it. Without their word it stands. Nothing was saved.",
    )?;
    if !Trigger::OF_THEIR_OWN.contains(&entry.trigger) {
        return Err(Error::bad_input(
            "Choose what brought it up again. That it was not their word is said where that is in doubt. Nothing was saved.",
        )
        .at("trigger"));
    }
    if entry.topic == Topic::ConditionExists {
        no_doubt(act.conn, act.service, person.id)?;
    }
    let all = objections_of(act.conn, act.service, person.id)?;
    if !standing(&all).iter().any(|one| one.topic == entry.topic) {
        return Err(Error::not_now(format!(
            "That they do not want to know {} does not stand now. Nothing was changed.",
            entry.topic.words()
        ))
        .at("topic"));
    }
    let lifted = Objected { topic: entry.topic, scope: Scope::Lifted, source: Source::Staff, confirm: None };
    let id = objection_record(act, proof.family(), person.id, lifted)?;
    words_insert(act, proof, id, words, Some(entry.trigger))?;
    if entry.topic == Topic::ConditionExists {
        tasks_lifted(act, proof, person)?;
    }
    Ok(id)
}

pub(super) fn said<'a>(words: &'a str, missing: &str) -> Result<&'a str> {
    let words = words.trim();
    if words.chars().count() < 3 { Err(Error::bad_input(missing).at("words")) } else { Ok(words) }
}

pub(super) fn words_insert(
    act: &mut Act<'_>,
    proof: &InFamily,
    id: ObjectionId,
    words: &str,
    revisited_by: Option<Trigger>,
) -> Result<()> {
    let row = Row {
        objection_id: id,
        service_id: act.service,
        family_id: proof.family(),
        by_staff: proof.staff(),
        revisited_by,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Said(words.to_owned()))?,
    };
    diesel::insert_into(objection_words::table).values(&row).execute(act.conn())?;
    Ok(())
}

/// All that a person ever asked for, newest first, with the words.
pub fn wish_list(conn: &mut Conn, proof: &InFamily, person: PersonId) -> Result<Vec<Wish>> {
    let all = objections_of(conn, proof.service(), person)?;
    let rows: Vec<Row> = objection_words::table
        .filter(objection_words::service_id.eq(proof.service()))
        .filter(objection_words::family_id.eq(proof.family()))
        .filter(objection_words::objection_id.eq_any(all.iter().map(|one| one.id).collect::<Vec<_>>()))
        .load(conn)?;
    all.into_iter()
        .rev()
        .map(|objection| {
            let row = rows.iter().find(|row| row.objection_id == objection.id);
            let said =
                row.map(|row| row.sealed.open(proof.grant()?, row.objection_id.as_str())).transpose()?;
            Ok(Wish {
                objection,
                words: said.map(|Said(words)| words),
                by_staff: row.map(|row| row.by_staff),
                revisited_by: row.and_then(|row| row.revisited_by),
            })
        })
        .collect()
}
