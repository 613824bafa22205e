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
use std::collections::BTreeMap;

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
    own: &Placed,
    incoming: &Placed,
    id: &pedigree::PersonId,
) -> Vec<Match> {
    let mut found: Vec<(u8, Match)> = Vec::new();
    let place = incoming.places.get(id);
    for person in &there.people {
        if contradicts(person, said) {
            continue;
        }
        let why = if said.nhs_number.is_some() && said.nhs_number == person.nhs_number {
            (0, "same NHS number".to_owned())
        } else if let Some(born) = named_alike(person, said) {
            (1, format!("same name and {born}"))
        } else if let Some(place) = place.filter(|_| place == own.places.get(&pedigree_id(person.id))) {
            match place {
                Place::Proband if incoming.is_guess => {
                    (2, "the only one affected in what comes, and the proband here".to_owned())
                }
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

/// Whether somebody may be somebody who is there, wherever each stands in a tree: by number, or by name and birth.
pub fn alike(person: &Person, said: &Said) -> Option<Alike> {
    if contradicts(person, said) {
        return None;
    }
    let number = said.nhs_number.is_some() && said.nhs_number == person.nhs_number;
    let born = said.birth_date.is_some() && said.birth_date == person.birth_date;
    match (number, named_alike(person, said)) {
        (true, _) => Some(Alike::Number { same_birth: born }),
        (false, Some(_)) => Some(Alike::Name),
        (false, None) => None,
    }
}

/// By what two people are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alike {
    /// The NHS number; `same_birth` where the date of birth is on both sides, and is the same.
    Number {
        same_birth: bool,
    },
    Name,
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

/// Where everybody stands in a tree, counted from its proband.
pub struct Placed {
    /// Of those who alone stand where they stand.
    places: BTreeMap<pedigree::PersonId, Place>,
    /// Nobody is marked as the proband, and one person alone is affected: good enough to ask, not to answer.
    is_guess: bool,
}

impl Placed {
    /// `said`: whoever a person said is the proband.
    pub fn of(tree: &pedigree::Pedigree, said: Option<&pedigree::PersonId>) -> Self {
        let only = |is: fn(&pedigree::Person) -> bool| {
            let mut found = tree.persons().iter().filter(|person| is(person));
            found.next().filter(|_| found.next().is_none()).map(|person| &person.id)
        };
        let marked = said.or_else(|| only(|person| person.proband));
        let unmarked = tree.persons().iter().all(|person| !person.proband);
        let affected = only(|person| person.affected == pedigree::Affected::Yes).filter(|_| unmarked);
        let mut by_words: BTreeMap<String, Vec<&pedigree::PersonId>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        if let Some(proband) = marked.or(affected) {
            for person in tree.persons().iter().filter(|person| person.id != *proband) {
                let path = pedigree::kin_path(tree, proband, &person.id);
                path.into_iter().for_each(|path| by_words.entry(path.words).or_default().push(&person.id));
            }
            places.insert(proband.clone(), Place::Proband);
        }
        for (words, people) in by_words {
            if let [alone] = people.as_slice() {
                places.insert((*alone).clone(), Place::Kin(words));
            }
        }
        Self { places, is_guess: marked.is_none() }
    }
}
