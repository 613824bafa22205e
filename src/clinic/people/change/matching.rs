//! Whether somebody of an incoming family is there already: proposed for a reason that is said, confirmed by a person.
//! Must not know: which of the proposals is right. Nobody is ever taken for somebody else by guess.

use super::{Said, There};
use crate::{
    clinic::people::{
        kinship::pedigree_id,
        person::{Person, SexAtBirth},
    },
    ids::PersonId,
};
use kinward_pedigree as pedigree;

/// Somebody who is there and may be the one who comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub person: PersonId,
    /// "same name and date of birth"
    pub why: String,
}

/// Who of the family somebody may be: by number, by name and date, or by their place in the tree. Best reason first.
pub fn matches(
    there: &There,
    said: &Said,
    incoming: &pedigree::Pedigree,
    id: &pedigree::PersonId,
) -> Vec<Match> {
    let mut found: Vec<(u8, Match)> = Vec::new();
    let place = place_of(incoming, id);
    for person in &there.people {
        if contradicts(person, said) {
            continue;
        }
        let why = if said.nhs_number.is_some() && said.nhs_number == person.nhs_number {
            (0, "same NHS number".to_owned())
        } else if let Some(born) = named_alike(person, said) {
            (1, format!("same name and {born}"))
        } else if let Some(place) =
            place.as_ref().filter(|_| place == place_of(&there.tree, &pedigree_id(person.id)))
        {
            match place {
                Place::Proband => (2, "the proband of both".to_owned()),
                Place::Kin(words) => (3, format!("same place in the tree: {words} of the proband")),
            }
        } else {
            continue;
        };
        found.push((why.0, Match { person: person.id, why: why.1 }));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, found)| found).collect()
}

/// What two recorded facts say cannot be one person.
fn contradicts(person: &Person, said: &Said) -> bool {
    fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        matches!((one, other), (Some(one), Some(other)) if one != other)
    }
    let folded = |name: &Option<String>| name.as_ref().map(|name| folded(name));
    let sexes = said.sex.is_some_and(|sex| {
        sex != person.sex_at_birth && sex != SexAtBirth::Unknown && person.sex_at_birth != SexAtBirth::Unknown
    });
    sexes
        || differ(&person.nhs_number, &said.nhs_number)
        || differ(&person.birth_date, &said.birth_date)
        || differ(&folded(&person.given_name), &folded(&said.given_name))
        || differ(
            &year(person.birth_date.map(|d| d.ymd().0), person.particulars.birth_year),
            &year(said.birth_date.map(|d| d.ymd().0), said.particulars.birth_year),
        )
}

fn year(of_date: Option<i32>, alone: Option<i32>) -> Option<i32> {
    of_date.or(alone)
}

/// A whole name that is the same, and a date or year of birth that is.
fn named_alike(person: &Person, said: &Said) -> Option<&'static str> {
    let same = |one: &Option<String>, other: &Option<String>| matches!((one, other), (Some(one), Some(other)) if folded(one) == folded(other));
    if !same(&person.given_name, &said.given_name) || !same(&person.family_name, &said.family_name) {
        return None;
    }
    if person.birth_date.is_some() && person.birth_date == said.birth_date {
        return Some("date of birth");
    }
    let known = year(person.birth_date.map(|d| d.ymd().0), person.particulars.birth_year);
    let told = year(said.birth_date.map(|d| d.ymd().0), said.particulars.birth_year);
    (known.is_some() && known == told).then_some("year of birth")
}

fn folded(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[derive(PartialEq)]
enum Place {
    Proband,
    Kin(String),
}

/// Where somebody stands in a tree, if nobody else stands there: the proband, or a relation that only they have.
fn place_of(tree: &pedigree::Pedigree, id: &pedigree::PersonId) -> Option<Place> {
    let mut probands = tree.persons().iter().filter(|person| person.proband);
    let (Some(proband), None) = (probands.next(), probands.next()) else { return None };
    if proband.id == *id {
        return Some(Place::Proband);
    }
    let words = pedigree::kin_path(tree, &proband.id, id)?.words;
    let alone =
        tree.persons().iter().filter(|other| other.id != *id).all(|other| {
            pedigree::kin_path(tree, &proband.id, &other.id).is_none_or(|path| path.words != words)
        });
    alone.then_some(Place::Kin(words))
}
