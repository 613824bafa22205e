//! A family as a text says it, in any format that is read: who in it may be there already, and the proposal that follows.
//! Must not know: any one format, beyond which of them call people by name.

use crate::{
    clinic::people::{
        change::{FreshIds, Match, Placed, Proposal, Said, There, matches},
        health::Health,
        kinship::ParentKind,
        particulars::Particulars,
        person::{Person, SexAtBirth},
        ties::{Couple, Twins},
    },
    error::{Error, Result},
    ids::PersonId,
};
use kinward_pedigree::{
    self as pedigree,
    format::{FamilyFile, Format},
};
use std::collections::BTreeMap;

/// Most people that are taken in at once.
pub const MOST: usize = 1_000;

/// Somebody of a text.
pub struct Incoming {
    pub id: pedigree::PersonId,
    /// From 1.
    pub line: Option<usize>,
    pub said: Said,
    pub matches: Vec<Match>,
    /// Somebody who is there, because the text calls them by their number.
    pub known: Option<PersonId>,
}

/// What a person said of somebody of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    New,
    Same(PersonId),
    Out,
}

/// Reads one family out of a text.
///
/// # Errors
/// The line and what was expected there, at `text`; several families, none of which was named.
pub fn read(text: &str, format: Option<Format>, wanted: Option<&str>) -> Result<FamilyFile> {
    let mut families = pedigree::format::read(text, format)
        .map_err(|problem| Error::bad_input(format!("{problem} Nothing was saved.")).at("text"))?;
    let wanted = wanted.map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = families
        .iter()
        .enumerate()
        .map(|(at, file)| if file.name.is_empty() { (at + 1).to_string() } else { file.name.clone() })
        .collect();
    let at = match (families.len(), wanted) {
        (0, _) => {
            return Err(Error::bad_input("There is nobody in this text. Nothing was saved.").at("text"));
        }
        (1, None) => 0,
        (_, Some(wanted)) => names.iter().position(|name| name == wanted).ok_or_else(|| {
            Error::bad_input(format!(
                "The families of this text are: {}. Say which one. Nothing was saved.",
                names.join(", ")
            ))
            .at("which")
        })?,
        (_, None) => {
            let shown: Vec<&str> = names.iter().take(20).map(String::as_str).collect();
            return Err(Error::bad_input(format!(
                "This text holds {} families: {}. Say which one. Nothing was saved.",
                names.len(),
                shown.join(", ")
            ))
            .at("which"));
        }
    };
    let file = families.swap_remove(at);
    if file.pedigree.persons().is_empty() {
        return Err(Error::bad_input("There is nobody in this text. Nothing was saved.").at("text"));
    }
    if file.pedigree.persons().len() > MOST {
        return Err(Error::bad_input(format!(
            "This family has {} people; {MOST} are taken in at once. Leave some out and bring them in later. Nothing was saved.",
            file.pedigree.persons().len()
        ))
        .at("text"));
    }
    Ok(file)
}

/// Everyone of a text, in its order. `numbered`: the text was typed beside this family and calls people who are there by
/// their numbers. `proband`: the place from 1 of whoever was said to be the proband of this family.
pub fn incoming(
    there: &There,
    file: &FamilyFile,
    named_by_id: bool,
    numbered: bool,
    proband: Option<usize>,
) -> Vec<Incoming> {
    let numbers = there.numbers();
    let proband = proband.and_then(|place| file.pedigree.persons().get(place.checked_sub(1)?));
    let tree = Placed::of(&file.pedigree, proband.map(|person| &person.id));
    let own = Placed::of(&there.tree, None);
    let of = |person: &pedigree::Person| {
        let number = person.id.as_str();
        let known = numbers.iter().find(|(_, own)| numbered && *own == number).map(|(id, _)| *id);
        let label = file.labels.get(&person.id).cloned();
        let name = label
            .or_else(|| Some(number.to_owned()).filter(|id| named_by_id && known.is_none() && is_name(id)));
        let name = name
            .filter(|name| known.and_then(|id| there.person(id)).is_none_or(|known| known.shown() != *name));
        let said = said_of(person, name.as_deref());
        let matches =
            if known.is_some() { Vec::new() } else { matches(there, &said, &own, &tree, &person.id) };
        Incoming { id: person.id.clone(), line: file.lines.get(&person.id).copied(), said, matches, known }
    };
    file.pedigree.persons().iter().map(of).collect()
}

/// An id that somebody gave as a name: letters, and no number of a drawing.
fn is_name(id: &str) -> bool {
    let number = id.split_once('-').is_some_and(|(row, at)| {
        !row.is_empty() && row.chars().all(|c| "IVXLC".contains(c)) && at.chars().all(|c| c.is_ascii_digit())
    });
    !number && id.chars().filter(|c| c.is_alphabetic()).count() > 1 && !id.chars().any(|c| c.is_ascii_digit())
}

fn said_of(person: &pedigree::Person, name: Option<&str>) -> Said {
    // The last word is taken for the family name; what is shown before saving says so.
    let (given_name, family_name) = match name.map(str::trim).filter(|name| !name.is_empty()) {
        None => (None, None),
        Some(name) => match name.rsplit_once(' ') {
            Some((given, family)) => (Some(given.trim().to_owned()), Some(family.to_owned())),
            None => (Some(name.to_owned()), None),
        },
    };
    let health = Health::from(person);
    Said {
        sex: Some(SexAtBirth::from(person.sex)).filter(|sex| *sex != SexAtBirth::Unknown),
        given_name,
        family_name,
        birth_date: None,
        nhs_number: None,
        died_on: None,
        particulars: Particulars {
            gender: person.gender.map(Into::into),
            life: Some(person.life).filter(|life| *life != pedigree::Life::Living).map(Into::into),
            weeks: person.weeks,
            birth_year: person.birth_year,
            age: person.age,
            birth_order: person.birth_order,
            count: match person.count {
                pedigree::Count::One => None,
                pedigree::Count::Several(count) => Some(count),
                pedigree::Count::Unknown => Some(0),
            },
            childless: person.childless.map(Into::into),
            consultand: person.consultand.then_some(true),
        },
        affected: health.affected,
        conditions: health.conditions,
        proband: false,
    }
}

/// What the text proposes, once each person of it is said to be new, somebody who is there, or left out. Answers also
/// who became whom.
///
/// # Errors
/// Two people of the text who would be one.
pub fn proposal(
    file: &FamilyFile,
    people: &[(&Incoming, Choice)],
    ids: &mut FreshIds,
) -> Result<(Proposal, BTreeMap<PersonId, pedigree::PersonId>)> {
    let mut proposal = Proposal::default();
    let mut is: BTreeMap<&pedigree::PersonId, PersonId> = BTreeMap::new();
    let mut of = BTreeMap::new();
    for (at, (one, choice)) in people.iter().enumerate() {
        let id = match choice {
            Choice::Out => continue,
            Choice::New => {
                let id = ids.next()?;
                proposal.new.push(id);
                id
            }
            Choice::Same(id) => *id,
        };
        let again = of.insert(id, one.id.clone()).is_some();
        // Whoever stands in the text by number may be named again; two who are strangers to it are two people.
        if again && people.iter().all(|(other, _)| other.known != Some(id)) {
            return Err(Error::bad_input(
                "Two people of the text cannot be the same person. Nothing was saved.",
            )
            .at(format!("who-{}", at + 1)));
        }
        is.insert(&one.id, id);
        let said = proposal.said.remove(&id).unwrap_or_default();
        proposal.said.insert(id, said.and(one.said.clone()));
    }
    let tree = &file.pedigree;
    for kind in pedigree::ParentKind::ALL {
        for (child, parent) in tree.links_of(kind) {
            let (Some(own_child), Some(own_parent)) = (is.get(child), is.get(parent)) else { continue };
            let kind = match kind {
                pedigree::ParentKind::Biological if tree.is_donor(child, parent) => ParentKind::Donor,
                pedigree::ParentKind::Biological => ParentKind::Biological,
                pedigree::ParentKind::Legal => ParentKind::Legal,
                pedigree::ParentKind::Gestational => ParentKind::Gestational,
            };
            let link = (*own_child, *own_parent, kind);
            if !proposal.kin.contains(&link) {
                proposal.kin.push(link);
            }
        }
    }
    for union in tree.unions() {
        let [one, other] = &union.partners;
        if let (Some(one), Some(other)) = (is.get(one), is.get(other)) {
            proposal.couples.push(Couple {
                ended: union.ended,
                consanguinity: union.consanguinity.into(),
                childless: union.childless.map(Into::into),
                ..Couple::of(*one, *other)
            });
        }
    }
    for set in tree.twins() {
        let mut members: Vec<PersonId> = set.members.iter().filter_map(|id| is.get(id).copied()).collect();
        members.sort();
        if members.len() > 1 {
            proposal.twins.push(Twins { members, zygosity: set.zygosity.into() });
        }
    }
    Ok((proposal, of))
}

/// What the text says of the birth of somebody whose date of birth is on record, where the year is another.
pub fn other_year(known: &Person, said: &Said) -> Option<String> {
    let (year, _, _) = known.birth_date?.ymd();
    let told = said.particulars.birth_year.filter(|told| *told != year)?;
    Some(format!(
        "{} is on record as born in {year}, and the text says {told}. Correct the date on the person's own page, or the text.",
        known.shown()
    ))
}

/// The family as a text in the notation, with the numbers of the drawing, so that more can be written beside it.
///
/// # Errors
/// Only faults of ours: what the notation cannot hold is left for the table.
pub fn as_text(there: &There) -> Result<String> {
    let file = as_file(there, "", true)?;
    Ok(pedigree::format::write(&file, Format::Sibships).map(|written| written.text).unwrap_or_default())
}

/// The family as a file, its people called by the numbers of the drawing.
///
/// # Errors
/// Only faults of ours.
pub fn as_file(there: &There, name: &str, with_names: bool) -> Result<FamilyFile> {
    let numbers = there.numbers();
    let number = |id: &pedigree::PersonId| -> Result<pedigree::PersonId> {
        let own = id.as_str().parse::<PersonId>().map_err(Error::inner)?;
        let number = numbers.get(&own).ok_or_else(|| Error::inner("somebody without a number"))?;
        Ok(pedigree::PersonId::from(number.as_str()))
    };
    let mut file = FamilyFile::new(name, renamed(&there.tree, number)?);
    for person in there.people.iter().filter(|_| with_names) {
        if person.given_name.is_some() || person.family_name.is_some() {
            file.labels
                .insert(number(&crate::clinic::people::kinship::pedigree_id(person.id))?, person.shown());
        }
    }
    Ok(file)
}

/// The same tree with other ids, its people in the order of their new ids' numbers as the old tree has them.
///
/// # Errors
/// What `id` answers.
pub fn renamed(
    tree: &pedigree::Pedigree,
    id: impl Fn(&pedigree::PersonId) -> Result<pedigree::PersonId>,
) -> Result<pedigree::Pedigree> {
    let mut out = pedigree::Pedigree::new();
    for person in tree.persons() {
        out.add_person(pedigree::Person { id: id(&person.id)?, ..person.clone() });
    }
    for kind in pedigree::ParentKind::ALL {
        for (child, parent) in tree.links_of(kind) {
            let (own_child, own_parent) = (id(child)?, id(parent)?);
            out.add_parent(&own_child, &own_parent, kind);
            if tree.is_donor(child, parent) {
                out.add_donor(&own_child, &own_parent);
            }
        }
    }
    for union in tree.unions() {
        let [one, other] = &union.partners;
        out.add_union(pedigree::Union {
            ended: union.ended,
            consanguinity: union.consanguinity,
            childless: union.childless,
            ..pedigree::Union::new(id(one)?, id(other)?)
        });
    }
    for set in tree.twins() {
        out.add_twins(set.members.iter().map(&id).collect::<Result<Vec<_>>>()?, set.zygosity);
    }
    Ok(out)
}
