//! With one letter's code somebody said that they do not want to know, and then that the letter was never theirs. Whose word
//! the first was, staff find out; until then nothing goes out. Must not know: who holds the letter, or why they said either.

use super::{
    not_to_know::{Trigger, said, words_insert},
    objection::{Objected, Objection, Scope, Source, objection_record, standing_of},
    topic::Topic,
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{
            consequence::tasks_lifted,
            steps::{TaskCommand, TaskState, step},
            task::{task_move, task_row, tasks_object, tasks_of_person},
        },
        letters::list::{letters_of_tasks, letters_read_by},
        people::person::Person,
        queue::item::{Queue, Subject, SubjectKind, follow},
    },
    db::{Conn, UtcTime, closed},
    error::{Error, Result},
    ids::{FamilyId, ObjectionId, PersonId, ServiceId, TaskId},
    relative::{
        outbox::OnceGone,
        reply::{ReplyRow, reply_list},
    },
};
use kinward_family::page::Choice;

closed! {
    /// Whose word it was, as staff found out.
    pub enum WhoseWord {
        Theirs = "theirs",
        NotTheirs = "not_theirs",
    }
}

impl WhoseWord {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Theirs => "It was their own: they do not want to know",
            Self::NotTheirs => "It was not theirs: somebody else had the letter",
        }
    }

    pub const fn hint(self) -> &'static str {
        match self {
            Self::Theirs => "It stands, now as you recorded it. Nobody contacts them.",
            Self::NotTheirs => {
                "It is lifted. The letter never reached them, so that their right address is looked for."
            }
        }
    }
}

/// What was said with one letter's code, and cannot be one person's word.
pub struct Doubt {
    pub objection: Objection,
    pub refused_at: UtcTime,
    pub denied_at: UtcTime,
    /// What the letters are about of which both was said.
    tasks: Vec<TaskId>,
}

/// Whether the wish that stands was said online by somebody who said later that the letter is not theirs.
pub fn doubt_of(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<Option<Doubt>> {
    let standing = standing_of(conn, service, person)?;
    let online = |one: &Objection| match one.source {
        Source::Portal | Source::Proxy => one.topic == Topic::ConditionExists,
        // What staff heard, nobody online takes back.
        Source::Staff => false,
    };
    let Some(objection) = standing.into_iter().find(online) else { return Ok(None) };
    let own: Vec<TaskId> = tasks_of_person(conn, service, person)?.iter().map(|task| task.id).collect();
    let mut letters = letters_of_tasks(conn, service, own)?;
    // What went to those responsible for a child is their word, and none of the child's.
    letters.retain(|row| row.reader_id.is_none_or(|reader| reader == person));
    letters.extend(letters_read_by(conn, service, person)?);
    let mut doubt: Option<Doubt> = None;
    for row in letters {
        let replies = reply_list(conn, service, row.task_id.as_str())?;
        let with_it = |choice: Choice| {
            let of_it = move |reply: &&ReplyRow| {
                reply.invitation_id == row.invitation_id && reply.choice == choice.as_str()
            };
            replies.iter().filter(of_it)
        };
        // Newest first; the wish stands from the first of these on.
        let refused = with_it(Choice::NotKnow).rfind(|reply| reply.at >= objection.at);
        let denied = with_it(Choice::NotMe).next();
        if let (Some(refused), Some(denied)) = (refused, denied)
            && denied.seq > refused.seq
        {
            let known = doubt.get_or_insert(Doubt {
                objection: objection.clone(),
                refused_at: refused.at,
                denied_at: denied.at,
                tasks: Vec::new(),
            });
            if !known.tasks.contains(&row.task_id) {
                known.tasks.push(row.task_id);
            }
        }
    }
    Ok(doubt)
}

/// Puts the wish before staff again, with what was said after it. The relative's own way stays where the wish has put it: an
/// address is looked for only once somebody has found out whose word it was.
pub fn doubt_follow(act: &mut Act<'_>, family: FamilyId, doubt: &Doubt) -> Result<()> {
    let subject = Subject {
        kind: SubjectKind::Objection,
        id: doubt.objection.id.to_string(),
        family: Some(family),
        task: None,
    };
    follow(act, &subject, &[Queue::Objections.into()])
}

/// # Errors
/// A wish of which it is not known whose word it was.
pub fn no_doubt(conn: &mut Conn, service: ServiceId, person: PersonId) -> Result<()> {
    match doubt_of(conn, service, person)? {
        None => Ok(()),
        Some(_) => Err(Error::not_now(
            "With the same letter somebody said later that it is not theirs. Find out first whose word it was, and say so on the page of what this person does not want to know. Nothing was changed.",
        )),
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordEntry {
    pub whose: Option<WhoseWord>,
    #[serde(default)]
    pub words: String,
}

/// Staff found out whose word it was. Their own stands, as staff recorded it; another's is lifted, and the relative is somebody
/// whom no letter has reached.
///
/// # Errors
/// Nothing that is in doubt; no choice; no words.
pub fn word_settle(
    act: &mut Act<'_>,
    proof: &InFamily,
    person: &Person,
    entry: &WordEntry,
) -> Result<ObjectionId> {
    let doubt = doubt_of(act.conn(), proof.service(), person.id)?.ok_or_else(|| {
        Error::not_now(
            "Whose word it was is not in doubt, or somebody has said so already. Nothing was changed.",
        )
    })?;
    let whose = entry
        .whose
        .ok_or_else(|| Error::bad_input("Choose whose word it was. Nothing was saved.").at("whose"))?;
    let words = said(&entry.words, "Write how you found out, and who said so. Nothing was saved.")?;
    let scope = match whose {
        WhoseWord::Theirs => doubt.objection.scope,
        WhoseWord::NotTheirs => Scope::Lifted,
    };
    let settled = Objected { topic: Topic::ConditionExists, scope, source: Source::Staff, confirm: None };
    let id = objection_record(act, proof.family(), person.id, settled)?;
    match whose {
        WhoseWord::Theirs => {
            words_insert(act, proof, id, words, None)?;
            tasks_object(act, person.id, OnceGone::Withheld)?;
        }
        WhoseWord::NotTheirs => {
            words_insert(act, proof, id, words, Some(Trigger::NotTheirs))?;
            tasks_lifted(act, proof, person)?;
            for task in &doubt.tasks {
                let task = task_row(act.conn, act.service, *task)?;
                if task.state != TaskState::DoNotContact && step(task.state, TaskCommand::SayNotMe).is_some()
                {
                    task_move(act, &task, TaskCommand::SayNotMe, None)?;
                }
            }
        }
    }
    Ok(id)
}
