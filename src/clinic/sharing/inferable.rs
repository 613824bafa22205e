//! Whether a letter that names nobody still tells its reader who was tested, and who accepted that and why. Compartment D.
//! Must not know: findings, or what a letter says; it goes by the family's shape and by who reads what.

use super::consent::naming_consent;
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::task::{Task, task_list},
        letters::{fitting::fitting, letter::letters_to_readers},
        people::kinship::{pedigree_id, pedigree_of},
        result::state::result_standing,
    },
    db::{Conn, UtcTime},
    error::{Error, Result},
    ids::{FamilyId, InferableId, PersonId, ServiceId, StaffId, TaskId},
    keys::{Sealed, content, digest},
};
use diesel::prelude::*;
use kinward_family::disclosure::Level;
use kinward_pedigree::{Because, Pedigree, PersonId as PedigreeId, inferable, kin_path};
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
    /// Up to which level it was accepted in sight of all of that.
    accepted: Option<Level>,
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
    /// One for each reader who can tell; none where the family's shape leaves all of them in doubt.
    pub tellings: Vec<Telling>,
    /// Newest first.
    pub accepted: Vec<Accepted>,
    /// The proband agreed to be named to this relative: then there is nothing to guess.
    pub named: bool,
    /// The letter goes to whoever is responsible for the relative.
    pub to_parent: bool,
}

impl Inference {
    /// True where a letter at `level` would tell who was tested and nobody has accepted that it does. L0 tells of no
    /// condition, and L3 names the proband by their own consent.
    pub fn is_open_at(&self, level: Level) -> bool {
        tells_unnamed(level)
            && !self.named
            && self.tellings.iter().any(|telling| telling.accepted.is_none_or(|most| most < level))
    }

    /// What they can tell, in words for staff.
    pub fn words(&self) -> Option<String> {
        let words: Vec<&str> = self.tellings.iter().map(|telling| telling.words.as_str()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

const fn tells_unnamed(level: Level) -> bool {
    match level {
        Level::L1 | Level::L2 => true,
        Level::L0 | Level::L3 => false,
    }
}

/// Who would read a letter about the relative of `task` today. Where nobody is on record for a child no letter can be drafted,
/// and it is asked then of whoever is.
pub fn readers_of(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Vec<PersonId>> {
    let readers = fitting(act, proof, task)?.readers;
    Ok(if readers.is_empty() { vec![task.person_id] } else { readers })
}

/// What `readers` could tell from a letter about the relative of `task` that names nobody. The one rule, for pages, programs
/// and the gate.
pub fn inference_of(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    readers: &[PersonId],
) -> Result<Inference> {
    let (service, today) = (proof.service(), act.at.date());
    let named = naming_consent(act.conn(), service, task.id, today)?.is_some();
    let mut tellings = tellings(act.conn(), proof, task, readers)?;
    let rows: Vec<Row> = inferable_confirmations::table
        .filter(inferable_confirmations::service_id.eq(service))
        .filter(inferable_confirmations::task_id.eq(task.id))
        .order((inferable_confirmations::at.desc(), inferable_confirmations::id.asc()))
        .load(act.conn())?;
    let grant = proof.grant()?;
    let mut accepted = Vec::new();
    for row in rows {
        let grounds = row.sealed.open(grant, row.id.as_str())?;
        let level: Level = row.level.parse().map_err(|_| Error::inner("a stored level does not parse"))?;
        let mut stands = false;
        for telling in tellings.iter_mut().filter(|telling| telling.shape == grounds.shape) {
            telling.accepted = telling.accepted.max(Some(level));
            stands = true;
        }
        accepted.push(Accepted {
            stands,
            why: grounds.why,
            told: grounds.told,
            level,
            by_staff: row.by_staff,
            at: row.at,
        });
    }
    let to_parent = readers.iter().any(|reader| *reader != task.person_id);
    Ok(Inference { tellings, accepted, named, to_parent })
}

fn tellings(conn: &mut Conn, proof: &InFamily, task: &Task, readers: &[PersonId]) -> Result<Vec<Telling>> {
    let tree = pedigree_of(conn, proof)?;
    let proband = pedigree_id(result_standing(conn, proof.service(), task.result_id)?.person_id);
    let tasks: Vec<Task> =
        task_list(conn, proof)?.into_iter().filter(|other| other.result_id == task.result_id).collect();
    let mut fellows = BTreeSet::new();
    for (of, reader) in letters_to_readers(conn, proof, tasks.iter().map(|other| other.id).collect())? {
        let about = tasks.iter().find(|other| other.id == of && of != task.id);
        fellows.extend(about.map(|other| pedigree_id(other.person_id)));
        fellows.extend(about.and(reader).map(pedigree_id));
    }
    let told = readers.iter().map(|reader| telling(&tree, task, *reader, &proband, &fellows));
    Ok(told.flatten().collect())
}

/// What one reader can tell. Whoever is responsible for a child and no blood relative of the proband guesses among the
/// child's own relatives.
fn telling(
    tree: &Pedigree,
    task: &Task,
    reader: PersonId,
    proband: &PedigreeId,
    fellows: &BTreeSet<PedigreeId>,
) -> Option<Telling> {
    let (child, reads) = (pedigree_id(task.person_id), pedigree_id(reader));
    let own = reads == child;
    let is_kin = own || kin_path(tree, &reads, proband).is_some();
    let (eyes, whose) = if is_kin { (&reads, "theirs") } else { (&child, "the child\u{2019}s") };
    let mut fellows = fellows.clone();
    // The letter is about the one and in the hands of the other: neither can be meant.
    fellows.extend((!own).then(|| if is_kin { child.clone() } else { reads.clone() }));
    fellows.remove(eyes);
    let told = inferable(tree, eyes, proband, &fellows)?;
    let who = match (own, is_kin) {
        (true, _) => format!("This relative can tell that it was their {}", told.relation),
        (false, true) => format!(
            "Whoever gets this letter about the child can tell that it was their own {}",
            told.relation
        ),
        (false, false) => format!(
            "Whoever gets this letter about the child can tell that it was the child\u{2019}s {}",
            told.relation
        ),
    };
    let words = format!("{who} who was tested: {}.", because(told.because, whose));
    let shape = shape(tree, eyes, proband, &fellows, (!own).then_some(&reads), &words);
    Some(Telling { words, shape, accepted: None })
}

/// As staff read it after a colon. It names nobody.
fn because(why: Because, whose: &str) -> String {
    match why {
        Because::NobodyElse => format!(
            "no other blood relative of {whose} on file can be meant, because each has died or gets a letter too"
        ),
        Because::OnlyParent => format!(
            "no other parent of {whose} can be meant, because the other one has died, gets a letter too or is not on file"
        ),
        Because::OnlySibling => format!(
            "no other brother or sister of {whose} can be meant: none is on file, or each has died or gets a letter too"
        ),
        Because::OnlyChild => format!(
            "no other child of {whose} can be meant: none is on file, or each has died or gets a letter too"
        ),
    }
}

/// Somebody added, a death, a relation corrected, a letter to another relative or another reader makes another fingerprint.
fn shape(
    tree: &Pedigree,
    eyes: &PedigreeId,
    proband: &PedigreeId,
    fellows: &BTreeSet<PedigreeId>,
    reader: Option<&PedigreeId>,
    words: &str,
) -> String {
    let mut lines: Vec<String> = tree
        .persons()
        .iter()
        .filter_map(|person| {
            let path = kin_path(tree, eyes, &person.id)?;
            let (over, reads) = (person.life.is_over(), fellows.contains(&person.id));
            Some(format!("{} {} {over} {reads} {}", person.id.as_str(), path.words, person.id == *proband))
        })
        .collect();
    lines.sort();
    lines.extend(reader.map(|reader| reader.as_str().to_owned()));
    lines.push(words.to_owned());
    digest(lines.join("\n").as_bytes())
}

/// Before a level is chosen for a letter that names nobody: nothing can be told, or it was accepted, or it is accepted now
/// with a reason.
///
/// # Errors
/// What a reader could tell, where no reason was given.
pub fn inference_accept(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    readers: &[PersonId],
    level: Level,
    why: Option<&str>,
) -> Result<()> {
    let now = inference_of(act, proof, task, readers)?;
    let why = why.map(str::trim).unwrap_or_default();
    let Some(told) = now.words().filter(|_| tells_unnamed(level)) else { return Ok(()) };
    // A reason that was not needed is kept all the same: somebody wrote it.
    if why.is_empty() && !now.is_open_at(level) {
        return Ok(());
    }
    if why.chars().count() < 10 {
        let instead = match fitting(act, proof, task)?.levels().contains(&Level::L0) {
            true => "Choose L0, or w",
            // There is no letter at L0 to a child's parent, to somebody of 16 or 17, or abroad.
            false => "W",
        };
        let fault = if why.is_empty() { "" } else { "What you wrote is too short to be a reason. " };
        return Err(Error::bad_input(format!(
            "{told} {fault}{instead}rite in a sentence why {level} is right all the same. Nothing was saved."
        ))
        .at("inferable_why"));
    }
    for telling in now.tellings {
        let id = InferableId::new(act.chance());
        let grounds = Grounds { why: why.to_owned(), told: telling.words, shape: telling.shape };
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
    }
    act.record(
        Deed::InferenceAccepted,
        ("relative_task", task.id.as_str()),
        Some(proof.family()),
        level.as_str(),
    )
}

/// Asked when a letter is handed on and when it is approved: the family may have changed since it was written.
///
/// # Errors
/// What its reader could tell by now, where nobody has accepted it.
pub fn inference_holds(
    act: &mut Act<'_>,
    proof: &InFamily,
    task: &Task,
    reader: PersonId,
    level: Level,
) -> Result<()> {
    let now = inference_of(act, proof, task, &[reader])?;
    match now.words().filter(|_| now.is_open_at(level)) {
        None => Ok(()),
        Some(told) => Err(Error::not_now(format!(
            "The letter was held back. {told} Nobody has said yet why {level} is right all the same. Nothing was changed: write the reason on the letter's page, or return it and tell less."
        ))),
    }
}
