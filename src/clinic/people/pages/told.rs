//! A drawing in words: what it shows of each person, for the table beside it.
//! Must not know: names, and anything the drawing does not show.

use crate::{
    clinic::people::{
        particulars::Life,
        person::{Person, SexAtBirth},
    },
    db::UtcDate,
};
use kinward_pedigree::{self as pedigree, ParentKind, Pedigree, PersonId};
use std::collections::BTreeMap;

/// A tree with the numbers its drawing has.
pub(super) struct Told<'a> {
    tree: &'a Pedigree,
    numbers: BTreeMap<PersonId, String>,
    proband: Option<PersonId>,
}

impl<'a> Told<'a> {
    pub fn of(tree: &'a Pedigree, proband: Option<PersonId>) -> Self {
        Self { tree, numbers: pedigree::generation_numbers(tree), proband }
    }

    pub fn number(&self, id: &PersonId) -> String {
        self.numbers.get(id).cloned().unwrap_or_default()
    }

    pub fn relation(&self, id: &PersonId) -> String {
        let Some(proband) = &self.proband else { return "no proband".into() };
        if proband == id {
            return "proband".into();
        }
        if let Some(path) = pedigree::kin_path(self.tree, proband, id) {
            return path.words;
        }
        let partners = self.tree.partners(id);
        if partners.contains(proband) {
            return "partner".into();
        }
        let through =
            partners.iter().find_map(|one| Some(pedigree::kin_path(self.tree, proband, one)?.words));
        through.map_or_else(|| "not by descent".into(), |words| format!("{words}'s partner"))
    }

    /// "I-1, I-2 (by law)".
    pub fn parents(&self, id: &PersonId) -> String {
        let own = self.tree.parents(id, ParentKind::Biological);
        let mut told: Vec<String> = own
            .iter()
            .map(|parent| {
                let gave = if self.tree.is_donor(id, parent) { " (donor)" } else { "" };
                format!("{}{gave}", self.number(parent))
            })
            .collect();
        let law = self.tree.parents(id, ParentKind::Legal).iter().filter(|parent| !own.contains(parent));
        told.extend(law.map(|parent| format!("{} (by law)", self.number(parent))));
        let carried = self.tree.parents(id, ParentKind::Gestational).iter();
        told.extend(carried.map(|parent| format!("{} (carried)", self.number(parent))));
        told.join(", ")
    }

    pub fn partners(&self, id: &PersonId) -> String {
        let partners = self.tree.partners(id).into_iter().map(|partner| {
            let ended = self.tree.union_of(id, &partner).is_some_and(|union| union.ended);
            format!("{}{}", self.number(&partner), if ended { " (no longer)" } else { "" })
        });
        partners.collect::<Vec<_>>().join(", ")
    }

    pub fn children(&self, id: &PersonId) -> usize {
        let mut children = self.tree.children(id, ParentKind::Biological).to_vec();
        let legal = self.tree.children(id, ParentKind::Legal).iter();
        children.extend(
            legal.filter(|child| !self.tree.children(id, ParentKind::Biological).contains(child)).cloned(),
        );
        children.len()
    }
}

/// "Female", "Woman; male at birth".
pub(super) fn sex_words(person: &Person) -> String {
    let sex = match person.sex_at_birth {
        SexAtBirth::Female => "Female",
        SexAtBirth::Male => "Male",
        SexAtBirth::Unknown => "Not known",
    };
    match person.particulars.gender {
        Some(gender) => format!("{}; {} at birth", gender.title(), sex.to_lowercase()),
        None => sex.into(),
    }
}

pub(super) fn born_words(person: &Person) -> String {
    match (person.birth_date, person.particulars.birth_year) {
        (Some(born), _) => format!("Born {}", born.shown()),
        (None, Some(year)) => format!("Born {year}"),
        (None, None) => "Birth not known".into(),
    }
}

/// "Alive, as far as known, aged 41", "Died 3 May 2019", "Pregnancy, 12 weeks".
pub(super) fn life_words(person: &Person) -> String {
    let said = &person.particulars;
    let mut words = match (person.died_on, person.life()) {
        (Some(on), _) => format!("Died {}", UtcDate::shown(on)),
        (None, life) => life.title().to_owned(),
    };
    if let Some(age) = said.age {
        let at = if person.life() == Life::Deceased { "at" } else { "aged" };
        words.push_str(&format!(" {at} {age}"));
    }
    if let Some(weeks) = said.weeks {
        words.push_str(&format!(", {weeks} weeks"));
    }
    if let Some(count) = said.count_words() {
        words.push_str(&format!(", {count}"));
    }
    if let Some(why) = said.childless {
        words.push_str(&format!(", {}", why.title().to_lowercase()));
    }
    words
}
