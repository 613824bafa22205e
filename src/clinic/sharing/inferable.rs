//! Whether a letter that names nobody still tells its reader who was tested, and who accepted that and why. Compartment D.
//! Must not know: findings, or what a letter says; it goes by the family's shape and by who else is written to.

use super::consent::naming_consent;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_list},
        letters::letter::tasks_with_letters,
        people::kinship::{pedigree_id, pedigree_of},
        result::state::result_standing,
    },
    db::{Conn, UtcDate, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, InferableId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content, digest},
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;
use kinward_pedigree::{Because, Pedigree, PersonId, inferable, kin_path};
use std::collections::BTreeSet;

diesel::table! {
    inferable_confirmations (id) {
        id -> Text,
        service_id -> Text,
        family_id -> Text,
        task_id -> Text,
        level -> Text,
        by_staff -> Text,
        at -> Timestamp,
        sealed -> Binary,
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = inferable_confirmations)]
struct Row {
    id: InferableId,
    service_id: ServiceId,
    family_id: FamilyId,
    task_id: TaskId,
    level: String,
    by_staff: StaffId,
    at: UtcTime,
    sealed: Sealed<Grounds>,
}

/// Why it was accepted, what was shown, and the family's shape that it was accepted in sight of.
#[derive(minicbor::Encode, minicbor::Decode)]
struct Grounds {
    #[n(0)]
    why: String,
    #[n(1)]
    told: String,
    #[n(2)]
    shape: String,
}
content!(D at "inferable_confirmations.sealed" holds Grounds);

/// What a reader can tell, in words for staff that name nobody.
pub struct Telling {
    pub words: String,
    /// Everyone among whom the reader guesses, as a fingerprint: another one makes the question a new one.
    shape: String,
}

/// An acceptance that was opened.
pub struct Accepted {
    pub why: String,
    /// What the reader could tell when it was given.
    pub told: String,
    pub level: Level,
    pub by_staff: StaffId,
    pub at: UtcTime,
    /// Given in sight of the family as it is now. One that is not stays on record and counts for nothing.
    pub stands: bool,
}

/// How it stands with one relative now.
pub struct Inference {
    /// Nothing where the family's shape leaves the reader in doubt.
    pub telling: Option<Telling>,
    /// Newest first.
    pub accepted: Vec<Accepted>,
    /// The proband agreed to be named to this relative: then there is nothing to guess.
    pub named: bool,
}

impl Inference {
    /// True where a letter at `level` would tell who was tested and nobody has accepted that it does. L0 tells of no
    /// condition, and L3 names the proband by their own consent.
    pub fn is_open_at(&self, level: Level) -> bool {
        let accepted = self.accepted.iter().any(|accepted| accepted.stands && accepted.level >= level);
        tells_unnamed(level) && self.telling.is_some() && !self.named && !accepted
    }
}

const fn tells_unnamed(level: Level) -> bool {
    match level {
        Level::L1 | Level::L2 => true,
        Level::L0 | Level::L3 => false,
    }
}

/// What the relative of `task` could tell from a letter that names nobody. The one rule, for pages, programs and the gate.
pub fn inference_of(conn: &mut Conn, proof: &InFamily, task: &Task, today: UtcDate) -> Result<Inference> {
    let service = proof.service();
    let named = naming_consent(conn, service, task.id, today)?.is_some();
    let telling = telling(conn, proof, task)?;
    let rows: Vec<Row> = inferable_confirmations::table
        .filter(inferable_confirmations::service_id.eq(service))
        .filter(inferable_confirmations::task_id.eq(task.id))
        .order((inferable_confirmations::at.desc(), inferable_confirmations::id.asc()))
        .load(conn)?;
    let grant = proof.grant()?;
    let opened = rows.into_iter().map(|row| {
        let grounds = row.sealed.open(grant, row.id.as_str())?;
        Ok(Accepted {
            stands: telling.as_ref().is_some_and(|now| now.shape == grounds.shape),
            why: grounds.why,
            told: grounds.told,
            level: row.level.parse().map_err(|_| Error::inner("a stored level does not parse"))?,
            by_staff: row.by_staff,
            at: row.at,
        })
    });
    Ok(Inference { accepted: opened.collect::<Result<_>>()?, telling, named })
}

fn telling(conn: &mut Conn, proof: &InFamily, task: &Task) -> Result<Option<Telling>> {
    let tree = pedigree_of(conn, proof)?;
    let proband = pedigree_id(result_standing(conn, proof.service(), task.result_id)?.person_id);
    let reader = pedigree_id(task.person_id);
    let tasks: Vec<Task> =
        task_list(conn, proof)?.into_iter().filter(|other| other.result_id == task.result_id).collect();
    let written_to = tasks_with_letters(conn, proof, tasks.iter().map(|other| other.id).collect())?;
    let fellows: BTreeSet<PersonId> = tasks
        .iter()
        .filter(|other| other.id != task.id && written_to.contains(&other.id))
        .map(|other| pedigree_id(other.person_id))
        .collect();
    let told = inferable(&tree, &reader, &proband, &fellows);
    Ok(told.map(|told| {
        let words = format!(
            "This relative can tell that it was their {} who was tested: {}.",
            told.relation,
            because(told.because)
        );
        let shape = shape(&tree, &reader, &proband, &fellows, &words);
        Telling { words, shape }
    }))
}

/// As staff read it after a colon. It names nobody.
const fn because(why: Because) -> &'static str {
    match why {
        Because::NobodyElse => {
            "no other blood relative of theirs on file can be meant, because each has died or gets a letter too"
        }
        Because::OnlyParent => {
            "no other parent of theirs can be meant, because the other one has died, gets a letter too or is not on file"
        }
        Because::OnlySibling => {
            "no other brother or sister of theirs can be meant, because there is none on file who is alive and gets no letter"
        }
        Because::OnlyChild => {
            "no other child of theirs can be meant, because there is none on file who is alive and gets no letter"
        }
    }
}

/// Somebody added, a death, a relation corrected or a letter to another relative makes another fingerprint.
fn shape(
    tree: &Pedigree,
    reader: &PersonId,
    proband: &PersonId,
    fellows: &BTreeSet<PersonId>,
    words: &str,
) -> String {
    let mut lines: Vec<String> = tree
        .persons()
        .iter()
        .filter_map(|person| {
            let path = kin_path(tree, reader, &person.id)?;
            let (over, reads) = (person.life.is_over(), fellows.contains(&person.id));
            Some(format!("{} {} {over} {reads} {}", person.id.as_str(), path.words, person.id == *proband))
        })
        .collect();
    lines.sort();
    lines.push(words.to_owned());
    digest(lines.join("\n").as_bytes())
}

/// Before a level is chosen for a letter that names nobody: nothing can be told, or it was accepted, or it is accepted now
/// with a reason.
///
/// # Errors
/// What the reader could tell, where no reason was given.
pub fn inference_accept(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    level: Level,
    why: Option<&str>,
) -> Result<()> {
    let today = act.at.date();
    let now = inference_of(act.conn(), proof, task, today)?;
    let why = why.map(str::trim).unwrap_or_default();
    let Some(telling) = now.telling.as_ref().filter(|_| tells_unnamed(level)) else { return Ok(()) };
    // A reason that was not needed is kept all the same: somebody wrote it.
    if why.is_empty() && !now.is_open_at(level) {
        return Ok(());
    }
    if why.chars().count() < 10 {
        return Err(Error::bad_input(format!(
            "{} Choose L0, or write in a sentence why {level} is right all the same. Nothing was saved.",
            telling.words
        ))
        .at("inferable_why"));
    }
    let id = InferableId::new(act.chance());
    let grounds = Grounds { why: why.to_owned(), told: telling.words.clone(), shape: telling.shape.clone() };
    let row = Row {
        id,
        service_id: act.service,
        family_id: proof.family(),
        task_id: task.id,
        level: level.as_str().to_owned(),
        by_staff: proof.staff(),
        at: act.at,
        sealed: Sealed::seal(proof.grant()?, act.chance(), id.as_str(), &grounds)?,
    };
    diesel::insert_into(inferable_confirmations::table).values(&row).execute(act.conn())?;
    act.record(Deed::InferenceAccepted, ("relative_task", task.id.as_str()), Some(proof.family()), &row.level)
}

/// Asked when a letter is handed on and when it is approved: the family may have changed since it was written.
///
/// # Errors
/// What the reader could tell by now, where nobody has accepted it.
pub fn inference_holds(act: &mut Act<'_>, proof: &InFamily, task: &Task, level: Level) -> Result<()> {
    let today = act.at.date();
    let now = inference_of(act.conn(), proof, task, today)?;
    match now.telling.as_ref().filter(|_| now.is_open_at(level)) {
        None => Ok(()),
        Some(telling) => Err(Error::not_now(format!(
            "The letter was held back. {} Nobody has said yet why {level} is right all the same. Nothing was changed: write the reason on the letter's page, or return it and write at L0.",
            telling.words
        ))),
    }
}
