//! PED files, also called LINKAGE format, of PLINK (.ped, .fam) and QTDT too: a line a person, one family after another.
//! Must not know: what the columns after the sixth mean; they are kept as they stand.
//!
//! Columns: family, person, father, mother, sex (1 man, 2 woman, 0 unknown), status (2 affected, 1 not, 0 or -9 unknown),
//! then whatever follows, as many on each line; spaces or tabs between them. 0 is a parent who is not known; so are
//! x, . and NA where nobody is called that. Where the sixth column holds measurements, nobody's status is read from it.
//! Lines that begin with # and empty lines mean nothing.

use super::family_file::kept_value;
use super::fields::{Field, Separator, fields, filled_lines, held};
use super::loss::{Feature, lost};
use super::parents::{Kin, check, father_and_mother};
use super::{FamilyFile, Format, FormatError, Kept, WriteError, Written};
use crate::model::{Affected, Pedigree, PersonId, Sex};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const HOLDS: &[Feature] = &[Feature::FamilyName, Feature::Status];
/// What the columns are called in messages.
const NAMES: [&str; 6] = ["family", "person", "father", "mother", "sex", "status"];
/// Signs for a parent who is not known, where nobody has that id; 0 is one always.
const NOBODY: [&str; 5] = ["x", "X", ".", "NA", "-9"];

struct Row {
    line: usize,
    family: String,
    id: String,
    parents: [Field; 2],
    sex: Sex,
    status: Field,
    further: Vec<Field>,
}

fn wrong(line: usize, column: usize, expected: impl Into<std::borrow::Cow<'static, str>>) -> FormatError {
    let error = FormatError::new(line, column, expected);
    match column.checked_sub(1).and_then(|at| NAMES.get(at)) {
        Some(&name) => error.at(name),
        None => error,
    }
}

/// Reads every family of a file, in the order they begin.
///
/// # Errors
/// The first line that is not six columns or more of the expected kind, gives an id again, or names a parent who has no
/// line in the same family or whose sex is the other one.
pub(super) fn read(text: &str) -> Result<Vec<FamilyFile>, FormatError> {
    let rows = filled_lines(text).map(|(line, text)| row(line, text)).collect::<Result<Vec<_>, _>>()?;
    if let Some((first, odd)) = rows
        .first()
        .and_then(|first| Some((first, rows.iter().find(|row| row.further.len() != first.further.len())?)))
    {
        let expected = format!("{} columns, as on line {}", first.further.len() + 6, first.line);
        return Err(wrong(odd.line, first.further.len().min(odd.further.len()) + 7, expected));
    }
    let ids: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.family.as_str(), row.id.as_str())).collect();
    let kin: Vec<Kin<'_>> = rows.iter().map(|row| kin(row, &ids)).collect();
    check(&kin, &[(2, NAMES[1]), (3, NAMES[2]), (4, NAMES[3])])?;
    let measured = is_measured(&rows);
    let mut families: Vec<FamilyFile> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for (row, kin) in rows.iter().zip(&kin) {
        let at = *place.entry(&row.family).or_insert(families.len());
        if at == families.len() {
            let kept = Kept { format: Some(Format::Ped), ..Kept::default() };
            let mut file = FamilyFile { kept, ..FamilyFile::new(row.family.as_str(), Pedigree::new()) };
            if measured {
                file.note(
                    row.line,
                    "The sixth column holds measurements; it is kept, and says nobody's status.",
                );
            }
            families.push(file);
        }
        let Some(file) = families.get_mut(at) else { continue };
        take(file, row, kin, measured)?;
    }
    Ok(families)
}

fn row(line: usize, text: &str) -> Result<Row, FormatError> {
    let found = fields(line, text, Separator::Space)?;
    let count = found.len();
    let mut found = found.into_iter();
    let mut next = || found.next();
    let (Some(family), Some(id), Some(father), Some(mother), Some(sex), Some(status)) =
        (next(), next(), next(), next(), next(), next())
    else {
        return Err(wrong(
            line,
            count + 1,
            "six columns or more: family, person, father, mother, sex, status",
        ));
    };
    if id.is_bare("0") {
        return Err(wrong(line, 2, "an id other than 0, which means nobody"));
    }
    let sex = match sex.text.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" => Sex::Male,
        "2" | "f" | "female" => Sex::Female,
        "0" | "3" | "-9" | "x" | "u" | "." | "?" | "na" | "other" | "unknown" => Sex::Unknown,
        _ => return Err(wrong(line, 5, "1 or M (man), 2 or F (woman) or 0 (unknown)")),
    };
    let further = found.collect();
    Ok(Row { line, family: family.text, id: id.text, parents: [father, mother], sex, status, further })
}

/// Whom a row names as parents, once everyone is known who could be called x.
fn kin<'a>(row: &'a Row, ids: &BTreeSet<(&str, &str)>) -> Kin<'a> {
    let [father, mother] = row.parents.each_ref().map(|parent| {
        let nobody = |sign: &&str| parent.is_bare(sign) && !ids.contains(&(row.family.as_str(), *sign));
        let named = !parent.is_bare("0") && !NOBODY.iter().any(nobody);
        named.then_some(parent.text.as_str())
    });
    Kin { line: row.line, family: &row.family, id: &row.id, father, mother, sex: row.sex }
}

/// Adds the person of a row to their family.
fn take(file: &mut FamilyFile, row: &Row, kin: &Kin<'_>, measured: bool) -> Result<(), FormatError> {
    let affected = match status(&row.status) {
        _ if measured => Affected::Unknown,
        Some(affected) => affected,
        None => return Err(wrong(row.line, 6, "2 (affected), 1 (not affected), 0 or -9 (unknown)")),
    };
    let id = kin.add_to(file, |person| person.affected = affected);
    let sixth = measured.then_some((6, &row.status));
    let further = sixth.into_iter().chain((7..).zip(&row.further));
    let kept: Vec<_> =
        further.map(|(column, field)| (format!("column {column}"), as_it_stood(field))).collect();
    if !kept.is_empty() {
        file.kept.persons.insert(id, kept);
    }
    Ok(())
}

fn as_it_stood(field: &Field) -> String {
    if field.quoted { format!("\"{}\"", field.text.replace('"', "\"\"")) } else { field.text.clone() }
}

fn status(field: &Field) -> Option<Affected> {
    match field.text.to_ascii_lowercase().as_str() {
        "2" | "a" | "d" => Some(Affected::Yes),
        "1" | "u" | "n" => Some(Affected::No),
        "0" | "-9" | "x" | "." | "na" => Some(Affected::Unknown),
        _ => None,
    }
}

/// Whether the sixth column holds measurements: numbers all, and either one with a decimal point or none that is 1 or 2.
/// A single odd number among ones and twos is a mistake, and reading it as a measurement would hide everyone's status.
fn is_measured(rows: &[Row]) -> bool {
    let missing = |text: &str| matches!(text, "0" | "-9" | "x" | "X" | "." | "NA");
    let told: Vec<&str> =
        rows.iter().map(|row| row.status.text.as_str()).filter(|text| !missing(text)).collect();
    let numbers = told.iter().all(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    let decimal = told.iter().any(|text| text.contains('.'));
    !told.is_empty() && numbers && (decimal || !told.iter().any(|text| matches!(*text, "1" | "2")))
}

/// Writes one family, a line a person in the order they were added, with tabs.
///
/// # Errors
/// An id that no line can hold, or parents other than at most one man and one woman of the family.
pub(super) fn write(file: &FamilyFile) -> Result<Written, WriteError> {
    let family = &file.pedigree;
    let mut text = String::new();
    let mut meaningful: Vec<&str> = NOBODY.to_vec();
    meaningful.push("0");
    let held = |id: &str| held(id, &meaningful);
    let name = if file.name.is_empty() { "1".to_owned() } else { held(&file.name)? };
    let columns = further_columns(file);
    let mut marked: BTreeSet<String> = BTreeSet::new();
    for person in family.persons() {
        let [father, mother] = father_and_mother(family, &person.id)?;
        let parent = |id: Option<&str>| id.map_or(Ok("0".to_owned()), held);
        let kept = file.kept.of(Format::Ped, &person.id);
        let id = held(person.id.as_str())?;
        if id.starts_with('"') {
            marked.insert(person.id.to_string());
        }
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
        let status = kept_value(kept, "column 6").unwrap_or(status);
        text += &[name.as_str(), &id, &parent(father)?, &parent(mother)?, sex, status].join("\t");
        for column in &columns {
            text.push('\t');
            text += kept_value(kept, column).unwrap_or("0");
        }
        text.push('\n');
    }
    let mut lost = lost(file, Format::Ped, HOLDS);
    if !marked.is_empty() {
        let ids = super::loss::shortened(&marked.iter().map(String::as_str).collect::<Vec<_>>());
        lost.push(format!("In quotation marks, which many programs that read PED do not know: {ids}."));
    }
    Ok(Written { text, lost })
}

/// The columns after the sixth that anybody has, in their order.
fn further_columns(file: &FamilyFile) -> Vec<String> {
    let kept = file.pedigree.persons().iter().map(|person| file.kept.of(Format::Ped, &person.id).len());
    let own = |id: &PersonId| kept_value(file.kept.of(Format::Ped, id), "column 6").is_some();
    let measured = file.pedigree.persons().iter().any(|person| own(&person.id));
    let count = kept.max().unwrap_or(0).saturating_sub(usize::from(measured));
    (7..).take(count).map(|column| format!("column {column}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Life, ParentKind, Person, Zygosity};

    const TRIO: &str = "# a trio\nF1\tdad\t0\t0\t1\t1\n\nF1 mum 0 0   2 2\r\nF1 kid dad mum 0 -9\n";

    #[test]
    fn a_file_of_a_trio_is_read_and_written_back() {
        let families = read(TRIO).unwrap();
        let [file] = families.as_slice() else { panic!("one family") };
        assert_eq!(file.name, "F1");
        assert_eq!(file.pedigree.parents(&"kid".into(), ParentKind::Biological).len(), 2);
        assert_eq!(file.pedigree.person(&"mum".into()).unwrap().affected, Affected::Yes);
        assert_eq!(file.lines[&"mum".into()], 4);
        let again = write(file).unwrap();
        assert_eq!(again.text, "F1\tdad\t0\t0\t1\t1\nF1\tmum\t0\t0\t2\t2\nF1\tkid\tdad\tmum\t0\t0\n");
        assert_eq!(again.lost, [""; 0]);
        assert_eq!(read(&again.text).unwrap()[0].pedigree, file.pedigree);
    }

    #[test]
    fn genotypes_measurements_and_quoted_ids_are_kept_as_they_stand() {
        let text = "F\t\"Tom Tit\"\t0\t0\t1\t-9\tA\tG\nF\tb\t\"Tom Tit\"\t0\t2\t1.75\t0\t0\n";
        let families = read(text).unwrap();
        let [file] = families.as_slice() else { panic!("one family") };
        assert!(file.notes[0].words.contains("measurements"));
        assert!(file.pedigree.persons().iter().all(|person| person.affected == Affected::Unknown));
        assert_eq!(write(file).unwrap().text, text);
        assert!(write(file).unwrap().lost[0].contains("Tom Tit"));
    }

    #[test]
    fn qtdt_writes_x_for_what_is_not_known_unless_somebody_is_called_x() {
        let families = read("1 a x x m U x\n1 b a x f x 1.5\n").unwrap();
        assert_eq!(families[0].pedigree.parents(&"b".into(), ParentKind::Biological), [PersonId::from("a")]);
        let families = read("1 a x 0 2 0\n1 x 0 0 1 0\n").unwrap();
        assert_eq!(families[0].pedigree.parents(&"a".into(), ParentKind::Biological), [PersonId::from("x")]);
        let text = write(&families[0]).unwrap().text;
        assert_eq!(read(&text).unwrap()[0].pedigree, families[0].pedigree);
    }

    #[test]
    fn two_families_may_use_the_same_ids_and_parents_may_follow_their_children() {
        let families = read("B kid dad 0 2 0\nA kid 0 0 1 0\nB dad 0 0 1 0\n").unwrap();
        let names: Vec<&str> = families.iter().map(|family| family.name.as_str()).collect();
        assert_eq!(names, ["B", "A"]);
        assert_eq!(read(""), Ok(vec![]));
    }

    #[test]
    fn an_error_says_line_column_and_what_was_expected() {
        for (text, line, column, part) in [
            ("# x\nA 1 0 0 1\n", 2, 6, "six columns"),
            ("A 1 0 0 1 0 A\nA 2 0 0 1 0\n", 2, 7, "7 columns, as on line 1"),
            ("A 0 0 0 1 0\n", 1, 2, "other than 0"),
            ("A 1 0 0 k 0\n", 1, 5, "(sex): expected 1 or M"),
            ("A 1 0 0 1 5\nA 2 0 0 1 1\n", 1, 6, "2 (affected)"),
            ("A 1 0 0 1 0\nA 1 0 0 1 0\n", 2, 2, "no earlier line"),
            ("A 1 9 0 1 0\n", 1, 3, "with a line in this family"),
            ("A 1 2 0 1 0\nA 2 0 0 2 0\n", 1, 3, "says woman"),
            ("A 1 2 2 1 0\nA 2 0 0 0 0\n", 1, 4, "another person"),
            ("A 1 0 2 1 0\nA 2 0 0 1 0\n", 1, 4, "says man"),
            ("A \"1 0 0 1 0\n", 1, 2, "closing quotation mark"),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }

    #[test]
    fn what_the_format_cannot_say_is_told_and_what_would_be_false_is_refused() {
        let mut file = read(TRIO).unwrap().remove(0);
        file.pedigree.add_person(Person {
            life: Life::Deceased,
            age: Some(7),
            ..Person::new("tw", Sex::Male)
        });
        for parent in ["dad", "mum"] {
            file.pedigree.add_parent(&"tw".into(), &parent.into(), ParentKind::Biological);
        }
        file.pedigree.add_twins(["kid".into(), "tw".into()], Zygosity::Dizygotic);
        let lost = write(&file).unwrap().lost;
        assert_eq!(
            lost,
            [
                "The death of tw: PED has no place for it.",
                "The age of tw: PED has no place for it.",
                "That these were born together: kid, tw: PED has no place for it."
            ]
        );
        file.pedigree.add_person(Person::new("n", Sex::Female));
        file.pedigree.add_parent(&"kid".into(), &"n".into(), ParentKind::Biological);
        assert_eq!(write(&file), Err(WriteError::Parents("kid".into())));
    }
}
