//! The agreement sheet: what the proband says now of every relative at risk by one result, and a fingerprint of the rows that
//! say so. Must not know: pages, paper, or who signed.

use super::{
    basis::{BasisKind, basis_of},
    chain::written,
    consent::{Consent, Route, Stance, consents_of_family},
    never_share::{NeverShare, never_share_list},
};
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::task::{Position, Task, positions_of, task_list},
        people::person::person_list,
    },
    db::{UtcDate, UtcTime},
    error::{Error, Result},
    ids::ResultId,
    keys::{Content, to_hex},
};
use kinward_family::disclosure::Level;
use sha2::{Digest, Sha256};

/// What stands now.
pub struct Sheet {
    /// Every relative who is followed by this result, the nearest first.
    pub lines: Vec<Line>,
    /// Words that are never to be shared, oldest first.
    pub never: Vec<NeverShare>,
    /// Of every row that stands: SHA-256 in hexadecimal.
    pub fingerprint: String,
}

/// One relative.
pub struct Line {
    pub task: Task,
    pub name: String,
    /// Whether their name is on record at all.
    pub is_named: bool,
    pub position: Position,
    /// Nothing where the proband has not been asked about them.
    pub stands: Option<Stands>,
    /// The most that a recorded decision lets a letter tell, where one stands.
    pub decided: Option<Level>,
}

/// The newest stance about one relative.
pub struct Stands {
    pub row: Consent,
    pub words: String,
    pub level: Level,
    /// Its last day has passed.
    pub ended: bool,
}

impl Stands {
    /// True where they agree, by that way, that as much as `level` is told.
    pub fn allows(&self, level: Level, route: Route) -> bool {
        self.row.stance.is_agreement() && !self.ended && self.row.route == route && level <= self.level
    }

    /// As staff read it in a list: "Agrees: the clinic writes, up to L2, until 3 March 2027".
    pub fn in_words(&self) -> String {
        let stance = self.row.stance.title();
        if !self.row.stance.is_agreement() {
            return stance.to_owned();
        }
        let way = match self.row.route {
            Route::ClinicLetter => "the clinic writes",
            Route::ProbandTells => "the proband tells",
        };
        let until = self.row.ends_on.map(|day| format!(", until {}", day.shown())).unwrap_or_default();
        format!("{stance}: {way}, up to {}{until}", self.level)
    }

    /// The proband said it: not where they could not be asked.
    pub fn is_said(&self) -> bool {
        self.row.stance != Stance::NotObtainable
    }
}

impl Line {
    /// "Tamsin Wray (sister)".
    pub fn whom(&self) -> String {
        format!("{} ({})", self.name, self.position.path_words)
    }
}

impl Sheet {
    /// When the newest of the rows was recorded; nothing where there is none.
    pub fn newest(&self) -> Option<UtcTime> {
        let said = self.lines.iter().filter_map(|line| line.stands.as_ref()).map(|stands| stands.row.at);
        said.chain(self.never.iter().map(|item| item.at)).max()
    }

    /// What the proband has said of anybody.
    pub fn said(&self) -> impl Iterator<Item = (&Line, &Stands)> {
        let said = self.lines.iter().filter_map(|line| Some((line, line.stands.as_ref()?)));
        said.filter(|(_, stands)| stands.is_said())
    }
}

/// The sheet of one result as it stands on this day. Whoever calls puts the reading on the record.
pub fn sheet_of(act: &mut Act<'_>, proof: &InFamily, result: ResultId) -> Result<Sheet> {
    let today = act.at.date();
    let tasks: Vec<Task> =
        task_list(act.conn(), proof)?.into_iter().filter(|task| task.result_id == result).collect();
    let positions = positions_of(act.conn(), std::slice::from_ref(proof), &tasks)?;
    let people = person_list(act.conn(), proof)?;
    let mut rows = consents_of_family(act.conn(), proof)?;
    rows.sort_by_key(|row| row.seq);
    let mut never = never_share_list(act.conn(), proof)?;
    never.retain(|item| item.lifted.is_none());
    never.reverse();
    let mut lines = Vec::new();
    for (task, position) in tasks.into_iter().zip(positions) {
        let person = people.iter().find(|person| person.id == task.person_id);
        let newest = rows.iter().rev().find(|row| row.task_id == task.id);
        let stands = newest.map(|row| stands(row, proof, today)).transpose()?;
        let basis = basis_of(act.conn, act.service, task.id, today)?;
        lines.push(Line {
            name: person.map(|person| person.shown()).unwrap_or_default(),
            is_named: person.is_some_and(|person| person.is_named()),
            position,
            stands,
            decided: basis.filter(|basis| basis.kind == BasisKind::Decision).map(|basis| basis.level),
            task,
        });
    }
    let fingerprint = fingerprint(proof, result, &lines, &never)?;
    Ok(Sheet { lines, never, fingerprint })
}

fn stands(row: &Consent, proof: &InFamily, today: UtcDate) -> Result<Stands> {
    Ok(Stands {
        words: row.words(proof)?,
        level: row.level.parse().map_err(|_| Error::inner("a stored level does not parse"))?,
        ended: row.ends_on.is_some_and(|day| day < today),
        row: row.clone(),
    })
}

/// Of the rows themselves, every column in its order and all that is sealed, by the ids of their tasks; then of what is
/// never to be shared. The same rows give the same, on whichever day.
fn fingerprint(proof: &InFamily, result: ResultId, lines: &[Line], never: &[NeverShare]) -> Result<String> {
    let mut rows: Vec<&Consent> =
        lines.iter().filter_map(|line| line.stands.as_ref()).map(|stands| &stands.row).collect();
    rows.sort_by_key(|row| row.task_id);
    let mut digest = Sha256::new();
    written(&mut digest, result.as_str().as_bytes())?;
    let day = |day: Option<UtcDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for row in rows {
        let (seq, at) = (row.seq.to_string(), row.at.to_string());
        let (revisit_on, ends_on) = (day(row.revisit_on), day(row.ends_on));
        let fields = [
            row.id.as_str(),
            row.service_id.as_str(),
            row.family_id.as_str(),
            row.task_id.as_str(),
            row.route.as_str(),
            &row.level,
            row.stance.as_str(),
            &revisit_on,
            &ends_on,
            row.by_staff.as_str(),
            &at,
            &seq,
        ];
        for field in fields {
            written(&mut digest, field.as_bytes())?;
        }
        written(&mut digest, &row.opened(proof)?.encode()?)?;
    }
    for item in never {
        written(&mut digest, item.id.as_str().as_bytes())?;
        written(&mut digest, item.words.as_bytes())?;
    }
    Ok(to_hex(&digest.finalize()))
}
