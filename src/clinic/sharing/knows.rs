//! Who knows what: of each relative and topic whether they know, who told them, when, and how we know. Compartment N; its
//! words are D. Must not know: findings, or what may be told. Rows are only ever added, and the newest of a topic stands.

use super::topic::Topic;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::Task,
        queue::item::{Queue, Subject, SubjectKind, Wanted, follow},
    },
    db::{Conn, UtcDate, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, KnowledgeId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content},
};
use diesel::prelude::*;

diesel::table! {
    knowledge (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        seq -> Integer,
        topic -> Text,
        known -> Text,
        told_on -> Nullable<Date>,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

closed! {
    /// How far somebody knows it.
    pub enum Known {
        Unknown = "unknown",
        /// Somebody thinks that they know.
        Believed = "believed",
        /// They said so themselves, or it was said in our presence.
        Confirmed = "confirmed",
        /// They were told something, and it is wrong.
        Misinformed = "misinformed",
    }
}

impl Known {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unknown => "Not known to know",
            Self::Believed => "Believed to know",
            Self::Confirmed => "Knows",
            Self::Misinformed => "Was told something wrong",
        }
    }

    /// What somebody is said to know needs a source; that nobody knows of any does not.
    const fn needs_source(self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Believed | Self::Confirmed | Self::Misinformed => true,
        }
    }
}

/// What is to be done about a relative who was told something wrong, in a queue and on their page.
pub const PUT_RIGHT: &str = "Put right what they were told: write to them again as far as they want to know, or have it put right by whoever told them";

#[derive(Clone, Queryable, Insertable)]
#[diesel(table_name = knowledge)]
struct Row {
    id: KnowledgeId,
    service_id: ServiceId,
    family_id: FamilyId,
    task_id: TaskId,
    seq: i32,
    topic: Topic,
    known: Known,
    told_on: Option<UtcDate>,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Source>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
struct Source {
    #[n(0)]
    told_by: Option<String>,
    #[n(1)]
    how_known: Option<String>,
}
content!(D at "knowledge.sealed" holds Source);

/// An entry that was opened.
pub struct Knowledge {
    pub topic: Topic,
    pub known: Known,
    /// Who told the relative, in words.
    pub told_by: Option<String>,
    pub told_on: Option<UtcDate>,
    /// How the service knows.
    pub how_known: Option<String>,
    pub by_staff: StaffId,
    pub at: UtcTime,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeEntry {
    pub topic: Topic,
    pub known: Known,
    pub told_by: Option<String>,
    pub told_on: Option<UtcDate>,
    pub how_known: Option<String>,
}

/// Adds what a relative knows of one topic. What they were told wrongly asks for work until a later entry says otherwise.
///
/// # Errors
/// Somebody said to know, or to be misinformed, without a source; a day that has not come or that nobody remembers.
pub fn knowledge_record(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    entry: KnowledgeEntry,
) -> Result<KnowledgeId> {
    let filled = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    let (told_by, how_known) = (filled(entry.told_by), filled(entry.how_known));
    if entry.known.needs_source() && how_known.as_deref().is_none_or(|words| words.chars().count() < 3) {
        return Err(Error::bad_input(
            "Write how we know this: who said so, and to whom. What nobody can give a source for is not known. Nothing was saved.",
        )
        .at("how_known"));
    }
    let earliest = act.policy().dates.earliest_birth_year;
    if entry.told_on.is_some_and(|day| day > act.at.date() || day.ymd().0 < earliest) {
        return Err(Error::bad_input(
            "Give a day on which they can have been told: not in the future. Leave it empty if it is not known. Nothing was saved.",
        )
        .at("told_on"));
    }
    let id = KnowledgeId::new(act.chance());
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        seq: 1 + rows(act.conn, act.service, task.id)?.first().map_or(0, |last| last.seq),
        topic: entry.topic,
        known: entry.known,
        told_on: entry.told_on,
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &Source { told_by, how_known })?,
    };
    diesel::insert_into(knowledge::table).values(&row).execute(act.conn())?;
    let note = format!("{} {}", row.topic, row.known);
    act.record(Deed::KnowledgeRecorded, ("relative_task", task.id.as_str()), Some(proof.family()), &note)?;
    let wrong = misinformed(&rows(act.conn, act.service, task.id)?);
    let subject = Subject {
        kind: SubjectKind::Knowledge,
        id: task.id.to_string(),
        family: Some(proof.family()),
        task: None,
    };
    follow(act, &subject, &wanted(wrong))?;
    Ok(id)
}

/// The queues that misinformation asks for.
pub fn wanted(misinformed: bool) -> Vec<Wanted> {
    if misinformed { vec![Queue::DiscussionDue.into()] } else { vec![] }
}

/// True where the newest word on some topic is that they were told something wrong.
fn misinformed(newest_first: &[Row]) -> bool {
    Topic::ALL.iter().any(|topic| {
        newest_first.iter().find(|row| row.topic == *topic).is_some_and(|row| row.known == Known::Misinformed)
    })
}

/// Newest first.
fn rows(conn: &mut Conn, service: ServiceId, task: TaskId) -> Result<Vec<Row>> {
    Ok(knowledge::table
        .filter(knowledge::service_id.eq(service))
        .filter(knowledge::task_id.eq(task))
        .order(knowledge::seq.desc())
        .load(conn)?)
}

/// All that was ever recorded of one relative, newest first.
pub fn knowledge_list(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<Vec<Knowledge>> {
    let grant = proof.grant()?;
    rows(conn, proof.service(), task)?
        .into_iter()
        .map(|row| {
            let Source { told_by, how_known } = row.sealed.open(grant, row.id.as_str())?;
            Ok(Knowledge {
                topic: row.topic,
                known: row.known,
                told_by,
                told_on: row.told_on,
                how_known,
                by_staff: row.by_staff,
                at: row.at,
            })
        })
        .collect()
}

/// What stands of each topic, in the order of the topics; none where nobody has said anything.
pub fn standing(newest_first: &[Knowledge]) -> Vec<(Topic, Option<&Knowledge>)> {
    let newest = |topic: Topic| newest_first.iter().find(|one| one.topic == topic);
    Topic::ALL.iter().map(|topic| (*topic, newest(*topic))).collect()
}

/// What a relative knows, in one sentence, for whoever decides about them.
pub fn knows_words(conn: &mut Conn, proof: &InFamily, task: TaskId) -> Result<String> {
    let all = knowledge_list(conn, proof, task)?;
    let said: Vec<String> = standing(&all)
        .into_iter()
        .filter_map(|(topic, one)| one.map(|one| (topic, one)))
        .map(|(topic, one)| match &one.how_known {
            Some(how) => format!("{}: {} ({how})", one.known.title(), topic.words()),
            None => format!("{}: {}", one.known.title(), topic.words()),
        })
        .collect();
    Ok(if said.is_empty() { "Not known".into() } else { said.join("; ") })
}

/// The tasks of those who were told something wrong, for the test that compares queues with states.
pub fn misinformed_tasks(conn: &mut Conn, service: ServiceId) -> Result<Vec<TaskId>> {
    let all: Vec<Row> = knowledge::table
        .filter(knowledge::service_id.eq(service))
        .order((knowledge::task_id.asc(), knowledge::seq.desc()))
        .load(conn)?;
    let of_one = all.chunk_by(|one, other| one.task_id == other.task_id);
    Ok(of_one
        .filter(|rows| misinformed(rows))
        .filter_map(|rows| rows.first())
        .map(|row| row.task_id)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_that_nobody_knows_needs_no_source() {
        let free: Vec<_> = Known::ALL.iter().filter(|known| !known.needs_source()).collect();
        assert_eq!(free, [&Known::Unknown]);
    }

    #[test]
    fn the_newest_word_on_a_topic_stands() {
        let at = crate::clock::StoryClock::fixed(UtcTime::from_utc(
            chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(10, 0, 0).unwrap(),
        ));
        let at = crate::clock::Clock::now(&at);
        let by_staff = StaffId::new(&crate::clock::SeededChance::new(1));
        let one = |topic, known| Knowledge {
            topic,
            known,
            told_by: None,
            told_on: None,
            how_known: None,
            by_staff,
            at,
        };
        let all = [one(Topic::Gene, Known::Confirmed), one(Topic::Gene, Known::Misinformed)];
        let stands: Vec<_> = standing(&all).into_iter().map(|(_, one)| one.map(|one| one.known)).collect();
        assert_eq!(stands, [None, Some(Known::Confirmed), None, None]);
    }
}
