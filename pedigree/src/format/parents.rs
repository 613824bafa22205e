//! Father and mother as columns name them: whether they can be, and which of a person's parents stands in which.
//! Must not know: the formats; it is told where the columns are and what they are called.

use super::{FamilyFile, FormatError, WriteError};
use crate::model::{ParentKind, Pedigree, Person, PersonId, Sex};
use std::collections::BTreeMap;

/// A person of a line, with the parents that it names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kin<'a> {
    pub line: usize,
    pub family: &'a str,
    pub id: &'a str,
    pub father: Option<&'a str>,
    pub mother: Option<&'a str>,
    pub sex: Sex,
}

impl Kin<'_> {
    /// Adds the person and the links to their parents to a family.
    pub fn add_to(&self, file: &mut FamilyFile, further: impl FnOnce(&mut Person)) -> PersonId {
        let id = PersonId::from(self.id);
        let mut person = Person::new(id.clone(), self.sex);
        further(&mut person);
        file.pedigree.add_person(person);
        file.lines.insert(id.clone(), self.line);
        for parent in [self.father, self.mother].into_iter().flatten() {
            file.pedigree.add_parent(&id, &parent.into(), ParentKind::Biological);
        }
        id
    }
}

/// Checks that ids are given once, and that fathers and mothers have a line in the family and can be what they are
/// named as. The columns of id, father and mother come with their numbers and names.
///
/// # Errors
/// The first line where it is otherwise.
pub(crate) fn check(rows: &[Kin<'_>], columns: &[(usize, &'static str); 3]) -> Result<(), FormatError> {
    let &[own, father, mother] = columns;
    let wrong = |row: &Kin<'_>, (column, name): (usize, &str), expected: &'static str| {
        Err(FormatError::new(row.line, column, expected).at(name))
    };
    let mut sexes: BTreeMap<(&str, &str), Sex> = BTreeMap::new();
    for row in rows {
        if sexes.insert((row.family, row.id), row.sex).is_some() {
            return wrong(row, own, "an id that no earlier line of this family has");
        }
    }
    for row in rows {
        if row.father.is_some() && row.father == row.mother {
            return wrong(row, mother, "another person than the father");
        }
        let named = [
            (row.father, father, Sex::Female, "the father, but this person's own line says woman"),
            (row.mother, mother, Sex::Male, "the mother, but this person's own line says man"),
        ];
        for (parent, column, other, expected) in named {
            let Some(parent) = parent else { continue };
            match sexes.get(&(row.family, parent)) {
                None => return wrong(row, column, "0 or the id of someone with a line in this family"),
                Some(&sex) if sex == other => return wrong(row, column, expected),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Who stands in the columns of father and mother; a parent of unknown sex takes the one that is left.
///
/// # Errors
/// Parents other than at most one man and one woman of the family.
pub(crate) fn father_and_mother<'a>(
    family: &'a Pedigree,
    child: &PersonId,
) -> Result<[Option<&'a str>; 2], WriteError> {
    let parents = family.parents(child, ParentKind::Biological);
    let sexes: Vec<(&str, Sex)> =
        parents.iter().map(|parent| (parent.as_str(), family.sex(parent))).collect();
    match sexes.as_slice() {
        [] => Ok([None, None]),
        &[(mother, Sex::Female)] => Ok([None, Some(mother)]),
        &[(father, Sex::Male | Sex::Unknown)] => Ok([Some(father), None]),
        &[(father, Sex::Male | Sex::Unknown), (mother, Sex::Female | Sex::Unknown)]
        | &[(mother, Sex::Female), (father, Sex::Male | Sex::Unknown)]
        | &[(mother, Sex::Unknown), (father, Sex::Male)] => Ok([Some(father), Some(mother)]),
        _ => Err(WriteError::Parents(child.clone())),
    }
}
