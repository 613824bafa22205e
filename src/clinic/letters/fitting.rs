//! Which letter there is for a relative today, by age and address: its kind, who reads it, at which levels it is written, and
//! why there is none. Must not know: what any letter says, or what allows one.

use super::suited::suits;
use crate::{
    access::InFamily,
    audit::Act,
    clinic::{
        cascade::{
            chances::PARTNER,
            task::{Task, position_of},
        },
        people::{contact::contact_of, person::person_get, responsibility::responsible_for},
        result::state::result_standing,
    },
    error::Result,
    ids::PersonId,
};
use kinward_family::{disclosure::Level, kind::Kind};

/// The letter that a draft would be.
pub struct Fitting {
    pub kind: Kind,
    /// The relative, or those responsible for a child; none where nobody is on record.
    pub readers: Vec<PersonId>,
    /// The proband is responsible for the child, too, and gets no letter about it.
    pub proband_reads: bool,
    abroad: bool,
    /// Nobody's relative by descent, and has children with one.
    partner: bool,
}

/// The letter that there is for the relative of `task` today.
pub fn fitting(act: &mut Act<'_>, proof: &InFamily, task: &Task) -> Result<Fitting> {
    let (service, today, periods) = (act.service, act.at.date(), act.policy().periods.clone());
    let person = person_get(act.conn(), proof, task.person_id)?;
    let contact = contact_of(act.conn(), proof.grant()?, service, person.id)?;
    let abroad = contact.is_some_and(|contact| contact.country.is_some());
    let partner = position_of(act.conn(), proof, task)?.side == PARTNER;
    let kind = suits(person.birth_date, today, abroad, &periods);
    if kind != Kind::ParentOfMinor {
        return Ok(Fitting { kind, readers: vec![person.id], proband_reads: false, abroad, partner });
    }
    let proband = result_standing(act.conn(), service, task.result_id)?.person_id;
    let (mut readers, mut proband_reads, mut at_home) = (Vec::new(), false, false);
    for one in responsible_for(act.conn(), proof, person.id)? {
        if one.holder_id == proband {
            proband_reads = true;
            continue;
        }
        let contact = contact_of(act.conn(), proof.grant()?, service, one.holder_id)?;
        at_home |= contact.is_none_or(|contact| contact.country.is_none());
        readers.push(one.holder_id);
    }
    let abroad = !readers.is_empty() && !at_home;
    Ok(Fitting { kind, readers, proband_reads, abroad, partner })
}

impl Fitting {
    /// The levels at which it can be written.
    pub fn levels(&self) -> &'static [Level] {
        if self.none().is_some() { &[] } else { self.kind.levels() }
    }

    /// "L1 or L2".
    pub fn level_words(&self) -> String {
        level_words(self.levels())
    }

    /// Why there is no letter to whoever it would go to, whatever it tells.
    pub fn none(&self) -> Option<&'static str> {
        if self.partner {
            return Some(TO_PARTNER);
        }
        match self.kind {
            Kind::ParentOfMinor if self.abroad => Some(NO_CHILD_ABROAD),
            Kind::YoungPerson if self.abroad => Some(NO_YOUNG_ABROAD),
            Kind::ParentOfMinor if self.readers.is_empty() && self.proband_reads => Some(PROBAND_READS),
            Kind::ParentOfMinor
            | Kind::YoungPerson
            | Kind::DirectContact
            | Kind::Abroad
            | Kind::FamilyLetter
            | Kind::WhomItMayConcern
            | Kind::Reminder
            | Kind::Closing
            | Kind::Replaced
            | Kind::StopConfirmed
            | Kind::ResultFound
            | Kind::ResultNotFound
            | Kind::ReclassifiedUp
            | Kind::ReclassifiedDown
            | Kind::ReclassifiedUpByHand
            | Kind::ReclassifiedDownByHand
            | Kind::GpOfRelative
            | Kind::AddressWanted
            | Kind::OtherService
            | Kind::AdoptionRegister => None,
        }
    }

    /// Why what stands allows no letter of this kind, and what would: `most` is what stands allows.
    pub fn out_of_reach(&self, most: Level) -> Option<String> {
        if let Some(why) = self.none() {
            return Some(why.to_owned());
        }
        let least = self.levels().first().copied().filter(|least| *least > most)?;
        Some(format!(
            "This letter is written at {}, and what stands allows {most} at most. Ask the proband whether {least} may be told, or speak to the relative without a letter. A decision can allow {least}, too.",
            self.level_words()
        ))
    }
}

/// "L0, L1 or L2".
pub fn level_words(levels: &[Level]) -> String {
    let names: Vec<&str> = levels.iter().map(|level| level.as_str()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

const TO_PARTNER: &str = "No letter of ours is for a partner, who is no relative by descent. Whoever carries the variant tells them, or they are offered an appointment.";
pub(super) const NO_YOUNG_ABROAD: &str = "There is no letter to somebody of 16 or 17 in another country. Speak to them, with those who are responsible for them.";
pub(super) const NO_CHILD_ABROAD: &str =
    "There is no letter about a child to another country. Speak to whoever is responsible for them.";
pub(super) const PROBAND_READS: &str = "Whoever this letter would go to is the proband, who knows of it already. Speak to them about the child, or say who else is responsible.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_allows_too_little_says_which_level_would_help() {
        let of = |kind, abroad| Fitting {
            kind,
            readers: Vec::new(),
            proband_reads: false,
            abroad,
            partner: false,
        };
        let words = of(Kind::YoungPerson, false).out_of_reach(Level::L0).unwrap();
        assert!(words.contains("written at L1 or L2") && words.contains("whether L1 may be told"), "{words}");
        assert_eq!(of(Kind::YoungPerson, false).out_of_reach(Level::L1), None);
        let words = of(Kind::Abroad, true).out_of_reach(Level::L1).unwrap();
        assert!(words.contains("written at L2,") && words.contains("L1 at most"), "{words}");
        assert!(of(Kind::YoungPerson, true).out_of_reach(Level::L3).unwrap().contains("another country"));
        assert_eq!(of(Kind::DirectContact, false).out_of_reach(Level::L0), None);
        assert_eq!(level_words(&Level::ALL), "L0, L1, L2 or L3");
    }
}
