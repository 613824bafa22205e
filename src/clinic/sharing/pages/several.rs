//! One stance about several relatives at once: a class of them, or those chosen one by one. Each gets a row of its own and its
//! own checks; all of them are recorded, or none. Must not know: what is told, or why.

use super::sheet;
use crate::{
    access::{Answer, InFamily, Input, Staff, pages::Here, permission::may},
    audit::Act,
    clinic::{
        result::state::result_open,
        sharing::{
            consent::{ConsentEntry, Stance, consent_record, stances_open},
            sheet::{Line, Sheet, sheet_of},
            stance::consent_sound,
        },
    },
    db::closed,
    error::{Error, Result, Trouble},
    ids::{ConsentId, ResultId, TaskId},
};
use actix_web::web;
use kinward_family::disclosure::Level;
use serde::{Deserialize, de::Error as _};
use serde_json::{Map, Value, json};

closed! {
    /// Whom a stance is about, by how they stand to the proband.
    pub enum Class {
        Everybody = "everybody",
        Siblings = "siblings",
        Children = "children",
        Parents = "parents",
        MothersSide = "mothers_side",
        FathersSide = "fathers_side",
        Chosen = "chosen",
    }
}

impl Class {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everybody => "Everybody on the list",
            Self::Siblings => "All brothers and sisters",
            Self::Children => "All sons and daughters",
            Self::Parents => "Mother and father",
            Self::MothersSide => "Everybody on the mother's side",
            Self::FathersSide => "Everybody on the father's side",
            Self::Chosen => "Those ticked below",
        }
    }

    /// True for a relative who is of this class; nobody is of those that are ticked.
    pub(super) fn holds(self, line: &Line) -> bool {
        let words = line.position.path_words.as_str();
        match self {
            Self::Everybody => true,
            Self::Siblings => matches!(
                words,
                "brother" | "sister" | "sibling" | "half-brother" | "half-sister" | "half-sibling"
            ),
            Self::Children => matches!(words, "son" | "daughter" | "child"),
            Self::Parents => matches!(words, "mother" | "father" | "parent"),
            Self::MothersSide => line.position.side == "mother's side",
            Self::FathersSide => line.position.side == "father's side",
            Self::Chosen => false,
        }
    }
}

/// A stance with whom it is about.
pub(super) struct Several {
    who: Class,
    /// Only of those chosen one by one.
    relatives: Vec<TaskId>,
    /// The sheet as it was seen; a program may leave it out.
    seen: Option<String>,
    entry: ConsentEntry,
}

impl<'de> Deserialize<'de> for Several {
    /// Fields of its own, and all of a stance beside them.
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let mut fields: Map<String, Value> = Map::deserialize(from)?;
        // What is there is looked at before anything is missed, so that a message is about the field that is wrong.
        let who: Option<Class> =
            fields.remove("who").map(serde_json::from_value).transpose().map_err(D::Error::custom)?;
        let relatives = fields.remove("relatives").unwrap_or(Value::Array(Vec::new()));
        let relatives = serde_json::from_value(relatives).map_err(D::Error::custom)?;
        let seen = fields.remove("seen").map(serde_json::from_value).transpose().map_err(D::Error::custom)?;
        let entry = serde_json::from_value(Value::Object(fields)).map_err(D::Error::custom)?;
        Ok(Self { who: who.ok_or_else(|| D::Error::missing_field("who"))?, relatives, seen, entry })
    }
}

/// The relatives about whom something can still be recorded, and every stance that can be about one of them.
pub(super) fn candidates<'a>(
    act: &mut Act<'_>,
    proof: &InFamily,
    sheet: &'a Sheet,
) -> Result<(Vec<&'a Line>, Vec<Stance>)> {
    let (mut open, mut stances) = (Vec::new(), Vec::new());
    for line in &sheet.lines {
        let may_be = stances_open(act.conn(), proof, &line.task)?;
        if !may_be.is_empty() {
            open.push(line);
        }
        stances.extend(may_be);
    }
    stances.sort();
    stances.dedup();
    Ok((open, stances))
}

/// Whom the entry is about.
///
/// # Errors
/// Nobody; somebody who is not on the list, or about whom nothing more is recorded.
fn chosen<'a>(open: &[&'a Line], sheet: &'a Sheet, several: &Several) -> Result<Vec<&'a Line>> {
    let lines: Vec<&Line> = match several.who {
        Class::Everybody
        | Class::Siblings
        | Class::Children
        | Class::Parents
        | Class::MothersSide
        | Class::FathersSide => open.iter().copied().filter(|line| several.who.holds(line)).collect(),
        Class::Chosen => {
            let mut lines = Vec::new();
            for id in &several.relatives {
                let line =
                    sheet.lines.iter().find(|line| line.task.id == *id).ok_or_else(Error::not_found)?;
                if open.iter().all(|one| one.task.id != *id) {
                    return Err(Error::not_now(format!(
                        "{}: what the proband says no longer changes where this relative stands. Leave them out. Nothing was saved for anybody.",
                        line.whom()
                    ))
                    .at("relatives"));
                }
                lines.push(line);
            }
            lines.sort_by_key(|line| line.task.id);
            lines
        }
    };
    if lines.is_empty() {
        let (told, field) = match several.who {
            Class::Chosen => ("Tick at least one relative. Nothing was saved.", "relatives"),
            Class::Everybody
            | Class::Siblings
            | Class::Children
            | Class::Parents
            | Class::MothersSide
            | Class::FathersSide => {
                ("Nobody on the list is of this group now. Choose another. Nothing was saved.", "who")
            }
        };
        return Err(Error::bad_input(told).at(field));
    }
    Ok(lines)
}

/// What is agreed to for one relative at a time: being named, and the opposite of what was said of them before.
fn agreed_for_each(lines: &[&Line], level: Level) -> Result<()> {
    if level == Level::L3 && lines.len() > 1 {
        return Err(Error::bad_input(
            "To be named is agreed to for one relative at a time. Choose L2 or lower here, and record L3 on the relative's own page. Nothing was saved for anybody.",
        )
        .at("level"));
    }
    let refused = |line: &&&Line| line.stands.as_ref().is_some_and(|one| one.row.stance.is_refusal());
    let refused: Vec<String> = lines.iter().filter(refused).map(|line| line.whom()).collect();
    if refused.is_empty() || lines.len() == 1 {
        return Ok(());
    }
    Err(Error::not_now(format!(
        "The proband did not agree for: {}. Record it on their own pages if that has changed, or leave them out. Nothing was saved for anybody.",
        refused.join("; ")
    ))
    .at("who"))
}

/// Records one stance about each of them, or about none.
fn record_all(
    act: &mut Act<'_>,
    proof: &InFamily,
    sheet: &Sheet,
    several: &Several,
) -> Result<Vec<(TaskId, ConsentId)>> {
    // What is wrong with the stance itself is nobody's.
    let sound = consent_sound(act, &several.entry)?;
    if several.seen.as_ref().is_some_and(|seen| *seen != sheet.fingerprint) {
        return Err(Error::not_now(
            "Something was recorded about one of these relatives since you opened this page. Look at the sheet as it is now, then save. Nothing was saved for anybody.",
        ));
    }
    let (open, _) = candidates(act, proof, sheet)?;
    let mut lines = chosen(&open, sheet, several)?;
    lines.dedup_by_key(|line| line.task.id);
    if sound.agrees {
        agreed_for_each(&lines, sound.level)?;
    }
    let (mut recorded, mut first, mut others) = (Vec::new(), None, Vec::new());
    for line in lines {
        match consent_record(act, proof, &line.task, several.entry.clone()) {
            Ok(consent) => recorded.push((line.task.id, consent)),
            // Everybody who stands in the way is told at once; the act is undone as a whole.
            Err(problem) if matches!(problem.trouble(), Trouble::BadInput | Trouble::NotNow) => {
                if first.is_none() {
                    first = Some(problem.of(&line.whom()));
                } else {
                    others.push(line.whom());
                }
            }
            Err(problem) => return Err(problem),
        }
    }
    match first {
        None => Ok(recorded),
        Some(first) if others.is_empty() => Err(first),
        Some(first) => Err(first.and(&format!(
            "Not possible for these either: {}. Nothing was saved for anybody.",
            others.join("; ")
        ))),
    }
}

pub(super) async fn record(
    staff: Staff<may::ConsentRecord>,
    house: Here,
    id: web::Path<ResultId>,
    input: Input<Several>,
) -> Result<Answer> {
    let caller = staff.caller;
    let several = input.open(&caller)?;
    let (of, id) = (caller.clone(), id.into_inner());
    let recorded = house
        .act(&caller, move |act, _| {
            let (_, proof) = result_open(act.conn(), &of, id)?;
            let sheet = sheet_of(act, &proof, id)?;
            record_all(act, &proof, &sheet, &several)
        })
        .await?;
    let consents: Vec<Value> =
        recorded.iter().map(|(task, consent)| json!({"task": task, "consent": consent})).collect();
    Ok(Answer::done(sheet::address(id), json!({"result": id, "recorded": consents})))
}
