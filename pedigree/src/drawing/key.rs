//! The key of a drawing: what its fillings, badges and rarer signs mean.
//! Must not know: how a sign is drawn.

use super::{Badge, DrawOptions, badges, look::Looks};
use crate::model::{Affected, Life, ParentKind, Pedigree, Person};
use std::collections::BTreeSet;

/// What stands before a meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sign {
    Affected,
    /// One part of a symbol: its number, of how many, and its pattern.
    Part {
        part: usize,
        of: usize,
        pattern: usize,
    },
    Badge(Badge),
    Letters(&'static str),
    Dashes,
    Copy,
    Brackets,
    Loss,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyEntry {
    pub sign: Sign,
    pub meaning: String,
}

/// Empty where nothing needs an explanation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Key {
    pub entries: Vec<KeyEntry>,
    /// The pattern of the first part of a symbol.
    pub first_pattern: usize,
}

impl Key {
    pub(super) fn new(family: &Pedigree, looks: &Looks<'_>, options: &DrawOptions, copies: bool) -> Key {
        let any = |is: &dyn Fn(&Person) -> bool| family.persons().iter().any(is);
        let mut entries = Vec::new();
        let mut add = |needed: bool, sign: Sign, meaning: &str| {
            if needed {
                entries.push(KeyEntry { sign, meaning: meaning.to_owned() });
            }
        };
        let named = !looks.legend.is_empty();
        let affected = any(&|person| person.affected == Affected::Yes && person.conditions.is_empty());
        add(
            affected,
            Sign::Affected,
            if named { "Filled: affected, condition not given" } else { "Filled: affected" },
        );
        let of = match looks.legend.len() {
            0 | 1 => 1,
            2 => 2,
            _ => 4,
        };
        for (part, meaning) in looks.legend.iter().enumerate() {
            add(true, Sign::Part { part, of, pattern: looks.first_pattern + part }, meaning);
        }
        let letters: BTreeSet<String> =
            family.persons().iter().map(|person| looks.look(person, false).inside).collect();
        for (sign, meaning) in [
            ("D", "Donor of egg or sperm"),
            ("GC", "Carried the pregnancy"),
            ("S", "Carried the pregnancy, egg hers too"),
            ("P", "Pregnancy"),
        ] {
            add(letters.contains(sign), Sign::Letters(sign), meaning);
        }
        add(any(&|person| person.life.is_loss()), Sign::Loss, "Pregnancy lost; slash: ended by decision");
        add(any(&|person| person.life == Life::Stillbirth), Sign::Letters("SB"), "Stillbirth");
        add(any(&|person| family.is_adopted(&person.id)), Sign::Brackets, "Adopted");
        let by_law = family.links_of(ParentKind::Legal);
        let by_law = by_law
            .into_iter()
            .any(|(child, parent)| !family.parents(child, ParentKind::Biological).contains(parent));
        add(by_law, Sign::Dashes, "Dashed line: parent by law");
        add(copies, Sign::Copy, "Dashed outline: a second symbol of the person with this number");
        for badge in badges(family, options) {
            add(true, Sign::Badge(badge), badge.meaning());
        }
        Key { entries, first_pattern: looks.first_pattern }
    }
}
