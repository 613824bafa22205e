//! CanRisk files, formerly of BOADICEA: risk factors of the target in a head, then a row a person (CanRisk's own
//! description of its pedigree data files, versions 1 to 4).
//! Must not know: what a risk factor or a gene means; they are kept as they stand.
//!
//! The target is the proband. Cancers become conditions (`canrisk/cancer.rs`), and whoever has one is affected; 0 in all
//! five columns says that somebody has none. A twin mark ties two people from one egg. Results of genes, pathology and
//! Ashkenazi descent are kept under the names of their columns, the head under its own.
//!
//! ```
//! use kinward_pedigree::format::{Format, read, write};
//! let head = "##CanRisk 4.0\n##menarche=13\n";
//! let columns = "##FamID\tName\tTarget\tIndivID\tFathID\tMothID\tSex\tMZtwin\tDead\tAge\tYob\tBC1\tBC2\tOC\tPRO\tPAN\tAshkn\t\
//!                BRCA1\tBRCA2\tPALB2\tATM\tCHEK2\tBARD1\tRAD51D\tRAD51C\tBRIP1\tHOXB13\tER:PR:HER2:CK14:CK56\n";
//! let row = "F\tAnn\t1\ta\t0\t0\tF\t0\t0\t54\t1970\t50\t0\t0\t0\t0\t0\tS:P\tS:N\t0:0\t0:0\t0:0\t0:0\t0:0\t0:0\t0:0\t0:0\t0:0:0:0:0\n";
//! let text = format!("{head}{columns}{row}");
//! let families = read(&text, None)?;
//! assert_eq!(families[0].pedigree.persons()[0].conditions[0].age, Some(50));
//! assert_eq!(write(&families[0], Format::CanRisk)?.text, text);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cancer;
mod row;
mod version;
mod writing;

use super::parents::{Kin, check};
use super::{FamilyFile, Format, FormatError, Kept};
use crate::model::{Life, Pedigree, PersonId, Sex, Zygosity};
use row::Row;
use std::collections::BTreeMap;
pub use version::CanRiskVersion;
#[cfg(test)]
pub(super) use writing::HOLDS;
pub(super) use writing::write;

/// Where the head's own entries begin in what is kept of the file.
const VERSION: &str = "CanRisk";

/// Reads the families of a file: one, as CanRisk writes them.
///
/// # Errors
/// The first place of the head or of a row that is not as the version says.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let (version, written) = lines.next().and_then(|(_, line)| CanRiskVersion::of_head(line)).ok_or_else(|| {
        let expected = "##CanRisk 1.0, 2.0, 3.0 or 4.0; an older BOADICEA file becomes one when CanRisk opens and saves it";
        FormatError::new(1, 1, expected)
    })?;
    let mut head = vec![(VERSION.to_owned(), written.to_owned())];
    let columns = version.columns();
    let mut named = false;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (line, text) in lines {
        if let Some(text) = text.strip_prefix("##") {
            if named {
                return Err(FormatError::new(line, 1, "a row of a person after the column names"));
            }
            if text.split_whitespace().next() == Some("FamID") {
                check_columns(line, text, version)?;
                named = true;
            } else if let Some((key, value)) = text.split_once('=') {
                head.push((key.trim().to_owned(), value.trim_end().to_owned()));
            } else {
                return Err(FormatError::new(line, 3, "a risk factor as name=value, or the column names"));
            }
        } else if named {
            rows.push(Row::new(line, text, &columns)?);
        } else {
            return Err(FormatError::new(
                line,
                1,
                "the column names, beginning ##FamID, before the first person",
            ));
        }
    }
    if !named {
        return Err(FormatError::new(text.lines().count() + 1, 1, "the column names, beginning ##FamID"));
    }
    families(&rows, &head)
}

fn check_columns(line: usize, text: &str, version: CanRiskVersion) -> Result<(), FormatError> {
    let mut found = text.split_whitespace();
    for (at, expected) in version.columns().into_iter().enumerate() {
        if found.next() != Some(expected) {
            let expected = format!("{expected}, as version {} has it there", version.number());
            return Err(FormatError::new(line, at + 1, expected));
        }
    }
    match found.next() {
        Some(further) => {
            let expected = format!("no further column in version {}", version.number());
            Err(FormatError::new(line, version.columns().len() + 1, expected).at(further))
        }
        None => Ok(()),
    }
}

fn families(rows: &[Row<'_>], head: &[(String, String)]) -> Result<Vec<FamilyFile>, FormatError> {
    let kin = rows.iter().map(Row::kin).collect::<Result<Vec<_>, _>>()?;
    check(&kin, &[(4, "IndivID"), (5, "FathID"), (6, "MothID")])?;
    let mut families: Vec<FamilyFile> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    let mut of_family: Vec<Vec<(&Row<'_>, &Kin<'_>)>> = Vec::new();
    for (row, kin) in rows.iter().zip(&kin) {
        let at = *place.entry(kin.family).or_insert(families.len());
        if at == families.len() {
            let kept = Kept { format: Some(Format::CanRisk), file: head.to_vec(), ..Kept::default() };
            families.push(FamilyFile { kept, ..FamilyFile::new(kin.family, Pedigree::new()) });
            of_family.push(Vec::new());
        }
        if let (Some(file), Some(members)) = (families.get_mut(at), of_family.get_mut(at)) {
            take(file, row, kin)?;
            members.push((row, kin));
        }
    }
    for (file, members) in families.iter_mut().zip(&of_family) {
        one_target(members)?;
        twins(file, members)?;
    }
    Ok(families)
}

fn take(file: &mut FamilyFile, row: &Row<'_>, kin: &Kin<'_>) -> Result<(), FormatError> {
    let conditions = row.cancers(kin.sex)?;
    let (dead, target, age, year) =
        (row.flag("Dead")?, row.flag("Target")?, row.age()?, row.year_of_birth()?);
    let id = kin.add_to(file, |person| {
        person.life = if dead { Life::Deceased } else { Life::Living };
        person.proband = target;
        person.age = age;
        person.birth_year = year;
        person.affected = cancer::affected_by(&conditions);
        person.conditions = conditions;
    });
    if let Some(name) = row.name() {
        file.labels.insert(id.clone(), name.to_owned());
    }
    let kept = row.further()?;
    let without_cancer = file.pedigree.person(&id).is_some_and(|person| cancer::breast(person).is_none());
    if without_cancer && kept.iter().any(|(name, _)| name == version::PATHOLOGY) {
        file.note(kin.line, format!("{id} has a tumour's pathology and no breast cancer."));
    }
    if kin.father.is_some() != kin.mother.is_some() {
        file.note(kin.line, format!("{id} has one parent here; CanRisk itself takes both or none."));
    }
    if !kept.is_empty() {
        file.kept.persons.insert(id, kept);
    }
    Ok(())
}

fn one_target(members: &[(&Row<'_>, &Kin<'_>)]) -> Result<(), FormatError> {
    let mut targets = members.iter().filter(|(row, _)| row.field("Target") == "1");
    let first = targets.next();
    let expected = "1 for one person of the family and 0 for everyone else";
    match (first, targets.next(), members.first()) {
        (Some(_), None, _) | (None, None, None) => Ok(()),
        (_, Some((second, _)), _) => Err(second.wrong("Target", expected)),
        (None, _, Some((row, _))) => Err(row.wrong("Target", expected)),
    }
}

/// A mark stands for two people of the same sex and the same parents.
fn twins(file: &mut FamilyFile, members: &[(&Row<'_>, &Kin<'_>)]) -> Result<(), FormatError> {
    let mut marked: BTreeMap<&str, Vec<(&Row<'_>, &Kin<'_>)>> = BTreeMap::new();
    for (row, kin) in members {
        match row.field("MZtwin") {
            "0" => {}
            mark => marked.entry(mark).or_default().push((row, kin)),
        }
    }
    for (mark, set) in marked {
        match set.as_slice() {
            [(_, one), (row, other)] => {
                if (one.father, one.mother) != (other.father, other.mother) || one.sex != other.sex {
                    let expected =
                        format!("a twin of the same parents and sex as {}, on line {}", one.id, one.line);
                    return Err(row.wrong("MZtwin", expected));
                }
                let pair = [one.id, other.id].map(PersonId::from);
                file.pedigree.add_twins(pair, Zygosity::Monozygotic);
            }
            [(row, _)] => {
                return Err(row.wrong("MZtwin", format!("0, or the mark {mark} on the other twin's row too")));
            }
            [_, _, (row, _), ..] => {
                return Err(row.wrong("MZtwin", format!("another mark: two people have {mark} already")));
            }
            [] => {}
        }
    }
    Ok(())
}

/// M or F, which is all that CanRisk has.
fn sex(text: &str) -> Option<Sex> {
    match text {
        "M" => Some(Sex::Male),
        "F" => Some(Sex::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
