//! PED files, also called LINKAGE format: six columns a person, one family after another.
//! Must not know: where a file comes from or goes to.
//!
//! Columns: family, person, father, mother, sex (1 man, 2 woman, 0 unknown), status (2 affected, 1 not, 0 unknown),
//! with spaces or tabs between them; 0 for a parent who is not known; lines that begin with # and empty lines mean
//! nothing. The format has no place for death, year of birth, proband or legal parents: they are not written.

use crate::model::{Affected, ParentKind, Pedigree, Person, PersonId, Sex};
use std::collections::BTreeMap;

/// One family of a file, with the name it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PedFamily {
    pub name: String,
    pub pedigree: Pedigree,
}

/// Where a PED file is not one, and what should be there. Line and column count from 1; a column is a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}, column {column}: expected {expected}.")]
pub struct PedError {
    pub line: usize,
    pub column: usize,
    pub expected: &'static str,
}

/// What a PED file cannot say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PedWriteError {
    #[error("The id {0:?} cannot be in a PED file: it is empty, 0, begins with # or has a space in it.")]
    Id(String),
    #[error(
        "The parents of {0} cannot be in a PED file: it holds at most one man and one woman, both in the family."
    )]
    Parents(PersonId),
}

struct Row<'a> {
    line: usize,
    family: &'a str,
    id: &'a str,
    father: &'a str,
    mother: &'a str,
    sex: Sex,
    affected: Affected,
}

/// Reads every family of a file, in the order they begin.
///
/// # Errors
/// The first line that is not six columns of the expected kind, gives an id again, or names a parent who has no line
/// in the same family or whose sex is the other one.
pub fn read_ped(text: &str) -> Result<Vec<PedFamily>, PedError> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let filled =
        lines.filter(|(_, line)| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'));
    let rows = filled.map(|(at, line)| row(at + 1, line)).collect::<Result<Vec<_>, _>>()?;
    let mut sexes: BTreeMap<(&str, &str), Sex> = BTreeMap::new();
    for row in &rows {
        if sexes.insert((row.family, row.id), row.sex).is_some() {
            return Err(row.wrong(2, "an id that no earlier line of this family has"));
        }
    }
    let mut families: Vec<PedFamily> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let at = *place.entry(row.family).or_insert(families.len());
        if at == families.len() {
            families.push(PedFamily { name: row.family.to_owned(), pedigree: Pedigree::new() });
        }
        let Some(family) = families.get_mut(at) else { continue };
        family.pedigree.add_person(Person { affected: row.affected, ..Person::new(row.id, row.sex) });
        if row.father == row.mother && row.father != "0" {
            return Err(row.wrong(4, "another person than the father"));
        }
        for (column, parent, other_sex) in [(3, row.father, Sex::Female), (4, row.mother, Sex::Male)] {
            if parent == "0" {
                continue;
            }
            match sexes.get(&(row.family, parent)) {
                None => return Err(row.wrong(column, "0 or the id of someone with a line in this family")),
                Some(&sex) if sex == other_sex && column == 3 => {
                    return Err(row.wrong(3, "the father, but this person's own line says woman (2)"));
                }
                Some(&sex) if sex == other_sex => {
                    return Err(row.wrong(4, "the mother, but this person's own line says man (1)"));
                }
                Some(_) => family.pedigree.add_parent(&row.id.into(), &parent.into(), ParentKind::Biological),
            }
        }
    }
    Ok(families)
}

fn row(line: usize, text: &str) -> Result<Row<'_>, PedError> {
    let wrong = |column, expected| PedError { line, column, expected };
    let fields: Vec<&str> = text.split_whitespace().collect();
    let &[family, id, father, mother, sex, status] = fields.as_slice() else {
        let expected = "six columns: family, person, father, mother, sex, status";
        return Err(wrong(fields.len().min(6) + 1, expected));
    };
    if id == "0" {
        return Err(wrong(2, "an id other than 0, which means nobody"));
    }
    let sex = match sex {
        "1" => Sex::Male,
        "2" => Sex::Female,
        "0" => Sex::Unknown,
        _ => return Err(wrong(5, "1 (man), 2 (woman) or 0 (unknown)")),
    };
    let affected = match status {
        "2" => Affected::Yes,
        "1" => Affected::No,
        "0" | "-9" => Affected::Unknown,
        _ => return Err(wrong(6, "2 (affected), 1 (not affected) or 0 (unknown)")),
    };
    Ok(Row { line, family, id, father, mother, sex, affected })
}

impl Row<'_> {
    fn wrong(&self, column: usize, expected: &'static str) -> PedError {
        PedError { line: self.line, column, expected }
    }
}

/// Writes one family, a line a person in the order they were added, with tabs.
///
/// # Errors
/// An id that the format has no way to write, or parents other than at most one man and one woman of the family.
pub fn write_ped(name: &str, family: &Pedigree) -> Result<String, PedWriteError> {
    let mut text = String::new();
    for id in std::iter::once(name).chain(family.persons().iter().map(|person| person.id.as_str())) {
        if id.is_empty() || id == "0" || id.starts_with(['#', '\u{feff}']) || id.contains(char::is_whitespace)
        {
            return Err(PedWriteError::Id(id.to_owned()));
        }
    }
    for person in family.persons() {
        let [father, mother] = father_and_mother(family, &person.id)?;
        let sex = match person.sex {
            Sex::Male => "1",
            Sex::Female => "2",
            Sex::Unknown => "0",
        };
        let status = match person.affected {
            Affected::Yes => "2",
            Affected::No => "1",
            Affected::Unknown => "0",
        };
        text += &[name, person.id.as_str(), father, mother, sex, status].join("\t");
        text.push('\n');
    }
    Ok(text)
}

/// A parent of unknown sex takes the column that is left.
fn father_and_mother<'a>(family: &'a Pedigree, child: &PersonId) -> Result<[&'a str; 2], PedWriteError> {
    let parents = family.parents(child, ParentKind::Biological);
    if parents.iter().any(|parent| family.person(parent).is_none()) {
        return Err(PedWriteError::Parents(child.clone()));
    }
    let sexes: Vec<(&str, Sex)> =
        parents.iter().map(|parent| (parent.as_str(), family.sex(parent))).collect();
    match sexes.as_slice() {
        [] => Ok(["0", "0"]),
        &[(mother, Sex::Female)] => Ok(["0", mother]),
        &[(father, Sex::Male | Sex::Unknown)] => Ok([father, "0"]),
        &[(father, Sex::Male | Sex::Unknown), (mother, Sex::Female | Sex::Unknown)]
        | &[(mother, Sex::Female), (father, Sex::Male | Sex::Unknown)]
        | &[(mother, Sex::Unknown), (father, Sex::Male)] => Ok([father, mother]),
        _ => Err(PedWriteError::Parents(child.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIO: &str = "# a trio\nF1\tdad\t0\t0\t1\t1\n\nF1 mum 0 0   2 2\r\nF1 kid dad mum 0 0\n";

    #[test]
    fn a_file_of_a_trio_is_read_and_written_back() {
        let families = read_ped(TRIO).unwrap();
        let [PedFamily { name, pedigree }] = families.as_slice() else { panic!("one family") };
        assert_eq!(name, "F1");
        assert_eq!(pedigree.parents(&"kid".into(), ParentKind::Biological).len(), 2);
        assert_eq!(pedigree.person(&"mum".into()).unwrap().affected, Affected::Yes);
        let text = write_ped(name, pedigree).unwrap();
        assert_eq!(text, "F1\tdad\t0\t0\t1\t1\nF1\tmum\t0\t0\t2\t2\nF1\tkid\tdad\tmum\t0\t0\n");
        assert_eq!(read_ped(&text).unwrap(), families);
    }

    #[test]
    fn two_families_may_use_the_same_ids_and_parents_may_follow_their_children() {
        let families = read_ped("B kid dad 0 2 0\nA kid 0 0 1 0\nB dad 0 0 1 0\n").unwrap();
        let names: Vec<&str> = families.iter().map(|family| family.name.as_str()).collect();
        assert_eq!(names, ["B", "A"]);
        assert_eq!(read_ped(""), Ok(vec![]));
    }

    #[test]
    fn an_error_says_line_column_and_what_was_expected() {
        for (text, line, column, part) in [
            ("# x\nA 1 0 0 1\n", 2, 6, "six columns"),
            ("A 1 0 0 1 0 A/A\n", 1, 7, "six columns"),
            ("A 0 0 0 1 0\n", 1, 2, "other than 0"),
            ("A 1 0 0 m 0\n", 1, 5, "1 (man)"),
            ("A 1 0 0 1 5\n", 1, 6, "2 (affected)"),
            ("A 1 0 0 1 0\nA 1 0 0 1 0\n", 2, 2, "no earlier line"),
            ("A 1 9 0 1 0\n", 1, 3, "with a line in this family"),
            ("A 1 2 0 1 0\nA 2 0 0 2 0\n", 1, 3, "says woman"),
            ("A 1 2 2 1 0\nA 2 0 0 0 0\n", 1, 4, "another person"),
            ("A 1 0 2 1 0\nA 2 0 0 1 0\n", 1, 4, "says man"),
        ] {
            let error = read_ped(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn what_the_format_cannot_say_is_not_written() {
        let mut family = Pedigree::new();
        family.add_person(Person::new("a b", Sex::Male));
        assert_eq!(write_ped("F", &family), Err(PedWriteError::Id("a b".into())));
        let mut family = Pedigree::new();
        for (id, sex) in [("c", Sex::Male), ("m", Sex::Female), ("n", Sex::Female)] {
            family.add_person(Person::new(id, sex));
        }
        family.add_parent(&"c".into(), &"m".into(), ParentKind::Biological);
        family.add_parent(&"c".into(), &"n".into(), ParentKind::Biological);
        assert_eq!(write_ped("F", &family), Err(PedWriteError::Parents("c".into())));
    }
}
