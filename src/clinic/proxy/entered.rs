//! Somebody asks by phone or in person to act for a relative: kept as what is asked online is, with who wrote it down.
//! Must not know: what is checked before anybody is agreed to. Writing it down shows nothing to anybody.

use super::check::{Checked, Verdict, check_keep};
use crate::{
    access::InFamily,
    audit::{Act, Deed},
    clinic::{
        cascade::{listener::Cascade, task::Task},
        letters::{
            letter::{LetterRow, LetterState},
            list::letters_of_tasks,
        },
    },
    db::closed,
    error::{Error, Result},
    ids::{LetterId, ProxyId},
    relative::{
        invitation::{Readable, invitation_get, invitation_opens},
        proxy::{age_of, proxy_ask, proxy_get},
    },
};
use kinward_family::page::{ActingAs, AskToAct};
use std::collections::BTreeMap;

closed! {
    /// How somebody came to ask staff.
    pub enum Came {
        Phone = "phone",
        InPerson = "in_person",
    }
}

impl Came {
    pub const fn title(self) -> &'static str {
        match self {
            Self::Phone => "By phone",
            Self::InPerson => "In person",
        }
    }
}

/// What somebody asked, as staff write it down.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskEntry {
    pub letter: Option<LetterId>,
    pub came: Option<Came>,
    pub acting_as: Option<String>,
    #[serde(default)]
    pub own_name: String,
    #[serde(default)]
    pub own_phone: String,
    #[serde(default)]
    pub own_times: String,
}

/// The letters of a relative that somebody could ask to read: those whose code would take them as far as asking online.
pub fn letters_to_act_on(act: &mut Act<'_>, task: &Task) -> Result<Vec<LetterRow>> {
    let (today, keys) = (act.at.date(), act.keys());
    let mut letters = Vec::new();
    for row in letters_of_tasks(act.conn, act.service, vec![task.id])? {
        if row.state != LetterState::Sent {
            continue;
        }
        let invitation = invitation_get(act.conn, act.service, row.invitation_id)?;
        let opens = invitation_opens(&invitation, today) && invitation.reading == Readable::Yes;
        // Without a date of birth nobody is let in: a practice, a register.
        if opens && age_of(&invitation, act.conn, keys, today)?.is_some() {
            letters.push(row);
        }
    }
    Ok(letters)
}

/// Keeps it. From then on it is checked, agreed to or declined like any other.
///
/// # Errors
/// A letter that cannot be read online; what the portal would not take either.
pub fn proxy_enter(act: &mut Act<'_>, proof: &InFamily, task: &Task, entry: &AskEntry) -> Result<ProxyId> {
    let came = entry.came.ok_or_else(|| missing("Choose how they asked.", "came"))?;
    let letters = letters_to_act_on(act, task)?;
    let letter = letters.iter().find(|row| Some(row.id) == entry.letter).ok_or_else(|| {
        missing("Choose the letter that they ask about, of those that can be read online now.", "letter")
    })?;
    let asking = asked(entry)?;
    let invitation = invitation_get(act.conn, act.service, letter.invitation_id)?;
    let id = proxy_ask(act, &Cascade, &invitation, &asking)?;
    act.record(Deed::ProxyAsked, ("proxy", id.as_str()), Some(proof.family()), came.as_str())?;
    let proxy = proxy_get(act.conn, act.service, id)?;
    check_keep(act, proof, &proxy, Verdict::Entered, Checked::words(came.title()))?;
    Ok(id)
}

/// As the portal reads it, with words for staff.
fn asked(entry: &AskEntry) -> Result<AskToAct> {
    let acting_as: Option<ActingAs> = entry.acting_as.as_deref().and_then(|text| text.parse().ok());
    let acting_as = acting_as.ok_or_else(|| missing("Choose as what they ask to act.", "acting_as"))?;
    let fields: BTreeMap<String, String> =
        [("own_name", &entry.own_name), ("own_phone", &entry.own_phone), ("own_times", &entry.own_times)]
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text.clone()))
            .collect();
    let name = AskToAct::name(&fields)
        .map_err(|_| missing("Write the name that they gave, in at most 100 characters.", "own_name"))?;
    let (phone, times) = AskToAct::reached(&fields).map_err(|wrong| {
        let times = wrong.iter().all(|one| one.field == "own_times");
        match times {
            true => missing("Write in at most 200 characters when to phone them.", "own_times"),
            false => missing("Write the number that they gave, in figures.", "own_phone"),
        }
    })?;
    Ok(AskToAct { acting_as, name, phone, times })
}

fn missing(words: &str, field: &str) -> Error {
    Error::bad_input(format!("{words} Nothing was saved.")).at(field)
}
